//! Models with more outputs, or with fewer nodes.

use crate::onnx::{
    proto::{GraphProto, ModelProto, NodeProto, ValueInfo},
    OnnxModel,
};
use prost::Message;
use std::collections::HashSet;

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

/// An encoded model with the shapes of these values as further outputs, named as given.
pub(super) fn with_shapes<'a>(model: &[u8], values: impl Iterator<Item = (&'a str, String)>) -> Vec<u8> {
    let (node, output) = values
        .map(|(value, name)| {
            let node = NodeProto {
                op_type: "Shape".into(),
                input: vec![value.to_owned()],
                output: vec![name.clone()],
                ..Default::default()
            };
            (node, ValueInfo { name, kind: None })
        })
        .unzip();
    let patch = ModelProto { graph: Some(GraphProto { node, output, ..Default::default() }), ..Default::default() };
    let mut bytes = Vec::with_capacity(model.len() + patch.encoded_len());
    bytes.extend_from_slice(model);
    bytes.extend_from_slice(&patch.encode_to_vec());
    bytes
}

/// An encoded model with the first `end` of the file's nodes, and these values as its outputs.
pub(super) fn cut<'a>(model: &OnnxModel, end: usize, outputs: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let file = model.graph();
    let node: Vec<NodeProto> = file.node.iter().take(end).cloned().collect();
    let read: HashSet<&str> = node.iter().flat_map(|n| n.input.iter().map(String::as_str)).collect();
    let graph = GraphProto {
        name: "cut".into(),
        initializer: file.initializer.iter().filter(|t| read.contains(t.name.as_str())).cloned().collect(),
        input: file.input.clone(),
        output: outputs.map(|name| ValueInfo { name: name.to_owned(), kind: None }).collect(),
        node,
        ..Default::default()
    };
    let proto = model.proto();
    let opset_import = proto.opset_import.clone();
    ModelProto { ir_version: proto.ir_version, graph: Some(graph), opset_import, functions: Vec::new() }.encode_to_vec()
}
