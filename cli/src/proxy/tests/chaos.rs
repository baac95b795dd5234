//! Random failures of hosts and of the proxy: vouchers only grow, what is paid is what was answered.

use super::fakes::*;
use crate::receipts::store;
use proptest::prelude::*;
use std::time::Duration;

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => Just(Deed::Answer),
        1 => Just(Deed::DieBefore),
        1 => Just(Deed::DieAfter),
        1 => Just(Deed::Unavailable),
        1 => Just(Deed::Busy),
        1 => Just(Deed::Fail),
    ]
}

#[derive(Clone, Debug)]
struct Round {
    deeds: Vec<Deed>,
    calls: u8,
    at_once: bool,
    kill: bool,
}

fn round() -> impl Strategy<Value = Round> {
    let deeds = prop::collection::vec(deed(), 0..12);
    (deeds, 1..12u8, any::<bool>(), any::<bool>()).prop_map(|(deeds, calls, at_once, kill)| Round {
        deeds,
        calls,
        at_once,
        kill,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn paid_should_be_answered_when_hosts_and_proxy_fail_at_random(rounds in prop::collection::vec(round(), 1..6)) {
        quiet();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(play(rounds));
    }
}

/// Hosts die by panics; nobody wants to read of each.
fn quiet() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let words = info.payload_as_str().unwrap_or_default();
            if !words.contains("the host dies") {
                usual(info);
            }
        }));
    });
}

async fn play(rounds: Vec<Round>) {
    let (one, two) = (FakeHost::start(1, PER_CALL).await, FakeHost::start(2, 2 * PER_CALL).await);
    let (chain, dir) = (FakeChain::new(vec![one.clone(), two.clone()]), tempfile::tempdir().unwrap());
    let mut proxy = proxy(&chain, dir.path());
    let mut told = 0u32;
    for round in rounds {
        one.next(round.deeds.iter().copied());
        two.next(round.deeds.iter().rev().copied());
        let calls = (0..round.calls).map(|n| {
            let proxy = proxy.clone();
            tokio::spawn(async move { u32::from(ask(&proxy, &[n, 7]).await.is_ok()) })
        });
        let calls: Vec<_> = calls.collect();
        if round.kill {
            // As long as it takes for some of them.
            tokio::time::sleep(Duration::from_millis(u64::from(round.calls))).await;
            calls.iter().for_each(tokio::task::JoinHandle::abort);
            proxy = killed(&chain, dir.path(), proxy).await;
        } else {
            for call in calls {
                told += call.await.unwrap();
                if !round.at_once {
                    proxy.keep().await;
                }
            }
        }
        assert!(one.most_unpaid() <= 8 && two.most_unpaid() <= 8);
    }
    for host in [&one, &two] {
        while host.clear() {}
    }
    // Hosts are well again: doubts are settled, and everything that was answered is paid.
    for live in proxy.sessions() {
        for _ in 0..4 {
            if !live.book().doubts().is_empty() {
                proxy.mend(&live).await;
            }
        }
        assert!(live.book().doubts().is_empty(), "{:?}", live.health());
    }
    proxy.stop(true).await;
    let past = store::sessions(dir.path()).unwrap();
    for host in [&one, &two] {
        let of: Vec<_> = past.iter().filter(|past| past.terms().host == host.account).collect();
        let kept: u32 = of.iter().map(|past| past.answered.len() as u32).sum();
        let (answered, calls, fee) = host.books();
        assert_eq!((answered, calls), (kept, kept), "an answer without receipt, or without pay");
        assert_eq!(fee, of.iter().map(|past| past.paid()).sum::<u128>());
    }
    let kept: u32 = past.iter().map(|past| past.answered.len() as u32).sum();
    assert!(kept >= told, "an answer was handed on without being kept");
}

/// The proxy dies: nothing is flushed. What was under way at hosts goes on.
async fn killed(
    chain: &std::sync::Arc<FakeChain>,
    folder: &std::path::Path,
    proxy: std::sync::Arc<crate::proxy::core::Proxy>,
) -> std::sync::Arc<crate::proxy::core::Proxy> {
    // Nothing new goes out.
    proxy.closing.store(true, std::sync::atomic::Ordering::Release);
    tokio::time::sleep(Duration::from_millis(30)).await;
    // The folder as it is at this moment; journals first, since they say where payloads are.
    let copy = tempfile::tempdir().unwrap();
    copy_all(folder, copy.path());
    std::fs::remove_dir_all(copy.path().join("payloads")).unwrap();
    copy_all(&folder.join("payloads"), &copy.path().join("payloads"));
    // What is still in flight ends, without an effect on the folder of the next one.
    gone(proxy).await;
    std::fs::remove_dir_all(folder).unwrap();
    copy_all(copy.path(), folder);
    let Started { proxy, paid } = proxy_with(chain, folder, 100 * CNDR, |_| {});
    proxy.resume(&paid).await.unwrap();
    proxy.keep().await;
    proxy
}

fn copy_all(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy_all(&entry.path(), &target),
            false => std::fs::copy(entry.path(), &target).map(|_| ()).unwrap(),
        }
    }
}
