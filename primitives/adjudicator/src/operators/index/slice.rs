//! Operators that cut tensors up and put them together.

use super::common::{always, axes, copy, dim, join_at, made, product, signed, size, split_at, unsigned};
use crate::{operators::shape, Call, Domain, Expected, Header, Judged, Operator, Reject};
use alloc::{vec, vec::Vec};

/// `Slice`.
pub const SLICE: Operator = always(Domain::Onnx, "Slice", (13, 26), slice, sliced);
/// `Split`; `num_outputs` from operator set 18.
pub const SPLIT: Operator = always(Domain::Onnx, "Split", (13, 26), split, part);
/// `Concat`.
pub const CONCAT: Operator = always(Domain::Onnx, "Concat", (13, 26), concat, joined);

/// What is taken of an axis: `count` elements from `start`, `step` apart.
#[derive(Clone, Copy)]
struct Cut {
    start: i64,
    step: i64,
    count: u64,
}

impl Cut {
    /// Bounds clamped as ONNX Runtime does: `i32::MAX` and `i64::MAX` as an end mean the end in the step's direction.
    fn new(length: u64, start: i64, end: i64, step: i64) -> Self {
        let n = signed(length);
        if n == 0 {
            return Self { start: 0, step: 1, count: 0 };
        }
        let step = step.clamp(n.saturating_neg(), n);
        let from_end = |at: i64| if at < 0 { at.saturating_add(n) } else { at };
        let last = if step < 0 { n.saturating_sub(1) } else { n };
        let first = if step < 0 { -1 } else { 0 };
        let start = from_end(start).clamp(0, last);
        let end = match end {
            i64::MAX | 0x7fff_ffff if step < 0 => -1,
            i64::MAX | 0x7fff_ffff => n,
            _ => from_end(end).clamp(first, n),
        };
        let way = if step < 0 { start.saturating_sub(end) } else { end.saturating_sub(start) };
        let count = u64::try_from(way).unwrap_or(0).div_ceil(step.unsigned_abs().max(1));
        Self { start, step, count }
    }

    fn at(self, index: u64) -> u64 {
        u64::try_from(self.start.saturating_add(signed(index).saturating_mul(self.step))).unwrap_or(u64::MAX)
    }
}

fn cuts(call: &Call<'_>) -> Judged<Vec<Cut>> {
    let dims = call.dims(0)?;
    let (starts, ends) = (call.integers(1)?, call.integers(2)?);
    let count = starts.len();
    let named = if call.has(3) { call.integers(3)? } else { (0..signed(size(count))).collect() };
    let steps = if call.has(4) { call.integers(4)? } else { vec![1; count] };
    if ends.len() != count || named.len() != count || steps.len() != count {
        return Err(Reject::Malformed("lists of a slice that differ in length"));
    }
    let mut cuts: Vec<Cut> = dims.iter().map(|d| Cut { start: 0, step: 1, count: *d }).collect();
    let mut seen = 0u64;
    for (((axis, start), end), step) in named.into_iter().zip(starts).zip(ends).zip(steps) {
        let axis = shape::axis(axis, dims.len())?;
        let bit = 1u64.checked_shl(u32::try_from(axis).unwrap_or(u32::MAX)).unwrap_or(0);
        if step == 0 || seen & bit != 0 {
            return Err(Reject::Malformed("a slice with a step of zero or an axis twice"));
        }
        seen |= bit;
        if let Some(cut) = cuts.get_mut(axis) {
            *cut = Cut::new(dim(dims, axis), start, end, step);
        }
    }
    Ok(cuts)
}

fn slice(call: &Call<'_>, _: usize) -> Judged<Header> {
    made(call.dtype(0)?, cuts(call)?.into_iter().map(|cut| cut.count).collect())
}

fn sliced(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let cuts = cuts(call)?;
    let out: Vec<u64> = cuts.iter().map(|cut| cut.count).collect();
    let at: Vec<u64> = shape::coordinates(&out, index).into_iter().zip(cuts).map(|(c, cut)| cut.at(c)).collect();
    copy(call, 0, shape::index(call.dims(0)?, &at))
}

/// Axis and lengths of the parts.
fn parts(call: &Call<'_>) -> Judged<(usize, Vec<u64>)> {
    let dims = call.dims(0)?;
    let axis = shape::axis(call.int("axis", 0)?, dims.len())?;
    let length = dim(dims, axis);
    let outputs = size(call.node.outputs.len());
    let lengths = match axes(call, 1, "split")? {
        Some(lengths) => lengths.into_iter().map(unsigned).collect::<Judged<Vec<u64>>>()?,
        None => {
            let count = match call.maybe_int("num_outputs")? {
                Some(count) => unsigned(count)?,
                None => outputs,
            };
            if count == 0 || count != outputs || (call.node.opset >= 18 && count > length) {
                return Err(Reject::Malformed("a number of parts that does not fit"));
            }
            let each = length.div_ceil(count);
            let before = each.saturating_mul(count.saturating_sub(1));
            let last = length.checked_sub(before).ok_or(Reject::Malformed("parts longer than the axis"))?;
            if if call.node.opset < 18 { last != each } else { last == 0 } {
                return Err(Reject::Malformed("a part that is shorter than it may be"));
            }
            let mut lengths = vec![each; call.node.outputs.len()];
            if let Some(tail) = lengths.last_mut() {
                *tail = last;
            }
            lengths
        },
    };
    if size(lengths.len()) != outputs || lengths.iter().fold(0u64, |n, d| n.saturating_add(*d)) != length {
        return Err(Reject::Malformed("parts that do not make up the axis"));
    }
    Ok((axis, lengths))
}

fn split(call: &Call<'_>, output: usize) -> Judged<Header> {
    let (axis, lengths) = parts(call)?;
    let mut data = call.header(0)?.clone();
    if let Some(d) = data.dims.get_mut(axis) {
        *d = dim(&lengths, output);
    }
    made(data.dtype, data.dims)
}

fn part(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    let (axis, lengths) = parts(call)?;
    let dims = call.dims(0)?;
    let inner = product(dims, axis.saturating_add(1)..);
    let (outer, along, rest) = split_at(index, dim(&lengths, output), inner);
    let before = lengths.iter().take(output).fold(0u64, |n, d| n.saturating_add(*d));
    copy(call, 0, join_at(outer, before.saturating_add(along), rest, dim(dims, axis), inner))
}

/// Axis of a concatenation and the lengths along it.
fn joints(call: &Call<'_>) -> Judged<(usize, Vec<u64>)> {
    let first = call.header(0)?;
    let axis = shape::axis(call.int("axis", i64::MAX)?, first.dims.len())?;
    let mut lengths = Vec::with_capacity(call.node.inputs.len());
    for n in 0..call.node.inputs.len() {
        let data = call.header(n)?;
        let others = |dims: &[u64]| dims.iter().enumerate().all(|(a, d)| a == axis || *d == dim(&first.dims, a));
        if data.dtype != first.dtype || data.dims.len() != first.dims.len() || !others(&data.dims) {
            return Err(Reject::Malformed("tensors that cannot be joined"));
        }
        lengths.push(dim(&data.dims, axis));
    }
    Ok((axis, lengths))
}

fn concat(call: &Call<'_>, _: usize) -> Judged<Header> {
    let (axis, lengths) = joints(call)?;
    let mut dims = call.dims(0)?.to_vec();
    if let Some(d) = dims.get_mut(axis) {
        *d = lengths.iter().fold(0u64, |n, d| n.saturating_add(*d));
    }
    made(call.dtype(0)?, dims)
}

fn joined(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (axis, lengths) = joints(call)?;
    let inner = product(call.dims(0)?, axis.saturating_add(1)..);
    let length = lengths.iter().fold(0u64, |n, d| n.saturating_add(*d));
    let (outer, mut along, rest) = split_at(index, length, inner);
    for (n, length) in lengths.into_iter().enumerate() {
        if along < length {
            return copy(call, n, join_at(outer, along, rest, length, inner));
        }
        along = along.saturating_sub(length);
    }
    Err(Reject::Malformed("an element beyond the shape"))
}
