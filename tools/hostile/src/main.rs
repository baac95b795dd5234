//! Makes, replays and times hostile input. See the README.

use candor_hostile::{seeds, target, Case, Measured, TARGETS};
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

const USAGE: &str = "usage: candor-hostile seeds TARGET COUNT FOLDER
       candor-hostile replay TARGET PATH...
       candor-hostile slowest PATH...
       candor-hostile random TARGET FIRST COUNT";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let known = words.get(1).is_some_and(|name| target(name).is_some());
    let result = match words.as_slice() {
        ["seeds", name, count, folder] if known => make(name, count, Path::new(folder)),
        ["replay", name, paths @ ..] if known => replay(name, paths),
        ["slowest", paths @ ..] => slowest(paths),
        ["random", name, first, count] if known => random(name, first, count),
        _ => Err(format!("{USAGE}\ntargets: {:?}", TARGETS.map(|(name, _)| name)).into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        },
    }
}

fn make(name: &str, count: &str, folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    for n in 0..count.parse()? {
        fs::write(folder.join(format!("seed-{n}")), seeds::random(name, n))?;
    }
    Ok(())
}

/// Run every file.
fn replay(name: &str, paths: &[&str]) -> Result<(), Box<dyn Error>> {
    let run = target(name).ok_or("no such target")?;
    let files = files(paths);
    for file in &files {
        run(&fs::read(file)?);
    }
    println!("{} inputs", files.len());
    Ok(())
}

/// The slowest single judgements of nodes, and those that take longest for the steps that they account for.
fn slowest(paths: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut all = Vec::new();
    for file in files(paths) {
        all.extend(Case::new(&fs::read(&file)?).slowest().map(|m| (m, file)));
    }
    let line = |(m, file): &(Measured, PathBuf)| {
        let time = m.time.as_secs_f64();
        println!(
            "{:>9.3} ms {:>8} steps {:>8.0} ns each  {}  {}",
            time * 1e3,
            m.steps,
            each(m),
            m.what,
            file.display()
        );
    };
    all.sort_by_key(|(m, _)| std::cmp::Reverse(m.time));
    all.iter().take(20).for_each(line);
    println!("by step:");
    all.retain(|(m, _)| m.time.as_micros() > 100);
    all.sort_by(|(a, _), (b, _)| each(b).total_cmp(&each(a)));
    all.iter().take(20).for_each(line);
    Ok(())
}

/// Nanoseconds per step.
fn each(m: &Measured) -> f64 {
    m.time.as_secs_f64() * 1e9 / m.steps.max(1) as f64
}

fn files(paths: &[&str]) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for path in paths {
        match fs::read_dir(path) {
            Ok(entries) => files.extend(entries.flatten().map(|e| e.path())),
            Err(_) => files.push(path.into()),
        }
    }
    files
}

fn random(name: &str, first: &str, count: &str) -> Result<(), Box<dyn Error>> {
    let run = target(name).ok_or("no such target")?;
    let (first, count): (u64, u64) = (first.parse()?, count.parse()?);
    let start = Instant::now();
    for n in first..first.saturating_add(count) {
        let data = seeds::random(name, n);
        if std::panic::catch_unwind(|| run(&data)).is_err() {
            println!("input {n} failed");
        }
    }
    println!("{count} inputs, {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}
