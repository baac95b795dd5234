//! The OpenAPI document.

use crate::rest::Options;
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::Value;

const DOCUMENT: &str = include_str!("openapi.json");

/// The document of a server with these settings.
pub(crate) fn document(options: &Options) -> Bytes {
    let Ok(mut document) = serde_json::from_str::<Value>(DOCUMENT) else {
        return Bytes::from_static(DOCUMENT.as_bytes());
    };
    document["info"]["version"] = options.version.clone().into();
    if !options.health {
        // Another router answers there.
        if let Some(paths) = document["paths"].as_object_mut() {
            paths.remove("/health");
        }
    }
    document.to_string().into()
}

pub(crate) async fn get(document: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
}
