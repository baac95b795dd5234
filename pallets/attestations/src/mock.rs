//! A runtime of hosts' keys, a clock, and one instance for each vendor, which trust the roots of `tools/test-attestation`.

#![allow(clippy::unwrap_used)]

use crate as pallet_attestations;
use crate::*;
use candor_attestation::{AmdSnp, IntelDcap, Measurement, Roots};
use candor_primitives::{
    traits::{Answerable, WorkerKeys},
    AccountId, AttestationBinding, BlockNumber, HostBlake2b, TeeVendor, WorkerKey,
};
use candor_test_attestation::{Amd, Intel};
use core::time::Duration;
use frame_support::{derive_impl, parameter_types, traits::UnixTime};
use frame_system::EnsureRoot;
use sp_core::{sr25519, Pair, H256};
use sp_runtime::{traits::IdentityLookup, BuildStorage};
use std::collections::BTreeMap;

pub type Block = frame_system::mocking::MockBlockU32<Test>;
pub type AmdInstance = frame_support::instances::Instance1;

/// When everything that the makers make is valid.
pub const NOW: u64 = 1_800_000_000;
pub const GRACE: u64 = 3_600;
pub const DAY: u64 = 86_400;
pub const INTERVAL: BlockNumber = 50;

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
    #[runtime::pallet_index(28)]
    pub type Attestations = pallet_attestations::Pallet<Test>;
    #[runtime::pallet_index(29)]
    pub type AmdAttestations = pallet_attestations::Pallet<Test, Instance1>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountId = AccountId;
    type Lookup = IdentityLookup<AccountId>;
    type Block = Block;
}

parameter_types! {
    pub static Clock: u64 = NOW;
    /// Worker keys by host.
    pub static Keys: BTreeMap<AccountId, WorkerKey> = BTreeMap::new();
    /// Receipts that every host answers for.
    pub static Receipts: u32 = 0;
    /// The roots of the test makers, unless a test has others.
    pub static IntelRoots: Roots<'static> = Intel::tdx().roots();
    pub static AmdRoots: Roots<'static> = Amd::milan().roots();
    pub const IntelVendor: TeeVendor = TeeVendor::Intel;
    pub const AmdVendor: TeeVendor = TeeVendor::Amd;
    pub const Grace: u64 = GRACE;
    pub const MaxValidity: u64 = 30 * DAY;
    pub const RenewBefore: u64 = 2 * DAY;
    pub const AttemptInterval: BlockNumber = INTERVAL;
}

impl UnixTime for Clock {
    fn now() -> Duration {
        Duration::from_secs(Self::get())
    }
}

impl WorkerKeys<AccountId> for Keys {
    fn worker_of(host: &AccountId) -> Option<WorkerKey> {
        Keys::get().get(host).copied()
    }
}

impl Answerable<AccountId> for Receipts {
    fn open_receipts(_: &AccountId) -> u32 {
        Receipts::get()
    }
}

impl Config for Test {
    type RuntimeEvent = RuntimeEvent;
    type Verifier = IntelDcap;
    type Vendor = IntelVendor;
    type Roots = IntelRoots;
    type Workers = Keys;
    type Stake = Receipts;
    type Time = Clock;
    type ManageOrigin = EnsureRoot<AccountId>;
    type Grace = Grace;
    type MaxValidity = MaxValidity;
    type RenewBefore = RenewBefore;
    type AttemptInterval = AttemptInterval;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Keys;
    type WeightInfo = ();
}

impl Config<AmdInstance> for Test {
    type RuntimeEvent = RuntimeEvent;
    type Verifier = AmdSnp;
    type Vendor = AmdVendor;
    type Roots = AmdRoots;
    type Workers = Keys;
    type Stake = Receipts;
    type Time = Clock;
    type ManageOrigin = EnsureRoot<AccountId>;
    type Grace = Grace;
    type MaxValidity = MaxValidity;
    type RenewBefore = RenewBefore;
    type AttemptInterval = AttemptInterval;
    #[cfg(feature = "runtime-benchmarks")]
    type BenchmarkHelper = Keys;
    type WeightInfo = ();
}

#[cfg(feature = "runtime-benchmarks")]
impl<V: candor_attestation::AttestationVerifier> benchmarking::BenchmarkHelper<V> for Keys {
    fn sample() -> benchmarking::Sample<V::Bundle> {
        unimplemented!("the runtime has samples")
    }

    fn set_time(now: u64) {
        Clock::set(now);
    }

    fn add_host(host: &AccountId, worker: WorkerKey) {
        Keys::mutate(|keys| keys.insert(host.clone(), worker));
    }
}

/// Account number `n`.
pub fn account(n: u8) -> AccountId {
    AccountId::new([n; 32])
}

/// The worker key of account number `n`.
pub fn pair(n: u8) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[n; 32])
}

pub fn hash_of(block: BlockNumber) -> H256 {
    H256::repeat_byte(block as u8 | 0x80)
}

/// Go to a block; the last 300 have hashes.
pub fn go_to(block: BlockNumber) {
    for past in block.saturating_sub(300)..block {
        frame_system::BlockHash::<Test>::insert(past, if past == 0 { H256::repeat_byte(1) } else { hash_of(past) });
    }
    System::set_block_number(block);
}

/// A chain at block 100 with hosts 1 to 5, which holds the collateral of both makers and allows what they measure.
pub fn new_test_ext() -> sp_io::TestExternalities {
    let storage = frame_system::GenesisConfig::<Test>::default().build_storage().unwrap();
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.execute_with(|| {
        frame_system::BlockHash::<Test>::insert(0, H256::repeat_byte(1));
        go_to(100);
        Keys::set((1..=5).map(|n| (account(n), pair(n).public())).collect());
        Attestations::refresh(RuntimeOrigin::signed(account(9)), Intel::tdx().bundle()).unwrap();
        AmdAttestations::refresh(RuntimeOrigin::signed(account(9)), Amd::milan().bundle()).unwrap();
        Attestations::allow(RuntimeOrigin::root(), tdx_measurement(), label(), None, None).unwrap();
        AmdAttestations::allow(RuntimeOrigin::root(), snp_measurement(), label(), None, None).unwrap();
    });
    ext
}

/// Run a test, then check every invariant.
pub fn run(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        test();
        Attestations::do_try_state().unwrap();
        AmdAttestations::do_try_state().unwrap();
    });
}

pub fn label() -> Label {
    b"candor-engine 0.1.0, TDX image 1".to_vec().try_into().unwrap()
}

/// What the maker's TDX machine measures.
pub fn tdx_measurement() -> Measurement {
    let rtmr = |n: u8| [0xa0 + n; 48];
    Measurement::Tdx { machine: [0xd1; 48], runtime: [rtmr(0), rtmr(1), rtmr(2), rtmr(3)] }
}

/// What the maker's SEV-SNP machine measures.
pub fn snp_measurement() -> Measurement {
    Measurement::SevSnp { machine: [0xd2; 48] }
}

/// What host `n` binds, for ten days.
pub fn binding(n: u8) -> AttestationBinding {
    AttestationBinding {
        genesis: H256::repeat_byte(1),
        host: account(n),
        worker: pair(n).public(),
        engine: H256::repeat_byte(0xe0),
        expires: Clock::get() + 10 * DAY,
    }
}

/// A quote of `maker` over a binding with the hash of a block.
pub fn quote(mut maker: Intel, binding: &AttestationBinding, anchor: BlockNumber) -> EvidenceBytes {
    maker.set_report_data(binding.report_data::<HostBlake2b>(&hash_of(anchor)));
    maker.quote().try_into().unwrap()
}

/// The same of an SEV-SNP machine.
pub fn report(mut maker: Amd, binding: &AttestationBinding, anchor: BlockNumber) -> EvidenceBytes {
    maker.set_report_data(binding.report_data::<HostBlake2b>(&hash_of(anchor)));
    maker.evidence().try_into().unwrap()
}

/// Attest host `n` by a TDX quote made at the last block.
pub fn attest(n: u8) {
    let (binding, anchor) = (binding(n), System::block_number() - 1);
    let evidence = quote(Intel::tdx(), &binding, anchor);
    Attestations::submit(RuntimeOrigin::signed(account(9)), binding, anchor, evidence).unwrap();
}

/// What was said last.
pub fn last_event() -> RuntimeEvent {
    System::events().pop().unwrap().event
}
