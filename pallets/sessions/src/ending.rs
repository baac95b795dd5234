//! The ends of sessions and of batches.

use crate::{settle::Party, types::*, BatchesOf, Config, Error, Event, HoldReason, Pallet, Samples};
use alloc::vec::Vec;
use candor_payout::{Diverted, Payment, Work};
use candor_primitives::{
    traits::HostMarket, AccountId, Balance, HostBlake2b, SessionId, SignedVoucher, Voucher, WorkerSignature,
};
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays},
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_close(who: AccountId, id: SessionId, voucher: Option<SignedVoucher>) -> DispatchResult {
        let mut session = Self::session(id)?;
        let (before, now) = (session.due(), Self::now());
        let party = Party::of(&session, &who).ok_or(Error::<T>::NotParty)?;
        ensure!(session.is_running(), Error::<T>::Ended);
        if let Some(voucher) = &voucher {
            ensure!(party == Party::Host, Error::<T>::NotAccepted);
            Self::check_signed(&session, voucher)?;
            Self::take_voucher(&mut session, &voucher.voucher);
        }
        if party == Party::Host {
            return Self::finish(id, session, before);
        }
        ensure!(session.closing_since(now).is_none(), Error::<T>::NotOpen);
        let until = now.saturating_add(T::CloseNotice::get());
        session.state = SessionState::Closing { since: now, until };
        Self::deposit_event(Event::SessionClosing { session: id, until });
        Self::put(id, session, before)
    }

    pub(crate) fn do_close_agreed(who: AccountId, voucher: Voucher, signature: WorkerSignature) -> DispatchResult {
        let mut session = Self::session(voucher.session)?;
        let before = session.due();
        ensure!(session.terms.requester == who, Error::<T>::NotParty);
        let Voucher { calls, fee, receipts, .. } = voucher;
        let is_known = session.is_running()
            && voucher.genesis == session.terms.genesis
            && (calls, fee) == (session.settled.calls, session.settled.fee)
            && (calls == 0 || receipts == session.settled.receipts);
        if !is_known {
            Self::check_voucher(&session, &voucher)?;
        }
        // Not what accepts a settlement: that is public, and newer vouchers may wait.
        let hash = voucher.last_hash::<HostBlake2b>();
        let is_agreed = sp_io::crypto::sr25519_verify(&signature, &hash.0, &session.worker);
        ensure!(is_agreed, Error::<T>::BadSignature);
        if !is_known {
            Self::take_voucher(&mut session, &voucher);
        }
        T::Hosts::note_work(&session.terms.host);
        Self::finish(voucher.session, session, before)
    }

    /// The session ends: what vouchers were taken for becomes the last batch, the rest goes back.
    fn finish(id: SessionId, mut session: Session, before: Option<candor_primitives::BlockNumber>) -> DispatchResult {
        let batch = Self::make_batch(id, &mut session);
        // What is held is the deposit without the batches that are final; what is settled and not final stays.
        let refunded = session.terms.deposit.saturating_sub(session.settled.fee).min(session.held);
        Self::give_back(HoldReason::Escrow, &session.terms.requester, refunded)?;
        session.held = session.held.saturating_sub(refunded);
        session.state = SessionState::Ended;
        let Settled { calls, fee, .. } = session.settled;
        Self::deposit_event(Event::SessionEnded { session: id, calls, fee, refunded });
        Self::put(id, session, before)?;
        Self::tell(batch);
        Ok(())
    }

    pub(crate) fn do_end(id: SessionId) -> DispatchResultWithPostInfo {
        let session = Self::session(id)?;
        match session.due() {
            None => return Err(Error::<T>::Ended.into()),
            Some(until) if !session.is_overturned() => ensure!(Self::now() > until, Error::<T>::TooEarly),
            Some(_) => {},
        }
        Self::step_session(id, session)?;
        Ok(Pays::No.into())
    }

    /// Move a session on whose time has come.
    pub(crate) fn step_session(id: SessionId, session: Session) -> DispatchResult {
        let before = session.due();
        match session.state {
            SessionState::Open { .. } | SessionState::Closing { .. } => Self::finish(id, session, before),
            SessionState::Overturned { sweep: Some(_) } => Self::sweep(id, session),
            SessionState::Overturned { sweep: None } | SessionState::Ended => Ok(()),
        }
    }

    /// Remove the batches of a session that was overturned, and the calls of it that were drawn and not opened. Its open
    /// receipts stay until their windows have passed and nobody looks at them: who disputes one gets a verdict.
    pub(crate) fn sweep(id: SessionId, mut session: Session) -> DispatchResult {
        let before = session.due();
        for (number, batch) in BatchesOf::<T>::iter_prefix(id).collect::<Vec<_>>() {
            Self::remove_batch(id, number, &batch);
        }
        for (index, sample) in Samples::<T>::iter_prefix(id).collect::<Vec<_>>() {
            Self::remove_sample(id, index, &session.terms.host, &sample);
            session.sampled = session.sampled.saturating_sub(1);
        }
        session.batches = 0;
        session.state = SessionState::Overturned { sweep: None };
        Self::put(id, session, before)
    }

    pub(crate) fn do_finalise(id: SessionId, number: u32) -> DispatchResultWithPostInfo {
        let session = Self::session(id)?;
        let batch = BatchesOf::<T>::get(id, number).ok_or(Error::<T>::UnknownBatch)?;
        ensure!(Self::now() > batch.until, Error::<T>::TooEarly);
        Self::step_batch(id, number, session, batch)?;
        Ok(Pays::No.into())
    }

    /// The window of a batch has passed: pay for it, unless somebody looks at it.
    pub(crate) fn step_batch(id: SessionId, number: u32, mut session: Session, batch: Batch) -> DispatchResult {
        if session.is_overturned() {
            return Self::sweep(id, session);
        }
        ensure!(batch.holds == 0, Error::<T>::Held);
        let before = session.due();
        let paid = Self::pay(id, number, &session, &batch);
        // What no payee could take goes back at once.
        Self::give_back(HoldReason::Escrow, &session.terms.requester, batch.fee.saturating_sub(paid))?;
        session.held = session.held.checked_sub(batch.fee).ok_or(DispatchError::Corruption)?;
        session.batches = session.batches.saturating_sub(1);
        Self::remove_batch(id, number, &batch);
        Self::put(id, session, before)
    }

    /// Pay for a batch. Returns what left the escrow.
    fn pay(id: SessionId, number: u32, session: &Session, batch: &Batch) -> Balance {
        let terms = &session.terms;
        let (requester, host) = (&terms.requester, &terms.host);
        let work = Work {
            requester,
            host,
            release: terms.release,
            royalty: session.royalty,
            fee: batch.fee,
            calls: batch.calls,
            attested: batch.attested,
        };
        let Payment { amount, stakers, royalty, levy, treasury, paid, diverted } = candor_payout::pay::<Self>(&work);
        for Diverted { payee, to, amount } in diverted {
            Self::deposit_event(Event::ShareDiverted { session: id, payee, to, amount });
        }
        let host = host.clone();
        Self::deposit_event(Event::BatchPaid { session: id, number, host, amount, stakers, royalty, levy, treasury });
        paid
    }
}
