//! How often hosts are drawn. Seeds are fixed, so that these tests cannot fail by bad luck.

use super::*;
use candor_primitives::traits::HostStake;
use std::collections::BTreeMap;

const DRAWS: u32 = 6_000;

/// How often each account is drawn in `DRAWS` draws.
fn counts() -> BTreeMap<AccountId, u32> {
    let mut counts = BTreeMap::new();
    for seed in 0..DRAWS {
        *counts.entry(draw(&request(RELEASE, seed)).unwrap().host).or_default() += 1;
    }
    counts
}

/// Pearson's statistic against the shares that hosts 1, 2, ... should have.
fn chi_square(shares: &[f64]) -> f64 {
    let (counts, sum) = (counts(), shares.iter().sum::<f64>());
    let mut statistic = 0.0;
    for (n, share) in shares.iter().enumerate() {
        let expected = share / sum * f64::from(DRAWS);
        let seen = f64::from(*counts.get(&account(n as u32 + 1)).unwrap_or(&0));
        statistic += (seen - expected).powi(2) / expected;
    }
    statistic
}

/// For up to 7 degrees of freedom, chance exceeds this once in 10^4 times at most; being wrong by a tenth of a share
/// exceeds it almost always.
const LIMIT: f64 = 30.0;

#[test]
fn draws_should_follow_free_stake_over_price_squared_when_nothing_is_open() {
    run(|| {
        let hosts = [(1, 1), (2, 1), (4, 1), (1, 2), (4, 2), (9, 3), (16, 2), (3, 4)];
        let mut shares = vec![];
        for (n, (stake, price)) in (1..).zip(hosts) {
            register(n, stake * MIN_STAKE);
            offer(n, RELEASE, price * UNIT, 1);
            shares.push(stake as f64 / (price * price) as f64);
        }
        let statistic = chi_square(&shares);
        assert!(statistic < LIMIT, "{statistic}");
    });
}

#[test]
fn draws_should_follow_free_stake_when_receipts_are_open() {
    run(|| {
        // Weights in the tree stay those of the whole stake; the draw corrects for what is not free.
        let mut shares = vec![];
        for (n, open) in [(1, 0), (2, 1), (3, 2), (4, 3)] {
            register(n, 12 * MIN_STAKE);
            offer(n, RELEASE, UNIT, 1);
            if open > 0 {
                assert_ok!(<Stake as HostStake<_>>::open(&account(n), open * MIN_STAKE, 0));
            }
            shares.push(12.0 - 3.0 * open as f64);
        }
        let statistic = chi_square(&shares);
        assert!(statistic < LIMIT, "{statistic}");
    });
}

#[test]
fn draws_should_follow_what_is_left_when_stake_unbonds_or_was_slashed() {
    run(|| {
        for n in 1..=3 {
            register(n, 9 * MIN_STAKE);
            offer(n, RELEASE, UNIT, 1);
        }
        assert_ok!(Stake::unstake(signed(2), account(2), 3 * MIN_STAKE));
        <Stake as HostStake<_>>::penalise(&account(3), 6 * MIN_STAKE);
        let statistic = chi_square(&[9.0, 6.0, 3.0]);
        assert!(statistic < LIMIT, "{statistic}");
    });
}

#[test]
fn draws_should_give_nothing_extra_when_a_host_splits_its_stake() {
    run(|| {
        register(1, 8 * MIN_STAKE);
        offer(1, RELEASE, UNIT, 1);
        for n in 2..=5 {
            register(n, 2 * MIN_STAKE);
            offer(n, RELEASE, UNIT, 1);
        }
        let whole = f64::from(counts()[&account(1)]) / f64::from(DRAWS);
        assert!((whole - 0.5).abs() < 0.03, "{whole}");
    });
}

#[test]
fn draws_should_reach_everybody_when_a_thousand_offer() {
    use frame_support::traits::fungible::Mutate;
    run(|| {
        for n in 1000..2000 {
            assert_ok!(Balances::mint_into(&account(n), 2 * MIN_STAKE));
            // Every second one is ten times as dear: a hundredth of the weight.
            register(n, MIN_STAKE);
            offer(n, RELEASE, if n % 2 == 0 { UNIT } else { 10 * UNIT }, 1);
        }
        let counts = counts();
        let cheap = counts.iter().filter(|(host, _)| (1000..2000).step_by(2).any(|n| account(n) == **host));
        let (hosts, draws) = cheap.fold((0, 0), |(hosts, draws), (_, count)| (hosts + 1, draws + count));
        // Twelve draws each on average: the chance to miss one is 6 in a million.
        assert_eq!(hosts, 500);
        let share = f64::from(draws) / f64::from(DRAWS);
        assert!((share - 100.0 / 101.0).abs() < 0.006, "{share}");
    });
}

#[test]
fn draws_should_find_live_hosts_when_most_are_dead() {
    use frame_support::traits::fungible::Mutate;
    run(|| {
        for n in 1000..1200 {
            assert_ok!(Balances::mint_into(&account(n), 2 * MIN_STAKE));
            register(n, MIN_STAKE);
            offer(n, RELEASE, UNIT, 1);
        }
        System::set_block_number(60);
        for n in 1000..1010 {
            assert_ok!(beat(n, 60));
        }
        // Each draw lets one dead host sleep, so that the dead do not stand in the way for ever.
        for seed in 0..600 {
            let _ = draw(&request(RELEASE, seed));
        }
        assert!((600..700).all(|seed| draw(&request(RELEASE, seed)).is_ok()));
    });
}
