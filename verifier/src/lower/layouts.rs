//! Layouts of every value: what its consumers ask for. And the roots that follow from them.

use super::{Graph, Source, Weight};
use candor_adjudicator::{graph::MAX_LAYOUTS, lookup, Attribute, Layout, Node, Operand, Place, Slot, MAX_RANK};
use std::{borrow::Cow, collections::BTreeSet};

/// Give every value its layouts and its roots, and tell the nodes. `rank` is what is known of a value's dimensions.
pub(super) fn assign(graph: &mut Graph, rank: &dyn Fn(Source) -> Option<usize>) {
    let mut weights = vec![BTreeSet::new(); graph.weights.len()];
    let mut values = vec![BTreeSet::new(); graph.values.len()];
    let mut ask = |source: Source, layout: Layout| {
        if layout == Layout::ANY {
            return;
        }
        let wanted = match source {
            Source::Weight(n) => weights.get_mut(n),
            Source::Value(n) => values.get_mut(n),
        };
        if let Some(wanted) = wanted {
            wanted.insert(canonical(layout, rank(source)));
        }
    };
    for (node, wiring) in graph.nodes.iter().zip(&graph.wiring) {
        let operator = lookup(node.domain, &node.operator, node.opset);
        let node = with_axes(node, &wiring.inputs, &graph.weights);
        for (position, source) in wiring.inputs.iter().enumerate() {
            let (Some(source), Some(operator)) = (source, operator) else { continue };
            ask(*source, (operator.layout)(&node, Slot::Input(position), rank(*source)));
        }
    }
    for value in &graph.inputs {
        ask(Source::Value(*value), Layout::Natural);
    }
    for source in &graph.outputs {
        ask(*source, Layout::Natural);
    }
    let mut next = 0u32;
    for (weight, wanted) in graph.weights.iter_mut().zip(weights) {
        weight.value.layouts = chosen(wanted);
        weight.value.first_root = next;
        next += weight.value.layouts.len() as u32;
    }
    let mut next = 0u32;
    for (value, wanted) in graph.values.iter_mut().zip(values) {
        value.layouts = chosen(wanted);
        value.first_root = next;
        next += value.layouts.len() as u32;
    }
    let (weights, values) = (&graph.weights, &graph.values);
    let operand = |source: Source| -> Option<Operand> {
        let (place, value) = match source {
            Source::Weight(n) => (Place::Weight, &weights.get(n)?.value),
            Source::Value(n) => (Place::Trace, values.get(n)?),
        };
        Some(Operand { place, root: value.first_root, layouts: value.layouts.clone() })
    };
    for (node, wiring) in graph.nodes.iter_mut().zip(&graph.wiring) {
        node.inputs = wiring.inputs.iter().map(|source| source.and_then(operand)).collect();
        node.outputs = wiring.outputs.iter().map(|value| value.and_then(|v| operand(Source::Value(v)))).collect();
    }
}

/// The node, its axes as an attribute where newer operator sets give them as a constant: what is reduced should lie
/// together. Only for choosing layouts; the node that is committed stays as it is.
fn with_axes<'a>(node: &'a Node, inputs: &[Option<Source>], weights: &[Weight]) -> Cow<'a, Node> {
    if !node.operator.starts_with(b"Reduce") || node.attribute("axes").is_some() {
        return Cow::Borrowed(node);
    }
    let Some(Some(Source::Weight(at))) = inputs.get(1) else { return Cow::Borrowed(node) };
    let constant = weights.get(*at).and_then(|w| w.tensor().ok());
    let Some(constant) = constant.filter(|t| t.header.count() <= MAX_RANK as u64) else { return Cow::Borrowed(node) };
    let tensor = constant.view();
    let axes = (0..tensor.header.count()).filter_map(|n| Some(tensor.header.dtype.integer(tensor.bits(n)?)));
    let axes: Vec<i64> = axes.collect();
    if axes.is_empty() {
        return Cow::Borrowed(node);
    }
    let mut node = node.clone();
    node.attributes.push((b"axes".to_vec(), Attribute::Ints(axes)));
    Cow::Owned(node)
}

/// A layout that orders nothing differently is `Natural`.
fn canonical(layout: Layout, rank: Option<usize>) -> Layout {
    match rank {
        Some(rank) if layout.axes(rank).into_iter().eq(0..rank) => Layout::Natural,
        _ => layout,
    }
}

/// In the order of [`Layout`], so `Natural` comes first; what exceeds the limit is left out.
fn chosen(wanted: BTreeSet<Layout>) -> Vec<Layout> {
    if wanted.is_empty() {
        return vec![Layout::Natural];
    }
    wanted.into_iter().take(MAX_LAYOUTS).collect()
}
