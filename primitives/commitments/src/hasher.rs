//! The hash function and the tags that keep its uses apart.

/// A 32-byte digest.
pub type Hash = [u8; 32];

/// First byte of a hashed leaf: a chunk of data, or an item of a list.
pub const TAG_LEAF: u8 = 0x00;
/// First byte of a hashed inner node.
pub const TAG_NODE: u8 = 0x01;
/// First byte of a tensor root.
pub const TAG_TENSOR: u8 = 0x02;
/// First byte of the root of a list of tensors.
pub const TAG_TENSORS: u8 = 0x03;
/// First byte of a file root.
pub const TAG_FILE: u8 = 0x04;
/// First byte of a model root.
pub const TAG_MODEL: u8 = 0x05;
/// First byte of a hashed receipt.
pub const TAG_RECEIPT: u8 = 0x06;
/// First byte of a trace root.
pub const TAG_TRACE: u8 = 0x07;
/// First byte of the root of a batch of receipts.
pub const TAG_BATCH: u8 = 0x08;
/// First byte of a seal: what is published before it is revealed.
pub const TAG_SEAL: u8 = 0x09;
/// First byte of the statement by which a worker key binds itself to a host.
pub const TAG_WORKER: u8 = 0x0a;

/// BLAKE2b-256 (RFC 7693, unkeyed, 32-byte digest), however the caller computes it.
///
/// The runtime supplies its host function, everything else [`Blake2b256`]. An implementation that computes anything
/// else breaks every commitment.
pub trait Hasher {
    /// Digest of `data`.
    fn hash(data: &[u8]) -> Hash;
}

/// BLAKE2b-256 in plain Rust, with SIMD where the machine has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Blake2b256;

impl Hasher for Blake2b256 {
    fn hash(data: &[u8]) -> Hash {
        let digest = blake2b_simd::Params::new().hash_length(32).hash(data);
        let mut out = [0u8; 32];
        for (to, from) in out.iter_mut().zip(digest.as_bytes()) {
            *to = *from;
        }
        out
    }
}
