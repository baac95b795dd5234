use super::*;

type Open = Sessions;

#[test]
fn receipt_should_stay_open_while_it_is_held() {
    with_session(|calls| {
        calls.make_batch(1);
        assert_ok!(calls.present(calls.receipts[0].clone()));
        let key = calls.key(0);
        let receipt = |key| <Open as ReceiptsTrait<_>>::receipt(key).is_some();
        assert_ok!(<Open as ReceiptsTrait<_>>::hold(&key));
        assert_ok!(<Open as ReceiptsTrait<_>>::hold(&key));
        assert_eq!(batch(0, 0).holds, 2);
        run_to(37);
        assert_ok!(<Open as ReceiptsTrait<_>>::hold(&key));
        run_to(38);
        assert_refused!(<Open as ReceiptsTrait<_>>::hold(&key), NoReceipt);
        assert_refused!(Sessions::retire(RuntimeOrigin::signed(BOB), 0, 0), Held);
        assert_refused!(Sessions::finalise(RuntimeOrigin::signed(BOB), 0, 0), Held);
        (0..2).for_each(|_| <Open as ReceiptsTrait<_>>::release(&key));
        run_to(39);
        assert!(receipt(&key));
        <Open as ReceiptsTrait<_>>::release(&key);
        assert!(!receipt(&key), "its window has passed");
        run_to(40);
        assert_eq!((session(0).batches, session(0).presented), (0, 0));
    });
}

#[test]
fn hold_should_be_refused_when_there_are_too_many_or_nothing_is_there() {
    with_session(|calls| {
        calls.make_batch(1);
        assert_refused!(<Open as ReceiptsTrait<_>>::hold(&calls.key(0)), NoReceipt);
        assert_ok!(calls.present(calls.receipts[0].clone()));
        let elsewhere = ReceiptKey { host: host(1), ..calls.key(0) };
        assert_refused!(<Open as ReceiptsTrait<_>>::hold(&elsewhere), NoReceipt);
        let job = ReceiptKey { path: ReceiptPath::Job(0), ..calls.key(0) };
        assert_refused!(<Open as ReceiptsTrait<_>>::hold(&job), NoReceipt);
        (0..MAX_HOLDS).for_each(|_| {
            assert_ok!(<Open as ReceiptsTrait<_>>::hold(&calls.key(0)));
        });
        assert_refused!(<Open as ReceiptsTrait<_>>::hold(&calls.key(0)), TooManyHolds);
        (0..MAX_HOLDS).for_each(|_| <Open as ReceiptsTrait<_>>::release(&calls.key(0)));
        unchanged(|| <Open as ReceiptsTrait<_>>::release(&calls.key(0)));
        assert_eq!(batch(0, 0).holds, 0);
    });
}

#[test]
fn batch_should_wait_while_it_is_held() {
    with_session(|calls| {
        let number = calls.make_batch(3);
        let key = calls.batch_key(number);
        let open = <Open as Batches<_>>::batch(&key).unwrap();
        assert_eq!((open.calls, open.receipts, open.until), (3, calls.bare().receipts, 7));
        assert_ok!(<Open as Batches<_>>::hold(&key));
        run_to(37);
        assert_ok!(<Open as Batches<_>>::hold(&key));
        run_to(38);
        assert_refused!(<Open as Batches<_>>::hold(&key), UnknownBatch);
        assert_ok!(calls.close(ALICE));
        run_to(50);
        assert_eq!((session(0).state, session(0).batches), (SessionState::Ended, 1));
        <Open as Batches<_>>::release(&key);
        run_to(51);
        assert!(<Open as Batches<_>>::batch(&key).is_some());
        <Open as Batches<_>>::release(&key);
        assert_eq!(<Open as Batches<_>>::batch(&key), None);
        run_to(52);
        assert!(is_gone(0));
        unchanged(|| <Open as Batches<_>>::release(&key));
    });
}
