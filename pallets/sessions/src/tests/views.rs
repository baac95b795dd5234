use super::*;
use candor_runtime_api::sessions::{BatchView, SampleView, SessionPhase, SessionQuote, SessionQuoteError};

#[test]
fn view_should_say_where_a_session_stands() {
    with_session(|calls| {
        calls.make_batch(2);
        let view = Sessions::session_view(0).unwrap();
        assert_eq!((view.terms.clone(), view.worker), (calls.terms.clone(), worker(0).public()));
        assert_eq!((view.phase, view.ends_after, view.settle_from), (SessionPhase::Open, Some(NOTICE), 4));
        assert_eq!((view.settled_calls, view.settled_fee), (2, 2 * FEE));
        assert_eq!(view.receipts, calls.bare().receipts);
        assert_eq!((view.held, view.bond, view.counted, view.batches), (DEPOSIT, BOND, 20, vec![0]));
        let Batch { first, calls: count, fee, receipts, until, holds, attested } = batch(0, 0);
        let expected = BatchView { session: 0, number: 0, first, calls: count, fee, receipts, until, holds, attested };
        assert_eq!((Sessions::batch_view(0, 0), Sessions::batch_view(0, 1)), (Some(expected), None));
        skip_to(EXPIRES + 1);
        assert_eq!(Sessions::session_view(0).unwrap().phase, SessionPhase::Closing);
        assert_ok!(Sessions::close(RuntimeOrigin::signed(host(0)), 0, None));
        let view = Sessions::session_view(0).unwrap();
        assert_eq!((view.phase, view.ends_after), (SessionPhase::Ended, None));
        assert_eq!(Sessions::session_view(1), None);
    });
}

#[test]
fn views_should_be_listed_by_requester_and_host_when_there_are_many() {
    with_hosts(2, || {
        for host in [host(0), host(1), host(0)] {
            assert_ok!(do_open(Some(host), DEPOSIT));
        }
        let ids = |views: Vec<candor_runtime_api::sessions::SessionView>| {
            views.into_iter().map(|view| view.terms.session).collect::<Vec<_>>()
        };
        assert_eq!(ids(Sessions::session_views_of(ALICE, 0, 10)), [0, 1, 2]);
        assert_eq!(ids(Sessions::session_views_of(ALICE, 1, 1)), [1]);
        assert!(ids(Sessions::session_views_of(BOB, 0, 10)).is_empty());
        assert_eq!(ids(Sessions::session_views_at(host(0), 0, 10)), [0, 2]);
        assert_eq!(ids(Sessions::session_views_at(host(0), 1, 10)), [2]);
    });
}

#[test]
fn drawn_calls_should_be_listed_by_deadline_until_they_are_opened() {
    with_session(|calls| {
        calls.make_batch(4);
        let number = calls.make_batch(4);
        calls.draw(number, 2);
        skip_to(3);
        calls.draw(0, 1);
        calls.draw(0, 0);
        let view = |index, deadline| SampleView { session: 0, index, deadline, now: 3 };
        let owed = [view(6, 6), view(0, 8), view(1, 8)];
        assert_eq!(Sessions::sample_views_at(host(0), 10), owed);
        assert_eq!(Sessions::sample_views_at(host(0), 1), owed[..1]);
        assert!(Sessions::sample_views_at(host(1), 10).is_empty());
        assert_ok!(calls.open_sample(6, calls.sample(6, 8)));
        assert_eq!(Sessions::sample_views_at(host(0), 10), owed[1..]);
    });
}

#[test]
fn quote_should_say_what_opening_would_hold() {
    with_hosts(1, || {
        let quote = |units, deposit| Sessions::quote_session(EMBED, None, units, deposit, false);
        let expected = SessionQuote {
            host: host(0),
            variant: H256::repeat_byte(5),
            price_per_call: BASE_FEE,
            price_per_unit: 10,
            max_fee: MAX_FEE,
            calls: 20,
            bond: BOND,
        };
        assert_eq!(quote(MAX_UNITS, DEPOSIT), Ok(expected));
        assert_eq!(quote(MAX_UNITS, 1_000_000), Err(SessionQuoteError::NotBacked));
        assert_eq!(Sessions::quote_session(EMBED, Some(BOB), 1, 1, false), Err(SessionQuoteError::NoOffer));
        assert_eq!(Sessions::quote_session(EMBED, None, 1, DEPOSIT, true), Err(SessionQuoteError::NotAttested));
        Attested::set(vec![host(0)]);
        assert_eq!(Sessions::quote_session(EMBED, None, 1, DEPOSIT, true).map(|quote| quote.host), Ok(host(0)));
        MockMarket::change(&host(0), |host| host.live = false);
        assert_eq!(quote(1, DEPOSIT), Err(SessionQuoteError::NotLive));
    });
}
