//! The service, asked message by message.

mod calls;
mod tensors;

use super::{
    proto::{model_infer_request::InferInputTensor, InferTensorContents, ModelInferRequest, ModelInferResponse},
    router,
};
use crate::{
    backend::{Backend, CallError, InferRequest, InferResponse, ModelInfo, TensorInfo},
    rest::Options,
};
use axum::{body::Body, Router};
use bytes::{BufMut, Bytes, BytesMut};
use candor_primitives::{DType, SignedReceipt};
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use prost::Message;
use sp_core::H256;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

/// Answers with its inputs; remembers the last call.
#[derive(Default)]
struct Echo {
    last: Mutex<Option<InferRequest>>,
    receipt: Option<SignedReceipt>,
    error: Option<CallError>,
    slow: bool,
}

impl Backend for Echo {
    async fn models(&self) -> Result<Vec<ModelInfo>, CallError> {
        Ok(vec![self.model("acme/echo", None).await?])
    }

    async fn model(&self, name: &str, _: Option<&str>) -> Result<ModelInfo, CallError> {
        if name != "acme/echo" {
            return Err(CallError::NotFound(format!("there is no model `{name}`")));
        }
        Ok(ModelInfo {
            name: name.into(),
            aliases: Vec::new(),
            versions: vec!["1".into(), "2".into()],
            release: Some(4),
            inputs: vec![TensorInfo { name: "x".into(), dtype: DType::Bfloat16, shape: vec![None, Some(3)] }],
            outputs: Vec::new(),
            ready: true,
        })
    }

    async fn infer(&self, request: InferRequest) -> Result<InferResponse, CallError> {
        *self.last.lock().unwrap() = Some(request.clone());
        if self.slow {
            std::future::pending::<()>().await;
        }
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        Ok(InferResponse {
            model: request.model,
            version: "2".into(),
            outputs: request.inputs,
            receipt: self.receipt.clone(),
            output_roots: vec![H256([8; 32])],
        })
    }

    async fn file(&self, _: &str, _: &str) -> Result<Option<Bytes>, CallError> {
        Ok(None)
    }

    async fn ready(&self) -> bool {
        true
    }
}

/// An answer: its headers and trailers together, and its messages.
struct Answered {
    headers: HeaderMap,
    messages: Vec<Bytes>,
}

impl Answered {
    fn code(&self) -> i32 {
        self.headers["grpc-status"].to_str().unwrap().parse().unwrap()
    }

    fn message<M: Message + Default>(&self) -> M {
        assert_eq!(self.code(), 0, "{:?}", self.headers);
        assert_eq!(self.messages.len(), 1);
        M::decode(self.messages[0].clone()).unwrap()
    }
}

/// A message with its length before it.
fn framed(message: &impl Message) -> Bytes {
    let mut bytes = BytesMut::new();
    bytes.put_u8(0);
    bytes.put_u32(u32::try_from(message.encoded_len()).unwrap());
    message.encode(&mut bytes).unwrap();
    bytes.freeze()
}

async fn ask(app: Router, method: &str, metadata: &[(&str, &str)], body: Bytes) -> Answered {
    let mut request = Request::post(format!("http://x/inference.GRPCInferenceService/{method}"))
        .version(http::Version::HTTP_2)
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    for (name, value) in metadata {
        request = request.header(*name, *value);
    }
    let response = app.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let mut headers = response.headers().clone();
    let collected = response.into_body().collect().await.unwrap();
    headers.extend(collected.trailers().cloned().unwrap_or_default());
    let mut bytes = collected.to_bytes();
    let mut messages = Vec::new();
    while !bytes.is_empty() {
        let head = bytes.split_to(5);
        assert_eq!(head[0], 0);
        let length = u32::from_be_bytes(head[1..].try_into().unwrap()) as usize;
        messages.push(bytes.split_to(length));
    }
    Answered { headers, messages }
}

fn app(backend: &Arc<Echo>) -> Router {
    router(backend.clone(), Options::default())
}

async fn infer(backend: &Arc<Echo>, message: &ModelInferRequest) -> Answered {
    ask(app(backend), "ModelInfer", &[], framed(message)).await
}

fn input(name: &str, datatype: &str, shape: &[i64], contents: Option<InferTensorContents>) -> InferInputTensor {
    let (name, datatype, shape) = (name.into(), datatype.into(), shape.into());
    InferInputTensor { name, datatype, shape, contents, ..Default::default() }
}

fn call(inputs: Vec<InferInputTensor>, raw: Vec<Bytes>) -> ModelInferRequest {
    ModelInferRequest { model_name: "acme/echo".into(), inputs, raw_input_contents: raw, ..Default::default() }
}
