//! Sessions: what requester and host agree on once, and what they say to each other for every call.
//!
//! A session is one requester, one host, one release, at prices that were fixed when it was opened. For each call the
//! requester sends inputs and an index, and gets outputs and a signed [`Receipt`] whose path is that index. A
//! [`Voucher`] is cumulative: it pays for the first `calls` calls of the session, and commits to their receipts. Calls are paid
//! when they are answered, by the voucher that comes with the next one; so a host loses at most the calls that are in
//! flight, and a requester nothing.

use crate::{
    AccountId, Balance, BlockNumber, Outcome, Receipt, ReceiptDraft, ReceiptPath, ReleaseId, Units, WorkerSignature,
};
use alloc::vec::Vec;
use candor_commitments::{Hasher, TAG_VOUCHER};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::{sr25519, H256};

/// A session. Counted up from 0, never reused.
pub type SessionId = u64;

/// What a session was opened with. Only `deposit` and `expires` can grow.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SessionTerms {
    /// The session.
    pub session: SessionId,
    /// Hash of the chain's genesis block.
    pub genesis: H256,
    /// Who asks and pays.
    pub requester: AccountId,
    /// Who answers.
    pub host: AccountId,
    /// Release that is run.
    pub release: ReleaseId,
    /// Root of the variant that is run.
    pub variant: H256,
    /// Key that signs the vouchers: of the requester, or one that it made for this session.
    pub key: sr25519::Public,
    /// Price of every call, in planck; all that a failed run costs.
    pub price_per_call: Balance,
    /// Price of every unit, in planck.
    pub price_per_unit: Balance,
    /// Most that one call may cost, in planck.
    pub max_fee: Balance,
    /// What all calls together may cost, in planck.
    pub deposit: Balance,
    /// Block in which it was opened: the block of its receipts.
    pub opened: BlockNumber,
    /// Last block in which calls are to be answered.
    pub expires: BlockNumber,
}

/// How many calls of `max_fee` a deposit pays for, the last one perhaps in part: what a session counts for in its host's
/// liability. `None` where calls are free, so that no deposit bounds them, or if the number does not fit.
pub fn calls_covered(deposit: Balance, max_fee: Balance) -> Option<u32> {
    let whole = deposit.checked_div(max_fee)?;
    let rest = u32::from(deposit.checked_rem(max_fee)? > 0);
    u32::try_from(whole).ok()?.checked_add(rest)
}

impl SessionTerms {
    /// Fee of a call of `units`, in planck; `None` if it exceeds `max_fee`.
    pub fn fee(&self, units: Units) -> Option<Balance> {
        let fee = self.price_per_unit.checked_mul(units.into())?.checked_add(self.price_per_call)?;
        (fee <= self.max_fee).then_some(fee)
    }

    /// What a call of `fee` earns its host: the price per call if the run failed.
    pub fn earns(&self, fee: Balance, outcome: &Outcome) -> Balance {
        match outcome {
            Outcome::Output(_) => fee,
            Outcome::Failed { .. } => fee.min(self.price_per_call),
        }
    }

    /// The receipt to be of call `index`, but for its outcome; `None` if it costs more than a call may.
    pub fn draft(&self, index: u32, units: Units, input_root: H256) -> Option<ReceiptDraft> {
        Some(ReceiptDraft {
            genesis: self.genesis,
            release: self.release,
            variant: self.variant,
            input_root,
            requester: self.requester.clone(),
            host: self.host.clone(),
            units,
            fee: self.fee(units)?,
            insured: 0,
            block: self.opened,
            path: ReceiptPath::Session { session: self.session, index: index.into() },
        })
    }
}

/// The requester's word that a session's first calls were answered and what they cost. Each voucher replaces the one before.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Voucher {
    /// Hash of the chain's genesis block.
    pub genesis: H256,
    /// The session.
    pub session: SessionId,
    /// How many calls it pays for: those with index below.
    pub calls: u32,
    /// What they cost together ([`SessionTerms::earns`]), in planck.
    pub fee: Balance,
    /// Commitment to the hashes of their receipts, by index: `list_root(TAG_BATCH, hashes)`.
    pub receipts: H256,
}

impl Voucher {
    /// What the session's key signs: `H(0x11 || voucher in SCALE)`.
    pub fn hash<H: Hasher>(&self) -> H256 {
        let mut bytes = Vec::with_capacity(1 + Self::max_encoded_len());
        bytes.push(TAG_VOUCHER);
        self.encode_to(&mut bytes);
        H256(H::hash(&bytes))
    }

    /// What the host's worker key signs to end the session with this voucher, at once: `H(0x11 || voucher in SCALE || "last")`. Not
    /// [`Self::hash`]: the host's signature over that is on chain as soon as the voucher is settled, and would let the
    /// requester end the session while newer vouchers wait.
    pub fn last_hash<H: Hasher>(&self) -> H256 {
        let mut bytes = Vec::with_capacity(5 + Self::max_encoded_len());
        bytes.push(TAG_VOUCHER);
        self.encode_to(&mut bytes);
        bytes.extend_from_slice(b"last");
        H256(H::hash(&bytes))
    }
}

/// A voucher with the signature of the session's key over its hash.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SignedVoucher {
    /// The voucher.
    pub voucher: Voucher,
    /// The signature.
    pub signature: sr25519::Signature,
}

/// A receipt with the signature of the host's worker key over its hash.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct SignedReceipt {
    /// The receipt.
    pub receipt: Receipt,
    /// The signature.
    pub signature: WorkerSignature,
}
