//! What a dispute is made of. The states carry their data, so that a combination that cannot happen cannot be written.

use candor_adjudicator::{evidence, MAX_WORK};
use candor_primitives::{
    ordered_key,
    traits::ReceiptKey,
    worker::{Demand, MAX_DEMANDED_CHUNKS, MAX_DEMANDED_HASHES},
    AccountId, Balance, BlockNumber, DisputeId, Judging, Receipt,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_core::H256;

pub use candor_primitives::release::MAX_TRACE;

/// Most bytes of evidence.
pub const MAX_EVIDENCE: u32 = evidence::MAX_EVIDENCE as u32;
/// Most steps of the judge for one piece of evidence: type and shape, and the element.
pub const MAX_JUDGED: u32 = (MAX_WORK * 2) as u32;
/// Most bytes of an opening: 128 KiB of chunks or hashes, their proofs, type and shape.
pub const MAX_OPENING: u32 = 136 * 1024;
/// Most demands of one dispute that wait for the host at the same time.
pub const MAX_PENDING: u32 = 16;
/// Most of them by the same account.
pub const MAX_PENDING_EACH: usize = 4;
/// Most opened parts that one dispute keeps readable; the oldest gives way.
pub const MAX_OPENED: u32 = 64;
/// Claims that are settled together with a verdict, and in each step after it.
pub const CLAIMS_PER_STEP: u32 = 8;
/// Bytes that count beside the demanded ones in the price of a demand: proofs, type and shape.
pub const OPENING_OVERHEAD: u32 = 2048;

/// Time in which deadlines are counted: blocks that had room.
pub type Tick = BlockNumber;
/// Roots of a trace.
pub type Roots = BoundedVec<H256, ConstU32<MAX_TRACE>>;
/// What a host shows of a part, in SCALE: `TensorOpening` for chunks, `HashesOpening` for hashes.
pub type Opening = BoundedVec<u8, ConstU32<MAX_OPENING>>;
/// Evidence in SCALE.
pub type EvidenceBytes = BoundedVec<u8, ConstU32<MAX_EVIDENCE>>;

ordered_key!(
    /// Dispute id as the key of an index: iteration goes from the oldest to the newest.
    DisputeKey, DisputeId, 8
);
ordered_key!(
    /// Tick as the key of an index: iteration goes from the earliest to the latest.
    TickKey, Tick, 4
);

/// Who asks something of the host: rewarded if the host stays silent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Asker {
    /// Account.
    pub who: AccountId,
    /// Whether it is a drawn auditor: its transactions are free, so it has no costs to get back.
    pub auditor: bool,
}

/// A part of the trace that the host owes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Pending {
    /// Number of the demand in its dispute.
    pub number: u32,
    /// Which part.
    pub part: Demand,
    /// Who asked first.
    pub by: Asker,
    /// Last tick in which the host can count on being heard.
    pub deadline: Tick,
}

/// A part that the host has opened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct OpenedPart {
    /// Which part.
    pub part: Demand,
    /// The opening in SCALE.
    pub opening: Opening,
}

/// How a dispute ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Fate {
    /// The receipt was false: whoever disputed it gets everything back.
    #[codec(index = 0)]
    Convicted,
    /// Nothing was shown in time: whoever disputed it pays.
    #[codec(index = 1)]
    Upheld,
    /// Closed at nobody's cost.
    #[codec(index = 2)]
    Dismissed,
}

/// Where a dispute stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum DisputeState {
    /// The host owes the roots of its trace.
    #[codec(index = 0)]
    AwaitingTrace {
        /// Last tick in which it can count on being heard.
        deadline: Tick,
    },
    /// The trace is on chain; whoever finds a fault shows it.
    #[codec(index = 1)]
    Open {
        /// Root of the list of the trace's roots.
        trace: H256,
        /// Last tick for commitments to evidence; it moves on with everyone who joins, with what the host opens, and
        /// with commitments, so that each can be followed up.
        deadline: Tick,
        /// What the host owes, oldest first.
        pending: BoundedVec<Pending, ConstU32<MAX_PENDING>>,
        /// Numbers of the opened parts that are kept, oldest first.
        opened: BoundedVec<u32, ConstU32<MAX_OPENED>>,
        /// Number of the next demand.
        next: u32,
    },
    /// There is a verdict; what is left is to settle claims.
    #[codec(index = 2)]
    Closing {
        /// It.
        fate: Fate,
        /// Tick from which the hook goes on.
        from: Tick,
    },
}

/// A dispute about a receipt. All who challenge the receipt share it, and the trace.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Dispute {
    /// Which receipt.
    pub key: ReceiptKey<AccountId>,
    /// The receipt.
    pub receipt: Receipt,
    /// What its run is judged against, as the release had it when the dispute was opened (releases do not change).
    pub judging: Judging,
    /// Who asked for the trace first.
    pub opened_by: Asker,
    /// Block in which it was opened.
    pub since: BlockNumber,
    /// Where it stands.
    pub state: DisputeState,
}

/// Evidence that is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Commitment {
    /// `candor_primitives::evidence_commitment`.
    pub hash: H256,
    /// Block in which it was announced; evidence can follow from the next one.
    pub block: BlockNumber,
}

/// What an account has at stake in a dispute. All of it comes back when the host is convicted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Claim {
    /// Held for a challenge, in planck.
    pub bond: Balance,
    /// Held for demands, in planck.
    pub demands: Balance,
    /// Held for the commitment to evidence, in planck.
    pub evidence: Balance,
    /// What a drawn auditor pays from its own stake if nothing comes of its accusation, in planck; `None` for others.
    pub owed: Option<Balance>,
    /// Its announced evidence.
    pub commitment: Option<Commitment>,
}

/// When a host has to have done what it was asked, and how much it was asked at the same time.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Queue {
    /// Disputes that wait for a trace of the host.
    pub waiting: u32,
    /// Tick at which it can have run all of them.
    pub busy_until: Tick,
}

/// What a host was convicted of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Offence {
    /// Evidence showed a fault in its run.
    #[codec(index = 0)]
    FalseRun,
    /// It did not submit its trace in time.
    #[codec(index = 1)]
    NoTrace,
    /// It did not open a part of its trace in time: the number of the demand.
    #[codec(index = 2)]
    NoOpening(u32),
    /// It signed two different outcomes of one call.
    #[codec(index = 3)]
    Equivocation,
}

/// Why evidence convicted nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Failure {
    /// It shows a run without fault.
    #[codec(index = 0)]
    NoFault,
    /// It is no evidence, or it is over the limits.
    #[codec(index = 1)]
    Encoding,
    /// Its node is not part of the graph.
    #[codec(index = 2)]
    Node,
    /// An opening does not hold.
    #[codec(index = 3)]
    Opening,
    /// Its fault does not suit the node, the outcome, or the output.
    #[codec(index = 4)]
    Fault,
    /// A binding does not hold.
    #[codec(index = 5)]
    Binding,
    /// The node cannot be judged by it: something is missing, or the rules do not allow it.
    #[codec(index = 6)]
    Unjudged,
}

impl Dispute {
    /// Last tick of what it waits for: after it the hook, or anyone, can move it on.
    pub fn due(&self) -> Tick {
        match &self.state {
            DisputeState::AwaitingTrace { deadline } => *deadline,
            DisputeState::Open { deadline, pending, .. } => {
                // As long as the host owes something, only that can be late.
                pending.iter().map(|p| p.deadline).min().unwrap_or(*deadline)
            },
            DisputeState::Closing { from, .. } => *from,
        }
    }

    /// Have the hook look at it after `tick` instead.
    pub(crate) fn postpone(&mut self, tick: Tick) {
        match &mut self.state {
            DisputeState::AwaitingTrace { deadline } => *deadline = tick,
            DisputeState::Open { deadline, pending, .. } => {
                *deadline = tick.max(*deadline);
                pending.iter_mut().for_each(|p| p.deadline = tick.max(p.deadline));
            },
            DisputeState::Closing { from, .. } => *from = tick,
        }
    }

    /// Give everyone until `tick` to follow up.
    pub(crate) fn extend(&mut self, tick: Tick) {
        if let DisputeState::Open { deadline, .. } = &mut self.state {
            *deadline = tick.max(*deadline);
        }
    }
}

impl Claim {
    /// What is held of the account's balance, in planck.
    pub const fn held(&self) -> Balance {
        self.bond.saturating_add(self.demands).saturating_add(self.evidence)
    }

    /// Whether it is a drawn auditor's.
    pub const fn is_auditor(&self) -> bool {
        self.owed.is_some()
    }
}

/// Position, first chunk and number of chunks of a part.
pub const fn range(part: &Demand) -> (u32, u64, u32) {
    match part {
        Demand::Hashes { position, first, count } | Demand::Chunks { position, first, count } => {
            (*position, *first, *count)
        },
    }
}

/// Whether a part is one that may be asked for of a trace of `trace` roots.
pub const fn is_allowed(part: &Demand, trace: u32) -> bool {
    let (position, _, count) = range(part);
    let most = match part {
        Demand::Hashes { .. } => MAX_DEMANDED_HASHES,
        Demand::Chunks { .. } => MAX_DEMANDED_CHUNKS,
    };
    position < trace && count > 0 && count <= most
}

/// Bytes that opening a part takes on chain, at most.
pub const fn part_bytes(part: &Demand) -> u32 {
    let bytes = match part {
        Demand::Hashes { count, .. } => count.saturating_mul(32),
        Demand::Chunks { count, .. } => count.saturating_mul(candor_commitments::CHUNK as u32),
    };
    bytes.saturating_add(OPENING_OVERHEAD)
}
