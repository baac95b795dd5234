//! `candor verify`: run a model again, and say whether an answer is right.

pub(crate) mod claimed;
mod differ;
pub(crate) mod model;
pub(crate) mod report;

use crate::{
    args::{Globals, Verify},
    attestation::{self, Checked},
    chain::Chain,
    errors::{CliError, Context, Result},
    infer::{
        gather,
        input::{self, Input},
        Files,
    },
    output::{text, Out},
};
use candor_adjudicator::Layout;
use candor_engine::{
    audits::{audit, AuditFailure, Case},
    tensors::TensorData,
    traces::{client::RemoteTrace, in_order},
};
use candor_primitives::{tensor::list_root, ReleaseSpec};
use candor_verifier::{
    audit::{
        file::{write_trace, TraceFile, TraceFileError},
        host::HostTrace,
        AuditOptions, Audited, Claim, End,
    },
    commit::{CommittedTensor, RootList},
    evidence::{account::values::dtype_name, account::Account, EvidenceFile},
    lower::Source,
    roots::RootsOptions,
    run::{TraceError, Tracer},
    tensor::OwnedTensor,
};
use claimed::{Claimed, Output};
use indicatif::ProgressBar;
use model::{Model, Ready};
use report::{OutputReport, OutputState, Report, Verdict};
use sp_core::H256;
use std::sync::Arc;

/// `candor verify`. Gives the exit code.
pub async fn run(args: &Verify, globals: &Globals, out: &Out) -> Result<u8> {
    let model = model::find(args, globals).await?;
    let source = text(&model.spec.source);
    let files = model.folder.as_deref().map_or(Files::At(&source), Files::In);
    let inputs = input::arrange(&model.spec, gather(&args.inputs, &model.spec, files, out).await?)?;
    let claimed = claimed::read(args, &model).await?;
    check_receipt(&model, &claimed, &inputs)?;
    let asks_host = args.host.is_some() || args.trace.is_some();
    if asks_host && claimed.is_empty() {
        return Err(CliError::usage("nothing is claimed that a trace could be compared with")
            .hint("give the answer with --answer or --job, or its outputs with --output"));
    }
    if args.other_profile && !asks_host {
        return Err(CliError::usage("--other-profile needs the host's trace").hint("give --host URL or --trace FILE"));
    }
    if let Some(file) = &args.evidence {
        writable(file)?;
    }
    let hardware = match args.attested {
        true => Some(look_at_hardware(args, globals, &claimed).await?),
        false => None,
    };
    let ready = model::ready(args, &model, claimed.receipt.as_ref(), out).await?;
    let tensors = inputs.into_iter().map(tensor_data).collect::<Result<Vec<_>>>()?;
    let tensors = in_order(&model.spec, &ready.judged, tensors).map_err(|e| CliError::new(e.to_string()))?;
    let bar = out.steps();
    let report = match asks_host {
        true => audited(args, &model, &ready, tensors, claimed, &bar).await,
        false => rerun(args, &model.spec, &ready, tensors, claimed, &bar).await,
    };
    bar.finish_and_clear();
    let report = report?;
    let mut document = report.to_json(&model);
    if let Some(hardware) = &hardware {
        document["attestation"] = hardware.document();
    }
    let more = hardware.as_ref().map(|hardware| format!("\n{}", hardware.text())).unwrap_or_default();
    out.document(&document, || report.to_text(&model) + &more);
    Ok(match report.verdict.code() {
        0 if hardware.is_some_and(|hardware| !hardware.holds()) => 6,
        code => code,
    })
}

/// Whether the host that signed the receipt is attested.
async fn look_at_hardware(args: &Verify, globals: &Globals, claimed: &Claimed) -> Result<Checked> {
    let receipt = claimed.receipt.as_ref().ok_or_else(|| {
        CliError::usage("without a receipt nobody knows whose machine it was")
            .hint("give the answer with --answer or --job")
    })?;
    let chain = Chain::connect(&globals.url).await?;
    attestation::check(&chain, &receipt.draft.host, args.host.as_deref(), None).await
}

/// A receipt must be of this release and these inputs.
pub(crate) fn check_receipt(model: &Model, claimed: &Claimed, inputs: &[Input]) -> Result<()> {
    let Some(receipt) = &claimed.receipt else { return Ok(()) };
    let draft = &receipt.draft;
    if model.id.is_some_and(|id| id != draft.release) {
        return Err(CliError::usage(format!("the receipt is of release {}, not of {}", draft.release, model.name)));
    }
    if !model.spec.variants.iter().any(|v| v.root == draft.variant) {
        return Err(CliError::usage(format!("the receipt is of a variant that {} does not have", model.name))
            .hint("name the release that was run; a folder must be the published one"));
    }
    let roots: Vec<H256> = inputs.iter().map(Input::root).collect();
    if list_root::<candor_commitments::Blake2b256>(roots.iter()) != draft.input_root {
        return Err(CliError::usage("the receipt is of other inputs than these")
            .hint("give the inputs exactly as they were sent"));
    }
    Ok(())
}

/// A file that cannot be written is noticed before the work is done.
fn writable(file: &std::path::Path) -> Result<()> {
    let folder = file.parent().filter(|p| !p.as_os_str().is_empty());
    match folder.is_none_or(std::path::Path::is_dir) {
        true => Ok(()),
        false => Err(CliError::usage(format!("the folder of {} does not exist", file.display()))),
    }
}

pub(crate) fn tensor_data(input: Input) -> Result<TensorData> {
    let shape = input.shape.try_into().map_err(|_| CliError::usage("a tensor can have eight dimensions at most"))?;
    Ok(TensorData { dtype: input.dtype, shape, data: input.data.into() })
}

/// Run again and compare the outputs.
pub(crate) async fn rerun(
    args: &Verify,
    spec: &ReleaseSpec,
    ready: &Ready,
    inputs: Vec<OwnedTensor>,
    claimed: Claimed,
    bar: &ProgressBar,
) -> Result<Report> {
    bar.set_message("running the model");
    let (outputs, trace) = match own_run(args, ready, inputs, bar).await? {
        Ok(done) => done,
        Err(reason) => {
            let verdict = Verdict::Fails { reason, claimed: claimed.failed().is_some() };
            return Ok(finish(ready, verdict, Vec::new(), &claimed));
        },
    };
    let names = spec.outputs.iter().map(|o| text(&o.name));
    let reports: Vec<OutputReport> = names
        .zip(&outputs)
        .enumerate()
        .map(|(n, (name, own))| OutputReport {
            name,
            header: format!("{} {:?}", dtype_name(own.header.dtype), own.header.dims),
            state: state(claimed.outputs.get(n).and_then(Option::as_ref), own),
        })
        .collect();
    let right = |o: &OutputReport| matches!(o.state, OutputState::Equal | OutputState::Unclaimed);
    let verdict = match (claimed.failed(), claimed.is_empty()) {
        (Some(_), _) => Verdict::NoFailure,
        (None, true) => Verdict::Ran,
        (None, false) if reports.iter().all(right) => Verdict::Clean,
        _ => Verdict::Differs,
    };
    Ok(Report { trace, ..finish(ready, verdict, reports, &claimed) })
}

type Ran = (Vec<OwnedTensor>, Option<([u8; 32], usize)>);

/// The outputs of the own run, and its trace if that is wanted; the inner error is the model's.
async fn own_run(
    args: &Verify,
    ready: &Ready,
    inputs: Vec<OwnedTensor>,
    bar: &ProgressBar,
) -> Result<std::result::Result<Ran, String>> {
    let (library, judged, threads) = (ready.library, ready.judged.clone(), ready.threads);
    let (path, values, bar) = (args.trace_out.clone(), args.trace_values, bar.clone());
    let options = RootsOptions { memory: args.memory << 20 };
    let work = move || -> std::result::Result<Ran, TraceFileError> {
        let tracer = Tracer::new(library, &judged.model, &judged.graph, threads);
        let value = |s: &Source| match s {
            Source::Value(at) => Some(*at),
            Source::Weight(_) => None,
        };
        let wanted: Vec<usize> = judged.graph.outputs.iter().filter_map(value).collect();
        let mut outputs: Vec<Option<OwnedTensor>> = vec![None; wanted.len()];
        tracer.run(&inputs, &wanted, &mut |position, tensor| {
            for (place, _) in outputs.iter_mut().zip(&wanted).filter(|(_, at)| **at == position) {
                *place = Some(OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?);
            }
            Ok(())
        })?;
        let outputs: Option<Vec<OwnedTensor>> = outputs.into_iter().collect();
        let outputs = outputs.ok_or_else(|| TraceError::Call("an output of the model is no tensor".into()))?;
        let Some(path) = path else { return Ok((outputs, None)) };
        bar.set_message("committing to every value");
        let mut progress = |done: usize, all: usize| {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        };
        let run = write_trace(&judged, &tracer, &inputs, &options, &path, values, &mut progress)?;
        Ok((outputs, Some((run.list.root(), run.list.roots().len()))))
    };
    let done = tokio::task::spawn_blocking(work).await.context("the run broke off")?;
    match done {
        Ok(ran) => Ok(Ok(ran)),
        Err(TraceFileError::Run(TraceError::Run(reason))) => Ok(Err(reason)),
        Err(error) => Err(CliError::new(format!("the model could not be run: {error}"))),
    }
}

fn state(claimed: Option<&Output>, own: &OwnedTensor) -> OutputState {
    let bytes = match claimed {
        None => return OutputState::Unclaimed,
        Some(Output::Raw(bytes)) => bytes,
        Some(Output::Tensor(tensor)) => {
            let same = tensor.dtype.code() == own.header.dtype.code()
                && tensor.shape.iter().map(|d| u64::from(*d)).eq(own.header.dims.iter().copied());
            if !same {
                let dtype = input::dtype_name(tensor.dtype);
                return OutputState::Other(format!("claimed to be {dtype} {:?}", tensor.shape));
            }
            &tensor.data
        },
    };
    if bytes.len() != own.data.len() {
        return OutputState::Other(format!("claimed with {} bytes, not {}", bytes.len(), own.data.len()));
    }
    differ::compare(own.header.dtype, bytes, &own.data).map_or(OutputState::Equal, OutputState::Differs)
}

/// Compare with the host's trace and find the fault.
async fn audited(
    args: &Verify,
    model: &Model,
    ready: &Ready,
    inputs: Vec<OwnedTensor>,
    claimed: Claimed,
    bar: &ProgressBar,
) -> Result<Report> {
    let host = host(args, &claimed)?;
    bar.set_message("asking for the host's roots");
    let asked = host.clone();
    let roots = tokio::task::spawn_blocking(move || asked.roots()).await.context("asking the host broke off")?;
    let roots = match roots {
        Ok(roots) => RootList::new(candor_commitments::TAG_TRACE, roots),
        Err(withheld) => return Ok(finish(ready, Verdict::Withheld(withheld.0), Vec::new(), &claimed)),
    };
    if claimed.failed().is_some_and(|(_, index)| index == u64::MAX) {
        return match own_run(args, ready, inputs, bar).await? {
            Ok(_) => Ok(finish(ready, Verdict::NoFailure, Vec::new(), &claimed)),
            Err(reason) => Ok(finish(ready, Verdict::Fails { reason, claimed: true }, Vec::new(), &claimed)),
        };
    }
    if args.trace_out.is_some() {
        let _ = own_run(args, ready, inputs.clone(), bar).await?;
    }
    let claim = claim(&model.spec, &claimed, &inputs)?;
    bar.set_message(if args.other_profile { "rerunning every node" } else { "committing to every value" });
    let case = Case {
        library: ready.library,
        judged: ready.judged.clone(),
        threads: ready.threads,
        inputs,
        claim,
        trace: Some(roots.root()),
        host,
        other_profile: args.other_profile,
        options: AuditOptions { memory: args.memory << 20, ..AuditOptions::default() },
    };
    let shown = bar.clone();
    let progress = move |done: usize, all: usize| {
        shown.set_length(all as u64);
        shown.set_position(done as u64);
    };
    let found = audit(case, progress).await.map_err(explain)?;
    let trace = Some((roots.root(), roots.roots().len()));
    let report = |verdict| finish(ready, verdict, Vec::new(), &claimed);
    Ok(match found {
        Audited::Clean(work) => {
            let verdict = if args.other_profile { Verdict::Consistent } else { Verdict::Clean };
            Report { trace, work: Some(work), ..report(verdict) }
        },
        Audited::Withheld(reason) => Report { trace, ..report(Verdict::Withheld(reason)) },
        Audited::Unexplained { value, work } => {
            Report { trace, work: Some(work), ..report(Verdict::Unexplained(value)) }
        },
        Audited::Fault(proof) => {
            let file = EvidenceFile { commitments: proof.commitments, evidence: proof.evidence };
            let account = Account::of(&file)
                .map_err(|e| CliError::new(format!("evidence was made that the chain would not accept: {e}")))?;
            if let Some(path) = &args.evidence {
                file.write(path).context(format!("{} cannot be written", path.display()))?;
            }
            let verdict = Verdict::Fault(Box::new(account));
            Report { trace, evidence: args.evidence.clone(), ..report(verdict) }
        },
    })
}

fn explain(error: AuditFailure) -> CliError {
    CliError::new(error.to_string())
}

/// Where the host's trace comes from.
fn host(args: &Verify, claimed: &Claimed) -> Result<Arc<dyn HostTrace + Send + Sync>> {
    if let Some(path) = &args.trace {
        let file = TraceFile::open(path).map_err(|e| {
            CliError::usage(format!("{}: {e}", path.display()))
                .hint("`candor verify --trace-out FILE --trace-values` writes traces")
        })?;
        return Ok(Arc::new(file));
    }
    let url = args.host.as_deref().unwrap_or_default();
    let receipt = match &args.receipt {
        Some(hash) => candor_engine::store::parse_root(hash)
            .ok_or_else(|| CliError::usage(format!("`{hash}` is no hash: it has 64 hexadecimal digits")))?,
        None => claimed.receipt_hash().ok_or_else(|| {
            CliError::usage("which receipt should the host show the trace of?")
                .hint("give --receipt HASH, or the answer with --answer or --job")
        })?,
    };
    let remote = RemoteTrace::new(url, receipt).context("the HTTP client cannot start")?;
    Ok(Arc::new(remote))
}

/// What the host says of the run.
fn claim(spec: &ReleaseSpec, claimed: &Claimed, inputs: &[OwnedTensor]) -> Result<Claim> {
    let inputs = inputs.iter().map(|t| CommittedTensor::new(&t.header, &t.data, Layout::Natural).root).collect();
    let mut outputs = Vec::new();
    if let Some((node, index)) = claimed.failed() {
        return Ok(Claim { end: End::Failed { node, index }, ..Claim::outputs(inputs, outputs) });
    }
    for (declared, output) in spec.outputs.iter().zip(&claimed.outputs) {
        let name = text(&declared.name);
        match output {
            Some(Output::Tensor(tensor)) => outputs.push(tensor.root().0),
            Some(Output::Raw(_)) => {
                return Err(CliError::usage(format!("with a trace, the output `{name}` needs its shape"))
                    .hint("give it as a NumPy file with --output"))
            },
            None => {
                return Err(CliError::usage(format!("the claimed output `{name}` is missing"))
                    .hint("a receipt commits to all outputs: give each with --output, or --answer"))
            },
        }
    }
    Ok(Claim::outputs(inputs, outputs))
}

fn finish(ready: &Ready, verdict: Verdict, outputs: Vec<OutputReport>, claimed: &Claimed) -> Report {
    Report {
        verdict,
        variant: crate::output::hash(&ready.variant.root),
        exact: ready.variant.judging.exact,
        outputs,
        trace: None,
        work: None,
        evidence: None,
        receipt: claimed.receipt_hash().map(|hash| crate::output::hash(&hash)),
    }
}
