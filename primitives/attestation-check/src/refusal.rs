//! Why a host is not believed.

use alloc::{format, string::String};
use candor_attestation::{Error, TcbStatus};
use core::fmt;

/// Why a host's attestation is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The answer is to another question.
    OtherNonce,
    /// It is for another chain.
    OtherGenesis,
    /// It is for another host.
    OtherHost,
    /// It binds another key than the one that the chain says signs the host's receipts.
    OtherWorker,
    /// The engine wanted to be believed only until earlier.
    BindingExpired,
    /// The chain holds no collateral for this kind of machine.
    NoCollateral,
    /// Its hardware's evidence does not hold.
    Evidence(Error),
    /// The hardware vouches for something else than the host states.
    OtherReportData,
    /// What runs there is not on the chain's allow-list.
    NotAllowed,
    /// It is allowed only with another engine.
    OtherEngine,
    /// It was allowed only until earlier.
    AllowanceEnded,
    /// The chain has revoked the machine.
    PlatformRevoked,
    /// The chain does not accept this status of the machine's firmware.
    StatusNotAccepted(TcbStatus),
    /// A part of the machine's firmware is older than the chain accepts.
    BelowFloor,
    /// What the chain holds has another form than this version knows.
    UnknownFormat,
}

impl Refusal {
    /// Its name for programs: `other_worker`; for evidence `evidence.` and the error's name, for example `evidence.expired`.
    pub fn code(&self) -> String {
        let (prefix, name) = match self {
            Self::Evidence(error) => ("evidence.", format!("{error:?}")),
            other => ("", format!("{other:?}")),
        };
        let mut code = String::from(prefix);
        for (at, letter) in name.split('(').next().unwrap_or_default().chars().enumerate() {
            if letter.is_ascii_uppercase() && at > 0 {
                code.push('_');
            }
            code.push(letter.to_ascii_lowercase());
        }
        code
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::OtherNonce => "the answer is to another nonce than the one that was sent",
            Self::OtherGenesis => "the engine works for another chain",
            Self::OtherHost => "the engine works for another host",
            Self::OtherWorker => "it binds another key than the host's worker key on chain",
            Self::BindingExpired => "the engine's own term is over: it must be started anew",
            Self::NoCollateral => "the chain holds no collateral for this kind of machine",
            Self::Evidence(error) => return error.fmt(f),
            Self::OtherReportData => "the hardware vouches for something else than the host states",
            Self::NotAllowed => "what runs there is not on the chain's allow-list",
            Self::OtherEngine => "what runs there is allowed only with another engine",
            Self::AllowanceEnded => "what runs there was allowed only until earlier: the engine must be updated",
            Self::PlatformRevoked => "the chain has revoked this machine",
            Self::StatusNotAccepted(status) => {
                return write!(f, "the chain does not accept the status {status:?} of the machine's firmware");
            },
            Self::BelowFloor => "a part of the machine's firmware is older than the chain accepts",
            Self::UnknownFormat => "what the chain holds has another form than this version knows: update the client",
        };
        f.write_str(words)
    }
}

impl core::error::Error for Refusal {}
