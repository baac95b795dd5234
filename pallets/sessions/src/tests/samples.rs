use super::*;

fn expire(index: u32) -> DispatchResultWithPostInfo {
    Sessions::expire_sample(RuntimeOrigin::signed(BOB), 0, index)
}

#[test]
fn sample_should_wait_for_the_host_and_hold_the_batch() {
    with_session(|calls| {
        calls.make_batch(3);
        let number = calls.make_batch(4);
        calls.draw(number, 2);
        assert_event(Event::SampleDrawn { session: 0, index: 5, deadline: 6 });
        assert_eq!(Samples::<Test>::get(0, 5).map(|sample| (sample.number, sample.deadline)), Some((1, 6)));
        assert_eq!((batch(0, 1).holds, session(0).sampled), (1, 1));
        // Drawn again, it is opened once.
        calls.draw(number, 2);
        assert_eq!((batch(0, 1).holds, session(0).sampled), (1, 1));
        assert_free_of_charge(calls.open_sample(5, calls.sample(5, 7)));
        let receipt = calls.receipts[5].receipt.hash::<HostBlake2b>();
        assert_event(Event::ReceiptShown { session: 0, index: 5, receipt, by: None, until: 7 });
        let heard = News::Sampled(calls.key(5), receipt, H256::repeat_byte(8));
        assert_eq!(NewsLog::get().last(), Some(&heard));
        assert_eq!((Samples::<Test>::get(0, 5), session(0).sampled), (None, 1));
        assert_eq!(batch(0, 1).holds, 1, "by the audit that heard of it");
        let open = <Sessions as ReceiptsTrait<_>>::receipt(&calls.key(5)).unwrap();
        assert_eq!((open.receipt, open.until), (calls.receipts[5].receipt.clone(), 7));
        assert_eq!(<Sessions as ReceiptsTrait<_>>::input(&calls.key(5)), Some(input(5)));
        assert_eq!(<Sessions as ReceiptsTrait<_>>::outputs(&calls.key(5)), outputs(5));
        calls.draw(number, 2);
        assert_eq!(session(0).sampled, 1, "it lies open already");
        // The batch waits for the audit, the one before does not.
        run_to(20);
        assert_eq!((BatchesOf::<Test>::get(0, 0), batch(0, 1).holds), (None, 1));
        <Sessions as ReceiptsTrait<_>>::release(&calls.key(5));
        run_to(21);
        assert_eq!((session(0).batches, session(0).sampled), (0, 0));
        assert_eq!(NewsLog::get().last(), Some(&News::Closed(calls.key(5))));
        assert_eq!(escrow(&ALICE), DEPOSIT - 7 * FEE);
    });
}

#[test]
fn sample_should_be_of_any_call_when_its_batch_is_small_or_large() {
    for calls_before in [0, 1, 7, 64] {
        for count in [1u32, 2, 5, 33] {
            with_hosts(1, || {
                MockMarket::change(&host(0), |host| host.stake = 1_000_000);
                assert_ok!(do_open(None, 100 * MAX_FEE));
                let mut calls = Calls { terms: session(0).terms, receipts: Vec::new(), fee: 0 };
                if calls_before > 0 {
                    calls.make_batch(calls_before);
                }
                let number = calls.make_batch(count);
                for offset in [0, count / 2, count - 1] {
                    let index = calls_before + offset;
                    calls.draw(number, offset);
                    if Samples::<Test>::contains_key(0, index) {
                        assert_ok!(calls.open_sample(index, calls.sample(index, calls_before + count)));
                    }
                }
                check_invariants();
            });
        }
    }
}

#[test]
fn open_sample_should_be_refused_when_it_is_not_the_call() {
    with_session(|calls| {
        calls.answer(1).fail();
        let number = calls.make_batch(4);
        calls.draw(number, 3);
        let good = calls.sample(3, 6);
        assert_refused!(calls.open_sample(2, calls.sample(2, 6)), NotDrawn);
        assert_refused!(calls.open_sample(3, calls.sample(2, 6)), WrongReceipt);
        assert_refused!(calls.open_sample(3, calls.sample(3, 5)), WrongProof);
        let proof = vec![H256::zero(); 65];
        assert_refused!(calls.open_sample(3, Sample { proof, ..good.clone() }), WrongProof);
        assert_refused!(calls.open_sample(3, Sample { input: input(2), ..good.clone() }), WrongInputRoot);
        assert_refused!(calls.open_sample(3, Sample { input: ids(&[5_000, 2, 3]), ..good.clone() }), InputOutOfRange);
        assert_refused!(calls.open_sample(3, Sample { outputs: outputs(2), ..good.clone() }), WrongOutputRoot);
        assert_refused!(calls.open_sample(3, Sample { outputs: vec![], ..good.clone() }), WrongOutputRoot);
        let mut forged = good.clone();
        forged.receipt.signature = worker(1).sign(b"something");
        assert_refused!(calls.open_sample(3, forged), BadSignature);
        // A truthful receipt instead of the one that was committed to.
        let other = calls.receipt_of(3, Outcome::Failed { node: 0, index: 0 });
        let sample = Sample { receipt: other, outputs: vec![], ..good.clone() };
        assert_refused!(calls.open_sample(3, sample), WrongProof);
        assert_ok!(calls.open_sample(3, good.clone()));
        assert_refused!(calls.open_sample(3, good), NotDrawn);
        calls.draw(number, 1);
        assert_ok!(calls.open_sample(1, calls.sample(1, 6)));
        assert_eq!(<Sessions as ReceiptsTrait<_>>::outputs(&calls.key(1)), []);
    });
}

#[test]
fn open_sample_should_take_the_key_of_the_day_when_the_host_has_another_one_now() {
    with_session(|calls| {
        let number = calls.make_batch(1);
        MockMarket::change(&host(0), |host| host.worker = worker(9).public());
        calls.draw(number, 0);
        assert_ok!(calls.open_sample(0, calls.sample(0, 1)));
    });
}

#[test]
fn open_sample_should_refuse_prices_that_were_not_agreed() {
    with_session(|calls| {
        let mut receipt = calls.honest(0).receipt;
        receipt.draft.fee += 1;
        calls.receipts.push(sign(receipt, &worker(0)));
        calls.fee += FEE;
        assert_ok!(calls.settle_signed());
        calls.draw(0, 0);
        assert_refused!(calls.open_sample(0, calls.sample(0, 1)), WrongReceipt);
    });
}

#[test]
fn sample_should_be_refused_when_there_is_no_such_call() {
    with_session(|calls| {
        let number = calls.make_batch(2);
        let sample = |number, offset| Sessions::sample(&calls.batch_key(number), offset, H256::zero());
        assert_refused!(sample(number, 2), NoSuchCall);
        assert_refused!(sample(1, 0), UnknownBatch);
        let elsewhere = BatchKey { host: host(1), ..calls.batch_key(0) };
        assert_refused!(Sessions::sample(&elsewhere, 0, H256::zero()), UnknownBatch);
        skip_to(8);
        assert_refused!(sample(number, 0), UnknownBatch);
    });
}

#[test]
fn sample_should_be_refused_when_too_many_are_drawn() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| host.stake = 1_000_000);
        assert_ok!(do_open(None, 200 * MAX_FEE));
        let mut calls = Calls { terms: session(0).terms, receipts: Vec::new(), fee: 0 };
        let number = calls.make_batch(100);
        (0..MAX_SAMPLED).for_each(|offset| calls.draw(number, offset));
        let key = calls.batch_key(number);
        assert_refused!(Sessions::sample(&key, MAX_SAMPLED, H256::zero()), TooManySamples);
        // Nobody opens them: one conviction is enough, and all of them go.
        run_to(7);
        assert!(is_gone(0));
        assert_eq!(Orders::get().len(), 1);
    });
}

#[test]
fn host_should_be_slashed_when_it_does_not_open_a_call() {
    with_session(|calls| {
        calls.make_batch(1);
        let number = calls.make_batch(3);
        calls.draw(number, 0);
        skip_to(6);
        assert_refused!(expire(1), TooEarly);
        assert_refused!(expire(0), NotDrawn);
        skip_to(7);
        let before = free(&ALICE);
        assert_free_of_charge(expire(1));
        assert_eq!(Orders::get(), [(host(0), ALICE, None)]);
        assert_eq!(free(&ALICE), before + DEPOSIT, "everything that was held comes back");
        assert!(events().iter().any(|event| matches!(event, Event::SampleMissed { session: 0, index: 1, .. })));
        assert_event(Event::SessionOverturned { session: 0, host: host(0), refunded: DEPOSIT });
        assert_eq!(session(0).state, SessionState::Overturned { sweep: Some(7) });
        assert_refused!(expire(1), AlreadyOverturned);
        assert_refused!(calls.open_sample(1, calls.sample(1, 4)), AlreadyOverturned);
        assert_eq!(Sessions::batch(&calls.batch_key(0)), None);
        calls.answer(1);
        assert_refused!(calls.settle_signed(), Ended);
        run_to(8);
        assert!(is_gone(0));
        assert_eq!((free(&host(0)), MockMarket::host(&host(0)).exposure), (1_000, 0));
    });
}

#[test]
fn host_should_be_slashed_by_the_hook_when_nobody_else_does_it() {
    with_session(|calls| {
        let number = calls.make_batch(2);
        calls.draw(number, 0);
        calls.draw(number, 1);
        assert_ok!(calls.open_sample(0, calls.sample(0, 2)));
        run_to(6);
        assert_eq!(Orders::get(), []);
        run_to(7);
        assert_eq!(Orders::get(), [(host(0), ALICE, None)]);
        // The audit of the other call goes on; then nothing is left.
        run_to(20);
        assert_eq!(session(0).state, SessionState::Overturned { sweep: None });
        <Sessions as ReceiptsTrait<_>>::release(&calls.key(0));
        run_to(21);
        assert!(is_gone(0));
    });
}

#[test]
fn deadline_should_stand_still_when_blocks_are_full() {
    with_session(|calls| {
        let number = calls.make_batch(1);
        calls.draw(number, 0);
        FullBlocks::set(&10);
        skip_to(16);
        assert_refused!(expire(0), TooEarly);
        assert_ok!(calls.open_sample(0, calls.sample(0, 1)));
    });
}

#[test]
fn opening_should_be_heard_late_when_nobody_convicted_before() {
    with_session(|calls| {
        let number = calls.make_batch(1);
        calls.draw(number, 0);
        skip_to(30);
        assert_ok!(calls.open_sample(0, calls.sample(0, 1)));
        assert_refused!(expire(0), NotDrawn);
    });
}
