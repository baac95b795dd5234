use super::{
    config, declared, finish, floats, key, models, order, order_of, profile, publish, release, shape, tensor, World,
};
use crate::{engine::Engine, profile::Profile, releases::Releases, suspects::Suspects};
use candor_commitments::Blake2b256;
use candor_primitives::{
    worker::{ReleaseDescriptor, SyncRequest, WorkDone, WorkStatus},
    DType, Outcome, Payload, Receipt, TensorRef,
};
use codec::Encode;
use sp_core::{sr25519::Pair, Pair as _, H256};
use std::time::Duration;

fn done(status: WorkStatus) -> WorkDone {
    match status {
        WorkStatus::Done(done) => done,
        other => panic!("not done: {other:?}"),
    }
}

fn refused(status: WorkStatus) -> String {
    match status {
        WorkStatus::Refused(reason) => reason,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn order_should_be_answered_with_outputs_and_a_valid_receipt() {
    let world = World::copying();
    let input = tensor(DType::Float32, &[3], &floats(&[1.0, f32::NAN, -0.0]));
    let order = world.order(1, vec![input.clone()]);
    let done = done(world.done(&order).await);
    let output = done.output.unwrap();
    assert_eq!(done.outcome, Outcome::Output(output.root::<Blake2b256>()));
    assert_eq!(output, Payload::Inline(vec![input.into_inline().unwrap()].try_into().unwrap()));
    let receipt = Receipt { draft: order.draft.clone(), outcome: done.outcome };
    assert!(Pair::verify(&done.signature, receipt.hash::<Blake2b256>().as_bytes(), &key()));
}

#[tokio::test(flavor = "multi_thread")]
async fn order_should_run_once_when_it_is_sent_often() {
    let world = World::copying();
    let order = world.order(1, vec![tensor(DType::Float32, &[1], &floats(&[1.0]))]);
    let first = done(world.done(&order).await);
    let request = SyncRequest { orders: vec![order.clone(); 5], wait_ms: 500, ..SyncRequest::default() };
    for (_, status) in world.engine.sync(request).await.unwrap().status {
        assert_eq!(done(status), first);
    }
    assert_eq!(world.engine.metrics.jobs.with_label_values(&["output"]).get(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn answer_should_be_known_when_the_engine_starts_again() {
    let folder = tempfile::tempdir().unwrap();
    let graph = models::identity(DType::Float32);
    let source = publish(folder.path(), &graph);
    let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
    let spec = release(&profile(), &graph, specs("x"), specs("y"), &source);
    let order = order(&spec, 1, vec![tensor(DType::Float32, &[1], &floats(&[2.0]))]);
    let id = order.draft.id::<Blake2b256>();
    let first = {
        let engine = Engine::start(config(folder.path())).unwrap();
        engine.describe(ReleaseDescriptor { id: 1, spec, title: None }).unwrap();
        done(finish(&engine, &order).await)
    };
    // The old engine's tasks end with their handles; its lock on the log goes with them.
    let mut engine = Engine::start(config(folder.path()));
    for _ in 0..100 {
        if engine.is_ok() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        engine = Engine::start(config(folder.path()));
    }
    let engine = engine.unwrap();
    let request = SyncRequest { query: vec![id], serve: vec![1, 2], ..SyncRequest::default() };
    let response = engine.sync(request).await.unwrap();
    assert_eq!(done(response.status[0].1.clone()), first);
    assert_eq!(response.lacking, [2], "release 1 is remembered");
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_run_should_be_signed_as_an_outcome() {
    let inputs = vec![declared("data", DType::Float32, &["n"]), declared("index", DType::Int64, &["m"])];
    let world = World::with(&models::gather(), inputs, vec![declared("y", DType::Float32, &["m"])]);
    let data = tensor(DType::Float32, &[1], &floats(&[1.0]));
    let order = world.order(1, vec![data, tensor(DType::Int64, &[1], &7i64.to_le_bytes())]);
    let done = done(world.done(&order).await);
    assert_eq!(done.outcome, Outcome::Failed { node: 1, index: 0 });
    assert_eq!(done.output, None);
    let receipt = Receipt { draft: order.draft, outcome: done.outcome };
    assert!(Pair::verify(&done.signature, receipt.hash::<Blake2b256>().as_bytes(), &key()));
}

#[tokio::test(flavor = "multi_thread")]
async fn release_should_be_asked_for_when_it_is_not_described() {
    let folder = tempfile::tempdir().unwrap();
    let engine = Engine::start(config(folder.path())).unwrap();
    let graph = models::identity(DType::Float32);
    let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
    let source = publish(folder.path(), &graph);
    let spec = release(&profile(), &graph, specs("x"), specs("y"), &source);
    let order = order(&spec, 1, vec![tensor(DType::Float32, &[1], &floats(&[2.0]))]);
    let request = SyncRequest { orders: vec![order.clone()], ..SyncRequest::default() };
    let response = engine.sync(request.clone()).await.unwrap();
    assert_eq!(response.lacking, [1]);
    assert_eq!(response.status[0].1, WorkStatus::Unknown);
    let describe = vec![ReleaseDescriptor { id: 1, spec, title: None }];
    let request = SyncRequest { describe, wait_ms: 2_000, ..request };
    let response = engine.sync(request).await.unwrap();
    assert!(response.lacking.is_empty());
    done(finish(&engine, &order).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn order_should_be_refused_when_variant_key_input_or_units_are_wrong() {
    let world = World::copying();
    let input = || vec![tensor(DType::Float32, &[1], &floats(&[1.0]))];

    let mut wrong = world.order(1, input());
    wrong.draft.variant = H256::repeat_byte(9);
    assert!(refused(world.done(&wrong).await).contains("variant"));

    let mut wrong = world.order(2, input());
    wrong.worker = Pair::from_string("//Stranger", None).unwrap().public();
    assert!(refused(world.done(&wrong).await).contains("worker key"));

    let mut wrong = world.order(3, input());
    wrong.draft.input_root = H256::repeat_byte(9);
    assert!(refused(world.done(&wrong).await).contains("root"));

    let mut wrong = world.order(4, input());
    wrong.draft.units = 2;
    assert!(refused(world.done(&wrong).await).contains("units"));

    let wrong = world.order(5, vec![tensor(DType::Int64, &[1], &[0; 8])]);
    assert!(refused(world.done(&wrong).await).contains("DType"));
    let wrong = world.order(6, vec![tensor(DType::Float32, &[1, 1], &[0; 4])]);
    assert!(refused(world.done(&wrong).await).contains("Shape"));
    assert_eq!(world.engine.log.len().unwrap(), 0, "nothing was signed");
}

#[tokio::test(flavor = "multi_thread")]
async fn release_should_be_refused_when_its_profile_is_another() {
    let world = World::copying();
    let graph = models::identity(DType::Float32);
    let other = Profile::of(super::library(), 3);
    let spec = release(&other, &graph, world.spec.inputs.to_vec(), world.spec.outputs.to_vec(), "file:///none");
    world.engine.describe(ReleaseDescriptor { id: 1, spec: spec.clone(), title: None }).unwrap();
    let order = order(&spec, 1, vec![tensor(DType::Float32, &[1], &floats(&[1.0]))]);
    assert!(refused(world.done(&order).await).contains("profile"));
}

#[tokio::test(flavor = "multi_thread")]
async fn release_should_be_refused_when_no_source_gives_the_registered_file() {
    let mut world = World::copying();
    let wrong = world.folder.path().join("wrong");
    std::fs::create_dir(&wrong).unwrap();
    let root = world.spec.files[0].root;
    std::fs::write(wrong.join(hex::encode(root)), models::addition()).unwrap();
    world.spec.source = format!("file://{}", wrong.display()).into_bytes().try_into().unwrap();
    world.engine.describe(world.descriptor()).unwrap();
    let order = world.order(1, vec![tensor(DType::Float32, &[1], &floats(&[1.0]))]);
    assert!(refused(world.done(&order).await).contains("no source"));
    assert!(world.engine.store.find(&root).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn damaged_file_should_be_fetched_again_when_the_release_is_loaded() {
    let world = World::copying();
    let stored = world.folder.path().join("store").join(hex::encode(world.spec.files[0].root));
    std::fs::write(&stored, b"half of a mod").unwrap();
    let order = world.order(1, vec![tensor(DType::Float32, &[1], &floats(&[1.0]))]);
    done(world.done(&order).await);
    assert_eq!(std::fs::read(stored).unwrap(), models::identity(DType::Float32));
    assert_eq!(world.engine.metrics.damaged.get(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn large_output_should_be_kept_under_its_tensor_root() {
    let world = World::copying();
    // The input comes by content id too: it is over 64 KiB.
    let input = tensor(DType::Float32, &[20_000], &vec![7; 80_000]);
    let inputs = world.folder.path().join("inputs");
    std::fs::create_dir(&inputs).unwrap();
    std::fs::write(inputs.join(hex::encode(input.root())), &input.data).unwrap();
    let payload = Payload::Content {
        tensors: vec![input.to_ref()].try_into().unwrap(),
        source: format!("file://{}", inputs.display()).into_bytes().try_into().unwrap(),
    };
    let done = done(world.done(&order_of(&world.spec, 1, payload)).await);
    let Some(Payload::Content { tensors, source }) = done.output else { panic!("inline") };
    assert_eq!(tensors.to_vec(), [input.to_ref()]);
    assert_eq!(source.to_vec(), b"http://127.0.0.1:9955/v1/outputs");
    let kept = world.engine.store.find_output(&input.root()).unwrap();
    assert_eq!(std::fs::read(kept).unwrap(), input.data);
}

#[tokio::test(flavor = "multi_thread")]
async fn input_by_content_should_be_refused_when_bytes_lie_or_are_too_many() {
    let world = World::tuned(
        &models::identity(DType::Float32),
        vec![declared("x", DType::Float32, &["n"])],
        vec![declared("y", DType::Float32, &["n"])],
        |config| config.most_input = 1_000,
    );
    let folder = world.folder.path().join("inputs");
    std::fs::create_dir(&folder).unwrap();
    let source = format!("file://{}", folder.display());
    let payload = |tensor: TensorRef| Payload::Content {
        tensors: vec![tensor].try_into().unwrap(),
        source: source.clone().into_bytes().try_into().unwrap(),
    };
    let root = H256::repeat_byte(5);
    std::fs::write(folder.join(hex::encode(root)), [0; 8]).unwrap();
    let lie = payload(TensorRef { dtype: DType::Float32, shape: shape(&[2]), root });
    assert!(refused(world.done(&order_of(&world.spec, 1, lie)).await).contains("root"));
    let large = payload(TensorRef { dtype: DType::Float32, shape: shape(&[1_000]), root });
    assert!(refused(world.done(&order_of(&world.spec, 2, large)).await).contains("bytes"));
    let absent = payload(TensorRef { dtype: DType::Float32, shape: shape(&[2]), root: H256::repeat_byte(6) });
    assert!(refused(world.done(&order_of(&world.spec, 3, absent)).await).contains("no source"));
}

#[tokio::test(flavor = "multi_thread")]
async fn full_disk_should_refuse_before_the_run() {
    let full = World::tuned(
        &models::identity(DType::Float32),
        vec![declared("x", DType::Float32, &["n"])],
        vec![declared("y", DType::Float32, &["n"])],
        |config| config.limits.quota = Some(4_096),
    );
    let order = full.order(1, vec![tensor(DType::Float32, &[1], &floats(&[1.0]))]);
    assert!(refused(full.done(&order).await).contains("no space"));
    assert_eq!(full.engine.metrics.run_seconds.get_sample_count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn call_should_be_refused_when_it_ended_the_engine_three_times() {
    let world = World::copying();
    let order = world.order(1, vec![tensor(DType::Float32, &[1], &floats(&[1.0]))]);
    let suspects = Suspects::open(world.folder.path().join("running")).unwrap();
    let id = order.draft.id::<Blake2b256>();
    for _ in 0..3 {
        suspects.start(&id).unwrap();
    }
    assert!(refused(world.done(&order).await).contains("died"));
    let other = world.order(2, vec![tensor(DType::Float32, &[1], &floats(&[1.0]))]);
    done(world.done(&other).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_should_all_be_done_when_many_come_at_once() {
    let world = World::copying();
    let orders: Vec<_> = (0..64u64)
        .map(|job| world.order(job, vec![tensor(DType::Float32, &[2], &floats(&[job as f32, 1.0]))]))
        .collect();
    let mut left = orders.len();
    for _ in 0..10 {
        let request = SyncRequest { orders: orders.clone(), wait_ms: 2_000, ..SyncRequest::default() };
        let status = world.engine.sync(request).await.unwrap().status;
        left = status.iter().filter(|(_, s)| !matches!(s, WorkStatus::Done(_))).count();
        if left == 0 {
            break;
        }
    }
    assert_eq!(left, 0);
    let ready = world.engine.releases.ready();
    assert!(ready.0 == 1 && ready.1 <= 2, "{ready:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn call_should_be_refused_when_its_source_never_answers() {
    let world = World::tuned(
        &models::identity(DType::Float32),
        vec![declared("x", DType::Float32, &["n"])],
        vec![declared("y", DType::Float32, &["n"])],
        |config| config.deadline = Duration::from_secs(1),
    );
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let source = format!("http://{}", silent.local_addr().unwrap());
    let tensor = TensorRef { dtype: DType::Float32, shape: shape(&[2]), root: H256::repeat_byte(6) };
    let payload =
        Payload::Content { tensors: vec![tensor].try_into().unwrap(), source: source.into_bytes().try_into().unwrap() };
    assert!(refused(world.done(&order_of(&world.spec, 1, payload)).await).contains("could not be fetched"));
    assert_eq!(world.engine.pending(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn release_should_keep_its_files_when_another_with_the_same_graph_is_retired() {
    let idle = Duration::from_millis(300);
    let world = World::tuned(
        &models::identity(DType::Float32),
        vec![declared("x", DType::Float32, &["n"])],
        vec![declared("y", DType::Float32, &["n"])],
        |config| config.idle = idle,
    );
    let engine = &world.engine;
    engine.describe(ReleaseDescriptor { id: 2, spec: world.spec.clone(), title: None }).unwrap();
    for _ in 0..500 {
        engine.serve(&[1, 2]);
        if engine.releases.ready().0 == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(engine.releases.ready().0, 2);
    tokio::time::sleep(2 * idle).await;
    engine.serve(&[2]);
    assert_eq!(engine.releases.ready().0, 1);
    assert!(!engine.links(1, &world.spec).exists());
    assert!(engine.links(2, &world.spec).join("graph.onnx").is_file());
}

#[test]
fn description_should_be_asked_for_again_when_a_call_did_not_fit_it() {
    let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
    let spec = release(&profile(), &models::identity(DType::Float32), specs("x"), specs("y"), "").encode();
    let releases = Releases::default();
    releases.restore(vec![(1, spec.clone())]);
    assert!(!releases.outdated(1, Duration::ZERO));
    releases.doubt(1);
    assert!(releases.outdated(1, Duration::ZERO));
    assert!(!releases.outdated(1, Duration::from_secs(60)), "it was described a moment ago");
    releases.restore(vec![(1, spec)]);
    assert!(!releases.outdated(1, Duration::ZERO));
}
