//! What hosts' nodes do by themselves.

use super::*;
use crate::Call;
use candor_primitives::{
    traits::DutySource,
    worker::{Task, TaskDone},
    WorkerSignature,
};
use sp_runtime::traits::Dispatchable;

fn duties(host: &AccountId) -> Vec<Task> {
    <Challenges as DutySource<AccountId>>::duties(host, 16)
}

fn answer(host: &AccountId, task: &Task, done: TaskDone) -> Option<Call<Test>> {
    let sign = |message: &[u8]| -> Option<WorkerSignature> { Some(signature(host, message)) };
    unchanged(|| <Challenges as DutySource<AccountId>>::answer(host, task, done, &sign))
}

fn send(call: Call<Test>) {
    assert_free(RuntimeCall::Challenges(call).dispatch(authorized()));
}

#[test]
fn a_host_should_submit_its_trace_and_open_what_is_asked() {
    with_chain(|| {
        let run = large();
        let key = deliver(&run);
        assert!(duties(&HOST).is_empty());
        let id = challenge(ALICE, &key);
        let tasks = duties(&HOST);
        assert!(matches!(&tasks[..], [Task::Trace { draft, .. }] if draft.host == HOST));
        assert!(duties(&OTHER_HOST).is_empty());
        let done = TaskDone::Trace(run.roots.clone());
        send(answer(&HOST, &tasks[0], done.clone()).unwrap());
        assert!(answer(&HOST, &tasks[0], done).is_none(), "it is on chain");
        assert!(duties(&HOST).is_empty());
        demand(ALICE, id, chunk(0, 4));
        demand(BOB, id, chunk(0, 5));
        let tasks = duties(&HOST);
        assert_eq!(tasks.len(), 2);
        for task in &tasks {
            let Task::Open { part, .. } = task else { panic!("a part") };
            let done = TaskDone::Opened(run.opening(part));
            send(answer(&HOST, task, done.clone()).unwrap());
            assert!(answer(&HOST, task, done).is_none());
        }
        assert!(duties(&HOST).is_empty());
    });
}

#[test]
fn the_most_urgent_should_come_first() {
    with_chain(|| {
        let (slow, fast) = (deliver(&large()), deliver(&run()));
        challenge(ALICE, &slow);
        pass(1);
        challenge(ALICE, &fast);
        let (_, third) = (deliver(&run()), deliver(&run()));
        challenge(ALICE, &third);
        let paths: Vec<_> = duties(&HOST)
            .into_iter()
            .map(|task| match task {
                Task::Trace { draft, .. } => draft.path,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(paths, [slow.path, fast.path, third.path], "each behind what was asked before");
        assert_eq!(<Challenges as DutySource<AccountId>>::duties(&HOST, 1).len(), 1);
    });
}

#[test]
fn an_auditor_should_go_on_by_itself_until_the_host_is_convicted() {
    with_chain(|| {
        let run = large().flipped();
        let key = deliver(&run);
        let id = accuse(&AUDITOR, &key);
        assert!(duties(&AUDITOR).is_empty(), "the trace is not there");
        assert_free(submit_trace(id, &run));
        let task = duties(&AUDITOR).pop().expect("it accuses");
        let Task::Accuse { receipt, trace, endpoint, opened, .. } = &task else { panic!("accuse") };
        assert_eq!((receipt.draft.host.clone(), trace, opened.len()), (HOST, &run.roots, 0));
        assert_eq!(endpoint, b"http://host");
        assert!(answer(&AUDITOR, &task, TaskDone::Nothing).is_none());
        // The host does not serve its output: it has to on chain.
        let part = Demand::Hashes { position: 1, first: 0, count: 1 };
        send(answer(&AUDITOR, &task, TaskDone::Needs(part)).unwrap());
        assert!(answer(&AUDITOR, &task, TaskDone::Needs(part)).is_none(), "asked already");
        assert_free(reveal(id, 0, run.opening(&part)));
        let task = duties(&AUDITOR).pop().expect("it accuses");
        assert!(matches!(&task, Task::Accuse { opened, .. } if *opened == [(part, run.opening(&part))]));
        let done = || TaskDone::Evidence(run.evidence());
        let commitment = answer(&AUDITOR, &task, done()).unwrap();
        assert!(matches!(commitment, Call::commit_evidence_for { .. }));
        send(commitment);
        assert!(answer(&AUDITOR, &task, done()).is_none(), "not in the same block");
        pass(1);
        let proof = answer(&AUDITOR, &task, done()).unwrap();
        assert!(matches!(&proof, Call::prove_fault { work, .. } if *work == run.work()));
        send(proof);
        assert_convicted(Some(id), &key, Offence::FalseRun, AUDITOR);
        assert!(duties(&AUDITOR).is_empty() && answer(&AUDITOR, &task, done()).is_none());
    });
}

#[test]
fn an_auditor_should_send_nothing_when_its_evidence_convicts_nobody() {
    with_chain(|| {
        let run = run();
        let (key, id) = opened(&run);
        accuse(&AUDITOR, &key);
        let task = duties(&AUDITOR).pop().unwrap();
        let done = || TaskDone::Evidence(run.evidence());
        send(answer(&AUDITOR, &task, done()).unwrap());
        pass(1);
        assert!(answer(&AUDITOR, &task, done()).is_none());
        assert!(answer(&AUDITOR_2, &task, done()).is_none(), "it does not accuse");
        assert!(!is_gone(id));
    });
}
