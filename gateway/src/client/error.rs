//! What can go wrong between a client and a server.

use super::connection::Answer;
use crate::{backend::CallError, problem::Problem};
use http::header;
use serde::{de::DeserializeOwned, Deserialize};

/// Why there is no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ClientError {
    /// The server answered that it does not do it, and why.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The URL cannot be used.
    #[error("the URL {0} cannot be used: {1}")]
    Url(String, String),
    /// The call cannot be sent like this.
    #[error("the call cannot be sent: {0}")]
    Request(String),
    /// The server cannot be reached. Nothing was sent.
    #[error("the server cannot be reached: {0}")]
    Connect(String),
    /// The connection broke off. The server may have done the work.
    #[error("the connection broke off before the answer was whole: {0}")]
    Lost(String),
    /// No answer came in time. The server may have done the work.
    #[error("no answer came in time")]
    Timeout,
    /// The answer is not what the protocol says.
    #[error("the answer is not what the protocol says: {0}")]
    Protocol(String),
}

impl ClientError {
    /// Whether the server may have answered, so that the same call must not be sent elsewhere before this one is given up.
    pub const fn may_have_run(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::Timeout | Self::Protocol(_))
    }
}

impl From<ClientError> for CallError {
    fn from(error: ClientError) -> Self {
        match error {
            ClientError::Call(error) => error,
            ClientError::Connect(_) | ClientError::Lost(_) => Self::Unavailable(error.to_string()),
            ClientError::Timeout => Self::Deadline,
            ClientError::Request(message) => Self::Invalid { field: "request".into(), message },
            ClientError::Url(..) | ClientError::Protocol(_) => Self::Internal(error.to_string()),
        }
    }
}

/// Errors of servers that are not ours, where `error` is no text: FastAPI's.
#[derive(Deserialize)]
struct Plain {
    #[serde(default)]
    error: Option<serde_json::Value>,
    #[serde(default)]
    detail: Option<serde_json::Value>,
}

/// Longest text of an error that is kept.
const LONGEST: usize = 2000;

impl Answer {
    /// The body of a success, else the error.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        if !self.status.is_success() {
            return Err(self.failure());
        }
        serde_json::from_slice(&self.body).map_err(|e| ClientError::Protocol(e.to_string()))
    }

    /// What an answer without success says.
    pub(super) fn failure(&self) -> ClientError {
        let status = self.status.as_u16();
        if let Ok(problem) = serde_json::from_slice::<Problem>(&self.body) {
            return ClientError::Call(problem.into_error(status));
        }
        let mut problem = Problem::from(&CallError::Internal(self.message()));
        // FastAPI's word for a body that does not fit its schema.
        problem.code = if status == 422 { "invalid".into() } else { String::new() };
        let after = self.headers.get(header::RETRY_AFTER).and_then(|v| v.to_str().ok()?.parse::<u32>().ok());
        problem.retry_ms = after.map(|seconds| seconds.saturating_mul(1000));
        ClientError::Call(problem.into_error(status))
    }

    fn message(&self) -> String {
        let plain = serde_json::from_slice::<Plain>(&self.body).ok().and_then(|plain| plain.error.or(plain.detail));
        let text = match plain {
            Some(serde_json::Value::String(text)) => text,
            Some(other) => other.to_string(),
            None => String::from_utf8_lossy(&self.body).trim().to_owned(),
        };
        let text: String = text.chars().take(LONGEST).collect();
        match text.is_empty() {
            true => format!("the server answered {}", self.status),
            false => text,
        }
    }
}
