//! Deadlines: every job stands in the agenda under the block after which it is to be looked at. The hooks work the
//! agenda off, earliest first, within bounded weight; what does not fit is done in the next block, or by anyone.

use crate::{types::*, Agenda, Config, Error, Event, Jobs, Pallet, WeightInfo};
use candor_primitives::{traits::HostMarket, BlockNumber, JobId};
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
    ensure,
    pallet_prelude::DispatchResult,
    storage::with_storage_layer,
    traits::Get,
    weights::{Weight, WeightMeter},
};

impl<T: Config> Pallet<T> {
    /// Work the agenda off, within `MaxHookWeight` and what `meter` has left.
    pub(crate) fn poll(meter: &mut WeightMeter) {
        let mut mine = WeightMeter::with_limit(meter.remaining().min(T::MaxHookWeight::get()));
        // The runs of schedules come first in every other block: however many there are, deadlines get half of the
        // room, and the other way round.
        if Self::now() % 2 == 0 {
            Self::start_runs(&mut mine);
            Self::work_off(&mut mine);
        } else {
            Self::work_off(&mut mine);
            Self::start_runs(&mut mine);
        }
        meter.consume(mine.consumed());
    }

    fn work_off(meter: &mut WeightMeter) {
        if meter.try_consume(T::WeightInfo::poll_base()).is_err() {
            return;
        }
        let now = Self::now();
        for (due, key) in Agenda::<T>::iter_keys() {
            if BlockNumber::from(due) >= now || meter.try_consume(T::WeightInfo::poll_item()).is_err() {
                return;
            }
            let id = JobId::from(key);
            let Some(job) = Jobs::<T>::get(id) else {
                frame_support::defensive!("an agenda entry has a job");
                Agenda::<T>::remove(due, key);
                continue;
            };
            if meter.try_consume(Self::weight_of_step(&job)).is_err() {
                return;
            }
            // A job that cannot be moved on steps aside, with everything about it undone: the others go on.
            if let Err(error) = with_storage_layer(|| Self::step(id, job)) {
                Self::defer(id, error);
            }
        }
    }

    /// Move a job on whose time has come.
    pub(crate) fn step(id: JobId, job: Job) -> DispatchResult {
        let before = job.footprint();
        match &job.state {
            JobState::Open { deadline, .. } if Self::now() > *deadline => Self::end(id, &job.request, before),
            JobState::Open { deadline, .. } => {
                let deadline = *deadline;
                Self::retry(id, job, deadline)
            },
            JobState::Sealing { sealers, .. } if sealers.iter().any(|s| s.seal.is_some()) => {
                Self::begin_reveal(id, job, before)
            },
            JobState::Assigned { .. } | JobState::Sealing { .. } => Self::reassign(id, job),
            JobState::Revealing { .. } => Self::settle(id, job, before),
            JobState::Delivered { work, attested, .. } => {
                ensure!(!job.state.is_held(), Error::<T>::Held);
                let host = work.assignment.host.clone();
                Self::finalise_delivered(id, job.request.clone(), work.clone(), *attested, before)?;
                Self::closed(id, host);
                Ok(())
            },
            JobState::Settled { .. } => {
                ensure!(!job.state.is_held(), Error::<T>::Held);
                Self::close(id, job, before)
            },
        }
    }

    pub(crate) fn do_expire(id: JobId) -> DispatchResultWithPostInfo {
        let job = Jobs::<T>::get(id).ok_or(Error::<T>::UnknownJob)?;
        let answered = matches!(job.state, JobState::Delivered { .. } | JobState::Settled { .. });
        ensure!(!answered, Error::<T>::AlreadyDelivered);
        ensure!(Self::now() > job.state.deadline(), Error::<T>::TooEarly);
        let actual_weight = Some(Self::weight_of_step(&job));
        Self::step(id, job)?;
        Ok(PostDispatchInfo { actual_weight, pays_fee: Pays::No })
    }

    fn defer(id: JobId, error: sp_runtime::DispatchError) {
        let Some(mut job) = Jobs::<T>::get(id) else { return };
        let before = job.footprint();
        let until = Self::now().saturating_add(T::RetryInterval::get());
        job.state.postpone(until);
        // Only the block changes, so nothing is held or released and this cannot fail.
        if Self::put(id, job, before).is_ok() {
            Self::deposit_event(Event::JobDeferred { job: id, until, error });
        }
    }

    /// Weight of moving `job` on, with draws from the tree that there is: the deepest one would leave the hooks little
    /// room for anything but waiting jobs.
    pub(crate) fn weight_of_step(job: &Job) -> Weight {
        let hosts = u32::from(job.request.selection.hosts());
        let draw = || T::Hosts::draw_weight(job.request.release, job.request.attested).saturating_mul(hosts.into());
        let again = |weight: Weight| weight.saturating_add(draw());
        match &job.state {
            JobState::Open { .. } => again(T::WeightInfo::assign(hosts)).max(T::WeightInfo::end()),
            JobState::Assigned { .. } => again(T::WeightInfo::reassign(1)),
            JobState::Sealing { sealers, .. } if sealers.iter().any(|s| s.seal.is_some()) => {
                let absent = sealers.iter().filter(|s| s.seal.is_none()).count() as u32;
                T::WeightInfo::begin_reveal(absent.max(hosts / 2)).saturating_add(T::WeightInfo::end())
            },
            JobState::Sealing { .. } => again(T::WeightInfo::reassign(hosts)),
            JobState::Revealing { .. } => T::WeightInfo::settle(hosts).saturating_add(Self::weight_of_telling(hosts)),
            JobState::Delivered { .. } => T::WeightInfo::finalise(),
            JobState::Settled { .. } => T::WeightInfo::close(hosts),
        }
    }

    /// Weight of moving any job on.
    pub(crate) fn heaviest_step() -> Weight {
        let most = MAX_REDUNDANCY;
        let assign = Self::weight_of_assign(most);
        let reassign = T::WeightInfo::reassign(most).saturating_add(Self::weight_of_draws(most));
        [
            T::WeightInfo::end(),
            // All but one of its hosts absent.
            T::WeightInfo::begin_reveal(most.saturating_sub(1)).saturating_add(T::WeightInfo::end()),
            T::WeightInfo::settle(most).saturating_add(Self::weight_of_telling(most)),
            T::WeightInfo::finalise(),
        ]
        .into_iter()
        .fold(assign.max(reassign).max(T::WeightInfo::close(most)), |most, weight| most.max(weight))
    }
}
