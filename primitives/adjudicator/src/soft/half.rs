//! The 16-bit formats, as stored in tensors: binary16 (ONNX `FLOAT16`) and bfloat16. Arithmetic on them is done in
//! binary32.

use super::{F32, F64};

/// An IEEE 754 binary16 number, as its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct F16(pub u16);

/// A bfloat16 number, the upper half of a binary32, as its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct BF16(pub u16);

impl F16 {
    /// Infinity.
    pub const INFINITY: Self = Self(0x7c00);
    /// The canonical NaN.
    pub const NAN: Self = Self(0x7e00);

    /// Whether this is a NaN.
    #[inline]
    pub const fn is_nan(self) -> bool {
        self.0 & 0x7fff > Self::INFINITY.0
    }

    /// The same number in binary32, exactly.
    #[inline]
    pub const fn to_f32(self) -> F32 {
        let sign = self.0 >> 15 != 0;
        let mantissa = (self.0 & 0x3ff) as u128;
        match (self.0 >> 10) as i32 & 31 {
            0 => F32::from_parts(sign, mantissa, -24),
            31 if mantissa != 0 => F32::NAN,
            31 => F32(((sign as u32) << 31) | F32::INFINITY.0),
            field => {
                // Moves the exponent from bias 15 to bias 127.
                let magnitude = ((field.wrapping_add(112) as u32) << 23) | ((mantissa as u32) << 13);
                F32(((sign as u32) << 31) | magnitude)
            },
        }
    }

    /// The number nearest, ties to even; beyond 65519 infinite.
    #[inline]
    pub const fn from_f32(x: F32) -> Self {
        if x.is_nan() {
            return Self::NAN;
        }
        let (sign, exponent, mantissa) = x.split();
        Self::round(sign, mantissa, exponent)
    }

    /// The number nearest, rounded once.
    #[inline]
    pub const fn from_f64(x: F64) -> Self {
        if x.is_nan() {
            return Self::NAN;
        }
        let (sign, exponent, mantissa) = x.split();
        Self::round(sign, mantissa, exponent)
    }

    /// `m * 2^e` rounded to nearest even, `m < 2^53`.
    const fn round(sign: bool, m: u64, e: i32) -> Self {
        let sign = (sign as u16) << 15;
        if m == 0 {
            return Self(sign);
        }
        let left = m.leading_zeros();
        let field = e.wrapping_add(63 + 15).wrapping_sub(left as i32);
        if field > 30 {
            return Self(sign | Self::INFINITY.0);
        }
        // Top bit at 63; 11 bits stay, fewer below the normal range.
        let m = m << left;
        let drop = 53i32.wrapping_add(if field < 1 { 1i32.wrapping_sub(field) } else { 0 });
        if drop > 64 {
            return Self(sign);
        }
        let m = m as u128;
        let odd = (m >> drop) & 1;
        let kept = (m.wrapping_add((1u128 << drop.wrapping_sub(1)).wrapping_sub(1)).wrapping_add(odd) >> drop) as u16;
        let base = if field < 1 { 0 } else { (field.wrapping_sub(1) as u16) << 10 };
        // The hidden bit of `kept` adds one to the field, and so does a carry (from 30 to infinity's 31).
        Self(sign | base.wrapping_add(kept))
    }
}

impl BF16 {
    /// Infinity.
    pub const INFINITY: Self = Self(0x7f80);
    /// The canonical NaN.
    pub const NAN: Self = Self(0x7fc0);

    /// Whether this is a NaN.
    #[inline]
    pub const fn is_nan(self) -> bool {
        self.0 & 0x7fff > Self::INFINITY.0
    }

    /// The same number in binary32, exactly.
    #[inline]
    pub const fn to_f32(self) -> F32 {
        F32((self.0 as u32) << 16).canonical()
    }

    /// The number nearest, ties to even.
    #[inline]
    pub const fn from_f32(x: F32) -> Self {
        if x.is_nan() {
            return Self::NAN;
        }
        let odd = (x.0 >> 16) & 1;
        Self((x.0.wrapping_add(0x7fff).wrapping_add(odd) >> 16) as u16)
    }
}
