//! Receipts of sessions on chain: opened by their host because their call was drawn, or presented by anyone.

use crate::{types::*, BatchesOf, Config, Error, Event, HoldReason, Inputs, Pallet, Receipts, Samples, WeightInfo};
use alloc::vec::Vec;
use candor_commitments::{verify_list, TAG_BATCH};
use candor_primitives::{
    tensor::{list_root, MAX_TENSORS},
    traits::{ReceiptListener, Releases},
    worker::Sample,
    AccountId, Balance, HostBlake2b, Outcome, Payload, Receipt, ReceiptPath, SessionId, SignedReceipt,
    MAX_INLINE_SAMPLE,
};
use frame_support::{
    dispatch::{DispatchResultWithPostInfo, Pays},
    ensure,
    pallet_prelude::{
        DispatchResult, TransactionPriority, TransactionSource, TransactionValidityWithRefund, ValidTransaction,
    },
    traits::{ConstU32, Get},
    weights::Weight,
    BoundedVec,
};
use sp_core::H256;
use sp_runtime::Saturating;

/// Priority of the openings of drawn calls in the transaction pool: above what tips reach (a host loses its stake when
/// they come late), below the maximum, which consensus keeps for reports of misbehaviour.
pub const OPEN_PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;

/// A receipt that passed every check.
pub(crate) struct Checked {
    hash: H256,
    outputs: BoundedVec<H256, ConstU32<MAX_TENSORS>>,
}

/// An opening that passed every check.
pub(crate) struct Opening {
    session: Session,
    sample: PendingSample,
    checked: Checked,
    shown: Option<Shown>,
}

impl<T: Config> Pallet<T> {
    /// Bytes of inline input, as far as the pallet accepts them.
    pub(crate) fn inline_len(input: &Payload) -> u32 {
        input.inline_bytes().min(MAX_INLINE_SAMPLE)
    }

    /// Session and index that a receipt names.
    pub(crate) fn place(receipt: &Receipt) -> Result<(SessionId, u32), Error<T>> {
        let ReceiptPath::Session { session, index } = receipt.draft.path else {
            return Err(Error::<T>::WrongReceipt);
        };
        Ok((session, u32::try_from(index).map_err(|_| Error::<T>::WrongReceipt)?))
    }

    /// Whether a receipt is signed by the session's worker key. Returns its hash.
    pub(crate) fn check_signature(session: &Session, receipt: &SignedReceipt) -> Result<H256, Error<T>> {
        let hash = receipt.receipt.hash::<HostBlake2b>();
        let is_signed = sp_io::crypto::sr25519_verify(&receipt.signature, &hash.0, &session.worker);
        ensure!(is_signed, Error::<T>::BadSignature);
        Ok(hash)
    }

    /// Everything that must hold for call `index` of a session, its inputs and the roots of its outputs: what its host
    /// signed is what it was asked, at the session's prices.
    fn check_call(
        session: &Session,
        index: u32,
        receipt: &SignedReceipt,
        input: &Payload,
        outputs: &[H256],
    ) -> Result<Checked, Error<T>> {
        let (terms, draft) = (&session.terms, &receipt.receipt.draft);
        ensure!(input.inline_bytes() <= MAX_INLINE_SAMPLE, Error::<T>::InputTooLarge);
        match input {
            Payload::Inline(tensors) => {
                ensure!(tensors.iter().all(|tensor| tensor.check().is_ok()), Error::<T>::BadTensor);
            },
            Payload::Content { source, .. } => ensure!(!source.is_empty(), Error::<T>::NoSource),
        }
        let spec = T::Releases::spec(terms.release).ok_or(Error::<T>::UnknownRelease)?;
        let (_, units) = spec.fit_inputs(input.shapes().into_iter()).map_err(|_| Error::<T>::WrongShape)?;
        if let Payload::Inline(tensors) = input {
            let in_range = spec.inputs.iter().zip(tensors.iter()).all(|(spec, tensor)| spec.admits(&tensor.data));
            ensure!(in_range, Error::<T>::InputOutOfRange);
        }
        ensure!(input.root::<HostBlake2b>() == draft.input_root, Error::<T>::WrongInputRoot);
        let asked = terms.draft(index, units, draft.input_root);
        ensure!(asked.as_ref() == Some(draft), Error::<T>::WrongReceipt);
        let is_output = match receipt.receipt.outcome {
            Outcome::Output(root) => {
                outputs.len() == spec.outputs.len() && list_root::<HostBlake2b>(outputs.iter()) == root
            },
            Outcome::Failed { .. } => outputs.is_empty(),
        };
        ensure!(is_output, Error::<T>::WrongOutputRoot);
        let outputs = outputs.to_vec().try_into().map_err(|_| Error::<T>::WrongOutputRoot)?;
        Ok(Checked { hash: Self::check_signature(session, receipt)?, outputs })
    }

    /// The open batch of call `index`, or none if it is not settled yet.
    fn batch_of(id: SessionId, session: &Session, index: u32) -> Result<Option<u32>, Error<T>> {
        if index >= session.batched.0 {
            ensure!(session.is_running(), Error::<T>::TooLate);
            return Ok(None);
        }
        let now = Self::now();
        let mut batches = BatchesOf::<T>::iter_prefix(id);
        let found = batches.find(|(_, batch)| batch.contains(index) && batch.is_open(now));
        found.map(|(number, _)| Some(number)).ok_or(Error::<T>::TooLate)
    }

    pub(crate) fn do_present(
        who: AccountId,
        receipt: SignedReceipt,
        input: Payload,
        outputs: Vec<H256>,
    ) -> DispatchResult {
        let (id, index) = Self::place(&receipt.receipt)?;
        let mut session = Self::session(id)?;
        let before = session.due();
        ensure!(!session.is_overturned(), Error::<T>::AlreadyOverturned);
        if let Some(shown) = Receipts::<T>::get(id, index) {
            ensure!(shown.receipt == receipt.receipt, Error::<T>::OtherReceipt);
            return Err(Error::<T>::AlreadyShown.into());
        }
        ensure!(session.presented < MAX_PRESENTED, Error::<T>::TooManyPresented);
        let Checked { hash, outputs } = Self::check_call(&session, index, &receipt, &input, &outputs)?;
        let batch = Self::batch_of(id, &session, index)?;
        let bytes = Balance::from(input.inline_bytes());
        let deposit = T::DepositBase::get().saturating_add(T::DepositPerByte::get().saturating_mul(bytes));
        Self::hold(HoldReason::Deposit, &who, deposit)?;
        session.presented = session.presented.saturating_add(1);
        Self::put(id, session, before)?;
        let until = Self::now().saturating_add(T::FinalityWindow::get());
        let SignedReceipt { receipt, signature } = receipt;
        let presenter = Some((who.clone(), deposit));
        let shown = Shown { receipt, signature, outputs, until, holds: 0, batch, presenter };
        Inputs::<T>::insert(id, index, input);
        Self::put_receipt(id, index, shown, None);
        Self::deposit_event(Event::ReceiptShown { session: id, index, receipt: hash, by: Some(who), until });
        Ok(())
    }

    /// Everything that must hold for the opening of a drawn call, whoever sends it.
    pub(crate) fn check_opening(id: SessionId, index: u32, sample: &Sample) -> Result<Opening, Error<T>> {
        let pending = Samples::<T>::get(id, index).ok_or(Error::<T>::NotDrawn)?;
        let session = Self::session(id)?;
        ensure!(!session.is_overturned(), Error::<T>::AlreadyOverturned);
        let Sample { receipt, proof, input, outputs } = sample;
        ensure!(Self::place(&receipt.receipt)? == (id, index), Error::<T>::WrongReceipt);
        let checked = Self::check_call(&session, index, receipt, input, outputs)?;
        let batch = BatchesOf::<T>::get(id, pending.number).ok_or(Error::<T>::UnknownBatch)?;
        ensure!(proof.len() <= MAX_PROOF, Error::<T>::WrongProof);
        let proof: Vec<_> = proof.iter().map(|hash| hash.0).collect();
        let (root, leaf) = (&batch.receipts.0, [checked.hash.0]);
        verify_list::<HostBlake2b>(TAG_BATCH, root, batch.covered(), index, &leaf, &proof)
            .map_err(|_| Error::<T>::WrongProof)?;
        let shown = Receipts::<T>::get(id, index);
        let is_same = shown.as_ref().is_none_or(|shown| shown.receipt == receipt.receipt);
        ensure!(is_same, Error::<T>::OtherReceipt);
        Ok(Opening { session, sample: pending, checked, shown })
    }

    pub(crate) fn do_open_sample(id: SessionId, index: u32, sample: Sample) -> DispatchResult {
        let Opening { mut session, sample: pending, checked, shown } = Self::check_opening(id, index, &sample)?;
        let Sample { receipt: SignedReceipt { receipt, signature }, input, .. } = sample;
        let Checked { hash, outputs } = checked;
        let key = Self::receipt_key(id, &session, index);
        let until = Self::now().saturating_add(T::FinalityWindow::get());
        let batch = Some(pending.number);
        match shown {
            // Somebody presented it: it lies there already, with a new window.
            Some(shown) => {
                let (session_due, due) = (session.due(), shown.due());
                Self::put_receipt(id, index, Shown { until, ..shown }, due);
                session.sampled = session.sampled.saturating_sub(1);
                Self::put(id, session, session_due)?;
            },
            None => {
                let shown =
                    Shown { receipt: receipt.clone(), signature, outputs, until, holds: 0, batch, presenter: None };
                Inputs::<T>::insert(id, index, input);
                Self::put_receipt(id, index, shown, None);
            },
        }
        Self::remove_sample(id, index, &key.host, &pending);
        Self::deposit_event(Event::ReceiptShown { session: id, index, receipt: hash, by: None, until });
        T::OnReceipt::sampled(&key, &receipt, pending.seed);
        // Only now, so that the batch is held without a gap.
        Self::release_batch(id, pending.number);
        Ok(())
    }

    /// Whether the transaction pool takes an opening that nobody pays for: one per drawn call.
    pub(crate) fn authorize_open_sample(
        _: TransactionSource,
        id: &SessionId,
        index: &u32,
        sample: &Sample,
    ) -> TransactionValidityWithRefund {
        let Opening { sample, .. } = Self::check_opening(*id, *index, sample).map_err(Self::invalid)?;
        let left = sample.deadline.saturating_sub(Self::ticks()).max(1);
        let valid = ValidTransaction {
            priority: OPEN_PRIORITY,
            longevity: left.into(),
            provides: alloc::vec![codec::Encode::encode(&(b"sample", id, index))],
            propagate: true,
            ..Default::default()
        };
        Ok((valid, Weight::zero()))
    }

    pub(crate) fn do_retire(id: SessionId, index: u32) -> DispatchResultWithPostInfo {
        let shown = Receipts::<T>::get(id, index).ok_or(Error::<T>::NoReceipt)?;
        ensure!(Self::now() > shown.until, Error::<T>::TooEarly);
        Self::step_receipt(id, index, shown)?;
        Ok(Pays::No.into())
    }

    /// The window of a receipt has passed: close it, unless somebody looks at it.
    pub(crate) fn step_receipt(id: SessionId, index: u32, shown: Shown) -> DispatchResult {
        ensure!(shown.holds == 0, Error::<T>::Held);
        Self::close_receipt(id, index, shown)?;
        Self::deposit_event(Event::ReceiptClosed { session: id, index });
        Ok(())
    }

    /// Weight of the heaviest thing that a sample's deadline can bring.
    pub(crate) fn weight_of_overdue() -> Weight {
        T::WeightInfo::expire_sample().max(T::WeightInfo::sweep(T::MaxBatches::get(), MAX_SAMPLED))
    }

    /// One more call of a session is drawn.
    pub(crate) fn draw_call(id: SessionId, number: u32, index: u32, seed: H256) -> DispatchResult {
        let mut session = Self::session(id)?;
        let before = session.due();
        ensure!(session.sampled < MAX_SAMPLED, Error::<T>::TooManySamples);
        session.sampled.saturating_inc();
        let deadline = Self::ticks().saturating_add(T::SampleDeadline::get());
        Self::put_sample(id, index, &session.terms.host, PendingSample { number, seed, deadline });
        Self::put(id, session, before)?;
        Self::hold_batch(id, number);
        Self::deposit_event(Event::SampleDrawn { session: id, index, deadline });
        Ok(())
    }
}
