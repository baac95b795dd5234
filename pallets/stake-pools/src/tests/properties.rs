//! Whatever happens in whatever order, the invariants hold, no money is lost, and nobody pays for what others do.

use super::*;
use proptest::prelude::*;

const OPERATORS: core::ops::RangeInclusive<u32> = 1..=3;
const STAKERS: core::ops::RangeInclusive<u32> = 1..=8;
/// Pays rewards and gives presents; asks for nothing itself.
const REQUESTER: u32 = 20;
const CHALLENGER: u32 = 19;

#[derive(Clone, Debug)]
enum Action {
    Create(u32, Balance),
    Leave(u32),
    Stake(u32, u32, Balance),
    Unstake(u32, u32, Balance),
    UnstakeAll(u32, u32),
    Withdraw(u32, u32),
    WithdrawFor(u32, u32),
    Restake(u32, u32, u32),
    Commission(u32, u32),
    Open(u32, Balance, Balance),
    Close(prop::sample::Index),
    Reward(u32, Balance),
    Penalise(u32, Balance),
    Slash(u32, Balance, bool),
    Gift(u32, Balance),
    Clear(u32),
    Wait(BlockNumber),
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let amount =
        || prop_oneof![1 => 0..10u128, 4 => UNIT / 2..3 * UNIT, 4 => UNIT..MIN_SELF, 2 => MIN_SELF..20 * MIN_SELF];
    let own = || MIN_SELF - 1..9 * MIN_SELF;
    let (operator, staker) = (|| OPERATORS, || STAKERS);
    let action = prop_oneof![
        3 => (operator(), own()).prop_map(|(n, a)| Action::Create(n, a)),
        1 => operator().prop_map(Action::Leave),
        3 => operator().prop_map(|n| Action::Stake(n, n, MIN_SELF)),
        9 => (staker(), operator(), amount()).prop_map(|(s, n, a)| Action::Stake(s, n, a)),
        4 => (staker(), operator(), amount()).prop_map(|(s, n, a)| Action::Unstake(s, n, a)),
        2 => (staker(), operator()).prop_map(|(s, n)| Action::UnstakeAll(s, n)),
        3 => (staker(), operator()).prop_map(|(s, n)| Action::Withdraw(s, n)),
        2 => (staker(), operator()).prop_map(|(s, n)| Action::WithdrawFor(s, n)),
        2 => (staker(), operator(), operator()).prop_map(|(s, n, m)| Action::Restake(s, n, m)),
        1 => (operator(), 0..60u32).prop_map(|(n, c)| Action::Commission(n, c)),
        5 => (operator(), amount(), amount(), any::<bool>()).prop_map(|(n, a, b, i)| {
            Action::Open(n, a / 4, if i { b / 8 } else { 0 })
        }),
        6 => any::<prop::sample::Index>().prop_map(Action::Close),
        4 => (operator(), amount()).prop_map(|(n, a)| Action::Reward(n, a)),
        1 => (operator(), amount()).prop_map(|(n, a)| Action::Penalise(n, a / 8)),
        1 => (operator(), amount(), any::<bool>()).prop_map(|(n, a, c)| Action::Slash(n, a, c)),
        1 => (operator(), amount()).prop_map(|(n, a)| Action::Gift(n, a)),
        2 => operator().prop_map(Action::Clear),
        3 => (1u32..140).prop_map(Action::Wait),
    ];
    prop::collection::vec(action, 1..200)
}

/// Calls that one run tries: `CALLS`, or a few thousand.
fn cases() -> u32 {
    std::env::var("CALLS").ok().and_then(|calls| calls.parse::<u32>().ok()).map_or(60, |calls| calls / 100)
}

type OpenReceipts = Vec<(u32, Balance, Balance)>;

/// Do one action; it may well be refused.
fn act(action: &Action, open: &mut OpenReceipts) -> bool {
    let (call, done) = match action.clone() {
        Action::Create(n, stake) => (Some(<Stake as HostPools<_>>::create(&account(n), stake)), true),
        Action::Leave(n) => (Some(<Stake as HostPools<_>>::leave(&account(n)).map(|_| ())), true),
        Action::Stake(s, n, amount) => (Some(Stake::stake(signed(s), account(n), amount)), true),
        Action::Unstake(s, n, amount) => (Some(Stake::unstake(signed(s), account(n), amount)), true),
        Action::UnstakeAll(s, n) => (Some(Stake::unstake_all(signed(s), account(n))), true),
        Action::Withdraw(s, n) => (Some(Stake::withdraw(signed(s), account(n))), true),
        Action::WithdrawFor(s, n) => (Some(Stake::withdraw_for(signed(REQUESTER), account(n), account(s))), true),
        Action::Restake(s, n, m) => (Some(Stake::restake(signed(s), account(n), account(m))), true),
        Action::Commission(n, c) => (Some(Stake::set_commission(signed(n), Permill::from_percent(c))), true),
        Action::Open(n, value, insured) => {
            let insured = insured.min(value);
            let opened = <Stake as HostStake<_>>::open(&account(n), value, insured);
            if opened.is_ok() {
                open.push((n, value, insured));
            }
            (Some(opened), true)
        },
        Action::Close(index) => {
            if !open.is_empty() {
                let (n, value, insured) = open.swap_remove(index.index(open.len()));
                close(n, value, insured);
            }
            (None, true)
        },
        Action::Reward(n, amount) => {
            if has_pool(n) {
                pay(n, amount);
            }
            (None, true)
        },
        Action::Penalise(n, amount) => {
            <Stake as HostStake<_>>::penalise(&account(n), amount);
            (None, true)
        },
        Action::Slash(n, compensation, challenged) => {
            slash_exactly(n, compensation, challenged);
            (None, true)
        },
        Action::Gift(n, amount) => {
            let amount = amount.min(free(REQUESTER) - ED);
            let _ = Balances::transfer_keep_alive(signed(REQUESTER), Stake::pot(&account(n)), amount);
            (None, true)
        },
        Action::Clear(n) => {
            clear(n);
            (None, true)
        },
        Action::Wait(blocks) => {
            skip_to(System::block_number() + blocks);
            (None, true)
        },
    };
    call.is_none_or(|call| call.is_ok()) && done
}

/// Send everybody in the pool of `n` what is due.
fn clear(n: u32) {
    for who in STAKERS {
        let _ = Stake::withdraw_for(signed(REQUESTER), account(n), account(who));
    }
    let _ = Stake::withdraw_for(signed(REQUESTER), account(n), account(n));
}

/// Pay operator `n` as jobs do.
fn pay(n: u32, amount: Balance) {
    let amount = amount.min(free(REQUESTER) / 2);
    let shares = <Stake as HostStake<_>>::share(&account(n), amount);
    for (payee, part) in [(account(n), shares.host), (shares.pot, shares.stakers)] {
        if Balances::transfer_keep_alive(signed(REQUESTER), payee, part).is_err() {
            return;
        }
    }
    <Stake as HostStake<_>>::rewarded(&account(n), shares.stakers);
}

/// Slash operator `n`: the order and the parts are exact.
fn slash_exactly(n: u32, compensation: Balance, challenged: bool) {
    let required = Stake::cost_of_fault(&account(n));
    assert!(required >= <Stake as HostStake<_>>::required(&account(n)).max(FLOOR));
    let before = crate::Pools::<Test, ()>::get(account(n));
    let (own, delegated) = before.map_or((0, 0), |pool| (pool.own_total(), pool.delegated_total()));
    let challenger = challenged.then(|| account(CHALLENGER));
    let slashed = <Stake as HostStake<_>>::slash(
        &account(n),
        &SlashOrder { requester: account(REQUESTER), compensation, challenger, costs: UNIT / 10 },
    );
    assert_eq!(slashed.self_stake, required.min(own));
    assert_eq!(slashed.delegated, (required - slashed.self_stake).min(delegated));
    assert_eq!(slashed.missing, required - slashed.self_stake - slashed.delegated);
    assert_eq!(slashed.compensated, compensation.min(slashed.self_stake));
    assert_eq!(slashed.compensated + slashed.rewarded + slashed.burned, slashed.self_stake + slashed.delegated);
    assert!(slashed.burned >= slashed.delegated && (challenged || slashed.rewarded == 0));
}

/// What each account has in all pools, own stake apart.
fn delegated() -> Vec<Balance> {
    STAKERS.map(|who| OPERATORS.map(|n| worth(who, n)).map(|(active, unbonding)| active + unbonding).sum()).collect()
}

/// Everything that is an account's.
fn wealth(who: u32) -> Balance {
    free(who) + held(who) + delegated()[who as usize - 1]
}

/// What the events since the last time say was burned.
fn declared() -> Balance {
    let burned = System::events().iter().fold(0, |sum, record| match &record.event {
        RuntimeEvent::Stake(Event::Slashed { burned, .. }) | RuntimeEvent::Stake(Event::Penalised { burned, .. }) => {
            sum + burned
        },
        RuntimeEvent::Stake(Event::WrittenOff { amount, .. }) => sum + amount,
        _ => 0,
    });
    System::reset_events();
    burned
}

/// Who an action may make poorer or richer.
fn concerns(action: &Action) -> Option<u32> {
    match action {
        Action::Create(who, _)
        | Action::Leave(who)
        | Action::Stake(who, ..)
        | Action::Unstake(who, ..)
        | Action::UnstakeAll(who, _)
        | Action::Withdraw(who, _)
        | Action::WithdrawFor(who, _)
        | Action::Restake(who, ..)
        | Action::Commission(who, _) => Some(*who),
        _ => None,
    }
}

/// Do `action`, and check what it did to whom.
fn step(action: &Action, open: &mut OpenReceipts) {
    let (before, actor) = (delegated(), concerns(action));
    let all: Vec<_> = STAKERS.map(wealth).collect();
    let (issuance, rich) = (Balances::total_issuance(), actor.map(wealth));
    let pots: Balance = OPERATORS.filter(|n| has_pool(*n)).count() as Balance * ED;
    let done = frame_support::storage::transactional::with_transaction(|| {
        let done = act(action, open);
        let outcome = Ok::<_, sp_runtime::DispatchError>(done);
        match done {
            true => sp_runtime::TransactionOutcome::Commit(outcome),
            false => sp_runtime::TransactionOutcome::Rollback(outcome),
        }
    });
    assert!(done.is_ok());
    Stake::do_try_state().unwrap_or_else(|error| panic!("{error:?} after {action:?}"));
    assert_eq!(Balances::total_issuance() + declared(), issuance, "only what is declared was burned");
    let after = delegated();
    // Who gets stake back has it on its account instead.
    let is_loss = matches!(action, Action::Slash(..) | Action::Clear(_));
    let is_gain = matches!(action, Action::Reward(..));
    for (who, (before, after)) in STAKERS.zip(before.iter().zip(&after)) {
        if actor == Some(who) {
            continue;
        }
        // Three pools: a unit in each of two classes.
        assert!(is_loss || after + 6 >= *before, "{who} paid {} for {action:?}", before - after);
        assert!(is_gain || *after <= before + 6, "{who} gained {} from {action:?}", after - before);
    }
    if let Action::Clear(_) = action {
        for (who, before) in STAKERS.zip(all) {
            // Its own rounding, and a deposit that comes back.
            assert!(wealth(who) + 6 >= before && wealth(who) <= before + ED + 6, "{who}: {before} {}", wealth(who));
        }
    }
    if let (Some(who), Some(before)) = (actor, rich) {
        let after = wealth(who);
        // A pot's deposit is paid and comes back.
        let deposits = pots.abs_diff(OPERATORS.filter(|n| has_pool(*n)).count() as Balance * ED);
        assert!(after <= before + deposits + 6, "{who} gained {} from {action:?}", after - before);
        assert!(after + deposits + 6 >= before, "{who} lost {} by {action:?}", before - after);
    }
}

/// Everybody can leave, whatever happened, and nothing is left behind.
fn everybody_leaves(open: OpenReceipts) {
    for (n, value, insured) in open {
        close(n, value, insured);
    }
    for n in OPERATORS {
        let _ = <Stake as HostPools<_>>::leave(&account(n));
    }
    skip_to(System::block_number() + 100);
    for n in OPERATORS {
        clear(n);
        assert!(!has_pool(n));
    }
    Stake::do_try_state().unwrap();
    assert_eq!(crate::Positions::<Test, ()>::iter().count(), 0);
    assert_eq!(crate::StakedIn::<Test, ()>::iter().count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn nobody_should_lose_or_gain_by_others_when_anything_happens(
        actions in actions(), leverage in prop_oneof![Just(2u32), Just(u32::MAX)],
    ) {
        new_test_ext().execute_with(|| {
            Leverage::set(leverage);
            Balances::mint_into(&account(TREASURY), ED).unwrap();
            let mut open = vec![];
            // Pools that do something from the beginning.
            for n in OPERATORS {
                create(n, 4 * MIN_SELF);
                (4..=6).for_each(|who| stake(who, n, 20 * UNIT));
            }
            System::reset_events();
            for action in &actions {
                step(action, &mut open);
            }
            everybody_leaves(open);
        });
    }
}
