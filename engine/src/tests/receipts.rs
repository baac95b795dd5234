use super::{order, profile, release};
use crate::{
    metrics::Metrics,
    receipts::{Entry, Log, Retention},
};
use candor_commitments::Blake2b256;
use candor_primitives::{worker::WorkDone, Outcome, WorkerSignature};
use sp_core::H256;
use std::{path::Path, sync::Arc, time::Duration};

fn open(folder: &Path, retention: Retention) -> (Log, Arc<Metrics>) {
    let metrics = Arc::new(Metrics::new().unwrap());
    (Log::open(&folder.join("log.redb"), retention, metrics.clone()).unwrap(), metrics)
}

fn entry(job: u64, root: u8) -> (H256, Entry) {
    let spec = release(&profile(), b"", vec![], vec![], "");
    let draft = order(&spec, job, vec![]).draft;
    let done = WorkDone {
        outcome: Outcome::Output(H256::repeat_byte(root)),
        signature: WorkerSignature::from_raw([root; 64]),
        output: None,
    };
    (draft.id::<Blake2b256>(), Entry { draft, done })
}

#[tokio::test]
async fn results_should_be_there_when_the_log_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let (id, kept) = entry(1, 1);
    {
        let (log, _) = open(folder.path(), Retention::default());
        log.put(id, kept.clone()).await.unwrap();
        log.put_release(4, b"described").unwrap();
        // No orderly end: a copy of the file is what a killed process leaves.
        std::fs::copy(folder.path().join("log.redb"), folder.path().join("killed.redb")).unwrap();
    }
    std::fs::rename(folder.path().join("killed.redb"), folder.path().join("log.redb")).unwrap();
    let (log, metrics) = open(folder.path(), Retention::default());
    assert_eq!(log.get(&id).unwrap(), Some(kept));
    assert_eq!(log.releases().unwrap(), [(4, b"described".to_vec())]);
    assert_eq!(metrics.receipts.get(), 1);
}

#[tokio::test]
async fn first_result_should_stay_when_another_comes_for_the_same_draft() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = open(folder.path(), Retention::default());
    let (id, first) = entry(1, 1);
    let (_, second) = entry(1, 2);
    assert_eq!(log.put(id, first.clone()).await.unwrap(), first.done);
    assert_eq!(log.put(id, second).await.unwrap(), first.done);
    assert_eq!(log.len().unwrap(), 1);
}

#[tokio::test]
async fn commits_should_be_shared_when_results_come_together() {
    let folder = tempfile::tempdir().unwrap();
    let (log, metrics) = open(folder.path(), Retention::default());
    let puts = (0..100).map(|job| {
        let (id, kept) = entry(job, 1);
        let log = log.clone();
        async move { log.put(id, kept).await.unwrap() }
    });
    assert_eq!(futures::future::join_all(puts).await.len(), 100);
    assert_eq!(log.len().unwrap(), 100);
    assert!(metrics.commits.get() < 50, "{} commits", metrics.commits.get());
}

#[tokio::test]
async fn oldest_should_be_forgotten_when_there_are_too_many() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = open(folder.path(), Retention { age: Duration::from_secs(3600), count: 3 });
    for job in 0..10 {
        let (id, kept) = entry(job, 1);
        log.put(id, kept).await.unwrap();
    }
    assert_eq!(log.len().unwrap(), 3);
}

#[tokio::test]
async fn log_should_open_again_when_the_disk_had_failed() {
    let folder = tempfile::tempdir().unwrap();
    let (log, _) = open(folder.path(), Retention::default());
    let (id, kept) = entry(1, 1);
    log.put(id, kept.clone()).await.unwrap();
    log.lose();
    assert_eq!(log.get(&id).unwrap(), Some(kept));
    log.lose();
    let (id, kept) = entry(2, 2);
    assert_eq!(log.put(id, kept.clone()).await.unwrap(), kept.done);
    assert_eq!(log.len().unwrap(), 2);
}
