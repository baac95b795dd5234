//! What the pallet stores.

use candor_economics::receipt_value;
use candor_primitives::{Balance, BlockNumber, Units, WorkerKey};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use sp_core::H256;
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};

/// Text that a host says of itself (UTF-8).
pub type Text = BoundedVec<u8, ConstU32<256>>;

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
    /// It has deregistered and can withdraw its stake from this block on.
    #[codec(index = 2)]
    Leaving(BlockNumber),
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
    /// Whether some of its offers carry outdated weights, until its next heartbeat or until anyone has them weighed: a
    /// draw put them to sleep because it was not live, or the stake behind it changed. A host that is not live sleeps when
    /// it is weighed, and stays stale: only its heartbeat, or its work, lets it wake.
    pub stale: bool,
}

/// A host's offer of a release.
#[frame_support::stored]
pub struct Offer {
    /// Root of the variant that the host runs.
    pub variant: H256,
    /// Execution profile of that variant.
    pub profile: H256,
    /// Units of a typical call of the release.
    pub reference_units: Units,
    /// Planck per call.
    pub price_per_call: Balance,
    /// Planck per unit.
    pub price_per_unit: Balance,
    /// Calls in flight at most.
    pub capacity: u32,
    /// Price of a typical call, in planck: what offers are compared by.
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

    /// What a receipt for `units` counts in the liability, in planck: the fee, or as much of the release's reference
    /// price as the units are of a typical call, if that is more; `None` if it does not fit.
    pub fn worth(&self, fee: Balance, units: Units, reference_price: Balance) -> Option<Balance> {
        let typical = self.reference_units.max(1).into();
        let reference = multiply_by_rational_with_rounding(reference_price, units.into(), typical, Rounding::Up)?;
        receipt_value(fee, reference, 0)
    }

    /// Price of a call of `units`, in planck; `None` if it does not fit.
    pub fn price(&self, units: u64) -> Option<Balance> {
        candor_economics::price(self.price_per_call, self.price_per_unit, units)
    }
}
