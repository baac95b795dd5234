//! Which quoting enclave may vouch for keys.

use super::{json, quote::SgxReport};
use crate::{
    attestation::{Advisories, TcbStatus, Tee},
    error::{Error, Part},
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

const PART: Part = Part::QeIdentity;

/// A level of one SVN.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct QeLevel {
    /// Least SVN of the level.
    pub svn: u16,
    /// How Intel judges it.
    pub status: TcbStatus,
    /// Seconds since 1970: Intel's date of the level.
    pub date: u64,
    /// Advisories that bear on it.
    pub advisories: Advisories,
}

impl QeLevel {
    pub(super) fn read(level: &json::SvnLevel<'_>, part: Part) -> Result<Self, Error> {
        Ok(Self {
            svn: level.tcb.isvsvn,
            status: json::status(level.tcb_status, part)?,
            date: json::seconds(level.tcb_date, part)?,
            advisories: json::advisories(&level.advisory_ids, part)?,
        })
    }
}

/// The identity of Intel's quoting enclave, as Intel signs it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct QeIdentity {
    /// What it makes quotes for.
    pub tee: Tee,
    /// Seconds since 1970: when Intel issued this.
    pub issued: u64,
    /// The last second in which this, and who signed it, is valid.
    pub expires: u64,
    /// Grows with every change that Intel makes to what it counts as up to date.
    pub evaluation: u32,
    /// Expected MISCSELECT, and which bits of it count.
    pub misc_select: ([u8; 4], [u8; 4]),
    /// Expected attributes, and which bits of them count.
    pub attributes: ([u8; 16], [u8; 16]),
    /// Who signed it.
    pub signer: [u8; 32],
    /// Which of the signer's products it is.
    pub product: u16,
    /// Levels from the highest SVN to the lowest.
    pub levels: BoundedVec<QeLevel, ConstU32<24>>,
}

impl QeIdentity {
    pub(super) fn read(text: &[u8]) -> Result<Self, Error> {
        let json: json::QeIdentity<'_> = json::read(text, PART)?;
        let tee = match (json.id, json.version) {
            ("QE", 2) => Tee::Sgx,
            ("TD_QE", 2 | 3) => Tee::Tdx,
            ("QE" | "TD_QE", _) => return Err(Error::UnsupportedVersion(PART)),
            _ => return Err(Error::OtherTee),
        };
        let mut levels = BoundedVec::default();
        for level in &json.tcb_levels {
            levels.try_push(QeLevel::read(level, PART)?).map_err(|_| Error::TooMany(PART))?;
        }
        Ok(Self {
            tee,
            issued: json::seconds(json.issue_date, PART)?,
            expires: json::seconds(json.next_update, PART)?,
            evaluation: json.tcb_evaluation_data_number,
            misc_select: (json::hex(json.miscselect, PART)?, json::hex(json.miscselect_mask, PART)?),
            attributes: (json::hex(json.attributes, PART)?, json::hex(json.attributes_mask, PART)?),
            signer: json::hex(json.mrsigner, PART)?,
            product: json.isvprodid,
            levels,
        })
    }

    /// Checks that a report is by the enclave of this identity, and finds its level.
    pub(super) fn level_of(&self, report: &SgxReport<'_>) -> Result<&QeLevel, Error> {
        if *report.signer() != self.signer {
            return Err(Error::WrongQeSigner);
        }
        if report.is_debug() {
            return Err(Error::Debug);
        }
        if report.product() != self.product {
            return Err(Error::WrongQeProduct);
        }
        let fits = masked(report.misc_select(), &self.misc_select) && masked(report.attributes(), &self.attributes);
        if !fits {
            return Err(Error::WrongQeAttributes);
        }
        let level = self.levels.iter().find(|level| report.svn() >= level.svn).ok_or(Error::QeTooOld)?;
        match level.status {
            TcbStatus::SWHardeningNeeded | TcbStatus::ConfigurationAndSWHardeningNeeded => {
                Err(Error::WrongStatus(PART))
            },
            _ => Ok(level),
        }
    }
}

/// Whether the bits that count are the expected ones.
pub(super) fn masked<const N: usize>(found: &[u8; N], (expected, mask): &([u8; N], [u8; N])) -> bool {
    found.iter().zip(expected).zip(mask).all(|((found, expected), mask)| found & mask == expected & mask)
}
