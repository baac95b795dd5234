//! A model that is ready to be run, committed to and audited, with the inputs of one call.

use candor_adjudicator::{DType, Header, Isa, Mode};
use candor_verifier::{
    judge::machine_isa,
    judged::Judged,
    library::Library,
    lower::{lower, LowerOptions, Source},
    onnx::{GraphDim, GraphValue, OnnxModel},
    run::{Rerunner, Tracer},
    tensor::OwnedTensor,
};
use std::{collections::HashMap, error::Error, path::Path};

/// Length of a sequence, and of every dimension that is no batch.
const LENGTH: u64 = 128;

pub struct Subject {
    pub name: String,
    /// Elements of all weights.
    pub parameters: u64,
    pub rows: u64,
    pub judged: Judged,
    pub inputs: Vec<OwnedTensor>,
    _folder: tempfile::TempDir,
}

impl Subject {
    /// Prepare the model in `folder`; `rows` is the length of its batch dimension.
    pub fn prepare(library: &'static Library, folder: &Path, rows: u64) -> Result<Self, Box<dyn Error>> {
        let prepared = tempfile::tempdir()?;
        let (model, file) = (folder.join("model.onnx"), prepared.path().join("model.onnx"));
        library.optimise(&model, &file, Some("weights.bin"), 1)?;
        let onnx = OnnxModel::open(&file)?;
        let mut numbers = 1;
        let inputs =
            onnx.inputs().iter().map(|input| feed(input, rows, &mut numbers)).collect::<Result<Vec<_>, _>>()?;
        let block = if machine_isa() == Some(Isa::Avx512) { 16 } else { 8 };
        let graph = lower(&onnx, &LowerOptions { block, mode: &|_, _| Mode::Bounded })?;
        let parameters = graph.weights.iter().map(|w| w.header.count()).sum();
        let name = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let judged = Judged::new(onnx, graph, block)?;
        Ok(Self { name, parameters, rows, judged, inputs, _folder: prepared })
    }

    /// All values of an honest run.
    pub fn run(&self, library: &'static Library) -> Result<Vec<Option<OwnedTensor>>, Box<dyn Error>> {
        Ok(Tracer::new(library, &self.judged.model, &self.judged.graph, 1).run_all(&self.inputs)?)
    }

    /// The values of a run on another machine: every tenth element of each value that kernels of another instruction set
    /// compute otherwise (softmax, blocked convolutions) is one unit in the last place further from zero, and what follows
    /// is computed from that. Other elements are those of an honest run.
    pub fn run_elsewhere(&self, library: &'static Library) -> Result<Vec<Option<OwnedTensor>>, Box<dyn Error>> {
        let graph = &self.judged.graph;
        let rerunner = Rerunner::new(library, &self.judged.model, graph, 1);
        let mut values = self.run(library)?;
        let mut changed = vec![false; values.len()];
        for (node, (definition, wiring)) in graph.nodes.iter().zip(&graph.wiring).enumerate() {
            let other = matches!(definition.operator.as_slice(), b"Softmax" | b"LogSoftmax")
                || (definition.operator == b"Conv" && definition.domain == candor_adjudicator::Domain::Nchwc);
            let reads = wiring.inputs.iter().flatten().any(|s| matches!(s, Source::Value(v) if changed[*v]));
            if reads {
                let mut made = Vec::new();
                rerunner.run(&[node], &mut |position| values[position].clone(), &mut |position, tensor| {
                    made.push((position, OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?));
                    Ok(())
                })?;
                made.into_iter().for_each(|(position, tensor)| values[position] = Some(tensor));
            }
            for value in wiring.outputs.iter().flatten() {
                changed[*value] = reads || other;
                let Some(tensor) = values[*value].as_mut().filter(|t| other && t.header.dtype == DType::Float32) else {
                    continue;
                };
                let mut data = tensor.data.to_vec();
                for element in data.chunks_exact_mut(4).step_by(10) {
                    let bits = u32::from_le_bytes([element[0], element[1], element[2], element[3]]);
                    // Zeros and the largest softmax (1) stay: no kernel gives their neighbours.
                    if f32::from_bits(bits).is_normal() && bits != 0x3f80_0000 {
                        element.copy_from_slice(&(bits + 1).to_le_bytes());
                    }
                }
                tensor.data = data.into();
            }
        }
        Ok(values)
    }
}

/// An input of plausible numbers: small identifiers, full masks, positions in order.
fn feed(input: &GraphValue, rows: u64, numbers: &mut u64) -> Result<OwnedTensor, Box<dyn Error>> {
    let dtype = DType::from_code(i64::from(input.elem_type)).ok_or("an input of a type that cannot be judged")?;
    let mut lengths = HashMap::new();
    let dims =
        input.shape.as_ref().ok_or("an input of unknown rank")?.iter().enumerate().map(|(axis, dim)| match dim {
            GraphDim::Fixed(length) => *length,
            GraphDim::Named(name) if name.contains("batch") => rows,
            GraphDim::Named(name) => *lengths.entry(name.clone()).or_insert(LENGTH),
            GraphDim::Unknown if axis == 0 => rows,
            GraphDim::Unknown => LENGTH,
        });
    let header = Header::new(dtype, dims.collect()).ok_or("an input of a shape that is too large")?;
    let mut data = Vec::new();
    for n in 0..header.count() {
        *numbers = numbers.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let drawn = *numbers >> 40;
        match dtype {
            DType::Float32 => data.extend_from_slice(&(drawn as f32 / 16_777_216.0 * 4.0 - 2.0).to_le_bytes()),
            DType::Bool => data.push(1),
            _ if input.name.contains("mask") => data.extend_from_slice(&1u64.to_le_bytes()[..dtype.size()]),
            _ if input.name.contains("position") => {
                data.extend_from_slice(&(n % LENGTH).to_le_bytes()[..dtype.size()]);
            },
            _ if input.name.contains("type") => data.extend_from_slice(&0u64.to_le_bytes()[..dtype.size()]),
            _ => data.extend_from_slice(&(drawn % 1000).to_le_bytes()[..dtype.size()]),
        }
    }
    Ok(OwnedTensor::new(header, data)?)
}
