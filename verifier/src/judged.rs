//! A prepared model as it is judged: its graph with the committed modes, and the commitments to graph and weights.

use crate::{
    commit::{CommittedTensor, GraphCommitment, RootList},
    lower::{lower, Graph, LowerError, LowerOptions, Source},
    onnx::OnnxModel,
    tensor::TensorError,
};
use candor_adjudicator::{evidence::GraphHeader, Layout, Mode, RULES};
use candor_commitments::{Hash, TAG_WEIGHTS};
use codec::{Decode, DecodeAll, Encode};

/// First bytes of the file that stands beside a prepared graph.
const MAGIC: [u8; 8] = *b"candorj1";

/// What the file beside a prepared graph says of it: how each node is judged, and the roots of the weights.
///
/// Encoding: 8 bytes `candorj1`, then SCALE. Nothing in it is trusted: graph and weights are committed to by the variant.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct JudgingFile {
    /// Version of the adjudicator's rules.
    pub rules: u16,
    /// Channels per block in ONNX Runtime's blocked layouts.
    pub block: u16,
    /// Modes, by node.
    pub modes: Vec<Mode>,
    /// Roots of the weights.
    pub weights: Vec<Hash>,
}

impl JudgingFile {
    /// Bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        self.encode_to(&mut bytes);
        bytes
    }

    /// Read the file.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, JudgedError> {
        let body = bytes.strip_prefix(&MAGIC).ok_or(JudgedError::File)?;
        Self::decode_all(&mut &*body).map_err(|_| JudgedError::File)
    }
}

/// Why a model cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum JudgedError {
    /// Its graph cannot be lowered.
    #[error(transparent)]
    Lower(#[from] LowerError),
    /// A weight cannot be read.
    #[error("weight {name:?}: {source}")]
    Weight {
        /// Its name.
        name: String,
        /// Cause.
        source: TensorError,
    },
    /// An output of the graph is a constant; give it a node.
    #[error("output {0} of the graph is a constant, which no run can get wrong: add an Identity")]
    ConstantOutput(usize),
    /// The file that says how nodes are judged is damaged; fetch it again.
    #[error("the file that says how nodes are judged is damaged")]
    File,
    /// That file belongs to another graph, or to other rules.
    #[error("the file that says how nodes are judged belongs to another graph or other rules")]
    Foreign,
    /// The weights are not those that were committed to.
    #[error("weight {0:?} is not the one that was committed to")]
    OtherWeight(String),
}

/// A prepared model with everything that is committed of it.
#[derive(Debug)]
pub struct Judged {
    /// The prepared file.
    pub model: OnnxModel,
    /// The graph with its modes.
    pub graph: Graph,
    /// Commitment to the graph.
    pub commitment: GraphCommitment,
    /// Roots of the weights.
    pub weights: RootList,
    block: usize,
}

impl Judged {
    /// From a graph whose modes are settled. Hashes all weights, one after the other: memory for the largest.
    pub fn new(model: OnnxModel, graph: Graph, block: usize) -> Result<Self, JudgedError> {
        let weights = weight_roots(&graph)?;
        Self::with_roots(model, graph, block, weights)
    }

    /// From a prepared file and what stands beside it. The weights are taken on trust: see [`Self::check_weights`].
    pub fn open(model: OnnxModel, file: &JudgingFile) -> Result<Self, JudgedError> {
        let block = usize::from(file.block);
        if file.rules != RULES || !matches!(block, 8 | 16) {
            return Err(JudgedError::Foreign);
        }
        let mut graph = lower(&model, &LowerOptions { block, mode: &|_, _| Mode::Bounded })?;
        if graph.nodes.len() != file.modes.len() || graph.weight_roots() as usize != file.weights.len() {
            return Err(JudgedError::Foreign);
        }
        for (node, mode) in graph.nodes.iter_mut().zip(&file.modes) {
            node.mode = *mode;
        }
        Self::with_roots(model, graph, block, file.weights.clone())
    }

    fn with_roots(model: OnnxModel, graph: Graph, block: usize, weights: Vec<Hash>) -> Result<Self, JudgedError> {
        let header = header(&graph)?;
        let commitment = GraphCommitment::new(header, graph.nodes.iter().cloned());
        Ok(Self { model, graph, commitment, weights: RootList::new(TAG_WEIGHTS, weights), block })
    }

    /// What stands beside the prepared file.
    pub fn file(&self) -> JudgingFile {
        JudgingFile {
            rules: RULES,
            block: self.block as u16,
            modes: self.graph.nodes.iter().map(|n| n.mode).collect(),
            weights: self.weights.roots().to_vec(),
        }
    }

    /// Hash all weights and compare with the roots.
    pub fn check_weights(&self) -> Result<(), JudgedError> {
        let roots = weight_roots(&self.graph)?;
        let wrong = roots.iter().zip(self.weights.roots()).position(|(a, b)| a != b);
        let Some(wrong) = wrong else { return Ok(()) };
        let owner = self.graph.weights.iter().rev().find(|w| w.value.first_root as usize <= wrong);
        Err(JudgedError::OtherWeight(owner.map_or_else(String::new, |w| w.value.name.clone())))
    }

    /// Whether every node is judged exactly.
    pub fn is_exact(&self) -> bool {
        self.graph.nodes.iter().all(|node| {
            let operator = candor_adjudicator::lookup(node.domain, &node.operator, node.opset);
            matches!(node.mode, Mode::Exact(_))
                || operator.is_some_and(|o| o.exactness == candor_adjudicator::Exactness::Always)
        })
    }

    /// The node that makes `value`, and as which output.
    pub fn node_of(&self, value: usize) -> Option<(usize, usize)> {
        self.graph.wiring.iter().enumerate().find_map(|(node, wiring)| {
            wiring.outputs.iter().position(|v| *v == Some(value)).map(|output| (node, output))
        })
    }

    /// A node that reads `value`, and as which input.
    pub fn reader_of(&self, value: usize) -> Option<(usize, usize)> {
        self.graph.wiring.iter().enumerate().find_map(|(node, wiring)| {
            wiring.inputs.iter().position(|v| *v == Some(Source::Value(value))).map(|input| (node, input))
        })
    }

    /// The value, and which of its layouts, that stands at a position of the trace.
    pub fn value_at(&self, root: u32) -> Option<(usize, usize)> {
        let value = self.graph.values.partition_point(|v| v.first_root <= root).checked_sub(1)?;
        let layout = root.checked_sub(self.graph.values.get(value)?.first_root)? as usize;
        (layout < self.graph.values.get(value)?.layouts.len()).then_some((value, layout))
    }
}

/// Roots of all weights in all their layouts.
fn weight_roots(graph: &Graph) -> Result<Vec<Hash>, JudgedError> {
    let mut roots = Vec::new();
    for weight in &graph.weights {
        let error = |source| JudgedError::Weight { name: weight.value.name.clone(), source };
        let tensor = weight.tensor().map_err(error)?;
        let commit = |layout: &Layout| CommittedTensor::new(&tensor.header, &tensor.data, *layout).root;
        roots.extend(weight.value.layouts.iter().map(commit));
    }
    Ok(roots)
}

/// First leaf of a graph's commitment.
pub(crate) fn header(graph: &Graph) -> Result<GraphHeader, JudgedError> {
    let root = |value: &usize| graph.values.get(*value).map_or(0, |v| v.first_root);
    let output = |(number, source): (usize, &Source)| match source {
        Source::Value(value) => Ok(root(value)),
        Source::Weight(_) => Err(JudgedError::ConstantOutput(number)),
    };
    Ok(GraphHeader {
        rules: RULES,
        inputs: graph.inputs.iter().map(root).collect(),
        outputs: graph.outputs.iter().enumerate().map(output).collect::<Result<_, _>>()?,
        weights: graph.weight_roots(),
        trace: graph.trace_roots(),
    })
}
