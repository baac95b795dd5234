//! What stakers do, and operators with their own stake.

use crate::{Config, Error, Event, Pallet, Pool, Pools, Position, Positions, StakedIn};
use candor_primitives::{
    traits::{HostStake, StakeListener},
    AccountId, Balance, BlockNumber,
};
use frame_support::{ensure, traits::Get};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    pub(crate) fn do_stake(who: AccountId, operator: AccountId, amount: Balance) -> DispatchResult {
        let mut pool = Self::open_pool(&operator)?;
        ensure!(amount > 0, Error::<T, I>::ZeroAmount);
        let active = if who == operator {
            Self::hold(&who, amount)?;
            Self::add_own(&mut pool, amount)?
        } else {
            Self::transfer(&who, &Self::pot(&operator), amount)?;
            Self::add_delegated(&mut pool, &operator, &who, amount)?
        };
        Pools::<T, I>::insert(&operator, pool);
        Self::deposit_event(Event::Staked { pool: operator.clone(), staker: who, amount, active });
        T::Listener::stake_changed(&operator);
        Ok(())
    }

    /// Count `amount` as own stake. Returns all that is active.
    fn add_own(pool: &mut Pool, amount: Balance) -> Result<Balance, DispatchError> {
        pool.own = pool.own.checked_add(amount).ok_or(Error::<T, I>::Overflow)?;
        Ok(pool.own)
    }

    /// Buy shares for `amount`, which is in the pot already. Returns what the staker has active.
    fn add_delegated(
        pool: &mut Pool,
        operator: &AccountId,
        staker: &AccountId,
        amount: Balance,
    ) -> Result<Balance, DispatchError> {
        let known = Positions::<T, I>::get(operator, staker);
        if known.is_none() {
            StakedIn::<T, I>::insert(staker, operator, ());
            pool.stakers = pool.stakers.checked_add(1).ok_or(Error::<T, I>::Overflow)?;
        }
        let mut position = known.unwrap_or_default();
        position.settle(pool);
        ensure!(pool.active.is_divisible(), Error::<T, I>::SharesTooDear);
        let shares = pool.active.buy(amount).ok_or(Error::<T, I>::Overflow)?;
        position.shares = position.shares.checked_add(shares).ok_or(Error::<T, I>::Overflow)?;
        let active = pool.active.worth(position.shares);
        // Rounding can make the least stake worth a planck less.
        ensure!(active.saturating_add(1) >= T::MinStake::get(), Error::<T, I>::StakeTooLow);
        Positions::<T, I>::insert(operator, staker, position);
        Ok(active)
    }

    /// `amount`, or everything that can be taken out.
    pub(crate) fn do_unstake(who: AccountId, operator: AccountId, amount: Option<Balance>) -> DispatchResult {
        let mut pool = Self::open_pool(&operator)?;
        ensure!(amount != Some(0), Error::<T, I>::ZeroAmount);
        let now = Self::now();
        let at = now.saturating_add(T::UnbondingPeriod::get());
        let (amount, active) = if who == operator {
            let amount = Self::unbond_own(&mut pool, &operator, amount)?;
            pool.own_unbonding.join(amount, at, now);
            (amount, pool.own)
        } else {
            Self::unbond_delegated(&mut pool, &operator, &who, amount, at)?
        };
        Self::keep(&operator, pool);
        Self::deposit_event(Event::Unstaked { pool: operator.clone(), staker: who, amount, active, at });
        T::Listener::stake_changed(&operator);
        Ok(())
    }

    /// Take `amount`, or all that may go, out of the active own stake. Returns how much.
    fn unbond_own(pool: &mut Pool, operator: &AccountId, amount: Option<Balance>) -> Result<Balance, DispatchError> {
        // What open receipts need beyond the stake of others, and insured values, are the operator's own.
        let needed = T::Liability::get().least_own(Self::required(operator), pool.active.value);
        let needed = needed.max(Self::insured_required(operator));
        let spare = pool.own.saturating_sub(T::MinSelfStake::get());
        let amount = match amount {
            Some(amount) => amount,
            None => spare.min(pool.own.saturating_sub(needed)),
        };
        ensure!(amount <= spare, Error::<T, I>::SelfStakeTooLow);
        let left = pool.own.saturating_sub(amount);
        ensure!(left >= needed && amount > 0, Error::<T, I>::StakeInUse);
        pool.own = left;
        Ok(amount)
    }

    /// Turn active shares worth `amount`, or all, into unbonding shares. Returns what unbonds and what stays active.
    fn unbond_delegated(
        pool: &mut Pool,
        operator: &AccountId,
        staker: &AccountId,
        amount: Option<Balance>,
        at: BlockNumber,
    ) -> Result<(Balance, Balance), DispatchError> {
        let mut position = Positions::<T, I>::get(operator, staker).ok_or(Error::<T, I>::NotStaking)?;
        position.settle(pool);
        ensure!(position.shares > 0, Error::<T, I>::InsufficientStake);
        let sold = match amount {
            Some(amount) => pool.active.shares_of(amount, position.shares).ok_or(Error::<T, I>::InsufficientStake)?,
            None => position.shares,
        };
        let value = pool.active.sell(sold);
        position.shares = position.shares.saturating_sub(sold);
        let active = pool.active.worth(position.shares);
        let enough = active.saturating_add(1) >= T::MinStake::get();
        ensure!(position.shares == 0 || enough, Error::<T, I>::StakeTooLow);
        if value > 0 {
            let shares = pool.unbonding.buy(value).ok_or(Error::<T, I>::Overflow)?;
            position.unbonding.join(shares, at, Self::now());
        }
        Self::keep_position(pool, operator, staker, position);
        Ok((value, active))
    }

    pub(crate) fn do_withdraw(staker: AccountId, operator: AccountId) -> DispatchResult {
        let mut pool = Pools::<T, I>::get(&operator).ok_or(Error::<T, I>::UnknownPool)?;
        let amount = Self::take_due(&mut pool, &operator, &staker)?;
        if staker == operator {
            if amount > 0 {
                Self::release(&operator, amount)?;
                Self::deposit_event(Event::Withdrawn { pool: operator.clone(), staker, amount });
            }
        } else {
            Self::pay_out(&operator, &staker, amount);
        }
        Self::keep(&operator, pool);
        Ok(())
    }

    pub(crate) fn do_restake(who: AccountId, from: AccountId, to: AccountId) -> DispatchResult {
        ensure!(from != to, Error::<T, I>::SamePool);
        let mut source = Pools::<T, I>::get(&from).ok_or(Error::<T, I>::UnknownPool)?;
        let mut target = Self::open_pool(&to)?;
        let amount = Self::take_due(&mut source, &from, &who)?;
        ensure!(amount > 0, Error::<T, I>::NothingDue);
        let active = if who == to {
            Self::transfer(&Self::pot(&from), &who, amount)?;
            Self::hold(&who, amount)?;
            Self::add_own(&mut target, amount)?
        } else {
            let pot = Self::pot(&to);
            if who == from {
                Self::transfer_held(&who, &pot, amount)?;
            } else {
                Self::transfer(&Self::pot(&from), &pot, amount)?;
            }
            Self::add_delegated(&mut target, &to, &who, amount)?
        };
        Self::keep(&from, source);
        Pools::<T, I>::insert(&to, target);
        Self::deposit_event(Event::Restaked { from, to: to.clone(), staker: who.clone(), amount });
        Self::deposit_event(Event::Staked { pool: to.clone(), staker: who, amount, active });
        T::Listener::stake_changed(&to);
        Ok(())
    }

    /// Take what is due to `staker` out of the books of a pool. Returns how much it is; nothing only where a position or
    /// a pool that is worth nothing can be cleaned up.
    fn take_due(pool: &mut Pool, operator: &AccountId, staker: &AccountId) -> Result<Balance, DispatchError> {
        let now = Self::now();
        let amount = if staker == operator {
            let due = pool.own_unbonding.take_due(now);
            ensure!(due > 0 || (pool.is_gone() && pool.stakers == 0), Error::<T, I>::NothingDue);
            due
        } else {
            let mut position = Positions::<T, I>::get(operator, staker).ok_or(Error::<T, I>::NotStaking)?;
            position.settle(pool);
            let due = position.unbonding.take_due(now);
            let mut amount = pool.unbonding.sell(due);
            let mut sold = due;
            if pool.is_released(now) {
                sold = sold.saturating_add(position.shares);
                amount = amount.saturating_add(pool.active.sell(position.shares));
                position.shares = 0;
            }
            ensure!(sold > 0 || position.is_empty(), Error::<T, I>::NothingDue);
            Self::keep_position(pool, operator, staker, position);
            amount
        };
        // Only if active stake was taken out meanwhile can open receipts need what is due: then it stays until they are
        // final.
        ensure!(amount == 0 || pool.total() >= Self::required(operator), Error::<T, I>::StakeInUse);
        Ok(amount)
    }

    /// Store a position, or remove it if nothing is left of it.
    fn keep_position(pool: &mut Pool, operator: &AccountId, staker: &AccountId, position: Position) {
        if !position.is_empty() {
            Positions::<T, I>::insert(operator, staker, position);
            return;
        }
        Positions::<T, I>::remove(operator, staker);
        StakedIn::<T, I>::remove(staker, operator);
        pool.stakers = pool.stakers.saturating_sub(1);
    }

    /// What open receipts of an operator need, in planck.
    pub(crate) fn required(operator: &AccountId) -> Balance {
        <Self as HostStake<AccountId>>::required(operator)
    }
}
