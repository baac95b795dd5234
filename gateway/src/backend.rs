//! What a gateway stands in front of.

use crate::tensor::NamedTensor;
use bytes::Bytes;
use candor_primitives::{AccountId, Balance, DType, ReleaseId, SessionId, SignedReceipt, SignedVoucher, Units};
use sp_core::H256;
use std::{future::Future, sync::Arc, time::Instant};

/// An input or output of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// Name.
    pub name: String,
    /// Element type.
    pub dtype: DType,
    /// Shape; `None` for a length that each call chooses.
    pub shape: Vec<Option<u32>>,
}

/// A model that can be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelInfo {
    /// Name by which it is called: `publisher/name` as the registry has it, or the release's id in decimal.
    pub name: String,
    /// Other names under which it answers.
    pub aliases: Vec<String>,
    /// Its versions that can be called, the newest last.
    pub versions: Vec<String>,
    /// Release on chain, if it has one.
    pub release: Option<ReleaseId>,
    /// Inputs, in the order of the manifest.
    pub inputs: Vec<TensorInfo>,
    /// Outputs, in the order of the manifest.
    pub outputs: Vec<TensorInfo>,
    /// Whether calls are answered now.
    pub ready: bool,
}

/// How a call is paid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The session.
    pub session: SessionId,
    /// Index of this call in it.
    pub index: u32,
    /// The newest voucher, for earlier calls; none before the first.
    pub voucher: Option<SignedVoucher>,
}

/// A call.
#[derive(Clone, Debug)]
pub struct InferRequest {
    /// Name of the model.
    pub model: String,
    /// Version; none for the newest.
    pub version: Option<String>,
    /// What the caller calls this call; given back to it.
    pub id: Option<String>,
    /// The inputs, in any order.
    pub inputs: Vec<NamedTensor>,
    /// The outputs that are wanted; all if empty.
    pub outputs: Vec<String>,
    /// When nobody waits for the answer any more. A call that is dropped is cancelled.
    pub deadline: Option<Instant>,
    /// How it is paid, if it is.
    pub payment: Option<Payment>,
    /// Who calls, by the bearer token or API key it showed: queues are fair between these.
    pub caller: Option<Arc<str>>,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct InferResponse {
    /// Name of the model.
    pub model: String,
    /// Version that ran.
    pub version: String,
    /// The outputs that were wanted, in the order of the manifest.
    pub outputs: Vec<NamedTensor>,
    /// The host's receipt, where the call is paid by a session. It covers all outputs.
    pub receipt: Option<SignedReceipt>,
    /// Roots of all outputs, in the order of the manifest, where there is a receipt.
    pub output_roots: Vec<H256>,
}

/// What is wrong with a payment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentProblem {
    /// Nothing pays for the call.
    #[error(
        "the call is not paid: open a session with this host and send its id, the call's index and the newest voucher"
    )]
    Missing,
    /// The session is not known here yet; it is looked up, try again in a few seconds.
    #[error("the session is not known here yet; it is being looked up on chain, try again")]
    UnknownSession,
    /// The session takes no calls: closed, expired, or with another host.
    #[error("the session takes no calls here: it is closed, expired, or with another host")]
    Closed,
    /// The session is for another release.
    #[error("the session is for release {0}")]
    Release(ReleaseId),
    /// The call has this fee, more than a call of this session may cost.
    #[error("the call costs {0} planck, more than a call of this session may")]
    TooDear(Balance),
    /// The deposit does not cover the call: top the session up.
    #[error("the deposit does not cover the call: {missing} planck are missing")]
    Deposit {
        /// What is missing, in planck.
        missing: Balance,
    },
    /// Too many answered calls are not vouched for; send a voucher for the first `calls` calls, of `fee` planck.
    #[error("answered calls are not paid: send a voucher for {calls} calls, {fee} planck in all")]
    Unpaid {
        /// Calls that the voucher must cover at least.
        calls: u32,
        /// What they cost together, in planck.
        fee: Balance,
    },
    /// The voucher is wrong, for this reason.
    #[error("the voucher is wrong: {0}")]
    Voucher(String),
    /// The index is not the next one; a call under it was answered already, or one before it is missing.
    #[error("the next call of this session has index {0}")]
    Index(u32),
}

/// What a caller must do to be answered: the body of an answer with status 402.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentNeeded {
    /// What is wrong.
    pub problem: PaymentProblem,
    /// Hash of the genesis block of the chain on which the session must be.
    pub genesis: Option<H256>,
    /// The host to open a session with.
    pub host: Option<AccountId>,
    /// The release to open it for.
    pub release: Option<ReleaseId>,
    /// Units of this call, where they could be counted.
    pub units: Option<Units>,
}

/// Why a call was not answered. None of them costs anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No such model or version.
    #[error("{0}")]
    NotFound(String),
    /// The request is wrong.
    #[error("{message}")]
    Invalid {
        /// The field that is wrong.
        field: String,
        /// What is wrong with it.
        message: String,
    },
    /// The caller may not use this.
    #[error("{0}")]
    Unauthorized(String),
    /// It must be paid first.
    #[error("{}", .0.problem)]
    Payment(Box<PaymentNeeded>),
    /// Too many calls wait; try again after so many milliseconds.
    #[error("the queue is full; try again in {retry_ms} ms")]
    Busy {
        /// When to try again.
        retry_ms: u32,
    },
    /// The deadline passed.
    #[error("the deadline passed before the run ended")]
    Deadline,
    /// The model is there, but cannot be called now.
    #[error("{0}")]
    Unavailable(String),
    /// The run itself failed (for example an index out of range). With a session it was work: here is its receipt.
    #[error("{message}")]
    Run {
        /// What ONNX Runtime said, or where it failed.
        message: String,
        /// The host's receipt.
        receipt: Option<Box<SignedReceipt>>,
    },
    /// This machine failed.
    #[error("{0}")]
    Internal(String),
}

/// Something that answers calls: ONNX Runtime, another server, the hosts of the network.
pub trait Backend: Send + Sync + 'static {
    /// All models.
    fn models(&self) -> impl Future<Output = Result<Vec<ModelInfo>, CallError>> + Send;
    /// One model, by name or alias.
    fn model(&self, name: &str, version: Option<&str>) -> impl Future<Output = Result<ModelInfo, CallError>> + Send;
    /// Call a model. Dropping the future cancels the call.
    fn infer(&self, request: InferRequest) -> impl Future<Output = Result<InferResponse, CallError>> + Send;
    /// A file of the model's release by name, for example `tokenizer.json`; `None` if it has none.
    fn file(&self, model: &str, name: &str) -> impl Future<Output = Result<Option<Bytes>, CallError>> + Send;
    /// Whether anything is answered now.
    fn ready(&self) -> impl Future<Output = bool> + Send;
}
