//! Comparisons, logic, bits, choice.

use super::common::{meeting, one_type, pair, second_is_scalar, truth, whole, wide, NO_TYPE};
use crate::{operators::shape, Call, DType, Expected, Judged, Reject};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// The order of two elements of one type; `None` if either is NaN.
fn compare(call: &Call<'_>, index: u64) -> Judged<Option<Ordering>> {
    let dtype = one_type(call)?;
    let (i, j) = pair(call, index)?;
    let (a, b) = (call.bits(0, i)?, call.bits(1, j)?);
    match dtype {
        DType::Float32 | DType::Float64 => Ok(wide(dtype, a)?.compare(wide(dtype, b)?)),
        DType::Float16 | DType::Bfloat16 => Err(NO_TYPE),
        DType::Uint64 => Ok(Some(a.cmp(&b))),
        _ => Ok(Some(dtype.integer(a).cmp(&dtype.integer(b)))),
    }
}

/// `Equal`.
pub(super) fn equal(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    Ok(truth(compare(call, index)? == Some(Ordering::Equal)))
}

/// `Greater`.
pub(super) fn greater(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    Ok(truth(compare(call, index)? == Some(Ordering::Greater)))
}

/// `GreaterOrEqual`.
pub(super) fn greater_or_equal(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    Ok(truth(compare(call, index)?.is_some_and(Ordering::is_ge)))
}

/// `Less`.
pub(super) fn less(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    Ok(truth(compare(call, index)? == Some(Ordering::Less)))
}

/// `LessOrEqual`.
pub(super) fn less_or_equal(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    Ok(truth(compare(call, index)?.is_some_and(Ordering::is_le)))
}

fn both(call: &Call<'_>, index: u64, combine: fn(bool, bool) -> bool) -> Judged<Expected> {
    call.of_type(0, DType::Bool)?;
    call.of_type(1, DType::Bool)?;
    let (i, j) = pair(call, index)?;
    Ok(truth(combine(call.bits(0, i)? != 0, call.bits(1, j)? != 0)))
}

/// `And`.
pub(super) fn and(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    both(call, index, |a, b| a && b)
}

/// `Or`.
pub(super) fn or(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    both(call, index, |a, b| a || b)
}

/// `Xor`.
pub(super) fn xor(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    both(call, index, |a, b| a != b)
}

/// `Not`.
pub(super) fn not(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    call.of_type(0, DType::Bool)?;
    Ok(truth(call.bits(0, index)? == 0))
}

/// `IsNaN`.
pub(super) fn is_nan(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    Ok(truth(wide(call.dtype(0)?, call.bits(0, index)?)?.is_nan()))
}

/// `IsInf`, of the signs that `detect_positive` and `detect_negative` ask for.
pub(super) fn is_inf(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let x = wide(call.dtype(0)?, call.bits(0, index)?)?;
    let name = if x.is_sign_negative() { "detect_negative" } else { "detect_positive" };
    Ok(truth(x.is_infinite() && call.int(name, 1)? != 0))
}

/// The bits of two integers.
fn integers(call: &Call<'_>, index: u64) -> Judged<(DType, u64, u64)> {
    let dtype = one_type(call)?;
    if dtype.is_float() || dtype == DType::Bool {
        return Err(NO_TYPE);
    }
    let (i, j) = pair(call, index)?;
    Ok((dtype, call.bits(0, i)?, call.bits(1, j)?))
}

/// `BitwiseAnd`.
pub(super) fn bitwise_and(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (_, a, b) = integers(call, index)?;
    Ok(Expected::Bits(a & b))
}

/// `BitwiseOr`.
pub(super) fn bitwise_or(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (_, a, b) = integers(call, index)?;
    Ok(Expected::Bits(a | b))
}

/// `BitwiseXor`.
pub(super) fn bitwise_xor(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (_, a, b) = integers(call, index)?;
    Ok(Expected::Bits(a ^ b))
}

/// `BitwiseNot`.
pub(super) fn bitwise_not(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    if dtype.is_float() || dtype == DType::Bool {
        return Err(NO_TYPE);
    }
    Ok(whole(dtype, !call.integer(0, index)?))
}

/// `BitShift` of unsigned integers; bits that leave the type are lost, all of them where the count reaches its width.
pub(super) fn bit_shift(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (dtype, a, b) = integers(call, index)?;
    if !matches!(dtype, DType::Uint8 | DType::Uint32 | DType::Uint64) {
        return Err(NO_TYPE);
    }
    let count = u32::try_from(b).unwrap_or(u32::MAX);
    let shifted = match call.text("direction", "")? {
        b"LEFT" => a.checked_shl(count),
        b"RIGHT" => a.checked_shr(count),
        _ => return Err(Reject::Malformed("a direction that is neither LEFT nor RIGHT")),
    };
    Ok(whole(dtype, shifted.unwrap_or(0) as i64))
}

/// `Where`. The kernel masks both operands with zeros, then takes the first masked one unless it is zero, or, if the
/// second is one number per span, the second unless it is zero. So a -0 chosen from the one it asks comes out as 0;
/// everything else is copied.
pub(super) fn choose(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    call.of_type(0, DType::Bool)?;
    let dtype = call.dtype(1)?;
    call.of_type(2, dtype)?;
    let at = meeting(call, index)?;
    let [condition, x, y] = at.as_slice() else { return Err(Reject::Malformed("an operand too many or too few")) };
    let chosen = if call.bits(0, *condition)? != 0 { 1 } else { 2 };
    let bits = call.bits(chosen, if chosen == 1 { *x } else { *y })?;
    if !dtype.is_float() || !wide(dtype, bits)?.is_zero() {
        return Ok(Expected::Bits(bits));
    }
    let masked = |n: usize| -> Judged<Vec<u64>> { shape::broadcast([call.dims(0)?, call.dims(n)?]) };
    let asked = if second_is_scalar(&masked(1)?, &masked(2)?) { 2 } else { 1 };
    Ok(Expected::Bits(if chosen == asked { 0 } else { bits }))
}
