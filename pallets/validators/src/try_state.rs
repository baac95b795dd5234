//! What always holds.

use crate::{Candidates, Config, Exposures, Missed, Offences, Pallet};
use candor_primitives::traits::HostPools;
use frame_support::{ensure, traits::Get};
use pallet_session::SessionInterface;
use sp_runtime::{Perbill, TryRuntimeError};

impl<T: Config> Pallet<T> {
    /// Check every invariant. Reads all of the pallet's storage.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        for who in Candidates::<T>::iter_keys() {
            ensure!(!T::Pools::is_gone(&who), "a candidate has no pool");
        }
        ensure!(Candidates::<T>::count() == Candidates::<T>::iter_keys().count() as u32, "candidates are miscounted");
        ensure!(Candidates::<T>::count() <= T::MaxCandidates::get(), "there are too many candidates");
        let validators = T::Sessions::validators();
        // A chain that was upgraded has elected nobody yet.
        if Exposures::<T>::iter_keys().next().is_some() {
            ensure!(validators.iter().all(Exposures::<T>::contains_key), "a validator has nothing at stake");
        }
        ensure!(Missed::<T>::iter_values().all(|missed| missed > 0), "nothing was missed");
        ensure!(Offences::<T>::iter_values().all(|fraction| fraction > Perbill::zero()), "an offence costs nothing");
        Ok(())
    }
}
