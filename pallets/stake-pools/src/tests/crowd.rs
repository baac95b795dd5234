//! Ten thousand people in one pool: rewards and slashes cost what they cost with one.

use super::*;

const CROWD: u32 = 10_000;

/// So many accounts from 1 000 on stake 2 to 8 units each with operator 1; half of every tenth's unbonds.
fn crowd(n: u32) -> sp_io::TestExternalities {
    let mut ext = new_test_ext();
    ext.execute_with(|| {
        create(1, MIN_SELF);
        for who in 1_000..1_000 + n {
            assert_ok!(Balances::mint_into(&account(who), 100 * UNIT));
            stake(who, 1, stake_of(who));
            if who % 10 == 3 {
                unstake(who, 1, stake_of(who) / 2);
            }
        }
        // So that the same entries exist whatever the number.
        reward(1, UNIT);
        slash(1);
    });
    ext
}

fn stake_of(who: u32) -> Balance {
    Balance::from(who % 7 + 2) * UNIT
}

/// Keys of storage that `f` reads.
fn reads(ext: &mut sp_io::TestExternalities, f: impl FnOnce()) -> usize {
    fn copy<R: Clone>(recorder: &R) -> R {
        recorder.clone()
    }
    ext.commit_all().unwrap();
    let recorder = Default::default();
    ext.execute_with_recorder(copy(&recorder), f);
    recorder.recorded_keys().values().map(|keys| keys.len()).sum()
}

#[test]
fn rewards_and_slashes_should_read_the_same_when_ten_thousand_stake() {
    let (mut few, mut many) = (crowd(4), crowd(CROWD));
    let rewarded = |ext: &mut _| {
        reads(ext, || {
            reward(1, UNIT);
        })
    };
    let slashed = |ext: &mut _| {
        reads(ext, || {
            slash(1);
        })
    };
    let staked = |ext: &mut _| reads(ext, || stake(5, 1, UNIT));
    let unstaked = |ext: &mut _| reads(ext, || unstake_all(5, 1));
    let (a, b) = (
        [rewarded(&mut few), slashed(&mut few), staked(&mut few), unstaked(&mut few)],
        [rewarded(&mut many), slashed(&mut many), staked(&mut many), unstaked(&mut many)],
    );
    assert_eq!(a, b);
    assert!(a.iter().all(|reads| (1..=20).contains(reads)), "{a:?}");
}

#[test]
fn values_should_be_right_to_a_unit_when_ten_thousand_stake() {
    let mut ext = crowd(CROWD);
    ext.execute_with(|| {
        let before: Vec<_> = (1_000..1_000 + CROWD).map(|who| worth(who, 1)).collect();
        let (active, unbonding) = (pool(1).active.value, pool(1).unbonding.value);
        // A reward goes to the active part of everybody, ...
        let stakers = reward(1, 1_000 * UNIT);
        let rewarded = |value: Balance| value + stakers * value / active;
        for (who, (a, u)) in (1_000..).zip(&before) {
            let (now, still) = worth(who, 1);
            assert!(now.abs_diff(rewarded(*a)) <= 1 && still == *u);
        }
        // ... and a slash takes a third of everything.
        let all = active + stakers + unbonding;
        let (own, third) = (pool(1).own_total(), all / 3);
        stake(1, 1, 100_000 * UNIT);
        <Stake as HostStake<_>>::penalise(&account(1), 100_000 * UNIT + own - MIN_SELF / 2);
        let own = pool(1).own_total();
        let value = (own + third) / 3;
        open(1, value, 0);
        let delegated = slash(1).delegated;
        assert!(delegated.abs_diff(third) <= 3);
        let left = |value: Balance| value - value / 3;
        for (who, (a, u)) in (1_000..).zip(&before) {
            let (now, still) = worth(who, 1);
            assert!(now.abs_diff(left(rewarded(*a))) <= 2 && still.abs_diff(left(*u)) <= 2);
        }
        close(1, value, 0);
        Stake::do_try_state().unwrap();
        // Everybody gets out, in one call each, by whoever sends it.
        leave(1);
        skip_to(System::block_number() + 100);
        for who in 1_000..1_000 + CROWD {
            assert_ok!(Stake::withdraw_for(signed(9), account(1), account(who)));
        }
        if has_pool(1) {
            withdraw(1, 1);
        }
        assert!(!has_pool(1));
        Stake::do_try_state().unwrap();
    });
}
