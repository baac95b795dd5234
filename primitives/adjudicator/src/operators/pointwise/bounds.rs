//! How far a kernel's result may lie from the mathematical value: judging where no schedule is known. The widths are
//! about twice the largest errors measured over ONNX Runtime's kernels (`design/numerics.md`).

use crate::{
    soft::{F32, F64},
    Expected,
};

/// 2^-24: half a unit in the last place of 1 in binary32.
pub(super) const U: F64 = F64(0x3e70_0000_0000_0000);
/// 2^-126: the smallest normal binary32 number. Kernels that flush subnormals to zero are off by less.
const TINY: F64 = F64(0x3810_0000_0000_0000);
/// 2^-44: twice the relative error of the reference functions, and of what is computed with them here.
const REFERENCE: F64 = F64(0x3d30_0000_0000_0000);
/// 2^-1022: the same as [`TINY`] for binary64.
const TINY_64: F64 = F64(0x0010_0000_0000_0000);
/// 2^-48
const COARSE_64: F64 = F64(0x3cf0_0000_0000_0000);

/// A small whole number.
pub(super) fn times(n: u32) -> F64 {
    F64::from_u64(u64::from(n))
}

/// One unit in the last place of a binary32 number of this magnitude.
fn ulp(value: F64) -> F64 {
    let exponent = ((value.0 >> 52) & 0x7ff) as i32;
    F64::ONE.ldexp(exponent.saturating_sub(1023).max(-126).saturating_sub(23))
}

/// Within `width` of `value`, for a binary32 result. Values beyond binary32's range may be infinite or the largest
/// number; NaN is right where the reference is NaN.
pub(super) fn within(value: F64, width: F64) -> Expected {
    if value.is_nan() || width.is_nan() {
        return F32::NAN.into();
    }
    let largest = F32::MAX.to_f64();
    if value.is_infinite() || value.abs().gt(largest) {
        let (low, high) = (largest, F64::INFINITY);
        return if value.is_sign_negative() {
            Expected::Within { low: -high, high: -low, nan: false }
        } else {
            Expected::Within { low, high, nan: false }
        };
    }
    let width = width + value.abs() * REFERENCE + TINY;
    let (low, high) = (value - width, value + width);
    Expected::Within {
        low: if low.lt(-largest) { F64::NEG_INFINITY } else { low },
        high: if high.gt(largest) { F64::INFINITY } else { high },
        nan: false,
    }
}

/// Within `n` units in the last place.
pub(super) fn ulps(value: F64, n: u32) -> Expected {
    within(value, ulp(value) * times(n))
}

/// Within `n` 2^-24 |x|: products of `x` with something at most 1. At minus infinity, where that is 0, NaN is right too.
pub(super) fn of_argument(value: F64, x: F32, n: u32) -> Expected {
    if x.is_infinite() {
        return match value.is_infinite() {
            true => within(value, F64::ZERO),
            false => Expected::Within { low: F64::ZERO, high: F64::ZERO, nan: true },
        };
    }
    within(value, x.to_f64().abs() * U * times(n))
}

/// Anything: an intermediate overflows.
pub(super) const ANYTHING: Expected = Expected::Within { low: F64::NEG_INFINITY, high: F64::INFINITY, nan: true };

/// For a binary64 result: what the reference functions can tell, and `absolute` 2^-48.
pub(super) fn double(value: F64, absolute: u32) -> Expected {
    if value.is_nan() {
        return F64::NAN.into();
    }
    if value.is_infinite() {
        let (low, high) = (F64::MAX, F64::INFINITY);
        return if value.is_sign_negative() {
            Expected::Within { low: -high, high: -low, nan: false }
        } else {
            Expected::Within { low, high, nan: false }
        };
    }
    let width = value.abs() * REFERENCE + TINY_64 + COARSE_64 * times(absolute);
    Expected::Within { low: value - width, high: value + width, nan: false }
}
