//! `GET /attestation?nonce=`: evidence of this machine for whoever asks.
//!
//! A nonce is 32 bytes of the caller's choice, as 64 hexadecimal digits: what comes back is newer than it. The evidence is
//! for the host of the newest sync.

use super::{attester::tee_name, Refused};
use crate::{engine::Engine, http::ApiError, store::parse_root};
use axum::{
    extract::{rejection::QueryRejection, Query, State},
    http::{header, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
    Json, Router,
};
use base64::{prelude::BASE64_STANDARD, Engine as _};
use candor_commitments::Blake2b256;
use candor_primitives::{worker::Standpoint, AttestationEvidence, TeeVendor};
use serde_json::{json, Value};
use sp_core::H256;

/// What the gateway's OpenAPI document says of it.
pub const DOCUMENT: &str = include_str!("openapi.json");
/// Seconds after which a busy engine may be asked again.
const RETRY_BUSY: &str = "5";
/// The same of one that is not ready, or whose device fails.
const RETRY_LATER: &str = "30";

/// The route.
pub fn router(engine: Engine) -> Router {
    Router::new().route("/attestation", get(attestation)).with_state(engine)
}

/// What the evidence is to be made with.
#[derive(Debug, serde::Deserialize)]
struct Question {
    /// 64 hexadecimal digits.
    nonce: Option<String>,
}

async fn attestation(State(engine): State<Engine>, query: Result<Query<Question>, QueryRejection>) -> Response {
    let nonce = query.ok().and_then(|Query(question)| parse_root(&question.nonce?));
    let Some(nonce) = nonce else {
        let message = "send a nonce of your choice, 32 bytes as 64 hexadecimal digits: /attestation?nonce=...";
        return ApiError::new(StatusCode::BAD_REQUEST, "nonce", message).field("nonce").into_response();
    };
    match engine.attester.asked(nonce, || engine.attested_as()).await {
        Ok(made) => ([(header::CACHE_CONTROL, "no-store")], Json(body(&made))).into_response(),
        Err(refused) => answer(&refused),
    }
}

impl Engine {
    /// For whom evidence is made, if the engine can keep what it would state.
    fn attested_as(&self) -> Result<Standpoint, Refused> {
        let unknown = "the node has not said yet which host this engine works for";
        let from = self.ledger.standpoint().ok_or(Refused::NotReady(unknown))?;
        self.check_worker(&from)?;
        Ok(from)
    }

    fn check_worker(&self, from: &Standpoint) -> Result<(), Refused> {
        let lacks = "the engine does not have the secret of the host's worker key";
        self.keys.get(&from.worker).map(drop).ok_or(Refused::NotReady(lacks))
    }

    /// Evidence that the chain's worker asked for, once it is made.
    pub(crate) fn attest(&self, nonce: Option<H256>, from: Option<&Standpoint>) -> Option<AttestationEvidence> {
        let (nonce, from) = nonce.zip(from)?;
        self.check_worker(from).ok()?;
        self.attester.wanted(nonce, from)
    }
}

fn answer(refused: &Refused) -> Response {
    let (status, code, retry) = match refused {
        Refused::No(_) => (StatusCode::NOT_FOUND, "not_attested", None),
        Refused::NotReady(_) => (StatusCode::SERVICE_UNAVAILABLE, "not_ready", Some(RETRY_LATER)),
        Refused::Busy => (StatusCode::TOO_MANY_REQUESTS, "busy", Some(RETRY_BUSY)),
        Refused::Failed(_) => (StatusCode::SERVICE_UNAVAILABLE, "tee", Some(RETRY_LATER)),
    };
    let error = ApiError::new(status, code, refused.to_string());
    match retry {
        Some(seconds) => ([(header::RETRY_AFTER, seconds)], error).into_response(),
        None => error.into_response(),
    }
}

/// Evidence as JSON.
pub(crate) fn body(made: &AttestationEvidence) -> Value {
    let hexadecimal = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
    let binding = &made.binding;
    json!({
        "vendor": match made.vendor {
            TeeVendor::Intel => "intel",
            TeeVendor::Amd => "amd",
        },
        "tee": tee_name(made),
        "binding": {
            "genesis": hexadecimal(binding.genesis.as_bytes()),
            "host": hexadecimal(binding.host.as_ref()),
            "worker": hexadecimal(&binding.worker.0),
            "engine": hexadecimal(binding.engine.as_bytes()),
            "expires": binding.expires,
        },
        "nonce": hexadecimal(made.nonce.as_bytes()),
        "report_data": hexadecimal(&binding.report_data::<Blake2b256>(&made.nonce)),
        "evidence": BASE64_STANDARD.encode(&made.evidence),
    })
}
