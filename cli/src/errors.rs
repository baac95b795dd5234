//! Errors as a person reads them: what happened, and what to do next.

use std::fmt;
use subxt::error::{DispatchError, TokenError};
use subxt::tx::{TransactionInvalid, TransactionUnknown, ValidationResult};

/// Result of a command.
pub type Result<T> = std::result::Result<T, CliError>;

/// What kind of failure it is: the exit code of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anything else that went wrong.
    General = 1,
    /// The command line or an input file is wrong.
    Usage = 2,
    /// The job ended without an answer; the fee was given back.
    Unserved = 3,
    /// The model itself failed on this input.
    RunFailed = 4,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CliError {
    /// Decides the exit code.
    pub kind: Kind,
    /// The chain's own name of the error, for example `Jobs.FeeTooLow`.
    pub name: Option<String>,
    /// What happened.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

impl CliError {
    /// A failure in plain words.
    pub fn new(message: impl Into<String>) -> Self {
        Self { kind: Kind::General, name: None, message: message.into(), hint: None }
    }

    /// The command line or an input is wrong.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { kind: Kind::Usage, ..Self::new(message) }
    }

    /// The same with advice on what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same with another exit code.
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// As JSON.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "error": {
            "code": self.kind as u8, "name": self.name, "message": self.message, "hint": self.hint,
        } })
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(name) = &self.name {
            write!(f, " [{name}]")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\n  {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for CliError {}

/// Adds what was being done to an error of another library.
pub trait Context<T> {
    /// Say what failed.
    fn context(self, doing: impl fmt::Display) -> Result<T>;
}

impl<T, E: fmt::Display> Context<T> for std::result::Result<T, E> {
    fn context(self, doing: impl fmt::Display) -> Result<T> {
        self.map_err(|error| CliError::new(format!("{doing}: {error}")))
    }
}

/// A call that a block contains, but that failed there.
pub fn dispatch(error: &DispatchError) -> CliError {
    match error {
        DispatchError::Module(module) => match module.details() {
            Ok(details) => pallet(details.pallet.name(), &details.variant.name, &details.variant.docs),
            Err(_) => CliError::new("the chain refused with an error that its own metadata does not describe")
                .hint("the chain was probably upgraded a moment ago: try again"),
        },
        DispatchError::Token(TokenError::FundsUnavailable) => {
            CliError::new("the account has not enough free CNDR for this")
                .hint("see `candor balance`; part of it may be on hold")
        },
        DispatchError::Token(TokenError::BelowMinimum | TokenError::CannotCreate | TokenError::CannotCreateHold) => {
            CliError::new("the account would be left with less than the existential deposit")
                .hint("keep a little more CNDR on the account, see `candor balance`")
        },
        DispatchError::Token(TokenError::Frozen) => CliError::new("the CNDR on this account are frozen"),
        DispatchError::Token(other) => CliError::new(format!("the CNDR could not be moved: {}", plain(other))),
        DispatchError::BadOrigin | DispatchError::RootNotAllowed => {
            CliError::new("this account may not do that").hint("check --key: another account has to sign this")
        },
        DispatchError::Arithmetic(other) => {
            CliError::new(format!("a number in this call is too large for the chain: {}", plain(other)))
        },
        DispatchError::Exhausted => {
            CliError::new("the block has no room for this call").hint("try again, or make the call smaller")
        },
        other => CliError::new(plain(other)),
    }
}

/// An error of a pallet: its documentation is written for the reader.
pub fn pallet(pallet: &str, variant: &str, docs: &[String]) -> CliError {
    let text = docs.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let message = if text.is_empty() { words(variant) } else { text.replace('`', "") };
    CliError { name: Some(format!("{pallet}.{variant}")), ..CliError::new(message) }
}

/// A transaction that the chain would not take into a block.
pub fn validity(result: &ValidationResult) -> Option<CliError> {
    Some(match result {
        ValidationResult::Valid(_) => return None,
        ValidationResult::Invalid(reason) => invalid(reason),
        ValidationResult::Unknown(TransactionUnknown::CannotLookup) => {
            CliError::new("the chain cannot look up what this transaction needs").hint("does the account exist?")
        },
        ValidationResult::Unknown(_) => CliError::new("the chain cannot judge this transaction now").hint("try again"),
    })
}

fn invalid(reason: &TransactionInvalid) -> CliError {
    match reason {
        TransactionInvalid::Payment => CliError::new("the account cannot pay the transaction fee")
            .hint("send CNDR to it first, see `candor balance`"),
        TransactionInvalid::Stale => {
            CliError::new("the account sent another transaction at the same moment").hint("run the command again")
        },
        TransactionInvalid::Future => {
            CliError::new("an earlier transaction of this account is missing").hint("run the command again")
        },
        TransactionInvalid::BadProof => CliError::new("the signature does not fit this chain")
            .hint("was the chain restarted or upgraded meanwhile? Run the command again"),
        TransactionInvalid::AncientBirthBlock => {
            CliError::new("the transaction is too old by now").hint("run the command again")
        },
        TransactionInvalid::ExhaustsResources => CliError::new("the transaction does not fit a block")
            .hint("send large inputs by content id, or try again later"),
        TransactionInvalid::BadSigner => CliError::new("this account may not send transactions"),
        TransactionInvalid::Custom(code) => {
            CliError::new(format!("the runtime turned the transaction away for a reason of its own (number {code})"))
        },
        TransactionInvalid::Call | TransactionInvalid::BadMandatory | TransactionInvalid::MandatoryValidation => {
            CliError::new("the chain does not take this call as a transaction")
        },
    }
}

/// A node that does not answer.
pub fn unreachable_node(url: &str, reason: &impl fmt::Display) -> CliError {
    CliError::new(format!("no node answers at {url} ({})", plain(reason)))
        .hint("start one with `scripts/run` or `candor-node --dev --engine`, or name another with --url")
}

/// A node that answers, but not to this.
pub fn rpc(doing: &str, error: &subxt::rpcs::Error) -> CliError {
    match error {
        subxt::rpcs::Error::User(user) => {
            let detail = user.data.as_ref().map(|data| data.get().trim_matches('"').to_owned());
            let text = match detail {
                Some(detail) if !detail.is_empty() && detail != "null" => format!("{}: {detail}", user.message),
                _ => user.message.clone(),
            };
            if text.contains("is not found") || text.contains("not exported") || text.contains("not found in the") {
                return CliError::new(format!("{doing}: this chain does not offer it"))
                    .hint("is --url the address of a Candor node, of the same version as this program?");
            }
            CliError::new(format!("{doing}: {text}"))
        },
        other => CliError::new(format!("{doing}: the connection to the node broke ({})", plain(other)))
            .hint("is the node still running?"),
    }
}

/// A message of a library as a part of a sentence, without the names of the layers that it went through.
fn plain(error: &impl fmt::Display) -> String {
    let text = error.to_string();
    let mut rest = text.trim_end_matches('.');
    while let Some(inner) = ["RPC error: ", "client error: "].iter().find_map(|layer| rest.strip_prefix(layer)) {
        rest = inner;
    }
    rest.to_owned()
}

/// `FeeTooLow` as `fee too low`.
fn words(camel: &str) -> String {
    let mut text = String::with_capacity(camel.len() + 8);
    for (i, c) in camel.chars().enumerate() {
        if c.is_uppercase() && i > 0 {
            text.push(' ');
        }
        text.extend(c.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pallet_error_should_show_its_documentation_when_there_is_one() {
        let docs = ["The maximum fee is below every live offer.".to_owned(), " Raise `max_fee`.".to_owned()];
        let error = pallet("Jobs", "FeeTooLow", &docs);
        assert_eq!(error.to_string(), "The maximum fee is below every live offer. Raise max_fee. [Jobs.FeeTooLow]");
        assert_eq!(error.kind, Kind::General);
    }

    #[test]
    fn pallet_error_should_spell_its_name_when_undocumented() {
        assert_eq!(pallet("Jobs", "FeeTooLow", &[]).message, "fee too low");
    }

    #[test]
    fn dispatch_error_should_say_what_to_do_when_funds_are_missing() {
        let error = dispatch(&DispatchError::Token(TokenError::FundsUnavailable));
        assert!(error.message.contains("not enough free CNDR"));
        assert!(error.hint.is_some());
        assert!(dispatch(&DispatchError::BadOrigin).to_string().contains("--key"));
    }

    #[test]
    fn validity_should_be_words_when_a_transaction_is_invalid() {
        let all = [
            TransactionInvalid::Call,
            TransactionInvalid::Payment,
            TransactionInvalid::Future,
            TransactionInvalid::Stale,
            TransactionInvalid::BadProof,
            TransactionInvalid::AncientBirthBlock,
            TransactionInvalid::ExhaustsResources,
            TransactionInvalid::Custom(7),
            TransactionInvalid::BadMandatory,
            TransactionInvalid::MandatoryValidation,
            TransactionInvalid::BadSigner,
        ];
        for reason in all {
            let error = validity(&ValidationResult::Invalid(reason)).unwrap();
            assert!(error.message.split(' ').count() > 4, "{error}");
        }
        let unknown = validity(&ValidationResult::Unknown(TransactionUnknown::CannotLookup)).unwrap();
        assert!(unknown.hint.is_some());
    }

    #[test]
    fn json_should_carry_code_and_name_when_an_error_is_printed() {
        let error = pallet("Jobs", "FeeTooLow", &[]).kind(Kind::Unserved).hint("raise it");
        let json = error.to_json();
        assert_eq!(json["error"]["code"], 3);
        assert_eq!(json["error"]["name"], "Jobs.FeeTooLow");
        assert_eq!(json["error"]["hint"], "raise it");
    }
}
