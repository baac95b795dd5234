//! The Open Inference Protocol v2 over REST.
//!
//! | request | does |
//! |---|---|
//! | `GET /v2` | what the server is, and the protocol's extensions that it has |
//! | `GET /v2/health/live`, `/v2/health/ready`, `GET /health` | whether it lives, and answers calls |
//! | `GET /v2/models` | names of all models |
//! | `GET /v2/models/{model}[/versions/{version}]` | inputs and outputs |
//! | `GET /v2/models/{model}[/versions/{version}]/ready` | whether calls are answered |
//! | `POST /v2/models/{model}[/versions/{version}]/infer` | a call |
//! | `GET /v2/models/stats`, `/v2/models/{model}[/versions/{version}]/stats` | calls that were answered, and their time |
//! | `POST /v2/repository/index` | all models and versions, with their state |
//!
//! Names of models have a slash, `publisher/name`. In a path it may stand as it is or as `%2F`; a name whose last part is
//! `infer`, `ready` or `stats` must be written with `%2F`.

pub(crate) mod body;
mod failure;
pub(crate) mod headers;
mod infer;
mod models;
mod options;
mod pages;
mod path;
mod stats;

pub use failure::Failure;
pub(crate) use infer::{deadline, infer, Seen};
pub(crate) use models::find;
pub use options::{bearer, keys, CallerOf, Observation, Observer, Options};
pub use pages::{open_to_pages, Pages};
pub(crate) use path::decode as decode_path;

use crate::{backend::Backend, openai, openapi};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post, MethodRouter},
    Json, Router,
};
use serde_json::json;
use std::sync::Arc;

/// What all requests share.
pub(crate) struct Shared<B> {
    pub(crate) backend: Arc<B>,
    pub(crate) options: Options,
    pub(crate) stats: stats::Stats,
    pub(crate) tokenizers: openai::Tokenizers,
}

/// The routes of the gateway, in front of `backend`. No fallback: it can be merged with others.
pub fn router<B: Backend>(backend: Arc<B>, options: Options) -> Router {
    let health = options.health;
    let document = openapi::document(&options);
    let shared = Arc::new(Shared {
        backend,
        options,
        stats: stats::Stats::default(),
        tokenizers: openai::Tokenizers::default(),
    });
    let mut routes = Router::new()
        .route("/v2", only(get(models::server::<B>), "GET"))
        .route("/v2/health/live", only(get(|| async { Json(json!({ "live": true })) }), "GET"))
        .route("/v2/health/ready", only(get(models::server_ready::<B>), "GET"))
        .route("/v2/models", only(get(models::list::<B>), "GET"))
        .route("/v2/models/{*path}", only(get(models::get::<B>).post(infer::post::<B>), "GET, POST"))
        .route("/v2/repository/index", only(post(models::index::<B>), "POST"))
        .route("/v1/models", only(get(openai::models::<B>), "GET"))
        .route("/v1/models/{*path}", only(get(openai::model::<B>), "GET"))
        .route("/v1/embeddings", only(post(openai::embeddings::<B>), "POST"))
        .route("/openapi.json", only(get(move || openapi::get(document.clone())), "GET"));
    if health {
        routes = routes.route("/health", only(get(models::server_ready::<B>), "GET"));
    }
    routes.with_state(shared)
}

/// An answer with a body also where the method is wrong.
fn only<S: Clone + Send + Sync + 'static>(route: MethodRouter<S>, allowed: &'static str) -> MethodRouter<S> {
    route.fallback(move || async move {
        let mut response = Failure::Method(allowed).into_response();
        response.headers_mut().insert(axum::http::header::ALLOW, axum::http::HeaderValue::from_static(allowed));
        response
    })
}

/// An answer for paths that are none, for servers that have no other.
pub async fn no_such_path() -> Response {
    Failure::Path.into_response()
}

pub(crate) fn unready(ready: bool) -> StatusCode {
    if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}
