//! Elements of weights that lie in blocks, read where they are: putting all of them in order takes longer than judging a few.

use super::AuditError;
use crate::{
    judge::Tensors,
    lower::{Blocks, Graph, Source},
};
use candor_adjudicator::{ArrayElements, Elements, Header, Missing, Slot};

/// What a node reads and makes.
pub(super) struct InBlocks<'a> {
    plain: ArrayElements<'a>,
    /// Inputs that lie in blocks.
    blocked: Vec<Option<(Blocks, &'a [u8])>>,
}

impl<'a> InBlocks<'a> {
    /// Errors: [`AuditError::Weight`] if the bytes of a weight do not lie in the blocks that they should.
    pub fn new(tensors: &'a Tensors, graph: &'a Graph, node: usize) -> Result<Self, AuditError> {
        let weight = |source: &Option<Source>| {
            let Some(Source::Weight(at)) = source else { return Ok(None) };
            let Some((weight, blocked)) = graph.weights.get(*at).and_then(|w| Some((w, w.value.blocked?))) else {
                return Ok(None);
            };
            let data = weight.data.bytes.as_ref();
            let blocks = blocked.blocks(&weight.header, data);
            Ok(Some((blocks.ok_or_else(|| AuditError::Weight(weight.value.name.clone()))?, data)))
        };
        let inputs = graph.wiring.get(node).map(|wiring| wiring.inputs.as_slice()).unwrap_or_default();
        let blocked = inputs.iter().map(weight).collect::<Result<_, AuditError>>()?;
        Ok(Self { plain: tensors.elements(graph, node), blocked })
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
        let Some((blocks, data)) = self.blocked(slot) else { return self.plain.element(slot, index) };
        let mut one = Vec::with_capacity(1);
        blocks.line(data, index, 1, &mut one);
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
