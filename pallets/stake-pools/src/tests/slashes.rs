//! What a proven fault takes, from whom, and where it goes.

use super::*;

const REQUESTER: u32 = 11;
const CHALLENGER: u32 = 12;

fn order(compensation: Balance, costs: Balance) -> SlashOrder<AccountId> {
    let challenger = Some(account(CHALLENGER));
    SlashOrder { requester: account(REQUESTER), compensation, challenger, costs }
}

fn slash_by(n: u32, compensation: Balance, costs: Balance) -> Slashed {
    <Stake as HostStake<_>>::slash(&account(n), &order(compensation, costs))
}

fn assert_slashed(n: u32, slashed: Slashed) {
    let Slashed { self_stake, delegated, missing, compensated, rewarded, burned } = slashed;
    let event = Event::Slashed { pool: account(n), self_stake, delegated, missing, compensated, rewarded, burned };
    assert_eq!(last_event(), event);
    assert_eq!(compensated + rewarded + burned, self_stake + delegated);
}

#[test]
fn slash_should_take_own_stake_first_and_make_the_requester_whole() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 50 * UNIT);
        expose(1, 60 * UNIT);
        Changed::take();
        let issuance = Balances::total_issuance();
        let slashed = slash_by(1, 10 * UNIT, 5 * UNIT);
        // A tenth of the 45 that are left is the reward.
        let rewarded = 5 * UNIT + 45 * UNIT / 10;
        let burned = 60 * UNIT - 10 * UNIT - rewarded;
        let exact = Slashed { self_stake: 60 * UNIT, compensated: 10 * UNIT, rewarded, burned, ..Slashed::default() };
        assert_eq!(slashed, exact);
        assert_slashed(1, exact);
        assert_eq!(free(REQUESTER), ENDOWMENT + 10 * UNIT);
        assert_eq!(free(CHALLENGER), ENDOWMENT + rewarded);
        assert_eq!((held(1), worth(5, 1).0), (40 * UNIT, 50 * UNIT));
        assert_eq!(Balances::total_issuance(), issuance - burned);
        assert_eq!(Changed::take(), vec![account(1)]);
        // The liability stays until the caller closes the receipt.
        assert_eq!(<Stake as HostStake<_>>::required(&account(1)), 60 * UNIT);
    });
}

#[test]
fn slash_should_burn_delegated_stake_pro_rata_when_own_stake_is_not_enough() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 60 * UNIT);
        stake(6, 1, 40 * UNIT);
        stake(7, 1, 100 * UNIT);
        expose(1, 150 * UNIT);
        // Leaving, actively or not, saves nobody.
        unstake(7, 1, 50 * UNIT);
        unstake_all(6, 1);
        let issuance = Balances::total_issuance();
        let slashed = slash_by(1, 0, 0);
        let (rewarded, delegated) = (10 * UNIT, 50 * UNIT);
        let burned = 90 * UNIT + delegated;
        assert_slashed(1, Slashed { self_stake: MIN_SELF, delegated, rewarded, burned, ..Slashed::default() });
        assert_eq!(slashed.burned, burned);
        // A quarter of everybody's.
        for (who, active, unbonding) in [(5, 45, 0), (6, 0, 30), (7, 75 / 2, 75 / 2)] {
            let (a, u) = worth(who, 1);
            assert!(a.abs_diff(active * UNIT) <= UNIT / 2 + 1 && u.abs_diff(unbonding * UNIT) <= UNIT / 2 + 1);
        }
        assert!(worth(5, 1).0.abs_diff(45 * UNIT) <= 1 && worth(6, 1).1.abs_diff(30 * UNIT) <= 1);
        assert_eq!(pot(1), 150 * UNIT);
        assert_eq!(Balances::total_issuance(), issuance - burned);
    });
}

#[test]
fn slash_should_report_what_is_missing_when_it_exceeds_the_stake() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 20 * UNIT);
        unstake(5, 1, 5 * UNIT);
        expose(1, 102 * UNIT);
        <Stake as HostStake<_>>::penalise(&account(1), 90 * UNIT);
        // 10 own and 20 delegated are left of the 102 that it costs.
        let slashed = slash_by(1, 30 * UNIT, UNIT);
        assert_slashed(1, slashed);
        let (self_stake, delegated) = (10 * UNIT, 20 * UNIT);
        assert_eq!((slashed.self_stake, slashed.delegated, slashed.missing), (self_stake, delegated, 72 * UNIT));
        assert_eq!((slashed.compensated, slashed.rewarded, slashed.burned), (self_stake, 0, delegated));
        assert_eq!((worth(5, 1), pot(1), held(1)), ((0, 0), 0, 0));
        // Another one takes nothing, and says so.
        let again = slash_by(1, 30 * UNIT, UNIT);
        assert_slashed(1, again);
        assert_eq!(again, Slashed { missing: 102 * UNIT, ..Slashed::default() });
        close(1, 34 * UNIT, 0);
        // Whoever lost everything can be cleaned up, and the pool lives on for others.
        assert_ok!(Stake::withdraw_for(signed(9), account(1), account(5)));
        assert_eq!((position(5, 1), pool(1).stakers), (None, 0));
        stake(6, 1, 10 * UNIT);
        assert_eq!((worth(6, 1).0, worth(5, 1).0), (10 * UNIT, 0));
    });
}

#[test]
fn slash_should_take_the_floor_when_nothing_is_open() {
    run(|| {
        create(1, MIN_SELF);
        assert_eq!(slash_by(1, 0, 0).self_stake, FLOOR);
        // Who has no pool loses nothing, and that is told too.
        let none = slash_by(2, 0, 0);
        assert_eq!(none, Slashed { missing: FLOOR, ..Slashed::default() });
        assert_slashed(2, none);
    });
}

#[test]
fn slash_should_reach_own_stake_that_unbonds_soonest_first() {
    run(|| {
        create(1, MIN_SELF + 24 * UNIT);
        expose(1, MIN_SELF + 8 * UNIT);
        unstake(1, 1, 8 * UNIT);
        skip_to(2);
        unstake(1, 1, 6 * UNIT);
        <Stake as HostStake<_>>::penalise(&account(1), 6 * UNIT);
        slash(1);
        assert_eq!(pool(1).own, 0);
        let left: Vec<_> = pool(1).own_unbonding.chunks().iter().map(|chunk| (chunk.amount, chunk.at)).collect();
        assert_eq!(left, vec![(4 * UNIT, 101), (6 * UNIT, 102)]);
    });
}

#[test]
fn slash_should_burn_what_cannot_be_given_away() {
    run(|| {
        create(1, MIN_SELF);
        expose(1, 3 * UNIT);
        let (requester, challenger) = (account(100), Some(account(101)));
        let order = SlashOrder { requester, compensation: ED - 1, challenger, costs: 0 };
        let issuance = Balances::total_issuance();
        let slashed = <Stake as HostStake<_>>::slash(&account(1), &order);
        assert_slashed(1, slashed);
        assert_eq!((slashed.compensated, free(100)), (0, 0));
        assert_eq!(slashed.rewarded, (3 * UNIT - (ED - 1)) / 10);
        assert_eq!(free(101), slashed.rewarded);
        assert_eq!(Balances::total_issuance(), issuance - slashed.burned);
    });
}

#[test]
fn slash_should_reward_nobody_when_there_is_no_challenger() {
    run(|| {
        create(1, MIN_SELF);
        expose(1, 30 * UNIT);
        let order = SlashOrder { requester: account(REQUESTER), compensation: UNIT, challenger: None, costs: UNIT };
        let slashed = <Stake as HostStake<_>>::slash(&account(1), &order);
        assert_slashed(1, slashed);
        assert_eq!((slashed.compensated, slashed.rewarded, slashed.burned), (UNIT, 0, 29 * UNIT));
    });
}

#[test]
fn operator_should_not_rob_its_stakers_when_it_challenges_itself() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 1_000 * UNIT);
        expose(1, 900 * UNIT);
        // Requester and challenger are the operator's own accounts, and ask for everything.
        let before = free(REQUESTER) + free(CHALLENGER) + free(1) + held(1);
        slash_by(1, Balance::MAX, Balance::MAX);
        let after = free(REQUESTER) + free(CHALLENGER) + free(1) + held(1);
        assert!(after <= before, "nothing of the stakers' came out");
        assert!(worth(5, 1).0.abs_diff(200 * UNIT) <= 1);
    });
}

#[test]
fn shares_should_be_written_off_when_a_slash_leaves_next_to_nothing() {
    run(|| {
        create(1, MIN_SELF);
        stake(5, 1, 300 * UNIT);
        // Everything but a few planck: own stake and delegated.
        let most = 400 * UNIT - 100;
        open(1, most / 3, 0);
        let issuance = Balances::total_issuance();
        let slashed = slash(1);
        assert_eq!(slashed.self_stake + slashed.delegated, most / 3 * 3);
        let rest = 400 * UNIT - most / 3 * 3;
        let written_off = System::events()
            .into_iter()
            .any(|record| record.event == RuntimeEvent::Stake(Event::WrittenOff { pool: account(1), amount: rest }));
        assert!(written_off, "it is declared");
        assert_eq!(Balances::total_issuance(), issuance - 400 * UNIT);
        assert_eq!((worth(5, 1), pool(1).active.shares), ((0, 0), 0));
        close(1, most / 3, 0);
        // The pool starts anew; the old position has no part in it, and its owner can come back.
        stake(6, 1, 10 * UNIT);
        stake(5, 1, 10 * UNIT);
        reward(1, 40 * UNIT);
        assert!(worth(5, 1).0.abs_diff(worth(6, 1).0) <= 1);
        assert_eq!(pool(1).stakers, 2);
    });
}

#[test]
fn shares_should_stay_countable_when_a_pool_is_slashed_again_and_again() {
    run(|| {
        create(1, MIN_SELF);
        assert_ok!(Balances::mint_into(&account(1), 100 * ENDOWMENT));
        assert_ok!(Balances::mint_into(&account(5), 100 * ENDOWMENT));
        for round in 0..80 {
            // Own stake and newcomers come in again, and three quarters of everything go.
            stake(1, 1, 400 * UNIT - pool(1).own);
            stake(5, 1, 1_000 * UNIT);
            let required = (<Stake as HostStake<_>>::total(&account(1)) - 400 * UNIT) / 4 * 3 + 400 * UNIT;
            open(1, required / 3, 0);
            let before = worth(5, 1).0;
            slash(1);
            close(1, required / 3, 0);
            let after = worth(5, 1).0;
            assert!(after == 0 || after.abs_diff(before / 4) <= 4, "{round}: {before} {after}");
            assert!(pool(1).active.shares < 1 << 100);
            let _ = Stake::unstake(signed(5), account(1), after / 2);
            // Long enough that the next one costs what is required then.
            skip_to(System::block_number() + 200);
            Stake::do_try_state().unwrap();
        }
    });
}

#[test]
fn penalise_should_take_own_stake_only_and_pay_the_treasury() {
    run(|| {
        create(1, MIN_SELF + 10 * UNIT);
        stake(5, 1, 50 * UNIT);
        unstake(1, 1, 4 * UNIT);
        skip_to(2);
        unstake(1, 1, 6 * UNIT);
        let issuance = Balances::total_issuance();
        let penalise = |amount| <Stake as HostStake<_>>::penalise(&account(1), amount);
        assert_eq!(penalise(2 * UNIT), 2 * UNIT);
        let taken = 2 * UNIT;
        assert_eq!(last_event(), Event::Penalised { pool: account(1), taken, missing: 0, burned: 0 });
        assert_eq!((free(TREASURY), Balances::total_issuance()), (2 * UNIT, issuance));
        assert_eq!(penalise(MIN_SELF + 3 * UNIT), MIN_SELF + 3 * UNIT);
        let left: Vec<_> = pool(1).own_unbonding.chunks().iter().map(|chunk| (chunk.amount, chunk.at)).collect();
        assert_eq!(left, vec![(5 * UNIT, 102)]);
        assert_eq!(penalise(5 * UNIT + 7), 5 * UNIT);
        let taken = 5 * UNIT;
        assert_eq!(last_event(), Event::Penalised { pool: account(1), taken, missing: 7, burned: 0 });
        assert_eq!((held(1), worth(5, 1).0, penalise(1)), (0, 50 * UNIT, 0));
        assert_eq!(<Stake as HostStake<_>>::penalise(&account(2), UNIT), 0);
        assert_eq!(Stake::pool(account(1)).unwrap().penalties, 4);
    });
}

#[test]
fn penalise_should_burn_when_the_treasury_cannot_receive() {
    run(|| {
        create(1, MIN_SELF);
        let issuance = Balances::total_issuance();
        assert_eq!(<Stake as HostStake<_>>::penalise(&account(1), ED - 1), ED - 1);
        let (taken, burned) = (ED - 1, ED - 1);
        assert_eq!(last_event(), Event::Penalised { pool: account(1), taken, missing: 0, burned });
        assert_eq!(Balances::total_issuance(), issuance - (ED - 1));
    });
}
