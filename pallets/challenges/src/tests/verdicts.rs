//! Verdicts: exact amounts, bounded steps.

use super::*;
use crate::WeightInfo;
use frame_support::{traits::fungible::Mutate, traits::OnIdle, weights::Weight};

fn account(n: u32) -> AccountId {
    let mut bytes = [200; 32];
    bytes[..4].copy_from_slice(&n.to_le_bytes());
    AccountId::new(bytes)
}

#[test]
fn an_upheld_receipt_should_pay_the_host_for_its_trace_and_burn_the_rest() {
    with_chain(|| {
        let (key, id) = opened(&run());
        challenge(BOB, &key);
        pass(8);
        assert!(Challenges::is_disputed(&key));
        pass(1);
        assert_event(Event::ReceiptUpheld { dispute: id, key: key.clone() });
        for who in [ALICE, BOB] {
            assert_eq!((free(&who), held(&who)), (FUNDS - BOND, 0));
            let (to_host, burned) = (TRACE_PRICE, BOND - TRACE_PRICE);
            assert_event(Event::ClaimSettled { dispute: id, who, returned: 0, to_host, burned, penalty: 0 });
        }
        assert_eq!(free(&HOST), FUNDS + 2 * TRACE_PRICE);
        assert_event(Event::DisputeClosed { dispute: id });
        assert!(is_gone(id) && !is_overturned(&key));
        assert_eq!(MockHosts::stake(&HOST), STAKE);
        assert_eq!(MockReceipts::entry(&key).unwrap().holds, 0);
    });
}

#[test]
fn a_commitment_that_is_never_shown_should_cost() {
    with_chain(|| {
        let (_, id) = opened(&run());
        commit(BOB, id, b"nothing");
        pass(9);
        assert!(is_gone(id));
        assert_eq!(free(&BOB), FUNDS - EVIDENCE_BOND);
        assert_eq!(free(&HOST), FUNDS + TRACE_PRICE + EVIDENCE_BOND / 2);
    });
}

#[test]
fn an_upheld_receipt_should_stay_open_to_others() {
    with_chain(|| {
        let run = run().flipped();
        let (key, first) = opened(&run);
        pass(9);
        assert!(is_gone(first));
        let second = challenge(BOB, &key);
        assert_ne!(first, second);
        assert_free(submit_trace(second, &run));
        commit(BOB, second, &run.evidence());
        pass(1);
        assert_free(prove(BOB, second, BOB, &run.evidence()));
        assert_convicted(Some(second), &key, Offence::FalseRun, BOB);
    });
}

#[test]
fn what_the_host_cannot_receive_should_be_burned() {
    with_chain(|| {
        let (_, id) = opened(&run());
        assert_ok!(Balances::transfer_all(signed(HOST), CAROL, false));
        // Its part is below what an account needs to exist? Then nothing arrives.
        let part = TRACE_PRICE;
        pass(9);
        assert!(is_gone(id));
        let arrives = part >= 20;
        assert_eq!(free(&HOST), if arrives { part } else { 0 });
    });
}

#[test]
fn claims_should_be_settled_in_steps_when_there_are_many() {
    with_chain(|| {
        let run = run().flipped();
        let (key, id) = opened(&run);
        let many: Vec<_> = (0..40).map(account).collect();
        for who in &many {
            Balances::mint_into(who, FUNDS).unwrap();
            challenge(who.clone(), &key);
        }
        let before = everything();
        commit(BOB, id, &run.evidence());
        pass(1);
        // The verdict does not wait for the claims.
        assert_free(prove(BOB, id, BOB, &run.evidence()));
        assert_convicted(Some(id), &key, Offence::FalseRun, BOB);
        assert_eq!(Claims::<Test>::iter_prefix(id).count(), 42 - CLAIMS_PER_STEP as usize);
        assert!(matches!(dispute(id).state, DisputeState::Closing { fate: Fate::Convicted, .. }));
        assert!(!Challenges::is_disputed(&key));
        assert_refused!(prove(BOB, id, BOB, &run.evidence()), UnknownDispute);
        assert_refused!(submit_trace(id, &run), UnknownDispute);
        assert_refused!(Challenges::demand(signed(BOB), id, chunk(0, 0)), UnknownDispute);
        assert_refused!(Challenges::commit_evidence(signed(BOB), id, H256::zero()), UnknownDispute);
        // Anyone may go on at once; the hook does in the next block.
        assert_free(Challenges::expire_dispute(signed(CAROL), id));
        assert_eq!(Claims::<Test>::iter_prefix(id).count(), 42 - 2 * CLAIMS_PER_STEP as usize);
        check_invariants();
        pass(1);
        assert!(is_gone(id));
        assert!(many.iter().all(|who| free(who) == FUNDS && held(who) == 0));
        assert_eq!(everything(), before);
        many.iter().for_each(|who| {
            let _ = Balances::burn_from(
                who,
                FUNDS,
                frame_support::traits::tokens::Preservation::Expendable,
                frame_support::traits::tokens::Precision::Exact,
                frame_support::traits::tokens::Fortitude::Force,
            );
        });
    });
}

#[test]
fn the_hooks_should_stay_within_their_weight() {
    with_chain(|| {
        for _ in 0..6 {
            challenge(ALICE, &deliver(&run()));
        }
        pass_idle(20);
        let room = |steps: u64| {
            <() as WeightInfo>::poll_base()
                + (<() as WeightInfo>::poll_item() + <() as WeightInfo>::convict()).saturating_mul(steps)
        };
        let left = || DisputesMap::<Test>::iter_keys().count();
        for (limit, remaining) in [(Weight::zero(), 6), (Weight::from_parts(1, 1), 6), (room(1), 5), (room(3), 2)] {
            let mut meter = WeightMeter::with_limit(limit);
            <Challenges as OnPoll<u32>>::on_poll(8, &mut meter);
            assert!(meter.consumed().all_lte(limit));
            assert_eq!(left(), remaining);
        }
        let used = <Challenges as OnIdle<u32>>::on_idle(8, room(2));
        assert!(used.all_lte(room(2)));
        assert_eq!(left(), 0);
        // Four convictions took what the stake had, the last two found nothing.
        assert_eq!(MockHosts::stake(&HOST), 0);
        let missing = events().into_iter().filter_map(|e| match e {
            Event::HostConvicted { slashed, .. } => Some(slashed.missing),
            _ => None,
        });
        assert_eq!(missing.collect::<Vec<_>>(), [0, 0, 0, 0, REQUIRED, REQUIRED]);
    });
}

#[test]
fn constants_should_pass_the_integrity_test() {
    with_chain(<Challenges as frame_support::traits::Hooks<u32>>::integrity_test);
}
