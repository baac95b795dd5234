//! The gateway as callers see it: over HTTP, with and without payment.

use super::{
    declared, floats, models,
    requester::{named, problem, request, said, session_key, sign, told, SESSION},
    tensor, World,
};
use crate::{backend::Access, http::public};
use candor_commitments::Blake2b256;
use candor_gateway::{
    serve::{self, Threads},
    wire, Backend, CallError, InferRequest, PaymentProblem,
};
use candor_primitives::{
    release::ValueRange,
    worker::{ReleaseDescriptor, ReleaseTitle, SyncRequest},
    AccountId, DType, SignedReceipt, WorkerSignature,
};
use codec::{Decode, Encode};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{json, Value};
use sp_core::{sr25519::Pair, Pair as _};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::runtime::Handle;

fn base64(bytes: &[u8]) -> String {
    use base64::{engine::general_purpose::STANDARD, Engine as _};
    STANDARD.encode(bytes)
}

fn unbase64(text: &str) -> Vec<u8> {
    use base64::{engine::general_purpose::STANDARD, Engine as _};
    STANDARD.decode(text).unwrap()
}

struct Served {
    world: World,
    url: String,
    client: Client,
}

impl Served {
    async fn start(access: Access) -> Self {
        let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
        let world =
            World::tuned(&models::identity(DType::Float32), specs("x"), specs("y"), |config| config.access = access);
        world.engine.load(1);
        world.engine.ready(1).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = tokio::sync::watch::channel(false);
        // Served until the test is over.
        std::mem::forget(stop);
        let router = public(world.engine.clone());
        tokio::spawn(async move {
            let threads = Threads::beside(Handle::current());
            serve::serve(listener, None, router, &threads, stopped).await
        });
        Self { world, url, client: Client::new() }
    }

    fn infer(&self, values: &[f32]) -> RequestBuilder {
        let input = json!({ "name": "x", "datatype": "FP32", "shape": [values.len()], "data": values });
        self.client.post(format!("{}/v2/models/1/infer", self.url)).json(&json!({ "inputs": [input] }))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unpaid_call_should_be_told_what_is_missing() {
    let served = Served::start(Access::Sessions).await;
    served.world.engine.sync(said(10)).await.unwrap();
    let response = served.infer(&[1.0]).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYMENT_REQUIRED);
    let body: Value = response.json().await.unwrap();
    let payment = &body["payment"];
    assert_eq!(
        (&payment["problem"], &payment["release"], &payment["units"]),
        (&json!("missing"), &json!(1), &json!(1))
    );
    assert_eq!(payment["genesis"], json!(format!("{:?}", sp_core::H256::repeat_byte(7))));
    assert!(payment["host"].is_string(), "{body}");
    // A token alone pays for nothing where sessions are asked for.
    let response = served.infer(&[1.0]).bearer_auth("whatever").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYMENT_REQUIRED);
}

#[tokio::test(flavor = "multi_thread")]
async fn paid_calls_should_be_answered_with_receipts_over_http() {
    let served = Served::start(Access::Sessions).await;
    let mut requester = served.world.in_session().await;
    for n in 0..3 {
        let payment = requester.payment();
        let mut call = served.infer(&[n as f32]).header(wire::SESSION, SESSION).header(wire::INDEX, payment.index);
        if let Some(voucher) = &payment.voucher {
            call = call.header(wire::VOUCHER, base64(&voucher.encode()));
        }
        let response = call.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let receipt = unbase64(response.headers()[wire::RECEIPT].to_str().unwrap());
        requester.take(&SignedReceipt::decode(&mut receipt.as_slice()).unwrap());
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["outputs"][0]["data"], json!([n as f32]));
    }
    let sessions = format!("{}/candor/v1/sessions/{SESSION}", served.url);
    let voucher = served.client.post(format!("{sessions}/voucher")).body(requester.voucher().encode());
    assert_eq!(voucher.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let state: wire::SessionState = served.client.get(&sessions).send().await.unwrap().json().await.unwrap();
    assert_eq!((state.answered, state.vouched, state.fee, state.window), (3, 3, 15, 8));
    let mut wrong = requester.voucher();
    wrong.voucher.calls = 9;
    let refused = served.client.post(format!("{sessions}/voucher")).body(wrong.encode()).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::PAYMENT_REQUIRED);
    let rubbish = served.client.post(format!("{sessions}/voucher")).body("rubbish").send().await.unwrap();
    assert_eq!(rubbish.status(), StatusCode::BAD_REQUEST);
    let none = served.client.get(format!("{}/candor/v1/sessions/abc", served.url)).send().await.unwrap();
    assert_eq!(none.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn host_should_agree_to_the_end_once_everything_is_paid() {
    let served = Served::start(Access::Sessions).await;
    let mut requester = served.world.in_session().await;
    let call = || vec![named("x", tensor(DType::Float32, &[1], &floats(&[1.0])))];
    requester.call(&served.world.engine, call()).await;
    let early = requester.voucher();
    requester.call(&served.world.engine, call()).await;
    let close = |voucher: candor_primitives::SignedVoucher| {
        let url = format!("{}/candor/v1/sessions/{SESSION}/close", served.url);
        let asked = session_key().sign(wire::close_message(&voucher.voucher).as_bytes());
        served.client.post(url).body((voucher, asked).encode()).send()
    };
    assert_eq!(close(early).await.unwrap().status(), StatusCode::PAYMENT_REQUIRED, "a call is not paid");
    let last = requester.voucher();
    // Whoever reads a settled voucher on chain cannot end the session with it.
    let url = format!("{}/candor/v1/sessions/{SESSION}/close", served.url);
    let stranger = served.client.post(url).body((&last, &last.signature).encode()).send();
    assert_eq!(stranger.await.unwrap().status(), StatusCode::PAYMENT_REQUIRED);
    served.world.engine.ledger.voucher(SESSION, &last).await.unwrap();
    let mut other = last.voucher.clone();
    other.receipts = sp_core::H256::zero();
    assert_eq!(close(sign(other)).await.unwrap().status(), StatusCode::PAYMENT_REQUIRED, "a root of nothing");
    for _ in 0..2 {
        let response = close(last.clone()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let signature = WorkerSignature::decode(&mut response.bytes().await.unwrap().as_ref()).unwrap();
        assert!(Pair::verify(&signature, last.voucher.last_hash::<Blake2b256>().as_bytes(), &super::key()));
    }
    // The chain has not heard of it; the host takes no calls all the same.
    told(&served.world.engine, Some(requester.terms.clone())).await;
    let late = served.world.engine.infer(request(call(), Some(requester.payment()))).await;
    assert_eq!(problem(late), PaymentProblem::Closed);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_should_open_the_gateway_to_those_who_have_one() {
    let served = Served::start(Access::tokens("# mine\nfirst\n\n  second  \n")).await;
    for token in ["first", "second"] {
        let response = served.infer(&[1.0]).bearer_auth(token).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert!(!response.headers().contains_key(wire::RECEIPT), "nobody pays, nobody signs");
    }
    for token in ["third", "# mine"] {
        let response = served.infer(&[1.0]).bearer_auth(token).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{token}");
    }
    assert_eq!(served.infer(&[1.0]).send().await.unwrap().status(), StatusCode::PAYMENT_REQUIRED);
}

#[tokio::test(flavor = "multi_thread")]
async fn open_gateway_should_answer_anyone() {
    let served = Served::start(Access::Open).await;
    let response = served.infer(&[1.5, 2.0]).send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["outputs"][0]["data"], json!([1.5, 2.0]));
    // Tiny runs are done where they are called, once it is known that they are tiny.
    for _ in 0..200 {
        let answer =
            served.world.engine.infer(request(vec![named("x", tensor(DType::Float32, &[1], &floats(&[1.0])))], None));
        answer.await.unwrap();
    }
    let calls = served.world.engine.metrics.calls.with_label_values(&["output"]).get();
    assert_eq!(calls, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_node_should_be_served_to_the_world() {
    let served = Served::start(Access::Open).await;
    for path in ["/worker/v1/sync", "/metrics"] {
        let response = served.client.get(format!("{}{path}", served.url)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/health", "/v2/health/ready", "/v1/releases", "/v2/models/1", "/openapi.json"] {
        let response = served.client.get(format!("{}{path}", served.url)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn models_should_be_called_by_their_titles() {
    let served = Served::start(Access::Open).await;
    let engine = &served.world.engine;
    let title = |version: &str| ReleaseTitle {
        publisher: AccountId::new([9; 32]),
        name: b"copy".to_vec().try_into().unwrap(),
        version: version.as_bytes().to_vec(),
    };
    for (id, version) in [(1, "1.9.0"), (2, "1.10.0")] {
        let spec = served.world.spec.clone();
        engine.describe(ReleaseDescriptor { id, spec, title: Some(title(version)) }).unwrap();
        engine.ready(id).await.unwrap();
    }
    let all = engine.models().await.unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].versions.as_slice(), all[0].release), (["1.9.0".into(), "1.10.0".into()].as_slice(), Some(2)));
    let full = all[0].name.clone();
    assert!(full.ends_with("/copy"));
    for (name, version, release) in [
        (full.as_str(), None, 2),
        (full.as_str(), Some("1.9.0"), 1),
        ("copy", None, 2),
        ("release-1", None, 1),
        ("1", None, 1),
    ] {
        assert_eq!(engine.model(name, version).await.unwrap().release, Some(release), "{name} {version:?}");
    }
    assert!(matches!(engine.model(&full, Some("2.0.0")).await, Err(CallError::NotFound(_))));
    assert!(matches!(engine.model("nothing", None).await, Err(CallError::NotFound(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn call_should_be_refused_when_a_value_is_out_of_range() {
    let mut input = declared("x", DType::Int64, &["n"]);
    input.range = Some(ValueRange { min: 0, max: 9 });
    let output = vec![declared("y", DType::Int64, &["n"])];
    let world = World::tuned(&models::identity(DType::Int64), vec![input], output, |c| c.access = Access::Open);
    world.engine.ready(1).await.unwrap();
    let call = |n: i64| request(vec![named("x", tensor(DType::Int64, &[1], &n.to_le_bytes()))], None);
    assert!(world.engine.infer(call(9)).await.is_ok());
    let Err(CallError::Invalid { field, .. }) = world.engine.infer(call(10)).await else {
        panic!("it is out of range")
    };
    assert_eq!(field, "inputs[0].data");
    let long = request(vec![named("x", tensor(DType::Int64, &[2 << 20], &vec![0; 16 << 20]))], None);
    assert!(matches!(world.engine.infer(long).await, Err(CallError::Invalid { .. })), "longer than its maximum");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_caller_should_not_hold_up_another_when_it_sends_many_calls() {
    let dims = ["n", "n"];
    let specs = |name: &str| vec![declared(name, DType::Float32, &dims)];
    // Each call computes for long beside everything else that this test does, and ten of them may wait.
    let world = World::tuned(&models::slow(400), specs("x"), specs("y"), |config| {
        config.access = Access::Open;
        config.workers = 1;
        config.queue = 40;
    });
    world.engine.ready(1).await.unwrap();
    let call = |caller: &str| {
        let input = named("x", tensor(DType::Float32, &[128, 128], &vec![0; 128 * 128 * 4]));
        InferRequest { caller: Some(Arc::from(caller)), ..request(vec![input], None) }
    };
    let greedy: Vec<_> = (0..20)
        .map(|_| {
            let (engine, call) = (world.engine.clone(), call("greedy"));
            tokio::spawn(async move { engine.infer(call).await })
        })
        .collect();
    // Those that found no room are answered at once: then its share of the queue is full.
    while !greedy.iter().any(|call| call.is_finished()) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    world.engine.infer(call("modest")).await.unwrap();
    let waiting = greedy.iter().filter(|call| !call.is_finished()).count();
    assert!(waiting > 0, "it was served in its turn, not last");
    let mut busy = 0;
    for call in greedy {
        match call.await.unwrap() {
            Ok(_) => {},
            Err(CallError::Busy { retry_ms }) => {
                assert!(retry_ms > 0);
                busy += 1;
            },
            Err(other) => panic!("{other}"),
        }
    }
    assert!(busy > 0, "nobody fills the queue alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn gateway_should_speak_tls_when_it_has_a_certificate() {
    let folder = Path::new("src/tests/tls");
    let world = World::copying();
    let acceptor = serve::tls(&folder.join("cert.pem"), &folder.join("key.pem")).unwrap();
    assert!(serve::tls(&folder.join("key.pem"), &folder.join("cert.pem")).is_err());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let router = public(world.engine.clone());
    let server = tokio::spawn(async move {
        let threads = Threads::beside(Handle::current());
        serve::serve(listener, Some(acceptor), router, &threads, stopped).await
    });
    // Somebody who connects and says nothing holds up nobody.
    let _silent = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let authority = reqwest::Certificate::from_pem(&std::fs::read(folder.join("cert.pem")).unwrap()).unwrap();
    let client = Client::builder().tls_certs_merge([authority]).build().unwrap();
    let response = client.get(format!("https://localhost:{port}/v2")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert!(Client::new().get(format!("http://localhost:{port}/v2")).send().await.is_err());
    drop((client, response));
    stop.send_replace(true);
    tokio::time::timeout(Duration::from_secs(5), server).await.unwrap().unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_sessions_in_one_sync_should_be_refused() {
    let request = SyncRequest { sessions: (0..65).map(|id| (id, None)).collect(), ..said(1) };
    assert!(crate::worker_api::decode(&request.encode()).is_err());
}

/// The memory of large bodies, all of it.
fn all_memory(served: &Served) -> tokio::sync::OwnedSemaphorePermit {
    let bodies = served.world.engine.bodies.clone();
    let all = bodies.available_permits() as u32;
    bodies.try_acquire_many_owned(all).unwrap()
}

fn refused_for_memory(served: &Served) -> u64 {
    served.world.engine.metrics.rejected.with_label_values(&["memory"]).get()
}

#[tokio::test(flavor = "multi_thread")]
async fn packed_call_should_take_memory_for_what_it_can_hold() {
    let served = Served::start(Access::Open).await;
    // A thousand bytes can hold a million.
    let packed = |packing: &str| {
        let url = format!("{}/v2/models/1/infer", served.url);
        let call = served.client.post(url).header("content-type", "application/json");
        call.header("content-encoding", packing).body(vec![0; 1000]).send()
    };
    let held = all_memory(&served);
    for packing in ["gzip", "deflate"] {
        assert_eq!(packed(packing).await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS, "{packing}");
    }
    assert_eq!(refused_for_memory(&served), 2);
    assert_eq!(packed("identity").await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert_eq!(served.infer(&[1.0]).send().await.unwrap().status(), StatusCode::OK);
    drop(held);
    assert_eq!(packed("gzip").await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert_eq!(refused_for_memory(&served), 2);
}

/// A message over gRPC that says that it has so many bytes, and has these.
fn framed(length: usize, bytes: &[u8]) -> Vec<u8> {
    [&[0u8][..], &(length as u32).to_be_bytes(), bytes].concat()
}

/// A call over gRPC whose messages come when they are sent.
fn grpc_call(served: &Served, method: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    let client = Client::builder().http2_prior_knowledge().build().unwrap();
    let url = format!("{}/inference.GRPCInferenceService/{method}", served.url);
    client.post(url).header("content-type", "application/grpc").header("te", "trailers").body(body)
}

/// Wait until so much memory is free, in KiB.
async fn until_free(served: &Served, kib: usize) {
    for _ in 0..500 {
        if served.world.engine.bodies.available_permits() == kib {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{} KiB are free, not {kib}", served.world.engine.bodies.available_permits());
}

#[tokio::test(flavor = "multi_thread")]
async fn message_over_grpc_should_take_memory_while_it_arrives() {
    let served = Served::start(Access::Open).await;
    let all = served.world.engine.bodies.available_permits();
    let (sender, arriving) = futures::channel::mpsc::unbounded::<Result<Vec<u8>, std::io::Error>>();
    let call = grpc_call(&served, "ModelInfer", reqwest::Body::wrap_stream(arriving)).send();
    let call = tokio::spawn(call);
    sender.unbounded_send(Ok(framed(1 << 20, &[7; 100]))).unwrap();
    until_free(&served, all - 1024).await;
    // It breaks off.
    drop(sender);
    let answer = call.await.unwrap().unwrap();
    assert_eq!(answer.headers()["grpc-status"], "13");
    until_free(&served, all).await;

    let held = all_memory(&served);
    let large = grpc_call(&served, "ModelInfer", framed(1 << 20, &[])).send().await.unwrap();
    assert_eq!(large.headers()["grpc-status"], "8");
    assert_eq!(refused_for_memory(&served), 1);
    let small = grpc_call(&served, "ModelInfer", framed(0, &[])).send().await.unwrap();
    assert_ne!(small.headers()["grpc-status"], "8");
    drop(held);
    let too_large = grpc_call(&served, "ModelInfer", framed(usize::from(u16::MAX) << 16, &[])).send().await.unwrap();
    assert_eq!(too_large.headers()["grpc-status"], "11");
    until_free(&served, all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_over_grpc_should_give_memory_back_when_a_message_is_answered() {
    use prost::Message;
    let served = Served::start(Access::Open).await;
    let all = served.world.engine.bodies.available_permits();
    let call = candor_gateway::grpc::proto::ModelInferRequest { id: "m".repeat(1 << 20), ..Default::default() };
    let call = call.encode_to_vec();
    let (sender, arriving) = futures::channel::mpsc::unbounded::<Result<Vec<u8>, std::io::Error>>();
    let (begin, rest) = call.split_at(1000);
    sender.unbounded_send(Ok(framed(call.len(), begin))).unwrap();
    let answers = grpc_call(&served, "ModelStreamInfer", reqwest::Body::wrap_stream(arriving)).send();
    let mut answers = answers.await.unwrap();
    until_free(&served, all - (call.len() >> 10)).await;
    sender.unbounded_send(Ok(rest.to_vec())).unwrap();
    assert!(answers.chunk().await.unwrap().is_some(), "there is no such model");
    // The stream is still open.
    until_free(&served, all).await;
    drop(sender);
    while answers.chunk().await.unwrap().is_some() {}
}
