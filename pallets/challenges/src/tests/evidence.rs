//! Evidence: real openings, judged by the adjudicator.

use super::*;
use candor_primitives::traits::HostMarket;

#[test]
fn prove_fault_should_convict_when_one_bit_is_false() {
    for run in [run().flipped(), large().flipped()] {
        with_chain(|| {
            let (key, id) = opened(&run);
            challenge(BOB, &key);
            let evidence = run.evidence();
            commit(BOB, id, &evidence);
            assert_event(Event::EvidenceCommitted {
                dispute: id,
                prover: BOB,
                hash: evidence_commitment(&evidence, &BOB),
            });
            assert_refused!(prove(BOB, id, BOB, &evidence), TooEarly);
            pass(1);
            assert_free(prove(BOB, id, BOB, &evidence));
            assert_convicted(Some(id), &key, Offence::FalseRun, BOB);
            assert!(is_gone(id));
            assert_eq!(free(&BOB), FUNDS + slashed(COSTS).rewarded);
            assert_eq!((free(&ALICE), free(&REQUESTER)), (FUNDS, FUNDS + INSURED));
            assert_eq!(MockHosts::stake(&HOST), STAKE - REQUIRED);
            assert_refused!(prove(BOB, id, BOB, &evidence), UnknownDispute);
        });
    }
}

#[test]
fn prove_fault_should_convict_when_the_trace_is_of_another_run() {
    with_chain(|| {
        let run = run().unbound();
        let (key, id) = opened(&run);
        commit(BOB, id, &run.binding());
        pass(1);
        assert_free(prove(BOB, id, BOB, &run.binding()));
        assert_convicted(Some(id), &key, Offence::FalseRun, BOB);
    });
}

#[test]
fn prove_fault_should_convict_when_a_failure_did_not_happen() {
    with_chain(|| {
        let run = run();
        for (node, index) in [(0, 0), (9, 0), (u32::MAX, u64::MAX), (0, 1)] {
            let outcome = Outcome::Failed { node, index };
            let key = deliver_as(&HOST, &REQUESTER, &run, outcome, HONEST);
            MockHosts::set_stake(&HOST, MockHosts::stake(&HOST));
            let id = challenge(ALICE, &key);
            assert_free(submit_trace(id, &run));
            commit(ALICE, id, &run.no_failure());
            pass(1);
            assert_free(prove(ALICE, id, ALICE, &run.no_failure()));
            assert!(is_overturned(&key));
        }
        assert_eq!(MockHosts::stake(&HOST), STAKE.saturating_sub(4 * REQUIRED));
    });
}

#[test]
fn evidence_should_fail_against_an_honest_run_and_cost_its_sender() {
    with_chain(|| {
        let run = run();
        let (key, id) = opened(&run);
        let cases = [
            (run.evidence(), Failure::NoFault),
            (run.binding(), Failure::NoFault),
            (run.no_failure(), Failure::Fault),
            (large().evidence(), Failure::Node),
            (Run::new(8, 1, 2).flipped().evidence(), Failure::Opening),
            (b"no evidence".to_vec(), Failure::Encoding),
            (Vec::new(), Failure::Encoding),
        ];
        let mut lost = 0;
        for (evidence, failure) in cases {
            commit(BOB, id, &evidence);
            assert_eq!(held(&BOB), EVIDENCE_BOND);
            pass(1);
            let sent = prove(BOB, id, BOB, &evidence).expect("it is looked at");
            assert_eq!(sent.pays_fee, Pays::Yes);
            assert_event(Event::EvidenceFailed { dispute: id, prover: BOB, failure });
            lost += EVIDENCE_BOND;
            assert_eq!((free(&BOB), held(&BOB)), (FUNDS - lost, 0));
            assert_eq!(free(&HOST), FUNDS + lost / 2);
            assert_refused!(prove(BOB, id, BOB, &evidence), NotCommitted);
        }
        assert_eq!(MockHosts::stake(&HOST), STAKE);
        assert!(Challenges::is_disputed(&key), "a failed proof closes nothing");
    });
}

#[test]
fn evidence_should_be_shown_by_who_announced_it() {
    with_chain(|| {
        let run = run().flipped();
        let (key, id) = opened(&run);
        let evidence = run.evidence();
        assert_refused!(prove(BOB, id, BOB, &evidence), NotCommitted);
        commit(BOB, id, &evidence);
        assert_refused!(Challenges::commit_evidence(signed(BOB), id, H256::zero()), AlreadyCommitted);
        pass(1);
        // Carol saw it in the pool: what Bob announced is of no use to her.
        assert_ok!(Challenges::commit_evidence(signed(CAROL), id, evidence_commitment(&evidence, &BOB)));
        pass(1);
        assert_refused!(prove(CAROL, id, CAROL, &evidence), WrongEvidence);
        assert_refused!(prove(CAROL, id, BOB, b"other"), WrongEvidence);
        // Sending it for him earns her nothing.
        assert_free(prove(CAROL, id, BOB, &evidence));
        assert_convicted(Some(id), &key, Offence::FalseRun, BOB);
        assert_eq!(free(&CAROL), FUNDS);
    });
}

#[test]
fn prove_fault_should_stop_when_the_work_is_not_paid_for() {
    with_chain(|| {
        let run = large().flipped();
        let (key, id) = opened(&run);
        let evidence = run.evidence();
        commit(BOB, id, &evidence);
        pass(1);
        let send = |work| Challenges::prove_fault(signed(CAROL), id, BOB, evidence.clone().try_into().unwrap(), work);
        assert_eq!(run.work(), 5_000, "both factors of 2500 products");
        assert_refused!(send(run.work() - 1), TooLittleWork);
        assert_refused!(send(0), TooLittleWork);
        assert_refused!(send(MAX_JUDGED + 1), TooMuchWork);
        assert_free(send(run.work()));
        assert_convicted(Some(id), &key, Offence::FalseRun, BOB);
    });
}

#[test]
fn commitments_should_be_taken_while_there_is_time_and_be_followed_up() {
    with_chain(|| {
        let run = run().flipped();
        let key = deliver(&run);
        let id = challenge(ALICE, &key);
        assert_refused!(Challenges::commit_evidence(signed(BOB), id, H256::zero()), NoTrace);
        assert_free(submit_trace(id, &run));
        pass_idle(8);
        commit(BOB, id, &run.evidence());
        let DisputeState::Open { deadline, .. } = dispute(id).state else { panic!("open") };
        assert_eq!(deadline, 8 + 4, "at the last moment, and still time to show it");
        pass(4);
        assert_free(prove(BOB, id, BOB, &run.evidence()));
        assert_convicted(Some(id), &key, Offence::FalseRun, BOB);
    });
}

#[test]
fn commitments_should_be_refused_when_their_time_has_passed() {
    with_chain(|| {
        let (_, id) = opened(&run());
        pass_idle(9);
        assert_refused!(Challenges::commit_evidence(signed(BOB), id, H256::zero()), TooLate);
    });
}

#[test]
fn an_auditor_should_prove_without_any_balance() {
    with_chain(|| {
        let run = large().flipped();
        let key = deliver(&run);
        let id = accuse(&AUDITOR, &key);
        assert_free(submit_trace(id, &run));
        let hash = evidence_commitment(&run.evidence(), &AUDITOR);
        let by = |who: &AccountId| statement(id, who, DisputeStatement::Commit(hash));
        let announce = |signature| Challenges::commit_evidence_for(authorized(), id, AUDITOR, hash, signature);
        assert_refused!(announce(by(&HOST)), BadSignature);
        assert_free(announce(by(&AUDITOR)));
        assert_refused!(announce(by(&AUDITOR)), AlreadyCommitted);
        pass(1);
        let evidence = run.evidence().try_into().unwrap();
        assert_free(Challenges::prove_fault(authorized(), id, AUDITOR, evidence, run.work()));
        assert_convicted(Some(id), &key, Offence::FalseRun, AUDITOR);
        assert_eq!(free(&AUDITOR), FUNDS + slashed(0).rewarded);
        assert_eq!(MockHosts::stake(&AUDITOR), STAKE);
    });
}

#[test]
fn an_auditor_should_pay_from_its_stake_when_its_evidence_fails() {
    with_chain(|| {
        let run = run();
        let (key, id) = opened(&run);
        accuse(&AUDITOR, &key);
        let hash = evidence_commitment(&run.evidence(), &AUDITOR);
        let signature = statement(id, &AUDITOR, DisputeStatement::Commit(hash));
        assert_free(Challenges::commit_evidence_for(signed(CAROL), id, AUDITOR, hash, signature));
        pass(1);
        assert_ok!(prove(CAROL, id, AUDITOR, &run.evidence()));
        assert_eq!(MockHosts::stake(&AUDITOR), STAKE - EVIDENCE_BOND);
    });
}

#[test]
fn report_equivocation_should_convict_who_signed_two_outcomes() {
    with_chain(|| {
        let key = deliver(&run());
        let open = MockReceipts::entry(&key).unwrap().receipt;
        let other = |change: &dyn Fn(&mut candor_primitives::Receipt)| {
            let mut receipt = open.clone();
            change(&mut receipt);
            let hash = receipt.hash::<candor_primitives::HostBlake2b>();
            let signature = signature(&HOST, &hash.0);
            (receipt, signature)
        };
        let report = |(receipt, signature)| Challenges::report_equivocation(signed(CAROL), receipt, signature);
        let lie = |receipt: &mut candor_primitives::Receipt| receipt.outcome = Outcome::Output(H256::zero());
        // The same call on another fork: another block, another fee, another input.
        assert_refused!(
            report(other(&|r| {
                lie(r);
                r.draft.block += 1
            })),
            NotEquivocal
        );
        assert_refused!(
            report(other(&|r| {
                lie(r);
                r.draft.fee += 1
            })),
            NotEquivocal
        );
        assert_refused!(report(other(&|_| ())), NotEquivocal);
        assert_refused!(report(other(&|r| r.draft.host = OTHER_HOST)), NoReceipt);
        let (receipt, _) = other(&lie);
        assert_refused!(report((receipt, signature(&OTHER_HOST, &[0; 32]))), BadSignature);
        assert!(MockHosts::worker_of(&HOST).is_some());
        assert_free(report(other(&lie)));
        assert_convicted(None, &key, Offence::Equivocation, CAROL);
        assert_refused!(report(other(&lie)), NoReceipt);
        assert_eq!(MockHosts::stake(&HOST), STAKE - REQUIRED);
    });
}

#[test]
fn report_equivocation_should_end_the_dispute_about_the_receipt() {
    with_chain(|| {
        let run = large();
        let (key, id) = opened(&run);
        demand(BOB, id, chunk(0, 0));
        let mut receipt = MockReceipts::entry(&key).unwrap().receipt;
        receipt.outcome = Outcome::Failed { node: 0, index: 0 };
        let signature = signature(&HOST, &receipt.hash::<candor_primitives::HostBlake2b>().0);
        assert_free(Challenges::report_equivocation(signed(CAROL), receipt, signature));
        assert_convicted(Some(id), &key, Offence::Equivocation, CAROL);
        assert!(is_gone(id));
        assert_eq!((free(&ALICE), free(&BOB)), (FUNDS, FUNDS));
    });
}
