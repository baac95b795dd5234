//! Lies about runs of ONNX Runtime, and the evidence that an auditor of the verifier makes of them: `fixtures`.

use super::*;
use candor_adjudicator::RULES;
use candor_primitives::Judging;
use codec::Decode;

type Hashes = Vec<H256>;
/// Graph, weights, inputs; outputs and trace of the lie; the same of the honest run; evidence.
type File = ((H256, H256, H256), (H256, Hashes), (H256, Hashes), Vec<u8>);

const FILES: [(&str, &[u8]); 6] = [
    ("activation-bit", include_bytes!("../../fixtures/activation-bit.scale")),
    ("rescaled-answer", include_bytes!("../../fixtures/rescaled-answer.scale")),
    ("rounded-weights", include_bytes!("../../fixtures/rounded-weights.scale")),
    ("stale-trace", include_bytes!("../../fixtures/stale-trace.scale")),
    ("weight-bit", include_bytes!("../../fixtures/weight-bit.scale")),
    ("wrong-shape", include_bytes!("../../fixtures/wrong-shape.scale")),
];

fn judging(file: &File) -> Judging {
    let (graph, weights, _) = file.0;
    Judging { rules: RULES, graph, weights, trace: file.1 .1.len() as u32, trace_bytes: 4_096, exact: true }
}

/// A dispute about a receipt with these outputs, whose host has submitted this trace.
fn dispute_about(file: &File, (outputs, roots): &(H256, Hashes)) -> (ReceiptKey<AccountId>, DisputeId) {
    let outcome = Outcome::Output(*outputs);
    let key = deliver_judged(&HOST, &REQUESTER, judging(file), file.0 .2, outcome, HONEST);
    let id = challenge(ALICE, &key);
    let signature = statement(id, &HOST, DisputeStatement::Trace(crate::trace::trace_root(roots)));
    assert_free(Challenges::submit_trace(authorized(), id, roots.clone().try_into().unwrap(), signature));
    (key, id)
}

#[test]
fn real_evidence_should_convict_the_liar_and_nobody_else() {
    for (name, bytes) in FILES {
        let file = File::decode(&mut &bytes[..]).expect(name);
        let evidence = &file.3;
        with_chain(|| {
            let (key, id) = dispute_about(&file, &file.1);
            commit(BOB, id, evidence);
            pass(1);
            assert_free(prove(BOB, id, BOB, evidence));
            assert_convicted(Some(id), &key, Offence::FalseRun, BOB);
        });
        with_chain(|| {
            let (key, id) = dispute_about(&file, &file.2);
            commit(BOB, id, evidence);
            pass(1);
            assert_ok!(prove(BOB, id, BOB, evidence));
            assert!(Challenges::is_disputed(&key) && !is_overturned(&key), "{name} convicts the honest");
            assert_eq!(MockHosts::stake(&HOST), STAKE);
        });
    }
}

#[test]
fn real_evidence_should_convict_nobody_when_a_byte_is_altered() {
    for (name, bytes) in FILES {
        let file = File::decode(&mut &bytes[..]).expect(name);
        with_chain(|| {
            let (key, id) = dispute_about(&file, &file.1);
            let step = (file.3.len() / 40).max(1);
            for at in (0..file.3.len()).step_by(step) {
                let mut evidence = file.3.clone();
                evidence[at] ^= 1;
                commit(BOB, id, &evidence);
                pass(1);
                let _ = prove(BOB, id, BOB, &evidence);
                if is_overturned(&key) {
                    // It names another element that is false as well: nothing else may convict.
                    assert!(names_another_element(&file.3, &evidence), "{name}: byte {at}");
                    return;
                }
                accuse(&AUDITOR, &key);
            }
        });
    }
}

/// Whether two pieces of evidence differ in the fault that they name.
fn names_another_element(a: &[u8], b: &[u8]) -> bool {
    use candor_adjudicator::evidence::Evidence;
    match (Evidence::decode_limited(a), Evidence::decode_limited(b)) {
        (Ok(a), Ok(b)) => a.fault != b.fault,
        _ => false,
    }
}
