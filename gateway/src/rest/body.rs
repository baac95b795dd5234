//! Bodies of requests: whole, bounded in size and time, unpacked.

use super::{Failure, Options};
use crate::backend::CallError;
use axum::{
    body::Body,
    http::{header, HeaderMap},
};
use bytes::Bytes;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use std::io::Read;

/// Packed bodies up to this size are unpacked where they came in; larger ones on a thread of their own.
const SMALL: usize = 64 << 10;

/// The whole body.
pub(crate) async fn read(body: Body, headers: &HeaderMap, options: &Options) -> Result<Bytes, Failure> {
    let limit = options.body_limit;
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > limit as u64) {
        return Err(Failure::TooLarge(limit));
    }
    let whole = tokio::time::timeout(options.body_time, Limited::new(body, limit).collect());
    let body = match whole.await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Err(Failure::TooLarge(limit)),
        Ok(Err(_)) | Err(_) => return Err(Failure::Slow),
    };
    let packing = match headers.get(header::CONTENT_ENCODING).map(|value| value.as_bytes()) {
        None | Some(b"" | b"identity") => return Ok(body),
        Some(b"gzip") => Packing::Gzip,
        Some(b"deflate") => Packing::Deflate,
        Some(other) => return Err(Failure::Encoding(String::from_utf8_lossy(other).into_owned())),
    };
    if body.len() <= SMALL {
        return packing.unpack(&body, limit);
    }
    tokio::task::spawn_blocking(move || packing.unpack(&body, limit)).await.map_err(|_| Failure::Slow)?
}

/// How a body is packed: the two ways of RFC 9110 that the protocol's clients offer.
#[derive(Clone, Copy, Debug)]
enum Packing {
    Gzip,
    Deflate,
}

impl Packing {
    fn unpack(self, packed: &[u8], limit: usize) -> Result<Bytes, Failure> {
        let mut body = Vec::new();
        let most = (limit as u64).saturating_add(1);
        let read = match self {
            Self::Gzip => MultiGzDecoder::new(packed).take(most).read_to_end(&mut body),
            Self::Deflate => ZlibDecoder::new(packed).take(most).read_to_end(&mut body),
        };
        if read.is_err() {
            let message = "the body is not packed as its header says".into();
            return Err(CallError::Invalid { field: "body".into(), message }.into());
        }
        if body.len() > limit {
            return Err(Failure::TooLarge(limit));
        }
        Ok(body.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn bodies_should_be_unpacked_when_they_fit() {
        let unpack = |packed: &[u8], limit| Packing::Gzip.unpack(packed, limit);
        assert_eq!(unpack(&packed(b"hello"), 5).unwrap(), b"hello".as_slice());
        assert_eq!(unpack(&packed(&[0; 1 << 20]), 1000), Err(Failure::TooLarge(1000)));
        assert!(matches!(unpack(b"hello", 100), Err(Failure::Call(_))));
        assert!(matches!(unpack(&packed(b"hello")[..12], 100), Err(Failure::Call(_))));
    }
}
