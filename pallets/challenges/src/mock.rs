//! A runtime with this pallet, balances, and small stand-ins for receipts, the registry, the market and the stake.

use crate as pallet_challenges;
use crate::fixtures::Run;
use candor_primitives::{
    release::{UnitRule, Variant},
    traits::{
        DrawError, DrawRequest, Drawn, HostMarket, HostStake, OpenReceipt, Overturned, ReceiptKey, Receipts,
        ReleaseDenied, Releases, RewardShares, SlashOrder, Slashed,
    },
    AccountId, Balance, BlockNumber, HostBlake2b, Judging, Outcome, Payload, Receipt, ReceiptDraft, ReceiptPath,
    ReleaseId, ReleaseSpec, Units, WorkerKey, WorkerSignature,
};
use codec::{Decode, Encode};
use frame_support::{
    derive_impl,
    migrations::MultiStepMigrator,
    parameter_types,
    traits::{fungible::Mutate, ConstU128, ConstU32, ConstU64, Nothing},
    weights::Weight,
};
use sp_core::{sr25519, Pair, H256};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Permill};

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
    pub type Balances = pallet_balances::Pallet<Test>;

    #[runtime::pallet_index(2)]
    pub type Challenges = pallet_challenges::Pallet<Test>;
}

parameter_types! {
    /// 0.7 seconds and 5 MiB.
    pub BlockWeights: frame_system::limits::BlockWeights = frame_system::limits::BlockWeights::with_sensible_defaults(
        Weight::from_parts(700_000_000_000, u64::MAX),
        sp_runtime::Perbill::from_percent(75),
    );
    /// Whether a migration over several blocks is under way.
    pub static Migrating: bool = false;
}

pub struct Migrations;

impl MultiStepMigrator for Migrations {
    fn ongoing() -> bool {
        Migrating::get()
    }

    fn step() -> Weight {
        Weight::zero()
    }
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type Block = Block;
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type AccountData = pallet_balances::AccountData<Balance>;
    type BlockWeights = BlockWeights;
    type MultiBlockMigrator = Migrations;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
    type Balance = Balance;
    type AccountStore = System;
    type ExistentialDeposit = ConstU128<20>;
}

pub const BOND_BASE: Balance = 1_000;
pub const TRACE_PRICE: Balance = 100;
pub const BYTE_PRICE: Balance = 1;
pub const EVIDENCE_BOND: Balance = 500;
pub const VAIN_PENALTY: Balance = 700;
pub const COSTS: Balance = 50;
/// What a requester gets back out of escrow.
pub const FEE: Balance = 300;
/// What a conviction costs.
pub const REQUIRED: Balance = 50_000;
pub const WINDOW: BlockNumber = 40;

impl pallet_challenges::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Receipts = MockReceipts;
    type Releases = MockReleases;
    type Hosts = MockHosts;
    type Stake = MockHosts;
    type BondBase = ConstU128<BOND_BASE>;
    type TracePrice = ConstU128<TRACE_PRICE>;
    type BytePrice = ConstU128<BYTE_PRICE>;
    type EvidenceBond = ConstU128<EVIDENCE_BOND>;
    type VainPenalty = ConstU128<VAIN_PENALTY>;
    type ChallengeCosts = ConstU128<COSTS>;
    type TraceClock = ConstU32<5>;
    type TraceSpeed = ConstU64<1_024>;
    type DemandClock = ConstU32<4>;
    type EvidenceWindow = ConstU32<8>;
    type ProofWindow = ConstU32<4>;
    type RetryInterval = ConstU32<3>;
    type MaxHookWeight = HookWeight;
    type Voters = Nothing;
    type WeightInfo = ();
}

parameter_types! {
    /// Changed by tests that fill blocks.
    pub static HookWeight: Weight = Weight::from_parts(100_000_000_000, u64::MAX);
    /// Open receipts: key, receipt, last block of the window, holds.
    pub storage Book: Vec<Entry> = Vec::new();
    /// Keys whose windows passed, or which were overturned, in order.
    pub storage Ended: Vec<(ReceiptKey<AccountId>, bool)> = Vec::new();
    /// Stake of hosts.
    pub storage Stakes: Vec<(AccountId, Balance)> = Vec::new();
    /// Everything that the stake lost by burning.
    pub storage Burned: Balance = 0;
    /// Penalties that went to the treasury.
    pub storage Penalties: Vec<(AccountId, Balance)> = Vec::new();
    /// What overturning fails with.
    pub static Broken: bool = false;
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    pub key: ReceiptKey<AccountId>,
    pub receipt: Receipt,
    pub until: BlockNumber,
    pub holds: u32,
}

pub struct MockReceipts;

impl MockReceipts {
    pub fn entry(key: &ReceiptKey<AccountId>) -> Option<Entry> {
        let open = |e: &Entry| e.holds > 0 || System::block_number() <= e.until;
        Book::get().into_iter().find(|e| e.key == *key && open(e))
    }

    fn change(key: &ReceiptKey<AccountId>, change: impl FnOnce(&mut Entry)) {
        let mut book = Book::get();
        if let Some(entry) = book.iter_mut().find(|e| e.key == *key) {
            change(entry);
        }
        Book::set(&book);
    }
}

impl Receipts<AccountId> for MockReceipts {
    fn receipt(key: &ReceiptKey<AccountId>) -> Option<OpenReceipt> {
        let Entry { receipt, until, .. } = Self::entry(key)?;
        let signature = worker_of(&key.host).sign(&receipt.hash::<HostBlake2b>().0);
        Some(OpenReceipt { receipt, signature, until, attested: false })
    }

    fn input(key: &ReceiptKey<AccountId>) -> Option<Payload> {
        Self::entry(key).map(|_| Payload::Inline(Default::default()))
    }

    fn hold(key: &ReceiptKey<AccountId>) -> DispatchResult {
        Self::entry(key).ok_or(DispatchError::Other("no receipt"))?;
        Self::change(key, |entry| entry.holds += 1);
        Ok(())
    }

    fn release(key: &ReceiptKey<AccountId>) {
        Self::change(key, |entry| entry.holds -= 1);
    }

    fn overturn(key: &ReceiptKey<AccountId>) -> Result<Overturned, DispatchError> {
        frame_support::ensure!(!Broken::get(), DispatchError::Other("broken"));
        Self::entry(key).ok_or(DispatchError::Other("no receipt"))?;
        Book::set(&Book::get().into_iter().filter(|e| e.key != *key).collect());
        let mut ended = Ended::get();
        ended.push((key.clone(), true));
        Ended::set(&ended);
        Ok(Overturned { refunded: FEE })
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_receipt(host: &AccountId, requester: &AccountId) -> ReceiptKey<AccountId> {
        MockHosts::set_stake(host, 1_000_000);
        Balances::set_balance(requester, 1_000_000_000);
        // The secret of `worker_of`, for those who sign through the host function.
        let bytes: &[u8; 32] = host.as_ref();
        let seed = bytes.iter().fold(String::from("0x"), |text, byte| format!("{text}{byte:02x}"));
        sp_io::crypto::sr25519_generate(candor_primitives::WORKER_KEY_TYPE, Some(seed.into_bytes()));
        deliver_by(host, requester, &Run::new(4, 1, 2))
    }
}

pub const HONEST: ReleaseId = 0;
/// A release judged by rules of another version.
pub const OTHER_RULES: ReleaseId = 1;

/// The variant of a run: its root says what the run is judged against, so that receipts of any model can be had.
fn variant(mut judging: Judging, release: ReleaseId) -> Variant {
    if release == OTHER_RULES {
        judging.rules += 1;
    }
    let root = H256(sp_io::hashing::blake2_256(&judging.encode()));
    Variant { profile: H256::repeat_byte(4), graph: 0, judging, root }
}

parameter_types! {
    /// Variants that the registry knows.
    pub storage Variants: Vec<Variant> = Vec::new();
    /// Owner of every repository.
    pub storage Owner: AccountId = ALICE;
}

pub struct MockReleases;

impl Releases<AccountId> for MockReleases {
    fn spec(_: ReleaseId) -> Option<ReleaseSpec> {
        Some(ReleaseSpec {
            manifest_hash: H256::zero(),
            model_root: H256::zero(),
            files: Default::default(),
            variants: Variants::get().try_into().unwrap(),
            inputs: Default::default(),
            outputs: Default::default(),
            units: UnitRule { dims: Default::default(), divisor: 1, reference: 1 },
            licence: Default::default(),
            tags: Default::default(),
            royalty: Permill::zero(),
            source: Default::default(),
        })
    }

    fn publisher(_: ReleaseId) -> Option<AccountId> {
        Some(Owner::get())
    }

    fn check_access(_: ReleaseId, _: &AccountId) -> Result<(), ReleaseDenied> {
        Ok(())
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_release(_: &AccountId) -> ReleaseId {
        HONEST
    }
}

pub struct MockHosts;

impl MockHosts {
    pub fn stake(host: &AccountId) -> Balance {
        Stakes::get().into_iter().find(|(who, _)| who == host).map(|(_, stake)| stake).unwrap_or(0)
    }

    pub fn set_stake(host: &AccountId, stake: Balance) {
        let mut stakes: Vec<_> = Stakes::get().into_iter().filter(|(who, _)| who != host).collect();
        stakes.push((host.clone(), stake));
        Stakes::set(&stakes);
    }
}

impl HostMarket<AccountId> for MockHosts {
    fn draw(_: &DrawRequest<'_, AccountId>) -> Result<Drawn<AccountId>, DrawError> {
        Err(DrawError::NoOffer)
    }

    fn draw_weight(_: ReleaseId, _: bool) -> Weight {
        Weight::zero()
    }

    fn price_range(_: ReleaseId, _: Units) -> Result<(Balance, Balance, u32), DrawError> {
        Err(DrawError::NoOffer)
    }

    fn occupy(_: &AccountId, _: ReleaseId) -> DispatchResult {
        Ok(())
    }

    fn vacate(_: &AccountId, _: ReleaseId) {}

    fn note_work(_: &AccountId) {}

    fn worker_of(host: &AccountId) -> Option<WorkerKey> {
        Some(worker_of(host).public())
    }

    fn is_live(_: &AccountId) -> bool {
        true
    }

    fn profile_of(_: ReleaseId, _: H256) -> Option<H256> {
        Some(H256::repeat_byte(4))
    }

    fn endpoint_of(_: &AccountId) -> Option<Vec<u8>> {
        Some(b"http://host".to_vec())
    }

    fn host_of(_: &WorkerKey) -> Option<AccountId> {
        None
    }

    fn offered(_: &AccountId) -> Vec<ReleaseId> {
        Vec::new()
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_host(host: &AccountId, _: WorkerKey, _: ReleaseId) {
        Self::set_stake(host, 1_000_000);
    }
}

impl HostStake<AccountId> for MockHosts {
    fn total(host: &AccountId) -> Balance {
        Self::stake(host)
    }

    fn active(host: &AccountId) -> Balance {
        Self::stake(host)
    }

    fn free(host: &AccountId) -> Balance {
        Self::stake(host)
    }

    fn open_receipts(_: &AccountId) -> u32 {
        0
    }

    fn required(_: &AccountId) -> Balance {
        REQUIRED
    }

    fn can_open(_: &AccountId, _: Balance, _: Balance) -> bool {
        true
    }

    fn open(_: &AccountId, _: Balance, _: Balance) -> DispatchResult {
        Ok(())
    }

    fn close(_: &AccountId, _: Balance, _: Balance) {}

    fn can_open_many(_: &AccountId, _: u32, _: Balance) -> bool {
        true
    }

    fn open_many(_: &AccountId, _: u32, _: Balance) -> DispatchResult {
        Ok(())
    }

    fn close_many(_: &AccountId, _: u32, _: Balance) {}

    fn penalise(host: &AccountId, amount: Balance) -> Balance {
        let taken = amount.min(Self::stake(host));
        Self::set_stake(host, Self::stake(host) - taken);
        let mut penalties = Penalties::get();
        penalties.push((host.clone(), taken));
        Penalties::set(&penalties);
        taken
    }

    fn share(host: &AccountId, amount: Balance) -> RewardShares<AccountId> {
        RewardShares { host: amount, stakers: 0, pot: host.clone() }
    }

    fn rewarded(_: &AccountId, _: Balance) {}

    fn slash(host: &AccountId, order: &SlashOrder<AccountId>) -> Slashed {
        let taken = REQUIRED.min(Self::stake(host));
        Self::set_stake(host, Self::stake(host) - taken);
        let compensated = order.compensation.min(taken);
        let costs = order.costs.min(taken - compensated);
        let rest = taken - compensated - costs;
        let rewarded = if order.challenger.is_some() { costs + rest / 2 } else { 0 };
        let burned = taken - compensated - rewarded;
        let pay = |who: &AccountId, amount| {
            if amount > 0 {
                Balances::mint_into(who, amount).unwrap();
            }
        };
        pay(&order.requester, compensated);
        order.challenger.iter().for_each(|who| pay(who, rewarded));
        Burned::set(&(Burned::get() + burned));
        Slashed { self_stake: taken, delegated: 0, missing: REQUIRED - taken, compensated, rewarded, burned }
    }
}

pub const ALICE: AccountId = AccountId::new([1; 32]);
pub const BOB: AccountId = AccountId::new([2; 32]);
pub const CAROL: AccountId = AccountId::new([3; 32]);
/// Asked, and paid.
pub const REQUESTER: AccountId = AccountId::new([4; 32]);
pub const HOST: AccountId = AccountId::new([100; 32]);
pub const OTHER_HOST: AccountId = AccountId::new([101; 32]);
/// Drawn auditors.
pub const AUDITOR: AccountId = AccountId::new([110; 32]);
pub const AUDITOR_2: AccountId = AccountId::new([111; 32]);
pub const FUNDS: Balance = 1_000_000;
pub const STAKE: Balance = 200_000;
pub const INSURED: Balance = 4_000;

/// Worker key of a host.
pub fn worker_of(host: &AccountId) -> sr25519::Pair {
    let bytes: &[u8; 32] = host.as_ref();
    sr25519::Pair::from_seed(bytes)
}

pub fn signature(host: &AccountId, message: &[u8]) -> WorkerSignature {
    worker_of(host).sign(message)
}

/// `HOST` delivers a receipt about this run.
pub fn deliver(run: &Run) -> ReceiptKey<AccountId> {
    deliver_by(&HOST, &REQUESTER, run)
}

pub fn deliver_by(host: &AccountId, requester: &AccountId, run: &Run) -> ReceiptKey<AccountId> {
    deliver_as(host, requester, run, run.outcome(), HONEST)
}

pub fn deliver_as(
    host: &AccountId,
    requester: &AccountId,
    run: &Run,
    outcome: Outcome,
    release: ReleaseId,
) -> ReceiptKey<AccountId> {
    deliver_judged(host, requester, run.judging(), run.input_root(), outcome, release)
}

/// A receipt of any model and run.
pub fn deliver_judged(
    host: &AccountId,
    requester: &AccountId,
    judging: Judging,
    input_root: H256,
    outcome: Outcome,
    release: ReleaseId,
) -> ReceiptKey<AccountId> {
    let variant = variant(judging, release);
    let mut variants = Variants::get();
    if !variants.contains(&variant) {
        variants.push(variant.clone());
        Variants::set(&variants);
    }
    let mut book = Book::get();
    let path = ReceiptPath::Job((book.len() + Ended::get().len()) as u64);
    let draft = ReceiptDraft {
        genesis: Challenges::genesis(),
        release,
        variant: variant.root,
        input_root,
        requester: requester.clone(),
        host: host.clone(),
        units: 1,
        fee: FEE,
        insured: INSURED,
        block: 1,
        path,
    };
    let key = ReceiptKey { path, host: host.clone() };
    let until = System::block_number() + WINDOW;
    book.push(Entry { key: key.clone(), receipt: Receipt { draft, outcome }, until, holds: 0 });
    Book::set(&book);
    key
}

/// Block 1 with funded accounts and staked hosts.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let balances = [ALICE, BOB, CAROL, REQUESTER, HOST, OTHER_HOST, AUDITOR, AUDITOR_2].map(|who| (who, FUNDS));
    pallet_balances::GenesisConfig::<Test> { balances: balances.to_vec(), ..Default::default() }
        .assimilate_storage(&mut storage)
        .unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.register_extension(sp_keystore::KeystoreExt::new(sp_keystore::testing::MemoryKeystore::new()));
    ext.execute_with(|| {
        System::set_block_number(1);
        [HOST, OTHER_HOST, AUDITOR, AUDITOR_2].iter().for_each(|host| MockHosts::set_stake(host, STAKE));
    });
    ext
}
