use super::CNDR;
use crate::*;
use codec::{Decode, Encode};
use proptest::prelude::*;

fn ratios(royalty: u32, levy: u32, treasury: u32) -> FeeRatios {
    let [royalty, levy, treasury] = [royalty, levy, treasury].map(Permill::from_parts);
    FeeRatios { royalty, levy, treasury }
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
    let split = ratios(100_000, 10_000, 20_000).split(99).unwrap();
    assert_eq!(split, FeeSplit { royalty: 9, levy: 0, treasury: 1, host: 89 });
    let split = ratios(100_000, 10_000, 20_000).split(CNDR).unwrap();
    assert_eq!((split.royalty, split.levy, split.treasury), (CNDR / 10, CNDR / 100, CNDR / 50));
}

#[test]
fn split_should_leave_only_dust_when_shares_sum_to_the_whole() {
    let split = ratios(333_333, 333_333, 333_334).split(10).unwrap();
    assert_eq!(split, FeeSplit { royalty: 3, levy: 3, treasury: 3, host: 1 });
    let split = ratios(1_000_000, 0, 0).split(u128::MAX).unwrap();
    assert_eq!((split.royalty, split.host), (u128::MAX, 0));
}

#[test]
fn split_should_refuse_when_shares_exceed_the_whole() {
    assert_eq!(ratios(500_000, 500_000, 1).split(100), Err(RatiosExceedWhole));
    assert_eq!(ratios(1_000_000, 1_000_000, 1_000_000).split(0), Err(RatiosExceedWhole));
    assert!(FeeRatios::decode(&mut &[1_000_001u32, 0, 0].encode()[..]).is_err());
}

proptest! {
    #[test]
    fn split_should_conserve_the_total_when_anything_is_split(
        fee in any::<u128>(),
        royalty in 0u32..=1_000_000,
        levy in 0u32..=1_000_000,
        treasury in 0u32..=1_000_000,
    ) {
        let ratios = ratios(royalty, levy, treasury);
        match ratios.split(fee) {
            Err(_) => prop_assert!(royalty + levy + treasury > 1_000_000),
            Ok(split) => {
                let sum = split.royalty.checked_add(split.levy).and_then(|s| s.checked_add(split.treasury));
                prop_assert_eq!(sum.and_then(|s| s.checked_add(split.host)), Some(fee));
                prop_assert_eq!(split.total(), fee);
                prop_assert_eq!(split.royalty, ratios.royalty.mul_floor(fee));
                prop_assert_eq!(split.levy, ratios.levy.mul_floor(fee));
                prop_assert_eq!(split.treasury, ratios.treasury.mul_floor(fee));
            },
        }
    }

    #[test]
    fn host_should_get_at_least_its_share_when_anything_is_split(
        fee in 0u128..1 << 100,
        (royalty, levy, treasury) in (0u32..=300_000, 0u32..=300_000, 0u32..=300_000),
    ) {
        let split = ratios(royalty, levy, treasury).split(fee).unwrap();
        let share = fee * u128::from(1_000_000 - royalty - levy - treasury);
        prop_assert!(split.host * 1_000_000 >= share);
        prop_assert!(split.host * 1_000_000 < share + 3_000_000);
    }

    #[test]
    fn price_should_equal_wide_arithmetic_when_it_fits(
        per_call in any::<u128>(), per_unit in any::<u64>(), units in any::<u64>(),
    ) {
        let variable = u128::from(per_unit) * u128::from(units);
        prop_assert_eq!(price(per_call, per_unit.into(), units), per_call.checked_add(variable));
    }
}
