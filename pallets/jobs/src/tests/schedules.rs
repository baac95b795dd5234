//! Schedules: what is paid ahead, what is started, what is missed, and that every planck comes back or was earned.

use super::*;
use crate::{RunOf, Runs, ScheduleInputs, Schedules};
use candor_primitives::ScheduleId;
use codec::Encode;

/// What is held for one run: the most a host costs, the deposit of its job, the fee of starting it.
const PER_RUN: Balance = 200 + DEPOSIT + 7;

fn try_schedule(max_fee: Balance, period: u32, count: u32, options: JobOptions) -> Result<(), DispatchError> {
    Jobs::schedule(RuntimeOrigin::signed(ALICE), EMBED, input(), max_fee, period, count, options)
}

fn schedule(period: u32, count: u32) -> ScheduleId {
    let id = crate::NextScheduleId::<Test>::get();
    assert_ok!(try_schedule(200, period, count, JobOptions::default()));
    id
}

/// Deposit of a schedule of so many runs.
fn deposit_of(count: u32) -> Balance {
    50 + Balance::from(input().encoded_size() as u32 + 128 * count)
}

fn results(id: ScheduleId) -> Vec<RunResult> {
    Pallet::<Test>::runs_of(id, 0, 100).into_iter().map(|run| run.result).collect()
}

/// Go to `to`; hosts answer what they are asked on the way.
fn live_to(to: u32) {
    while System::block_number() < to {
        let assigned: Vec<(JobId, AccountId)> = JobsMap::<Test>::iter()
            .filter(|(_, job)| matches!(job.state, JobState::Assigned { .. }))
            .map(|(id, job)| (id, job.state.assignments()[0].host.clone()))
            .collect();
        for (id, host) in assigned {
            deliver(id, &host);
        }
        run_to(System::block_number() + 1);
    }
}

#[test]
fn schedule_should_hold_all_runs_and_a_deposit_when_made() {
    with_hosts(1, || {
        let id = schedule(5, 3);
        assert_eq!(scheduled(&ALICE), 3 * PER_RUN + deposit_of(3));
        assert_eq!(escrow(&ALICE) + deposit(&ALICE), 0);
        let view = Pallet::<Test>::schedule_view(id).unwrap();
        assert_eq!((view.next, view.done, view.prepaid), (Some(2), 0, 3 * PER_RUN));
        assert_eq!(Pallet::<Test>::schedule_views_of(ALICE, 0, 10), vec![view]);
        assert_event(Event::ScheduleCreated {
            schedule: id,
            requester: ALICE,
            release: EMBED,
            period: 5,
            count: 3,
            prepaid: 3 * PER_RUN,
        });
    });
}

#[test]
fn schedule_should_submit_a_job_each_period_and_tell_how_each_ended() {
    with_hosts(1, || {
        let before = free(&ALICE);
        let id = schedule(5, 3);
        live_to(40);
        let answered = results(id);
        assert_eq!(answered.len(), 3);
        for (run, result) in answered.iter().enumerate() {
            let RunResult::Final { job, host: by, outcome, paid } = result else { panic!("{result:?}") };
            assert_eq!((*job, by, *paid), (run as JobId, &host(0), FEE));
            assert_eq!(*outcome, Outcome::Output(output(1.0).root::<HostBlake2b>()));
        }
        let due: Vec<u32> = Pallet::<Test>::history_of(id, 0, 10).into_iter().map(|run| run.due).collect();
        assert_eq!(due, [2, 7, 12]);
        assert_event(Event::ScheduleEnded { schedule: id, done: 3, refunded: 0 });
        assert_eq!(scheduled(&ALICE), deposit_of(3));
        assert_ok!(Jobs::remove_schedule(RuntimeOrigin::signed(ALICE), id));
        assert_eq!(free(&ALICE), before - 3 * (FEE + 7), "three fees, three starts, and nothing else");
        assert_eq!(Runs::<Test>::iter().count(), 0);
    });
}

#[test]
fn schedule_should_refund_a_run_but_for_its_start_when_no_host_is_live() {
    with_hosts(1, || {
        let before = free(&ALICE);
        let id = schedule(5, 2);
        MockMarket::change(&host(0), |host| host.live = false);
        run_to(3);
        assert_eq!(results(id), [RunResult::Missed(Error::<Test>::NoLiveHost.into())]);
        assert_eq!(free(&ALICE), before - 7 - PER_RUN - deposit_of(2), "the missed run is refunded, not its start");
        assert_eq!(free(&TREASURY), 1_000 + 7);
        assert_event(Event::ScheduleRunMissed { schedule: id, run: 0, error: Error::<Test>::NoLiveHost.into() });
        MockMarket::change(&host(0), |host| host.live = true);
        live_to(30);
        assert!(matches!(results(id)[1], RunResult::Final { .. }));
    });
}

#[test]
fn schedule_should_miss_a_run_when_blocks_were_full_for_a_period() {
    with_hosts(1, || {
        let id = schedule(5, 2);
        skip_to(9);
        run_to(10);
        assert_eq!(results(id)[0], RunResult::Missed(Error::<Test>::TooLate.into()));
        assert_eq!(free(&TREASURY), 1_000 + 2 * 7, "both starts are paid");
        assert!(matches!(results(id)[1], RunResult::Running { .. }), "the second is late by less than a period");
    });
}

#[test]
fn schedule_should_pay_for_every_start_when_its_price_finds_no_host() {
    with_hosts(1, || {
        let before = free(&ALICE);
        assert_ok!(try_schedule(0, 5, 10, JobOptions::default()));
        run_to(50);
        assert_eq!(results(0), vec![RunResult::Missed(Error::<Test>::FeeTooLow.into()); 10]);
        assert_eq!((free(&ALICE), free(&TREASURY)), (before - 70 - deposit_of(10), 1_000 + 70));
    });
}

#[test]
fn run_schedule_should_be_free_for_anyone_when_a_run_is_due() {
    with_hosts(1, || {
        let id = schedule(5, 1);
        assert_refused!(Jobs::run_schedule(RuntimeOrigin::signed(BOB), id), NotDue);
        skip_to(4);
        assert_free_of_charge(Jobs::run_schedule(RuntimeOrigin::signed(BOB), id));
        assert!(matches!(results(id)[..], [RunResult::Running { job: 0 }]));
        assert_refused!(Jobs::run_schedule(RuntimeOrigin::signed(BOB), id), ScheduleOver);
        assert_refused!(Jobs::run_schedule(RuntimeOrigin::signed(BOB), 9), UnknownSchedule);
    });
}

#[test]
fn cancel_schedule_should_refund_the_runs_to_come_when_its_requester_asks() {
    with_hosts(1, || {
        let id = schedule(5, 4);
        run_to(3);
        assert_refused!(Jobs::cancel_schedule(RuntimeOrigin::signed(BOB), id), NotRequester);
        assert_refused!(Jobs::remove_schedule(RuntimeOrigin::signed(ALICE), id), ScheduleActive);
        assert_ok!(Jobs::cancel_schedule(RuntimeOrigin::signed(ALICE), id));
        assert_event(Event::ScheduleEnded { schedule: id, done: 1, refunded: 3 * PER_RUN });
        assert_eq!(scheduled(&ALICE), deposit_of(4));
        assert!(!ScheduleInputs::<Test>::contains_key(id));
        assert_refused!(Jobs::cancel_schedule(RuntimeOrigin::signed(ALICE), id), ScheduleOver);
        live_to(30);
        assert!(matches!(results(id)[..], [RunResult::Final { .. }]), "what was started goes on");
    });
}

#[test]
fn remove_schedule_should_wait_for_its_requester_when_somebody_else_asks() {
    with_hosts(1, || {
        let id = schedule(5, 1);
        run_to(2);
        assert_refused!(Jobs::remove_schedule(RuntimeOrigin::signed(BOB), id), TooEarly);
        run_to(53);
        let before = free(&ALICE);
        assert_ok!(Jobs::remove_schedule(RuntimeOrigin::signed(BOB), id));
        assert_eq!(free(&ALICE), before + deposit_of(1), "the deposit is the requester's");
        assert!(Schedules::<Test>::get(id).is_none());
    });
}

#[test]
fn schedule_should_let_its_job_end_when_it_was_removed_meanwhile() {
    with_hosts(1, || {
        let id = schedule(5, 1);
        run_to(2);
        assert_ok!(Jobs::remove_schedule(RuntimeOrigin::signed(ALICE), id));
        live_to(20);
        assert!(is_gone(0));
        assert_eq!(RunOf::<Test>::iter().count(), 0);
    });
}

#[test]
fn schedule_should_tell_of_jobs_that_nobody_answered() {
    with_hosts(1, || {
        let id = schedule(60, 1);
        run_to(50);
        assert_eq!(results(id), [RunResult::Unanswered { job: 0 }]);
    });
}

#[test]
fn schedule_should_run_redundant_jobs_when_asked_to() {
    with_hosts(3, || {
        assert_ok!(try_schedule(200, 5, 1, redundant(3)));
        run_to(2);
        assert_eq!(job(0).state.assignments().len(), 3);
        assert_eq!(escrow(&ALICE), 3 * FEE);
    });
}

#[test]
fn schedule_should_be_refused_when_it_could_never_run() {
    with_hosts(1, || {
        let plain = JobOptions::default;
        assert_refused!(try_schedule(200, 5, 0, plain()), BadCount);
        assert_refused!(try_schedule(200, 5, 1_001, plain()), BadCount);
        assert_refused!(try_schedule(200, 2, 1, plain()), PeriodTooShort);
        assert_refused!(try_schedule(200, 5, 1, redundant(6)), BadRedundancy);
        assert_refused!(try_schedule(Balance::MAX, 5, 2, plain()), PriceOverflow);
        assert_refused!(try_schedule(1_000_000, 5, 2, plain()), FundsTooLow);
        let wrong = Jobs::schedule(RuntimeOrigin::signed(ALICE), PRIVATE, input(), 200, 5, 1, plain());
        refused(wrong, Error::<Test>::PrivateRelease);
    });
}

#[test]
fn schedules_should_leave_room_for_deadlines_when_blocks_are_small() {
    with_hosts(1, || {
        for _ in 0..20 {
            schedule(50, 1);
        }
        MockMarket::change(&host(0), |host| host.capacity = 100);
        let room = Pallet::<Test>::heaviest_run().saturating_mul(2);
        HookWeight::set(room);
        run_to(3);
        let started = JobsMap::<Test>::iter().count();
        assert!((1..20).contains(&started), "{started} of 20 runs fit two small hooks");
        HookWeight::set(frame_support::weights::Weight::MAX);
        run_to(4);
        assert_eq!(JobsMap::<Test>::iter().count(), 20);
    });
}
