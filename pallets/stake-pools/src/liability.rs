//! Stake as what answers for open receipts: backing, penalties, rewards, slashes.

use crate::{Config, Error, Event, HoldReason, Liabilities, Liability, Pallet, Peaks, Pool, Pools, Status};
use candor_economics::{reward_split, slash_split, ExposureError, RewardSplit, SlashParts};
use candor_primitives::{
    traits::{HostStake, OffenceStake, RewardShares, SlashOrder, Slashed, StakeListener},
    AccountId, Balance,
};
use frame_support::{
    ensure,
    traits::{fungible::BalancedHold, Get, Imbalance},
};
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, DispatchError, DispatchResult, Rounding};

impl Liability {
    /// What the insured values need of the own stake, in planck: as much as if they were all there is. Own stake that could
    /// merely pay them out would not deter, because a fault is seldom found, and delegated stake is not the operator's loss.
    pub fn insured_required(&self, params: &crate::LiabilityParams) -> Balance {
        self.insured.required(params)
    }

    /// Whether a pool backs one more receipt: active stake covers all of them (what unbonds may be gone before the
    /// receipt is final), own stake the insured values.
    fn is_backed_with(&self, pool: &Pool, value: Balance, insured: Balance, params: &crate::LiabilityParams) -> bool {
        let own = match insured {
            0 => Ok(self.insured_required(params)),
            insured => self.insured.required_with(insured, params),
        };
        self.is_backed_with_many(pool, 1, value, params) && own.is_ok_and(|own| own <= pool.own)
    }

    /// Whether a pool backs `count` more receipts of `value`, none of it insured.
    fn is_backed_with_many(&self, pool: &Pool, count: u32, value: Balance, params: &crate::LiabilityParams) -> bool {
        let required = self.exposure.required_with_many(count, value, params);
        pool.status == Status::Open
            && required.is_ok_and(|required| required <= pool.active_total(params))
            && self.insured_required(params) <= pool.own
    }
}

fn failed<T: Config<I>, I: 'static>(error: ExposureError) -> Error<T, I> {
    match error {
        ExposureError::Overflow => Error::Overflow,
        ExposureError::NotOpen => Error::NotBacked,
    }
}

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    /// What the insured values of an operator's open receipts need of its own stake, in planck.
    pub(crate) fn insured_required(operator: &AccountId) -> Balance {
        Liabilities::<T, I>::get(operator).insured_required(&T::Liability::get())
    }

    /// Number of the current unbonding period.
    fn unbonding_period() -> u32 {
        Self::now().checked_div(T::UnbondingPeriod::get()).unwrap_or(0)
    }

    /// What a proven fault costs, in planck: the most that open receipts needed within the last unbonding period at least,
    /// and two at most. By the time when a fault is proven the other receipts of a liar may be final.
    pub(crate) fn cost_of_fault(operator: &AccountId) -> Balance {
        let peak = Peaks::<T, I>::get(operator).highest(Self::unbonding_period());
        Self::required(operator).max(peak).max(T::Liability::get().floor)
    }

    fn is_backed(operator: &AccountId, liability: &Liability, value: Balance, insured: Balance) -> bool {
        let pool = Pools::<T, I>::get(operator);
        pool.is_some_and(|pool| liability.is_backed_with(&pool, value, insured, &T::Liability::get()))
    }

    fn is_backed_many(operator: &AccountId, liability: &Liability, count: u32, value: Balance) -> bool {
        let pool = Pools::<T, I>::get(operator);
        pool.is_some_and(|pool| liability.is_backed_with_many(&pool, count, value, &T::Liability::get()))
    }

    /// What open receipts need rose.
    fn note_required(operator: &AccountId, liability: &Liability) {
        let required = liability.exposure.required(&T::Liability::get());
        Peaks::<T, I>::mutate(operator, |peak| peak.note(Self::unbonding_period(), required));
    }

    /// `taken` is lost to open receipts.
    fn note_lost(operator: &AccountId, taken: Balance) {
        Liabilities::<T, I>::mutate_exists(operator, |liability| {
            if let Some(liability) = liability {
                liability.slashed = liability.slashed.saturating_add(taken);
            }
        });
    }

    /// Divide the own part of a slash. What cannot be given away is burned. Returns what came of it all.
    fn take_own(operator: &AccountId, parts: SlashParts, order: &SlashOrder<AccountId>) -> Slashed {
        let SlashParts { own, delegated, missing, mut compensated, mut rewarded, burned: _ } = parts;
        let (mut credit, _) = T::Currency::slash(&HoldReason::SelfStake.into(), operator, own);
        frame_support::defensive_assert!(credit.peek() == own, "the hold is the own stake");
        let compensation = credit.extract(compensated);
        compensated = compensated.saturating_sub(Self::give(&order.requester, compensation));
        let reward = credit.extract(rewarded);
        if let Some(challenger) = &order.challenger {
            rewarded = rewarded.saturating_sub(Self::give(challenger, reward));
        }
        // What is left of the credit is burned when it goes out of scope.
        let given = compensated.saturating_add(rewarded);
        let burned = own.saturating_sub(given).saturating_add(delegated);
        Slashed { self_stake: own, delegated, missing, compensated, rewarded, burned }
    }

    /// Take `amount` out of a pool's delegated stake, active and unbonding alike, and burn it. Returns what was taken of
    /// the active stake.
    fn take_delegated(operator: &AccountId, pool: &mut Pool, amount: Balance) -> Balance {
        let all = pool.delegated_total();
        let from_active =
            multiply_by_rational_with_rounding(amount, pool.active.value, all, Rounding::Down).unwrap_or(0);
        let lost = pool.active.lose(from_active);
        let more = pool.unbonding.lose(amount.saturating_sub(from_active));
        let written_off = lost.saturating_add(more);
        if written_off > 0 {
            Self::deposit_event(Event::WrittenOff { pool: operator.clone(), amount: written_off });
        }
        let burned = amount.saturating_add(written_off);
        if burned > 0 {
            Self::burn(operator, burned);
        }
        Self::note_lost(operator, written_off);
        from_active.saturating_add(lost)
    }

    /// Take `required` from the stake of `operator`, divide the own part by `order`, and tell.
    fn do_slash(operator: &AccountId, required: Balance, order: &SlashOrder<AccountId>) -> Slashed {
        let slashed = Self::take(operator, required, order);
        let Slashed { self_stake, delegated, missing, compensated, rewarded, burned } = slashed;
        Self::deposit_event(Event::Slashed {
            pool: operator.clone(),
            self_stake,
            delegated,
            missing,
            compensated,
            rewarded,
            burned,
        });
        T::Listener::stake_changed(operator);
        T::Listener::convicted(operator);
        slashed
    }

    fn take(operator: &AccountId, required: Balance, order: &SlashOrder<AccountId>) -> Slashed {
        let Some(mut pool) = Pools::<T, I>::get(operator) else {
            return Slashed { missing: required, ..Slashed::default() };
        };
        let parts = slash_split(required, pool.own_total(), pool.delegated_total(), order.compensation, order.costs);
        let parts = if order.challenger.is_some() { parts } else { parts.without_challenger() };
        let slashed = Self::take_own(operator, parts, order);
        pool.shrink_own(parts.own);
        let before = pool.active.value;
        let lost = Self::take_delegated(operator, &mut pool, parts.delegated);
        Self::note_lost(operator, parts.taken());
        Self::note_slash(operator, parts.taken(), before, lost);
        Self::keep(operator, pool);
        slashed
    }
}

impl<T: Config<I>, I: 'static> HostStake<AccountId> for Pallet<T, I> {
    fn total(host: &AccountId) -> Balance {
        Pools::<T, I>::get(host).map_or(0, |pool| pool.total())
    }

    fn active(host: &AccountId) -> Balance {
        Pools::<T, I>::get(host).map_or(0, |pool| pool.active_total(&T::Liability::get()))
    }

    fn free(host: &AccountId) -> Balance {
        Self::active(host).saturating_sub(Self::required(host))
    }

    fn open_receipts(host: &AccountId) -> u32 {
        Liabilities::<T, I>::get(host).exposure.open
    }

    fn required(host: &AccountId) -> Balance {
        Liabilities::<T, I>::get(host).exposure.required(&T::Liability::get())
    }

    fn can_open(host: &AccountId, value: Balance, insured: Balance) -> bool {
        Self::is_backed(host, &Liabilities::<T, I>::get(host), value, insured)
    }

    fn open(host: &AccountId, value: Balance, insured: Balance) -> DispatchResult {
        Liabilities::<T, I>::try_mutate(host, |liability| {
            ensure!(Self::is_backed(host, liability, value, insured), Error::<T, I>::NotBacked);
            liability.exposure.open(value).map_err(failed::<T, I>)?;
            if insured > 0 {
                liability.insured.open(insured).map_err(failed::<T, I>)?;
            }
            Self::note_required(host, liability);
            Ok::<_, DispatchError>(())
        })
    }

    fn can_open_many(host: &AccountId, count: u32, value: Balance) -> bool {
        Self::is_backed_many(host, &Liabilities::<T, I>::get(host), count, value)
    }

    fn open_many(host: &AccountId, count: u32, value: Balance) -> DispatchResult {
        if count == 0 {
            return Ok(());
        }
        Liabilities::<T, I>::try_mutate(host, |liability| {
            ensure!(Self::is_backed_many(host, liability, count, value), Error::<T, I>::NotBacked);
            liability.exposure.open_many(count, value).map_err(failed::<T, I>)?;
            Self::note_required(host, liability);
            Ok::<_, DispatchError>(())
        })
    }

    fn close_many(host: &AccountId, count: u32, value: Balance) {
        Liabilities::<T, I>::mutate_exists(host, |stored| {
            let Some(liability) = stored else {
                frame_support::defensive_assert!(count == 0, "receipts of nobody were closed");
                return;
            };
            if liability.exposure.close_many(count, value).is_err() {
                frame_support::defensive!("receipts that were not open were closed");
                return;
            }
            if liability.exposure.is_empty() {
                *stored = None;
            }
        });
    }

    fn close(host: &AccountId, value: Balance, insured: Balance) {
        Liabilities::<T, I>::mutate_exists(host, |stored| {
            let Some(liability) = stored else {
                frame_support::defensive!("a receipt of nobody was closed");
                return;
            };
            // Only a caller that closes what it never opened gets here; the liability then stays as it is.
            if liability.exposure.close(value).is_err() {
                frame_support::defensive!("a receipt that was not open was closed");
                return;
            }
            if insured > 0 && liability.insured.close(insured).is_err() {
                frame_support::defensive!("a receipt was closed with another insured value than it was opened with");
            }
            if liability.exposure.is_empty() {
                *stored = None;
            }
        });
    }

    fn penalise(host: &AccountId, amount: Balance) -> Balance {
        let Some(mut pool) = Pools::<T, I>::get(host) else {
            return 0;
        };
        let (credit, _) = T::Currency::slash(&HoldReason::SelfStake.into(), host, amount.min(pool.own_total()));
        let taken = credit.peek();
        let burned = Self::give(&T::Treasury::get(), credit);
        pool.shrink_own(taken);
        Self::note_lost(host, taken);
        Self::note_penalty(host);
        Self::keep(host, pool);
        let missing = amount.saturating_sub(taken);
        Self::deposit_event(Event::Penalised { pool: host.clone(), taken, missing, burned });
        T::Listener::stake_changed(host);
        taken
    }

    fn share(host: &AccountId, amount: Balance) -> RewardShares<AccountId> {
        let pot = Self::pot(host);
        // A class without shares has nobody to pay.
        let Some(pool) = Pools::<T, I>::get(host).filter(|pool| pool.active.shares > 0) else {
            return RewardShares { host: amount, stakers: 0, pot };
        };
        let commission = pool.commission.at(Self::now()).min(T::MaxCommission::get());
        let RewardSplit { host, stakers } = reward_split(amount, commission, pool.own, pool.active.value);
        RewardShares { host, stakers, pot }
    }

    fn rewarded(host: &AccountId, amount: Balance) {
        let Some(mut pool) = Pools::<T, I>::get(host) else {
            frame_support::defensive!("a pool that does not exist was rewarded");
            return;
        };
        Self::note_reward(host, pool.active.value, amount);
        if amount == 0 {
            return;
        }
        if !pool.active.gain(amount) {
            // It stays in the pot until the pool is removed, and goes to the treasury then.
            frame_support::defensive!("a pool without stakers was rewarded");
            return;
        }
        Pools::<T, I>::insert(host, pool);
        Self::deposit_event(Event::Rewarded { pool: host.clone(), amount });
        T::Listener::stake_changed(host);
    }

    fn slash(host: &AccountId, order: &SlashOrder<AccountId>) -> Slashed {
        Self::do_slash(host, Self::cost_of_fault(host), order)
    }
}

impl<T: Config<I>, I: 'static> OffenceStake<AccountId> for Pallet<T, I> {
    fn slash_amount(operator: &AccountId, amount: Balance, reporter: Option<&AccountId>) -> Slashed {
        // Nobody is owed anything but the reporter.
        let order =
            SlashOrder { requester: operator.clone(), compensation: 0, challenger: reporter.cloned(), costs: 0 };
        Self::do_slash(operator, amount, &order)
    }
}
