//! Validators: elected by stake, out of pools of their own, paid by fees.

use crate::{
    configs::{money::TreasuryAccount, parameters::dynamic},
    Balance, Balances, BlockNumber, Runtime, RuntimeEvent, RuntimeHoldReason, Session, ValidatorPools, Validators,
    CNDR, EPOCH_SLOTS,
};
use candor_economics::{AuditRule, FixedU128, LiabilityParams, Permill};
use frame_support::{
    instances::Instance1,
    parameter_types,
    storage::with_storage_layer,
    traits::{
        fungible::{Inspect, Mutate},
        tokens::Preservation,
        ConstU128, ConstU32, OnRuntimeUpgrade,
    },
    weights::Weight,
    PalletId,
};
use sp_core::Get;
use sp_staking::SessionIndex;

/// Blocks of an epoch (and session) without an empty slot.
const EPOCH_BLOCKS: BlockNumber = EPOCH_SLOTS as BlockNumber;

parameter_types! {
    /// Where the pots of validators' pools come from.
    pub const ValidatorPotId: PalletId = PalletId(*b"cndrvpol");
    /// Where the account comes from that fees lie in until a block ends.
    pub const FeePotId: PalletId = PalletId(*b"cndrfees");
    /// Least own stake of a validator.
    pub const MinValidatorStake: Balance = 1_000 * CNDR;
    /// Commission of a validator's new pool.
    pub const InitialCommission: Permill = Permill::from_percent(5);
    /// Highest commission of a validator.
    pub const MaxCommission: Permill = Permill::from_percent(20);
    /// Most that it rises at a time.
    pub const MaxCommissionStep: Permill = Permill::from_percent(5);
    /// Validators answer for no receipts: what matters is how much delegated stake an election counts, ten times the own.
    pub Answer: LiabilityParams = LiabilityParams {
        safety: FixedU128::from_u32(1),
        audits: AuditRule::constant(Permill::one()),
        detection: Permill::one(),
        floor: 0,
        leverage: 10,
    };
}

/// Stake must answer until whoever left is out of the set, two sessions later, and offences of that time are reported: three sessions at
/// least, whatever is set.
pub struct UnbondingPeriod;
impl Get<BlockNumber> for UnbondingPeriod {
    fn get() -> BlockNumber {
        dynamic::validators::UnbondingPeriod::get().max(3 * EPOCH_BLOCKS)
    }
}

/// A higher commission holds a while after stakers could have left.
pub struct CommissionNotice;
impl Get<BlockNumber> for CommissionNotice {
    fn get() -> BlockNumber {
        UnbondingPeriod::get().saturating_add(10)
    }
}

/// Sessions whose validators are kept in mind: those in which stake that unbonds now may have answered.
pub struct HistorySessions;
impl Get<SessionIndex> for HistorySessions {
    fn get() -> SessionIndex {
        UnbondingPeriod::get().div_ceil(EPOCH_BLOCKS).saturating_add(2)
    }
}

/// Time in which a report of an offence stays valid, in blocks.
pub struct ReportLongevity;
impl Get<u64> for ReportLongevity {
    fn get() -> u64 {
        UnbondingPeriod::get().into()
    }
}

impl pallet_stake_pools::Config<Instance1> for Runtime {
    type CommissionNotice = CommissionNotice;
    type Currency = Balances;
    type InitialCommission = InitialCommission;
    type Liability = Answer;
    // Elections read the stake when they are held.
    type Listener = ();
    type MaxCommission = MaxCommission;
    type MaxCommissionStep = MaxCommissionStep;
    type MinSelfStake = MinValidatorStake;
    type MinStake = ConstU128<CNDR>;
    type PalletId = ValidatorPotId;
    type PeriodLength = dynamic::hosts::RecordPeriod;
    type RuntimeEvent = RuntimeEvent;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Treasury = TreasuryAccount;
    type UnbondingPeriod = UnbondingPeriod;
    // The same calls on the same storage; the hosts' instance also tells who weighs by stake, so it is the dearer one.
    type WeightInfo = pallet_stake_pools::weights::SubstrateWeight<Runtime>;
}

impl pallet_validators::Config for Runtime {
    type BlockReward = dynamic::validators::BlockReward;
    type Currency = Balances;
    type ExposureSessions = ConstU32<36>;
    type HistorySessions = HistorySessions;
    type Keys = Session;
    type MaxCandidates = ConstU32<1_000>;
    type MinSelfStake = MinValidatorStake;
    type MinValidators = dynamic::validators::MinValidators;
    type OfflineBlocks = dynamic::validators::OfflineBlocks;
    type OfflinePenalty = dynamic::validators::OfflinePenalty;
    type PalletId = FeePotId;
    type Planner = pallet_session::historical::NoteHistoricalRoot<Self, Validators>;
    type Pools = ValidatorPools;
    type RuntimeEvent = RuntimeEvent;
    type Sessions = Session;
    type ValidatorCount = dynamic::validators::ValidatorCount;
    type WeightInfo = pallet_validators::weights::SubstrateWeight<Runtime>;
}

/// A chain from before validators were paid through a pot: the treasury gives the pot what it exists with.
pub struct EndowFeePot;
impl OnRuntimeUpgrade for EndowFeePot {
    fn on_runtime_upgrade() -> Weight {
        let (pot, deposit) = (Validators::pot(), Balances::minimum_balance());
        if Balances::balance(&pot) == 0 {
            // A treasury that has nothing to give leaves it to the first fees that suffice.
            let give = || Balances::transfer(&TreasuryAccount::get(), &pot, deposit, Preservation::Preserve);
            let _ = with_storage_layer(give);
        }
        <Runtime as frame_system::Config>::DbWeight::get().reads_writes(2, 2)
    }
}
