use super::*;

fn can_open(n: u32, value: Balance, insured: Balance) -> bool {
    <Stake as HostStake<_>>::can_open(&account(n), value, insured)
}

fn free_stake(n: u32) -> Balance {
    <Stake as HostStake<_>>::free(&account(n))
}

#[test]
fn open_should_take_free_stake_until_nothing_backs_more_when_receipts_add_up() {
    run(|| {
        assert_noop!(<Stake as HostStake<_>>::open(&account(1), 1, 0), Error::NotBacked);
        create(1, 4 * MIN_SELF);
        stake(5, 1, 6 * MIN_SELF);
        assert_eq!(free_stake(1), 10 * MIN_SELF);
        for opened in 1..=7 {
            assert!(can_open(1, MIN_SELF, 0), "receipt {opened}");
            open(1, MIN_SELF, 0);
            assert_eq!(<Stake as HostStake<_>>::open_receipts(&account(1)), opened);
        }
        // An eighth needs 8 for the sum and twice the bound on the dearest, which is above 1.
        assert!(!can_open(1, MIN_SELF, 0));
        assert_noop!(<Stake as HostStake<_>>::open(&account(1), MIN_SELF, 0), Error::NotBacked);
        for _ in 0..7 {
            assert!(<Stake as HostPools<_>>::has_open(&account(1)));
            close(1, MIN_SELF, 0);
        }
        assert!(!<Stake as HostPools<_>>::has_open(&account(1)));
        assert_eq!((free_stake(1), <Stake as HostStake<_>>::required(&account(1))), (10 * MIN_SELF, 0));
    });
}

#[test]
fn open_should_cover_insured_values_by_own_stake_alone() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 100 * MIN_SELF);
        let most = MIN_SELF / 3;
        assert!(can_open(1, MIN_SELF, most) && !can_open(1, MIN_SELF, most + 1));
        assert!(!can_open(1, MIN_SELF, Balance::MAX));
        open(1, MIN_SELF, 20 * UNIT);
        // Together, not each.
        assert!(can_open(1, 14 * UNIT, 10 * UNIT) && !can_open(1, 14 * UNIT, 14 * UNIT) && can_open(1, 14 * UNIT, 0));
        assert_noop!(<Stake as HostStake<_>>::open(&account(1), 14 * UNIT, 14 * UNIT), Error::NotBacked);
        close(1, MIN_SELF, 20 * UNIT);
        assert!(can_open(1, 14 * UNIT, 14 * UNIT));
    });
}

#[test]
fn open_should_not_count_what_unbonds() {
    run(|| {
        create(1, 4 * MIN_SELF);
        stake(5, 1, 10 * MIN_SELF);
        unstake(1, 1, 3 * MIN_SELF);
        unstake_all(5, 1);
        assert_noop!(<Stake as HostStake<_>>::open(&account(1), MIN_SELF, 0), Error::NotBacked);
        open(1, MIN_SELF / 3, 0);
        assert_eq!(<Stake as HostStake<_>>::total(&account(1)), 14 * MIN_SELF);
    });
}

#[test]
fn losses_should_be_remembered_while_receipts_are_open() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, MIN_SELF);
        open(1, UNIT, UNIT);
        open(1, UNIT, 0);
        <Stake as HostStake<_>>::penalise(&account(1), MIN_SELF);
        slash(1);
        Stake::do_try_state().unwrap();
        close(1, UNIT, UNIT);
        Stake::do_try_state().unwrap();
        close(1, UNIT, 0);
        assert!(!crate::Liabilities::<Test, ()>::contains_key(account(1)));
    });
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "a receipt of nobody was closed"))]
fn close_should_change_nothing_when_nothing_was_open() {
    run(|| {
        create(1, MIN_SELF);
        close(1, UNIT, 0);
        assert!(!crate::Liabilities::<Test, ()>::contains_key(account(1)));
    });
}

#[test]
#[cfg_attr(debug_assertions, should_panic(expected = "a receipt that was not open was closed"))]
fn close_should_leave_the_liability_alone_when_the_value_is_another() {
    run(|| {
        create(1, MIN_SELF);
        open(1, UNIT, UNIT);
        close(1, UNIT + 1, UNIT);
        assert_eq!(<Stake as HostStake<_>>::open_receipts(&account(1)), 1);
    });
}

#[test]
fn open_many_should_be_the_same_as_opening_one_by_one() {
    let storage = |many: bool| {
        let mut liability = None;
        run(|| {
            create(1, 4 * MIN_SELF);
            stake(5, 1, 6 * MIN_SELF);
            let value = MIN_SELF / 10;
            if many {
                assert_ok!(<Stake as HostStake<_>>::open_many(&account(1), 30, value));
                <Stake as HostStake<_>>::close_many(&account(1), 12, value);
            } else {
                (0..30).for_each(|_| open(1, value, 0));
                (0..12).for_each(|_| close(1, value, 0));
            }
            let peak = crate::Peaks::<Test, ()>::get(account(1));
            liability = Some((crate::Liabilities::<Test, ()>::get(account(1)), peak));
        });
        liability.unwrap()
    };
    assert_eq!(storage(true), storage(false));
}

#[test]
fn open_many_should_refuse_all_when_stake_backs_some_only() {
    run(|| {
        create(1, 4 * MIN_SELF);
        stake(5, 1, 6 * MIN_SELF);
        let can = |count| <Stake as HostStake<_>>::can_open_many(&account(1), count, MIN_SELF);
        assert!(can(7) && !can(8));
        assert_noop!(<Stake as HostStake<_>>::open_many(&account(1), 8, MIN_SELF), Error::NotBacked);
        assert_noop!(<Stake as HostStake<_>>::open_many(&account(1), u32::MAX, Balance::MAX), Error::NotBacked);
        assert_ok!(<Stake as HostStake<_>>::open_many(&account(1), 7, MIN_SELF));
        assert!(can(0) && !can(1));
        <Stake as HostStake<_>>::close_many(&account(1), 7, MIN_SELF);
        assert!(!crate::Liabilities::<Test, ()>::contains_key(account(1)));
    });
}
