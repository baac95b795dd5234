//! Hosts that lie and die: no wrong answer is handed on, nothing is paid for one, nothing is paid twice.

use super::fakes::*;
use crate::receipts::store;

const LIES: [Deed; 12] = [
    Deed::WrongRoot,
    Deed::WrongOutputs,
    Deed::WrongSignature,
    Deed::WrongPrice,
    Deed::WrongPath,
    Deed::Stale,
    Deed::WrongVariant,
    Deed::WrongBlock,
    Deed::WrongRelease,
    Deed::WrongGenesis,
    Deed::WrongInputs,
    Deed::NoReceipt,
];

#[tokio::test(flavor = "multi_thread")]
async fn another_host_should_answer_when_the_first_lies() {
    for lie in LIES {
        let (liar, other) = (FakeHost::start(1, PER_CALL).await, FakeHost::start(2, 9 * PER_CALL).await);
        let (chain, dir) = (FakeChain::new(vec![liar.clone(), other.clone()]), tempfile::tempdir().unwrap());
        let proxy = proxy(&chain, dir.path());
        ask(&proxy, &[1]).await.unwrap();
        ask(&proxy, &[2]).await.unwrap();
        liar.always(lie);
        ask(&proxy, &[3]).await.unwrap();
        ask(&proxy, &[4]).await.unwrap();
        assert_eq!((liar.books().0, other.books().0), (2, 2), "{lie:?}");
        assert_eq!(liar.runs.load(std::sync::atomic::Ordering::Relaxed), 3, "{lie:?}: it is asked nothing more");
        assert_eq!(proxy.spend()["wrong"], 1, "{lie:?}");
        assert_eq!(proxy.spend()["not_trusted"].as_array().unwrap().len(), 1, "{lie:?}");
        let suspects: Vec<_> = std::fs::read_dir(dir.path().join("suspects")).unwrap().collect();
        assert_eq!(suspects.len(), 1, "{lie:?}");
        let document = std::fs::read_to_string(suspects[0].as_ref().unwrap().path()).unwrap();
        assert_eq!(serde_json::from_str::<serde_json::Value>(&document).unwrap()["index"], 2, "{lie:?}");
        proxy.keep().await;
        proxy.stop(true).await;
        // The good answers of the liar are paid, the lie is not.
        assert_eq!(liar.books(), (2, 2, 2 * PER_CALL), "{lie:?}");
        assert_eq!(other.books(), (2, 2, 18 * PER_CALL), "{lie:?}");
        gone(proxy).await;
        let Started { proxy, paid } = proxy_with(&chain, dir.path(), 100 * CNDR, |_| {});
        proxy.resume(&paid).await.unwrap();
        assert!(proxy.is_banned(&liar.account), "{lie:?}: it stays known for that");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn caller_should_be_told_when_every_host_lies() {
    let liar = FakeHost::start(1, PER_CALL).await;
    liar.always(Deed::WrongOutputs);
    let (chain, dir) = (FakeChain::new(vec![liar.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy(&chain, dir.path());
    let error = ask(&proxy, &[1]).await.unwrap_err().to_string();
    assert!(error.contains("is wrong"), "{error}");
    proxy.stop(true).await;
    assert_eq!(liar.books(), (0, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn answer_should_be_fetched_again_when_the_host_died_after_it() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy(&chain, dir.path());
    ask(&proxy, &[1]).await.unwrap();
    for deed in [Deed::DieAfter, Deed::DieBefore, Deed::Unavailable, Deed::Busy] {
        host.next([deed]);
        ask(&proxy, &[2]).await.unwrap();
    }
    proxy.stop(true).await;
    assert_eq!(host.runs.load(std::sync::atomic::Ordering::Relaxed), 5, "nothing ran twice");
    assert_eq!(host.books(), (5, 5, 5 * PER_CALL));
}

#[tokio::test(flavor = "multi_thread")]
async fn other_host_should_answer_when_the_first_stays_away_and_the_first_go_on_when_it_is_back() {
    let (first, second) = (FakeHost::start(1, PER_CALL).await, FakeHost::start(2, 2 * PER_CALL).await);
    let (chain, dir) = (FakeChain::new(vec![first.clone(), second.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy(&chain, dir.path());
    ask(&proxy, &[1]).await.unwrap();
    first.always(Deed::DieBefore);
    ask(&proxy, &[2]).await.unwrap();
    assert_eq!((first.books().0, second.books().0), (1, 1));
    first.always(Deed::Answer);
    proxy.keep().await;
    ask(&proxy, &[3]).await.unwrap();
    assert_eq!((first.books().0, second.books().0), (2, 1), "the cheaper one again");
    // The call that it never answered left no gap, and nothing is paid for it there.
    proxy.stop(true).await;
    assert_eq!(first.books(), (2, 2, 2 * PER_CALL));
    assert_eq!(second.books(), (1, 1, 2 * PER_CALL));
}

#[tokio::test(flavor = "multi_thread")]
async fn failed_run_should_cost_the_base_price_when_its_receipt_is_right() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy(&chain, dir.path());
    host.next([Deed::Fail]);
    let error = ask(&proxy, &[1]).await.unwrap_err();
    assert!(matches!(error, candor_gateway::CallError::Run { receipt: Some(_), .. }), "{error}");
    ask(&proxy, &[1]).await.unwrap();
    proxy.stop(true).await;
    assert_eq!(host.books(), (2, 2, 2 * PER_CALL));
    let past = store::sessions(dir.path()).unwrap();
    assert_eq!(past[0].answered[&0].place, None);
}
