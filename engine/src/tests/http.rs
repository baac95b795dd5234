use super::{finish, floats, tensor, World, TOKEN};
use crate::{
    http::{parse_range, router, Range},
    worker_api::decode,
};
use candor_commitments::{file_root, tensor_root, Blake2b256};
use candor_primitives::{
    worker::{SyncRequest, SyncResponse, WorkStatus, SYNC_PATH},
    DType,
};
use codec::{Decode, Encode};
use proptest::prelude::*;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value;
use std::sync::OnceLock;

struct Served {
    world: World,
    url: String,
    client: Client,
}

impl Served {
    async fn start(world: World) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = router(world.engine.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { world, url, client: Client::new() }
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.url))
    }

    fn sync(&self, body: Vec<u8>) -> RequestBuilder {
        self.client.post(format!("{}{SYNC_PATH}", self.url)).body(body)
    }

    fn put(&self, path: &str, body: Vec<u8>) -> RequestBuilder {
        self.client.put(format!("{}{path}", self.url)).body(body)
    }
}

async fn error_of(request: RequestBuilder) -> (StatusCode, String, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let body: Value = response.json().await.unwrap();
    let code = body["error"]["code"].as_str().unwrap().to_owned();
    assert!(body["error"]["message"].is_string());
    (status, code, body["error"]["field"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn sync_should_take_an_order_and_answer_its_receipt() {
    let served = Served::start(World::copying()).await;
    let order = served.world.order(1, vec![tensor(DType::Float32, &[1], &floats(&[4.0]))]);
    let expected = finish(&served.world.engine, &order).await;
    let request = SyncRequest { orders: vec![order], wait_ms: 2_000, ..SyncRequest::default() };
    let response = served.sync(request.encode()).bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/octet-stream");
    let response = SyncResponse::decode(&mut response.bytes().await.unwrap().as_ref()).unwrap();
    assert_eq!(response.status[0].1, expected);
    assert!(matches!(expected, WorkStatus::Done(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn token_should_be_needed_to_send_orders_and_files() {
    let served = Served::start(World::copying()).await;
    let body = SyncRequest::default().encode();
    for request in [
        served.sync(body.clone()),
        served.sync(body.clone()).bearer_auth("wrong"),
        served.sync(body).header("authorization", TOKEN),
        served.put(&format!("/v1/store/{}", "0".repeat(64)), vec![1]),
    ] {
        let (status, code, field) = error_of(request).await;
        assert_eq!((status, code.as_str(), field), (StatusCode::UNAUTHORIZED, "token", "authorization".into()));
    }
    assert_eq!(served.world.engine.metrics.rejected.with_label_values(&["token"]).get(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn sync_should_refuse_bodies_that_are_malformed_or_too_large() {
    let served = Served::start(World::copying()).await;
    let (status, code, _) = error_of(served.sync(vec![0xff; 100]).bearer_auth(TOKEN)).await;
    assert_eq!((status, code.as_str()), (StatusCode::BAD_REQUEST, "bad_body"));
    let many = SyncRequest { query: vec![Default::default(); 65], ..SyncRequest::default() };
    let (status, code, field) = error_of(served.sync(many.encode()).bearer_auth(TOKEN)).await;
    assert_eq!((status, code.as_str(), field), (StatusCode::UNPROCESSABLE_ENTITY, "too_many", "query".into()));
    let large = served.sync(vec![0; (32 << 20) + 1]).bearer_auth(TOKEN).send().await;
    // The engine may hang up while the body is still on its way.
    assert!(large.is_err() || large.unwrap().status() == StatusCode::PAYLOAD_TOO_LARGE);
    assert!(served.get("/health").send().await.unwrap().status().is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn upload_should_be_stored_only_when_its_root_is_right() {
    let served = Served::start(World::copying()).await;
    let bytes = b"weights".to_vec();
    let path = format!("/v1/store/{}", hex::encode(file_root::<Blake2b256>(&bytes)));
    let response = served.put(&path, bytes.clone()).bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    assert_eq!(served.get(&path).send().await.unwrap().bytes().await.unwrap(), bytes);
    let wrong = format!("/v1/store/{}", "1".repeat(64));
    let (status, code, _) = error_of(served.put(&wrong, bytes.clone()).bearer_auth(TOKEN)).await;
    assert_eq!((status, code.as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "root"));
    assert_eq!(error_of(served.get(&wrong)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(error_of(served.put("/v1/store/zz", bytes).bearer_auth(TOKEN)).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(error_of(served.get("/v1/store/..%2f..%2freceipts.redb")).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn upload_should_say_507_when_there_is_no_space() {
    let world = World::tuned(&[], vec![], vec![], |config| config.limits.quota = Some(10));
    let served = Served::start(world).await;
    let bytes = vec![1; 100];
    let path = format!("/v1/store/{}", hex::encode(file_root::<Blake2b256>(&bytes)));
    let (status, code, _) = error_of(served.put(&path, bytes).bearer_auth(TOKEN)).await;
    assert_eq!((status, code.as_str()), (StatusCode::INSUFFICIENT_STORAGE, "no_space"));
}

#[tokio::test(flavor = "multi_thread")]
async fn tensor_should_be_stored_only_when_type_shape_and_root_are_right() {
    let served = Served::start(World::copying()).await;
    let data: Vec<u8> = (0..24).collect();
    let root = hex::encode(tensor_root::<Blake2b256>(DType::Float32.code(), &[2, 3], &data));
    let path = format!("/v1/outputs/{root}");
    let given = |query: &str| served.put(&format!("{path}?{query}"), data.clone()).bearer_auth(TOKEN);
    assert_eq!(error_of(served.put(&format!("{path}?dtype=float32&shape=2,3"), data.clone())).await.0, 401);
    for (query, status, code) in [
        ("dtype=float33&shape=2,3", 400, "dtype"),
        ("shape=2,3", 400, "dtype"),
        ("dtype=float32&shape=2,x", 422, "shape"),
        ("dtype=float32&shape=1,1,1,1,1,1,1,1,6", 422, "shape"),
        ("dtype=float32&shape=2,4", 422, "size"),
        ("dtype=float32", 422, "size"),
        ("dtype=float32&shape=3,2", 422, "root"),
        ("dtype=int32&shape=2,3", 422, "root"),
    ] {
        let (got, word, _) = error_of(given(query)).await;
        assert_eq!((got.as_u16(), word.as_str()), (status, code), "{query}");
    }
    assert_eq!(error_of(served.get(&path)).await.0, StatusCode::NOT_FOUND);
    assert_eq!(given("dtype=float32&shape=2,3").send().await.unwrap().status(), StatusCode::CREATED);
    assert_eq!(served.get(&path).send().await.unwrap().bytes().await.unwrap(), data);
}

#[tokio::test(flavor = "multi_thread")]
async fn stored_file_should_be_given_in_ranges() {
    let served = Served::start(World::copying()).await;
    let bytes: Vec<u8> = (0..=255).collect();
    let path = format!("/v1/store/{}", hex::encode(file_root::<Blake2b256>(&bytes)));
    served.put(&path, bytes.clone()).bearer_auth(TOKEN).send().await.unwrap();
    let part = served.get(&path).header("range", "bytes=10-19").send().await.unwrap();
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.headers()["content-range"], "bytes 10-19/256");
    assert_eq!(part.bytes().await.unwrap(), bytes[10..20]);
    let rest = served.get(&path).header("range", "bytes=250-").send().await.unwrap();
    assert_eq!(rest.bytes().await.unwrap(), bytes[250..]);
    let beyond = served.get(&path).header("range", "bytes=256-").send().await.unwrap();
    assert_eq!(beyond.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.headers()["content-range"], "bytes */256");
}

#[tokio::test(flavor = "multi_thread")]
async fn health_metrics_and_releases_should_tell_what_goes_on() {
    let served = Served::start(World::copying()).await;
    let order = served.world.order(1, vec![tensor(DType::Float32, &[1], &floats(&[4.0]))]);
    finish(&served.world.engine, &order).await;
    let health: Value = served.get("/health").send().await.unwrap().json().await.unwrap();
    assert_eq!((&health["live"], &health["ready"], &health["receipts"]), (&true.into(), &true.into(), &1.into()));
    let metrics = served.get("/metrics").send().await.unwrap().text().await.unwrap();
    for line in [
        "candor_engine_jobs_total{outcome=\"output\"} 1",
        "candor_engine_receipts 1",
        "candor_engine_sessions 1",
        "candor_engine_run_seconds_count 1",
        "candor_engine_queue_depth 0",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    let releases: Value = served.get("/v1/releases").send().await.unwrap().json().await.unwrap();
    assert_eq!(releases["releases"][0]["stage"], "ready");
    assert_eq!(error_of(served.get("/nothing")).await.0, StatusCode::NOT_FOUND);
}

#[test]
fn ranges_should_be_read_as_http_says() {
    assert_eq!(parse_range("bytes=0-0", 10), Range::Bytes(0, 1));
    assert_eq!(parse_range("bytes=5-", 10), Range::Bytes(5, 10));
    assert_eq!(parse_range("bytes=-3", 10), Range::Bytes(7, 10));
    assert_eq!(parse_range("bytes=-30", 10), Range::Bytes(0, 10));
    assert_eq!(parse_range("bytes=5-99", 10), Range::Bytes(5, 10));
    assert_eq!(parse_range("bytes=10-", 10), Range::Outside);
    assert_eq!(parse_range("bytes=-0", 10), Range::Outside);
    assert_eq!(parse_range("bytes=0-", 0), Range::Outside);
    for ignored in ["", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=3-2", "bytes=1-2,4-5", "items=0-1"] {
        assert_eq!(parse_range(ignored, 10), Range::Ignored, "{ignored}");
    }
}

struct Hostile {
    runtime: tokio::runtime::Runtime,
    served: Served,
}

fn hostile() -> &'static Hostile {
    static HOSTILE: OnceLock<Hostile> = OnceLock::new();
    HOSTILE.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let served = runtime.block_on(Served::start(World::copying()));
        Hostile { runtime, served }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bodies_should_be_4xx_or_understood(body in proptest::collection::vec(any::<u8>(), 0..500)) {
        let hostile = hostile();
        let request = hostile.served.sync(body.clone()).bearer_auth(TOKEN);
        let status = hostile.runtime.block_on(request.send()).unwrap().status();
        prop_assert_eq!(status.is_success(), decode(&body).is_ok());
        prop_assert!(status.is_success() || status.is_client_error(), "{}", status);
    }

    #[test]
    fn changed_requests_should_be_4xx_or_understood(at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let hostile = hostile();
        let world = &hostile.served.world;
        let order = world.order(99, vec![tensor(DType::Float32, &[1], &floats(&[4.0]))]);
        let request = SyncRequest {
            orders: vec![order],
            describe: vec![world.descriptor()],
            query: vec![Default::default()],
            serve: vec![1],
            wait_ms: 0,
            ..SyncRequest::default()
        };
        let mut body = request.encode();
        let at = at.index(body.len());
        body[at] = to;
        let status = hostile.runtime.block_on(hostile.served.sync(body).bearer_auth(TOKEN).send()).unwrap().status();
        prop_assert!(status.is_success() || status.is_client_error(), "{}", status);
    }

    #[test]
    fn random_paths_should_never_be_served(name in "[^/?#\\x00-\\x1f]{1,80}") {
        let hostile = hostile();
        let root: String = name.bytes().map(|b| format!("%{b:02x}")).collect();
        let sent = hostile.served.get(&format!("/v1/store/{root}")).send();
        let status = hostile.runtime.block_on(sent).unwrap().status();
        prop_assert!(status.is_client_error(), "{}", status);
    }
}
