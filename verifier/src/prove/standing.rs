//! Where the proof of one node stands.

use super::ProveOptions;
use crate::{
    judge::{judge_node, JudgeOptions, NodeReport},
    lower::{Graph, Refusal},
    tensor::OwnedTensor,
};
use candor_adjudicator::{lookup, ArrayElements, Exactness, Isa, Mode, Node, Schedule};
use std::collections::BTreeMap;

/// What was proven of a node.
#[derive(Clone, Debug)]
pub struct NodeProof {
    /// Position in the graph.
    pub node: usize,
    /// Name, as people read it.
    pub name: String,
    /// Operator.
    pub operator: String,
    /// Its mode.
    pub mode: Mode,
    /// Whether it gives the same bits on every machine, by definition; the mode does not matter.
    pub always: bool,
    /// Elements judged, all of them right.
    pub judged: u64,
    /// Those of them that were made from adversarial data.
    pub adversarial: u64,
    /// Largest distance from the middle of the bound, as a share of its half width; 0 if it is exact.
    pub largest: f64,
    /// Bytes of the largest evidence that was made of one element.
    pub evidence: usize,
    /// Modes that failed before, and why.
    pub failed: Vec<(Mode, String)>,
}

impl NodeProof {
    /// Whether it is judged bit for bit.
    pub fn is_exact(&self) -> bool {
        self.always || matches!(self.mode, Mode::Exact(_))
    }
}

pub(super) struct Standing {
    pub(super) proof: NodeProof,
    pub(super) definition: Node,
    /// Modes still to try, the best first; the first is the one at hand.
    modes: Vec<Mode>,
    /// Sets of data on which the mode at hand was right.
    sets: usize,
    /// The mode changed after data on which it was not tried.
    again: bool,
    pub(super) settled: bool,
    /// Inputs as they were when they had the most elements: what integers are drawn from.
    pub(super) pools: BTreeMap<usize, OwnedTensor>,
    refused: Option<String>,
}

impl Standing {
    pub(super) fn new(position: usize, name: String, node: &Node, options: &ProveOptions) -> Self {
        let exactness = lookup(node.domain, &node.operator, node.opset).map(|o| o.exactness);
        let isa = options.isa.unwrap_or(Isa::Avx2);
        let exact = |variant| Mode::Exact(Schedule { isa, threads: options.shares, variant });
        let modes = match (exactness, options.isa) {
            (Some(Exactness::Always), _) => vec![exact(0)],
            (Some(Exactness::Scheduled(variants)), Some(_)) => {
                crate::judge::variants(variants).map(exact).chain([Mode::Bounded]).collect()
            },
            _ => vec![Mode::Bounded],
        };
        let mode = modes.first().copied().unwrap_or(Mode::Bounded);
        Self {
            proof: NodeProof {
                node: position,
                name,
                operator: String::from_utf8_lossy(&node.operator).into_owned(),
                mode,
                always: exactness == Some(Exactness::Always),
                judged: 0,
                adversarial: 0,
                largest: 0.0,
                evidence: 0,
                failed: Vec::new(),
            },
            definition: Node { mode, ..node.clone() },
            modes,
            sets: 0,
            again: false,
            settled: false,
            pools: BTreeMap::new(),
            refused: None,
        }
    }

    pub(super) fn is_refused(&self) -> bool {
        self.refused.is_some()
    }

    pub(super) fn refuse(&mut self, reason: String) {
        self.refused.get_or_insert(reason);
        self.settled = true;
    }

    pub(super) fn refusal(&self, graph: &Graph) -> Option<Refusal> {
        let reason = self.refused.clone()?;
        let node = self.proof.node;
        Some(Refusal {
            file_position: graph.file_positions.get(node).copied().unwrap_or(node),
            node,
            name: graph.node_names.get(node).cloned().unwrap_or_default(),
            operator: self.proof.operator.clone(),
            reason,
        })
    }

    /// Judge a set of data in the mode at hand; where that fails, go on to the next mode. Answers the elements judged.
    pub(super) fn judge(&mut self, elements: &ArrayElements<'_>, adversarial: bool, options: &JudgeOptions) -> u64 {
        let options = JudgeOptions { stop_at_wrong: true, ..*options };
        while !self.is_refused() {
            let report = judge_node(&self.definition, elements, &options);
            if report.is_clean() {
                self.sets += 1;
                self.proof.judged += report.judged;
                self.proof.adversarial += if adversarial { report.judged } else { 0 };
                self.proof.largest = self.proof.largest.max(report.largest);
                return report.judged;
            }
            self.next_mode(describe(&report));
        }
        0
    }

    fn next_mode(&mut self, reason: String) {
        let failed = self.modes.remove(0);
        let Some(next) = self.modes.first().copied() else {
            let mode = if failed == Mode::Bounded { "it is outside of its bound: " } else { "" };
            return self.refuse(format!("{mode}{reason}"));
        };
        self.proof.failed.push((failed, reason));
        self.again |= self.sets > 0;
        self.proof.mode = next;
        self.definition.mode = next;
    }

    /// Every set of data was judged once. If the mode changed on the way, all of it counts anew.
    pub(super) fn end_of_pass(&mut self) {
        if !self.again {
            self.settled = true;
            return;
        }
        self.again = false;
        self.sets = 0;
        self.proof.judged = 0;
        self.proof.adversarial = 0;
        self.proof.largest = 0.0;
    }
}

/// What is wrong, in words.
fn describe(report: &NodeReport) -> String {
    if let Some((output, found, expected)) = &report.header {
        return format!("output {output} has type and shape {found:?}, not {expected:?}");
    }
    if let Some(wrong) = report.examples.first() {
        let claimed = wrong.claimed;
        return format!(
            "element {} of output {} is {claimed:#x}, and must be {:?}",
            wrong.index, wrong.output, wrong.expected
        );
    }
    match &report.rejection {
        Some((output, Some(index), reject)) => format!("element {index} of output {output}: {reject}"),
        Some((output, None, reject)) => format!("output {output}: {reject}"),
        None => "it cannot be judged".into(),
    }
}
