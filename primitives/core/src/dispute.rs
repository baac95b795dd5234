//! What is hashed and signed in a dispute: the same for the chain, the off-chain worker and the command line.

use crate::{worker::Demand, AccountId, HostBlake2b};
use alloc::vec::Vec;
use candor_commitments::{Hasher, TAG_DISPUTE};
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

/// A dispute. Counted up from 0, never reused.
pub type DisputeId = u64;

/// What a worker key signs in a dispute, so that a host needs neither balance nor nonce for it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum DisputeStatement {
    /// The host whose receipt is disputed: these are the roots of its trace (the hash is the root of their list).
    #[codec(index = 0)]
    Trace(H256),
    /// An auditor that accuses: it has evidence (the commitment to it).
    #[codec(index = 1)]
    Commit(H256),
    /// That auditor: this part must be opened.
    #[codec(index = 2)]
    Demand(Demand),
}

/// Commitment to evidence: `H(0x10 || "evidence" || H(evidence) || account)`. Who copies it from the transaction pool can
/// neither open it under another account nor commit in time.
pub fn evidence_commitment(evidence: &[u8], who: &AccountId) -> H256 {
    let mut bytes = Vec::from([TAG_DISPUTE]);
    bytes.extend_from_slice(b"evidence");
    (HostBlake2b::hash(evidence), who).encode_to(&mut bytes);
    H256(HostBlake2b::hash(&bytes))
}

/// What the worker key of `host` signs: `H(0x10 || "worker" || genesis || dispute u64 || host || statement in SCALE)`.
pub fn dispute_message(genesis: &H256, dispute: DisputeId, host: &AccountId, statement: &DisputeStatement) -> [u8; 32] {
    let mut bytes = Vec::from([TAG_DISPUTE]);
    bytes.extend_from_slice(b"worker");
    (genesis, dispute, host, statement).encode_to(&mut bytes);
    HostBlake2b::hash(&bytes)
}
