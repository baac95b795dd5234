//! Evidence of the machine that the engine runs in: what an Intel TDX or AMD SEV-SNP virtual machine lets its processor sign.
//!
//! The engine is the Attester of RFC 9334: it states which chain, host, worker key and program it is
//! ([`candor_primitives::AttestationBinding`]), and the hardware signs the hash of that with a nonce of whoever asks. Nothing
//! is verified here; that is for those who ask, and for the chain.
//!
//! | module | does |
//! |---|---|
//! | [`device`] | which device this machine has; a quote or report from it |
//! | [`tsm`] | Linux' common interface, configfs, from 6.7 on |
//! | [`sev_guest`] | `/dev/sev-guest`, for SEV-SNP on older kernels |
//! | [`tdx_guest`], [`qgs`] | `/dev/tdx_guest` and the host's quote generation service, for TDX on older kernels |
//! | [`certificates`] | the certificates that an AMD host hands to its machines |
//! | [`attester`] | binds, makes, remembers |
//! | [`standing`] | whether the engine is attested, and why not |
//! | [`http`] | `GET /attestation` |

mod attester;
mod certificates;
pub mod device;
pub mod http;
mod qgs;
mod sev_guest;
mod standing;
mod tdx_guest;
pub mod tsm;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
pub(crate) mod tests;

pub use attester::{Attester, Settings};
pub use device::{Device, Paths};
pub use standing::{program_hash, Attested, Refused};

use std::{io, path::Path};

/// Why a device gives no evidence.
#[derive(Debug, thiserror::Error)]
pub enum TeeError {
    /// A file of the device cannot be used.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The kernel offers reports of a kind that is not known here.
    #[error("the kernel's reports are of `{0}`, not of `tdx_guest` or `sev_guest`")]
    Provider(String),
    /// The device that was found at the start is not there any more.
    #[error("the device is gone")]
    Gone,
    /// Somebody else wrote to the same entry while a report was made.
    #[error("another program asks under the same name in the TSM interface")]
    Conflict,
    /// The machine runs below VMPL 0 (under an SVSM or a paravisor).
    #[error("the kernel gives no reports at VMPL 0, only from {0} on: an SVSM or a paravisor runs above it")]
    Privilege(String),
    /// The host handed over a table of certificates that is none.
    #[error("the host's table of certificates {0}")]
    Table(&'static str),
    /// No certificate of the processor.
    #[error("the host gives no certificate of this processor (VCEK): fetch it from AMD and name it with --vcek")]
    NoCertificate,
    /// The host's firmware signs with a key of its cloud.
    #[error("the host's firmware signs with a cloud's key (VLEK), which does not say which processor it is")]
    CloudKey,
    /// The firmware refuses.
    #[error("the processor's firmware refuses: status {0:#x}")]
    Firmware(u64),
    /// No service that makes a quote of a TDX report.
    #[error("this kernel makes no TDX quotes by itself (6.7 and later do), and {0}")]
    NoQuoteService(String),
    /// The quote generation service answers wrongly.
    #[error("the host's quote generation service {0}")]
    QuoteService(String),
    /// What came is no evidence that anybody could verify.
    #[error("the evidence is of no use: {0}")]
    Evidence(candor_attestation::Error),
    /// What came is bound to other bytes than were asked for.
    #[error("the evidence is bound to other bytes than were asked for")]
    OtherData,
    /// Nothing came in time.
    #[error("the device did not answer within {0} s")]
    Late(u64),
    /// The thread that asked the device is gone.
    #[error("the request to the device broke off: {0}")]
    Broken(String),
}

impl TeeError {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::File { path: path.display().to_string(), source }
    }
}
