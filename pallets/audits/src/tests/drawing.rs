//! Which receipts are drawn, when, and with what.

use super::*;
use crate::{AuditOf, Ring, Seed};
use sp_runtime::Permill;

fn no_audits() {
    MinRate::set(Permill::zero());
    MaxRate::set(Permill::zero());
}

#[test]
fn seed_should_take_in_every_vrf_output_when_blocks_come() {
    with_hosts(0, || {
        run(1);
        let first = Seed::<Test>::get();
        run(1);
        assert_ne!(Seed::<Test>::get(), first);
        Vrf::set(Some(H256::repeat_byte(8)));
        run(1);
        let third = Seed::<Test>::get();
        Vrf::set(None);
        run(1);
        assert_eq!(Seed::<Test>::get(), third, "kept where there is no output");
        Vrf::set(Some(H256::repeat_byte(7)));
    });
}

#[test]
fn nothing_should_be_kept_when_nothing_waits() {
    with_hosts(2, || {
        run(3);
        deliver(0);
        skip(1);
        assert_eq!((Waiting::<Test>::iter().count(), Ring::<Test>::iter().count()), (1, 0));
        skip(1);
        run(1);
        assert_eq!((Waiting::<Test>::iter().count(), Ring::<Test>::iter().count()), (0, 0));
    });
}

#[test]
fn receipt_should_be_drawn_with_a_younger_seed_when_the_delay_has_passed() {
    with_hosts(2, || {
        let key = deliver(0);
        run(1);
        assert_eq!(AuditOf::<Test>::get(&key), None);
        assert_noop!(Audits::draw(bob()), Error::<Test>::NothingToDraw);
        run(1);
        let id = AuditOf::<Test>::get(&key).unwrap();
        let hash = audit(id).case.receipt;
        let seed = codec::Encode::encode(&(b"audit", Pallet::<Test>::block_seed(), hash));
        assert_eq!(audit(id).case.seed.0, sp_io::hashing::blake2_256(&seed));
    });
}

#[test]
fn receipt_should_stay_open_when_its_window_passes_before_the_draw() {
    with_hosts(2, || {
        Delay::set(WINDOW + 5);
        let key = deliver(0);
        run(WINDOW + 4);
        assert!(Mock::entry(&key).is_some());
        run(1);
        assert!(AuditOf::<Test>::contains_key(&key));
        Delay::set(2);
    });
}

#[test]
fn receipt_should_stay_open_when_the_hooks_are_late() {
    with_hosts(2, || {
        let key = deliver(0);
        skip(WINDOW + 5);
        assert!(Mock::entry(&key).is_some());
        run(1);
        assert!(AuditOf::<Test>::contains_key(&key));
    });
}

#[test]
fn receipt_should_be_let_go_when_it_is_not_drawn() {
    with_hosts(2, || {
        no_audits();
        let key = deliver(0);
        run(2);
        assert_eq!(Mock::entry(&key).unwrap().holds, 0);
        assert_eq!(events(), vec![]);
        run(WINDOW);
        assert!(is_final(&key));
    });
}

#[test]
fn receipts_should_be_drawn_at_the_rate_of_their_host_when_there_are_many() {
    with_hosts(3, || {
        MinRate::set(Permill::from_percent(1));
        // 5 audits per window among 20 open receipts: a quarter.
        Mock::change(&host(0), |host| host.open = 20);
        // Among 500: the least rate.
        Mock::change(&host(1), |host| host.open = 5_000);
        for job in 0..400 {
            deliver_from(job, 0, &ALICE);
            deliver_from(job, 1, &ALICE);
        }
        run(2);
        let drawn = |index| AuditsMap::<Test>::iter_values().filter(|audit| audit.case.key.host == host(index)).count();
        // Binomial of 400 at 1/4: mean 100, deviation 8.7. At 1/100: mean 4, deviation 2.
        assert!((65..=135).contains(&drawn(0)), "{}", drawn(0));
        assert!((0..=14).contains(&drawn(1)), "{}", drawn(1));
    });
}

#[test]
fn draws_should_go_on_in_the_next_block_when_there_is_no_room() {
    with_hosts(2, || {
        no_audits();
        (0..10).for_each(|job| {
            deliver(job);
        });
        skip(2);
        type Info = ();
        let base = <Info as crate::WeightInfo>::poll_base();
        let place = <Info as crate::WeightInfo>::place_item();
        let item = <Info as crate::WeightInfo>::poll_item().saturating_add(<Info as crate::WeightInfo>::draw_item());
        block_with(base.saturating_add(place.saturating_mul(10)));
        assert_eq!((Waiting::<Test>::iter().count(), Ring::<Test>::iter().count()), (10, 10));
        for left in (0..10).rev() {
            block_with(base.saturating_add(item));
            assert_eq!(Waiting::<Test>::iter().count(), left);
            check_invariants();
        }
    });
}

#[test]
fn anyone_should_draw_when_the_hooks_do_not() {
    with_hosts(2, || {
        let keys: Vec<_> = (0..6).map(deliver).collect();
        assert_noop!(Audits::draw(bob()), Error::<Test>::NothingToDraw);
        skip(2);
        let mut calls = 0;
        while is_free(Audits::draw(bob())) {
            calls += 1;
            check_invariants();
        }
        // Six places, six draws, four at a time.
        assert_eq!((calls, Waiting::<Test>::iter().count()), (3, 0));
        assert_noop!(Audits::draw(bob()), Error::<Test>::NothingToDraw);
        assert!(keys.iter().all(AuditOf::<Test>::contains_key));
    });
}

#[test]
fn receipt_should_be_passed_over_when_it_was_overturned_meanwhile() {
    with_hosts(2, || {
        let key = deliver(0);
        assert_ok!(Mock::overturn(&key));
        run(2);
        assert_eq!(Waiting::<Test>::iter().count(), 0);
        assert_eq!(events(), vec![]);
    });
}

#[test]
fn every_receipt_should_be_drawn_when_the_delay_changes() {
    with_hosts(3, || {
        let mut keys = vec![];
        for (job, delay) in [2, 5, 1, 3, 0, 2].into_iter().enumerate() {
            Delay::set(delay);
            keys.push(deliver(job as u64));
            run(1);
        }
        run(4);
        assert!(keys.iter().all(AuditOf::<Test>::contains_key));
        Delay::set(2);
    });
}

#[test]
fn decision_should_not_depend_on_anything_but_seed_and_receipt() {
    with_hosts(0, || {
        let rate = Permill::from_percent(30);
        let drawn = |seed: u8| {
            (0..2_000u32)
                .filter(|i| {
                    let receipt = H256(sp_io::hashing::blake2_256(&i.to_le_bytes()));
                    Pallet::<Test>::is_drawn(&H256::repeat_byte(seed), &receipt, rate)
                })
                .collect::<Vec<_>>()
        };
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
        // Mean 600, deviation 20.5.
        assert!((500..700).contains(&drawn(1).len()));
        assert!(Pallet::<Test>::is_drawn(&H256::zero(), &H256::zero(), Permill::one()));
        assert!(!Pallet::<Test>::is_drawn(&H256::zero(), &H256::zero(), Permill::zero()));
    });
}
