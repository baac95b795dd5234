//! Warm sessions and the workers that run calls in them.
//!
//! Calls wait in one bounded queue, fair between callers ([`crate::queue`]); a full queue is an error at once, never a
//! longer wait. Where nobody waits, a run that is not long stays on the thread of its call: two changes of threads less. A release
//! starts with one session; more are opened, up to one per worker, only when calls for it run at the same time. Requests are never
//! batched together: the shape of a call decides its bits.

use crate::{
    failure::{classify, positions, RunFailure},
    judging::{self, JudgingError},
    library::Library,
    profile::Profile,
    queue::Queue,
    remote::{RemoteError, RemoteRuns},
    tensors::{element_type, OrtTensor, TensorData},
    watchdog::Watchdog,
};
use candor_commitments::Blake2b256;
use candor_gateway::serve;
use candor_primitives::{ReleaseSpec, TensorSpec, Variant};
use candor_verifier::judged::Judged;
use ort::{
    session::{RunOptions, Session, SessionInputValue},
    value::Outlet,
};
use sp_core::H256;
use std::{
    borrow::Cow,
    collections::BTreeMap,
    panic::{catch_unwind, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Condvar, Mutex, PoisonError, Weak,
    },
    time::{Duration, Instant},
};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::oneshot,
    task::block_in_place,
};

pub use crate::queue::{Busy, Caller};

/// A run of fewer nanoseconds may keep any thread from everything else.
const QUICK: u64 = 300_000;
/// A run of fewer may stay on the thread of its call, if that has nothing else to do or somebody to give it to. That its caller has
/// gone away is not noticed meanwhile.
const SHORT: u64 = 100_000_000;

/// Why a release cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// No variant of the release is for this engine's profile; prepare it on such a machine and publish a release.
    #[error("no variant of this release is for this engine's execution profile {0:?}")]
    Profile(H256),
    /// The variant's root does not follow from profile, graph and judging; the release is malformed.
    #[error("the variant's root does not follow from its profile, graph and judging")]
    VariantRoot,
    /// Disputes about its runs could not be judged as the variant says.
    #[error(transparent)]
    Judging(#[from] JudgingError),
    /// The graph lacks a declared input or output, or gives it another type.
    #[error("the graph does not have {0} as the release declares it")]
    Signature(String),
    /// ONNX Runtime does not open the graph.
    #[error("ONNX Runtime does not open the graph: {0}")]
    Runtime(String),
    /// Its runs cannot be sent to the server that is to run them.
    #[error(transparent)]
    Remote(#[from] RemoteError),
}

/// The variant of a release that runs on this profile, checked.
pub fn own_variant<'a>(spec: &'a ReleaseSpec, profile: &Profile) -> Result<&'a Variant, OpenError> {
    let variant = spec.variants.iter().find(|v| v.profile == profile.hash);
    let variant = variant.ok_or(OpenError::Profile(profile.hash))?;
    let graph = spec.files.get(usize::from(variant.graph)).ok_or(OpenError::VariantRoot)?;
    if Variant::compute_root::<Blake2b256>(&variant.profile, &graph.root, &variant.judging) != variant.root {
        return Err(OpenError::VariantRoot);
    }
    Ok(variant)
}

/// A release with warm sessions.
pub struct Loaded {
    /// What it commits to.
    pub spec: Arc<ReleaseSpec>,
    /// Root of the variant that runs.
    pub variant: H256,
    /// Its graph as it is judged, with all that is committed of it.
    pub judged: Arc<Judged>,
    positions: BTreeMap<String, u32>,
    library: &'static Library,
    graph: PathBuf,
    threads: usize,
    most: usize,
    sessions: Mutex<Sessions>,
    returned: Condvar,
    /// How long runs take, in nanoseconds: a mean in which recent runs count more. 0 before the first.
    usual: AtomicU64,
    /// The server that runs calls instead of this process.
    remote: Option<RemoteRuns>,
}

#[derive(Default)]
struct Sessions {
    idle: Vec<Session>,
    open: usize,
}

impl Loaded {
    /// Open the prepared graph at `graph`, beside which lies how it is judged, and keep one session; `most` are opened
    /// when calls overlap. `weights` asks to hash all weights too.
    pub fn open(
        library: &'static Library,
        profile: &Profile,
        spec: Arc<ReleaseSpec>,
        graph: &Path,
        most: usize,
        weights: bool,
    ) -> Result<Self, OpenError> {
        let variant = own_variant(&spec, profile)?;
        let judged = judging::open(graph, &variant.judging, weights)?;
        let variant = variant.root;
        let session = library.open_prepared(graph, profile.threads).map_err(|e| OpenError::Runtime(e.to_string()))?;
        signature(&spec.inputs, session.inputs())?;
        signature(&spec.outputs, session.outputs())?;
        judged.model.rest();
        Ok(Self {
            variant,
            positions: positions(judged.graph.node_names.iter().map(String::as_str)),
            judged: Arc::new(judged),
            library,
            graph: graph.to_owned(),
            threads: profile.threads,
            most: most.max(1),
            sessions: Mutex::new(Sessions { idle: vec![session], open: 1 }),
            returned: Condvar::new(),
            usual: AtomicU64::new(0),
            remote: None,
            spec,
        })
    }

    /// Send runs to another server from now on, if it gives the same bits as this process. Not on a thread of the tokio
    /// runtime that serves others.
    pub(crate) fn through(mut self, remote: RemoteRuns) -> Result<Self, OpenError> {
        let sessions = self.sessions.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Some(session) = sessions.idle.first_mut() {
            let calls = remote.agrees(session, &self.spec)?;
            tracing::info!(calls, variant = ?self.variant, "the server gives the same bits");
        }
        self.remote = Some(remote);
        Ok(self)
    }

    /// Sessions that are open.
    pub fn open_sessions(&self) -> usize {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).open
    }

    /// Whether runs are known to take less than so many nanoseconds here.
    fn takes_less(&self, most: u64) -> bool {
        // How long another server takes, nobody knows.
        self.remote.is_none() && (1..most).contains(&self.usual.load(Ordering::Relaxed))
    }

    /// Note how long a run took. Two of them at the same moment may lose one: it is a hint.
    fn note(&self, took: Duration) {
        let took = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX).max(1);
        let usual = match self.usual.load(Ordering::Relaxed) {
            0 => took,
            usual => (usual / 8).saturating_mul(7).saturating_add(took / 8).max(1),
        };
        self.usual.store(usual, Ordering::Relaxed);
    }

    fn take(&self, deadline: Instant) -> Result<Session, RunFailure> {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(session) = sessions.idle.pop() {
                return Ok(session);
            }
            if sessions.open < self.most {
                sessions.open += 1;
                drop(sessions);
                return self.library.open_prepared(&self.graph, self.threads).map_err(|e| {
                    self.lose();
                    RunFailure::Machine(e.to_string())
                });
            }
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return Err(RunFailure::Deadline);
            }
            let waited = self.returned.wait_timeout(sessions, rest);
            sessions = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn give_back(&self, session: Session) {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner).idle.push(session);
        self.returned.notify_one();
    }

    fn lose(&self) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.open = sessions.open.saturating_sub(1);
        drop(sessions);
        self.returned.notify_one();
    }

    /// Run a call on this thread.
    fn run(
        &self,
        inputs: &[TensorData],
        deadline: Instant,
        watchdog: &Watchdog,
        cancel: &Cancel,
    ) -> Result<Vec<TensorData>, RunFailure> {
        if let Some(remote) = &self.remote {
            return remote.run(&self.spec, inputs, deadline, || cancel.is_cancelled());
        }
        let mut session = self.take(deadline)?;
        let started = Instant::now();
        let ran = catch_unwind(AssertUnwindSafe(|| {
            run(&mut session, &self.spec, &self.positions, inputs, (deadline, watchdog, cancel))
        }));
        match ran {
            Ok(result) => {
                self.note(started.elapsed());
                self.give_back(session);
                result
            },
            Err(_) => {
                drop(session);
                self.lose();
                Err(RunFailure::Machine("the run panicked".into()))
            },
        }
    }
}

fn signature(specs: &[TensorSpec], outlets: &[Outlet]) -> Result<(), OpenError> {
    for spec in specs {
        let found = outlets.iter().find(|o| o.name().as_bytes() == spec.name.as_slice());
        let ty = found.and_then(|o| o.dtype().tensor_type());
        if ty != Some(element_type(spec.dtype)) {
            return Err(OpenError::Signature(String::from_utf8_lossy(&spec.name).into_owned()));
        }
    }
    Ok(())
}

fn run(
    session: &mut Session,
    spec: &ReleaseSpec,
    positions: &BTreeMap<String, u32>,
    inputs: &[TensorData],
    (deadline, watchdog, cancel): (Instant, &Watchdog, &Cancel),
) -> Result<Vec<TensorData>, RunFailure> {
    let machine = |e: &dyn std::fmt::Display| RunFailure::Machine(e.to_string());
    let mut values: Vec<(Cow<'_, str>, SessionInputValue<'_>)> = Vec::with_capacity(inputs.len());
    for (spec, input) in spec.inputs.iter().zip(inputs) {
        let value = input.to_value().map_err(|e| machine(&e))?;
        values.push((String::from_utf8_lossy(&spec.name), value.into()));
    }
    let options = Arc::new(RunOptions::new().map_err(|e| machine(&e))?);
    let watched = watchdog.watch(deadline, &options);
    if !cancel.begin(&options) {
        return Err(RunFailure::Deadline);
    }
    let ended = || watched.fired() || cancel.is_cancelled();
    let outputs = session.run_with_options(values, &options).map_err(|e| classify(&e, ended(), positions))?;
    let mut results = Vec::with_capacity(spec.outputs.len());
    for spec in spec.outputs.iter() {
        let found = outputs.iter().find(|(name, _)| name.as_bytes() == spec.name.as_slice());
        let (_, value) = found.ok_or_else(|| machine(&"ONNX Runtime left out an output"))?;
        results.push(TensorData::from_value(&value).map_err(|e| machine(&e))?);
    }
    Ok(results)
}

/// What a worker answers: the outputs and the time that the run took.
pub type RunResult = (Result<Vec<TensorData>, RunFailure>, Duration);

struct Task {
    loaded: Arc<Loaded>,
    inputs: Arc<Vec<TensorData>>,
    deadline: Instant,
    starting: Box<dyn FnOnce() + Send>,
    cancel: Arc<Cancel>,
    reply: oneshot::Sender<RunResult>,
}

/// Ends a run from outside.
#[derive(Default)]
pub(crate) struct Cancel(Mutex<(bool, Option<Weak<RunOptions>>)>);

impl Cancel {
    /// End the run that this belongs to, now or before it begins.
    pub(crate) fn cancel(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = true;
        if let Some(Err(error)) = state.1.take().and_then(|o| o.upgrade()).map(|options| options.terminate()) {
            tracing::warn!(%error, "a run that nobody waits for could not be ended");
        }
    }

    /// Whether it may begin; from then on `options` end it.
    fn begin(&self, options: &Arc<RunOptions>) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.1 = Some(Arc::downgrade(options));
        !state.0
    }

    fn is_cancelled(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }
}

/// A run that was queued; dropped, it is cancelled.
pub struct Queued {
    answer: oneshot::Receiver<RunResult>,
    cancel: Arc<Cancel>,
}

impl Queued {
    /// Wait for the end of the run; nothing if its worker is gone.
    pub async fn done(mut self) -> Option<RunResult> {
        (&mut self.answer).await.ok()
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        // Nothing ends twice: a run that is over has dropped its options.
        self.cancel.cancel();
    }
}

/// The workers and their queue.
pub struct Pool {
    queue: Arc<Queue<Task>>,
    watchdog: Arc<Watchdog>,
    workers: usize,
}

impl Pool {
    /// Start `workers` threads behind a queue of `queue` calls.
    pub fn start(workers: usize, queue: usize) -> std::io::Result<Self> {
        let workers = workers.max(1);
        let (queue, watchdog) = (Arc::new(Queue::new(queue, workers)), Arc::new(Watchdog::start()?));
        for number in 0..workers {
            let (queue, watchdog) = (queue.clone(), watchdog.clone());
            std::thread::Builder::new().name(format!("worker-{number}")).spawn(move || work(&queue, &watchdog))?;
        }
        Ok(Self { queue, watchdog, workers })
    }

    /// Calls that wait in the queue.
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// Threads that run calls.
    pub const fn workers(&self) -> usize {
        self.workers
    }

    /// Milliseconds until there may be room for a call of this release.
    pub fn patience(&self, loaded: &Loaded) -> u32 {
        let usual = loaded.usual.load(Ordering::Relaxed) / 1_000_000;
        let rounds = self.waiting() as u64 / self.workers as u64;
        u32::try_from(usual.saturating_mul(rounds)).unwrap_or(u32::MAX).clamp(10, 5_000)
    }

    /// Queue a call of a job; `starting` is called by the worker just before the run.
    pub fn submit(
        &self,
        loaded: Arc<Loaded>,
        inputs: impl Into<Arc<Vec<TensorData>>>,
        deadline: Instant,
        starting: impl FnOnce() + Send + 'static,
    ) -> Result<oneshot::Receiver<RunResult>, Busy> {
        let (reply, answer) = oneshot::channel();
        let (starting, cancel) = (Box::new(starting), Arc::default());
        let task = Task { loaded, inputs: inputs.into(), deadline, starting, cancel, reply };
        self.queue.push(Caller::Jobs, task)?;
        Ok(answer)
    }

    /// Queue a call that ends when nobody waits for it any more, or `cancel` says so.
    pub(crate) fn submit_for(
        &self,
        caller: Caller,
        loaded: Arc<Loaded>,
        inputs: Arc<Vec<TensorData>>,
        deadline: Instant,
        cancel: Arc<Cancel>,
    ) -> Result<Queued, Busy> {
        let (reply, answer) = oneshot::channel();
        let task = Task { loaded, inputs, deadline, starting: Box::new(|| ()), cancel: cancel.clone(), reply };
        self.queue.push(caller, task)?;
        Ok(Queued { answer, cancel })
    }

    /// Run a call on the thread that it came in on, if nobody waits and its runs are known not to be long: what is to be done
    /// afterwards need not be woken up. `cancel` ends it.
    pub(crate) fn run_here(
        &self,
        loaded: &Loaded,
        inputs: &[TensorData],
        deadline: Instant,
        cancel: &Cancel,
    ) -> Option<RunResult> {
        let multi = || Handle::current().runtime_flavor() == RuntimeFlavor::MultiThread;
        let aside = match serve::connections() {
            _ if loaded.takes_less(QUICK) => false,
            _ if !loaded.takes_less(SHORT) => return None,
            Some(1) => false,
            None if multi() => true,
            // There are others on this thread, and nobody to give them to.
            _ => return None,
        };
        let _place = self.queue.enter()?;
        let run = || {
            let started = Instant::now();
            (loaded.run(inputs, deadline, &self.watchdog, cancel), started.elapsed())
        };
        Some(if aside { block_in_place(run) } else { run() })
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue.close();
    }
}

fn work(queue: &Queue<Task>, watchdog: &Watchdog) {
    while let Some((task, place)) = queue.pop() {
        if task.reply.is_closed() || task.cancel.is_cancelled() {
            continue;
        }
        let started = Instant::now();
        let result = if started >= task.deadline {
            Err(RunFailure::Deadline)
        } else {
            (task.starting)();
            task.loaded.run(&task.inputs, task.deadline, watchdog, &task.cancel)
        };
        drop(place);
        if task.reply.send((result, started.elapsed())).is_err() {
            tracing::debug!("nobody waits for a result any more");
        }
    }
}
