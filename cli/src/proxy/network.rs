//! The chain, as the proxy sees it.

use crate::{chain::Failed, errors::Result};
use candor_primitives::{
    AccountId, Balance, BlockNumber, ReleaseId, SessionId, SessionTerms, Units, Voucher, WorkerKey,
};
use candor_runtime_api::views::{HostView, OfferView, PoolView, ReleaseView};
use futures::future::BoxFuture;
use sp_core::{sr25519, H256};

/// What a session is opened with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Release to call.
    pub release: ReleaseId,
    /// Who is to answer.
    pub host: AccountId,
    /// Key that signs the vouchers.
    pub key: sr25519::Public,
    /// Units of the largest call.
    pub max_units: Units,
    /// Most that it may cost, in planck.
    pub max_fee: Balance,
    /// What all calls together may cost, in planck.
    pub deposit: Balance,
    /// For how many blocks.
    pub blocks: BlockNumber,
    /// Whether the host has to be attested.
    pub attested: bool,
}

/// A session as the chain has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnChain {
    /// What was agreed.
    pub terms: SessionTerms,
    /// Key that signs its receipts.
    pub worker: WorkerKey,
    /// Deposit for what it stores, in planck.
    pub bond: Balance,
    /// Whether it takes calls.
    pub open: bool,
    /// Whether it is over: what was not settled went back.
    pub ended: bool,
    /// Calls that were settled.
    pub calls: u32,
    /// What they cost, in planck.
    pub fee: Balance,
    /// Whether the attested tier was asked for.
    pub attested: bool,
}

/// Result of a transaction, and its fee in planck.
pub type Sent<T> = BoxFuture<'static, std::result::Result<(T, Balance), Failed>>;
/// Result of a question.
pub type Asked<T> = BoxFuture<'static, Result<T>>;

/// The chain. Transactions of one account are sent one after the other, so that their nonces never clash; each refuses itself
/// if its fee is above [`MOST_FEE`](super::budget::MOST_FEE).
pub trait Network: Send + Sync + 'static {
    /// Hash of the genesis block.
    fn genesis(&self) -> H256;
    /// Who asks and pays.
    fn account(&self) -> AccountId;
    /// The best block.
    fn head(&self) -> Asked<BlockNumber>;
    /// All releases.
    fn releases(&self) -> Asked<Vec<ReleaseView>>;
    /// The offers of a release.
    fn offers(&self, release: ReleaseId) -> Asked<Vec<OfferView>>;
    /// A host.
    fn host(&self, account: AccountId) -> Asked<Option<HostView>>;
    /// The record of a host.
    fn pool(&self, account: AccountId) -> Asked<Option<PoolView>>;
    /// Whether the machine of a host is attested now.
    fn is_attested(&self, account: AccountId) -> Asked<bool>;
    /// A session of which something is left to be done.
    fn session(&self, id: SessionId) -> Asked<Option<OnChain>>;
    /// All sessions of this account of which something is left to be done.
    fn sessions(&self) -> Asked<Vec<OnChain>>;
    /// Whether the stake of a host answers for a session of such calls; what else speaks against it, opening says.
    fn backs(&self, release: ReleaseId, host: AccountId, max_units: Units, deposit: Balance) -> Asked<bool>;
    /// Open a session.
    fn open(&self, opening: Opening) -> Sent<OnChain>;
    /// Add to a session's deposit, and let it end so many blocks from now.
    fn top_up(&self, id: SessionId, amount: Balance, blocks: Option<BlockNumber>) -> Sent<OnChain>;
    /// Close a session. Its host settles the newest voucher that it was given.
    fn close(&self, id: SessionId) -> Sent<()>;
    /// End a session at once with a last voucher, to which its host agreed with this signature.
    fn close_agreed(&self, voucher: Voucher, signature: sr25519::Signature) -> Sent<()>;
}
