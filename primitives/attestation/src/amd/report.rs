//! The bytes of a report.

use crate::error::{Error, Part};

/// Length of a report.
pub const REPORT: usize = 1184;
/// Longest report with certificate.
pub const MAX_EVIDENCE: u32 = 4096;

const PART: Part = Part::SnpReport;
/// What the processor signs.
const SIGNED: usize = 0x2a0;
const ECDSA_P384_SHA384: u32 = 1;

/// A report. Nothing of it is verified.
#[derive(Clone, Copy)]
pub(super) struct Report<'a>(&'a [u8; REPORT]);

/// Takes evidence apart: report and certificate.
pub(super) fn split(evidence: &[u8]) -> Result<(Report<'_>, &[u8]), Error> {
    if evidence.len() > MAX_EVIDENCE as usize {
        return Err(Error::TooLong(PART));
    }
    let (report, certificate) = evidence.split_first_chunk().ok_or(Error::Truncated(PART))?;
    if certificate.is_empty() {
        return Err(Error::Truncated(Part::Vcek));
    }
    Ok((Report(report), certificate))
}

impl<'a> Report<'a> {
    fn field<const N: usize>(&self, place: usize) -> &'a [u8; N] {
        self.0.get(place..).and_then(|rest| rest.first_chunk()).unwrap_or(&[0; N])
    }

    fn u32(&self, place: usize) -> u32 {
        u32::from_le_bytes(*self.field(place))
    }

    /// The format: 2 to 5, which differ only in fields that are not read here.
    pub fn version(&self) -> Result<u32, Error> {
        match self.u32(0) {
            version @ 2..=5 => Ok(version),
            _ => Err(Error::UnsupportedVersion(PART)),
        }
    }

    pub fn policy(&self) -> u64 {
        u64::from_le_bytes(*self.field(8))
    }

    pub fn report_data(&self) -> &'a [u8; 64] {
        self.field(0x50)
    }

    pub fn measurement(&self) -> &'a [u8; 48] {
        self.field(0x90)
    }

    /// The firmware that the processor's key was made for.
    pub fn reported_tcb(&self) -> &'a [u8; 8] {
        self.field(0x180)
    }

    pub fn chip(&self) -> &'a [u8; 64] {
        self.field(0x1a0)
    }

    pub fn signed(&self) -> &'a [u8; SIGNED] {
        self.field(0)
    }

    /// The two numbers of the signature. They are little-endian and fill 48 of 72 bytes.
    pub fn signature(&self) -> Result<([u8; 48], [u8; 48]), Error> {
        let number = |place| {
            let bytes: &[u8; 72] = self.field(place);
            let (number, zeros) = bytes.split_first_chunk::<48>()?;
            let mut number = *number;
            number.reverse();
            zeros.iter().all(|byte| *byte == 0).then_some(number)
        };
        let both = number(0x2a0).zip(number(0x2e8));
        let rest: &[u8; 368] = self.field(0x330);
        both.filter(|_| rest.iter().all(|byte| *byte == 0)).ok_or(Error::Malformed(PART))
    }

    /// Refuses reports that the processor's own key did not sign, or that were not asked for by the machine's first software.
    pub fn check_form(&self) -> Result<(), Error> {
        self.version()?;
        // Who signed: 0 is the VCEK. A masked chip id names no processor.
        let key = self.u32(0x48);
        if self.u32(0x34) != ECDSA_P384_SHA384 || key & 0x1c != 0 {
            return Err(Error::UnsupportedKeyType(PART));
        }
        if key & 2 != 0 {
            return Err(Error::OtherChip);
        }
        if self.u32(0x30) != 0 {
            return Err(Error::WrongPrivilege);
        }
        Ok(())
    }

    /// Refuses machines whose operator can look into them.
    pub fn check_policy(&self) -> Result<(), Error> {
        let set = |bit: u32| self.policy().checked_shr(bit).is_some_and(|bits| bits & 1 == 1);
        // Bit 17 is always one; from 26 on none has a meaning yet.
        if !set(17) || self.policy().checked_shr(26) != Some(0) {
            return Err(Error::ReservedAttributes);
        }
        if set(19) {
            return Err(Error::Debug);
        }
        if set(18) {
            return Err(Error::Migratable);
        }
        Ok(())
    }
}
