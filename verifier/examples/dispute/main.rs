//! Makes what the tests of `pallets/challenges` dispute: lies about real runs, the evidence that an auditor makes of them,
//! and the honest runs beside them: `dispute MODEL_FOLDER OUT_FOLDER`.
//!
//! A file is SCALE: root of the graph, root of the weights' list, root of the list of inputs; root of the list of outputs and
//! roots of the trace, as the host says; the same of the honest run; the evidence.

#[path = "../faults/data.rs"]
#[allow(dead_code)]
mod data;
#[path = "../faults/lies.rs"]
#[allow(dead_code)]
mod lies;
#[path = "../faults/subject.rs"]
#[allow(dead_code)]
mod subject;

use candor_commitments::Hash;
use candor_verifier::{
    audit::{
        host::{HostTrace, MemoryHost},
        AuditOptions, Audited, Auditor, Claim, End,
    },
    commit::RootList,
    library::Library,
};
use codec::Encode;
use lies::{honest, tell, Kind};
use std::{error::Error, path::PathBuf};
use subject::{Subject, THREADS};

const WANTED: [(Kind, &str); 6] = [
    (Kind::ActivationBit, "activation-bit"),
    (Kind::WeightBit, "weight-bit"),
    (Kind::RoundedWeights, "rounded-weights"),
    (Kind::WrongShape, "wrong-shape"),
    (Kind::StaleTrace, "stale-trace"),
    (Kind::RescaledAnswer, "rescaled-answer"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let folders: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let [model, out] = folders.as_slice() else { return Err("usage: dispute MODEL_FOLDER OUT_FOLDER".into()) };
    let library = Library::load(None)?;
    let subject = Subject::prepare(library, &model.join("model.onnx"), 1)?;
    let truth = honest(&subject);
    let mut numbers = data::Numbers(7);
    for (kind, name) in WANTED {
        let evidence = (0..200).find_map(|_| {
            let lie = tell(&subject, kind, &mut numbers)?;
            let roots = lie.host.roots().ok()?;
            let trace = RootList::new(candor_commitments::TAG_TRACE, roots.clone()).root();
            let auditor = Auditor::new(library, &subject.judged, THREADS, AuditOptions::default());
            match auditor.compare(&lie.claim, &subject.inputs, Some(trace), &lie.host, &mut |_, _| ()) {
                Ok(Audited::Fault(proof)) if proof.verdict.faulty => Some((lie, roots, proof.evidence.encode())),
                _ => None,
            }
        });
        let Some((lie, roots, evidence)) = evidence else {
            println!("{name}: not told");
            continue;
        };
        let commitments = lie.claim.commitments(&subject.judged, [0; 32]);
        let file = (
            (commitments.graph, commitments.weights, commitments.inputs),
            (outputs(&lie.claim)?, roots),
            (outputs(&truth.claim)?, honest_roots(&truth.host)?),
            &evidence,
        );
        std::fs::write(out.join(format!("{name}.scale")), file.encode())?;
        println!("{name}: {} bytes, {} of evidence, {}", file.encoded_size(), evidence.len(), lie.what);
    }
    Ok(())
}

fn outputs(claim: &Claim) -> Result<Hash, Box<dyn Error>> {
    match &claim.end {
        End::Outputs(list) => Ok(list.root()),
        End::Failed { .. } => Err("a run that failed".into()),
    }
}

fn honest_roots(host: &MemoryHost) -> Result<Vec<Hash>, Box<dyn Error>> {
    Ok(host.roots()?)
}
