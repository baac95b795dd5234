//! The clock of audits and disputes: it stands still while blocks are full or a migration runs over several blocks, so
//! that nobody is late because a transaction found no room.

use crate::{Config, Pallet, Tick, Ticks};
use candor_primitives::traits::DisputeClock;
use frame_support::{dispatch::DispatchClass, migrations::MultiStepMigrator, traits::Get};

impl<T: Config> Pallet<T> {
    /// Count this block, at its end, unless it was full.
    pub(crate) fn tick() {
        if !Self::was_full() && !T::MultiBlockMigrator::ongoing() {
            Ticks::<T>::mutate(|ticks| *ticks = ticks.saturating_add(1));
        }
    }

    /// Whether this block has used more than three quarters of what ordinary transactions may use, of weight or length.
    /// Everything counts, whatever its class: what fills the block from outside ordinary transactions leaves no room
    /// either.
    fn was_full() -> bool {
        let weights = T::BlockWeights::get();
        let room = weights.get(DispatchClass::Normal).max_total.unwrap_or(weights.max_block);
        let full = room.saturating_mul(3).div(4);
        let length = u64::from(*T::BlockLength::get().max.get(DispatchClass::Normal)).saturating_mul(3) / 4;
        frame_system::Pallet::<T>::block_weight().total().any_gt(full)
            || u64::from(frame_system::Pallet::<T>::block_size()) > length
    }
}

impl<T: Config> DisputeClock for Pallet<T> {
    fn now() -> Tick {
        Ticks::<T>::get()
    }
}
