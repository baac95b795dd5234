//! `/dev/sev-guest`: reports of SEV-SNP where the kernel has no TSM interface (5.19 to 6.6).
//!
//! The kernel's `include/uapi/linux/sev-guest.h` and `Documentation/virt/coco/sev-guest.rst`; the answer is `MSG_REPORT_RSP` of AMD,
//! *SEV Secure Nested Paging Firmware ABI* (56860).

#![allow(unsafe_code)]

use super::TeeError;
use rustix::ioctl::{ioctl, opcode, Opcode, Updater};
use std::{fs::OpenOptions, path::Path};

/// Bytes of a report.
const REPORT: usize = candor_attestation::amd::REPORT;
/// Most bytes of certificates that the kernel takes from its host (`SEV_FW_BLOB_MAX_SIZE`).
const CERTIFICATES: usize = 0x4000;
/// Bytes of the firmware's answer before the report: status, size, reserved.
const HEAD: usize = 32;

/// `struct snp_report_req`
#[repr(C)]
struct ReportRequest {
    user_data: [u8; 64],
    vmpl: u32,
    reserved: [u8; 28],
}

/// `struct snp_ext_report_req`
#[repr(C)]
struct ExtendedRequest {
    data: ReportRequest,
    certs_address: u64,
    certs_len: u32,
}

/// `struct snp_report_resp`
#[repr(C)]
struct Response {
    data: [u8; 4000],
}

/// `struct snp_guest_request_ioctl`
#[repr(C)]
struct GuestRequest {
    msg_version: u8,
    req_data: u64,
    resp_data: u64,
    exitinfo2: u64,
}

const GET_EXT_REPORT: Opcode = opcode::read_write::<GuestRequest>(b'S', 2);

/// A report at VMPL 0 that is bound to `data`, and the host's table of certificates.
pub(crate) fn report(device: &Path, data: &[u8; 64]) -> Result<(Vec<u8>, Vec<u8>), TeeError> {
    let file = OpenOptions::new().read(true).write(true).open(device).map_err(TeeError::file(device))?;
    let mut certificates = vec![0u8; CERTIFICATES];
    let mut response = Box::new(Response { data: [0; 4000] });
    let mut request = ExtendedRequest {
        data: ReportRequest { user_data: *data, vmpl: 0, reserved: [0; 28] },
        certs_address: certificates.as_mut_ptr() as u64,
        certs_len: CERTIFICATES as u32,
    };
    let mut call = GuestRequest {
        msg_version: 1,
        req_data: std::ptr::from_mut(&mut request) as u64,
        resp_data: std::ptr::from_mut(response.as_mut()) as u64,
        exitinfo2: 0,
    };
    // SAFETY: the opcode is that of the struct; the addresses in it are of buffers of the lengths that the kernel writes
    // (4000 bytes, and `certs_len`), which live until the call is over.
    let called = unsafe { ioctl(&file, Updater::<GET_EXT_REPORT, GuestRequest>::new(&mut call)) };
    if let Err(error) = called {
        return Err(match call.exitinfo2 {
            // Nothing was said, or the firmware was not asked (`SEV_RET_NO_FW_CALL`).
            0 | 0xff | u64::MAX => TeeError::file(device)(error.into()),
            status => TeeError::Firmware(status),
        });
    }
    Ok((body(&response.data)?, certificates))
}

/// The report in the firmware's answer.
pub(crate) fn body(answer: &[u8; 4000]) -> Result<Vec<u8>, TeeError> {
    let number = |place: usize| answer.get(place..).and_then(|rest| rest.first_chunk()).map(|n| u32::from_le_bytes(*n));
    match number(0) {
        Some(0) => {},
        status => return Err(TeeError::Firmware(status.unwrap_or(u32::MAX).into())),
    }
    let report = answer.get(HEAD..HEAD + REPORT).filter(|_| number(4) == Some(REPORT as u32));
    Ok(report
        .ok_or(TeeError::Evidence(candor_attestation::Error::Truncated(candor_attestation::Part::SnpReport)))?
        .to_vec())
}

#[cfg(test)]
pub(crate) const LAYOUT: [usize; 5] = [
    size_of::<ExtendedRequest>(),
    size_of::<GuestRequest>(),
    std::mem::offset_of!(ExtendedRequest, certs_address),
    std::mem::offset_of!(GuestRequest, exitinfo2),
    GET_EXT_REPORT as usize,
];
