//! The course of an audit in which everybody acts.

use super::*;
use frame_support::traits::fungible::Inspect;

fn earned(account: &AccountId) -> Balance {
    Balances::balance(account) - 1_000
}

#[test]
fn auditor_should_be_paid_when_outcome_and_digest_agree() {
    with_hosts(3, || {
        let (key, id) = audited(0);
        let who = auditor(id);
        assert!(is_free(seal(id, honest(), digest(1))));
        assert!(matches!(audit(id).state, AuditState::Answering { .. }));
        assert!(is_free(answer(id, digest(1))));
        assert!(matches!(audit(id).state, AuditState::Revealing { .. }));
        assert!(is_free(reveal(id, honest(), digest(1))));
        assert_eq!(result_of(id), Some(AuditResult::Clean));
        assert_eq!(earned(&who), PAY);
        assert!(events().contains(&Event::AuditorPaid { audit: id, auditor: who, paid: PAY, unpaid: 0 }));
        assert!(has_ended(id));
        assert_eq!(Mock::entry(&key).unwrap().holds, 0);
        assert!(!crate::AuditOf::<Test>::contains_key(&key), "nothing is kept while there are no canaries");
        run(WINDOW);
        assert!(is_final(&key));
    });
}

#[test]
fn receipt_should_be_disputed_when_the_outcome_differs() {
    with_hosts(3, || {
        let (key, id) = audited(0);
        let who = auditor(id);
        // Even with the digest that the host publishes.
        round(id, other(), digest(1), digest(1));
        assert_eq!(result_of(id), Some(AuditResult::Accused));
        assert_eq!(Open::get(), vec![(key.clone(), who.clone())]);
        assert_eq!(earned(&who), 0, "a conviction pays, an accusation does not");
        assert_eq!(Mock::entry(&key).unwrap().holds, 1, "the dispute holds it now");
        run(WINDOW * 2);
        assert!(!is_final(&key));
    });
}

#[test]
fn failed_run_should_be_clean_when_the_auditor_fails_at_the_same_node() {
    with_hosts(3, || {
        let failed = |node, index| Outcome::Failed { node, index };
        for job in 0..4 {
            let mut failing = entry(job, &host(0), &ALICE, false);
            failing.receipt.outcome = failed(3, 4);
            Mock::deliver(failing);
        }
        run(2);
        round(0, failed(3, 4), digest(1), digest(1));
        // Another element: nobody could show the host a fault, and their digests have the element in them.
        round(1, failed(3, 5), digest(1), digest(2));
        round(2, failed(2, 4), digest(1), digest(1));
        round(3, honest(), digest(1), digest(1));
        let results: Vec<_> = (0..4).map(result_of).collect();
        let (clean, accused) = (Some(AuditResult::Clean), Some(AuditResult::Accused));
        assert_eq!(results, vec![clean, clean, accused, accused]);
    });
}

#[test]
fn another_auditor_should_be_drawn_when_digests_differ() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        let (first, seed) = (auditor(id), audit(id).case.digest_seed());
        round(id, honest(), digest(1), digest(2));
        assert_eq!(earned(&first), 0);
        let second = auditor(id);
        assert_ne!(first, second);
        assert_ne!(audit(id).case.digest_seed(), seed, "what the host published is of no use to the next");
        assert_eq!(audit(id).case.round(), 1);
        round(id, honest(), digest(4), digest(4));
        assert_eq!(result_of(id), Some(AuditResult::Clean));
        assert_eq!(earned(&second), PAY);
    });
}

#[test]
fn audit_should_end_without_verdict_when_all_rounds_differ() {
    with_hosts(6, || {
        let (key, id) = audited(0);
        for byte in 1..=3 {
            assert!(!has_ended(id));
            round(id, honest(), digest(byte), digest(100 + byte));
        }
        assert_eq!(result_of(id), Some(AuditResult::Inconclusive));
        assert_eq!(WithoutVerdict::<Test>::get(), 1);
        assert_eq!(Mock::entry(&key).unwrap().holds, 0);
    });
}

#[test]
fn accusation_should_count_when_an_earlier_round_differed() {
    with_hosts(4, || {
        let (key, id) = audited(0);
        round(id, honest(), digest(1), digest(2));
        let second = auditor(id);
        round(id, other(), digest(3), digest(3));
        assert_eq!(Open::get(), vec![(key, second)]);
    });
}

#[test]
fn copied_seal_should_be_useless_when_another_auditor_publishes_it() {
    with_hosts(4, || {
        let (_, first) = audited(0);
        let (_, second) = audited(1);
        let (copied, _) = seal_call(first, honest(), digest(1));
        let who = auditor(second);
        let signature = worker(&who).sign(&seal_message(&genesis(), second, &who, &copied));
        assert_ok!(Audits::seal_audit(bob(), second, copied, signature));
        assert_ok!(seal(first, honest(), digest(1)));
        assert_ok!(answer(first, digest(1)));
        assert_ok!(reveal(first, honest(), digest(1)));
        // What was copied is public now, and opens nothing here.
        assert_ok!(answer(second, digest(1)));
        assert_noop!(reveal(second, honest(), digest(1)), Error::<Test>::WrongSeal);
        run(7);
        assert_eq!(slashed(&who), PENALTY);
    });
}

#[test]
fn signature_should_be_refused_when_it_is_not_the_auditors() {
    with_hosts(4, || {
        let (_, id) = audited(0);
        let (seal, signature) = seal_call(id, honest(), digest(1));
        assert_noop!(Audits::seal_audit(bob(), id, digest(9), signature), Error::<Test>::BadSignature);
        let theirs = worker(&host(0)).sign(&seal_message(&genesis(), id, &auditor(id), &seal));
        assert_noop!(Audits::seal_audit(bob(), id, seal, theirs), Error::<Test>::BadSignature);
        assert_ok!(Audits::seal_audit(bob(), id, seal, signature));
        let theirs = worker(&auditor(id)).sign(&answer_message(&genesis(), id, 0, &host(0), &digest(1)));
        assert_noop!(Audits::answer_audit(bob(), id, digest(1), theirs), Error::<Test>::BadSignature);
    });
}

#[test]
fn digest_of_an_earlier_round_should_be_refused_when_it_is_sent_again() {
    with_hosts(4, || {
        let (_, id) = audited(0);
        assert_ok!(seal(id, honest(), digest(1)));
        let first = answer_signature(id, digest(2));
        assert_ok!(Audits::answer_audit(bob(), id, digest(2), first));
        assert_ok!(reveal(id, honest(), digest(1)));
        assert_ok!(seal(id, honest(), digest(1)));
        assert_noop!(Audits::answer_audit(bob(), id, digest(2), first), Error::<Test>::BadSignature);
    });
}

#[test]
fn steps_should_be_refused_when_they_come_out_of_turn() {
    with_hosts(3, || {
        let (_, id) = audited(0);
        assert_noop!(seal_unknown(), Error::<Test>::UnknownAudit);
        assert_noop!(answer(id, digest(1)), Error::<Test>::SealFirst);
        assert_noop!(reveal(id, honest(), digest(1)), Error::<Test>::SealFirst);
        assert_ok!(seal(id, honest(), digest(1)));
        assert_noop!(seal(id, honest(), digest(1)), Error::<Test>::AlreadySealed);
        assert_noop!(reveal(id, honest(), digest(1)), Error::<Test>::AnswerFirst);
        assert_ok!(answer(id, digest(1)));
        assert_noop!(answer(id, digest(1)), Error::<Test>::AlreadyAnswered);
        assert_noop!(seal(id, honest(), digest(1)), Error::<Test>::AlreadySealed);
        assert_noop!(reveal(id, other(), digest(1)), Error::<Test>::WrongSeal);
        assert_noop!(reveal(id, honest(), digest(2)), Error::<Test>::WrongSeal);
        assert_ok!(reveal(id, honest(), digest(1)));
        assert_noop!(reveal(id, honest(), digest(1)), Error::<Test>::UnknownAudit);
        assert_noop!(Audits::expire_audit(bob(), id), Error::<Test>::UnknownAudit);
    });
}

fn seal_unknown() -> DispatchResultWithPostInfo {
    Audits::seal_audit(bob(), 99, digest(1), WorkerSignature::default())
}

#[test]
fn rest_should_be_named_when_the_pot_is_too_small() {
    with_hosts(3, || {
        // The existential deposit of 20 stays.
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(AUDIT_POT), BOB, 9_880));
        let (_, id) = audited(0);
        let who = auditor(id);
        round(id, honest(), digest(1), digest(1));
        assert_eq!(earned(&who), 100);
        assert!(events().contains(&Event::AuditorPaid { audit: id, auditor: who, paid: 100, unpaid: 50 }));
        let (_, id) = audited(1);
        let who = auditor(id);
        round(id, honest(), digest(1), digest(1));
        assert!(events().contains(&Event::AuditorPaid { audit: id, auditor: who, paid: 0, unpaid: 150 }));
        assert_eq!(Balances::balance(&AUDIT_POT), 20);
    });
}

#[test]
fn audit_should_be_dropped_when_the_receipt_is_overturned_by_others() {
    with_hosts(3, || {
        let (key, id) = audited(0);
        assert_ok!(seal(id, honest(), digest(1)));
        assert_ok!(Mock::overturn(&key));
        assert_eq!(result_of(id), Some(AuditResult::Dropped));
        assert!(has_ended(id));
        assert_eq!(crate::Agenda::<Test>::iter().count(), 0);
        assert_eq!(crate::Parties::<Test>::iter().count(), 0);
    });
}

#[test]
fn receipt_should_stay_open_when_its_window_passes_during_the_audit() {
    with_hosts(3, || {
        let (key, id) = audited(0);
        run(9);
        assert_ok!(seal(id, honest(), digest(1)));
        run(7);
        assert!(Mock::entry(&key).is_some());
        assert_ok!(answer(id, digest(1)));
        run(5);
        assert_ok!(reveal(id, honest(), digest(1)));
        assert!(is_final(&key), "the window passed long ago");
    });
}
