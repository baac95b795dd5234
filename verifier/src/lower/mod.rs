//! Lowering: an ONNX file becomes the graph that is committed and judged.
//!
//! A node of the graph is ONNX's own node in a canonical form ([`candor_adjudicator::Node`]); its operands are positions in
//! two lists: the weights of the release, and the values of a run (the trace: graph inputs first, then every node's
//! outputs in order). Nothing is rewritten: what ONNX Runtime runs is what is judged. `Constant` nodes are weights, and
//! ONNX Runtime's blocked layouts are undone ([`Blocked`]).

mod attributes;
mod blocked;
mod build;
mod file;
mod layouts;

pub use blocked::{Blocked, Blocks};

use crate::{
    onnx::{OnnxError, OnnxModel, WeightData},
    tensor::{OwnedTensor, TensorError},
};
use candor_adjudicator::{Domain, Header, Layout, Mode, Node, Operator};

/// How to lower.
pub struct LowerOptions<'a> {
    /// Channels per block in ONNX Runtime's blocked layouts: 16 where the profile's CPU has AVX-512, else 8.
    pub block: usize,
    /// The mode in which a node is to be judged at first; preparation proves or changes it.
    pub mode: &'a dyn Fn(&Node, &Operator) -> Mode,
}

/// Where an operand comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Position in [`Graph::weights`].
    Weight(usize),
    /// Position in [`Graph::values`].
    Value(usize),
}

/// A value: something with roots in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value {
    /// Its name in the file.
    pub name: String,
    /// Layouts in which it is committed, at least one.
    pub layouts: Vec<Layout>,
    /// Position, in the list of roots, of the root for the first layout; the others follow.
    pub first_root: u32,
    /// How ONNX Runtime blocks its bytes.
    pub blocked: Option<Blocked>,
}

/// A weight.
#[derive(Clone, Debug)]
pub struct Weight {
    /// Name, layouts, roots.
    pub value: Value,
    /// Type and shape.
    pub header: Header,
    /// Its bytes as the file has them.
    pub data: WeightData,
}

impl Weight {
    /// The logical tensor: unblocked. A view of the file unless it is blocked.
    pub fn tensor(&self) -> Result<OwnedTensor, TensorError> {
        let data = match self.value.blocked {
            None => self.data.bytes.clone(),
            Some(blocked) => blocked.unblock(&self.header, &self.data.bytes).ok_or(TensorError::Bytes)?.into(),
        };
        OwnedTensor::new(self.header.clone(), data)
    }
}

/// What a node reads and makes, by position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wiring {
    /// Inputs; absent optional ones are `None`.
    pub inputs: Vec<Option<Source>>,
    /// Outputs, as positions in [`Graph::values`].
    pub outputs: Vec<Option<usize>>,
}

/// A lowered graph.
#[derive(Clone, Debug)]
pub struct Graph {
    /// Nodes in the file's order, without `Constant`s.
    pub nodes: Vec<Node>,
    /// Their names in the file; may be empty.
    pub node_names: Vec<String>,
    /// Their positions in the file's list of nodes.
    pub file_positions: Vec<usize>,
    /// What they read and make.
    pub wiring: Vec<Wiring>,
    /// Weights that nodes read or the graph returns: initialisers in the file's order, then constants.
    pub weights: Vec<Weight>,
    /// The trace: graph inputs, then the outputs of the nodes in order.
    pub values: Vec<Value>,
    /// Inputs of the graph: the first values.
    pub inputs: Vec<usize>,
    /// Outputs of the graph.
    pub outputs: Vec<Source>,
}

impl Graph {
    /// Name of a node as people read it: its name in the file, or its operator and position.
    pub fn node_label(&self, node: usize) -> String {
        match self.node_names.get(node) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("{} #{node}", self.operator(node)),
        }
    }

    /// Operator of a node, with its domain (`ms.`, `nchwc.`) unless that is ONNX's own.
    pub fn operator(&self, node: usize) -> String {
        let Some(node) = self.nodes.get(node) else { return String::new() };
        let domain = match node.domain {
            Domain::Onnx => "",
            Domain::Microsoft => "ms.",
            Domain::Nchwc => "nchwc.",
        };
        format!("{domain}{}", String::from_utf8_lossy(&node.operator))
    }

    /// Number of roots in the trace.
    pub fn trace_roots(&self) -> u32 {
        self.values.last().map_or(0, |v| v.first_root + v.layouts.len() as u32)
    }

    /// Number of roots in the list of weights.
    pub fn weight_roots(&self) -> u32 {
        self.weights.last().map_or(0, |w| w.value.first_root + w.value.layouts.len() as u32)
    }
}

/// A node that cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Position in the file's list of nodes.
    pub file_position: usize,
    /// Position in [`Graph::nodes`].
    pub node: usize,
    /// Name in the file; may be empty.
    pub name: String,
    /// Operator, with its domain unless that is ONNX's own.
    pub operator: String,
    /// Why.
    pub reason: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "node {} {:?} ({}): {}", self.file_position, self.name, self.operator, self.reason)
    }
}

/// Why a model cannot be lowered.
#[derive(Debug, thiserror::Error)]
pub enum LowerError {
    /// The file cannot be used.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// The graph is not well formed.
    #[error("the graph is not well formed: {0}")]
    Graph(String),
    /// Nodes that cannot be judged.
    #[error("{} of its nodes cannot be judged: {}", .0.len(), list(.0))]
    Refused(Vec<Refusal>),
}

/// Refusals in a line, the first few of them.
pub(crate) fn list(refusals: &[Refusal]) -> String {
    let mut texts: Vec<String> = refusals.iter().take(8).map(ToString::to_string).collect();
    if refusals.len() > texts.len() {
        texts.push(format!("and {} more", refusals.len() - texts.len()));
    }
    texts.join("; ")
}

/// Lower a model, all of whose nodes must be such that they can be judged.
pub fn lower(model: &OnnxModel, options: &LowerOptions<'_>) -> Result<Graph, LowerError> {
    let (graph, refusals) = lower_with_refusals(model, options)?;
    if refusals.is_empty() {
        Ok(graph)
    } else {
        Err(LowerError::Refused(refusals))
    }
}

/// Lower a model and name the nodes that cannot be judged. They are in the graph, but nothing can be said about them.
pub fn lower_with_refusals(model: &OnnxModel, options: &LowerOptions<'_>) -> Result<(Graph, Vec<Refusal>), LowerError> {
    build::Builder::new(model, options)?.build()
}

#[cfg(test)]
mod tests;
