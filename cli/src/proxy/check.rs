//! What is checked of an answer before it is handed on.

use candor_commitments::Blake2b256;
use candor_gateway::NamedTensor;
use candor_primitives::{
    release::Bindings, tensor::list_root, Outcome, ReceiptDraft, ReleaseSpec, SignedReceipt, WorkerKey,
};
use candor_verifier::commit::Lanes;
use sp_core::{sr25519, Pair, H256};

/// Why an answer is not handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has no receipt.
    NoReceipt,
    /// The signature is not of the host's worker key.
    Signature,
    /// A field of the receipt is not what was asked.
    Draft(&'static str),
    /// The outputs are not those that the receipt commits to.
    Outputs(&'static str),
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoReceipt => f.write_str("it has no receipt"),
            Self::Signature => f.write_str("its receipt is not signed by the host's worker key"),
            Self::Draft(field) => write!(f, "its receipt is of {field}"),
            Self::Outputs(what) => f.write_str(what),
        }
    }
}

/// An answer as it came.
#[derive(Clone, Copy, Debug)]
pub struct Came<'a> {
    /// The receipt.
    pub receipt: Option<&'a SignedReceipt>,
    /// Roots of the outputs, as the host says.
    pub roots: &'a [H256],
    /// The outputs; none of a failed run.
    pub outputs: Option<&'a [NamedTensor]>,
}

/// Check an answer against what was asked; gives the hash of its receipt and the roots of the outputs.
pub fn check(
    asked: &ReceiptDraft,
    worker: &WorkerKey,
    spec: &ReleaseSpec,
    bound: &Bindings<'_>,
    came: Came<'_>,
) -> Result<(H256, Vec<H256>), Fault> {
    let signed = came.receipt.ok_or(Fault::NoReceipt)?;
    draft(asked, &signed.receipt.draft)?;
    let roots = match (&signed.receipt.outcome, came.outputs) {
        (Outcome::Output(root), Some(outputs)) => {
            let roots = fitting(spec, bound, outputs)?;
            if roots != came.roots {
                return Err(Fault::Outputs("its outputs are not those whose roots the host gives"));
            }
            if list_root::<Blake2b256>(roots.iter()) != *root {
                return Err(Fault::Outputs("its outputs are not those that its receipt commits to"));
            }
            roots
        },
        (Outcome::Output(_), None) => return Err(Fault::Outputs("its receipt is of outputs, and there are none")),
        (Outcome::Failed { .. }, Some(_)) => {
            return Err(Fault::Outputs("its receipt is of a failed run, and there are outputs"))
        },
        (Outcome::Failed { .. }, None) => Vec::new(),
    };
    let hash = signed.receipt.hash::<Blake2b256>();
    if !sr25519::Pair::verify(&signed.signature, hash.0, worker) {
        return Err(Fault::Signature);
    }
    Ok((hash, roots))
}

/// Names, types, shapes and bytes as the manifest has them; gives the roots.
fn fitting(spec: &ReleaseSpec, bound: &Bindings<'_>, outputs: &[NamedTensor]) -> Result<Vec<H256>, Fault> {
    let names = spec.outputs.iter().map(|declared| declared.name.as_slice());
    if !names.eq(outputs.iter().map(|output| output.name.as_bytes())) {
        return Err(Fault::Outputs("its outputs are not the model's"));
    }
    let shapes = outputs.iter().map(|output| (output.tensor.dtype, &output.tensor.shape));
    spec.fit_outputs(shapes, bound.clone())
        .map_err(|_| Fault::Outputs("its outputs have types or shapes that the model does not give"))?;
    if outputs.iter().any(|output| output.tensor.check().is_err()) {
        return Err(Fault::Outputs("the bytes of its outputs do not fit their shapes"));
    }
    Ok(outputs.iter().map(|output| output.tensor.root_by::<Lanes>()).collect())
}

/// The first field that differs.
fn draft(asked: &ReceiptDraft, signed: &ReceiptDraft) -> Result<(), Fault> {
    let fields = [
        (asked.genesis == signed.genesis, "another chain"),
        (asked.path == signed.path, "another call"),
        (asked.release == signed.release, "another release"),
        (asked.variant == signed.variant, "another variant"),
        (asked.input_root == signed.input_root, "other inputs"),
        (asked.requester == signed.requester, "another requester"),
        (asked.host == signed.host, "another host"),
        (asked.units == signed.units, "another number of units"),
        (asked.fee == signed.fee, "another price"),
        (asked.insured == signed.insured, "another insured value"),
        (asked.block == signed.block, "another block"),
    ];
    match fields.into_iter().find(|(same, _)| !same) {
        Some((_, what)) => Err(Fault::Draft(what)),
        None => Ok(()),
    }
}
