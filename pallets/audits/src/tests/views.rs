//! What wallets see.

use super::*;
use candor_runtime_api::audits::AuditPhase;

#[test]
fn audits_should_be_listed_in_order_when_there_are_many() {
    with_hosts(3, || {
        (0..120).for_each(|job| {
            deliver(job);
        });
        run(2);
        assert_ok!(seal(5, honest(), digest(1)));
        assert_ok!(answer(5, digest(1)));
        assert_ok!(reveal(5, honest(), digest(1)));
        let ids = |start, limit| Audits::audit_views(start, limit).iter().map(|view| view.id).collect::<Vec<_>>();
        assert_eq!(ids(0, 3), vec![0, 1, 2]);
        assert_eq!(ids(4, 3), vec![4, 6, 7]);
        assert_eq!(ids(6, 2), vec![6, 7], "the one before has ended");
        assert_eq!(ids(0, 1_000).len(), 100);
        assert_eq!(ids(118, 10), vec![118, 119]);
        assert_eq!(Audits::audits_of(host(0), 1_000).len(), 100);
        let (one, two) = (Audits::audits_of(host(1), 100), Audits::audits_of(host(2), 100));
        assert_eq!(one.len() + two.len(), 119);
        assert!(one.iter().all(|view| view.auditor == Some(host(1)) && view.host == host(0)));
    });
}

#[test]
fn view_should_say_who_is_due_when_the_audit_goes_on() {
    with_hosts(3, || {
        let (key, id) = audited(0);
        let who = auditor(id);
        let phase = || {
            let view = Audits::audit_view(id).unwrap();
            (view.phase, view.debtor)
        };
        assert_eq!(phase(), (AuditPhase::Sealing, who.clone()));
        assert_ok!(seal(id, honest(), digest(1)));
        assert_eq!(phase(), (AuditPhase::Answering, host(0)));
        assert_ok!(answer(id, digest(1)));
        assert_eq!(phase(), (AuditPhase::Revealing, who));
        let view = Audits::audit_view(id).unwrap();
        assert_eq!((view.path, view.requester, view.profile, view.round), (key.path, ALICE, PROFILE, 0));
        assert_eq!(Audits::auditor_count(PROFILE), 3);
        assert!(!Audits::profile_suspended(PROFILE));
    });
}
