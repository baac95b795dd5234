//! What the off-chain worker sees and sends.

use super::*;
use candor_primitives::{
    traits::WorkSource,
    worker::{WorkDone, WorkOrder},
};
use frame_support::traits::UnfilteredDispatchable;

fn pending(index: u8) -> Vec<H256> {
    <Jobs as WorkSource<AccountId>>::pending(&host(index), 64)
}

fn order(index: u8, id: H256) -> Option<WorkOrder> {
    <Jobs as WorkSource<AccountId>>::order(&host(index), id)
}

/// What the engine does: complete and sign the receipt.
fn run(order: &WorkOrder) -> WorkDone {
    let output = output(1.0);
    let outcome = Outcome::Output(output.root::<HostBlake2b>());
    let receipt = Receipt { draft: order.draft.clone(), outcome };
    let signature = sign(&receipt, &worker_of(&order.draft.host));
    WorkDone { outcome, signature, output: Some(output) }
}

fn answer(index: u8, id: H256, done: WorkDone) -> Option<crate::Call<Test>> {
    let sign = |message: &[u8]| Some(worker(index).sign(message));
    <Jobs as WorkSource<AccountId>>::answer(&host(index), id, done, &sign)
}

fn dispatch(call: crate::Call<Test>) {
    assert_ok!(call.dispatch_bypass_filter(frame_system::RawOrigin::Authorized.into()));
}

#[test]
fn work_should_be_listed_and_answered_when_a_host_is_assigned() {
    with_hosts(2, || {
        let id = submit();
        let listed = pending(0);
        assert_eq!(listed.len(), 1);
        assert!(pending(1).is_empty());
        let order = order(0, listed[0]).unwrap();
        assert_eq!(order.input, input());
        assert_eq!(order.worker, worker(0).public());
        assert_eq!(order.draft.id::<HostBlake2b>(), listed[0]);
        assert_eq!(order.draft.input_root, input().root::<HostBlake2b>());
        dispatch(answer(0, listed[0], run(&order)).unwrap());
        assert!(matches!(job(id).state, JobState::Delivered { .. }));
        assert!(pending(0).is_empty());
        assert!(answer(0, listed[0], run(&order)).is_none());
    });
}

#[test]
fn work_should_be_sealed_then_revealed_when_the_job_is_redundant() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        let listed = [pending(0)[0], pending(1)[0]];
        let done: Vec<_> = (0..2).map(|i| run(&order(i, listed[i as usize]).unwrap())).collect();
        dispatch(answer(0, listed[0], done[0].clone()).unwrap());
        assert!(pending(0).is_empty(), "who sealed has nothing to send until all did");
        assert!(answer(0, listed[0], done[0].clone()).is_none());
        assert!(order(0, listed[0]).is_none());
        dispatch(answer(1, listed[1], done[1].clone()).unwrap());
        assert_eq!(pending(0), vec![listed[0]]);
        assert!(order(0, listed[0]).is_some(), "an engine that forgot can be asked again");
        dispatch(answer(0, listed[0], done[0].clone()).unwrap());
        dispatch(answer(1, listed[1], done[1].clone()).unwrap());
        assert!(matches!(job(id).state, JobState::Settled { .. }));
    });
}

#[test]
fn answer_should_send_nothing_when_the_key_cannot_sign_the_seal() {
    with_hosts(2, || {
        submit_with(redundant(2));
        let id = pending(0)[0];
        let done = run(&order(0, id).unwrap());
        assert!(<Jobs as WorkSource<AccountId>>::answer(&host(0), id, done, &|_| None).is_none());
    });
}

#[test]
fn pending_should_be_oldest_first_and_limited() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| (host.capacity, host.stake) = (1_000, 1_000_000));
        let jobs: Vec<_> = (0..300).map(|_| submit()).collect();
        let first: Vec<_> = <Jobs as WorkSource<AccountId>>::pending(&host(0), 280)
            .into_iter()
            .map(|id| crate::WorkIds::<Test>::get(id).unwrap())
            .collect();
        assert_eq!(first, jobs[..280]);
    });
}

#[test]
fn order_should_be_none_for_another_host() {
    with_hosts(2, || {
        submit();
        assert!(order(1, pending(0)[0]).is_none());
        assert!(order(0, H256::zero()).is_none());
    });
}
