//! The places that write sessions, batches and receipts, with everything that hangs on them: agenda, indices, deposits,
//! and what a session counts as in its host's liability. Nothing else writes, so that they cannot disagree.

use crate::{
    types::*, Agenda, BatchesOf, Config, CurrencyOf, Error, Event, HoldReason, HostSessions, Inputs, Overdue, Pallet,
    Receipts, Samples, SamplesAt, Sessions, SessionsAt, SessionsOf,
};
use candor_primitives::{
    traits::{AttestedHosts, BatchKey, DisputeClock, HostStake, ReceiptKey, ReceiptListener},
    AccountId, Balance, BlockNumber, ReceiptPath, SessionId,
};
use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::{fungible::MutateHold, tokens::Precision, Contains, Get},
};
use frame_system::{ensure_authorized, ensure_signed, pallet_prelude::OriginFor};
use sp_core::H256;
use sp_runtime::{
    traits::{BadOrigin, SaturatedConversion, Zero},
    Saturating,
};

impl<T: Config> Pallet<T> {
    /// Number of this block.
    pub(crate) fn now() -> BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }

    /// Ticks so far.
    pub(crate) fn ticks() -> Tick {
        T::Clock::now()
    }

    /// Hash of the first block.
    pub(crate) fn genesis() -> H256 {
        frame_system::Pallet::<T>::block_hash(frame_system::pallet_prelude::BlockNumberFor::<T>::zero())
    }

    /// Whether nobody pays for this call: `false` if an account signed it.
    pub(crate) fn is_authorized(origin: OriginFor<T>) -> Result<bool, BadOrigin> {
        ensure_authorized(origin.clone()).map(|_| true).or_else(|_| ensure_signed(origin).map(|_| false))
    }

    /// Hold `amount` on `who`.
    pub(crate) fn hold(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
        if amount > 0 {
            ensure!(!T::Voters::contains(who), Error::<T>::LockedByVotes);
            CurrencyOf::<T>::hold(&reason.into(), who, amount).map_err(|_| Error::<T>::FundsTooLow)?;
        }
        Ok(())
    }

    /// Give `amount` that is held on `who` back.
    pub(crate) fn give_back(reason: HoldReason, who: &AccountId, amount: Balance) -> DispatchResult {
        if amount > 0 {
            CurrencyOf::<T>::release(&reason.into(), who, amount, Precision::Exact)?;
        }
        Ok(())
    }

    /// The session.
    pub(crate) fn session(id: SessionId) -> Result<Session, Error<T>> {
        Sessions::<T>::get(id).ok_or(Error::<T>::UnknownSession)
    }

    /// What a call of the session is known as to audits and disputes.
    pub(crate) fn receipt_key(id: SessionId, session: &Session, index: u32) -> ReceiptKey<AccountId> {
        ReceiptKey { path: ReceiptPath::Session { session: id, index: index.into() }, host: session.terms.host.clone() }
    }

    fn relist(item: Item, before: Option<BlockNumber>, after: Option<BlockNumber>) {
        if before == after {
            return;
        }
        if let Some(due) = before {
            Agenda::<T>::remove(BlockKey::from(due), item);
        }
        if let Some(due) = after {
            Agenda::<T>::insert(BlockKey::from(due), item, ());
        }
    }

    /// Store a session that was due at `before`. It counts in the liability as what is still needed, never as more than
    /// it did; when nothing of it is left to be done, it is removed.
    pub(crate) fn put(id: SessionId, mut session: Session, before: Option<BlockNumber>) -> DispatchResult {
        let needed = session.needed();
        if let Some(less) = session.counted.checked_sub(needed).filter(|less| *less > 0) {
            T::Stake::close_many(&session.terms.host, less, session.worth);
            session.counted = needed;
        }
        Self::relist(Item::Session(id), before, session.due());
        if !session.is_done() {
            Sessions::<T>::insert(id, session);
            return Ok(());
        }
        let (requester, host) = (&session.terms.requester, &session.terms.host);
        Self::give_back(HoldReason::Deposit, requester, session.bond)?;
        Sessions::<T>::remove(id);
        SessionsOf::<T>::remove(requester, SessionKey::from(id));
        SessionsAt::<T>::remove(host, SessionKey::from(id));
        HostSessions::<T>::mutate_exists(host, |count| {
            *count = count.and_then(|count| count.checked_sub(1)).filter(|count| *count > 0);
        });
        Self::deposit_event(Event::SessionRemoved { session: id });
        Ok(())
    }

    /// Make a batch of the settled calls that are in none. `None` if there are none. The caller stores the session and
    /// tells the listener afterwards.
    pub(crate) fn make_batch(id: SessionId, session: &mut Session) -> Option<(BatchKey<AccountId>, u32)> {
        let (first, fee_before) = session.batched;
        let Settled { calls, fee, receipts } = session.settled.clone();
        let calls = calls.checked_sub(first).filter(|calls| *calls > 0)?;
        let fee = fee.saturating_sub(fee_before);
        let attested = session.attested && T::Attested::is_attested(&session.terms.host);
        let window = if attested { T::AttestedWindow::get() } else { T::FinalityWindow::get() };
        let (number, until) = (session.next_batch, Self::now().saturating_add(window));
        session.batched = (session.settled.calls, session.settled.fee);
        session.next_batch = number.saturating_add(1);
        session.batches = session.batches.saturating_add(1);
        let mut batch = Batch { first, calls, fee, receipts, until, holds: 0, attested };
        batch.holds = Self::adopt(id, session, number, &batch);
        Self::relist(Item::Batch(id, number), None, batch.due());
        BatchesOf::<T>::insert(id, number, batch);
        Self::deposit_event(Event::SessionSettled { session: id, number, first, calls, fee, receipts, until });
        Some((BatchKey { session: id, number, host: session.terms.host.clone() }, calls))
    }

    /// Receipts that were presented before they were settled belong to the batch from now on. Returns how many audits and
    /// disputes look at them.
    fn adopt(id: SessionId, session: &Session, number: u32, batch: &Batch) -> u32 {
        let mut holds = 0u32;
        if session.presented > 0 {
            let loose =
                Receipts::<T>::iter_prefix(id).filter(|(index, shown)| shown.batch.is_none() && batch.contains(*index));
            for (index, shown) in loose.collect::<alloc::vec::Vec<_>>() {
                holds = holds.saturating_add(shown.holds.into());
                Receipts::<T>::insert(id, index, Shown { batch: Some(number), ..shown });
            }
        }
        holds
    }

    /// Tell the listener of a batch that was stored.
    pub(crate) fn tell(batch: Option<(BatchKey<AccountId>, u32)>) {
        if let Some((key, calls)) = batch {
            T::OnReceipt::settled(&key, calls);
        }
    }

    /// Change a batch, if there is one.
    pub(crate) fn change_batch(id: SessionId, number: u32, change: impl FnOnce(&mut Batch)) {
        if let Some(mut batch) = BatchesOf::<T>::get(id, number) {
            let before = batch.due();
            change(&mut batch);
            Self::relist(Item::Batch(id, number), before, batch.due());
            BatchesOf::<T>::insert(id, number, batch);
        }
    }

    /// One more looks at a batch.
    pub(crate) fn hold_batch(id: SessionId, number: u32) {
        Self::change_batch(id, number, |batch| batch.holds.saturating_inc());
    }

    /// One less.
    pub(crate) fn release_batch(id: SessionId, number: u32) {
        Self::change_batch(id, number, |batch| batch.holds.saturating_dec());
    }

    /// Remove a batch; the caller counts it out of its session.
    pub(crate) fn remove_batch(id: SessionId, number: u32, batch: &Batch) {
        Self::relist(Item::Batch(id, number), batch.due(), None);
        BatchesOf::<T>::remove(id, number);
    }

    /// Store a receipt that was due at `before`.
    pub(crate) fn put_receipt(id: SessionId, index: u32, shown: Shown, before: Option<BlockNumber>) {
        Self::relist(Item::Receipt(id, index), before, shown.due());
        Receipts::<T>::insert(id, index, shown);
    }

    /// Remove a receipt: its deposit goes back, its holds on its batch end, the listener hears of it.
    pub(crate) fn close_receipt(id: SessionId, index: u32, shown: Shown) -> DispatchResult {
        let mut session = Self::session(id)?;
        let before = session.due();
        match &shown.presenter {
            Some((who, deposit)) => {
                Self::give_back(HoldReason::Deposit, who, *deposit)?;
                session.presented.saturating_dec();
            },
            None => session.sampled.saturating_dec(),
        }
        if let Some(number) = shown.batch.filter(|_| shown.holds > 0) {
            Self::change_batch(id, number, |batch| batch.holds.saturating_reduce(shown.holds.into()));
        }
        Self::relist(Item::Receipt(id, index), shown.due(), None);
        Receipts::<T>::remove(id, index);
        Inputs::<T>::remove(id, index);
        let key = Self::receipt_key(id, &session, index);
        Self::put(id, session, before)?;
        T::OnReceipt::closed(&key);
        Ok(())
    }

    /// Store a call that was drawn.
    pub(crate) fn put_sample(id: SessionId, index: u32, host: &AccountId, sample: PendingSample) {
        let deadline = sample.deadline;
        Overdue::<T>::insert(BlockKey::from(deadline), (id, index), ());
        SamplesAt::<T>::insert(host, (id, index), deadline);
        Samples::<T>::insert(id, index, sample);
    }

    /// Remove a call that was drawn; the caller sees to the hold on its batch, and counts it out of its session.
    pub(crate) fn remove_sample(id: SessionId, index: u32, host: &AccountId, sample: &PendingSample) {
        Overdue::<T>::remove(BlockKey::from(sample.deadline), (id, index));
        SamplesAt::<T>::remove(host, (id, index));
        Samples::<T>::remove(id, index);
    }

    /// Look at something again later: the hook could not move it on.
    pub(crate) fn defer(item: Item, error: DispatchError) {
        let until = Self::now().saturating_add(T::RetryInterval::get());
        match item {
            Item::Session(id) => {
                let Some(mut session) = Sessions::<T>::get(id) else { return };
                let before = session.due();
                match &mut session.state {
                    SessionState::Open { until: due } | SessionState::Closing { until: due, .. } => *due = until,
                    SessionState::Overturned { sweep } => *sweep = Some(until),
                    SessionState::Ended => {},
                }
                Self::relist(item, before, session.due());
                Sessions::<T>::insert(id, session);
            },
            Item::Batch(id, number) => Self::change_batch(id, number, |batch| batch.until = until),
            Item::Receipt(id, index) => {
                let Some(shown) = Receipts::<T>::get(id, index) else { return };
                let before = shown.due();
                Self::put_receipt(id, index, Shown { until, ..shown }, before);
            },
        }
        Self::deposit_event(Event::Deferred { item, until, error });
    }
}
