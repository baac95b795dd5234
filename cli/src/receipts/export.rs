//! `candor receipts export`, and what reads it again.

use super::{find::Found, payloads, show::to_json};
use crate::{
    args::Format,
    errors::{CliError, Context, Result},
    infer::{input::dtype_name, values},
    output::Out,
};
use candor_gateway::NamedTensor;
use candor_primitives::{SignedReceipt, WorkerKey};
use codec::{Decode, DecodeAll, Encode};
use serde::Deserialize;
use serde_json::{json, Value};
use sp_core::H256;
use std::{io::Write, path::Path};

/// First bytes of a SCALE export.
const MAGIC: [u8; 8] = *b"candorR1";

/// A receipt with everything that a challenge needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The receipt.
    pub receipt: SignedReceipt,
    /// Key that signed it.
    pub worker: WorkerKey,
    /// The inputs, in the order of the manifest.
    pub inputs: Vec<NamedTensor>,
    /// Roots of the outputs.
    pub roots: Vec<H256>,
    /// The outputs; none if they were not kept, or the run failed.
    pub outputs: Vec<NamedTensor>,
}

/// As it lies in a file, after the magic.
#[derive(Encode, Decode)]
struct Raw {
    receipt: SignedReceipt,
    worker: WorkerKey,
    inputs: Vec<u8>,
    roots: Vec<H256>,
    outputs: Vec<u8>,
}

impl Exported {
    /// Of a receipt in a folder.
    pub fn of(found: &Found) -> Result<Self> {
        let inputs = found.inputs()?.ok_or_else(|| {
            CliError::new(format!("the inputs of {} are not kept any more", found.place()))
                .hint("without them nobody can run the call again; --keep of `candor proxy` says how much is kept")
        })?;
        Ok(Self {
            receipt: found.answer.receipt.clone(),
            worker: found.past.opened.worker,
            inputs,
            roots: found.answer.outputs.clone(),
            outputs: found.outputs()?.unwrap_or_default(),
        })
    }

    fn encode(&self) -> Vec<u8> {
        let (receipt, worker, roots) = (self.receipt.clone(), self.worker, self.roots.clone());
        let (inputs, outputs) = (payloads::encode(&self.inputs), payloads::encode(&self.outputs));
        let raw = Raw { receipt, worker, inputs, roots, outputs };
        [&MAGIC[..], &raw.encode()].concat()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut raw = bytes.strip_prefix(&MAGIC)?;
        let Raw { receipt, worker, inputs, roots, outputs } = Raw::decode_all(&mut raw).ok()?;
        let (inputs, outputs) = (payloads::decode(&inputs)?, payloads::decode(&outputs)?);
        Some(Self { receipt, worker, inputs, roots, outputs })
    }
}

/// Read what `candor receipts export --format scale` wrote.
pub fn read_exported(file: &Path) -> Result<Exported> {
    let bytes =
        std::fs::read(file).map_err(|error| CliError::usage(format!("{} cannot be read: {error}", file.display())))?;
    Exported::decode(&bytes).ok_or_else(|| {
        CliError::usage(format!("{} is no exported receipt", file.display()))
            .hint("`candor receipts export ID --format scale --out FILE` writes one")
    })
}

/// What `candor proxy` kept of an answer that it refused.
#[derive(Deserialize)]
struct Suspect {
    worker: String,
    signed_receipt: Option<String>,
    inputs: String,
    outputs: Option<String>,
    output_roots: Vec<H256>,
}

/// Read an answer that `candor proxy` refused.
pub fn read_suspect(file: &Path) -> Result<Exported> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| CliError::usage(format!("{} cannot be read: {error}", file.display())))?;
    let wrong = || CliError::usage(format!("{} is not what `candor proxy` keeps of a refused answer", file.display()));
    let suspect: Suspect = serde_json::from_str(&text).map_err(|_| wrong())?;
    let bytes = |hex: &str| hex::decode(hex.trim_start_matches("0x")).map_err(|_| wrong());
    let receipt = suspect.signed_receipt.ok_or_else(|| {
        CliError::new("the answer came without a receipt: nothing can be shown with it").hint("it was not paid")
    })?;
    let worker = <[u8; 32]>::try_from(bytes(&suspect.worker)?).map_err(|_| wrong())?;
    let outputs = suspect.outputs.as_deref().map(bytes).transpose()?;
    Ok(Exported {
        receipt: SignedReceipt::decode_all(&mut bytes(&receipt)?.as_slice()).map_err(|_| wrong())?,
        worker: WorkerKey::from_raw(worker),
        inputs: payloads::decode(&bytes(&suspect.inputs)?).ok_or_else(wrong)?,
        roots: suspect.output_roots,
        outputs: outputs.and_then(|bytes| payloads::decode(&bytes)).unwrap_or_default(),
    })
}

pub(super) fn run(found: &[Found], format: Format, file: Option<&Path>, out: &Out) -> Result<u8> {
    let bytes = match format {
        Format::Jsonl => lines(found)?,
        Format::Scale => match found {
            [one] => Exported::of(one)?.encode(),
            several => {
                return Err(CliError::usage(format!("{} receipts do not fit one file", several.len()))
                    .hint("name one, by its hash or SESSION:INDEX"))
            },
        },
    };
    match file {
        Some(file) => {
            std::fs::write(file, &bytes).context(format!("{} cannot be written", file.display()))?;
            out.note(format!("{} receipts, {} bytes in {}", found.len(), bytes.len(), file.display()));
        },
        None => std::io::stdout().write_all(&bytes).context("standard output cannot be written")?,
    }
    Ok(0)
}

fn lines(found: &[Found]) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    for found in found {
        let mut document = to_json(found);
        document["inputs"] = tensors(found.inputs()?.as_deref());
        document["outputs"] = tensors(found.outputs()?.as_deref());
        lines.extend(document.to_string().into_bytes());
        lines.push(b'\n');
    }
    Ok(lines)
}

/// As `candor infer --json-input` reads tensors.
fn tensors(tensors: Option<&[NamedTensor]>) -> Value {
    let one = |NamedTensor { name, tensor }: &NamedTensor| {
        let data = values::to_json(tensor.dtype, &tensor.data).unwrap_or_default();
        json!({ "name": name, "dtype": dtype_name(tensor.dtype), "shape": tensor.shape.as_slice(), "data": data })
    };
    tensors.map_or(Value::Null, |tensors| tensors.iter().map(one).collect())
}
