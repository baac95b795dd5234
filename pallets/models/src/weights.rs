//! Weights for `pallet_models`
//!
//! Conservative estimates: storage accesses counted, execution time estimated high. The benchmark tool writes this
//! file anew, in the same shape, with measured values.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

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

/// Weights for `pallet_models` using the Substrate node and recommended hardware.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Models::RepositoryIds` (r:1 w:1)
	/// Storage: `Models::NextRepositoryId` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Models::Repositories` (r:0 w:1)
	fn create_repository() -> Weight {
		Weight::from_parts(60_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Storage: `Models::ReleaseIds` (r:1 w:1)
	/// Storage: `Models::NextReleaseId` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Models::Releases` (r:0 w:1)
	/// Storage: `Models::Specs` (r:0 w:1)
	/// The range of component `f` is `[1, 64]`.
	fn publish_release(f: u32, ) -> Weight {
		Weight::from_parts(900_000_000, 12000)
			.saturating_add(Weight::from_parts(40_000_000, 0).saturating_mul(f.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// Storage: `Models::Releases` (r:1 w:1)
	/// Storage: `Models::Repositories` (r:1 w:0)
	fn deprecate() -> Weight {
		Weight::from_parts(50_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Storage: `Models::AccessList` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn set_access() -> Weight {
		Weight::from_parts(60_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	fn set_private() -> Weight {
		Weight::from_parts(30_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	fn transfer_repository() -> Weight {
		Weight::from_parts(30_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Storage: `Models::RepositoryIds` (r:2 w:2)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Balances::Holds` (r:2 w:2)
	fn accept_transfer() -> Weight {
		Weight::from_parts(180_000_000, 12000)
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Models::Metadata` (r:0 w:1)
	fn set_metadata() -> Weight {
		Weight::from_parts(80_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Models::Metadata` (r:0 w:1)
	/// Storage: `Models::RepositoryIds` (r:0 w:1)
	fn remove_repository() -> Weight {
		Weight::from_parts(70_000_000, 6000)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Storage: `Models::Specs` (r:1 w:1)
	fn set_source() -> Weight {
		Weight::from_parts(250_000_000, 40000)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

// For backwards compatibility and tests.
impl WeightInfo for () {
	/// Storage: `Models::RepositoryIds` (r:1 w:1)
	/// Storage: `Models::NextRepositoryId` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Models::Repositories` (r:0 w:1)
	fn create_repository() -> Weight {
		Weight::from_parts(60_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Storage: `Models::ReleaseIds` (r:1 w:1)
	/// Storage: `Models::NextReleaseId` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Models::Releases` (r:0 w:1)
	/// Storage: `Models::Specs` (r:0 w:1)
	/// The range of component `f` is `[1, 64]`.
	fn publish_release(f: u32, ) -> Weight {
		Weight::from_parts(900_000_000, 12000)
			.saturating_add(Weight::from_parts(40_000_000, 0).saturating_mul(f.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	/// Storage: `Models::Releases` (r:1 w:1)
	/// Storage: `Models::Repositories` (r:1 w:0)
	fn deprecate() -> Weight {
		Weight::from_parts(50_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Storage: `Models::AccessList` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	fn set_access() -> Weight {
		Weight::from_parts(60_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	fn set_private() -> Weight {
		Weight::from_parts(30_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	fn transfer_repository() -> Weight {
		Weight::from_parts(30_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Storage: `Models::RepositoryIds` (r:2 w:2)
	/// Storage: `System::Account` (r:2 w:2)
	/// Storage: `Balances::Holds` (r:2 w:2)
	fn accept_transfer() -> Weight {
		Weight::from_parts(180_000_000, 12000)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Models::Metadata` (r:0 w:1)
	fn set_metadata() -> Weight {
		Weight::from_parts(80_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// Storage: `Models::Repositories` (r:1 w:1)
	/// Storage: `System::Account` (r:1 w:1)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Storage: `Models::Metadata` (r:0 w:1)
	/// Storage: `Models::RepositoryIds` (r:0 w:1)
	fn remove_repository() -> Weight {
		Weight::from_parts(70_000_000, 6000)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Storage: `Models::Specs` (r:1 w:1)
	fn set_source() -> Weight {
		Weight::from_parts(250_000_000, 40000)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
}
