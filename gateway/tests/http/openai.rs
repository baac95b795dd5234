//! OpenAI's interface.

use super::{app, get, post, send, Answer};
use base64::{engine::general_purpose::STANDARD, Engine as _};
use serde_json::{json, Value};

async fn ask(body: Value) -> Answer {
    post("/v1/embeddings", body.to_string()).await
}

async fn vector(model: &str, input: Value) -> Vec<f32> {
    let answer = ask(json!({ "model": model, "input": input })).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()["data"][0]["embedding"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32).collect()
}

#[tokio::test]
async fn models_should_be_listed_when_asked_for() {
    let list = get("/v1/models").await.json();
    assert_eq!(list["object"], "list");
    assert!(list["data"].as_array().unwrap().iter().any(|model| model["id"] == "candor/pooled"));
    for name in ["candor/pooled", "candor%2Fpooled", "pooled", "candor/pooled@1.0.0"] {
        assert_eq!(get(&format!("/v1/models/{name}")).await.json()["id"], "candor/pooled", "{name}");
    }
    let missing = get("/v1/models/none").await;
    assert_eq!((missing.status.as_u16(), &missing.json()["error"]["code"]), (404, &json!("model_not_found")));
}

#[tokio::test]
async fn vectors_should_be_the_models_own_when_it_pools() {
    assert_eq!(vector("candor/pooled", json!("b c")).await, [3.0, 1.0, 9.0]);
}

#[tokio::test]
async fn vectors_should_be_normalised_means_when_the_model_answers_for_each_token() {
    // Tokens 2 and 4: the mean of [2, 1, 4] and [4, 1, 16].
    let mean = [3.0f32, 1.0, 10.0];
    let length = mean.iter().map(|x| x * x).sum::<f32>().sqrt();
    let got = vector("candor/tokens", json!("a c")).await;
    assert!(got.iter().zip(mean).all(|(got, mean)| (got - mean / length).abs() < 1e-6), "{got:?}");
}

#[tokio::test]
async fn vectors_should_be_the_same_when_texts_come_in_any_form() {
    for model in ["tokens", "pooled"] {
        let alone = vector(model, json!("a b")).await;
        assert_eq!(vector(model, json!(["a b"])).await, alone);
        assert_eq!(vector(model, json!([2, 3])).await, alone);
        assert_eq!(vector(model, json!([[2, 3]])).await, alone);
        // Other texts, longer ones too, change nothing.
        assert_eq!(vector(model, json!(["a b", "c c c c c c", "a"])).await, alone);
    }
}

#[tokio::test]
async fn vectors_should_have_the_same_bytes_when_asked_for_as_base64() {
    let ask64 = |format: &str| json!({ "model": "tokens", "input": ["a b", "c"], "encoding_format": format });
    let floats = ask(ask64("float")).await.json();
    let base64 = ask(ask64("base64")).await.json();
    for index in 0..2 {
        let bytes = STANDARD.decode(base64["data"][index]["embedding"].as_str().unwrap()).unwrap();
        let decoded: Vec<f32> = bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let given: Vec<f32> =
            floats["data"][index]["embedding"].as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32).collect();
        assert_eq!(decoded, given);
        assert_eq!(base64["data"][index]["index"], index);
    }
    assert_eq!(floats["usage"], json!({ "prompt_tokens": 3, "total_tokens": 3 }));
}

#[tokio::test]
async fn texts_should_not_be_cut_when_the_tokenizers_file_says_so() {
    // The file cuts at four tokens and pads to eight; neither is done.
    let answer = ask(json!({ "model": "tokens", "input": "a b c a b c" })).await.json();
    assert_eq!(answer["usage"]["prompt_tokens"], 6);
}

#[tokio::test]
async fn dimensions_should_be_refused_when_the_model_has_others() {
    let asked = |dimensions: Value| ask(json!({ "model": "pooled", "input": "a", "dimensions": dimensions }));
    assert_eq!(asked(json!(3)).await.status, 200);
    assert_eq!(asked(Value::Null).await.status, 200);
    for wrong in [json!(2), json!(0), json!("3"), json!(1.5)] {
        let answer = asked(wrong).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["param"]), (400, &json!("dimensions")));
    }
}

#[tokio::test]
async fn the_parameter_should_be_named_when_a_request_is_wrong() {
    for (body, param, status) in [
        (json!([]), "body", 400),
        (json!({ "input": "a" }), "model", 400),
        (json!({ "model": "none", "input": "a" }), "model", 404),
        (json!({ "model": "pooled@9", "input": "a" }), "model", 404),
        (json!({ "model": "pooled" }), "input", 400),
        (json!({ "model": "pooled", "input": [] }), "input", 400),
        (json!({ "model": "pooled", "input": "" }), "input", 400),
        (json!({ "model": "pooled", "input": [[]] }), "input", 400),
        (json!({ "model": "pooled", "input": ["a", 1] }), "input", 400),
        (json!({ "model": "pooled", "input": [1.5] }), "input", 400),
        (json!({ "model": "pooled", "input": vec!["a"; 2049] }), "input", 400),
        (json!({ "model": "pooled", "input": "a", "encoding_format": "hex" }), "encoding_format", 400),
        (json!({ "model": "add", "input": "a" }), "model", 400),
    ] {
        let answer = ask(body.clone()).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]["param"]), (status, &json!(param)), "{body}");
        assert!(answer.json()["error"]["message"].is_string());
    }
}

#[tokio::test]
async fn one_text_should_be_asked_for_when_it_is_paid() {
    let headers = [("candor-session", "1"), ("candor-index", "0")];
    let body = |input: Value| json!({ "model": "pooled", "input": input }).to_string();
    assert_eq!(send(app(), "POST", "/v1/embeddings", &headers, body(json!("a"))).await.status, 200);
    assert_eq!(send(app(), "POST", "/v1/embeddings", &headers, body(json!(["a", "b"]))).await.status, 400);
}
