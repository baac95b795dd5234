//! What hosts see of the stake behind them: weights, backing, listeners.

use super::*;
use crate::Error as HostsError;
use candor_primitives::traits::{Heartbeats, HostStake, SlashOrder};
use frame_support::assert_noop;

type Error = HostsError<Test>;

fn weighed(n: u32) -> Balance {
    Offers::<Test>::get(RELEASE, account(n)).unwrap().weighed
}

fn penalise(n: u32, amount: Balance) {
    <Stake as HostStake<_>>::penalise(&account(n), amount);
}

fn slash(n: u32) {
    let order = SlashOrder { requester: account(19), compensation: 0, challenger: None, costs: 0 };
    <Stake as HostStake<_>>::slash(&account(n), &order);
}

fn due(n: u32) -> bool {
    <Hosts as Heartbeats<_>>::due(&account(n))
}

fn is_stale(n: u32) -> bool {
    Presences::<Test>::get(account(n)).unwrap().stale
}

#[test]
fn offers_should_weigh_own_and_delegated_active_stake_when_weighed_anew() {
    run(|| {
        host(1);
        assert_eq!(weighed(1), MIN_STAKE);
        assert_ok!(Stake::stake(signed(5), account(1), 3 * MIN_STAKE));
        assert_ok!(Stake::stake(signed(1), account(1), MIN_STAKE));
        assert_eq!((weighed(1), is_stale(1)), (MIN_STAKE, true));
        // Anyone may see to it.
        assert_ok!(Hosts::reweigh(signed(9), account(1)));
        assert_last_event(Event::Reweighed { host: account(1), weight: 5 * MIN_STAKE });
        assert_eq!((weighed(1), is_stale(1)), (5 * MIN_STAKE, false));
        // What unbonds weighs nothing.
        assert_ok!(Stake::unstake(signed(5), account(1), 2 * MIN_STAKE));
        assert_ok!(Hosts::reweigh(signed(9), account(1)));
        assert_eq!(weighed(1), 3 * MIN_STAKE);
        assert_noop!(Hosts::reweigh(signed(9), account(2)), Error::NotRegistered);
    });
}

#[test]
fn heartbeat_should_weigh_offers_anew_when_the_stake_changed() {
    run(|| {
        register(1, 2 * MIN_STAKE);
        offer(1, RELEASE, UNIT, 1);
        penalise(1, MIN_STAKE);
        assert_eq!(weighed(1), 2 * MIN_STAKE);
        System::set_block_number(12);
        // Half of the weight is gone: that does not wait for the next heartbeat.
        assert!(due(1));
        assert_ok!(beat(1, 12));
        assert_eq!(weighed(1), MIN_STAKE);
        // A little more does.
        assert_ok!(Stake::stake(signed(5), account(1), UNIT));
        System::set_block_number(24);
        assert!(is_stale(1) && !due(1));
        System::set_block_number(32);
        assert!(due(1));
        assert_ok!(beat(1, 32));
        assert_eq!(weighed(1), MIN_STAKE + UNIT);
    });
}

/// Host 1, which a draw put to sleep, beside host 2, which is live.
fn sleeping_host() {
    host(1);
    host(2);
    System::set_block_number(60);
    assert_ok!(beat(2, 60));
    assert_eq!(only(request(RELEASE, 0)), Ok(account(2)));
    assert_eq!((weighed(1), is_stale(1)), (0, true));
    Heard::take();
}

#[test]
fn reweigh_should_leave_a_host_asleep_when_it_is_not_live() {
    run(|| {
        sleeping_host();
        // However often anybody tries, and whatever is staked for it.
        assert_ok!(Stake::stake(signed(5), account(1), MIN_STAKE));
        for _ in 0..2 {
            assert_ok!(Hosts::reweigh(signed(9), account(1)));
            assert_last_event(Event::Reweighed { host: account(1), weight: 0 });
            assert_eq!((weighed(1), is_stale(1)), (0, true));
            assert_eq!(Heard::take(), ["1 weighs 0"]);
        }
        // Its heartbeat wakes it, and is due.
        assert!(due(1));
        assert_ok!(beat(1, 60));
        assert_eq!((weighed(1), is_stale(1)), (2 * MIN_STAKE, false));
        assert_eq!(Heard::take(), ["1 weighs 200"]);
    });
}

#[test]
fn reweigh_should_wake_a_host_when_its_work_shows_that_it_lives() {
    run(|| {
        sleeping_host();
        <Hosts as HostMarket<_>>::note_work(&account(1));
        assert_eq!(weighed(1), 0);
        assert_ok!(Hosts::reweigh(signed(9), account(1)));
        assert_eq!((weighed(1), is_stale(1)), (MIN_STAKE, false));
    });
}

#[test]
fn host_should_stay_asleep_when_it_offers_or_unchills_and_is_not_live() {
    run(|| {
        sleeping_host();
        let weights = || [RELEASE, 5].map(|release| Offers::<Test>::get(release, account(1)).unwrap().weighed);
        offer(1, RELEASE, 2 * UNIT, 1);
        offer(1, 5, UNIT, 1);
        assert_eq!((weights(), is_stale(1)), ([0, 0], true));
        assert_ok!(Hosts::chill(signed(1)));
        assert_ok!(Hosts::unchill(signed(1)));
        assert_eq!((weights(), is_stale(1)), ([0, 0], true));
        assert!(due(1));
        assert_ok!(beat(1, 60));
        assert_eq!((weights(), is_stale(1)), ([MIN_STAKE, MIN_STAKE], false));
    });
}

#[test]
fn host_should_sleep_until_its_heartbeat_when_it_was_chilled_for_long() {
    run(|| {
        host(1);
        assert_ok!(Hosts::chill(signed(1)));
        System::set_block_number(60);
        assert_ok!(Hosts::unchill(signed(1)));
        assert_eq!((weighed(1), is_stale(1)), (0, true));
        assert!(due(1));
        assert_ok!(beat(1, 60));
        assert_eq!((weighed(1), is_stale(1)), (MIN_STAKE, false));
    });
}

#[test]
fn draw_should_pass_by_a_host_when_its_own_stake_fell_below_the_minimum() {
    run(|| {
        host(1);
        host(2);
        // However much others stake for it.
        assert_ok!(Stake::stake(signed(5), account(1), 100 * MIN_STAKE));
        penalise(1, 1);
        assert_ok!(Hosts::reweigh(signed(9), account(1)));
        assert_eq!(only(request(RELEASE, 0)), Ok(account(2)));
        assert_ok!(Stake::stake(signed(1), account(1), 1));
        let drawn = (0..50).filter(|seed| draw(&request(RELEASE, *seed)).unwrap().host == account(1)).count();
        assert!(drawn > 40, "{drawn}");
    });
}

#[test]
fn draw_should_insure_only_what_own_stake_covers_when_others_stake_too() {
    run(|| {
        host(1);
        assert_ok!(Stake::stake(signed(5), account(1), 100 * MIN_STAKE));
        // One insured value needs three times as much.
        let most = MIN_STAKE / 3;
        assert_eq!(only(DrawRequest { insured: most, ..request(RELEASE, 0) }), Ok(account(1)));
        assert_eq!(only(DrawRequest { insured: most + 1, ..request(RELEASE, 0) }), Err(DrawError::NotBacked));
    });
}

#[test]
fn draw_should_insure_nothing_when_the_profile_has_too_few_auditors() {
    run(|| {
        host(1);
        Auditors::set(2);
        assert_eq!(only(DrawRequest { insured: 1, ..request(RELEASE, 0) }), Err(DrawError::NotBacked));
        assert_eq!(only(request(RELEASE, 0)), Ok(account(1)));
        Auditors::set(3);
        assert_eq!(only(DrawRequest { insured: 1, ..request(RELEASE, 0) }), Ok(account(1)));
    });
}

#[test]
fn draw_should_want_stake_for_every_call_that_a_deposit_pays_for() {
    run(|| {
        host(1);
        let fee = draw(&request(RELEASE, 0)).unwrap().fee;
        let with = |deposit| only(DrawRequest { deposit: Some(deposit), ..request(RELEASE, 0) });
        assert_eq!(with(fee), Ok(account(1)));
        assert_eq!(with(MIN_STAKE * 10), Err(DrawError::NotBacked));
        // No deposit bounds calls that are free.
        assert_ok!(Hosts::offer(signed(1), RELEASE, VARIANT, 0, 0, 1));
        assert_eq!(with(1), Err(DrawError::NotBacked));
    });
}

#[test]
fn draw_should_pass_by_a_host_when_its_profile_is_suspended() {
    run(|| {
        host(1);
        Suspended::set(vec![PROFILE]);
        assert_eq!(only(request(RELEASE, 0)), Err(DrawError::NotLive));
    });
}

#[test]
fn draw_should_count_the_reference_price_when_the_fee_is_lower() {
    run(|| {
        ReferencePrice::set(5 * UNIT);
        register(1, MIN_STAKE);
        assert_ok!(Hosts::offer(signed(1), RELEASE, VARIANT, 0, UNIT, 1));
        // A typical call has ten units: one unit is worth half a token, but costs one.
        let worth = |units| draw(&DrawRequest { units, ..request(RELEASE, 0) }).map(|drawn| (drawn.fee, drawn.worth));
        assert_eq!(worth(1), Ok((UNIT, UNIT)));
        assert_ok!(Hosts::offer(signed(1), RELEASE, VARIANT, 0, 0, 1));
        assert_eq!(worth(1), Ok((0, UNIT / 2)));
        assert_eq!(worth(3), Ok((0, 3 * UNIT / 2)));
        // Free of charge, but not free of liability.
        assert_eq!(worth(10_000), Err(DrawError::NotBacked));
        assert_eq!(worth(u64::MAX), Err(DrawError::NotBacked));
    });
}

#[test]
fn penalties_and_slashes_should_end_a_hosts_work_when_they_take_its_stake() {
    run(|| {
        host(1);
        assert_ok!(<Stake as HostStake<_>>::open(&account(1), UNIT, 0));
        penalise(1, MIN_STAKE + 7);
        assert_eq!(only(request(RELEASE, 0)), Err(DrawError::NotBacked));
        slash(1);
        <Stake as HostStake<_>>::close(&account(1), UNIT, 0);
        // It can leave at once: nothing is left to wait for.
        assert_ok!(Hosts::deregister(signed(1)));
        assert_last_event(Event::Deregistered { host: account(1), leaves_at: 1 });
        assert_ok!(Hosts::remove(signed(9), account(1)));
    });
}

#[test]
fn profile_and_endpoint_should_be_told_when_asked() {
    run(|| {
        register(1, MIN_STAKE);
        assert_eq!(<Hosts as HostMarket<AccountId>>::profile_of(RELEASE, VARIANT), Some(PROFILE));
        assert_eq!(<Hosts as HostMarket<AccountId>>::profile_of(RELEASE, OTHER_VARIANT), None);
        assert_eq!(<Hosts as HostMarket<AccountId>>::profile_of(UNKNOWN, VARIANT), None);
        assert_eq!(<Hosts as HostMarket<_>>::endpoint_of(&account(1)), Some(b"http://host".to_vec()));
        assert!(<Hosts as HostMarket<_>>::is_live(&account(1)));
        System::set_block_number(60);
        assert!(!<Hosts as HostMarket<_>>::is_live(&account(1)));
        assert!(!<Hosts as HostMarket<_>>::is_live(&account(2)));
        assert_eq!(<Hosts as HostMarket<_>>::endpoint_of(&account(2)), None);
    });
}

#[test]
fn listener_should_hear_of_offers_and_weights_when_they_change() {
    run(|| {
        let heard = || Heard::take().join(", ");
        host(1);
        assert_eq!(heard(), "1 joined 9, 1 weighs 100");
        // Changing the offer leaves the profile and joins it again.
        offer(1, RELEASE, 2 * UNIT, 1);
        assert_eq!(heard(), "1 left 9, 1 joined 9, 1 weighs 100");
        offer(1, 5, UNIT, 1);
        assert_eq!(heard(), "1 joined 9, 1 weighs 100");
        assert_ok!(Hosts::chill(signed(1)));
        assert_ok!(Hosts::unchill(signed(1)));
        assert_eq!(heard(), "1 weighs 0, 1 weighs 100");
        assert_ok!(Stake::stake(signed(5), account(1), MIN_STAKE));
        assert_eq!(heard(), "");
        System::set_block_number(12);
        assert_ok!(beat(1, 12));
        assert_eq!(heard(), "1 weighs 200");
        System::set_block_number(70);
        // A draw tells nobody of the dead host that it puts to sleep.
        let _ = draw(&request(RELEASE, 0));
        assert_eq!(heard(), "");
        assert_ok!(beat(1, 70));
        assert_eq!(heard(), "1 weighs 200");
        assert_ok!(Hosts::withdraw_offer(signed(1), 5));
        assert_eq!(heard(), "1 left 9");
        assert_ok!(Hosts::deregister(signed(1)));
        assert_eq!(heard(), "1 left 9, 1 weighs 0");
    });
}
