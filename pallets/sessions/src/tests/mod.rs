//! Tests, one file per behaviour. Every test ends with all invariants checked.

mod agenda;
mod closing;
mod duties;
mod faults;
mod holds;
mod opening;
mod pool;
mod properties;
mod samples;
mod settlement;
mod showing;
mod views;

use crate::{
    mock::*, types::*, BatchesOf, Error, Event, HoldReason, Pallet, Receipts, Samples, Sessions as SessionsMap,
};
use candor_commitments::{leaf_hash, list_root, open as open_leaves, TAG_BATCH};
use candor_primitives::{
    tensor::list_root as tensor_list_root,
    traits::{BatchKey, Batches, ReceiptKey, Receipts as ReceiptsTrait},
    worker::Sample,
    AccountId, Balance, DType, HostBlake2b, Outcome, Payload, Receipt, ReceiptPath, SessionId, SessionTerms,
    SignedReceipt, SignedVoucher, Tensor, Voucher, WorkerSignature,
};
use frame_support::{
    assert_ok,
    dispatch::{DispatchResultWithPostInfo, Pays},
    traits::{fungible::InspectHold, OnPoll},
    weights::WeightMeter,
};
use frame_system::RawOrigin;
use sp_core::{sr25519, Pair, H256};
use sp_runtime::{DispatchError, Permill};

/// Somebody.
const CAROL: AccountId = AccountId::new([9; 32]);
/// Fee of the ordinary call at an ordinary host: 100 + 3 * 10.
const FEE: Balance = 130;
/// What it costs when the run fails.
const BASE_FEE: Balance = 100;
/// Units of the largest call, and what it costs.
const MAX_UNITS: u64 = 5;
const MAX_FEE: Balance = 150;
/// Deposit of an ordinary session: 20 of the largest calls.
const DEPOSIT: Balance = 3_000;
/// Last block of an ordinary session, and of the notice after it.
const EXPIRES: u32 = 101;
const NOTICE: u32 = EXPIRES + 8;
/// Bond of a session.
const BOND: Balance = 50;

fn host(index: u8) -> AccountId {
    AccountId::new([100 + index; 32])
}

fn worker(index: u8) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[100 + index; 32])
}

/// Signs the vouchers.
fn voucher_key() -> sr25519::Pair {
    sr25519::Pair::from_seed(&[77; 32])
}

fn ordinary_host(index: u8) -> MockHost {
    MockHost {
        account: host(index),
        worker: worker(index).public(),
        variant: H256::repeat_byte(5),
        per_call: BASE_FEE,
        per_unit: 10,
        capacity: 2,
        in_flight: 0,
        live: true,
        stake: 100_000,
        exposure: 0,
        insured: 0,
        slashed: 0,
        worked: 0,
    }
}

/// Run a test with so many ordinary hosts, then check everything that always holds.
fn with_hosts(hosts: u8, test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        for index in 0..hosts {
            MockMarket::add(ordinary_host(index));
            let _ = Balances::force_set_balance(RuntimeOrigin::root(), host(index), 1_000);
        }
        let _ = Balances::force_set_balance(RuntimeOrigin::root(), CAROL, 10_000);
        let issued = Balances::total_issuance();
        test();
        check_invariants();
        assert_eq!(Balances::total_issuance(), issued, "nothing is minted or burned");
    });
}

/// Run a test in the first session of ALICE, at the first host.
fn with_session(test: impl FnOnce(&mut Calls)) {
    with_hosts(1, || test(&mut open()));
}

#[track_caller]
fn check_invariants() {
    assert_ok!(Pallet::<Test>::do_try_state());
    for mock in Market::get() {
        let (_, value) = Pallet::<Test>::open_value(&mock.account);
        assert_eq!(mock.exposure, value, "liability matches the open sessions");
    }
}

/// Go to block `to`; the hook runs in every block on the way.
fn run_to(to: u32) {
    while System::block_number() < to {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        <Sessions as OnPoll<u32>>::on_poll(next, &mut WeightMeter::new());
        check_invariants();
    }
}

/// Go to block `to` without hooks, as if blocks were full.
fn skip_to(to: u32) {
    System::set_block_number(to);
}

fn now() -> u32 {
    System::block_number()
}

fn ids(values: &[i64]) -> Payload {
    let data: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    let shape = vec![1, values.len() as u32].try_into().unwrap();
    let tensor = Tensor { dtype: DType::Int64, shape, data: data.try_into().unwrap() };
    Payload::Inline(vec![tensor].try_into().unwrap())
}

/// Inputs of call `index`: three units.
fn input(index: u32) -> Payload {
    ids(&[index.into(), 2, 3])
}

/// Roots of the outputs of call `index`.
fn outputs(index: u32) -> Vec<H256> {
    vec![H256::from_low_u64_be(1_000 + u64::from(index))]
}

fn sign(receipt: Receipt, pair: &sr25519::Pair) -> SignedReceipt {
    let signature = pair.sign(&receipt.hash::<HostBlake2b>().0);
    SignedReceipt { receipt, signature }
}

fn signed(voucher: Voucher) -> SignedVoucher {
    let signature = voucher_key().sign(&voucher.hash::<HostBlake2b>().0);
    SignedVoucher { voucher, signature }
}

fn do_open(host: Option<AccountId>, deposit: Balance) -> DispatchResultWithPostInfo {
    let key = voucher_key().public();
    Sessions::open(RuntimeOrigin::signed(ALICE), EMBED, host, MAX_UNITS, 200, deposit, EXPIRES, key, false)
}

/// Open an ordinary session.
fn open() -> Calls {
    let id = crate::NextSessionId::<Test>::get();
    assert_ok!(do_open(None, DEPOSIT));
    Calls { terms: session(id).terms, receipts: Vec::new(), fee: 0 }
}

fn session(id: SessionId) -> Session {
    SessionsMap::<Test>::get(id).expect("the session is in storage")
}

fn batch(id: SessionId, number: u32) -> Batch {
    BatchesOf::<Test>::get(id, number).expect("the batch is open")
}

fn is_gone(id: SessionId) -> bool {
    SessionsMap::<Test>::get(id).is_none()
        && BatchesOf::<Test>::iter_prefix(id).next().is_none()
        && Samples::<Test>::iter_prefix(id).next().is_none()
        && Receipts::<Test>::iter_prefix(id).next().is_none()
}

/// What requester and host know of a session off chain.
#[derive(Clone, Debug)]
struct Calls {
    terms: SessionTerms,
    receipts: Vec<SignedReceipt>,
    fee: Balance,
}

impl Calls {
    fn id(&self) -> SessionId {
        self.terms.session
    }

    fn worker(&self) -> sr25519::Pair {
        let bytes: &[u8; 32] = self.terms.host.as_ref();
        sr25519::Pair::from_seed(bytes)
    }

    fn receipt_of(&self, index: u32, outcome: Outcome) -> SignedReceipt {
        let draft = self.terms.draft(index, 3, input(index).root::<HostBlake2b>()).expect("below the maximum");
        sign(Receipt { draft, outcome }, &self.worker())
    }

    /// The honest receipt of call `index`.
    fn honest(&self, index: u32) -> SignedReceipt {
        self.receipt_of(index, Outcome::Output(tensor_list_root::<HostBlake2b>(outputs(index).iter())))
    }

    /// So many more calls are answered.
    fn answer(&mut self, calls: u32) -> &mut Self {
        for _ in 0..calls {
            let receipt = self.honest(self.receipts.len() as u32);
            self.receipts.push(receipt);
            self.fee += FEE;
        }
        self
    }

    /// One more call is run and fails.
    fn fail(&mut self) -> &mut Self {
        let index = self.receipts.len() as u32;
        self.receipts.push(self.receipt_of(index, Outcome::Failed { node: 3, index: 7 }));
        self.fee += BASE_FEE;
        self
    }

    fn hashes(&self, calls: u32) -> Vec<[u8; 32]> {
        self.receipts[..calls as usize].iter().map(|signed| signed.receipt.hash::<HostBlake2b>().0).collect()
    }

    /// The voucher for everything that was answered, not signed.
    fn bare(&self) -> Voucher {
        let calls = self.receipts.len() as u32;
        let receipts = H256(list_root::<HostBlake2b>(TAG_BATCH, &self.hashes(calls)));
        Voucher { genesis: self.terms.genesis, session: self.id(), calls, fee: self.fee, receipts }
    }

    fn voucher(&self) -> SignedVoucher {
        signed(self.bare())
    }

    /// The host's consent to a voucher.
    fn accept(&self, voucher: &Voucher) -> WorkerSignature {
        self.worker().sign(&voucher.hash::<HostBlake2b>().0)
    }

    /// Send it, at nobody's cost.
    fn settle(&self) -> DispatchResultWithPostInfo {
        let voucher = self.voucher();
        let acceptance = self.accept(&voucher.voucher);
        Sessions::settle(RawOrigin::Authorized.into(), voucher, acceptance)
    }

    /// Send it from an account.
    fn settle_signed(&self) -> DispatchResultWithPostInfo {
        self.send(self.voucher())
    }

    /// Send a voucher, with the host's consent, from an account.
    fn send(&self, voucher: SignedVoucher) -> DispatchResultWithPostInfo {
        let acceptance = self.accept(&voucher.voucher);
        Sessions::settle(RuntimeOrigin::signed(BOB), voucher, acceptance)
    }

    /// So many calls are answered and become a batch. Returns its number.
    fn make_batch(&mut self, calls: u32) -> u32 {
        let number = session(self.id()).next_batch;
        self.answer(calls);
        assert_ok!(self.settle_signed());
        number
    }

    fn batch_key(&self, number: u32) -> BatchKey<AccountId> {
        BatchKey { session: self.id(), number, host: self.terms.host.clone() }
    }

    fn key(&self, index: u32) -> ReceiptKey<AccountId> {
        let path = ReceiptPath::Session { session: self.id(), index: index.into() };
        ReceiptKey { path, host: self.terms.host.clone() }
    }

    /// Call `index`, opened against the first `covered` calls.
    fn sample(&self, index: u32, covered: u32) -> Sample {
        let leaves: Vec<_> = self.hashes(covered).iter().map(|hash| leaf_hash::<HostBlake2b>(hash)).collect();
        let proof = open_leaves::<HostBlake2b>(&leaves, index.into(), 1).unwrap();
        let receipt = self.receipts[index as usize].clone();
        let outputs = match receipt.receipt.outcome {
            Outcome::Output(_) => outputs(index),
            Outcome::Failed { .. } => Vec::new(),
        };
        Sample { receipt, proof: proof.into_iter().map(H256).collect(), input: input(index), outputs }
    }

    /// Audits draw a call out of a batch.
    fn draw(&self, number: u32, offset: u32) {
        assert_ok!(Sessions::sample(&self.batch_key(number), offset, H256::repeat_byte(8)));
    }

    /// The host opens a call that was drawn.
    fn open_sample(&self, index: u32, sample: Sample) -> DispatchResultWithPostInfo {
        Sessions::open_sample(RawOrigin::Authorized.into(), self.id(), index, sample)
    }

    /// BOB presents a receipt.
    fn present(&self, receipt: SignedReceipt) -> sp_runtime::DispatchResult {
        let index = Pallet::<Test>::place(&receipt.receipt).unwrap().1;
        Sessions::present(RuntimeOrigin::signed(BOB), receipt, input(index), outputs(index))
    }

    fn close(&self, who: AccountId) -> sp_runtime::DispatchResult {
        Sessions::close(RuntimeOrigin::signed(who), self.id(), None)
    }
}

fn free(who: &AccountId) -> Balance {
    Balances::free_balance(who)
}

fn escrow(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Escrow.into(), who)
}

fn deposit(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Deposit.into(), who)
}

/// A call is refused with `error`.
#[track_caller]
fn refused(result: impl Into<Refusal>, error: Error<Test>) {
    assert_eq!(result.into().0, Err(DispatchError::from(error)));
}

/// The result of a call that ran inside a storage guard.
struct Refusal(Result<(), DispatchError>);

impl From<Result<(), DispatchError>> for Refusal {
    fn from(result: Result<(), DispatchError>) -> Self {
        Self(result)
    }
}

impl From<DispatchResultWithPostInfo> for Refusal {
    fn from(result: DispatchResultWithPostInfo) -> Self {
        Self(result.map(|_| ()).map_err(|error| error.error))
    }
}

/// Run a call that must change nothing: neither storage nor any balance.
#[track_caller]
fn unchanged<R>(call: impl FnOnce() -> R) -> R {
    let root = || sp_io::storage::root(sp_core::storage::StateVersion::V1);
    let before = root();
    let result = call();
    assert_eq!(root(), before, "nothing is stored");
    result
}

/// Refuse `call` with `error`, unchanged.
macro_rules! assert_refused {
    ($call:expr, $error:ident $(,)?) => {
        crate::tests::refused(crate::tests::unchanged(|| $call), crate::Error::<crate::mock::Test>::$error)
    };
}
use assert_refused;

fn events() -> Vec<Event<Test>> {
    let ours = |record: frame_system::EventRecord<RuntimeEvent, H256>| match record.event {
        RuntimeEvent::Sessions(event) => Some(event),
        _ => None,
    };
    System::events().into_iter().filter_map(ours).collect()
}

#[track_caller]
fn assert_event(event: Event<Test>) {
    assert!(events().contains(&event), "{event:?} is missing in {:#?}", events());
}

#[track_caller]
fn assert_free_of_charge(result: DispatchResultWithPostInfo) {
    let post = result.expect("the call is accepted");
    assert_eq!(post.pays_fee, Pays::No);
}

fn counted(id: SessionId) -> u32 {
    session(id).counted
}
