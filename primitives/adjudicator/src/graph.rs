//! What is committed of a graph: one leaf per node, self-contained.
//!
//! A node is kept as ONNX has it: domain, operator, version of the operator set, attributes. Its operands say where
//! their roots stand in the list of weights or of the trace, and in which layouts. Blocked layouts of ONNX Runtime
//! (NCHWc) never appear: the commitment holds them unblocked.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// Most inputs, and most outputs, of a node.
pub const MAX_OPERANDS: usize = 256;
/// Most attributes of a node.
pub const MAX_ATTRIBUTES: usize = 32;
/// Most numbers or characters in one attribute.
pub const MAX_ATTRIBUTE_LEN: usize = 4096;
/// Most layouts of one value.
pub const MAX_LAYOUTS: usize = 4;

/// Whose operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Domain {
    /// ONNX's own (`""`, `ai.onnx`).
    #[codec(index = 0)]
    Onnx,
    /// `com.microsoft`.
    #[codec(index = 1)]
    Microsoft,
    /// `com.microsoft.nchwc`.
    #[codec(index = 2)]
    Nchwc,
}

/// Value of an attribute. Floats are bit patterns of binary32.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Attribute {
    /// An integer.
    #[codec(index = 0)]
    Int(i64),
    /// A number.
    #[codec(index = 1)]
    Float(u32),
    /// A text.
    #[codec(index = 2)]
    Text(Vec<u8>),
    /// Integers.
    #[codec(index = 3)]
    Ints(Vec<i64>),
    /// Numbers.
    #[codec(index = 4)]
    Floats(Vec<u32>),
}

/// Order in which a value's elements are committed: contraction orders put what is summed over into consecutive bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Layout {
    /// Row-major.
    #[codec(index = 0)]
    Natural,
    /// The last two axes exchanged.
    #[codec(index = 1)]
    Swapped,
    /// The axes of the set (bit i is axis i, from the outermost) moved to the end, both groups keeping their order:
    /// `Last(0b10)` turns NCHW into NHWC.
    #[codec(index = 2)]
    Last(u8),
}

impl Layout {
    /// What operators ask for that read single elements: whatever order others ask for will do. No axis is moved, so it means
    /// [`Self::Natural`] where nobody else asks.
    pub const ANY: Self = Self::Last(0);

    /// Axes of the tensor in the order in which they are committed, outermost first.
    pub fn axes(self, rank: usize) -> Vec<usize> {
        let mut axes: Vec<usize> = (0..rank).collect();
        match self {
            Self::Natural => {},
            Self::Swapped => {
                if let (Some(a), Some(b)) = (rank.checked_sub(2), rank.checked_sub(1)) {
                    axes.swap(a, b);
                }
            },
            Self::Last(set) => {
                let last = |axis: &usize| u32::try_from(*axis).ok().and_then(|a| set.checked_shr(a)).unwrap_or(0) & 1;
                axes.sort_by_key(last);
            },
        }
        axes
    }
}

/// Where a value is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Place {
    /// In the release: an initialiser.
    #[codec(index = 0)]
    Weight,
    /// In the trace of a run: an input or something computed.
    #[codec(index = 1)]
    Trace,
}

/// A value that a node reads or makes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Operand {
    /// Where it is committed.
    pub place: Place,
    /// Position of its first root in that list.
    pub root: u32,
    /// Its layouts: root i of the value, at position `root + i`, commits to layout i.
    pub layouts: Vec<Layout>,
}

/// Instruction set whose kernels a schedule follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Isa {
    /// x86-64 with AVX-512 (F, BW, DQ, VL).
    #[codec(index = 0)]
    Avx512,
    /// x86-64 with AVX2 and FMA3.
    #[codec(index = 1)]
    Avx2,
}

/// Order of operations by which a kernel of ONNX Runtime 1.31 computes an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Schedule {
    /// Instruction set.
    pub isa: Isa,
    /// Threads inside an operator: they share out work, and some kernels' order depends on the share.
    pub threads: u16,
    /// Which of the operator's alternatives: 0 is the rule, the others are tried by preparation.
    pub variant: u16,
}

/// How an element is judged. Committed per node, proven at preparation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub enum Mode {
    /// The bits must be those of the schedule.
    #[codec(index = 0)]
    Exact(Schedule),
    /// The value must lie within a rigorous bound.
    #[codec(index = 1)]
    Bounded,
}

/// A node: a leaf of the graph.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Node {
    /// Domain of the operator.
    pub domain: Domain,
    /// Operator.
    pub operator: Vec<u8>,
    /// Version of the operator set that the model imports for this domain.
    pub opset: u32,
    /// Attributes by name, sorted; those that are absent have the operator's defaults.
    pub attributes: Vec<(Vec<u8>, Attribute)>,
    /// Inputs; absent optional ones are `None`.
    pub inputs: Vec<Option<Operand>>,
    /// Outputs; those that nobody wants are `None`.
    pub outputs: Vec<Option<Operand>>,
    /// How its elements are judged.
    pub mode: Mode,
}

impl Node {
    /// Whether the sizes of its lists are within the limits. Checked before anything else is done with a node that
    /// comes from outside.
    pub fn within_limits(&self) -> bool {
        let operands = |list: &[Option<Operand>]| {
            list.len() <= MAX_OPERANDS
                && list.iter().flatten().all(|o| !o.layouts.is_empty() && o.layouts.len() <= MAX_LAYOUTS)
        };
        let attribute = |(name, value): &(Vec<u8>, Attribute)| {
            name.len() <= 64
                && match value {
                    Attribute::Int(_) | Attribute::Float(_) => true,
                    Attribute::Text(text) => text.len() <= MAX_ATTRIBUTE_LEN,
                    Attribute::Ints(list) => list.len() <= MAX_ATTRIBUTE_LEN,
                    Attribute::Floats(list) => list.len() <= MAX_ATTRIBUTE_LEN,
                }
        };
        self.operator.len() <= 64
            && operands(&self.inputs)
            && operands(&self.outputs)
            && self.attributes.len() <= MAX_ATTRIBUTES
            && self.attributes.iter().all(attribute)
    }

    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|(n, _)| n.as_slice() == name.as_bytes()).map(|(_, value)| value)
    }
}
