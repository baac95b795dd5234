//! What the API answers with: plain data, stable for clients.

use alloc::vec::Vec;
use candor_primitives::{
    release::ReleaseSpec, worker::Demand, AccountId, Balance, BlockNumber, DisputeId, JobId, Judging, Outcome, Payload,
    Receipt, ReceiptPath, ReleaseId, RepositoryId, ScheduleId, Units, WorkerKey, WorkerSignature,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{DispatchError, Permill};

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

/// A stake pool.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PoolView {
    /// The pool: account of its operator.
    pub pool: AccountId,
    /// Account that holds the delegated stake.
    pub pot: AccountId,
    /// The operator's own active stake, in planck.
    pub own: Balance,
    /// The operator's own stake that unbonds, in planck.
    pub own_unbonding: Vec<UnbondingView>,
    /// Delegated stake that is active, in planck.
    pub delegated: Balance,
    /// Delegated stake that unbonds, in planck.
    pub delegated_unbonding: Balance,
    /// How many accounts have something in it beside the operator.
    pub stakers: u32,
    /// Active stake that no open receipt needs, in planck.
    pub free: Balance,
    /// What open receipts need, in planck: what one proven fault costs.
    pub required: Balance,
    /// Insured values of the open receipts, in planck.
    pub insured: Balance,
    /// Receipts that are not final.
    pub open_receipts: u32,
    /// What the operator keeps of its stakers' part of a reward.
    pub commission: Permill,
    /// A higher commission that was announced, with the block from which it holds.
    pub announced: Option<(Permill, BlockNumber)>,
    /// Block from which everything can be withdrawn, if the operator is leaving.
    pub leaves_at: Option<BlockNumber>,
    /// Times that the operator was paid for work.
    pub paid: u32,
    /// Penalties for missed deadlines.
    pub penalties: u32,
    /// Slashes for proven faults.
    pub slashes: u32,
    /// What slashes took of own and delegated stake, in planck.
    pub slashed: Balance,
    /// What a stake would have gained or lost over `periods`, after commission, in parts per billion.
    pub return_ppb: i64,
    /// The last periods with rewards or slashes, oldest first.
    pub periods: Vec<PeriodView>,
}

/// What came of the delegated stake in a pool during a period.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PeriodView {
    /// First block.
    pub start: BlockNumber,
    /// Last block.
    pub end: BlockNumber,
    /// What stakers were paid, in planck.
    pub rewards: Balance,
    /// What was slashed of active delegated stake, in planck.
    pub slashed: Balance,
    /// Active delegated stake at the last of these, in planck.
    pub delegated: Balance,
    /// What a stake gained or lost, after commission, in parts per billion.
    pub return_ppb: i64,
}

/// What somebody has in a pool.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct PositionView {
    /// The pool: account of its operator.
    pub pool: AccountId,
    /// Whose it is.
    pub staker: AccountId,
    /// Worth of the active part, in planck.
    pub active: Balance,
    /// Worth of the parts that unbond, in planck.
    pub unbonding: Vec<UnbondingView>,
    /// Block from which everything can be withdrawn, if the operator is leaving.
    pub leaves_at: Option<BlockNumber>,
}

/// A part that unbonds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct UnbondingView {
    /// What it is worth, in planck.
    pub amount: Balance,
    /// Block from which it can be withdrawn.
    pub at: BlockNumber,
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

/// A call that is repeated.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ScheduleView {
    /// The schedule.
    pub id: ScheduleId,
    /// Who asked, and paid.
    pub requester: AccountId,
    /// Release to run.
    pub release: ReleaseId,
    /// Most that each host of a run may cost, in planck.
    pub max_fee: Balance,
    /// From run to run, in blocks.
    pub period: BlockNumber,
    /// Runs in all.
    pub count: u32,
    /// Runs that were started or missed.
    pub done: u32,
    /// Block of the next run; none when it has ended.
    pub next: Option<BlockNumber>,
    /// Held for the runs to come, in planck.
    pub prepaid: Balance,
    /// Deposit, which comes back when the history is removed, in planck.
    pub deposit: Balance,
}

/// One run of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Run {
    /// Block for which it was planned.
    pub due: BlockNumber,
    /// What came of it.
    pub result: RunResult,
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum RunResult {
    /// Its job is not final.
    #[codec(index = 0)]
    Running {
        /// The job.
        job: JobId,
    },
    /// Its job is final and paid.
    #[codec(index = 1)]
    Final {
        /// The job.
        job: JobId,
        /// Whose answer it is; of a redundant job, the first of those that agreed.
        host: AccountId,
        /// What came out.
        outcome: Outcome,
        /// What it cost, in planck.
        paid: Balance,
    },
    /// Its job ended without an answer that stands; its fees were refunded.
    #[codec(index = 2)]
    Unanswered {
        /// The job.
        job: JobId,
    },
    /// It was never started, for this reason; what was held for it was refunded.
    #[codec(index = 3)]
    Missed(DispatchError),
}

/// Where a dispute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum DisputePhase {
    /// The host owes the roots of its trace.
    AwaitingTrace,
    /// The trace is on chain; evidence can be shown.
    Open,
    /// There is a verdict; claims are being settled.
    Closing,
}

/// A part of a trace that a host must open.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DemandView {
    /// Number in its dispute.
    pub number: u32,
    /// Which part.
    pub part: Demand,
    /// Who asked.
    pub by: AccountId,
    /// Last tick in which the host can count on being heard.
    pub deadline: BlockNumber,
}

/// What an account has at stake in a dispute.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ClaimView {
    /// Account.
    pub who: AccountId,
    /// Held of its balance, in planck.
    pub held: Balance,
    /// What a drawn auditor pays of its stake if the receipt is upheld, in planck, beside the penalty.
    pub owed: Option<Balance>,
    /// Commitment to its evidence.
    pub committed: Option<H256>,
}

/// A dispute.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct DisputeView {
    /// Dispute id.
    pub id: DisputeId,
    /// Where the receipt is anchored.
    pub path: ReceiptPath,
    /// Who signed it.
    pub host: AccountId,
    /// Hash of the receipt.
    pub receipt_hash: H256,
    /// The receipt.
    pub receipt: Receipt,
    /// Who asked for the trace first.
    pub opened_by: AccountId,
    /// Block in which it was opened.
    pub since: BlockNumber,
    /// Where it stands.
    pub phase: DisputePhase,
    /// Bond of one who joins by a challenge, in planck.
    pub bond: Balance,
    /// What the run is judged against.
    pub judging: Judging,
    /// Root of the list of the trace's roots, once they are on chain.
    pub trace: Option<H256>,
    /// Last tick before it can be moved on.
    pub deadline: BlockNumber,
    /// Ticks so far: a tick is a block that was not full, so at least `deadline - now` blocks are left.
    pub now: BlockNumber,
    /// What the host owes.
    pub demands: Vec<DemandView>,
    /// Numbers of the demands whose parts are in storage.
    pub opened: Vec<u32>,
    /// What accounts have at stake, 100 at most.
    pub claims: Vec<ClaimView>,
}
