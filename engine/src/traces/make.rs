//! The work of a trace: runs with values exposed. Blocks; needs a thread of its own.

use super::TraceFailure;
use crate::{library::Library, tensors::TensorData};
use candor_adjudicator::{DType, Header, Layout, Tensor};
use candor_commitments::Blake2b256;
use candor_primitives::{tensor::list_root, Outcome, ReleaseSpec};
use candor_verifier::{
    commit::RootList,
    judged::Judged,
    lower::Source,
    roots::{commit_run, RootsOptions, RunRoots},
    run::{TraceError, Tracer},
    tensor::{byte_len, OwnedTensor},
};
use sp_core::H256;
use std::sync::Arc;

/// A run to be repeated.
pub(super) struct Run {
    pub(super) library: &'static Library,
    pub(super) judged: Arc<Judged>,
    pub(super) threads: usize,
    pub(super) inputs: Vec<OwnedTensor>,
}

impl Run {
    fn tracer(&self) -> Tracer<'_> {
        Tracer::new(self.library, &self.judged.model, &self.judged.graph, self.threads)
    }

    /// All roots, with at most `memory` bytes of values at a time.
    pub(super) fn roots(&self, memory: u64) -> Result<RunRoots, TraceFailure> {
        commit_run(&self.judged, &self.tracer(), &self.inputs, &RootsOptions { memory }, &mut |_, _| ())
            .map_err(|e| failure(&e))
    }

    /// Expose these values in one run; `keep` gets each in each of its layouts, by the position of its root.
    pub(super) fn values(
        &self,
        wanted: &[usize],
        keep: &mut dyn FnMut(u32, Layout, &Tensor<'_>) -> Result<(), TraceFailure>,
    ) -> Result<(), TraceFailure> {
        let mut kept = Ok(());
        let skipped = self
            .tracer()
            .run(&self.inputs, wanted, &mut |value, tensor| {
                let Some(known) = self.judged.graph.values.get(value) else { return Ok(()) };
                for (n, layout) in known.layouts.iter().enumerate() {
                    if let Err(error) = keep(known.first_root + n as u32, *layout, tensor) {
                        kept = Err(error.clone());
                        return Err(error.into());
                    }
                }
                Ok(())
            })
            .map_err(|e| failure(&e));
        kept?;
        match skipped?.first() {
            None => Ok(()),
            Some(value) => Err(TraceFailure::Machine(format!("value {value} is no tensor"))),
        }
    }
}

fn failure(error: &TraceError) -> TraceFailure {
    match error {
        TraceError::Run(reason) => TraceFailure::Failed(reason.clone()),
        other => TraceFailure::Machine(other.to_string()),
    }
}

/// `value`, and values after it as long as all of them together fit into `room`.
pub(super) fn group(judged: &Judged, headers: &[Option<Header>], value: usize, room: u64) -> Vec<usize> {
    let mut wanted = vec![value];
    let mut bytes = spilled_bytes(judged, headers, &wanted);
    for next in value + 1..judged.graph.values.len() {
        if headers.get(next).is_none_or(Option::is_none) {
            continue;
        }
        bytes = bytes.saturating_add(spilled_bytes(judged, headers, &[next]));
        if bytes > room {
            break;
        }
        wanted.push(next);
    }
    wanted
}

/// Bytes that these values take on disk, in all their layouts.
pub(super) fn spilled_bytes(judged: &Judged, headers: &[Option<Header>], values: &[usize]) -> u64 {
    let bytes = |value: &usize| -> Option<u64> {
        let bytes = byte_len(headers.get(*value)?.as_ref()?)? as u64;
        let layouts = judged.graph.values.get(*value)?.layouts.len() as u64;
        // A hash for every chunk stands beside the bytes.
        Some((bytes + candor_commitments::chunk_count(bytes) * 32) * layouts)
    };
    values.iter().filter_map(bytes).sum()
}

/// As the verifier holds it; `None` for texts, which cannot be judged.
pub fn tensor_of(tensor: TensorData) -> Option<OwnedTensor> {
    let dtype = DType::from_code(i64::from(tensor.dtype.code()))?;
    let header = Header::new(dtype, tensor.shape.iter().map(|d| u64::from(*d)).collect())?;
    OwnedTensor::new(header, tensor.data).ok()
}

/// A call's inputs, checked to be in the order of the graph that is judged.
///
/// The release lists inputs and outputs in the order of the model, preparation keeps it: bindings and receipts count
/// by it.
pub fn in_order(
    spec: &ReleaseSpec,
    judged: &Judged,
    inputs: Vec<TensorData>,
) -> Result<Vec<OwnedTensor>, TraceFailure> {
    let names: Vec<String> = judged.model.inputs().into_iter().map(|v| v.name).collect();
    let declared = spec.inputs.iter().map(|s| s.name.as_slice());
    if !declared.eq(names.iter().map(String::as_bytes)) {
        return Err(TraceFailure::Release("it lists its inputs in another order than its graph".into()));
    }
    let outputs = judged.model.outputs();
    if !spec.outputs.iter().map(|s| s.name.as_slice()).eq(outputs.iter().map(|o| o.name.as_bytes())) {
        return Err(TraceFailure::Release("it lists its outputs in another order than its graph".into()));
    }
    let tensors: Option<Vec<OwnedTensor>> = inputs.into_iter().map(tensor_of).collect();
    tensors.ok_or_else(|| TraceFailure::Inputs("texts cannot be traced".into()))
}

/// The outputs in a trace are those of the receipt.
pub(super) fn check_outputs(
    judged: &Judged,
    spec: &ReleaseSpec,
    trace: &RootList,
    outcome: &Outcome,
) -> Result<(), TraceFailure> {
    let root = |source: &Source| match source {
        Source::Value(value) => {
            let first = judged.graph.values.get(*value)?.first_root;
            trace.roots().get(first as usize).map(|root| H256(*root))
        },
        Source::Weight(_) => None,
    };
    let roots: Option<Vec<H256>> = judged.graph.outputs.iter().take(spec.outputs.len()).map(root).collect();
    let found = roots.map(|roots| Outcome::Output(list_root::<Blake2b256>(roots.iter())));
    match found.as_ref() == Some(outcome) {
        true => Ok(()),
        false => Err(TraceFailure::Changed),
    }
}
