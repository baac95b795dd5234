//! Vouchers: what must hold for them, and what a settlement does. It costs the same however many calls it pays for.

use crate::{types::*, Config, CurrencyOf, Error, Event, HoldReason, Pallet};
use candor_payout::Payer;
use candor_primitives::{
    traits::HostMarket, AccountId, Balance, BlockNumber, HostBlake2b, SignedVoucher, Voucher, WorkerSignature,
};
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays},
    ensure,
    pallet_prelude::{
        InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityWithRefund, ValidTransaction,
    },
    traits::Get,
    weights::Weight,
};
use sp_runtime::DispatchError;

/// Priority of settlements in the transaction pool, plus the number of calls: above what tips reach, below answers of
/// hosts, and of two vouchers of a session the newer one goes first.
pub const SETTLE_PRIORITY: TransactionPriority = TransactionPriority::MAX / 4;

impl<T: Config> Pallet<T> {
    /// Everything that must hold for a voucher but its signature.
    pub(crate) fn check_voucher(session: &Session, voucher: &Voucher) -> Result<(), Error<T>> {
        let (terms, settled) = (&session.terms, &session.settled);
        ensure!(session.is_running(), Error::<T>::Ended);
        let is_ours = voucher.genesis == terms.genesis && voucher.session == terms.session;
        ensure!(is_ours, Error::<T>::WrongVoucher);
        let calls = voucher.calls.checked_sub(settled.calls).filter(|calls| *calls > 0);
        let calls = Balance::from(calls.ok_or(Error::<T>::NothingNew)?);
        let fee = voucher.fee.checked_sub(settled.fee).ok_or(Error::<T>::WrongFee)?;
        let most = terms.max_fee.saturating_mul(calls);
        ensure!(fee <= most && voucher.fee <= terms.deposit, Error::<T>::WrongFee);
        Ok(())
    }

    /// Everything that must hold for a voucher of the session's key.
    pub(crate) fn check_signed(session: &Session, voucher: &SignedVoucher) -> Result<(), Error<T>> {
        Self::check_voucher(session, &voucher.voucher)?;
        Self::check_signature_of(session, voucher)
    }

    fn check_signature_of(session: &Session, voucher: &SignedVoucher) -> Result<(), Error<T>> {
        let hash = voucher.voucher.hash::<HostBlake2b>();
        let is_signed = sp_io::crypto::sr25519_verify(&voucher.signature, &hash.0, &session.terms.key);
        ensure!(is_signed, Error::<T>::BadVoucherSignature);
        Ok(())
    }

    /// Whether a voucher is signed by the session's worker key. Its receipts are drawn for audit, and its host convicted
    /// if it cannot show them: a requester alone could name receipts that were never given.
    pub(crate) fn check_accepted(
        session: &Session,
        voucher: &Voucher,
        acceptance: &WorkerSignature,
    ) -> Result<(), Error<T>> {
        let hash = voucher.hash::<HostBlake2b>();
        let is_accepted = sp_io::crypto::sr25519_verify(acceptance, &hash.0, &session.worker);
        ensure!(is_accepted, Error::<T>::BadSignature);
        Ok(())
    }

    /// Everything that must hold for a settlement, free or paid for, but its host's consent. Returns the session.
    pub(crate) fn check_settle(voucher: &SignedVoucher, free: bool) -> Result<Session, Error<T>> {
        let session = Self::session(voucher.voucher.session)?;
        let now = Self::now();
        if session.is_running() && session.closing_since(now).is_none() {
            // One place is kept, so that a full list cannot keep a host from its last settlement.
            ensure!(session.batches.saturating_add(1) < T::MaxBatches::get(), Error::<T>::TooManyBatches);
        }
        Self::check_voucher(&session, &voucher.voucher)?;
        if free {
            ensure!(now >= session.free_from(T::SettleInterval::get(), now), Error::<T>::TooSoon);
            // Who is both host and requester loses of a fee only what others get: it must not settle nothing, again and again.
            let brings = voucher.voucher.fee.saturating_sub(session.settled.fee);
            let is_enough = session.closing_since(now).is_some() || brings >= T::FreeFee::get();
            ensure!(is_enough, Error::<T>::TooLittle);
        }
        // Last, because it costs the most.
        Self::check_signature_of(&session, voucher)?;
        Ok(session)
    }

    /// The chain has this voucher from now on.
    pub(crate) fn take_voucher(session: &mut Session, voucher: &Voucher) {
        let Voucher { calls, fee, receipts, .. } = *voucher;
        session.settled = Settled { calls, fee, receipts };
    }

    pub(crate) fn do_settle(
        voucher: SignedVoucher,
        acceptance: WorkerSignature,
        free: bool,
    ) -> DispatchResultWithPostInfo {
        let mut session = Self::check_settle(&voucher, free)?;
        Self::check_accepted(&session, &voucher.voucher, &acceptance)?;
        let (id, before, now) = (voucher.voucher.session, session.due(), Self::now());
        let is_closing = session.closing_since(now).is_some();
        Self::take_voucher(&mut session, &voucher.voucher);
        if free {
            session.last_free = now;
        }
        T::Hosts::note_work(&session.terms.host);
        let batch = if is_closing {
            Self::note_taken(&session);
            None
        } else {
            Self::make_batch(id, &mut session)
        };
        Self::put(id, session, before)?;
        Self::tell(batch);
        Ok(if free { Pays::No } else { Pays::Yes }.into())
    }

    pub(crate) fn note_taken(session: &Session) {
        let Settled { calls, fee, .. } = session.settled;
        Self::deposit_event(Event::VoucherTaken { session: session.terms.session, calls, fee });
    }

    /// Whether the transaction pool takes a settlement that nobody pays for: one per session at a time, the newest
    /// voucher first.
    pub(crate) fn authorize_settle(
        _: TransactionSource,
        voucher: &SignedVoucher,
        acceptance: &WorkerSignature,
    ) -> TransactionValidityWithRefund {
        let session = Self::check_settle(voucher, true).map_err(Self::invalid)?;
        Self::check_accepted(&session, &voucher.voucher, acceptance).map_err(Self::invalid)?;
        let left: BlockNumber = session.due().unwrap_or(0).saturating_sub(Self::now()).max(1);
        let valid = ValidTransaction {
            priority: SETTLE_PRIORITY.saturating_add(voucher.voucher.calls.into()),
            longevity: left.into(),
            provides: alloc::vec![codec::Encode::encode(&(b"settle", voucher.voucher.session))],
            propagate: true,
            ..Default::default()
        };
        Ok((valid, Weight::zero()))
    }

    /// Why the pool refuses a call. What a later block could bring about is stale or future, the rest is the index of the
    /// pallet's error.
    pub(crate) fn invalid(error: Error<T>) -> InvalidTransaction {
        match error {
            Error::<T>::UnknownSession | Error::<T>::NothingNew | Error::<T>::NotDrawn | Error::<T>::Ended => {
                InvalidTransaction::Stale
            },
            Error::<T>::TooSoon | Error::<T>::TooLittle | Error::<T>::TooManyBatches => InvalidTransaction::Future,
            Error::<T>::BadVoucherSignature | Error::<T>::BadSignature => InvalidTransaction::BadProof,
            other => match DispatchError::from(other) {
                DispatchError::Module(module) => InvalidTransaction::Custom(module.error[0]),
                _ => InvalidTransaction::Call,
            },
        }
    }
}

impl<T: Config> Payer for Pallet<T> {
    type Currency = CurrencyOf<T>;
    type Stake = T::Stake;
    type Releases = T::Releases;
    type Levy = T::Levy;
    type Treasury = T::Treasury;
    type AuditPot = T::AuditPot;
    type TreasuryShare = T::TreasuryShare;

    fn reason() -> T::RuntimeHoldReason {
        HoldReason::Escrow.into()
    }
}

/// Who closes a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Party {
    /// Who asks.
    Requester,
    /// Who answers.
    Host,
}

impl Party {
    /// Which party of a session `who` is.
    pub fn of(session: &Session, who: &AccountId) -> Option<Self> {
        match who {
            // An account that asks itself closes like a host: nobody else has to be heard.
            who if *who == session.terms.host => Some(Self::Host),
            who if *who == session.terms.requester => Some(Self::Requester),
            _ => None,
        }
    }
}
