//! Who is elected, and when it is new.

use super::*;
use codec::Encode;
use frame_support::traits::KeyOwnerProofSystem;
use sp_staking::SessionIndex;

fn signed(n: u32) -> RuntimeOrigin {
    RuntimeOrigin::signed(account(n))
}

fn elected_for() -> SessionIndex {
    LastElection::<Test>::get().unwrap().session
}

#[test]
fn candidates_with_most_stake_should_validate_two_sessions_later_when_there_are_more_than_places() {
    run(|| {
        candidate(5, 2 * STAKE);
        candidate(6, STAKE / 2);
        until_session(1, &[1, 2, 3, 4]);
        assert_eq!(validating(), [1, 2, 3, 4]);
        // Of the equal ones that whose account is greatest falls out.
        until_session(2, &[1, 2, 3, 4]);
        assert_eq!(validating(), [1, 2, 3, 5]);
    });
}

#[test]
fn delegated_stake_should_elect_when_own_stake_bears_it() {
    run(|| {
        candidate(5, MIN_SELF);
        assert_ok!(Pools::stake(signed(7), account(5), 100 * STAKE));
        until_session(2, &[1, 2, 3, 4]);
        // Ten times the own stake counts: 1 100, which is more than 1 000.
        assert_eq!(validating(), [1, 2, 3, 5]);
        assert_eq!(Exposures::<Test>::get(account(5)), Some(Exposure { total: MIN_SELF + 100 * STAKE }));
    });
}

#[test]
fn set_should_not_be_new_when_nobody_came_or_went() {
    run(|| {
        assert_eq!(elected_for(), 1, "the genesis planned two sessions");
        until_session(8, &[1, 2, 3, 4]);
        assert_eq!(elected_for(), 1);
        assert!(!pallet_session::QueuedChanged::<Test>::get());
    });
}

#[test]
fn exposures_should_be_fixed_anew_when_they_are_old() {
    run(|| {
        ExposureSessions::set(3);
        assert_ok!(Pools::stake(signed(7), account(1), STAKE));
        until_session(3, &[1, 2, 3, 4]);
        assert_eq!(elected_for(), 4);
        assert_eq!(
            Exposures::<Test>::get(account(1)),
            Some(Exposure { total: STAKE }),
            "not before the session begins"
        );
        until_session(4, &[1, 2, 3, 4]);
        assert_eq!(Exposures::<Test>::get(account(1)), Some(Exposure { total: 2 * STAKE }));
    });
}

#[test]
fn set_should_be_new_when_a_validator_changes_its_keys() {
    run(|| {
        until_session(2, &[1, 2, 3, 4]);
        assert_ok!(set_keys(1, 77));
        until_session(3, &[1, 2, 3, 4]);
        assert_eq!(elected_for(), 4);
        until_session(4, &[1, 2, 3, 4]);
        assert_eq!(validating(), [1, 2, 3, 4]);
        // Whoever holds the new key can be proven from the session's history.
        let key = sp_runtime::testing::UintAuthorityId(77).encode();
        let proof = Historical::prove((sp_runtime::key_types::DUMMY, &key[..])).unwrap();
        let (who, exposure) = Historical::check_proof((sp_runtime::key_types::DUMMY, &key[..]), proof).unwrap();
        assert_eq!((who, exposure), (account(1), Exposure { total: STAKE }));
    });
}

#[test]
fn validators_should_stay_when_too_few_stand() {
    run(|| {
        for n in 1..=3 {
            assert_ok!(Validators::chill(signed(n)));
        }
        until_session(1, &[1, 2, 3, 4]);
        assert!(events().contains(&Event::TooFew { session: 2, count: 1 }));
        until_session(4, &[1, 2, 3, 4]);
        assert_eq!(validating(), [1, 2, 3, 4]);
        assert_ok!(Validators::resume(signed(2)));
        until_session(6, &[1, 2, 3, 4]);
        assert_eq!(validating(), [2, 4]);
    });
}

#[test]
fn candidate_should_not_be_elected_when_it_has_no_keys_or_too_little_own_stake() {
    run(|| {
        assert_ok!(Session::purge_keys(signed(1)));
        Pools::penalise(&account(2), STAKE - MIN_SELF + 1);
        until_session(2, &[3, 4]);
        assert_eq!(validating(), [3, 4]);
    });
}

#[test]
fn chain_should_keep_its_validators_when_it_has_no_candidates() {
    // As one that was upgraded.
    run_with(0, || {
        let keys = |n: u32| (account(n), keys(n.into()));
        pallet_session::Validators::<Test>::put(vec![account(1), account(2)]);
        pallet_session::QueuedKeys::<Test>::put(vec![keys(1), keys(2)]);
        for n in [1, 2] {
            pallet_session::NextKeys::<Test>::insert(account(n), keys(n).1);
        }
        until_session(3, &[1, 2]);
        assert_eq!(validating(), [1, 2]);
        assert_eq!(LastElection::<Test>::get(), None);
        // One stranger does not take it over: the first election fills all seats.
        MinValidators::set(1);
        candidate(7, STAKE);
        until_session(5, &[1, 2]);
        assert_eq!(validating(), [1, 2]);
        assert_ok!(Validators::validate(signed(1), STAKE));
        until_session(7, &[1, 2]);
        assert_eq!(validating(), [1, 7]);
        assert_ok!(Validators::chill(signed(1)));
        until_session(9, &[1, 7]);
        assert_eq!(validating(), [7], "after that the rule is the number that is set");
    });
}

#[test]
fn hundred_should_be_elected_at_most_when_more_are_allowed() {
    run(|| {
        ValidatorCount::set(1_000);
        MaxCandidates::set(1_000);
        for n in 100..220 {
            let _ = Balances::force_set_balance(RuntimeOrigin::root(), account(n), ENDOWMENT);
            candidate(n, 2 * STAKE);
        }
        until_session(2, &[1]);
        assert_eq!(validating().len() as u32, MAX_VALIDATORS);
    });
}
