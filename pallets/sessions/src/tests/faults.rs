use super::*;

fn report(first: SignedReceipt, second: SignedReceipt) -> DispatchResultWithPostInfo {
    Sessions::report_two(RuntimeOrigin::signed(CAROL), first, second)
}

#[test]
fn host_should_be_slashed_when_it_signed_two_receipts_for_one_call() {
    with_session(|calls| {
        calls.answer(2);
        let (good, bad) = (calls.honest(1), calls.receipt_of(1, Outcome::Failed { node: 1, index: 0 }));
        assert_free_of_charge(report(good.clone(), bad.clone()));
        assert_eq!(Orders::get(), [(host(0), ALICE, Some(CAROL))]);
        let [first, second] = [&good, &bad].map(|signed| signed.receipt.hash::<HostBlake2b>());
        let by = CAROL;
        assert!(events().iter().any(|event| matches!(event, Event::TwoReceiptsShown { first: f, second: s, by: b, .. } if (f, s, b) == (&first, &second, &by))));
        assert_event(Event::SessionOverturned { session: 0, host: host(0), refunded: DEPOSIT });
        assert_refused!(report(good, bad), AlreadyOverturned);
        run_to(2);
        assert!(is_gone(0));
    });
}

#[test]
fn report_two_should_convict_when_the_inputs_differ() {
    with_session(|calls| {
        let good = calls.honest(0);
        let mut other = good.receipt.clone();
        other.draft.input_root = input(7).root::<HostBlake2b>();
        assert_ok!(report(good, sign(other, &worker(0))));
    });
}

#[test]
fn report_two_should_be_refused_when_nothing_is_shown() {
    with_session(|calls| {
        let good = calls.honest(0);
        let with = |change: &dyn Fn(&mut Receipt)| {
            let mut receipt = good.receipt.clone();
            change(&mut receipt);
            sign(receipt, &worker(0))
        };
        // Signatures differ each time; the receipt does not.
        assert_refused!(report(good.clone(), sign(good.receipt.clone(), &worker(0))), NotTwoReceipts);
        assert_refused!(report(good.clone(), calls.honest(1)), NotTwoReceipts);
        for elsewhere in [
            // Another chain, another session of this number on a fork, another host that shares the key.
            with(&|r| r.draft.genesis = H256::zero()),
            with(&|r| r.draft.requester = BOB),
            with(&|r| r.draft.block = 3),
            with(&|r| r.draft.host = host(1)),
            with(&|r| r.draft.release = PRIVATE),
            with(&|r| r.draft.variant = H256::zero()),
        ] {
            assert_refused!(report(good.clone(), elsewhere.clone()), NotTwoReceipts);
            assert_refused!(report(elsewhere, good.clone()), NotTwoReceipts);
        }
        let failed = calls.receipt_of(0, Outcome::Failed { node: 1, index: 0 });
        assert_refused!(report(good.clone(), sign(failed.receipt, &worker(1))), BadSignature);
        let job = with(&|r| r.draft.path = ReceiptPath::Job(0));
        assert_refused!(report(job.clone(), job), WrongReceipt);
        let gone = with(&|r| r.draft.path = ReceiptPath::Session { session: 3, index: 0 });
        let failed =
            sign(Receipt { outcome: Outcome::Failed { node: 1, index: 0 }, ..gone.receipt.clone() }, &worker(0));
        assert_refused!(report(gone, failed), UnknownSession);
    });
}

#[test]
fn overturn_should_give_back_all_that_is_held_when_one_call_was_false() {
    with_session(|calls| {
        calls.make_batch(2);
        run_to(5);
        let second = calls.make_batch(3);
        run_to(8);
        assert_eq!(escrow(&ALICE), DEPOSIT - 2 * FEE, "the first batch is final");
        calls.make_batch(1);
        calls.answer(4);
        calls.draw(second, 1);
        assert_ok!(calls.open_sample(3, calls.sample(3, 5)));
        let before = free(&ALICE);
        let refunded = <Sessions as ReceiptsTrait<_>>::overturn(&calls.key(3)).unwrap().refunded;
        assert_eq!((refunded, free(&ALICE)), (DEPOSIT - 2 * FEE, before + refunded));
        assert_eq!(NewsLog::get().last(), Some(&News::Closed(calls.key(3))));
        assert_eq!(Sessions::batch(&calls.batch_key(2)), None, "whatever else it answered");
        assert!(calls.settle_signed().is_err());
        check_invariants();
        run_to(9);
        assert!(is_gone(0));
        assert_eq!(free(&host(0)) - 1_000, 217, "what was final stays paid");
    });
}

#[test]
fn every_dispute_should_get_its_verdict_when_a_session_is_overturned_twice() {
    with_session(|calls| {
        let number = calls.make_batch(3);
        for index in 0..3 {
            calls.draw(number, index);
            assert_ok!(calls.open_sample(index, calls.sample(index, 3)));
        }
        let overturn = |index| <Sessions as ReceiptsTrait<_>>::overturn(&calls.key(index)).map(|o| o.refunded);
        assert_eq!(overturn(1), Ok(DEPOSIT));
        assert!(overturn(1).is_err());
        // Swept, but two receipts are looked at.
        run_to(20);
        assert_eq!((session(0).sampled, session(0).batches, counted(0)), (2, 0, 2));
        assert!(<Sessions as ReceiptsTrait<_>>::receipt(&calls.key(0)).is_some());
        assert_eq!(overturn(2), Ok(0));
        <Sessions as ReceiptsTrait<_>>::release(&calls.key(0));
        run_to(21);
        assert!(is_gone(0));
        assert_eq!(MockMarket::host(&host(0)).exposure, 0);
    });
}

#[test]
fn sweep_should_be_anyones_when_hooks_have_no_room() {
    with_session(|calls| {
        calls.make_batch(1);
        let number = calls.make_batch(2);
        calls.draw(number, 0);
        calls.draw(number, 1);
        assert_ok!(report(calls.honest(0), calls.receipt_of(0, Outcome::Failed { node: 1, index: 0 })));
        assert_refused!(Sessions::finalise(RuntimeOrigin::signed(BOB), 0, 0), TooEarly);
        assert_free_of_charge(Sessions::end(RuntimeOrigin::signed(BOB), 0));
        assert!(is_gone(0));
        assert_refused!(Sessions::end(RuntimeOrigin::signed(BOB), 0), UnknownSession);
    });
}

#[test]
fn host_slashed_for_something_else_should_still_be_paid_what_it_earned() {
    with_session(|calls| {
        calls.make_batch(2);
        MockMarket::change(&host(0), |host| host.stake = 0);
        run_to(10);
        assert_eq!(free(&host(0)) - 1_000, 217);
        assert_ok!(calls.close(ALICE));
        run_to(30);
        assert!(is_gone(0));
    });
}
