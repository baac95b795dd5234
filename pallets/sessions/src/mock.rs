//! A runtime with this pallet, balances, and small stand-ins for the registry, the market and the stake.

use crate as pallet_sessions;
use candor_primitives::{
    calls_covered,
    release::{Dim, FileSpec, TensorSpec, UnitRule, ValueRange, Variant},
    traits::{
        AttestedHosts, BatchKey, Batches, DisputeClock, DrawError, DrawRequest, Drawn, HostMarket, HostStake,
        ReceiptKey, ReceiptListener, Receipts, ReleaseDenied, Releases, RewardShares, SlashOrder, Slashed,
    },
    AccountId, Balance, DType, HostBlake2b, Receipt, ReleaseId, ReleaseSpec, Units, WorkerKey,
};
use codec::{Decode, Encode};
use frame_support::{
    derive_impl, parameter_types,
    traits::{ConstU128, ConstU32, Nothing, Randomness},
    weights::Weight,
};
use sp_core::H256;
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
    pub type Sessions = pallet_sessions::Pallet<Test>;
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
pub const PUBLISHER: AccountId = AccountId::new([3; 32]);
pub const TREASURY: AccountId = AccountId::new([4; 32]);
pub const AUDIT_POT: AccountId = AccountId::new([5; 32]);
/// Pot of the stakers of every host.
pub const STAKERS: AccountId = AccountId::new([6; 32]);

parameter_types! {
    pub const TreasuryAccount: AccountId = TREASURY;
    pub const AuditPotAccount: AccountId = AUDIT_POT;
    pub const Levy: Permill = Permill::from_percent(5);
    pub const TreasuryShare: Permill = Permill::from_percent(2);
    /// Hosts whose worker key counts as attested.
    pub static Attested: Vec<AccountId> = Vec::new();
    pub const DrawWeight: Weight = Weight::from_parts(50_000_000, 0);
    /// Changed by tests that fill blocks.
    pub static HookWeight: Weight = Weight::from_parts(100_000_000_000, 10_000_000);
    /// What a settlement that nobody pays for brings at least.
    pub storage FreeFee: Balance = 0;
    /// Blocks that were full.
    pub storage FullBlocks: u32 = 0;
    /// What the chain's randomness is: nothing, as in tools that fake blocks.
    pub static Random: H256 = H256::zero();
    /// The stakers' part of what hosts earn.
    pub static StakersPart: Permill = Permill::zero();
    /// What arrived for stakers, by host, in order.
    pub static Rewarded: Vec<(AccountId, Balance)> = Vec::new();
    /// Slashes: of whom, for whom, shown by whom.
    pub static Orders: Vec<(AccountId, AccountId, Option<AccountId>)> = Vec::new();
    /// Hosts of the mock market, in the order in which they are drawn.
    pub storage Market: Vec<MockHost> = Vec::new();
    /// What the listener of receipts heard.
    pub storage NewsLog: Vec<News> = Vec::new();
    /// Seed of the last draw.
    pub storage LastSeed: H256 = H256::zero();
}

impl pallet_sessions::Config for Test {
    type Currency = Balances;
    type RuntimeHoldReason = RuntimeHoldReason;
    type Releases = MockReleases;
    type Hosts = MockMarket;
    type Stake = MockMarket;
    type OnReceipt = Heard;
    type Clock = MockClock;
    type Randomness = MockRandomness;
    type Treasury = TreasuryAccount;
    type AuditPot = AuditPotAccount;
    type Levy = Levy;
    type TreasuryShare = TreasuryShare;
    type FinalityWindow = ConstU32<6>;
    type AttestedWindow = ConstU32<2>;
    type Attested = MockAttested;
    type MaxHold = ConstU32<30>;
    type SettleInterval = ConstU32<3>;
    type FreeFee = FreeFee;
    type CloseNotice = ConstU32<8>;
    type SampleDeadline = ConstU32<5>;
    type MaxDuration = ConstU32<1_000>;
    type RetryInterval = ConstU32<3>;
    type MaxBatches = ConstU32<4>;
    type MaxSessionsPerHost = ConstU32<5>;
    type SessionDeposit = ConstU128<50>;
    type DepositBase = ConstU128<30>;
    type DepositPerByte = ConstU128<1>;
    type MaxHookWeight = HookWeight;
    type DrawWeight = DrawWeight;
    type AttestedDrawWeight = DrawWeight;
    type Voters = Nothing;
    type WeightInfo = ();
}

/// What the listener heard, in order.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum News {
    Settled(BatchKey<AccountId>, u32),
    Sampled(ReceiptKey<AccountId>, H256, H256),
    Closed(ReceiptKey<AccountId>),
}

/// Hears of batches and receipts; holds what was sampled, as audits do.
pub struct Heard;

impl Heard {
    fn add(news: News) {
        let mut all = NewsLog::get();
        all.push(news);
        NewsLog::set(&all);
    }
}

impl ReceiptListener<AccountId> for Heard {
    fn delivered(_: &ReceiptKey<AccountId>, _: &Receipt) {
        unreachable!("presented receipts are not audited unasked");
    }

    fn closed(key: &ReceiptKey<AccountId>) {
        Self::add(News::Closed(key.clone()));
    }

    fn settled(key: &BatchKey<AccountId>, calls: u32) {
        assert!(Sessions::batch(key).is_some_and(|batch| batch.calls == calls));
        Self::add(News::Settled(key.clone(), calls));
    }

    fn sampled(key: &ReceiptKey<AccountId>, receipt: &Receipt, seed: H256) {
        assert!(<Sessions as Receipts<_>>::hold(key).is_ok());
        Self::add(News::Sampled(key.clone(), receipt.hash::<HostBlake2b>(), seed));
    }
}

/// Ticks: blocks, without those that tests say were full.
pub struct MockClock;

impl DisputeClock for MockClock {
    fn now() -> u32 {
        System::block_number() - FullBlocks::get()
    }
}

pub struct MockRandomness;

impl Randomness<H256, u32> for MockRandomness {
    fn random(_: &[u8]) -> (H256, u32) {
        (Random::get(), 0)
    }
}

/// int64 `ids` of shape [batch, seq] between 0 and 1000 to float32 `embedding` of shape [batch, 4].
pub const EMBED: ReleaseId = 0;
/// Like [`EMBED`], for BOB only.
pub const PRIVATE: ReleaseId = 1;
/// Like [`EMBED`], deprecated.
pub const DEPRECATED: ReleaseId = 2;
/// float32 `x` of shape [n] to float32 `y` of shape [n], one unit per n.
pub const VECTOR: ReleaseId = 3;
/// float32 `x` of shape [a, b, c] to float32 `y` of shape [rows], which no input binds; units a * b * c.
pub const WIDE: ReleaseId = 4;

pub struct MockReleases;

fn text<N: frame_support::traits::Get<u32>>(text: &str) -> frame_support::BoundedVec<u8, N> {
    text.as_bytes().to_vec().try_into().unwrap()
}

fn symbolic(name: &str, max: u32) -> Dim {
    Dim::Symbolic { name: text(name), max }
}

fn tensor(name: &str, dtype: DType, shape: Vec<Dim>, range: Option<ValueRange>) -> TensorSpec {
    TensorSpec { name: text(name), dtype, shape: shape.try_into().unwrap(), range }
}

fn release(input: TensorSpec, output: TensorSpec, dims: &[&str]) -> ReleaseSpec {
    let units = dims.iter().map(|dim| text(dim)).collect::<Vec<_>>().try_into().unwrap();
    ReleaseSpec {
        manifest_hash: H256::repeat_byte(1),
        model_root: H256::repeat_byte(2),
        files: vec![FileSpec { path: text("model.onnx"), size: 1, root: H256::repeat_byte(3) }].try_into().unwrap(),
        variants: vec![Variant {
            profile: H256::repeat_byte(4),
            graph: 0,
            judging: candor_primitives::Judging {
                rules: 1,
                graph: H256::zero(),
                weights: H256::zero(),
                trace: 1,
                trace_bytes: 0,
                exact: true,
            },
            root: H256::repeat_byte(5),
        }]
        .try_into()
        .unwrap(),
        inputs: vec![input].try_into().unwrap(),
        outputs: vec![output].try_into().unwrap(),
        units: UnitRule { dims: units, divisor: 1, reference: 8 },
        licence: text("Apache-2.0"),
        tags: Default::default(),
        royalty: Permill::from_percent(10),
        source: text("file:///models"),
    }
}

impl Releases<AccountId> for MockReleases {
    fn spec(id: ReleaseId) -> Option<ReleaseSpec> {
        match id {
            EMBED | PRIVATE | DEPRECATED => Some(release(
                tensor(
                    "ids",
                    DType::Int64,
                    vec![symbolic("batch", 8), symbolic("seq", 4096)],
                    Some(ValueRange { min: 0, max: 1_000 }),
                ),
                tensor("embedding", DType::Float32, vec![symbolic("batch", 8), Dim::Fixed(4)], None),
                &["batch", "seq"],
            )),
            VECTOR => Some(release(
                tensor("x", DType::Float32, vec![symbolic("n", 65_536)], None),
                tensor("y", DType::Float32, vec![symbolic("n", 65_536)], None),
                &["n"],
            )),
            WIDE => Some(release(
                tensor(
                    "x",
                    DType::Float32,
                    vec![symbolic("a", u32::MAX), symbolic("b", u32::MAX), symbolic("c", u32::MAX)],
                    None,
                ),
                tensor("y", DType::Float32, vec![symbolic("rows", u32::MAX)], None),
                &["a", "b", "c"],
            )),
            _ => None,
        }
    }

    fn publisher(_: ReleaseId) -> Option<AccountId> {
        Some(PUBLISHER)
    }

    fn check_access(id: ReleaseId, who: &AccountId) -> Result<(), ReleaseDenied> {
        match id {
            EMBED | VECTOR | WIDE => Ok(()),
            PRIVATE if *who == BOB => Ok(()),
            PRIVATE => Err(ReleaseDenied::Private),
            DEPRECATED => Err(ReleaseDenied::Deprecated),
            _ => Err(ReleaseDenied::Unknown),
        }
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_release(_: &AccountId) -> ReleaseId {
        VECTOR
    }
}

/// A host that offers every release.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct MockHost {
    pub account: AccountId,
    pub worker: WorkerKey,
    pub variant: H256,
    pub per_call: Balance,
    pub per_unit: Balance,
    pub capacity: u32,
    pub in_flight: u32,
    pub live: bool,
    pub stake: Balance,
    pub exposure: Balance,
    pub insured: Balance,
    pub slashed: Balance,
    pub worked: u32,
}

impl MockHost {
    fn price(&self, units: Units) -> Option<Balance> {
        self.per_unit.checked_mul(units.into())?.checked_add(self.per_call)
    }

    fn free(&self) -> Balance {
        self.stake.saturating_sub(self.exposure)
    }

    /// How far this host comes as a candidate.
    fn consider(&self, request: &DrawRequest<'_, AccountId>) -> Result<Balance, DrawError> {
        if request.excluded.contains(&self.account) || request.named.is_some_and(|named| *named != self.account) {
            return Err(DrawError::NoOffer);
        }
        if !self.live {
            return Err(DrawError::NotLive);
        }
        let fee = self.price(request.units).ok_or(DrawError::PriceOverflow)?;
        if fee > request.max_fee {
            return Err(DrawError::FeeTooLow);
        }
        let calls = request.deposit.and_then(|deposit| calls_covered(deposit, fee)).unwrap_or(u32::MAX);
        if self.free() < fee.saturating_mul(calls.into()) {
            return Err(DrawError::NotBacked);
        }
        if self.in_flight >= self.capacity {
            return Err(DrawError::Busy);
        }
        if request.attested && !Attested::get().contains(&self.account) {
            return Err(DrawError::NotAttested);
        }
        Ok(fee)
    }
}

pub struct MockMarket;

impl MockMarket {
    pub fn add(host: MockHost) {
        let mut market = Market::get();
        market.push(host);
        Market::set(&market);
    }

    pub fn change(account: &AccountId, change: impl FnOnce(&mut MockHost)) {
        let mut market = Market::get();
        if let Some(host) = market.iter_mut().find(|host| host.account == *account) {
            change(host);
        }
        Market::set(&market);
    }

    pub fn host(account: &AccountId) -> MockHost {
        Market::get().into_iter().find(|host| host.account == *account).unwrap()
    }
}

impl HostMarket<AccountId> for MockMarket {
    fn draw(request: &DrawRequest<'_, AccountId>) -> Result<Drawn<AccountId>, DrawError> {
        let rank = |error: &DrawError| match error {
            DrawError::NoOffer => 0,
            DrawError::NotLive => 1,
            DrawError::PriceOverflow => 2,
            DrawError::FeeTooLow => 3,
            DrawError::NotBacked => 4,
            DrawError::Busy => 5,
            DrawError::NotAttested => 6,
        };
        LastSeed::set(&request.seed);
        let mut reason = DrawError::NoOffer;
        for host in Market::get() {
            match host.consider(request) {
                Ok(fee) => {
                    return Ok(Drawn {
                        host: host.account,
                        variant: host.variant,
                        fee,
                        base_fee: host.per_call,
                        price_per_unit: host.per_unit,
                        worth: fee,
                    })
                },
                Err(error) if rank(&error) > rank(&reason) => reason = error,
                Err(_) => {},
            }
        }
        Err(reason)
    }

    fn draw_weight(_: ReleaseId, _: bool) -> Weight {
        DrawWeight::get() / 5
    }

    fn price_range(_: ReleaseId, units: Units) -> Result<(Balance, Balance, u32), DrawError> {
        let prices: Option<Vec<_>> = Market::get().iter().filter(|h| h.live).map(|h| h.price(units)).collect();
        let prices = prices.ok_or(DrawError::PriceOverflow)?;
        let lowest = prices.iter().min().ok_or(DrawError::NoOffer)?;
        let highest = prices.iter().max().ok_or(DrawError::NoOffer)?;
        Ok((*lowest, *highest, prices.len() as u32))
    }

    fn occupy(host: &AccountId, _: ReleaseId) -> DispatchResult {
        let MockHost { in_flight, capacity, .. } = Self::host(host);
        frame_support::ensure!(in_flight < capacity, DispatchError::Other("busy"));
        Self::change(host, |host| host.in_flight += 1);
        Ok(())
    }

    fn vacate(host: &AccountId, _: ReleaseId) {
        Self::change(host, |host| host.in_flight -= 1);
    }

    fn note_work(host: &AccountId) {
        Self::change(host, |host| host.worked += 1);
    }

    fn worker_of(host: &AccountId) -> Option<WorkerKey> {
        Market::get().into_iter().find(|h| h.account == *host).map(|h| h.worker)
    }

    fn is_live(host: &AccountId) -> bool {
        Self::host(host).live
    }

    fn profile_of(_: ReleaseId, _: H256) -> Option<H256> {
        Some(H256::repeat_byte(4))
    }

    fn endpoint_of(_: &AccountId) -> Option<Vec<u8>> {
        Some(b"http://host".to_vec())
    }

    fn host_of(worker: &WorkerKey) -> Option<AccountId> {
        Market::get().into_iter().find(|h| h.worker == *worker).map(|h| h.account)
    }

    fn offered(_: &AccountId) -> Vec<ReleaseId> {
        vec![EMBED, VECTOR]
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_host(host: &AccountId, worker: WorkerKey, _: ReleaseId) {
        use frame_support::traits::fungible::Mutate;
        Balances::set_balance(host, 1_000_000);
        Self::add(MockHost {
            account: host.clone(),
            worker,
            variant: H256::repeat_byte(5),
            per_call: 1_000,
            per_unit: 0,
            capacity: 1_000,
            in_flight: 0,
            live: true,
            stake: Balance::MAX / 2,
            exposure: 0,
            insured: 0,
            slashed: 0,
            worked: 0,
        });
    }
}

impl HostStake<AccountId> for MockMarket {
    fn total(host: &AccountId) -> Balance {
        Self::host(host).stake
    }

    fn active(host: &AccountId) -> Balance {
        Self::host(host).stake
    }

    fn free(host: &AccountId) -> Balance {
        Self::host(host).free()
    }

    fn open_receipts(host: &AccountId) -> u32 {
        u32::from(Self::host(host).exposure > 0)
    }

    fn required(host: &AccountId) -> Balance {
        Self::host(host).exposure
    }

    fn can_open(host: &AccountId, value: Balance, insured: Balance) -> bool {
        Self::host(host).free() >= value && value >= insured
    }

    fn open(host: &AccountId, value: Balance, insured: Balance) -> DispatchResult {
        frame_support::ensure!(Self::can_open(host, value, insured), DispatchError::Other("not backed"));
        Self::change(host, |host| {
            host.exposure += value;
            host.insured += insured;
        });
        Ok(())
    }

    fn close(host: &AccountId, value: Balance, insured: Balance) {
        Self::change(host, |host| {
            host.exposure -= value;
            host.insured -= insured;
        });
    }

    fn can_open_many(host: &AccountId, count: u32, value: Balance) -> bool {
        Self::can_open(host, value * Balance::from(count), 0)
    }

    fn open_many(host: &AccountId, count: u32, value: Balance) -> DispatchResult {
        Self::open(host, value * Balance::from(count), 0)
    }

    fn close_many(host: &AccountId, count: u32, value: Balance) {
        Self::close(host, value * Balance::from(count), 0);
    }

    fn share(_: &AccountId, amount: Balance) -> RewardShares<AccountId> {
        let stakers = StakersPart::get() * amount;
        RewardShares { host: amount - stakers, stakers, pot: STAKERS }
    }

    fn rewarded(host: &AccountId, amount: Balance) {
        Rewarded::mutate(|rewarded| rewarded.push((host.clone(), amount)));
    }

    fn slash(host: &AccountId, order: &SlashOrder<AccountId>) -> Slashed {
        assert_eq!((order.compensation, order.costs), (0, 0));
        assert!(Self::host(host).exposure > 0, "slashed before the liability is closed");
        Orders::mutate(|orders| orders.push((host.clone(), order.requester.clone(), order.challenger.clone())));
        let MockHost { stake, exposure, .. } = Self::host(host);
        let self_stake = exposure.min(stake);
        Self::change(host, |host| host.stake -= self_stake);
        Slashed { self_stake, missing: exposure - self_stake, burned: self_stake, ..Slashed::default() }
    }

    fn penalise(host: &AccountId, amount: Balance) -> Balance {
        let taken = amount.min(Self::host(host).stake);
        Self::change(host, |host| {
            host.stake -= taken;
            host.slashed += taken;
        });
        taken
    }
}

/// Block 1 with funded accounts and an empty market.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let mut storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let balances = [(ALICE, 1_000_000), (BOB, 1_000_000), (PUBLISHER, 1_000), (TREASURY, 1_000), (AUDIT_POT, 1_000)];
    pallet_balances::GenesisConfig::<Test> { balances: balances.to_vec(), ..Default::default() }
        .assimilate_storage(&mut storage)
        .unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.register_extension(sp_keystore::KeystoreExt::new(sp_keystore::testing::MemoryKeystore::new()));
    ext.execute_with(|| System::set_block_number(1));
    ext
}

/// Hosts that count as attested.
pub struct MockAttested;

impl AttestedHosts<AccountId> for MockAttested {
    fn is_attested(host: &AccountId) -> bool {
        Attested::get().contains(host)
    }
}
