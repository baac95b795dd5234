//! What is claimed to have come out.

use super::model::Model;
use crate::{
    args::Verify,
    errors::{CliError, Result},
    files,
    infer::{input::Input, json, read_npy_file},
    output::text,
};
use candor_primitives::{tensor::elements, Outcome, Payload, Receipt, ReleaseSpec};
use codec::DecodeAll;
use sp_core::H256;

/// Most bytes of one output that are fetched.
const LIMIT: u64 = 1 << 32;

/// A claimed output: with type and shape, or its bytes only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// In full.
    Tensor(Input),
    /// Bytes; type and shape are what the model gives.
    Raw(Vec<u8>),
}

/// What is claimed.
#[derive(Clone, Debug, Default)]
pub struct Claimed {
    /// The outputs, in the release's order; none where nothing is claimed.
    pub outputs: Vec<Option<Output>>,
    /// The receipt, if there is one.
    pub receipt: Option<Receipt>,
}

impl Claimed {
    /// Whether the run is claimed to have failed, and where.
    pub fn failed(&self) -> Option<(u32, u64)> {
        match self.receipt.as_ref()?.outcome {
            Outcome::Failed { node, index } => Some((node, index)),
            Outcome::Output(_) => None,
        }
    }

    /// Whether nothing at all is claimed.
    pub fn is_empty(&self) -> bool {
        self.receipt.is_none() && self.outputs.iter().all(Option::is_none)
    }

    /// Hash of the receipt.
    pub fn receipt_hash(&self) -> Option<H256> {
        self.receipt.as_ref().map(Receipt::hash::<candor_commitments::Blake2b256>)
    }
}

/// Read it.
pub async fn read(args: &Verify, model: &Model) -> Result<Claimed> {
    let spec = &model.spec;
    if let Some(file) = &args.answer {
        let document = std::fs::read_to_string(file)
            .map_err(|e| CliError::usage(format!("{} cannot be read: {e}", file.display())))?;
        let (outputs, receipt) = json::read_answer(&document)?;
        let receipt = Receipt::decode_all(&mut receipt.as_slice())
            .map_err(|_| CliError::usage("the receipt in the answer is damaged"))?;
        return with_receipt(spec, outputs, receipt);
    }
    if let Some(job) = args.job {
        return of_job(model, job).await;
    }
    let mut claimed = Claimed { outputs: vec![None; spec.outputs.len()], receipt: None };
    for argument in &args.output {
        let (at, name, file) = named(spec, argument)?;
        set(&mut claimed, at, &name, Output::Tensor(read_npy_file(&name, &file)?))?;
    }
    for argument in &args.raw_output {
        let (at, name, file) = named(spec, argument)?;
        let bytes = std::fs::read(&file).map_err(|e| CliError::usage(format!("{file} cannot be read: {e}")))?;
        set(&mut claimed, at, &name, Output::Raw(bytes))?;
    }
    Ok(claimed)
}

fn set(claimed: &mut Claimed, at: usize, name: &str, output: Output) -> Result<()> {
    match claimed.outputs.get_mut(at) {
        Some(place @ None) => {
            *place = Some(output);
            Ok(())
        },
        _ => Err(CliError::usage(format!("the output `{name}` is given twice"))),
    }
}

/// `NAME=FILE`, or `FILE` where the model has one output: its place, its name, the file.
pub fn named(spec: &ReleaseSpec, argument: &str) -> Result<(usize, String, String)> {
    let names: Vec<String> = spec.outputs.iter().map(|o| text(&o.name)).collect();
    let given = argument.split_once('=').and_then(|(name, file)| {
        Some((names.iter().position(|known| known == name)?, name.to_owned(), file.to_owned()))
    });
    match (given, names.as_slice()) {
        (Some(given), _) => Ok(given),
        (None, [only]) => Ok((0, only.clone(), argument.to_owned())),
        (None, _) => Err(CliError::usage(format!("`{argument}` does not say which output it is"))
            .hint(format!("write NAME=FILE; the outputs are {}", names.join(", ")))),
    }
}

async fn of_job(model: &Model, job: u64) -> Result<Claimed> {
    let chain = model.chain.as_ref().ok_or_else(|| CliError::new("no chain"))?;
    let view = chain.job(job, None).await?.ok_or_else(|| {
        CliError::new(format!("job {job} is not on the chain: it is final, or never was"))
            .hint("give the answer with --answer, or the outputs with --output")
    })?;
    let answer = view.answers.first().ok_or_else(|| CliError::new(format!("job {job} has no answer yet")))?;
    let receipt = Receipt::decode_all(&mut answer.receipt_bytes.as_slice())
        .map_err(|_| CliError::new("the receipt on the chain is damaged"))?;
    let outputs = match &answer.output {
        None => Vec::new(),
        Some(payload) => fetched(&model.spec, payload).await?,
    };
    with_receipt(&model.spec, outputs, receipt)
}

async fn fetched(spec: &ReleaseSpec, payload: &Payload) -> Result<Vec<Input>> {
    let names = spec.outputs.iter().map(|declared| text(&declared.name));
    let mut outputs = Vec::new();
    match payload {
        Payload::Inline(tensors) => {
            for (name, tensor) in names.zip(tensors) {
                let (dtype, shape, data) = (tensor.dtype, tensor.shape.to_vec(), tensor.data.to_vec());
                outputs.push(Input { name, dtype, shape, data });
            }
        },
        Payload::Content { tensors, source } => {
            for (name, tensor) in names.zip(tensors) {
                let size = tensor.dtype.size().and_then(|size| elements(&tensor.shape)?.checked_mul(size.into()));
                let data = files::tensor(&text(source), tensor, size.unwrap_or(LIMIT).min(LIMIT)).await?;
                outputs.push(Input { name, dtype: tensor.dtype, shape: tensor.shape.to_vec(), data });
            }
        },
    }
    Ok(outputs)
}

/// Outputs with the receipt that commits to them.
pub(crate) fn with_receipt(spec: &ReleaseSpec, outputs: Vec<Input>, receipt: Receipt) -> Result<Claimed> {
    if let Outcome::Output(root) = receipt.outcome {
        let names = spec.outputs.iter().map(|o| text(&o.name));
        if !outputs.iter().map(|o| o.name.as_str()).eq(names.collect::<Vec<_>>().iter().map(String::as_str)) {
            return Err(CliError::usage("the outputs of the answer are not those of this model"));
        }
        let roots: Vec<H256> = outputs.iter().map(Input::root).collect();
        if candor_primitives::tensor::list_root::<candor_commitments::Blake2b256>(roots.iter()) != root {
            return Err(CliError::usage("the outputs are not those that the receipt commits to")
                .hint("NaN bits are lost in JSON: save the outputs with --out or --raw and give them with --output"));
        }
    }
    let outputs = match receipt.outcome {
        Outcome::Output(_) => outputs.into_iter().map(|o| Some(Output::Tensor(o))).collect(),
        Outcome::Failed { .. } => vec![None; spec.outputs.len()],
    };
    Ok(Claimed { outputs, receipt: Some(receipt) })
}
