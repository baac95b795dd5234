//! The methods.

use super::{
    answer, beside, call,
    proto::{
        grpc_inference_service_server::GrpcInferenceService, repository_index_response::ModelIndex, ModelInferRequest,
        ModelInferResponse, ModelMetadataRequest, ModelMetadataResponse, ModelReadyRequest, ModelReadyResponse,
        ModelStreamInferResponse, RepositoryIndexRequest, RepositoryIndexResponse, ServerLiveRequest,
        ServerLiveResponse, ServerMetadataRequest, ServerMetadataResponse, ServerReadyRequest, ServerReadyResponse,
    },
    status::status,
};
use crate::{
    backend::{Backend, CallError, InferResponse, ModelInfo, Payment},
    fit::check_bytes,
    problem,
    rest::{Observation, Options},
};
use futures::{stream::BoxStream, StreamExt};
use prost::Message;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tonic::{metadata::MetadataMap, Request, Response, Status, Streaming};

/// The service in front of a backend.
pub(super) struct Service<B> {
    pub(super) backend: Arc<B>,
    pub(super) options: Arc<Options>,
}

impl<B> Clone for Service<B> {
    fn clone(&self) -> Self {
        Self { backend: self.backend.clone(), options: self.options.clone() }
    }
}

impl<B: Backend> Service<B> {
    /// A model with only the version that is wanted, if one is.
    async fn model(&self, name: &str, version: &str) -> Result<ModelInfo, CallError> {
        let wanted = (!version.is_empty()).then_some(version);
        let mut model = self.backend.model(name, wanted).await?;
        if let Some(version) = wanted {
            if !model.versions.iter().any(|known| known == version) {
                let message = format!("`{name}` has no version `{version}`; it has {}", model.versions.join(", "));
                return Err(CallError::NotFound(message));
            }
            model.versions.retain(|known| known == version);
        }
        Ok(model)
    }

    /// Answer a call whose message is whole now. Nothing is left of the outputs in the second part.
    async fn answer(
        &self,
        metadata: &MetadataMap,
        message: ModelInferRequest,
        payment: Option<Payment>,
    ) -> Result<(ModelInferResponse, InferResponse), CallError> {
        let arrived = Instant::now();
        let call::Decoded { mut call, timeout, raw } = call::decode(message)?;
        let told: Option<Duration> = beside::timeout(metadata)?.into_iter().chain(timeout).min();
        call.deadline = told.or(self.options.deadline).and_then(|time| arrived.checked_add(time));
        call.caller = (self.options.caller)(metadata.as_ref())?;
        call.payment = payment;
        for (number, input) in call.inputs.iter().enumerate() {
            check_bytes(&format!("inputs[{number}]"), input)?;
        }
        let (id, deadline) = (call.id.clone().unwrap_or_default(), call.deadline);
        let work = self.backend.infer(call);
        let mut answered = match deadline {
            None => work.await,
            Some(deadline) => tokio::time::timeout_at(deadline.into(), work).await.unwrap_or(Err(CallError::Deadline)),
        }?;
        let (model_name, model_version) = (answered.model.clone(), answered.version.clone());
        let mut message = ModelInferResponse { model_name, model_version, id, ..Default::default() };
        answer::outputs(&mut message, std::mem::take(&mut answered.outputs), raw);
        Ok((message, answered))
    }
}

#[tonic::async_trait]
impl<B: Backend> GrpcInferenceService for Service<B> {
    type ModelStreamInferStream = BoxStream<'static, Result<ModelStreamInferResponse, Status>>;

    async fn server_live(&self, _: Request<ServerLiveRequest>) -> Result<Response<ServerLiveResponse>, Status> {
        Ok(Response::new(ServerLiveResponse { live: true }))
    }

    async fn server_ready(&self, _: Request<ServerReadyRequest>) -> Result<Response<ServerReadyResponse>, Status> {
        Ok(Response::new(ServerReadyResponse { ready: self.backend.ready().await }))
    }

    async fn model_ready(&self, request: Request<ModelReadyRequest>) -> Result<Response<ModelReadyResponse>, Status> {
        let ModelReadyRequest { name, version } = request.into_inner();
        let model = self.model(&name, &version).await.map_err(|e| status(&e))?;
        Ok(Response::new(ModelReadyResponse { ready: model.ready }))
    }

    async fn server_metadata(
        &self,
        _: Request<ServerMetadataRequest>,
    ) -> Result<Response<ServerMetadataResponse>, Status> {
        let (name, version) = (self.options.name.clone(), self.options.version.clone());
        let extensions = ["model_repository(index)", "stream_infer"].map(String::from).into();
        Ok(Response::new(ServerMetadataResponse { name, version, extensions }))
    }

    async fn model_metadata(
        &self,
        request: Request<ModelMetadataRequest>,
    ) -> Result<Response<ModelMetadataResponse>, Status> {
        let ModelMetadataRequest { name, version } = request.into_inner();
        let model = self.model(&name, &version).await.map_err(|e| status(&e))?;
        Ok(Response::new(answer::model(model)))
    }

    async fn model_infer(&self, request: Request<ModelInferRequest>) -> Result<Response<ModelInferResponse>, Status> {
        let started = Instant::now();
        let (metadata, _, message) = request.into_parts();
        let (received, model) = (message.encoded_len(), message.model_name.clone());
        let answered = match beside::payment(&metadata) {
            Ok(payment) => self.answer(&metadata, message, payment).await,
            Err(error) => Err(error),
        };
        if let Some(observer) = &self.options.observer {
            let sent = answered.as_ref().map_or(0, |(message, _)| message.encoded_len());
            let status = answered.as_ref().map_or_else(problem::status, |_| 200);
            let (route, took) = ("grpc", started.elapsed());
            observer.answered(&Observation { route, model: &model, status, took, received, sent });
        }
        let (message, answered) = answered.map_err(|e| status(&e))?;
        let mut response = Response::new(message);
        beside::receipt(&answered, response.metadata_mut());
        Ok(response)
    }

    async fn model_stream_infer(
        &self,
        request: Request<Streaming<ModelInferRequest>>,
    ) -> Result<Response<Self::ModelStreamInferStream>, Status> {
        let (metadata, _, messages) = request.into_parts();
        // One payment cannot be for many calls.
        if beside::payment(&metadata).map_err(|e| status(&e))?.is_some() {
            let message = "calls of a session are paid one by one: use `ModelInfer`".into();
            return Err(status(&CallError::Invalid { field: crate::wire::SESSION.into(), message }));
        }
        let (service, metadata) = (self.clone(), Arc::new(metadata));
        let answers = messages.then(move |message| {
            let (service, metadata) = (service.clone(), metadata.clone());
            async move {
                let answered = service.answer(&metadata, message?, None).await;
                let (error_message, infer_response) = match answered {
                    Ok((message, _)) => (String::new(), Some(message)),
                    Err(error) => (error.to_string(), None),
                };
                Ok(ModelStreamInferResponse { error_message, infer_response })
            }
        });
        Ok(Response::new(answers.boxed()))
    }

    async fn repository_index(
        &self,
        request: Request<RepositoryIndexRequest>,
    ) -> Result<Response<RepositoryIndexResponse>, Status> {
        let only_ready = request.into_inner().ready;
        let all = self.backend.models().await.map_err(|e| status(&e))?;
        let mut models = Vec::new();
        for model in all.into_iter().filter(|model| model.ready || !only_ready) {
            let state = if model.ready { "READY" } else { "UNAVAILABLE" };
            models.extend(model.versions.into_iter().map(|version| ModelIndex {
                name: model.name.clone(),
                version,
                state: state.into(),
                reason: String::new(),
            }));
        }
        Ok(Response::new(RepositoryIndexResponse { models }))
    }
}
