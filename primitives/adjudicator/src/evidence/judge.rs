//! The decision.

use super::{bind, BindError, Commitments, Evidence, EvidenceError, Fault, Leaf, Opened, Outcome};
use crate::{
    operators, Call, Elements, Exactness, Expected, Header, Memo, Mode, Node, Operator, Reject, Slot, MAX_WORK,
};
use candor_commitments::{verify_item, verify_list, Hash, Hasher, TAG_GRAPH, TAG_TRACE};
use codec::Encode;
use core::cell::Cell;

/// Root in a trace of a value that was never made, because the run failed before.
pub const UNMADE: Hash = [0; 32];

/// What was compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// An element and what it must be.
    Element {
        /// Its bits.
        claimed: u64,
        /// What it must be.
        expected: Expected,
    },
    /// A type and shape and what they must be.
    Header {
        /// What the trace holds.
        claimed: Header,
        /// What the operator gives.
        expected: Header,
    },
    /// The headers or elements of two layouts of one value.
    Layouts {
        /// Header and bits in one.
        first: (Header, Option<u64>),
        /// In the other.
        second: (Header, Option<u64>),
    },
    /// A root in the receipt and in the trace.
    Binding {
        /// Whether it is an output.
        output: bool,
        /// Which.
        number: u32,
        /// In the receipt.
        receipt: Hash,
        /// In the trace.
        trace: Hash,
    },
    /// What the operator gives where the run is said to have failed.
    Failure {
        /// It.
        expected: Expected,
    },
    /// The run is said to have failed at a node or an element that there is not.
    Nowhere {
        /// Nodes of the graph.
        nodes: u32,
        /// Elements of the node's first output, if there is the node.
        elements: Option<u64>,
    },
    /// The trace has no value at a place before the node at which the run is said to have failed.
    Stopped {
        /// The place.
        position: u32,
        /// The first place of what that node makes.
        first: u32,
    },
}

/// What follows from evidence that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether the fault is there.
    pub faulty: bool,
    /// What was compared.
    pub finding: Finding,
}

impl Verdict {
    pub(super) const fn new(faulty: bool, finding: Finding) -> Self {
        Self { faulty, finding }
    }
}

/// Decide whether evidence shows a fault in the run that `commitments` describe.
///
/// Errors say why the evidence itself is no good; they convict nobody. The caller has checked [`Evidence::check_limits`]
/// (or decoded with [`Evidence::decode_limited`]).
pub fn judge<H: Hasher>(evidence: &Evidence, commitments: &Commitments) -> Result<Verdict, EvidenceError> {
    // Type and shape, and the element, may take `MAX_WORK` each.
    judge_within::<H>(evidence, commitments, MAX_WORK.saturating_mul(2)).map(|(verdict, _)| verdict)
}

/// [`judge`], stopping with [`Reject::Limit`] after `limit` steps. With the verdict comes how many steps it took: the
/// chain asks whoever sends evidence to pay for so many beforehand. Hashing what is opened is not among them; it follows
/// from the size of the evidence.
pub fn judge_within<H: Hasher>(
    evidence: &Evidence,
    commitments: &Commitments,
    limit: u64,
) -> Result<(Verdict, u64), EvidenceError> {
    let spent = Cell::new(0u64);
    let left = || limit.saturating_sub(spent.get());
    let spend = |work: u64| spent.set(spent.get().saturating_add(work));
    let verdict = decide::<H>(evidence, commitments, &left, &spend)?;
    Ok((verdict, spent.get()))
}

fn decide<H: Hasher>(
    evidence: &Evidence,
    commitments: &Commitments,
    left: &dyn Fn() -> u64,
    spend: &dyn Fn(u64),
) -> Result<Verdict, EvidenceError> {
    let leaf = &evidence.leaf;
    verify_item::<H>(TAG_GRAPH, &commitments.graph, leaf.count, leaf.position, &leaf.leaf.encode(), &leaf.proof)
        .map_err(|_| EvidenceError::Leaf)?;
    let node = match &leaf.leaf {
        Leaf::Header(_) => return bind::judge::<H>(evidence, commitments),
        Leaf::Node(node) => node,
    };
    let open = |only| Opened::new::<H>(node, &evidence.tensors, commitments, only).map_err(EvidenceError::Open);
    match evidence.fault {
        Fault::Element { output, index } => {
            let opened = open(None)?;
            let output = usize::try_from(output).map_err(|_| EvidenceError::Fault)?;
            let (dtype, expected, work) = expect_within(node, &opened, output, index, left())?;
            spend(work);
            let claimed = opened.element(Slot::Output(output), index).map_err(Reject::from)?;
            let right = expected.admits(dtype, claimed);
            Ok(Verdict::new(!right, Finding::Element { claimed, expected }))
        },
        Fault::Header { output } => {
            let opened = open(None)?;
            let output = usize::try_from(output).map_err(|_| EvidenceError::Fault)?;
            let (expected, work) = header_within(node, &opened, output, left())?;
            spend(work);
            let claimed = opened.header(Slot::Output(output)).map_err(Reject::from)?.clone();
            Ok(Verdict::new(claimed != expected, Finding::Header { claimed, expected }))
        },
        Fault::Layouts { output, operand, first, second, index } => {
            let number = usize::try_from(operand).map_err(|_| EvidenceError::Fault)?;
            let slot = if output { Slot::Output(number) } else { Slot::Input(number) };
            if first == second {
                return Err(EvidenceError::Fault);
            }
            let look = |layout| -> Result<(Header, Option<u64>), EvidenceError> {
                let opened = open(Some((slot, layout)))?;
                let header = opened.header(slot).map_err(Reject::from)?.clone();
                Ok((header, opened.element(slot, index).ok()))
            };
            let (first, second) = (look(first)?, look(second)?);
            let differ = match (&first, &second) {
                ((a, _), (b, _)) if a != b => true,
                ((header, Some(a)), (_, Some(b))) if index < header.count() => a != b,
                _ => return Err(EvidenceError::Index),
            };
            Ok(Verdict::new(differ, Finding::Layouts { first, second }))
        },
        Fault::Failure => {
            let Outcome::Failed { node: failed, index } = commitments.outcome else {
                return Err(EvidenceError::Fault);
            };
            // Any leaf tells how many there are; the first is the header's.
            let nodes = leaf.count.saturating_sub(1);
            if failed >= nodes {
                return Ok(Verdict::new(true, Finding::Nowhere { nodes, elements: None }));
            }
            if failed.checked_add(1) != Some(leaf.position) {
                return Err(EvidenceError::Fault);
            }
            let opened = open(None)?;
            let (made, work) = header_within(node, &opened, 0, left())?;
            spend(work);
            let elements = made.count();
            if index >= elements {
                return Ok(Verdict::new(true, Finding::Nowhere { nodes, elements: Some(elements) }));
            }
            let (_, expected, work) = expect_within(node, &opened, 0, index, left())?;
            spend(work);
            Ok(Verdict::new(expected != Expected::Fails, Finding::Failure { expected }))
        },
        Fault::Stopped { position, ref trace } => {
            let Outcome::Failed { node: failed, .. } = commitments.outcome else {
                return Err(EvidenceError::Fault);
            };
            if failed.checked_add(1) != Some(leaf.position) {
                return Err(EvidenceError::Fault);
            }
            verify_list::<H>(TAG_TRACE, &commitments.trace, trace.count, position, &[trace.root], &trace.proof)
                .map_err(|_| EvidenceError::Bind(BindError::Trace))?;
            let first = node.outputs.iter().flatten().map(|made| made.root).min().ok_or(EvidenceError::Fault)?;
            let stopped = trace.root == UNMADE && position < first;
            Ok(Verdict::new(stopped, Finding::Stopped { position, first }))
        },
        Fault::Binding { .. } => Err(EvidenceError::Fault),
    }
}

fn definition(node: &Node) -> Result<&'static Operator, Reject> {
    let operator = operators::lookup(node.domain, &node.operator, node.opset);
    let operator = operator.ok_or(Reject::Unsupported("this operator"))?;
    match (node.mode, operator.exactness) {
        (Mode::Exact(_), Exactness::BoundedOnly) => {
            Err(Reject::Malformed("exact mode for an operator without schedule"))
        },
        _ => Ok(operator),
    }
}

/// Type and shape that the operator gives for an output.
pub fn header(node: &Node, elements: &dyn Elements, output: usize) -> Result<Header, Reject> {
    header_within(node, elements, output, MAX_WORK).map(|(header, _)| header)
}

fn header_within(node: &Node, elements: &dyn Elements, output: usize, limit: u64) -> Result<(Header, u64), Reject> {
    let memo = Memo::new();
    let call = Call::within(node, elements, &memo, limit);
    let header = (definition(node)?.header)(&call, output)?;
    Ok((header, call.work()))
}

/// What an element of an output must be, and its type.
pub fn expect(
    node: &Node,
    elements: &dyn Elements,
    output: usize,
    index: u64,
) -> Result<(crate::DType, Expected), EvidenceError> {
    let limit = MAX_WORK.saturating_mul(2);
    expect_within(node, elements, output, index, limit).map(|(dtype, expected, _)| (dtype, expected))
}

fn expect_within(
    node: &Node,
    elements: &dyn Elements,
    output: usize,
    index: u64,
    limit: u64,
) -> Result<(crate::DType, Expected, u64), EvidenceError> {
    let (header, first) = header_within(node, elements, output, limit)?;
    if index >= header.count() {
        return Err(EvidenceError::Index);
    }
    let memo = Memo::new();
    let call = Call::within(node, elements, &memo, limit.saturating_sub(first));
    let expected = (definition(node)?.element)(&call, output, index)?;
    Ok((header.dtype, expected, first.saturating_add(call.work())))
}
