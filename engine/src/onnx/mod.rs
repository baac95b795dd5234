//! The little of an ONNX file that the engine reads: nodes by name, inputs and outputs, where external data lies.
//!
//! Weights are never read into memory: the file is walked through a small window and the bytes of tensors are skipped.

mod proto;
mod window;

pub use proto::{
    AttributeProto, Dimension, GraphProto, ModelProto, NodeProto, OperatorSetId, StringEntry, TensorProto, TensorShape,
    TensorType, TypeProto, ValueInfo,
};

use candor_primitives::DType;
use prost::Message;
use std::{collections::BTreeSet, path::Path};
use window::FileWindow;

/// Why an ONNX file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    /// The file cannot be read; check that it exists and that its permissions allow it.
    #[error("cannot read {path}: {source}")]
    Io {
        /// File.
        path: String,
        /// Cause.
        source: std::io::Error,
    },
    /// The file is not an ONNX model, or is damaged; export it again.
    #[error("{path} is not an ONNX model: {reason}")]
    Malformed {
        /// File.
        path: String,
        /// Cause.
        reason: String,
    },
    /// The model has no graph; export it again.
    #[error("{path} has no graph")]
    NoGraph {
        /// File.
        path: String,
    },
}

/// A dimension as the graph declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GraphDim {
    /// Always this long.
    Fixed(u64),
    /// Named, bound by each call.
    Named(String),
    /// Neither a length nor a name.
    Unknown,
}

/// An input or output of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphValue {
    /// Name.
    pub name: String,
    /// ONNX's number of the element type; 0 if the value is no tensor.
    pub elem_type: i32,
    /// Dimensions; `None` if the graph does not state the rank.
    pub shape: Option<Vec<GraphDim>>,
}

/// A node of a graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphNode {
    /// Name; may be empty.
    pub name: String,
    /// Operator.
    pub op_type: String,
    /// Domain of the operator; empty for ONNX's own.
    pub domain: String,
}

/// What the engine knows of an ONNX file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnnxSummary {
    /// Nodes of the main graph, in the file's order.
    pub nodes: Vec<GraphNode>,
    /// Operators of all graphs, subgraphs and functions too.
    pub operators: BTreeSet<String>,
    /// Inputs that a call gives (without initialisers).
    pub inputs: Vec<GraphValue>,
    /// Outputs.
    pub outputs: Vec<GraphValue>,
    /// Files with tensor data beside the model, by their path relative to it.
    pub external_data: BTreeSet<String>,
}

impl OnnxSummary {
    /// Read a file, in memory independent of the size of its weights.
    pub fn read(path: &Path) -> Result<Self, OnnxError> {
        let shown = path.display().to_string();
        let mut window = FileWindow::open(path).map_err(|source| OnnxError::Io { path: shown.clone(), source })?;
        let decoded = ModelProto::decode(&mut window);
        if let Some(source) = window.take_error() {
            return Err(OnnxError::Io { path: shown, source });
        }
        let model = decoded.map_err(|e| OnnxError::Malformed { path: shown.clone(), reason: e.to_string() })?;
        Self::of(model).ok_or(OnnxError::NoGraph { path: shown })
    }

    /// Read an encoded model.
    pub fn decode(bytes: &[u8]) -> Result<Self, OnnxError> {
        let path = String::from("the model");
        let model = ModelProto::decode(bytes)
            .map_err(|e| OnnxError::Malformed { path: path.clone(), reason: e.to_string() })?;
        Self::of(model).ok_or(OnnxError::NoGraph { path })
    }

    fn of(model: ModelProto) -> Option<Self> {
        let graph = model.graph?;
        let mut operators = BTreeSet::new();
        let mut external_data = BTreeSet::new();
        collect(&graph.node, &graph.initializer, &mut operators, &mut external_data);
        for function in &model.functions {
            collect(&function.node, &[], &mut operators, &mut external_data);
        }
        let initial: BTreeSet<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
        let inputs = graph.input.iter().filter(|v| !initial.contains(v.name.as_str())).map(value).collect();
        let outputs = graph.output.iter().map(value).collect();
        let nodes =
            graph.node.into_iter().map(|n| GraphNode { name: n.name, op_type: n.op_type, domain: n.domain }).collect();
        Some(Self { nodes, operators, inputs, outputs, external_data })
    }

    /// Position of the node with this name, if exactly one has it.
    pub fn node_position(&self, name: &str) -> Option<u32> {
        let mut found = self.nodes.iter().enumerate().filter(|(_, n)| n.name == name);
        let (position, _) = found.next()?;
        found.next().is_none().then(|| u32::try_from(position).ok())?
    }
}

fn collect(
    nodes: &[NodeProto],
    tensors: &[TensorProto],
    operators: &mut BTreeSet<String>,
    external: &mut BTreeSet<String>,
) {
    for tensor in tensors {
        external.extend(tensor.external_file().map(str::to_owned));
    }
    for node in nodes {
        operators.insert(node.op_type.clone());
        for attribute in &node.attribute {
            let tensors = attribute.t.iter().chain(&attribute.tensors);
            external.extend(tensors.filter_map(|t| t.external_file().map(str::to_owned)));
            for graph in attribute.g.as_deref().into_iter().chain(&attribute.graphs) {
                collect(&graph.node, &graph.initializer, operators, external);
            }
        }
    }
}

fn value(info: &ValueInfo) -> GraphValue {
    let tensor = info.kind.as_ref().and_then(|t| t.tensor.as_ref());
    GraphValue {
        name: info.name.clone(),
        elem_type: tensor.map_or(0, |t| t.elem_type),
        shape: tensor.and_then(|t| t.shape.as_ref()).map(|s| s.dim.iter().map(dimension).collect()),
    }
}

fn dimension(dim: &Dimension) -> GraphDim {
    match (dim.value.and_then(|v| u64::try_from(v).ok()), dim.param.as_deref()) {
        (Some(length), _) => GraphDim::Fixed(length),
        (None, Some(name)) if !name.is_empty() => GraphDim::Named(name.to_owned()),
        _ => GraphDim::Unknown,
    }
}

/// Element type of ONNX's number; `None` for what Candor does not carry (complex, 8-bit floats, 4-bit integers).
pub fn dtype_of_code(code: i32) -> Option<DType> {
    Some(match code {
        1 => DType::Float32,
        2 => DType::Uint8,
        3 => DType::Int8,
        4 => DType::Uint16,
        5 => DType::Int16,
        6 => DType::Int32,
        7 => DType::Int64,
        8 => DType::String,
        9 => DType::Bool,
        10 => DType::Float16,
        11 => DType::Float64,
        12 => DType::Uint32,
        13 => DType::Uint64,
        16 => DType::Bfloat16,
        _ => return None,
    })
}
