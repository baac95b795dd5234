//! Tensors in memory, and their way into ONNX Runtime and out of it, bit for bit.

use candor_adjudicator::{DType, Header, Tensor};
use ort::{
    memory::Allocator,
    value::{DynTensor, DynValue, Shape, TensorElementType, ValueType},
    AsPointer,
};
use prost::bytes::Bytes;

/// A tensor with its bytes: raw little-endian, row-major. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedTensor {
    /// Type and shape.
    pub header: Header,
    /// The bytes.
    pub data: Bytes,
}

/// Why a tensor cannot be converted.
#[derive(Debug, thiserror::Error)]
pub enum TensorError {
    /// The bytes do not fit type and shape.
    #[error("the bytes do not fit the tensor's type and shape")]
    Bytes,
    /// A value that is no tensor, or a tensor of a type that the adjudicator does not judge.
    #[error("{0} is not a tensor type that can be judged")]
    Type(String),
    /// More than eight dimensions, or too many elements.
    #[error("the shape {0:?} does not fit")]
    Shape(Vec<i64>),
    /// ONNX Runtime could not make or read the value (for example no memory).
    #[error(transparent)]
    Ort(#[from] ort::Error),
}

impl OwnedTensor {
    /// A tensor, if the bytes are as many as type and shape ask for.
    pub fn new(header: Header, data: impl Into<Bytes>) -> Result<Self, TensorError> {
        let data = data.into();
        match byte_len(&header) {
            Some(len) if len == data.len() => Ok(Self { header, data }),
            _ => Err(TensorError::Bytes),
        }
    }

    /// As the adjudicator reads it.
    pub fn view(&self) -> Tensor<'_> {
        Tensor { header: self.header.clone(), data: &self.data }
    }

    /// The value that ONNX Runtime reads. Its memory comes from ONNX Runtime's own allocator, so it is aligned to
    /// 64 bytes as in every honest run: some kernels' order of operations depends on the address.
    #[allow(unsafe_code)]
    pub fn to_value(&self) -> Result<DynTensor, TensorError> {
        if byte_len(&self.header) != Some(self.data.len()) {
            return Err(TensorError::Bytes);
        }
        let dims: Result<Vec<i64>, _> = self.header.dims.iter().map(|d| i64::try_from(*d)).collect();
        let shape = Shape::new(dims.map_err(|_| TensorError::Bytes)?);
        let mut value = DynTensor::new(&Allocator::default(), element_type(self.header.dtype), shape)?;
        if !self.data.is_empty() {
            let to = value.data_ptr_mut().cast::<u8>();
            if to.is_null() || value.size() != Some(self.data.len()) {
                return Err(TensorError::Bytes);
            }
            // SAFETY: `to` is the value's own buffer of exactly `data.len()` bytes (checked above), freshly allocated
            // on the CPU, so it cannot overlap `data`.
            unsafe { std::ptr::copy_nonoverlapping(self.data.as_ptr(), to, self.data.len()) };
        }
        Ok(value)
    }
}

/// Type and shape of a value, and its bytes as ONNX Runtime holds them.
#[allow(unsafe_code)]
pub fn view_value(value: &DynValue) -> Result<Tensor<'_>, TensorError> {
    let ValueType::Tensor { ty, shape, .. } = value.dtype() else {
        return Err(TensorError::Type(value.dtype().to_string()));
    };
    let dtype = dtype_of(*ty).ok_or_else(|| TensorError::Type(ty.to_string()))?;
    let dims: Option<Vec<u64>> = shape.iter().map(|d| u64::try_from(*d).ok()).collect();
    let header = dims.and_then(|dims| Header::new(dtype, dims));
    let header = header.ok_or_else(|| TensorError::Shape(shape.to_vec()))?;
    let len = byte_len(&header).ok_or(TensorError::Bytes)?;
    if len == 0 {
        return Ok(Tensor { header, data: &[] });
    }
    let mut from: *mut std::ffi::c_void = std::ptr::null_mut();
    // SAFETY: `value` is a live tensor; the call only says where its data lies.
    let status = unsafe { (ort::api().GetTensorMutableData)(value.ptr().cast_mut(), &mut from) };
    // SAFETY: the status was just returned by ONNX Runtime.
    unsafe { ort::Error::result_from_status(status) }?;
    if from.is_null() {
        return Err(TensorError::Bytes);
    }
    // SAFETY: the tensor is on the CPU (the only provider) and holds elements times element size bytes; it lives as
    // long as `value` and nobody writes to it while it is borrowed.
    let data = unsafe { std::slice::from_raw_parts(from.cast::<u8>(), len) };
    Ok(Tensor { header, data })
}

/// Bytes of a tensor of this type and shape.
pub fn byte_len(header: &Header) -> Option<usize> {
    usize::try_from(header.count().checked_mul(header.dtype.size() as u64)?).ok()
}

/// ONNX Runtime's name of an element type.
pub const fn element_type(dtype: DType) -> TensorElementType {
    match dtype {
        DType::Float32 => TensorElementType::Float32,
        DType::Uint8 => TensorElementType::Uint8,
        DType::Int8 => TensorElementType::Int8,
        DType::Uint16 => TensorElementType::Uint16,
        DType::Int16 => TensorElementType::Int16,
        DType::Int32 => TensorElementType::Int32,
        DType::Int64 => TensorElementType::Int64,
        DType::Bool => TensorElementType::Bool,
        DType::Float16 => TensorElementType::Float16,
        DType::Float64 => TensorElementType::Float64,
        DType::Uint32 => TensorElementType::Uint32,
        DType::Uint64 => TensorElementType::Uint64,
        DType::Bfloat16 => TensorElementType::Bfloat16,
    }
}

/// Element type of ONNX Runtime's name; `None` for what the adjudicator does not judge.
pub const fn dtype_of(ty: TensorElementType) -> Option<DType> {
    Some(match ty {
        TensorElementType::Float32 => DType::Float32,
        TensorElementType::Uint8 => DType::Uint8,
        TensorElementType::Int8 => DType::Int8,
        TensorElementType::Uint16 => DType::Uint16,
        TensorElementType::Int16 => DType::Int16,
        TensorElementType::Int32 => DType::Int32,
        TensorElementType::Int64 => DType::Int64,
        TensorElementType::Bool => DType::Bool,
        TensorElementType::Float16 => DType::Float16,
        TensorElementType::Float64 => DType::Float64,
        TensorElementType::Uint32 => DType::Uint32,
        TensorElementType::Uint64 => DType::Uint64,
        TensorElementType::Bfloat16 => DType::Bfloat16,
        _ => return None,
    })
}
