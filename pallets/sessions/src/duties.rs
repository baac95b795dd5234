//! What the off-chain worker asks: which drawn calls a host has to open, which sessions it answers, when one is settled.

use crate::{types::*, BatchesOf, Call, Config, Pallet, Samples, SamplesAt};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{DutySource, HostMarket, SessionSource},
    worker::{Task, TaskDone},
    AccountId, HostBlake2b, SessionId, SessionTerms, SignedVoucher, WorkerSignature,
};

/// How many drawn calls of a host are looked at for each duty that is asked for.
const LOOKED_AT: usize = 8;

impl<T: Config> Pallet<T> {
    fn task(id: SessionId, index: u32) -> Option<Task> {
        let sample = Samples::<T>::get(id, index)?;
        let batch = BatchesOf::<T>::get(id, sample.number)?;
        let session = Self::get(id).filter(|session| !session.is_overturned())?;
        Some(Task::Sample { session: session.terms.session, calls: batch.covered(), index })
    }
}

impl<T: Config> DutySource<AccountId> for Pallet<T> {
    type Call = Call<T>;

    fn duties(host: &AccountId, limit: u32) -> Vec<Task> {
        let limit = limit as usize;
        let mut owed: Vec<_> = SamplesAt::<T>::iter_prefix(host).take(limit.saturating_mul(LOOKED_AT)).collect();
        owed.sort_by_key(|(_, deadline)| *deadline);
        owed.into_iter().filter_map(|((id, index), _)| Self::task(id, index)).take(limit).collect()
    }

    fn answer(
        host: &AccountId,
        task: &Task,
        done: TaskDone,
        _: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call> {
        let (Task::Sample { session, index, .. }, TaskDone::Sample(sample)) = (task, done) else { return None };
        let (session, index) = (*session, *index);
        let is_owed = SamplesAt::<T>::contains_key(host, (session, index));
        (is_owed && Self::check_opening(session, index, &sample).is_ok()).then_some(Call::open_sample {
            session,
            index,
            sample,
        })
    }
}

impl<T: Config> SessionSource<AccountId> for Pallet<T> {
    type Call = Call<T>;

    fn terms(host: &AccountId, id: SessionId) -> Option<SessionTerms> {
        let Session { terms, worker, state, .. } = Self::get(id)?;
        let is_open = matches!(state, SessionState::Open { .. }) && Self::now() <= terms.expires;
        // A host that took another worker key answers no calls of sessions that name the old one.
        let is_ours = terms.host == *host && T::Hosts::worker_of(host) == Some(worker);
        (is_open && is_ours).then_some(terms)
    }

    fn settle(
        host: &AccountId,
        voucher: &SignedVoucher,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call> {
        let session = Self::check_settle(voucher, true).ok().filter(|session| session.terms.host == *host)?;
        let acceptance = sign(&voucher.voucher.hash::<HostBlake2b>().0)?;
        let is_ours = Self::check_accepted(&session, &voucher.voucher, &acceptance).is_ok();
        is_ours.then(|| Call::settle { voucher: voucher.clone(), acceptance })
    }
}
