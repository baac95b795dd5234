//! How many bytes evidence of one element takes.

use super::standing::Standing;
use crate::{
    commit::{Arrangement, CommittedTensor, RootList},
    evidence::{self, ProveError},
    judge::Tensors,
    lower::Graph,
    tensor::OwnedTensor,
};
use candor_adjudicator::{
    evidence::{Fault, Leaf, LeafOpening},
    ArrayElements, Layout, Place,
};
use candor_commitments::{TAG_TRACE, TAG_WEIGHTS};
use codec::Encode;
use std::sync::Arc;

/// Bytes of the largest evidence of a few elements; the reason if one does not fit the chain's limits.
///
/// Lengths are those of real evidence. Hashes are not computed: they are zeros here.
pub(super) fn evidence_size(
    graph: &Graph,
    standing: &Standing,
    tensors: &Tensors,
    elements: &ArrayElements<'_>,
) -> Result<usize, String> {
    let zeros = |tag, count: u32| RootList::new(tag, vec![[0; 32]; count as usize]);
    let source = Zeros {
        graph,
        tensors,
        trace: zeros(TAG_TRACE, graph.trace_roots()),
        weights: zeros(TAG_WEIGHTS, graph.weight_roots()),
    };
    let leaves = graph.nodes.len() as u32 + 1;
    let mut largest = 0;
    for (output, tensor) in elements.outputs.iter().enumerate() {
        let Some(count) = tensor.as_ref().map(|t| t.header.count()).filter(|count| *count > 0) else { continue };
        let mut indices = vec![count / 2, count - 1];
        indices.dedup();
        for index in indices {
            let leaf = LeafOpening {
                position: standing.proof.node as u32 + 1,
                count: leaves,
                leaf: Leaf::Node(standing.definition.clone()),
                proof: vec![[0; 32]; leaves.next_power_of_two().trailing_zeros() as usize],
            };
            let fault = Fault::Element { output: output as u32, index };
            let made = evidence::prove_at(leaf, fault, elements, &source);
            let made = made.and_then(|e| e.check_limits().map(|()| e).map_err(ProveError::from));
            let evidence = made.map_err(|e| format!("evidence of element {index} of output {output}: {e}"))?;
            largest = largest.max(evidence.encoded_size());
        }
    }
    Ok(largest)
}

/// Tensors of the right sizes.
struct Zeros<'a> {
    graph: &'a Graph,
    tensors: &'a Tensors,
    trace: RootList,
    weights: RootList,
}

impl Zeros<'_> {
    fn find(&self, place: Place, position: u32) -> Option<(&OwnedTensor, Layout)> {
        let (values, tensors): (Vec<_>, _) = match place {
            Place::Weight => (self.graph.weights.iter().map(|w| &w.value).collect(), &self.tensors.weights),
            Place::Trace => (self.graph.values.iter().collect(), &self.tensors.values),
        };
        let at = values.partition_point(|v| v.first_root <= position).checked_sub(1)?;
        let value = values.get(at)?;
        let layout = *value.layouts.get((position - value.first_root) as usize)?;
        Some((tensors.get(at)?.as_ref()?, layout))
    }
}

impl evidence::Source for Zeros<'_> {
    fn tensor(&self, place: Place, position: u32) -> Result<Arc<CommittedTensor>, ProveError> {
        let (tensor, layout) = self.find(place, position).ok_or(ProveError::Unknown("tensor"))?;
        let chunks = tensor.data.len().div_ceil(candor_commitments::CHUNK).max(1);
        Ok(Arc::new(CommittedTensor {
            dtype: tensor.header.dtype,
            dims: Arrangement::new(&tensor.header, layout).dims,
            leaves: vec![[0; 32]; chunks],
            data: [0; 32],
            root: [0; 32],
        }))
    }

    fn chunks(&self, place: Place, position: u32, first: u64, count: u64) -> Result<Vec<u8>, ProveError> {
        let (from, to) = self.tensor(place, position)?.span(first, count);
        Ok(vec![0; (to - from) as usize])
    }

    fn list(&self, place: Place) -> &RootList {
        match place {
            Place::Weight => &self.weights,
            Place::Trace => &self.trace,
        }
    }
}
