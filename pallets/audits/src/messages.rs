//! What is sealed and signed, and one check for the transaction pool and for dispatch.

use crate::{types::*, Audits, Config, Error, Pallet};
use alloc::vec::Vec;
use candor_commitments::{TAG_SEAL, TAG_WORKER};
use candor_primitives::{
    tensor::InlineBytes,
    traits::{DisputeClock, HostMarket},
    AccountId, Outcome, WorkerSignature,
};
use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::{
        InvalidTransaction, TransactionPriority, TransactionSource, TransactionValidityWithRefund, ValidTransaction,
    },
    weights::Weight,
};
use frame_system::{
    ensure_authorized, ensure_signed,
    pallet_prelude::{BlockNumberFor, OriginFor},
};
use sp_core::H256;
use sp_io::hashing::blake2_256;
use sp_runtime::{
    traits::{BadOrigin, Zero},
    DispatchError,
};

/// Priority of what auditors and audited hosts owe in the transaction pool: above what tips reach, below the maximum,
/// which consensus keeps for reports of misbehaviour.
pub const AUDIT_PRIORITY: TransactionPriority = TransactionPriority::MAX / 2;

fn tagged(tag: u8, purpose: &[u8], body: impl Encode) -> [u8; 32] {
    let mut bytes = Vec::from([tag]);
    bytes.extend_from_slice(purpose);
    body.encode_to(&mut bytes);
    blake2_256(&bytes)
}

/// The seal of a verdict: BLAKE2b-256 over the seal tag, `audit`, and the SCALE encoding of (genesis hash, audit,
/// auditor, outcome, digest). The digest is known to nobody else when it is published; the auditor's account is
/// inside, so a copied seal cannot be revealed.
pub fn seal_of(genesis: &H256, audit: AuditId, auditor: &AccountId, outcome: &Outcome, digest: &H256) -> H256 {
    H256(tagged(TAG_SEAL, b"audit", (genesis, audit, auditor, outcome, digest)))
}

/// What the auditor's worker key signs: BLAKE2b-256 over the worker tag, `audit-seal`, and the SCALE encoding of
/// (genesis hash, audit, auditor, seal).
pub fn seal_message(genesis: &H256, audit: AuditId, auditor: &AccountId, seal: &H256) -> [u8; 32] {
    tagged(TAG_WORKER, b"audit-seal", (genesis, audit, auditor, seal))
}

/// What the audited host's worker key signs: BLAKE2b-256 over the worker tag, `audit-answer`, and the SCALE encoding of
/// (genesis hash, audit, round, host, digest).
pub fn answer_message(genesis: &H256, audit: AuditId, round: u32, host: &AccountId, digest: &H256) -> [u8; 32] {
    tagged(TAG_WORKER, b"audit-answer", (genesis, audit, round, host, digest))
}

impl<T: Config> Pallet<T> {
    /// Hash of the first block.
    pub(crate) fn genesis() -> H256 {
        frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
    }

    pub(crate) fn audit(id: AuditId) -> Result<Audit, Error<T>> {
        Audits::<T>::get(AuditKey::from(id)).ok_or(Error::<T>::UnknownAudit)
    }

    fn check_signature(who: &AccountId, message: &[u8; 32], signature: &WorkerSignature) -> Result<(), Error<T>> {
        let worker = T::Hosts::worker_of(who).ok_or(Error::<T>::NoWorkerKey)?;
        ensure!(sp_io::crypto::sr25519_verify(signature, message, &worker), Error::<T>::BadSignature);
        Ok(())
    }

    /// Everything that must hold for a seal, whoever sends it.
    pub(crate) fn check_seal(
        id: AuditId,
        seal: &H256,
        signature: &WorkerSignature,
    ) -> Result<(Audit, AccountId), Error<T>> {
        let audit = Self::audit(id)?;
        let auditor = match &audit.state {
            AuditState::Showing { .. } => return Err(Error::<T>::NoAuditor),
            AuditState::Answering { .. } | AuditState::Revealing { .. } => return Err(Error::<T>::AlreadySealed),
            AuditState::Sealing { auditor, .. } => auditor.clone(),
        };
        Self::check_signature(&auditor, &seal_message(&Self::genesis(), id, &auditor, seal), signature)?;
        Ok((audit, auditor))
    }

    /// Everything that must hold for a host's digest, whoever sends it. Returns the auditor and its seal too.
    pub(crate) fn check_answer(
        id: AuditId,
        digest: &H256,
        signature: &WorkerSignature,
    ) -> Result<(Audit, AccountId, H256), Error<T>> {
        let audit = Self::audit(id)?;
        let (auditor, seal) = match &audit.state {
            AuditState::Showing { .. } => return Err(Error::<T>::NoAuditor),
            AuditState::Sealing { .. } => return Err(Error::<T>::SealFirst),
            AuditState::Revealing { .. } => return Err(Error::<T>::AlreadyAnswered),
            AuditState::Answering { auditor, seal, .. } => (auditor.clone(), *seal),
        };
        let host = &audit.case.key.host;
        let message = answer_message(&Self::genesis(), id, audit.case.round(), host, digest);
        Self::check_signature(host, &message, signature)?;
        Ok((audit, auditor, seal))
    }

    /// Everything that must hold for a reveal, whoever sends it. Returns the auditor and the host's digest too.
    pub(crate) fn check_reveal(
        id: AuditId,
        outcome: &Outcome,
        digest: &H256,
    ) -> Result<(Audit, AccountId, Option<H256>), Error<T>> {
        let audit = Self::audit(id)?;
        let (auditor, host_digest) = match &audit.state {
            AuditState::Showing { .. } => return Err(Error::<T>::NoAuditor),
            AuditState::Sealing { .. } => return Err(Error::<T>::SealFirst),
            AuditState::Answering { .. } => return Err(Error::<T>::AnswerFirst),
            AuditState::Revealing { auditor, seal, host_digest, .. } => {
                let revealed = seal_of(&Self::genesis(), id, auditor, outcome, digest);
                ensure!(revealed == *seal, Error::<T>::WrongSeal);
                (auditor.clone(), *host_digest)
            },
        };
        Ok((audit, auditor, host_digest))
    }

    pub(crate) fn authorize_seal(
        _: TransactionSource,
        id: &AuditId,
        seal: &H256,
        signature: &WorkerSignature,
    ) -> TransactionValidityWithRefund {
        let (audit, _) = Self::check_seal(*id, seal, signature).map_err(Self::invalid)?;
        Ok((Self::valid(&audit, (b"audit-seal", *id, audit.case.round())), Weight::zero()))
    }

    pub(crate) fn authorize_answer(
        _: TransactionSource,
        id: &AuditId,
        digest: &H256,
        signature: &WorkerSignature,
    ) -> TransactionValidityWithRefund {
        let (audit, ..) = Self::check_answer(*id, digest, signature).map_err(Self::invalid)?;
        Ok((Self::valid(&audit, (b"audit-answer", *id, audit.case.round())), Weight::zero()))
    }

    pub(crate) fn authorize_reveal(
        _: TransactionSource,
        id: &AuditId,
        outcome: &Outcome,
        digest: &H256,
    ) -> TransactionValidityWithRefund {
        let (audit, ..) = Self::check_reveal(*id, outcome, digest).map_err(Self::invalid)?;
        Ok((Self::valid(&audit, (b"audit-reveal", *id, audit.case.round())), Weight::zero()))
    }

    // The proof comes as the call holds it.
    #[allow(clippy::ptr_arg)]
    pub(crate) fn authorize_show(
        _: TransactionSource,
        id: &AuditId,
        tensor: &u32,
        first: &u32,
        bytes: &InlineBytes,
        proof: &Vec<H256>,
    ) -> TransactionValidityWithRefund {
        let (audit, piece) = Self::check_piece(*id, *tensor, *first, bytes, proof).map_err(Self::invalid)?;
        Ok((Self::valid(&audit, (b"audit-piece", *id, piece.number)), Weight::zero()))
    }

    /// Validity of a step of an audit: one of its name at a time, for as long as it can count on being heard.
    fn valid(audit: &Audit, name: impl Encode) -> ValidTransaction {
        let left = audit.state.deadline().saturating_sub(T::Clock::now()).max(1);
        ValidTransaction {
            priority: AUDIT_PRIORITY,
            longevity: left.into(),
            provides: alloc::vec![name.encode()],
            propagate: true,
            ..Default::default()
        }
    }

    /// Why the pool refuses a step. What a later block could bring about is future, what an earlier one did is stale,
    /// the rest is the index of the pallet's error.
    fn invalid(error: Error<T>) -> InvalidTransaction {
        match error {
            Error::<T>::UnknownAudit
            | Error::<T>::AlreadySealed
            | Error::<T>::AlreadyAnswered
            | Error::<T>::NoAuditor
            | Error::<T>::AlreadyShown
            | Error::<T>::NotAskedFor => InvalidTransaction::Stale,
            Error::<T>::SealFirst | Error::<T>::AnswerFirst => InvalidTransaction::Future,
            Error::<T>::BadSignature | Error::<T>::WrongPiece => InvalidTransaction::BadProof,
            other => match DispatchError::from(other) {
                DispatchError::Module(module) => InvalidTransaction::Custom(module.error[0]),
                _ => InvalidTransaction::Call,
            },
        }
    }

    pub(crate) fn ensure_authorized_or_signed(origin: OriginFor<T>) -> Result<(), BadOrigin> {
        ensure_authorized(origin.clone()).or_else(|_| ensure_signed(origin).map(|_| ()))
    }
}
