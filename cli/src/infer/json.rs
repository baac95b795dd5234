//! Inputs as JSON: `{"inputs":[{"name","dtype","shape","data":[...]}]}`; `data` is flat or nested.

use super::{input::Input, values};
use crate::errors::{CliError, Context, Result};
use candor_primitives::DType;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    inputs: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    name: String,
    dtype: DType,
    shape: Vec<u32>,
    data: Value,
}

/// Read inputs.
pub fn read(text: &str) -> Result<Vec<Input>> {
    let document: Document = serde_json::from_str(text).map_err(|error| {
        CliError::usage(format!("the JSON input cannot be read: {error}"))
            .hint(r#"write {"inputs":[{"name":"x","dtype":"float32","shape":[1,2],"data":[1.5,2]}]}"#)
    })?;
    document.inputs.into_iter().map(convert).collect()
}

/// What `candor infer --json` printed, as far as it says what came out.
#[derive(Deserialize)]
struct Answered {
    outputs: Vec<Item>,
    receipt: AnsweredReceipt,
}

#[derive(Deserialize)]
struct AnsweredReceipt {
    bytes: String,
}

/// Outputs and encoded receipt of an answer, as `candor infer --json` printed it.
pub fn read_answer(text: &str) -> Result<(Vec<Input>, Vec<u8>)> {
    let wrong = |what: String| {
        CliError::usage(format!("the answer cannot be read: {what}"))
            .hint("give the document that `candor infer ... --json` printed")
    };
    let answer: Answered = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
    let receipt = hex::decode(answer.receipt.bytes.trim_start_matches("0x"));
    let receipt = receipt.map_err(|error| wrong(format!("its receipt is no hex: {error}")))?;
    let outputs: Result<Vec<Input>> = answer.outputs.into_iter().map(convert).collect();
    Ok((outputs?, receipt))
}

/// Read inputs from a file, or from standard input for `-`.
pub fn read_file(file: &str) -> Result<Vec<Input>> {
    let text = match file {
        "-" => std::io::read_to_string(std::io::stdin()).context("standard input cannot be read")?,
        file => {
            std::fs::read_to_string(file).map_err(|error| CliError::usage(format!("{file} cannot be read: {error}")))?
        },
    };
    read(&text)
}

fn convert(item: Item) -> Result<Input> {
    let mut data = Vec::new();
    let mut count = 0u64;
    flatten(item.dtype, &item.data, &mut data, &mut count)
        .map_err(|error| CliError::usage(format!("the tensor `{}`: {}", item.name, error.message)))?;
    if candor_primitives::tensor::elements(&item.shape) != Some(count) {
        return Err(CliError::usage(format!(
            "the tensor `{}` has {count} values, its shape {:?} another number",
            item.name, item.shape
        )));
    }
    Ok(Input { name: item.name, dtype: item.dtype, shape: item.shape, data })
}

fn flatten(dtype: DType, value: &Value, out: &mut Vec<u8>, count: &mut u64) -> Result<()> {
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| flatten(dtype, item, out, count)),
        single => {
            *count += 1;
            values::from_json(dtype, single, out)
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(dtype: &str, data: &str) -> Result<Vec<u8>> {
        let text = format!(r#"{{"inputs":[{{"name":"x","dtype":"{dtype}","shape":[2],"data":{data}}}]}}"#);
        read(&text).map(|mut inputs| inputs.remove(0).data)
    }

    #[test]
    fn input_should_be_exact_when_of_any_dtype() {
        assert_eq!(one("float32", "[1.5,\"NaN\"]").unwrap(), [1.5f32.to_le_bytes(), f32::NAN.to_le_bytes()].concat());
        assert_eq!(one("float64", "[1.5,2]").unwrap(), [1.5f64.to_le_bytes(), 2f64.to_le_bytes()].concat());
        assert_eq!(one("float16", "[1,2]").unwrap(), [0x00, 0x3c, 0x00, 0x40]);
        assert_eq!(one("bfloat16", "[1,2]").unwrap(), [0x80, 0x3f, 0x00, 0x40]);
        assert_eq!(one("int8", "[-1,1]").unwrap(), [255, 1]);
        assert_eq!(one("uint8", "[255,1]").unwrap(), [255, 1]);
        assert_eq!(one("int16", "[-2,1]").unwrap(), [254, 255, 1, 0]);
        assert_eq!(one("uint16", "[65535,1]").unwrap(), [255, 255, 1, 0]);
        assert_eq!(one("int32", "[-1,1]").unwrap(), [255, 255, 255, 255, 1, 0, 0, 0]);
        assert_eq!(one("uint32", "[4294967295,0]").unwrap(), [255, 255, 255, 255, 0, 0, 0, 0]);
        assert_eq!(one("int64", "[9223372036854775807,0]").unwrap()[..8], i64::MAX.to_le_bytes());
        assert_eq!(one("uint64", "[18446744073709551615,0]").unwrap()[..8], u64::MAX.to_le_bytes());
        assert_eq!(one("bool", "[true,0]").unwrap(), [1, 0]);
        assert_eq!(one("string", "[\"a\",\"\"]").unwrap(), [1, 0, 0, 0, b'a', 0, 0, 0, 0]);
    }

    #[test]
    fn input_should_be_flattened_when_nested() {
        let text = r#"{"inputs":[{"name":"x","dtype":"uint8","shape":[2,2],"data":[[1,2],[3,4]]}]}"#;
        assert_eq!(read(text).unwrap()[0].data, [1, 2, 3, 4]);
    }

    #[test]
    fn input_should_be_refused_when_it_is_wrong() {
        assert!(one("uint8", "[1,2,3]").unwrap_err().message.contains("3 values"));
        assert!(one("uint8", "[1,256]").unwrap_err().message.contains("`x`"));
        assert!(one("complex64", "[1,2]").is_err());
        assert!(read("[]").unwrap_err().hint.is_some());
        assert!(read(r#"{"inputs":[],"extra":1}"#).is_err());
    }
}
