//! What AMD signs about all processors of a line.

use crate::{
    error::{Error, Part},
    roots::Roots,
    rsa::RsaKey,
    x509::{common_name, Certificate, Purpose, RevocationList, MAX_CRL},
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sha2::{Digest, Sha256};

/// A line of processors that share an issuer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum Line {
    /// EPYC 7003.
    Milan,
    /// EPYC 9004 and 8004: Genoa, Bergamo, Siena.
    Genoa,
    /// EPYC 9005.
    Turin,
}

impl Line {
    /// By the name of who issues its certificates.
    pub(super) fn of_issuer(name: &[u8]) -> Option<Self> {
        match common_name(name)? {
            b"SEV-Milan" => Some(Self::Milan),
            b"SEV-Genoa" => Some(Self::Genoa),
            b"SEV-Turin" => Some(Self::Turin),
            _ => None,
        }
    }
}

/// Collateral as AMD's Key Distribution Service serves it: `cert_chain` (its first certificate) and `crl` of a line.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct SnpBundle {
    /// The certificate of the issuer (ASK) in DER.
    pub ask: BoundedVec<u8, ConstU32<4096>>,
    /// The revocation list of the line's root (ARK) in DER.
    pub ark_crl: BoundedVec<u8, ConstU32<MAX_CRL>>,
}

/// Collateral that was verified.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct SnpCollateral {
    /// SHA-256 of the root certificate that it was verified with.
    pub root: [u8; 32],
    /// What it is for.
    pub line: Line,
    /// The certificate of the issuer, in DER.
    pub ask: BoundedVec<u8, ConstU32<4096>>,
    /// Seconds since 1970: when the revocation list was issued.
    pub issued: u64,
    /// The last second in which all of it is valid.
    pub expires: u64,
}

impl SnpBundle {
    pub(super) fn bytes(&self) -> u32 {
        u32::try_from(self.ask.len().saturating_add(self.ark_crl.len())).unwrap_or(u32::MAX)
    }

    pub(super) fn verify(&self, roots: &Roots<'_>, now: u64) -> Result<SnpCollateral, Error> {
        let ask = Certificate::parse(&self.ask, Part::Ask)?;
        let line = Line::of_issuer(ask.subject).ok_or(Error::WrongPurpose(Part::Ask))?;
        ask.issued.check_time(now)?;
        ask.check_purpose(Purpose::Authority)?;
        let (bytes, ark) = root(roots, |_, ark| ark.subject == ask.issued.by)?;
        ark.issued.check_time(now)?;
        let key = RsaKey::of_certificate(ark.key_algorithm, ark.key, Part::Ark)?;
        match ask.issued.check_issuer(ark.subject, &key) {
            Err(Error::BadSignature(part)) => return Err(Error::ForeignRoot(part)),
            other => other?,
        }
        let crl = RevocationList::verify(&self.ark_crl, Part::ArkCrl, ark.subject, &key, now)?;
        let revoked = crl.revoked()?;
        for (certificate, part) in [(&ark, Part::Ark), (&ask, Part::Ask)] {
            if revoked.binary_search(&certificate.serial).is_ok() {
                return Err(Error::Revoked(part));
            }
        }
        Ok(SnpCollateral {
            root: Sha256::digest(bytes).into(),
            line,
            ask: self.ask.clone(),
            issued: crl.issued.from,
            expires: crl.issued.until.min(ask.issued.until).min(ark.issued.until),
        })
    }
}

/// The first of AMD's roots that fits.
fn root<'a>(
    roots: &Roots<'a>,
    fits: impl Fn(&[u8], &Certificate<'a>) -> bool,
) -> Result<(&'a [u8], Certificate<'a>), Error> {
    for bytes in roots.amd {
        let certificate = Certificate::parse(bytes, Part::Ark)?;
        if fits(bytes, &certificate) {
            return Ok((bytes, certificate));
        }
    }
    Err(Error::ForeignRoot(Part::Ask))
}

impl SnpCollateral {
    /// Checks that it was verified with one of these roots, and that it is valid.
    pub(super) fn check(&self, roots: &Roots<'_>, now: u64) -> Result<(), Error> {
        root(roots, |bytes, _| self.root == *Sha256::digest(bytes))?;
        if now < self.issued {
            return Err(Error::NotYetValid(Part::ArkCrl));
        }
        if now > self.expires {
            return Err(Error::Expired(Part::ArkCrl));
        }
        Ok(())
    }

    /// Checks that it may take the place of `held`.
    pub(super) fn check_replaces(&self, held: &Self) -> Result<(), Error> {
        if self.line != held.line {
            return Err(Error::NotComparable);
        }
        if self.issued < held.issued {
            return Err(Error::Older(Part::ArkCrl));
        }
        Ok(())
    }
}
