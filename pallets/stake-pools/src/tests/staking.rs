use super::*;
use sp_runtime::TokenError;

#[test]
fn stake_should_lie_in_the_pot_and_buy_shares_when_the_pool_is_open() {
    run(|| {
        create(1, MIN_SELF);
        Changed::take();
        stake(5, 1, 10 * UNIT);
        let staked = Event::Staked { pool: account(1), staker: account(5), amount: 10 * UNIT, active: 10 * UNIT };
        assert_eq!(last_event(), staked);
        assert_eq!((free(5), pot(1), worth(5, 1)), (ENDOWMENT - 10 * UNIT, 10 * UNIT, (10 * UNIT, 0)));
        assert_eq!(<Stake as HostStake<_>>::active(&account(1)), MIN_SELF + 10 * UNIT);
        stake(5, 1, 1);
        assert_eq!((pool(1).stakers, worth(5, 1)), (1, (10 * UNIT + 1, 0)));
        assert_eq!(Changed::take(), vec![account(1), account(1)]);
    });
}

#[test]
fn stake_should_fail_when_it_is_nothing_or_too_little_or_not_there() {
    run(|| {
        create(1, MIN_SELF);
        assert_noop!(Stake::stake(signed(5), account(1), 0), Error::ZeroAmount);
        assert_noop!(Stake::stake(signed(5), account(1), MIN_STAKE - 2), Error::StakeTooLow);
        assert_noop!(Stake::stake(signed(5), account(1), ENDOWMENT + 1), TokenError::FundsUnavailable);
        // A staker's account lives on: it must be able to get its stake back.
        assert_noop!(Stake::stake(signed(5), account(1), ENDOWMENT), TokenError::NotExpendable);
        assert_ok!(Stake::stake(signed(5), account(1), MIN_STAKE));
    });
}

#[test]
fn unstake_should_stop_earning_and_stay_slashable_when_it_unbonds() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 10 * UNIT);
        stake(6, 1, 10 * UNIT);
        unstake(5, 1, 4 * UNIT);
        let unstaked =
            Event::Unstaked { pool: account(1), staker: account(5), amount: 4 * UNIT, active: 6 * UNIT, at: 101 };
        assert_eq!(last_event(), unstaked);
        assert_eq!(worth(5, 1), (6 * UNIT, 4 * UNIT));
        assert_eq!(<Stake as HostStake<_>>::active(&account(1)), MIN_SELF + 16 * UNIT);
        assert_eq!(<Stake as HostStake<_>>::total(&account(1)), MIN_SELF + 20 * UNIT);
        let stakers = reward(1, 100 * UNIT);
        assert!((6 * UNIT + stakers * 6 / 16).abs_diff(worth(5, 1).0) <= 1);
        assert_eq!(worth(5, 1).1, 4 * UNIT);
    });
}

#[test]
fn unstake_should_fail_when_there_is_less_or_too_little_would_stay() {
    run(|| {
        create(1, MIN_SELF);
        assert_noop!(Stake::unstake(signed(5), account(1), UNIT), Error::NotStaking);
        stake(5, 1, 10 * UNIT);
        assert_noop!(Stake::unstake(signed(5), account(1), 0), Error::ZeroAmount);
        assert_noop!(Stake::unstake(signed(5), account(1), 10 * UNIT + 1), Error::InsufficientStake);
        assert_noop!(Stake::unstake(signed(5), account(1), Balance::MAX), Error::InsufficientStake);
        assert_noop!(Stake::unstake(signed(5), account(1), 9 * UNIT + 2), Error::StakeTooLow);
        unstake(5, 1, 9 * UNIT);
        assert_eq!(worth(5, 1), (UNIT, 9 * UNIT));
        unstake(5, 1, UNIT);
        assert_eq!(worth(5, 1), (0, 10 * UNIT));
        assert_noop!(Stake::unstake(signed(5), account(1), 1), Error::InsufficientStake);
        assert_noop!(Stake::unstake_all(signed(5), account(1)), Error::InsufficientStake);
    });
}

#[test]
fn unstake_all_should_take_out_what_slashes_left_when_it_is_below_the_minimum() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 2 * UNIT);
        expose(1, MIN_SELF + 3 * UNIT / 2);
        slash(1);
        let left = worth(5, 1).0;
        assert!(left < MIN_STAKE);
        assert_noop!(Stake::unstake(signed(5), account(1), 1), Error::StakeTooLow);
        unstake_all(5, 1);
        assert!(left - worth(5, 1).1 <= 1);
        close(1, (MIN_SELF + 3 * UNIT / 2) / 3, 0);
        skip_to(101);
        withdraw(5, 1);
        assert_eq!(free(5), ENDOWMENT - 2 * UNIT + left);
    });
}

#[test]
fn stake_should_come_back_to_the_last_unit_when_nothing_happens() {
    run(|| {
        create(1, MIN_SELF);
        for (who, amount) in [(5, UNIT), (6, 7 * UNIT + 1), (7, 1_234_567_890_123)] {
            stake(who, 1, amount);
        }
        for who in [6, 5, 7] {
            unstake_all(who, 1);
        }
        skip_to(101);
        for who in [7, 6, 5] {
            withdraw(who, 1);
            assert!(ENDOWMENT - free(who) <= 1, "{}", ENDOWMENT - free(who));
            assert_eq!(position(who, 1), None);
        }
        assert_eq!(pool(1).stakers, 0);
    });
}

#[test]
fn withdraw_for_should_pay_the_staker_when_anyone_sends_it() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 10 * UNIT);
        assert_noop!(Stake::withdraw_for(signed(9), account(1), account(6)), Error::NotStaking);
        assert_noop!(Stake::withdraw_for(signed(9), account(1), account(5)), Error::NothingDue);
        unstake_all(5, 1);
        skip_to(100);
        assert_noop!(Stake::withdraw_for(signed(9), account(1), account(5)), Error::NothingDue);
        skip_to(101);
        assert_ok!(Stake::withdraw_for(signed(9), account(1), account(5)));
        assert_eq!((free(5), free(9)), (ENDOWMENT, ENDOWMENT));
    });
}

#[test]
fn crumbs_should_go_to_the_treasury_when_their_owner_does_not_exist() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 10 * UNIT);
        unstake(5, 1, ED - 1);
        assert_ok!(Balances::transfer_all(signed(5), account(9), false));
        assert_eq!(free(5), 0);
        skip_to(101);
        // Neither exists: they stay in the pot, and nothing is stuck.
        assert_ok!(Stake::withdraw_for(signed(9), account(1), account(5)));
        assert_eq!(last_event(), Event::Diverted { pool: account(1), staker: account(5), amount: ED - 1 });
        assert_eq!((worth(5, 1).1, pool(1).unbonding.value), (0, 0));
        assert_ok!(Balances::mint_into(&account(TREASURY), ED));
        leave(1);
        skip_to(201);
        assert_ok!(Stake::withdraw_for(signed(9), account(1), account(5)));
        assert!(10 * UNIT - (ED - 1) - free(5) <= 1);
        withdraw(1, 1);
        assert_eq!(free(TREASURY), ED + 10 * UNIT - free(5));
    });
}

#[test]
fn restake_should_move_what_is_due_from_pot_to_pot() {
    run(|| {
        create(1, MIN_SELF);
        create(2, MIN_SELF);
        stake(5, 1, 10 * UNIT);
        unstake(5, 1, 4 * UNIT);
        let restake = |from, to| Stake::restake(signed(5), account(from), account(to));
        assert_noop!(restake(1, 2), Error::NothingDue);
        assert_noop!(restake(1, 1), Error::SamePool);
        assert_noop!(restake(3, 2), Error::UnknownPool);
        assert_noop!(restake(1, 3), Error::UnknownPool);
        assert_noop!(restake(2, 1), Error::NotStaking);
        skip_to(101);
        let before = free(5);
        assert_ok!(restake(1, 2));
        assert_eq!((free(5), worth(5, 1), worth(5, 2)), (before, (6 * UNIT, 0), (4 * UNIT, 0)));
        assert_eq!((pot(1), pot(2)), (6 * UNIT, 4 * UNIT));
        unstake(5, 1, UNIT / 2);
        skip_to(201);
        // The whole must be at least the minimum where it goes.
        create(3, MIN_SELF);
        assert_noop!(restake(1, 3), Error::StakeTooLow);
        assert_ok!(restake(1, 2));
        assert_eq!(worth(5, 2), (9 * UNIT / 2, 0));
    });
}

#[test]
fn restake_should_work_when_an_operator_moves_own_stake() {
    run(|| {
        create(1, MIN_SELF + 10 * UNIT);
        create(2, MIN_SELF);
        unstake_all(1, 1);
        stake(2, 1, 5 * UNIT);
        unstake_all(2, 1);
        skip_to(101);
        let (before_1, before_2) = (free(1), free(2));
        // From own stake into another's pool, and from another's pool into own stake.
        assert_ok!(Stake::restake(signed(1), account(1), account(2)));
        assert_ok!(Stake::restake(signed(2), account(1), account(2)));
        assert_eq!((held(1), worth(1, 2).0, free(1)), (MIN_SELF, 10 * UNIT, before_1));
        assert_eq!((held(2), pool(2).own, free(2)), (MIN_SELF + 5 * UNIT, MIN_SELF + 5 * UNIT, before_2));
    });
}

#[test]
fn restake_should_let_stakers_leave_for_another_pool_when_theirs_closes() {
    run(|| {
        create(1, MIN_SELF);
        create(2, MIN_SELF);
        stake(5, 1, 10 * UNIT);
        leave(1);
        assert_noop!(Stake::restake(signed(5), account(1), account(2)), Error::NothingDue);
        skip_to(101);
        withdraw(1, 1);
        assert_noop!(Stake::restake(signed(5), account(2), account(1)), Error::PoolLeaving);
        assert_ok!(Stake::restake(signed(5), account(1), account(2)));
        assert!(!has_pool(1));
        assert_eq!((free(1), worth(5, 2).0), (ENDOWMENT, 10 * UNIT));
    });
}
