//! What the pallet stores.

use crate::queue::Queue;
use candor_economics::Exposure;
pub use candor_economics::{LiabilityParams, Peak};
use candor_primitives::{Balance, BlockNumber};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use sp_runtime::{FixedU128, Permill};

pub use crate::{class::Class, queue::Chunk};

/// Most periods that a record goes back.
pub const MAX_PERIODS: u32 = 8;
/// Most items that one query answers with.
pub const MAX_PAGE: u32 = 100;

/// Whether a pool takes stake.
#[frame_support::stored]
#[derive(Copy)]
pub enum Status {
    /// It does.
    #[codec(index = 0)]
    Open,
    /// Its operator is leaving: everything in it can be withdrawn from this block on.
    #[codec(index = 1)]
    Leaving(BlockNumber),
}

/// What an operator keeps of its stakers' part of a reward.
#[frame_support::stored]
#[derive(Copy)]
pub struct Commission {
    /// Share of the stakers' part.
    pub now: Permill,
    /// An announced one, with the block from which it holds.
    pub next: Option<(Permill, BlockNumber)>,
}

impl Commission {
    /// The commission at block `now`.
    pub fn at(&self, now: BlockNumber) -> Permill {
        match self.next {
            Some((next, at)) if at <= now => next,
            _ => self.now,
        }
    }
}

/// The stake of an operator and of those who stake with it.
#[frame_support::stored]
pub struct Pool {
    /// Whether it takes stake.
    pub status: Status,
    /// The operator's own active stake, in planck; on hold on its account.
    pub own: Balance,
    /// Parts of the own stake that unbond, in planck; on hold as well.
    pub own_unbonding: Queue,
    /// Delegated stake that earns rewards; it lies in the pot.
    pub active: Class,
    /// Delegated stake that unbonds; it lies in the pot, earns nothing and can be slashed.
    pub unbonding: Class,
    /// What the operator keeps of the stakers' rewards.
    pub commission: Commission,
    /// Number of positions.
    pub stakers: u32,
}

impl Pool {
    /// Everything of the operator's own, in planck.
    pub fn own_total(&self) -> Balance {
        self.own.saturating_add(self.own_unbonding.total())
    }

    /// Everything delegated, in planck.
    pub fn delegated_total(&self) -> Balance {
        self.active.value.saturating_add(self.unbonding.value)
    }

    /// Everything that can be slashed, in planck.
    pub fn total(&self) -> Balance {
        self.own_total().saturating_add(self.delegated_total())
    }

    /// Own and delegated stake that is active, in planck, as far as it counts for receipts.
    pub fn active_total(&self, params: &LiabilityParams) -> Balance {
        match self.status {
            Status::Open => params.counted(self.own, self.active.value),
            Status::Leaving(_) => 0,
        }
    }

    /// Whether its operator is leaving and has nothing left in it.
    pub fn is_gone(&self) -> bool {
        matches!(self.status, Status::Leaving(_)) && self.own_total() == 0
    }

    /// Whether everything in it can be withdrawn by block `now`.
    pub fn is_released(&self, now: BlockNumber) -> bool {
        matches!(self.status, Status::Leaving(at) if at <= now)
    }

    /// Take `amount` of the operator's own: what is active first, then what unbonds, soonest first.
    pub fn shrink_own(&mut self, amount: Balance) {
        let from_active = amount.min(self.own);
        self.own = self.own.saturating_sub(from_active);
        self.own_unbonding.shrink(amount.saturating_sub(from_active));
    }
}

/// What somebody has in a pool.
#[frame_support::stored]
#[derive(Default)]
pub struct Position {
    /// Shares of the active class.
    pub shares: u128,
    /// Generation of that class which they are of.
    pub generation: u32,
    /// Shares of the unbonding class, by the block from which they can be withdrawn.
    pub unbonding: Queue,
    /// Generation of that class which they are of.
    pub unbonding_generation: u32,
}

impl Position {
    /// Forget shares of generations that were slashed away. What is left is of the pool's generations.
    pub fn settle(&mut self, pool: &Pool) {
        if self.generation != pool.active.generation {
            self.shares = 0;
            self.generation = pool.active.generation;
        }
        if self.unbonding_generation != pool.unbonding.generation {
            self.unbonding = Queue::default();
            self.unbonding_generation = pool.unbonding.generation;
        }
    }

    /// Whether nothing is left of it.
    pub fn is_empty(&self) -> bool {
        self.shares == 0 && self.unbonding.is_empty()
    }
}

/// What a pool's stake answers for.
#[frame_support::stored]
#[derive(Default)]
pub struct Liability {
    /// Open receipts.
    pub exposure: Exposure,
    /// Their insured values, of those that have one: the own stake answers for them.
    pub insured: Exposure,
    /// What penalties and slashes took since the last time when no receipt was open, in planck. What open receipts need
    /// may exceed the stake by so much.
    pub slashed: Balance,
}

/// What came of the stake in a pool during a period.
#[frame_support::stored]
#[derive(Copy)]
pub struct Period {
    /// Number of the period: its first block divided by the length.
    pub index: u32,
    /// What its stakers were paid, in planck.
    pub rewards: Balance,
    /// What was slashed of active delegated stake, in planck.
    pub slashed: Balance,
    /// Active delegated stake at the last reward or slash, in planck.
    pub delegated: Balance,
    /// What became of one planck: its value at the end of the period if it was staked all the time.
    pub growth: FixedU128,
}

/// What is known of an operator's conduct.
#[frame_support::stored]
#[derive(Default)]
pub struct Record {
    /// Times that it was paid for work.
    pub paid: u32,
    /// Penalties that it had to pay: missed deadlines.
    pub penalties: u32,
    /// Slashes for proven faults.
    pub slashes: u32,
    /// What slashes took of its own and of delegated stake, in planck.
    pub slashed: Balance,
    /// The last periods with rewards or slashes, oldest first.
    pub periods: BoundedVec<Period, ConstU32<MAX_PERIODS>>,
}
