//! Operators that keep the elements in order and change the shape.

use super::common::{always, axes, copy, dim, made, product, same, scalar, signed, straight, unsigned};
use crate::{operators::shape, Call, DType, Domain, Expected, Header, Judged, Operator, Reject, MAX_RANK};
use alloc::{vec, vec::Vec};

/// `Identity`.
pub const IDENTITY: Operator = always(Domain::Onnx, "Identity", (13, 26), same, straight);
/// `Reshape`; `allowzero` from operator set 14.
pub const RESHAPE: Operator = always(Domain::Onnx, "Reshape", (13, 26), reshape, straight);
/// `Flatten`.
pub const FLATTEN: Operator = always(Domain::Onnx, "Flatten", (13, 26), flatten, straight);
/// `Squeeze`.
pub const SQUEEZE: Operator = always(Domain::Onnx, "Squeeze", (13, 26), squeeze, straight);
/// `Unsqueeze`.
pub const UNSQUEEZE: Operator = always(Domain::Onnx, "Unsqueeze", (13, 26), unsqueeze, straight);
/// `ExpandDims` of `com.microsoft`.
pub const EXPAND_DIMS: Operator = always(Domain::Microsoft, "ExpandDims", (1, 1), expand_dims, straight);
/// `Dropout` where it does not drop: the input, and a mask of ones.
pub const DROPOUT: Operator = always(Domain::Onnx, "Dropout", (13, 26), dropout, dropped);

fn reshape(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    if call.dims(1)?.len() != 1 {
        return Err(Reject::Malformed("a shape that is not a vector"));
    }
    let copies = call.node.opset < 14 || call.int("allowzero", 0)? == 0;
    let (mut dims, mut unknown) = (Vec::new(), None);
    for (axis, requested) in call.integers(1)?.into_iter().enumerate() {
        dims.push(match requested {
            -1 if unknown.is_some() => return Err(Reject::Malformed("a shape with two unknown dimensions")),
            -1 => {
                unknown = Some(axis);
                1
            },
            0 if copies => *data.dims.get(axis).ok_or(Reject::Malformed("a dimension to copy that is not there"))?,
            _ => unsigned(requested)?,
        });
    }
    let count = data.count();
    if let Some(axis) = unknown {
        let inferred = if !copies && dims.contains(&0) && count == 0 {
            // Zeros are asked for and there: what is not zero decides.
            quotient(apart_from_zeros(&data.dims), apart_from_zeros(&dims))
        } else {
            quotient(count, shape::count(&dims))
        };
        if let Some(length) = dims.get_mut(axis) {
            *length = inferred.ok_or(Reject::Malformed("a dimension that cannot be inferred"))?;
        }
    } else if shape::count(&dims) != count {
        return Err(Reject::Malformed("a shape of another number of elements"));
    }
    made(data.dtype, dims)
}

fn apart_from_zeros(dims: &[u64]) -> u64 {
    dims.iter().filter(|d| **d != 0).fold(1, |n, d| n.saturating_mul(*d))
}

/// `a / b` if `b` divides `a`.
fn quotient(a: u64, b: u64) -> Option<u64> {
    if a.checked_rem(b)? == 0 {
        a.checked_div(b)
    } else {
        None
    }
}

fn flatten(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let rank = signed(data.dims.len() as u64);
    let axis = call.int("axis", 1)?;
    let axis = if axis < 0 { axis.saturating_add(rank) } else { axis };
    if axis < 0 || axis > rank {
        return Err(Reject::Malformed("an axis that the tensor does not have"));
    }
    let axis = usize::try_from(axis).unwrap_or(0);
    made(data.dtype, vec![product(&data.dims, ..axis), product(&data.dims, axis..)])
}

fn squeeze(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let named = axes(call, 1, "axes")?.unwrap_or_default();
    let gone = named.iter().map(|axis| shape::axis(*axis, data.dims.len())).collect::<Judged<Vec<usize>>>()?;
    if gone.iter().any(|axis| dim(&data.dims, *axis) != 1) {
        return Err(Reject::Malformed("an axis to squeeze that is not of length 1"));
    }
    let keep = |(axis, length): &(usize, &u64)| if gone.is_empty() { **length != 1 } else { !gone.contains(axis) };
    made(data.dtype, data.dims.iter().enumerate().filter(keep).map(|(_, length)| *length).collect())
}

fn unsqueeze(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    let named = axes(call, 1, "axes")?.ok_or(Reject::Malformed("no axes"))?;
    inserted(data, &named)
}

fn expand_dims(call: &Call<'_>, _: usize) -> Judged<Header> {
    inserted(call.header(0)?, &[scalar(call, 1)?])
}

/// The shape with axes of length 1 that stand at `named` in the result.
fn inserted(data: &Header, named: &[i64]) -> Judged<Header> {
    let rank = data.dims.len().saturating_add(named.len());
    if rank > MAX_RANK {
        return Err(Reject::Malformed("more dimensions than a tensor may have"));
    }
    let new = named.iter().map(|axis| shape::axis(*axis, rank)).collect::<Judged<Vec<usize>>>()?;
    let mut old = data.dims.iter();
    let dims: Vec<u64> =
        (0..rank).filter_map(|axis| if new.contains(&axis) { Some(1) } else { old.next().copied() }).collect();
    if dims.len() != rank {
        return Err(Reject::Malformed("an axis that is named twice"));
    }
    made(data.dtype, dims)
}

fn dropout(call: &Call<'_>, output: usize) -> Judged<Header> {
    let data = call.header(0)?;
    if call.has(2) && scalar(call, 2)? != 0 && !(call.has(1) && call.bits(1, 0)? == 0) {
        return Err(Reject::Unsupported("dropout in training"));
    }
    made(if output == 0 { data.dtype } else { DType::Bool }, data.dims.clone())
}

fn dropped(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    dropout(call, output)?;
    if output == 0 {
        copy(call, 0, index)
    } else {
        Ok(Expected::Bits(1))
    }
}
