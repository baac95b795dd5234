use crate::engine::{
    backoff::Backoff,
    supervisor::{supervise, ChildSpec, RunningChild},
};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};
use tempfile::tempdir;

/// A child that runs `script`; `$0` is `file`.
fn shell(script: &str, file: &Path, stop_grace: Duration) -> ChildSpec {
    ChildSpec { program: "/bin/sh".into(), arguments: vec!["-c".into(), script.into(), file.into()], stop_grace }
}

fn lines(file: &Path) -> usize {
    fs::read_to_string(file).map_or(0, |text| text.lines().count())
}

async fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "{what} did not happen");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn is_alive(id: u32) -> bool {
    Path::new(&format!("/proc/{id}")).exists()
}

fn quick() -> Backoff {
    Backoff::new(Duration::from_millis(5), Duration::from_millis(20), Duration::from_secs(60))
}

#[tokio::test(flavor = "multi_thread")]
async fn child_should_be_started_again_when_it_crashes() {
    let dir = tempdir().unwrap();
    let file = dir.path().join("runs");
    let spec = shell("echo run >> \"$0\"; exit 3", &file, Duration::from_secs(5));
    let supervisor = tokio::spawn(supervise(spec, quick(), None));
    wait_until("the fourth run", || lines(&file) >= 4).await;
    supervisor.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn child_should_be_started_again_when_a_signal_kills_it() {
    let dir = tempdir().unwrap();
    let file = dir.path().join("runs");
    let spec = shell("echo run >> \"$0\"; kill -9 $$", &file, Duration::from_secs(5));
    let supervisor = tokio::spawn(supervise(spec, quick(), None));
    wait_until("the third run", || lines(&file) >= 3).await;
    supervisor.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn supervisor_should_go_on_when_the_program_is_missing() {
    let spec =
        ChildSpec { program: "/nowhere/candor-engine".into(), arguments: vec![], stop_grace: Duration::from_secs(1) };
    let supervisor = tokio::spawn(supervise(spec, quick(), None));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!supervisor.is_finished());
    supervisor.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn child_should_keep_its_input_open_when_it_is_waited_for() {
    let dir = tempdir().unwrap();
    let spec = shell("cat > /dev/null", &dir.path().join("unused"), Duration::from_secs(5));
    let mut child = RunningChild::start(&spec).unwrap();
    let waited = tokio::time::timeout(Duration::from_millis(300), child.wait()).await;
    assert!(waited.is_err(), "the child ended although its input is open");
    assert!(is_alive(child.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn child_should_end_by_itself_when_its_input_closes() {
    let dir = tempdir().unwrap();
    let file = dir.path().join("ended");
    let spec = shell("cat > /dev/null; echo ended > \"$0\"", &file, Duration::from_secs(20));
    let child = RunningChild::start(&spec).unwrap();
    let (id, started) = (child.id, Instant::now());
    drop(child);
    assert_eq!(lines(&file), 1);
    assert!(!is_alive(id));
    assert!(started.elapsed() < Duration::from_secs(15));
}

#[tokio::test(flavor = "multi_thread")]
async fn child_should_be_killed_when_it_ignores_its_input() {
    let dir = tempdir().unwrap();
    let file = dir.path().join("up");
    let spec = shell("trap '' TERM INT; echo up > \"$0\"; exec sleep 300", &file, Duration::from_millis(100));
    let child = RunningChild::start(&spec).unwrap();
    wait_until("the child's start", || lines(&file) == 1).await;
    let id = child.id;
    drop(child);
    assert!(!is_alive(id));
}

#[test]
fn child_should_end_with_the_runtime_when_the_supervisor_is_a_blocking_task() {
    let dir = tempdir().unwrap();
    let file = dir.path().join("runs");
    let spec = shell("echo $$ > \"$0\"; cat > /dev/null", &file, Duration::from_secs(20));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let tasks = sc_service::TaskManager::new(runtime.handle().clone(), None).unwrap();
    tasks.spawn_handle().spawn_blocking("engine-supervisor", Some("engine"), supervise(spec, quick(), None));
    runtime.block_on(wait_until("the child's start", || lines(&file) == 1));
    let id: u32 = fs::read_to_string(&file).unwrap().trim().parse().unwrap();
    assert!(is_alive(id));

    // As a node ends: first the tasks, then the runtime.
    drop(tasks);
    runtime.shutdown_timeout(Duration::from_secs(30));
    assert!(!is_alive(id));
}
