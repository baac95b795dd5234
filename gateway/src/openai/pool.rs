//! The vector of a text, from what the model answers.

use super::input::invalid;
use crate::{
    backend::{CallError, ModelInfo, TensorInfo},
    tensor::TensorData,
};
use candor_primitives::DType;
use half::{bf16, f16};

/// Outputs that are a vector per text, by the names that exporters give them, the better first.
const POOLED: [&str; 5] = ["sentence_embedding", "embeddings", "embedding", "text_embeds", "sentence_embeddings"];
/// Outputs that are a vector per token.
const UNPOOLED: [&str; 2] = ["last_hidden_state", "token_embeddings"];

/// Which output holds the vectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Vectors {
    /// One vector per text.
    Pooled(String),
    /// One per token: their mean is taken, without what the mask hides, and normalised, as sentence-transformers does.
    Tokens(String),
}

impl Vectors {
    /// Find it by name and shape: what a model is, nothing else says.
    pub(crate) fn of(model: &ModelInfo) -> Result<Self, CallError> {
        let ranked = |rank: usize| {
            let float = |output: &&TensorInfo| {
                matches!(output.dtype, DType::Float16 | DType::Bfloat16 | DType::Float32 | DType::Float64)
            };
            model.outputs.iter().filter(float).filter(move |output| output.shape.len() == rank)
        };
        let called = |rank: usize, names: &[&str]| {
            let find =
                |name: &&str| ranked(rank).find(|output| output.name == **name).map(|output| output.name.clone());
            names.iter().find_map(find)
        };
        if let Some(name) = called(2, &POOLED) {
            return Ok(Self::Pooled(name));
        }
        if let Some(name) = called(3, &UNPOOLED) {
            return Ok(Self::Tokens(name));
        }
        let mut rest = ranked(2);
        match (rest.next(), rest.next()) {
            (Some(only), None) => Ok(Self::Pooled(only.name.clone())),
            _ => Err(invalid(
                "model",
                format!("`{}` gives no vectors of texts: call it with tensors at /v2", model.name),
            )),
        }
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Pooled(name) | Self::Tokens(name) => name,
        }
    }

    /// The vector of the only text that was run.
    pub(crate) fn vector(&self, tensor: &TensorData, mask: &[u32]) -> Result<Vec<f32>, CallError> {
        let values = floats(tensor);
        let wrong = || CallError::Internal(format!("`{}` has the shape {:?}", self.name(), tensor.shape));
        match (self, &tensor.shape[..]) {
            (Self::Pooled(_), [1, width]) if values.len() == *width as usize => Ok(values),
            (Self::Tokens(_), [1, tokens, width])
                if *tokens as usize == mask.len() && *width > 0 && values.len() == mask.len() * *width as usize =>
            {
                Ok(mean(&values, mask, *width as usize))
            },
            _ => Err(wrong()),
        }
    }
}

fn mean(values: &[f32], mask: &[u32], width: usize) -> Vec<f32> {
    let mut sum = vec![0f64; width];
    for (row, kept) in values.chunks_exact(width).zip(mask) {
        if *kept > 0 {
            sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += f64::from(*value));
        }
    }
    // The length of the mean and that of the sum differ by a factor that normalising takes out.
    let length = sum.iter().map(|value| value * value).sum::<f64>().sqrt().max(1e-12);
    sum.into_iter().map(|value| (value / length) as f32).collect()
}

fn floats(tensor: &TensorData) -> Vec<f32> {
    let data = &tensor.data;
    match tensor.dtype {
        DType::Float16 => data.as_chunks().0.iter().map(|bytes| f16::from_le_bytes(*bytes).to_f32()).collect(),
        DType::Bfloat16 => data.as_chunks().0.iter().map(|bytes| bf16::from_le_bytes(*bytes).to_f32()).collect(),
        DType::Float32 => data.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
        DType::Float64 => data.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes) as f32).collect(),
        _ => Vec::new(),
    }
}
