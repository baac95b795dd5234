//! Inputs that lie off chain, and an auditor that did not seal: the host shows them, or is convicted.

use super::*;
use candor_primitives::{
    traits::{DutySource, Slashed},
    worker::{Task, TaskDone},
};
use frame_support::pallet_prelude::{
    Authorize, InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction,
};

/// Ticks that a host has: four, and two for each piece.
const TIME: BlockNumber = 4 + 2 * PIECES;

/// An audit of host 0 whose inputs lie off chain, of which the first auditor did not seal; it is returned too.
fn asked() -> (Key, AuditId, AccountId) {
    let remote = entry(0, &host(0), &ALICE, true);
    let key = remote.key.clone();
    Mock::deliver(remote);
    run(2);
    let first = auditor(0);
    run(11);
    (key, 0, first)
}

fn show_all(id: AuditId) {
    (0..PIECES).for_each(|number| assert!(is_free(show(id, number))));
}

fn is_showing(id: AuditId) -> bool {
    matches!(audit(id).state, AuditState::Showing { .. })
}

fn duties(account: &AccountId) -> Vec<Task> {
    <Audits as DutySource<AccountId>>::duties(account, 16)
}

fn authorize(call: &crate::Call<Test>) -> Result<ValidTransaction, TransactionValidityError> {
    call.authorize(TransactionSource::External).expect("it is authorised").map(|(valid, _)| valid)
}

#[test]
fn host_should_be_asked_for_its_inputs_when_an_auditor_does_not_seal() {
    with_hosts(4, || {
        let (key, id, first) = asked();
        let deadline = System::block_number() + TIME;
        assert_eq!(audit(id).state, AuditState::Showing { missing: PIECES, deadline });
        assert_eq!(audit(id).debtor(), &host(0));
        assert!(events().contains(&Event::InputAskedFor { audit: id, host: host(0), pieces: PIECES, deadline }));
        assert_eq!((slashed(&first), slashed(&host(0))), (0, 0), "nobody is blamed");
        assert!(!is_final(&key));
        let view = Audits::audit_view(id).expect("it goes on");
        assert_eq!((view.auditor, view.debtor), (None, host(0)));
    });
}

#[test]
fn next_auditor_should_be_drawn_when_all_pieces_are_there() {
    with_hosts(4, || {
        let (key, id, first) = asked();
        show_all(id);
        assert!(is_showing(id), "the hook draws");
        run(1);
        let second = auditor(id);
        assert_ne!(second, first);
        assert_eq!((audit(id).case.round(), audit(id).case.input), (1, InputPlace::Shown));
        round(id, honest(), digest(1), digest(1));
        assert_eq!(result_of(id), Some(AuditResult::Clean));
        assert_eq!((slashed(&host(0)), slashed(&first)), (0, 0), "the host was honest, the auditor merely offline");
        assert_eq!(shown(id), PIECES as usize, "not removed in passing");
        run(2);
        assert_eq!(shown(id), 0);
        run(20);
        assert!(is_final(&key));
        assert_eq!((Overturns::get(), Slashes::get()), (vec![], vec![]));
    });
}

#[test]
fn host_should_be_convicted_once_when_it_does_not_show_all() {
    with_hosts(4, || {
        let (key, id, _) = asked();
        (1..PIECES).for_each(|number| assert!(is_free(show(id, number))));
        run_to(audit(id).state.deadline());
        assert_eq!(Slashes::get(), vec![]);
        run(1);
        assert_eq!(Slashes::get(), vec![(host(0), ALICE, INSURED)]);
        assert_eq!(Overturns::get(), vec![key.clone()]);
        assert_eq!(result_of(id), Some(AuditResult::Withheld));
        let slashed = Slashed { self_stake: STAKE, burned: STAKE, ..Default::default() };
        assert!(events().contains(&Event::InputWithheld { audit: id, key, slashed, refunded: FEE }));
        assert_eq!(events().iter().filter(|event| matches!(event, Event::AuditEnded { .. })).count(), 1);
        assert_eq!(WithoutVerdict::<Test>::get(), 0);
        run(2);
        assert_eq!(shown(id), 0);
    });
}

#[test]
fn anyone_should_convict_the_host_when_the_hooks_do_not() {
    with_hosts(4, || {
        let (key, id, _) = asked();
        skip(TIME);
        assert_noop!(Audits::expire_audit(bob(), id), Error::<Test>::TooEarly);
        skip(1);
        assert!(is_free(Audits::expire_audit(bob(), id)));
        assert_eq!(Overturns::get(), vec![key]);
    });
}

#[test]
fn host_should_not_be_slashed_again_when_its_session_was_overturned() {
    with_hosts(4, || {
        let (key, id, _) = asked();
        AllOverturned::set(&true);
        run(TIME + 1);
        assert_eq!(result_of(id), Some(AuditResult::Inconclusive));
        assert_eq!((Overturns::get(), Slashes::get()), (vec![], vec![]));
        assert!(is_final(&key));
    });
}

#[test]
fn auditor_should_pay_when_it_does_not_seal_although_all_was_shown() {
    with_hosts(4, || {
        let (_, id, first) = asked();
        show_all(id);
        run(1);
        let second = auditor(id);
        run(11);
        assert_eq!((slashed(&first), slashed(&second)), (0, PENALTY));
        assert!(!is_showing(id), "inputs are asked for once");
        assert_eq!(shown(id), PIECES as usize);
        run(11);
        assert_eq!(result_of(id), Some(AuditResult::Inconclusive));
        run(2);
        assert_eq!(shown(id), 0);
    });
}

/// What a call says of a piece.
struct Parts {
    tensor: u32,
    first: u32,
    bytes: Vec<u8>,
    proof: Vec<H256>,
}

#[test]
fn piece_should_be_refused_with_its_own_error_when_it_is_wrong() {
    with_hosts(4, || {
        let (_, id, _) = asked();
        let wrong = |change: fn(&mut Parts), error: Error<Test>| {
            let crate::Call::show_input { audit, tensor, first, bytes, proof } = piece(id, 0) else {
                panic!("a piece")
            };
            let mut parts = Parts { tensor, first, bytes: bytes.into_inner(), proof };
            change(&mut parts);
            let Parts { tensor, first, bytes, proof } = parts;
            let bytes = bytes.try_into().expect("a piece at most");
            assert_noop!(Audits::show_input(bob(), audit, tensor, first, bytes, proof), error);
        };
        wrong(|piece| piece.bytes[7] ^= 1, Error::WrongPiece);
        wrong(|piece| piece.bytes.truncate(1_024), Error::WrongPiece);
        wrong(|piece| piece.proof[0] = H256::zero(), Error::WrongPiece);
        wrong(|piece| piece.proof.push(H256::zero()), Error::WrongPiece);
        wrong(|piece| piece.first = 64, Error::WrongPiece);
        wrong(|piece| piece.first = 1, Error::NoSuchPiece);
        wrong(|piece| piece.first = 192, Error::NoSuchPiece);
        wrong(|piece| piece.tensor = 3, Error::NoSuchPiece);
        assert_noop!(show(9, 0), Error::<Test>::UnknownAudit);
        assert_ok!(show(id, 0));
        assert_noop!(show(id, 0), Error::<Test>::AlreadyShown);
        assert!(events().contains(&Event::PieceShown { audit: id, tensor: 0, first: 0, missing: PIECES - 1 }));
    });
}

#[test]
fn host_should_not_get_away_with_a_bool_that_is_none_when_it_is_asked_for() {
    with_hosts(4, || {
        RemoteBools::set([0, 2, 1]);
        let (key, id, _) = asked();
        (0..3).for_each(|number| assert!(is_free(show(id, number))));
        assert_noop!(show(id, 3), Error::<Test>::NotBool);
        run(TIME + 1);
        assert_eq!(Overturns::get(), vec![key]);
        RemoteBools::set([0, 1, 1]);
    });
}

#[test]
fn pieces_should_be_refused_when_nobody_asked_for_them() {
    with_hosts(4, || {
        let (_, inline) = audited(7);
        assert_noop!(show(inline, 0), Error::<Test>::NotAskedFor);
        Mock::deliver(entry(0, &host(0), &ALICE, true));
        run(2);
        assert_noop!(show(1, 0), Error::<Test>::NotAskedFor);
        run(11);
        show_all(1);
        run(1);
        assert_noop!(show(1, 0), Error::<Test>::NotAskedFor);
    });
}

#[test]
fn steps_of_an_auditor_should_wait_when_the_host_is_asked() {
    with_hosts(4, || {
        let (_, id, first) = asked();
        let seal = seal_of(&genesis(), id, &first, &honest(), &digest(1));
        let signature = worker(&first).sign(&seal_message(&genesis(), id, &first, &seal));
        assert_noop!(Audits::seal_audit(bob(), id, seal, signature), Error::<Test>::NoAuditor);
        assert_noop!(answer(id, digest(1)), Error::<Test>::NoAuditor);
        assert_noop!(reveal(id, honest(), digest(1)), Error::<Test>::NoAuditor);
    });
}

#[test]
fn pieces_should_be_removed_when_somebody_else_proves_the_receipt_false() {
    with_hosts(4, || {
        let (key, id, _) = asked();
        assert_ok!(show(id, 2));
        assert_ok!(Mock::overturn(&key));
        assert_eq!(result_of(id), Some(AuditResult::Dropped));
        check_invariants();
        run(2);
        assert_eq!((shown(id), Slashes::get()), (0, vec![]));
    });
}

#[test]
fn pieces_and_record_should_go_in_their_time_when_canaries_are_planted() {
    with_hosts(4, || {
        assert_ok!(Audits::plant_canary(RuntimeOrigin::root(), digest(9)));
        let (key, id, _) = asked();
        show_all(id);
        run(1);
        round(id, honest(), digest(1), digest(1));
        run(2);
        assert_eq!(shown(id), 0);
        assert!(crate::Records::<Test>::contains_key(id), "kept as long as canaries can be revealed");
        run(41);
        assert!(!crate::Records::<Test>::contains_key(id) && !crate::AuditOf::<Test>::contains_key(key));
    });
}

#[test]
fn nothing_should_be_asked_for_when_no_round_is_left() {
    with_hosts(6, || {
        Mock::deliver(entry(0, &host(0), &ALICE, true));
        run(2);
        // Two auditors had the inputs, and disagreed.
        round(0, honest(), digest(1), digest(2));
        round(0, honest(), digest(1), digest(2));
        run(11);
        assert_eq!(result_of(0), Some(AuditResult::Inconclusive));
    });
}

#[test]
fn deadline_should_stand_still_when_blocks_are_full() {
    with_hosts(4, || {
        let (_, id, _) = asked();
        for _ in 0..50 {
            Full::set(&(Full::get() + 1));
            run(1);
        }
        assert!(is_showing(id));
        show_all(id);
        run(1);
        assert!(!is_showing(id));
    });
}

#[test]
fn late_pieces_should_count_until_somebody_moves_the_audit_on() {
    with_hosts(4, || {
        let (_, id, _) = asked();
        skip(TIME + 5);
        show_all(id);
        check_invariants();
        run(1);
        assert_eq!((audit(id).case.input, Slashes::get()), (InputPlace::Shown, vec![]));
    });
}

#[test]
fn pieces_should_need_no_account_when_they_are_right() {
    with_hosts(4, || {
        let (_, id, _) = asked();
        let mut tags = std::collections::BTreeSet::new();
        for number in 0..PIECES {
            let call = piece(id, number);
            let valid = authorize(&call).unwrap();
            assert_eq!(valid.priority, AUDIT_PRIORITY);
            assert!(valid.propagate && valid.longevity > 0 && tags.insert(valid.provides));
            assert!(is_free(call.clone().dispatch_bypass_filter(frame_system::RawOrigin::Authorized.into())));
            assert_eq!(authorize(&call), Err(InvalidTransaction::Stale.into()));
        }
        let crate::Call::show_input { audit, tensor, first, .. } = piece(id, 1) else { panic!("a piece") };
        let forged = crate::Call::show_input { audit, tensor, first, bytes: Default::default(), proof: Vec::new() };
        assert_eq!(authorize(&forged), Err(InvalidTransaction::Stale.into()));
        assert_noop!(
            Audits::show_input(RuntimeOrigin::none(), 0, 0, 0, Default::default(), vec![]),
            DispatchError::BadOrigin
        );
    });
}

/// What the engine of an honest host does with what it is asked for.
fn engine(task: &Task) -> TaskDone {
    match task {
        Task::Show { tensor, first, count, .. } => {
            let (_, data) = &remote_inputs()[*tensor as usize];
            let (bytes, proof) = open_data::<HostBlake2b>(data, (*first).into(), (*count).into()).expect("a piece");
            let proof = proof.into_iter().map(H256).collect();
            TaskDone::Shown { bytes: bytes.to_vec().try_into().expect("a piece"), proof }
        },
        Task::DigestShown { shown, seed, .. } => {
            let inputs = remote_inputs().into_iter().map(|(_, data)| data);
            assert_eq!(*shown, inputs.collect::<Vec<_>>());
            TaskDone::Digest { outcome: honest(), digest: *seed }
        },
        other => panic!("{other:?}"),
    }
}

/// Answer what an account owes; how many answers were sent.
fn act(account: &AccountId) -> usize {
    let sign = |message: &[u8]| Some(worker(account).sign(message));
    let tasks = duties(account);
    for task in &tasks {
        let call = <Audits as DutySource<AccountId>>::answer(account, task, engine(task), &sign).expect("it is due");
        assert_ok!(call.dispatch_bypass_filter(frame_system::RawOrigin::Authorized.into()));
    }
    tasks.len()
}

#[test]
fn audit_should_run_by_itself_when_the_host_shows_its_inputs() {
    with_hosts(4, || {
        let (_, id, first) = asked();
        assert_eq!(duties(&first), vec![], "it is dismissed");
        assert_eq!(act(&host(0)), 4, "a few at a time");
        assert_eq!(act(&host(0)), 1);
        assert_eq!(act(&host(0)), 0, "all of it is there");
        run(1);
        let second = auditor(id);
        assert_eq!(act(&second), 1);
        assert_eq!(act(&host(0)), 1, "the host repeats its run with the same inputs");
        assert_eq!(act(&second), 1);
        assert_eq!(result_of(id), Some(AuditResult::Clean));
    });
}

#[test]
fn large_tasks_should_take_turns_when_there_are_several() {
    with_hosts(3, || {
        let remote = |job| Mock::deliver(entry(job, &host(0), &ALICE, true));
        (0..3).for_each(remote);
        run(13);
        (0..3).for_each(show_all);
        run(1);
        let mut asked_for = std::collections::BTreeSet::new();
        for _ in 0..3 {
            let who = auditor(0);
            let tasks = duties(&who);
            let about: Vec<_> = tasks
                .iter()
                .map(|task| match task {
                    Task::DigestShown { draft, .. } => draft.path,
                    other => panic!("{other:?}"),
                })
                .collect();
            assert_eq!(about.len(), 1, "one at a time");
            asked_for.insert(format!("{about:?}"));
            run(1);
        }
        let mine = (0..3).filter(|id| auditor(*id) == auditor(0)).count();
        assert_eq!(asked_for.len(), mine);
    });
}
