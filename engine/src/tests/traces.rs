use super::{declared, finish, floats, models, order_of, tensor, World};
use crate::{
    audits::{audit, Case},
    config::Config,
    tensors::TensorData,
    traces::{client::RemoteTrace, http, in_order, tensor_of, Shown, TraceFailure, TraceService},
};
use candor_adjudicator::Layout;
use candor_commitments::{chunk_hashes, Blake2b256, Hash, TAG_TRACE};
use candor_primitives::{
    worker::{WorkDone, WorkOrder, WorkStatus},
    DType, Outcome, Payload, Receipt,
};
use candor_verifier::{
    audit::{
        host::{HostTrace, MemoryHost},
        AuditOptions, Audited, Claim,
    },
    commit::{CommittedTensor, RootList},
    evidence::{account::Account, EvidenceFile},
    run::Tracer,
};
use reqwest::{Client, StatusCode};
use serde_json::Value;
use sp_core::H256;
use std::sync::Arc;

/// `y = (x + x) * x` for a vector, in three nodes.
fn arithmetic() -> Vec<u8> {
    let nodes = vec![
        models::node("sum", "Add", &["x", "x"], &["s"]),
        models::node("product", "Mul", &["s", "x"], &["p"]),
        models::node("copy", "Identity", &["p"], &["y"]),
    ];
    models::model(models::graph(nodes, vec![models::value("x", 1, &["n"])], vec![models::value("y", 1, &["n"])]))
}

fn world(tune: impl FnOnce(&mut Config)) -> World {
    let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
    World::tuned(&arithmetic(), specs("x"), specs("y"), tune)
}

fn input(count: u32) -> TensorData {
    let values: Vec<f32> = (0..count).map(|n| n as f32 * 0.37 - 3.0).collect();
    tensor(DType::Float32, &[count], &floats(&values))
}

/// An address that answers with these routes.
async fn serve(routes: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    url
}

async fn signed(world: &World, order: &WorkOrder) -> (WorkDone, H256) {
    let WorkStatus::Done(done) = finish(&world.engine, order).await else { panic!("not done") };
    let receipt = Receipt { draft: order.draft.clone(), outcome: done.outcome }.hash::<Blake2b256>();
    (done, receipt)
}

fn claim(order: &WorkOrder, done: &WorkDone) -> Claim {
    let roots = |payload: &Payload| payload.refs::<Blake2b256>().iter().map(|t| t.root.0).collect();
    Claim::outputs(roots(&order.input), roots(done.output.as_ref().unwrap()))
}

/// An audit of a call of release 1 by an auditor of the engine's own profile.
async fn audit_of(
    world: &World,
    input: TensorData,
    claim: Claim,
    trace: Hash,
    host: Arc<dyn HostTrace + Send + Sync>,
) -> Case {
    let loaded = world.engine.ready(1).await.unwrap();
    Case {
        library: world.engine.library,
        judged: loaded.judged.clone(),
        threads: 1,
        inputs: in_order(&loaded.spec, &loaded.judged, vec![input]).unwrap(),
        claim,
        trace: Some(trace),
        host,
        other_profile: false,
        options: AuditOptions::default(),
    }
}

async fn roots_of(remote: &RemoteTrace) -> RootList {
    let remote = remote.clone();
    let roots = tokio::task::spawn_blocking(move || remote.roots()).await.unwrap().unwrap();
    RootList::new(TAG_TRACE, roots)
}

async fn error_of(url: String) -> (StatusCode, String) {
    let answer = Client::new().get(url).send().await.unwrap();
    let status = answer.status();
    let body: Value = answer.json().await.unwrap();
    assert!(body["error"]["message"].is_string());
    (status, body["error"]["code"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn trace_should_be_shown_over_http_when_the_receipt_was_signed_here() {
    let world = world(|_| ());
    let order = world.order(1, vec![input(1_000)]);
    let (done, receipt) = signed(&world, &order).await;
    let url = serve(crate::http::router(world.engine.clone())).await;
    let base = format!("{url}/v1/traces/{}", hex::encode(receipt));
    let client = Client::new();

    let plain = client.get(&base).send().await.unwrap();
    let root = plain.headers()["candor-trace-root"].to_str().unwrap().to_owned();
    let roots = plain.bytes().await.unwrap();
    assert_eq!(roots.len(), 4 * 32, "x, s, p, y");
    let list = RootList::new(TAG_TRACE, roots.as_chunks::<32>().0.to_vec());
    assert_eq!(root, format!("0x{}", hex::encode(list.root())));
    let json: Value =
        client.get(&base).header("accept", "application/json").send().await.unwrap().json().await.unwrap();
    assert_eq!((json["trace"].as_str(), json["roots"].as_array().map(Vec::len)), (Some(root.as_str()), Some(4)));

    let Some(Payload::Inline(outputs)) = &done.output else { panic!("by content") };
    let data = outputs[0].data.to_vec();
    let json: Value = client
        .get(format!("{base}/3"))
        .header("accept", "application/json")
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let hashes: Vec<Value> =
        chunk_hashes::<Blake2b256>(&data).iter().map(|h| format!("0x{}", hex::encode(h)).into()).collect();
    assert_eq!((&json["dtype"], &json["dims"]), (&"float32".into(), &vec![1_000].into()));
    assert_eq!(json["chunks"].as_array(), Some(&hashes));
    let chunks = client.get(format!("{base}/3/1-2")).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(chunks, data[1024..3072]);
    let last = client.get(format!("{base}/3/3-1")).send().await.unwrap().bytes().await.unwrap();
    assert_eq!(last, data[3072..]);
    let metrics = &world.engine.metrics;
    assert_eq!(metrics.traces.with_label_values(&["made"]).get(), 1, "the roots are remembered");
    assert_eq!(metrics.traces.with_label_values(&["value"]).get(), 1, "the value is kept on disk");
}

#[tokio::test(flavor = "multi_thread")]
async fn audit_should_be_clean_when_the_host_is_honest() {
    // Memory for one value at a time, for the host and for the auditor.
    let world = world(|config| config.trace_memory = 1);
    let order = world.order(1, vec![input(1_000)]);
    let (done, receipt) = signed(&world, &order).await;
    let url = serve(crate::http::router(world.engine.clone())).await;
    let remote = RemoteTrace::new(&url, receipt).unwrap();
    let trace = roots_of(&remote).await.root();
    let host: Arc<dyn HostTrace + Send + Sync> = Arc::new(remote);
    let case = audit_of(&world, input(1_000), claim(&order, &done), trace, host.clone()).await;
    let options = AuditOptions { memory: 1, ..AuditOptions::default() };
    let same = audit(Case { options, ..case }, |_, _| ()).await.unwrap();
    assert!(matches!(same, Audited::Clean(work) if work.trace == trace), "{same:?}");

    // As an auditor of another profile: every value over HTTP.
    let case = audit_of(&world, input(1_000), claim(&order, &done), trace, host).await;
    let other = audit(Case { other_profile: true, ..case }, |_, _| ()).await.unwrap();
    assert!(matches!(other, Audited::Clean(work) if work.bytes == 4 * 4_000), "{other:?}");
}

/// A run in memory behind the same routes.
#[derive(Clone)]
struct Shows(Arc<MemoryHost>);

impl TraceService for Shows {
    async fn roots(&self, _: H256) -> Result<RootList, TraceFailure> {
        Ok(RootList::new(TAG_TRACE, self.0.roots().unwrap()))
    }

    async fn tensor(&self, _: H256, position: u32) -> Result<Shown, TraceFailure> {
        let (dtype, dims, leaves) = self.0.leaves(position).map_err(|_| TraceFailure::Position(0))?;
        Ok(Shown { dtype, dims, leaves })
    }

    async fn chunks(&self, _: H256, position: u32, first: u64, count: u64) -> Result<Vec<u8>, TraceFailure> {
        self.0.chunks(position, first, count).map_err(|_| TraceFailure::Range(0))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn host_should_be_convicted_when_a_value_of_its_trace_is_wrong() {
    let world = world(|_| ());
    let order = world.order(1, vec![input(1_000)]);
    signed(&world, &order).await;
    let loaded = world.engine.ready(1).await.unwrap();
    let judged = &loaded.judged;
    let given = tensor_of(input(1_000)).unwrap();
    let tracer = Tracer::new(world.engine.library, &judged.model, &judged.graph, 1);
    let mut values = tracer.run_all(std::slice::from_ref(&given)).unwrap();
    // One bit of one element of the product, and the output that follows from it.
    for value in [2, 3] {
        let tensor = values[value].as_mut().unwrap();
        let mut data = tensor.data.to_vec();
        data[4 * 700] ^= 1;
        tensor.data = data.into();
    }
    let root =
        |t: &candor_verifier::tensor::OwnedTensor| CommittedTensor::new(&t.header, &t.data, Layout::Natural).root;
    let claim = Claim::outputs(vec![root(&given)], vec![root(values[3].as_ref().unwrap())]);
    let url = serve(http::router(Shows(Arc::new(MemoryHost::new(judged, &values))))).await;
    let remote = RemoteTrace::new(&url, H256::repeat_byte(3)).unwrap();
    let trace = roots_of(&remote).await.root();
    let found = audit(audit_of(&world, input(1_000), claim, trace, Arc::new(remote)).await, |_, _| ()).await;
    let Audited::Fault(proof) = found.unwrap() else { panic!("not convicted") };
    let file = EvidenceFile { commitments: proof.commitments, evidence: proof.evidence };
    let account = Account::of(&EvidenceFile::from_bytes(&file.to_bytes()).unwrap()).unwrap();
    assert!(account.faulty);
    let text = account.to_string();
    assert!(text.contains("element [700] of output 0 of node 1 (Mul)"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn trace_should_be_made_when_the_source_of_the_inputs_is_gone() {
    let world = world(|_| ());
    let given = input(20_000);
    let inputs = world.folder.path().join("inputs");
    std::fs::create_dir(&inputs).unwrap();
    std::fs::write(inputs.join(hex::encode(given.root())), &given.data).unwrap();
    let payload = Payload::Content {
        tensors: vec![given.to_ref()].try_into().unwrap(),
        source: format!("file://{}", inputs.display()).into_bytes().try_into().unwrap(),
    };
    let (_, receipt) = signed(&world, &order_of(&world.spec, 1, payload)).await;
    std::fs::remove_dir_all(&inputs).unwrap();
    let list = TraceService::roots(&world.engine, receipt).await.unwrap();
    assert_eq!(list.roots()[0], given.root().0);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_should_be_refused_with_words_when_they_make_no_sense() {
    let world = world(|_| ());
    let order = world.order(1, vec![input(100)]);
    let (_, receipt) = signed(&world, &order).await;
    let url = serve(crate::http::router(world.engine.clone())).await;
    let base = format!("{url}/v1/traces/{}", hex::encode(receipt));
    for (path, status, code) in [
        (format!("{url}/v1/traces/{}", "0".repeat(64)), 404, "not_found"),
        (format!("{url}/v1/traces/zz"), 400, "receipt"),
        (format!("{base}/4"), 404, "position"),
        (format!("{base}/first"), 400, "position"),
        (format!("{base}/0/0"), 400, "range"),
        (format!("{base}/0/0-0"), 400, "range"),
        (format!("{base}/0/0-99999999"), 400, "range"),
        (format!("{base}/0/1-1"), 416, "range"),
        (format!("{base}/0/18446744073709551615-1"), 416, "range"),
    ] {
        assert_eq!(error_of(path.clone()).await, (StatusCode::from_u16(status).unwrap(), code.to_owned()), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_run_should_show_what_came_before_the_failure() {
    let inputs = vec![declared("data", DType::Float32, &["n"]), declared("index", DType::Int64, &["m"])];
    let world = World::with(&models::gather(), inputs, vec![declared("y", DType::Float32, &["m"])]);
    let data = tensor(DType::Float32, &[1], &floats(&[1.0]));
    let order = world.order(1, vec![data, tensor(DType::Int64, &[1], &7i64.to_le_bytes())]);
    let (done, receipt) = signed(&world, &order).await;
    assert!(matches!(done.outcome, Outcome::Failed { .. }));
    let list = TraceService::roots(&world.engine, receipt).await.unwrap();
    assert_eq!(list.roots().iter().map(|r| *r == [0; 32]).collect::<Vec<_>>(), [false, false, false, true]);
    assert_eq!(world.engine.chunks(receipt, 2, 0, 1).await.unwrap(), floats(&[1.0]));
    let refused = TraceService::tensor(&world.engine, receipt, 3).await.unwrap_err();
    assert!(matches!(refused, TraceFailure::Unmade(_) | TraceFailure::Machine(_)), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn values_should_give_way_to_others_when_the_disk_quota_is_small() {
    // Room for one value of 4 000 bytes and its hashes.
    let world = world(|config| config.trace_disk = 5_000);
    let (_, receipt) = signed(&world, &world.order(1, vec![input(1_000)])).await;
    let engine = &world.engine;
    for position in [3, 0, 2, 3] {
        engine.tensor(receipt, position).await.unwrap();
        let files = std::fs::read_dir(world.folder.path().join("traces")).unwrap().count();
        assert_eq!(files, 1);
    }
    let (_, large) = signed(&world, &world.order(2, vec![input(2_000)])).await;
    assert!(matches!(engine.tensor(large, 1).await, Err(TraceFailure::Space(_))));
    assert_eq!(engine.chunks(receipt, 1, 0, 4).await.unwrap().len(), 4_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_should_be_refused_when_too_many_wait() {
    let world = world(|config| config.trace_queue = 1);
    let (_, receipt) = signed(&world, &world.order(1, vec![input(10)])).await;
    let url = serve(crate::http::router(world.engine.clone())).await;
    let base = format!("{url}/v1/traces/{}", hex::encode(receipt));
    let gate = world.engine.traces.gate.acquire().await.unwrap();
    let waits = tokio::spawn(Client::new().get(base.clone()).send());
    while world.engine.traces.waiting() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let refused = Client::new().get(&base).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.headers()["retry-after"], "5");
    drop(gate);
    assert_eq!(waits.await.unwrap().unwrap().status(), StatusCode::OK);
}
