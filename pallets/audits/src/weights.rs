//! Weights of `pallet_audits`, measured by `scripts/bench weights`. Do not edit.
//!
//! 2026-11-21, AMD EPYC, Wasm Compiled, benchmark program 64.0.0, steps 20, repeat 10. `reveal_canary`: the same day on an EPYC that takes
//! twice as long, steps 10, repeat 6.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]
#![allow(clippy::all)]

use frame_support::{traits::Get, weights::{Weight, constants::RocksDbWeight}};
use core::marker::PhantomData;

/// Weight functions needed for `pallet_audits`.
pub trait WeightInfo {
	fn on_initialize() -> Weight;
	fn seal_audit() -> Weight;
	fn authorize_seal_audit() -> Weight;
	fn answer_audit() -> Weight;
	fn authorize_answer_audit() -> Weight;
	fn reveal_clean() -> Weight;
	fn reveal_accused() -> Weight;
	fn reveal_differing(d: u32, ) -> Weight;
	fn authorize_reveal_audit() -> Weight;
	fn expire_auditor(d: u32, ) -> Weight;
	fn expire_answer() -> Weight;
	fn expire_showing() -> Weight;
	fn forget(p: u32, ) -> Weight;
	fn show_input(k: u32, ) -> Weight;
	fn authorize_show_input(k: u32, ) -> Weight;
	fn place_item() -> Weight;
	fn draw_item() -> Weight;
	fn draw_batch(s: u32, ) -> Weight;
	fn start_audit(d: u32, ) -> Weight;
	fn delivered() -> Weight;
	fn joined(d: u32, ) -> Weight;
	fn left(d: u32, ) -> Weight;
	fn weighed(p: u32, ) -> Weight;
	fn plant_canary() -> Weight;
	fn remove_canary() -> Weight;
	fn reveal_canary(r: u32, ) -> Weight;
	fn lift_suspension() -> Weight;
	fn poll_base() -> Weight;
	fn poll_item() -> Weight;
}

/// Weights of `pallet_audits` with the runtime's database.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Storage: `Babe::Initialized` (r:1 w:0)
	/// Proof: `Babe::Initialized` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	fn on_initialize() -> Weight {
		// Proof size in bytes:
		//  measured:  `207`
		//  estimated: `1595`
		// Minimum execution time: 3_365_000 picoseconds.
		Weight::from_parts(3_936_000, 1595)
			.saturating_add(T::DbWeight::get().reads(1_u64))
	}
	/// Storage: `Audits::Audits` (r:1 w:1)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:0 w:2)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn seal_audit() -> Weight {
		// Proof size in bytes:
		//  measured:  `1653`
		//  estimated: `4324`
		// Minimum execution time: 90_965_000 picoseconds.
		Weight::from_parts(113_410_000, 4324)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Audits::Audits` (r:1 w:0)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn authorize_seal_audit() -> Weight {
		// Proof size in bytes:
		//  measured:  `1649`
		//  estimated: `4324`
		// Minimum execution time: 67_361_000 picoseconds.
		Weight::from_parts(76_073_000, 4324)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Audits::Audits` (r:1 w:1)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:0 w:1)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn answer_audit() -> Weight {
		// Proof size in bytes:
		//  measured:  `1685`
		//  estimated: `4324`
		// Minimum execution time: 93_369_000 picoseconds.
		Weight::from_parts(117_986_000, 4324)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(2_u64))
	}
	/// Storage: `Audits::Audits` (r:1 w:0)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Hosts` (r:1 w:0)
	/// Proof: `Hosts::Hosts` (`max_values`: None, `max_size`: Some(596), added: 3071, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn authorize_answer_audit() -> Weight {
		// Proof size in bytes:
		//  measured:  `1681`
		//  estimated: `4324`
		// Minimum execution time: 67_040_000 picoseconds.
		Weight::from_parts(76_434_000, 4324)
			.saturating_add(T::DbWeight::get().reads(4_u64))
	}
	/// Storage: `Audits::Audits` (r:1 w:1)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:0)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Audits::CounterForAudits` (r:1 w:1)
	/// Proof: `Audits::CounterForAudits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Audits::CounterForCanaries` (r:1 w:0)
	/// Proof: `Audits::CounterForCanaries` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:0 w:2)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Parties` (r:0 w:2)
	/// Proof: `Audits::Parties` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Records` (r:0 w:1)
	/// Proof: `Audits::Records` (`max_values`: None, `max_size`: Some(395), added: 2870, mode: `MaxEncodedLen`)
	fn reveal_clean() -> Weight {
		// Proof size in bytes:
		//  measured:  `1802`
		//  estimated: `6697`
		// Minimum execution time: 120_059_000 picoseconds.
		Weight::from_parts(137_555_000, 6697)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(10_u64))
	}
	/// Storage: `Audits::Audits` (r:1 w:1)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:0)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputeOf` (r:1 w:1)
	/// Proof: `Challenges::DisputeOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::NextDisputeId` (r:1 w:1)
	/// Proof: `Challenges::NextDisputeId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Queues` (r:1 w:1)
	/// Proof: `Challenges::Queues` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:1 w:1)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Audits::CounterForAudits` (r:1 w:1)
	/// Proof: `Audits::CounterForAudits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Audits::CounterForCanaries` (r:1 w:0)
	/// Proof: `Audits::CounterForCanaries` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:0 w:2)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Parties` (r:0 w:2)
	/// Proof: `Audits::Parties` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Records` (r:0 w:1)
	/// Proof: `Audits::Records` (`max_values`: None, `max_size`: Some(395), added: 2870, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:1)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfHost` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfHost` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Disputes` (r:0 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfAuditor` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfAuditor` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	fn reveal_accused() -> Weight {
		// Proof size in bytes:
		//  measured:  `15895`
		//  estimated: `38776`
		// Minimum execution time: 146_229_000 picoseconds.
		Weight::from_parts(166_438_000, 38776)
			.saturating_add(T::DbWeight::get().reads(14_u64))
			.saturating_add(T::DbWeight::get().writes(16_u64))
	}
	/// Storage: `Audits::Audits` (r:1 w:1)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:0)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Disagreements` (r:1 w:1)
	/// Proof: `Audits::Disagreements` (`max_values`: None, `max_size`: Some(2086), added: 4561, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Members` (r:4 w:0)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:3 w:0)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:22 w:0)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::CounterForAudits` (r:1 w:1)
	/// Proof: `Audits::CounterForAudits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Audits::WithoutVerdict` (r:1 w:1)
	/// Proof: `Audits::WithoutVerdict` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Audits::CounterForCanaries` (r:1 w:0)
	/// Proof: `Audits::CounterForCanaries` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:0 w:1)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:0 w:1)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Parties` (r:0 w:2)
	/// Proof: `Audits::Parties` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[6, 20]`.
	fn reveal_differing(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `2736 + d * (173 ±0)`
		//  estimated: `11242 + d * (2535 ±0)`
		// Minimum execution time: 166_408_000 picoseconds.
		Weight::from_parts(157_097_952, 11242)
			// Standard error: 116_980
			.saturating_add(Weight::from_parts(5_980_258, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(17_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(9_u64))
			.saturating_add(Weight::from_parts(0, 2535).saturating_mul(d.into()))
	}
	/// Storage: `Audits::Audits` (r:1 w:0)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	fn authorize_reveal_audit() -> Weight {
		// Proof size in bytes:
		//  measured:  `845`
		//  estimated: `4324`
		// Minimum execution time: 18_387_000 picoseconds.
		Weight::from_parts(22_674_000, 4324)
			.saturating_add(T::DbWeight::get().reads(3_u64))
	}
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:1 w:1)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Members` (r:4 w:0)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:3 w:0)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:0)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:22 w:0)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Audits` (r:1 w:1)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `Audits::CounterForAudits` (r:1 w:1)
	/// Proof: `Audits::CounterForAudits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Audits::WithoutVerdict` (r:1 w:1)
	/// Proof: `Audits::WithoutVerdict` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:0 w:1)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:0 w:1)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Parties` (r:0 w:2)
	/// Proof: `Audits::Parties` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[6, 20]`.
	fn expire_auditor(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `3656 + d * (173 ±0)`
		//  estimated: `11242 + d * (2535 ±0)`
		// Minimum execution time: 210_104_000 picoseconds.
		Weight::from_parts(205_932_131, 11242)
			// Standard error: 110_770
			.saturating_add(Weight::from_parts(6_367_382, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(22_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(15_u64))
			.saturating_add(Weight::from_parts(0, 2535).saturating_mul(d.into()))
	}
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:1 w:1)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:2 w:2)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:1)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:1 w:1)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:1 w:1)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Audits` (r:1 w:1)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:0 w:1)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn expire_answer() -> Weight {
		// Proof size in bytes:
		//  measured:  `1759`
		//  estimated: `6196`
		// Minimum execution time: 100_480_000 picoseconds.
		Weight::from_parts(117_836_000, 6196)
			.saturating_add(T::DbWeight::get().reads(11_u64))
			.saturating_add(T::DbWeight::get().writes(9_u64))
	}
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
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
	/// Storage: `Audits::Audits` (r:1 w:1)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `Audits::CounterForAudits` (r:1 w:1)
	/// Proof: `Audits::CounterForAudits` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Pieces` (r:1 w:0)
	/// Proof: `Audits::Pieces` (`max_values`: None, `max_size`: Some(65552), added: 68027, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:1 w:1)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::RunOf` (r:1 w:0)
	/// Proof: `Jobs::RunOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::Attempts` (r:0 w:1)
	/// Proof: `AmdAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `AmdAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `AmdAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:0 w:1)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:0 w:2)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Parties` (r:0 w:1)
	/// Proof: `Audits::Parties` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::Attempts` (r:0 w:1)
	/// Proof: `IntelAttestations::Attempts` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `IntelAttestations::RevokedPlatforms` (r:0 w:1)
	/// Proof: `IntelAttestations::RevokedPlatforms` (`max_values`: None, `max_size`: Some(85), added: 2560, mode: `MaxEncodedLen`)
	fn expire_showing() -> Weight {
		// Proof size in bytes:
		//  measured:  `4430`
		//  estimated: `1052715`
		// Minimum execution time: 388_730_000 picoseconds.
		Weight::from_parts(417_673_000, 1052715)
			.saturating_add(T::DbWeight::get().reads(24_u64))
			.saturating_add(T::DbWeight::get().writes(23_u64))
	}
	/// Storage: `Audits::Pieces` (r:80 w:80)
	/// Proof: `Audits::Pieces` (`max_values`: None, `max_size`: Some(65552), added: 68027, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Records` (r:1 w:1)
	/// Proof: `Audits::Records` (`max_values`: None, `max_size`: Some(395), added: 2870, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:0 w:1)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:0 w:1)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// The range of component `p` is `[0, 80]`.
	fn forget(p: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `794 + p * (9 ±0)`
		//  estimated: `3860 + p * (68027 ±0)`
		// Minimum execution time: 15_934_000 picoseconds.
		Weight::from_parts(22_261_771, 3860)
			// Standard error: 6_271
			.saturating_add(Weight::from_parts(987_440, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(3_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 68027).saturating_mul(p.into()))
	}
	/// Storage: `Audits::Audits` (r:1 w:1)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:0)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:1 w:0)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Pieces` (r:1 w:1)
	/// Proof: `Audits::Pieces` (`max_values`: None, `max_size`: Some(65552), added: 68027, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:0 w:2)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// The range of component `k` is `[1, 64]`.
	fn show_input(k: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `2617`
		//  estimated: `1052667`
		// Minimum execution time: 128_101_000 picoseconds.
		Weight::from_parts(140_880_522, 1052667)
			// Standard error: 53_673
			.saturating_add(Weight::from_parts(2_529_010, 0).saturating_mul(k.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Audits::Audits` (r:1 w:0)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:0)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:1 w:0)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Pieces` (r:1 w:0)
	/// Proof: `Audits::Pieces` (`max_values`: None, `max_size`: Some(65552), added: 68027, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// The range of component `k` is `[1, 64]`.
	fn authorize_show_input(k: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `2617`
		//  estimated: `1052667`
		// Minimum execution time: 76_935_000 picoseconds.
		Weight::from_parts(78_858_906, 1052667)
			// Standard error: 35_699
			.saturating_add(Weight::from_parts(2_682_950, 0).saturating_mul(k.into()))
			.saturating_add(T::DbWeight::get().reads(5_u64))
	}
	/// Storage: `Audits::NextPlaced` (r:1 w:1)
	/// Proof: `Audits::NextPlaced` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextItem` (r:1 w:0)
	/// Proof: `Audits::NextItem` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Waiting` (r:1 w:1)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Seed` (r:1 w:0)
	/// Proof: `Audits::Seed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Ring` (r:0 w:1)
	/// Proof: `Audits::Ring` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn place_item() -> Weight {
		// Proof size in bytes:
		//  measured:  `390`
		//  estimated: `3532`
		// Minimum execution time: 18_338_000 picoseconds.
		Weight::from_parts(21_502_000, 3532)
			.saturating_add(T::DbWeight::get().reads(5_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Audits::Waiting` (r:1 w:1)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:1 w:0)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Models::Specs` (r:1 w:0)
	/// Proof: `Models::Specs` (`max_values`: None, `max_size`: Some(35311), added: 37786, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:6 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:0)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Ring` (r:0 w:1)
	/// Proof: `Audits::Ring` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	fn draw_item() -> Weight {
		// Proof size in bytes:
		//  measured:  `15728`
		//  estimated: `38776`
		// Minimum execution time: 84_897_000 picoseconds.
		Weight::from_parts(94_481_000, 38776)
			.saturating_add(T::DbWeight::get().reads(12_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Sessions::BatchesOf` (r:1 w:1)
	/// Proof: `Sessions::BatchesOf` (`max_values`: None, `max_size`: Some(93), added: 2568, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Sessions` (r:1 w:1)
	/// Proof: `Sessions::Sessions` (`max_values`: None, `max_size`: Some(450), added: 2925, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:7 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:1 w:0)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Samples` (r:8 w:8)
	/// Proof: `Sessions::Samples` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Receipts` (r:8 w:0)
	/// Proof: `Sessions::Receipts` (`max_values`: None, `max_size`: Some(922), added: 3397, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::Overdue` (r:0 w:8)
	/// Proof: `Sessions::Overdue` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
	/// Storage: `Sessions::SamplesAt` (r:0 w:8)
	/// Proof: `Sessions::SamplesAt` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
	/// The range of component `s` is `[0, 8]`.
	fn draw_batch(s: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `977`
		//  estimated: `17405 + s * (3397 ±0)`
		// Minimum execution time: 49_804_000 picoseconds.
		Weight::from_parts(71_225_682, 17405)
			// Standard error: 410_447
			.saturating_add(Weight::from_parts(28_504_938, 0).saturating_mul(s.into()))
			.saturating_add(T::DbWeight::get().reads(10_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(s.into())))
			.saturating_add(T::DbWeight::get().writes(2_u64))
			.saturating_add(T::DbWeight::get().writes((3_u64).saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 3397).saturating_mul(s.into()))
	}
	/// Storage: `Audits::NextAuditId` (r:1 w:1)
	/// Proof: `Audits::NextAuditId` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:1 w:0)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Members` (r:2 w:0)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:1 w:0)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:0)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:20 w:0)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Audits` (r:1 w:1)
	/// Proof: `Audits::Audits` (`max_values`: None, `max_size`: Some(859), added: 3334, mode: `MaxEncodedLen`)
	/// Storage: `Audits::WithoutVerdict` (r:1 w:1)
	/// Proof: `Audits::WithoutVerdict` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Audits::AuditOf` (r:0 w:1)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Parties` (r:0 w:1)
	/// Proof: `Audits::Parties` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[6, 20]`.
	fn start_audit(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `18060 + d * (177 ±0)`
		//  estimated: `1052667 + d * (2535 ±0)`
		// Minimum execution time: 106_719_000 picoseconds.
		Weight::from_parts(93_475_186, 1052667)
			// Standard error: 94_975
			.saturating_add(Weight::from_parts(6_608_568, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(9_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(Weight::from_parts(0, 2535).saturating_mul(d.into()))
	}
	/// Storage: `Parameters::Parameters` (r:1 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextItem` (r:1 w:1)
	/// Proof: `Audits::NextItem` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Waiting` (r:0 w:1)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	fn delivered() -> Weight {
		// Proof size in bytes:
		//  measured:  `913`
		//  estimated: `6697`
		// Minimum execution time: 22_453_000 picoseconds.
		Weight::from_parts(27_250_000, 6697)
			.saturating_add(T::DbWeight::get().reads(3_u64))
			.saturating_add(T::DbWeight::get().writes(3_u64))
	}
	/// Storage: `Audits::Members` (r:1 w:1)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:1 w:0)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:1)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:20 w:1)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weighty` (r:1 w:1)
	/// Proof: `Audits::Weighty` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Positions` (r:0 w:1)
	/// Proof: `Audits::Positions` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Profiles` (r:0 w:1)
	/// Proof: `Audits::Profiles` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[6, 20]`.
	fn joined(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `845 + d * (177 ±0)`
		//  estimated: `3553 + d * (2535 ±0)`
		// Minimum execution time: 69_013_000 picoseconds.
		Weight::from_parts(31_700_035, 3553)
			// Standard error: 40_628
			.saturating_add(Weight::from_parts(7_042_756, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(6_u64))
			.saturating_add(Weight::from_parts(0, 2535).saturating_mul(d.into()))
	}
	/// Storage: `Audits::Members` (r:2 w:2)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:1 w:1)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:34 w:15)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Positions` (r:1 w:2)
	/// Proof: `Audits::Positions` (`max_values`: None, `max_size`: Some(76), added: 2551, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weighty` (r:1 w:1)
	/// Proof: `Audits::Weighty` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Profiles` (r:2 w:1)
	/// Proof: `Audits::Profiles` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:0 w:1)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// The range of component `d` is `[6, 20]`.
	fn left(d: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `1364 + d * (279 ±0)`
		//  estimated: `6116 + d * (4191 ±33)`
		// Minimum execution time: 120_830_000 picoseconds.
		Weight::from_parts(67_266_344, 6116)
			// Standard error: 55_901
			.saturating_add(Weight::from_parts(9_923_523, 0).saturating_mul(d.into()))
			.saturating_add(T::DbWeight::get().reads(8_u64))
			.saturating_add(T::DbWeight::get().reads((2_u64).saturating_mul(d.into())))
			.saturating_add(T::DbWeight::get().writes(9_u64))
			.saturating_add(T::DbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 4191).saturating_mul(d.into()))
	}
	/// Storage: `Audits::Profiles` (r:33 w:0)
	/// Proof: `Audits::Profiles` (`max_values`: None, `max_size`: Some(80), added: 2555, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weights` (r:1 w:1)
	/// Proof: `Audits::Weights` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Members` (r:32 w:0)
	/// Proof: `Audits::Members` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
	/// Storage: `Audits::PoolSize` (r:32 w:0)
	/// Proof: `Audits::PoolSize` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Nodes` (r:1248 w:608)
	/// Proof: `Audits::Nodes` (`max_values`: None, `max_size`: Some(60), added: 2535, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Weighty` (r:32 w:32)
	/// Proof: `Audits::Weighty` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// The range of component `p` is `[1, 32]`.
	fn weighed(p: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `186 + p * (168 ±0)`
		//  estimated: `3545 + p * (98865 ±0)`
		// Minimum execution time: 125_567_000 picoseconds.
		Weight::from_parts(129_883_000, 3545)
			// Standard error: 164_259
			.saturating_add(Weight::from_parts(128_074_776, 0).saturating_mul(p.into()))
			.saturating_add(T::DbWeight::get().reads(2_u64))
			.saturating_add(T::DbWeight::get().reads((43_u64).saturating_mul(p.into())))
			.saturating_add(T::DbWeight::get().writes(1_u64))
			.saturating_add(T::DbWeight::get().writes((20_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 98865).saturating_mul(p.into()))
	}
	/// Storage: `Audits::Canaries` (r:1 w:1)
	/// Proof: `Audits::Canaries` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Audits::CounterForCanaries` (r:1 w:1)
	/// Proof: `Audits::CounterForCanaries` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	fn plant_canary() -> Weight {
		// Proof size in bytes:
		//  measured:  `145`
		//  estimated: `3730`
		// Minimum execution time: 52_478_000 picoseconds.
		Weight::from_parts(57_666_000, 3730)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Audits::Canaries` (r:1 w:1)
	/// Proof: `Audits::Canaries` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Audits::CounterForCanaries` (r:1 w:1)
	/// Proof: `Audits::CounterForCanaries` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:1 w:1)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:1 w:1)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(265), added: 2740, mode: `MaxEncodedLen`)
	fn remove_canary() -> Weight {
		// Proof size in bytes:
		//  measured:  `301`
		//  estimated: `3730`
		// Minimum execution time: 45_739_000 picoseconds.
		Weight::from_parts(48_873_000, 3730)
			.saturating_add(T::DbWeight::get().reads(4_u64))
			.saturating_add(T::DbWeight::get().writes(4_u64))
	}
	/// Storage: `Audits::AuditOf` (r:1 w:1)
	/// Proof: `Audits::AuditOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Records` (r:1 w:1)
	/// Proof: `Audits::Records` (`max_values`: None, `max_size`: Some(395), added: 2870, mode: `MaxEncodedLen`)
	/// Storage: `System::BlockHash` (r:1 w:0)
	/// Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Canaries` (r:1 w:1)
	/// Proof: `Audits::Canaries` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
	/// Storage: `Audits::CounterForCanaries` (r:1 w:1)
	/// Proof: `Audits::CounterForCanaries` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Pools` (r:7 w:7)
	/// Proof: `StakePools::Pools` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `Balances::Holds` (r:9 w:9)
	/// Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(319), added: 2794, mode: `MaxEncodedLen`)
	/// Storage: `System::Account` (r:10 w:10)
	/// Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Liabilities` (r:8 w:8)
	/// Proof: `StakePools::Liabilities` (`max_values`: None, `max_size`: Some(1398), added: 3873, mode: `MaxEncodedLen`)
	/// Storage: `StakePools::Records` (r:7 w:7)
	/// Proof: `StakePools::Records` (`max_values`: None, `max_size`: Some(621), added: 3096, mode: `MaxEncodedLen`)
	/// Storage: `Hosts::Presences` (r:7 w:7)
	/// Proof: `Hosts::Presences` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputeOf` (r:1 w:1)
	/// Proof: `Challenges::DisputeOf` (`max_values`: None, `max_size`: Some(73), added: 2548, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Jobs` (r:1 w:1)
	/// Proof: `Jobs::Jobs` (`max_values`: None, `max_size`: Some(3232), added: 5707, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Disputes` (r:1 w:1)
	/// Proof: `Challenges::Disputes` (`max_values`: None, `max_size`: Some(1667), added: 4142, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Queues` (r:1 w:1)
	/// Proof: `Challenges::Queues` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Claims` (r:2 w:1)
	/// Proof: `Challenges::Claims` (`max_values`: None, `max_size`: Some(166), added: 2641, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Outputs` (r:1 w:1)
	/// Proof: `Jobs::Outputs` (`max_values`: None, `max_size`: Some(1049250), added: 1051725, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::RunOf` (r:1 w:0)
	/// Proof: `Jobs::RunOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::JobsOf` (r:0 w:1)
	/// Proof: `Jobs::JobsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Jobs::Inputs` (r:0 w:1)
	/// Proof: `Jobs::Inputs` (`max_values`: None, `max_size`: Some(1049202), added: 1051677, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:0 w:1)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Agenda` (r:0 w:1)
	/// Proof: `Challenges::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfHost` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfHost` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::DisputesOfAuditor` (r:0 w:1)
	/// Proof: `Challenges::DisputesOfAuditor` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
	/// Storage: `Challenges::Traces` (r:0 w:1)
	/// Proof: `Challenges::Traces` (`max_values`: None, `max_size`: Some(262162), added: 264637, mode: `MaxEncodedLen`)
	/// The range of component `r` is `[1, 8]`.
	fn reveal_canary(r: u32, ) -> Weight {
		// Proof size in bytes:
		//  measured:  `3362 + r * (420 ±0)`
		//  estimated: `1052715 + r * (3873 ±65)`
		// Minimum execution time: 496_637_000 picoseconds.
		Weight::from_parts(851_471_938, 1052715)
			// Standard error: 4_596_725
			.saturating_add(Weight::from_parts(138_960_177, 0).saturating_mul(r.into()))
			.saturating_add(T::DbWeight::get().reads(15_u64))
			.saturating_add(T::DbWeight::get().reads((6_u64).saturating_mul(r.into())))
			.saturating_add(T::DbWeight::get().writes(16_u64))
			.saturating_add(T::DbWeight::get().writes((6_u64).saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 3873).saturating_mul(r.into()))
	}
	/// Storage: `Audits::Suspended` (r:1 w:1)
	/// Proof: `Audits::Suspended` (`max_values`: None, `max_size`: Some(32), added: 2507, mode: `MaxEncodedLen`)
	fn lift_suspension() -> Weight {
		// Proof size in bytes:
		//  measured:  `99`
		//  estimated: `3497`
		// Minimum execution time: 9_193_000 picoseconds.
		Weight::from_parts(10_196_000, 3497)
			.saturating_add(T::DbWeight::get().reads(1_u64))
			.saturating_add(T::DbWeight::get().writes(1_u64))
	}
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:1 w:0)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextPlaced` (r:1 w:0)
	/// Proof: `Audits::NextPlaced` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextItem` (r:1 w:0)
	/// Proof: `Audits::NextItem` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Babe::Initialized` (r:1 w:0)
	/// Proof: `Babe::Initialized` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Seed` (r:1 w:0)
	/// Proof: `Audits::Seed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Ring` (r:2 w:0)
	/// Proof: `Audits::Ring` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Waiting` (r:1 w:0)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	fn poll_base() -> Weight {
		// Proof size in bytes:
		//  measured:  `666`
		//  estimated: `6012`
		// Minimum execution time: 35_013_000 picoseconds.
		Weight::from_parts(41_552_000, 6012)
			.saturating_add(T::DbWeight::get().reads(11_u64))
	}
	/// Storage: `Challenges::Ticks` (r:1 w:0)
	/// Proof: `Challenges::Ticks` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Agenda` (r:1 w:0)
	/// Proof: `Audits::Agenda` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextPlaced` (r:1 w:0)
	/// Proof: `Audits::NextPlaced` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Audits::NextItem` (r:1 w:0)
	/// Proof: `Audits::NextItem` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
	/// Storage: `Parameters::Parameters` (r:2 w:0)
	/// Proof: `Parameters::Parameters` (`max_values`: None, `max_size`: Some(36), added: 2511, mode: `MaxEncodedLen`)
	/// Storage: `Babe::Initialized` (r:1 w:0)
	/// Proof: `Babe::Initialized` (`max_values`: Some(1), `max_size`: Some(110), added: 605, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Seed` (r:1 w:0)
	/// Proof: `Audits::Seed` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Ring` (r:2 w:0)
	/// Proof: `Audits::Ring` (`max_values`: None, `max_size`: Some(12), added: 2487, mode: `MaxEncodedLen`)
	/// Storage: `Audits::Waiting` (r:1 w:0)
	/// Proof: `Audits::Waiting` (`max_values`: None, `max_size`: Some(67), added: 2542, mode: `MaxEncodedLen`)
	fn poll_item() -> Weight {
		// Proof size in bytes:
		//  measured:  `742`
		//  estimated: `6012`
		// Minimum execution time: 38_407_000 picoseconds.
		Weight::from_parts(45_047_000, 6012)
			.saturating_add(T::DbWeight::get().reads(11_u64))
	}
}

// For tests, and for runtimes with RocksDB.
impl WeightInfo for () {
	fn on_initialize() -> Weight {
		Weight::from_parts(3_936_000, 1595)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
	}
	fn seal_audit() -> Weight {
		Weight::from_parts(113_410_000, 4324)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn authorize_seal_audit() -> Weight {
		Weight::from_parts(76_073_000, 4324)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn answer_audit() -> Weight {
		Weight::from_parts(117_986_000, 4324)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
	}
	fn authorize_answer_audit() -> Weight {
		Weight::from_parts(76_434_000, 4324)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
	}
	fn reveal_clean() -> Weight {
		Weight::from_parts(137_555_000, 6697)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().writes(10_u64))
	}
	fn reveal_accused() -> Weight {
		Weight::from_parts(166_438_000, 38776)
			.saturating_add(RocksDbWeight::get().reads(14_u64))
			.saturating_add(RocksDbWeight::get().writes(16_u64))
	}
	/// The range of component `d` is `[6, 20]`.
	fn reveal_differing(d: u32, ) -> Weight {
		Weight::from_parts(157_097_952, 11242)
			.saturating_add(Weight::from_parts(5_980_258, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(17_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
			.saturating_add(Weight::from_parts(0, 2535).saturating_mul(d.into()))
	}
	fn authorize_reveal_audit() -> Weight {
		Weight::from_parts(22_674_000, 4324)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
	}
	/// The range of component `d` is `[6, 20]`.
	fn expire_auditor(d: u32, ) -> Weight {
		Weight::from_parts(205_932_131, 11242)
			.saturating_add(Weight::from_parts(6_367_382, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(22_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(15_u64))
			.saturating_add(Weight::from_parts(0, 2535).saturating_mul(d.into()))
	}
	fn expire_answer() -> Weight {
		Weight::from_parts(117_836_000, 6196)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
	}
	fn expire_showing() -> Weight {
		Weight::from_parts(417_673_000, 1052715)
			.saturating_add(RocksDbWeight::get().reads(24_u64))
			.saturating_add(RocksDbWeight::get().writes(23_u64))
	}
	/// The range of component `p` is `[0, 80]`.
	fn forget(p: u32, ) -> Weight {
		Weight::from_parts(22_261_771, 3860)
			.saturating_add(Weight::from_parts(987_440, 0).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(p.into())))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 68027).saturating_mul(p.into()))
	}
	/// The range of component `k` is `[1, 64]`.
	fn show_input(k: u32, ) -> Weight {
		Weight::from_parts(140_880_522, 1052667)
			.saturating_add(Weight::from_parts(2_529_010, 0).saturating_mul(k.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// The range of component `k` is `[1, 64]`.
	fn authorize_show_input(k: u32, ) -> Weight {
		Weight::from_parts(78_858_906, 1052667)
			.saturating_add(Weight::from_parts(2_682_950, 0).saturating_mul(k.into()))
			.saturating_add(RocksDbWeight::get().reads(5_u64))
	}
	fn place_item() -> Weight {
		Weight::from_parts(21_502_000, 3532)
			.saturating_add(RocksDbWeight::get().reads(5_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	fn draw_item() -> Weight {
		Weight::from_parts(94_481_000, 38776)
			.saturating_add(RocksDbWeight::get().reads(12_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// The range of component `s` is `[0, 8]`.
	fn draw_batch(s: u32, ) -> Weight {
		Weight::from_parts(71_225_682, 17405)
			.saturating_add(Weight::from_parts(28_504_938, 0).saturating_mul(s.into()))
			.saturating_add(RocksDbWeight::get().reads(10_u64))
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(s.into())))
			.saturating_add(RocksDbWeight::get().writes(2_u64))
			.saturating_add(RocksDbWeight::get().writes((3_u64).saturating_mul(s.into())))
			.saturating_add(Weight::from_parts(0, 3397).saturating_mul(s.into()))
	}
	/// The range of component `d` is `[6, 20]`.
	fn start_audit(d: u32, ) -> Weight {
		Weight::from_parts(93_475_186, 1052667)
			.saturating_add(Weight::from_parts(6_608_568, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(9_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(Weight::from_parts(0, 2535).saturating_mul(d.into()))
	}
	fn delivered() -> Weight {
		Weight::from_parts(27_250_000, 6697)
			.saturating_add(RocksDbWeight::get().reads(3_u64))
			.saturating_add(RocksDbWeight::get().writes(3_u64))
	}
	/// The range of component `d` is `[6, 20]`.
	fn joined(d: u32, ) -> Weight {
		Weight::from_parts(31_700_035, 3553)
			.saturating_add(Weight::from_parts(7_042_756, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().reads((1_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(6_u64))
			.saturating_add(Weight::from_parts(0, 2535).saturating_mul(d.into()))
	}
	/// The range of component `d` is `[6, 20]`.
	fn left(d: u32, ) -> Weight {
		Weight::from_parts(67_266_344, 6116)
			.saturating_add(Weight::from_parts(9_923_523, 0).saturating_mul(d.into()))
			.saturating_add(RocksDbWeight::get().reads(8_u64))
			.saturating_add(RocksDbWeight::get().reads((2_u64).saturating_mul(d.into())))
			.saturating_add(RocksDbWeight::get().writes(9_u64))
			.saturating_add(RocksDbWeight::get().writes((1_u64).saturating_mul(d.into())))
			.saturating_add(Weight::from_parts(0, 4191).saturating_mul(d.into()))
	}
	/// The range of component `p` is `[1, 32]`.
	fn weighed(p: u32, ) -> Weight {
		Weight::from_parts(129_883_000, 3545)
			.saturating_add(Weight::from_parts(128_074_776, 0).saturating_mul(p.into()))
			.saturating_add(RocksDbWeight::get().reads(2_u64))
			.saturating_add(RocksDbWeight::get().reads((43_u64).saturating_mul(p.into())))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
			.saturating_add(RocksDbWeight::get().writes((20_u64).saturating_mul(p.into())))
			.saturating_add(Weight::from_parts(0, 98865).saturating_mul(p.into()))
	}
	fn plant_canary() -> Weight {
		Weight::from_parts(57_666_000, 3730)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	fn remove_canary() -> Weight {
		Weight::from_parts(48_873_000, 3730)
			.saturating_add(RocksDbWeight::get().reads(4_u64))
			.saturating_add(RocksDbWeight::get().writes(4_u64))
	}
	/// The range of component `r` is `[1, 8]`.
	fn reveal_canary(r: u32, ) -> Weight {
		Weight::from_parts(851_471_938, 1052715)
			.saturating_add(Weight::from_parts(138_960_177, 0).saturating_mul(r.into()))
			.saturating_add(RocksDbWeight::get().reads(15_u64))
			.saturating_add(RocksDbWeight::get().reads((6_u64).saturating_mul(r.into())))
			.saturating_add(RocksDbWeight::get().writes(16_u64))
			.saturating_add(RocksDbWeight::get().writes((6_u64).saturating_mul(r.into())))
			.saturating_add(Weight::from_parts(0, 3873).saturating_mul(r.into()))
	}
	fn lift_suspension() -> Weight {
		Weight::from_parts(10_196_000, 3497)
			.saturating_add(RocksDbWeight::get().reads(1_u64))
			.saturating_add(RocksDbWeight::get().writes(1_u64))
	}
	fn poll_base() -> Weight {
		Weight::from_parts(41_552_000, 6012)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
	}
	fn poll_item() -> Weight {
		Weight::from_parts(45_047_000, 6012)
			.saturating_add(RocksDbWeight::get().reads(11_u64))
	}
}
