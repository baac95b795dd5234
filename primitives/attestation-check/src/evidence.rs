//! What the hardware says.

use crate::{Refusal, Vendor};
use alloc::vec::Vec;
use candor_attestation::{AmdSnp, Attestation, AttestationVerifier, IntelDcap, Roots};
use codec::{DecodeAll, Encode};

/// SCALE of the key under which the chain holds the collateral that this evidence needs. Nothing is verified yet.
pub fn key_of(vendor: Vendor, evidence: &[u8]) -> Result<Vec<u8>, Refusal> {
    let key = match vendor {
        Vendor::Intel => IntelDcap::key_of(evidence).map(|key| key.encode()),
        Vendor::Amd => AmdSnp::key_of(evidence).map(|key| key.encode()),
    };
    key.map_err(Refusal::Evidence)
}

/// Verifies evidence at the second `now` since 1970. `collateral` is what the chain holds under [`key_of`]; without any, the
/// evidence cannot be judged.
pub fn verify(
    vendor: Vendor,
    evidence: &[u8],
    collateral: Option<&[u8]>,
    roots: &Roots<'_>,
    now: u64,
) -> Result<Attestation, Refusal> {
    let collateral = collateral.ok_or(Refusal::NoCollateral)?;
    match vendor {
        Vendor::Intel => with::<IntelDcap>(evidence, collateral, roots, now),
        Vendor::Amd => with::<AmdSnp>(evidence, collateral, roots, now),
    }
}

fn with<V: AttestationVerifier>(
    evidence: &[u8],
    collateral: &[u8],
    roots: &Roots<'_>,
    now: u64,
) -> Result<Attestation, Refusal> {
    let mut bytes = collateral;
    let collateral = V::Collateral::decode_all(&mut bytes).map_err(|_| Refusal::UnknownFormat)?;
    V::verify(roots, evidence, &collateral, now).map_err(Refusal::Evidence)
}
