//! What always holds, and what must hold of the constants.

use crate::{Attempts, Attested, Collaterals, Config, Pallet, RevokedPlatforms, Standings};
use alloc::collections::BTreeSet;
use candor_attestation::AttestationVerifier;
use frame_support::{ensure, traits::Get};
use sp_runtime::TryRuntimeError;

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    pub(crate) fn check_constants() {
        assert!(T::AttemptInterval::get() > 0, "what costs nothing must not come in every block");
        assert!(T::RenewBefore::get() < T::MaxValidity::get(), "fresh evidence must not be due anew at once");
    }

    /// Check every invariant. Reads all of the pallet's storage.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        for (key, collateral) in Collaterals::<T, I>::iter() {
            ensure!(T::Verifier::key(&collateral) == key, "collateral lies under another key");
            let standing = Standings::<T, I>::get(key).ok_or("collateral has no standing")?;
            ensure!(standing.expires == T::Verifier::expires(&collateral), "a standing has another end");
            ensure!(standing.since <= Self::now(), "a standing is of the future");
        }
        let keys: BTreeSet<_> = Collaterals::<T, I>::iter_keys().collect();
        ensure!(Standings::<T, I>::iter_keys().collect::<BTreeSet<_>>() == keys, "collateral and standings differ");
        for (_, record) in Attested::<T, I>::iter() {
            let standing = Standings::<T, I>::get(record.key).ok_or("a record has no collateral")?;
            ensure!(record.version <= standing.version, "a record is ahead of its collateral");
            ensure!(record.since <= record.expires, "a record ended before it began");
        }
        let known = |host| Attested::<T, I>::contains_key(host);
        ensure!(Attempts::<T, I>::iter_keys().all(known), "somebody who is not attested tried to renew");
        let now = Self::block();
        ensure!(RevokedPlatforms::<T, I>::iter_values().all(|r| r.at <= now), "a revocation is of the future");
        Ok(())
    }
}
