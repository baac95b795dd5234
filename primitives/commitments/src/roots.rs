//! Roots of things: tensors, lists of tensors, files, models. Each hashes a tag, what it binds, and a Merkle root.

use crate::{
    data_root, leaf_hash, merkle_root, tree::Accumulator, Hash, Hasher, TAG_FILE, TAG_MODEL, TAG_TENSOR, TAG_TENSORS,
};
use alloc::vec::Vec;

/// What a tensor root binds besides the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TensorHeader<'a> {
    /// Element type, by ONNX's number (`TensorProto.DataType`).
    pub dtype: u8,
    /// Shape, outermost dimension first; empty for a scalar. At most 255 dimensions.
    pub dims: &'a [u64],
    /// Length of the data in bytes. Whether it suits type and shape is the caller's to check.
    pub byte_len: u64,
}

impl TensorHeader<'_> {
    /// Tensor root of this header and the Merkle root of the bytes:
    /// `H(0x02 || dtype u8 || rank u8 || dims u64 LE... || byte length u64 LE || merkle root)`.
    pub fn root<H: Hasher>(&self, merkle: &Hash) -> Hash {
        let mut bytes = Vec::with_capacity(self.dims.len().saturating_mul(8).saturating_add(43));
        // Beyond 255 dimensions the rank stays 255; the length of what is hashed still tells ranks apart.
        let rank = u8::try_from(self.dims.len()).unwrap_or(u8::MAX);
        bytes.extend_from_slice(&[TAG_TENSOR, self.dtype, rank]);
        for dim in self.dims {
            bytes.extend_from_slice(&dim.to_le_bytes());
        }
        bytes.extend_from_slice(&self.byte_len.to_le_bytes());
        bytes.extend_from_slice(merkle);
        H::hash(&bytes)
    }
}

/// Commitment to a tensor: element type, shape, bytes (raw, little-endian, row-major).
pub fn tensor_root<H: Hasher>(dtype: u8, dims: &[u64], data: &[u8]) -> Hash {
    let header = TensorHeader { dtype, dims, byte_len: data.len() as u64 };
    header.root::<H>(&data_root::<H>(data))
}

/// Commitment to a list of tensors, in the order of the manifest: `H(0x03 || count u32 LE || merkle root)`, where the
/// leaves are the tensor roots.
pub fn tensors_root<H: Hasher>(roots: &[Hash]) -> Hash {
    list_root::<H>(TAG_TENSORS, roots)
}

/// Commitment to any list of roots under a tag of its own: `H(tag || count u32 LE || merkle root)`, where leaf i is
/// `H(0x00 || root i)`. Lists of traces and batches of receipts use it with their tags.
pub fn list_root<H: Hasher>(tag: u8, roots: &[Hash]) -> Hash {
    let mut tree = Accumulator::<H>::new();
    for root in roots {
        tree.push(leaf_hash::<H>(root));
    }
    counted::<H>(tag, roots.len(), &tree.root())
}

/// Commitment to any list of byte strings under a tag of its own: `H(tag || count u32 LE || merkle root)`, where leaf i
/// is `H(0x00 || bytes i)`. Graphs use it: a leaf is an encoded node.
pub fn items_root<'a, H: Hasher>(tag: u8, items: impl IntoIterator<Item = &'a [u8]>) -> Hash {
    let leaves: Vec<Hash> = items.into_iter().map(leaf_hash::<H>).collect();
    counted::<H>(tag, leaves.len(), &merkle_root::<H>(&leaves))
}

/// Commitment to a file, its content id: `H(0x04 || size u64 LE || merkle root)`.
///
/// Files that do not fit memory go through [`crate::TreeBuilder::finish_file`].
pub fn file_root<H: Hasher>(data: &[u8]) -> Hash {
    file_root_of::<H>(data.len() as u64, &data_root::<H>(data))
}

/// File root of a file whose Merkle root is known.
pub fn file_root_of<H: Hasher>(size: u64, merkle: &Hash) -> Hash {
    let mut bytes = Vec::with_capacity(41);
    bytes.push(TAG_FILE);
    bytes.extend_from_slice(&size.to_le_bytes());
    bytes.extend_from_slice(merkle);
    H::hash(&bytes)
}

/// Commitment to the files of a release, in the order of the manifest: `H(0x05 || count u32 LE || merkle root)`, where
/// leaf i is `H(0x00 || path length u32 LE || path || file root)`.
///
/// The order counts, and a path that occurs twice is not noticed: the caller checks the list.
pub fn model_root<'a, H: Hasher>(files: impl IntoIterator<Item = (&'a [u8], Hash)>) -> Hash {
    let mut tree = Accumulator::<H>::new();
    let mut count = 0usize;
    for (path, root) in files {
        let mut leaf = Vec::with_capacity(path.len().saturating_add(36));
        leaf.extend_from_slice(&le_u32(path.len()));
        leaf.extend_from_slice(path);
        leaf.extend_from_slice(&root);
        tree.push(leaf_hash::<H>(&leaf));
        count = count.saturating_add(1);
    }
    counted::<H>(TAG_MODEL, count, &tree.root())
}

pub(crate) fn counted<H: Hasher>(tag: u8, count: usize, merkle: &Hash) -> Hash {
    let mut bytes = Vec::with_capacity(37);
    bytes.push(tag);
    bytes.extend_from_slice(&le_u32(count));
    bytes.extend_from_slice(merkle);
    H::hash(&bytes)
}

/// Builds the [`list_root`] of a list that grows, in 32 bytes per level: the root can be asked for after every item.
///
/// ```
/// use candor_commitments::{list_root, Blake2b256, ListBuilder, TAG_BATCH};
///
/// let mut list = ListBuilder::<Blake2b256>::new(TAG_BATCH);
/// list.push(&[1; 32]);
/// assert_eq!(list.root(), list_root::<Blake2b256>(TAG_BATCH, &[[1; 32]]));
/// ```
#[derive(Clone)]
pub struct ListBuilder<H> {
    tag: u8,
    tree: Accumulator<H>,
    count: u32,
}

impl<H: Hasher> ListBuilder<H> {
    /// An empty list under `tag`.
    pub const fn new(tag: u8) -> Self {
        Self { tag, tree: Accumulator::new(), count: 0 }
    }

    /// Append a root.
    pub fn push(&mut self, root: &Hash) {
        self.tree.push(leaf_hash::<H>(root));
        self.count = self.count.saturating_add(1);
    }

    /// Items so far.
    pub const fn len(&self) -> u32 {
        self.count
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Commitment to the items so far.
    pub fn root(&self) -> Hash {
        counted::<H>(self.tag, usize::try_from(self.count).unwrap_or(usize::MAX), &self.tree.root())
    }
}

/// A count as u32 LE. Four thousand million items stay four thousand million minus one: the Merkle root tells them
/// apart.
fn le_u32(count: usize) -> [u8; 4] {
    u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes()
}
