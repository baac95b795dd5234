//! "For every number of lies among any number of open receipts the expected gain is negative inside the limits", with
//! exact fractions of big integers.

use super::CNDR;
use crate::*;
use num_bigint::BigUint;
use proptest::prelude::*;
use sp_arithmetic::traits::Saturating;

const MILLION: u64 = 1_000_000;

/// What the runtime is built with; `docs/economics.md` states its limits.
fn deterrence() -> Deterrence {
    let params = LiabilityParams {
        safety: FixedU128::from_rational(15, 10),
        audits: AuditRule::constant(Permill::from_percent(2)),
        detection: Permill::from_percent(50),
        floor: CNDR,
        leverage: u32::MAX,
    };
    // Beside the reward, costs of a fiftieth of the floor.
    Deterrence { params, returned: REWARD_SHARE + Permill::from_percent(2) }
}

fn adversary(collusion: u32, slots: u32) -> Adversary {
    Adversary { collusion: Permill::from_percent(collusion), slots: Permill::from_percent(slots) }
}

fn big(value: impl Into<u128>) -> BigUint {
    BigUint::from(value.into())
}

/// The chance that one lie is convicted, as parts of 10^12, rounded down.
fn convicted(deterrence: &Deterrence, adversary: Adversary) -> u64 {
    let rate = adversary.rate(deterrence.params.audits.max).deconstruct();
    let found = adversary.detection(Permill::one()).deconstruct();
    u64::from(rate) * u64::from(found)
}

/// Whether lying about `lies` gains less in the mean than it costs, if whoever is convicted at all loses `loss` less
/// what comes back: `gain * 10^(12 k) <= (10^(12 k) - (10^12 - p)^k) * loss * (1 - returned)`, exactly.
fn loses_once(lies: &[u128], loss: u128, p: u64, returned: Permill) -> bool {
    let k = u32::try_from(lies.len()).unwrap();
    let whole = big(MILLION * MILLION).pow(k);
    let caught = &whole - big(MILLION * MILLION - p).pow(k);
    let gain: BigUint = lies.iter().map(|value| big(*value)).sum();
    gain * whole * big(MILLION) <= caught * big(loss) * big(MILLION - u64::from(returned.deconstruct()))
}

/// The same if every conviction costs what its receipt requires alone, and all together at most `stake`: the mean over
/// all subsets that can be caught.
fn loses_each(lies: &[u128], alone: &[u128], stake: u128, p: u64, returned: Permill) -> bool {
    let k = u32::try_from(lies.len()).unwrap();
    let mut loss = big(0u128);
    for caught in 0u32..1 << k {
        let sum: BigUint = (0..k as usize).filter(|i| caught >> i & 1 == 1).map(|i| big(alone[i])).sum();
        let chance = big(p).pow(caught.count_ones()) * big(MILLION * MILLION - p).pow(k - caught.count_ones());
        loss += sum.min(big(stake)) * chance;
    }
    let gain: BigUint = lies.iter().map(|value| big(*value)).sum();
    let whole = big(MILLION * MILLION).pow(k);
    gain * whole * big(MILLION) <= loss * big(MILLION - u64::from(returned.deconstruct()))
}

fn opened(values: &[u128]) -> Exposure {
    let mut exposure = Exposure::default();
    for value in values {
        exposure.open(*value).unwrap();
    }
    exposure
}

#[test]
fn limits_should_be_those_of_the_document_when_parameters_are_the_runtime_s() {
    let most = |slots| deterrence().most_collusion(Permill::from_percent(slots), Permill::one());
    assert_eq!(most(0), Some(Permill::from_parts(575_000)));
    assert_eq!(most(10), Some(Permill::from_parts(528_000)));
    assert_eq!(most(20), Some(Permill::from_parts(469_000)));
    assert_eq!(most(30), Some(Permill::from_parts(393_000)));
    assert_eq!(most(40), Some(Permill::from_parts(292_000)));
    assert_eq!(most(59), None);
    // A third of both.
    assert!(deterrence().holds(adversary(33, 33), Permill::one()));
    assert!(!deterrence().holds(adversary(40, 33), Permill::one()));
}

#[test]
fn no_adversary_should_be_held_when_a_liar_gets_half_of_the_slash_back() {
    // The reason for REWARD_SHARE: with half of it back, whoever lies about everything gains although it is found.
    let half = Deterrence { returned: Permill::from_percent(50), ..deterrence() };
    assert!(!half.holds(Adversary::default(), Permill::one()));
    assert_eq!(half.most_collusion(Permill::zero(), Permill::one()), None);
    let lies = vec![CNDR; 2_000];
    let required = opened(&lies).required(&half.params);
    assert!(!loses_once(&lies, required, MILLION * 10_000, half.returned));
    assert!(loses_once(&lies, required, MILLION * 10_000, REWARD_SHARE));
}

#[test]
fn lying_should_pay_when_the_adversary_is_far_outside_the_limits() {
    let outside = adversary(70, 33);
    assert!(!deterrence().holds(outside, Permill::one()));
    let lies = [CNDR];
    let required = opened(&lies).required(&deterrence().params);
    assert!(!loses_once(&lies, required, convicted(&deterrence(), outside), REWARD_SHARE));
}

#[test]
fn nothing_should_deter_when_nothing_is_audited_or_found() {
    let unaudited = LiabilityParams { audits: AuditRule::constant(Permill::zero()), ..deterrence().params };
    assert!(!Deterrence { params: unaudited, ..deterrence() }.holds(Adversary::default(), Permill::one()));
    assert!(!deterrence().holds(Adversary::default(), Permill::zero()));
    assert!(!deterrence().holds(adversary(100, 0), Permill::one()));
    assert!(!deterrence().holds(adversary(0, 100), Permill::one()));
}

#[test]
fn every_number_of_equal_lies_should_lose_when_the_adversary_is_at_the_limit() {
    let (deterrence, limit) = (deterrence(), adversary(33, 33));
    let p = convicted(&deterrence, limit);
    for n in [1usize, 2, 10, 100, 1_000] {
        let values = vec![CNDR; n];
        let required = opened(&values).required(&deterrence.params);
        for k in (1..=n).step_by(n.div_ceil(50)) {
            assert!(loses_once(&values[..k], required, p, deterrence.returned), "{k} of {n}");
        }
    }
}

#[test]
fn floor_should_be_five_disputes_when_they_are_dear() {
    assert_eq!(dispute_floor(CNDR / 5), CNDR);
    assert_eq!(dispute_floor(u128::MAX), u128::MAX);
}

/// The worst case over the number of lies, all alike, of convictions that each cost what their receipt requires alone;
/// in floating point, for comparison.
fn repeated(odds: f64) -> f64 {
    let (mut mean, mut worst) = (0.02f64, 1f64);
    while mean < 60. {
        let cap = 1. + mean / odds;
        let (mut chance, mut below, mut expected, mut n) = ((-mean).exp(), 0., 0., 0.);
        while n <= cap {
            expected += n * chance;
            below += chance;
            n += 1.;
            chance *= mean / n;
        }
        worst = worst.min(odds * (expected + cap * (1. - below)) / mean);
        mean *= 1.002;
    }
    worst
}

#[test]
fn holds_should_be_just_below_the_worst_case_when_it_is_computed_anew() {
    let exact = |safety: u32, odds: u32| {
        // Odds by the collusion share, for a detection that is assumed to be half.
        let params = LiabilityParams { safety: FixedU128::from_rational(safety.into(), 1_000), ..deterrence().params };
        let adversary =
            Adversary { collusion: Permill::from_parts(MILLION as u32 - odds * 500), slots: Permill::zero() };
        Deterrence { params, returned: Permill::zero() }.holds(adversary, Permill::one())
    };
    for odds in [100, 300, 500, 650, 800, 850, 950, 1_000, 1_050, 1_150, 1_200, 1_500, 2_000] {
        let worst = repeated(f64::from(odds) / 1_000.);
        let enough = (1_000. / worst).ceil() as u32;
        assert!(!exact(enough - 1, odds), "odds {odds}: 1 / {worst} is not enough");
        // Between the points of its table it is lower; below a half they are far apart.
        let more = enough / if odds < 500 { 15 } else { 50 } + 2;
        assert!(exact(enough + more, odds), "odds {odds}: 1 / {worst} and {more} thousandths should be enough");
    }
}

/// Deterrences and adversaries of which each should be held.
fn held() -> impl Strategy<Value = (Deterrence, Adversary)> {
    let shares = (0u32..=500_000, 0u32..=500_000, 0u32..=300_000).prop_map(|s| (s.0, s.1, s.2));
    (shares, 100u32..=400, 1_000u32..=500_000, 10_000u32..=1_000_000).prop_filter_map(
        "held",
        |((collusion, slots, returned), safety, rate, found)| {
            let params = LiabilityParams {
                safety: FixedU128::from_rational(safety.into(), 100),
                audits: AuditRule::constant(Permill::from_parts(rate)),
                detection: Permill::from_parts(found),
                floor: 0,
                leverage: u32::MAX,
            };
            let deterrence = Deterrence { params, returned: Permill::from_parts(returned) };
            let adversary = Adversary { collusion: Permill::from_parts(collusion), slots: Permill::from_parts(slots) };
            deterrence.holds(adversary, Permill::one()).then_some((deterrence, adversary))
        },
    )
}

proptest! {
    #[test]
    fn every_set_of_lies_should_lose_when_the_requirement_is_lost(
        (deterrence, adversary) in held(),
        (values, k) in prop::collection::vec(1u128..1 << 60, 1..40).prop_flat_map(|v| { let n = v.len(); (Just(v), 1..=n) }),
    ) {
        // The k that come first are any k: the values are in any order.
        let required = opened(&values).required(&deterrence.params);
        prop_assert!(loses_once(&values[..k], required, convicted(&deterrence, adversary), deterrence.returned));
        // And the dearest k.
        let mut values = values;
        values.sort_unstable_by(|a, b| b.cmp(a));
        prop_assert!(loses_once(&values[..k], required, convicted(&deterrence, adversary), deterrence.returned));
    }

    #[test]
    fn every_set_of_lies_should_lose_when_other_receipts_are_final_by_the_conviction(
        (deterrence, adversary) in held(),
        values in prop::collection::vec(1u128..1 << 60, 1..9),
        equal in any::<bool>(),
    ) {
        let values = if equal { vec![values[0]; values.len()] } else { values };
        let p = convicted(&deterrence, adversary);
        let alone: Vec<u128> = values.iter().map(|value| deterrence.params.of_one(*value)).collect();
        let stake = opened(&values).required(&deterrence.params);
        for k in 1..=values.len() {
            prop_assert!(loses_each(&values[..k], &alone[..k], stake, p, deterrence.returned), "{} lies", k);
        }
    }

    #[test]
    fn deterrence_should_be_monotone_when_adversary_or_margin_grow(
        (deterrence, adversary) in held(), less in 0u32..=1_000_000, more in 100u32..200,
    ) {
        let share = Permill::from_parts(less);
        let weaker = Adversary { collusion: share * adversary.collusion, slots: share * adversary.slots };
        prop_assert!(deterrence.holds(weaker, Permill::one()));
        let params = LiabilityParams {
            safety: deterrence.params.safety.saturating_mul(FixedU128::from_rational(more.into(), 100)),
            ..deterrence.params
        };
        let safer = Deterrence { params, ..deterrence };
        prop_assert!(safer.holds(adversary, Permill::one()));
        let most = deterrence.most_collusion(adversary.slots, Permill::one());
        prop_assert!(most.is_some_and(|most| most.deconstruct() + 1_000 > adversary.collusion.deconstruct()));
    }

    #[test]
    fn deterrence_should_not_panic_when_given_anything(
        safety in any::<u128>(), parts in prop::array::uniform5(0u32..=1_000_000), found in 0u32..=1_000_000,
    ) {
        let [rate, detection, returned, collusion, slots] = parts.map(Permill::from_parts);
        let params = LiabilityParams { safety: FixedU128::from_inner(safety), audits: AuditRule::constant(rate), detection, floor: 0, leverage: 0 };
        let deterrence = Deterrence { params, returned };
        let adversary = Adversary { collusion, slots };
        let _ = (deterrence.holds(adversary, Permill::from_parts(found)), deterrence.params.of_one(u128::MAX));
        prop_assert!(adversary.rate(rate) <= rate && adversary.detection(detection) <= detection);
    }
}
