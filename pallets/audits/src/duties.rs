//! What the off-chain worker asks: what a host owes to audits, and which call answers it.

use crate::{
    messages::{answer_message, seal_message, seal_of},
    types::*,
    Audits, Call, Config, Pallet, Parties,
};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{DutySource, Receipts},
    worker::{Task, TaskDone},
    AccountId, WorkerSignature,
};
use sp_core::H256;

/// How many audits of a host are looked at for each duty that is asked for.
const LOOKED_AT: usize = 8;

impl<T: Config> Pallet<T> {
    /// Audits in which `host` has to act now.
    fn owed(host: &AccountId) -> impl Iterator<Item = (AuditId, Audit)> + '_ {
        Parties::<T>::iter_key_prefix(host)
            .filter_map(|key| Audits::<T>::get(key).map(|audit| (AuditId::from(key), audit)))
            .filter(move |(_, audit)| audit.debtor() == host)
    }

    /// The run that is asked for: the same of the auditor and of the audited host, sealed, answered and revealed with
    /// what came of it.
    fn task(audit: &Audit) -> Option<Task> {
        let open = T::Receipts::receipt(&audit.case.key)?;
        let input = T::Receipts::input(&audit.case.key)?;
        Some(Task::Digest { draft: open.receipt.draft, input, seed: audit.case.digest_seed() })
    }

    fn owed_with_seed(host: &AccountId, seed: &H256) -> Option<(AuditId, Audit)> {
        Self::owed(host).find(|(_, audit)| audit.case.digest_seed() == *seed)
    }
}

impl<T: Config> DutySource<AccountId> for Pallet<T> {
    type Call = Call<T>;

    fn duties(host: &AccountId, limit: u32) -> Vec<Task> {
        let mut owed: Vec<_> = Self::owed(host).take((limit as usize).saturating_mul(LOOKED_AT)).collect();
        owed.sort_by_key(|(_, audit)| audit.state.deadline());
        owed.iter().filter_map(|(_, audit)| Self::task(audit)).take(limit as usize).collect()
    }

    fn answer(
        host: &AccountId,
        task: &Task,
        done: TaskDone,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call> {
        let (Task::Digest { seed, .. }, TaskDone::Digest { outcome, digest }) = (task, done) else { return None };
        let (id, audit) = Self::owed_with_seed(host, seed)?;
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
        }
    }
}
