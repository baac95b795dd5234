//! What the calls cost. A pool costs the same whatever the number of its stakers; what can be long is the queue of what
//! unbonds, and it is as long as it can be.

use crate::*;
use alloc::vec::Vec;
use candor_primitives::{
    traits::{HostPools, HostStake, SlashOrder},
    AccountId, Balance, BlockNumber,
};
use frame_benchmarking::v2::*;
use frame_support::traits::{
    fungible::{Inspect, Mutate},
    Get,
};
use frame_system::RawOrigin;
use sp_runtime::Permill;

/// Give an account `amount` and a little more.
pub(crate) fn fund<T: Config<I>, I: 'static>(who: &AccountId, amount: Balance) {
    let spare = T::Currency::minimum_balance().max(1).saturating_mul(10);
    T::Currency::mint_into(who, amount.saturating_add(spare)).expect("issuance fits");
}

/// What stakers of benchmarks stake.
fn stake_of<T: Config<I>, I: 'static>() -> Balance {
    T::MinStake::get().max(T::Currency::minimum_balance()).saturating_mul(100)
}

/// A pool of `operator` with `stake` of its own, and one staker.
pub(crate) fn insert_pool<T: Config<I>, I: 'static>(operator: &AccountId, stake: Balance) {
    fund::<T, I>(operator, stake);
    Pallet::<T, I>::do_create(operator, stake).expect("the operator is funded");
    staked::<T, I>(operator, &account("staker", 0, 0));
}

/// `who` stakes in the pool of `operator`.
fn staked<T: Config<I>, I: 'static>(operator: &AccountId, who: &AccountId) {
    fund::<T, I>(who, stake_of::<T, I>().saturating_mul(2));
    Pallet::<T, I>::do_stake(who.clone(), operator.clone(), stake_of::<T, I>()).expect("the staker is funded");
}

fn operator<T: Config<I>, I: 'static>(n: u32) -> AccountId {
    let operator = account("operator", n, 0);
    insert_pool::<T, I>(&operator, T::MinSelfStake::get());
    operator
}

fn at<T: Config<I>, I: 'static>(block: BlockNumber) {
    frame_system::Pallet::<T>::set_block_number(block.into());
}

/// `who` with stake in the pool of `operator`, and as many parts of it unbonding as can be, but for `spare`.
fn unbonding<T: Config<I>, I: 'static>(operator: &AccountId, who: &AccountId, spare: u32) {
    staked::<T, I>(operator, who);
    for block in 1..=MAX_CHUNKS.saturating_sub(spare) {
        at::<T, I>(block);
        Pallet::<T, I>::do_unstake(who.clone(), operator.clone(), Some(1_000)).expect("there is more");
    }
}

/// The block in which everything has unbonded that does now.
fn due<T: Config<I>, I: 'static>() -> BlockNumber {
    Pallet::<T, I>::now().saturating_add(T::UnbondingPeriod::get())
}

#[instance_benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn stake() {
        let operator = operator::<T, I>(0);
        let who: AccountId = whitelisted_caller();
        fund::<T, I>(&who, stake_of::<T, I>());

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), operator.clone(), stake_of::<T, I>());

        assert!(Positions::<T, I>::contains_key(operator, who));
    }

    #[benchmark]
    fn unstake() {
        let operator = operator::<T, I>(0);
        let who: AccountId = whitelisted_caller();
        unbonding::<T, I>(&operator, &who, 1);
        at::<T, I>(MAX_CHUNKS);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), operator.clone(), 1_000);

        let position = Positions::<T, I>::get(operator, who).expect("it has more");
        assert_eq!(position.unbonding.chunks().len() as u32, MAX_CHUNKS);
    }

    #[benchmark]
    fn unstake_all() {
        let operator = operator::<T, I>(0);
        let who: AccountId = whitelisted_caller();
        unbonding::<T, I>(&operator, &who, 1);
        at::<T, I>(MAX_CHUNKS);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), operator.clone());

        assert!(Positions::<T, I>::get(operator, who).is_some_and(|position| position.shares == 0));
    }

    // The last one to leave a pool whose operator has left: it is removed with its pot.
    #[benchmark]
    fn withdraw() {
        let operator = operator::<T, I>(0);
        let other: AccountId = account("staker", 0, 0);
        let who: AccountId = whitelisted_caller();
        unbonding::<T, I>(&operator, &who, 0);
        Pallet::<T, I>::do_leave(&operator).expect("nothing is open");
        at::<T, I>(due::<T, I>());
        for gone in [other, operator.clone()] {
            Pallet::<T, I>::do_withdraw(gone, operator.clone()).expect("it is due");
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(who), operator.clone());

        assert!(!Pools::<T, I>::contains_key(operator));
    }

    #[benchmark]
    fn restake() {
        let (from, to) = (operator::<T, I>(0), operator::<T, I>(1));
        let who: AccountId = whitelisted_caller();
        staked::<T, I>(&from, &who);
        Pallet::<T, I>::do_unstake(who.clone(), from.clone(), None).expect("it is staked");
        at::<T, I>(due::<T, I>());

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), from, to.clone());

        assert!(Positions::<T, I>::contains_key(to, who));
    }

    #[benchmark]
    fn set_commission() {
        let operator = operator::<T, I>(0);
        let lower = Permill::from_parts(T::InitialCommission::get().deconstruct() / 2);

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), lower);
    }

    // Not a call: what a proven fault adds to the call that proves it. The record is full, the queue too.
    #[benchmark]
    fn slash() {
        let operator = operator::<T, I>(0);
        let more = T::MinSelfStake::get();
        fund::<T, I>(&operator, more);
        Pallet::<T, I>::do_stake(operator.clone(), operator.clone(), more).expect("the operator is funded");
        for block in 1..=MAX_CHUNKS {
            at::<T, I>(block);
            Pallet::<T, I>::do_unstake(operator.clone(), operator.clone(), Some(1_000)).expect("it has more");
        }
        let periods: Vec<Period> = (0..MAX_PERIODS)
            .map(|index| Period { index, rewards: 1, slashed: 0, delegated: 1, growth: Default::default() })
            .collect();
        at::<T, I>(T::PeriodLength::get().saturating_mul(MAX_PERIODS));
        Records::<T, I>::mutate(&operator, |record| record.periods = periods.try_into().expect("as many as fit"));
        let order = SlashOrder {
            requester: account("requester", 0, 0),
            compensation: T::Currency::minimum_balance(),
            challenger: Some(account("challenger", 0, 0)),
            costs: T::Currency::minimum_balance(),
        };

        #[block]
        {
            <Pallet<T, I> as HostStake<_>>::slash(&operator, &order);
        }

        assert_eq!(Records::<T, I>::get(&operator).slashes, 1);
    }

    // Not a call: what a host's registration adds.
    #[benchmark]
    fn create() {
        let operator: AccountId = whitelisted_caller();
        fund::<T, I>(&operator, T::MinSelfStake::get());

        #[block]
        {
            <Pallet<T, I> as HostPools<_>>::create(&operator, T::MinSelfStake::get()).expect("the operator is funded");
        }
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
