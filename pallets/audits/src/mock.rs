//! A runtime with this pallet, balances, and small stand-ins for receipts, hosts, stake, disputes and the clock.

use crate as pallet_audits;
use candor_economics::{AuditPay, AuditRule, FixedU128};
use candor_primitives::{
    tensor::TensorRef,
    traits::{
        BatchKey, Batches, DisputeClock, Disputes, DrawError, DrawRequest, Drawn, HostMarket, HostStake, OpenBatch,
        OpenReceipt, Overturned, ReceiptKey, ReceiptListener, Receipts, RewardShares, SlashOrder, Slashed,
    },
    AccountId, Balance, BlockNumber, DType, HostBlake2b, Outcome, Payload, Receipt, ReceiptDraft, ReceiptPath,
    ReleaseId, Units, WorkerKey, WorkerSignature,
};
use codec::{Decode, Encode};
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU128, ConstU32, Get},
    weights::Weight,
};
use frame_system::EnsureRoot;
use sp_core::{sr25519, Pair, H256};
use sp_runtime::{traits::IdentityLookup, BuildStorage, DispatchError, DispatchResult, Permill};
use std::{cell::RefCell, collections::BTreeMap};

pub type Block = frame_system::mocking::MockBlockU32<Test>;
pub type Key = ReceiptKey<AccountId>;

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
    pub type Audits = pallet_audits::Pallet<Test>;
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
    type AccountStore = System;
    type ExistentialDeposit = ConstU128<20>;
}

pub const ALICE: AccountId = AccountId::new([1; 32]);
pub const BOB: AccountId = AccountId::new([2; 32]);
pub const AUDIT_POT: AccountId = AccountId::new([3; 32]);
pub const CANARY_POT: AccountId = AccountId::new([4; 32]);
pub const TREASURY: AccountId = AccountId::new([5; 32]);
/// Profile of all hosts, unless a test says otherwise.
pub const PROFILE: H256 = H256::repeat_byte(9);
/// Fee of every receipt.
pub const FEE: Balance = 1_000;
/// What a host has at stake of its receipts' insured values.
pub const INSURED: Balance = 70;
/// Bytes of the longer one of the inputs that lie off chain: three pieces, the last one short.
pub const LONG_INPUT: u32 = 2 * 65_536 + 1_500;
/// How long a receipt stays open by itself, in blocks.
pub const WINDOW: BlockNumber = 10;

parameter_types! {
    pub const AuditPotAccount: AccountId = AUDIT_POT;
    /// Whether all receipts and batches are of the attested tier.
    pub static Attested: bool = false;
    /// What one open receipt requires, in planck.
    pub static Required: Balance = 0;
    /// What a machine is worth, in planck.
    pub static MachineWorth: Balance = 0;
    pub const CanaryPotAccount: AccountId = CANARY_POT;
    pub Pay: AuditPay = AuditPay { base: 50, ratio: FixedU128::from_rational(1, 10) };
    pub static HookWeight: Weight = Weight::MAX;
    pub static MinRate: Permill = Permill::one();
    pub static MaxRate: Permill = Permill::one();
    /// What authors' VRF outputs are made from; none: they have none.
    pub static Vrf: Option<H256> = Some(H256::repeat_byte(7));
    pub static Delay: BlockNumber = 2;
    pub static Blocks: u32 = 1;
    /// Bytes of the longer one of the inputs that lie off chain.
    pub static RemoteBytes: u32 = LONG_INPUT;
    /// Bools of the shorter one.
    pub static RemoteBools: [u8; 3] = [0, 1, 1];
    /// Calls that can be drawn out of batches in all.
    pub static Samples: u32 = u32::MAX;
    /// Ticks during which blocks were full: the clock stands still.
    pub storage Full: BlockNumber = 0;
    /// Receipts that are open.
    pub storage Book: Vec<Entry> = Vec::new();
    /// Receipts that became final.
    pub storage Finals: Vec<Key> = Vec::new();
    /// Hosts that were slashed, with what their requesters were to be compensated.
    pub storage Slashes: Vec<(AccountId, AccountId, Balance)> = Vec::new();
    /// Whether everything was overturned before.
    pub storage AllOverturned: bool = false;
    /// Receipts that were overturned.
    pub storage Overturns: Vec<Key> = Vec::new();
    /// Hosts.
    pub storage Market: BTreeMap<AccountId, MockHost> = BTreeMap::new();
    /// Receipts in dispute, with who accused.
    pub storage Open: Vec<(Key, AccountId)> = Vec::new();
    /// Batches that are open, with their numbers of calls and holds.
    pub storage OpenBatches: Vec<(BatchKey<AccountId>, u32, u32)> = Vec::new();
    /// Calls that were drawn out of batches, with their seeds.
    pub storage Sampled: Vec<(BatchKey<AccountId>, u32, H256)> = Vec::new();
}

/// The VRF output of this block's author: another one in every block.
pub struct AuthorVrf;

impl Get<Option<H256>> for AuthorVrf {
    fn get() -> Option<H256> {
        Vrf::get().map(|seed| H256(sp_io::hashing::blake2_256(&(seed, System::block_number()).encode())))
    }
}

pub struct Rate;

impl Get<AuditRule> for Rate {
    fn get() -> AuditRule {
        AuditRule { audits: 5, min: MinRate::get(), max: MaxRate::get() }
    }
}

impl pallet_audits::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Receipts = Mock;
    type Hosts = Mock;
    type Stake = Mock;
    type Disputes = Mock;
    type Clock = Mock;
    type AuthorVrf = AuthorVrf;
    type Batches = MockBatches;
    type CanaryOrigin = EnsureRoot<AccountId>;
    type LiftOrigin = EnsureRoot<AccountId>;
    type AuditPot = AuditPotAccount;
    type CanaryPot = CanaryPotAccount;
    type DrawDelay = Delay;
    type DrawBlocks = Blocks;
    type Rate = Rate;
    type MachineWorth = MachineWorth;
    type SealDeadline = ConstU32<10>;
    type AnswerDeadline = ConstU32<8>;
    type RevealDeadline = ConstU32<6>;
    type ShowDeadline = ConstU32<4>;
    type MaxRounds = ConstU32<3>;
    type MaxTries = ConstU32<4>;
    type Pay = Pay;
    type NoShowPenalty = ConstU128<200>;
    type MaxMismatches = ConstU32<3>;
    type MismatchPeriod = ConstU32<500>;
    type MaxCanaries = ConstU32<2>;
    type CanaryBounty = ConstU128<700>;
    type CanaryPenalty = ConstU128<900>;
    type CanaryWindow = ConstU32<40>;
    type MaxHookWeight = HookWeight;
    type WeightInfo = ();
}

/// An open receipt.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    pub key: Key,
    pub receipt: Receipt,
    pub until: BlockNumber,
    pub holds: u32,
    pub remote: bool,
}

/// A host.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct MockHost {
    pub worker: WorkerKey,
    pub live: bool,
    pub profile: H256,
    pub open: u32,
    pub stake: Balance,
    pub slashed: Balance,
}

pub struct Mock;

impl Mock {
    pub fn change(account: &AccountId, change: impl FnOnce(&mut MockHost)) {
        let mut market = Market::get();
        change(market.entry(account.clone()).or_insert_with(|| MockHost {
            worker: worker(account).public(),
            live: true,
            profile: PROFILE,
            open: 0,
            stake: 0,
            slashed: 0,
        }));
        Market::set(&market);
    }

    pub fn host(account: &AccountId) -> Option<MockHost> {
        Market::get().remove(account)
    }

    pub fn entry(key: &Key) -> Option<Entry> {
        Book::get().into_iter().find(|entry| entry.key == *key)
    }

    /// Put a receipt into the book and tell the pallet.
    pub fn deliver(entry: Entry) {
        let (key, receipt) = (entry.key.clone(), entry.receipt.clone());
        let mut book = Book::get();
        book.push(entry);
        Book::set(&book);
        Audits::delivered(&key, &receipt);
    }

    fn remove(key: &Key) {
        Book::set(&Book::get().into_iter().filter(|entry| entry.key != *key).collect::<Vec<_>>());
        Open::set(&Open::get().into_iter().filter(|(open, _)| open != key).collect::<Vec<_>>());
    }

    fn settle(key: &Key) {
        let over = Self::entry(key).is_some_and(|entry| entry.holds == 0 && System::block_number() > entry.until);
        if over {
            Self::remove(key);
            Finals::mutate_list(|finals| finals.push(key.clone()));
            Audits::closed(key);
        }
    }

    /// What the hook of jobs does: receipts whose window has passed become final.
    pub fn settle_all() {
        Book::get().iter().for_each(|entry| Self::settle(&entry.key));
    }

    fn count(key: &Key, change: impl FnOnce(u32) -> u32) -> DispatchResult {
        let mut book = Book::get();
        let entry = book.iter_mut().find(|entry| entry.key == *key).ok_or(DispatchError::Other("not open"))?;
        entry.holds = change(entry.holds);
        Book::set(&book);
        Ok(())
    }
}

/// Lists in storage, changed in place.
pub trait MutateList<X> {
    fn mutate_list(change: impl FnOnce(&mut Vec<X>));
}

impl MutateList<Key> for Finals {
    fn mutate_list(change: impl FnOnce(&mut Vec<Key>)) {
        let mut list = Self::get();
        change(&mut list);
        Self::set(&list);
    }
}

impl MutateList<Key> for Overturns {
    fn mutate_list(change: impl FnOnce(&mut Vec<Key>)) {
        let mut list = Self::get();
        change(&mut list);
        Self::set(&list);
    }
}

impl Receipts<AccountId> for Mock {
    fn receipt(key: &Key) -> Option<OpenReceipt> {
        let Entry { receipt, until, .. } = Self::entry(key)?;
        Some(OpenReceipt { receipt, signature: WorkerSignature::default(), until, attested: Attested::get() })
    }

    fn input(key: &Key) -> Option<Payload> {
        #[cfg(feature = "runtime-benchmarks")]
        if let Some(input) = BenchmarkInput::get() {
            return Some(input);
        }
        Some(if Self::entry(key)?.remote {
            let tensors = remote_inputs().into_iter().map(|(tensor, _)| tensor).collect::<Vec<_>>();
            Payload::Content { tensors: tensors.try_into().unwrap(), source: Default::default() }
        } else {
            Payload::Inline(Default::default())
        })
    }

    fn hold(key: &Key) -> DispatchResult {
        Self::count(key, |holds| holds + 1)
    }

    fn release(key: &Key) {
        Self::count(key, |holds| holds.checked_sub(1).expect("only what is held is released")).expect("it is open");
        Self::settle(key);
    }

    fn overturn(key: &Key) -> Result<Overturned, DispatchError> {
        Self::entry(key).ok_or(DispatchError::Other("not open"))?;
        Self::remove(key);
        Overturns::mutate_list(|list| list.push(key.clone()));
        Audits::closed(key);
        Ok(Overturned { refunded: FEE })
    }

    fn is_overturned(_: &Key) -> bool {
        AllOverturned::get()
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_input(_: &Key, input: Payload) {
        BenchmarkInput::set(Some(input));
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_receipt(host: &AccountId, requester: &AccountId) -> Key {
        use frame_support::traits::fungible::Mutate;
        let worker = sp_io::crypto::sr25519_generate(candor_primitives::WORKER_KEY_TYPE, None);
        Balances::set_balance(host, 1_000_000);
        Self::change(host, |host| {
            host.worker = worker;
            host.stake = 1_000_000;
        });
        let job = Book::get().len() as u64;
        let entry = entry(job, host, requester, false);
        let key = entry.key.clone();
        let mut book = Book::get();
        book.push(entry);
        Book::set(&book);
        key
    }
}

/// Batches: what is drawn of them is written down.
pub struct MockBatches;

impl MockBatches {
    /// A batch that was settled just now.
    pub fn settle_batch(key: &BatchKey<AccountId>, calls: u32) {
        let mut batches = OpenBatches::get();
        batches.push((key.clone(), calls, 0));
        OpenBatches::set(&batches);
        Audits::settled(key, calls);
    }

    fn change_batch(key: &BatchKey<AccountId>, change: impl FnOnce(u32) -> u32) -> DispatchResult {
        let mut batches = OpenBatches::get();
        let batch = batches.iter_mut().find(|batch| batch.0 == *key).ok_or(DispatchError::Other("no batch"))?;
        batch.2 = change(batch.2);
        OpenBatches::set(&batches);
        Ok(())
    }
}

impl Batches<AccountId> for MockBatches {
    fn batch(key: &BatchKey<AccountId>) -> Option<OpenBatch> {
        let (_, calls, _) = OpenBatches::get().into_iter().find(|batch| batch.0 == *key)?;
        Some(OpenBatch { calls, receipts: H256::zero(), until: 0, attested: Attested::get() })
    }

    fn hold(key: &BatchKey<AccountId>) -> DispatchResult {
        Self::change_batch(key, |holds| holds + 1)
    }

    fn release(key: &BatchKey<AccountId>) {
        Self::change_batch(key, |holds| holds.checked_sub(1).expect("only what is held is released")).expect("open");
    }

    fn sample(key: &BatchKey<AccountId>, offset: u32, seed: H256) -> DispatchResult {
        let mut sampled = Sampled::get();
        frame_support::ensure!((sampled.len() as u32) < Samples::get(), DispatchError::Other("too many"));
        sampled.push((key.clone(), offset, seed));
        Sampled::set(&sampled);
        Ok(())
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_batch(host: &AccountId, _: &AccountId) -> BatchKey<AccountId> {
        let key = BatchKey { session: 0, number: 0, host: host.clone() };
        Self::settle_batch(&key, 1_000);
        key
    }
}

impl Disputes<AccountId> for Mock {
    fn accuse(key: &Key, auditor: &AccountId) -> DispatchResult {
        if !Self::is_disputed(key) {
            Self::hold(key)?;
            let mut open = Open::get();
            open.push((key.clone(), auditor.clone()));
            Open::set(&open);
        }
        Ok(())
    }

    fn dismiss(key: &Key) -> DispatchResult {
        frame_support::ensure!(Self::is_disputed(key), DispatchError::Other("not disputed"));
        Open::set(&Open::get().into_iter().filter(|(open, _)| open != key).collect::<Vec<_>>());
        Self::release(key);
        Ok(())
    }

    fn is_disputed(key: &Key) -> bool {
        Open::get().iter().any(|(open, _)| open == key)
    }
}

impl DisputeClock for Mock {
    fn now() -> BlockNumber {
        System::block_number().saturating_sub(Full::get())
    }
}

impl HostStake<AccountId> for Mock {
    fn total(host: &AccountId) -> Balance {
        Self::active(host)
    }

    fn active(host: &AccountId) -> Balance {
        Self::host(host).map_or(0, |host| host.stake)
    }

    fn free(host: &AccountId) -> Balance {
        Self::active(host)
    }

    fn open_receipts(host: &AccountId) -> u32 {
        Self::host(host).map_or(0, |host| host.open)
    }

    fn required(host: &AccountId) -> Balance {
        Balance::from(Self::open_receipts(host)).saturating_mul(Required::get())
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
        let taken = amount.min(Self::active(host));
        Self::change(host, |host| {
            host.stake -= taken;
            host.slashed += taken;
        });
        taken
    }

    fn share(host: &AccountId, amount: Balance) -> RewardShares<AccountId> {
        RewardShares { host: amount, stakers: 0, pot: host.clone() }
    }

    fn rewarded(_: &AccountId, _: Balance) {}

    fn slash(host: &AccountId, order: &SlashOrder<AccountId>) -> Slashed {
        assert_eq!((&order.challenger, order.costs), (&None, 0), "nobody proved anything");
        let mut slashes = Slashes::get();
        slashes.push((host.clone(), order.requester.clone(), order.compensation));
        Slashes::set(&slashes);
        let self_stake = Self::penalise(host, Self::active(host));
        Slashed { self_stake, burned: self_stake, ..Default::default() }
    }
}

impl HostMarket<AccountId> for Mock {
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
        Self::host(host).map(|host| host.worker)
    }

    fn is_live(host: &AccountId) -> bool {
        Self::host(host).is_some_and(|host| host.live)
    }

    // The variant's root is its profile here.
    fn profile_of(_: ReleaseId, variant: H256) -> Option<H256> {
        Some(variant)
    }

    fn endpoint_of(_: &AccountId) -> Option<Vec<u8>> {
        None
    }

    fn host_of(_: &WorkerKey) -> Option<AccountId> {
        None
    }

    fn offered(_: &AccountId) -> Vec<ReleaseId> {
        Vec::new()
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_host(host: &AccountId, worker: WorkerKey, _: ReleaseId) {
        use frame_support::traits::fungible::Mutate;
        Balances::set_balance(host, 1_000_000);
        Self::change(host, |host| {
            host.worker = worker;
            host.stake = 1_000_000;
        });
    }
}

/// The key pair of a host's worker.
pub fn worker(account: &AccountId) -> sr25519::Pair {
    let bytes: &[u8; 32] = account.as_ref();
    sr25519::Pair::from_seed(bytes)
}

#[cfg(feature = "runtime-benchmarks")]
parameter_types! {
    /// Inputs of every receipt, if a benchmark gave it others.
    pub static BenchmarkInput: Option<Payload> = None;
}

/// Inputs with their bytes.
type Inputs = Vec<(TensorRef, Vec<u8>)>;

/// The inputs that lie off chain: numbers, bools, and nothing.
pub fn remote_inputs() -> Inputs {
    thread_local! {
        static KNOWN: RefCell<BTreeMap<(u32, [u8; 3]), Inputs>> = RefCell::default();
    }
    let (bytes, bools) = (RemoteBytes::get(), RemoteBools::get());
    let make = || {
        let numbers = (0..bytes).map(|n| (n % 251) as u8).collect();
        let inputs = [(DType::Uint8, numbers), (DType::Bool, bools.to_vec()), (DType::Uint8, Vec::new())];
        let reference = |(dtype, data): (DType, Vec<u8>)| {
            let root = candor_commitments::tensor_root::<HostBlake2b>(dtype.code(), &[data.len() as u64], &data);
            let shape = vec![data.len() as u32].try_into().unwrap();
            (TensorRef { dtype, shape, root: H256(root) }, data)
        };
        inputs.into_iter().map(reference).collect()
    };
    KNOWN.with_borrow_mut(|known| known.entry((bytes, bools)).or_insert_with(make).clone())
}

/// A receipt of `host` for `requester`, assigned in this block.
pub fn entry(job: u64, host: &AccountId, requester: &AccountId, remote: bool) -> Entry {
    let path = ReceiptPath::Job(job);
    let now = System::block_number();
    let draft = ReceiptDraft {
        genesis: H256::zero(),
        release: 1,
        variant: Mock::host(host).map_or(PROFILE, |host| host.profile),
        input_root: H256::repeat_byte(1),
        requester: requester.clone(),
        host: host.clone(),
        units: 1,
        fee: FEE,
        insured: INSURED,
        block: now,
        path,
    };
    let receipt = Receipt { draft, outcome: Outcome::Output(H256::repeat_byte(2)) };
    Entry { key: ReceiptKey { path, host: host.clone() }, receipt, until: now + WINDOW, holds: 0, remote }
}

/// Block 1 with funded accounts and no hosts.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let balances = [(ALICE, 1_000_000), (BOB, 1_000_000), (TREASURY, 1_000), (AUDIT_POT, 10_000), (CANARY_POT, 10_000)];
    pallet_balances::GenesisConfig::<Test> { balances: balances.to_vec(), ..Default::default() }
        .assimilate_storage(&mut storage)
        .unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.register_extension(sp_keystore::KeystoreExt::new(sp_keystore::testing::MemoryKeystore::new()));
    ext.execute_with(|| System::set_block_number(1));
    ext
}
