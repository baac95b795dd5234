//! What the API answers with: plain data, stable for clients.

use alloc::vec::Vec;
use candor_primitives::{
    release::ReleaseSpec, AccountId, Balance, BlockNumber, JobId, Outcome, Payload, ReleaseId, RepositoryId, Units,
    WorkerKey, WorkerSignature,
};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

/// A release with its repository's facts.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ReleaseView {
    /// Release id.
    pub id: ReleaseId,
    /// Repository id.
    pub repository: RepositoryId,
    /// Owner of the repository.
    pub publisher: AccountId,
    /// Name of the repository (UTF-8).
    pub name: Vec<u8>,
    /// Semantic version (UTF-8).
    pub version: Vec<u8>,
    /// Reason, if it was deprecated (UTF-8).
    pub deprecated: Option<Vec<u8>>,
    /// Whether only accounts on the access list may use it.
    pub private: bool,
    /// What it commits to.
    pub spec: ReleaseSpec,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct HostView {
    /// Account.
    pub account: AccountId,
    /// Key that signs its receipts.
    pub worker: WorkerKey,
    /// Where it can be reached off chain (UTF-8).
    pub endpoint: Vec<u8>,
    /// Its hardware, in its own words (UTF-8).
    pub hardware: Vec<u8>,
    /// Everything that can be slashed.
    pub stake: Balance,
    /// The part that no open receipt needs.
    pub free_stake: Balance,
    /// Receipts that are not final.
    pub open_receipts: u32,
    /// Whether it can be drawn: active, and seen within the liveness window.
    pub live: bool,
    /// Whether it asked for no new work.
    pub chilled: bool,
    /// Block from which its stake can be withdrawn, if it is leaving.
    pub leaves_at: Option<BlockNumber>,
    /// Block of its last sign of life.
    pub last_seen: BlockNumber,
    /// Releases that it offers.
    pub offers: Vec<ReleaseId>,
}

/// An offer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OfferView {
    /// Who offers.
    pub host: AccountId,
    /// What is offered.
    pub release: ReleaseId,
    /// Root of the variant that the host runs.
    pub variant: H256,
    /// Planck per call.
    pub price_per_call: Balance,
    /// Planck per unit.
    pub price_per_unit: Balance,
    /// Calls in flight at most.
    pub capacity: u32,
    /// Calls in flight now.
    pub in_flight: u32,
    /// Whether its host is live.
    pub live: bool,
}

/// What a call costs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct Quote {
    /// Units of the call.
    pub units: Units,
    /// Cheapest live offer, in planck.
    pub lowest: Balance,
    /// Dearest live offer, in planck.
    pub highest: Balance,
    /// Live offers that were compared.
    pub offers: u32,
    /// Deposit held while the job lasts, for inline input and output, in planck (largest inline input assumed).
    pub deposit: Balance,
}

/// Why there is no quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum QuoteError {
    /// No release has this id.
    UnknownRelease,
    /// Not as many shapes as the release has inputs, another rank, or a length that is not allowed.
    WrongShape,
    /// Units or price do not fit their type.
    Overflow,
    /// Nobody live offers the release.
    NoOffer,
}

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum JobPhase {
    /// Waits for a host with capacity.
    Open,
    /// Hosts work on it.
    Assigned,
    /// Redundant job: all hosts sealed their answers and reveal them now.
    Revealing,
    /// Answered; final at its deadline.
    Delivered,
}

/// An answer to a job.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct AnswerView {
    /// Who answered.
    pub host: AccountId,
    /// Hash of the receipt.
    pub receipt: H256,
    /// SCALE encoding of the receipt.
    pub receipt_bytes: Vec<u8>,
    /// Signature of the host's worker key over the hash.
    pub signature: WorkerSignature,
    /// What came out.
    pub outcome: Outcome,
    /// The outputs, unless the run failed.
    pub output: Option<Payload>,
}

/// A job that is not final yet.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct JobView {
    /// Job id.
    pub id: JobId,
    /// Who asked.
    pub requester: AccountId,
    /// Release to run.
    pub release: ReleaseId,
    /// Units of the call.
    pub units: Units,
    /// Most that each host may cost, in planck.
    pub max_fee: Balance,
    /// Held for fees, in planck.
    pub escrow: Balance,
    /// Where it stands.
    pub phase: JobPhase,
    /// Block of submission.
    pub submitted: BlockNumber,
    /// Block after which anyone can move it on.
    pub deadline: BlockNumber,
    /// Hosts at work, or that answered.
    pub hosts: Vec<AccountId>,
    /// Answers so far.
    pub answers: Vec<AnswerView>,
}
