//! Committing to a run: the roots of all its values, within a budget of memory.

use crate::{
    commit::{CommittedTensor, RootList},
    judged::Judged,
    lower::{Graph, Source},
    onnx::{GraphDim, GraphValue, OnnxModel},
    run::{SinkResult, TraceError, Tracer},
    tensor::OwnedTensor,
};
use candor_adjudicator::{DType, Header, Layout, Tensor};
use candor_commitments::{Hash, TAG_TRACE};
use std::collections::{BTreeMap, HashMap};

/// What was committed of a run.
#[derive(Clone, Debug)]
pub struct RunRoots {
    /// The list of roots: the trace.
    pub list: RootList,
    /// Type and shape of every value.
    pub headers: Vec<Option<Header>>,
    /// Bytes of all values together.
    pub bytes: u64,
    /// How often the model ran.
    pub runs: usize,
}

/// How to commit to a run.
#[derive(Clone, Copy, Debug)]
pub struct RootsOptions {
    /// Bytes of values that may be in memory at once. More means more runs, each with a part of the values.
    pub memory: u64,
}

impl Default for RootsOptions {
    fn default() -> Self {
        Self { memory: 2 << 30 }
    }
}

/// Run a model and commit to all its values. `progress` hears of every value: how many are done, and of how many.
///
/// Values that only carry the bytes of another one on (Reshape and its like) are not hashed again.
pub fn commit_run(
    judged: &Judged,
    tracer: &Tracer<'_>,
    inputs: &[OwnedTensor],
    options: &RootsOptions,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<RunRoots, TraceError> {
    commit_run_with(judged, tracer, inputs, options, progress, &mut |_, _, _| Ok(()))
}

/// Hears of every tensor that is committed to: position of its root, layout, the logical tensor.
pub type Keep<'k> = &'k mut dyn FnMut(u32, Layout, &Tensor<'_>) -> SinkResult;

/// [`commit_run`], handing every tensor to `keep` too.
pub fn commit_run_with(
    judged: &Judged,
    tracer: &Tracer<'_>,
    inputs: &[OwnedTensor],
    options: &RootsOptions,
    progress: &mut dyn FnMut(usize, usize),
    keep: Keep<'_>,
) -> Result<RunRoots, TraceError> {
    let graph = &judged.graph;
    let mut roots: Vec<Hash> = vec![[0; 32]; graph.trace_roots() as usize];
    let mut headers: Vec<Option<Header>> = vec![None; graph.values.len()];
    let mut bytes = 0u64;
    let mut done = 0;
    let carried = carried(judged);
    let groups = groups(judged, inputs, options.memory);
    let runs = groups.len();
    for group in &groups {
        // Natural commitments of this group that another value of the group carries on.
        let mut kept: HashMap<usize, CommittedTensor> = HashMap::new();
        let mut waiting: BTreeMap<usize, OwnedTensor> = BTreeMap::new();
        let mut commit = |position: usize, tensor: &Tensor<'_>| -> SinkResult {
            let Some(value) = graph.values.get(position) else { return Ok(()) };
            let from = carried.get(&position).and_then(|source| kept.get(source)).cloned();
            let from = from.filter(|f| f.dtype == tensor.header.dtype && f.byte_len() == tensor.data.len() as u64);
            for (n, layout) in value.layouts.iter().enumerate() {
                let committed = match (layout, &from) {
                    (Layout::Natural, Some(from)) => from.reshaped(tensor.header.dims.clone()),
                    _ => CommittedTensor::new(&tensor.header, tensor.data, *layout),
                };
                keep(value.first_root + n as u32, *layout, tensor)?;
                if let Some(root) = roots.get_mut(value.first_root as usize + n) {
                    *root = committed.root;
                }
                if *layout == Layout::Natural && carried.values().any(|source| *source == position) {
                    kept.insert(position, committed);
                }
            }
            headers.iter_mut().skip(position).take(1).for_each(|h| *h = Some(tensor.header.clone()));
            bytes += tensor.data.len() as u64;
            done += 1;
            progress(done, graph.values.len());
            Ok(())
        };
        tracer.run(inputs, group, &mut |position, tensor| {
            // ONNX Runtime gives outputs in its own order; carried values wait for those that they carry.
            let source = carried.get(&position).filter(|source| group.contains(source));
            if source.is_some() {
                waiting.insert(position, OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?);
            } else {
                commit(position, tensor)?;
            }
            Ok(())
        })?;
        for (position, tensor) in waiting {
            commit(position, &tensor.view()).map_err(TraceError::Sink)?;
        }
    }
    Ok(RunRoots { list: RootList::new(TAG_TRACE, roots), headers, bytes, runs })
}

/// Values whose bytes are those of another value, in the same order.
fn carried(judged: &Judged) -> HashMap<usize, usize> {
    let graph = &judged.graph;
    let mut carried = HashMap::new();
    for (node, wiring) in graph.nodes.iter().zip(&graph.wiring) {
        let carries = matches!(
            node.operator.as_slice(),
            b"Reshape" | b"Flatten" | b"Squeeze" | b"Unsqueeze" | b"Identity" | b"ReorderInput" | b"ReorderOutput"
        );
        if let (true, Some(Some(Source::Value(from))), Some(Some(to))) =
            (carries, wiring.inputs.first(), wiring.outputs.first())
        {
            carried.insert(*to, *from);
        }
    }
    carried
}

/// Positions to expose, run by run, so that what is exposed at once fits `memory`. Values whose size cannot be told from
/// the file count as the largest that can.
fn groups(judged: &Judged, inputs: &[OwnedTensor], memory: u64) -> Vec<Vec<usize>> {
    let sizes = sizes(&judged.model, &judged.graph, inputs);
    let unknown = sizes.iter().flatten().copied().max().unwrap_or(0);
    let mut groups: Vec<Vec<usize>> = vec![Vec::new()];
    let mut filled = 0u64;
    for (position, size) in sizes.iter().enumerate() {
        let size = size.unwrap_or(unknown);
        if filled > 0 && filled.saturating_add(size) > memory {
            groups.push(Vec::new());
            filled = 0;
        }
        filled = filled.saturating_add(size);
        if let Some(group) = groups.last_mut() {
            group.push(position);
        }
    }
    groups
}

/// Bytes of every value as far as the file declares shapes, with the lengths of this call.
pub(crate) fn sizes(model: &OnnxModel, graph: &Graph, inputs: &[OwnedTensor]) -> Vec<Option<u64>> {
    let mut bound: HashMap<String, u64> = HashMap::new();
    for (declared, tensor) in model.inputs().iter().zip(inputs) {
        for (dim, length) in declared.shape.iter().flatten().zip(&tensor.header.dims) {
            if let GraphDim::Named(name) = dim {
                bound.insert(name.clone(), *length);
            }
        }
    }
    let file = model.graph();
    let infos = file.value_info.iter().chain(&file.output).chain(&file.input);
    let declared: HashMap<String, GraphValue> = infos.map(|i| (i.name.clone(), GraphValue::new(i))).collect();
    let size = |name: &str| -> Option<u64> {
        let value = declared.get(name)?;
        let dtype = DType::from_code(i64::from(value.elem_type))?;
        value.shape.as_ref()?.iter().try_fold(dtype.size() as u64, |bytes, dim| match dim {
            GraphDim::Fixed(n) => bytes.checked_mul(*n),
            GraphDim::Named(name) => bytes.checked_mul(*bound.get(name)?),
            GraphDim::Unknown => None,
        })
    };
    graph.values.iter().map(|value| size(&value.name)).collect()
}
