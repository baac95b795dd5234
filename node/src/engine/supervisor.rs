//! Keeps one child process running, and ends it with the node.

use super::{backoff::Backoff, metrics::EngineMetrics};
use std::{
    ffi::OsString,
    io,
    path::PathBuf,
    process::{ExitStatus, Stdio},
    time::{Duration, Instant},
};
use tokio::process::{Child, ChildStdin, Command};

/// Target of the supervisor's log lines.
pub const LOG: &str = "engine";

/// How long the engine may take to end by itself after its standard input closed.
pub const STOP_GRACE: Duration = Duration::from_secs(5);

/// How often an ending child is looked at.
const STOP_POLL: Duration = Duration::from_millis(20);

/// How long the system may take to end a killed child.
const KILL_GRACE: Duration = Duration::from_secs(1);

/// The child to keep running.
#[derive(Debug, Clone)]
pub struct ChildSpec {
    /// Program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// How long it may take to end by itself.
    pub stop_grace: Duration,
}

/// Starts the child, and again whenever it ended. Runs until dropped; dropping ends the child and waits for its end, so the
/// future belongs on a thread that may block.
pub async fn supervise(spec: ChildSpec, mut backoff: Backoff, metrics: Option<EngineMetrics>) {
    loop {
        let started = Instant::now();
        match run_once(&spec, metrics.as_ref()).await {
            Ok(status) => tracing::warn!(target: LOG, "Engine ended after {:.1?} ({status})", started.elapsed()),
            Err(error) => tracing::error!(target: LOG, "Engine {} cannot be run: {error}", spec.program.display()),
        }
        if let Some(metrics) = &metrics {
            metrics.exits.inc();
        }
        let pause = backoff.pause_after(started.elapsed());
        tracing::info!(target: LOG, "Starting the engine again in {pause:?}");
        tokio::time::sleep(pause).await;
    }
}

/// Starts the child and waits for its end.
async fn run_once(spec: &ChildSpec, metrics: Option<&EngineMetrics>) -> io::Result<ExitStatus> {
    let mut child = RunningChild::start(spec)?;
    tracing::info!(target: LOG, "Engine started: process {}, {}", child.id, spec.program.display());
    let _up = metrics.map(Up::new);
    child.wait().await
}

/// Holds the gauge at 1 while it lives.
struct Up<'a>(&'a EngineMetrics);

impl<'a> Up<'a> {
    fn new(metrics: &'a EngineMetrics) -> Self {
        metrics.up.set(1);
        Self(metrics)
    }
}

impl Drop for Up<'_> {
    fn drop(&mut self) {
        self.0.up.set(0);
    }
}

/// A child that ends when this value is dropped.
///
/// Its standard input is a pipe of which the node holds the other end. The system closes that end with the node, however the
/// node ends, and the engine then ends by itself.
pub struct RunningChild {
    child: Child,
    stdin: Option<ChildStdin>,
    stop_grace: Duration,
    ended: bool,
    /// Process id.
    pub id: u32,
}

impl RunningChild {
    /// Starts the child.
    pub fn start(spec: &ChildSpec) -> io::Result<Self> {
        let mut child = Command::new(&spec.program)
            .args(&spec.arguments)
            .stdin(Stdio::piped())
            // A group of its own: Ctrl-C in a terminal reaches the node alone, which then ends the child in order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        // Taken out, because waiting for a child closes the input that it still holds.
        let stdin = child.stdin.take();
        let id = child.id().unwrap_or_default();
        Ok(Self { child, stdin, stop_grace: spec.stop_grace, ended: false, id })
    }

    /// Waits until the child ends by itself.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.ended = true;
        Ok(status)
    }

    /// Closes the child's input and gives it time to end; kills it when it does not.
    fn stop(&mut self) {
        self.stdin = None;
        if let Some(status) = self.poll_for(self.stop_grace) {
            tracing::info!(target: LOG, "Engine stopped ({status})");
            return;
        }
        tracing::warn!(target: LOG, "Engine did not stop within {:?}: killing it", self.stop_grace);
        if let Err(error) = self.child.start_kill() {
            tracing::error!(target: LOG, "Engine process {} cannot be killed: {error}", self.id);
        }
        if self.poll_for(KILL_GRACE).is_none() {
            tracing::error!(target: LOG, "Engine process {} is still there: end it by hand", self.id);
        }
    }

    /// The child's status, where it ends within `grace`.
    fn poll_for(&mut self, grace: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + grace;
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            if Instant::now() >= deadline {
                return None;
            }
            std::thread::sleep(STOP_POLL);
        }
    }
}

impl Drop for RunningChild {
    fn drop(&mut self) {
        if !self.ended {
            self.stop();
        }
    }
}
