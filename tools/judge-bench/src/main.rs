//! Times the adjudicator's Wasm module.
//!
//! `candor-judge-bench MODULE FILE... [--repeat N]` judges evidence files (SCALE of commitments and evidence) as the chain
//! would, with BLAKE2b-256 as a host function, and prints the median time of each.

use candor_commitments::{Blake2b256, Hasher};
use std::{error::Error, fs, path::Path, process::ExitCode, time::Instant};
use wasmtime::{Caller, Config, Engine, Extern, Linker, Module, OptLevel, Store};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        [module, files @ ..] if !files.is_empty() => time(Path::new(module), files),
        _ => {
            println!("usage: candor-judge-bench MODULE FILE... [--repeat N]");
            return ExitCode::from(2);
        },
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error}");
            ExitCode::FAILURE
        },
    }
}

fn time(path: &Path, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut repeat = 201;
    let mut files = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match *argument {
            "--repeat" => repeat = rest.next().and_then(|n| n.parse().ok()).ok_or("--repeat takes a number")?,
            file => files.push(file),
        }
    }
    let mut config = Config::new();
    config.cranelift_opt_level(OptLevel::SpeedAndSize).wasm_backtrace(false);
    let engine = Engine::new(&config)?;
    let module = Module::from_file(&engine, path)?;
    let mut linker: Linker<()> = Linker::new(&engine);
    linker.func_wrap("env", "blake2_256", |mut caller: Caller<'_, ()>, data: u32, len: u32, out: u32| {
        let Some(Extern::Memory(memory)) = caller.get_export("memory") else { return };
        let bytes = memory.data_mut(&mut caller);
        let (data, out) = (data as usize, out as usize);
        let Some(hash) = bytes.get(data..data + len as usize).map(Blake2b256::hash) else { return };
        if let Some(to) = bytes.get_mut(out..out + 32) {
            to.copy_from_slice(&hash);
        }
    })?;
    println!("{:40} {:>9} {:>8} {:>12} {:>12}", "file", "bytes", "verdict", "median ms", "least ms");
    for file in files {
        let bytes = fs::read(file)?;
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module)?;
        let memory = instance.get_memory(&mut store, "memory").ok_or("the module has no memory")?;
        let alloc = instance.get_typed_func::<u32, u32>(&mut store, "alloc")?;
        let judge = instance.get_typed_func::<(u32, u32), i32>(&mut store, "judge_bytes")?;
        let mut times = Vec::with_capacity(repeat);
        let mut code = 0;
        for _ in 0..repeat {
            let at = alloc.call(&mut store, bytes.len() as u32)?;
            memory.write(&mut store, at as usize, &bytes)?;
            let start = Instant::now();
            code = judge.call(&mut store, (at, bytes.len() as u32))?;
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let name = Path::new(file).file_name().unwrap_or_default().to_string_lossy();
        let median = times.get(times.len() / 2).copied().unwrap_or_default();
        let least = times.first().copied().unwrap_or_default();
        println!("{name:40} {:>9} {code:>8} {median:>12.4} {least:>12.4}", bytes.len());
    }
    Ok(())
}
