use super::*;
use candor_primitives::traits::SessionSource;

#[test]
fn open_should_fix_the_terms_and_hold_deposit_and_bond() {
    with_hosts(1, || {
        let calls = open();
        let terms = SessionTerms {
            session: 0,
            genesis: Pallet::<Test>::genesis(),
            requester: ALICE,
            host: host(0),
            release: EMBED,
            variant: H256::repeat_byte(5),
            key: voucher_key().public(),
            price_per_call: BASE_FEE,
            price_per_unit: 10,
            max_fee: MAX_FEE,
            deposit: DEPOSIT,
            opened: 1,
            expires: EXPIRES,
        };
        assert_eq!(calls.terms, terms);
        assert_eq!((escrow(&ALICE), deposit(&ALICE)), (DEPOSIT, BOND));
        let Session { worker: signer, royalty, counted, state, .. } = session(0);
        assert_eq!((signer, royalty), (worker(0).public(), Permill::from_percent(10)));
        assert_eq!((counted, state), (20, SessionState::Open { until: NOTICE }));
        assert_eq!(MockMarket::host(&host(0)).exposure, 20 * MAX_FEE, "it counts from the first day");
        assert_event(Event::SessionOpened {
            session: 0,
            requester: ALICE,
            host: host(0),
            release: EMBED,
            max_fee: MAX_FEE,
            deposit: DEPOSIT,
            expires: EXPIRES,
        });
    });
}

#[test]
fn open_should_count_the_last_call_that_is_paid_in_part() {
    with_hosts(1, || {
        assert_ok!(do_open(None, 2 * MAX_FEE + 1));
        assert_eq!(counted(0), 3);
    });
}

#[test]
fn open_should_name_the_reason_when_no_host_would_do() {
    with_hosts(2, || {
        assert_refused!(do_open(Some(BOB), DEPOSIT), NoOffer);
        assert_refused!(do_open(None, MAX_FEE - 1), DepositTooLow);
        assert_refused!(do_open(None, 100_001), NotBacked);
        assert_refused!(do_open(None, 10_000_000), NotBacked);
        let key = voucher_key().public();
        let alice = || RuntimeOrigin::signed(ALICE);
        let with = |release, units, fee, deposit| {
            Sessions::open(alice(), release, None, units, fee, deposit, EXPIRES, key, false)
        };
        assert_refused!(with(PRIVATE, 1, 200, DEPOSIT), PrivateRelease);
        assert_refused!(with(DEPRECATED, 1, 200, DEPOSIT), DeprecatedRelease);
        assert_refused!(with(99, 1, 200, DEPOSIT), UnknownRelease);
        assert_refused!(with(EMBED, MAX_UNITS, MAX_FEE - 1, DEPOSIT), FeeTooLow);
        assert_refused!(with(EMBED, 1_000, Balance::MAX, DEPOSIT), DepositTooLow);
        for index in [0, 1] {
            MockMarket::change(&host(index), |host| host.live = false);
        }
        assert_refused!(do_open(None, DEPOSIT), NoLiveHost);
    });
}

#[test]
fn open_should_be_refused_when_calls_are_free() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| (host.per_call, host.per_unit) = (0, 0));
        assert_refused!(do_open(None, DEPOSIT), NotBacked);
    });
}

#[test]
fn open_should_be_refused_when_the_expiry_is_past_or_too_far_away() {
    with_hosts(1, || {
        let key = voucher_key().public();
        let until = |expires| {
            Sessions::open(RuntimeOrigin::signed(ALICE), EMBED, None, MAX_UNITS, 200, DEPOSIT, expires, key, false)
        };
        for expires in [0, 1, 1_002, u32::MAX] {
            assert_refused!(until(expires), BadExpiry);
        }
        assert_ok!(until(2));
        assert_ok!(until(1_001));
    });
}

#[test]
fn open_should_be_refused_when_funds_are_short() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| host.stake = 10_000_000);
        assert_refused!(do_open(None, 1_000_001), FundsTooLow);
        assert_refused!(do_open(None, 1_000_000 - 20), FundsTooLow);
        assert_ok!(do_open(None, 1_000_000 - 20 - BOND));
    });
}

#[test]
fn open_should_be_refused_when_the_host_has_as_many_as_it_can() {
    with_hosts(1, || {
        (0..5).for_each(|_| {
            assert_ok!(do_open(None, MAX_FEE));
        });
        assert_refused!(do_open(None, MAX_FEE), TooManySessions);
        assert_ok!(Sessions::close(RuntimeOrigin::signed(host(0)), 2, None));
        assert_ok!(do_open(None, MAX_FEE));
        assert!(is_gone(2));
    });
}

#[test]
fn top_up_should_add_funds_time_and_liability() {
    with_session(|calls| {
        assert_ok!(Sessions::top_up(RuntimeOrigin::signed(ALICE), 0, 10 * MAX_FEE, Some(EXPIRES + 10)));
        assert_eq!((counted(0), escrow(&ALICE)), (30, DEPOSIT + 10 * MAX_FEE));
        let terms = session(0).terms;
        assert_eq!((terms.deposit, terms.expires), (DEPOSIT + 10 * MAX_FEE, EXPIRES + 10));
        assert_eq!(session(0).state, SessionState::Open { until: NOTICE + 10 });
        assert_event(Event::SessionToppedUp { session: 0, deposit: 4_500, expires: EXPIRES + 10 });
        calls.answer(25);
        assert_ok!(calls.settle_signed());
        assert_ok!(Sessions::top_up(RuntimeOrigin::signed(ALICE), 0, 0, None));
        run_to(8);
        // 25 calls of 130 are final: 1 250 are left.
        assert_eq!(counted(0), 9);
        assert_ok!(Sessions::top_up(RuntimeOrigin::signed(ALICE), 0, 100, None));
        assert_eq!(counted(0), 9);
        assert_ok!(Sessions::top_up(RuntimeOrigin::signed(ALICE), 0, 1, None));
        assert_eq!(counted(0), 10);
    });
}

#[test]
fn top_up_should_be_refused_when_it_cannot_be() {
    with_session(|_| {
        let top_up = |who, amount, expires| Sessions::top_up(RuntimeOrigin::signed(who), 0, amount, expires);
        assert_refused!(top_up(BOB, 1, None), NotParty);
        assert_refused!(Sessions::top_up(RuntimeOrigin::signed(ALICE), 7, 1, None), UnknownSession);
        assert_refused!(top_up(ALICE, 1, Some(EXPIRES - 1)), BadExpiry);
        assert_refused!(top_up(ALICE, 1, Some(1_002)), BadExpiry);
        assert_refused!(top_up(ALICE, 2_000_000, None), FundsTooLow);
        skip_to(EXPIRES);
        assert_ok!(top_up(ALICE, 1, None));
        skip_to(EXPIRES + 1);
        assert_refused!(top_up(ALICE, 1, Some(EXPIRES + 10)), NotOpen);
    });
    with_session(|calls| {
        assert_ok!(calls.close(ALICE));
        assert_refused!(Sessions::top_up(RuntimeOrigin::signed(ALICE), 0, 1, None), NotOpen);
    });
}

#[test]
fn terms_should_be_none_when_the_host_answers_no_calls_there() {
    with_session(|calls| {
        let terms = |who: &AccountId| <Sessions as SessionSource<_>>::terms(who, 0);
        assert_eq!(terms(&host(0)), Some(calls.terms.clone()));
        assert_eq!(terms(&host(1)), None);
        skip_to(EXPIRES);
        assert!(terms(&host(0)).is_some());
        skip_to(EXPIRES + 1);
        assert_eq!(terms(&host(0)), None);
        skip_to(1);
        MockMarket::change(&host(0), |host| host.worker = worker(9).public());
        assert_eq!(terms(&host(0)), None, "its engine signs with another key now");
        MockMarket::change(&host(0), |host| host.worker = worker(0).public());
        assert_ok!(calls.close(ALICE));
        assert_eq!(terms(&host(0)), None);
    });
}
