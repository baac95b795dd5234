//! AMD SEV-SNP by reports that a processor signs with its VCEK.
//!
//! Follows AMD, *SEV Secure Nested Paging Firmware ABI* (56860) for the report, and *Versioned Chip Endorsement Key (VCEK)
//! Certificate and KDS Interface* (57230) for certificates and the revocation list.

mod collateral;
mod report;
mod verify;

pub use collateral::{Line, SnpBundle, SnpCollateral};
pub use report::{MAX_EVIDENCE, REPORT};

use crate::{
    attestation::{Attestation, Measurement, Tee},
    error::Error,
    roots::Roots,
    verifier::{AttestationVerifier, Claimed, Declared},
};

/// Verifies reports of SEV-SNP: the 1184 bytes of the report, followed by the processor's certificate (VCEK) in DER.
#[derive(Clone, Copy, Debug)]
pub struct AmdSnp;

impl AmdSnp {
    /// Reads what a report says, and whether it and the certificate with it are of the kind that is verified here. No signature
    /// is.
    pub fn claimed(evidence: &[u8]) -> Result<Claimed, Error> {
        let (report, _) = report::split(evidence)?;
        report.check_form()?;
        verify::key_of(evidence)?;
        Ok(Claimed {
            tee: Tee::SevSnp,
            measurement: Measurement::SevSnp { machine: *report.measurement() },
            report_data: *report.report_data(),
            len: evidence.len(),
        })
    }
}

impl AttestationVerifier for AmdSnp {
    type Bundle = SnpBundle;
    type Collateral = SnpCollateral;
    type Key = Line;

    fn declared(evidence: &[u8]) -> Result<Declared, Error> {
        let (report, certificate) = report::split(evidence)?;
        Ok(Declared {
            tee: Tee::SevSnp,
            version: u16::try_from(report.version()?).unwrap_or(u16::MAX),
            bytes: u32::try_from(evidence.len()).unwrap_or(u32::MAX),
            certificate_bytes: u32::try_from(certificate.len()).unwrap_or(u32::MAX),
        })
    }

    fn bundle_bytes(bundle: &SnpBundle) -> u32 {
        bundle.bytes()
    }

    fn key_of(evidence: &[u8]) -> Result<Line, Error> {
        verify::key_of(evidence)
    }

    fn key(collateral: &SnpCollateral) -> Line {
        collateral.line
    }

    fn verify_collateral(roots: &Roots<'_>, bundle: &SnpBundle, now: u64) -> Result<SnpCollateral, Error> {
        bundle.verify(roots, now)
    }

    fn expires(collateral: &SnpCollateral) -> u64 {
        collateral.expires
    }

    fn judges_alike(one: &SnpCollateral, other: &SnpCollateral) -> bool {
        one.root == other.root && one.line == other.line && one.ask == other.ask
    }

    fn check_newer(held: &SnpCollateral, new: &SnpCollateral) -> Result<(), Error> {
        new.check_replaces(held)
    }

    fn verify(roots: &Roots<'_>, evidence: &[u8], collateral: &SnpCollateral, now: u64) -> Result<Attestation, Error> {
        verify::verify(roots, evidence, collateral, now)
    }
}
