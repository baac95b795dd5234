//! Tests.

mod ranges;
mod roots;
mod trees;
mod vectors;

use crate::Hash;

/// Data of the test vectors: byte i is (i * 31 + 7) mod 251.
pub(crate) fn data(len: usize) -> Vec<u8> {
    (0..len).map(|i| ((i * 31 + 7) % 251) as u8).collect()
}

/// A hash that differs from every other number's.
pub(crate) fn number(i: u64) -> Hash {
    let mut hash = [0xa5u8; 32];
    hash[..8].copy_from_slice(&i.to_le_bytes());
    hash
}
