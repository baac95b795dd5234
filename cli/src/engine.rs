//! The engine's store over HTTP: where model files and large inputs are put for hosts to fetch.

use crate::{
    args::Globals,
    errors::{CliError, Context, Result},
    infer::input::{dtype_name, Input},
};
use futures::StreamExt;
use indicatif::ProgressBar;
use reqwest::{Body, Client, Response, StatusCode};
use sp_core::H256;
use std::{path::Path, time::Duration};
use tokio_util::io::ReaderStream;

/// How long the engine may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// An engine.
pub struct Engine {
    base: String,
    token: Option<String>,
    client: Client,
}

impl Engine {
    /// The engine that the settings name.
    pub fn new(globals: &Globals) -> Result<Self> {
        let token = match &globals.engine_token_file {
            Some(file) => {
                let text = std::fs::read_to_string(file)
                    .map_err(|e| CliError::usage(format!("the token file {} cannot be read: {e}", file.display())))?;
                Some(text.trim().to_owned())
            },
            None => None,
        };
        Ok(Self { base: globals.engine.trim_end_matches('/').to_owned(), token, client: client()? })
    }

    /// Address under which the store serves files by content id.
    pub fn store_url(&self) -> String {
        format!("{}/v1/store", self.base)
    }

    /// Address under which tensors are served by content id.
    pub fn tensors_url(&self) -> String {
        format!("{}/v1/outputs", self.base)
    }

    /// Whether the store has a file.
    pub async fn has(&self, root: &H256) -> Result<bool> {
        let url = format!("{}/{}", self.store_url(), hex::encode(root.0));
        let answer = self.client.head(url).send().await.map_err(|error| self.unreachable(&error))?;
        Ok(answer.status().is_success())
    }

    /// Hash of the profile of the engine's machine, if it answers.
    pub async fn profile(&self) -> Option<H256> {
        let answer = self.client.get(format!("{}/health", self.base)).send().await.ok()?;
        let answer: serde_json::Value = answer.json().await.ok()?;
        let hash = answer.get("profile")?.as_str()?.trim_start_matches("0x").to_owned();
        let bytes: [u8; 32] = hex::decode(hash).ok()?.try_into().ok()?;
        Some(H256(bytes))
    }

    /// Put a file into the store under its root.
    pub async fn put_file(&self, root: &H256, file: &Path, bar: &ProgressBar) -> Result<()> {
        let name = file.display();
        let handle = tokio::fs::File::open(file).await.context(format!("{name} cannot be opened"))?;
        let size = handle.metadata().await.context(format!("{name} cannot be read"))?.len();
        let bar = bar.clone();
        let stream = ReaderStream::with_capacity(handle, 256 * 1024).inspect(move |chunk| {
            if let Ok(chunk) = chunk {
                bar.inc(chunk.len() as u64);
            }
        });
        let url = format!("{}/{}", self.store_url(), hex::encode(root.0));
        let request = self.client.put(url).header("content-length", size).body(Body::wrap_stream(stream));
        self.send(request, &format!("uploading {name}")).await
    }

    /// Put the bytes of a tensor under its root, for a host to fetch.
    pub async fn put_tensor(&self, input: &Input) -> Result<()> {
        let shape: Vec<String> = input.shape.iter().map(u32::to_string).collect();
        let (root, dtype) = (hex::encode(input.root().0), dtype_name(input.dtype));
        let url = format!("{}/{root}?dtype={dtype}&shape={}", self.tensors_url(), shape.join(","));
        let request = self.client.put(url).body(input.data.clone());
        self.send(request, "handing the input to the engine").await
    }

    async fn send(&self, request: reqwest::RequestBuilder, doing: &str) -> Result<()> {
        let request = match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(CliError::usage(format!(
                "{doing}: the engine wants its access token"
            ))
            .hint(
                "give --engine-token-file FILE; the node keeps it in chains/<chain>/engine/token of its --base-path",
            )),
            StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_FOUND => {
                Err(CliError::new(format!("{doing}: the engine at {} does not take it", self.base)).hint(
                    "is it an engine of this version? Large inputs can also go through --input-source file:///folder, \
                     if the host is on this machine",
                ))
            },
            StatusCode::INSUFFICIENT_STORAGE => Err(CliError::new(format!("{doing}: the engine's store is full"))),
            _ => Err(CliError::new(format!("{doing}: {}", said(answer).await))),
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> CliError {
        if error.is_connect() || error.is_timeout() {
            CliError::new(format!("no engine answers at {}", self.base))
                .hint("start one with `candor-node --engine` or `candor-engine`, or name another with --engine")
        } else {
            CliError::new(format!("the connection to the engine at {} broke: {error}", self.base))
        }
    }
}

/// An HTTP client with sane limits.
pub fn client() -> Result<Client> {
    Client::builder().connect_timeout(CONNECT).build().context("the HTTP client cannot start")
}

/// What a server said about a failure.
pub async fn said(answer: Response) -> String {
    let status = answer.status();
    let text = answer.text().await.unwrap_or_default();
    let message = serde_json::from_str::<serde_json::Value>(&text)
        .ok()
        .and_then(|json| Some(json.get("error")?.get("message")?.as_str()?.to_owned()))
        .unwrap_or_else(|| text.chars().take(300).collect());
    if message.is_empty() {
        format!("the server answered {status}")
    } else {
        format!("{message} ({status})")
    }
}
