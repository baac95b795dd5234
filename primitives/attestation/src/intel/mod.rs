//! Intel SGX and TDX by quotes of Intel's quoting enclave (DCAP), versions 3, 4 and 5.
//!
//! Follows the reference library's steps: Intel, *SGX ECDSA Quote Library API* and *TDX DCAP Quoting Library API* for the
//! quotes, *SGX PCK Certificate and CRL Profile Specification* for certificates, and the *Provisioning Certification
//! Service* API, versions 3 and 4, for collateral.

mod bundle;
mod collateral;
mod identity;
mod json;
mod machine;
mod quote;
mod tcb;
mod verify;

pub use bundle::{Bundle, Chain, CrlBytes, MAX_QE_IDENTITY, MAX_TCB_INFO};
pub use collateral::{Collateral, CollateralKey, Crl, PckCa};
pub use identity::{QeIdentity, QeLevel};
pub use quote::MAX_QUOTE;
pub use tcb::{Module, ModuleLevel, Svns, TcbInfo, TcbLevel};

use crate::{
    attestation::Attestation,
    error::Error,
    roots::Roots,
    verifier::{AttestationVerifier, Claimed, Declared},
};

/// Verifies quotes of Intel's quoting enclave.
#[derive(Clone, Copy, Debug)]
pub struct IntelDcap;

impl IntelDcap {
    /// Reads what a quote says. Nothing is verified.
    pub fn claimed(quote: &[u8]) -> Result<Claimed, Error> {
        let parsed = quote::Quote::parse(quote)?;
        let report = parsed.report;
        Ok(Claimed {
            tee: report.tee(),
            measurement: report.measurement(),
            report_data: *report.report_data(),
            len: parsed.len,
        })
    }
}

impl AttestationVerifier for IntelDcap {
    type Bundle = Bundle;
    type Collateral = Collateral;
    type Key = CollateralKey;

    fn declared(evidence: &[u8]) -> Result<Declared, Error> {
        quote::Quote::parse(evidence)?.declared(evidence.len())
    }

    fn bundle_bytes(bundle: &Bundle) -> u32 {
        bundle.bytes()
    }

    fn key_of(evidence: &[u8]) -> Result<CollateralKey, Error> {
        verify::key_of(evidence)
    }

    fn key(collateral: &Collateral) -> CollateralKey {
        collateral.key()
    }

    fn verify_collateral(roots: &Roots<'_>, bundle: &Bundle, now: u64) -> Result<Collateral, Error> {
        bundle.verify(roots, now)
    }

    fn expires(collateral: &Collateral) -> u64 {
        collateral.expires()
    }

    fn judges_alike(one: &Collateral, other: &Collateral) -> bool {
        one.judges_like(other)
    }

    fn check_newer(held: &Collateral, new: &Collateral) -> Result<(), Error> {
        new.check_replaces(held)
    }

    fn verify(roots: &Roots<'_>, evidence: &[u8], collateral: &Collateral, now: u64) -> Result<Attestation, Error> {
        verify::verify(roots, evidence, collateral, now)
    }
}

/// The `N` bytes at a place.
pub(crate) fn at<const N: usize>(bytes: &[u8], place: usize) -> Option<&[u8; N]> {
    bytes.get(place..)?.first_chunk()
}
