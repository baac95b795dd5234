//! Settlement: who is paid what, and the end of a job.

use crate::{types::*, Config, CurrencyOf, Error, Event, HoldReason, Jobs, Pallet};
use alloc::vec::Vec;
use candor_payout::{Diverted, Payer, Payment, Work};
use candor_primitives::{traits::HostStake, AccountId, Balance, JobId, Outcome};
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
    pub(crate) fn finalise_delivered(id: JobId, request: Request, work: Answered, before: Footprint) -> DispatchResult {
        let earned = work.assignment.earns(&work.answer.outcome);
        let paid = Self::pay(id, &request, &work.assignment.host, earned);
        T::Stake::close(&work.assignment.host, request.value(&work.assignment), request.insured);
        let refunded = before.escrow.saturating_sub(paid);
        Self::remove(id, &request, Footprint { escrow: refunded, ..before })?;
        let (host, outcome) = (work.assignment.host, work.answer.outcome);
        Self::note_end(id, RunResult::Final { job: id, host, outcome, paid });
        Self::deposit_event(Event::JobFinalised { job: id, paid, refunded });
        Ok(())
    }

    /// All answers of a redundant job are in, or their time is over: hosts in agreement are paid.
    ///
    /// `before` is the job's footprint in storage, which can be older than `job`.
    pub(crate) fn settle(id: JobId, job: Job, before: Footprint) -> DispatchResult {
        let Job { request, rounds, state } = job;
        let JobState::Revealing { revealers, .. } = state else {
            return Err(Error::<T>::NotDelivered.into());
        };
        let mut works = PerHost::<Answered>::default();
        for Revealer { assignment, answer, .. } in revealers {
            match answer {
                Some(answer) => {
                    T::Stake::close(&assignment.host, request.value(&assignment), request.insured);
                    works.try_push(Answered { assignment, answer }).map_err(|_| Error::<T>::BadRedundancy)?;
                },
                // It sealed, so it had the input.
                None => Self::no_show(id, &request, &assignment, false),
            }
        }
        if works.is_empty() {
            return Self::end(id, &request, before);
        }
        let agreed = majority(&works, request.selection.hosts());
        let mut paid: Balance = 0;
        for work in works.iter().filter(|work| agreed == Some(vote(work))) {
            let earned = work.assignment.earns(&work.answer.outcome);
            paid = paid.saturating_add(Self::pay(id, &request, &work.assignment.host, earned));
        }
        let refunded = before.escrow.saturating_sub(paid);
        let first = works.iter().find(|work| agreed == Some(vote(work)));
        Self::note_end(
            id,
            match first {
                Some(work) => {
                    let (host, outcome) = (work.assignment.host.clone(), work.answer.outcome);
                    RunResult::Final { job: id, host, outcome, paid }
                },
                None => RunResult::Unanswered { job: id },
            },
        );
        Self::deposit_event(match agreed {
            Some(_) => Event::JobFinalised { job: id, paid, refunded },
            None => Event::JobDisagreed { job: id, receipts: Self::receipt_hashes(id, &request, &works), refunded },
        });
        let until = Self::now().saturating_add(T::FinalityWindow::get());
        let state = JobState::Settled { works, until };
        Self::put(id, Job { request, rounds, state }, Footprint { escrow: refunded, ..before })
    }

    /// The answers of a settled job were readable for a window: remove it.
    pub(crate) fn close(id: JobId, request: Request, before: Footprint) -> DispatchResult {
        Self::remove(id, &request, before)?;
        Self::deposit_event(Event::JobRemoved { job: id });
        Ok(())
    }

    fn receipt_hashes(id: JobId, request: &Request, works: &[Answered]) -> Vec<H256> {
        works.iter().map(|work| receipt(Self::draft(id, request, &work.assignment), work.answer.outcome).1).collect()
    }

    /// Pay `fee` for the work of `host`, from the requester's escrow. Returns what left the escrow.
    fn pay(id: JobId, request: &Request, host: &AccountId, fee: Balance) -> Balance {
        let Request { requester, release, royalty, .. } = request;
        let work = Work { requester, host, release: *release, royalty: *royalty, fee, calls: 1 };
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

/// What a host stands for: equal bytes in the same variant agree.
fn vote(work: &Answered) -> (H256, Outcome) {
    (work.assignment.variant, work.answer.outcome)
}

/// The vote of more than half of `hosts`, those that never answered included.
fn majority(works: &[Answered], hosts: u8) -> Option<(H256, Outcome)> {
    works.iter().map(vote).find(|candidate| {
        let votes = works.iter().filter(|work| vote(work) == *candidate).count();
        votes.saturating_mul(2) > usize::from(hosts)
    })
}
