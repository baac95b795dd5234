//! Never more than the budget.

use super::fakes::*;
use crate::proxy::budget::{MOST_BOND, MOST_FEE};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_more_should_be_bought_when_the_budget_is_used_up() {
    let host = FakeHost::start(1, CNDR / 10).await;
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let budget = 2 * CNDR + 4 * MOST_FEE + MOST_BOND;
    let proxy = proxy_with(&chain, dir.path(), budget, |_| {}).proxy;
    let mut answered = 0;
    let error = loop {
        match ask(&proxy, &[1]).await {
            Ok(_) => answered += 1,
            Err(error) => break error.to_string(),
        }
        proxy.keep().await;
        assert!(*chain.spent.lock().unwrap() <= budget, "more than the budget is held and paid");
        assert!(answered < 100);
    };
    assert!(error.contains("--budget"), "{error}");
    assert!((19..=22).contains(&answered), "{answered} of the 20 that two CNDR pay for");
    assert!(*chain.spent.lock().unwrap() <= budget);
    proxy.stop(true).await;
    assert_eq!(host.books().2, answered * CNDR / 10);
    assert!(*chain.spent.lock().unwrap() <= budget);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_should_be_bought_when_the_budget_is_zero() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host]), tempfile::tempdir().unwrap());
    let proxy = proxy_with(&chain, dir.path(), 0, |_| {}).proxy;
    assert!(ask(&proxy, &[1]).await.unwrap_err().to_string().contains("--budget"));
    assert_eq!(*chain.spent.lock().unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn budget_should_hold_over_restarts_when_the_folder_is_the_same() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host]), tempfile::tempdir().unwrap());
    let budget = CNDR + 3 * MOST_FEE + MOST_BOND;
    let first = proxy_with(&chain, dir.path(), budget, |_| {}).proxy;
    ask(&first, &[1]).await.unwrap();
    first.stop(false).await;
    gone(first).await;
    let Started { proxy, paid } = proxy_with(&chain, dir.path(), budget, |_| {});
    proxy.resume(&paid).await.unwrap();
    let standing = proxy.budget.standing();
    assert_eq!((standing.fees, standing.bound), (FEE, CNDR + MOST_FEE));
    // What comes back can be spent again, what was paid cannot.
    proxy.stop(true).await;
    gone(proxy).await;
    let Started { proxy, paid } = proxy_with(&chain, dir.path(), budget, |_| {});
    proxy.resume(&paid).await.unwrap();
    let standing = proxy.budget.standing();
    assert_eq!((standing.fees, standing.bound, standing.ended), (2 * FEE, 0, PER_CALL));
}

#[tokio::test(flavor = "multi_thread")]
async fn session_should_be_topped_up_and_renewed_when_it_is_in_use() {
    let host = FakeHost::start(1, CNDR / 10).await;
    let (chain, dir) = (FakeChain::new(vec![host.clone()]), tempfile::tempdir().unwrap());
    let proxy = proxy_with(&chain, dir.path(), 100 * CNDR, |_| {}).proxy;
    for n in 0..30 {
        ask(&proxy, &[n]).await.unwrap();
        proxy.keep().await;
    }
    let session = chain.sessions.lock().unwrap()[&0].clone();
    assert!(session.terms.deposit >= 3 * CNDR && chain.sessions.lock().unwrap().len() == 1);
    chain.head.store(session.terms.expires - 100, std::sync::atomic::Ordering::Relaxed);
    proxy.keep().await;
    assert!(chain.sessions.lock().unwrap()[&0].terms.expires > session.terms.expires);
    proxy.stop(true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn smaller_deposit_should_be_made_when_the_stake_answers_for_no_more() {
    let host = FakeHost::start(1, PER_CALL).await;
    let (chain, dir) = (FakeChain::new(vec![host]), tempfile::tempdir().unwrap());
    *chain.backed.lock().unwrap() = CNDR / 5;
    let proxy = proxy_with(&chain, dir.path(), 100 * CNDR, |_| {}).proxy;
    ask(&proxy, &[1]).await.unwrap();
    assert_eq!(chain.sessions.lock().unwrap()[&0].terms.deposit, CNDR / 16);
    *chain.backed.lock().unwrap() = PER_CALL / 2;
    let dir = tempfile::tempdir().unwrap();
    let proxy = proxy_with(&chain, dir.path(), 100 * CNDR, |_| {}).proxy;
    assert!(ask(&proxy, &[1]).await.unwrap_err().to_string().contains("stake"));
}
