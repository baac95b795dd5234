//! Traces: whose they are, how long they have.

use super::*;

#[test]
fn submit_trace_should_open_the_dispute() {
    with_chain(|| {
        let run = run();
        let key = deliver(&run);
        let id = challenge(ALICE, &key);
        pass(3);
        assert_free(submit_trace(id, &run));
        let DisputeState::Open { trace, deadline, .. } = dispute(id).state else { panic!("open") };
        assert_eq!((trace, deadline), (run.trace(), 3 + 8));
        assert_eq!(Challenges::trace_of(id), Some(run.roots.clone()));
        assert_eq!(Queues::<Test>::iter().count(), 0);
        assert_event(Event::TraceSubmitted { dispute: id, trace, deadline });
        assert_refused!(submit_trace(id, &run), TraceGiven);
    });
}

#[test]
fn submit_trace_should_refuse_what_the_host_did_not_sign() {
    with_chain(|| {
        let run = run();
        let key = deliver(&run);
        let id = challenge(ALICE, &key);
        let mut other = run.clone();
        other.roots[1] = H256::zero();
        let by_host = statement(id, &HOST, DisputeStatement::Trace(run.trace()));
        let by_other = statement(id, &OTHER_HOST, DisputeStatement::Trace(run.trace()));
        let elsewhere = statement(id + 1, &HOST, DisputeStatement::Trace(run.trace()));
        let send = |run: &Run, signature| Challenges::submit_trace(signed(BOB), id, roots(run), signature);
        assert_refused!(send(&other, by_host), BadSignature);
        assert_refused!(send(&run, by_other), BadSignature);
        assert_refused!(send(&run, elsewhere), BadSignature);
        assert_refused!(submit_trace(id + 1, &run), UnknownDispute);
        assert_ok!(send(&run, by_host));
    });
}

#[test]
fn submit_trace_should_refuse_another_number_of_roots() {
    with_chain(|| {
        let run = run();
        let id = challenge(ALICE, &deliver(&run));
        for count in [0, 1, 3] {
            let mut other = run.clone();
            other.roots.resize(count, H256::zero());
            assert_refused!(submit_trace(id, &other), WrongTrace);
        }
    });
}

#[test]
fn submit_trace_should_still_count_when_nobody_has_looked_at_the_deadline() {
    with_chain(|| {
        let run = run();
        let id = challenge(ALICE, &deliver(&run));
        pass_idle(20);
        assert_free(submit_trace(id, &run));
        pass(8);
        assert!(!is_gone(id), "the window for evidence began with the trace");
    });
}

#[test]
fn the_clock_should_give_time_for_what_the_host_was_asked_before() {
    with_chain(|| {
        // 10 KB of trace: 10 ticks each at a KiB a tick, and 5 for all.
        let deadline = |id| match dispute(id).state {
            DisputeState::AwaitingTrace { deadline } => deadline,
            _ => panic!("no trace yet"),
        };
        let keys = [deliver(&large()), deliver(&large()), deliver(&large())];
        let ids = keys.clone().map(|key| challenge(ALICE, &key));
        assert_eq!(ids.map(deadline), [15, 25, 35]);
        let elsewhere = challenge(ALICE, &deliver_by(&OTHER_HOST, &REQUESTER, &large()));
        assert_eq!(deadline(elsewhere), 15, "another host has a queue of its own");
        // What is done gives room to what comes.
        assert_free(submit_trace(ids[1], &large()));
        let id = challenge(ALICE, &deliver(&large()));
        assert_eq!(deadline(id), 35);
        pass(8);
        [ids[0], ids[2], id].into_iter().for_each(|id| assert_free(submit_trace(id, &large())));
        assert_eq!(Queues::<Test>::get(HOST), Queue::default());
        assert_eq!(deadline(challenge(ALICE, &deliver(&large()))), 8 + 15);
    });
}
