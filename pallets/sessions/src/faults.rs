//! Faults that need no dispute: a drawn call that its host does not open, and two receipts for one call.

use crate::{types::*, Config, Error, Event, HoldReason, Pallet, Samples};
use candor_primitives::{
    traits::{HostStake, SlashOrder, Slashed},
    AccountId, Balance, Receipt, SessionId, SignedReceipt,
};
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays},
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
};

impl<T: Config> Pallet<T> {
    /// A host was convicted: the requester gets back everything that the session still holds, whatever call was false.
    /// It relied on one host, and what that host's other answers in the window are worth nobody knows. Returns what came
    /// back: nothing if the session was overturned before.
    pub(crate) fn overturn_session(id: SessionId) -> Result<Balance, DispatchError> {
        let mut session = Self::session(id)?;
        if session.is_overturned() {
            return Ok(0);
        }
        let before = session.due();
        let refunded = session.held;
        Self::give_back(HoldReason::Escrow, &session.terms.requester, refunded)?;
        session.held = 0;
        session.state = SessionState::Overturned { sweep: Some(Self::now()) };
        let host = session.terms.host.clone();
        Self::deposit_event(Event::SessionOverturned { session: id, host, refunded });
        Self::put(id, session, before)?;
        Ok(refunded)
    }

    fn slash(session: &Session, challenger: Option<AccountId>) -> Slashed {
        let requester = session.terms.requester.clone();
        let order = SlashOrder { requester, compensation: 0, challenger, costs: 0 };
        T::Stake::slash(&session.terms.host, &order)
    }

    pub(crate) fn do_expire_sample(id: SessionId, index: u32) -> DispatchResultWithPostInfo {
        let sample = Samples::<T>::get(id, index).ok_or(Error::<T>::NotDrawn)?;
        ensure!(Self::ticks() > sample.deadline, Error::<T>::TooEarly);
        let session = Self::session(id)?;
        ensure!(!session.is_overturned(), Error::<T>::AlreadyOverturned);
        Self::step_sample(id, index, session)?;
        Ok(Pays::No.into())
    }

    /// A host did not open a drawn call in time: it is convicted. The sample goes with the others of the session.
    pub(crate) fn step_sample(id: SessionId, index: u32, session: Session) -> DispatchResult {
        if session.is_overturned() {
            return Self::sweep(id, session);
        }
        // The liability covers the session until it is overturned, so the stake is slashed first.
        let slashed = Self::slash(&session, None);
        Self::deposit_event(Event::SampleMissed { session: id, index, slashed });
        Self::overturn_session(id).map(|_| ())
    }

    /// Whether a receipt is of this session, whatever it says about the call. What another chain, or another session of
    /// the same number on a fork of this one, was answered with proves nothing here.
    fn is_of(session: &Session, receipt: &Receipt) -> bool {
        let (terms, draft) = (&session.terms, &receipt.draft);
        draft.genesis == terms.genesis
            && draft.release == terms.release
            && draft.variant == terms.variant
            && draft.requester == terms.requester
            && draft.host == terms.host
            && draft.block == terms.opened
    }

    pub(crate) fn do_report_two(who: AccountId, first: SignedReceipt, second: SignedReceipt) -> DispatchResult {
        let (id, index) = Self::place(&first.receipt)?;
        ensure!(first.receipt.draft.path == second.receipt.draft.path, Error::<T>::NotTwoReceipts);
        ensure!(first.receipt != second.receipt, Error::<T>::NotTwoReceipts);
        let session = Self::session(id)?;
        ensure!(!session.is_overturned(), Error::<T>::AlreadyOverturned);
        let both = [&first, &second];
        ensure!(both.iter().all(|signed| Self::is_of(&session, &signed.receipt)), Error::<T>::NotTwoReceipts);
        let first = Self::check_signature(&session, &first)?;
        let second = Self::check_signature(&session, &second)?;
        let slashed = Self::slash(&session, Some(who.clone()));
        Self::deposit_event(Event::TwoReceiptsShown { session: id, index, first, second, by: who, slashed });
        Self::overturn_session(id).map(|_| ())
    }
}
