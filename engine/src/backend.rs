//! The engine behind a gateway: models are the releases that run here, calls are paid by sessions.
//!
//! A call that a session pays for is answered with a signed receipt and leaves only after its inputs are on the disk
//! ([`crate::ledger`]). Others are answered where the operator allows it ([`Access`]).

use crate::{
    conduct::Question,
    engine::{Engine, Refusal},
    failure::RunFailure,
    ledger::{internal, Answer, Begun, CallProblem, Claim, NewCall, Paid, Ticket},
    models::Model,
    sessions::{Busy, Caller, Cancel, Loaded, RunResult},
    store::StoreError,
};
use bytes::Bytes;
use candor_commitments::{Blake2b256, Hash, Hasher};
use candor_gateway::{
    Backend, CallError, InferRequest, InferResponse, ModelInfo, NamedTensor, Payment, PaymentNeeded, PaymentProblem,
    TensorData,
};
use candor_primitives::{
    release::Bindings, session::SessionTerms, tensor::list_root, FileSpec, Outcome, Receipt, ReceiptDraft, SessionId,
    SignedReceipt, SignedVoucher, Units, WorkerSignature,
};
use candor_verifier::commit::Lanes;
use sp_core::{sr25519::Signature, Pair as _, H256};
use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinError;

/// Space that a call takes in the file of its session beside its inputs.
const RECORD_SPACE: u64 = 4096;
/// Inputs of more bytes are written by another thread.
const LARGE: usize = 256 << 10;
/// Largest file of a release that is handed out whole.
const MOST_FILE: u64 = 64 << 20;
/// How long a call whose deadline passed may take to notice it.
const LATE: Duration = Duration::from_millis(100);

/// Who may call without a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Nobody.
    #[default]
    Sessions,
    /// Whoever shows a token with one of these hashes.
    Tokens(Vec<Hash>),
    /// Anyone: only for an engine that nobody else reaches.
    Open,
}

impl Access {
    /// The tokens in a text, one per line; empty lines and those that begin with `#` are none.
    pub fn tokens(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self::Tokens(lines.map(|line| Blake2b256::hash(line.as_bytes())).collect())
    }

    /// Whether `token` is one of these.
    fn admits(&self, token: Option<&str>) -> bool {
        match (self, token) {
            (Self::Open, _) => true,
            (Self::Tokens(known), Some(token)) => {
                let hash = Blake2b256::hash(token.as_bytes());
                // All of them are looked at, so that the time says nothing about which.
                known.iter().fold(false, |found, known| {
                    found | (known.iter().zip(&hash).fold(0u8, |all, (a, b)| all | (a ^ b)) == 0)
                })
            },
            _ => false,
        }
    }
}

/// How a run ended, with what a receipt says of it.
struct Ended {
    outcome: Outcome,
    outputs: Vec<TensorData>,
    roots: Vec<H256>,
}

/// A call, checked against its release.
struct Checked<'a> {
    model: &'a Model,
    loaded: &'a Arc<Loaded>,
    inputs: Arc<Vec<TensorData>>,
    bound: Bindings<'a>,
    units: Units,
    deadline: Instant,
}

/// What is answered to a call.
struct Done {
    outputs: Vec<TensorData>,
    receipt: Option<SignedReceipt>,
    roots: Vec<H256>,
}

impl From<Refusal> for CallError {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::Deadline => Self::Deadline,
            Refusal::Busy(Busy::Full) => Self::Busy { retry_ms: 1000 },
            Refusal::Nowhere(message) => Self::Run { message, receipt: None },
            Refusal::Input(_) => Self::Invalid { field: "inputs".into(), message },
            Refusal::Machine(_) | Refusal::Output(_) | Refusal::Log(_) => Self::Internal(message),
            _ => Self::Unavailable(message),
        }
    }
}

impl Backend for Engine {
    async fn models(&self) -> Result<Vec<ModelInfo>, CallError> {
        Ok(self.index().all().map(|model| model.info.clone()).collect())
    }

    async fn model(&self, name: &str, version: Option<&str>) -> Result<ModelInfo, CallError> {
        self.index().find(name, version).map(|model| model.info.clone())
    }

    async fn infer(&self, request: InferRequest) -> Result<InferResponse, CallError> {
        let started = Instant::now();
        let result = self.infer_model(request).await;
        let outcome = match &result {
            Ok(_) => "output",
            Err(CallError::Run { .. }) => "failed",
            Err(CallError::Payment(_) | CallError::Unauthorized(_)) => "unpaid",
            Err(CallError::Invalid { .. } | CallError::NotFound(_)) => "invalid",
            Err(CallError::Busy { .. }) => "busy",
            Err(CallError::Deadline) => "deadline",
            Err(CallError::Unavailable(_) | CallError::Internal(_)) => "error",
        };
        self.metrics.calls.with_label_values(&[outcome]).inc();
        self.metrics.call_seconds.observe(started.elapsed().as_secs_f64());
        result
    }

    async fn file(&self, model: &str, name: &str) -> Result<Option<Bytes>, CallError> {
        let index = self.index();
        let spec = &index.find(model, None)?.spec;
        match spec.files.iter().find(|file| file.path.as_slice() == name.as_bytes()) {
            Some(file) => self.release_file(&spec.source, file).await.map(Some),
            None => Ok(None),
        }
    }

    async fn ready(&self) -> bool {
        self.index().all().any(|model| model.loaded.is_some())
    }
}

impl Engine {
    async fn release_file(&self, source: &[u8], file: &FileSpec) -> Result<Bytes, CallError> {
        if file.size > MOST_FILE {
            return Err(CallError::Unavailable(format!("the file has {} bytes, too many to be used here", file.size)));
        }
        let mut sources = vec![String::from_utf8_lossy(source).into_owned()];
        sources.retain(|source| !source.is_empty());
        sources.extend(self.config.sources.iter().cloned());
        let unavailable = |e: StoreError| CallError::Unavailable(e.to_string());
        let path = self.store.ensure(file, &sources).await.map_err(unavailable)?;
        let read = tokio::fs::read(&path).await;
        read.map(Bytes::from).map_err(|e| CallError::Internal(e.to_string()))
    }

    async fn infer_model(&self, mut request: InferRequest) -> Result<InferResponse, CallError> {
        let index = self.index();
        let model = index.find(&request.model, request.version.as_deref())?;
        let Some(loaded) = &model.loaded else {
            return Err(CallError::Unavailable(format!("`{}` is being loaded", model.info.name)));
        };
        model.info.fit(&mut request)?;
        let InferRequest { inputs, outputs: wanted, deadline, payment, caller, .. } = request;
        for (at, (spec, input)) in loaded.spec.inputs.iter().zip(&inputs).enumerate() {
            if !spec.admits(&input.tensor.data) {
                let range = spec.range.map_or((0, 1), |range| (range.min, range.max));
                let message = format!("a value of `{}` is not between {} and {}", input.name, range.0, range.1);
                return Err(CallError::Invalid { field: format!("inputs[{at}].data"), message });
            }
        }
        let inputs: Arc<Vec<TensorData>> = Arc::new(inputs.into_iter().map(|input| input.tensor).collect());
        let shapes: Vec<_> = inputs.iter().map(|t| (t.dtype, &t.shape)).collect();
        let (bound, units) = loaded.spec.fit_inputs(shapes.into_iter()).map_err(|_| {
            let message =
                "the shapes do not fit together, or a length is above its maximum; see the model's description";
            CallError::Invalid { field: "inputs".into(), message: message.into() }
        })?;
        let most = Instant::now() + self.config.deadline;
        let deadline = deadline.map_or(most, |deadline| deadline.min(most));
        let call = Checked { model, loaded, inputs: inputs.clone(), bound, units, deadline };
        let done = match payment {
            Some(payment) => self.paid(&call, payment).await?,
            None => self.free(&call, caller).await?,
        };
        let named = model.info.outputs.iter().zip(done.outputs);
        let outputs = named.filter(|(info, _)| wanted.is_empty() || wanted.contains(&info.name));
        let outputs = outputs.map(|(info, tensor)| NamedTensor { name: info.name.clone(), tensor }).collect();
        Ok(InferResponse {
            model: model.info.name.clone(),
            version: model.version.clone(),
            outputs,
            receipt: done.receipt,
            output_roots: done.roots,
        })
    }

    /// A call that no session pays for.
    async fn free(&self, call: &Checked<'_>, token: Option<Arc<str>>) -> Result<Done, CallError> {
        if !self.config.access.admits(token.as_deref()) {
            return Err(match (&self.config.access, token) {
                (Access::Tokens(_), Some(_)) => {
                    CallError::Unauthorized("this token is not known here: ask the operator, or open a session".into())
                },
                _ => self.unpaid(call, PaymentProblem::Missing),
            });
        }
        let caller = token.map_or(Caller::Anyone, Caller::Key);
        match self.run_for(caller, call.loaded, call.inputs.clone(), call.deadline, Arc::default()).await? {
            Ok(outputs) => Ok(Done { outputs, receipt: None, roots: Vec::new() }),
            Err(RunFailure::Model { message, .. }) => Err(CallError::Run { message, receipt: None }),
            Err(RunFailure::Machine(reason)) => Err(Refusal::Machine(reason).into()),
            Err(RunFailure::Deadline) => Err(CallError::Deadline),
        }
    }

    fn unpaid(&self, call: &Checked<'_>, problem: PaymentProblem) -> CallError {
        let (release, units) = (Some(call.model.release), Some(call.units));
        let needed = PaymentNeeded { problem, genesis: None, host: None, release, units };
        CallError::Payment(Box::new(self.needed(needed)))
    }

    /// With the chain and the host, as far as the node's worker has said who they are.
    pub(crate) fn needed(&self, needed: PaymentNeeded) -> PaymentNeeded {
        let from = self.ledger.standpoint();
        let (genesis, host) = (from.as_ref().map(|from| from.genesis), from.map(|from| from.host));
        PaymentNeeded { genesis, host, ..needed }
    }

    /// Agree to the end of a session with this voucher: sign it with the host's worker key.
    pub(crate) async fn agree(
        &self,
        session: SessionId,
        signed: &SignedVoucher,
        asked: &Signature,
    ) -> Result<WorkerSignature, CallProblem> {
        let session = match self.ledger.get(session) {
            Some(session) => session,
            None => self.ledger.session(session).await?,
        };
        // The key first: without its secret nothing may be promised.
        let only = || self.keys.public().first().copied();
        let worker = session.worker().or_else(only).and_then(|key| self.keys.get(&key));
        let pair = worker.ok_or_else(|| CallError::from(Refusal::Key))?;
        session.agree(signed, asked)?;
        session.durable().await.map_err(internal)?;
        Ok(pair.sign(signed.voucher.last_hash::<Blake2b256>().as_bytes()))
    }

    /// A call that a session pays for.
    async fn paid(&self, call: &Checked<'_>, payment: Payment) -> Result<Done, CallError> {
        let unpaid = |problem| self.unpaid(call, problem);
        let session = self.ledger.session(payment.session).await.map_err(unpaid)?;
        let terms = session.terms();
        if terms.release != call.model.release {
            return Err(unpaid(PaymentProblem::Release(terms.release)));
        }
        if terms.variant != call.loaded.variant {
            let message = "the session is for a variant that this engine does not run: open another one";
            return Err(CallError::Unavailable(message.into()));
        }
        let roots: Vec<H256> = call.inputs.iter().map(TensorData::root_by::<Lanes>).collect();
        let root = list_root::<Blake2b256>(roots.iter());
        let Some(draft) = terms.draft(payment.index, call.units, root) else {
            return Err(unpaid(PaymentProblem::TooDear(asking_price(&terms, call.units))));
        };
        let voucher = payment.voucher.as_ref();
        let new = NewCall { index: payment.index, root, fee: draft.fee, voucher };
        let begun = tokio::time::timeout_at(call.deadline.into(), session.begin(&new)).await;
        let begun = begun.map_err(|_| CallError::Deadline)?.map_err(|problem| match problem {
            CallProblem::Payment(problem) => unpaid(problem),
            CallProblem::Other(error) => error,
        })?;
        match begun {
            Begun::New(ticket, claim) => self.answer(call, draft, ticket, claim).await,
            Begun::Again(answer) => self.answer_again(call, *answer).await,
        }
    }

    /// Answer a call for the first time.
    async fn answer(
        &self,
        call: &Checked<'_>,
        draft: ReceiptDraft,
        ticket: Ticket,
        claim: Claim,
    ) -> Result<Done, CallError> {
        if !self.conduct.answers(Question::Result) {
            return Err(Refusal::Conduct.into());
        }
        let only = || self.keys.public().first().copied();
        let pair = ticket.worker.or_else(only).and_then(|key| self.keys.get(&key)).ok_or(Refusal::Key)?;
        // A full disk is noticed before the work is done.
        let bytes: usize = call.inputs.iter().map(|t| t.data.len()).sum();
        let _space = self.store.reserve((bytes as u64).saturating_add(RECORD_SPACE)).map_err(Refusal::from)?;
        let (ticket, input) = if bytes > LARGE {
            let inputs = call.inputs.clone();
            let written = tokio::task::spawn_blocking(move || ticket.take(&inputs).map(|at| (ticket, at))).await;
            written.map_err(|e| CallError::Internal(e.to_string()))?.map_err(internal)?
        } else {
            let input = ticket.take(&call.inputs).map_err(internal)?;
            (ticket, input)
        };
        let (Ended { outcome, outputs, roots }, paid) = self.while_paying(call, &draft, &ticket, claim).await?;
        let receipt = Receipt { draft, outcome };
        let signature = pair.sign(receipt.hash::<Blake2b256>().as_bytes());
        self.conduct.signed(&receipt, &|other| pair.sign(other.hash::<Blake2b256>().as_bytes()));
        let receipt = SignedReceipt { receipt, signature };
        let answer = Answer { index: ticket.index(), input, units: call.units, receipt, outputs: roots };
        let answer = ticket.answer(answer, paid).map_err(internal)?;
        said(*answer, outputs)
    }

    /// Run a call. Meanwhile its inputs go to the disk and its voucher is checked, by other threads: the run may keep this one.
    async fn while_paying(
        &self,
        call: &Checked<'_>,
        draft: &ReceiptDraft,
        ticket: &Ticket,
        claim: Claim,
    ) -> Result<(Ended, Paid), CallError> {
        let (cancel, log) = (Arc::<Cancel>::default(), ticket.log());
        let wrong = cancel.clone();
        let mut check = tokio::task::spawn_blocking(move || claim.check().inspect_err(|_| wrong.cancel()));
        let durable = log.durable();
        let broken = |error: JoinError| CallError::Internal(error.to_string());
        let checked = |paid: Result<Result<Paid, _>, _>| {
            paid.map_err(broken)?.map_err(|problem: PaymentProblem| self.unpaid(call, problem))
        };
        let mut ended = pin!(self.ended(call, draft, cancel));
        // A wrong voucher ends the run: that is what is said then.
        let (ended, paid) = tokio::select! {
            biased;
            ended = &mut ended => (ended, checked(check.await)?),
            paid = &mut check => {
                let paid = checked(paid)?;
                (ended.await, paid)
            },
        };
        durable.await.map_err(internal)?;
        Ok((ended?, paid))
    }

    /// Give the answer that a call had: the receipt is kept, the outputs come out the same.
    async fn answer_again(&self, call: &Checked<'_>, answer: Answer) -> Result<Done, CallError> {
        if let Outcome::Failed { .. } = answer.receipt.receipt.outcome {
            return said(answer, Vec::new());
        }
        let ended = self.ended(call, &answer.receipt.receipt.draft, Arc::default()).await?;
        if ended.outcome != answer.receipt.receipt.outcome {
            let message = "this machine does not give the outputs any more that it signed: has it changed since?";
            return Err(CallError::Unavailable(message.into()));
        }
        said(answer, ended.outputs)
    }

    /// Run a call of a session, to an end that can be signed, unless it is cancelled.
    async fn ended(&self, call: &Checked<'_>, draft: &ReceiptDraft, cancel: Arc<Cancel>) -> Result<Ended, CallError> {
        let (loaded, inputs) = (call.loaded, &call.inputs);
        let session = match draft.path {
            candor_primitives::ReceiptPath::Session { session, .. } => Caller::Session(session),
            candor_primitives::ReceiptPath::Job(_) => Caller::Jobs,
        };
        let ended = match self.run_for(session, loaded, inputs.clone(), call.deadline, cancel).await? {
            Ok(outputs) => Ok(outputs),
            Err(failure) => Err(self.failed(loaded, inputs, failure).await?),
        };
        let outputs = match self.conduct.ended(&self.call(draft, loaded, inputs), ended) {
            Ok(outputs) => outputs,
            Err(outcome) => return Ok(Ended { outcome, outputs: Vec::new(), roots: Vec::new() }),
        };
        let shapes: Vec<_> = outputs.iter().map(|t| (t.dtype, &t.shape)).collect();
        let fit = loaded.spec.fit_outputs(shapes.into_iter(), call.bound.clone());
        fit.map_err(|e| Refusal::Output(format!("{e:?}")))?;
        let roots: Vec<H256> = outputs.iter().map(TensorData::root_by::<Lanes>).collect();
        let outcome = Outcome::Output(list_root::<Blake2b256>(roots.iter()));
        Ok(Ended { outcome, outputs, roots })
    }

    /// The one place where calls of the gateway meet ONNX Runtime: on this thread, if nobody waits and it will not take long,
    /// else in a worker. Dropping the future ends the run.
    async fn run_for(
        &self,
        caller: Caller,
        loaded: &Arc<Loaded>,
        inputs: Arc<Vec<TensorData>>,
        deadline: Instant,
        cancel: Arc<Cancel>,
    ) -> Result<Result<Vec<TensorData>, RunFailure>, CallError> {
        let observe = |(result, took): RunResult| {
            self.metrics.run_seconds.observe(took.as_secs_f64());
            result
        };
        if let Some(ran) = self.pool.run_here(loaded, &inputs, deadline, &cancel) {
            return Ok(observe(ran));
        }
        let queued =
            self.pool.submit_for(caller, loaded.clone(), inputs, deadline, cancel).map_err(|busy| match busy {
                Busy::Full => CallError::Busy { retry_ms: self.pool.patience(loaded) },
                Busy::Stopping => CallError::Unavailable(busy.to_string()),
            })?;
        let done = tokio::time::timeout_at((deadline + LATE).into(), queued.done()).await;
        let ran = done.map_err(|_| CallError::Deadline)?;
        ran.map(observe).ok_or_else(|| CallError::Internal("the worker of the run is gone".into()))
    }
}

/// What a call of `units` would cost, whatever a call may.
fn asking_price(terms: &SessionTerms, units: Units) -> u128 {
    terms.price_per_unit.saturating_mul(units.into()).saturating_add(terms.price_per_call)
}

/// What is said of an answered call.
fn said(answer: Answer, outputs: Vec<TensorData>) -> Result<Done, CallError> {
    match answer.receipt.receipt.outcome {
        Outcome::Output(_) => Ok(Done { outputs, receipt: Some(answer.receipt), roots: answer.outputs }),
        Outcome::Failed { node, index } => {
            let message = match index {
                u64::MAX => format!("the run fails at node {node} of the graph"),
                index => format!("the run fails at element {index} of node {node} of the graph"),
            };
            Err(CallError::Run { message, receipt: Some(Box::new(answer.receipt)) })
        },
    }
}
