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

/// A job that hosts 0 up to so many have answered, the last ones with something else.
fn compared(answers: &[f32]) -> JobId {
    let id = submit_with(redundant(answers.len() as u8));
    let results: Vec<_> = (0u8..).zip(answers).map(|(i, first)| Signed::output(id, &host(i), output(*first))).collect();
    (0u8..).zip(&results).for_each(|(i, result)| assert_free_of_charge(send_seal(id, &host(i), result.seal())));
    for result in &results {
        let key = ReceiptKey { path: ReceiptPath::Job(id), host: result.receipt.draft.host.clone() };
        assert!(Jobs::receipt(&key).is_none(), "not compared yet");
        assert_free_of_charge(result.send());
    }
    id
}

fn exposure(index: u8) -> Balance {
    MockMarket::host(&host(index)).exposure
}

#[test]
fn receipts_of_a_redundant_job_should_be_open_until_its_window_has_passed() {
    with_hosts(2, || {
        let id = compared(&[1.0, 1.0]);
        for index in 0..2 {
            let open = Jobs::receipt(&key(id, index)).expect("it is open");
            assert_eq!((open.receipt.draft.host, open.until), (host(index), 7));
            assert_eq!(Jobs::input(&key(id, index)), Some(input()));
            assert_eq!(exposure(index), FEE, "its stake answers for it");
        }
        let heard = [0, 1]
            .map(|i| News::Delivered(key(id, i), Jobs::receipt(&key(id, i)).unwrap().receipt.hash::<HostBlake2b>()));
        assert_eq!(NewsLog::get(), heard);
        run_to(8);
        assert!(is_gone(id));
        assert_eq!((exposure(0), exposure(1)), (0, 0));
        assert_eq!(NewsLog::get()[2..], [News::Closed(key(id, 0)), News::Closed(key(id, 1))]);
    });
}

#[test]
fn a_redundant_job_should_wait_while_one_of_its_receipts_is_held() {
    with_hosts(2, || {
        let id = compared(&[1.0, 1.0]);
        assert_ok!(<Jobs as Receipts<AccountId>>::hold(&key(id, 1)));
        run_to(20);
        assert_refused!(finalise(id), Held);
        assert!(Jobs::receipt(&key(id, 0)).is_none(), "nobody looks at this one, and its window has passed");
        assert!(Jobs::receipt(&key(id, 1)).is_some());
        assert_eq!((free(&host(0)), escrow(&ALICE), listed()), (1_000, 2 * FEE, 0));
        <Jobs as Receipts<AccountId>>::release(&key(id, 1));
        run_to(21);
        assert!(is_gone(id));
        assert_eq!((free(&host(0)), free(&host(1))), (1_000 + TO_HOST, 1_000 + TO_HOST));
    });
}

#[test]
fn overturn_should_give_one_fee_back_when_the_job_is_redundant() {
    with_hosts(3, || {
        let id = compared(&[1.0, 1.0, 9.0]);
        assert_eq!(escrow(&ALICE), 2 * FEE, "what nobody earns came back");
        assert_eq!(Jobs::overturn(&key(id, 2)), Ok(Overturned { refunded: 0 }));
        check_invariants();
        assert_eq!(Jobs::overturn(&key(id, 0)), Ok(Overturned { refunded: FEE }));
        check_invariants();
        assert_event(Event::JobOverturned { job: id, host: host(0), refunded: FEE });
        assert_eq!((exposure(0), exposure(1), exposure(2)), (0, FEE, 0));
        assert_eq!((escrow(&ALICE), outputs_of(id)), (FEE, 1));
        assert_refused!(Jobs::overturn(&key(id, 0)).map(|_| ()), NoReceipt);
        run_to(8);
        assert_eq!((free(&host(0)), free(&host(1))), (1_000, 1_000 + TO_HOST));
        assert_event(Event::JobFinalised { job: id, paid: FEE, refunded: 0 });
    });
}

#[test]
fn overturn_should_remove_a_redundant_job_when_no_answer_is_left() {
    with_hosts(2, || {
        let id = compared(&[1.0, 1.0]);
        assert_ok!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)));
        run_to(20);
        assert_ok!(<Jobs as Receipts<AccountId>>::keep(&key(id, 0)));
        assert_refused!(Jobs::overturn(&key(id, 1)).map(|_| ()), NoReceipt);
        assert_ok!(Jobs::overturn(&key(id, 0)));
        assert_eq!(escrow(&ALICE), FEE);
        run_to(21);
        assert!(is_gone(id), "the other one is due at once");
        let again = compared(&[1.0, 1.0]);
        assert_ok!(Jobs::overturn(&key(again, 0)));
        assert_ok!(Jobs::overturn(&key(again, 1)));
        assert!(is_gone(again));
        assert_eq!((escrow(&ALICE), deposit(&ALICE), exposure(0), exposure(1)), (0, 0, 0, 0));
    });
}

#[test]
fn receipts_that_contradict_each_other_should_be_audited_for_certain() {
    with_hosts(3, || {
        let hash = |id, index| Jobs::receipt(&key(id, index)).unwrap().receipt.hash::<HostBlake2b>();
        let id = compared(&[1.0, 1.0, 9.0]);
        let heard: Vec<_> = (0..3).map(|index| News::Disagreed(key(id, index), hash(id, index))).collect();
        assert_eq!(NewsLog::get(), heard, "two may lie as well as one");
        NewsLog::set(&Vec::new());
        // Equal bytes or not, what different variants give contradicts nothing; only what is paid is drawn.
        MockMarket::change(&host(2), |host| host.variant = H256::repeat_byte(6));
        run_to(8);
        NewsLog::set(&Vec::new());
        let id = compared(&[1.0, 1.0, 9.0]);
        let heard: Vec<_> = (0..2).map(|index| News::Delivered(key(id, index), hash(id, index))).collect();
        assert_eq!(NewsLog::get(), heard);
    });
}

#[test]
fn keep_should_never_be_too_late_when_somebody_holds() {
    with_hosts(1, || {
        let id = delivered();
        assert_ok!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)));
        // The window was over at 7; a hold may begin until 37.
        skip_to(1_000);
        assert_refused!(<Jobs as Receipts<AccountId>>::hold(&key(id, 0)), NoReceipt);
        assert_ok!(<Jobs as Receipts<AccountId>>::keep(&key(id, 0)));
        <Jobs as Receipts<AccountId>>::release(&key(id, 0));
        <Jobs as Receipts<AccountId>>::release(&key(id, 0));
        assert_refused!(<Jobs as Receipts<AccountId>>::keep(&key(id, 0)), NoReceipt);
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
