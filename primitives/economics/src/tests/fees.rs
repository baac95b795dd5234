use super::CNDR;
use crate::*;
use proptest::prelude::*;

fn split(fee: u128, levy: u128, treasury: u32, royalty: u32) -> FeeSplit {
    FeeSplit::of(fee, levy, Permill::from_parts(treasury), Permill::from_parts(royalty))
}

#[test]
fn price_should_add_call_and_units_when_it_fits() {
    assert_eq!(price(10, 3, 7), Some(31));
    assert_eq!(price(0, 0, u64::MAX), Some(0));
    assert_eq!(price(u128::MAX, 0, 5), Some(u128::MAX));
}

#[test]
fn price_should_be_none_when_it_overflows() {
    assert_eq!(price(u128::MAX, 1, 1), None);
    assert_eq!(price(0, u128::MAX, 2), None);
    assert_eq!(price(1, 1 << 64, u64::MAX), Some((u128::MAX >> 64 << 64) + 1));
    assert_eq!(price(0, (1 << 64) + 2, u64::MAX), None);
}

#[test]
fn split_should_give_dust_to_the_host_when_shares_do_not_divide() {
    assert_eq!(split(99, 0, 20_000, 100_000), FeeSplit { royalty: 9, levy: 0, treasury: 1, host: 89 });
    let parts = split(CNDR, CNDR / 100, 20_000, 100_000);
    assert_eq!((parts.royalty, parts.levy, parts.treasury), (CNDR / 10, CNDR / 100, CNDR / 50));
}

#[test]
fn split_should_leave_nothing_over_when_shares_ask_for_more_than_the_fee() {
    assert_eq!(split(100, 50, 500_000, 1), FeeSplit { royalty: 0, levy: 50, treasury: 50, host: 0 });
    assert_eq!(split(100, u128::MAX, 200_000, 900_000), FeeSplit { royalty: 0, levy: 80, treasury: 20, host: 0 });
    assert_eq!(split(100, 10, 200_000, 900_000), FeeSplit { royalty: 70, levy: 10, treasury: 20, host: 0 });
    assert_eq!(split(u128::MAX, 0, 0, 1_000_000).royalty, u128::MAX);
}

proptest! {
    #[test]
    fn split_should_conserve_the_total_when_anything_is_split(
        fee in any::<u128>(), levy in prop_oneof![any::<u128>(), 0u128..1 << 60],
        treasury in 0u32..=1_000_000, royalty in 0u32..=1_000_000,
    ) {
        let parts = split(fee, levy, treasury, royalty);
        let sum = parts.royalty.checked_add(parts.levy).and_then(|sum| sum.checked_add(parts.treasury));
        prop_assert_eq!(sum.and_then(|sum| sum.checked_add(parts.host)), Some(fee));
        prop_assert_eq!(parts.total(), fee);
        prop_assert_eq!(parts.treasury, Permill::from_parts(treasury).mul_floor(fee));
        // Each gets what it is owed, or what those before it left.
        prop_assert_eq!(parts.levy, levy.min(fee - parts.treasury));
        let owed = Permill::from_parts(royalty).mul_floor(fee);
        prop_assert_eq!(parts.royalty, owed.min(fee - parts.treasury - parts.levy));
    }

    #[test]
    fn host_should_get_at_least_its_share_when_anything_is_split(
        fee in 0u128..1 << 100, (royalty, levy, treasury) in (0u32..=300_000, 0u32..=300_000, 0u32..=300_000),
    ) {
        let parts = split(fee, Permill::from_parts(levy).mul_floor(fee), treasury, royalty);
        let share = fee * u128::from(1_000_000 - royalty - levy - treasury);
        prop_assert!(parts.host * 1_000_000 >= share);
        prop_assert!(parts.host * 1_000_000 < share + 3_000_000);
    }

    #[test]
    fn price_should_equal_wide_arithmetic_when_it_fits(
        per_call in any::<u128>(), per_unit in any::<u64>(), units in any::<u64>(),
    ) {
        let variable = u128::from(per_unit) * u128::from(units);
        prop_assert_eq!(price(per_call, per_unit.into(), units), per_call.checked_add(variable));
    }
}
