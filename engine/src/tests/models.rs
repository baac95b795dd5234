//! Tiny ONNX files.

use crate::onnx::proto::{
    AttributeProto, Dimension, GraphProto, ModelProto, NodeProto, OperatorSetId, StringEntry, TensorProto, TensorShape,
    TensorType, TypeProto, ValueInfo,
};
use candor_primitives::DType;
use prost::Message;

pub(crate) fn value(name: &str, code: i32, dims: &[&str]) -> ValueInfo {
    let dim = dims
        .iter()
        .map(|d| match d.parse() {
            Ok(length) => Dimension { value: Some(length), param: None },
            Err(_) => Dimension { value: None, param: Some((*d).into()).filter(|d: &String| !d.is_empty()) },
        })
        .collect();
    let tensor = TensorType { elem_type: code, shape: Some(TensorShape { dim }) };
    ValueInfo { name: name.into(), kind: Some(TypeProto { tensor: Some(tensor) }) }
}

pub(crate) fn node(name: &str, op: &str, inputs: &[&str], outputs: &[&str]) -> NodeProto {
    NodeProto {
        name: name.into(),
        op_type: op.into(),
        input: inputs.iter().map(|s| (*s).into()).collect(),
        output: outputs.iter().map(|s| (*s).into()).collect(),
        ..NodeProto::default()
    }
}

pub(crate) fn axis(value: i64) -> AttributeProto {
    AttributeProto { name: "axis".into(), i: Some(value), kind: 2, ..AttributeProto::default() }
}

pub(crate) fn graph(nodes: Vec<NodeProto>, inputs: Vec<ValueInfo>, outputs: Vec<ValueInfo>) -> GraphProto {
    GraphProto { name: "g".into(), node: nodes, input: inputs, output: outputs, ..GraphProto::default() }
}

pub(crate) fn model(graph: GraphProto) -> Vec<u8> {
    let opset = OperatorSetId { domain: String::new(), version: 18 };
    ModelProto { ir_version: 9, graph: Some(graph), opset_import: vec![opset], functions: vec![] }.encode_to_vec()
}

/// `y = x` for a vector.
pub(crate) fn identity(dtype: DType) -> Vec<u8> {
    identity_of(dtype, &["n"])
}

pub(crate) fn identity_of(dtype: DType, dims: &[&str]) -> Vec<u8> {
    let code = i32::from(dtype.code());
    let nodes = vec![node("copy", "Identity", &["x"], &["y"])];
    model(graph(nodes, vec![value("x", code, dims)], vec![value("y", code, dims)]))
}

/// `y = a + b` for matrices.
pub(crate) fn addition() -> Vec<u8> {
    let dims = ["rows", "columns"];
    let nodes = vec![node("sum", "Add", &["a", "b"], &["y"])];
    model(graph(nodes, vec![value("a", 1, &dims), value("b", 1, &dims)], vec![value("y", 1, &dims)]))
}

/// `y = data[index]`, after a node that does nothing.
pub(crate) fn gather() -> Vec<u8> {
    let mut pick = node("pick", "Gather", &["copied", "index"], &["y"]);
    pick.attribute.push(axis(0));
    let nodes = vec![node("copy", "Identity", &["data"], &["copied"]), pick];
    model(graph(nodes, vec![value("data", 1, &["n"]), value("index", 7, &["m"])], vec![value("y", 1, &["m"])]))
}

/// A chain of matrix products: slow enough to be interrupted.
pub(crate) fn slow(products: usize) -> Vec<u8> {
    let dims = ["n", "n"];
    let mut nodes = Vec::new();
    let mut last = String::from("x");
    for i in 0..products {
        let name = if i + 1 == products { String::from("y") } else { format!("v{i}") };
        nodes.push(node(&format!("product{i}"), "MatMul", &[&last, "x"], &[&name]));
        last = name;
    }
    model(graph(nodes, vec![value("x", 1, &dims)], vec![value("y", 1, &dims)]))
}

/// `y = x + w`, with the 1024 floats of `w` in a file beside the model.
pub(crate) fn external(file: &str) -> Vec<u8> {
    let entry = |key: &str, value: &str| StringEntry { key: key.into(), value: value.into() };
    let weights = TensorProto {
        dims: vec![1024],
        data_type: 1,
        name: "w".into(),
        external_data: vec![entry("location", file), entry("offset", "0"), entry("length", "4096")],
        data_location: 1,
        ..TensorProto::default()
    };
    let nodes = vec![node("sum", "Add", &["x", "w"], &["y"])];
    let mut graph = graph(nodes, vec![value("x", 1, &["n", "1024"])], vec![value("y", 1, &["n", "1024"])]);
    graph.initializer.push(weights);
    model(graph)
}
