//! Operators that write updates over a copy. Several updates of one element are replayed in order.

use super::common::{always, copy, dim, join_at, product, same, signed, size, split_at, wrap};
use crate::{
    operators::shape,
    soft::{F32, F64},
    Call, DType, Domain, Expected, Header, Judged, Operator, Reject,
};
use alloc::{collections::BTreeMap, rc::Rc, vec::Vec};

/// `ScatterElements`; `max` and `min` from operator set 18.
pub const SCATTER_ELEMENTS: Operator = always(Domain::Onnx, "ScatterElements", (13, 26), elements, element);
/// `ScatterND`; `max` and `min` from operator set 18.
pub const SCATTER_ND: Operator = always(Domain::Onnx, "ScatterND", (13, 26), scatter_nd, scattered_nd);
/// `TensorScatter`.
pub const TENSOR_SCATTER: Operator = always(Domain::Onnx, "TensorScatter", (24, 26), tensor, tensor_element);

/// The update `b` applied to `a`.
fn combine(dtype: DType, reduction: &[u8], a: u64, b: u64) -> Judged<u64> {
    if reduction == b"none" {
        return Ok(b);
    }
    let (x, y) = (dtype.integer(a), dtype.integer(b));
    Ok(match dtype {
        DType::Float32 => {
            let (a, b) = (F32(a as u32), F32(b as u32));
            u64::from(match reduction {
                b"add" => (a + b).0,
                b"mul" => (a * b).0,
                b"max" => (if a.gt(b) { a } else { b }).0,
                b"min" => (if a.lt(b) { a } else { b }).0,
                _ => return Err(Reject::Unsupported("this reduction")),
            })
        },
        DType::Float64 => {
            let (a, b) = (F64(a), F64(b));
            match reduction {
                b"add" => (a + b).0,
                b"mul" => (a * b).0,
                b"max" => (if a.gt(b) { a } else { b }).0,
                b"min" => (if a.lt(b) { a } else { b }).0,
                _ => return Err(Reject::Unsupported("this reduction")),
            }
        },
        DType::Bool => match reduction {
            b"add" => a | b,
            b"mul" => a & b,
            _ => return Err(Reject::Unsupported("this reduction")),
        },
        DType::Float16 | DType::Bfloat16 => return Err(Reject::Unsupported("this element type")),
        _ => match reduction {
            b"add" => dtype.bits(x.wrapping_add(y)),
            b"mul" => dtype.bits(x.wrapping_mul(y)),
            b"max" if dtype.is_signed() => dtype.bits(x.max(y)),
            b"min" if dtype.is_signed() => dtype.bits(x.min(y)),
            b"max" => a.max(b),
            b"min" => a.min(b),
            _ => return Err(Reject::Unsupported("this reduction")),
        },
    })
}

/// The element `index` of the data after the updates at `updates`, in order. Without a reduction a NaN keeps its bits.
fn updated(call: &Call<'_>, index: u64, updates: impl IntoIterator<Item = u64>) -> Judged<Expected> {
    let (dtype, reduction) = (call.dtype(0)?, call.text("reduction", "none")?);
    let mut value = call.bits(0, index)?;
    let mut touched = false;
    for update in updates {
        value = combine(dtype, reduction, value, call.bits(2, update)?)?;
        touched = true;
    }
    Ok(if touched && reduction != b"none" { Expected::Exact(value) } else { Expected::Bits(value) })
}

fn elements(call: &Call<'_>, _: usize) -> Judged<Header> {
    let (data, indices) = (call.header(0)?, call.dims(1)?);
    let axis = shape::axis(call.int("axis", 0)?, data.dims.len())?;
    let fits = |(n, (own, all)): (usize, (&u64, &u64))| n == axis || own <= all;
    if indices.len() != data.dims.len()
        || !indices.iter().zip(&data.dims).enumerate().all(fits)
        || call.dims(2)? != indices
        || call.dtype(2)? != data.dtype
    {
        return Err(Reject::Malformed("indices or updates that do not fit the data"));
    }
    Ok(data.clone())
}

fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (dims, indices) = (call.dims(0)?, call.dims(1)?);
    let axis = shape::axis(call.int("axis", 0)?, dims.len())?;
    let mut at = shape::coordinates(dims, index);
    let own = dim(&at, axis);
    if let Some(c) = at.get_mut(axis) {
        *c = 0;
    }
    if at.iter().zip(indices).any(|(c, d)| c >= d) {
        return copy(call, 0, index);
    }
    let (start, step) = (shape::index(indices, &at), dim(&shape::strides(indices), axis));
    let mut updates = Vec::new();
    for n in 0..dim(indices, axis) {
        let update = start.saturating_add(n.saturating_mul(step));
        match wrap(call.integer(1, update)?, dim(dims, axis)) {
            None => return Ok(Expected::Fails),
            Some(to) if to == own => updates.push(update),
            Some(_) => {},
        }
    }
    updated(call, index, updates)
}

/// Number of coordinates in one index.
fn width(call: &Call<'_>) -> Judged<usize> {
    let (data, indices, updates) = (call.header(0)?, call.dims(1)?, call.header(2)?);
    let width = indices.last().and_then(|n| usize::try_from(*n).ok()).unwrap_or(usize::MAX);
    let before = indices.get(..indices.len().saturating_sub(1)).unwrap_or(&[]);
    let after = data.dims.get(width..).ok_or(Reject::Malformed("indices that do not fit the data"))?;
    if updates.dims != [before, after].concat() || updates.dtype != data.dtype || data.dims.is_empty() {
        return Err(Reject::Malformed("updates that do not fit the data"));
    }
    Ok(width)
}

fn scatter_nd(call: &Call<'_>, _: usize) -> Judged<Header> {
    width(call)?;
    same(call, 0)
}

/// Slice of the data -> the indices that point at it, in order; `None` if an index is out of range.
type Targets = Option<Rc<BTreeMap<u64, Vec<u64>>>>;

fn targets(call: &Call<'_>, width: usize) -> Judged<Targets> {
    call.remember(0, || {
        let (dims, dtype) = (call.dims(0)?, call.dtype(1)?);
        let line = call.line(1, 0, 1, call.header(1)?.count())?;
        let mut targets: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for (n, index) in line.chunks(width.max(1)).enumerate() {
            let mut at = 0u64;
            for (bits, length) in index.iter().zip(dims) {
                let Some(c) = wrap(dtype.integer(*bits), *length) else { return Ok(None) };
                at = at.saturating_mul(*length).saturating_add(c);
            }
            targets.entry(at).or_default().push(size(n));
        }
        Ok(Some(Rc::new(targets)))
    })
}

fn scattered_nd(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let width = width(call)?;
    let slice = product(call.dims(0)?, width..);
    let (to, rest) = (index.checked_div(slice).unwrap_or(0), index.checked_rem(slice).unwrap_or(0));
    let Some(targets) = targets(call, width)? else { return Ok(Expected::Fails) };
    let Some(found) = targets.get(&to) else { return copy(call, 0, index) };
    let updates: Vec<u64> = found.iter().map(|n| n.saturating_mul(slice).saturating_add(rest)).collect();
    // Without a reduction ONNX wants each element written once; threads may write it in any order.
    if call.text("reduction", "none")? == b"none" && updates.len() > 1 {
        return any_of(call, index, &updates);
    }
    updated(call, index, updates)
}

/// Any of several updates: the claimed one if it is among them, else the last.
fn any_of(call: &Call<'_>, index: u64, updates: &[u64]) -> Judged<Expected> {
    let claimed = call.claimed(0, index)?;
    let mut last = claimed;
    for update in updates {
        last = call.bits(2, *update)?;
        if last == claimed {
            break;
        }
    }
    Ok(Expected::Bits(last))
}

/// Length of the axis in the cache and in the update, and elements per position.
fn window(call: &Call<'_>) -> Judged<(u64, u64, u64)> {
    let (cache, update) = (call.header(0)?, call.header(1)?);
    let axis = shape::axis(call.int("axis", -2)?, cache.dims.len())?;
    let others = |(n, (a, b)): (usize, (&u64, &u64))| n == axis || a == b;
    if axis == 0
        || cache.dtype != update.dtype
        || cache.dims.len() != update.dims.len()
        || !cache.dims.iter().zip(&update.dims).enumerate().all(others)
        || dim(&update.dims, axis) > dim(&cache.dims, axis)
    {
        return Err(Reject::Malformed("an update that does not fit the cache"));
    }
    Ok((dim(&cache.dims, axis), dim(&update.dims, axis), product(&cache.dims, axis.saturating_add(1)..)))
}

fn tensor(call: &Call<'_>, _: usize) -> Judged<Header> {
    window(call)?;
    if call.has(2) && call.dims(2)? != [dim(call.dims(0)?, 0)] {
        return Err(Reject::Malformed("not one position for every sequence"));
    }
    same(call, 0)
}

fn tensor_element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (length, new, inner) = window(call)?;
    let each = product(call.dims(0)?, 1..);
    let start = if call.has(2) { call.integer(2, index.checked_div(each).unwrap_or(0))? } else { 0 };
    let (outer, along, rest) = split_at(index, length, inner);
    let circular = match call.text("mode", "linear")? {
        b"linear" => false,
        b"circular" => true,
        _ => return Err(Reject::Unsupported("this mode of TensorScatter")),
    };
    if start < 0 || (!circular && start.saturating_add(signed(new)) > signed(length)) {
        return Ok(Expected::Fails);
    }
    let from = signed(along).saturating_sub(start);
    let from = if circular { from.checked_rem_euclid(signed(length)).unwrap_or(0) } else { from };
    match u64::try_from(from).ok().filter(|t| *t < new) {
        Some(t) => copy(call, 1, join_at(outer, t, rest, new, inner)),
        None => copy(call, 0, index),
    }
}
