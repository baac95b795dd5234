//! What an element must be.

use crate::{
    soft::{half, F32, F64},
    DType,
};

/// What an output element must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// These bits: copies, integers, bools.
    Bits(u64),
    /// These bits; any NaN stands for any other. What a schedule gives.
    Exact(u64),
    /// This value: zeros of either sign are equal, and so are NaN. Where kernels may answer either zero.
    Value(u64),
    /// Either of two results of a schedule.
    Either(u64, u64),
    /// A value within closed bounds; infinities are values; NaN only if `nan`.
    Within {
        /// Least value.
        low: F64,
        /// Greatest value.
        high: F64,
        /// Whether NaN is right too.
        nan: bool,
    },
    /// Nothing: the operator fails at this element, no output is right.
    Fails,
}

impl Expected {
    /// Whether `claimed`, the zero-extended bits of an element of type `dtype`, is right.
    pub fn admits(&self, dtype: DType, claimed: u64) -> bool {
        let exact = |bits: u64| claimed == bits || (is_nan(dtype, claimed) && is_nan(dtype, bits));
        match *self {
            Self::Bits(bits) => claimed == bits,
            Self::Exact(bits) => exact(bits),
            Self::Either(a, b) => exact(a) || exact(b),
            Self::Value(bits) => exact(bits) || (is_zero(dtype, claimed) && is_zero(dtype, bits)),
            Self::Within { low, high, nan } => match widen(dtype, claimed).or_else(|| small(dtype, claimed)) {
                Some(value) if value.is_nan() => nan,
                Some(value) => low.le(value) && value.le(high),
                None => false,
            },
            Self::Fails => false,
        }
    }
}

/// The value of a floating-point element as binary64.
pub fn widen(dtype: DType, bits: u64) -> Option<F64> {
    Some(match dtype {
        DType::Float32 => F32(bits as u32).to_f64(),
        DType::Float64 => F64(bits),
        DType::Float16 => half::F16(bits as u16).to_f32().to_f64(),
        DType::Bfloat16 => half::BF16(bits as u16).to_f32().to_f64(),
        _ => return None,
    })
}

/// The value of an integer element that binary64 holds exactly.
fn small(dtype: DType, bits: u64) -> Option<F64> {
    (dtype.size() <= 4).then(|| F64::from_i64(dtype.integer(bits)))
}

fn is_nan(dtype: DType, bits: u64) -> bool {
    widen(dtype, bits).is_some_and(F64::is_nan)
}

fn is_zero(dtype: DType, bits: u64) -> bool {
    widen(dtype, bits).is_some_and(F64::is_zero)
}
