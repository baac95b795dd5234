//! What the off-chain worker asks: which work is open, what it is, and which call answers it.

use crate::{redundancy::seal_message, types::*, Call, Config, Inputs, Jobs, Pallet, Work, WorkIds};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{HostMarket, WorkSource},
    worker::{WorkDone, WorkOrder},
    AccountId, HostBlake2b, JobId, Receipt, WorkerSignature,
};
use sp_core::H256;

impl<T: Config> Pallet<T> {
    /// The job behind open work of `host`, and its assignment, if the host owes something now.
    fn owed(host: &AccountId, id: JobId) -> Option<(Job, Assignment)> {
        let job = Jobs::<T>::get(id)?;
        let assignment = job.state.debtors().into_iter().find(|a| a.host == *host)?.clone();
        Some((job, assignment))
    }
}

impl<T: Config> WorkSource<AccountId> for Pallet<T> {
    type Call = Call<T>;

    fn pending(host: &AccountId, limit: u32) -> Vec<H256> {
        Work::<T>::iter_prefix(host)
            .filter(|(key, _)| Self::owed(host, JobId::from(*key)).is_some())
            .map(|(_, work)| work)
            .take(limit as usize)
            .collect()
    }

    fn order(host: &AccountId, id: H256) -> Option<WorkOrder> {
        let job_id = WorkIds::<T>::get(id)?;
        let (job, assignment) = Self::owed(host, job_id)?;
        let draft = Self::draft(job_id, &job.request, &assignment);
        Some(WorkOrder { draft, input: Inputs::<T>::get(job_id)?, worker: T::Hosts::worker_of(host)? })
    }

    fn answer(
        host: &AccountId,
        id: H256,
        done: WorkDone,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call> {
        let job_id = WorkIds::<T>::get(id)?;
        let (job, assignment) = Self::owed(host, job_id)?;
        let WorkDone { outcome, signature, output } = done;
        let receipt = Receipt { draft: Self::draft(job_id, &job.request, &assignment), outcome };
        if let JobState::Sealing { .. } = job.state {
            let seal = receipt.seal::<HostBlake2b>(&signature);
            let signature = sign(&seal_message(&Self::genesis(), job_id, host, &seal))?;
            return Some(Call::seal_result { job: job_id, host: host.clone(), seal, signature });
        }
        Some(Call::submit_result { receipt, signature, output })
    }
}
