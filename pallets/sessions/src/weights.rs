//! Weights of `pallet_sessions`, measured by `scripts/bench weights`. Do not edit.
//!
//! 2026-11-21, AMD EPYC, Wasm Compiled, benchmark program 64.0.0, steps 20, repeat 10. `authorize_settle`: the same day on an EPYC that takes
//! twice as long, steps 10, repeat 6.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]
#![allow(clippy::all)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_sessions`.
pub trait WeightInfo {
	fn open() -> Weight;
	fn top_up() -> Weight;
	fn settle() -> Weight;
	fn authorize_settle() -> Weight;
	fn close() -> Weight;
	fn close_agreed() -> Weight;
	fn end() -> Weight;
	fn sweep(b: u32, s: u32, ) -> Weight;
	fn finalise() -> Weight;
	fn present(b: u32, ) -> Weight;
	fn open_sample(b: u32, ) -> Weight;
	fn authorize_open_sample(b: u32, ) -> Weight;
	fn expire_sample() -> Weight;
	fn report_two() -> Weight;
	fn retire() -> Weight;
	fn poll_base() -> Weight;
	fn poll_item() -> Weight;
}

/// Weights of `pallet_sessions` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:10 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::NextSessionId` (r:1 w:1)
	/// Proof: `Sessions::NextSessionId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `System::ParentHash` (r:1 w:0)
	/// Proof: `System::ParentHash` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:1 w:0)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:0)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Suspended` (r:1 w:0)
	/// Proof: `Audits::Suspended` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:0)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attested` (r:1 w:0)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:0)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
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
	/// Storage: `Hosts::InFlight` (r:1 w:0)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::HostSessions` (r:1 w:1)
	/// Proof: `Sessions::HostSessions` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Peaks` (r:1 w:1)
	/// Proof: `StakePools::Peaks` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Sessions` (r:0 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:1)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::SessionsOf` (r:0 w:1)
	/// Proof: `Sessions::SessionsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::SessionsAt` (r:0 w:1)
	/// Proof: `Sessions::SessionsAt` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	fn open() -> Weight {
		// Proof size in bytes:
		//  measured:  `17930`
		//  estimated: `38776`
		// Minimum execution time: 369_251_000 picoseconds.
		Weight::from_parts(399_206_000, 38776)
			.saturating_add(T::DbWeight::get().reads(35_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:8 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:0)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Peaks` (r:1 w:1)
	/// Proof: `StakePools::Peaks` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	fn top_up() -> Weight {
		// Proof size in bytes:
		//  measured:  `1238`
		//  estimated: `21078`
		// Minimum execution time: 151_496_000 picoseconds.
		Weight::from_parts(166_137_000, 21078)
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attested` (r:1 w:0)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:0)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
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
	/// Storage: `Parameters::Parameters` (r:3 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Receipts` (r:17 w:16)
	/// Proof: `Sessions::Receipts` (`max_values`: None, `max_size`: Some(922), added: 3397, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextItem` (r:1 w:1)
	/// Proof: `Audits::NextItem` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:1)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::BatchesOf` (r:0 w:1)
	/// Proof: `Sessions::BatchesOf` (`max_values`: None, `max_size`: Some(93), added: 2568, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Waiting` (r:0 w:1)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	fn settle() -> Weight {
		// Proof size in bytes:
		//  measured:  `10014`
		//  estimated: `58739`
		// Minimum execution time: 344_794_000 picoseconds.
		Weight::from_parts(378_064_000, 58739)
			.saturating_add(T::DbWeight::get().reads(31_u64))
			.saturating_add(T::DbWeight::get().writes(22_u64))
	}
	/// Storage: `Sessions::Sessions` (r:1 w:0)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	fn authorize_settle() -> Weight {
		// Proof size in bytes:
		//  measured:  `699`
		//  estimated: `6012`
		// Minimum execution time: 135_513_000 picoseconds.
		Weight::from_parts(194_473_000, 6012)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attested` (r:1 w:0)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:0)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
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
	/// Storage: `Parameters::Parameters` (r:3 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Receipts` (r:17 w:16)
	/// Proof: `Sessions::Receipts` (`max_values`: None, `max_size`: Some(922), added: 3397, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextItem` (r:1 w:1)
	/// Proof: `Audits::NextItem` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:2)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::BatchesOf` (r:0 w:1)
	/// Proof: `Sessions::BatchesOf` (`max_values`: None, `max_size`: Some(93), added: 2568, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Waiting` (r:0 w:1)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	fn close() -> Weight {
		// Proof size in bytes:
		//  measured:  `10559`
		//  estimated: `58739`
		// Minimum execution time: 360_228_000 picoseconds.
		Weight::from_parts(410_071_000, 58739)
			.saturating_add(T::DbWeight::get().reads(32_u64))
			.saturating_add(T::DbWeight::get().writes(24_u64))
	}
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attested` (r:1 w:0)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:0)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
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
	/// Storage: `Parameters::Parameters` (r:3 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Receipts` (r:17 w:16)
	/// Proof: `Sessions::Receipts` (`max_values`: None, `max_size`: Some(922), added: 3397, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextItem` (r:1 w:1)
	/// Proof: `Audits::NextItem` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:2)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::BatchesOf` (r:0 w:1)
	/// Proof: `Sessions::BatchesOf` (`max_values`: None, `max_size`: Some(93), added: 2568, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Waiting` (r:0 w:1)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	fn close_agreed() -> Weight {
		// Proof size in bytes:
		//  measured:  `10647`
		//  estimated: `58739`
		// Minimum execution time: 363_502_000 picoseconds.
		Weight::from_parts(392_786_000, 58739)
			.saturating_add(T::DbWeight::get().reads(33_u64))
			.saturating_add(T::DbWeight::get().writes(25_u64))
	}
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attested` (r:1 w:0)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:0)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
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
	/// Storage: `Parameters::Parameters` (r:3 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Receipts` (r:17 w:16)
	/// Proof: `Sessions::Receipts` (`max_values`: None, `max_size`: Some(922), added: 3397, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextItem` (r:1 w:1)
	/// Proof: `Audits::NextItem` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:2)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::BatchesOf` (r:0 w:1)
	/// Proof: `Sessions::BatchesOf` (`max_values`: None, `max_size`: Some(93), added: 2568, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Waiting` (r:0 w:1)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	fn end() -> Weight {
		// Proof size in bytes:
		//  measured:  `10563`
		//  estimated: `58739`
		// Minimum execution time: 314_088_000 picoseconds.
		Weight::from_parts(333_618_000, 58739)
			.saturating_add(T::DbWeight::get().reads(32_u64))
			.saturating_add(T::DbWeight::get().writes(24_u64))
	}
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::BatchesOf` (r:16 w:15)
	/// Proof: `Sessions::BatchesOf` (`max_values`: None, `max_size`: Some(93), added: 2568, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Samples` (r:65 w:64)
	/// Proof: `Sessions::Samples` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::HostSessions` (r:1 w:1)
	/// Proof: `Sessions::HostSessions` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:1)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Overdue` (r:0 w:64)
	/// Proof: `Sessions::Overdue` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::SessionsOf` (r:0 w:1)
	/// Proof: `Sessions::SessionsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::SamplesAt` (r:0 w:64)
	/// Proof: `Sessions::SamplesAt` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::SessionsAt` (r:0 w:1)
	/// Proof: `Sessions::SessionsAt` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1, 16]`.
	/// The range of component `s` is `[0, 64]`.
	fn sweep(b: u32, s: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1230 + b * (84 ±0) + s * (47 ±0)`
		//  estimated: `4863 + b * (2421 ±25) + s * (2543 ±0)`
		// Minimum execution time: 203_955_000 picoseconds.
		Weight::from_parts(81_362_412, 4863)
			// Standard error: 523_238
			.saturating_add(Weight::from_parts(7_576_166, 0).saturating_mul(b.into()))
			// Standard error: 123_641
			.saturating_add(Weight::from_parts(10_108_321, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(7_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(b.into())))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 2421).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(0, 2543).saturating_mul(s.into()))
	}
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::BatchesOf` (r:1 w:1)
	/// Proof: `Sessions::BatchesOf` (`max_values`: None, `max_size`: Some(93), added: 2568, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:11 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:5 w:5)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:1 w:1)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::HostSessions` (r:1 w:1)
	/// Proof: `Sessions::HostSessions` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:1)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::SessionsOf` (r:0 w:1)
	/// Proof: `Sessions::SessionsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::SessionsAt` (r:0 w:1)
	/// Proof: `Sessions::SessionsAt` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	fn finalise() -> Weight {
		// Proof size in bytes:
		//  measured:  `2590`
		//  estimated: `28611`
		// Minimum execution time: 411_984_000 picoseconds.
		Weight::from_parts(435_099_000, 28611)
			.saturating_add(T::DbWeight::get().reads(26_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Receipts` (r:1 w:1)
	/// Proof: `Sessions::Receipts` (`max_values`: None, `max_size`: Some(922), added: 3397, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::BatchesOf` (r:11 w:0)
	/// Proof: `Sessions::BatchesOf` (`max_values`: None, `max_size`: Some(93), added: 2568, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:1)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Inputs` (r:0 w:1)
	/// Proof: `Sessions::Inputs` (`max_values`: None, `max_size`: Some(1049214), added: 1051689, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[4, 16384]`.
	fn present(b: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `16164`
		//  estimated: `38776`
		// Minimum execution time: 260_479_000 picoseconds.
		Weight::from_parts(296_041_317, 38776)
			// Standard error: 437
			.saturating_add(Weight::from_parts(1_796, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(16_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Sessions::Samples` (r:1 w:1)
	/// Proof: `Sessions::Samples` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Sessions` (r:1 w:0)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::BatchesOf` (r:1 w:1)
	/// Proof: `Sessions::BatchesOf` (`max_values`: None, `max_size`: Some(93), added: 2568, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Receipts` (r:1 w:1)
	/// Proof: `Sessions::Receipts` (`max_values`: None, `max_size`: Some(922), added: 3397, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:1 w:1)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextAuditId` (r:1 w:1)
	/// Proof: `Audits::NextAuditId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Members` (r:2 w:0)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:1 w:0)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:0)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:1 w:0)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Audits` (r:1 w:1)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `Audits::WithoutVerdict` (r:1 w:1)
	/// Proof: `Audits::WithoutVerdict` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:1)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Overdue` (r:0 w:1)
	/// Proof: `Sessions::Overdue` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::SamplesAt` (r:0 w:1)
	/// Proof: `Sessions::SamplesAt` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Inputs` (r:0 w:1)
	/// Proof: `Sessions::Inputs` (`max_values`: None, `max_size`: Some(1049214), added: 1051689, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Parties` (r:0 w:1)
	/// Proof: `Audits::Parties` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[4, 16384]`.
	fn open_sample(b: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `15782`
		//  estimated: `38776`
		// Minimum execution time: 304_203_000 picoseconds.
		Weight::from_parts(320_635_888, 38776)
			// Standard error: 165
			.saturating_add(Weight::from_parts(2_403, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(16_u64))
			.saturating_add(T::DbWeight::get().writes(12_u64))
	}
	/// Storage: `Sessions::Samples` (r:1 w:0)
	/// Proof: `Sessions::Samples` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Sessions` (r:1 w:0)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::BatchesOf` (r:1 w:0)
	/// Proof: `Sessions::BatchesOf` (`max_values`: None, `max_size`: Some(93), added: 2568, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Receipts` (r:1 w:0)
	/// Proof: `Sessions::Receipts` (`max_values`: None, `max_size`: Some(922), added: 3397, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[4, 16384]`.
	fn authorize_open_sample(b: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `15276`
		//  estimated: `38776`
		// Minimum execution time: 116_764_000 picoseconds.
		Weight::from_parts(130_347_688, 38776)
			// Standard error: 364
			.saturating_add(Weight::from_parts(2_995, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
	}
	/// Storage: `Sessions::Samples` (r:1 w:0)
	/// Proof: `Sessions::Samples` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Peaks` (r:1 w:0)
	/// Proof: `StakePools::Peaks` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:6 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:1 w:1)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attested` (r:1 w:1)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:1)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:2)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attempts` (r:0 w:1)
	/// Proof: `AmdAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `AmdAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attempts` (r:0 w:1)
	/// Proof: `IntelAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `IntelAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	fn expire_sample() -> Weight {
		// Proof size in bytes:
		//  measured:  `3066`
		//  estimated: `16056`
		// Minimum execution time: 227_048_000 picoseconds.
		Weight::from_parts(238_225_000, 16056)
			.saturating_add(T::DbWeight::get().reads(19_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Peaks` (r:1 w:0)
	/// Proof: `StakePools::Peaks` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:6 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:1 w:1)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attested` (r:1 w:1)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:1)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:2)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attempts` (r:0 w:1)
	/// Proof: `AmdAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `AmdAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attempts` (r:0 w:1)
	/// Proof: `IntelAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `IntelAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	fn report_two() -> Weight {
		// Proof size in bytes:
		//  measured:  `2834`
		//  estimated: `16056`
		// Minimum execution time: 347_999_000 picoseconds.
		Weight::from_parts(370_924_000, 16056)
			.saturating_add(T::DbWeight::get().reads(17_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	/// Storage: `Sessions::Receipts` (r:1 w:1)
	/// Proof: `Sessions::Receipts` (`max_values`: None, `max_size`: Some(922), added: 3397, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:1 w:0)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:0 w:1)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Inputs` (r:0 w:1)
	/// Proof: `Sessions::Inputs` (`max_values`: None, `max_size`: Some(1049214), added: 1051689, mode: `MaxEncodedLen`)
	fn retire() -> Weight {
		// Proof size in bytes:
		//  measured:  `1594`
		//  estimated: `4387`
		// Minimum execution time: 95_813_000 picoseconds.
		Weight::from_parts(103_394_000, 4387)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Overdue` (r:1 w:0)
	/// Proof: `Sessions::Overdue` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Agenda` (r:1 w:0)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	fn poll_base() -> Weight {
		// Proof size in bytes:
		//  measured:  `262`
		//  estimated: `3490`
		// Minimum execution time: 18_918_000 picoseconds.
		Weight::from_parts(21_372_000, 3490)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Sessions::Agenda` (r:1 w:0)
	/// Proof: `Sessions::Agenda` (`max_values`: None, `max_size`: Some(25), added: 2500, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Sessions` (r:1 w:0)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	fn poll_item() -> Weight {
		// Proof size in bytes:
		//  measured:  `638`
		//  estimated: `3915`
		// Minimum execution time: 14_611_000 picoseconds.
		Weight::from_parts(17_476_000, 3915)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	fn open() -> Weight {
		Weight::from_parts(399_206_000, 38776)
			.saturating_add(RocksDbWeight::get().reads(35_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn top_up() -> Weight {
		Weight::from_parts(166_137_000, 21078)
			.saturating_add(RocksDbWeight::get().reads(13_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn settle() -> Weight {
		Weight::from_parts(378_064_000, 58739)
			.saturating_add(RocksDbWeight::get().reads(31_u64))
			.saturating_add(RocksDbWeight::get().writes(22_u64))
	}
	fn authorize_settle() -> Weight {
		Weight::from_parts(194_473_000, 6012)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn close() -> Weight {
		Weight::from_parts(410_071_000, 58739)
			.saturating_add(RocksDbWeight::get().reads(32_u64))
			.saturating_add(RocksDbWeight::get().writes(24_u64))
	}
	fn close_agreed() -> Weight {
		Weight::from_parts(392_786_000, 58739)
			.saturating_add(RocksDbWeight::get().reads(33_u64))
			.saturating_add(RocksDbWeight::get().writes(25_u64))
	}
	fn end() -> Weight {
		Weight::from_parts(333_618_000, 58739)
			.saturating_add(RocksDbWeight::get().reads(32_u64))
			.saturating_add(RocksDbWeight::get().writes(24_u64))
	}
	/// The range of component `b` is `[1, 16]`.
	/// The range of component `s` is `[0, 64]`.
	fn sweep(b: u32, s: u32, ) -> Weight {
		Weight::from_parts(81_362_412, 4863)
			.saturating_add(Weight::from_parts(7_576_166, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(10_108_321, 0).saturating_mul(s.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(b.into())))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(s.into())))
			.saturating_add(RocksDbWeight::get().writes(7_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(b.into())))
			.saturating_add(RocksDbWeight::get().writes((3_u64).saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 2421).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(0, 2543).saturating_mul(s.into()))
	}
	fn finalise() -> Weight {
		Weight::from_parts(435_099_000, 28611)
			.saturating_add(RocksDbWeight::get().reads(26_u64))
			.saturating_add(RocksDbWeight::get().writes(16_u64))
	}
	/// The range of component `b` is `[4, 16384]`.
	fn present(b: u32, ) -> Weight {
		Weight::from_parts(296_041_317, 38776)
			.saturating_add(Weight::from_parts(1_796, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(16_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// The range of component `b` is `[4, 16384]`.
	fn open_sample(b: u32, ) -> Weight {
		Weight::from_parts(320_635_888, 38776)
			.saturating_add(Weight::from_parts(2_403, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(16_u64))
			.saturating_add(RocksDbWeight::get().writes(12_u64))
	}
	/// The range of component `b` is `[4, 16384]`.
	fn authorize_open_sample(b: u32, ) -> Weight {
		Weight::from_parts(130_347_688, 38776)
			.saturating_add(Weight::from_parts(2_995, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
	}
	fn expire_sample() -> Weight {
		Weight::from_parts(238_225_000, 16056)
			.saturating_add(RocksDbWeight::get().reads(19_u64))
			.saturating_add(RocksDbWeight::get().writes(16_u64))
	}
	fn report_two() -> Weight {
		Weight::from_parts(370_924_000, 16056)
			.saturating_add(RocksDbWeight::get().reads(17_u64))
			.saturating_add(RocksDbWeight::get().writes(16_u64))
	}
	fn retire() -> Weight {
		Weight::from_parts(103_394_000, 4387)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	fn poll_base() -> Weight {
		Weight::from_parts(21_372_000, 3490)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn poll_item() -> Weight {
		Weight::from_parts(17_476_000, 3915)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
	}
}
