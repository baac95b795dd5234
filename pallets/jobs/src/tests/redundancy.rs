//! Redundant jobs: sealing, revealing, agreeing.

use super::*;

/// Have `hosts` seal the given answers.
fn seal_all(id: JobId, answers: &[f32]) -> Vec<Signed> {
    let results: Vec<_> = answers
        .iter()
        .enumerate()
        .map(|(index, first)| Signed::output(id, &host(index as u8), output(*first)))
        .collect();
    for (index, result) in results.iter().enumerate() {
        assert_ok!(send_seal(id, &host(index as u8), result.seal()));
    }
    results
}

#[test]
fn a_redundant_job_should_pay_all_hosts_when_they_agree() {
    with_hosts(3, || {
        let id = submit_with(redundant(3));
        let results = seal_all(id, &[1.0, 1.0, 1.0]);
        assert_event(Event::RevealStarted { job: id, sealed: 3, deadline: 6 });
        assert!(matches!(job(id).state, JobState::Revealing { .. }));
        for result in &results {
            assert_free_of_charge(result.send());
        }
        assert_event(Event::JobAgreed { job: id, hosts: 3, refunded: 0 });
        assert_eq!((escrow(&ALICE), free(&host(0))), (3 * FEE, 1_000), "paid when the window has passed");
        assert_eq!(outputs_of(id), 3, "the outputs are readable at once");
        assert_refused!(results[0].send(), AlreadyAnswered);
        run_to(8);
        assert_event(Event::JobFinalised { job: id, paid: 3 * FEE, refunded: 0 });
        for index in 0..3 {
            assert_eq!(free(&host(index)), 1_000 + TO_HOST);
            assert_eq!(MockMarket::host(&host(index)).exposure, 0);
        }
        assert_eq!(free(&PUBLISHER), 1_000 + 3 * ROYALTY);
        assert_eq!(free(&AUDIT_POT), 1_000 + 3 * LEVY);
        assert_eq!(free(&TREASURY), 1_000 + 3 * TO_TREASURY);
        assert!(is_gone(id));
        assert_eq!((escrow(&ALICE), outputs_of(id)), (0, 0));
        assert_eq!(free(&ALICE), 1_000_000 - 3 * FEE);
    });
}

#[test]
fn a_redundant_job_should_pay_the_majority_when_one_host_differs() {
    with_hosts(3, || {
        let id = submit_with(redundant(3));
        for result in seal_all(id, &[1.0, 9.0, 1.0]) {
            assert_ok!(result.send());
        }
        assert_event(Event::JobAgreed { job: id, hosts: 2, refunded: FEE });
        run_to(8);
        assert_event(Event::JobFinalised { job: id, paid: 2 * FEE, refunded: 0 });
        assert_eq!(free(&host(0)), 1_000 + TO_HOST);
        assert_eq!(free(&host(1)), 1_000, "who stands alone is not paid");
        assert_eq!(free(&host(2)), 1_000 + TO_HOST);
        assert_eq!(free(&ALICE) + deposit(&ALICE), 1_000_000 - 2 * FEE);
    });
}

#[test]
fn a_redundant_job_should_refund_everything_when_hosts_disagree() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        let results = seal_all(id, &[1.0, 2.0]);
        for result in &results {
            assert_ok!(result.send());
        }
        let receipts = results.iter().map(|r| r.receipt.hash::<HostBlake2b>()).collect();
        assert_event(Event::JobDisagreed { job: id, receipts, refunded: 2 * FEE });
        assert_eq!(free(&host(0)), 1_000);
        run_to(8);
        assert_event(Event::JobRemoved { job: id });
        assert_eq!(free(&ALICE), 1_000_000);
        assert_eq!((free(&host(0)), free(&host(1))), (1_000, 1_000));
    });
}

#[test]
fn a_redundant_job_should_not_count_equal_bytes_of_different_variants_as_agreement() {
    with_hosts(2, || {
        MockMarket::change(&host(1), |host| host.variant = H256::repeat_byte(6));
        let id = submit_with(redundant(2));
        for result in seal_all(id, &[1.0, 1.0]) {
            assert_ok!(result.send());
        }
        assert!(events().iter().any(|event| matches!(event, Event::JobDisagreed { .. })));
    });
}

#[test]
fn a_redundant_job_should_pay_base_fees_when_the_majority_failed_alike() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        let results = [Signed::failed(id, &host(0)), Signed::failed(id, &host(1))];
        for (index, result) in results.iter().enumerate() {
            assert_ok!(send_seal(id, &host(index as u8), result.seal()));
        }
        for result in results {
            assert_ok!(result.send());
        }
        assert_event(Event::JobAgreed { job: id, hosts: 2, refunded: 2 * (FEE - BASE_FEE) });
        run_to(8);
        assert_event(Event::JobFinalised { job: id, paid: 2 * BASE_FEE, refunded: 0 });
    });
}

#[test]
fn a_redundant_job_should_count_failures_at_the_same_node_as_agreement() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        let failed = |index| Signed::new(id, &host(index), Outcome::Failed { node: 3, index: index.into() }, None);
        let results = [failed(0), failed(1)];
        for (index, result) in results.iter().enumerate() {
            assert_ok!(send_seal(id, &host(index as u8), result.seal()));
        }
        for result in results {
            assert_ok!(result.send());
        }
        assert_event(Event::JobAgreed { job: id, hosts: 2, refunded: 2 * (FEE - BASE_FEE) });
    });
}

#[test]
fn submit_result_should_refuse_when_not_everyone_sealed() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        let result = Signed::output(id, &host(0), output(1.0));
        assert_refused!(result.send(), SealFirst);
        assert_ok!(send_seal(id, &host(0), result.seal()));
        assert_refused!(result.send(), SealFirst);
    });
}

#[test]
fn submit_result_should_refuse_when_it_was_not_sealed_so() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        seal_all(id, &[1.0, 1.0]);
        // Same answer, new signature: sr25519 signatures are randomised, so the seal differs.
        let again = Signed::output(id, &host(0), output(1.0));
        assert_refused!(again.send(), WrongSeal);
        assert_refused!(Signed::output(id, &host(0), output(2.0)).send(), WrongSeal);
    });
}

#[test]
fn submit_result_should_refuse_when_the_seal_was_copied() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        let honest = Signed::output(id, &host(0), output(1.0));
        assert_ok!(send_seal(id, &host(0), honest.seal()));
        // Host 1 publishes the same seal, signed by its own key, and sees the answer when host 0 reveals it.
        assert_ok!(send_seal(id, &host(1), honest.seal()));
        assert_ok!(honest.send());
        let copied = Signed::output(id, &host(1), output(1.0));
        assert_refused!(copied.send(), WrongSeal);
        let mut stolen = Signed::output(id, &host(1), output(1.0));
        stolen.receipt = honest.receipt.clone();
        stolen.signature = honest.signature;
        assert_refused!(stolen.send(), AlreadyAnswered);
        run_to(7);
        assert_event(Event::HostNoShow { job: id, host: host(1), penalty: 65 });
    });
}

#[test]
fn seal_result_should_refuse_when_it_cannot_count() {
    with_hosts(3, || {
        let id = submit_with(redundant(2));
        let seal = H256::repeat_byte(8);
        assert_refused!(send_seal(99, &host(0), seal), UnknownJob);
        assert_refused!(send_seal(id, &host(2), seal), NotAssigned);
        let forged = seal_signature(id, &host(0), &seal, &worker(1));
        let call = |signature| Jobs::seal_result(RuntimeOrigin::signed(BOB), id, host(0), seal, signature);
        assert_refused!(call(forged), BadSignature);
        let elsewhere = seal_signature(id + 1, &host(0), &seal, &worker(0));
        assert_refused!(call(elsewhere), BadSignature);
        assert_free_of_charge(call(seal_signature(id, &host(0), &seal, &worker(0))));
        assert_refused!(send_seal(id, &host(0), H256::zero()), AlreadySealed);
        assert_ok!(send_seal(id, &host(1), seal));
        assert_refused!(send_seal(id, &host(1), seal), NotSealing);
        let single = submit();
        assert_refused!(send_seal(single, &host(0), seal), NotSealing);
    });
}

#[test]
fn a_missing_seal_should_cost_its_host_and_the_others_go_on() {
    with_hosts(3, || {
        let id = submit_with(redundant(3));
        let results = seal_all(id, &[1.0, 1.0]);
        let late = Signed::output(id, &host(2), output(1.0));
        run_to(12);
        assert_event(Event::HostNoShow { job: id, host: host(2), penalty: 65 });
        assert_event(Event::RevealStarted { job: id, sealed: 2, deadline: 17 });
        assert_eq!(escrow(&ALICE), 2 * FEE, "its fee came back");
        assert_refused!(send_seal(id, &host(2), late.seal()), NotSealing);
        assert_refused!(late.send(), NotAssigned);
        for result in results {
            assert_ok!(result.send());
        }
        assert_event(Event::JobAgreed { job: id, hosts: 2, refunded: 0 });
        run_to(19);
        assert_event(Event::JobFinalised { job: id, paid: 2 * FEE, refunded: 0 });
    });
}

#[test]
fn a_missing_reveal_should_cost_its_host_when_the_input_had_to_be_fetched() {
    with_hosts(3, || {
        let input = content(vec![(DType::Int64, vec![1, 3])], "http://somewhere");
        assert_ok!(Jobs::submit_with(RuntimeOrigin::signed(ALICE), EMBED, input, 200, redundant(3)));
        for index in 0..2 {
            let sealed = Signed::output(0, &host(index), output(1.0));
            assert_ok!(send_seal(0, &host(index), sealed.seal()));
        }
        run_to(12);
        assert_event(Event::HostNoShow { job: 0, host: host(2), penalty: 0 });
        run_to(18);
        assert_event(Event::HostNoShow { job: 0, host: host(0), penalty: 65 });
        assert_event(Event::HostNoShow { job: 0, host: host(1), penalty: 65 });
        assert!(is_gone(0));
    });
}

#[test]
fn nobody_should_reveal_when_no_majority_can_come_about() {
    with_hosts(3, || {
        let id = submit_with(redundant(3));
        let honest = Signed::output(id, &host(0), output(1.0));
        assert_ok!(send_seal(id, &host(0), honest.seal()));
        run_to(12);
        assert_event(Event::HostNoShow { job: id, host: host(1), penalty: 65 });
        assert_event(Event::HostNoShow { job: id, host: host(2), penalty: 65 });
        assert_event(Event::JobExpired { job: id, refunded: 3 * FEE });
        assert!(is_gone(id));
        assert_refused!(honest.send(), UnknownJob);
        assert_eq!(MockMarket::host(&host(0)).slashed, 0);
    });
}

#[test]
fn a_missing_reveal_should_cost_its_host_and_the_majority_is_paid() {
    with_hosts(3, || {
        let id = submit_with(redundant(3));
        let results = seal_all(id, &[1.0, 1.0, 1.0]);
        assert_ok!(results[0].send());
        assert_ok!(results[2].send());
        run_to(7);
        assert_event(Event::HostNoShow { job: id, host: host(1), penalty: 65 });
        assert_event(Event::JobAgreed { job: id, hosts: 2, refunded: FEE });
        assert_refused!(results[1].send(), NotAssigned);
        run_to(14);
        assert_event(Event::JobFinalised { job: id, paid: 2 * FEE, refunded: 0 });
    });
}

#[test]
fn a_missing_reveal_should_count_against_the_majority() {
    with_hosts(3, || {
        let id = submit_with(redundant(3));
        let results = seal_all(id, &[1.0, 1.0, 1.0]);
        assert_ok!(results[0].send());
        run_to(7);
        assert!(events().iter().any(|event| matches!(event, Event::JobDisagreed { refunded: 390, .. })));
        assert_eq!(free(&host(0)), 1_000);
    });
}

#[test]
fn a_redundant_job_should_refund_in_full_when_nobody_reveals() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        seal_all(id, &[1.0, 1.0]);
        run_to(7);
        assert!(is_gone(id));
        assert_event(Event::JobExpired { job: id, refunded: 2 * FEE });
        assert_eq!(free(&ALICE), 1_000_000);
    });
}

#[test]
fn a_redundant_job_should_be_assigned_anew_when_nobody_seals() {
    with_hosts(4, || {
        let id = submit_with(redundant(2));
        run_to(12);
        let hosts: Vec<_> = job(id).state.assignments().into_iter().map(|a| a.host.clone()).collect();
        assert_eq!(hosts, vec![host(2), host(3)]);
        run_to(23);
        assert!(is_gone(id));
        assert_eq!(free(&ALICE), 1_000_000);
        assert!((0..4).all(|index| MockMarket::host(&host(index)).slashed == 65));
    });
}
