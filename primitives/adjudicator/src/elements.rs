//! Where a judgement gets its numbers from.

use crate::{DType, MAX_RANK};
use alloc::vec::Vec;

/// An input or output of the node that is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    /// Input, by position.
    Input(usize),
    /// Output, by position.
    Output(usize),
}

/// Type and shape of a tensor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Element type.
    pub dtype: DType,
    /// Shape, outermost dimension first; empty for a scalar. At most [`MAX_RANK`] dimensions.
    pub dims: Vec<u64>,
}

impl Header {
    /// Type and shape, if the rank is within [`MAX_RANK`] and the number of elements fits 2^48.
    pub fn new(dtype: DType, dims: Vec<u64>) -> Option<Self> {
        let count = dims.iter().try_fold(1u64, |n, d| n.checked_mul(*d))?;
        (dims.len() <= MAX_RANK && count <= 1 << 48).then_some(Self { dtype, dims })
    }

    /// Number of elements.
    pub fn count(&self) -> u64 {
        self.dims.iter().fold(1u64, |n, d| n.saturating_mul(*d))
    }
}

/// What a judgement needs and does not find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Type and shape of an operand.
    Header(Slot),
    /// An element of an operand, by its index in row-major order.
    Element(Slot, u64),
}

impl core::fmt::Display for Missing {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Header(slot) => write!(f, "type and shape of {slot:?} are not opened"),
            Self::Element(slot, index) => write!(f, "element {index} of {slot:?} is not opened"),
        }
    }
}

/// Answers "element i of operand v" for one node: backed by openings on chain, by tensors in an auditor, by arrays in
/// tests. Indices count elements of the logical tensor in row-major order, whatever layout is committed.
pub trait Elements {
    /// Type and shape of an operand.
    fn header(&self, slot: Slot) -> Result<&Header, Missing>;

    /// Bits of one element, zero-extended.
    fn element(&self, slot: Slot, index: u64) -> Result<u64, Missing>;

    /// Append `count` elements from `start`, `stride` apart, to `out`. The caller has bounded `count`.
    fn line(&self, slot: Slot, start: u64, stride: u64, count: u64, out: &mut Vec<u64>) -> Result<(), Missing> {
        let mut index = start;
        for _ in 0..count {
            out.push(self.element(slot, index)?);
            index = index.saturating_add(stride);
        }
        Ok(())
    }
}

/// A whole tensor: raw little-endian bytes in row-major order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor<'a> {
    /// Type and shape.
    pub header: Header,
    /// The bytes.
    pub data: &'a [u8],
}

impl Tensor<'_> {
    /// Bits of one element, zero-extended.
    pub fn bits(&self, index: u64) -> Option<u64> {
        let size = self.header.dtype.size();
        let at = usize::try_from(index).ok()?.checked_mul(size)?;
        let bytes = self.data.get(at..at.checked_add(size)?)?;
        Some(little_endian(bytes))
    }
}

/// Up to eight little-endian bytes as a number.
pub(crate) fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0u64, |n, b| (n << 8) | u64::from(*b))
}

/// Elements of whole tensors in memory.
#[derive(Clone, Debug, Default)]
pub struct ArrayElements<'a> {
    /// Inputs; absent optional ones are `None`.
    pub inputs: Vec<Option<Tensor<'a>>>,
    /// Outputs.
    pub outputs: Vec<Option<Tensor<'a>>>,
}

impl ArrayElements<'_> {
    fn tensor(&self, slot: Slot) -> Option<&Tensor<'_>> {
        match slot {
            Slot::Input(n) => self.inputs.get(n)?.as_ref(),
            Slot::Output(n) => self.outputs.get(n)?.as_ref(),
        }
    }
}

impl Elements for ArrayElements<'_> {
    fn header(&self, slot: Slot) -> Result<&Header, Missing> {
        self.tensor(slot).map(|t| &t.header).ok_or(Missing::Header(slot))
    }

    fn element(&self, slot: Slot, index: u64) -> Result<u64, Missing> {
        self.tensor(slot).and_then(|t| t.bits(index)).ok_or(Missing::Element(slot, index))
    }

    fn line(&self, slot: Slot, start: u64, stride: u64, count: u64, out: &mut Vec<u64>) -> Result<(), Missing> {
        let tensor = self.tensor(slot).ok_or(Missing::Header(slot))?;
        let size = tensor.header.dtype.size();
        let range = usize::try_from(start).ok().and_then(|at| at.checked_mul(size)).zip(usize::try_from(count).ok());
        let range = range.and_then(|(from, count)| tensor.data.get(from..)?.get(..count.checked_mul(size)?));
        if let (1, Some(bytes)) = (stride, range) {
            out.extend(bytes.chunks_exact(size).map(little_endian));
            return Ok(());
        }
        let mut index = start;
        for _ in 0..count {
            out.push(tensor.bits(index).ok_or(Missing::Element(slot, index))?);
            index = index.saturating_add(stride);
        }
        Ok(())
    }
}
