//! Texts to the inputs of a model.

use super::input::{invalid, Row};
use crate::{
    backend::{Backend, CallError, ModelInfo, TensorInfo},
    tensor::{NamedTensor, TensorData},
};
use bytes::Bytes;
use candor_primitives::{tensor::Shape, DType};
use parking_lot::RwLock;
use std::{collections::HashMap, sync::Arc};
use tokenizers::Tokenizer;

/// The tokenizer's file in a release.
const FILE: &str = "tokenizer.json";
/// Tokenizers that are kept. One of 30 000 words takes about 10 MB.
const KEPT: usize = 16;
/// Texts up to this length together are turned into tokens at once; longer ones on a thread of their own.
const SHORT: usize = 4 << 10;

/// Tokenizers of models that were asked for.
#[derive(Default)]
pub(crate) struct Tokenizers {
    kept: RwLock<HashMap<String, Arc<Tokenizer>>>,
}

impl Tokenizers {
    /// The tokenizer of a model.
    async fn of<B: Backend>(
        &self,
        backend: &B,
        model: &ModelInfo,
        version: Option<&str>,
    ) -> Result<Arc<Tokenizer>, CallError> {
        let key = format!("{}@{}#{:?}", model.name, model.versions.last().map_or("", String::as_str), model.release);
        if let Some(tokenizer) = self.kept.read().get(&key) {
            return Ok(tokenizer.clone());
        }
        // A version is found by its release, since files are asked for by a model's name.
        let release = model.release.filter(|_| version.is_some()).map(|release| release.to_string());
        let Some(file) = backend.file(release.as_deref().unwrap_or(&model.name), FILE).await? else {
            let message = format!("`{}` has no {FILE}: send tokens, or call it with tensors at /v2", model.name);
            return Err(invalid("model", message));
        };
        let tokenizer = aside(move || load(&file)).await??;
        let mut kept = self.kept.write();
        if kept.len() >= KEPT {
            kept.clear();
        }
        Ok(kept.entry(key).or_insert_with(|| Arc::new(tokenizer)).clone())
    }
}

/// Do what takes time on another thread.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, CallError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| CallError::Internal(format!("the tokenizer died: {error}")))
}

/// Texts are run one by one, so nothing is padded; and a text that is too long is refused, not cut in silence.
fn load(file: &[u8]) -> Result<Tokenizer, CallError> {
    let failed = |error| CallError::Internal(format!("the model's {FILE} cannot be used: {error}"));
    let mut tokenizer = Tokenizer::from_bytes(file).map_err(failed)?;
    tokenizer.with_padding(None);
    tokenizer.with_truncation(None).map_err(failed)?;
    Ok(tokenizer)
}

/// A row of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tokens {
    /// Their numbers.
    ids: Vec<u32>,
    /// Which part of the text each belongs to.
    types: Vec<u32>,
}

impl Tokens {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }
}

/// The tokens of each row.
pub(crate) async fn tokens<B: Backend>(
    tokenizers: &Tokenizers,
    backend: &B,
    model: &ModelInfo,
    version: Option<&str>,
    rows: Vec<Row>,
) -> Result<Vec<Tokens>, CallError> {
    let bytes: usize = rows.iter().map(|row| if let Row::Text(text) = row { text.len() } else { 0 }).sum();
    let needed = rows.iter().any(|row| matches!(row, Row::Text(_)));
    let tokenizer = match needed {
        true => Some(tokenizers.of(backend, model, version).await?),
        false => None,
    };
    let work = move || rows.into_iter().map(|row| encode(tokenizer.as_deref(), row)).collect();
    if bytes <= SHORT {
        work()
    } else {
        aside(work).await?
    }
}

fn encode(tokenizer: Option<&Tokenizer>, row: Row) -> Result<Tokens, CallError> {
    let tokens = match (row, tokenizer) {
        (Row::Tokens(ids), _) => Tokens { types: vec![0; ids.len()], ids },
        (Row::Text(text), Some(tokenizer)) => {
            let failed = |error| invalid("input", format!("the text cannot be turned into tokens: {error}"));
            let encoding = tokenizer.encode_fast(text, true).map_err(failed)?;
            Tokens { ids: encoding.get_ids().to_vec(), types: encoding.get_type_ids().to_vec() }
        },
        (Row::Text(_), None) => return Err(CallError::Internal("there is no tokenizer".into())),
    };
    if tokens.ids.is_empty() {
        return Err(invalid("input", "a text has no tokens"));
    }
    Ok(tokens)
}

/// The inputs of a call for one row, and its attention mask.
pub(crate) fn inputs(model: &ModelInfo, tokens: &Tokens) -> Result<(Vec<NamedTensor>, Vec<u32>), CallError> {
    let width = match model.inputs.first().map(|input| &input.shape[..]) {
        Some([None | Some(1), Some(width)]) => *width as usize,
        Some([None | Some(1), None]) => tokens.len(),
        _ => return Err(unsuited(model)),
    };
    if tokens.len() > width {
        let message = format!("a text has {} tokens, the model takes {width}", tokens.len());
        return Err(invalid("input", message));
    }
    let mut mask = vec![1; tokens.len()];
    mask.resize(width, 0);
    let input = |info: &TensorInfo| {
        let values = match info.name.as_str() {
            "input_ids" => &tokens.ids,
            "attention_mask" => &mask,
            "token_type_ids" => &tokens.types,
            _ => return None,
        };
        // Models pad with 0 where they have a fixed length; the mask hides it.
        let padded = values.iter().copied().chain(std::iter::repeat(0)).take(width);
        let data: Bytes = match info.dtype {
            DType::Int64 => padded.flat_map(|value| i64::from(value).to_le_bytes()).collect(),
            DType::Int32 => padded.flat_map(u32::to_le_bytes).collect(),
            _ => return None,
        };
        let shape = Shape::try_from(vec![1, u32::try_from(width).ok()?]).ok()?;
        Some(NamedTensor { name: info.name.clone(), tensor: TensorData { dtype: info.dtype, shape, data } })
    };
    let inputs: Option<Vec<NamedTensor>> = model.inputs.iter().map(input).collect();
    Ok((inputs.ok_or_else(|| unsuited(model))?, mask))
}

fn unsuited(model: &ModelInfo) -> CallError {
    let names: Vec<&str> = model.inputs.iter().map(|input| input.name.as_str()).collect();
    let message = format!("`{}` takes no text but {}: call it with tensors at /v2", model.name, names.join(", "));
    invalid("model", message)
}
