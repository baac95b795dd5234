
//! Weights of `pallet_jobs`, measured by `scripts/bench weights`. Do not edit.
//!
//! 2026-11-20, AMD EPYC, Wasm Compiled, benchmark program 64.0.0, steps 10, repeat 5.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]
#![allow(clippy::all)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_jobs`.
pub trait WeightInfo {
	fn submit(b: u32, m: u32, ) -> Weight;
	fn submit_result(b: u32, ) -> Weight;
	fn reveal_result(b: u32, m: u32, ) -> Weight;
	fn authorize_submit_result(b: u32, ) -> Weight;
	fn seal_result() -> Weight;
	fn authorize_seal_result() -> Weight;
	fn cancel() -> Weight;
	fn assign(m: u32, ) -> Weight;
	fn end() -> Weight;
	fn reassign(m: u32, ) -> Weight;
	fn begin_reveal(m: u32, ) -> Weight;
	fn settle(m: u32, ) -> Weight;
	fn finalise() -> Weight;
	fn close(m: u32, ) -> Weight;
	fn poll_base() -> Weight;
	fn poll_item() -> Weight;
}

/// Weights of `pallet_jobs` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(34047), added: 36522, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::NextJobId` (r:1 w:1)
	/// Proof: `Jobs::NextJobId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `System::ParentHash` (r:1 w:0)
	/// Proof: `System::ParentHash` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:5 w:0)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:5 w:0)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:5 w:0)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:5 w:5)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:4 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:5 w:5)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:5 w:5)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:5)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:1)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:0 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:0 w:5)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[0, 16384]`.
	/// The range of component `m` is `[1, 5]`.
	fn submit(b: u32, m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `13833 + m * (431 ±0)`
		//  estimated: `37512 + m * (3863 ±0)`
		// Minimum execution time: 264_725_000 picoseconds.
		Weight::from_parts(130_389_122, 37512)
			// Standard error: 180
			.saturating_add(Weight::from_parts(4_362, 0).saturating_mul(b.into()))
			// Standard error: 649_536
			.saturating_add(Weight::from_parts(93_347_472, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(T::DbWeight::get().writes((5_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(34047), added: 36522, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:1 w:1)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:1 w:1)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:1)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:0 w:1)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[0, 65536]`.
	fn submit_result(b: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `14822`
		//  estimated: `37512`
		// Minimum execution time: 125_287_000 picoseconds.
		Weight::from_parts(138_411_307, 37512)
			// Standard error: 15
			.saturating_add(Weight::from_parts(2_495, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(34047), added: 36522, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:1 w:1)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:1 w:1)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:5 w:5)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:3 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:8 w:8)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:1)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:0 w:1)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[0, 65536]`.
	/// The range of component `m` is `[2, 5]`.
	fn reveal_result(b: u32, m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `15301 + m * (466 ±0)`
		//  estimated: `37512 + m * (3863 ±0)`
		// Minimum execution time: 646_094_000 picoseconds.
		Weight::from_parts(165_853_256, 37512)
			// Standard error: 50
			.saturating_add(Weight::from_parts(2_556, 0).saturating_mul(b.into()))
			// Standard error: 981_893
			.saturating_add(Weight::from_parts(170_259_162, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(16_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(12_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:0)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(34047), added: 36522, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[0, 65536]`.
	fn authorize_submit_result(b: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `14569`
		//  estimated: `37512`
		// Minimum execution time: 84_285_000 picoseconds.
		Weight::from_parts(89_734_961, 37512)
			// Standard error: 2
			.saturating_add(Weight::from_parts(2_122, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn seal_result() -> Weight {
		// Proof size in bytes:
		//  measured:  `2140`
		//  estimated: `6616`
		// Minimum execution time: 83_675_000 picoseconds.
		Weight::from_parts(103_745_000, 6616)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:0)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_seal_result() -> Weight {
		// Proof size in bytes:
		//  measured:  `2008`
		//  estimated: `6616`
		// Minimum execution time: 58_347_000 picoseconds.
		Weight::from_parts(61_632_000, 6616)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:1)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	fn cancel() -> Weight {
		// Proof size in bytes:
		//  measured:  `529`
		//  estimated: `6616`
		// Minimum execution time: 111_837_000 picoseconds.
		Weight::from_parts(120_180_000, 6616)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `System::ParentHash` (r:1 w:0)
	/// Proof: `System::ParentHash` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:5 w:0)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:5 w:0)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:5 w:0)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:5 w:5)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:4 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:5 w:5)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:5 w:5)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:5)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:0 w:5)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// The range of component `m` is `[1, 5]`.
	fn assign(m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `986 + m * (432 ±0)`
		//  estimated: `11034 + m * (3863 ±0)`
		// Minimum execution time: 157_465_000 picoseconds.
		Weight::from_parts(79_543_334, 11034)
			// Standard error: 371_558
			.saturating_add(Weight::from_parts(89_531_077, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(T::DbWeight::get().writes((5_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:1)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	fn end() -> Weight {
		// Proof size in bytes:
		//  measured:  `529`
		//  estimated: `6616`
		// Minimum execution time: 108_342_000 picoseconds.
		Weight::from_parts(116_053_000, 6616)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:10 w:10)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:10 w:10)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:5 w:10)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:10 w:10)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:7 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:5 w:5)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:6 w:6)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `System::ParentHash` (r:1 w:0)
	/// Proof: `System::ParentHash` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:10 w:0)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:10 w:0)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:5 w:0)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:10)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// The range of component `m` is `[1, 5]`.
	fn reassign(m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1255 + m * (1108 ±0)`
		//  estimated: `18567 + m * (7726 ±0)`
		// Minimum execution time: 214_971_000 picoseconds.
		Weight::from_parts(30_973_591, 18567)
			// Standard error: 899_436
			.saturating_add(Weight::from_parts(190_367_376, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().reads((14_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(T::DbWeight::get().writes((12_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 7726).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:4 w:4)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:4 w:4)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:4 w:4)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:4 w:4)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:4 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:5 w:5)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:5 w:5)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:4)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// The range of component `m` is `[2, 5]`.
	fn begin_reveal(m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `837 + m * (543 ±0)`
		//  estimated: `11034 + m * (2632 ±41)`
		// Minimum execution time: 166_428_000 picoseconds.
		Weight::from_parts(44_377_880, 11034)
			// Standard error: 302_175
			.saturating_add(Weight::from_parts(69_327_501, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(12_u64))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2632).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:5 w:5)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:1 w:1)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:1 w:1)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:6 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:8 w:8)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:1)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// The range of component `m` is `[2, 5]`.
	fn settle(m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `779 + m * (671 ±0)`
		//  estimated: `8675 + m * (3863 ±158)`
		// Minimum execution time: 173_478_000 picoseconds.
		Weight::from_parts(180_800_000, 8675)
			// Standard error: 1_930_266
			.saturating_add(Weight::from_parts(108_781_668, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().reads((4_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(8_u64))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:4 w:4)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:1 w:1)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:1 w:1)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:1)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	fn finalise() -> Weight {
		// Proof size in bytes:
		//  measured:  `1904`
		//  estimated: `1052715`
		// Minimum execution time: 266_798_000 picoseconds.
		Weight::from_parts(284_774_000, 1052715)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(11_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:5 w:5)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:1)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// The range of component `m` is `[2, 5]`.
	fn close(m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `516 + m * (315 ±0)`
		//  estimated: `6616 + m * (1051725 ±0)`
		// Minimum execution time: 88_653_000 picoseconds.
		Weight::from_parts(91_565_222, 6616)
			// Standard error: 150_858
			.saturating_add(Weight::from_parts(2_999_393, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 1051725).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Agenda` (r:1 w:0)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn poll_base() -> Weight {
		// Proof size in bytes:
		//  measured:  `80`
		//  estimated: `3477`
		// Minimum execution time: 2_474_000 picoseconds.
		Weight::from_parts(2_744_000, 3477)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// Storage: `Jobs::Agenda` (r:1 w:0)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:0)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	fn poll_item() -> Weight {
		// Proof size in bytes:
		//  measured:  `614`
		//  estimated: `6616`
		// Minimum execution time: 12_519_000 picoseconds.
		Weight::from_parts(13_911_000, 6616)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	/// The range of component `b` is `[0, 16384]`.
	/// The range of component `m` is `[1, 5]`.
	fn submit(b: u32, m: u32, ) -> Weight {
		Weight::from_parts(130_389_122, 37512)
			.saturating_add(Weight::from_parts(4_362, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(93_347_472, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(13_u64))
			.saturating_add(RocksDbWeight::get().reads((6_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(RocksDbWeight::get().writes((5_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	/// The range of component `b` is `[0, 65536]`.
	fn submit_result(b: u32, ) -> Weight {
		Weight::from_parts(138_411_307, 37512)
			.saturating_add(Weight::from_parts(2_495, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	/// The range of component `b` is `[0, 65536]`.
	/// The range of component `m` is `[2, 5]`.
	fn reveal_result(b: u32, m: u32, ) -> Weight {
		Weight::from_parts(165_853_256, 37512)
			.saturating_add(Weight::from_parts(2_556, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(170_259_162, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(16_u64))
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	/// The range of component `b` is `[0, 65536]`.
	fn authorize_submit_result(b: u32, ) -> Weight {
		Weight::from_parts(89_734_961, 37512)
			.saturating_add(Weight::from_parts(2_122, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn seal_result() -> Weight {
		Weight::from_parts(103_745_000, 6616)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_seal_result() -> Weight {
		Weight::from_parts(61_632_000, 6616)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn cancel() -> Weight {
		Weight::from_parts(120_180_000, 6616)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// The range of component `m` is `[1, 5]`.
	fn assign(m: u32, ) -> Weight {
		Weight::from_parts(79_543_334, 11034)
			.saturating_add(Weight::from_parts(89_531_077, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().reads((6_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(RocksDbWeight::get().writes((5_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	fn end() -> Weight {
		Weight::from_parts(116_053_000, 6616)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// The range of component `m` is `[1, 5]`.
	fn reassign(m: u32, ) -> Weight {
		Weight::from_parts(30_973_591, 18567)
			.saturating_add(Weight::from_parts(190_367_376, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().reads((14_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(RocksDbWeight::get().writes((12_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 7726).saturating_mul(m.into()))
	}
	/// The range of component `m` is `[2, 5]`.
	fn begin_reveal(m: u32, ) -> Weight {
		Weight::from_parts(44_377_880, 11034)
			.saturating_add(Weight::from_parts(69_327_501, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().reads((6_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
			.saturating_add(RocksDbWeight::get().writes((3_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 2632).saturating_mul(m.into()))
	}
	/// The range of component `m` is `[2, 5]`.
	fn settle(m: u32, ) -> Weight {
		Weight::from_parts(180_800_000, 8675)
			.saturating_add(Weight::from_parts(108_781_668, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().reads((4_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
			.saturating_add(RocksDbWeight::get().writes((3_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	fn finalise() -> Weight {
		Weight::from_parts(284_774_000, 1052715)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(11_u64))
	}
	/// The range of component `m` is `[2, 5]`.
	fn close(m: u32, ) -> Weight {
		Weight::from_parts(91_565_222, 6616)
			.saturating_add(Weight::from_parts(2_999_393, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 1051725).saturating_mul(m.into()))
	}
	fn poll_base() -> Weight {
		Weight::from_parts(2_744_000, 3477)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	fn poll_item() -> Weight {
		Weight::from_parts(13_911_000, 6616)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
	}
}
