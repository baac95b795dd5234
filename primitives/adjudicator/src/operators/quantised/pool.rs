//! `QLinearAveragePool`, `QLinearGlobalAveragePool`, `NhwcMaxPool` (com.microsoft).

use super::{
    conv::{as_stored, channels_last, channels_second, index_channels_second},
    matmul::{byte, integers},
    number::{range, Number, Whole},
    parameters::{dtype_of, in_mode, requantise, Quantisation},
};
use crate::{
    operators::contraction::window::{Axis, Window},
    soft::F32,
    Call, Expected, Header, Judged, Layout, Node, Reject, Slot,
};
use alloc::vec::Vec;

/// The windows of a pool over input 0.
fn window(call: &Call<'_>, last: bool) -> Judged<Window> {
    const UNFIT: Reject = Reject::Malformed("a pool without its kernel");
    let dims = channels_second(call.dims(0)?, last)?;
    let channels = dims.get(1).copied().ok_or(UNFIT)?;
    let kernel = call.ints("kernel_shape")?.ok_or(UNFIT)?;
    let lengths = kernel.iter().map(|n| u64::try_from(*n).map_err(|_| UNFIT));
    let filter = [Ok(channels), Ok(channels)].into_iter().chain(lengths).collect::<Judged<Vec<u64>>>()?;
    let mut window = Window::of_shapes(call, &dims, &filter)?;
    let same = |place| call.text("auto_pad", "NOTSET").is_ok_and(|auto| auto == place);
    if same(b"SAME_UPPER") || same(b"SAME_LOWER") {
        window.axes.iter_mut().for_each(|axis| skip(axis, same(b"SAME_UPPER")));
    }
    if call.int("ceil_mode", 0)? != 0 {
        window.axes.iter_mut().for_each(round_up);
    }
    Ok(window)
}

/// Where strides leave elements over, SAME pools skip them as negative padding, half of them (rounded towards 0) in front.
fn skip(axis: &mut Axis, upper: bool) {
    let last = axis.input.div_ceil(axis.stride.max(1)).saturating_sub(1).saturating_mul(axis.stride);
    let span = axis.kernel.saturating_sub(1).saturating_mul(axis.dilation).saturating_add(1);
    let over = axis.input.saturating_sub(last.saturating_add(span));
    axis.skip = if upper { over >> 1 } else { over.saturating_sub(1) >> 1 };
}

/// One more output for a last window that is only partly inside, if it begins inside.
fn round_up(axis: &mut Axis) {
    let span = axis.kernel.saturating_sub(1).saturating_mul(axis.dilation).saturating_add(1);
    let free = axis.input.saturating_add(axis.head).saturating_add(axis.tail).checked_sub(span);
    let Some(free) = free else { return };
    axis.output = free.div_ceil(axis.stride.max(1)).saturating_add(1);
    if axis.output.saturating_sub(1).saturating_mul(axis.stride) >= axis.input.saturating_add(axis.head) {
        axis.output = axis.output.saturating_sub(1);
    }
}

/// The input elements under the window of an output element, row by row, without padding; and the window's size.
fn values(call: &Call<'_>, window: &Window, last: bool, index: u64) -> Judged<(Vec<i64>, u64)> {
    let dtype = byte(call.dtype(0)?)?;
    let place = window.place(index_channels_second(&window.dims(), last, index));
    let plane = window.axes.iter().fold(1u64, |n, axis| n.saturating_mul(axis.input));
    let image = place.image.saturating_mul(window.channels).saturating_mul(plane);
    let offsets = window.offsets(call, &place)?;
    let values = offsets.iter().flatten().map(|offset| {
        let at = if last {
            offset.saturating_mul(window.channels).saturating_add(place.filter)
        } else {
            place.filter.saturating_mul(plane).saturating_add(*offset)
        };
        Ok(dtype.integer(call.bits(0, image.saturating_add(at))?))
    });
    Ok((values.collect::<Judged<_>>()?, window.kernel()))
}

// --- NhwcMaxPool ---

/// Type and shape of `NhwcMaxPool`'s output.
pub(super) fn max_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    Header::new(byte(call.dtype(0)?)?, as_stored(window(call, true)?.dims(), true)).ok_or(Reject::Limit)
}

/// An element of `NhwcMaxPool`.
pub(super) fn max(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    let (values, _) = values(call, &window(call, true)?, true, index)?;
    let least = range(dtype)?.0;
    Ok(Expected::Bits(dtype.bits(values.into_iter().max().unwrap_or(least))))
}

// --- QLinearAveragePool ---

/// Type and shape of `QLinearAveragePool`'s output.
pub(super) fn average_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let last = channels_last(call)?;
    let dtype = dtype_of(call, 4, call.dtype(0)?)?;
    Header::new(dtype, as_stored(window(call, last)?.dims(), last)).ok_or(Reject::Limit)
}

/// An element of `QLinearAveragePool`.
pub(super) fn average(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    in_mode!(call, average_in(call, index))
}

fn average_in<N: Number>(call: &Call<'_>, index: u64) -> Judged<Expected> {
    let last = channels_last(call)?;
    let dtype = call.dtype(0)?;
    let (values, size) = values(call, &window(call, last)?, last, index)?;
    let (x, y) = (Quantisation::<N>::of(call, 1)?, Quantisation::<N>::of(call, 3)?);
    let count = if call.int("count_include_pad", 0)? != 0 { size } else { values.len() as u64 };
    let sum = values.into_iter().fold(N::of(F32::ZERO), |sum, q| sum + x.dequantise(q));
    let mean = sum / N::of(F32::from_u64(count));
    // The zero point is added before rounding.
    let y = mean / y.scale + N::whole(Whole::of(y.zero));
    Ok(y.converted(0, range(dtype)?).store(dtype))
}

// --- QLinearGlobalAveragePool ---

/// Type and shape of `QLinearGlobalAveragePool`'s output.
pub(super) fn global_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let last = channels_last(call)?;
    let mut dims = channels_second(call.dims(0)?, last)?;
    dims.iter_mut().skip(2).for_each(|d| *d = 1);
    let dtype = dtype_of(call, 4, call.dtype(0)?)?;
    Header::new(dtype, as_stored(dims, last)).ok_or(Reject::Limit)
}

/// An element of `QLinearGlobalAveragePool`.
pub(super) fn global(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    in_mode!(call, global_in(call, index))
}

fn global_in<N: Number>(call: &Call<'_>, index: u64) -> Judged<Expected> {
    let last = channels_last(call)?;
    let dtype = byte(call.dtype(0)?)?;
    let dims = channels_second(call.dims(0)?, last)?;
    let channels = dims.get(1).copied().unwrap_or(0);
    let plane = dims.iter().skip(2).fold(1u64, |n, d| n.saturating_mul(*d));
    let (start, stride) = if last {
        let (image, channel) = (index.checked_div(channels).unwrap_or(0), index.checked_rem(channels).unwrap_or(0));
        (image.saturating_mul(plane).saturating_mul(channels).saturating_add(channel), channels)
    } else {
        (index.saturating_mul(plane), 1)
    };
    let sum: i64 = integers(dtype, call.line(0, start, stride, plane)?).into_iter().sum();
    let (x, y) = (Quantisation::<N>::of(call, 1)?, Quantisation::<N>::of(call, 3)?);
    let count = i64::try_from(plane).unwrap_or(i64::MAX);
    let sum = Whole::of(i64::from(sum.wrapping_sub(x.zero.wrapping_mul(count)) as i32));
    requantise(sum, x.scale / (y.scale * N::of(F32::from_u64(plane))), y.zero, dtype)
}

/// Channels in consecutive bytes for windows; the pooled positions for a global pool.
pub(super) fn layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    let last = matches!(node.attribute("channels_last"), Some(crate::Attribute::Int(n)) if *n > 0);
    let global = node.operator == b"QLinearGlobalAveragePool";
    match slot {
        // The axes between the first and the last to the end.
        Slot::Input(0) if global && last => match rank {
            Some(rank) if rank > 2 && rank <= 8 => Layout::Last(((1u16 << rank.saturating_sub(1)) - 2) as u8),
            _ => Layout::Natural,
        },
        _ => Layout::Natural,
    }
}
