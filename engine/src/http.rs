//! The HTTP interface.
//!
//! | request | who | does |
//! |---|---|---|
//! | `POST /worker/v1/sync` | the node, with its token | orders in, signed results out |
//! | `GET /health`, `GET /metrics` | anyone | for people and Prometheus |
//! | `GET /v1/releases` | anyone | what is served |
//! | `GET /v1/store/{root}`, `GET /v1/outputs/{root}` | anyone | bytes by content id, ranges too |
//! | `GET /v1/traces/{receipt}`, and below | anyone | the trace of a signed run ([`crate::traces::http`]) |
//! | `/inference.GRPCInferenceService/...` | whoever pays or may call | calls over gRPC ([`candor_gateway::grpc`]) |
//! | `/v2/...`, `/v1/models`, `/v1/embeddings`, `/openapi.json` | whoever pays or may call | calls ([`candor_gateway::rest`]) |
//! | `/candor/v1/sessions/{id}`, and below | anyone | sessions ([`crate::ledger::http`]) |
//! | `GET /attestation` | anyone | evidence of the machine ([`crate::tee::http`]) |
//! | `PUT /v1/store/{root}` | with the token | takes a file whose root is right |
//! | `PUT /v1/outputs/{root}?dtype=float32&shape=2,3` | with the token | takes a tensor (a large input) whose root is right |

use crate::{
    bodies,
    conduct::Question,
    engine::Engine,
    ledger,
    releases::Stage,
    store::{parse_root, StoreError},
    tee,
    tensors::TensorData,
    traces,
    worker_api::{decode, SyncError},
};
use axum::{
    body::{to_bytes, Body},
    extract::{rejection::QueryRejection, Path, Query, Request, State},
    http::{header, HeaderMap, HeaderValue, StatusCode},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{get, post},
    Json, Router,
};
use candor_commitments::{Blake2b256, Hasher};
use candor_gateway::rest::Options;
use candor_primitives::{worker::SYNC_PATH, DType};
use codec::Encode;
use serde_json::json;
use std::{io::SeekFrom, path::PathBuf, sync::Arc, time::Duration};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

/// Largest body of a sync request.
pub const MAX_BODY: usize = 32 << 20;
/// Longest time to send a sync request.
const BODY_TIME: Duration = Duration::from_secs(10);
/// Largest tensor that is uploaded.
const MAX_TENSOR: usize = 256 << 20;
/// Longest time to upload one.
const UPLOAD_TIME: Duration = Duration::from_secs(120);

/// An error as JSON: `{"error":{"code","message","field"}}`.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    field: Option<&'static str>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), field: None }
    }

    pub(crate) fn field(mut self, field: &'static str) -> Self {
        self.field = Some(field);
        self
    }

    fn missing() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "nothing is stored under this content id").field("root")
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let error = json!({ "code": self.code, "message": self.message, "field": self.field });
        (self.status, Json(json!({ "error": error }))).into_response()
    }
}

impl From<SyncError> for ApiError {
    fn from(error: SyncError) -> Self {
        let message = error.to_string();
        match error {
            SyncError::Body(_) => Self::new(StatusCode::BAD_REQUEST, "bad_body", message).field("body"),
            SyncError::Batch(field, _) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "too_many", message).field(field),
            SyncError::Log(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, "log", message),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        match error {
            StoreError::Root(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "root", message).field("root"),
            StoreError::Size { .. } => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "size", message).field("content-length")
            },
            StoreError::NoSpace { .. } => Self::new(StatusCode::INSUFFICIENT_STORAGE, "no_space", message),
            StoreError::Interrupted(_) => Self::new(StatusCode::BAD_REQUEST, "interrupted", message).field("body"),
            StoreError::Unavailable { .. } => Self::new(StatusCode::NOT_FOUND, "not_found", message),
            StoreError::Io { .. } => Self::new(StatusCode::INTERNAL_SERVER_ERROR, "disk", message),
        }
    }
}

/// Everything that an engine serves: to its node, and to everybody.
pub fn router(engine: Engine) -> Router {
    Router::new()
        .route(SYNC_PATH, post(sync))
        .route("/metrics", get(metrics))
        .with_state(engine.clone())
        .merge(public(engine))
}

/// What an engine serves to everybody, pages in browsers too: calls, sessions, files, traces. Calls are paid by sessions, the rest
/// is public or needs the token.
pub fn public(engine: Engine) -> Router {
    let options = Options {
        name: "candor-engine".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        body_limit: engine.config.most_body,
        deadline: Some(engine.config.deadline),
        health: false,
        also: vec![tee::http::DOCUMENT],
        ..Options::default()
    };
    let routes = Router::new()
        .route("/health", get(health))
        .route("/v1/releases", get(releases))
        .route("/v1/store/{root}", get(stored).put(upload))
        .route("/v1/outputs/{root}", get(output).put(upload_tensor))
        .fallback(|| async { ApiError::new(StatusCode::NOT_FOUND, "no_such_path", "there is nothing at this path") })
        .with_state(engine.clone())
        .merge(traces::http::router(engine.clone()))
        .merge(ledger::http::router(engine.clone()))
        .merge(tee::http::router(engine.clone()))
        .merge(calls(engine, options));
    candor_gateway::rest::open_to_pages(routes, candor_gateway::rest::Pages::Any)
}

/// Calls, over REST and gRPC.
fn calls(engine: Engine, options: Options) -> Router {
    let backend = Arc::new(engine.clone());
    candor_gateway::rest::router(backend.clone(), options.clone())
        .merge(candor_gateway::grpc::router(backend, options))
        .layer(from_fn_with_state(engine, bodies::in_memory))
}

/// Compare tokens by their hashes, so that the time says nothing about how much of a token is right.
fn authorise(engine: &Engine, headers: &HeaderMap) -> Result<(), ApiError> {
    let given = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let given = given.and_then(|v| v.strip_prefix(b"Bearer ")).unwrap_or_default();
    let (given, wanted) = (Blake2b256::hash(given), Blake2b256::hash(engine.config.token.reveal().as_bytes()));
    let difference = given.iter().zip(&wanted).fold(0u8, |all, (a, b)| all | (a ^ b));
    if difference == 0 && !engine.config.token.reveal().is_empty() {
        return Ok(());
    }
    engine.metrics.rejected.with_label_values(&["token"]).inc();
    let message = "send the header `authorization: Bearer <token>` with the engine's token";
    Err(ApiError::new(StatusCode::UNAUTHORIZED, "token", message).field("authorization"))
}

async fn sync(State(engine): State<Engine>, request: Request) -> Result<Response, ApiError> {
    authorise(&engine, request.headers())?;
    let rejected = |status, code, message: &str| {
        engine.metrics.rejected.with_label_values(&["body"]).inc();
        ApiError::new(status, code, message).field("body")
    };
    let body = match tokio::time::timeout(BODY_TIME, to_bytes(request.into_body(), MAX_BODY)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => {
            let message = "the body broke off, or has more than 32 MiB";
            return Err(rejected(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message));
        },
        Err(_) => return Err(rejected(StatusCode::REQUEST_TIMEOUT, "slow", "the body took too long")),
    };
    let request = decode(&body).inspect_err(|_| engine.metrics.rejected.with_label_values(&["body"]).inc())?;
    let response = engine.sync(request).await?;
    Ok(([(header::CONTENT_TYPE, "application/octet-stream")], response.encode()).into_response())
}

async fn health(State(engine): State<Engine>) -> Response {
    let log = engine.log.len();
    let (ready, sessions) = engine.releases.ready();
    let status = if log.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "live": true,
        "ready": log.is_ok(),
        "version": env!("CARGO_PKG_VERSION"),
        "onnxruntime": engine.library.version(),
        "profile": format!("{:?}", engine.profile.hash),
        "worker_keys": engine.keys.public().iter().map(|k| format!("0x{}", hex::encode(k.0))).collect::<Vec<_>>(),
        "releases_ready": ready,
        "sessions": sessions,
        "pending": engine.pending(),
        "receipts": log.unwrap_or(0),
        "program": format!("{:?}", engine.attester.engine()),
        "attested": engine.attester.attested().to_string(),
    });
    (status, Json(body)).into_response()
}

async fn metrics(State(engine): State<Engine>) -> Response {
    let gauge = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
    let (ready, sessions) = engine.releases.ready();
    engine.metrics.queue.set(gauge(engine.pool.waiting()));
    engine.metrics.pending.set(gauge(engine.pending()));
    engine.metrics.traces_waiting.set(gauge(engine.traces.waiting()));
    engine.metrics.tasks_pending.set(gauge(engine.tasks.pending()));
    engine.metrics.releases.set(gauge(ready));
    engine.metrics.sessions.set(gauge(sessions));
    let (open, owed, unvouched) = engine.ledger.totals();
    let planck = |value: u128| i64::try_from(value).unwrap_or(i64::MAX);
    engine.metrics.paying_sessions.set(gauge(open));
    engine.metrics.session_calls.set(gauge(engine.ledger.running()));
    engine.metrics.owed.set(planck(owed));
    engine.metrics.unvouched.set(planck(unvouched));
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], engine.metrics.text()).into_response()
}

async fn releases(State(engine): State<Engine>) -> Response {
    let own = engine.profile.hash;
    let all = engine.releases.all().into_iter().map(|(id, spec, stage)| {
        let reason = match &stage {
            Stage::Failed { reason, .. } => Some(reason.clone()),
            _ => None,
        };
        let variant = spec.variants.iter().find(|v| v.profile == own).map(|v| format!("{:?}", v.root));
        json!({
            "id": id,
            "model_root": format!("{:?}", spec.model_root),
            "variant": variant,
            "stage": stage.word(),
            "reason": reason,
        })
    });
    Json(json!({ "releases": all.collect::<Vec<_>>() })).into_response()
}

async fn stored(
    State(engine): State<Engine>,
    Path(root): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let root = parse_root(&root).ok_or_else(bad_root)?;
    send(engine.store.find(&root).ok_or_else(ApiError::missing)?, &headers).await
}

async fn output(
    State(engine): State<Engine>,
    Path(root): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let root = parse_root(&root).ok_or_else(bad_root)?;
    let found = engine.store.find_output(&root).filter(|_| engine.conduct.answers(Question::Input));
    send(found.ok_or_else(ApiError::missing)?, &headers).await
}

async fn upload(
    State(engine): State<Engine>,
    Path(root): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    authorise(&engine, request.headers())?;
    let root = parse_root(&root).ok_or_else(bad_root)?;
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<u64>().ok());
    let size = length.ok_or_else(|| {
        ApiError::new(StatusCode::LENGTH_REQUIRED, "length", "say the file's size in the header `content-length`")
            .field("content-length")
    })?;
    engine.store.put(&root, size, request.into_body().into_data_stream()).await?;
    Ok((StatusCode::CREATED, Json(json!({ "root": format!("{root:?}"), "size": size }))).into_response())
}

/// Type and shape of an uploaded tensor.
#[derive(Debug, serde::Deserialize)]
struct TensorQuery {
    /// Name of the element type, for example `float32`.
    dtype: DType,
    /// Lengths, outermost first, with commas; empty for a scalar.
    #[serde(default)]
    shape: String,
}

async fn upload_tensor(
    State(engine): State<Engine>,
    Path(root): Path<String>,
    query: Result<Query<TensorQuery>, QueryRejection>,
    request: Request,
) -> Result<Response, ApiError> {
    authorise(&engine, request.headers())?;
    let root = parse_root(&root).ok_or_else(bad_root)?;
    let Query(query) =
        query.map_err(|e| ApiError::new(StatusCode::BAD_REQUEST, "dtype", e.body_text()).field("dtype"))?;
    let wrong =
        |code, message: &str, field| ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, message).field(field);
    let lengths = query.shape.split(',').map(str::trim).filter(|l| !l.is_empty());
    let lengths: Option<Vec<u32>> = lengths.map(|l| l.parse().ok()).collect();
    let shape = lengths.and_then(|l| l.try_into().ok()).ok_or_else(|| {
        wrong("shape", "a shape is up to eight lengths with commas between, for example 2,3", "shape")
    })?;
    let data = match tokio::time::timeout(UPLOAD_TIME, to_bytes(request.into_body(), MAX_TENSOR)).await {
        Ok(Ok(data)) => data,
        Ok(Err(_)) => {
            let message = "the body broke off, or has more than 256 MiB";
            return Err(ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message).field("body"));
        },
        Err(_) => return Err(ApiError::new(StatusCode::REQUEST_TIMEOUT, "slow", "the body took too long")),
    };
    let tensor = TensorData { dtype: query.dtype, shape, data };
    tensor.check().map_err(|_| wrong("size", "the bytes are not what type and shape ask for", "body"))?;
    if tensor.root() != root {
        return Err(wrong("root", "these bytes, with this type and shape, have another root", "root"));
    }
    let size = tensor.data.len();
    engine.store.put_output(root, tensor.data).await?;
    Ok((StatusCode::CREATED, Json(json!({ "root": format!("{root:?}"), "size": size }))).into_response())
}

fn bad_root() -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "root", "a content id has 64 hexadecimal digits").field("root")
}

/// Stream a file, or the range that is asked for.
async fn send(path: PathBuf, headers: &HeaderMap) -> Result<Response, ApiError> {
    let gone = |_| ApiError::missing();
    let mut file = tokio::fs::File::open(&path).await.map_err(gone)?;
    let size = file.metadata().await.map_err(gone)?.len();
    let range = headers.get(header::RANGE).and_then(|v| v.to_str().ok());
    let (status, first, end) = match range.map(|text| parse_range(text, size)) {
        None | Some(Range::Ignored) => (StatusCode::OK, 0, size),
        Some(Range::Bytes(first, end)) => (StatusCode::PARTIAL_CONTENT, first, end),
        Some(Range::Outside) => {
            let error = ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, "range", "the range lies outside the file");
            let whole = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return Ok((whole, error.field("range").into_response()).into_response());
        },
    };
    file.seek(SeekFrom::Start(first)).await.map_err(gone)?;
    let body = Body::from_stream(ReaderStream::with_capacity(file.take(end - first), 1 << 17));
    let mut response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CONTENT_LENGTH, end - first)
        // What a content id names never changes.
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    if status == StatusCode::PARTIAL_CONTENT {
        response = response.header(header::CONTENT_RANGE, format!("bytes {first}-{}/{size}", end - 1));
    }
    response.body(body).map_err(|e| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "response", e.to_string()))
}

/// What a `range` header asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Range {
    /// From the first byte to before the second; never empty.
    Bytes(u64, u64),
    /// Beyond the end.
    Outside,
    /// Several ranges, or no bytes: the whole file is the answer.
    Ignored,
}

pub(crate) fn parse_range(text: &str, size: u64) -> Range {
    let Some((first, last)) = text.trim().strip_prefix("bytes=").and_then(|r| r.split_once('-')) else {
        return Range::Ignored;
    };
    let (first, end) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if last < first => return Range::Ignored,
        (Ok(first), Ok(last)) => (first, last.saturating_add(1).min(size)),
        (Ok(first), Err(_)) if last.is_empty() => (first, size),
        (Err(_), Ok(count)) if first.is_empty() => (size.saturating_sub(count), size),
        _ => return Range::Ignored,
    };
    if first < end {
        Range::Bytes(first, end)
    } else {
        Range::Outside
    }
}
