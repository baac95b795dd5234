use super::*;
use candor_runtime_api::views::{PoolView, PositionView, UnbondingView};

#[test]
fn pool_should_tell_everything_when_it_works() {
    run(|| {
        assert_eq!(Stake::pool(account(1)), None);
        create(1, MIN_SELF + 10 * UNIT);
        stake(5, 1, 50 * UNIT);
        stake(6, 1, 50 * UNIT);
        unstake(1, 1, 10 * UNIT);
        unstake(6, 1, 20 * UNIT);
        open(1, 10 * UNIT, 4 * UNIT);
        assert_ok!(Stake::set_commission(signed(1), Permill::from_percent(12)));
        let view = PoolView {
            pool: account(1),
            pot: Stake::pot(&account(1)),
            own: MIN_SELF,
            own_unbonding: vec![UnbondingView { amount: 10 * UNIT, at: 101 }],
            delegated: 80 * UNIT,
            delegated_unbonding: 20 * UNIT,
            stakers: 2,
            free: 150 * UNIT,
            required: 30 * UNIT,
            insured: 4 * UNIT,
            open_receipts: 1,
            commission: Permill::from_percent(10),
            announced: Some((Permill::from_percent(12), 151)),
            leaves_at: None,
            paid: 0,
            penalties: 0,
            slashes: 0,
            slashed: 0,
            return_ppb: 0,
            periods: vec![],
        };
        assert_eq!(Stake::pool(account(1)), Some(view));
        close(1, 10 * UNIT, 4 * UNIT);
        leave(1);
        assert_eq!(Stake::pool(account(1)).unwrap().leaves_at, Some(101));
    });
}

#[test]
fn return_should_be_what_a_stake_became_whoever_came_and_went() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 100 * UNIT);
        let start = worth(5, 1).0;
        for block in [10, 20, 120, 130, 350] {
            skip_to(block);
            reward(1, 10 * UNIT);
            stake(6, 1, 30 * UNIT);
        }
        let view = Stake::pool(account(1)).unwrap();
        assert_eq!((view.paid, view.periods.len()), (5, 3));
        assert_eq!((view.periods[1].start, view.periods[1].end), (100, 199));
        let gained = (worth(5, 1).0 - start) as f64 / start as f64;
        assert!((view.return_ppb as f64 / 1e9 - gained).abs() < 1e-8, "{} {gained}", view.return_ppb);
        // A slash shows as well.
        expose(1, MIN_SELF + 62 * UNIT);
        slash(1);
        let view = Stake::pool(account(1)).unwrap();
        let left = worth(5, 1).0 as f64 / start as f64 - 1.0;
        assert!(left < 0.0 && (view.return_ppb as f64 / 1e9 - left).abs() < 1e-8, "{} {left}", view.return_ppb);
        assert_eq!((view.slashes, view.slashed), (1, MIN_SELF + 62 * UNIT));
        assert_eq!(view.periods[2].slashed, 62 * UNIT);
        close(1, (MIN_SELF + 62 * UNIT) / 3, 0);
        // What is too long ago does not count.
        skip_to(1_050);
        let view = Stake::pool(account(1)).unwrap();
        assert_eq!(view.periods.len(), 1);
        skip_to(1_100);
        let view = Stake::pool(account(1)).unwrap();
        assert_eq!((view.periods.len(), view.return_ppb), (0, 0));
    });
}

#[test]
fn record_should_keep_the_last_periods_only() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 100 * UNIT);
        for period in 0..20 {
            skip_to(period * 100 + 1);
            reward(1, UNIT);
        }
        let starts: Vec<_> = Stake::pool(account(1)).unwrap().periods.iter().map(|period| period.start).collect();
        assert_eq!(starts, (12..20).map(|period| period * 100).collect::<Vec<_>>());
    });
}

#[test]
fn positions_should_tell_what_a_staker_has_where() {
    run(|| {
        for n in 1..=3 {
            create(n, MIN_SELF);
            stake(5, n, Balance::from(n) * UNIT);
        }
        stake(6, 2, UNIT);
        unstake(5, 2, UNIT);
        leave(3);
        let view = |n, active: Balance, unbonding, leaves_at| PositionView {
            pool: account(n),
            staker: account(5),
            active: active * UNIT,
            unbonding,
            leaves_at,
        };
        let mut all = Stake::positions(account(5), None, 100);
        all.sort_by_key(|view| view.pool.clone());
        let unbonding = vec![UnbondingView { amount: UNIT, at: 101 }];
        assert_eq!(all, vec![view(1, 1, vec![], None), view(2, 1, unbonding, None), view(3, 3, vec![], Some(101))]);
        // Page by page.
        let (mut seen, mut start) = (vec![], None);
        while let Some(last) = Stake::positions(account(5), start.clone(), 1).pop() {
            start = Some(last.pool.clone());
            seen.push(last);
        }
        seen.sort_by_key(|view| view.pool.clone());
        assert_eq!(seen, all);
        let stakers = Stake::stakers(account(2), None, 100);
        assert_eq!(stakers.len(), 2);
        let second = Stake::stakers(account(2), Some(stakers[0].staker.clone()), 100);
        assert_eq!(second, stakers[1..].to_vec());
        let pools = Stake::pools(None, 2);
        assert_eq!(pools.len(), 2);
        assert_eq!(Stake::pools(Some(pools[1].pool.clone()), 100).len(), 1);
    });
}
