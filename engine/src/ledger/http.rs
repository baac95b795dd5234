//! Sessions over HTTP, beside the calls (`candor_gateway::wire`).
//!
//! | request | answers |
//! |---|---|
//! | `POST /candor/v1/sessions/{id}/voucher` | 204; the body is a `SignedVoucher` in SCALE |
//! | `POST /candor/v1/sessions/{id}/close` | the host's signature over the voucher in the body, which must pay for all answered calls |
//! | `GET /candor/v1/sessions/{id}` | where the session stands, as JSON |

use super::CallProblem;
use crate::engine::Engine;
use axum::{
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
    Json, Router,
};
use candor_gateway::{wire::SessionState, CallError, PaymentNeeded, PaymentProblem, Problem};
use candor_primitives::{SessionId, SignedVoucher};
use codec::{DecodeAll, Encode, MaxEncodedLen};
use sp_core::sr25519::Signature;

/// The routes.
pub fn router(engine: Engine) -> Router {
    Router::new()
        .route("/candor/v1/sessions/{id}", get(state))
        .route("/candor/v1/sessions/{id}/voucher", post(voucher))
        .route("/candor/v1/sessions/{id}/close", post(close))
        .layer(DefaultBodyLimit::max(<(SignedVoucher, Signature)>::max_encoded_len()))
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

fn voucher_of(body: &Bytes) -> Result<SignedVoucher, CallError> {
    let signed = SignedVoucher::decode_all(&mut body.as_ref());
    signed.map_err(|_| invalid("body", "the body is no SignedVoucher in SCALE"))
}

fn unpaid(engine: &Engine, problem: PaymentProblem) -> Response {
    let needed = PaymentNeeded { problem, genesis: None, host: None, release: None, units: None };
    refused(&CallError::Payment(Box::new(engine.needed(needed))))
}

async fn close(State(engine): State<Engine>, Path(id): Path<String>, body: Bytes) -> Result<Vec<u8>, Response> {
    let id = session(&id).map_err(|e| refused(&e))?;
    let asked = <(SignedVoucher, Signature)>::decode_all(&mut body.as_ref());
    let wrong = "the body is no SignedVoucher and signature in SCALE";
    let (signed, asked) = asked.map_err(|_| refused(&invalid("body", wrong)))?;
    let signature = engine.agree(id, &signed, &asked).await.map_err(|problem| match problem {
        CallProblem::Payment(problem) => unpaid(&engine, problem),
        CallProblem::Other(error) => refused(&error),
    })?;
    Ok(signature.encode())
}

async fn voucher(State(engine): State<Engine>, Path(id): Path<String>, body: Bytes) -> Result<StatusCode, Response> {
    let id = session(&id).map_err(|e| refused(&e))?;
    let signed = voucher_of(&body).map_err(|e| refused(&e))?;
    engine.ledger.voucher(id, &signed).await.map_err(|problem| unpaid(&engine, problem))?;
    Ok(StatusCode::NO_CONTENT)
}
