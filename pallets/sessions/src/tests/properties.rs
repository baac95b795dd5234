//! Whatever is called in whatever order: money is conserved and every invariant holds.

use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Open { named: Option<u8>, deposit: Balance },
    TopUp { session: usize, amount: Balance, more: u32 },
    Answer { session: usize, calls: u32, fail: bool },
    Settle { session: usize, free: bool, back: u32 },
    Close { session: usize, host: bool, voucher: bool },
    Agree { session: usize },
    End { session: usize },
    Finalise { session: usize, number: u32 },
    Draw { session: usize, number: u32, offset: u32 },
    OpenSamples { session: usize },
    ExpireSample { session: usize },
    Present { session: usize, index: u32 },
    Retire { session: usize, index: u32 },
    Report { session: usize, index: u32 },
    HoldBatch { session: usize, number: u32 },
    Hold { session: usize, index: u32 },
    Release { session: usize, index: u32 },
    Overturn { session: usize, index: u32 },
    Blocks { count: u32, hooks: bool },
    Host { host: u8, live: bool, stake: Balance },
}

fn step() -> impl Strategy<Value = Step> {
    let session = 0usize..5;
    let (index, number) = (0u32..30, 0u32..8);
    prop_oneof![
        3 => (proptest::option::weighted(0.3, 0u8..4), 100u128..6_000)
            .prop_map(|(named, deposit)| Step::Open { named, deposit }),
        1 => (session.clone(), 0u128..2_000, 0u32..30)
            .prop_map(|(session, amount, more)| Step::TopUp { session, amount, more }),
        6 => (session.clone(), 1u32..5, any::<bool>())
            .prop_map(|(session, calls, fail)| Step::Answer { session, calls, fail }),
        5 => (session.clone(), any::<bool>(), 0u32..3)
            .prop_map(|(session, free, back)| Step::Settle { session, free, back }),
        2 => (session.clone(), any::<bool>(), any::<bool>())
            .prop_map(|(session, host, voucher)| Step::Close { session, host, voucher }),
        1 => session.clone().prop_map(|session| Step::Agree { session }),
        1 => session.clone().prop_map(|session| Step::End { session }),
        2 => (session.clone(), number.clone()).prop_map(|(session, number)| Step::Finalise { session, number }),
        4 => (session.clone(), number.clone(), 0u32..5)
            .prop_map(|(session, number, offset)| Step::Draw { session, number, offset }),
        4 => session.clone().prop_map(|session| Step::OpenSamples { session }),
        1 => session.clone().prop_map(|session| Step::ExpireSample { session }),
        3 => (session.clone(), index.clone()).prop_map(|(session, index)| Step::Present { session, index }),
        1 => (session.clone(), index.clone()).prop_map(|(session, index)| Step::Retire { session, index }),
        1 => (session.clone(), index.clone()).prop_map(|(session, index)| Step::Report { session, index }),
        1 => (session.clone(), number).prop_map(|(session, number)| Step::HoldBatch { session, number }),
        3 => (session.clone(), index.clone()).prop_map(|(session, index)| Step::Hold { session, index }),
        3 => (session.clone(), index.clone()).prop_map(|(session, index)| Step::Release { session, index }),
        1 => (session, index).prop_map(|(session, index)| Step::Overturn { session, index }),
        4 => (1u32..6, any::<bool>()).prop_map(|(count, hooks)| Step::Blocks { count, hooks }),
        1 => (0u8..3, any::<bool>(), 0u128..50_000).prop_map(|(host, live, stake)| Step::Host { host, live, stake }),
    ]
}

/// Batches that audits hold, and what is to be released in the end.
type Held = Vec<BatchKey<AccountId>>;

fn apply(step: Step, all: &mut Vec<Calls>, held: &mut Held) {
    let carol = || RuntimeOrigin::signed(CAROL);
    macro_rules! of {
        ($session:expr) => {
            match all.get_mut($session) {
                Some(calls) => calls,
                None => return,
            }
        };
    }
    match step {
        Step::Open { named, deposit } => {
            let id = crate::NextSessionId::<Test>::get();
            if do_open(named.map(host), deposit).is_ok() {
                all.push(Calls { terms: session(id).terms, receipts: Vec::new(), fee: 0 });
            }
        },
        Step::TopUp { session, amount, more } => {
            let calls = of!(session);
            let expires = Some(calls.terms.expires + more);
            if Sessions::top_up(RuntimeOrigin::signed(ALICE), calls.id(), amount, expires).is_ok() {
                calls.terms.expires += more;
            }
        },
        Step::Answer { session, calls: 1, fail: true } => drop(of!(session).fail()),
        Step::Answer { session, calls, .. } => drop(of!(session).answer(calls)),
        Step::Settle { session, free, back } => {
            let calls = of!(session);
            let mut older = calls.clone();
            for _ in 0..back.min(calls.receipts.len() as u32) {
                let fails = matches!(older.receipts.pop().unwrap().receipt.outcome, Outcome::Failed { .. });
                older.fee -= if fails { BASE_FEE } else { FEE };
            }
            let _ = if free { older.settle() } else { older.settle_signed() };
        },
        Step::Close { session, host, voucher } => {
            let calls = of!(session);
            let who = if host { calls.terms.host.clone() } else { ALICE };
            let voucher = voucher.then(|| calls.voucher());
            let _ = Sessions::close(RuntimeOrigin::signed(who), calls.id(), voucher);
        },
        Step::Agree { session } => {
            let voucher = of!(session).bare();
            let signature = of!(session).worker().sign(&voucher.last_hash::<HostBlake2b>().0);
            let _ = Sessions::close_agreed(RuntimeOrigin::signed(ALICE), voucher, signature);
        },
        Step::End { session } => drop(Sessions::end(carol(), of!(session).id())),
        Step::Finalise { session, number } => drop(Sessions::finalise(carol(), of!(session).id(), number)),
        Step::Draw { session, number, offset } => {
            let _ = Sessions::sample(&of!(session).batch_key(number), offset, H256::repeat_byte(8));
        },
        Step::OpenSamples { session } => {
            let calls = of!(session).clone();
            for (index, sample) in Samples::<Test>::iter_prefix(calls.id()).collect::<Vec<_>>() {
                let covered = BatchesOf::<Test>::get(calls.id(), sample.number).map_or(0, |batch| batch.covered());
                let _ = calls.open_sample(index, calls.sample(index, covered));
            }
        },
        Step::ExpireSample { session } => {
            let id = of!(session).id();
            if let Some(index) = Samples::<Test>::iter_key_prefix(id).next() {
                let _ = Sessions::expire_sample(carol(), id, index);
            }
        },
        Step::Present { session, index } => {
            let calls = of!(session);
            if let Some(receipt) = calls.receipts.get(index as usize) {
                let outputs = calls.sample(index, calls.receipts.len() as u32).outputs;
                let _ = Sessions::present(RuntimeOrigin::signed(BOB), receipt.clone(), input(index), outputs);
            }
        },
        Step::Retire { session, index } => drop(Sessions::retire(carol(), of!(session).id(), index)),
        Step::Report { session, index } => {
            let calls = of!(session);
            let other = calls.receipt_of(index, Outcome::Failed { node: 9, index: 9 });
            let _ = Sessions::report_two(carol(), calls.honest(index), other);
        },
        Step::HoldBatch { session, number } => {
            let key = of!(session).batch_key(number);
            if <Sessions as Batches<_>>::hold(&key).is_ok() {
                held.push(key);
            }
        },
        Step::Hold { session, index } => {
            let _ = <Sessions as ReceiptsTrait<_>>::hold(&of!(session).key(index));
        },
        Step::Release { session, index } => <Sessions as ReceiptsTrait<_>>::release(&of!(session).key(index)),
        Step::Overturn { session, index } => drop(<Sessions as ReceiptsTrait<_>>::overturn(&of!(session).key(index))),
        Step::Blocks { count, hooks: true } => run_to(now() + count),
        Step::Blocks { count, hooks: false } => skip_to(now() + count),
        Step::Host { host: index, live, stake } => MockMarket::change(&host(index), |host| {
            host.live = live;
            host.stake = stake;
        }),
    }
}

/// Every planck of ALICE is free, held, or somebody's.
fn worth() -> Balance {
    let everybody = [ALICE, BOB, CAROL, PUBLISHER, TREASURY, AUDIT_POT, STAKERS, host(0), host(1), host(2)];
    everybody.iter().map(|who| free(who) + escrow(who) + deposit(who)).sum()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..Default::default() })]

    #[test]
    fn money_should_be_conserved_when_anything_is_called(steps in proptest::collection::vec(step(), 1..80)) {
        with_hosts(3, || {
            let before = worth();
            let (mut all, mut held) = (Vec::new(), Held::new());
            for step in steps {
                apply(step, &mut all, &mut held);
                check_invariants();
                assert_eq!(worth(), before);
            }
            // Whoever holds something releases it in the end; then, left alone, every session comes to its end.
            held.iter().for_each(<Sessions as Batches<_>>::release);
            // Drawn calls that nobody opens end their sessions, then what was opened is let go.
            run_to(now() + 10);
            for (id, index, shown) in Receipts::<Test>::iter() {
                let path = ReceiptPath::Session { session: id, index: index.into() };
                let key = ReceiptKey { path, host: shown.receipt.draft.host };
                (0..shown.holds).for_each(|_| <Sessions as ReceiptsTrait<_>>::release(&key));
            }
            run_to(now() + 300);
            assert_eq!(SessionsMap::<Test>::iter_keys().count(), 0);
            assert_eq!((escrow(&ALICE), deposit(&ALICE), deposit(&BOB)), (0, 0, 0));
            assert_eq!(crate::Agenda::<Test>::iter_keys().count(), 0);
            assert_eq!(worth(), before);
        });
    }

    #[test]
    fn batches_should_pay_what_one_settlement_would_pay_up_to_rounding(
        parts in proptest::collection::vec(1u32..6, 1..4),
    ) {
        with_session(|calls| {
            let total: u32 = parts.iter().sum();
            for part in &parts {
                calls.make_batch(*part);
            }
            run_to(20);
            let earned = [&host(0), &PUBLISHER, &AUDIT_POT, &TREASURY].map(|who| free(who) - 1_000);
            assert_eq!(earned.iter().sum::<Balance>(), Balance::from(total) * FEE);
            // 10 % of 130 and 5 % of 130, rounded per call for the levy; the treasury's 2 % rounded per batch.
            assert_eq!((earned[1], earned[2]), (Balance::from(total) * 13, Balance::from(total) * 6));
        });
    }
}
