//! Any server of the Open Inference Protocol as a backend.

use super::{Client, ClientError, Encoding, Options};
use crate::{
    backend::{Backend, CallError, InferRequest, InferResponse, ModelInfo},
    tensor::NamedTensor,
};
use bytes::Bytes;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// How a remote server is used.
#[derive(Clone, Debug, Default)]
pub struct RemoteOptions {
    /// How it is asked. The encoding is only the one that is begun with: see [`Remote::connect`].
    pub client: Options,
    /// What models are called there, by what they are called here. A name that is not in it is the same on both sides.
    pub names: HashMap<String, String>,
}

/// The extension that carries tensors as bytes.
const BINARY: &str = "binary_tensor_data";
/// A server that has it without saying so.
const KSERVE: &str = "kserve";

/// A server as a backend. What it answers is taken as it is, but for the order of its outputs, which becomes the one of its
/// metadata. Calls are not paid there: payments end at the gateway in front.
#[derive(Debug)]
pub struct Remote {
    client: Client,
    names: HashMap<String, String>,
    models: Mutex<HashMap<String, Arc<ModelInfo>>>,
}

impl Remote {
    /// A backend that speaks to the server at `base_url`, by `options.client.encoding`.
    pub fn new(base_url: &str, options: RemoteOptions) -> Result<Self, ClientError> {
        let client = Client::new(base_url, options.client)?;
        Ok(Self { client, names: options.names, models: Mutex::default() })
    }

    /// [`Self::new`], but the server is asked whether it knows the binary extension; if not, tensors travel as JSON.
    pub async fn connect(base_url: &str, mut options: RemoteOptions) -> Result<Self, ClientError> {
        let asked = Client::new(base_url, options.client.clone())?;
        let server = asked.server().await?;
        let binary = server.name == KSERVE || server.extensions.iter().any(|extension| extension == BINARY);
        options.client.encoding = if binary { Encoding::Binary } else { Encoding::Json };
        Self::new(base_url, options)
    }

    /// The client that is used.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    fn there<'a>(&'a self, name: &'a str) -> &'a str {
        self.names.get(name).map_or(name, String::as_str)
    }

    /// A model's description, asked for once.
    async fn described(&self, name: &str, version: Option<&str>) -> Result<Arc<ModelInfo>, CallError> {
        let key = format!("{name}\n{}", version.unwrap_or_default());
        let known = self.models.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let model = Arc::new(self.client.model(self.there(name), version).await?);
        if model.ready {
            self.models.lock().unwrap_or_else(PoisonError::into_inner).insert(key, model.clone());
        }
        Ok(model)
    }
}

/// The outputs that were wanted, in the order in which the model has them.
fn in_order(model: &ModelInfo, wanted: &[String], mut given: Vec<NamedTensor>) -> Result<Vec<NamedTensor>, CallError> {
    if model.outputs.is_empty() {
        return Ok(given);
    }
    let mut outputs = Vec::with_capacity(given.len());
    for output in model.outputs.iter().filter(|o| wanted.is_empty() || wanted.contains(&o.name)) {
        let place = given.iter().position(|tensor| tensor.name == output.name);
        let place =
            place.ok_or_else(|| CallError::Internal(format!("the server left out the output `{}`", output.name)))?;
        outputs.push(given.swap_remove(place));
    }
    Ok(outputs)
}

impl Backend for Remote {
    async fn models(&self) -> Result<Vec<ModelInfo>, CallError> {
        let mut models = self.client.models().await?;
        for model in &mut models {
            let here = self.names.iter().filter(|(_, there)| **there == model.name).map(|(here, _)| here.clone());
            model.aliases.extend(here);
        }
        Ok(models)
    }

    async fn model(&self, name: &str, version: Option<&str>) -> Result<ModelInfo, CallError> {
        let mut model = self.client.model(self.there(name), version).await?;
        name.clone_into(&mut model.name);
        Ok(model)
    }

    async fn infer(&self, mut request: InferRequest) -> Result<InferResponse, CallError> {
        let model = self.described(&request.model, request.version.as_deref()).await?;
        let name = std::mem::take(&mut request.model);
        self.there(&name).clone_into(&mut request.model);
        (request.payment, request.caller) = (None, None);
        let mut answer = self.client.infer(&request).await?;
        answer.model = name;
        answer.outputs = in_order(&model, &request.outputs, answer.outputs)?;
        Ok(answer)
    }

    async fn file(&self, _: &str, _: &str) -> Result<Option<Bytes>, CallError> {
        Ok(None)
    }

    async fn ready(&self) -> bool {
        self.client.ready().await.unwrap_or(false)
    }
}
