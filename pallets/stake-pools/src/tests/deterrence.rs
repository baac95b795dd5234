//! What lying would gain if it were not for these: slashes priced when receipts are gone, insured values and whole
//! liabilities on other people's stake.

use crate::{mock::*, Error as PoolsError, Peaks};
use candor_primitives::{
    traits::{HostPools, HostStake, SlashOrder, Slashed},
    AccountId, Balance,
};
use frame_support::{assert_noop, assert_ok};

type Error = PoolsError<Test, ()>;

const HOST: u32 = 1;
const STAKER: u32 = 2;
const REQUESTER: u32 = 3;
const CHALLENGER: u32 = 4;

fn host() -> AccountId {
    account(HOST)
}

fn signed(n: u32) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

/// A pool with so much own and delegated stake.
fn pool(own: Balance, delegated: Balance) {
    assert_ok!(<Stake as HostPools<_>>::create(&host(), own));
    if delegated > 0 {
        assert_ok!(Stake::stake(signed(STAKER), host(), delegated));
    }
}

fn open(value: Balance, insured: Balance) {
    assert_ok!(<Stake as HostStake<_>>::open(&host(), value, insured));
}

fn close(value: Balance, insured: Balance) {
    <Stake as HostStake<_>>::close(&host(), value, insured);
}

fn required() -> Balance {
    <Stake as HostStake<_>>::required(&host())
}

fn slash(compensation: Balance) -> Slashed {
    let order =
        SlashOrder { requester: account(REQUESTER), compensation, challenger: Some(account(CHALLENGER)), costs: 0 };
    <Stake as HostStake<_>>::slash(&host(), &order)
}

#[test]
fn fault_should_cost_what_was_required_at_the_lie_when_other_receipts_are_final() {
    run(|| {
        pool(10_000 * UNIT, 0);
        (0..100).for_each(|_| open(10 * UNIT, 0));
        let at_the_lie = required();
        (0..99).for_each(|_| close(10 * UNIT, 0));
        assert!(required() * 10 < at_the_lie);
        // One unbonding period later the lie can still be proven.
        System::set_block_number(UnbondingPeriod::get());
        assert_eq!(slash(0).self_stake, at_the_lie);
        close(10 * UNIT, 0);
    });
}

#[test]
fn fault_should_cost_what_is_required_now_when_the_peak_is_two_periods_old() {
    run(|| {
        pool(10_000 * UNIT, 0);
        (0..100).for_each(|_| open(10 * UNIT, 0));
        (0..99).for_each(|_| close(10 * UNIT, 0));
        System::set_block_number(2 * UnbondingPeriod::get());
        assert_eq!(slash(0).self_stake, required());
        close(10 * UNIT, 0);
    });
}

#[test]
fn unbonding_own_stake_should_pay_when_a_liar_took_it_out_after_its_receipts_were_final() {
    run(|| {
        pool(3_000 * UNIT, 0);
        (0..100).for_each(|_| open(10 * UNIT, 0));
        let at_the_lie = required();
        (0..99).for_each(|_| close(10 * UNIT, 0));
        assert_ok!(Stake::unstake_all(signed(HOST), host()));
        System::set_block_number(UnbondingPeriod::get());
        assert_eq!(slash(0).self_stake, at_the_lie);
        close(10 * UNIT, 0);
    });
}

#[test]
fn insured_value_should_be_refused_when_only_delegated_stake_answers_for_it() {
    run(|| {
        pool(MIN_SELF, 100_000 * UNIT);
        // The own stake could pay a hundred out, but a fault is seldom found: it must cover three times the value here.
        let (fee, insured) = (UNIT, MIN_SELF);
        assert!(!<Stake as HostStake<_>>::can_open(&host(), fee + insured, insured));
        assert_noop!(<Stake as HostStake<_>>::open(&host(), fee + insured, insured), Error::NotBacked);
        let insured = MIN_SELF / 3;
        open(fee + insured, insured);
        assert!(!<Stake as HostStake<_>>::can_open(&host(), fee + UNIT, UNIT));
        // Without insured value there is room.
        assert!(<Stake as HostStake<_>>::can_open(&host(), 1_000 * UNIT, 0));
        // What the insured value needs cannot be taken out.
        assert_ok!(Stake::stake(signed(HOST), host(), MIN_SELF));
        assert_ok!(Stake::unstake_all(signed(HOST), host()));
        assert_eq!(<Stake as HostPools<_>>::self_stake(&host()), MIN_SELF);
        close(fee + insured, insured);
    });
}

#[test]
fn delegated_stake_should_count_up_to_the_leverage_when_there_is_more() {
    run(|| {
        Leverage::set(2);
        pool(MIN_SELF, 100_000 * UNIT);
        assert_eq!(<Stake as HostStake<_>>::active(&host()), 3 * MIN_SELF);
        // One receipt needs three times its value.
        assert!(<Stake as HostStake<_>>::can_open(&host(), MIN_SELF, 0));
        assert!(!<Stake as HostStake<_>>::can_open(&host(), MIN_SELF + 1, 0));
        open(MIN_SELF, 0);
        assert_eq!(required(), 3 * MIN_SELF);
        // Its third of the requirement is bound.
        assert_ok!(Stake::stake(signed(HOST), host(), MIN_SELF));
        assert_ok!(Stake::unstake(signed(HOST), host(), MIN_SELF));
        assert_noop!(Stake::unstake(signed(HOST), host(), 1), Error::SelfStakeTooLow);
        // A fault costs the own stake first, then that of others.
        let slashed = slash(0);
        assert_eq!((slashed.self_stake, slashed.delegated), (2 * MIN_SELF, MIN_SELF));
        close(MIN_SELF, 0);
        assert_eq!(<Stake as HostStake<_>>::active(&host()), 0);
    });
}

#[test]
fn peak_should_go_when_the_pool_does() {
    run(|| {
        pool(1_000 * UNIT, 0);
        open(UNIT, 0);
        close(UNIT, 0);
        assert_ok!(<Stake as HostPools<_>>::leave(&host()));
        assert!(Peaks::<Test, ()>::contains_key(host()));
        System::set_block_number(1 + UnbondingPeriod::get());
        assert_ok!(Stake::withdraw(signed(HOST), host()));
        assert!(!Peaks::<Test, ()>::contains_key(host()));
    });
}
