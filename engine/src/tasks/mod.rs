//! Work in audits and disputes, which the chain asks for through the off-chain worker.
//!
//! A task is known by the hash of its encoding and runs once, however often it is asked for; what came of it is kept for
//! a while and found again otherwise, because it follows from the task alone. Tasks run one at a time on a thread of
//! their own, within the memory for traces. Calls come first, but a task never waits for them longer than
//! [`CALLS_FIRST`], and never behind more than one stranger's question about a trace: whoever is late on chain pays.

mod accuse;
mod claim;
mod open;
mod pieces;
pub mod pursuit;
mod run;
mod shown;

use crate::{
    engine::{Engine, Refusal},
    traces::TraceFailure,
};
use candor_commitments::{Blake2b256, Hasher};
use candor_primitives::{
    worker::{Task, TaskDone, TaskStatus},
    ReceiptDraft, ReceiptPath, ReleaseId,
};
use codec::Encode;
use sp_core::H256;
use std::{
    collections::BTreeMap,
    sync::{mpsc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Longest wait of a task for calls that wait for a worker.
pub const CALLS_FIRST: Duration = Duration::from_secs(2);
/// Tasks that may wait or run.
pub const MOST_PENDING: usize = 64;
/// Tasks whose outcome is kept.
const MOST_KEPT: usize = 512;
/// Bytes of outcomes that are kept.
const MOST_BYTES: usize = 128 << 20;
/// An outcome that nobody asked for so long is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(3600);
/// A refusal, or an outcome that another try may better, stands so long.
const RETRIED: Duration = Duration::from_secs(20);

/// Why a task is not done here now. It is asked again.
#[derive(Debug, thiserror::Error)]
pub enum TaskRefusal {
    /// The call cannot be run here.
    #[error(transparent)]
    Call(#[from] Refusal),
    /// Its trace cannot be made.
    #[error(transparent)]
    Trace(#[from] TraceFailure),
    /// The audit broke off.
    #[error("{0}")]
    Audit(String),
    /// The roots that the host submitted are not as many as a trace of this graph has.
    #[error("the trace has {found} roots, the graph {expected}")]
    Roots {
        /// Roots of the task.
        found: usize,
        /// Roots of a trace.
        expected: u32,
    },
    /// What is asked for does not exist.
    #[error("there is no such part of the trace")]
    Part,
    /// The call was never answered here.
    #[error("no such call was answered here")]
    Sample,
    /// Too many tasks wait.
    #[error("too many tasks wait: it is asked again")]
    Busy,
}

// Few are kept at a time.
#[allow(clippy::large_enum_variant)]
enum State {
    Pending,
    Done(TaskDone),
    Refused(String),
}

struct Entry {
    state: State,
    /// When it came to that.
    since: Instant,
    /// When it was last asked for.
    asked: Instant,
    bytes: usize,
}

impl Entry {
    /// Whether it stands, or another try is due.
    fn stands(&self) -> bool {
        match &self.state {
            State::Pending => true,
            // The host may show later what it does not show now.
            State::Done(TaskDone::Needs(_)) | State::Refused(_) => self.since.elapsed() < RETRIED,
            State::Done(_) => true,
        }
    }
}

/// Work for the thread.
type Job = Box<dyn FnOnce() + Send>;

/// The tasks of an engine.
pub struct Tasks {
    known: Mutex<BTreeMap<H256, Entry>>,
    thread: mpsc::Sender<Job>,
}

impl Tasks {
    /// Start the thread.
    pub fn start() -> std::io::Result<Self> {
        let (thread, jobs) = mpsc::channel::<Job>();
        std::thread::Builder::new().name("tasks".into()).spawn(move || {
            while let Ok(job) = jobs.recv() {
                // A panic in one task must not end the others.
                if std::panic::catch_unwind(std::panic::AssertUnwindSafe(job)).is_err() {
                    tracing::error!("a task panicked");
                }
            }
        })?;
        Ok(Self { known: Mutex::default(), thread })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<H256, Entry>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tasks that wait or run.
    pub fn pending(&self) -> usize {
        self.lock().values().filter(|e| matches!(e.state, State::Pending)).count()
    }

    /// Where a task stands, if that stands.
    fn status(&self, id: &H256) -> Option<TaskStatus> {
        let mut known = self.lock();
        let entry = known.get_mut(id).filter(|entry| entry.stands())?;
        entry.asked = Instant::now();
        Some(match &entry.state {
            State::Pending => TaskStatus::Pending,
            State::Done(done) => TaskStatus::Done(done.clone()),
            State::Refused(reason) => TaskStatus::Refused(reason.clone()),
        })
    }

    /// What came of a task, if it is kept.
    fn done(&self, id: &H256) -> Option<TaskDone> {
        match &self.lock().get(id)?.state {
            State::Done(done) => Some(done.clone()),
            _ => None,
        }
    }

    fn set(&self, id: H256, state: State) {
        let bytes = match &state {
            State::Done(done) => done.encoded_size(),
            State::Pending | State::Refused(_) => 0,
        };
        let now = Instant::now();
        let mut known = self.lock();
        known.insert(id, Entry { state, since: now, asked: now, bytes });
        known.retain(|_, e| matches!(e.state, State::Pending) || e.asked.elapsed() < FORGOTTEN);
        loop {
            let total: usize = known.values().map(|e| e.bytes).sum();
            let oldest = known.iter().filter(|(other, e)| **other != id && !matches!(e.state, State::Pending));
            let oldest = oldest.min_by_key(|(_, e)| e.asked).map(|(id, _)| *id);
            match oldest {
                Some(oldest) if known.len() > MOST_KEPT || total > MOST_BYTES => drop(known.remove(&oldest)),
                _ => return,
            }
        }
    }

    /// Do work on the thread of the tasks.
    async fn on_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, TaskRefusal> {
        let (reply, answer) = oneshot::channel();
        let gone = || TaskRefusal::Audit("the thread of the tasks is gone".into());
        self.thread.send(Box::new(move || drop(reply.send(work())))).map_err(|_| gone())?;
        answer.await.map_err(|_| gone())
    }
}

/// A task's id.
pub fn id(task: &Task) -> H256 {
    H256(Blake2b256::hash(&task.encode()))
}

/// The call that a task runs again, or looks into; `None` where it does neither.
pub(crate) fn draft(task: &Task) -> Option<&ReceiptDraft> {
    match task {
        Task::Digest { draft, .. }
        | Task::DigestShown { draft, .. }
        | Task::Trace { draft, .. }
        | Task::Open { draft, .. } => Some(draft),
        Task::Accuse { receipt, .. } => Some(&receipt.draft),
        // Inputs are shown as they are, whatever the release is.
        Task::Sample { .. } | Task::Show { .. } => None,
    }
}

const fn kind(task: &Task) -> &'static str {
    match task {
        Task::Digest { .. } | Task::DigestShown { .. } => "digest",
        Task::Trace { .. } => "trace",
        Task::Open { .. } => "open",
        Task::Accuse { .. } => "accuse",
        Task::Sample { .. } => "sample",
        Task::Show { .. } => "show",
    }
}

/// Where the receipt of a task has its place, in words.
fn about(task: &Task) -> String {
    let path = match task {
        Task::Digest { draft, .. }
        | Task::DigestShown { draft, .. }
        | Task::Trace { draft, .. }
        | Task::Open { draft, .. }
        | Task::Show { draft, .. } => draft.path,
        Task::Accuse { receipt, .. } => receipt.draft.path,
        Task::Sample { session, index, .. } => ReceiptPath::Session { session: *session, index: u64::from(*index) },
    };
    match path {
        ReceiptPath::Job(job) => format!("job {job}"),
        ReceiptPath::Session { session, index } => format!("call {index} of session {session}"),
    }
}

impl Engine {
    /// The release that a task is about, if its description is missing.
    pub(crate) fn task_lacks(&self, task: &Task) -> Option<ReleaseId> {
        let draft = draft(task)?;
        self.lacks(draft.release, &draft.variant).then_some(draft.release)
    }

    /// Where a task stands; one that is not known is begun.
    pub fn task(&self, task: Task) -> TaskStatus {
        let id = id(&task);
        if let Some(status) = self.tasks.status(&id) {
            return status;
        }
        if self.tasks.pending() >= MOST_PENDING {
            return TaskStatus::Refused(TaskRefusal::Busy.to_string());
        }
        self.tasks.set(id, State::Pending);
        let engine = self.clone();
        tokio::spawn(async move {
            let (kind, started) = (kind(&task), Instant::now());
            let about = about(&task);
            // On a task of its own: should it panic, it must not stay pending for ever.
            let work = engine.clone();
            let done = tokio::spawn(async move { work.perform(&task).await }).await;
            let done = done.unwrap_or_else(|e| Err(TaskRefusal::Audit(e.to_string())));
            let took = started.elapsed();
            engine.metrics.task_seconds.with_label_values(&[kind]).observe(took.as_secs_f64());
            let (word, state) = match done {
                Ok(done) => {
                    tracing::info!(?took, "{}", said(&about, &done));
                    if let Some(found) = accused(&done) {
                        engine.metrics.accusations.with_label_values(&[found]).inc();
                    }
                    ("done", State::Done(done))
                },
                Err(refusal) => {
                    tracing::warn!(?took, "{about}: {kind} not done: {refusal}");
                    ("refused", State::Refused(refusal.to_string()))
                },
            };
            engine.metrics.tasks.with_label_values(&[kind, word]).inc();
            engine.tasks.set(id, state);
            engine.changed();
        });
        TaskStatus::Pending
    }

    /// Do compute-heavy work of a task: after the calls that wait now, one at a time, on the tasks' thread.
    async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, TaskRefusal> {
        let until = Instant::now() + CALLS_FIRST;
        while self.pool.waiting() > 0 && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let gate = self.traces.gate.acquire().await.map_err(|e| TaskRefusal::Audit(e.to_string()))?;
        let done = self.tasks.on_thread(work).await;
        drop(gate);
        done
    }
}

/// What an accusation came to, for the metrics; nothing for what is none.
const fn accused(done: &TaskDone) -> Option<&'static str> {
    match done {
        TaskDone::Evidence(_) => Some("evidence"),
        TaskDone::Needs(_) => Some("needs"),
        TaskDone::Nothing => Some("nothing"),
        _ => None,
    }
}

/// What came of a task, for people.
fn said(about: &str, done: &TaskDone) -> String {
    match done {
        TaskDone::Digest { outcome, digest } => {
            let ended = match outcome {
                candor_primitives::Outcome::Output(root) => format!("outputs {root:?}"),
                candor_primitives::Outcome::Failed { node, index } => {
                    format!("it fails at element {index} of node {node}")
                },
            };
            format!("audit of {about}: run again: {ended}, digest {digest:?}")
        },
        TaskDone::Trace(roots) => format!("dispute about {about}: the trace has {} roots", roots.len()),
        TaskDone::Opened(bytes) => format!("dispute about {about}: opened a part of the trace, {} bytes", bytes.len()),
        TaskDone::Evidence(bytes) => format!("dispute about {about}: the fault is shown by {} bytes", bytes.len()),
        TaskDone::Needs(demand) => format!("dispute about {about}: the host does not show {demand:?}"),
        TaskDone::Nothing => format!("dispute about {about}: clean, nothing can be shown against it"),
        TaskDone::Sample(_) => format!("audit of {about}: opened"),
        TaskDone::Shown { bytes, .. } => format!("audit of {about}: shown {} bytes of an input", bytes.len()),
    }
}
