//! `/dev/tdx_guest`: a report of TDX where the kernel has no TSM interface (6.2 to 6.6).
//!
//! The kernel's `include/uapi/linux/tdx-guest.h`. Such a report is for this machine only; what others can verify is the quote that
//! the host's quote generation service makes of it, reached over vsock at the port that `/etc/tdx-attest.conf` names, as by
//! Intel's `libtdx_attest`.

#![allow(unsafe_code)]

use super::{qgs, TeeError};
use rustix::ioctl::{ioctl, opcode, Opcode, Updater};
use std::{
    fs::OpenOptions,
    io,
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::net::UnixStream,
    },
    path::Path,
    time::Duration,
};

/// Bytes of a report (`TDX_REPORT_LEN`).
const REPORT: usize = 1024;
/// Longest wait for a part of the service's answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// `struct tdx_report_req`
#[repr(C)]
struct ReportRequest {
    report_data: [u8; 64],
    report: [u8; REPORT],
}

const GET_REPORT0: Opcode = opcode::read_write::<ReportRequest>(b'T', 1);

/// A quote that is bound to `data`.
pub(crate) fn quote(device: &Path, port: u32, data: &[u8; 64]) -> Result<Vec<u8>, TeeError> {
    let report = report(device, data)?;
    let unreachable = |error: io::Error| TeeError::NoQuoteService(format!("vsock port {port} of the host: {error}"));
    qgs::quote(&mut connect(port).map_err(unreachable)?, &report)
}

fn report(device: &Path, data: &[u8; 64]) -> Result<[u8; REPORT], TeeError> {
    let file = OpenOptions::new().read(true).write(true).open(device).map_err(TeeError::file(device))?;
    let mut request = ReportRequest { report_data: *data, report: [0; REPORT] };
    // SAFETY: the opcode is that of the struct, which the kernel reads and writes.
    let called = unsafe { ioctl(&file, Updater::<GET_REPORT0, ReportRequest>::new(&mut request)) };
    called.map_err(|error| TeeError::file(device)(error.into()))?;
    Ok(request.report)
}

/// The port that a configuration of Intel's attestation library names: `port = 4050`.
pub(crate) fn port(configuration: &Path) -> Result<u32, TeeError> {
    let named = std::fs::read_to_string(configuration).ok().and_then(|text| port_in(&text));
    named.ok_or_else(|| {
        TeeError::NoQuoteService(format!("{} names no port of a quote generation service", configuration.display()))
    })
}

pub(crate) fn port_in(text: &str) -> Option<u32> {
    let settings = text.lines().filter_map(|line| line.split_once('='));
    let port = settings.filter(|(name, _)| name.trim() == "port").find_map(|(_, value)| value.trim().parse().ok());
    port.filter(|port| *port > 0)
}

/// A connection to the host.
fn connect(port: u32) -> io::Result<UnixStream> {
    // SAFETY: no pointer is passed; the descriptor that comes back is nobody else's.
    let socket = unsafe {
        match libc::socket(libc::AF_VSOCK, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0) {
            -1 => return Err(io::Error::last_os_error()),
            socket => OwnedFd::from_raw_fd(socket),
        }
    };
    // SAFETY: all zeros is a valid address of the kind, which has integers only.
    let mut address: libc::sockaddr_vm = unsafe { std::mem::zeroed() };
    address.svm_family = libc::AF_VSOCK as libc::sa_family_t;
    address.svm_cid = libc::VMADDR_CID_HOST;
    address.svm_port = port;
    let length = size_of::<libc::sockaddr_vm>() as libc::socklen_t;
    // SAFETY: the address is of the length that is passed and lives until the call is over.
    if unsafe { libc::connect(socket.as_raw_fd(), std::ptr::from_ref(&address).cast(), length) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // Reading, writing and their time limits are the same for every stream socket.
    let stream = UnixStream::from(socket);
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    Ok(stream)
}

#[cfg(test)]
pub(crate) const LAYOUT: [usize; 2] = [size_of::<ReportRequest>(), GET_REPORT0 as usize];
