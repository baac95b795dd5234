//! `candor`: publish models, host them, and ask for inferences, from a shell.

use std::process::ExitCode;

fn main() -> ExitCode {
    candor_cli::main()
}
