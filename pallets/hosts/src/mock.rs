//! A runtime of accounts, balances and hosts.

#![allow(clippy::unwrap_used)]

use crate as pallet_hosts;
use crate::*;
use candor_economics::{AuditRule, FixedU128, LiabilityParams, Permill};
use candor_primitives::{
    release::{Name, ReleaseSpec, Source, UnitRule, Variant},
    traits::{AttestedHosts, AuditorPool, HostListener, ProfileStatus, ReleaseDenied, Releases},
    AccountId, Balance, ReleaseId, WorkerSignature,
};
use codec::Encode;
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU128, ConstU32},
    PalletId,
};
use frame_system::AuthorizeCall;
use sp_core::{sr25519, Pair, H256};
use sp_runtime::{
    generic,
    traits::{BlakeTwo256, IdentityLookup},
    BuildStorage, MultiSignature, Permill as Percentage,
};

pub const UNIT: Balance = 1_000_000_000_000;
pub const ED: Balance = UNIT / 100;
pub const MIN_STAKE: Balance = 100 * UNIT;
pub const ENDOWMENT: Balance = 1_000_000 * UNIT;

/// Profile of [`VARIANT`].
pub const PROFILE: H256 = H256::repeat_byte(9);
/// A variant that every release of the mock has, and one that none has.
pub const VARIANT: H256 = H256::repeat_byte(7);
pub const OTHER_VARIANT: H256 = H256::repeat_byte(8);
pub const GENESIS: H256 = H256::repeat_byte(0x42);

pub const RELEASE: ReleaseId = 0;
pub const PRIVATE: ReleaseId = 1000;
pub const DEPRECATED: ReleaseId = 1001;
pub const UNKNOWN: ReleaseId = 1002;

pub type Extension = (AuthorizeCall<Test>,);
pub type Extrinsic = generic::UncheckedExtrinsic<AccountId, RuntimeCall, MultiSignature, Extension>;
pub type Block = generic::Block<generic::Header<u32, BlakeTwo256>, Extrinsic>;

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
    #[runtime::pallet_index(21)]
    pub type Hosts = pallet_hosts::Pallet<Test>;
    #[runtime::pallet_index(24)]
    pub type Stake = pallet_stake_pools::Pallet<Test>;
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
    pub const MinSelfStake: Balance = MIN_STAKE;
    pub static UnbondingPeriod: u32 = 100;
    pub static MaxInsured: u32 = u32::MAX;
    pub static ReferencePrice: Balance = 0;
    pub const MinAuditors: u32 = 3;
    pub const PotId: PalletId = PalletId(*b"cndrpool");
    pub const MaxCommission: Permill = Permill::from_percent(50);
    pub TreasuryAccount: AccountId = account(250);
    /// Auditors of every profile, and profiles that are suspended.
    pub static Auditors: u32 = 3;
    pub static Suspended: Vec<H256> = Vec::new();
    /// Hosts whose worker key counts as attested.
    pub static Attested: Vec<AccountId> = Vec::new();
    /// What listeners heard, in order.
    pub static Heard: Vec<String> = Vec::new();
    /// Stake must cover twice the bound on the dearest receipt and the sum of all.
    pub Liability: LiabilityParams = LiabilityParams {
        safety: FixedU128::from_u32(1),
        audits: AuditRule::constant(Permill::from_percent(50)),
        detection: Permill::from_percent(100),
        floor: 0,
        leverage: u32::MAX,
    };
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type ExistentialDeposit = ExistentialDeposit;
    type AccountStore = System;
}

impl Config for Test {
    type Releases = MockReleases;
    type Stake = Stake;
    type Pools = Stake;
    type Listener = Audits;
    type Auditors = Audits;
    type Profiles = Audits;
    type Attested = Audits;
    type MinSelfStake = MinSelfStake;
    type ReferencePrice = ReferencePrice;
    type MinAuditors = MinAuditors;
    type LivenessWindow = ConstU32<50>;
    type HeartbeatInterval = ConstU32<20>;
    type MaxOffersPerHost = ConstU32<32>;
    type MaxInsured = MaxInsured;
    type MaxDraws = ConstU32<16>;
    type WeightInfo = ();
}

impl pallet_stake_pools::Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Listener = Hosts;
    type Liability = Liability;
    type Treasury = TreasuryAccount;
    type PalletId = PotId;
    type MinSelfStake = MinSelfStake;
    type MinStake = ConstU128<UNIT>;
    type UnbondingPeriod = UnbondingPeriod;
    type InitialCommission = ();
    type MaxCommission = MaxCommission;
    type MaxCommissionStep = MaxCommission;
    type CommissionNotice = ConstU32<100>;
    type PeriodLength = ConstU32<100>;
    type WeightInfo = ();
}

/// Writes down what it hears.
pub struct Audits;

impl HostListener<AccountId> for Audits {
    fn joined(host: &AccountId, profile: H256) {
        Heard::mutate(|heard| heard.push(format!("{} joined {}", number(host), profile.0[0])));
    }

    fn left(host: &AccountId, profile: H256) {
        Heard::mutate(|heard| heard.push(format!("{} left {}", number(host), profile.0[0])));
    }

    fn weighed(host: &AccountId, weight: Balance) {
        Heard::mutate(|heard| heard.push(format!("{} weighs {}", number(host), weight / UNIT)));
    }
}

impl AuditorPool<AccountId> for Audits {
    fn auditors(_: H256) -> u32 {
        Auditors::get()
    }
}

impl ProfileStatus for Audits {
    fn is_suspended(profile: H256) -> bool {
        Suspended::get().contains(&profile)
    }
}

impl AttestedHosts<AccountId> for Audits {
    fn is_attested(host: &AccountId) -> bool {
        Attested::get().contains(host)
    }

    fn check_weight() -> frame_support::weights::Weight {
        frame_support::weights::Weight::from_parts(1_000, 0)
    }
}

/// Releases below 1 000 are public; three more behave as they are called.
pub struct MockReleases;

impl Releases<AccountId> for MockReleases {
    fn spec(release: ReleaseId) -> Option<ReleaseSpec> {
        (release < UNKNOWN).then(|| ReleaseSpec {
            manifest_hash: H256::zero(),
            model_root: H256::zero(),
            files: Default::default(),
            variants: vec![Variant {
                profile: PROFILE,
                graph: 0,
                judging: candor_primitives::Judging {
                    rules: 1,
                    graph: H256::zero(),
                    weights: H256::zero(),
                    trace: 1,
                    trace_bytes: 0,
                    exact: true,
                },
                root: VARIANT,
            }]
            .try_into()
            .unwrap(),
            inputs: Default::default(),
            outputs: Default::default(),
            units: UnitRule { dims: Default::default(), divisor: 1, reference: 10 },
            licence: Name::default(),
            tags: Default::default(),
            royalty: Percentage::zero(),
            source: Source::default(),
        })
    }

    fn publisher(release: ReleaseId) -> Option<AccountId> {
        (release < UNKNOWN).then(|| account(200))
    }

    fn check_access(release: ReleaseId, who: &AccountId) -> Result<(), ReleaseDenied> {
        match release {
            PRIVATE if *who == account(1) => Ok(()),
            PRIVATE => Err(ReleaseDenied::Private),
            DEPRECATED => Err(ReleaseDenied::Deprecated),
            UNKNOWN.. => Err(ReleaseDenied::Unknown),
            _ => Ok(()),
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_release(_: &AccountId) -> ReleaseId {
        parameter_types! {
            static Next: ReleaseId = 0;
        }
        Next::mutate(|next| {
            *next += 1;
            *next - 1
        })
    }
}

/// Number of an account.
pub fn number(account: &AccountId) -> u32 {
    let bytes: &[u8; 32] = account.as_ref();
    u32::from_le_bytes(bytes[..4].try_into().unwrap())
}

/// Account number `n`.
pub fn account(n: u32) -> AccountId {
    let mut bytes = [0u8; 32];
    bytes[..4].copy_from_slice(&n.to_le_bytes());
    AccountId::new(bytes)
}

/// Worker key number `n`.
pub fn worker(n: u32) -> sr25519::Pair {
    sr25519::Pair::from_seed(&sp_io::hashing::blake2_256(&(b"worker", n).encode()))
}

/// The proof that worker key `key` works for account `host`.
pub fn proof(key: u32, host: u32) -> WorkerSignature {
    worker(key).sign(&Hosts::bind_message(&account(host)))
}

/// A chain at block 1 with accounts 1 to 20 endowed.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let balances = (1..=20).map(|n| (account(n), ENDOWMENT)).collect();
    pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() }.assimilate_storage(&mut storage).unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    let keystore = sp_keystore::testing::MemoryKeystore::new();
    ext.register_extension(sp_keystore::KeystoreExt::new(keystore));
    ext.execute_with(|| {
        frame_system::BlockHash::<Test>::insert(0, GENESIS);
        System::set_block_number(1);
    });
    ext
}

/// Run a test, then check every invariant.
pub fn run<R>(test: impl FnOnce() -> R) -> R {
    new_test_ext().execute_with(|| {
        let result = test();
        Hosts::do_try_state().unwrap();
        Stake::do_try_state().unwrap();
        result
    })
}
