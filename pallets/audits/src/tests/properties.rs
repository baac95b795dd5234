//! Whatever is called in whatever order: money is conserved and every invariant holds.

use super::*;
use crate::{canary_commitment, HoldReason};
use candor_primitives::traits::{BatchKey, ReceiptListener};
use frame_support::traits::fungible::{Inspect, InspectHold};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Deliver { host: u8, requester: u8, remote: bool },
    Seal { audit: u64, lie: bool, digest: u8 },
    Answer { audit: u64, digest: u8 },
    Reveal { audit: u64, lie: bool, digest: u8 },
    Show { audit: u64, pieces: u32 },
    Wrong { audit: u64, tensor: u32, first: u32 },
    Expire { audit: u64 },
    Draw,
    Spread { blocks: u32 },
    Contradict { host: u8 },
    Settle { host: u8, calls: u32 },
    Overturn { which: usize },
    Plant { host: u8 },
    Remove { host: u8 },
    Canary { which: usize },
    Blocks { count: u32, hooks: bool, full: bool },
    Host { host: u8, live: bool, weight: Balance },
    Join { host: u8, profile: bool },
    Leave { host: u8, profile: bool },
    Rate { percent: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    let audit = 0u64..16;
    let host = 0u8..5;
    prop_oneof![
        5 => (host.clone(), 0u8..6, any::<bool>())
            .prop_map(|(host, requester, remote)| Step::Deliver { host, requester, remote }),
        8 => (audit.clone(), proptest::bool::weighted(0.2), 0u8..2)
            .prop_map(|(audit, lie, digest)| Step::Seal { audit, lie, digest }),
        8 => (audit.clone(), 0u8..2).prop_map(|(audit, digest)| Step::Answer { audit, digest }),
        8 => (audit.clone(), proptest::bool::weighted(0.2), 0u8..2)
            .prop_map(|(audit, lie, digest)| Step::Reveal { audit, lie, digest }),
        6 => (audit.clone(), 1u32..=PIECES).prop_map(|(audit, pieces)| Step::Show { audit, pieces }),
        1 => (audit.clone(), 0u32..4, 0u32..200)
            .prop_map(|(audit, tensor, first)| Step::Wrong { audit, tensor, first }),
        2 => audit.prop_map(|audit| Step::Expire { audit }),
        1 => Just(Step::Draw),
        1 => (1u32..5).prop_map(|blocks| Step::Spread { blocks }),
        1 => host.clone().prop_map(|host| Step::Contradict { host }),
        1 => (host.clone(), 1u32..2_000).prop_map(|(host, calls)| Step::Settle { host, calls }),
        1 => (0usize..8).prop_map(|which| Step::Overturn { which }),
        1 => host.clone().prop_map(|host| Step::Plant { host }),
        1 => host.clone().prop_map(|host| Step::Remove { host }),
        2 => (0usize..8).prop_map(|which| Step::Canary { which }),
        4 => (1u32..6, any::<bool>(), proptest::bool::weighted(0.1))
            .prop_map(|(count, hooks, full)| Step::Blocks { count, hooks, full }),
        2 => (host.clone(), proptest::bool::weighted(0.8), prop_oneof![Just(0u128), 1u128..50_000])
            .prop_map(|(host, live, weight)| Step::Host { host, live, weight }),
        1 => (host.clone(), any::<bool>()).prop_map(|(host, profile)| Step::Join { host, profile }),
        1 => (host, any::<bool>()).prop_map(|(host, profile)| Step::Leave { host, profile }),
        1 => (0u32..=100).prop_map(|percent| Step::Rate { percent }),
    ]
}

fn profile(second: bool) -> H256 {
    if second {
        H256::repeat_byte(8)
    } else {
        PROFILE
    }
}

fn outcome(lie: bool) -> Outcome {
    if lie {
        other()
    } else {
        honest()
    }
}

fn commitment(index: u8) -> H256 {
    canary_commitment(&genesis(), &host(index), &ALICE, &H256::zero())
}

fn apply(step: Step, job: &mut u64) {
    let audits = |id| AuditsMap::<Test>::get(AuditKey::from(id)).is_some_and(|audit| audit.state.auditor().is_some());
    match step {
        Step::Deliver { host: index, requester, remote } => {
            let requester = if requester < 5 { host(requester) } else { ALICE };
            Mock::deliver(entry(*job, &host(index), &requester, remote));
            *job += 1;
        },
        Step::Seal { audit, lie, digest: byte } if audits(audit) => {
            let _ = seal(audit, outcome(lie), digest(byte));
        },
        Step::Answer { audit, digest: byte } if audits(audit) => {
            let _ = answer(audit, digest(byte));
        },
        Step::Reveal { audit, lie, digest: byte } => {
            let _ = reveal(audit, outcome(lie), digest(byte));
        },
        Step::Show { audit, pieces } => {
            for number in 0..pieces {
                let _ = show(audit, number);
            }
        },
        Step::Wrong { audit, tensor, first } => {
            let call = crate::Call::<Test>::show_input {
                audit,
                tensor,
                first,
                bytes: vec![7; 1_500].try_into().expect("small"),
                proof: vec![H256::zero(); 2],
            };
            assert!(call.dispatch_bypass_filter(bob()).is_err());
        },
        Step::Expire { audit } => {
            let _ = Audits::expire_audit(bob(), audit);
        },
        Step::Draw => {
            let _ = Audits::draw(bob());
        },
        Step::Spread { blocks } => Blocks::set(blocks),
        Step::Contradict { host: index } => {
            let entry = entry(*job, &host(index), &ALICE, false);
            Book::set(&Book::get().into_iter().chain([entry.clone()]).collect::<Vec<_>>());
            Audits::disagreed(&entry.key, &entry.receipt);
            *job += 1;
        },
        Step::Settle { host: index, calls } => {
            MockBatches::settle_batch(&BatchKey { session: *job, number: 0, host: host(index) }, calls);
            *job += 1;
        },
        Step::Overturn { which } => {
            if let Some(entry) = Book::get().get(which) {
                assert_ok!(Mock::overturn(&entry.key));
            }
        },
        Step::Plant { host } => {
            let _ = Audits::plant_canary(RuntimeOrigin::root(), commitment(host));
        },
        Step::Remove { host } => {
            let _ = Audits::remove_canary(RuntimeOrigin::root(), commitment(host));
        },
        Step::Canary { which } => {
            let key = crate::Records::<Test>::iter_values().nth(which).map(|record| record.key);
            if let Some(key) = key {
                let _ = frame_support::storage::with_storage_layer(|| Audits::reveal_canary(bob(), key, H256::zero()));
            }
        },
        Step::Blocks { count, hooks, full } => {
            for _ in 0..count {
                if full {
                    Full::set(&(Full::get() + 1));
                }
                block_with(if hooks { Weight::MAX } else { Weight::zero() });
            }
        },
        Step::Host { host: index, live, weight } => {
            Mock::change(&host(index), |host| host.live = live);
            Audits::weighed(&host(index), weight);
        },
        Step::Join { host: index, profile: second } => Audits::joined(&host(index), profile(second)),
        Step::Leave { host: index, profile: second } => {
            if crate::Members::<Test>::contains_key(profile(second), host(index)) {
                Audits::left(&host(index), profile(second));
            }
        },
        Step::Rate { percent } => MinRate::set(sp_runtime::Permill::from_percent(percent)),
        Step::Seal { .. } | Step::Answer { .. } => {},
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..Default::default() })]

    #[test]
    fn audits_should_stay_consistent_when_anything_is_called(steps in proptest::collection::vec(step(), 1..80)) {
        with_hosts(5, || {
            let mut job = 0;
            Blocks::set(1);
            MaxRate::set(sp_runtime::Permill::one());
            MinRate::set(sp_runtime::Permill::one());
            let pot = || Balances::balance(&CANARY_POT) + Balances::balance_on_hold(&HoldReason::Canary.into(), &CANARY_POT);
            let before = (Balances::balance(&AUDIT_POT), pot());
            for step in steps {
                apply(step, &mut job);
                check_invariants();
            }
            let paid: Balance = events()
                .iter()
                .map(|event| match event {
                    Event::AuditorPaid { paid, .. } => *paid,
                    _ => 0,
                })
                .sum();
            assert_eq!(Balances::balance(&AUDIT_POT), before.0 - paid, "the pot pays what the events say");
            // Left alone, everything comes to its end: three rounds of three deadlines, one for the inputs, then the window
            // of canaries.
            Blocks::set(1);
            run(3 * (11 + 9 + 7) + 16 + 45);
            assert_eq!(crate::Pieces::<Test>::iter().count(), 0);
            assert!(OpenBatches::get().iter().all(|(.., holds)| *holds == 0));
            assert_eq!(AuditsMap::<Test>::count(), 0);
            assert_eq!(Waiting::<Test>::iter().count(), 0);
            assert_eq!(crate::Agenda::<Test>::iter().count(), 0);
            assert_eq!(crate::AuditOf::<Test>::iter().count(), 0);
            let disputed = Open::get().len();
            assert_eq!(Book::get().len(), disputed, "every other receipt became final or was overturned");
            MinRate::set(sp_runtime::Permill::one());
        });
    }
}
