//! Bytes of tensors in ONNX files.

use super::{dtype_of_code, proto::TensorProto, OnnxError, OnnxModel};
use candor_adjudicator::{DType, Header};
use prost::bytes::Bytes;
use std::path::PathBuf;

/// Where a tensor's bytes lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In the model's file, as they are committed.
    Inline {
        /// Bytes from the start of the file.
        offset: u64,
    },
    /// In a file beside it.
    External {
        /// The file.
        path: PathBuf,
        /// Bytes from its start.
        offset: u64,
    },
    /// In the model, but not as raw bytes (typed fields); they were converted.
    Typed,
}

/// The bytes of a tensor: raw, little-endian, row-major, as the file has them.
#[derive(Clone, Debug)]
pub struct WeightData {
    /// The bytes, exactly as many as type and shape ask for.
    pub bytes: Bytes,
    /// Where they lie.
    pub location: Location,
}

fn error(tensor: &TensorProto, reason: &'static str) -> OnnxError {
    OnnxError::Tensor { name: tensor.name.clone(), reason }
}

/// Type and shape.
pub(super) fn header(tensor: &TensorProto) -> Result<Header, OnnxError> {
    let dtype = dtype_of_code(tensor.data_type).ok_or_else(|| error(tensor, "its element type cannot be judged"))?;
    let dims: Option<Vec<u64>> = tensor.dims.iter().map(|d| u64::try_from(*d).ok()).collect();
    let header = dims.and_then(|dims| Header::new(dtype, dims));
    header.ok_or_else(|| error(tensor, "its shape is negative, too large, or has more than 8 dimensions"))
}

/// The bytes, wherever they are.
pub(super) fn data(model: &OnnxModel, tensor: &TensorProto) -> Result<WeightData, OnnxError> {
    let header = header(tensor)?;
    let size = (header.dtype.size() as u64).checked_mul(header.count());
    let size = size.and_then(|n| usize::try_from(n).ok()).ok_or_else(|| error(tensor, "it is too large"))?;
    let data = match tensor.data_location {
        0 => inline(model, tensor, header.dtype),
        1 => external(model, tensor, size)?,
        _ => return Err(error(tensor, "its data location is unknown")),
    };
    if data.bytes.len() != size {
        return Err(error(tensor, "its bytes do not fit its type and shape"));
    }
    if header.dtype == DType::Bool && data.bytes.iter().any(|b| *b > 1) {
        return Err(error(tensor, "it holds a bool that is neither 0 nor 1"));
    }
    Ok(data)
}

fn inline(model: &OnnxModel, tensor: &TensorProto, dtype: DType) -> WeightData {
    if let Some(raw) = tensor.raw_data.as_ref().filter(|raw| !raw.is_empty()) {
        return WeightData { bytes: raw.clone(), location: inline_location(&model.bytes, raw) };
    }
    let bytes: Vec<u8> = match dtype {
        DType::Float32 => tensor.float_data.iter().flat_map(|v| v.to_le_bytes()).collect(),
        DType::Float64 => tensor.double_data.iter().flat_map(|v| v.to_le_bytes()).collect(),
        DType::Int64 => tensor.int64_data.iter().flat_map(|v| v.to_le_bytes()).collect(),
        DType::Uint64 => tensor.uint64_data.iter().flat_map(|v| v.to_le_bytes()).collect(),
        DType::Uint32 => tensor.uint64_data.iter().flat_map(|v| (*v as u32).to_le_bytes()).collect(),
        DType::Int32 => tensor.int32_data.iter().flat_map(|v| v.to_le_bytes()).collect(),
        DType::Int16 | DType::Uint16 | DType::Float16 | DType::Bfloat16 => {
            tensor.int32_data.iter().flat_map(|v| (*v as u16).to_le_bytes()).collect()
        },
        DType::Int8 | DType::Uint8 | DType::Bool => tensor.int32_data.iter().map(|v| *v as u8).collect(),
    };
    WeightData { bytes: bytes.into(), location: Location::Typed }
}

/// Offset of `part` in `whole`, of which it is a view; copies (which decoding does not make) count as typed.
fn inline_location(whole: &Bytes, part: &Bytes) -> Location {
    let offset = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize);
    match offset.filter(|o| o.checked_add(part.len()).is_some_and(|end| end <= whole.len())) {
        Some(offset) => Location::Inline { offset: offset as u64 },
        None => Location::Typed,
    }
}

fn external(model: &OnnxModel, tensor: &TensorProto, size: usize) -> Result<WeightData, OnnxError> {
    let location = tensor.external_file().ok_or_else(|| error(tensor, "its external data has no location"))?;
    let number = |key| match tensor.external(key) {
        None | Some("") => Ok(None),
        Some(text) => text.parse::<usize>().map(Some).map_err(|_| error(tensor, "its external offset or length")),
    };
    let offset = number("offset")?.unwrap_or(0);
    if number("length")?.is_some_and(|length| length != size) {
        return Err(error(tensor, "the length of its external data does not fit its type and shape"));
    }
    let (path, file) = model.external(location)?;
    let end = offset.checked_add(size).filter(|end| *end <= file.len());
    let end = end.ok_or_else(|| error(tensor, "its external data ends after the end of the file"))?;
    Ok(WeightData { bytes: file.slice(offset..end), location: Location::External { path, offset: offset as u64 } })
}
