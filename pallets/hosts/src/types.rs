//! What the pallet stores.

use candor_economics::Exposure;
pub use candor_economics::LiabilityParams;
use candor_primitives::{Balance, BlockNumber, WorkerKey};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use sp_core::H256;

/// Text that a host says of itself (UTF-8).
pub type Text = BoundedVec<u8, ConstU32<256>>;

/// Most parts of a host's stake that unbond at the same time. The last place is kept for `deregister`.
pub const MAX_UNBONDINGS: u32 = 32;
/// Depth of the largest tree of weights: a release has at most 2^20 - 1 offers, and a path in its tree 20 nodes.
pub const LIST_DEPTH: u32 = 20;
/// How old the block of a heartbeat may be, in blocks.
pub const MAX_HEARTBEAT_AGE: BlockNumber = 32;
/// Most items that one query answers with.
pub const MAX_PAGE: u32 = 100;

/// What a host says of itself. Read seldom, so kept apart from what every draw reads.
#[frame_support::stored]
pub struct Host {
    /// Key that signs its receipts.
    pub worker: WorkerKey,
    /// Where it can be reached off chain.
    pub endpoint: Text,
    /// Its hardware, in its own words.
    pub hardware: Text,
}

/// Whether a host takes new work.
#[frame_support::stored]
#[derive(Copy)]
pub enum Status {
    /// It does.
    #[codec(index = 0)]
    Active,
    /// It asked for none.
    #[codec(index = 1)]
    Chilled,
    /// It has deregistered and waits for its stake.
    #[codec(index = 2)]
    Leaving,
}

/// Status and signs of life of a host.
#[frame_support::stored]
pub struct Presence {
    /// Whether it takes new work.
    pub status: Status,
    /// Block of its last sign of life.
    pub last_seen: BlockNumber,
    /// Block that its last heartbeat signed.
    pub last_beat: BlockNumber,
    /// Calls in flight, over all releases.
    pub in_flight: u32,
    /// Whether some of its offers carry outdated weights, until its next heartbeat: a draw put them to sleep because
    /// it was not live, or its stake shrank.
    pub stale: bool,
}

/// A part of the stake that its host takes out.
#[frame_support::stored]
#[derive(Copy)]
pub struct Unbonding {
    /// How much, in planck.
    pub amount: Balance,
    /// Block from which it can be withdrawn.
    pub at: BlockNumber,
}

/// Self-stake of a host. All of it is on hold.
#[frame_support::stored]
#[derive(Default)]
pub struct Ledger {
    /// The part that backs work, in planck.
    pub active: Balance,
    /// The parts that leave, in order of their blocks. They back no new receipts, but can be slashed.
    pub unbonding: BoundedVec<Unbonding, ConstU32<MAX_UNBONDINGS>>,
    /// Open receipts.
    pub exposure: Exposure,
    /// What penalties took since the last time when no receipt was open, in planck. What open receipts need may exceed
    /// the stake by so much.
    pub slashed: Balance,
}

impl Ledger {
    /// The stake that leaves, in planck.
    pub fn leaving(&self) -> Balance {
        self.unbonding.iter().fold(0, |sum, part| sum.saturating_add(part.amount))
    }

    /// Everything that can be slashed, in planck.
    pub fn total(&self) -> Balance {
        self.active.saturating_add(self.leaving())
    }
}

/// A host's offer of a release.
#[frame_support::stored]
pub struct Offer {
    /// Root of the variant that the host runs.
    pub variant: H256,
    /// Planck per call.
    pub price_per_call: Balance,
    /// Planck per unit.
    pub price_per_unit: Balance,
    /// Calls in flight at most.
    pub capacity: u32,
    /// Price of a call of the release's reference units, in planck: what offers are compared by.
    pub reference_price: Balance,
    /// Position in the release's list of offers, from 0.
    pub position: u32,
    /// Stake that the offer's weight in the draw stands for, in planck; zero while it sleeps.
    pub weighed: Balance,
}

impl Offer {
    /// Weight in the draw.
    pub fn weight(&self) -> u128 {
        candor_economics::weight(self.weighed, self.reference_price)
    }

    /// Price of a call of `units`, in planck; `None` if it does not fit.
    pub fn price(&self, units: u64) -> Option<Balance> {
        candor_economics::price(self.price_per_call, self.price_per_unit, units)
    }
}
