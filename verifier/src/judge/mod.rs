//! Judging whole tensors: every element (or a sample) of every node, with the code that judges on chain.

mod perturb;
mod settle;

pub use perturb::{perturb, Perturbation};
pub use settle::{machine_isa, machine_vnni, settle, variants, Settled};

use crate::{
    lower::{Graph, Source},
    tensor::{OwnedTensor, TensorError},
};
use candor_adjudicator::{
    lookup, ArrayElements, Call, DType, Elements, Expected, Header, Memo, Node, Operator, Reject, Slot, Tensor,
};
use rayon::prelude::*;

/// Elements that one worker judges in a row: rows are judged by one worker, which remembers what it knows of them.
const CHUNK: u64 = 4096;
/// Elements in a row of a sample.
const SAMPLE_RUN: u64 = 64;

/// How to judge.
#[derive(Clone, Copy, Debug)]
pub struct JudgeOptions {
    /// Judge about so many elements of each output instead of all, spread evenly in short runs.
    pub sample: Option<u64>,
    /// Moves the runs of a sample: another number, other elements.
    pub shift: u64,
    /// Workers; 0 for as many as the machine has cores.
    pub threads: usize,
    /// Stop at the first wrong element of a node.
    pub stop_at_wrong: bool,
    /// Wrong elements that are kept as examples, per node.
    pub examples: usize,
}

impl Default for JudgeOptions {
    fn default() -> Self {
        Self { sample: None, shift: 0, threads: 0, stop_at_wrong: false, examples: 4 }
    }
}

/// The tensors of a run: what nodes read and make.
#[derive(Clone, Debug, Default)]
pub struct Tensors {
    /// Weights, by position in [`Graph::weights`].
    pub weights: Vec<Option<OwnedTensor>>,
    /// Values, by position in [`Graph::values`].
    pub values: Vec<Option<OwnedTensor>>,
}

impl Tensors {
    /// Values of a run, and the graph's weights.
    pub fn new(graph: &Graph, values: Vec<Option<OwnedTensor>>) -> Result<Self, TensorError> {
        let weights: Result<Vec<_>, _> = graph.weights.iter().map(|w| w.tensor().map(Some)).collect();
        Ok(Self { weights: weights?, values })
    }

    /// What node `node` reads and makes, as the adjudicator reads it.
    pub fn elements(&self, graph: &Graph, node: usize) -> ArrayElements<'_> {
        let value = |at: usize| self.values.get(at)?.as_ref().map(OwnedTensor::view);
        let source = |source: Source| match source {
            Source::Weight(at) => self.weights.get(at)?.as_ref().map(OwnedTensor::view),
            Source::Value(at) => value(at),
        };
        let Some(wiring) = graph.wiring.get(node) else { return ArrayElements::default() };
        ArrayElements {
            inputs: wiring.inputs.iter().map(|s| s.and_then(source)).collect(),
            outputs: wiring.outputs.iter().map(|v| v.and_then(value)).collect(),
        }
    }
}

/// An element that is not what it must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wrong {
    /// Output of the node.
    pub output: usize,
    /// Index of the element, row-major.
    pub index: u64,
    /// Its bits.
    pub claimed: u64,
    /// What it must be.
    pub expected: Expected,
}

/// What judging a node gave.
#[derive(Clone, Debug, Default)]
pub struct NodeReport {
    /// Elements judged, right or wrong.
    pub judged: u64,
    /// Elements that were compared bit for bit (integers, copies, schedules).
    pub exact: u64,
    /// Elements that were compared with a bound.
    pub bounded: u64,
    /// Largest distance from the middle of a bound, as a share of its half width.
    pub largest: f64,
    /// Elements that are not what they must be.
    pub wrong: u64,
    /// Some of them.
    pub examples: Vec<Wrong>,
    /// Elements about which nothing can be said.
    pub rejected: u64,
    /// Why, for the first of them: output, index (`None`: the whole output), reason.
    pub rejection: Option<(usize, Option<u64>, Reject)>,
    /// An output whose type or shape is wrong: output, what it is, what it must be.
    pub header: Option<(usize, Header, Header)>,
}

impl NodeReport {
    /// Whether everything was judged and right.
    pub fn is_clean(&self) -> bool {
        self.wrong == 0 && self.rejected == 0 && self.header.is_none() && self.rejection.is_none()
    }

    /// Whether something is provably wrong.
    pub fn is_wrong(&self) -> bool {
        self.wrong > 0 || self.header.is_some()
    }

    fn merge(mut self, other: Self, examples: usize) -> Self {
        self.judged += other.judged;
        self.exact += other.exact;
        self.bounded += other.bounded;
        self.largest = self.largest.max(other.largest);
        self.wrong += other.wrong;
        self.examples.extend(other.examples);
        self.examples.sort_by_key(|w| (w.output, w.index));
        self.examples.truncate(examples);
        self.rejected += other.rejected;
        self.rejection = self.rejection.or(other.rejection);
        self.header = self.header.or(other.header);
        self
    }
}

/// What judging a graph gave: a report per node.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// By position in [`Graph::nodes`].
    pub nodes: Vec<NodeReport>,
}

impl Report {
    /// All of it together.
    pub fn total(&self) -> NodeReport {
        self.nodes.iter().cloned().fold(NodeReport::default(), |a, b| a.merge(b, 16))
    }
}

/// Judge every node of a graph, in its committed mode.
pub fn judge_all(graph: &Graph, tensors: &Tensors, options: &JudgeOptions) -> Report {
    in_pool(options.threads, || {
        let judge = |(position, node)| judge_node(node, &tensors.elements(graph, position), options);
        Report { nodes: graph.nodes.iter().enumerate().map(judge).collect() }
    })
}

/// Run something with so many workers.
fn in_pool<T: Send>(threads: usize, f: impl FnOnce() -> T + Send) -> T {
    if threads == 0 {
        return f();
    }
    match rayon::ThreadPoolBuilder::new().num_threads(threads).build() {
        Ok(pool) => pool.install(f),
        Err(_) => f(),
    }
}

/// Judge a node: its outputs' types and shapes, then their elements.
pub fn judge_node(node: &Node, elements: &ArrayElements<'_>, options: &JudgeOptions) -> NodeReport {
    let mut report = NodeReport::default();
    let Some(operator) = lookup(node.domain, &node.operator, node.opset) else {
        report.rejection = Some((0, None, Reject::Unsupported("this operator")));
        return report;
    };
    for (output, tensor) in elements.outputs.iter().enumerate() {
        let Some(tensor) = tensor else { continue };
        let one = judge_output(node, operator, elements, output, tensor, options);
        report = report.merge(one, options.examples);
        if options.stop_at_wrong && !report.is_clean() {
            break;
        }
    }
    report
}

fn judge_output(
    node: &Node,
    operator: &Operator,
    elements: &ArrayElements<'_>,
    output: usize,
    tensor: &Tensor<'_>,
    options: &JudgeOptions,
) -> NodeReport {
    let mut report = NodeReport::default();
    let memo = Memo::new();
    match (operator.header)(&Call::new(node, elements, &memo), output) {
        Ok(header) if header == tensor.header => {},
        Ok(header) => report.header = Some((output, tensor.header.clone(), header)),
        Err(reject) => report.rejection = Some((output, None, reject)),
    }
    if !report.is_clean() {
        return report;
    }
    let judge = |(from, to): (u64, u64)| judge_run(node, operator, elements, output, tensor, from, to, options);
    let runs = runs(tensor.header.count(), options.sample, options.shift);
    if options.stop_at_wrong {
        // In order, in steps that grow: most mismatches show at once.
        let mut rest = runs.as_slice();
        let mut step = 1;
        while !rest.is_empty() && report.is_clean() {
            let (now, later) = rest.split_at(step.min(rest.len()));
            let merged =
                now.par_iter().map(|run| judge(*run)).reduce(NodeReport::default, |a, b| a.merge(b, options.examples));
            report = report.merge(merged, options.examples);
            rest = later;
            step *= 2;
        }
        return report;
    }
    runs.into_par_iter().map(judge).reduce(NodeReport::default, |a, b| a.merge(b, options.examples))
}

/// Runs of consecutive indices: first and one past the last. A sample without `shift` has the first and last elements.
fn runs(count: u64, sample: Option<u64>, shift: u64) -> Vec<(u64, u64)> {
    match sample {
        Some(sample) if sample < count => {
            let number = sample.div_ceil(SAMPLE_RUN).max(1);
            let last = count - SAMPLE_RUN.min(count);
            let run = |i: u64| {
                let even = (u128::from(last) * u128::from(i) / u128::from(number.max(2) - 1)) as u64;
                let from = (even + shift % (last + 1)) % (last + 1);
                (from, (from + SAMPLE_RUN).min(count))
            };
            (0..number).map(run).collect()
        },
        _ => (0..count.div_ceil(CHUNK)).map(|i| (i * CHUNK, ((i + 1) * CHUNK).min(count))).collect(),
    }
}

#[allow(clippy::too_many_arguments)]
fn judge_run(
    node: &Node,
    operator: &Operator,
    elements: &ArrayElements<'_>,
    output: usize,
    tensor: &Tensor<'_>,
    from: u64,
    to: u64,
    options: &JudgeOptions,
) -> NodeReport {
    let mut report = NodeReport::default();
    let memo = Memo::new();
    for index in from..to {
        let Some(claimed) = tensor.bits(index) else { break };
        match (operator.element)(&Call::new(node, elements, &memo), output, index) {
            Ok(expected) => report.count(tensor.header.dtype, Wrong { output, index, claimed, expected }, options),
            Err(reject) => {
                report.rejected += 1;
                report.rejection.get_or_insert((output, Some(index), reject));
            },
        }
        if options.stop_at_wrong && !report.is_clean() {
            break;
        }
    }
    report
}

impl NodeReport {
    fn count(&mut self, dtype: DType, found: Wrong, options: &JudgeOptions) {
        self.judged += 1;
        match found.expected {
            Expected::Within { low, high, .. } => {
                self.bounded += 1;
                self.largest = self.largest.max(share(dtype, found.claimed, low.0, high.0));
            },
            _ => self.exact += 1,
        }
        if !found.expected.admits(dtype, found.claimed) {
            self.wrong += 1;
            if self.examples.len() < options.examples {
                self.examples.push(found);
            }
        }
    }
}

/// Distance of a claimed value from the middle of a bound, as a share of the bound's half width; 0 where the bound is
/// infinite or the value no number.
fn share(dtype: DType, claimed: u64, low: u64, high: u64) -> f64 {
    let (low, high) = (f64::from_bits(low), f64::from_bits(high));
    let Some(value) = number(dtype, claimed) else { return 0.0 };
    let (middle, half) = (low / 2.0 + high / 2.0, high / 2.0 - low / 2.0);
    if !middle.is_finite() || !half.is_finite() || !value.is_finite() {
        return 0.0;
    }
    let distance = (value - middle).abs();
    match half > 0.0 {
        true => distance / half,
        false if distance == 0.0 => 0.0,
        false => f64::INFINITY,
    }
}

/// The value of a floating-point element.
pub fn number(dtype: DType, bits: u64) -> Option<f64> {
    use candor_adjudicator::soft::half::{BF16, F16};
    Some(match dtype {
        DType::Float32 => f64::from(f32::from_bits(bits as u32)),
        DType::Float64 => f64::from_bits(bits),
        DType::Float16 => f64::from(f32::from_bits(F16(bits as u16).to_f32().0)),
        DType::Bfloat16 => f64::from(f32::from_bits(BF16(bits as u16).to_f32().0)),
        _ => return None,
    })
}

/// What one element must be, and what it is.
pub fn judge_element(node: &Node, elements: &dyn Elements, output: usize, index: u64) -> Result<Wrong, Reject> {
    judge_with(node, elements, &Memo::new(), output, index)
}

/// [`judge_element`] with what is remembered of the same node's other elements.
pub fn judge_with(
    node: &Node,
    elements: &dyn Elements,
    memo: &Memo,
    output: usize,
    index: u64,
) -> Result<Wrong, Reject> {
    let operator = lookup(node.domain, &node.operator, node.opset).ok_or(Reject::Unsupported("this operator"))?;
    let call = Call::new(node, elements, memo);
    let expected = (operator.element)(&call, output, index)?;
    let claimed = elements.element(Slot::Output(output), index)?;
    Ok(Wrong { output, index, claimed, expected })
}

#[cfg(test)]
mod tests;
