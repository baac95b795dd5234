//! What a session is made of on chain.

use candor_primitives::{
    ordered_key, tensor::MAX_TENSORS, AccountId, Balance, BlockNumber, Receipt, SessionId, SessionTerms, WorkerKey,
    WorkerSignature,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::Permill;

/// Most audits and disputes that look at one receipt, and most audits that look at one batch, at the same time.
pub const MAX_HOLDS: u8 = 16;
/// Most calls of one session that are drawn and whose receipts are not closed again.
pub const MAX_SAMPLED: u32 = 64;
/// Most receipts of one session that are presented by others at a time.
pub const MAX_PRESENTED: u32 = 16;
/// Most batches of one session that are not final, whatever the runtime configures.
pub const MAX_BATCHES: u32 = 64;
/// Most hashes of a proof that a receipt is in a batch: two for each level of the tree.
pub const MAX_PROOF: usize = 64;

/// Ticks of the disputes' clock: blocks that were not full.
pub type Tick = BlockNumber;

ordered_key!(
    /// Session id as the key of an index: iteration goes from the oldest session to the newest.
    SessionKey, SessionId, 8
);
ordered_key!(
    /// Block number, or tick, as the key of an index: iteration goes from the earliest to the latest.
    BlockKey, BlockNumber, 4
);

/// What a voucher that the chain took says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Settled {
    /// Calls that are paid for: those with index below.
    pub calls: u32,
    /// What they cost together, in planck.
    pub fee: Balance,
    /// Commitment to their receipts.
    pub receipts: H256,
}

/// Where a session stands. Everything but the last can be moved on by anyone when its block has passed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum SessionState {
    /// Calls are answered and settled; from the block after `expires` on, settled only.
    #[codec(index = 0)]
    Open {
        /// Last block in which the host can count on being heard: notice after expiry.
        until: BlockNumber,
    },
    /// The requester closes it. The host's vouchers are taken, and become one batch at the end.
    #[codec(index = 1)]
    Closing {
        /// Block in which it began.
        since: BlockNumber,
        /// Last block in which the host can count on being heard.
        until: BlockNumber,
    },
    /// What was not settled went back. Its batches become final.
    #[codec(index = 2)]
    Ended,
    /// Its host was convicted: everything that was held went back.
    #[codec(index = 3)]
    Overturned {
        /// Block in which it was; the hook, or anyone, removes its batches and samples afterwards. `None`: done.
        sweep: Option<BlockNumber>,
    },
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Session {
    /// What both agreed on.
    pub terms: SessionTerms,
    /// Key that signs its receipts: the host's worker key when it was opened. A host that takes another one answers no
    /// calls here any more, and what it signed stays provable.
    pub worker: WorkerKey,
    /// The publisher's share of the fees when it was opened.
    pub royalty: Permill,
    /// What each of the receipts that it counts as is worth in the host's liability, in planck.
    pub worth: Balance,
    /// How many receipts it counts as there. Falls as batches become final.
    pub counted: u32,
    /// Deposit for what the session stores, in planck.
    pub bond: Balance,
    /// Held for fees, in planck.
    pub held: Balance,
    /// The last voucher that was taken.
    pub settled: Settled,
    /// The part of it that batches were made of: calls, and their fee in planck.
    pub batched: (u32, Balance),
    /// Block of the last settlement that nobody paid for; at first the block in which it was opened.
    pub last_free: BlockNumber,
    /// Number of the next batch.
    pub next_batch: u32,
    /// Batches that are not final.
    pub batches: u32,
    /// Calls drawn for audits whose receipts are not closed.
    pub sampled: u32,
    /// Receipts that others presented and that are not closed.
    pub presented: u32,
    /// Whether the attested tier was asked for.
    pub attested: bool,
    /// Where it stands.
    pub state: SessionState,
}

/// Calls that one settlement paid for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Batch {
    /// Index of the first call.
    pub first: u32,
    /// Number of calls.
    pub calls: u32,
    /// What they cost together, in planck.
    pub fee: Balance,
    /// Commitment to their receipts and those before them.
    pub receipts: H256,
    /// Last block of the window.
    pub until: BlockNumber,
    /// Audits that look at it, calls that were drawn from it and not opened yet, and audits and disputes that look at
    /// its receipts. It is final when there are none and the window has passed.
    pub holds: u32,
    /// Whether the host was attested when it settled these calls, and that was asked for.
    pub attested: bool,
}

impl Batch {
    /// Calls that the commitment covers.
    pub fn covered(&self) -> u32 {
        self.first.saturating_add(self.calls)
    }

    /// Whether call `index` belongs to it.
    pub fn contains(&self, index: u32) -> bool {
        (self.first..self.covered()).contains(&index)
    }
}

/// A call that was drawn for audit and that its host has to open.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct PendingSample {
    /// Number of its batch.
    pub number: u32,
    /// Randomness of the audit.
    pub seed: H256,
    /// Last tick in which the host can count on being heard.
    pub deadline: Tick,
}

/// A receipt that lies open on chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Shown {
    /// The receipt.
    pub receipt: Receipt,
    /// Signature of the session's worker key over its hash.
    pub signature: WorkerSignature,
    /// Roots of the outputs.
    pub outputs: BoundedVec<H256, ConstU32<MAX_TENSORS>>,
    /// Last block of its window.
    pub until: BlockNumber,
    /// Audits and disputes that look at it.
    pub holds: u8,
    /// Batch that pays for it, once there is one.
    pub batch: Option<u32>,
    /// Who presented it, with the deposit; nobody if it was drawn.
    pub presenter: Option<(AccountId, Balance)>,
}

/// Something that is to be looked at after a block.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Item {
    /// A session ends, or is swept.
    #[codec(index = 0)]
    Session(SessionId),
    /// The window of a batch passes.
    #[codec(index = 1)]
    Batch(SessionId, u32),
    /// The window of a receipt passes.
    #[codec(index = 2)]
    Receipt(SessionId, u32),
}

impl Session {
    /// Last block before the hook, or anyone, moves it on; `None` when nothing is to be done with the session itself.
    pub fn due(&self) -> Option<BlockNumber> {
        match &self.state {
            SessionState::Open { until } | SessionState::Closing { until, .. } => Some(*until),
            SessionState::Ended => None,
            SessionState::Overturned { sweep } => *sweep,
        }
    }

    /// Since when it takes no calls any more and is only settled; `None` while it does.
    pub fn closing_since(&self, now: BlockNumber) -> Option<BlockNumber> {
        match &self.state {
            SessionState::Closing { since, .. } => Some(*since),
            SessionState::Open { .. } => {
                let since = self.terms.expires.saturating_add(1);
                (now >= since).then_some(since)
            },
            SessionState::Ended | SessionState::Overturned { .. } => None,
        }
    }

    /// Whether vouchers are taken.
    pub fn is_running(&self) -> bool {
        matches!(self.state, SessionState::Open { .. } | SessionState::Closing { .. })
    }

    /// Whether its host was convicted.
    pub fn is_overturned(&self) -> bool {
        matches!(self.state, SessionState::Overturned { .. })
    }

    /// Block from which a settlement is free.
    pub fn free_from(&self, interval: BlockNumber, now: BlockNumber) -> BlockNumber {
        let regular = self.last_free.saturating_add(interval);
        match self.closing_since(now) {
            Some(since) if self.last_free < since => since.min(regular),
            _ => regular,
        }
    }

    /// How many receipts it has to count as: those that what is held can still pay for, and at least one for everything
    /// that is open, the session itself while it runs. So its host stays until nothing of it is left.
    pub fn needed(&self) -> u32 {
        let covered = candor_primitives::calls_covered(self.held, self.terms.max_fee).unwrap_or(u32::MAX);
        let open = self.batches.saturating_add(self.sampled).saturating_add(self.presented);
        covered.max(open).max(self.is_running().into())
    }

    /// Whether nothing of it is left to be done.
    pub fn is_done(&self) -> bool {
        let ended = matches!(self.state, SessionState::Ended | SessionState::Overturned { sweep: None });
        ended && self.batches == 0 && self.sampled == 0 && self.presented == 0
    }
}

impl Batch {
    /// Last block before it can become final; `None` while somebody looks at it.
    pub fn due(&self) -> Option<BlockNumber> {
        (self.holds == 0).then_some(self.until)
    }

    /// Whether it can be audited.
    pub fn is_open(&self, now: BlockNumber) -> bool {
        self.holds > 0 || now <= self.until
    }
}

impl Shown {
    /// Last block before it can be closed; `None` while somebody looks at it.
    pub fn due(&self) -> Option<BlockNumber> {
        (self.holds == 0).then_some(self.until)
    }

    /// Whether it can be audited and disputed.
    pub fn is_open(&self, now: BlockNumber) -> bool {
        self.holds > 0 || now <= self.until
    }
}
