//! Weights of `pallet_validators`, to be measured by `scripts/bench weights`.

#![allow(missing_docs)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weight functions needed for `pallet_validators`.
pub trait WeightInfo {
    fn validate() -> Weight;
    fn chill() -> Weight;
    fn resume() -> Weight;
    fn leave() -> Weight;
    fn evict() -> Weight;
    fn note_author() -> Weight;
    fn pay_author() -> Weight;
}

/// Weights of `pallet_validators` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn validate() -> Weight {
        Weight::from_parts(150_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(6, 6))
    }
    fn chill() -> Weight {
        Weight::from_parts(30_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }
    fn resume() -> Weight {
        Weight::from_parts(50_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 2))
    }
    fn leave() -> Weight {
        Weight::from_parts(90_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 3))
    }
    fn evict() -> Weight {
        Weight::from_parts(50_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(4, 2))
    }
    fn note_author() -> Weight {
        Weight::from_parts(10_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }
    fn pay_author() -> Weight {
        Weight::from_parts(200_000_000, 0).saturating_add(T::DbWeight::get().reads_writes(6, 6))
    }
}

impl WeightInfo for () {
    fn validate() -> Weight {
        Weight::zero()
    }
    fn chill() -> Weight {
        Weight::zero()
    }
    fn resume() -> Weight {
        Weight::zero()
    }
    fn leave() -> Weight {
        Weight::zero()
    }
    fn evict() -> Weight {
        Weight::zero()
    }
    fn note_author() -> Weight {
        Weight::zero()
    }
    fn pay_author() -> Weight {
        Weight::zero()
    }
}
