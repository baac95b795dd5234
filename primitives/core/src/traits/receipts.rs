//! Receipts that can still be audited and disputed, and who hears of them.

use crate::{Balance, BlockNumber, Payload, Receipt, ReceiptPath, WorkerSignature};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;
use sp_runtime::{DispatchError, DispatchResult};

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
    /// One audit or dispute less. When none is left and the window has passed, it becomes final in the usual way.
    fn release(key: &ReceiptKey<AccountId>);
    /// The receipt was proven false: its requester gets its escrow back in full, its host is paid nothing, its value
    /// leaves the liability, and it is removed with everything about it. All holds on it end. Stake is not touched:
    /// slash first, since the liability covers this receipt until then.
    fn overturn(key: &ReceiptKey<AccountId>) -> Result<Overturned, DispatchError>;
    /// Make an open receipt of `host` for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_receipt(host: &AccountId, requester: &AccountId) -> ReceiptKey<AccountId>;
}

/// Hears of receipts.
pub trait ReceiptListener<AccountId> {
    /// A receipt came in; audits may be drawn from it. Called when the receipt is stored and can be held.
    fn delivered(key: &ReceiptKey<AccountId>, receipt: &Receipt);
    /// A receipt became final, or was removed.
    fn closed(key: &ReceiptKey<AccountId>);
}

impl<AccountId> ReceiptListener<AccountId> for () {
    fn delivered(_: &ReceiptKey<AccountId>, _: &Receipt) {}
    fn closed(_: &ReceiptKey<AccountId>) {}
}
