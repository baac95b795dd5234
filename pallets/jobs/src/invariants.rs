//! What always holds: checked after every test, by `try-runtime`, and for the constants when the runtime is built.

use crate::{
    types::*, Agenda, Config, CurrencyOf, HoldReason, Inputs, Jobs, JobsOf, Outputs, Pallet, RunOf, Runs,
    ScheduleAgenda, ScheduleInputs, Schedules, SchedulesOf, WeightInfo, Work, WorkIds,
};
use alloc::collections::{BTreeMap, BTreeSet};
use candor_primitives::{AccountId, Balance, BlockNumber, HostBlake2b, JobId};
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{fungible::InspectHold, Get},
};
use sp_core::H256;
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Check that escrow and deposits of every requester equal what is held, that every job that is not held has exactly
    /// one entry in the agenda, and that indices, inputs and outputs belong to the jobs and to nothing else.
    pub fn do_try_state() -> DispatchResult {
        Self::check_holds()?;
        Self::check_agenda()?;
        Self::check_indices()?;
        Self::check_payloads()?;
        Self::check_schedules()
    }

    /// What is held for schedules is what they say; agenda, inputs, index and history belong to them.
    fn check_schedules() -> DispatchResult {
        let mut held = BTreeMap::<AccountId, Balance>::new();
        let (mut due, mut of_requester, mut with_input) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (id, schedule) in Schedules::<T>::iter() {
            let entry = held.entry(schedule.requester.clone()).or_default();
            *entry = entry.saturating_add(schedule.prepaid()).saturating_add(schedule.deposit);
            of_requester.insert((schedule.requester.clone(), id));
            if let Some(next) = schedule.next() {
                due.insert((next, id));
                with_input.insert(id);
            }
            let runs: alloc::vec::Vec<u32> = Runs::<T>::iter_key_prefix(id).map(u32::from).collect();
            ensure!(
                runs.into_iter().eq(0..schedule.done),
                DispatchError::Other("the history of a schedule is not one entry per run")
            );
        }
        for (who, amount) in held {
            ensure!(
                CurrencyOf::<T>::balance_on_hold(&HoldReason::Schedule.into(), &who) == amount,
                DispatchError::Other("what is held for schedules differs from their sum")
            );
        }
        let listed: BTreeSet<_> = ScheduleAgenda::<T>::iter_keys().map(|(at, key)| (at.into(), key.into())).collect();
        ensure!(listed == due, DispatchError::Other("the agenda of schedules differs from them"));
        let found: BTreeSet<_> = SchedulesOf::<T>::iter_keys().map(|(who, key)| (who, key.into())).collect();
        ensure!(found == of_requester, DispatchError::Other("the index of schedules differs from them"));
        let found: BTreeSet<_> = ScheduleInputs::<T>::iter_keys().collect();
        ensure!(found == with_input, DispatchError::Other("inputs differ from the active schedules"));
        let jobs = RunOf::<T>::iter_keys().all(Jobs::<T>::contains_key);
        ensure!(jobs, DispatchError::Other("a run belongs to a job that is gone"));
        Ok(())
    }

    fn check_holds() -> DispatchResult {
        let mut held = BTreeMap::<AccountId, (Balance, Balance)>::new();
        for job in Jobs::<T>::iter_values() {
            let entry = held.entry(job.request.requester.clone()).or_default();
            entry.0 = entry.0.saturating_add(job.escrow());
            entry.1 = entry.1.saturating_add(job.request.deposit);
        }
        for (who, (escrow, deposit)) in held {
            ensure!(
                CurrencyOf::<T>::balance_on_hold(&HoldReason::Escrow.into(), &who) == escrow,
                DispatchError::Other("escrow held differs from the sum of the requester's jobs")
            );
            ensure!(
                CurrencyOf::<T>::balance_on_hold(&HoldReason::Deposit.into(), &who) == deposit,
                DispatchError::Other("deposit held differs from the sum of the requester's jobs")
            );
        }
        Ok(())
    }

    fn check_agenda() -> DispatchResult {
        let mut listed = BTreeSet::<JobId>::new();
        for (due, key) in Agenda::<T>::iter_keys() {
            let id = JobId::from(key);
            let job = Jobs::<T>::get(id).ok_or(DispatchError::Other("an agenda entry has no job"))?;
            ensure!(!job.state.is_held(), DispatchError::Other("a held job stands in the agenda"));
            ensure!(
                job.state.due() == BlockNumber::from(due),
                DispatchError::Other("an agenda entry stands under another block than its job is due")
            );
            ensure!(listed.insert(id), DispatchError::Other("a job stands in the agenda twice"));
        }
        let all = Jobs::<T>::iter().all(|(id, job)| listed.contains(&id) || job.state.is_held());
        ensure!(all, DispatchError::Other("a job is missing from the agenda"));
        Ok(())
    }

    fn check_indices() -> DispatchResult {
        let mut of_requester = BTreeSet::<(AccountId, JobId)>::new();
        let mut work = BTreeMap::<(AccountId, JobId), H256>::new();
        for (id, job) in Jobs::<T>::iter() {
            of_requester.insert((job.request.requester.clone(), id));
            for assignment in job.state.workers() {
                let draft = Self::draft(id, &job.request, assignment);
                work.insert((assignment.host.clone(), id), draft.id::<HostBlake2b>());
            }
            for assignment in job.state.assignments() {
                let holds = job.state.answer_of(&assignment.host).map_or(0, |answer| answer.holds);
                ensure!(holds <= MAX_HOLDS, DispatchError::Other("a receipt is held too often"));
            }
            ensure!(
                job.rounds.count < T::MaxAttempts::get(),
                DispatchError::Other("a job outlived its rounds of assignment")
            );
        }
        let found: BTreeSet<_> = JobsOf::<T>::iter_keys().map(|(who, key)| (who, key.into())).collect();
        ensure!(found == of_requester, DispatchError::Other("the index of requesters differs from the jobs"));
        let found: BTreeMap<_, _> = Work::<T>::iter().map(|(host, key, id)| ((host, key.into()), id)).collect();
        ensure!(found == work, DispatchError::Other("the index of work differs from the jobs"));
        let expected: BTreeMap<_, _> = work.into_iter().map(|((_, job), id)| (id, job)).collect();
        let found: BTreeMap<_, _> = WorkIds::<T>::iter().collect();
        ensure!(found == expected, DispatchError::Other("the ids of work differ from the jobs"));
        Ok(())
    }

    fn check_payloads() -> DispatchResult {
        let with_input: BTreeSet<_> = Inputs::<T>::iter_keys().collect();
        let jobs: BTreeSet<_> = Jobs::<T>::iter_keys().collect();
        ensure!(with_input == jobs, DispatchError::Other("inputs differ from the jobs"));
        for (id, host) in Outputs::<T>::iter_keys() {
            let job = Jobs::<T>::get(id).ok_or(DispatchError::Other("outputs have no job"))?;
            let answered = job.state.answers().into_iter().any(|(assignment, _)| assignment.host == host);
            ensure!(answered, DispatchError::Other("outputs belong to a host that did not answer"));
        }
        Ok(())
    }

    /// Sum of the values of the receipts of `host` that are not final: what its stake must answer for.
    pub fn open_value(host: &AccountId) -> Balance {
        let open = |job: &Job| {
            let mine = job.state.assignments().into_iter().filter(|assignment| assignment.host == *host);
            mine.fold(0, |sum: Balance, assignment| sum.saturating_add(job.request.value(assignment)))
        };
        Jobs::<T>::iter_values().fold(0, |sum: Balance, job| sum.saturating_add(open(&job)))
    }

    pub(crate) fn check_constants() {
        assert!((1..=MAX_ATTEMPTS).contains(&T::MaxAttempts::get()), "MaxAttempts must be 1 to {MAX_ATTEMPTS}");
        assert!(T::ResultDeadline::get() > 0, "hosts need at least one block to answer");
        assert!(T::RevealDeadline::get() > 0, "hosts need at least one block to reveal");
        assert!(T::RetryInterval::get() > 0, "a waiting job must not be looked at twice in a block");
        assert!(T::NoShowMin::get() <= T::NoShowMax::get(), "the least penalty must not exceed the most");
        let step =
            T::WeightInfo::poll_base().saturating_add(T::WeightInfo::poll_item()).saturating_add(Self::heaviest_step());
        assert!(step.all_lte(T::MaxHookWeight::get()), "MaxHookWeight must fit one job, at least {step}");
        let run = T::WeightInfo::poll_item().saturating_add(Self::heaviest_run());
        assert!(run.all_lte(T::MaxHookWeight::get()), "MaxHookWeight must fit one run of a schedule, at least {run}");
    }
}
