//! Where the money lies, and how it moves.

use crate::{Config, Event, HoldReason, Pallet, Pool, Pools};
use candor_primitives::{AccountId, Balance, BlockNumber};
use frame_support::{
    pallet_prelude::DispatchResult,
    storage::with_storage_layer,
    traits::{
        fungible::{Balanced, Credit, Inspect, Mutate, MutateHold},
        tokens::{Fortitude, Precision, Preservation, Restriction},
        Get, Imbalance,
    },
};
use sp_runtime::{traits::AccountIdConversion, SaturatedConversion};

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    /// Height of the current block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Account that holds the delegated stake of a pool: the first bytes of the hash of its operator, under the
    /// pallet's id. (Not of the account itself: it would be cut off, and accounts can begin alike.)
    pub fn pot(operator: &AccountId) -> AccountId {
        T::PalletId::get().into_sub_account_truncating(sp_io::hashing::blake2_256(operator.as_ref()))
    }

    /// Put `amount` of `who` on hold as own stake.
    pub(crate) fn hold(who: &AccountId, amount: Balance) -> DispatchResult {
        T::Currency::hold(&HoldReason::SelfStake.into(), who, amount)
    }

    /// End the hold on `amount` of the own stake of `who`.
    pub(crate) fn release(who: &AccountId, amount: Balance) -> DispatchResult {
        T::Currency::release(&HoldReason::SelfStake.into(), who, amount, Precision::Exact).map(|_| ())
    }

    /// Move `amount` of free funds. Neither a staker nor a pot is reaped by it.
    pub(crate) fn transfer(from: &AccountId, to: &AccountId, amount: Balance) -> DispatchResult {
        T::Currency::transfer(from, to, amount, Preservation::Preserve).map(|_| ())
    }

    /// Move `amount` of the own stake of `who` to a pot.
    pub(crate) fn transfer_held(who: &AccountId, pot: &AccountId, amount: Balance) -> DispatchResult {
        let reason = HoldReason::SelfStake.into();
        let (precision, restriction, fortitude) = (Precision::Exact, Restriction::Free, Fortitude::Polite);
        T::Currency::transfer_on_hold(&reason, who, pot, amount, precision, restriction, fortitude).map(|_| ())
    }

    /// Pay `amount` out of a pot. An account that does not exist cannot receive less than it can exist with; that little
    /// goes to the treasury then, or stays in the pot, so that nobody's absence keeps a pool from being removed.
    pub(crate) fn pay_out(operator: &AccountId, staker: &AccountId, amount: Balance) {
        let pot = Self::pot(operator);
        let pay = |to: &AccountId| with_storage_layer(|| Self::transfer(&pot, to, amount));
        if amount == 0 {
            return;
        }
        let (pool, staker) = (operator.clone(), staker.clone());
        if pay(&staker).is_ok() {
            Self::deposit_event(Event::Withdrawn { pool, staker, amount });
        } else {
            let _ = pay(&T::Treasury::get());
            Self::deposit_event(Event::Diverted { pool, staker, amount });
        }
    }

    /// Burn `amount` of what lies in a pot.
    pub(crate) fn burn(operator: &AccountId, amount: Balance) {
        let pot = Self::pot(operator);
        let (preservation, precision) = (Preservation::Preserve, Precision::Exact);
        if T::Currency::burn_from(&pot, amount, preservation, precision, Fortitude::Force).is_err() {
            frame_support::defensive!("a pot holds less than its pool's value");
        }
    }

    /// Give `credit` to an account; returns what it could not receive, which is burned.
    pub(crate) fn give(who: &AccountId, credit: Credit<AccountId, T::Currency>) -> Balance {
        // An account that does not exist cannot receive less than the existential deposit. Dropping the credit then lowers
        // the issuance, which keeps the books right; a settlement must not fail for it.
        T::Currency::resolve(who, credit).map_or_else(|credit| credit.peek(), |()| 0)
    }

    /// Store a pool, or remove it if its operator has left and nobody has anything in it.
    pub(crate) fn keep(operator: &AccountId, pool: Pool) {
        if !pool.is_gone() || pool.stakers > 0 {
            Pools::<T, I>::insert(operator, pool);
            return;
        }
        Pools::<T, I>::remove(operator);
        crate::Liabilities::<T, I>::remove(operator);
        crate::Records::<T, I>::remove(operator);
        crate::Peaks::<T, I>::remove(operator);
        Self::close_pot(operator);
        Self::deposit_event(Event::Removed { pool: operator.clone() });
    }

    /// The deposit with which the pot exists goes back to the operator; what rounding left and what strangers gave goes to
    /// the treasury.
    fn close_pot(operator: &AccountId) {
        let pot = Self::pot(operator);
        let deposit = T::Currency::minimum_balance();
        let rest = T::Currency::balance(&pot).saturating_sub(deposit);
        if rest > 0 {
            let _ = with_storage_layer(|| Self::transfer(&pot, &T::Treasury::get(), rest));
        }
        let left = T::Currency::balance(&pot);
        if T::Currency::transfer(&pot, operator, left, Preservation::Expendable).is_err() {
            frame_support::defensive!("an existing pot can be emptied into an account");
        }
    }
}
