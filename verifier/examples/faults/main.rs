//! Tells lies about real runs and looks whether each is found, convicted within the limits, and whether the same evidence
//! fails against an honest trace.
//!
//! `faults MODEL_FOLDER... [--count N] [--seed S] [--other-profile]`; each folder holds a `model.onnx`.

mod data;
mod lies;
mod subject;

use candor_adjudicator::evidence::MAX_EVIDENCE;
use candor_verifier::{
    audit::{
        host::{HostTrace, MemoryHost},
        AuditOptions, Audited, Auditor,
    },
    commit::RootList,
    evidence::rehearse,
    library::Library,
};
use codec::Encode;
use lies::{honest, tell, Kind, KINDS};
use std::{collections::BTreeMap, path::PathBuf, process::ExitCode, time::Instant};
use subject::{Subject, THREADS};

#[derive(Default)]
struct Row {
    told: usize,
    convicted: usize,
    fails: usize,
    largest: usize,
    bytes: usize,
}

fn main() -> ExitCode {
    let mut folders = Vec::new();
    let (mut count, mut seed, mut other) = (100usize, 1u64, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|n| n.parse::<u64>().ok()).expect("a number");
        match argument.as_str() {
            "--count" => count = number() as usize,
            "--seed" => seed = number(),
            "--other-profile" => other = true,
            "--help" | "-h" => {
                println!("usage: faults MODEL_FOLDER... [--count N] [--seed S] [--other-profile]");
                return ExitCode::SUCCESS;
            },
            folder => folders.push(PathBuf::from(folder)),
        }
    }
    let library = Library::load(None).expect("run scripts/setup");
    let subjects: Vec<Subject> = folders
        .iter()
        .filter_map(|folder| match Subject::prepare(library, &folder.join("model.onnx"), seed) {
            Ok(subject) => Some(subject),
            Err(reason) => {
                println!("{}: left out: {reason}", folder.display());
                None
            },
        })
        .collect();
    if subjects.is_empty() {
        println!("no model");
        return ExitCode::FAILURE;
    }
    let mut rows: BTreeMap<Kind, Row> = BTreeMap::new();
    let mut numbers = data::Numbers(seed);
    let mut failures = 0;
    let started = Instant::now();
    let mut told = 0;
    let mut tries = 0;
    for subject in &subjects {
        failures += usize::from(!clears_the_honest(subject, other));
    }
    while told < count && tries < count * 50 {
        tries += 1;
        let subject = &subjects[numbers.below(subjects.len() as u64) as usize];
        let kind = KINDS[numbers.below(KINDS.len() as u64) as usize];
        let Some(lie) = tell(subject, kind, &mut numbers) else { continue };
        told += 1;
        let row = rows.entry(kind).or_default();
        row.told += 1;
        let auditor = Auditor::new(library, &subject.judged, THREADS, AuditOptions::default());
        let mut silent = |_, _| ();
        let trace = trace_root(&lie.host);
        let audited = match other {
            false => auditor.compare(&lie.claim, &subject.inputs, trace, &lie.host, &mut silent),
            true => auditor.rejudge(&lie.claim, &subject.inputs, trace, &lie.host, &mut silent),
        };
        let proof = match audited {
            Ok(Audited::Fault(proof)) if proof.verdict.faulty => proof,
            found => {
                failures += 1;
                println!("NOT FOUND {} {kind:?} {}: {found:.300?}", subject.name, lie.what);
                continue;
            },
        };
        let size = proof.evidence.encoded_size();
        row.bytes += size;
        row.largest = row.largest.max(size);
        row.convicted += usize::from(size <= MAX_EVIDENCE);
        let truth = honest(subject);
        let against = truth.claim.commitments(&subject.judged, trace_root(&truth.host).expect("a trace"));
        match rehearse(&proof.evidence, &against) {
            Ok(verdict) if verdict.faulty => {
                failures += 1;
                println!("CONVICTS THE HONEST {} {kind:?} {}", subject.name, lie.what);
            },
            _ => row.fails += 1,
        }
    }
    println!(
        "{:16} {:>6} {:>10} {:>14} {:>14} {:>14}",
        "lie", "told", "convicted", "fails honest", "mean bytes", "largest"
    );
    for (kind, row) in &rows {
        let mean = row.bytes / row.convicted.max(1);
        println!(
            "{:16} {:>6} {:>10} {:>14} {mean:>14} {:>14}",
            format!("{kind:?}"),
            row.told,
            row.convicted,
            row.fails,
            row.largest
        );
    }
    let convicted: usize = rows.values().map(|r| r.convicted).sum();
    println!(
        "{told} lies, {convicted} convicted, {failures} failures, {} models, {:.1?}",
        subjects.len(),
        started.elapsed()
    );
    if failures > 0 || told < count || convicted != told {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// The root that a host publishes for its trace.
fn trace_root(host: &MemoryHost) -> Option<candor_commitments::Hash> {
    Some(RootList::new(candor_commitments::TAG_TRACE, host.roots().ok()?).root())
}

/// An honest run is clean.
fn clears_the_honest(subject: &Subject, other: bool) -> bool {
    let truth = honest(subject);
    let auditor = Auditor::new(subject.library, &subject.judged, THREADS, AuditOptions::default());
    let audited = match other {
        false => auditor.compare(&truth.claim, &subject.inputs, trace_root(&truth.host), &truth.host, &mut |_, _| ()),
        true => auditor.rejudge(&truth.claim, &subject.inputs, trace_root(&truth.host), &truth.host, &mut |_, _| ()),
    };
    let clean = matches!(audited, Ok(Audited::Clean(_)));
    if !clean {
        println!("ACCUSES THE HONEST {}: {audited:.300?}", subject.name);
    }
    clean
}
