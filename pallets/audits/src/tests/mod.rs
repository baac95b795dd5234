//! Tests, one file per behaviour. Every test ends with all invariants checked.

mod auditors;
mod batches;
mod canaries;
mod course;
mod drawing;
mod duties;
mod levy;
mod properties;
mod showing;
mod silence;
mod spread;
mod suspension;
mod transactions;
mod views;

use crate::{
    messages::*, mock::*, showing::pieces, types::*, Audits as AuditsMap, Error, Event, Pallet, Waiting, WithoutVerdict,
};
use candor_commitments::open_data;
use candor_primitives::{
    traits::{HostListener, Receipts},
    AccountId, Balance, BlockNumber, HostBlake2b, Outcome, TensorRef, WorkerSignature,
};
use frame_support::{
    assert_noop, assert_ok,
    dispatch::{DispatchResultWithPostInfo, Pays},
    traits::{Hooks, OnPoll, UnfilteredDispatchable},
    weights::{Weight, WeightMeter},
};
use sp_core::{Pair, H256};
use sp_runtime::DispatchError;

/// What every host of these tests has staked.
const STAKE: Balance = 10_000;
/// What an auditor is paid: 50 and a tenth of the fee.
const PAY: Balance = 150;
/// Penalty for silence.
const PENALTY: Balance = 200;

fn host(index: u8) -> AccountId {
    AccountId::new([100 + index; 32])
}

fn add_host(index: u8) {
    let account = host(index);
    assert_ok!(Balances::transfer_allow_death(bob(), account.clone(), 1_000));
    Mock::change(&account, |host| host.stake = STAKE);
    Audits::joined(&account, PROFILE);
    Audits::weighed(&account, STAKE);
}

/// Run a test with so many hosts, then check everything that always holds.
fn with_hosts(hosts: u8, test: impl FnOnce()) {
    new_test_ext().execute_with(|| {
        (0..hosts).for_each(add_host);
        let issued = Balances::total_issuance();
        test();
        check_invariants();
        assert_eq!(Balances::total_issuance(), issued, "nothing is minted or burned");
    });
}

fn check_invariants() {
    Pallet::<Test>::do_try_state().unwrap();
    for (batch, _, holds) in OpenBatches::get() {
        let waiting =
            Waiting::<Test>::iter_values().filter(|waiting| waiting.item == Item::Batch(batch.clone())).count();
        assert_eq!(holds as usize, waiting, "a batch is held as long as it waits");
    }
    for entry in Book::get() {
        let waiting = Waiting::<Test>::iter_values().filter(|waiting| is_about(&waiting.item, &entry.key)).count();
        let audited = AuditsMap::<Test>::iter_values().filter(|audit| audit.case.key == entry.key).count();
        let disputed = Open::get().iter().filter(|(key, _)| *key == entry.key).count();
        assert_eq!(entry.holds as usize, waiting + audited + disputed, "a receipt is held as often as it is looked at");
    }
}

fn is_about(item: &Item, receipt: &Key) -> bool {
    matches!(item, Item::Receipt(key) | Item::Disagreed(key) if key == receipt)
}

/// A block in which the hooks have `weight`.
fn block_with(weight: Weight) {
    let next = System::block_number() + 1;
    System::set_block_number(next);
    <Audits as Hooks<u32>>::on_initialize(next);
    <Audits as OnPoll<u32>>::on_poll(next, &mut WeightMeter::with_limit(weight));
    Mock::settle_all();
}

fn run_to(block: BlockNumber) {
    while System::block_number() < block {
        block_with(Weight::MAX);
    }
}

fn run(blocks: BlockNumber) {
    run_to(System::block_number() + blocks);
}

/// Blocks in which the hooks do nothing.
fn skip(blocks: BlockNumber) {
    (0..blocks).for_each(|_| block_with(Weight::zero()));
}

fn deliver_from(job: u64, index: u8, requester: &AccountId) -> Key {
    let entry = entry(job, &host(index), requester, false);
    let key = entry.key.clone();
    Mock::deliver(entry);
    key
}

fn deliver(job: u64) -> Key {
    deliver_from(job, 0, &ALICE)
}

/// A receipt of host 0 that is audited.
fn audited(job: u64) -> (Key, AuditId) {
    let key = deliver(job);
    run(2);
    let id = crate::AuditOf::<Test>::get(&key).expect("everything is audited");
    (key, id)
}

fn audit(id: AuditId) -> Audit {
    AuditsMap::<Test>::get(AuditKey::from(id)).expect("the audit goes on")
}

fn has_ended(id: AuditId) -> bool {
    !AuditsMap::<Test>::contains_key(AuditKey::from(id))
}

fn auditor(id: AuditId) -> AccountId {
    audit(id).state.auditor().expect("somebody audits").clone()
}

fn honest() -> Outcome {
    Outcome::Output(H256::repeat_byte(2))
}

fn other() -> Outcome {
    Outcome::Output(H256::repeat_byte(3))
}

fn digest(byte: u8) -> H256 {
    H256::repeat_byte(byte)
}

fn genesis() -> H256 {
    Pallet::<Test>::genesis()
}

fn bob() -> RuntimeOrigin {
    RuntimeOrigin::signed(BOB)
}

fn seal_call(id: AuditId, outcome: Outcome, digest: H256) -> (H256, WorkerSignature) {
    let auditor = auditor(id);
    let seal = seal_of(&genesis(), id, &auditor, &outcome, &digest);
    (seal, worker(&auditor).sign(&seal_message(&genesis(), id, &auditor, &seal)))
}

fn seal(id: AuditId, outcome: Outcome, digest: H256) -> DispatchResultWithPostInfo {
    let (seal, signature) = seal_call(id, outcome, digest);
    Audits::seal_audit(bob(), id, seal, signature)
}

fn answer_signature(id: AuditId, digest: H256) -> WorkerSignature {
    let audit = audit(id);
    let host = audit.case.key.host.clone();
    worker(&host).sign(&answer_message(&genesis(), id, audit.case.round(), &host, &digest))
}

fn answer(id: AuditId, digest: H256) -> DispatchResultWithPostInfo {
    Audits::answer_audit(bob(), id, digest, answer_signature(id, digest))
}

fn reveal(id: AuditId, outcome: Outcome, digest: H256) -> DispatchResultWithPostInfo {
    Audits::reveal_audit(bob(), id, outcome, digest)
}

/// A whole round: the auditor finds `outcome` and `mine`, the host publishes `theirs`.
fn round(id: AuditId, outcome: Outcome, mine: H256, theirs: H256) {
    assert_ok!(seal(id, outcome, mine));
    assert_ok!(answer(id, theirs));
    assert_ok!(reveal(id, outcome, mine));
}

/// Pieces of the inputs that lie off chain.
const PIECES: u32 = 5;

/// The call that shows a piece of those inputs.
fn piece(id: AuditId, number: u32) -> crate::Call<Test> {
    let inputs = remote_inputs();
    let tensors: Vec<TensorRef> = inputs.iter().map(|(tensor, _)| tensor.clone()).collect();
    let piece = pieces(&tensors).expect("not too large")[number as usize];
    let (_, data) = &inputs[piece.tensor as usize];
    let (bytes, proof) = open_data::<HostBlake2b>(data, piece.first.into(), piece.count.into()).expect("it is there");
    crate::Call::show_input {
        audit: id,
        tensor: piece.tensor,
        first: piece.first,
        bytes: bytes.to_vec().try_into().expect("a piece"),
        proof: proof.into_iter().map(H256).collect(),
    }
}

fn show(id: AuditId, number: u32) -> DispatchResultWithPostInfo {
    piece(id, number).dispatch_bypass_filter(bob())
}

fn shown(id: AuditId) -> usize {
    crate::Pieces::<Test>::iter_key_prefix(AuditKey::from(id)).count()
}

fn events() -> Vec<Event<Test>> {
    System::events()
        .into_iter()
        .filter_map(|record| match record.event {
            RuntimeEvent::Audits(event) => Some(event),
            _ => None,
        })
        .collect()
}

fn result_of(id: AuditId) -> Option<AuditResult> {
    events().into_iter().find_map(|event| match event {
        Event::AuditEnded { audit, result, .. } if audit == id => Some(result),
        _ => None,
    })
}

fn slashed(account: &AccountId) -> Balance {
    Mock::host(account).map_or(0, |host| host.slashed)
}

fn is_final(key: &Key) -> bool {
    Finals::get().contains(key)
}

fn is_free(result: DispatchResultWithPostInfo) -> bool {
    result.is_ok_and(|info| info.pays_fee == Pays::No)
}
