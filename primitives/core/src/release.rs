//! What a release is: files, inputs, outputs, units, variants.

use crate::{
    tensor::{elements, Shape, MAX_RANK, MAX_TENSORS},
    DType, TensorRef, Units,
};
use candor_commitments::{Hasher, TAG_VARIANT};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{bounded::BoundedVec, ConstU32, H256};
use sp_runtime::Permill;

/// Name of an input, output or symbolic dimension.
pub type Name = BoundedVec<u8, ConstU32<64>>;
/// Path of a file inside a release, for example `model.onnx`.
pub type FilePath = BoundedVec<u8, ConstU32<128>>;
/// A place from which files can be fetched by content id: `http(s)://`, `s3://` or `file://`.
pub type Source = BoundedVec<u8, ConstU32<256>>;

/// Most files of a release.
pub const MAX_FILES: u32 = 64;
/// Most roots of a trace: in a dispute they lie on chain.
pub const MAX_TRACE: u32 = 8192;
/// Most variants of a release.
pub const MAX_VARIANTS: u32 = 16;

/// A file of a release.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct FileSpec {
    /// Path inside the release.
    pub path: FilePath,
    /// Size in bytes.
    pub size: u64,
    /// Content id: file root (`candor_commitments::file_root`).
    pub root: H256,
}

/// One dimension of a declared shape.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Dim {
    /// Always this long.
    #[codec(index = 0)]
    Fixed(u32),
    /// Bound by the call: equal names are equal lengths, at most `max`.
    #[codec(index = 1)]
    Symbolic {
        /// Name, for example `batch`.
        name: Name,
        /// Largest length.
        max: u32,
    },
}

/// Allowed values of an integer input, both ends included. Checked when a job is submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ValueRange {
    /// Smallest value.
    pub min: i64,
    /// Largest value.
    pub max: i64,
}

/// A declared input or output.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct TensorSpec {
    /// Name in the graph.
    pub name: Name,
    /// Element type.
    pub dtype: DType,
    /// Shape, outermost dimension first.
    pub shape: BoundedVec<Dim, ConstU32<MAX_RANK>>,
    /// Allowed values (integer types only).
    pub range: Option<ValueRange>,
}

/// How units are counted: the product of the named dimensions, divided, rounded up, at least 1.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct UnitRule {
    /// Symbolic dimensions of the inputs; none means one unit per call.
    pub dims: BoundedVec<Name, ConstU32<4>>,
    /// Divisor, at least 1.
    pub divisor: u32,
    /// Units of a typical call: the price that hosts are compared by.
    pub reference: Units,
}

/// What disputes about runs of a variant are judged against.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Judging {
    /// Version of the adjudicator's rules.
    pub rules: u16,
    /// Root of the graph as it is judged: a leaf for each node, with its judging mode.
    pub graph: H256,
    /// Root of the list of the weights' roots.
    pub weights: H256,
    /// Number of roots in a trace.
    pub trace: u32,
    /// Bytes of a trace of a typical call: what a host must hash to answer a challenge.
    pub trace_bytes: u64,
    /// Whether every node is judged exactly. Where one is judged by bounds, a liar can steer a little.
    pub exact: bool,
}

/// A release prepared for one execution profile.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Variant {
    /// Hash of the execution profile (what decides the bits).
    pub profile: H256,
    /// Position of the optimised graph among the files.
    pub graph: u16,
    /// What disputes are judged against.
    pub judging: Judging,
    /// Variant root: binds profile, graph file and judging.
    pub root: H256,
}

impl Variant {
    /// Root of a variant: BLAKE2b-256 over the variant tag, the profile, the graph's file root, and the judging in
    /// SCALE.
    pub fn compute_root<H: Hasher>(profile: &H256, graph: &H256, judging: &Judging) -> H256 {
        let mut bytes = alloc::vec![TAG_VARIANT];
        (profile, graph, judging).encode_to(&mut bytes);
        H256(H::hash(&bytes))
    }
}

/// What a release commits to and what the chain needs to know of it to price and check calls.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ReleaseSpec {
    /// BLAKE2b-256 of the manifest file.
    pub manifest_hash: H256,
    /// Root over all files, in order (`candor_commitments::model_root`).
    pub model_root: H256,
    /// The files.
    pub files: BoundedVec<FileSpec, ConstU32<MAX_FILES>>,
    /// Prepared variants, at least one.
    pub variants: BoundedVec<Variant, ConstU32<MAX_VARIANTS>>,
    /// Inputs, in the order in which calls give them.
    pub inputs: BoundedVec<TensorSpec, ConstU32<MAX_TENSORS>>,
    /// Outputs, in the order in which receipts commit to them.
    pub outputs: BoundedVec<TensorSpec, ConstU32<MAX_TENSORS>>,
    /// How units are counted.
    pub units: UnitRule,
    /// SPDX identifier of the licence.
    pub licence: Name,
    /// Words to search by.
    pub tags: BoundedVec<Name, ConstU32<8>>,
    /// Publisher's share of every fee.
    pub royalty: Permill,
    /// Where the files can be fetched by content id.
    pub source: Source,
}

/// Why a call's tensors do not fit a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FitError {
    /// Not as many tensors as declared.
    Count,
    /// Another element type than declared.
    DType,
    /// Another rank, a fixed dimension that differs, a symbolic one over its maximum, or bound to two lengths.
    Shape,
    /// Units do not fit 64 bits.
    Overflow,
}

/// Lengths that a call gives to symbolic dimensions.
pub type Bindings<'a> = alloc::collections::BTreeMap<&'a [u8], u32>;

/// Check types and shapes against `specs`; returns the lengths of the symbolic dimensions, starting from `bound`.
pub fn bind<'a>(
    specs: &'a [TensorSpec],
    given: impl ExactSizeIterator<Item = (DType, &'a Shape)>,
    mut bound: Bindings<'a>,
) -> Result<Bindings<'a>, FitError> {
    if specs.len() != given.len() {
        return Err(FitError::Count);
    }
    for (spec, (dtype, shape)) in specs.iter().zip(given) {
        if spec.dtype != dtype {
            return Err(FitError::DType);
        }
        if spec.shape.len() != shape.len() {
            return Err(FitError::Shape);
        }
        for (dim, &len) in spec.shape.iter().zip(shape.iter()) {
            match dim {
                Dim::Fixed(n) if *n == len => {},
                Dim::Fixed(_) => return Err(FitError::Shape),
                Dim::Symbolic { max, .. } if len > *max => return Err(FitError::Shape),
                Dim::Symbolic { name, .. } => {
                    if *bound.entry(name.as_slice()).or_insert(len) != len {
                        return Err(FitError::Shape);
                    }
                },
            }
        }
    }
    Ok(bound)
}

impl ReleaseSpec {
    /// Check inputs (type and shape) and count their units.
    pub fn fit_inputs<'a>(
        &'a self,
        given: impl ExactSizeIterator<Item = (DType, &'a Shape)>,
    ) -> Result<(Bindings<'a>, Units), FitError> {
        let bound = bind(&self.inputs, given, Bindings::new())?;
        let units = self.count_units(&bound)?;
        Ok((bound, units))
    }

    /// Check outputs (type and shape) under the lengths bound by the inputs.
    pub fn fit_outputs<'a>(
        &'a self,
        given: impl ExactSizeIterator<Item = (DType, &'a Shape)>,
        bound: Bindings<'a>,
    ) -> Result<(), FitError> {
        bind(&self.outputs, given, bound).map(|_| ())
    }

    /// Units of a call whose symbolic dimensions are bound so.
    pub fn count_units(&self, bound: &Bindings<'_>) -> Result<Units, FitError> {
        let product = self.units.dims.iter().try_fold(1u64, |n, dim| {
            let len = bound.get(dim.as_slice()).copied().unwrap_or(1);
            n.checked_mul(u64::from(len)).ok_or(FitError::Overflow)
        })?;
        Ok(product.div_ceil(u64::from(self.units.divisor.max(1))).max(1))
    }

    /// Bytes of the outputs under the lengths bound by the inputs; `None` if a length is not bound, the type has no
    /// fixed size, or the number does not fit.
    pub fn output_bytes(&self, bound: &Bindings<'_>) -> Option<u64> {
        self.outputs.iter().try_fold(0u64, |sum, spec| {
            let mut shape = Shape::default();
            for dim in spec.shape.iter() {
                let len = match dim {
                    Dim::Fixed(n) => *n,
                    Dim::Symbolic { name, .. } => *bound.get(name.as_slice())?,
                };
                shape.try_push(len).ok()?;
            }
            let bytes = elements(&shape)?.checked_mul(u64::from(spec.dtype.size()?))?;
            sum.checked_add(bytes)
        })
    }
}

/// Type and shape of references, for [`bind`].
pub fn ref_shapes(refs: &[TensorRef]) -> impl ExactSizeIterator<Item = (DType, &Shape)> {
    refs.iter().map(|t| (t.dtype, &t.shape))
}

impl TensorSpec {
    /// Whether every element of an input may be fed: within the declared range, and 0 or 1 where the type is bool (kernels
    /// answer anything to other bytes, and nobody could be judged by that).
    pub fn admits(&self, data: &[u8]) -> bool {
        let range = self.range.is_none_or(|range| range.contains_all(self.dtype, data));
        range && (self.dtype != DType::Bool || data.iter().all(|byte| *byte <= 1))
    }
}

impl ValueRange {
    /// Whether every element of an integer tensor lies in the range; `false` for types without integers.
    pub fn contains_all(&self, dtype: DType, data: &[u8]) -> bool {
        fn all<const N: usize>(data: &[u8], ok: impl Fn([u8; N]) -> bool) -> bool {
            data.chunks_exact(N).all(|c| c.try_into().map(&ok).unwrap_or(false))
        }
        let fits = |v: i64| self.min <= v && v <= self.max;
        match dtype {
            DType::Uint8 | DType::Bool => all::<1>(data, |b| fits(i64::from(b[0]))),
            DType::Int8 => all::<1>(data, |b| fits(i64::from(i8::from_le_bytes(b)))),
            DType::Uint16 => all::<2>(data, |b| fits(i64::from(u16::from_le_bytes(b)))),
            DType::Int16 => all::<2>(data, |b| fits(i64::from(i16::from_le_bytes(b)))),
            DType::Int32 => all::<4>(data, |b| fits(i64::from(i32::from_le_bytes(b)))),
            DType::Uint32 => all::<4>(data, |b| fits(i64::from(u32::from_le_bytes(b)))),
            DType::Int64 => all::<8>(data, |b| fits(i64::from_le_bytes(b))),
            DType::Uint64 => all::<8>(data, |b| i64::try_from(u64::from_le_bytes(b)).map(fits).unwrap_or(false)),
            _ => false,
        }
    }
}
