//! What the off-chain worker of a host finds and sends.

use super::*;
use crate::Call;
use candor_primitives::{
    traits::{DutySource, SessionSource},
    worker::{Task, TaskDone},
};
use frame_support::traits::UnfilteredDispatchable;

fn duties(limit: u32) -> Vec<Task> {
    Sessions::duties(&host(0), limit)
}

fn answer(who: &AccountId, task: &Task, sample: Sample) -> Option<Call<Test>> {
    Sessions::answer(who, task, TaskDone::Sample(sample), &|_| unreachable!("nothing is to be signed"))
}

#[test]
fn duties_should_be_the_drawn_calls_the_most_urgent_first() {
    with_session(|calls| {
        calls.make_batch(3);
        calls.draw(0, 2);
        skip_to(3);
        calls.make_batch(2);
        calls.draw(1, 0);
        calls.draw(0, 1);
        let all = duties(10);
        let sample = |calls, index| Task::Sample { session: 0, calls, index };
        assert_eq!(all[0], sample(3, 2));
        assert!(all.contains(&sample(5, 3)) && all.contains(&sample(3, 1)) && all.len() == 3);
        assert_eq!(duties(1), [sample(3, 2)]);
        assert_eq!(Sessions::duties(&host(1), 10), []);
        for task in all {
            let Task::Sample { calls: covered, index, .. } = task else { panic!("a sample") };
            let call = answer(&host(0), &task, calls.sample(index, covered)).expect("it is owed");
            assert_ok!(call.dispatch_bypass_filter(RawOrigin::Authorized.into()));
        }
        assert_eq!(duties(10), []);
    });
}

#[test]
fn answer_should_send_nothing_when_the_chain_would_refuse_it() {
    with_session(|calls| {
        calls.make_batch(3);
        calls.draw(0, 1);
        let task = duties(1).remove(0);
        assert_eq!(answer(&host(1), &task, calls.sample(1, 3)), None);
        assert_eq!(answer(&host(0), &task, calls.sample(2, 3)), None);
        let other = Task::Sample { session: 0, calls: 3, index: 0 };
        assert_eq!(answer(&host(0), &other, calls.sample(0, 3)), None);
        assert_eq!(Sessions::answer(&host(0), &task, TaskDone::Nothing, &|_| None), None);
        skip_to(9);
        let _ = Sessions::expire_sample(RuntimeOrigin::signed(BOB), 0, 1).unwrap();
        assert_eq!(duties(1), []);
        assert_eq!(answer(&host(0), &task, calls.sample(1, 3)), None);
    });
}

#[test]
fn settle_should_be_sent_when_the_chain_would_take_it() {
    with_session(|calls| {
        let settle = |who: &AccountId, calls: &Calls| {
            <Sessions as SessionSource<_>>::settle(who, &calls.voucher(), &|message| Some(worker(0).sign(message)))
        };
        calls.answer(1);
        assert_eq!(settle(&host(0), calls), None, "too early");
        skip_to(4);
        assert_eq!(settle(&host(1), calls), None);
        let call = settle(&host(0), calls).expect("it is time");
        assert_ok!(call.dispatch_bypass_filter(RawOrigin::Authorized.into()));
        skip_to(7);
        assert_eq!(settle(&host(0), calls), None, "nothing new");
    });
}
