//! What a revealed verdict leads to: pay, another round, or a dispute.

use crate::{types::*, Config, Disagreements, Event, Pallet, Suspended, WeightInfo};
use candor_primitives::{
    traits::{Disputes, ProfileStatus},
    AccountId, Balance, Outcome,
};
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays, PostDispatchInfo},
    traits::{
        fungible::{Inspect, Mutate},
        tokens::{Fortitude, Preservation},
        Get,
    },
    weights::Weight,
};
use sp_core::H256;

impl<T: Config> Pallet<T> {
    pub(crate) fn do_reveal(id: AuditId, outcome: Outcome, digest: H256) -> DispatchResultWithPostInfo {
        let (audit, auditor, host_digest) = Self::check_reveal(id, &outcome, &digest)?;
        let depth = Self::depth(audit.case.profile);
        Self::deposit_event(Event::VerdictRevealed { audit: id, auditor: auditor.clone(), outcome, digest });
        let mut case = Self::dismiss_auditor(id, audit);
        let actual_weight = if !outcome.agrees_with(&case.outcome) {
            // The dispute holds the receipt before the audit lets it go.
            T::Disputes::accuse(&case.key, &auditor)?;
            Self::end(id, case, AuditResult::Accused, Some(auditor));
            T::WeightInfo::reveal_accused()
        } else {
            let _ = case.clean.try_push(auditor.clone());
            // Digests hold the whole outcome: those of runs that fail at different elements cannot be compared.
            if outcome != case.outcome || host_digest.is_none_or(|host| host == digest) {
                Self::pay(id, &auditor, case.fee);
                Self::end(id, case, AuditResult::Clean, None);
                T::WeightInfo::reveal_clean()
            } else {
                let counted = Self::note_mismatch(case.profile, &case.key.host, &auditor);
                let (profile, host) = (case.profile, case.key.host.clone());
                Self::deposit_event(Event::DigestsDiffer { audit: id, profile, auditor, host, counted });
                Self::suspend_at(profile, counted);
                Self::next_round(id, case);
                T::WeightInfo::reveal_differing(depth)
            }
        };
        Ok(PostDispatchInfo { actual_weight: Some(actual_weight), pays_fee: Pays::No })
    }

    /// Weight of a reveal at its worst.
    pub(crate) fn heaviest_reveal() -> Weight {
        T::WeightInfo::reveal_clean()
            .max(T::WeightInfo::reveal_accused())
            .max(T::WeightInfo::reveal_differing(MAX_DEPTH))
    }

    /// Pay an auditor what its work is worth, as far as the pot has it. The host keeps all of it: it is there for
    /// what the audit costs, not a reward of stake.
    fn pay(id: AuditId, auditor: &AccountId, fee: Balance) {
        let due = T::Pay::get().of(fee);
        let pot = T::AuditPot::get();
        let there = T::Currency::reducible_balance(&pot, Preservation::Preserve, Fortitude::Polite);
        // An account that does not exist cannot take less than the existential deposit.
        let paid = T::Currency::transfer(&pot, auditor, due.min(there), Preservation::Preserve).unwrap_or(0);
        let unpaid = due.saturating_sub(paid);
        Self::deposit_event(Event::AuditorPaid { audit: id, auditor: auditor.clone(), paid, unpaid });
    }

    /// Remember that two hosts of a profile disagreed. Each host counts once as audited and once as auditor, so that
    /// no single one can have a profile suspended. Returns how many disagreements count.
    fn note_mismatch(profile: H256, host: &AccountId, auditor: &AccountId) -> u32 {
        let now = Self::block();
        let lately = |noted: &Mismatches| now.saturating_sub(noted.since) <= T::MismatchPeriod::get();
        let mut noted = Disagreements::<T>::get(profile)
            .filter(lately)
            .unwrap_or_else(|| Mismatches { since: now, ..Default::default() });
        if !noted.hosts.contains(host) && !noted.auditors.contains(auditor) {
            // Both have the same length, and the profile is suspended before they are full.
            let _ = noted.hosts.try_push(host.clone());
            let _ = noted.auditors.try_push(auditor.clone());
        }
        let counted = noted.hosts.len() as u32;
        Disagreements::<T>::insert(profile, noted);
        counted
    }

    fn suspend_at(profile: H256, counted: u32) {
        if counted < T::MaxMismatches::get().min(MAX_MISMATCHES) {
            return;
        }
        Disagreements::<T>::remove(profile);
        if !Suspended::<T>::contains_key(profile) {
            Suspended::<T>::insert(profile, ());
            Self::deposit_event(Event::ProfileSuspended { profile });
        }
    }
}

impl<T: Config> ProfileStatus for Pallet<T> {
    fn is_suspended(profile: H256) -> bool {
        Suspended::<T>::contains_key(profile)
    }
}
