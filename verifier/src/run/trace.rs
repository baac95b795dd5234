//! Tracing: a run with values exposed.

use super::{patch, SinkResult, TraceError};
use crate::{
    library::Library,
    lower::{Blocked, Graph},
    onnx::OnnxModel,
    tensor::{view_value, OwnedTensor, TensorError},
};
use candor_adjudicator::{Header, Tensor};
use ort::{
    session::{Session, SessionInputValue},
    value::{DynValue, ValueType},
};
use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::Mutex,
};

/// Runs a model as it is (no optimisation) and shows values by their positions in [`Graph::values`].
pub struct Tracer<'a> {
    library: &'static Library,
    model: &'a OnnxModel,
    graph: &'a Graph,
    threads: usize,
    /// The session that was used last: most runs ask for the same values again.
    kept: Mutex<Option<(Vec<usize>, TraceSession)>>,
    /// What [`Self::counts`] said last, and of which inputs.
    counted: Mutex<Option<(Vec<Header>, Counts)>>,
}

/// Numbers of elements by position.
type Counts = HashMap<usize, u64>;

impl<'a> Tracer<'a> {
    /// For a model and the graph lowered from it. `threads` is that of the execution profile.
    pub fn new(library: &'static Library, model: &'a OnnxModel, graph: &'a Graph, threads: usize) -> Self {
        Self { library, model, graph, threads, kept: Mutex::default(), counted: Mutex::default() }
    }

    /// Run once and give the `wanted` values to `sink`: position and logical (unblocked) tensor. Returns the wanted
    /// positions that hold no tensor that can be judged.
    ///
    /// Memory: the wanted values, all at once, on top of the run. To stay within a budget, run several times with a few
    /// values each: the bits are the same. The session stays open for the next run of the same values, weights included.
    pub fn run(
        &self,
        inputs: &[OwnedTensor],
        wanted: &[usize],
        sink: &mut dyn FnMut(usize, &Tensor<'_>) -> SinkResult,
    ) -> Result<Vec<usize>, TraceError> {
        let mut skipped = Vec::new();
        self.run_shown(inputs, wanted, &mut |shown| each(shown, wanted, sink).map(|missing| skipped = missing))?;
        Ok(skipped)
    }

    /// Run once and show the `wanted` values to `sink` together, as ONNX Runtime holds them; those that hold no tensor that
    /// can be judged are left out. Memory as for [`Self::run`].
    pub fn run_shown(
        &self,
        inputs: &[OwnedTensor],
        wanted: &[usize],
        sink: &mut dyn FnMut(&[Shown<'_>]) -> SinkResult,
    ) -> Result<(), TraceError> {
        let kept = self.kept.lock().ok().and_then(|mut kept| kept.take());
        let mut session = match kept {
            Some((of, session)) if of == wanted => session,
            _ => self.open(wanted)?,
        };
        let ran = session.run_shown(inputs, sink);
        if let Ok(mut kept) = self.kept.lock() {
            *kept = Some((wanted.to_vec(), session));
        }
        ran
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

    /// Numbers of elements of some values, for inputs of these shapes: a run that shows shapes alone. Nothing runs if it was
    /// asked last.
    pub fn counts(&self, inputs: &[OwnedTensor], values: &[usize]) -> Result<HashMap<usize, u64>, TraceError> {
        let shapes: Vec<Header> = inputs.iter().map(|t| t.header.clone()).collect();
        let known = self.counted.lock().ok().and_then(|counted| counted.clone());
        if let Some((_, counts)) = known.filter(|(of, c)| *of == shapes && values.iter().all(|v| c.contains_key(v))) {
            return Ok(counts);
        }
        let named = values.iter().filter_map(|position| Some((position, self.graph.values.get(*position)?)));
        let named = named.map(|(position, value)| (value.name.as_str(), format!("candor:shape:{position}")));
        let bytes = patch::with_shapes(self.model.bytes(), named);
        let session = self.library.open_bytes(&bytes, self.model.folder(), self.threads);
        let mut session = session.map_err(|e| TraceError::Open(e.to_string()))?;
        let names = self.graph.values.iter().take(self.graph.inputs.len()).map(|v| v.name.as_str());
        let outputs =
            session.run(feed(names.zip(inputs.iter().cloned()))?).map_err(|e| TraceError::Run(e.to_string()))?;
        let mut counts = HashMap::new();
        for (name, value) in outputs.iter() {
            let Some(position) = name.strip_prefix("candor:shape:").and_then(|n| n.parse().ok()) else { continue };
            let shape = view_value(&value).map_err(|source| TraceError::Tensor { name: name.to_owned(), source })?;
            let dims = shape.data.chunks_exact(8).filter_map(|dim| Some(u64::from_le_bytes(dim.try_into().ok()?)));
            counts.insert(position, dims.fold(1, u64::saturating_mul));
        }
        if let Ok(mut counted) = self.counted.lock() {
            *counted = Some((shapes, counts.clone()));
        }
        Ok(counts)
    }

    /// [`Self::run_shown`] with the nodes before `node` alone: for a run that fails there. Values that later nodes make cannot
    /// be wanted.
    pub fn run_before(
        &self,
        node: usize,
        inputs: &[OwnedTensor],
        wanted: &[usize],
        sink: &mut dyn FnMut(&[Shown<'_>]) -> SinkResult,
    ) -> Result<(), TraceError> {
        let (fed, made): (Vec<usize>, Vec<usize>) = wanted.iter().partition(|p| **p < self.graph.inputs.len());
        if made.is_empty() {
            // Nothing to run.
            let fed = fed.iter().filter_map(|position| Some((*position, inputs.get(*position)?)));
            let shown = fed.map(|(position, tensor)| Shown { position, tensor: tensor.view(), blocked: None });
            return sink(&shown.collect::<Vec<_>>()).map_err(TraceError::Sink);
        }
        let made = made.iter().filter_map(|position| Some((*position, self.graph.values.get(*position)?)));
        let shown: HashMap<String, (usize, Option<Blocked>)> =
            made.map(|(position, value)| (value.name.clone(), (position, value.blocked))).collect();
        let end = self.graph.file_positions.get(node).copied().unwrap_or(usize::MAX);
        let bytes = patch::cut(self.model, end, shown.keys().map(String::as_str));
        let session = self.library.open_bytes(&bytes, self.model.folder(), self.threads);
        let session = session.map_err(|e| TraceError::Open(e.to_string()))?;
        let input_names = self.graph.values.iter().take(self.graph.inputs.len()).map(|v| v.name.clone()).collect();
        TraceSession { session, shown, fed, input_names }.run_shown(inputs, sink)
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
        let wanted: Vec<usize> = self.shown.values().map(|(position, _)| *position).collect();
        let mut skipped = Vec::new();
        self.run_shown(inputs, &mut |shown| each(shown, &wanted, sink).map(|missing| skipped = missing))?;
        Ok(skipped)
    }

    /// Run and show the wanted values to `sink` together.
    pub fn run_shown(
        &mut self,
        inputs: &[OwnedTensor],
        sink: &mut dyn FnMut(&[Shown<'_>]) -> SinkResult,
    ) -> Result<(), TraceError> {
        if inputs.len() != self.input_names.len() {
            let (given, asked) = (inputs.len(), self.input_names.len());
            return Err(TraceError::Call(format!("{given} inputs were given, the graph has {asked}")));
        }
        let fed = self.fed.iter().filter_map(|position| Some((*position, inputs.get(*position)?)));
        let fed = fed.map(|(position, tensor)| Shown { position, tensor: tensor.view(), blocked: None });
        let feeds = feed(self.input_names.iter().map(String::as_str).zip(inputs.iter().cloned()))?;
        let outputs = self.session.run(feeds).map_err(|e| TraceError::Run(e.to_string()))?;
        let mut shown: Vec<Shown<'_>> = fed.collect();
        let values: Vec<_> = outputs.iter().collect();
        for (name, value) in &values {
            let Some((position, blocked)) = self.shown.get(*name) else { continue };
            shown.extend(show(name, value, *position, *blocked)?);
        }
        sink(&shown).map_err(TraceError::Sink)
    }
}

/// A value of a run as ONNX Runtime holds it.
pub struct Shown<'a> {
    /// Position in [`Graph::values`].
    pub position: usize,
    /// Type, logical shape, and the bytes, blocked as said.
    pub tensor: Tensor<'a>,
    /// How the bytes are blocked.
    pub blocked: Option<Blocked>,
}

impl Shown<'_> {
    /// The bytes in row-major order.
    pub fn logical(&self) -> Result<Cow<'_, [u8]>, TensorError> {
        let (header, data) = (&self.tensor.header, self.tensor.data);
        match self.blocked {
            None => Ok(Cow::Borrowed(data)),
            Some(blocked) => Ok(Cow::Owned(blocked.unblock(header, data).ok_or(TensorError::Bytes)?)),
        }
    }
}

/// Give logical tensors one by one; the wanted ones that are not there are returned.
pub(super) fn each(
    shown: &[Shown<'_>],
    wanted: &[usize],
    sink: &mut dyn FnMut(usize, &Tensor<'_>) -> SinkResult,
) -> Result<Vec<usize>, Box<dyn std::error::Error + Send + Sync>> {
    for s in shown {
        sink(s.position, &Tensor { header: s.tensor.header.clone(), data: &s.logical()? })?;
    }
    let given: HashSet<usize> = shown.iter().map(|s| s.position).collect();
    Ok(wanted.iter().filter(|position| !given.contains(position)).copied().collect())
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

/// A value that a session gave; `None` if it is no tensor that can be judged.
pub(super) fn show<'v>(
    name: &str,
    value: &'v DynValue,
    position: usize,
    blocked: Option<Blocked>,
) -> Result<Option<Shown<'v>>, TraceError> {
    match value.dtype() {
        ValueType::Tensor { ty, .. } if crate::tensor::dtype_of(*ty).is_some() => {},
        _ => return Ok(None),
    }
    let tensor = view_value(value).map_err(|source| TraceError::Tensor { name: name.to_owned(), source })?;
    Ok(Some(Shown { position, tensor, blocked }))
}
