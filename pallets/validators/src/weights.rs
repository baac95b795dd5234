//! Weights of `pallet_validators`, measured by `scripts/bench weights`. Do not edit.
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
	/// Storage: `Validators::Candidates` (r:1 w:1)
	/// Proof: `Validators::Candidates` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `ValidatorPools::Pools` (r:1 w:1)
	/// Proof: `ValidatorPools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Validators::CounterForCandidates` (r:1 w:1)
	/// Proof: `Validators::CounterForCandidates` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn validate() -> Weight {
		// Proof size in bytes:
		//  measured:  `615`
		//  estimated: `4080`
		// Minimum execution time: 108_773_000 picoseconds.
		Weight::from_parts(115_562_000, 4080)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Validators::Candidates` (r:1 w:1)
	/// Proof: `Validators::Candidates` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	fn chill() -> Weight {
		// Proof size in bytes:
		//  measured:  `75`
		//  estimated: `3514`
		// Minimum execution time: 13_500_000 picoseconds.
		Weight::from_parts(14_942_000, 3514)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Validators::Candidates` (r:1 w:1)
	/// Proof: `Validators::Candidates` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `ValidatorPools::Pools` (r:1 w:0)
	/// Proof: `ValidatorPools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Validators::CounterForCandidates` (r:1 w:1)
	/// Proof: `Validators::CounterForCandidates` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn resume() -> Weight {
		// Proof size in bytes:
		//  measured:  `739`
		//  estimated: `4204`
		// Minimum execution time: 29_394_000 picoseconds.
		Weight::from_parts(32_048_000, 4204)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `ValidatorPools::Pools` (r:1 w:1)
	/// Proof: `ValidatorPools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `ValidatorPools::Liabilities` (r:1 w:0)
	/// Proof: `ValidatorPools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Validators::Candidates` (r:1 w:1)
	/// Proof: `Validators::Candidates` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	/// Storage: `Validators::CounterForCandidates` (r:1 w:1)
	/// Proof: `Validators::CounterForCandidates` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn leave() -> Weight {
		// Proof size in bytes:
		//  measured:  `438`
		//  estimated: `4863`
		// Minimum execution time: 26_309_000 picoseconds.
		Weight::from_parts(30_695_000, 4863)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Validators::Candidates` (r:1 w:1)
	/// Proof: `Validators::Candidates` (`max_values`: None, `max_size`: Some(49), added: 2524, mode: `MaxEncodedLen`)
	/// Storage: `ValidatorPools::Pools` (r:1 w:0)
	/// Proof: `ValidatorPools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Session::NextKeys` (r:1 w:0)
	/// Proof: `Session::NextKeys` (`max_values`: None, `max_size`: None, mode: `Measured`)
	/// Storage: `Validators::CounterForCandidates` (r:1 w:1)
	/// Proof: `Validators::CounterForCandidates` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn evict() -> Weight {
		// Proof size in bytes:
		//  measured:  `638`
		//  estimated: `4103`
		// Minimum execution time: 21_913_000 picoseconds.
		Weight::from_parts(26_710_000, 4103)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Validators::Authored` (r:1 w:1)
	/// Proof: `Validators::Authored` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	fn note_author() -> Weight {
		// Proof size in bytes:
		//  measured:  `0`
		//  estimated: `3517`
		// Minimum execution time: 2_794_000 picoseconds.
		Weight::from_parts(3_105_000, 3517)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `ValidatorPools::Pools` (r:1 w:1)
	/// Proof: `ValidatorPools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `ValidatorPools::Records` (r:1 w:1)
	/// Proof: `ValidatorPools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	fn pay_author() -> Weight {
		// Proof size in bytes:
		//  measured:  `653`
		//  estimated: `6196`
		// Minimum execution time: 107_680_000 picoseconds.
		Weight::from_parts(113_339_000, 6196)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	fn validate() -> Weight {
		Weight::from_parts(115_562_000, 4080)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	fn chill() -> Weight {
		Weight::from_parts(14_942_000, 3514)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn resume() -> Weight {
		Weight::from_parts(32_048_000, 4204)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn leave() -> Weight {
		Weight::from_parts(30_695_000, 4863)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn evict() -> Weight {
		Weight::from_parts(26_710_000, 4103)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn note_author() -> Weight {
		Weight::from_parts(3_105_000, 3517)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn pay_author() -> Weight {
		Weight::from_parts(113_339_000, 6196)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
}
