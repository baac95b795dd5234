//! Tensors as JSON, for servers without the binary extension: flat arrays out, flat or nested ones in.

use crate::tensor::{strings, TensorData};
use candor_primitives::{tensor::elements, DType};
use half::{bf16, f16};
use serde_json::{Number, Value};
use std::fmt::Write;

/// Why a tensor cannot be carried as JSON.
#[derive(Debug, thiserror::Error)]
pub(super) enum JsonError {
    #[error("JSON has no NaN and no infinities: use the binary extension")]
    NotFinite,
    #[error("a text is not UTF-8: use the binary extension")]
    Text,
    #[error("its bytes do not fit its type and shape")]
    Bytes,
    #[error("it is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    #[error("{value} is no {dtype:?}")]
    Value { value: Value, dtype: DType },
}

/// Append a tensor's elements as a flat array.
pub(super) fn write(tensor: &TensorData, text: &mut String) -> Result<(), JsonError> {
    tensor.check().map_err(|_| JsonError::Bytes)?;
    text.push('[');
    let data = &tensor.data;
    match tensor.dtype {
        DType::Bool => each::<1>(data, text, |[b], text| Ok(text.push_str(if b == 1 { "true" } else { "false" })))?,
        DType::Uint8 => each(data, text, |b, text| whole(u8::from_le_bytes(b), text))?,
        DType::Int8 => each(data, text, |b, text| whole(i8::from_le_bytes(b), text))?,
        DType::Uint16 => each(data, text, |b, text| whole(u16::from_le_bytes(b), text))?,
        DType::Int16 => each(data, text, |b, text| whole(i16::from_le_bytes(b), text))?,
        DType::Uint32 => each(data, text, |b, text| whole(u32::from_le_bytes(b), text))?,
        DType::Int32 => each(data, text, |b, text| whole(i32::from_le_bytes(b), text))?,
        DType::Uint64 => each(data, text, |b, text| whole(u64::from_le_bytes(b), text))?,
        DType::Int64 => each(data, text, |b, text| whole(i64::from_le_bytes(b), text))?,
        DType::Float16 => each(data, text, |b, text| real(f16::from_le_bytes(b).into(), text))?,
        DType::Bfloat16 => each(data, text, |b, text| real(bf16::from_le_bytes(b).into(), text))?,
        // The shortest text of the 64-bit value: whoever reads it at either width gets the same number.
        DType::Float32 => each(data, text, |b, text| real(f32::from_le_bytes(b).into(), text))?,
        DType::Float64 => each(data, text, |b, text| real(f64::from_le_bytes(b), text))?,
        DType::String => {
            let count = elements(&tensor.shape).ok_or(JsonError::Bytes)?;
            for (number, word) in strings(data, count).ok_or(JsonError::Bytes)?.into_iter().enumerate() {
                let word = std::str::from_utf8(word).map_err(|_| JsonError::Text)?;
                let _ = write!(text, "{}{}", if number > 0 { "," } else { "" }, Value::from(word));
            }
        },
    }
    text.push(']');
    Ok(())
}

fn each<const N: usize>(
    data: &[u8],
    text: &mut String,
    one: impl Fn([u8; N], &mut String) -> Result<(), JsonError>,
) -> Result<(), JsonError> {
    let (elements, _) = data.as_chunks::<N>();
    for (number, element) in elements.iter().enumerate() {
        if number > 0 {
            text.push(',');
        }
        one(*element, text)?;
    }
    Ok(())
}

fn whole(value: impl std::fmt::Display, text: &mut String) -> Result<(), JsonError> {
    let _ = write!(text, "{value}");
    Ok(())
}

fn real(value: f64, text: &mut String) -> Result<(), JsonError> {
    let value = Number::from_f64(value).ok_or(JsonError::NotFinite)?;
    let _ = write!(text, "{value}");
    Ok(())
}

/// Bytes of elements that are JSON: an array, nested or flat, or one element.
pub(super) fn read(text: &str, dtype: DType) -> Result<Vec<u8>, JsonError> {
    let mut data = Vec::new();
    let value: Value = serde_json::from_str(text)?;
    collect(value, dtype, &mut data)?;
    Ok(data)
}

fn collect(value: Value, dtype: DType, data: &mut Vec<u8>) -> Result<(), JsonError> {
    match value {
        Value::Array(values) => values.into_iter().try_for_each(|value| collect(value, dtype, data)),
        value => element(&value, dtype, data).ok_or(JsonError::Value { value, dtype }),
    }
}

/// Append one element; `None` if it is none of the type.
fn element(value: &Value, dtype: DType, data: &mut Vec<u8>) -> Option<()> {
    let unsigned = || value.as_u64();
    let signed = || value.as_i64();
    match dtype {
        DType::Bool => data.push(match value {
            Value::Bool(value) => u8::from(*value),
            value => u8::try_from(value.as_u64()?).ok().filter(|b| *b < 2)?,
        }),
        DType::Uint8 => data.push(u8::try_from(unsigned()?).ok()?),
        DType::Uint16 => data.extend(u16::try_from(unsigned()?).ok()?.to_le_bytes()),
        DType::Uint32 => data.extend(u32::try_from(unsigned()?).ok()?.to_le_bytes()),
        DType::Uint64 => data.extend(unsigned()?.to_le_bytes()),
        DType::Int8 => data.extend(i8::try_from(signed()?).ok()?.to_le_bytes()),
        DType::Int16 => data.extend(i16::try_from(signed()?).ok()?.to_le_bytes()),
        DType::Int32 => data.extend(i32::try_from(signed()?).ok()?.to_le_bytes()),
        DType::Int64 => data.extend(signed()?.to_le_bytes()),
        DType::Float16 => data.extend(f16::from_f64(value.as_f64()?).to_le_bytes()),
        DType::Bfloat16 => data.extend(bf16::from_f64(value.as_f64()?).to_le_bytes()),
        DType::Float32 => data.extend((value.as_f64()? as f32).to_le_bytes()),
        DType::Float64 => data.extend(value.as_f64()?.to_le_bytes()),
        DType::String => {
            let word = value.as_str()?;
            data.extend(u32::try_from(word.len()).ok()?.to_le_bytes());
            data.extend(word.as_bytes());
        },
    }
    Some(())
}
