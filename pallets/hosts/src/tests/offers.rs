use super::*;
use crate::Error as HostsError;
use frame_support::assert_noop;

type Error = HostsError<Test>;

fn position(n: u32) -> u32 {
    Offers::<Test>::get(RELEASE, account(n)).unwrap().position
}

#[test]
fn offer_should_be_listed_when_made_and_changed_in_place_when_made_again() {
    run(|| {
        register(1, MIN_STAKE);
        assert_ok!(Hosts::offer(signed(1), RELEASE, VARIANT, UNIT, 3, 4));
        assert_last_event(Event::OfferSet {
            host: account(1),
            release: RELEASE,
            variant: VARIANT,
            price_per_call: UNIT,
            price_per_unit: 3,
            capacity: 4,
        });
        assert_eq!(Offers::<Test>::get(RELEASE, account(1)).unwrap().reference_price, UNIT + 30);
        assert_ok!(Hosts::offer(signed(1), RELEASE, VARIANT, 2 * UNIT, 0, 1));
        assert_eq!(OfferCount::<Test>::get(RELEASE), 1);
        assert_eq!(Offers::<Test>::get(RELEASE, account(1)).unwrap().price_per_call, 2 * UNIT);
        assert_eq!(<Hosts as HostMarket<_>>::offered(&account(1)), vec![RELEASE]);
    });
}

#[test]
fn offer_should_fail_when_host_release_variant_price_or_capacity_are_wrong() {
    run(|| {
        let try_offer =
            |release, variant, price, capacity| Hosts::offer(signed(2), release, variant, price, 0, capacity);
        assert_noop!(try_offer(RELEASE, VARIANT, UNIT, 1), Error::NotRegistered);
        register(2, MIN_STAKE);
        assert_noop!(try_offer(UNKNOWN, VARIANT, UNIT, 1), Error::UnknownRelease);
        assert_noop!(try_offer(PRIVATE, VARIANT, UNIT, 1), Error::ReleasePrivate);
        assert_noop!(try_offer(DEPRECATED, VARIANT, UNIT, 1), Error::ReleaseDeprecated);
        assert_noop!(try_offer(RELEASE, OTHER_VARIANT, UNIT, 1), Error::UnknownVariant);
        assert_noop!(try_offer(RELEASE, VARIANT, UNIT, 0), Error::ZeroCapacity);
        assert_noop!(Hosts::offer(signed(2), RELEASE, VARIANT, 0, Balance::MAX / 9, 1), Error::PriceOverflow);
    });
}

#[test]
fn offer_should_be_allowed_when_a_private_release_lists_the_host() {
    run(|| {
        register(1, MIN_STAKE);
        offer(1, PRIVATE, UNIT, 1);
    });
}

#[test]
fn offer_should_fail_when_the_host_has_as_many_as_it_may() {
    run(|| {
        register(1, MIN_STAKE);
        for release in 0..32 {
            offer(1, release, UNIT, 1);
        }
        assert_noop!(Hosts::offer(signed(1), 32, VARIANT, UNIT, 0, 1), Error::TooManyOffers);
        // Changing one is no new one.
        offer(1, 31, 2 * UNIT, 1);
        assert_ok!(Hosts::withdraw_offer(signed(1), 0));
        offer(1, 32, UNIT, 1);
    });
}

#[test]
fn offer_should_fail_when_the_list_of_the_release_is_full() {
    new_test_ext().execute_with(|| {
        register(1, MIN_STAKE);
        OfferCount::<Test>::insert(RELEASE, (1 << LIST_DEPTH) - 1);
        assert_noop!(Hosts::offer(signed(1), RELEASE, VARIANT, UNIT, 0, 1), Error::ListFull);
    });
}

#[test]
fn withdraw_offer_should_move_the_last_into_the_gap_when_the_list_goes_on() {
    run(|| {
        assert_noop!(Hosts::withdraw_offer(signed(1), RELEASE), Error::NotRegistered);
        for n in 1..=4 {
            host(n);
        }
        assert_ok!(Hosts::withdraw_offer(signed(2), RELEASE));
        assert_last_event(Event::OfferWithdrawn { host: account(2), release: RELEASE });
        assert_eq!((position(1), position(4), position(3)), (0, 1, 2));
        assert_noop!(Hosts::withdraw_offer(signed(2), RELEASE), Error::NoSuchOffer);
        Hosts::do_try_state().unwrap();
        for n in [3, 1, 4] {
            assert_ok!(Hosts::withdraw_offer(signed(n), RELEASE));
            Hosts::do_try_state().unwrap();
        }
        assert_eq!(OfferCount::<Test>::iter().count(), 0);
    });
}

#[test]
fn offer_should_weigh_nothing_when_its_host_is_chilled() {
    run(|| {
        register(1, MIN_STAKE);
        assert_ok!(Hosts::chill(signed(1)));
        offer(1, RELEASE, UNIT, 1);
        assert_eq!(Offers::<Test>::get(RELEASE, account(1)).unwrap().weight(), 0);
        assert_ok!(Hosts::unchill(signed(1)));
        assert!(Offers::<Test>::get(RELEASE, account(1)).unwrap().weight() > 0);
    });
}
