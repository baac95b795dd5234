
//! Weights of `pallet_hosts`, measured by `scripts/bench weights` when stake was kept here; `reweigh` (as `chill`) and
//! `remove` are estimated by hand. To be measured again.
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

/// Weight functions needed for `pallet_hosts`.
pub trait WeightInfo {
	fn register() -> Weight;
	fn update() -> Weight;
	fn set_worker() -> Weight;
	fn offer(d: u32, ) -> Weight;
	fn withdraw_offer(d: u32, ) -> Weight;
	fn heartbeat(o: u32, ) -> Weight;
	fn authorize_heartbeat() -> Weight;
	fn chill(o: u32, ) -> Weight;
	fn unchill(o: u32, ) -> Weight;
	fn deregister(o: u32, ) -> Weight;
	fn reweigh(o: u32, ) -> Weight;
	fn remove() -> Weight;
	fn draw(d: u32, ) -> Weight;
}

/// Weights of `pallet_hosts` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Hosts::Hosts` (r:1 w:1)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Workers` (r:1 w:1)
	/// Proof: `Hosts::Workers` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:0 w:1)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:0 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	fn register() -> Weight {
		// Proof size in bytes:
		//  measured:  `57`
		//  estimated: `4061`
		// Minimum execution time: 91_917_000 picoseconds.
		Weight::from_parts(103_054_000, 4061)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Hosts::Hosts` (r:1 w:1)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	fn update() -> Weight {
		// Proof size in bytes:
		//  measured:  `728`
		//  estimated: `4061`
		// Minimum execution time: 10_476_000 picoseconds.
		Weight::from_parts(12_979_000, 4061)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Hosts::Presences` (r:1 w:0)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:1 w:0)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Workers` (r:1 w:2)
	/// Proof: `Hosts::Workers` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:1)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	fn set_worker() -> Weight {
		// Proof size in bytes:
		//  measured:  `994`
		//  estimated: `4853`
		// Minimum execution time: 63_965_000 picoseconds.
		Weight::from_parts(70_465_000, 4853)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Hosts::Presences` (r:1 w:0)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(34047), added: 36522, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:1 w:0)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:1 w:1)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:1)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:1)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:19 w:1)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:0 w:1)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[2, 19]`.
	fn offer(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `13934`
		//  estimated: `37512 + d * (2515 ±0)`
		// Minimum execution time: 86_389_000 picoseconds.
		Weight::from_parts(95_532_649, 37512)
			// Standard error: 49_874
			.saturating_add(Weight::from_parts(3_458_838, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
			.saturating_add(Weight::from_parts(0, 2515).saturating_mul(d.into()))
	}
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:1)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:2 w:2)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:2 w:1)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:1 w:2)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:1)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[2, 20]`.
	fn withdraw_offer(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `965`
		//  estimated: `6268`
		// Minimum execution time: 57_426_000 picoseconds.
		Weight::from_parts(91_956_209, 6268)
			// Standard error: 116_378
			.saturating_add(Weight::from_parts(16_864, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().writes(7_u64))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:1 w:0)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:0)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:32 w:32)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:1248 w:640)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn heartbeat(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1358 + o * (154 ±0)`
		//  estimated: `4853 + o * (98085 ±0)`
		// Minimum execution time: 56_704_000 picoseconds.
		Weight::from_parts(63_384_000, 4853)
			// Standard error: 10_566_034
			.saturating_add(Weight::from_parts(322_777_906, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	/// Storage: `Hosts::Presences` (r:1 w:0)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_heartbeat() -> Weight {
		// Proof size in bytes:
		//  measured:  `837`
		//  estimated: `4061`
		// Minimum execution time: 50_706_000 picoseconds.
		Weight::from_parts(57_666_000, 4061)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:0)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:32 w:32)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:640 w:640)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn chill(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `550 + o * (190 ±0)`
		//  estimated: `3642 + o * (50300 ±0)`
		// Minimum execution time: 17_616_000 picoseconds.
		Weight::from_parts(18_407_000, 3642)
			// Standard error: 7_876_070
			.saturating_add(Weight::from_parts(162_296_263, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((22_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 50300).saturating_mul(o.into()))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:1 w:0)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:0)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:32 w:32)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:1248 w:640)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn unchill(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `680 + o * (154 ±0)`
		//  estimated: `4853 + o * (98085 ±0)`
		// Minimum execution time: 22_173_000 picoseconds.
		Weight::from_parts(22_514_000, 4853)
			// Standard error: 7_944_484
			.saturating_add(Weight::from_parts(261_359_934, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:1 w:1)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:1)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:64 w:64)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:32)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:64 w:32)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:32 w:64)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn deregister(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `808 + o * (275 ±0)`
		//  estimated: `4853 + o * (5278 ±0)`
		// Minimum execution time: 27_912_000 picoseconds.
		Weight::from_parts(43_518_605, 4853)
			// Standard error: 400_813
			.saturating_add(Weight::from_parts(40_138_142, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((6_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 5278).saturating_mul(o.into()))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:0)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:32 w:32)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:640 w:640)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn reweigh(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `550 + o * (190 ±0)`
		//  estimated: `3642 + o * (50300 ±0)`
		// Minimum execution time: 17_616_000 picoseconds.
		Weight::from_parts(18_407_000, 3642)
			// Standard error: 7_876_070
			.saturating_add(Weight::from_parts(162_296_263, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((22_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 50300).saturating_mul(o.into()))
	}
	fn remove() -> Weight {
		Weight::from_parts(30_000_000, 5_000)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:132 w:20)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:23 w:0)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:23 w:1)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:23 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:3 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:23 w:0)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:23 w:0)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[12, 20]`.
	fn draw(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `15240 + d * (1749 ±0)`
		//  estimated: `172010 + d * (5413 ±575)`
		// Minimum execution time: 1_397_325_000 picoseconds.
		Weight::from_parts(1_475_040_000, 172010)
			// Standard error: 15_922_599
			.saturating_add(Weight::from_parts(106_249_610, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(91_u64))
			.saturating_add(T::DbWeight::get().reads((8_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(2_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 5413).saturating_mul(d.into()))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	fn register() -> Weight {
		Weight::from_parts(103_054_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	fn update() -> Weight {
		Weight::from_parts(12_979_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn set_worker() -> Weight {
		Weight::from_parts(70_465_000, 4853)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// The range of component `d` is `[2, 19]`.
	fn offer(d: u32, ) -> Weight {
		Weight::from_parts(95_532_649, 37512)
			.saturating_add(Weight::from_parts(3_458_838, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
			.saturating_add(Weight::from_parts(0, 2515).saturating_mul(d.into()))
	}
	/// The range of component `d` is `[2, 20]`.
	fn withdraw_offer(d: u32, ) -> Weight {
		Weight::from_parts(91_956_209, 6268)
			.saturating_add(Weight::from_parts(16_864, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn heartbeat(o: u32, ) -> Weight {
		Weight::from_parts(63_384_000, 4853)
			.saturating_add(Weight::from_parts(322_777_906, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	fn authorize_heartbeat() -> Weight {
		Weight::from_parts(57_666_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn chill(o: u32, ) -> Weight {
		Weight::from_parts(18_407_000, 3642)
			.saturating_add(Weight::from_parts(162_296_263, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((22_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 50300).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn unchill(o: u32, ) -> Weight {
		Weight::from_parts(22_514_000, 4853)
			.saturating_add(Weight::from_parts(261_359_934, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn deregister(o: u32, ) -> Weight {
		Weight::from_parts(43_518_605, 4853)
			.saturating_add(Weight::from_parts(40_138_142, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((6_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
			.saturating_add(RocksDbWeight::get().writes((6_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 5278).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn reweigh(o: u32, ) -> Weight {
		Weight::from_parts(18_407_000, 3642)
			.saturating_add(Weight::from_parts(162_296_263, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((22_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 50300).saturating_mul(o.into()))
	}
	fn remove() -> Weight {
		Weight::from_parts(30_000_000, 5_000)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// The range of component `d` is `[12, 20]`.
	fn draw(d: u32, ) -> Weight {
		Weight::from_parts(1_475_040_000, 172010)
			.saturating_add(Weight::from_parts(106_249_610, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(91_u64))
			.saturating_add(RocksDbWeight::get().reads((8_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 5413).saturating_mul(d.into()))
	}
}
