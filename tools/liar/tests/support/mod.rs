//! Two engines and a judge, with the chain between them played by hand.

use candor_adjudicator::{
    evidence::{judge, Commitments, Evidence, HashesOpening, Outcome as Ending, TensorOpening},
    Isa, Mode, Schedule,
};
use candor_commitments::{list_root, model_root, Blake2b256, TAG_TRACE};
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
use candor_primitives::{
    worker::{Demand, ReleaseDescriptor, SyncRequest, Task, TaskDone, TaskStatus, WorkDone, WorkOrder, WorkStatus},
    AccountId, DType, Dim, FileSpec, Outcome, Payload, Receipt, ReceiptDraft, ReceiptPath, ReleaseSpec, Tensor,
    TensorSpec, UnitRule, Variant, WorkerSignature,
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

/// `y = ((x + a) * b + x) * x`; `a` is larger by `by`.
pub fn model(by: f32) -> Vec<u8> {
    let nodes = vec![
        node("Add", &["x", "a"], "s"),
        node("Mul", &["s", "b"], "m"),
        node("Add", &["m", "x"], "t"),
        node("Mul", &["t", "x"], "y"),
    ];
    encode(nodes, vec![weight("a", &weights(1.1 + by)), weight("b", &weights(0.7))])
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
        let data: Vec<u8> = (0..LENGTH).flat_map(|n| (first + n as f32 * 0.01).to_le_bytes()).collect();
        let shape = vec![LENGTH].try_into().unwrap();
        let tensor = Tensor { dtype: DType::Float32, shape, data: data.try_into().unwrap() };
        let input = Payload::Inline(vec![tensor].try_into().unwrap());
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

/// A call, and a dispute about it whatever an audit would find.
pub async fn accused(host: &World, auditor: &World, order: &WorkOrder) -> Found {
    let done = host.result(order).await.expect("a result");
    pursue(host, auditor, order, done, false).await
}

async fn pursue(host: &World, auditor: &World, order: &WorkOrder, done: WorkDone, http: bool) -> Found {
    let receipt = Receipt { draft: order.draft.clone(), outcome: done.outcome };
    assert!(Pair::verify(&done.signature, receipt.hash::<Blake2b256>().as_bytes(), &worker().public()));
    let Some(roots) = trace(host, order).await else { return Found::Silent("trace") };
    let list: Vec<[u8; 32]> = roots.iter().map(|r| r.0).collect();
    let root = list_root::<Blake2b256>(TAG_TRACE, &list);
    let endpoint = if http { serve(host).await.into_bytes() } else { Vec::new() };
    let outputs: Vec<H256> =
        done.output.iter().flat_map(|output| output.refs::<Blake2b256>()).map(|tensor| tensor.root).collect();
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
