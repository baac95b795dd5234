//! Evidence of a host's machine: everything that must hold before it counts.

use crate::{
    types::*, Attempts, Attested, Collaterals, Config, Error, Event, Pallet, RevokedPlatforms, Rules, Standings,
};
use candor_attestation::{Attestation, AttestationVerifier, Roots};
use candor_primitives::{
    traits::{Answerable, WorkerKeys},
    AccountId, AttestationBinding, BlockNumber, HostBlake2b,
};
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{Get, UnixTime},
};
use sp_core::H256;
use sp_runtime::SaturatedConversion;

impl<T: Config<I>, I: 'static> Pallet<T, I> {
    /// Height of the current block.
    pub(crate) fn block() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Seconds since 1970.
    pub(crate) fn now() -> u64 {
        T::Time::now().as_secs()
    }

    pub(crate) fn hash_of(block: BlockNumber) -> H256 {
        frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::from(block))
    }

    /// Hash of a block that is recent enough to show that evidence made with it is.
    pub(crate) fn anchor(block: BlockNumber) -> Result<H256, Error<T, I>> {
        let age = Self::block().checked_sub(block).ok_or(Error::<T, I>::UnknownAnchor)?;
        let hash = Self::hash_of(block);
        ensure!(age > 0 && age <= MAX_ANCHOR_AGE && !hash.is_zero(), Error::<T, I>::UnknownAnchor);
        Ok(hash)
    }

    /// What can be told of a binding without looking at the evidence.
    pub(crate) fn check_binding(binding: &AttestationBinding, anchor: BlockNumber) -> Result<H256, Error<T, I>> {
        ensure!(binding.genesis == Self::hash_of(0), Error::<T, I>::OtherChain);
        let worker = T::Workers::worker_of(&binding.host).ok_or(Error::<T, I>::NotAHost)?;
        ensure!(binding.worker == worker, Error::<T, I>::OtherWorker);
        ensure!(binding.expires > Self::now(), Error::<T, I>::BindingExpired);
        let held = Attested::<T, I>::get(&binding.host);
        ensure!(held.is_none_or(|held| held.anchor <= anchor), Error::<T, I>::OlderThanHeld);
        Self::anchor(anchor)
    }

    /// Verify evidence, and everything about it that the chain itself decides.
    pub(crate) fn do_attest(
        roots: &Roots<'_>,
        binding: AttestationBinding,
        anchor: BlockNumber,
        evidence: &[u8],
    ) -> DispatchResult {
        let nonce = Self::check_binding(&binding, anchor)?;
        let key = T::Verifier::key_of(evidence).map_err(Self::refused)?;
        let (collateral, standing) =
            Collaterals::<T, I>::get(key).zip(Standings::<T, I>::get(key)).ok_or(Error::<T, I>::NoCollateral)?;
        let found = T::Verifier::verify(roots, evidence, &collateral, Self::now()).map_err(Self::refused)?;
        Self::check_found(&found, &binding, &nonce)?;
        let held = Attested::<T, I>::get(&binding.host);
        if held.is_some_and(|held| held.platform != found.platform) {
            Self::check_answered(&binding.host)?;
        }
        Self::record(binding, anchor, key, standing.version, found);
        Ok(())
    }

    /// That the evidence is about this binding, and that its machine is one of those that count.
    pub(crate) fn check_found(
        found: &Attestation,
        binding: &AttestationBinding,
        nonce: &H256,
    ) -> Result<(), Error<T, I>> {
        let expected = binding.report_data::<HostBlake2b>(nonce);
        let (bound, fresh) = expected.split_at(32);
        ensure!(found.report_data.starts_with(bound), Error::<T, I>::WrongBinding);
        ensure!(found.report_data.ends_with(fresh), Error::<T, I>::WrongNonce);
        Rules::<T, I>::get().check(found).map_err(Self::refused)?;
        ensure!(!RevokedPlatforms::<T, I>::contains_key(found.platform), Error::<T, I>::PlatformRevoked);
        Self::check_allowed(&found.measurement, &binding.engine)
    }

    /// That the host answers for nothing any more. A conviction costs the machine on record (`convicted`): whoever could exchange
    /// it, or have it forgotten, between a lie and its conviction would lose nothing worth `MachineWorth`.
    fn check_answered(host: &AccountId) -> Result<(), Error<T, I>> {
        ensure!(T::Stake::open_receipts(host) == 0, Error::<T, I>::ReceiptsOpen);
        Ok(())
    }

    /// Store what was found.
    pub(crate) fn record(
        binding: AttestationBinding,
        anchor: BlockNumber,
        key: KeyOf<T, I>,
        version: u32,
        found: Attestation,
    ) {
        let AttestationBinding { host, worker, engine, expires, .. } = binding;
        let Attestation { measurement, platform, tcb_status, svns, .. } = found;
        let since = Self::now();
        let expires = expires.min(found.expires).min(since.saturating_add(T::MaxValidity::get()));
        let record =
            Record { worker, engine, measurement, platform, tcb_status, svns, key, version, anchor, since, expires };
        Attested::<T, I>::insert(&host, record);
        Self::deposit_event(Event::HostAttested { host, measurement, platform, expires });
    }

    pub(crate) fn refused(error: candor_attestation::Error) -> Error<T, I> {
        Error::<T, I>::Refused(Refusal(error))
    }

    pub(crate) fn do_clear(host: AccountId) -> DispatchResult {
        let record = Attested::<T, I>::get(&host).ok_or(Error::<T, I>::NotAttested)?;
        let left = T::Workers::worker_of(&host) != Some(record.worker);
        ensure!(left || record.expires < Self::now(), Error::<T, I>::StillCounts);
        Self::check_answered(&host)?;
        Attested::<T, I>::remove(&host);
        Attempts::<T, I>::remove(&host);
        Self::deposit_event(Event::Cleared { host });
        Ok(())
    }
}
