//! The OpenAPI document is true.

use super::{get, send, with};
use candor_gateway::rest::Options;
use serde_json::Value;

/// Every route of the router with its method; a route that is added must be added here and in the document.
const ROUTES: [(&str, &str); 18] = [
    ("get", "/v2"),
    ("get", "/v2/health/live"),
    ("get", "/v2/health/ready"),
    ("get", "/health"),
    ("get", "/v2/models"),
    ("get", "/v2/models/stats"),
    ("get", "/v2/models/{model}"),
    ("get", "/v2/models/{model}/ready"),
    ("get", "/v2/models/{model}/stats"),
    ("post", "/v2/models/{model}/infer"),
    ("get", "/v2/models/{model}/versions/{version}"),
    ("get", "/v2/models/{model}/versions/{version}/ready"),
    ("get", "/v2/models/{model}/versions/{version}/stats"),
    ("post", "/v2/models/{model}/versions/{version}/infer"),
    ("post", "/v2/repository/index"),
    ("get", "/v1/models"),
    ("get", "/v1/models/{model}"),
    ("post", "/v1/embeddings"),
];

fn concrete(path: &str) -> String {
    path.replace("{model}", "candor%2Fpooled").replace("{version}", "1.0.0")
}

#[tokio::test]
async fn the_document_should_have_every_route_and_no_other() {
    let document = get("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));
    let mut documented = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys().filter(|key| *key != "parameters") {
            documented.push((method.clone(), path.clone()));
        }
    }
    documented.retain(|(_, path)| path != "/openapi.json");
    let mut routes: Vec<_> = ROUTES.iter().map(|(method, path)| (method.to_string(), path.to_string())).collect();
    documented.sort();
    routes.sort();
    assert_eq!(documented, routes);
    let other = r#"{"paths":{"/other":{"get":{}}},"components":{"schemas":{"Other":{"type":"object"}}},"tags":[{"name":"other"}]}"#;
    let bare = with(Options { health: false, also: vec![other, "no document"], ..Options::default() });
    let document = send(bare, "GET", "/openapi.json", &[], "").await.json();
    assert!(document["paths"].get("/health").is_none());
    assert!(document["paths"]["/other"]["get"].is_object() && document["paths"]["/v2"].is_object());
    assert!(document["components"]["schemas"]["Other"].is_object());
    assert_eq!(document["tags"].as_array().unwrap().last().unwrap()["name"], "other");
}

#[tokio::test]
async fn every_route_should_answer_as_documented_when_walked() {
    let document = get("/openapi.json").await.json();
    for (method, path) in ROUTES {
        for body in ["", "{}", r#"{"inputs":[]}"#, r#"{"model":"pooled","input":"a"}"#] {
            let answer = send(super::app(), &method.to_uppercase(), &concrete(path), &[], body).await;
            let status = answer.status.as_u16();
            assert!(status != 404 && status != 405 && status < 500, "{method} {path}: {status}");
            let responses = &document["paths"][path][method]["responses"];
            let known = &responses[status.to_string()];
            assert!(known.is_object(), "{method} {path} answers {status}, which the document does not have");
            let known = resolve(&document, known);
            let kind = answer.header("content-type");
            assert!(known["content"].get(kind).is_some(), "{method} {path} {status} is {kind}");
            let schema = resolve(&document, &known["content"][kind]["schema"]);
            for name in schema["required"].as_array().into_iter().flatten() {
                assert!(answer.json().get(name.as_str().unwrap()).is_some(), "{method} {path} {status} has no {name}");
            }
        }
        let wrong = send(super::app(), "DELETE", &concrete(path), &[], "").await;
        assert_eq!(wrong.status, 405, "{path}");
        assert!(wrong.json()["error"].is_string());
    }
}

#[tokio::test]
async fn every_reference_should_lead_somewhere() {
    fn walk(document: &Value, value: &Value) {
        match value {
            Value::Object(map) => {
                if map.contains_key("$ref") {
                    assert!(resolve(document, value).is_object(), "{value}");
                }
                map.values().for_each(|value| walk(document, value));
            },
            Value::Array(items) => items.iter().for_each(|value| walk(document, value)),
            _ => {},
        }
    }
    let document = get("/openapi.json").await.json();
    walk(&document, &document);
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str() {
        Some(to) => document.pointer(to.trim_start_matches('#')).unwrap_or(&Value::Null),
        None => value,
    }
}
