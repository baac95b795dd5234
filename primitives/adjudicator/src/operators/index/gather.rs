//! Operators that pick elements by index. An index out of range makes ONNX Runtime fail: no element is right then.

use super::common::{always, copy, dim, join_at, made, product, size, split_at, unsigned, wrap};
use crate::{operators::shape, Call, Domain, Expected, Header, Judged, Operator, Reject};
use alloc::vec::Vec;

/// `Gather`.
pub const GATHER: Operator = always(Domain::Onnx, "Gather", (13, 26), gather, gathered);
/// `GatherElements`.
pub const GATHER_ELEMENTS: Operator = always(Domain::Onnx, "GatherElements", (13, 26), elements, element);
/// `GatherND`.
pub const GATHER_ND: Operator = always(Domain::Onnx, "GatherND", (13, 26), gather_nd, gathered_nd);
/// `GatherND` of `com.microsoft`.
pub const GATHER_ND_MS: Operator = always(Domain::Microsoft, "GatherND", (1, 1), gather_nd, gathered_nd);

fn gather(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let axis = shape::axis(call.int("axis", 0)?, data.dims.len())?;
    let (before, rest) = data.dims.split_at(axis);
    let after = rest.get(1..).unwrap_or(&[]);
    made(data.dtype, [before, call.dims(1)?, after].concat())
}

fn gathered(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let axis = shape::axis(call.int("axis", 0)?, dims.len())?;
    let inner = product(dims, axis.saturating_add(1)..);
    let (outer, which, rest) = split_at(index, call.header(1)?.count(), inner);
    let length = dim(dims, axis);
    match wrap(call.integer(1, which)?, length) {
        Some(along) => copy(call, 0, join_at(outer, along, rest, length, inner)),
        None => Ok(Expected::Fails),
    }
}

fn elements(call: &Call<'_>, _: usize) -> Judged<Header> {
    let (data, indices) = (call.header(0)?, call.dims(1)?);
    let axis = shape::axis(call.int("axis", 0)?, data.dims.len())?;
    let fits = |(n, (own, all)): (usize, (&u64, &u64))| n == axis || own <= all;
    if indices.len() != data.dims.len() || !indices.iter().zip(&data.dims).enumerate().all(fits) {
        return Err(Reject::Malformed("indices that do not fit the data"));
    }
    made(data.dtype, indices.to_vec())
}

fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let axis = shape::axis(call.int("axis", 0)?, dims.len())?;
    let mut at = shape::coordinates(call.dims(1)?, index);
    let Some(along) = wrap(call.integer(1, index)?, dim(dims, axis)) else { return Ok(Expected::Fails) };
    if let Some(c) = at.get_mut(axis) {
        *c = along;
    }
    copy(call, 0, shape::index(dims, &at))
}

/// Number of batch axes, and of the coordinates in one index.
fn depth(call: &Call<'_>) -> Judged<(usize, usize)> {
    let (data, indices) = (call.dims(0)?, call.dims(1)?);
    let batch = usize::try_from(unsigned(call.int("batch_dims", 0)?)?).unwrap_or(usize::MAX);
    let width = indices.last().and_then(|n| usize::try_from(*n).ok()).unwrap_or(usize::MAX);
    if batch >= indices.len() || width == 0 || batch.saturating_add(width) > data.len() {
        return Err(Reject::Malformed("indices that do not fit the data"));
    }
    if data.get(..batch) != indices.get(..batch) {
        return Err(Reject::Malformed("batches that differ"));
    }
    Ok((batch, width))
}

fn gather_nd(call: &Call<'_>, _: usize) -> Judged<Header> {
    let (batch, width) = depth(call)?;
    let (data, indices) = (call.header(0)?, call.dims(1)?);
    let before = indices.get(..indices.len().saturating_sub(1)).unwrap_or(&[]);
    let after = data.dims.get(batch.saturating_add(width)..).unwrap_or(&[]);
    made(data.dtype, [before, after].concat())
}

fn gathered_nd(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (batch, width) = depth(call)?;
    let (dims, indices) = (call.dims(0)?, call.dims(1)?);
    let slice = product(dims, batch.saturating_add(width)..);
    let which = index.checked_div(slice).unwrap_or(0);
    let each = product(indices, batch..indices.len().saturating_sub(1));
    let mut at = which.checked_div(each).unwrap_or(0);
    for c in 0..width {
        let length = dim(dims, batch.saturating_add(c));
        let own = call.integer(1, which.saturating_mul(size(width)).saturating_add(size(c)))?;
        let Some(own) = wrap(own, length) else { return Ok(Expected::Fails) };
        at = at.saturating_mul(length).saturating_add(own);
    }
    copy(call, 0, at.saturating_mul(slice).saturating_add(index.checked_rem(slice).unwrap_or(0)))
}

/// `Compress`: the shape depends on the condition.
pub const COMPRESS: Operator = always(Domain::Onnx, "Compress", (11, 26), compress, compressed);
/// `NonZero`: the shape depends on the data.
pub const NON_ZERO: Operator = always(Domain::Onnx, "NonZero", (13, 26), non_zero, position);

/// Axis of a `Compress` (none: the flattened tensor) and its length.
fn compressed_axis(call: &Call<'_>) -> Judged<(Option<usize>, u64)> {
    let data = call.header(0)?;
    match call.maybe_int("axis")? {
        None => Ok((None, data.count())),
        Some(axis) => {
            let axis = shape::axis(axis, data.dims.len())?;
            Ok((Some(axis), dim(&data.dims, axis)))
        },
    }
}

/// Positions of the first `count` elements of input `n` that are not zero.
fn positions(call: &Call<'_>, n: usize, count: u64) -> Judged<alloc::rc::Rc<Vec<u64>>> {
    call.remember(0, || {
        let dtype = call.dtype(n)?;
        let zero = |bits: &u64| match crate::expected::widen(dtype, *bits) {
            Some(value) => value.is_zero(),
            None => *bits == 0,
        };
        let line = call.line(n, 0, 1, count)?;
        let found = line.iter().enumerate().filter(|(_, bits)| !zero(bits)).map(|(at, _)| size(at)).collect();
        Ok(alloc::rc::Rc::new(found))
    })
}

fn chosen(call: &Call<'_>, length: u64) -> Judged<alloc::rc::Rc<Vec<u64>>> {
    if call.dims(1)?.len() != 1 {
        return Err(Reject::Malformed("a condition that is not a vector"));
    }
    positions(call, 1, call.header(1)?.count().min(length))
}

fn compress(call: &Call<'_>, _: usize) -> Judged<Header> {
    let (axis, length) = compressed_axis(call)?;
    let kept = size(chosen(call, length)?.len());
    let data = call.header(0)?;
    let mut dims = if axis.is_some() { data.dims.clone() } else { alloc::vec![kept] };
    if let Some(d) = axis.and_then(|axis| dims.get_mut(axis)) {
        *d = kept;
    }
    made(data.dtype, dims)
}

fn compressed(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (axis, length) = compressed_axis(call)?;
    let chosen = chosen(call, length)?;
    let dims = call.dims(0)?;
    let inner = axis.map_or(1, |axis| product(dims, axis.saturating_add(1)..));
    let (outer, along, rest) = split_at(index, size(chosen.len()), inner);
    let own = usize::try_from(along).ok().and_then(|n| chosen.get(n));
    let own = *own.ok_or(Reject::Malformed("an element beyond the shape"))?;
    copy(call, 0, join_at(outer, own, rest, length, inner))
}

fn non_zero(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let count = positions(call, 0, data.count())?.len();
    made(crate::DType::Int64, alloc::vec![size(data.dims.len()).max(1), size(count)])
}

fn position(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let data = call.header(0)?;
    let found = positions(call, 0, data.count())?;
    let (axis, which) = (index.checked_div(size(found.len())), index.checked_rem(size(found.len())));
    let at = which.and_then(|n| found.get(usize::try_from(n).ok()?)).copied();
    let at = shape::coordinates(&data.dims, at.ok_or(Reject::Malformed("an element beyond the shape"))?);
    let axis = axis.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
    Ok(Expected::Bits(at.get(axis).copied().unwrap_or(0)))
}
