//! Shares by themselves.

use crate::{Class, MAX_SHARE_BITS};
use proptest::prelude::*;

#[test]
fn class_should_share_gains_and_losses_when_its_value_changes() {
    let mut class = Class::default();
    let (a, b) = (class.buy(1_000_000).unwrap(), class.buy(3_000_000).unwrap());
    assert!(class.gain(400_000));
    assert!(class.worth(a).abs_diff(1_100_000) <= 1 && class.worth(b).abs_diff(3_300_000) <= 1);
    assert_eq!(class.lose(2_200_000), 0);
    assert!(class.worth(a).abs_diff(550_000) <= 1);
    let out = class.sell(a) + class.sell(b);
    assert!(2_200_000 - out <= 2);
    assert_eq!((class.value, class.shares), (0, 0));
    assert!(!class.gain(5));
}

#[test]
fn class_should_begin_anew_when_everything_is_lost() {
    let mut class = Class::default();
    let _ = class.buy(1_000_000);
    assert_eq!(class.lose(1_000_000), 0);
    assert_eq!(class, Class { value: 0, shares: 0, generation: 1 });
    // Nobody's loss is nobody's generation.
    assert_eq!(class.lose(0), 0);
    assert_eq!(class.generation, 1);
    // Nearly everything: the rest is given back for burning.
    let amount = 1u128 << 60;
    let _ = class.buy(amount);
    assert_eq!(class.lose(amount - (1 << 33)), 0);
    assert_eq!(class.lose((1 << 33) - (1 << 31)), 1 << 31);
    assert_eq!(class, Class { value: 0, shares: 0, generation: 2 });
}

proptest! {
    #[test]
    fn shares_of_should_sell_for_exactly_the_amount(
        stakes in prop::collection::vec(1_000_000u128..1 << 70, 1..6), gain in 0u128..1 << 60, loss in 0u128..1 << 72,
        part in 0u128..1_000_000,
    ) {
        let mut class = Class::default();
        let held: Vec<_> = stakes.iter().map(|stake| class.buy(*stake).unwrap()).collect();
        class.gain(gain);
        let _ = class.lose(loss.min(class.value - class.value / 1_000));
        let worth = class.worth(held[0]);
        let amount = worth / 1_000_000 * part;
        prop_assert_eq!(class.shares_of(worth + 1, held[0]), None);
        prop_assert_eq!(class.shares_of(worth, held[0]), Some(held[0]));
        let shares = class.shares_of(amount, held[0]).unwrap();
        prop_assert!(class.worth(shares) >= amount);
        let others: u128 = held[1..].iter().map(|shares| class.worth(*shares)).sum();
        let exact = class.is_divisible();
        let sold = class.sell(shares);
        prop_assert!(sold == amount || (sold > amount && !exact));
        let after: u128 = held[1..].iter().map(|shares| class.worth(*shares)).sum();
        prop_assert!(after + held.len() as u128 >= others, "nobody else pays for it");
        prop_assert!(class.worth(held[0] - shares) <= worth - sold + u128::from(!exact));
    }

    #[test]
    fn shares_should_fit_when_losses_and_stakes_take_turns(
        steps in prop::collection::vec((1u128..1 << 70, 0u32..1_000_001), 1..200),
    ) {
        let mut class = Class::default();
        for (stake, loss) in steps {
            let stake = stake.min((1 << 75) - class.value.min(1 << 75));
            if stake > 0 {
                prop_assert!(class.buy(stake).is_some());
            }
            let _ = class.lose(class.value / 1_000_000 * u128::from(loss));
            prop_assert!(class.shares == 0 || class.shares >> MAX_SHARE_BITS <= class.value);
        }
    }
}
