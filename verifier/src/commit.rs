//! Commitments to the values of a graph: tensors in their layouts, lists of roots, graphs.

use candor_adjudicator::{
    evidence::{GraphHeader, Leaf, LeafOpening, ListOpening},
    DType, Header, Layout, Node,
};
use candor_commitments::{
    chunk_hashes, leaf_hash, list_root, merkle_root, open, Blake2b256, Hash, TensorHeader, CHUNK, TAG_GRAPH,
};
use codec::Encode;
use rayon::prelude::*;
use std::borrow::Cow;

/// Bytes that are arranged and hashed at once: whole chunks, so that a tensor of any size needs this much memory a
/// thread besides its own bytes.
const WINDOW: usize = 1 << 20;

/// How a tensor lies in one of its layouts.
#[derive(Clone, Debug)]
pub struct Arrangement {
    /// Shape in the committed order.
    pub dims: Vec<u64>,
    /// Distance, in elements of the row-major tensor, of neighbours along each committed axis.
    strides: Vec<u64>,
    size: usize,
    identity: bool,
}

impl Arrangement {
    /// How a tensor of this type and shape lies in `layout`.
    pub fn new(header: &Header, layout: Layout) -> Self {
        let axes = layout.axes(header.dims.len());
        let natural = candor_adjudicator::operators::shape::strides(&header.dims);
        let pick = |from: &[u64]| axes.iter().filter_map(|a| from.get(*a)).copied().collect::<Vec<_>>();
        let (dims, strides) = (pick(&header.dims), pick(&natural));
        Self { dims, strides, size: header.dtype.size(), identity: axes.is_sorted() }
    }

    /// How bytes in the committed order of `layout` become row-major again.
    pub fn inverse(header: &Header, layout: Layout) -> Self {
        let axes = layout.axes(header.dims.len());
        let committed: Vec<u64> = axes.iter().filter_map(|a| header.dims.get(*a)).copied().collect();
        let own = candor_adjudicator::operators::shape::strides(&committed);
        let mut strides = vec![0; header.dims.len()];
        for (axis, stride) in axes.iter().zip(own) {
            strides.iter_mut().skip(*axis).take(1).for_each(|s| *s = stride);
        }
        Self { dims: header.dims.clone(), strides, size: header.dtype.size(), identity: axes.is_sorted() }
    }

    /// Number of elements.
    pub fn count(&self) -> u64 {
        self.dims.iter().product()
    }

    /// Position, in the committed order, of the element with row-major index `index` in a tensor of shape `dims`.
    pub fn position(&self, index: u64) -> u64 {
        if self.identity {
            return index;
        }
        let own = candor_adjudicator::operators::shape::strides(&self.dims);
        // Every axis of the row-major tensor appears once: its coordinate is (index / stride) mod dim.
        let axes = self.dims.iter().zip(&self.strides).zip(&own);
        axes.map(|((dim, stride), own)| index.checked_div(*stride).unwrap_or(0) % (*dim).max(1) * own).sum()
    }

    /// Row-major index of the element at `position` in the committed order: the inverse of [`Self::position`].
    pub fn index(&self, position: u64) -> u64 {
        let mut rest = position;
        let mut index = 0;
        for (dim, stride) in self.dims.iter().zip(&self.strides).rev() {
            index += rest % (*dim).max(1) * stride;
            rest /= (*dim).max(1);
        }
        index
    }

    /// Bytes `from..to` of the committed order, given the row-major bytes. Both must be bounds of
    /// elements.
    pub fn bytes<'a>(&self, data: &'a [u8], from: usize, to: usize) -> Cow<'a, [u8]> {
        let to = to.min(data.len());
        let from = from.min(to);
        if self.identity {
            return Cow::Borrowed(data.get(from..to).unwrap_or_default());
        }
        let mut out = vec![0u8; to - from];
        match self.size {
            1 => self.gather::<1>(data, from, &mut out),
            2 => self.gather::<2>(data, from / 2, &mut out),
            4 => self.gather::<4>(data, from / 4, &mut out),
            _ => self.gather::<8>(data, from / 8, &mut out),
        }
        Cow::Owned(out)
    }

    /// Fills `out` with the elements from position `first` on. Goes through up to 16 neighbouring rows together: where the
    /// order is transposed, they share the cache lines of the source.
    fn gather<const N: usize>(&self, data: &[u8], first: usize, out: &mut [u8]) {
        let source = data.as_chunks::<N>().0;
        let target = out.as_chunks_mut::<N>().0;
        let length = self.dims.last().map_or(1, |d| *d as usize).max(1);
        let step = self.strides.last().map_or(1, |s| *s as usize);
        let outer = self.dims.len().saturating_sub(1);
        let offset = |row: usize| {
            let mut rest = row as u64;
            let mut at = 0u64;
            for (dim, stride) in self.dims.iter().zip(&self.strides).take(outer).rev() {
                at += rest % (*dim).max(1) * stride;
                rest /= (*dim).max(1);
            }
            at as usize
        };
        let mut done = 0;
        while done < target.len() {
            let position = first + done;
            let (row, start) = (position / length, position % length);
            if start != 0 || target.len() - done < length {
                // A part of a row.
                let count = (length - start).min(target.len() - done);
                let base = offset(row) + start * step;
                for (n, to) in target.iter_mut().skip(done).take(count).enumerate() {
                    *to = source.get(base + n * step).copied().unwrap_or([0; N]);
                }
                done += count;
                continue;
            }
            let rows = ((target.len() - done) / length).min(16);
            let bases: Vec<usize> = (row..row + rows).map(offset).collect();
            for n in 0..length {
                for (r, base) in bases.iter().enumerate() {
                    if let (Some(to), Some(from)) = (target.get_mut(done + r * length + n), source.get(base + n * step))
                    {
                        *to = *from;
                    }
                }
            }
            done += rows * length;
        }
    }
}

/// A tensor committed in one layout: everything of it that openings need but the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommittedTensor {
    /// Element type.
    pub dtype: DType,
    /// Shape in the committed order.
    pub dims: Vec<u64>,
    /// Hash of every chunk.
    pub leaves: Vec<Hash>,
    /// Root of the bytes.
    pub data: Hash,
    /// Tensor root.
    pub root: Hash,
}

impl CommittedTensor {
    /// From the hashes of its chunks.
    pub fn from_leaves(dtype: DType, dims: Vec<u64>, leaves: Vec<Hash>) -> Self {
        let data = merkle_root::<Blake2b256>(&leaves);
        let byte_len = dims.iter().product::<u64>() * dtype.size() as u64;
        let root = TensorHeader { dtype: dtype.code(), dims: &dims, byte_len }.root::<Blake2b256>(&data);
        Self { dtype, dims, leaves, data, root }
    }

    /// Commit to row-major bytes in `layout`. Large tensors are hashed on all threads of the current pool.
    pub fn new(header: &Header, bytes: &[u8], layout: Layout) -> Self {
        let arrangement = Arrangement::new(header, layout);
        let hashes = |window: usize| {
            let part = arrangement.bytes(bytes, window * WINDOW, (window + 1) * WINDOW);
            chunk_hashes::<Blake2b256>(&part)
        };
        let windows = bytes.len().div_ceil(WINDOW).max(1);
        let leaves = match windows {
            1 => hashes(0),
            _ => (0..windows).into_par_iter().flat_map_iter(hashes).collect(),
        };
        Self::from_leaves(header.dtype, arrangement.dims, leaves)
    }

    /// The same bytes under another shape: what Reshape and its like commit to, without hashing again.
    pub fn reshaped(&self, dims: Vec<u64>) -> Self {
        Self::from_leaves(self.dtype, dims, self.leaves.clone())
    }

    /// Bytes of the data.
    pub fn byte_len(&self) -> u64 {
        self.dims.iter().product::<u64>() * self.dtype.size() as u64
    }

    /// Chunks.
    pub fn chunks(&self) -> u64 {
        self.leaves.len() as u64
    }

    /// Bytes of a chunk: where it begins and ends.
    pub fn span(&self, first: u64, count: u64) -> (u64, u64) {
        let chunk = CHUNK as u64;
        (first * chunk, ((first + count) * chunk).min(self.byte_len()))
    }

    /// Proof of `count` chunks from `first`.
    pub fn proof(&self, first: u64, count: u64) -> Option<Vec<Hash>> {
        open::<Blake2b256>(&self.leaves, first, count)
    }
}

/// A list of roots: the weights of a release, or the trace of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootList {
    tag: u8,
    roots: Vec<Hash>,
    leaves: Vec<Hash>,
}

impl RootList {
    /// A list under its tag.
    pub fn new(tag: u8, roots: Vec<Hash>) -> Self {
        let leaves = roots.iter().map(|root| leaf_hash::<Blake2b256>(root)).collect();
        Self { tag, roots, leaves }
    }

    /// The roots.
    pub fn roots(&self) -> &[Hash] {
        &self.roots
    }

    /// Root of the list.
    pub fn root(&self) -> Hash {
        list_root::<Blake2b256>(self.tag, &self.roots)
    }

    /// Number of roots.
    pub fn count(&self) -> u32 {
        u32::try_from(self.roots.len()).unwrap_or(u32::MAX)
    }

    /// Proof of one root.
    pub fn proof(&self, position: u32) -> Option<Vec<Hash>> {
        open::<Blake2b256>(&self.leaves, position.into(), 1)
    }

    /// A root with its proof.
    pub fn open(&self, position: u32) -> Option<ListOpening> {
        let root = *self.roots.get(position as usize)?;
        Some(ListOpening { root, count: self.count(), proof: self.proof(position)? })
    }
}

/// A graph as it is committed: the header and the nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphCommitment {
    leaves: Vec<Leaf>,
    hashes: Vec<Hash>,
    root: Hash,
}

impl GraphCommitment {
    /// Commit to a graph.
    pub fn new(header: GraphHeader, nodes: impl IntoIterator<Item = Node>) -> Self {
        let mut leaves = vec![Leaf::Header(header)];
        leaves.extend(nodes.into_iter().map(Leaf::Node));
        let encoded: Vec<Vec<u8>> = leaves.iter().map(Encode::encode).collect();
        let hashes = encoded.iter().map(|bytes| leaf_hash::<Blake2b256>(bytes)).collect();
        let root = candor_commitments::items_root::<Blake2b256>(TAG_GRAPH, encoded.iter().map(Vec::as_slice));
        Self { leaves, hashes, root }
    }

    /// Root of the graph.
    pub fn root(&self) -> Hash {
        self.root
    }

    /// The leaf of node `node`, or of the header.
    pub fn open(&self, node: Option<u32>) -> Option<LeafOpening> {
        let position = node.map_or(Some(0), |n| n.checked_add(1))?;
        let leaf = self.leaves.get(position as usize)?.clone();
        let count = u32::try_from(self.leaves.len()).ok()?;
        Some(LeafOpening { position, count, leaf, proof: open::<Blake2b256>(&self.hashes, position.into(), 1)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn header(dims: &[u64]) -> Header {
        Header::new(DType::Float32, dims.to_vec()).unwrap()
    }

    fn data(count: u64) -> Vec<u8> {
        (0..count as u32).flat_map(u32::to_le_bytes).collect()
    }

    proptest! {
        #[test]
        fn every_element_should_stand_at_its_position_when_a_tensor_is_arranged(
            dims in prop::collection::vec(1u64..9, 0..5), set in any::<u8>(), swapped in any::<bool>()
        ) {
            let header = header(&dims);
            let layout = if swapped { Layout::Swapped } else { Layout::Last(set) };
            let arrangement = Arrangement::new(&header, layout);
            let bytes = data(header.count());
            let arranged = arrangement.bytes(&bytes, 0, bytes.len());
            for index in 0..header.count() {
                let at = arrangement.position(index) as usize * 4;
                prop_assert_eq!(&arranged[at..at + 4], &(index as u32).to_le_bytes());
                prop_assert_eq!(arrangement.index(arrangement.position(index)), index);
            }
            let back = Arrangement::inverse(&header, layout);
            prop_assert_eq!(&*back.bytes(&arranged, 0, bytes.len()), bytes.as_slice());
        }

        #[test]
        fn windows_should_be_parts_of_the_whole_when_a_tensor_is_arranged(
            dims in prop::collection::vec(1u64..9, 1..4), from in 0usize..200, len in 0usize..200
        ) {
            let header = header(&dims);
            let arrangement = Arrangement::new(&header, Layout::Swapped);
            let bytes = data(header.count());
            let whole = arrangement.bytes(&bytes, 0, bytes.len());
            let from = (from * 4).min(bytes.len());
            let to = (from + len * 4).min(bytes.len());
            prop_assert_eq!(&*arrangement.bytes(&bytes, from, to), &whole[from..to]);
        }
    }

    #[test]
    fn roots_should_be_those_of_the_arranged_bytes_when_a_tensor_is_large() {
        let header = header(&[700, 1000]);
        let bytes = data(header.count());
        let committed = CommittedTensor::new(&header, &bytes, Layout::Swapped);
        let mut swapped = Vec::new();
        for column in 0..1000u32 {
            swapped.extend((0..700u32).flat_map(|row| (row * 1000 + column).to_le_bytes()));
        }
        let root = candor_commitments::tensor_root::<Blake2b256>(1, &[1000, 700], &swapped);
        assert_eq!(committed.root, root);
    }
}
