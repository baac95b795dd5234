//! The arithmetic binary32 and binary64 share, written once as a macro over the format's parameters.

/// Defines the parts of a format that depend only on its widths: constants, rounding a mantissa into the format, sums,
/// and the operations with their special cases.
///
/// `$bits`: the unsigned integer that holds an encoding; `$mantissa`: stored mantissa bits (23, 52); `$bias`: exponent
/// bias (127, 1023).
macro_rules! float_format {
    ($name:ident, $bits:ty, $mantissa:literal, $bias:literal) => {
        impl $name {
            const BIAS: i32 = $bias;
            const SIGN: $bits = 1 << (<$bits>::BITS - 1);
            const HIDDEN: $bits = 1 << $mantissa;
            const MANTISSA: $bits = Self::HIDDEN - 1;
            /// The all-ones exponent field, in place: also the encoding of infinity.
            const EXPONENT: $bits = !Self::SIGN & !Self::MANTISSA;
            /// The exponent field's largest value (infinities and NaN).
            const EXPONENT_MAX: i32 = 2 * $bias + 1;
            /// A mantissa `m` with its top bit at 62 is rounded by dropping this many bits.
            const DROP: u32 = 62 - $mantissa;
            /// Exponent of the last place of a number with exponent field `e`: `e - LAST`.
            const LAST: i32 = $bias + $mantissa;

            /// 0.
            pub const ZERO: Self = Self(0);
            /// -0.
            pub const NEG_ZERO: Self = Self(Self::SIGN);
            /// 1.
            pub const ONE: Self = Self(($bias as $bits) << $mantissa);
            /// Infinity.
            pub const INFINITY: Self = Self(Self::EXPONENT);
            /// Minus infinity.
            pub const NEG_INFINITY: Self = Self(Self::SIGN | Self::EXPONENT);
            /// The canonical NaN: quiet, positive, empty payload. Every operation that gives NaN gives this one.
            pub const NAN: Self = Self(Self::EXPONENT | (Self::HIDDEN >> 1));
            /// The largest finite number.
            pub const MAX: Self = Self(Self::EXPONENT - 1);
            /// The smallest (most negative) finite number, `-MAX`.
            pub const MIN: Self = Self(Self::SIGN | (Self::EXPONENT - 1));
            /// The smallest positive normal number.
            pub const MIN_POSITIVE: Self = Self(Self::HIDDEN);
            /// The smallest positive number (subnormal): one unit in the last place of zero.
            pub const MIN_SUBNORMAL: Self = Self(1);

            /// `sign` (in place) with `m * 2^e` rounded to nearest even; `0 < m < 2^63`. The last bit of `m` may stand
            /// for "something was cut off" as long as `m` has two bits more than the format keeps.
            #[inline(always)]
            pub(crate) const fn round(sign: $bits, m: u64, e: i32) -> Self {
                let shift = m.leading_zeros().wrapping_sub(1);
                let m = m.wrapping_shl(shift);
                let field = e.wrapping_add(62 + $bias).wrapping_sub(shift as i32);
                // field - 1 in 0..=MAX - 3: rounding up one binade still stays finite.
                if (field.wrapping_sub(1) as u32) < (Self::EXPONENT_MAX - 2) as u32 {
                    let kept = Self::drop_bits(m);
                    // The hidden bit of `kept` adds one to the exponent field, and so does a carry.
                    Self(sign | ((field.wrapping_sub(1) as $bits) << $mantissa).wrapping_add(kept))
                } else {
                    Self::round_at_the_edge(sign, m, field)
                }
            }

            /// `m / 2^DROP` rounded to nearest even.
            #[inline(always)]
            const fn drop_bits(m: u64) -> $bits {
                let odd = (m >> Self::DROP) & 1;
                (m.wrapping_add((1 << (Self::DROP - 1)) - 1).wrapping_add(odd) >> Self::DROP) as $bits
            }

            /// [`Self::round`] where the result may be subnormal or overflow.
            #[cold]
            #[inline(never)]
            const fn round_at_the_edge(sign: $bits, m: u64, field: i32) -> Self {
                if field >= Self::EXPONENT_MAX {
                    return Self(sign | Self::EXPONENT);
                }
                if field >= 1 {
                    let magnitude = ((field.wrapping_sub(1) as $bits) << $mantissa).wrapping_add(Self::drop_bits(m));
                    return Self(sign | magnitude);
                }
                let right = 1i32.wrapping_sub(field);
                let right = if right > 63 { 63 } else { right as u32 };
                Self(sign | Self::drop_bits(shift_right_sticky(m, right)))
            }

            /// `(-1)^sp * p * 2^ep + (-1)^sc * c * 2^ec`, rounded once. `p` and `c` lie in `[2^60, 2^62)`, and each
            /// ends in enough zeros that what the alignment cuts off is below the rounding position of the sum: the
            /// larger one's last place is never needed when more than its trailing zeros are cut off the smaller.
            #[inline(always)]
            const fn sum(sp: $bits, p: u64, ep: i32, sc: $bits, c: u64, ec: i32) -> Self {
                let distance = ep.wrapping_sub(ec);
                let (sign, large, small, e, right) =
                    if distance >= 0 { (sp, p, c, ep, distance) } else { (sc, c, p, ec, distance.wrapping_neg()) };
                let right = if right > 63 { 63 } else { right as u32 };
                let small = shift_right_sticky(small, right);
                // Two's complement without branches: signs of terms are as good as random.
                let differ = (((sp ^ sc) >> (<$bits>::BITS - 1)) as u64).wrapping_neg();
                let total = large.wrapping_add(small ^ differ).wrapping_sub(differ);
                let below = ((total as i64) >> 63) as u64;
                let total = (total ^ below).wrapping_sub(below);
                if total == 0 {
                    return Self::ZERO;
                }
                Self::round(sign ^ ((below as $bits) & Self::SIGN), total, e)
            }

            /// The exponent field.
            #[inline(always)]
            const fn field(self) -> i32 {
                ((self.0 >> $mantissa) as i32) & Self::EXPONENT_MAX
            }

            /// The sign bit, in place.
            #[inline(always)]
            const fn sign(self) -> $bits {
                self.0 & Self::SIGN
            }

            /// The encoding without the sign: orders magnitudes.
            #[inline(always)]
            const fn magnitude(self) -> $bits {
                self.0 & !Self::SIGN
            }

            /// Whether the exponent field is neither zero nor all ones.
            #[inline(always)]
            const fn is_normal(self) -> bool {
                (self.field().wrapping_sub(1) as u32) < (Self::EXPONENT_MAX - 1) as u32
            }

            /// Mantissa with the hidden bit of a normal number.
            #[inline(always)]
            const fn significand(self) -> u64 {
                ((self.0 & Self::MANTISSA) | Self::HIDDEN) as u64
            }

            /// Mantissa with its hidden bit in place, and the exponent field a normal number would
            /// need (below 1 for subnormals), of a finite number other than zero.
            #[inline]
            const fn normalized(self) -> (u64, i32) {
                if self.field() != 0 {
                    return (self.significand(), self.field());
                }
                let m = self.magnitude() as u64;
                let shift = m.leading_zeros().wrapping_sub(63 - $mantissa);
                (m.wrapping_shl(shift), 1i32.wrapping_sub(shift as i32))
            }

            /// `(sign, exponent, mantissa)` with value `mantissa * 2^exponent`; `mantissa` has 24 bits or fewer in binary32, 53 in
            /// binary64.
            /// Infinities and NaN, which have no such parts, give `(sign, 65536, 1)`: out of every format's range, so
            /// that they never pass for a number.
            #[inline]
            pub const fn split(self) -> (bool, i32, u64) {
                let negative = self.is_sign_negative();
                let mantissa = (self.0 & Self::MANTISSA) as u64;
                match self.field() {
                    0 => (negative, 1 - Self::LAST, mantissa),
                    Self::EXPONENT_MAX => (negative, 65536, 1),
                    field => (negative, field.wrapping_sub(Self::LAST), mantissa | Self::HIDDEN as u64),
                }
            }

            /// `mantissa * 2^exponent` with the sign, rounded once; a zero mantissa gives a signed zero.
            #[inline]
            pub const fn from_parts(sign: bool, mantissa: u128, exponent: i32) -> Self {
                let sign = if sign { Self::SIGN } else { 0 };
                if mantissa == 0 {
                    return Self(sign);
                }
                // Beyond this every result is 0 or infinite: keeps what follows in range.
                let exponent = if exponent > 65536 {
                    65536
                } else if exponent < -65536 {
                    -65536
                } else {
                    exponent
                };
                let length = 128u32.wrapping_sub(mantissa.leading_zeros());
                if length <= 63 {
                    return Self::round(sign, mantissa as u64, exponent);
                }
                let right = length.wrapping_sub(63);
                let kept = (mantissa >> right) as u64;
                let cut = mantissa & (1u128 << right).wrapping_sub(1) != 0;
                Self::round(sign, kept | cut as u64, exponent.wrapping_add(right as i32))
            }

            #[cold]
            #[inline(never)]
            const fn add_special(self, other: Self) -> Self {
                if self.is_nan() || other.is_nan() {
                    return Self::NAN;
                }
                if self.is_infinite() {
                    return if other.is_infinite() && self.0 != other.0 { Self::NAN } else { self };
                }
                if other.is_infinite() {
                    return other;
                }
                if self.is_zero() {
                    return if other.is_zero() { Self(self.0 & other.0) } else { other };
                }
                if other.is_zero() {
                    return self;
                }
                let (ma, ea) = self.normalized();
                let (mb, eb) = other.normalized();
                Self::add_parts(self.sign(), ma, ea, other.sign(), mb, eb)
            }

            #[inline(always)]
            const fn add_parts(sa: $bits, ma: u64, ea: i32, sb: $bits, mb: u64, eb: i32) -> Self {
                const LEFT: u32 = 61 - $mantissa;
                const OFFSET: i32 = $bias + $mantissa + LEFT as i32;
                Self::sum(sa, ma << LEFT, ea.wrapping_sub(OFFSET), sb, mb << LEFT, eb.wrapping_sub(OFFSET))
            }

            #[cold]
            #[inline(never)]
            const fn mul_special(self, other: Self) -> Self {
                let sign = (self.0 ^ other.0) & Self::SIGN;
                if self.is_nan() || other.is_nan() {
                    return Self::NAN;
                }
                if self.is_infinite() || other.is_infinite() {
                    return if self.is_zero() || other.is_zero() { Self::NAN } else { Self(sign | Self::EXPONENT) };
                }
                if self.is_zero() || other.is_zero() {
                    return Self(sign);
                }
                let (ma, ea) = self.normalized();
                let (mb, eb) = other.normalized();
                Self::mul_parts(sign, ma, ea, mb, eb)
            }

            #[cold]
            #[inline(never)]
            const fn div_special(self, other: Self) -> Self {
                let sign = (self.0 ^ other.0) & Self::SIGN;
                if self.is_nan() || other.is_nan() {
                    return Self::NAN;
                }
                if self.is_infinite() {
                    return if other.is_infinite() { Self::NAN } else { Self(sign | Self::EXPONENT) };
                }
                if other.is_infinite() {
                    return Self(sign);
                }
                if other.is_zero() {
                    return if self.is_zero() { Self::NAN } else { Self(sign | Self::EXPONENT) };
                }
                if self.is_zero() {
                    return Self(sign);
                }
                let (ma, ea) = self.normalized();
                let (mb, eb) = other.normalized();
                Self::div_parts(sign, ma, ea, mb, eb)
            }

            #[cold]
            #[inline(never)]
            const fn mul_add_special(self, b: Self, c: Self) -> Self {
                let sign = (self.0 ^ b.0) & Self::SIGN;
                if self.is_nan() || b.is_nan() || c.is_nan() {
                    return Self::NAN;
                }
                if self.is_infinite() || b.is_infinite() {
                    if self.is_zero() || b.is_zero() || (c.is_infinite() && c.sign() != sign) {
                        return Self::NAN;
                    }
                    return Self(sign | Self::EXPONENT);
                }
                if c.is_infinite() {
                    return c;
                }
                if self.is_zero() || b.is_zero() {
                    return if c.is_zero() { Self(sign & c.0) } else { c };
                }
                let (ma, ea) = self.normalized();
                let (mb, eb) = b.normalized();
                if c.is_zero() {
                    return Self::mul_parts(sign, ma, ea, mb, eb);
                }
                let (mc, ec) = c.normalized();
                Self::mul_add_parts(sign, ma, ea, mb, eb, c.sign(), mc, ec)
            }

            /// `self * b + c` with one rounding.
            #[inline]
            pub const fn mul_add(self, b: Self, c: Self) -> Self {
                if !(self.is_normal() && b.is_normal() && c.is_normal()) {
                    return self.mul_add_special(b, c);
                }
                let sign = (self.0 ^ b.0) & Self::SIGN;
                let (ma, mb, mc) = (self.significand(), b.significand(), c.significand());
                Self::mul_add_parts(sign, ma, self.field(), mb, b.field(), c.sign(), mc, c.field())
            }

            /// The square root; NaN below 0; -0 gives -0.
            #[inline]
            pub const fn sqrt(self) -> Self {
                if self.is_nan() || self.is_zero() {
                    return self.canonical();
                }
                if self.is_sign_negative() {
                    return Self::NAN;
                }
                if self.is_infinite() {
                    return self;
                }
                let (m, field) = self.normalized();
                Self::sqrt_parts(m, field.wrapping_sub(Self::LAST))
            }
        }

        impl core::ops::Add for $name {
            type Output = Self;
            #[inline]
            fn add(self, other: Self) -> Self {
                if !(self.is_normal() && other.is_normal()) {
                    return self.add_special(other);
                }
                let (ma, mb) = (self.significand(), other.significand());
                Self::add_parts(self.sign(), ma, self.field(), other.sign(), mb, other.field())
            }
        }

        impl core::ops::Sub for $name {
            type Output = Self;
            #[inline]
            fn sub(self, other: Self) -> Self {
                // The sign of a NaN does not matter.
                self + Self(other.0 ^ Self::SIGN)
            }
        }

        impl core::ops::Mul for $name {
            type Output = Self;
            #[inline]
            fn mul(self, other: Self) -> Self {
                if !(self.is_normal() && other.is_normal()) {
                    return self.mul_special(other);
                }
                let sign = (self.0 ^ other.0) & Self::SIGN;
                Self::mul_parts(sign, self.significand(), self.field(), other.significand(), other.field())
            }
        }

        impl core::ops::Div for $name {
            type Output = Self;
            #[inline]
            fn div(self, other: Self) -> Self {
                if !(self.is_normal() && other.is_normal()) {
                    return self.div_special(other);
                }
                let sign = (self.0 ^ other.0) & Self::SIGN;
                Self::div_parts(sign, self.significand(), self.field(), other.significand(), other.field())
            }
        }

        impl core::ops::Neg for $name {
            type Output = Self;
            #[inline]
            fn neg(self) -> Self {
                Self(self.0 ^ Self::SIGN).canonical()
            }
        }
    };
}

pub(super) use float_format;

/// `m / 2^right`, with the last bit set if anything was cut off; `right <= 63`.
#[inline(always)]
pub(super) const fn shift_right_sticky(m: u64, right: u32) -> u64 {
    let kept = m.wrapping_shr(right);
    kept | (kept.wrapping_shl(right) != m) as u64
}
