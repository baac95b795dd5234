//! Index arithmetic shared by the operators: strides, coordinates, broadcasting.

use crate::{Judged, Reject};
use alloc::vec::Vec;

/// Row-major strides of a shape, in elements.
pub fn strides(dims: &[u64]) -> Vec<u64> {
    let mut strides: Vec<u64> = Vec::with_capacity(dims.len());
    let mut step = 1u64;
    for dim in dims.iter().rev() {
        strides.push(step);
        step = step.saturating_mul(*dim);
    }
    strides.reverse();
    strides
}

/// Coordinates of an element of a shape.
pub fn coordinates(dims: &[u64], index: u64) -> Vec<u64> {
    let mut rest = index;
    let mut at: Vec<u64> = Vec::with_capacity(dims.len());
    for dim in dims.iter().rev() {
        at.push(rest.checked_rem(*dim).unwrap_or(0));
        rest = rest.checked_div(*dim).unwrap_or(0);
    }
    at.reverse();
    at
}

/// Index of the element at `at`.
pub fn index(dims: &[u64], at: &[u64]) -> u64 {
    dims.iter().zip(at).fold(0u64, |n, (dim, c)| n.saturating_mul(*dim).saturating_add(*c))
}

/// Shape to which all shapes broadcast (ONNX, multidirectional).
pub fn broadcast<'a>(shapes: impl IntoIterator<Item = &'a [u64]>) -> Judged<Vec<u64>> {
    let mut out: Vec<u64> = Vec::new();
    for dims in shapes {
        while out.len() < dims.len() {
            out.insert(0, 1);
        }
        let skip = out.len().saturating_sub(dims.len());
        for (to, dim) in out.iter_mut().skip(skip).zip(dims) {
            *to = match (*to, *dim) {
                (a, b) if a == b => a,
                (1, b) => b,
                (a, 1) => a,
                _ => return Err(Reject::Malformed("shapes do not broadcast")),
            };
        }
    }
    Ok(out)
}

/// Index, in an operand of shape `dims`, of the element that meets element `index` of the broadcast shape `out`.
pub fn broadcast_index(out: &[u64], dims: &[u64], index: u64) -> u64 {
    let mut rest = index;
    let (mut at, mut step) = (0u64, 1u64);
    let mut own = dims.iter().rev();
    for dim in out.iter().rev() {
        let c = rest.checked_rem(*dim).unwrap_or(0);
        rest = rest.checked_div(*dim).unwrap_or(0);
        let Some(mine) = own.next() else { break };
        if *mine != 1 {
            at = at.saturating_add(c.saturating_mul(step));
        }
        step = step.saturating_mul(*mine);
    }
    at
}

/// An axis attribute, negative ones counted from the end.
pub fn axis(axis: i64, rank: usize) -> Judged<usize> {
    let length = i64::try_from(rank).unwrap_or(i64::MAX);
    let axis = if axis < 0 { axis.saturating_add(length) } else { axis };
    usize::try_from(axis).ok().filter(|a| *a < rank).ok_or(Reject::Malformed("an axis that the tensor does not have"))
}

/// Number of elements of a shape.
pub fn count(dims: &[u64]) -> u64 {
    dims.iter().fold(1u64, |n, d| n.saturating_mul(*d))
}
