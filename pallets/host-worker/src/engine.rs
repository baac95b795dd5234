//! One request to the engine over loopback HTTP, under a deadline.

use alloc::{format, string::String, vec, vec::Vec};
use candor_primitives::worker::{SyncRequest, SyncResponse, ENGINE_TOKEN_KEY, ENGINE_URL_KEY, SYNC_PATH};
use codec::{Decode, Encode};
use sp_core::offchain::{StorageKind, Timestamp};
use sp_runtime::offchain::http;

/// Largest answer that is read, in bytes.
const MAX_BODY: usize = 8 * 1024 * 1024;

/// The engine of this node, as the node wrote it into off-chain storage at start.
pub struct Engine {
    url: String,
    token: String,
}

/// Why there is no answer.
pub enum EngineError {
    /// The request could not be sent: the engine is down, or restarting.
    Unreachable,
    /// No answer within the deadline.
    Timeout,
    /// Another HTTP status than 200.
    Status(u16),
    /// The answer is too long, broken off, or does not decode.
    Body,
}

impl core::fmt::Display for EngineError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Unreachable => write!(f, "it cannot be reached; it may be starting"),
            Self::Timeout => write!(f, "it did not answer in time"),
            Self::Status(code) => write!(f, "it answered with HTTP status {code}"),
            Self::Body => write!(f, "its answer is broken"),
        }
    }
}

impl Engine {
    /// The configured engine; `None` on nodes that are not hosts.
    pub fn configured() -> Option<Self> {
        Some(Self { url: read(ENGINE_URL_KEY)?, token: read(ENGINE_TOKEN_KEY)? })
    }

    /// Send `request`, wait for the answer until `deadline`.
    pub fn sync(&self, request: &SyncRequest, deadline: Timestamp) -> Result<SyncResponse, EngineError> {
        let url = format!("{}{SYNC_PATH}", self.url);
        let pending = http::Request::post(&url, vec![request.encode()])
            .add_header("content-type", "application/octet-stream")
            .add_header("authorization", &format!("Bearer {}", self.token))
            .deadline(deadline)
            .send()
            .map_err(|_| EngineError::Unreachable)?;
        let response = match pending.try_wait(deadline) {
            Ok(Ok(response)) => response,
            Ok(Err(http::Error::DeadlineReached)) | Err(_) => return Err(EngineError::Timeout),
            Ok(Err(_)) => return Err(EngineError::Unreachable),
        };
        if response.code != 200 {
            return Err(EngineError::Status(response.code));
        }
        let mut reader = response.body();
        reader.deadline(Some(deadline));
        let body: Vec<u8> = reader.by_ref().take(MAX_BODY + 1).collect();
        if body.len() > MAX_BODY || reader.error().is_some() {
            return Err(EngineError::Body);
        }
        SyncResponse::decode(&mut &body[..]).map_err(|_| EngineError::Body)
    }
}

fn read(key: &[u8]) -> Option<String> {
    let bytes = sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, key)?;
    String::from_utf8(bytes).ok().filter(|text| !text.is_empty())
}
