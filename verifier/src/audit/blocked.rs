//! Elements of weights that lie in blocks, read where they are: putting all of them in order takes longer than judging a few.

use crate::{
    judge::Tensors,
    lower::{Blocks, Graph, Source, Weight},
};
use candor_adjudicator::{ArrayElements, Elements, Header, Missing, Slot};

/// What a node reads and makes.
pub(super) struct InBlocks<'a> {
    plain: ArrayElements<'a>,
    /// Inputs that lie in blocks.
    blocked: Vec<Option<(Blocks, &'a [u8])>>,
}

impl<'a> InBlocks<'a> {
    pub fn new(tensors: &'a Tensors, graph: &'a Graph, node: usize) -> Self {
        let blocks = |weight: &'a Weight| Some((weight.value.blocked?.blocks(&weight.header)?, &weight.data.bytes[..]));
        let weight = |source: &Option<Source>| match source {
            Some(Source::Weight(at)) => graph.weights.get(*at).and_then(blocks),
            _ => None,
        };
        let inputs = graph.wiring.get(node).map(|wiring| wiring.inputs.as_slice()).unwrap_or_default();
        Self { plain: tensors.elements(graph, node), blocked: inputs.iter().map(weight).collect() }
    }

    fn blocked(&self, slot: Slot) -> Option<(Blocks, &'a [u8])> {
        match slot {
            Slot::Input(at) => self.blocked.get(at).copied().flatten(),
            Slot::Output(_) => None,
        }
    }
}

impl Elements for InBlocks<'_> {
    fn header(&self, slot: Slot) -> Result<&Header, Missing> {
        self.plain.header(slot)
    }

    fn element(&self, slot: Slot, index: u64) -> Result<u64, Missing> {
        if self.blocked(slot).is_none() {
            return self.plain.element(slot, index);
        }
        let mut one = Vec::with_capacity(1);
        self.line(slot, index, 1, 1, &mut one)?;
        one.pop().ok_or(Missing::Element(slot, index))
    }

    fn line(&self, slot: Slot, start: u64, stride: u64, count: u64, out: &mut Vec<u64>) -> Result<(), Missing> {
        let Some((blocks, data)) = self.blocked(slot) else { return self.plain.line(slot, start, stride, count, out) };
        let missing = Missing::Element(slot, start);
        if stride == 1 {
            return blocks.line(data, start, count, out).ok_or(missing);
        }
        (0..count)
            .try_for_each(|n| blocks.line(data, start.saturating_add(n.saturating_mul(stride)), 1, out))
            .ok_or(missing)
    }
}
