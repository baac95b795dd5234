//! Tests by behaviour, and what they share.

#![allow(clippy::unwrap_used)]

mod classes;
mod commission;
mod crowd;
mod deterrence;
mod liability;
mod operators;
mod properties;
mod rewards;
mod slashes;
mod staking;
mod unbonding;
mod views;

use crate::{mock::*, Error as PoolsError, Event as PoolsEvent, HoldReason, Pool, Position, Queue};
use candor_primitives::{
    traits::{HostPools, HostStake, SlashOrder, Slashed},
    AccountId, Balance, BlockNumber,
};
use frame_support::{
    assert_noop, assert_ok,
    traits::fungible::{Inspect, InspectHold, Mutate},
};
use sp_runtime::Permill;

type Error = PoolsError<Test, ()>;
type Event = PoolsEvent<Test, ()>;

/// A signed origin of account `n`.
fn signed(n: u32) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

/// Account `n` opens a pool.
fn create(n: u32, stake: Balance) {
    assert_ok!(<Stake as HostPools<_>>::create(&account(n), stake));
}

/// Account `who` stakes with operator `pool`.
fn stake(who: u32, pool: u32, amount: Balance) {
    assert_ok!(Stake::stake(signed(who), account(pool), amount));
}

fn unstake(who: u32, pool: u32, amount: Balance) {
    assert_ok!(Stake::unstake(signed(who), account(pool), amount));
}

fn unstake_all(who: u32, pool: u32) {
    assert_ok!(Stake::unstake_all(signed(who), account(pool)));
}

fn withdraw(who: u32, pool: u32) {
    assert_ok!(Stake::withdraw(signed(who), account(pool)));
}

fn leave(n: u32) -> BlockNumber {
    <Stake as HostPools<_>>::leave(&account(n)).unwrap()
}

fn open(n: u32, value: Balance, insured: Balance) {
    assert_ok!(<Stake as HostStake<_>>::open(&account(n), value, insured));
}

fn close(n: u32, value: Balance, insured: Balance) {
    <Stake as HostStake<_>>::close(&account(n), value, insured);
}

/// Operator `n` is paid `amount`, out of nothing, as jobs do. Returns the stakers' part.
fn reward(n: u32, amount: Balance) -> Balance {
    let shares = <Stake as HostStake<_>>::share(&account(n), amount);
    assert_eq!(shares.host + shares.stakers, amount);
    for (payee, part) in [(&account(n), shares.host), (&shares.pot, shares.stakers)] {
        if part > 0 {
            assert_ok!(Balances::mint_into(payee, part));
        }
    }
    <Stake as HostStake<_>>::rewarded(&account(n), shares.stakers);
    shares.stakers
}

/// A fault of operator `n` is proven; nobody is made whole or rewarded.
fn slash(n: u32) -> Slashed {
    let order = SlashOrder { requester: account(19), compensation: 0, challenger: None, costs: 0 };
    <Stake as HostStake<_>>::slash(&account(n), &order)
}

/// Have the next slash of operator `n` take `amount`, at least the floor: an open receipt that needs it (three times its
/// value: twice for the dearest, once for the sum).
fn expose(n: u32, amount: Balance) {
    open(n, amount / 3, 0);
    assert_eq!(<Stake as HostStake<_>>::required(&account(n)), amount / 3 * 3);
}

fn skip_to(block: BlockNumber) {
    System::set_block_number(block);
}

fn pool(n: u32) -> Pool {
    crate::Pools::<Test, ()>::get(account(n)).unwrap()
}

fn has_pool(n: u32) -> bool {
    crate::Pools::<Test, ()>::contains_key(account(n))
}

fn position(who: u32, n: u32) -> Option<Position> {
    crate::Positions::<Test, ()>::get(account(n), account(who))
}

/// What account `who` has in the pool of `n`: active, unbonding.
fn worth(who: u32, n: u32) -> (Balance, Balance) {
    let Some(mut position) = position(who, n) else { return (0, 0) };
    let pool = pool(n);
    position.settle(&pool);
    let unbonding = position.unbonding.chunks().iter().map(|chunk| pool.unbonding.worth(chunk.amount)).sum();
    (pool.active.worth(position.shares), unbonding)
}

/// Funds of account `n` that are not on hold.
fn free(n: u32) -> Balance {
    Balances::balance(&account(n))
}

/// What account `n` has on hold as own stake.
fn held(n: u32) -> Balance {
    Balances::balance_on_hold(&RuntimeHoldReason::Stake(HoldReason::SelfStake), &account(n))
}

/// What lies in the pot of `n` beside the deposit.
fn pot(n: u32) -> Balance {
    Balances::balance(&Stake::pot(&account(n))) - ED
}

/// What the last event of the pallet is.
fn last_event() -> Event {
    let events = System::events();
    let last = events.iter().rev().find_map(|record| match &record.event {
        RuntimeEvent::Stake(event) => Some(event.clone()),
        _ => None,
    });
    last.unwrap()
}
