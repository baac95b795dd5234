//! Who audits.

use super::*;
use crate::{pool::Pool, Members, PoolSize, Profiles, Weights};
use candor_primitives::traits::AuditorPool;
use std::collections::BTreeMap;

/// How often each host is drawn among 4000.
fn frequencies(excluded: &[AccountId]) -> BTreeMap<AccountId, u32> {
    let mut found = BTreeMap::new();
    for i in 0..4_000u32 {
        let seed = H256(sp_io::hashing::blake2_256(&i.to_le_bytes()));
        if let Some(host) = Pool::<Test>::of(PROFILE).draw(&seed, excluded.iter().cloned()) {
            *found.entry(host).or_default() += 1;
        }
    }
    found
}

fn weigh(index: u8, weight: Balance) {
    Audits::weighed(&host(index), weight);
}

fn auditors() -> u32 {
    <Audits as AuditorPool<AccountId>>::auditors(PROFILE)
}

#[test]
fn hosts_should_be_counted_once_when_they_offer_a_profile_more_than_once() {
    with_hosts(2, || {
        Audits::joined(&host(0), PROFILE);
        assert_eq!((PoolSize::<Test>::get(PROFILE), auditors()), (2, 2));
        Audits::left(&host(0), PROFILE);
        assert_eq!(auditors(), 2);
        Audits::left(&host(0), PROFILE);
        assert_eq!((PoolSize::<Test>::get(PROFILE), auditors()), (1, 1));
        assert_eq!(Members::<Test>::get(PROFILE, host(1)).unwrap().position, 0);
        Audits::left(&host(1), PROFILE);
        assert_eq!((PoolSize::<Test>::iter().count(), Profiles::<Test>::iter().count(), auditors()), (0, 0, 0));
    });
}

#[test]
fn weight_should_count_in_every_profile_when_it_changes() {
    with_hosts(3, || {
        let second = H256::repeat_byte(8);
        Audits::joined(&host(0), second);
        weigh(0, 77);
        assert_eq!(Pool::<Test>::of(second).total(), 77);
        assert_eq!(Pool::<Test>::of(PROFILE).total(), 77 + 2 * STAKE);
        weigh(0, 0);
        assert_eq!(Pool::<Test>::of(second).total(), 0);
        assert_eq!(auditors(), 2);
        assert!(!Weights::<Test>::contains_key(host(0)));
        // One that comes later weighs what it weighed before.
        weigh(0, 5);
        let third = H256::repeat_byte(7);
        Audits::joined(&host(0), third);
        assert_eq!(Pool::<Test>::of(third).total(), 5);
    });
}

#[test]
fn nothing_should_be_left_when_a_host_is_gone() {
    with_hosts(1, || {
        Audits::left(&host(0), PROFILE);
        assert!(!Weights::<Test>::contains_key(host(0)));
        weigh(0, 5);
        assert!(!Weights::<Test>::contains_key(host(0)), "it runs no profile");
        Audits::joined(&host(0), PROFILE);
        weigh(0, 5);
        assert_eq!(Pool::<Test>::of(PROFILE).total(), 5);
    });
}

#[test]
fn auditors_should_be_drawn_by_stake_when_all_are_live() {
    with_hosts(4, || {
        for (index, weight) in [(0, 1_000), (1, 2_000), (2, 5_000), (3, 0)] {
            weigh(index, weight);
        }
        let found = frequencies(&[]);
        assert_eq!(found.get(&host(3)), None, "weight zero is never drawn");
        // Means 500, 1000, 2500; deviations 21, 27, 31.
        for (index, mean) in [(0, 500), (1, 1_000), (2, 2_500u32)] {
            assert!(found[&host(index)].abs_diff(mean) < 150, "{found:?}");
        }
    });
}

#[test]
fn others_should_keep_their_shares_when_hosts_are_excluded_or_dead() {
    with_hosts(5, || {
        for (index, weight) in [(0, 100_000), (1, 1_000), (2, 50_000), (3, 3_000), (4, 70_000)] {
            weigh(index, weight);
        }
        Mock::change(&host(4), |host| host.live = false);
        // The first is named twice: as host and as requester.
        let found = frequencies(&[host(2), host(0), host(0), ALICE]);
        assert_eq!(found.keys().cloned().collect::<Vec<_>>(), vec![host(1), host(3)]);
        assert!(found[&host(1)].abs_diff(1_000) < 150, "{found:?}");
    });
}

#[test]
fn nobody_should_be_drawn_when_only_host_and_requester_are_left() {
    with_hosts(2, || {
        assert_eq!(Pool::<Test>::of(PROFILE).draw(&digest(1), [host(0), host(1)].into_iter()), None);
        assert_eq!(Pool::<Test>::of(digest(3)).draw(&digest(1), [].into_iter()), None);
    });
}

#[test]
fn tries_should_be_bounded_when_hosts_are_dead() {
    with_hosts(6, || {
        for index in 0..5 {
            Mock::change(&host(index), |host| host.live = false);
            weigh(index, 1_000_000_000);
        }
        weigh(5, 1);
        // Four tries, five dead hosts that weigh everything.
        assert_eq!(Pool::<Test>::of(PROFILE).draw(&digest(1), [].into_iter()), None);
        // One of them left out: the tries suffice for the others.
        let found = Pool::<Test>::of(PROFILE).draw(&digest(1), [host(0), host(1)].into_iter());
        assert_eq!(found, Some(host(5)));
    });
}

#[test]
fn audit_should_end_unaudited_when_the_host_is_the_only_live_one() {
    with_hosts(2, || {
        Mock::change(&host(1), |host| host.live = false);
        let key = deliver(0);
        run(2);
        assert_eq!(result_of(0), Some(AuditResult::Unaudited));
        assert_eq!(WithoutVerdict::<Test>::get(), 1);
        assert_eq!(Mock::entry(&key).unwrap().holds, 0);
        run(WINDOW);
        assert!(is_final(&key));
        assert_eq!(crate::AuditOf::<Test>::iter().count(), 0);
    });
}

#[test]
fn requester_should_not_audit_when_it_is_a_host() {
    with_hosts(2, || {
        deliver_from(0, 0, &host(1));
        run(2);
        assert_eq!(result_of(0), Some(AuditResult::Unaudited));
        add_host(2);
        let (job, requester) = (1, host(1));
        deliver_from(job, 0, &requester);
        run(2);
        assert_eq!(auditor(1), host(2));
    });
}

#[test]
fn audit_should_end_unaudited_when_nobody_runs_the_profile() {
    with_hosts(3, || {
        Mock::change(&host(0), |host| host.profile = H256::repeat_byte(1));
        deliver(0);
        run(2);
        assert_eq!(result_of(0), Some(AuditResult::Unaudited));
    });
}

#[test]
fn lists_should_stay_whole_when_hosts_come_and_go() {
    with_hosts(0, || {
        for index in 0..40u8 {
            add_host(index);
            weigh(index, u128::from(index) * 7);
        }
        for index in [0, 39, 17, 3, 38, 20, 1] {
            Audits::left(&host(index), PROFILE);
            check_invariants();
        }
        for index in [5, 3, 17] {
            weigh(index, 1_000);
            Audits::joined(&host(100 + index), PROFILE);
            check_invariants();
        }
        let total: u128 = (0..40u8)
            .filter(|index| ![0, 39, 17, 3, 38, 20, 1].contains(index))
            .map(|index| if index == 5 { 1_000 } else { u128::from(index) * 7 })
            .sum();
        assert_eq!(Pool::<Test>::of(PROFILE).total(), total);
    });
}
