//! Answers for wallets and the command line.

use crate::{types::*, Audits, Config, Pallet, Parties};
use alloc::vec::Vec;
use candor_primitives::AccountId;
use candor_runtime_api::audits::{AuditPhase, AuditView};

impl<T: Config> Pallet<T> {
    /// One audit that has not ended.
    pub fn view_of(id: AuditId) -> Option<AuditView> {
        Audits::<T>::get(AuditKey::from(id)).map(|audit| view(id, audit))
    }

    /// Audits that have not ended from id `start`, oldest first.
    pub fn views_from(start: AuditId, limit: u32) -> Vec<AuditView> {
        let limit = limit.min(MAX_PAGE) as usize;
        let page = |audits: &mut dyn Iterator<Item = (AuditKey, Audit)>| {
            audits.take(limit).map(|(key, audit)| view(key.into(), audit)).collect()
        };
        match start.checked_sub(1) {
            // Iteration begins after the key, whether or not there is an audit with it.
            Some(before) => page(&mut Audits::<T>::iter_from(Audits::<T>::hashed_key_for(AuditKey::from(before)))),
            None => page(&mut Audits::<T>::iter()),
        }
    }

    /// Audits of a host, as the auditor or as the audited one, oldest first.
    pub fn views_of(host: AccountId, limit: u32) -> Vec<AuditView> {
        Parties::<T>::iter_key_prefix(host)
            .take(limit.min(MAX_PAGE) as usize)
            .filter_map(|key| Self::view_of(key.into()))
            .collect()
    }
}

fn view(id: AuditId, audit: Audit) -> AuditView {
    let debtor = audit.debtor().clone();
    let Audit { case, state } = audit;
    AuditView {
        id,
        path: case.key.path,
        host: case.key.host.clone(),
        requester: case.requester.clone(),
        receipt: case.receipt,
        profile: case.profile,
        round: case.round(),
        auditor: state.auditor().cloned(),
        phase: match &state {
            AuditState::Sealing { .. } => AuditPhase::Sealing,
            AuditState::Answering { .. } => AuditPhase::Answering,
            AuditState::Revealing { .. } => AuditPhase::Revealing,
            AuditState::Showing { .. } => AuditPhase::Showing,
        },
        debtor,
        deadline: state.deadline(),
    }
}
