//! Tensors as they travel in extrinsics, between node and engine, and into commitments.

use crate::{release::Source, MAX_INLINE_OUTPUT};
use alloc::vec::Vec;
use candor_commitments::{tensor_root, tensors_root, verify_tensor, Hasher, TensorHeader, VerifyError};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32, H256};

/// Most dimensions of a tensor.
pub const MAX_RANK: u32 = 8;
/// Most inputs, and most outputs, of a release.
pub const MAX_TENSORS: u32 = 16;

/// Shape of a tensor, outermost dimension first; empty for a scalar.
pub type Shape = BoundedVec<u32, ConstU32<MAX_RANK>>;

/// Element type. The numbers are ONNX's (`TensorProto.DataType`).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
#[cfg_attr(feature = "std", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "std", serde(rename_all = "lowercase"))]
pub enum DType {
    /// IEEE 754 binary32.
    #[codec(index = 1)]
    Float32,
    /// Unsigned 8-bit integer.
    #[codec(index = 2)]
    Uint8,
    /// Signed 8-bit integer.
    #[codec(index = 3)]
    Int8,
    /// Unsigned 16-bit integer.
    #[codec(index = 4)]
    Uint16,
    /// Signed 16-bit integer.
    #[codec(index = 5)]
    Int16,
    /// Signed 32-bit integer.
    #[codec(index = 6)]
    Int32,
    /// Signed 64-bit integer.
    #[codec(index = 7)]
    Int64,
    /// UTF-8 strings: for each element a u32 little-endian byte length, then its bytes.
    #[codec(index = 8)]
    String,
    /// One byte per element, 0 or 1.
    #[codec(index = 9)]
    Bool,
    /// IEEE 754 binary16.
    #[codec(index = 10)]
    Float16,
    /// IEEE 754 binary64.
    #[codec(index = 11)]
    Float64,
    /// Unsigned 32-bit integer.
    #[codec(index = 12)]
    Uint32,
    /// Unsigned 64-bit integer.
    #[codec(index = 13)]
    Uint64,
    /// bfloat16: the upper half of a binary32.
    #[codec(index = 16)]
    Bfloat16,
}

impl DType {
    /// ONNX's number of this type.
    pub const fn code(self) -> u8 {
        match self {
            Self::Float32 => 1,
            Self::Uint8 => 2,
            Self::Int8 => 3,
            Self::Uint16 => 4,
            Self::Int16 => 5,
            Self::Int32 => 6,
            Self::Int64 => 7,
            Self::String => 8,
            Self::Bool => 9,
            Self::Float16 => 10,
            Self::Float64 => 11,
            Self::Uint32 => 12,
            Self::Uint64 => 13,
            Self::Bfloat16 => 16,
        }
    }

    /// Bytes of one element; `None` for strings.
    pub const fn size(self) -> Option<u32> {
        match self {
            Self::Uint8 | Self::Int8 | Self::Bool => Some(1),
            Self::Uint16 | Self::Int16 | Self::Float16 | Self::Bfloat16 => Some(2),
            Self::Float32 | Self::Int32 | Self::Uint32 => Some(4),
            Self::Int64 | Self::Float64 | Self::Uint64 => Some(8),
            Self::String => None,
        }
    }
}

/// A tensor with its bytes: raw little-endian, row-major (strings as [`DType::String`] says).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Tensor {
    /// Element type.
    pub dtype: DType,
    /// Shape.
    pub shape: Shape,
    /// The elements.
    pub data: InlineBytes,
}

/// Bytes of a tensor that travels on chain.
pub type InlineBytes = BoundedVec<u8, ConstU32<MAX_INLINE_OUTPUT>>;

/// A call's inputs or outputs: with their bytes, or by commitment only.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Payload {
    /// The tensors themselves.
    #[codec(index = 0)]
    Inline(BoundedVec<Tensor, ConstU32<MAX_TENSORS>>),
    /// The tensors by content id; the bytes are fetched from `source` (`<source>/<root as hex>`) and checked.
    #[codec(index = 1)]
    Content {
        /// Type, shape and root of each.
        tensors: BoundedVec<TensorRef, ConstU32<MAX_TENSORS>>,
        /// Where the bytes can be fetched.
        source: Source,
    },
}

impl Payload {
    /// Type, shape and root of every tensor. Hashes inline bytes.
    pub fn refs<H: Hasher>(&self) -> Vec<TensorRef> {
        match self {
            Self::Inline(tensors) => tensors.iter().map(Tensor::to_ref::<H>).collect(),
            Self::Content { tensors, .. } => tensors.to_vec(),
        }
    }

    /// Types and shapes.
    pub fn shapes(&self) -> Vec<(DType, &Shape)> {
        match self {
            Self::Inline(tensors) => tensors.iter().map(|t| (t.dtype, &t.shape)).collect(),
            Self::Content { tensors, .. } => tensors.iter().map(|t| (t.dtype, &t.shape)).collect(),
        }
    }

    /// Root of the list of tensors.
    pub fn root<H: Hasher>(&self) -> H256 {
        let refs = self.refs::<H>();
        list_root::<H>(refs.iter().map(|t| &t.root))
    }

    /// Bytes of tensor data that travel with it.
    pub fn inline_bytes(&self) -> u32 {
        match self {
            Self::Inline(tensors) => tensors.iter().fold(0u32, |n, t| n.saturating_add(t.data.len() as u32)),
            Self::Content { .. } => 0,
        }
    }
}

/// A tensor known by its commitment only; the bytes travel off chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct TensorRef {
    /// Element type.
    pub dtype: DType,
    /// Shape.
    pub shape: Shape,
    /// Tensor root (`candor_commitments::tensor_root`).
    pub root: H256,
}

impl TensorRef {
    /// Bytes of the tensor; `None` for texts, whose length is in their root only, and if the number does not fit 64 bits.
    pub fn byte_len(&self) -> Option<u64> {
        elements(&self.shape)?.checked_mul(u64::from(self.dtype.size()?))
    }

    /// Check that `chunks` are its bytes from chunk `first` on.
    pub fn verify<H: Hasher>(&self, first: u64, chunks: &[u8], proof: &[H256]) -> Result<(), VerifyError> {
        let dims: Vec<u64> = self.shape.iter().map(|d| u64::from(*d)).collect();
        let byte_len = self.byte_len().ok_or(VerifyError::Range)?;
        let header = TensorHeader { dtype: self.dtype.code(), dims: &dims, byte_len };
        let proof: Vec<_> = proof.iter().map(|hash| hash.0).collect();
        verify_tensor::<H>(&self.root.0, &header, first, chunks, &proof)
    }
}

/// Why the bytes of a tensor do not fit its shape and type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TensorError {
    /// The number of elements does not fit 64 bits.
    Overflow,
    /// The number of bytes is not elements times element size.
    Length,
    /// A string tensor whose lengths do not add up, or which is not UTF-8.
    Strings,
    /// A bool that is neither 0 nor 1.
    Bool,
}

/// Number of elements of a shape (1 for a scalar), `None` if it does not fit 64 bits.
pub fn elements(shape: &[u32]) -> Option<u64> {
    shape.iter().try_fold(1u64, |n, &d| n.checked_mul(u64::from(d)))
}

impl Tensor {
    /// Check that the bytes are exactly what shape and type ask for.
    pub fn check(&self) -> Result<(), TensorError> {
        let count = elements(&self.shape).ok_or(TensorError::Overflow)?;
        match self.dtype.size() {
            Some(size) => {
                let bytes = count.checked_mul(u64::from(size)).ok_or(TensorError::Overflow)?;
                if bytes != self.data.len() as u64 {
                    return Err(TensorError::Length);
                }
                if self.dtype == DType::Bool && self.data.iter().any(|b| *b > 1) {
                    return Err(TensorError::Bool);
                }
                Ok(())
            },
            None => check_strings(&self.data, count),
        }
    }

    /// Commitment to type, shape and bytes.
    pub fn root<H: Hasher>(&self) -> H256 {
        let dims = self.dims();
        H256(tensor_root::<H>(self.dtype.code(), &dims, &self.data))
    }

    /// The same tensor without its bytes.
    pub fn to_ref<H: Hasher>(&self) -> TensorRef {
        TensorRef { dtype: self.dtype, shape: self.shape.clone(), root: self.root::<H>() }
    }

    fn dims(&self) -> Vec<u64> {
        self.shape.iter().map(|d| u64::from(*d)).collect()
    }
}

fn check_strings(mut data: &[u8], count: u64) -> Result<(), TensorError> {
    // Each string takes at least four bytes, so a hostile count cannot loop longer than the data.
    for _ in 0..count {
        let (len, rest) = data.split_at_checked(4).ok_or(TensorError::Strings)?;
        let len = u32::from_le_bytes(len.try_into().map_err(|_| TensorError::Strings)?);
        let (text, rest) = rest.split_at_checked(len as usize).ok_or(TensorError::Strings)?;
        core::str::from_utf8(text).map_err(|_| TensorError::Strings)?;
        data = rest;
    }
    if data.is_empty() {
        Ok(())
    } else {
        Err(TensorError::Strings)
    }
}

/// Root of a list of tensors (a call's inputs or outputs, in the manifest's order).
pub fn list_root<'a, H: Hasher>(roots: impl Iterator<Item = &'a H256>) -> H256 {
    let roots: Vec<[u8; 32]> = roots.map(|r| r.0).collect();
    H256(tensors_root::<H>(&roots))
}
