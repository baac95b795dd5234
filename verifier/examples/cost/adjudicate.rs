//! Evidence of one wrong element in operators and models of growing size: how large it is and how long judging it takes.

use crate::{
    measure::{median, once},
    Options,
};
use candor_adjudicator::{
    evidence::{judge, Commitments, Evidence, Fault, GraphHeader, Outcome},
    graph::Attribute,
    lookup, ArrayElements, DType, Domain, Header, Isa, Layout, Mode, Node, Operand, Place, Schedule, Slot, Tensor,
    RULES,
};
use candor_commitments::{Blake2b256, TAG_TRACE, TAG_WEIGHTS};
use candor_verifier::{
    commit::{Arrangement, CommittedTensor, GraphCommitment, RootList},
    evidence::{prove, ProveError, Source},
};
use codec::Encode;
use serde_json::json;
use std::{collections::BTreeMap, error::Error, hint::black_box, path::Path, sync::Arc};

/// Most bytes of weights.
const MOST: u64 = 1 << 30;

/// An operator at one size.
struct Case {
    domain: Domain,
    operator: &'static str,
    mode: Mode,
    /// Terms of the sum, or elements of the row.
    k: u64,
    attributes: Vec<(Vec<u8>, Attribute)>,
    /// Types and shapes of the inputs: whether it is a weight.
    inputs: Vec<(DType, Vec<u64>, bool)>,
    output: (DType, Vec<u64>),
}

/// A tensor as it is committed, its type and shape, its layout, which operand it is.
type Made = (Arc<CommittedTensor>, Header, Layout, usize);

/// What is committed for a case.
struct Committed {
    lists: [RootList; 2],
    tensors: BTreeMap<(Place, u32), Made>,
    bytes: Vec<Vec<u8>>,
}

impl Source for Committed {
    fn tensor(&self, place: Place, position: u32) -> Result<Arc<CommittedTensor>, ProveError> {
        let found = self.tensors.get(&(place, position)).ok_or(ProveError::Unknown("tensor"))?;
        Ok(Arc::clone(&found.0))
    }

    fn chunks(&self, place: Place, position: u32, first: u64, count: u64) -> Result<Vec<u8>, ProveError> {
        let (tensor, header, layout, at) = self.tensors.get(&(place, position)).ok_or(ProveError::Unknown("tensor"))?;
        let (from, to) = tensor.span(first, count);
        let bytes = self.bytes.get(*at).ok_or(ProveError::Unknown("tensor"))?;
        Ok(Arrangement::new(header, *layout).bytes(bytes, from as usize, to as usize).into_owned())
    }

    fn list(&self, place: Place) -> &RootList {
        match place {
            Place::Weight => &self.lists[0],
            Place::Trace => &self.lists[1],
        }
    }
}

/// Writes the evidence files into the folder, one JSON line each.
pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let out = options.paths.first().ok_or("a folder for the evidence files is missing")?;
    std::fs::create_dir_all(out)?;
    let exact = Mode::Exact(Schedule { isa: Isa::Avx512, threads: 1, variant: 0 });
    for mode in [exact, Mode::Bounded] {
        for k in [64, 256, 1024, 4096, 8192, 16_384, 32_768] {
            for case in [matmul(mode, k, 64), conv(mode, k), softmax(mode, k), layer_norm(mode, k)] {
                one(out, "k", &case, options.repeat)?;
            }
        }
    }
    for columns in [16, 256, 4096, 65_536, 262_144] {
        one(out, "parameters", &matmul(exact, 1024, columns), options.repeat)?;
    }
    for mode in [exact, Mode::Bounded] {
        for case in largest(mode) {
            one(out, "limit", &case, options.repeat)?;
        }
    }
    Ok(())
}

fn case(operator: &'static str, mode: Mode, k: u64, inputs: &[(&[u64], bool)], output: &[u64]) -> Case {
    let inputs = inputs.iter().map(|(dims, weight)| (DType::Float32, dims.to_vec(), *weight)).collect();
    let output = (DType::Float32, output.to_vec());
    Case { domain: Domain::Onnx, operator, mode, k, attributes: Vec::new(), inputs, output }
}

fn matmul(mode: Mode, k: u64, columns: u64) -> Case {
    case("MatMul", mode, k, &[(&[128, k], false), (&[k, columns], true)], &[128, columns])
}

/// A 1 x 1 convolution: k channels.
fn conv(mode: Mode, k: u64) -> Case {
    case("Conv", mode, k, &[(&[1, k, 7, 7], false), (&[64, k, 1, 1], true)], &[1, 64, 7, 7])
}

fn softmax(mode: Mode, k: u64) -> Case {
    row("Softmax", mode, k)
}

fn layer_norm(mode: Mode, k: u64) -> Case {
    case("LayerNormalization", mode, k, &[(&[64, k], false), (&[k], true), (&[k], true)], &[64, k])
}

/// An operator on the last axis.
fn row(operator: &'static str, mode: Mode, k: u64) -> Case {
    let attributes = vec![(b"axis".to_vec(), Attribute::Int(-1))];
    Case { attributes, ..case(operator, mode, k, &[(&[4, k], false)], &[4, k]) }
}

/// A sum of its kind over the last axis.
fn reduction(operator: &'static str, mode: Mode, k: u64) -> Case {
    let attributes = vec![(b"axes".to_vec(), Attribute::Ints(vec![-1])), (b"keepdims".to_vec(), Attribute::Int(1))];
    Case { attributes, ..case(operator, mode, k, &[(&[4, k], false)], &[4, 1]) }
}

/// The same with elements of another type.
fn typed(mut case: Case, dtype: DType) -> Case {
    case.inputs.iter_mut().for_each(|(of, ..)| *of = dtype);
    case.output.0 = dtype;
    case
}

/// What takes longest of what evidence can hold: the costliest arithmetic on rows that fill it.
fn largest(mode: Mode) -> Vec<Case> {
    // Of 4, of 8 and of 1 byte.
    let (single, double, byte) = (62_000, 31_000, 220_000);
    let softmax_of_bytes = Case {
        domain: Domain::Microsoft,
        inputs: vec![
            (DType::Uint8, vec![4, byte], false),
            (DType::Float32, Vec::new(), true),
            (DType::Uint8, Vec::new(), true),
            (DType::Float32, Vec::new(), true),
            (DType::Uint8, Vec::new(), true),
        ],
        ..typed(row("QLinearSoftmax", mode, byte), DType::Uint8)
    };
    let opset = (b"opset".to_vec(), Attribute::Int(17));
    let mut cases =
        vec![Case { attributes: [softmax_of_bytes.attributes.clone(), vec![opset]].concat(), ..softmax_of_bytes }];
    for operator in ["Softmax", "LogSoftmax", "CumSum"] {
        let axis = operator == "CumSum";
        for (dtype, k) in [(DType::Float32, single), (DType::Float64, double)] {
            let mut case = typed(row(operator, mode, k), dtype);
            if axis {
                case.inputs.push((DType::Int64, Vec::new(), true));
                case.attributes.clear();
            }
            cases.push(case);
        }
    }
    for operator in ["ReduceLogSumExp", "ReduceLogSum", "ReduceL2", "ReduceMean"] {
        cases.push(reduction(operator, mode, single));
        cases.push(typed(reduction(operator, mode, double), DType::Float64));
    }
    let pool = |operator| {
        let attributes = vec![(b"p".to_vec(), Attribute::Int(3))];
        Case { attributes, ..case(operator, mode, single, &[(&[1, 1, single], false)], &[1, 1, 1]) }
    };
    cases.push(pool("GlobalLpPool"));
    cases.push(Case { attributes: Vec::new(), ..pool("GlobalAveragePool") });
    let instances = [(&[1, 1, single][..], false), (&[1], true), (&[1], true)];
    cases.push(case("InstanceNormalization", mode, single, &instances, &[1, 1, single]));
    cases.push(layer_norm(mode, 62_000 / 3));
    cases.push(matmul(mode, 31_000, 64));
    cases
}

fn one(out: &Path, against: &str, case: &Case, repeat: usize) -> Result<(), Box<dyn Error>> {
    let (node, bytes) = node(case)?;
    let header = |dtype: DType, dims: &Vec<u64>| Header::new(dtype, dims.clone()).ok_or("a shape");
    let headers = case.inputs.iter().map(|(dtype, dims, _)| header(*dtype, dims)).collect::<Result<Vec<_>, _>>()?;
    let output = header(case.output.0, &case.output.1)?;
    let tensor = |n: usize, header: &Header| Tensor { header: header.clone(), data: &bytes[n] };
    let elements = ArrayElements {
        inputs: headers.iter().enumerate().map(|(n, h)| Some(tensor(n, h))).collect(),
        outputs: vec![Some(tensor(headers.len(), &output))],
    };
    let mut tensors = BTreeMap::new();
    let mut roots: BTreeMap<(Place, u32), _> = BTreeMap::new();
    let operands = node.inputs.iter().zip(&headers).chain(node.outputs.iter().zip([&output])).enumerate();
    for (at, (operand, header)) in operands {
        let Some(operand) = operand else { continue };
        for (root, layout) in (operand.root..).zip(&operand.layouts) {
            let committed = Arc::new(CommittedTensor::new(header, &bytes[at], *layout));
            roots.insert((operand.place, root), committed.root);
            tensors.insert((operand.place, root), (committed, header.clone(), *layout, at));
        }
    }
    let list = |place, tag| {
        RootList::new(tag, roots.iter().filter(|((p, _), _)| *p == place).map(|(_, root)| *root).collect())
    };
    let lists = [list(Place::Weight, TAG_WEIGHTS), list(Place::Trace, TAG_TRACE)];
    let header = GraphHeader {
        rules: RULES,
        inputs: vec![0],
        outputs: vec![1],
        weights: lists[0].count(),
        trace: lists[1].count(),
    };
    let graph = GraphCommitment::new(header, [node]);
    let commitments = Commitments {
        graph: graph.root(),
        weights: lists[0].root(),
        trace: lists[1].root(),
        inputs: [0; 32],
        outcome: Outcome::Output([0; 32]),
    };
    let source = Committed { lists, tensors, bytes: bytes.clone() };
    let parameters: u64 =
        case.inputs.iter().filter(|(.., weight)| *weight).map(|(_, d, _)| d.iter().product::<u64>()).sum();
    let mode = if case.mode == Mode::Bounded { "bounded" } else { "exact" };
    let dtype = format!("{:?}", case.output.0).to_lowercase();
    let typed = if case.output.0 == DType::Float32 { String::new() } else { format!("-{dtype}") };
    let name = format!("{against}-{}{typed}-{mode}-{:05}-{parameters:010}", case.operator, case.k);
    let mut line = json!({
        "part": "evidence", "against": against, "operator": case.operator, "mode": mode, "k": case.k, "type": dtype,
        "parameters": parameters, "file": name,
    });
    // In the middle of the output.
    let fault = Fault::Element { output: 0, index: (output.count() / 2 + 3).min(output.count() - 1) };
    match prove(&graph, 0, fault, &elements, &source) {
        Ok(evidence) => {
            let encoded = (commitments.clone(), evidence.clone()).encode();
            line["bytes"] = evidence.encoded_size().into();
            let mut times = Vec::with_capacity(repeat);
            for _ in 0..repeat {
                let (verdict, time) = once(|| {
                    let evidence = Evidence::decode_limited(&evidence.encode())?;
                    judge::<Blake2b256>(black_box(&evidence), &commitments)
                });
                if !verdict.map_err(|e| e.to_string())?.faulty {
                    return Err(format!("{name}: no fault is seen").into());
                }
                times.push(time.cpu * 1e3);
            }
            line["native_ms"] = median(times).into();
            std::fs::write(out.join(&name), encoded)?;
        },
        Err(error) => line["refused"] = error.to_string().into(),
    }
    println!("{line}");
    Ok(())
}

/// A node and the bytes of its operands.
type NodeAndBytes = (Node, Vec<Vec<u8>>);

/// The node of a case, and the bytes of its inputs and its output, which is wrong everywhere.
fn node(case: &Case) -> Result<NodeAndBytes, Box<dyn Error>> {
    let opset = if case.domain == Domain::Onnx { 17 } else { 1 };
    let operator = lookup(case.domain, case.operator.as_bytes(), opset).ok_or("an operator that is not defined")?;
    let mut node = Node {
        domain: case.domain,
        operator: case.operator.as_bytes().to_vec(),
        opset,
        attributes: case.attributes.clone(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        mode: case.mode,
    };
    let (mut weights, mut trace) = (0, 0);
    let mut bytes = Vec::new();
    let mut operand = |weight: bool, layout| {
        let (place, next) = if weight { (Place::Weight, &mut weights) } else { (Place::Trace, &mut trace) };
        *next += 1;
        Some(Operand { place, root: *next - 1, layouts: vec![layout] })
    };
    for (n, (dtype, dims, weight)) in case.inputs.iter().enumerate() {
        let layout = match (operator.layout)(&node, Slot::Input(n), Some(dims.len())) {
            Layout::ANY => Layout::Natural,
            layout => layout,
        };
        node.inputs.push(operand(*weight, layout));
        let count: u64 = dims.iter().product();
        if count * 4 > MOST {
            return Err("more weights than fit memory".into());
        }
        // Numbers between -0.5 and 0.5, for sums that have a logarithm between 0 and 1; whole ones are 1.
        let positive = if case.operator.starts_with("Reduce") { 0.5 } else { 0.0 };
        let element = |i: u64| {
            let drawn = (i + n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
            let number = drawn as f32 / 16_777_216.0 - 0.5 + positive;
            number_of(*dtype, if dims.is_empty() { 0.25 } else { number })
        };
        bytes.push((0..count).flat_map(element).collect());
    }
    node.outputs.push(operand(false, Layout::Natural));
    let count: u64 = case.output.1.iter().product();
    bytes.push((0..count).flat_map(|_| number_of(case.output.0, 12_345.0)).collect());
    Ok((node, bytes))
}

/// A number in a type: whole ones of 8 bytes are 1, of one byte a share of its range.
fn number_of(dtype: DType, number: f32) -> Vec<u8> {
    match dtype {
        DType::Float64 => f64::from(number).to_le_bytes().to_vec(),
        DType::Int64 => 1i64.to_le_bytes().to_vec(),
        DType::Uint8 => vec![(number * 255.0) as i64 as u8],
        _ => number.to_le_bytes().to_vec(),
    }
}
