//! Candor's tensor bytes to ONNX Runtime values and back, without loss: every type, scalars, empty dimensions, strings
//! with any content.
#![allow(unsafe_code)]

use candor_gateway::tensor::strings;
use candor_primitives::{
    tensor::{elements, Shape},
    DType,
};
use ort::{
    memory::Allocator,
    value::{DynTensor, DynValue, Shape as OrtShape, TensorElementType, ValueType},
    AsPointer,
};

pub use candor_gateway::TensorData;

/// Why a tensor cannot be converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The bytes do not fit type and shape; send exactly elements times element size.
    #[error("the bytes do not fit the tensor's type and shape")]
    Bytes,
    /// A value that is no tensor, or a tensor of a type that Candor does not carry.
    #[error("{0} is not a tensor type that can be carried")]
    Type(String),
    /// More than eight dimensions, or one of more than 2^32 - 1.
    #[error("the shape {0:?} does not fit")]
    Shape(Vec<i64>),
    /// ONNX Runtime could not make or read the value (for example no memory).
    #[error(transparent)]
    Ort(#[from] ort::Error),
}

/// Tensors as ONNX Runtime has them.
pub trait OrtTensor: Sized {
    /// Make the value that ONNX Runtime reads. Its memory comes from ONNX Runtime, so the alignment is always the same.
    fn to_value(&self) -> Result<DynTensor, ConvertError>;
    /// Copy a value out of ONNX Runtime.
    fn from_value(value: &DynValue) -> Result<Self, ConvertError>;
}

impl OrtTensor for TensorData {
    fn to_value(&self) -> Result<DynTensor, ConvertError> {
        self.check().map_err(|_| ConvertError::Bytes)?;
        let shape = OrtShape::new(self.shape.iter().map(|d| i64::from(*d)));
        let mut value = DynTensor::new(&Allocator::default(), element_type(self.dtype), shape)?;
        if self.dtype == DType::String {
            fill_strings(self, &mut value)?;
        } else if !self.data.is_empty() {
            let to = value.data_ptr_mut().cast::<u8>();
            if to.is_null() || value.size() != Some(self.data.len()) {
                return Err(ConvertError::Bytes);
            }
            // SAFETY: `to` is the value's own buffer of exactly `data.len()` bytes (checked above), freshly allocated
            // on the CPU, so it cannot overlap `data`.
            unsafe { std::ptr::copy_nonoverlapping(self.data.as_ptr(), to, self.data.len()) };
        }
        Ok(value)
    }

    fn from_value(value: &DynValue) -> Result<Self, ConvertError> {
        let ValueType::Tensor { ty, shape: given, .. } = value.dtype() else {
            return Err(ConvertError::Type(value.dtype().to_string()));
        };
        let dtype = dtype_of(*ty).ok_or_else(|| ConvertError::Type(ty.to_string()))?;
        let shape = shape_of(given).ok_or_else(|| ConvertError::Shape(given.to_vec()))?;
        let count = elements(&shape).ok_or(ConvertError::Bytes)?;
        let data = match dtype.size() {
            None => read_strings(value, count)?,
            Some(size) => {
                let bytes = count.checked_mul(u64::from(size)).and_then(|n| usize::try_from(n).ok());
                read_bytes(value, bytes.ok_or(ConvertError::Bytes)?)?
            },
        };
        Ok(Self { dtype, shape, data: data.into() })
    }
}

fn fill_strings(tensor: &TensorData, value: &mut DynTensor) -> Result<(), ConvertError> {
    let count = elements(&tensor.shape).ok_or(ConvertError::Bytes)?;
    let texts = strings(&tensor.data, count).ok_or(ConvertError::Bytes)?;
    let value = value.ptr_mut();
    for (index, text) in texts.iter().enumerate() {
        let mut buffer: *mut std::ffi::c_char = std::ptr::null_mut();
        // SAFETY: `value` is a live string tensor and `index` is below its number of elements.
        let status = unsafe { (ort::api().GetResizedStringTensorElementBuffer)(value, index, text.len(), &mut buffer) };
        // SAFETY: the status was just returned by ONNX Runtime.
        unsafe { ort::Error::result_from_status(status) }?;
        if !text.is_empty() && !buffer.is_null() {
            // SAFETY: ONNX Runtime made room for `text.len()` bytes in a buffer of its own.
            unsafe { std::ptr::copy_nonoverlapping(text.as_ptr(), buffer.cast::<u8>(), text.len()) };
        }
    }
    Ok(())
}

fn read_bytes(value: &DynValue, bytes: usize) -> Result<Vec<u8>, ConvertError> {
    if bytes == 0 {
        return Ok(Vec::new());
    }
    let mut from: *mut std::ffi::c_void = std::ptr::null_mut();
    // SAFETY: `value` is a live tensor; the call only reads where its data lies.
    let status = unsafe { (ort::api().GetTensorMutableData)(value.ptr().cast_mut(), &mut from) };
    // SAFETY: the status was just returned by ONNX Runtime.
    unsafe { ort::Error::result_from_status(status) }?;
    if from.is_null() {
        return Err(ConvertError::Bytes);
    }
    let mut data = vec![0u8; bytes];
    // SAFETY: the tensor is on the CPU (the only provider) and holds elements times element size bytes.
    unsafe { std::ptr::copy_nonoverlapping(from.cast::<u8>(), data.as_mut_ptr(), bytes) };
    Ok(data)
}

fn read_strings(value: &DynValue, count: u64) -> Result<Vec<u8>, ConvertError> {
    let value = value.ptr();
    let mut data = Vec::new();
    for index in 0..usize::try_from(count).map_err(|_| ConvertError::Bytes)? {
        let mut len = 0usize;
        // SAFETY: `value` is a live string tensor and `index` is below its number of elements.
        let status = unsafe { (ort::api().GetStringTensorElementLength)(value, index, &mut len) };
        // SAFETY: the status was just returned by ONNX Runtime.
        unsafe { ort::Error::result_from_status(status) }?;
        let mut text = vec![0u8; len];
        // SAFETY: as above, and `text` has room for `len` bytes.
        let status = unsafe { (ort::api().GetStringTensorElement)(value, len, index, text.as_mut_ptr().cast()) };
        // SAFETY: the status was just returned by ONNX Runtime.
        unsafe { ort::Error::result_from_status(status) }?;
        std::str::from_utf8(&text).map_err(|_| ConvertError::Bytes)?;
        data.extend_from_slice(&u32::try_from(len).map_err(|_| ConvertError::Bytes)?.to_le_bytes());
        data.extend_from_slice(&text);
    }
    Ok(data)
}

fn shape_of(shape: &[i64]) -> Option<Shape> {
    let dims: Option<Vec<u32>> = shape.iter().map(|d| u32::try_from(*d).ok()).collect();
    dims?.try_into().ok()
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
        DType::String => TensorElementType::String,
        DType::Bool => TensorElementType::Bool,
        DType::Float16 => TensorElementType::Float16,
        DType::Float64 => TensorElementType::Float64,
        DType::Uint32 => TensorElementType::Uint32,
        DType::Uint64 => TensorElementType::Uint64,
        DType::Bfloat16 => TensorElementType::Bfloat16,
    }
}

/// Element type of ONNX Runtime's name; `None` for what Candor does not carry.
pub const fn dtype_of(ty: TensorElementType) -> Option<DType> {
    Some(match ty {
        TensorElementType::Float32 => DType::Float32,
        TensorElementType::Uint8 => DType::Uint8,
        TensorElementType::Int8 => DType::Int8,
        TensorElementType::Uint16 => DType::Uint16,
        TensorElementType::Int16 => DType::Int16,
        TensorElementType::Int32 => DType::Int32,
        TensorElementType::Int64 => DType::Int64,
        TensorElementType::String => DType::String,
        TensorElementType::Bool => DType::Bool,
        TensorElementType::Float16 => DType::Float16,
        TensorElementType::Float64 => DType::Float64,
        TensorElementType::Uint32 => DType::Uint32,
        TensorElementType::Uint64 => DType::Uint64,
        TensorElementType::Bfloat16 => DType::Bfloat16,
        _ => return None,
    })
}
