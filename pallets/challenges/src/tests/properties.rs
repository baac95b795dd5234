//! Whatever is called in whatever order: money is conserved and every invariant holds.

use super::*;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Deliver { lie: bool },
    Challenge { who: u8, receipt: usize },
    Accuse { who: u8, receipt: usize },
    Dismiss { receipt: usize },
    Trace { receipt: usize },
    Demand { who: u8, receipt: usize, first: u64 },
    Reveal { receipt: usize },
    Commit { who: u8, receipt: usize, good: bool },
    Prove { who: u8, receipt: usize, good: bool },
    Expire { dispute: u64 },
    Blocks { count: u32, hooks: bool },
    Full { count: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    let (who, receipt) = (0u8..5, 0usize..6);
    prop_oneof![
        2 => any::<bool>().prop_map(|lie| Step::Deliver { lie }),
        4 => (who.clone(), receipt.clone()).prop_map(|(who, receipt)| Step::Challenge { who, receipt }),
        2 => (3u8..5, receipt.clone()).prop_map(|(who, receipt)| Step::Accuse { who, receipt }),
        1 => receipt.clone().prop_map(|receipt| Step::Dismiss { receipt }),
        5 => receipt.clone().prop_map(|receipt| Step::Trace { receipt }),
        4 => (who.clone(), receipt.clone(), 0u64..4)
            .prop_map(|(who, receipt, first)| Step::Demand { who, receipt, first }),
        4 => receipt.clone().prop_map(|receipt| Step::Reveal { receipt }),
        3 => (who.clone(), receipt.clone(), any::<bool>())
            .prop_map(|(who, receipt, good)| Step::Commit { who, receipt, good }),
        3 => (who, receipt, any::<bool>()).prop_map(|(who, receipt, good)| Step::Prove { who, receipt, good }),
        1 => (0u64..12).prop_map(|dispute| Step::Expire { dispute }),
        4 => (1u32..6, any::<bool>()).prop_map(|(count, hooks)| Step::Blocks { count, hooks }),
        1 => (1u32..4).prop_map(|count| Step::Full { count }),
    ]
}

fn account(index: u8) -> AccountId {
    [ALICE, BOB, CAROL, AUDITOR, AUDITOR_2][index as usize].clone()
}

/// As the runtime does: a call that fails leaves nothing behind.
fn attempt<R: Into<Refusal>>(call: impl FnOnce() -> R) {
    let _ = frame_support::storage::with_storage_layer(|| call().into().0);
}

/// Everything delivered so far.
type Delivered = Vec<(ReceiptKey<AccountId>, Run)>;

fn apply(step: Step, all: &mut Delivered) {
    if let Step::Deliver { lie } = step {
        let run = if lie { run().flipped() } else { run() };
        all.push((deliver(&run), run));
        return;
    }
    let find = |receipt: usize| {
        let (key, run) = all.get(receipt)?;
        Some((key.clone(), run.clone(), crate::DisputeOf::<Test>::get(key).unwrap_or(u64::MAX)))
    };
    let evidence = |run: &Run, good: bool| if good { run.evidence() } else { b"nothing".to_vec() };
    let done: Option<()> = (|| {
        match step {
            Step::Deliver { .. } => {},
            Step::Challenge { who, receipt } => {
                let (key, ..) = find(receipt)?;
                attempt(|| Challenges::challenge(signed(account(who)), key));
            },
            Step::Accuse { who, receipt } => {
                let (key, ..) = find(receipt)?;
                attempt(|| <Challenges as Disputes<AccountId>>::accuse(&key, &account(who)));
            },
            Step::Dismiss { receipt } => {
                let (key, ..) = find(receipt)?;
                attempt(|| <Challenges as Disputes<AccountId>>::dismiss(&key));
            },
            Step::Trace { receipt } => {
                let (_, run, id) = find(receipt)?;
                attempt(|| submit_trace(id, &run));
            },
            Step::Demand { who, receipt, first } => {
                let (.., id) = find(receipt)?;
                let part = chunk(0, first);
                if who < 3 {
                    attempt(|| Challenges::demand(signed(account(who)), id, part));
                } else {
                    let auditor = account(who);
                    let signature = statement(id, &auditor, DisputeStatement::Demand(part));
                    attempt(|| Challenges::demand_for(authorized(), id, auditor, part, signature));
                }
            },
            Step::Reveal { receipt } => {
                let (_, run, id) = find(receipt)?;
                let DisputeState::Open { pending, .. } = DisputesMap::<Test>::get(id)?.state else { return None };
                let owed = pending.first()?;
                assert_free(reveal(id, owed.number, run.opening(&owed.part)));
            },
            Step::Commit { who, receipt, good } => {
                let (_, run, id) = find(receipt)?;
                let hash = evidence_commitment(&evidence(&run, good), &account(who));
                if who < 3 {
                    attempt(|| Challenges::commit_evidence(signed(account(who)), id, hash));
                } else {
                    let auditor = account(who);
                    let signature = statement(id, &auditor, DisputeStatement::Commit(hash));
                    attempt(|| Challenges::commit_evidence_for(authorized(), id, auditor, hash, signature));
                }
            },
            Step::Prove { who, receipt, good } => {
                let (_, run, id) = find(receipt)?;
                attempt(|| prove(ALICE, id, account(who), &evidence(&run, good)));
            },
            Step::Expire { dispute } => attempt(|| Challenges::expire_dispute(signed(ALICE), dispute)),
            Step::Blocks { count, hooks: true } => pass(count),
            Step::Blocks { count, hooks: false } => pass_idle(count),
            Step::Full { count } => {
                for _ in 0..count {
                    System::set_block_number(System::block_number() + 1);
                    <Challenges as OnPoll<u32>>::on_poll(1, &mut WeightMeter::new());
                }
            },
        }
        Some(())
    })();
    let _ = done;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..Default::default() })]

    #[test]
    fn money_should_be_conserved_when_anything_is_called(steps in proptest::collection::vec(step(), 1..60)) {
        with_chain(|| {
            let mut all = Delivered::new();
            for step in steps {
                apply(step, &mut all);
                check_invariants();
            }
            // Nobody honest was ever convicted of a lie; left alone, every dispute comes to its end.
            let lies: Vec<_> = all.iter().filter(|(_, r)| r.trace() != run().trace()).map(|(key, _)| key.clone()).collect();
            for event in events() {
                if let Event::HostConvicted { key, offence: Offence::FalseRun, .. } = event {
                    assert!(lies.contains(&key), "an honest run was convicted");
                }
            }
            pass(60);
            assert_eq!(DisputesMap::<Test>::iter_keys().count(), 0);
            assert!(Ticks::<Test>::get() > 0);
            for who in [ALICE, BOB, CAROL, AUDITOR, AUDITOR_2] {
                assert_eq!(held(&who), 0);
            }
        });
    }
}
