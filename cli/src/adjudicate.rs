//! `candor adjudicate`: the chain's decision on a piece of evidence, replayed here and told in words.

use crate::{
    args::Adjudicate,
    errors::{CliError, Result},
    output::Out,
};
use candor_verifier::evidence::{account::Account, EvidenceFile, FileError};
use serde_json::json;

/// Exit code where the evidence shows no fault.
const CLEARED: u8 = 1;

/// `candor adjudicate`. Gives the exit code: 0 if a fault is shown, 1 if not. What is no evidence is a usage error, 2.
pub fn run(args: &Adjudicate, out: &Out) -> Result<u8> {
    let file = EvidenceFile::read(&args.file).map_err(|error| unreadable(args, &error))?;
    let account = Account::of(&file).map_err(|error| {
        CliError::usage(format!("{} shows nothing: {error}", args.file.display()))
            .hint("the chain would refuse it too; ask whoever made it for the file as it was written")
    })?;
    let document = serde_json::to_value(&account).unwrap_or_else(|error| json!({ "error": error.to_string() }));
    out.document(&document, || account.to_string());
    Ok(if account.faulty { 0 } else { CLEARED })
}

fn unreadable(args: &Adjudicate, error: &FileError) -> CliError {
    let hint = match error {
        FileError::Io(_) => "name the file that `candor verify --evidence FILE` wrote",
        FileError::Magic => "evidence files are written by `candor verify --evidence FILE`",
        _ => "the file is damaged, or was made to look like evidence",
    };
    CliError::usage(format!("{}: {error}", args.file.display())).hint(hint)
}
