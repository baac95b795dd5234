use super::*;
use crate::{Chunk, MAX_CHUNKS};

fn chunks(queue: &Queue) -> Vec<(u128, BlockNumber)> {
    queue.chunks().iter().map(|Chunk { amount, at }| (*amount, *at)).collect()
}

#[test]
fn queue_should_keep_parts_in_order_and_join_those_of_one_block() {
    let mut queue = Queue::default();
    for (amount, at) in [(5, 10), (6, 20), (7, 15), (1, 20), (0, 30)] {
        queue.join(amount, at, 0);
    }
    assert_eq!(chunks(&queue), vec![(5, 10), (7, 15), (7, 20)]);
    assert_eq!((queue.total(), queue.last()), (19, Some(20)));
    assert_eq!((queue.take_due(9), queue.take_due(15), queue.take_due(15)), (0, 12, 0));
    queue.shrink(3);
    assert_eq!(chunks(&queue), vec![(4, 20)]);
    queue.shrink(9);
    assert!(queue.is_empty());
}

#[test]
fn queue_should_never_be_too_full_when_parts_come_one_by_one() {
    let mut queue = Queue::default();
    for block in 0..MAX_CHUNKS {
        queue.join(1, 100 + block, block);
    }
    // No place is left: the newest joins the last.
    queue.join(1, 200, 50);
    assert_eq!(queue.chunks().len() as u32, MAX_CHUNKS);
    assert_eq!(chunks(&queue).pop(), Some((2, 200)));
    // A shorter period does not bring the last forward.
    queue.join(1, 150, 50);
    assert_eq!(chunks(&queue).pop(), Some((3, 200)));
    // What is due makes room.
    queue.join(5, 210, 102);
    assert_eq!(chunks(&queue)[0], (3, 102));
    assert_eq!(chunks(&queue).pop(), Some((5, 210)));
    assert_eq!(queue.total(), u128::from(MAX_CHUNKS) + 2 + 5);
}

#[test]
fn withdraw_should_return_only_what_is_due_when_parts_unbond() {
    run(|| {
        create(1, MIN_SELF + 10 * UNIT);
        stake(5, 1, 20 * UNIT);
        for who in [1, 5] {
            unstake(who, 1, 4 * UNIT);
        }
        skip_to(51);
        for who in [1, 5] {
            unstake(who, 1, 6 * UNIT);
        }
        skip_to(101);
        for who in [1, 5] {
            withdraw(who, 1);
            assert_eq!(last_event(), Event::Withdrawn { pool: account(1), staker: account(who), amount: 4 * UNIT });
            assert_noop!(Stake::withdraw(signed(who), account(1)), Error::NothingDue);
        }
        skip_to(151);
        for who in [1, 5] {
            withdraw(who, 1);
            assert_eq!(last_event(), Event::Withdrawn { pool: account(1), staker: account(who), amount: 6 * UNIT });
        }
        assert_eq!((held(1), pot(1)), (MIN_SELF, 10 * UNIT));
    });
}

#[test]
fn unstaking_often_should_never_fail_and_wait_no_longer_than_the_last_part() {
    run(|| {
        create(1, MIN_SELF + 100 * UNIT);
        stake(5, 1, 100 * UNIT);
        for block in 1..=30 {
            skip_to(block);
            unstake(1, 1, UNIT);
            unstake(5, 1, UNIT);
        }
        assert_eq!(pool(1).own_unbonding.chunks().len() as u32, MAX_CHUNKS);
        skip_to(107);
        withdraw(1, 1);
        withdraw(5, 1);
        assert_eq!((held(1), worth(5, 1)), (MIN_SELF + 93 * UNIT, (70 * UNIT, 23 * UNIT)));
        skip_to(130);
        withdraw(1, 1);
        withdraw(5, 1);
        assert_eq!((held(1), worth(5, 1)), (MIN_SELF + 70 * UNIT, (70 * UNIT, 0)));
    });
}

#[test]
fn parts_should_stay_in_order_when_the_period_is_shortened() {
    run(|| {
        create(1, MIN_SELF + 10 * UNIT);
        unstake(1, 1, 4 * UNIT);
        UnbondingPeriod::set(10);
        unstake(1, 1, 6 * UNIT);
        skip_to(11);
        withdraw(1, 1);
        assert_eq!(last_event(), Event::Withdrawn { pool: account(1), staker: account(1), amount: 6 * UNIT });
        // The older part takes longest, so it decides when the operator is gone.
        assert_eq!(leave(1), 101);
    });
}

#[test]
fn withdraw_should_wait_when_open_receipts_need_what_is_due() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 5 * MIN_SELF);
        open(1, 2 * MIN_SELF - 1, 0);
        // Stakers can always begin to leave; what they leave with still answers for what is open.
        unstake_all(5, 1);
        assert_eq!(<Stake as HostStake<_>>::free(&account(1)), 0);
        assert!(!<Stake as HostStake<_>>::can_open(&account(1), 0, 0));
        skip_to(101);
        assert_noop!(Stake::withdraw(signed(5), account(1)), Error::StakeInUse);
        assert_noop!(Stake::withdraw_for(signed(9), account(1), account(5)), Error::StakeInUse);
        close(1, 2 * MIN_SELF - 1, 0);
        withdraw(5, 1);
        assert_eq!(free(5), ENDOWMENT);
    });
}
