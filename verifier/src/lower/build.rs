//! Building the graph from the file's lists.

use super::{
    attributes::attributes,
    blocked::can_be_blocked,
    file::{cannot_judge, constant, domain, rank},
    layouts, Blocked, Graph, LowerError, LowerOptions, Refusal, Source, Value, Weight, Wiring,
};
use crate::onnx::{
    is_onnx,
    proto::{AttributeProto, NodeProto, TensorProto, ValueInfo},
    OnnxModel,
};
use candor_adjudicator::{lookup, operators, Attribute, Domain, Layout, Mode, Node, Operand, Place};
use std::collections::{HashMap, HashSet};

/// Operators whose results are random or depend on the run.
const RANDOM: [&str; 6] =
    ["RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli"];

/// A value as the file names it.
enum Known {
    At(Source),
    /// A weight that cannot be used, and why.
    Unusable(String),
}

pub(super) struct Builder<'a> {
    model: &'a OnnxModel,
    options: &'a LowerOptions<'a>,
    graph: Graph,
    known: HashMap<&'a str, Known>,
    types: HashMap<&'a str, &'a ValueInfo>,
    refusals: Vec<Refusal>,
    /// Values that show the blocks of a blocked one as a dimension of their own.
    split: HashSet<usize>,
}

/// What a `Reshape` does to the logical tensor where it only makes blocks visible or hides them again.
enum Blocks {
    Split(usize),
    Join(usize),
}

impl<'a> Builder<'a> {
    pub(super) fn new(model: &'a OnnxModel, options: &'a LowerOptions<'a>) -> Result<Self, LowerError> {
        let file = model.graph();
        let infos = file.value_info.iter().chain(&file.output).chain(&file.input);
        let types = infos.map(|v| (v.name.as_str(), v)).collect();
        let graph = Graph {
            nodes: Vec::new(),
            node_names: Vec::new(),
            file_positions: Vec::new(),
            wiring: Vec::new(),
            weights: Vec::new(),
            values: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
        };
        Ok(Self { model, options, graph, known: HashMap::new(), types, refusals: Vec::new(), split: HashSet::new() })
    }

    pub(super) fn build(mut self) -> Result<(Graph, Vec<Refusal>), LowerError> {
        self.weights()?;
        self.inputs()?;
        for (position, node) in self.model.graph().node.iter().enumerate() {
            if !(is_onnx(&node.domain) && node.op_type == "Constant") {
                self.node(position, node)?;
            }
        }
        for output in &self.model.graph().output {
            match self.known.get(output.name.as_str()) {
                Some(Known::At(source)) => self.graph.outputs.push(*source),
                Some(Known::Unusable(reason)) => return Err(LowerError::Graph(reason.clone())),
                None => return Err(LowerError::Graph(format!("nothing makes output {:?}", output.name))),
            }
        }
        self.drop_unused_weights();
        self.finish();
        Ok((self.graph, self.refusals))
    }

    fn name(&mut self, name: &'a str, known: Known) -> Result<(), LowerError> {
        match self.known.insert(name, known) {
            None => Ok(()),
            Some(_) => Err(LowerError::Graph(format!("two values are named {name:?}"))),
        }
    }

    /// Initialisers, then constants.
    fn weights(&mut self) -> Result<(), LowerError> {
        let file = self.model.graph();
        let inputs: std::collections::HashSet<&str> = file.input.iter().map(|v| v.name.as_str()).collect();
        for tensor in &file.initializer {
            // Before IR version 4 every initialiser had to be listed among the inputs.
            if self.model.proto().ir_version >= 4 && inputs.contains(tensor.name.as_str()) {
                let reason = format!(
                    "weight {:?} is also an input, so ONNX Runtime does not treat it as constant: take it off the inputs",
                    tensor.name
                );
                self.name(&tensor.name, Known::Unusable(reason))?;
            } else {
                self.weight(&tensor.name, tensor)?;
            }
        }
        for sparse in &file.sparse_initializer {
            let name = sparse.values.as_ref().map_or("", |v| v.name.as_str());
            self.name(name, Known::Unusable(format!("weight {name:?} is sparse")))?;
        }
        for node in file.node.iter().filter(|n| is_onnx(&n.domain) && n.op_type == "Constant") {
            let Some(name) = node.output.first().filter(|n| !n.is_empty()) else { continue };
            match constant(node) {
                Some(tensor) => self.weight(name, &tensor)?,
                None => self.name(name, Known::Unusable(format!("constant {name:?} is sparse or a text")))?,
            }
        }
        Ok(())
    }

    fn weight(&mut self, name: &'a str, tensor: &TensorProto) -> Result<(), LowerError> {
        let header = match self.model.header(tensor) {
            Ok(header) => header,
            Err(error) => return self.name(name, Known::Unusable(error.to_string())),
        };
        let data = self.model.data(tensor)?;
        let at = Source::Weight(self.graph.weights.len());
        self.graph.weights.push(Weight { value: value(name, None), header, data });
        self.name(name, Known::At(at))
    }

    fn inputs(&mut self) -> Result<(), LowerError> {
        for input in &self.model.graph().input {
            if self.known.contains_key(input.name.as_str()) {
                continue;
            }
            let position = self.graph.values.len();
            self.graph.inputs.push(position);
            self.graph.values.push(value(&input.name, None));
            self.name(&input.name, Known::At(Source::Value(position)))?;
        }
        Ok(())
    }

    fn node(&mut self, position: usize, node: &'a NodeProto) -> Result<(), LowerError> {
        let number = self.graph.nodes.len();
        let mut refused: Vec<String> = Vec::new();
        let mut inputs = Vec::with_capacity(node.input.len());
        for name in &node.input {
            inputs.push(match self.known.get(name.as_str()) {
                _ if name.is_empty() => None,
                Some(Known::At(source)) => Some(*source),
                Some(Known::Unusable(reason)) => {
                    refused.push(reason.clone());
                    None
                },
                None => {
                    return Err(LowerError::Graph(format!("node {position} reads {name:?}, which nothing made before")))
                },
            });
        }
        let lowered = match self.lowered(node) {
            Ok(lowered) => lowered,
            Err(reason) => {
                refused.insert(0, reason);
                unknown(node)
            },
        };
        let mut lowered = lowered;
        let blocked = match self.blocks(node, &inputs) {
            Some(Blocks::Split(block)) => {
                lowered = blocks("SplitBlocks", vec![(b"block".to_vec(), Attribute::Int(block as i64))]);
                None
            },
            Some(Blocks::Join(block)) => {
                lowered = blocks("JoinBlocks", Vec::new());
                Some(Blocked::Channels(block))
            },
            None => self.blocked(node, &inputs).unwrap_or_else(|reason| {
                refused.push(reason);
                None
            }),
        };
        let reads_split = inputs.iter().flatten().any(|s| matches!(s, Source::Value(n) if self.split.contains(n)));
        let split = lowered.operator == b"SplitBlocks"
            || (reads_split && is_onnx(&node.domain) && ELEMENTWISE.contains(&node.op_type.as_str()));
        let mut outputs = Vec::with_capacity(node.output.len());
        for name in &node.output {
            if name.is_empty() {
                outputs.push(None);
                continue;
            }
            if let Some(reason) = self.types.get(name.as_str()).and_then(|info| cannot_judge(info)) {
                refused.push(reason);
            }
            let at = self.graph.values.len();
            self.graph.values.push(value(name, blocked));
            self.name(name, Known::At(Source::Value(at)))?;
            outputs.push(Some(at));
            if split {
                self.split.insert(at);
            }
        }
        self.graph.nodes.push(lowered);
        self.graph.node_names.push(node.name.clone());
        self.graph.file_positions.push(position);
        self.graph.wiring.push(Wiring { inputs, outputs });
        if let Some(reason) = refused.into_iter().next() {
            self.refuse(number, reason);
        }
        Ok(())
    }

    /// The node without its operands, in canonical form.
    fn lowered(&self, node: &NodeProto) -> Result<Node, String> {
        let graph = |a: &AttributeProto| a.g.is_some() || !a.graphs.is_empty();
        if node.attribute.iter().any(graph) {
            return Err("control flow (a graph inside a node) cannot be judged".into());
        }
        if RANDOM.contains(&node.op_type.as_str()) {
            return Err("its result is random".into());
        }
        let domain =
            domain(&node.domain).ok_or_else(|| format!("operators of domain {:?} are unknown", node.domain))?;
        let opset = self.model.opset(&node.domain).unwrap_or(if domain == Domain::Onnx { 0 } else { 1 });
        let opset = u32::try_from(opset).map_err(|_| format!("operator set {opset} does not exist"))?;
        let operator = node.op_type.as_bytes().to_vec();
        if lookup(domain, &operator, opset).is_none() {
            let name = |o: &&candor_adjudicator::Operator| o.domain == domain && o.name.as_bytes() == operator;
            let known = operators::tables().into_iter().flatten().any(|o| name(&o));
            return Err(match known {
                true => format!("this operator is not defined for operator set {opset}"),
                false if node.op_type.contains("Sequence") || node.op_type.starts_with("Optional") => {
                    "sequences and optional values cannot be judged".into()
                },
                false if node.op_type.contains("Attention") => {
                    "one element of fused attention depends on all keys: prepare with this fusion off".into()
                },
                false => "the adjudicator does not define this operator".into(),
            });
        }
        let attributes = attributes(self.model, node)?;
        let node =
            Node { domain, operator, opset, attributes, inputs: Vec::new(), outputs: Vec::new(), mode: Mode::Bounded };
        Ok(node)
    }

    /// How the outputs of a node are blocked. Notes on the way how its filter is.
    fn blocked(&mut self, node: &NodeProto, inputs: &[Option<Source>]) -> Result<Option<Blocked>, String> {
        let channels = Some(Blocked::Channels(self.options.block));
        if node.domain == "com.microsoft.nchwc" {
            if node.op_type == "Conv" {
                self.filter(inputs.get(1).copied().flatten())?;
            }
            return Ok(if node.op_type == "ReorderOutput" { None } else { channels });
        }
        // A single element meets every other alike, in whatever order they are.
        let is_blocked = |source: &Source| match source {
            Source::Weight(n) => self.graph.weights.get(*n).filter(|w| w.header.count() != 1).map(|_| false),
            Source::Value(n) => self.graph.values.get(*n).map(|v| v.blocked.is_some()),
        };
        let given: Vec<bool> = inputs.iter().flatten().filter_map(is_blocked).collect();
        if !given.contains(&true) {
            return Ok(None);
        }
        // Blocking permutes the elements of every operand alike, so whatever works element by element may stay as it is.
        let axis = node.attribute.iter().find(|a| a.name == "axis").and_then(|a| a.i);
        let fits = match node.op_type.as_str() {
            "Concat" => axis == Some(1),
            _ => is_onnx(&node.domain) && ELEMENTWISE.contains(&node.op_type.as_str()) || node.op_type == "QuickGelu",
        };
        if fits && !given.contains(&false) {
            Ok(channels)
        } else {
            Err("it reads a value in a blocked layout, which only elementwise operators may".into())
        }
    }

    /// Whether a node is a `Reshape` that makes the blocks of a blocked value a dimension, or joins them again.
    fn blocks(&self, node: &NodeProto, inputs: &[Option<Source>]) -> Option<Blocks> {
        if !is_onnx(&node.domain) || node.op_type != "Reshape" {
            return None;
        }
        let [Some(Source::Value(data)), Some(Source::Weight(shape))] = inputs else { return None };
        let bytes = &self.graph.weights.get(*shape)?.data.bytes;
        let shape: Vec<i64> = bytes.as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b)).collect();
        let block = self.options.block;
        let shown = self.graph.values.get(*data)?.blocked == Some(Blocked::Channels(block));
        if shown && shape == [0, -1, 0, 0, block as i64] {
            return Some(Blocks::Split(block));
        }
        (self.split.contains(data) && shape == [0, -1, 0, 0]).then_some(Blocks::Join(block))
    }

    fn filter(&mut self, source: Option<Source>) -> Result<(), String> {
        let Some(Source::Weight(n)) = source else { return Err("its filter is not a weight".into()) };
        let block = self.options.block;
        let weight = self.graph.weights.get_mut(n).ok_or("its filter is not a weight")?;
        let per_group = weight.header.dims.get(1).copied().unwrap_or(0);
        let blocked = if per_group < block as u64 { Blocked::FilterOutputs(block) } else { Blocked::Filter(block) };
        if weight.value.blocked.is_some_and(|b| b != blocked) || !can_be_blocked(weight.header.dtype) {
            return Err("its filter is not blocked as this kernel has it".into());
        }
        weight.value.blocked = Some(blocked);
        Ok(())
    }

    fn drop_unused_weights(&mut self) {
        let mut used = vec![false; self.graph.weights.len()];
        let inputs = self.graph.wiring.iter().flat_map(|w| w.inputs.iter().flatten());
        for source in inputs.chain(&self.graph.outputs) {
            if let Source::Weight(n) = source {
                used.iter_mut().skip(*n).take(1).for_each(|u| *u = true);
            }
        }
        let mut moved = Vec::with_capacity(used.len());
        let mut next = 0;
        for used in &used {
            moved.push(next);
            next += usize::from(*used);
        }
        let mut keep = used.iter();
        self.graph.weights.retain(|_| keep.next() == Some(&true));
        let inputs = self.graph.wiring.iter_mut().flat_map(|w| w.inputs.iter_mut().flatten());
        for source in inputs.chain(&mut self.graph.outputs) {
            if let Source::Weight(n) = source {
                *n = moved.get(*n).copied().unwrap_or(*n);
            }
        }
    }

    /// Layouts, roots, modes, limits.
    fn finish(&mut self) {
        let types = &self.types;
        let value_ranks: Vec<Option<usize>> =
            self.graph.values.iter().map(|v| types.get(v.name.as_str()).and_then(|info| rank(info))).collect();
        let weight_ranks: Vec<usize> = self.graph.weights.iter().map(|w| w.header.dims.len()).collect();
        let rank = |source: Source| match source {
            Source::Weight(n) => weight_ranks.get(n).copied(),
            Source::Value(n) => value_ranks.get(n).copied().flatten(),
        };
        // Layouts may depend on which operands are weights: say so before they are asked for.
        for (node, wiring) in self.graph.nodes.iter_mut().zip(&self.graph.wiring) {
            let place = |source: Source| if matches!(source, Source::Weight(_)) { Place::Weight } else { Place::Trace };
            let operand = |place| Operand { place, root: 0, layouts: vec![Layout::Natural] };
            node.inputs = wiring.inputs.iter().map(|s| s.map(|s| operand(place(s)))).collect();
            node.outputs = wiring.outputs.iter().map(|s| s.map(|_| operand(Place::Trace))).collect();
        }
        layouts::assign(&mut self.graph, &rank);
        for node in &mut self.graph.nodes {
            if let Some(operator) = lookup(node.domain, &node.operator, node.opset) {
                node.mode = (self.options.mode)(node, operator);
            }
        }
        for number in 0..self.graph.nodes.len() {
            let within = self.graph.nodes.get(number).is_some_and(Node::within_limits);
            if !within && !self.refusals.iter().any(|r| r.node == number) {
                self.refuse(number, "it has too many operands or attributes".into());
            }
        }
    }

    fn refuse(&mut self, number: usize, reason: String) {
        let file_position = self.graph.file_positions.get(number).copied().unwrap_or(number);
        let file = self.model.graph().node.get(file_position);
        let operator = match file {
            Some(node) if !is_onnx(&node.domain) => format!("{}.{}", node.domain, node.op_type),
            Some(node) => node.op_type.clone(),
            None => String::new(),
        };
        let name = self.graph.node_names.get(number).cloned().unwrap_or_default();
        self.refusals.push(Refusal { file_position, node: number, name, operator, reason });
    }
}

/// Operators that answer element i from element i of operands of one shape.
const ELEMENTWISE: [&str; 16] = [
    "Add",
    "Clip",
    "Elu",
    "Gelu",
    "HardSigmoid",
    "HardSwish",
    "Identity",
    "LeakyRelu",
    "Max",
    "Min",
    "Mul",
    "Relu",
    "Sigmoid",
    "Sub",
    "Sum",
    "Tanh",
];

fn blocks(operator: &str, attributes: Vec<(Vec<u8>, Attribute)>) -> Node {
    Node {
        domain: Domain::Nchwc,
        operator: operator.as_bytes().to_vec(),
        opset: 1,
        attributes,
        inputs: Vec::new(),
        outputs: Vec::new(),
        mode: Mode::Bounded,
    }
}

fn value(name: &str, blocked: Option<Blocked>) -> Value {
    Value { name: name.to_owned(), layouts: vec![Layout::Natural], first_root: 0, blocked }
}

fn unknown(node: &NodeProto) -> Node {
    Node {
        domain: domain(&node.domain).unwrap_or(Domain::Onnx),
        operator: node.op_type.as_bytes().to_vec(),
        opset: 0,
        attributes: Vec::new(),
        inputs: Vec::new(),
        outputs: Vec::new(),
        mode: Mode::Bounded,
    }
}
