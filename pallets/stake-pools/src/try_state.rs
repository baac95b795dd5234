//! What always holds, and what must hold of the constants.

use crate::{Class, Config, HoldReason, Liabilities, Pallet, Peaks, Pool, Pools, Positions, Records, StakedIn, Status};
use alloc::{collections::BTreeMap, collections::BTreeSet};
use candor_primitives::AccountId;
use frame_support::{
    ensure,
    traits::{
        fungible::{Inspect, InspectHold},
        Get,
    },
};
use sp_runtime::{Permill, TryRuntimeError};

/// Sums over the positions in a pool.
#[derive(Default)]
struct Sums {
    positions: u32,
    active: u128,
    unbonding: u128,
}

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    pub(crate) fn check_constants() {
        assert!(T::MinSelfStake::get() > 0, "an operator must have something to lose");
        assert!(
            T::MinSelfStake::get() >= T::Currency::minimum_balance() && T::MinStake::get() > 0,
            "stakes must be worth keeping"
        );
        assert!(T::UnbondingPeriod::get() > 0, "stake must answer for what was done with it");
        assert!(T::PeriodLength::get() > 0, "the record has periods");
        assert!(T::InitialCommission::get() <= T::MaxCommission::get(), "a new pool must be within the bounds");
        assert!(T::MaxCommissionStep::get() > Permill::zero(), "commissions must be able to rise");
    }

    /// Check every invariant. Reads all of the pallet's storage.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut sums: BTreeMap<AccountId, Sums> = BTreeMap::new();
        for (operator, staker, mut position) in Positions::<T, I>::iter() {
            let pool = Pools::<T, I>::get(&operator).ok_or("a position has no pool")?;
            ensure!(StakedIn::<T, I>::contains_key(&staker, &operator), "a position is not in the index");
            ensure!(staker != operator, "an operator has a position in its own pool");
            ensure!(!position.is_empty(), "an empty position is stored");
            Self::try_queue(position.unbonding.chunks())?;
            position.settle(&pool);
            let sum = sums.entry(operator).or_default();
            sum.positions = sum.positions.saturating_add(1);
            sum.active = sum.active.saturating_add(position.shares);
            sum.unbonding = sum.unbonding.saturating_add(position.unbonding.total());
        }
        ensure!(
            StakedIn::<T, I>::iter_keys().count() == Positions::<T, I>::iter_keys().count(),
            "the index is too long"
        );
        for (operator, pool) in Pools::<T, I>::iter() {
            let sum = sums.remove(&operator).unwrap_or_default();
            ensure!(sum.positions == pool.stakers, "the number of positions differs");
            Self::try_class(&pool.active, sum.active)?;
            Self::try_class(&pool.unbonding, sum.unbonding)?;
            Self::try_money(&operator, &pool)?;
            Self::try_liability(&operator, &pool)?;
        }
        let pools: BTreeSet<AccountId> = Pools::<T, I>::iter_keys().collect();
        ensure!(Liabilities::<T, I>::iter_keys().all(|pool| pools.contains(&pool)), "a liability has no pool");
        ensure!(Records::<T, I>::iter_keys().all(|pool| pools.contains(&pool)), "a record has no pool");
        ensure!(Peaks::<T, I>::iter_keys().all(|pool| pools.contains(&pool)), "a peak has no pool");
        Ok(())
    }

    fn try_queue(chunks: &[crate::Chunk]) -> Result<(), TryRuntimeError> {
        ensure!(chunks.iter().all(|chunk| chunk.amount > 0), "nothing is unbonding");
        ensure!(chunks.windows(2).all(|pair| pair[0].at < pair[1].at), "unbonding is not in order of blocks");
        Ok(())
    }

    /// Shares are those of the positions; what nobody owns is not counted.
    fn try_class(class: &Class, shares: u128) -> Result<(), TryRuntimeError> {
        ensure!(class.shares == shares, "the sum of the positions' shares differs");
        ensure!(class.shares > 0 || class.value == 0, "value belongs to nobody");
        Ok(())
    }

    /// What is on hold is the own stake; the pot holds its deposit and what is delegated.
    fn try_money(operator: &AccountId, pool: &Pool) -> Result<(), TryRuntimeError> {
        let held = T::Currency::balance_on_hold(&HoldReason::SelfStake.into(), operator);
        ensure!(held == pool.own_total(), "the hold differs from the own stake");
        Self::try_queue(pool.own_unbonding.chunks())?;
        let counted = pool.delegated_total().saturating_add(T::Currency::minimum_balance());
        ensure!(T::Currency::balance(&Self::pot(operator)) >= counted, "the pot holds less than it owes");
        ensure!(pool.status == Status::Open || pool.own == 0, "a leaving operator has active stake");
        ensure!(!pool.is_gone() || pool.stakers > 0, "a pool that is over was not removed");
        Ok(())
    }

    /// Open receipts need at most the stake, and what was taken of it meanwhile.
    fn try_liability(operator: &AccountId, pool: &Pool) -> Result<(), TryRuntimeError> {
        let Ok(liability) = Liabilities::<T, I>::try_get(operator) else {
            return Ok(());
        };
        ensure!(!liability.exposure.is_empty(), "an empty liability is stored");
        ensure!(pool.status == Status::Open, "receipts of a leaving operator are open");
        let required = liability.exposure.required(&T::Liability::get());
        ensure!(required <= pool.total().saturating_add(liability.slashed), "open receipts need more than the stake");
        let insured = liability.insured_required(&T::Liability::get());
        ensure!(insured <= pool.own.saturating_add(liability.slashed), "insured values need more than the own stake");
        ensure!(liability.insured.sum <= liability.exposure.sum, "more is insured than at risk");
        ensure!(liability.insured.open <= liability.exposure.open, "more receipts are insured than open");
        Ok(())
    }
}
