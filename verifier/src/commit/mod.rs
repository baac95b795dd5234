//! Commitments to the values of a graph: tensors in their layouts, lists of roots, graphs.

use crate::lower::Blocked;
use candor_adjudicator::{
    evidence::{GraphHeader, Leaf, LeafOpening, ListOpening},
    DType, Header, Layout, Node,
};
use candor_commitments::{
    chunk_hashes, leaf_hash, list_root, merkle_root, open, Blake2b256, Hash, TensorHeader, CHUNK, TAG_GRAPH,
};
use codec::Encode;
use rayon::prelude::*;

mod arrange;
mod lanes;

pub use arrange::Arrangement;
pub use lanes::Lanes;

/// Bytes that are arranged and hashed at once: whole chunks, so that a tensor of any size needs this much memory a
/// thread besides its own bytes.
const WINDOW: usize = 1 << 18;

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
        let data = merkle_root::<Lanes>(&leaves);
        let byte_len = arrange::elements(&dims) * dtype.size() as u64;
        let root = TensorHeader { dtype: dtype.code(), dims: &dims, byte_len }.root::<Blake2b256>(&data);
        Self { dtype, dims, leaves, data, root }
    }

    /// Commit to row-major bytes in `layout`. Large tensors are hashed on all threads of the current pool.
    pub fn new(header: &Header, bytes: &[u8], layout: Layout) -> Self {
        Self::arranged(header.dtype, &Arrangement::new(header, layout), bytes)
    }

    /// Commit, in `layout`, to bytes as ONNX Runtime has them; `None` if they cannot be blocked like that.
    pub fn of(header: &Header, bytes: &[u8], blocked: Option<Blocked>, layout: Layout) -> Option<Self> {
        match blocked {
            None => Some(Self::new(header, bytes, layout)),
            Some(Blocked::Channels(block)) => {
                Some(Self::arranged(header.dtype, &Arrangement::from_blocks(header, block, layout)?, bytes))
            },
            Some(blocked) => Some(Self::new(header, &blocked.unblock(header, bytes)?, layout)),
        }
    }

    fn arranged(dtype: DType, arrangement: &Arrangement, bytes: &[u8]) -> Self {
        let hashes = |window: usize| {
            let part = arrangement.bytes(bytes, window * WINDOW, (window + 1) * WINDOW);
            chunk_hashes::<Lanes>(&part)
        };
        let windows = bytes.len().div_ceil(WINDOW).max(1);
        let leaves = match windows {
            1 => hashes(0),
            _ => (0..windows).into_par_iter().flat_map_iter(hashes).collect(),
        };
        Self::from_leaves(dtype, arrangement.dims.clone(), leaves)
    }

    /// The same bytes under another shape: what Reshape and its like commit to, without hashing again.
    pub fn reshaped(&self, dims: Vec<u64>) -> Self {
        Self::from_leaves(self.dtype, dims, self.leaves.clone())
    }

    /// Bytes of the data.
    pub fn byte_len(&self) -> u64 {
        arrange::elements(&self.dims) * self.dtype.size() as u64
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

    fn header(dims: &[u64]) -> Header {
        Header::new(DType::Float32, dims.to_vec()).unwrap()
    }

    fn data(count: u64) -> Vec<u8> {
        (0..count as u32).flat_map(u32::to_le_bytes).collect()
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
