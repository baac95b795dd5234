//! Opened tensors as a source of elements.

use super::{operand, Commitments, TensorOpening};
use crate::{
    elements::little_endian, operators::shape, Elements, Header, Layout, Missing, Node, Place, Slot, MAX_RANK,
};
use alloc::{collections::BTreeMap, vec::Vec};
use candor_commitments::{
    chunk_count, range_root, verify_list, Hash, Hasher, TensorHeader, CHUNK, TAG_TRACE, TAG_WEIGHTS,
};

/// Why an opening does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// The root is not in the list.
    Root,
    /// Chunks and proof lead to another root, or the ranges are not ascending.
    Range,
    /// The same root is opened twice.
    Twice,
    /// A tensor that the node does not read or make.
    Foreign,
}

impl core::fmt::Display for OpenError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Root => "the tensor is not in the list of weights or of the trace",
            Self::Range => "opened chunks lead to another root, or are not ascending",
            Self::Twice => "a tensor is opened twice",
            Self::Foreign => "a tensor is opened that the node neither reads nor makes",
        })
    }
}

/// One committed tensor: its order, and the chunks that are known.
struct View<'a> {
    /// Strides of the logical axes in the committed order, in elements.
    strides: Vec<u64>,
    natural: bool,
    size: usize,
    /// First byte and bytes of each opened range, ascending.
    ranges: Vec<(u64, &'a [u8])>,
}

impl View<'_> {
    /// Position, in the committed order, of the element with row-major index `index` in a tensor of shape `dims`.
    fn position(&self, dims: &[u64], index: u64) -> u64 {
        if self.natural {
            return index;
        }
        let mut rest = index;
        let mut position = 0u64;
        for (dim, stride) in dims.iter().zip(&self.strides).rev() {
            let at = rest.checked_rem(*dim).unwrap_or(0);
            rest = rest.checked_div(*dim).unwrap_or(0);
            position = position.saturating_add(at.saturating_mul(*stride));
        }
        position
    }

    fn bytes(&self, at: u64, len: u64) -> Option<&[u8]> {
        let last = self.ranges.partition_point(|(first, _)| *first <= at).checked_sub(1)?;
        let (first, bytes) = self.ranges.get(last)?;
        let from = usize::try_from(at.checked_sub(*first)?).ok()?;
        bytes.get(from..from.checked_add(usize::try_from(len).ok()?)?)
    }

    fn bits(&self, position: u64) -> Option<u64> {
        let size = self.size as u64;
        self.bytes(position.checked_mul(size)?, size).map(little_endian)
    }

    /// Appends `count` elements from `position`, `step` apart; nothing if one is not opened.
    fn line(&self, position: u64, step: u64, count: u64, out: &mut Vec<u64>) -> bool {
        let before = out.len();
        let size = self.size as u64;
        let whole = count.checked_mul(size).zip(position.checked_mul(size));
        if let (1, Some((len, at))) = (step, whole) {
            if let Some(bytes) = self.bytes(at, len) {
                match self.size {
                    4 => out.extend(bytes.as_chunks::<4>().0.iter().map(|b| u64::from(u32::from_le_bytes(*b)))),
                    _ => out.extend(bytes.chunks_exact(self.size).map(little_endian)),
                }
                return true;
            }
        }
        for n in 0..count {
            let Some(bits) = self.bits(position.saturating_add(n.saturating_mul(step))) else {
                out.truncate(before);
                return false;
            };
            out.push(bits);
        }
        true
    }
}

/// The operands of one node, as far as they are opened.
pub struct Opened<'a> {
    headers: BTreeMap<Slot, Header>,
    views: BTreeMap<Slot, Vec<View<'a>>>,
}

impl<'a> Opened<'a> {
    /// Check openings against the chain's roots and lay them out for `node`. `only` narrows one slot to one of its
    /// layouts, by position.
    pub fn new<H: Hasher>(
        node: &Node,
        tensors: &'a [TensorOpening],
        commitments: &Commitments,
        only: Option<(Slot, u32)>,
    ) -> Result<Self, OpenError> {
        let mut known: BTreeMap<(Place, u32), &TensorOpening> = BTreeMap::new();
        for tensor in tensors {
            check::<H>(tensor, commitments)?;
            if known.insert((tensor.place, tensor.position), tensor).is_some() {
                return Err(OpenError::Twice);
            }
        }
        let mut used = 0usize;
        let mut this = Self { headers: BTreeMap::new(), views: BTreeMap::new() };
        let inputs = (0..node.inputs.len()).map(Slot::Input);
        let outputs = (0..node.outputs.len()).map(Slot::Output);
        let mut seen: BTreeMap<(Place, u32), ()> = BTreeMap::new();
        for slot in inputs.chain(outputs) {
            let Some(operand) = operand(node, slot) else { continue };
            for (number, layout) in (0u32..).zip(&operand.layouts) {
                let place = (operand.place, operand.root.saturating_add(number));
                let Some(tensor) = known.get(&place) else { continue };
                if seen.insert(place, ()).is_none() {
                    used = used.saturating_add(1);
                }
                if only.is_some_and(|(s, n)| s == slot && n != number) {
                    continue;
                }
                this.add(slot, *layout, tensor);
            }
        }
        if used != known.len() {
            return Err(OpenError::Foreign);
        }
        Ok(this)
    }

    fn add(&mut self, slot: Slot, layout: Layout, tensor: &'a TensorOpening) {
        let axes = layout.axes(tensor.dims.len());
        let committed = shape::strides(&tensor.dims);
        let mut dims = [0u64; MAX_RANK];
        let mut strides = [0u64; MAX_RANK];
        for ((axis, dim), stride) in axes.iter().zip(&tensor.dims).zip(&committed) {
            if let (Some(d), Some(s)) = (dims.get_mut(*axis), strides.get_mut(*axis)) {
                (*d, *s) = (*dim, *stride);
            }
        }
        let rank = tensor.dims.len().min(MAX_RANK);
        let logical: Vec<u64> = dims.iter().take(rank).copied().collect();
        let header = Header { dtype: tensor.dtype, dims: logical };
        // Roots of one value whose headers differ are a fault of their own; the first one speaks here.
        let known = self.headers.entry(slot).or_insert_with(|| header.clone());
        if *known != header {
            return;
        }
        let chunk = CHUNK as u64;
        let ranges = tensor.ranges.iter().map(|r| (r.first.saturating_mul(chunk), r.bytes.as_slice()));
        self.views.entry(slot).or_default().push(View {
            strides: strides.iter().take(rank).copied().collect(),
            natural: layout == Layout::Natural || axes.is_sorted(),
            size: tensor.dtype.size(),
            ranges: ranges.collect(),
        });
    }
}

/// The ranges lead to the root of the bytes, it and the header to a tensor root, and that stands in its list.
pub(super) fn check<H: Hasher>(tensor: &TensorOpening, commitments: &Commitments) -> Result<(), OpenError> {
    let count = shape::count(&tensor.dims);
    let byte_len = count.checked_mul(tensor.dtype.size() as u64).ok_or(OpenError::Root)?;
    let mut next = 0u64;
    for range in &tensor.ranges {
        if range.first < next {
            return Err(OpenError::Range);
        }
        next = range.first.saturating_add(chunk_count(range.bytes.len() as u64));
        let root = range_root::<H>(byte_len, range.first, &range.bytes, &range.proof);
        if root.map_err(|_| OpenError::Range)? != tensor.data {
            return Err(OpenError::Range);
        }
    }
    let header = TensorHeader { dtype: tensor.dtype.code(), dims: &tensor.dims, byte_len };
    let root: Hash = header.root::<H>(&tensor.data);
    let (tag, list) = match tensor.place {
        Place::Weight => (TAG_WEIGHTS, &commitments.weights),
        Place::Trace => (TAG_TRACE, &commitments.trace),
    };
    verify_list::<H>(tag, list, tensor.count, tensor.position, &[root], &tensor.proof).map_err(|_| OpenError::Root)
}

impl Elements for Opened<'_> {
    fn header(&self, slot: Slot) -> Result<&Header, Missing> {
        self.headers.get(&slot).ok_or(Missing::Header(slot))
    }

    fn element(&self, slot: Slot, index: u64) -> Result<u64, Missing> {
        let missing = Missing::Element(slot, index);
        let dims = &self.header(slot)?.dims;
        let views = self.views.get(&slot).ok_or(missing)?;
        views.iter().find_map(|view| view.bits(view.position(dims, index))).ok_or(missing)
    }

    fn line(&self, slot: Slot, start: u64, stride: u64, count: u64, out: &mut Vec<u64>) -> Result<(), Missing> {
        let dims = &self.header(slot)?.dims;
        let views = self.views.get(&slot).ok_or(Missing::Element(slot, start))?;
        // A line along one axis is a line in every layout.
        let along = along(dims, start, stride, count);
        for view in views {
            let step = match along {
                _ if view.natural => Some(stride),
                Some((axis, times)) => view.strides.get(axis).map(|s| s.saturating_mul(times)),
                None => None,
            };
            if let Some(step) = step {
                if view.line(view.position(dims, start), step, count, out) {
                    return Ok(());
                }
            }
        }
        let mut index = start;
        for _ in 0..count {
            out.push(self.element(slot, index)?);
            index = index.saturating_add(stride);
        }
        Ok(())
    }
}

/// The axis along which the line runs, and how many places it moves at each step, if it stays on one axis.
fn along(dims: &[u64], start: u64, stride: u64, count: u64) -> Option<(usize, u64)> {
    let strides = shape::strides(dims);
    let at = shape::coordinates(dims, start);
    let axes = strides.iter().zip(dims).zip(&at).enumerate();
    for (axis, ((own, dim), at)) in axes {
        let times = stride.checked_div(*own)?;
        if times == 0 || stride.checked_rem(*own) != Some(0) {
            continue;
        }
        let end = at.saturating_add(count.saturating_sub(1).saturating_mul(times));
        return (end < *dim).then_some((axis, times));
    }
    None
}
