//! Evidence that holds whatever it opens: the commitments are made from it, so that judgement is reached.

use crate::{
    bytes::Bytes,
    case::{Case, Made},
};
use candor_adjudicator::{
    evidence::{
        judge, Commitments, Evidence, Fault, GraphHeader, Leaf, LeafOpening, ListOpening, Outcome, Range, TensorOpening,
    },
    operators, Layout, Place, Slot,
};
use candor_commitments::{
    chunk_count, leaf_hash, leaf_range_root, list_root, open, proof_len, range_root, Blake2b256, Hash, Hasher,
    TensorHeader, CHUNK, TAG_GRAPH, TAG_TENSORS, TAG_TRACE, TAG_WEIGHTS,
};
use codec::Encode;

/// Lists of roots are made no longer than this; a position beyond has no proof.
const LONGEST_LIST: u32 = 512;

/// Bytes as a stranger sends them.
pub fn bytes(data: &[u8]) {
    let Ok(mut evidence) = Evidence::decode_limited(data) else { return };
    let commitments = bind(&mut evidence);
    settle(&evidence, &commitments);
}

/// Judge, by what was decoded and by what was sent.
fn settle(evidence: &Evidence, commitments: &Commitments) {
    let verdict = judge::<Blake2b256>(evidence, commitments);
    let sent = evidence.encode();
    if let Ok(received) = Evidence::decode_limited(&sent) {
        assert_eq!(judge::<Blake2b256>(&received, commitments), verdict);
    }
    if let Err(error) = verdict {
        // What is said to people must not fail either.
        let _ = error.to_string();
    }
}

/// Evidence for a made-up node, as a seed.
pub fn of_case(data: &[u8]) -> Evidence {
    let case = Case::new(data);
    let mut source = Bytes(data.get(data.len() / 2..).unwrap_or_default());
    let mut node = case.node.clone();
    let mut next = [0u32; 2];
    let mut tensors = Vec::new();
    let operator = operators::lookup(node.domain, &node.operator, node.opset);
    let mut place = |slot: Slot, operand: &mut Option<candor_adjudicator::Operand>, made: &Option<Made>| {
        let (Some(operand), Some(made)) = (operand, made) else { return };
        let rank = made.header.dims.len();
        operand.layouts = match source.below(4) {
            0 => vec![Layout::Natural, Layout::Swapped],
            1 => vec![Layout::Last(source.byte())],
            _ => vec![operator.map_or(Layout::Natural, |o| (o.layout)(&case.node, slot, Some(rank)))],
        };
        let next = &mut next[usize::from(operand.place == Place::Trace)];
        operand.root = *next;
        for layout in &operand.layouts {
            tensors.push(opening(made, *layout, operand.place, *next));
            *next += 1;
        }
    };
    for (n, (operand, made)) in node.inputs.iter_mut().zip(&case.inputs).enumerate() {
        place(Slot::Input(n), operand, made);
    }
    for (n, (operand, made)) in node.outputs.iter_mut().zip(&case.outputs).enumerate() {
        place(Slot::Output(n), operand, made);
    }
    let fault = match source.byte() {
        0..=31 => Fault::Header { output: source.byte() as u32 % 4 },
        32..=43 => Fault::Failure,
        44..=47 => Fault::Stopped {
            position: source.byte() as u32 % 4,
            trace: ListOpening { root: [source.byte() / 128; 32], count: 1, proof: Vec::new() },
        },
        48..=79 => Fault::Layouts { output: false, operand: 0, first: 0, second: 1, index: source.length() },
        80..=95 => {
            let list = || ListOpening { root: [1; 32], count: 1, proof: Vec::new() };
            Fault::Binding { output: false, number: 0, receipt: list(), trace: list() }
        },
        byte => Fault::Element { output: u32::from(byte % 2), index: case.indices[0] },
    };
    let leaf = match fault {
        Fault::Binding { .. } => {
            Leaf::Header(GraphHeader { rules: 1, inputs: vec![0], outputs: vec![1], weights: 0, trace: 2 })
        },
        _ => Leaf::Node(node),
    };
    let mut evidence =
        Evidence { fault, leaf: LeafOpening { position: 1, count: 2, leaf, proof: Vec::new() }, tensors };
    bind(&mut evidence);
    evidence
}

/// The first chunks of a tensor; the elements stand in whatever order.
fn opening(made: &Made, layout: Layout, place: Place, position: u32) -> TensorOpening {
    let (dtype, dims) = (made.header.dtype, &made.header.dims);
    let size = dtype.size();
    let count = usize::try_from(made.header.count()).unwrap_or(usize::MAX).min(2 * CHUNK / size);
    let bits = (0..count as u64).map(|n| made.bits(n).unwrap_or(0).to_le_bytes());
    let bytes: Vec<u8> = bits.flat_map(|b| b.into_iter().take(size)).collect();
    let dims = layout.axes(dims.len()).into_iter().filter_map(|a| dims.get(a).copied()).collect();
    let ranges = vec![Range { first: 0, bytes, proof: Vec::new() }];
    TensorOpening { place, position, count: 0, dtype, dims, data: [0; 32], ranges, proof: Vec::new() }
}

/// Give every opening a proof, and make the roots to which they lead.
pub fn bind(evidence: &mut Evidence) -> Commitments {
    let leaf = &mut evidence.leaf;
    leaf.count = leaf.count.max(1);
    leaf.position %= leaf.count;
    let hash = leaf_hash::<Blake2b256>(&leaf.leaf.encode());
    let graph = single(TAG_GRAPH, leaf.count, leaf.position, hash, &mut leaf.proof);
    for tensor in &mut evidence.tensors {
        bind_ranges(tensor);
    }
    let weights = bind_list(&mut evidence.tensors, Place::Weight, TAG_WEIGHTS);
    let mut trace = bind_list(&mut evidence.tensors, Place::Trace, TAG_TRACE);
    let mut inputs = [0; 32];
    if let (Fault::Binding { output, number, receipt, trace: place }, Leaf::Header(header)) =
        (&mut evidence.fault, &evidence.leaf.leaf)
    {
        let list = |tag, position: u32, opening: &mut ListOpening| {
            opening.count = opening.count.max(position.saturating_add(1));
            single(tag, opening.count, position, leaf_hash::<Blake2b256>(&opening.root), &mut opening.proof)
        };
        inputs = list(TAG_TENSORS, *number, receipt);
        let places = if *output { &header.outputs } else { &header.inputs };
        trace = list(TAG_TRACE, places.get(*number as usize).copied().unwrap_or(0), place);
    }
    let outcome = match (&evidence.fault, evidence.leaf.position.checked_sub(1)) {
        (Fault::Failure, Some(node)) => Outcome::Failed { node, index: u64::from(evidence.leaf.count) / 3 },
        _ => Outcome::Output(inputs),
    };
    Commitments { graph, weights, trace, inputs, outcome }
}

/// Root of a list in which one item is known; its proof gets the length it must have.
fn single(tag: u8, count: u32, position: u32, leaf: Hash, proof: &mut Vec<Hash>) -> Hash {
    proof.resize(proof_len(count.into(), position.into(), 1).unwrap_or(0), [7; 32]);
    let merkle = leaf_range_root::<Blake2b256>(count.into(), position.into(), &[leaf], proof).unwrap_or_default();
    let mut bytes = vec![tag];
    bytes.extend_from_slice(&count.to_le_bytes());
    bytes.extend_from_slice(&merkle);
    Blake2b256::hash(&bytes)
}

/// One range leads to the root of the bytes; others stay if they lead there too.
fn bind_ranges(tensor: &mut TensorOpening) {
    let size = tensor.dtype.size() as u64;
    let Some(total) = tensor.dims.iter().try_fold(size, |n, d| n.checked_mul(*d)) else { return };
    let mut root = None;
    tensor.ranges.retain_mut(|range| {
        if root.is_some() && range_root::<Blake2b256>(total, range.first, &range.bytes, &range.proof).ok() == root {
            return true;
        }
        if root.is_some() {
            return false;
        }
        let leaves = chunk_count(total);
        range.first = range.first.min(leaves.saturating_sub(1));
        let from = range.first.saturating_mul(CHUNK as u64);
        let rest = usize::try_from(total.saturating_sub(from)).unwrap_or(usize::MAX);
        let whole = range.bytes.len() - range.bytes.len() % CHUNK;
        let len = if range.bytes.len() >= rest { rest } else { whole };
        range.bytes.resize(if len == 0 { rest.min(CHUNK) } else { len }, 0);
        let count = chunk_count(range.bytes.len() as u64);
        range.proof.resize(proof_len(leaves, range.first, count).unwrap_or(0), [9; 32]);
        root = range_root::<Blake2b256>(total, range.first, &range.bytes, &range.proof).ok();
        root.is_some()
    });
    tensor.data = root.unwrap_or(tensor.data);
}

/// A list that holds the tensors of a place, and their proofs.
fn bind_list(tensors: &mut [TensorOpening], place: Place, tag: u8) -> Hash {
    let within = |t: &&mut TensorOpening| t.place == place && t.position < LONGEST_LIST;
    let count = tensors.iter_mut().filter(within).map(|t| t.position + 1).max().unwrap_or(0);
    let mut roots = vec![[5; 32]; count as usize];
    for tensor in tensors.iter_mut().filter(within) {
        let size = tensor.dtype.size() as u64;
        let byte_len = tensor.dims.iter().fold(size, |n, d| n.saturating_mul(*d));
        let header = TensorHeader { dtype: tensor.dtype.code(), dims: &tensor.dims, byte_len };
        roots[tensor.position as usize] = header.root::<Blake2b256>(&tensor.data);
    }
    let leaves: Vec<Hash> = roots.iter().map(|r| leaf_hash::<Blake2b256>(r)).collect();
    for tensor in tensors.iter_mut().filter(within) {
        tensor.count = count;
        tensor.proof = open::<Blake2b256>(&leaves, tensor.position.into(), 1).unwrap_or_default();
    }
    list_root::<Blake2b256>(tag, &roots)
}
