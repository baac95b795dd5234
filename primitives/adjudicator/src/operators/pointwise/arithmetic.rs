//! Arithmetic: single IEEE 754 operations and wrapping integers. The same on every machine.

use super::{
    bounds::{times, within, ANYTHING, U},
    common::{by_float, meeting, narrow, one_type, pair, rounded, whole, NO_TYPE},
};
use crate::{
    soft::{F32, F64},
    Call, DType, Expected, Judged, Reject,
};

/// `Abs`.
pub(super) fn abs(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    match call.dtype(0)? {
        DType::Float32 | DType::Float64 => by_float!(call, [x = (0, index)], x.abs()),
        dtype if dtype.is_signed() => Ok(whole(dtype, call.integer(0, index)?.wrapping_abs())),
        DType::Float16 | DType::Bfloat16 | DType::Bool => Err(NO_TYPE),
        _ => Ok(Expected::Bits(call.bits(0, index)?)),
    }
}

/// `Neg`.
pub(super) fn neg(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    match call.dtype(0)? {
        DType::Float32 | DType::Float64 => by_float!(call, [x = (0, index)], -x),
        dtype if dtype.is_signed() => Ok(whole(dtype, call.integer(0, index)?.wrapping_neg())),
        _ => Err(NO_TYPE),
    }
}

/// `Sign`: 0 for both zeros; NaN for NaN, but 0 for one of 16 bits.
pub(super) fn sign(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    if dtype == DType::Float64 {
        let x = call.f64(0, index)?;
        let y = if x.is_nan() || x.is_zero() { x.abs() } else { F64::ONE.copysign(x) };
        return Ok(y.into());
    }
    if dtype.is_float() {
        let x = narrow(dtype, call.bits(0, index)?)?;
        let y = match dtype {
            DType::Float16 | DType::Bfloat16 if x.is_nan() => F32::ZERO,
            _ if x.is_nan() || x.is_zero() => x.abs(),
            _ => F32::ONE.copysign(x),
        };
        return Ok(Expected::Exact(rounded(dtype, y)?));
    }
    match dtype {
        DType::Bool => Err(NO_TYPE),
        // An unsigned 64-bit number from 2^63 on wraps to a negative one.
        _ if !dtype.is_signed() => Ok(whole(dtype, i64::from(call.bits(0, index)? != 0))),
        _ => Ok(whole(dtype, call.integer(0, index)?.signum())),
    }
}

/// An operation on two operands that broadcast: IEEE 754 on floats, wrapping on integers.
fn binary(
    call: &Call<'_>,
    index: u64,
    single: fn(F32, F32) -> F32,
    double: fn(F64, F64) -> F64,
    integer: fn(DType, i64, i64) -> Option<i64>,
) -> Judged<Expected> {
    let dtype = one_type(call)?;
    let (i, j) = pair(call, index)?;
    match dtype {
        DType::Float32 => Ok(single(call.f32(0, i)?, call.f32(1, j)?).into()),
        DType::Float64 => Ok(double(call.f64(0, i)?, call.f64(1, j)?).into()),
        DType::Float16 | DType::Bfloat16 | DType::Bool => Err(NO_TYPE),
        _ => Ok(match integer(dtype, call.integer(0, i)?, call.integer(1, j)?) {
            Some(value) => whole(dtype, value),
            None => Expected::Fails,
        }),
    }
}

/// `Add`.
pub(super) fn add(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    binary(call, index, |a, b| a + b, |a, b| a + b, |_, a, b| Some(a.wrapping_add(b)))
}

/// `Sub`.
pub(super) fn sub(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    binary(call, index, |a, b| a - b, |a, b| a - b, |_, a, b| Some(a.wrapping_sub(b)))
}

/// `Mul`.
pub(super) fn mul(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    binary(call, index, |a, b| a * b, |a, b| a * b, |_, a, b| Some(a.wrapping_mul(b)))
}

/// `Div`. Integers truncate. A zero divisor fails; so does the smallest 64-bit integer divided by -1 (the processor
/// traps); narrower ones wrap.
pub(super) fn div(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    binary(
        call,
        index,
        |a, b| a / b,
        |a, b| a / b,
        |dtype, a, b| match dtype {
            DType::Uint64 => (a as u64).checked_div(b as u64).map(|q| q as i64),
            _ => a.checked_div(b),
        },
    )
}

/// `Mod`: with the divisor's sign, or with `fmod` = 1 C's `fmod`, which integers go through as binary64.
pub(super) fn modulo(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dtype = one_type(call)?;
    let (i, j) = pair(call, index)?;
    let fmod = call.int("fmod", 0)? == 1;
    match dtype {
        DType::Float64 if fmod => return Ok(call.f64(0, i)?.fmod(call.f64(1, j)?).into()),
        DType::Float32 | DType::Float16 if fmod => {
            let (a, b) = (narrow(dtype, call.bits(0, i)?)?, narrow(dtype, call.bits(1, j)?)?);
            return Ok(Expected::Exact(rounded(dtype, a.fmod(b))?));
        },
        _ if dtype.is_float() || dtype == DType::Bool => return Err(NO_TYPE),
        _ => {},
    }
    let (a, b) = (call.integer(0, i)?, call.integer(1, j)?);
    if b == 0 {
        return Ok(Expected::Fails);
    }
    Ok(match (fmod, dtype) {
        (true, DType::Uint64) => {
            let rest = F64::from_u64(a as u64).fmod(F64::from_u64(b as u64));
            Expected::Bits(super::cast::to_u64(rest))
        },
        (true, _) => whole(dtype, F64::from_i64(a).fmod(F64::from_i64(b)).to_i64_trunc().unwrap_or(i64::MIN)),
        (false, DType::Uint64) => Expected::Bits((a as u64).checked_rem(b as u64).unwrap_or(0)),
        (false, _) => {
            let rest = a.wrapping_rem(b);
            whole(dtype, if rest != 0 && (rest < 0) != (b < 0) { rest.wrapping_add(b) } else { rest })
        },
    })
}

/// `Sqrt`.
pub(super) fn sqrt(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    by_float!(call, [x = (0, index)], x.sqrt())
}

/// `Reciprocal`.
pub(super) fn reciprocal(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    by_float!(call, [x = (0, index)], T::ONE / x)
}

fn round_by(call: &Call<'_>, index: u64, single: fn(F32) -> F32, double: fn(F64) -> F64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    if dtype == DType::Float64 {
        return Ok(double(call.f64(0, index)?).into());
    }
    Ok(Expected::Exact(rounded(dtype, single(narrow(dtype, call.bits(0, index)?)?))?))
}

/// `Floor`.
pub(super) fn floor(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    round_by(call, index, F32::floor, F64::floor)
}

/// `Ceil`.
pub(super) fn ceil(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    round_by(call, index, F32::ceil, F64::ceil)
}

/// `Round`, ties to even.
pub(super) fn round(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    round_by(call, index, F32::round_ties_even, F64::round_ties_even)
}

/// The inputs added from left to right.
fn total_f32(call: &Call<'_>, at: &[u64]) -> Judged<F32> {
    let mut total: Option<F32> = None;
    for (n, at) in at.iter().enumerate() {
        let x = call.f32(n, *at)?;
        total = Some(total.map_or(x, |sum| sum + x));
    }
    total.ok_or(Reject::Malformed("no inputs"))
}

/// Around a sum of binary32 numbers that is taken in any order; the width covers `extra` further roundings.
fn around(call: &Call<'_>, at: &[u64], factor: F64, extra: u32) -> Judged<Expected> {
    let (mut total, mut magnitude) = (F64::ZERO, F64::ZERO);
    for (n, at) in at.iter().enumerate() {
        let x = call.f32(n, *at)?.to_f64();
        total = total + x;
        magnitude = magnitude + x.abs();
    }
    if total.is_nan() {
        return Ok(F32::NAN.into());
    }
    if magnitude.is_finite() && magnitude.gt(F32::MAX.to_f64()) {
        return Ok(ANYTHING);
    }
    let roundings = times(u32::try_from(at.len()).unwrap_or(u32::MAX).saturating_add(extra));
    let width = if magnitude.is_infinite() { F64::ZERO } else { magnitude * factor * U * roundings };
    Ok(within(total * factor, width))
}

/// `Sum`.
pub(super) fn sum(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let at = meeting(call, index)?;
    match call.dtype(0)? {
        DType::Float32 if call.schedule().is_none() && at.len() > 2 => around(call, &at, F64::ONE, 0),
        DType::Float32 => Ok(total_f32(call, &at)?.into()),
        DType::Float64 => {
            let mut total: Option<F64> = None;
            for (n, at) in at.iter().enumerate() {
                let x = call.f64(n, *at)?;
                total = Some(total.map_or(x, |sum| sum + x));
            }
            total.map(Expected::from).ok_or(Reject::Malformed("no inputs"))
        },
        _ => Err(NO_TYPE),
    }
}

/// `Mean`: the sum times the rounded reciprocal of the number of inputs.
pub(super) fn mean(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let at = meeting(call, index)?;
    let count = at.len() as u64;
    if call.schedule().is_none() {
        return around(call, &at, F64::ONE / F64::from_u64(count), 3);
    }
    Ok((total_f32(call, &at)? * (F32::ONE / F32::from_u64(count))).into())
}
