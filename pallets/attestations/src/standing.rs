//! Whether a host is attested now.

use crate::{types::*, Attested, Config, Error, Pallet, RevokedPlatforms, Rules, Standings, WeightInfo};
use candor_attestation::{Measurement, Tee};
use candor_primitives::{
    traits::{AttestedHosts, WorkerKeys},
    AccountId,
};
use candor_runtime_api::attestations::{AttestationView, WhyNot};
use frame_support::{ensure, traits::Get, weights::Weight};

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    /// What a host showed, if it counts now; else the first reason why it does not.
    pub(crate) fn check(host: &AccountId) -> Result<Record<KeyOf<T, I>>, WhyNot> {
        let record = Attested::<T, I>::get(host).ok_or(WhyNot::NoEvidence)?;
        Self::check_record(host, &record)?;
        Ok(record)
    }

    fn check_record(host: &AccountId, record: &Record<KeyOf<T, I>>) -> Result<(), WhyNot> {
        let now = Self::now();
        ensure!(now <= record.expires, WhyNot::Expired);
        ensure!(T::Workers::worker_of(host) == Some(record.worker), WhyNot::OtherWorker);
        ensure!(!RevokedPlatforms::<T, I>::contains_key(record.platform), WhyNot::PlatformRevoked);
        Self::check_allowed(&record.measurement, &record.engine).map_err(|error| match error {
            Error::<T, I>::OtherEngine => WhyNot::OtherEngine,
            Error::<T, I>::AllowanceEnded => WhyNot::AllowanceEnded,
            _ => WhyNot::MeasurementNotAllowed,
        })?;
        ensure!(Rules::<T, I>::get().accepts(record.tcb_status, &record.svns), WhyNot::FirmwareNotAccepted);
        let standing = Standings::<T, I>::get(record.key).ok_or(WhyNot::JudgedAnew)?;
        let in_grace = now <= standing.since.saturating_add(T::Grace::get());
        // One step behind, for a while: its vendor has judged machines anew, and new evidence is due.
        let current = record.version == standing.version;
        ensure!(current || (in_grace && record.version.saturating_add(1) == standing.version), WhyNot::JudgedAnew);
        Ok(())
    }

    /// What is known of a host's machine.
    pub fn view(host: &AccountId) -> Option<AttestationView> {
        let record = Attested::<T, I>::get(host)?;
        let why_not = Self::check_record(host, &record).err();
        let Record { measurement, engine, tcb_status, since, expires, platform, .. } = record;
        Some(AttestationView {
            vendor: T::Vendor::get(),
            tee: match measurement {
                Measurement::Sgx { .. } => Tee::Sgx,
                Measurement::Tdx { .. } => Tee::Tdx,
                Measurement::SevSnp { .. } => Tee::SevSnp,
            },
            measurement,
            engine,
            platform,
            tcb_status,
            since,
            expires,
            why_not,
        })
    }
}

impl<T: Config<I>, I: 'static> AttestedHosts<AccountId> for Pallet<T, I> {
    fn is_attested(host: &AccountId) -> bool {
        Self::check(host).is_ok()
    }

    fn check_weight() -> Weight {
        T::WeightInfo::check()
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_attest(host: &AccountId, worker: candor_primitives::WorkerKey) {
        crate::benchmarking::attest::<T, I>(host, worker);
    }
}
