//! Settlement: who is paid what, and the end of a job.

use crate::{types::*, Config, CurrencyOf, Error, Event, HoldReason, Jobs, Pallet};
use alloc::vec::Vec;
use candor_payout::{Diverted, Payer, Payment, Work};
use candor_primitives::{
    traits::{HostStake, ReceiptKey, ReceiptListener},
    AccountId, Balance, JobId, Receipt,
};
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
    ensure,
    pallet_prelude::DispatchResult,
    traits::Get,
};
use sp_core::H256;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_finalise(id: JobId) -> DispatchResultWithPostInfo {
        let job = Jobs::<T>::get(id).ok_or(Error::<T>::UnknownJob)?;
        ensure!(matches!(job.state, JobState::Delivered { .. } | JobState::Settled { .. }), Error::<T>::NotDelivered);
        ensure!(Self::now() > job.state.deadline(), Error::<T>::TooEarly);
        let actual_weight = Some(Self::weight_of_step(&job));
        Self::step(id, job)?;
        Ok(PostDispatchInfo { actual_weight, pays_fee: Pays::No })
    }

    /// The window of the one host's answer has passed: pay and remove.
    pub(crate) fn finalise_delivered(
        id: JobId,
        request: Request,
        work: Answered,
        attested: bool,
        before: Footprint,
    ) -> DispatchResult {
        let earned = work.assignment.earns(&work.answer.outcome);
        let paid = Self::pay(id, &request, &work.assignment.host, earned, attested);
        T::Stake::close(&work.assignment.host, request.value(&work.assignment), request.insured);
        let refunded = before.escrow.saturating_sub(paid);
        Self::remove(id, &request, Footprint { escrow: refunded, ..before })?;
        let (host, outcome) = (work.assignment.host, work.answer.outcome);
        Self::note_end(id, RunResult::Final { job: id, host, outcome, paid });
        Self::deposit_event(Event::JobFinalised { job: id, paid, refunded });
        Ok(())
    }

    /// All answers of a redundant job are in, or their time is over: they are compared, and open from now on. Those that agree
    /// are paid when the window has passed; what nobody earns goes back at once.
    ///
    /// `before` is the job's footprint in storage, which can be older than `job`.
    pub(crate) fn settle(id: JobId, job: Job, before: Footprint) -> DispatchResult {
        let Job { request, rounds, state } = job;
        let JobState::Revealing { revealers, .. } = state else {
            return Err(Error::<T>::NotDelivered.into());
        };
        let mut answers = PerHost::<Answered>::default();
        for Revealer { assignment, answer, .. } in revealers {
            match answer {
                Some(answer) => {
                    answers.try_push(Answered { assignment, answer }).map_err(|_| Error::<T>::BadRedundancy)?;
                },
                // It sealed, so it had the input.
                None => Self::no_show(id, &request, &assignment, false),
            }
        }
        if answers.is_empty() {
            return Self::end(id, &request, before);
        }
        let agreed = majority(&answers, request.selection.hosts());
        let mut works = PerHost::<Compared>::default();
        for work in answers.iter().cloned() {
            let agreed = agreed.is_some_and(|majority| agree(majority, &work));
            works.try_push(Compared { work, agreed, holds: 0 }).map_err(|_| Error::<T>::BadRedundancy)?;
        }
        let majority = works.iter().filter(|compared| compared.agreed).count() as u32;
        let until = Self::now().saturating_add(T::FinalityWindow::get());
        let receipts: Vec<_> = answers.iter().map(|w| Self::receipt_of(id, &request, w)).collect();
        let job = Job { request, rounds, state: JobState::Settled { works, until } };
        let refunded = before.escrow.saturating_sub(job.escrow());
        Self::deposit_event(match majority {
            0 => Event::JobDisagreed { job: id, receipts: receipts.iter().map(|r| r.1).collect(), refunded },
            hosts => Event::JobAgreed { job: id, hosts, refunded },
        });
        Self::put(id, job, before)?;
        Self::tell(&answers, agreed, &receipts);
        Ok(())
    }

    /// Say which receipts of a redundant job are to be audited: those that contradict each other for certain, those that
    /// are paid like others. What is not paid and contradicts nobody gained nothing.
    fn tell(answers: &[Answered], agreed: Option<&Answered>, receipts: &[(Receipt, H256)]) {
        for (work, (receipt, _)) in answers.iter().zip(receipts) {
            let key = ReceiptKey { path: receipt.draft.path, host: work.assignment.host.clone() };
            let variant = work.assignment.variant;
            let contradicted = answers.iter().any(|other| other.assignment.variant == variant && !agree(other, work));
            if contradicted {
                T::OnReceipt::disagreed(&key, receipt);
            } else if agreed.is_some_and(|majority| agree(majority, work)) {
                T::OnReceipt::delivered(&key, receipt);
            }
        }
    }

    /// The window of a redundant job's answers has passed: pay those that agree, remove it.
    pub(crate) fn close(id: JobId, job: Job, before: Footprint) -> DispatchResult {
        let Job { request, state, .. } = job;
        let JobState::Settled { works, .. } = state else {
            return Err(Error::<T>::NotDelivered.into());
        };
        let mut paid: Balance = 0;
        for compared in works.iter() {
            let host = &compared.work.assignment.host;
            if compared.agreed {
                paid = paid.saturating_add(Self::pay(id, &request, host, compared.earns(), false));
            }
            T::Stake::close(host, request.value(&compared.work.assignment), request.insured);
        }
        let refunded = before.escrow.saturating_sub(paid);
        Self::remove(id, &request, Footprint { escrow: refunded, ..before })?;
        let (event, result) = match works.iter().find(|compared| compared.agreed) {
            Some(Compared { work, .. }) => {
                let (host, outcome) = (work.assignment.host.clone(), work.answer.outcome);
                let result = RunResult::Final { job: id, host, outcome, paid };
                (Event::JobFinalised { job: id, paid, refunded }, result)
            },
            None => (Event::JobRemoved { job: id }, RunResult::Unanswered { job: id }),
        };
        Self::note_end(id, result);
        Self::deposit_event(event);
        works.into_iter().for_each(|compared| Self::closed(id, compared.work.assignment.host));
        Ok(())
    }

    fn receipt_of(id: JobId, request: &Request, work: &Answered) -> (Receipt, H256) {
        receipt(Self::draft(id, request, &work.assignment), work.answer.outcome)
    }

    /// Pay `fee` for the work of `host`, from the requester's escrow. Returns what left the escrow.
    fn pay(id: JobId, request: &Request, host: &AccountId, fee: Balance, attested: bool) -> Balance {
        let Request { requester, release, royalty, .. } = request;
        let work = Work { requester, host, release: *release, royalty: *royalty, fee, calls: 1, attested };
        let Payment { amount, stakers, royalty, levy, treasury, paid, diverted } = candor_payout::pay::<Self>(&work);
        for Diverted { payee, to, amount } in diverted {
            Self::deposit_event(Event::ShareDiverted { job: id, payee, to, amount });
        }
        Self::deposit_event(Event::HostPaid { job: id, host: host.clone(), amount, stakers, royalty, levy, treasury });
        paid
    }
}

impl<T: Config> Payer for Pallet<T> {
    type Currency = CurrencyOf<T>;
    type Stake = T::Stake;
    type Releases = T::Releases;
    type Levy = T::Levy;
    type Treasury = T::Treasury;
    type AuditPot = T::AuditPot;
    type TreasuryShare = T::TreasuryShare;

    fn reason() -> T::RuntimeHoldReason {
        HoldReason::Escrow.into()
    }
}

/// Whether two hosts came to the same: equal bytes in the same variant, or a failure at the same node of it.
fn agree(one: &Answered, other: &Answered) -> bool {
    one.assignment.variant == other.assignment.variant && one.answer.outcome.agrees_with(&other.answer.outcome)
}

/// One of those that more than half of `hosts` agree with, those that never answered included.
fn majority(works: &[Answered], hosts: u8) -> Option<&Answered> {
    works.iter().find(|candidate| {
        let votes = works.iter().filter(|work| agree(candidate, work)).count();
        votes.saturating_mul(2) > usize::from(hosts)
    })
}
