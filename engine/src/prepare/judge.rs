//! How a prepared graph is judged: lowered, proven node by node, committed to.

use super::{check, PrepareError, Step};
use crate::{judging, library::Library, onnx::OnnxModel, profile::Profile, tensors::TensorData};
use candor_adjudicator::{DType as Judgeable, Header, Mode};
use candor_primitives::{Dim, Judging, TensorSpec, UnitRule};
use candor_verifier::{
    judged::Judged,
    lower::{lower, LowerOptions, Source},
    prove::{prove, NodeProof, ProveError, ProveOptions},
    roots::{commit_run, RootsOptions, RunRoots},
    run::Tracer,
    tensor::OwnedTensor,
};
use std::path::Path;

/// A graph whose judging is proven.
pub(super) struct Proven {
    pub(super) judged: Judged,
    pub(super) judging: Judging,
    pub(super) nodes: Vec<NodeProof>,
}

/// Lower the prepared graph, prove the mode of every node, commit to it, write down how it is judged.
pub(super) fn judge(
    library: &'static Library,
    profile: &Profile,
    prepared: &Path,
    inputs: &[TensorSpec],
    units: &UnitRule,
    progress: &(dyn Fn(Step) + Sync),
) -> Result<Proven, PrepareError> {
    let model = OnnxModel::open(prepared)?;
    let block = profile.processor.block();
    let mut graph = lower(&model, &LowerOptions { block, mode: &|_, _| Mode::Bounded })?;
    let names: Vec<String> = model.inputs().into_iter().map(|v| v.name).collect();
    let calls: Vec<Vec<TensorData>> = check::calls(inputs);
    let calls: Result<Vec<_>, _> = calls.iter().map(|call| in_order(&names, inputs, call)).collect();
    let threads = u16::try_from(profile.threads).unwrap_or(u16::MAX);
    let options = ProveOptions { shares: profile.shares(), ..ProveOptions::new(profile.processor.isa(), threads) };
    let proving = |done, all| progress(Step::Proving { done, all });
    let nodes = prove(library, &model, &mut graph, &calls?, &options, &proving).map_err(|error| match error {
        ProveError::Refused(refusals) => PrepareError::Refused(refusals),
        other => PrepareError::Prove(other.to_string()),
    })?;
    progress(Step::Committing);
    let judged = Judged::new(model, graph, block)?;
    let reference = in_order(&names, inputs, &reference(inputs, units))?;
    let run = committed(library, profile, &judged, &reference)?;
    let judging = judging::commit(&judged, run.bytes);
    let path = judging::file_path(prepared);
    std::fs::write(&path, judged.file().to_bytes()).map_err(PrepareError::io(&path))?;
    Ok(Proven { judged, judging, nodes })
}

/// The repeat test of traced runs: the same roots from run to run, and the outputs of plain runs. Answers the number of
/// runs that were compared.
pub(super) fn repeat(
    library: &'static Library,
    profile: &Profile,
    judged: &Judged,
    prepared: &Path,
    inputs: &[TensorSpec],
    outputs: &[TensorSpec],
) -> Result<usize, PrepareError> {
    let open = |e: ort::Error| PrepareError::Runtime(e.message().to_owned());
    let names: Vec<String> = judged.model.inputs().into_iter().map(|v| v.name).collect();
    let mut session = library.open_prepared(prepared, profile.threads).map_err(open)?;
    let mut compared = 0;
    for call in check::calls(inputs).iter().take(3) {
        let shapes = check::shown(call);
        let plain = check::run(&mut session, inputs, outputs, call)
            .map_err(|reason| PrepareError::Run { shapes: shapes.clone(), reason })?;
        let given = in_order(&names, inputs, call)?;
        let first = committed(library, profile, judged, &given)?;
        let second = committed(library, profile, judged, &given)?;
        compared += 2;
        if first.list != second.list {
            return Err(PrepareError::Unrepeatable { shapes });
        }
        for (number, (spec, tensor)) in outputs.iter().zip(&plain).enumerate() {
            let name = String::from_utf8_lossy(&spec.name).into_owned();
            let declared = judged.model.outputs().iter().position(|o| o.name == name).unwrap_or(number);
            let Some(Source::Value(at)) = judged.graph.outputs.get(declared) else { continue };
            let root = judged.graph.values.get(*at).and_then(|v| first.list.roots().get(v.first_root as usize));
            if root != Some(&tensor.root().0) {
                return Err(PrepareError::Differs { output: name, shapes });
            }
        }
    }
    Ok(compared)
}

fn committed(
    library: &'static Library,
    profile: &Profile,
    judged: &Judged,
    call: &[OwnedTensor],
) -> Result<RunRoots, PrepareError> {
    let tracer = Tracer::new(library, &judged.model, &judged.graph, profile.threads);
    commit_run(judged, &tracer, call, &RootsOptions::default(), &mut |_, _| ())
        .map_err(|e| PrepareError::Prove(e.to_string()))
}

/// A call's tensors in the order of the prepared graph's inputs.
fn in_order(names: &[String], inputs: &[TensorSpec], call: &[TensorData]) -> Result<Vec<OwnedTensor>, PrepareError> {
    let tensor = |name: &String| {
        let at = inputs.iter().position(|spec| spec.name.as_slice() == name.as_bytes());
        let given = at.and_then(|at| call.get(at)).and_then(owned);
        given
            .ok_or_else(|| PrepareError::Prove(format!("input {name} of the prepared graph is not one of the model's")))
    };
    names.iter().map(tensor).collect()
}

/// As the verifier holds it; `None` for texts.
pub fn owned(tensor: &TensorData) -> Option<OwnedTensor> {
    let dtype = Judgeable::from_code(i64::from(tensor.dtype.code()))?;
    let header = Header::new(dtype, tensor.shape.iter().map(|d| u64::from(*d)).collect())?;
    OwnedTensor::new(header, tensor.data.clone()).ok()
}

/// A typical call: as many units as the release says, from the last dimension that counts on; all others are 1.
fn reference(inputs: &[TensorSpec], units: &UnitRule) -> Vec<TensorData> {
    let mut rest = units.reference.saturating_mul(u64::from(units.divisor.max(1)));
    let mut lengths = Vec::new();
    for name in units.dims.iter().rev() {
        let dims = inputs.iter().flat_map(|s| s.shape.iter());
        let most = dims.filter_map(|d| match d {
            Dim::Symbolic { name: n, max } if n == name => Some(*max),
            _ => None,
        });
        let most = most.min().unwrap_or(1);
        let length = u32::try_from(rest).unwrap_or(u32::MAX).clamp(1, most.max(1));
        rest = rest.div_ceil(u64::from(length));
        lengths.push((name.to_vec(), length));
    }
    check::call(inputs, &lengths, 0)
}
