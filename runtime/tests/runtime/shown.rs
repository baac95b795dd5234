//! Inputs that lie off chain and do not reach the auditor: the host puts them on chain, or is convicted.

use crate::{
    chain::*,
    sessions::{open_call, Book},
    soak::{sign, worker_of},
};
use candor_commitments::open_data;
use candor_primitives::{
    tensor::list_root,
    traits::{BatchKey, Batches, DutySource, WorkSource},
    worker::{Task, TaskDone, WorkDone},
    AccountId, Balance, DType, HostBlake2b, Outcome, Payload, Receipt, SignedReceipt, TensorRef,
};
use candor_runtime::{Audits, Balances, Executive, Jobs, Runtime, RuntimeEvent, Sessions, CNDR};
use frame_support::traits::fungible::InspectHold;
use pallet_audits::{Audit, AuditState, Event, InputPlace};
use sp_core::{Pair, H256};
use sp_keyring::Sr25519Keyring;
use std::cell::Cell;

/// Values of the input of a job: two pieces.
const VALUES: u32 = 20_000;

/// An input of so many values, and where auditors are told to find it.
fn remote(values: u32) -> (TensorRef, Vec<u8>, Payload) {
    let data: Vec<u8> = (0..values).flat_map(|n| (n as f32).to_le_bytes()).collect();
    let shape = vec![values].try_into().expect("one dimension");
    let root = H256(candor_commitments::tensor_root::<HostBlake2b>(1, &[values.into()], &data));
    let tensor = TensorRef { dtype: DType::Float32, shape, root };
    let source = b"http://127.0.0.1:9/nowhere".to_vec().try_into().expect("short");
    let payload = Payload::Content { tensors: vec![tensor.clone()].try_into().expect("one"), source };
    (tensor, data, payload)
}

fn apply(call: impl Into<candor_runtime::RuntimeCall>) {
    Executive::apply_extrinsic(Chain::authorised(call)).expect("authorised").expect("accepted");
}

fn audit() -> Option<Audit> {
    pallet_audits::Audits::<Runtime>::iter_values().next()
}

/// Blocks until something is so.
fn until(chain: &mut Chain, mut reached: impl FnMut() -> bool) {
    for _ in 0..120 {
        chain.block();
        if reached() {
            return;
        }
    }
    panic!("it never comes to that");
}

fn is_showing() -> bool {
    audit().is_some_and(|audit| matches!(audit.state, AuditState::Showing { .. }))
}

thread_local! {
    /// Slashes, and inputs that were withheld, by the events of all blocks.
    static SEEN: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
}

/// Slashes burn. Asked at the end of each block, after its hooks.
fn burned() -> Balance {
    let mut burned = 0;
    let (mut slashes, mut withheld) = SEEN.get();
    for event in Chain::events() {
        match event {
            RuntimeEvent::StakePools(pallet_stake_pools::Event::Slashed { burned: amount, .. }) => {
                burned += amount;
                slashes += 1;
            },
            RuntimeEvent::Audits(Event::InputWithheld { .. }) => withheld += 1,
            _ => {},
        }
    }
    SEEN.set((slashes, withheld));
    burned
}

fn market(chain: &mut Chain) {
    chain.market();
    [Eve, Charlie].into_iter().for_each(|host| chain.register(host, &worker_of(host)));
}

/// Bob's job at Ferdie, whose input lies nowhere, is answered and drawn for audit. Returns the input and the outcome.
fn answered(chain: &mut Chain) -> (TensorRef, Vec<u8>, Outcome) {
    let (tensor, data, input) = remote(VALUES);
    let options = pallet_jobs::JobOptions { host: Some(account(Ferdie)), ..Default::default() };
    chain.ok(Bob, pallet_jobs::Call::submit_with { release: 0, input: input.clone(), max_fee: 30 * CNDR, options });
    chain.block();
    let id = Jobs::pending(&account(Ferdie), 1)[0];
    let draft = Jobs::order(&account(Ferdie), id).expect("there is work").draft;
    let outcome = Outcome::Output(input.root::<HostBlake2b>());
    let receipt = Receipt { draft, outcome };
    let signature = worker().sign(receipt.hash::<HostBlake2b>().as_bytes());
    let done = WorkDone { outcome, signature, output: Some(input) };
    apply(Jobs::answer(&account(Ferdie), id, done, &|m: &[u8]| Some(worker().sign(m))).expect("it is due"));
    (tensor, data, outcome)
}

/// What the worker of a host sends for everything that it owes to audits, with an engine that has the input.
fn act(host: Sr25519Keyring, data: &[u8], outcome: Outcome) -> usize {
    let who = account(host);
    let tasks = Audits::duties(&who, 16);
    for task in &tasks {
        let done = match task {
            Task::Show { first, count, .. } => {
                let (bytes, proof) = open_data::<HostBlake2b>(data, (*first).into(), (*count).into()).expect("a piece");
                let proof = proof.into_iter().map(H256).collect();
                TaskDone::Shown { bytes: bytes.to_vec().try_into().expect("a piece"), proof }
            },
            Task::DigestShown { shown, seed, .. } => {
                assert_eq!(*shown, [data]);
                TaskDone::Digest { outcome, digest: *seed }
            },
            other => panic!("{other:?}"),
        };
        apply(Audits::answer(&who, task, done, &sign(host)).expect("it is due"));
    }
    tasks.len()
}

fn keyring(who: &AccountId) -> Sr25519Keyring {
    [Ferdie, Eve, Charlie].into_iter().find(|key| account(*key) == *who).expect("one of the hosts")
}

#[test]
fn host_should_be_convicted_when_it_withholds_the_input_of_a_job() {
    chain_with_burns(burned, |chain| {
        market(chain);
        let before = total(&account(Bob));
        answered(chain);
        let stake = total(&account(Ferdie));
        until(chain, is_showing);
        until(chain, || audit().is_none());
        assert_eq!(SEEN.get(), (1, 1));
        assert!(total(&account(Ferdie)) < stake - 5 * CNDR);
        assert!(before - total(&account(Bob)) < CNDR, "all but the transaction's fee");
        assert_eq!(Balances::total_balance_on_hold(&account(Bob)), 0);
        assert!(Jobs::job_view(last_job()).is_none());
    });
}

#[test]
fn nobody_should_be_harmed_when_the_auditor_was_merely_offline() {
    chain(|chain| {
        market(chain);
        let stakes = || [Ferdie, Eve, Charlie].map(|host| Balances::total_balance_on_hold(&account(host)));
        let (_, data, outcome) = answered(chain);
        let before = stakes();
        until(chain, is_showing);
        // Whoever has the bytes may show them: one piece comes from a stranger.
        let tasks = Audits::duties(&account(Ferdie), 16);
        assert_eq!(tasks.len(), 2);
        let Task::Show { first, count, tensor, .. } = tasks[1] else { panic!("a piece is asked for") };
        let (bytes, proof) = open_data::<HostBlake2b>(&data, first.into(), count.into()).expect("a piece");
        let (bytes, proof) = (bytes.to_vec().try_into().expect("a piece"), proof.into_iter().map(H256).collect());
        chain.ok(Dave, pallet_audits::Call::show_input { audit: 0, tensor, first, bytes, proof });
        assert_eq!(act(Ferdie, &data, outcome), 1);
        until(chain, || audit().is_some_and(|audit| audit.case.input == InputPlace::Shown));
        assert_eq!(pallet_audits::Pieces::<Runtime>::iter_keys().count(), 2);
        while let Some(audit) = audit() {
            assert_eq!(act(keyring(audit.debtor()), &data, outcome), 1);
            chain.block();
        }
        until(chain, || pallet_audits::Pieces::<Runtime>::iter_keys().next().is_none());
        until(chain, || Jobs::job_view(last_job()).is_none());
        assert_eq!(stakes(), before, "no stake was touched");
        assert_eq!(Balances::total_balance_on_hold(&account(Bob)), 0);
    });
}

#[test]
fn host_should_be_convicted_once_when_it_withholds_the_inputs_of_a_session() {
    chain_with_burns(burned, |chain| {
        market(chain);
        chain.ok(Bob, open_call(Some(Ferdie), 20 * CNDR, 200));
        let mut book = Book::latest(worker()).expect("open");
        for values in [4, 8] {
            let (tensor, _, input) = remote(values);
            let outcome = Outcome::Output(list_root::<HostBlake2b>([tensor.root].iter()));
            let index = book.receipts.len() as u32;
            let draft = book.terms.draft(index, values.into(), input.root::<HostBlake2b>()).expect("affordable");
            book.fee += draft.fee;
            let receipt = Receipt { draft, outcome };
            let signature = worker().sign(receipt.hash::<HostBlake2b>().as_bytes());
            book.receipts.push((SignedReceipt { receipt, signature }, input, vec![tensor.root]));
        }
        let settlement = loop {
            match book.settlement() {
                Some(call) => break call,
                None => chain.block(),
            }
        };
        apply(settlement);
        let batch = BatchKey { session: 0, number: 0, host: account(Ferdie) };
        (0..2).for_each(|call| Sessions::sample(&batch, call, H256::repeat_byte(1)).expect("the batch is open"));
        for task in Sessions::duties(&account(Ferdie), 64) {
            let Task::Sample { calls, index, .. } = task else { panic!("a drawn call") };
            let done = TaskDone::Sample(book.sample(calls, index));
            apply(Sessions::answer(&account(Ferdie), &task, done, &|_| None).expect("owed"));
        }
        assert_eq!(pallet_audits::Audits::<Runtime>::count(), 2);
        let held = total(&account(Bob));
        until(chain, || audit().is_none());
        assert_eq!(SEEN.get(), (1, 1), "the session is overturned once");
        until(chain, || Sessions::get(0).is_none());
        assert_eq!((total(&account(Bob)), Balances::total_balance_on_hold(&account(Bob))), (held, 0));
    });
}

#[test]
fn input_should_be_readable_from_the_view_when_it_is_asked_for() {
    chain(|chain| {
        market(chain);
        let (_, data, outcome) = answered(chain);
        until(chain, is_showing);
        let view = Audits::audit_view(0).expect("it goes on");
        assert_eq!((view.auditor, view.debtor), (None, account(Ferdie)));
        assert_eq!(act(Ferdie, &data, outcome), 2);
        assert_eq!(act(Ferdie, &data, outcome), 0);
        // A piece that is there is no news to the pool.
        let (bytes, proof) = open_data::<HostBlake2b>(&data, 0, 64).expect("a piece");
        let (bytes, proof) = (bytes.to_vec().try_into().expect("a piece"), proof.into_iter().map(H256).collect());
        let again = pallet_audits::Call::show_input { audit: 0, tensor: 0, first: 0, bytes, proof };
        assert!(Chain::validate(Chain::authorised(again)).is_err());
    });
}
