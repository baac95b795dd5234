//! Who validates: the candidates with the most stake.
//!
//! The set is planned a session ahead. It is announced as new only where it is (its members or their keys changed), or when its exposures
//! are old: each new set costs light clients a proof of finality.

use crate::{
    Candidacy, Candidates, Config, Election, Event, Exposure, Exposures, LastElection, Pallet, SessionKeys,
    MAX_VALIDATORS,
};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{HostPools, HostStake},
    AccountId, Balance,
};
use codec::Encode;
use core::cmp::Reverse;
use frame_support::{traits::Get, BoundedVec};
use pallet_session::{historical, SessionInterface};
use sp_core::H256;
use sp_runtime::traits::Convert;
use sp_staking::SessionIndex;

/// A candidate that can be elected.
pub(crate) struct Electable {
    /// Its account.
    pub who: AccountId,
    /// Its stake, as far as it counts, in planck.
    pub stake: Balance,
    /// Digest of its session keys.
    pub keys: H256,
}

impl<T: Config> Pallet<T> {
    /// What `who` could be elected with; nothing if its keys or its stake are missing.
    pub(crate) fn electable(who: &AccountId) -> Option<Electable> {
        let enough = T::Pools::self_stake(who) >= T::MinSelfStake::get();
        let keys = T::Keys::digest(who).filter(|_| enough)?;
        Some(Electable { who: who.clone(), stake: T::Pools::active(who), keys })
    }

    /// The candidates with the most stake, best first. Of equals the one whose account is less.
    pub(crate) fn elect() -> Vec<Electable> {
        let standing = Candidates::<T>::iter().filter(|(_, candidacy)| *candidacy == Candidacy::Standing);
        let mut electable: Vec<Electable> = standing.filter_map(|(who, _)| Self::electable(&who)).collect();
        electable.sort_by(|a, b| (Reverse(a.stake), &a.who).cmp(&(Reverse(b.stake), &b.who)));
        electable.truncate(T::ValidatorCount::get().min(MAX_VALIDATORS) as usize);
        electable
    }

    /// Plan `session`: its validators with what they have at stake, where anything is new.
    fn plan(session: SessionIndex) -> Option<Vec<(AccountId, Exposure)>> {
        let elected = Self::elect();
        let count = elected.len() as u32;
        let last = LastElection::<T>::get();
        // Where nobody was elected yet, as on a chain that was upgraded, the first to stand must not be the only one to validate.
        let seats = if last.is_some() { 0 } else { T::Sessions::validators().len() as u32 };
        if count < T::MinValidators::get().max(seats) {
            // A chain without candidates, as one is that was upgraded, has nothing to say.
            if Candidates::<T>::count() > 0 {
                Self::deposit_event(Event::TooFew { session, count });
            }
            return None;
        }
        let least = elected.last().map_or(0, |last| last.stake);
        let mut validators: Vec<(AccountId, H256)> = elected.into_iter().map(|one| (one.who, one.keys)).collect();
        validators.sort();
        let digest = H256(validators.using_encoded(sp_io::hashing::blake2_256));
        let known = last.is_some_and(|last| {
            last.digest == digest && session.saturating_sub(last.session) < T::ExposureSessions::get()
        });
        // The genesis plans its two sessions both.
        if known && session > 1 {
            return None;
        }
        let exposed = validators.into_iter().map(|(who, _)| {
            let exposure = Exposure { total: T::Pools::total(&who) };
            (who, exposure)
        });
        let validators = BoundedVec::truncate_from(exposed.collect());
        LastElection::<T>::put(Election { session, digest, validators: validators.clone() });
        Self::deposit_event(Event::Elected { session, count, least });
        Some(validators.into_inner())
    }

    /// A session begins: if it is the first of those elected last, their exposures hold from now on. (The genesis elects for its two
    /// sessions at once.)
    fn expose(session: SessionIndex) {
        let Some(election) = LastElection::<T>::get().filter(|last| last.session == session || session == 0) else {
            return;
        };
        let _ = Exposures::<T>::clear(u32::MAX, None);
        for (who, exposure) in election.validators {
            Exposures::<T>::insert(who, exposure);
        }
    }
}

impl<T: Config> historical::SessionManager<AccountId, Exposure> for Pallet<T> {
    fn new_session(index: SessionIndex) -> Option<Vec<(AccountId, Exposure)>> {
        Self::plan(index)
    }

    fn start_session(index: SessionIndex) {
        Self::expose(index);
        let first = index.saturating_sub(T::HistorySessions::get());
        if first > 0 {
            T::Sessions::prune_up_to(first);
            Self::forget_offences(first.saturating_sub(1));
        }
    }

    fn end_session(_: SessionIndex) {
        Self::judge_liveness();
    }
}

// The same without what is at stake, as sessions want it.
impl<T: Config> pallet_session::SessionManager<AccountId> for Pallet<T> {
    fn new_session(index: SessionIndex) -> Option<Vec<AccountId>> {
        Self::plan(index).map(|planned| planned.into_iter().map(|(who, _)| who).collect())
    }

    fn start_session(index: SessionIndex) {
        <Self as historical::SessionManager<_, _>>::start_session(index)
    }

    fn end_session(index: SessionIndex) {
        <Self as historical::SessionManager<_, _>>::end_session(index)
    }
}

/// What a validator of the present session has at stake.
pub struct ExposureOf<T>(core::marker::PhantomData<T>);

impl<T: Config> Convert<AccountId, Option<Exposure>> for ExposureOf<T> {
    fn convert(who: AccountId) -> Option<Exposure> {
        Exposures::<T>::get(who)
    }
}
