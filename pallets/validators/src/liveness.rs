//! Validators that author nothing.
//!
//! A validator is judged by the blocks of whole sessions in which it authored none: their number divided by the number of validators is
//! what it was expected to author. An online validator authors none of twenty with a chance of e^-20. Blocks, not slots, are counted, so a
//! chain that stands still accuses nobody; and a third of the validators at most is chilled at a time, so a split network does not throw
//! out those on its other side.

use crate::{Authored, Candidates, Config, CurrentAuthor, Event, Missed, Pallet};
use alloc::vec::Vec;
use candor_primitives::{traits::HostStake, AccountId};
use core::cmp::Reverse;
use frame_support::traits::Get;
use pallet_session::SessionInterface;

impl<T: Config> Pallet<T> {
    /// At the end of a session: who should have authored, and did not?
    pub(crate) fn judge_liveness() {
        let validators = T::Sessions::validators();
        let authored: Vec<(AccountId, u32)> = Authored::<T>::drain().collect();
        let blocks = authored.iter().fold(0u32, |sum, (_, blocks)| sum.saturating_add(*blocks));
        let expected = blocks.checked_div(validators.len() as u32).unwrap_or(0);
        let mut silent = Vec::new();
        for who in &validators {
            if authored.iter().any(|(author, _)| author == who) {
                Missed::<T>::remove(who);
                continue;
            }
            let missed = Missed::<T>::get(who).saturating_add(expected);
            if expected > 0 {
                Missed::<T>::insert(who, missed);
            }
            if missed >= T::OfflineBlocks::get() {
                silent.push((Reverse(missed), who));
            }
        }
        silent.sort();
        let most = validators.len().saturating_sub(1) / 3;
        for (Reverse(missed), who) in silent.into_iter().take(most) {
            Self::punish_offline(who, missed);
        }
        // Nobody else's blocks are counted any more.
        let gone: Vec<AccountId> = Missed::<T>::iter_keys().filter(|who| !validators.contains(who)).collect();
        for who in gone {
            Missed::<T>::remove(who);
        }
    }

    fn punish_offline(who: &AccountId, expected: u32) {
        Missed::<T>::remove(who);
        // Who left, or is chilled already, is not expected any more.
        if Candidates::<T>::get(who) != Some(crate::Candidacy::Standing) {
            return;
        }
        let penalty = T::Pools::penalise(who, T::OfflinePenalty::get());
        Self::deposit_event(Event::Offline { validator: who.clone(), expected, penalty });
        Self::cool(who);
    }
}

impl<T: Config> pallet_authorship::EventHandler<AccountId, frame_system::pallet_prelude::BlockNumberFor<T>>
    for Pallet<T>
{
    fn note_author(author: AccountId) {
        Authored::<T>::mutate(&author, |blocks| *blocks = blocks.saturating_add(1));
        CurrentAuthor::<T>::put(author);
    }
}
