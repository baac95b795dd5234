//! Calls and answers as they travel: JSON, and behind it the tensors' bytes.

use super::{connection::Answer, json, ClientError, Encoding};
use crate::{
    backend::{InferRequest, InferResponse, Payment},
    datatype::{datatype, parse_datatype},
    tensor::{NamedTensor, TensorData},
    wire,
};
use base64::{engine::general_purpose::STANDARD, Engine as _};
use bytes::Bytes;
use candor_primitives::{tensor::Shape, SignedReceipt};
use codec::{DecodeAll, Encode};
use http::{header, HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{utf8_percent_encode, AsciiSet, NON_ALPHANUMERIC};
use serde::Deserialize;
use std::{borrow::Cow, fmt::Write, time::Instant};

/// Length of the JSON at the beginning of a body.
pub(super) const HEADER_LENGTH: HeaderName = HeaderName::from_static("inference-header-content-length");

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
    let mut text = String::with_capacity(128 + 128 * request.inputs.len());
    let mut body = Vec::with_capacity(1 + request.inputs.len());
    text.push('{');
    if let Some(id) = &request.id {
        let _ = write!(text, "\"id\":{},", quoted(id));
    }
    text.push_str("\"inputs\":[");
    for (number, NamedTensor { name, tensor }) in request.inputs.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        let _ = write!(text, "{{\"name\":{},\"datatype\":\"{}\",\"shape\":[", quoted(name), datatype(tensor.dtype));
        for (number, length) in tensor.shape.iter().enumerate() {
            let _ = write!(text, "{}{length}", if number > 0 { "," } else { "" });
        }
        text.push_str("],");
        match encoding {
            Encoding::Binary => {
                let _ = write!(text, "\"parameters\":{{\"binary_data_size\":{}}}", tensor.data.len());
                body.push(tensor.data.clone());
            },
            Encoding::Json => {
                text.push_str("\"data\":");
                json::write(tensor, &mut text).map_err(|e| ClientError::Request(format!("the input `{name}`: {e}")))?;
            },
        }
        text.push('}');
    }
    text.push(']');
    outputs(request, encoding, &mut text);
    text.push('}');
    let json = HeaderValue::from_static("application/json");
    let octets = HeaderValue::from_static("application/octet-stream");
    if encoding == Encoding::Binary {
        headers.push((header::CONTENT_TYPE, octets));
        headers.push((HEADER_LENGTH, HeaderValue::from(text.len())));
    } else {
        headers.push((header::CONTENT_TYPE, json));
    }
    if let Some(payment) = &request.payment {
        pay(payment, &mut headers)?;
    }
    if let Some(deadline) = request.deadline {
        let left = deadline.saturating_duration_since(Instant::now()).as_millis();
        headers
            .push((HeaderName::from_static(wire::TIMEOUT), HeaderValue::from(u64::try_from(left).unwrap_or(u64::MAX))));
    }
    body.insert(0, Bytes::from(text));
    body.retain(|piece| !piece.is_empty());
    Ok((path, headers, body))
}

/// The outputs that are wanted, and that they are wanted as bytes.
fn outputs(request: &InferRequest, encoding: Encoding, text: &mut String) {
    let binary = encoding == Encoding::Binary;
    if request.outputs.is_empty() {
        if binary {
            text.push_str(",\"parameters\":{\"binary_data_output\":true}");
        }
        return;
    }
    text.push_str(",\"outputs\":[");
    for (number, name) in request.outputs.iter().enumerate() {
        let comma = if number > 0 { "," } else { "" };
        let parameters = if binary { ",\"parameters\":{\"binary_data\":true}" } else { "" };
        let _ = write!(text, "{comma}{{\"name\":{}{parameters}}}", quoted(name));
    }
    text.push(']');
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

/// A text as JSON has it.
fn quoted(text: &str) -> Cow<'static, str> {
    let plain = text.bytes().all(|b| (0x20..0x7f).contains(&b) && b != b'"' && b != b'\\');
    match plain {
        true => Cow::Owned(format!("\"{text}\"")),
        false => Cow::Owned(serde_json::Value::from(text).to_string()),
    }
}

/// An answer's JSON.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, default)]
    model_name: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    model_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    outputs: Vec<Output<'a>>,
}

#[derive(Deserialize)]
struct Output<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    datatype: Cow<'a, str>,
    shape: Vec<u64>,
    #[serde(default)]
    parameters: Option<Parameters>,
    #[serde(borrow, default)]
    data: Option<&'a serde_json::value::RawValue>,
}

#[derive(Deserialize)]
struct Parameters {
    #[serde(default)]
    binary_data_size: Option<u64>,
}

fn protocol(message: impl Into<String>) -> ClientError {
    ClientError::Protocol(message.into())
}

/// What was answered.
pub(super) fn decode(answer: Answer) -> Result<InferResponse, ClientError> {
    if !answer.status.is_success() {
        return Err(answer.failure());
    }
    let length = match answer.headers.get(HEADER_LENGTH) {
        Some(value) => {
            let length = value.to_str().ok().and_then(|text| text.trim().parse::<usize>().ok());
            length.ok_or_else(|| protocol("the length of its JSON is no number"))?
        },
        None => answer.body.len(),
    };
    let text = answer.body.get(..length).ok_or_else(|| protocol("its JSON is longer than the whole"))?;
    let head: Head = serde_json::from_slice(text).map_err(|e| protocol(e.to_string()))?;
    let mut at = length;
    let mut outputs = Vec::with_capacity(head.outputs.len());
    for output in head.outputs {
        outputs.push(tensor(output, &answer.body, &mut at)?);
    }
    if at != answer.body.len() {
        return Err(protocol("it has bytes behind the last output"));
    }
    Ok(InferResponse {
        model: head.model_name.unwrap_or_default().into_owned(),
        version: head.model_version.unwrap_or_default().into_owned(),
        outputs,
        receipt: receipt(&answer.headers)?,
        output_roots: scale(&answer.headers, wire::ROOTS)?.unwrap_or_default(),
    })
}

fn tensor(output: Output<'_>, body: &Bytes, at: &mut usize) -> Result<NamedTensor, ClientError> {
    let name = output.name.into_owned();
    let wrong = |what: &str| protocol(format!("the output `{name}` {what}"));
    let dtype = parse_datatype(&output.datatype).ok_or_else(|| wrong("has a type that is not known"))?;
    let lengths: Result<Vec<u32>, _> = output.shape.into_iter().map(u32::try_from).collect();
    let shape = lengths.ok().and_then(|lengths| Shape::try_from(lengths).ok());
    let shape = shape.ok_or_else(|| wrong("has more than eight dimensions, or one that is too long"))?;
    let size = output.parameters.and_then(|p| p.binary_data_size);
    let data = match (size, output.data) {
        (Some(size), _) => {
            let end = usize::try_from(size).ok().and_then(|size| at.checked_add(size));
            let end = end.filter(|end| *end <= body.len()).ok_or_else(|| wrong("has fewer bytes than it says"))?;
            let data = body.slice(*at..end);
            *at = end;
            data
        },
        (None, Some(raw)) => json::read(raw.get(), dtype).map_err(|e| wrong(&format!("cannot be read: {e}")))?.into(),
        (None, None) => return Err(wrong("has no data")),
    };
    let tensor = TensorData { dtype, shape, data };
    tensor.check().map_err(|_| wrong("has bytes that do not fit its type and shape"))?;
    Ok(NamedTensor { name, tensor })
}

/// The host's receipt.
fn receipt(headers: &HeaderMap) -> Result<Option<SignedReceipt>, ClientError> {
    scale(headers, wire::RECEIPT)
}

fn scale<T: DecodeAll>(headers: &HeaderMap, name: &'static str) -> Result<Option<T>, ClientError> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let bytes = STANDARD.decode(value.as_bytes()).map_err(|e| protocol(format!("`{name}`: {e}")))?;
    let value = T::decode_all(&mut bytes.as_slice()).map_err(|e| protocol(format!("`{name}`: {e}")))?;
    Ok(Some(value))
}
