//! Candor's own pallets: models, hosts, jobs, sessions, stake, audits, challenges, host worker. Who may see whom is written here and nowhere else.

use crate::{
    configs::{
        money::{AuditPot, CanaryPot, TreasuryAccount},
        parameters::{dynamic, RuntimeParameters},
        Attested, ParametersOrigin, Voters,
    },
    AccountId, Audits, Balance, Balances, BlockNumber, Challenges, Hash, Hosts, Jobs, Models, Runtime, RuntimeCall,
    RuntimeEvent, RuntimeHoldReason, Sessions, StakePools, System, CNDR, HOURS, MAX_BLOCK_WEIGHT, MICRO, MILLI,
    MINUTES,
};
use candor_economics::{AuditPay, AuditRule, FixedU128, LiabilityParams, Permill};
use candor_primitives::traits::{AttestedHosts, AuditLevy, EitherCall};
use core::marker::PhantomData;
use frame_support::{
    parameter_types,
    traits::{AsEnsureOriginWithArg, ConstU128, ConstU32, ConstU64, Randomness},
    weights::Weight,
    PalletId,
};
use frame_system::{pallet_prelude::BlockNumberFor, EnsureRoot};
use sp_core::Get;
use sp_runtime::traits::{BlakeTwo256, Hash as _};

impl pallet_parameters::Config for Runtime {
    type AdminOrigin = AsEnsureOriginWithArg<ParametersOrigin>;
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

parameter_types! {
    /// Where the pots of stake pools come from.
    pub const StakePotId: PalletId = PalletId(*b"cndrpool");
    /// Least own stake of a host.
    pub const MinSelfStake: Balance = 100 * CNDR;
    /// Commission of a new pool.
    pub const InitialCommission: Permill = Permill::from_percent(5);
    /// Highest commission.
    pub const MaxCommission: Permill = Permill::from_percent(10);
    /// Most that a commission rises at a time.
    pub const MaxCommissionStep: Permill = Permill::from_percent(5);
}

/// A higher commission holds a while after stakers could have left.
pub struct CommissionNotice;
impl Get<BlockNumber> for CommissionNotice {
    fn get() -> BlockNumber {
        dynamic::hosts::UnbondingPeriod::get().saturating_add(10)
    }
}

/// How much stake open receipts need (`docs/protocol.md`, "How much to lock").
pub struct Liability;
impl Get<LiabilityParams> for Liability {
    fn get() -> LiabilityParams {
        let rule = Rate::get();
        LiabilityParams {
            safety: FixedU128::from_rational(15, 10),
            // The rule of the draws, never above what is assumed: draws are not rarer than the requirement has it.
            audits: AuditRule { max: rule.max.min(dynamic::hosts::AuditRate::get()), ..rule },
            detection: dynamic::hosts::Detection::get(),
            floor: 5 * CNDR,
            leverage: 2,
        }
    }
}

impl pallet_stake_pools::Config for Runtime {
    type CommissionNotice = CommissionNotice;
    type Currency = Balances;
    type InitialCommission = InitialCommission;
    type Liability = Liability;
    type Listener = (Hosts, Attested);
    type MaxCommission = MaxCommission;
    type MaxCommissionStep = MaxCommissionStep;
    type MinSelfStake = MinSelfStake;
    type MinStake = ConstU128<CNDR>;
    type PalletId = StakePotId;
    type PeriodLength = dynamic::hosts::RecordPeriod;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Treasury = TreasuryAccount;
    type UnbondingPeriod = dynamic::hosts::UnbondingPeriod;
    type WeightInfo = pallet_stake_pools::weights::SubstrateWeight<Runtime>;
}

impl pallet_hosts::Config for Runtime {
    type Attested = Attested;
    type Auditors = Audits;
    type HeartbeatInterval = dynamic::hosts::HeartbeatInterval;
    type Listener = Audits;
    type LivenessWindow = dynamic::hosts::LivenessWindow;
    type MaxDraws = ConstU32<16>;
    type MaxInsured = ConstU32<100>;
    type MaxOffersPerHost = ConstU32<32>;
    type MinAuditors = dynamic::hosts::MinAuditors;
    type MinSelfStake = MinSelfStake;
    type Pools = StakePools;
    type Profiles = Audits;
    type ReferencePrice = ConstU128<MILLI>;
    type Releases = Models;
    type Stake = StakePools;
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

/// What of a fee pays auditors: what the audits of such receipts cost in the mean, at most the share that root sets.
pub struct Levy;
impl AuditLevy<AccountId> for Levy {
    fn levy(host: &AccountId, fee: Balance, attested: bool) -> Balance {
        let most = CappedShare::<dynamic::jobs::Levy>::get();
        Audits::levy(host, fee, attested).min(most.mul_floor(fee))
    }

    fn levy_of(host: &AccountId, fee: Balance, calls: u32, attested: bool) -> Balance {
        let most = CappedShare::<dynamic::jobs::Levy>::get();
        Audits::levy_of(host, fee, calls, attested).min(most.mul_floor(fee))
    }
}

parameter_types! {
    /// Each of the two hooks of jobs takes at most a tenth of a block.
    pub MaxHookWeight: Weight = MAX_BLOCK_WEIGHT / 10;
    /// One draw from a market of 2^20 offers of one release.
    pub DrawWeight: Weight = <pallet_hosts::weights::SubstrateWeight<Runtime> as pallet_hosts::weights::WeightInfo>::draw(20);
    /// The same among attested hosts: every host looked at, up to twice sixteen of them, is asked for its evidence.
    pub AttestedDrawWeight: Weight =
        DrawWeight::get().saturating_add(<Attested as AttestedHosts<AccountId>>::check_weight().saturating_mul(32));
}

/// The history of a schedule is its requester's for four weeks.
const HISTORY: BlockNumber = 28 * 24 * HOURS;

impl pallet_jobs::Config for Runtime {
    type AssignDeadline = dynamic::jobs::AssignDeadline;
    type Attested = Attested;
    type AttestedDrawWeight = AttestedDrawWeight;
    type AttestedWindow = dynamic::jobs::AttestedWindow;
    type AuditPot = AuditPot;
    type Currency = Balances;
    type DepositBase = ConstU128<{ 10 * MILLI }>;
    type DepositPerByte = ConstU128<{ 10 * MICRO }>;
    type DrawWeight = DrawWeight;
    type FinalityWindow = dynamic::jobs::FinalityWindow;
    type HistoryPeriod = ConstU32<HISTORY>;
    type Hosts = Hosts;
    type Levy = Levy;
    type MaxAttempts = ConstU32<3>;
    type MaxHold = dynamic::jobs::MaxHold;
    type MaxHookWeight = MaxHookWeight;
    type MinPeriod = ConstU32<5>;
    type NoShowMax = dynamic::jobs::NoShowMax;
    type NoShowMin = dynamic::jobs::NoShowMin;
    type NoShowRatio = dynamic::jobs::NoShowRatio;
    type OnReceipt = Audits;
    type Randomness = DrawRandomness;
    type Releases = Models;
    type ResultDeadline = dynamic::jobs::ResultDeadline;
    type RetryInterval = ConstU32<3>;
    type RevealDeadline = dynamic::jobs::RevealDeadline;
    type RunFee = ConstU128<MILLI>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Stake = StakePools;
    type Treasury = TreasuryAccount;
    type TreasuryShare = CappedShare<dynamic::jobs::TreasuryShare>;
    type Voters = Voters;
    type WeightInfo = pallet_jobs::weights::SubstrateWeight<Runtime>;
}

impl pallet_sessions::Config for Runtime {
    type Attested = Attested;
    type AttestedDrawWeight = AttestedDrawWeight;
    type AttestedWindow = dynamic::jobs::AttestedWindow;
    type AuditPot = AuditPot;
    type Clock = Challenges;
    type CloseNotice = dynamic::sessions::CloseNotice;
    type Currency = Balances;
    type DepositBase = ConstU128<{ 10 * MILLI }>;
    type DepositPerByte = ConstU128<{ 10 * MICRO }>;
    type DrawWeight = DrawWeight;
    type FinalityWindow = dynamic::jobs::FinalityWindow;
    type FreeFee = dynamic::sessions::FreeFee;
    type Hosts = Hosts;
    type Levy = Levy;
    type MaxBatches = ConstU32<16>;
    type MaxDuration = dynamic::sessions::MaxDuration;
    type MaxHold = dynamic::jobs::MaxHold;
    type MaxHookWeight = MaxHookWeight;
    type MaxSessionsPerHost = ConstU32<4096>;
    type OnReceipt = Audits;
    type Randomness = DrawRandomness;
    type Releases = Models;
    type RetryInterval = ConstU32<3>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type SampleDeadline = dynamic::sessions::SampleDeadline;
    type SessionDeposit = ConstU128<{ 50 * MILLI }>;
    type SettleInterval = dynamic::sessions::SettleInterval;
    type Stake = StakePools;
    type Treasury = TreasuryAccount;
    type TreasuryShare = CappedShare<dynamic::jobs::TreasuryShare>;
    type Voters = Voters;
    type WeightInfo = pallet_sessions::weights::SubstrateWeight<Runtime>;
}

/// Hash of the output of the VRF by which the author of this block got its slot. Tools that fake the author have none.
pub struct AuthorVrf;
impl Get<Option<Hash>> for AuthorVrf {
    fn get() -> Option<Hash> {
        // What pallet-babe calls the author's randomness is that of the parent until the block ends.
        let digest = pallet_babe::Initialized::<Runtime>::get().flatten()?;
        digest.vrf_signature().map(|vrf| BlakeTwo256::hash_of(&vrf.pre_output))
    }
}

/// Which share of a host's receipts is drawn for audit.
pub struct Rate;
impl Get<AuditRule> for Rate {
    fn get() -> AuditRule {
        use dynamic::audits::{AuditsPerWindow, MaxRate, MinRate};
        AuditRule { audits: AuditsPerWindow::get(), min: MinRate::get(), max: MaxRate::get() }
    }
}

/// What an auditor is paid for a verdict.
pub struct Pay;
impl Get<AuditPay> for Pay {
    fn get() -> AuditPay {
        AuditPay { base: dynamic::audits::PayBase::get(), ratio: dynamic::audits::PayRatio::get() }
    }
}

impl pallet_audits::Config for Runtime {
    type AnswerDeadline = dynamic::audits::AnswerDeadline;
    type AuditPot = AuditPot;
    type AuthorVrf = AuthorVrf;
    type Batches = Sessions;
    type CanaryBounty = ConstU128<CNDR>;
    type CanaryOrigin = EnsureRoot<AccountId>;
    type CanaryPenalty = ConstU128<{ 10 * CNDR }>;
    type CanaryPot = CanaryPot;
    type CanaryWindow = ConstU32<MINUTES>;
    type Clock = Challenges;
    type Currency = Balances;
    type Disputes = Challenges;
    type DrawBlocks = dynamic::audits::DrawBlocks;
    type DrawDelay = dynamic::audits::DrawDelay;
    type Hosts = Hosts;
    type LiftOrigin = EnsureRoot<AccountId>;
    type MachineWorth = dynamic::audits::MachineWorth;
    type MaxCanaries = ConstU32<64>;
    type MaxHookWeight = MaxHookWeight;
    type MaxMismatches = ConstU32<3>;
    type MaxRounds = ConstU32<3>;
    type MaxTries = ConstU32<16>;
    type MismatchPeriod = ConstU32<HOURS>;
    type NoShowPenalty = dynamic::audits::NoShowPenalty;
    type Pay = Pay;
    type Rate = Rate;
    type Receipts = (Jobs, Sessions);
    type RevealDeadline = dynamic::audits::RevealDeadline;
    type RuntimeHoldReason = RuntimeHoldReason;
    type SealDeadline = dynamic::audits::SealDeadline;
    type ShowDeadline = dynamic::audits::ShowDeadline;
    type Stake = StakePools;
    type WeightInfo = pallet_audits::weights::SubstrateWeight<Runtime>;
}

impl pallet_challenges::Config for Runtime {
    type BondBase = dynamic::challenges::BondBase;
    type BytePrice = ConstU128<MICRO>;
    type ChallengeCosts = dynamic::challenges::ChallengeCosts;
    type Currency = Balances;
    type DemandClock = dynamic::challenges::DemandClock;
    type EvidenceBond = dynamic::challenges::EvidenceBond;
    type EvidenceWindow = dynamic::challenges::EvidenceWindow;
    type Hosts = Hosts;
    type MaxHookWeight = MaxHookWeight;
    type ProofWindow = dynamic::challenges::ProofWindow;
    type Receipts = (Jobs, Sessions);
    type Releases = Models;
    type RetryInterval = ConstU32<3>;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Stake = StakePools;
    type TraceClock = dynamic::challenges::TraceClock;
    type TracePrice = ConstU128<MILLI>;
    type TraceSpeed = dynamic::challenges::TraceSpeed;
    type VainPenalty = dynamic::challenges::VainPenalty;
    type Voters = Voters;
    type WeightInfo = pallet_challenges::weights::SubstrateWeight<Runtime>;
}

type DisputeCall = EitherCall<pallet_challenges::Call<Runtime>, pallet_audits::Call<Runtime>>;
type DutyCall = EitherCall<DisputeCall, pallet_sessions::Call<Runtime>>;

impl From<DutyCall> for RuntimeCall {
    fn from(call: DutyCall) -> Self {
        match call {
            EitherCall::First(EitherCall::First(call)) => call.into(),
            EitherCall::First(EitherCall::Second(call)) => call.into(),
            EitherCall::Second(call) => call.into(),
        }
    }
}

impl pallet_host_worker::Config for Runtime {
    type Attestations = Attested;
    type Budget = ConstU64<500>;
    type Duties = ((Challenges, Audits), Sessions);
    type Heartbeats = Hosts;
    type Hosts = Hosts;
    type Releases = Models;
    type Sessions = Sessions;
    type Work = Jobs;
}
