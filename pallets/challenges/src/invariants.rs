//! What always holds: checked after every test, by `try-runtime`, and for the constants when the runtime is built.

use crate::{
    types::*, Agenda, Claims, Config, CurrencyOf, DisputeOf, Disputes, DisputesOfAuditor, DisputesOfHost, HoldReason,
    NextDisputeId, Opened, Pallet, Queues, Traces, WeightInfo,
};
use alloc::collections::{BTreeMap, BTreeSet};
use candor_primitives::{traits::Receipts, AccountId, Balance, DisputeId};
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{fungible::InspectHold, Get},
};
use sp_runtime::DispatchError;

impl<T: Config> Pallet<T> {
    /// Check that what is held of every account is the sum of its claims, that every dispute stands in the agenda exactly
    /// once, that open ones hold an open receipt, and that indices, traces, parts and queues belong to disputes and to
    /// nothing else.
    pub fn do_try_state() -> DispatchResult {
        Self::check_holds()?;
        Self::check_agenda()?;
        Self::check_indices()?;
        Self::check_contents()
    }

    fn check_holds() -> DispatchResult {
        let mut held = BTreeMap::<AccountId, Balance>::new();
        for (id, who, claim) in Claims::<T>::iter() {
            ensure!(Disputes::<T>::contains_key(id), DispatchError::Other("a claim has no dispute"));
            let entry = held.entry(who).or_default();
            *entry = entry.saturating_add(claim.held());
        }
        for (who, amount) in held {
            let found = CurrencyOf::<T>::balance_on_hold(&HoldReason::Dispute.into(), &who);
            ensure!(found == amount, DispatchError::Other("what is held differs from the sum of the claims"));
        }
        Ok(())
    }

    fn check_agenda() -> DispatchResult {
        let mut listed = BTreeSet::<DisputeId>::new();
        for (due, key) in Agenda::<T>::iter_keys() {
            let id = DisputeId::from(key);
            let dispute = Disputes::<T>::get(id).ok_or(DispatchError::Other("an agenda entry has no dispute"))?;
            ensure!(
                dispute.due() == Tick::from(due),
                DispatchError::Other("an agenda entry stands under another tick than its dispute is due")
            );
            ensure!(listed.insert(id), DispatchError::Other("a dispute stands in the agenda twice"));
        }
        let all = Disputes::<T>::iter_keys().all(|id| listed.contains(&id) && id < NextDisputeId::<T>::get());
        ensure!(all, DispatchError::Other("a dispute is missing from the agenda"));
        Ok(())
    }

    fn check_indices() -> DispatchResult {
        let mut of_host = BTreeSet::<(AccountId, DisputeId)>::new();
        let mut waiting = BTreeMap::<AccountId, u32>::new();
        for (id, dispute) in Disputes::<T>::iter() {
            if let DisputeState::Closing { .. } = dispute.state {
                continue;
            }
            of_host.insert((dispute.key.host.clone(), id));
            ensure!(
                DisputeOf::<T>::get(&dispute.key) == Some(id),
                DispatchError::Other("an open dispute is not found by its receipt")
            );
            let open = T::Receipts::receipt(&dispute.key);
            ensure!(
                open.is_some_and(|open| open.receipt == dispute.receipt),
                DispatchError::Other("a disputed receipt is not open")
            );
            if let DisputeState::AwaitingTrace { .. } = dispute.state {
                let entry = waiting.entry(dispute.key.host.clone()).or_default();
                *entry = entry.saturating_add(1);
            }
        }
        ensure!(
            DisputeOf::<T>::iter_keys().count() == of_host.len(),
            DispatchError::Other("a receipt points to a dispute that is over")
        );
        let found: BTreeSet<_> = DisputesOfHost::<T>::iter_keys().map(|(host, key)| (host, key.into())).collect();
        ensure!(found == of_host, DispatchError::Other("the index of hosts differs from the disputes"));
        let accused: BTreeSet<_> =
            Claims::<T>::iter().filter(|(.., claim)| claim.is_auditor()).map(|(id, who, _)| (who, id)).collect();
        let found: BTreeSet<_> = DisputesOfAuditor::<T>::iter_keys().map(|(who, key)| (who, key.into())).collect();
        ensure!(found == accused, DispatchError::Other("the index of auditors differs from the claims"));
        let found: BTreeMap<_, _> = Queues::<T>::iter().map(|(host, queue)| (host, queue.waiting)).collect();
        ensure!(found == waiting, DispatchError::Other("the queues differ from the traces that hosts owe"));
        Ok(())
    }

    fn check_contents() -> DispatchResult {
        let mut traces = BTreeSet::<DisputeId>::new();
        let mut parts = BTreeSet::<(DisputeId, u32)>::new();
        for (id, dispute) in Disputes::<T>::iter() {
            let DisputeState::Open { trace, pending, opened, next, .. } = dispute.state else { continue };
            traces.insert(id);
            parts.extend(opened.iter().map(|number| (id, *number)));
            let roots = Traces::<T>::get(id).ok_or(DispatchError::Other("an open dispute has no trace"))?;
            ensure!(
                crate::trace::trace_root(&roots) == trace && roots.len() as u32 == dispute.judging.trace,
                DispatchError::Other("a trace has another root, or another length")
            );
            ensure!(
                pending.iter().all(|p| p.number < next && !opened.contains(&p.number)),
                DispatchError::Other("a demand is numbered wrongly")
            );
        }
        let found: BTreeSet<_> = Traces::<T>::iter_keys().collect();
        ensure!(found == traces, DispatchError::Other("a trace has no open dispute"));
        let found: BTreeSet<_> = Opened::<T>::iter_keys().collect();
        ensure!(found == parts, DispatchError::Other("opened parts differ from what the disputes list"));
        Ok(())
    }

    pub(crate) fn check_constants() {
        assert!(T::TraceClock::get() > 0, "hosts need at least one tick for a trace");
        assert!(T::DemandClock::get() > 0, "hosts need at least one tick to open a part");
        assert!(T::EvidenceWindow::get() > 1, "evidence is committed to and shown in different blocks");
        assert!(T::ProofWindow::get() > 1, "evidence is committed to and shown in different blocks");
        assert!(T::RetryInterval::get() > 0, "what failed must not be tried twice in a block");
        assert!(T::TraceSpeed::get() > 0, "a host has to get somewhere in a tick");
        assert!(T::BondBase::get() > 0, "a challenge must cost something");
        assert!(T::EvidenceBond::get() > 0, "evidence that fails must cost something");
        let weights = T::BlockWeights::get().max_block;
        let proof = T::WeightInfo::prove_fault(MAX_EVIDENCE, MAX_JUDGED);
        assert!(proof.ref_time() <= weights.ref_time() / 4, "the heaviest evidence must fit a quarter of a block");
        let step =
            T::WeightInfo::poll_base().saturating_add(T::WeightInfo::poll_item()).saturating_add(Self::heaviest_step());
        assert!(step.all_lte(T::MaxHookWeight::get()), "MaxHookWeight must fit one dispute, at least {step}");
    }
}
