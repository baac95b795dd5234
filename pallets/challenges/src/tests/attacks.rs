//! Attacks of `docs/verification.md` that disputes have to stand.

use super::*;
use frame_support::traits::fungible::Mutate;

fn sybil(n: u8) -> AccountId {
    AccountId::new([220 + n; 32])
}

#[test]
fn challenging_oneself_should_not_burn_the_window() {
    with_chain(|| {
        let run = run().flipped();
        let key = deliver(&run);
        // The host disputes its own receipt, answers, shows nothing, again and again.
        for _ in 0..3 {
            let id = challenge(HOST, &key);
            assert_free(submit_trace(id, &run));
            pass(9);
            assert!(is_gone(id));
        }
        assert_eq!(free(&HOST), FUNDS - 3 * (BOND - TRACE_PRICE), "its own part comes back, the rest is burned");
        let id = challenge(ALICE, &key);
        assert_free(submit_trace(id, &run));
        commit(ALICE, id, &run.evidence());
        pass(1);
        assert_free(prove(ALICE, id, ALICE, &run.evidence()));
        assert_convicted(Some(id), &key, Offence::FalseRun, ALICE);
    });
}

#[test]
fn convicting_oneself_should_cost_at_least_half() {
    with_chain(|| {
        // Requester and challenger belong to the host: what it loses is not less than what is burned.
        let key = deliver_by(&HOST, &CAROL, &run());
        let id = challenge(BOB, &key);
        let before = free(&HOST) + free(&BOB) + held(&BOB) + free(&CAROL) + MockHosts::stake(&HOST);
        pass(7);
        assert!(is_overturned(&key) && is_gone(id));
        let after = free(&HOST) + free(&BOB) + free(&CAROL) + MockHosts::stake(&HOST);
        assert_eq!(before - after, slashed(COSTS).burned);
        assert!(slashed(COSTS).burned * 2 >= REQUIRED - INSURED - COSTS);
    });
}

#[test]
fn a_crowd_of_sybils_should_not_keep_others_out() {
    with_chain(|| {
        let run = run().flipped();
        let (key, id) = opened(&run);
        let all: Vec<_> = (0..30).map(sybil).collect();
        all.iter().for_each(|who| assert_eq!(Balances::mint_into(who, FUNDS), Ok(FUNDS)));
        for who in &all {
            challenge(who.clone(), &key);
            commit(who.clone(), id, b"nothing");
        }
        // Still anyone challenges, accuses, announces and proves.
        challenge(BOB, &key);
        accuse(&AUDITOR, &key);
        commit(BOB, id, &run.evidence());
        pass(1);
        assert_free(prove(BOB, id, BOB, &run.evidence()));
        assert_convicted(Some(id), &key, Offence::FalseRun, BOB);
        pass(1);
        assert!(is_gone(id));
        all.iter().for_each(|who| assert_eq!(free(who), FUNDS));
        all.iter().for_each(|who| assert_eq!(Balances::set_balance(who, 0), 0));
    });
}

#[test]
fn nobody_should_be_slashed_twice_for_one_fault() {
    with_chain(|| {
        let run = run().flipped();
        let (key, id) = opened(&run);
        let hash = |who| evidence_commitment(&run.evidence(), &who);
        commit(ALICE, id, &run.evidence());
        assert_ok!(Challenges::commit_evidence(signed(BOB), id, hash(BOB)));
        pass(1);
        let receipt = MockReceipts::entry(&key).unwrap().receipt;
        assert_free(prove(ALICE, id, ALICE, &run.evidence()));
        let stake = MockHosts::stake(&HOST);
        assert_refused!(prove(BOB, id, BOB, &run.evidence()), UnknownDispute);
        assert_refused!(Challenges::challenge(signed(BOB), key.clone()), NoReceipt);
        let mut other = receipt;
        other.outcome = Outcome::Output(H256::zero());
        let signature = signature(&HOST, &other.hash::<candor_primitives::HostBlake2b>().0);
        assert_refused!(Challenges::report_equivocation(signed(BOB), other, signature), NoReceipt);
        pass(30);
        assert_eq!(MockHosts::stake(&HOST), stake);
        assert_eq!(free(&BOB), FUNDS, "who came second has what it gave");
    });
}

#[test]
fn several_faults_should_report_what_the_stake_could_not_cover() {
    with_chain(|| {
        MockHosts::set_stake(&HOST, REQUIRED + 3_000);
        let stake_given = STAKE - REQUIRED - 3_000;
        let keys = [deliver(&run()), deliver(&run()), deliver(&run())];
        keys.iter().for_each(|key| assert_eq!(dispute(challenge(ALICE, key)).key, *key));
        pass(12);
        let slashes: Vec<Slashed> = events()
            .into_iter()
            .filter_map(|e| match e {
                Event::HostConvicted { slashed, .. } => Some(slashed),
                _ => None,
            })
            .collect();
        assert_eq!(slashes[0], slashed(COSTS));
        let second = Slashed { self_stake: 3_000, missing: REQUIRED - 3_000, compensated: 3_000, ..Slashed::default() };
        assert_eq!(slashes[1], second);
        assert_eq!(slashes[2], Slashed { missing: REQUIRED, ..Slashed::default() });
        for slash in slashes {
            assert_eq!(slash.self_stake + slash.delegated + slash.missing, REQUIRED);
            assert_eq!(slash.compensated + slash.rewarded + slash.burned, slash.self_stake + slash.delegated);
        }
        assert!(keys.iter().all(is_overturned), "receipts are undone whatever the stake");
        MockHosts::set_stake(&HOST, MockHosts::stake(&HOST) + stake_given);
    });
}

#[test]
fn a_verdict_should_end_everything_when_it_comes_in_the_middle_of_demands() {
    with_chain(|| {
        let run = large().flipped();
        let (key, id) = opened(&run);
        let number = demand(BOB, id, chunk(0, 0));
        demand(CAROL, id, chunk(0, 1));
        assert_free(reveal(id, number, run.opening(&chunk(0, 0))));
        commit(ALICE, id, &run.evidence());
        pass(1);
        assert_free(prove(ALICE, id, ALICE, &run.evidence()));
        assert!(is_gone(id) && is_overturned(&key));
        assert_eq!((free(&BOB), free(&CAROL)), (FUNDS, FUNDS));
        assert_refused!(reveal(id, 1, run.opening(&chunk(0, 1))), UnknownDispute);
        pass(40);
        assert_eq!(MockHosts::stake(&HOST), STAKE - REQUIRED);
    });
}

#[test]
fn a_dispute_should_not_notice_when_the_repository_changes_hands() {
    with_chain(|| {
        let run = run().flipped();
        let (key, id) = opened(&run);
        // New owner, and the registry says something else from now on.
        Owner::set(&BOB);
        Variants::set(&Vec::new());
        commit(ALICE, id, &run.evidence());
        pass(1);
        assert_free(prove(ALICE, id, ALICE, &run.evidence()));
        assert_convicted(Some(id), &key, Offence::FalseRun, ALICE);
    });
}

#[test]
fn who_joins_late_should_have_time() {
    with_chain(|| {
        let run = run().flipped();
        let (key, id) = opened(&run);
        pass(8);
        challenge(BOB, &key);
        pass(8);
        commit(BOB, id, &run.evidence());
        pass(1);
        assert_free(prove(BOB, id, BOB, &run.evidence()));
        assert_convicted(Some(id), &key, Offence::FalseRun, BOB);
    });
}

#[test]
fn keeping_a_dispute_open_should_cost_every_time() {
    with_chain(|| {
        let (_, id) = opened(&run());
        let mut paid = 0;
        pass(8);
        for round in 0..5u8 {
            // Four ticks from each commitment: only a fresh one goes on.
            commit(BOB, id, &[round]);
            pass(1);
            assert_ok!(prove(BOB, id, BOB, &[round]));
            paid += EVIDENCE_BOND;
            assert_eq!(free(&BOB), FUNDS - paid);
            pass(3);
        }
        assert!(!is_gone(id));
        pass(1);
        assert!(is_gone(id));
    });
}

#[test]
fn malformed_evidence_should_cost_and_never_panic() {
    with_chain(|| {
        let run = large().flipped();
        let (key, id) = opened(&run);
        let good = run.evidence();
        for n in 0..60usize {
            let mut bytes = good.clone();
            let at = (n * 7_919) % bytes.len();
            match n % 3 {
                0 => bytes[at] ^= 1 << (n % 8),
                1 => bytes.truncate(at),
                _ => bytes[at..].rotate_left(1 % (good.len() - at).max(1)),
            }
            if bytes == good {
                continue;
            }
            commit(BOB, id, &bytes);
            pass(1);
            assert_ok!(prove(BOB, id, BOB, &bytes));
            if is_overturned(&key) {
                panic!("altered evidence convicts");
            }
            // Somebody new keeps the dispute open.
            accuse(&AUDITOR, &key);
        }
    });
}
