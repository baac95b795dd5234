//! Candor's own pallets: models, hosts, jobs, host worker. Who may see whom is written here and nowhere else.

use crate::{
    configs::{
        money::{AuditPot, TreasuryAccount},
        parameters::{dynamic, RuntimeParameters},
    },
    AccountId, Balances, BlockNumber, Hash, Hosts, Jobs, Models, Runtime, RuntimeEvent, RuntimeHoldReason, System,
    CNDR, MAX_BLOCK_WEIGHT, MICRO, MILLI,
};
use candor_economics::{AuditRule, FixedU128, LiabilityParams, Permill};
use core::marker::PhantomData;
use frame_support::{
    parameter_types,
    traits::{ConstU128, ConstU32, ConstU64, Randomness},
    weights::Weight,
};
use frame_system::{pallet_prelude::BlockNumberFor, EnsureRoot};
use sp_core::Get;
use sp_runtime::traits::{BlakeTwo256, Hash as _};

impl pallet_parameters::Config for Runtime {
    type AdminOrigin = EnsureRoot<AccountId>;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeParameters = RuntimeParameters;
    type WeightInfo = ();
}

parameter_types! {
    /// Highest royalty of a publisher.
    pub const MaxRoyalty: Permill = Permill::from_percent(20);
}

impl pallet_models::Config for Runtime {
    type Currency = Balances;
    type DepositPerByte = ConstU128<{ 10 * MICRO }>;
    type DepositPerItem = ConstU128<{ 10 * MILLI }>;
    type MaxRoyalty = MaxRoyalty;
    type RuntimeHoldReason = RuntimeHoldReason;
    type WeightInfo = pallet_models::weights::SubstrateWeight<Runtime>;
}

/// How much stake open receipts need (`docs/protocol.md`, "How much to lock").
pub struct Liability;
impl Get<LiabilityParams> for Liability {
    fn get() -> LiabilityParams {
        LiabilityParams {
            safety: FixedU128::from_rational(15, 10),
            audits: AuditRule::constant(dynamic::hosts::AuditRate::get()),
            detection: dynamic::hosts::Detection::get(),
            floor: CNDR,
            leverage: 2,
        }
    }
}

impl pallet_hosts::Config for Runtime {
    type Currency = Balances;
    type HeartbeatInterval = dynamic::hosts::HeartbeatInterval;
    type Liability = Liability;
    type LivenessWindow = dynamic::hosts::LivenessWindow;
    type MaxDraws = ConstU32<16>;
    type MaxInsured = ConstU32<100>;
    type MaxOffersPerHost = ConstU32<32>;
    type MinSelfStake = ConstU128<{ 100 * CNDR }>;
    type Releases = Models;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Stake = Hosts;
    type Treasury = TreasuryAccount;
    type UnbondingPeriod = dynamic::hosts::UnbondingPeriod;
    type WeightInfo = pallet_hosts::weights::SubstrateWeight<Runtime>;
}

/// Randomness of the draws: the parent block's VRF output where there is one, mixed with the parent's hash. Tools that
/// fake the author have no VRF output; their draws are predictable, and work.
pub struct DrawRandomness;
impl Randomness<Hash, BlockNumberFor<Runtime>> for DrawRandomness {
    fn random(subject: &[u8]) -> (Hash, BlockNumber) {
        let (vrf, block): (Option<Hash>, BlockNumber) = pallet_babe::ParentBlockRandomness::<Runtime>::random(subject);
        (BlakeTwo256::hash_of(&(vrf, System::parent_hash(), subject)), block)
    }
}

/// A share that root can set, but never above a quarter: all shares together stay below the whole fee, whatever is set.
pub struct CappedShare<S>(PhantomData<S>);
impl<S: Get<Permill>> Get<Permill> for CappedShare<S> {
    fn get() -> Permill {
        S::get().min(Permill::from_percent(25))
    }
}

parameter_types! {
    /// Each of the two hooks of jobs takes at most a tenth of a block.
    pub MaxHookWeight: Weight = MAX_BLOCK_WEIGHT / 10;
    /// One draw from a market of 2^20 offers of one release.
    pub DrawWeight: Weight = <pallet_hosts::weights::SubstrateWeight<Runtime> as pallet_hosts::weights::WeightInfo>::draw(20);
}

impl pallet_jobs::Config for Runtime {
    type AssignDeadline = dynamic::jobs::AssignDeadline;
    type AuditPot = AuditPot;
    type Currency = Balances;
    type DepositBase = ConstU128<{ 10 * MILLI }>;
    type DepositPerByte = ConstU128<{ 10 * MICRO }>;
    type DrawWeight = DrawWeight;
    type FinalityWindow = dynamic::jobs::FinalityWindow;
    type Hosts = Hosts;
    type Levy = CappedShare<dynamic::jobs::Levy>;
    type MaxAttempts = ConstU32<3>;
    type MaxHookWeight = MaxHookWeight;
    type NoShowMax = dynamic::jobs::NoShowMax;
    type NoShowMin = dynamic::jobs::NoShowMin;
    type NoShowRatio = dynamic::jobs::NoShowRatio;
    type Randomness = DrawRandomness;
    type Releases = Models;
    type ResultDeadline = dynamic::jobs::ResultDeadline;
    type RetryInterval = ConstU32<3>;
    type RevealDeadline = dynamic::jobs::RevealDeadline;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Stake = Hosts;
    type Treasury = TreasuryAccount;
    type TreasuryShare = CappedShare<dynamic::jobs::TreasuryShare>;
    type WeightInfo = pallet_jobs::weights::SubstrateWeight<Runtime>;
}

impl pallet_host_worker::Config for Runtime {
    type Budget = ConstU64<500>;
    type Heartbeats = Hosts;
    type Hosts = Hosts;
    type Releases = Models;
    type Work = Jobs;
}
