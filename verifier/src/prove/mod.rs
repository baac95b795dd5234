//! Proving judging modes: every node is replayed on whole runs and, on its own, on adversarial data.
//!
//! A node is exact if one of its operator's schedules gives every judged element; else it is bounded, and the bound must
//! hold on all of them; else the model is refused. The numbers are the same on every machine: data follow from the node's
//! position alone.

pub mod attack;
mod data;
mod size;
mod standing;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
mod tests;

pub use attack::{Attack, Random};
pub use standing::NodeProof;

use crate::{
    judge::Tensors,
    library::Library,
    lower::{Graph, Refusal, Source},
    onnx::OnnxModel,
    roots::sizes,
    run::{Rerunner, TraceError, Tracer},
    tensor::{OwnedTensor, TensorError},
};
use candor_adjudicator::Isa;
use data::Data;
use rayon::prelude::*;
use standing::Standing;
use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
};

/// Elements of each node on which a mode is proven, at least.
pub const MIN_ELEMENTS: u64 = 100_000;

/// How to prove.
#[derive(Clone, Copy, Debug)]
pub struct ProveOptions {
    /// Instruction set; `None` where the kernels' schedules are unknown: everything that rounds is bounded.
    pub isa: Option<Isa>,
    /// Threads inside an operator, as in the execution profile.
    pub threads: u16,
    /// Shares into which an operator's work is split: the threads, but on processors with two kinds of cores.
    pub shares: u16,
    /// Elements per node; never fewer than [`MIN_ELEMENTS`].
    pub elements: u64,
    /// Bytes of traced values that may be in memory at once.
    pub memory: u64,
}

impl ProveOptions {
    /// For an instruction set and a number of threads.
    pub const fn new(isa: Option<Isa>, threads: u16) -> Self {
        Self { isa, threads, shares: threads, elements: MIN_ELEMENTS, memory: 2 << 30 }
    }
}

/// Why modes cannot be proven.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// A run failed.
    #[error(transparent)]
    Run(#[from] TraceError),
    /// A weight cannot be read.
    #[error(transparent)]
    Tensor(#[from] TensorError),
    /// There is nothing to prove on.
    #[error("no calls are given")]
    NoCalls,
    /// Nodes that cannot be judged.
    #[error("{} of its nodes cannot be judged: {}", .0.len(), crate::lower::list(.0))]
    Refused(Vec<Refusal>),
}

/// Settle and prove the mode of every node. `calls` are inputs of the model, several of them and of different shapes;
/// they should reach the largest shapes for which evidence must fit. `progress` hears how many nodes are done, and of how
/// many.
///
/// Memory: [`ProveOptions::memory`], the weights of the nodes at hand, and the adversarial data of one node per core.
pub fn prove(
    library: &'static Library,
    model: &OnnxModel,
    graph: &mut Graph,
    calls: &[Vec<OwnedTensor>],
    options: &ProveOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<NodeProof>, ProveError> {
    if calls.is_empty() {
        return Err(ProveError::NoCalls);
    }
    // The cheapest call last: there, what is missing is made up for.
    let mut calls: Vec<&Vec<OwnedTensor>> = calls.iter().collect();
    calls.sort_by_key(|call| std::cmp::Reverse(call.iter().map(|t| t.data.len()).sum::<usize>()));
    let mut standings: Vec<Standing> =
        graph.nodes.iter().enumerate().map(|(n, node)| Standing::new(n, graph.node_label(n), node, options)).collect();
    let weights = Tensors::new(graph, Vec::new())?.weights;
    let looked = AtomicUsize::new(0);
    loop {
        let pending: Vec<usize> = standings.iter().filter(|s| !s.settled).map(|s| s.proof.node).collect();
        if pending.is_empty() {
            break;
        }
        let all = pending.len() * calls.len();
        looked.store(0, Ordering::Relaxed);
        let data = Data::new(library, model, graph, options, calls.len());
        for (number, call) in calls.iter().enumerate() {
            for slice in slices(model, graph, call, &pending, options.memory) {
                let nodes: BTreeSet<usize> = slice.iter().copied().collect();
                let tensors =
                    Tensors { weights: weights.clone(), values: trace(library, model, graph, options, call, &slice)? };
                let chosen = standings.par_iter_mut().filter(|s| nodes.contains(&s.proof.node));
                chosen.try_for_each(|standing| {
                    let done = data.prove(standing, number, &tensors);
                    let looked = looked.fetch_add(1, Ordering::Relaxed) + 1;
                    progress(standings_done(looked, pending.len(), all), pending.len());
                    done
                })?;
            }
        }
        standings.iter_mut().filter(|s| !s.settled).for_each(Standing::end_of_pass);
    }
    let refusals: Vec<Refusal> = standings.iter().filter_map(|s| s.refusal(graph)).collect();
    if !refusals.is_empty() {
        return Err(ProveError::Refused(refusals));
    }
    for standing in &standings {
        if let Some(node) = graph.nodes.get_mut(standing.proof.node) {
            node.mode = standing.proof.mode;
        }
    }
    Ok(standings.into_iter().map(|s| s.proof).collect())
}

/// Nodes done, when every node is looked at once per call.
fn standings_done(looked: usize, nodes: usize, all: usize) -> usize {
    looked * nodes / all.max(1)
}

/// What nodes read.
fn reads(graph: &Graph, node: usize) -> impl Iterator<Item = usize> + '_ {
    let inputs = graph.wiring.get(node).map(|w| w.inputs.as_slice()).unwrap_or_default();
    inputs.iter().flatten().filter_map(|source| match source {
        Source::Value(at) => Some(*at),
        Source::Weight(_) => None,
    })
}

/// What nodes make.
fn makes(graph: &Graph, node: usize) -> impl Iterator<Item = usize> + '_ {
    graph.wiring.get(node).map(|w| w.outputs.as_slice()).unwrap_or_default().iter().flatten().copied()
}

/// Consecutive nodes whose operands fit `memory` together. Values whose size the file does not tell count as the largest.
fn slices(model: &OnnxModel, graph: &Graph, call: &[OwnedTensor], pending: &[usize], memory: u64) -> Vec<Vec<usize>> {
    let sizes = sizes(model, graph, call);
    let unknown = sizes.iter().flatten().copied().max().unwrap_or(0);
    let mut slices: Vec<Vec<usize>> = vec![Vec::new()];
    let mut held = BTreeSet::new();
    let mut filled = 0u64;
    for node in pending {
        let operands: BTreeSet<usize> = reads(graph, *node).chain(makes(graph, *node)).collect();
        let size = |at: &usize| sizes.get(*at).copied().flatten().unwrap_or(unknown);
        let mut more: u64 = operands.difference(&held).map(size).sum();
        if filled > 0 && filled.saturating_add(more) > memory {
            slices.push(Vec::new());
            held.clear();
            filled = 0;
            more = operands.iter().map(size).sum();
        }
        filled = filled.saturating_add(more);
        held.extend(operands);
        if let Some(slice) = slices.last_mut() {
            slice.push(*node);
        }
    }
    slices
}

/// What the nodes read and make in one run, by position.
fn trace(
    library: &'static Library,
    model: &OnnxModel,
    graph: &Graph,
    options: &ProveOptions,
    call: &[OwnedTensor],
    nodes: &[usize],
) -> Result<Vec<Option<OwnedTensor>>, ProveError> {
    let wanted: BTreeSet<usize> = nodes.iter().flat_map(|n| reads(graph, *n).chain(makes(graph, *n))).collect();
    let wanted: Vec<usize> = wanted.into_iter().collect();
    let mut values: Vec<Option<OwnedTensor>> = vec![None; graph.values.len()];
    let tracer = Tracer::new(library, model, graph, usize::from(options.threads));
    tracer.run(call, &wanted, &mut |position, tensor| {
        let owned = OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?;
        values.iter_mut().skip(position).take(1).for_each(|v| *v = Some(owned.clone()));
        Ok(())
    })?;
    Ok(values)
}

/// For rerunning nodes of the graph that is proven.
fn rerunner<'a>(library: &'static Library, model: &'a OnnxModel, graph: &'a Graph, threads: u16) -> Rerunner<'a> {
    Rerunner::new(library, model, graph, usize::from(threads))
}
