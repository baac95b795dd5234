//! ONNX files: nodes, attributes, types, and where the bytes of every weight lie.
//!
//! Files are mapped, never read whole: a model with 14 GB of weights opens in milliseconds and costs no memory beyond
//! its graph. A weight's bytes are a view ([`Bytes`]) of the model's file, of a file beside it, or (typed fields of old
//! exporters) a small copy. Paths of external data stay inside the model's folder.

mod limits;
mod map;
pub mod proto;
mod tensor;

use map::{map_file, Mapped};
pub use tensor::{Location, WeightData};

use candor_adjudicator::{DType, Header};
use prost::{bytes::Bytes, Message};
use proto::{GraphProto, ModelProto, NodeProto, TensorProto, ValueInfo};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Why an ONNX file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    /// The file cannot be read; check that it exists and that its permissions allow it.
    #[error("cannot read {path}: {source}")]
    Io {
        /// File.
        path: PathBuf,
        /// Cause.
        source: std::io::Error,
    },
    /// The file is not an ONNX model, or is damaged; export it again.
    #[error("{path} is not an ONNX model: {reason}")]
    Malformed {
        /// File.
        path: PathBuf,
        /// Cause.
        reason: String,
    },
    /// The model has no graph; export it again.
    #[error("{0} has no graph")]
    NoGraph(PathBuf),
    /// External data lies outside the model's folder; move it there.
    #[error("external data {0:?} lies outside the model's folder")]
    Escapes(String),
    /// A tensor's bytes do not fit its type and shape, or its type is not one that Candor carries.
    #[error("tensor {name:?}: {reason}")]
    Tensor {
        /// Tensor.
        name: String,
        /// Cause.
        reason: &'static str,
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

/// Name and type of a value as the graph declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphValue {
    /// Name.
    pub name: String,
    /// ONNX's number of the element type; 0 if the value is no tensor.
    pub elem_type: i32,
    /// Dimensions; `None` if the graph does not state the rank.
    pub shape: Option<Vec<GraphDim>>,
}

impl GraphValue {
    /// What a message says.
    pub fn new(info: &ValueInfo) -> Self {
        let tensor = info.kind.as_ref().and_then(|t| t.tensor.as_ref());
        Self {
            name: info.name.clone(),
            elem_type: tensor.map_or(0, |t| t.elem_type),
            shape: tensor.and_then(|t| t.shape.as_ref()).map(|s| s.dim.iter().map(dimension).collect()),
        }
    }
}

fn dimension(dim: &proto::Dimension) -> GraphDim {
    match (dim.value.and_then(|v| u64::try_from(v).ok()), dim.param.as_deref()) {
        (Some(length), _) => GraphDim::Fixed(length),
        (None, Some(name)) if !name.is_empty() => GraphDim::Named(name.to_owned()),
        _ => GraphDim::Unknown,
    }
}

/// An ONNX model: its graph in memory, its weights in files.
#[derive(Debug)]
pub struct OnnxModel {
    path: PathBuf,
    folder: PathBuf,
    bytes: Bytes,
    map: Option<Mapped>,
    proto: ModelProto,
    files: Mutex<BTreeMap<PathBuf, Mapped>>,
}

impl OnnxModel {
    /// Open a file; external data is looked for in its folder.
    pub fn open(path: &Path) -> Result<Self, OnnxError> {
        let io = |source| OnnxError::Io { path: path.to_owned(), source };
        let map = map_file(path).map_err(io)?;
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = folder.canonicalize().map_err(io)?;
        Ok(Self { map: Some(map.clone()), ..Self::decode_at(map.bytes().clone(), path.to_owned(), folder)? })
    }

    /// Decode a model; external data is looked for in `folder`.
    pub fn decode(bytes: impl Into<Bytes>, folder: &Path) -> Result<Self, OnnxError> {
        let source = |source| OnnxError::Io { path: folder.to_owned(), source };
        Self::decode_at(bytes.into(), PathBuf::from("the model"), folder.canonicalize().map_err(source)?)
    }

    fn decode_at(bytes: Bytes, path: PathBuf, folder: PathBuf) -> Result<Self, OnnxError> {
        let malformed = |reason: String| OnnxError::Malformed { path: path.clone(), reason };
        limits::check(&bytes, limits::MAX_PARTS).map_err(|e| malformed(e.to_owned()))?;
        let proto = ModelProto::decode(bytes.clone()).map_err(|e| malformed(e.to_string()))?;
        if proto.graph.is_none() {
            return Err(OnnxError::NoGraph(path));
        }
        Ok(Self { path, folder, bytes, map: None, proto, files: Mutex::new(BTreeMap::new()) })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Folder with the external data.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keep nothing of the files in memory until it is asked for again: weights are looked at seldom, and the system counts
    /// what was read of them as this process's.
    pub fn rest(&self) {
        self.map.iter().for_each(Mapped::rest);
        self.files.lock().unwrap_or_else(PoisonError::into_inner).values().for_each(Mapped::rest);
    }

    /// The encoded model.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The model as decoded.
    pub fn proto(&self) -> &ModelProto {
        &self.proto
    }

    /// The main graph.
    pub fn graph(&self) -> &GraphProto {
        static EMPTY: std::sync::LazyLock<GraphProto> = std::sync::LazyLock::new(GraphProto::default);
        self.proto.graph.as_ref().unwrap_or(&EMPTY)
    }

    /// Version of an operator set that the model imports.
    pub fn opset(&self, domain: &str) -> Option<i64> {
        let same = |a: &str, b: &str| a == b || (is_onnx(a) && is_onnx(b));
        self.proto.opset_import.iter().find(|o| same(&o.domain, domain)).map(|o| o.version)
    }

    /// Inputs that a call gives (without initialisers).
    pub fn inputs(&self) -> Vec<GraphValue> {
        let initial: BTreeSet<&str> = self.graph().initializer.iter().map(|t| t.name.as_str()).collect();
        self.graph().input.iter().filter(|v| !initial.contains(v.name.as_str())).map(GraphValue::new).collect()
    }

    /// Outputs.
    pub fn outputs(&self) -> Vec<GraphValue> {
        self.graph().output.iter().map(GraphValue::new).collect()
    }

    /// Operators of all graphs, subgraphs and functions too.
    pub fn operators(&self) -> BTreeSet<String> {
        let mut operators = BTreeSet::new();
        self.visit(&mut |node| _ = operators.insert(node.op_type.clone()), &mut |_| ());
        operators
    }

    /// Files with tensor data beside the model, by their path relative to it.
    pub fn external_files(&self) -> BTreeSet<String> {
        let mut files = BTreeSet::new();
        self.visit(&mut |_| (), &mut |tensor| files.extend(tensor.external_file().map(str::to_owned)));
        files
    }

    fn visit(&self, node: &mut dyn FnMut(&NodeProto), tensor: &mut dyn FnMut(&TensorProto)) {
        let graph = self.graph();
        visit(&graph.node, &graph.initializer, node, tensor);
        for function in &self.proto.functions {
            visit(&function.node, &[], node, tensor);
        }
    }

    /// Type and shape of a tensor of this model.
    pub fn header(&self, tensor: &TensorProto) -> Result<Header, OnnxError> {
        tensor::header(tensor)
    }

    /// The bytes of a tensor of this model, and where they lie.
    pub fn data(&self, tensor: &TensorProto) -> Result<WeightData, OnnxError> {
        tensor::data(self, tensor)
    }

    /// A file of external data, mapped.
    fn external(&self, location: &str) -> Result<(PathBuf, Bytes), OnnxError> {
        let escapes = || OnnxError::Escapes(location.to_owned());
        let relative = Path::new(location);
        let plain = |c| matches!(c, std::path::Component::Normal(_) | std::path::Component::CurDir);
        if location.is_empty() || !relative.components().all(plain) {
            return Err(escapes());
        }
        let path = self.folder.join(relative);
        let io = |source| OnnxError::Io { path: path.clone(), source };
        let path = path.canonicalize().map_err(io)?;
        if !path.starts_with(&self.folder) {
            return Err(escapes());
        }
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(file) = files.get(&path) {
            return Ok((path, file.bytes().clone()));
        }
        let file = map_file(&path).map_err(|source| OnnxError::Io { path: path.clone(), source })?;
        let bytes = file.bytes().clone();
        files.insert(path.clone(), file);
        Ok((path, bytes))
    }
}

/// Whether a domain is ONNX's own.
pub fn is_onnx(domain: &str) -> bool {
    domain.is_empty() || domain == "ai.onnx"
}

/// Element type of ONNX's number; `None` for what the adjudicator does not judge.
pub fn dtype_of_code(code: i32) -> Option<DType> {
    DType::from_code(i64::from(code))
}

fn visit(
    nodes: &[NodeProto],
    tensors: &[TensorProto],
    on_node: &mut dyn FnMut(&NodeProto),
    on_tensor: &mut dyn FnMut(&TensorProto),
) {
    tensors.iter().for_each(&mut *on_tensor);
    for node in nodes {
        on_node(node);
        for attribute in &node.attribute {
            attribute.t.iter().chain(&attribute.tensors).for_each(&mut *on_tensor);
            // Depth is bounded: prost refuses messages nested deeper than 100.
            for graph in attribute.g.as_deref().into_iter().chain(&attribute.graphs) {
                visit(&graph.node, &graph.initializer, on_node, on_tensor);
            }
        }
    }
}

#[cfg(test)]
mod tests;
