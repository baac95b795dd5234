//! What the row kernels need of a floating-point type, so that one schedule serves binary32 and binary64.

use super::exponentials;
use crate::{
    soft::{BF16, F16, F32, F64},
    Call, DType, Judged, Reject,
};
use alloc::vec::Vec;
use core::ops::{Add, Div, Mul, Neg, Sub};

/// binary32 or binary64.
pub trait Number:
    Copy + 'static + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self> + Neg<Output = Self>
{
    /// The element type.
    const DTYPE: DType;
    /// Numbers in a 16-byte packet: what Eigen's kernels of ONNX Runtime work in.
    const PACKET: usize;
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// Unit roundoff, and the smallest positive number, in binary64.
    const ROUNDOFF: (F64, F64);
    /// Largest finite number, in binary64.
    const LARGEST: F64;
    /// Relative error of [`Self::exponentials`]: once, and for each of them.
    const EXPONENTIALS: (F64, F64);

    /// From an element's bits.
    fn of_bits(bits: u64) -> Self;
    /// The element's bits.
    fn to_bits(self) -> u64;
    /// A binary32 number, exactly.
    fn of_f32(value: F32) -> Self;
    /// The number nearest to a count.
    fn of_count(value: u64) -> Self;
    /// The value in binary64.
    fn wide(self) -> F64;
    /// The number nearest to a binary64 value.
    fn narrow(value: F64) -> Self;
    /// `self * b + c`, rounded once.
    fn fused(self, b: Self, c: Self) -> Self;
    /// Square root.
    fn root(self) -> Self;
    /// Magnitude.
    fn magnitude(self) -> Self;
    /// Numeric `<`; false for NaN.
    fn less(self, other: Self) -> bool;
    /// The sum of `e^d` over `d <= 0`, one of which is 0, for reference; NaN if one is.
    fn exponentials(d: impl Iterator<Item = Self>) -> F64;
}

macro_rules! number {
    ($name:ident, $dtype:ident, $packet:literal, $roundoff:expr, $largest:expr, $bits:ty,
     $of_f32:expr, $wide:expr, $narrow:expr, $exponentials:ident, $errors:ident) => {
        impl Number for $name {
            const DTYPE: DType = DType::$dtype;
            const PACKET: usize = $packet;
            const ZERO: Self = Self::ZERO;
            const ONE: Self = Self::ONE;
            const ROUNDOFF: (F64, F64) = $roundoff;
            const LARGEST: F64 = $largest;
            const EXPONENTIALS: (F64, F64) = exponentials::$errors;

            fn of_bits(bits: u64) -> Self {
                Self(bits as $bits)
            }
            fn to_bits(self) -> u64 {
                u64::from(self.0)
            }
            fn of_f32(value: F32) -> Self {
                $of_f32(value)
            }
            fn of_count(value: u64) -> Self {
                Self::from_u64(value)
            }
            fn wide(self) -> F64 {
                $wide(self)
            }
            fn narrow(value: F64) -> Self {
                $narrow(value)
            }
            fn fused(self, b: Self, c: Self) -> Self {
                self.mul_add(b, c)
            }
            fn root(self) -> Self {
                self.sqrt()
            }
            fn magnitude(self) -> Self {
                self.abs()
            }
            fn less(self, other: Self) -> bool {
                self.lt(other)
            }
            fn exponentials(d: impl Iterator<Item = Self>) -> F64 {
                exponentials::$exponentials(d)
            }
        }
    };
}

// Roundoffs 2^-24 and 2^-53, smallest numbers 2^-149 and 2^-1074.
number!(
    F32,
    Float32,
    4,
    (F64(0x3e70_0000_0000_0000), F64(0x36a0_0000_0000_0000)),
    F64(0x47ef_ffff_e000_0000),
    u32,
    |value| value,
    F32::to_f64,
    F64::to_f32,
    in_fixed_point,
    FIXED
);
number!(
    F64,
    Float64,
    2,
    (F64(0x3ca0_0000_0000_0000), F64(1)),
    F64(0x7fef_ffff_ffff_ffff),
    u64,
    F32::to_f64,
    |value| value,
    |value| value,
    in_binary64,
    BINARY64
);

/// Elements of an input as numbers of the type that its kernel computes in: float16 and bfloat16 are widened.
pub fn line<T: Number>(call: &Call<'_>, n: usize, start: u64, stride: u64, count: u64) -> Judged<Vec<T>> {
    let bits = call.line(n, start, stride, count)?;
    let dtype = call.dtype(n)?;
    read(dtype, &bits)
}

/// Numbers from elements' bits.
pub fn read<T: Number>(dtype: DType, bits: &[u64]) -> Judged<Vec<T>> {
    if dtype == T::DTYPE {
        return Ok(bits.iter().map(|b| T::of_bits(*b)).collect());
    }
    bits.iter().map(|b| widen(dtype, *b)).collect()
}

/// One element of an input.
pub fn number<T: Number>(call: &Call<'_>, n: usize, index: u64) -> Judged<T> {
    widen(call.dtype(n)?, call.bits(n, index)?)
}

fn widen<T: Number>(dtype: DType, bits: u64) -> Judged<T> {
    Ok(match dtype {
        dtype if dtype == T::DTYPE => T::of_bits(bits),
        DType::Float16 => T::of_f32(F16(bits as u16).to_f32()),
        DType::Bfloat16 => T::of_f32(BF16(bits as u16).to_f32()),
        _ => return Err(Reject::Unsupported("this element type")),
    })
}

/// The bits of a result of type `dtype`, rounded once where that is narrower than `T`.
pub fn store<T: Number>(dtype: DType, value: T) -> Judged<u64> {
    Ok(match dtype {
        dtype if dtype == T::DTYPE => value.to_bits(),
        DType::Float32 => u64::from(value.wide().to_f32().0),
        DType::Float16 => u64::from(F16::from_f32(value.wide().to_f32()).0),
        DType::Bfloat16 => u64::from(BF16::from_f32(value.wide().to_f32()).0),
        _ => return Err(Reject::Unsupported("this element type")),
    })
}
