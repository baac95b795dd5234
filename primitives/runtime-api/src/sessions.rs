//! What the API answers about sessions.

use alloc::vec::Vec;
use candor_primitives::{AccountId, Balance, BlockNumber, SessionId, SessionTerms, WorkerKey};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum SessionPhase {
    /// Calls are answered and settled.
    Open,
    /// The requester closes it, or it has expired: it is settled for the last time.
    Closing,
    /// What was not settled went back; batches become final.
    Ended,
    /// The host was convicted: everything that was held went back.
    Overturned,
}

/// A session of which something is left to be done.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct SessionView {
    /// What both agreed on.
    pub terms: SessionTerms,
    /// Key that signs the receipts.
    pub worker: WorkerKey,
    /// Where the host can be reached (UTF-8).
    pub endpoint: Vec<u8>,
    /// Where it stands.
    pub phase: SessionPhase,
    /// Block after which anyone can end it (or clear it, if it was overturned); none if there is nothing to do.
    pub ends_after: Option<BlockNumber>,
    /// Block from which a settlement is free.
    pub settle_from: BlockNumber,
    /// Calls that the last voucher on chain pays for.
    pub settled_calls: u32,
    /// What they cost together, in planck.
    pub settled_fee: Balance,
    /// Commitment to their receipts.
    pub receipts: H256,
    /// Held for fees, in planck.
    pub held: Balance,
    /// Held for what it stores, in planck.
    pub bond: Balance,
    /// How many receipts it counts as in its host's liability.
    pub counted: u32,
    /// Numbers of the batches that are not final.
    pub batches: Vec<u32>,
    /// Whether the attested tier was asked for.
    pub attested: bool,
}

/// A call of a session that was drawn and that its host has to open.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct SampleView {
    /// Session.
    pub session: SessionId,
    /// Index of the call in it.
    pub index: u32,
    /// Last tick in which the host can count on being heard. After it anybody can have it slashed.
    pub deadline: BlockNumber,
    /// Ticks so far: a tick is a block that was not full, so at least `deadline - now` blocks are left.
    pub now: BlockNumber,
}

/// A batch that is not final: the calls that one settlement paid for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct BatchView {
    /// Session.
    pub session: SessionId,
    /// Number of the batch in it.
    pub number: u32,
    /// Index of its first call.
    pub first: u32,
    /// Number of its calls.
    pub calls: u32,
    /// What they cost together, in planck.
    pub fee: Balance,
    /// Commitment to their receipts and those before them.
    pub receipts: H256,
    /// Last block of its window.
    pub until: BlockNumber,
    /// How many audits and disputes it waits for.
    pub holds: u32,
    /// Whether it is of the attested tier.
    pub attested: bool,
}

/// What a session would cost now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct SessionQuote {
    /// Host that would be drawn now, or the one that was named.
    pub host: AccountId,
    /// Root of the variant that it runs.
    pub variant: H256,
    /// Planck per call.
    pub price_per_call: Balance,
    /// Planck per unit.
    pub price_per_unit: Balance,
    /// Planck of a call of the most units.
    pub max_fee: Balance,
    /// How many such calls the deposit pays for, the last one perhaps in part.
    pub calls: u32,
    /// Held beside the deposit for what the session stores, in planck.
    pub bond: Balance,
}

/// Why a session has no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum SessionQuoteError {
    /// Nobody (or not the host that was named) offers the release.
    NoOffer,
    /// Hosts offer it, but none of them is live.
    NotLive,
    /// Prices do not fit their type.
    Overflow,
    /// No host's free stake answers for so many calls, or calls are free; ask with a smaller deposit.
    NotBacked,
    /// Suitable hosts have no capacity left right now.
    Busy,
    /// None of the suitable hosts that were looked at is attested.
    NotAttested,
}
