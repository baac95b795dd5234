//! Draws over many blocks: each item once, at its whole rate, in a block that nobody knows before.

use super::*;
use crate::{queue::Arc, AuditOf, Ring, PATIENCE};
use candor_primitives::traits::ReceiptListener;
use sp_runtime::Permill;

fn spread(blocks: u32) {
    Blocks::set(blocks);
}

fn rate(percent: u32) {
    MinRate::set(Permill::from_percent(percent));
    MaxRate::set(Permill::from_percent(percent));
}

fn waiting() -> usize {
    Waiting::<Test>::iter_keys().count()
}

#[test]
fn every_block_should_draw_one_in_so_many_of_what_waits() {
    with_hosts(2, || {
        spread(10);
        rate(0);
        (0..1_000).for_each(|job| {
            deliver(job);
        });
        run(1);
        assert_eq!((waiting(), Ring::<Test>::iter_keys().count()), (1_000, 0), "nothing before the delay has passed");
        let mut before = waiting();
        for _ in 0..20 {
            run(1);
            // A tenth of the ring, on which a tenth of what came lies, or what is left of it: mean 100, deviation 9.5.
            assert!(before - waiting() <= 150, "{before} {}", waiting());
            before = waiting();
            check_invariants();
        }
        // 0.9^20 of it in the mean, 122. Arcs overlap as chance has it.
        assert!((10..=400).contains(&before), "{before}");
        run(PATIENCE * 10);
        assert_eq!(waiting(), 0, "nothing waits for ever");
        spread(1);
    });
}

#[test]
fn items_should_be_drawn_at_their_whole_rate_when_draws_are_spread() {
    with_hosts(2, || {
        spread(7);
        rate(25);
        (0..800).for_each(|job| {
            deliver(job);
        });
        run(2 + PATIENCE * 7 + 2);
        assert_eq!(waiting(), 0);
        // Binomial of 800 at 1/4: mean 200, deviation 12.2.
        let started = events().iter().filter(|event| matches!(event, Event::AuditStarted { .. })).count();
        assert!((140..=260).contains(&started), "{started}");
        spread(1);
    });
}

#[test]
fn item_should_be_drawn_at_last_when_no_arc_covers_it() {
    with_hosts(2, || {
        // Arcs of one four thousand millionth: none covers it.
        spread(u32::MAX / (2 * PATIENCE));
        deliver(0);
        run(200);
        assert_eq!(waiting(), 1);
        spread(1);
        run(1);
        assert_eq!(waiting(), 0);
        spread(5);
        let blocks = (0..30).map(|job| {
            deliver(job + 1);
            let since = System::block_number();
            while waiting() > 0 {
                run(1);
            }
            System::block_number() - since
        });
        assert!(blocks.into_iter().all(|blocks| (2..=2 + PATIENCE * 5 + 1).contains(&blocks)));
        spread(1);
    });
}

#[test]
fn items_should_be_caught_up_with_when_blocks_were_full() {
    with_hosts(2, || {
        spread(4);
        rate(0);
        for job in 0..100 {
            deliver(job);
            if job % 10 == 0 {
                skip(1);
            }
        }
        skip(60);
        assert_eq!(waiting(), 100);
        run(1);
        assert_eq!(waiting(), 0, "all of it has waited too long");
        spread(1);
    });
}

#[test]
fn arcs_should_cover_their_part_of_the_ring_when_they_go_beyond_its_end() {
    for blocks in [1u32, 2, 3, 10, 1_000] {
        let mut covered = 0u32;
        for n in 0..2_000u32 {
            let arc = Arc::of(&H256(sp_io::hashing::blake2_256(&n.to_le_bytes())), blocks);
            covered += u32::from(arc.covers(u32::MAX)) + u32::from(arc.covers(0));
            assert!(blocks > 1 || (0..=u32::MAX).step_by(1 << 24).all(|place| arc.covers(place)), "all of it");
        }
        let expected = 4_000f64 / f64::from(blocks);
        assert!((f64::from(covered) - expected).abs() <= 6. * expected.sqrt() + 1., "{blocks}: {covered}");
    }
}

#[test]
fn arc_should_hold_what_it_covers() {
    with_hosts(2, || {
        spread(1_000_000);
        rate(0);
        (0..200).for_each(|job| {
            deliver(job);
        });
        run(3);
        let placed: Vec<_> = Ring::<Test>::iter_keys().collect();
        assert!(placed.len() > 190);
        for n in 0..50u8 {
            let arc = Arc::of(&H256::repeat_byte(n), 3);
            let mut found: Vec<_> = arc.items::<Test>().collect();
            let mut expected: Vec<_> =
                placed.iter().filter(|(place, _)| arc.covers(u32::from(*place))).map(|(_, key)| *key).collect();
            found.sort();
            expected.sort();
            assert_eq!(found, expected);
        }
        spread(1);
    });
}

#[test]
fn draw_of_a_block_should_not_depend_on_the_blocks_before_it() {
    // Who has several slots in a row chooses which of its blocks there are. It must not choose among draws with that.
    let seed = |blocks: &[u8]| {
        new_test_ext().execute_with(|| {
            for byte in blocks {
                Vrf::set(Some(H256::repeat_byte(*byte)));
                run(1);
            }
            System::set_block_number(9);
            let seed = (crate::Seed::<Test>::get(), Pallet::<Test>::block_seed());
            Vrf::set(Some(H256::repeat_byte(7)));
            seed
        })
    };
    let (all, some) = (seed(&[1, 2, 3]), seed(&[1, 3]));
    assert_ne!(all.0, some.0, "places are made from everything before");
    assert_eq!(all.1, some.1, "draws are not");
}

#[test]
fn contradicted_receipts_should_be_audited_whatever_the_rate() {
    with_hosts(3, || {
        rate(0);
        spread(3);
        let contradicted = entry(0, &host(0), &ALICE, false);
        Book::set(&vec![contradicted.clone()]);
        Audits::disagreed(&contradicted.key, &contradicted.receipt);
        deliver(1);
        run(2 + PATIENCE * 3 + 2);
        let started = events().into_iter().filter_map(|event| match event {
            Event::AuditStarted { key, .. } => Some(key),
            _ => None,
        });
        assert_eq!(started.collect::<Vec<_>>(), vec![contradicted.key]);
        spread(1);
    });
}

#[test]
fn receipt_should_be_let_go_when_it_is_audited_already() {
    with_hosts(3, || {
        let key = deliver(0);
        let receipt = Mock::entry(&key).unwrap().receipt;
        run(2);
        let id = AuditOf::<Test>::get(&key).unwrap();
        Audits::sampled(&key, &receipt, digest(1));
        assert_eq!(AuditOf::<Test>::get(&key), Some(id));
        assert_eq!(Mock::entry(&key).unwrap().holds, 1);
    });
}
