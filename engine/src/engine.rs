//! The engine: takes orders, runs each once, keeps and signs the results.

use crate::{
    conduct::{Call, Conduct, Ended, Honest, Question},
    config::Config,
    inputs,
    keys::{KeyError, Keys},
    ledger::Ledger,
    library::{Library, LibraryError},
    metrics::Metrics,
    models::Models,
    private,
    profile::Profile,
    receipts::{Entry, Log, LogError},
    releases::{remove_links, Releases, Stage},
    sessions::{Busy, Loaded, Pool},
    store::{Reservation, Store, StoreError},
    suspects::{Suspects, MAX_STARTS},
    tasks::Tasks,
    tee::Attester,
    tensors::TensorData,
    traces::Traces,
};
use candor_commitments::Blake2b256;
use candor_primitives::{
    release::{Bindings, Source},
    tensor::list_root,
    worker::{WorkDone, WorkOrder},
    Outcome, Payload, Receipt, ReceiptDraft, Tensor, TensorRef, MAX_INLINE_OUTPUT,
};
use candor_verifier::commit::Lanes;
use sp_core::{sr25519::Pair, Pair as _, H256};
use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{watch, Semaphore};

/// How long a refusal is told to whoever asks.
const REFUSAL_MEMORY: Duration = Duration::from_secs(60);
/// Longest wait of a call for its release to be loaded.
const LOADING: Duration = Duration::from_secs(600);
/// Space that a receipt with an inline output may take in the log.
const RECEIPT_SPACE: u64 = 2 * MAX_INLINE_OUTPUT as u64;

/// Why an engine does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// ONNX Runtime cannot be used.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The worker key cannot be read.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The receipt log cannot be opened; another engine may be using the folder.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The data folder cannot be used.
    #[error("the data folder: {0}")]
    Data(#[from] std::io::Error),
    /// A metric cannot be registered.
    #[error("metrics: {0}")]
    Metrics(#[from] prometheus::Error),
}

/// Why a call is not done here. The node may send it again, or let its deadline pass.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The release is not ready, for this reason.
    #[error("the release does not run here: {0}")]
    Release(String),
    /// The order is for a variant of another profile, or of no known release.
    #[error("variant {0:?} is not the one that runs here")]
    Variant(H256),
    /// The secret of the host's worker key is not in the keystore.
    #[error("the secret of the worker key is not in the keystore")]
    Key,
    /// The inputs are not those that the draft commits to, or do not fit the release.
    #[error("the input does not fit: {0}")]
    Input(String),
    /// The outputs do not fit what the release declares; the release is wrong.
    #[error("the output does not fit what the release declares: {0}")]
    Output(String),
    /// Too many calls wait; send it again later.
    #[error("{0}")]
    Busy(#[from] Busy),
    /// The deadline passed before the run ended.
    #[error("the run took longer than the deadline")]
    Deadline,
    /// The call was running each time the engine died.
    #[error("this call was running {0} times when the engine died")]
    Suspect(u32),
    /// Files or space are missing.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The result cannot be kept.
    #[error("{0}")]
    Log(#[from] LogError),
    /// The run fails, and no element of the graph is at fault. A receipt that says so could not be defended.
    #[error("the run fails, but at no element that could be named: {0}")]
    Nowhere(String),
    /// The engine keeps this to itself; no release build does.
    #[error("it is not answered")]
    Conduct,
    /// This machine failed, not the model.
    #[error("this machine could not run it: {0}")]
    Machine(String),
}

/// Work that is not in the log.
enum Work {
    Pending,
    Refused(String, Instant),
}

/// State of a running engine.
pub struct State {
    /// Settings.
    pub config: Config,
    /// ONNX Runtime.
    pub library: &'static Library,
    /// Execution profile.
    pub profile: Profile,
    /// Metrics.
    pub metrics: Arc<Metrics>,
    /// Files by content.
    pub store: Store,
    /// Signed results.
    pub log: Log,
    /// Worker keys.
    pub keys: Keys,
    /// Releases.
    pub releases: Releases,
    /// Workers.
    pub pool: Pool,
    /// Traces of signed runs.
    pub traces: Traces,
    /// Work in audits and disputes.
    pub tasks: Tasks,
    /// Sessions.
    pub ledger: Ledger,
    /// Evidence of the machine.
    pub attester: Attester,
    pub(crate) models: Models,
    /// What is done with what was found.
    pub(crate) conduct: Arc<dyn Conduct>,
    suspects: Arc<Suspects>,
    /// Memory for fetched inputs, in KiB.
    pub(crate) memory: Arc<Semaphore>,
    /// Memory for large bodies of calls, in KiB.
    pub(crate) bodies: Arc<Semaphore>,
    work: Mutex<HashMap<H256, Work>>,
    changes: watch::Sender<u64>,
}

/// A handle to a running engine. Needs a tokio runtime.
#[derive(Clone)]
pub struct Engine(Arc<State>);

impl Deref for Engine {
    type Target = State;

    fn deref(&self) -> &State {
        &self.0
    }
}

/// Where a call stands, without its result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Never taken, or forgotten.
    Unknown,
    /// Waiting or running.
    Pending,
    /// Refused, with the reason.
    Refused(String),
}

impl Engine {
    /// Open everything. Releases that were served before are loaded when the node asks for them again.
    pub fn start(config: Config) -> Result<Self, StartError> {
        Self::start_as(config, Arc::new(Honest))
    }

    /// [`Self::start`], with another conduct: for tests of the protocol.
    pub fn start_as(config: Config, conduct: Arc<dyn Conduct>) -> Result<Self, StartError> {
        private::folder(&config.data)?;
        let library = Library::load(config.library.as_deref())?;
        let profile = Profile::of(library, config.threads);
        let metrics = Arc::new(Metrics::new()?);
        // First the log: its lock keeps a second engine from touching the folder.
        let log = Log::open(&config.data.join("receipts.redb"), config.retention, metrics.clone())?;
        remove_links(&config.data.join("releases"));
        let store = Store::open(&config.data, config.limits, config.patience, metrics.clone())?;
        let releases = Releases::default();
        releases.restore(log.releases()?);
        let state = State {
            keys: Keys::open(config.keystore.clone(), config.worker_key_file.as_deref())?,
            traces: Traces::open(&config.data.join("traces"), config.trace_disk, config.trace_queue)?,
            tasks: Tasks::start()?,
            ledger: Ledger::open(&config.data.join("sessions"), config.sessions, metrics.clone())?,
            attester: Attester::open(config.tee.clone(), metrics.clone())?,
            models: Models::default(),
            pool: Pool::start(config.workers, config.queue)?,
            suspects: Arc::new(Suspects::open(config.data.join("running"))?),
            memory: inputs::memory(config.most_input),
            bodies: inputs::memory(config.most_body as u64),
            conduct,
            work: Mutex::default(),
            changes: watch::channel(0).0,
            config,
            library,
            profile,
            metrics,
            store,
            log,
            releases,
        };
        Ok(Self(Arc::new(state)))
    }

    /// Wakes whenever a piece of work or a release changes its state.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub(crate) fn changed(&self) {
        self.changes.send_modify(|n| *n = n.wrapping_add(1));
    }

    fn work(&self) -> std::sync::MutexGuard<'_, HashMap<H256, Work>> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where a call stands that is not in the log.
    pub fn standing(&self, id: &H256) -> Standing {
        match self.work().get(id) {
            None => Standing::Unknown,
            Some(Work::Pending) => Standing::Pending,
            Some(Work::Refused(reason, at)) if at.elapsed() < REFUSAL_MEMORY => Standing::Refused(reason.clone()),
            Some(Work::Refused(..)) => Standing::Unknown,
        }
    }

    /// Calls that were taken and are not finished.
    pub fn pending(&self) -> usize {
        self.work().values().filter(|w| matches!(w, Work::Pending)).count()
    }

    /// Take a call that is not in the log and not running; a refused one gets another try.
    pub fn take(&self, id: H256, order: WorkOrder) {
        {
            let mut work = self.work();
            work.retain(|_, w| !matches!(w, Work::Refused(_, at) if at.elapsed() > REFUSAL_MEMORY));
            if matches!(work.get(&id), Some(Work::Pending)) {
                return;
            }
            // Calls that wait for a release to load are not in the queue yet, but they are in memory.
            let pending = work.values().filter(|w| matches!(w, Work::Pending)).count();
            if pending >= self.config.queue.saturating_mul(4) {
                work.insert(id, Work::Refused(Busy::Full.to_string(), Instant::now()));
                return;
            }
            work.insert(id, Work::Pending);
        }
        let engine = self.clone();
        tokio::spawn(async move {
            let started = Instant::now();
            let done = engine.fulfil(id, order).await;
            engine.metrics.order_seconds.observe(started.elapsed().as_secs_f64());
            let outcome = match &done {
                Ok(WorkDone { outcome: Outcome::Output(_), .. }) => "output",
                Ok(_) => "failed",
                Err(_) => "refused",
            };
            engine.metrics.jobs.with_label_values(&[outcome]).inc();
            match done {
                // The log answers from now on.
                Ok(_) => drop(engine.work().remove(&id)),
                Err(refusal) => {
                    tracing::warn!(?id, %refusal, "call refused");
                    engine.work().insert(id, Work::Refused(refusal.to_string(), Instant::now()));
                },
            }
            engine.changed();
        });
    }

    async fn fulfil(&self, id: H256, order: WorkOrder) -> Result<WorkDone, Refusal> {
        if let Some(known) = self.log.get(&id)? {
            return Ok(known.done);
        }
        let WorkOrder { draft, input, worker } = order;
        if !self.conduct.answers(Question::Result) {
            return Err(Refusal::Conduct);
        }
        if input.root::<Blake2b256>() != draft.input_root {
            return Err(Refusal::Input("its root is not the one of the draft".into()));
        }
        let starts = self.suspects.starts(&id);
        if starts >= MAX_STARTS {
            return Err(Refusal::Suspect(starts));
        }
        let pair = self.keys.get(&worker).ok_or(Refusal::Key)?;
        let loaded = self.ready(draft.release).await?;
        if loaded.variant != draft.variant {
            return Err(Refusal::Variant(draft.variant));
        }
        // Held until the run is over.
        let (inputs, _memory) = self.inputs(&loaded, &input, &draft).await?;
        let inputs = Arc::new(inputs);
        // Kept while the run goes on: a trace of it may be asked for as long as the receipt is known.
        let keeping = self.keep(&input, &inputs);
        let shapes = input.shapes();
        let (bound, _) = loaded.spec.fit_inputs(shapes.into_iter()).map_err(|e| Refusal::Input(format!("{e:?}")))?;
        // A full disk is noticed before the work is done.
        let expected = loaded.spec.output_bytes(&bound).unwrap_or(u64::from(MAX_INLINE_OUTPUT));
        let space = self.store.reserve(expected)?;
        let _receipt = self.store.reserve(RECEIPT_SPACE)?;
        let (ran, kept) = tokio::join!(self.run(id, &draft, &loaded, inputs, bound, space), keeping);
        let (outcome, output) = ran?;
        kept?;
        let receipt = Receipt { draft, outcome };
        let done = sign(&pair, &receipt, output);
        self.conduct.signed(&receipt, &|other| pair.sign(other.hash::<Blake2b256>().as_bytes()));
        Ok(self.log.put_with(id, Entry { draft: receipt.draft, done }, Some(input)).await?)
    }

    /// Wait until the release is loaded; the call is pending meanwhile, and the chain's deadline rules.
    pub(crate) async fn ready(&self, release: u32) -> Result<Arc<Loaded>, Refusal> {
        let mut changes = self.changes();
        let until = Instant::now() + LOADING;
        loop {
            changes.mark_unchanged();
            self.load(release);
            match self.releases.get(release).map(|(_, stage)| stage) {
                None => return Err(Refusal::Release("it is not described".into())),
                Some(Stage::Ready(loaded)) => return Ok(loaded),
                Some(Stage::Failed { reason, .. }) => return Err(Refusal::Release(reason)),
                Some(Stage::Known | Stage::Loading) => {},
            }
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() || tokio::time::timeout(rest, changes.changed()).await.is_err() {
                return Err(Refusal::Release("it is still loading".into()));
            }
        }
    }

    async fn run(
        &self,
        id: H256,
        draft: &ReceiptDraft,
        loaded: &Arc<Loaded>,
        inputs: Arc<Vec<TensorData>>,
        bound: Bindings<'_>,
        space: Reservation,
    ) -> Result<(Outcome, Option<Payload>), Refusal> {
        let suspects = self.suspects.clone();
        let starting = move || {
            if let Err(error) = suspects.start(&id) {
                tracing::warn!(%error, "a call's start cannot be noted");
            }
        };
        let deadline = Instant::now() + self.config.deadline;
        let answer = self.pool.submit(loaded.clone(), inputs.clone(), deadline, starting)?;
        let (result, took) = answer.await.map_err(|_| Refusal::Machine("its worker is gone".into()))?;
        self.suspects.end(&id);
        self.metrics.run_seconds.observe(took.as_secs_f64());
        let ended: Ended = match result {
            Ok(outputs) => Ok(outputs),
            Err(failure) => {
                tracing::info!(?id, ?failure, "the run gave no output");
                Err(self.failed(loaded, &inputs, failure).await?)
            },
        };
        let outputs = match self.conduct.ended(&self.call(draft, loaded, &inputs), ended) {
            Ok(outputs) => outputs,
            Err(outcome) => return Ok((outcome, None)),
        };
        let shapes: Vec<_> = outputs.iter().map(|t| (t.dtype, &t.shape)).collect();
        loaded.spec.fit_outputs(shapes.into_iter(), bound).map_err(|e| Refusal::Output(format!("{e:?}")))?;
        let refs: Vec<TensorRef> = outputs.iter().map(TensorData::to_ref_by::<Lanes>).collect();
        let outcome = Outcome::Output(list_root::<Blake2b256>(refs.iter().map(|r| &r.root)));
        // Each output takes its own from here on; held twice, a nearly full disk would refuse what is done already.
        drop(space);
        Ok((outcome, Some(self.payload(outputs, refs).await?)))
    }

    /// A call, as the conduct sees it.
    pub(crate) fn call<'a>(&self, draft: &'a ReceiptDraft, loaded: &'a Loaded, inputs: &'a [TensorData]) -> Call<'a> {
        let (library, threads) = (self.library, self.profile.threads);
        Call { draft, spec: &loaded.spec, judged: &loaded.judged, library, threads, inputs }
    }

    /// Inline if it fits, else kept in the store and answered by content id.
    async fn payload(&self, outputs: Vec<TensorData>, refs: Vec<TensorRef>) -> Result<Payload, Refusal> {
        let bytes: u64 = outputs.iter().map(|t| t.data.len() as u64).sum();
        let too_many = || Refusal::Output("it has too many tensors".into());
        if bytes <= u64::from(MAX_INLINE_OUTPUT) {
            let inline: Option<Vec<Tensor>> = outputs.into_iter().map(TensorData::into_inline).collect();
            let tensors = inline.and_then(|t| t.try_into().ok()).ok_or_else(too_many)?;
            return Ok(Payload::Inline(tensors));
        }
        let source = self.own_source()?;
        for (output, tensor) in outputs.into_iter().zip(&refs) {
            self.store.put_output(tensor.root, output.data).await?;
        }
        Ok(Payload::Content { tensors: refs.try_into().map_err(|_| too_many())?, source })
    }
}

impl Engine {
    /// Where others fetch what this engine keeps by content id.
    pub(crate) fn own_source(&self) -> Result<Source, Refusal> {
        let url = format!("{}/v1/outputs", self.config.public_url.trim_end_matches('/'));
        url.into_bytes().try_into().map_err(|_| Refusal::Output("the public URL is too long".into()))
    }
}

fn sign(pair: &Pair, receipt: &Receipt, output: Option<Payload>) -> WorkDone {
    let hash = receipt.hash::<Blake2b256>();
    WorkDone { outcome: receipt.outcome, signature: pair.sign(hash.as_bytes()), output }
}
