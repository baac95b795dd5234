//! What servers say of their models.

use super::ClientError;
use crate::{
    backend::{ModelInfo, TensorInfo},
    datatype::parse_datatype,
};
use candor_primitives::ReleaseId;
use serde::Deserialize;

/// A model's metadata. What our gateway says beyond the protocol lies in `parameters`, where others ignore it.
#[derive(Deserialize)]
struct Model {
    #[serde(default)]
    name: String,
    #[serde(default)]
    versions: Option<Vec<String>>,
    #[serde(default)]
    inputs: Option<Vec<Tensor>>,
    #[serde(default)]
    outputs: Option<Vec<Tensor>>,
    #[serde(default)]
    parameters: Option<Parameters>,
}

#[derive(Default, Deserialize)]
struct Parameters {
    #[serde(default)]
    release: Option<ReleaseId>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(default)]
    ready: Option<bool>,
}

#[derive(Deserialize)]
struct Tensor {
    name: String,
    datatype: String,
    #[serde(default)]
    shape: Vec<i64>,
}

fn protocol(error: serde_json::Error) -> ClientError {
    ClientError::Protocol(error.to_string())
}

/// A model, and whether it is ready if the server says so. `name` is what it was asked for by.
pub(super) fn model(body: &[u8], name: &str) -> Result<(ModelInfo, Option<bool>), ClientError> {
    let model: Model = serde_json::from_slice(body).map_err(protocol)?;
    let parameters = model.parameters.unwrap_or_default();
    let info = ModelInfo {
        name: if model.name.is_empty() { name.to_owned() } else { model.name },
        aliases: parameters.aliases.unwrap_or_default(),
        versions: model.versions.unwrap_or_default(),
        release: parameters.release,
        inputs: tensors(model.inputs)?,
        outputs: tensors(model.outputs)?,
        ready: false,
    };
    Ok((info, parameters.ready))
}

fn tensors(tensors: Option<Vec<Tensor>>) -> Result<Vec<TensorInfo>, ClientError> {
    let one = |Tensor { name, datatype, shape }| {
        let dtype = parse_datatype(&datatype).ok_or_else(|| {
            ClientError::Protocol(format!("the tensor `{name}` has the type {datatype}, which is not known"))
        })?;
        // Minus one is the protocol's word for any length.
        let shape = shape.into_iter().map(|length| u32::try_from(length).ok()).collect();
        Ok(TensorInfo { name, dtype, shape })
    };
    tensors.unwrap_or_default().into_iter().map(one).collect()
}

/// Names in an answer of `POST /v2/repository/index`.
pub(super) fn index(body: &[u8]) -> Result<Vec<String>, ClientError> {
    #[derive(Deserialize)]
    struct Entry {
        name: String,
    }
    let entries: Vec<Entry> = serde_json::from_slice(body).map_err(protocol)?;
    let mut names: Vec<String> = Vec::new();
    for Entry { name } in entries {
        // One entry for each version.
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Ok(names)
}

/// Names in an answer of `GET /v2/models`.
pub(super) fn names(body: &[u8]) -> Result<Vec<String>, ClientError> {
    #[derive(Deserialize)]
    struct Models {
        models: Vec<String>,
    }
    let models: Models = serde_json::from_slice(body).map_err(protocol)?;
    Ok(models.models)
}
