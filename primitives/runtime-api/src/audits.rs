//! What the API answers about audits.

use candor_primitives::{AccountId, BlockNumber, ReceiptPath};
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

/// Where an audit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum AuditPhase {
    /// The auditor reruns the call and seals what it found.
    Sealing,
    /// The audited host publishes its digest.
    Answering,
    /// The auditor opens its seal.
    Revealing,
    /// The audited host puts the inputs on chain: an auditor did not get them.
    Showing,
}

/// An audit that has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct AuditView {
    /// Audit id.
    pub id: u64,
    /// Where the receipt is anchored.
    pub path: ReceiptPath,
    /// Host whose receipt it is.
    pub host: AccountId,
    /// Who asked for the call.
    pub requester: AccountId,
    /// Hash of the receipt.
    pub receipt: H256,
    /// Profile whose hosts audit it.
    pub profile: H256,
    /// Auditors before this one.
    pub round: u32,
    /// The auditor; none while the host shows the inputs.
    pub auditor: Option<AccountId>,
    /// Where it stands.
    pub phase: AuditPhase,
    /// Who has to act now.
    pub debtor: AccountId,
    /// Last tick of the disputes' clock in which that can count on being heard.
    pub deadline: BlockNumber,
}
