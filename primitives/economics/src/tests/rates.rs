use super::CNDR;
use crate::*;
use proptest::prelude::*;

fn rate(open: u32) -> Permill {
    audit_rate(open, 5, Permill::from_parts(100), Permill::from_percent(2))
}

#[test]
fn audit_rate_should_fall_with_volume_when_a_host_grows() {
    assert_eq!(rate(0), Permill::from_percent(2));
    assert_eq!(rate(1), Permill::from_percent(2));
    assert_eq!(rate(250), Permill::from_percent(2));
    // protocol.md: 1 % for a host with 500 receipts in its window, 0.01 % for one with 50 000.
    assert_eq!(rate(500), Permill::from_percent(1));
    assert_eq!(rate(50_000), Permill::from_parts(100));
    assert_eq!(rate(u32::MAX), Permill::from_parts(100));
}

#[test]
fn audit_rate_should_keep_the_minimum_when_the_bounds_are_crossed() {
    assert_eq!(audit_rate(10, 5, Permill::from_percent(3), Permill::from_percent(2)), Permill::from_percent(3));
}

#[test]
fn no_show_penalty_should_stay_within_its_bounds_when_fees_are_extreme() {
    let penalty = |fee| no_show_penalty(fee, Permill::from_percent(10), CNDR / 100, 10 * CNDR);
    assert_eq!(penalty(0), CNDR / 100);
    assert_eq!(penalty(CNDR), CNDR / 10);
    assert_eq!(penalty(u128::MAX), 10 * CNDR);
    assert_eq!(no_show_penalty(11, Permill::from_percent(10), 0, 100), 2);
    assert_eq!(no_show_penalty(5, Permill::one(), 9, 8), 8);
}

#[test]
fn audit_pay_should_cover_run_and_base_when_fees_are_extreme() {
    let pay = AuditPay { base: 5, ratio: FixedU128::from_rational(3, 2) };
    assert_eq!((pay.of(0), pay.of(2), pay.of(3)), (5, 8, 10));
    assert_eq!(pay.of(u128::MAX), u128::MAX);
}

#[test]
fn audit_levy_should_fall_with_volume_when_the_rate_does() {
    let pay = AuditPay { base: 0, ratio: FixedU128::from_u32(2) };
    let levy = |open| audit_levy(CNDR, rate(open), pay.of(CNDR));
    assert_eq!(levy(1), CNDR / 25);
    assert_eq!(levy(500), CNDR / 50);
    assert_eq!(levy(50_000), CNDR / 5_000);
    assert_eq!(audit_levy(10, Permill::one(), 1_000), 10);
}

#[test]
fn is_drawn_should_draw_its_share_when_bits_are_even() {
    let entropy = |high: u8| {
        let mut bits = [0xff; 32];
        bits[31] = high;
        bits
    };
    let drawn = (0..=255).filter(|high| is_drawn(&entropy(*high), Permill::from_percent(25))).count();
    assert_eq!(drawn, 64);
    assert!((0..=255).all(|high| is_drawn(&entropy(high), Permill::one())));
    assert!(!(0..=255).any(|high| is_drawn(&entropy(high), Permill::zero())));
}

proptest! {
    #[test]
    fn audit_levy_should_pay_for_the_audits_when_it_is_below_the_fee(
        fee in 0u128..1 << 90, rate in 0u32..=1_000_000, base in 0u128..1 << 60, ratio in 0u32..5_000,
    ) {
        let (rate, pay) = (Permill::from_parts(rate), AuditPay { base, ratio: FixedU128::from_rational(ratio.into(), 1_000) });
        let levy = audit_levy(fee, rate, pay.of(fee));
        prop_assert!(levy <= fee);
        // In the mean: rate * pay <= levy, unless it is the whole fee.
        let expected = pay.of(fee) * u128::from(rate.deconstruct());
        prop_assert!(levy * 1_000_000 >= expected || levy == fee);
        prop_assert!(levy == 0 || (levy - 1) * 1_000_000 < expected);
    }

    #[test]
    fn audit_rate_should_be_enough_audits_when_not_clamped(open in 1u32.., audits in 0u32..1000) {
        let rate = audit_rate(open, audits, Permill::zero(), Permill::one()).deconstruct();
        let expected = u64::from(rate) * u64::from(open);
        prop_assert!(expected >= u64::from(audits.min(open)) * 1_000_000);
        prop_assert!(expected < u64::from(audits) * 1_000_000 + u64::from(open));
    }

    #[test]
    fn audit_rate_should_stay_within_its_bounds_when_given_anything(
        open in any::<u32>(), audits in any::<u32>(), low in 0u32..=1_000_000, high in 0u32..=1_000_000,
    ) {
        let (min, max) = (Permill::from_parts(low.min(high)), Permill::from_parts(low.max(high)));
        let rate = audit_rate(open, audits, min, max);
        prop_assert!(rate >= min && rate <= max);
        prop_assert!(audit_rate(open.saturating_add(1), audits, min, max) <= rate);
    }

    #[test]
    fn no_show_penalty_should_be_monotone_when_fees_rise(
        fee in any::<u128>(), more in any::<u128>(), ratio in 0u32..=1_000_000, a in any::<u128>(), b in any::<u128>(),
    ) {
        let (ratio, min, max) = (Permill::from_parts(ratio), a.min(b), a.max(b));
        let penalty = no_show_penalty(fee, ratio, min, max);
        prop_assert!(penalty >= min && penalty <= max);
        prop_assert!(no_show_penalty(fee.saturating_add(more), ratio, min, max) >= penalty);
    }
}

#[test]
fn audit_levy_of_many_calls_should_cover_the_audits_of_all_of_them() {
    let pay = AuditPay { base: 50, ratio: FixedU128::from_rational(118, 100) };
    let rate = Permill::from_percent(2);
    assert_eq!(audit_levy_many(CNDR, 1, rate, &pay), audit_levy(CNDR, rate, pay.of(CNDR)));
    // A thousand calls of a thousandth: a fiftieth of 1.18 fees and of a thousand bases.
    assert_eq!(audit_levy_many(CNDR, 1_000, rate, &pay), (CNDR / 100 * 118 + 50_000) / 50);
    assert_eq!(audit_levy_many(10, u32::MAX, rate, &pay), 10, "the fee at most");
    assert_eq!(audit_levy_many(u128::MAX, u32::MAX, Permill::one(), &pay), u128::MAX);
    assert_eq!(audit_levy_many(CNDR, 1_000, Permill::zero(), &pay), 0);
}

#[test]
fn samples_should_be_the_rate_of_the_calls_when_bits_are_even() {
    let entropy = |high: u8| {
        let mut bits = [0xff; 32];
        bits[31] = high;
        bits
    };
    let counts = |calls, parts| {
        let mut counts = std::collections::BTreeMap::<u32, u32>::new();
        (0..=255).for_each(|high| {
            *counts.entry(samples(calls, Permill::from_parts(parts), &entropy(high))).or_default() += 1
        });
        counts.into_iter().collect::<Vec<_>>()
    };
    assert_eq!(counts(100, 20_000), [(2, 256)]);
    assert_eq!(counts(100, 22_500), [(2, 192), (3, 64)]);
    assert_eq!(counts(1, 250_000), [(0, 192), (1, 64)]);
    assert_eq!(counts(u32::MAX, 1_000_000), [(u32::MAX, 256)]);
    assert_eq!(counts(0, 1_000_000), [(0, 256)]);
    assert_eq!(counts(1_000, 0), [(0, 256)]);
}

#[test]
fn attested_rate_should_fall_with_what_the_machine_is_worth() {
    let rate = |required, machine| attested_rate(Permill::from_percent(2), required, machine).deconstruct();
    assert_eq!(rate(15, 0), 20_000);
    assert_eq!(rate(15, 15), 10_000);
    assert_eq!(rate(15, 1_000), 296);
    assert_eq!(rate(0, 1), 0, "nothing is open");
    assert_eq!(rate(0, 0), 20_000);
    assert_eq!(rate(1, u128::MAX - 1), 1, "rounded up");
    assert_eq!(rate(u128::MAX, u128::MAX), 20_000, "saturates to the dearer side");
}

proptest! {
    /// A conviction costs the requirement and the machine: at the lower rate that is at least what the rate requires, whatever the
    /// values of the receipts and the parameters.
    #[test]
    fn attested_rate_should_deter_as_the_ordinary_one_does_when_the_machine_is_lost(
        values in proptest::collection::vec(1u128..10_000 * CNDR, 1..40),
        machine in 0u128..1_000_000 * CNDR,
        safety in 10u128..30,
        detection in 100_000u32..=1_000_000,
        percent in 1u32..=100,
    ) {
        let params = |rate| LiabilityParams {
            safety: FixedU128::from_rational(safety, 10),
            audits: AuditRule::constant(rate),
            detection: Permill::from_parts(detection),
            floor: 0,
            leverage: 2,
        };
        let mut exposure = Exposure::default();
        for value in &values {
            exposure.open(*value).expect("small");
        }
        let rate = Permill::from_percent(percent);
        let required = exposure.required(&params(rate));
        let lower = attested_rate(rate, required, machine);
        prop_assert!(lower <= rate);
        // One planck for each of the two divisions that round up.
        prop_assert!(exposure.required(&params(lower)) <= required + machine + 2);
    }
}
