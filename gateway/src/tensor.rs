//! Tensors with their bytes, as they go in and come out: every type, every shape, without loss.

use bytes::Bytes;
use candor_commitments::{tensor_root, Blake2b256, Hasher};
use candor_primitives::{
    tensor::{elements, Shape},
    DType, Tensor, TensorRef,
};
use sp_core::H256;

/// A tensor of any size: raw little-endian, row-major; strings as [`DType::String`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorData {
    /// Element type.
    pub dtype: DType,
    /// Shape.
    pub shape: Shape,
    /// The elements.
    pub data: Bytes,
}

/// A tensor with the name of its input or output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedTensor {
    /// Name in the model.
    pub name: String,
    /// The tensor.
    pub tensor: TensorData,
}

/// The bytes are not what type and shape ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the bytes do not fit the tensor's type and shape")]
pub struct TensorError;

impl TensorData {
    /// Tensor root: type, shape and bytes.
    pub fn root(&self) -> H256 {
        self.root_by::<Blake2b256>()
    }

    /// The same by another implementation of BLAKE2b-256.
    pub fn root_by<H: Hasher>(&self) -> H256 {
        let dims: Vec<u64> = self.shape.iter().map(|d| u64::from(*d)).collect();
        H256(tensor_root::<H>(self.dtype.code(), &dims, &self.data))
    }

    /// The tensor without its bytes.
    pub fn to_ref(&self) -> TensorRef {
        self.to_ref_by::<Blake2b256>()
    }

    /// The same by another implementation of BLAKE2b-256.
    pub fn to_ref_by<H: Hasher>(&self) -> TensorRef {
        TensorRef { dtype: self.dtype, shape: self.shape.clone(), root: self.root_by::<H>() }
    }

    /// Check that the bytes are exactly what type and shape ask for.
    pub fn check(&self) -> Result<(), TensorError> {
        let count = elements(&self.shape).ok_or(TensorError)?;
        let fits = match self.dtype.size() {
            Some(size) => count.checked_mul(u64::from(size)) == Some(self.data.len() as u64),
            None => strings(&self.data, count).is_some(),
        };
        let bools = self.dtype != DType::Bool || self.data.iter().all(|b| *b < 2);
        if fits && bools {
            Ok(())
        } else {
            Err(TensorError)
        }
    }

    /// As it travels on chain; `None` if it is too large for that.
    pub fn into_inline(self) -> Option<Tensor> {
        let data = Vec::from(self.data).try_into().ok()?;
        Some(Tensor { dtype: self.dtype, shape: self.shape, data })
    }
}

impl From<&Tensor> for TensorData {
    fn from(tensor: &Tensor) -> Self {
        Self { dtype: tensor.dtype, shape: tensor.shape.clone(), data: Bytes::copy_from_slice(&tensor.data) }
    }
}

/// The texts of a string tensor of `count` elements; `None` if the bytes are anything else, or a text is not UTF-8.
pub fn strings(data: &[u8], count: u64) -> Option<Vec<&[u8]>> {
    let mut texts = Vec::new();
    let mut rest = data;
    for _ in 0..count {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (text, after) = after.split_at_checked(length)?;
        std::str::from_utf8(text).ok()?;
        texts.push(text);
        rest = after;
    }
    rest.is_empty().then_some(texts)
}
