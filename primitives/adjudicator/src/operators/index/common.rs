//! What the index operators share.

use crate::{operators::no_layout, Call, DType, Domain, Exactness, Expected, Header, Judged, Operator, Reject};
use alloc::vec::Vec;

/// An operator whose elements are the same bits on every machine.
pub const fn always(
    domain: Domain,
    name: &'static str,
    opsets: (u32, u32),
    header: fn(&Call<'_>, usize) -> Judged<Header>,
    element: fn(&Call<'_>, usize, u64) -> Judged<Expected>,
) -> Operator {
    Operator { domain, name, opsets, exactness: Exactness::Always, header, element, layout: no_layout }
}

/// Type and shape, refused where they are too large for any tensor.
pub fn made(dtype: DType, dims: Vec<u64>) -> Judged<Header> {
    Header::new(dtype, dims).ok_or(Reject::Malformed("a tensor that is too large"))
}

/// Type and shape of the first input.
pub fn same(call: &Call<'_>, _: usize) -> Judged<Header> {
    Ok(call.header(0)?.clone())
}

/// The bits of an element of input `n`.
pub fn copy(call: &Call<'_>, n: usize, index: u64) -> Judged<Expected> {
    Ok(Expected::Bits(call.bits(n, index)?))
}

/// The element of the first input that stands at the same row-major position.
pub fn straight(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    copy(call, 0, index)
}

/// A dimension or coordinate as a signed number; both are below 2^48.
pub fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A number that must not be negative.
pub fn unsigned(n: i64) -> Judged<u64> {
    u64::try_from(n).map_err(|_| Reject::Malformed("a negative size"))
}

/// A number of elements of a list.
pub fn size(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// An index into a dimension, negative ones counted from its end; `None` if it is out of range.
pub fn wrap(index: i64, dim: u64) -> Option<u64> {
    let dim = signed(dim);
    let index = if index < 0 { index.checked_add(dim)? } else { index };
    u64::try_from(index).ok().filter(|_| index < dim)
}

/// Length of an axis; 1 where the tensor has no such axis.
pub fn dim(dims: &[u64], axis: usize) -> u64 {
    dims.get(axis).copied().unwrap_or(1)
}

/// Number of elements of the axes of `range`.
pub fn product(dims: &[u64], range: impl core::slice::SliceIndex<[u64], Output = [u64]>) -> u64 {
    dims.get(range).unwrap_or(&[]).iter().fold(1, |n, d| n.saturating_mul(*d))
}

/// A row-major index split at an axis of length `length`, before which nothing else varies faster than `inner`:
/// (outer, along the axis, inner).
pub fn split_at(index: u64, length: u64, inner: u64) -> (u64, u64, u64) {
    let block = length.saturating_mul(inner);
    let rest = index.checked_rem(block).unwrap_or(0);
    (index.checked_div(block).unwrap_or(0), rest.checked_div(inner).unwrap_or(0), rest.checked_rem(inner).unwrap_or(0))
}

/// The inverse of [`split_at`].
pub fn join_at(outer: u64, along: u64, inner: u64, length: u64, inner_length: u64) -> u64 {
    outer.saturating_mul(length).saturating_add(along).saturating_mul(inner_length).saturating_add(inner)
}

/// The one element of an integer input.
pub fn scalar(call: &Call<'_>, n: usize) -> Judged<i64> {
    if call.header(n)?.count() != 1 {
        return Err(Reject::Malformed("an input that must be one number"));
    }
    call.integer(n, 0)
}

/// The axes that an optional input names, else an attribute; as they stand there.
pub fn axes(call: &Call<'_>, input: usize, attribute: &str) -> Judged<Option<Vec<i64>>> {
    if call.has(input) {
        return Ok(Some(call.integers(input)?));
    }
    Ok(call.ints(attribute)?.map(<[i64]>::to_vec))
}
