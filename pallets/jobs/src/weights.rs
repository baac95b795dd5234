//! Weights of `pallet_jobs`, measured by `scripts/bench weights`. Do not edit.
//!
//! 2026-11-21, AMD EPYC, Wasm Compiled, benchmark program 64.0.0, steps 20, repeat 10. `begin_reveal`, reads and writes of all,
//! their least times and errors: the same day on an EPYC that takes twice as long, steps 10, repeat 6.

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
	fn begin_reveal(a: u32, ) -> Weight;
	fn settle(m: u32, ) -> Weight;
	fn finalise() -> Weight;
	fn close(m: u32, ) -> Weight;
	fn schedule(b: u32, ) -> Weight;
	fn cancel_schedule() -> Weight;
	fn run_schedule() -> Weight;
	fn remove_schedule(r: u32, ) -> Weight;
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
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
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
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:5 w:5)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:8 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Suspended` (r:1 w:0)
	/// Proof: `Audits::Suspended` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:5 w:0)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:5 w:5)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:5 w:5)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Locks` (r:1 w:0)
	/// Proof: `Balances::Locks` (`max_values`: None, `max_size`: Some(1299), added: 3774, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Peaks` (r:5 w:5)
	/// Proof: `StakePools::Peaks` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:5)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:1)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:0 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
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
		//  measured:  `15746 + m * (505 ±0)`
		//  estimated: `38776 + m * (3873 ±0)`
		// Minimum execution time: 547_692_000 picoseconds.
		Weight::from_parts(217_292_023, 38776)
			// Standard error: 1_661
			.saturating_add(Weight::from_parts(3_426, 0).saturating_mul(b.into()))
			// Standard error: 5_969_647
			.saturating_add(Weight::from_parts(136_535_862, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(19_u64))
			.saturating_add(T::DbWeight::get().reads((8_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(T::DbWeight::get().writes((6_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3873).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:1 w:1)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:1 w:1)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attested` (r:1 w:0)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `Timestamp::Now` (r:1 w:0)
	/// Proof: `Timestamp::Now` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:0)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
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
	/// Storage: `Audits::NextItem` (r:1 w:1)
	/// Proof: `Audits::NextItem` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:1)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:0 w:1)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Waiting` (r:0 w:1)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[0, 65536]`.
	fn submit_result(b: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `17687`
		//  estimated: `38776`
		// Minimum execution time: 410_436_000 picoseconds.
		Weight::from_parts(292_930_727, 38776)
			// Standard error: 507
			.saturating_add(Weight::from_parts(2_752, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(18_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:1 w:1)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:1 w:1)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextItem` (r:1 w:1)
	/// Proof: `Audits::NextItem` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:1)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:0 w:1)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Waiting` (r:0 w:5)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[0, 65536]`.
	/// The range of component `m` is `[2, 5]`.
	fn reveal_result(b: u32, m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `16116 + m * (313 ±0)`
		//  estimated: `38776`
		// Minimum execution time: 259_006_000 picoseconds.
		Weight::from_parts(179_432_987, 38776)
			// Standard error: 57
			.saturating_add(Weight::from_parts(2_912, 0).saturating_mul(b.into()))
			// Standard error: 1_064_761
			.saturating_add(Weight::from_parts(22_516_671, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(m.into())))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:0)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[0, 65536]`.
	fn authorize_submit_result(b: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `15818`
		//  estimated: `38776`
		// Minimum execution time: 91_456_000 picoseconds.
		Weight::from_parts(105_702_820, 38776)
			// Standard error: 5
			.saturating_add(Weight::from_parts(2_173, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
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
		//  measured:  `2494`
		//  estimated: `1052667`
		// Minimum execution time: 110_635_000 picoseconds.
		Weight::from_parts(131_276_000, 1052667)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:0)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	fn authorize_seal_result() -> Weight {
		// Proof size in bytes:
		//  measured:  `2057`
		//  estimated: `6697`
		// Minimum execution time: 70_055_000 picoseconds.
		Weight::from_parts(79_648_000, 6697)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::RunOf` (r:1 w:0)
	/// Proof: `Jobs::RunOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:1)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	fn cancel() -> Weight {
		// Proof size in bytes:
		//  measured:  `597`
		//  estimated: `6697`
		// Minimum execution time: 188_181_000 picoseconds.
		Weight::from_parts(130_435_000, 6697)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
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
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:5 w:5)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:8 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Suspended` (r:1 w:0)
	/// Proof: `Audits::Suspended` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:5 w:0)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:5 w:5)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:5 w:5)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Peaks` (r:5 w:5)
	/// Proof: `StakePools::Peaks` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:5)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:0 w:5)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// The range of component `m` is `[1, 5]`.
	fn assign(m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1555 + m * (580 ±0)`
		//  estimated: `21078 + m * (3873 ±0)`
		// Minimum execution time: 335_025_000 picoseconds.
		Weight::from_parts(91_132_047, 21078)
			// Standard error: 6_074_044
			.saturating_add(Weight::from_parts(147_493_791, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(15_u64))
			.saturating_add(T::DbWeight::get().reads((8_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(T::DbWeight::get().writes((6_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3873).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::RunOf` (r:1 w:0)
	/// Proof: `Jobs::RunOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:1)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	fn end() -> Weight {
		// Proof size in bytes:
		//  measured:  `844`
		//  estimated: `6697`
		// Minimum execution time: 194_783_000 picoseconds.
		Weight::from_parts(133_269_000, 6697)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:1 w:0)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:10 w:10)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:10 w:10)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:5 w:10)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:10 w:10)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:11 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:10 w:5)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:5 w:5)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:6 w:6)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:5 w:5)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Babe::AuthorVrfRandomness` (r:1 w:0)
	/// Proof: `Babe::AuthorVrfRandomness` (`max_values`: Some(1), `max_size`: Some(33), added: 528, mode: `MaxEncodedLen`)
	/// Storage: `System::ParentHash` (r:1 w:0)
	/// Proof: `System::ParentHash` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Nodes` (r:10 w:0)
	/// Proof: `Hosts::Nodes` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Positions` (r:10 w:0)
	/// Proof: `Hosts::Positions` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Offers` (r:5 w:0)
	/// Proof: `Hosts::Offers` (`max_values`: None, `max_size`: Some(204), added: 2679, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Suspended` (r:1 w:0)
	/// Proof: `Audits::Suspended` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Peaks` (r:5 w:5)
	/// Proof: `StakePools::Peaks` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:10)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// The range of component `m` is `[1, 5]`.
	fn reassign(m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `18335 + m * (1421 ±0)`
		//  estimated: `1052667 + m * (7746 ±0)`
		// Minimum execution time: 468_034_000 picoseconds.
		Weight::from_parts(38_550_385, 1052667)
			// Standard error: 8_725_411
			.saturating_add(Weight::from_parts(278_787_500, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(17_u64))
			.saturating_add(T::DbWeight::get().reads((18_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(4_u64))
			.saturating_add(T::DbWeight::get().writes((15_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 7746).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:1 w:0)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:2 w:2)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:2 w:2)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:2 w:2)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:2 w:2)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:4 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:2 w:2)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:3 w:3)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:3 w:3)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:2 w:2)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:2)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// The range of component `a` is `[1, 2]`.
	fn begin_reveal(a: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `18147 + a * (1133 ±0)`
		//  estimated: `1052667 + a * (3873 ±0)`
		// Minimum execution time: 333_132_000 picoseconds.
		Weight::from_parts(376_859_033, 1052667)
			// Standard error: 14_919_687
			.saturating_add(Weight::from_parts(137_989_688, 0).saturating_mul(a.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().reads((8_u64).saturating_mul(a.into())))
			.saturating_add(T::DbWeight::get().writes(5_u64))
			.saturating_add(T::DbWeight::get().writes((9_u64).saturating_mul(a.into())))
			.saturating_add(Weight::from_parts(0, 3873).saturating_mul(a.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::InFlight` (r:1 w:1)
	/// Proof: `Hosts::InFlight` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Work` (r:1 w:1)
	/// Proof: `Jobs::Work` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:5 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:2 w:2)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:1 w:1)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextItem` (r:1 w:1)
	/// Proof: `Audits::NextItem` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::WorkIds` (r:0 w:1)
	/// Proof: `Jobs::WorkIds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:2)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Waiting` (r:0 w:4)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	/// The range of component `m` is `[2, 5]`.
	fn settle(m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1466 + m * (568 ±0)`
		//  estimated: `9865 + m * (909 ±122)`
		// Minimum execution time: 315_088_000 picoseconds.
		Weight::from_parts(179_832_338, 9865)
			// Standard error: 7_496_640
			.saturating_add(Weight::from_parts(32_143_190, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(15_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(11_u64))
			.saturating_add(T::DbWeight::get().writes((2_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 909).saturating_mul(m.into()))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:8 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
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
	/// Storage: `Jobs::Outputs` (r:1 w:1)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::RunOf` (r:1 w:0)
	/// Proof: `Jobs::RunOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:1 w:0)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:1)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	fn finalise() -> Weight {
		// Proof size in bytes:
		//  measured:  `2898`
		//  estimated: `1052715`
		// Minimum execution time: 555_206_000 picoseconds.
		Weight::from_parts(402_611_000, 1052715)
			.saturating_add(T::DbWeight::get().reads(24_u64))
			.saturating_add(T::DbWeight::get().writes(15_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:8 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:5 w:5)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:5 w:5)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:13 w:13)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:5 w:5)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:5 w:5)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:5 w:5)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::RunOf` (r:1 w:0)
	/// Proof: `Jobs::RunOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:5 w:0)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Agenda` (r:0 w:1)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// The range of component `m` is `[2, 5]`.
	fn close(m: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `2130 + m * (779 ±0)`
		//  estimated: `21078 + m * (1051725 ±0)`
		// Minimum execution time: 930_738_000 picoseconds.
		Weight::from_parts(178_516_697, 21078)
			// Standard error: 20_537_299
			.saturating_add(Weight::from_parts(244_521_600, 0).saturating_mul(m.into()))
			.saturating_add(T::DbWeight::get().reads(16_u64))
			.saturating_add(T::DbWeight::get().reads((8_u64).saturating_mul(m.into())))
			.saturating_add(T::DbWeight::get().writes(8_u64))
			.saturating_add(T::DbWeight::get().writes((7_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 1051725).saturating_mul(m.into()))
	}
	/// Storage: `Models::Releases` (r:1 w:0)
	/// Proof: `Models::Releases` (`max_values`: None, `max_size`: Some(287), added: 2762, mode: `MaxEncodedLen`)
	/// Storage: `Models::Repositories` (r:1 w:0)
	/// Proof: `Models::Repositories` (`max_values`: None, `max_size`: Some(201), added: 2676, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Locks` (r:1 w:0)
	/// Proof: `Balances::Locks` (`max_values`: None, `max_size`: Some(1299), added: 3774, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::NextScheduleId` (r:1 w:1)
	/// Proof: `Jobs::NextScheduleId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::ScheduleInputs` (r:0 w:1)
	/// Proof: `Jobs::ScheduleInputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::SchedulesOf` (r:0 w:1)
	/// Proof: `Jobs::SchedulesOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Schedules` (r:0 w:1)
	/// Proof: `Jobs::Schedules` (`max_values`: None, `max_size`: Some(168), added: 2643, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::ScheduleAgenda` (r:0 w:1)
	/// Proof: `Jobs::ScheduleAgenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[4, 16384]`.
	fn schedule(b: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `14715`
		//  estimated: `38776`
		// Minimum execution time: 173_654_000 picoseconds.
		Weight::from_parts(124_862_123, 38776)
			// Standard error: 195
			.saturating_add(Weight::from_parts(33, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Jobs::Schedules` (r:1 w:1)
	/// Proof: `Jobs::Schedules` (`max_values`: None, `max_size`: Some(168), added: 2643, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::ScheduleInputs` (r:0 w:1)
	/// Proof: `Jobs::ScheduleInputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::ScheduleAgenda` (r:0 w:1)
	/// Proof: `Jobs::ScheduleAgenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn cancel_schedule() -> Weight {
		// Proof size in bytes:
		//  measured:  `532`
		//  estimated: `3784`
		// Minimum execution time: 127_147_000 picoseconds.
		Weight::from_parts(91_717_000, 3784)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Jobs::Schedules` (r:1 w:1)
	/// Proof: `Jobs::Schedules` (`max_values`: None, `max_size`: Some(168), added: 2643, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::ScheduleInputs` (r:1 w:1)
	/// Proof: `Jobs::ScheduleInputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::OfferCount` (r:1 w:0)
	/// Proof: `Hosts::OfferCount` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Runs` (r:0 w:1)
	/// Proof: `Jobs::Runs` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::ScheduleAgenda` (r:0 w:1)
	/// Proof: `Jobs::ScheduleAgenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn run_schedule() -> Weight {
		// Proof size in bytes:
		//  measured:  `17360`
		//  estimated: `1052667`
		// Minimum execution time: 219_530_000 picoseconds.
		Weight::from_parts(108_281_000, 1052667)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(6_u64))
	}
	/// Storage: `Jobs::Schedules` (r:1 w:1)
	/// Proof: `Jobs::Schedules` (`max_values`: None, `max_size`: Some(168), added: 2643, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Runs` (r:1000 w:1000)
	/// Proof: `Jobs::Runs` (`max_values`: None, `max_size`: Some(114), added: 2589, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::SchedulesOf` (r:0 w:1)
	/// Proof: `Jobs::SchedulesOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[0, 1000]`.
	fn remove_schedule(r: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `538 + r * (14 ±0)`
		//  estimated: `3784 + r * (2589 ±0)`
		// Minimum execution time: 133_700_000 picoseconds.
		Weight::from_parts(83_704_630, 3784)
			// Standard error: 24_048
			.saturating_add(Weight::from_parts(798_610, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2589).saturating_mul(r.into()))
	}
	/// Storage: `Jobs::Agenda` (r:1 w:0)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::ScheduleAgenda` (r:1 w:0)
	/// Proof: `Jobs::ScheduleAgenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn poll_base() -> Weight {
		// Proof size in bytes:
		//  measured:  `211`
		//  estimated: `3477`
		// Minimum execution time: 5_508_000 picoseconds.
		Weight::from_parts(5_959_000, 3477)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Jobs::Agenda` (r:1 w:0)
	/// Proof: `Jobs::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::ScheduleAgenda` (r:1 w:0)
	/// Proof: `Jobs::ScheduleAgenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn poll_item() -> Weight {
		// Proof size in bytes:
		//  measured:  `443`
		//  estimated: `3477`
		// Minimum execution time: 9_264_000 picoseconds.
		Weight::from_parts(13_070_000, 3477)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	/// The range of component `b` is `[0, 16384]`.
	/// The range of component `m` is `[1, 5]`.
	fn submit(b: u32, m: u32, ) -> Weight {
		Weight::from_parts(217_292_023, 38776)
			.saturating_add(Weight::from_parts(3_426, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(136_535_862, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(19_u64))
			.saturating_add(RocksDbWeight::get().reads((8_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(RocksDbWeight::get().writes((6_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3873).saturating_mul(m.into()))
	}
	/// The range of component `b` is `[0, 65536]`.
	fn submit_result(b: u32, ) -> Weight {
		Weight::from_parts(292_930_727, 38776)
			.saturating_add(Weight::from_parts(2_752, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(18_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	/// The range of component `b` is `[0, 65536]`.
	/// The range of component `m` is `[2, 5]`.
	fn reveal_result(b: u32, m: u32, ) -> Weight {
		Weight::from_parts(179_432_987, 38776)
			.saturating_add(Weight::from_parts(2_912, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(22_516_671, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(m.into())))
	}
	/// The range of component `b` is `[0, 65536]`.
	fn authorize_submit_result(b: u32, ) -> Weight {
		Weight::from_parts(105_702_820, 38776)
			.saturating_add(Weight::from_parts(2_173, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn seal_result() -> Weight {
		Weight::from_parts(131_276_000, 1052667)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_seal_result() -> Weight {
		Weight::from_parts(79_648_000, 6697)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn cancel() -> Weight {
		Weight::from_parts(130_435_000, 6697)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// The range of component `m` is `[1, 5]`.
	fn assign(m: u32, ) -> Weight {
		Weight::from_parts(91_132_047, 21078)
			.saturating_add(Weight::from_parts(147_493_791, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(15_u64))
			.saturating_add(RocksDbWeight::get().reads((8_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(RocksDbWeight::get().writes((6_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 3873).saturating_mul(m.into()))
	}
	fn end() -> Weight {
		Weight::from_parts(133_269_000, 6697)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// The range of component `m` is `[1, 5]`.
	fn reassign(m: u32, ) -> Weight {
		Weight::from_parts(38_550_385, 1052667)
			.saturating_add(Weight::from_parts(278_787_500, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(17_u64))
			.saturating_add(RocksDbWeight::get().reads((18_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
			.saturating_add(RocksDbWeight::get().writes((15_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 7746).saturating_mul(m.into()))
	}
	/// The range of component `a` is `[1, 2]`.
	fn begin_reveal(a: u32, ) -> Weight {
		Weight::from_parts(376_859_033, 1052667)
			.saturating_add(Weight::from_parts(137_989_688, 0).saturating_mul(a.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().reads((8_u64).saturating_mul(a.into())))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
			.saturating_add(RocksDbWeight::get().writes((9_u64).saturating_mul(a.into())))
			.saturating_add(Weight::from_parts(0, 3873).saturating_mul(a.into()))
	}
	/// The range of component `m` is `[2, 5]`.
	fn settle(m: u32, ) -> Weight {
		Weight::from_parts(179_832_338, 9345)
			.saturating_add(Weight::from_parts(32_143_190, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(15_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(11_u64))
			.saturating_add(RocksDbWeight::get().writes((2_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 1089).saturating_mul(m.into()))
	}
	fn finalise() -> Weight {
		Weight::from_parts(402_611_000, 1052715)
			.saturating_add(RocksDbWeight::get().reads(24_u64))
			.saturating_add(RocksDbWeight::get().writes(15_u64))
	}
	/// The range of component `m` is `[2, 5]`.
	fn close(m: u32, ) -> Weight {
		Weight::from_parts(178_516_697, 21078)
			.saturating_add(Weight::from_parts(244_521_600, 0).saturating_mul(m.into()))
			.saturating_add(RocksDbWeight::get().reads(16_u64))
			.saturating_add(RocksDbWeight::get().reads((8_u64).saturating_mul(m.into())))
			.saturating_add(RocksDbWeight::get().writes(8_u64))
			.saturating_add(RocksDbWeight::get().writes((7_u64).saturating_mul(m.into())))
			.saturating_add(Weight::from_parts(0, 1051725).saturating_mul(m.into()))
	}
	/// The range of component `b` is `[4, 16384]`.
	fn schedule(b: u32, ) -> Weight {
		Weight::from_parts(124_862_123, 38776)
			.saturating_add(Weight::from_parts(33, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	fn cancel_schedule() -> Weight {
		Weight::from_parts(91_717_000, 3730)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn run_schedule() -> Weight {
		Weight::from_parts(108_281_000, 1052667)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
	}
	/// The range of component `r` is `[0, 1000]`.
	fn remove_schedule(r: u32, ) -> Weight {
		Weight::from_parts(83_704_630, 3730)
			.saturating_add(Weight::from_parts(798_610, 0).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(r.into())))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 2589).saturating_mul(r.into()))
	}
	fn poll_base() -> Weight {
		Weight::from_parts(5_959_000, 3477)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
	}
	fn poll_item() -> Weight {
		Weight::from_parts(13_070_000, 3477)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
	}
}
