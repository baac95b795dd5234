//! Standing for election, and leaving.

use super::*;

fn signed(n: u32) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

#[test]
fn genesis_should_have_pools_and_candidates_when_it_has_validators() {
    run(|| {
        assert_eq!(validating(), [1, 2, 3, 4]);
        assert_eq!(Candidates::<Test>::count(), 4);
        assert_eq!(Pools::self_stake(&account(1)), STAKE);
        assert_eq!(Balances::free_balance(Validators::pot()), ED);
        assert_eq!(Exposures::<Test>::get(account(1)), Some(Exposure { total: STAKE }));
    });
}

#[test]
fn validate_should_open_a_pool_when_keys_are_set() {
    run(|| {
        candidate(5, STAKE);
        assert_eq!(Candidates::<Test>::get(account(5)), Some(Candidacy::Standing));
        assert_eq!(Pools::self_stake(&account(5)), STAKE);
        assert!(events().contains(&Event::Standing { validator: account(5) }));
    });
}

#[test]
fn validate_should_fail_when_there_are_no_keys_or_too_little_stake_or_it_stands() {
    run(|| {
        assert_noop!(Validators::validate(signed(5), STAKE), Error::<Test>::NoSessionKeys);
        assert_ok!(set_keys(5, 5));
        assert!(Validators::validate(signed(5), MIN_SELF - 1).is_err());
        assert_ok!(Validators::validate(signed(5), MIN_SELF));
        assert_noop!(Validators::validate(signed(5), STAKE), Error::<Test>::AlreadyStanding);
    });
}

#[test]
fn validate_should_fail_with_nothing_held_when_the_list_is_full() {
    run(|| {
        MaxCandidates::set(4);
        assert_ok!(set_keys(5, 5));
        let storage = || frame_support::storage::with_storage_layer(|| Validators::validate(signed(5), STAKE));
        assert_eq!(storage(), Err(Error::<Test>::TooManyCandidates.into()));
        assert_eq!(Pools::self_stake(&account(5)), 0);
    });
}

#[test]
fn chill_should_end_the_candidacy_when_it_stands_and_resume_should_begin_it_again() {
    run(|| {
        assert_noop!(Validators::chill(signed(9)), Error::<Test>::NotStanding);
        assert_noop!(Validators::resume(signed(1)), Error::<Test>::NotChilled);
        assert_ok!(Validators::chill(signed(1)));
        assert_noop!(Validators::chill(signed(1)), Error::<Test>::AlreadyChilled);
        assert_ok!(Validators::resume(signed(1)));
        assert_eq!(Candidates::<Test>::get(account(1)), Some(Candidacy::Standing));
    });
}

#[test]
fn resume_should_fail_when_own_stake_was_slashed_below_the_minimum() {
    run(|| {
        assert_ok!(Validators::chill(signed(1)));
        Pools::penalise(&account(1), STAKE - MIN_SELF + 1);
        assert_noop!(Validators::resume(signed(1)), Error::<Test>::SelfStakeTooLow);
        assert_ok!(Pools::stake(signed(1), account(1), 1));
        assert_ok!(Validators::resume(signed(1)));
    });
}

#[test]
fn leave_should_unbond_everything_when_anyone_stakes_there() {
    run(|| {
        assert_ok!(Pools::stake(signed(7), account(1), STAKE));
        assert_ok!(Validators::leave(signed(1)));
        assert!(!Candidates::<Test>::contains_key(account(1)));
        assert_eq!(Pools::active(&account(1)), 0);
        assert!(Validators::leave(signed(1)).is_err());
        assert_noop!(Validators::resume(signed(1)), Error::<Test>::SelfStakeTooLow);
        System::set_block_number(51);
        assert_ok!(Pools::withdraw(signed(7), account(1)));
        assert_ok!(Pools::withdraw(signed(1), account(1)));
        assert_noop!(Validators::resume(signed(1)), Error::<Test>::NotStanding);
        assert_eq!(Balances::free_balance(account(7)), ENDOWMENT);
    });
}

#[test]
fn evict_should_fail_when_the_candidate_can_be_elected() {
    run(|| {
        assert_noop!(Validators::evict(signed(9), account(1)), Error::<Test>::Electable);
        assert_noop!(Validators::evict(signed(9), account(9)), Error::<Test>::NotStanding);
        assert_ok!(Session::purge_keys(signed(1)));
        assert_ok!(Validators::evict(signed(9), account(1)));
        assert_eq!(Pools::self_stake(&account(1)), STAKE, "the pool is not touched");
        // It mends that, and stands again; or it leaves.
        assert_noop!(Validators::resume(signed(1)), Error::<Test>::NoSessionKeys);
        assert_ok!(set_keys(1, 77));
        assert_ok!(Validators::resume(signed(1)));
        assert_ok!(Validators::leave(signed(1)));
    });
}

#[test]
fn view_should_say_what_a_candidate_is_when_it_is_one() {
    run(|| {
        let view = Validators::validator(account(1)).unwrap();
        assert!(view.is_standing && view.has_keys && view.is_validating);
        assert_eq!((view.own, view.counted, view.exposure), (STAKE, STAKE, Some(STAKE)));
        assert_eq!(Validators::validators(None, 100).len(), 4);
        assert_eq!(Validators::validators(None, 3).len(), 3);
        let first = Validators::validators(None, 1).remove(0).validator;
        assert_eq!(Validators::validators(Some(first), 100).len(), 3);
        assert_eq!(Validators::validator(account(9)), None);
    });
}
