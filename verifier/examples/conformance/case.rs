//! One case: prepare, lower, run, judge, perturb.

use crate::data::{self, Numbers};
use candor_adjudicator::{Isa, Mode, Node};
use candor_verifier::{
    judge::{perturb, settle, JudgeOptions, NodeReport, Perturbation, Settled, Tensors},
    library::Library,
    lower::{lower_with_refusals, Graph, LowerOptions, Source},
    onnx::OnnxModel,
    run::{TraceError, Tracer},
    tensor::OwnedTensor,
};
use std::path::Path;

/// What is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The optimised graph, as releases carry it.
    Prepared,
    /// The file as it is.
    Plain,
}

/// How a node came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Exact,
    Bounded,
    Wrong,
    Unsupported,
}

/// A node of a case.
pub struct NodeResult {
    pub operator: String,
    pub label: String,
    /// Element types of the first input and the outputs.
    pub types: Vec<String>,
    pub verdict: Verdict,
    pub report: NodeReport,
    /// Why, for people: the reason of a refusal, the first wrong element, why it is not exact.
    pub note: String,
    pub vacuous: u64,
}

/// The nodes of a case, or why it was not judged.
pub type CaseResult = Result<Vec<NodeResult>, String>;

pub fn run_case(
    library: &'static Library,
    case: &Path,
    level: Level,
    isa: Option<Isa>,
    threads: u16,
    sample: Option<u64>,
) -> CaseResult {
    let text = |e: &dyn std::fmt::Display| e.to_string();
    let not_run = |e: &dyn std::fmt::Display| format!("not run by ONNX Runtime: {e}");
    let plain = case.join("model.onnx");
    let original = OnnxModel::open(&plain).map_err(|e| text(&e))?;
    let given = data::inputs(&original, case)?;
    let folder = tempfile::tempdir().map_err(|e| text(&e))?;
    let model = match level {
        Level::Plain => original,
        Level::Prepared => {
            let prepared = folder.path().join("model.onnx");
            let external = (!original.external_files().is_empty()).then_some("weights.bin");
            library.optimise(&plain, &prepared, external, usize::from(threads)).map_err(|e| not_run(&e))?;
            OnnxModel::open(&prepared).map_err(|e| text(&e))?
        },
    };
    let block = if isa == Some(Isa::Avx512) { 16 } else { 8 };
    let mode = |_: &Node, _: &candor_adjudicator::Operator| Mode::Bounded;
    let (graph, refusals) = lower_with_refusals(&model, &LowerOptions { block, mode: &mode }).map_err(|e| text(&e))?;
    let tracer = Tracer::new(library, &model, &graph, usize::from(threads));
    let values = tracer.run_all(&given).map_err(|e| not_run(&e))?;
    let mut results = Vec::with_capacity(graph.nodes.len());
    results.extend(repeat(&tracer, &graph, &given, &values).map_err(|e| not_run(&e))?);
    let tensors = Tensors::new(&graph, values).map_err(|e| text(&e))?;
    for position in 0..graph.nodes.len() {
        let result = match refusals.iter().find(|r| r.node == position) {
            Some(refusal) => {
                let (operator, note) = (graph.operator(position), refusal.reason.clone());
                let label = graph.node_label(position);
                NodeResult {
                    operator,
                    label,
                    types: Vec::new(),
                    verdict: Verdict::Unsupported,
                    report: NodeReport::default(),
                    note,
                    vacuous: 0,
                }
            },
            None => judge(&graph, position, &tensors, isa, threads, sample),
        };
        results.push(result);
    }
    Ok(results)
}

/// Run once more with nothing exposed: the outputs that differ from the trace's.
fn repeat(
    tracer: &Tracer<'_>,
    graph: &Graph,
    inputs: &[OwnedTensor],
    traced: &[Option<OwnedTensor>],
) -> Result<Option<NodeResult>, TraceError> {
    let value = |source: &Source| if let Source::Value(position) = source { Some(*position) } else { None };
    let outputs: Vec<usize> = graph.outputs.iter().filter_map(value).collect();
    let mut different = Vec::new();
    tracer.run(inputs, &outputs, &mut |position, tensor| {
        let same = traced[position].as_ref().is_some_and(|t| t.header == tensor.header && t.data[..] == *tensor.data);
        if !same {
            different.push(graph.values[position].name.clone());
        }
        Ok(())
    })?;
    Ok((!different.is_empty()).then(|| NodeResult {
        operator: "(trace)".into(),
        label: different.join(", "),
        types: Vec::new(),
        verdict: Verdict::Wrong,
        report: NodeReport::default(),
        note: "exposing values changes these outputs".into(),
        vacuous: 0,
    }))
}

fn judge(
    graph: &Graph,
    position: usize,
    tensors: &Tensors,
    isa: Option<Isa>,
    threads: u16,
    sample: Option<u64>,
) -> NodeResult {
    let node = &graph.nodes[position];
    let elements = tensors.elements(graph, position);
    let options = JudgeOptions { sample, ..Default::default() };
    let settled = settle(node, &elements, isa, threads, &options);
    let judged = Node { mode: settled.mode, ..node.clone() };
    let mut verdict = verdict(&settled);
    let mut note = note(&settled, verdict);
    let mut vacuous = 0;
    if matches!(verdict, Verdict::Exact | Verdict::Bounded) {
        let mut numbers = Numbers(position as u64);
        for (output, tensor) in elements.outputs.iter().enumerate() {
            let count = tensor.as_ref().map_or(0, |t| t.header.count());
            if count == 0 {
                continue;
            }
            let index = numbers.next() % count;
            match perturb(&judged, &elements, output, index) {
                Perturbation::Rejected => {},
                Perturbation::Vacuous => vacuous += 1,
                other => {
                    verdict = Verdict::Wrong;
                    note = format!("output {output} [{index}] changed: {other:x?}");
                },
            }
        }
    }
    let tensors = elements.inputs.iter().take(1).chain(&elements.outputs).flatten();
    let mut types: Vec<String> = tensors.map(|t| format!("{:?}", t.header.dtype).to_lowercase()).collect();
    types.dedup();
    NodeResult {
        operator: graph.operator(position),
        label: graph.node_label(position),
        types,
        verdict,
        report: settled.report,
        note,
        vacuous,
    }
}

fn verdict(settled: &Settled) -> Verdict {
    let report = &settled.report;
    match () {
        _ if report.is_wrong() => Verdict::Wrong,
        // A malformed node that ONNX Runtime runs is misunderstood.
        _ if matches!(report.rejection, Some((_, _, candor_adjudicator::Reject::Malformed(_)))) => Verdict::Wrong,
        _ if matches!(report.rejection, Some((_, _, candor_adjudicator::Reject::Missing(_)))) => Verdict::Wrong,
        _ if report.rejection.is_some() => Verdict::Unsupported,
        _ if report.bounded > 0 => Verdict::Bounded,
        _ => Verdict::Exact,
    }
}

fn note(settled: &Settled, verdict: Verdict) -> String {
    let mut parts = Vec::new();
    if verdict == Verdict::Wrong || verdict == Verdict::Unsupported {
        parts.push(describe(&settled.report));
    }
    let tried: Vec<String> =
        settled.failed.iter().map(|(variant, report)| format!("variant {variant}: {}", describe(report))).collect();
    if !tried.is_empty() && settled.mode == Mode::Bounded {
        parts.push(format!("not exact: {}", tried.join(", ")));
    }
    parts.join("; ")
}

fn describe(report: &NodeReport) -> String {
    if let Some((output, found, expected)) = &report.header {
        return format!(
            "output {output} is {:?} {:?}, must be {:?} {:?}",
            found.dtype, found.dims, expected.dtype, expected.dims
        );
    }
    let mut text = String::new();
    if let Some(wrong) = report.examples.first() {
        text = format!(
            "{} wrong, output {} [{}] is {:#x}, must be {:x?}",
            report.wrong, wrong.output, wrong.index, wrong.claimed, wrong.expected
        );
    }
    if let Some((output, index, reject)) = &report.rejection {
        let place = index.map_or(String::new(), |i| format!(" [{i}]"));
        text = format!("{text} output {output}{place}: {reject}");
    }
    text.trim().to_owned()
}
