//! Challenges and accusations.

use super::*;
use frame_support::traits::fungible::Mutate;

#[test]
fn challenge_should_hold_the_bond_and_open_a_dispute() {
    with_chain(|| {
        let run = run();
        let key = deliver(&run);
        let id = challenge(ALICE, &key);
        assert_eq!((held(&ALICE), free(&ALICE)), (BOND, FUNDS - BOND));
        // One tick for the trace, behind nothing, and the base clock.
        assert_eq!(dispute(id).state, DisputeState::AwaitingTrace { deadline: 6 });
        assert_eq!(dispute(id).judging, run.judging());
        assert!(Challenges::is_disputed(&key));
        assert_event(Event::DisputeOpened { dispute: id, key, deadline: 6 });
        assert_event(Event::Challenged { dispute: id, challenger: ALICE, bond: BOND });
    });
}

#[test]
fn challenges_of_one_receipt_should_share_a_dispute() {
    with_chain(|| {
        let key = deliver(&run());
        let id = challenge(ALICE, &key);
        assert_eq!(challenge(BOB, &key), id);
        assert_eq!(accuse(&AUDITOR, &key), id);
        assert_eq!(accuse(&AUDITOR, &key), id);
        assert_eq!(NextDisputeId::<Test>::get(), 1);
        assert_eq!((held(&ALICE), held(&BOB), held(&AUDITOR)), (BOND, BOND, 0));
        assert_refused!(Challenges::challenge(signed(ALICE), key.clone()), AlreadyChallenging);
        assert_event(Event::Accused { dispute: id, auditor: AUDITOR });
    });
}

#[test]
fn challenge_should_be_refused_when_there_is_nothing_to_dispute() {
    with_chain(|| {
        let key = deliver(&run());
        let unknown = ReceiptKey { host: OTHER_HOST, ..key.clone() };
        assert_refused!(Challenges::challenge(signed(ALICE), unknown), NoReceipt);
        System::set_block_number(1 + WINDOW + 1);
        assert_refused!(Challenges::challenge(signed(ALICE), key.clone()), NoReceipt);
        assert_refused!(<Challenges as Disputes<AccountId>>::accuse(&key, &AUDITOR), NoReceipt);
    });
}

#[test]
fn challenge_should_be_refused_when_nobody_could_judge() {
    with_chain(|| {
        let run = run();
        let key = deliver_as(&HOST, &REQUESTER, &run, run.outcome(), OTHER_RULES);
        assert_refused!(Challenges::challenge(signed(ALICE), key), OtherRules);
        let key = deliver(&run);
        Variants::set(&Vec::new());
        assert_refused!(Challenges::challenge(signed(ALICE), key), UnknownVariant);
    });
}

#[test]
fn challenge_should_be_refused_when_the_bond_is_not_covered() {
    new_test_ext().execute_with(|| {
        let key = deliver(&run());
        Balances::set_balance(&BOB, BOND + 19);
        let refused = frame_support::storage::with_storage_layer(|| Challenges::challenge(signed(BOB), key.clone()));
        assert_eq!(refused, Err(Error::<Test>::FundsTooLow.into()));
        check_invariants();
        Balances::set_balance(&BOB, BOND + 20);
        challenge(BOB, &key);
        check_invariants();
    });
}

#[test]
fn the_window_should_not_end_a_dispute() {
    with_chain(|| {
        let run = run().flipped();
        let key = deliver(&run);
        System::set_block_number(1 + WINDOW);
        let id = challenge(ALICE, &key);
        System::set_block_number(1 + WINDOW + 100);
        // Others may join as long as somebody looks at it.
        challenge(BOB, &key);
        assert_free(submit_trace(id, &run));
        commit(ALICE, id, &run.evidence());
        pass(1);
        assert_free(prove(ALICE, id, ALICE, &run.evidence()));
        assert_convicted(Some(id), &key, Offence::FalseRun, ALICE);
    });
}

#[test]
fn dismiss_should_close_at_nobodys_cost() {
    with_chain(|| {
        let run = run();
        let (key, id) = opened(&run);
        accuse(&AUDITOR, &key);
        demand(BOB, id, chunk(0, 0));
        commit(BOB, id, b"whatever");
        assert_ok!(<Challenges as Disputes<AccountId>>::dismiss(&key));
        assert!(is_gone(id) && !is_overturned(&key));
        assert_eq!((free(&ALICE), free(&BOB)), (FUNDS, FUNDS));
        assert_eq!((MockHosts::stake(&HOST), MockHosts::stake(&AUDITOR)), (STAKE, STAKE));
        assert_event(Event::DisputeDismissed { dispute: id, key: key.clone() });
        assert_refused!(<Challenges as Disputes<AccountId>>::dismiss(&key), NotDisputed);
        // While it waits for the trace, too.
        let id = challenge(ALICE, &key);
        assert_ok!(<Challenges as Disputes<AccountId>>::dismiss(&key));
        assert!(is_gone(id));
        assert_eq!(Queues::<Test>::iter().count(), 0);
    });
}
