use super::{declared, floats, judged, library, models, profile, release, tensor};
use crate::{
    failure::{sort, RunFailure},
    judging::{self, JudgingError},
    profile::Profile,
    sessions::{Busy, Cancel, Loaded, OpenError, Pool},
    tensors::TensorData,
};
use axum::{routing::get, Router};
use candor_adjudicator::Mode;
use candor_commitments::Blake2b256;
use candor_gateway::serve::{serve, Threads};
use candor_primitives::{DType, Judging, Outcome, TensorSpec, Variant};
use candor_verifier::{
    judged::Judged,
    lower::{lower, LowerOptions},
    onnx::OnnxModel,
};
use ort::ErrorCode;
use sp_core::H256;
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::runtime::Handle;

fn load(graph: &[u8], inputs: Vec<TensorSpec>, outputs: Vec<TensorSpec>) -> Result<Arc<Loaded>, OpenError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("graph.onnx");
    std::fs::write(&path, graph).unwrap();
    std::fs::write(folder.path().join("graph.onnx.judging"), judged(graph).0).unwrap();
    let spec = release(&profile(), graph, inputs, outputs, "");
    // The session holds all it needs: the file may go, as long as no second session is asked for.
    Loaded::open(library(), &profile(), Arc::new(spec), &path, 1, true).map(Arc::new)
}

fn run(
    pool: &Pool,
    loaded: &Arc<Loaded>,
    inputs: Vec<TensorData>,
    time: Duration,
) -> Result<Vec<TensorData>, RunFailure> {
    let answer = pool.submit(loaded.clone(), inputs, Instant::now() + time, || {}).unwrap();
    answer.blocking_recv().unwrap().0
}

fn slow(products: usize) -> Arc<Loaded> {
    let dims = ["n", "n"];
    let specs = |name: &str| vec![declared(name, DType::Float32, &dims)];
    load(&models::slow(products), specs("x"), specs("y")).unwrap()
}

fn matrix(n: u32) -> TensorData {
    tensor(DType::Float32, &[n, n], &vec![0; (n * n * 4) as usize])
}

#[test]
fn sum_should_be_exact_when_matrices_are_added() {
    let dims = ["rows", "columns"];
    let inputs = vec![declared("a", DType::Float32, &dims), declared("b", DType::Float32, &dims)];
    let loaded = load(&models::addition(), inputs, vec![declared("y", DType::Float32, &dims)]).unwrap();
    let pool = Pool::start(1, 4).unwrap();
    let a = tensor(DType::Float32, &[1, 2], &floats(&[1.5, f32::NEG_INFINITY]));
    let b = tensor(DType::Float32, &[1, 2], &floats(&[2.25, 1.0]));
    let sum = run(&pool, &loaded, vec![a, b], Duration::from_secs(30)).unwrap();
    assert_eq!(sum, [tensor(DType::Float32, &[1, 2], &floats(&[3.75, f32::NEG_INFINITY]))]);
}

#[test]
fn failure_should_name_the_node_when_an_index_is_out_of_range() {
    let inputs = vec![declared("data", DType::Float32, &["n"]), declared("index", DType::Int64, &["m"])];
    let loaded = load(&models::gather(), inputs, vec![declared("y", DType::Float32, &["m"])]).unwrap();
    let pool = Pool::start(1, 4).unwrap();
    let data = tensor(DType::Float32, &[2], &floats(&[1.0, 2.0]));
    let index = tensor(DType::Int64, &[1], &9i64.to_le_bytes());
    let failure = run(&pool, &loaded, vec![data, index], Duration::from_secs(30)).unwrap_err();
    assert_eq!(failure.outcome(), Some(Outcome::Failed { node: 1, index: u64::MAX }), "{failure:?}");
}

#[test]
fn deadline_should_end_a_run_and_not_be_an_outcome() {
    let loaded = slow(4_000);
    let pool = Pool::start(1, 4).unwrap();
    let started = Instant::now();
    let failure = run(&pool, &loaded, vec![matrix(256)], Duration::from_millis(50)).unwrap_err();
    assert_eq!(failure, RunFailure::Deadline);
    assert_eq!(failure.outcome(), None);
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    // The session is fine afterwards.
    assert!(run(&pool, &loaded, vec![matrix(2)], Duration::from_secs(30)).is_ok());
}

#[test]
fn queue_should_refuse_when_it_is_full() {
    let loaded = slow(4_000);
    let pool = Pool::start(1, 2).unwrap();
    let deadline = Instant::now() + Duration::from_millis(300);
    let mut answers = Vec::new();
    let refused = loop {
        match pool.submit(loaded.clone(), vec![matrix(256)], deadline, || {}) {
            Ok(answer) => answers.push(answer),
            Err(busy) => break busy,
        }
        assert!(answers.len() <= 3, "one runs, two wait");
    };
    assert_eq!(refused, Busy::Full);
    for answer in answers {
        assert_eq!(answer.blocking_recv().unwrap().0, Err(RunFailure::Deadline));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn run_should_stay_on_its_thread_when_it_is_short_and_nobody_waits() {
    let loaded = slow(40);
    let pool = Pool::start(1, 4).unwrap();
    let in_a_minute = || Instant::now() + Duration::from_secs(60);
    let here = |inputs: &[TensorData]| pool.run_here(&loaded, inputs, in_a_minute(), &Cancel::default());
    let (small, large) = ([matrix(64)], [matrix(1024)]);
    assert!(here(&small).is_none(), "nobody knows how long it takes");
    pool.submit(loaded.clone(), small.to_vec(), in_a_minute(), || {}).unwrap().await.unwrap().0.unwrap();
    let (outputs, took) = here(&small).unwrap();
    assert_eq!(outputs.unwrap(), [matrix(64)]);
    assert!(took > Duration::ZERO);

    let answer = pool.submit(loaded.clone(), large.to_vec(), in_a_minute(), || {}).unwrap();
    while pool.waiting() > 0 {
        tokio::task::yield_now().await;
    }
    assert!(here(&small).is_none(), "the only place is taken");
    answer.await.unwrap().0.unwrap();
    for _ in 0..2 {
        pool.submit(loaded.clone(), large.to_vec(), in_a_minute(), || {}).unwrap().await.unwrap().0.unwrap();
    }
    assert!(here(&small).is_none(), "it is not short any more");
}

#[tokio::test]
async fn run_should_stay_on_the_thread_of_its_connection_when_nobody_shares_that() {
    let (loaded, pool) = (slow(200), Arc::new(Pool::start(1, 4).unwrap()));
    let deadline = Instant::now() + Duration::from_secs(60);
    pool.submit(loaded.clone(), vec![matrix(64)], deadline, || {}).unwrap().await.unwrap().0.unwrap();
    let here = move || {
        let (pool, loaded) = (pool.clone(), loaded.clone());
        async move {
            let ran = pool.run_here(&loaded, &[matrix(64)], deadline, &Cancel::default());
            let ran = ran.is_some_and(|(outputs, _)| outputs.is_ok_and(|outputs| outputs == [matrix(64)]));
            format!("{ran} {}", std::thread::current().name().unwrap_or_default())
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (_stop, stopped) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        let (threads, app) = (Threads::beside(Handle::current()), Router::new().route("/", get(here)));
        serve(listener, None, app, &threads, stopped).await
    });
    assert_eq!(reqwest::get(url).await.unwrap().text().await.unwrap(), "true connection-0");
}

#[tokio::test]
async fn run_should_not_hold_up_a_runtime_of_one_thread_when_it_is_not_quick() {
    let loaded = slow(200);
    let pool = Pool::start(1, 4).unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    pool.submit(loaded.clone(), vec![matrix(64)], deadline, || {}).unwrap().await.unwrap().0.unwrap();
    assert!(pool.run_here(&loaded, &[matrix(64)], deadline, &Cancel::default()).is_none());
}

#[test]
fn opening_should_refuse_when_the_profile_is_another() {
    let graph = models::identity(DType::Float32);
    let other = Profile::of(library(), 2);
    assert_ne!(other.hash, profile().hash);
    let specs = |name: &str| vec![declared(name, DType::Float32, &["n"])];
    let spec = release(&other, &graph, specs("x"), specs("y"), "");
    let error = Loaded::open(library(), &profile(), Arc::new(spec), std::path::Path::new("/none"), 1, true).err();
    assert_eq!(error, Some(OpenError::Profile(profile().hash)));
}

#[test]
fn opening_should_refuse_when_the_graph_is_not_as_declared() {
    let graph = models::identity(DType::Float32);
    let float = |name: &str| vec![declared(name, DType::Float32, &["n"])];
    let text = |name: &str| vec![declared(name, DType::Int64, &["n"])];
    assert_eq!(load(&graph, text("x"), float("y")).err(), Some(OpenError::Signature("x".into())));
    assert_eq!(load(&graph, float("x"), float("z")).err(), Some(OpenError::Signature("z".into())));
    assert!(matches!(load(b"no model", float("x"), float("y")), Err(OpenError::Judging(_))));
}

/// A vector and one more, in which judging goes by `change`.
fn altered(change: impl FnOnce(&mut Judging)) -> Option<OpenError> {
    let graph = models::external("weights.bin");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("graph.onnx");
    std::fs::write(folder.path().join("weights.bin"), floats(&[1.5; 1024])).unwrap();
    std::fs::write(&path, &graph).unwrap();
    let model = OnnxModel::open(&path).unwrap();
    let lowered = lower(&model, &LowerOptions { block: 8, mode: &|_, _| Mode::Bounded }).unwrap();
    let judged = Judged::new(model, lowered, 8).unwrap();
    std::fs::write(folder.path().join("graph.onnx.judging"), judged.file().to_bytes()).unwrap();
    let dims = |name: &str| vec![declared(name, DType::Float32, &["n", "1024"])];
    let mut spec = release(&profile(), &graph, dims("x"), dims("y"), "");
    let variant = &mut spec.variants[0];
    variant.judging = judging::commit(&judged, 1);
    change(&mut variant.judging);
    variant.root = Variant::compute_root::<Blake2b256>(&variant.profile, &spec.files[0].root, &variant.judging);
    if variant.judging.trace_bytes == 0 {
        std::fs::write(folder.path().join("weights.bin"), floats(&[2.5; 1024])).unwrap();
    }
    Loaded::open(library(), &profile(), Arc::new(spec), &path, 1, true).err()
}

#[test]
fn opening_should_refuse_when_the_variant_commits_to_something_else() {
    let refused = |change: fn(&mut Judging)| match altered(change) {
        Some(OpenError::Judging(error)) => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(altered(|_| ()), None);
    assert_eq!(refused(|j| j.rules += 1), JudgingError::Rules { found: candor_adjudicator::RULES + 1 });
    assert_eq!(refused(|j| j.graph = H256::zero()), JudgingError::Differs("graph"));
    assert_eq!(refused(|j| j.weights = H256::zero()), JudgingError::Differs("list of weights"));
    assert_eq!(refused(|j| j.trace += 1), JudgingError::Differs("length of a trace"));
    assert_eq!(refused(|j| j.exact = !j.exact), JudgingError::Differs("exactness"));
    // Weights that are not those that were committed to.
    assert!(matches!(refused(|j| j.trace_bytes = 0), JudgingError::Judged(reason) if reason.contains("\"w\"")));
}

#[test]
fn opening_should_refuse_when_nothing_says_how_nodes_are_judged() {
    let graph = models::addition();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("graph.onnx");
    std::fs::write(&path, &graph).unwrap();
    let dims = |name: &str| declared(name, DType::Float32, &["rows", "columns"]);
    let spec = Arc::new(release(&profile(), &graph, vec![dims("a"), dims("b")], vec![dims("y")], ""));
    let open = || Loaded::open(library(), &profile(), spec.clone(), &path, 1, true).err();
    assert!(matches!(open(), Some(OpenError::Judging(JudgingError::File(..)))));
    std::fs::write(folder.path().join("graph.onnx.judging"), b"something else").unwrap();
    assert!(matches!(open(), Some(OpenError::Judging(JudgingError::Judged(_)))));
    std::fs::write(folder.path().join("graph.onnx.judging"), judged(&models::gather()).0).unwrap();
    assert!(matches!(open(), Some(OpenError::Judging(JudgingError::Judged(_)))));
}

#[test]
fn errors_of_the_machine_should_not_be_outcomes() {
    let none = BTreeMap::new();
    let gather = "Non-zero status code returned while running Gather node. Name:'pick' Status Message: out of bounds";
    let at = BTreeMap::from([(String::from("pick"), 4)]);
    assert!(matches!(sort(gather, ErrorCode::GenericFailure, false, &at), RunFailure::Model { node: 4, .. }));
    assert!(matches!(sort(gather, ErrorCode::GenericFailure, false, &none), RunFailure::Model { node: u32::MAX, .. }));
    for machine in [
        "std::bad_alloc",
        "Failed to allocate memory for requested buffer of size 9",
        "Exiting due to terminate flag being set to true.",
    ] {
        assert!(matches!(sort(machine, ErrorCode::GenericFailure, false, &none), RunFailure::Machine(_)), "{machine}");
    }
    assert!(matches!(sort("gone", ErrorCode::NoSuchFile, false, &none), RunFailure::Machine(_)));
}
