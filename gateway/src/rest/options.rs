//! Settings of the gateway.

use crate::backend::CallError;
use axum::http::{header, HeaderMap};
use candor_commitments::{Blake2b256, Hasher};
use std::{sync::Arc, time::Duration};

/// Says who calls, from the headers of a request; an error refuses the call.
pub type CallerOf = Arc<dyn Fn(&HeaderMap) -> Result<Option<Arc<str>>, CallError> + Send + Sync>;

/// A request that was answered.
#[derive(Clone, Copy, Debug)]
pub struct Observation<'a> {
    /// `infer`, `embeddings`, `grpc`.
    pub route: &'static str,
    /// The model, as the caller called it.
    pub model: &'a str,
    /// Status of the answer.
    pub status: u16,
    /// From the head of the request to the answer's body.
    pub took: Duration,
    /// Bytes of the request's body.
    pub received: usize,
    /// Bytes of the answer's body.
    pub sent: usize,
}

/// Hears of every call, for example to count it.
pub trait Observer: Send + Sync {
    /// A call was answered.
    fn answered(&self, call: &Observation<'_>);
}

/// Settings of the gateway.
#[derive(Clone)]
pub struct Options {
    /// What the server calls itself.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Largest body of a request, in bytes, also after it was unpacked.
    pub body_limit: usize,
    /// Longest time to send a body.
    pub body_time: Duration,
    /// How long a call may take that names no time itself.
    pub deadline: Option<Duration>,
    /// Says who calls.
    pub caller: CallerOf,
    /// Hears of every call.
    pub observer: Option<Arc<dyn Observer>>,
    /// Whether the path `/health` is taken. Off where another router has it.
    pub health: bool,
    /// OpenAPI documents of other routers of the same server: their paths, schemas and tags are shown with those of the gateway.
    pub also: Vec<&'static str>,
    /// Texts of one request for embeddings that are run at the same time.
    pub parallel: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            name: "candor".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            body_limit: 64 << 20,
            body_time: Duration::from_secs(60),
            deadline: Some(Duration::from_secs(60)),
            caller: Arc::new(|headers| Ok(bearer(headers).map(Arc::from))),
            observer: None,
            health: true,
            also: Vec::new(),
            parallel: 8,
        }
    }
}

/// The token of `authorization: Bearer`, or the key of `x-api-key`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let key = || headers.get("x-api-key").and_then(|value| value.to_str().ok());
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.split_once(' '));
    token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim()).or_else(key)
}

/// Only who shows one of `keys` may call. Compared by their hashes, so that the time tells nothing of them.
pub fn keys(keys: impl IntoIterator<Item = impl AsRef<[u8]>>) -> CallerOf {
    let known: Vec<[u8; 32]> = keys.into_iter().map(|key| Blake2b256::hash(key.as_ref())).collect();
    Arc::new(move |headers| {
        let given = bearer(headers);
        let hash = Blake2b256::hash(given.unwrap_or_default().as_bytes());
        let mut found = false;
        for key in &known {
            found |= key.iter().zip(&hash).fold(0u8, |all, (a, b)| all | (a ^ b)) == 0;
        }
        match given {
            Some(key) if found => Ok(Some(Arc::from(key))),
            _ => Err(CallError::Unauthorized(
                "send the header `authorization: Bearer KEY` with a key of this server".into(),
            )),
        }
    })
}
