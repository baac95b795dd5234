//! Weights of `pallet_hosts`.
//!
//! Estimated by hand, on the high side, in the shape of the benchmark command's template: `benchmarking.rs` measures
//! them, and its output replaces this file.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_hosts`.
pub trait WeightInfo {
	fn register() -> Weight;
	fn update() -> Weight;
	fn set_worker() -> Weight;
	fn stake_more(o: u32, ) -> Weight;
	fn unstake() -> Weight;
	fn withdraw(o: u32, ) -> Weight;
	fn offer(d: u32, ) -> Weight;
	fn withdraw_offer(d: u32, ) -> Weight;
	fn heartbeat(o: u32, ) -> Weight;
	fn authorize_heartbeat() -> Weight;
	fn chill(o: u32, ) -> Weight;
	fn unchill(o: u32, ) -> Weight;
	fn deregister(o: u32, ) -> Weight;
	fn draw(d: u32, ) -> Weight;
}

/// Weights for `pallet_hosts` with the database weights of the runtime.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn register() -> Weight {
		Weight::from_parts(90_000_000, 15000)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	fn update() -> Weight {
		Weight::from_parts(15_000_000, 4600)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	fn set_worker() -> Weight {
		Weight::from_parts(75_000_000, 15000)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn stake_more(o: u32, ) -> Weight {
		Weight::from_parts(45_000_000, 15000)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().reads((46_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(T::DbWeight::get().writes((23_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 119600).saturating_mul(o.into()))
	}
	fn unstake() -> Weight {
		Weight::from_parts(20_000_000, 7200)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn withdraw(o: u32, ) -> Weight {
		Weight::from_parts(50_000_000, 20200)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().reads((46_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(T::DbWeight::get().writes((23_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 119600).saturating_mul(o.into()))
	}
	/// The range of component `d` is `[1, 20]`.
	fn offer(d: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 25400)
			.saturating_add(Weight::from_parts(6_000_000, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 7800).saturating_mul(d.into()))
	}
	/// The range of component `d` is `[1, 20]`.
	fn withdraw_offer(d: u32, ) -> Weight {
		Weight::from_parts(50_000_000, 22800)
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(8_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 10400).saturating_mul(d.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn heartbeat(o: u32, ) -> Weight {
		Weight::from_parts(90_000_000, 12400)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((46_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((23_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 119600).saturating_mul(o.into()))
	}
	fn authorize_heartbeat() -> Weight {
		Weight::from_parts(75_000_000, 9800)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn chill(o: u32, ) -> Weight {
		Weight::from_parts(30_000_000, 9800)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().reads((46_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((23_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 119600).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn unchill(o: u32, ) -> Weight {
		Weight::from_parts(30_000_000, 12400)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((46_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((23_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 119600).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn deregister(o: u32, ) -> Weight {
		Weight::from_parts(40_000_000, 12400)
			.saturating_add(Weight::from_parts(190_000_000, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((87_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(T::DbWeight::get().writes((47_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 226200).saturating_mul(o.into()))
	}
	/// The range of component `d` is `[1, 20]`.
	fn draw(d: u32, ) -> Weight {
		Weight::from_parts(900_000_000, 548000)
			.saturating_add(Weight::from_parts(90_000_000, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(210_u64))
			.saturating_add(T::DbWeight::get().reads((20_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(2_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 52000).saturating_mul(d.into()))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	fn register() -> Weight {
		Weight::from_parts(90_000_000, 15000)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	fn update() -> Weight {
		Weight::from_parts(15_000_000, 4600)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn set_worker() -> Weight {
		Weight::from_parts(75_000_000, 15000)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn stake_more(o: u32, ) -> Weight {
		Weight::from_parts(45_000_000, 15000)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().reads((46_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(RocksDbWeight::get().writes((23_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 119600).saturating_mul(o.into()))
	}
	fn unstake() -> Weight {
		Weight::from_parts(20_000_000, 7200)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn withdraw(o: u32, ) -> Weight {
		Weight::from_parts(50_000_000, 20200)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().reads((46_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(RocksDbWeight::get().writes((23_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 119600).saturating_mul(o.into()))
	}
	/// The range of component `d` is `[1, 20]`.
	fn offer(d: u32, ) -> Weight {
		Weight::from_parts(80_000_000, 25400)
			.saturating_add(Weight::from_parts(6_000_000, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(9_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 7800).saturating_mul(d.into()))
	}
	/// The range of component `d` is `[1, 20]`.
	fn withdraw_offer(d: u32, ) -> Weight {
		Weight::from_parts(50_000_000, 22800)
			.saturating_add(Weight::from_parts(8_000_000, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().reads((4_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 10400).saturating_mul(d.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn heartbeat(o: u32, ) -> Weight {
		Weight::from_parts(90_000_000, 12400)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((46_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((23_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 119600).saturating_mul(o.into()))
	}
	fn authorize_heartbeat() -> Weight {
		Weight::from_parts(75_000_000, 9800)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn chill(o: u32, ) -> Weight {
		Weight::from_parts(30_000_000, 9800)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().reads((46_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((23_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 119600).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn unchill(o: u32, ) -> Weight {
		Weight::from_parts(30_000_000, 12400)
			.saturating_add(Weight::from_parts(100_000_000, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((46_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((23_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 119600).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn deregister(o: u32, ) -> Weight {
		Weight::from_parts(40_000_000, 12400)
			.saturating_add(Weight::from_parts(190_000_000, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((87_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(RocksDbWeight::get().writes((47_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 226200).saturating_mul(o.into()))
	}
	/// The range of component `d` is `[1, 20]`.
	fn draw(d: u32, ) -> Weight {
		Weight::from_parts(900_000_000, 548000)
			.saturating_add(Weight::from_parts(90_000_000, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(210_u64))
			.saturating_add(RocksDbWeight::get().reads((20_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 52000).saturating_mul(d.into()))
	}
}
