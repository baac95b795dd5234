//! Texts to the inputs of a model with a tokenizer.

use super::input::{wants, Input};
use crate::{
    errors::{CliError, Result},
    output::text,
};
use candor_primitives::{DType, Dim, FileSpec, ReleaseSpec, TensorSpec};
use tokenizers::{Encoding, PaddingParams, PaddingStrategy, Tokenizer, TruncationParams};

/// Name of a tokenizer's file.
const FILE: &str = "tokenizer.json";

/// The tokenizer among a release's files.
pub fn file(spec: &ReleaseSpec) -> Option<&FileSpec> {
    spec.files.iter().find(|file| {
        let path = text(&file.path);
        path == FILE || path.ends_with("/tokenizer.json")
    })
}

/// The inputs for `texts`, one row each, padded to the longest; and how many texts were cut to what the model takes.
pub fn inputs(spec: &ReleaseSpec, tokenizer: &[u8], texts: &[String]) -> Result<(Vec<Input>, usize)> {
    let mut tokenizer = Tokenizer::from_bytes(tokenizer)
        .map_err(|error| CliError::new(format!("the release's tokenizer cannot be used: {error}")))?;
    let failed = |error| CliError::new(format!("the text cannot be turned into tokens: {error}"));
    let length = row_length(spec)?;
    let padding = PaddingParams {
        strategy: match length {
            Length::Exactly(length) => PaddingStrategy::Fixed(length),
            Length::UpTo(_) => PaddingStrategy::BatchLongest,
        },
        ..tokenizer.get_padding().cloned().unwrap_or_default()
    };
    let truncation =
        TruncationParams { max_length: length.most(), ..tokenizer.get_truncation().cloned().unwrap_or_default() };
    tokenizer.with_padding(Some(padding));
    tokenizer.with_truncation(Some(truncation)).map_err(failed)?;
    let rows = tokenizer.encode_batch(texts.to_vec(), true).map_err(failed)?;
    let cut = rows.iter().filter(|row| !row.get_overflowing().is_empty()).count();
    let inputs: Result<Vec<Input>> = spec.inputs.iter().map(|declared| input(spec, declared, &rows)).collect();
    Ok((inputs?, cut))
}

#[derive(Clone, Copy)]
enum Length {
    Exactly(usize),
    UpTo(usize),
}

impl Length {
    const fn most(self) -> usize {
        match self {
            Self::Exactly(length) | Self::UpTo(length) => length,
        }
    }
}

/// Tokens of a row: the second dimension of the inputs.
fn row_length(spec: &ReleaseSpec) -> Result<Length> {
    let row = spec.inputs.first().and_then(|input| match &input.shape[..] {
        [_, Dim::Fixed(length)] => Some(Length::Exactly(*length as usize)),
        [_, Dim::Symbolic { max, .. }] => Some(Length::UpTo(*max as usize)),
        _ => None,
    });
    row.ok_or_else(|| unsuited(spec))
}

fn input(spec: &ReleaseSpec, declared: &TensorSpec, rows: &[Encoding]) -> Result<Input> {
    let name = text(&declared.name);
    let values: fn(&Encoding) -> &[u32] = match name.as_str() {
        "input_ids" => Encoding::get_ids,
        "attention_mask" => Encoding::get_attention_mask,
        "token_type_ids" => Encoding::get_type_ids,
        _ => return Err(unsuited(spec)),
    };
    let mut data = Vec::new();
    for value in rows.iter().flat_map(values) {
        match declared.dtype {
            DType::Int64 => data.extend(i64::from(*value).to_le_bytes()),
            DType::Int32 => data.extend((*value as i32).to_le_bytes()),
            _ => return Err(unsuited(spec)),
        }
    }
    let width = rows.first().map_or(0, Encoding::len);
    Ok(Input { name, dtype: declared.dtype, shape: vec![rows.len() as u32, width as u32], data })
}

fn unsuited(spec: &ReleaseSpec) -> CliError {
    CliError::usage("this model does not take plain text")
        .hint(format!("it wants {}; give them with --json-input or --npy", wants(spec)))
}

#[cfg(test)]
mod tests {
    use super::super::input::tests::{declared, spec, up_to};
    use super::*;

    /// Words a, b, c; unknown words are 1; padding 0; at most 128 tokens and always padded to 128, as many files say.
    const TOKENIZER: &str = r#"{
        "version":"1.0",
        "truncation":{"direction":"Right","max_length":128,"strategy":"LongestFirst","stride":0},
        "padding":{"strategy":{"Fixed":128},"direction":"Right","pad_to_multiple_of":null,"pad_id":0,"pad_type_id":0,"pad_token":"[PAD]"},
        "added_tokens":[],"normalizer":null,"pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,
        "model":{"type":"WordLevel","vocab":{"[PAD]":0,"[UNK]":1,"a":2,"b":3,"c":4},"unk_token":"[UNK]"}}"#;

    fn release(dtype: DType, row: Dim) -> ReleaseSpec {
        let shape = || vec![up_to("batch", 8), row.clone()];
        spec(
            vec![declared("input_ids", dtype, shape(), None), declared("attention_mask", dtype, shape(), None)],
            vec![],
        )
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn inputs_should_be_padded_to_the_longest_when_texts_differ() {
        let (inputs, cut) =
            inputs(&release(DType::Int64, up_to("seq", 16)), TOKENIZER.as_bytes(), &texts(&["a b c", "b"])).unwrap();
        assert_eq!(inputs[0].shape, [2, 3]);
        let ids: Vec<i64> = inputs[0].data.chunks_exact(8).map(|c| i64::from_le_bytes(c.try_into().unwrap())).collect();
        assert_eq!(ids, [2, 3, 4, 3, 0, 0]);
        let mask: Vec<i64> =
            inputs[1].data.chunks_exact(8).map(|c| i64::from_le_bytes(c.try_into().unwrap())).collect();
        assert_eq!(mask, [1, 1, 1, 1, 0, 0]);
        assert_eq!(cut, 0);
    }

    #[test]
    fn inputs_should_be_cut_when_texts_are_longer_than_the_model_takes() {
        let (inputs, cut) =
            inputs(&release(DType::Int32, up_to("seq", 2)), TOKENIZER.as_bytes(), &texts(&["a b c"])).unwrap();
        assert_eq!((inputs[0].shape.as_slice(), cut), (&[1, 2][..], 1));
    }

    #[test]
    fn inputs_should_have_the_fixed_length_when_the_model_has_one() {
        let (inputs, _) = inputs(&release(DType::Int64, Dim::Fixed(5)), TOKENIZER.as_bytes(), &texts(&["a"])).unwrap();
        assert_eq!(inputs[0].shape, [1, 5]);
    }

    #[test]
    fn inputs_should_be_refused_when_the_model_wants_others() {
        let other = spec(vec![declared("pixels", DType::Float32, vec![up_to("n", 1), Dim::Fixed(3)], None)], vec![]);
        assert!(inputs(&other, TOKENIZER.as_bytes(), &texts(&["a"])).unwrap_err().to_string().contains("--json-input"));
    }
}
