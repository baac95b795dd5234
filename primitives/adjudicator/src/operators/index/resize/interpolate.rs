//! Linear and cubic interpolation in the order of the kernels: binary32, no fused operations.

use super::plan::{Method, Plan};
use crate::{operators::shape, soft::F32, Call, DType, Expected, Judged, Reject};
use alloc::vec::Vec;

/// 0.5
const HALF: F32 = F32(0x3f00_0000);

/// The two neighbours on an axis, with the weight of each: (lower, its weight, upper, its weight).
#[derive(Clone, Copy)]
struct Pair {
    lower: u64,
    lower_weight: F32,
    upper: u64,
    upper_weight: F32,
}

/// The neighbours of output coordinate `c`; `None` outside the region of interest.
fn pair(plan: &Plan, axis: usize, c: u64) -> Judged<Option<Pair>> {
    let original = plan.original(axis, c, true)?;
    if plan.is_outside(axis, original) {
        return Ok(None);
    }
    let last = plan.input.get(axis).copied().unwrap_or(1).saturating_sub(1);
    let end = F32::from_u64(last);
    // std::max(0, std::min(original, end))
    let low = if end.lt(original) { end } else { original };
    let x = if F32::ZERO.lt(low) { low } else { F32::ZERO };
    let whole = x.to_i64_trunc().and_then(|n| u64::try_from(n).ok());
    let lower = whole.ok_or(Reject::Malformed("a coordinate that is not a number"))?.min(last);
    let upper = lower.saturating_add(1).min(last);
    let away = |p: u64| (x - F32::from_u64(p)).abs();
    let (near, far) = if lower == upper { (HALF, HALF) } else { (away(lower), away(upper)) };
    // The weight of one neighbour is the distance from the other.
    Ok(Some(Pair { lower, lower_weight: far, upper, upper_weight: near }))
}

/// The interpolated value; `None` outside the region of interest.
pub fn value(call: &Call<'_>, plan: &Plan, at: &[u64]) -> Judged<Option<Expected>> {
    let rank = plan.input.len();
    let one = |axis: usize| plan.scales.get(axis) == Some(&F32::ONE);
    // The axes that are interpolated; channels may be last.
    let planes = rank == 2 || (rank == 4 && one(0) && one(1));
    let axes: Vec<usize> = match rank {
        4 if !planes => alloc::vec![1, 2],
        3 | 5 => (rank.saturating_sub(3)..rank).collect(),
        _ => (rank.saturating_sub(2)..rank).collect(),
    };
    if plan.method == Method::Cubic {
        return if planes { cubic(call, plan, at) } else { Err(Reject::Unsupported("cubic interpolation of NHWC")) };
    }
    let mut pairs = Vec::with_capacity(axes.len());
    for axis in &axes {
        let Some(pair) = pair(plan, *axis, at.get(*axis).copied().unwrap_or(0))? else { return Ok(None) };
        pairs.push(pair);
    }
    let dtype = call.dtype(0)?;
    let bits = |corner: &[u64]| -> Judged<u64> {
        let mut from = at.to_vec();
        for (axis, c) in axes.iter().zip(corner) {
            if let Some(own) = from.get_mut(*axis) {
                *own = *c;
            }
        }
        call.bits(0, shape::index(&plan.input, &from))
    };
    let integer = |corner: &[u64]| Ok(dtype.integer(bits(corner)?));
    let read = |corner: &[u64]| -> Judged<F32> {
        match dtype {
            DType::Float32 => Ok(F32(bits(corner)? as u32)),
            DType::Int8 | DType::Uint8 | DType::Int32 => Ok(F32::from_i64(integer(corner)?)),
            _ => Err(Reject::Unsupported("this element type")),
        }
    };
    let sum = match pairs.as_slice() {
        [y, x] if planes || dtype == DType::Float32 => four(*y, *x, read)?,
        [y, x] if dtype != DType::Int32 => return Ok(Some(Expected::Bits(dtype.bits(tenths(*y, *x, integer)?)))),
        [_, _] => return Err(Reject::Unsupported("32-bit interpolation of NHWC")),
        [z, y, x] => trilinear(*z, *y, *x, read)?,
        _ => return Err(Reject::Malformed("an input that cannot be interpolated")),
    };
    if dtype == DType::Float32 {
        return Ok(Some(sum.into()));
    }
    let whole = sum.to_i64_trunc().ok_or(Reject::Unsupported("a value that does not fit the type"))?;
    Ok(Some(Expected::Bits(dtype.bits(whole))))
}

/// Four products.
fn four(y: Pair, x: Pair, read: impl Fn(&[u64]) -> Judged<F32>) -> Judged<F32> {
    let mut sum = (x.lower_weight * y.lower_weight) * read(&[y.lower, x.lower])?;
    sum = sum + (x.upper_weight * y.lower_weight) * read(&[y.lower, x.upper])?;
    sum = sum + (x.lower_weight * y.upper_weight) * read(&[y.upper, x.lower])?;
    Ok(sum + (x.upper_weight * y.upper_weight) * read(&[y.upper, x.upper])?)
}

/// Channels last, 8 bits: weights are whole multiples of 2^-10, the quotient is cut towards zero.
fn tenths(y: Pair, x: Pair, read: impl Fn(&[u64]) -> Judged<i64>) -> Judged<i64> {
    // The weight of the upper neighbour; times 1024
    let weight = |pair: Pair| (pair.upper_weight * F32(0x4480_0000)).to_i64_trunc().unwrap_or(0).clamp(0, 1024);
    let (wy, wx) = (weight(y), weight(x));
    let (vy, vx) = (1024i64.saturating_sub(wy), 1024i64.saturating_sub(wx));
    let mut sum = 0i64;
    for (row, wy) in [(y.lower, vy), (y.upper, wy)] {
        for (column, wx) in [(x.lower, vx), (x.upper, wx)] {
            sum = sum.saturating_add(wy.saturating_mul(wx).saturating_mul(read(&[row, column])?));
        }
    }
    Ok(sum.checked_div(1 << 20).unwrap_or(0))
}

/// Eight products.
fn trilinear(z: Pair, y: Pair, x: Pair, read: impl Fn(&[u64]) -> Judged<F32>) -> Judged<F32> {
    let mut sum: Option<F32> = None;
    for (z, dz) in [(z.lower, z.lower_weight), (z.upper, z.upper_weight)] {
        for (y, dy) in [(y.lower, y.lower_weight), (y.upper, y.upper_weight)] {
            for (x, dx) in [(x.lower, x.lower_weight), (x.upper, x.upper_weight)] {
                let product = dx * dy * dz * read(&[z, y, x])?;
                sum = Some(sum.map_or(product, |s| s + product));
            }
        }
    }
    Ok(sum.unwrap_or(F32::ZERO))
}

/// The four weights of R. Keys' cubic convolution at a distance `s` behind the second.
fn weights(s: F32, a: F32) -> [F32; 4] {
    let n = |value: i64| F32::from_i64(value);
    let outer = |d: F32| ((a * d - n(5) * a) * d + n(8) * a) * d - n(4) * a;
    let inner = |d: F32| ((a + n(2)) * d - (a + n(3))) * d * d + n(1);
    let s = s.abs();
    [outer(s + n(1)), inner(s), inner(n(1) - s), outer(n(2) - s)]
}

/// First position of the four, their weights, and what they are divided by.
struct Four {
    first: i64,
    weights: [F32; 4],
    sum: F32,
}

fn cubic_axis(call: &Call<'_>, plan: &Plan, axis: usize, c: u64) -> Judged<Option<Four>> {
    let original = plan.original(axis, c, true)?;
    if plan.is_outside(axis, original) {
        return Ok(None);
    }
    let floor = original.floor();
    let first = floor.to_i64_trunc().ok_or(Reject::Malformed("a coordinate that is not a number"))?.saturating_sub(1);
    // -0.75
    let mut weights = weights(original - floor, call.float("cubic_coeff_a", F32(0xbf40_0000))?);
    let mut sum = F32::ONE;
    if call.int("exclude_outside", 0)? != 0 {
        let length = i64::try_from(plan.input.get(axis).copied().unwrap_or(1)).unwrap_or(i64::MAX);
        sum = F32::ZERO;
        for (weight, n) in weights.iter_mut().zip(0i64..) {
            if !(0..length).contains(&first.saturating_add(n)) {
                *weight = F32::ZERO;
            }
            sum = sum + *weight;
        }
    }
    Ok(Some(Four { first, weights, sum }))
}

/// Four rows of four, along the rows first; positions outside are those at the edge.
fn cubic(call: &Call<'_>, plan: &Plan, at: &[u64]) -> Judged<Option<Expected>> {
    let (row, column) = (plan.input.len().saturating_sub(2), plan.input.len().saturating_sub(1));
    let c = |axis: usize| at.get(axis).copied().unwrap_or(0);
    let (Some(y), Some(x)) = (cubic_axis(call, plan, row, c(row))?, cubic_axis(call, plan, column, c(column))?) else {
        return Ok(None);
    };
    let clamp = |axis: usize, p: i64| {
        let last = plan.input.get(axis).copied().unwrap_or(1).saturating_sub(1);
        u64::try_from(p).unwrap_or(0).min(last)
    };
    let mut sum = F32::ZERO;
    for (dy, weight) in (0i64..).zip(y.weights) {
        let mut line = F32::ZERO;
        for (dx, weight) in (0i64..).zip(x.weights) {
            let mut from = at.to_vec();
            if let Some(own) = from.get_mut(row) {
                *own = clamp(row, y.first.saturating_add(dy));
            }
            if let Some(own) = from.get_mut(column) {
                *own = clamp(column, x.first.saturating_add(dx));
            }
            line = line + weight / x.sum * call.f32(0, shape::index(&plan.input, &from))?;
        }
        sum = sum + line * weight / y.sum;
    }
    Ok(Some(sum.into()))
}
