//! What verification costs. JSON lines on standard output; `scripts/bench verify` runs it all.
//!
//! ```text
//! cost run FOLDER... [--rows 1,16] [--repeat N] [--threads 1,2] [--no-other]   receipts and audits beside inference
//! cost evidence OUT [--repeat N]                                  evidence files of growing operators and models into OUT
//! cost commit [--repeat N]                                        commitment in GB/s on one core
//! ```

mod adjudicate;
mod commit;
mod measure;
mod run;
mod subject;

use std::{error::Error, path::PathBuf};

/// Arguments after the first.
pub struct Options {
    /// Folders of models, or of evidence.
    pub paths: Vec<PathBuf>,
    /// Lengths of the batch dimension.
    pub rows: Vec<u64>,
    /// Threads of ONNX Runtime, and of the audit.
    pub threads: Vec<u64>,
    /// Turns.
    pub repeat: usize,
    /// Whether to audit a run of another machine too.
    pub other: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let part = arguments.next().unwrap_or_default();
    let mut options = Options { paths: Vec::new(), rows: vec![1], threads: vec![1], repeat: 11, other: true };
    while let Some(argument) = arguments.next() {
        let mut list = || -> Result<Vec<u64>, Box<dyn Error>> {
            let text = arguments.next().ok_or("a number is missing")?;
            Ok(text.split(',').map(str::parse).collect::<Result<_, _>>()?)
        };
        match argument.as_str() {
            "--rows" => options.rows = list()?,
            "--threads" => options.threads = list()?,
            "--repeat" => options.repeat = list()?.first().map_or(11, |n| *n as usize),
            "--no-other" => options.other = false,
            path => options.paths.push(path.into()),
        }
    }
    match part.as_str() {
        "run" => run::run(&options),
        "evidence" => adjudicate::run(&options),
        "commit" => commit::run(&options),
        _ => {
            println!("usage: cost run FOLDER... | evidence OUT | commit, with --rows, --threads, --repeat, --no-other");
            Ok(())
        },
    }
}
