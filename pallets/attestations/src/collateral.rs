//! What the vendor says of its machines.

use crate::{types::*, Collaterals, Config, Error, Event, Pallet, Standings};
use candor_attestation::{AttestationVerifier, Roots};
use frame_support::{ensure, pallet_prelude::DispatchResult};

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    pub(crate) fn do_refresh(roots: &Roots<'_>, bundle: &BundleOf<T, I>) -> DispatchResult {
        let now = Self::now();
        let new = T::Verifier::verify_collateral(roots, bundle, now).map_err(Self::refused)?;
        let key = T::Verifier::key(&new);
        let expires = T::Verifier::expires(&new);
        let standing = match Collaterals::<T, I>::get(key).zip(Standings::<T, I>::get(key)) {
            None => Standing { version: 0, since: now, expires },
            Some((held, standing)) => {
                ensure!(held != new, Error::<T, I>::NothingNew);
                T::Verifier::check_newer(&held, &new).map_err(Self::refused)?;
                if T::Verifier::judges_alike(&held, &new) {
                    Standing { expires, ..standing }
                } else {
                    Standing { version: standing.version.saturating_add(1), since: now, expires }
                }
            },
        };
        Collaterals::<T, I>::insert(key, new);
        Standings::<T, I>::insert(key, standing);
        Self::deposit_event(Event::CollateralRefreshed { key, version: standing.version, expires });
        Ok(())
    }
}
