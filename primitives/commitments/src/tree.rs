//! The Merkle tree: its leaves, its shape, and how it is built in one pass.

use crate::{Hash, Hasher, TAG_LEAF, TAG_NODE};
use alloc::vec::Vec;
use core::marker::PhantomData;

/// Bytes of a chunk. Every chunk is this long, except the last of its data.
pub const CHUNK: usize = 1024;

/// Bytes of a chunk, as a length of data.
pub(crate) const CHUNK_LEN: u64 = CHUNK as u64;

/// Chunks of `len` bytes of data: at least one, because empty data has one empty chunk.
pub const fn chunk_count(len: u64) -> u64 {
    match len.div_ceil(CHUNK_LEN) {
        0 => 1,
        n => n,
    }
}

/// Hash of a leaf: `H(0x00 || bytes)`.
pub fn leaf_hash<H: Hasher>(bytes: &[u8]) -> Hash {
    let mut tagged = Vec::with_capacity(bytes.len().saturating_add(1));
    tagged.push(TAG_LEAF);
    tagged.extend_from_slice(bytes);
    H::hash(&tagged)
}

/// Hash of an inner node: `H(0x01 || left || right)`.
pub fn node_hash<H: Hasher>(left: &Hash, right: &Hash) -> Hash {
    let mut tagged = [TAG_NODE; 65];
    for (to, from) in tagged.iter_mut().skip(1).zip(left.iter().chain(right)) {
        *to = *from;
    }
    H::hash(&tagged)
}

/// Root of the tree over leaves that are hashed already. The root of no leaves is the hash of the empty leaf.
pub fn merkle_root<H: Hasher>(leaves: &[Hash]) -> Hash {
    if leaves.is_empty() {
        return leaf_hash::<H>(&[]);
    }
    let mut level = leaves.to_vec();
    let mut above = Vec::with_capacity(level.len().div_ceil(2));
    while level.len() > 1 {
        // A last node without a neighbour is promoted as it is.
        let pairs: Vec<&[u8]> = level.chunks_exact(2).map(<[Hash]>::as_flattened).collect();
        H::hash_tagged(TAG_NODE, &pairs, &mut above);
        above.extend(level.chunks_exact(2).remainder());
        level.clear();
        core::mem::swap(&mut level, &mut above);
    }
    level.first().copied().unwrap_or_else(|| leaf_hash::<H>(&[]))
}

/// Leaf hashes of all chunks of `data`, in order; at least one.
pub fn chunk_hashes<H: Hasher>(data: &[u8]) -> Vec<Hash> {
    if data.is_empty() {
        return [leaf_hash::<H>(data)].into();
    }
    let chunks: Vec<&[u8]> = data.chunks(CHUNK).collect();
    let mut hashes = Vec::with_capacity(chunks.len());
    H::hash_tagged(TAG_LEAF, &chunks, &mut hashes);
    hashes
}

/// Merkle root over the chunks of `data`.
///
/// It does not bind the length for whoever sees only an opening: openings are judged against a tensor root or a file
/// root, which do.
pub fn data_root<H: Hasher>(data: &[u8]) -> Hash {
    merkle_root::<H>(&chunk_hashes::<H>(data))
}

/// The roots of the complete subtrees seen so far, largest first: one per bit of the count.
#[derive(Clone)]
pub(crate) struct Accumulator<H> {
    peaks: Vec<Hash>,
    count: u64,
    hasher: PhantomData<fn() -> H>,
}

impl<H: Hasher> Accumulator<H> {
    pub(crate) const fn new() -> Self {
        Self { peaks: Vec::new(), count: 0, hasher: PhantomData }
    }

    /// Append a leaf. Like adding one to a binary counter: each carry joins two subtrees of equal size.
    pub(crate) fn push(&mut self, leaf: Hash) {
        let mut carried = leaf;
        for _ in 0..self.count.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                carried = node_hash::<H>(&left, &carried);
            }
        }
        self.peaks.push(carried);
        self.count = self.count.wrapping_add(1);
    }

    /// Root of all leaves: the subtrees joined from the smallest, each as the right side of the next larger one.
    pub(crate) fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        match peaks.next() {
            Some(last) => peaks.fold(*last, |right, left| node_hash::<H>(left, &right)),
            None => leaf_hash::<H>(&[]),
        }
    }
}

/// Builds a root from bytes that arrive in pieces, whatever the pieces, in memory of a few chunks and 32 bytes per level.
///
/// ```
/// use candor_commitments::{data_root, Blake2b256, TreeBuilder};
///
/// let mut tree = TreeBuilder::<Blake2b256>::new();
/// tree.update(b"a large ");
/// tree.update(b"file");
/// assert_eq!(tree.finish(), data_root::<Blake2b256>(b"a large file"));
/// ```
pub struct TreeBuilder<H> {
    tree: Accumulator<H>,
    /// Bytes that do not fill a batch yet.
    pending: Vec<u8>,
    hashes: Vec<Hash>,
    len: u64,
}

/// Bytes that are hashed together while a root is built: whole chunks.
const BATCH: usize = 16 * CHUNK;

impl<H: Hasher> TreeBuilder<H> {
    /// A builder that has seen no bytes.
    pub fn new() -> Self {
        Self { tree: Accumulator::new(), pending: Vec::new(), hashes: Vec::new(), len: 0 }
    }

    /// Append bytes.
    pub fn update(&mut self, data: &[u8]) -> &mut Self {
        self.len = self.len.saturating_add(data.len() as u64);
        let mut rest = data;
        if !self.pending.is_empty() {
            let room = BATCH.saturating_sub(self.pending.len());
            let (now, later) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            self.pending.extend_from_slice(now);
            rest = later;
            if self.pending.len() < BATCH {
                return self;
            }
            let batch = core::mem::take(&mut self.pending);
            self.close(&batch);
        }
        let mut batches = rest.chunks_exact(BATCH);
        for batch in batches.by_ref() {
            self.close(batch);
        }
        self.pending.extend_from_slice(batches.remainder());
        self
    }

    /// Bytes seen so far.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether no bytes were seen so far.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Merkle root of all bytes seen.
    pub fn finish(mut self) -> Hash {
        let rest = core::mem::take(&mut self.pending);
        if !rest.is_empty() {
            self.close(&rest);
        }
        self.tree.root()
    }

    /// File root of all bytes seen.
    pub fn finish_file(self) -> Hash {
        let size = self.len;
        crate::file_root_of::<H>(size, &self.finish())
    }

    /// Tensor root of all bytes seen.
    pub fn finish_tensor(self, dtype: u8, dims: &[u64]) -> Hash {
        let header = crate::TensorHeader { dtype, dims, byte_len: self.len };
        header.root::<H>(&self.finish())
    }

    fn close(&mut self, bytes: &[u8]) {
        let mut chunks: Vec<&[u8]> = Vec::with_capacity(BATCH / CHUNK);
        chunks.extend(bytes.chunks(CHUNK));
        self.hashes.clear();
        H::hash_tagged(TAG_LEAF, &chunks, &mut self.hashes);
        for leaf in &self.hashes {
            self.tree.push(*leaf);
        }
    }
}

impl<H: Hasher> Default for TreeBuilder<H> {
    fn default() -> Self {
        Self::new()
    }
}
