//! `QLinearAdd`, `QLinearMul`, `QLinearSigmoid`, `QLinearLeakyRelu`, `QLinearConcat` (com.microsoft).

use super::{
    number::{range, Number, Whole},
    parameters::{in_mode, Quantisation},
};
use crate::{operators::shape, soft::F32, Call, DType, Expected, Header, Judged, Reject};
use alloc::vec::Vec;

/// Type and shape of the output of `QLinearAdd` and `QLinearMul`.
pub(super) fn binary_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let dims = shape::broadcast([call.dims(0)?, call.dims(3)?])?;
    Header::new(call.dtype(0)?, dims).ok_or(Reject::Limit)
}

/// Operands of an element, as the two types' integers.
fn operands(call: &Call<'_>, index: u64) -> Judged<(i64, i64)> {
    let (a, b) = (call.dims(0)?, call.dims(3)?);
    let out = shape::broadcast([a, b])?;
    let at = |dims| shape::broadcast_index(&out, dims, index);
    Ok((call.integer(0, at(a))?, call.integer(3, at(b))?))
}

/// Whether the first operand is one number along the innermost loop. The kernel then takes the operands the other way
/// round.
fn exchanged(a: &[u64], b: &[u64]) -> bool {
    let extent = |dims: &[u64], from_end: usize| dims.iter().rev().nth(from_end).copied().unwrap_or(1);
    let extents = (0..a.len().max(b.len())).map(|from_end| (extent(a, from_end), extent(b, from_end)));
    extents.into_iter().find(|both| *both != (1, 1)).is_none_or(|(a, _)| a == 1)
}

/// An element of `QLinearAdd`.
pub(super) fn add(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    in_mode!(call, add_in(call, index))
}

/// 2^-11: what multipliers of 21 bits (Arm kernels) lose, half a unit each, on the magnitudes of two bytes.
const FIXED_POINT: F32 = F32(0x3A00_0000);

fn add_in<N: Number>(call: &Call<'_>, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    let (a, b) = operands(call, index)?;
    let c = Quantisation::<N>::of(call, 6)?;
    let (qa, qb) = (Quantisation::<N>::of(call, 1)?, Quantisation::<N>::of(call, 4)?);
    let whole = |n: i64| N::whole(Whole::of(n));
    let (a, b) = if exchanged(call.dims(0)?, call.dims(3)?) { ((b, qb), (a, qa)) } else { ((a, qa), (b, qb)) };
    let (ra, rb) = (a.1.scale / c.scale, b.1.scale / c.scale);
    let fixed = whole(c.zero) - whole(a.1.zero).fused(ra, rb * whole(b.1.zero));
    let y = whole(a.0).fused(ra, whole(b.0).fused(rb, fixed));
    let y = y.give_or_take(ra.most(rb) * N::of(FIXED_POINT));
    Ok(y.converted(0, range(dtype)?).store(dtype))
}

/// An element of `QLinearMul`.
pub(super) fn mul(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    in_mode!(call, mul_in(call, index))
}

fn mul_in<N: Number>(call: &Call<'_>, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    let (a, b) = operands(call, index)?;
    let (qa, qb) = (Quantisation::<N>::of(call, 1)?, Quantisation::<N>::of(call, 4)?);
    let c = Quantisation::<N>::of(call, 6)?;
    let product = a.saturating_sub(qa.zero).saturating_mul(b.saturating_sub(qb.zero));
    let y = N::whole(Whole::of(product)) * (qa.scale * qb.scale / c.scale) + N::whole(Whole::of(c.zero));
    Ok(y.converted(0, range(dtype)?).store(dtype))
}

/// Type and shape of the output of functions of one operand: those of the operand.
pub(super) fn unary_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    Ok(call.header(0)?.clone())
}

/// An element of `QLinearSigmoid`.
pub(super) fn sigmoid(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    in_mode!(call, sigmoid_in(call, index))
}

fn sigmoid_in<N: Number>(call: &Call<'_>, index: u64) -> Judged<Expected> {
    table::<N>(call, index, N::sigmoid)
}

/// An element of `QLinearLeakyRelu`.
pub(super) fn leaky_relu(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    in_mode!(call, leaky_relu_in(call, index))
}

fn leaky_relu_in<N: Number>(call: &Call<'_>, index: u64) -> Judged<Expected> {
    // 0.01
    let alpha = call.float("alpha", F32(0x3C23_D70A))?;
    table::<N>(call, index, |x| x.leaky_relu(alpha))
}

fn table<N: Number>(call: &Call<'_>, index: u64, f: impl Fn(N) -> N) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    let x = Quantisation::<N>::of(call, 1)?.dequantise(call.integer(0, index)?);
    Ok(Quantisation::<N>::of(call, 3)?.quantise(f(x), dtype)?.store(dtype))
}

// --- QLinearConcat ---

/// Inputs of `QLinearConcat`: scale and zero point of the output, then every part with its own.
const FIRST_PART: usize = 2;
const PART: usize = 3;

fn parts(call: &Call<'_>) -> Judged<Vec<usize>> {
    let parts: Vec<usize> = (FIRST_PART..call.node.inputs.len()).step_by(PART).collect();
    if parts.is_empty() {
        return Err(Reject::Malformed("QLinearConcat of nothing"));
    }
    Ok(parts)
}

fn axis(call: &Call<'_>) -> Judged<usize> {
    let axis = call.maybe_int("axis")?.ok_or(Reject::Malformed("QLinearConcat without its axis"))?;
    shape::axis(axis, call.dims(FIRST_PART)?.len())
}

/// Type and shape of `QLinearConcat`'s output.
pub(super) fn concat_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    const UNFIT: Reject = Reject::Malformed("parts that do not fit each other");
    let axis = axis(call)?;
    let mut dims = call.dims(FIRST_PART)?.to_vec();
    let mut total = 0u64;
    for part in parts(call)? {
        let own = call.dims(part)?;
        let same = own.len() == dims.len() && own.iter().zip(&dims).enumerate().all(|(n, (a, b))| n == axis || a == b);
        if !same {
            return Err(UNFIT);
        }
        total = total.saturating_add(own.get(axis).copied().unwrap_or(0));
    }
    *dims.get_mut(axis).ok_or(UNFIT)? = total;
    Header::new(call.dtype(FIRST_PART)?, dims).ok_or(Reject::Limit)
}

/// An element of `QLinearConcat`.
pub(super) fn concat(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    in_mode!(call, concat_in(call, index))
}

fn concat_in<N: Number>(call: &Call<'_>, index: u64) -> Judged<Expected> {
    let axis = axis(call)?;
    let mut at = shape::coordinates(&concat_header(call, 0)?.dims, index);
    for part in parts(call)? {
        let dims = call.dims(part)?;
        let own = dims.get(axis).copied().unwrap_or(0);
        let along = at.get_mut(axis).ok_or(Reject::Malformed("axis"))?;
        if *along >= own {
            *along = along.saturating_sub(own);
            continue;
        }
        return rescaled::<N>(call, part, shape::index(dims, &at));
    }
    Err(Reject::Malformed("an index beyond the parts"))
}

/// A part's element with the output's scale: copied where that is its own.
fn rescaled<N: Number>(call: &Call<'_>, part: usize, index: u64) -> Judged<Expected> {
    let dtype: DType = call.dtype(part)?;
    let (own, out) = (Quantisation::<N>::of(call, part.saturating_add(1))?, Quantisation::<N>::of(call, 0)?);
    let x = call.integer(part, index)?;
    if own.zero == out.zero && own.scale.equals(out.scale) {
        return Ok(Expected::Bits(dtype.bits(x)));
    }
    Ok(out.quantise(own.dequantise(x), dtype)?.store(dtype))
}
