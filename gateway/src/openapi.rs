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
    for other in &options.also {
        add(&mut document, other);
    }
    document.to_string().into()
}

/// Adds paths, schemas and tags of another document.
fn add(document: &mut Value, other: &str) {
    let Ok(mut other) = serde_json::from_str::<Value>(other) else { return };
    for place in ["/paths", "/components/schemas"] {
        let Some(Value::Object(new)) = other.pointer_mut(place).map(Value::take) else { continue };
        if let Some(all) = document.pointer_mut(place).and_then(Value::as_object_mut) {
            all.extend(new);
        }
    }
    if let (Some(Value::Array(new)), Some(all)) = (other.get("tags"), document["tags"].as_array_mut()) {
        all.extend(new.iter().cloned());
    }
}

pub(crate) async fn get(document: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
}
