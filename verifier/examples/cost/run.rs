//! Receipts and audits beside the inference that they belong to.

use crate::{
    measure::{once, share, typical, Time},
    subject::Subject,
    Options,
};
use candor_adjudicator::Layout;
use candor_commitments::{Blake2b256, Hash, Hasher, TAG_RECEIPT, TAG_TENSORS, TAG_TRACE};
use candor_verifier::{
    audit::{
        host::{HostTrace, MemoryHost},
        AuditOptions, Audited, Auditor, Claim, Work,
    },
    commit::{CommittedTensor, RootList},
    library::Library,
    lower::Source,
    roots::{commit_run, RootsOptions},
    run::Tracer,
    tensor::OwnedTensor,
};
use schnorrkel::{signing_context, Keypair, MiniSecretKey};
use serde_json::json;
use std::{error::Error, hint::black_box};

/// Bytes of a receipt's encoding: hashes, accounts, amounts.
const RECEIPT: usize = 300;

pub fn run(options: &Options) -> Result<(), Box<dyn Error>> {
    let library = Library::load(None)?;
    for folder in &options.paths {
        for rows in &options.rows {
            let subject = Subject::prepare(library, folder, *rows)?;
            let here = subject.run(library)?;
            let elsewhere = options.other.then(|| subject.run_elsewhere(library)).transpose()?;
            for threads in &options.threads {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(*threads as usize).build()?;
                let line = pool.install(|| {
                    turns(library, &subject, &here, elsewhere.as_deref(), *threads as usize, options.repeat)
                        .map_err(|e| e.to_string())
                })?;
                println!("{line}");
            }
        }
    }
    Ok(())
}

type Values = [Option<OwnedTensor>];

fn turns(
    library: &'static Library,
    subject: &Subject,
    here: &Values,
    elsewhere: Option<&Values>,
    threads: usize,
    repeat: usize,
) -> Result<serde_json::Value, Box<dyn Error>> {
    let judged = &subject.judged;
    let graph = &judged.graph;
    let outputs: Vec<OwnedTensor> = outputs(subject, here);
    let (claim, host) = (claim(subject, here), MemoryHost::new(judged, here));
    let other = elsewhere.map(|values| (self::claim(subject, values), MemoryHost::new(judged, values)));
    let auditor = Auditor::new(library, judged, threads, AuditOptions::default());
    // The session of an ordinary run: nothing is shown but the outputs.
    let shown: Vec<usize> =
        graph.outputs.iter().filter_map(|s| if let Source::Value(v) = s { Some(*v) } else { None }).collect();
    let plain = Tracer::new(library, &judged.model, graph, threads);
    let every: Vec<usize> = (0..graph.values.len()).collect();
    let traced = Tracer::new(library, &judged.model, graph, threads);
    let pair = MiniSecretKey::from_bytes(&[7; 32])
        .map_err(|e| e.to_string())?
        .expand_to_keypair(schnorrkel::ExpansionMode::Ed25519);
    let root = trace_root(&host)?;
    let other_root = other.as_ref().map(|(_, host)| trace_root(host)).transpose()?;
    let [mut inference, mut receipts, mut exposed, mut same, mut whole, mut rerun, mut foreign] =
        [const { Vec::<Time>::new() }; 7];
    let mut work = Work::default();
    // The first turn opens sessions and does not count.
    for turn in 0..=repeat {
        let note = |times: &mut Vec<Time>, time| {
            if turn > 0 {
                times.push(time);
            }
        };
        let (ran, time) = once(|| plain.run_shown(&subject.inputs, &shown, &mut |_| Ok(())));
        ran?;
        note(&mut inference, time);
        // Right after the run, with the caches as it left them.
        let (_, time) = once(|| black_box(receipt(black_box(&subject.inputs), black_box(&outputs), &pair)));
        note(&mut receipts, time);
        let (ran, time) = once(|| traced.run_shown(&subject.inputs, &every, &mut |_| Ok(())));
        ran?;
        note(&mut exposed, time);
        let (audited, time) = once(|| auditor.sample(&claim, &subject.inputs, &seed(turn), &mut |_, _| ()));
        if !audited?.clean {
            return Err("an honest run has other outputs".into());
        }
        note(&mut same, time);
        // Where outputs or samples differ. With the session of the exposed run: two would hold the weights twice.
        let options = RootsOptions::default();
        let (committed, time) = once(|| commit_run(judged, &traced, &subject.inputs, &options, &mut |_, _| ()));
        if committed?.list.root() != root {
            return Err("an honest run has another trace".into());
        }
        note(&mut whole, time);
        let (audited, time) = once(|| auditor.rejudge(&claim, &subject.inputs, Some(root), &host, &mut |_, _| ()));
        clean(audited?)?;
        note(&mut rerun, time);
        if let Some((claim, host)) = &other {
            let (audited, time) = once(|| auditor.rejudge(claim, &subject.inputs, other_root, host, &mut |_, _| ()));
            work = clean(audited?)?;
            note(&mut foreign, time);
        }
    }
    let bytes = |layouts: &dyn Fn(usize) -> usize| -> u64 {
        let sizes = here.iter().enumerate().filter_map(|(n, t)| Some((n, t.as_ref()?.data.len() as u64)));
        sizes.map(|(n, size)| size * layouts(n) as u64).sum()
    };
    let times = |times: &[Time]| json!({"wall_ms": typical(times).wall * 1e3, "cpu_ms": typical(times).cpu * 1e3});
    let shares = |of: &[Time]| {
        let share = share(of, &inference);
        json!({"wall": share.wall, "cpu": share.cpu})
    };
    Ok(json!({
        "part": "run", "model": subject.name, "parameters": subject.parameters, "rows": subject.rows, "threads": threads,
        "turns": repeat, "load": load(), "values": graph.values.len(),
        "value_bytes": bytes(&|_| 1), "committed_bytes": bytes(&|n| graph.values[n].layouts.len()),
        "inference": times(&inference),
        "receipt": {"cpu_ms": typical(&receipts).cpu * 1e3, "share": shares(&receipts)},
        "exposed": shares(&exposed), "same_profile": shares(&same), "whole_trace": shares(&whole),
        "other_profile": shares(&rerun),
        "other_profile_differing": other.is_some().then(|| json!({
            "share": shares(&foreign), "differing": work.differing, "judged": work.judged,
        })),
    }))
}

/// Every audit has another one.
fn seed(turn: usize) -> Hash {
    Blake2b256::hash(&turn.to_le_bytes())
}

/// What a host does for a receipt: roots of inputs and outputs, hash, signature.
fn receipt(inputs: &[OwnedTensor], outputs: &[OwnedTensor], pair: &Keypair) -> [u8; 64] {
    let root = |tensors: &[OwnedTensor]| RootList::new(TAG_TENSORS, roots(tensors)).root();
    let mut bytes = vec![TAG_RECEIPT; RECEIPT];
    bytes[1..33].copy_from_slice(&root(inputs));
    bytes[33..65].copy_from_slice(&root(outputs));
    pair.sign(signing_context(b"substrate").bytes(&Blake2b256::hash(&bytes))).to_bytes()
}

fn roots(tensors: &[OwnedTensor]) -> Vec<Hash> {
    tensors.iter().map(|t| CommittedTensor::new(&t.header, &t.data, Layout::Natural).root).collect()
}

fn outputs(subject: &Subject, values: &Values) -> Vec<OwnedTensor> {
    let tensor = |source: &Source| match source {
        Source::Value(value) => values.get(*value).cloned().flatten(),
        Source::Weight(_) => None,
    };
    subject.judged.graph.outputs.iter().filter_map(tensor).collect()
}

fn claim(subject: &Subject, values: &Values) -> Claim {
    Claim::outputs(roots(&subject.inputs), roots(&outputs(subject, values)))
}

fn trace_root(host: &MemoryHost) -> Result<Hash, Box<dyn Error>> {
    Ok(RootList::new(TAG_TRACE, host.roots()?).root())
}

/// An honest run is clean, or the numbers mean nothing.
fn clean(audited: Audited) -> Result<Work, String> {
    match audited {
        Audited::Clean(work) => Ok(work),
        Audited::Fault(proof) => {
            Err(format!("an honest run is accused: {:?} {:?}", proof.evidence.fault, proof.verdict))
        },
        other => Err(format!("an honest run is not clean: {other:.300?}")),
    }
}

/// Load of the machine over the last minute.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}
