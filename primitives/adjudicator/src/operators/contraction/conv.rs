//! `Conv` (ONNX) and `FusedConv` (com.microsoft) in plain layout, one to three spatial axes: MLAS's products of the
//! filters with the patches under the kernel.

use super::{
    activation::Activation,
    bound::{dot_bound, Term},
    dot::{dot_exact, Order},
    product::{threads_wanted, Product},
    window::{Place, Window},
};
use crate::{soft::F32, Call, DType, Expected, Header, Judged, Layout, Node, Reject, Slot};
use alloc::vec::Vec;

/// Type and shape of the output.
pub(super) fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let dtype = call.dtype(0)?;
    if call.dtype(1)? != dtype {
        return Err(Reject::Malformed("operands of different types"));
    }
    let window = Window::of(call)?;
    if call.has(2) && call.dims(2)? != [window.filters] {
        return Err(Reject::Malformed("a bias that does not fit"));
    }
    let dims = window.dims();
    if call.has(3) && call.dims(3)? != dims {
        return Err(Reject::Malformed("a sum operand of another shape"));
    }
    Header::new(dtype, dims).ok_or(Reject::Limit)
}

/// An element of `Conv`.
pub(super) fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    judge(call, index, Activation::Identity)
}

/// An element of `FusedConv`.
pub(super) fn element_fused(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    judge(call, index, Activation::of_conv(call)?)
}

fn judge(call: &Call<'_>, index: u64, activation: Activation) -> Judged<Expected> {
    call.of_type(0, DType::Float32)?;
    let window = Window::of(call)?;
    if window.axes.len() > 3 {
        return Err(Reject::Unsupported("convolutions over more than three axes"));
    }
    let place = window.place(index);
    let offsets = window.offsets(call, &place)?;
    let patch = window.patch(call, &place, &offsets)?;
    let filter = window.filter(call, &place)?;
    let (bias, sum) = operands(call, &place, index)?;
    let Some(schedule) = call.schedule() else {
        return Ok(activation.bound(dot_bound(&filter, &patch, F32::ONE, &terms(bias, sum))).into());
    };
    let order = order(&window, &place, u64::from(schedule.threads));
    let y = dot_exact(order, &filter, &patch, F32::ONE, sum);
    Ok(activation.exact(add_bias(y, bias), None))
}

/// The bias and the element of the sum operand that belong to an output element.
pub(super) fn operands(call: &Call<'_>, place: &Place, index: u64) -> Judged<(Option<F32>, Option<F32>)> {
    let bias = call.has(2).then(|| call.f32(2, place.filter)).transpose()?;
    let sum = call.has(3).then(|| call.f32(3, index)).transpose()?;
    Ok((bias, sum))
}

/// What is added to the products.
pub(super) fn terms(bias: Option<F32>, sum: Option<F32>) -> Vec<Term<F32>> {
    bias.into_iter().chain(sum).map(|value| Term { value, scale: F32::ONE }).collect()
}

pub(super) fn add_bias(y: F32, bias: Option<F32>) -> F32 {
    match bias {
        Some(bias) => y + bias,
        None => y,
    }
}

/// Order of MLAS's convolution (MlasConvPrepare, MlasConv).
fn order(window: &Window, place: &Place, threads: u64) -> Order {
    let (m, n, k) = (window.group_filters(), window.positions(), window.terms());
    let row = place.filter.checked_rem(m).unwrap_or(0);
    let product = Product { m, n, k, trans_a: false, trans_b: false, ldb: n, packed: false, plain: true };
    // With several images or groups threads take whole products.
    let alone = window.batch == 1 && window.groups == 1;
    if let Some((trans_b, ldb)) = direct(window) {
        let threads = if alone { threads } else { 1 };
        return Product { trans_b, ldb, ..product }.order(row, place.position, threads, 1);
    }
    if m > n {
        return product.order(row, place.position, threads, 1);
    }
    segment_order(m, n, k, place.position, if alone { threads } else { 1 })
}

/// Patches are made and multiplied piece by piece; threads take pieces of the positions.
fn segment_order(m: u64, n: u64, k: u64, position: u64, threads: u64) -> Order {
    if m == 1 {
        return Order::Rows;
    }
    let wanted = threads_wanted(m, n, k, threads);
    let mut step = n.div_ceil(wanted.max(1));
    if wanted > 1 {
        step = step.div_ceil(16).saturating_mul(16);
    }
    let start = position.checked_div(step).unwrap_or(0).saturating_mul(step);
    let segment = step.min(n.saturating_sub(start));
    Order::Blocks(super::product::block(segment, k, true))
}

/// Whether the input itself is the second matrix: its transposition and row length.
fn direct(window: &Window) -> Option<(bool, u64)> {
    if !window.dense() || !window.unpadded() {
        return None;
    }
    if window.kernel() == 1 {
        return Some((false, window.positions()));
    }
    let undilated = window.axes.iter().all(|axis| axis.dilation == 1);
    if window.axes.len() > 2 || !undilated || window.depth != 1 {
        return None;
    }
    let width = window.axes.last()?;
    let height = if window.axes.len() == 2 { window.axes.first() } else { None };
    if width.kernel == width.input {
        return Some((true, width.input));
    }
    let (rows, kernel_rows) = height.map_or((1, 1), |axis| (axis.input, axis.kernel));
    (kernel_rows == rows && width.kernel == 1).then_some((false, width.input))
}

/// Channels of the input in consecutive bytes unless there are few per group; filters as they are.
pub(super) fn layout(node: &Node, slot: Slot, _: Option<usize>) -> Layout {
    let grouped = matches!(node.attribute("group"), Some(crate::Attribute::Int(groups)) if *groups > 1);
    match slot {
        Slot::Input(0) if !grouped => Layout::Last(0b10),
        Slot::Input(0 | 1) => Layout::Natural,
        // Bias and sum: one element.
        _ => Layout::ANY,
    }
}
