//! Receipts that can still be audited and disputed, and who hears of them.

use crate::{Balance, BlockNumber, Payload, Receipt, ReceiptPath, SessionId, WorkerSignature};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult, Weight};

/// Which receipt: its place, and the host that signed it (a redundant job has one receipt per host).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct ReceiptKey<AccountId> {
    /// Where it is anchored.
    pub path: ReceiptPath,
    /// Who signed it.
    pub host: AccountId,
}

/// A receipt whose window has not passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenReceipt {
    /// The receipt.
    pub receipt: Receipt,
    /// Signature of the host's worker key over its hash.
    pub signature: WorkerSignature,
    /// Last block of its window; while someone holds it, it stays open beyond that.
    pub until: BlockNumber,
    /// Whether it is of the attested tier: drawn for audit less often.
    pub attested: bool,
}

/// What overturning a receipt gave back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overturned {
    /// What the requester got back out of escrow, in planck.
    pub refunded: Balance,
}

/// The receipts of one kind of work, as audits and challenges see them. A third kind of work is one more
/// implementation.
pub trait Receipts<AccountId> {
    /// The receipt, while it is open.
    fn receipt(key: &ReceiptKey<AccountId>) -> Option<OpenReceipt>;
    /// The inputs of its call.
    fn input(key: &ReceiptKey<AccountId>) -> Option<Payload>;
    /// Roots of the outputs that its answer gave, in order, as far as they are known; the receipt has the root of their
    /// list only. None for a failed run.
    fn outputs(_key: &ReceiptKey<AccountId>) -> Vec<H256> {
        Vec::new()
    }
    /// Keep it open, whatever its window: one more audit or dispute looks at it. Fails if it is not open.
    fn hold(key: &ReceiptKey<AccountId>) -> DispatchResult;
    /// The same for a dispute that takes over from an audit: never refused for how long the receipt was held before. Who
    /// audits has a deadline of its own, and what it finds counts however long the audit took.
    fn keep(key: &ReceiptKey<AccountId>) -> DispatchResult {
        Self::hold(key)
    }
    /// One audit or dispute less. When none is left and the window has passed, it becomes final in the usual way.
    fn release(key: &ReceiptKey<AccountId>);
    /// The receipt was proven false: its requester gets its escrow back in full, its host is paid nothing, its value
    /// leaves the liability, and it is removed with everything about it. All holds on it end. Stake is not touched:
    /// slash first, since the liability covers this receipt until then.
    fn overturn(key: &ReceiptKey<AccountId>) -> Result<Overturned, DispatchError>;
    /// Whether what the receipt belongs to was overturned before, and its host slashed for that. A receipt of its own is
    /// removed when it is.
    fn is_overturned(_key: &ReceiptKey<AccountId>) -> bool {
        false
    }
    /// Make an open receipt of `host` for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_receipt(host: &AccountId, requester: &AccountId) -> ReceiptKey<AccountId>;
    /// Give an open receipt other inputs, for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_input(_key: &ReceiptKey<AccountId>, _input: Payload) {}
}

/// Hears of receipts.
pub trait ReceiptListener<AccountId> {
    /// A receipt came in; audits may be drawn from it. Called when the receipt is stored and can be held.
    fn delivered(key: &ReceiptKey<AccountId>, receipt: &Receipt);
    /// A receipt became final, or was removed.
    fn closed(key: &ReceiptKey<AccountId>);
    /// A session was settled for `calls` more calls; audits may be drawn from them. Called when the batch is stored and
    /// can be held.
    fn settled(_key: &BatchKey<AccountId>, _calls: u32) {}
    /// The receipt of a call that was drawn out of a batch is open now, and can be held: it is to be audited, with this
    /// randomness.
    fn sampled(_key: &ReceiptKey<AccountId>, _receipt: &Receipt, _seed: H256) {}
    /// Like `delivered`, of a receipt that contradicts another one of the same call and variant: one of them is false, so it is
    /// to be audited with certainty.
    fn disagreed(key: &ReceiptKey<AccountId>, receipt: &Receipt) {
        Self::delivered(key, receipt);
    }
    /// Weight of `delivered` and of `disagreed`, for the calls that bring receipts in.
    fn delivered_weight() -> Weight {
        Weight::zero()
    }
    /// Weight of `settled`.
    fn settled_weight() -> Weight {
        Weight::zero()
    }
    /// Weight of `sampled`, at its worst.
    fn sampled_weight() -> Weight {
        Weight::zero()
    }
}

/// Which batch: the calls that one settlement of a session paid for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct BatchKey<AccountId> {
    /// The session.
    pub session: SessionId,
    /// Number of the settlement, from 0.
    pub number: u32,
    /// Who answered.
    pub host: AccountId,
}

/// A batch whose window has not passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenBatch {
    /// Number of its calls; at least one.
    pub calls: u32,
    /// Commitment to its receipts and those before it.
    pub receipts: H256,
    /// Last block of its window.
    pub until: BlockNumber,
    /// Whether it is of the attested tier: fewer of its calls are drawn for audit.
    pub attested: bool,
}

/// Calls that were settled many at a time, as audits see them: only a commitment to their receipts is known, until one
/// is drawn.
pub trait Batches<AccountId> {
    /// The batch, while it is open.
    fn batch(key: &BatchKey<AccountId>) -> Option<OpenBatch>;
    /// Keep it open, whatever its window. Fails if it is not open.
    fn hold(key: &BatchKey<AccountId>) -> DispatchResult;
    /// One hold less.
    fn release(key: &BatchKey<AccountId>);
    /// Call `offset` of the batch (below its number of calls) was drawn with `seed`: the host must open its receipt and inputs within a
    /// deadline, or loses like one that was proven false. When it is open, [`ReceiptListener::sampled`] hears of it. Holds the batch itself until then.
    /// A call that is drawn twice is opened once. Fails if the batch is not open.
    fn sample(key: &BatchKey<AccountId>, offset: u32, seed: H256) -> DispatchResult;
    /// Make an open batch of `host` for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_batch(host: &AccountId, requester: &AccountId) -> BatchKey<AccountId>;
}

/// No sessions.
impl<AccountId: Clone> Batches<AccountId> for () {
    fn batch(_: &BatchKey<AccountId>) -> Option<OpenBatch> {
        None
    }

    fn hold(_: &BatchKey<AccountId>) -> DispatchResult {
        Err(DispatchError::Unavailable)
    }

    fn release(_: &BatchKey<AccountId>) {}

    fn sample(_: &BatchKey<AccountId>, _: u32, _: H256) -> DispatchResult {
        Err(DispatchError::Unavailable)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_batch(host: &AccountId, _: &AccountId) -> BatchKey<AccountId> {
        BatchKey { session: 0, number: 0, host: host.clone() }
    }
}

/// Receipts of jobs and of sessions: the path says whose they are.
impl<AccountId, Jobs: Receipts<AccountId>, Sessions: Receipts<AccountId>> Receipts<AccountId> for (Jobs, Sessions) {
    fn receipt(key: &ReceiptKey<AccountId>) -> Option<OpenReceipt> {
        match key.path {
            ReceiptPath::Job(_) => Jobs::receipt(key),
            ReceiptPath::Session { .. } => Sessions::receipt(key),
        }
    }

    fn input(key: &ReceiptKey<AccountId>) -> Option<Payload> {
        match key.path {
            ReceiptPath::Job(_) => Jobs::input(key),
            ReceiptPath::Session { .. } => Sessions::input(key),
        }
    }

    fn outputs(key: &ReceiptKey<AccountId>) -> Vec<H256> {
        match key.path {
            ReceiptPath::Job(_) => Jobs::outputs(key),
            ReceiptPath::Session { .. } => Sessions::outputs(key),
        }
    }

    fn hold(key: &ReceiptKey<AccountId>) -> DispatchResult {
        match key.path {
            ReceiptPath::Job(_) => Jobs::hold(key),
            ReceiptPath::Session { .. } => Sessions::hold(key),
        }
    }

    fn keep(key: &ReceiptKey<AccountId>) -> DispatchResult {
        match key.path {
            ReceiptPath::Job(_) => Jobs::keep(key),
            ReceiptPath::Session { .. } => Sessions::keep(key),
        }
    }

    fn release(key: &ReceiptKey<AccountId>) {
        match key.path {
            ReceiptPath::Job(_) => Jobs::release(key),
            ReceiptPath::Session { .. } => Sessions::release(key),
        }
    }

    fn overturn(key: &ReceiptKey<AccountId>) -> Result<Overturned, DispatchError> {
        match key.path {
            ReceiptPath::Job(_) => Jobs::overturn(key),
            ReceiptPath::Session { .. } => Sessions::overturn(key),
        }
    }

    fn is_overturned(key: &ReceiptKey<AccountId>) -> bool {
        match key.path {
            ReceiptPath::Job(_) => Jobs::is_overturned(key),
            ReceiptPath::Session { .. } => Sessions::is_overturned(key),
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_receipt(host: &AccountId, requester: &AccountId) -> ReceiptKey<AccountId> {
        Jobs::benchmark_receipt(host, requester)
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_input(key: &ReceiptKey<AccountId>, input: Payload) {
        Jobs::benchmark_input(key, input);
    }
}

impl<AccountId> ReceiptListener<AccountId> for () {
    fn delivered(_: &ReceiptKey<AccountId>, _: &Receipt) {}
    fn closed(_: &ReceiptKey<AccountId>) {}
}
