//! What the off-chain worker asks: what a host owes to audits, and which call answers it.

use crate::{
    messages::{answer_message, seal_message, seal_of},
    showing::Piece,
    types::*,
    AuditOf, Audits, Call, Config, Pallet, Parties,
};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{DutySource, ReceiptKey, Receipts},
    worker::{Task, TaskDone},
    AccountId, Outcome, WorkerSignature,
};
use sp_core::H256;

/// How many audits of a host are looked at for each duty that is asked for.
const LOOKED_AT: usize = 8;
/// Pieces of the inputs of one call that are asked for at a time: a quarter of a megabyte for each block.
const PIECES_AT_A_TIME: usize = 4;

impl<T: Config> Pallet<T> {
    /// Audits in which `host` has to act now.
    fn owed(host: &AccountId) -> impl Iterator<Item = (AuditId, Audit)> + '_ {
        Parties::<T>::iter_key_prefix(host)
            .filter_map(|key| Audits::<T>::get(key).map(|audit| (AuditId::from(key), audit)))
            .filter(move |(_, audit)| audit.debtor() == host)
    }

    /// What is asked for in an audit.
    fn tasks(id: AuditId, audit: &Audit) -> Vec<Task> {
        let (open, input) = (T::Receipts::receipt(&audit.case.key), T::Receipts::input(&audit.case.key));
        let (Some(open), Some(input)) = (open, input) else { return Vec::new() };
        let draft = open.receipt.draft;
        match (&audit.state, audit.case.input) {
            (AuditState::Showing { .. }, _) => {
                let tensors = Self::content(&audit.case).unwrap_or_default();
                let show = |Piece { tensor, first, count, .. }| {
                    let (draft, input) = (draft.clone(), input.clone());
                    Task::Show { draft, input, tensor, first, count }
                };
                Self::missing(id, &tensors).take(PIECES_AT_A_TIME).map(show).collect()
            },
            (_, InputPlace::Shown) => {
                let shown = Self::content(&audit.case).and_then(|tensors| Self::shown(id, &tensors));
                let seed = audit.case.digest_seed();
                shown.map(|shown| Task::DigestShown { draft, input, shown, seed }).into_iter().collect()
            },
            // The same of the auditor and of the audited host, sealed, answered and revealed with what came of it.
            _ => [Task::Digest { draft, input, seed: audit.case.digest_seed() }].into(),
        }
    }

    /// Of several audits with inputs on chain, which are megabytes, the one whose turn it is in this block.
    fn turn(owed: &[(AuditId, Audit)]) -> Option<AuditId> {
        let shown: Vec<_> = owed.iter().filter(|(_, audit)| audit.case.input == InputPlace::Shown).collect();
        let turn = (Self::block() as usize).checked_rem(shown.len())?;
        shown.get(turn).map(|(id, _)| *id)
    }

    fn answer_digest(
        host: &AccountId,
        seed: &H256,
        outcome: Outcome,
        digest: H256,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Call<T>> {
        let (id, audit) = Self::owed(host).find(|(_, audit)| audit.case.digest_seed() == *seed)?;
        let genesis = Self::genesis();
        match &audit.state {
            AuditState::Sealing { auditor, .. } => {
                let seal = seal_of(&genesis, id, auditor, &outcome, &digest);
                let signature = sign(&seal_message(&genesis, id, auditor, &seal))?;
                Some(Call::seal_audit { audit: id, seal, signature })
            },
            AuditState::Answering { .. } => {
                let signature = sign(&answer_message(&genesis, id, audit.case.round(), host, &digest))?;
                Some(Call::answer_audit { audit: id, digest, signature })
            },
            // An engine that gives another answer now than when it was sealed has nothing to reveal.
            AuditState::Revealing { auditor, seal, .. } => (seal_of(&genesis, id, auditor, &outcome, &digest) == *seal)
                .then_some(Call::reveal_audit { audit: id, outcome, digest }),
            AuditState::Showing { .. } => None,
        }
    }
}

impl<T: Config> DutySource<AccountId> for Pallet<T> {
    type Call = Call<T>;

    fn duties(host: &AccountId, limit: u32) -> Vec<Task> {
        let mut owed: Vec<_> = Self::owed(host).take((limit as usize).saturating_mul(LOOKED_AT)).collect();
        owed.sort_by_key(|(_, audit)| audit.state.deadline());
        let turn = Self::turn(&owed);
        let now = owed.iter().filter(|(id, audit)| audit.case.input != InputPlace::Shown || turn == Some(*id));
        now.flat_map(|(id, audit)| Self::tasks(*id, audit)).take(limit as usize).collect()
    }

    fn answer(
        host: &AccountId,
        task: &Task,
        done: TaskDone,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call> {
        match (task, done) {
            (Task::Digest { seed, .. } | Task::DigestShown { seed, .. }, TaskDone::Digest { outcome, digest }) => {
                Self::answer_digest(host, seed, outcome, digest, sign)
            },
            (Task::Show { draft, tensor, first, .. }, TaskDone::Shown { bytes, proof }) => {
                let key = ReceiptKey { path: draft.path, host: host.clone() };
                let (audit, tensor, first) = (AuditOf::<T>::get(key)?, *tensor, *first);
                Self::check_piece(audit, tensor, first, &bytes, &proof).ok()?;
                Some(Call::show_input { audit, tensor, first, bytes, proof })
            },
            _ => None,
        }
    }
}
