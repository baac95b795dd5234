//! What is asked of `/v1/embeddings`.

use crate::backend::CallError;
use serde_json::{Map, Value};

/// Most texts of a request, as at OpenAI.
const MOST: usize = 2048;

/// A request for embeddings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The model, with or without its version.
    pub(crate) model: String,
    /// What is embedded.
    pub(crate) rows: Vec<Row>,
    /// Whether vectors are wanted as base64 of their bytes.
    pub(crate) base64: bool,
    /// Length of the vectors, if one is wanted.
    pub(crate) dimensions: Option<u64>,
}

/// A text or its tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// A text, for the model's tokenizer.
    Text(String),
    /// Numbers of tokens in the model's own vocabulary: nothing is added to them.
    Tokens(Vec<u32>),
}

pub(crate) fn invalid(field: &str, message: impl Into<String>) -> CallError {
    CallError::Invalid { field: field.into(), message: message.into() }
}

impl Asked {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, CallError> {
        let body: Value =
            serde_json::from_slice(body).map_err(|e| invalid("body", format!("the body is not JSON: {e}")))?;
        let Value::Object(mut body) = body else { return Err(invalid("body", "expected an object")) };
        let Some(Value::String(model)) = body.remove("model") else {
            return Err(invalid("model", "`model` is the name of a model"));
        };
        let base64 = match optional(&mut body, "encoding_format") {
            None => false,
            Some(Value::String(format)) if format == "float" => false,
            Some(Value::String(format)) if format == "base64" => true,
            Some(_) => return Err(invalid("encoding_format", "`encoding_format` is `float` or `base64`")),
        };
        let dimensions = match optional(&mut body, "dimensions") {
            None => None,
            Some(value) => match value.as_u64() {
                Some(dimensions) if dimensions > 0 => Some(dimensions),
                _ => return Err(invalid("dimensions", "`dimensions` is a positive whole number")),
            },
        };
        Ok(Self { model, rows: rows(body.remove("input"))?, base64, dimensions })
    }
}

fn optional(body: &mut Map<String, Value>, name: &str) -> Option<Value> {
    body.remove(name).filter(|value| !value.is_null())
}

fn rows(input: Option<Value>) -> Result<Vec<Row>, CallError> {
    let wrong =
        || invalid("input", "`input` is a text, a list of texts, a list of tokens, or a list of lists of tokens");
    let rows = match input {
        Some(Value::String(text)) => vec![Row::Text(text)],
        Some(Value::Array(items)) if items.first().is_some_and(Value::is_number) => {
            vec![tokens(&items).ok_or_else(wrong)?]
        },
        Some(Value::Array(items)) => {
            let row = |item| match item {
                Value::String(text) => Some(Row::Text(text)),
                Value::Array(items) => tokens(&items),
                _ => None,
            };
            items.into_iter().map(row).collect::<Option<_>>().ok_or_else(wrong)?
        },
        _ => return Err(wrong()),
    };
    if rows.is_empty() || rows.len() > MOST {
        return Err(invalid("input", format!("`input` has from 1 to {MOST} texts, not {}", rows.len())));
    }
    Ok(rows)
}

fn tokens(items: &[Value]) -> Option<Row> {
    let token = |item: &Value| u32::try_from(item.as_u64()?).ok();
    items.iter().map(token).collect::<Option<_>>().map(Row::Tokens)
}
