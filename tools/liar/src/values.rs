//! Values of runs that never were.

use candor_adjudicator::DType;
use candor_engine::{
    conduct::Call,
    onnx::{Location, OnnxModel},
    tensors::TensorData,
    traces::in_order,
};
use candor_verifier::{
    lower::Source,
    run::{Rerunner, Tracer},
    tensor::OwnedTensor,
};
use codec::Decode;
use std::path::Path;

/// All values of a run, by position.
pub type Run = Vec<Option<OwnedTensor>>;

/// The inputs as the graph takes them.
fn inputs(call: &Call<'_>) -> Option<Vec<OwnedTensor>> {
    in_order(call.spec, call.judged, call.inputs.to_vec()).ok()
}

/// The honest run.
pub fn honest(call: &Call<'_>) -> Option<Run> {
    run(call, &call.judged.model)
}

/// A run of another model with values of the same names. Values that it does not have are the honest ones.
fn run(call: &Call<'_>, model: &OnnxModel) -> Option<Run> {
    let tracer = Tracer::new(call.library, model, &call.judged.graph, call.threads);
    tracer.run_all(&inputs(call)?).ok()
}

/// A run of the graph in a file, as far as its values have the names of the honest graph; else the honest run with that
/// graph's outputs.
pub fn of_file(call: &Call<'_>, path: &Path) -> Option<Run> {
    let model = OnnxModel::open(path).ok()?;
    if let Some(values) = run(call, &model) {
        return Some(values);
    }
    let mut values = honest(call)?;
    let outputs: Vec<usize> = outputs(call);
    let tracer = Tracer::new(call.library, &model, &call.judged.graph, call.threads);
    tracer
        .run(&inputs(call)?, &outputs, &mut |position, tensor| {
            let owned = OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?;
            values.iter_mut().skip(position).take(1).for_each(|v| *v = Some(owned.clone()));
            Ok(())
        })
        .ok()?;
    Some(values)
}

/// A run with the weights rounded to 8 bits, one scale for each weight.
pub fn quantised(call: &Call<'_>) -> Option<Run> {
    let model = &call.judged.model;
    let mut bytes = model.bytes().to_vec();
    for weight in &call.judged.graph.weights {
        let (Location::Inline { offset }, DType::Float32) = (&weight.data.location, weight.header.dtype) else {
            continue;
        };
        let end = *offset as usize + weight.data.bytes.len();
        let floats = bytes.get_mut(*offset as usize..end)?.as_chunks_mut::<4>().0;
        let most = floats.iter().map(|f| f32::from_le_bytes(*f).abs()).fold(0f32, f32::max);
        let step = most / 127.0;
        for float in floats.iter_mut().filter(|_| step > 0.0) {
            *float = ((f32::from_le_bytes(*float) / step).round() * step).to_le_bytes();
        }
    }
    run(call, &OnnxModel::decode(bytes, model.folder()).ok()?)
}

/// Bits that are tried, from the lowest: the fraction of a float32.
const BITS: usize = 23;
/// Elements that are tried, from the middle on: what is negative ends at a ReLU, whatever its bits.
const ELEMENTS: usize = 32;

/// The honest run but for one bit of what `node` makes, with everything that follows from it: the lowest bit that reaches
/// the answer. A lie that rounding swallows is none.
pub fn flipped(call: &Call<'_>, node: Option<usize>) -> Option<Run> {
    let graph = &call.judged.graph;
    let nodes = graph.wiring.len();
    let honest = honest(call)?;
    let node = node.unwrap_or(nodes / 2).min(nodes.checked_sub(1)?);
    let value = graph.wiring.get(node)?.outputs.iter().flatten().next().copied()?;
    let right = honest.get(value)?.as_ref()?;
    let outputs = outputs(call);
    let with = |element, bit| -> Option<Run> {
        let mut values = honest.clone();
        *values.get_mut(value)? = Some(flip_bit(right, element, bit)?);
        onward(call, &mut values, value)?;
        outputs.iter().any(|at| values.get(*at) != honest.get(*at)).then_some(values)
    };
    let (size, middle) = (right.header.dtype.size(), middle(right));
    let bits = BITS.min(size * 8);
    (middle..right.data.len() / size).take(ELEMENTS).find_map(|element| {
        // Where the highest of them reaches nothing, none does.
        let highest = with(element, bits - 1)?;
        Some((0..bits - 1).find_map(|bit| with(element, bit)).unwrap_or(highest))
    })
}

fn middle(tensor: &OwnedTensor) -> usize {
    tensor.data.len() / tensor.header.dtype.size() / 2
}

/// A tensor with the lowest bit of its middle element flipped.
pub fn flip(tensor: &OwnedTensor) -> Option<OwnedTensor> {
    flip_bit(tensor, middle(tensor), 0)
}

fn flip_bit(tensor: &OwnedTensor, element: usize, bit: usize) -> Option<OwnedTensor> {
    let mut data = tensor.data.to_vec();
    *data.get_mut(element * tensor.header.dtype.size() + bit / 8)? ^= 1 << (bit % 8);
    OwnedTensor::new(tensor.header.clone(), data).ok()
}

/// Compute everything again that follows from `value`, as far as it runs.
fn onward(call: &Call<'_>, values: &mut Run, value: usize) -> Option<()> {
    let graph = &call.judged.graph;
    let rerunner = Rerunner::new(call.library, &call.judged.model, graph, call.threads);
    let mut changed = vec![false; values.len()];
    *changed.get_mut(value)? = true;
    for (node, wiring) in graph.wiring.iter().enumerate() {
        let wrong = |s: &Source| matches!(s, Source::Value(v) if changed.get(*v).copied().unwrap_or(false));
        if !wiring.inputs.iter().flatten().any(wrong) || wiring.outputs.iter().flatten().any(|v| *v == value) {
            continue;
        }
        let mut made: Vec<(usize, OwnedTensor)> = Vec::new();
        let ran = rerunner.run(&[node], &mut |at| values.get(at).cloned().flatten(), &mut |at, tensor| {
            made.push((at, OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?));
            Ok(())
        });
        // Where the lie makes a node fail, the honest value stays.
        for (at, tensor) in made.into_iter().filter(|_| ran.is_ok()) {
            let before = values.get_mut(at)?;
            *changed.get_mut(at)? |= before.as_ref() != Some(&tensor);
            *before = Some(tensor);
        }
    }
    Some(())
}

/// Positions of the graph's outputs.
pub fn outputs(call: &Call<'_>) -> Vec<usize> {
    let value = |source: &Source| match source {
        Source::Value(value) => Some(*value),
        Source::Weight(_) => None,
    };
    call.judged.graph.outputs.iter().filter_map(value).collect()
}

/// The honest run with the outputs replaced by what `change` makes of them.
pub fn with_outputs(call: &Call<'_>, change: impl Fn(&OwnedTensor) -> Option<OwnedTensor>) -> Option<Run> {
    let mut values = honest(call)?;
    for at in outputs(call) {
        let place = values.get_mut(at)?;
        *place = Some(change(place.as_ref()?)?);
    }
    Some(values)
}

/// A tensor with its floats changed; any other tensor with one bit flipped.
pub fn floats(tensor: &OwnedTensor, mut change: impl FnMut(usize, f32) -> f32) -> Option<OwnedTensor> {
    if tensor.header.dtype != DType::Float32 {
        return flip(tensor);
    }
    let floats = tensor.data.as_chunks::<4>().0.iter().enumerate();
    let data: Vec<u8> = floats.flat_map(|(n, f)| change(n, f32::from_le_bytes(*f)).to_le_bytes()).collect();
    OwnedTensor::new(tensor.header.clone(), data).ok()
}

/// The answer that these values give, in the order of the release.
pub fn answer(call: &Call<'_>, values: &Run) -> Option<Vec<TensorData>> {
    outputs(call).into_iter().map(|at| told(values.get(at)?.as_ref()?)).collect()
}

/// As the engine holds it.
fn told(tensor: &OwnedTensor) -> Option<TensorData> {
    let dims: Option<Vec<u32>> = tensor.header.dims.iter().map(|d| u32::try_from(*d).ok()).collect();
    let code = tensor.header.dtype.code();
    let dtype = candor_primitives::DType::decode(&mut [code].as_slice()).ok()?;
    Some(TensorData { dtype, shape: dims?.try_into().ok()?, data: tensor.data.to_vec().into() })
}
