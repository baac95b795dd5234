//! What Prometheus reads at `/metrics`.

use prometheus::{
    Encoder, Histogram, HistogramOpts, HistogramVec, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder,
};

/// The engine's metrics. Every name starts with `candor_engine_`.
pub struct Metrics {
    registry: Registry,
    /// Finished calls by outcome: `output`, `failed`, `refused`.
    pub jobs: IntCounterVec,
    /// Seconds of runs in ONNX Runtime.
    pub run_seconds: Histogram,
    /// Seconds from order to durable receipt.
    pub order_seconds: Histogram,
    /// Calls that wait for a worker.
    pub queue: IntGauge,
    /// Calls that were taken and are not finished.
    pub pending: IntGauge,
    /// Open sessions.
    pub sessions: IntGauge,
    /// Releases that are ready.
    pub releases: IntGauge,
    /// Bytes of the store.
    pub store_bytes: IntGauge,
    /// Downloads by result: `done`, `failed` (one per source tried).
    pub downloads: IntCounterVec,
    /// Bytes downloaded.
    pub downloaded_bytes: IntCounter,
    /// Stored files found damaged.
    pub damaged: IntCounter,
    /// Receipts in the log.
    pub receipts: IntGauge,
    /// Durable commits of the log; receipts per commit tell how well they are batched.
    pub commits: IntCounter,
    /// Runs repeated for traces: `made` (all roots), `value` (values shown), `failed`.
    pub traces: IntCounterVec,
    /// Questions about traces that wait or are being answered.
    pub traces_waiting: IntGauge,
    /// Bytes of values committed to or shown for traces.
    pub trace_bytes: IntCounter,
    /// Seconds of runs repeated for traces.
    pub trace_seconds: Histogram,
    /// Tasks of audits and disputes by kind (`digest`, `trace`, `open`, `accuse`) and result (`done`, `refused`).
    pub tasks: IntCounterVec,
    /// Pursuits of other hosts' receipts by what they came to: `evidence`, `needs` (the host must open a part first), `nothing`.
    pub accusations: IntCounterVec,
    /// Seconds of tasks by kind, waiting included.
    pub task_seconds: HistogramVec,
    /// Tasks that wait or run.
    pub tasks_pending: IntGauge,
    /// Evidence of the machine by result: `made`, `failed`.
    pub attestations: IntCounterVec,
    /// Seconds in which the machine gave evidence.
    pub attestation_seconds: Histogram,
    /// Calls at the gateway by outcome: `output`, `failed`, `unpaid`, `invalid`, `busy`, `deadline`, `error`.
    pub calls: IntCounterVec,
    /// Seconds of calls at the gateway, waiting included.
    pub call_seconds: Histogram,
    /// Sessions that take calls.
    pub paying_sessions: IntGauge,
    /// Calls of sessions that are being answered.
    pub session_calls: IntGauge,
    /// Vouchers taken.
    pub vouchers: IntCounter,
    /// What is vouched for and was not settled, in planck.
    pub owed: IntGauge,
    /// What was answered and is not vouched for, in planck.
    pub unvouched: IntGauge,
    /// Requests refused before they were looked at: `token`, `body`, `memory`.
    pub rejected: IntCounterVec,
}

impl Metrics {
    /// A set of metrics of its own.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new_custom(Some("candor_engine".into()), None)?;
        let gauge = |name: &str, help: &str| -> Result<IntGauge, prometheus::Error> {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok(gauge)
        };
        let counter = |name: &str, help: &str| -> Result<IntCounter, prometheus::Error> {
            let counter = IntCounter::new(name, help)?;
            registry.register(Box::new(counter.clone()))?;
            Ok(counter)
        };
        let counters = |name: &str, help: &str, label: &str| -> Result<IntCounterVec, prometheus::Error> {
            let counters = IntCounterVec::new(Opts::new(name, help), &[label])?;
            registry.register(Box::new(counters.clone()))?;
            Ok(counters)
        };
        let seconds = |name: &str, help: &str| -> Result<Histogram, prometheus::Error> {
            let buckets = prometheus::exponential_buckets(0.000_5, 2.0, 18)?;
            let histogram = Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets))?;
            registry.register(Box::new(histogram.clone()))?;
            Ok(histogram)
        };
        let metrics = Self {
            jobs: counters("jobs_total", "Finished calls by outcome.", "outcome")?,
            run_seconds: seconds("run_seconds", "Seconds of runs in ONNX Runtime.")?,
            order_seconds: seconds("order_seconds", "Seconds from order to durable receipt.")?,
            queue: gauge("queue_depth", "Calls that wait for a worker.")?,
            pending: gauge("pending", "Calls that were taken and are not finished.")?,
            sessions: gauge("sessions", "Open ONNX Runtime sessions.")?,
            releases: gauge("releases_ready", "Releases that are ready to run.")?,
            store_bytes: gauge("store_bytes", "Bytes of the store, outputs included.")?,
            downloads: counters("downloads_total", "Downloads by result, one per source tried.", "result")?,
            downloaded_bytes: counter("downloaded_bytes_total", "Bytes downloaded.")?,
            damaged: counter("damaged_files_total", "Stored files found damaged and deleted.")?,
            receipts: gauge("receipts", "Receipts in the log.")?,
            commits: counter("receipt_commits_total", "Durable commits of the receipt log.")?,
            traces: counters("traces_total", "Runs repeated for traces.", "result")?,
            traces_waiting: gauge("traces_waiting", "Questions about traces that are not answered yet.")?,
            trace_bytes: counter("trace_bytes_total", "Bytes of values committed to or shown for traces.")?,
            trace_seconds: seconds("trace_seconds", "Seconds of runs repeated for traces.")?,
            tasks: {
                let tasks = Opts::new("tasks_total", "Tasks of audits and disputes by kind and result.");
                let tasks = IntCounterVec::new(tasks, &["kind", "result"])?;
                registry.register(Box::new(tasks.clone()))?;
                tasks
            },
            accusations: counters("accusations_total", "Pursuits of receipts by what they came to.", "found")?,
            task_seconds: {
                let buckets = prometheus::exponential_buckets(0.001, 2.0, 20)?;
                let options = HistogramOpts::new("task_seconds", "Seconds of tasks by kind.").buckets(buckets);
                let seconds = HistogramVec::new(options, &["kind"])?;
                registry.register(Box::new(seconds.clone()))?;
                seconds
            },
            tasks_pending: gauge("tasks_pending", "Tasks of audits and disputes that are not done yet.")?,
            attestations: counters("attestations_total", "Evidence of the machine by result.", "result")?,
            attestation_seconds: seconds("attestation_seconds", "Seconds in which the machine gave evidence.")?,
            calls: counters("calls_total", "Calls at the gateway by outcome.", "outcome")?,
            call_seconds: {
                let buckets = prometheus::exponential_buckets(0.000_05, 2.0, 21)?;
                let options = HistogramOpts::new("call_seconds", "Seconds of calls at the gateway.").buckets(buckets);
                let histogram = Histogram::with_opts(options)?;
                registry.register(Box::new(histogram.clone()))?;
                histogram
            },
            paying_sessions: gauge("paying_sessions", "Sessions of the chain that take calls.")?,
            session_calls: gauge("session_calls", "Calls of sessions that are being answered.")?,
            vouchers: counter("vouchers_total", "Vouchers taken.")?,
            owed: gauge("owed_planck", "What is vouched for and not settled, in planck.")?,
            unvouched: gauge("unvouched_planck", "What is answered and not vouched for, in planck.")?,
            rejected: counters("rejected_total", "Requests refused unseen.", "reason")?,
            registry,
        };
        for outcome in ["output", "failed", "refused"] {
            metrics.jobs.with_label_values(&[outcome]);
        }
        for result in ["made", "value", "failed"] {
            metrics.traces.with_label_values(&[result]);
        }
        for found in ["evidence", "needs", "nothing"] {
            metrics.accusations.with_label_values(&[found]);
        }
        for result in ["made", "failed"] {
            metrics.attestations.with_label_values(&[result]);
        }
        for result in ["done", "failed"] {
            metrics.downloads.with_label_values(&[result]);
        }
        Ok(metrics)
    }

    /// Prometheus' text format.
    pub fn text(&self) -> String {
        let mut text = Vec::new();
        if let Err(error) = TextEncoder::new().encode(&self.registry.gather(), &mut text) {
            tracing::warn!(%error, "cannot write the metrics");
        }
        String::from_utf8(text).unwrap_or_default()
    }
}
