//! Tests, one file per behaviour. Every test ends with all invariants checked.

mod agenda;
mod cancelling;
mod expiry;
mod pool;
mod properties;
mod receipts;
mod redundancy;
mod results;
mod schedules;
mod settlement;
mod submitting;
mod views;
mod work_source;

use crate::{mock::*, redundancy::seal_message, types::*, Error, Event, HoldReason, Jobs as JobsMap, Outputs, Pallet};
use candor_primitives::{
    AccountId, Balance, DType, HostBlake2b, JobId, Outcome, Payload, Receipt, Tensor, TensorRef, WorkerSignature,
};
use frame_support::{
    assert_ok,
    dispatch::{DispatchResultWithPostInfo, Pays},
    traits::{fungible::InspectHold, OnPoll},
    weights::WeightMeter,
};
use sp_core::{sr25519, Pair, H256};
use sp_runtime::{DispatchError, Permill};

/// Fee of the ordinary input at an ordinary host: 100 + 3 * 10.
const FEE: Balance = 130;
/// What it costs when the run fails.
const BASE_FEE: Balance = 100;
/// Deposit of an ordinary job: 50 + 24 bytes in + 16 bytes out.
const DEPOSIT: Balance = 90;
/// Shares of [`FEE`].
const TO_HOST: Balance = 109;
const ROYALTY: Balance = 13;
const LEVY: Balance = 6;
const TO_TREASURY: Balance = 2;

fn host(index: u8) -> AccountId {
    AccountId::new([100 + index; 32])
}

fn worker(index: u8) -> sr25519::Pair {
    sr25519::Pair::from_seed(&[100 + index; 32])
}

fn worker_of(account: &AccountId) -> sr25519::Pair {
    let bytes: &[u8; 32] = account.as_ref();
    sr25519::Pair::from_seed(bytes)
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
        stake: 10_000,
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
        let issued = Balances::total_issuance();
        test();
        check_invariants();
        assert_eq!(Balances::total_issuance(), issued, "nothing is minted or burned");
    });
}

fn check_invariants() {
    assert_ok!(Pallet::<Test>::do_try_state());
    for mock in Market::get() {
        assert_eq!(mock.exposure, Pallet::<Test>::open_value(&mock.account), "liability matches the open receipts");
        let busy = JobsMap::<Test>::iter_values()
            .flat_map(|job| job.state.workers().into_iter().map(|a| a.host.clone()).collect::<Vec<_>>())
            .filter(|account| *account == mock.account)
            .count();
        assert_eq!(mock.in_flight as usize, busy, "capacity in use matches the open work");
    }
}

/// Go to block `to`; the hook runs in every block on the way.
fn run_to(to: u32) {
    while System::block_number() < to {
        let next = System::block_number() + 1;
        System::set_block_number(next);
        <Jobs as OnPoll<u32>>::on_poll(next, &mut WeightMeter::new());
        check_invariants();
    }
}

/// Go to block `to` without hooks, as if blocks were full.
fn skip_to(to: u32) {
    System::set_block_number(to);
}

fn tensor(dtype: DType, shape: &[u32], data: Vec<u8>) -> Tensor {
    Tensor { dtype, shape: shape.to_vec().try_into().unwrap(), data: data.try_into().unwrap() }
}

fn inline(tensors: Vec<Tensor>) -> Payload {
    Payload::Inline(tensors.try_into().unwrap())
}

fn content(tensors: Vec<(DType, Vec<u32>)>, source: &str) -> Payload {
    let tensors = tensors
        .into_iter()
        .map(|(dtype, shape)| TensorRef { dtype, shape: shape.try_into().unwrap(), root: H256::repeat_byte(7) })
        .collect::<Vec<_>>();
    Payload::Content { tensors: tensors.try_into().unwrap(), source: source.as_bytes().to_vec().try_into().unwrap() }
}

fn ids(values: &[i64]) -> Payload {
    let data = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    inline(vec![tensor(DType::Int64, &[1, values.len() as u32], data)])
}

fn input() -> Payload {
    ids(&[1, 2, 3])
}

fn output(first: f32) -> Payload {
    let data = [first, 2.0, 3.0, 4.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    inline(vec![tensor(DType::Float32, &[1, 4], data)])
}

/// Submit an ordinary job; returns its id.
fn submit() -> JobId {
    submit_with(JobOptions::default())
}

fn redundant(redundancy: u8) -> JobOptions {
    JobOptions { redundancy, ..Default::default() }
}

fn submit_with(options: JobOptions) -> JobId {
    let id = crate::NextJobId::<Test>::get();
    assert_ok!(Jobs::submit_with(RuntimeOrigin::signed(ALICE), EMBED, input(), 200, options));
    id
}

fn job(id: JobId) -> Job {
    JobsMap::<Test>::get(id).expect("the job is in storage")
}

fn is_gone(id: JobId) -> bool {
    JobsMap::<Test>::get(id).is_none() && crate::Inputs::<Test>::get(id).is_none()
}

/// The receipt that `host` would send for the job with this outcome.
fn receipt_of(id: JobId, host: &AccountId, outcome: Outcome) -> Receipt {
    let job = job(id);
    let assignment = job.state.assignments().into_iter().find(|a| a.host == *host).expect("the host is assigned");
    Receipt { draft: Pallet::<Test>::draft(id, &job.request, assignment), outcome }
}

fn sign(receipt: &Receipt, pair: &sr25519::Pair) -> WorkerSignature {
    pair.sign(&receipt.hash::<HostBlake2b>().0)
}

/// A result with a valid signature, ready to be sent (or spoiled).
struct Signed {
    receipt: Receipt,
    signature: WorkerSignature,
    output: Option<Payload>,
}

impl Signed {
    fn output(id: JobId, host: &AccountId, output: Payload) -> Self {
        Self::new(id, host, Outcome::Output(output.root::<HostBlake2b>()), Some(output))
    }

    fn failed(id: JobId, host: &AccountId) -> Self {
        Self::new(id, host, Outcome::Failed { node: 3, index: 7 }, None)
    }

    fn new(id: JobId, host: &AccountId, outcome: Outcome, output: Option<Payload>) -> Self {
        let receipt = receipt_of(id, host, outcome);
        let signature = sign(&receipt, &worker_of(host));
        Self { receipt, signature, output }
    }

    fn seal(&self) -> H256 {
        self.receipt.seal::<HostBlake2b>(&self.signature)
    }

    fn call(&self) -> crate::Call<Test> {
        crate::Call::submit_result {
            receipt: self.receipt.clone(),
            signature: self.signature,
            output: self.output.clone(),
        }
    }

    fn send(&self) -> DispatchResultWithPostInfo {
        Jobs::submit_result(
            frame_system::RawOrigin::Authorized.into(),
            self.receipt.clone(),
            self.signature,
            self.output.clone(),
        )
    }
}

fn seal_signature(id: JobId, host: &AccountId, seal: &H256, pair: &sr25519::Pair) -> WorkerSignature {
    pair.sign(&seal_message(&Pallet::<Test>::genesis(), id, host, seal))
}

fn send_seal(id: JobId, host: &AccountId, seal: H256) -> DispatchResultWithPostInfo {
    let signature = seal_signature(id, host, &seal, &worker_of(host));
    Jobs::seal_result(frame_system::RawOrigin::Authorized.into(), id, host.clone(), seal, signature)
}

fn deliver(id: JobId, host: &AccountId) {
    assert_ok!(Signed::output(id, host, output(1.0)).send());
}

fn free(who: &AccountId) -> Balance {
    Balances::free_balance(who)
}

fn escrow(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Escrow.into(), who)
}

fn scheduled(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Schedule.into(), who)
}

fn deposit(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Deposit.into(), who)
}

/// A call is refused with `error`, and not a planck nor anything else moves.
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
    let accounts = || {
        let mut all: Vec<_> = frame_system::Account::<Test>::iter().map(|(who, info)| (who, info.data)).collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        (all, Balances::total_issuance())
    };
    let before = accounts();
    let root = sp_io::storage::root(sp_core::storage::StateVersion::V1);
    let result = call();
    assert_eq!(accounts(), before, "no money moves");
    assert_eq!(sp_io::storage::root(sp_core::storage::StateVersion::V1), root, "nothing is stored");
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
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Jobs(event) => Some(event),
            _ => None,
        })
        .collect()
}

#[track_caller]
fn assert_event(event: Event<Test>) {
    assert!(events().contains(&event), "{event:?} is missing in {:#?}", events());
}

fn assert_free_of_charge(result: DispatchResultWithPostInfo) {
    let post = result.expect("the call is accepted");
    assert_eq!(post.pays_fee, Pays::No);
}

fn outputs_of(id: JobId) -> usize {
    Outputs::<Test>::iter_prefix(id).count()
}
