//! What an engine does with what it found.
//!
//! [`Honest`] says everything as it is, and `candor-engine` knows no other conduct: it has no option to choose one. The
//! protocol is tested against other conducts, which live in a program of their own (`tools/liar`) that is part of no
//! release. Everything that is not named here (files, sessions, queues, keys, HTTP) is the ordinary engine's.

use crate::{library::Library, tensors::TensorData};
use candor_primitives::{worker::TaskDone, Outcome, Receipt, ReceiptDraft, ReleaseSpec, WorkerSignature};
use candor_verifier::{judged::Judged, tensor::OwnedTensor};
use sp_core::H256;
use std::sync::Arc;

/// A call, with all that is needed to run it.
pub struct Call<'a> {
    /// Whose call, and what was asked.
    pub draft: &'a ReceiptDraft,
    /// The release.
    pub spec: &'a ReleaseSpec,
    /// Its variant on this machine.
    pub judged: &'a Judged,
    /// ONNX Runtime.
    pub library: &'static Library,
    /// Threads inside an operator.
    pub threads: usize,
    /// The inputs, in the order of the release.
    pub inputs: &'a [TensorData],
}

/// How a run ended: the outputs in the order of the release, or where it failed.
pub type Ended = Result<Vec<TensorData>, Outcome>;

/// Values of a run by their position in the graph; `None` for what is no tensor that can be judged, or was never made.
pub type Values = Arc<Vec<Option<OwnedTensor>>>;

/// What an engine is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// The result of a call.
    Result,
    /// The digest of a run.
    Digest,
    /// The roots of a run of its own.
    Trace,
    /// A part of a run of its own.
    Opening,
    /// A call of a session of its own that was drawn for audit.
    Sample,
    /// Inputs of a call of its own, or anything else that is fetched by content id, as a file or piece by piece.
    Input,
}

/// What an engine does with what it found, before it says so. What is not overridden is honest.
pub trait Conduct: Send + Sync + 'static {
    /// Whether the question is answered at all.
    fn answers(&self, _question: Question) -> bool {
        true
    }

    /// What the receipt of a call says, where the run ended like this.
    fn ended(&self, _call: &Call<'_>, ended: Ended) -> Ended {
        ended
    }

    /// The values that are shown as the trace of a call; `None` shows those of the run.
    fn values(&self, _call: &Call<'_>) -> Option<Values> {
        None
    }

    /// Hears of every receipt that was signed; `sign` signs another one with the same key.
    fn signed(&self, _receipt: &Receipt, _sign: &dyn Fn(&Receipt) -> WorkerSignature) {}

    /// What is said of a run in an audit; `own` where this engine signed the receipt of the call.
    fn digest(&self, _draft: &ReceiptDraft, _own: bool, outcome: Outcome, digest: H256) -> (Outcome, H256) {
        (outcome, digest)
    }

    /// What is said of another host's receipt.
    fn accusation(&self, _receipt: &Receipt, found: TaskDone) -> TaskDone {
        found
    }
}

/// Says everything as it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Honest;

impl Conduct for Honest {}
