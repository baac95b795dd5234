//! How many calls were answered, and how long they took: the protocol's statistics extension.

use parking_lot::RwLock;
use serde_json::{json, Value};
use std::{
    collections::BTreeMap,
    sync::{
        atomic::{AtomicU64, Ordering::Relaxed},
        Arc,
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Models and versions that are counted; further ones are not.
const MOST: usize = 4096;

#[derive(Default)]
struct Count {
    calls: AtomicU64,
    nanos: AtomicU64,
}

impl Count {
    fn add(&self, took: Duration) {
        self.calls.fetch_add(1, Relaxed);
        self.nanos.fetch_add(u64::try_from(took.as_nanos()).unwrap_or(u64::MAX), Relaxed);
    }

    fn json(&self) -> Value {
        json!({ "count": self.calls.load(Relaxed), "ns": self.nanos.load(Relaxed) })
    }
}

#[derive(Default)]
struct Counts {
    success: Count,
    fail: Count,
    last: AtomicU64,
}

/// Counts of all models.
#[derive(Default)]
pub(crate) struct Stats {
    counts: RwLock<BTreeMap<(String, String), Arc<Counts>>>,
}

impl Stats {
    /// A call to this version of a model, which exists, was answered.
    pub(crate) fn success(&self, model: &str, version: &str, took: Duration) {
        let Some(counts) = self.of(model, version) else { return };
        counts.success.add(took);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        counts.last.store(u64::try_from(now).unwrap_or(u64::MAX), Relaxed);
    }

    /// A run of a model, which exists, failed.
    pub(crate) fn failure(&self, model: &str, version: &str, took: Duration) {
        if let Some(counts) = self.of(model, version) {
            counts.fail.add(took);
        }
    }

    fn of(&self, model: &str, version: &str) -> Option<Arc<Counts>> {
        let key = (model.to_string(), version.to_string());
        if let Some(counts) = self.counts.read().get(&key) {
            return Some(counts.clone());
        }
        let mut counts = self.counts.write();
        if counts.len() >= MOST {
            return None;
        }
        Some(counts.entry(key).or_default().clone())
    }

    /// As the protocol says it.
    pub(crate) fn json(&self, model: &str, version: &str) -> Value {
        let counts = self.counts.read().get(&(model.to_string(), version.to_string())).cloned().unwrap_or_default();
        let calls = counts.success.calls.load(Relaxed);
        json!({
            "name": model,
            "version": version,
            "last_inference": counts.last.load(Relaxed),
            "inference_count": calls,
            "execution_count": calls,
            "inference_stats": { "success": counts.success.json(), "fail": counts.fail.json() },
        })
    }
}
