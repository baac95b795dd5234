//! What the off-chain worker sees and sends.

use super::*;
use candor_primitives::{
    traits::DutySource,
    worker::{Task, TaskDone},
};
use frame_support::traits::UnfilteredDispatchable;

fn duties(account: &AccountId) -> Vec<Task> {
    <Audits as DutySource<AccountId>>::duties(account, 16)
}

fn call(account: &AccountId, task: &Task, done: TaskDone) -> Option<crate::Call<Test>> {
    let sign = |message: &[u8]| Some(worker(account).sign(message));
    <Audits as DutySource<AccountId>>::answer(account, task, done, &sign)
}

/// What an engine does: the same for the same task, here with a digest that is the task's seed.
fn run_task(task: &Task, outcome: Outcome) -> TaskDone {
    let Task::Digest { seed, .. } = task else { panic!("audits ask for digests") };
    TaskDone::Digest { outcome, digest: *seed }
}

/// Answer the first duty of an account.
fn act(account: &AccountId, outcome: Outcome) {
    let task = duties(account).remove(0);
    let call = call(account, &task, run_task(&task, outcome)).expect("there is something to send");
    assert_ok!(call.dispatch_bypass_filter(frame_system::RawOrigin::Authorized.into()));
}

#[test]
fn audit_should_run_by_itself_when_both_answer_their_duties() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let who = auditor(id);
        assert_eq!(duties(&host(0)), vec![], "the host waits for the seal");
        act(&who, honest());
        assert_eq!(duties(&who), vec![], "the auditor waits for the host");
        act(&host(0), honest());
        assert_eq!(duties(&host(0)), vec![]);
        act(&who, honest());
        assert_eq!(result_of(id), Some(AuditResult::Clean));
        assert_eq!(duties(&who), vec![]);
    });
}

#[test]
fn lie_should_be_accused_when_the_engine_finds_it() {
    with_hosts(3, || {
        let (key, id) = audited(0);
        let who = auditor(id);
        act(&who, other());
        act(&host(0), other());
        act(&who, other());
        assert_eq!(Open::get(), vec![(key, who)]);
    });
}

#[test]
fn task_should_be_the_same_for_both_and_for_the_reveal() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let who = auditor(id);
        let asked = duties(&who);
        act(&who, honest());
        assert_eq!(duties(&host(0)), asked);
        act(&host(0), honest());
        assert_eq!(duties(&who), asked);
    });
}

#[test]
fn nothing_should_be_sent_when_the_engine_changed_its_mind() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let who = auditor(id);
        act(&who, honest());
        act(&host(0), honest());
        let task = duties(&who).remove(0);
        assert_eq!(call(&who, &task, run_task(&task, other())), None);
        assert_eq!(call(&who, &task, TaskDone::Nothing), None);
        assert_eq!(call(&host(0), &task, run_task(&task, honest())), None, "it owes nothing");
    });
}

#[test]
fn most_urgent_duty_should_come_first_when_there_are_several() {
    with_hosts(2, || {
        let (_, first) = audited(0);
        let (_, second) = audited(1);
        let who = host(1);
        let seeds = |tasks: Vec<Task>| -> Vec<H256> {
            tasks.iter().map(|task| if let Task::Digest { seed, .. } = task { *seed } else { H256::zero() }).collect()
        };
        let of = |id| audit(id).case.digest_seed();
        assert_eq!(seeds(duties(&who)), vec![of(first), of(second)]);
        assert_eq!(seeds(<Audits as DutySource<AccountId>>::duties(&who, 1)), vec![of(first)]);
        assert_ok!(seal(second, honest(), digest(1)));
        assert_eq!(seeds(duties(&who)), vec![of(first)]);
        assert_ok!(answer(second, digest(1)));
        // The reveal of the second is due before the seal of the first.
        assert_eq!(seeds(duties(&who)), vec![of(second), of(first)]);
    });
}
