//! A client of the Open Inference Protocol v2 over HTTP, with the binary tensor extension and Candor's payments.
//!
//! Made for latency: connections are kept, without Nagle's delay, and each is driven by the task that waits for the
//! answer, so that a call costs no change of thread. HTTP/1.1, plain or with TLS.
//!
//! ```no_run
//! # async fn example() -> Result<(), candor_gateway::client::ClientError> {
//! use candor_gateway::client::{Client, Options};
//!
//! let client = Client::new("http://127.0.0.1:9955", Options::default())?;
//! for model in client.models().await? {
//!     println!("{} {:?}", model.name, model.inputs);
//! }
//! # Ok(())
//! # }
//! ```

mod answer;
mod call;
mod connection;
mod error;
mod metadata;
mod remote;
mod tls;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used)]
mod tests;

pub use error::ClientError;
pub use remote::{Remote, RemoteOptions};

use crate::{
    backend::{InferRequest, InferResponse, ModelInfo},
    secret::{shown, Secret},
    wire::{close_message, SessionState},
};
use bytes::Bytes;
use candor_commitments::{file_root, Blake2b256};
use candor_primitives::{SessionId, SignedVoucher};
use codec::{DecodeAll, Encode};
use connection::{Answer, Pool};
use http::{header, HeaderMap, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use sp_core::{sr25519, Pair, H256};
use std::time::{Duration, Instant};

/// How tensors travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// By the binary tensor extension: exact for every type.
    #[default]
    Binary,
    /// As JSON, for servers without the extension. Neither NaN, infinities nor texts that are not UTF-8 can be carried.
    Json,
}

/// How a server is asked.
#[derive(Clone, Debug)]
pub struct Options {
    /// How tensors travel.
    pub encoding: Encoding,
    /// Sent as `authorization: Bearer ...`.
    pub token: Option<Secret>,
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest wait for an answer, where a call has no deadline of its own.
    pub timeout: Duration,
    /// Connections that nothing was sent on for so long are closed.
    pub idle: Duration,
    /// Most idle connections.
    pub connections: usize,
    /// Largest answer, in bytes.
    pub most: usize,
    /// Certificates (PEM) of authorities that are trusted beside the system's, for `https`.
    pub authorities: Vec<Vec<u8>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            encoding: Encoding::Binary,
            token: None,
            connect: Duration::from_secs(5),
            timeout: Duration::from_secs(60),
            idle: Duration::from_secs(60),
            connections: 64,
            most: 256 << 20,
            authorities: Vec::new(),
        }
    }
}

/// What a server says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Server {
    /// Name of the program.
    #[serde(default)]
    pub name: String,
    /// Its version.
    #[serde(default)]
    pub version: String,
    /// Extensions of the protocol that it knows.
    #[serde(default)]
    pub extensions: Vec<String>,
}

/// A client of one server. Cheap to share behind an `Arc`; needs a tokio runtime with I/O and time.
#[derive(Debug)]
pub struct Client {
    pool: Pool,
    base: String,
    path: String,
    options: Options,
    headers: HeaderMap,
}

impl Client {
    /// A client of the server at `base_url`, for example `http://127.0.0.1:9955`. Connects when it is first asked.
    pub fn new(base_url: &str, options: Options) -> Result<Self, ClientError> {
        let base = base_url.trim_end_matches('/').to_owned();
        let unusable = |reason: String| ClientError::Url(shown(&base), reason);
        let uri: http::Uri = base.parse().map_err(|e: http::uri::InvalidUri| unusable(e.to_string()))?;
        let pool = Pool::new(&uri, &options).map_err(unusable)?;
        let mut headers = HeaderMap::new();
        let host = uri.authority().map(|a| a.as_str().rsplit('@').next().unwrap_or_default().to_owned());
        let value = |text: &str| HeaderValue::from_str(text).map_err(|e| unusable(e.to_string()));
        headers.insert(header::HOST, value(&host.unwrap_or_default())?);
        headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
        if let Some(token) = &options.token {
            let mut token = value(&format!("Bearer {}", token.reveal()))?;
            token.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, token);
        }
        let path = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { pool, base, path, options, headers })
    }

    /// The URL that it was made with, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// Whether the server is up.
    pub async fn live(&self) -> Result<bool, ClientError> {
        Ok(self.get("/v2/health/live").await?.status.is_success())
    }

    /// Whether the server answers calls.
    pub async fn ready(&self) -> Result<bool, ClientError> {
        Ok(self.get("/v2/health/ready").await?.status.is_success())
    }

    /// What the server says of itself.
    pub async fn server(&self) -> Result<Server, ClientError> {
        self.get("/v2").await?.json()
    }

    /// All models: by Triton's `POST /v2/repository/index`, else by KServe's `GET /v2/models`.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, ClientError> {
        let mut models = Vec::new();
        for name in self.names().await? {
            models.push(self.model(&name, None).await?);
        }
        Ok(models)
    }

    async fn names(&self) -> Result<Vec<String>, ClientError> {
        let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        let body = vec![Bytes::from_static(b"{}")];
        let answer = self.send(Method::POST, "/v2/repository/index", json, body, self.later()).await?;
        if answer.status.is_success() {
            return metadata::index(&answer.body);
        }
        if answer.status.is_server_error() {
            return Err(answer.failure());
        }
        let answer = self.get("/v2/models").await?;
        if !answer.status.is_success() {
            return Err(answer.failure());
        }
        metadata::names(&answer.body)
    }

    /// One model.
    pub async fn model(&self, name: &str, version: Option<&str>) -> Result<ModelInfo, ClientError> {
        let path = call::model_path(name, version, "");
        let answer = self.get(&path).await?;
        if !answer.status.is_success() {
            return Err(answer.failure());
        }
        let (mut model, ready) = metadata::model(&answer.body, name)?;
        model.ready = match ready {
            Some(ready) => ready,
            None => self.get(&call::model_path(name, version, "/ready")).await?.status.is_success(),
        };
        Ok(model)
    }

    /// Call a model. Dropping the future cancels the call.
    ///
    /// A call of a session that broke off ([`ClientError::Lost`]) can be repeated as it is: the same index with the same inputs
    /// gets the same answer.
    pub async fn infer(&self, request: &InferRequest) -> Result<InferResponse, ClientError> {
        let until = request.deadline.unwrap_or_else(|| self.later());
        let (path, headers, body) = call::encode(request, self.options.encoding)?;
        let answer = self.send(Method::POST, &path, headers, body, until).await?;
        answer::decode(answer)
    }

    /// Where a session stands at this host.
    pub async fn session_state(&self, session: SessionId) -> Result<SessionState, ClientError> {
        self.get(&format!("/candor/v1/sessions/{session}")).await?.json()
    }

    /// Pay for calls that were answered, without another call.
    pub async fn send_voucher(&self, voucher: &SignedVoucher) -> Result<(), ClientError> {
        self.post(&format!("/candor/v1/sessions/{}/voucher", voucher.voucher.session), voucher.encode()).await.map(drop)
    }

    /// Ask the host to agree that a session ends with this voucher, which must pay for all that it answered: its
    /// signature over [`Voucher::last_hash`](candor_primitives::Voucher::last_hash), not checked. It takes no calls from
    /// then on. `key` signs the vouchers.
    pub async fn agree(&self, voucher: &SignedVoucher, key: &sr25519::Pair) -> Result<sr25519::Signature, ClientError> {
        let asked = key.sign(close_message(&voucher.voucher).as_bytes());
        let path = format!("/candor/v1/sessions/{}/close", voucher.voucher.session);
        let answer = self.post(&path, (voucher, asked).encode()).await?;
        sr25519::Signature::decode_all(&mut answer.as_ref())
            .map_err(|_| ClientError::Protocol("what was sent is no signature".into()))
    }

    async fn post(&self, path: &str, body: Vec<u8>) -> Result<Bytes, ClientError> {
        let octets = [(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"))];
        let answer = self.send(Method::POST, path, octets, vec![body.into()], self.later()).await?;
        match answer.status.is_success() {
            true => Ok(answer.body),
            false => Err(answer.failure()),
        }
    }

    /// A file by its root, checked; `None` if the server does not have it.
    pub async fn file(&self, root: H256) -> Result<Option<Bytes>, ClientError> {
        let answer = self.get(&format!("/v1/store/{}", hex::encode(root))).await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(None);
        }
        if !answer.status.is_success() {
            return Err(answer.failure());
        }
        match H256(file_root::<Blake2b256>(&answer.body)) == root {
            true => Ok(Some(answer.body)),
            false => Err(ClientError::Protocol(format!("the file that was sent is not the one with root {root:?}"))),
        }
    }

    /// Any `GET` of this server; the answer may have any status.
    async fn get(&self, path: &str) -> Result<Answer, ClientError> {
        self.send(Method::GET, path, [], Vec::new(), self.later()).await
    }

    fn later(&self) -> Instant {
        let now = Instant::now();
        now.checked_add(self.options.timeout).unwrap_or(now)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        headers: impl IntoIterator<Item = (http::HeaderName, HeaderValue)>,
        body: Vec<Bytes>,
        until: Instant,
    ) -> Result<Answer, ClientError> {
        let path = format!("{}{path}", self.path);
        let uri = http::Uri::try_from(path.as_str()).map_err(|e| ClientError::Url(path, e.to_string()))?;
        let mut all = self.headers.clone();
        all.extend(headers);
        let asked = self.pool.ask(method, uri, all, body);
        match tokio::time::timeout_at(until.into(), asked).await {
            Ok(answer) => answer,
            Err(_) => Err(ClientError::Timeout),
        }
    }
}
