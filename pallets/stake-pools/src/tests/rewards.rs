use super::*;

#[test]
fn reward_should_be_shared_by_stake_after_commission() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 2 * MIN_SELF);
        stake(6, 1, MIN_SELF);
        // Three quarters are the stakers', less a tenth.
        let shares = <Stake as HostStake<_>>::share(&account(1), 400 * UNIT);
        assert_eq!(
            (shares.host, shares.stakers, shares.pot.clone()),
            (130 * UNIT, 270 * UNIT, Stake::pot(&account(1)))
        );
        Changed::take();
        assert_eq!(reward(1, 400 * UNIT), 270 * UNIT);
        assert_eq!(last_event(), Event::Rewarded { pool: account(1), amount: 270 * UNIT });
        assert_eq!(Changed::take(), vec![account(1)]);
        // It compounds: nobody has to claim it, and it counts as stake at once.
        assert!(2 * MIN_SELF + 180 * UNIT - worth(5, 1).0 <= 1);
        assert!(MIN_SELF + 90 * UNIT - worth(6, 1).0 <= 1);
        assert_eq!(<Stake as HostStake<_>>::active(&account(1)), 4 * MIN_SELF + 270 * UNIT);
        assert_eq!(pot(1), 3 * MIN_SELF + 270 * UNIT);
    });
}

#[test]
fn newcomers_should_have_no_part_in_earlier_rewards() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 100 * UNIT);
        reward(1, 50 * UNIT);
        let before = worth(5, 1).0;
        stake(6, 1, 100 * UNIT);
        assert!(100 * UNIT - worth(6, 1).0 <= 1);
        assert!(worth(5, 1).0.abs_diff(before) <= 1);
    });
}

#[test]
fn reward_should_be_the_hosts_when_nobody_stakes_for_it() {
    run(|| {
        create(1, MIN_SELF);
        for operator in [1, 2] {
            let shares = <Stake as HostStake<_>>::share(&account(operator), 100);
            assert_eq!((shares.host, shares.stakers), (100, 0));
        }
        assert_eq!(reward(1, 100), 0);
        assert_eq!(Stake::pool(account(1)).unwrap().paid, 1);
        // Whoever has left counts no more.
        stake(5, 1, UNIT);
        unstake_all(5, 1);
        assert_eq!(<Stake as HostStake<_>>::share(&account(1), 100).stakers, 0);
    });
}

#[test]
fn reward_should_be_divided_to_the_last_unit_when_it_does_not_divide() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 17 * UNIT + 3);
        for amount in [0, 1, 2, 3, 10, 999, 1_000_003, 7 * UNIT + 1] {
            let before = (free(1), pot(1), pool(1).active.value);
            let stakers = reward(1, amount);
            assert_eq!(free(1), before.0 + amount - stakers);
            assert_eq!((pot(1), pool(1).active.value), (before.1 + stakers, before.2 + stakers));
        }
    });
}

#[test]
fn inflating_shares_should_not_rob_the_next_staker() {
    run(|| {
        create(1, MIN_SELF);
        assert_ok!(Stake::set_commission(signed(1), Permill::zero()));
        // The operator's friend stakes the least, and the operator pays itself to make the friend's shares dear.
        stake(5, 1, MIN_STAKE);
        let (mut taken, mut refused) = (0, 0);
        while refused == 0 && pool(1).active.shares > 0 {
            let stakers = 500_000 * UNIT;
            assert_ok!(Balances::mint_into(&Stake::pot(&account(1)), stakers));
            <Stake as HostStake<_>>::rewarded(&account(1), stakers);
            let (active, _) = worth(5, 1);
            // Nearly everything comes out again; in the end not even a single share is worth that little.
            let _ = Stake::unstake(signed(5), account(1), active.saturating_sub(2 * MIN_STAKE));
            let before = free(6);
            match Stake::stake(signed(6), account(1), 2 * UNIT) {
                // Either rounding takes a planck at most, ...
                Ok(()) => {
                    assert!(2 * UNIT - worth(6, 1).0 <= 1);
                    taken += 1;
                    unstake_all(6, 1);
                },
                // ... or the pool takes no more stake.
                Err(error) => {
                    assert_eq!((error, free(6)), (Error::SharesTooDear.into(), before));
                    refused += 1;
                },
            }
        }
        assert!(taken > 0 && refused > 0, "both happen");
        // Everybody can still leave.
        let _ = Stake::unstake_all(signed(5), account(1));
        skip_to(101);
        withdraw(5, 1);
        withdraw(6, 1);
        assert_eq!((pool(1).stakers, pool(1).active.value), (0, 0));
        // And the pool takes stake again when it is empty.
        stake(6, 1, UNIT);
    });
}
