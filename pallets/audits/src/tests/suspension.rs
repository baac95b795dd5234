//! Profiles whose hosts disagree.

use super::*;
use crate::{Disagreements, Suspended};
use candor_primitives::traits::ProfileStatus;

/// An audit of a receipt of host `audited` in which its first auditor has another digest. Returns the auditor.
fn disagree(job: u64, index: u8) -> AccountId {
    let key = deliver_from(job, index, &ALICE);
    run(2);
    let id = crate::AuditOf::<Test>::get(&key).unwrap();
    let who = auditor(id);
    round(id, honest(), digest(1), digest(2));
    // Nobody else looks at it: the receipt is overturned.
    assert_ok!(Mock::overturn(&key));
    who
}

fn counted() -> u32 {
    Disagreements::<Test>::get(PROFILE).map_or(0, |noted| noted.hosts.len() as u32)
}

fn is_suspended() -> bool {
    <Audits as ProfileStatus>::is_suspended(PROFILE)
}

#[test]
fn profile_should_be_suspended_when_different_hosts_disagree() {
    with_hosts(6, || {
        // With so many hosts one that was not audited meets, sooner or later, one that did not audit.
        let mut job = 0;
        while !is_suspended() {
            assert!(job < 60, "the draw gets round");
            disagree(job, (job % 6) as u8);
            job += 1;
        }
        assert!(events().contains(&Event::ProfileSuspended { profile: PROFILE }));
        assert_eq!(counted(), 0);
        assert_noop!(Audits::lift_suspension(bob(), PROFILE), DispatchError::BadOrigin);
        assert_ok!(Audits::lift_suspension(RuntimeOrigin::root(), PROFILE));
        assert!(!is_suspended());
        assert_noop!(Audits::lift_suspension(RuntimeOrigin::root(), PROFILE), Error::<Test>::NotSuspended);
    });
}

#[test]
fn one_host_should_not_have_a_profile_suspended_when_it_disagrees_with_everybody() {
    with_hosts(5, || {
        for job in 0..20 {
            disagree(job, 0);
            assert_eq!(counted(), 1);
        }
        assert_eq!(Suspended::<Test>::iter().count(), 0);
    });
}

#[test]
fn disagreements_should_be_forgotten_when_their_period_has_passed() {
    with_hosts(5, || {
        disagree(0, 0);
        run(501);
        disagree(1, 1);
        assert_eq!(counted(), 1);
    });
}

#[test]
fn receipts_should_still_be_audited_when_their_profile_is_suspended() {
    with_hosts(3, || {
        Suspended::<Test>::insert(PROFILE, ());
        let (key, id) = audited(0);
        round(id, other(), digest(1), digest(1));
        assert_eq!(Open::get()[0].0, key);
    });
}
