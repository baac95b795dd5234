use crate::*;
use proptest::prelude::*;

fn sum(parts: &[u128]) -> Option<u128> {
    parts.iter().try_fold(0u128, |sum, part| sum.checked_add(*part))
}

#[test]
fn slash_should_spare_delegated_stake_when_own_stake_covers_it() {
    let parts = slash_split(100, 100, 500, 0, 0);
    assert_eq!(parts, SlashParts { own: 100, rewarded: 10, burned: 90, ..Default::default() });
}

#[test]
fn slash_should_pay_the_requester_first_when_own_stake_is_short() {
    let parts = slash_split(1_000, 30, 2_000, 50, 10);
    assert_eq!(parts, SlashParts { own: 30, delegated: 970, compensated: 30, burned: 970, ..Default::default() });
    let parts = slash_split(1_000, 55, 2_000, 50, 10);
    assert_eq!((parts.compensated, parts.rewarded, parts.burned), (50, 5, 945));
}

#[test]
fn slash_should_say_what_is_missing_when_all_stake_is_too_little() {
    let parts = slash_split(1_000, 10, 20, 0, 0);
    assert_eq!((parts.own, parts.delegated, parts.missing), (10, 20, 970));
    assert_eq!((parts.rewarded, parts.burned), (1, 29));
    assert_eq!(slash_split(7, 0, 0, 5, 5), SlashParts { missing: 7, ..Default::default() });
}

#[test]
fn slash_should_burn_the_reward_when_nobody_challenged() {
    let parts = slash_split(100, 100, 0, 20, 0).without_challenger();
    assert_eq!((parts.compensated, parts.rewarded, parts.burned), (20, 0, 80));
}

fn amount() -> impl Strategy<Value = u128> {
    prop_oneof![Just(0u128), Just(u128::MAX), 0u128..1_000, 0u128..1 << 90, any::<u128>()]
}

proptest! {
    #[test]
    fn slash_should_conserve_both_sums_when_given_anything(
        required in amount(), own in amount(), delegated in amount(), compensation in amount(), costs in amount(),
    ) {
        let parts = slash_split(required, own, delegated, compensation, costs);
        prop_assert_eq!(sum(&[parts.own, parts.delegated, parts.missing]), Some(required));
        prop_assert_eq!(sum(&[parts.compensated, parts.rewarded, parts.burned]), Some(parts.taken()));
        prop_assert!(parts.own <= own && parts.delegated <= delegated && parts.compensated <= compensation);
        // Delegated stake goes nowhere but to the fire, and only after the own stake.
        prop_assert!(parts.burned >= parts.delegated);
        prop_assert!(parts.delegated == 0 || parts.own == own);
        prop_assert!(parts.missing == 0 || parts.delegated == delegated);
        let alone = parts.without_challenger();
        prop_assert_eq!(sum(&[alone.compensated, alone.burned]), Some(parts.taken()));
    }

    #[test]
    fn slash_should_burn_at_least_half_of_what_is_not_owed_when_given_anything(
        required in amount(), own in amount(), delegated in amount(), compensation in amount(), costs in amount(),
    ) {
        let parts = slash_split(required, own, delegated, compensation, costs);
        let owed = compensation.saturating_add(costs);
        let rest = parts.own.saturating_sub(owed);
        let reward = parts.rewarded.saturating_sub(costs);
        prop_assert!(reward <= rest / 2);
        prop_assert!(parts.compensated == compensation || parts.rewarded == 0);
    }

    #[test]
    fn slash_should_never_hurt_the_requester_when_more_is_required(
        required in amount(), more in amount(), own in amount(), delegated in amount(),
        compensation in amount(), costs in amount(),
    ) {
        let less = slash_split(required, own, delegated, compensation, costs);
        let parts = slash_split(required.saturating_add(more), own, delegated, compensation, costs);
        prop_assert!(parts.own >= less.own && parts.delegated >= less.delegated && parts.missing >= less.missing);
        prop_assert!(parts.compensated >= less.compensated && parts.rewarded >= less.rewarded);
        prop_assert!(parts.burned >= less.burned);
    }
}
