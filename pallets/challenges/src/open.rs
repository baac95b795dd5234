//! Opening and joining disputes.

use crate::{
    types::*, Agenda, Claims, Config, CurrencyOf, DisputeOf, Disputes, DisputesOfAuditor, DisputesOfHost, Error, Event,
    HoldReason, NextDisputeId, Pallet, Queues,
};
use candor_adjudicator::RULES;
use candor_primitives::{
    traits::{DisputeClock, Disputes as DisputesTrait, HostMarket, ReceiptKey, Receipts, Releases},
    AccountId, Balance, DisputeId, DisputeStatement, Judging, Receipt, WorkerSignature,
};
use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::{fungible::MutateHold, Contains, Get},
};
use frame_system::{ensure_authorized, ensure_signed, pallet_prelude::OriginFor};
use sp_core::H256;
use sp_runtime::traits::{BadOrigin, SaturatedConversion, Zero};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_challenge(who: AccountId, key: ReceiptKey<AccountId>) -> DispatchResult {
        let asker = Asker { who: who.clone(), auditor: false };
        let id = Self::open_or_join(&key, &asker)?;
        let mut claim = Claims::<T>::get(id, &who).unwrap_or_default();
        ensure!(claim.bond == 0, Error::<T>::AlreadyChallenging);
        let judging = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?.judging;
        let bond = Self::bond(&judging);
        Self::hold(&who, bond)?;
        claim.bond = bond;
        Claims::<T>::insert(id, &who, claim);
        Self::deposit_event(Event::Challenged { dispute: id, challenger: who, bond });
        Ok(())
    }

    /// What the host is owed for its trace when the receipt is upheld, in planck.
    pub(crate) fn trace_cost(judging: &Judging) -> Balance {
        let mebibytes = judging.trace_bytes.div_ceil(1 << 20);
        T::TracePrice::get().saturating_mul(mebibytes.into())
    }

    /// Bond of a challenge, in planck: base, what the host is owed, and the block space of the roots.
    pub fn bond(judging: &Judging) -> Balance {
        let space = T::BytePrice::get().saturating_mul(Balance::from(judging.trace).saturating_mul(32));
        T::BondBase::get().saturating_add(Self::trace_cost(judging)).saturating_add(space)
    }

    /// How long a host needs for a trace, in ticks.
    pub(crate) fn trace_ticks(judging: &Judging) -> Tick {
        judging.trace_bytes.div_ceil(T::TraceSpeed::get().max(1)).saturated_into()
    }

    /// What a receipt is judged against.
    pub(crate) fn judging_of(receipt: &Receipt) -> Result<Judging, Error<T>> {
        let spec = T::Releases::spec(receipt.draft.release).ok_or(Error::<T>::UnknownVariant)?;
        let variant = spec.variants.iter().find(|v| v.root == receipt.draft.variant);
        let judging = variant.ok_or(Error::<T>::UnknownVariant)?.judging.clone();
        ensure!(judging.rules == RULES, Error::<T>::OtherRules);
        ensure!(judging.trace <= MAX_TRACE, Error::<T>::LongTrace);
        Ok(judging)
    }

    fn open_or_join(key: &ReceiptKey<AccountId>, asker: &Asker) -> Result<DisputeId, DispatchError> {
        let Some(id) = DisputeOf::<T>::get(key) else {
            return Self::open(key, asker);
        };
        let mut dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
        let before = dispute.due();
        // Who joins late has as much time to look for a fault as the first.
        dispute.extend(Self::after(T::EvidenceWindow::get()));
        Self::put(id, dispute, Some(before));
        Ok(id)
    }

    fn open(key: &ReceiptKey<AccountId>, asker: &Asker) -> Result<DisputeId, DispatchError> {
        let receipt = T::Receipts::receipt(key).ok_or(Error::<T>::NoReceipt)?.receipt;
        let judging = Self::judging_of(&receipt)?;
        // An auditor's accusation counts however long its audit took; anybody else comes in time.
        if asker.auditor { T::Receipts::keep(key) } else { T::Receipts::hold(key) }?;
        let id = NextDisputeId::<T>::get();
        NextDisputeId::<T>::put(id.saturating_add(1));
        let deadline = Self::enqueue(&key.host, &judging);
        DisputeOf::<T>::insert(key, id);
        DisputesOfHost::<T>::insert(&key.host, DisputeKey::from(id), ());
        let since = frame_system::Pallet::<T>::block_number().saturated_into();
        let state = DisputeState::AwaitingTrace { deadline };
        let dispute = Dispute { key: key.clone(), receipt, judging, opened_by: asker.clone(), since, state };
        Self::put(id, dispute, None);
        Self::deposit_event(Event::DisputeOpened { dispute: id, key: key.clone(), deadline });
        Ok(id)
    }

    /// Add a trace to what the host has to do; returns its deadline. Behind what it was asked before, it has the time
    /// that all of it takes.
    fn enqueue(host: &AccountId, judging: &Judging) -> Tick {
        Queues::<T>::mutate(host, |queue| {
            queue.waiting = queue.waiting.saturating_add(1);
            queue.busy_until = queue.busy_until.max(Self::ticks()).saturating_add(Self::trace_ticks(judging));
            queue.busy_until.saturating_add(T::TraceClock::get())
        })
    }

    /// A trace less.
    pub(crate) fn dequeue(host: &AccountId, judging: &Judging) {
        let mut queue = Queues::<T>::get(host);
        queue.waiting = queue.waiting.saturating_sub(1);
        queue.busy_until = queue.busy_until.saturating_sub(Self::trace_ticks(judging));
        if queue.waiting == 0 {
            Queues::<T>::remove(host);
        } else {
            Queues::<T>::insert(host, queue);
        }
    }

    /// Store a dispute. The one place that moves the agenda along with it.
    pub(crate) fn put(id: DisputeId, dispute: Dispute, before: Option<Tick>) {
        let due = dispute.due();
        if before != Some(due) {
            Self::unlist(id, before);
            Agenda::<T>::insert(TickKey::from(due), DisputeKey::from(id), ());
        }
        Disputes::<T>::insert(id, dispute);
    }

    pub(crate) fn unlist(id: DisputeId, before: Option<Tick>) {
        if let Some(due) = before {
            Agenda::<T>::remove(TickKey::from(due), DisputeKey::from(id));
        }
    }

    pub(crate) fn hold(who: &AccountId, amount: Balance) -> DispatchResult {
        if amount > 0 {
            ensure!(!T::Voters::contains(who), Error::<T>::LockedByVotes);
            CurrencyOf::<T>::hold(&HoldReason::Dispute.into(), who, amount).map_err(|_| Error::<T>::FundsTooLow)?;
        }
        Ok(())
    }

    /// Ticks so far.
    pub(crate) fn ticks() -> Tick {
        <Self as DisputeClock>::now()
    }

    /// The tick `ticks` from now.
    pub(crate) fn after(ticks: Tick) -> Tick {
        Self::ticks().saturating_add(ticks)
    }

    /// Hash of the first block.
    pub(crate) fn genesis() -> H256 {
        frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::zero())
    }

    pub(crate) fn check_signature(
        id: DisputeId,
        host: &AccountId,
        statement: &DisputeStatement,
        signature: &WorkerSignature,
    ) -> Result<(), Error<T>> {
        let worker = T::Hosts::worker_of(host).ok_or(Error::<T>::NoWorkerKey)?;
        let message = candor_primitives::dispute_message(&Self::genesis(), id, host, statement);
        ensure!(sp_io::crypto::sr25519_verify(signature, &message, &worker), Error::<T>::BadSignature);
        Ok(())
    }

    pub(crate) fn ensure_authorized_or_signed(origin: OriginFor<T>) -> Result<(), BadOrigin> {
        ensure_authorized(origin.clone()).or_else(|_| ensure_signed(origin).map(|_| ()))
    }
}

impl<T: Config> DisputesTrait<AccountId> for Pallet<T> {
    fn accuse(key: &ReceiptKey<AccountId>, auditor: &AccountId) -> DispatchResult {
        let asker = Asker { who: auditor.clone(), auditor: true };
        let id = Self::open_or_join(key, &asker)?;
        let mut claim = Claims::<T>::get(id, auditor).unwrap_or_default();
        claim.owed = claim.owed.or(Some(0));
        Claims::<T>::insert(id, auditor, claim);
        DisputesOfAuditor::<T>::insert(auditor, DisputeKey::from(id), ());
        Self::deposit_event(Event::Accused { dispute: id, auditor: auditor.clone() });
        Ok(())
    }

    fn dismiss(key: &ReceiptKey<AccountId>) -> DispatchResult {
        let id = DisputeOf::<T>::get(key).ok_or(Error::<T>::NotDisputed)?;
        let dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
        T::Receipts::release(key);
        Self::deposit_event(Event::DisputeDismissed { dispute: id, key: key.clone() });
        Self::close(id, dispute, Fate::Dismissed)
    }

    fn is_disputed(key: &ReceiptKey<AccountId>) -> bool {
        DisputeOf::<T>::contains_key(key)
    }
}
