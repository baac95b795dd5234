//! Tensors by type: each type has a field, and the small ones share one that is wider.

use super::proto::InferTensorContents;
use crate::tensor::{strings, TensorData};
use bytes::{BufMut, Bytes, BytesMut};
use candor_primitives::{tensor::elements, DType};

/// Elements as raw bytes, or what is wrong.
pub(super) fn read(contents: InferTensorContents, dtype: DType) -> Result<Bytes, String> {
    let field = field(dtype).ok_or("FP16 and BF16 travel as raw bytes: use `raw_input_contents`")?;
    if let Some(other) = other(&contents, field) {
        return Err(format!("elements of this type belong into `{field}`, not into `{other}`"));
    }
    let InferTensorContents { bool_contents: bools, int_contents: ints, uint_contents: uints, .. } = contents;
    match dtype {
        DType::Bool => Ok(bools.into_iter().map(u8::from).collect::<Vec<_>>().into()),
        DType::Int8 => narrow(ints, |v| i8::try_from(v).map(i8::to_le_bytes)),
        DType::Int16 => narrow(ints, |v| i16::try_from(v).map(i16::to_le_bytes)),
        DType::Int32 => narrow(ints, |v| fits(v.to_le_bytes())),
        DType::Int64 => narrow(contents.int64_contents, |v| fits(v.to_le_bytes())),
        DType::Uint8 => narrow(uints, |v| u8::try_from(v).map(u8::to_le_bytes)),
        DType::Uint16 => narrow(uints, |v| u16::try_from(v).map(u16::to_le_bytes)),
        DType::Uint32 => narrow(uints, |v| fits(v.to_le_bytes())),
        DType::Uint64 => narrow(contents.uint64_contents, |v| fits(v.to_le_bytes())),
        DType::Float32 => narrow(contents.fp32_contents, |v| fits(v.to_le_bytes())),
        DType::Float64 => narrow(contents.fp64_contents, |v| fits(v.to_le_bytes())),
        DType::String | DType::Float16 | DType::Bfloat16 => texts(contents.bytes_contents),
    }
}

/// The field of a type; `None` for those that have none.
const fn field(dtype: DType) -> Option<&'static str> {
    Some(match dtype {
        DType::Bool => "bool_contents",
        DType::Int8 | DType::Int16 | DType::Int32 => "int_contents",
        DType::Int64 => "int64_contents",
        DType::Uint8 | DType::Uint16 | DType::Uint32 => "uint_contents",
        DType::Uint64 => "uint64_contents",
        DType::Float32 => "fp32_contents",
        DType::Float64 => "fp64_contents",
        DType::String => "bytes_contents",
        DType::Float16 | DType::Bfloat16 => return None,
    })
}

/// A field beside the right one that has elements.
fn other(contents: &InferTensorContents, field: &str) -> Option<&'static str> {
    let used = [
        ("bool_contents", !contents.bool_contents.is_empty()),
        ("int_contents", !contents.int_contents.is_empty()),
        ("int64_contents", !contents.int64_contents.is_empty()),
        ("uint_contents", !contents.uint_contents.is_empty()),
        ("uint64_contents", !contents.uint64_contents.is_empty()),
        ("fp32_contents", !contents.fp32_contents.is_empty()),
        ("fp64_contents", !contents.fp64_contents.is_empty()),
        ("bytes_contents", !contents.bytes_contents.is_empty()),
    ];
    used.into_iter().find(|(name, used)| *used && *name != field).map(|(name, _)| name)
}

type Narrowed<const N: usize> = Result<[u8; N], std::num::TryFromIntError>;

const fn fits<const N: usize>(bytes: [u8; N]) -> Narrowed<N> {
    Ok(bytes)
}

fn narrow<T: Copy, const N: usize>(values: Vec<T>, one: impl Fn(T) -> Narrowed<N>) -> Result<Bytes, String> {
    let mut data = BytesMut::with_capacity(values.len() * N);
    for (index, value) in values.into_iter().enumerate() {
        data.extend_from_slice(&one(value).map_err(|_| format!("element {index} does not fit the type"))?);
    }
    Ok(data.freeze())
}

/// Texts, each with its length before it.
fn texts(texts: Vec<Bytes>) -> Result<Bytes, String> {
    let mut data = BytesMut::with_capacity(texts.iter().map(|text| text.len() + 4).sum());
    for text in texts {
        data.put_u32_le(u32::try_from(text.len()).map_err(|_| "a text has more than 4 GiB")?);
        data.put(text);
    }
    Ok(data.freeze())
}

/// Elements by type; `None` for types that travel as raw bytes only.
pub(super) fn write(tensor: &TensorData) -> Option<InferTensorContents> {
    let data = &tensor.data;
    let mut contents = InferTensorContents::default();
    match tensor.dtype {
        DType::Bool => contents.bool_contents = data.iter().map(|b| *b != 0).collect(),
        DType::Int8 => contents.int_contents = wide(data, |b| i8::from_le_bytes(b).into()),
        DType::Int16 => contents.int_contents = wide(data, |b| i16::from_le_bytes(b).into()),
        DType::Int32 => contents.int_contents = wide(data, i32::from_le_bytes),
        DType::Int64 => contents.int64_contents = wide(data, i64::from_le_bytes),
        DType::Uint8 => contents.uint_contents = wide(data, |b| u8::from_le_bytes(b).into()),
        DType::Uint16 => contents.uint_contents = wide(data, |b| u16::from_le_bytes(b).into()),
        DType::Uint32 => contents.uint_contents = wide(data, u32::from_le_bytes),
        DType::Uint64 => contents.uint64_contents = wide(data, u64::from_le_bytes),
        DType::Float32 => contents.fp32_contents = wide(data, f32::from_le_bytes),
        DType::Float64 => contents.fp64_contents = wide(data, f64::from_le_bytes),
        DType::String => {
            let texts = strings(data, elements(&tensor.shape)?)?;
            contents.bytes_contents = texts.into_iter().map(|text| data.slice_ref(text)).collect();
        },
        DType::Float16 | DType::Bfloat16 => return None,
    }
    Some(contents)
}

fn wide<T, const N: usize>(data: &[u8], one: impl Fn([u8; N]) -> T) -> Vec<T> {
    data.as_chunks::<N>().0.iter().map(|bytes| one(*bytes)).collect()
}
