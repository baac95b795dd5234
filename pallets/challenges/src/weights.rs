//! Weights of `pallet_challenges`, measured by `scripts/bench weights`. Do not edit.
//!
//! 2026-11-21, AMD EPYC, Wasm Compiled, benchmark program 64.0.0, steps 10, repeat 6.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]
#![allow(clippy::all)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_challenges`.
pub trait WeightInfo {
	fn challenge() -> Weight;
	fn submit_trace(r: u32, ) -> Weight;
	fn authorize_submit_trace(r: u32, ) -> Weight;
	fn demand() -> Weight;
	fn authorize_demand() -> Weight;
	fn reveal(b: u32, ) -> Weight;
	fn authorize_reveal(b: u32, ) -> Weight;
	fn commit_evidence() -> Weight;
	fn authorize_commit_evidence() -> Weight;
	fn prove_fault(b: u32, w: u32, ) -> Weight;
	fn authorize_prove_fault(b: u32, w: u32, ) -> Weight;
	fn report_equivocation() -> Weight;
	fn convict() -> Weight;
	fn uphold() -> Weight;
	fn settle() -> Weight;
	fn poll_base() -> Weight;
	fn poll_item() -> Weight;
	fn on_finalize() -> Weight;
}

/// Weights of `pallet_challenges` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Challenges::DisputeOf` (r:1 w:1)
	/// Proof: `Challenges::DisputeOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3231), added: 5706, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:4 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::NextDisputeId` (r:1 w:1)
	/// Proof: `Challenges::NextDisputeId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Queues` (r:1 w:1)
	/// Proof: `Challenges::Queues` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:1 w:1)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:1)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfHost` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfHost` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Disputes` (r:0 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	fn challenge() -> Weight {
		// Proof size in bytes:
		//  measured:  `15184`
		//  estimated: `38776`
		// Minimum execution time: 116_704_000 picoseconds.
		Weight::from_parts(124_977_000, 38776)
			.saturating_add(T::DbWeight::get().reads(13_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Queues` (r:1 w:1)
	/// Proof: `Challenges::Queues` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:2)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Traces` (r:0 w:1)
	/// Proof: `Challenges::Traces` (`max_values`: None, `max_size`: Some(262162), added: 264637, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[2, 8192]`.
	fn submit_trace(r: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1590`
		//  estimated: `6012`
		// Minimum execution time: 77_185_000 picoseconds.
		Weight::from_parts(71_788_572, 6012)
			// Standard error: 1_394
			.saturating_add(Weight::from_parts(895_667, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(7_u64))
			.saturating_add(T::DbWeight::get().writes(5_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:0)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[2, 8192]`.
	fn authorize_submit_trace(r: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1541`
		//  estimated: `5132`
		// Minimum execution time: 52_799_000 picoseconds.
		Weight::from_parts(65_620_453, 5132)
			// Standard error: 1_102
			.saturating_add(Weight::from_parts(759_598, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Traces` (r:1 w:0)
	/// Proof: `Challenges::Traces` (`max_values`: None, `max_size`: Some(262162), added: 264637, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Opened` (r:64 w:0)
	/// Proof: `Challenges::Opened` (`max_values`: None, `max_size`: Some(139313), added: 141788, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:1 w:1)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn demand() -> Weight {
		// Proof size in bytes:
		//  measured:  `297653`
		//  estimated: `9075422`
		// Minimum execution time: 376_581_000 picoseconds.
		Weight::from_parts(410_462_000, 9075422)
			.saturating_add(T::DbWeight::get().reads(71_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Challenges::Claims` (r:1 w:0)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Disputes` (r:1 w:0)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Traces` (r:1 w:0)
	/// Proof: `Challenges::Traces` (`max_values`: None, `max_size`: Some(262162), added: 264637, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Opened` (r:64 w:0)
	/// Proof: `Challenges::Opened` (`max_values`: None, `max_size`: Some(139313), added: 141788, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn authorize_demand() -> Weight {
		// Proof size in bytes:
		//  measured:  `298319`
		//  estimated: `9075422`
		// Minimum execution time: 377_383_000 picoseconds.
		Weight::from_parts(415_190_000, 9075422)
			.saturating_add(T::DbWeight::get().reads(71_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Opened` (r:0 w:2)
	/// Proof: `Challenges::Opened` (`max_values`: None, `max_size`: Some(139313), added: 141788, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1024, 131072]`.
	fn reveal(b: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1883`
		//  estimated: `5132`
		// Minimum execution time: 69_744_000 picoseconds.
		Weight::from_parts(67_168_948, 5132)
			// Standard error: 35
			.saturating_add(Weight::from_parts(2_704, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:0)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1024, 131072]`.
	fn authorize_reveal(b: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1879`
		//  estimated: `5132`
		// Minimum execution time: 35_313_000 picoseconds.
		Weight::from_parts(38_889_636, 5132)
			// Standard error: 33
			.saturating_add(Weight::from_parts(2_085, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:1 w:1)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn commit_evidence() -> Weight {
		// Proof size in bytes:
		//  measured:  `2513`
		//  estimated: `6012`
		// Minimum execution time: 98_527_000 picoseconds.
		Weight::from_parts(106_239_000, 6012)
			.saturating_add(T::DbWeight::get().reads(6_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Challenges::Claims` (r:1 w:0)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Disputes` (r:1 w:0)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn authorize_commit_evidence() -> Weight {
		// Proof size in bytes:
		//  measured:  `3179`
		//  estimated: `5132`
		// Minimum execution time: 80_901_000 picoseconds.
		Weight::from_parts(86_309_000, 5132)
			.saturating_add(T::DbWeight::get().reads(6_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:9 w:8)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:7 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Peaks` (r:1 w:0)
	/// Proof: `StakePools::Peaks` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:10 w:10)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:10 w:10)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:1 w:1)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3231), added: 5706, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:1 w:1)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:1 w:0)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::RunOf` (r:1 w:0)
	/// Proof: `Jobs::RunOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Opened` (r:64 w:64)
	/// Proof: `Challenges::Opened` (`max_values`: None, `max_size`: Some(139313), added: 141788, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputeOf` (r:1 w:1)
	/// Proof: `Challenges::DisputeOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:1)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfHost` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfHost` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfAuditor` (r:0 w:8)
	/// Proof: `Challenges::DisputesOfAuditor` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Traces` (r:0 w:1)
	/// Proof: `Challenges::Traces` (`max_values`: None, `max_size`: Some(262162), added: 264637, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1024, 229376]`.
	/// The range of component `w` is `[0, 1048576]`.
	fn prove_fault(b: u32, w: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `9662`
		//  estimated: `9075422`
		// Minimum execution time: 1_928_216_000 picoseconds.
		Weight::from_parts(1_216_858_322, 9075422)
			// Standard error: 4_341
			.saturating_add(Weight::from_parts(2_495, 0).saturating_mul(b.into()))
			// Standard error: 945
			.saturating_add(Weight::from_parts(6_681, 0).saturating_mul(w.into()))
			.saturating_add(T::DbWeight::get().reads(112_u64))
			.saturating_add(T::DbWeight::get().writes(113_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:0)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:1 w:0)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1024, 229376]`.
	/// The range of component `w` is `[0, 1048576]`.
	fn authorize_prove_fault(b: u32, w: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `2245`
		//  estimated: `5132`
		// Minimum execution time: 1_059_290_000 picoseconds.
		Weight::from_parts(1_064_427_000, 5132)
			// Standard error: 230
			.saturating_add(Weight::from_parts(966, 0).saturating_mul(b.into()))
			// Standard error: 50
			.saturating_add(Weight::from_parts(5_001, 0).saturating_mul(w.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3231), added: 5706, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputeOf` (r:1 w:1)
	/// Proof: `Challenges::DisputeOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:7 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Peaks` (r:1 w:0)
	/// Proof: `StakePools::Peaks` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:10 w:10)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:10 w:10)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:1 w:1)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:1 w:1)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:1 w:0)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::RunOf` (r:1 w:0)
	/// Proof: `Jobs::RunOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Opened` (r:64 w:64)
	/// Proof: `Challenges::Opened` (`max_values`: None, `max_size`: Some(139313), added: 141788, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:9 w:8)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:1)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfHost` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfHost` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfAuditor` (r:0 w:8)
	/// Proof: `Challenges::DisputesOfAuditor` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Traces` (r:0 w:1)
	/// Proof: `Challenges::Traces` (`max_values`: None, `max_size`: Some(262162), added: 264637, mode: `MaxEncodedLen`)
	fn report_equivocation() -> Weight {
		// Proof size in bytes:
		//  measured:  `10304`
		//  estimated: `9075422`
		// Minimum execution time: 831_200_000 picoseconds.
		Weight::from_parts(880_303_000, 9075422)
			.saturating_add(T::DbWeight::get().reads(114_u64))
			.saturating_add(T::DbWeight::get().writes(113_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:7 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Peaks` (r:1 w:0)
	/// Proof: `StakePools::Peaks` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:10 w:10)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:10 w:10)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:1 w:1)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3231), added: 5706, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:1 w:1)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:1 w:0)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::RunOf` (r:1 w:0)
	/// Proof: `Jobs::RunOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Opened` (r:64 w:64)
	/// Proof: `Challenges::Opened` (`max_values`: None, `max_size`: Some(139313), added: 141788, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:9 w:8)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputeOf` (r:1 w:1)
	/// Proof: `Challenges::DisputeOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:1)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfHost` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfHost` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfAuditor` (r:0 w:8)
	/// Proof: `Challenges::DisputesOfAuditor` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Traces` (r:0 w:1)
	/// Proof: `Challenges::Traces` (`max_values`: None, `max_size`: Some(262162), added: 264637, mode: `MaxEncodedLen`)
	fn convict() -> Weight {
		// Proof size in bytes:
		//  measured:  `9648`
		//  estimated: `9075422`
		// Minimum execution time: 766_102_000 picoseconds.
		Weight::from_parts(810_369_000, 9075422)
			.saturating_add(T::DbWeight::get().reads(112_u64))
			.saturating_add(T::DbWeight::get().writes(113_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3231), added: 5706, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Opened` (r:64 w:64)
	/// Proof: `Challenges::Opened` (`max_values`: None, `max_size`: Some(139313), added: 141788, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:9 w:8)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:8 w:8)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:9 w:9)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputeOf` (r:1 w:1)
	/// Proof: `Challenges::DisputeOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:1)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfHost` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfHost` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfAuditor` (r:0 w:8)
	/// Proof: `Challenges::DisputesOfAuditor` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Traces` (r:0 w:1)
	/// Proof: `Challenges::Traces` (`max_values`: None, `max_size`: Some(262162), added: 264637, mode: `MaxEncodedLen`)
	fn uphold() -> Weight {
		// Proof size in bytes:
		//  measured:  `7310`
		//  estimated: `9075422`
		// Minimum execution time: 758_672_000 picoseconds.
		Weight::from_parts(776_498_000, 9075422)
			.saturating_add(T::DbWeight::get().reads(94_u64))
			.saturating_add(T::DbWeight::get().writes(103_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:9 w:8)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:8 w:8)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:9 w:9)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:1)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfAuditor` (r:0 w:8)
	/// Proof: `Challenges::DisputesOfAuditor` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	fn settle() -> Weight {
		// Proof size in bytes:
		//  measured:  `2990`
		//  estimated: `24759`
		// Minimum execution time: 555_679_000 picoseconds.
		Weight::from_parts(566_905_000, 24759)
			.saturating_add(T::DbWeight::get().reads(28_u64))
			.saturating_add(T::DbWeight::get().writes(35_u64))
	}
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:1 w:0)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn poll_base() -> Weight {
		// Proof size in bytes:
		//  measured:  `42`
		//  estimated: `3477`
		// Minimum execution time: 3_405_000 picoseconds.
		Weight::from_parts(3_786_000, 3477)
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:1 w:0)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Disputes` (r:1 w:0)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	fn poll_item() -> Weight {
		// Proof size in bytes:
		//  measured:  `1844`
		//  estimated: `5132`
		// Minimum execution time: 23_806_000 picoseconds.
		Weight::from_parts(27_070_000, 5132)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Challenges::Ticks` (r:1 w:1)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn on_finalize() -> Weight {
		// Proof size in bytes:
		//  measured:  `42`
		//  estimated: `1489`
		// Minimum execution time: 2_855_000 picoseconds.
		Weight::from_parts(3_225_000, 1489)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	fn challenge() -> Weight {
		Weight::from_parts(124_977_000, 38776)
			.saturating_add(RocksDbWeight::get().reads(13_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	/// The range of component `r` is `[2, 8192]`.
	fn submit_trace(r: u32, ) -> Weight {
		Weight::from_parts(71_788_572, 6012)
			.saturating_add(Weight::from_parts(895_667, 0).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// The range of component `r` is `[2, 8192]`.
	fn authorize_submit_trace(r: u32, ) -> Weight {
		Weight::from_parts(65_620_453, 5132)
			.saturating_add(Weight::from_parts(759_598, 0).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn demand() -> Weight {
		Weight::from_parts(410_462_000, 9075422)
			.saturating_add(RocksDbWeight::get().reads(71_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_demand() -> Weight {
		Weight::from_parts(415_190_000, 9075422)
			.saturating_add(RocksDbWeight::get().reads(71_u64))
	}
	/// The range of component `b` is `[1024, 131072]`.
	fn reveal(b: u32, ) -> Weight {
		Weight::from_parts(67_168_948, 5132)
			.saturating_add(Weight::from_parts(2_704, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// The range of component `b` is `[1024, 131072]`.
	fn authorize_reveal(b: u32, ) -> Weight {
		Weight::from_parts(38_889_636, 5132)
			.saturating_add(Weight::from_parts(2_085, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
	}
	fn commit_evidence() -> Weight {
		Weight::from_parts(106_239_000, 6012)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_commit_evidence() -> Weight {
		Weight::from_parts(86_309_000, 5132)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
	}
	/// The range of component `b` is `[1024, 229376]`.
	/// The range of component `w` is `[0, 1048576]`.
	fn prove_fault(b: u32, w: u32, ) -> Weight {
		Weight::from_parts(1_216_858_322, 9075422)
			.saturating_add(Weight::from_parts(2_495, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(6_681, 0).saturating_mul(w.into()))
			.saturating_add(RocksDbWeight::get().reads(112_u64))
			.saturating_add(RocksDbWeight::get().writes(113_u64))
	}
	/// The range of component `b` is `[1024, 229376]`.
	/// The range of component `w` is `[0, 1048576]`.
	fn authorize_prove_fault(b: u32, w: u32, ) -> Weight {
		Weight::from_parts(1_064_427_000, 5132)
			.saturating_add(Weight::from_parts(966, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(5_001, 0).saturating_mul(w.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn report_equivocation() -> Weight {
		Weight::from_parts(880_303_000, 9075422)
			.saturating_add(RocksDbWeight::get().reads(114_u64))
			.saturating_add(RocksDbWeight::get().writes(113_u64))
	}
	fn convict() -> Weight {
		Weight::from_parts(810_369_000, 9075422)
			.saturating_add(RocksDbWeight::get().reads(112_u64))
			.saturating_add(RocksDbWeight::get().writes(113_u64))
	}
	fn uphold() -> Weight {
		Weight::from_parts(776_498_000, 9075422)
			.saturating_add(RocksDbWeight::get().reads(94_u64))
			.saturating_add(RocksDbWeight::get().writes(103_u64))
	}
	fn settle() -> Weight {
		Weight::from_parts(566_905_000, 24759)
			.saturating_add(RocksDbWeight::get().reads(28_u64))
			.saturating_add(RocksDbWeight::get().writes(35_u64))
	}
	fn poll_base() -> Weight {
		Weight::from_parts(3_786_000, 3477)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
	}
	fn poll_item() -> Weight {
		Weight::from_parts(27_070_000, 5132)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn on_finalize() -> Weight {
		Weight::from_parts(3_225_000, 1489)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
}
