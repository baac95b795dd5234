//! The receipt: the host's signed statement that everything which verifies works on.

use crate::{AccountId, Balance, BlockNumber, JobId, ReleaseId, Units, WorkerSignature};
use alloc::vec::Vec;
use candor_commitments::{Hasher, TAG_RECEIPT, TAG_SEAL};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// Where a receipt is anchored. Together with the genesis hash and the host it makes the receipt unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum ReceiptPath {
    /// An on-chain job.
    #[codec(index = 0)]
    Job(JobId),
    /// A call in a session: session id and index of the call in it.
    #[codec(index = 1)]
    Session {
        /// Session id.
        session: u64,
        /// Index of the call, from 0.
        index: u64,
    },
}

/// What a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Outcome {
    /// The run gave outputs; root of their list.
    #[codec(index = 0)]
    Output(H256),
    /// ONNX Runtime ended the run with an error (for example a Gather index out of range). The host did its work and is
    /// paid the base price.
    #[codec(index = 1)]
    Failed {
        /// Position of the failing node in the prepared graph.
        node: u32,
        /// The first element of its first output at which it fails; `u64::MAX` if it has no output at all, because what it
        /// reads does not fit together.
        index: u64,
    },
}

impl Outcome {
    /// Whether two runs came to the same: the same outputs, or an error at the same node.
    ///
    /// A receipt names the first element that fails, but every element that fails is as good: no output depends on it, and
    /// evidence about a failure opens the element that the receipt names. Another element of the same node is no fault.
    pub fn agrees_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Failed { node, .. }, Self::Failed { node: other, .. }) => node == other,
            _ => self == other,
        }
    }
}

/// The signed statement of a host: this release, this input, this output, this price.
///
/// Encoding: SCALE, the draft's fields in order, then the outcome; integers little-endian and fixed width. Hash: BLAKE2b-256 over the receipt
/// tag and the encoding. Signed: the 32 bytes of the hash, by the host's worker key (sr25519).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Receipt {
    /// What the host was asked, unchanged.
    pub draft: ReceiptDraft,
    /// What came out.
    pub outcome: Outcome,
}

/// A receipt before the run: everything the chain (or the voucher) fixed beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ReceiptDraft {
    /// Hash of the chain's genesis block.
    pub genesis: H256,
    /// Release that was run.
    pub release: ReleaseId,
    /// Root of the variant that was run.
    pub variant: H256,
    /// Root of the list of inputs.
    pub input_root: H256,
    /// Who asked.
    pub requester: AccountId,
    /// Who answers.
    pub host: AccountId,
    /// Units of work.
    pub units: Units,
    /// Fee, in planck.
    pub fee: Balance,
    /// Insured value, in planck.
    pub insured: Balance,
    /// Block in which the host was assigned.
    pub block: BlockNumber,
    /// Where it is anchored.
    pub path: ReceiptPath,
}

impl Receipt {
    /// Hash that identifies the receipt and that the worker key signs.
    pub fn hash<H: Hasher>(&self) -> H256 {
        let mut bytes = Vec::with_capacity(1 + Self::max_encoded_len());
        bytes.push(TAG_RECEIPT);
        self.encode_to(&mut bytes);
        H256(H::hash(&bytes))
    }

    /// Seal of the receipt: what a host publishes before it reveals, in redundant jobs. The signature inside keeps
    /// others from guessing; the host's account is inside the receipt, so a copied seal cannot be revealed by another.
    pub fn seal<H: Hasher>(&self, signature: &WorkerSignature) -> H256 {
        let mut bytes = [0u8; 97];
        bytes[0] = TAG_SEAL;
        bytes[1..33].copy_from_slice(&self.hash::<H>().0);
        bytes[33..].copy_from_slice(&signature.0);
        H256(H::hash(&bytes))
    }
}

impl ReceiptDraft {
    /// Hash that identifies the work asked for, before there is an outcome: BLAKE2b-256 over the receipt tag and the
    /// encoding of the draft.
    pub fn id<H: Hasher>(&self) -> H256 {
        let mut bytes = Vec::with_capacity(1 + Self::max_encoded_len());
        bytes.push(TAG_RECEIPT);
        self.encode_to(&mut bytes);
        H256(H::hash(&bytes))
    }
}
