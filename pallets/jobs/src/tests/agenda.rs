//! The hooks: bounded work, nothing stalls, nothing is lost.

use super::*;
use crate::{Agenda, WeightInfo};
use frame_support::{
    traits::{Hooks, OnIdle},
    weights::Weight,
};

fn deliver_many(count: u32) -> Vec<JobId> {
    MockMarket::change(&host(0), |host| (host.capacity, host.stake) = (1_000, 1_000_000));
    (0..count)
        .map(|_| {
            let id = submit();
            deliver(id, &host(0));
            id
        })
        .collect()
}

/// Hook weight that finalises so many jobs.
fn room_for(jobs: u64) -> Weight {
    <() as WeightInfo>::poll_base()
        + (<() as WeightInfo>::poll_item() + <() as WeightInfo>::finalise()).saturating_mul(jobs)
}

fn left() -> usize {
    JobsMap::<Test>::iter_keys().count()
}

#[test]
fn the_hook_should_finalise_over_several_blocks_when_weight_is_short() {
    with_hosts(1, || {
        deliver_many(10);
        HookWeight::set(room_for(4));
        run_to(7);
        assert_eq!(left(), 10, "the window has not passed");
        run_to(8);
        assert_eq!(left(), 6);
        run_to(9);
        assert_eq!(left(), 2);
        run_to(10);
        assert_eq!(left(), 0);
        assert_eq!(free(&host(0)), 1_000 + 10 * TO_HOST);
    });
}

#[test]
fn the_hook_should_take_the_oldest_first() {
    with_hosts(1, || {
        let ids = deliver_many(4);
        HookWeight::set(room_for(2));
        run_to(8);
        assert!(is_gone(ids[0]) && is_gone(ids[1]) && !is_gone(ids[2]) && !is_gone(ids[3]));
    });
}

#[test]
fn the_hook_should_never_exceed_the_weight_it_is_given() {
    with_hosts(1, || {
        deliver_many(5);
        skip_to(8);
        for limit in [Weight::zero(), Weight::from_parts(1, 1), room_for(1), room_for(3)] {
            let mut meter = WeightMeter::with_limit(limit);
            <Jobs as OnPoll<u32>>::on_poll(8, &mut meter);
            assert!(meter.consumed().all_lte(limit));
        }
        assert_eq!(left(), 1);
        let used = <Jobs as OnIdle<u32>>::on_idle(8, room_for(2));
        assert!(used.all_lte(room_for(2)));
        assert_eq!(left(), 0);
    });
}

#[test]
fn the_hook_should_do_next_to_nothing_when_nothing_is_due() {
    with_hosts(1, || {
        submit();
        let mut meter = WeightMeter::new();
        <Jobs as OnPoll<u32>>::on_poll(1, &mut meter);
        assert_eq!(meter.consumed(), <() as WeightInfo>::poll_base());
    });
}

#[test]
fn the_hook_should_go_on_when_one_job_cannot_be_settled() {
    new_test_ext().execute_with(|| {
        MockMarket::add(ordinary_host(0));
        let ids = deliver_many(2);
        assert_ok!(Jobs::submit(RuntimeOrigin::signed(BOB), EMBED, input(), 200));
        deliver(ids[1] + 1, &host(0));
        // Break what cannot break: Alice's escrow vanishes, so her jobs cannot be paid.
        let reason = HoldReason::Escrow.into();
        use frame_support::traits::{fungible::MutateHold, tokens};
        let (precision, force) = (tokens::Precision::Exact, tokens::Fortitude::Force);
        assert_ok!(Balances::burn_held(&reason, &ALICE, 2 * FEE - 10, precision, force));
        skip_to(8);
        <Jobs as OnPoll<u32>>::on_poll(8, &mut WeightMeter::new());
        assert!(is_gone(ids[1] + 1), "the job behind the broken ones is done");
        assert_eq!(left(), 2);
        assert!(events().iter().any(|e| matches!(e, Event::JobDeferred { job: 0, until: 11, .. })));
        assert_eq!(Agenda::<Test>::iter_keys().count(), 2);
        assert_ok!(Balances::hold(&reason, &ALICE, 2 * FEE - 10));
        run_to(12);
        assert_eq!(left(), 0);
    });
}

#[test]
fn the_hook_should_retry_more_jobs_when_offers_are_few() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| host.capacity = 0);
        let ids: Vec<_> = (0..3).map(|_| submit()).collect();
        let draw = DrawWeight::get() / 5;
        let retry = <() as WeightInfo>::poll_item() + <() as WeightInfo>::assign(1) + draw;
        HookWeight::set(<() as WeightInfo>::poll_base() + retry.saturating_mul(3));
        run_to(5);
        for id in ids {
            assert_eq!(job(id).state, JobState::Open { retry_at: 8, deadline: 21 }, "each was looked at");
        }
    });
}

#[test]
fn the_agenda_should_be_in_order_whatever_the_block_numbers() {
    with_hosts(0, || {
        let blocks = [0x0100u32, 0x00ff, 0x0001_0000, 1, 0x0100_0000];
        for block in blocks {
            Agenda::<Test>::insert(BlockKey::from(block), JobKey::from(300), ());
            Agenda::<Test>::insert(BlockKey::from(block), JobKey::from(2), ());
        }
        let listed: Vec<(u32, JobId)> =
            Agenda::<Test>::iter_keys().map(|(block, key)| (block.into(), key.into())).collect();
        let mut sorted = listed.clone();
        sorted.sort();
        assert_eq!(listed, sorted);
        let _ = Agenda::<Test>::clear(100, None);
    });
}

#[test]
fn constants_should_pass_the_integrity_test() {
    with_hosts(0, <Jobs as Hooks<u32>>::integrity_test);
}
