//! The clock stands still while nobody can get a transaction in.

use super::*;
use candor_primitives::traits::DisputeClock;
use frame_support::{dispatch::DispatchClass, traits::Get, weights::Weight};

fn now() -> BlockNumber {
    <Challenges as DisputeClock>::now()
}

/// Use so many picoseconds of this block.
fn use_weight(time: u64, class: DispatchClass) {
    frame_system::Pallet::<Test>::register_extra_weight_unchecked(Weight::from_parts(time, 0), class);
}

fn next_block() {
    let block = System::block_number();
    <Challenges as OnFinalize<u32>>::on_finalize(block);
    System::reset_events();
    System::initialize(&(block + 1), &H256::zero(), &Default::default());
    <Challenges as OnPoll<u32>>::on_poll(block + 1, &mut WeightMeter::new());
}

/// What ordinary transactions may use: 75 % of 0.7 s.
const ROOM: u64 = 525_000_000_000;

#[test]
fn the_clock_should_count_blocks_that_have_room() {
    new_test_ext().execute_with(|| {
        for class in [DispatchClass::Normal, DispatchClass::Operational, DispatchClass::Mandatory] {
            let before = now();
            next_block();
            assert_eq!(now(), before + 1, "empty");
            use_weight(ROOM / 2, class);
            next_block();
            assert_eq!(now(), before + 2, "half full");
            use_weight(ROOM / 4 * 3 + 1_000_000_000, class);
            next_block();
            assert_eq!(now(), before + 2, "full");
            next_block();
            assert_eq!(now(), before + 3, "and on");
        }
    });
}

#[test]
fn the_clock_should_stop_when_blocks_are_full_of_bytes() {
    new_test_ext().execute_with(|| {
        let limits: frame_system::limits::BlockLength = <Test as frame_system::Config>::BlockLength::get();
        let length = *limits.max.get(DispatchClass::Normal);
        frame_system::BlockSize::<Test>::put(length / 2);
        next_block();
        assert_eq!(now(), 1);
        frame_system::BlockSize::<Test>::put(length / 4 * 3 + 10);
        next_block();
        assert_eq!(now(), 1);
    });
}

#[test]
fn the_clock_should_stop_while_a_migration_runs() {
    new_test_ext().execute_with(|| {
        Migrating::set(true);
        (0..5).for_each(|_| next_block());
        assert_eq!(now(), 0);
        Migrating::set(false);
        next_block();
        assert_eq!(now(), 1);
    });
}

#[test]
fn nobody_should_be_late_because_blocks_were_full() {
    new_test_ext().execute_with(|| {
        let run = run();
        let key = deliver(&run);
        let id = challenge(ALICE, &key);
        for _ in 0..500 {
            use_weight(ROOM, DispatchClass::Normal);
            next_block();
        }
        assert_eq!(now(), 0);
        assert!(!is_overturned(&key), "the host had no chance");
        assert_free(submit_trace(id, &run));
        for _ in 0..500 {
            use_weight(ROOM, DispatchClass::Normal);
            next_block();
        }
        assert!(!is_gone(id), "nor had the challengers");
        (0..9).for_each(|_| next_block());
        assert!(is_gone(id));
        check_invariants();
    });
}
