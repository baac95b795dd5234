//! What is said to a host's quote generation service (QGS).
//!
//! Intel's `qgs_msg_lib.h` and `tdx_attest.c` (SGX Data Center Attestation Primitives): a length of four bytes, big-endian, then a message: versions
//! (u16, u16), type, size and error (u32 each), little-endian; a request for a quote has the lengths of report and list of ids, and
//! both; an answer the lengths of id and quote, and both.

use super::TeeError;
use std::io::{Read, Write};

const VERSION: (u16, u16) = (1, 1);
const GET_QUOTE_REQUEST: u32 = 0;
const GET_QUOTE_RESPONSE: u32 = 1;
/// Bytes before the report, and before the quote.
const HEAD: usize = 24;
/// Longest answer.
const MOST: usize = 64 << 10;

/// Asks for a quote of a report.
pub(crate) fn quote(service: &mut (impl Read + Write), report: &[u8]) -> Result<Vec<u8>, TeeError> {
    let failed = |error: std::io::Error| TeeError::QuoteService(format!("broke off: {error}"));
    service.write_all(&request(report)).map_err(failed)?;
    let mut length = [0; 4];
    service.read_exact(&mut length).map_err(failed)?;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > MOST {
        return Err(TeeError::QuoteService(format!("announces {length} bytes")));
    }
    let mut answer = vec![0; length];
    service.read_exact(&mut answer).map_err(failed)?;
    quote_in(&answer)
}

/// The request with its length.
pub(crate) fn request(report: &[u8]) -> Vec<u8> {
    let size = u32::try_from(HEAD + report.len()).unwrap_or(u32::MAX);
    let mut bytes = size.to_be_bytes().to_vec();
    bytes.extend(VERSION.0.to_le_bytes());
    bytes.extend(VERSION.1.to_le_bytes());
    let report_size = u32::try_from(report.len()).unwrap_or(u32::MAX);
    for number in [GET_QUOTE_REQUEST, size, 0, report_size, 0] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(report);
    bytes
}

/// The quote in an answer without its length.
pub(crate) fn quote_in(answer: &[u8]) -> Result<Vec<u8>, TeeError> {
    let wrong = |what: &str| TeeError::QuoteService(what.into());
    let (head, body) = answer.split_at_checked(HEAD).ok_or_else(|| wrong("answers too little"))?;
    let (version, numbers) = head.split_first_chunk::<4>().ok_or_else(|| wrong("answers too little"))?;
    let [major_low, major_high, ..] = *version;
    let mut numbers = numbers.chunks_exact(4).filter_map(|n| Some(u32::from_le_bytes(*n.first_chunk()?)));
    let mut next = || numbers.next().unwrap_or_default();
    let (kind, size, error, id_size, quote_size) = (next(), next(), next(), next(), next());
    if u16::from_le_bytes([major_low, major_high]) != VERSION.0 || kind != GET_QUOTE_RESPONSE {
        return Err(wrong("answers something else than a quote"));
    }
    if error != 0 {
        return Err(TeeError::QuoteService(format!("refuses: error {error:#x}")));
    }
    let sizes = [id_size, quote_size].map(|size| usize::try_from(size).unwrap_or(usize::MAX));
    let [id_size, quote_size] = sizes;
    let whole = id_size.checked_add(quote_size) == Some(body.len()) && usize::try_from(size) == Ok(answer.len());
    let quote = body.get(id_size..).filter(|quote| whole && !quote.is_empty());
    Ok(quote.ok_or_else(|| wrong("answers lengths that do not fit"))?.to_vec())
}
