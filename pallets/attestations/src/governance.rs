//! What people decide, and what follows of a conviction.

use crate::{types::*, Allowances, Attempts, Attested, Config, Error, Event, Pallet, RevokedPlatforms};
use candor_attestation::Measurement;
use candor_primitives::{traits::StakeListener, AccountId};
use frame_support::{ensure, pallet_prelude::DispatchResult};
use sp_core::H256;

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    /// That a measurement may run now, with this program of the engine.
    pub(crate) fn check_allowed(measurement: &Measurement, engine: &H256) -> Result<(), Error<T, I>> {
        let allowance = Allowances::<T, I>::get(measurement).ok_or(Error::<T, I>::MeasurementNotAllowed)?;
        ensure!(allowance.engine.is_none_or(|only| only == *engine), Error::<T, I>::OtherEngine);
        ensure!(allowance.until.is_none_or(|until| Self::now() <= until), Error::<T, I>::AllowanceEnded);
        Ok(())
    }

    pub(crate) fn do_allow(measurement: Measurement, allowance: Allowance) {
        Allowances::<T, I>::insert(measurement, allowance.clone());
        Self::deposit_event(Event::MeasurementAllowed { measurement, allowance });
    }

    pub(crate) fn do_disallow(measurement: Measurement) -> DispatchResult {
        Allowances::<T, I>::take(measurement).ok_or(Error::<T, I>::NotListed)?;
        Self::deposit_event(Event::MeasurementDisallowed { measurement });
        Ok(())
    }

    pub(crate) fn do_revoke(platform: Platform, host: Option<AccountId>, reason: Reason) {
        RevokedPlatforms::<T, I>::insert(platform, Revocation { at: Self::block(), reason });
        Self::deposit_event(Event::PlatformRevoked { platform, host, reason });
    }

    pub(crate) fn do_reinstate(platform: Platform) -> DispatchResult {
        RevokedPlatforms::<T, I>::take(platform).ok_or(Error::<T, I>::NotRevoked)?;
        Self::deposit_event(Event::PlatformReinstated { platform });
        Ok(())
    }
}

/// A host that is convicted loses the machine along with the stake: that is what the lower audit rate is reckoned with
/// (`candor_economics::attested_rate`).
impl<T: Config<I>, I: 'static> StakeListener<AccountId> for Pallet<T, I> {
    fn stake_changed(_: &AccountId) {}

    fn convicted(host: &AccountId) {
        if let Some(record) = Attested::<T, I>::take(host) {
            Attempts::<T, I>::remove(host);
            Self::do_revoke(record.platform, Some(host.clone()), Reason::Convicted);
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_convict(host: &AccountId) {
        crate::benchmarking::put_on_record::<T, I>(host);
    }
}
