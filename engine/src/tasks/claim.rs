//! What a receipt claims, read with the roots that its host submitted.

use super::{pursuit::Suspect, TaskRefusal};
use candor_commitments::{Hash, TAG_TENSORS};
use candor_primitives::Outcome;
use candor_verifier::{
    audit::{Claim, End},
    commit::RootList,
    judged::Judged,
    lower::Source,
};
use sp_core::H256;

/// Roots of the graph's outputs in a trace.
fn outputs(judged: &Judged, roots: &[Hash]) -> Option<Vec<Hash>> {
    let root = |source: &Source| match source {
        Source::Value(value) => roots.get(judged.graph.values.get(*value)?.first_root as usize).copied(),
        Source::Weight(_) => None,
    };
    judged.graph.outputs.iter().map(root).collect()
}

/// What a run with this trace comes to.
pub(super) fn outcome(judged: &Judged, roots: &[Hash]) -> Option<Outcome> {
    Some(Outcome::Output(H256(RootList::new(TAG_TENSORS, outputs(judged, roots)?).root())))
}

/// What the receipt claims. It has the root of the list of its outputs only: the list is the one that its answer gave, else
/// the one in the host's trace, or the right one.
pub(super) fn of(suspect: &Suspect, trace: &[Hash], own: &[Hash]) -> Result<Claim, TaskRefusal> {
    let inputs = suspect.input.refs::<candor_commitments::Blake2b256>().iter().map(|t| t.root.0).collect();
    let claim = Claim::outputs(inputs, Vec::new());
    let root = match suspect.receipt.outcome {
        Outcome::Failed { node, index } => return Ok(Claim { end: End::Failed { node, index }, ..claim }),
        Outcome::Output(root) => root,
    };
    let answered = suspect.outputs.iter().map(|root| root.0).collect();
    let lists = [trace, own].into_iter().filter_map(|roots| outputs(&suspect.judged, roots));
    let mut lists = std::iter::once(answered).chain(lists).map(|roots| RootList::new(TAG_TENSORS, roots));
    let list = lists.find(|list| H256(list.root()) == root);
    let unknown = || TaskRefusal::Audit("which outputs the receipt commits to is not known".into());
    Ok(Claim { end: End::Outputs(list.ok_or_else(unknown)?), ..claim })
}
