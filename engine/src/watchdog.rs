//! Ends runs whose deadline passed: one thread for all of them.

use ort::session::RunOptions;
use std::{
    collections::BTreeMap,
    sync::{
        atomic::{AtomicBool, Ordering},
        Arc, Condvar, Mutex, PoisonError, Weak,
    },
    time::Instant,
};

type Waiting = BTreeMap<(Instant, u64), (Weak<RunOptions>, Arc<AtomicBool>)>;

#[derive(Default)]
struct State {
    waiting: Waiting,
    next: u64,
    /// When the thread looks next; `None` while it waits to be told.
    wakes: Option<Instant>,
    stopped: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

/// The thread that watches deadlines.
pub(crate) struct Watchdog(Arc<Shared>);

/// A run that is being watched, until it is dropped.
pub(crate) struct Watched {
    shared: Arc<Shared>,
    key: (Instant, u64),
    fired: Arc<AtomicBool>,
}

impl Watchdog {
    pub(crate) fn start() -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let watched = shared.clone();
        std::thread::Builder::new().name("deadlines".into()).spawn(move || watch(&watched))?;
        Ok(Self(shared))
    }

    /// Terminate `options` at `deadline`, unless the result is dropped before.
    pub(crate) fn watch(&self, deadline: Instant, options: &Arc<RunOptions>) -> Watched {
        let fired = Arc::new(AtomicBool::new(false));
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (deadline, state.next);
        state.next = state.next.wrapping_add(1);
        state.waiting.insert(key, (Arc::downgrade(options), fired.clone()));
        // It sleeps on towards deadlines that were met: telling it of every run would cost more than a short run.
        let late = state.wakes.is_none_or(|wakes| deadline < wakes);
        drop(state);
        if late {
            self.0.changed.notify_one();
        }
        Watched { shared: self.0.clone(), key, fired }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).stopped = true;
        self.0.changed.notify_one();
    }
}

impl Watched {
    /// Whether the deadline passed.
    pub(crate) fn fired(&self) -> bool {
        self.fired.load(Ordering::Acquire)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner).waiting.remove(&self.key);
    }
}

fn watch(shared: &Shared) {
    let mut state = shared.state.lock().unwrap_or_else(PoisonError::into_inner);
    while !state.stopped {
        let now = Instant::now();
        let Some(&(earliest, number)) = state.waiting.keys().next() else {
            state.wakes = None;
            state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        if let Some(rest) = earliest.checked_duration_since(now).filter(|rest| !rest.is_zero()) {
            state.wakes = Some(earliest);
            state = shared.changed.wait_timeout(state, rest).unwrap_or_else(PoisonError::into_inner).0;
            continue;
        }
        if let Some((options, fired)) = state.waiting.remove(&(earliest, number)) {
            fired.store(true, Ordering::Release);
            if let Some(Err(error)) = options.upgrade().map(|options| options.terminate()) {
                tracing::warn!(%error, "a run past its deadline could not be ended");
            }
        }
    }
}
