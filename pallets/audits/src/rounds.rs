//! The course of an audit: auditors are drawn one after the other until one gives a verdict.

use crate::{
    pool::Pool, types::*, Agenda, AuditOf, Audits, Canaries, Config, Error, Event, NextAuditId, Pallet, Parties,
    Records, WithoutVerdict,
};
use candor_primitives::{
    traits::{DisputeClock, HostStake, ReceiptKey, Receipts},
    AccountId, Balance, BlockNumber, Outcome, Receipt, WorkerSignature,
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
            input: Self::place_of_input(T::Receipts::input(&key).as_ref()),
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
    pub(crate) fn put(id: AuditId, audit: Audit) {
        let key = AuditKey::from(id);
        Agenda::<T>::insert(BlockKey::from(audit.state.deadline()), key, ());
        Audits::<T>::insert(key, audit);
    }

    /// Take an audit off the agenda, to put it elsewhere or to end it.
    pub(crate) fn unlist(id: AuditId, state: &AuditState) {
        Agenda::<T>::remove(BlockKey::from(state.deadline()), AuditKey::from(id));
    }

    /// End the part of the auditor at work, if one is.
    pub(crate) fn dismiss_auditor(id: AuditId, audit: Audit) -> Case {
        let Audit { mut case, state } = audit;
        Self::unlist(id, &state);
        let Some(auditor) = state.into_auditor() else { return case };
        Parties::<T>::remove(&auditor, AuditKey::from(id));
        // There are at most as many rounds as the list has room for.
        if case.tried.try_push(auditor).is_err() {
            frame_support::defensive!("an audit has more rounds than there are");
        }
        case
    }

    /// End an audit between two rounds: its receipt is let go, its verdicts are kept while there are canaries.
    pub(crate) fn end(id: AuditId, case: Case, result: AuditResult, accuser: Option<AccountId>) {
        let Case { key, requester, assigned, clean, input, .. } = case;
        Audits::<T>::remove(AuditKey::from(id));
        Parties::<T>::remove(&key.host, AuditKey::from(id));
        if matches!(input, InputPlace::OffChain { .. } | InputPlace::Shown) && Self::has_pieces(AuditKey::from(id)) {
            // A megabyte is not removed in passing: the hook does it in the next tick.
            Agenda::<T>::insert(BlockKey::from(T::Clock::now()), AuditKey::from(id), ());
        }
        if matches!(result, AuditResult::Unaudited | AuditResult::Inconclusive) {
            WithoutVerdict::<T>::mutate(|count| *count = count.saturating_add(1));
        }
        // A receipt that was closed, or is closed next, is held by nobody.
        let closed = matches!(result, AuditResult::Dropped | AuditResult::Withheld);
        if !closed {
            T::Receipts::release(&key);
        }
        Self::deposit_event(Event::AuditEnded { audit: id, key: key.clone(), result });
        let judged = accuser.is_some() || !clean.is_empty();
        if judged && !closed && Canaries::<T>::count() > 0 {
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
        let (Audit { case, state }, auditor) = Self::check_seal(id, &seal, signature)?;
        Self::unlist(id, &state);
        let deadline = T::Clock::now().saturating_add(T::AnswerDeadline::get());
        Self::deposit_event(Event::VerdictSealed { audit: id, auditor: auditor.clone(), seal, deadline });
        Self::put(id, Audit { case, state: AuditState::Answering { auditor, seal, deadline } });
        Ok(())
    }

    pub(crate) fn do_answer(id: AuditId, digest: H256, signature: &WorkerSignature) -> DispatchResult {
        let (audit, auditor, seal) = Self::check_answer(id, &digest, signature)?;
        let host = audit.case.key.host.clone();
        let deadline = Self::begin_reveal(id, audit, auditor, seal, Some(digest));
        Self::deposit_event(Event::DigestPublished { audit: id, host, digest, deadline });
        Ok(())
    }

    fn begin_reveal(
        id: AuditId,
        audit: Audit,
        auditor: AccountId,
        seal: H256,
        host_digest: Option<H256>,
    ) -> BlockNumber {
        let Audit { case, state } = audit;
        Self::unlist(id, &state);
        let deadline = T::Clock::now().saturating_add(T::RevealDeadline::get());
        Self::put(id, Audit { case, state: AuditState::Revealing { auditor, seal, host_digest, deadline } });
        deadline
    }

    /// Move an audit on whose time is over.
    pub(crate) fn step(id: AuditId, audit: Audit) {
        match audit.state.clone() {
            // The chain cannot know whether bytes that lie elsewhere could be had; whoever sealed had them.
            AuditState::Sealing { auditor, .. } => match audit.case.input {
                InputPlace::OnChain | InputPlace::Shown => {
                    let case = Self::dismiss_late(id, audit, auditor, T::NoShowPenalty::get());
                    Self::next_round(id, case);
                },
                InputPlace::Unshowable => {
                    let case = Self::dismiss_late(id, audit, auditor, 0);
                    Self::next_round(id, case);
                },
                InputPlace::OffChain { pieces } => {
                    let case = Self::dismiss_late(id, audit, auditor, 0);
                    Self::ask_for_input(id, case, pieces);
                },
            },
            AuditState::Answering { auditor, seal, .. } => {
                let host = audit.case.key.host.clone();
                let penalty = T::Stake::penalise(&host, T::NoShowPenalty::get());
                Self::deposit_event(Event::HostSilent { audit: id, host, penalty });
                Self::begin_reveal(id, audit, auditor, seal, None);
            },
            AuditState::Revealing { auditor, .. } => {
                let case = Self::dismiss_late(id, audit, auditor, T::NoShowPenalty::get());
                Self::next_round(id, case);
            },
            AuditState::Showing { missing: 0, .. } => {
                let case = Self::dismiss_auditor(id, audit);
                Self::next_round(id, Case { input: InputPlace::Shown, ..case });
            },
            AuditState::Showing { .. } => {
                let case = Self::dismiss_auditor(id, audit);
                Self::convict(id, case);
            },
        }
    }

    /// End the part of an auditor that missed its deadline, which costs it `penalty`.
    fn dismiss_late(id: AuditId, audit: Audit, auditor: AccountId, penalty: Balance) -> Case {
        let penalty = if penalty > 0 { T::Stake::penalise(&auditor, penalty) } else { 0 };
        Self::deposit_event(Event::AuditorNoShow { audit: id, auditor, penalty });
        Self::dismiss_auditor(id, audit)
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
                let weight = Self::weight_of_forgetting(key);
                Self::forget(BlockKey::from(record.until), key);
                weight
            },
            (None, None) => return Err(Error::<T>::UnknownAudit.into()),
        };
        Ok(PostDispatchInfo { actual_weight: Some(actual_weight), pays_fee: Pays::No })
    }
}
