//! Evidence of the machine, over HTTP and for the chain's worker, from a device of the tests.

use super::{
    declared, floats, key, models,
    requester::{host, said},
    tensor, World,
};
use crate::{
    http::public,
    tee::{program_hash, tests::paths, tsm::ENTRY, Attested, Device},
};
use candor_attestation::{AmdSnp, AttestationVerifier, IntelDcap};
use candor_commitments::{Blake2b256, Hasher};
use candor_primitives::{
    worker::{SyncRequest, WorkStatus},
    AttestationEvidence, DType, TeeVendor, WorkerKey,
};
use candor_test_attestation::{Amd, Intel, Machine, Tsm};
use futures::{stream::FuturesUnordered, StreamExt};
use reqwest::{Client, Response, StatusCode};
use rustix::fs::{mknodat, FileType, Mode, OFlags, CWD};
use serde_json::Value;
use sp_core::H256;
use std::{
    fs,
    path::PathBuf,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc,
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;

const NONCE: H256 = H256([0xab; 32]);

struct Attesting {
    world: World,
    /// Where the engine looks for devices; the TSM interface is in `tsm`.
    folder: TempDir,
    url: String,
    client: Client,
}

/// A folder with a device of the tests in it.
fn device(machine: Machine) -> (TempDir, Tsm) {
    let folder = tempfile::tempdir().unwrap();
    let device = Tsm::start(&folder.path().join("tsm"), ENTRY, machine, true).unwrap();
    (folder, device)
}

/// A folder with a device that says what it is, and no more.
fn broken() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let entry = folder.path().join("tsm").join(ENTRY);
    fs::create_dir_all(&entry).unwrap();
    for (name, content) in [("provider", "tdx_guest\n"), ("generation", "0\n"), ("inblob", "")] {
        fs::write(entry.join(name), content).unwrap();
    }
    (folder, entry)
}

impl Attesting {
    async fn start(folder: TempDir) -> Self {
        let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
        let world = World::tuned(&models::identity(DType::Float32), specs("x"), specs("y"), |config| {
            config.tee.paths = paths(folder.path());
            config.tee.validity = Duration::from_secs(86_400);
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let app = public(world.engine.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { world, folder, url, client: Client::new() }
    }

    async fn get(&self, query: &str) -> Response {
        self.client.get(format!("{}/attestation{query}", self.url)).send().await.unwrap()
    }

    async fn ask(&self, nonce: &H256) -> Response {
        self.get(&format!("?nonce={nonce:?}")).await
    }

    async fn sync(&self, nonce: H256) -> Option<AttestationEvidence> {
        let request = SyncRequest { attest: Some(nonce), ..said(10) };
        self.world.engine.sync(request).await.unwrap().attestation
    }

    /// Ask until it is made.
    async fn synced(&self, nonce: H256) -> AttestationEvidence {
        for _ in 0..1_000 {
            if let Some(made) = self.sync(nonce).await {
                return made;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it is never made");
    }
}

async fn refused(response: Response) -> (u16, String, String) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    let text = |name: &str| body["error"][name].as_str().unwrap().to_owned();
    (status, text("code"), text("message"))
}

fn bytes_of(json: &Value) -> Vec<u8> {
    hex::decode(json.as_str().unwrap().strip_prefix("0x").unwrap()).unwrap()
}

fn check(made: &AttestationEvidence) {
    let binding = &made.binding;
    assert_eq!((binding.genesis, &binding.host, binding.worker), (H256::repeat_byte(7), &host(), key()));
    assert_eq!(binding.engine, program_hash().unwrap());
    assert_eq!(binding.engine.0, Blake2b256::hash(&fs::read(std::env::current_exe().unwrap()).unwrap()));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    assert!((now + 86_300..=now + 86_400).contains(&binding.expires));
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_should_verify_when_a_stranger_asks() {
    let maker = Intel::tdx();
    let (folder, _device) = device(Machine::Intel(maker.clone()));
    let attesting = Attesting::start(folder).await;
    attesting.world.engine.sync(said(10)).await.unwrap();
    let response = attesting.ask(&NONCE).await;
    assert_eq!(response.status(), StatusCode::OK);
    let body: Value = response.json().await.unwrap();
    assert_eq!((&body["vendor"], &body["tee"]), (&"intel".into(), &"tdx".into()));
    assert_eq!(bytes_of(&body["nonce"]), NONCE.as_bytes());
    let binding = &body["binding"];
    assert_eq!(bytes_of(&binding["genesis"]), [7; 32]);
    assert_eq!(bytes_of(&binding["host"]), [2; 32]);
    assert_eq!(bytes_of(&binding["worker"]), key().0);
    assert_eq!(bytes_of(&binding["engine"]), program_hash().unwrap().as_bytes());
    let quote = {
        use base64::{prelude::BASE64_STANDARD, Engine as _};
        BASE64_STANDARD.decode(body["evidence"].as_str().unwrap()).unwrap()
    };
    let collateral = IntelDcap::verify_collateral(&maker.roots(), &maker.bundle(), maker.now).unwrap();
    let found = IntelDcap::verify(&maker.roots(), &quote, &collateral, maker.now).unwrap();
    assert_eq!(found.report_data.to_vec(), bytes_of(&body["report_data"]));
    // Whoever checks puts the binding together again from what the answer says.
    let stated = candor_primitives::AttestationBinding {
        genesis: H256::repeat_byte(7),
        host: host(),
        worker: key(),
        engine: program_hash().unwrap(),
        expires: binding["expires"].as_u64().unwrap(),
    };
    assert_eq!(found.report_data, stated.report_data::<Blake2b256>(&NONCE));
    let again: Value = attesting.ask(&NONCE).await.json().await.unwrap();
    assert_eq!(again, body, "kept for a while");
    assert_eq!(attesting.world.engine.metrics.attestations.with_label_values(&["made"]).get(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn question_should_be_refused_when_it_has_no_nonce() {
    let (folder, _device) = device(Machine::Intel(Intel::tdx()));
    let attesting = Attesting::start(folder).await;
    let long = format!("?nonce={}", "a".repeat(66));
    for query in ["", "?nonce=", "?nonce=zz", "?nonce=0x", "?other=1", long.as_str()] {
        let (status, code, _) = refused(attesting.get(query).await).await;
        assert_eq!((status, code.as_str()), (400, "nonce"), "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn engine_should_say_no_when_the_machine_has_no_device() {
    let attesting = Attesting::start(tempfile::tempdir().unwrap()).await;
    let engine = &attesting.world.engine;
    let no = (404, "not_attested".into(), "attested: no (no TEE device)".into());
    assert_eq!(refused(attesting.ask(&NONCE).await).await, no);
    assert_eq!(attesting.sync(NONCE).await, None);
    let health: Value =
        attesting.client.get(format!("{}/health", attesting.url)).send().await.unwrap().json().await.unwrap();
    assert_eq!(health["attested"], "no (no TEE device)");
    assert_eq!(health["program"], format!("{:?}", engine.attester.engine()));
}

#[tokio::test(flavor = "multi_thread")]
async fn engine_should_not_be_ready_when_its_node_has_not_spoken() {
    let (folder, _device) = device(Machine::Intel(Intel::tdx()));
    let attesting = Attesting::start(folder).await;
    let response = attesting.ask(&NONCE).await;
    assert!(response.headers().contains_key("retry-after"));
    assert_eq!(refused(response).await.1, "not_ready");
    // A host whose key is elsewhere: this engine cannot say that its secret never leaves the machine.
    let mut other = said(10);
    other.from.as_mut().unwrap().worker = WorkerKey::from_raw([9; 32]);
    attesting.world.engine.sync(SyncRequest { attest: Some(NONCE), ..other }).await.unwrap();
    let (status, code, message) = refused(attesting.ask(&NONCE).await).await;
    assert_eq!((status, code.as_str()), (503, "not_ready"));
    assert!(message.contains("worker key"), "{message}");
    assert_eq!(attesting.world.engine.metrics.attestations.with_label_values(&["made"]).get(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_should_be_told_to_wait_when_several_do() {
    let (folder, entry) = broken();
    // A device that never answers.
    let pipe = entry.join("outblob");
    mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let attesting = Arc::new(Attesting::start(folder).await);
    attesting.world.engine.sync(said(10)).await.unwrap();
    let mut answers: FuturesUnordered<_> = (0..6u8)
        .map(|number| {
            let attesting = attesting.clone();
            tokio::spawn(async move { attesting.ask(&H256([number; 32])).await })
        })
        .collect();
    // Four wait; the others are answered at once.
    for _ in 0..2 {
        let busy = answers.next().await.unwrap().unwrap();
        assert!(busy.headers()["retry-after"].to_str().unwrap().parse::<u32>().unwrap() > 0);
        let (status, code, _) = refused(busy).await;
        assert_eq!((status, code.as_str()), (429, "busy"));
    }
    // The chain's question waits with them, and holds up nothing.
    assert_eq!(attesting.sync(NONCE).await, None);
    let over = Arc::new(AtomicBool::new(false));
    let ended = over.clone();
    let release = std::thread::spawn(move || {
        while !ended.load(Ordering::Relaxed) {
            let _ = rustix::fs::open(&pipe, OFlags::WRONLY | OFlags::NONBLOCK, Mode::empty());
            std::thread::sleep(Duration::from_millis(1));
        }
    });
    while let Some(answer) = answers.next().await {
        let (status, code, _) = refused(answer.unwrap()).await;
        assert_eq!((status, code.as_str()), (503, "tee"));
    }
    while attesting.world.engine.metrics.attestations.with_label_values(&["failed"]).get() < 5 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    over.store(true, Ordering::Relaxed);
    release.join().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn engine_should_work_on_and_say_why_when_its_device_fails() {
    let (folder, _) = broken();
    let attesting = Attesting::start(folder).await;
    let engine = &attesting.world.engine;
    assert!(matches!(engine.attester.attested(), Attested::By(Device::Tsm(_))));
    engine.sync(said(10)).await.unwrap();
    let (status, code, message) = refused(attesting.ask(&NONCE).await).await;
    assert_eq!((status, code.as_str()), (503, "tee"));
    assert!(message.contains("outblob"), "{message}");
    assert!(engine.attester.attested().to_string().starts_with("no ("));
    assert_eq!(engine.metrics.attestations.with_label_values(&["failed"]).get(), 1);
    // It is left alone for a while.
    assert_eq!(refused(attesting.ask(&H256([1; 32])).await).await.0, 503);
    assert_eq!(engine.metrics.attestations.with_label_values(&["failed"]).get(), 1);
    let order = attesting.world.order(1, vec![tensor(DType::Float32, &[1], &floats(&[4.0]))]);
    assert!(matches!(attesting.world.done(&order).await, WorkStatus::Done(_)));
    assert!(attesting.folder.path().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn sync_should_answer_the_same_evidence_when_it_asks_again() {
    let maker = Amd::milan();
    let (folder, _device) = device(Machine::Amd(maker.clone()));
    let attesting = Attesting::start(folder).await;
    assert_eq!(attesting.sync(NONCE).await, None, "it does not wait");
    let made = attesting.synced(NONCE).await;
    check(&made);
    assert_eq!((made.vendor, made.nonce), (TeeVendor::Amd, NONCE));
    let collateral = AmdSnp::verify_collateral(&maker.roots(), &maker.bundle(), maker.now).unwrap();
    let found = AmdSnp::verify(&maker.roots(), &made.evidence, &collateral, maker.now).unwrap();
    assert_eq!(found.report_data, made.binding.report_data::<Blake2b256>(&NONCE));
    assert_eq!(attesting.sync(NONCE).await.as_ref(), Some(&made));
    let engine = &attesting.world.engine;
    assert_eq!(engine.sync(said(11)).await.unwrap().attestation, None, "nobody asked");
    assert_eq!(engine.metrics.attestations.with_label_values(&["made"]).get(), 1);
    let other = attesting.synced(H256([1; 32])).await;
    assert_ne!(other.evidence, made.evidence);
    assert_eq!(engine.metrics.attestations.with_label_values(&["made"]).get(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn route_should_be_documented_and_open_to_pages_when_it_is_public() {
    let (folder, _device) = device(Machine::Intel(Intel::tdx()));
    let attesting = Attesting::start(folder).await;
    attesting.world.engine.sync(said(10)).await.unwrap();
    let get = |path: &str| attesting.client.get(format!("{}{path}", attesting.url));
    let document: Value = get("/openapi.json").send().await.unwrap().json().await.unwrap();
    let responses = &document["paths"]["/attestation"]["get"]["responses"];
    for status in ["200", "400", "404", "429", "503"] {
        let schema = responses[status]["content"]["application/json"]["schema"]["$ref"].as_str().unwrap();
        assert!(document.pointer(schema.strip_prefix('#').unwrap()).is_some(), "{schema}");
    }
    let page = get(&format!("/attestation?nonce={NONCE:?}")).header("origin", "https://app.example.org");
    let answer = page.send().await.unwrap();
    assert_eq!(
        (answer.status(), &answer.headers()["access-control-allow-origin"]),
        (StatusCode::OK, &"*".parse().unwrap())
    );
    let body: Value = answer.json().await.unwrap();
    for name in document["components"]["schemas"]["Attestation"]["required"].as_array().unwrap() {
        assert!(body.get(name.as_str().unwrap()).is_some(), "{name}");
    }
}
