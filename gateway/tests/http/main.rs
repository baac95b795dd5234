//! The gateway's routes in front of models in memory.

#![allow(clippy::unwrap_used)]

mod document;
mod hostile;
mod openai;
mod rest;
mod server;
#[path = "../support/mod.rs"]
mod support;

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
    Router,
};
use candor_gateway::rest::{no_such_path, router, Options};
use http_body_util::BodyExt;
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt;

/// The gateway with usual settings.
fn app() -> Router {
    with(Options::default())
}

fn with(options: Options) -> Router {
    router(Arc::new(support::Memory::default()), options).fallback(no_such_path)
}

/// An answer, whole.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

async fn send(app: Router, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = app.oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes().to_vec();
    Answer { status: head.status, headers: head.headers, body }
}

async fn get(path: &str) -> Answer {
    send(app(), "GET", path, &[], "").await
}

async fn post(path: &str, body: impl Into<Body>) -> Answer {
    send(app(), "POST", path, &[], body).await
}
