//! Runs on another server of the Open Inference Protocol, instead of in this process.
//!
//! For those who outgrow a machine: Triton, KServe, another gateway. Everything else stays here: payment, receipts, traces,
//! disputes. What the server answers is what is signed, so it must give the bits of this engine's execution profile: the same
//! ONNX Runtime, the same prepared file, the same number of threads, the same kind of processor. A server that gives others gets its
//! host convicted by the first audit. So before a release is served, the server's answers to generated calls are compared
//! with those of this process, bit for bit, and a release that differs is not served. That is a test, no proof: it says
//! nothing about what the server does later.

use crate::{
    failure::RunFailure,
    prepare::check::{calls, run},
    tensors::TensorData,
};
use candor_gateway::{
    client::{ClientError, Remote, RemoteOptions},
    secret::shown,
    Backend, CallError, InferRequest, NamedTensor, Secret,
};
use candor_primitives::{ReleaseId, ReleaseSpec};
use ort::session::Session;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};
use tokio::runtime::Handle;

/// Longest wait for an answer to a call of the comparison.
const COMPARING: Duration = Duration::from_secs(60);
/// Between two looks whether anyone still waits for a run.
const LOOK: Duration = Duration::from_millis(20);

/// A server that runs releases.
#[derive(Clone, Debug, Default)]
pub struct RemoteConfig {
    /// Its URL.
    pub url: String,
    /// What releases are called there; the release's id in decimal where nothing is said.
    pub models: HashMap<ReleaseId, String>,
    /// Sent to it as `authorization: Bearer ...`.
    pub token: Option<Secret>,
}

/// Why runs cannot be sent to a server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// It cannot be asked.
    #[error("the server at {0} cannot be asked: {1}")]
    Server(String, String),
    /// It gives other bits than this engine's execution profile: its answers would be found false.
    #[error("the server at {url} gives other bits for `{model}` than this execution profile, in the output `{output}` of a call with inputs of {shapes}: its answers would be found false by any audit")]
    Differs {
        /// Its URL.
        url: String,
        /// The model, as it is called there.
        model: String,
        /// The first output that differs.
        output: String,
        /// Shapes of the call's inputs.
        shapes: String,
    },
}

/// Runs of one release.
pub(crate) struct RemoteRuns {
    remote: Remote,
    model: String,
    handle: Handle,
}

impl RemoteRuns {
    /// Ask the server how tensors travel. Needs a tokio runtime with threads of its own.
    pub(crate) async fn connect(config: &RemoteConfig, release: ReleaseId) -> Result<Self, RemoteError> {
        let mut options = RemoteOptions::default();
        options.client.token = config.token.clone();
        let failed = |error: ClientError| RemoteError::Server(shown(&config.url), error.to_string());
        let remote = Remote::connect(&config.url, options).await.map_err(failed)?;
        let model = config.models.get(&release).cloned().unwrap_or_else(|| release.to_string());
        Ok(Self { remote, model, handle: Handle::current() })
    }

    /// Run a call, from a thread that is not the runtime's. `cancelled` says whether nobody waits any more.
    pub(crate) fn run(
        &self,
        spec: &ReleaseSpec,
        inputs: &[TensorData],
        deadline: Instant,
        cancelled: impl Fn() -> bool,
    ) -> Result<Vec<TensorData>, RunFailure> {
        let name = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        let named = spec.inputs.iter().zip(inputs);
        let request = InferRequest {
            model: self.model.clone(),
            version: None,
            id: None,
            inputs: named.map(|(s, t)| NamedTensor { name: name(&s.name), tensor: t.clone() }).collect(),
            outputs: Vec::new(),
            deadline: Some(deadline),
            payment: None,
            caller: None,
        };
        let unwanted = async {
            while !cancelled() {
                tokio::time::sleep(LOOK).await;
            }
        };
        let answered = self.handle.block_on(async {
            tokio::select! {
                answered = self.remote.infer(request) => answered,
                () = unwanted => Err(CallError::Deadline),
            }
        });
        let mut outputs = answered.map_err(failure)?.outputs;
        let mut found = Vec::with_capacity(spec.outputs.len());
        for wanted in spec.outputs.iter() {
            let place = outputs.iter().position(|output| output.name.as_bytes() == wanted.name.as_slice());
            let place = place.ok_or_else(|| RunFailure::Machine("the server left out an output".into()))?;
            found.push(outputs.swap_remove(place).tensor);
        }
        Ok(found)
    }

    /// Whether the server's answers have the bits of this process: in generated calls of several shapes. Answers how many
    /// calls were compared.
    pub(crate) fn agrees(&self, session: &mut Session, spec: &ReleaseSpec) -> Result<usize, RemoteError> {
        let url = || shown(self.remote.client().base_url());
        let made = calls(&spec.inputs);
        for call in &made {
            let own = run(session, &spec.inputs, &spec.outputs, call);
            let there = self.run(spec, call, Instant::now() + COMPARING, || false);
            let (own, there) = match (own, there) {
                (Ok(own), Ok(there)) => (own, there),
                // What fails here is judged by the failure of this process, whatever the server says.
                (Err(_), Err(RunFailure::Model { .. })) => continue,
                (_, Err(failure)) => return Err(RemoteError::Server(url(), format!("{failure:?}"))),
                (Err(error), Ok(_)) => {
                    return Err(RemoteError::Server(url(), format!("it answers what fails here: {error}")))
                },
            };
            if let Some((output, _)) = spec.outputs.iter().zip(own.iter().zip(&there)).find(|(_, (a, b))| a != b) {
                let shapes: Vec<String> = call.iter().map(|t| format!("{:?}", t.shape.to_vec())).collect();
                let output = String::from_utf8_lossy(&output.name).into_owned();
                return Err(RemoteError::Differs {
                    url: url(),
                    model: self.model.clone(),
                    output,
                    shapes: shapes.join(", "),
                });
            }
        }
        Ok(made.len())
    }
}

/// What an error of the server means for the run. Where it says that the model failed, this process looks for the element.
fn failure(error: CallError) -> RunFailure {
    match error {
        CallError::Run { message, .. } | CallError::Invalid { message, .. } => {
            RunFailure::Model { node: u32::MAX, message }
        },
        CallError::Deadline => RunFailure::Deadline,
        other => RunFailure::Machine(other.to_string()),
    }
}
