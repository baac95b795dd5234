use crate::*;
use proptest::prelude::*;

#[test]
fn peak_should_last_a_whole_period_when_it_was_at_the_end_of_one() {
    let mut peak = Peak::default();
    peak.note(7, 100);
    peak.note(7, 40);
    peak.note(8, 60);
    assert_eq!((peak.highest(7), peak.highest(8), peak.highest(9), peak.highest(10)), (100, 100, 60, 0));
    peak.note(10, 1);
    assert_eq!(peak, Peak { period: 10, current: 1, before: 0 });
}

#[test]
fn audit_rule_should_be_the_same_for_everybody_when_it_is_constant() {
    let rule = AuditRule::constant(Permill::from_percent(2));
    assert!([0, 1, 250, 50_000, u32::MAX].iter().all(|open| rule.rate(*open) == Permill::from_percent(2)));
    let rule = AuditRule { audits: 5, min: Permill::from_parts(100), max: Permill::from_percent(2) };
    assert_eq!([rule.rate(1), rule.rate(500)], [Permill::from_percent(2), Permill::from_percent(1)]);
}

proptest! {
    #[test]
    fn peak_should_be_the_maximum_of_two_periods_when_anything_is_noted(
        notes in prop::collection::vec((0u32..3, any::<u128>()), 1..40), later in 0u32..4,
    ) {
        let (mut peak, mut all, mut period) = (Peak::default(), Vec::new(), 0u32);
        for (ahead, value) in notes {
            period += ahead;
            peak.note(period, value);
            all.push((period, value));
        }
        let seen = period + later;
        let expected = all.iter().filter(|(at, _)| at + 1 >= seen).map(|(_, value)| *value).max().unwrap_or(0);
        prop_assert_eq!(peak.highest(seen), expected);
    }
}
