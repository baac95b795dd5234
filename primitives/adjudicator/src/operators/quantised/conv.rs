//! Convolutions of bytes: `ConvInteger`, `QLinearConv` (ONNX, and com.microsoft with `channels_last`).

use super::{
    dot::{dot_exact, wrapped, Pairs},
    matmul::{byte, integers, mixed},
    number::{Number, Whole},
    parameters::{in_mode, requantise, scale, zero},
};
use crate::{
    operators::{
        contraction::window::{Place, Window},
        shape,
    },
    Attribute, Call, DType, Expected, Header, Judged, Layout, Node, Reject, Slot,
};
use alloc::{vec, vec::Vec};

/// Shape of a tensor with its channels second, given how it lies.
pub(super) fn channels_second(dims: &[u64], last: bool) -> Judged<Vec<u64>> {
    let (&[batch, ref rest @ ..], true) = (dims, dims.len() >= 2) else {
        return Err(Reject::Malformed("a tensor without channels"));
    };
    if !last {
        return Ok(dims.to_vec());
    }
    let (channels, spatial) = rest.split_last().ok_or(Reject::Malformed("a tensor without channels"))?;
    Ok([batch, *channels].into_iter().chain(spatial.iter().copied()).collect())
}

/// Shape of a tensor as it lies, given that with its channels second.
pub(super) fn as_stored(dims: Vec<u64>, last: bool) -> Vec<u64> {
    match dims.as_slice() {
        [batch, channels, spatial @ ..] if last => {
            core::iter::once(*batch).chain(spatial.iter().copied()).chain(core::iter::once(*channels)).collect()
        },
        _ => dims,
    }
}

/// Index of an element in the tensor with its channels second.
pub(super) fn index_channels_second(dims: &[u64], last: bool, index: u64) -> u64 {
    if !last {
        return index;
    }
    let mut at = shape::coordinates(&as_stored(dims.to_vec(), true), index);
    if let Some(channel) = at.pop() {
        at.insert(1.min(at.len()), channel);
    }
    shape::index(dims, &at)
}

/// Whether the attribute `channels_last` is set.
pub(super) fn channels_last(call: &Call<'_>) -> Judged<bool> {
    Ok(call.int("channels_last", 0)? != 0)
}

/// Positions of the operands.
#[derive(Clone, Copy)]
struct Inputs {
    filter: usize,
    zero_x: usize,
    zero_w: usize,
}

const INTEGER: Inputs = Inputs { filter: 1, zero_x: 2, zero_w: 3 };
const QLINEAR: Inputs = Inputs { filter: 3, zero_x: 2, zero_w: 5 };

impl Inputs {
    fn window(&self, call: &Call<'_>) -> Judged<Window> {
        let dims = channels_second(call.dims(0)?, channels_last(call)?)?;
        Window::of_shapes(call, &dims, call.dims(self.filter)?)
    }

    /// Sum of products for an output element, `schedule`d to saturate or not, and where it lies.
    fn sum(&self, call: &Call<'_>, window: &Window, place: &Place, saturates: bool) -> Judged<Whole> {
        let (zero_x, zero_w) = (zero(call, self.zero_x, 0)?, zero(call, self.zero_w, place.filter)?);
        let patch = patch(call, window, place, zero_x)?;
        let filter = self.filter(call, window, place)?;
        // One channel and one filter per group is a kernel of its own.
        let depthwise = window.groups > 1 && window.depth == 1 && window.group_filters() == 1;
        let mixed = saturates && !depthwise && mixed(call.dtype(0)?, call.dtype(self.filter)?);
        Ok(dot_exact(Pairs::of(call.schedule(), mixed), &patch, zero_x, &filter, zero_w))
    }

    /// The filter's elements: kernel position by kernel position, each with all channels of the group.
    fn filter(&self, call: &Call<'_>, window: &Window, place: &Place) -> Judged<Vec<i64>> {
        let dtype = byte(call.dtype(self.filter)?)?;
        let terms = window.terms();
        let stored = integers(dtype, call.line(self.filter, place.filter.saturating_mul(terms), 1, terms)?);
        let positions = usize::try_from(window.kernel()).map_err(|_| Reject::Limit)?.max(1);
        Ok((0..positions).flat_map(|p| stored.iter().skip(p).step_by(positions).copied()).collect())
    }
}

/// The input elements under the kernel, in the filter's order; outside of the image the zero point.
fn patch(call: &Call<'_>, window: &Window, place: &Place, zero: i64) -> Judged<Vec<i64>> {
    let dtype = byte(call.dtype(0)?)?;
    let last = channels_last(call)?;
    let plane = window.axes.iter().fold(1u64, |n, axis| n.saturating_mul(axis.input));
    let group = place.filter.checked_div(window.group_filters()).unwrap_or(0);
    let first = group.saturating_mul(window.depth);
    let image = place.image.saturating_mul(window.channels).saturating_mul(plane);
    call.spend(window.terms())?;
    let depth = usize::try_from(window.depth).map_err(|_| Reject::Limit)?;
    let mut patch = Vec::new();
    for offset in window.offsets(call, place)? {
        match offset {
            None => patch.extend(vec![zero; depth]),
            Some(offset) => {
                let (start, stride) = if last {
                    (offset.saturating_mul(window.channels).saturating_add(first), 1)
                } else {
                    (first.saturating_mul(plane).saturating_add(offset), plane)
                };
                patch.extend(integers(dtype, call.line(0, image.saturating_add(start), stride, window.depth)?));
            },
        }
    }
    Ok(patch)
}

// --- ConvInteger ---

/// Type and shape of `ConvInteger`'s output.
pub(super) fn integer_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    Header::new(DType::Int32, INTEGER.window(call)?.dims()).ok_or(Reject::Limit)
}

/// An element of `ConvInteger`. Its kernels have the weights on the left, so nothing saturates.
pub(super) fn integer(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let window = INTEGER.window(call)?;
    let place = window.place(index);
    Ok(INTEGER.sum(call, &window, &place, false)?.store(DType::Int32))
}

// --- QLinearConv ---

/// Type and shape of `QLinearConv`'s output.
pub(super) fn qlinear_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let window = QLINEAR.window(call)?;
    for input in [4, 5, 8] {
        if call.has(input) && !matches!(call.header(input)?.count(), n if n == window.filters || (n == 1 && input != 8))
        {
            return Err(Reject::Malformed("a scale, zero point or bias that does not fit"));
        }
    }
    Header::new(call.dtype(7)?, as_stored(window.dims(), channels_last(call)?)).ok_or(Reject::Limit)
}

/// An element of `QLinearConv`.
pub(super) fn qlinear(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    in_mode!(call, qlinear_in(call, index))
}

fn qlinear_in<N: Number>(call: &Call<'_>, index: u64) -> Judged<Expected> {
    let window = QLINEAR.window(call)?;
    let place = window.place(index_channels_second(&window.dims(), channels_last(call)?, index));
    let mut sum = QLINEAR.sum(call, &window, &place, true)?;
    if call.has(8) {
        sum = wrapped(sum.plus(Whole::of(call.integer(8, place.filter)?)));
    }
    let factor = scale::<N>(call, 1, 0)? * scale(call, 4, place.filter)? / scale(call, 6, 0)?;
    requantise(sum, factor, zero(call, 7, 0)?, call.dtype(7)?)
}

/// Channels of the input in consecutive bytes unless there are few per group; filters as they are.
pub(super) fn layout(node: &Node, slot: Slot, _: Option<usize>) -> Layout {
    let above = |name: &str, than: i64| matches!(node.attribute(name), Some(Attribute::Int(n)) if *n > than);
    match slot {
        Slot::Input(0) if !above("group", 1) && !above("channels_last", 0) => Layout::Last(0b10),
        _ => Layout::Natural,
    }
}
