//! What the transaction pool takes without a fee: exactly what dispatch accepts, and evidence only if it convicts.

use super::*;
use crate::{Call, DISPUTE_PRIORITY};
use candor_primitives::traits::Disputes as _;
use frame_support::{
    pallet_prelude::{InvalidTransaction, TransactionSource, TransactionValidityError, ValidTransaction},
    traits::Authorize,
};

fn authorize(call: Call<Test>) -> Result<ValidTransaction, TransactionValidityError> {
    unchanged(|| call.authorize(TransactionSource::External)).expect("the call is authorised").map(|(valid, _)| valid)
}

fn refusal(call: Call<Test>) -> InvalidTransaction {
    match authorize(call) {
        Err(TransactionValidityError::Invalid(invalid)) => invalid,
        other => panic!("refused, but {other:?}"),
    }
}

#[test]
fn traces_should_be_taken_from_the_host_alone() {
    with_chain(|| {
        let run = run();
        let id = challenge(ALICE, &deliver(&run));
        let call = |host: &AccountId| Call::submit_trace {
            dispute: id,
            roots: roots(&run),
            signature: statement(id, host, DisputeStatement::Trace(run.trace())),
        };
        let valid = authorize(call(&HOST)).unwrap();
        assert_eq!((valid.priority, valid.longevity, valid.provides.len()), (DISPUTE_PRIORITY, 6, 1));
        assert_eq!(refusal(call(&BOB)), InvalidTransaction::BadProof);
        assert_free(submit_trace(id, &run));
        assert_eq!(refusal(call(&HOST)), InvalidTransaction::Stale);
    });
}

#[test]
fn openings_should_be_taken_when_they_answer() {
    with_chain(|| {
        let run = large();
        let (_, id) = opened(&run);
        let number = demand(ALICE, id, chunk(0, 0));
        let call =
            |first| Call::reveal { dispute: id, number, opening: run.opening(&chunk(0, first)).try_into().unwrap() };
        assert!(matches!(refusal(call(1)), InvalidTransaction::Custom(_)));
        assert_ok!(authorize(call(0)));
        assert_free(reveal(id, number, run.opening(&chunk(0, 0))));
        assert_eq!(refusal(call(0)), InvalidTransaction::Stale);
    });
}

#[test]
fn demands_and_commitments_should_be_taken_from_auditors_that_accuse() {
    with_chain(|| {
        let run = large();
        let (key, id) = opened(&run);
        let (part, hash) = (chunk(0, 0), H256::repeat_byte(7));
        let ask = |auditor: AccountId| Call::demand_for {
            dispute: id,
            part,
            signature: statement(id, &auditor, DisputeStatement::Demand(part)),
            auditor,
        };
        let announce = |auditor: AccountId| Call::commit_evidence_for {
            dispute: id,
            hash,
            signature: statement(id, &auditor, DisputeStatement::Commit(hash)),
            auditor,
        };
        assert!(matches!(refusal(ask(AUDITOR)), InvalidTransaction::Custom(_)));
        assert!(matches!(refusal(announce(AUDITOR)), InvalidTransaction::Custom(_)));
        assert_ok!(Challenges::accuse(&key, &AUDITOR));
        assert_ok!(authorize(ask(AUDITOR)));
        assert_ok!(authorize(announce(AUDITOR)));
    });
}

#[test]
fn evidence_should_be_taken_for_free_only_when_it_convicts() {
    for (run, convicts) in [(large().flipped(), true), (large(), false)] {
        with_chain(|| {
            let (_, id) = opened(&run);
            let evidence: EvidenceBytes = run.evidence().try_into().unwrap();
            let call = |work| Call::prove_fault { dispute: id, prover: BOB, evidence: evidence.clone(), work };
            assert!(matches!(refusal(call(MAX_JUDGED)), InvalidTransaction::Custom(_)));
            commit(BOB, id, &evidence);
            assert_eq!(refusal(call(MAX_JUDGED)), InvalidTransaction::Future);
            pass(1);
            assert!(matches!(refusal(call(1)), InvalidTransaction::Custom(_)), "too little work");
            assert_eq!(authorize(call(MAX_JUDGED)).is_ok(), convicts);
        });
    }
}
