//! Whatever is sent, the server neither panics nor says that it is at fault.

use super::{app, send};
use candor_gateway::datatype::DATATYPES;
use proptest::prelude::*;
use serde_json::json;

const CASES: u32 = 512;

fn run<T>(future: impl std::future::Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn status(path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> u16 {
    run(send(app(), "POST", path, headers, body)).status.as_u16()
}

fn paths() -> impl Strategy<Value = String> {
    let mut paths: Vec<String> =
        ["/v2/repository/index", "/v1/embeddings", "/v2/models/add/infer", "/v2/models/tokens/infer"]
            .map(Into::into)
            .to_vec();
    paths.extend(DATATYPES.map(|(_, name)| format!("/v2/models/identity-{}/infer", name.to_lowercase())));
    prop::sample::select(paths)
}

/// JSON of no particular meaning, with the names that mean something here.
fn value() -> impl Strategy<Value = serde_json::Value> {
    let word =
        prop::sample::select(vec!["x", "name", "inputs", "data", "shape", "FP32", "BYTES", "add", "float", "NaN", "ü"]);
    let leaf = prop_oneof![
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        (-4i64..300).prop_map(Into::into),
        any::<f64>().prop_map(|value| json!(value)),
        word.prop_map(Into::into),
        Just(serde_json::Value::Null),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let key = prop::sample::select(vec![
            "id",
            "inputs",
            "outputs",
            "parameters",
            "name",
            "datatype",
            "shape",
            "data",
            "binary_data_size",
            "binary_data",
            "timeout",
            "model",
            "input",
            "encoding_format",
            "dimensions",
            "ready",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
            prop::collection::btree_map(key.prop_map(String::from), inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn nothing_should_be_the_servers_fault_when_bytes_are_any(path in paths(), body in prop::collection::vec(any::<u8>(), 0..200), length in prop::option::of(0usize..220)) {
        let length = length.map(|length| length.to_string());
        let headers: Vec<_> = length.iter().map(|length| ("inference-header-content-length", length.as_str())).collect();
        prop_assert!(status(&path, &headers, body) < 500);
    }

    #[test]
    fn nothing_should_be_the_servers_fault_when_json_is_any(path in paths(), body in value()) {
        prop_assert!(status(&path, &[], body.to_string().into_bytes()) < 500);
    }

    #[test]
    fn nothing_should_be_the_servers_fault_when_inputs_are_any(
        (_, name) in prop::sample::select(DATATYPES.to_vec()), shape in prop_oneof![Just(json!([1])), Just(json!([2, 2])), value()],
        data in value(), binary in prop::option::of(value()),
    ) {
        let mut input = json!({ "name": "x", "datatype": name, "shape": shape, "data": data });
        if let Some(binary) = binary {
            input["parameters"] = json!({ "binary_data_size": binary });
        }
        let path = format!("/v2/models/identity-{}/infer", name.to_lowercase());
        let body = json!({ "inputs": [input] }).to_string();
        prop_assert!(status(&path, &[], body.into_bytes()) < 500);
    }

    #[test]
    fn nothing_should_be_the_servers_fault_when_paths_are_any(path in "[a-z%/.0-9]{0,24}") {
        let answer = run(async { match format!("/v2/models/{path}").parse::<axum::http::Uri>() {
            Ok(_) => send(app(), "GET", &format!("/v2/models/{path}"), &[], "").await.status.as_u16(),
            Err(_) => 400,
        } });
        prop_assert!(answer < 500);
    }

    #[test]
    fn nothing_should_be_the_servers_fault_when_headers_are_any(value in "[ -~]{0,40}", name in prop::sample::select(vec![
        "candor-session", "candor-index", "candor-voucher", "candor-timeout-ms", "content-encoding", "content-length", "authorization",
        "inference-header-content-length", "content-type",
    ])) {
        let code = status("/v2/models/identity-bool/infer", &[(name, value.as_str())], b"{\"inputs\":[]}".to_vec());
        // A time that is over before it began is the caller's own.
        prop_assert!(code < 500 || (code == 504 && name == "candor-timeout-ms"));
    }
}
