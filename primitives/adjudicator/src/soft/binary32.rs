//! IEEE 754 binary32 (`f32`).

use super::{
    common::{float_format, shift_right_sticky},
    functions::float_functions,
    F64,
};

/// An IEEE 754 binary32 number, as its encoding. `==` compares encodings; see [`F32::same_value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct F32(pub u32);

float_format!(F32, u32, 23, 127);
float_functions!(F32, u32, i32, 23);

// The `parts` below take mantissas in [2^23, 2^24) and the exponent fields that go with them, unbounded.
impl F32 {
    #[inline(always)]
    const fn mul_parts(sign: u32, ma: u64, ea: i32, mb: u64, eb: i32) -> Self {
        Self::round(sign, ma.wrapping_mul(mb), ea.wrapping_add(eb).wrapping_sub(2 * Self::LAST))
    }

    #[inline(always)]
    const fn div_parts(sign: u32, ma: u64, ea: i32, mb: u64, eb: i32) -> Self {
        let (quotient, rest) = match ((ma << 39).checked_div(mb), (ma << 39).checked_rem(mb)) {
            (Some(quotient), Some(rest)) => (quotient, rest),
            _ => return Self::NAN,
        };
        Self::round(sign, quotient | (rest != 0) as u64, ea.wrapping_sub(eb).wrapping_sub(39))
    }

    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    const fn mul_add_parts(sp: u32, ma: u64, ea: i32, mb: u64, eb: i32, sc: u32, mc: u64, ec: i32) -> Self {
        // The product has 48 bits and gets 14 zeros, the addend 24 bits and 38 zeros.
        let ep = ea.wrapping_add(eb).wrapping_sub(2 * Self::LAST + 14);
        Self::sum(sp, ma.wrapping_mul(mb) << 14, ep, sc, mc << 38, ec.wrapping_sub(Self::LAST + 38))
    }

    /// The root of `m * 2^e`.
    #[inline]
    const fn sqrt_parts(m: u64, e: i32) -> Self {
        let left = if e & 1 == 0 { 38 } else { 39 };
        let square = m << left;
        let root = square.isqrt();
        let cut = root.wrapping_mul(root) != square;
        Self::round(0, (root << 1) | cut as u64, (e.wrapping_sub(left) >> 1).wrapping_sub(1))
    }

    /// The same number in binary64, exactly.
    #[inline]
    pub const fn to_f64(self) -> F64 {
        let sign = (self.sign() as u64) << 32;
        if self.is_normal() {
            return F64(sign | ((self.magnitude() as u64) << 29).wrapping_add((1023 - 127) << 52));
        }
        if self.is_nan() {
            return F64::NAN;
        }
        if self.is_infinite() {
            return F64(sign | F64::INFINITY.0);
        }
        let (negative, exponent, mantissa) = self.split();
        F64::from_parts(negative, mantissa as u128, exponent)
    }
}
