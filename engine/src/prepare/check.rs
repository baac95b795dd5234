//! The test that a prepared file gives the same bytes as the model it comes from, and gives them again.

use super::{spec::concrete, PrepareError};
use crate::{
    library::Library,
    tensors::{OrtTensor, TensorData},
};
use candor_primitives::{
    release::{bind, Bindings, FitError},
    DType, Dim, TensorSpec,
};
use ort::session::{Session, SessionInputValue};
use std::{borrow::Cow, path::Path};

/// Lengths of symbolic dimensions that are tried, besides each at its maximum.
const LENGTHS: [u32; 5] = [1, 2, 3, 7, 16];
/// Largest length at which a maximum is tried: enough to reach other kernels and blocks.
const LONGEST: u32 = 512;
/// Most elements of an input that are tried.
const MOST_ELEMENTS: u64 = 1 << 22;

/// Run the model and the prepared file on generated inputs of several shapes; every output must have equal bytes, from
/// a second run and from a second session too. Answers the number of runs that were compared.
pub(super) fn same_bytes(
    library: &Library,
    model: &Path,
    prepared: &Path,
    threads: usize,
    inputs: &[TensorSpec],
    outputs: &[TensorSpec],
) -> Result<usize, PrepareError> {
    let open = |e: ort::Error| PrepareError::Runtime(e.message().to_owned());
    let mut plain = library.open_plain(model, threads).map_err(open)?;
    let mut first = library.open_prepared(prepared, threads).map_err(open)?;
    let mut second = library.open_prepared(prepared, threads).map_err(open)?;
    let mut compared = 0;
    for made in calls(inputs) {
        let shown = || shown(&made);
        let expected =
            run(&mut plain, inputs, outputs, &made).map_err(|reason| PrepareError::Run { shapes: shown(), reason })?;
        if declared(inputs, &made, outputs, &expected).is_err() {
            let found = expected.iter().map(|t| format!("{:?}", t.shape.to_vec())).collect::<Vec<_>>().join(", ");
            return Err(PrepareError::OutputShape { found, shapes: shown() });
        }
        for again in 0..3 {
            let session = if again < 2 { &mut first } else { &mut second };
            let found =
                run(session, inputs, outputs, &made).map_err(|reason| PrepareError::Run { shapes: shown(), reason })?;
            compared += 1;
            if let Some((spec, _)) = outputs.iter().zip(expected.iter().zip(&found)).find(|(_, (a, b))| a != b) {
                let output = String::from_utf8_lossy(&spec.name).into_owned();
                return Err(PrepareError::Differs { output, shapes: shown() });
            }
        }
    }
    Ok(compared)
}

/// Thread counts from 1 to `most`, and whether the prepared file gives the same bytes with them as with `threads`.
/// Tried on two calls. Other bits are no fault: the profile pins the number of threads.
pub(super) fn other_threads(
    library: &Library,
    prepared: &Path,
    threads: usize,
    most: usize,
    inputs: &[TensorSpec],
    outputs: &[TensorSpec],
) -> Result<Vec<(usize, bool)>, PrepareError> {
    let mut made = calls(inputs);
    made.sort_by_key(|call| call.iter().map(|t| t.data.len()).sum::<usize>());
    // The largest, and one in the middle: threads share out what is large.
    let largest = made.pop();
    let chosen: Vec<Vec<TensorData>> = largest.into_iter().chain(made.drain(made.len() / 2..).take(1)).collect();
    let results = |threads: usize| -> Result<Vec<Vec<TensorData>>, PrepareError> {
        let open = |e: ort::Error| PrepareError::Runtime(e.message().to_owned());
        let mut session = library.open_prepared(prepared, threads).map_err(open)?;
        let one = |call: &Vec<TensorData>| {
            run(&mut session, inputs, outputs, call).map_err(|reason| PrepareError::Run { shapes: shown(call), reason })
        };
        chosen.iter().map(one).collect()
    };
    let own = results(threads)?;
    let others = (1..=most).filter(|n| *n != threads);
    others.map(|n| Ok((n, results(n)? == own))).collect()
}

/// Inputs of several shapes, within the declared ranges.
pub(crate) fn calls(inputs: &[TensorSpec]) -> Vec<Vec<TensorData>> {
    shapes(inputs).iter().enumerate().map(|(number, lengths)| call(inputs, lengths, number as u64)).collect()
}

/// Inputs with these lengths of symbolic dimensions; those that are not named are 1.
pub(super) fn call(inputs: &[TensorSpec], lengths: &[(Vec<u8>, u32)], seed: u64) -> Vec<TensorData> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ seed);
    let length =
        |name: &[u8], max: u32| lengths.iter().find(|(n, _)| n == name).map_or(max.min(1), |(_, length)| *length);
    inputs.iter().map(|spec| tensor(spec, &length, &mut random)).collect()
}

/// Shapes of a call, for people.
pub(super) fn shown(call: &[TensorData]) -> String {
    call.iter().map(|t| format!("{:?}", t.shape.to_vec())).collect::<Vec<_>>().join(", ")
}

/// Outputs must fit what the release declares, or no result of it would be accepted.
fn declared(
    inputs: &[TensorSpec],
    made: &[TensorData],
    outputs: &[TensorSpec],
    found: &[TensorData],
) -> Result<(), FitError> {
    let given = made.iter().map(|t| (t.dtype, &t.shape));
    let bound = bind(inputs, given, Bindings::new())?;
    bind(outputs, found.iter().map(|t| (t.dtype, &t.shape)), bound).map(|_| ())
}

type Lengths = Vec<(Vec<u8>, u32)>;

/// Lengths to try: all dimensions short, then mixed, then each in turn at its maximum.
fn shapes(inputs: &[TensorSpec]) -> Vec<Lengths> {
    let mut dims: Lengths = Vec::new();
    for dim in inputs.iter().flat_map(|s| s.shape.iter()) {
        if let Dim::Symbolic { name, max } = dim {
            if !dims.iter().any(|(n, _)| n.as_slice() == name.as_slice()) {
                dims.push((name.to_vec(), *max));
            }
        }
    }
    if dims.is_empty() {
        return vec![Vec::new(), Vec::new(), Vec::new()];
    }
    let mut all: Vec<Lengths> = Vec::new();
    for start in 0..LENGTHS.len() {
        let mixed = dims.iter().enumerate().map(|(n, (name, max))| {
            let length = LENGTHS.iter().cycle().nth(start + n).copied().unwrap_or(1);
            (name.clone(), length.min(*max))
        });
        all.push(mixed.collect());
    }
    for (longest, _) in &dims {
        let one = dims.iter().map(|(name, max)| {
            let length = if name == longest { (*max).min(LONGEST) } else { 1 };
            (name.clone(), length)
        });
        all.push(one.collect());
    }
    all.retain(|lengths| {
        let of = |name: &[u8], max: u32| lengths.iter().find(|(n, _)| n == name).map_or(max, |(_, l)| *l);
        inputs.iter().all(|spec| {
            let elements = concrete(spec, of).iter().fold(1u64, |n, d| n.saturating_mul(u64::from(*d)));
            elements <= MOST_ELEMENTS
        })
    });
    all.dedup();
    all
}

pub(crate) fn run(
    session: &mut Session,
    inputs: &[TensorSpec],
    outputs: &[TensorSpec],
    made: &[TensorData],
) -> Result<Vec<TensorData>, String> {
    let mut values: Vec<(Cow<'_, str>, SessionInputValue<'_>)> = Vec::new();
    for (spec, tensor) in inputs.iter().zip(made) {
        let value = tensor.to_value().map_err(|e| e.to_string())?;
        values.push((String::from_utf8_lossy(&spec.name), value.into()));
    }
    let results = session.run(values).map_err(|e| e.message().to_owned())?;
    let mut tensors = Vec::new();
    for spec in outputs {
        let found = results.iter().find(|(name, _)| name.as_bytes() == spec.name.as_slice());
        let (_, value) = found.ok_or_else(|| String::from("ONNX Runtime left out an output"))?;
        tensors.push(TensorData::from_value(&value).map_err(|e| e.to_string())?);
    }
    Ok(tensors)
}

/// A generator of numbers that look random and are the same everywhere (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Between both ends, included.
    fn integer(&mut self, min: i64, max: i64) -> i64 {
        let span = max.abs_diff(min);
        let offset = match span.checked_add(1) {
            Some(count) => self.next() % count,
            None => self.next(),
        };
        min.wrapping_add_unsigned(offset)
    }

    /// Between -2 and 2.
    fn float(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 51) as f64 - 2.0
    }
}

fn tensor(spec: &TensorSpec, length: &impl Fn(&[u8], u32) -> u32, random: &mut Random) -> TensorData {
    let shape = concrete(spec, length);
    let count: u64 = shape.iter().fold(1, |n, d| n.saturating_mul(u64::from(*d)));
    // Without a declared range only values that index nothing out of bounds are sure to be allowed.
    let (min, max) = spec.range.map_or((0, 1), |r| (r.min, r.max));
    let mut data = Vec::new();
    for _ in 0..count {
        let n = match spec.dtype {
            DType::Bool => random.integer(min.clamp(0, 1), max.clamp(0, 1)),
            _ => random.integer(min, max),
        };
        match spec.dtype {
            DType::Bool | DType::Uint8 | DType::Int8 => data.push(n as u8),
            DType::Uint16 | DType::Int16 => data.extend_from_slice(&(n as u16).to_le_bytes()),
            DType::Uint32 | DType::Int32 => data.extend_from_slice(&(n as u32).to_le_bytes()),
            DType::Uint64 | DType::Int64 => data.extend_from_slice(&n.to_le_bytes()),
            DType::Float32 => data.extend_from_slice(&(random.float() as f32).to_le_bytes()),
            DType::Float64 => data.extend_from_slice(&random.float().to_le_bytes()),
            DType::Bfloat16 => {
                let bits = (random.float() as f32).to_bits() >> 16;
                data.extend_from_slice(&(bits as u16).to_le_bytes());
            },
            DType::Float16 => data.extend_from_slice(&half_bits(random).to_le_bytes()),
            DType::String => {
                let text = format!("word {}", random.integer(0, 99));
                data.extend_from_slice(&(text.len() as u32).to_le_bytes());
                data.extend_from_slice(text.as_bytes());
            },
        }
    }
    TensorData { dtype: spec.dtype, shape, data: data.into() }
}

/// A binary16 of either sign between 2^-4 and 2: exponents 11 to 15, any mantissa.
fn half_bits(random: &mut Random) -> u16 {
    let bits = random.next();
    let sign = (bits as u16) & 0x8000;
    let exponent = 11 + ((bits >> 16) % 5) as u16;
    sign | (exponent << 10) | ((bits >> 32) as u16 & 0x03ff)
}
