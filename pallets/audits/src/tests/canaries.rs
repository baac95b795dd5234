//! Planted lies.

use super::*;
use crate::{canary_commitment, Canaries, HoldReason, Records};
use frame_support::traits::fungible::{Inspect, InspectHold};

const BOUNTY: Balance = 700;
const FINE: Balance = 900;

fn salt() -> H256 {
    H256::repeat_byte(42)
}

fn commitment() -> H256 {
    canary_commitment(&genesis(), &host(0), &ALICE, &salt())
}

fn plant() {
    assert_ok!(Audits::plant_canary(RuntimeOrigin::root(), commitment()));
    run(1);
}

fn held() -> Balance {
    Balances::balance_on_hold(&HoldReason::Canary.into(), &CANARY_POT)
}

fn reveal_canary(key: &Key) -> sp_runtime::DispatchResult {
    Audits::reveal_canary(bob(), key.clone(), salt())
}

#[test]
fn finder_should_get_the_bounty_when_a_canary_is_revealed() {
    with_hosts(3, || {
        plant();
        assert_eq!(held(), BOUNTY);
        let (key, id) = audited(0);
        let who = auditor(id);
        round(id, other(), digest(1), digest(2));
        assert_ok!(reveal_canary(&key));
        assert_eq!((Balances::balance(&who), held()), (1_000 + BOUNTY, 0));
        assert_eq!(Open::get(), vec![], "the dispute is over");
        assert_eq!(Overturns::get(), vec![key.clone()], "its requester has its fee back");
        assert_eq!(slashed(&host(0)), 0);
        assert!(events().contains(&Event::CanaryRevealed {
            commitment: commitment(),
            audit: id,
            finder: Some(who),
            bounty: BOUNTY
        }));
        assert_noop!(reveal_canary(&key), Error::<Test>::NotAudited);
        assert_eq!((Canaries::<Test>::count(), crate::Agenda::<Test>::iter().count()), (0, 0));
    });
}

#[test]
fn auditor_should_pay_when_it_found_a_canary_right() {
    with_hosts(3, || {
        plant();
        let (key, id) = audited(0);
        let who = auditor(id);
        round(id, honest(), digest(1), digest(1));
        assert_ok!(reveal_canary(&key));
        assert_eq!(slashed(&who), FINE);
        assert_eq!((held(), Balances::balance(&CANARY_POT)), (0, 10_000));
        assert_eq!(Overturns::get(), vec![key]);
        assert!(events().contains(&Event::CanaryMissed { commitment: commitment(), auditor: who, penalty: FINE }));
    });
}

#[test]
fn every_auditor_should_pay_that_found_it_right_when_digests_differed() {
    with_hosts(4, || {
        plant();
        let (key, id) = audited(0);
        let first = auditor(id);
        round(id, honest(), digest(1), digest(2));
        let second = auditor(id);
        round(id, other(), digest(1), digest(2));
        assert_ok!(reveal_canary(&key));
        assert_eq!((slashed(&first), slashed(&second)), (FINE, 0));
        assert_eq!(Balances::balance(&second), 1_000 + BOUNTY);
    });
}

#[test]
fn auditor_should_pay_when_the_receipt_is_final_already() {
    with_hosts(3, || {
        plant();
        let (key, id) = audited(0);
        let who = auditor(id);
        round(id, honest(), digest(1), digest(1));
        run(WINDOW);
        assert!(is_final(&key));
        assert_ok!(reveal_canary(&key));
        assert_eq!(slashed(&who), FINE);
        assert_eq!(Overturns::get(), vec![]);
    });
}

#[test]
fn canary_should_be_refused_when_it_is_not_of_this_receipt() {
    with_hosts(4, || {
        plant();
        let other_host = deliver_from(0, 1, &ALICE);
        let other_requester = deliver_from(1, 0, &BOB);
        run(2);
        for key in [other_host, other_requester] {
            let id = crate::AuditOf::<Test>::get(&key).unwrap();
            assert_noop!(reveal_canary(&key), Error::<Test>::AuditGoesOn);
            round(id, honest(), digest(1), digest(1));
            assert_noop!(reveal_canary(&key), Error::<Test>::UnknownCanary);
        }
        let unknown = deliver(7);
        assert_noop!(reveal_canary(&unknown), Error::<Test>::NotAudited);
    });
}

#[test]
fn canary_should_protect_one_receipt_when_two_are_found() {
    with_hosts(3, || {
        plant();
        let (first, a) = audited(0);
        let (second, b) = audited(1);
        round(a, other(), digest(1), digest(2));
        round(b, other(), digest(1), digest(2));
        assert_ok!(reveal_canary(&first));
        assert_noop!(reveal_canary(&second), Error::<Test>::UnknownCanary);
        assert!(<Mock as candor_primitives::traits::Disputes<AccountId>>::is_disputed(&second));
    });
}

#[test]
fn canary_should_be_refused_when_it_was_planted_after_the_call() {
    with_hosts(3, || {
        let key = deliver(0);
        assert_ok!(Audits::plant_canary(RuntimeOrigin::root(), commitment()));
        run(2);
        round(0, other(), digest(1), digest(2));
        assert_noop!(reveal_canary(&key), Error::<Test>::PlantedTooLate);
    });
}

#[test]
fn canary_should_be_refused_when_the_dispute_is_over() {
    with_hosts(3, || {
        plant();
        let (key, id) = audited(0);
        round(id, other(), digest(1), digest(2));
        assert_ok!(Mock::overturn(&key));
        assert_noop!(reveal_canary(&key), Error::<Test>::DisputeOver);
        assert_eq!(held(), BOUNTY);
    });
}

#[test]
fn verdicts_should_be_forgotten_when_the_window_has_passed() {
    with_hosts(3, || {
        plant();
        let (key, id) = audited(0);
        round(id, honest(), digest(1), digest(1));
        run(40);
        assert_eq!(Records::<Test>::iter().count(), 1);
        assert_noop!(Audits::expire_audit(bob(), id), Error::<Test>::TooEarly);
        skip(1);
        assert!(is_free(Audits::expire_audit(bob(), id)));
        assert_noop!(reveal_canary(&key), Error::<Test>::NotAudited);
        let (_, id) = audited(1);
        round(id, honest(), digest(1), digest(1));
        run(41);
        assert_eq!((Records::<Test>::iter().count(), crate::AuditOf::<Test>::iter().count()), (0, 0));
    });
}

#[test]
fn canaries_should_be_bounded_and_funded_when_they_are_planted() {
    with_hosts(0, || {
        let root = RuntimeOrigin::root;
        assert_noop!(Audits::plant_canary(bob(), digest(1)), DispatchError::BadOrigin);
        assert_ok!(Audits::plant_canary(root(), digest(1)));
        assert_noop!(Audits::plant_canary(root(), digest(1)), Error::<Test>::CanaryExists);
        assert_ok!(Audits::plant_canary(root(), digest(2)));
        assert_noop!(Audits::plant_canary(root(), digest(3)), Error::<Test>::TooManyCanaries);
        assert_eq!(held(), 2 * BOUNTY);
        assert_noop!(Audits::remove_canary(bob(), digest(1)), DispatchError::BadOrigin);
        assert_ok!(Audits::remove_canary(root(), digest(1)));
        assert_noop!(Audits::remove_canary(root(), digest(1)), Error::<Test>::UnknownCanary);
        assert_eq!(held(), BOUNTY);
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(CANARY_POT), BOB, 10_000 - BOUNTY - 600));
        assert_noop!(Audits::plant_canary(root(), digest(3)), Error::<Test>::PotTooLow);
    });
}
