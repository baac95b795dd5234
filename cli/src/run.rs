//! From the command line to a command, and from its result to an exit code.

use crate::{
    account, adjudicate,
    args::{Cli, Command},
    attestation, challenge,
    errors::{CliError, Result},
    host, infer, job, keys, model,
    output::Out,
    proxy, receipts, schedule, session, stake, validator, verify,
};
use clap::Parser;
use std::process::ExitCode;

/// The program.
pub fn main() -> ExitCode {
    // Prints help and usage errors by itself; wrong usage exits with 2.
    let cli = Cli::parse();
    let out = Out::new(cli.globals.json);
    let result = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(run(&cli, &out)),
        Err(error) => Err(CliError::new(format!("the program cannot start: {error}"))),
    };
    ExitCode::from(result.unwrap_or_else(|error| report(&error, &out)))
}

async fn run(cli: &Cli, out: &Out) -> Result<u8> {
    let globals = &cli.globals;
    match &cli.command {
        Command::Keys(command) => keys::run(command, globals, out).await.map(|()| 0),
        Command::Model(command) => model::run(command, globals, out).await.map(|()| 0),
        Command::Host(command) => host::run(command, globals, out).await.map(|()| 0),
        Command::Infer(args) => infer::run(args, globals, out).await,
        Command::Job(command) => job::run(command, globals, out).await,
        Command::Schedule(command) => schedule::run(command, globals, out).await,
        Command::Verify(args) => verify::run(args, globals, out).await,
        Command::Adjudicate(args) => adjudicate::run(args, out),
        Command::Challenge(args) => challenge::run(args, globals, out).await,
        Command::Proxy(args) => proxy::run(args, globals, out).await,
        Command::Receipts(command) => receipts::run(command, globals, out).await,
        Command::Session(command) => session::run(command, globals, out).await.map(|()| 0),
        Command::Attestation(command) => attestation::run(command, globals, out).await,
        Command::Stake(command) => stake::run(command, globals, out).await.map(|()| 0),
        Command::Validator(command) => validator::run(command, globals, out).await.map(|()| 0),
        Command::Balance { account } => account::balance(globals, out, account.as_deref()).await.map(|()| 0),
    }
}

fn report(error: &CliError, out: &Out) -> u8 {
    out.note(format!("error: {error}"));
    if out.is_json() {
        out.document(&error.to_json(), String::new);
    }
    error.kind as u8
}
