//! What the author of a block is paid: its fees, and what is minted for it.
//!
//! Fees lie in the pot until the block ends; then the author, its pool's commission and its stakers get their parts. So a block moves money
//! once, whatever the number of its transactions.

use crate::{Config, Event, Pallet};
use candor_primitives::{
    traits::{HostPools, HostStake, RewardShares},
    AccountId, Balance,
};
use frame_support::{
    storage::with_storage_layer,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::Preservation,
        Get,
    },
};
use sp_runtime::{traits::AccountIdConversion, DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
    /// Account that fees lie in until the block ends.
    pub fn pot() -> AccountId {
        T::PalletId::get().into_account_truncating()
    }

    /// The pot exists by a deposit.
    pub(crate) fn endow_pot() -> DispatchResult {
        let (pot, deposit) = (Self::pot(), T::Currency::minimum_balance());
        match T::Currency::balance(&pot) {
            0 => T::Currency::mint_into(&pot, deposit).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// The block ends: pay its author. What cannot be paid lies in the pot until the next block ends.
    pub(crate) fn pay_author(author: AccountId) {
        let minted = Self::mint();
        let deposit = T::Currency::minimum_balance();
        let amount = T::Currency::balance(&Self::pot()).saturating_sub(deposit);
        if amount == 0 {
            return;
        }
        let shares = T::Pools::share(&author, amount);
        let stakers = shares.stakers;
        if with_storage_layer(|| Self::pay(&author, &shares)).is_ok() {
            if !T::Pools::is_gone(&author) {
                T::Pools::rewarded(&author, stakers);
            }
            Self::deposit_event(Event::Paid { validator: author, amount, stakers, minted });
        }
    }

    fn mint() -> Balance {
        let reward = T::BlockReward::get();
        let minted = if reward == 0 { Ok(0) } else { T::Currency::mint_into(&Self::pot(), reward) };
        minted.unwrap_or(0)
    }

    fn pay(author: &AccountId, shares: &RewardShares<AccountId>) -> Result<(), DispatchError> {
        let pot = Self::pot();
        for (to, amount) in [(author, shares.host), (&shares.pot, shares.stakers)] {
            if amount > 0 {
                T::Currency::transfer(&pot, to, amount, Preservation::Preserve)?;
            }
        }
        Ok(())
    }
}
