use super::CNDR;
use crate::*;
use codec::{Decode, Encode, MaxEncodedLen};
use proptest::prelude::*;

fn params(percent: u32, audit_rate: u32, detection: u32) -> LiabilityParams {
    LiabilityParams {
        safety: FixedU128::from_rational(percent.into(), 100),
        audits: AuditRule::constant(Permill::from_parts(audit_rate)),
        detection: Permill::from_parts(detection),
        floor: 0,
        leverage: u32::MAX,
    }
}

fn opened(values: &[u128]) -> Exposure {
    let mut exposure = Exposure::default();
    for value in values {
        exposure.open(*value).unwrap();
    }
    exposure
}

#[test]
fn required_should_follow_the_formula_when_values_fill_their_buckets() {
    // 1.2 * (255 / (2 % * 50 %) + 255 + 3) = 1.2 * 25 758
    let exposure = opened(&[3, 255]);
    assert_eq!(exposure.required(&params(120, 20_000, 500_000)), 30_910);
    assert_eq!(exposure.dearest(), 255);
}

#[test]
fn required_should_be_exact_when_one_receipt_is_open() {
    // The sum is a better bound than the top of the bucket.
    assert_eq!(opened(&[129]).required(&params(100, 20_000, 500_000)), 129 * 101);
}

#[test]
fn required_should_be_zero_when_nothing_is_open() {
    let floor = LiabilityParams { floor: 7, ..params(120, 20_000, 500_000) };
    let mut exposure = Exposure::default();
    assert_eq!(exposure.required(&floor), 0);
    exposure.open(0).unwrap();
    assert_eq!(exposure.required(&floor), 7);
    exposure.close(0).unwrap();
    assert_eq!((exposure.required(&floor), exposure.is_empty()), (0, true));
}

#[test]
fn required_should_be_unpayable_when_nothing_is_audited_or_detected() {
    for params in [params(120, 0, 500_000), params(120, 20_000, 0)] {
        assert_eq!(opened(&[1]).required(&params), u128::MAX);
    }
    assert_eq!(opened(&[u128::MAX / 2]).required(&params(120, 20_000, 500_000)), u128::MAX);
}

#[test]
fn required_should_follow_the_rate_of_the_draws_when_volume_grows() {
    let rule = AuditRule { audits: 5, min: Permill::from_parts(100), max: Permill::from_percent(2) };
    let params = LiabilityParams { audits: rule, ..params(100, 0, 500_000) };
    // Values that fill their bucket, so that the dearest is exact. 1 % of 500: as dear as 200 of them.
    let value = (1 << 40) - 1;
    assert_eq!(opened(&[value; 500]).required(&params), 700 * value);
    assert_eq!(opened(&[value; 250]).required(&params), 350 * value);
    assert_eq!(opened(&[value; 499]).required_with(value, &params), Ok(700 * value));
}

#[test]
fn counted_should_be_bounded_by_own_stake_when_much_is_delegated() {
    let params = LiabilityParams { leverage: 2, ..params(100, 20_000, 500_000) };
    assert_eq!([params.counted(10, 5), params.counted(10, 20), params.counted(10, 1_000)], [15, 30, 30]);
    assert_eq!([params.counted(0, 1_000), params.counted(u128::MAX, 1)], [0, u128::MAX]);
    assert_eq!([params.least_own(30, 5), params.least_own(30, 1_000), params.least_own(31, 1_000)], [25, 10, 11]);
    let unbounded = LiabilityParams { leverage: u32::MAX, ..params };
    assert_eq!((unbounded.counted(1, 1_000), unbounded.least_own(1_000, 2_000)), (1_001, 1));
}

#[test]
fn capital_should_be_twice_what_is_in_flight_when_many_receipts_share_it() {
    // protocol.md: one receipt alone would lock about a hundred times its value, ten thousand lock it once together.
    let params = params(120, 20_000, 500_000);
    let (one, many) = (opened(&[CNDR]), opened(&vec![CNDR; 10_000]));
    assert_eq!(one.required(&params), 101 * CNDR * 12 / 10);
    assert!(many.required(&params) < 10_200 * CNDR * 12 / 10);
}

#[test]
fn close_should_refuse_when_the_value_is_not_open() {
    let mut exposure = opened(&[100, 5000]);
    let before = exposure.clone();
    // Nothing of that size; more than the sum; the right size but not what is left.
    for value in [0, 3, 255, 6000, u128::MAX] {
        assert_eq!(exposure.close(value), Err(ExposureError::NotOpen), "{value}");
        assert_eq!(exposure, before);
    }
    exposure.close(5000).unwrap();
    assert_eq!(exposure.close(101), Err(ExposureError::NotOpen));
    assert_eq!(exposure.close(99), Err(ExposureError::NotOpen));
    exposure.close(100).unwrap();
    assert_eq!(exposure, Exposure::default());
    assert_eq!(exposure.close(100), Err(ExposureError::NotOpen));
}

#[test]
fn open_should_refuse_when_it_does_not_fit() {
    let mut exposure = opened(&[u128::MAX]);
    let before = exposure.clone();
    assert_eq!(exposure.open(1), Err(ExposureError::Overflow));
    assert_eq!(exposure.required_with(1, &params(120, 20_000, 500_000)), Err(ExposureError::Overflow));
    assert_eq!(exposure, before);
    assert_eq!(exposure.open(0), Ok(()));

    let full = Bucket { bits: 1, count: u32::MAX };
    let mut exposure = Exposure { sum: u32::MAX.into(), open: u32::MAX, buckets: vec![full].try_into().unwrap() };
    assert_eq!(exposure.open(1), Err(ExposureError::Overflow));
    assert_eq!(exposure.sum, u32::MAX.into());
}

#[test]
fn many_should_be_refused_when_they_do_not_fit_or_are_not_open() {
    let mut exposure = opened(&[7, 7, 7]);
    let before = exposure.clone();
    assert_eq!(exposure.open_many(u32::MAX, 7), Err(ExposureError::Overflow));
    assert_eq!(exposure.open_many(2, u128::MAX), Err(ExposureError::Overflow));
    assert_eq!(exposure.close_many(4, 7), Err(ExposureError::NotOpen));
    assert_eq!(exposure.close_many(3, 6), Err(ExposureError::NotOpen));
    assert_eq!(exposure.close_many(2, u128::MAX), Err(ExposureError::NotOpen));
    assert_eq!((exposure.open_many(0, u128::MAX), exposure.close_many(0, 1)), (Ok(()), Ok(())));
    assert_eq!(exposure, before);
    assert_eq!((exposure.close_many(3, 7), exposure), (Ok(()), Exposure::default()));
}

#[test]
fn every_bucket_should_fit_when_all_sizes_are_open() {
    let mut exposure = Exposure::default();
    exposure.open(0).unwrap();
    for bits in 0..127 {
        exposure.open(1 << bits).unwrap();
    }
    assert_eq!(exposure.buckets.len(), 128);
    assert!(exposure.encode().len() <= Exposure::max_encoded_len());
    // Largest value of all: alone, because the sum must fit.
    assert_eq!(opened(&[u128::MAX]).dearest(), u128::MAX);
    assert_eq!(opened(&[1 << 127]).buckets[0].bits, 128);
}

#[test]
fn encoding_should_be_small_when_values_are_alike() {
    let exposure = opened(&vec![3 * CNDR; 1000]);
    let bytes = exposure.encode();
    assert_eq!(bytes.len(), 16 + 4 + 1 + 5);
    assert_eq!(Exposure::decode(&mut &bytes[..]).unwrap(), exposure);
    assert_eq!(Exposure::max_encoded_len(), 16 + 4 + 2 + 129 * 5);
}

#[test]
fn receipt_value_should_take_the_reference_price_when_the_fee_is_lower() {
    assert_eq!(receipt_value(0, 5, 10), Some(15));
    assert_eq!(receipt_value(7, 5, 10), Some(17));
    assert_eq!(receipt_value(u128::MAX, 0, 1), None);
}

fn values() -> impl Strategy<Value = Vec<u128>> {
    prop::collection::vec(prop_oneof![Just(0u128), 0u128..50, 0u128..1 << 60, 0u128..1 << 120], 0..40)
}

proptest! {
    #[test]
    fn least_own_should_be_the_least_that_counts_enough_when_anything_is_delegated(
        required in 1u128..1 << 100, delegated in 0u128..1 << 100, leverage in 0u32..1_000,
    ) {
        let params = LiabilityParams { leverage, ..params(100, 20_000, 500_000) };
        let own = params.least_own(required, delegated);
        prop_assert!(params.counted(own, delegated) >= required);
        prop_assert!(own == 0 || params.counted(own - 1, delegated) < required);
    }

    #[test]
    fn exposure_should_return_to_zero_when_closed_in_any_order(
        (values, order) in values().prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())),
    ) {
        let mut exposure = opened(&values);
        prop_assert_eq!(exposure.open as usize, values.len());
        for value in order {
            prop_assert_eq!(exposure.close(value), Ok(()));
        }
        prop_assert_eq!(exposure, Exposure::default());
    }

    #[test]
    fn state_should_not_depend_on_the_order_when_opened(
        (values, order) in values().prop_flat_map(|v| (Just(v.clone()), Just(v).prop_shuffle())),
    ) {
        prop_assert_eq!(opened(&values), opened(&order));
    }

    #[test]
    fn dearest_should_be_less_than_twice_too_high_when_anything_is_open(values in values()) {
        let max = values.iter().copied().max().unwrap_or(0);
        let bound = opened(&values).dearest();
        prop_assert!(bound >= max);
        prop_assert!(bound < 2 * max || max == 0);
    }

    #[test]
    fn required_should_only_rise_when_receipts_are_opened(
        values in values(),
        percent in 100u32..300,
        rate in 0u32..=1_000_000,
        detection in 0u32..=1_000_000,
        floor in 0u128..1 << 70,
    ) {
        let params = LiabilityParams { floor, ..params(percent, rate, detection) };
        let (mut exposure, mut before) = (Exposure::default(), 0);
        for value in values {
            let foreseen = exposure.required_with(value, &params);
            exposure.open(value).unwrap();
            let required = exposure.required(&params);
            prop_assert_eq!(foreseen, Ok(required));
            prop_assert!(required >= before && required >= floor);
            before = required;
        }
    }

    #[test]
    fn required_should_lie_between_once_and_twice_the_formula_when_anything_is_open(
        values in prop::collection::vec(0u128..1 << 40, 1..20),
        percent in 100u32..300,
        rate in 1u32..=1_000_000,
        detection in 1u32..=1_000_000,
    ) {
        let required = opened(&values).required(&params(percent, rate, detection));
        // safety * (max / (q d) + sum), times 100 * q * d * 10^12, so that it is whole.
        let caught = u128::from(rate) * u128::from(detection);
        let max = values.iter().copied().max().unwrap();
        let exact = u128::from(percent) * (max * 1_000_000_000_000 + values.iter().sum::<u128>() * caught);
        // Up to 2^40 / 10^-12 * 3: only compare what fits.
        if let Some(scaled) = required.checked_mul(100 * caught) {
            prop_assert!(scaled >= exact);
            prop_assert!(scaled <= 2 * exact + 1000 * caught);
        }
    }

    #[test]
    fn cheating_should_lose_money_when_the_requirement_is_locked(
        values in prop::collection::vec(1u128..1 << 30, 1..30),
        cheats in 1usize..30,
        rate in 100u32..=100_000,
        detection in 10_000u32..=1_000_000,
    ) {
        // Cheating on the k dearest gains their sum when nobody looks, and costs the whole requirement otherwise.
        let mut values = values;
        let required = opened(&values).required(&params(100, rate, detection)) as f64;
        values.sort_unstable_by(|a, b| b.cmp(a));
        let k = cheats.min(values.len());
        let gain: u128 = values[..k].iter().sum();
        let draw = f64::from(rate) * f64::from(detection) / 1e12;
        let caught = 1.0 - (1.0 - draw).powi(k as i32);
        prop_assert!(gain as f64 <= caught * required * (1.0 + 1e-9));
    }

    #[test]
    fn many_should_be_the_same_as_one_by_one_when_opened_and_closed(
        values in prop::collection::vec(prop_oneof![0u128..50, 0u128..1 << 60], 0..8),
        ops in prop::collection::vec((any::<bool>(), 0u32..20, prop_oneof![0u128..50, 0u128..1 << 60]), 1..20),
        audits in 0u32..10,
    ) {
        let rule = AuditRule { audits, min: Permill::from_parts(100), max: Permill::from_percent(2) };
        let params = LiabilityParams { audits: rule, ..params(120, 0, 500_000) };
        let mut many = opened(&values);
        let mut opened = Vec::<(u32, u128)>::new();
        for (open, count, value) in ops {
            let mut each = many.clone();
            if open {
                let foreseen = many.required_with_many(count, value, &params);
                many.open_many(count, value).unwrap();
                (0..count).for_each(|_| each.open(value).unwrap());
                prop_assert_eq!(foreseen, Ok(many.required(&params)));
                opened.push((count, value));
            } else {
                // What was opened, or something that perhaps was not.
                let (count, value) = opened.pop().unwrap_or((count, value));
                let closed = (0..count).try_for_each(|_| each.close(value));
                prop_assert_eq!(many.close_many(count, value), closed);
                if closed.is_err() {
                    each = many.clone();
                }
            }
            prop_assert_eq!(&many, &each);
        }
    }

    #[test]
    fn exposure_should_not_panic_when_given_anything(
        ops in prop::collection::vec((any::<bool>(), prop_oneof![0u128..8, any::<u128>()]), 0..60),
    ) {
        let mut exposure = Exposure::default();
        for (open, value) in ops {
            let _ = if open { exposure.open(value) } else { exposure.close(value) };
            let count: u64 = exposure.buckets.iter().map(|b| u64::from(b.count)).sum();
            prop_assert_eq!(count, u64::from(exposure.open));
            prop_assert!(exposure.buckets.iter().all(|b| b.count > 0));
            prop_assert!(exposure.open > 0 || exposure == Exposure::default());
        }
    }
}
