use super::*;
use crate::Error as HostsError;
use frame_support::assert_noop;

type Error = HostsError<Test>;

fn occupy(n: u32) -> sp_runtime::DispatchResult {
    <Hosts as HostMarket<_>>::occupy(&account(n), RELEASE)
}

fn vacate(n: u32) {
    <Hosts as HostMarket<_>>::vacate(&account(n), RELEASE);
}

fn prices(units: u64) -> Result<(Balance, Balance, u32), DrawError> {
    <Hosts as HostMarket<AccountId>>::price_range(RELEASE, units)
}

#[test]
fn occupy_should_fail_when_there_is_no_offer_or_no_capacity() {
    run(|| {
        assert_noop!(occupy(1), Error::NoSuchOffer);
        host(1);
        assert_ok!(occupy(1));
        assert_ok!(occupy(1));
        assert_noop!(occupy(1), Error::NoCapacity);
        vacate(1);
        assert_ok!(occupy(1));
    });
}

#[test]
fn calls_in_flight_should_outlive_the_offer_when_it_is_withdrawn() {
    run(|| {
        host(1);
        assert_ok!(occupy(1));
        assert_ok!(Hosts::withdraw_offer(signed(1), RELEASE));
        Hosts::do_try_state().unwrap();
        assert_noop!(Hosts::deregister(signed(1)), Error::ReceiptsOpen);
        // Offering anew does not forget the call.
        offer(1, RELEASE, UNIT, 1);
        assert_noop!(occupy(1), Error::NoCapacity);
        vacate(1);
        assert_ok!(occupy(1));
        vacate(1);
        assert_ok!(Hosts::deregister(signed(1)));
    });
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "a call that was not in flight ended"))]
fn vacate_should_change_nothing_when_no_call_is_in_flight() {
    run(|| {
        host(1);
        vacate(1);
        assert_eq!(Presences::<Test>::get(account(1)).unwrap().in_flight, 0);
    });
}

#[test]
fn worker_and_host_should_be_found_by_each_other_when_registered() {
    run(|| {
        assert_eq!(<Hosts as HostMarket<_>>::worker_of(&account(1)), None);
        assert_eq!(<Hosts as HostMarket<AccountId>>::host_of(&worker(1).public()), None);
        register(1, MIN_STAKE);
        assert_ok!(Hosts::chill(signed(1)));
        assert_eq!(<Hosts as HostMarket<_>>::worker_of(&account(1)), Some(worker(1).public()));
    });
}

#[test]
fn price_range_should_compare_live_offers_when_there_are_some() {
    run(|| {
        assert_eq!(prices(1), Err(DrawError::NoOffer));
        for (n, per_call, per_unit) in [(1, 10, 1), (2, 1, 10), (3, 0, 0)] {
            register(n, MIN_STAKE);
            assert_ok!(Hosts::offer(signed(n), RELEASE, VARIANT, per_call, per_unit, 1));
        }
        assert_ok!(Hosts::chill(signed(3)));
        assert_eq!(prices(1), Ok((11, 11, 2)));
        assert_eq!(prices(4), Ok((14, 41, 2)));
        assert_ok!(Hosts::offer(signed(2), RELEASE, VARIANT, 0, Balance::MAX / 10, 1));
        assert_eq!(prices(11), Ok((21, 21, 1)));
        assert_ok!(Hosts::chill(signed(1)));
        assert_eq!(prices(11), Err(DrawError::PriceOverflow));
        assert_ok!(Hosts::chill(signed(2)));
        assert_eq!(prices(1), Err(DrawError::NotLive));
    });
}
