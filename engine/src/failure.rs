//! Which errors of a run are its outcome, and which are the engine's own.
//!
//! An error that ONNX Runtime gives for this graph on this input (a Gather index out of range) happens on every machine
//! of the profile: it is the receipt's outcome. An error of this machine (no memory, a missing file, the deadline) says
//! nothing about the model and is never signed.

use crate::{
    engine::{Engine, Refusal},
    sessions::Loaded,
    tensors::TensorData,
    traces::in_order,
};
use candor_primitives::Outcome;
use candor_verifier::{failure::find, run::Tracer};
use std::{collections::BTreeMap, sync::Arc};

/// Why a run gave no outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunFailure {
    /// The outcome: the model fails on this input.
    Model {
        /// Position of the failing node in the graph as it is judged; `u32::MAX` if it was not named.
        node: u32,
        /// ONNX Runtime's words.
        message: String,
    },
    /// The engine's own trouble.
    Machine(String),
    /// The deadline passed.
    Deadline,
}

impl RunFailure {
    /// The outcome as far as ONNX Runtime names it: never the element, so the index is `u64::MAX`. What is signed names it
    /// ([`Engine::failed`]).
    pub const fn outcome(&self) -> Option<Outcome> {
        match self {
            Self::Model { node, .. } => Some(Outcome::Failed { node: *node, index: u64::MAX }),
            _ => None,
        }
    }
}

/// Words by which ONNX Runtime reports trouble of the machine, in lower case.
const MACHINE_WORDS: [&str; 8] = [
    "bad_alloc",
    "bad allocation",
    "failed to allocate memory",
    "out of memory",
    "cannot allocate memory",
    "no such file",
    "too many open files",
    "resource temporarily unavailable",
];

/// Sort an error of a run. `positions` tells where the nodes of the prepared graph stand, by name.
pub fn classify(error: &ort::Error, terminated: bool, positions: &BTreeMap<String, u32>) -> RunFailure {
    sort(error.message(), error.code(), terminated, positions)
}

pub(crate) fn sort(
    message: &str,
    code: ort::ErrorCode,
    terminated: bool,
    positions: &BTreeMap<String, u32>,
) -> RunFailure {
    let lower = message.to_lowercase();
    if terminated && lower.contains("terminate flag") {
        return RunFailure::Deadline;
    }
    let files = matches!(code, ort::ErrorCode::NoSuchFile | ort::ErrorCode::NoModel | ort::ErrorCode::DeviceReset);
    if files || lower.contains("terminate flag") || MACHINE_WORDS.iter().any(|words| lower.contains(words)) {
        return RunFailure::Machine(message.to_owned());
    }
    let node = node_name(message).and_then(|name| positions.get(name)).copied().unwrap_or(u32::MAX);
    RunFailure::Model { node, message: message.to_owned() }
}

/// The name in `... while running Gather node. Name:'gather_1' Status Message: ...`.
fn node_name(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("Name:'")?;
    let (name, _) = rest.split_once("' Status Message:").or_else(|| rest.split_once('\''))?;
    (!name.is_empty()).then_some(name)
}

/// Positions of the nodes by name. A name that several nodes share stands for none of them.
pub fn positions<'a>(nodes: impl IntoIterator<Item = &'a str>) -> BTreeMap<String, u32> {
    let mut positions = BTreeMap::new();
    for (position, node) in nodes.into_iter().enumerate() {
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        positions.entry(node.to_owned()).and_modify(|p| *p = u32::MAX).or_insert(position);
    }
    positions
}

impl Engine {
    /// What to sign for a run without output: the element at which the graph fails, which ONNX Runtime does not name.
    pub(crate) async fn failed(
        &self,
        loaded: &Arc<Loaded>,
        inputs: &[TensorData],
        failure: RunFailure,
    ) -> Result<Outcome, Refusal> {
        let (node, message) = match failure {
            RunFailure::Model { node, message } => (node, message),
            RunFailure::Machine(reason) => return Err(Refusal::Machine(reason)),
            RunFailure::Deadline => return Err(Refusal::Deadline),
        };
        let inputs = in_order(&loaded.spec, &loaded.judged, inputs.to_vec());
        let inputs = inputs.map_err(|e| Refusal::Input(e.to_string()))?;
        let (library, threads, judged) = (self.library, self.profile.threads, loaded.judged.clone());
        let named = (node != u32::MAX).then_some(node);
        let find = move || {
            let tracer = Tracer::new(library, &judged.model, &judged.graph, threads);
            find(&judged, &tracer, &inputs, named)
        };
        let found = tokio::task::spawn_blocking(find).await.map_err(|e| Refusal::Machine(e.to_string()))?;
        match found {
            Ok(Some(failure)) => Ok(Outcome::Failed { node: failure.node, index: failure.index }),
            Ok(None) => Err(Refusal::Nowhere(message)),
            Err(error) => Err(Refusal::Machine(error.to_string())),
        }
    }
}
