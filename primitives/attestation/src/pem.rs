//! Chains of certificates as text.

use crate::error::{Error, Part};
use alloc::vec::Vec;

/// Longest chain as text.
pub const MAX_CHAIN: u32 = 16 * 1024;
/// Most certificates of a chain: leaf, issuer, root.
pub(crate) const MAX_CERTIFICATES: usize = 3;

const END: &[u8] = b"-----END CERTIFICATE-----";

/// The certificates of a chain in DER. Between and after them there may be line ends, and zeros at the very end.
pub(crate) fn certificates(text: &[u8], part: Part) -> Result<Vec<Vec<u8>>, Error> {
    if text.len() > MAX_CHAIN as usize {
        return Err(Error::TooLong(part));
    }
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.iter().all(|byte| *byte == 0) {
        if found.len() == MAX_CERTIFICATES {
            return Err(Error::TooMany(part));
        }
        let at = rest.windows(END.len()).position(|window| window == END).ok_or(Error::Truncated(part))?;
        let (one, after) = rest.split_at_checked(at.saturating_add(END.len())).ok_or(Error::Truncated(part))?;
        let mut der = alloc::vec![0; one.len()];
        let (label, der_len) = pem_rfc7468::decode(one, &mut der)
            .map(|(label, der)| (label, der.len()))
            .map_err(|_| Error::Malformed(part))?;
        if label != "CERTIFICATE" {
            return Err(Error::Malformed(part));
        }
        der.truncate(der_len);
        found.push(der);
        rest = without_line_ends(after);
    }
    if found.is_empty() {
        return Err(Error::Truncated(part));
    }
    Ok(found)
}

fn without_line_ends(mut text: &[u8]) -> &[u8] {
    while let [b'\n' | b'\r', rest @ ..] = text {
        text = rest;
    }
    text
}
