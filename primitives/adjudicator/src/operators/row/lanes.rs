//! Lines of a tensor along one axis, and headers shared by the row operators.

use super::super::shape;
use crate::{Attribute, Call, Header, Judged, Layout, Node, Reject, Slot};

/// The line along an axis on which an element lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Index of its first element.
    pub start: u64,
    /// Elements between neighbours.
    pub stride: u64,
    /// Its length.
    pub count: u64,
    /// Position of the element on it.
    pub at: u64,
}

impl Lane {
    /// The line along `axis` of element `index` of a tensor of shape `dims`.
    pub fn new(dims: &[u64], axis: usize, index: u64) -> Self {
        let count = dims.get(axis).copied().unwrap_or(1);
        let stride = shape::count(dims.get(axis.saturating_add(1)..).unwrap_or(&[]));
        let at = index.checked_div(stride).and_then(|n| n.checked_rem(count)).unwrap_or(0);
        Self { start: index.saturating_sub(at.saturating_mul(stride)), stride, count, at }
    }

    /// The row of `count` consecutive elements of element `index`.
    pub fn row(count: u64, index: u64) -> Self {
        let at = index.checked_rem(count).unwrap_or(0);
        Self { start: index.saturating_sub(at), stride: 1, count, at }
    }
}

/// Type and shape of input 0.
pub fn same_as_input(call: &Call<'_>, _: usize) -> Judged<Header> {
    Ok(call.header(0)?.clone())
}

/// A header with this shape, or why not.
pub fn header(dtype: crate::DType, dims: alloc::vec::Vec<u64>) -> Judged<Header> {
    Header::new(dtype, dims).ok_or(Reject::Malformed("a shape beyond the limits"))
}

/// The axis attribute (`default` if absent) as a position.
pub fn axis(call: &Call<'_>, default: i64) -> Judged<usize> {
    shape::axis(call.int("axis", default)?, call.dims(0)?.len())
}

/// The layout for reading lines along the axes `axes` of a tensor of `rank` dimensions, if that is known.
pub fn layout_for(axes: &[i64], rank: Option<usize>) -> Layout {
    if let [axis] = axes {
        match (*axis, rank) {
            (-1, _) => return Layout::Natural,
            (-2, _) => return Layout::Swapped,
            _ => {},
        }
    }
    let mut set = 0u8;
    for axis in axes {
        let axis = match rank {
            Some(rank) => shape::axis(*axis, rank).ok(),
            None => usize::try_from(*axis).ok(),
        };
        let Some(bit) = axis.and_then(|a| u32::try_from(a).ok()).and_then(|a| 1u8.checked_shl(a)) else {
            return Layout::Natural;
        };
        set |= bit;
    }
    let Some(rank) = rank.and_then(|r| u32::try_from(r).ok()) else {
        return if set == 0 { Layout::Natural } else { Layout::Last(set) };
    };
    let all = 1u16.checked_shl(rank).unwrap_or(0).wrapping_sub(1);
    let kept = all & !u16::from(set);
    // Natural where the set already is the end.
    if set == 0 || kept < 1u16.checked_shl(u16::from(set).trailing_zeros()).unwrap_or(0) {
        return Layout::Natural;
    }
    if rank >= 2 && u32::from(set) == 1 << (rank.saturating_sub(2)) {
        return Layout::Swapped;
    }
    Layout::Last(set)
}

/// The layout for operators with one `axis` attribute, by default the last.
pub fn last_axis_layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    axis_layout(node, slot, rank, -1)
}

/// The layout for operators with one `axis` attribute, by default the first.
pub fn first_axis_layout(node: &Node, slot: Slot, rank: Option<usize>) -> Layout {
    axis_layout(node, slot, rank, 0)
}

fn axis_layout(node: &Node, slot: Slot, rank: Option<usize>, default: i64) -> Layout {
    if slot != Slot::Input(0) {
        return Layout::Natural;
    }
    match node.attribute("axis") {
        Some(Attribute::Int(axis)) => layout_for(&[*axis], rank),
        _ => layout_for(&[default], rank),
    }
}
