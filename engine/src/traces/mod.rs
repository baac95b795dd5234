//! Traces of the runs that this engine signed, made again when somebody asks.
//!
//! A trace is never kept: a run is repeated with its values exposed, which gives the same bits. First all roots, with as
//! many values in memory at a time as the budget allows; then single values, which are spilled to disk within a quota.
//! One run at a time, one question at a time per receipt, a bounded number of waiting ones: calls come first.

pub mod client;
pub mod http;
mod make;
mod spill;

pub use make::{in_order, tensor_of};
pub use spill::Shown;

use crate::{conduct::Question, engine::Engine, store::StoreError};
use candor_adjudicator::Header;
use candor_commitments::{Blake2b256, Hash};
use candor_primitives::{Outcome, ReleaseSpec};
use candor_verifier::{commit::RootList, judged::Judged};
pub(crate) use make::Run;
use sp_core::H256;
use spill::Spill;
use std::{
    collections::BTreeMap,
    future::Future,
    path::Path,
    sync::{
        atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering},
        Arc, Mutex, OnceLock, PoisonError,
    },
    time::Instant,
};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// Receipts whose roots are remembered.
const REMEMBERED: usize = 64;
/// A question so many positions after the last one counts as reading on.
const READING_ON: u32 = 16;
/// Most chunks of one answer.
pub const MOST_CHUNKS: u64 = 16 << 10;

/// Why a trace, or a part of it, is not shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TraceFailure {
    /// No such receipt was signed here, or it was forgotten.
    #[error("no receipt with this hash was signed here, or it was forgotten since")]
    Unknown,
    /// The call's inputs are not to be had.
    #[error("the inputs of this call are not here any more: {0}")]
    Inputs(String),
    /// The release does not run here.
    #[error("the release of this receipt does not run here now: {0}")]
    Release(String),
    /// The release runs here in another variant than the receipt's.
    #[error("the receipt is of variant {0:?}, which does not run here")]
    Variant(H256),
    /// The run ends in an error: it has no trace.
    #[error("the run ends in an error, so there is no trace: {0}")]
    Failed(String),
    /// The run does not give what the receipt says: the profile of this machine has changed since.
    #[error("the run does not give the receipt's outputs any more: has this machine changed since?")]
    Changed,
    /// The run fails before this value is made.
    #[error("the run fails before value {0} is made")]
    Unmade(usize),
    /// The trace has no such position.
    #[error("the trace has {0} roots, no such position")]
    Position(u32),
    /// The value has no such chunks, or too many are asked for at once.
    #[error("the value has {0} chunks; ask for at most {MOST_CHUNKS} of them at a time")]
    Range(u64),
    /// Too many questions wait.
    #[error("too many traces are asked for at this moment: ask again later")]
    Busy,
    /// There is no space for the value.
    #[error("{0}")]
    Space(String),
    /// The engine's own trouble.
    #[error("this machine could not make the trace: {0}")]
    Machine(String),
}

impl From<StoreError> for TraceFailure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoSpace { .. } => Self::Space(error.to_string()),
            other => Self::Machine(other.to_string()),
        }
    }
}

/// Who answers questions about traces: an engine, or a stand-in in tests.
pub trait TraceService: Clone + Send + Sync + 'static {
    /// All roots of a receipt's trace.
    fn roots(&self, receipt: H256) -> impl Future<Output = Result<RootList, TraceFailure>> + Send;

    /// Type, shape and chunk hashes of the tensor at a position.
    fn tensor(&self, receipt: H256, position: u32) -> impl Future<Output = Result<Shown, TraceFailure>> + Send;

    /// Bytes of chunks of the tensor at a position.
    fn chunks(
        &self,
        receipt: H256,
        position: u32,
        first: u64,
        count: u64,
    ) -> impl Future<Output = Result<Vec<u8>, TraceFailure>> + Send;
}

/// A trace whose roots are known.
struct Made {
    judged: Arc<Judged>,
    list: RootList,
    headers: Vec<Option<Header>>,
}

/// A run that can be repeated.
struct Repeated {
    run: Run,
    spec: Arc<ReleaseSpec>,
    outcome: Outcome,
    memory: Option<OwnedSemaphorePermit>,
}

/// What is known of a receipt's trace.
struct Trace {
    /// One question at a time.
    turn: Arc<tokio::sync::Mutex<()>>,
    made: OnceLock<Made>,
    /// Position of the last question.
    last: AtomicU32,
    used: AtomicU64,
}

/// The traces of an engine.
pub struct Traces {
    known: Mutex<BTreeMap<H256, Arc<Trace>>>,
    spill: Spill,
    /// One run at a time.
    pub(crate) gate: Semaphore,
    /// Of those who ask over HTTP one waits at the gate: what the chain asks for comes next, whatever strangers ask.
    strangers: Semaphore,
    waiting: Arc<AtomicUsize>,
    most: usize,
    clock: AtomicU64,
}

/// A place among those who wait.
struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Traces {
    /// Values are spilled to `folder`, at most `quota` bytes of them; `most` questions may wait.
    pub fn open(folder: &Path, quota: u64, most: usize) -> std::io::Result<Self> {
        Ok(Self {
            known: Mutex::default(),
            spill: Spill::open(folder, quota)?,
            gate: Semaphore::new(1),
            strangers: Semaphore::new(1),
            waiting: Arc::default(),
            most: most.max(1),
            clock: AtomicU64::new(0),
        })
    }

    /// Questions that wait or are being answered.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Acquire)
    }

    fn place(&self) -> Result<Place, TraceFailure> {
        let place = Place(self.waiting.clone());
        match self.waiting.fetch_add(1, Ordering::AcqRel) < self.most {
            true => Ok(place),
            false => Err(TraceFailure::Busy),
        }
    }

    /// The turn of somebody who asks over HTTP.
    async fn strangers_gate(&self) -> Result<(SemaphorePermit<'_>, SemaphorePermit<'_>), TraceFailure> {
        let machine = |e: AcquireError| TraceFailure::Machine(e.to_string());
        let place = self.strangers.acquire().await.map_err(machine)?;
        Ok((self.gate.acquire().await.map_err(machine)?, place))
    }

    /// What is known of a receipt; forgets the one that was asked for longest ago.
    fn get(&self, receipt: H256) -> Arc<Trace> {
        let now = self.clock.fetch_add(1, Ordering::Relaxed);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains_key(&receipt) && known.len() >= REMEMBERED {
            let oldest = known.iter().min_by_key(|(_, t)| t.used.load(Ordering::Relaxed)).map(|(r, _)| *r);
            if let Some(oldest) = oldest {
                known.remove(&oldest);
            }
        }
        let trace = known.entry(receipt).or_insert_with(|| {
            let (turn, made) = (Arc::default(), OnceLock::new());
            Arc::new(Trace { turn, made, last: AtomicU32::new(u32::MAX), used: AtomicU64::new(now) })
        });
        trace.used.store(now, Ordering::Relaxed);
        trace.clone()
    }
}

impl TraceService for Engine {
    async fn roots(&self, receipt: H256) -> Result<RootList, TraceFailure> {
        self.conduct.answers(Question::Trace).then_some(()).ok_or(TraceFailure::Unknown)?;
        let trace = self.traces.get(receipt);
        if let Some(made) = trace.made.get() {
            return Ok(made.list.clone());
        }
        let engine = self.clone();
        self.taking_turns(&trace.clone(), async move {
            engine.make(receipt, &trace).await?;
            let made = trace.made.get().ok_or_else(|| TraceFailure::Machine("the trace is gone".into()))?;
            Ok(made.list.clone())
        })
        .await
    }

    async fn tensor(&self, receipt: H256, position: u32) -> Result<Shown, TraceFailure> {
        self.conduct.answers(Question::Opening).then_some(()).ok_or(TraceFailure::Unknown)?;
        let engine = self.clone();
        let trace = self.traces.get(receipt);
        let work = {
            let trace = trace.clone();
            async move {
                engine.spilled(receipt, &trace, position).await?;
                engine.traces.spill.shown(receipt, position)
            }
        };
        self.taking_turns(&trace, work).await
    }

    async fn chunks(&self, receipt: H256, position: u32, first: u64, count: u64) -> Result<Vec<u8>, TraceFailure> {
        self.conduct.answers(Question::Opening).then_some(()).ok_or(TraceFailure::Unknown)?;
        let engine = self.clone();
        let trace = self.traces.get(receipt);
        let work = {
            let trace = trace.clone();
            async move {
                engine.spilled(receipt, &trace, position).await?;
                engine.traces.spill.chunks(receipt, position, first, count)
            }
        };
        self.taking_turns(&trace, work).await
    }
}

impl Engine {
    /// Wait for the turn, then work to the end even if whoever asked has gone: the next one finds it done.
    async fn taking_turns<T: Send + 'static>(
        &self,
        trace: &Arc<Trace>,
        work: impl Future<Output = Result<T, TraceFailure>> + Send + 'static,
    ) -> Result<T, TraceFailure> {
        let place = self.traces.place()?;
        let turn = trace.turn.clone().lock_owned().await;
        let done = tokio::spawn(async move {
            let _held = (place, turn);
            work.await
        });
        done.await.map_err(|error| TraceFailure::Machine(error.to_string()))?
    }

    /// Make the roots, unless they are known.
    async fn make(&self, receipt: H256, trace: &Trace) -> Result<(), TraceFailure> {
        if trace.made.get().is_some() {
            return Ok(());
        }
        let started = Instant::now();
        let made = self.make_roots(receipt).await;
        let result = if made.is_ok() { "made" } else { "failed" };
        self.metrics.traces.with_label_values(&[result]).inc();
        self.metrics.trace_seconds.observe(started.elapsed().as_secs_f64());
        let (made, bytes) = made?;
        self.metrics.trace_bytes.inc_by(bytes);
        tracing::info!(?receipt, bytes, took = ?started.elapsed(), "trace made");
        // Nobody else is at it: this receipt's turn is held.
        let _ = trace.made.set(made);
        Ok(())
    }

    /// The run of a receipt, ready to be repeated, and the memory that is held for its inputs.
    async fn repeated(&self, receipt: H256) -> Result<Repeated, TraceFailure> {
        let log = |e: crate::receipts::LogError| TraceFailure::Machine(e.to_string());
        let kept = self.log.by_receipt(&receipt).map_err(log)?.ok_or(TraceFailure::Unknown)?;
        let fails = match kept.entry.done.outcome {
            Outcome::Output(_) => None,
            Outcome::Failed { node: u32::MAX, .. } => {
                return Err(TraceFailure::Failed("the receipt says so, of no node by name".into()))
            },
            Outcome::Failed { node, .. } => Some(node),
        };
        let draft = &kept.entry.draft;
        let loaded = self.ready(draft.release).await.map_err(|e| TraceFailure::Release(e.to_string()))?;
        if loaded.variant != draft.variant {
            return Err(TraceFailure::Variant(draft.variant));
        }
        let input = kept.input.ok_or_else(|| TraceFailure::Inputs("they were never kept".into()))?;
        if input.root::<Blake2b256>() != draft.input_root {
            return Err(TraceFailure::Inputs("others are kept in their place".into()));
        }
        let (inputs, memory) = self.kept(&input).await.map_err(|e| TraceFailure::Inputs(e.to_string()))?;
        let told = self.conduct.values(&self.call(draft, &loaded, &inputs));
        let inputs = make::in_order(&loaded.spec, &loaded.judged, inputs)?;
        let (library, threads) = (self.library, self.profile.threads);
        let run = Run { library, judged: loaded.judged.clone(), threads, inputs, fails, told };
        Ok(Repeated { run, spec: loaded.spec.clone(), outcome: kept.entry.done.outcome, memory })
    }

    async fn make_roots(&self, receipt: H256) -> Result<(Made, u64), TraceFailure> {
        let Repeated { run, spec, outcome, memory: _memory } = self.repeated(receipt).await?;
        let gate = self.traces.strangers_gate().await?;
        let (judged, memory, told) = (run.judged.clone(), self.config.trace_memory, run.told.is_some());
        let made = blocking(move || run.roots(memory)).await?;
        drop(gate);
        if !told {
            make::check_outputs(&judged, &spec, &made.list, &outcome)?;
        }
        Ok((Made { judged, list: made.list, headers: made.headers }, made.bytes))
    }

    /// Make sure that the value at a position is on disk.
    async fn spilled(&self, receipt: H256, trace: &Trace, position: u32) -> Result<(), TraceFailure> {
        self.make(receipt, trace).await?;
        let made = trace.made.get().ok_or_else(|| TraceFailure::Machine("the trace is gone".into()))?;
        let (value, _) = made.judged.value_at(position).ok_or(TraceFailure::Position(made.list.count()))?;
        let before = trace.last.swap(position, Ordering::Relaxed);
        if self.traces.spill.has(receipt, position) {
            return Ok(());
        }
        // Whoever reads on gets the next values along with this one: a run costs the same for several.
        let reads_on = position.checked_sub(before).is_some_and(|ahead| ahead <= READING_ON);
        let room = if reads_on { self.config.trace_memory.min(self.traces.spill.quota() / 2) } else { 0 };
        let wanted = make::group(&made.judged, &made.headers, value, room);
        let needed = make::spilled_bytes(&made.judged, &made.headers, &wanted);
        self.traces.spill.make_room(needed)?;
        let _space = self.store.reserve(needed)?;
        let Repeated { run, memory: _memory, .. } = self.repeated(receipt).await?;
        let gate = self.traces.strangers_gate().await?;
        let (started, engine, roots) = (Instant::now(), self.clone(), made.list.roots().to_vec());
        blocking(move || {
            run.values(&wanted, &mut |position, layout, tensor| {
                let expected = roots.get(position as usize).copied().unwrap_or_default();
                engine.traces.spill.keep(receipt, position, layout, tensor, &expected)
            })
        })
        .await?;
        drop(gate);
        self.metrics.traces.with_label_values(&["value"]).inc();
        self.metrics.trace_bytes.inc_by(needed);
        self.metrics.trace_seconds.observe(started.elapsed().as_secs_f64());
        Ok(())
    }
}

/// Work on a thread of its own.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TraceFailure> + Send + 'static,
) -> Result<T, TraceFailure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| TraceFailure::Machine(error.to_string()))?
}

/// Hex of a root.
pub(crate) fn hex_of(root: &Hash) -> String {
    format!("0x{}", hex::encode(root))
}
