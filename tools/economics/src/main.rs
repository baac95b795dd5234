//! Rational hosts against the chain's own formulas: where lying pays, what verification costs.
//!
//! `candor-simulation FOLDER` writes one table (comma-separated) per picture of `docs/economics.md` into the folder, and
//! says on its standard output, as JSON, what the tables come to. Everything is computed from `candor-economics` and the
//! parameters in `parameters.rs`; the seeds of random numbers are fixed, so that two runs give the same bytes.

mod cost;
mod grid;
mod liar;
mod moments;
mod parameters;
mod random;
mod sampled;
mod slots;
mod stakers;
mod table;

use std::{path::PathBuf, process::ExitCode};

fn run(folder: PathBuf) -> std::io::Result<bool> {
    std::fs::create_dir_all(&folder)?;
    let findings = [
        grid::write(&folder)?,
        moments::write(&folder)?,
        stakers::write(&folder)?,
        slots::write(&folder)?,
        sampled::write(&folder)?,
        cost::write(&folder)?,
    ];
    let lines: Vec<String> = findings.iter().flat_map(|f| f.lines.iter().cloned()).collect();
    println!("{{\n{}\n}}", lines.join(",\n"));
    for finding in findings.iter().filter(|f| !f.holds) {
        eprintln!("does not hold: {}", finding.claim);
    }
    Ok(findings.iter().all(|f| f.holds))
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: candor-simulation FOLDER");
        return ExitCode::from(2);
    };
    match run(folder.into()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("the tables could not be written: {error}; name a folder that can be written to");
            ExitCode::from(2)
        },
    }
}
