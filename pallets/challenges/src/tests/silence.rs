//! A host that stays silent is convicted like one that lies.

use super::*;

#[test]
fn a_host_should_be_convicted_when_its_trace_does_not_come() {
    with_chain(|| {
        let key = deliver(&run());
        let id = challenge(ALICE, &key);
        challenge(BOB, &key);
        accuse(&AUDITOR, &key);
        pass(6);
        assert_refused!(Challenges::expire_dispute(signed(CAROL), id), NothingDue);
        assert!(!is_overturned(&key));
        pass(1);
        // The reward goes to who asked first, everyone else has what it gave.
        assert_convicted(Some(id), &key, Offence::NoTrace, ALICE);
        assert!(is_gone(id));
        assert_eq!(free(&ALICE), FUNDS + slashed(COSTS).rewarded);
        assert_eq!((free(&BOB), held(&BOB)), (FUNDS, 0));
        assert_eq!(free(&REQUESTER), FUNDS + INSURED);
        assert_eq!((MockHosts::stake(&HOST), MockHosts::stake(&AUDITOR)), (STAKE - REQUIRED, STAKE));
        assert_eq!(Queues::<Test>::iter().count(), 0);
    });
}

#[test]
fn an_auditor_should_be_rewarded_without_costs_when_it_asked_first() {
    with_chain(|| {
        let key = deliver(&run());
        let id = accuse(&AUDITOR, &key);
        challenge(ALICE, &key);
        pass(7);
        assert_convicted(Some(id), &key, Offence::NoTrace, AUDITOR);
        assert_eq!(free(&AUDITOR), FUNDS + slashed(0).rewarded);
    });
}

#[test]
fn anyone_should_convict_a_silent_host_when_the_hooks_do_not_run() {
    with_chain(|| {
        let key = deliver(&run());
        let id = challenge(ALICE, &key);
        pass_idle(6);
        assert_refused!(Challenges::expire_dispute(signed(CAROL), id), NothingDue);
        pass_idle(1);
        assert_free(Challenges::expire_dispute(signed(CAROL), id));
        assert_convicted(Some(id), &key, Offence::NoTrace, ALICE);
        assert_refused!(Challenges::expire_dispute(signed(CAROL), id), UnknownDispute);
    });
}

#[test]
fn a_host_should_be_convicted_when_it_does_not_open_a_part() {
    with_chain(|| {
        let run = large();
        let (key, id) = opened(&run);
        demand(BOB, id, chunk(0, 0));
        demand(ALICE, id, chunk(0, 1));
        // Ten ticks for the trace, four for opening.
        pass(14);
        assert!(!is_overturned(&key));
        pass(1);
        assert_convicted(Some(id), &key, Offence::NoOpening(0), BOB);
        assert_eq!((free(&BOB), free(&ALICE)), (FUNDS + slashed(COSTS).rewarded, FUNDS));
        assert!(is_gone(id));
    });
}

#[test]
fn an_opening_should_still_count_when_nobody_has_looked_at_the_deadline() {
    with_chain(|| {
        let run = large();
        let (key, id) = opened(&run);
        let number = demand(BOB, id, chunk(0, 0));
        pass_idle(40);
        assert_free(reveal(id, number, run.opening(&chunk(0, 0))));
        pass(8);
        assert!(!is_gone(id), "who asked has time to use it");
        pass(1);
        assert_event(Event::ReceiptUpheld { dispute: id, key });
    });
}

#[test]
fn a_host_should_be_convicted_when_it_committed_to_what_it_cannot_open() {
    with_chain(|| {
        // Root 7 of the trace is no tensor's.
        let run = large();
        let (key, id) = opened(&run);
        demand(BOB, id, Demand::Hashes { position: 7, first: 0, count: 1 });
        pass(15);
        assert_convicted(Some(id), &key, Offence::NoOpening(0), BOB);
    });
}

#[test]
fn the_hook_should_go_on_when_one_dispute_cannot_be_moved() {
    with_chain(|| {
        let first = challenge(ALICE, &deliver(&run()));
        Broken::set(true);
        pass(7);
        assert!(events().iter().any(|e| matches!(e, Event::DisputeDeferred { dispute: 0, until: 10, .. })));
        assert_eq!(MockHosts::stake(&HOST), STAKE, "everything about it is undone");
        Broken::set(false);
        pass(4);
        assert!(is_gone(first));
        assert_eq!(MockHosts::stake(&HOST), STAKE - REQUIRED);
    });
}
