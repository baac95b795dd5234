//! `candor receipts list` and `show`.

use super::{
    find::{self, Found},
    store::{earned, now},
};
use crate::{
    account::address,
    amounts,
    args::Filter,
    errors::Result,
    infer::input::dtype_name,
    job::outcome_json,
    output::{self, Out},
};
use candor_primitives::{Balance, Outcome};
use codec::Encode;
use serde_json::{json, Value};
use std::path::Path;

/// Digits of a hash that lists show.
const SHORT: usize = 12;

pub(super) fn list(data: &Path, filter: &Filter, limit: usize, out: &Out) -> Result<u8> {
    let mut found = find::all(data, filter)?;
    let (count, paid) = (found.len(), found.iter().map(cost).fold(0, Balance::saturating_add));
    if limit > 0 && found.len() > limit {
        found.drain(..found.len() - limit);
    }
    out.document(&found.iter().map(to_json).collect(), || {
        if found.is_empty() {
            return format!("no receipts in {}", data.display());
        }
        let rows: Vec<Vec<String>> = found.iter().map(row).collect();
        let text = output::table(&["receipt", "call", "age", "model", "units", "CNDR", "ms", "host", ""], &rows);
        let shown =
            if found.len() < count { format!(" (the newest {} are shown)", found.len()) } else { String::new() };
        format!("{text}{count} receipts{shown}, {} in all", amounts::show(paid))
    });
    Ok(0)
}

fn cost(found: &Found) -> Balance {
    earned(found.past.terms(), &found.answer)
}

fn row(found: &Found) -> Vec<String> {
    let Found { past, answer } = found;
    let failed = matches!(answer.receipt.receipt.outcome, Outcome::Failed { .. });
    vec![
        hex::encode(found.hash())[..SHORT].to_owned(),
        found.place(),
        age(now().saturating_sub(answer.at)),
        past.opened.model.clone(),
        answer.receipt.receipt.draft.units.to_string(),
        amounts::decimal(cost(found)),
        format!("{:.1}", answer.micros as f64 / 1000.0),
        address(&past.terms().host),
        if failed { "the run failed".to_owned() } else { String::new() },
    ]
}

fn age(millis: u64) -> String {
    match millis / 1000 {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7200 => format!("{} min", seconds / 60),
        seconds @ 7200..172_800 => format!("{} h", seconds / 3600),
        seconds => format!("{} d", seconds / 86_400),
    }
}

pub(super) fn to_json(found: &Found) -> Value {
    let Found { past, answer } = found;
    let (receipt, terms) = (&answer.receipt.receipt, past.terms());
    let draft = &receipt.draft;
    json!({
        "hash": output::hash(&found.hash()), "session": terms.session, "index": answer.index, "at": answer.at,
        "model": past.opened.model, "release": draft.release, "publisher": address(&past.opened.publisher),
        "variant": output::hash(&draft.variant), "host": address(&draft.host), "requester": address(&draft.requester),
        "units": draft.units, "fee": amounts::decimal(draft.fee), "paid": amounts::decimal(cost(found)),
        "block": draft.block, "genesis": output::hash(&draft.genesis), "input_root": output::hash(&draft.input_root),
        "outcome": outcome_json(&receipt.outcome), "micros": answer.micros,
        "output_roots": answer.outputs.iter().map(output::hash).collect::<Vec<_>>(),
        "worker": format!("0x{}", hex::encode(past.opened.worker.0)),
        "bytes": format!("0x{}", hex::encode(receipt.encode())),
        "signature": format!("0x{}", hex::encode(answer.receipt.signature.0)),
    })
}

pub(super) fn show(data: &Path, id: &str, out: &Out) -> Result<u8> {
    let found = find::one(data, id)?;
    let (inputs, outputs) = (found.inputs()?, found.outputs()?);
    let mut document = to_json(&found);
    document["inputs_kept"] = json!(inputs.is_some());
    document["outputs_kept"] = json!(outputs.is_some());
    out.document(&document, || {
        let Found { past, answer } = &found;
        let draft = &answer.receipt.receipt.draft;
        let mut text = format!(
            "receipt    {}\ncall       {} of session {}, {} ago, {:.1} ms\nmodel      {} (release {})\nhost       {}\nunits      {}\n\
             paid       {}\nblock      {}, genesis {}\ninputs     {}\n",
            output::hash(&found.hash()),
            answer.index,
            past.terms().session,
            age(now().saturating_sub(answer.at)),
            answer.micros as f64 / 1000.0,
            past.opened.model,
            draft.release,
            address(&draft.host),
            draft.units,
            amounts::show(cost(&found)),
            draft.block,
            output::hash(&draft.genesis),
            output::hash(&draft.input_root),
        );
        for input in found.asked().into_iter().flat_map(|asked| &asked.inputs) {
            let (dtype, shape) = (dtype_name(input.dtype), input.shape.as_slice());
            text += &format!("           {dtype} {shape:?} {}\n", output::hash(&input.root));
        }
        text += &match answer.receipt.receipt.outcome {
            Outcome::Output(root) => format!("outputs    {}\n", output::hash(&root)),
            Outcome::Failed { node, .. } => format!("outputs    none: the run failed at node {node}\n"),
        };
        for root in &answer.outputs {
            text += &format!("           {}\n", output::hash(root));
        }
        let kept = |kept: bool| if kept { "kept" } else { "not kept any more" };
        text += &format!(
            "bytes      inputs {}, outputs {}\nsignature  by worker key 0x{}\n",
            kept(inputs.is_some()),
            kept(outputs.is_some()),
            hex::encode(past.opened.worker.0)
        );
        text
    });
    Ok(0)
}
