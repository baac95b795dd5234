//! What is said, and what is understood.

use super::{
    client, every_tensor, named, request,
    server::{answer, Asked, Reply, Server},
    tensor,
};
use crate::{
    backend::{Backend, CallError, Payment, PaymentNeeded, PaymentProblem},
    client::{Client, ClientError, Encoding, Options, Remote, RemoteOptions},
    problem::Problem,
    tensor::TensorData,
    wire,
};
use base64::{engine::general_purpose::STANDARD, Engine as _};
use candor_commitments::{file_root, Blake2b256};
use candor_primitives::{
    AccountId, DType, Outcome, Receipt, ReceiptDraft, ReceiptPath, SignedReceipt, SignedVoucher, Voucher,
};
use codec::{Decode, Encode};
use serde_json::{json, Value};
use sp_core::{sr25519, H256};
use std::time::{Duration, Instant};

const MODEL: &str = "/base/v2/models/acme%2Fecho";

/// Split a body into its JSON and the rest.
fn parts(asked: &Asked) -> (Value, &[u8]) {
    let length: usize = asked.headers["inference-header-content-length"].parse().unwrap();
    (serde_json::from_slice(&asked.body[..length]).unwrap(), &asked.body[length..])
}

/// Outputs that are the inputs.
fn echo(asked: &Asked) -> Vec<u8> {
    let (head, bytes) = parts(asked);
    assert_eq!(head["parameters"]["binary_data_output"], true);
    let head = json!({ "model_name": "echo", "model_version": "3", "outputs": head["inputs"] }).to_string();
    let length = head.len().to_string();
    answer(200, &[("inference-header-content-length", &length)], &[head.as_bytes(), bytes].concat())
}

#[tokio::test]
async fn tensors_should_come_back_exactly_when_they_travel_as_bytes() {
    let server = Server::start(|asked| {
        assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", format!("{MODEL}/infer").as_str()));
        Reply::Keep(echo(&asked))
    })
    .await;
    let client = client(&server);
    let inputs: Vec<_> = every_tensor().into_iter().enumerate().map(|(n, t)| named(&format!("in \"{n}"), t)).collect();
    let answered = client.infer(&request(inputs.clone())).await.unwrap();
    assert_eq!(answered.outputs, inputs);
    assert_eq!((answered.model.as_str(), answered.version.as_str()), ("echo", "3"));
    assert!(answered.receipt.is_none() && answered.output_roots.is_empty());
    for input in inputs {
        let answered = client.infer(&request(vec![input.clone()])).await.unwrap();
        assert_eq!(answered.outputs, vec![input]);
    }
    assert_eq!(server.connections(), 1);
}

fn has_nan(tensor: &TensorData) -> bool {
    let data = &tensor.data;
    match tensor.dtype {
        DType::Float16 => data.as_chunks().0.iter().any(|b| half::f16::from_le_bytes(*b).is_nan()),
        DType::Bfloat16 => data.as_chunks().0.iter().any(|b| half::bf16::from_le_bytes(*b).is_nan()),
        DType::Float32 => data.as_chunks().0.iter().any(|b| f32::from_le_bytes(*b).is_nan()),
        DType::Float64 => data.as_chunks().0.iter().any(|b| f64::from_le_bytes(*b).is_nan()),
        _ => false,
    }
}

#[tokio::test]
async fn tensors_should_come_back_when_they_travel_as_json() {
    let server = Server::start(|asked| {
        assert!(!asked.headers.contains_key("inference-header-content-length"));
        let head: Value = serde_json::from_slice(&asked.body).unwrap();
        let head = json!({ "model_name": "echo", "outputs": head["inputs"] }).to_string();
        Reply::Keep(answer(200, &[], head.as_bytes()))
    })
    .await;
    let client = Client::new(&server.url, Options { encoding: Encoding::Json, ..Options::default() }).unwrap();
    let mut carried = 0;
    for tensor in every_tensor() {
        match client.infer(&request(vec![named("x", tensor.clone())])).await {
            // A NaN's payload does not go through text.
            Ok(answered) if has_nan(&tensor) => assert_eq!(answered.outputs[0].tensor.shape, tensor.shape),
            Ok(answered) => {
                assert_eq!(answered.outputs[0].tensor, tensor);
                carried += 1;
            },
            Err(other) => panic!("{tensor:?}: {other}"),
        }
    }
    assert!(carried >= 34, "{carried}");
    let reals: Vec<u8> = [0.1f32, -0.0, 1e-45, f32::MAX].iter().flat_map(|v| v.to_le_bytes()).collect();
    let sent = tensor(DType::Float32, &[4], &reals);
    let answered = client.infer(&request(vec![named("x", sent.clone())])).await.unwrap();
    assert_eq!(answered.outputs[0].tensor, sent);
}

fn voucher() -> SignedVoucher {
    let voucher = Voucher { genesis: H256([1; 32]), session: 7, calls: 4, fee: 99, receipts: H256([2; 32]) };
    SignedVoucher { voucher, signature: sr25519::Signature::default() }
}

fn signed_receipt() -> SignedReceipt {
    let draft = ReceiptDraft {
        genesis: H256([1; 32]),
        release: 1,
        variant: H256([2; 32]),
        input_root: H256([3; 32]),
        requester: AccountId::new([4; 32]),
        host: AccountId::new([5; 32]),
        units: 6,
        fee: 7,
        insured: 0,
        block: 8,
        path: ReceiptPath::Session { session: 7, index: 4 },
    };
    let receipt = Receipt { draft, outcome: Outcome::Output(H256([9; 32])) };
    SignedReceipt { receipt, signature: Default::default() }
}

#[tokio::test]
async fn receipts_should_be_read_when_a_call_is_paid() {
    let roots = vec![H256([5; 32]), H256([6; 32])];
    let (receipt, sent) = (STANDARD.encode(signed_receipt().encode()), STANDARD.encode(roots.encode()));
    let server = Server::start(move |asked| {
        assert_eq!(asked.headers[wire::SESSION], "7");
        assert_eq!(asked.headers[wire::INDEX], "4");
        let voucher_bytes = STANDARD.decode(&asked.headers[wire::VOUCHER]).unwrap();
        assert_eq!(SignedVoucher::decode(&mut voucher_bytes.as_slice()).unwrap(), voucher());
        let wait: u64 = asked.headers[wire::TIMEOUT].parse().unwrap();
        assert!((1..=9000).contains(&wait));
        let head = r#"{"model_name":"m","outputs":[{"name":"y","datatype":"BYTES","shape":[1],"data":["x"]}]}"#;
        Reply::Keep(answer(200, &[(wire::RECEIPT, &receipt), (wire::ROOTS, &sent)], head.as_bytes()))
    })
    .await;
    let mut call = request(vec![]);
    call.payment = Some(Payment { session: 7, index: 4, voucher: Some(voucher()) });
    call.deadline = Some(Instant::now() + Duration::from_secs(9));
    let answered = client(&server).infer(&call).await.unwrap();
    assert_eq!(answered.receipt, Some(signed_receipt()));
    assert_eq!(answered.output_roots, roots);
    assert_eq!(answered.outputs[0].tensor, tensor(DType::String, &[1], b"\x01\0\0\0x"));
}

#[tokio::test]
async fn what_to_pay_should_be_said_when_a_call_is_refused() {
    let needed = CallError::Payment(Box::new(PaymentNeeded {
        problem: PaymentProblem::Unpaid { calls: 3, fee: 1 << 100 },
        genesis: Some(H256([1; 32])),
        host: Some(AccountId::new([2; 32])),
        release: Some(4),
        units: Some(5),
    }));
    let sent = needed.clone();
    let server = Server::start(move |_| {
        let body = serde_json::to_vec(&Problem::from(&sent)).unwrap();
        Reply::Keep(answer(402, &[], &body))
    })
    .await;
    match client(&server).infer(&request(vec![])).await {
        Err(ClientError::Call(error)) => assert_eq!(error, needed),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn errors_should_be_understood_when_another_program_sends_them() {
    let server = Server::start(|asked| {
        Reply::Keep(match asked.path.rsplit('/').nth(1).unwrap() {
            "a" => answer(404, &[], br#"{"error":"Model a not found"}"#),
            "b" => answer(422, &[], br#"{"detail":[{"loc":["body"]}]}"#),
            "c" => answer(429, &[("retry-after", "3")], b""),
            _ => answer(500, &[], b"<html>down</html>"),
        })
    })
    .await;
    let client = client(&server);
    let call = async |model: &str| {
        let mut call = request(vec![]);
        call.model = model.into();
        match client.infer(&call).await {
            Err(ClientError::Call(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(call("a").await, CallError::NotFound("Model a not found".into()));
    assert!(call("b").await.to_string().contains("body"));
    assert_eq!(call("c").await, CallError::Busy { retry_ms: 3000 });
    assert_eq!(call("d").await, CallError::Internal("<html>down</html>".into()));
}

#[tokio::test]
async fn answers_should_be_refused_when_they_contradict_themselves() {
    let bodies: [&[u8]; 6] = [
        br#"{"outputs":[{"name":"y","datatype":"FP32","shape":[2],"data":[1]}]}"#,
        br#"{"outputs":[{"name":"y","datatype":"FP32","shape":[1]}]}"#,
        br#"{"outputs":[{"name":"y","datatype":"FP8","shape":[1],"data":[1]}]}"#,
        br#"{"outputs":[{"name":"y","datatype":"UINT8","shape":[1],"data":[256]}]}"#,
        br#"{"outputs":[{"name":"y","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":4}}]}"#,
        br#"not JSON"#,
    ];
    for body in bodies {
        let server = Server::start(move |_| Reply::Keep(answer(200, &[], body))).await;
        let failed = client(&server).infer(&request(vec![])).await;
        assert!(matches!(failed, Err(ClientError::Protocol(_))), "{failed:?}");
    }
    let server =
        Server::start(|_| Reply::Keep(answer(200, &[("inference-header-content-length", "99")], b"{\"outputs\":[]}")));
    let failed = client(&server.await).infer(&request(vec![])).await;
    assert!(matches!(failed, Err(ClientError::Protocol(_))), "{failed:?}");
}

fn metadata(parameters: &Value) -> Vec<u8> {
    let tensors = |name| json!([{ "name": name, "datatype": "FP16", "shape": [-1, 3] }]);
    let both =
        json!([{ "name": "y", "datatype": "BOOL", "shape": [] }, { "name": "z", "datatype": "BOOL", "shape": [] }]);
    let model = json!({
        "name": "acme/echo", "versions": ["1", "2"], "platform": "onnxruntime_onnx",
        "inputs": tensors("x"), "outputs": both, "parameters": parameters,
    });
    answer(200, &[], model.to_string().as_bytes())
}

#[tokio::test]
async fn models_should_be_listed_when_a_server_has_an_index() {
    let server = Server::start(|asked| {
        Reply::Keep(match (asked.method.as_str(), asked.path.as_str()) {
            ("POST", "/base/v2/repository/index") => {
                answer(200, &[], br#"[{"name":"acme/echo","version":"1"},{"name":"acme/echo","version":"2"}]"#)
            },
            ("GET", MODEL) => metadata(&json!({ "release": 4, "ready": true, "aliases": ["4"] })),
            other => panic!("{other:?}"),
        })
    })
    .await;
    let models = client(&server).models().await.unwrap();
    assert_eq!(models.len(), 1);
    assert_eq!((models[0].release, models[0].ready), (Some(4), true));
    assert_eq!(models[0].versions, ["1", "2"]);
    assert_eq!(models[0].inputs[0].shape, [None, Some(3)]);
    assert_eq!(models[0].inputs[0].dtype, DType::Float16);
}

#[tokio::test]
async fn models_should_be_listed_when_a_server_has_only_names() {
    let server = Server::start(|asked| {
        Reply::Keep(match asked.path.as_str() {
            "/base/v2/repository/index" => answer(404, &[], b""),
            "/base/v2/models" => answer(200, &[], br#"{"models":["acme/echo"]}"#),
            MODEL => metadata(&Value::Null),
            path if path == format!("{MODEL}/ready") => answer(200, &[], b"{}"),
            other => panic!("{other:?}"),
        })
    })
    .await;
    let models = client(&server).models().await.unwrap();
    assert_eq!((models[0].release, models[0].ready), (None, true));
}

#[tokio::test]
async fn sessions_should_be_asked_and_paid_when_no_call_is_made() {
    let state = wire::SessionState {
        session: 7,
        known: true,
        open: true,
        answered: 3,
        beyond: vec![5],
        vouched: 2,
        fee: u128::MAX,
        window: 8,
    };
    let sent = state.clone();
    let server = Server::start(move |asked| {
        Reply::Keep(match (asked.method.as_str(), asked.path.as_str()) {
            ("GET", "/base/candor/v1/sessions/7") => answer(200, &[], &serde_json::to_vec(&sent).unwrap()),
            ("POST", "/base/candor/v1/sessions/7/voucher") => {
                assert_eq!(SignedVoucher::decode(&mut asked.body.as_slice()).unwrap(), voucher());
                b"HTTP/1.1 204 No Content\r\n\r\n".to_vec()
            },
            other => panic!("{other:?}"),
        })
    })
    .await;
    let client = client(&server);
    assert_eq!(client.session_state(7).await.unwrap(), state);
    client.send_voucher(&voucher()).await.unwrap();
    assert_eq!(client.session_state(7).await.unwrap(), state);
}

#[tokio::test]
async fn files_should_be_checked_when_they_are_fetched() {
    let root = H256(file_root::<Blake2b256>(b"tokenizer"));
    let server = Server::start(move |asked| {
        let path = format!("/base/v1/store/{}", hex::encode(root));
        Reply::Keep(if asked.path == path {
            answer(200, &[], b"tokenizer")
        } else if asked.path.ends_with(&"00".repeat(32)) {
            answer(404, &[], b"")
        } else {
            answer(200, &[], b"something else")
        })
    })
    .await;
    let client = client(&server);
    assert_eq!(client.file(root).await.unwrap().unwrap(), "tokenizer");
    assert_eq!(client.file(H256::zero()).await.unwrap(), None);
    assert!(matches!(client.file(H256([1; 32])).await, Err(ClientError::Protocol(_))));
}

#[tokio::test]
async fn outputs_should_be_in_the_models_order_when_a_server_is_a_backend() {
    let server = Server::start(|asked| {
        Reply::Keep(match asked.path.as_str() {
            "/base/v2" => answer(200, &[], br#"{"name":"other","version":"1","extensions":[]}"#),
            "/base/v2/models/there" => metadata(&Value::Null),
            "/base/v2/models/there/ready" => answer(200, &[], b"{}"),
            "/base/v2/models/there/infer" => {
                assert!(!asked.headers.contains_key(wire::SESSION));
                let one = |name| json!({ "name": name, "datatype": "BOOL", "shape": [], "data": [name == "z"] });
                answer(
                    200,
                    &[],
                    json!({ "model_name": "there", "outputs": [one("z"), one("y")] }).to_string().as_bytes(),
                )
            },
            other => panic!("{other}"),
        })
    })
    .await;
    let names = [("acme/echo".to_owned(), "there".to_owned())].into();
    let remote = Remote::connect(&server.url, RemoteOptions { names, ..Default::default() }).await.unwrap();
    let mut call = request(vec![]);
    call.payment = Some(Payment { session: 1, index: 0, voucher: None });
    let answered = remote.infer(call.clone()).await.unwrap();
    assert_eq!(answered.model, "acme/echo");
    assert_eq!(answered.outputs.iter().map(|o| o.name.as_str()).collect::<Vec<_>>(), ["y", "z"]);
    call.outputs = vec!["z".into()];
    assert_eq!(remote.infer(call).await.unwrap().outputs, [named("z", tensor(DType::Bool, &[], &[1]))]);
    assert_eq!(remote.model("acme/echo", None).await.unwrap().name, "acme/echo");
}
