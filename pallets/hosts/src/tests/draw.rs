use super::*;
use candor_primitives::traits::HostStake;

#[test]
fn draw_should_say_no_offer_when_nobody_offers() {
    run(|| {
        register(1, MIN_STAKE);
        assert_eq!(only(request(RELEASE, 0)), Err(DrawError::NoOffer));
        let named = account(1);
        assert_eq!(only(DrawRequest { named: Some(&named), ..request(RELEASE, 0) }), Err(DrawError::NoOffer));
    });
}

#[test]
fn draw_should_price_the_call_when_it_draws() {
    run(|| {
        register(1, MIN_STAKE);
        assert_ok!(Hosts::offer(signed(1), RELEASE, VARIANT, 100, 7, 1));
        let drawn = draw(&DrawRequest { units: 3, ..request(RELEASE, 0) }).unwrap();
        assert_eq!(
            drawn,
            Drawn { host: account(1), variant: VARIANT, fee: 121, base_fee: 100, price_per_unit: 7, worth: 121 }
        );
    });
}

#[test]
fn draw_should_never_name_an_excluded_host_when_others_are_there() {
    run(|| {
        host(1);
        host(2);
        host(3);
        let excluded = [account(1), account(3)];
        assert_eq!(only(DrawRequest { excluded: &excluded, ..request(RELEASE, 0) }), Ok(account(2)));
        let all = [account(1), account(2), account(3)];
        assert_eq!(only(DrawRequest { excluded: &all, ..request(RELEASE, 0) }), Err(DrawError::NoOffer));
    });
}

#[test]
fn draw_should_name_the_named_host_or_nobody_when_one_is_named() {
    run(|| {
        host(1);
        host(2);
        let (named, excluded) = (account(2), [account(2)]);
        let request = DrawRequest { named: Some(&named), ..request(RELEASE, 0) };
        assert_eq!(only(DrawRequest { ..request }), Ok(account(2)));
        assert_eq!(only(DrawRequest { excluded: &excluded, ..request }), Err(DrawError::NoOffer));
        assert_ok!(Hosts::chill(signed(2)));
        assert_eq!(only(request), Err(DrawError::NotLive));
    });
}

#[test]
fn draw_should_say_fee_too_low_when_every_live_host_is_too_dear() {
    run(|| {
        register(1, MIN_STAKE);
        offer(1, RELEASE, 2 * UNIT, 1);
        let request = DrawRequest { max_fee: 2 * UNIT - 1, ..request(RELEASE, 0) };
        assert_eq!(only(DrawRequest { ..request }), Err(DrawError::FeeTooLow));
        host(2);
        assert_eq!(only(request), Ok(account(2)));
    });
}

#[test]
fn draw_should_say_price_overflow_when_units_times_price_do_not_fit() {
    run(|| {
        register(1, MIN_STAKE);
        assert_ok!(Hosts::offer(signed(1), RELEASE, VARIANT, 0, Balance::MAX / 10, 1));
        let request = DrawRequest { units: 11, ..request(RELEASE, 0) };
        assert_eq!(only(request), Err(DrawError::PriceOverflow));
    });
}

#[test]
fn draw_should_say_not_backed_when_stake_does_not_cover_fee_and_insured_value() {
    run(|| {
        host(1);
        // Three times the value must be covered.
        let insured = MIN_STAKE / 3 - UNIT;
        assert_eq!(only(DrawRequest { insured, ..request(RELEASE, 0) }), Ok(account(1)));
        assert_eq!(only(DrawRequest { insured: MIN_STAKE, ..request(RELEASE, 0) }), Err(DrawError::NotBacked));
        assert_eq!(only(DrawRequest { insured: Balance::MAX, ..request(RELEASE, 0) }), Err(DrawError::NotBacked));
        assert_ok!(<Stake as HostStake<_>>::open(&account(1), MIN_STAKE / 3, 0));
        assert_eq!(only(request(RELEASE, 0)), Err(DrawError::NotBacked));
    });
}

#[test]
fn draw_should_say_not_backed_when_the_insured_value_is_many_times_the_fee() {
    run(|| {
        host(1);
        MaxInsured::set(2);
        let fee = draw(&request(RELEASE, 0)).map(|drawn| drawn.fee).expect("a host");
        assert!(fee > 0);
        assert_eq!(only(DrawRequest { insured: 2 * fee, ..request(RELEASE, 0) }), Ok(account(1)));
        assert_eq!(only(DrawRequest { insured: 2 * fee + 1, ..request(RELEASE, 0) }), Err(DrawError::NotBacked));
    });
}

#[test]
fn draw_should_say_busy_when_capacity_is_used_up() {
    run(|| {
        host(1);
        for _ in 0..2 {
            assert_eq!(only(request(RELEASE, 0)), Ok(account(1)));
            assert_ok!(<Hosts as HostMarket<_>>::occupy(&account(1), RELEASE));
        }
        assert_eq!(only(request(RELEASE, 0)), Err(DrawError::Busy));
        <Hosts as HostMarket<_>>::vacate(&account(1), RELEASE);
        assert_eq!(only(request(RELEASE, 0)), Ok(account(1)));
    });
}

#[test]
fn draw_should_give_the_most_specific_reason_when_hosts_fail_for_several() {
    run(|| {
        // One chilled, one too dear, one without backing, one busy: that a host exists but is busy says most.
        for n in 1..=4 {
            host(n);
        }
        assert_ok!(Hosts::chill(signed(1)));
        offer(2, RELEASE, 3 * UNIT, 1);
        <Stake as HostStake<_>>::penalise(&account(3), UNIT);
        offer(4, RELEASE, UNIT, 1);
        assert_ok!(<Hosts as HostMarket<_>>::occupy(&account(4), RELEASE));
        let request = || DrawRequest { max_fee: 2 * UNIT, ..request(RELEASE, 0) };
        assert_eq!(only(request()), Err(DrawError::Busy));
        assert_ok!(Hosts::chill(signed(4)));
        assert_eq!(only(request()), Err(DrawError::NotBacked));
        assert_ok!(Hosts::chill(signed(3)));
        assert_eq!(only(request()), Err(DrawError::FeeTooLow));
        assert_ok!(Hosts::chill(signed(2)));
        assert_eq!(only(request()), Err(DrawError::NotLive));
    });
}

#[test]
fn draw_should_be_the_same_when_seed_and_state_are() {
    run(|| {
        for n in 1..=8 {
            host(n);
        }
        let first: Vec<_> = (0..50).map(|seed| draw(&request(RELEASE, seed)).unwrap().host).collect();
        let again: Vec<_> = (0..50).map(|seed| draw(&request(RELEASE, seed)).unwrap().host).collect();
        assert_eq!(first, again);
    });
}

#[test]
fn draw_should_find_the_one_suitable_host_when_sixteen_offer() {
    run(|| {
        // All but one are busy, and that one has next to no weight.
        for n in 1..=15 {
            register(n, 100 * MIN_STAKE);
            offer(n, RELEASE, UNIT, 1);
            assert_ok!(<Hosts as HostMarket<_>>::occupy(&account(n), RELEASE));
        }
        register(16, MIN_STAKE);
        offer(16, RELEASE, 10 * UNIT, 1);
        assert_eq!(only(request(RELEASE, 0)), Ok(account(16)));
    });
}

#[test]
fn draw_should_name_only_attested_hosts_when_the_request_asks_for_them() {
    run(|| {
        (1..=6).for_each(host);
        let asked = |seed| draw(&DrawRequest { attested: true, ..request(RELEASE, seed) }).map(|drawn| drawn.host);
        assert_eq!(asked(0), Err(DrawError::NotAttested));
        Attested::set(vec![account(3), account(5)]);
        for seed in 0..20 {
            assert!([Ok(account(3)), Ok(account(5))].contains(&asked(seed)));
        }
        let named = account(2);
        assert_eq!(
            only(DrawRequest { attested: true, named: Some(&named), ..request(RELEASE, 0) }),
            Err(DrawError::NotAttested)
        );
    });
}

#[test]
fn draw_should_say_busy_when_the_attested_hosts_are_and_others_are_not() {
    run(|| {
        (1..=3).for_each(host);
        Attested::set(vec![account(3)]);
        let asked = || draw(&DrawRequest { attested: true, ..request(RELEASE, 0) }).map(|drawn| drawn.host);
        for _ in 0..2 {
            assert_eq!(asked(), Ok(account(3)));
            assert_ok!(<Hosts as HostMarket<_>>::occupy(&account(3), RELEASE));
        }
        // Worth waiting for: it is idle soon.
        assert_eq!(asked(), Err(DrawError::Busy));
    });
}

#[test]
fn draw_should_weigh_more_when_only_attested_hosts_count() {
    run(|| {
        host(1);
        let weight = |attested| <Hosts as candor_primitives::traits::HostMarket<_>>::draw_weight(RELEASE, attested);
        // Sixteen draws and sixteen looks.
        assert_eq!((weight(true) - weight(false)).ref_time(), 32 * 1_000);
    });
}
