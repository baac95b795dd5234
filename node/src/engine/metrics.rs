//! What Prometheus sees of the supervision.

use prometheus_endpoint::{register, Counter, Gauge, PrometheusError, Registry, U64};

/// Metrics of the engine's supervision.
#[derive(Clone)]
pub struct EngineMetrics {
    /// 1 while the engine's process runs, else 0.
    pub up: Gauge<U64>,
    /// How often the engine's process ended while the node ran.
    pub exits: Counter<U64>,
}

impl EngineMetrics {
    /// Registers the metrics.
    pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        Ok(Self {
            up: register(Gauge::new("candor_engine_up", "1 while the engine's process runs, else 0")?, registry)?,
            exits: register(
                Counter::new("candor_engine_exits_total", "How often the engine's process ended while the node ran")?,
                registry,
            )?,
        })
    }
}
