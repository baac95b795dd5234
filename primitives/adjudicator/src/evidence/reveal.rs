//! What a host shows of its trace when it is made to: parts of tensors, bound to the root of the trace.
//!
//! Chunks are shown as a [`TensorOpening`] with one range, hashes of chunks as a [`HashesOpening`]. Where more is demanded
//! than the tensor has, what it has is shown; where it has nothing of it, type and shape are (no range, no hashes).

use super::{open::check, Commitments, OpenError, Outcome, TensorOpening};
use crate::{operators::shape, DType, Header, Place, MAX_RANK};
use alloc::vec::Vec;
use candor_commitments::{chunk_count, leaf_range_root, verify_list, Hash, Hasher, TensorHeader, CHUNK, TAG_TRACE};
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// Hashes of consecutive chunks of a tensor of a trace.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct HashesOpening {
    /// Position of the tensor's root in the trace.
    pub position: u32,
    /// Length of the trace.
    pub count: u32,
    /// Element type.
    pub dtype: DType,
    /// Shape in the order in which it is committed.
    pub dims: Vec<u64>,
    /// Root of the bytes.
    pub data: Hash,
    /// First chunk.
    pub first: u64,
    /// Hashes of the chunks.
    pub hashes: Vec<Hash>,
    /// From the hashes to the root of the bytes; empty where there are no hashes.
    pub range: Vec<Hash>,
    /// From the root to the root of the trace.
    pub proof: Vec<Hash>,
}

/// Bytes and chunks of a tensor, if there can be such a one.
fn size(dtype: DType, dims: &[u64]) -> Option<(u64, u64)> {
    let fits = dims.len() <= MAX_RANK && Header::new(dtype, dims.to_vec()).is_some();
    let bytes = shape::count(dims).checked_mul(dtype.size() as u64).filter(|_| fits)?;
    Some((bytes, chunk_count(bytes)))
}

/// How many of `count` chunks from `first` a tensor of `chunks` chunks has.
fn there(chunks: u64, first: u64, count: u64) -> u64 {
    chunks.saturating_sub(first).min(count)
}

impl HashesOpening {
    /// It shows what is there of `count` hashes from `first` of the tensor at `position` of the trace with this root.
    pub fn answers<H: Hasher>(&self, trace: &Hash, position: u32, first: u64, count: u64) -> Result<(), OpenError> {
        let (byte_len, chunks) = size(self.dtype, &self.dims).ok_or(OpenError::Root)?;
        if self.position != position {
            return Err(OpenError::Foreign);
        }
        if self.first != first || self.hashes.len() as u64 != there(chunks, first, count) {
            return Err(OpenError::Range);
        }
        if !self.hashes.is_empty() || !self.range.is_empty() {
            let root = leaf_range_root::<H>(chunks, first, &self.hashes, &self.range);
            if root.map_err(|_| OpenError::Range)? != self.data {
                return Err(OpenError::Range);
            }
        }
        let root = TensorHeader { dtype: self.dtype.code(), dims: &self.dims, byte_len }.root::<H>(&self.data);
        verify_list::<H>(TAG_TRACE, trace, self.count, self.position, &[root], &self.proof).map_err(|_| OpenError::Root)
    }
}

impl TensorOpening {
    /// It shows what is there of `count` chunks from `first` of the tensor at `position` of the trace with this root.
    pub fn answers<H: Hasher>(&self, trace: &Hash, position: u32, first: u64, count: u64) -> Result<(), OpenError> {
        let (byte_len, chunks) = size(self.dtype, &self.dims).ok_or(OpenError::Root)?;
        if self.place != Place::Trace || self.position != position {
            return Err(OpenError::Foreign);
        }
        let there = there(chunks, first, count);
        match self.ranges.as_slice() {
            [] if there == 0 => {},
            [range] if there > 0 && range.first == first => {
                let end = first.saturating_add(there).saturating_mul(CHUNK as u64).min(byte_len);
                if range.bytes.len() as u64 != end.saturating_sub(first.saturating_mul(CHUNK as u64)) {
                    return Err(OpenError::Range);
                }
            },
            _ => return Err(OpenError::Range),
        }
        let none = [0; 32];
        let outcome = Outcome::Output(none);
        check::<H>(self, &Commitments { graph: none, weights: none, trace: *trace, inputs: none, outcome })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::Range;
    use alloc::vec;
    use candor_commitments::{chunk_hashes, leaf_hash, list_root, merkle_root, open, Blake2b256};

    type B = Blake2b256;

    /// A trace of three tensors of `n` bytes, and the parts of the second.
    fn trace(bytes: &[u8]) -> (Hash, Vec<Hash>, Hash) {
        let leaves = chunk_hashes::<B>(bytes);
        let data = merkle_root::<B>(&leaves);
        let dims = [bytes.len() as u64];
        let header = TensorHeader { dtype: 2, dims: &dims, byte_len: bytes.len() as u64 };
        let roots = [[1; 32], header.root::<B>(&data), [3; 32]];
        let hashed: Vec<Hash> = roots.iter().map(|r| leaf_hash::<B>(r)).collect();
        (list_root::<B>(TAG_TRACE, &roots), open::<B>(&hashed, 1, 1).unwrap(), data)
    }

    fn hashes(bytes: &[u8], first: u64, count: usize) -> HashesOpening {
        let (_, proof, data) = trace(bytes);
        let leaves = chunk_hashes::<B>(bytes);
        let hashes: Vec<Hash> = leaves.iter().skip(first as usize).take(count).copied().collect();
        let range = open::<B>(&leaves, first, hashes.len() as u64).unwrap_or_default();
        let dims = vec![bytes.len() as u64];
        HashesOpening { position: 1, count: 3, dtype: DType::Uint8, dims, data, first, hashes, range, proof }
    }

    fn chunks(bytes: &[u8], first: u64, count: u64) -> TensorOpening {
        let (_, proof, data) = trace(bytes);
        let leaves = chunk_hashes::<B>(bytes);
        let there = there(leaves.len() as u64, first, count);
        let (from, to) = (first as usize * CHUNK, ((first + there) as usize * CHUNK).min(bytes.len()));
        let range = open::<B>(&leaves, first, there);
        let ranges = range.map(|proof| Range { first, bytes: bytes[from..to].to_vec(), proof });
        let dims = vec![bytes.len() as u64];
        let (ranges, place) = (ranges.into_iter().collect(), Place::Trace);
        TensorOpening { place, position: 1, count: 3, dtype: DType::Uint8, dims, data, ranges, proof }
    }

    #[test]
    fn answers_should_accept_what_is_there_when_more_is_demanded() {
        for length in [0usize, 1, 1024, 1025, 7 * 1024 + 5] {
            let bytes: Vec<u8> = (0..length).map(|n| n as u8).collect();
            let (root, ..) = trace(&bytes);
            for (first, count) in [(0, 1), (0, 100), (3, 2), (7, 1), (8, 4), (1 << 40, 1)] {
                let shown = hashes(&bytes, first, count as usize);
                assert_eq!(shown.answers::<B>(&root, 1, first, count), Ok(()), "{length} {first} {count}");
                let shown = chunks(&bytes, first, count);
                assert_eq!(shown.answers::<B>(&root, 1, first, count), Ok(()), "{length} {first} {count}");
            }
        }
    }

    #[test]
    fn answers_should_refuse_what_was_not_demanded_or_not_committed_to() {
        let bytes: Vec<u8> = (0..5000u32).map(|n| n as u8).collect();
        let (root, ..) = trace(&bytes);
        assert!(hashes(&bytes, 1, 2).answers::<B>(&root, 1, 1, 3).is_err(), "one hash too few");
        assert!(chunks(&bytes, 1, 2).answers::<B>(&root, 1, 1, 3).is_err(), "one chunk too few");
        assert!(hashes(&bytes, 1, 2).answers::<B>(&root, 1, 0, 2).is_err(), "others");
        assert!(chunks(&bytes, 1, 2).answers::<B>(&root, 2, 1, 2).is_err(), "of another tensor");
        assert!(hashes(&bytes, 1, 2).answers::<B>(&[9; 32], 1, 1, 2).is_err(), "of another trace");
        let mut wrong = hashes(&bytes, 1, 2);
        wrong.hashes[0][0] ^= 1;
        assert_eq!(wrong.answers::<B>(&root, 1, 1, 2), Err(OpenError::Range));
        let mut wrong = chunks(&bytes, 1, 2);
        wrong.ranges[0].bytes[0] ^= 1;
        assert_eq!(wrong.answers::<B>(&root, 1, 1, 2), Err(OpenError::Range));
        // Saying that the tensor is small does not help.
        let mut wrong = hashes(&bytes, 1, 0);
        (wrong.dims, wrong.range) = (vec![1], Vec::new());
        assert_eq!(wrong.answers::<B>(&root, 1, 1, 2), Err(OpenError::Root));
    }
}
