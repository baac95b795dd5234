//! Whatever is called in whatever order: money is conserved and every invariant holds.

use super::*;
use crate::{RunOf, Runs, Schedules};
use candor_primitives::{
    traits::{ReceiptKey, Receipts},
    ReceiptPath,
};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Submit { max_fee: Balance, redundancy: u8, named: Option<u8>, insured: Balance },
    Result { job: u64, host: u8, first: u8, fail: bool },
    Seal { job: u64, host: u8, first: u8 },
    Reveal { job: u64, host: u8 },
    Cancel { job: u64 },
    Expire { job: u64 },
    Finalise { job: u64 },
    Assign { job: u64 },
    Hold { job: u64, host: u8 },
    Release { job: u64, host: u8 },
    Overturn { job: u64, host: u8 },
    Schedule { max_fee: Balance, period: u32, count: u32, redundancy: u8 },
    CancelSchedule { schedule: u64 },
    RunSchedule { schedule: u64 },
    RemoveSchedule { schedule: u64, own: bool },
    Blocks { count: u32, hooks: bool },
    Host { host: u8, live: bool, capacity: u32, per_call: Balance },
}

fn step() -> impl Strategy<Value = Step> {
    let job = 0u64..12;
    let host = 0u8..5;
    prop_oneof![
        4 => (100u128..400, 0u8..7, proptest::option::weighted(0.1, 0u8..6), prop_oneof![Just(0u128), 0u128..12_000])
            .prop_map(|(max_fee, redundancy, named, insured)| Step::Submit { max_fee, redundancy, named, insured }),
        4 => (job.clone(), host.clone(), 0u8..2, any::<bool>())
            .prop_map(|(job, host, first, fail)| Step::Result { job, host, first, fail }),
        6 => (job.clone(), host.clone(), 0u8..2).prop_map(|(job, host, first)| Step::Seal { job, host, first }),
        6 => (job.clone(), host.clone()).prop_map(|(job, host)| Step::Reveal { job, host }),
        1 => job.clone().prop_map(|job| Step::Cancel { job }),
        2 => job.clone().prop_map(|job| Step::Expire { job }),
        2 => job.clone().prop_map(|job| Step::Finalise { job }),
        1 => job.clone().prop_map(|job| Step::Assign { job }),
        2 => (job.clone(), host.clone()).prop_map(|(job, host)| Step::Hold { job, host }),
        2 => (job.clone(), host.clone()).prop_map(|(job, host)| Step::Release { job, host }),
        1 => (job, host.clone()).prop_map(|(job, host)| Step::Overturn { job, host }),
        2 => (100u128..400, 2u32..9, 0u32..4, 1u8..4).prop_map(|(max_fee, period, count, redundancy)| Step::Schedule {
            max_fee, period, count, redundancy
        }),
        1 => (0u64..4).prop_map(|schedule| Step::CancelSchedule { schedule }),
        1 => (0u64..4).prop_map(|schedule| Step::RunSchedule { schedule }),
        1 => (0u64..4, any::<bool>()).prop_map(|(schedule, own)| Step::RemoveSchedule { schedule, own }),
        3 => (1u32..8, any::<bool>()).prop_map(|(count, hooks)| Step::Blocks { count, hooks }),
        1 => (host, any::<bool>(), 1u32..4, 50u128..300)
            .prop_map(|(host, live, capacity, per_call)| Step::Host { host, live, capacity, per_call }),
    ]
}

/// Results that were sealed, to be revealed later.
type Sealed = std::collections::BTreeMap<(u64, u8), Signed>;

fn receipt_key(job: u64, index: u8) -> ReceiptKey<AccountId> {
    ReceiptKey { path: ReceiptPath::Job(job), host: host(index) }
}

fn assigned(id: u64, index: u8) -> bool {
    JobsMap::<Test>::get(id).is_some_and(|job| job.state.assignments().iter().any(|a| a.host == host(index)))
}

fn apply(step: Step, sealed: &mut Sealed) {
    let bob = || RuntimeOrigin::signed(BOB);
    match step {
        Step::Submit { max_fee, redundancy, named, insured } => {
            let options = JobOptions { host: named.map(host), redundancy, insured, attested: false };
            let _ = Jobs::submit_with(RuntimeOrigin::signed(ALICE), EMBED, input(), max_fee, options);
        },
        Step::Result { job, host: index, first, fail } if assigned(job, index) => {
            let result = if fail {
                Signed::failed(job, &host(index))
            } else {
                Signed::output(job, &host(index), output(first.into()))
            };
            let _ = result.send();
        },
        Step::Seal { job, host: index, first } if assigned(job, index) => {
            let result = Signed::output(job, &host(index), output(first.into()));
            if send_seal(job, &host(index), result.seal()).is_ok() {
                sealed.insert((job, index), result);
            }
        },
        Step::Reveal { job, host: index } => {
            if let Some(result) = sealed.get(&(job, index)) {
                let _ = result.send();
            }
        },
        Step::Cancel { job } => {
            let _ = Jobs::cancel(RuntimeOrigin::signed(ALICE), job);
        },
        Step::Expire { job } => {
            let _ = Jobs::expire(bob(), job);
        },
        Step::Finalise { job } => {
            let _ = Jobs::finalise(bob(), job);
        },
        Step::Assign { job } => {
            let _ = Jobs::assign(bob(), job);
        },
        Step::Hold { job, host } => {
            let _ = <Jobs as Receipts<AccountId>>::hold(&receipt_key(job, host));
        },
        Step::Release { job, host } => <Jobs as Receipts<AccountId>>::release(&receipt_key(job, host)),
        Step::Overturn { job, host } => {
            let _ = Jobs::overturn(&receipt_key(job, host));
        },
        Step::Schedule { max_fee, period, count, redundancy } => {
            let alice = RuntimeOrigin::signed(ALICE);
            let _ = Jobs::schedule(alice, EMBED, input(), max_fee, period, count, redundant(redundancy));
        },
        Step::CancelSchedule { schedule } => {
            let _ = Jobs::cancel_schedule(RuntimeOrigin::signed(ALICE), schedule);
        },
        Step::RunSchedule { schedule } => {
            let _ = Jobs::run_schedule(bob(), schedule);
        },
        Step::RemoveSchedule { schedule, own } => {
            let _ = Jobs::remove_schedule(RuntimeOrigin::signed(if own { ALICE } else { BOB }), schedule);
        },
        Step::Blocks { count, hooks: true } => run_to(System::block_number() + count),
        Step::Blocks { count, hooks: false } => skip_to(System::block_number() + count),
        Step::Host { host: index, live, capacity, per_call } => MockMarket::change(&host(index), |host| {
            host.live = live;
            host.capacity = capacity;
            host.per_call = per_call;
        }),
        Step::Result { .. } | Step::Seal { .. } => {},
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..Default::default() })]

    #[test]
    fn money_should_be_conserved_when_anything_is_called(steps in proptest::collection::vec(step(), 1..60)) {
        with_hosts(5, || {
            let mut sealed = Sealed::new();
            for step in steps {
                apply(step, &mut sealed);
                check_invariants();
            }
            // Whoever holds a receipt releases it in the end; then, left alone, every job comes to its end.
            for (id, job) in JobsMap::<Test>::iter() {
                for assignment in job.state.assignments() {
                    let Some(answer) = job.state.answer_of(&assignment.host) else { continue };
                    let key = ReceiptKey { path: ReceiptPath::Job(id), host: assignment.host.clone() };
                    (0..answer.holds).for_each(|_| <Jobs as Receipts<AccountId>>::release(&key));
                }
            }
            run_to(System::block_number() + 150);
            assert_eq!(JobsMap::<Test>::iter_keys().count(), 0);
            assert_eq!((escrow(&ALICE), deposit(&ALICE)), (0, 0));
            for (id, schedule) in Schedules::<Test>::iter() {
                assert_eq!(schedule.next(), None, "every schedule ends");
                assert_ok!(Jobs::remove_schedule(RuntimeOrigin::signed(ALICE), id));
            }
            assert_eq!((scheduled(&ALICE), Runs::<Test>::iter().count(), RunOf::<Test>::iter().count()), (0, 0, 0));
        });
    }
}
