//! Redundant jobs: every host seals its answer before anyone reveals, so that nobody copies.

use crate::{types::*, Config, Error, Event, Jobs, Pallet};
use alloc::vec::Vec;
use candor_commitments::TAG_SEAL;
use candor_primitives::{
    traits::{HostMarket, HostStake},
    AccountId, JobId, WorkerSignature,
};
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{DispatchResult, TransactionSource, TransactionValidityWithRefund},
    traits::Get,
    weights::Weight,
};
use sp_core::H256;

/// What a worker key signs to seal an answer: BLAKE2b-256 over the seal tag, `seal`, the genesis hash and the SCALE
/// encoding of (job, host, seal).
pub fn seal_message(genesis: &H256, job: JobId, host: &AccountId, seal: &H256) -> [u8; 32] {
    let mut bytes = Vec::from([TAG_SEAL]);
    bytes.extend_from_slice(b"seal");
    (genesis, job, host, seal).encode_to(&mut bytes);
    sp_io::hashing::blake2_256(&bytes)
}

impl<T: Config> Pallet<T> {
    /// Everything that must hold for a seal, whoever sends it.
    fn check_seal(id: JobId, host: &AccountId, seal: &H256, signature: &WorkerSignature) -> Result<Job, Error<T>> {
        let job = Jobs::<T>::get(id).ok_or(Error::<T>::UnknownJob)?;
        let JobState::Sealing { sealers, .. } = &job.state else {
            return Err(Error::<T>::NotSealing);
        };
        let mine = sealers.iter().find(|s| s.assignment.host == *host).ok_or(Error::<T>::NotAssigned)?;
        ensure!(mine.seal.is_none(), Error::<T>::AlreadySealed);
        let worker = T::Hosts::worker_of(host).ok_or(Error::<T>::NoWorkerKey)?;
        let message = seal_message(&Self::genesis(), id, host, seal);
        ensure!(sp_io::crypto::sr25519_verify(signature, &message, &worker), Error::<T>::BadSignature);
        Ok(job)
    }

    /// Whether the transaction pool takes a seal that nobody pays for.
    pub(crate) fn authorize_seal(
        _: TransactionSource,
        id: &JobId,
        host: &AccountId,
        seal: &H256,
        signature: &WorkerSignature,
    ) -> TransactionValidityWithRefund {
        let job = Self::check_seal(*id, host, seal, signature).map_err(Self::invalid)?;
        Ok((Self::valid(b"seal", *id, host, &job.state), Weight::zero()))
    }

    pub(crate) fn do_seal_result(id: JobId, host: AccountId, seal: H256, signature: WorkerSignature) -> DispatchResult {
        let mut job = Self::check_seal(id, &host, &seal, &signature)?;
        let before = job.footprint();
        let JobState::Sealing { sealers, .. } = &mut job.state else {
            return Err(Error::<T>::NotSealing.into());
        };
        if let Some(mine) = sealers.iter_mut().find(|s| s.assignment.host == host) {
            mine.seal = Some(seal);
        }
        let complete = sealers.iter().all(|s| s.seal.is_some());
        Self::deposit_event(Event::ResultSealed { job: id, host, seal });
        if complete {
            Self::begin_reveal(id, job, before)
        } else {
            Self::put(id, job, before)
        }
    }

    /// Go on with the hosts that sealed. The others missed their deadline; none is replaced, since a replacement
    /// would start when answers are already public.
    pub(crate) fn begin_reveal(id: JobId, job: Job, before: Footprint) -> DispatchResult {
        let Job { request, rounds, state } = job;
        let JobState::Sealing { sealers, .. } = state else {
            return Err(Error::<T>::NotSealing.into());
        };
        let excused = Self::is_input_elsewhere(id);
        let hosts = sealers.len();
        let mut revealers = PerHost::<Revealer>::default();
        for Sealer { assignment, seal } in sealers {
            match seal {
                Some(seal) => revealers
                    .try_push(Revealer { assignment, seal, answer: None })
                    .map_err(|_| Error::<T>::BadRedundancy)?,
                None => Self::no_show(id, &request, &assignment, excused),
            }
        }
        if revealers.len().saturating_mul(2) <= hosts {
            // No majority of those asked can come about any more, so nobody is made to show its answer for nothing.
            for Revealer { assignment, .. } in revealers {
                Self::leave(id, &request, &assignment);
                T::Stake::close(&assignment.host, request.value(&assignment), request.insured);
            }
            return Self::end(id, &request, before);
        }
        let deadline = Self::now().saturating_add(T::RevealDeadline::get());
        Self::deposit_event(Event::RevealStarted { job: id, sealed: revealers.len() as u32, deadline });
        Self::put(id, Job { request, rounds, state: JobState::Revealing { revealers, deadline } }, before)
    }
}
