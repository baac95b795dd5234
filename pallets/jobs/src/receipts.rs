//! Receipts as audits and challenges see them: open from the answer until the job is final, which waits while somebody
//! looks at the answer. Redundant jobs are final when their hosts agree; they have no open receipts.

use crate::{types::*, Config, Error, Event, Inputs, Jobs, Outputs, Pallet};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{HostStake, OpenReceipt, Overturned, ReceiptKey, ReceiptListener, Receipts},
    AccountId, HostBlake2b, JobId, Payload, Receipt, ReceiptPath,
};
use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};
use sp_core::H256;

impl<T: Config> Pallet<T> {
    /// The job behind a key, if the key's host has answered it.
    fn answered(key: &ReceiptKey<AccountId>) -> Option<(JobId, Job)> {
        let ReceiptPath::Job(id) = key.path else { return None };
        let job = Jobs::<T>::get(id)?;
        let is_open = match &job.state {
            JobState::Delivered { work, final_at, holds } => {
                work.assignment.host == key.host && (*holds > 0 || Self::now() <= *final_at)
            },
            _ => false,
        };
        is_open.then_some((id, job))
    }

    /// Tell the listener that a receipt is open no longer.
    pub(crate) fn closed(id: JobId, host: AccountId) {
        T::OnReceipt::closed(&ReceiptKey { path: ReceiptPath::Job(id), host });
    }
}

impl<T: Config> Receipts<AccountId> for Pallet<T> {
    fn receipt(key: &ReceiptKey<AccountId>) -> Option<OpenReceipt> {
        let (id, job) = Self::answered(key)?;
        let JobState::Delivered { work: Answered { assignment, answer }, final_at, .. } = &job.state else {
            return None;
        };
        let receipt = Receipt { draft: Self::draft(id, &job.request, assignment), outcome: answer.outcome };
        Some(OpenReceipt { receipt, signature: answer.signature, until: *final_at })
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
        let (id, mut job) = Self::answered(key).ok_or(Error::<T>::NoReceipt)?;
        let before = job.footprint();
        let JobState::Delivered { final_at, holds, .. } = &mut job.state else {
            return Err(Error::<T>::NoReceipt.into());
        };
        ensure!(Self::now() <= final_at.saturating_add(T::MaxHold::get()), Error::<T>::NoReceipt);
        ensure!(*holds < MAX_HOLDS, Error::<T>::TooManyHolds);
        *holds = holds.saturating_add(1);
        Self::put(id, job, before)
    }

    fn release(key: &ReceiptKey<AccountId>) {
        let Some((id, mut job)) = Self::answered(key) else { return };
        let before = job.footprint();
        let JobState::Delivered { holds, .. } = &mut job.state else { return };
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
        for assignment in job.state.assignments() {
            T::Stake::close(&assignment.host, job.request.value(assignment), job.request.insured);
        }
        Self::remove(id, &job.request, before)?;
        Self::closed(id, key.host.clone());
        Self::note_end(id, RunResult::Unanswered { job: id });
        let refunded = before.escrow;
        Self::deposit_event(Event::JobOverturned { job: id, host: key.host.clone(), refunded });
        Ok(Overturned { refunded })
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_receipt(host: &AccountId, requester: &AccountId) -> ReceiptKey<AccountId> {
        crate::benchmarking::open_receipt::<T>(host, requester)
    }
}
