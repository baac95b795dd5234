//! The work of a trace: runs with values exposed. Blocks; needs a thread of its own.

use super::TraceFailure;
use crate::{conduct::Values, library::Library, tensors::TensorData};
use candor_adjudicator::{DType, Header, Layout, Tensor};
use candor_commitments::{Blake2b256, TAG_TRACE};
use candor_primitives::{tensor::list_root, Outcome, ReleaseSpec};
use candor_verifier::{
    commit::{CommittedTensor, RootList},
    failure::{find, named},
    judged::Judged,
    lower::Source,
    roots::{commit_run, commit_run_before, RootsOptions, RunRoots},
    run::{Shown, SinkResult, TraceError, Tracer},
    tensor::{byte_len, OwnedTensor},
};
use sp_core::H256;
use std::{collections::BTreeSet, sync::Arc};

/// A run to be repeated.
pub(crate) struct Run {
    pub(crate) library: &'static Library,
    pub(crate) judged: Arc<Judged>,
    pub(crate) threads: usize,
    pub(crate) inputs: Vec<OwnedTensor>,
    /// The node at which the run fails: only what comes before it is shown.
    pub(crate) fails: Option<u32>,
    /// Values to show instead.
    pub(crate) told: Option<Values>,
}

/// Receives tensors by the positions of their roots.
pub(crate) type KeepTensor<'k> = &'k mut dyn FnMut(u32, Layout, &Tensor<'_>) -> Result<(), TraceFailure>;

impl Run {
    pub(crate) fn tracer(&self) -> Tracer<'_> {
        Tracer::new(self.library, &self.judged.model, &self.judged.graph, self.threads)
    }

    /// All roots, with at most `memory` bytes of values at a time. Where the run fails, the roots of what comes before,
    /// and zeros.
    pub(crate) fn roots(&self, memory: u64) -> Result<RunRoots, TraceFailure> {
        let options = RootsOptions { memory };
        let (judged, tracer) = (&self.judged, self.tracer());
        if let Some(values) = &self.told {
            return Ok(told_roots(judged, values));
        }
        let roots = match self.fails {
            Some(node) => commit_run_before(judged, &tracer, node, &self.inputs, &options, &mut |_, _| ()),
            None => commit_run(judged, &tracer, &self.inputs, &options, &mut |_, _| ()),
        };
        roots.map_err(|e| failure(&e))
    }

    /// [`Self::roots`], of a run of which it is not known whether it fails.
    pub(crate) fn roots_as_far(&mut self, memory: u64) -> Result<RunRoots, TraceFailure> {
        match self.roots(memory) {
            Err(TraceFailure::Failed(_)) if self.fails.is_none() => {
                self.find_failure()?;
                self.roots(memory)
            },
            roots => roots,
        }
    }

    /// Notes where the run fails, if it does: for runs of which that is not known.
    pub(crate) fn find_failure(&mut self) -> Result<(), TraceFailure> {
        let tracer = Tracer::new(self.library, &self.judged.model, &self.judged.graph, self.threads);
        let error = match tracer.run(&self.inputs, &[], &mut |_, _| Ok(())) {
            Ok(_) => return Ok(()),
            Err(TraceError::Run(error)) => error,
            Err(error) => return Err(failure(&error)),
        };
        let named = named(&self.judged.graph, &error);
        let found = find(&self.judged, &tracer, &self.inputs, named).map_err(|e| failure(&e))?;
        self.fails = Some(found.ok_or(TraceFailure::Failed(error))?.node);
        Ok(())
    }

    /// Expose these values in one run; `keep` gets each in each of its layouts, by the position of its root.
    pub(crate) fn values(&self, wanted: &[usize], keep: KeepTensor<'_>) -> Result<(), TraceFailure> {
        if let Some(values) = &self.told {
            for value in wanted {
                let tensor = values.get(*value).and_then(Option::as_ref);
                let tensor = tensor.ok_or(TraceFailure::Unmade(*value))?;
                self.keep(*value, &tensor.view(), keep)?;
            }
            return Ok(());
        }
        let mut kept = Ok(());
        let mut missing: BTreeSet<usize> = wanted.iter().copied().collect();
        let mut sink = |shown: &[Shown<'_>]| -> SinkResult {
            for s in shown {
                missing.remove(&s.position);
                let tensor = Tensor { header: s.tensor.header.clone(), data: &s.logical()? };
                if let Err(error) = self.keep(s.position, &tensor, keep) {
                    kept = Err(error.clone());
                    return Err(error.into());
                }
            }
            Ok(())
        };
        let ran = match self.fails {
            Some(node) => self.tracer().run_before(node as usize, &self.inputs, wanted, &mut sink),
            None => self.tracer().run_shown(&self.inputs, wanted, &mut sink),
        };
        kept?;
        ran.map_err(|e| failure(&e))?;
        match missing.first() {
            None => Ok(()),
            Some(value) => Err(TraceFailure::Machine(format!("value {value} is no tensor"))),
        }
    }

    fn keep(&self, value: usize, tensor: &Tensor<'_>, keep: KeepTensor<'_>) -> Result<(), TraceFailure> {
        let Some(known) = self.judged.graph.values.get(value) else { return Ok(()) };
        (known.first_root..).zip(&known.layouts).try_for_each(|(root, layout)| keep(root, *layout, tensor))
    }
}

/// The roots of these values.
fn told_roots(judged: &Judged, values: &Values) -> RunRoots {
    let mut roots = Vec::new();
    let mut bytes = 0;
    for (known, tensor) in judged.graph.values.iter().zip(values.iter()) {
        bytes += tensor.as_ref().map_or(0, |t| t.data.len() as u64);
        let root = |layout: &Layout| {
            tensor.as_ref().map_or([0; 32], |t| CommittedTensor::new(&t.header, &t.data, *layout).root)
        };
        roots.extend(known.layouts.iter().map(root));
    }
    let headers = values.iter().map(|t| t.as_ref().map(|t| t.header.clone())).collect();
    RunRoots { list: RootList::new(TAG_TRACE, roots), headers, bytes, runs: 0 }
}

pub(crate) fn failure(error: &TraceError) -> TraceFailure {
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
    if let Outcome::Failed { .. } = outcome {
        return Ok(());
    }
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
