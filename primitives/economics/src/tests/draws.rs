use super::CNDR;
use crate::*;
use proptest::prelude::*;

#[test]
fn weight_should_fall_with_the_square_when_the_price_rises() {
    let at = |price| weight(10_000 * CNDR, price);
    assert_eq!(at(1_000_000_000), ((10_000 * CNDR) << 64) / 1_000_000_000_000_000_000);
    let (one, two, ten) = (at(CNDR / 1000), at(CNDR / 500), at(CNDR / 100));
    assert!(one.abs_diff(4 * two) <= 4);
    assert!(one.abs_diff(100 * ten) <= 100);
}

#[test]
fn weight_should_be_positive_when_there_is_any_stake() {
    assert_eq!(weight(0, 0), 0);
    assert_eq!(weight(0, u128::MAX), 0);
    assert_eq!(weight(1, u128::MAX), 1);
    assert_eq!(weight(u128::MAX, u128::MAX), 1);
}

#[test]
fn weight_should_be_capped_when_stake_is_huge() {
    assert_eq!(weight(u128::MAX, 0), MAX_WEIGHT);
    assert!(MAX_WEIGHT.checked_mul(1 << 32).is_some());
    assert!(weight(4_290_000_000 * CNDR, 0) < MAX_WEIGHT);
    assert_eq!(weight(4_300_000_000 * CNDR, 0), MAX_WEIGHT);
}

#[test]
fn weight_should_be_the_same_when_prices_lie_below_the_lowest() {
    assert_eq!(weight(CNDR, 0), weight(CNDR, MIN_PRICE));
    assert_eq!(weight(CNDR, 1), weight(CNDR, MIN_PRICE));
    assert!(weight(CNDR, MIN_PRICE + 1) < weight(CNDR, MIN_PRICE));
}

#[test]
fn weight_should_be_exact_when_the_price_needs_more_than_64_bits() {
    // (2^127 * 2^64) / (2^64)^2 = 2^63
    assert_eq!(weight(1 << 127, 1 << 64), 1 << 63);
    assert_eq!(weight(1 << 127, (1 << 64) - 1), (1 << 63) + 1);
    assert_eq!(weight(1 << 127, 1 << 95), 2);
    assert_eq!(weight(1 << 127, (1 << 95) + 1), 1);
}

#[test]
fn draw_target_should_be_none_when_nothing_can_be_drawn() {
    assert_eq!(draw_target(&[0xff; 32], 0), None);
}

#[test]
fn draw_target_should_reach_both_ends_when_bits_are_extreme() {
    for total in [1, 2, 3, 1 << 64, u128::MAX] {
        assert_eq!(draw_target(&[0; 32], total), Some(0));
        assert_eq!(draw_target(&[0xff; 32], total), Some(total - 1));
    }
    let mut half = [0; 32];
    half[31] = 0x80;
    assert_eq!(draw_target(&half, 1000), Some(500));
    // One below a half.
    let mut less = [0xff; 32];
    less[31] = 0x7f;
    assert_eq!(draw_target(&less, 1000), Some(499));
    assert_eq!(draw_target(&less, u128::MAX), Some(u128::MAX / 2));
}

/// `bits * total >> 256` by schoolbook multiplication of bytes.
fn slow_target(entropy: &[u8; 32], total: u128) -> u128 {
    let mut product = [0u32; 48];
    for (i, a) in entropy.iter().enumerate() {
        let mut carry = 0u32;
        for (j, b) in total.to_le_bytes().iter().enumerate() {
            let sum = product[i + j] + u32::from(*a) * u32::from(*b) + carry;
            product[i + j] = sum & 0xff;
            carry = sum >> 8;
        }
        product[i + 16] += carry;
    }
    (32..48).rev().fold(0, |n, i| (n << 8) | u128::from(product[i]))
}

proptest! {
    #[test]
    fn draw_target_should_equal_long_multiplication_when_given_anything(
        entropy in any::<[u8; 32]>(), total in 1u128..,
    ) {
        let target = draw_target(&entropy, total).unwrap();
        prop_assert!(target < total);
        prop_assert_eq!(target, slow_target(&entropy, total));
    }

    #[test]
    fn splitting_should_gain_nothing_when_a_host_becomes_many(
        parts in prop::collection::vec(0u128..1 << 70, 1..20),
        price in prop_oneof![0u128..1 << 40, 0u128..1 << 70, any::<u128>()],
    ) {
        let whole = weight(parts.iter().sum(), price);
        let split: u128 = parts.iter().map(|stake| weight(*stake, price)).sum();
        prop_assume!(whole < MAX_WEIGHT);
        prop_assert!(split <= whole + parts.len() as u128);
        // Nor does it lose more than rounding.
        prop_assert!(split + parts.len() as u128 >= whole);
    }

    #[test]
    fn weight_should_be_monotone_when_stake_or_price_change(
        stake in any::<u128>(), more in any::<u128>(), price in any::<u128>(), dearer in any::<u128>(),
    ) {
        prop_assert!(weight(stake.saturating_add(more), price) >= weight(stake, price));
        prop_assert!(weight(stake, price.saturating_add(dearer)) <= weight(stake, price));
        prop_assert!(weight(stake, price) <= MAX_WEIGHT);
    }

    #[test]
    fn weight_should_be_exact_when_numbers_are_small(stake in 1u128..1 << 63, price in MIN_PRICE..1 << 60) {
        prop_assert_eq!(weight(stake, price), ((stake << 64) / (price * price)).clamp(1, MAX_WEIGHT));
    }
}
