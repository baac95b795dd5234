//! Models with more outputs.

use crate::onnx::proto::{GraphProto, ModelProto, ValueInfo};
use prost::Message;

/// An encoded model with these values as further outputs.
///
/// Protobuf merges a message that occurs twice: to append `{graph: {output: ...}}` adds outputs and touches nothing else,
/// not even fields that this crate does not know.
pub(super) fn with_outputs<'a>(model: &[u8], outputs: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let output = outputs.map(|name| ValueInfo { name: name.to_owned(), kind: None }).collect();
    let patch = ModelProto { graph: Some(GraphProto { output, ..Default::default() }), ..Default::default() };
    let mut bytes = Vec::with_capacity(model.len() + patch.encoded_len());
    bytes.extend_from_slice(model);
    bytes.extend_from_slice(&patch.encode_to_vec());
    bytes
}
