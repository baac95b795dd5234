//! What wallets read.

use super::*;
use candor_runtime_api::views::{JobPhase, Quote, QuoteError};
use codec::Encode;

#[test]
fn quote_should_tell_units_prices_and_deposit() {
    with_hosts(2, || {
        MockMarket::change(&host(1), |host| host.per_call = 150);
        assert_eq!(
            Jobs::quote(EMBED, vec![vec![2, 3]]),
            Ok(Quote { units: 6, lowest: 160, highest: 210, offers: 2, deposit: 50 + 16 * 1024 + 32 })
        );
    });
}

#[test]
fn quote_should_say_why_when_there_is_none() {
    with_hosts(1, || {
        assert_eq!(Jobs::quote(99, vec![]), Err(QuoteError::UnknownRelease));
        assert_eq!(Jobs::quote(EMBED, vec![]), Err(QuoteError::WrongShape));
        assert_eq!(Jobs::quote(EMBED, vec![vec![1]]), Err(QuoteError::WrongShape));
        assert_eq!(Jobs::quote(EMBED, vec![vec![1; 9]]), Err(QuoteError::WrongShape));
        assert_eq!(Jobs::quote(EMBED, vec![vec![9, 1]]), Err(QuoteError::WrongShape));
        assert_eq!(Jobs::quote(WIDE, vec![vec![u32::MAX; 3]]), Err(QuoteError::Overflow));
        MockMarket::change(&host(0), |host| host.per_unit = Balance::MAX);
        assert_eq!(Jobs::quote(EMBED, vec![vec![1, 2]]), Err(QuoteError::Overflow));
        MockMarket::change(&host(0), |host| host.live = false);
        assert_eq!(Jobs::quote(EMBED, vec![vec![1, 2]]), Err(QuoteError::NoOffer));
    });
}

#[test]
fn job_view_should_follow_the_job_through_its_life() {
    with_hosts(1, || {
        let id = submit();
        let view = Jobs::job_view(id).unwrap();
        assert_eq!((view.phase, view.escrow, view.deadline), (JobPhase::Assigned, FEE, 11));
        assert_eq!((view.hosts, view.answers), (vec![host(0)], vec![]));
        let result = Signed::output(id, &host(0), output(1.0));
        assert_ok!(result.send());
        let view = Jobs::job_view(id).unwrap();
        assert_eq!((view.phase, view.deadline), (JobPhase::Delivered, 7));
        let answer = &view.answers[0];
        assert_eq!(answer.receipt, result.receipt.hash::<HostBlake2b>());
        assert_eq!(answer.receipt_bytes, result.receipt.encode());
        assert_eq!(answer.signature, result.signature);
        assert_eq!(answer.output, Some(output(1.0)));
        run_to(8);
        assert_eq!(Jobs::job_view(id), None);
    });
}

#[test]
fn job_view_should_show_phases_of_waiting_and_revealing_jobs() {
    with_hosts(2, || {
        let id = submit_with(redundant(2));
        for index in 0..2 {
            assert_ok!(send_seal(id, &host(index), H256::repeat_byte(index)));
        }
        assert_eq!(Jobs::job_view(id).unwrap().phase, JobPhase::Revealing);
        MockMarket::change(&host(0), |host| host.capacity = 1);
        MockMarket::change(&host(1), |host| host.capacity = 1);
        let open = submit();
        let view = Jobs::job_view(open).unwrap();
        assert_eq!((view.phase, view.escrow, view.hosts.len()), (JobPhase::Open, 200, 0));
    });
}

#[test]
fn job_views_of_should_page_in_order() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| (host.capacity, host.stake) = (1_000, 1_000_000));
        for _ in 0..270 {
            submit();
        }
        let ids = |start, limit| -> Vec<JobId> {
            Jobs::job_views_of(ALICE, start, limit).into_iter().map(|view| view.id).collect()
        };
        assert_eq!(ids(0, 3), vec![0, 1, 2]);
        assert_eq!(ids(254, 4), vec![254, 255, 256, 257]);
        assert_eq!(ids(268, 10), vec![268, 269]);
        assert_eq!(ids(0, 1_000).len(), 100, "an answer has a limit");
        assert!(Jobs::job_views_of(BOB, 0, 10).is_empty());
    });
}
