//! Which device this machine has, and evidence from it.

use super::{
    certificates, sev_guest, tdx_guest,
    tsm::{self, Provider},
    TeeError,
};
use candor_attestation::{AmdSnp, Claimed, IntelDcap};
use candor_primitives::TeeVendor;
use std::{
    fmt,
    path::{Path, PathBuf},
};

/// Where devices are looked for, in this order.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The TSM interface: folder `tsm/report` of a mounted configfs.
    pub tsm: PathBuf,
    /// SEV-SNP on kernels without it.
    pub sev_guest: PathBuf,
    /// TDX on kernels without it.
    pub tdx_guest: PathBuf,
    /// Names the vsock port of the host's quote generation service.
    pub quote_service: PathBuf,
    /// The processor's certificate (VCEK, DER), in place of the one that the host gives.
    pub vcek: Option<PathBuf>,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            tsm: "/sys/kernel/config/tsm/report".into(),
            sev_guest: "/dev/sev-guest".into(),
            tdx_guest: "/dev/tdx_guest".into(),
            quote_service: "/etc/tdx-attest.conf".into(),
            vcek: None,
        }
    }
}

/// What signs for this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// The kernel's TSM interface.
    Tsm(Provider),
    /// `/dev/sev-guest`.
    SevGuest,
    /// `/dev/tdx_guest` with the quote generation service at this vsock port of the host.
    TdxGuest(u32),
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.vendor() {
            TeeVendor::Intel => "tdx",
            TeeVendor::Amd => "sev-snp",
        })
    }
}

impl Device {
    /// Looks for a device; `None` on a machine without one. The first that works is taken.
    pub fn find(paths: &Paths) -> Result<Option<Self>, TeeError> {
        let tsm = tsm::find(&paths.tsm);
        if let Ok(Some(provider)) = tsm {
            return Ok(Some(Self::Tsm(provider)));
        }
        if paths.sev_guest.exists() {
            return Ok(Some(Self::SevGuest));
        }
        if paths.tdx_guest.exists() {
            match tdx_guest::port(&paths.quote_service) {
                Ok(port) => return Ok(Some(Self::TdxGuest(port))),
                // Where the kernel has the TSM interface, that is what is wrong.
                Err(error) => tsm.as_ref().map_or(Ok(()), |_| Err(error))?,
            }
        }
        tsm.map(|_| None)
    }

    /// Whose hardware it is.
    pub fn vendor(self) -> TeeVendor {
        match self {
            Self::Tsm(Provider::Tdx) | Self::TdxGuest(_) => TeeVendor::Intel,
            Self::Tsm(Provider::SevSnp) | Self::SevGuest => TeeVendor::Amd,
        }
    }

    /// Evidence that is bound to `data`, without padding. Blocks: tens of milliseconds, or seconds.
    pub fn evidence(self, paths: &Paths, data: &[u8; 64]) -> Result<Vec<u8>, TeeError> {
        let evidence = match self {
            Self::Tsm(found) => {
                let tsm::Report { provider, out, aux } = tsm::report(&paths.tsm, data)?;
                match provider {
                    _ if provider != found => return Err(TeeError::Provider(format!("{provider:?}, after {found:?}"))),
                    Provider::Tdx => out,
                    Provider::SevSnp => certified(out, &aux, paths.vcek.as_deref())?,
                }
            },
            Self::SevGuest => {
                let (report, table) = sev_guest::report(&paths.sev_guest, data)?;
                certified(report, &table, paths.vcek.as_deref())?
            },
            Self::TdxGuest(port) => tdx_guest::quote(&paths.tdx_guest, port, data)?,
        };
        checked(self.vendor(), evidence, data)
    }
}

/// Evidence without padding, if it is bound to `data`.
pub(crate) fn checked(vendor: TeeVendor, mut evidence: Vec<u8>, data: &[u8; 64]) -> Result<Vec<u8>, TeeError> {
    let claimed = claimed(vendor, &evidence)?;
    if claimed.report_data != *data {
        return Err(TeeError::OtherData);
    }
    evidence.truncate(claimed.len);
    Ok(evidence)
}

/// What evidence says of itself.
pub(crate) fn claimed(vendor: TeeVendor, evidence: &[u8]) -> Result<Claimed, TeeError> {
    let claimed = match vendor {
        TeeVendor::Intel => IntelDcap::claimed(evidence),
        TeeVendor::Amd => AmdSnp::claimed(evidence),
    };
    claimed.map_err(TeeError::Evidence)
}

/// A report with the processor's certificate: the operator's, else the one that the host gave.
pub(crate) fn certified(mut report: Vec<u8>, table: &[u8], vcek: Option<&Path>) -> Result<Vec<u8>, TeeError> {
    let certificate = match vcek {
        Some(path) => std::fs::read(path).map_err(TeeError::file(path))?,
        None => match certificates::find(table, &certificates::VCEK)? {
            Some(certificate) => certificate,
            None if certificates::find(table, &certificates::VLEK)?.is_some() => return Err(TeeError::CloudKey),
            None => return Err(TeeError::NoCertificate),
        },
    };
    report.extend(certificate);
    Ok(report)
}
