//! Two engines and a judge, with the chain between them played by hand.

use candor_adjudicator::{
    evidence::{judge, Commitments, Evidence, HashesOpening, Outcome as Ending, TensorOpening},
    Isa, Mode, Schedule,
};
use candor_commitments::{list_root, model_root, verify_list, Blake2b256, ListBuilder, TAG_BATCH, TAG_TRACE};
use candor_engine::{
    conduct::{Conduct, Honest},
    config::Config,
    engine::Engine,
    judging,
    library::Library,
    onnx::{
        proto::{
            Dimension, GraphProto, ModelProto, NodeProto, OperatorSetId, TensorProto, TensorShape, TensorType,
            TypeProto, ValueInfo,
        },
        OnnxModel,
    },
    profile::Profile,
    store::StoreLimits,
};
use candor_gateway::{Backend, CallError, InferRequest, NamedTensor, Payment, TensorData};
use candor_primitives::{
    session::SessionTerms,
    worker::{
        Demand, ReleaseDescriptor, Standpoint, SyncRequest, Task, TaskDone, TaskStatus, WorkDone, WorkOrder, WorkStatus,
    },
    AccountId, DType, Dim, FileSpec, Outcome, Payload, Receipt, ReceiptDraft, ReceiptPath, ReleaseSpec, SignedReceipt,
    SignedVoucher, Tensor, TensorSpec, UnitRule, Variant, Voucher, WorkerSignature,
};
use candor_verifier::{
    judged::Judged,
    lower::{lower, LowerOptions},
};
use codec::DecodeAll;
use prost::Message;
use sp_core::{sr25519::Pair, Pair as _, H256};
use std::{path::Path, sync::Arc};
use tempfile::TempDir;

/// Elements of a call.
const LENGTH: u32 = 600;

fn value(name: &str) -> ValueInfo {
    let dim = vec![Dimension { value: None, param: Some("n".into()) }];
    let tensor = TensorType { elem_type: 1, shape: Some(TensorShape { dim }) };
    ValueInfo { name: name.into(), kind: Some(TypeProto { tensor: Some(tensor) }) }
}

fn node(op: &str, inputs: &[&str], output: &str) -> NodeProto {
    NodeProto {
        name: output.into(),
        op_type: op.into(),
        input: inputs.iter().map(|s| (*s).into()).collect(),
        output: vec![output.into()],
        ..NodeProto::default()
    }
}

fn weight(name: &str, values: &[f32]) -> TensorProto {
    TensorProto {
        dims: vec![values.len() as i64],
        data_type: 1,
        name: name.into(),
        raw_data: Some(values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>().into()),
        ..TensorProto::default()
    }
}

fn encode(node: Vec<NodeProto>, initializer: Vec<TensorProto>) -> Vec<u8> {
    let graph = GraphProto {
        name: "g".into(),
        node,
        initializer,
        input: vec![value("x")],
        output: vec![value("y")],
        ..GraphProto::default()
    };
    let opset = OperatorSetId { domain: String::new(), version: 18 };
    ModelProto { ir_version: 9, graph: Some(graph), opset_import: vec![opset], functions: vec![] }.encode_to_vec()
}

/// `y = max((x + a) * b + x - c, 0) * x`; `a` is larger by `by`. What is in the middle is nothing at the end.
pub fn model(by: f32) -> Vec<u8> {
    let nodes = vec![
        node("Add", &["x", "a"], "s"),
        node("Mul", &["s", "b"], "m"),
        node("Add", &["m", "x"], "t"),
        node("Sub", &["t", "c"], "u"),
        node("Relu", &["u"], "v"),
        node("Mul", &["v", "x"], "y"),
    ];
    let swallowed: Vec<f32> = (0..LENGTH).map(|n| if n.abs_diff(LENGTH / 2) < 4 { 100.0 } else { 0.0 }).collect();
    encode(nodes, vec![weight("a", &weights(1.1 + by)), weight("b", &weights(0.7)), weight("c", &swallowed)])
}

/// Weights of all sizes, so that rounding them to 8 bits changes some.
fn weights(first: f32) -> Vec<f32> {
    (0..LENGTH).map(|n| first + (n as f32 * 0.731).sin() * 0.3).collect()
}

/// Another model altogether, of the same inputs and outputs.
pub fn strange() -> Vec<u8> {
    encode(vec![node("Sub", &["x", "a"], "y")], vec![weight("a", &weights(0.5))])
}

fn spec(name: &str) -> TensorSpec {
    let dim = Dim::Symbolic { name: b"n".to_vec().try_into().unwrap(), max: 1 << 16 };
    let shape = vec![dim].try_into().unwrap();
    TensorSpec { name: name.as_bytes().to_vec().try_into().unwrap(), dtype: DType::Float32, shape, range: None }
}

/// The release of [`model`], its files in `folder`.
fn release(folder: &Path, profile: &Profile) -> ReleaseSpec {
    let graph = model(0.0);
    let onnx = OnnxModel::decode(graph.clone(), Path::new(".")).unwrap();
    let mode = Mode::Exact(Schedule { isa: Isa::Avx2, threads: 1, variant: 0 });
    let lowered = lower(&onnx, &LowerOptions { block: 8, mode: &|_, _| mode }).unwrap();
    let judged = Judged::new(onnx, lowered, 8).unwrap();
    let (beside, judging) = (judged.file().to_bytes(), judging::commit(&judged, 1));
    let file = |path: &str, bytes: &[u8]| {
        let root = candor_commitments::file_root::<Blake2b256>(bytes);
        std::fs::write(folder.join(hex::encode(root)), bytes).unwrap();
        FileSpec { path: path.as_bytes().to_vec().try_into().unwrap(), size: bytes.len() as u64, root: H256(root) }
    };
    let files = vec![file("graph.onnx", &graph), file("graph.onnx.judging", &beside)];
    let root = Variant::compute_root::<Blake2b256>(&profile.hash, &files[0].root, &judging);
    ReleaseSpec {
        manifest_hash: H256::zero(),
        model_root: H256(model_root::<Blake2b256>(files.iter().map(|f| (f.path.as_slice(), f.root.0)))),
        files: files.try_into().unwrap(),
        variants: vec![Variant { profile: profile.hash, graph: 0, root, judging }].try_into().unwrap(),
        inputs: vec![spec("x")].try_into().unwrap(),
        outputs: vec![spec("y")].try_into().unwrap(),
        units: UnitRule { dims: Default::default(), divisor: 1, reference: 1 },
        licence: b"MIT".to_vec().try_into().unwrap(),
        tags: Default::default(),
        royalty: Default::default(),
        source: format!("file://{}", folder.display()).into_bytes().try_into().unwrap(),
    }
}

/// An engine that serves the release with the id 1.
pub struct World {
    pub engine: Engine,
    pub spec: ReleaseSpec,
    _folder: TempDir,
}

fn worker() -> Pair {
    Pair::from_string("//Worker", None).unwrap()
}

fn tensor(first: f32) -> Tensor {
    let data: Vec<u8> = (0..LENGTH).flat_map(|n| (first + n as f32 * 0.01).to_le_bytes()).collect();
    let shape = vec![LENGTH].try_into().unwrap();
    Tensor { dtype: DType::Float32, shape, data: data.try_into().unwrap() }
}

impl World {
    pub fn new(conduct: Arc<dyn Conduct>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let published = folder.path().join("published");
        std::fs::create_dir(&published).unwrap();
        let library = Library::load(None).expect("run scripts/setup first");
        let spec = release(&published, &Profile::of(library, 1));
        let key = folder.path().join("worker.key");
        std::fs::write(&key, "//Worker").unwrap();
        let mut config = Config::new(folder.path().join("engine"), "token".into());
        config.worker_key_file = Some(key);
        config.workers = 1;
        config.limits = StoreLimits { keep_free: 0, ..StoreLimits::default() };
        let engine = Engine::start_as(config, conduct).unwrap();
        engine.describe(ReleaseDescriptor { id: 1, spec: spec.clone(), title: None }).unwrap();
        Self { engine, spec, _folder: folder }
    }

    pub fn honest() -> Self {
        Self::new(Arc::new(Honest))
    }

    pub fn order(&self, job: u64, first: f32) -> WorkOrder {
        let input = Payload::Inline(vec![tensor(first)].try_into().unwrap());
        let draft = ReceiptDraft {
            genesis: H256::repeat_byte(7),
            release: 1,
            variant: self.spec.variants[0].root,
            input_root: input.root::<Blake2b256>(),
            requester: AccountId::new([1; 32]),
            host: AccountId::new([2; 32]),
            units: 1,
            fee: 5,
            insured: 0,
            block: 3,
            path: ReceiptPath::Job(job),
        };
        WorkOrder { draft, input, worker: worker().public() }
    }

    async fn result(&self, order: &WorkOrder) -> Option<WorkDone> {
        for _ in 0..60 {
            let request = SyncRequest { orders: vec![order.clone()], wait_ms: 1_000, ..SyncRequest::default() };
            match self.engine.sync(request).await.unwrap().status.remove(0).1 {
                WorkStatus::Done(done) => return Some(done),
                WorkStatus::Refused(_) => return None,
                _ => {},
            }
        }
        panic!("the call does not end");
    }

    async fn task(&self, task: Task) -> Option<TaskDone> {
        for _ in 0..60 {
            let request = SyncRequest { tasks: vec![task.clone()], wait_ms: 1_000, ..SyncRequest::default() };
            match self.engine.sync(request).await.unwrap().tasks.remove(0) {
                TaskStatus::Done(done) => return Some(done),
                TaskStatus::Refused(_) => return None,
                TaskStatus::Pending => {},
            }
        }
        panic!("the task does not end");
    }
}

/// What came of an audit, and of the dispute that it opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Outcomes and digests are equal.
    Clean,
    /// Outcomes are equal, digests are not.
    Digests,
    /// The host is convicted by evidence of so many bytes, after so many demands on chain.
    Convicted { bytes: usize, demands: usize },
    /// The host does not answer: that is a fault by itself once its time is over.
    Silent(&'static str),
    /// Nothing can be shown against the host.
    Nothing,
}

/// Roots of the trace that a host shows.
pub async fn trace(host: &World, order: &WorkOrder) -> Option<Vec<H256>> {
    let task = Task::Trace { draft: order.draft.clone(), input: order.input.clone() };
    match host.task(task).await? {
        TaskDone::Trace(roots) => Some(roots),
        other => panic!("{other:?}"),
    }
}

async fn digest(world: &World, order: &WorkOrder) -> Option<(Outcome, H256)> {
    let (draft, input) = (order.draft.clone(), order.input.clone());
    match world.task(Task::Digest { draft, input, seed: H256::repeat_byte(5) }).await? {
        TaskDone::Digest { outcome, digest } => Some((outcome, digest)),
        other => panic!("{other:?}"),
    }
}

/// A call, its audit, and the dispute if the auditor finds another outcome. `http`: the host serves its trace.
pub async fn dispute(host: &World, auditor: &World, order: &WorkOrder, http: bool) -> Found {
    let Some(done) = host.result(order).await else { return Found::Silent("result") };
    let (outcome, sealed) = digest(auditor, order).await.expect("the auditor answers");
    let own = digest(host, order).await;
    if outcome == done.outcome {
        return match own {
            None => Found::Silent("digest"),
            Some((_, digest)) if digest == sealed => Found::Clean,
            Some(_) => Found::Digests,
        };
    }
    pursue(host, auditor, order, done, http).await
}

const SESSION: u64 = 7;

fn session_key() -> Pair {
    Pair::from_string("//Session", None).unwrap()
}

fn terms(host: &World) -> SessionTerms {
    SessionTerms {
        session: SESSION,
        genesis: H256::repeat_byte(7),
        requester: AccountId::new([1; 32]),
        host: AccountId::new([2; 32]),
        release: 1,
        variant: host.spec.variants[0].root,
        key: session_key().public(),
        price_per_call: 3,
        price_per_unit: 2,
        max_fee: 10,
        deposit: 100,
        opened: 5,
        expires: 1000,
    }
}

/// A call of a session at the gateway: its receipt, whether the run gave outputs or failed.
async fn called(host: &World, first: f32, index: u32, voucher: Option<SignedVoucher>) -> SignedReceipt {
    let tensor = TensorData::from(&tensor(first));
    let request = InferRequest {
        model: "1".into(),
        version: None,
        id: None,
        inputs: vec![NamedTensor { name: "x".into(), tensor }],
        outputs: Vec::new(),
        deadline: None,
        payment: Some(Payment { session: SESSION, index, voucher }),
        caller: None,
    };
    match host.engine.infer(request).await {
        Ok(response) => response.receipt.unwrap(),
        Err(CallError::Run { receipt, .. }) => *receipt.unwrap(),
        Err(other) => panic!("{other}"),
    }
}

/// Two calls of a session, the second drawn out of its batch; its audit, and the dispute if the auditor finds another
/// outcome.
pub async fn dispute_in_session(host: &World, auditor: &World) -> Found {
    let from = Standpoint {
        genesis: H256::repeat_byte(7),
        block: 10,
        host: AccountId::new([2; 32]),
        worker: worker().public(),
    };
    let sessions = vec![(SESSION, Some(terms(host)))];
    let request = SyncRequest { serve: vec![1], from: Some(from), sessions, ..SyncRequest::default() };
    host.engine.sync(request).await.unwrap();
    while !host.engine.ready().await {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let mut list = ListBuilder::<Blake2b256>::new(TAG_BATCH);
    let (mut fee, mut voucher) = (0, None);
    for (index, first) in [0.5, 1.5].into_iter().enumerate() {
        let receipt = called(host, first, index as u32, voucher.take()).await.receipt;
        list.push(&receipt.hash::<Blake2b256>().0);
        fee += terms(host).earns(receipt.draft.fee, &receipt.outcome);
        let said = Voucher {
            genesis: H256::repeat_byte(7),
            session: SESSION,
            calls: list.len(),
            fee,
            receipts: H256(list.root()),
        };
        let signature = session_key().sign(said.hash::<Blake2b256>().as_bytes());
        voucher = Some(SignedVoucher { voucher: said, signature });
    }
    let task = Task::Sample { session: SESSION, calls: 2, index: 1 };
    let Some(TaskDone::Sample(sample)) = host.task(task).await else { return Found::Silent("sample") };
    let SignedReceipt { receipt, signature } = sample.receipt;
    let proof: Vec<[u8; 32]> = sample.proof.iter().map(|hash| hash.0).collect();
    let hash = receipt.hash::<Blake2b256>().0;
    verify_list::<Blake2b256>(TAG_BATCH, &list.root(), 2, 1, &[hash], &proof).expect("it is in the batch");
    let order = WorkOrder { draft: receipt.draft.clone(), input: sample.input, worker: worker().public() };
    let done = WorkDone { outcome: receipt.outcome, signature, output: None };
    let (outcome, sealed) = digest(auditor, &order).await.expect("the auditor answers");
    if outcome != done.outcome {
        return pursue_with(host, auditor, &order, done, false, sample.outputs).await;
    }
    match digest(host, &order).await {
        Some((_, digest)) if digest == sealed => Found::Clean,
        _ => Found::Digests,
    }
}

/// A call, and a dispute about it whatever an audit would find.
pub async fn accused(host: &World, auditor: &World, order: &WorkOrder) -> Found {
    let done = host.result(order).await.expect("a result");
    pursue(host, auditor, order, done, false).await
}

async fn pursue(host: &World, auditor: &World, order: &WorkOrder, done: WorkDone, http: bool) -> Found {
    let outputs = done.output.iter().flat_map(|output| output.refs::<Blake2b256>()).map(|tensor| tensor.root).collect();
    pursue_with(host, auditor, order, done, http, outputs).await
}

async fn pursue_with(
    host: &World,
    auditor: &World,
    order: &WorkOrder,
    done: WorkDone,
    http: bool,
    outputs: Vec<H256>,
) -> Found {
    let receipt = Receipt { draft: order.draft.clone(), outcome: done.outcome };
    assert!(Pair::verify(&done.signature, receipt.hash::<Blake2b256>().as_bytes(), &worker().public()));
    let Some(roots) = trace(host, order).await else { return Found::Silent("trace") };
    let list: Vec<[u8; 32]> = roots.iter().map(|r| r.0).collect();
    let root = list_root::<Blake2b256>(TAG_TRACE, &list);
    let endpoint = if http { serve(host).await.into_bytes() } else { Vec::new() };
    let mut opened: Vec<(Demand, Vec<u8>)> = Vec::new();
    for _ in 0..8 {
        let task = Task::Accuse {
            receipt: receipt.clone(),
            input: order.input.clone(),
            outputs: outputs.clone(),
            trace: roots.clone(),
            endpoint: endpoint.clone(),
            opened: opened.clone(),
        };
        match auditor.task(task).await.expect("the auditor goes on") {
            TaskDone::Nothing => return Found::Nothing,
            TaskDone::Evidence(evidence) => {
                assert!(convicts(host, &receipt, root, &evidence), "evidence that convicts nobody");
                return Found::Convicted { bytes: evidence.len(), demands: opened.len() };
            },
            TaskDone::Needs(part) => {
                let (draft, input) = (order.draft.clone(), order.input.clone());
                let Some(TaskDone::Opened(bytes)) = host.task(Task::Open { draft, input, part }).await else {
                    return Found::Silent("opening");
                };
                assert!(answers(&part, &bytes, root), "the host opens something else");
                opened.push((part, bytes));
            },
            other => panic!("{other:?}"),
        }
    }
    panic!("the dispute does not end");
}

/// As the chain takes an opening.
fn answers(part: &Demand, mut bytes: &[u8], trace: [u8; 32]) -> bool {
    match *part {
        Demand::Hashes { position, first, count } => HashesOpening::decode_all(&mut bytes)
            .is_ok_and(|o| o.answers::<Blake2b256>(&trace, position, first, count.into()).is_ok()),
        Demand::Chunks { position, first, count } => TensorOpening::decode_all(&mut bytes)
            .is_ok_and(|o| o.answers::<Blake2b256>(&trace, position, first, count.into()).is_ok()),
    }
}

/// As the chain judges.
fn convicts(host: &World, receipt: &Receipt, trace: [u8; 32], evidence: &[u8]) -> bool {
    let judging = &host.spec.variants[0].judging;
    let commitments = Commitments {
        graph: judging.graph.0,
        weights: judging.weights.0,
        trace,
        inputs: receipt.draft.input_root.0,
        outcome: match receipt.outcome {
            Outcome::Output(root) => Ending::Output(root.0),
            Outcome::Failed { node, index } => Ending::Failed { node, index },
        },
    };
    judge::<Blake2b256>(&Evidence::decode_limited(evidence).unwrap(), &commitments).is_ok_and(|v| v.faulty)
}

/// The host's own HTTP interface.
async fn serve(host: &World) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let routes = candor_engine::http::router(host.engine.clone());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    url
}

/// Another outcome of the same call, signed by the same key.
pub fn check_second_receipt(order: &WorkOrder, mut bytes: &[u8]) {
    let (receipt, signature) = <(Receipt, WorkerSignature)>::decode_all(&mut bytes).unwrap();
    assert_eq!(receipt.draft, order.draft);
    assert!(Pair::verify(&signature, receipt.hash::<Blake2b256>().as_bytes(), &worker().public()));
}
