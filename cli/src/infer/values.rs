//! Elements of tensors as numbers and words, both ways, for every element type.

use crate::errors::{CliError, Result};
use candor_primitives::DType;
use half::{bf16, f16};
use serde_json::{Number, Value};

/// The elements of a tensor as JSON: numbers, booleans, strings. Not-a-number and infinities are strings.
pub fn to_json(dtype: DType, data: &[u8]) -> Result<Vec<Value>> {
    Ok(match dtype {
        DType::Float32 => map(data, |b| float(f32::from_le_bytes(b))),
        DType::Float64 => map(data, |b| float(f64::from_le_bytes(b))),
        DType::Float16 => map(data, |b| float(f16::from_le_bytes(b).to_f32())),
        DType::Bfloat16 => map(data, |b| float(bf16::from_le_bytes(b).to_f32())),
        DType::Int8 => map(data, |b| i8::from_le_bytes(b).into()),
        DType::Int16 => map(data, |b| i16::from_le_bytes(b).into()),
        DType::Int32 => map(data, |b| i32::from_le_bytes(b).into()),
        DType::Int64 => map(data, |b| i64::from_le_bytes(b).into()),
        DType::Uint8 => map(data, |b| u8::from_le_bytes(b).into()),
        DType::Uint16 => map(data, |b| u16::from_le_bytes(b).into()),
        DType::Uint32 => map(data, |b| u32::from_le_bytes(b).into()),
        DType::Uint64 => map(data, |b| u64::from_le_bytes(b).into()),
        DType::Bool => map(data, |b: [u8; 1]| Value::Bool(b[0] != 0)),
        DType::String => strings(data)?.into_iter().map(Value::String).collect(),
    })
}

fn map<const N: usize>(data: &[u8], read: impl Fn([u8; N]) -> Value) -> Vec<Value> {
    data.chunks_exact(N).filter_map(|chunk| chunk.try_into().ok().map(&read)).collect()
}

/// The shortest digits that read back to the same value; a float32 does not grow a tail of digits it does not have.
fn float(value: impl ToString) -> Value {
    let text = value.to_string();
    let number = text.parse::<f64>().ok().and_then(Number::from_f64);
    number.map_or(Value::String(text), Value::Number)
}

/// The texts of a string tensor.
pub fn strings(mut data: &[u8]) -> Result<Vec<String>> {
    let bad = || CliError::new("a string tensor is damaged");
    let mut texts = Vec::new();
    while !data.is_empty() {
        let (length, rest) = data.split_at_checked(4).ok_or_else(bad)?;
        let length = u32::from_le_bytes(length.try_into().map_err(|_| bad())?) as usize;
        let (text, rest) = rest.split_at_checked(length).ok_or_else(bad)?;
        texts.push(std::str::from_utf8(text).map_err(|_| bad())?.to_owned());
        data = rest;
    }
    Ok(texts)
}

/// The bytes of one element given as JSON.
pub fn from_json(dtype: DType, value: &Value, out: &mut Vec<u8>) -> Result<()> {
    let wrong = || CliError::usage(format!("{value} is not a value of type {}", super::input::dtype_name(dtype)));
    match dtype {
        DType::Float32 => out.extend(single(value).ok_or_else(wrong)?.to_le_bytes()),
        DType::Float64 => out.extend(double(value).ok_or_else(wrong)?.to_le_bytes()),
        DType::Float16 => out.extend(f16::from_f64(double(value).ok_or_else(wrong)?).to_le_bytes()),
        DType::Bfloat16 => out.extend(bf16::from_f64(double(value).ok_or_else(wrong)?).to_le_bytes()),
        DType::Int8 => out.extend(integer::<i8>(value).ok_or_else(wrong)?.to_le_bytes()),
        DType::Int16 => out.extend(integer::<i16>(value).ok_or_else(wrong)?.to_le_bytes()),
        DType::Int32 => out.extend(integer::<i32>(value).ok_or_else(wrong)?.to_le_bytes()),
        DType::Int64 => out.extend(integer::<i64>(value).ok_or_else(wrong)?.to_le_bytes()),
        DType::Uint8 => out.extend(integer::<u8>(value).ok_or_else(wrong)?.to_le_bytes()),
        DType::Uint16 => out.extend(integer::<u16>(value).ok_or_else(wrong)?.to_le_bytes()),
        DType::Uint32 => out.extend(integer::<u32>(value).ok_or_else(wrong)?.to_le_bytes()),
        DType::Uint64 => out.extend(integer::<u64>(value).ok_or_else(wrong)?.to_le_bytes()),
        DType::Bool => out.push(match value {
            Value::Bool(value) => u8::from(*value),
            other => integer::<u8>(other).filter(|bit| *bit < 2).ok_or_else(wrong)?,
        }),
        DType::String => {
            let text = value.as_str().ok_or_else(wrong)?;
            let length = u32::try_from(text.len()).map_err(|_| wrong())?;
            out.extend(length.to_le_bytes());
            out.extend(text.as_bytes());
        },
    }
    Ok(())
}

/// A number, or one of the words for what JSON has no number for.
fn double(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(word) if matches!(word.as_str(), "NaN" | "inf" | "-inf" | "Infinity" | "-Infinity") => {
            word.parse().ok()
        },
        _ => None,
    }
}

/// As a float32, rounded once from the digits as written.
fn single(value: &Value) -> Option<f32> {
    match value {
        Value::Number(number) => number.to_string().parse::<f32>().ok().filter(|single| single.is_finite()),
        other => double(other).map(|double| double as f32),
    }
}

fn integer<T: TryFrom<i128>>(value: &Value) -> Option<T> {
    let Value::Number(number) = value else { return None };
    let wide = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))?;
    T::try_from(wide).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn round_trip(dtype: DType, values: &[Value]) {
        let mut data = Vec::new();
        for value in values {
            from_json(dtype, value, &mut data).unwrap();
        }
        assert_eq!(to_json(dtype, &data).unwrap(), values, "{dtype:?}");
    }

    #[test]
    fn values_should_round_trip_when_of_any_type() {
        round_trip(DType::Float32, &[json!(0.1), json!(-1.5), json!(3.4028235e38), json!("NaN"), json!("inf")]);
        round_trip(DType::Float64, &[json!(0.1), json!(1e300), json!("-inf")]);
        round_trip(DType::Float16, &[json!(0.5), json!(65504.0)]);
        round_trip(DType::Bfloat16, &[json!(1.0), json!(-2.0)]);
        round_trip(DType::Int8, &[json!(-128), json!(127)]);
        round_trip(DType::Int16, &[json!(-32768), json!(32767)]);
        round_trip(DType::Int32, &[json!(i32::MIN), json!(i32::MAX)]);
        round_trip(DType::Int64, &[json!(i64::MIN), json!(i64::MAX)]);
        round_trip(DType::Uint8, &[json!(0), json!(255)]);
        round_trip(DType::Uint16, &[json!(65535)]);
        round_trip(DType::Uint32, &[json!(u32::MAX)]);
        round_trip(DType::Uint64, &[json!(u64::MAX)]);
        round_trip(DType::Bool, &[json!(true), json!(false)]);
        round_trip(DType::String, &[json!(""), json!("schön"), json!("日本")]);
    }

    #[test]
    fn value_should_be_refused_when_it_does_not_fit_its_type() {
        let fails =
            |dtype, value: Value| assert!(from_json(dtype, &value, &mut Vec::new()).is_err(), "{dtype:?} {value}");
        fails(DType::Int8, json!(128));
        fails(DType::Uint8, json!(-1));
        fails(DType::Int64, json!(1.5));
        fails(DType::Uint64, json!(-1));
        fails(DType::Bool, json!(2));
        fails(DType::Float32, json!("one"));
        fails(DType::Float32, json!(1e300));
        fails(DType::String, json!(1));
    }

    #[test]
    fn strings_should_be_refused_when_lengths_do_not_add_up() {
        assert!(strings(&[5, 0, 0, 0, b'a']).is_err());
        assert!(strings(&[1, 0]).is_err());
        assert!(strings(&[1, 0, 0, 0, 0xff]).is_err());
    }
}
