
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
	fn schedule(b: u32, ) -> Weight;
	fn cancel_schedule() -> Weight;
	fn run_schedule() -> Weight;
	fn remove_schedule(r: u32, ) -> Weight;
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
		// Minimum execution time: 260_299_000 picoseconds.
		Weight::from_parts(177_194_948, 37512)
			// Standard error: 412
			.saturating_add(Weight::from_parts(1_812, 0).saturating_mul(b.into()))
			// Standard error: 1_490_437
			.saturating_add(Weight::from_parts(91_101_099, 0).saturating_mul(m.into()))
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
		// Minimum execution time: 129_313_000 picoseconds.
		Weight::from_parts(142_215_282, 37512)
			// Standard error: 22
			.saturating_add(Weight::from_parts(2_572, 0).saturating_mul(b.into()))
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
		// Minimum execution time: 671_932_000 picoseconds.
		Weight::from_parts(203_978_203, 37512)
			// Standard error: 177
			.saturating_add(Weight::from_parts(2_701, 0).saturating_mul(b.into()))
			// Standard error: 3_453_608
			.saturating_add(Weight::from_parts(175_621_754, 0).saturating_mul(m.into()))
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
		// Minimum execution time: 88_502_000 picoseconds.
		Weight::from_parts(97_167_010, 37512)
			// Standard error: 8
			.saturating_add(Weight::from_parts(2_166, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:1 w:0)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn seal_result() -> Weight {
		// Proof size in bytes:
		//  measured:  `2445`
		//  estimated: `1052667`
		// Minimum execution time: 97_876_000 picoseconds.
		Weight::from_parts(126_409_000, 1052667)
			.saturating_add(T::DbWeight::get().reads(5_u64))
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
		// Minimum execution time: 66_089_000 picoseconds.
		Weight::from_parts(79_929_000, 6616)
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
		// Minimum execution time: 115_181_000 picoseconds.
		Weight::from_parts(135_021_000, 6616)
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
		// Minimum execution time: 165_046_000 picoseconds.
		Weight::from_parts(115_456_306, 11034)
			// Standard error: 2_916_484
			.saturating_add(Weight::from_parts(127_086_874, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(T::DbWeight::get().writes((5_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
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
		//  measured:  `808`
		//  estimated: `6616`
		// Minimum execution time: 122_873_000 picoseconds.
		Weight::from_parts(155_512_000, 6616)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:1 w:0)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
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
		//  measured:  `17660 + m * (1108 ±0)`
		//  estimated: `1052667 + m * (7726 ±0)`
		// Minimum execution time: 236_603_000 picoseconds.
		Weight::from_parts(10_483_463, 1052667)
			// Standard error: 18_607_733
			.saturating_add(Weight::from_parts(257_287_035, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().reads((14_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(T::DbWeight::get().writes((12_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 7726).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3151), added: 5626, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:1 w:0)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:2 w:2)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:2 w:2)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:2 w:2)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:2 w:2)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:4 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:3 w:3)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:3 w:3)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:2)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// The range of component `m` is `[3, 5]`.
	fn begin_reveal(m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `17736 + m * (298 ±0)`
		//  estimated: `1052667 + m * (1229 ±132)`
		// Minimum execution time: 195_712_000 picoseconds.
		Weight::from_parts(145_295_922, 1052667)
			// Standard error: 1_714_694
			.saturating_add(Weight::from_parts(30_125_815, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 1229).saturating_mul(m.into()))
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
		//  estimated: `8818 + m * (3863 ±161)`
		// Minimum execution time: 199_989_000 picoseconds.
		Weight::from_parts(228_541_000, 8818)
			// Standard error: 3_063_393
			.saturating_add(Weight::from_parts(121_666_720, 0).saturating_mul(m.into()))
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
		// Minimum execution time: 281_310_000 picoseconds.
		Weight::from_parts(321_559_000, 1052715)
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
		// Minimum execution time: 95_192_000 picoseconds.
		Weight::from_parts(97_697_839, 6616)
			// Standard error: 386_380
			.saturating_add(Weight::from_parts(6_603_179, 0).saturating_mul(m.into()))
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
		// Minimum execution time: 2_584_000 picoseconds.
		Weight::from_parts(2_934_000, 3477)
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
		// Minimum execution time: 12_919_000 picoseconds.
		Weight::from_parts(15_644_000, 6616)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// An estimate, until it is measured.
	fn schedule(b: u32, ) -> Weight {
		Weight::from_parts(100_000_000, 40_000)
			.saturating_add(Weight::from_parts(2_000, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// An estimate, until it is measured.
	fn cancel_schedule() -> Weight {
		Weight::from_parts(60_000_000, 6_000)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// An estimate, until it is measured.
	fn run_schedule() -> Weight {
		Weight::from_parts(120_000_000, 90_000)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(8_u64))
	}
	/// An estimate, until it is measured.
	fn remove_schedule(r: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 6_000)
			.saturating_add(Weight::from_parts(1_000_000, 2_700).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(r.into())))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	/// The range of component `b` is `[0, 16384]`.
	/// The range of component `m` is `[1, 5]`.
	fn submit(b: u32, m: u32, ) -> Weight {
		Weight::from_parts(177_194_948, 37512)
			.saturating_add(Weight::from_parts(1_812, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(91_101_099, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(13_u64))
			.saturating_add(RocksDbWeight::get().reads((6_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(RocksDbWeight::get().writes((5_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	/// The range of component `b` is `[0, 65536]`.
	fn submit_result(b: u32, ) -> Weight {
		Weight::from_parts(142_215_282, 37512)
			.saturating_add(Weight::from_parts(2_572, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	/// The range of component `b` is `[0, 65536]`.
	/// The range of component `m` is `[2, 5]`.
	fn reveal_result(b: u32, m: u32, ) -> Weight {
		Weight::from_parts(203_978_203, 37512)
			.saturating_add(Weight::from_parts(2_701, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(175_621_754, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(16_u64))
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	/// The range of component `b` is `[0, 65536]`.
	fn authorize_submit_result(b: u32, ) -> Weight {
		Weight::from_parts(97_167_010, 37512)
			.saturating_add(Weight::from_parts(2_166, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn seal_result() -> Weight {
		Weight::from_parts(126_409_000, 1052667)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_seal_result() -> Weight {
		Weight::from_parts(79_929_000, 6616)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn cancel() -> Weight {
		Weight::from_parts(135_021_000, 6616)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// The range of component `m` is `[1, 5]`.
	fn assign(m: u32, ) -> Weight {
		Weight::from_parts(115_456_306, 11034)
			.saturating_add(Weight::from_parts(127_086_874, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().reads((6_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(RocksDbWeight::get().writes((5_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	fn end() -> Weight {
		Weight::from_parts(155_512_000, 6616)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// The range of component `m` is `[1, 5]`.
	fn reassign(m: u32, ) -> Weight {
		Weight::from_parts(10_483_463, 1052667)
			.saturating_add(Weight::from_parts(257_287_035, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().reads((14_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(RocksDbWeight::get().writes((12_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 7726).saturating_mul(m.into()))
	}
	/// The range of component `m` is `[3, 5]`.
	fn begin_reveal(m: u32, ) -> Weight {
		Weight::from_parts(145_295_922, 1052667)
			.saturating_add(Weight::from_parts(30_125_815, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 1229).saturating_mul(m.into()))
	}
	/// The range of component `m` is `[2, 5]`.
	fn settle(m: u32, ) -> Weight {
		Weight::from_parts(228_541_000, 8818)
			.saturating_add(Weight::from_parts(121_666_720, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().reads((4_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
			.saturating_add(RocksDbWeight::get().writes((3_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3863).saturating_mul(m.into()))
	}
	fn finalise() -> Weight {
		Weight::from_parts(321_559_000, 1052715)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(11_u64))
	}
	/// The range of component `m` is `[2, 5]`.
	fn close(m: u32, ) -> Weight {
		Weight::from_parts(97_697_839, 6616)
			.saturating_add(Weight::from_parts(6_603_179, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 1051725).saturating_mul(m.into()))
	}
	fn poll_base() -> Weight {
		Weight::from_parts(2_934_000, 3477)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	fn poll_item() -> Weight {
		Weight::from_parts(15_644_000, 6616)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
	}
	/// An estimate, until it is measured.
	fn schedule(b: u32, ) -> Weight {
		Weight::from_parts(100_000_000, 40_000)
			.saturating_add(Weight::from_parts(2_000, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	/// An estimate, until it is measured.
	fn cancel_schedule() -> Weight {
		Weight::from_parts(60_000_000, 6_000)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// An estimate, until it is measured.
	fn run_schedule() -> Weight {
		Weight::from_parts(120_000_000, 90_000)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
	}
	/// An estimate, until it is measured.
	fn remove_schedule(r: u32, ) -> Weight {
		Weight::from_parts(60_000_000, 6_000)
			.saturating_add(Weight::from_parts(1_000_000, 2_700).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(r.into())))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(r.into())))
	}
}
