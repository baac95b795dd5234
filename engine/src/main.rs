//! `candor-engine`: runs ONNX models for a node.

use candor_engine::{
    command::{execute, Command},
    conduct::Honest,
};
use clap::Parser;
use std::{process::ExitCode, sync::Arc};

const EXAMPLES: &str = "\
Examples:
  candor-engine profile
      print the execution profile of this machine
  candor-engine serve --data-dir ./engine --token-file ./engine.token --keystore ./node/chains/candor_dev/keystore
      serve a node on this machine
  candor-engine serve --data-dir ./engine --token-file ./engine.token --worker-key-file ./worker.key --threads 4 \\
      --public-url https://models.example.org
      serve with a key of its own, four threads per operator, large outputs fetched from a public URL

`candor-node --engine` starts the engine by itself.";

/// Runs ONNX models in ONNX Runtime for a Candor node, and signs the receipts.
#[derive(Parser)]
#[command(name = "candor-engine", version, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    execute(Cli::parse().command, Arc::new(Honest))
}
