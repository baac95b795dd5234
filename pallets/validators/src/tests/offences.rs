//! Offences that consensus proves.

use super::*;
use sp_runtime::Perbill;
use sp_staking::offence::{OffenceDetails, OnOffenceHandler};

fn offend(n: u32, fraction: Perbill, session: u32, reporter: Option<u32>) {
    let exposure = Exposure { total: STAKE };
    let details =
        OffenceDetails { offender: (account(n), exposure), reporters: reporter.map(account).into_iter().collect() };
    Validators::on_offence(&[details], &[fraction], session);
}

#[test]
fn offender_should_lose_the_share_and_be_chilled_and_disabled_when_reported() {
    run(|| {
        let issuance = Balances::total_issuance();
        offend(1, Perbill::from_percent(20), 0, Some(9));
        assert_eq!(Pools::self_stake(&account(1)), STAKE * 8 / 10);
        // A tenth for the reporter, the rest is burned.
        assert_eq!(Balances::free_balance(account(9)), ENDOWMENT + STAKE / 50);
        assert_eq!(Balances::total_issuance(), issuance - STAKE * 18 / 100);
        assert_eq!(Candidates::<Test>::get(account(1)), Some(Candidacy::Chilled));
        let index = Session::validators().iter().position(|who| who == &account(1)).unwrap() as u32;
        assert_eq!(Session::disabled_validators(), [index]);
        until_session(2, &[1, 2, 3, 4]);
        assert_eq!(validating(), [2, 3, 4]);
    });
}

#[test]
fn offences_of_a_session_should_cost_what_the_worst_does_when_there_are_several() {
    run(|| {
        offend(1, Perbill::from_percent(20), 0, None);
        offend(1, Perbill::from_percent(10), 0, None);
        assert_eq!(Pools::self_stake(&account(1)), STAKE * 8 / 10);
        offend(1, Perbill::from_percent(50), 0, None);
        assert_eq!(Pools::self_stake(&account(1)), STAKE / 2);
        // Of another session: it costs anew.
        offend(1, Perbill::from_percent(10), 1, None);
        assert_eq!(Pools::self_stake(&account(1)), STAKE * 4 / 10);
    });
}

#[test]
fn delegated_stake_should_be_slashed_after_own_when_the_share_is_larger() {
    run(|| {
        assert_ok!(Pools::stake(RuntimeOrigin::signed(account(7)), account(1), STAKE));
        let details = OffenceDetails { offender: (account(1), Exposure { total: 2 * STAKE }), reporters: vec![] };
        Validators::on_offence(&[details], &[Perbill::from_percent(75)], 0);
        let pool = Pools::pool(account(1)).unwrap();
        assert_eq!((pool.own, pool.delegated), (0, STAKE / 2));
    });
}

#[test]
fn stake_that_unbonds_should_be_slashed_when_the_offender_has_left() {
    run(|| {
        assert_ok!(Validators::leave(RuntimeOrigin::signed(account(1))));
        offend(1, Perbill::one(), 0, None);
        assert_eq!(Pools::total(&account(1)), 0);
        assert!(!Candidates::<Test>::contains_key(account(1)));
    });
}

#[test]
fn offences_should_be_forgotten_when_their_session_is_over_long_ago() {
    run(|| {
        offend(1, Perbill::from_percent(20), 1, None);
        until_session(7, &[2, 3, 4]);
        assert_eq!(Offences::<Test>::iter().count(), 1);
        until_session(8, &[2, 3, 4]);
        assert_eq!(Offences::<Test>::iter().count(), 0);
        assert_eq!(Historical::historical_root(1), None);
        assert!(Historical::historical_root(8).is_some());
    });
}
