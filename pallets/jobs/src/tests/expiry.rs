//! Missed deadlines of jobs with one host, and jobs that wait in vain.

use super::*;

fn expire(id: JobId) -> DispatchResultWithPostInfo {
    Jobs::expire(RuntimeOrigin::signed(BOB), id)
}

#[test]
fn expire_should_punish_and_reassign_when_a_host_missed_the_deadline() {
    with_hosts(2, || {
        let id = submit();
        let late = Signed::output(id, &host(0), output(1.0));
        skip_to(12);
        assert_free_of_charge(expire(id));
        assert_event(Event::HostNoShow { job: id, host: host(0), penalty: 65 });
        assert_event(Event::JobAssigned { job: id, host: host(1), fee: FEE, deadline: 22 });
        let mock = MockMarket::host(&host(0));
        assert_eq!((mock.stake, mock.exposure, mock.in_flight), (10_000 - 65, 0, 0));
        assert_eq!(escrow(&ALICE), FEE);
        assert_refused!(late.send(), NotAssigned);
        deliver(id, &host(1));
        run_to(19);
        assert!(is_gone(id));
        assert_eq!(free(&ALICE), 1_000_000 - FEE);
    });
}

#[test]
fn expire_should_punish_nobody_when_the_input_had_to_be_fetched() {
    with_hosts(2, || {
        MockMarket::change(&host(0), |host| host.live = false);
        let shape = vec![(DType::Int64, vec![1, 3])];
        assert_ok!(Jobs::submit(RuntimeOrigin::signed(ALICE), EMBED, content(shape, "http://nowhere"), 200));
        skip_to(12);
        assert_free_of_charge(expire(0));
        assert_event(Event::HostNoShow { job: 0, host: host(1), penalty: 0 });
        let mock = MockMarket::host(&host(1));
        assert_eq!((mock.stake, mock.exposure, mock.in_flight), (10_000, 0, 0));
        assert!(is_gone(0));
        assert_eq!(free(&ALICE), 1_000_000);
    });
}

#[test]
fn expire_should_wait_when_the_other_hosts_are_busy() {
    with_hosts(2, || {
        let id = submit();
        MockMarket::change(&host(1), |host| host.capacity = 0);
        skip_to(12);
        assert_ok!(expire(id));
        assert_eq!(job(id).state, JobState::Open { retry_at: 15, deadline: 32 });
        assert_eq!(escrow(&ALICE), 200, "a waiting job holds the maximum");
        MockMarket::change(&host(1), |host| host.capacity = 1);
        run_to(16);
        assert_eq!(job(id).state.assignments()[0].host, host(1));
        assert_eq!(escrow(&ALICE), FEE);
    });
}

#[test]
fn expire_should_refund_in_full_when_nobody_is_left() {
    with_hosts(1, || {
        let id = submit();
        skip_to(12);
        assert_ok!(expire(id));
        assert!(is_gone(id));
        assert_eq!(free(&ALICE), 1_000_000);
        assert_event(Event::JobExpired { job: id, refunded: FEE });
    });
}

#[test]
fn expire_should_refund_in_full_when_all_attempts_are_used_up() {
    with_hosts(5, || {
        let id = submit();
        for (round, block) in [12, 23, 34].into_iter().enumerate() {
            assert_eq!(job(id).state.assignments()[0].host, host(round as u8));
            skip_to(block);
            assert_ok!(expire(id));
        }
        assert!(is_gone(id));
        assert_eq!(free(&ALICE), 1_000_000);
    });
}

#[test]
fn expire_should_refund_in_full_when_the_named_host_missed_the_deadline() {
    with_hosts(3, || {
        let id = submit_with(JobOptions { host: Some(host(1)), ..Default::default() });
        skip_to(12);
        assert_ok!(expire(id));
        assert!(is_gone(id));
        assert_eq!(free(&ALICE), 1_000_000);
    });
}

#[test]
fn expire_should_refund_in_full_when_the_requester_cannot_pay_a_dearer_host() {
    with_hosts(2, || {
        let id = submit();
        MockMarket::change(&host(1), |host| host.per_call = 160);
        let spare = free(&ALICE) - 20;
        assert_ok!(Balances::transfer_allow_death(RuntimeOrigin::signed(ALICE), BOB, spare));
        skip_to(12);
        assert_ok!(expire(id));
        assert!(is_gone(id));
        assert_eq!(free(&ALICE), 20 + FEE + DEPOSIT);
        assert_eq!(MockMarket::host(&host(1)).in_flight, 0);
    });
}

#[test]
fn expire_should_hold_more_when_the_next_host_is_dearer() {
    with_hosts(2, || {
        let id = submit();
        MockMarket::change(&host(1), |host| host.per_call = 150);
        skip_to(12);
        assert_ok!(expire(id));
        assert_eq!(escrow(&ALICE), 180);
        run_to(23);
        assert!(is_gone(id));
        assert_eq!(free(&ALICE), 1_000_000);
    });
}

#[test]
fn expire_should_take_what_is_there_when_the_penalty_exceeds_the_stake() {
    with_hosts(1, || {
        let id = submit();
        MockMarket::change(&host(0), |host| host.stake = 30);
        skip_to(12);
        assert_ok!(expire(id));
        assert_event(Event::HostNoShow { job: id, host: host(0), penalty: 30 });
    });
}

#[test]
fn expire_should_refund_when_a_job_waited_in_vain() {
    with_hosts(1, || {
        MockMarket::change(&host(0), |host| host.capacity = 0);
        let id = submit();
        skip_to(21);
        assert_refused!(expire(id), TooEarly);
        skip_to(22);
        assert_ok!(expire(id));
        assert!(is_gone(id));
        assert_eq!(free(&ALICE), 1_000_000);
        assert_event(Event::JobExpired { job: id, refunded: 200 });
    });
}

#[test]
fn expire_should_refuse_when_there_is_nothing_to_expire() {
    with_hosts(1, || {
        let id = submit();
        skip_to(11);
        assert_refused!(expire(id), TooEarly);
        assert_refused!(expire(99), UnknownJob);
        deliver(id, &host(0));
        skip_to(60);
        assert_refused!(expire(id), AlreadyDelivered);
    });
}

#[test]
fn assign_should_find_a_host_when_capacity_is_free_again() {
    with_hosts(1, || {
        let first = submit();
        submit();
        let id = submit();
        let assign = || Jobs::assign(RuntimeOrigin::signed(BOB), id);
        assert_refused!(assign(), NoCapacity);
        deliver(first, &host(0));
        assert_free_of_charge(assign());
        assert_eq!(escrow(&ALICE), 3 * FEE, "the surplus over the drawn fee came back");
        assert_refused!(assign(), NotOpen);
        assert_refused!(Jobs::assign(RuntimeOrigin::signed(BOB), 99), UnknownJob);
    });
}

#[test]
fn the_hook_should_find_a_host_when_capacity_is_free_again() {
    with_hosts(1, || {
        let first = submit();
        submit();
        let id = submit();
        run_to(5);
        assert_eq!(job(id).state, JobState::Open { retry_at: 8, deadline: 21 });
        deliver(first, &host(0));
        run_to(9);
        assert!(matches!(job(id).state, JobState::Assigned { .. }));
    });
}

#[test]
fn the_hook_should_end_every_job_when_nobody_else_does() {
    with_hosts(3, || {
        for _ in 0..8 {
            submit();
        }
        submit_with(redundant(3));
        run_to(200);
        assert_eq!(JobsMap::<Test>::count_all(), 0);
        assert_eq!(free(&ALICE), 1_000_000);
        assert_eq!((escrow(&ALICE), deposit(&ALICE)), (0, 0));
    });
}

/// Counting a map for tests.
trait CountAll {
    fn count_all() -> usize;
}

impl CountAll for JobsMap<Test> {
    fn count_all() -> usize {
        JobsMap::<Test>::iter_keys().count()
    }
}
