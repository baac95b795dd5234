//! `candor-liar`: `candor-engine` with a lie.

use candor_engine::command::{execute, Command};
use candor_liar::{Liar, Lie, LIES};
use clap::Parser;
use std::{process::ExitCode, sync::Arc};

/// An engine that lies, for tests of the protocol: `candor-engine` in everything but its word. Never run it for others.
#[derive(Parser)]
#[command(name = "candor-liar", version, after_help = LIES)]
struct Cli {
    /// What to lie about: NAME or NAME:PARAM.
    #[arg(long, env = "CANDOR_LIE", value_name = "LIE")]
    lie: Lie,
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let Cli { lie, command } = Cli::parse();
    eprintln!("candor-liar: this engine lies: {lie:?}");
    execute(command, Arc::new(Liar::new(lie)))
}
