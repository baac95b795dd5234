//! Whatever happens in whatever order, the invariants hold and no money is lost.

use super::*;
use candor_primitives::traits::{HostStake, SlashOrder};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Action {
    Register(u32, Balance),
    Offer(u32, ReleaseId, Balance, u32),
    WithdrawOffer(u32, ReleaseId),
    StakeMore(u32, Balance),
    Unstake(u32, Balance),
    Withdraw(u32),
    Chill(u32),
    Unchill(u32),
    Deregister(u32),
    Beat(u32),
    SetWorker(u32, u32),
    Work(ReleaseId, Balance, u32),
    Finish(prop::sample::Index),
    Penalise(u32, Balance),
    Slash(u32),
    Delegate(u32, Balance),
    Reweigh(u32),
    Remove(u32),
    Wait(BlockNumber),
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let host = 1u32..=5;
    let release = 0u32..3;
    let amount = prop_oneof![0..3 * UNIT, MIN_STAKE..4 * MIN_STAKE];
    let action = prop_oneof![
        3 => (host.clone(), amount.clone()).prop_map(|(h, a)| Action::Register(h, a)),
        3 => (host.clone(), release.clone(), 0..UNIT, 0u32..3).prop_map(|(h, r, p, c)| Action::Offer(h, r, p, c)),
        1 => (host.clone(), release.clone()).prop_map(|(h, r)| Action::WithdrawOffer(h, r)),
        1 => (host.clone(), amount.clone()).prop_map(|(h, a)| Action::StakeMore(h, a)),
        2 => (host.clone(), amount.clone()).prop_map(|(h, a)| Action::Unstake(h, a)),
        2 => host.clone().prop_map(Action::Withdraw),
        1 => host.clone().prop_map(Action::Chill),
        1 => host.clone().prop_map(Action::Unchill),
        1 => host.clone().prop_map(Action::Deregister),
        2 => host.clone().prop_map(Action::Beat),
        1 => (host.clone(), 1u32..=8).prop_map(|(h, k)| Action::SetWorker(h, k)),
        5 => (release, amount.clone(), any::<u32>()).prop_map(|(r, a, s)| Action::Work(r, a, s)),
        4 => any::<prop::sample::Index>().prop_map(Action::Finish),
        1 => (host.clone(), amount.clone()).prop_map(|(h, a)| Action::Penalise(h, a)),
        1 => host.clone().prop_map(Action::Slash),
        2 => (host.clone(), amount).prop_map(|(h, a)| Action::Delegate(h, a)),
        1 => host.clone().prop_map(Action::Reweigh),
        1 => host.prop_map(Action::Remove),
        2 => (1u32..60).prop_map(Action::Wait),
    ];
    prop::collection::vec(action, 1..60)
}

/// A receipt whose work goes on.
struct Open {
    host: AccountId,
    release: ReleaseId,
    value: Balance,
    insured: Balance,
}

impl Open {
    fn close(self) {
        <Hosts as HostMarket<_>>::vacate(&self.host, self.release);
        <Stake as HostStake<_>>::close(&self.host, self.value, self.insured);
        <Hosts as HostMarket<_>>::note_work(&self.host);
    }
}

/// Do one action; it may well be refused. `open` are the receipts whose work goes on.
fn act(action: Action, open: &mut Vec<Open>) {
    let now = System::block_number();
    match action {
        Action::Register(n, stake) => {
            let _ = Hosts::register(signed(n), worker(n).public(), proof(n, n), text("e"), text("h"), stake);
        },
        Action::Offer(n, release, price, capacity) => {
            let _ = Hosts::offer(signed(n), release, VARIANT, price, 0, capacity);
        },
        Action::WithdrawOffer(n, release) => {
            let _ = Hosts::withdraw_offer(signed(n), release);
        },
        Action::StakeMore(n, amount) => {
            let _ = Stake::stake(signed(n), account(n), amount);
        },
        Action::Unstake(n, amount) => {
            let _ = Stake::unstake(signed(n), account(n), amount);
        },
        Action::Withdraw(n) => {
            let _ = Stake::withdraw(signed(n), account(n));
        },
        Action::Chill(n) => {
            let _ = Hosts::chill(signed(n));
        },
        Action::Unchill(n) => {
            let _ = Hosts::unchill(signed(n));
        },
        Action::Deregister(n) => {
            let _ = Hosts::deregister(signed(n));
        },
        Action::Beat(n) => {
            let _ = beat(n, now);
        },
        Action::SetWorker(n, key) => {
            let _ = Hosts::set_worker(signed(n), worker(key).public(), proof(key, n));
        },
        Action::Work(release, insured, seed) => work(release, insured, seed, open),
        Action::Finish(index) if !open.is_empty() => {
            open.swap_remove(index.index(open.len())).close();
        },
        Action::Finish(_) => {},
        Action::Penalise(n, amount) => {
            let _ = <Stake as HostStake<_>>::penalise(&account(n), amount);
        },
        Action::Slash(n) => {
            let order =
                SlashOrder { requester: account(19), compensation: UNIT, challenger: Some(account(18)), costs: 0 };
            <Stake as HostStake<_>>::slash(&account(n), &order);
        },
        Action::Delegate(n, amount) => {
            let _ = Stake::stake(signed(15), account(n), amount);
        },
        Action::Reweigh(n) => {
            let _ = Hosts::reweigh(signed(17), account(n));
        },
        Action::Remove(n) => {
            let _ = Hosts::remove(signed(17), account(n));
        },
        Action::Wait(blocks) => System::set_block_number(now + blocks),
    }
}

/// Whoever is drawn can take the work.
fn work(release: ReleaseId, insured: Balance, seed: u32, open: &mut Vec<Open>) {
    if let Ok(drawn) = draw(&DrawRequest { insured, ..request(release, seed) }) {
        let value = drawn.worth + insured;
        assert_ok!(<Hosts as HostMarket<_>>::occupy(&drawn.host, release));
        assert_ok!(<Stake as HostStake<_>>::open(&drawn.host, value, insured));
        open.push(Open { host: drawn.host, release, value, insured });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn invariants_should_hold_when_anything_happens(actions in actions()) {
        new_test_ext().execute_with(|| {
            let issuance = Balances::total_issuance();
            let mut open = vec![];
            for action in actions {
                let before = format!("{action:?}");
                act(action, &mut open);
                if let Err(error) = Hosts::do_try_state().and_then(|()| Stake::do_try_state()) {
                    panic!("{error:?} after {before}");
                }
            }
            // The treasury does not exist at first, so at most some penalties below its existential deposit were burned.
            assert!(Balances::total_issuance() <= issuance);
            // Everybody can leave with what was not slashed.
            open.into_iter().for_each(Open::close);
            for n in 1..=5 {
                let _ = Hosts::deregister(signed(n));
            }
            System::set_block_number(System::block_number() + 100);
            for n in 1..=5 {
                let _ = Stake::withdraw(signed(n), account(n));
                let _ = Hosts::remove(signed(9), account(n));
                assert_eq!(Hosts::host_view(account(n)), None);
            }
            Hosts::do_try_state().unwrap();
        });
    }
}
