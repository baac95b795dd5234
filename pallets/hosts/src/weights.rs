
//! Weights of `pallet_hosts`, measured by `scripts/bench weights`. Do not edit.
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
		// Minimum execution time: 93_319_000 picoseconds.
		Weight::from_parts(99_298_000, 4061)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Hosts::Hosts` (r:1 w:1)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	fn update() -> Weight {
		// Proof size in bytes:
		//  measured:  `728`
		//  estimated: `4061`
		// Minimum execution time: 10_376_000 picoseconds.
		Weight::from_parts(11_717_000, 4061)
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
		// Minimum execution time: 61_672_000 picoseconds.
		Weight::from_parts(68_142_000, 4853)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:1 w:1)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:0)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:32 w:32)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:1248 w:640)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn stake_more(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `800 + o * (206 ±0)`
		//  estimated: `4853 + o * (98085 ±0)`
		// Minimum execution time: 64_717_000 picoseconds.
		Weight::from_parts(49_147_698, 4853)
			// Standard error: 312_490
			.saturating_add(Weight::from_parts(135_839_005, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	/// Storage: `Hosts::Presences` (r:1 w:0)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:1 w:1)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:3 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	fn unstake() -> Weight {
		// Proof size in bytes:
		//  measured:  `889`
		//  estimated: `8523`
		// Minimum execution time: 21_702_000 picoseconds.
		Weight::from_parts(23_925_000, 8523)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:1 w:1)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:0)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:32 w:32)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:32 w:0)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn withdraw(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1425 + o * (206 ±0)`
		//  estimated: `6012 + o * (2639 ±0)`
		// Minimum execution time: 63_184_000 picoseconds.
		Weight::from_parts(71_298_054, 6012)
			// Standard error: 51_582
			.saturating_add(Weight::from_parts(16_352_730, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().reads((3_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 2639).saturating_mul(o.into()))
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
		// Minimum execution time: 81_932_000 picoseconds.
		Weight::from_parts(79_589_363, 37512)
			// Standard error: 5_449
			.saturating_add(Weight::from_parts(3_180_240, 0).saturating_mul(d.into()))
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
	fn withdraw_offer(_d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `965`
		//  estimated: `6268`
		// Minimum execution time: 52_228_000 picoseconds.
		Weight::from_parts(56_058_527, 6268)
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
		// Minimum execution time: 54_111_000 picoseconds.
		Weight::from_parts(29_884_644, 4853)
			// Standard error: 336_338
			.saturating_add(Weight::from_parts(134_470_558, 0).saturating_mul(o.into()))
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
		// Minimum execution time: 47_962_000 picoseconds.
		Weight::from_parts(51_427_000, 4061)
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
		// Minimum execution time: 17_235_000 picoseconds.
		Weight::from_parts(18_716_733, 3642)
			// Standard error: 189_758
			.saturating_add(Weight::from_parts(89_719_457, 0).saturating_mul(o.into()))
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
		// Minimum execution time: 20_761_000 picoseconds.
		Weight::from_parts(21_693_000, 4853)
			// Standard error: 5_280_980
			.saturating_add(Weight::from_parts(167_471_576, 0).saturating_mul(o.into()))
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
		// Minimum execution time: 27_541_000 picoseconds.
		Weight::from_parts(36_894_596, 4853)
			// Standard error: 133_406
			.saturating_add(Weight::from_parts(36_863_932, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((6_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 5278).saturating_mul(o.into()))
	}
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:39 w:20)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:17 w:0)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:17 w:1)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(164), added: 2639, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:17 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(62), added: 2537, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:3 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Ledgers` (r:17 w:0)
	/// Proof: `Hosts::Ledgers` (`max_values`: None, `max_size`: Some(1388), added: 3863, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:17 w:0)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[8, 20]`.
	fn draw(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `21421 + d * (60 ±0)`
		//  estimated: `98525 + d * (418 ±1_305)`
		// Minimum execution time: 890_488_000 picoseconds.
		Weight::from_parts(942_590_251, 98525)
			// Standard error: 2_594_917
			.saturating_add(Weight::from_parts(15_264_290, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(159_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 418).saturating_mul(d.into()))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	fn register() -> Weight {
		Weight::from_parts(99_298_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	fn update() -> Weight {
		Weight::from_parts(11_717_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn set_worker() -> Weight {
		Weight::from_parts(68_142_000, 4853)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn stake_more(o: u32, ) -> Weight {
		Weight::from_parts(49_147_698, 4853)
			.saturating_add(Weight::from_parts(135_839_005, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	fn unstake() -> Weight {
		Weight::from_parts(23_925_000, 8523)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn withdraw(o: u32, ) -> Weight {
		Weight::from_parts(71_298_054, 6012)
			.saturating_add(Weight::from_parts(16_352_730, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().reads((3_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 2639).saturating_mul(o.into()))
	}
	/// The range of component `d` is `[2, 19]`.
	fn offer(d: u32, ) -> Weight {
		Weight::from_parts(79_589_363, 37512)
			.saturating_add(Weight::from_parts(3_180_240, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
			.saturating_add(Weight::from_parts(0, 2515).saturating_mul(d.into()))
	}
	/// The range of component `d` is `[2, 20]`.
	fn withdraw_offer(_d: u32, ) -> Weight {
		Weight::from_parts(56_058_527, 6268)
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn heartbeat(o: u32, ) -> Weight {
		Weight::from_parts(29_884_644, 4853)
			.saturating_add(Weight::from_parts(134_470_558, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	fn authorize_heartbeat() -> Weight {
		Weight::from_parts(51_427_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn chill(o: u32, ) -> Weight {
		Weight::from_parts(18_716_733, 3642)
			.saturating_add(Weight::from_parts(89_719_457, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((22_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 50300).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn unchill(o: u32, ) -> Weight {
		Weight::from_parts(21_693_000, 4853)
			.saturating_add(Weight::from_parts(167_471_576, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn deregister(o: u32, ) -> Weight {
		Weight::from_parts(36_894_596, 4853)
			.saturating_add(Weight::from_parts(36_863_932, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((6_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
			.saturating_add(RocksDbWeight::get().writes((6_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 5278).saturating_mul(o.into()))
	}
	/// The range of component `d` is `[8, 20]`.
	fn draw(d: u32, ) -> Weight {
		Weight::from_parts(942_590_251, 98525)
			.saturating_add(Weight::from_parts(15_264_290, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(159_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 418).saturating_mul(d.into()))
	}
}
