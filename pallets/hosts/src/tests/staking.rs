use super::*;
use crate::Error as HostsError;
use candor_primitives::traits::HostStake;
use frame_support::assert_noop;
use sp_runtime::TokenError;

type Error = HostsError<Test>;

fn total(n: u32) -> Balance {
    <Hosts as HostStake<_>>::total(&account(n))
}

fn free(n: u32) -> Balance {
    <Hosts as HostStake<_>>::free(&account(n))
}

fn open(n: u32, value: Balance) -> sp_runtime::DispatchResult {
    <Hosts as HostStake<_>>::open(&account(n), value)
}

fn close(n: u32, value: Balance) {
    <Hosts as HostStake<_>>::close(&account(n), value);
}

#[test]
fn stake_more_should_add_to_hold_and_weights_when_funds_are_there() {
    run(|| {
        assert_noop!(Hosts::stake_more(signed(1), UNIT), Error::NotRegistered);
        host(1);
        assert_noop!(Hosts::stake_more(signed(1), 0), Error::ZeroAmount);
        assert_noop!(Hosts::stake_more(signed(1), ENDOWMENT), TokenError::FundsUnavailable);
        assert_noop!(Hosts::stake_more(signed(1), Balance::MAX), Error::Overflow);
        assert_ok!(Hosts::stake_more(signed(1), UNIT));
        assert_eq!(total(1), MIN_STAKE + UNIT);
        assert_eq!(Offers::<Test>::get(RELEASE, account(1)).unwrap().weighed, MIN_STAKE + UNIT);
        assert_last_event(Event::Staked { host: account(1), amount: UNIT, active: MIN_STAKE + UNIT });
    });
}

#[test]
fn unstake_should_keep_the_stake_slashable_when_it_unbonds() {
    run(|| {
        assert_noop!(Hosts::unstake(signed(1), UNIT), Error::NotRegistered);
        register(1, MIN_STAKE + 10 * UNIT);
        assert_ok!(Hosts::unstake(signed(1), 10 * UNIT));
        assert_last_event(Event::Unstaked { host: account(1), amount: 10 * UNIT, active: MIN_STAKE, at: 101 });
        assert_eq!(total(1), MIN_STAKE + 10 * UNIT);
        assert_eq!(free(1), MIN_STAKE);
        assert_eq!(<Hosts as HostStake<_>>::penalise(&account(1), Balance::MAX), MIN_STAKE + 10 * UNIT);
    });
}

#[test]
fn unstake_should_fail_when_the_minimum_or_open_receipts_need_the_stake() {
    run(|| {
        register(1, 4 * MIN_STAKE);
        assert_noop!(Hosts::unstake(signed(1), 0), Error::ZeroAmount);
        assert_noop!(Hosts::unstake(signed(1), 3 * MIN_STAKE + 1), Error::StakeTooLow);
        assert_noop!(Hosts::unstake(signed(1), 5 * MIN_STAKE), Error::StakeTooLow);
        // Three times the value: twice for the dearest, once for the sum.
        assert_ok!(open(1, MIN_STAKE));
        assert_eq!(free(1), MIN_STAKE);
        assert_noop!(Hosts::unstake(signed(1), MIN_STAKE + 1), Error::StakeInUse);
        assert_ok!(Hosts::unstake(signed(1), MIN_STAKE));
        assert_eq!(free(1), 0);
    });
}

#[test]
fn unstake_should_fail_when_too_many_parts_unbond_and_deregister_still_work() {
    run(|| {
        register(1, MIN_STAKE + 100 * UNIT);
        for _ in 1..MAX_UNBONDINGS {
            assert_ok!(Hosts::unstake(signed(1), UNIT));
        }
        assert_noop!(Hosts::unstake(signed(1), UNIT), Error::TooManyUnbondings);
        assert_ok!(Hosts::deregister(signed(1)));
        System::set_block_number(101);
        assert_ok!(Hosts::withdraw(signed(1)));
        assert_eq!(free_balance(1), ENDOWMENT);
    });
}

#[test]
fn withdraw_should_return_only_what_is_due_when_parts_unbond() {
    run(|| {
        assert_noop!(Hosts::withdraw(signed(1)), Error::NotRegistered);
        register(1, MIN_STAKE + 10 * UNIT);
        offer(1, RELEASE, UNIT, 1);
        assert_noop!(Hosts::withdraw(signed(1)), Error::NothingToWithdraw);
        assert_ok!(Hosts::unstake(signed(1), 4 * UNIT));
        System::set_block_number(51);
        assert_ok!(Hosts::unstake(signed(1), 6 * UNIT));
        System::set_block_number(100);
        assert_noop!(Hosts::withdraw(signed(1)), Error::NothingToWithdraw);
        System::set_block_number(101);
        assert_ok!(Hosts::withdraw(signed(1)));
        assert_last_event(Event::Withdrawn { host: account(1), amount: 4 * UNIT });
        assert_eq!(total(1), MIN_STAKE + 6 * UNIT);
        assert_eq!(Offers::<Test>::get(RELEASE, account(1)).unwrap().weighed, MIN_STAKE + 6 * UNIT);
        assert_noop!(Hosts::withdraw(signed(1)), Error::NothingToWithdraw);
        System::set_block_number(151);
        assert_ok!(Hosts::withdraw(signed(1)));
        assert_eq!(free_balance(1), ENDOWMENT - MIN_STAKE);
    });
}

#[test]
fn unbonding_should_stay_in_order_when_the_period_is_shortened() {
    run(|| {
        register(1, MIN_STAKE + 10 * UNIT);
        assert_ok!(Hosts::unstake(signed(1), 4 * UNIT));
        UnbondingPeriod::set(10);
        assert_ok!(Hosts::unstake(signed(1), 6 * UNIT));
        System::set_block_number(11);
        assert_ok!(Hosts::withdraw(signed(1)));
        assert_last_event(Event::Withdrawn { host: account(1), amount: 6 * UNIT });
        assert_ok!(Hosts::deregister(signed(1)));
        // The older part takes longest, so it decides when the host is gone.
        assert_last_event(Event::Deregistered { host: account(1), leaves_at: 101 });
    });
}

#[test]
fn withdraw_should_fail_when_a_penalty_left_open_receipts_in_need_of_it() {
    run(|| {
        register(1, 4 * MIN_STAKE);
        assert_ok!(open(1, MIN_STAKE));
        assert_ok!(Hosts::unstake(signed(1), MIN_STAKE));
        <Hosts as HostStake<_>>::penalise(&account(1), MIN_STAKE);
        System::set_block_number(101);
        assert_noop!(Hosts::withdraw(signed(1)), Error::StakeInUse);
        close(1, MIN_STAKE);
        assert_ok!(Hosts::withdraw(signed(1)));
    });
}

#[test]
fn open_should_take_free_stake_until_nothing_backs_more_when_receipts_add_up() {
    run(|| {
        assert_noop!(open(1, 1), Error::NotRegistered);
        register(1, 10 * MIN_STAKE);
        assert_eq!(free(1), 10 * MIN_STAKE);
        for opened in 1..=7 {
            assert!(<Hosts as HostStake<_>>::can_open(&account(1), MIN_STAKE), "receipt {opened}");
            assert_ok!(open(1, MIN_STAKE));
        }
        // An eighth needs 8 for the sum and twice the bound on the dearest, which is above 1.
        assert!(!<Hosts as HostStake<_>>::can_open(&account(1), MIN_STAKE));
        assert_noop!(open(1, MIN_STAKE), Error::NotBacked);
        for _ in 0..7 {
            close(1, MIN_STAKE);
        }
        assert_eq!(free(1), 10 * MIN_STAKE);
        assert!(!<Hosts as HostStake<_>>::can_open(&account(2), 0));
    });
}

#[test]
fn open_should_not_count_unbonding_stake_when_it_asks_for_backing() {
    run(|| {
        register(1, 4 * MIN_STAKE);
        assert_ok!(Hosts::unstake(signed(1), 3 * MIN_STAKE));
        assert_noop!(open(1, MIN_STAKE), Error::NotBacked);
        assert_ok!(open(1, MIN_STAKE / 3));
    });
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "a receipt that was not open was closed"))]
fn close_should_leave_the_ledger_alone_when_nothing_was_open() {
    run(|| {
        register(1, MIN_STAKE);
        let before = Ledgers::<Test>::get(account(1));
        close(1, UNIT);
        assert_eq!(Ledgers::<Test>::get(account(1)), before);
    });
}
