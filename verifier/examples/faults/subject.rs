//! A model that is ready to be run honestly and otherwise.

use candor_adjudicator::{Isa, Mode};
use candor_verifier::{
    judge::{machine_isa, settle, JudgeOptions, Tensors},
    judged::Judged,
    library::Library,
    lower::{lower, LowerOptions},
    onnx::OnnxModel,
    run::Tracer,
    tensor::OwnedTensor,
};
use std::path::Path;

/// A prepared model, its modes settled on one run, and that run.
pub struct Subject {
    pub name: String,
    pub library: &'static Library,
    pub judged: Judged,
    pub inputs: Vec<OwnedTensor>,
    /// Another call's inputs.
    pub others: Vec<OwnedTensor>,
    /// Values of the honest run.
    pub values: Vec<Option<OwnedTensor>>,
    _folder: tempfile::TempDir,
}

/// Threads of the runs.
pub const THREADS: usize = 1;

impl Subject {
    pub fn prepare(library: &'static Library, model: &Path, seed: u64) -> Result<Self, String> {
        let text = |e: &dyn std::fmt::Display| e.to_string();
        let folder = tempfile::tempdir().map_err(|e| text(&e))?;
        let prepared = folder.path().join("model.onnx");
        let original = OnnxModel::open(model).map_err(|e| text(&e))?;
        let external = (!original.external_files().is_empty()).then_some("weights.bin");
        library.optimise(model, &prepared, external, THREADS).map_err(|e| text(&e))?;
        let onnx = OnnxModel::open(&prepared).map_err(|e| text(&e))?;
        let inputs = crate::data::inputs(&onnx, seed)?;
        let others = crate::data::inputs(&onnx, seed + 1)?;
        let isa = machine_isa();
        let block = if isa == Some(Isa::Avx512) { 16 } else { 8 };
        let mut graph = lower(&onnx, &LowerOptions { block, mode: &|_, _| Mode::Bounded }).map_err(|e| text(&e))?;
        let values = Tracer::new(library, &onnx, &graph, THREADS).run_all(&inputs).map_err(|e| text(&e))?;
        let tensors = Tensors::new(&graph, values.clone()).map_err(|e| text(&e))?;
        for node in 0..graph.nodes.len() {
            let options = JudgeOptions { sample: Some(20_000), ..Default::default() };
            let settled = settle(&graph.nodes[node], &tensors.elements(&graph, node), isa, THREADS as u16, &options);
            if !settled.report.is_clean() {
                return Err(format!("{} cannot be judged: {:?}", graph.node_label(node), settled.report));
            }
            graph.nodes[node].mode = settled.mode;
        }
        let name = model.parent().and_then(Path::file_name).map(|n| n.to_string_lossy().into_owned());
        let judged = Judged::new(onnx, graph, block).map_err(|e| text(&e))?;
        let name = name.unwrap_or_default();
        Ok(Self { name, library, judged, inputs, others, values, _folder: folder })
    }
}
