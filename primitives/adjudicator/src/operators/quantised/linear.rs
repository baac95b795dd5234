//! `QuantizeLinear`, `DequantizeLinear`, `DynamicQuantizeLinear`.

use super::{
    number::{range, Enclosure, Number, Whole},
    parameters::{in_mode, Quantisation},
};
use crate::{
    operators::shape,
    soft::{
        half::{BF16, F16},
        F32,
    },
    Call, DType, Expected, Header, Judged, Reject,
};

/// An element of a floating-point input, widened to binary32.
fn float(call: &Call<'_>, input: usize, index: u64) -> Judged<F32> {
    let bits = call.bits(input, index)?;
    match call.dtype(input)? {
        DType::Float32 => Ok(F32(bits as u32)),
        DType::Float16 => Ok(F16(bits as u16).to_f32()),
        DType::Bfloat16 => Ok(BF16(bits as u16).to_f32()),
        _ => Err(Reject::Unsupported("this element type")),
    }
}

/// Index, among the scales, of the one for an element: one for all, one per index of the axis, or one per block along the
/// axis.
fn parameter(call: &Call<'_>, index: u64) -> Judged<u64> {
    let (dims, scales) = (call.dims(0)?, call.dims(1)?);
    let block = u64::try_from(call.int("block_size", 0)?).map_err(|_| Reject::Malformed("block_size"))?;
    if shape::count(scales) == 1 && scales.len() <= 1 {
        return Ok(0);
    }
    let axis = shape::axis(call.int("axis", 1)?, dims.len())?;
    let mut at = shape::coordinates(dims, index);
    let own = at.get_mut(axis).ok_or(Reject::Malformed("axis"))?;
    if block == 0 {
        return Ok(*own);
    }
    *own = own.checked_div(block).unwrap_or(0);
    Ok(shape::index(scales, &at))
}

fn parameters<N: Number>(call: &Call<'_>, index: u64) -> Judged<Quantisation<N>> {
    let at = parameter(call, index)?;
    let zero = if call.has(2) { call.integer(2, at)? } else { 0 };
    Ok(Quantisation { scale: N::scale(float(call, 1, at)?), zero })
}

/// Whether scales and zero points fit the input.
fn check(call: &Call<'_>) -> Judged<()> {
    const UNFIT: Reject = Reject::Malformed("scales that do not fit");
    let (dims, scales) = (call.dims(0)?, call.dims(1)?);
    if call.has(2) && shape::count(call.dims(2)?) != shape::count(scales) {
        return Err(UNFIT);
    }
    if shape::count(scales) == 1 && scales.len() <= 1 {
        return Ok(());
    }
    let axis = shape::axis(call.int("axis", 1)?, dims.len())?;
    let block = u64::try_from(call.int("block_size", 0)?).map_err(|_| UNFIT)?;
    let fits = if block == 0 {
        scales.len() == 1 && scales.first() == dims.get(axis)
    } else {
        let wanted = |(n, d): (usize, &u64)| if n == axis { d.div_ceil(block) } else { *d };
        scales.iter().copied().eq(dims.iter().enumerate().map(wanted))
    };
    fits.then_some(()).ok_or(UNFIT)
}

/// Type and shape of `QuantizeLinear`'s output.
pub(super) fn quantize_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    check(call)?;
    let dtype = match call.int("output_dtype", 0)? {
        _ if call.has(2) => call.dtype(2)?,
        0 => DType::Uint8,
        code => DType::from_code(code).ok_or(Reject::Unsupported("this quantised type"))?,
    };
    Header::new(dtype, call.dims(0)?.to_vec()).ok_or(Reject::Limit)
}

/// An element of `QuantizeLinear`.
pub(super) fn quantize(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    let dtype = quantize_header(call, output)?.dtype;
    in_mode!(call, quantize_in(call, dtype, index))
}

fn quantize_in<N: Number>(call: &Call<'_>, dtype: DType, index: u64) -> Judged<Expected> {
    let parameters = parameters::<N>(call, index)?;
    let x = N::of(float(call, 0, index)?);
    // Kernels for rows of float32 clamp before they convert, plain loops afterwards.
    let plain = call.dtype(0)? != DType::Float32 || blocked_across(call)?;
    if plain {
        return Ok((x / parameters.scale).converted(parameters.zero, range(dtype)?).store(dtype));
    }
    Ok(parameters.quantise(x, dtype)?.store(dtype))
}

/// Whether neighbouring elements belong to different blocks.
fn blocked_across(call: &Call<'_>) -> Judged<bool> {
    if call.int("block_size", 0)? == 0 {
        return Ok(false);
    }
    let dims = call.dims(0)?;
    let after = shape::axis(call.int("axis", 1)?, dims.len().max(1))?.saturating_add(1);
    Ok(shape::count(dims.get(after..).unwrap_or_default()) > 1)
}

/// Type and shape of `DequantizeLinear`'s output.
pub(super) fn dequantize_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    check(call)?;
    let dtype = match call.int("output_dtype", 0)? {
        0 => call.dtype(1)?,
        code => DType::from_code(code).ok_or(Reject::Unsupported("this element type"))?,
    };
    Header::new(dtype, call.dims(0)?.to_vec()).ok_or(Reject::Limit)
}

/// An element of `DequantizeLinear`.
pub(super) fn dequantize(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    let dtype = dequantize_header(call, output)?.dtype;
    in_mode!(call, dequantize_in(call, dtype, index))
}

fn dequantize_in<N: Number>(call: &Call<'_>, dtype: DType, index: u64) -> Judged<Expected> {
    let parameters = parameters::<N>(call, index)?;
    let q = call.integer(0, index)?;
    // In 32 bits.
    let centred = i64::from(q.wrapping_sub(parameters.zero) as i32);
    (N::whole(Whole::of(centred)) * parameters.scale).store(dtype)
}

/// How a tensor is quantised to unsigned bytes by its own range.
#[derive(Clone, Copy)]
pub(super) struct Dynamic<N> {
    pub scale: N,
    pub zero: Whole,
}

/// 255.
const STEPS: F32 = F32(0x437F_0000);

/// Least and greatest element of a float32 input, 0 among them; `None` if there is NaN, whose place decides then.
fn extremes(call: &Call<'_>, input: usize) -> Judged<Option<(F32, F32)>> {
    call.remember(0, || {
        let line = call.f32_line(input, 0, 1, call.header(input)?.count())?;
        if line.iter().any(|x| x.is_nan()) {
            return Ok(None);
        }
        Ok(Some(line.iter().fold((F32::ZERO, F32::ZERO), |(low, high), x| (x.min_x86(low), x.max_x86(high)))))
    })
}

/// Whether a float32 input's range is known. Where it is not, only an enclosure says what is right.
pub(super) fn has_range(call: &Call<'_>, input: usize) -> Judged<bool> {
    Ok(extremes(call, input)?.is_some())
}

impl<N: Number> Dynamic<N> {
    /// From all elements of a float32 input.
    pub fn of(call: &Call<'_>, input: usize) -> Judged<Self> {
        let Some((low, high)) = extremes(call, input)? else {
            let (low, high) = range(DType::Uint8)?;
            return Ok(Self { scale: N::of(F32::NAN), zero: Whole { low, high } });
        };
        if low.same_value(high) {
            return Ok(Self { scale: N::of(F32::ONE), zero: Whole::of(0) });
        }
        let (least, bytes) = (N::of(low), range(DType::Uint8)?);
        let scale = (N::of(high) - least) / N::of(STEPS);
        let zero = (N::of(F32::ZERO) - least / scale).centred(Whole::of(0), bytes);
        Ok(Self { scale, zero })
    }

    /// A quantised element.
    pub fn quantise(&self, x: F32) -> Judged<Whole> {
        let (least, most) = range(DType::Uint8)?;
        let y = (N::of(x) / self.scale).centred(self.zero, (least, most)).plus(self.zero);
        Ok(Whole { low: y.low.clamp(least, most), high: y.high.clamp(least, most) })
    }
}

/// Types and shapes of `DynamicQuantizeLinear`'s outputs: the bytes, their scale, their zero point.
pub(super) fn dynamic_header(call: &Call<'_>, output: usize) -> Judged<Header> {
    call.of_type(0, DType::Float32)?;
    match output {
        0 => Header::new(DType::Uint8, call.dims(0)?.to_vec()),
        1 => Header::new(DType::Float32, [].into()),
        2 => Header::new(DType::Uint8, [].into()),
        _ => return Err(Reject::Malformed("an output too many")),
    }
    .ok_or(Reject::Limit)
}

/// An element of `DynamicQuantizeLinear`.
pub(super) fn dynamic(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    if has_range(call, 0)? {
        in_mode!(call, dynamic_in(call, output, index))
    } else {
        dynamic_in::<Enclosure>(call, output, index)
    }
}

fn dynamic_in<N: Number>(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    let parameters = Dynamic::<N>::of(call, 0)?;
    match output {
        0 => Ok(parameters.quantise(call.f32(0, index)?)?.store(DType::Uint8)),
        1 => parameters.scale.store(DType::Float32),
        _ => Ok(parameters.zero.store(DType::Uint8)),
    }
}
