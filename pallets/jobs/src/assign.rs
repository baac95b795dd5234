//! Hosts for a job: the draw, the assignment, waiting, and what follows a missed deadline.

use crate::{
    types::*, Agenda, Config, CurrencyOf, Error, Event, HoldReason, Inputs, Jobs, JobsOf, Outputs, Pallet, WeightInfo,
    Work, WorkIds,
};
use alloc::vec::Vec;
use candor_economics::no_show_penalty;
use candor_primitives::{
    traits::{DrawError, DrawRequest, Drawn, HostMarket, HostStake},
    AccountId, Balance, HostBlake2b, JobId, Payload, ReceiptDraft,
};
use codec::Encode;
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
    ensure,
    pallet_prelude::DispatchResult,
    storage::with_storage_layer,
    traits::{fungible::MutateHold, tokens::Precision, Get, Randomness},
    weights::Weight,
};
use frame_system::pallet_prelude::BlockNumberFor;
use sp_core::H256;
use sp_runtime::traits::Zero;

impl<T: Config> Pallet<T> {
    /// Draw as many different hosts as the job asks for. [`Error::NoCapacity`] means that it can wait for them.
    pub(crate) fn draw(id: JobId, request: &Request, rounds: &Rounds) -> Result<Vec<Drawn<AccountId>>, Error<T>> {
        let mut excluded = rounds.failed.to_vec();
        let mut drawn: Vec<Drawn<AccountId>> = Vec::new();
        for index in 0..request.selection.hosts() {
            let one = T::Hosts::draw(&DrawRequest {
                release: request.release,
                units: request.units,
                max_fee: request.max_fee,
                insured: request.insured,
                deposit: None,
                excluded: &excluded,
                named: request.selection.named(),
                attested: request.attested,
                seed: Self::seed(id, rounds.count, index),
            })
            .map_err(|error| match error {
                DrawError::NoOffer if index > 0 => Error::<T>::NotEnoughHosts,
                DrawError::NoOffer => Error::<T>::NoOffer,
                DrawError::PriceOverflow => Error::<T>::PriceOverflow,
                DrawError::FeeTooLow => Error::<T>::FeeTooLow,
                DrawError::NotLive => Error::<T>::NoLiveHost,
                DrawError::NotBacked => Error::<T>::NotBacked,
                DrawError::Busy => Error::<T>::NoCapacity,
                DrawError::NotAttested => Error::<T>::NoAttestedHost,
            })?;
            excluded.push(one.host.clone());
            drawn.push(one);
        }
        Ok(drawn)
    }

    /// Randomness of one draw. Block and attempt are in it, so that a repeated draw is a new one even where the
    /// chain's randomness stands still.
    fn seed(id: JobId, attempt: u32, index: u8) -> H256 {
        let (random, _) = T::Randomness::random(b"candor/jobs");
        let parent = frame_system::Pallet::<T>::parent_hash();
        H256((random, parent, Self::now(), id, attempt, index).using_encoded(sp_io::hashing::blake2_256))
    }

    /// Give the job to `drawn`.
    pub(crate) fn start(
        id: JobId,
        request: Request,
        rounds: Rounds,
        drawn: Vec<Drawn<AccountId>>,
        before: Footprint,
    ) -> DispatchResult {
        let block = Self::now();
        let deadline = block.saturating_add(T::ResultDeadline::get());
        let mut sealers = PerHost::<Sealer>::default();
        for Drawn { host, variant, fee, base_fee, worth, .. } in drawn {
            let assignment = Assignment { host: host.clone(), variant, fee, base_fee, worth, block };
            T::Hosts::occupy(&host, request.release)?;
            T::Stake::open(&host, request.value(&assignment), request.insured)?;
            let work = Self::draft(id, &request, &assignment).id::<HostBlake2b>();
            Work::<T>::insert(&host, JobKey::from(id), work);
            WorkIds::<T>::insert(work, id);
            sealers.try_push(Sealer { assignment, seal: None }).map_err(|_| Error::<T>::BadRedundancy)?;
            Self::deposit_event(Event::JobAssigned { job: id, host, fee, deadline });
        }
        let state = match (&request.selection, sealers.pop()) {
            (Selection::Drawn | Selection::Named(_), Some(Sealer { assignment, .. })) => {
                JobState::Assigned { assignment, deadline }
            },
            (_, Some(last)) => {
                sealers.try_push(last).map_err(|_| Error::<T>::BadRedundancy)?;
                JobState::Sealing { sealers, deadline }
            },
            (_, None) => return Err(Error::<T>::NoOffer.into()),
        };
        Self::put(id, Job { request, rounds, state }, before)
    }

    /// Have the job wait for hosts with capacity.
    pub(crate) fn wait(id: JobId, request: Request, rounds: Rounds, before: Footprint) -> DispatchResult {
        let now = Self::now();
        let deadline = now.saturating_add(T::AssignDeadline::get());
        let retry_at = now.saturating_add(T::RetryInterval::get());
        Self::put(id, Job { request, rounds, state: JobState::Open { retry_at, deadline } }, before)?;
        Self::deposit_event(Event::JobWaiting { job: id, deadline });
        Ok(())
    }

    pub(crate) fn do_assign(id: JobId) -> DispatchResultWithPostInfo {
        let Job { request, rounds, state } = Jobs::<T>::get(id).ok_or(Error::<T>::UnknownJob)?;
        ensure!(matches!(state, JobState::Open { .. }), Error::<T>::NotOpen);
        let hosts = u32::from(request.selection.hosts());
        let drawn = Self::draw(id, &request, &rounds)?;
        let before = Footprint { escrow: request.waiting_escrow(), due: Some(state.due()) };
        Self::start(id, request, rounds, drawn, before)?;
        Ok(PostDispatchInfo { actual_weight: Some(Self::weight_of_assign(hosts)), pays_fee: Pays::No })
    }

    /// The hook's attempt to find hosts for a waiting job.
    pub(crate) fn retry(id: JobId, job: Job, deadline: u32) -> DispatchResult {
        let before = job.footprint();
        let Job { request, rounds, .. } = job;
        match Self::draw(id, &request, &rounds) {
            Ok(drawn) => Self::start(id, request, rounds, drawn, before),
            // Whatever the reason, it may be gone later; until the deadline the job waits, as its requester wanted.
            Err(_) => {
                let retry_at = Self::now().saturating_add(T::RetryInterval::get());
                Self::put(id, Job { request, rounds, state: JobState::Open { retry_at, deadline } }, before)
            },
        }
    }

    /// All hosts of the job missed their deadline: they pay, and the job goes to others, waits, or ends.
    pub(crate) fn reassign(id: JobId, job: Job) -> DispatchResult {
        let before = job.footprint();
        let excused = Self::is_input_elsewhere(id);
        for assignment in job.state.assignments() {
            Self::no_show(id, &job.request, assignment, excused);
        }
        let failed: Vec<AccountId> = job.state.assignments().into_iter().map(|a| a.host.clone()).collect();
        let Job { request, mut rounds, .. } = job;
        rounds.count = rounds.count.saturating_add(1);
        let full = failed.into_iter().any(|host| rounds.failed.try_push(host).is_err());
        // A named host has nobody to stand in for it.
        let over = full || rounds.count >= T::MaxAttempts::get() || request.selection.named().is_some();
        let next = if over { Err(Error::<T>::NoOffer) } else { Self::draw(id, &request, &rounds) };
        let moved = match next {
            Ok(drawn) => with_storage_layer(|| Self::start(id, request.clone(), rounds, drawn, before)),
            Err(Error::<T>::NoCapacity) => with_storage_layer(|| Self::wait(id, request.clone(), rounds, before)),
            Err(error) => Err(error.into()),
        };
        // A dearer host, or waiting, can cost more than the requester still has: then the job ends too.
        moved.or_else(|_| Self::end(id, &request, before))
    }

    /// End a job without an answer.
    pub(crate) fn end(id: JobId, request: &Request, before: Footprint) -> DispatchResult {
        Self::remove(id, request, before)?;
        Self::note_end(id, RunResult::Unanswered { job: id });
        Self::deposit_event(Event::JobExpired { job: id, refunded: before.escrow });
        Ok(())
    }

    /// Whether the inputs have to be fetched from where the requester says. The chain cannot know whether they were
    /// there, so a host that did not get as far as a seal is excused: else a requester could have hosts punished by
    /// naming a source that never answers.
    pub(crate) fn is_input_elsewhere(id: JobId) -> bool {
        matches!(Inputs::<T>::get(id), Some(Payload::Content { .. }))
    }

    /// Release a host that missed its deadline, and take the penalty from it unless it is excused.
    pub(crate) fn no_show(id: JobId, request: &Request, assignment: &Assignment, excused: bool) {
        Self::leave(id, request, assignment);
        T::Stake::close(&assignment.host, request.value(assignment), request.insured);
        let penalty = if excused {
            0
        } else {
            let (ratio, least, most) = (T::NoShowRatio::get(), T::NoShowMin::get(), T::NoShowMax::get());
            T::Stake::penalise(&assignment.host, no_show_penalty(assignment.fee, ratio, least, most))
        };
        Self::deposit_event(Event::HostNoShow { job: id, host: assignment.host.clone(), penalty });
    }

    /// The host works on the job no longer: free its capacity and its entry in the index of work.
    pub(crate) fn leave(id: JobId, request: &Request, assignment: &Assignment) {
        T::Hosts::vacate(&assignment.host, request.release);
        if let Some(work) = Work::<T>::take(&assignment.host, JobKey::from(id)) {
            WorkIds::<T>::remove(work);
        }
    }

    /// The receipt to be, but for its outcome.
    pub(crate) fn draft(id: JobId, request: &Request, assignment: &Assignment) -> ReceiptDraft {
        request.draft(id, Self::genesis(), assignment)
    }

    /// Hash of the first block.
    pub(crate) fn genesis() -> H256 {
        frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
    }

    /// Store the job. The one place that moves escrow and agenda along with it, so that they cannot disagree.
    pub(crate) fn put(id: JobId, job: Job, before: Footprint) -> DispatchResult {
        let after = job.footprint();
        let requester = &job.request.requester;
        Self::hold(HoldReason::Escrow, requester, after.escrow.saturating_sub(before.escrow))?;
        Self::release(HoldReason::Escrow, requester, before.escrow.saturating_sub(after.escrow))?;
        if before.due != after.due {
            Self::unlist(id, before);
            if let Some(due) = after.due {
                Agenda::<T>::insert(BlockKey::from(due), JobKey::from(id), ());
            }
        }
        Jobs::<T>::insert(id, job);
        Ok(())
    }

    /// Remove a job that no host works on: what is left of its escrow and its deposit go back.
    pub(crate) fn remove(id: JobId, request: &Request, before: Footprint) -> DispatchResult {
        Self::release(HoldReason::Escrow, &request.requester, before.escrow)?;
        Self::release(HoldReason::Deposit, &request.requester, request.deposit)?;
        Self::unlist(id, before);
        Jobs::<T>::remove(id);
        Inputs::<T>::remove(id);
        JobsOf::<T>::remove(&request.requester, JobKey::from(id));
        let _ = Outputs::<T>::clear_prefix(id, MAX_REDUNDANCY, None);
        Ok(())
    }

    fn unlist(id: JobId, before: Footprint) {
        if let Some(due) = before.due {
            Agenda::<T>::remove(BlockKey::from(due), JobKey::from(id));
        }
    }

    pub(crate) fn release(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
        if amount > 0 {
            CurrencyOf::<T>::release(&reason.into(), who, amount, Precision::Exact)?;
        }
        Ok(())
    }

    /// Weight of so many draws, or of the one of an attested host.
    pub(crate) fn weight_of_draws(hosts: u32) -> Weight {
        T::DrawWeight::get().saturating_mul(hosts.into()).max(T::AttestedDrawWeight::get())
    }

    /// Weight of finding so many hosts for a waiting job.
    pub(crate) fn weight_of_assign(hosts: u32) -> Weight {
        T::WeightInfo::assign(hosts).saturating_add(Self::weight_of_draws(hosts))
    }
}
