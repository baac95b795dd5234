//! What audits and challenges see: open receipts, one by one, and batches of which only the commitment is known.

use crate::{types::*, BatchesOf, Config, Error, Inputs, Pallet, Samples};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{BatchKey, Batches, OpenBatch, OpenReceipt, Overturned, ReceiptKey, Receipts},
    AccountId, Payload, ReceiptPath, SessionId,
};
use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};
use sp_core::H256;
use sp_runtime::Saturating;

impl<T: Config> Pallet<T> {
    /// The open receipt behind a key.
    fn shown(key: &ReceiptKey<AccountId>) -> Option<(SessionId, u32, Shown)> {
        let ReceiptPath::Session { session, index } = key.path else { return None };
        let index = u32::try_from(index).ok()?;
        let shown = crate::Receipts::<T>::get(session, index)?;
        let is_open = shown.receipt.draft.host == key.host && shown.is_open(Self::now());
        is_open.then_some((session, index, shown))
    }

    /// The open batch behind a key.
    fn opened_batch(key: &BatchKey<AccountId>) -> Option<Batch> {
        let batch = BatchesOf::<T>::get(key.session, key.number)?;
        let session = Self::get(key.session)?;
        let is_open = session.terms.host == key.host && !session.is_overturned() && batch.is_open(Self::now());
        is_open.then_some(batch)
    }
}

impl<T: Config> Receipts<AccountId> for Pallet<T> {
    fn receipt(key: &ReceiptKey<AccountId>) -> Option<OpenReceipt> {
        let (_, _, Shown { receipt, signature, until, .. }) = Self::shown(key)?;
        // It was drawn, or presented, already: no rate is asked for.
        Some(OpenReceipt { receipt, signature, until, attested: false })
    }

    fn input(key: &ReceiptKey<AccountId>) -> Option<Payload> {
        let (id, index, _) = Self::shown(key)?;
        Inputs::<T>::get(id, index)
    }

    fn outputs(key: &ReceiptKey<AccountId>) -> Vec<H256> {
        Self::shown(key).map(|(_, _, shown)| shown.outputs.into_inner()).unwrap_or_default()
    }

    fn hold(key: &ReceiptKey<AccountId>) -> DispatchResult {
        let (.., shown) = Self::shown(key).ok_or(Error::<T>::NoReceipt)?;
        ensure!(Self::now() <= shown.until.saturating_add(T::MaxHold::get()), Error::<T>::NoReceipt);
        Self::keep(key)
    }

    fn keep(key: &ReceiptKey<AccountId>) -> DispatchResult {
        let (id, index, mut shown) = Self::shown(key).ok_or(Error::<T>::NoReceipt)?;
        ensure!(shown.holds < MAX_HOLDS, Error::<T>::TooManyHolds);
        let before = shown.due();
        shown.holds.saturating_inc();
        if let Some(number) = shown.batch {
            Self::hold_batch(id, number);
        }
        Self::put_receipt(id, index, shown, before);
        Ok(())
    }

    fn release(key: &ReceiptKey<AccountId>) {
        let Some((id, index, mut shown)) = Self::shown(key).filter(|(_, _, shown)| shown.holds > 0) else { return };
        let before = shown.due();
        shown.holds.saturating_dec();
        if let Some(number) = shown.batch {
            Self::release_batch(id, number);
        }
        Self::put_receipt(id, index, shown, before);
    }

    fn overturn(key: &ReceiptKey<AccountId>) -> Result<Overturned, DispatchError> {
        let (id, index, shown) = Self::shown(key).ok_or(Error::<T>::NoReceipt)?;
        let refunded = Self::overturn_session(id)?;
        Self::close_receipt(id, index, shown)?;
        Ok(Overturned { refunded })
    }

    fn is_overturned(key: &ReceiptKey<AccountId>) -> bool {
        let ReceiptPath::Session { session, .. } = key.path else { return false };
        Self::get(session).is_some_and(|session| session.is_overturned())
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_receipt(host: &AccountId, requester: &AccountId) -> ReceiptKey<AccountId> {
        crate::benchmarking::open_receipt::<T>(host, requester)
    }
}

impl<T: Config> Batches<AccountId> for Pallet<T> {
    fn batch(key: &BatchKey<AccountId>) -> Option<OpenBatch> {
        let Batch { calls, receipts, until, attested, .. } = Self::opened_batch(key)?;
        Some(OpenBatch { calls, receipts, until, attested })
    }

    fn hold(key: &BatchKey<AccountId>) -> DispatchResult {
        let batch = Self::opened_batch(key).ok_or(Error::<T>::UnknownBatch)?;
        ensure!(Self::now() <= batch.until.saturating_add(T::MaxHold::get()), Error::<T>::UnknownBatch);
        Self::hold_batch(key.session, key.number);
        Ok(())
    }

    fn release(key: &BatchKey<AccountId>) {
        Self::release_batch(key.session, key.number);
    }

    fn sample(key: &BatchKey<AccountId>, offset: u32, seed: H256) -> DispatchResult {
        let batch = Self::opened_batch(key).ok_or(Error::<T>::UnknownBatch)?;
        ensure!(offset < batch.calls, Error::<T>::NoSuchCall);
        let index = batch.first.saturating_add(offset);
        if Samples::<T>::contains_key(key.session, index) {
            return Ok(());
        }
        // A call that was drawn before, and lies open for that, is audited already.
        let drawn = crate::Receipts::<T>::get(key.session, index).is_some_and(|shown| shown.presenter.is_none());
        if drawn {
            return Ok(());
        }
        Self::draw_call(key.session, key.number, index, seed)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_batch(host: &AccountId, requester: &AccountId) -> BatchKey<AccountId> {
        crate::benchmarking::open_batch::<T>(host, requester)
    }
}
