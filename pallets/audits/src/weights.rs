//! Weights of `pallet_audits`.
//!
//! Estimated by hand from the measured weights of similar calls of `pallet_jobs` and `pallet_hosts`; `scripts/bench weights`
//! replaces them.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(missing_docs)]
#![allow(clippy::all)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_audits`.
pub trait WeightInfo {
	fn on_initialize() -> Weight;
	fn seal_audit() -> Weight;
	fn authorize_seal_audit() -> Weight;
	fn answer_audit() -> Weight;
	fn authorize_answer_audit() -> Weight;
	fn reveal_clean() -> Weight;
	fn reveal_accused() -> Weight;
	fn reveal_differing(d: u32, ) -> Weight;
	fn authorize_reveal_audit() -> Weight;
	fn expire_auditor(d: u32, ) -> Weight;
	fn expire_answer() -> Weight;
	fn expire_showing() -> Weight;
	fn forget(p: u32, ) -> Weight;
	fn show_input(k: u32, ) -> Weight;
	fn authorize_show_input(k: u32, ) -> Weight;
	fn place_item() -> Weight;
	fn draw_item() -> Weight;
	fn draw_batch(s: u32, ) -> Weight;
	fn start_audit(d: u32, ) -> Weight;
	fn delivered() -> Weight;
	fn joined(d: u32, ) -> Weight;
	fn left(d: u32, ) -> Weight;
	fn weighed(p: u32, ) -> Weight;
	fn plant_canary() -> Weight;
	fn remove_canary() -> Weight;
	fn reveal_canary(r: u32, ) -> Weight;
	fn lift_suspension() -> Weight;
	fn poll_base() -> Weight;
	fn poll_item() -> Weight;
}

/// Weights of `pallet_audits` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn on_initialize() -> Weight {
		Weight::from_parts(12_000_000, 10100)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn seal_audit() -> Weight {
		Weight::from_parts(110_000_000, 18200)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn authorize_seal_audit() -> Weight {
		Weight::from_parts(75_000_000, 12800)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	fn answer_audit() -> Weight {
		Weight::from_parts(110_000_000, 18200)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	fn authorize_answer_audit() -> Weight {
		Weight::from_parts(75_000_000, 12800)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	fn reveal_clean() -> Weight {
		Weight::from_parts(330_000_000, 50600)
			.saturating_add(T::DbWeight::get().reads(19_u64))
			.saturating_add(T::DbWeight::get().writes(17_u64))
	}
	fn reveal_accused() -> Weight {
		Weight::from_parts(400_000_000, 69500)
			.saturating_add(T::DbWeight::get().reads(26_u64))
			.saturating_add(T::DbWeight::get().writes(21_u64))
	}
	fn reveal_differing(d: u32, ) -> Weight {
		Weight::from_parts(300_000_000, 72200)
			.saturating_add(T::DbWeight::get().reads(27_u64))
			.saturating_add(T::DbWeight::get().writes(15_u64))
			.saturating_add(Weight::from_parts(60_000_000, 56700).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads((21_u64).saturating_mul(d.into())))
	}
	fn authorize_reveal_audit() -> Weight {
		Weight::from_parts(30_000_000, 10100)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	fn expire_auditor(d: u32, ) -> Weight {
		Weight::from_parts(280_000_000, 72200)
			.saturating_add(T::DbWeight::get().reads(27_u64))
			.saturating_add(T::DbWeight::get().writes(15_u64))
			.saturating_add(Weight::from_parts(60_000_000, 56700).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads((21_u64).saturating_mul(d.into())))
	}
	fn expire_answer() -> Weight {
		Weight::from_parts(150_000_000, 29000)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	fn expire_showing() -> Weight {
		Weight::from_parts(600_000_000, 110000)
			.saturating_add(T::DbWeight::get().reads(42_u64))
			.saturating_add(T::DbWeight::get().writes(36_u64))
	}
	fn forget(p: u32, ) -> Weight {
		Weight::from_parts(30_000_000, 10100)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(Weight::from_parts(4_000_000, 68100).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(p.into())))
	}
	fn show_input(k: u32, ) -> Weight {
		Weight::from_parts(140_000_000, 21600)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(Weight::from_parts(5_000_000, 0).saturating_mul(k.into()))
	}
	fn authorize_show_input(k: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 18900)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(Weight::from_parts(4_000_000, 0).saturating_mul(k.into()))
	}
	fn place_item() -> Weight {
		Weight::from_parts(25_000_000, 5000)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	fn draw_batch(s: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 9000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(Weight::from_parts(90_000_000, 9000).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes((5_u64).saturating_mul(s.into())))
	}
	fn draw_item() -> Weight {
		Weight::from_parts(90_000_000, 20900)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn start_audit(d: u32, ) -> Weight {
		Weight::from_parts(240_000_000, 66800)
			.saturating_add(T::DbWeight::get().reads(24_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
			.saturating_add(Weight::from_parts(60_000_000, 56700).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads((21_u64).saturating_mul(d.into())))
	}
	fn delivered() -> Weight {
		Weight::from_parts(60_000_000, 12800)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn joined(d: u32, ) -> Weight {
		Weight::from_parts(40_000_000, 15500)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(Weight::from_parts(8_000_000, 10800).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(d.into())))
	}
	fn left(d: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 23600)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
			.saturating_add(Weight::from_parts(12_000_000, 16200).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(d.into())))
	}
	fn weighed(p: u32, ) -> Weight {
		Weight::from_parts(20_000_000, 7400)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
			.saturating_add(Weight::from_parts(200_000_000, 189000).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads((70_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes((21_u64).saturating_mul(p.into())))
	}
	fn plant_canary() -> Weight {
		Weight::from_parts(70_000_000, 15500)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn remove_canary() -> Weight {
		Weight::from_parts(60_000_000, 12800)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	fn reveal_canary(r: u32, ) -> Weight {
		Weight::from_parts(450_000_000, 66800)
			.saturating_add(T::DbWeight::get().reads(24_u64))
			.saturating_add(T::DbWeight::get().writes(20_u64))
			.saturating_add(Weight::from_parts(80_000_000, 13500).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads((5_u64).saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes((4_u64).saturating_mul(r.into())))
	}
	fn lift_suspension() -> Weight {
		Weight::from_parts(15_000_000, 4700)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn poll_base() -> Weight {
		Weight::from_parts(5_000_000, 4700)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	fn poll_item() -> Weight {
		Weight::from_parts(20_000_000, 7400)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
}

// For tests.
impl WeightInfo for () {
	fn on_initialize() -> Weight {
		Weight::from_parts(12_000_000, 10100)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn seal_audit() -> Weight {
		Weight::from_parts(110_000_000, 18200)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_seal_audit() -> Weight {
		Weight::from_parts(75_000_000, 12800)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn answer_audit() -> Weight {
		Weight::from_parts(110_000_000, 18200)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_answer_audit() -> Weight {
		Weight::from_parts(75_000_000, 12800)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn reveal_clean() -> Weight {
		Weight::from_parts(330_000_000, 50600)
			.saturating_add(RocksDbWeight::get().reads(19_u64))
			.saturating_add(RocksDbWeight::get().writes(17_u64))
	}
	fn reveal_accused() -> Weight {
		Weight::from_parts(400_000_000, 69500)
			.saturating_add(RocksDbWeight::get().reads(26_u64))
			.saturating_add(RocksDbWeight::get().writes(21_u64))
	}
	fn reveal_differing(d: u32, ) -> Weight {
		Weight::from_parts(300_000_000, 72200)
			.saturating_add(RocksDbWeight::get().reads(27_u64))
			.saturating_add(RocksDbWeight::get().writes(15_u64))
			.saturating_add(Weight::from_parts(60_000_000, 56700).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads((21_u64).saturating_mul(d.into())))
	}
	fn authorize_reveal_audit() -> Weight {
		Weight::from_parts(30_000_000, 10100)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn expire_auditor(d: u32, ) -> Weight {
		Weight::from_parts(280_000_000, 72200)
			.saturating_add(RocksDbWeight::get().reads(27_u64))
			.saturating_add(RocksDbWeight::get().writes(15_u64))
			.saturating_add(Weight::from_parts(60_000_000, 56700).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads((21_u64).saturating_mul(d.into())))
	}
	fn expire_answer() -> Weight {
		Weight::from_parts(150_000_000, 29000)
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	fn expire_showing() -> Weight {
		Weight::from_parts(600_000_000, 110000)
			.saturating_add(RocksDbWeight::get().reads(42_u64))
			.saturating_add(RocksDbWeight::get().writes(36_u64))
	}
	fn forget(p: u32, ) -> Weight {
		Weight::from_parts(30_000_000, 10100)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
			.saturating_add(Weight::from_parts(4_000_000, 68100).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(p.into())))
	}
	fn show_input(k: u32, ) -> Weight {
		Weight::from_parts(140_000_000, 21600)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(Weight::from_parts(5_000_000, 0).saturating_mul(k.into()))
	}
	fn authorize_show_input(k: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 18900)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(Weight::from_parts(4_000_000, 0).saturating_mul(k.into()))
	}
	fn place_item() -> Weight {
		Weight::from_parts(25_000_000, 5000)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn draw_batch(s: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 9000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
			.saturating_add(Weight::from_parts(90_000_000, 9000).saturating_mul(s.into()))
			.saturating_add(RocksDbWeight::get().reads((4_u64).saturating_mul(s.into())))
			.saturating_add(RocksDbWeight::get().writes((5_u64).saturating_mul(s.into())))
	}
	fn draw_item() -> Weight {
		Weight::from_parts(90_000_000, 20900)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn start_audit(d: u32, ) -> Weight {
		Weight::from_parts(240_000_000, 66800)
			.saturating_add(RocksDbWeight::get().reads(24_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
			.saturating_add(Weight::from_parts(60_000_000, 56700).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads((21_u64).saturating_mul(d.into())))
	}
	fn delivered() -> Weight {
		Weight::from_parts(60_000_000, 12800)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn joined(d: u32, ) -> Weight {
		Weight::from_parts(40_000_000, 15500)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(Weight::from_parts(8_000_000, 10800).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads((4_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(d.into())))
	}
	fn left(d: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 23600)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
			.saturating_add(Weight::from_parts(12_000_000, 16200).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads((6_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(d.into())))
	}
	fn weighed(p: u32, ) -> Weight {
		Weight::from_parts(20_000_000, 7400)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
			.saturating_add(Weight::from_parts(200_000_000, 189000).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads((70_u64).saturating_mul(p.into())))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(p.into())))
	}
	fn plant_canary() -> Weight {
		Weight::from_parts(70_000_000, 15500)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	fn remove_canary() -> Weight {
		Weight::from_parts(60_000_000, 12800)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn reveal_canary(r: u32, ) -> Weight {
		Weight::from_parts(450_000_000, 66800)
			.saturating_add(RocksDbWeight::get().reads(24_u64))
			.saturating_add(RocksDbWeight::get().writes(20_u64))
			.saturating_add(Weight::from_parts(80_000_000, 13500).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads((5_u64).saturating_mul(r.into())))
			.saturating_add(RocksDbWeight::get().writes((4_u64).saturating_mul(r.into())))
	}
	fn lift_suspension() -> Weight {
		Weight::from_parts(15_000_000, 4700)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn poll_base() -> Weight {
		Weight::from_parts(5_000_000, 4700)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	fn poll_item() -> Weight {
		Weight::from_parts(20_000_000, 7400)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
}
