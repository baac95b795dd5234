//! What unbonds, by block.

use candor_primitives::BlockNumber;
use frame_support::{pallet_prelude::ConstU32, BoundedVec};

/// Most parts that unbond at the same time, of one owner in one pool.
pub const MAX_CHUNKS: u32 = 8;

/// A part that unbonds.
#[frame_support::stored]
#[derive(Copy)]
pub struct Chunk {
    /// How much: planck of own stake, shares of delegated stake.
    pub amount: u128,
    /// Block from which it can be withdrawn.
    pub at: BlockNumber,
}

/// Parts that unbond, in order of their blocks.
#[frame_support::stored]
#[derive(Default)]
pub struct Queue(BoundedVec<Chunk, ConstU32<MAX_CHUNKS>>);

impl Queue {
    /// The parts.
    pub fn chunks(&self) -> &[Chunk] {
        &self.0
    }

    /// Whether nothing unbonds.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sum of all parts.
    pub fn total(&self) -> u128 {
        self.0.iter().fold(0, |sum, chunk| sum.saturating_add(chunk.amount))
    }

    /// Block of the last part.
    pub fn last(&self) -> Option<BlockNumber> {
        self.0.last().map(|chunk| chunk.at)
    }

    /// Add a part. Parts of one block are one. When all places are taken, what is due becomes one part; if nothing is, the
    /// new part and the last one become one, due when the later of the two is. So this never fails, and whoever unstakes
    /// that often waits no longer than for the newest part.
    pub fn join(&mut self, amount: u128, at: BlockNumber, now: BlockNumber) {
        if amount == 0 {
            return;
        }
        if let Some(chunk) = self.0.iter_mut().find(|chunk| chunk.at == at) {
            chunk.amount = chunk.amount.saturating_add(amount);
            return;
        }
        if self.0.is_full() {
            let due = self.take_due(now);
            let _ = self.0.try_insert(0, Chunk { amount: due, at: now });
            self.0.retain(|chunk| chunk.amount > 0);
        }
        // The period may have been shortened since the last time; the parts stay in order of their blocks.
        let place = self.0.partition_point(|chunk| chunk.at <= at);
        if self.0.try_insert(place, Chunk { amount, at }).is_ok() {
            return;
        }
        if let Some(last) = self.0.last_mut() {
            last.amount = last.amount.saturating_add(amount);
            last.at = last.at.max(at);
        }
    }

    /// Take out what is due at block `now`.
    pub fn take_due(&mut self, now: BlockNumber) -> u128 {
        let before = self.total();
        self.0.retain(|chunk| chunk.at > now);
        before.saturating_sub(self.total())
    }

    /// Take `amount` out, from what is due soonest first.
    pub fn shrink(&mut self, amount: u128) {
        let mut rest = amount;
        for chunk in self.0.iter_mut() {
            let taken = rest.min(chunk.amount);
            chunk.amount = chunk.amount.saturating_sub(taken);
            rest = rest.saturating_sub(taken);
        }
        self.0.retain(|chunk| chunk.amount > 0);
    }
}
