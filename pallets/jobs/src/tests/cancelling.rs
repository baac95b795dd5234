//! Cancelling a job that waits.

use super::*;

#[test]
fn cancel_should_refund_everything_when_the_job_waits() {
    with_hosts(1, || {
        submit();
        submit();
        let before = free(&ALICE);
        let id = submit();
        assert_eq!(free(&ALICE), before - 200 - DEPOSIT);
        assert_ok!(Jobs::cancel(RuntimeOrigin::signed(ALICE), id));
        assert_eq!(free(&ALICE), before);
        assert!(is_gone(id));
        assert_event(Event::JobCancelled { job: id, refunded: 200 });
    });
}

#[test]
fn cancel_should_refuse_when_it_is_not_the_requesters_or_too_late() {
    with_hosts(1, || {
        let assigned = submit();
        submit();
        let open = submit();
        assert_refused!(Jobs::cancel(RuntimeOrigin::signed(BOB), open), NotRequester);
        assert_refused!(Jobs::cancel(RuntimeOrigin::signed(ALICE), assigned), AlreadyAssigned);
        assert_refused!(Jobs::cancel(RuntimeOrigin::signed(ALICE), 99), UnknownJob);
    });
}
