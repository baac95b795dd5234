//! `Min`, `Max`, `Clip`, `Relu`. Which of two zeros a kernel gives depends on its instructions, so zeros are judged by
//! value.

use super::{
    cast::truncated,
    common::{meeting, narrow, rounded, whole, wide, NO_TYPE},
};
use crate::{
    soft::{F32, F64},
    Call, DType, Expected, Judged, Reject,
};
use core::cmp::Ordering;

fn extreme(call: &Call<'_>, index: u64, wanted: Ordering) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    let at = meeting(call, index)?;
    let mut best: Option<u64> = None;
    for (n, at) in at.iter().enumerate() {
        call.of_type(n, dtype)?;
        let bits = call.bits(n, *at)?;
        best = Some(match best {
            None => bits,
            Some(held) => pick(dtype, held, bits, wanted)?,
        });
    }
    let bits = best.ok_or(Reject::Malformed("no inputs"))?;
    Ok(if dtype.is_float() { Expected::Value(bits) } else { Expected::Bits(bits) })
}

/// The lesser or greater; NaN if either is.
fn pick(dtype: DType, held: u64, bits: u64, wanted: Ordering) -> Judged<u64> {
    let order = if dtype.is_float() {
        let (a, b) = (wide(dtype, bits)?, wide(dtype, held)?);
        match a.compare(b) {
            Some(order) => order,
            None => return Ok(if a.is_nan() { bits } else { held }),
        }
    } else {
        match dtype {
            DType::Bool => return Err(NO_TYPE),
            DType::Uint64 => bits.cmp(&held),
            _ => dtype.integer(bits).cmp(&dtype.integer(held)),
        }
    };
    Ok(if order == wanted { bits } else { held })
}

/// `Min`.
pub(super) fn min(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    extreme(call, index, Ordering::Less)
}

/// `Max`.
pub(super) fn max(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    extreme(call, index, Ordering::Greater)
}

/// `Clip`: raised to the lower bound, then lowered to the upper one, so that the upper one wins; NaN stays, a bound that
/// is NaN bounds nothing. Bounds are scalars, absent ones the type's limits.
pub(super) fn clip(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    if matches!(dtype, DType::Bool | DType::Bfloat16 | DType::Int16 | DType::Uint16) {
        return Err(NO_TYPE);
    }
    let bound = |n: usize, limit: Option<u64>| -> Judged<Option<u64>> {
        if !call.has(n) {
            return Ok(limit);
        }
        call.of_type(n, dtype)?;
        Ok(Some(call.bits(n, 0)?))
    };
    // Infinite values are lowered to the largest finite number where a bound is absent.
    let (lowest, highest) = limits(dtype);
    let x = call.bits(0, index)?;
    let mut y = x;
    for (n, limit, side) in [(1, lowest, Ordering::Less), (2, highest, Ordering::Greater)] {
        let Some(bound) = bound(n, limit)? else { continue };
        if ordered(dtype, y, bound)? == Some(side) {
            y = bound;
        }
    }
    Ok(if dtype.is_float() { Expected::Value(y) } else { Expected::Bits(y) })
}

fn limits(dtype: DType) -> (Option<u64>, Option<u64>) {
    match dtype {
        DType::Float32 => (Some(u64::from(F32::MIN.0)), Some(u64::from(F32::MAX.0))),
        DType::Float64 => (Some(F64::MIN.0), Some(F64::MAX.0)),
        DType::Float16 => (Some(0xfbff), Some(0x7bff)),
        _ => (None, None),
    }
}

fn ordered(dtype: DType, a: u64, b: u64) -> Judged<Option<Ordering>> {
    Ok(match dtype {
        _ if dtype.is_float() => wide(dtype, a)?.compare(wide(dtype, b)?),
        DType::Uint64 => Some(a.cmp(&b)),
        _ => Some(dtype.integer(a).cmp(&dtype.integer(b))),
    })
}

/// `Relu`: NaN stays.
pub(super) fn relu(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    let bits = call.bits(0, index)?;
    match dtype {
        DType::Float32 | DType::Float64 => {
            let below = wide(dtype, bits)?.lt(F64::ZERO);
            Ok(Expected::Value(if below { 0 } else { bits }))
        },
        DType::Int8 | DType::Int32 => Ok(whole(dtype, dtype.integer(bits).max(0))),
        _ => Err(NO_TYPE),
    }
}

/// `Shrink`: x + bias below -lambd, x - bias above lambd, else 0. Every type is computed in binary32 and cast back.
pub(super) fn shrink(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    let bias = call.float("bias", F32::ZERO)?;
    let lambd = call.float("lambd", crate::math::HALF)?;
    let bits = call.bits(0, index)?;
    let x = match dtype {
        DType::Float64 => F64(bits).to_f32(),
        DType::Float32 | DType::Float16 => narrow(dtype, bits)?,
        DType::Bool | DType::Bfloat16 => return Err(NO_TYPE),
        DType::Uint64 => F32::from_u64(bits),
        _ => F32::from_i64(dtype.integer(bits)),
    };
    let y = if x.lt(-lambd) {
        x + bias
    } else if x.gt(lambd) {
        x - bias
    } else {
        F32::ZERO
    };
    match dtype {
        DType::Float64 => Ok(y.to_f64().into()),
        DType::Float32 | DType::Float16 => Ok(Expected::Exact(rounded(dtype, y)?)),
        _ => truncated(y.to_f64(), dtype),
    }
}
