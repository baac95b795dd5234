//! Hosts that answer: what is kept, what is paid, how many go at once, what a restart takes up.

use super::fakes::*;
use crate::{args::Filter, receipts::store};
use candor_gateway::CallError;
use std::{sync::atomic::Ordering, time::Duration};

#[tokio::test(flavor = "multi_thread")]
async fn call_should_be_answered_kept_and_paid_when_the_host_is_honest() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy(&chain, dir.path());
    for n in 0..20u8 {
        ask(&proxy, &[n, 1, 2]).await.unwrap();
        assert!(host.most_unpaid() <= 1, "the voucher comes with the next call");
    }
    assert_eq!(chain.sessions.lock().unwrap().len(), 1);
    let spend = proxy.spend();
    assert_eq!((spend["answered"].as_u64(), spend["paid"].as_str()), (Some(20), Some("0.02")));
    proxy.stop(true).await;
    assert_eq!(host.books(), (20, 20, 20 * PER_CALL));
    let past = store::sessions(dir.path()).unwrap();
    assert_eq!((past.len(), past[0].answered.len(), past[0].paid()), (1, 20, 20 * PER_CALL));
}

#[tokio::test(flavor = "multi_thread")]
async fn session_should_end_at_once_when_its_host_agrees() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy(&chain, dir.path());
    for n in 0..3u8 {
        ask(&proxy, &[n]).await.unwrap();
    }
    proxy.stop(true).await;
    assert_eq!((chain.agreed.load(Ordering::Relaxed), host.books()), (1, (3, 3, 3 * PER_CALL)));
}

#[tokio::test(flavor = "multi_thread")]
async fn session_should_end_with_its_notice_when_its_host_does_not_agree() {
    let host = FakeHost::start(1, PER_CALL).await;
    host.stubborn.store(true, Ordering::Relaxed);
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy(&chain, dir.path());
    ask(&proxy, &[1]).await.unwrap();
    proxy.stop(true).await;
    assert!(chain.sessions.lock().unwrap()[&0].ended);
    assert_eq!((chain.agreed.load(Ordering::Relaxed), host.books()), (0, (1, 1, PER_CALL)));
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_should_be_found_shown_and_right_when_they_were_kept() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let folder = dir.path().join("chain");
    let proxy = proxy(&chain, &folder);
    let response = ask(&proxy, &[1, 2, 3]).await.unwrap();
    host.next([Deed::Fail]);
    assert!(matches!(ask(&proxy, &[4]).await, Err(CallError::Run { receipt: Some(_), .. })));
    // While the proxy runs.
    let found = crate::receipts::one(dir.path(), "0:0").unwrap();
    assert_eq!(found.answer.receipt, response.receipt.unwrap());
    assert_eq!(found.inputs().unwrap().unwrap()[0].tensor.data, [1, 2, 3][..]);
    assert_eq!(found.outputs().unwrap().unwrap()[0].tensor.data, [2, 4, 6][..]);
    let exported = crate::receipts::Exported::of(&found).unwrap();
    assert_eq!(exported.roots, found.answer.outputs);
    assert_eq!(crate::receipts::one(dir.path(), &hex::encode(found.hash())[..8]).unwrap().place(), "0:0");
    assert!(crate::receipts::one(dir.path(), "0:2").is_err());
    let filter = Filter { release: Some("scaler".into()), session: Some(0), ..Filter::default() };
    assert_eq!(crate::receipts::all(dir.path(), &filter).unwrap().len(), 2);
    let other = Filter { release: Some("other".into()), ..Filter::default() };
    assert!(crate::receipts::all(dir.path(), &other).unwrap().is_empty());
    let all = crate::receipts::all(dir.path(), &Filter::default()).unwrap();
    assert!(all.iter().all(|found| crate::receipts::faults(found).unwrap().is_empty()));
    let mut changed = all[0].clone();
    changed.answer.receipt.receipt.draft.fee += 1;
    assert_eq!(crate::receipts::faults(&changed).unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_should_queue_when_more_come_than_the_window_takes() {
    let host = FakeHost::start(1, PER_CALL).await;
    host.slow(Duration::from_millis(10));
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy(&chain, dir.path());
    let calls = (0..64u8).map(|n| {
        let proxy = proxy.clone();
        tokio::spawn(async move { ask(&proxy, &[n]).await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
    let most = host.most_in_flight.load(Ordering::Relaxed);
    assert!((2..=8).contains(&most), "{most} at once");
    assert_eq!(host.books().0, 64);
    assert_eq!(chain.sessions.lock().unwrap().len(), 1, "one session is opened, whoever comes at once");
    proxy.stop(true).await;
    assert_eq!(host.books(), (64, 64, 64 * PER_CALL));
}

#[tokio::test(flavor = "multi_thread")]
async fn answer_should_be_kept_and_paid_when_its_caller_went_away() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy(&chain, dir.path());
    ask(&proxy, &[1]).await.unwrap();
    host.slow(Duration::from_millis(100));
    let gone = tokio::time::timeout(Duration::from_millis(30), ask(&proxy, &[2])).await;
    assert!(gone.is_err());
    proxy.stop(true).await;
    assert_eq!(host.books(), (2, 2, 2 * PER_CALL));
}

#[tokio::test(flavor = "multi_thread")]
async fn session_should_go_on_when_the_proxy_starts_again() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let first = proxy(&chain, dir.path());
    for n in 0..5 {
        ask(&first, &[n]).await.unwrap();
    }
    first.stop(false).await;
    gone(first).await;
    let Started { proxy, paid } = proxy_with(&chain, dir.path(), 100 * CNDR, |_| {});
    proxy.resume(&paid).await.unwrap();
    proxy.keep().await;
    for n in 0..5 {
        ask(&proxy, &[n]).await.unwrap();
    }
    assert_eq!(chain.sessions.lock().unwrap().len(), 1);
    assert_eq!(proxy.spend()["paid"], "0.01");
    proxy.stop(true).await;
    assert_eq!(host.books(), (10, 10, 10 * PER_CALL));
}

#[tokio::test(flavor = "multi_thread")]
async fn session_should_be_found_when_the_proxy_died_while_it_was_opened() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let first = proxy(&chain, dir.path());
    ask(&first, &[1]).await.unwrap();
    gone(first).await;
    // As if it had died before it wrote the session down, and before any call.
    std::fs::remove_dir_all(dir.path().join("sessions")).unwrap();
    let Started { proxy, paid } = proxy_with(&chain, dir.path(), 100 * CNDR, |_| {});
    proxy.resume(&paid).await.unwrap();
    assert_eq!(proxy.sessions().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn cheapest_host_should_be_asked_when_several_offer() {
    let (dear, cheap) = (FakeHost::start(1, 3 * PER_CALL).await, FakeHost::start(2, PER_CALL).await);
    let (chain, dir) = (FakeChain::new(vec![dear.clone(), cheap.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy(&chain, dir.path());
    ask(&proxy, &[1]).await.unwrap();
    assert_eq!((dear.books().0, cheap.books().0), (0, 1));
    drop(proxy);
    let dir = tempfile::tempdir().unwrap();
    let pinned = proxy_with(&chain, dir.path(), 100 * CNDR, |s| s.hosts = vec![dear.account.clone()]).proxy;
    ask(&pinned, &[1]).await.unwrap();
    assert_eq!((dear.books().0, cheap.books().0), (1, 1));
    let dir = tempfile::tempdir().unwrap();
    let poor = proxy_with(&chain, dir.path(), 100 * CNDR, |s| s.max_price = Some(PER_CALL / 2)).proxy;
    let error = ask(&poor, &[1]).await.unwrap_err().to_string();
    assert!(error.contains("--max-price"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_attested_hosts_should_be_asked_when_the_user_wants_that() {
    let (cheap, attested) = (FakeHost::start(1, PER_CALL).await, FakeHost::start(2, 3 * PER_CALL).await);
    let (chain, dir) = (FakeChain::new(vec![cheap.clone(), attested.clone()]), tempfile::tempdir().unwrap());
    let first = proxy(&chain, dir.path());
    ask(&first, &[1]).await.unwrap();
    first.stop(false).await;
    gone(first).await;
    let Started { proxy, paid } = proxy_with(&chain, dir.path(), 100 * CNDR, |s| s.attested = true);
    proxy.resume(&paid).await.unwrap();
    let error = ask(&proxy, &[2]).await.unwrap_err().to_string();
    assert!(error.contains("attested"), "{error}");
    chain.attested.lock().unwrap().push(attested.account.clone());
    ask(&proxy, &[3]).await.unwrap();
    proxy.keep().await;
    assert_eq!((cheap.books().0, attested.books().0), (1, 1));
    assert!(chain.sessions.lock().unwrap()[&0].ended, "the session of the first run was not of that tier");
    assert!(chain.sessions.lock().unwrap()[&1].attested);
    chain.attested.lock().unwrap().clear();
    proxy.keep().await;
    let error = ask(&proxy, &[4]).await.unwrap_err().to_string();
    assert!(error.contains("attested"), "{error}");
    assert_eq!((cheap.books().0, attested.books().0), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn request_should_be_refused_here_when_it_does_not_fit_the_model() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy(&chain, dir.path());
    let error = ask(&proxy, &[0; 65]).await.unwrap_err();
    assert!(matches!(&error, CallError::Invalid { field, .. } if field == "inputs"), "{error}");
    let mut unknown = request(&[1]);
    unknown.inputs[0].name = "z".into();
    let front = crate::proxy::backend::Front(proxy.clone());
    use candor_gateway::Backend;
    let error = front.infer(unknown).await.unwrap_err();
    assert!(error.to_string().contains("the input `x` is missing"), "{error}");
    let mut other = request(&[1]);
    other.model = "nothing".into();
    assert!(matches!(front.infer(other).await.unwrap_err(), CallError::NotFound(_)));
    let mut output = request(&[1]);
    output.outputs = vec!["w".into()];
    assert!(matches!(front.infer(output).await.unwrap_err(), CallError::Invalid { .. }));
    assert!(chain.sessions.lock().unwrap().is_empty(), "nothing was bought for it");
    for name in ["scaler", "scaler@1.0.0", "0"] {
        assert_eq!(front.model(name, None).await.unwrap().versions, ["1.0.0"]);
    }
    assert_eq!(front.models().await.unwrap().len(), 1);
}
