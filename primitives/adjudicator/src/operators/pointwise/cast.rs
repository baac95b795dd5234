//! `Cast`, `CastLike`. Integers wrap. Floats to integers are truncated; what does not fit is what x86's conversion
//! instructions give, as the kernel uses them.

use super::common::{either, first_as, narrow, rounded, wide, NO_TYPE};
use crate::{
    soft::{F32, F64},
    Call, DType, Expected, Header, Judged, Reject,
};

/// The type that `Cast` casts to.
fn target(call: &Call<'_>) -> Judged<DType> {
    let code = call.maybe_int("to")?.ok_or(Reject::Malformed("a Cast without a type"))?;
    DType::from_code(code).ok_or(NO_TYPE)
}

/// Header of `Cast`.
pub(super) fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    first_as(call, target(call)?)
}

/// Header of `CastLike`.
pub(super) fn header_like(call: &Call<'_>, _: usize) -> Judged<Header> {
    first_as(call, call.dtype(1)?)
}

/// `Cast`.
pub(super) fn cast(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    convert(call.dtype(0)?, target(call)?, call.bits(0, index)?)
}

/// `CastLike`.
pub(super) fn cast_like(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    convert(call.dtype(0)?, call.dtype(1)?, call.bits(0, index)?)
}

/// One element from one type to another.
fn convert(from: DType, to: DType, bits: u64) -> Judged<Expected> {
    if from == to {
        return Ok(Expected::Bits(bits));
    }
    if !from.is_float() {
        return integer(from, to, bits);
    }
    match to {
        DType::Float64 => Ok(wide(from, bits)?.into()),
        DType::Float32 | DType::Float16 | DType::Bfloat16 => {
            // Binary64 is rounded to binary32 on the way to 16 bits.
            let single = if from == DType::Float64 { F64(bits).to_f32() } else { narrow(from, bits)? };
            Ok(Expected::Exact(rounded(to, single)?))
        },
        DType::Bool => Ok(super::common::truth(!wide(from, bits)?.is_zero())),
        _ => truncated(wide(from, bits)?, to),
    }
}

fn integer(from: DType, to: DType, bits: u64) -> Judged<Expected> {
    let value = from.integer(bits);
    Ok(match to {
        DType::Bool => super::common::truth(bits != 0),
        DType::Float64 if from == DType::Uint64 => F64::from_u64(bits).into(),
        DType::Float64 => F64::from_i64(value).into(),
        DType::Float32 | DType::Float16 | DType::Bfloat16 => {
            let single = if from == DType::Uint64 { F32::from_u64(bits) } else { F32::from_i64(value) };
            Expected::Exact(rounded(to, single)?)
        },
        _ => Expected::Bits(to.bits(value)),
    })
}

/// 2^31 and 2^63.
const TWO_31: F64 = F64(0x41e0_0000_0000_0000);
const TWO_63: F64 = F64(0x43e0_0000_0000_0000);

/// `CVTTSD2SI` to 32 bits: the smallest integer for what does not fit.
fn to_i32(x: F64) -> i32 {
    x.to_i64_trunc().and_then(|i| i32::try_from(i).ok()).unwrap_or(i32::MIN)
}

/// `CVTTSD2SI` to 64 bits.
pub(super) fn to_i64(x: F64) -> i64 {
    x.to_i64_trunc().unwrap_or(i64::MIN)
}

/// What compilers make of a conversion to 64 bits without sign.
pub(super) fn to_u64(x: F64) -> u64 {
    if x.ge(TWO_63) {
        (to_i64(x - TWO_63) as u64) ^ (1 << 63)
    } else {
        to_i64(x) as u64
    }
}

/// A float, exactly held in binary64, to an integer type.
pub(super) fn truncated(x: F64, to: DType) -> Judged<Expected> {
    Ok(match to {
        DType::Int64 => Expected::Bits(to_i64(x) as u64),
        DType::Uint64 => Expected::Bits(to_u64(x)),
        DType::Uint32 => {
            // Vectors subtract 2^31 first, single elements go through 64 bits: they differ for what does not fit.
            let vector = if x.ge(TWO_31) { (to_i32(x - TWO_31) as u32) ^ (1 << 31) } else { to_i32(x) as u32 };
            let single = to_i64(x) as u32;
            either(u64::from(vector), u64::from(single))
        },
        DType::Int8 | DType::Uint8 | DType::Int16 | DType::Uint16 | DType::Int32 => {
            Expected::Bits(to.bits(i64::from(to_i32(x))))
        },
        _ => return Err(NO_TYPE),
    })
}
