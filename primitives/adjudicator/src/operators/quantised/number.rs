//! The numbers that the operators' formulas are written in: a replay in binary32, or an enclosure of every result that
//! binary32 kernels may give.

use crate::{
    math,
    soft::{half::F16, real, F32, F64},
    DType, Expected, Judged, Reject,
};
use core::ops::{Add, Div, Mul, Sub};

/// Least and greatest value of a quantised type.
pub(super) fn range(dtype: DType) -> Judged<(i64, i64)> {
    Ok(match dtype {
        DType::Uint8 => (0, 255),
        DType::Int8 => (-128, 127),
        DType::Uint16 => (0, 65535),
        DType::Int16 => (-32768, 32767),
        _ => return Err(Reject::Unsupported("this quantised type")),
    })
}

/// What formulas compute with.
pub(super) trait Number:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + 'static
{
    /// An element.
    fn of(value: F32) -> Self;
    /// A scale: a parameter of the model.
    fn scale(value: F32) -> Self;
    /// A whole number between two, converted.
    fn whole(number: Whole) -> Self;
    /// `self * b + c` with one rounding.
    fn fused(self, b: Self, c: Self) -> Self;
    /// What lies between `self` and `self` plus or minus `slack`; a replay has no slack.
    fn give_or_take(self, slack: Self) -> Self;
    /// The smaller.
    fn least(self, other: Self) -> Self;
    /// The larger.
    fn most(self, other: Self) -> Self;
    /// Whether two numbers are known to be equal.
    fn equals(self, other: Self) -> bool;
    /// `x`, or `alpha x` below 0.
    fn leaky_relu(self, alpha: F32) -> Self;
    /// The logistic function.
    fn sigmoid(self) -> Self;
    /// The nearest integer, clamped to the type's range less the zero point: a quantised value without its zero point.
    fn centred(self, zero: Whole, range: (i64, i64)) -> Whole;
    /// The nearest integer, converted to 32 bits as x86 does (what does not fit is the least), plus the zero point in 32
    /// bits, clamped to a range.
    fn converted(self, zero: i64, range: (i64, i64)) -> Whole;
    /// An element of a floating-point type.
    fn store(self, dtype: DType) -> Judged<Expected>;
}

/// A whole number, or what lies between two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub low: i64,
    pub high: i64,
}

impl Whole {
    /// This number.
    pub const fn of(value: i64) -> Self {
        Self { low: value, high: value }
    }

    /// The sum.
    pub const fn plus(self, other: Self) -> Self {
        Self { low: self.low.saturating_add(other.low), high: self.high.saturating_add(other.high) }
    }

    /// The product with a number.
    pub const fn times(self, by: i64) -> Self {
        let (a, b) = (self.low.saturating_mul(by), self.high.saturating_mul(by));
        if a < b {
            Self { low: a, high: b }
        } else {
            Self { low: b, high: a }
        }
    }

    /// An element of an integer type.
    pub fn store(self, dtype: DType) -> Expected {
        match self.high.saturating_sub(self.low) {
            0 => Expected::Bits(dtype.bits(self.low)),
            1 => Expected::Either(dtype.bits(self.low), dtype.bits(self.high)),
            _ => Expected::Within { low: F64::from_i64(self.low), high: F64::from_i64(self.high), nan: false },
        }
    }
}

impl Number for F32 {
    fn of(value: F32) -> Self {
        value
    }

    fn scale(value: F32) -> Self {
        value
    }

    fn whole(number: Whole) -> Self {
        Self::from_i64(number.low)
    }

    fn fused(self, b: Self, c: Self) -> Self {
        self.mul_add(b, c)
    }

    fn give_or_take(self, _: Self) -> Self {
        self
    }

    fn least(self, other: Self) -> Self {
        self.min_x86(other)
    }

    fn most(self, other: Self) -> Self {
        self.max_x86(other)
    }

    fn equals(self, other: Self) -> bool {
        self.same_value(other)
    }

    fn leaky_relu(self, alpha: F32) -> Self {
        math::leaky_relu(self, alpha)
    }

    fn sigmoid(self) -> Self {
        math::sigmoid(self)
    }

    fn centred(self, zero: Whole, (least, most): (i64, i64)) -> Whole {
        let bound = |limit: i64| Self::from_i64(limit.wrapping_sub(zero.low));
        // NaN gives the lower bound.
        let y = self.max_x86(bound(least)).min_x86(bound(most));
        Whole::of(y.to_i64_rne().unwrap_or(least))
    }

    fn converted(self, zero: i64, (least, most): (i64, i64)) -> Whole {
        let y = self.to_i64_rne().and_then(|y| i32::try_from(y).ok()).unwrap_or(i32::MIN);
        Whole::of(i64::from(y.wrapping_add(zero as i32)).clamp(least, most))
    }

    fn store(self, dtype: DType) -> Judged<Expected> {
        match dtype {
            DType::Float32 => Ok(self.into()),
            DType::Float16 => Ok(Expected::Exact(u64::from(F16::from_f32(self).0))),
            _ => Err(Reject::Unsupported("this element type")),
        }
    }
}

/// All results of a formula between two bounds, whatever the order of its products, with or without fused multiply-add,
/// with or without subnormals.
///
/// Every operation adds four half units in the last place (2^-22 of the result) and 2^-80. A product or quotient of `n`
/// factors in any order has at most `n` roundings; formulas here have at most as many as they have operations. Scales lie
/// within 2^-40 and 2^40 (others may give anything), so that no order of factors overflows or underflows where the
/// product does not, but for what 2^-80 covers: a subnormal (below 2^-126) times a scale.
#[derive(Clone, Copy, Debug)]
pub(super) struct Enclosure {
    low: F64,
    high: F64,
}

/// 2^-22.
const RELATIVE: F64 = F64(0x3E90_0000_0000_0000);
/// 2^-80.
const ABSOLUTE: F64 = F64(0x3AF0_0000_0000_0000);
/// 2^127: what reaches it may be infinite in binary32.
const LARGE: F64 = F64(0x47E0_0000_0000_0000);
/// 2^-40 and 2^40.
const SCALES: (F32, F32) = (F32(0x2B80_0000), F32(0x5380_0000));
/// 2^-18: more than twice the 6 u of the logistic kernel.
const SIGMOID: F64 = F64(0x3ED0_0000_0000_0000);

impl Enclosure {
    /// Anything, NaN too.
    const ANY: Self = Self { low: F64::NEG_INFINITY, high: F64::INFINITY };

    fn is_any(self) -> bool {
        self.low == F64::NEG_INFINITY && self.high == F64::INFINITY
    }

    /// The hull of these, widened by what `of` (a magnitude) loses in an operation.
    fn hull(values: &[F64], of: F64) -> Self {
        if of.is_nan() || values.iter().any(|v| v.is_nan()) {
            return Self::ANY;
        }
        let low = values.iter().copied().reduce(F64::min_x86).unwrap_or(F64::NEG_INFINITY);
        let high = values.iter().copied().reduce(F64::max_x86).unwrap_or(F64::INFINITY);
        let slack = if of.is_finite() { (of * RELATIVE).next_up() + ABSOLUTE } else { F64::ZERO };
        let (low, high) = ((low - slack).next_down(), (high + slack).next_up());
        Self {
            low: if low.le(-LARGE) { F64::NEG_INFINITY } else { low },
            high: if high.ge(LARGE) { F64::INFINITY } else { high },
        }
    }

    fn of_function(self, f: impl Fn(F64) -> F64) -> Self {
        let (a, b) = (f(self.low), f(self.high));
        Self::hull(&[a, b], a.abs().max_x86(b.abs()))
    }

    fn magnitude(self) -> F64 {
        self.low.abs().max_x86(self.high.abs())
    }

    fn products(self, other: Self, f: impl Fn(F64, F64) -> F64) -> Self {
        if self.is_any() || other.is_any() {
            return Self::ANY;
        }
        let all = [f(self.low, other.low), f(self.low, other.high), f(self.high, other.low), f(self.high, other.high)];
        let most = all.iter().map(|v| v.abs()).reduce(F64::max_x86).unwrap_or(F64::INFINITY);
        Self::hull(&all, most)
    }
}

impl Add for Enclosure {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let most = self.magnitude().max_x86(other.magnitude());
        Self::hull(&[self.low + other.low, self.high + other.high], most + most)
    }
}

impl Sub for Enclosure {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + Self { low: -other.high, high: -other.low }
    }
}

impl Mul for Enclosure {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.products(other, |a, b| a * b)
    }
}

impl Div for Enclosure {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        if other.low.le(F64::ZERO) && other.high.ge(F64::ZERO) {
            return Self::ANY;
        }
        self.products(other, |a, b| a / b)
    }
}

impl Number for Enclosure {
    fn of(value: F32) -> Self {
        if value.is_nan() {
            return Self::ANY;
        }
        Self { low: value.to_f64(), high: value.to_f64() }
    }

    fn scale(value: F32) -> Self {
        if value.abs().lt(SCALES.0) || value.abs().gt(SCALES.1) {
            return Self::ANY;
        }
        Self::of(value)
    }

    fn whole(number: Whole) -> Self {
        let (low, high) = (F64::from_i64(number.low), F64::from_i64(number.high));
        Self::hull(&[low, high], low.abs().max_x86(high.abs()))
    }

    fn fused(self, b: Self, c: Self) -> Self {
        self * b + c
    }

    fn give_or_take(self, slack: Self) -> Self {
        let slack = slack.magnitude();
        Self::hull(&[self.low - slack, self.high + slack], self.magnitude())
    }

    fn least(self, other: Self) -> Self {
        Self { low: self.low.min_x86(other.low), high: self.high.min_x86(other.high) }
    }

    fn most(self, other: Self) -> Self {
        Self { low: self.low.max_x86(other.low), high: self.high.max_x86(other.high) }
    }

    fn equals(self, other: Self) -> bool {
        self.low == self.high && self.low.same_value(other.low) && other.low.same_value(other.high)
    }

    fn leaky_relu(self, alpha: F32) -> Self {
        let below = self.least(Self::of(F32::ZERO)) * Self::of(alpha);
        self.most(Self::of(F32::ZERO)) + below
    }

    fn sigmoid(self) -> Self {
        let y = self.of_function(real::sigmoid);
        Self { low: (y.low - SIGMOID).max_x86(F64::ZERO), high: y.high + SIGMOID }
    }

    fn centred(self, zero: Whole, (least, most): (i64, i64)) -> Whole {
        let rounded = |y: F64, zero: i64| {
            let limit = |bound: i64| F64::from_i64(bound.saturating_sub(zero));
            let y = y.max_x86(limit(least)).min_x86(limit(most));
            y.to_i64_rne().unwrap_or(0)
        };
        Whole { low: rounded(self.low, zero.high), high: rounded(self.high, zero.low) }
    }

    fn converted(self, zero: i64, (least, most): (i64, i64)) -> Whole {
        // Beyond 2^31 machines differ.
        let fits = |y: F64| y.to_i64_rne().and_then(|y| i32::try_from(y).ok());
        let shifted = |y: i32| i64::from(y).saturating_add(zero).clamp(least, most);
        match (fits(self.low), fits(self.high)) {
            (Some(low), Some(high)) => Whole { low: shifted(low), high: shifted(high) },
            _ => Whole { low: least, high: most },
        }
    }

    fn store(self, dtype: DType) -> Judged<Expected> {
        let nan = self.is_any();
        let (low, high) = match dtype {
            DType::Float32 => (self.low, self.high),
            DType::Float16 => {
                let half = |y: F64| F16::from_f64(y).to_f32().to_f64();
                (half(self.low), half(self.high))
            },
            _ => return Err(Reject::Unsupported("this element type")),
        };
        Ok(Expected::Within { low, high, nan })
    }
}
