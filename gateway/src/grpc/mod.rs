//! The Open Inference Protocol v2 over gRPC: `inference.GRPCInferenceService`.
//!
//! | method | does |
//! |---|---|
//! | `ServerLive`, `ServerReady`, `ModelReady` | whether calls are answered |
//! | `ServerMetadata`, `ModelMetadata`, `RepositoryIndex` | what there is |
//! | `ModelInfer` | a call |
//! | `ModelStreamInfer` | calls one after the other on one stream |
//!
//! Tensors travel as raw bytes or by type, and an answer comes back in the way of its call; FP16 and BF16 only as raw
//! bytes, and an answer with such an output is raw as a whole. A call is cancelled when its stream is, and ends with
//! `DEADLINE_EXCEEDED` when the time in `grpc-timeout` is over.
//!
//! Payments are metadata ([`crate::wire`]). Errors have the status codes below, and in the metadata `candor-error-bin` the JSON
//! that REST answers ([`Problem`](crate::Problem)): a call that must be paid first is `FAILED_PRECONDITION`, and that JSON says what to
//! pay. A run that failed with a receipt carries it in `candor-receipt-bin`.
//!
//! | error | code |
//! |---|---|
//! | no such model or version | `NOT_FOUND` |
//! | the request is wrong | `INVALID_ARGUMENT` |
//! | the caller may not | `UNAUTHENTICATED` |
//! | it must be paid first, or its index is not the next | `FAILED_PRECONDITION` |
//! | the queue is full | `RESOURCE_EXHAUSTED` |
//! | the deadline passed | `DEADLINE_EXCEEDED` |
//! | it cannot be called now | `UNAVAILABLE` |
//! | the run failed on this input | `ABORTED` |
//! | this machine failed | `INTERNAL` |
//! | a message is larger than the server takes | `OUT_OF_RANGE` |

mod answer;
mod beside;
mod call;
mod contents;
mod service;
mod status;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;

/// Messages and service of the protocol.
#[allow(missing_docs, clippy::all, clippy::unwrap_used)]
pub mod proto {
    tonic::include_proto!("inference");
}

pub use status::status;
pub use tonic::Status;

use crate::{backend::Backend, rest::Options};
use axum::Router;
use proto::grpc_inference_service_server::{GrpcInferenceService, GrpcInferenceServiceServer, SERVICE_NAME};
use service::Service;
use std::sync::Arc;

/// The service in front of `backend`, for servers that take tower services. Its settings are REST's.
pub fn service<B: Backend>(backend: Arc<B>, options: Options) -> GrpcInferenceServiceServer<impl GrpcInferenceService> {
    let most = options.body_limit;
    GrpcInferenceServiceServer::new(Service { backend, options: Arc::new(options) })
        .max_decoding_message_size(most)
        .max_encoding_message_size(usize::MAX)
}

/// The service as a route. It has no fallback: it can be merged with REST's routes and be served on the same port, as long
/// as the server speaks HTTP/2 (without TLS by prior knowledge, which is what gRPC clients do).
pub fn router<B: Backend>(backend: Arc<B>, options: Options) -> Router {
    Router::new().route_service(&format!("/{SERVICE_NAME}/{{method}}"), service(backend, options))
}
