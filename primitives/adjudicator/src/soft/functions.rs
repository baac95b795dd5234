//! What needs no arithmetic beyond the encoding: classes, order, roundings to an integer, neighbours, conversions.

/// Defines, for a format that [`float_format`](super::common) has defined, everything but the arithmetic.
///
/// `$bits`: the unsigned integer that holds an encoding; `$signed`: the signed one of that width; `$mantissa`: stored
/// mantissa bits (23, 52).
macro_rules! float_functions {
    ($name:ident, $bits:ty, $signed:ty, $mantissa:literal) => {
        impl $name {
            /// Whether this is a NaN.
            #[inline]
            pub const fn is_nan(self) -> bool {
                self.magnitude() > Self::EXPONENT
            }

            /// Whether this is neither an infinity nor a NaN.
            #[inline]
            pub const fn is_finite(self) -> bool {
                self.magnitude() < Self::EXPONENT
            }

            /// Whether this is plus or minus infinity.
            #[inline]
            pub const fn is_infinite(self) -> bool {
                self.magnitude() == Self::EXPONENT
            }

            /// Whether this is 0 or -0.
            #[inline]
            pub const fn is_zero(self) -> bool {
                self.magnitude() == 0
            }

            /// Whether the sign bit is set (also for -0).
            #[inline]
            pub const fn is_sign_negative(self) -> bool {
                self.0 & Self::SIGN != 0
            }

            /// This number, or the canonical NaN for any NaN.
            #[inline]
            pub const fn canonical(self) -> Self {
                if self.is_nan() {
                    Self::NAN
                } else {
                    self
                }
            }

            /// The magnitude.
            #[inline]
            pub const fn abs(self) -> Self {
                Self(self.magnitude()).canonical()
            }

            /// This number's magnitude with the sign bit of `sign` (which may be NaN).
            #[inline]
            pub const fn copysign(self, sign: Self) -> Self {
                Self(self.magnitude() | sign.sign()).canonical()
            }

            /// A number that orders like the value: -0 and 0 give the same. Not for NaN.
            #[inline(always)]
            const fn order(self) -> $signed {
                let magnitude = self.magnitude() as $signed;
                if self.is_sign_negative() {
                    magnitude.wrapping_neg()
                } else {
                    magnitude
                }
            }

            /// Numeric order; `None` if either is NaN; -0 equals 0.
            #[inline]
            pub fn compare(self, other: Self) -> Option<core::cmp::Ordering> {
                if self.is_nan() || other.is_nan() {
                    return None;
                }
                Some(self.order().cmp(&other.order()))
            }

            /// `self < other`; false if either is NaN.
            #[inline]
            pub const fn lt(self, other: Self) -> bool {
                !self.is_nan() && !other.is_nan() && self.order() < other.order()
            }

            /// `self <= other`; false if either is NaN.
            #[inline]
            pub const fn le(self, other: Self) -> bool {
                !self.is_nan() && !other.is_nan() && self.order() <= other.order()
            }

            /// `self > other`; false if either is NaN.
            #[inline]
            pub const fn gt(self, other: Self) -> bool {
                other.lt(self)
            }

            /// `self >= other`; false if either is NaN.
            #[inline]
            pub const fn ge(self, other: Self) -> bool {
                other.le(self)
            }

            /// Numeric equality: -0 equals 0, NaN equals nothing. (`==` compares encodings.)
            #[inline]
            pub const fn same_value(self, other: Self) -> bool {
                !self.is_nan() && !other.is_nan() && self.order() == other.order()
            }

            /// `MINPS`/`MINPD` of x86: `self < other ? self : other`, so `other` when equal or unordered.
            #[inline]
            pub const fn min_x86(self, other: Self) -> Self {
                if self.lt(other) {
                    self
                } else {
                    other.canonical()
                }
            }

            /// `MAXPS`/`MAXPD` of x86: `self > other ? self : other`, so `other` when equal or unordered.
            #[inline]
            pub const fn max_x86(self, other: Self) -> Self {
                if self.gt(other) {
                    self
                } else {
                    other.canonical()
                }
            }

            /// The integer below or above in magnitude, as `up(negative, odd, fraction compared with one half)` says;
            /// `odd` is of the truncated value.
            #[inline]
            fn round_integer(self, up: impl Fn(bool, bool, core::cmp::Ordering) -> bool) -> Self {
                let negative = self.is_sign_negative();
                let magnitude = self.magnitude();
                let field = self.field();
                if field >= Self::LAST || magnitude == 0 {
                    return self.canonical();
                }
                if field < Self::BIAS {
                    let half = ((Self::BIAS - 1) as $bits) << $mantissa;
                    let one = up(negative, false, magnitude.cmp(&half));
                    return Self(self.sign() | if one { Self::ONE.0 } else { 0 });
                }
                let fraction_bits = Self::LAST.wrapping_sub(field) as u32;
                let unit = (1 as $bits) << fraction_bits;
                let fraction = magnitude & unit.wrapping_sub(1);
                if fraction == 0 {
                    return self;
                }
                // For 1 <= |x| < 2 this bit is the last one of the exponent field BIAS, which is odd, as is 1.
                let odd = magnitude & unit != 0;
                let below = magnitude.wrapping_sub(fraction);
                let magnitude =
                    if up(negative, odd, fraction.cmp(&(unit >> 1))) { below.wrapping_add(unit) } else { below };
                Self(self.sign() | magnitude)
            }

            /// The largest integer not above.
            #[inline]
            pub fn floor(self) -> Self {
                self.round_integer(|negative, _, _| negative)
            }

            /// The smallest integer not below.
            #[inline]
            pub fn ceil(self) -> Self {
                self.round_integer(|negative, _, _| !negative)
            }

            /// The integer towards zero.
            #[inline]
            pub fn trunc(self) -> Self {
                self.round_integer(|_, _, _| false)
            }

            /// The nearest integer, ties to even (C `rint`, ONNX `Round`).
            #[inline]
            pub fn round_ties_even(self) -> Self {
                self.round_integer(|_, odd, rest| rest.is_gt() || (rest.is_eq() && odd))
            }

            /// The nearest integer, ties away from zero (C `round`).
            #[inline]
            pub fn round_half_away(self) -> Self {
                self.round_integer(|_, _, rest| rest.is_ge())
            }

            /// `self * 2^m`, rounded once.
            #[inline]
            pub const fn ldexp(self, m: i32) -> Self {
                let field = self.field();
                let moved = field.saturating_add(m);
                if self.is_normal() && moved >= 1 && moved < Self::EXPONENT_MAX {
                    return Self((self.0 & !Self::EXPONENT) | ((moved as $bits) << $mantissa));
                }
                if !self.is_finite() {
                    return self.canonical();
                }
                let (sign, exponent, mantissa) = self.split();
                Self::from_parts(sign, mantissa as u128, exponent.saturating_add(m))
            }

            /// C `fmod`: `self - n * other` for the integer `n` towards zero of the quotient, exactly; has the sign of
            /// `self`. NaN for infinite `self`, zero `other` or NaN.
            pub const fn fmod(self, other: Self) -> Self {
                if !self.is_finite() || other.is_nan() || other.is_zero() {
                    return Self::NAN;
                }
                if self.magnitude() < other.magnitude() {
                    return self;
                }
                let (sign, exponent, mantissa) = self.split();
                let (_, unit, divisor) = other.split();
                // At least 0, as |self| >= |other|. `divisor` is not zero, so the remainders below are defined.
                let mut left = exponent.wrapping_sub(unit);
                let mut rest = match mantissa.checked_rem(divisor) {
                    Some(rest) => rest,
                    None => return Self::NAN,
                };
                while left > 0 && rest != 0 {
                    let step = if left > (63 - $mantissa) { 63 - $mantissa } else { left };
                    rest = match rest.wrapping_shl(step as u32).checked_rem(divisor) {
                        Some(rest) => rest,
                        None => return Self::NAN,
                    };
                    left = left.wrapping_sub(step);
                }
                Self::from_parts(sign, rest as u128, unit)
            }

            /// The integer towards zero; `None` for NaN, infinities and what an `i64` does not hold.
            #[inline]
            pub const fn to_i64_trunc(self) -> Option<i64> {
                let (sign, exponent, mantissa) = self.split();
                let magnitude = if exponent >= 64 {
                    if mantissa == 0 {
                        return Some(0);
                    }
                    return None;
                } else if exponent >= 0 {
                    (mantissa as u128) << exponent
                } else if exponent > -64 {
                    (mantissa >> exponent.wrapping_neg()) as u128
                } else {
                    0
                };
                if magnitude < 1 << 63 {
                    let value = magnitude as i64;
                    return Some(if sign { value.wrapping_neg() } else { value });
                }
                if sign && magnitude == 1 << 63 {
                    return Some(i64::MIN);
                }
                None
            }

            /// The nearest integer, ties to even; `None` as in [`Self::to_i64_trunc`].
            #[inline]
            pub fn to_i64_rne(self) -> Option<i64> {
                self.round_ties_even().to_i64_trunc()
            }

            /// The number nearest to `value`.
            #[inline]
            pub const fn from_i64(value: i64) -> Self {
                Self::from_parts(value < 0, value.unsigned_abs() as u128, 0)
            }

            /// The number nearest to `value`.
            #[inline]
            pub const fn from_u64(value: u64) -> Self {
                Self::from_parts(false, value as u128, 0)
            }

            /// The smallest number above; infinity and NaN stay.
            #[inline]
            pub const fn next_up(self) -> Self {
                if self.is_nan() {
                    Self::NAN
                } else if self.is_zero() {
                    Self::MIN_SUBNORMAL
                } else if self.is_sign_negative() {
                    Self(self.0.wrapping_sub(1))
                } else if self.is_infinite() {
                    self
                } else {
                    Self(self.0.wrapping_add(1))
                }
            }

            /// The largest number below; minus infinity and NaN stay.
            #[inline]
            pub const fn next_down(self) -> Self {
                if self.is_nan() {
                    return Self::NAN;
                }
                Self(Self(self.0 ^ Self::SIGN).next_up().0 ^ Self::SIGN)
            }
        }
    };
}

pub(super) use float_functions;
