//! What the off-chain worker asks: what a host owes in disputes about it, and what it goes on with in disputes that it
//! opened as an auditor.

use crate::{
    evidence::{commitments, judge, Judged},
    trace::trace_root,
    types::*,
    Call, Claims, Config, DisputeOf, Disputes, DisputesOfAuditor, DisputesOfHost, Opened, Pallet, Traces,
};
use alloc::vec::Vec;
use candor_primitives::{
    evidence_commitment,
    traits::{DutySource, HostMarket, ReceiptKey, Receipts},
    worker::{Demand, Task, TaskDone},
    AccountId, DisputeId, DisputeStatement, ReceiptDraft, WorkerSignature,
};
use sp_core::H256;

type Sign<'a> = &'a dyn Fn(&[u8]) -> Option<WorkerSignature>;

/// Disputes that are looked at for the duties of one host, at most, so that the most urgent come first.
const LOOKED_AT: usize = 64;

impl<T: Config> Pallet<T> {
    fn open_dispute(draft: &ReceiptDraft) -> Option<(DisputeId, Dispute)> {
        let key = ReceiptKey { path: draft.path, host: draft.host.clone() };
        let id = DisputeOf::<T>::get(&key)?;
        Disputes::<T>::get(id).filter(|dispute| dispute.receipt.draft == *draft).map(|dispute| (id, dispute))
    }

    /// What a host owes in a dispute about its receipt, with deadlines.
    fn owed(dispute: &Dispute) -> Vec<(Tick, Task)> {
        let Some(input) = T::Receipts::input(&dispute.key) else { return Vec::new() };
        let draft = &dispute.receipt.draft;
        match &dispute.state {
            DisputeState::AwaitingTrace { deadline } => {
                Vec::from([(*deadline, Task::Trace { draft: draft.clone(), input })])
            },
            DisputeState::Open { pending, .. } => {
                let open = |p: &Pending| Task::Open { draft: draft.clone(), input: input.clone(), part: p.part };
                pending.iter().map(|p| (p.deadline, open(p))).collect()
            },
            DisputeState::Closing { .. } => Vec::new(),
        }
    }

    /// What an auditor goes on with in a dispute in which it accuses.
    fn pursued(id: DisputeId, dispute: &Dispute) -> Option<(Tick, Task)> {
        let DisputeState::Open { deadline, opened, .. } = &dispute.state else { return None };
        let roots = Traces::<T>::get(id)?;
        let shown = opened.iter().filter_map(|number| Opened::<T>::get(id, number));
        let task = Task::Accuse {
            receipt: dispute.receipt.clone(),
            input: T::Receipts::input(&dispute.key)?,
            outputs: T::Receipts::outputs(&dispute.key),
            trace: roots.into_inner(),
            endpoint: T::Hosts::endpoint_of(&dispute.key.host).unwrap_or_default(),
            opened: shown.map(|part| (part.part, part.opening.into_inner())).collect(),
        };
        Some((*deadline, task))
    }

    fn sign(id: DisputeId, host: &AccountId, statement: &DisputeStatement, sign: Sign) -> Option<WorkerSignature> {
        sign(&candor_primitives::dispute_message(&Self::genesis(), id, host, statement))
    }

    /// Announce evidence, and show it from the next block on.
    fn pursue(id: DisputeId, dispute: &Dispute, auditor: &AccountId, bytes: Vec<u8>, sign: Sign) -> Option<Call<T>> {
        let claim = Claims::<T>::get(id, auditor).filter(Claim::is_auditor)?;
        let hash = evidence_commitment(&bytes, auditor);
        let Some(commitment) = claim.commitment else {
            let signature = Self::sign(id, auditor, &DisputeStatement::Commit(hash), sign)?;
            return Some(Call::commit_evidence_for { dispute: id, auditor: auditor.clone(), hash, signature });
        };
        if commitment.hash != hash || Self::block() <= commitment.block {
            return None;
        }
        let DisputeState::Open { trace, .. } = &dispute.state else { return None };
        let (Judged::Faulty, steps) = judge(&bytes, &commitments(dispute, trace), MAX_JUDGED) else { return None };
        let work = u32::try_from(steps).ok()?;
        Some(Call::prove_fault { dispute: id, prover: auditor.clone(), evidence: bytes.try_into().ok()?, work })
    }

    fn ask(id: DisputeId, dispute: &Dispute, auditor: &AccountId, part: Demand, sign: Sign) -> Option<Call<T>> {
        let DisputeState::Open { pending, .. } = &dispute.state else { return None };
        if pending.iter().any(|p| p.part == part) {
            return None;
        }
        let signature = Self::sign(id, auditor, &DisputeStatement::Demand(part), sign)?;
        Some(Call::demand_for { dispute: id, auditor: auditor.clone(), part, signature })
    }
}

impl<T: Config> DutySource<AccountId> for Pallet<T> {
    type Call = Call<T>;

    fn duties(host: &AccountId, limit: u32) -> Vec<Task> {
        let mine = DisputesOfHost::<T>::iter_key_prefix(host).take(LOOKED_AT).map(DisputeId::from);
        let mut duties: Vec<(Tick, Task)> =
            mine.filter_map(Disputes::<T>::get).flat_map(|dispute| Self::owed(&dispute)).collect();
        let accused = DisputesOfAuditor::<T>::iter_key_prefix(host).take(LOOKED_AT).map(DisputeId::from);
        duties.extend(accused.filter_map(|id| Self::pursued(id, &Disputes::<T>::get(id)?)));
        duties.sort_by_key(|(deadline, _)| *deadline);
        duties.into_iter().map(|(_, task)| task).take(limit as usize).collect()
    }

    fn answer(host: &AccountId, task: &Task, done: TaskDone, sign: Sign) -> Option<Self::Call> {
        match (task, done) {
            (Task::Trace { draft, .. }, TaskDone::Trace(roots)) => {
                let (id, dispute) = Self::open_dispute(draft)?;
                let due = matches!(dispute.state, DisputeState::AwaitingTrace { .. }) && dispute.key.host == *host;
                let statement = DisputeStatement::Trace(due.then(|| trace_root(&roots))?);
                let signature = Self::sign(id, host, &statement, sign)?;
                Some(Call::submit_trace { dispute: id, roots: roots.try_into().ok()?, signature })
            },
            (Task::Open { draft, part, .. }, TaskDone::Opened(bytes)) => {
                let (id, dispute) = Self::open_dispute(draft)?;
                let DisputeState::Open { pending, .. } = &dispute.state else { return None };
                let number = pending.iter().find(|p| p.part == *part)?.number;
                Some(Call::reveal { dispute: id, number, opening: bytes.try_into().ok()? })
            },
            (Task::Accuse { receipt, .. }, done) => {
                let (id, dispute) = Self::open_dispute(&receipt.draft)?;
                match done {
                    TaskDone::Evidence(bytes) => Self::pursue(id, &dispute, host, bytes, sign),
                    TaskDone::Needs(part) => Self::ask(id, &dispute, host, part, sign),
                    _ => None,
                }
            },
            _ => None,
        }
    }
}

impl<T: Config> Pallet<T> {
    /// Roots of a disputed trace.
    pub fn trace_of(id: DisputeId) -> Option<Vec<H256>> {
        Traces::<T>::get(id).map(|roots| roots.into_inner())
    }

    /// What the host of a disputed receipt has opened, oldest first.
    pub fn opened_of(id: DisputeId) -> Vec<(Demand, Vec<u8>)> {
        let Some(Dispute { state: DisputeState::Open { opened, .. }, .. }) = Disputes::<T>::get(id) else {
            return Vec::new();
        };
        let parts = opened.iter().filter_map(|number| Opened::<T>::get(id, number));
        parts.map(|part| (part.part, part.opening.into_inner())).collect()
    }
}
