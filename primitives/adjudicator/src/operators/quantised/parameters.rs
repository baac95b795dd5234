//! Scales and zero points, and quantising with them.

use super::number::{range, Number, Whole};
use crate::{Call, DType, Expected, Judged};

/// A formula in the numbers that the node's mode asks for.
macro_rules! in_mode {
    ($call:expr, $formula:ident($($argument:expr),* $(,)?)) => {
        match $call.schedule() {
            Some(_) => $formula::<$crate::soft::F32>($($argument),*),
            None => $formula::<$crate::operators::quantised::number::Enclosure>($($argument),*),
        }
    };
}
pub(super) use in_mode;

/// Position of a parameter: the only one, or that of a channel.
fn position(call: &Call<'_>, input: usize, channel: u64) -> Judged<u64> {
    Ok(if call.header(input)?.count() == 1 { 0 } else { channel })
}

/// The scale at `input` that belongs to a channel.
pub(super) fn scale<N: Number>(call: &Call<'_>, input: usize, channel: u64) -> Judged<N> {
    Ok(N::scale(call.f32(input, position(call, input, channel)?)?))
}

/// The zero point at `input` that belongs to a channel; 0 if absent.
pub(super) fn zero(call: &Call<'_>, input: usize, channel: u64) -> Judged<i64> {
    if !call.has(input) {
        return Ok(0);
    }
    call.integer(input, position(call, input, channel)?)
}

/// Scale and zero point.
#[derive(Clone, Copy)]
pub(super) struct Quantisation<N> {
    pub scale: N,
    pub zero: i64,
}

impl<N: Number> Quantisation<N> {
    /// The scale at `input`, the zero point behind it, for a whole tensor.
    pub fn of(call: &Call<'_>, input: usize) -> Judged<Self> {
        Ok(Self { scale: scale(call, input, 0)?, zero: zero(call, input.saturating_add(1), 0)? })
    }

    /// The number that a quantised value stands for.
    pub fn dequantise(&self, value: i64) -> N {
        N::whole(Whole::of(value.saturating_sub(self.zero))) * self.scale
    }

    /// `QuantizeLinear`: divided by the scale, clamped, rounded, shifted.
    pub fn quantise(&self, value: N, dtype: DType) -> Judged<Whole> {
        round(value / self.scale, self.zero, dtype)
    }
}

/// The nearest integer plus the zero point, within the type.
pub(super) fn round<N: Number>(value: N, zero: i64, dtype: DType) -> Judged<Whole> {
    let zero = Whole::of(zero);
    Ok(value.centred(zero, range(dtype)?).plus(zero))
}

/// An integer sum times a scale, as an element of a quantised type.
pub(super) fn requantise<N: Number>(sum: Whole, scale: N, zero: i64, dtype: DType) -> Judged<Expected> {
    Ok(round(N::whole(sum) * scale, zero, dtype)?.store(dtype))
}

/// The type of a zero point, or of `otherwise` where it is absent.
pub(super) fn dtype_of(call: &Call<'_>, zero: usize, otherwise: DType) -> Judged<DType> {
    if call.has(zero) {
        call.dtype(zero)
    } else {
        Ok(otherwise)
    }
}
