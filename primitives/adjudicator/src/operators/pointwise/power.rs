//! `Pow`: every pair of int32, int64, float32, float64.
//!
//! The kernel calls C `pow` on the two types and casts to the base's: `powf` if both are binary32, else in binary64.
//! Where the exponent is one element along the innermost axis, 2 and 3 are products.

use super::{
    bounds::{double, ulps},
    cast::truncated,
    common::{either, pair, second_is_scalar, wide, NO_TYPE},
};
use crate::{
    math,
    soft::{real, F32, F64},
    Call, DType, Expected, Judged, Reject,
};

/// A number as C promotes it to binary64.
fn promoted(dtype: DType, bits: u64) -> Judged<F64> {
    match dtype {
        DType::Float32 | DType::Float64 => wide(dtype, bits),
        DType::Int32 | DType::Int64 => Ok(F64::from_i64(dtype.integer(bits))),
        _ => Err(NO_TYPE),
    }
}

/// `Pow`.
pub(super) fn pow(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (base, exponent) = (call.dtype(0)?, call.dtype(1)?);
    let (i, j) = pair(call, index)?;
    let (x, y) = (call.bits(0, i)?, call.bits(1, j)?);
    let power = promoted(exponent, y)?;
    if second_is_scalar(call.dims(0)?, call.dims(1)?) {
        let times = match power.to_i64_trunc() {
            Some(n @ (2 | 3)) if power.same_value(F64::from_i64(n)) => Some(n),
            _ => None,
        };
        if let Some(times) = times {
            return product(base, x, times == 3);
        }
    }
    match base {
        DType::Float32 => single(call, F32(x as u32), exponent, y, power),
        DType::Float64 => match call.schedule() {
            Some(_) => Err(Reject::Unsupported("an exact schedule for float64")),
            None => Ok(double(real::pow(F64(x), power), 0)),
        },
        DType::Int32 | DType::Int64 => integer(base, base.integer(x), power),
        _ => Err(NO_TYPE),
    }
}

/// x x, or (x x) x.
fn product(dtype: DType, x: u64, cube: bool) -> Judged<Expected> {
    Ok(match dtype {
        DType::Float32 => {
            let x = F32(x as u32);
            (if cube { x * x * x } else { x * x }).into()
        },
        DType::Float64 => {
            let x = F64(x);
            (if cube { x * x * x } else { x * x }).into()
        },
        DType::Int32 | DType::Int64 => {
            let x = dtype.integer(x);
            let square = x.wrapping_mul(x);
            Expected::Bits(dtype.bits(if cube { square.wrapping_mul(x) } else { square }))
        },
        _ => return Err(NO_TYPE),
    })
}

/// 1 - 2^-45 and 1 + 2^-45: around what the reference function gives.
const BELOW: F64 = F64(0x3fef_ffff_ffff_ff00);
const ABOVE: F64 = F64(0x3ff0_0000_0000_0080);

/// A binary32 base.
fn single(call: &Call<'_>, x: F32, exponent: DType, y: u64, power: F64) -> Judged<Expected> {
    let bounded = call.schedule().is_none();
    if exponent == DType::Float32 && !bounded {
        return Ok(math::powf(x, F32(y as u32)).into());
    }
    let value = real::pow(x.to_f64(), power);
    if bounded {
        // NaN to the power 0, and 1 to the power NaN, are 1 unless the NaN is a signalling one.
        return Ok(match ulps(value, 3) {
            Expected::Within { low, high, .. } if x.is_nan() || power.is_nan() => {
                Expected::Within { low, high, nan: true }
            },
            other => other,
        });
    }
    // In binary64, then rounded: one of two neighbours where the value is very close to the middle between them.
    let (low, high) = ((value * BELOW).to_f32(), (value * ABOVE).to_f32());
    Ok(either(u64::from(low.0), u64::from(high.0)))
}

/// An integer base: the power in binary64, truncated.
fn integer(dtype: DType, x: i64, power: F64) -> Judged<Expected> {
    let whole = power.to_i64_trunc().filter(|n| power.same_value(F64::from_i64(*n)));
    if let Some(value) = whole.and_then(|n| exact_power(x, n)) {
        return truncated(F64::from_i64(value), dtype);
    }
    let value = real::pow(F64::from_i64(x), power);
    let (low, high) = (truncated(value * BELOW, dtype)?, truncated(value * ABOVE, dtype)?);
    if low == high {
        return Ok(low);
    }
    match (low, high) {
        // Beyond 2^53 the result is a rounded number: the kernel's is one of several.
        (Expected::Bits(_), Expected::Bits(_)) if value.abs().gt(EXACT) => {
            Err(Reject::Unsupported("an integer power beyond 2^53"))
        },
        (Expected::Bits(a), Expected::Bits(b)) => Ok(Expected::Either(a, b)),
        _ => Err(NO_TYPE),
    }
}

/// 2^53: up to it every integer is a binary64 number.
const EXACT: F64 = F64(0x4340_0000_0000_0000);

/// x^n where it is an integer that binary64 holds: then C `pow`, whose error is below one unit, gives it.
fn exact_power(x: i64, n: i64) -> Option<i64> {
    const LIMIT: u64 = 1 << 53;
    if x.unsigned_abs() > LIMIT {
        return None;
    }
    match (x, n) {
        (_, 0) | (1, _) => return Some(1),
        (-1, _) => return Some(if n & 1 == 0 { 1 } else { -1 }),
        (0, 1..) => return Some(0),
        _ => {},
    }
    // From here on |x| > 1, so that n is small.
    let mut value = 1i64;
    for _ in 0..u32::try_from(n).ok().filter(|n| *n <= 53)? {
        value = value.checked_mul(x).filter(|v| v.unsigned_abs() <= LIMIT)?;
    }
    Some(value)
}
