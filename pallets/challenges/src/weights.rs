//! Weights of `pallet_challenges`, measured by `scripts/bench weights`. Do not edit.
//!
//! 2026-11-21, AMD EPYC, Wasm Compiled, benchmark program 64.0.0, steps 20, repeat 10. `commit_evidence` and `on_finalize`: the same day on an EPYC that takes
//! twice as long, steps 10, repeat 6.

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
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
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
		//  measured:  `15186`
		//  estimated: `38776`
		// Minimum execution time: 142_873_000 picoseconds.
		Weight::from_parts(172_788_000, 38776)
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
		//  measured:  `1591`
		//  estimated: `6012`
		// Minimum execution time: 101_761_000 picoseconds.
		Weight::from_parts(150_204_253, 6012)
			// Standard error: 6_857
			.saturating_add(Weight::from_parts(1_088_701, 0).saturating_mul(r.into()))
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
		//  measured:  `1542`
		//  estimated: `5132`
		// Minimum execution time: 65_798_000 picoseconds.
		Weight::from_parts(94_375_375, 5132)
			// Standard error: 3_582
			.saturating_add(Weight::from_parts(941_831, 0).saturating_mul(r.into()))
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
		// Minimum execution time: 507_687_000 picoseconds.
		Weight::from_parts(592_324_000, 9075422)
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
		//  measured:  `298320`
		//  estimated: `9075422`
		// Minimum execution time: 460_778_000 picoseconds.
		Weight::from_parts(546_384_000, 9075422)
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
		// Minimum execution time: 118_667_000 picoseconds.
		Weight::from_parts(130_545_691, 5132)
			// Standard error: 50
			.saturating_add(Weight::from_parts(2_847, 0).saturating_mul(b.into()))
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
		// Minimum execution time: 46_500_000 picoseconds.
		Weight::from_parts(50_756_172, 5132)
			// Standard error: 41
			.saturating_add(Weight::from_parts(2_610, 0).saturating_mul(b.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:1 w:1)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Locks` (r:1 w:0)
	/// Proof: `Balances::Locks` (`max_values`: None, `max_size`: Some(1299), added: 3774, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn commit_evidence() -> Weight {
		// Proof size in bytes:
		//  measured:  `2546`
		//  estimated: `6012`
		// Minimum execution time: 159_848_000 picoseconds.
		Weight::from_parts(246_250_000, 6012)
			.saturating_add(T::DbWeight::get().reads(7_u64))
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
		//  measured:  `3180`
		//  estimated: `5132`
		// Minimum execution time: 107_741_000 picoseconds.
		Weight::from_parts(129_222_000, 5132)
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
	/// Storage: `IntelAttestations::Attested` (r:1 w:1)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:1)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
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
	/// Storage: `AmdAttestations::Attempts` (r:0 w:1)
	/// Proof: `AmdAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `AmdAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:1)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfHost` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfHost` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfAuditor` (r:0 w:8)
	/// Proof: `Challenges::DisputesOfAuditor` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Traces` (r:0 w:1)
	/// Proof: `Challenges::Traces` (`max_values`: None, `max_size`: Some(262162), added: 264637, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attempts` (r:0 w:1)
	/// Proof: `IntelAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `IntelAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	/// The range of component `b` is `[1024, 229376]`.
	/// The range of component `w` is `[0, 1048576]`.
	fn prove_fault(b: u32, w: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `10761`
		//  estimated: `9075422`
		// Minimum execution time: 2_272_980_000 picoseconds.
		Weight::from_parts(878_909_562, 9075422)
			// Standard error: 1_083
			.saturating_add(Weight::from_parts(6_860, 0).saturating_mul(b.into()))
			// Standard error: 236
			.saturating_add(Weight::from_parts(6_976, 0).saturating_mul(w.into()))
			.saturating_add(T::DbWeight::get().reads(114_u64))
			.saturating_add(T::DbWeight::get().writes(119_u64))
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
	fn authorize_prove_fault(_b: u32, w: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `2245`
		//  estimated: `5132`
		// Minimum execution time: 1_278_336_000 picoseconds.
		Weight::from_parts(1_289_954_000, 5132)
			// Standard error: 140
			.saturating_add(Weight::from_parts(7_022, 0).saturating_mul(w.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
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
	/// Storage: `IntelAttestations::Attested` (r:1 w:1)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:1)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
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
	/// Storage: `AmdAttestations::Attempts` (r:0 w:1)
	/// Proof: `AmdAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `AmdAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:1)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfHost` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfHost` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfAuditor` (r:0 w:8)
	/// Proof: `Challenges::DisputesOfAuditor` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Traces` (r:0 w:1)
	/// Proof: `Challenges::Traces` (`max_values`: None, `max_size`: Some(262162), added: 264637, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attempts` (r:0 w:1)
	/// Proof: `IntelAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `IntelAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	fn report_equivocation() -> Weight {
		// Proof size in bytes:
		//  measured:  `11403`
		//  estimated: `9075422`
		// Minimum execution time: 1_028_404_000 picoseconds.
		Weight::from_parts(1_097_698_000, 9075422)
			.saturating_add(T::DbWeight::get().reads(116_u64))
			.saturating_add(T::DbWeight::get().writes(119_u64))
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
	/// Storage: `IntelAttestations::Attested` (r:1 w:1)
	/// Proof: `IntelAttestations::Attested` (`max_values`: None, `max_size`: Some(466), added: 2941, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attested` (r:1 w:1)
	/// Proof: `AmdAttestations::Attested` (`max_values`: None, `max_size`: Some(459), added: 2934, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
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
	/// Storage: `AmdAttestations::Attempts` (r:0 w:1)
	/// Proof: `AmdAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `AmdAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:1)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfHost` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfHost` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfAuditor` (r:0 w:8)
	/// Proof: `Challenges::DisputesOfAuditor` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Traces` (r:0 w:1)
	/// Proof: `Challenges::Traces` (`max_values`: None, `max_size`: Some(262162), added: 264637, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attempts` (r:0 w:1)
	/// Proof: `IntelAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `IntelAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	fn convict() -> Weight {
		// Proof size in bytes:
		//  measured:  `10747`
		//  estimated: `9075422`
		// Minimum execution time: 991_319_000 picoseconds.
		Weight::from_parts(1_055_525_000, 9075422)
			.saturating_add(T::DbWeight::get().reads(114_u64))
			.saturating_add(T::DbWeight::get().writes(119_u64))
	}
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
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
		//  measured:  `7312`
		//  estimated: `9075422`
		// Minimum execution time: 887_584_000 picoseconds.
		Weight::from_parts(939_140_000, 9075422)
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
		// Minimum execution time: 670_851_000 picoseconds.
		Weight::from_parts(731_792_000, 24759)
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
		// Minimum execution time: 3_756_000 picoseconds.
		Weight::from_parts(4_477_000, 3477)
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
		// Minimum execution time: 31_046_000 picoseconds.
		Weight::from_parts(38_968_000, 5132)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `MultiBlockMigrations::Cursor` (r:1 w:0)
	/// Proof: `MultiBlockMigrations::Cursor` (`max_values`: Some(1), `max_size`: Some(65550), added: 66045, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:1)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn on_finalize() -> Weight {
		// Proof size in bytes:
		//  measured:  `151`
		//  estimated: `67035`
		// Minimum execution time: 9_016_000 picoseconds.
		Weight::from_parts(22_552_000, 67035)
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	fn challenge() -> Weight {
		Weight::from_parts(172_788_000, 38776)
			.saturating_add(RocksDbWeight::get().reads(13_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	/// The range of component `r` is `[2, 8192]`.
	fn submit_trace(r: u32, ) -> Weight {
		Weight::from_parts(150_204_253, 6012)
			.saturating_add(Weight::from_parts(1_088_701, 0).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(5_u64))
	}
	/// The range of component `r` is `[2, 8192]`.
	fn authorize_submit_trace(r: u32, ) -> Weight {
		Weight::from_parts(94_375_375, 5132)
			.saturating_add(Weight::from_parts(941_831, 0).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn demand() -> Weight {
		Weight::from_parts(592_324_000, 9075422)
			.saturating_add(RocksDbWeight::get().reads(71_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_demand() -> Weight {
		Weight::from_parts(546_384_000, 9075422)
			.saturating_add(RocksDbWeight::get().reads(71_u64))
	}
	/// The range of component `b` is `[1024, 131072]`.
	fn reveal(b: u32, ) -> Weight {
		Weight::from_parts(130_545_691, 5132)
			.saturating_add(Weight::from_parts(2_847, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// The range of component `b` is `[1024, 131072]`.
	fn authorize_reveal(b: u32, ) -> Weight {
		Weight::from_parts(50_756_172, 5132)
			.saturating_add(Weight::from_parts(2_610, 0).saturating_mul(b.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
	}
	fn commit_evidence() -> Weight {
		Weight::from_parts(246_250_000, 6012)
			.saturating_add(RocksDbWeight::get().reads(7_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_commit_evidence() -> Weight {
		Weight::from_parts(129_222_000, 5132)
			.saturating_add(RocksDbWeight::get().reads(6_u64))
	}
	/// The range of component `b` is `[1024, 229376]`.
	/// The range of component `w` is `[0, 1048576]`.
	fn prove_fault(b: u32, w: u32, ) -> Weight {
		Weight::from_parts(878_909_562, 9075422)
			.saturating_add(Weight::from_parts(6_860, 0).saturating_mul(b.into()))
			.saturating_add(Weight::from_parts(6_976, 0).saturating_mul(w.into()))
			.saturating_add(RocksDbWeight::get().reads(114_u64))
			.saturating_add(RocksDbWeight::get().writes(119_u64))
	}
	/// The range of component `b` is `[1024, 229376]`.
	/// The range of component `w` is `[0, 1048576]`.
	fn authorize_prove_fault(_b: u32, w: u32, ) -> Weight {
		Weight::from_parts(1_289_954_000, 5132)
			.saturating_add(Weight::from_parts(7_022, 0).saturating_mul(w.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn report_equivocation() -> Weight {
		Weight::from_parts(1_097_698_000, 9075422)
			.saturating_add(RocksDbWeight::get().reads(116_u64))
			.saturating_add(RocksDbWeight::get().writes(119_u64))
	}
	fn convict() -> Weight {
		Weight::from_parts(1_055_525_000, 9075422)
			.saturating_add(RocksDbWeight::get().reads(114_u64))
			.saturating_add(RocksDbWeight::get().writes(119_u64))
	}
	fn uphold() -> Weight {
		Weight::from_parts(939_140_000, 9075422)
			.saturating_add(RocksDbWeight::get().reads(94_u64))
			.saturating_add(RocksDbWeight::get().writes(103_u64))
	}
	fn settle() -> Weight {
		Weight::from_parts(731_792_000, 24759)
			.saturating_add(RocksDbWeight::get().reads(28_u64))
			.saturating_add(RocksDbWeight::get().writes(35_u64))
	}
	fn poll_base() -> Weight {
		Weight::from_parts(4_477_000, 3477)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
	}
	fn poll_item() -> Weight {
		Weight::from_parts(38_968_000, 5132)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	fn on_finalize() -> Weight {
		Weight::from_parts(22_552_000, 67035)
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
}
