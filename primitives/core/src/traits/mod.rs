//! The traits by which pallets see each other. Calls go one way: challenges -> audits' view of disputes, jobs, stake;
//! jobs -> models, hosts, stake; hosts -> stake. What has to go the other way is heard by listeners.

mod attestation;
mod duties;
mod receipts;
mod stake;

pub use attestation::{Answerable, Attestations, AttestedHosts, WorkerKeys};
pub use duties::{AuditLevy, AuditorPool, DisputeClock, Disputes, DutySource, EitherCall, HostListener, ProfileStatus};
pub use receipts::{BatchKey, Batches, OpenBatch, OpenReceipt, Overturned, ReceiptKey, ReceiptListener, Receipts};
pub use stake::{HostPools, HostStake, OffenceStake, RewardShares, SlashOrder, Slashed, StakeListener};

use crate::{
    release::ReleaseSpec,
    worker::{ReleaseTitle, WorkDone, WorkOrder},
    Balance, BlockNumber, ReleaseId, SessionId, SessionTerms, SignedVoucher, Units, WorkerKey, WorkerSignature,
};
use alloc::vec::Vec;
use sp_core::H256;
use sp_runtime::{DispatchResult, Weight};

/// Why an account may not run a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseDenied {
    /// No release has this id.
    Unknown,
    /// The release is private and the account is not on its access list.
    Private,
    /// The release was deprecated: no new jobs and offers.
    Deprecated,
}

/// The registry of models, as jobs and hosts see it.
pub trait Releases<AccountId> {
    /// What the release commits to.
    fn spec(release: ReleaseId) -> Option<ReleaseSpec>;
    /// Who is paid the royalty.
    fn publisher(release: ReleaseId) -> Option<AccountId>;
    /// What people call it, where that is known.
    fn title(_release: ReleaseId) -> Option<ReleaseTitle> {
        None
    }
    /// Whether `who` may use it for new work, or offer it.
    fn check_access(release: ReleaseId, who: &AccountId) -> Result<(), ReleaseDenied>;
    /// Make a public release with one float32 input and output for benchmarks: `x` and `y` of shape `[n <= 16384]`.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_release(publisher: &AccountId) -> ReleaseId;
}

/// What a requester asks the market for.
pub struct DrawRequest<'a, AccountId> {
    /// Release to run.
    pub release: ReleaseId,
    /// Units of the call.
    pub units: Units,
    /// Most that the requester pays to one host.
    pub max_fee: Balance,
    /// Insured value.
    pub insured: Balance,
    /// Deposit of a session that the call is the largest of: stake must answer for as many of them as it pays for
    /// ([`crate::session::calls_covered`]). `None` for a single call.
    pub deposit: Option<Balance>,
    /// Hosts that must not be drawn.
    pub excluded: &'a [AccountId],
    /// The only host that may be drawn, if the requester names one.
    pub named: Option<&'a AccountId>,
    /// Whether only hosts may be drawn whose worker key is attested.
    pub attested: bool,
    /// Randomness of this draw.
    pub seed: H256,
}

/// A host drawn for a call, with its price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn<AccountId> {
    /// The host.
    pub host: AccountId,
    /// Root of the variant that it runs.
    pub variant: H256,
    /// Price of this call.
    pub fee: Balance,
    /// Price of a call of zero units, due also when the run fails.
    pub base_fee: Balance,
    /// Price of every unit beside that.
    pub price_per_unit: Balance,
    /// What the receipt counts in the host's liability beside the insured value: the fee, or the reference price of
    /// the units if that is higher (a price of zero frees nobody).
    pub worth: Balance,
}

/// Why no host was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DrawError {
    /// Nobody offers the release (or the named host does not).
    NoOffer,
    /// Prices overflow for this many units.
    PriceOverflow,
    /// Every live offer costs more than the maximum fee.
    FeeTooLow,
    /// Hosts offer it, but none of them is live.
    NotLive,
    /// Live and affordable hosts have not enough free stake for the value at risk.
    NotBacked,
    /// Suitable hosts have no capacity left right now.
    Busy,
    /// None of the suitable hosts that were looked at is attested.
    NotAttested,
}

/// The market of hosts, as jobs see it.
pub trait HostMarket<AccountId> {
    /// Draw one host with probability proportional to free stake / price^2.
    fn draw(request: &DrawRequest<'_, AccountId>) -> Result<Drawn<AccountId>, DrawError>;
    /// What a draw among the offers of this release costs, at its worst: grows with the logarithm of their number. More where
    /// only `attested` hosts may be drawn.
    fn draw_weight(release: ReleaseId, attested: bool) -> Weight;
    /// What a call of `units` costs among the first 100 offers of a release, as far as their hosts are live: lowest
    /// price, highest price, number of offers.
    fn price_range(release: ReleaseId, units: Units) -> Result<(Balance, Balance, u32), DrawError>;
    /// One more call in flight at a host: takes capacity of its offer.
    fn occupy(host: &AccountId, release: ReleaseId) -> DispatchResult;
    /// One call less in flight.
    fn vacate(host: &AccountId, release: ReleaseId);
    /// The host did verifiable work: counts as a sign of life.
    fn note_work(host: &AccountId);
    /// The worker key of a host, also of one that is chilled or leaving.
    fn worker_of(host: &AccountId) -> Option<WorkerKey>;
    /// Whether the host takes new work and gave a sign of life lately.
    fn is_live(host: &AccountId) -> bool;
    /// The profile of a variant that the host runs; audits of its receipts are drawn from the hosts of this profile.
    fn profile_of(release: ReleaseId, variant: H256) -> Option<H256>;
    /// Where the host can be reached off chain.
    fn endpoint_of(host: &AccountId) -> Option<Vec<u8>>;
    /// The host of a worker key.
    fn host_of(worker: &WorkerKey) -> Option<AccountId>;
    /// Releases that a host offers.
    fn offered(host: &AccountId) -> Vec<ReleaseId>;
    /// Register a live host with ample stake and an offer for benchmarks, signing with `worker`.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_host(host: &AccountId, worker: WorkerKey, release: ReleaseId);
}

/// A sign of life that a host owes, as the off-chain worker sees it.
pub trait Heartbeats<AccountId> {
    /// The call that carries it.
    type Call;
    /// Whether the host should send one now.
    fn due(host: &AccountId) -> bool;
    /// The heartbeat of `host` at `block`, signed by its worker key through `sign`.
    fn heartbeat(
        host: &AccountId,
        block: BlockNumber,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call>;
}

/// Sessions of a host, as the off-chain worker sees them.
pub trait SessionSource<AccountId> {
    /// The calls that settle them.
    type Call;
    /// The terms of an open session of `host`; `None` if it takes no calls any more, or is somebody else's.
    fn terms(host: &AccountId, session: SessionId) -> Option<SessionTerms>;
    /// The call that settles a session with this voucher, which the worker key accepts through `sign`; `None` if the
    /// chain would not take it now (nothing new in it, or too early after the last one).
    fn settle(
        host: &AccountId,
        voucher: &SignedVoucher,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call>;
}

/// No sessions.
impl<AccountId> SessionSource<AccountId> for () {
    type Call = core::convert::Infallible;

    fn terms(_: &AccountId, _: SessionId) -> Option<SessionTerms> {
        None
    }

    fn settle(_: &AccountId, _: &SignedVoucher, _: &dyn Fn(&[u8]) -> Option<WorkerSignature>) -> Option<Self::Call> {
        None
    }
}

/// A kind of work that the off-chain worker can find, hand to the engine and answer.
pub trait WorkSource<AccountId> {
    /// The calls that answer it.
    type Call;
    /// Ids (`ReceiptDraft::id`) of open work of `host`, oldest first, at most `limit`.
    fn pending(host: &AccountId, limit: u32) -> Vec<H256>;
    /// The order behind an id.
    fn order(host: &AccountId, id: H256) -> Option<WorkOrder>;
    /// The call that answers it with what the engine found; `None` when nothing is to be sent now.
    fn answer(
        host: &AccountId,
        id: H256,
        done: WorkDone,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call>;
}
