//! Receipts as audits and challenges see them: open from the answer (in a redundant job, from the comparison of the answers) until
//! the job is final, which waits while somebody looks at one of them.

use crate::{types::*, Config, Error, Event, Inputs, Jobs, Outputs, Pallet};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{HostStake, OpenReceipt, Overturned, ReceiptKey, ReceiptListener, Receipts},
    AccountId, BlockNumber, HostBlake2b, JobId, Payload, Receipt, ReceiptPath,
};
use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};
use sp_core::H256;

impl<T: Config> Pallet<T> {
    /// The job behind a key, if the key's host has answered it and its answer is open.
    fn answered(key: &ReceiptKey<AccountId>) -> Option<(JobId, Job)> {
        let ReceiptPath::Job(id) = key.path else { return None };
        let job = Jobs::<T>::get(id)?;
        let answer = job.state.answer_of(&key.host)?;
        let is_open = answer.holds > 0 || Self::now() <= answer.until;
        is_open.then_some((id, job))
    }

    /// Tell the listener that a receipt is open no longer.
    pub(crate) fn closed(id: JobId, host: AccountId) {
        T::OnReceipt::closed(&ReceiptKey { path: ReceiptPath::Job(id), host });
    }

    /// One more looks at a receipt, unless its window passed more than so many blocks ago.
    fn hold_within(key: &ReceiptKey<AccountId>, most: BlockNumber) -> DispatchResult {
        let (id, mut job) = Self::answered(key).ok_or(Error::<T>::NoReceipt)?;
        let before = job.footprint();
        let latest = job.state.deadline().saturating_add(most);
        ensure!(Self::now() <= latest, Error::<T>::NoReceipt);
        let holds = job.state.holds_mut(&key.host).ok_or(Error::<T>::NoReceipt)?;
        ensure!(*holds < MAX_HOLDS, Error::<T>::TooManyHolds);
        *holds = holds.saturating_add(1);
        Self::put(id, job, before)
    }

    /// Take one host's answer out of a redundant job that was settled; with the last one the job goes.
    fn take_out(id: JobId, job: Job, host: &AccountId, before: Footprint) -> DispatchResult {
        let Job { request, rounds, state } = job;
        let JobState::Settled { mut works, until } = state else {
            return Self::remove(id, &request, before);
        };
        works.retain(|compared| compared.work.assignment.host != *host);
        if works.is_empty() {
            return Self::remove(id, &request, before);
        }
        Outputs::<T>::remove(id, host);
        Self::put(id, Job { request, rounds, state: JobState::Settled { works, until } }, before)
    }
}

impl<T: Config> Receipts<AccountId> for Pallet<T> {
    fn receipt(key: &ReceiptKey<AccountId>) -> Option<OpenReceipt> {
        let (id, job) = Self::answered(key)?;
        let OpenAnswer { work: Answered { assignment, answer }, until, .. } = job.state.answer_of(&key.host)?;
        let receipt = Receipt { draft: Self::draft(id, &job.request, assignment), outcome: answer.outcome };
        let attested = matches!(job.state, JobState::Delivered { attested: true, .. });
        Some(OpenReceipt { receipt, signature: answer.signature, until, attested })
    }

    fn input(key: &ReceiptKey<AccountId>) -> Option<Payload> {
        let (id, _) = Self::answered(key)?;
        Inputs::<T>::get(id)
    }

    fn outputs(key: &ReceiptKey<AccountId>) -> Vec<H256> {
        let ReceiptPath::Job(id) = key.path else { return Vec::new() };
        let output = Outputs::<T>::get(id, &key.host);
        output.map(|output| output.refs::<HostBlake2b>().iter().map(|tensor| tensor.root).collect()).unwrap_or_default()
    }

    fn hold(key: &ReceiptKey<AccountId>) -> DispatchResult {
        Self::hold_within(key, T::MaxHold::get())
    }

    fn keep(key: &ReceiptKey<AccountId>) -> DispatchResult {
        Self::hold_within(key, BlockNumber::MAX)
    }

    fn release(key: &ReceiptKey<AccountId>) {
        let Some((id, mut job)) = Self::answered(key) else { return };
        let before = job.footprint();
        let Some(holds) = job.state.holds_mut(&key.host) else { return };
        *holds = holds.saturating_sub(1);
        // Only the agenda changes, so nothing is held or released and this cannot fail. Where the window has passed,
        // the job is due at once.
        if Self::put(id, job, before).is_err() {
            frame_support::defensive!("listing a job moves no money");
        }
    }

    fn overturn(key: &ReceiptKey<AccountId>) -> Result<Overturned, DispatchError> {
        let (id, job) = Self::answered(key).ok_or(Error::<T>::NoReceipt)?;
        let before = job.footprint();
        let assignment = job.state.answer_of(&key.host).map(|answer| answer.work.assignment.clone());
        let assignment = assignment.ok_or(Error::<T>::NoReceipt)?;
        T::Stake::close(&key.host, job.request.value(&assignment), job.request.insured);
        Self::take_out(id, job, &key.host, before)?;
        Self::closed(id, key.host.clone());
        // What is left of a redundant job goes on.
        let left = match Jobs::<T>::get(id) {
            Some(job) => job.escrow(),
            None => {
                Self::note_end(id, RunResult::Unanswered { job: id });
                0
            },
        };
        let refunded = before.escrow.saturating_sub(left);
        Self::deposit_event(Event::JobOverturned { job: id, host: key.host.clone(), refunded });
        Ok(Overturned { refunded })
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_receipt(host: &AccountId, requester: &AccountId) -> ReceiptKey<AccountId> {
        crate::benchmarking::open_receipt::<T>(host, requester)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_input(key: &ReceiptKey<AccountId>, input: Payload) {
        if let ReceiptPath::Job(id) = key.path {
            Inputs::<T>::insert(id, input);
        }
    }
}
