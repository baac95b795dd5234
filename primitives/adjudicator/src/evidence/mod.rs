//! Evidence: what convinces the chain that one number of a run is wrong.
//!
//! Evidence names a fault and opens what is needed to see it: the node (a leaf of the graph), its operands' types and
//! shapes, and the elements that the judgement reads. Everything is bound to roots that the chain holds; nothing else is
//! believed. Limits come before work: decode with [`Evidence::decode_limited`].

mod bind;
mod judge;
mod open;
mod reveal;

pub use bind::BindError;
pub use judge::{expect, header, judge, judge_within, Finding, Verdict, UNMADE};
pub use open::{OpenError, Opened};
pub use reveal::HashesOpening;

use crate::{DType, Node, Place, Slot};
use alloc::vec::Vec;
use candor_commitments::Hash;
use codec::{Decode, DecodeLimit, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// Most bytes of encoded evidence.
pub const MAX_EVIDENCE: usize = 256 * 1024;
/// Most tensors that evidence opens: roots, counted once per layout.
pub const MAX_TENSORS: usize = 300;
/// Most ranges opened in one tensor.
pub const MAX_RANGES: usize = 1024;

/// What the chain holds of a release and of a run.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Commitments {
    /// Root of the graph: the list of its leaves, the first of them a [`GraphHeader`].
    pub graph: Hash,
    /// Root of the list of the weights' roots.
    pub weights: Hash,
    /// Root of the list of the run's roots.
    pub trace: Hash,
    /// Root of the list of the inputs, from the receipt.
    pub inputs: Hash,
    /// How the run ended, from the receipt.
    pub outcome: Outcome,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Outcome {
    /// Root of the list of the outputs.
    #[codec(index = 0)]
    Output(Hash),
    /// The run failed at an element of the first output of a node (position in the graph).
    #[codec(index = 1)]
    Failed {
        /// Node.
        node: u32,
        /// Element.
        index: u64,
    },
}

/// First leaf of a graph.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct GraphHeader {
    /// Version of the rules by which nodes are judged: [`crate::RULES`].
    pub rules: u16,
    /// Positions, in the trace, of the graph's inputs, in the release's order (natural layout).
    pub inputs: Vec<u32>,
    /// Positions, in the trace, of the graph's outputs, in the release's order (natural layout).
    pub outputs: Vec<u32>,
    /// Roots in the list of weights.
    pub weights: u32,
    /// Roots in a trace.
    pub trace: u32,
}

/// A leaf of a graph.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Leaf {
    /// The first.
    #[codec(index = 0)]
    Header(GraphHeader),
    /// All others, in an order in which every value is made before it is read.
    #[codec(index = 1)]
    Node(Node),
}

/// A leaf of the graph with its proof.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct LeafOpening {
    /// Position: 0 is the header, node n is leaf n + 1.
    pub position: u32,
    /// Number of leaves.
    pub count: u32,
    /// The leaf.
    pub leaf: Leaf,
    /// From the leaf to the root.
    pub proof: Vec<Hash>,
}

/// Consecutive chunks of a tensor.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Range {
    /// First chunk.
    pub first: u64,
    /// Bytes of the chunks.
    pub bytes: Vec<u8>,
    /// From the chunks to the root of the bytes.
    pub proof: Vec<Hash>,
}

/// A tensor of a release or a trace: type, shape, some of its chunks. Its root follows from them.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct TensorOpening {
    /// Which list holds its root.
    pub place: Place,
    /// Position of the root in that list.
    pub position: u32,
    /// Length of that list.
    pub count: u32,
    /// Element type.
    pub dtype: DType,
    /// Shape in the order in which it is committed.
    pub dims: Vec<u64>,
    /// Root of the bytes.
    pub data: Hash,
    /// Opened chunks, ascending, not overlapping. None where type and shape are all that is needed.
    pub ranges: Vec<Range>,
    /// From the root to the root of the list.
    pub proof: Vec<Hash>,
}

/// A tensor root in the list of a receipt's inputs or outputs.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ListOpening {
    /// The root.
    pub root: Hash,
    /// Length of the list.
    pub count: u32,
    /// From the root to the root of the list.
    pub proof: Vec<Hash>,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Fault {
    /// An element of an output is not what the operator gives.
    #[codec(index = 0)]
    Element {
        /// Output.
        output: u32,
        /// Element, row-major.
        index: u64,
    },
    /// Type or shape of an output is not what the operator gives.
    #[codec(index = 1)]
    Header {
        /// Output.
        output: u32,
    },
    /// Two roots of one value hold different types, shapes, or, at one index, different elements.
    #[codec(index = 2)]
    Layouts {
        /// Whether the value is an output of the node (else an input).
        output: bool,
        /// Which.
        operand: u32,
        /// One of its layouts, by position.
        first: u32,
        /// Another.
        second: u32,
        /// Element, row-major; not looked at when the headers differ.
        index: u64,
    },
    /// The trace does not begin with the receipt's inputs, or end in its outputs.
    #[codec(index = 3)]
    Binding {
        /// Whether an output is wrong (else an input).
        output: bool,
        /// Which, in the release's order.
        number: u32,
        /// The root in the receipt.
        receipt: ListOpening,
        /// The root in the trace.
        trace: ListOpening,
    },
    /// The receipt says that the run failed at this node's element, and the operator gives a result there, or its output has no
    /// such element, or the graph no such node (shown at any).
    #[codec(index = 4)]
    Failure,
    /// The receipt says that the run failed at this node, and the trace stops before it: a root of zeros, which stands for
    /// a value that was never made, at a place before the node's outputs.
    #[codec(index = 5)]
    Stopped {
        /// The place in the trace.
        position: u32,
        /// The root there.
        trace: ListOpening,
    },
}

/// A fault and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Evidence {
    /// What is wrong.
    pub fault: Fault,
    /// The node where it is wrong; the graph's header for [`Fault::Binding`].
    pub leaf: LeafOpening,
    /// What of its operands is needed.
    pub tensors: Vec<TensorOpening>,
}

/// Why evidence is not looked at any further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceError {
    /// It has more bytes, tensors or ranges than allowed, or is not evidence at all.
    Encoding,
    /// The leaf is not part of the graph.
    Leaf,
    /// A tensor is not part of the release or the trace, or its opening does not hold.
    Open(OpenError),
    /// The fault does not suit the leaf or the outcome of the run.
    Fault,
    /// The roots of a binding do not stand where they must.
    Bind(BindError),
    /// The element lies outside of the output.
    Index,
    /// The judgement cannot be made.
    Reject(crate::Reject),
}

impl core::fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Encoding => f.write_str("this is no evidence, or it is over the limits"),
            Self::Leaf => f.write_str("the node is not part of the graph"),
            Self::Open(error) => write!(f, "an opening does not hold: {error}"),
            Self::Fault => f.write_str("the fault does not suit the node or the outcome of the run"),
            Self::Bind(error) => write!(f, "the binding does not hold: {error}"),
            Self::Index => f.write_str("the element lies outside of the output"),
            Self::Reject(reject) => write!(f, "cannot be judged: {reject}"),
        }
    }
}

impl core::error::Error for EvidenceError {}

impl From<crate::Reject> for EvidenceError {
    fn from(reject: crate::Reject) -> Self {
        Self::Reject(reject)
    }
}

impl Evidence {
    /// Decode evidence from bytes that a stranger sent.
    pub fn decode_limited(mut bytes: &[u8]) -> Result<Self, EvidenceError> {
        if bytes.len() > MAX_EVIDENCE {
            return Err(EvidenceError::Encoding);
        }
        let evidence = Self::decode_all_with_depth_limit(16, &mut bytes).map_err(|_| EvidenceError::Encoding)?;
        evidence.check_limits()?;
        Ok(evidence)
    }

    /// Counts within the limits. The chain's transaction decoder has bounded the bytes already.
    pub fn check_limits(&self) -> Result<(), EvidenceError> {
        let tensor = |t: &TensorOpening| {
            t.dims.len() <= crate::MAX_RANK
                && t.ranges.len() <= MAX_RANGES
                && crate::Header::new(t.dtype, t.dims.clone()).is_some()
        };
        let leaf = match &self.leaf.leaf {
            Leaf::Header(header) => header.inputs.len() <= 64 && header.outputs.len() <= 64,
            Leaf::Node(node) => node.within_limits(),
        };
        let fine = leaf && self.tensors.len() <= MAX_TENSORS && self.tensors.iter().all(tensor);
        fine.then_some(()).ok_or(EvidenceError::Encoding)
    }
}

/// The operand at `slot` of a node.
pub(crate) fn operand(node: &Node, slot: Slot) -> Option<&crate::Operand> {
    match slot {
        Slot::Input(n) => node.inputs.get(n)?.as_ref(),
        Slot::Output(n) => node.outputs.get(n)?.as_ref(),
    }
}
