//! Weights of `pallet_challenges`, estimated by hand from calls of `pallet_jobs` that read and write as much and from the
//! measured speed of the judge; to be measured by `scripts/bench weights`.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs)]
#![allow(clippy::all)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_challenges`.
pub trait WeightInfo {
    fn challenge() -> Weight;
    fn submit_trace(r: u32) -> Weight;
    fn authorize_submit_trace(r: u32) -> Weight;
    fn demand() -> Weight;
    fn authorize_demand() -> Weight;
    fn reveal(b: u32) -> Weight;
    fn authorize_reveal(b: u32) -> Weight;
    fn commit_evidence() -> Weight;
    fn authorize_commit_evidence() -> Weight;
    fn prove_fault(b: u32, w: u32) -> Weight;
    fn authorize_prove_fault(b: u32, w: u32) -> Weight;
    fn report_equivocation() -> Weight;
    fn convict() -> Weight;
    fn uphold() -> Weight;
    fn settle() -> Weight;
    fn poll_base() -> Weight;
    fn poll_item() -> Weight;
    fn on_finalize() -> Weight;
}

/// Weights of `pallet_challenges` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn challenge() -> Weight {
        Weight::from_parts(160_000_000, 90_000)
            .saturating_add(T::DbWeight::get().reads(12_u64))
            .saturating_add(T::DbWeight::get().writes(11_u64))
    }
    fn submit_trace(r: u32) -> Weight {
        Weight::from_parts(160_000_000, 20_000)
            .saturating_add(Weight::from_parts(1_500_000, 0).saturating_mul(r.into()))
            .saturating_add(T::DbWeight::get().reads(5_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    fn authorize_submit_trace(r: u32) -> Weight {
        Weight::from_parts(90_000_000, 12_000)
            .saturating_add(Weight::from_parts(1_300_000, 0).saturating_mul(r.into()))
            .saturating_add(T::DbWeight::get().reads(4_u64))
    }
    fn demand() -> Weight {
        Weight::from_parts(370_000_000, 310_000)
            .saturating_add(T::DbWeight::get().reads(7_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    fn authorize_demand() -> Weight {
        Weight::from_parts(340_000_000, 310_000)
            .saturating_add(T::DbWeight::get().reads(6_u64))
    }
    fn reveal(b: u32) -> Weight {
        Weight::from_parts(80_000_000, 40_000)
            .saturating_add(Weight::from_parts(4_000, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(6_u64))
    }
    fn authorize_reveal(b: u32) -> Weight {
        Weight::from_parts(40_000_000, 40_000)
            .saturating_add(Weight::from_parts(3_500, 0).saturating_mul(b.into()))
            .saturating_add(T::DbWeight::get().reads(2_u64))
    }
    fn commit_evidence() -> Weight {
        Weight::from_parts(120_000_000, 20_000)
            .saturating_add(T::DbWeight::get().reads(6_u64))
            .saturating_add(T::DbWeight::get().writes(5_u64))
    }
    fn authorize_commit_evidence() -> Weight {
        Weight::from_parts(90_000_000, 20_000)
            .saturating_add(T::DbWeight::get().reads(5_u64))
    }
    fn prove_fault(b: u32, w: u32) -> Weight {
        Weight::from_parts(1_600_000_000, 1_100_000)
            .saturating_add(Weight::from_parts(5_000, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(120_000, 0).saturating_mul(w.into()))
            .saturating_add(T::DbWeight::get().reads(50_u64))
            .saturating_add(T::DbWeight::get().writes(90_u64))
    }
    fn authorize_prove_fault(b: u32, w: u32) -> Weight {
        Weight::from_parts(60_000_000, 20_000)
            .saturating_add(Weight::from_parts(5_000, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(120_000, 0).saturating_mul(w.into()))
            .saturating_add(T::DbWeight::get().reads(3_u64))
    }
    fn report_equivocation() -> Weight {
        Weight::from_parts(1_700_000_000, 1_100_000)
            .saturating_add(T::DbWeight::get().reads(52_u64))
            .saturating_add(T::DbWeight::get().writes(90_u64))
    }
    fn convict() -> Weight {
        Weight::from_parts(1_500_000_000, 1_100_000)
            .saturating_add(T::DbWeight::get().reads(50_u64))
            .saturating_add(T::DbWeight::get().writes(90_u64))
    }
    fn uphold() -> Weight {
        Weight::from_parts(1_200_000_000, 60_000)
            .saturating_add(T::DbWeight::get().reads(40_u64))
            .saturating_add(T::DbWeight::get().writes(85_u64))
    }
    fn settle() -> Weight {
        Weight::from_parts(1_000_000_000, 60_000)
            .saturating_add(T::DbWeight::get().reads(30_u64))
            .saturating_add(T::DbWeight::get().writes(40_u64))
    }
    fn poll_base() -> Weight {
        Weight::from_parts(3_000_000, 3_500)
            .saturating_add(T::DbWeight::get().reads(2_u64))
    }
    fn poll_item() -> Weight {
        Weight::from_parts(16_000_000, 6_600)
            .saturating_add(T::DbWeight::get().reads(2_u64))
    }
    fn on_finalize() -> Weight {
        Weight::from_parts(6_000_000, 2_000)
            .saturating_add(T::DbWeight::get().reads(3_u64))
            .saturating_add(T::DbWeight::get().writes(1_u64))
    }
}

// For tests.
impl WeightInfo for () {
    fn challenge() -> Weight {
        Weight::from_parts(160_000_000, 90_000)
            .saturating_add(RocksDbWeight::get().reads(12_u64))
            .saturating_add(RocksDbWeight::get().writes(11_u64))
    }
    fn submit_trace(r: u32) -> Weight {
        Weight::from_parts(160_000_000, 20_000)
            .saturating_add(Weight::from_parts(1_500_000, 0).saturating_mul(r.into()))
            .saturating_add(RocksDbWeight::get().reads(5_u64))
            .saturating_add(RocksDbWeight::get().writes(6_u64))
    }
    fn authorize_submit_trace(r: u32) -> Weight {
        Weight::from_parts(90_000_000, 12_000)
            .saturating_add(Weight::from_parts(1_300_000, 0).saturating_mul(r.into()))
            .saturating_add(RocksDbWeight::get().reads(4_u64))
    }
    fn demand() -> Weight {
        Weight::from_parts(370_000_000, 310_000)
            .saturating_add(RocksDbWeight::get().reads(7_u64))
            .saturating_add(RocksDbWeight::get().writes(5_u64))
    }
    fn authorize_demand() -> Weight {
        Weight::from_parts(340_000_000, 310_000)
            .saturating_add(RocksDbWeight::get().reads(6_u64))
    }
    fn reveal(b: u32) -> Weight {
        Weight::from_parts(80_000_000, 40_000)
            .saturating_add(Weight::from_parts(4_000, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(6_u64))
    }
    fn authorize_reveal(b: u32) -> Weight {
        Weight::from_parts(40_000_000, 40_000)
            .saturating_add(Weight::from_parts(3_500, 0).saturating_mul(b.into()))
            .saturating_add(RocksDbWeight::get().reads(2_u64))
    }
    fn commit_evidence() -> Weight {
        Weight::from_parts(120_000_000, 20_000)
            .saturating_add(RocksDbWeight::get().reads(6_u64))
            .saturating_add(RocksDbWeight::get().writes(5_u64))
    }
    fn authorize_commit_evidence() -> Weight {
        Weight::from_parts(90_000_000, 20_000)
            .saturating_add(RocksDbWeight::get().reads(5_u64))
    }
    fn prove_fault(b: u32, w: u32) -> Weight {
        Weight::from_parts(1_600_000_000, 1_100_000)
            .saturating_add(Weight::from_parts(5_000, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(120_000, 0).saturating_mul(w.into()))
            .saturating_add(RocksDbWeight::get().reads(50_u64))
            .saturating_add(RocksDbWeight::get().writes(90_u64))
    }
    fn authorize_prove_fault(b: u32, w: u32) -> Weight {
        Weight::from_parts(60_000_000, 20_000)
            .saturating_add(Weight::from_parts(5_000, 0).saturating_mul(b.into()))
            .saturating_add(Weight::from_parts(120_000, 0).saturating_mul(w.into()))
            .saturating_add(RocksDbWeight::get().reads(3_u64))
    }
    fn report_equivocation() -> Weight {
        Weight::from_parts(1_700_000_000, 1_100_000)
            .saturating_add(RocksDbWeight::get().reads(52_u64))
            .saturating_add(RocksDbWeight::get().writes(90_u64))
    }
    fn convict() -> Weight {
        Weight::from_parts(1_500_000_000, 1_100_000)
            .saturating_add(RocksDbWeight::get().reads(50_u64))
            .saturating_add(RocksDbWeight::get().writes(90_u64))
    }
    fn uphold() -> Weight {
        Weight::from_parts(1_200_000_000, 60_000)
            .saturating_add(RocksDbWeight::get().reads(40_u64))
            .saturating_add(RocksDbWeight::get().writes(85_u64))
    }
    fn settle() -> Weight {
        Weight::from_parts(1_000_000_000, 60_000)
            .saturating_add(RocksDbWeight::get().reads(30_u64))
            .saturating_add(RocksDbWeight::get().writes(40_u64))
    }
    fn poll_base() -> Weight {
        Weight::from_parts(3_000_000, 3_500)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
    }
    fn poll_item() -> Weight {
        Weight::from_parts(16_000_000, 6_600)
            .saturating_add(RocksDbWeight::get().reads(2_u64))
    }
    fn on_finalize() -> Weight {
        Weight::from_parts(6_000_000, 2_000)
            .saturating_add(RocksDbWeight::get().reads(3_u64))
            .saturating_add(RocksDbWeight::get().writes(1_u64))
    }
}
