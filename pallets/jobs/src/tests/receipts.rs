//! Receipts that audits and disputes look at: they wait, and what is false is undone to the last unit.

use super::*;
use candor_primitives::{
    traits::{Overturned, ReceiptKey, Receipts},
    ReceiptPath,
};

fn key(job: JobId, index: u8) -> ReceiptKey<AccountId> {
    ReceiptKey { path: ReceiptPath::Job(job), host: host(index) }
}

/// A job that host 0 has answered.
fn delivered() -> JobId {
    let id = submit();
    deliver(id, &host(0));
    id
}

fn finalise(id: JobId) -> DispatchResultWithPostInfo {
    Jobs::finalise(RuntimeOrigin::signed(BOB), id)
}

fn listed() -> usize {
    crate::Agenda::<Test>::iter_keys().count()
}

#[test]
fn a_receipt_should_be_found_when_the_job_is_delivered() {
    with_hosts(1, || {
        let id = submit();
        assert!(Jobs::receipt(&key(id, 0)).is_none(), "not answered yet");
        let signed = Signed::output(id, &host(0), output(1.0));
        assert_ok!(signed.send());
        let open = Jobs::receipt(&key(id, 0)).expect("it is open");
        assert_eq!((open.receipt, open.signature, open.until), (signed.receipt, signed.signature, 7));
        assert_eq!(Jobs::input(&key(id, 0)), Some(input()));
        assert!(Jobs::receipt(&key(id, 1)).is_none(), "another host");
        assert!(Jobs::receipt(&key(9, 0)).is_none(), "another job");
        let session = ReceiptKey { path: ReceiptPath::Session { session: id, index: 0 }, host: host(0) };
        assert!(Jobs::receipt(&session).is_none());
        skip_to(8);
        assert!(Jobs::receipt(&key(id, 0)).is_none(), "its window has passed");
        assert_refused!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)), NoReceipt);
    });
}

#[test]
fn a_held_job_should_never_pay() {
    with_hosts(1, || {
        let id = delivered();
        assert_ok!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)));
        run_to(60);
        assert_refused!(finalise(id), Held);
        assert_refused!(Jobs::expire(RuntimeOrigin::signed(BOB), id), AlreadyDelivered);
        assert_eq!((free(&host(0)), escrow(&ALICE)), (1_000, FEE));
        assert_eq!(MockMarket::host(&host(0)).exposure, FEE);
        assert_eq!(listed(), 0, "nothing to do for the hook");
        assert!(Jobs::receipt(&key(id, 0)).is_some(), "it stays open beyond its window");
    });
}

#[test]
fn a_released_job_should_pay_when_the_window_has_passed() {
    with_hosts(1, || {
        let id = delivered();
        assert_ok!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)));
        assert_ok!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)));
        run_to(20);
        <Jobs as Receipts<AccountId>>::release(&key(id, 0));
        run_to(21);
        assert_eq!(free(&host(0)), 1_000, "one more looks at it");
        <Jobs as Receipts<AccountId>>::release(&key(id, 0));
        check_invariants();
        run_to(22);
        assert!(is_gone(id));
        assert_eq!(free(&host(0)), 1_000 + TO_HOST);
        <Jobs as Receipts<AccountId>>::release(&key(id, 0));
    });
}

#[test]
fn a_released_job_should_wait_when_its_window_is_still_open() {
    with_hosts(1, || {
        let id = delivered();
        assert_ok!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)));
        <Jobs as Receipts<AccountId>>::release(&key(id, 0));
        run_to(7);
        assert_eq!(free(&host(0)), 1_000);
        run_to(8);
        assert_eq!(free(&host(0)), 1_000 + TO_HOST);
    });
}

#[test]
fn a_release_should_change_nothing_when_nobody_held() {
    with_hosts(1, || {
        let id = delivered();
        unchanged(|| <Jobs as Receipts<AccountId>>::release(&key(id, 0)));
        let JobState::Delivered { holds, .. } = job(id).state else { panic!("delivered") };
        assert_eq!(holds, 0);
    });
}

#[test]
fn holds_should_be_bounded_in_number_and_time() {
    with_hosts(1, || {
        let id = delivered();
        for _ in 0..MAX_HOLDS {
            assert_ok!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)));
        }
        assert_refused!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)), TooManyHolds);
        <Jobs as Receipts<AccountId>>::release(&key(id, 0));
        // Window until 7, 30 blocks more.
        skip_to(37);
        assert_ok!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)));
        <Jobs as Receipts<AccountId>>::release(&key(id, 0));
        skip_to(38);
        assert_refused!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)), NoReceipt);
    });
}

#[test]
fn a_redundant_job_should_have_no_open_receipts() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        let results = [Signed::output(id, &host(0), output(1.0)), Signed::output(id, &host(1), output(1.0))];
        results.iter().enumerate().for_each(|(i, r)| assert_free_of_charge(send_seal(id, &host(i as u8), r.seal())));
        results.iter().for_each(|result| assert_free_of_charge(result.send()));
        for index in 0..2 {
            assert!(Jobs::receipt(&key(id, index)).is_none());
            assert_refused!(<Jobs as Receipts<AccountId>>::hold(&key(id, index)), NoReceipt);
            assert_refused!(Jobs::overturn(&key(id, index)).map(|_| ()), NoReceipt);
        }
        assert!(NewsLog::get().is_empty());
    });
}

#[test]
fn overturn_should_give_everything_back_and_remove_the_job() {
    with_hosts(1, || {
        let options = JobOptions { insured: 500, ..Default::default() };
        let id = submit_with(options);
        deliver(id, &host(0));
        assert_eq!(MockMarket::host(&host(0)).exposure, FEE + 500);
        assert_ok!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)));
        assert_ok!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)));
        run_to(20);
        assert_eq!(Jobs::overturn(&key(id, 0)), Ok(Overturned { refunded: FEE }));
        assert_eq!((free(&ALICE), escrow(&ALICE), deposit(&ALICE)), (1_000_000, 0, 0));
        assert_eq!((free(&host(0)), MockMarket::host(&host(0)).exposure), (1_000, 0));
        assert_eq!(MockMarket::host(&host(0)).stake, 10_000, "stake is not touched");
        assert!(is_gone(id));
        assert_eq!(outputs_of(id), 0);
        assert_event(Event::JobOverturned { job: id, host: host(0), refunded: FEE });
        assert_refused!(Jobs::overturn(&key(id, 0)).map(|_| ()), NoReceipt);
        assert_refused!(finalise(id), UnknownJob);
        <Jobs as Receipts<AccountId>>::release(&key(id, 0));
        run_to(30);
    });
}

#[test]
fn the_listener_should_hear_of_every_receipt_from_its_delivery_to_its_end() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| host.capacity = 3);
        let (paid, false_one) = (delivered(), delivered());
        let hashes =
            [paid, false_one].map(|id| Jobs::receipt(&key(id, 0)).expect("it is open").receipt.hash::<HostBlake2b>());
        assert_ok!(Jobs::overturn(&key(false_one, 0)));
        run_to(8);
        let heard = [
            News::Delivered(key(paid, 0), hashes[0]),
            News::Delivered(key(false_one, 0), hashes[1]),
            News::Closed(key(false_one, 0)),
            News::Closed(key(paid, 0)),
        ];
        assert_eq!(NewsLog::get(), heard);
    });
}
