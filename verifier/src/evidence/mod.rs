//! Making evidence: run the judgement, note what it reads, open exactly that.

pub mod account;
mod file;
mod record;

pub use file::{EvidenceFile, FileError, MAX_FILE};
pub use record::Recorder;

use crate::commit::{CommittedTensor, GraphCommitment, RootList};
use candor_adjudicator::{
    evidence::{
        expect, header, judge, Commitments, Evidence, EvidenceError, Fault, Leaf, LeafOpening, Range, TensorOpening,
        Verdict,
    },
    Elements, Node, Operand, Place, Slot,
};
use candor_commitments::Blake2b256;
use codec::Encode;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Chunks between two opened ones that are opened too, because their bytes cost less than another proof.
const JOIN: u64 = 0;

/// Where committed tensors come from: an auditor's own run, or the host whose run it is.
pub trait Source {
    /// A tensor without its bytes.
    fn tensor(&self, place: Place, position: u32) -> Result<Arc<CommittedTensor>, ProveError>;

    /// Bytes of `count` chunks of a tensor from `first`, in the committed order.
    fn chunks(&self, place: Place, position: u32, first: u64, count: u64) -> Result<Vec<u8>, ProveError>;

    /// The list that holds the roots.
    fn list(&self, place: Place) -> &RootList;
}

/// Why no evidence can be made.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// There is no such node, operand, root or chunk; the fault names something that the graph does not have.
    #[error("the graph has no such {0}")]
    Unknown(&'static str),
    /// The bytes could not be had; ask again, or demand them on chain.
    #[error("cannot get the bytes of a tensor: {0}")]
    Source(String),
    /// The judgement cannot be made.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The evidence is larger than the chain takes.
    #[error("the evidence has {0} bytes, more than the chain takes")]
    TooLarge(usize),
}

/// Make evidence of a fault at `node`, reading what the judgement reads from `elements` and opening it from `source`.
///
/// Says nothing about guilt: let [`judge`] look at the result.
pub fn prove(
    graph: &GraphCommitment,
    node: u32,
    fault: Fault,
    elements: &dyn Elements,
    source: &dyn Source,
) -> Result<Evidence, ProveError> {
    prove_at(graph.open(Some(node)).ok_or(ProveError::Unknown("node"))?, fault, elements, source)
}

/// [`prove`], with the node's leaf at hand.
pub(crate) fn prove_at(
    leaf: LeafOpening,
    fault: Fault,
    elements: &dyn Elements,
    source: &dyn Source,
) -> Result<Evidence, ProveError> {
    let Leaf::Node(definition) = &leaf.leaf else { return Err(ProveError::Unknown("node")) };
    let recorder = Recorder::new(elements);
    let mut pinned: Vec<(Slot, u32)> = Vec::new();
    match fault {
        Fault::Element { output, index } => {
            expect(definition, &recorder, output as usize, index)?;
            recorder.touch(Slot::Output(output as usize), index);
        },
        Fault::Header { output } => {
            header(definition, &recorder, output as usize).map_err(EvidenceError::from)?;
            recorder.touch_header(Slot::Output(output as usize));
        },
        Fault::Layouts { output, operand, first, second, index } => {
            let slot = if output { Slot::Output(operand as usize) } else { Slot::Input(operand as usize) };
            recorder.touch(slot, index);
            pinned.extend([(slot, first), (slot, second)]);
        },
        Fault::Stopped { .. } => {
            return Err(ProveError::Unknown("element: that a trace stops is shown by its list alone"))
        },
        Fault::Failure => return Err(ProveError::Unknown("element: name the one that is said to fail")),
        Fault::Binding { .. } => return Err(ProveError::Unknown("node: a binding is shown by lists alone")),
    }
    let tensors = open(definition, &recorder, &pinned, source)?;
    finish(Evidence { fault, leaf, tensors })
}

/// Evidence that a run did not fail where its receipt says so: at element `index` of node `node`, if there are these.
pub fn prove_no_failure(
    graph: &GraphCommitment,
    node: u32,
    index: u64,
    elements: &dyn Elements,
    source: &dyn Source,
) -> Result<Evidence, ProveError> {
    let Some(leaf) = graph.open(Some(node)) else {
        // Any node shows how many there are.
        let leaf = graph.open(Some(0)).ok_or(ProveError::Unknown("node"))?;
        return finish(Evidence { fault: Fault::Failure, leaf, tensors: Vec::new() });
    };
    let Leaf::Node(definition) = &leaf.leaf else { return Err(ProveError::Unknown("node")) };
    let recorder = Recorder::new(elements);
    match expect(definition, &recorder, 0, index) {
        // The shape shows that there is no such element.
        Ok(_) | Err(EvidenceError::Index) => {},
        Err(error) => return Err(error.into()),
    }
    let tensors = open(definition, &recorder, &[], source)?;
    finish(Evidence { fault: Fault::Failure, leaf, tensors })
}

/// Evidence that a trace stops, at `position`, before the node at which its receipt says that the run failed.
pub fn prove_stopped(
    graph: &GraphCommitment,
    node: u32,
    position: u32,
    trace: &RootList,
) -> Result<Evidence, ProveError> {
    let leaf = graph.open(Some(node)).ok_or(ProveError::Unknown("node"))?;
    let trace = trace.open(position).ok_or(ProveError::Unknown("root"))?;
    finish(Evidence { fault: Fault::Stopped { position, trace }, leaf, tensors: Vec::new() })
}

/// Evidence that a trace does not hold a receipt's input or output `number`.
pub fn prove_binding(
    graph: &GraphCommitment,
    output: bool,
    number: u32,
    receipt: &RootList,
    trace: &RootList,
) -> Result<Evidence, ProveError> {
    let leaf = graph.open(None).ok_or(ProveError::Unknown("node"))?;
    let Leaf::Header(header) = &leaf.leaf else { return Err(ProveError::Unknown("node")) };
    let places = if output { &header.outputs } else { &header.inputs };
    let place = places.get(number as usize).ok_or(ProveError::Unknown("input or output"))?;
    let receipt = receipt.open(number).ok_or(ProveError::Unknown("input or output"))?;
    let trace = trace.open(*place).ok_or(ProveError::Unknown("root"))?;
    finish(Evidence { fault: Fault::Binding { output, number, receipt, trace }, leaf, tensors: Vec::new() })
}

/// What the chain will say, before anything is sent.
pub fn rehearse(evidence: &Evidence, commitments: &Commitments) -> Result<Verdict, EvidenceError> {
    judge::<Blake2b256>(&Evidence::decode_limited(&evidence.encode())?, commitments)
}

fn finish(evidence: Evidence) -> Result<Evidence, ProveError> {
    let size = evidence.encoded_size();
    if size > candor_adjudicator::evidence::MAX_EVIDENCE {
        return Err(ProveError::TooLarge(size));
    }
    Ok(evidence)
}

fn operand(node: &Node, slot: Slot) -> Option<&Operand> {
    match slot {
        Slot::Input(n) => node.inputs.get(n)?.as_ref(),
        Slot::Output(n) => node.outputs.get(n)?.as_ref(),
    }
}

/// Open what was touched: each operand in the layout that takes the fewest chunks.
fn open(
    node: &Node,
    recorder: &Recorder<'_>,
    pinned: &[(Slot, u32)],
    source: &dyn Source,
) -> Result<Vec<TensorOpening>, ProveError> {
    let mut wanted: BTreeMap<(Place, u32), BTreeSet<u64>> = BTreeMap::new();
    for (slot, touched) in recorder.touched() {
        let operand = operand(node, slot).ok_or(ProveError::Unknown("operand"))?;
        let layouts: Vec<u32> = match pinned.iter().filter(|(s, _)| *s == slot).map(|(_, n)| *n).collect::<Vec<_>>() {
            pinned if !pinned.is_empty() => pinned,
            _ => vec![cheapest(operand, &touched)?],
        };
        for number in layouts {
            let chunks = touched.chunks(operand, number).ok_or(ProveError::Unknown("layout"))?;
            wanted.entry((operand.place, operand.root + number)).or_default().extend(chunks);
        }
    }
    wanted.into_iter().map(|((place, position), chunks)| opening(place, position, &chunks, source)).collect()
}

fn cheapest(operand: &Operand, touched: &record::Touched) -> Result<u32, ProveError> {
    let numbers = 0u32..operand.layouts.len() as u32;
    let costs = numbers.filter_map(|n| Some((touched.chunks(operand, n)?.len(), n)));
    costs.min().map(|(_, n)| n).ok_or(ProveError::Unknown("layout"))
}

fn opening(
    place: Place,
    position: u32,
    chunks: &BTreeSet<u64>,
    source: &dyn Source,
) -> Result<TensorOpening, ProveError> {
    let tensor = source.tensor(place, position)?;
    let list = source.list(place);
    let mut spans: Vec<(u64, u64)> = Vec::new();
    for chunk in chunks.iter().copied().filter(|c| *c < tensor.chunks()) {
        match spans.last_mut() {
            Some((_, end)) if chunk <= *end + JOIN => *end = chunk + 1,
            _ => spans.push((chunk, chunk + 1)),
        }
    }
    let ranges = spans.into_iter().map(|(first, end)| {
        let bytes = source.chunks(place, position, first, end - first)?;
        let proof = tensor.proof(first, end - first).ok_or(ProveError::Unknown("chunk"))?;
        Ok(Range { first, bytes, proof })
    });
    Ok(TensorOpening {
        place,
        position,
        count: list.count(),
        dtype: tensor.dtype,
        dims: tensor.dims.clone(),
        data: tensor.data,
        ranges: ranges.collect::<Result<_, ProveError>>()?,
        proof: list.proof(position).ok_or(ProveError::Unknown("root"))?,
    })
}
