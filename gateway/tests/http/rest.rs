//! The Open Inference Protocol.

use super::{app, get, post, send, with, Answer};
use candor_gateway::{
    datatype::DATATYPES,
    rest::{keys, Observation, Observer, Options},
};
use parking_lot::Mutex;
use serde_json::{json, Value};
use std::{sync::Arc, time::Duration};

fn call(input: Value) -> String {
    json!({ "inputs": [input] }).to_string()
}

async fn refusing(why: &str) -> Answer {
    let input = json!({ "name": "why", "datatype": "BYTES", "shape": [1], "data": [why] });
    post("/v2/models/candor/refusing/infer", call(input)).await
}

#[tokio::test]
async fn models_should_be_found_when_named_with_or_without_slash() {
    for path in ["candor/add", "candor%2Fadd", "candor%2fadd", "add", "add/versions/1.0.0", "candor/add/versions/1.1.0"]
    {
        let model = get(&format!("/v2/models/{path}")).await;
        assert_eq!(model.status, 200, "{path}");
        assert_eq!(model.json()["name"], "candor/add");
        assert_eq!(get(&format!("/v2/models/{path}/ready")).await.json()["ready"], true);
    }
    assert_eq!(get("/v2/models/candor/add/versions/1.0.0").await.json()["versions"], json!(["1.0.0"]));
    for path in ["candor/none", "add/versions/9", "%ff", "add/versions/"] {
        assert_eq!(get(&format!("/v2/models/{path}")).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn every_type_should_come_back_when_sent_as_json() {
    for (name, data) in [
        ("BOOL", json!([true, false, true, true])),
        ("UINT64", json!([0, 1, u64::MAX, 9_007_199_254_740_993u64])),
        ("INT64", json!([i64::MIN, i64::MAX, 0, -9_007_199_254_740_993i64])),
        ("INT8", json!([-128, 127, 0, 1])),
        ("FP16", json!([0.5, -65504.0, 6.103515625e-5, 1.0])),
        ("BF16", json!([0.5, -1.5, 3.0, 1.0])),
        ("FP32", json!([0.1, -3.4028235e38, 1e-45, "NaN"])),
        ("FP64", json!([0.1, 5e-324, "Infinity", "-Infinity"])),
        ("BYTES", json!(["", "ä\"\\\n", "😀", "plain"])),
    ] {
        for shape in [json!([4]), json!([2, 2]), json!([1, 4, 1])] {
            let path = format!("/v2/models/candor/identity-{}/infer", name.to_lowercase());
            let answer =
                post(&path, call(json!({ "name": "x", "datatype": name, "shape": shape, "data": data }))).await;
            let output = &answer.json()["outputs"][0];
            assert_eq!(output["shape"], shape, "{name}");
            // Compared as tensors: sent back, the answer must be the same text.
            let again =
                post(&path, call(json!({ "name": "x", "datatype": name, "shape": shape, "data": output["data"] })))
                    .await;
            assert_eq!(again.body, answer.body, "{name}");
            if matches!(name, "BOOL" | "UINT64" | "INT64" | "INT8" | "BYTES") {
                assert_eq!(output["data"], data, "{name}");
            }
        }
    }
}

#[tokio::test]
async fn every_bit_should_come_back_when_sent_as_binary_data() {
    for (dtype, name) in DATATYPES {
        let path = format!("/v2/models/identity-{}/infer", name.to_lowercase());
        for count in [0u32, 1, 5] {
            let element = match dtype.size() {
                None => b"\x02\0\0\0\xc3\xa4".to_vec(),
                Some(1) if name == "BOOL" => vec![1],
                Some(size) => (0..size as u8).map(|byte| 0xf8 | byte).collect(),
            };
            let data = element.repeat(count as usize);
            let json = json!({ "inputs": [{ "name": "x", "datatype": name, "shape": [count],
                "parameters": { "binary_data_size": data.len() } }], "parameters": { "binary_data_output": true } });
            let json = json.to_string();
            let length = json.len().to_string();
            let body = [json.as_bytes(), &data].concat();
            let headers = [("inference-header-content-length", length.as_str())];
            let answer = send(app(), "POST", &path, &headers, body).await;
            let header: usize = answer.header("inference-header-content-length").parse().unwrap();
            assert_eq!(&answer.body[header..], data, "{name} {count}");
            assert_eq!(answer.header("content-type"), "application/octet-stream");
        }
    }
}

#[tokio::test]
async fn the_status_should_say_what_is_wrong_when_a_call_is_refused() {
    let answer = refusing("payment").await;
    assert_eq!(answer.status, 402);
    assert_eq!(answer.json()["payment"]["problem"], "unpaid");
    assert_eq!(answer.json()["payment"]["fee"], (1u128 << 100).to_string());
    assert_eq!(answer.json()["payment"]["release"], 3);
    let answer = refusing("unknown").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (402, "2"));
    let answer = refusing("index").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["payment"]["next"]), (409, &json!(4)));
    let answer = refusing("busy").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "2"));
    assert_eq!(answer.json()["retry_ms"], 1500);
    let answer = refusing("down").await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
    assert_eq!(refusing("run").await.status, 422);
    assert_eq!(refusing("internal").await.status, 500);
    assert_eq!(
        (refusing("else").await.status.as_u16(), refusing("else").await.header("www-authenticate")),
        (401, "Bearer")
    );
    assert_eq!(post("/v2/models/candor/none/infer", r#"{"inputs":[]}"#).await.status, 404);
    assert_eq!(post("/v2/models/candor/add", "").await.status, 405);
    assert_eq!(get("/v2/models/candor/add/infer").await.status, 405);
    assert_eq!(get("/v2/none").await.status, 404);
    let answer =
        post("/v2/models/candor/add/infer", r#"{"inputs":[{"name":"a","datatype":"FP32","shape":[1],"data":["x"]}]}"#)
            .await;
    assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (400, &json!("inputs[0].data[0]")));
}

#[tokio::test]
async fn payments_should_be_refused_when_their_headers_are_wrong() {
    for (headers, field) in [
        (vec![("candor-session", "x"), ("candor-index", "0")], "candor-session"),
        (vec![("candor-session", "1")], "candor-index"),
        (vec![("candor-index", "1")], "candor-session"),
        (vec![("candor-session", "1"), ("candor-index", "-1")], "candor-index"),
        (vec![("candor-session", "1"), ("candor-index", "0"), ("candor-voucher", "!")], "candor-voucher"),
        (vec![("candor-session", "1"), ("candor-index", "0"), ("candor-voucher", "AAAA")], "candor-voucher"),
        (vec![("candor-timeout-ms", "soon")], "candor-timeout-ms"),
        (vec![("inference-header-content-length", "1e3")], "inference-header-content-length"),
        (vec![("inference-header-content-length", "100000")], "inference-header-content-length"),
    ] {
        let answer = send(app(), "POST", "/v2/models/add/infer", &headers, r#"{"inputs":[]}"#).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (400, &json!(field)), "{headers:?}");
    }
}

#[tokio::test]
async fn bodies_should_be_refused_when_too_large_or_packed_otherwise() {
    let small = || with(Options { body_limit: 100, ..Options::default() });
    let path = "/v2/models/add/infer";
    assert_eq!(send(small(), "POST", path, &[], vec![b' '; 101]).await.status, 413);
    assert_eq!(send(small(), "POST", path, &[("content-length", "101")], "").await.status, 413);
    let answer = send(small(), "POST", path, &[("content-encoding", "br")], "x").await;
    assert_eq!((answer.status.as_u16(), &answer.json()["field"]), (415, &json!("content-encoding")));
    assert_eq!(send(small(), "POST", path, &[("content-encoding", "gzip")], "x").await.status, 400);
    let never = futures::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let hasty = with(Options { body_time: Duration::from_millis(10), ..Options::default() });
    assert_eq!(send(hasty, "POST", path, &[], axum::body::Body::from_stream(never)).await.status, 408);
}

#[tokio::test]
async fn calls_should_end_when_their_time_is_over() {
    let input = json!({ "name": "x", "datatype": "BOOL", "shape": [0], "data": [] });
    let slow =
        |micros: u64| json!({ "id": "slow", "parameters": { "timeout": micros }, "inputs": [input] }).to_string();
    let path = "/v2/models/identity-bool/infer";
    let answer = send(app(), "POST", path, &[("candor-timeout-ms", "20")], slow(0)).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (504, &json!("deadline")));
    assert_eq!(send(app(), "POST", path, &[("candor-timeout-ms", "100000")], slow(20_000)).await.status, 504);
    let hasty = with(Options { deadline: Some(Duration::from_millis(20)), ..Options::default() });
    assert_eq!(send(hasty, "POST", path, &[], slow(0)).await.status, 504);
}

#[tokio::test]
async fn callers_should_be_refused_when_they_show_no_key() {
    let guarded = || with(Options { caller: keys(["secret"]), ..Options::default() });
    let body = call(json!({ "name": "x", "datatype": "BOOL", "shape": [1], "data": [true] }));
    let path = "/v2/models/identity-bool/infer";
    assert_eq!(send(guarded(), "POST", path, &[], body.clone()).await.status, 401);
    assert_eq!(send(guarded(), "POST", path, &[("authorization", "Bearer wrong")], body.clone()).await.status, 401);
    assert_eq!(send(guarded(), "POST", path, &[("authorization", "bearer secret")], body.clone()).await.status, 200);
    assert_eq!(send(guarded(), "POST", path, &[("x-api-key", "secret")], body).await.status, 200);
}

#[tokio::test]
async fn the_index_and_statistics_should_tell_when_models_are_called() {
    let rows = post("/v2/repository/index", "").await.json();
    assert!(rows
        .as_array()
        .unwrap()
        .contains(&json!({ "name": "candor/add", "version": "1.0.0", "state": "READY", "reason": "" })));
    assert_eq!(post("/v2/repository/index", r#"{"ready":true}"#).await.json(), rows);
    assert_eq!(post("/v2/repository/index", r#"{"ready":1}"#).await.json()["field"], "ready");
    let app = app();
    let body = call(json!({ "name": "x", "datatype": "BOOL", "shape": [1], "data": [true] }));
    for _ in 0..3 {
        send(app.clone(), "POST", "/v2/models/identity-bool/versions/1.0.0/infer", &[], body.clone()).await;
    }
    let stats = send(app.clone(), "GET", "/v2/models/candor/identity-bool/stats", &[], "").await.json();
    assert_eq!(stats["model_stats"][0]["inference_count"], 3);
    assert_eq!(stats["model_stats"][1]["inference_count"], 0);
    let all = send(app, "GET", "/v2/models/stats", &[], "").await.json();
    assert!(all["model_stats"].as_array().unwrap().len() > 10);
}

#[derive(Default)]
struct Log(Mutex<Vec<(String, u16, usize)>>);

impl Observer for Log {
    fn answered(&self, call: &Observation<'_>) {
        assert!(call.took > Duration::ZERO && (call.status != 200 || call.sent > 0));
        self.0.lock().push((format!("{} {}", call.route, call.model), call.status, call.received));
    }
}

#[tokio::test]
async fn observers_should_hear_when_calls_are_answered() {
    let log = Arc::new(Log::default());
    let app = with(Options { observer: Some(log.clone()), ..Options::default() });
    send(app.clone(), "POST", "/v2/models/none/infer", &[], r#"{"inputs":[]}"#).await;
    send(app.clone(), "POST", "/v1/embeddings", &[], r#"{"model":"tokens","input":"a"}"#).await;
    send(app, "GET", "/v2/models", &[], "").await;
    assert_eq!(*log.0.lock(), [("infer none".to_string(), 404, 13), ("embeddings tokens".to_string(), 200, 30)]);
}
