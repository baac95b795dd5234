//! A runtime of accounts, balances, sessions, validators' pools and validators. Sessions are ten blocks long; authors are what a test says.

#![allow(clippy::unwrap_used)]

use crate as pallet_validators;
use crate::*;
use candor_economics::{AuditRule, FixedU128, LiabilityParams, Permill};
use candor_primitives::{AccountId, Balance};
use codec::Encode;
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU128, ConstU32, FindAuthor, OnFinalize, OnInitialize},
    PalletId,
};
use pallet_session::{
    disabling::UpToLimitWithReEnablingDisablingStrategy, historical, PeriodicSessions, TestSessionHandler,
};
use sp_runtime::{
    impl_opaque_keys,
    testing::UintAuthorityId,
    traits::{ConvertInto, IdentityLookup},
    BuildStorage, ConsensusEngineId, RuntimeAppPublic,
};

pub const UNIT: Balance = 1_000_000_000_000;
pub const ED: Balance = UNIT / 100;
pub const MIN_SELF: Balance = 100 * UNIT;
pub const STAKE: Balance = 1_000 * UNIT;
pub const ENDOWMENT: Balance = 1_000_000 * UNIT;
pub const TREASURY: u32 = 250;
pub const SESSION: u32 = 10;

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
    #[runtime::pallet_index(1)]
    pub type Authorship = pallet_authorship::Pallet<Test>;
    #[runtime::pallet_index(2)]
    pub type Balances = pallet_balances::Pallet<Test>;
    #[runtime::pallet_index(3)]
    pub type Pools = pallet_stake_pools::Pallet<Test>;
    #[runtime::pallet_index(4)]
    pub type Validators = pallet_validators::Pallet<Test>;
    #[runtime::pallet_index(5)]
    pub type Historical = historical::Pallet<Test>;
    #[runtime::pallet_index(6)]
    pub type Session = pallet_session::Pallet<Test>;
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
    pub const PotId: PalletId = PalletId(*b"cndrvpol");
    pub const FeePotId: PalletId = PalletId(*b"cndrfees");
    pub const Commission: Permill = Permill::from_percent(10);
    pub TreasuryAccount: AccountId = account(TREASURY);
    pub Liability: LiabilityParams = LiabilityParams {
        safety: FixedU128::from_u32(1),
        audits: AuditRule::constant(Permill::one()),
        detection: Permill::one(),
        floor: 0,
        leverage: 10,
    };
    /// Who authors the next blocks.
    pub static Author: Option<u32> = None;
    pub static ValidatorCount: u32 = 4;
    pub static MinValidators: u32 = 2;
    pub static OfflineBlocks: u32 = 4;
    pub static BlockReward: Balance = 0;
    pub static ExposureSessions: u32 = 1_000;
    pub static HistorySessions: u32 = 6;
    pub static MaxCandidates: u32 = 100;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
}

pub struct Says;
impl FindAuthor<AccountId> for Says {
    fn find_author<'a, I: 'a + IntoIterator<Item = (ConsensusEngineId, &'a [u8])>>(_: I) -> Option<AccountId> {
        Author::get().map(account)
    }
}

impl pallet_authorship::Config for Test {
    type FindAuthor = Says;
    type EventHandler = Validators;
}

impl_opaque_keys! {
    pub struct Keys {
        pub dummy: UintAuthorityId,
    }
}

impl pallet_session::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type ValidatorId = AccountId;
    type ValidatorIdOf = ConvertInto;
    type ShouldEndSession = PeriodicSessions<ConstU32<SESSION>, ConstU32<0>>;
    type NextSessionRotation = PeriodicSessions<ConstU32<SESSION>, ConstU32<0>>;
    type SessionManager = historical::NoteHistoricalRoot<Test, Validators>;
    type SessionHandler = TestSessionHandler;
    type Keys = Keys;
    type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
    type WeightInfo = ();
    type Currency = Balances;
    type KeyDeposit = ConstU128<0>;
}

impl historical::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type FullIdentification = Exposure;
    type FullIdentificationOf = ExposureOf<Test>;
}

impl pallet_stake_pools::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Listener = ();
    type Liability = Liability;
    type Treasury = TreasuryAccount;
    type PalletId = PotId;
    type MinSelfStake = MinSelfStake;
    type MinStake = ConstU128<UNIT>;
    type UnbondingPeriod = ConstU32<50>;
    type InitialCommission = Commission;
    type MaxCommission = Commission;
    type MaxCommissionStep = Commission;
    type CommissionNotice = ConstU32<60>;
    type PeriodLength = ConstU32<100>;
    type WeightInfo = ();
}

impl Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type Pools = Pools;
    type Sessions = Session;
    type Planner = historical::NoteHistoricalRoot<Test, Validators>;
    type Keys = Session;
    type PalletId = FeePotId;
    type MinSelfStake = MinSelfStake;
    type ValidatorCount = ValidatorCount;
    type MinValidators = MinValidators;
    type MaxCandidates = MaxCandidates;
    type ExposureSessions = ExposureSessions;
    type HistorySessions = HistorySessions;
    type OfflineBlocks = OfflineBlocks;
    type OfflinePenalty = ConstU128<UNIT>;
    type BlockReward = BlockReward;
    type WeightInfo = ();
}

/// Account number `n`.
pub fn account(n: u32) -> AccountId {
    let mut bytes = [0u8; 32];
    bytes[..4].copy_from_slice(&n.to_le_bytes());
    AccountId::new(bytes)
}

pub fn keys(n: u64) -> Keys {
    Keys { dummy: UintAuthorityId(n) }
}

/// A chain at block 1 with accounts 1 to 20 endowed, of which 1 to `validators` validate.
pub fn new_ext(validators: u32) -> sp_io::TestExternalities {
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let balances = (1..=20).map(|n| (account(n), ENDOWMENT)).collect();
    let keys = (1..=validators).map(|n| (account(n), account(n), keys(n.into()))).collect();
    let validators = (1..=validators).map(|n| (account(n), STAKE)).collect();
    pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }.assimilate_storage(&mut storage).unwrap();
    // In this order, as in the runtime.
    pallet_session::GenesisConfig::<Test> { keys, ..Default::default() }.assimilate_storage(&mut storage).unwrap();
    GenesisConfig::<Test> { validators, ..Default::default() }.assimilate_storage(&mut storage).unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| System::set_block_number(1));
    ext
}

#[cfg(feature = "runtime-benchmarks")]
pub fn new_test_ext() -> sp_io::TestExternalities {
    new_ext(4)
}

/// Run a test on a chain with four validators, then check every invariant.
pub fn run<R>(test: impl FnOnce() -> R) -> R {
    run_with(4, test)
}

/// The same with another number of validators.
pub fn run_with<R>(validators: u32, test: impl FnOnce() -> R) -> R {
    new_ext(validators).execute_with(|| {
        let result = test();
        Validators::do_try_state().unwrap();
        Pools::do_try_state().unwrap();
        result
    })
}

/// The next block, authored by `author`.
pub fn block_by(author: Option<u32>) {
    AllPalletsWithSystem::on_finalize(System::block_number());
    let next = System::block_number() + 1;
    Author::set(author);
    System::reset_events();
    System::set_block_number(next);
    AllPalletsWithSystem::on_initialize(next);
}

/// Blocks until session `index` begins, authored in turn by those of `authors`.
pub fn until_session(index: u32, authors: &[u32]) {
    while Session::current_index() < index {
        let turn = System::block_number() as usize % authors.len().max(1);
        block_by(authors.get(turn).copied());
    }
}

/// Account `n` sets keys.
pub fn set_keys(n: u32, key: u64) -> sp_runtime::DispatchResult {
    let (who, keys) = (account(n), keys(key));
    let proof = UintAuthorityId(key).sign(&who.encode()).unwrap().encode();
    Session::set_keys(RuntimeOrigin::signed(who), keys, proof)
}

/// Give account `n` keys, and let it stand with `stake`.
pub fn candidate(n: u32, stake: Balance) {
    set_keys(n, n.into()).unwrap();
    Validators::validate(RuntimeOrigin::signed(account(n)), stake).unwrap();
}

/// Validators of the present session, by number.
pub fn validating() -> Vec<u32> {
    let mut numbers: Vec<u32> = Session::validators().iter().map(number).collect();
    numbers.sort();
    numbers
}

/// Number of an account.
pub fn number(account: &AccountId) -> u32 {
    let bytes: &[u8] = account.as_ref();
    u32::from_le_bytes(bytes[..4].try_into().unwrap())
}

/// This pallet's events of the present block.
pub fn events() -> Vec<Event<Test>> {
    let own = |event| match event {
        RuntimeEvent::Validators(event) => Some(event),
        _ => None,
    };
    System::events().into_iter().filter_map(|record| own(record.event)).collect()
}
