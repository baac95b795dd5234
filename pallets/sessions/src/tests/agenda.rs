//! The hooks: bounded work, nothing stalls, nothing is lost.

use super::*;
use crate::{Agenda, WeightInfo};
use frame_support::{
    traits::{Hooks, OnIdle},
    weights::Weight,
};

/// So many sessions with a batch each.
fn settled(count: u32) -> Vec<Calls> {
    MockMarket::change(&host(0), |host| host.stake = 1_000_000);
    (0..count)
        .map(|_| {
            let mut calls = open();
            calls.make_batch(1);
            calls
        })
        .collect()
}

/// Hook weight that finalises so many batches.
fn room_for(batches: u64) -> Weight {
    <() as WeightInfo>::poll_base()
        + (<() as WeightInfo>::poll_item() + <() as WeightInfo>::finalise()).saturating_mul(batches)
}

fn left() -> usize {
    BatchesOf::<Test>::iter_keys().count()
}

#[test]
fn the_hook_should_finalise_over_several_blocks_when_weight_is_short() {
    with_hosts(1, || {
        settled(5);
        HookWeight::set(room_for(2));
        run_to(7);
        assert_eq!(left(), 5, "the window has not passed");
        run_to(8);
        assert_eq!(left(), 3);
        run_to(9);
        assert_eq!(left(), 1);
        run_to(10);
        assert_eq!(left(), 0);
        assert_eq!(free(&host(0)), 1_000 + 5 * 109);
    });
}

#[test]
fn the_hook_should_never_exceed_the_weight_it_is_given() {
    with_hosts(1, || {
        settled(4);
        skip_to(8);
        for limit in [Weight::zero(), Weight::from_parts(1, 1), room_for(1), room_for(2)] {
            let mut meter = WeightMeter::with_limit(limit);
            <Sessions as OnPoll<u32>>::on_poll(8, &mut meter);
            assert!(meter.consumed().all_lte(limit));
        }
        assert_eq!(left(), 1);
        let used = <Sessions as OnIdle<u32>>::on_idle(8, room_for(2));
        assert!(used.all_lte(room_for(2)));
        assert_eq!(left(), 0);
    });
}

#[test]
fn the_hook_should_do_next_to_nothing_when_nothing_is_due() {
    with_hosts(1, || {
        settled(2);
        let mut meter = WeightMeter::new();
        <Sessions as OnPoll<u32>>::on_poll(1, &mut meter);
        assert_eq!(meter.consumed(), <() as WeightInfo>::poll_base());
    });
}

#[test]
fn the_hook_should_go_on_when_something_cannot_be_moved() {
    with_hosts(1, || {
        let all = settled(3);
        // Funds of the second session are gone, as they never can be: its batch cannot be paid.
        let id = all[1].id();
        SessionsMap::<Test>::mutate(id, |session| session.as_mut().unwrap().held = 0);
        System::set_block_number(8);
        <Sessions as OnPoll<u32>>::on_poll(8, &mut WeightMeter::new());
        assert_eq!(left(), 1);
        assert_event(Event::Deferred { item: Item::Batch(id, 0), until: 11, error: DispatchError::Corruption });
        assert_eq!(batch(id, 0).until, 11);
        assert_eq!(Agenda::<Test>::iter_prefix(BlockKey::from(11)).count(), 1);
        SessionsMap::<Test>::mutate(id, |session| session.as_mut().unwrap().held = DEPOSIT);
        run_to(12);
        assert_eq!(left(), 0);
    });
}

#[test]
fn every_hook_weight_should_fit_one_item() {
    new_test_ext().execute_with(<Sessions as Hooks<u32>>::integrity_test);
}
