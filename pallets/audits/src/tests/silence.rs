//! Deadlines: who misses one, what it costs, who moves on.

use super::*;

fn deadline(id: AuditId) -> BlockNumber {
    audit(id).state.deadline()
}

#[test]
fn auditor_should_be_replaced_when_it_does_not_seal() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let first = auditor(id);
        run_to(deadline(id));
        assert_eq!(auditor(id), first);
        assert_noop!(Audits::expire_audit(bob(), id), Error::<Test>::TooEarly);
        run(1);
        assert_ne!(auditor(id), first);
        assert_eq!(slashed(&first), PENALTY);
        assert!(events().contains(&Event::AuditorNoShow { audit: id, auditor: first, penalty: PENALTY }));
        assert!(matches!(audit(id).state, AuditState::Sealing { .. }));
    });
}

#[test]
fn auditor_should_pay_when_it_sealed_although_the_input_lies_elsewhere() {
    with_hosts(4, || {
        Mock::deliver(entry(0, &host(0), &ALICE, true));
        run(2);
        let first = auditor(0);
        // Who sealed had the input.
        assert_ok!(seal(0, honest(), digest(1)));
        assert_ok!(answer(0, digest(1)));
        run(7);
        assert_eq!(slashed(&first), PENALTY);
        assert_ne!(auditor(0), first);
    });
}

#[test]
fn audit_should_end_when_nobody_could_fetch_an_input_that_is_too_large_to_be_shown() {
    with_hosts(8, || {
        RemoteBytes::set(MAX_SHOWN as u32);
        let remote = entry(0, &host(0), &ALICE, true);
        let key = remote.key.clone();
        Mock::deliver(remote);
        run(2);
        for round in 0..3 {
            assert_eq!(audit(0).case.round(), round);
            run(11);
        }
        assert_eq!(result_of(0), Some(AuditResult::Inconclusive));
        assert!(is_final(&key), "an excuse is good for a round, and there are three");
        assert_eq!(WithoutVerdict::<Test>::get(), 1);
        assert_eq!((1..8).map(|index| slashed(&host(index))).sum::<Balance>(), 0);
        RemoteBytes::set(LONG_INPUT);
    });
}

#[test]
fn auditor_should_be_replaced_when_it_does_not_reveal() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let first = auditor(id);
        assert_ok!(seal(id, honest(), digest(1)));
        assert_ok!(answer(id, digest(1)));
        run_to(deadline(id));
        assert_eq!(slashed(&first), 0);
        run(1);
        assert_eq!(slashed(&first), PENALTY);
        // The next one cannot use what the host has published: its digest covers other chunks.
        assert_eq!(audit(id).case.round(), 1);
        assert!(matches!(audit(id).state, AuditState::Sealing { .. }));
    });
}

#[test]
fn audit_should_go_on_without_the_host_when_it_is_silent() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let who = auditor(id);
        assert_ok!(seal(id, honest(), digest(1)));
        run_to(deadline(id) + 1);
        assert_eq!(slashed(&host(0)), PENALTY);
        assert!(events().contains(&Event::HostSilent { audit: id, host: host(0), penalty: PENALTY }));
        assert_noop!(answer(id, digest(1)), Error::<Test>::AlreadyAnswered);
        assert_ok!(reveal(id, honest(), digest(1)));
        assert_eq!(result_of(id), Some(AuditResult::Clean));
        assert!(events().contains(&Event::AuditorPaid { audit: id, auditor: who, paid: PAY, unpaid: 0 }));
    });
}

#[test]
fn lie_should_be_disputed_when_its_host_is_silent() {
    with_hosts(3, || {
        let (key, id) = audited(0);
        let who = auditor(id);
        assert_ok!(seal(id, other(), digest(1)));
        run_to(deadline(id) + 1);
        assert_ok!(reveal(id, other(), digest(1)));
        assert_eq!(Open::get(), vec![(key, who)]);
    });
}

#[test]
fn audit_should_end_without_verdict_when_nobody_acts() {
    with_hosts(6, || {
        let (key, id) = audited(0);
        run(3 * 11);
        assert_eq!(result_of(id), Some(AuditResult::Inconclusive));
        assert_eq!((1..6).map(|index| slashed(&host(index))).sum::<Balance>(), 3 * PENALTY);
        assert!(is_final(&key));
    });
}

#[test]
fn audit_should_end_unaudited_when_nobody_is_left_to_replace_the_auditor() {
    with_hosts(2, || {
        let (_, id) = audited(0);
        run(11);
        assert_eq!(result_of(id), Some(AuditResult::Unaudited));
        assert_eq!(WithoutVerdict::<Test>::get(), 1);
    });
}

#[test]
fn every_step_should_count_when_it_comes_in_the_last_tick() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let who = auditor(id);
        run_to(deadline(id));
        assert_ok!(seal(id, honest(), digest(1)));
        run_to(deadline(id));
        assert_ok!(answer(id, digest(1)));
        run_to(deadline(id));
        assert_ok!(reveal(id, honest(), digest(1)));
        assert_eq!(result_of(id), Some(AuditResult::Clean));
        assert_eq!((slashed(&who), slashed(&host(0))), (0, 0));
    });
}

#[test]
fn late_step_should_count_until_somebody_moves_the_audit_on() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        skip(30);
        assert_ok!(seal(id, honest(), digest(1)));
        skip(30);
        let digest = digest(1);
        assert!(is_free(Audits::expire_audit(bob(), id)));
        assert_noop!(answer(id, digest), Error::<Test>::AlreadyAnswered);
        assert_eq!(slashed(&host(0)), PENALTY);
        assert_noop!(Audits::expire_audit(bob(), id), Error::<Test>::TooEarly);
    });
}

#[test]
fn deadlines_should_stand_still_when_blocks_are_full() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let first = auditor(id);
        for _ in 0..50 {
            Full::set(&(Full::get() + 1));
            run(1);
        }
        assert_eq!(auditor(id), first);
        assert_ok!(seal(id, honest(), digest(1)));
        run(8);
        assert!(matches!(audit(id).state, AuditState::Answering { .. }));
        run(1);
        assert!(matches!(audit(id).state, AuditState::Revealing { .. }));
    });
}

#[test]
fn anyone_should_move_audits_on_when_the_hooks_do_not() {
    with_hosts(6, || {
        let (key, id) = audited(0);
        for _ in 0..3 {
            skip(11);
            assert!(is_free(Audits::expire_audit(bob(), id)));
        }
        assert_eq!(result_of(id), Some(AuditResult::Inconclusive));
        assert!(is_final(&key));
    });
}

#[test]
fn expiries_should_go_on_in_the_next_block_when_there_is_no_room() {
    with_hosts(4, || {
        (0..5).for_each(|job| {
            deliver(job);
        });
        run(2);
        skip(11);
        let one = <() as crate::WeightInfo>::poll_base()
            .saturating_add(<() as crate::WeightInfo>::poll_item())
            .saturating_add(<() as crate::WeightInfo>::expire_auditor(3));
        for moved in 1..=5 {
            block_with(one);
            let second = AuditsMap::<Test>::iter_values().filter(|audit| audit.case.round() == 1).count();
            assert_eq!(second, moved);
            check_invariants();
        }
    });
}

#[test]
fn penalty_should_be_what_there_is_when_the_stake_is_smaller() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let who = auditor(id);
        Mock::change(&who, |host| host.stake = 30);
        run(11);
        assert!(events().contains(&Event::AuditorNoShow { audit: id, auditor: who, penalty: 30 }));
    });
}
