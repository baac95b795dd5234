//! `LayerNormalization`, `SimplifiedLayerNormalization`, `RMSNormalization` and the fused `Skip...` forms.

use super::{
    super::{shape, Exactness, Operator},
    lanes::{header, Lane},
    norm_bound::{self, Row},
    number::{line, number, store, Number},
    sums,
};
use crate::{
    expected::widen,
    graph::Layout,
    operators::any_layout,
    soft::{F32, F64},
    Call, DType, Domain, Expected, Header, Judged, Node, Reject, Slot,
};
use alloc::vec::Vec;

/// `LayerNormalization`; below opset 17 ONNX Runtime's own.
pub const LAYER: Operator = Operator {
    domain: Domain::Onnx,
    name: "LayerNormalization",
    opsets: (1, super::NEWEST_OPSET),
    exactness: Exactness::Scheduled(1),
    header: |call, output| layer_header(call, output, false),
    element: |call, output, index| layer_element(call, output, index, false),
    layout,
};

/// `SimplifiedLayerNormalization`, ONNX Runtime's own.
pub const SIMPLIFIED: Operator = Operator {
    name: "SimplifiedLayerNormalization",
    header: |call, output| layer_header(call, output, true),
    element: |call, output, index| layer_element(call, output, index, true),
    ..LAYER
};

/// `RMSNormalization` since opset 23.
pub const RMS: Operator = Operator { name: "RMSNormalization", opsets: (23, super::NEWEST_OPSET), ..SIMPLIFIED };

/// `SkipLayerNormalization`.
pub const SKIP: Operator = Operator {
    domain: Domain::Microsoft,
    name: "SkipLayerNormalization",
    opsets: (1, 1),
    exactness: Exactness::Scheduled(1),
    header: skip_header,
    element: |call, output, index| skip_element(call, output, index, false),
    layout: any_layout,
};

/// `SkipSimplifiedLayerNormalization`.
pub const SKIP_SIMPLIFIED: Operator = Operator {
    name: "SkipSimplifiedLayerNormalization",
    element: |call, output, index| skip_element(call, output, index, true),
    ..SKIP
};

/// 1e-5 and 1e-12, the default epsilons.
const EPSILON: F32 = F32(0x3727_c5ac);
const SKIP_EPSILON: F32 = F32(0x2b8c_bccc);

fn layout(_: &Node, _: Slot, _: Option<usize>) -> Layout {
    Layout::Natural
}

/// What is known of a row before its elements: mean, and either the standard deviation or its inverse.
#[derive(Clone, Copy)]
struct Statistics<T> {
    mean: T,
    deviation: Deviation<T>,
}

#[derive(Clone, Copy)]
enum Deviation<T> {
    /// The elements are divided by it.
    Of(T),
    /// The elements are multiplied with it.
    Inverse(T),
}

impl<T: Number> Deviation<T> {
    fn inverse(self) -> T {
        match self {
            Self::Of(deviation) => T::ONE / deviation,
            Self::Inverse(inverse) => inverse,
        }
    }
}

/// Welford's running mean and sum of squares, left to right.
fn welford<T: Number>(x: &[T], epsilon: F32) -> Statistics<T> {
    let (mut mean, mut squares) = (T::ZERO, T::ZERO);
    for (i, v) in x.iter().enumerate() {
        let delta = *v - mean;
        mean = mean + delta / T::of_count((i as u64).saturating_add(1));
        squares = squares + delta * (*v - mean);
    }
    Statistics { mean, deviation: Deviation::Of(deviation(squares, x.len(), epsilon)) }
}

fn deviation<T: Number>(squares: T, n: usize, epsilon: F32) -> T {
    (squares / T::of_count(n as u64) + T::of_f32(epsilon)).root()
}

/// Root of the mean of squares, left to right.
fn mean_square<T: Number>(x: &[T], epsilon: F32) -> Statistics<T> {
    let squares = sums::sequence(x.iter().map(|v| *v * *v), T::ZERO);
    Statistics { mean: T::ZERO, deviation: Deviation::Of(deviation(squares, x.len(), epsilon)) }
}

/// MLAS's AVX2 kernel, which also serves AVX-512: the mean in binary64. `half` where the input was float16.
fn vectorised(x: &[F32], epsilon: F32, simplified: bool, half: bool) -> Statistics<F32> {
    let n = F32::from_u64(x.len() as u64);
    let mean = if simplified {
        F32::ZERO
    } else {
        let groups = x.chunks_exact(4);
        let tail = groups.remainder();
        let sum = sums::cross(sums::lanes(groups.flatten().map(|v| v.to_f64())));
        let sum = sums::sequence(tail.iter().map(|v| v.to_f64()), sum);
        (sum / F64::from_u64(x.len() as u64)).to_f32()
    };
    let centred: Vec<F32> = if simplified { x.to_vec() } else { x.iter().map(|v| *v - mean).collect() };
    let variance = sums::squares8(&centred, !half) / n;
    Statistics { mean, deviation: Deviation::Inverse(F32::ONE / (variance + epsilon).sqrt()) }
}

/// The statistics as the kernel of `LayerNormalization` has them.
trait Kernel: Number {
    fn statistics(x: &[Self], epsilon: F32, simplified: bool, half: bool) -> Statistics<Self>;
}

impl Kernel for F32 {
    fn statistics(x: &[Self], epsilon: F32, simplified: bool, half: bool) -> Statistics<Self> {
        match (x.len(), simplified) {
            (16.., _) => vectorised(x, epsilon, simplified, half),
            (8.., false) if !half => vectorised(x, epsilon, simplified, half),
            (_, false) => welford(x, epsilon),
            (_, true) => mean_square(x, epsilon),
        }
    }
}

impl Kernel for F64 {
    fn statistics(x: &[Self], epsilon: F32, simplified: bool, _: bool) -> Statistics<Self> {
        if simplified {
            mean_square(x, epsilon)
        } else {
            welford(x, epsilon)
        }
    }
}

/// One element from the row's statistics, scale and bias.
fn normalised<T: Number>(x: T, s: &Statistics<T>, simplified: bool, scale: T, bias: Option<T>) -> T {
    let centred = if simplified { x } else { x - s.mean };
    match (s.deviation, bias) {
        (Deviation::Of(deviation), Some(bias)) => centred / deviation * scale + bias,
        (Deviation::Of(deviation), None) => centred / deviation * scale,
        (Deviation::Inverse(inverse), Some(bias)) => (centred * inverse).fused(scale, bias),
        (Deviation::Inverse(inverse), None) => centred * inverse * scale,
    }
}

fn axis(call: &Call<'_>) -> Judged<usize> {
    shape::axis(call.int("axis", -1)?, call.dims(0)?.len())
}

/// Type of the mean and of the inverse deviation: binary32 (ONNX's `stash_type`).
fn statistics_header(dims: &[u64], axis: usize) -> Judged<Header> {
    header(DType::Float32, dims.iter().enumerate().map(|(i, d)| if i < axis { *d } else { 1 }).collect())
}

fn layer_header(call: &Call<'_>, output: usize, simplified: bool) -> Judged<Header> {
    let input = call.header(0)?;
    let last = if simplified { 1 } else { 2 };
    match output {
        0 => Ok(input.clone()),
        _ if output <= last => statistics_header(&input.dims, axis(call)?),
        _ => Err(Reject::Malformed("an output that the operator does not have")),
    }
}

fn layer_element(call: &Call<'_>, output: usize, index: u64, simplified: bool) -> Judged<Expected> {
    match call.dtype(0)? {
        DType::Float32 | DType::Float16 | DType::Bfloat16 => layer::<F32>(call, output, index, simplified),
        DType::Float64 => layer::<F64>(call, output, index, simplified),
        _ => Err(Reject::Unsupported("this element type")),
    }
}

fn layer<T: Kernel>(call: &Call<'_>, output: usize, index: u64, simplified: bool) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let n = shape::count(dims.get(axis(call)?..).unwrap_or(&[]));
    let epsilon = call.float("epsilon", EPSILON)?;
    let lane = Lane::row(n, if output == 0 { index } else { index.saturating_mul(n) });
    let parameters = Parameters {
        // Scale and bias broadcast to the input; mostly both have the shape of a row.
        scale: Some((1, shape::broadcast_index(dims, call.dims(1)?, index))),
        bias: if !simplified && call.has(2) {
            Some((2, shape::broadcast_index(dims, call.dims(2)?, index)))
        } else {
            None
        },
        epsilon,
        simplified,
    };
    let mut broadcasts = call.header(1)?.count() != n;
    if let Some((bias, _)) = parameters.bias {
        broadcasts |= call.header(bias)?.count() != n;
    }
    if broadcasts && call.schedule().is_some() {
        return broadcasting(call, output, index, lane, &parameters);
    }
    let half = call.dtype(0)? == DType::Float16;
    let row = || line::<T>(call, 0, lane.start, 1, n);
    let at = || number::<T>(call, 0, index);
    judge(call, output, lane.start, &parameters, row, at, |x| T::statistics(x, epsilon, simplified, half))
}

/// Where scale or bias is not one row, ONNX Runtime computes in binary64: running sums of elements and squares, the
/// variance as their difference.
fn broadcasting(call: &Call<'_>, output: usize, index: u64, lane: Lane, p: &Parameters) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    let wide = |input: usize, index: u64| -> Judged<F64> {
        Ok(if call.dtype(input)? == DType::Float64 {
            number::<F64>(call, input, index)?
        } else {
            number::<F32>(call, input, index)?.to_f64()
        })
    };
    let (mean, deviation) = call.remember(lane.start, || {
        let bits = call.line(0, lane.start, 1, lane.count)?;
        let (mut sum, mut squares) = (F64::ZERO, F64::ZERO);
        for bits in bits {
            let x = widen(dtype, bits).ok_or(Reject::Unsupported("this element type"))?;
            sum = sum + x;
            squares = squares + x * x;
        }
        let n = F64::from_u64(lane.count);
        let mean = sum / n;
        let variance = if p.simplified { squares / n } else { squares / n - mean * mean };
        Ok((mean, (variance + p.epsilon.to_f64()).sqrt()))
    })?;
    Ok(Expected::Exact(match output {
        0 => {
            let x = wide(0, index)?;
            let centred = if p.simplified { x } else { x - mean };
            let scale = p.scale.map_or(Ok(F64::ONE), |(input, index)| wide(input, index))?;
            let scaled = centred / deviation * scale;
            // An absent bias is added as 0, which turns -0 into 0.
            let bias = p.bias.map_or(Ok(F64::ZERO), |(input, index)| wide(input, index))?;
            store(dtype, if p.simplified { scaled } else { scaled + bias })?
        },
        1 if !p.simplified => store(DType::Float32, mean)?,
        _ => store(DType::Float32, F64::ONE / deviation)?,
    }))
}

/// Operands of a normalisation besides the row: input and index of scale and bias.
struct Parameters {
    scale: Option<(usize, u64)>,
    bias: Option<(usize, u64)>,
    epsilon: F32,
    simplified: bool,
}

/// Outputs 0 (normalised), 1 (mean; inverse deviation where simplified) and 2 (inverse deviation).
fn judge<T: Number>(
    call: &Call<'_>,
    output: usize,
    key: u64,
    p: &Parameters,
    row: impl Fn() -> Judged<Vec<T>>,
    element: impl Fn() -> Judged<T>,
    statistics: impl Fn(&[T]) -> Statistics<T>,
) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    if dtype == DType::Bfloat16 && call.schedule().is_some() {
        return Err(Reject::Unsupported("the order of this normalisation in bfloat16"));
    }
    let operand = |at: Option<(usize, u64)>| at.map(|(input, index)| number::<T>(call, input, index)).transpose();
    if call.schedule().is_none() {
        let row = call.remember(key, || Ok(Row::new::<T>(&row()?, p.epsilon.to_f64(), p.simplified)))?;
        return Ok(match output {
            0 => {
                let scale = operand(p.scale)?.unwrap_or(T::ONE).wide();
                let bias = operand(p.bias)?.map(Number::wide);
                norm_bound::normalised::<T>(dtype, &row, element()?.wide(), scale, bias)
            },
            1 if !p.simplified => norm_bound::mean::<T>(&row),
            _ => norm_bound::inverse::<T>(&row),
        });
    }
    let s = call.remember(key, || Ok(statistics(&row()?)))?;
    Ok(Expected::Exact(match output {
        0 => {
            let scale = operand(p.scale)?.unwrap_or(T::ONE);
            store(dtype, normalised(element()?, &s, p.simplified, scale, operand(p.bias)?))?
        },
        1 if !p.simplified => store(DType::Float32, s.mean)?,
        _ => store(DType::Float32, s.deviation.inverse())?,
    }))
}

fn skip_header(call: &Call<'_>, output: usize) -> Judged<Header> {
    let input = call.header(0)?;
    match output {
        0 | 3 => Ok(input.clone()),
        1 | 2 => statistics_header(&input.dims, input.dims.len().saturating_sub(1)),
        _ => Err(Reject::Malformed("an output that the operator does not have")),
    }
}

/// Inputs: input, skip, gamma, then beta and bias, or bias alone where simplified. Output 3 is the sum that is
/// normalised; the mean of the simplified form is 0. Computed in binary32 throughout.
fn skip_element(call: &Call<'_>, output: usize, index: u64, simplified: bool) -> Judged<Expected> {
    let header = call.header(0)?;
    if !matches!(header.dtype, DType::Float32 | DType::Float16 | DType::Bfloat16) {
        return Err(Reject::Unsupported("this element type"));
    }
    let n = header.dims.last().copied().unwrap_or(1);
    let skip = call.header(1)?.count();
    let (beta, bias) = if simplified { (9, 3) } else { (3, 4) };
    let bias = call.has(bias).then_some(bias);
    let sum = |index: u64| {
        let at = index.checked_rem(skip).unwrap_or(0);
        let v = number::<F32>(call, 0, index)? + number::<F32>(call, 1, at)?;
        Ok(match bias {
            Some(bias) => v + number::<F32>(call, bias, index.checked_rem(n).unwrap_or(0))?,
            None => v,
        })
    };
    let row = |start: u64| {
        let x = line::<F32>(call, 0, start, 1, n)?;
        let skip = line::<F32>(call, 1, start.checked_rem(skip).unwrap_or(0), 1, n)?;
        let x: Vec<F32> = x.into_iter().zip(skip).map(|(a, b)| a + b).collect();
        let Some(bias) = bias else { return Ok(x) };
        Ok(x.into_iter().zip(line::<F32>(call, bias, 0, 1, n)?).map(|(a, b)| a + b).collect())
    };
    let at = if matches!(output, 0 | 3) { index } else { index.saturating_mul(n) };
    let lane = Lane::row(n, at);
    let epsilon = call.float("epsilon", SKIP_EPSILON)?;
    let parameters = Parameters {
        scale: Some((2, lane.at)),
        bias: (!simplified && call.has(beta)).then_some((beta, lane.at)),
        epsilon,
        simplified,
    };
    match (output, simplified) {
        // IEEE additions, in every mode.
        (3, _) => return Ok(Expected::Exact(store(header.dtype, sum(index)?)?)),
        (1, true) => return Ok(F32::ZERO.into()),
        _ => {},
    }
    let statistics = |x: &[F32]| if simplified { mean_square(x, epsilon) } else { welford(x, epsilon) };
    judge(call, output, lane.start, &parameters, || row(lane.start), || sum(index), statistics)
}
