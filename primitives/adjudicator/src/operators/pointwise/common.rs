//! What pointwise operators share: which operand elements meet an output element, headers, element types.

use crate::{
    operators::shape,
    soft::{BF16, F16, F32, F64},
    Call, DType, Expected, Header, Judged, Reject,
};
use alloc::vec::Vec;

/// [`Reject::Unsupported`] for an element type without a kernel.
pub(super) const NO_TYPE: Reject = Reject::Unsupported("this element type");

/// Evaluates the body with `T` as [`F32`] or [`F64`] by the type of input `$first`, after reading elements of that type.
macro_rules! by_float {
    ($call:expr, [$($x:ident = ($n:expr, $at:expr)),* $(,)?], $body:expr) => {
        match $call.dtype(0)? {
            crate::DType::Float32 => {
                #[allow(dead_code)]
                type T = crate::soft::F32;
                $(let $x = $call.f32($n, $at)?;)*
                Ok(crate::Expected::from($body))
            },
            crate::DType::Float64 => {
                #[allow(dead_code)]
                type T = crate::soft::F64;
                $(let $x = $call.f64($n, $at)?;)*
                Ok(crate::Expected::from($body))
            },
            _ => Err(super::common::NO_TYPE),
        }
    };
}
pub(super) use by_float;

/// Indices, in inputs 0 and 1, of the elements that meet element `index` of the broadcast shape.
pub(super) fn pair(call: &Call<'_>, index: u64) -> Judged<(u64, u64)> {
    let (a, b) = (call.dims(0)?, call.dims(1)?);
    if a == b {
        return Ok((index, index));
    }
    if b.is_empty() {
        return Ok((index, 0));
    }
    if a.is_empty() {
        return Ok((0, index));
    }
    let out = shape::broadcast([a, b])?;
    Ok((shape::broadcast_index(&out, a, index), shape::broadcast_index(&out, b, index)))
}

/// Indices, in every input, of the elements that meet element `index` of the broadcast shape.
pub(super) fn meeting(call: &Call<'_>, index: u64) -> Judged<Vec<u64>> {
    let out = broadcast_dims(call)?;
    call.spend(out.len() as u64)?;
    (0..call.node.inputs.len()).map(|n| Ok(shape::broadcast_index(&out, call.dims(n)?, index))).collect()
}

/// Whether ONNX Runtime's kernels for two operands see the second as one number per span: only the first has more than
/// one element on the innermost axis that counts. Axes of one element in both are passed over, but not the outermost
/// one that both have; a scalar meets the other operand's last axis.
pub(super) fn second_is_scalar(first: &[u64], second: &[u64]) -> bool {
    let common = first.len().min(second.len());
    if common == 0 {
        return first.last().is_some_and(|n| *n > 1);
    }
    let axes = first.iter().rev().zip(second.iter().rev()).take(common).enumerate();
    for (position, (a, b)) in axes {
        if (*a, *b) != (1, 1) || position.saturating_add(1) == common {
            return *a > 1 && *b <= 1;
        }
    }
    false
}

fn broadcast_dims(call: &Call<'_>) -> Judged<Vec<u64>> {
    let shapes: Judged<Vec<&[u64]>> = (0..call.node.inputs.len()).map(|n| call.dims(n)).collect();
    shape::broadcast(shapes?)
}

fn header(dtype: DType, dims: Vec<u64>) -> Judged<Header> {
    Header::new(dtype, dims).ok_or(Reject::Malformed("a shape that is too large"))
}

/// The header of the first input.
pub(super) fn as_first(call: &Call<'_>, _output: usize) -> Judged<Header> {
    Ok(call.header(0)?.clone())
}

/// Shape of the first input, bool.
pub(super) fn bool_as_first(call: &Call<'_>, _output: usize) -> Judged<Header> {
    header(DType::Bool, call.dims(0)?.to_vec())
}

/// All inputs broadcast; type of the first.
pub(super) fn broadcast(call: &Call<'_>, _output: usize) -> Judged<Header> {
    header(call.dtype(0)?, broadcast_dims(call)?)
}

/// All inputs broadcast; type of the second.
pub(super) fn broadcast_of_second(call: &Call<'_>, _output: usize) -> Judged<Header> {
    header(call.dtype(1)?, broadcast_dims(call)?)
}

/// All inputs broadcast; bool.
pub(super) fn bool_broadcast(call: &Call<'_>, _output: usize) -> Judged<Header> {
    header(DType::Bool, broadcast_dims(call)?)
}

/// The first input's shape, type of `dtype`.
pub(super) fn first_as(call: &Call<'_>, dtype: DType) -> Judged<Header> {
    header(dtype, call.dims(0)?.to_vec())
}

/// [`Reject::Malformed`] unless inputs 0 and 1 have one type.
pub(super) fn one_type(call: &Call<'_>) -> Judged<DType> {
    let dtype = call.dtype(0)?;
    if call.dtype(1)? != dtype {
        return Err(Reject::Malformed("operands of different types"));
    }
    Ok(dtype)
}

/// The bits of a bool.
pub(super) fn truth(value: bool) -> Expected {
    Expected::Bits(u64::from(value))
}

/// An integer of type `dtype`, wrapped.
pub(super) fn whole(dtype: DType, value: i64) -> Expected {
    Expected::Bits(dtype.bits(value))
}

/// Either of two results, where they differ.
pub(super) fn either(a: u64, b: u64) -> Expected {
    if a == b {
        Expected::Exact(a)
    } else {
        Expected::Either(a, b)
    }
}

/// A 16-bit float, or [`F32`], as [`F32`].
pub(super) fn narrow(dtype: DType, bits: u64) -> Judged<F32> {
    match dtype {
        DType::Float32 => Ok(F32(bits as u32)),
        DType::Float16 => Ok(F16(bits as u16).to_f32()),
        DType::Bfloat16 => Ok(BF16(bits as u16).to_f32()),
        _ => Err(NO_TYPE),
    }
}

/// `value` rounded to a 16-bit float or left as it is.
pub(super) fn rounded(dtype: DType, value: F32) -> Judged<u64> {
    match dtype {
        DType::Float32 => Ok(u64::from(value.0)),
        DType::Float16 => Ok(u64::from(F16::from_f32(value).0)),
        DType::Bfloat16 => Ok(u64::from(BF16::from_f32(value).0)),
        _ => Err(NO_TYPE),
    }
}

/// Any float as [`F64`], exactly.
pub(super) fn wide(dtype: DType, bits: u64) -> Judged<F64> {
    match dtype {
        DType::Float64 => Ok(F64(bits)),
        _ => Ok(narrow(dtype, bits)?.to_f64()),
    }
}
