//! Single lies, each told by a host that keeps to it afterwards: what depends on a wrong value is computed from it.

use crate::{
    data::Numbers,
    subject::{Subject, THREADS},
};
use candor_adjudicator::{DType, Header, Layout};
use candor_verifier::{
    audit::{host::MemoryHost, Claim},
    commit::CommittedTensor,
    lower::Source,
    onnx::{proto::ModelProto, Location, OnnxModel},
    run::{Rerunner, Tracer},
    tensor::OwnedTensor,
};
use prost::Message;

/// Kinds of lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    ActivationBit,
    WeightBit,
    RoundedWeights,
    SwappedNode,
    WrongShape,
    Layouts,
    StaleTrace,
    CachedAnswer,
    RescaledAnswer,
    NotANumber,
}

/// All of them.
pub const KINDS: [Kind; 10] = [
    Kind::ActivationBit,
    Kind::WeightBit,
    Kind::RoundedWeights,
    Kind::SwappedNode,
    Kind::WrongShape,
    Kind::Layouts,
    Kind::StaleTrace,
    Kind::CachedAnswer,
    Kind::RescaledAnswer,
    Kind::NotANumber,
];

/// A lie: the trace that the host commits to, and what its receipt says.
pub struct Lie {
    pub host: MemoryHost,
    pub claim: Claim,
    pub what: String,
}

type Values = Vec<Option<OwnedTensor>>;

/// Tell a lie of this kind; `None` if the draw changes nothing (an unused weight, a value that has one layout only).
pub fn tell(subject: &Subject, kind: Kind, numbers: &mut Numbers) -> Option<Lie> {
    let judged = &subject.judged;
    let graph = &judged.graph;
    match kind {
        Kind::ActivationBit | Kind::NotANumber => {
            let (value, tensor) = pick(subject, numbers)?;
            let size = tensor.header.dtype.size();
            let index = numbers.below(tensor.header.count()) as usize;
            let bit = numbers.below(size as u64 * 8) as usize;
            let mut data = tensor.data.to_vec();
            let at = &mut data[index * size..(index + 1) * size];
            let before = at.to_vec();
            match kind {
                Kind::NotANumber if tensor.header.dtype == DType::Float32 => {
                    at.copy_from_slice(&f32::NAN.to_le_bytes());
                },
                Kind::NotANumber => return None,
                // A bool is 0 or 1.
                _ if tensor.header.dtype == DType::Bool => at[0] ^= 1,
                _ => at[bit / 8] ^= 1 << (bit % 8),
            }
            let float = |b: &[u8]| b.try_into().map(f32::from_le_bytes).unwrap_or(0.0);
            let (old, new) = (float(&before), float(&data[index * size..(index + 1) * size]));
            let same = tensor.header.dtype == DType::Float32 && (old == new || (old.is_nan() && new.is_nan()));
            if same || before == data[index * size..(index + 1) * size] {
                return None;
            }
            let what = format!("{} [{index}], bit {bit}", graph.values[value].name);
            let tensor = OwnedTensor::new(tensor.header.clone(), data).ok()?;
            Some(finish(subject, onward(subject, value, tensor)?, what))
        },
        Kind::WeightBit => {
            let at = numbers.below(graph.weights.len() as u64) as usize;
            let weight = graph.weights.get(at)?;
            let Location::Inline { offset } = weight.data.location else { return None };
            if weight.header.dtype != DType::Float32 && weight.header.dtype != DType::Int8 {
                return None;
            }
            let byte = offset as usize + numbers.below(weight.data.bytes.len() as u64) as usize;
            let mut bytes = judged.model.bytes().to_vec();
            *bytes.get_mut(byte)? ^= 1 << numbers.below(8);
            let values = run(subject, &bytes)?;
            (values != subject.values).then(|| finish(subject, values, format!("weight {}", weight.value.name)))
        },
        Kind::RoundedWeights => {
            let mut bytes = judged.model.bytes().to_vec();
            let mut changed = 0;
            for weight in &graph.weights {
                if let (Location::Inline { offset }, DType::Float32) = (&weight.data.location, weight.header.dtype) {
                    let end = *offset as usize + weight.data.bytes.len();
                    for float in bytes.get_mut(*offset as usize..end)?.chunks_exact_mut(4) {
                        float[..2].fill(0);
                        changed += 1;
                    }
                }
            }
            let values = (changed > 0).then(|| run(subject, &bytes))??;
            (values != subject.values).then(|| finish(subject, values, "weights rounded to bfloat16".into()))
        },
        Kind::SwappedNode => {
            let mut model = ModelProto::decode(judged.model.bytes().as_ref()).ok()?;
            let nodes = &mut model.graph.as_mut()?.node;
            let others =
                [("Add", "Sub"), ("Sub", "Add"), ("Mul", "Add"), ("Div", "Mul"), ("Sin", "Cos"), ("Cos", "Sin")];
            let more = [("Sigmoid", "Tanh"), ("Sqrt", "Abs"), ("Exp", "Abs"), ("Neg", "Abs"), ("Gelu", "Relu")];
            let other = |op: &str| others.iter().chain(&more).find(|(a, _)| *a == op).map(|(_, b)| *b);
            let able: Vec<usize> = (0..nodes.len())
                .filter(|n| nodes[*n].domain.is_empty() && other(&nodes[*n].op_type).is_some())
                .collect();
            let at = *able.get(numbers.below(able.len() as u64) as usize)?;
            let to = other(&nodes[at].op_type)?;
            let what = format!("{} instead of {} ({})", to, nodes[at].op_type, nodes[at].name);
            nodes[at].op_type = to.to_owned();
            nodes[at].attribute.clear();
            let values = run(subject, &model.encode_to_vec())?;
            (values != subject.values).then(|| finish(subject, values, what))
        },
        Kind::WrongShape => {
            let (value, tensor) = pick(subject, numbers)?;
            let mut dims = tensor.header.dims.clone();
            match dims.iter().position(|d| *d > 1) {
                Some(at) if numbers.below(2) == 0 => dims.insert(at, 1),
                _ => dims.push(1),
            }
            let header = Header::new(tensor.header.dtype, dims)?;
            let mut values = subject.values.clone();
            values[value] = Some(OwnedTensor::new(header, tensor.data.clone()).ok()?);
            Some(finish(subject, values, format!("shape of {}", graph.values[value].name)))
        },
        Kind::Layouts => {
            let several: Vec<usize> = (0..graph.values.len())
                .filter(|v| graph.values[*v].layouts.len() > 1 && subject.values[*v].is_some())
                .collect();
            let value = *several.get(numbers.below(several.len() as u64) as usize)?;
            let tensor = subject.values[value].as_ref()?;
            if tensor.data.is_empty() {
                return None;
            }
            let known = &graph.values[value];
            let layout = 1 + numbers.below(known.layouts.len() as u64 - 1) as usize;
            let mut data = tensor.data.to_vec();
            let byte = numbers.below(data.len() as u64) as usize;
            data[byte] ^= 1 << numbers.below(8);
            let tensor = OwnedTensor::new(tensor.header.clone(), data).ok()?;
            let mut lie = finish(subject, subject.values.clone(), format!("layout {layout} of {}", known.name));
            lie.host.replace(known.first_root + layout as u32, &tensor, known.layouts[layout]);
            Some(lie)
        },
        Kind::StaleTrace => {
            let stale = tracer(subject, &judged.model).run_all(&subject.others).ok()?;
            let claim = Claim::outputs(roots(&subject.inputs), outputs(subject, &stale));
            Some(Lie { host: MemoryHost::new(judged, &stale), claim, what: "trace of another call".into() })
        },
        Kind::CachedAnswer => {
            let stale = tracer(subject, &judged.model).run_all(&subject.others).ok()?;
            let outputs = outputs(subject, &stale);
            if outputs == self::outputs(subject, &subject.values) {
                return None;
            }
            let claim = Claim::outputs(roots(&subject.inputs), outputs);
            let host = MemoryHost::new(judged, &subject.values);
            Some(Lie { host, claim, what: "answer of another call, own trace".into() })
        },
        Kind::RescaledAnswer => {
            let Source::Value(value) = *graph.outputs.first()? else { return None };
            let tensor = subject.values[value].as_ref().filter(|t| t.header.dtype == DType::Float32)?;
            let scale = 1.0 + (1 + numbers.below(1000)) as f32 / 1000.0;
            let floats = tensor.data.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]) * scale);
            let data: Vec<u8> = floats.flat_map(f32::to_le_bytes).collect();
            if data == tensor.data {
                return None;
            }
            let mut values = subject.values.clone();
            values[value] = Some(OwnedTensor::new(tensor.header.clone(), data).ok()?);
            Some(finish(subject, values, format!("answer times {scale}")))
        },
    }
}

/// The honest receipt and trace.
pub fn honest(subject: &Subject) -> Lie {
    finish(subject, subject.values.clone(), "the truth".into())
}

fn finish(subject: &Subject, values: Values, what: String) -> Lie {
    let claim = Claim::outputs(roots(&subject.inputs), outputs(subject, &values));
    Lie { host: MemoryHost::new(&subject.judged, &values), claim, what }
}

fn roots(tensors: &[OwnedTensor]) -> Vec<[u8; 32]> {
    tensors.iter().map(|t| CommittedTensor::new(&t.header, &t.data, Layout::Natural).root).collect()
}

fn outputs(subject: &Subject, values: &Values) -> Vec<[u8; 32]> {
    let tensor = |source: &Source| match source {
        Source::Value(value) => values[*value].clone(),
        Source::Weight(_) => None,
    };
    roots(&subject.judged.graph.outputs.iter().filter_map(tensor).collect::<Vec<_>>())
}

/// A value that a node makes, with at least one element.
fn pick<'s>(subject: &'s Subject, numbers: &mut Numbers) -> Option<(usize, &'s OwnedTensor)> {
    let first = subject.judged.graph.inputs.len();
    let able: Vec<usize> = (first..subject.values.len())
        .filter(|v| subject.values[*v].as_ref().is_some_and(|t| !t.data.is_empty()))
        .collect();
    let value = *able.get(numbers.below(able.len() as u64) as usize)?;
    Some((value, subject.values[value].as_ref()?))
}

fn tracer<'s>(subject: &'s Subject, model: &'s OnnxModel) -> Tracer<'s> {
    Tracer::new(subject.library, model, &subject.judged.graph, THREADS)
}

/// All values of a run of another model with the same names.
fn run(subject: &Subject, bytes: &[u8]) -> Option<Values> {
    let model = OnnxModel::decode(bytes.to_vec(), subject.judged.model.folder()).ok()?;
    tracer(subject, &model).run_all(&subject.inputs).ok()
}

/// The honest run with one value replaced, and everything that depends on it computed from it, as far as it runs.
fn onward(subject: &Subject, value: usize, tensor: OwnedTensor) -> Option<Values> {
    let graph = &subject.judged.graph;
    let rerunner = Rerunner::new(subject.library, &subject.judged.model, graph, THREADS);
    let mut values = subject.values.clone();
    let mut changed = vec![false; values.len()];
    values[value] = Some(tensor);
    changed[value] = true;
    for (node, wiring) in graph.wiring.iter().enumerate() {
        let reads = wiring.inputs.iter().flatten().any(|s| matches!(s, Source::Value(v) if changed[*v]));
        if !reads || wiring.outputs.iter().flatten().any(|v| *v == value) {
            continue;
        }
        let mut made: Vec<(usize, OwnedTensor)> = Vec::new();
        let mut given = |position: usize| values[position].clone();
        let ran = rerunner.run(&[node], &mut given, &mut |position, tensor| {
            made.push((position, OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?));
            Ok(())
        });
        // Where the lie makes a node fail, the host keeps the honest result.
        if ran.is_err() {
            continue;
        }
        for (position, tensor) in made {
            changed[position] = values[position].as_ref() != Some(&tensor);
            values[position] = Some(tensor);
        }
    }
    Some(values)
}
