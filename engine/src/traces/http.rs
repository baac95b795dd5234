//! Traces over HTTP.
//!
//! | request | answers |
//! |---|---|
//! | `GET /v1/traces/{receipt}` | all roots, one after the other; as JSON if that is accepted |
//! | `GET /v1/traces/{receipt}/{position}` | type, shape, chunk hashes, SCALE; as JSON if that is accepted |
//! | `GET /v1/traces/{receipt}/{position}/{first}-{count}` | bytes of chunks |

use super::{hex_of, TraceFailure, TraceService, MOST_CHUNKS};
use crate::{http::ApiError, store::parse_root};
use axum::{
    extract::{Path, State},
    http::{header, HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
    Json, Router,
};
use codec::Encode;
use serde_json::json;
use sp_core::H256;

/// Root of the trace, beside its roots as bytes.
pub const ROOT_HEADER: &str = "candor-trace-root";
/// Seconds after which a busy engine may be asked again.
const RETRY_AFTER: &str = "5";

impl From<TraceFailure> for ApiError {
    fn from(failure: TraceFailure) -> Self {
        let message = failure.to_string();
        let (status, code, field) = match failure {
            TraceFailure::Unknown => (StatusCode::NOT_FOUND, "not_found", Some("receipt")),
            TraceFailure::Position(_) => (StatusCode::NOT_FOUND, "position", Some("position")),
            TraceFailure::Inputs(_) => (StatusCode::GONE, "inputs", None),
            TraceFailure::Release(_) | TraceFailure::Variant(_) => (StatusCode::CONFLICT, "release", None),
            TraceFailure::Failed(_) | TraceFailure::Unmade(_) => (StatusCode::CONFLICT, "failed", None),
            TraceFailure::Changed => (StatusCode::CONFLICT, "changed", None),
            TraceFailure::Range(_) => (StatusCode::RANGE_NOT_SATISFIABLE, "range", Some("range")),
            TraceFailure::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", None),
            TraceFailure::Space(_) => (StatusCode::INSUFFICIENT_STORAGE, "no_space", None),
            TraceFailure::Machine(_) => (StatusCode::INTERNAL_SERVER_ERROR, "trace", None),
        };
        let error = Self::new(status, code, message);
        field.map_or(error.clone(), |field| error.field(field))
    }
}

/// The routes for what `service` answers.
pub fn router<S: TraceService>(service: S) -> Router {
    Router::new()
        .route("/v1/traces/{receipt}", get(roots::<S>))
        .route("/v1/traces/{receipt}/{position}", get(tensor::<S>))
        .route("/v1/traces/{receipt}/{position}/{range}", get(chunks::<S>))
        .with_state(service)
}

async fn roots<S: TraceService>(
    State(service): State<S>,
    Path(receipt): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let receipt = receipt_of(&receipt).map_err(IntoResponse::into_response)?;
    let list = service.roots(receipt).await.map_err(refused)?;
    let root = hex_of(&list.root());
    if wants_json(&headers) {
        let roots: Vec<String> = list.roots().iter().map(hex_of).collect();
        return Ok(Json(json!({ "receipt": format!("{receipt:?}"), "trace": root, "roots": roots })).into_response());
    }
    let name = header::HeaderName::from_static(ROOT_HEADER);
    Ok(([(name, root)], bytes(list.roots().concat())).into_response())
}

async fn tensor<S: TraceService>(
    State(service): State<S>,
    Path((receipt, position)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    let receipt = receipt_of(&receipt).map_err(IntoResponse::into_response)?;
    let position = position_of(&position).map_err(IntoResponse::into_response)?;
    let shown = service.tensor(receipt, position).await.map_err(refused)?;
    if wants_json(&headers) {
        let leaves: Vec<String> = shown.leaves.iter().map(hex_of).collect();
        let dtype = format!("{:?}", shown.dtype).to_lowercase();
        return Ok(Json(json!({ "dtype": dtype, "dims": shown.dims, "chunks": leaves })).into_response());
    }
    Ok(bytes((shown.dtype.code(), shown.dims, shown.leaves).encode()).into_response())
}

async fn chunks<S: TraceService>(
    State(service): State<S>,
    Path((receipt, position, range)): Path<(String, String, String)>,
) -> Result<Response, Response> {
    let receipt = receipt_of(&receipt).map_err(IntoResponse::into_response)?;
    let position = position_of(&position).map_err(IntoResponse::into_response)?;
    let (first, count) = range_of(&range).map_err(IntoResponse::into_response)?;
    service.chunks(receipt, position, first, count).await.map(|data| bytes(data).into_response()).map_err(refused)
}

fn bytes(data: Vec<u8>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/octet-stream")], data)
}

fn refused(failure: TraceFailure) -> Response {
    let busy = failure == TraceFailure::Busy;
    let mut response = ApiError::from(failure).into_response();
    if busy {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static(RETRY_AFTER));
    }
    response
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    accepted.contains("application/json")
}

fn receipt_of(text: &str) -> Result<H256, ApiError> {
    parse_root(text).ok_or_else(|| {
        ApiError::new(StatusCode::BAD_REQUEST, "receipt", "a receipt's hash has 64 hexadecimal digits").field("receipt")
    })
}

fn position_of(text: &str) -> Result<u32, ApiError> {
    text.parse().map_err(|_| {
        ApiError::new(StatusCode::BAD_REQUEST, "position", "a position is a number: 0 is the first root")
            .field("position")
    })
}

/// `first-count`, within the limits.
fn range_of(text: &str) -> Result<(u64, u64), ApiError> {
    let pair = text.split_once('-').and_then(|(first, count)| Some((first.parse().ok()?, count.parse().ok()?)));
    pair.filter(|(_, count)| (1..=MOST_CHUNKS).contains(count)).ok_or_else(|| {
        let message = format!("a range is FIRST-COUNT, for example 0-16, at most {MOST_CHUNKS} chunks");
        ApiError::new(StatusCode::BAD_REQUEST, "range", message).field("range")
    })
}
