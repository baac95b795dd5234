//! The program itself: started, ordered, killed, started again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use base64::{engine::general_purpose::STANDARD as BASE64, Engine as _};
use candor_adjudicator::{Isa, Mode, Schedule};
use candor_commitments::{file_root, Blake2b256, ListBuilder, TAG_BATCH};
use candor_engine::{
    judging,
    library::Library,
    onnx::proto::{
        Dimension, GraphProto, ModelProto, NodeProto, OperatorSetId, TensorShape, TensorType, TypeProto, ValueInfo,
    },
    profile::Profile,
};
use candor_gateway::wire;
use candor_primitives::{
    session::SessionTerms,
    worker::{ReleaseDescriptor, Standpoint, SyncRequest, SyncResponse, WorkOrder, WorkStatus, SYNC_PATH},
    AccountId, DType, Dim, FileSpec, Judging, Payload, ReceiptDraft, ReceiptPath, ReleaseSpec, SignedReceipt,
    SignedVoucher, Tensor, TensorSpec, UnitRule, Variant, Voucher,
};
use candor_verifier::{
    judged::Judged,
    lower::{lower, LowerOptions},
    onnx::OnnxModel,
};
use codec::{Decode, Encode};
use prost::Message;
use sp_core::{sr25519::Pair, Pair as _, H256};
use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const TOKEN: &str = "secret";

struct Running {
    child: Child,
    url: String,
    client: reqwest::Client,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Running {
    async fn start(folder: &Path) -> Self {
        std::fs::write(folder.join("token"), TOKEN).unwrap();
        std::fs::write(folder.join("key"), "//Worker").unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let child = Command::new(env!("CARGO_BIN_EXE_candor-engine"))
            .args(["serve", "--die-with-stdin", "--listen", &listen, "--workers", "2"])
            .arg("--data-dir")
            .arg(folder.join("data"))
            .arg("--token-file")
            .arg(folder.join("token"))
            .arg("--worker-key-file")
            .arg(folder.join("key"))
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let running = Self { child, url: format!("http://{listen}"), client: reqwest::Client::new() };
        for _ in 0..200 {
            if running.client.get(format!("{}/health", running.url)).send().await.is_ok() {
                return running;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the engine does not come up (is ONNX Runtime missing? run scripts/setup)");
    }

    async fn sync(&self, request: SyncRequest) -> SyncResponse {
        let sent = self.client.post(format!("{}{SYNC_PATH}", self.url)).bearer_auth(TOKEN).body(request.encode());
        let body = sent.send().await.unwrap().error_for_status().unwrap().bytes().await.unwrap();
        SyncResponse::decode(&mut body.as_ref()).unwrap()
    }

    async fn exit(&mut self) -> Option<std::process::ExitStatus> {
        let until = Instant::now() + Duration::from_secs(15);
        while Instant::now() < until {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }
}

fn value(name: &str) -> ValueInfo {
    let dim = vec![Dimension { value: None, param: Some("n".into()) }];
    let tensor = TensorType { elem_type: 1, shape: Some(TensorShape { dim }) };
    ValueInfo { name: name.into(), kind: Some(TypeProto { tensor: Some(tensor) }) }
}

fn negation() -> Vec<u8> {
    let node = NodeProto {
        name: "minus".into(),
        op_type: "Neg".into(),
        input: vec!["x".into()],
        output: vec!["y".into()],
        ..NodeProto::default()
    };
    let graph = GraphProto {
        name: "g".into(),
        node: vec![node],
        input: vec![value("x")],
        output: vec![value("y")],
        ..GraphProto::default()
    };
    let opset = OperatorSetId { domain: String::new(), version: 18 };
    ModelProto { ir_version: 9, graph: Some(graph), opset_import: vec![opset], functions: vec![] }.encode_to_vec()
}

/// How the graph is judged: the file beside it, and what is committed.
fn judged(graph: &[u8]) -> (Vec<u8>, Judging) {
    let model = OnnxModel::decode(graph.to_vec(), Path::new(".")).unwrap();
    let mode = Mode::Exact(Schedule { isa: Isa::Avx2, threads: 1, variant: 0 });
    let lowered = lower(&model, &LowerOptions { block: 8, mode: &|_, _| mode }).unwrap();
    let judged = Judged::new(model, lowered, 8).unwrap();
    (judged.file().to_bytes(), judging::commit(&judged, 8))
}

fn release(folder: &Path) -> ReleaseSpec {
    let graph = negation();
    let (beside, judging) = judged(&graph);
    let file = |path: &str, bytes: &[u8]| {
        let root = H256(file_root::<Blake2b256>(bytes));
        std::fs::write(folder.join(hex::encode(root)), bytes).unwrap();
        FileSpec { path: path.as_bytes().to_vec().try_into().unwrap(), size: bytes.len() as u64, root }
    };
    let files = vec![file("graph.onnx", &graph), file("graph.onnx.judging", &beside)];
    let root = files[0].root;
    let profile = Profile::of(Library::load(None).expect("run scripts/setup"), 1).hash;
    let spec = |name: &str| TensorSpec {
        name: name.as_bytes().to_vec().try_into().unwrap(),
        dtype: DType::Float32,
        shape: vec![Dim::Symbolic { name: b"n".to_vec().try_into().unwrap(), max: 64 }].try_into().unwrap(),
        range: None,
    };
    let root = Variant::compute_root::<Blake2b256>(&profile, &root, &judging);
    let variant = Variant { profile, graph: 0, root, judging };
    ReleaseSpec {
        manifest_hash: H256::zero(),
        model_root: H256::zero(),
        files: files.try_into().unwrap(),
        variants: vec![variant].try_into().unwrap(),
        inputs: vec![spec("x")].try_into().unwrap(),
        outputs: vec![spec("y")].try_into().unwrap(),
        units: UnitRule { dims: Default::default(), divisor: 1, reference: 1 },
        licence: b"MIT".to_vec().try_into().unwrap(),
        tags: Default::default(),
        royalty: Default::default(),
        source: format!("file://{}", folder.display()).into_bytes().try_into().unwrap(),
    }
}

fn order(spec: &ReleaseSpec, job: u64) -> WorkOrder {
    let data = (job as f32).to_le_bytes().to_vec().try_into().unwrap();
    let tensor = Tensor { dtype: DType::Float32, shape: vec![1].try_into().unwrap(), data };
    let input = Payload::Inline(vec![tensor].try_into().unwrap());
    let draft = ReceiptDraft {
        genesis: H256::zero(),
        release: 0,
        variant: spec.variants[0].root,
        input_root: input.root::<Blake2b256>(),
        requester: AccountId::new([1; 32]),
        host: AccountId::new([2; 32]),
        units: 1,
        fee: 1,
        insured: 0,
        block: 1,
        path: ReceiptPath::Job(job),
    };
    WorkOrder { draft, input, worker: Pair::from_string("//Worker", None).unwrap().public() }
}

fn answered(response: SyncResponse) -> Vec<(H256, WorkStatus)> {
    response.status.into_iter().filter(|(_, s)| matches!(s, WorkStatus::Done(_))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answered_receipt_should_be_lost_when_the_engine_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let spec = release(folder.path());
    let orders: Vec<WorkOrder> = (0..200).map(|job| order(&spec, job)).collect();
    let mut known: Vec<(H256, WorkStatus)> = Vec::new();
    let describe = vec![ReleaseDescriptor { id: 0, spec, title: None }];
    // Killed in the middle of the work, three times.
    for round in 0..3 {
        let mut running = Running::start(folder.path()).await;
        for batch in orders.chunks(25).skip(round * 2).take(3) {
            let describe = describe.clone();
            let request = SyncRequest { orders: batch.to_vec(), describe, wait_ms: 20, ..SyncRequest::default() };
            known.extend(answered(running.sync(request).await));
        }
        running.child.kill().unwrap();
        running.child.wait().unwrap();
    }
    assert!(!known.is_empty());
    let running = Running::start(folder.path()).await;
    for known in known.chunks(64) {
        let query = known.iter().map(|(id, _)| *id).collect();
        let response = running.sync(SyncRequest { query, ..SyncRequest::default() }).await;
        assert_eq!(response.status, known, "the same receipts, signatures too");
    }
    let mut done = 0;
    for batch in orders.chunks(50) {
        for _ in 0..10 {
            let request = SyncRequest { orders: batch.to_vec(), wait_ms: 2_000, ..SyncRequest::default() };
            let answers = answered(running.sync(request).await).len();
            if answers == batch.len() {
                done += answers;
                break;
            }
        }
    }
    assert_eq!(done, 200, "every order ends");
}

fn session_key() -> Pair {
    Pair::from_string("//Session", None).unwrap()
}

fn terms(spec: &ReleaseSpec) -> SessionTerms {
    SessionTerms {
        session: 3,
        genesis: H256::zero(),
        requester: AccountId::new([1; 32]),
        host: AccountId::new([2; 32]),
        release: 0,
        variant: spec.variants[0].root,
        key: session_key().public(),
        price_per_call: 1,
        price_per_unit: 1,
        max_fee: 2,
        deposit: 1_000_000,
        opened: 1,
        expires: 1_000_000,
    }
}

/// What the node says in every block, until the engine is gone.
async fn keep_saying(client: reqwest::Client, url: String, spec: ReleaseSpec) {
    let from = Standpoint {
        genesis: H256::zero(),
        block: 9,
        host: AccountId::new([2; 32]),
        worker: Pair::from_string("//Worker", None).unwrap().public(),
    };
    let request = SyncRequest {
        serve: vec![0],
        describe: vec![ReleaseDescriptor { id: 0, spec: spec.clone(), title: None }],
        sessions: vec![(3, Some(terms(&spec)))],
        from: Some(from),
        ..SyncRequest::default()
    };
    loop {
        let sent = client.post(format!("{url}{SYNC_PATH}")).bearer_auth(TOKEN).body(request.encode()).send().await;
        if sent.is_err() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// One call of the session; nothing if the engine died on it.
async fn infer(running: &Running, index: u32, voucher: Option<&SignedVoucher>) -> Option<SignedReceipt> {
    let body = format!(r#"{{"inputs":[{{"name":"x","datatype":"FP32","shape":[2],"data":[{index},0.5]}}]}}"#);
    let mut call = running.client.post(format!("{}/v2/models/0/infer", running.url));
    call = call.header(wire::SESSION, 3).header(wire::INDEX, index).body(body);
    if let Some(voucher) = voucher {
        call = call.header(wire::VOUCHER, BASE64.encode(voucher.encode()));
    }
    let response = call.send().await.ok()?;
    let status = response.status();
    // It starts: the release is being loaded, the chain was not heard yet.
    if status.as_u16() == 503 || status.as_u16() == 404 || status.as_u16() == 402 {
        let text = response.text().await.ok()?;
        let starting = ["unknown_session", "unavailable", "not_found"].iter().any(|word| text.contains(word));
        assert!(starting, "{status}: {text}");
        tokio::time::sleep(Duration::from_millis(20)).await;
        return None;
    }
    assert!(status.is_success(), "{status}: {:?}", response.text().await);
    let receipt = BASE64.decode(response.headers().get(wire::RECEIPT)?.as_bytes()).unwrap();
    Some(SignedReceipt::decode(&mut receipt.as_slice()).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_should_be_lost_or_paid_twice_when_the_engine_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let spec = release(folder.path());
    let terms = terms(&spec);
    let mut list = ListBuilder::<Blake2b256>::new(TAG_BATCH);
    let (mut receipts, mut fee): (Vec<SignedReceipt>, u128) = (Vec::new(), 0);
    let mut voucher: Option<SignedVoucher> = None;
    for round in 0..6u64 {
        let mut running = Running::start(folder.path()).await;
        let saying = tokio::spawn(keep_saying(running.client.clone(), running.url.clone(), spec.clone()));
        // Killed at another moment in each round, in the middle of calls.
        let life = Duration::from_millis(400 + 137 * round);
        let calls = async {
            loop {
                let index = list.len();
                // The last answered call again: it has the answer that it had.
                if let Some(known) = receipts.last().filter(|_| index % 5 == 4) {
                    if let Some(again) = infer(&running, index - 1, voucher.as_ref()).await {
                        assert_eq!(again, *known);
                    }
                }
                let Some(receipt) = infer(&running, index, voucher.as_ref()).await else { continue };
                let draft = &receipt.receipt.draft;
                assert_eq!(terms.draft(index, draft.units, draft.input_root).as_ref(), Some(draft));
                list.push(&receipt.receipt.hash::<Blake2b256>().0);
                fee += terms.earns(draft.fee, &receipt.receipt.outcome);
                let said =
                    Voucher { genesis: H256::zero(), session: 3, calls: list.len(), fee, receipts: H256(list.root()) };
                let signature = session_key().sign(said.hash::<Blake2b256>().as_bytes());
                voucher = Some(SignedVoucher { voucher: said, signature });
                receipts.push(receipt);
            }
        };
        let _ = tokio::time::timeout(life, calls).await;
        running.child.kill().unwrap();
        running.child.wait().unwrap();
        saying.await.unwrap();
    }
    assert!(receipts.len() > 20, "only {} calls were answered", receipts.len());
    let running = Running::start(folder.path()).await;
    let saying = tokio::spawn(keep_saying(running.client.clone(), running.url.clone(), spec.clone()));
    let url = format!("{}/candor/v1/sessions/3", running.url);
    let said = running.client.post(format!("{url}/voucher")).body(voucher.encode()[1..].to_vec());
    assert!(said.send().await.unwrap().status().is_success());
    let state: wire::SessionState = running.client.get(&url).send().await.unwrap().json().await.unwrap();
    let answered = receipts.len() as u32;
    // The call that was lost on its way may have been answered.
    assert!((answered..=answered + 1).contains(&state.answered), "{state:?}, {answered} answered");
    assert_eq!((state.vouched, state.fee), (answered, fee));
    for receipt in &receipts {
        let candor_primitives::ReceiptPath::Session { index, .. } = receipt.receipt.draft.path else { panic!() };
        let again = loop {
            if let Some(again) = infer(&running, index as u32, None).await {
                break again;
            }
        };
        assert_eq!(again, *receipt, "the same receipt, its signature too");
    }
    drop(running);
    saying.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn gateway_should_not_be_opened_to_the_world_by_mistake() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("token"), TOKEN).unwrap();
    let serve = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_candor-engine"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--token-file"]).arg(folder.path().join("token"));
        command.arg("--data-dir").arg(folder.path().join("data")).args(arguments).output().unwrap()
    };
    let open = serve(&["--gateway-access", "open", "--gateway-listen", "0.0.0.0:0"]);
    assert!(!open.status.success());
    assert!(String::from_utf8_lossy(&open.stderr).contains("--gateway-open-to-all"));
    assert!(!serve(&["--gateway-access", "token"]).status.success(), "tokens are missing");
    assert!(!serve(&["--tls-cert", "cert.pem"]).status.success(), "the key is missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn engine_should_end_when_its_starter_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = Running::start(folder.path()).await;
    drop(running.child.stdin.take());
    assert!(running.exit().await.is_some_and(|status| status.success()));
}

#[tokio::test(flavor = "multi_thread")]
async fn engine_should_end_in_good_order_when_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = Running::start(folder.path()).await;
    let told = Command::new("kill").args(["-TERM", &running.child.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert!(running.exit().await.is_some_and(|status| status.success()));
}

#[test]
fn profile_should_be_printed_and_mistakes_explained() {
    let engine = || Command::new(env!("CARGO_BIN_EXE_candor-engine"));
    let output = engine().arg("profile").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("candor-profile 1\n") && text.contains("\nthreads 1\n"), "{text}");
    let missing = engine().args(["profile", "--ort", "/nowhere.so"]).output().unwrap();
    assert!(!missing.status.success());
    assert!(String::from_utf8_lossy(&missing.stderr).contains("run scripts/setup"));
    let help = String::from_utf8(engine().arg("--help").output().unwrap().stdout).unwrap();
    assert!(help.contains("Examples:"));
}

#[test]
fn program_should_know_no_conduct_but_the_honest_one() {
    let run = |arguments: &[&str]| {
        let program = Command::new(env!("CARGO_BIN_EXE_candor-engine")).args(arguments).output().unwrap();
        (program.status.success(), String::from_utf8_lossy(&[program.stdout, program.stderr].concat()).into_owned())
    };
    for arguments in [&["--help"][..], &["serve", "--help"], &["profile", "--help"], &["help", "serve"]] {
        let (_, help) = run(arguments);
        let help = help.to_lowercase();
        assert!(!["lie", "liar", "conduct", "withhold"].iter().any(|word| help.split_whitespace().any(|w| w == *word)));
    }
    assert!(!run(&["--lie", "flip-output", "profile"]).0);
    assert!(!run(&["serve", "--lie", "flip-output"]).0);
    let program = std::fs::read(env!("CARGO_BIN_EXE_candor-engine")).unwrap();
    for words in [&b"CANDOR_LIE"[..], b"flip-hidden", b"false-accusation"] {
        assert!(!program.windows(words.len()).any(|window| window == words), "the program holds a lie");
    }
}
