//! A runtime of accounts, balances and pools.

#![allow(clippy::unwrap_used)]

use crate as pallet_stake_pools;
use crate::*;
use candor_economics::{AuditRule, FixedU128, Permill};
use candor_primitives::{traits::StakeListener, AccountId, Balance};
use frame_support::{derive_impl, parameter_types, PalletId};
use sp_runtime::{traits::IdentityLookup, BuildStorage};

pub const UNIT: Balance = 1_000_000_000_000;
pub const ED: Balance = UNIT / 100;
pub const MIN_SELF: Balance = 100 * UNIT;
pub const MIN_STAKE: Balance = UNIT;
pub const ENDOWMENT: Balance = 1_000_000 * UNIT;
pub const FLOOR: Balance = UNIT / 2;
pub const TREASURY: u32 = 250;

pub type Block = frame_system::mocking::MockBlockU32<Test>;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(
        RuntimeCall,
        RuntimeEvent,
        RuntimeError,
        RuntimeOrigin,
        RuntimeFreezeReason,
        RuntimeHoldReason,
        RuntimeSlashReason,
        RuntimeLockId,
        RuntimeTask,
        RuntimeViewFunction
    )]
    pub struct Test;

    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Test>;
    #[runtime::pallet_index(7)]
    pub type Balances = pallet_balances::Pallet<Test>;
    #[runtime::pallet_index(24)]
    pub type Stake = pallet_stake_pools::Pallet<Test>;
    /// A second instance, as validators would have it: pools of the same accounts that have nothing to do with the others.
    #[runtime::pallet_index(25)]
    pub type Other = pallet_stake_pools::Pallet<Test, Instance1>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type Block = Block;
    type AccountData = pallet_balances::AccountData<Balance>;
}

parameter_types! {
    pub const ExistentialDeposit: Balance = ED;
    pub const MinSelfStake: Balance = MIN_SELF;
    pub const MinStake: Balance = MIN_STAKE;
    pub const HostPot: PalletId = PalletId(*b"cndrpool");
    pub const OtherPot: PalletId = PalletId(*b"cndrothr");
    pub const InitialCommission: Permill = Permill::from_percent(10);
    pub const MaxCommission: Permill = Permill::from_percent(50);
    pub const MaxCommissionStep: Permill = Permill::from_percent(5);
    pub const CommissionNotice: u32 = 150;
    pub const PeriodLength: u32 = 100;
    pub static UnbondingPeriod: u32 = 100;
    pub TreasuryAccount: AccountId = account(TREASURY);
    /// Delegated stake counts up to so many times the own stake.
    pub static Leverage: u32 = u32::MAX;
    /// Stake must cover twice the bound on the dearest receipt and the sum of all.
    pub Liability: LiabilityParams = LiabilityParams {
        safety: FixedU128::from_u32(1),
        audits: AuditRule::constant(Permill::from_percent(50)),
        detection: Permill::from_percent(100),
        floor: FLOOR,
        leverage: Leverage::get(),
    };
    /// Operators whose active stake changed, in order.
    pub static Changed: Vec<AccountId> = Vec::new();
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
}

pub struct Listener;

impl StakeListener<AccountId> for Listener {
    fn stake_changed(host: &AccountId) {
        Changed::mutate(|changed| changed.push(host.clone()));
    }
}

impl Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Listener = Listener;
    type Liability = Liability;
    type Treasury = TreasuryAccount;
    type PalletId = HostPot;
    type MinSelfStake = MinSelfStake;
    type MinStake = MinStake;
    type UnbondingPeriod = UnbondingPeriod;
    type InitialCommission = InitialCommission;
    type MaxCommission = MaxCommission;
    type MaxCommissionStep = MaxCommissionStep;
    type CommissionNotice = CommissionNotice;
    type PeriodLength = PeriodLength;
    type WeightInfo = ();
}

impl Config<pallet_stake_pools::Instance1> for Test {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Listener = ();
    type Liability = Liability;
    type Treasury = TreasuryAccount;
    type PalletId = OtherPot;
    type MinSelfStake = MinSelfStake;
    type MinStake = MinStake;
    type UnbondingPeriod = UnbondingPeriod;
    type InitialCommission = InitialCommission;
    type MaxCommission = MaxCommission;
    type MaxCommissionStep = MaxCommissionStep;
    type CommissionNotice = CommissionNotice;
    type PeriodLength = PeriodLength;
    type WeightInfo = ();
}

/// Account number `n`.
pub fn account(n: u32) -> AccountId {
    let mut bytes = [0u8; 32];
    bytes[..4].copy_from_slice(&n.to_le_bytes());
    AccountId::new(bytes)
}

/// A chain at block 1 with accounts 1 to 20 endowed.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let balances = (1..=20).map(|n| (account(n), ENDOWMENT)).collect();
    pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }.assimilate_storage(&mut storage).unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Run a test, then check every invariant.
pub fn run<R>(test: impl FnOnce() -> R) -> R {
    new_test_ext().execute_with(|| {
        let result = test();
        Stake::do_try_state().unwrap();
        Other::do_try_state().unwrap();
        result
    })
}
