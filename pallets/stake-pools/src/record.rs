//! What an operator's record says: how often it was paid and punished, and what became of its stakers' money.

use crate::{Config, Pallet, Period, Record, Records, MAX_PERIODS};
use candor_primitives::{AccountId, Balance};
use frame_support::traits::Get;
use sp_runtime::{FixedPointNumber, FixedU128, Saturating};

/// What `value` planck become when they gain, then lose.
pub(crate) fn growth(value: Balance, gained: Balance, lost: Balance) -> FixedU128 {
    let after = value.saturating_add(gained).saturating_sub(lost);
    FixedU128::checked_from_rational(after, value).unwrap_or_else(FixedU128::default)
}

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    /// Number of the current period.
    pub(crate) fn period() -> u32 {
        Self::now().checked_div(T::PeriodLength::get()).unwrap_or(0)
    }

    /// The operator was paid, of which its stakers got `reward` on `before`.
    pub(crate) fn note_reward(operator: &AccountId, before: Balance, reward: Balance) {
        Records::<T, I>::mutate(operator, |record| {
            record.paid = record.paid.saturating_add(1);
            if reward > 0 {
                Self::note_change(record, before, reward, 0);
            }
        });
    }

    /// A slash took `taken`, of which `lost` was active delegated stake, of `before`.
    pub(crate) fn note_slash(operator: &AccountId, taken: Balance, before: Balance, lost: Balance) {
        Records::<T, I>::mutate(operator, |record| {
            record.slashes = record.slashes.saturating_add(1);
            record.slashed = record.slashed.saturating_add(taken);
            if lost > 0 {
                Self::note_change(record, before, 0, lost);
            }
        });
    }

    /// The operator paid a penalty.
    pub(crate) fn note_penalty(operator: &AccountId) {
        Records::<T, I>::mutate(operator, |record| record.penalties = record.penalties.saturating_add(1));
    }

    fn note_change(record: &mut Record, before: Balance, gained: Balance, lost: Balance) {
        let index = Self::period();
        if record.periods.last().is_none_or(|period| period.index != index) {
            if record.periods.len() as u32 >= MAX_PERIODS {
                record.periods.remove(0);
            }
            let growth = FixedU128::from_u32(1);
            let _ = record.periods.try_push(Period { index, rewards: 0, slashed: 0, delegated: 0, growth });
        }
        if let Some(period) = record.periods.last_mut() {
            period.rewards = period.rewards.saturating_add(gained);
            period.slashed = period.slashed.saturating_add(lost);
            period.delegated = before.saturating_add(gained).saturating_sub(lost);
            period.growth = period.growth.saturating_mul(growth(before, gained, lost));
        }
    }
}
