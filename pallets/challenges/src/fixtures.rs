//! A small model, honest and false runs of it, and evidence about them: for tests and benchmarks.
//!
//! The model multiplies a row of `k` numbers with a column of weights: one node, whose one output element reads `2 k`
//! elements. Everything is committed to as a release and an engine commit to it, and judged by the adjudicator itself.

use alloc::{vec, vec::Vec};
use candor_adjudicator::{
    evidence::{
        expect, judge_within, Commitments, Evidence, Fault, GraphHeader, HashesOpening, Leaf, LeafOpening, ListOpening,
        Outcome as JudgedOutcome, Range, TensorOpening,
    },
    ArrayElements, DType, Domain, Expected, Header, Isa, Layout, Mode, Node, Operand, Place, Schedule, Tensor, RULES,
};
use candor_commitments::{
    chunk_count, chunk_hashes, data_root, items_root, leaf_hash, list_root, open, open_data, tensor_root, Hash,
    TAG_GRAPH, TAG_TENSORS, TAG_TRACE, TAG_WEIGHTS,
};
use candor_primitives::{worker::Demand, HostBlake2b as B, Judging, Outcome};
use codec::Encode;
use sp_core::H256;

/// A small model and one run of it.
#[derive(Clone)]
pub(crate) struct Run {
    /// Factors of the sum.
    k: u64,
    leaves: Vec<Leaf>,
    x: Vec<u8>,
    w: Vec<u8>,
    /// What the node must give.
    honest: u32,
    /// What the host says.
    claimed: u32,
    /// What the receipt says that the output is.
    pub(crate) output: H256,
    /// Roots of the trace: input, output, and others that nothing reads.
    pub(crate) roots: Vec<H256>,
}

/// Bits of -3, -2, -1, 0, 1, 2, 3.
const NUMBERS: [u32; 7] = [0xc040_0000, 0xc000_0000, 0xbf80_0000, 0, 0x3f80_0000, 0x4000_0000, 0x4040_0000];

fn numbers(count: u64, step: u64) -> Vec<u8> {
    (0..count).flat_map(|n| NUMBERS[((n * step + n / 5) % 7) as usize].to_le_bytes()).collect()
}

fn operand(place: Place, root: u32) -> Option<Operand> {
    Some(Operand { place, root, layouts: vec![Layout::Natural] })
}

fn proof(list: &[H256], position: u32) -> Vec<Hash> {
    let leaves: Vec<Hash> = list.iter().map(|root| leaf_hash::<B>(&root.0)).collect();
    open::<B>(&leaves, position.into(), 1).expect("the position is in the list")
}

fn list(tag: u8, roots: &[H256]) -> H256 {
    let roots: Vec<Hash> = roots.iter().map(|root| root.0).collect();
    H256(list_root::<B>(tag, &roots))
}

impl Run {
    /// A run over `k` factors of a graph of `nodes` nodes whose trace has `trace` roots; both make proofs long.
    pub(crate) fn new(k: u64, nodes: u32, trace: u32) -> Self {
        let node = Node {
            domain: Domain::Onnx,
            operator: b"MatMul".to_vec(),
            opset: 17,
            attributes: Vec::new(),
            inputs: vec![operand(Place::Trace, 0), operand(Place::Weight, 0)],
            outputs: vec![operand(Place::Trace, 1)],
            mode: Mode::Exact(Schedule { isa: Isa::Avx512, threads: 1, variant: 0 }),
        };
        let header = GraphHeader { rules: RULES, inputs: vec![0], outputs: vec![1], weights: 1, trace };
        let mut leaves = vec![Leaf::Header(header)];
        leaves.extend((0..nodes.max(1)).map(|_| Leaf::Node(node.clone())));
        let (x, w) = (numbers(k, 3), numbers(k, 1));
        let tensor = |dims: [u64; 2], data| {
            Some(Tensor { header: Header::new(DType::Float32, dims.to_vec()).expect("two dimensions"), data })
        };
        let elements = ArrayElements { inputs: vec![tensor([1, k], &x), tensor([k, 1], &w)], outputs: vec![] };
        let (_, expected) = expect(&node, &elements, 0, 0).expect("a product can be judged");
        let (Expected::Exact(bits) | Expected::Value(bits) | Expected::Bits(bits)) = expected else {
            unreachable!("the schedule gives bits")
        };
        let honest = bits as u32;
        let roots = (0..trace.max(2)).map(|n| H256(sp_io::hashing::blake2_256(&n.to_le_bytes()))).collect();
        let mut run = Self { k, leaves, x, w, honest, claimed: honest, output: H256::zero(), roots };
        run.roots[0] = run.root(&[1, k], &run.x);
        run.claim(honest);
        run
    }

    /// A host that says something else in one bit.
    pub(crate) fn flipped(mut self) -> Self {
        self.claim(self.honest ^ 1);
        self
    }

    /// A host whose trace is right, but does not end in what its receipt says.
    #[cfg(test)]
    pub(crate) fn unbound(mut self) -> Self {
        self.output = H256::repeat_byte(9);
        self
    }

    fn claim(&mut self, bits: u32) {
        self.claimed = bits;
        self.roots[1] = self.root(&[1, 1], &bits.to_le_bytes());
        self.output = self.roots[1];
    }

    fn root(&self, dims: &[u64], data: &[u8]) -> H256 {
        H256(tensor_root::<B>(DType::Float32.code(), dims, data))
    }

    fn weights(&self) -> Vec<H256> {
        vec![self.root(&[self.k, 1], &self.w)]
    }

    /// What the release says of the model.
    pub(crate) fn judging(&self) -> Judging {
        let leaves: Vec<Vec<u8>> = self.leaves.iter().map(Encode::encode).collect();
        Judging {
            rules: RULES,
            graph: H256(items_root::<B>(TAG_GRAPH, leaves.iter().map(Vec::as_slice))),
            weights: list(TAG_WEIGHTS, &self.weights()),
            trace: self.roots.len() as u32,
            trace_bytes: 4 * self.k,
            exact: true,
        }
    }

    /// Root of the list of inputs.
    pub(crate) fn input_root(&self) -> H256 {
        list(TAG_TENSORS, &self.roots[..1])
    }

    /// What the receipt says.
    pub(crate) fn outcome(&self) -> Outcome {
        Outcome::Output(list(TAG_TENSORS, &[self.output]))
    }

    /// Root of the list of the trace's roots.
    pub(crate) fn trace(&self) -> H256 {
        list(TAG_TRACE, &self.roots)
    }

    fn data(&self, place: Place, position: u32) -> (Vec<u64>, Vec<u8>) {
        match (place, position) {
            (Place::Weight, _) => (vec![self.k, 1], self.w.clone()),
            (Place::Trace, 0) => (vec![1, self.k], self.x.clone()),
            (Place::Trace, _) => (vec![1, 1], self.claimed.to_le_bytes().to_vec()),
        }
    }

    fn tensor(&self, place: Place, position: u32, first: u64, count: u64) -> TensorOpening {
        let (dims, data) = self.data(place, position);
        let listed = match place {
            Place::Weight => self.weights(),
            Place::Trace => self.roots.clone(),
        };
        let there = chunk_count(data.len() as u64).saturating_sub(first).min(count);
        let range = open_data::<B>(&data, first, there);
        let range = range.map(|(bytes, proof)| Range { first, bytes: bytes.to_vec(), proof });
        TensorOpening {
            place,
            position,
            count: listed.len() as u32,
            dtype: DType::Float32,
            dims,
            data: data_root::<B>(&data),
            ranges: range.into_iter().collect(),
            proof: proof(&listed, position),
        }
    }

    /// What the host shows of a part of its trace (the first two roots have tensors behind them).
    pub(crate) fn opening(&self, part: &Demand) -> Vec<u8> {
        match *part {
            Demand::Chunks { position, first, count } => {
                self.tensor(Place::Trace, position, first, count.into()).encode()
            },
            Demand::Hashes { position, first, count } => {
                let (dims, data) = self.data(Place::Trace, position);
                let leaves = chunk_hashes::<B>(&data);
                let there = (leaves.len() as u64).saturating_sub(first).min(count.into());
                HashesOpening {
                    position,
                    count: self.roots.len() as u32,
                    dtype: DType::Float32,
                    dims,
                    data: data_root::<B>(&data),
                    first,
                    hashes: leaves.iter().skip(first as usize).take(there as usize).copied().collect(),
                    range: open::<B>(&leaves, first, there).unwrap_or_default(),
                    proof: proof(&self.roots, position),
                }
                .encode()
            },
        }
    }

    fn leaf(&self, position: u32) -> LeafOpening {
        let leaves: Vec<Hash> = self.leaves.iter().map(|leaf| leaf_hash::<B>(&leaf.encode())).collect();
        LeafOpening {
            position,
            count: leaves.len() as u32,
            leaf: self.leaves[position as usize].clone(),
            proof: open::<B>(&leaves, position.into(), 1).expect("the leaf is there"),
        }
    }

    fn operands(&self, output: bool) -> Vec<TensorOpening> {
        let whole = |place, position| self.tensor(place, position, 0, u64::MAX);
        let mut tensors = vec![whole(Place::Weight, 0), whole(Place::Trace, 0)];
        if output {
            tensors.push(whole(Place::Trace, 1));
        }
        tensors
    }

    /// Evidence that the output is false.
    pub(crate) fn evidence(&self) -> Vec<u8> {
        let fault = Fault::Element { output: 0, index: 0 };
        Evidence { fault, leaf: self.leaf(1), tensors: self.operands(true) }.encode()
    }

    /// Evidence that the run did not fail at the output's element.
    #[cfg(test)]
    pub(crate) fn no_failure(&self) -> Vec<u8> {
        Evidence { fault: Fault::Failure, leaf: self.leaf(1), tensors: self.operands(false) }.encode()
    }

    /// Evidence that the trace does not hold the receipt's output.
    #[cfg(test)]
    pub(crate) fn binding(&self) -> Vec<u8> {
        let receipt = ListOpening { root: self.output.0, count: 1, proof: Vec::new() };
        let count = self.roots.len() as u32;
        let trace = ListOpening { root: self.roots[1].0, count, proof: proof(&self.roots, 1) };
        let fault = Fault::Binding { output: true, number: 0, receipt, trace };
        Evidence { fault, leaf: self.leaf(0), tensors: Vec::new() }.encode()
    }

    /// Have the judge take so many steps more, on sums of the same kind.
    #[cfg(feature = "runtime-benchmarks")]
    pub(crate) fn judge_again(&self, steps: u32) {
        const FACTORS: u64 = 512;
        let other = Self::new(FACTORS, 1, 2);
        let [Leaf::Header(_), Leaf::Node(node)] = other.leaves.as_slice() else { return };
        let tensor = |dims: [u64; 2], data| {
            Some(Tensor { header: Header::new(DType::Float32, dims.to_vec()).expect("two dimensions"), data })
        };
        let inputs = vec![tensor([1, FACTORS], other.x.as_slice()), tensor([FACTORS, 1], other.w.as_slice())];
        let elements = ArrayElements { inputs, outputs: vec![] };
        for _ in 0..u64::from(steps) / (2 * FACTORS) {
            expect(node, &elements, 0, 0).expect("a product can be judged");
        }
    }

    /// Steps that the judge takes for [`Self::evidence`].
    pub(crate) fn work(&self) -> u32 {
        let Judging { graph, weights, .. } = self.judging();
        let Outcome::Output(output) = self.outcome() else { unreachable!("there is an output") };
        let commitments = Commitments {
            graph: graph.0,
            weights: weights.0,
            trace: self.trace().0,
            inputs: self.input_root().0,
            outcome: JudgedOutcome::Output(output.0),
        };
        let evidence = Evidence::decode_limited(&self.evidence()).expect("within the limits");
        judge_within::<B>(&evidence, &commitments, u64::MAX).expect("it can be judged").1 as u32
    }
}

/// Most factors whose evidence fits: rows of 112 KiB each.
#[cfg_attr(not(feature = "runtime-benchmarks"), allow(dead_code))]
pub(crate) const MAX_FACTORS: u64 = 28 * 1024;
