use super::*;
use sp_runtime::TokenError;

#[test]
fn create_should_hold_the_own_stake_and_open_the_pot_when_funds_are_there() {
    run(|| {
        let issuance = Balances::total_issuance();
        create(1, 2 * MIN_SELF);
        assert_eq!(last_event(), Event::Created { pool: account(1), stake: 2 * MIN_SELF });
        assert_eq!((held(1), free(1), pot(1)), (2 * MIN_SELF, ENDOWMENT - 2 * MIN_SELF - ED, 0));
        assert_eq!(<Stake as HostPools<_>>::self_stake(&account(1)), 2 * MIN_SELF);
        assert_eq!(<Stake as HostStake<_>>::active(&account(1)), 2 * MIN_SELF);
        assert!(!<Stake as HostPools<_>>::is_gone(&account(1)));
        assert_eq!((Changed::take(), Balances::total_issuance()), (vec![account(1)], issuance));
    });
}

#[test]
fn create_should_fail_when_there_is_a_pool_or_too_little_stake() {
    run(|| {
        let create = |n, stake| <Stake as HostPools<_>>::create(&account(n), stake);
        assert_noop!(create(1, MIN_SELF - 1), Error::SelfStakeTooLow);
        assert_noop!(create(1, ENDOWMENT), TokenError::FundsUnavailable);
        assert_ok!(create(1, MIN_SELF));
        assert_noop!(create(1, MIN_SELF), Error::PoolExists);
        leave(1);
        assert_noop!(create(1, MIN_SELF), Error::PoolExists);
    });
}

#[test]
fn pots_should_differ_when_operators_or_instances_do() {
    run(|| {
        assert_ne!(Stake::pot(&account(1)), Stake::pot(&account(2)));
        assert_ne!(Stake::pot(&account(1)), Other::pot(&account(1)));
        // Accounts that begin alike.
        let (mut one, mut other) = ([7u8; 32], [7u8; 32]);
        (one[31], other[31]) = (1, 2);
        assert_ne!(Stake::pot(&one.into()), Stake::pot(&other.into()));
    });
}

#[test]
fn operator_should_add_and_take_out_own_stake_when_nothing_needs_it() {
    run(|| {
        create(1, MIN_SELF);
        stake(1, 1, 50 * UNIT);
        let staked =
            Event::Staked { pool: account(1), staker: account(1), amount: 50 * UNIT, active: MIN_SELF + 50 * UNIT };
        assert_eq!(last_event(), staked);
        assert_noop!(Stake::unstake(signed(1), account(1), 50 * UNIT + 1), Error::SelfStakeTooLow);
        assert_noop!(Stake::unstake(signed(1), account(1), Balance::MAX), Error::SelfStakeTooLow);
        unstake(1, 1, 20 * UNIT);
        let active = MIN_SELF + 30 * UNIT;
        let unstaked = Event::Unstaked { pool: account(1), staker: account(1), amount: 20 * UNIT, active, at: 101 };
        assert_eq!(last_event(), unstaked);
        unstake_all(1, 1);
        assert_eq!((pool(1).own, held(1)), (MIN_SELF, MIN_SELF + 50 * UNIT));
        assert_noop!(Stake::unstake_all(signed(1), account(1)), Error::StakeInUse);
        assert_noop!(Stake::withdraw(signed(1), account(1)), Error::NothingDue);
        skip_to(101);
        withdraw(1, 1);
        assert_eq!(last_event(), Event::Withdrawn { pool: account(1), staker: account(1), amount: 50 * UNIT });
        assert_eq!(free(1), ENDOWMENT - MIN_SELF - ED);
        assert_eq!(position(1, 1), None);
    });
}

#[test]
fn operator_should_keep_what_open_receipts_need_when_it_unstakes() {
    run(|| {
        create(1, 10 * MIN_SELF);
        stake(5, 1, 3 * MIN_SELF);
        // Six are needed, three of which others have.
        open(1, 2 * MIN_SELF, 0);
        assert_noop!(Stake::unstake(signed(1), account(1), 7 * MIN_SELF + 1), Error::StakeInUse);
        unstake(1, 1, MIN_SELF);
        unstake_all(1, 1);
        assert_eq!((pool(1).own, <Stake as HostStake<_>>::free(&account(1))), (3 * MIN_SELF, 0));
        close(1, 2 * MIN_SELF, 0);
        // What insured values need must be own stake, however much others have.
        stake(5, 1, 100 * MIN_SELF);
        open(1, MIN_SELF, MIN_SELF / 2);
        unstake_all(1, 1);
        assert_eq!(pool(1).own, 3 * MIN_SELF / 2);
        close(1, MIN_SELF, MIN_SELF / 2);
        unstake_all(1, 1);
        assert_eq!(pool(1).own, MIN_SELF);
    });
}

#[test]
fn leave_should_unbond_everything_and_everyone_when_nothing_is_open() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 10 * UNIT);
        stake(6, 1, 20 * UNIT);
        unstake(6, 1, 5 * UNIT);
        expose(1, 3 * UNIT);
        assert_noop!(<Stake as HostPools<_>>::leave(&account(1)), Error::ReceiptsOpen);
        close(1, UNIT, 0);
        skip_to(11);
        assert_eq!(leave(1), 111);
        assert_eq!(last_event(), Event::Leaving { pool: account(1), at: 111 });
        assert_eq!((<Stake as HostStake<_>>::active(&account(1)), <Stake as HostStake<_>>::free(&account(1))), (0, 0));
        assert_eq!(<Stake as HostStake<_>>::total(&account(1)), MIN_SELF + 30 * UNIT);
        assert!(!<Stake as HostStake<_>>::can_open(&account(1), 0, 0));
        for call in [Stake::stake(signed(7), account(1), UNIT), Stake::stake(signed(1), account(1), UNIT)] {
            assert_eq!(call.unwrap_err(), Error::PoolLeaving.into());
        }
        assert_noop!(Stake::unstake(signed(5), account(1), UNIT), Error::PoolLeaving);
        assert_noop!(Stake::set_commission(signed(1), Permill::zero()), Error::PoolLeaving);
        // What was unstaked before is due before.
        skip_to(101);
        assert_noop!(Stake::withdraw(signed(5), account(1)), Error::NothingDue);
        withdraw(6, 1);
        assert_eq!(free(6), ENDOWMENT - 15 * UNIT);
        skip_to(110);
        assert_noop!(Stake::withdraw(signed(5), account(1)), Error::NothingDue);
        assert_noop!(Stake::withdraw(signed(1), account(1)), Error::NothingDue);
        skip_to(111);
        withdraw(5, 1);
        assert_eq!(free(5), ENDOWMENT);
        withdraw(1, 1);
        // The operator is gone; its pool stays until the last staker is out, whoever sees to that.
        assert!(<Stake as HostPools<_>>::is_gone(&account(1)) && has_pool(1));
        assert_noop!(<Stake as HostPools<_>>::create(&account(1), MIN_SELF), Error::StakersLeft);
        assert_ok!(Stake::withdraw_for(signed(9), account(1), account(6)));
        assert_eq!(free(6), ENDOWMENT);
        assert_eq!(last_event(), Event::Removed { pool: account(1) });
        assert_eq!(free(1), ENDOWMENT);
        create(1, MIN_SELF);
    });
}

#[test]
fn pool_should_be_removed_at_once_when_nothing_is_left_to_wait_for() {
    run(|| {
        create(1, MIN_SELF);
        <Stake as HostStake<_>>::penalise(&account(1), Balance::MAX);
        assert_eq!(leave(1), 1);
        assert!(!has_pool(1));
        // With stakers, they still have to wait.
        create(2, MIN_SELF);
        stake(5, 2, UNIT);
        <Stake as HostStake<_>>::penalise(&account(2), Balance::MAX);
        assert_eq!(leave(2), 101);
        assert!(<Stake as HostPools<_>>::is_gone(&account(2)));
        skip_to(101);
        withdraw(5, 2);
        assert!(!has_pool(2));
    });
}

#[test]
fn gifts_to_the_pot_should_count_for_nothing_and_end_at_the_treasury() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 10 * UNIT);
        assert_ok!(Balances::transfer_allow_death(signed(9), Stake::pot(&account(1)), 7 * UNIT));
        assert_eq!((pool(1).active.value, worth(5, 1).0), (10 * UNIT, 10 * UNIT));
        leave(1);
        skip_to(101);
        withdraw(5, 1);
        withdraw(1, 1);
        assert!(!has_pool(1));
        assert_eq!((free(1), free(5), free(TREASURY)), (ENDOWMENT, ENDOWMENT, 7 * UNIT));
        assert!(!frame_system::Account::<Test>::contains_key(Stake::pot(&account(1))));
    });
}

#[test]
fn calls_should_fail_when_there_is_no_such_pool() {
    run(|| {
        assert_noop!(Stake::stake(signed(5), account(1), UNIT), Error::UnknownPool);
        assert_noop!(Stake::unstake(signed(5), account(1), UNIT), Error::UnknownPool);
        assert_noop!(Stake::unstake_all(signed(5), account(1)), Error::UnknownPool);
        assert_noop!(Stake::withdraw(signed(5), account(1)), Error::UnknownPool);
        assert_noop!(Stake::set_commission(signed(5), Permill::zero()), Error::UnknownPool);
        assert_noop!(<Stake as HostPools<_>>::leave(&account(1)), Error::UnknownPool);
        assert!(<Stake as HostPools<_>>::is_gone(&account(1)));
        assert!(!<Stake as HostPools<_>>::has_open(&account(1)));
        assert_eq!(<Stake as HostStake<_>>::total(&account(1)), 0);
    });
}

#[test]
fn instances_should_have_nothing_to_do_with_each_other() {
    run(|| {
        create(1, MIN_SELF);
        assert_ok!(<Other as HostPools<_>>::create(&account(1), 2 * MIN_SELF));
        assert_ok!(Other::stake(signed(5), account(1), 10 * UNIT));
        stake(5, 1, UNIT);
        expose(1, 3 * MIN_SELF / 3);
        slash(1);
        assert_eq!(<Other as HostStake<_>>::total(&account(1)), 2 * MIN_SELF + 10 * UNIT);
        assert_eq!(<Stake as HostStake<_>>::total(&account(1)), MIN_SELF + UNIT - MIN_SELF / 3 * 3);
    });
}
