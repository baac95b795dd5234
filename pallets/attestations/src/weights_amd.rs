//! Weights of `pallet_attestations_amd`, measured by `scripts/bench weights`. Do not edit.
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

pub use crate::weights::WeightInfo;

/// Weights of `pallet_attestations_amd` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `System::BlockHash` (r:2 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:1)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Collaterals` (r:1 w:0)
	/// Proof: `AmdAttestations::Collaterals` (`max_values`: None, `max_size`: Some(4164), added: 6639, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Standings` (r:1 w:0)
	/// Proof: `AmdAttestations::Standings` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Rules` (r:1 w:0)
	/// Proof: `AmdAttestations::Rules` (`max_values`: Some(1), `max_size`: Some(27), added: 522, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::RevokedPlatforms` (r:1 w:0)
	/// Proof: `AmdAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Allowances` (r:1 w:0)
	/// Proof: `AmdAttestations::Allowances` (`max_values`: None, `max_size`: Some(365), added: 2840, mode: `MaxEncodedLen`)
	fn submit() -> Weight {
		// Proof size in bytes:
		//  measured:  `3036`
		//  estimated: `7629`
		// Minimum execution time: 15_983_699_000 picoseconds.
		Weight::from_parts(16_437_216_000, 7629)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attempts` (r:0 w:1)
	/// Proof: `AmdAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn renew() -> Weight {
		// Proof size in bytes:
		//  measured:  `998`
		//  estimated: `4061`
		// Minimum execution time: 41_241_000 picoseconds.
		Weight::from_parts(47_421_000, 4061)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `AmdAttestations::Attested` (r:1 w:0)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Standings` (r:1 w:0)
	/// Proof: `AmdAttestations::Standings` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attempts` (r:1 w:0)
	/// Proof: `AmdAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:2 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	fn authorize_renew() -> Weight {
		// Proof size in bytes:
		//  measured:  `1482`
		//  estimated: `6028`
		// Minimum execution time: 106_769_000 picoseconds.
		Weight::from_parts(138_847_000, 6028)
			.saturating_add(T::DbWeight::get().reads(8_u64))
	}
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Collaterals` (r:1 w:1)
	/// Proof: `AmdAttestations::Collaterals` (`max_values`: None, `max_size`: Some(4164), added: 6639, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Standings` (r:1 w:1)
	/// Proof: `AmdAttestations::Standings` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	fn refresh() -> Weight {
		// Proof size in bytes:
		//  measured:  `1576`
		//  estimated: `7629`
		// Minimum execution time: 15_469_793_000 picoseconds.
		Weight::from_parts(37_715_762_000, 7629)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `AmdAttestations::Allowances` (r:0 w:1)
	/// Proof: `AmdAttestations::Allowances` (`max_values`: None, `max_size`: Some(365), added: 2840, mode: `MaxEncodedLen`)
	fn allow() -> Weight {
		// Proof size in bytes:
		//  measured:  `0`
		//  estimated: `0`
		// Minimum execution time: 7_561_000 picoseconds.
		Weight::from_parts(8_543_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `AmdAttestations::Allowances` (r:1 w:1)
	/// Proof: `AmdAttestations::Allowances` (`max_values`: None, `max_size`: Some(365), added: 2840, mode: `MaxEncodedLen`)
	fn disallow() -> Weight {
		// Proof size in bytes:
		//  measured:  `399`
		//  estimated: `3830`
		// Minimum execution time: 11_627_000 picoseconds.
		Weight::from_parts(12_939_000, 3830)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `AmdAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `AmdAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	fn revoke() -> Weight {
		// Proof size in bytes:
		//  measured:  `0`
		//  estimated: `0`
		// Minimum execution time: 5_478_000 picoseconds.
		Weight::from_parts(7_331_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `AmdAttestations::RevokedPlatforms` (r:1 w:1)
	/// Proof: `AmdAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	fn reinstate() -> Weight {
		// Proof size in bytes:
		//  measured:  `115`
		//  estimated: `3550`
		// Minimum execution time: 9_284_000 picoseconds.
		Weight::from_parts(11_597_000, 3550)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `AmdAttestations::Rules` (r:0 w:1)
	/// Proof: `AmdAttestations::Rules` (`max_values`: Some(1), `max_size`: Some(27), added: 522, mode: `MaxEncodedLen`)
	fn set_policy() -> Weight {
		// Proof size in bytes:
		//  measured:  `0`
		//  estimated: `0`
		// Minimum execution time: 4_837_000 picoseconds.
		Weight::from_parts(5_519_000, 0)
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `AmdAttestations::Attested` (r:1 w:1)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:0)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attempts` (r:0 w:1)
	/// Proof: `AmdAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn clear() -> Weight {
		// Proof size in bytes:
		//  measured:  `1393`
		//  estimated: `4863`
		// Minimum execution time: 55_212_000 picoseconds.
		Weight::from_parts(62_874_000, 4863)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `AmdAttestations::Attested` (r:1 w:0)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::RevokedPlatforms` (r:1 w:0)
	/// Proof: `AmdAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Allowances` (r:1 w:0)
	/// Proof: `AmdAttestations::Allowances` (`max_values`: None, `max_size`: Some(365), added: 2840, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Rules` (r:1 w:0)
	/// Proof: `AmdAttestations::Rules` (`max_values`: Some(1), `max_size`: Some(27), added: 522, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Standings` (r:1 w:0)
	/// Proof: `AmdAttestations::Standings` (`max_values`: None, `max_size`: Some(37), added: 2512, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	fn check() -> Weight {
		// Proof size in bytes:
		//  measured:  `1569`
		//  estimated: `4061`
		// Minimum execution time: 38_908_000 picoseconds.
		Weight::from_parts(42_654_000, 4061)
			.saturating_add(T::DbWeight::get().reads(8_u64))
	}
}

