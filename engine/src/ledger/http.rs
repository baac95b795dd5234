//! Sessions over HTTP, beside the calls (`candor_gateway::wire`).
//!
//! | request | answers |
//! |---|---|
//! | `POST /candor/v1/sessions/{id}/voucher` | 204; the body is a `SignedVoucher` in SCALE |
//! | `GET /candor/v1/sessions/{id}` | where the session stands, as JSON |

use crate::engine::Engine;
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
    Json, Router,
};
use candor_gateway::{wire::SessionState, CallError, PaymentNeeded, Problem};
use candor_primitives::{SessionId, SignedVoucher};
use codec::{DecodeAll, MaxEncodedLen};

/// The routes.
pub fn router(engine: Engine) -> Router {
    Router::new()
        .route("/candor/v1/sessions/{id}", get(state))
        .route("/candor/v1/sessions/{id}/voucher", post(voucher))
        .layer(DefaultBodyLimit::max(SignedVoucher::max_encoded_len()))
        .with_state(engine)
}

fn refused(error: &CallError) -> Response {
    let status =
        StatusCode::from_u16(candor_gateway::problem::status(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(Problem::from(error))).into_response()
}

fn invalid(field: &str, message: &str) -> CallError {
    CallError::Invalid { field: field.into(), message: message.into() }
}

fn session(id: &str) -> Result<SessionId, CallError> {
    id.parse().map_err(|_| invalid("session", "a session's id is a number in decimal"))
}

async fn state(State(engine): State<Engine>, Path(id): Path<String>) -> Result<Json<SessionState>, Response> {
    let id = session(&id).map_err(|e| refused(&e))?;
    Ok(Json(engine.ledger.state(id).await))
}

async fn voucher(State(engine): State<Engine>, Path(id): Path<String>, body: Bytes) -> Result<StatusCode, Response> {
    let id = session(&id).map_err(|e| refused(&e))?;
    let signed = SignedVoucher::decode_all(&mut body.as_ref());
    let signed = signed.map_err(|_| refused(&invalid("body", "the body is no SignedVoucher in SCALE")))?;
    engine.ledger.voucher(id, &signed).await.map_err(|problem| {
        let needed = PaymentNeeded { problem, genesis: None, host: None, release: None, units: None };
        refused(&CallError::Payment(Box::new(engine.needed(needed))))
    })?;
    Ok(StatusCode::NO_CONTENT)
}
