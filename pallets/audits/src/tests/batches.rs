//! Batches: how many of their calls are drawn, which, and what becomes of a call that was drawn.

use super::*;
use crate::{queue::offsets, AuditOf, MAX_SAMPLES};
use candor_primitives::traits::{BatchKey, ReceiptListener};
use sp_runtime::Permill;
use std::collections::{BTreeMap, BTreeSet};

fn batch(number: u32) -> BatchKey<AccountId> {
    BatchKey { session: 7, number, host: host(0) }
}

fn rate(parts: u32) {
    MinRate::set(Permill::from_parts(parts));
    MaxRate::set(Permill::from_parts(parts));
}

fn holds(key: &BatchKey<AccountId>) -> u32 {
    OpenBatches::get().into_iter().find(|batch| batch.0 == *key).expect("it is open").2
}

#[test]
fn batch_should_be_held_until_it_is_drawn() {
    with_hosts(2, || {
        rate(0);
        MockBatches::settle_batch(&batch(0), 10);
        assert_eq!(holds(&batch(0)), 1);
        run(1);
        assert_eq!(holds(&batch(0)), 1);
        run(1);
        assert_eq!(holds(&batch(0)), 0);
        assert_eq!(Sampled::get(), vec![]);
    });
}

#[test]
fn calls_should_be_drawn_at_the_rate_of_the_host() {
    with_hosts(2, || {
        // 2.5 of 100 calls.
        rate(25_000);
        for number in 0..400 {
            MockBatches::settle_batch(&batch(number), 100);
        }
        run(2);
        let mut counts = BTreeMap::<u32, u32>::new();
        let mut offsets = BTreeSet::new();
        for (key, offset, _) in Sampled::get() {
            assert!(offset < 100);
            *counts.entry(key.number).or_default() += 1;
            assert!(offsets.insert((key.number, offset)), "a call is drawn once");
        }
        assert!((0..400).all(|number| matches!(counts.get(&number), Some(2 | 3))), "two or three of each");
        // Binomial of 400 at a half: mean 200, deviation 10.
        let three = counts.values().filter(|count| **count == 3).count();
        assert!((160..=240).contains(&three), "{three}");
        // Every offset comes up: 10 of 1 000 each in the mean.
        assert_eq!(offsets.iter().map(|(_, offset)| offset).collect::<BTreeSet<_>>().len(), 100);
    });
}

#[test]
fn calls_should_be_drawn_up_to_a_bound_when_the_rate_is_high() {
    with_hosts(2, || {
        rate(1_000_000);
        MockBatches::settle_batch(&batch(0), 3);
        MockBatches::settle_batch(&batch(1), 1_000_000);
        run(2);
        let of = |number| Sampled::get().into_iter().filter(|(key, ..)| key.number == number).count();
        assert_eq!((of(0), of(1)), (3, MAX_SAMPLES as usize));
    });
}

#[test]
fn batch_should_wait_once_more_when_its_calls_cannot_be_drawn_now() {
    with_hosts(2, || {
        rate(1_000_000);
        Samples::set(10);
        Mock::deliver(entry(0, &host(0), &ALICE, false));
        for number in 0..3 {
            MockBatches::settle_batch(&batch(number), 8);
        }
        Mock::deliver(entry(1, &host(0), &ALICE, false));
        run(2);
        assert_eq!(AuditsMap::<Test>::count(), 2, "nothing else waits for it");
        assert_eq!(Sampled::get().len(), 8, "all calls of a batch, or none");
        assert_eq!(OpenBatches::get().iter().map(|(.., holds)| holds).sum::<u32>(), 2);
        check_invariants();
        Samples::set(u32::MAX);
        run(2);
        assert_eq!(Sampled::get().len(), 24);
        assert!(OpenBatches::get().iter().all(|(.., holds)| *holds == 0));
    });
}

#[test]
fn offsets_should_be_different_and_below_the_number_of_calls() {
    for seed in 0..200u8 {
        for (calls, count) in [(1, 1), (8, 8), (9, 8), (10_000, 8), (u32::MAX, 8), (5, 0)] {
            let offsets = offsets(&H256::repeat_byte(seed), calls, count);
            assert_eq!(offsets.len(), count as usize);
            assert!(offsets.iter().all(|offset| *offset < calls));
        }
    }
}

#[test]
fn audit_should_begin_at_once_when_a_drawn_call_is_opened() {
    with_hosts(3, || {
        rate(0);
        let opened = entry(0, &host(0), &ALICE, false);
        Book::set(&vec![opened.clone()]);
        Audits::sampled(&opened.key, &opened.receipt, digest(5));
        let id = AuditOf::<Test>::get(&opened.key).expect("it is audited");
        assert_eq!(Mock::entry(&opened.key).unwrap().holds, 1);
        check_invariants();
        // Drawn once more: one audit is enough.
        Audits::sampled(&opened.key, &opened.receipt, digest(6));
        assert_eq!(AuditsMap::<Test>::count(), 1);
        round(id, honest(), digest(1), digest(1));
        assert_eq!(Mock::entry(&opened.key).unwrap().holds, 0);
    });
}

#[test]
fn levy_of_a_batch_should_cover_the_audits_of_its_calls() {
    use candor_primitives::traits::AuditLevy;
    with_hosts(2, || {
        rate(20_000);
        let many = |fee, calls| <Pallet<Test> as AuditLevy<_>>::levy_of(&host(0), fee, calls, false);
        // An audit pays 50 and a tenth of the fee: 1 000 calls of 1 000 each, 2 % of them.
        assert_eq!(many(1_000_000, 1_000), 3_000);
        assert_eq!(many(1_000, 1), <Pallet<Test> as AuditLevy<_>>::levy(&host(0), 1_000, false));
        assert_eq!(many(10, 1_000), 10, "the fee at most");
        assert_eq!(many(0, 1_000), 0);
    });
}
