//! Answers that are not successes.

use crate::{
    backend::CallError,
    problem::{self, Problem},
    wire,
};
use axum::{
    body::Body,
    http::{header, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};

/// Why a request was not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The call failed.
    Call(CallError),
    /// The body has more bytes than this.
    TooLarge(usize),
    /// The body took too long, or broke off.
    Slow,
    /// The body is packed in a way that is not understood.
    Encoding(String),
    /// Another method is wanted.
    Method(&'static str),
    /// There is nothing at this path.
    Path,
    /// A page of this origin may not call.
    Page(String),
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Self::Call(error)
    }
}

impl Failure {
    /// Status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Call(error) => {
                StatusCode::from_u16(problem::status(error)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            },
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Slow => StatusCode::REQUEST_TIMEOUT,
            Self::Encoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Path => StatusCode::NOT_FOUND,
            Self::Page(_) => StatusCode::FORBIDDEN,
        }
    }

    /// Body of the answer.
    pub fn problem(&self) -> Problem {
        let (code, error, field) = match self {
            Self::Call(error) => return error.into(),
            Self::TooLarge(most) => ("too_large", format!("the body has more than {most} bytes"), Some("body")),
            Self::Slow => ("slow", "the body broke off, or took too long".into(), Some("body")),
            Self::Encoding(name) => {
                let error =
                    format!("a body can be packed with gzip or deflate, or not at all; `{name}` is not understood");
                ("encoding", error, Some("content-encoding"))
            },
            Self::Method(allowed) => ("method", format!("at this path the method must be {allowed}"), None),
            Self::Path => ("not_found", "there is nothing at this path".into(), None),
            Self::Page(origin) => ("origin", format!("pages of {origin} may not call this server"), Some("origin")),
        };
        let field = field.map(Into::into);
        Problem { error, code: code.into(), field, retry_ms: None, payment: None, receipt: None }
    }

    /// An answer with this body, and the headers that belong to the failure.
    pub fn with_body(&self, body: Vec<u8>) -> Response {
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Self::Call(error) = self {
            if let Some(ms) = problem::retry_ms(error) {
                headers.insert(header::RETRY_AFTER, ms.div_ceil(1_000).max(1).into());
            }
            if matches!(error, CallError::Unauthorized(_)) {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            if let CallError::Run { receipt: Some(receipt), .. } = error {
                if let Some(value) = super::headers::binary(&**receipt) {
                    headers.insert(wire::RECEIPT, value);
                }
            }
        }
        response
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        // A problem is always JSON.
        self.with_body(serde_json::to_vec(&self.problem()).unwrap_or_default())
    }
}
