//! Weights of `pallet_sessions`, estimated by hand from similar calls of `pallet_jobs`; `scripts/bench weights` replaces
//! them by measured ones.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]
#![allow(clippy::all)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_sessions`.
pub trait WeightInfo {
	fn open() -> Weight;
	fn top_up() -> Weight;
	fn settle() -> Weight;
	fn authorize_settle() -> Weight;
	fn close() -> Weight;
	fn close_agreed() -> Weight;
	fn end() -> Weight;
	fn finalise() -> Weight;
	fn present(b: u32, ) -> Weight;
	fn open_sample(b: u32, ) -> Weight;
	fn authorize_open_sample(b: u32, ) -> Weight;
	fn expire_sample() -> Weight;
	fn report_two() -> Weight;
	fn retire() -> Weight;
	fn sweep(b: u32, s: u32, ) -> Weight;
	fn poll_base() -> Weight;
	fn poll_item() -> Weight;
}

/// Weights of `pallet_sessions` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	fn open() -> Weight {
		Weight::from_parts(300_000_000, 37512)
			.saturating_add(T::DbWeight::get().reads(20_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	fn top_up() -> Weight {
		Weight::from_parts(150_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	fn settle() -> Weight {
		Weight::from_parts(220_000_000, 30000)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn authorize_settle() -> Weight {
		Weight::from_parts(90_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(0_u64))
	}
	fn close() -> Weight {
		Weight::from_parts(220_000_000, 30000)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	fn close_agreed() -> Weight {
		Weight::from_parts(260_000_000, 30000)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	fn end() -> Weight {
		Weight::from_parts(200_000_000, 30000)
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	fn finalise() -> Weight {
		Weight::from_parts(400_000_000, 37512)
			.saturating_add(T::DbWeight::get().reads(22_u64))
			.saturating_add(T::DbWeight::get().writes(14_u64))
	}
	fn present(b: u32, ) -> Weight {
		Weight::from_parts(250_000_000, 37512)
			.saturating_add(Weight::from_parts(3_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	fn open_sample(b: u32, ) -> Weight {
		Weight::from_parts(300_000_000, 37512)
			.saturating_add(Weight::from_parts(3_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(14_u64))
	}
	fn authorize_open_sample(b: u32, ) -> Weight {
		Weight::from_parts(230_000_000, 37512)
			.saturating_add(Weight::from_parts(3_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(0_u64))
	}
	fn expire_sample() -> Weight {
		Weight::from_parts(250_000_000, 12000)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	fn report_two() -> Weight {
		Weight::from_parts(380_000_000, 12000)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	fn retire() -> Weight {
		Weight::from_parts(120_000_000, 12000)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	fn sweep(b: u32, s: u32, ) -> Weight {
		Weight::from_parts(120_000_000, 12000)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
			.saturating_add(Weight::from_parts(15_000_000, 2_700).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 2).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(18_000_000, 2_700).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads_writes(1, 3).saturating_mul(s.into()))
	}
	fn poll_base() -> Weight {
		Weight::from_parts(8_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(0_u64))
	}
	fn poll_item() -> Weight {
		Weight::from_parts(8_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(0_u64))
	}
}

impl WeightInfo for () {
	fn open() -> Weight {
		Weight::from_parts(300_000_000, 37512)
			.saturating_add(RocksDbWeight::get().reads(20_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
	fn top_up() -> Weight {
		Weight::from_parts(150_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	fn settle() -> Weight {
		Weight::from_parts(220_000_000, 30000)
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn authorize_settle() -> Weight {
		Weight::from_parts(90_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(0_u64))
	}
	fn close() -> Weight {
		Weight::from_parts(220_000_000, 30000)
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn close_agreed() -> Weight {
		Weight::from_parts(260_000_000, 30000)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	fn end() -> Weight {
		Weight::from_parts(200_000_000, 30000)
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	fn finalise() -> Weight {
		Weight::from_parts(400_000_000, 37512)
			.saturating_add(RocksDbWeight::get().reads(22_u64))
			.saturating_add(RocksDbWeight::get().writes(14_u64))
	}
	fn present(b: u32, ) -> Weight {
		Weight::from_parts(250_000_000, 37512)
			.saturating_add(Weight::from_parts(3_000, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	fn open_sample(b: u32, ) -> Weight {
		Weight::from_parts(300_000_000, 37512)
			.saturating_add(Weight::from_parts(3_000, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().writes(14_u64))
	}
	fn authorize_open_sample(b: u32, ) -> Weight {
		Weight::from_parts(230_000_000, 37512)
			.saturating_add(Weight::from_parts(3_000, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(0_u64))
	}
	fn expire_sample() -> Weight {
		Weight::from_parts(250_000_000, 12000)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	fn report_two() -> Weight {
		Weight::from_parts(380_000_000, 12000)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	fn retire() -> Weight {
		Weight::from_parts(120_000_000, 12000)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	fn sweep(b: u32, s: u32, ) -> Weight {
		Weight::from_parts(120_000_000, 12000)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
			.saturating_add(Weight::from_parts(15_000_000, 2_700).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(1, 2).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(18_000_000, 2_700).saturating_mul(s.into()))
			.saturating_add(RocksDbWeight::get().reads_writes(1, 3).saturating_mul(s.into()))
	}
	fn poll_base() -> Weight {
		Weight::from_parts(8_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(0_u64))
	}
	fn poll_item() -> Weight {
		Weight::from_parts(8_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(0_u64))
	}
}
