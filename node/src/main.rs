//! `candor-node`: a node of Candor, the chain for hosted and verified ONNX inference.
//!
//! It authors blocks (BABE), finalises them (GRANDPA), serves JSON-RPC and runs the off-chain worker. With `--engine` it also
//! starts `candor-engine`, the program that runs the models, and keeps it running.

// The errors are those of sc-service and sc-cli, and they are large.
#![allow(clippy::result_large_err)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod chain_spec;
mod cli;
mod command;
mod engine;
mod essential;
mod founding;
mod metrics;
mod rpc;
mod service;
mod tasks;
mod timing;

use std::process::ExitCode;

fn main() -> ExitCode {
    match command::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error}");
            ExitCode::FAILURE
        },
    }
}
