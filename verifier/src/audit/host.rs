//! What a host shows of a run when it is asked.

use crate::{
    commit::{Arrangement, CommittedTensor, Lanes},
    judged::Judged,
    tensor::OwnedTensor,
};
use candor_adjudicator::{DType, Header};
use candor_commitments::{Blake2b256, Hash, TensorHeader, CHUNK};
use rayon::prelude::*;
use std::sync::Arc;

/// Why a host does not show something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Withheld(pub String);

/// The trace of a run, piece by piece. Nothing of it is believed before it is checked against the trace root.
pub trait HostTrace {
    /// All roots.
    fn roots(&self) -> Result<Vec<Hash>, Withheld>;

    /// Type, shape in the committed order, and root of the bytes of the tensor at a position of the trace.
    fn header(&self, position: u32) -> Result<(DType, Vec<u64>, Hash), Withheld> {
        let (dtype, dims, leaves) = self.leaves(position)?;
        Ok((dtype, dims, candor_commitments::merkle_root::<Lanes>(&leaves)))
    }

    /// Type, shape in the committed order, and chunk hashes of the tensor at a position of the trace.
    fn leaves(&self, position: u32) -> Result<(DType, Vec<u64>, Vec<Hash>), Withheld>;

    /// Bytes of `count` chunks from `first` of the tensor at a position.
    fn chunks(&self, position: u32, first: u64, count: u64) -> Result<Vec<u8>, Withheld>;
}

/// The tensor at a position as the host commits to it, checked against its root.
pub fn tensor(host: &dyn HostTrace, position: u32, root: &Hash) -> Result<Arc<CommittedTensor>, Withheld> {
    let (dtype, dims, leaves) = host.leaves(position)?;
    let wrong = || Withheld(format!("what the host shows of root {position} is not what it committed to"));
    let header = Header::new(dtype, dims.clone()).ok_or_else(wrong)?;
    let bytes = header.count().checked_mul(dtype.size() as u64).ok_or_else(wrong)?;
    if candor_commitments::chunk_count(bytes) != leaves.len() as u64 {
        return Err(wrong());
    }
    let tensor = CommittedTensor::from_leaves(dtype, dims, leaves);
    (tensor.root == *root).then(|| Arc::new(tensor)).ok_or_else(wrong)
}

/// The tensor at a position without the hashes of its chunks, checked against its root: enough to show its type and shape.
pub fn header(host: &dyn HostTrace, position: u32, root: &Hash) -> Result<Arc<CommittedTensor>, Withheld> {
    let (dtype, dims, data) = host.header(position)?;
    let wrong = || Withheld(format!("what the host shows of root {position} is not what it committed to"));
    let logical = Header::new(dtype, dims.clone()).ok_or_else(wrong)?;
    let byte_len = logical.count().checked_mul(dtype.size() as u64).ok_or_else(wrong)?;
    let found = TensorHeader { dtype: dtype.code(), dims: &dims, byte_len }.root::<Blake2b256>(&data);
    let tensor = CommittedTensor { dtype, dims, leaves: Vec::new(), data, root: found };
    (found == *root).then(|| Arc::new(tensor)).ok_or_else(wrong)
}

/// Bytes of chunks, checked against the tensor's chunk hashes.
pub fn chunks(
    host: &dyn HostTrace,
    position: u32,
    tensor: &CommittedTensor,
    first: u64,
    count: u64,
) -> Result<Vec<u8>, Withheld> {
    let bytes = host.chunks(position, first, count)?;
    match are_chunks(tensor, first, count, &bytes) {
        true => Ok(bytes),
        false => Err(Withheld(format!("chunk {first} of root {position} is not what the host committed to"))),
    }
}

/// Whether these are `count` chunks of a tensor from `first`.
pub fn are_chunks(tensor: &CommittedTensor, first: u64, count: u64, bytes: &[u8]) -> bool {
    let (from, to) = tensor.span(first, count);
    let known = tensor.leaves.get(first as usize..(first + count) as usize);
    let Some(known) = known.filter(|_| bytes.len() as u64 == to - from) else { return false };
    if bytes.is_empty() {
        return known == candor_commitments::chunk_hashes::<Lanes>(bytes);
    }
    let windows = bytes.par_chunks(WINDOW * CHUNK).zip(known.par_chunks(WINDOW));
    windows.all(|(bytes, known)| candor_commitments::chunk_hashes::<Lanes>(bytes) == known)
}

/// Chunks that one worker hashes in a row.
const WINDOW: usize = 256;

/// A run in memory, shown as a host shows it. Tests alter it before it is committed to.
#[derive(Clone, Debug, Default)]
pub struct MemoryHost {
    /// For every root: header of the logical tensor is implied, bytes in the committed order.
    tensors: Vec<(CommittedTensor, Vec<u8>)>,
}

impl MemoryHost {
    /// Commit to these values, by position in the graph.
    pub fn new(judged: &Judged, values: &[Option<OwnedTensor>]) -> Self {
        let mut tensors = Vec::new();
        for (value, tensor) in judged.graph.values.iter().zip(values) {
            for layout in &value.layouts {
                let Some(tensor) = tensor else {
                    tensors.push((CommittedTensor::from_leaves(DType::Uint8, vec![0], Vec::new()), Vec::new()));
                    continue;
                };
                tensors.push(Self::commit(tensor, *layout));
            }
        }
        Self { tensors }
    }

    fn commit(tensor: &OwnedTensor, layout: candor_adjudicator::Layout) -> (CommittedTensor, Vec<u8>) {
        let bytes = Arrangement::new(&tensor.header, layout).bytes(&tensor.data, 0, tensor.data.len()).into_owned();
        (CommittedTensor::new(&tensor.header, &tensor.data, layout), bytes)
    }

    /// Commit to another tensor at one position: one layout of a value that disagrees with the others.
    pub fn replace(&mut self, position: u32, tensor: &OwnedTensor, layout: candor_adjudicator::Layout) {
        if let Some(place) = self.tensors.get_mut(position as usize) {
            *place = Self::commit(tensor, layout);
        }
    }
}

impl HostTrace for MemoryHost {
    fn roots(&self) -> Result<Vec<Hash>, Withheld> {
        Ok(self.tensors.iter().map(|(tensor, _)| tensor.root).collect())
    }

    fn leaves(&self, position: u32) -> Result<(DType, Vec<u64>, Vec<Hash>), Withheld> {
        let (tensor, _) = self.tensors.get(position as usize).ok_or_else(|| Withheld("no such root".into()))?;
        Ok((tensor.dtype, tensor.dims.clone(), tensor.leaves.clone()))
    }

    fn chunks(&self, position: u32, first: u64, count: u64) -> Result<Vec<u8>, Withheld> {
        let (tensor, bytes) = self.tensors.get(position as usize).ok_or_else(|| Withheld("no such root".into()))?;
        let (from, to) = tensor.span(first, count);
        Ok(bytes.get(from as usize..to as usize).unwrap_or_default().to_vec())
    }
}
