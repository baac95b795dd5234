//! The course of an audit: auditors are drawn one after the other until one gives a verdict.

use crate::{
    pool::Pool, types::*, Agenda, AuditOf, Audits, Canaries, Config, Error, Event, NextAuditId, Pallet, Parties,
    Records, WeightInfo, WithoutVerdict,
};
use candor_primitives::{
    traits::{DisputeClock, HostStake, ReceiptKey, Receipts},
    AccountId, BlockNumber, Outcome, Payload, Receipt, WorkerSignature,
};
use codec::Encode;
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
    ensure,
    pallet_prelude::DispatchResult,
    traits::Get,
};
use sp_core::H256;
use sp_io::hashing::blake2_256;

impl<T: Config> Pallet<T> {
    /// Audit a receipt that was drawn with `seed` and is held.
    pub(crate) fn start(key: ReceiptKey<AccountId>, receipt: Receipt, hash: H256, profile: H256, seed: &H256) {
        let id = NextAuditId::<T>::get();
        NextAuditId::<T>::put(id.saturating_add(1));
        let Receipt { draft, outcome } = receipt;
        Self::deposit_event(Event::AuditStarted { audit: id, key: key.clone(), receipt: hash, profile });
        let case = Case {
            remote: matches!(T::Receipts::input(&key), Some(Payload::Content { .. })),
            key,
            receipt: hash,
            outcome,
            requester: draft.requester,
            assigned: draft.block,
            fee: match outcome {
                Outcome::Output(_) => draft.fee,
                // It earns the base price, and the levy is taken of that.
                Outcome::Failed { .. } => 0,
            },
            profile,
            // Not the bits that decided about the draw: those are known to be low.
            seed: H256(blake2_256(&(b"audit", seed, hash).encode())),
            tried: Default::default(),
            clean: Default::default(),
        };
        AuditOf::<T>::insert(&case.key, id);
        Parties::<T>::insert(&case.key.host, AuditKey::from(id), ());
        Self::next_round(id, case);
    }

    /// Draw the next auditor. Without one, or after too many, the audit ends.
    pub(crate) fn next_round(id: AuditId, case: Case) {
        let round = case.round();
        if round >= T::MaxRounds::get().min(MAX_ROUNDS) {
            return Self::end(id, case, AuditResult::Inconclusive, None);
        }
        let seed = H256(blake2_256(&(b"round", case.seed, round).encode()));
        let excluded = [&case.key.host, &case.requester].into_iter().chain(case.tried.iter()).cloned();
        let Some(auditor) = Pool::<T>::of(case.profile).draw(&seed, excluded) else {
            return Self::end(id, case, AuditResult::Unaudited, None);
        };
        let deadline = T::Clock::now().saturating_add(T::SealDeadline::get());
        Parties::<T>::insert(&auditor, AuditKey::from(id), ());
        Self::deposit_event(Event::AuditorDrawn { audit: id, round, auditor: auditor.clone(), deadline });
        Self::put(id, Audit { case, state: AuditState::Sealing { auditor, deadline } });
    }

    /// Store an audit under its deadline. It must not be listed already.
    fn put(id: AuditId, audit: Audit) {
        let key = AuditKey::from(id);
        Agenda::<T>::insert(BlockKey::from(audit.state.deadline()), key, ());
        Audits::<T>::insert(key, audit);
    }

    /// Take an audit off the agenda, to put it elsewhere or to end it.
    fn unlist(id: AuditId, state: &AuditState) {
        Agenda::<T>::remove(BlockKey::from(state.deadline()), AuditKey::from(id));
    }

    /// End the part of the auditor at work.
    pub(crate) fn dismiss_auditor(id: AuditId, audit: Audit) -> Case {
        let Audit { mut case, state } = audit;
        Self::unlist(id, &state);
        let auditor = state.into_auditor();
        Parties::<T>::remove(&auditor, AuditKey::from(id));
        // There are at most as many rounds as the list has room for.
        if case.tried.try_push(auditor).is_err() {
            frame_support::defensive!("an audit has more rounds than there are");
        }
        case
    }

    /// End an audit between two rounds: its receipt is let go, its verdicts are kept while there are canaries.
    pub(crate) fn end(id: AuditId, case: Case, result: AuditResult, accuser: Option<AccountId>) {
        let Case { key, requester, assigned, clean, .. } = case;
        Audits::<T>::remove(AuditKey::from(id));
        Parties::<T>::remove(&key.host, AuditKey::from(id));
        if matches!(result, AuditResult::Unaudited | AuditResult::Inconclusive) {
            WithoutVerdict::<T>::mutate(|count| *count = count.saturating_add(1));
        }
        // A receipt that was closed is held by nobody.
        if result != AuditResult::Dropped {
            T::Receipts::release(&key);
        }
        Self::deposit_event(Event::AuditEnded { audit: id, key: key.clone(), result });
        let judged = accuser.is_some() || !clean.is_empty();
        if judged && result != AuditResult::Dropped && Canaries::<T>::count() > 0 {
            let until = T::Clock::now().saturating_add(T::CanaryWindow::get());
            Agenda::<T>::insert(BlockKey::from(until), AuditKey::from(id), ());
            Records::<T>::insert(id, Record { key, requester, assigned, clean, accuser, until });
        } else {
            AuditOf::<T>::remove(key);
        }
    }

    /// The receipt was proven false by somebody else: nothing is left to audit.
    pub(crate) fn drop_audit(id: AuditId, audit: Audit) {
        let case = Self::dismiss_auditor(id, audit);
        Self::end(id, case, AuditResult::Dropped, None);
    }

    pub(crate) fn do_seal(id: AuditId, seal: H256, signature: &WorkerSignature) -> DispatchResult {
        let Audit { case, state } = Self::check_seal(id, &seal, signature)?;
        Self::unlist(id, &state);
        let auditor = state.into_auditor();
        let deadline = T::Clock::now().saturating_add(T::AnswerDeadline::get());
        Self::deposit_event(Event::VerdictSealed { audit: id, auditor: auditor.clone(), seal, deadline });
        Self::put(id, Audit { case, state: AuditState::Answering { auditor, seal, deadline } });
        Ok(())
    }

    pub(crate) fn do_answer(id: AuditId, digest: H256, signature: &WorkerSignature) -> DispatchResult {
        let (audit, seal) = Self::check_answer(id, &digest, signature)?;
        let host = audit.case.key.host.clone();
        let deadline = Self::begin_reveal(id, audit, seal, Some(digest));
        Self::deposit_event(Event::DigestPublished { audit: id, host, digest, deadline });
        Ok(())
    }

    fn begin_reveal(id: AuditId, audit: Audit, seal: H256, host_digest: Option<H256>) -> BlockNumber {
        let Audit { case, state } = audit;
        Self::unlist(id, &state);
        let auditor = state.into_auditor();
        let deadline = T::Clock::now().saturating_add(T::RevealDeadline::get());
        Self::put(id, Audit { case, state: AuditState::Revealing { auditor, seal, host_digest, deadline } });
        deadline
    }

    /// Move an audit on whose time is over.
    pub(crate) fn step(id: AuditId, audit: Audit) {
        match audit.state {
            // The chain cannot know whether bytes that lie elsewhere could be had; whoever sealed had them.
            AuditState::Sealing { .. } => {
                let excused = audit.case.remote;
                Self::replace_auditor(id, audit, excused);
            },
            AuditState::Answering { seal, .. } => {
                let host = audit.case.key.host.clone();
                let penalty = T::Stake::penalise(&host, T::NoShowPenalty::get());
                Self::deposit_event(Event::HostSilent { audit: id, host, penalty });
                Self::begin_reveal(id, audit, seal, None);
            },
            AuditState::Revealing { .. } => Self::replace_auditor(id, audit, false),
        }
    }

    fn replace_auditor(id: AuditId, audit: Audit, excused: bool) {
        let auditor = audit.state.auditor().clone();
        let penalty = if excused { 0 } else { T::Stake::penalise(&auditor, T::NoShowPenalty::get()) };
        Self::deposit_event(Event::AuditorNoShow { audit: id, auditor, penalty });
        let case = Self::dismiss_auditor(id, audit);
        Self::next_round(id, case);
    }

    pub(crate) fn do_expire(id: AuditId) -> DispatchResultWithPostInfo {
        let key = AuditKey::from(id);
        let now = T::Clock::now();
        let actual_weight = match (Audits::<T>::get(key), Records::<T>::get(id)) {
            (Some(audit), _) => {
                ensure!(now > audit.state.deadline(), Error::<T>::TooEarly);
                let weight = Self::weight_of_step(&audit);
                Self::step(id, audit);
                weight
            },
            (None, Some(record)) => {
                ensure!(now > record.until, Error::<T>::TooEarly);
                Self::forget(BlockKey::from(record.until), key);
                T::WeightInfo::forget()
            },
            (None, None) => return Err(Error::<T>::UnknownAudit.into()),
        };
        Ok(PostDispatchInfo { actual_weight: Some(actual_weight), pays_fee: Pays::No })
    }
}
