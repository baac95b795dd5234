//! Runs test cases in ONNX Runtime with every value shown, judges every element of every node, changes one element per
//! output and expects it to be rejected.
//!
//! A case is a folder with `model.onnx` and, for the inputs, `test_data_set_0/input_K.pb` (ONNX's own layout); inputs that
//! are not given are made up from the graph's types. `tools/conformance` writes cases.
//!
//! `--bounded` judges by bounds what could be judged by a schedule.
//!
//! ```sh
//! cargo run --release -p candor-verifier --example conformance -- DIR... --threads 1,2 --filter softmax
//! ```
#![allow(clippy::print_stdout)]

mod case;
mod data;
mod table;

use case::{run_case, Level};
use std::{path::PathBuf, process::ExitCode};
use table::Table;

const USAGE: &str = "usage: conformance DIR... [--threads 1,2,4] [--filter SUBSTRING] [--sample N] \
[--level prepared|plain] [--json FILE] [--bounded] [--verbose]";

struct Options {
    folders: Vec<PathBuf>,
    threads: Vec<u16>,
    filter: String,
    sample: Option<u64>,
    level: Level,
    json: Option<PathBuf>,
    bounded: bool,
    verbose: bool,
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        folders: Vec::new(),
        threads: vec![1],
        filter: String::new(),
        sample: None,
        level: Level::Prepared,
        json: None,
        bounded: false,
        verbose: false,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut next = || arguments.next().ok_or(USAGE);
        match argument.as_str() {
            "--threads" => {
                let numbers: Result<Vec<u16>, _> = next()?.split(',').map(str::parse).collect();
                options.threads = numbers.map_err(|e| e.to_string())?;
            },
            "--filter" => options.filter = next()?,
            "--sample" => options.sample = Some(next()?.parse().map_err(|_| USAGE)?),
            "--level" => options.level = if next()? == "plain" { Level::Plain } else { Level::Prepared },
            "--json" => options.json = Some(next()?.into()),
            "--bounded" => options.bounded = true,
            "--verbose" => options.verbose = true,
            other if other.starts_with('-') => return Err(USAGE.into()),
            folder => options.folders.push(folder.into()),
        }
    }
    if options.folders.is_empty() {
        return Err(USAGE.into());
    }
    Ok(options)
}

/// Folders with a model, in order: the given ones themselves, or those in them.
fn cases(folders: &[PathBuf], filter: &str) -> Vec<PathBuf> {
    let mut cases = Vec::new();
    for folder in folders {
        if folder.join("model.onnx").exists() {
            cases.push(folder.clone());
            continue;
        }
        let Ok(entries) = std::fs::read_dir(folder) else { continue };
        cases.extend(entries.flatten().map(|e| e.path()).filter(|p| p.join("model.onnx").exists()));
    }
    cases.retain(|c| c.file_name().is_some_and(|n| n.to_string_lossy().contains(filter)));
    cases.sort();
    cases
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        },
    }
}

fn run() -> Result<bool, Box<dyn std::error::Error>> {
    let options = options()?;
    let library = candor_verifier::library::Library::load(None)?;
    let isa = candor_verifier::judge::machine_isa().filter(|_| !options.bounded);
    let cases = cases(&options.folders, &options.filter);
    println!("{} cases, threads {:?}, instruction set {isa:?}", cases.len(), options.threads);
    let mut table = Table::default();
    for case in &cases {
        for threads in &options.threads {
            let result = run_case(library, case, options.level, isa, *threads, options.sample);
            table.add(case, *threads, result, options.verbose);
        }
    }
    print!("{}", table.render());
    if let Some(path) = &options.json {
        std::fs::write(path, serde_json::to_vec_pretty(&table.json())?)?;
    }
    Ok(table.clean())
}
