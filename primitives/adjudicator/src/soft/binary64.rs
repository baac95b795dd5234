//! IEEE 754 binary64 (`f64`).

use super::{
    common::{float_format, shift_right_sticky},
    functions::float_functions,
    F32,
};

/// An IEEE 754 binary64 number, as its encoding. `==` compares encodings; see [`F64::same_value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct F64(pub u64);

float_format!(F64, u64, 52, 1023);
float_functions!(F64, u64, i64, 52);

// The `parts` below take mantissas in [2^52, 2^53) and the exponent fields that go with them, unbounded.
impl F64 {
    #[inline(always)]
    const fn mul_parts(sign: u64, ma: u64, ea: i32, mb: u64, eb: i32) -> Self {
        let product = (ma as u128).wrapping_mul(mb as u128);
        let kept = (product >> 43) as u64;
        let cut = (product as u64) & ((1 << 43) - 1) != 0;
        Self::round(sign, kept | cut as u64, ea.wrapping_add(eb).wrapping_sub(2 * Self::LAST - 43))
    }

    #[inline(always)]
    const fn div_parts(sign: u64, ma: u64, ea: i32, mb: u64, eb: i32) -> Self {
        let quotient = match ((ma as u128) << 62).checked_div(mb as u128) {
            Some(quotient) => quotient as u64,
            None => return Self::NAN,
        };
        let cut = (quotient as u128).wrapping_mul(mb as u128) != (ma as u128) << 62;
        Self::round(sign, quotient | cut as u64, ea.wrapping_sub(eb).wrapping_sub(62))
    }

    #[inline(always)]
    #[allow(clippy::too_many_arguments)]
    const fn mul_add_parts(sp: u64, ma: u64, ea: i32, mb: u64, eb: i32, sc: u64, mc: u64, ec: i32) -> Self {
        // As `sum`, in 128 bits: the product has 106 bits and gets 20 zeros, the addend 53 bits and 73 zeros.
        let p = (ma as u128).wrapping_mul(mb as u128) << 20;
        let ep = ea.wrapping_add(eb).wrapping_sub(2 * Self::LAST + 20);
        let c = (mc as u128) << 73;
        let ec = ec.wrapping_sub(Self::LAST + 73);
        let distance = ep.wrapping_sub(ec);
        let (sign, large, small, e, right) =
            if distance >= 0 { (sp, p, c, ep, distance) } else { (sc, c, p, ec, distance.wrapping_neg()) };
        let right = if right > 127 { 127 } else { right as u32 };
        let kept = small >> right;
        let small = kept | (kept << right != small) as u128;
        if sp == sc {
            return Self::round_wide(sign, large.wrapping_add(small), e);
        }
        if large == small {
            return Self::ZERO;
        }
        if large > small {
            Self::round_wide(sign, large.wrapping_sub(small), e)
        } else {
            Self::round_wide(sign ^ Self::SIGN, small.wrapping_sub(large), e)
        }
    }

    /// [`F64::round`] of a wider mantissa, not zero.
    #[inline]
    const fn round_wide(sign: u64, m: u128, e: i32) -> Self {
        let shift = m.leading_zeros();
        let m = m << shift;
        let cut = m & ((1 << 65) - 1) != 0;
        Self::round(sign, (m >> 65) as u64 | cut as u64, e.wrapping_add(65).wrapping_sub(shift as i32))
    }

    /// The root of `m * 2^e`.
    #[inline]
    const fn sqrt_parts(m: u64, e: i32) -> Self {
        let left = if e & 1 == 0 { 70 } else { 71 };
        let square = (m as u128) << left;
        let root = square.isqrt();
        let cut = root.wrapping_mul(root) != square;
        Self::round(0, ((root << 1) as u64) | cut as u64, (e.wrapping_sub(left) >> 1).wrapping_sub(1))
    }

    /// The binary32 number nearest.
    #[inline]
    pub const fn to_f32(self) -> F32 {
        if self.is_nan() {
            return F32::NAN;
        }
        let (negative, exponent, mantissa) = self.split();
        F32::from_parts(negative, mantissa as u128, exponent)
    }
}
