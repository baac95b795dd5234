//! Numbers for Prometheus.

use prometheus::{Histogram, HistogramOpts, IntCounter, Registry, TextEncoder};
use std::time::Duration;

/// The numbers.
pub struct Metrics {
    registry: Registry,
    /// Calls that were answered.
    pub answered: IntCounter,
    /// Calls that were not.
    pub failed: IntCounter,
    /// Calls that were sent to a host once more.
    pub retried: IntCounter,
    /// Calls that went to another host.
    pub moved: IntCounter,
    /// Answers that were refused.
    pub wrong: IntCounter,
    /// Answers that were lost and fetched again.
    pub recovered: IntCounter,
    /// Calls that were made only so that later ones could be paid for.
    pub filled: IntCounter,
    whole: Histogram,
    host: Histogram,
}

impl Default for Metrics {
    fn default() -> Self {
        let registry = Registry::new();
        let counter = |name: &str, help: &str| {
            // The names are constants, so neither step can fail; a number that is not exported still counts.
            let counter = IntCounter::new(name, help).unwrap_or_else(|_| panic!("{name} is no name"));
            let _ = registry.register(Box::new(counter.clone()));
            counter
        };
        let histogram = |name: &str, help: &str| {
            let buckets = prometheus::exponential_buckets(0.000_1, 2.0, 20).unwrap_or_default();
            let histogram = Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets));
            let histogram = histogram.unwrap_or_else(|_| panic!("{name} is no name"));
            let _ = registry.register(Box::new(histogram.clone()));
            histogram
        };
        Self {
            answered: counter("candor_proxy_answered_total", "Calls that were answered."),
            failed: counter("candor_proxy_failed_total", "Calls that were not answered."),
            retried: counter("candor_proxy_retried_total", "Calls that were sent to a host once more."),
            moved: counter("candor_proxy_moved_total", "Calls that went to another host."),
            wrong: counter("candor_proxy_wrong_total", "Answers with a wrong receipt."),
            recovered: counter("candor_proxy_recovered_total", "Answers that were lost and fetched again."),
            filled: counter("candor_proxy_filled_total", "Calls made only so that later ones could be paid for."),
            whole: histogram("candor_proxy_call_seconds", "Time of an answered call in the proxy, hosts included."),
            host: histogram("candor_proxy_host_seconds", "Time of an answered call at its host, network included."),
            registry,
        }
    }
}

impl Metrics {
    /// A call was answered by a host.
    pub fn host(&self, took: Duration) {
        self.host.observe(took.as_secs_f64());
    }

    /// A call was answered.
    pub fn whole(&self, took: Duration) {
        self.answered.inc();
        self.whole.observe(took.as_secs_f64());
    }

    /// All of them as text, with further gauges.
    pub fn text(&self, gauges: &[(&str, &str, f64)]) -> String {
        let mut text = TextEncoder::new().encode_to_string(&self.registry.gather()).unwrap_or_default();
        for (name, help, value) in gauges {
            text += &format!("# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}\n");
        }
        text
    }
}
