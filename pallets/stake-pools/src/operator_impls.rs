//! What operators do with their pools.

use crate::{Class, Commission, Config, Error, Event, Liabilities, Pallet, Pool, Pools, Queue, Status};
use candor_primitives::{
    traits::{HostPools, StakeListener},
    AccountId, Balance, BlockNumber,
};
use frame_support::{
    ensure,
    traits::{fungible::Inspect, Get},
};
use sp_runtime::{DispatchError, DispatchResult, Permill};

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    pub(crate) fn do_create(operator: &AccountId, stake: Balance) -> DispatchResult {
        if let Some(pool) = Pools::<T, I>::get(operator) {
            return Err(if pool.is_gone() { Error::<T, I>::StakersLeft } else { Error::<T, I>::PoolExists }.into());
        }
        ensure!(stake >= T::MinSelfStake::get(), Error::<T, I>::SelfStakeTooLow);
        Self::hold(operator, stake)?;
        // The pot must exist whatever lies in it.
        Self::transfer(operator, &Self::pot(operator), T::Currency::minimum_balance())?;
        let pool = Pool {
            status: Status::Open,
            own: stake,
            own_unbonding: Queue::default(),
            active: Class::default(),
            unbonding: Class::default(),
            commission: Commission { now: T::InitialCommission::get(), next: None },
            stakers: 0,
        };
        Pools::<T, I>::insert(operator, pool);
        Self::deposit_event(Event::Created { pool: operator.clone(), stake });
        T::Listener::stake_changed(operator);
        Ok(())
    }

    pub(crate) fn do_leave(operator: &AccountId) -> Result<BlockNumber, DispatchError> {
        let mut pool = Self::open_pool(operator)?;
        ensure!(Liabilities::<T, I>::get(operator).exposure.is_empty(), Error::<T, I>::ReceiptsOpen);
        let now = Self::now();
        let at = now.saturating_add(T::UnbondingPeriod::get());
        pool.own_unbonding.join(pool.own, at, now);
        pool.own = 0;
        // An operator whose whole stake was slashed, with nobody behind it, has nothing to wait for.
        let nothing = pool.total() == 0;
        let at = if nothing { now } else { pool.own_unbonding.last().map_or(at, |last| last.max(at)) };
        pool.status = Status::Leaving(at);
        Self::deposit_event(Event::Leaving { pool: operator.clone(), at });
        Self::keep(operator, pool);
        T::Listener::stake_changed(operator);
        Ok(at)
    }

    pub(crate) fn do_set_commission(operator: AccountId, commission: Permill) -> DispatchResult {
        let mut pool = Self::open_pool(&operator)?;
        ensure!(commission <= T::MaxCommission::get(), Error::<T, I>::CommissionTooHigh);
        let now = Self::now();
        let current = pool.commission.at(now);
        let at = if commission <= current {
            pool.commission = Commission { now: commission, next: None };
            now
        } else {
            let step = Permill::from_parts(commission.deconstruct().saturating_sub(current.deconstruct()));
            ensure!(step <= T::MaxCommissionStep::get(), Error::<T, I>::StepTooLarge);
            let at = now.saturating_add(T::CommissionNotice::get());
            pool.commission = Commission { now: current, next: Some((commission, at)) };
            at
        };
        Pools::<T, I>::insert(&operator, pool);
        Self::deposit_event(Event::CommissionSet { pool: operator, commission, at });
        Ok(())
    }

    /// A pool that takes stake.
    pub(crate) fn open_pool(operator: &AccountId) -> Result<Pool, DispatchError> {
        let pool = Pools::<T, I>::get(operator).ok_or(Error::<T, I>::UnknownPool)?;
        ensure!(pool.status == Status::Open, Error::<T, I>::PoolLeaving);
        Ok(pool)
    }
}

impl<T: Config<I>, I: 'static> HostPools<AccountId> for Pallet<T, I> {
    fn create(host: &AccountId, stake: Balance) -> DispatchResult {
        Self::do_create(host, stake)
    }

    fn leave(host: &AccountId) -> Result<BlockNumber, DispatchError> {
        Self::do_leave(host)
    }

    fn is_gone(host: &AccountId) -> bool {
        Pools::<T, I>::get(host).is_none_or(|pool| pool.is_gone())
    }

    fn has_open(host: &AccountId) -> bool {
        !Liabilities::<T, I>::get(host).exposure.is_empty()
    }

    fn self_stake(host: &AccountId) -> Balance {
        Pools::<T, I>::get(host).map_or(0, |pool| pool.own)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_pool(host: &AccountId, stake: Balance) {
        crate::benchmarking::insert_pool::<T, I>(host, stake);
        T::Listener::benchmark_convict(host);
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_funds(host: &AccountId, stake: Balance) {
        crate::benchmarking::fund::<T, I>(host, stake);
    }
}
