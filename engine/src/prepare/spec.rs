//! The declared inputs, outputs and units of a release, from the graph and `release.json`.

use super::{DimMeta, PrepareError, ReleaseMeta};
use crate::onnx::{GraphDim, GraphValue, OnnxModel};
use candor_primitives::{
    release::{Name, MAX_FILES},
    tensor::{Shape, MAX_RANK, MAX_TENSORS},
    DType, Dim, TensorSpec, UnitRule, ValueRange,
};
use std::collections::BTreeSet;

/// Operators whose result is drawn anew in every run.
const RANDOM: [&str; 6] =
    ["RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli"];

pub(super) type Specs = Vec<TensorSpec>;

/// Declared inputs and outputs.
pub(super) fn tensors(model: &OnnxModel, meta: &ReleaseMeta) -> Result<(Specs, Specs), PrepareError> {
    let operators = model.operators();
    if let Some(random) = RANDOM.iter().find(|op| operators.contains(**op)) {
        let named = model.graph().node.iter().find(|n| n.op_type == **random).map_or("", |n| n.name.as_str());
        return Err(PrepareError::Random { operator: (*random).into(), node: named.into() });
    }
    let values = (model.inputs(), model.outputs());
    let inputs = all("input", &values.0, meta)?;
    let outputs = all("output", &values.1, meta)?;
    let known: BTreeSet<&str> = values.0.iter().chain(&values.1).map(|v| v.name.as_str()).collect();
    for (field, name) in meta.ranges.keys().map(|n| ("ranges", n)).chain(meta.shapes.keys().map(|n| ("shapes", n))) {
        if !known.contains(name.as_str()) {
            let reason = format!("the model has no input or output named {name}");
            return Err(PrepareError::Meta { field: field.into(), reason });
        }
    }
    Ok((inputs, outputs))
}

fn all(what: &'static str, values: &[GraphValue], meta: &ReleaseMeta) -> Result<Specs, PrepareError> {
    if values.is_empty() || values.len() > MAX_TENSORS as usize {
        return Err(PrepareError::Count { what, found: values.len(), most: MAX_TENSORS });
    }
    values.iter().map(|value| one(value, meta)).collect()
}

fn one(value: &GraphValue, meta: &ReleaseMeta) -> Result<TensorSpec, PrepareError> {
    let tensor = value.name.clone();
    let dtype =
        dtype_of_code(value.elem_type).ok_or(PrepareError::Type { tensor: tensor.clone(), code: value.elem_type })?;
    let stated = meta.shapes.get(&tensor).map(|dims| dims.iter().map(stated_dim).collect());
    let dims: Vec<GraphDim> =
        stated.or_else(|| value.shape.clone()).ok_or_else(|| PrepareError::NoShape { tensor: tensor.clone() })?;
    let dims: Vec<Dim> = dims.iter().enumerate().map(|(n, d)| dim(&tensor, n, d, meta)).collect::<Result<_, _>>()?;
    let rank = dims.len();
    let shape =
        dims.try_into().map_err(|_| PrepareError::Rank { tensor: tensor.clone(), found: rank, most: MAX_RANK })?;
    let range = match meta.ranges.get(&tensor) {
        None => None,
        Some(_) if !integer(dtype) => return Err(PrepareError::RangeType { tensor }),
        Some((min, max)) if min > max => {
            let reason = format!("{tensor}: {min} is more than {max}");
            return Err(PrepareError::Meta { field: "ranges".into(), reason });
        },
        Some((min, max)) => Some(ValueRange { min: *min, max: *max }),
    };
    Ok(TensorSpec { name: name("name of a tensor", &tensor)?, dtype, shape, range })
}

fn stated_dim(dim: &DimMeta) -> GraphDim {
    match dim {
        DimMeta::Fixed(length) => GraphDim::Fixed(u64::from(*length)),
        DimMeta::Named(name) => GraphDim::Named(name.clone()),
    }
}

fn dim(tensor: &str, position: usize, dim: &GraphDim, meta: &ReleaseMeta) -> Result<Dim, PrepareError> {
    match dim {
        GraphDim::Fixed(length) => u32::try_from(*length)
            .map(Dim::Fixed)
            .map_err(|_| PrepareError::UnnamedDim { tensor: tensor.into(), position }),
        GraphDim::Named(dim) => {
            let max = *meta
                .limits
                .get(dim)
                .filter(|max| **max > 0)
                .ok_or_else(|| PrepareError::NoLimit { dim: dim.clone(), tensor: tensor.into() })?;
            Ok(Dim::Symbolic { name: name("name of a dimension", dim)?, max })
        },
        GraphDim::Unknown => Err(PrepareError::UnnamedDim { tensor: tensor.into(), position }),
    }
}

/// Unit rule, checked against the dimensions of the inputs.
pub(super) fn units(inputs: &[TensorSpec], meta: &ReleaseMeta) -> Result<UnitRule, PrepareError> {
    let wrong = |field: &str, reason: String| PrepareError::Meta { field: field.into(), reason };
    let mut dims = Vec::new();
    for dim in &meta.unit_rule.dims {
        if !symbols(inputs).contains(dim.as_bytes()) {
            return Err(wrong("unit_rule.dims", format!("no input has a symbolic dimension {dim}")));
        }
        dims.push(name("unit_rule.dims", dim)?);
    }
    if meta.unit_rule.divisor == 0 {
        return Err(wrong("unit_rule.divisor", "it must be at least 1".into()));
    }
    if meta.reference_units == 0 {
        return Err(wrong("reference_units", "it must be at least 1".into()));
    }
    let dims = dims.try_into().map_err(|_| wrong("unit_rule.dims", "at most four".into()))?;
    Ok(UnitRule { dims, divisor: meta.unit_rule.divisor, reference: meta.reference_units })
}

/// Symbolic dimensions of some tensors.
pub(super) fn symbols(specs: &[TensorSpec]) -> BTreeSet<Vec<u8>> {
    let dims = specs.iter().flat_map(|s| s.shape.iter());
    let names = dims.filter_map(|d| match d {
        Dim::Symbolic { name, .. } => Some(name.to_vec()),
        Dim::Fixed(_) => None,
    });
    names.collect()
}

/// A bounded name from text.
pub(super) fn name(field: &'static str, text: &str) -> Result<Name, PrepareError> {
    let bounded = Name::try_from(text.as_bytes().to_vec()).ok().filter(|n| !n.is_empty());
    bounded
        .ok_or_else(|| PrepareError::Meta { field: field.into(), reason: format!("{text:?} must have 1 to 64 bytes") })
}

/// Element type of ONNX's number; `None` for what cannot be judged (texts, complex numbers, 8-bit floats, 4-bit integers).
fn dtype_of_code(code: i32) -> Option<DType> {
    Some(match code {
        1 => DType::Float32,
        2 => DType::Uint8,
        3 => DType::Int8,
        4 => DType::Uint16,
        5 => DType::Int16,
        6 => DType::Int32,
        7 => DType::Int64,
        9 => DType::Bool,
        10 => DType::Float16,
        11 => DType::Float64,
        12 => DType::Uint32,
        13 => DType::Uint64,
        16 => DType::Bfloat16,
        _ => return None,
    })
}

/// Whether a range may be declared for the type.
pub(super) const fn integer(dtype: DType) -> bool {
    !matches!(dtype, DType::Float16 | DType::Bfloat16 | DType::Float32 | DType::Float64 | DType::String)
}

/// A concrete shape under lengths of the symbolic dimensions.
pub(super) fn concrete(spec: &TensorSpec, length: impl Fn(&[u8], u32) -> u32) -> Shape {
    let mut shape = Shape::default();
    for dim in spec.shape.iter() {
        let length = match dim {
            Dim::Fixed(n) => *n,
            Dim::Symbolic { name, max } => length(name, *max).clamp(1, *max),
        };
        // Both lists have the same bound.
        shape.try_push(length).ok();
    }
    shape
}

/// Most files, for the error.
pub(super) const MOST_FILES: u32 = MAX_FILES;
