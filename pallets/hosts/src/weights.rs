//! Weights of `pallet_hosts`, measured by `scripts/bench weights`. Do not edit.
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
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:0 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	fn register() -> Weight {
		// Proof size in bytes:
		//  measured:  `116`
		//  estimated: `4061`
		// Minimum execution time: 140_399_000 picoseconds.
		Weight::from_parts(153_609_000, 4061)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Hosts::Hosts` (r:1 w:1)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	fn update() -> Weight {
		// Proof size in bytes:
		//  measured:  `696`
		//  estimated: `4061`
		// Minimum execution time: 10_506_000 picoseconds.
		Weight::from_parts(12_078_000, 4061)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Hosts::Presences` (r:1 w:0)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:0)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Workers` (r:1 w:2)
	/// Proof: `Hosts::Workers` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:1)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	fn set_worker() -> Weight {
		// Proof size in bytes:
		//  measured:  `957`
		//  estimated: `4863`
		// Minimum execution time: 64_667_000 picoseconds.
		Weight::from_parts(73_830_000, 4863)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Hosts::Presences` (r:1 w:0)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:0)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:5 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:1 w:1)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:1)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:1)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:19 w:1)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Members` (r:1 w:1)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:1 w:1)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:1)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:1 w:1)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weighty` (r:1 w:1)
	/// Proof: `Audits::Weighty` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Profiles` (r:2 w:1)
	/// Proof: `Audits::Profiles` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:0 w:1)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Positions` (r:0 w:1)
	/// Proof: `Audits::Positions` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[2, 19]`.
	fn offer(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `15901`
		//  estimated: `38776 + d * (2515 ±0)`
		// Minimum execution time: 159_718_000 picoseconds.
		Weight::from_parts(171_368_528, 38776)
			// Standard error: 39_251
			.saturating_add(Weight::from_parts(3_590_693, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(20_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(12_u64))
			.saturating_add(Weight::from_parts(0, 2515).saturating_mul(d.into()))
	}
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:1)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:2 w:2)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Members` (r:2 w:2)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:1)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:2 w:1)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Positions` (r:1 w:2)
	/// Proof: `Audits::Positions` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weighty` (r:1 w:1)
	/// Proof: `Audits::Weighty` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Profiles` (r:2 w:1)
	/// Proof: `Audits::Profiles` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:2 w:1)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:1 w:2)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:1)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:0 w:1)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[2, 20]`.
	fn withdraw_offer(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1776`
		//  estimated: `6348`
		// Minimum execution time: 116_424_000 picoseconds.
		Weight::from_parts(135_350_478, 6348)
			// Standard error: 25_215
			.saturating_add(Weight::from_parts(110_749, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(17_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:0)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:5 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:0)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:32 w:32)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:1248 w:640)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Profiles` (r:1 w:0)
	/// Proof: `Audits::Profiles` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:1 w:0)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn heartbeat(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `2004 + o * (154 ±0)`
		//  estimated: `13545 + o * (98085 ±0)`
		// Minimum execution time: 61_232_000 picoseconds.
		Weight::from_parts(25_878_583, 13545)
			// Standard error: 1_343_021
			.saturating_add(Weight::from_parts(158_201_941, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	/// Storage: `Hosts::Presences` (r:1 w:0)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_heartbeat() -> Weight {
		// Proof size in bytes:
		//  measured:  `805`
		//  estimated: `4061`
		// Minimum execution time: 53_319_000 picoseconds.
		Weight::from_parts(58_096_000, 4061)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:0)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:32 w:32)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:640 w:640)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Profiles` (r:2 w:0)
	/// Proof: `Audits::Profiles` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:1 w:1)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Members` (r:1 w:0)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:0)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:2 w:2)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weighty` (r:1 w:1)
	/// Proof: `Audits::Weighty` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn chill(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1281 + o * (190 ±0)`
		//  estimated: `6060 + o * (50300 ±0)`
		// Minimum execution time: 21_302_000 picoseconds.
		Weight::from_parts(21_556_633, 6060)
			// Standard error: 391_496
			.saturating_add(Weight::from_parts(107_724_137, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().reads((22_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(T::DbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 50300).saturating_mul(o.into()))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:0)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:5 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:0)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:32 w:32)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:1248 w:640)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Profiles` (r:2 w:0)
	/// Proof: `Audits::Profiles` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:1 w:1)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Members` (r:1 w:0)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:0)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:2 w:2)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weighty` (r:1 w:1)
	/// Proof: `Audits::Weighty` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn unchill(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1501 + o * (154 ±0)`
		//  estimated: `13545 + o * (98085 ±8)`
		// Minimum execution time: 36_975_000 picoseconds.
		Weight::from_parts(147_880_422, 13545)
			// Standard error: 1_656_071
			.saturating_add(Weight::from_parts(151_980_547, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(15_u64))
			.saturating_add(T::DbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(T::DbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:0)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:1)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:64 w:64)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Members` (r:2 w:2)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:32)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:64 w:32)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:32 w:64)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:1)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:2 w:1)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Positions` (r:1 w:2)
	/// Proof: `Audits::Positions` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weighty` (r:1 w:1)
	/// Proof: `Audits::Weighty` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Profiles` (r:2 w:1)
	/// Proof: `Audits::Profiles` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:0 w:1)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn deregister(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1775 + o * (275 ±0)`
		//  estimated: `6116 + o * (5358 ±0)`
		// Minimum execution time: 41_882_000 picoseconds.
		Weight::from_parts(130_983_389, 6116)
			// Standard error: 229_302
			.saturating_add(Weight::from_parts(45_209_648, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(10_u64))
			.saturating_add(T::DbWeight::get().writes((6_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 5358).saturating_mul(o.into()))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:0)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:5 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offered` (r:1 w:0)
	/// Proof: `Hosts::Offered` (`max_values`: None, `max_size`: Some(177), added: 2652, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:32 w:32)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:32 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:1248 w:640)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Profiles` (r:1 w:0)
	/// Proof: `Audits::Profiles` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:1 w:0)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `o` is `[0, 32]`.
	fn reweigh(o: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1325 + o * (154 ±0)`
		//  estimated: `13545 + o * (98085 ±0)`
		// Minimum execution time: 44_406_000 picoseconds.
		Weight::from_parts(4_216_798, 13545)
			// Standard error: 667_972
			.saturating_add(Weight::from_parts(148_325_460, 0).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:0)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:1)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Workers` (r:0 w:1)
	/// Proof: `Hosts::Workers` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	fn remove() -> Weight {
		// Proof size in bytes:
		//  measured:  `757`
		//  estimated: `4061`
		// Minimum execution time: 17_867_000 picoseconds.
		Weight::from_parts(19_629_000, 4061)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:132 w:20)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:23 w:0)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:23 w:1)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:23 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:7 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Suspended` (r:1 w:0)
	/// Proof: `Audits::Suspended` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:23 w:0)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:23 w:0)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weighty` (r:1 w:0)
	/// Proof: `Audits::Weighty` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:23 w:0)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[12, 20]`.
	fn draw(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `18260 + d * (1683 ±0)`
		//  estimated: `172010 + d * (4972 ±549)`
		// Minimum execution time: 1_747_696_000 picoseconds.
		Weight::from_parts(867_869_641, 172010)
			// Standard error: 2_442_252
			.saturating_add(Weight::from_parts(86_068_060, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(120_u64))
			.saturating_add(T::DbWeight::get().reads((8_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(2_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 4972).saturating_mul(d.into()))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	fn register() -> Weight {
		Weight::from_parts(153_609_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	fn update() -> Weight {
		Weight::from_parts(12_078_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn set_worker() -> Weight {
		Weight::from_parts(73_830_000, 4863)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// The range of component `d` is `[2, 19]`.
	fn offer(d: u32, ) -> Weight {
		Weight::from_parts(171_368_528, 38776)
			.saturating_add(Weight::from_parts(3_590_693, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(20_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
			.saturating_add(Weight::from_parts(0, 2515).saturating_mul(d.into()))
	}
	/// The range of component `d` is `[2, 20]`.
	fn withdraw_offer(d: u32, ) -> Weight {
		Weight::from_parts(135_350_478, 6348)
			.saturating_add(Weight::from_parts(110_749, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(17_u64))
			.saturating_add(RocksDbWeight::get().writes(16_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn heartbeat(o: u32, ) -> Weight {
		Weight::from_parts(25_878_583, 13545)
			.saturating_add(Weight::from_parts(158_201_941, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	fn authorize_heartbeat() -> Weight {
		Weight::from_parts(58_096_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	/// The range of component `o` is `[0, 32]`.
	fn chill(o: u32, ) -> Weight {
		Weight::from_parts(21_556_633, 6060)
			.saturating_add(Weight::from_parts(107_724_137, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(9_u64))
			.saturating_add(RocksDbWeight::get().reads((22_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 50300).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn unchill(o: u32, ) -> Weight {
		Weight::from_parts(147_880_422, 13545)
			.saturating_add(Weight::from_parts(151_980_547, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(15_u64))
			.saturating_add(RocksDbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn deregister(o: u32, ) -> Weight {
		Weight::from_parts(130_983_389, 6116)
			.saturating_add(Weight::from_parts(45_209_648, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(13_u64))
			.saturating_add(RocksDbWeight::get().reads((6_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
			.saturating_add(RocksDbWeight::get().writes((6_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 5358).saturating_mul(o.into()))
	}
	/// The range of component `o` is `[0, 32]`.
	fn reweigh(o: u32, ) -> Weight {
		Weight::from_parts(4_216_798, 13545)
			.saturating_add(Weight::from_parts(148_325_460, 0).saturating_mul(o.into()))
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().reads((41_u64).saturating_mul(o.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((21_u64).saturating_mul(o.into())))
			.saturating_add(Weight::from_parts(0, 98085).saturating_mul(o.into()))
	}
	fn remove() -> Weight {
		Weight::from_parts(19_629_000, 4061)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// The range of component `d` is `[12, 20]`.
	fn draw(d: u32, ) -> Weight {
		Weight::from_parts(867_869_641, 172010)
			.saturating_add(Weight::from_parts(86_068_060, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(120_u64))
			.saturating_add(RocksDbWeight::get().reads((8_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 4972).saturating_mul(d.into()))
	}
}
