//! Rerunning nodes from given inputs: every node on its own, none reads what another made.

use super::{
    trace::{each, feed, show},
    Shown, SinkResult, TraceError,
};
use crate::{
    library::Library,
    lower::{Graph, Source},
    onnx::{
        is_onnx,
        proto::{Dimension, GraphProto, ModelProto, NodeProto, TensorShape, TensorType, TypeProto, ValueInfo},
        OnnxModel,
    },
    tensor::OwnedTensor,
};
use candor_adjudicator::Tensor;
use ort::session::Session;
use prost::Message;
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Mutex,
};

/// Runs nodes of a model from given inputs. An auditor of another profile uses it: it reruns every node from the host's
/// inputs and judges only the elements that differ.
pub struct Rerunner<'a> {
    library: &'static Library,
    model: &'a OnnxModel,
    graph: &'a Graph,
    threads: usize,
    /// Sessions of earlier calls of [`Self::run_shown`].
    kept: Mutex<HashMap<Key, RerunSession<'a>>>,
}

/// Nodes, and types and shapes of what they read.
type Key = (Vec<usize>, Vec<(u8, Vec<u64>)>);

/// Most sessions that stay open.
const MOST_KEPT: usize = 64;

impl<'a> Rerunner<'a> {
    /// For a model and the graph lowered from it.
    pub fn new(library: &'static Library, model: &'a OnnxModel, graph: &'a Graph, threads: usize) -> Self {
        Self { library, model, graph, threads, kept: Mutex::default() }
    }

    /// Run `nodes` (positions in [`Graph::nodes`]), each from the values that `source` gives by position (logical
    /// tensors), and give what they make to `sink`. Returns the positions that hold no tensor that can be judged.
    ///
    /// Memory: inputs and outputs of these nodes, and their weights. To stay within a budget, run a few at a time.
    pub fn run(
        &self,
        nodes: &[usize],
        source: &mut dyn FnMut(usize) -> Option<OwnedTensor>,
        sink: &mut dyn FnMut(usize, &Tensor<'_>) -> SinkResult,
    ) -> Result<Vec<usize>, TraceError> {
        let inputs = self.inputs(nodes, source)?;
        self.open_with(nodes, &inputs)?.run_blocked(&inputs, sink)
    }

    /// [`Self::run`], showing all results together as ONNX Runtime holds them. The session stays open, with its weights, for
    /// the next call of the same nodes and shapes.
    pub fn run_shown(
        &self,
        nodes: &[usize],
        source: &mut dyn FnMut(usize) -> Option<OwnedTensor>,
        sink: &mut dyn FnMut(&[Shown<'_>]) -> SinkResult,
    ) -> Result<(), TraceError> {
        let inputs = self.inputs(nodes, source)?;
        let key = (nodes.to_vec(), inputs.values().map(|t| (t.header.dtype.code(), t.header.dims.clone())).collect());
        let kept = self.kept.lock().ok().and_then(|mut kept| kept.remove(&key));
        let mut session = match kept {
            Some(session) => session,
            None => self.open_with(nodes, &inputs)?,
        };
        session.run_shown(&inputs, sink)?;
        if let Ok(mut kept) = self.kept.lock() {
            if kept.len() >= MOST_KEPT {
                kept.clear();
            }
            kept.insert(key, session);
        }
        Ok(())
    }

    /// Open a session for `nodes` and inputs of the types and shapes that `source` gives, to run several times.
    pub fn open(
        &self,
        nodes: &[usize],
        source: &mut dyn FnMut(usize) -> Option<OwnedTensor>,
    ) -> Result<RerunSession<'a>, TraceError> {
        self.open_with(nodes, &self.inputs(nodes, source)?)
    }

    fn open_with(
        &self,
        nodes: &[usize],
        inputs: &BTreeMap<usize, OwnedTensor>,
    ) -> Result<RerunSession<'a>, TraceError> {
        let (bytes, outputs) = self.model_of(nodes, inputs)?;
        let session = self.library.open_bytes(&bytes, self.model.folder(), self.threads);
        let session = session.map_err(|e| TraceError::Open(e.to_string()))?;
        Ok(RerunSession { graph: self.graph, session, outputs, reads: inputs.keys().copied().collect() })
    }

    /// What the nodes read, by position, with the bytes as ONNX Runtime wants them.
    fn inputs(
        &self,
        nodes: &[usize],
        source: &mut dyn FnMut(usize) -> Option<OwnedTensor>,
    ) -> Result<BTreeMap<usize, OwnedTensor>, TraceError> {
        let mut inputs = BTreeMap::new();
        for node in nodes {
            let wiring = self.graph.wiring.get(*node);
            let wiring = wiring.ok_or_else(|| TraceError::Call(format!("the graph has no node {node}")))?;
            for read in wiring.inputs.iter().flatten() {
                let Source::Value(position) = *read else { continue };
                if inputs.contains_key(&position) {
                    continue;
                }
                let tensor = blocked_input(self.graph, position, source)?;
                inputs.insert(position, tensor);
            }
        }
        Ok(inputs)
    }

    /// The model, and the positions of its outputs by name.
    fn model_of(
        &self,
        nodes: &[usize],
        inputs: &BTreeMap<usize, OwnedTensor>,
    ) -> Result<(Vec<u8>, HashMap<String, usize>), TraceError> {
        let file = self.model.graph();
        let mut outputs = HashMap::new();
        let mut made: Vec<NodeProto> = Vec::new();
        let mut read: HashSet<&str> = HashSet::new();
        for number in nodes {
            let at = self.graph.file_positions.get(*number);
            let node = at.and_then(|at| file.node.get(*at));
            let node = node.ok_or_else(|| TraceError::Call(format!("the graph has no node {number}")))?;
            read.extend(node.input.iter().map(String::as_str));
            let mut node = node.clone();
            let wiring = self.graph.wiring.get(*number).map(|w| w.outputs.as_slice()).unwrap_or_default();
            for (name, value) in node.output.iter_mut().zip(wiring) {
                if let Some(position) = value {
                    *name = format!("candor:rerun:{position}");
                    outputs.insert(name.clone(), *position);
                }
            }
            made.push(node);
        }
        let constant = |n: &&NodeProto| is_onnx(&n.domain) && n.op_type == "Constant";
        let wanted = |n: &&NodeProto| n.output.first().is_some_and(|name| read.contains(name.as_str()));
        let mut node: Vec<NodeProto> = file.node.iter().filter(constant).filter(wanted).cloned().collect();
        node.append(&mut made);
        let input = inputs.iter().filter_map(|(p, t)| Some(input_info(&self.graph.values.get(*p)?.name, t))).collect();
        let mut names: Vec<&String> = outputs.keys().collect();
        names.sort();
        let graph = GraphProto {
            node,
            name: "rerun".into(),
            initializer: file.initializer.iter().filter(|t| read.contains(t.name.as_str())).cloned().collect(),
            input,
            output: names.into_iter().map(|name| ValueInfo { name: name.clone(), kind: None }).collect(),
            ..Default::default()
        };
        let proto = self.model.proto();
        let model = ModelProto {
            ir_version: proto.ir_version,
            graph: Some(graph),
            opset_import: proto.opset_import.clone(),
            functions: Vec::new(),
        };
        Ok((model.encode_to_vec(), outputs))
    }
}

/// A value that a node reads, with the bytes as ONNX Runtime wants them.
fn blocked_input(
    graph: &Graph,
    position: usize,
    source: &mut dyn FnMut(usize) -> Option<OwnedTensor>,
) -> Result<OwnedTensor, TraceError> {
    let missing = || TraceError::Call(format!("value {position} is not given"));
    let value = graph.values.get(position).ok_or_else(missing)?;
    let mut tensor = source(position).ok_or_else(missing)?;
    if let Some(blocked) = value.blocked {
        let data = blocked.block(&tensor.header, &tensor.data);
        tensor.data = data.ok_or_else(|| TraceError::Call(format!("value {position} is not 4-d")))?.into();
    }
    Ok(tensor)
}

/// Nodes ready to run, any number of times, on inputs of the shapes they were opened for.
pub struct RerunSession<'a> {
    graph: &'a Graph,
    session: Session,
    /// Positions of the outputs by name.
    outputs: HashMap<String, usize>,
    /// Positions of the values that the nodes read.
    reads: Vec<usize>,
}

impl RerunSession<'_> {
    /// Positions of the values that the nodes read.
    pub fn reads(&self) -> &[usize] {
        &self.reads
    }

    /// Run once, as [`Rerunner::run`] does.
    pub fn run(
        &mut self,
        source: &mut dyn FnMut(usize) -> Option<OwnedTensor>,
        sink: &mut dyn FnMut(usize, &Tensor<'_>) -> SinkResult,
    ) -> Result<Vec<usize>, TraceError> {
        let input = |position: &usize| Ok((*position, blocked_input(self.graph, *position, source)?));
        let inputs: Result<BTreeMap<_, _>, TraceError> = self.reads.iter().map(input).collect();
        self.run_blocked(&inputs?, sink)
    }

    fn run_blocked(
        &mut self,
        inputs: &BTreeMap<usize, OwnedTensor>,
        sink: &mut dyn FnMut(usize, &Tensor<'_>) -> SinkResult,
    ) -> Result<Vec<usize>, TraceError> {
        let wanted: Vec<usize> = self.outputs.values().copied().collect();
        let mut skipped = Vec::new();
        self.run_shown(inputs, &mut |shown| each(shown, &wanted, sink).map(|missing| skipped = missing))?;
        Ok(skipped)
    }

    fn run_shown(
        &mut self,
        inputs: &BTreeMap<usize, OwnedTensor>,
        sink: &mut dyn FnMut(&[Shown<'_>]) -> SinkResult,
    ) -> Result<(), TraceError> {
        let names = inputs.iter().filter_map(|(p, t)| Some((self.graph.values.get(*p)?.name.as_str(), t.clone())));
        let values = self.session.run(feed(names)?).map_err(|e| TraceError::Run(e.to_string()))?;
        let values: Vec<_> = values.iter().collect();
        let mut shown = Vec::new();
        for (name, value) in &values {
            let Some(position) = self.outputs.get(*name) else { continue };
            let blocked = self.graph.values.get(*position).and_then(|v| v.blocked);
            shown.extend(show(name, value, *position, blocked)?);
        }
        sink(&shown).map_err(TraceError::Sink)
    }
}

fn input_info(name: &str, tensor: &OwnedTensor) -> ValueInfo {
    let dim = tensor.header.dims.iter().map(|d| Dimension { value: i64::try_from(*d).ok(), param: None }).collect();
    let tensor = TensorType { elem_type: i32::from(tensor.header.dtype.code()), shape: Some(TensorShape { dim }) };
    ValueInfo { name: name.to_owned(), kind: Some(TypeProto { tensor: Some(tensor) }) }
}
