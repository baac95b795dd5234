//! Weights of the instance for AMD's hardware, estimated by hand until `scripts/bench weights` has measured them.

#![allow(missing_docs)]

use crate::WeightInfo;
use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_attestations_amd` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn submit() -> Weight {
        Weight::from_parts(15_000_000_000, 150_000).saturating_add(T::DbWeight::get().reads_writes(10, 2))
    }
    fn renew() -> Weight {
        Weight::from_parts(60_000_000, 150_000).saturating_add(T::DbWeight::get().reads_writes(6, 1))
    }
    fn authorize_renew() -> Weight {
        Weight::from_parts(150_000_000, 150_000).saturating_add(T::DbWeight::get().reads_writes(6, 0))
    }
    fn refresh() -> Weight {
        Weight::from_parts(16_000_000_000, 150_000).saturating_add(T::DbWeight::get().reads_writes(3, 2))
    }
    fn allow() -> Weight {
        Weight::from_parts(20_000_000, 150_000).saturating_add(T::DbWeight::get().reads_writes(0, 1))
    }
    fn disallow() -> Weight {
        Weight::from_parts(20_000_000, 150_000).saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }
    fn revoke() -> Weight {
        Weight::from_parts(20_000_000, 150_000).saturating_add(T::DbWeight::get().reads_writes(0, 1))
    }
    fn reinstate() -> Weight {
        Weight::from_parts(20_000_000, 150_000).saturating_add(T::DbWeight::get().reads_writes(1, 1))
    }
    fn set_policy() -> Weight {
        Weight::from_parts(20_000_000, 150_000).saturating_add(T::DbWeight::get().reads_writes(0, 1))
    }
    fn clear() -> Weight {
        Weight::from_parts(40_000_000, 150_000).saturating_add(T::DbWeight::get().reads_writes(3, 2))
    }
    fn check() -> Weight {
        Weight::from_parts(60_000_000, 150_000).saturating_add(T::DbWeight::get().reads_writes(7, 0))
    }
}
