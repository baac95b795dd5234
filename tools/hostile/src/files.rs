//! Files: ONNX models, and what stands beside a prepared one.

use candor_adjudicator::{lookup, Exactness, Isa, Mode, Node, Operator, Schedule};
use candor_verifier::{
    judged::{Judged, JudgingFile},
    lower::{lower_with_refusals, LowerOptions},
    onnx::{
        proto::{
            attribute_kind, AttributeProto, Dimension, GraphProto, ModelProto, NodeProto, OperatorSetId, TensorProto,
            TensorShape, TensorType, TypeProto, ValueInfo,
        },
        OnnxModel,
    },
};
use codec::Encode;
use prost::Message;
use std::sync::LazyLock;
use tempfile::TempDir;

/// A folder with one file of external data: `w.bin`, 4096 bytes.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for the model");
    std::fs::write(folder.path().join("w.bin"), [1u8; 4096]).expect("a file in it");
    folder
});

fn mode(_: &Node, operator: &Operator) -> Mode {
    match operator.exactness {
        Exactness::Scheduled(_) => Mode::Exact(Schedule { isa: Isa::Avx512, threads: 1, variant: 0 }),
        _ => Mode::Bounded,
    }
}

/// An ONNX file: read, lowered, committed.
pub fn onnx(data: &[u8]) {
    let Ok(model) = OnnxModel::decode(data.to_vec(), FOLDER.path()) else { return };
    model.inputs();
    model.outputs();
    model.operators();
    model.external_files();
    for block in [8, 16] {
        let Ok((graph, refusals)) = lower_with_refusals(&model, &LowerOptions { block, mode: &mode }) else { continue };
        for refusal in refusals {
            let _ = refusal.to_string();
        }
        for node in 0..graph.nodes.len() {
            graph.node_label(node);
        }
        for (node, operator) in graph.nodes.iter().filter_map(|n| Some((n, lookup(n.domain, &n.operator, n.opset)?))) {
            let _ = (node.within_limits(), operator.name);
        }
        for weight in graph.weights.iter().filter(|w| w.data.bytes.len() < 1 << 20) {
            let _ = weight.tensor();
        }
        if graph.weights.iter().map(|w| w.data.bytes.len()).sum::<usize>() < 1 << 20 {
            let again = OnnxModel::decode(data.to_vec(), FOLDER.path()).expect("it was read once");
            let Ok(judged) = Judged::new(again, graph, block) else { continue };
            let file = judged.file();
            assert_eq!(JudgingFile::from_bytes(&file.to_bytes()).ok(), Some(file));
        }
    }
}

/// The file beside a prepared graph, for a small graph of two nodes and two weights.
pub fn judging(data: &[u8]) {
    let mut bytes = b"candorj1".to_vec();
    bytes.extend_from_slice(data);
    let _ = JudgingFile::from_bytes(data);
    let Ok(file) = JudgingFile::from_bytes(&bytes) else { return };
    assert_eq!(JudgingFile::from_bytes(&file.to_bytes()).ok().as_ref(), Some(&file));
    let model = OnnxModel::decode(small_model(), FOLDER.path()).expect("the model is good");
    let Ok(judged) = Judged::open(model, &file) else { return };
    let _ = judged.check_weights();
    judged.is_exact();
    for root in [0, 1, 7, u32::MAX] {
        judged.value_at(root);
    }
    let leaves: usize = judged.graph.nodes.iter().map(Encode::encoded_size).sum();
    assert!(leaves > 0 && judged.file() == file);
}

/// What `prepare` writes beside the small graph.
pub fn small_judging_file() -> Vec<u8> {
    let model = OnnxModel::decode(small_model(), FOLDER.path()).expect("the model is good");
    let (graph, _) = lower_with_refusals(&model, &LowerOptions { block: 16, mode: &mode }).expect("it can be lowered");
    let judged = Judged::new(model, graph, 16).expect("it can be judged");
    judged.file().to_bytes().split_off(8)
}

/// `y = Relu(x * a + b)`.
pub fn small_model() -> Vec<u8> {
    let node = |op: &str, inputs: &[&str], output: &str| NodeProto {
        op_type: op.into(),
        input: inputs.iter().map(|n| (*n).to_owned()).collect(),
        output: vec![output.into()],
        attribute: vec![AttributeProto {
            name: "note".into(),
            i: Some(1),
            kind: attribute_kind::INT,
            ..Default::default()
        }],
        ..Default::default()
    };
    let weight = |name: &str, dims: &[i64]| TensorProto {
        name: name.into(),
        dims: dims.to_vec(),
        data_type: 1,
        raw_data: Some(vec![0u8; 4 * dims.iter().product::<i64>() as usize].into()),
        ..Default::default()
    };
    let info = |name: &str, dims: &[i64]| {
        let dim = dims.iter().map(|d| Dimension { value: Some(*d), param: None }).collect();
        let tensor = TensorType { elem_type: 1, shape: Some(TensorShape { dim }) };
        ValueInfo { name: name.into(), kind: Some(TypeProto { tensor: Some(tensor) }) }
    };
    let graph = GraphProto {
        name: "small".into(),
        node: vec![node("MatMul", &["x", "a"], "p"), node("Add", &["p", "b"], "s"), node("Relu", &["s"], "y")],
        initializer: vec![weight("a", &[4, 4]), weight("b", &[4])],
        input: vec![info("x", &[2, 4])],
        output: vec![info("y", &[2, 4])],
        ..Default::default()
    };
    let opset_import = vec![OperatorSetId { domain: String::new(), version: 17 }];
    ModelProto { ir_version: 8, graph: Some(graph), opset_import, functions: Vec::new() }.encode_to_vec()
}
