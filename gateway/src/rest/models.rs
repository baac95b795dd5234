//! What there is: the server, models, versions.

use super::{
    body,
    path::{Part, Target},
    unready, Failure, Shared,
};
use crate::{
    backend::{Backend, CallError, ModelInfo, TensorInfo},
    datatype::datatype,
};
use axum::{
    extract::{Request, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Response},
    Json,
};
use serde_json::{json, Value};
use std::sync::Arc;

pub(crate) async fn server<B: Backend>(State(shared): State<Arc<Shared<B>>>) -> Json<Value> {
    let extensions = ["binary_tensor_data", "model_repository(index)", "statistics"];
    Json(json!({ "name": shared.options.name, "version": shared.options.version, "extensions": extensions }))
}

pub(crate) async fn server_ready<B: Backend>(State(shared): State<Arc<Shared<B>>>) -> (StatusCode, Json<Value>) {
    let ready = shared.backend.ready().await;
    (unready(ready), Json(json!({ "ready": ready })))
}

pub(crate) async fn list<B: Backend>(State(shared): State<Arc<Shared<B>>>) -> Result<Json<Value>, Failure> {
    let models = shared.backend.models().await?;
    let names: Vec<&str> = models.iter().map(|model| model.name.as_str()).collect();
    Ok(Json(json!({ "models": names })))
}

/// Everything below `/v2/models/` that is read.
pub(crate) async fn get<B: Backend>(State(shared): State<Arc<Shared<B>>>, uri: Uri) -> Result<Response, Failure> {
    let target = Target::parse(uri.path())?;
    let model = |target: Target| {
        let shared = shared.clone();
        async move { find(&*shared.backend, &target.model, target.version.as_deref()).await }
    };
    match target.part {
        Part::Metadata => Ok(Json(metadata(&model(target).await?)).into_response()),
        Part::Ready => {
            let model = model(target).await?;
            let body = json!({ "name": model.name, "ready": model.ready });
            Ok((unready(model.ready), Json(body)).into_response())
        },
        Part::Stats => {
            let models =
                if target.model.is_empty() { shared.backend.models().await? } else { vec![model(target).await?] };
            let of = |model: &ModelInfo| -> Vec<Value> {
                model.versions.iter().map(|version| shared.stats.json(&model.name, version)).collect()
            };
            let stats: Vec<Value> = models.iter().flat_map(of).collect();
            Ok(Json(json!({ "model_stats": stats })).into_response())
        },
        Part::Infer => Err(Failure::Method("POST")),
    }
}

/// A model with only the version that is wanted, if one is.
pub(crate) async fn find<B: Backend>(backend: &B, name: &str, version: Option<&str>) -> Result<ModelInfo, CallError> {
    let mut model = backend.model(name, version).await?;
    if let Some(version) = version {
        if !model.versions.iter().any(|known| known == version) {
            let message = format!("`{name}` has no version `{version}`; it has {}", model.versions.join(", "));
            return Err(CallError::NotFound(message));
        }
        model.versions.retain(|known| known == version);
    }
    Ok(model)
}

fn metadata(model: &ModelInfo) -> Value {
    let tensor = |tensor: &TensorInfo| {
        let shape: Vec<i64> = tensor.shape.iter().map(|dim| dim.map_or(-1, i64::from)).collect();
        json!({ "name": tensor.name, "datatype": datatype(tensor.dtype), "shape": shape })
    };
    let inputs: Vec<Value> = model.inputs.iter().map(tensor).collect();
    let outputs: Vec<Value> = model.outputs.iter().map(tensor).collect();
    let mut parameters = json!({ "aliases": model.aliases });
    if let Some(release) = model.release {
        parameters["release"] = release.into();
    }
    json!({
        "name": model.name,
        "versions": model.versions,
        "platform": "onnx",
        "inputs": inputs,
        "outputs": outputs,
        "parameters": parameters,
    })
}

/// The model repository extension: all models and versions.
pub(crate) async fn index<B: Backend>(
    State(shared): State<Arc<Shared<B>>>,
    request: Request,
) -> Result<Json<Value>, Failure> {
    let (head, content) = request.into_parts();
    let content = body::read(content, &head.headers, &shared.options).await?;
    let ready_only = wants_ready(&content)?;
    let mut rows = Vec::new();
    for model in shared.backend.models().await?.iter().filter(|model| model.ready || !ready_only) {
        let state = if model.ready { "READY" } else { "UNAVAILABLE" };
        for version in &model.versions {
            rows.push(json!({ "name": model.name, "version": version, "state": state, "reason": "" }));
        }
    }
    Ok(Json(Value::Array(rows)))
}

/// The body may be empty, or an object with `ready`.
fn wants_ready(content: &[u8]) -> Result<bool, CallError> {
    let invalid = |field: &str, message: &str| CallError::Invalid { field: field.into(), message: message.into() };
    if content.is_empty() {
        return Ok(false);
    }
    let value: Value = serde_json::from_slice(content).map_err(|error| invalid("body", &error.to_string()))?;
    let Value::Object(value) = value else { return Err(invalid("body", "expected an object")) };
    match value.get("ready") {
        None => Ok(false),
        Some(Value::Bool(ready)) => Ok(*ready),
        Some(_) => Err(invalid("ready", "expected true or false")),
    }
}
