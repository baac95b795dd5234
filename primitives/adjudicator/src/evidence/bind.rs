//! Whether a trace belongs to a receipt: it must hold the receipt's inputs and outputs.

use super::{Commitments, Evidence, EvidenceError, Fault, Finding, Leaf, Outcome, Verdict};
use candor_commitments::{verify_list, Hasher, TAG_TENSORS, TAG_TRACE};

/// Why a binding cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindError {
    /// The release has no such input or output.
    Number,
    /// The root is not in the receipt's list.
    Receipt,
    /// The root is not where the graph's header says it must be in the trace.
    Trace,
}

impl core::fmt::Display for BindError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Number => "there is no such input or output",
            Self::Receipt => "the root is not in the receipt's list",
            Self::Trace => "the root is not at its place in the trace",
        })
    }
}

/// The lists hold what is shown, and the two roots differ: convicted.
pub(super) fn judge<H: Hasher>(evidence: &Evidence, commitments: &Commitments) -> Result<Verdict, EvidenceError> {
    let (Fault::Binding { output, number, receipt, trace }, Leaf::Header(header)) =
        (&evidence.fault, &evidence.leaf.leaf)
    else {
        return Err(EvidenceError::Fault);
    };
    let list = match (output, &commitments.outcome) {
        (false, _) => &commitments.inputs,
        (true, Outcome::Output(root)) => root,
        (true, Outcome::Failed { .. }) => return Err(EvidenceError::Fault),
    };
    let places = if *output { &header.outputs } else { &header.inputs };
    let place = usize::try_from(*number).ok().and_then(|n| places.get(n)).copied();
    let place = place.ok_or(EvidenceError::Bind(BindError::Number))?;
    verify_list::<H>(TAG_TENSORS, list, receipt.count, *number, &[receipt.root], &receipt.proof)
        .map_err(|_| EvidenceError::Bind(BindError::Receipt))?;
    verify_list::<H>(TAG_TRACE, &commitments.trace, trace.count, place, &[trace.root], &trace.proof)
        .map_err(|_| EvidenceError::Bind(BindError::Trace))?;
    let finding = Finding::Binding { output: *output, number: *number, receipt: receipt.root, trace: trace.root };
    Ok(Verdict::new(receipt.root != trace.root, finding))
}
