//! Whether the engine can be attested, and what it says if not.

use super::device::{Device, Paths};
use candor_commitments::{Blake2b256, Hasher};
use sp_core::H256;
use std::{fmt, io, sync::OnceLock};

/// Whether this engine can be attested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attested {
    /// By this device.
    By(Device),
    /// The device is there, and fails.
    Failing(Device, String),
    /// No, for this reason.
    No(String),
}

impl fmt::Display for Attested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::By(device) => write!(f, "{device}"),
            Self::Failing(_, why) | Self::No(why) => write!(f, "no ({why})"),
        }
    }
}

/// Why a stranger gets no evidence.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// This machine has no device, or none that can be used.
    #[error("attested: {0}")]
    No(Attested),
    /// The node has not said yet which host this is, or the engine has no secret of its worker key.
    #[error("{0}")]
    NotReady(&'static str),
    /// Too many wait.
    #[error("a quote takes the hardware a while, and several wait: try again later")]
    Busy,
    /// The device failed.
    #[error("the machine's evidence cannot be had: {0}")]
    Failed(String),
}

/// BLAKE2b-256 of the program that runs, read from `/proc/self/exe` once.
pub fn program_hash() -> io::Result<H256> {
    static HASH: OnceLock<H256> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return Ok(*hash);
    }
    let hash = H256(Blake2b256::hash(&std::fs::read("/proc/self/exe")?));
    Ok(*HASH.get_or_init(|| hash))
}

/// Looks for a device.
pub(crate) fn look(paths: &Paths) -> Attested {
    match Device::find(paths) {
        Ok(Some(device)) => Attested::By(device),
        Ok(None) => Attested::No("no TEE device".into()),
        Err(error) => Attested::No(error.to_string()),
    }
}
