//! A runtime with balances and this pallet, and shorthands for its calls.

use crate as pallet_models;
use crate::{fixtures, Event, MetadataText, Pallet, Reason, Version};
use candor_primitives::{release::Source, AccountId, Balance, ReleaseId, ReleaseSpec, RepositoryId};
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU128, VariantCountOf},
};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchResult, Permill};

type Block = frame_system::mocking::MockBlock<Test>;

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

    #[runtime::pallet_index(20)]
    pub type Models = pallet_models::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ConstU128<1>;
    type AccountStore = System;
    type RuntimeHoldReason = RuntimeHoldReason;
    type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
}

parameter_types! {
    pub const DepositPerItem: Balance = 1_000;
    pub const DepositPerByte: Balance = 3;
    pub const MaxRoyalty: Permill = Permill::from_percent(20);
}

impl pallet_models::Config for Test {
    type RuntimeHoldReason = RuntimeHoldReason;
    type Currency = Balances;
    type DepositPerItem = DepositPerItem;
    type DepositPerByte = DepositPerByte;
    type MaxRoyalty = MaxRoyalty;
    type WeightInfo = ();
}

pub const RICH: Balance = 1_000_000_000;
/// Enough for a repository, not for a release.
pub const MODEST: Balance = 3_000;

pub fn alice() -> AccountId {
    account(1)
}

pub fn bob() -> AccountId {
    account(2)
}

pub fn carol() -> AccountId {
    account(3)
}

/// Has nearly no money.
pub fn poor() -> AccountId {
    account(9)
}

pub fn account(number: u8) -> AccountId {
    AccountId::new([number; 32])
}

/// State of block 1 with some money.
pub fn ext() -> sp_io::TestExternalities {
    let balances = (1..=4).map(|n| (account(n), RICH)).chain([(poor(), MODEST)]).collect();
    let genesis = RuntimeGenesisConfig {
        balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
        ..Default::default()
    };
    let mut ext: sp_io::TestExternalities = genesis.build_storage().unwrap().into();
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Run a test, then check every invariant.
pub fn run(test: impl FnOnce()) {
    ext().execute_with(|| {
        test();
        check();
    });
}

/// Every invariant, and that nothing is held that no repository explains.
pub fn check() {
    Models::do_try_state().unwrap();
    let recorded = Models::recorded_deposits().unwrap();
    let expected: Balance = recorded.values().map(|(repositories, releases)| repositories + releases).sum();
    let held: Balance = pallet_balances::Holds::<Test>::iter_values().flatten().map(|hold| hold.amount).sum();
    assert_eq!(held, expected, "money is held that no repository records");
}

pub fn origin(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

pub fn version(text: &str) -> Version {
    Version::parse(text.as_bytes()).unwrap()
}

pub fn reason(text: &str) -> Reason {
    text.as_bytes().to_vec().try_into().unwrap()
}

pub fn metadata(text: &str) -> MetadataText {
    text.as_bytes().to_vec().try_into().unwrap()
}

pub fn source(text: &str) -> Source {
    text.as_bytes().to_vec().try_into().unwrap()
}

/// Create a repository of Alice's and return its id.
pub fn create(name: &str, private: bool) -> RepositoryId {
    let id = crate::NextRepositoryId::<Test>::get();
    Models::create_repository(origin(alice()), fixtures::name(name), private).unwrap();
    id
}

/// Publish `spec` as Alice.
pub fn try_publish(repository: RepositoryId, text: &str, spec: ReleaseSpec) -> DispatchResult {
    Models::publish_release(origin(alice()), repository, version(text), Box::new(spec))
}

/// Publish the encoder as Alice and return the release's id.
pub fn publish(repository: RepositoryId, text: &str) -> ReleaseId {
    let id = crate::NextReleaseId::<Test>::get();
    try_publish(repository, text, fixtures::encoder()).unwrap();
    id
}

/// A private or public repository of Alice's with one release, 1.0.0.
pub fn published(private: bool) -> (RepositoryId, ReleaseId) {
    let repository = create("minilm", private);
    (repository, publish(repository, "1.0.0"))
}

/// Deposits held from an account: for repositories, for releases.
pub fn held(who: &AccountId) -> (Balance, Balance) {
    use frame_support::traits::fungible::InspectHold;
    let of = |reason: crate::HoldReason| Balances::balance_on_hold(&reason.into(), who);
    (of(crate::HoldReason::Repository), of(crate::HoldReason::Release))
}

pub fn assert_event(event: Event<Test>) {
    System::assert_last_event(event.into());
}

/// A call is refused for this reason and changes nothing.
macro_rules! refused {
    ($call:expr, $error:ident) => {
        frame_support::assert_noop!($call, $crate::Error::<$crate::mock::Test>::$error)
    };
}

pub(crate) use refused;

pub type Denied = candor_primitives::traits::ReleaseDenied;

pub fn access(release: ReleaseId, who: &AccountId) -> Result<(), Denied> {
    <Pallet<Test> as candor_primitives::traits::Releases<AccountId>>::check_access(release, who)
}
