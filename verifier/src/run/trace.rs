//! Tracing: a run with values exposed.

use super::{patch, SinkResult, TraceError};
use crate::{
    library::Library,
    lower::{Blocked, Graph},
    onnx::OnnxModel,
    tensor::{view_value, OwnedTensor},
};
use candor_adjudicator::Tensor;
use ort::{
    session::{Session, SessionInputValue},
    value::{DynValue, ValueType},
};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

/// Runs a model as it is (no optimisation) and shows values by their positions in [`Graph::values`].
pub struct Tracer<'a> {
    library: &'static Library,
    model: &'a OnnxModel,
    graph: &'a Graph,
    threads: usize,
}

impl<'a> Tracer<'a> {
    /// For a model and the graph lowered from it. `threads` is that of the execution profile.
    pub fn new(library: &'static Library, model: &'a OnnxModel, graph: &'a Graph, threads: usize) -> Self {
        Self { library, model, graph, threads }
    }

    /// Run once and give the `wanted` values to `sink`: position and logical (unblocked) tensor. Returns the wanted
    /// positions that hold no tensor that can be judged.
    ///
    /// Memory: the wanted values, all at once, on top of the run. To stay within a budget, run several times with a few
    /// values each: the bits are the same.
    pub fn run(
        &self,
        inputs: &[OwnedTensor],
        wanted: &[usize],
        sink: &mut dyn FnMut(usize, &Tensor<'_>) -> SinkResult,
    ) -> Result<Vec<usize>, TraceError> {
        self.open(wanted)?.run(inputs, sink)
    }

    /// All values of one run, by position; `None` for those that hold no tensor that can be judged.
    pub fn run_all(&self, inputs: &[OwnedTensor]) -> Result<Vec<Option<OwnedTensor>>, TraceError> {
        let wanted: Vec<usize> = (0..self.graph.values.len()).collect();
        let mut values: Vec<Option<OwnedTensor>> = vec![None; wanted.len()];
        self.run(inputs, &wanted, &mut |position, tensor| {
            let owned = OwnedTensor::new(tensor.header.clone(), tensor.data.to_vec())?;
            values.iter_mut().skip(position).take(1).for_each(|v| *v = Some(owned.clone()));
            Ok(())
        })?;
        Ok(values)
    }

    /// Open a session that shows the `wanted` values, for one run or several.
    pub fn open(&self, wanted: &[usize]) -> Result<TraceSession, TraceError> {
        let name = |position: &usize| {
            let value = self.graph.values.get(*position);
            value.ok_or_else(|| TraceError::Call(format!("the graph has no value {position}")))
        };
        let declared: HashSet<&str> = self.model.graph().output.iter().map(|o| o.name.as_str()).collect();
        let inputs = self.graph.inputs.len();
        let mut shown = Vec::new();
        let mut fed = Vec::new();
        for position in wanted {
            let value = name(position)?;
            if *position < inputs {
                fed.push(*position);
            } else {
                shown.push((*position, value.name.as_str(), value.blocked));
            }
        }
        let added = shown.iter().map(|(_, name, _)| *name).filter(|name| !declared.contains(name));
        let bytes = patch::with_outputs(self.model.bytes(), added);
        let session = self.library.open_bytes(&bytes, self.model.folder(), self.threads);
        let session = session.map_err(|e| TraceError::Open(e.to_string()))?;
        let shown = shown.into_iter().map(|(position, name, blocked)| (name.to_owned(), (position, blocked))).collect();
        let input_names = self.graph.values.iter().take(inputs).map(|v| v.name.clone()).collect();
        Ok(TraceSession { session, shown, fed, input_names })
    }
}

/// A session that shows some values.
pub struct TraceSession {
    session: Session,
    /// By name: position and how its bytes are blocked.
    shown: HashMap<String, (usize, Option<Blocked>)>,
    fed: Vec<usize>,
    input_names: Vec<String>,
}

impl TraceSession {
    /// Run and give the wanted values to `sink`. Returns the positions that hold no tensor that can be judged.
    pub fn run(
        &mut self,
        inputs: &[OwnedTensor],
        sink: &mut dyn FnMut(usize, &Tensor<'_>) -> SinkResult,
    ) -> Result<Vec<usize>, TraceError> {
        if inputs.len() != self.input_names.len() {
            let (given, asked) = (inputs.len(), self.input_names.len());
            return Err(TraceError::Call(format!("{given} inputs were given, the graph has {asked}")));
        }
        for position in &self.fed {
            if let Some(input) = inputs.get(*position) {
                sink(*position, &input.view()).map_err(TraceError::Sink)?;
            }
        }
        let feeds = feed(self.input_names.iter().map(String::as_str).zip(inputs.iter().cloned()))?;
        let outputs = self.session.run(feeds).map_err(|e| TraceError::Run(e.to_string()))?;
        let mut skipped = Vec::new();
        for (name, value) in outputs.iter() {
            let Some((position, blocked)) = self.shown.get(name) else { continue };
            if !give(name, &value, *position, *blocked, sink)? {
                skipped.push(*position);
            }
        }
        Ok(skipped)
    }
}

/// Inputs as ONNX Runtime takes them.
pub(super) fn feed<'a>(
    inputs: impl Iterator<Item = (&'a str, OwnedTensor)>,
) -> Result<Vec<(Cow<'a, str>, SessionInputValue<'static>)>, TraceError> {
    inputs
        .map(|(name, tensor)| {
            let value = tensor.to_value().map_err(|source| TraceError::Tensor { name: name.to_owned(), source })?;
            Ok((Cow::Borrowed(name), value.into()))
        })
        .collect()
}

/// Hand a value to the receiver, unblocked; `false` if it is no tensor that can be judged.
pub(super) fn give(
    name: &str,
    value: &DynValue,
    position: usize,
    blocked: Option<Blocked>,
    sink: &mut dyn FnMut(usize, &Tensor<'_>) -> SinkResult,
) -> Result<bool, TraceError> {
    let error = |source| TraceError::Tensor { name: name.to_owned(), source };
    match value.dtype() {
        ValueType::Tensor { ty, .. } if crate::tensor::dtype_of(*ty).is_some() => {},
        _ => return Ok(false),
    }
    let tensor = view_value(value).map_err(error)?;
    match blocked {
        None => sink(position, &tensor).map_err(TraceError::Sink)?,
        Some(blocked) => {
            let data = blocked.unblock(&tensor.header, tensor.data);
            let data = data.ok_or_else(|| error(crate::tensor::TensorError::Bytes))?;
            sink(position, &Tensor { header: tensor.header, data: &data }).map_err(TraceError::Sink)?;
        },
    }
    Ok(true)
}
