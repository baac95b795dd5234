use super::*;
use crate::{
    audit::{host::MemoryHost, AuditOptions, Audited, Auditor, Claim, End},
    commit::CommittedTensor,
    fixtures::{gathering, indices, judged, library, noise, tensor},
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
    claim.end = End::Failed { node: 1, index: 4 };
    let auditor = Auditor::new(library(), &judged, 1, AuditOptions::default());
    let Audited::Fault(proof) = auditor.compare(&claim, &inputs, None, &host, &mut |_, _| ()).unwrap() else {
        panic!("a false failure is not seen")
    };
    assert!(proof.verdict.faulty);
    assert!(matches!(proof.verdict.finding, Finding::Failure { expected: Expected::Bits(_) }));
}
