//! Tests, one file per behaviour. Every test ends with all invariants checked and every unit accounted for.

mod attacks;
mod clock;
mod duties;
mod evidence;
mod opening;
mod parts;
mod pool;
mod properties;
mod real;
mod silence;
mod trace;
mod verdicts;
mod views;

use crate::{
    fixtures::Run, mock::*, types::*, Claims, Disputes as DisputesMap, Error, Event, HoldReason, NextDisputeId, Opened,
    Pallet, Queues, Ticks, Traces,
};
use candor_primitives::{
    dispute_message, evidence_commitment,
    traits::{Disputes, ReceiptKey, Slashed},
    worker::Demand,
    AccountId, Balance, BlockNumber, DisputeId, DisputeStatement, Outcome,
};
use frame_support::{
    assert_ok,
    dispatch::{DispatchResultWithPostInfo, Pays},
    traits::{fungible::InspectHold, OnFinalize, OnPoll},
    weights::WeightMeter,
};
use sp_core::H256;
use sp_runtime::DispatchError;

/// Bond of a challenge of an ordinary run: base, one MiB begun, two roots.
const BOND: Balance = BOND_BASE + TRACE_PRICE + 64;
/// Price of one chunk.
const CHUNK_PRICE: Balance = 2 * (1_024 + 2_048);

fn run() -> Run {
    Run::new(8, 1, 2)
}

/// Ten chunks of input, in a larger graph and a longer trace.
fn large() -> Run {
    Run::new(2_500, 300, 500)
}

fn signed(who: AccountId) -> RuntimeOrigin {
    RuntimeOrigin::signed(who)
}

fn authorized() -> RuntimeOrigin {
    frame_system::RawOrigin::Authorized.into()
}

/// Everything there is: balances, stake, and what was burned or paid in penalties.
fn everything() -> Balance {
    let stakes: Balance = Stakes::get().into_iter().map(|(_, stake)| stake).sum();
    let penalties: Balance = Penalties::get().into_iter().map(|(_, amount)| amount).sum();
    let forfeited: Balance = System::events()
        .into_iter()
        .map(|record| match record.event {
            RuntimeEvent::Balances(pallet_balances::Event::BurnedHeld { amount, .. }) => amount,
            _ => 0,
        })
        .sum();
    Balances::total_issuance() + stakes + penalties + Burned::get() + forfeited
}

/// Run a test on a chain where `HOST` and others are staked, then check everything that always holds.
fn with_chain(test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        let before = everything();
        test();
        check_invariants();
        assert_eq!(everything(), before, "every unit is accounted for");
    });
}

fn check_invariants() {
    assert_ok!(Pallet::<Test>::do_try_state());
    let holds: u32 = Book::get().iter().map(|entry| entry.holds).sum();
    assert_eq!(
        holds as usize,
        crate::DisputeOf::<Test>::iter_keys().count(),
        "each open dispute holds its receipt once"
    );
}

/// Pass `blocks` blocks that have room; the hooks run in each.
fn pass(blocks: u32) {
    for _ in 0..blocks {
        let block = System::block_number();
        <Challenges as OnFinalize<u32>>::on_finalize(block);
        System::set_block_number(block + 1);
        <Challenges as OnPoll<u32>>::on_poll(block + 1, &mut WeightMeter::new());
        check_invariants();
    }
}

/// Pass blocks without hooks, as if the pallet got no weight.
fn pass_idle(blocks: u32) {
    for _ in 0..blocks {
        let block = System::block_number();
        <Challenges as OnFinalize<u32>>::on_finalize(block);
        System::set_block_number(block + 1);
    }
}

fn challenge(who: AccountId, key: &ReceiptKey<AccountId>) -> DisputeId {
    assert_ok!(Challenges::challenge(signed(who), key.clone()));
    crate::DisputeOf::<Test>::get(key).unwrap()
}

fn accuse(auditor: &AccountId, key: &ReceiptKey<AccountId>) -> DisputeId {
    assert_ok!(<Challenges as Disputes<AccountId>>::accuse(key, auditor));
    crate::DisputeOf::<Test>::get(key).unwrap()
}

fn roots(run: &Run) -> Roots {
    run.roots.clone().try_into().unwrap()
}

fn statement(id: DisputeId, host: &AccountId, statement: DisputeStatement) -> candor_primitives::WorkerSignature {
    signature(host, &dispute_message(&Challenges::genesis(), id, host, &statement))
}

fn submit_trace(id: DisputeId, run: &Run) -> DispatchResultWithPostInfo {
    let signature = statement(id, &HOST, DisputeStatement::Trace(run.trace()));
    Challenges::submit_trace(authorized(), id, roots(run), signature)
}

/// A dispute about a run whose trace `HOST` has submitted, challenged by Alice.
fn opened(run: &Run) -> (ReceiptKey<AccountId>, DisputeId) {
    let key = deliver(run);
    let id = challenge(ALICE, &key);
    assert_free(submit_trace(id, run));
    (key, id)
}

fn chunk(position: u32, first: u64) -> Demand {
    Demand::Chunks { position, first, count: 1 }
}

fn demand(who: AccountId, id: DisputeId, part: Demand) -> u32 {
    let DisputeState::Open { next, .. } = dispute(id).state else { panic!("open") };
    assert_ok!(Challenges::demand(signed(who), id, part));
    next
}

fn reveal(id: DisputeId, number: u32, opening: Vec<u8>) -> DispatchResultWithPostInfo {
    Challenges::reveal(authorized(), id, number, opening.try_into().unwrap())
}

fn commit(who: AccountId, id: DisputeId, evidence: &[u8]) {
    let hash = evidence_commitment(evidence, &who);
    assert_ok!(Challenges::commit_evidence(signed(who), id, hash));
}

fn prove(sender: AccountId, id: DisputeId, prover: AccountId, evidence: &[u8]) -> DispatchResultWithPostInfo {
    Challenges::prove_fault(signed(sender), id, prover, evidence.to_vec().try_into().unwrap(), MAX_JUDGED)
}

fn dispute(id: DisputeId) -> Dispute {
    DisputesMap::<Test>::get(id).expect("the dispute is in storage")
}

fn is_gone(id: DisputeId) -> bool {
    DisputesMap::<Test>::get(id).is_none()
        && Claims::<Test>::iter_prefix(id).next().is_none()
        && Traces::<Test>::get(id).is_none()
        && Opened::<Test>::iter_prefix(id).next().is_none()
}

fn free(who: &AccountId) -> Balance {
    Balances::free_balance(who)
}

fn held(who: &AccountId) -> Balance {
    Balances::balance_on_hold(&HoldReason::Dispute.into(), who)
}

fn is_overturned(key: &ReceiptKey<AccountId>) -> bool {
    Ended::get().contains(&(key.clone(), true)) && MockReceipts::entry(key).is_none()
}

fn events() -> Vec<Event<Test>> {
    let event = |record: frame_system::EventRecord<RuntimeEvent, H256>| match record.event {
        RuntimeEvent::Challenges(event) => Some(event),
        _ => None,
    };
    System::events().into_iter().filter_map(event).collect()
}

#[track_caller]
fn assert_event(event: Event<Test>) {
    assert!(events().contains(&event), "{event:?} is missing in {:#?}", events());
}

#[track_caller]
fn assert_free(result: DispatchResultWithPostInfo) {
    assert_eq!(result.expect("the call is accepted").pays_fee, Pays::No);
}

/// What the mock's stake gives for a conviction with costs, or for an auditor's.
fn slashed(costs: Balance) -> Slashed {
    let rest = REQUIRED - INSURED - costs;
    let rewarded = costs + rest / 2;
    Slashed {
        self_stake: REQUIRED,
        delegated: 0,
        missing: 0,
        compensated: INSURED,
        rewarded,
        burned: REQUIRED - INSURED - rewarded,
    }
}

#[track_caller]
fn assert_convicted(dispute: Option<DisputeId>, key: &ReceiptKey<AccountId>, offence: Offence, by: AccountId) {
    let costs = if [AUDITOR, AUDITOR_2].contains(&by) { 0 } else { COSTS };
    let (key, slashed) = (key.clone(), slashed(costs));
    assert!(is_overturned(&key), "the receipt is gone");
    assert_event(Event::HostConvicted { dispute, key, offence, by, slashed, refunded: FEE });
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

/// A call is refused with `error`.
#[track_caller]
fn refused(result: impl Into<Refusal>, error: Error<Test>) {
    assert_eq!(result.into().0, Err(DispatchError::from(error)));
}

/// Run a call that must change nothing.
#[track_caller]
fn unchanged<R>(call: impl FnOnce() -> R) -> R {
    let before = sp_io::storage::root(sp_core::storage::StateVersion::V1);
    let result = call();
    assert_eq!(sp_io::storage::root(sp_core::storage::StateVersion::V1), before, "nothing is stored");
    result
}

/// Refuse `call` with `error`, unchanged.
macro_rules! assert_refused {
    ($call:expr, $error:ident $(,)?) => {
        crate::tests::refused(crate::tests::unchanged(|| $call), crate::Error::<crate::mock::Test>::$error)
    };
}
use assert_refused;
