//! Operators that permute elements.

use super::common::{always, copy, dim, made, signed, unsigned};
use crate::{operators::shape, Call, Domain, Expected, Header, Judged, Operator, Reject};
use alloc::{vec, vec::Vec};

/// `Transpose`.
pub const TRANSPOSE: Operator = always(Domain::Onnx, "Transpose", (13, 26), transpose, transposed);
/// `DepthToSpace`.
pub const DEPTH_TO_SPACE: Operator = always(Domain::Onnx, "DepthToSpace", (13, 26), to_space, in_space);
/// `SpaceToDepth`.
pub const SPACE_TO_DEPTH: Operator = always(Domain::Onnx, "SpaceToDepth", (13, 26), to_depth, in_depth);
/// `ReverseSequence`.
pub const REVERSE_SEQUENCE: Operator = always(Domain::Onnx, "ReverseSequence", (10, 26), reverse, reversed);
/// `ReorderInput`: to NCHWc, which is committed unblocked; channels are filled up with zeros.
pub const REORDER_INPUT: Operator = always(Domain::Nchwc, "ReorderInput", (1, 1), reorder_input, reordered_input);
/// `ReorderOutput`: from NCHWc; drops the channels that only fill up.
pub const REORDER_OUTPUT: Operator = always(Domain::Nchwc, "ReorderOutput", (1, 1), reorder_output, reordered_output);

/// Input axis of every output axis.
fn permutation(call: &Call<'_>) -> Judged<Vec<usize>> {
    let rank = call.dims(0)?.len();
    let Some(named) = call.ints("perm")? else { return Ok((0..rank).rev().collect()) };
    let axes = named.iter().map(|axis| shape::axis(*axis, rank)).collect::<Judged<Vec<usize>>>()?;
    if axes.len() != rank || (0..rank).any(|axis| !axes.contains(&axis)) {
        return Err(Reject::Malformed("a permutation that leaves out an axis"));
    }
    Ok(axes)
}

fn transpose(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    made(data.dtype, permutation(call)?.into_iter().map(|axis| dim(&data.dims, axis)).collect())
}

fn transposed(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let strides = shape::strides(dims);
    let (mut rest, mut at) = (index, 0u64);
    for axis in permutation(call)?.into_iter().rev() {
        let length = dim(dims, axis);
        let c = rest.checked_rem(length).unwrap_or(0);
        rest = rest.checked_div(length).unwrap_or(0);
        at = at.saturating_add(c.saturating_mul(dim(&strides, axis)));
    }
    copy(call, 0, at)
}

/// Batch, channels, height, width of the input, and the length of a block's side.
fn image(call: &Call<'_>) -> Judged<([u64; 4], u64)> {
    let dims: [u64; 4] =
        call.dims(0)?.try_into().map_err(|_| Reject::Malformed("an image that has not four dimensions"))?;
    let side = unsigned(call.int("blocksize", 0)?)?;
    if side == 0 || side > 1 << 16 {
        return Err(Reject::Malformed("a block without a size"));
    }
    Ok((dims, side))
}

/// `a / b`, which must leave nothing.
fn whole(a: u64, b: u64) -> Judged<u64> {
    if a.checked_rem(b) != Some(0) {
        return Err(Reject::Malformed("blocks that do not fit the shape"));
    }
    Ok(a.checked_div(b).unwrap_or(0))
}

fn to_space(call: &Call<'_>, _: usize) -> Judged<Header> {
    let ([n, c, h, w], side) = image(call)?;
    let channels = whole(c, side.saturating_mul(side))?;
    made(call.dtype(0)?, vec![n, channels, h.saturating_mul(side), w.saturating_mul(side)])
}

fn in_space(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (dims, side) = image(call)?;
    let out = to_space(call, 0)?.dims;
    let [n, c, y, x]: [u64; 4] = shape::coordinates(&out, index).try_into().unwrap_or_default();
    let rest = |a: u64| a.checked_rem(side).unwrap_or(0);
    let whole = |a: u64| a.checked_div(side).unwrap_or(0);
    let within = rest(y).saturating_mul(side).saturating_add(rest(x));
    let channel = match call.text("mode", "DCR")? {
        b"DCR" => within.saturating_mul(dim(&out, 1)).saturating_add(c),
        b"CRD" => c.saturating_mul(side.saturating_mul(side)).saturating_add(within),
        _ => return Err(Reject::Unsupported("this mode of DepthToSpace")),
    };
    copy(call, 0, shape::index(&dims, &[n, channel, whole(y), whole(x)]))
}

fn to_depth(call: &Call<'_>, _: usize) -> Judged<Header> {
    let ([n, c, h, w], side) = image(call)?;
    let channels = c.saturating_mul(side.saturating_mul(side));
    made(call.dtype(0)?, vec![n, channels, whole(h, side)?, whole(w, side)?])
}

fn in_depth(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (dims, side) = image(call)?;
    let out = to_depth(call, 0)?.dims;
    let [n, c, y, x]: [u64; 4] = shape::coordinates(&out, index).try_into().unwrap_or_default();
    let channels = dim(&dims, 1);
    let (block, channel) = (c.checked_div(channels).unwrap_or(0), c.checked_rem(channels).unwrap_or(0));
    let down = block.checked_div(side).unwrap_or(0);
    let right = block.checked_rem(side).unwrap_or(0);
    let at = [n, channel, y.saturating_mul(side).saturating_add(down), x.saturating_mul(side).saturating_add(right)];
    copy(call, 0, shape::index(&dims, &at))
}

fn reverse(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let (time, batch) = (call.int("time_axis", 0)?, call.int("batch_axis", 1)?);
    if !matches!((time, batch), (0, 1) | (1, 0)) || data.dims.len() < 2 {
        return Err(Reject::Malformed("axes of a batch of sequences"));
    }
    let batches = dim(&data.dims, usize::try_from(batch).unwrap_or(0));
    if call.dims(1)? != [batches] {
        return Err(Reject::Malformed("not one length for every sequence"));
    }
    Ok(data.clone())
}

fn reversed(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let mut at = shape::coordinates(dims, index);
    let time = usize::from(call.int("time_axis", 0)? != 0);
    let batch = usize::from(time == 0);
    let length = call.integer(1, dim(&at, batch))?;
    if length < 0 || length > signed(dim(dims, time)) {
        return Ok(Expected::Fails);
    }
    if let Some(t) = at.get_mut(time) {
        let length = length.unsigned_abs();
        if *t < length {
            *t = length.saturating_sub(1).saturating_sub(*t);
        }
    }
    copy(call, 0, shape::index(dims, &at))
}

/// Whether the plain side of a reordering has its channels last.
fn channels_last(call: &Call<'_>) -> Judged<bool> {
    Ok(call.int("channels_last", 0)? != 0)
}

/// Length of a block of channels of the profile: the blocked side's channels are a multiple of it.
fn blocked(channels: u64, claimed: u64) -> Judged<u64> {
    let fits = |block: u64| channels.checked_next_multiple_of(block) == Some(claimed);
    if fits(16) || fits(8) {
        Ok(claimed)
    } else {
        Err(Reject::Malformed("channels that do not fill blocks"))
    }
}

fn reorder_input(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let [n, b, c, d]: [u64; 4] =
        data.dims.as_slice().try_into().map_err(|_| Reject::Malformed("an image that has not four dimensions"))?;
    let (channels, h, w) = if channels_last(call)? { (d, b, c) } else { (b, c, d) };
    // The number of lanes is the machine's; what fills up is zero whatever it is.
    let claimed = dim(&call.claimed_header(0)?.dims, 1);
    made(data.dtype, vec![n, blocked(channels, claimed)?, h, w])
}

fn reordered_input(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let out = reorder_input(call, 0)?.dims;
    let [n, c, y, x]: [u64; 4] = shape::coordinates(&out, index).try_into().unwrap_or_default();
    let last = channels_last(call)?;
    if c >= dim(dims, if last { 3 } else { 1 }) {
        return Ok(Expected::Bits(0));
    }
    copy(call, 0, shape::index(dims, &if last { [n, y, x, c] } else { [n, c, y, x] }))
}

fn reorder_output(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let [n, c, h, w]: [u64; 4] =
        data.dims.as_slice().try_into().map_err(|_| Reject::Malformed("an image that has not four dimensions"))?;
    let channels = unsigned(call.int("channels", 0)?)?;
    blocked(channels, c)?;
    made(data.dtype, if channels_last(call)? { vec![n, h, w, channels] } else { vec![n, channels, h, w] })
}

fn reordered_output(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let out = reorder_output(call, 0)?.dims;
    let [n, a, b, d]: [u64; 4] = shape::coordinates(&out, index).try_into().unwrap_or_default();
    copy(call, 0, shape::index(dims, &if channels_last(call)? { [n, d, a, b] } else { [n, a, b, d] }))
}
