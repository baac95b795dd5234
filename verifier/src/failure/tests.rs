use super::*;
use crate::{
    audit::{host::MemoryHost, AuditOptions, Audited, Auditor, Claim, End},
    commit::CommittedTensor,
    evidence::{account::Account, EvidenceFile},
    fixtures::{gathering, indices, info, judged, library, model, node, noise, tensor},
};
use candor_adjudicator::{evidence::Finding, Layout};

fn x() -> OwnedTensor {
    tensor(&[4, 3], noise(1, 12))
}

#[test]
fn the_first_element_should_be_found_when_an_index_is_out_of_range() {
    let folder = tempfile::tempdir().unwrap();
    let judged = judged(&gathering(), folder.path());
    let tracer = Tracer::new(library(), &judged.model, &judged.graph, 1);
    for (given, at) in [(&[4i64, 0][..], 0), (&[0, -4, -5], 6), (&[0, 1, 2, 3, i64::MIN, 9], 12)] {
        let inputs = [x(), indices(given)];
        let error = match tracer.run(&inputs, &[3], &mut |_, _| Ok(())) {
            Err(TraceError::Run(error)) => error,
            other => panic!("{other:?}"),
        };
        assert_eq!(named(&judged.graph, &error), Some(1), "{error}");
        for hint in [Some(1), None, Some(0), Some(9)] {
            let found = find(&judged, &tracer, &inputs, hint).unwrap();
            assert_eq!(found, Some(Failure { node: 1, index: at }), "{given:?} {hint:?}");
        }
    }
}

#[test]
fn nothing_should_be_found_when_no_element_is_at_fault() {
    let folder = tempfile::tempdir().unwrap();
    let judged = judged(&gathering(), folder.path());
    let tracer = Tracer::new(library(), &judged.model, &judged.graph, 1);
    let inputs = [x(), indices(&[0, 3])];
    for hint in [Some(1), None] {
        assert_eq!(find(&judged, &tracer, &inputs, hint).unwrap(), None);
    }
}

#[test]
fn a_node_should_be_found_when_the_error_names_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut model = gathering();
    let graph = model.graph.as_mut().unwrap();
    graph.node.iter_mut().for_each(|n| n.name = String::new());
    let judged = judged(&model, folder.path());
    assert_eq!(named(&judged.graph, "while running Gather node. Name:'' Status Message: no"), None);
    assert_eq!(named(&judged.graph, "no name"), None);
    let tracer = Tracer::new(library(), &judged.model, &judged.graph, 1);
    let found = find(&judged, &tracer, &[x(), indices(&[7])], None).unwrap();
    assert_eq!(found, Some(Failure { node: 1, index: 0 }));
}

#[test]
fn a_false_failure_should_be_proven_when_the_run_gives_outputs() {
    let folder = tempfile::tempdir().unwrap();
    let judged = judged(&gathering(), folder.path());
    let inputs = [x(), indices(&[0, 3])];
    let values = Tracer::new(library(), &judged.model, &judged.graph, 1).run_all(&inputs).unwrap();
    let host = MemoryHost::new(&judged, &values);
    let root = |t: &OwnedTensor| CommittedTensor::new(&t.header, &t.data, Layout::Natural).root;
    let mut claim = Claim::outputs(inputs.iter().map(root).collect(), Vec::new());
    let auditor = Auditor::new(library(), &judged, 1, AuditOptions::default());
    let claims = [(1, 0), (1, 5), (0, 11), (2, 3), (1, 6), (1, u64::MAX), (3, 0), (u32::MAX, 0), (u32::MAX, u64::MAX)];
    for (node, index) in claims {
        claim.end = End::Failed { node, index };
        let audited = auditor.compare(&claim, &inputs, None, &host, &mut |_, _| ()).unwrap();
        let Audited::Fault(proof) = audited else { panic!("a false failure is not seen: {audited:?}") };
        assert!(proof.verdict.faulty);
        match proof.verdict.finding {
            Finding::Failure { expected } => {
                assert!(expected != Expected::Fails && index < 6 + 6 * u64::from(node == 0))
            },
            Finding::Nowhere { nodes: 3, elements: Some(6) } => assert!(node == 1 && index >= 6),
            Finding::Nowhere { nodes: 3, elements: None } => assert!(node >= 3),
            other => panic!("{other:?}"),
        }
        let file = EvidenceFile { commitments: proof.commitments, evidence: proof.evidence };
        let account = Account::of(&file).unwrap();
        assert!(account.verdict.starts_with("The run did not fail as the receipt says"), "{account}");
    }
}

#[test]
fn the_element_that_is_found_should_be_the_first_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let judged = judged(&gathering(), folder.path());
    let tracer = Tracer::new(library(), &judged.model, &judged.graph, 1);
    let inputs = [x(), indices(&[0, 9])];
    let tensors = read_by(&judged, &tracer, &inputs, 1).unwrap().unwrap();
    let elements = tensors.elements(&judged.graph, 1);
    let node = &judged.graph.nodes[1];
    let fails = |index| evidence::expect(node, &elements, 0, index).unwrap().1 == Expected::Fails;
    assert_eq!(first_failing(node, &elements), Some(3));
    assert_eq!((0..6).map(fails).collect::<Vec<_>>(), [false, false, false, true, true, true]);
}

#[test]
fn no_element_should_be_named_when_there_is_no_output() {
    let folder = tempfile::tempdir().unwrap();
    let nodes = vec![node("Reshape", &["x", "shape"], &["r"], vec![]), node("Neg", &["r"], &["y"], vec![])];
    let (inputs, outputs) = (vec![info("x", 1, &[4, 3]), info("shape", 7, &[2])], vec![info("y", 1, &[-1, -2])]);
    let judged = judged(&model(nodes, vec![], inputs, outputs), folder.path());
    let tracer = Tracer::new(library(), &judged.model, &judged.graph, 1);
    for hint in [Some(0), None] {
        let found = find(&judged, &tracer, &[x(), indices(&[5, 2])], hint).unwrap();
        assert_eq!(found, Some(Failure { node: 0, index: u64::MAX }));
    }
}
