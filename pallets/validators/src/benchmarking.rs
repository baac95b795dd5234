//! What the calls cost, and what every block costs.

use crate::*;
use candor_primitives::{
    traits::{HostPools, HostStake},
    AccountId,
};
use frame_benchmarking::v2::*;
use frame_support::traits::{
    fungible::{Inspect, Mutate},
    Get,
};
use frame_system::RawOrigin;

/// An account with keys and the funds to stand.
fn funded<T: Config>() -> AccountId {
    let who: AccountId = whitelisted_caller();
    T::Pools::benchmark_funds(&who, T::MinSelfStake::get());
    T::Keys::benchmark_keys(&who);
    who
}

/// A candidate with somebody staking for it.
fn standing<T: Config>() -> AccountId {
    let who: AccountId = whitelisted_caller();
    T::Keys::benchmark_keys(&who);
    T::Pools::benchmark_pool(&who, T::MinSelfStake::get());
    Candidates::<T>::insert(&who, Candidacy::Standing);
    who
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn validate() {
        let who = funded::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()), T::MinSelfStake::get());

        assert!(Candidates::<T>::contains_key(who));
    }

    #[benchmark]
    fn chill() {
        let who = standing::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert_eq!(Candidates::<T>::get(who), Some(Candidacy::Chilled));
    }

    #[benchmark]
    fn resume() {
        let who = standing::<T>();
        Candidates::<T>::remove(&who);

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert!(Candidates::<T>::contains_key(who));
    }

    #[benchmark]
    fn leave() {
        let who = standing::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(who.clone()));

        assert!(!Candidates::<T>::contains_key(who));
    }

    #[benchmark]
    fn evict() {
        let who: AccountId = account("candidate", 0, 0);
        T::Pools::benchmark_pool(&who, T::MinSelfStake::get());
        Candidates::<T>::insert(&who, Candidacy::Standing);
        let caller: AccountId = whitelisted_caller();

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), who.clone());

        assert!(!Candidates::<T>::contains_key(who));
    }

    // Not a call: what every block does when it begins.
    #[benchmark]
    fn note_author() {
        let who: AccountId = account("author", 0, 0);

        #[block]
        {
            <Pallet<T> as pallet_authorship::EventHandler<_, _>>::note_author(who.clone());
        }

        assert_eq!(Authored::<T>::get(who), 1);
    }

    // Not a call: what every block does when it ends. The author has a pool with stakers.
    #[benchmark]
    fn pay_author() {
        let who = standing::<T>();
        let deposit = T::Currency::minimum_balance();
        T::Currency::mint_into(&Pallet::<T>::pot(), deposit.saturating_mul(1_000)).expect("issuance fits");

        #[block]
        {
            Pallet::<T>::pay_author(who.clone());
        }

        assert_eq!(T::Currency::balance(&Pallet::<T>::pot()), deposit);
        assert!(T::Pools::total(&who) > T::MinSelfStake::get());
    }

    impl_benchmark_test_suite!(Pallet, crate::mock::new_test_ext(), crate::mock::Test);
}
