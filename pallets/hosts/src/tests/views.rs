use super::*;
use candor_primitives::traits::HostStake;
use candor_runtime_api::views::{HostView, OfferView};

#[test]
fn host_view_should_tell_everything_when_the_host_works() {
    run(|| {
        assert_eq!(Hosts::host_view(account(1)), None);
        register(1, 4 * MIN_STAKE);
        offer(1, RELEASE, UNIT, 2);
        assert_ok!(<Stake as HostStake<_>>::open(&account(1), MIN_STAKE, 0));
        let view = HostView {
            account: account(1),
            worker: worker(1).public(),
            endpoint: b"http://host".to_vec(),
            hardware: b"2 cores".to_vec(),
            stake: 4 * MIN_STAKE,
            free_stake: MIN_STAKE,
            open_receipts: 1,
            live: true,
            chilled: false,
            leaves_at: None,
            last_seen: 1,
            offers: vec![RELEASE],
        };
        assert_eq!(Hosts::host_view(account(1)), Some(view.clone()));
        assert_ok!(Hosts::chill(signed(1)));
        assert_eq!(Hosts::host_view(account(1)), Some(HostView { live: false, chilled: true, ..view }));
    });
}

#[test]
fn host_view_should_tell_when_it_leaves() {
    run(|| {
        host(1);
        System::set_block_number(5);
        assert_ok!(Hosts::deregister(signed(1)));
        let view = Hosts::host_view(account(1)).unwrap();
        assert_eq!((view.leaves_at, view.live, view.offers), (Some(105), false, vec![]));
    });
}

#[test]
fn host_views_should_page_through_all_hosts_when_asked_again() {
    run(|| {
        for n in 1..=7 {
            register(n, MIN_STAKE);
        }
        let mut seen = vec![];
        let mut start = None;
        loop {
            let page = Hosts::host_views(start, 3);
            assert!(page.len() <= 3);
            let Some(last) = page.last() else { break };
            start = Some(last.account.clone());
            seen.extend(page.into_iter().map(|view| view.account));
        }
        seen.sort();
        let mut all: Vec<_> = (1..=7).map(account).collect();
        all.sort();
        assert_eq!(seen, all);
    });
}

#[test]
fn offer_views_should_page_through_positions_when_asked() {
    run(|| {
        for n in 1..=5 {
            host(n);
        }
        assert_ok!(<Hosts as HostMarket<_>>::occupy(&account(2), RELEASE));
        let page = Hosts::offer_views(RELEASE, 1, 2);
        assert_eq!(
            page[0],
            OfferView {
                host: account(2),
                release: RELEASE,
                variant: VARIANT,
                price_per_call: UNIT,
                price_per_unit: 0,
                capacity: 2,
                in_flight: 1,
                live: true,
            }
        );
        assert_eq!(page.iter().map(|view| view.host.clone()).collect::<Vec<_>>(), vec![account(2), account(3)]);
        assert_eq!(Hosts::offer_views(RELEASE, 4, 100).len(), 1);
        assert_eq!(Hosts::offer_views(RELEASE, 5, 100), vec![]);
        assert_eq!(Hosts::offer_views(RELEASE, u32::MAX, u32::MAX), vec![]);
        assert_eq!(Hosts::offer_views(UNKNOWN, 0, 100), vec![]);
    });
}
