//! Who stands for election.

use crate::{Candidacy, Candidates, Config, Error, Event, Pallet, SessionKeys};
use candor_primitives::{traits::HostPools, AccountId, Balance};
use frame_support::{ensure, traits::Get};
use sp_runtime::DispatchResult;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_validate(who: &AccountId, stake: Balance) -> DispatchResult {
        ensure!(!Candidates::<T>::contains_key(who), Error::<T>::AlreadyStanding);
        ensure!(T::Keys::digest(who).is_some(), Error::<T>::NoSessionKeys);
        T::Pools::create(who, stake)?;
        Self::stand(who)
    }

    pub(crate) fn do_chill(who: &AccountId) -> DispatchResult {
        let candidacy = Candidates::<T>::get(who).ok_or(Error::<T>::NotStanding)?;
        ensure!(candidacy == Candidacy::Standing, Error::<T>::AlreadyChilled);
        Self::cool(who);
        Ok(())
    }

    pub(crate) fn do_resume(who: &AccountId) -> DispatchResult {
        ensure!(Candidates::<T>::get(who) != Some(Candidacy::Standing), Error::<T>::NotChilled);
        ensure!(T::Keys::digest(who).is_some(), Error::<T>::NoSessionKeys);
        ensure!(!T::Pools::is_gone(who), Error::<T>::NotStanding);
        ensure!(T::Pools::self_stake(who) >= T::MinSelfStake::get(), Error::<T>::SelfStakeTooLow);
        Self::stand(who)
    }

    pub(crate) fn do_leave(who: &AccountId) -> DispatchResult {
        // One that was evicted has a pool to leave too: the pools know.
        T::Pools::leave(who)?;
        Candidates::<T>::remove(who);
        Self::deposit_event(Event::Left { validator: who.clone() });
        Ok(())
    }

    pub(crate) fn do_evict(who: &AccountId) -> DispatchResult {
        ensure!(Candidates::<T>::contains_key(who), Error::<T>::NotStanding);
        ensure!(Self::electable(who).is_none(), Error::<T>::Electable);
        Candidates::<T>::remove(who);
        Self::deposit_event(Event::Left { validator: who.clone() });
        Ok(())
    }

    fn stand(who: &AccountId) -> DispatchResult {
        let is_new = !Candidates::<T>::contains_key(who);
        ensure!(!is_new || Candidates::<T>::count() < T::MaxCandidates::get(), Error::<T>::TooManyCandidates);
        Candidates::<T>::insert(who, Candidacy::Standing);
        Self::deposit_event(Event::Standing { validator: who.clone() });
        Ok(())
    }

    /// Chill a candidate, if it is one that stands.
    pub(crate) fn cool(who: &AccountId) {
        if Candidates::<T>::get(who) == Some(Candidacy::Standing) {
            Candidates::<T>::insert(who, Candidacy::Chilled);
            Self::deposit_event(Event::Chilled { validator: who.clone() });
        }
    }
}
