//! `candor receipts verify`.

use super::find::Found;
use crate::{
    args::{Globals, InputArgs, Verify},
    errors::{CliError, Result},
    infer::input::Input,
    output::{self, Out},
    verify::{self, claimed, model, report::Verdict},
};
use candor_commitments::Blake2b256;
use candor_engine::traces::in_order;
use candor_gateway::NamedTensor;
use candor_primitives::{tensor::list_root, Outcome, ReleaseId};
use serde_json::{json, Value};
use sp_core::{sr25519, Pair, H256};
use std::{
    collections::{hash_map::Entry, HashMap},
    path::PathBuf,
};

/// Exit code where something is wrong.
const WRONG: u8 = 6;
/// Most mebibytes of values in memory.
const MEMORY: u64 = 2048;

/// Run the models again, too.
pub(super) struct Rerun<'a> {
    pub(super) globals: &'a Globals,
    pub(super) ort: Option<PathBuf>,
}

/// What came of one receipt.
struct Checked {
    wrong: Vec<String>,
    skipped: Option<String>,
    ran: bool,
}

pub(super) async fn run(found: Vec<Found>, rerun: Option<Rerun<'_>>, out: &Out) -> Result<u8> {
    let bar = out.steps();
    bar.set_length(found.len() as u64);
    bar.set_message("checking receipts");
    let mut models = Models::default();
    let (mut documents, mut wrong, mut skipped, mut ran) = (Vec::new(), Vec::new(), 0, 0);
    for found in &found {
        let mut checked = Checked { wrong: faults(found)?, skipped: None, ran: false };
        if let Some(rerun) = rerun.as_ref().filter(|_| checked.wrong.is_empty()) {
            again(found, rerun, &mut models, out, &mut checked).await?;
        }
        ran += usize::from(checked.ran);
        skipped += usize::from(checked.skipped.is_some());
        if !checked.wrong.is_empty() {
            wrong.push(format!("{} {}: {}", found.place(), output::hash(&found.hash()), checked.wrong.join("; ")));
        }
        documents.push(document(found, &checked));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let all = found.len();
    let summary = json!({
        "checked": all, "wrong": wrong.len(), "run_again": ran, "not_run_again": skipped, "receipts": documents,
    });
    out.document(&summary, || {
        let mut text = format!("{} of {all} receipts are right", all - wrong.len());
        if rerun.is_some() {
            text += &format!("; {ran} were run again, {skipped} could not be");
        }
        for wrong in &wrong {
            text += &format!(
                "\nWRONG {wrong}\n  `candor challenge --receipt ID` shows it to the chain while its session lives"
            );
        }
        text
    });
    Ok(if wrong.is_empty() { 0 } else { WRONG })
}

fn document(found: &Found, checked: &Checked) -> Value {
    json!({
        "receipt": output::hash(&found.hash()), "session": found.past.terms().session, "index": found.answer.index,
        "right": checked.wrong.is_empty(), "wrong": checked.wrong, "run_again": checked.ran, "skipped": checked.skipped,
    })
}

/// Everything that can be checked without the model; empty if all is right.
pub fn faults(found: &Found) -> Result<Vec<String>> {
    let Found { past, answer } = found;
    let (terms, receipt) = (past.terms(), &answer.receipt.receipt);
    let mut wrong = Vec::new();
    let hash = found.hash();
    if !sr25519::Pair::verify(&answer.receipt.signature, hash.0, &past.opened.worker) {
        wrong.push("it is not signed by the session's worker key".to_owned());
    }
    let draft = &receipt.draft;
    if terms.draft(answer.index, draft.units, draft.input_root).as_ref() != Some(draft) {
        wrong.push("it does not follow from the session's terms".to_owned());
    }
    match found.asked() {
        None => wrong.push("nothing with its inputs was sent".to_owned()),
        Some(asked) => {
            if asked.units != draft.units {
                wrong.push("it counts other units than the call had".to_owned());
            }
            let kept: Option<Vec<H256>> = found.inputs()?.map(roots);
            if kept.is_some_and(|kept| kept != asked.inputs.iter().map(|input| input.root).collect::<Vec<_>>()) {
                wrong.push("the inputs that were kept are others".to_owned());
            }
        },
    }
    match receipt.outcome {
        Outcome::Output(root) => {
            if list_root::<Blake2b256>(answer.outputs.iter()) != root {
                wrong.push("it commits to other outputs than those that came".to_owned());
            }
            if found.outputs()?.map(roots).is_some_and(|kept| kept != answer.outputs) {
                wrong.push("the outputs that were kept are others".to_owned());
            }
        },
        Outcome::Failed { .. } if answer.outputs.is_empty() => {},
        Outcome::Failed { .. } => wrong.push("a failed run has no outputs".to_owned()),
    }
    Ok(wrong)
}

fn roots(tensors: Vec<NamedTensor>) -> Vec<H256> {
    tensors.iter().map(|tensor| tensor.tensor.root()).collect()
}

/// Models that are ready to be run, by release.
#[derive(Default)]
struct Models(HashMap<ReleaseId, std::result::Result<(model::Model, model::Ready), String>>);

async fn again(found: &Found, rerun: &Rerun<'_>, models: &mut Models, out: &Out, checked: &mut Checked) -> Result<()> {
    let (Some(inputs), Some(outputs)) = (found.inputs()?, found.outputs()?) else {
        checked.skipped = Some("its inputs or outputs are not kept any more".into());
        return Ok(());
    };
    let release = found.past.terms().release;
    let args = as_verify(release, rerun.ort.clone());
    let made = match models.0.entry(release) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(place) => {
            let made = ready(&args, rerun.globals, found, out).await;
            place.insert(made.map_err(|error| error.to_string()))
        },
    };
    let (model, ready) = match made {
        Ok(ready) => (&ready.0, &ready.1),
        Err(reason) => {
            checked.skipped = Some(reason.clone());
            return Ok(());
        },
    };
    let receipt = found.answer.receipt.receipt.clone();
    let claimed = claimed::with_receipt(&model.spec, outputs.into_iter().map(input).collect(), receipt)?;
    let tensors = inputs.into_iter().map(|tensor| tensor.tensor).collect::<Vec<_>>();
    let tensors = in_order(&model.spec, &ready.judged, tensors).map_err(|e| CliError::new(e.to_string()))?;
    let report = verify::rerun(&args, &model.spec, ready, tensors, claimed, &indicatif::ProgressBar::hidden()).await?;
    checked.ran = true;
    match report.verdict {
        Verdict::Clean => {},
        // Where it fails is judged on chain; that it does is what can be told here.
        Verdict::Fails { claimed: true, .. } => {},
        _ => checked.wrong.push("the model gives another answer on this machine".into()),
    }
    Ok(())
}

async fn ready(args: &Verify, globals: &Globals, found: &Found, out: &Out) -> Result<(model::Model, model::Ready)> {
    let model = model::find(args, globals).await?;
    let ready = model::ready(args, &model, Some(&found.answer.receipt.receipt), out).await?;
    Ok((model, ready))
}

/// A tensor as `candor verify` has it.
pub(crate) fn input(tensor: NamedTensor) -> Input {
    let NamedTensor { name, tensor } = tensor;
    Input { name, dtype: tensor.dtype, shape: tensor.shape.to_vec(), data: tensor.data.to_vec() }
}

/// As `candor verify` is asked for it.
fn as_verify(release: ReleaseId, ort: Option<PathBuf>) -> Verify {
    Verify {
        attested: false,
        model: release.to_string(),
        inputs: InputArgs { texts: Vec::new(), json_input: None, npy: Vec::new() },
        output: Vec::new(),
        raw_output: Vec::new(),
        answer: None,
        job: None,
        host: None,
        receipt: None,
        trace: None,
        evidence: None,
        trace_out: None,
        trace_values: false,
        other_profile: false,
        memory: MEMORY,
        ort,
    }
}
