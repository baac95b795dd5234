//! Committing to a run: the roots of all its values, within a budget of memory.

use crate::{
    commit::{CommittedTensor, RootList},
    failure::values_before,
    judged::Judged,
    lower::{Graph, Source, Value},
    onnx::{GraphDim, GraphValue, OnnxModel},
    run::{Shown, SinkResult, TraceError, Tracer},
    tensor::{OwnedTensor, TensorError},
};
use candor_adjudicator::{DType, Header, Layout, Tensor};
use candor_commitments::{Hash, TAG_TRACE};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

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
    commit_values(judged, tracer, None, inputs, options, progress, None)
}

/// [`commit_run`] for a run that fails at `node`: the values before the outputs of that node; all other roots are zeros.
pub fn commit_run_before(
    judged: &Judged,
    tracer: &Tracer<'_>,
    node: u32,
    inputs: &[OwnedTensor],
    options: &RootsOptions,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<RunRoots, TraceError> {
    commit_values(judged, tracer, Some(node as usize), inputs, options, progress, None)
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
    commit_values(judged, tracer, None, inputs, options, progress, Some(keep))
}

fn commit_values(
    judged: &Judged,
    tracer: &Tracer<'_>,
    fails: Option<usize>,
    inputs: &[OwnedTensor],
    options: &RootsOptions,
    progress: &mut dyn FnMut(usize, usize),
    mut keep: Option<Keep<'_>>,
) -> Result<RunRoots, TraceError> {
    let graph = &judged.graph;
    let mut roots: Vec<Hash> = vec![[0; 32]; graph.trace_roots() as usize];
    let mut headers: Vec<Option<Header>> = vec![None; graph.values.len()];
    let mut bytes = 0u64;
    let mut done = 0;
    let carried = carried(judged);
    let end = fails.map_or(graph.values.len(), |node| values_before(graph, node));
    let groups = groups(judged, tracer, inputs, options.memory, 0..end);
    for group in &groups {
        let mut take = |shown: &[Shown<'_>]| -> SinkResult {
            // Of every value of this group the commitments in its layouts; those that carry another one on come after it.
            let mut known: HashMap<usize, Vec<CommittedTensor>> = HashMap::new();
            let here: HashSet<usize> = shown.iter().map(|s| s.position).collect();
            let source = |s: &Shown<'_>| carried.get(&s.position).filter(|from| here.contains(from));
            let (mut later, first): (Vec<&Shown<'_>>, Vec<&Shown<'_>>) =
                shown.iter().partition(|s| source(s).is_some());
            let hashed = first.into_par_iter().map(|s| Ok((s.position, commit(judged, s, None)?)));
            known.extend(hashed.collect::<Result<Vec<_>, TensorError>>()?);
            later.sort_by_key(|s| s.position);
            for s in later {
                let from = source(s).and_then(|from| Some((judged.graph.values.get(*from)?, known.get(from)?)));
                let committed = commit(judged, s, from)?;
                known.insert(s.position, committed);
            }
            for s in shown {
                let (Some(value), Some(committed)) = (graph.values.get(s.position), known.get(&s.position)) else {
                    continue;
                };
                if let Some(keep) = keep.as_mut() {
                    let logical = s.logical()?;
                    let tensor = Tensor { header: s.tensor.header.clone(), data: &logical };
                    for (n, layout) in (0..).zip(&value.layouts) {
                        keep(value.first_root + n, *layout, &tensor)?;
                    }
                }
                let places = roots.iter_mut().skip(value.first_root as usize);
                places.zip(committed).for_each(|(root, committed)| *root = committed.root);
                headers.iter_mut().skip(s.position).take(1).for_each(|h| *h = Some(s.tensor.header.clone()));
                bytes += s.tensor.data.len() as u64;
                done += 1;
                progress(done, end);
            }
            Ok(())
        };
        match fails {
            Some(node) => tracer.run_before(node, inputs, group, &mut take)?,
            None => tracer.run_shown(inputs, group, &mut take)?,
        }
    }
    Ok(RunRoots { list: RootList::new(TAG_TRACE, roots), headers, bytes, runs: groups.len() })
}

/// Commitments to a value in its layouts; those that it shares with the value whose bytes it carries are not hashed again.
fn commit(
    judged: &Judged,
    shown: &Shown<'_>,
    from: Option<(&Value, &Vec<CommittedTensor>)>,
) -> Result<Vec<CommittedTensor>, TensorError> {
    let header = &shown.tensor.header;
    let Some(value) = judged.graph.values.get(shown.position) else { return Ok(Vec::new()) };
    let natural = from.and_then(|(from, committed)| {
        let at = from.layouts.iter().position(|layout| *layout == Layout::Natural)?;
        committed.get(at).filter(|c| c.dtype == header.dtype && c.byte_len() == shown.tensor.data.len() as u64)
    });
    let commit = |layout: &Layout| match (layout, natural) {
        (Layout::Natural, Some(from)) => Ok(from.reshaped(header.dims.clone())),
        _ => CommittedTensor::of(header, shown.tensor.data, shown.blocked, *layout).ok_or(TensorError::Bytes),
    };
    value.layouts.iter().map(commit).collect()
}

/// Values whose bytes are those of another value, in the same order.
pub(crate) fn carried(judged: &Judged) -> HashMap<usize, usize> {
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

/// Positions of `values` to expose, run by run, so that what is exposed at once fits `memory`. Where it matters, the sizes that
/// cannot be told from the file are asked of a run; if that fails, they count as the largest that can.
pub(crate) fn groups(
    judged: &Judged,
    tracer: &Tracer<'_>,
    inputs: &[OwnedTensor],
    memory: u64,
    values: impl Iterator<Item = usize>,
) -> Vec<Vec<usize>> {
    let mut sizes = sizes(&judged.model, &judged.graph, inputs);
    let values: Vec<usize> = values.collect();
    let largest = sizes.iter().flatten().copied().max().unwrap_or(u64::MAX);
    let all =
        |sizes: &[Option<u64>]| values.iter().fold(0u64, |sum, v| sum.saturating_add(sizes[*v].unwrap_or(largest)));
    let unknown: Vec<usize> = values.iter().copied().filter(|v| sizes[*v].is_none()).collect();
    if all(&sizes) > memory && !unknown.is_empty() {
        // The type is not known either: as the widest.
        let counts = tracer.counts(inputs, &unknown).unwrap_or_default();
        unknown.iter().for_each(|v| sizes[*v] = counts.get(v).map(|count| count.saturating_mul(8)));
    }
    let mut groups: Vec<Vec<usize>> = vec![Vec::new()];
    let mut filled = 0u64;
    for position in values {
        let size = sizes[position].unwrap_or(largest);
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
