//! The life of a job through the whole runtime.

use crate::chain::*;
use candor_primitives::{traits::WorkSource, Balance, WorkerSignature};
use candor_runtime::{configs::*, Balances, Executive, Jobs, Runtime, RuntimeEvent, CNDR};
use sp_core::{sr25519, Pair};
use sp_runtime::transaction_validity::{InvalidTransaction, TransactionValidityError};

fn count(name: fn(&pallet_jobs::Event<Runtime>) -> bool) -> usize {
    Chain::events().iter().filter(|e| matches!(e, RuntimeEvent::Jobs(event) if name(event))).count()
}

#[test]
fn job_should_pay_everyone_when_answered() {
    chain(|chain| {
        chain.market();
        chain.block();
        let before = (total(&account(Bob)), total(&account(Ferdie)), total(&account(Dave)));
        let pots = (total(&TreasuryAccount::get()), total(&AuditPot::get()));
        chain.ok(Bob, submit(&[1.0, 2.0, 3.0]));
        let spent_on_transaction = before.0 - total(&account(Bob));
        chain.block();
        assert_eq!(chain.answer_all(Ferdie, &worker()), 1);
        let output = pallet_jobs::Outputs::<Runtime>::get(last_job(), account(Ferdie)).expect("stored");
        assert_eq!(output, input(&[2.0, 4.0, 6.0]), "the answer can be read from storage");
        // The window, and as long as the receipt may wait to be drawn; nobody is there to audit it.
        chain.blocks(50);

        let fee = PER_CALL + 3 * PER_UNIT;
        let (royalty, levy, treasury) = (fee / 20, fee / 100, fee / 100);
        assert_eq!(before.0 - total(&account(Bob)), fee + spent_on_transaction);
        assert_eq!(total(&account(Ferdie)) - before.1, fee - royalty - levy - treasury);
        assert_eq!(total(&account(Dave)) - before.2, royalty);
        assert_eq!(total(&AuditPot::get()) - pots.1, levy);
        assert_eq!(total(&TreasuryAccount::get()) - pots.0, treasury);
        assert_eq!(Balances::reserved_balance(account(Bob)), 0, "nothing is held any more");
        assert!(Jobs::job_view(last_job()).is_none(), "a final job leaves no storage behind");
    });
}

#[test]
fn answer_should_be_included_when_the_worker_key_owns_nothing() {
    chain(|chain| {
        chain.market();
        chain.ok(Bob, submit(&[1.0]));
        chain.block();
        let key = worker().public();
        assert_eq!(total(&key.into()), 0);
        assert_eq!(chain.answer_all(Ferdie, &worker()), 1);
        assert_eq!(count(|e| matches!(e, pallet_jobs::Event::ResultDelivered { .. })), 1);
    });
}

#[test]
fn answer_should_be_invalid_when_it_comes_twice() {
    chain(|chain| {
        chain.market();
        chain.ok(Bob, submit(&[1.0]));
        chain.block();
        let (id, done) = Chain::work(Ferdie, &worker()).remove(0);
        let sign = |message: &[u8]| -> Option<WorkerSignature> { Some(worker().sign(message)) };
        let call = Jobs::answer(&account(Ferdie), id, done, &sign).expect("a call");
        let xt = Chain::authorised(call);
        assert!(Chain::validate(xt.clone()).is_ok());
        Executive::apply_extrinsic(xt.clone()).expect("authorised").expect("accepted");
        assert!(Chain::validate(xt.clone()).is_err());
        assert!(Executive::apply_extrinsic(xt).is_err(), "refused before anything is executed");
    });
}

#[test]
fn answer_should_be_invalid_when_another_key_signed() {
    chain(|chain| {
        chain.market();
        chain.ok(Bob, submit(&[1.0]));
        chain.block();
        let thief = sr25519::Pair::from_string("//Thief", None).expect("a secret");
        let (id, done) = Chain::work(Ferdie, &thief).remove(0);
        let call = Jobs::answer(&account(Ferdie), id, done, &|_| None).expect("a call");
        let refused = Chain::validate(Chain::authorised(call));
        assert_eq!(refused, Err(TransactionValidityError::Invalid(InvalidTransaction::BadProof)));
    });
}

#[test]
fn unsigned_submit_should_be_invalid_when_nobody_authorised_it() {
    chain(|chain| {
        chain.market();
        assert!(Chain::validate(Chain::authorised(submit(&[1.0]))).is_err());
    });
}

#[test]
fn requester_should_be_refunded_when_no_host_answers() {
    chain(|chain| {
        chain.market();
        chain.block();
        let before = total(&account(Bob));
        chain.ok(Bob, submit(&[1.0]));
        let spent_on_transaction = before - total(&account(Bob));
        // The only host is silent. The hook alone moves the job on: nobody sends anything.
        chain.blocks(80);
        assert_eq!(before - total(&account(Bob)), spent_on_transaction, "refunded in full");
        assert!(Jobs::job_view(last_job()).is_none());
        let lost = 10_000 * CNDR - total_stake(Ferdie);
        assert!(lost > 0, "the host pays for its absence");
    });
}

fn total_stake(who: sp_keyring::Sr25519Keyring) -> Balance {
    candor_runtime::Hosts::host_view(account(who)).map(|host| host.stake).unwrap_or(0)
}

#[test]
fn redundant_answers_should_settle_when_hosts_agree() {
    chain(|chain| {
        chain.market();
        let other = sr25519::Pair::from_string("//Eve//worker", None).expect("a secret");
        chain.register(Eve, &other);
        chain.block();
        let free = |who| Balances::free_balance(account(who));
        let before = (free(Eve), free(Ferdie));
        let options = pallet_jobs::JobOptions { host: None, redundancy: 2, insured: 0, attested: false };
        let call = pallet_jobs::Call::submit_with { release: 0, input: input(&[4.0]), max_fee: CNDR, options };
        chain.ok(Bob, call);
        chain.block();
        // The worker derives a seal from the engine's signature, so the engine must answer the same twice.
        let works = [(Ferdie, worker()), (Eve, other)].map(|(host, key)| {
            let (id, done) = Chain::work(host, &key).remove(0);
            (host, key, id, done)
        });
        for round in 0..2 {
            for (host, key, id, done) in &works {
                let sign = |message: &[u8]| -> Option<WorkerSignature> { Some(key.sign(message)) };
                let call = Jobs::answer(&account(*host), *id, done.clone(), &sign).expect("a call");
                assert_eq!(matches!(call, pallet_jobs::Call::seal_result { .. }), round == 0);
                Executive::apply_extrinsic(Chain::authorised(call)).expect("authorised").expect("accepted");
            }
            chain.block();
        }
        let fee = PER_CALL + PER_UNIT;
        let share = fee - fee / 20 - 2 * (fee / 100);
        assert_eq!(free(Eve), before.0, "paid when the window has passed");
        // The window, and the audits of both, which nobody answers.
        chain.blocks(90);
        assert!(Jobs::job_view(last_job()).is_none());
        assert_eq!((free(Eve) - before.0, free(Ferdie) - before.1), (share, share));
    });
}

#[test]
fn fork_should_lose_nothing_when_it_drops_a_submit() {
    chain(|chain| {
        chain.market();
        chain.block();
        let before = total(&account(Bob));
        // One branch includes the job; the host's worker sees it.
        let seen = frame_support::storage::with_transaction(|| {
            chain.ok(Bob, submit(&[1.0]));
            let seen = Jobs::pending(&account(Ferdie), 64);
            sp_runtime::TransactionOutcome::Rollback(Ok::<_, sp_runtime::DispatchError>(seen))
        })
        .expect("rolled back");
        assert_eq!(seen.len(), 1);
        // The other branch does not: nothing is owed, nothing is held, the answer to the lost job is refused.
        assert!(Jobs::pending(&account(Ferdie), 64).is_empty());
        assert_eq!(total(&account(Bob)), before);
        assert!(Jobs::order(&account(Ferdie), seen[0]).is_none());
        // The transaction comes back in a later block and is served as if nothing had happened.
        chain.blocks(3);
        chain.ok(Bob, submit(&[1.0]));
        chain.block();
        assert_ne!(Jobs::pending(&account(Ferdie), 64), seen, "another block, another draft");
        assert_eq!(chain.answer_all(Ferdie, &worker()), 1);
        chain.blocks(50);
        assert!(Jobs::job_view(last_job()).is_none());
    });
}

#[test]
fn many_jobs_should_be_final_when_windows_pass() {
    chain(|chain| {
        chain.market();
        for _ in 0..10 {
            chain.block();
            for who in [Bob, Charlie, Eve, Alice] {
                chain.ok(who, submit(&[0.5, 0.25]));
            }
            chain.block();
            assert_eq!(chain.answer_all(Ferdie, &worker()), 4);
        }
        chain.blocks(50);
        assert_eq!(pallet_jobs::Jobs::<Runtime>::iter().count(), 0);
        assert!(slot() > 1_000_000);
    });
}
