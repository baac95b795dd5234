//! Collateral that was verified.

use super::{identity::QeIdentity, tcb::TcbInfo};
use crate::{
    attestation::Tee,
    error::{Error, Part},
    x509::{Serial, MAX_REVOKED},
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Which of Intel's authorities certified a machine.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub enum PckCa {
    /// Machines with one processor.
    Processor,
    /// Machines with several.
    Platform,
}

impl PckCa {
    pub(super) fn of_name(name: &[u8]) -> Option<Self> {
        match name {
            b"Intel SGX PCK Processor CA" => Some(Self::Processor),
            b"Intel SGX PCK Platform CA" => Some(Self::Platform),
            _ => None,
        }
    }
}

/// Tells which collateral a quote needs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen,
)]
pub struct CollateralKey {
    /// The kind of machine.
    pub tee: Tee,
    /// The model of processors.
    pub fmspc: [u8; 6],
    /// The authority that certified the machine.
    pub pck_ca: PckCa,
}

/// A revocation list that was verified.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Crl {
    /// Seconds since 1970: when it was issued.
    pub issued: u64,
    /// The last second in which this, and who signed it, is valid.
    pub expires: u64,
    /// The numbers of the certificates revoked, sorted.
    pub revoked: BoundedVec<Serial, ConstU32<MAX_REVOKED>>,
}

impl Crl {
    /// Whether a certificate is revoked.
    pub fn revokes(&self, serial: &Serial) -> bool {
        self.revoked.binary_search(serial).is_ok()
    }
}

/// Collateral that was verified, ready to judge quotes of one model of processors.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Collateral {
    /// SHA-256 of the root certificate that it was verified with.
    pub root: [u8; 32],
    /// What the root revoked.
    pub root_crl: Crl,
    /// The authority that certifies machines.
    pub pck_ca: PckCa,
    /// SHA-256 of that authority's key.
    pub pck_ca_key: [u8; 32],
    /// What that authority revoked.
    pub pck_crl: Crl,
    /// How firmware is judged.
    pub tcb_info: TcbInfo,
    /// Who may vouch for keys.
    pub qe_identity: QeIdentity,
}

impl Collateral {
    /// What it is for.
    pub fn key(&self) -> CollateralKey {
        CollateralKey { tee: self.tcb_info.tee, fmspc: self.tcb_info.fmspc, pck_ca: self.pck_ca }
    }

    /// The parts, when each was issued, and its last valid second.
    pub(super) fn dates(&self) -> [(Part, u64, u64); 4] {
        [
            (Part::RootCrl, self.root_crl.issued, self.root_crl.expires),
            (Part::PckCrl, self.pck_crl.issued, self.pck_crl.expires),
            (Part::TcbInfo, self.tcb_info.issued, self.tcb_info.expires),
            (Part::QeIdentity, self.qe_identity.issued, self.qe_identity.expires),
        ]
    }

    /// When its newest part was issued.
    pub fn issue_date(&self) -> u64 {
        self.dates().iter().map(|(_, issued, _)| *issued).max().unwrap_or(0)
    }

    /// The last second in which all of it is valid.
    pub fn expires(&self) -> u64 {
        self.dates().iter().map(|(_, _, expires)| *expires).min().unwrap_or(0)
    }

    /// Checks that all of it is valid.
    pub fn check_time(&self, now: u64) -> Result<(), Error> {
        for (part, issued, expires) in self.dates() {
            if now < issued {
                return Err(Error::NotYetValid(part));
            }
            if now > expires {
                return Err(Error::Expired(part));
            }
        }
        Ok(())
    }

    /// Whether it judges every machine as `other` does, so that only dates may differ.
    pub fn judges_like(&self, other: &Self) -> bool {
        self.undated() == other.undated()
    }

    fn undated(&self) -> Self {
        let mut undated = self.clone();
        for crl in [&mut undated.root_crl, &mut undated.pck_crl] {
            (crl.issued, crl.expires) = (0, 0);
        }
        (undated.tcb_info.issued, undated.tcb_info.expires) = (0, 0);
        (undated.qe_identity.issued, undated.qe_identity.expires) = (0, 0);
        undated
    }

    /// Checks that it may take the place of `held`: it is for the same, and no part of it is older.
    pub fn check_replaces(&self, held: &Self) -> Result<(), Error> {
        if self.key() != held.key() {
            return Err(Error::NotComparable);
        }
        for ((part, new, _), (_, old, _)) in self.dates().into_iter().zip(held.dates()) {
            if new < old {
                return Err(Error::Older(part));
            }
        }
        if self.tcb_info.evaluation < held.tcb_info.evaluation {
            return Err(Error::Older(Part::TcbInfo));
        }
        if self.qe_identity.evaluation < held.qe_identity.evaluation {
            return Err(Error::Older(Part::QeIdentity));
        }
        Ok(())
    }
}
