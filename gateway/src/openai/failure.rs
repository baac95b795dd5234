//! Errors in OpenAI's form.

use crate::{backend::CallError, rest::Failure};
use axum::{http::StatusCode, response::Response};
use serde_json::json;

/// An answer that is not a success: `{"error":{"message","type","param","code"}}`, and `payment` where one is missing.
pub(crate) fn response(failure: &Failure) -> Response {
    let problem = failure.problem();
    let kind = match failure.status() {
        StatusCode::UNAUTHORIZED => "authentication_error",
        StatusCode::PAYMENT_REQUIRED => "insufficient_quota",
        StatusCode::TOO_MANY_REQUESTS => "rate_limit_error",
        status if status.is_server_error() => "server_error",
        _ => "invalid_request_error",
    };
    let (param, code) = match failure {
        Failure::Call(CallError::NotFound(_)) => (Some("model".to_string()), "model_not_found"),
        _ => (problem.field.map(param), problem.code.as_str()),
    };
    let mut error = json!({ "message": problem.error, "type": kind, "param": param, "code": code });
    if let Some(payment) = problem.payment {
        error["payment"] = json!(payment);
    }
    if let Some(receipt) = problem.receipt {
        error["receipt"] = receipt.into();
    }
    // Values made here are always JSON.
    failure.with_body(serde_json::to_vec(&json!({ "error": error })).unwrap_or_default())
}

/// The caller gave texts, not tensors.
fn param(field: String) -> String {
    if field.starts_with("inputs") {
        "input".into()
    } else {
        field
    }
}
