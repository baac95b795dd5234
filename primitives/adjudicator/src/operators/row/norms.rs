//! `InstanceNormalization`, `MeanVarianceNormalization`, `LpNormalization`, `EmbedLayerNormalization`.

use super::{
    super::{any_layout, shape, Exactness, Operator},
    bound,
    groups::Groups,
    lanes::{axis, header, last_axis_layout, layout_for, same_as_input, Lane},
    norm_bound::{self, Row},
    number::{line, number, Number},
    sums::{eigen, head, sequence},
};
use crate::{
    graph::Layout,
    soft::{F32, F64},
    Attribute, Call, DType, Domain, Expected, Header, Judged, Node, Reject, Slot,
};
use alloc::vec::Vec;

/// `InstanceNormalization`.
pub const INSTANCE: Operator = Operator {
    domain: Domain::Onnx,
    name: "InstanceNormalization",
    opsets: (6, super::NEWEST_OPSET),
    exactness: Exactness::Scheduled(1),
    header: same_as_input,
    element: |call, _, index| instance(call, index),
    layout: any_layout,
};

/// `MeanVarianceNormalization`.
pub const MEAN_VARIANCE: Operator = Operator {
    name: "MeanVarianceNormalization",
    opsets: (9, super::NEWEST_OPSET),
    element: |call, _, index| mean_variance(call, index),
    layout: mean_variance_layout,
    ..INSTANCE
};

/// `LpNormalization`.
pub const LP: Operator = Operator {
    name: "LpNormalization",
    opsets: (1, super::NEWEST_OPSET),
    element: |call, _, index| lp(call, index),
    layout: last_axis_layout,
    ..INSTANCE
};

/// `EmbedLayerNormalization`.
pub const EMBED: Operator = Operator {
    domain: Domain::Microsoft,
    name: "EmbedLayerNormalization",
    opsets: (1, 1),
    exactness: Exactness::Scheduled(1),
    header: embed_header,
    element: embed,
    layout: any_layout,
};

/// 1e-5 and 1e-12, the default epsilons.
const EPSILON: F32 = F32(0x3727_c5ac);
const EMBED_EPSILON: F32 = F32(0x2b8c_bccc);

fn add<T: Number>(x: &[T], head: usize) -> T {
    eigen(x, head, |a, b| a + b).unwrap_or(T::ZERO)
}

/// Mean as Eigen sums a row; sum of squared differences with packets from its start; x s + (b - m s).
fn instance(call: &Call<'_>, index: u64) -> Judged<Expected> {
    call.of_type(0, DType::Float32)?;
    let dims = call.dims(0)?;
    let n = shape::count(dims.get(2..).ok_or(Reject::Malformed("an input without channels"))?);
    let channels = dims.get(1).copied().unwrap_or(1);
    let lane = Lane::row(n, index);
    let row = lane.start.checked_div(n).unwrap_or(0);
    let channel = row.checked_rem(channels).unwrap_or(0);
    let epsilon = call.float("epsilon", EPSILON)?;
    let (scale, bias) = (call.f32(1, channel)?, call.f32(2, channel)?);
    let x = call.f32(0, index)?;
    if call.schedule().is_none() {
        let read = || Ok(Row::new::<F32>(&call.f32_line(0, lane.start, 1, n)?, epsilon.to_f64(), false));
        let row = call.remember(lane.start, read)?;
        let (x, scale, bias) = (x.to_f64(), scale.to_f64(), bias.to_f64());
        return Ok(norm_bound::affine::<F32>(DType::Float32, &row, x, scale, bias));
    }
    let (mean, inverse) = call.remember(lane.start, || {
        let x = call.f32_line(0, lane.start, 1, n)?;
        let n = F32::from_u64(n);
        let mean = add(&x, head::<F32>(lane.start)) / n;
        let squares: Vec<F32> = x.iter().map(|v| (*v - mean) * (*v - mean)).collect();
        Ok((mean, F32::ONE / (add(&squares, 0) / n + epsilon).sqrt()))
    })?;
    let s = inverse * scale;
    Ok((x * s + (bias - mean * s)).into())
}

fn mean_variance_axes(call: &Call<'_>) -> Judged<Vec<bool>> {
    let rank = call.dims(0)?.len();
    let axes = call.ints("axes")?.unwrap_or(&[0, 2, 3]);
    // Axes that the tensor does not have are dropped.
    let axes: Vec<usize> = axes.iter().filter_map(|a| shape::axis(*a, rank).ok()).collect();
    Ok((0..rank).map(|a| axes.contains(&a)).collect())
}

fn mean_variance_layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    match (slot, node.attribute("axes")) {
        (Slot::Input(0), Some(Attribute::Ints(axes))) => layout_for(axes, rank),
        (Slot::Input(0), None) => layout_for(&[0, 2, 3], rank),
        _ => Layout::Natural,
    }
}

/// The reduced axes are moved to the end first; Eigen's sums over rows of that; (x - m) / sqrt(mean of squares).
fn mean_variance(call: &Call<'_>, index: u64) -> Judged<Expected> {
    call.of_type(0, DType::Float32)?;
    let groups = Groups::new(call.dims(0)?, &mean_variance_axes(call)?);
    let row = groups.row_of(index);
    let n = groups.length();
    let x = call.f32(0, index)?;
    let read = || -> Judged<Vec<F32>> { Ok(groups.read(call, 0, row)?.into_iter().map(|b| F32(b as u32)).collect()) };
    if call.int("normalize_variance", 1)? != 1 {
        return Err(Reject::Unsupported("normalize_variance other than 1"));
    }
    if call.schedule().is_none() {
        let row = call.remember(row, || Ok(Row::new::<F32>(&read()?, F64::ZERO, false)))?;
        return Ok(norm_bound::normalised::<F32>(DType::Float32, &row, x.to_f64(), F64::ONE, None));
    }
    let (mean, deviation) = call.remember(row, || {
        let x = read()?;
        let head = head::<F32>(row.saturating_mul(n));
        let n = F32::from_u64(n);
        let mean = add(&x, head) / n;
        let squares: Vec<F32> = x.iter().map(|v| (*v - mean) * (*v - mean)).collect();
        Ok((mean, (add(&squares, 0) / n).sqrt()))
    })?;
    Ok(((x - mean) / deviation).into())
}

fn lp(call: &Call<'_>, index: u64) -> Judged<Expected> {
    let lane = Lane::new(call.dims(0)?, axis(call, -1)?, index);
    match call.dtype(0)? {
        DType::Float32 => lp_of::<F32>(call, lane, index),
        DType::Float64 => lp_of::<F64>(call, lane, index),
        _ => Err(Reject::Unsupported("this element type")),
    }
}

/// x / norm, the norm summed left to right; a norm of 0 gives 0.
fn lp_of<T: Number>(call: &Call<'_>, lane: Lane, index: u64) -> Judged<Expected> {
    let squared = match call.int("p", 2)? {
        1 => false,
        2 => true,
        _ => return Err(Reject::Malformed("p must be 1 or 2")),
    };
    let x = number::<T>(call, 0, index)?;
    if call.schedule().is_some() {
        let norm = call.remember(lane.start, || {
            let x = line::<T>(call, 0, lane.start, lane.stride, lane.count)?;
            let terms = x.iter().map(|v| if squared { *v * *v } else { v.magnitude() });
            let sum = terms.reduce(|a, b| a + b).unwrap_or(T::ZERO);
            Ok(if squared { sum.root() } else { sum })
        })?;
        let zero = !norm.less(T::ZERO) && !T::ZERO.less(norm) && !norm.wide().is_nan();
        return Ok(Expected::Exact(if zero { T::ZERO } else { x / norm }.to_bits()));
    }
    let norm = call.remember(lane.start, || {
        let x = line::<T>(call, 0, lane.start, lane.stride, lane.count)?;
        let terms = x.iter().map(|v| v.wide()).map(|v| if squared { v * v } else { v.abs() });
        let s = bound::Sums::of(terms);
        // Squares may underflow below 2^-100.
        let small = squared && s.sum.lt(F64(0x39b0_0000_0000_0000));
        let lost = s.special() || small || s.sum.is_zero() || bound::overflows::<T>(s.sum);
        Ok(if lost {
            F64::NAN
        } else if squared {
            s.sum.sqrt()
        } else {
            s.sum
        })
    })?;
    if norm.is_nan() {
        return Ok(bound::anything());
    }
    let value = x.wide() / norm;
    let relative = bound::of_sum::<T>(lane.count.saturating_add(4), F64::ONE);
    Ok(bound::around::<T>(T::DTYPE, value, value.abs() * relative + T::ROUNDOFF.1))
}

fn embed_header(call: &Call<'_>, output: usize) -> Judged<Header> {
    let ids = call.dims(0)?;
    let hidden = call.dims(2)?.get(1).copied().ok_or(Reject::Malformed("an embedding that is no matrix"))?;
    match (output, ids) {
        (0 | 2, [batch, length]) => header(DType::Float32, [*batch, *length, hidden].to_vec()),
        (1, [batch, _]) => header(DType::Int32, [*batch].to_vec()),
        _ => Err(Reject::Malformed("ids that are no matrix, or an output that the operator does not have")),
    }
}

/// Inputs: ids, segment ids, word, position and segment embedding, gamma, beta, mask, position ids. Outputs: the
/// normalised sum, the number of ones in each row of the mask, the sum.
fn embed(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    let length = call.dims(0)?.get(1).copied().unwrap_or(1);
    if output == 1 {
        if !call.has(7) {
            return Ok(Expected::Bits(0));
        }
        let row = call.line(7, index.saturating_mul(length), 1, length)?;
        return Ok(Expected::Bits(row.iter().filter(|v| **v == 1).count() as u64));
    }
    call.of_type(2, DType::Float32)?;
    let hidden = call.dims(2)?.get(1).copied().unwrap_or(1);
    let lane = Lane::row(hidden, index);
    let token = lane.start.checked_div(hidden).unwrap_or(0);
    let position = token.checked_rem(length).unwrap_or(0);
    let mut rows = [(2usize, call.integer(0, token)?), (3, i64::try_from(position).unwrap_or(-1)), (4, 0)];
    if call.has(8) {
        let shared = call.dims(8)?.first() == Some(&1);
        rows[1].1 = call.integer(8, if shared { position } else { token })?;
    }
    let mut count = 2;
    if call.has(4) {
        rows[2].1 = call.integer(1, token)?;
        count = 3;
    }
    for (input, row) in rows.iter().take(count) {
        let rows = call.dims(*input)?.first().copied().unwrap_or(0);
        if !u64::try_from(*row).is_ok_and(|row| row < rows) {
            return Ok(Expected::Fails);
        }
    }
    let read = || {
        let mut sum: Option<Vec<F32>> = None;
        for (input, row) in rows.iter().take(count) {
            let row = u64::try_from(*row).unwrap_or(0);
            let x = call.f32_line(*input, row.saturating_mul(hidden), 1, hidden)?;
            sum = Some(match sum {
                None => x,
                Some(sum) => sum.into_iter().zip(x).map(|(a, b)| a + b).collect(),
            });
        }
        Ok(sum.unwrap_or_default())
    };
    let at = usize::try_from(lane.at).unwrap_or(usize::MAX);
    let epsilon = call.float("epsilon", EMBED_EPSILON)?;
    let missing = Reject::Malformed("an embedding that is too short");
    if output == 2 {
        let sum = call.remember(lane.start, read)?;
        return Ok(sum.get(at).copied().ok_or(missing)?.into());
    }
    let (scale, bias) = (call.f32(5, lane.at)?, call.f32(6, lane.at)?);
    if call.schedule().is_none() {
        let (x, row) = call.remember(lane.start, || {
            let x = read()?;
            let row = Row::new::<F32>(&x, epsilon.to_f64(), false);
            Ok((alloc::rc::Rc::new(x), row))
        })?;
        let x = x.get(at).ok_or(missing)?.to_f64();
        let dtype = DType::Float32;
        return Ok(norm_bound::normalised::<F32>(dtype, &row, x, scale.to_f64(), Some(bias.to_f64())));
    }
    let (centred, deviation) = call.remember(lane.start, || {
        let x = read()?;
        let n = F32::from_u64(hidden);
        let mean = sequence(x.iter().copied(), F32::ZERO) / n;
        let centred: Vec<F32> = x.into_iter().map(|v| v - mean).collect();
        let squares = sequence(centred.iter().map(|c| *c * *c), F32::ZERO);
        Ok((alloc::rc::Rc::new(centred), (squares / n + epsilon).sqrt()))
    })?;
    Ok((*centred.get(at).ok_or(missing)? / deviation * scale + bias).into())
}
