//! The answer of a job, checked, and how it is shown and saved.

use super::{facts, input::dtype_name, npy, values, verify, Done};
use crate::{
    account::address,
    amounts,
    args::Infer,
    chain::Chain,
    errors::{CliError, Context, Result},
    files, job,
    model::refs,
    output,
};
use candor_engine::tensors::TensorData;
use candor_primitives::{
    release::Bindings,
    tensor::{elements, Shape},
    BlockNumber, DType, Outcome, Payload, Receipt, ReleaseSpec,
};
use candor_runtime_api::views::{AnswerView, ReleaseView};
use serde_json::{json, Value};
use std::path::{Path, PathBuf};

/// Values of an output that are shown unless all are asked for.
const SHOWN: usize = 8;
/// Most bytes of one output that are fetched.
const LIMIT: u64 = 1 << 32;

/// A checked answer.
pub struct Answer {
    receipt: Receipt,
    view: AnswerView,
    outputs: Vec<Output>,
    job: u64,
    submitted: BlockNumber,
    delivered: BlockNumber,
    /// Hosts that answered alike, and hosts that were asked.
    agreed: (usize, u8),
}

struct Output {
    name: String,
    dtype: DType,
    shape: Vec<u32>,
    data: Vec<u8>,
}

impl Answer {
    /// Check all answers of a job; keeps the one that most hosts gave.
    pub(super) async fn check(
        chain: &Chain,
        asked: &verify::Asked,
        spec: &ReleaseSpec,
        bound: Bindings<'_>,
        done: Done,
        redundancy: u8,
    ) -> Result<Self> {
        let mut checked = Vec::new();
        for answer in &done.view.answers {
            let host = chain.host(&answer.host, Some(done.head)).await?;
            let host =
                host.ok_or_else(|| CliError::new("the answer must not be trusted: its host is not registered"))?;
            checked.push((verify::check(asked, answer, &host.worker)?, answer));
        }
        let alike = |receipt: &Receipt| checked.iter().filter(|(other, _)| other.outcome == receipt.outcome).count();
        let best = checked.iter().max_by_key(|(receipt, _)| alike(receipt));
        let (receipt, view) = best.ok_or_else(|| CliError::new("the job counts as answered, but has no answer"))?;
        let outputs = match &view.output {
            Some(payload) => outputs(spec, bound, payload).await?,
            None => Vec::new(),
        };
        Ok(Self {
            receipt: receipt.clone(),
            view: (*view).clone(),
            outputs,
            job: done.view.id,
            submitted: done.submitted.head.number,
            delivered: job::delivered_in(chain, &done.view, done.head).await?,
            agreed: (alike(receipt), redundancy),
        })
    }

    /// Whether the model failed on the input.
    pub const fn failed(&self) -> bool {
        matches!(self.receipt.outcome, Outcome::Failed { .. })
    }

    /// Write the outputs to the files that were asked for.
    pub fn save(&self, args: &Infer) -> Result<()> {
        for output in &self.outputs {
            let several = self.outputs.len() > 1;
            if let Some(path) = &args.out {
                let path = path_for(path, several, &output.name);
                let bytes = npy::write(output.dtype, &output.shape, &output.data)?;
                std::fs::write(&path, bytes).context(format!("{} cannot be written", path.display()))?;
            }
            if let Some(path) = &args.raw {
                let path = path_for(path, several, &output.name);
                std::fs::write(&path, &output.data).context(format!("{} cannot be written", path.display()))?;
            }
        }
        Ok(())
    }

    /// As JSON, with all values.
    pub fn to_json(&self, release: &ReleaseView) -> Value {
        let draft = &self.receipt.draft;
        let outputs: Vec<Value> = self
            .outputs
            .iter()
            .map(|output| {
                let data = values::to_json(output.dtype, &output.data).unwrap_or_default();
                json!({ "name": output.name, "dtype": dtype_name(output.dtype), "shape": output.shape, "data": data })
            })
            .collect();
        json!({
            "job": self.job, "release": release.id, "model": refs::name(release), "outputs": outputs,
            "outcome": job::outcome_json(&self.receipt.outcome), "fee": amounts::decimal(draft.fee),
            "units": draft.units, "host": address(&draft.host),
            "receipt": {
                "hash": output::hash(&self.view.receipt), "bytes": format!("0x{}", hex::encode(&self.view.receipt_bytes)),
                "signature": format!("0x{}", hex::encode(self.view.signature.0)),
                "input_root": output::hash(&draft.input_root), "variant": output::hash(&draft.variant),
            },
            "agreed": self.agreed.0, "submitted": self.submitted, "delivered": self.delivered,
            "blocks": self.delivered.saturating_sub(self.submitted),
        })
    }

    /// As text.
    pub fn describe(&self, release: &ReleaseView, full: bool) -> String {
        let mut text = String::new();
        for output in &self.outputs {
            text += &describe(output, full);
        }
        if let Outcome::Failed { node, index } = self.receipt.outcome {
            text += "The model failed on this input: ONNX Runtime ended the run with an error";
            if node != u32::MAX {
                text += &format!(" at node {node} of the graph");
            }
            if index != u64::MAX {
                text += &format!(", element {index}");
            }
            text += ".\nOf the fee below, only the base price is due.\n";
        }
        let blocks = self.delivered.saturating_sub(self.submitted);
        text += &format!("\nmodel      {} (release {})\n", refs::name(release), release.id);
        text += &facts(self.receipt.draft.fee, &self.receipt.draft.host);
        text += &format!(
            "receipt    {} (checked)\njob        {}, submitted in block {}, delivered in block {} ({blocks} {} later)\n",
            output::hash(&self.view.receipt),
            self.job,
            self.submitted,
            self.delivered,
            if blocks == 1 { "block" } else { "blocks" },
        );
        if self.agreed.1 > 1 {
            text += &format!(
                "agreement  {} of {} hosts gave this answer; the fee is that of each\n",
                self.agreed.0, self.agreed.1
            );
        }
        text
    }
}

/// The outputs with their bytes, checked against the release.
async fn outputs(spec: &ReleaseSpec, bound: Bindings<'_>, payload: &Payload) -> Result<Vec<Output>> {
    spec.fit_outputs(payload.shapes().into_iter(), bound)
        .map_err(|_| CliError::new("the answer must not be trusted: its outputs are not those of the model"))?;
    let names = spec.outputs.iter().map(|declared| output::text(&declared.name));
    let output = |name, dtype, shape: &Shape, data| Output { name, dtype, shape: shape.to_vec(), data };
    match payload {
        Payload::Inline(tensors) => Ok(names
            .zip(tensors)
            .map(|(name, tensor)| output(name, tensor.dtype, &tensor.shape, tensor.data.to_vec()))
            .collect()),
        Payload::Content { tensors, source } => {
            let mut outputs = Vec::new();
            for (name, tensor) in names.zip(tensors) {
                let size = tensor.dtype.size().and_then(|size| elements(&tensor.shape)?.checked_mul(size.into()));
                let data = files::tensor(&output::text(source), tensor, size.unwrap_or(LIMIT).min(LIMIT)).await?;
                let tensor = TensorData { dtype: tensor.dtype, shape: tensor.shape.clone(), data: data.into() };
                tensor.check().map_err(|_| {
                    CliError::new("the answer must not be trusted: the bytes of the output do not fit its shape")
                })?;
                outputs.push(output(name, tensor.dtype, &tensor.shape, tensor.data.to_vec()));
            }
            Ok(outputs)
        },
    }
}

/// An output as text: each row of its last dimension on a line.
fn describe(output: &Output, full: bool) -> String {
    let mut text = format!("{} {} {:?}\n", output.name, dtype_name(output.dtype), output.shape);
    let Ok(values) = values::to_json(output.dtype, &output.data) else {
        return text;
    };
    let row = output.shape.last().copied().unwrap_or(1).max(1) as usize;
    let rows: Vec<&[Value]> = values.chunks(row).collect();
    let (shown_rows, shown) = if full { (rows.len(), row) } else { (SHOWN, SHOWN) };
    for values in rows.iter().take(shown_rows) {
        let words: Vec<String> = values.iter().take(shown).map(word).collect();
        let more = if values.len() > shown { ", ..." } else { "" };
        text += &format!("  [{}{more}]\n", words.join(", "));
    }
    if rows.len() > shown_rows {
        text += &format!("  ... {} more rows (--full shows all)\n", rows.len() - shown_rows);
    }
    text
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) if matches!(text.as_str(), "NaN" | "inf" | "-inf") => text.clone(),
        other => other.to_string(),
    }
}

/// `out.npy`, or `out.NAME.npy` if there are several outputs.
fn path_for(path: &Path, several: bool, name: &str) -> PathBuf {
    if !several {
        return path.to_owned();
    }
    // A name is the publisher's choice and must not lead to another folder.
    let name: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let ending = path.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem}.{name}{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn description_should_be_short_when_not_all_is_asked_for() {
        let data = (0..20u8).map(f32::from).flat_map(f32::to_le_bytes).collect();
        let output = Output { name: "y".into(), dtype: DType::Float32, shape: vec![2, 10], data };
        let short = describe(&output, false);
        assert_eq!(short.lines().next(), Some("y float32 [2, 10]"));
        assert!(short.contains("[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, ...]"), "{short}");
        assert!(describe(&output, true).contains("9.0]"));
    }

    #[test]
    fn path_should_stay_in_its_folder_when_outputs_have_odd_names() {
        assert_eq!(path_for(Path::new("a/out.npy"), false, "y"), Path::new("a/out.npy"));
        assert_eq!(path_for(Path::new("a/out.npy"), true, "../y"), Path::new("a/out..._y.npy"));
        assert_eq!(path_for(Path::new("out"), true, "y"), Path::new("out.y"));
    }
}
