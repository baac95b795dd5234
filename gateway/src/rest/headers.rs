//! Headers beside a call: payment, time, receipt.

use crate::{
    backend::{CallError, InferResponse, Payment},
    message::HEADER_LENGTH,
    wire,
};
use axum::http::{HeaderMap, HeaderValue};
use base64::{engine::general_purpose::STANDARD, Engine as _};
use candor_primitives::SignedVoucher;
use codec::{DecodeAll, Encode};
use std::time::Duration;

fn invalid(field: &str, message: impl Into<String>) -> CallError {
    CallError::Invalid { field: field.into(), message: message.into() }
}

fn number<T: std::str::FromStr>(headers: &HeaderMap, name: &'static str) -> Result<Option<T>, CallError> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| invalid(name, format!("the header `{name}` is a whole number")))
}

/// How the call is paid, if it is.
pub(crate) fn payment(headers: &HeaderMap) -> Result<Option<Payment>, CallError> {
    let session = number(headers, wire::SESSION)?;
    let index = number(headers, wire::INDEX)?;
    let voucher = headers.get(wire::VOUCHER);
    let (session, index) = match (session, index, voucher) {
        (None, None, None) => return Ok(None),
        (Some(session), Some(index), _) => (session, index),
        (None, ..) => return Err(invalid(wire::SESSION, "a paid call names its session")),
        (_, None, _) => return Err(invalid(wire::INDEX, "a paid call has an index in its session")),
    };
    let voucher = voucher.map(|value| {
        let bytes = STANDARD.decode(value.as_bytes()).ok();
        let voucher = bytes.and_then(|bytes| SignedVoucher::decode_all(&mut bytes.as_slice()).ok());
        voucher.ok_or_else(|| invalid(wire::VOUCHER, "the header is a signed voucher: base64 of its SCALE encoding"))
    });
    Ok(Some(Payment { session, index, voucher: voucher.transpose()? }))
}

/// How long the caller waits.
pub(crate) fn timeout(headers: &HeaderMap) -> Result<Option<Duration>, CallError> {
    Ok(number(headers, wire::TIMEOUT)?.map(Duration::from_millis))
}

/// Length of the JSON before binary data.
pub(crate) fn header_length(headers: &HeaderMap) -> Result<Option<usize>, CallError> {
    number(headers, HEADER_LENGTH)
}

/// A value in SCALE, in base64.
pub(crate) fn binary(value: &impl Encode) -> Option<HeaderValue> {
    HeaderValue::try_from(STANDARD.encode(value.encode())).ok()
}

/// The receipt of an answer.
pub(crate) fn receipt(answer: &InferResponse, headers: &mut HeaderMap) {
    if let Some(value) = answer.receipt.as_ref().and_then(binary) {
        headers.insert(wire::RECEIPT, value);
        if let Some(roots) = binary(&answer.output_roots) {
            headers.insert(wire::ROOTS, roots);
        }
    }
}
