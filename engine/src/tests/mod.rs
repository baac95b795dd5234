//! Tests with the real ONNX Runtime. Without the library they fail: run `scripts/setup` first.

mod account;
mod attestation;
mod gateway;
mod http;
mod keys;
mod ledger;
mod manifest;
mod models;
mod orders;
mod prepare;
mod receipts;
mod remote;
mod requester;
mod secrets;
mod sessions;
mod shown;
mod store;
mod tasks;
mod tensors;
mod traces;

use crate::{
    config::Config,
    engine::Engine,
    judging,
    library::Library,
    profile::Profile,
    store::{Patience, StoreLimits},
    tensors::TensorData,
};
use candor_adjudicator::{Isa, Mode, Schedule};
use candor_commitments::{model_root, Blake2b256};
use candor_primitives::{
    tensor::Shape,
    worker::{ReleaseDescriptor, SyncRequest, WorkOrder, WorkStatus},
    AccountId, DType, Dim, FileSpec, Judging, Payload, ReceiptDraft, ReceiptPath, ReleaseSpec, TensorSpec, UnitRule,
    Variant, WorkerKey,
};
use candor_verifier::{
    judged::Judged,
    lower::{lower, LowerOptions},
    onnx::OnnxModel,
};
use sp_core::{sr25519::Pair, Pair as _, H256};
use std::{path::Path, time::Duration};
use tempfile::TempDir;

pub(crate) const TOKEN: &str = "a token of the tests";

pub(crate) fn library() -> &'static Library {
    match Library::load(None) {
        Ok(library) => library,
        Err(error) => panic!("these tests need ONNX Runtime: {error}"),
    }
}

pub(crate) fn profile() -> Profile {
    Profile::of(library(), 1)
}

pub(crate) fn shape(dims: &[u32]) -> Shape {
    dims.to_vec().try_into().unwrap()
}

pub(crate) fn tensor(dtype: DType, dims: &[u32], data: &[u8]) -> TensorData {
    TensorData { dtype, shape: shape(dims), data: data.to_vec().into() }
}

pub(crate) fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|v| v.to_le_bytes()).collect()
}

pub(crate) fn declared(name: &str, dtype: DType, dims: &[&str]) -> TensorSpec {
    let dims: Vec<Dim> = dims
        .iter()
        .map(|d| match d.parse() {
            Ok(length) => Dim::Fixed(length),
            Err(_) => Dim::Symbolic { name: d.as_bytes().to_vec().try_into().unwrap(), max: 1 << 20 },
        })
        .collect();
    let name = name.as_bytes().to_vec().try_into().unwrap();
    TensorSpec { name, dtype, shape: dims.try_into().unwrap(), range: None }
}

/// How a graph is judged, without proof: the file beside it, and what is committed. Nothing for what is no graph.
pub(crate) fn judged(graph: &[u8]) -> (Vec<u8>, Judging) {
    let none = Judging { rules: 0, graph: H256::zero(), weights: H256::zero(), trace: 0, trace_bytes: 0, exact: false };
    let Ok(model) = OnnxModel::decode(graph.to_vec(), Path::new(".")) else { return (Vec::new(), none) };
    let mode = Mode::Exact(Schedule { isa: Isa::Avx2, threads: 1, variant: 0 });
    let Ok(graph) = lower(&model, &LowerOptions { block: 8, mode: &|_, _| mode }) else { return (Vec::new(), none) };
    let judged = Judged::new(model, graph, 8).unwrap();
    (judged.file().to_bytes(), judging::commit(&judged, 1))
}

/// A release with one graph file for `profile`, and how it is judged, found at `source`.
pub(crate) fn release(
    profile: &Profile,
    graph: &[u8],
    inputs: Vec<TensorSpec>,
    outputs: Vec<TensorSpec>,
    source: &str,
) -> ReleaseSpec {
    let root = H256(candor_commitments::file_root::<Blake2b256>(graph));
    let (beside, judging) = judged(graph);
    let file = |path: &str, bytes: &[u8]| FileSpec {
        path: path.as_bytes().to_vec().try_into().unwrap(),
        size: bytes.len() as u64,
        root: H256(candor_commitments::file_root::<Blake2b256>(bytes)),
    };
    let files = vec![file("graph.onnx", graph), file("graph.onnx.judging", &beside)];
    ReleaseSpec {
        manifest_hash: H256::zero(),
        model_root: H256(model_root::<Blake2b256>(files.iter().map(|f| (f.path.as_slice(), f.root.0)))),
        files: files.try_into().unwrap(),
        variants: vec![Variant {
            profile: profile.hash,
            graph: 0,
            root: Variant::compute_root::<Blake2b256>(&profile.hash, &root, &judging),
            judging,
        }]
        .try_into()
        .unwrap(),
        inputs: inputs.try_into().unwrap(),
        outputs: outputs.try_into().unwrap(),
        units: UnitRule { dims: Default::default(), divisor: 1, reference: 1 },
        licence: b"MIT".to_vec().try_into().unwrap(),
        tags: Default::default(),
        royalty: Default::default(),
        source: source.as_bytes().to_vec().try_into().unwrap(),
    }
}

/// Put a graph, and how it is judged, where a `file://` source finds them.
pub(crate) fn publish(folder: &Path, graph: &[u8]) -> String {
    for bytes in [graph, &judged(graph).0] {
        let root = candor_commitments::file_root::<Blake2b256>(bytes);
        std::fs::write(folder.join(hex::encode(root)), bytes).unwrap();
    }
    format!("file://{}", folder.display())
}

pub(crate) fn worker() -> Pair {
    Pair::from_string("//Worker", None).unwrap()
}

pub(crate) fn config(data: &Path) -> Config {
    let key = data.join("worker.key");
    std::fs::write(&key, "//Worker").unwrap();
    let mut config = Config::new(data.to_owned(), TOKEN.into());
    config.worker_key_file = Some(key);
    config.workers = 2;
    config.patience = Patience { tries: 3, pause: Duration::from_millis(5) };
    config.limits = StoreLimits { keep_free: 0, ..StoreLimits::default() };
    config.retry = Duration::from_millis(1);
    config
}

/// An engine in a folder of its own, serving one release with the id 1.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) engine: Engine,
    pub(crate) spec: ReleaseSpec,
}

impl World {
    pub(crate) fn with(graph: &[u8], inputs: Vec<TensorSpec>, outputs: Vec<TensorSpec>) -> Self {
        Self::tuned(graph, inputs, outputs, |_| {})
    }

    pub(crate) fn tuned(
        graph: &[u8],
        inputs: Vec<TensorSpec>,
        outputs: Vec<TensorSpec>,
        tune: impl FnOnce(&mut Config),
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let published = folder.path().join("published");
        std::fs::create_dir(&published).unwrap();
        let source = publish(&published, graph);
        let mut config = config(folder.path());
        tune(&mut config);
        let engine = Engine::start(config).unwrap();
        let spec = release(&profile(), graph, inputs, outputs, &source);
        let world = Self { folder, engine, spec };
        world.engine.describe(world.descriptor()).unwrap();
        world
    }

    /// A world whose release copies a vector of floats.
    pub(crate) fn copying() -> Self {
        Self::with(
            &models::identity(DType::Float32),
            vec![declared("x", DType::Float32, &["n"])],
            vec![declared("y", DType::Float32, &["n"])],
        )
    }

    pub(crate) fn descriptor(&self) -> ReleaseDescriptor {
        ReleaseDescriptor { id: 1, spec: self.spec.clone(), title: None }
    }

    pub(crate) fn order(&self, job: u64, inputs: Vec<TensorData>) -> WorkOrder {
        order(&self.spec, job, inputs)
    }

    /// Send an order and wait for its end.
    pub(crate) async fn done(&self, order: &WorkOrder) -> WorkStatus {
        finish(&self.engine, order).await
    }
}

pub(crate) fn order(spec: &ReleaseSpec, job: u64, inputs: Vec<TensorData>) -> WorkOrder {
    let tensors: Vec<_> = inputs.into_iter().map(|t| t.into_inline().unwrap()).collect();
    order_of(spec, job, Payload::Inline(tensors.try_into().unwrap()))
}

pub(crate) fn order_of(spec: &ReleaseSpec, job: u64, input: Payload) -> WorkOrder {
    let draft = ReceiptDraft {
        genesis: H256::repeat_byte(7),
        release: 1,
        variant: spec.variants[0].root,
        input_root: input.root::<Blake2b256>(),
        requester: AccountId::new([1; 32]),
        host: AccountId::new([2; 32]),
        units: 1,
        fee: 5,
        insured: 0,
        block: 3,
        path: ReceiptPath::Job(job),
    };
    WorkOrder { draft, input, worker: key() }
}

pub(crate) fn key() -> WorkerKey {
    worker().public()
}

pub(crate) async fn finish(engine: &Engine, order: &WorkOrder) -> WorkStatus {
    for _ in 0..20 {
        let request = SyncRequest { orders: vec![order.clone()], wait_ms: 2_000, ..SyncRequest::default() };
        let status = engine.sync(request).await.unwrap().status.remove(0).1;
        if status != WorkStatus::Pending {
            return status;
        }
    }
    panic!("the work does not end");
}
