use super::*;
use crate::{
    judge::machine_isa,
    lower::{lower, LowerOptions},
    onnx::proto::{
        AttributeProto, Dimension, GraphProto, ModelProto, NodeProto, OperatorSetId, TensorProto, TensorShape,
        TensorType, TypeProto, ValueInfo,
    },
};
use candor_adjudicator::{DType, Header, Mode};
use prost::Message;
use std::sync::Mutex;

fn value(name: &str, dims: &[i64]) -> ValueInfo {
    let dim = dims.iter().map(|d| Dimension { value: Some(*d).filter(|d| *d > 0), param: None }).collect();
    let tensor = TensorType { elem_type: 1, shape: Some(TensorShape { dim }) };
    ValueInfo { name: name.into(), kind: Some(TypeProto { tensor: Some(tensor) }) }
}

fn node(name: &str, operator: &str, inputs: &[&str], output: &str) -> NodeProto {
    NodeProto {
        name: name.into(),
        op_type: operator.into(),
        input: inputs.iter().map(|s| (*s).into()).collect(),
        output: vec![output.into()],
        ..NodeProto::default()
    }
}

fn model(nodes: Vec<NodeProto>, weights: Vec<TensorProto>, input: ValueInfo, output: ValueInfo) -> OnnxModel {
    let graph = GraphProto {
        name: "g".into(),
        node: nodes,
        initializer: weights,
        input: vec![input],
        output: vec![output],
        ..GraphProto::default()
    };
    let opset_import = vec![OperatorSetId { domain: String::new(), version: 18 }];
    let model = ModelProto { ir_version: 9, graph: Some(graph), opset_import, functions: vec![] };
    OnnxModel::decode(model.encode_to_vec(), std::path::Path::new(".")).unwrap()
}

fn library() -> &'static Library {
    match Library::load(None) {
        Ok(library) => library,
        Err(error) => panic!("these tests need ONNX Runtime: {error}"),
    }
}

fn call(rows: u64, columns: u64) -> Vec<OwnedTensor> {
    let header = Header::new(DType::Float32, vec![rows, columns]).unwrap();
    let zeros = OwnedTensor::new(header, vec![0; (rows * columns * 4) as usize]).unwrap();
    vec![attack::attack(&zeros, &zeros, Attack::Uniform, &mut Random::new(rows))]
}

fn proven(model: &OnnxModel, calls: &[Vec<OwnedTensor>], options: &ProveOptions) -> Result<Vec<NodeProof>, ProveError> {
    let mut graph = lower(model, &LowerOptions { block: 8, mode: &|_, _| Mode::Bounded }).unwrap();
    let heard = Mutex::new(Vec::new());
    let proofs = prove(library(), model, &mut graph, calls, options, &|done, all| {
        heard.lock().unwrap().push((done, all));
    })?;
    let all = graph.nodes.len();
    assert_eq!(heard.lock().unwrap().iter().max(), Some(&(all, all)));
    assert!(graph.nodes.iter().zip(&proofs).all(|(node, proof)| node.mode == proof.mode));
    Ok(proofs)
}

fn softmax() -> OnnxModel {
    let nodes = vec![node("double", "Add", &["x", "x"], "d"), node("soft", "Softmax", &["d"], "y")];
    model(nodes, vec![], value("x", &[0, 0]), value("y", &[0, 0]))
}

#[test]
fn nodes_should_be_proven_on_enough_elements_when_calls_are_small() {
    let options = ProveOptions::new(machine_isa(), 1);
    let proofs = proven(&softmax(), &[call(1, 1), call(3, 7), call(2, 40)], &options).unwrap();
    for proof in &proofs {
        assert!(proof.judged >= MIN_ELEMENTS && proof.adversarial > proof.judged / 4, "{proof:?}");
        assert!(proof.evidence > 0 && proof.evidence < 8192, "{proof:?}");
        assert!(proof.failed.is_empty() && proof.is_exact() == (proof.always || options.isa.is_some()), "{proof:?}");
    }
    assert!(proofs[0].always && !proofs[1].always);
}

#[test]
fn node_should_be_bounded_when_no_schedule_is_known() {
    let proofs = proven(&softmax(), &[call(2, 40)], &ProveOptions::new(None, 1)).unwrap();
    assert_eq!(proofs[1].mode, Mode::Bounded);
    assert!(proofs[1].largest > 0.0 && proofs[1].largest <= 1.0, "{proofs:?}");
}

#[test]
fn node_should_be_bounded_when_the_schedule_is_that_of_another_machine() {
    let other = match machine_isa() {
        Some(Isa::Avx512) => Isa::Avx2,
        Some(Isa::Avx2) => Isa::Avx512,
        None => return,
    };
    let proofs = proven(&softmax(), &[call(5, 7), call(2, 300)], &ProveOptions::new(Some(other), 1)).unwrap();
    assert!(proofs[0].is_exact());
    assert_eq!(proofs[1].mode, Mode::Bounded, "{proofs:?}");
    assert!(!proofs[1].failed.is_empty());
}

#[test]
fn node_should_be_refused_when_evidence_of_one_element_is_too_large() {
    // One element of the product reads a row of 70 000 floats: 273 KiB.
    let mut product = node("product", "ReduceSum", &["x"], "y");
    product.attribute.push(AttributeProto { name: "keepdims".into(), i: Some(1), kind: 2, ..Default::default() });
    let model = model(vec![product], vec![], value("x", &[0, 0]), value("y", &[1, 1]));
    let error = proven(&model, &[call(1, 70_000)], &ProveOptions::new(None, 1)).unwrap_err();
    let ProveError::Refused(refusals) = &error else { panic!("{error}") };
    assert_eq!((refusals[0].name.as_str(), refusals[0].operator.as_str()), ("product", "ReduceSum"));
    assert!(refusals[0].reason.contains("evidence of element 0 of output 0"), "{error}");
}

#[test]
fn proving_should_need_calls() {
    let error = proven(&softmax(), &[], &ProveOptions::new(None, 1)).unwrap_err();
    assert!(matches!(error, ProveError::NoCalls));
}

#[test]
fn slices_should_fit_memory_when_values_are_large() {
    let model = softmax();
    let graph = lower(&model, &LowerOptions { block: 8, mode: &|_, _| Mode::Bounded }).unwrap();
    let call = call(10, 10);
    assert_eq!(slices(&model, &graph, &call, &[0, 1], 1 << 20), [[0, 1].to_vec()]);
    let few = ProveOptions { memory: 1, ..ProveOptions::new(None, 1) };
    assert!(proven(&model, &[call], &few).is_ok());
}
