use super::*;
use candor_primitives::traits::HostStake;
use frame_support::traits::fungible::Mutate;

const TREASURY: u32 = 250;

fn penalise(n: u32, amount: Balance) -> Balance {
    <Hosts as HostStake<_>>::penalise(&account(n), amount)
}

fn ledger(n: u32) -> Ledger {
    Ledgers::<Test>::get(account(n)).unwrap()
}

#[test]
fn penalise_should_pay_the_treasury_when_stake_is_there() {
    run(|| {
        register(1, MIN_STAKE + 5 * UNIT);
        let issuance = Balances::total_issuance();
        assert_eq!(penalise(1, 2 * UNIT), 2 * UNIT);
        assert_eq!(free_balance(TREASURY), 2 * UNIT);
        assert_eq!(ledger(1).active, MIN_STAKE + 3 * UNIT);
        assert_eq!(Balances::total_issuance(), issuance);
        assert_last_event(Event::Penalised { host: account(1), taken: 2 * UNIT, missing: 0, burned: 0 });
    });
}

#[test]
fn penalise_should_take_active_then_soonest_unbonding_when_active_is_not_enough() {
    run(|| {
        register(1, MIN_STAKE + 10 * UNIT);
        assert_ok!(Hosts::unstake(signed(1), 4 * UNIT));
        System::set_block_number(2);
        assert_ok!(Hosts::unstake(signed(1), 6 * UNIT));
        assert_eq!(penalise(1, MIN_STAKE), MIN_STAKE);
        assert_eq!((ledger(1).active, ledger(1).leaving()), (0, 10 * UNIT));
        assert_eq!(penalise(1, 5 * UNIT), 5 * UNIT);
        assert_eq!(ledger(1).unbonding.into_inner(), vec![Unbonding { amount: 5 * UNIT, at: 102 }]);
    });
}

#[test]
fn penalise_should_take_everything_and_report_the_rest_when_it_exceeds_the_stake() {
    run(|| {
        host(1);
        assert_ok!(<Hosts as HostStake<_>>::open(&account(1), UNIT));
        assert_eq!(penalise(1, MIN_STAKE + 7), MIN_STAKE);
        assert_last_event(Event::Penalised { host: account(1), taken: MIN_STAKE, missing: 7, burned: 0 });
        assert_eq!(penalise(1, 1), 0);
        assert_eq!(<Hosts as HostStake<_>>::free(&account(1)), 0);
        assert_eq!(only(request(RELEASE, 0)), Err(DrawError::NotBacked));
        Hosts::do_try_state().unwrap();
        // Its receipts end as usual, and it can leave.
        <Hosts as HostStake<_>>::close(&account(1), UNIT);
        assert_eq!(ledger(1).slashed, 0);
        assert_ok!(Hosts::deregister(signed(1)));
    });
}

#[test]
fn penalise_should_take_nothing_when_the_account_is_no_host() {
    run(|| assert_eq!(penalise(1, UNIT), 0));
}

#[test]
fn penalise_should_burn_when_the_treasury_cannot_receive() {
    run(|| {
        register(1, MIN_STAKE);
        let issuance = Balances::total_issuance();
        // The treasury does not exist, and this is less than the existential deposit.
        assert_eq!(penalise(1, ED - 1), ED - 1);
        assert_eq!(Balances::total_issuance(), issuance - (ED - 1));
        assert_last_event(Event::Penalised { host: account(1), taken: ED - 1, missing: 0, burned: ED - 1 });
        assert_ok!(Balances::mint_into(&account(TREASURY), ED));
        penalise(1, ED - 1);
        assert_eq!(free_balance(TREASURY), 2 * ED - 1);
    });
}

#[test]
fn penalise_should_reach_a_leaving_host_when_its_stake_unbonds() {
    run(|| {
        host(1);
        assert_ok!(Hosts::deregister(signed(1)));
        assert_eq!(penalise(1, Balance::MAX), MIN_STAKE);
        // Nothing is left to wait for.
        assert_ok!(Hosts::withdraw(signed(1)));
        assert_last_event(Event::Removed { host: account(1) });
    });
}

#[test]
fn draw_should_pass_by_a_host_when_a_penalty_took_it_below_the_minimum() {
    run(|| {
        host(1);
        host(2);
        penalise(1, 1);
        assert_eq!(only(request(RELEASE, 0)), Ok(account(2)));
        assert_ok!(Hosts::stake_more(signed(1), 1));
        let drawn = (0..50).filter(|seed| draw(&request(RELEASE, *seed)).unwrap().host == account(1)).count();
        assert!(drawn > 10, "{drawn}");
    });
}

#[test]
fn heartbeat_should_weigh_offers_anew_when_a_penalty_made_them_stale() {
    run(|| {
        register(1, MIN_STAKE + UNIT);
        offer(1, RELEASE, UNIT, 1);
        penalise(1, UNIT);
        assert_eq!(Offers::<Test>::get(RELEASE, account(1)).unwrap().weighed, MIN_STAKE + UNIT);
        System::set_block_number(12);
        assert!(<Hosts as candor_primitives::traits::Heartbeats<_>>::due(&account(1)));
        assert_ok!(beat(1, 12));
        assert_eq!(Offers::<Test>::get(RELEASE, account(1)).unwrap().weighed, MIN_STAKE);
    });
}
