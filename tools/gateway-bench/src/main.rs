//! What servers cost beside a bare ONNX Runtime call.
//!
//! `candor-gateway-bench PLAN` calls every server of the plan (JSON, [`plan::Plan`]) and ONNX Runtime in this process with the
//! same inputs, and prints JSON: with one client, call by call in turns; with several clients, seconds of each in turns. The
//! client writes requests that were made before and waits for whole answers on one kept connection each; what a server
//! answers as bytes is compared with what ONNX Runtime gives here.
//!
//! `candor-gateway-bench --bare PLAN WORKLOAD` is what it starts itself, to compare with ([`bare`]).
//!
//! `candor-gateway-bench --batch RECEIPTS` makes the batch that one voucher of so many calls settles ([`batch`]).

mod bare;
mod batch;
mod client;
mod measure;
mod plan;
mod raw;

use plan::Plan;
use std::{error::Error, process::ExitCode};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

fn run() -> Result<()> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: candor-gateway-bench PLAN | --batch RECEIPTS")?;
    if path == "--batch" {
        let receipts = args.next().ok_or("--batch wants a number of receipts")?.parse()?;
        println!("{}", serde_json::to_string_pretty(&batch::simulate(receipts)?)?);
        return Ok(());
    }
    let read = |path: &str| -> Result<Plan> { Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?) };
    if path == "--bare" {
        let (plan, workload) = args.next().zip(args.next()).ok_or("--bare wants a plan and a workload")?;
        return bare::serve(&read(&plan)?, &workload);
    }
    let results = measure::all(&path, &read(&path)?)?;
    println!("{}", serde_json::to_string_pretty(&results)?);
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        },
    }
}
