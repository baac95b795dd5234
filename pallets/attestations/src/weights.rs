//! Weights of `pallet_attestations`, measured by `scripts/bench weights`. Do not edit.
//!
//! 2026-11-21, AMD EPYC, Wasm Compiled, benchmark program 64.0.0, steps 20, repeat 10.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]
#![allow(clippy::all)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_attestations`.
pub trait WeightInfo {
	fn submit() -> Weight;
	fn renew() -> Weight;
	fn authorize_renew() -> Weight;
	fn refresh() -> Weight;
	fn allow() -> Weight;
	fn disallow() -> Weight;
	fn revoke() -> Weight;
	fn reinstate() -> Weight;
	fn set_policy() -> Weight;
	fn clear() -> Weight;
	fn check() -> Weight;
}

/// Weights of `pallet_attestations` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `System::BlockHash` (r:2 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attested` (r:1 w:1)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Collaterals` (r:1 w:0)
	/// Proof: `IntelAttestations::Collaterals` (`max_values`: None, `max_size`: Some(140116), added: 142591, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Standings` (r:1 w:0)
	/// Proof: `IntelAttestations::Standings` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Rules` (r:1 w:0)
	/// Proof: `IntelAttestations::Rules` (`max_values`: Some(1), `max_size`: Some(27), added: 522, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::RevokedPlatforms` (r:1 w:0)
	/// Proof: `IntelAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Allowances` (r:1 w:0)
	/// Proof: `IntelAttestations::Allowances` (`max_values`: None, `max_size`: Some(365), added: 2840, mode: `MaxEncodedLen`)
	fn submit() -> Weight {
		// Proof size in bytes:
		//  measured:  `18261`
		//  estimated: `143581`
		// Minimum execution time: 5_416_438_000 picoseconds.
		Weight::from_parts(5_762_805_000, 143581)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attempts` (r:0 w:1)
	/// Proof: `IntelAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn renew() -> Weight {
		// Proof size in bytes:
		//  measured:  `998`
		//  estimated: `4061`
		// Minimum execution time: 36_254_000 picoseconds.
		Weight::from_parts(42_213_000, 4061)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `IntelAttestations::Attested` (r:1 w:0)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Standings` (r:1 w:0)
	/// Proof: `IntelAttestations::Standings` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attempts` (r:1 w:0)
	/// Proof: `IntelAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:2 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	fn authorize_renew() -> Weight {
		// Proof size in bytes:
		//  measured:  `1689`
		//  estimated: `6028`
		// Minimum execution time: 121_621_000 picoseconds.
		Weight::from_parts(128_462_000, 6028)
			.saturating_add(T::DbWeight::get().reads(8_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Collaterals` (r:1 w:1)
	/// Proof: `IntelAttestations::Collaterals` (`max_values`: None, `max_size`: Some(140116), added: 142591, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Standings` (r:1 w:1)
	/// Proof: `IntelAttestations::Standings` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn refresh() -> Weight {
		// Proof size in bytes:
		//  measured:  `16793`
		//  estimated: `143581`
		// Minimum execution time: 10_627_171_000 picoseconds.
		Weight::from_parts(16_045_552_000, 143581)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `IntelAttestations::Allowances` (r:0 w:1)
	/// Proof: `IntelAttestations::Allowances` (`max_values`: None, `max_size`: Some(365), added: 2840, mode: `MaxEncodedLen`)
	fn allow() -> Weight {
		// Proof size in bytes:
		//  measured:  `0`
		//  estimated: `0`
		// Minimum execution time: 7_371_000 picoseconds.
		Weight::from_parts(8_823_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `IntelAttestations::Allowances` (r:1 w:1)
	/// Proof: `IntelAttestations::Allowances` (`max_values`: None, `max_size`: Some(365), added: 2840, mode: `MaxEncodedLen`)
	fn disallow() -> Weight {
		// Proof size in bytes:
		//  measured:  `437`
		//  estimated: `3830`
		// Minimum execution time: 11_938_000 picoseconds.
		Weight::from_parts(19_479_000, 3830)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `IntelAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `IntelAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	fn revoke() -> Weight {
		// Proof size in bytes:
		//  measured:  `0`
		//  estimated: `0`
		// Minimum execution time: 6_360_000 picoseconds.
		Weight::from_parts(11_628_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `IntelAttestations::RevokedPlatforms` (r:1 w:1)
	/// Proof: `IntelAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	fn reinstate() -> Weight {
		// Proof size in bytes:
		//  measured:  `153`
		//  estimated: `3550`
		// Minimum execution time: 9_665_000 picoseconds.
		Weight::from_parts(10_826_000, 3550)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `IntelAttestations::Rules` (r:0 w:1)
	/// Proof: `IntelAttestations::Rules` (`max_values`: Some(1), `max_size`: Some(27), added: 522, mode: `MaxEncodedLen`)
	fn set_policy() -> Weight {
		// Proof size in bytes:
		//  measured:  `0`
		//  estimated: `0`
		// Minimum execution time: 4_697_000 picoseconds.
		Weight::from_parts(10_936_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `IntelAttestations::Attested` (r:1 w:1)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:0)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attempts` (r:0 w:1)
	/// Proof: `IntelAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn clear() -> Weight {
		// Proof size in bytes:
		//  measured:  `1593`
		//  estimated: `4863`
		// Minimum execution time: 48_342_000 picoseconds.
		Weight::from_parts(70_856_000, 4863)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `IntelAttestations::Attested` (r:1 w:0)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::RevokedPlatforms` (r:1 w:0)
	/// Proof: `IntelAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Allowances` (r:1 w:0)
	/// Proof: `IntelAttestations::Allowances` (`max_values`: None, `max_size`: Some(365), added: 2840, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Rules` (r:1 w:0)
	/// Proof: `IntelAttestations::Rules` (`max_values`: Some(1), `max_size`: Some(27), added: 522, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Standings` (r:1 w:0)
	/// Proof: `IntelAttestations::Standings` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	fn check() -> Weight {
		// Proof size in bytes:
		//  measured:  `1976`
		//  estimated: `4061`
		// Minimum execution time: 36_284_000 picoseconds.
		Weight::from_parts(41_572_000, 4061)
			.saturating_add(T::DbWeight::get().reads(8_u64))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	fn submit() -> Weight {
		Weight::from_parts(5_762_805_000, 143581)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn renew() -> Weight {
		Weight::from_parts(42_213_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn authorize_renew() -> Weight {
		Weight::from_parts(128_462_000, 6028)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
	}
	fn refresh() -> Weight {
		Weight::from_parts(16_045_552_000, 143581)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn allow() -> Weight {
		Weight::from_parts(8_823_000, 0)
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn disallow() -> Weight {
		Weight::from_parts(19_479_000, 3830)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn revoke() -> Weight {
		Weight::from_parts(11_628_000, 0)
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn reinstate() -> Weight {
		Weight::from_parts(10_826_000, 3550)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn set_policy() -> Weight {
		Weight::from_parts(10_936_000, 0)
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn clear() -> Weight {
		Weight::from_parts(70_856_000, 4863)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn check() -> Weight {
		Weight::from_parts(41_572_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
	}
}
