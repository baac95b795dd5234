use super::CNDR;
use crate::*;
use num_bigint::BigUint;
use proptest::prelude::*;

fn big(value: u128) -> BigUint {
    BigUint::from(value)
}

#[test]
fn first_stake_should_buy_a_million_shares_a_planck_when_the_pool_is_empty() {
    assert_eq!(shares_for(CNDR, 0, 0), Some(CNDR * VIRTUAL_SHARES));
    assert_eq!(value_of(CNDR * VIRTUAL_SHARES, CNDR, CNDR * VIRTUAL_SHARES), CNDR);
    assert_eq!(shares_for(0, 5, 5_000_000), None);
}

#[test]
fn stakers_should_share_gains_and_losses_when_value_changes() {
    let (a, b) = (100 * CNDR, 300 * CNDR);
    let first = shares_for(a, 0, 0).unwrap();
    let second = shares_for(b, a, first).unwrap();
    let all = first + second;
    // A reward of 40 is shared 10 to 30, to the last planck but one.
    let value = a + b + 40 * CNDR;
    assert!(110 * CNDR - value_of(first, value, all) <= 1);
    assert!(330 * CNDR - value_of(second, value, all) <= 1);
    // A slash by a half as well.
    assert!(value_of(first, value / 2, all).abs_diff(55 * CNDR) <= 1);
    assert_eq!(value_of(first, 0, all), 0);
}

#[test]
fn inflating_a_share_should_not_pay_when_someone_stakes_next() {
    // The attacker holds one planck's shares, gives the pool 1 000 CNDR, and somebody stakes 1 000 CNDR.
    let attacker = shares_for(1, 0, 0).unwrap();
    let gift = 1_000 * CNDR;
    let victim_stake = 1_000 * CNDR;
    let victim = shares_for(victim_stake, 1 + gift, attacker).unwrap();
    let (value, shares) = (1 + gift + victim_stake, attacker + victim);
    assert!(value_of(attacker, value, shares) < gift * 501 / 1_000, "half of the gift is lost");
    assert!(value_of(victim, value, shares) >= victim_stake - victim_stake / 1_000_000);
}

#[test]
fn reward_should_follow_stake_after_commission_when_it_is_split() {
    let split = reward_split(1_000, Permill::from_percent(10), 1, 2);
    assert_eq!(split, RewardSplit { host: 400, stakers: 600 });
    assert_eq!(reward_split(1_000, Permill::from_percent(10), 5, 0), RewardSplit { host: 1_000, stakers: 0 });
    assert_eq!(reward_split(1_000, Permill::zero(), 0, 0), RewardSplit { host: 1_000, stakers: 0 });
    assert_eq!(reward_split(7, Permill::one(), 0, 9), RewardSplit { host: 7, stakers: 0 });
    assert_eq!(reward_split(9, Permill::zero(), u128::MAX, u128::MAX), RewardSplit { host: 5, stakers: 4 });
}

fn amount() -> impl Strategy<Value = u128> {
    prop_oneof![Just(0u128), Just(u128::MAX), 0u128..1_000, 0u128..1 << 90, any::<u128>()]
}

proptest! {
    #[test]
    fn shares_should_equal_wide_arithmetic_when_given_anything(
        amount in amount(), value in amount(), shares in amount(),
    ) {
        let all = big(shares) + big(VIRTUAL_SHARES);
        let exact = big(amount) * &all / (big(value) + big(VIRTUAL_VALUE));
        let fits = &all + &exact <= big(u128::MAX) && big(value) + big(amount) <= big(u128::MAX)
            && value < u128::MAX && exact > big(0);
        prop_assert_eq!(shares_for(amount, value, shares).map(big), fits.then_some(exact));
        let part = amount.min(shares);
        if all <= big(u128::MAX) && value < u128::MAX {
            prop_assert_eq!(big(value_of(amount, value, shares)), big(part) * (big(value) + big(1u128)) / all);
        }
        prop_assert!(value_of(amount, value, shares) <= value);
    }

    #[test]
    fn staking_and_leaving_should_never_gain_when_nothing_happens_between(
        amount in 1u128..1 << 100, value in 0u128..1 << 100, shares in 0u128..1 << 110,
    ) {
        if let Some(bought) = shares_for(amount, value, shares) {
            let back = value_of(bought, value + amount, shares + bought);
            prop_assert!(back <= amount);
            // Nobody who was in lost by it.
            prop_assert!(value_of(shares, value + amount, shares + bought) >= value_of(shares, value, shares));
            // And leaving again takes nothing from them either.
            prop_assert!(value_of(shares, value + amount - back, shares) >= value_of(shares, value, shares));
        }
    }

    #[test]
    fn pool_should_owe_at_most_what_it_has_when_stakers_come_and_go(
        steps in prop::collection::vec((0u8..4, 0usize..5, 1u128..1 << 70), 1..60),
    ) {
        let (mut value, mut shares, mut held) = (0u128, 0u128, [0u128; 5]);
        for (what, who, amount) in steps {
            match what {
                0 => if let Some(bought) = shares_for(amount, value, shares) {
                    value += amount;
                    shares += bought;
                    held[who] += bought;
                },
                1 => {
                    let part = amount.min(held[who]);
                    let out = value_of(part, value, shares);
                    value -= out;
                    shares -= part;
                    held[who] -= part;
                },
                2 => value += amount,
                _ => value -= amount.min(value),
            }
            prop_assert_eq!(held.iter().sum::<u128>(), shares);
            let owed: u128 = held.iter().map(|part| value_of(*part, value, shares)).sum();
            prop_assert!(owed <= value);
        }
        // Everybody can leave.
        for part in held {
            let out = value_of(part, value, shares);
            value = value.checked_sub(out).unwrap();
            shares -= part;
        }
        prop_assert_eq!(shares, 0);
    }

    #[test]
    fn reward_should_conserve_when_given_anything(
        amount in amount(), commission in 0u32..=1_000_000, own in amount(), delegated in amount(), more in amount(),
    ) {
        let commission = Permill::from_parts(commission);
        let split = reward_split(amount, commission, own, delegated);
        prop_assert_eq!(split.host.checked_add(split.stakers), Some(amount));
        if let Some(all) = own.checked_add(delegated).filter(|all| *all > 0) {
            let shared = big(amount) - big(commission.mul_floor(amount));
            prop_assert_eq!(big(split.stakers), shared * big(delegated) / big(all));
        }
        // More own stake never costs the host, more commission neither.
        prop_assert!(reward_split(amount, commission, own.saturating_add(more) / 2, delegated / 2).host
            >= reward_split(amount, commission, own / 2, delegated / 2).host || own.checked_add(more).is_none());
        prop_assert!(reward_split(amount, Permill::one(), own, delegated).host >= split.host);
    }
}
