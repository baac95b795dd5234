//! A decision told to a person: what is wrong, where, what was claimed, what must be.

mod text;
pub mod values;

#[cfg(test)]
mod tests;

use super::file::EvidenceFile;
use candor_adjudicator::{
    evidence::{self, EvidenceError, Fault, Finding, Leaf, Opened, Outcome, Verdict, MAX_EVIDENCE},
    operators::shape,
    Attribute, DType, Domain, Elements, Header, Isa, Mode, Node, Slot,
};
use candor_commitments::{chunk_count, Blake2b256};
use codec::Encode;
use serde::Serialize;
use values::{dtype_name, value, ExpectedText, ValueText};

/// A decision and what it rests on. Prints as text, serialises as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Whether the fault is there.
    pub faulty: bool,
    /// The decision in one sentence.
    pub verdict: String,
    /// What the evidence says is wrong: `element`, `header`, `layouts`, `binding` or `failure`.
    pub fault: &'static str,
    /// The node; none for a binding.
    pub node: Option<NodeAccount>,
    /// The element or operand.
    pub place: Option<PlaceAccount>,
    /// What was compared.
    pub finding: FindingAccount,
    /// What the evidence was judged against.
    pub commitments: CommitmentsAccount,
    /// How large it is.
    pub size: SizeAccount,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NodeAccount {
    /// Position in the graph.
    pub position: u32,
    /// Operator.
    pub operator: String,
    /// Its domain; `ai.onnx` for ONNX's own.
    pub domain: &'static str,
    /// Version of the operator set.
    pub opset: u32,
    /// Attributes that are set, as text.
    pub attributes: Vec<(String, String)>,
    /// Whether the bits are recomputed (else a bound is).
    pub exact: bool,
    /// How it is judged, in words.
    pub mode: String,
}

/// Where in the node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlaceAccount {
    /// `output` or `input`.
    pub side: &'static str,
    /// Its number.
    pub number: u32,
    /// Element type, where it is opened.
    pub dtype: Option<String>,
    /// Shape, where it is opened.
    pub shape: Option<Vec<u64>>,
    /// Element, row-major.
    pub index: Option<u64>,
    /// The same as coordinates.
    pub coordinates: Option<Vec<u64>>,
}

/// What was compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FindingAccount {
    /// An element.
    Element {
        /// What the trace holds.
        claimed: ValueText,
        /// What the operator gives.
        expected: ExpectedText,
    },
    /// Type and shape.
    Header {
        /// What the trace holds.
        claimed: String,
        /// What the operator gives.
        expected: String,
    },
    /// Two layouts of one value.
    Layouts {
        /// In one.
        first: String,
        /// In the other.
        second: String,
    },
    /// Two roots.
    Binding {
        /// In the receipt.
        receipt: String,
        /// In the trace.
        trace: String,
    },
    /// A run that is said to have failed.
    Failure {
        /// What the operator gives at that element.
        expected: ExpectedText,
    },
    /// A run that is said to have failed at a node or an element that there is not.
    Nowhere {
        /// Nodes of the graph.
        nodes: u32,
        /// Elements of the node's output, if there is the node.
        elements: Option<u64>,
    },
    /// A trace that stops before the node at which the run is said to have failed.
    Stopped {
        /// Place in the trace where there is nothing.
        position: u32,
        /// First place of what the node makes.
        first: u32,
    },
}

/// Roots in hex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommitmentsAccount {
    /// Graph.
    pub graph: String,
    /// Weights.
    pub weights: String,
    /// Trace.
    pub trace: String,
    /// Inputs.
    pub inputs: String,
    /// Outputs, or how the run failed.
    pub outcome: String,
}

/// Sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct SizeAccount {
    /// Bytes of the encoded evidence.
    pub bytes: usize,
    /// Most that the chain takes.
    pub most: usize,
    /// Tensors opened.
    pub tensors: usize,
    /// Their chunks that are opened.
    pub chunks: u64,
    /// Bytes of these.
    pub chunk_bytes: u64,
}

impl Account {
    /// Judge the evidence as the chain does, and tell what came out. Errors say why the evidence is no good.
    pub fn of(file: &EvidenceFile) -> Result<Self, EvidenceError> {
        let verdict = file.judge()?;
        Ok(Self::new(file, &verdict))
    }

    fn new(file: &EvidenceFile, verdict: &Verdict) -> Self {
        let evidence = &file.evidence;
        let node = match &evidence.leaf.leaf {
            Leaf::Node(node) => Some(node),
            Leaf::Header(_) => None,
        };
        let opened = |only| Opened::new::<Blake2b256>(node?, &evidence.tensors, &file.commitments, only).ok();
        let header = |slot: Slot| opened(None).and_then(|o| o.header(slot).ok().cloned());
        let failed_at = match file.commitments.outcome {
            Outcome::Failed { index, .. } => Some(index),
            Outcome::Output(_) => None,
        };
        let place = match &evidence.fault {
            Fault::Element { output, index } => {
                Some(place("output", *output, header(Slot::Output(*output as usize)), Some(*index)))
            },
            Fault::Header { output } => Some(place("output", *output, header(Slot::Output(*output as usize)), None)),
            Fault::Layouts { output, operand, first, index, .. } => {
                let number = *operand as usize;
                let slot = if *output { Slot::Output(number) } else { Slot::Input(number) };
                let known = opened(Some((slot, *first))).and_then(|o| o.header(slot).ok().cloned());
                Some(place(if *output { "output" } else { "input" }, *operand, known, Some(*index)))
            },
            Fault::Binding { output, number, .. } => {
                Some(place(if *output { "output" } else { "input" }, *number, None, None))
            },
            Fault::Failure => {
                let given = opened(None).and_then(|o| evidence::header(node?, &o, 0).ok());
                Some(place("output", 0, given, failed_at))
            },
            Fault::Stopped { .. } => None,
        };
        let dtype = place.as_ref().and_then(|p| p.0);
        let place = place.map(|p| p.1);
        let mut account = Self {
            faulty: verdict.faulty,
            verdict: String::new(),
            fault: match evidence.fault {
                Fault::Element { .. } => "element",
                Fault::Header { .. } => "header",
                Fault::Layouts { .. } => "layouts",
                Fault::Binding { .. } => "binding",
                Fault::Failure => "failure",
                Fault::Stopped { .. } => "stopped",
            },
            node: node.map(|node| node_account(evidence.leaf.position.saturating_sub(1), node)),
            place,
            finding: finding(&verdict.finding, dtype),
            commitments: commitments(file),
            size: SizeAccount {
                bytes: evidence.encoded_size(),
                most: MAX_EVIDENCE,
                tensors: evidence.tensors.len(),
                chunks: ranges(file).map(|r| chunk_count(r.bytes.len() as u64)).sum(),
                chunk_bytes: ranges(file).map(|r| r.bytes.len() as u64).sum(),
            },
        };
        account.verdict = text::sentence(&account);
        account
    }
}

fn ranges(file: &EvidenceFile) -> impl Iterator<Item = &candor_adjudicator::evidence::Range> {
    file.evidence.tensors.iter().flat_map(|t| &t.ranges)
}

fn place(side: &'static str, number: u32, header: Option<Header>, index: Option<u64>) -> (Option<DType>, PlaceAccount) {
    let known = header.as_ref().map(|h| h.dtype);
    let dtype = header.as_ref().map(|h| dtype_name(h.dtype));
    let coordinates = header.as_ref().zip(index).map(|(h, index)| shape::coordinates(&h.dims, index));
    (known, PlaceAccount { side, number, dtype, shape: header.map(|h| h.dims), index, coordinates })
}

fn finding(finding: &Finding, dtype: Option<DType>) -> FindingAccount {
    // The output's type is opened with its element; a failed run has no output to open.
    let dtype = dtype.unwrap_or(DType::Uint64);
    match finding {
        Finding::Element { claimed, expected } => {
            FindingAccount::Element { claimed: value(dtype, *claimed), expected: ExpectedText::new(dtype, *expected) }
        },
        Finding::Header { claimed, expected } => {
            FindingAccount::Header { claimed: header_text(claimed), expected: header_text(expected) }
        },
        Finding::Layouts { first, second } => {
            FindingAccount::Layouts { first: layout_text(first), second: layout_text(second) }
        },
        Finding::Binding { receipt, trace, .. } => {
            FindingAccount::Binding { receipt: hex_of(receipt), trace: hex_of(trace) }
        },
        Finding::Failure { expected } => FindingAccount::Failure { expected: ExpectedText::new(dtype, *expected) },
        Finding::Nowhere { nodes, elements } => FindingAccount::Nowhere { nodes: *nodes, elements: *elements },
        Finding::Stopped { position, first } => FindingAccount::Stopped { position: *position, first: *first },
    }
}

fn header_text(header: &Header) -> String {
    format!("{} {:?}", dtype_name(header.dtype), header.dims)
}

fn layout_text((header, bits): &(Header, Option<u64>)) -> String {
    match bits {
        Some(bits) => format!("{} in {}", value(header.dtype, *bits), header_text(header)),
        None => header_text(header),
    }
}

fn hex_of(hash: &[u8; 32]) -> String {
    format!("0x{}", hex::encode(hash))
}

fn commitments(file: &EvidenceFile) -> CommitmentsAccount {
    let known = &file.commitments;
    CommitmentsAccount {
        graph: hex_of(&known.graph),
        weights: hex_of(&known.weights),
        trace: hex_of(&known.trace),
        inputs: hex_of(&known.inputs),
        outcome: match &known.outcome {
            Outcome::Output(root) => hex_of(root),
            Outcome::Failed { node, index } => format!("failed at element {index} of node {node}"),
        },
    }
}

fn node_account(position: u32, node: &Node) -> NodeAccount {
    NodeAccount {
        position,
        operator: printable(&node.operator),
        domain: match node.domain {
            Domain::Onnx => "ai.onnx",
            Domain::Microsoft => "com.microsoft",
            Domain::Nchwc => "com.microsoft.nchwc",
        },
        opset: node.opset,
        attributes: node.attributes.iter().map(|(name, value)| (printable(name), attribute(value))).collect(),
        exact: matches!(node.mode, Mode::Exact(_)),
        mode: mode(node.mode),
    }
}

fn mode(mode: Mode) -> String {
    let Mode::Exact(schedule) = mode else {
        return "within a rigorous bound on the kernel's rounding errors".into();
    };
    let isa = match schedule.isa {
        Isa::Avx512 => "AVX-512",
        Isa::Avx2 => "AVX2 and FMA3",
    };
    let threads = match schedule.threads {
        1 => "one thread".to_owned(),
        n => format!("{n} threads"),
    };
    let variant = match schedule.variant {
        0 => String::new(),
        n => format!(", alternative {n}"),
    };
    format!("bit for bit, in the order of ONNX Runtime's kernel for {isa}, {threads}{variant}")
}

fn attribute(value: &Attribute) -> String {
    match value {
        Attribute::Int(n) => n.to_string(),
        Attribute::Float(bits) => values::value(DType::Float32, u64::from(*bits)).to_string(),
        Attribute::Text(text) => format!("{:?}", printable(text)),
        Attribute::Ints(list) => format!("{list:?}"),
        Attribute::Floats(list) => {
            let texts: Vec<_> = list.iter().map(|b| value_decimal(*b)).collect();
            format!("[{}]", texts.join(", "))
        },
    }
}

fn value_decimal(bits: u32) -> String {
    value(DType::Float32, u64::from(bits)).decimal
}

/// Text of a stranger, without what a terminal would obey.
fn printable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
