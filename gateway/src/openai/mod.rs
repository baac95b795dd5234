//! OpenAI's interface: models and embeddings.
//!
//! | request | does |
//! |---|---|
//! | `GET /v1/models` | all models |
//! | `GET /v1/models/{model}` | one |
//! | `POST /v1/embeddings` | vectors of texts, or of tokens |
//!
//! A model may be named with its version, `publisher/name@1.0.0`.

mod embeddings;
mod failure;
mod input;
mod pool;
mod tokens;

pub(crate) use embeddings::embeddings;
pub(crate) use tokens::Tokenizers;

use crate::{
    backend::{Backend, CallError, ModelInfo},
    rest::{decode_path, find, Failure, Shared},
};
use axum::{
    extract::State,
    http::Uri,
    response::{IntoResponse, Response},
    Json,
};
use serde_json::{json, Value};
use std::sync::Arc;

pub(crate) async fn models<B: Backend>(State(shared): State<Arc<Shared<B>>>) -> Response {
    match shared.backend.models().await {
        Ok(models) => {
            let data: Vec<Value> = models.iter().map(object).collect();
            Json(json!({ "object": "list", "data": data })).into_response()
        },
        Err(error) => failure::response(&error.into()),
    }
}

pub(crate) async fn model<B: Backend>(State(shared): State<Arc<Shared<B>>>, uri: Uri) -> Response {
    let found = async {
        let path = uri.path();
        let name = decode_path(path.strip_prefix("/v1/models/").unwrap_or(path))?;
        named(&*shared.backend, &name).await
    };
    match found.await {
        Ok((model, _)) => Json(object(&model)).into_response(),
        Err(error) => failure::response(&Failure::Call(error)),
    }
}

fn object(model: &ModelInfo) -> Value {
    let owner = model.name.split_once('/').map_or("", |(owner, _)| owner);
    // When a model was made is not known; OpenAI's clients want a number.
    json!({ "id": model.name, "object": "model", "created": 0, "owned_by": owner })
}

/// The model of this name, and its version if the name has one.
async fn named<B: Backend>(backend: &B, name: &str) -> Result<(ModelInfo, Option<String>), CallError> {
    let whole = find(backend, name, None).await;
    match (whole, name.rsplit_once('@')) {
        (Ok(model), _) => Ok((model, None)),
        (Err(CallError::NotFound(_)), Some((name, version))) => {
            Ok((find(backend, name, Some(version)).await?, Some(version.into())))
        },
        (Err(error), _) => Err(error),
    }
}
