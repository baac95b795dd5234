//! Elements of tensors to JSON.

use crate::tensor::strings;
use candor_primitives::DType;
use half::{bf16, f16};

/// Append a string with its quotes.
pub fn write_string(text: &str, out: &mut Vec<u8>) {
    let plain = text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
    if plain {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Writing to memory does not fail, and a string is always JSON.
        let _ = serde_json::to_writer(out, text);
    }
}

/// Append the elements of a tensor as one list in row-major order: integers exactly, floats as the shortest text that reads
/// back as the same value, `NaN` and infinities as the strings `"NaN"`, `"Infinity"` and `"-Infinity"`. The bytes must be of
/// that type; what is left over is not written. `false`, if a text is not UTF-8, so that JSON cannot carry it.
pub fn write_values(dtype: DType, count: u64, data: &[u8], out: &mut Vec<u8>) -> bool {
    out.push(b'[');
    match dtype {
        DType::Bool => list(data, out, |[byte], out| {
            out.extend_from_slice(if byte == 0 { b"false" } else { b"true" });
        }),
        DType::Uint8 => list(data, out, |bytes, out| integer(u8::from_le_bytes(bytes), out)),
        DType::Uint16 => list(data, out, |bytes, out| integer(u16::from_le_bytes(bytes), out)),
        DType::Uint32 => list(data, out, |bytes, out| integer(u32::from_le_bytes(bytes), out)),
        DType::Uint64 => list(data, out, |bytes, out| integer(u64::from_le_bytes(bytes), out)),
        DType::Int8 => list(data, out, |bytes, out| integer(i8::from_le_bytes(bytes), out)),
        DType::Int16 => list(data, out, |bytes, out| integer(i16::from_le_bytes(bytes), out)),
        DType::Int32 => list(data, out, |bytes, out| integer(i32::from_le_bytes(bytes), out)),
        DType::Int64 => list(data, out, |bytes, out| integer(i64::from_le_bytes(bytes), out)),
        DType::Float16 => list(data, out, |bytes, out| float(f16::from_le_bytes(bytes).to_f32(), out)),
        DType::Bfloat16 => list(data, out, |bytes, out| float(bf16::from_le_bytes(bytes).to_f32(), out)),
        DType::Float32 => list(data, out, |bytes, out| float(f32::from_le_bytes(bytes), out)),
        DType::Float64 => list(data, out, |bytes, out| float(f64::from_le_bytes(bytes), out)),
        DType::String => {
            let Some(texts) = strings(data, count) else { return false };
            for (index, text) in texts.into_iter().enumerate() {
                let Ok(text) = std::str::from_utf8(text) else { return false };
                if index > 0 {
                    out.push(b',');
                }
                write_string(text, out);
            }
        },
    }
    out.push(b']');
    true
}

#[inline]
fn list<const N: usize>(data: &[u8], out: &mut Vec<u8>, write: impl Fn([u8; N], &mut Vec<u8>)) {
    // A float has about ten digits, most integers fewer.
    out.reserve(data.len() / N * if N == 8 { 20 } else { 12 });
    let (chunks, _) = data.as_chunks::<N>();
    for (index, bytes) in chunks.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(*bytes, out);
    }
}

#[inline]
fn integer(value: impl itoa::Integer, out: &mut Vec<u8>) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

#[inline]
fn float<T: zmij::Float + Into<f64> + Copy>(value: T, out: &mut Vec<u8>) {
    let wide: f64 = value.into();
    if wide.is_finite() {
        out.extend_from_slice(zmij::Buffer::new().format_finite(value).as_bytes());
    } else if wide.is_nan() {
        out.extend_from_slice(b"\"NaN\"");
    } else {
        out.extend_from_slice(if wide > 0.0 { b"\"Infinity\"".as_slice() } else { b"\"-Infinity\"" });
    }
}
