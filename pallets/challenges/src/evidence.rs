//! Evidence: announced under the account that shows it, then judged by the adjudicator.

use crate::{types::*, Claims, Config, DisputeOf, Disputes, Error, Event, Failure, Pallet};
use candor_adjudicator::{
    evidence::{judge_within, Commitments, Evidence, EvidenceError, Outcome as JudgedOutcome, Verdict},
    Reject,
};
use candor_primitives::{
    evidence_commitment,
    traits::{HostMarket, HostStake, ReceiptKey, Receipts},
    AccountId, DisputeId, DisputeStatement, HostBlake2b, Outcome, Receipt, WorkerSignature,
};
use codec::Encode;
use frame_support::{
    dispatch::Pays,
    ensure,
    pallet_prelude::{DispatchError, DispatchResult, TransactionSource, TransactionValidityWithRefund},
    traits::Get,
    weights::Weight,
};
use sp_core::H256;
use sp_runtime::traits::SaturatedConversion;

/// What the chain holds of a disputed run.
pub(crate) fn commitments(dispute: &Dispute, trace: &H256) -> Commitments {
    Commitments {
        graph: dispute.judging.graph.0,
        weights: dispute.judging.weights.0,
        trace: trace.0,
        inputs: dispute.receipt.draft.input_root.0,
        outcome: match dispute.receipt.outcome {
            Outcome::Output(root) => JudgedOutcome::Output(root.0),
            Outcome::Failed { node, index } => JudgedOutcome::Failed { node, index },
        },
    }
}

/// What the judge says of evidence.
pub(crate) enum Judged {
    /// The fault is there.
    Faulty,
    /// It is not, or it cannot be seen.
    Fails(Failure),
    /// The judge was stopped.
    Stopped,
}

/// Judge evidence within so many steps. Returns how many it took, if it came to an end.
pub(crate) fn judge(bytes: &[u8], commitments: &Commitments, work: u32) -> (Judged, u64) {
    let judged = Evidence::decode_limited(bytes)
        .and_then(|evidence| judge_within::<HostBlake2b>(&evidence, commitments, work.into()));
    let failure = match judged {
        Ok((Verdict { faulty: true, .. }, steps)) => return (Judged::Faulty, steps),
        Ok((_, steps)) => return (Judged::Fails(Failure::NoFault), steps),
        Err(EvidenceError::Reject(Reject::Limit)) if work < MAX_JUDGED => return (Judged::Stopped, 0),
        Err(EvidenceError::Encoding) => Failure::Encoding,
        Err(EvidenceError::Leaf) => Failure::Node,
        Err(EvidenceError::Open(_)) => Failure::Opening,
        Err(EvidenceError::Fault | EvidenceError::Index) => Failure::Fault,
        Err(EvidenceError::Bind(_)) => Failure::Binding,
        Err(EvidenceError::Reject(_)) => Failure::Unjudged,
    };
    (Judged::Fails(failure), 0)
}

impl<T: Config> Pallet<T> {
    /// A dispute in which evidence can be announced.
    fn check_open(id: DisputeId) -> Result<Dispute, Error<T>> {
        let dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
        match &dispute.state {
            DisputeState::AwaitingTrace { .. } => Err(Error::<T>::NoTrace),
            DisputeState::Closing { .. } => Err(Error::<T>::UnknownDispute),
            DisputeState::Open { deadline, pending, .. } => {
                ensure!(!pending.is_empty() || Self::ticks() <= *deadline, Error::<T>::TooLate);
                Ok(dispute)
            },
        }
    }

    /// Everything that must hold for a commitment of a drawn auditor.
    pub(crate) fn check_commit(
        id: DisputeId,
        auditor: &AccountId,
        hash: H256,
        signature: &WorkerSignature,
    ) -> Result<(), Error<T>> {
        let claim = Claims::<T>::get(id, auditor).ok_or(Error::<T>::NotAuditor)?;
        ensure!(claim.is_auditor(), Error::<T>::NotAuditor);
        ensure!(claim.commitment.is_none(), Error::<T>::AlreadyCommitted);
        Self::check_open(id)?;
        Self::check_signature(id, auditor, &DisputeStatement::Commit(hash), signature)
    }

    /// Whether the transaction pool takes a commitment that nobody pays for.
    pub(crate) fn authorize_commit(
        _: TransactionSource,
        id: &DisputeId,
        auditor: &AccountId,
        hash: &H256,
        signature: &WorkerSignature,
    ) -> TransactionValidityWithRefund {
        Self::check_commit(*id, auditor, *hash, signature).map_err(Self::invalid)?;
        let until = Self::after(T::EvidenceWindow::get());
        Ok((Self::valid((b"commit", id, auditor).encode(), until), Weight::zero()))
    }

    pub(crate) fn do_commit(id: DisputeId, by: Asker, hash: H256) -> DispatchResult {
        let mut dispute = Self::check_open(id)?;
        let before = dispute.due();
        let Asker { who, auditor } = by;
        let mut claim = Claims::<T>::get(id, &who).unwrap_or_default();
        ensure!(claim.commitment.is_none(), Error::<T>::AlreadyCommitted);
        if !auditor {
            let bond = T::EvidenceBond::get();
            Self::hold(&who, bond)?;
            claim.evidence = bond;
        }
        claim.commitment = Some(Commitment { hash, block: Self::block() });
        Claims::<T>::insert(id, &who, claim);
        dispute.extend(Self::after(T::ProofWindow::get()));
        Self::put(id, dispute, Some(before));
        Self::deposit_event(Event::EvidenceCommitted { dispute: id, prover: who, hash });
        Ok(())
    }

    /// Everything that must hold before evidence is looked at.
    fn check_proof(
        id: DisputeId,
        prover: &AccountId,
        evidence: &[u8],
        work: u32,
    ) -> Result<(Dispute, Commitments), Error<T>> {
        ensure!(work <= MAX_JUDGED, Error::<T>::TooMuchWork);
        let dispute = Disputes::<T>::get(id).ok_or(Error::<T>::UnknownDispute)?;
        let commitments = match &dispute.state {
            DisputeState::AwaitingTrace { .. } => return Err(Error::<T>::NoTrace),
            DisputeState::Open { trace, .. } => commitments(&dispute, trace),
            DisputeState::Closing { .. } => return Err(Error::<T>::UnknownDispute),
        };
        let claim = Claims::<T>::get(id, prover).ok_or(Error::<T>::NotCommitted)?;
        let commitment = claim.commitment.ok_or(Error::<T>::NotCommitted)?;
        ensure!(Self::block() > commitment.block, Error::<T>::TooEarly);
        ensure!(evidence_commitment(evidence, prover) == commitment.hash, Error::<T>::WrongEvidence);
        Ok((dispute, commitments))
    }

    /// Whether the transaction pool takes evidence that nobody pays for: only if it convicts.
    pub(crate) fn authorize_proof(
        _: TransactionSource,
        id: &DisputeId,
        prover: &AccountId,
        evidence: &EvidenceBytes,
        work: &u32,
    ) -> TransactionValidityWithRefund {
        let (_, commitments) = Self::check_proof(*id, prover, evidence, *work).map_err(Self::invalid)?;
        match judge(evidence, &commitments, *work).0 {
            Judged::Faulty => {
                let until = Self::after(T::ProofWindow::get());
                Ok((Self::valid((b"prove", id, prover).encode(), until), Weight::zero()))
            },
            Judged::Fails(_) => Err(Self::invalid(Error::<T>::WrongEvidence).into()),
            Judged::Stopped => Err(Self::invalid(Error::<T>::TooLittleWork).into()),
        }
    }

    pub(crate) fn do_prove(
        id: DisputeId,
        prover: AccountId,
        evidence: &[u8],
        work: u32,
    ) -> Result<Pays, DispatchError> {
        let (dispute, commitments) = Self::check_proof(id, &prover, evidence, work)?;
        match judge(evidence, &commitments, work).0 {
            Judged::Faulty => {
                let auditor = Claims::<T>::get(id, &prover).is_some_and(|claim| claim.is_auditor());
                Self::convict(id, dispute, Offence::FalseRun, &Asker { who: prover, auditor })?;
                Ok(Pays::No)
            },
            Judged::Fails(failure) => {
                Self::fail(id, dispute, prover, failure)?;
                Ok(Pays::Yes)
            },
            // Whoever sends it for another one must not make it fail by paying for too little.
            Judged::Stopped => Err(Error::<T>::TooLittleWork.into()),
        }
    }

    /// Evidence convicted nobody: its commitment is used up and costs. The dispute goes on.
    fn fail(id: DisputeId, dispute: Dispute, prover: AccountId, failure: Failure) -> DispatchResult {
        let mut claim = Claims::<T>::get(id, &prover).ok_or(Error::<T>::NotCommitted)?;
        claim.commitment = None;
        let lost = core::mem::take(&mut claim.evidence);
        if lost > 0 {
            Self::forfeit(&prover, &dispute.key.host, lost, lost / 2)?;
        } else {
            T::Stake::penalise(&prover, T::EvidenceBond::get());
        }
        Claims::<T>::insert(id, &prover, claim);
        Self::deposit_event(Event::EvidenceFailed { dispute: id, prover, failure });
        Ok(())
    }

    pub(crate) fn do_report(who: AccountId, other: Receipt, signature: WorkerSignature) -> DispatchResult {
        let key = ReceiptKey { path: other.draft.path, host: other.draft.host.clone() };
        let open = T::Receipts::receipt(&key).ok_or(Error::<T>::NoReceipt)?.receipt;
        // The same call on another fork of the chain has another draft; a host may answer both.
        let equivocal = open.draft == other.draft && open.outcome != other.outcome;
        ensure!(equivocal, Error::<T>::NotEquivocal);
        let worker = T::Hosts::worker_of(&key.host).ok_or(Error::<T>::NoWorkerKey)?;
        let hash = other.hash::<HostBlake2b>();
        ensure!(sp_io::crypto::sr25519_verify(&signature, &hash.0, &worker), Error::<T>::BadSignature);
        let by = Asker { who, auditor: false };
        match DisputeOf::<T>::get(&key).and_then(|id| Disputes::<T>::get(id).map(|dispute| (id, dispute))) {
            Some((id, dispute)) => Self::convict(id, dispute, Offence::Equivocation, &by),
            None => Self::punish(None, &key, &open, Offence::Equivocation, &by),
        }
    }

    /// The current block.
    pub(crate) fn block() -> candor_primitives::BlockNumber {
        frame_system::Pallet::<T>::block_number().saturated_into()
    }
}
