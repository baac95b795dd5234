use super::{config, declared, finish, floats, models, publish, release, tensor, World};
use crate::{engine::Engine, tensors::TensorData};
use candor_adjudicator::evidence::{judge, Commitments, Evidence, HashesOpening, Outcome as Ending, TensorOpening};
use candor_commitments::{list_root, Blake2b256, TAG_TRACE};
use candor_primitives::{
    worker::{Demand, ReleaseDescriptor, SyncRequest, Task, TaskDone, TaskStatus, WorkDone, WorkOrder, WorkStatus},
    DType, Outcome, Receipt,
};
use codec::{Decode, DecodeAll};
use sp_core::H256;
use std::time::Duration;

/// `y = (x + x) * x` for a vector, in three nodes.
fn world() -> World {
    let nodes = vec![
        models::node("sum", "Add", &["x", "x"], &["s"]),
        models::node("product", "Mul", &["s", "x"], &["p"]),
        models::node("copy", "Identity", &["p"], &["y"]),
    ];
    let graph = models::graph(nodes, vec![models::value("x", 1, &["n"])], vec![models::value("y", 1, &["n"])]);
    let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
    World::with(&models::model(graph), specs("x"), specs("y"))
}

/// `y = data[index]` of a copy.
fn picking() -> World {
    let inputs = vec![declared("data", DType::Float32, &["n"]), declared("index", DType::Int64, &["m"])];
    World::with(&models::gather(), inputs, vec![declared("y", DType::Float32, &["m"])])
}

fn pick(index: i64) -> Vec<TensorData> {
    vec![
        tensor(DType::Float32, &[2], &floats(&[1.0, 2.0])),
        tensor(DType::Int64, &[2], &[0i64.to_le_bytes(), index.to_le_bytes()].concat()),
    ]
}

fn input(count: u32) -> TensorData {
    let values: Vec<f32> = (0..count).map(|n| n as f32 * 0.37 - 3.0).collect();
    tensor(DType::Float32, &[count], &floats(&values))
}

pub(super) async fn status(engine: &Engine, task: &Task) -> TaskStatus {
    for _ in 0..40 {
        let request = SyncRequest { tasks: vec![task.clone()], wait_ms: 500, ..SyncRequest::default() };
        match engine.sync(request).await.unwrap().tasks.remove(0) {
            TaskStatus::Pending => {},
            status => return status,
        }
    }
    panic!("the task does not end");
}

pub(super) async fn done(engine: &Engine, task: &Task) -> TaskDone {
    match status(engine, task).await {
        TaskStatus::Done(done) => done,
        other => panic!("not done: {other:?}"),
    }
}

async fn signed(world: &World, order: &WorkOrder) -> (WorkDone, Receipt) {
    let WorkStatus::Done(done) = finish(&world.engine, order).await else { panic!("not done") };
    let receipt = Receipt { draft: order.draft.clone(), outcome: done.outcome };
    (done, receipt)
}

fn trace_of(order: &WorkOrder) -> Task {
    Task::Trace { draft: order.draft.clone(), input: order.input.clone() }
}

fn open_of(order: &WorkOrder, part: Demand) -> Task {
    Task::Open { draft: order.draft.clone(), input: order.input.clone(), part }
}

fn accuse(receipt: Receipt, order: &WorkOrder, trace: Vec<H256>, opened: Vec<(Demand, Vec<u8>)>) -> Task {
    Task::Accuse { receipt, input: order.input.clone(), outputs: Vec::new(), trace, endpoint: Vec::new(), opened }
}

/// Accusations counted: that found evidence, that need something first, that found nothing.
fn accusations(world: &World) -> [u64; 3] {
    ["evidence", "needs", "nothing"].map(|found| world.engine.metrics.accusations.with_label_values(&[found]).get())
}

fn root_of(roots: &[H256]) -> [u8; 32] {
    let roots: Vec<[u8; 32]> = roots.iter().map(|r| r.0).collect();
    list_root::<Blake2b256>(TAG_TRACE, &roots)
}

/// Whether the chain convicts the host of this receipt.
fn convicts(world: &World, receipt: &Receipt, trace: &[H256], evidence: &[u8]) -> bool {
    let judging = &world.spec.variants[0].judging;
    let commitments = Commitments {
        graph: judging.graph.0,
        weights: judging.weights.0,
        trace: root_of(trace),
        inputs: receipt.draft.input_root.0,
        outcome: match receipt.outcome {
            Outcome::Output(root) => Ending::Output(root.0),
            Outcome::Failed { node, index } => Ending::Failed { node, index },
        },
    };
    judge::<Blake2b256>(&Evidence::decode_limited(evidence).unwrap(), &commitments).is_ok_and(|v| v.faulty)
}

#[tokio::test(flavor = "multi_thread")]
async fn digest_should_be_the_same_for_host_and_auditor_and_another_for_another_seed() {
    let (host, auditor) = (world(), world());
    let order = host.order(1, vec![input(1_000)]);
    let (signed, _) = signed(&host, &order).await;
    let task = |seed: u8| {
        let (draft, input) = (order.draft.clone(), order.input.clone());
        Task::Digest { draft, input, seed: H256::repeat_byte(seed) }
    };
    let own = done(&host.engine, &task(1)).await;
    let TaskDone::Digest { outcome, digest } = &own else { panic!("{own:?}") };
    assert_eq!(*outcome, signed.outcome);
    assert_eq!(done(&auditor.engine, &task(1)).await, own);
    let TaskDone::Digest { digest: other, .. } = done(&auditor.engine, &task(2)).await else { panic!() };
    assert_ne!(*digest, other);
    // Asked for again it is not made again.
    done(&host.engine, &task(1)).await;
    assert_eq!(host.engine.metrics.tasks.with_label_values(&["digest", "done"]).get(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn trace_should_be_opened_part_by_part_when_the_chain_demands_it() {
    let world = world();
    let order = world.order(1, vec![input(1_000)]);
    let (signed, _) = signed(&world, &order).await;
    let TaskDone::Trace(roots) = done(&world.engine, &trace_of(&order)).await else { panic!() };
    assert_eq!(roots.len(), 4, "x, s, p, y");
    let trace = root_of(&roots);
    let part = Demand::Hashes { position: 2, first: 1, count: 9 };
    let TaskDone::Opened(bytes) = done(&world.engine, &open_of(&order, part)).await else { panic!() };
    let opening = HashesOpening::decode_all(&mut &bytes[..]).unwrap();
    assert_eq!(opening.answers::<Blake2b256>(&trace, 2, 1, 9), Ok(()));
    assert_eq!(opening.hashes.len(), 3);
    let part = Demand::Chunks { position: 3, first: 3, count: 1 };
    let TaskDone::Opened(bytes) = done(&world.engine, &open_of(&order, part)).await else { panic!() };
    let opening = TensorOpening::decode_all(&mut &bytes[..]).unwrap();
    assert_eq!(opening.answers::<Blake2b256>(&trace, 3, 3, 1), Ok(()));
    let Some(candor_primitives::Payload::Inline(outputs)) = signed.output else { panic!() };
    assert_eq!(opening.ranges[0].bytes, outputs[0].data[3072..]);
    let part = Demand::Chunks { position: 4, first: 0, count: 1 };
    assert!(matches!(status(&world.engine, &open_of(&order, part)).await, TaskStatus::Refused(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn accusation_should_find_nothing_when_the_host_is_honest() {
    let (host, auditor) = (world(), world());
    let order = host.order(1, vec![input(500)]);
    let (_, receipt) = signed(&host, &order).await;
    let TaskDone::Trace(roots) = done(&host.engine, &trace_of(&order)).await else { panic!() };
    let task = accuse(receipt, &order, roots, Vec::new());
    assert_eq!(done(&auditor.engine, &task).await, TaskDone::Nothing);
    assert_eq!(accusations(&auditor), [0, 0, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_run_should_be_named_digested_and_traced_up_to_the_failing_node() {
    let (host, auditor) = (picking(), picking());
    let order = host.order(1, pick(7));
    let (_, receipt) = signed(&host, &order).await;
    assert_eq!(receipt.outcome, Outcome::Failed { node: 1, index: 1 });
    let (draft, input) = (order.draft.clone(), order.input.clone());
    let digest = Task::Digest { draft, input, seed: H256::repeat_byte(1) };
    let TaskDone::Digest { outcome, .. } = done(&auditor.engine, &digest).await else { panic!() };
    assert_eq!(outcome, receipt.outcome);
    let TaskDone::Trace(roots) = done(&host.engine, &trace_of(&order)).await else { panic!() };
    assert_eq!(roots.iter().map(|r| r.is_zero()).collect::<Vec<_>>(), [false, false, false, true]);
    let part = Demand::Chunks { position: 2, first: 0, count: 1 };
    let TaskDone::Opened(bytes) = done(&host.engine, &open_of(&order, part)).await else { panic!() };
    let opening = TensorOpening::decode(&mut &bytes[..]).unwrap();
    assert_eq!(opening.answers::<Blake2b256>(&root_of(&roots), 2, 0, 1), Ok(()));
    let task = accuse(receipt, &order, roots, Vec::new());
    assert_eq!(done(&auditor.engine, &task).await, TaskDone::Nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn false_failure_should_be_convicted_when_the_run_gives_outputs() {
    let world = picking();
    let order = world.order(1, pick(1));
    let TaskDone::Trace(roots) = done(&world.engine, &trace_of(&order)).await else { panic!() };
    let receipt = Receipt { draft: order.draft.clone(), outcome: Outcome::Failed { node: 1, index: 1 } };
    let task = accuse(receipt.clone(), &order, roots.clone(), Vec::new());
    let TaskDone::Evidence(evidence) = done(&world.engine, &task).await else { panic!() };
    assert!(convicts(&world, &receipt, &roots, &evidence));
    assert_eq!(accusations(&world), [1, 0, 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn failure_elsewhere_should_be_convicted_when_the_trace_stops_too_early_or_goes_on() {
    let world = picking();
    // A run that is right, said to fail at its second node, with a trace that stops before the first.
    let order = world.order(1, pick(1));
    let TaskDone::Trace(mut roots) = done(&world.engine, &trace_of(&order)).await else { panic!() };
    (roots[2], roots[3]) = (H256::zero(), H256::zero());
    let receipt = Receipt { draft: order.draft.clone(), outcome: Outcome::Failed { node: 1, index: 0 } };
    let task = accuse(receipt.clone(), &order, roots.clone(), Vec::new());
    let TaskDone::Evidence(evidence) = done(&world.engine, &task).await else { panic!() };
    assert!(convicts(&world, &receipt, &roots, &evidence));
    // The same evidence says nothing where the trace stops at the node that fails, nor where it ends in outputs.
    let failing = world.order(2, pick(7));
    let (_, honest) = signed(&world, &failing).await;
    let TaskDone::Trace(whole) = done(&world.engine, &trace_of(&failing)).await else { panic!() };
    assert!(!convicts(&world, &honest, &whole, &evidence));
    // A run that fails at its second node, said to fail at its first, which gives a result.
    let receipt = Receipt { draft: failing.draft.clone(), outcome: Outcome::Failed { node: 0, index: 0 } };
    let task = accuse(receipt.clone(), &failing, whole.clone(), Vec::new());
    let TaskDone::Evidence(evidence) = done(&world.engine, &task).await else { panic!() };
    assert!(convicts(&world, &receipt, &whole, &evidence));
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_outputs_should_be_convicted_when_the_run_fails() {
    let world = picking();
    // What the host claims: the outputs of another call, in a trace that begins with this call's inputs.
    let (order, other) = (world.order(1, pick(7)), world.order(2, pick(1)));
    let (other_done, _) = signed(&world, &other).await;
    let TaskDone::Trace(mut roots) = done(&world.engine, &trace_of(&order)).await else { panic!() };
    let TaskDone::Trace(others) = done(&world.engine, &trace_of(&other)).await else { panic!() };
    roots[3] = others[3];
    let receipt = Receipt { draft: order.draft.clone(), outcome: other_done.outcome };
    let mut opened = Vec::new();
    let evidence = loop {
        assert_eq!(accusations(&world), [0, opened.len() as u64, 0]);
        match done(&world.engine, &accuse(receipt.clone(), &order, roots.clone(), opened.clone())).await {
            TaskDone::Evidence(evidence) => break evidence,
            TaskDone::Needs(part) => opened.push((part, reopened(&world, &other, &roots, part).await)),
            found => panic!("{found:?}"),
        }
        assert!(opened.len() < 5);
    };
    assert!(convicts(&world, &receipt, &roots, &evidence));
}

/// A part of another call's trace, with the proof that belongs to `roots`.
async fn reopened(world: &World, order: &WorkOrder, roots: &[H256], part: Demand) -> Vec<u8> {
    use candor_verifier::commit::RootList;
    use codec::Encode;
    let TaskDone::Opened(bytes) = done(&world.engine, &open_of(order, part)).await else { panic!() };
    let list = RootList::new(TAG_TRACE, roots.iter().map(|r| r.0).collect());
    match part {
        Demand::Hashes { position, .. } => {
            let mut opening = HashesOpening::decode_all(&mut &bytes[..]).unwrap();
            opening.proof = list.proof(position).unwrap();
            opening.encode()
        },
        Demand::Chunks { position, .. } => {
            let mut opening = TensorOpening::decode_all(&mut &bytes[..]).unwrap();
            opening.proof = list.proof(position).unwrap();
            opening.encode()
        },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn release_should_be_asked_for_and_fetched_when_an_auditor_does_not_serve_it() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::start(config(folder.path())).unwrap();
    let graph = models::identity(DType::Float32);
    let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
    let spec = release(&super::profile(), &graph, specs("x"), specs("y"), &publish(folder.path(), &graph));
    let order = super::order(&spec, 1, vec![tensor(DType::Float32, &[1], &floats(&[2.0]))]);
    let (draft, input) = (order.draft.clone(), order.input.clone());
    let task = Task::Digest { draft, input, seed: H256::zero() };
    let request = SyncRequest { tasks: vec![task.clone()], wait_ms: 50, ..SyncRequest::default() };
    let response = engine.sync(request.clone()).await.unwrap();
    assert_eq!((response.lacking, response.tasks), (vec![1], vec![TaskStatus::Pending]));
    let request = SyncRequest { describe: vec![ReleaseDescriptor { id: 1, spec, title: None }], ..request };
    assert!(engine.sync(request).await.unwrap().lacking.is_empty());
    assert!(matches!(done(&engine, &task).await, TaskDone::Digest { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn task_should_come_next_when_strangers_ask_for_traces_all_the_time() {
    let world = world();
    let order = world.order(1, vec![input(100)]);
    let (_, receipt) = signed(&world, &order).await;
    let gate = world.engine.traces.gate.acquire().await.unwrap();
    let strangers: Vec<_> = (0..8)
        .map(|position| {
            let (engine, receipt) = (world.engine.clone(), receipt.hash::<Blake2b256>());
            tokio::spawn(async move { crate::traces::TraceService::tensor(&engine, receipt, position % 4).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let task = trace_of(&order);
    assert_eq!(world.engine.task(task.clone()), TaskStatus::Pending);
    tokio::time::sleep(Duration::from_millis(50)).await;
    drop(gate);
    assert!(matches!(done(&world.engine, &task).await, TaskDone::Trace(_)));
    for stranger in strangers {
        stranger.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn task_should_be_refused_with_a_reason_when_it_makes_no_sense() {
    let world = world();
    let order = world.order(1, vec![input(100)]);
    let mut wrong = trace_of(&order);
    if let Task::Trace { draft, .. } = &mut wrong {
        draft.input_root = H256::repeat_byte(9);
    }
    assert!(matches!(status(&world.engine, &wrong).await, TaskStatus::Refused(reason) if reason.contains("root")));
    let (_, receipt) = signed(&world, &order).await;
    let short = accuse(receipt, &order, vec![H256::zero(); 3], Vec::new());
    assert!(matches!(status(&world.engine, &short).await, TaskStatus::Refused(reason) if reason.contains("3 roots")));
}
