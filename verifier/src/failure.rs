//! Where a run fails: which element of which node.
//!
//! ONNX Runtime names a node at most. A receipt that says that a run failed names an element of the node's first output at
//! which the operator gives nothing ([`Expected::Fails`]), so that anybody can check it, and a lie can be proven: a result at that
//! element, or no such element where the operator gives an output. Where it gives none, `u64::MAX` stands for all.

use crate::{
    judge::Tensors,
    judged::Judged,
    lower::{Graph, Source},
    run::{TraceError, Tracer},
    tensor::OwnedTensor,
};
use candor_adjudicator::{evidence, lookup, Call, Elements, Expected, Memo, Node};
use rayon::prelude::*;

/// Elements that one thread judges in a row.
const RUN: u64 = 4096;

/// Where a run fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Position of the node in the graph as it is judged.
    pub node: u32,
    /// The first element of its first output that has no right value. `u64::MAX` if the node can have no output at all: what it
    /// reads does not fit together.
    pub index: u64,
}

/// First element of a node's first output at which its operator fails, given what the node reads. `None` if it gives a result,
/// or nothing can be said, everywhere.
pub fn first_failing(node: &Node, elements: &(dyn Elements + Sync)) -> Option<u64> {
    let operator = lookup(node.domain, &node.operator, node.opset)?;
    let count = evidence::header(node, elements, 0).ok()?.count();
    let failing = |run: u64| {
        let memo = Memo::new();
        let call = Call::new(node, elements, &memo);
        let mut indices = run * RUN..count.min((run + 1) * RUN);
        indices.find(|index| matches!((operator.element)(&call, 0, *index), Ok(Expected::Fails)))
    };
    let runs = usize::try_from(count.div_ceil(RUN)).ok()?;
    (0..runs).into_par_iter().find_map_first(|run| failing(run as u64))
}

/// Where a run of these inputs, which ended in an error, fails: at `named` if an error named the node, else at the first node
/// without which there is no error. `None` if no element is at fault.
///
/// Runs the nodes before the failing one again; without a name, about log2(nodes) such runs.
pub fn find(
    judged: &Judged,
    tracer: &Tracer<'_>,
    inputs: &[OwnedTensor],
    named: Option<u32>,
) -> Result<Option<Failure>, TraceError> {
    let found = match named {
        Some(node) => at(judged, tracer, inputs, node)?,
        None => None,
    };
    if found.is_some() {
        return Ok(found);
    }
    // The fewest nodes that fail together: the last of them is the one.
    let (mut well, mut ill) = (0, judged.graph.nodes.len());
    while ill - well > 1 {
        let middle = well + (ill - well) / 2;
        match fails(&judged.graph, tracer, inputs, middle)? {
            true => ill = middle,
            false => well = middle,
        }
    }
    match ill.checked_sub(1) {
        Some(node) if named != Some(node as u32) => at(judged, tracer, inputs, node as u32),
        _ => Ok(None),
    }
}

/// Whether the first `nodes` nodes fail together.
fn fails(graph: &Graph, tracer: &Tracer<'_>, inputs: &[OwnedTensor], nodes: usize) -> Result<bool, TraceError> {
    let last = graph.wiring.get(..nodes).into_iter().flatten().rev().find_map(|w| w.outputs.iter().flatten().next());
    let wanted: Vec<usize> = last.copied().into_iter().collect();
    match tracer.run_before(nodes, inputs, &wanted, &mut |_| Ok(())) {
        Ok(()) => Ok(false),
        Err(TraceError::Run(_)) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Where the node fails on what the nodes before it make.
fn at(judged: &Judged, tracer: &Tracer<'_>, inputs: &[OwnedTensor], node: u32) -> Result<Option<Failure>, TraceError> {
    let Some(tensors) = read_by(judged, tracer, inputs, node as usize)? else { return Ok(None) };
    let Some(definition) = judged.graph.nodes.get(node as usize) else { return Ok(None) };
    let elements = tensors.elements(&judged.graph, node as usize);
    let index = match evidence::header(definition, &elements, 0) {
        Ok(_) => first_failing(definition, &elements),
        Err(_) => Some(u64::MAX),
    };
    Ok(index.map(|index| Failure { node, index }))
}

/// What a node reads, when the nodes before it have run. `None` if one of these fails too.
pub(crate) fn read_by(
    judged: &Judged,
    tracer: &Tracer<'_>,
    inputs: &[OwnedTensor],
    node: usize,
) -> Result<Option<Tensors>, TraceError> {
    let graph = &judged.graph;
    let Some(wiring) = graph.wiring.get(node) else { return Ok(None) };
    let mut tensors = Tensors { weights: vec![None; graph.weights.len()], values: vec![None; graph.values.len()] };
    let mut wanted = Vec::new();
    for source in wiring.inputs.iter().flatten() {
        match source {
            Source::Value(value) => wanted.push(*value),
            Source::Weight(at) => {
                let Some(weight) = graph.weights.get(*at) else { continue };
                let tensor = weight.tensor();
                let tensor = tensor.map_err(|source| TraceError::Tensor { name: weight.value.name.clone(), source })?;
                tensors.weights.iter_mut().skip(*at).take(1).for_each(|t| *t = Some(tensor.clone()));
            },
        }
    }
    wanted.sort_unstable();
    wanted.dedup();
    let ran = tracer.run_before(node, inputs, &wanted, &mut |shown| {
        for s in shown {
            let owned = OwnedTensor::new(s.tensor.header.clone(), s.logical()?.into_owned())?;
            tensors.values.iter_mut().skip(s.position).take(1).for_each(|t| *t = Some(owned.clone()));
        }
        Ok(())
    });
    match ran {
        Ok(()) => Ok(Some(tensors)),
        Err(TraceError::Run(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Number of values before the outputs of a node.
pub(crate) fn values_before(graph: &Graph, node: usize) -> usize {
    let made = graph.wiring.get(node..).into_iter().flatten().flat_map(|w| w.outputs.iter().flatten());
    made.min().copied().unwrap_or(graph.values.len())
}

/// The node that an error of a run names: `... while running Gather node. Name:'gather_1' Status Message: ...`. `None` if it
/// names none, or its name is that of several.
pub fn named(graph: &Graph, message: &str) -> Option<u32> {
    let (_, rest) = message.split_once("Name:'")?;
    let (name, _) = rest.split_once("' Status Message:").or_else(|| rest.split_once('\''))?;
    let mut nodes = (0u32..).zip(&graph.node_names).filter(|(_, n)| !name.is_empty() && *n == name);
    let (node, _) = nodes.next()?;
    nodes.next().is_none().then_some(node)
}

#[cfg(test)]
mod tests;
