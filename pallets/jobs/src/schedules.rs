//! Schedules: the same call again and again, paid ahead. Each run is a job like any other; what came of it stays
//! readable until the schedule is removed.

use crate::{
    types::*, Config, CurrencyOf, Error, Event, HoldReason, NextScheduleId, Pallet, RunOf, Runs, ScheduleAgenda,
    ScheduleInputs, Schedules, SchedulesOf, WeightInfo,
};
use candor_primitives::{
    release::ReleaseSpec, traits::HostMarket, AccountId, Balance, BlockNumber, JobId, Payload, ReleaseId, ScheduleId,
    MAX_INLINE_INPUT,
};
use codec::Encode;
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    storage::with_storage_layer,
    traits::{fungible::Mutate, tokens::Preservation, Get},
    weights::{Weight, WeightMeter},
};
use sp_runtime::ArithmeticError;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_schedule(
        requester: AccountId,
        release: ReleaseId,
        input: Payload,
        max_fee: Balance,
        period: BlockNumber,
        count: u32,
        options: JobOptions,
    ) -> DispatchResult {
        ensure!((1..=MAX_RUNS).contains(&count), Error::<T>::BadCount);
        ensure!(period >= T::MinPeriod::get().max(1), Error::<T>::PeriodTooShort);
        let spec = Self::usable_release(release, &requester)?;
        let per_run = Self::price_of_run(&spec, &input, max_fee, &options)?;
        let prepaid = per_run.checked_mul(count.into()).ok_or(Error::<T>::PriceOverflow)?;
        let bytes = (input.encoded_size() as u32).saturating_add(count.saturating_mul(RUN_BYTES));
        let deposit = Self::deposit(bytes, 0);
        Self::hold(HoldReason::Schedule, &requester, prepaid.checked_add(deposit).ok_or(Error::<T>::PriceOverflow)?)?;

        let id = NextScheduleId::<T>::get();
        NextScheduleId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
        let next = Self::now().saturating_add(1);
        let state = ScheduleState::Active { next };
        let who = requester.clone();
        let schedule =
            Schedule { requester, release, max_fee, options, period, count, done: 0, per_run, deposit, state };
        ScheduleInputs::<T>::insert(id, input);
        SchedulesOf::<T>::insert(&who, ScheduleKey::from(id), ());
        ScheduleAgenda::<T>::insert(BlockKey::from(next), ScheduleKey::from(id), ());
        Schedules::<T>::insert(id, schedule);
        Self::deposit_event(Event::ScheduleCreated { schedule: id, requester: who, release, period, count, prepaid });
        Ok(())
    }

    /// What is held for one run, in planck: its fees, the deposit of its job, the fee of starting it.
    fn price_of_run(
        spec: &ReleaseSpec,
        input: &Payload,
        max_fee: Balance,
        options: &JobOptions,
    ) -> Result<Balance, Error<T>> {
        let (_, output_bytes) = Self::check_input(spec, input)?;
        let hosts = Self::check_options(options)?.hosts();
        let fees = max_fee.checked_mul(hosts.into()).ok_or(Error::<T>::PriceOverflow)?;
        max_fee.checked_add(options.insured).ok_or(Error::<T>::PriceOverflow)?;
        let deposit = Self::deposit(input.inline_bytes(), output_bytes.saturating_mul(hosts.into()));
        let more = deposit.checked_add(T::RunFee::get()).ok_or(Error::<T>::PriceOverflow)?;
        fees.checked_add(more).ok_or(Error::<T>::PriceOverflow)
    }

    pub(crate) fn do_cancel_schedule(who: AccountId, id: ScheduleId) -> DispatchResult {
        let schedule = Schedules::<T>::get(id).ok_or(Error::<T>::UnknownSchedule)?;
        ensure!(schedule.requester == who, Error::<T>::NotRequester);
        ensure!(schedule.next().is_some(), Error::<T>::ScheduleOver);
        Self::end_schedule(id, schedule)
    }

    /// No more runs: what was held for them comes back.
    fn end_schedule(id: ScheduleId, mut schedule: Schedule) -> DispatchResult {
        let refunded = schedule.prepaid();
        Self::release(HoldReason::Schedule, &schedule.requester, refunded)?;
        if let Some(next) = schedule.next() {
            ScheduleAgenda::<T>::remove(BlockKey::from(next), ScheduleKey::from(id));
        }
        ScheduleInputs::<T>::remove(id);
        schedule.state = ScheduleState::Ended { at: Self::now() };
        Self::deposit_event(Event::ScheduleEnded { schedule: id, done: schedule.done, refunded });
        Schedules::<T>::insert(id, schedule);
        Ok(())
    }

    pub(crate) fn do_remove_schedule(who: AccountId, id: ScheduleId) -> DispatchResultWithPostInfo {
        let schedule = Schedules::<T>::get(id).ok_or(Error::<T>::UnknownSchedule)?;
        let ScheduleState::Ended { at } = schedule.state else { return Err(Error::<T>::ScheduleActive.into()) };
        let kept = at.saturating_add(T::HistoryPeriod::get());
        ensure!(schedule.requester == who || Self::now() > kept, Error::<T>::TooEarly);
        Self::release(HoldReason::Schedule, &schedule.requester, schedule.deposit)?;
        Schedules::<T>::remove(id);
        SchedulesOf::<T>::remove(&schedule.requester, ScheduleKey::from(id));
        let _ = Runs::<T>::clear_prefix(id, schedule.done, None);
        Self::deposit_event(Event::ScheduleRemoved { schedule: id });
        Ok(Some(T::WeightInfo::remove_schedule(schedule.done)).into())
    }

    pub(crate) fn do_run_schedule(id: ScheduleId) -> DispatchResultWithPostInfo {
        let schedule = Schedules::<T>::get(id).ok_or(Error::<T>::UnknownSchedule)?;
        let next = schedule.next().ok_or(Error::<T>::ScheduleOver)?;
        ensure!(next <= Self::now(), Error::<T>::NotDue);
        let actual_weight = Some(Self::weight_of_run(id, &schedule));
        Self::run(id, schedule, next)?;
        Ok(PostDispatchInfo { actual_weight, pays_fee: Pays::No })
    }

    /// Start the runs whose block has come, as far as the meter goes.
    pub(crate) fn start_runs(meter: &mut WeightMeter) {
        for (due, key) in ScheduleAgenda::<T>::iter_keys() {
            let looked_at = meter.try_consume(T::WeightInfo::poll_item()).is_ok();
            if !looked_at || BlockNumber::from(due) > Self::now() {
                return;
            }
            let id = ScheduleId::from(key);
            let Some(schedule) = Schedules::<T>::get(id) else {
                frame_support::defensive!("an agenda entry has a schedule");
                ScheduleAgenda::<T>::remove(due, key);
                continue;
            };
            if meter.try_consume(Self::weight_of_run(id, &schedule)).is_err() {
                return;
            }
            // Only what is held is released, so this cannot fail; should it, the others go on and this one stays.
            if with_storage_layer(|| Self::run(id, schedule, due.into())).is_err() {
                frame_support::defensive!("a run could not be accounted for");
                return;
            }
        }
    }

    /// Start the run that is due, or miss it; then wait for the next one, or end.
    fn run(id: ScheduleId, mut schedule: Schedule, due: BlockNumber) -> DispatchResult {
        let run = schedule.done;
        // What the job needs it holds itself; the rest of what was held for this run is free again.
        Self::release(HoldReason::Schedule, &schedule.requester, schedule.per_run)?;
        // Whatever comes of it: looking for a host is most of a run's work, and one transaction asks for a thousand.
        let fee = with_storage_layer(|| Self::pay_for_run(&schedule.requester));
        let result = match fee.and_then(|()| with_storage_layer(|| Self::start_run(id, &schedule, due))) {
            Ok(job) => {
                RunOf::<T>::insert(job, (id, run));
                Self::deposit_event(Event::ScheduleRun { schedule: id, run, job });
                RunResult::Running { job }
            },
            Err(error) => {
                Self::deposit_event(Event::ScheduleRunMissed { schedule: id, run, error });
                RunResult::Missed(error)
            },
        };
        Runs::<T>::insert(id, RunKey::from(run), Run { due, result });
        schedule.done = run.saturating_add(1);
        if schedule.done >= schedule.count {
            return Self::end_schedule(id, schedule);
        }
        let next = due.saturating_add(schedule.period);
        ScheduleAgenda::<T>::remove(BlockKey::from(due), ScheduleKey::from(id));
        ScheduleAgenda::<T>::insert(BlockKey::from(next), ScheduleKey::from(id), ());
        schedule.state = ScheduleState::Active { next };
        Schedules::<T>::insert(id, schedule);
        Ok(())
    }

    fn pay_for_run(requester: &AccountId) -> DispatchResult {
        let fee = T::RunFee::get();
        if fee > 0 {
            CurrencyOf::<T>::transfer(requester, &T::Treasury::get(), fee, Preservation::Expendable)?;
        }
        Ok(())
    }

    fn start_run(id: ScheduleId, schedule: &Schedule, due: BlockNumber) -> Result<JobId, DispatchError> {
        ensure!(Self::now() < due.saturating_add(schedule.period), Error::<T>::TooLate);
        let input = ScheduleInputs::<T>::get(id).ok_or(Error::<T>::UnknownSchedule)?;
        let Schedule { requester, release, max_fee, options, .. } = schedule;
        let (job, _) = Self::place(requester.clone(), *release, input, *max_fee, options.clone())?;
        Ok(job)
    }

    /// A job has come to its end: if it was a run of a schedule, its history says how.
    pub(crate) fn note_end(job: JobId, result: RunResult) {
        if let Some((schedule, run)) = RunOf::<T>::take(job) {
            // Its schedule may have been removed meanwhile.
            Runs::<T>::mutate_exists(schedule, RunKey::from(run), |run| {
                if let Some(run) = run {
                    run.result = result;
                }
            });
        }
    }

    /// Weight of starting the next run of a schedule.
    fn weight_of_run(id: ScheduleId, schedule: &Schedule) -> Weight {
        let bytes = ScheduleInputs::<T>::get(id).map_or(0, |input| input.inline_bytes().min(MAX_INLINE_INPUT));
        let hosts = u32::from(schedule.options.redundancy).min(MAX_REDUNDANCY);
        T::WeightInfo::run_schedule().saturating_add(T::WeightInfo::submit(bytes, hosts)).saturating_add(
            T::Hosts::draw_weight(schedule.release, schedule.options.attested).saturating_mul(hosts.into()),
        )
    }

    /// Weight of starting any run.
    pub(crate) fn heaviest_run() -> Weight {
        T::WeightInfo::run_schedule()
            .saturating_add(T::WeightInfo::submit(MAX_INLINE_INPUT, MAX_REDUNDANCY))
            .saturating_add(Self::weight_of_draws(MAX_REDUNDANCY))
    }
}
