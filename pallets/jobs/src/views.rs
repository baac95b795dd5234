//! What wallets read: one answer for the view functions and the runtime API.

use crate::{
    submit::expected_output_bytes, types::*, Config, Jobs, JobsOf, Outputs, Pallet, Runs, Schedules, SchedulesOf,
};
use alloc::vec::Vec;
use candor_primitives::{
    release::FitError,
    tensor::Shape,
    traits::{DrawError, HostMarket, Releases},
    AccountId, DType, JobId, ReleaseId, ScheduleId, MAX_INLINE_INPUT,
};
use candor_runtime_api::views::{AnswerView, JobPhase, JobView, Quote, QuoteError, ScheduleView};
use codec::Encode;

/// Most jobs of one answer.
const MAX_VIEWS: u32 = 100;

impl<T: Config> Pallet<T> {
    pub(crate) fn compute_quote(release: ReleaseId, shapes: Vec<Vec<u32>>) -> Result<Quote, QuoteError> {
        let spec = T::Releases::spec(release).ok_or(QuoteError::UnknownRelease)?;
        if shapes.len() != spec.inputs.len() {
            return Err(QuoteError::WrongShape);
        }
        let shapes = shapes
            .into_iter()
            .map(|shape| Shape::try_from(shape).map_err(|_| QuoteError::WrongShape))
            .collect::<Result<Vec<_>, _>>()?;
        let given: Vec<(DType, &Shape)> = crate::submit::typed(&spec, &shapes);
        let (bound, units) = spec.fit_inputs(given.into_iter()).map_err(|error| match error {
            FitError::Overflow => QuoteError::Overflow,
            FitError::Count | FitError::DType | FitError::Shape => QuoteError::WrongShape,
        })?;
        let (lowest, highest, offers) = T::Hosts::price_range(release, units).map_err(|error| match error {
            DrawError::PriceOverflow => QuoteError::Overflow,
            _ => QuoteError::NoOffer,
        })?;
        let deposit = Self::deposit(MAX_INLINE_INPUT, expected_output_bytes(&spec, &bound));
        Ok(Quote { units, lowest, highest, offers, deposit })
    }

    pub(crate) fn view_of(id: JobId) -> Option<JobView> {
        Jobs::<T>::get(id).map(|job| Self::view(id, job))
    }

    pub(crate) fn views_of(account: AccountId, start: JobId, limit: u32) -> Vec<JobView> {
        let keys = match start.checked_sub(1) {
            // The index is ordered: go on behind the key before the first one wanted.
            Some(previous) => {
                let from = JobsOf::<T>::hashed_key_for(&account, JobKey::from(previous));
                JobsOf::<T>::iter_key_prefix_from(&account, from)
            },
            None => JobsOf::<T>::iter_key_prefix(&account),
        };
        keys.take(limit.min(MAX_VIEWS) as usize).filter_map(|key| Self::view_of(JobId::from(key))).collect()
    }

    pub(crate) fn schedule_of(id: ScheduleId) -> Option<ScheduleView> {
        let schedule = Schedules::<T>::get(id)?;
        let (next, prepaid) = (schedule.next(), schedule.prepaid());
        let Schedule { requester, release, max_fee, period, count, done, deposit, .. } = schedule;
        Some(ScheduleView { id, requester, release, max_fee, period, count, done, next, prepaid, deposit })
    }

    pub(crate) fn schedules_of(account: AccountId, start: ScheduleId, limit: u32) -> Vec<ScheduleView> {
        let keys = match start.checked_sub(1) {
            Some(previous) => {
                let from = SchedulesOf::<T>::hashed_key_for(&account, ScheduleKey::from(previous));
                SchedulesOf::<T>::iter_key_prefix_from(&account, from)
            },
            None => SchedulesOf::<T>::iter_key_prefix(&account),
        };
        keys.take(limit.min(MAX_VIEWS) as usize).filter_map(|key| Self::schedule_of(key.into())).collect()
    }

    pub(crate) fn runs_of(id: ScheduleId, start: u32, limit: u32) -> Vec<Run> {
        let end = start.saturating_add(limit.min(MAX_VIEWS));
        (start..end).map_while(|run| Runs::<T>::get(id, RunKey::from(run))).collect()
    }

    fn view(id: JobId, job: Job) -> JobView {
        let answers = job.state.answers().into_iter().map(|(assignment, answer)| {
            let (receipt, hash) = receipt(Self::draft(id, &job.request, assignment), answer.outcome);
            AnswerView {
                host: assignment.host.clone(),
                receipt: hash,
                receipt_bytes: receipt.encode(),
                signature: answer.signature,
                outcome: answer.outcome,
                output: Outputs::<T>::get(id, &assignment.host),
            }
        });
        JobView {
            id,
            answers: answers.collect(),
            hosts: job.state.assignments().into_iter().map(|a| a.host.clone()).collect(),
            escrow: job.escrow(),
            phase: match job.state {
                JobState::Open { .. } => JobPhase::Open,
                JobState::Assigned { .. } | JobState::Sealing { .. } => JobPhase::Assigned,
                JobState::Revealing { .. } => JobPhase::Revealing,
                JobState::Delivered { .. } | JobState::Settled { .. } => JobPhase::Delivered,
            },
            deadline: job.state.deadline(),
            requester: job.request.requester,
            release: job.request.release,
            units: job.request.units,
            max_fee: job.request.max_fee,
            submitted: job.request.submitted,
        }
    }
}
