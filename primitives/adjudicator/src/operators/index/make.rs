//! Operators that make a tensor from shapes and a few numbers.

use super::common::{always, copy, dim, made, same, scalar, signed, size, unsigned};
use crate::{
    operators::shape,
    soft::{F32, F64},
    Call, DType, Domain, Expected, Header, Judged, Operator, Reject,
};
use alloc::{rc::Rc, vec, vec::Vec};

/// `Range`: floats are added up one by one.
pub const RANGE: Operator = always(Domain::Onnx, "Range", (11, 26), range, in_range);
/// `ConstantOfShape`. The tensor of one element that it repeats is kept as two integers: its type as ONNX's number, and
/// its bits, zero-extended.
pub const CONSTANT_OF_SHAPE: Operator = always(Domain::Onnx, "ConstantOfShape", (9, 26), of_shape, constant);
/// `EyeLike`.
pub const EYE_LIKE: Operator = always(Domain::Onnx, "EyeLike", (9, 26), eye, on_diagonal);
/// `OneHot`.
pub const ONE_HOT: Operator = always(Domain::Onnx, "OneHot", (11, 26), one_hot, hot);
/// `Trilu`.
pub const TRILU: Operator = always(Domain::Onnx, "Trilu", (14, 26), same, triangle);
/// `Trilu` of `com.microsoft`.
pub const TRILU_MS: Operator = always(Domain::Microsoft, "Trilu", (1, 1), same, triangle);

fn triangle(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dims = call.dims(0)?;
    let at = shape::coordinates(dims, index);
    let (Some(row), Some(column)) = (at.len().checked_sub(2), at.len().checked_sub(1)) else {
        return Err(Reject::Malformed("a matrix that has not two dimensions"));
    };
    let k = if call.has(1) { scalar(call, 1)? } else { 0 };
    let above = signed(dim(&at, column)).saturating_sub(signed(dim(&at, row)));
    let kept = if call.int("upper", 1)? != 0 { above >= k } else { above <= k };
    if kept {
        copy(call, 0, index)
    } else {
        Ok(Expected::Bits(0))
    }
}

/// `Shape`; a part of it from operator set 15.
pub const SHAPE: Operator = always(Domain::Onnx, "Shape", (13, 26), shape_of, shaped);
/// `Size`.
pub const SIZE: Operator = always(Domain::Onnx, "Size", (13, 26), size_of, sized);

fn part(call: &Call<'_>) -> Judged<(usize, usize)> {
    let rank = signed(size(call.dims(0)?.len()));
    let clamp = |at: i64| {
        let at = if at < 0 { at.saturating_add(rank) } else { at };
        usize::try_from(at.clamp(0, rank)).unwrap_or(0)
    };
    if call.node.opset < 15 {
        return Ok((0, clamp(rank)));
    }
    Ok((clamp(call.int("start", 0)?), clamp(call.int("end", i64::MAX)?)))
}

fn shape_of(call: &Call<'_>, _: usize) -> Judged<Header> {
    let (start, end) = part(call)?;
    made(DType::Int64, vec![size(end.saturating_sub(start))])
}

fn shaped(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (start, _) = part(call)?;
    let axis = usize::try_from(index).unwrap_or(usize::MAX).saturating_add(start);
    Ok(Expected::Bits(*call.dims(0)?.get(axis).ok_or(Reject::Malformed("an axis that the tensor does not have"))?))
}

fn size_of(call: &Call<'_>, _: usize) -> Judged<Header> {
    call.header(0)?;
    made(DType::Int64, Vec::new())
}

fn sized(call: &Call<'_>, _: usize, _: u64) -> Judged<Expected> {
    Ok(Expected::Bits(call.header(0)?.count()))
}

/// `ceil((limit - start) / delta)` in binary64, as ONNX Runtime counts.
fn steps(way: F64, delta: F64) -> Judged<u64> {
    let count = (way / delta).ceil();
    if delta.is_zero() || !count.is_finite() {
        return Err(Reject::Malformed("a range without an end"));
    }
    Ok(u64::try_from(count.to_i64_trunc().ok_or(Reject::Limit)?).unwrap_or(0))
}

fn range(call: &Call<'_>, _: usize) -> Judged<Header> {
    let dtype = call.dtype(0)?;
    for n in 0..3 {
        if call.header(n)?.count() != 1 || call.dtype(n)? != dtype {
            return Err(Reject::Malformed("a range of more than three numbers"));
        }
    }
    let count = match dtype {
        DType::Float32 => {
            let (start, limit, delta) = (call.f32(0, 0)?, call.f32(1, 0)?, call.f32(2, 0)?);
            steps((limit - start).to_f64(), delta.to_f64())?
        },
        DType::Float64 => steps(call.f64(1, 0)? - call.f64(0, 0)?, call.f64(2, 0)?)?,
        DType::Int16 | DType::Int32 | DType::Int64 => {
            let way = call.integer(1, 0)?.wrapping_sub(call.integer(0, 0)?);
            // int16 is promoted to int before it is subtracted.
            let way = if dtype == DType::Int32 { i64::from(way as i32) } else { way };
            steps(F64::from_i64(way), F64::from_i64(call.integer(2, 0)?))?
        },
        _ => return Err(Reject::Unsupported("this element type")),
    };
    made(dtype, vec![count])
}

fn in_range(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let dtype = call.dtype(0)?;
    if !dtype.is_float() {
        let steps = signed(index).wrapping_mul(call.integer(2, 0)?);
        return Ok(Expected::Bits(dtype.bits(call.integer(0, 0)?.wrapping_add(steps))));
    }
    let sums = call.remember(0, || {
        let count = range(call, 0)?.count();
        call.spend(count)?;
        let (mut value, delta) = (call.bits(0, 0)?, call.bits(2, 0)?);
        let mut sums: Vec<u64> = Vec::new();
        for _ in 0..count {
            sums.push(value);
            value = match dtype {
                DType::Float32 => u64::from((F32(value as u32) + F32(delta as u32)).0),
                _ => (F64(value) + F64(delta)).0,
            };
        }
        Ok(Rc::new(sums))
    })?;
    let value = usize::try_from(index).ok().and_then(|n| sums.get(n)).copied();
    Ok(Expected::Exact(value.ok_or(Reject::Malformed("an element beyond the shape"))?))
}

/// The element that `ConstantOfShape` repeats.
fn value(call: &Call<'_>) -> Judged<(DType, u64)> {
    let Some(value) = call.ints("value")? else { return Ok((DType::Float32, 0)) };
    let &[code, bits] = value else { return Err(Reject::Malformed("a constant that is not one element")) };
    let dtype = DType::from_code(code).ok_or(Reject::Unsupported("this element type"))?;
    Ok((dtype, u64::from_ne_bytes(bits.to_ne_bytes())))
}

fn of_shape(call: &Call<'_>, _: usize) -> Judged<Header> {
    if call.dims(0)?.len() != 1 {
        return Err(Reject::Malformed("a shape that is not a vector"));
    }
    let dims = call.integers(0)?.into_iter().map(unsigned).collect::<Judged<Vec<u64>>>()?;
    made(value(call)?.0, dims)
}

fn constant(call: &Call<'_>, _: usize, _: u64) -> Judged<Expected> {
    Ok(Expected::Bits(value(call)?.1))
}

/// The bits of the number one.
fn one(dtype: DType) -> u64 {
    match dtype {
        DType::Float32 => 0x3f80_0000,
        DType::Float64 => 0x3ff0_0000_0000_0000,
        DType::Float16 => 0x3c00,
        DType::Bfloat16 => 0x3f80,
        _ => 1,
    }
}

fn eye(call: &Call<'_>, _: usize) -> Judged<Header> {
    let data = call.header(0)?;
    if data.dims.len() != 2 {
        return Err(Reject::Malformed("a matrix that has not two dimensions"));
    }
    let dtype = match call.maybe_int("dtype")? {
        Some(code) => DType::from_code(code).ok_or(Reject::Unsupported("this element type"))?,
        None => data.dtype,
    };
    made(dtype, data.dims.clone())
}

fn on_diagonal(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let out = eye(call, 0)?;
    let (row, column) = (index.checked_div(dim(&out.dims, 1)), index.checked_rem(dim(&out.dims, 1)));
    let right = signed(column.unwrap_or(0)).saturating_sub(signed(row.unwrap_or(0)));
    Ok(Expected::Bits(if right == call.int("k", 0)? { one(out.dtype) } else { 0 }))
}

/// An element of an integer or float input, as a C++ cast to int64 gives it.
fn truncated(call: &Call<'_>, n: usize, index: u64) -> Judged<Option<i64>> {
    match call.dtype(n)? {
        DType::Float32 => Ok(call.f32(n, index)?.to_i64_trunc()),
        DType::Float64 => Ok(call.f64(n, index)?.to_i64_trunc()),
        _ => Ok(Some(call.integer(n, index)?)),
    }
}

/// Axis of the result along which one element is hot, and its length.
fn hot_axis(call: &Call<'_>) -> Judged<(usize, u64)> {
    let axis = shape::axis(call.int("axis", -1)?, call.dims(0)?.len().saturating_add(1))?;
    if call.header(1)?.count() != 1 || call.dims(2)? != [2] {
        return Err(Reject::Malformed("depth or values of OneHot"));
    }
    let depth = truncated(call, 1, 0)?.filter(|depth| *depth > 0);
    Ok((axis, unsigned(depth.ok_or(Reject::Malformed("a depth that is not positive"))?)?))
}

fn one_hot(call: &Call<'_>, _: usize) -> Judged<Header> {
    let (axis, depth) = hot_axis(call)?;
    let mut dims = call.dims(0)?.to_vec();
    dims.insert(axis.min(dims.len()), depth);
    made(call.dtype(2)?, dims)
}

fn hot(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (axis, depth) = hot_axis(call)?;
    let indices = call.dims(0)?;
    let inner = super::common::product(indices, axis..);
    let (outer, along, rest) = super::common::split_at(index, depth, inner);
    let at = outer.saturating_mul(inner).saturating_add(rest);
    let on = match call.dtype(0)? {
        DType::Float32 => {
            let own = call.f32(0, at)?;
            let own = if own.lt(F32(0)) { own + F32::from_u64(depth) } else { own };
            own.same_value(F32::from_u64(along))
        },
        _ => super::common::wrap(call.integer(0, at)?, depth) == Some(along),
    };
    copy(call, 2, u64::from(on))
}
