//! The roots of a disputed trace.

use crate::{types::*, Config, Disputes, Error, Event, Pallet, Traces, DISPUTE_PRIORITY};
use candor_commitments::TAG_TRACE;
use candor_primitives::{DisputeId, DisputeStatement, HostBlake2b, WorkerSignature};
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{
        DispatchResult, InvalidTransaction, TransactionSource, TransactionValidityWithRefund, ValidTransaction,
    },
    traits::Get,
    weights::Weight,
};
use sp_core::H256;
use sp_runtime::DispatchError;

/// Root of the list of a trace's roots.
pub(crate) fn trace_root(roots: &[H256]) -> H256 {
    let roots: alloc::vec::Vec<[u8; 32]> = roots.iter().map(|root| root.0).collect();
    H256(candor_commitments::list_root::<HostBlake2b>(TAG_TRACE, &roots))
}

impl<T: Config> Pallet<T> {
    /// Everything that must hold for a trace, whoever sends it.
    fn check_trace(
        id: DisputeId,
        roots: &[H256],
        signature: &WorkerSignature,
    ) -> Result<(Dispute, H256, Tick), Error<T>> {
        let dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
        let deadline = match dispute.state {
            DisputeState::AwaitingTrace { deadline } => deadline,
            DisputeState::Open { .. } => return Err(Error::<T>::TraceGiven),
            DisputeState::Closing { .. } => return Err(Error::<T>::UnknownDispute),
        };
        ensure!(roots.len() as u64 == u64::from(dispute.judging.trace), Error::<T>::WrongTrace);
        let root = trace_root(roots);
        Self::check_signature(id, &dispute.key.host, &DisputeStatement::Trace(root), signature)?;
        Ok((dispute, root, deadline))
    }

    /// Whether the transaction pool takes a trace that nobody pays for.
    pub(crate) fn authorize_trace(
        _: TransactionSource,
        id: &DisputeId,
        roots: &Roots,
        signature: &WorkerSignature,
    ) -> TransactionValidityWithRefund {
        let (_, _, deadline) = Self::check_trace(*id, roots, signature).map_err(Self::invalid)?;
        Ok((Self::valid((b"trace", id).encode(), deadline), Weight::zero()))
    }

    pub(crate) fn do_submit_trace(id: DisputeId, roots: Roots, signature: WorkerSignature) -> DispatchResult {
        let (mut dispute, trace, _) = Self::check_trace(id, &roots, &signature)?;
        let before = dispute.due();
        Self::dequeue(&dispute.key.host, &dispute.judging);
        let deadline = Self::after(T::EvidenceWindow::get());
        let (pending, opened) = Default::default();
        dispute.state = DisputeState::Open { trace, deadline, pending, opened, next: 0 };
        Traces::<T>::insert(id, roots);
        Self::put(id, dispute, Some(before));
        Self::deposit_event(Event::TraceSubmitted { dispute: id, trace, deadline });
        Ok(())
    }

    /// Validity of an unpaid transaction: one of its kind at a time, for as long as it can count on being heard.
    pub(crate) fn valid(tag: alloc::vec::Vec<u8>, deadline: Tick) -> ValidTransaction {
        let left = deadline.saturating_sub(Self::ticks()).max(1);
        ValidTransaction {
            priority: DISPUTE_PRIORITY,
            longevity: left.into(),
            provides: alloc::vec![(b"candor-dispute", tag).encode()],
            propagate: true,
            ..Default::default()
        }
    }

    /// Why the pool refuses. What a later block could bring about is stale or future, the rest is the index of the
    /// pallet's error.
    pub(crate) fn invalid(error: Error<T>) -> InvalidTransaction {
        match error {
            Error::<T>::UnknownDispute
            | Error::<T>::TraceGiven
            | Error::<T>::AlreadyDemanded
            | Error::<T>::UnknownDemand
            | Error::<T>::AlreadyCommitted => InvalidTransaction::Stale,
            Error::<T>::NoTrace | Error::<T>::TooEarly | Error::<T>::TooManyDemands => InvalidTransaction::Future,
            Error::<T>::BadSignature => InvalidTransaction::BadProof,
            other => match DispatchError::from(other) {
                DispatchError::Module(module) => InvalidTransaction::Custom(module.error[0]),
                _ => InvalidTransaction::Call,
            },
        }
    }
}
