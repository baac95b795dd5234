//! Small models for tests.

use crate::onnx::proto::{
    attribute_kind, AttributeProto, Dimension, GraphProto, ModelProto, NodeProto, OperatorSetId, StringEntry,
    TensorProto, TensorShape, TensorType, TypeProto, ValueInfo,
};
use crate::{
    judge::machine_isa,
    judged::Judged,
    library::Library,
    lower::{lower, LowerOptions},
    onnx::OnnxModel,
    tensor::OwnedTensor,
};
use candor_adjudicator::{DType, Header, Isa, Mode, Node, Operator};
use prost::Message;
use std::path::Path;

/// A node of ONNX's own domain.
pub fn node(op: &str, inputs: &[&str], outputs: &[&str], attribute: Vec<AttributeProto>) -> NodeProto {
    NodeProto {
        op_type: op.into(),
        name: format!("{}_node", outputs.first().unwrap_or(&"")),
        input: inputs.iter().map(|n| (*n).to_owned()).collect(),
        output: outputs.iter().map(|n| (*n).to_owned()).collect(),
        attribute,
        ..Default::default()
    }
}

pub fn int(name: &str, i: i64) -> AttributeProto {
    AttributeProto { name: name.into(), i: Some(i), kind: attribute_kind::INT, ..Default::default() }
}

pub fn ints(name: &str, ints: &[i64]) -> AttributeProto {
    AttributeProto { name: name.into(), ints: ints.to_vec(), kind: attribute_kind::INTS, ..Default::default() }
}

/// A float32 tensor with its bytes in `raw_data`.
pub fn floats(name: &str, dims: &[i64], data: impl IntoIterator<Item = f32>) -> TensorProto {
    let raw: Vec<u8> = data.into_iter().flat_map(f32::to_le_bytes).collect();
    TensorProto {
        name: name.into(),
        dims: dims.to_vec(),
        data_type: 1,
        raw_data: Some(raw.into()),
        ..Default::default()
    }
}

/// A tensor whose bytes lie in another file.
pub fn external(name: &str, dims: &[i64], data_type: i32, entries: &[(&str, &str)]) -> TensorProto {
    let entry = |(key, value): &(&str, &str)| StringEntry { key: (*key).into(), value: (*value).into() };
    TensorProto {
        name: name.into(),
        dims: dims.to_vec(),
        data_type,
        data_location: 1,
        external_data: entries.iter().map(entry).collect(),
        ..Default::default()
    }
}

/// A value of a type; negative dimensions are named.
pub fn info(name: &str, elem_type: i32, dims: &[i64]) -> ValueInfo {
    let dim = dims
        .iter()
        .map(|d| match d {
            0.. => Dimension { value: Some(*d), param: None },
            _ => Dimension { value: None, param: Some(format!("d{}", -d)) },
        })
        .collect();
    let tensor = TensorType { elem_type, shape: Some(TensorShape { dim }) };
    ValueInfo { name: name.into(), kind: Some(TypeProto { tensor: Some(tensor) }) }
}

pub fn model(
    node: Vec<NodeProto>,
    initializer: Vec<TensorProto>,
    input: Vec<ValueInfo>,
    output: Vec<ValueInfo>,
) -> ModelProto {
    let graph = GraphProto { name: "test".into(), node, initializer, input, output, ..Default::default() };
    let opset = |domain: &str, version| OperatorSetId { domain: domain.into(), version };
    let opset_import = vec![opset("", 17), opset("com.microsoft", 1)];
    ModelProto { ir_version: 8, graph: Some(graph), opset_import, functions: Vec::new() }
}

/// Decode an encoded model again, in a folder.
pub fn decoded(model: &ModelProto, folder: &Path) -> OnnxModel {
    OnnxModel::decode(model.encode_to_vec(), folder).unwrap()
}

pub fn bounded(_: &Node, _: &Operator) -> Mode {
    Mode::Bounded
}

pub fn library() -> &'static Library {
    Library::load(None).unwrap()
}

/// Numbers between -1 and 1, always the same.
pub fn noise(seed: u32, count: usize) -> impl Iterator<Item = f32> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    (0..count).map(move |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1u32 << 23) as f32 - 1.0
    })
}

pub fn tensor(dims: &[u64], data: impl IntoIterator<Item = f32>) -> OwnedTensor {
    let bytes: Vec<u8> = data.into_iter().flat_map(f32::to_le_bytes).collect();
    OwnedTensor::new(Header::new(DType::Float32, dims.to_vec()).unwrap(), bytes).unwrap()
}

/// Two convolutions with activations, a sum, a pooling and a transposition, a depthwise one between: ONNX Runtime
/// optimises it into blocked kernels.
pub fn convolutions() -> ModelProto {
    let conv = |inputs: &[&str], output: &str, pad: i64, group: i64| {
        node("Conv", inputs, &[output], vec![ints("pads", &[pad; 4]), int("group", group)])
    };
    let weight =
        |name: &str, dims: [i64; 4], seed| floats(name, &dims, noise(seed, dims.iter().product::<i64>() as usize));
    model(
        vec![
            conv(&["x", "w0"], "a0", 1, 1),
            node("Relu", &["a0"], &["a"], vec![]),
            conv(&["a", "w1"], "b", 1, 32),
            conv(&["b", "w2"], "c", 0, 1),
            node("Add", &["c", "a"], &["d"], vec![]),
            node("Sigmoid", &["d"], &["e"], vec![]),
            node("MaxPool", &["e"], &["f"], vec![ints("kernel_shape", &[2, 2]), ints("strides", &[2, 2])]),
            node("Transpose", &["f"], &["y"], vec![ints("perm", &[0, 2, 3, 1])]),
        ],
        vec![weight("w0", [32, 3, 3, 3], 1), weight("w1", [32, 1, 3, 3], 2), weight("w2", [32, 32, 1, 1], 3)],
        vec![info("x", 1, &[-1, 3, 8, 8])],
        vec![info("y", 1, &[-1, 4, 4, 32]), info("e", 1, &[-1, 32, 8, 8])],
    )
}

/// Row `indices` of an identity, then the row doubled: fails where an index is out of range.
pub fn gathering() -> ModelProto {
    model(
        vec![
            node("Add", &["x", "x"], &["a"], vec![]),
            node("Gather", &["a", "indices"], &["g"], vec![int("axis", 0)]),
            node("Add", &["g", "g"], &["y"], vec![]),
        ],
        vec![],
        vec![info("x", 1, &[4, 3]), info("indices", 7, &[-1])],
        vec![info("y", 1, &[-1, 3])],
    )
}

pub fn indices(indices: &[i64]) -> OwnedTensor {
    let bytes: Vec<u8> = indices.iter().flat_map(|i| i.to_le_bytes()).collect();
    OwnedTensor::new(Header::new(DType::Int64, vec![indices.len() as u64]).unwrap(), bytes).unwrap()
}

/// A model as it is, in a folder.
pub fn judged(model: &ModelProto, folder: &Path) -> Judged {
    let path = folder.join("model.onnx");
    std::fs::write(&path, model.encode_to_vec()).unwrap();
    judged_file(&path)
}

/// A model optimised to the end.
pub fn judged_prepared(model: &ModelProto, folder: &Path) -> Judged {
    let (plain, prepared) = (folder.join("plain.onnx"), folder.join("prepared.onnx"));
    std::fs::write(&plain, model.encode_to_vec()).unwrap();
    library().optimise(&plain, &prepared, None, 1).unwrap();
    judged_file(&prepared)
}

fn judged_file(path: &Path) -> Judged {
    let block = if machine_isa() == Some(Isa::Avx512) { 16 } else { 8 };
    let model = OnnxModel::open(path).unwrap();
    let graph = lower(&model, &LowerOptions { block, mode: &bounded }).unwrap();
    Judged::new(model, graph, block).unwrap()
}
