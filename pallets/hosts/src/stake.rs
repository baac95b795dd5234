//! Self-stake as what answers for open receipts.

use crate::{Config, Error, Event, HoldReason, Ledger, Ledgers, Pallet, Presences};
use candor_economics::ExposureError;
use candor_primitives::{traits::HostStake, AccountId, Balance};
use frame_support::{
    ensure,
    traits::{
        fungible::{Balanced, BalancedHold},
        Get, Imbalance,
    },
};
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// Active stake that no open receipt needs.
    fn free_of(ledger: &Ledger) -> Balance {
        ledger.active.saturating_sub(ledger.exposure.required(&T::Liability::get()))
    }

    /// Whether the active stake covers one more receipt. What unbonds does not count: it may be gone before the receipt
    /// is final.
    fn covers(ledger: &Ledger, value: Balance) -> bool {
        let required = ledger.exposure.required_with(value, &T::Liability::get());
        required.is_ok_and(|required| required <= ledger.active)
    }

    /// Take `amount` out of a ledger: what is active first, then what unbonds, soonest first.
    fn shrink(ledger: &mut Ledger, amount: Balance) {
        let from_active = amount.min(ledger.active);
        ledger.active = ledger.active.saturating_sub(from_active);
        let mut rest = amount.saturating_sub(from_active);
        for part in ledger.unbonding.iter_mut() {
            let taken = rest.min(part.amount);
            part.amount = part.amount.saturating_sub(taken);
            rest = rest.saturating_sub(taken);
        }
        ledger.unbonding.retain(|part| part.amount > 0);
    }

    /// Give `credit` to the treasury; returns what it could not receive, which is burned.
    fn pay_treasury(credit: frame_support::traits::fungible::Credit<AccountId, T::Currency>) -> Balance {
        // A treasury that does not exist cannot receive less than the existential deposit. Dropping the credit then
        // lowers the issuance, which keeps the books right; a settlement must not fail for it.
        T::Currency::resolve(&T::Treasury::get(), credit).map_or_else(|credit| credit.peek(), |()| 0)
    }
}

impl<T: Config> HostStake<AccountId> for Pallet<T> {
    fn total(host: &AccountId) -> Balance {
        Ledgers::<T>::get(host).map_or(0, |ledger| ledger.total())
    }

    fn free(host: &AccountId) -> Balance {
        Ledgers::<T>::get(host).map_or(0, |ledger| Self::free_of(&ledger))
    }

    fn can_open(host: &AccountId, value: Balance) -> bool {
        Ledgers::<T>::get(host).is_some_and(|ledger| Self::covers(&ledger, value))
    }

    fn open(host: &AccountId, value: Balance) -> DispatchResult {
        Ledgers::<T>::try_mutate(host, |ledger| {
            let ledger = ledger.as_mut().ok_or(Error::<T>::NotRegistered)?;
            ensure!(Self::covers(ledger, value), Error::<T>::NotBacked);
            ledger.exposure.open(value).map_err(|error| match error {
                ExposureError::Overflow => Error::<T>::Overflow,
                ExposureError::NotOpen => Error::<T>::NotBacked,
            })?;
            Ok::<_, DispatchError>(())
        })
    }

    fn close(host: &AccountId, value: Balance) {
        Ledgers::<T>::mutate_extant(host, |ledger| {
            // Only a caller that closes what it never opened gets here; the ledger then stays as it is.
            if ledger.exposure.close(value).is_err() {
                frame_support::defensive!("a receipt that was not open was closed");
            }
            if ledger.exposure.is_empty() {
                ledger.slashed = 0;
            }
        });
    }

    fn penalise(host: &AccountId, amount: Balance) -> Balance {
        let Some(mut ledger) = Ledgers::<T>::get(host) else {
            return 0;
        };
        let (credit, _) = T::Currency::slash(&HoldReason::SelfStake.into(), host, amount.min(ledger.total()));
        let taken = credit.peek();
        let burned = Self::pay_treasury(credit);
        Self::shrink(&mut ledger, taken);
        if !ledger.exposure.is_empty() {
            ledger.slashed = ledger.slashed.saturating_add(taken);
        }
        Ledgers::<T>::insert(host, ledger);
        // Its offers now weigh more than its stake. The draw corrects for that, so weighing them can wait.
        Presences::<T>::mutate_extant(host, |presence| presence.stale = true);
        let missing = amount.saturating_sub(taken);
        Self::deposit_event(Event::Penalised { host: host.clone(), taken, missing, burned });
        taken
    }
}
