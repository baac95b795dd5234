//! Bounds: values that an output may have whatever the order of its sums, rounded outward.
//!
//! References are computed in binary64. What they err is added to the tolerance: below 2^-20 of it, or said where it is
//! used.

use super::number::Number;
use crate::{soft::F64, DType, Expected};

/// 2^-1074, added so that a tolerance that underflows is not 0.
const TINY: F64 = F64(1);
/// 1 + 2^-10.
const SLACK: F64 = F64(0x3ff0_0400_0000_0000);

/// Steps that an exponential in binary64 counts as besides the reading of its argument.
pub const EXPONENTIAL: u64 = 7;

/// A small integer.
pub fn count(n: u64) -> F64 {
    F64::from_u64(n)
}

/// Every value, also NaN: where overflow or cancellation may go either way.
pub fn anything() -> Expected {
    Expected::Within { low: F64::NEG_INFINITY, high: F64::INFINITY, nan: true }
}

/// NaN and nothing else.
pub fn only_nan() -> Expected {
    Expected::Within { low: F64::INFINITY, high: F64::NEG_INFINITY, nan: true }
}

/// Exactly this value, up to the sign of zero.
pub fn exactly(value: F64) -> Expected {
    Expected::Within { low: value, high: value, nan: false }
}

/// `value` give or take `tolerance`, for an output of type `dtype` of a kernel that computes in `T`.
pub fn around<T: Number>(dtype: DType, value: F64, tolerance: F64) -> Expected {
    if value.is_nan() || tolerance.is_nan() || value.is_infinite() {
        return anything();
    }
    let (relative, absolute, largest) = match dtype {
        // Half an ulp of a narrower output; its largest number.
        DType::Float16 if T::DTYPE != dtype => {
            (F64(0x3f40_0000_0000_0000), F64(0x3e60_0000_0000_0000), F64(0x40ef_fc00_0000_0000))
        },
        DType::Bfloat16 if T::DTYPE != dtype => {
            (F64(0x3f70_0000_0000_0000), F64(0x3790_0000_0000_0000), F64(0x47ef_e000_0000_0000))
        },
        DType::Float32 if T::DTYPE != dtype => {
            (F64(0x3e70_0000_0000_0000), F64(0x3690_0000_0000_0000), F64(0x47ef_ffff_e000_0000))
        },
        _ => (F64::ZERO, F64::ZERO, T::LARGEST),
    };
    let tolerance = tolerance * SLACK + TINY;
    let tolerance = tolerance + (value.abs() + tolerance) * relative * SLACK + absolute;
    let low = (value - tolerance).next_down();
    let high = (value + tolerance).next_up();
    Expected::Within {
        low: if low.lt(-largest) { F64::NEG_INFINITY } else { low },
        high: if high.gt(largest) { F64::INFINITY } else { high },
        nan: false,
    }
}

/// Sum and sum of magnitudes of a row; what its own additions err is below its length times 2^-53 of the latter.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    /// Sum.
    pub sum: F64,
    /// Sum of magnitudes.
    pub magnitudes: F64,
    /// Whether an element is NaN.
    pub nan: bool,
    /// Whether an element is plus, minus infinity.
    pub infinite: (bool, bool),
}

impl Sums {
    /// Of these values.
    pub fn of(x: impl IntoIterator<Item = F64>) -> Self {
        let zero = Self { sum: F64::ZERO, magnitudes: F64::ZERO, nan: false, infinite: (false, false) };
        x.into_iter().fold(zero, |mut s, v| {
            s.nan |= v.is_nan();
            s.infinite.0 |= v == F64::INFINITY;
            s.infinite.1 |= v == F64::NEG_INFINITY;
            s.sum = s.sum + v;
            s.magnitudes = s.magnitudes + v.abs();
            s
        })
    }

    /// Whether an element is NaN or infinite.
    pub fn special(&self) -> bool {
        self.nan || self.infinite.0 || self.infinite.1
    }
}

/// Error of adding `n` numbers of these magnitudes in `T` in any order, and of adding them in binary64 for reference:
/// `2 (n + 2) u sum|x|` is enough for both when `T` is binary64, half of it when it is binary32.
pub fn of_sum<T: Number>(n: u64, magnitudes: F64) -> F64 {
    let n = count(n.saturating_add(2));
    let n = if T::DTYPE == DType::Float64 { n + n } else { n };
    n * T::ROUNDOFF.0 * magnitudes
}

/// Whether partial sums of these magnitudes may overflow in `T`.
pub fn overflows<T: Number>(magnitudes: F64) -> bool {
    !(magnitudes * SLACK).lt(T::LARGEST)
}

/// What a sum of these may be.
pub fn sum<T: Number>(dtype: DType, n: u64, s: &Sums) -> Expected {
    if s.nan || (s.infinite.0 && s.infinite.1) {
        return only_nan();
    }
    if s.special() {
        // Finite parts may overflow to the other infinity first only if they are huge: then NaN.
        return Expected::Within { low: s.sum, high: s.sum, nan: true };
    }
    if overflows::<T>(s.magnitudes) {
        return anything();
    }
    around::<T>(dtype, s.sum, of_sum::<T>(n, s.magnitudes))
}
