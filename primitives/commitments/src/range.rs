//! Openings: consecutive leaves of a tree with one proof.
//!
//! A proof is the list of the subtree roots that border the opened leaves, level by level from the leaves up, at each
//! level the one on the left before the one on the right. Which ones are needed follows from the number of leaves and
//! the range alone, so a proof has exactly one length and carries no positions.

use crate::{
    chunk_count, chunk_hashes, file_root_of, leaf_hash, node_hash,
    roots::counted,
    tree::{Accumulator, CHUNK_LEN},
    Hash, Hasher, TensorHeader, CHUNK,
};
use alloc::vec::Vec;

/// The hashes that lead from a range of leaves to the root, from the leaves up, left before right.
pub type RangeProof = Vec<Hash>;

/// Why an opening does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyError {
    /// The range is empty, or reaches beyond the last leaf.
    Range,
    /// The bytes given are not whole chunks, or the last chunk is not as long as the data's length asks for.
    ChunkLength,
    /// The proof has more or fewer hashes than this range needs.
    ProofLength,
    /// The leaves and the proof lead to another root.
    Root,
}

impl core::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Range => "the opened range is empty or reaches beyond the last chunk",
            Self::ChunkLength => "the opened bytes are not whole chunks of this data",
            Self::ProofLength => "the proof has more or fewer hashes than this range needs",
            Self::Root => "the opened bytes and the proof lead to another root",
        })
    }
}

impl core::error::Error for VerifyError {}

/// One level of the tree: where the known nodes lie, and which neighbours they need.
struct Level {
    /// Height above the leaves.
    height: u32,
    /// Position of the neighbour needed on the left.
    left: Option<u64>,
    /// Position of the neighbour needed on the right.
    right: Option<u64>,
}

/// Walks from the leaves `lo..hi` of `width` leaves up to the root.
struct Levels {
    lo: u64,
    hi: u64,
    width: u64,
    height: u32,
}

impl Levels {
    fn new(leaves: u64, first: u64, count: u64) -> Option<Self> {
        let hi = first.checked_add(count)?;
        (count > 0 && hi <= leaves).then_some(Self { lo: first, hi, width: leaves, height: 0 })
    }
}

impl Iterator for Levels {
    type Item = Level;

    fn next(&mut self) -> Option<Level> {
        if self.width <= 1 {
            return None;
        }
        let left = if self.lo % 2 == 1 { self.lo.checked_sub(1) } else { None };
        // A last node without a neighbour is promoted as it is.
        let right = (self.hi % 2 == 1 && self.hi < self.width).then_some(self.hi);
        let level = Level { height: self.height, left, right };
        self.lo /= 2;
        self.hi = self.hi.div_ceil(2);
        self.width = self.width.div_ceil(2);
        self.height = self.height.saturating_add(1);
        Some(level)
    }
}

/// Hashes in the proof of `count` leaves from `first` in a tree of `leaves`; `None` if there is no such range. At most
/// twice the height of the tree.
pub fn proof_len(leaves: u64, first: u64, count: u64) -> Option<usize> {
    let levels = Levels::new(leaves, first, count)?;
    Some(levels.fold(0usize, |n, level| {
        n.saturating_add(usize::from(level.left.is_some())).saturating_add(usize::from(level.right.is_some()))
    }))
}

/// Open `count` leaves from `first`, given the hashes of all leaves; `None` if there is no such range.
pub fn open<H: Hasher>(leaves: &[Hash], first: u64, count: u64) -> Option<RangeProof> {
    let mut proof = RangeProof::new();
    for level in Levels::new(leaves.len() as u64, first, count)? {
        for position in [level.left, level.right].into_iter().flatten() {
            proof.push(subtree::<H>(leaves, level.height, position)?);
        }
    }
    Some(proof)
}

/// Open `count` chunks of `data` from chunk `first`: their bytes and the proof; `None` if there is no such range.
pub fn open_data<H: Hasher>(data: &[u8], first: u64, count: u64) -> Option<(&[u8], RangeProof)> {
    let proof = open::<H>(&chunk_hashes::<H>(data), first, count)?;
    let from = usize::try_from(first).ok()?.checked_mul(CHUNK)?;
    let to = usize::try_from(count).ok()?.checked_mul(CHUNK)?.checked_add(from)?;
    Some((data.get(from..to.min(data.len()))?, proof))
}

/// Root of the subtree of `height` at `position`.
fn subtree<H: Hasher>(leaves: &[Hash], height: u32, position: u64) -> Option<Hash> {
    let size = 1u64.checked_shl(height)?;
    let from = usize::try_from(position.checked_mul(size)?).ok()?;
    let size = usize::try_from(size).ok()?;
    let to = from.saturating_add(size).min(leaves.len());
    let mut tree = Accumulator::<H>::new();
    for leaf in leaves.get(from..to)? {
        tree.push(*leaf);
    }
    Some(tree.root())
}

/// Root to which leaf hashes from `first` in a tree of `count` leaves lead, with their proof.
pub fn leaf_range_root<H: Hasher>(
    count: u64,
    first: u64,
    leaves: &[Hash],
    proof: &[Hash],
) -> Result<Hash, VerifyError> {
    let opened = leaves.len() as u64;
    let levels = Levels::new(count, first, opened).ok_or(VerifyError::Range)?;
    // Before any hashing: a proof of the wrong length costs nothing.
    if proof_len(count, first, opened) != Some(proof.len()) {
        return Err(VerifyError::ProofLength);
    }
    let mut proof = proof.iter();
    let mut nodes = leaves.to_vec();
    for level in levels {
        let left = level.left.and_then(|_| proof.next()).copied();
        let right = level.right.and_then(|_| proof.next()).copied();
        let mut below = left.into_iter().chain(nodes).chain(right);
        let mut above = Vec::with_capacity(below.size_hint().0.div_ceil(2));
        while let Some(node) = below.next() {
            above.push(match below.next() {
                Some(right) => node_hash::<H>(&node, &right),
                None => node,
            });
        }
        nodes = above;
    }
    nodes.first().copied().ok_or(VerifyError::Range)
}

/// Root to which the bytes of whole chunks from chunk `first` of data of `total_len` bytes lead, with their proof.
pub fn range_root<H: Hasher>(total_len: u64, first: u64, chunks: &[u8], proof: &[Hash]) -> Result<Hash, VerifyError> {
    let leaves = chunk_count(total_len);
    let given = chunks.len() as u64;
    let count = chunk_count(given);
    let end = first.checked_add(count).filter(|end| *end <= leaves).ok_or(VerifyError::Range)?;
    let from = first.checked_mul(CHUNK_LEN).ok_or(VerifyError::Range)?;
    let to = if end == leaves { total_len } else { end.saturating_mul(CHUNK_LEN) };
    if to.checked_sub(from) != Some(given) {
        return Err(VerifyError::ChunkLength);
    }
    if proof_len(leaves, first, count) != Some(proof.len()) {
        return Err(VerifyError::ProofLength);
    }
    leaf_range_root::<H>(leaves, first, &chunk_hashes::<H>(chunks), proof)
}

/// Check that `chunks` are the bytes from chunk `first` of data whose Merkle root is `root`.
///
/// `total_len` must come from somewhere trusted: it is not bound by a bare Merkle root. [`verify_tensor`] and
/// [`verify_file`] bind it.
pub fn verify<H: Hasher>(
    root: &Hash,
    total_len: u64,
    first: u64,
    chunks: &[u8],
    proof: &[Hash],
) -> Result<(), VerifyError> {
    expect(root, &range_root::<H>(total_len, first, chunks, proof)?)
}

/// Check that `leaves` are the leaf hashes from position `first` of a tree of `count` leaves whose root is `root`.
pub fn verify_leaves<H: Hasher>(
    root: &Hash,
    count: u64,
    first: u64,
    leaves: &[Hash],
    proof: &[Hash],
) -> Result<(), VerifyError> {
    expect(root, &leaf_range_root::<H>(count, first, leaves, proof)?)
}

/// Check that `chunks` are the bytes from chunk `first` of the tensor whose root is `root`; binds type, shape, length.
pub fn verify_tensor<H: Hasher>(
    root: &Hash,
    header: &TensorHeader<'_>,
    first: u64,
    chunks: &[u8],
    proof: &[Hash],
) -> Result<(), VerifyError> {
    let merkle = range_root::<H>(header.byte_len, first, chunks, proof)?;
    expect(root, &header.root::<H>(&merkle))
}

/// Check that `chunks` are the bytes from chunk `first` of the file whose root is `root` and whose size is `size`.
pub fn verify_file<H: Hasher>(
    root: &Hash,
    size: u64,
    first: u64,
    chunks: &[u8],
    proof: &[Hash],
) -> Result<(), VerifyError> {
    let merkle = range_root::<H>(size, first, chunks, proof)?;
    expect(root, &file_root_of::<H>(size, &merkle))
}

/// Check that `roots` are the items from position `first` of the list of `count` items whose [`crate::list_root`]
/// under `tag` is `root`.
pub fn verify_list<H: Hasher>(
    tag: u8,
    root: &Hash,
    count: u32,
    first: u32,
    roots: &[Hash],
    proof: &[Hash],
) -> Result<(), VerifyError> {
    let leaves: Vec<Hash> = roots.iter().map(|root| leaf_hash::<H>(root)).collect();
    let merkle = leaf_range_root::<H>(count.into(), first.into(), &leaves, proof)?;
    let count = usize::try_from(count).map_err(|_| VerifyError::Range)?;
    expect(root, &counted::<H>(tag, count, &merkle))
}

/// Check that `item` is item `position` of the list of `count` byte strings whose [`crate::items_root`] under `tag` is
/// `root`.
pub fn verify_item<H: Hasher>(
    tag: u8,
    root: &Hash,
    count: u32,
    position: u32,
    item: &[u8],
    proof: &[Hash],
) -> Result<(), VerifyError> {
    let merkle = leaf_range_root::<H>(count.into(), position.into(), &[leaf_hash::<H>(item)], proof)?;
    let count = usize::try_from(count).map_err(|_| VerifyError::Range)?;
    expect(root, &counted::<H>(tag, count, &merkle))
}

fn expect(root: &Hash, found: &Hash) -> Result<(), VerifyError> {
    if root == found {
        Ok(())
    } else {
        Err(VerifyError::Root)
    }
}
