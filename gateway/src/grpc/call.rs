//! Calls out of messages.

use super::{
    contents,
    proto::{
        infer_parameter::ParameterChoice, model_infer_request::InferInputTensor, InferParameter, ModelInferRequest,
    },
};
use crate::{
    backend::{CallError, InferRequest},
    datatype::{datatype_names, parse_datatype},
    tensor::{NamedTensor, TensorData},
};
use bytes::Bytes;
use candor_primitives::tensor::{Shape, MAX_RANK};
use std::{collections::HashMap, time::Duration};

fn invalid(field: impl Into<String>, message: impl Into<String>) -> CallError {
    CallError::Invalid { field: field.into(), message: message.into() }
}

/// A call, without payment, deadline and caller.
pub(super) struct Decoded {
    pub(super) call: InferRequest,
    /// The time that its parameters give it.
    pub(super) timeout: Option<Duration>,
    /// Whether its tensors were raw bytes, so that the answer's are.
    pub(super) raw: bool,
}

/// Read a call. Checks what does not depend on the model, but for the number of bytes (`crate::fit`).
pub(super) fn decode(message: ModelInferRequest) -> Result<Decoded, CallError> {
    let (count, given) = (message.inputs.len(), message.raw_input_contents.len());
    let raw = given > 0 || message.inputs.iter().all(|input| input.contents.is_none());
    if raw && given != count {
        let message =
            format!("there are {count} inputs, but raw contents of {given}: send one for each, in their order");
        return Err(invalid("raw_input_contents", message));
    }
    let mut given = message.raw_input_contents.into_iter();
    let mut inputs = Vec::with_capacity(count);
    for (number, input) in message.inputs.into_iter().enumerate() {
        inputs.push(tensor(&format!("inputs[{number}]"), input, given.next())?);
    }
    for (number, output) in message.outputs.iter().enumerate() {
        parameters(&format!("outputs[{number}]"), &output.parameters)?;
    }
    let some = |text: String| (!text.is_empty()).then_some(text);
    let call = InferRequest {
        model: message.model_name,
        version: some(message.model_version),
        id: some(message.id),
        inputs,
        outputs: message.outputs.into_iter().map(|output| output.name).collect(),
        deadline: None,
        payment: None,
        caller: None,
    };
    Ok(Decoded { call, timeout: timeout(&message.parameters)?, raw })
}

fn tensor(field: &str, input: InferInputTensor, raw: Option<Bytes>) -> Result<NamedTensor, CallError> {
    let dtype = parse_datatype(&input.datatype).ok_or_else(|| {
        let message = format!("`{}` is no type; the types are {}", input.datatype, datatype_names());
        invalid(format!("{field}.datatype"), message)
    })?;
    let lengths: Result<Vec<u32>, _> = input.shape.iter().map(|length| u32::try_from(*length)).collect();
    let shape = lengths.ok().and_then(|lengths| Shape::try_from(lengths).ok()).ok_or_else(|| {
        let message = format!("a shape has at most {MAX_RANK} lengths, each from 0 to {}", u32::MAX);
        invalid(format!("{field}.shape"), message)
    })?;
    parameters(field, &input.parameters)?;
    let data = match (raw, input.contents) {
        (Some(_), Some(_)) => {
            return Err(invalid(format!("{field}.contents"), "there are raw contents too: send one of them"));
        },
        (Some(raw), None) => raw,
        (None, contents) => {
            let read = contents::read(contents.unwrap_or_default(), dtype);
            read.map_err(|message| invalid(format!("{field}.contents"), message))?
        },
    };
    Ok(NamedTensor { name: input.name, tensor: TensorData { dtype, shape, data } })
}

/// Parameters that say that a tensor lies elsewhere are refused; others change nothing.
fn parameters(field: &str, given: &HashMap<String, InferParameter>) -> Result<(), CallError> {
    match given.keys().find(|name| name.starts_with("shared_memory")) {
        Some(name) => Err(invalid(format!("{field}.parameters.{name}"), "tensors travel in the message only")),
        None => Ok(()),
    }
}

/// Triton's parameter `timeout`, in microseconds.
fn timeout(parameters: &HashMap<String, InferParameter>) -> Result<Option<Duration>, CallError> {
    let Some(parameter) = parameters.get("timeout") else { return Ok(None) };
    let micros = match parameter.parameter_choice {
        Some(ParameterChoice::Int64Param(micros)) => u64::try_from(micros).ok(),
        Some(ParameterChoice::Uint64Param(micros)) => Some(micros),
        _ => None,
    };
    let micros = micros.ok_or_else(|| invalid("parameters.timeout", "a timeout is a whole number of microseconds"))?;
    // Zero is Triton's word for none.
    Ok((micros > 0).then(|| Duration::from_micros(micros)))
}
