//! The bytes of a quote.

use super::at;
use crate::{
    attestation::{Measurement, Tee},
    error::{Error, Part},
    verifier::Declared,
};

/// Longest quote, padding included.
pub const MAX_QUOTE: u32 = 16 * 1024;

const HEADER: usize = 48;
const SGX_REPORT: usize = 384;
/// Length of a TD report by its type in a quote of version 5.
const TD_REPORTS: [(u16, usize); 3] = [(2, 584), (3, 648), (4, 885)];
const QUOTING_VENDOR: [u8; 16] =
    [0x93, 0x9a, 0x72, 0x33, 0xf7, 0x9c, 0x4c, 0xa9, 0x94, 0x0a, 0x0d, 0xb3, 0x95, 0x7f, 0x06, 0x07];
/// ECDSA on P-256 with SHA-256.
const KEY_TYPE: u16 = 2;
const CERTIFIED_BY_CHAIN: u16 = 5;
const CERTIFIED_BY_QE_REPORT: u16 = 6;
/// The quoting enclave adds this many bytes to its key before it hashes both.
const QE_AUTHENTICATION: usize = 32;

/// An SGX report, of an enclave or of the quoting enclave.
#[derive(Clone, Copy)]
pub(super) struct SgxReport<'a>(pub &'a [u8; SGX_REPORT]);

impl<'a> SgxReport<'a> {
    fn field<const N: usize>(&self, place: usize) -> &'a [u8; N] {
        at(self.0, place).unwrap_or(&[0; N])
    }

    pub fn misc_select(&self) -> &'a [u8; 4] {
        self.field(16)
    }

    pub fn attributes(&self) -> &'a [u8; 16] {
        self.field(48)
    }

    pub fn flags(&self) -> u64 {
        u64::from_le_bytes(*self.field(48))
    }

    pub fn enclave(&self) -> &'a [u8; 32] {
        self.field(64)
    }

    pub fn signer(&self) -> &'a [u8; 32] {
        self.field(128)
    }

    pub fn product(&self) -> u16 {
        u16::from_le_bytes(*self.field(256))
    }

    pub fn svn(&self) -> u16 {
        u16::from_le_bytes(*self.field(258))
    }

    pub fn report_data(&self) -> &'a [u8; 64] {
        self.field(320)
    }

    pub fn is_debug(&self) -> bool {
        self.flags() & 2 != 0
    }
}

/// The report of a TDX virtual machine: 584 bytes, or longer by what later modules add.
#[derive(Clone, Copy)]
pub(super) struct TdReport<'a>(&'a [u8]);

impl<'a> TdReport<'a> {
    fn field<const N: usize>(&self, place: usize) -> &'a [u8; N] {
        at(self.0, place).unwrap_or(&[0; N])
    }

    /// SVNs of the TDX module that started the machine.
    pub fn launch_svns(&self) -> &'a [u8; 16] {
        self.field(0)
    }

    pub fn module_signer(&self) -> &'a [u8; 48] {
        self.field(64)
    }

    pub fn module_attributes(&self) -> &'a [u8; 8] {
        self.field(112)
    }

    pub fn attributes(&self) -> u64 {
        u64::from_le_bytes(*self.field(120))
    }

    pub fn report_data(&self) -> &'a [u8; 64] {
        self.field(520)
    }

    /// SVNs of the TDX module now, from TDX 1.5 on.
    pub fn current_svns(&self) -> Option<&'a [u8; 16]> {
        at(self.0, 584)
    }

    /// Hash of the service machines bound to this one, from TDX 1.5 on.
    pub fn service(&self) -> Option<&'a [u8; 48]> {
        at(self.0, 600)
    }
}

#[derive(Clone, Copy)]
pub(super) enum Report<'a> {
    Sgx(SgxReport<'a>),
    Td(TdReport<'a>),
}

impl Report<'_> {
    pub fn tee(&self) -> Tee {
        match self {
            Self::Sgx(_) => Tee::Sgx,
            Self::Td(_) => Tee::Tdx,
        }
    }

    pub fn measurement(&self) -> Measurement {
        match self {
            Self::Sgx(report) => Measurement::Sgx { enclave: *report.enclave(), signer: *report.signer() },
            Self::Td(report) => Measurement::Tdx {
                machine: *report.field(136),
                runtime: [*report.field(328), *report.field(376), *report.field(424), *report.field(472)],
            },
        }
    }

    pub fn report_data(&self) -> &[u8; 64] {
        match self {
            Self::Sgx(report) => report.report_data(),
            Self::Td(report) => report.report_data(),
        }
    }

    pub fn attributes(&self) -> u64 {
        match self {
            Self::Sgx(report) => report.flags(),
            Self::Td(report) => report.attributes(),
        }
    }
}

/// A quote. Nothing of it is verified.
pub(super) struct Quote<'a> {
    pub version: u16,
    pub report: Report<'a>,
    /// What the key of the quote signed: header and report.
    pub signed: &'a [u8],
    pub signature: &'a [u8; 64],
    pub key: &'a [u8; 64],
    pub qe_report: SgxReport<'a>,
    pub qe_signature: &'a [u8; 64],
    pub qe_authentication: &'a [u8; QE_AUTHENTICATION],
    /// The chain of the machine's certificate as text.
    pub chain: &'a [u8],
    /// Bytes before the padding.
    pub len: usize,
}

/// Takes bytes from the front.
struct Reader<'a>(&'a [u8]);

const TRUNCATED: Error = Error::Truncated(Part::Quote);

impl<'a> Reader<'a> {
    fn slice(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(TRUNCATED)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Error> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(TRUNCATED)?;
        self.0 = rest;
        Ok(taken)
    }

    fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(|bytes| u16::from_le_bytes(*bytes))
    }

    fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(|bytes| u32::from_le_bytes(*bytes))
    }

    /// What a length of four bytes announces.
    fn counted(&mut self) -> Result<Self, Error> {
        let len = usize::try_from(self.u32()?).map_err(|_| TRUNCATED)?;
        self.slice(len).map(Self)
    }

    fn finish(&self) -> Result<(), Error> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::Trailing(Part::Quote))
        }
    }
}

impl<'a> Quote<'a> {
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        if bytes.len() > MAX_QUOTE as usize {
            return Err(Error::TooLong(Part::Quote));
        }
        let mut rest = Reader(bytes);
        let version = rest.u16()?;
        let key_type = rest.u16()?;
        let tee = rest.u32()?;
        let _svns = rest.u32()?;
        let vendor: &[u8; 16] = rest.array()?;
        let _user_data: &[u8; 20] = rest.array()?;
        if !(3..=5).contains(&version) {
            return Err(Error::UnsupportedVersion(Part::Quote));
        }
        if key_type != KEY_TYPE {
            return Err(Error::UnsupportedKeyType(Part::Quote));
        }
        if *vendor != QUOTING_VENDOR {
            return Err(Error::UnknownQuotingVendor);
        }
        let (report, report_end) = match (version, tee) {
            (3, 0) => (Report::Sgx(SgxReport(rest.array()?)), HEADER.saturating_add(SGX_REPORT)),
            (4, 0x81) => (Report::Td(TdReport(rest.slice(584)?)), HEADER.saturating_add(584)),
            (5, 0x81) => {
                let kind = rest.u16()?;
                let len = usize::try_from(rest.u32()?).map_err(|_| TRUNCATED)?;
                let known = TD_REPORTS.iter().find(|(id, _)| *id == kind).ok_or(Error::UnsupportedTee)?;
                if known.1 != len {
                    return Err(Error::Malformed(Part::Quote));
                }
                (Report::Td(TdReport(rest.slice(len)?)), HEADER.saturating_add(6).saturating_add(len))
            },
            _ => return Err(Error::UnsupportedTee),
        };
        let signed = bytes.get(..report_end).ok_or(TRUNCATED)?;
        let mut proof = rest.counted()?;
        // Some platforms pad quotes with zeros.
        if rest.0.iter().any(|byte| *byte != 0) {
            return Err(Error::Trailing(Part::Quote));
        }
        let len = bytes.len().saturating_sub(rest.0.len());
        let (signature, key) = (proof.array()?, proof.array()?);
        if version > 3 {
            if proof.u16()? != CERTIFIED_BY_QE_REPORT {
                return Err(Error::UnsupportedCertification);
            }
            let inner = proof.counted()?;
            proof.finish()?;
            proof = inner;
        }
        let (qe_report, qe_signature) = (SgxReport(proof.array()?), proof.array()?);
        if usize::from(proof.u16()?) != QE_AUTHENTICATION {
            return Err(Error::Malformed(Part::Quote));
        }
        let qe_authentication = proof.array()?;
        if proof.u16()? != CERTIFIED_BY_CHAIN {
            return Err(Error::UnsupportedCertification);
        }
        let chain = proof.counted()?.0;
        proof.finish()?;
        Ok(Self { version, report, signed, signature, key, qe_report, qe_signature, qe_authentication, chain, len })
    }

    pub fn declared(&self, len: usize) -> Result<Declared, Error> {
        let bytes = |len| u32::try_from(len).map_err(|_| Error::TooLong(Part::Quote));
        Ok(Declared {
            tee: self.report.tee(),
            version: self.version,
            bytes: bytes(len)?,
            certificate_bytes: bytes(self.chain.len())?,
        })
    }
}
