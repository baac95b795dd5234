//! What stands beside a message, in metadata: payment, time, who calls, receipt.

use crate::{
    backend::{CallError, InferResponse, Payment},
    wire,
};
use candor_primitives::SignedVoucher;
use codec::{DecodeAll, Encode};
use std::{str::FromStr, time::Duration};
use tonic::metadata::{BinaryMetadataKey, BinaryMetadataValue, MetadataMap};

/// Name of binary metadata.
fn binary_key(name: &str) -> String {
    format!("{name}-bin")
}

fn invalid(name: &str, message: impl Into<String>) -> CallError {
    CallError::Invalid { field: name.into(), message: message.into() }
}

fn number<T: FromStr>(metadata: &MetadataMap, name: &str) -> Result<Option<T>, CallError> {
    let Some(value) = metadata.get(name) else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| invalid(name, format!("the metadata `{name}` is a whole number")))
}

/// How a call is paid, if it is.
pub(super) fn payment(metadata: &MetadataMap) -> Result<Option<Payment>, CallError> {
    let key = binary_key(wire::VOUCHER);
    let (session, index) = (number(metadata, wire::SESSION)?, number(metadata, wire::INDEX)?);
    let voucher = metadata.get_bin(key.as_str());
    let (session, index) = match (session, index, voucher) {
        (None, None, None) => return Ok(None),
        (Some(session), Some(index), _) => (session, index),
        (None, ..) => return Err(invalid(wire::SESSION, "a paid call names its session")),
        (_, None, _) => return Err(invalid(wire::INDEX, "a paid call has an index in its session")),
    };
    let decoded = voucher.map(|value| {
        let bytes = value.to_bytes().ok();
        let voucher = bytes.and_then(|bytes| SignedVoucher::decode_all(&mut &*bytes).ok());
        voucher.ok_or_else(|| invalid(&key, "the metadata is a signed voucher in SCALE encoding"))
    });
    Ok(Some(Payment { session, index, voucher: decoded.transpose()? }))
}

/// How long the caller waits: gRPC's own header, up to eight digits and a unit.
pub(super) fn timeout(metadata: &MetadataMap) -> Result<Option<Duration>, CallError> {
    let Some(value) = metadata.as_ref().get("grpc-timeout") else { return Ok(None) };
    let wrong = || invalid("grpc-timeout", "a timeout is up to eight digits and one of H, M, S, m, u, n");
    let text = value.to_str().map_err(|_| wrong())?;
    let (digits, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    if digits.is_empty() || digits.len() > 8 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let count: u64 = digits.parse().map_err(|_| wrong())?;
    Ok(Some(match unit {
        "H" => Duration::from_secs(count.saturating_mul(3600)),
        "M" => Duration::from_secs(count.saturating_mul(60)),
        "S" => Duration::from_secs(count),
        "m" => Duration::from_millis(count),
        "u" => Duration::from_micros(count),
        "n" => Duration::from_nanos(count),
        _ => return Err(wrong()),
    }))
}

/// Put a value in SCALE beside an answer.
pub(super) fn put(metadata: &mut MetadataMap, name: &str, value: &impl Encode) {
    put_bytes(metadata, name, &value.encode());
}

/// Put bytes beside an answer.
pub(super) fn put_bytes(metadata: &mut MetadataMap, name: &str, value: &[u8]) {
    if let Ok(key) = binary_key(name).parse::<BinaryMetadataKey>() {
        metadata.insert_bin(key, BinaryMetadataValue::from_bytes(value));
    }
}

/// The receipt of an answer.
pub(super) fn receipt(answer: &InferResponse, metadata: &mut MetadataMap) {
    if let Some(receipt) = &answer.receipt {
        put(metadata, wire::RECEIPT, receipt);
        put(metadata, wire::ROOTS, &answer.output_roots);
    }
}
