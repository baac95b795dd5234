//! Calls as they travel: JSON, and behind it the tensors' bytes.

use super::{ClientError, Encoding};
use crate::{
    backend::{InferRequest, Payment},
    datatype::datatype,
    json::{write_string, write_values},
    message::HEADER_LENGTH,
    tensor::NamedTensor,
    wire,
};
use base64::{engine::general_purpose::STANDARD, Engine as _};
use bytes::Bytes;
use candor_primitives::tensor::elements;
use codec::Encode;
use http::{header, HeaderName, HeaderValue};
use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};
use std::{io::Write, time::Instant};

/// What is kept as it is in a path: the unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Path of a model, or of `after` below it. A slash in the name is part of the name.
pub(super) fn model_path(name: &str, version: Option<&str>, after: &str) -> String {
    let name = utf8_percent_encode(name, SEGMENT);
    match version {
        Some(version) => format!("/v2/models/{name}/versions/{}{after}", utf8_percent_encode(version, SEGMENT)),
        None => format!("/v2/models/{name}{after}"),
    }
}

type Sent = (String, Vec<(HeaderName, HeaderValue)>, Vec<Bytes>);

/// Path, headers and body of a call.
pub(super) fn encode(request: &InferRequest, encoding: Encoding) -> Result<Sent, ClientError> {
    let path = model_path(&request.model, request.version.as_deref(), "/infer");
    let mut headers = Vec::with_capacity(6);
    let mut body = Vec::with_capacity(1 + request.inputs.len());
    let text = head(request, encoding)?;
    if encoding == Encoding::Binary {
        headers.push((header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")));
        headers.push((HeaderName::from_static(HEADER_LENGTH), HeaderValue::from(text.len())));
        body.push(text.into());
        body.extend(request.inputs.iter().map(|input| input.tensor.data.clone()).filter(|data| !data.is_empty()));
    } else {
        headers.push((header::CONTENT_TYPE, HeaderValue::from_static("application/json")));
        body.push(text.into());
    }
    if let Some(payment) = &request.payment {
        pay(payment, &mut headers)?;
    }
    if let Some(deadline) = request.deadline {
        let left = deadline.saturating_duration_since(Instant::now()).as_millis();
        let left = HeaderValue::from(u64::try_from(left).unwrap_or(u64::MAX));
        headers.push((HeaderName::from_static(wire::TIMEOUT), left));
    }
    Ok((path, headers, body))
}

/// A call's JSON.
fn head(request: &InferRequest, encoding: Encoding) -> Result<Vec<u8>, ClientError> {
    let mut text = Vec::with_capacity(128 + 128 * request.inputs.len());
    text.push(b'{');
    if let Some(id) = &request.id {
        text.extend(b"\"id\":");
        write_string(id, &mut text);
        text.push(b',');
    }
    text.extend(b"\"inputs\":[");
    for (number, NamedTensor { name, tensor }) in request.inputs.iter().enumerate() {
        text.extend(if number > 0 { &b",{\"name\":"[..] } else { b"{\"name\":" });
        write_string(name, &mut text);
        let _ = write!(text, ",\"datatype\":\"{}\",\"shape\":[", datatype(tensor.dtype));
        for (number, length) in tensor.shape.iter().enumerate() {
            let _ = write!(text, "{}{length}", if number > 0 { "," } else { "" });
        }
        text.extend(b"],");
        if encoding == Encoding::Binary {
            let _ = write!(text, "\"parameters\":{{\"binary_data_size\":{}}}", tensor.data.len());
        } else {
            let wrong = |what| ClientError::Request(format!("the input `{name}`: {what}"));
            tensor.check().map_err(|e| wrong(e.to_string()))?;
            text.extend(b"\"data\":");
            if !write_values(tensor.dtype, elements(&tensor.shape).unwrap_or(0), &tensor.data, &mut text) {
                return Err(wrong("a text is not UTF-8, JSON cannot carry it".into()));
            }
        }
        text.push(b'}');
    }
    text.push(b']');
    outputs(request, encoding, &mut text);
    text.push(b'}');
    Ok(text)
}

/// The outputs that are wanted, and that they are wanted as bytes.
fn outputs(request: &InferRequest, encoding: Encoding, text: &mut Vec<u8>) {
    let binary = encoding == Encoding::Binary;
    if request.outputs.is_empty() {
        if binary {
            text.extend(b",\"parameters\":{\"binary_data_output\":true}");
        }
        return;
    }
    text.extend(b",\"outputs\":[");
    for (number, name) in request.outputs.iter().enumerate() {
        text.extend(if number > 0 { &b",{\"name\":"[..] } else { b"{\"name\":" });
        write_string(name, text);
        text.extend(if binary { &b",\"parameters\":{\"binary_data\":true}}"[..] } else { b"}" });
    }
    text.push(b']');
}

fn pay(payment: &Payment, headers: &mut Vec<(HeaderName, HeaderValue)>) -> Result<(), ClientError> {
    headers.push((HeaderName::from_static(wire::SESSION), HeaderValue::from(payment.session)));
    headers.push((HeaderName::from_static(wire::INDEX), HeaderValue::from(payment.index)));
    if let Some(voucher) = &payment.voucher {
        let value = HeaderValue::try_from(STANDARD.encode(voucher.encode()));
        let value = value.map_err(|e| ClientError::Request(format!("the voucher: {e}")))?;
        headers.push((HeaderName::from_static(wire::VOUCHER), value));
    }
    Ok(())
}
