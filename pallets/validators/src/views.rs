//! What wallets read.

use crate::{Candidacy, Candidates, Config, Exposures, Pallet, SessionKeys};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{HostPools, HostStake},
    AccountId,
};
use candor_runtime_api::validators::ValidatorView;
use pallet_session::SessionInterface;

/// Most items that one query answers with.
const MAX_PAGE: u32 = 100;

impl<T: Config> Pallet<T> {
    pub(crate) fn view_validator(who: &AccountId) -> Option<ValidatorView> {
        let candidacy = Candidates::<T>::get(who)?;
        Some(ValidatorView {
            validator: who.clone(),
            is_standing: candidacy == Candidacy::Standing,
            has_keys: T::Keys::digest(who).is_some(),
            is_validating: T::Sessions::validators().contains(who),
            own: T::Pools::self_stake(who),
            counted: T::Pools::active(who),
            exposure: Exposures::<T>::get(who).map(|exposure| exposure.total),
        })
    }

    pub(crate) fn view_validators(start: Option<AccountId>, limit: u32) -> Vec<ValidatorView> {
        let candidates = match start {
            Some(account) => Candidates::<T>::iter_from(Candidates::<T>::hashed_key_for(account)),
            None => Candidates::<T>::iter(),
        };
        candidates.take(limit.min(MAX_PAGE) as usize).filter_map(|(who, _)| Self::view_validator(&who)).collect()
    }
}
