use super::*;

/// Shares of ten calls of [`FEE`]: a tenth for the publisher, a twentieth for auditors, a fiftieth for the treasury.
const TEN: (Balance, Balance, Balance, Balance) = (1_084, 130, 60, 26);

#[test]
fn settle_should_make_a_batch_that_is_paid_when_its_window_has_passed() {
    with_session(|calls| {
        skip_to(5);
        calls.answer(10);
        assert_free_of_charge(calls.settle());
        let receipts = calls.bare().receipts;
        let expected = Batch { first: 0, calls: 10, fee: 10 * FEE, receipts, until: 11, holds: 0, attested: false };
        assert_eq!(batch(0, 0), expected);
        assert_event(Event::SessionSettled {
            session: 0,
            number: 0,
            first: 0,
            calls: 10,
            fee: 10 * FEE,
            receipts,
            until: 11,
        });
        assert_eq!(NewsLog::get(), [News::Settled(calls.batch_key(0), 10)]);
        assert_eq!(MockMarket::host(&host(0)).worked, 1, "a voucher is a sign of life");
        run_to(11);
        assert_eq!((escrow(&ALICE), free(&host(0))), (DEPOSIT, 1_000));
        run_to(12);
        assert_eq!(BatchesOf::<Test>::get(0, 0), None);
        assert_eq!(escrow(&ALICE), DEPOSIT - 10 * FEE);
        let (to_host, royalty, levy, treasury) = TEN;
        let paid = [&host(0), &PUBLISHER, &AUDIT_POT, &TREASURY].map(|who| free(who) - 1_000);
        assert_eq!(paid, [to_host, royalty, levy, treasury]);
        let (host, amount, stakers) = (host(0), to_host, 0);
        assert_event(Event::BatchPaid { session: 0, number: 0, host, amount, stakers, royalty, levy, treasury });
    });
}

#[test]
fn settle_should_pay_for_new_calls_only_when_vouchers_are_cumulative() {
    with_session(|calls| {
        skip_to(5);
        calls.answer(3);
        assert_ok!(calls.settle());
        skip_to(8);
        calls.answer(2).fail();
        assert_ok!(calls.settle());
        let Batch { first, calls: count, fee, receipts, .. } = batch(0, 1);
        assert_eq!((first, count, fee), (3, 3, 2 * FEE + BASE_FEE));
        assert_eq!(receipts, calls.bare().receipts, "it commits to all calls from the first");
        run_to(20);
        assert_eq!(escrow(&ALICE), DEPOSIT - 5 * FEE - BASE_FEE);
        // 2 250 are left of 3 000.
        assert_eq!(counted(0), 15);
    });
}

/// An ordinary session, or one of the attested tier.
fn open_tier(attested: bool) -> Calls {
    let (id, key) = (crate::NextSessionId::<Test>::get(), voucher_key().public());
    assert_ok!(Sessions::open(
        RuntimeOrigin::signed(ALICE),
        EMBED,
        None,
        MAX_UNITS,
        200,
        DEPOSIT,
        EXPIRES,
        key,
        attested
    ));
    Calls { terms: session(id).terms, receipts: Vec::new(), fee: 0 }
}

#[test]
fn batch_should_be_final_sooner_when_an_attested_host_was_asked_for() {
    with_hosts(2, || {
        Attested::set(vec![host(1)]);
        let mut calls = open_tier(true);
        assert_eq!(calls.terms.host, host(1), "only an attested host is drawn");
        skip_to(5);
        calls.answer(2);
        assert_ok!(calls.settle());
        assert!(batch(0, 0).attested);
        assert_eq!(batch(0, 0).until, 7);
        // Its machine is not attested any more: from now on by the ordinary rules.
        Attested::set(vec![]);
        skip_to(9);
        calls.answer(2);
        assert_ok!(calls.settle());
        assert!(!batch(0, 1).attested);
        assert_eq!(batch(0, 1).until, 15);
        run_to(30);
    });
}

#[test]
fn batch_should_keep_the_ordinary_window_when_nobody_asked_for_an_attested_host() {
    with_hosts(1, || {
        Attested::set(vec![host(0)]);
        let mut calls = open_tier(false);
        skip_to(5);
        calls.answer(2);
        assert_ok!(calls.settle());
        assert!(!batch(0, 0).attested);
        assert_eq!(batch(0, 0).until, 11);
        run_to(30);
    });
}

#[test]
fn open_should_be_refused_when_no_host_is_attested() {
    with_hosts(2, || {
        let key = voucher_key().public();
        let open = |host| {
            Sessions::open(RuntimeOrigin::signed(ALICE), EMBED, host, MAX_UNITS, 200, DEPOSIT, EXPIRES, key, true)
        };
        assert_refused!(open(None), NoAttestedHost);
        assert_refused!(open(Some(host(0))), NoAttestedHost);
    });
}

#[test]
fn settle_should_cost_the_same_however_many_calls_it_pays_for() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| {
            (host.per_call, host.per_unit, host.stake) = (0, 1, 10_000_000);
        });
        let key = voucher_key().public();
        assert_ok!(Sessions::open(RuntimeOrigin::signed(ALICE), EMBED, None, 1, 1, 900_000, EXPIRES, key, false));
        let genesis = Pallet::<Test>::genesis();
        let voucher = Voucher { genesis, session: 0, calls: 900_000, fee: 900_000, receipts: H256::repeat_byte(1) };
        let acceptance = worker(0).sign(&voucher.hash::<HostBlake2b>().0);
        assert_ok!(Sessions::settle(RuntimeOrigin::signed(BOB), signed(voucher), acceptance));
        assert_eq!((batch(0, 0).calls, counted(0)), (900_000, 900_000));
        run_to(20);
        assert_eq!(escrow(&ALICE), 0);
        assert_eq!(counted(0), 1, "its host stays as long as it runs");
    });
}

#[test]
fn settle_should_be_free_once_in_an_interval() {
    with_session(|calls| {
        calls.answer(1);
        skip_to(3);
        assert_refused!(calls.settle(), TooSoon);
        skip_to(4);
        assert_free_of_charge(calls.settle());
        calls.answer(1);
        assert_eq!(calls.settle_signed().unwrap().pays_fee, Pays::Yes, "whoever pays need not wait");
        calls.answer(1);
        skip_to(6);
        assert_refused!(calls.settle(), TooSoon);
        skip_to(7);
        assert_free_of_charge(calls.settle());
    });
}

#[test]
fn settle_should_not_be_free_when_its_calls_cost_too_little() {
    with_session(|calls| {
        FreeFee::set(&(3 * FEE));
        skip_to(4);
        calls.answer(2);
        assert_refused!(calls.settle(), TooLittle);
        calls.answer(1);
        assert_free_of_charge(calls.settle());
        skip_to(7);
        // What was settled before does not count again.
        calls.answer(2);
        assert_refused!(calls.settle(), TooLittle);
        assert_eq!(calls.settle_signed().unwrap().pays_fee, Pays::Yes, "whoever pays settles what there is");
        calls.answer(1);
        assert_refused!(calls.settle(), TooLittle);
        // The last settlement is free, whatever it brings.
        assert_ok!(calls.close(ALICE));
        skip_to(8);
        assert_free_of_charge(calls.settle());
    });
}

#[test]
fn settle_should_be_refused_when_the_voucher_does_not_add_up() {
    with_session(|calls| {
        calls.answer(4);
        let send = |voucher: SignedVoucher| calls.send(voucher);
        let good = calls.bare();
        assert_refused!(send(signed(Voucher { genesis: H256::repeat_byte(9), ..good.clone() })), WrongVoucher);
        assert_refused!(send(signed(Voucher { session: 1, ..good.clone() })), UnknownSession);
        assert_refused!(send(signed(Voucher { calls: 0, ..good.clone() })), NothingNew);
        assert_refused!(send(signed(Voucher { fee: 4 * MAX_FEE + 1, ..good.clone() })), WrongFee);
        let above = Voucher { calls: 100, fee: DEPOSIT + 1, ..good.clone() };
        assert_refused!(send(signed(above)), WrongFee);
        let mut forged = signed(good.clone());
        forged.voucher.fee += 1;
        assert_refused!(send(forged), BadVoucherSignature);
        let by_host = SignedVoucher { signature: worker(0).sign(&good.hash::<HostBlake2b>().0), voucher: good.clone() };
        assert_refused!(send(by_host), BadVoucherSignature);
        assert_ok!(send(signed(Voucher { fee: 4 * MAX_FEE, ..good.clone() })));
        assert_refused!(send(signed(Voucher { fee: 4 * MAX_FEE, ..good.clone() })), NothingNew);
        assert_refused!(send(signed(Voucher { calls: 3, ..good.clone() })), NothingNew);
        assert_refused!(send(signed(Voucher { calls: 5, fee: 4 * MAX_FEE - 1, ..good.clone() })), WrongFee);
        assert_refused!(send(signed(Voucher { calls: 5, fee: 5 * MAX_FEE + 1, ..good.clone() })), WrongFee);
        assert_ok!(send(signed(Voucher { calls: 5, fee: 4 * MAX_FEE, ..good })));
    });
}

#[test]
fn settle_should_be_refused_when_the_host_did_not_accept_the_voucher() {
    with_session(|calls| {
        calls.answer(3);
        // Receipts that were never given: the host could open none of them, and would be convicted.
        let invented = signed(Voucher { receipts: H256::repeat_byte(7), ..calls.bare() });
        let acceptance = calls.accept(&calls.bare());
        let alice = || RuntimeOrigin::signed(ALICE);
        assert_refused!(Sessions::settle(alice(), invented.clone(), acceptance), BadSignature);
        assert_refused!(Sessions::settle(alice(), invented.clone(), invented.signature), BadSignature);
        assert_refused!(Sessions::close(alice(), 0, Some(invented)), NotAccepted);
        assert_ok!(calls.settle_signed());
    });
}

#[test]
fn settle_should_be_refused_when_the_voucher_is_of_another_session() {
    with_hosts(1, || {
        let mut first = open();
        let second = open();
        first.answer(2);
        let mut voucher = first.voucher();
        voucher.voucher.session = second.id();
        assert_refused!(first.send(voucher), BadVoucherSignature);
        assert_ok!(first.settle_signed());
        assert_eq!(session(second.id()).settled, Settled::default());
    });
}

#[test]
fn settle_should_wait_when_all_batches_but_the_last_are_taken() {
    with_session(|calls| {
        (0..3).for_each(|_| assert_eq!(calls.make_batch(1), session(0).next_batch - 1));
        calls.answer(1);
        assert_refused!(calls.settle_signed(), TooManyBatches);
        // The last place is kept for the end.
        assert_ok!(calls.close(ALICE));
        assert_ok!(calls.settle_signed());
        run_to(10);
        assert_eq!((session(0).state, session(0).batches), (SessionState::Ended, 1));
        run_to(20);
        assert!(is_gone(0));
    });
}

#[test]
fn shares_should_go_elsewhere_when_a_payee_cannot_exist() {
    with_session(|calls| {
        // The treasury takes what the publisher cannot.
        let _ = Balances::force_set_balance(RuntimeOrigin::root(), PUBLISHER, 0);
        let issued = Balances::total_issuance();
        calls.make_batch(1);
        run_to(10);
        let (payee, to) = (PUBLISHER, TREASURY);
        assert_event(Event::ShareDiverted { session: 0, payee, to, amount: 13 });
        assert_eq!(free(&TREASURY), 1_000 + 13 + 2);
        // Neither can take it: it goes back to the requester at once.
        let _ = Balances::force_set_balance(RuntimeOrigin::root(), TREASURY, 0);
        let before = free(&ALICE);
        calls.make_batch(1);
        run_to(20);
        assert_eq!((free(&ALICE), escrow(&ALICE)), (before + 13 + 2, DEPOSIT - 2 * FEE));
        let gone = Balances::total_issuance();
        assert_eq!(gone, issued - 1_000 - 15);
        let _ = Balances::force_set_balance(RuntimeOrigin::root(), PUBLISHER, 1_000);
        let _ = Balances::force_set_balance(RuntimeOrigin::root(), TREASURY, 1_015);
    });
}

#[test]
fn stakers_should_get_their_part_when_a_batch_is_paid() {
    with_session(|calls| {
        StakersPart::set(Permill::from_percent(40));
        let _ = Balances::force_set_balance(RuntimeOrigin::root(), STAKERS, 100);
        calls.make_batch(10);
        run_to(10);
        let stakers = 434;
        assert_eq!((free(&STAKERS), free(&host(0))), (100 + stakers, 1_000 + TEN.0 - stakers));
        assert_eq!(Rewarded::get(), [(host(0), stakers)], "once for the batch");
        let _ = Balances::force_set_balance(RuntimeOrigin::root(), STAKERS, stakers);
    });
}

#[test]
fn finalise_should_be_anyones_when_hooks_have_no_room() {
    with_session(|calls| {
        let number = calls.make_batch(2);
        let finalise = |number| Sessions::finalise(RuntimeOrigin::signed(BOB), 0, number);
        skip_to(7);
        assert_refused!(finalise(number), TooEarly);
        assert_refused!(finalise(1), UnknownBatch);
        skip_to(8);
        assert_free_of_charge(finalise(number));
        assert_refused!(finalise(number), UnknownBatch);
        assert_eq!(escrow(&ALICE), DEPOSIT - 2 * FEE);
    });
}
