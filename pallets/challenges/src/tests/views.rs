//! What wallets read.

use super::*;
use candor_primitives::HostBlake2b;
use candor_runtime_api::views::DisputePhase;

#[test]
fn views_should_tell_where_a_dispute_stands() {
    with_chain(|| {
        let run = large();
        let key = deliver(&run);
        assert_eq!(Challenges::dispute_view_of(key.clone()), None);
        let price = Challenges::prices(&key, &chunk(0, 0)).unwrap();
        let bond = Challenges::bond(&run.judging());
        assert_eq!(price, (bond, CHUNK_PRICE, EVIDENCE_BOND));
        let id = challenge(ALICE, &key);
        let view = Challenges::dispute_view_of(key.clone()).unwrap();
        assert_eq!(
            (view.id, view.phase, view.trace, view.deadline, view.now),
            (id, DisputePhase::AwaitingTrace, None, 15, 0)
        );
        assert_eq!(view.receipt_hash, view.receipt.hash::<HostBlake2b>());
        assert_eq!((view.opened_by, view.host, view.bond), (ALICE, HOST, bond));
        assert_free(submit_trace(id, &run));
        demand(ALICE, id, chunk(0, 0));
        demand(BOB, id, chunk(0, 1));
        assert_free(reveal(id, 0, run.opening(&chunk(0, 0))));
        accuse(&AUDITOR, &key);
        commit(BOB, id, b"evidence");
        let view = Challenges::dispute_view(id).unwrap();
        assert_eq!((view.phase, view.trace), (DisputePhase::Open, Some(run.trace())));
        assert_eq!(view.opened, [0]);
        assert_eq!((view.demands.len(), view.demands[0].number, view.demands[0].by.clone()), (1, 1, BOB));
        let held: Balance = view.claims.iter().map(|claim| claim.held).sum();
        assert_eq!(held, held_by([&ALICE, &BOB]));
        assert_eq!(view.claims.iter().filter(|claim| claim.owed == Some(0)).count(), 1);
        assert_eq!(Challenges::dispute_views_of_host(HOST, 100), vec![view]);
        assert!(Challenges::dispute_views_of_host(BOB, 100).is_empty());
    });
}

fn held_by(accounts: [&AccountId; 2]) -> Balance {
    accounts.into_iter().map(held).sum()
}
