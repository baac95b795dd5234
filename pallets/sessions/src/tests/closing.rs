use super::*;

fn by_host(calls: &Calls, voucher: Option<SignedVoucher>) -> sp_runtime::DispatchResult {
    Sessions::close(RuntimeOrigin::signed(host(0)), calls.id(), voucher)
}

fn agree(calls: &Calls, voucher: Voucher) -> sp_runtime::DispatchResult {
    let signature = calls.worker().sign(&voucher.last_hash::<HostBlake2b>().0);
    Sessions::close_agreed(RuntimeOrigin::signed(ALICE), voucher, signature)
}

fn end(id: SessionId) -> DispatchResultWithPostInfo {
    Sessions::end(RuntimeOrigin::signed(BOB), id)
}

#[test]
fn close_should_give_the_host_notice_when_the_requester_closes() {
    with_session(|calls| {
        calls.answer(5);
        skip_to(10);
        assert_ok!(calls.close(ALICE));
        assert_event(Event::SessionClosing { session: 0, until: 18 });
        assert_refused!(calls.close(ALICE), NotOpen);
        run_to(18);
        // In the last block, at nobody's cost.
        assert_free_of_charge(calls.settle());
        assert_event(Event::VoucherTaken { session: 0, calls: 5, fee: 5 * FEE });
        assert_eq!(session(0).batches, 0);
        run_to(19);
        assert_eq!((session(0).state, escrow(&ALICE)), (SessionState::Ended, 5 * FEE));
        assert_event(Event::SessionEnded { session: 0, calls: 5, fee: 5 * FEE, refunded: DEPOSIT - 5 * FEE });
        assert_eq!(batch(0, 0).until, 25);
        assert_eq!(NewsLog::get(), [News::Settled(calls.batch_key(0), 5)], "audits hear of it");
        assert_eq!(counted(0), 5, "five calls of the most that one may cost are not worth more");
        run_to(26);
        assert!(is_gone(0));
        assert_eq!((escrow(&ALICE), deposit(&ALICE)), (0, 0));
        assert_event(Event::SessionRemoved { session: 0 });
    });
}

#[test]
fn settle_should_raise_the_last_batch_while_the_session_is_closing() {
    with_session(|calls| {
        skip_to(10);
        assert_ok!(calls.close(ALICE));
        // The requester settles less than it owes, to take the place of the host's settlement.
        calls.answer(1);
        assert_ok!(calls.settle());
        calls.answer(1);
        assert_ok!(calls.settle_signed());
        calls.answer(6);
        skip_to(12);
        assert_refused!(calls.settle(), TooSoon);
        skip_to(13);
        assert_ok!(calls.settle());
        calls.answer(1);
        assert_ok!(calls.settle_signed());
        run_to(19);
        assert_eq!((batch(0, 0).calls, batch(0, 0).fee), (9, 9 * FEE));
        assert_eq!(session(0).batches, 1);
    });
}

#[test]
fn settle_should_be_heard_until_somebody_ends_the_session() {
    with_session(|calls| {
        assert_ok!(calls.close(ALICE));
        skip_to(30);
        calls.answer(2);
        assert_ok!(calls.settle());
        assert_free_of_charge(end(0));
        calls.answer(1);
        assert_refused!(calls.settle_signed(), Ended);
        assert_refused!(end(0), Ended);
        assert_refused!(calls.close(ALICE), Ended);
        assert_refused!(by_host(calls, None), Ended);
        assert_refused!(agree(calls, calls.bare()), Ended);
    });
}

#[test]
fn close_should_refuse_a_voucher_when_the_requester_sends_it_alone() {
    with_session(|calls| {
        calls.answer(3);
        let voucher = Some(calls.voucher());
        assert_refused!(Sessions::close(RuntimeOrigin::signed(ALICE), 0, voucher.clone()), NotAccepted);
        assert_refused!(Sessions::close(RuntimeOrigin::signed(BOB), 0, voucher.clone()), NotParty);
        assert_ok!(calls.close(ALICE));
        assert_ok!(by_host(calls, voucher));
        assert_eq!((session(0).state, batch(0, 0).calls), (SessionState::Ended, 3));
    });
}

#[test]
fn close_should_end_at_once_when_the_host_closes() {
    with_session(|calls| {
        calls.answer(4);
        let other = open();
        let forged = SignedVoucher { voucher: calls.bare(), ..other.voucher() };
        assert_refused!(by_host(calls, Some(forged)), BadVoucherSignature);
        assert_ok!(by_host(calls, Some(calls.voucher())));
        assert_eq!(session(0).state, SessionState::Ended);
        assert_eq!(escrow(&ALICE), 4 * FEE + DEPOSIT, "the rest of the first, and the second session");
        run_to(8);
        assert!(is_gone(0));
    });
    with_session(|calls| {
        calls.answer(4);
        assert_ok!(by_host(calls, None));
        assert!(is_gone(0), "it asked for nothing");
        assert_eq!((escrow(&ALICE), deposit(&ALICE), free(&host(0))), (0, 0, 1_000));
        assert_refused!(calls.settle_signed(), UnknownSession);
    });
}

#[test]
fn close_should_end_the_notice_when_the_host_closes_too() {
    with_session(|calls| {
        assert_ok!(calls.close(ALICE));
        calls.answer(1);
        assert_ok!(calls.settle_signed());
        assert_ok!(by_host(calls, None));
        assert_eq!((session(0).state, batch(0, 0).calls), (SessionState::Ended, 1));
    });
}

#[test]
fn close_agreed_should_end_at_once_when_both_signed() {
    with_session(|calls| {
        calls.answer(2);
        let voucher = calls.bare();
        let forged = worker(1).sign(&voucher.last_hash::<HostBlake2b>().0);
        let alone = Sessions::close_agreed(RuntimeOrigin::signed(ALICE), voucher.clone(), forged);
        assert_refused!(alone, BadSignature);
        let signature = worker(0).sign(&voucher.last_hash::<HostBlake2b>().0);
        let other = Sessions::close_agreed(RuntimeOrigin::signed(BOB), voucher.clone(), signature);
        assert_refused!(other, NotParty);
        assert_refused!(agree(calls, Voucher { fee: 2 * MAX_FEE + 1, ..voucher.clone() }), WrongFee);
        assert_refused!(agree(calls, Voucher { genesis: H256::zero(), ..voucher.clone() }), WrongVoucher);
        assert_ok!(agree(calls, voucher));
        assert_eq!((session(0).state, batch(0, 0).calls), (SessionState::Ended, 2));
    });
}

#[test]
fn close_agreed_should_be_refused_when_the_host_has_only_accepted_a_settlement() {
    with_session(|calls| {
        calls.make_batch(2);
        let settled = calls.bare();
        let acceptance = calls.accept(&settled);
        calls.answer(3);
        // It is public; the voucher for three more calls is not settled yet.
        assert_refused!(Sessions::close_agreed(RuntimeOrigin::signed(ALICE), settled, acceptance), BadSignature);
    });
}

#[test]
fn close_agreed_should_end_at_once_when_everything_is_settled() {
    with_session(|calls| {
        assert_ok!(agree(calls, calls.bare()));
        assert!(is_gone(0), "nobody ever called");
    });
    with_session(|calls| {
        calls.make_batch(2);
        let settled = calls.bare();
        assert_refused!(agree(calls, Voucher { receipts: H256::zero(), ..settled.clone() }), NothingNew);
        assert_refused!(agree(calls, Voucher { fee: settled.fee + 1, ..settled.clone() }), NothingNew);
        assert_ok!(agree(calls, settled));
        assert_eq!((session(0).state, session(0).batches), (SessionState::Ended, 1));
    });
}

#[test]
fn session_should_end_by_itself_when_it_has_expired() {
    with_session(|calls| {
        run_to(EXPIRES + 1);
        calls.answer(2);
        assert_free_of_charge(calls.settle());
        assert_eq!(session(0).batches, 0, "it is closing");
        assert_refused!(calls.close(ALICE), NotOpen);
        run_to(NOTICE);
        assert_refused!(end(0), TooEarly);
        calls.answer(1);
        assert_ok!(calls.settle());
        run_to(NOTICE + 1);
        assert_eq!((session(0).state, batch(0, 0).calls), (SessionState::Ended, 3));
        run_to(NOTICE + 8);
        assert!(is_gone(0));
    });
}

#[test]
fn end_should_return_everything_when_the_host_never_settles() {
    with_session(|calls| {
        let before = free(&ALICE) + DEPOSIT + BOND;
        calls.answer(7);
        skip_to(NOTICE);
        assert_refused!(end(0), TooEarly);
        skip_to(NOTICE + 1);
        assert_free_of_charge(end(0));
        assert!(is_gone(0));
        assert_eq!((free(&ALICE), MockMarket::host(&host(0)).exposure), (before, 0));
    });
}

#[test]
fn batches_should_be_paid_when_the_session_has_ended_around_them() {
    with_session(|calls| {
        calls.make_batch(1);
        skip_to(4);
        calls.make_batch(2);
        assert_ok!(by_host(calls, None));
        assert_eq!((session(0).batches, counted(0)), (2, 3));
        run_to(8);
        assert_eq!((session(0).batches, escrow(&ALICE)), (1, 2 * FEE));
        run_to(11);
        assert!(is_gone(0));
    });
}

#[test]
fn session_with_oneself_should_end_like_any_other() {
    with_hosts(1, || {
        assert_ok!(Balances::transfer_keep_alive(RuntimeOrigin::signed(BOB), host(0), 9_000));
        let key = voucher_key().public();
        assert_ok!(Sessions::open(RuntimeOrigin::signed(host(0)), EMBED, None, 5, 200, DEPOSIT, EXPIRES, key, false));
        let mut calls = Calls { terms: session(0).terms, receipts: Vec::new(), fee: 0 };
        calls.make_batch(3);
        assert_ok!(by_host(&calls, None));
        run_to(10);
        assert!(is_gone(0));
    });
}
