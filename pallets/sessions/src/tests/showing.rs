use super::*;

#[test]
fn present_should_open_a_receipt_before_it_is_settled() {
    with_session(|calls| {
        calls.answer(3);
        assert_ok!(calls.present(calls.receipts[2].clone()));
        let receipt = calls.receipts[2].receipt.hash::<HostBlake2b>();
        assert_event(Event::ReceiptShown { session: 0, index: 2, receipt, by: Some(BOB), until: 7 });
        assert_eq!(deposit(&BOB), 30 + 24);
        assert_eq!(NewsLog::get(), [], "audits are drawn, not asked for");
        assert_eq!(<Sessions as ReceiptsTrait<_>>::outputs(&calls.key(2)), outputs(2));
        // It becomes part of the batch that pays for it.
        assert_ok!(<Sessions as ReceiptsTrait<_>>::hold(&calls.key(2)));
        assert_ok!(calls.settle_signed());
        assert_eq!((batch(0, 0).holds, Receipts::<Test>::get(0, 2).unwrap().batch), (1, Some(0)));
        run_to(12);
        assert_eq!(escrow(&ALICE), DEPOSIT, "not paid while somebody looks at it");
        <Sessions as ReceiptsTrait<_>>::release(&calls.key(2));
        run_to(13);
        assert_eq!((deposit(&BOB), escrow(&ALICE)), (0, DEPOSIT - 3 * FEE));
        assert_event(Event::ReceiptClosed { session: 0, index: 2 });
        assert_eq!(NewsLog::get().last(), Some(&News::Closed(calls.key(2))));
    });
}

#[test]
fn present_should_be_refused_when_the_receipt_lies_open() {
    with_session(|calls| {
        calls.answer(1);
        assert_ok!(calls.present(calls.receipts[0].clone()));
        assert_refused!(calls.present(calls.receipts[0].clone()), AlreadyShown);
        let failed = calls.receipt_of(0, Outcome::Failed { node: 1, index: 0 });
        let other = Sessions::present(RuntimeOrigin::signed(BOB), failed, input(0), vec![]);
        assert_refused!(other, OtherReceipt);
        run_to(8);
        assert_ok!(calls.present(calls.receipts[0].clone()));
    });
}

#[test]
fn present_should_be_refused_when_the_batch_is_final() {
    with_session(|calls| {
        let first = calls.make_batch(2);
        skip_to(4);
        calls.make_batch(2);
        assert_ok!(calls.present(calls.receipts[0].clone()));
        assert_eq!(Receipts::<Test>::get(0, 0).unwrap().batch, Some(first));
        run_to(8);
        assert_refused!(calls.present(calls.receipts[1].clone()), TooLate);
        assert_ok!(calls.present(calls.receipts[2].clone()));
        // Not settled: presented as long as the session lives.
        calls.answer(2);
        assert_ok!(calls.present(calls.receipts[4].clone()));
        assert_ok!(calls.close(ALICE));
        assert_ok!(calls.present(calls.receipts[5].clone()));
        let mut five = calls.clone();
        five.receipts.truncate(5);
        five.fee -= FEE;
        assert_ok!(five.settle_signed());
        run_to(17);
        assert_eq!(session(0).state, SessionState::Ended);
        assert_ok!(calls.present(calls.receipts[4].clone()));
        assert_refused!(calls.present(calls.receipts[5].clone()), TooLate);
        run_to(30);
        assert!(is_gone(0));
        assert_refused!(calls.present(calls.receipts[4].clone()), UnknownSession);
    });
}

#[test]
fn present_should_be_refused_when_the_receipt_is_of_something_else() {
    with_session(|calls| {
        let good = calls.honest(0);
        let with = |change: &dyn Fn(&mut Receipt)| {
            let mut receipt = good.receipt.clone();
            change(&mut receipt);
            sign(receipt, &worker(0))
        };
        let other_session = with(&|r| r.draft.path = ReceiptPath::Session { session: 1, index: 0 });
        assert_refused!(calls.present(other_session), UnknownSession);
        for other in [
            with(&|r| r.draft.genesis = H256::zero()),
            with(&|r| r.draft.requester = BOB),
            with(&|r| r.draft.host = host(1)),
            with(&|r| r.draft.release = PRIVATE),
            with(&|r| r.draft.variant = H256::zero()),
            with(&|r| r.draft.units = 2),
            with(&|r| r.draft.fee = 1),
            with(&|r| r.draft.insured = 1),
            with(&|r| r.draft.block = 2),
        ] {
            assert_refused!(calls.present(other), WrongReceipt);
        }
        let present = |receipt, input, outputs| Sessions::present(RuntimeOrigin::signed(BOB), receipt, input, outputs);
        let job = with(&|r| r.draft.path = ReceiptPath::Job(0));
        assert_refused!(present(job, input(0), outputs(0)), WrongReceipt);
        let far = with(&|r| r.draft.path = ReceiptPath::Session { session: 0, index: 1 << 32 });
        assert_refused!(present(far, input(0), outputs(0)), WrongReceipt);
        let by_other = sign(good.receipt.clone(), &worker(1));
        assert_refused!(calls.present(by_other), BadSignature);
        assert_refused!(present(good.clone(), ids(&[1; 4_000]), outputs(0)), InputTooLarge);
        assert_refused!(present(good.clone(), input(1), outputs(0)), WrongInputRoot);
        assert_refused!(present(good.clone(), input(0), outputs(1)), WrongOutputRoot);
        assert_refused!(present(good.clone(), Payload::Inline(Default::default()), outputs(0)), WrongShape);
        let nowhere = Payload::Content { tensors: Default::default(), source: Default::default() };
        assert_refused!(present(good.clone(), nowhere, outputs(0)), NoSource);
        let refs = input(0).refs::<HostBlake2b>();
        let source = b"http://127.0.0.1".to_vec().try_into().unwrap();
        let content = Payload::Content { tensors: refs.try_into().unwrap(), source };
        assert_ok!(present(good, content, outputs(0)));
        assert_eq!(deposit(&BOB), 30);
    });
}

#[test]
fn present_should_be_refused_when_a_call_costs_more_than_a_call_may() {
    with_session(|calls| {
        let wide = ids(&[1; 6]);
        let mut receipt = calls.honest(0).receipt;
        receipt.draft.units = 6;
        receipt.draft.fee = 160;
        receipt.draft.input_root = wide.root::<HostBlake2b>();
        let receipt = sign(receipt, &worker(0));
        assert_refused!(Sessions::present(RuntimeOrigin::signed(BOB), receipt, wide, outputs(0)), WrongReceipt);
    });
}

#[test]
fn present_should_be_refused_when_too_many_are_presented_or_funds_are_short() {
    with_session(|calls| {
        calls.answer(20);
        let poor = Sessions::present(RuntimeOrigin::signed(PUBLISHER), calls.honest(0), input(0), outputs(0));
        assert_ok!(poor);
        let nobody = AccountId::new([50; 32]);
        let _ = Balances::force_set_balance(RuntimeOrigin::root(), nobody.clone(), 50);
        let poor = Sessions::present(RuntimeOrigin::signed(nobody.clone()), calls.honest(1), input(1), outputs(1));
        assert_refused!(poor, FundsTooLow);
        let _ = Balances::force_set_balance(RuntimeOrigin::root(), nobody, 0);
        for index in 1..MAX_PRESENTED {
            assert_ok!(calls.present(calls.receipts[index as usize].clone()));
        }
        assert_refused!(calls.present(calls.receipts[19].clone()), TooManyPresented);
    });
}

#[test]
fn present_should_not_keep_a_call_from_being_drawn() {
    with_session(|calls| {
        let number = calls.make_batch(2);
        assert_ok!(calls.present(calls.receipts[0].clone()));
        skip_to(3);
        calls.draw(number, 0);
        assert_eq!((session(0).presented, session(0).sampled), (1, 1));
        assert_ok!(calls.open_sample(0, calls.sample(0, 2)));
        let shown = Receipts::<Test>::get(0, 0).unwrap();
        assert_eq!((shown.until, shown.holds, shown.presenter), (9, 1, Some((BOB, 54))));
        assert_eq!((session(0).presented, session(0).sampled), (1, 0));
        <Sessions as ReceiptsTrait<_>>::release(&calls.key(0));
        run_to(10);
        assert_eq!(deposit(&BOB), 0);
    });
}

#[test]
fn open_sample_should_be_refused_when_another_receipt_was_presented() {
    with_session(|calls| {
        let number = calls.make_batch(1);
        let failed = calls.receipt_of(0, Outcome::Failed { node: 1, index: 0 });
        assert_ok!(Sessions::present(RuntimeOrigin::signed(BOB), failed, input(0), vec![]));
        calls.draw(number, 0);
        assert_refused!(calls.open_sample(0, calls.sample(0, 1)), OtherReceipt);
    });
}

#[test]
fn retire_should_be_anyones_when_hooks_have_no_room() {
    with_session(|calls| {
        assert_ok!(calls.present(calls.honest(0)));
        let retire = |index| Sessions::retire(RuntimeOrigin::signed(CAROL), 0, index);
        skip_to(7);
        assert_refused!(retire(0), TooEarly);
        assert_refused!(retire(1), NoReceipt);
        skip_to(8);
        assert_free_of_charge(retire(0));
        assert_eq!((deposit(&BOB), session(0).presented), (0, 0));
    });
}
