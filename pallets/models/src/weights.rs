//! Weights of `pallet_models`, measured by `scripts/bench weights`. Do not edit.
//!
//! 2026-11-21, AMD EPYC, Wasm Compiled, benchmark program 64.0.0, steps 20, repeat 10. `set_source`: the same day on an EPYC that takes
//! twice as long, steps 10, repeat 6.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]
#![allow(clippy::all)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_models`.
pub trait WeightInfo {
	fn create_repository() -> Weight;
	fn publish_release(f: u32, ) -> Weight;
	fn deprecate() -> Weight;
	fn set_access() -> Weight;
	fn set_private() -> Weight;
	fn transfer_repository() -> Weight;
	fn accept_transfer() -> Weight;
	fn set_metadata() -> Weight;
	fn remove_repository() -> Weight;
	fn set_source() -> Weight;
}

/// Weights of `pallet_models` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Models::RepositoryIds` (r:1 w:1)
	/// Proof: `Models::RepositoryIds` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	/// Storage: `Models::NextRepositoryId` (r:1 w:1)
	/// Proof: `Models::NextRepositoryId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:0 w:1)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	fn create_repository() -> Weight {
		// Proof size in bytes:
		//  measured:  `4`
		//  estimated: `3730`
		// Minimum execution time: 44_757_000 picoseconds.
		Weight::from_parts(47_831_000, 3730)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Models::ReleaseIds` (r:1 w:1)
	/// Proof: `Models::ReleaseIds` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Models::NextReleaseId` (r:1 w:1)
	/// Proof: `Models::NextReleaseId` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Models::Releases` (r:0 w:1)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:0 w:1)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// The range of component `f` is `[1, 64]`.
	fn publish_release(f: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `433`
		//  estimated: `3730`
		// Minimum execution time: 191_856_000 picoseconds.
		Weight::from_parts(181_170_191, 3730)
			// Standard error: 9_545
			.saturating_add(Weight::from_parts(7_352_203, 0).saturating_mul(f.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Models::Releases` (r:1 w:1)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	fn deprecate() -> Weight {
		// Proof size in bytes:
		//  measured:  `342`
		//  estimated: `3752`
		// Minimum execution time: 13_560_000 picoseconds.
		Weight::from_parts(15_163_000, 3752)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Models::AccessList` (r:1 w:1)
	/// Proof: `Models::AccessList` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	fn set_access() -> Weight {
		// Proof size in bytes:
		//  measured:  `401`
		//  estimated: `3730`
		// Minimum execution time: 50_846_000 picoseconds.
		Weight::from_parts(52_979_000, 3730)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	fn set_private() -> Weight {
		// Proof size in bytes:
		//  measured:  `326`
		//  estimated: `3666`
		// Minimum execution time: 10_746_000 picoseconds.
		Weight::from_parts(12_198_000, 3666)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	fn transfer_repository() -> Weight {
		// Proof size in bytes:
		//  measured:  `326`
		//  estimated: `3666`
		// Minimum execution time: 10_986_000 picoseconds.
		Weight::from_parts(12_438_000, 3666)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Models::RepositoryIds` (r:1 w:2)
	/// Proof: `Models::RepositoryIds` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	fn accept_transfer() -> Weight {
		// Proof size in bytes:
		//  measured:  `718`
		//  estimated: `6470`
		// Minimum execution time: 142_893_000 picoseconds.
		Weight::from_parts(153_830_000, 6470)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Models::Metadata` (r:0 w:1)
	/// Proof: `Models::Metadata` (`max_values`: None, `max_size`: Some(1038), added: 3513, mode: `MaxEncodedLen`)
	fn set_metadata() -> Weight {
		// Proof size in bytes:
		//  measured:  `401`
		//  estimated: `3730`
		// Minimum execution time: 49_634_000 picoseconds.
		Weight::from_parts(54_201_000, 3730)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Models::RepositoryIds` (r:0 w:1)
	/// Proof: `Models::RepositoryIds` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
	/// Storage: `Models::Metadata` (r:0 w:1)
	/// Proof: `Models::Metadata` (`max_values`: None, `max_size`: Some(1038), added: 3513, mode: `MaxEncodedLen`)
	fn remove_repository() -> Weight {
		// Proof size in bytes:
		//  measured:  `309`
		//  estimated: `3730`
		// Minimum execution time: 39_659_000 picoseconds.
		Weight::from_parts(41_772_000, 3730)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:1)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	fn set_source() -> Weight {
		// Proof size in bytes:
		//  measured:  `35192`
		//  estimated: `38776`
		// Minimum execution time: 211_465_000 picoseconds.
		Weight::from_parts(352_648_000, 38776)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	fn create_repository() -> Weight {
		Weight::from_parts(47_831_000, 3730)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// The range of component `f` is `[1, 64]`.
	fn publish_release(f: u32, ) -> Weight {
		Weight::from_parts(181_170_191, 3730)
			.saturating_add(Weight::from_parts(7_352_203, 0).saturating_mul(f.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	fn deprecate() -> Weight {
		Weight::from_parts(15_163_000, 3752)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn set_access() -> Weight {
		Weight::from_parts(52_979_000, 3730)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn set_private() -> Weight {
		Weight::from_parts(12_198_000, 3666)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn transfer_repository() -> Weight {
		Weight::from_parts(12_438_000, 3666)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn accept_transfer() -> Weight {
		Weight::from_parts(153_830_000, 6470)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	fn set_metadata() -> Weight {
		Weight::from_parts(54_201_000, 3730)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn remove_repository() -> Weight {
		Weight::from_parts(41_772_000, 3730)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn set_source() -> Weight {
		Weight::from_parts(352_648_000, 38776)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
}
