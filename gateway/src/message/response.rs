//! The body of an answer.

use super::{Decoded, Wanted};
use crate::{
    backend::{CallError, InferResponse},
    datatype::datatype,
    json::{write_string, write_values},
    tensor::NamedTensor,
};
use candor_primitives::tensor::elements;

/// The body of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// JSON, and after it binary data if there is any.
    pub body: Vec<u8>,
    /// Length of the JSON, where binary data may follow it.
    pub header: Option<usize>,
}

/// Write the answer to a call, each output in the form in which it was wanted.
pub fn encode(answer: &InferResponse, id: Option<&str>, wanted: &[Wanted], binary: bool) -> Result<Encoded, CallError> {
    let is_binary = |output: &NamedTensor| {
        let told = wanted.iter().find(|wanted| wanted.name == output.name).and_then(|wanted| wanted.binary);
        told.unwrap_or(binary)
    };
    let bytes: usize = answer.outputs.iter().map(|output| output.tensor.data.len()).sum();
    let mut out = Vec::with_capacity(256 + 64 * answer.outputs.len() + bytes);
    out.extend_from_slice(b"{\"model_name\":");
    write_string(&answer.model, &mut out);
    out.extend_from_slice(b",\"model_version\":");
    write_string(&answer.version, &mut out);
    if let Some(id) = id {
        out.extend_from_slice(b",\"id\":");
        write_string(id, &mut out);
    }
    out.extend_from_slice(b",\"outputs\":[");
    for (index, output) in answer.outputs.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_output(output, is_binary(output), &mut out)?;
    }
    out.extend_from_slice(b"]}");
    let any = answer.outputs.iter().any(is_binary);
    let header = any.then_some(out.len());
    for output in answer.outputs.iter().filter(|output| is_binary(output)) {
        out.extend_from_slice(&output.tensor.data);
    }
    Ok(Encoded { body: out, header })
}

fn write_output(output: &NamedTensor, binary: bool, out: &mut Vec<u8>) -> Result<(), CallError> {
    let tensor = &output.tensor;
    let mut number = itoa::Buffer::new();
    out.extend_from_slice(b"{\"name\":");
    write_string(&output.name, out);
    out.extend_from_slice(b",\"datatype\":\"");
    out.extend_from_slice(datatype(tensor.dtype).as_bytes());
    out.extend_from_slice(b"\",\"shape\":[");
    for (index, length) in tensor.shape.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(number.format(*length).as_bytes());
    }
    if binary {
        out.extend_from_slice(b"],\"parameters\":{\"binary_data_size\":");
        out.extend_from_slice(number.format(tensor.data.len()).as_bytes());
        out.extend_from_slice(b"}}");
        return Ok(());
    }
    out.extend_from_slice(b"],\"data\":");
    let count = elements(&tensor.shape).unwrap_or(0);
    if !write_values(tensor.dtype, count, &tensor.data, out) {
        let message =
            format!("`{}` has texts that are not UTF-8, which JSON cannot carry: ask for binary data", output.name);
        return Err(CallError::Invalid { field: "outputs".into(), message });
    }
    out.push(b'}');
    Ok(())
}

impl Decoded {
    /// Write the answer to this call.
    pub fn answer(&self, answer: &InferResponse) -> Result<Encoded, CallError> {
        encode(answer, self.id.as_deref(), &self.outputs, self.binary)
    }
}
