//! Finalising: exact amounts, and payees that cannot be paid.

use super::*;

fn finalise(id: JobId) -> DispatchResultWithPostInfo {
    Jobs::finalise(RuntimeOrigin::signed(BOB), id)
}

/// Send everything an account has away, so that it is reaped.
fn reap(who: AccountId) {
    assert_ok!(Balances::transfer_all(RuntimeOrigin::signed(who), BOB, false));
}

#[test]
fn finalise_should_split_the_fee_when_the_window_has_passed() {
    with_hosts(1, || {
        let id = submit();
        deliver(id, &host(0));
        skip_to(7);
        assert_refused!(finalise(id), TooEarly);
        skip_to(8);
        assert_free_of_charge(finalise(id));
        assert_eq!(free(&host(0)), 1_000 + TO_HOST);
        assert_eq!(free(&PUBLISHER), 1_000 + ROYALTY);
        assert_eq!(free(&AUDIT_POT), 1_000 + LEVY);
        assert_eq!(free(&TREASURY), 1_000 + TO_TREASURY);
        assert_eq!(free(&ALICE), 1_000_000 - FEE);
        assert_eq!((escrow(&ALICE), deposit(&ALICE)), (0, 0));
        assert_eq!(MockMarket::host(&host(0)).exposure, 0);
        assert!(is_gone(id));
        assert_eq!(outputs_of(id), 0);
        assert_event(Event::HostPaid {
            job: id,
            host: host(0),
            amount: TO_HOST,
            stakers: 0,
            royalty: ROYALTY,
            levy: LEVY,
            treasury: TO_TREASURY,
        });
        assert_event(Event::JobFinalised { job: id, paid: FEE, refunded: 0 });
        assert_refused!(finalise(id), UnknownJob);
    });
}

#[test]
fn finalise_should_pay_the_stakers_part_into_the_pot_when_there_are_stakers() {
    with_hosts(1, || {
        StakersPart::set(Permill::from_percent(50));
        let id = submit();
        deliver(id, &host(0));
        skip_to(8);
        assert_free_of_charge(finalise(id));
        let (own, stakers) = (TO_HOST - TO_HOST / 2, TO_HOST / 2);
        assert_eq!((free(&host(0)), free(&STAKERS)), (1_000 + own, stakers));
        assert_eq!(Rewarded::take(), vec![(host(0), stakers)]);
        let (amount, royalty, levy, treasury) = (own, ROYALTY, LEVY, TO_TREASURY);
        assert_event(Event::HostPaid { job: id, host: host(0), amount, stakers, royalty, levy, treasury });
        assert_event(Event::JobFinalised { job: id, paid: FEE, refunded: 0 });
    });
}

#[test]
fn finalise_should_pay_the_host_everything_when_the_pot_cannot_receive() {
    with_hosts(1, || {
        // The pot does not exist, and its part is below the existential deposit.
        StakersPart::set(Permill::from_percent(10));
        let id = submit();
        deliver(id, &host(0));
        skip_to(8);
        assert_free_of_charge(finalise(id));
        assert_eq!((free(&host(0)), free(&STAKERS)), (1_000 + TO_HOST, 0));
        assert_eq!(Rewarded::take(), vec![(host(0), 0)]);
    });
}

#[test]
fn finalise_should_pay_the_base_fee_when_the_run_failed() {
    with_hosts(1, || {
        let id = submit();
        assert_ok!(Signed::failed(id, &host(0)).send());
        run_to(8);
        assert_event(Event::JobFinalised { job: id, paid: BASE_FEE, refunded: FEE - BASE_FEE });
        assert_eq!(free(&host(0)), 1_000 + 83);
        assert_eq!(free(&ALICE), 1_000_000 - BASE_FEE);
    });
}

#[test]
fn finalise_should_refuse_when_there_is_no_answer() {
    with_hosts(1, || {
        let id = submit();
        skip_to(60);
        assert_refused!(finalise(id), NotDelivered);
        assert_refused!(finalise(99), UnknownJob);
    });
}

#[test]
fn finalise_should_remove_a_settled_job_when_its_window_has_passed() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        let results = [Signed::output(id, &host(0), output(1.0)), Signed::output(id, &host(1), output(1.0))];
        results.iter().enumerate().for_each(|(i, r)| assert_free_of_charge(send_seal(id, &host(i as u8), r.seal())));
        results.iter().for_each(|result| assert_free_of_charge(result.send()));
        assert_refused!(finalise(id), TooEarly);
        skip_to(8);
        assert_ok!(finalise(id));
        assert!(is_gone(id));
    });
}

#[test]
fn finalise_should_pay_the_treasury_when_the_publisher_was_reaped() {
    with_hosts(1, || {
        let id = submit();
        deliver(id, &host(0));
        reap(PUBLISHER);
        run_to(8);
        assert!(is_gone(id));
        assert_eq!(free(&PUBLISHER), 0);
        assert_eq!(free(&TREASURY), 1_000 + TO_TREASURY + ROYALTY);
        assert_event(Event::ShareDiverted { job: id, payee: PUBLISHER, to: TREASURY, amount: ROYALTY });
    });
}

#[test]
fn finalise_should_refund_what_nobody_can_take() {
    with_hosts(1, || {
        let id = submit();
        deliver(id, &host(0));
        reap(PUBLISHER);
        reap(TREASURY);
        run_to(8);
        assert!(is_gone(id));
        assert_eq!(free(&ALICE), 1_000_000 - TO_HOST - LEVY);
        let refunded = ROYALTY + TO_TREASURY;
        assert_event(Event::JobFinalised { job: id, paid: FEE - refunded, refunded });
    });
}

#[test]
fn finalise_should_create_the_host_when_its_share_is_large_enough() {
    with_hosts(1, || {
        let id = submit();
        deliver(id, &host(0));
        reap(host(0));
        run_to(8);
        assert_eq!(free(&host(0)), TO_HOST);
    });
}

#[test]
fn finalise_should_work_when_the_requester_is_the_host_and_the_fee_is_zero() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| (host.per_call, host.per_unit) = (0, 0));
        assert_ok!(Jobs::submit(RuntimeOrigin::signed(host(0)), EMBED, input(), 0));
        deliver(0, &host(0));
        run_to(8);
        assert!(is_gone(0));
        assert_eq!(free(&host(0)), 1_000);
    });
}

#[test]
fn finalise_should_conserve_when_the_requester_is_its_own_host() {
    with_hosts(1, || {
        assert_ok!(Jobs::submit(RuntimeOrigin::signed(host(0)), EMBED, input(), 200));
        deliver(0, &host(0));
        run_to(8);
        assert_eq!(free(&host(0)), 1_000 - ROYALTY - LEVY - TO_TREASURY);
    });
}

fn attested() -> JobOptions {
    JobOptions { attested: true, ..Default::default() }
}

#[test]
fn job_should_be_final_sooner_when_an_attested_host_was_asked_for() {
    with_hosts(3, || {
        Attested::set(vec![host(1)]);
        let id = submit_with(attested());
        assert!(job(id).state.assignments().iter().all(|assignment| assignment.host == host(1)));
        deliver(id, &host(1));
        let JobState::Delivered { final_at, attested: true, .. } = job(id).state else { panic!("of the tier") };
        assert_eq!(final_at, 3);
        let key =
            candor_primitives::traits::ReceiptKey { path: candor_primitives::ReceiptPath::Job(id), host: host(1) };
        assert!(<Pallet<Test> as candor_primitives::traits::Receipts<_>>::receipt(&key).unwrap().attested);
        // What becomes of the machine afterwards changes nothing.
        Attested::set(vec![]);
        skip_to(4);
        assert_free_of_charge(finalise(id));
        assert_event(Event::JobFinalised { job: id, paid: FEE, refunded: 0 });
    });
}

#[test]
fn job_should_follow_the_ordinary_rules_when_its_host_is_attested_no_more() {
    with_hosts(1, || {
        Attested::set(vec![host(0)]);
        let id = submit_with(attested());
        Attested::set(vec![]);
        deliver(id, &host(0));
        let JobState::Delivered { final_at, attested: false, .. } = job(id).state else { panic!("not of the tier") };
        assert_eq!(final_at, 7);
        skip_to(8);
        assert_free_of_charge(finalise(id));
    });
}

#[test]
fn job_should_follow_the_ordinary_rules_when_nobody_asked_for_an_attested_host() {
    with_hosts(1, || {
        Attested::set(vec![host(0)]);
        let id = submit();
        deliver(id, &host(0));
        let JobState::Delivered { final_at, attested: false, .. } = job(id).state else { panic!("not of the tier") };
        assert_eq!(final_at, 7);
    });
}

#[test]
fn submit_should_be_refused_when_the_attested_tier_cannot_be_had() {
    with_hosts(2, || {
        let submit = |options| Jobs::submit_with(RuntimeOrigin::signed(ALICE), EMBED, input(), 200, options);
        assert_refused!(submit(attested()), NoAttestedHost);
        assert_refused!(submit(JobOptions { host: Some(host(0)), ..attested() }), NoAttestedHost);
        Attested::set(vec![host(0), host(1)]);
        assert_refused!(submit(JobOptions { redundancy: 2, ..attested() }), RedundantAttested);
    });
}
