//! What Prometheus sees of the chain: what happened in final blocks, and what the state of the best one holds.
//!
//! | room | does |
//! |---|---|
//! | [`happenings`] | counts events of final blocks, each once |
//! | [`holdings`] | counts what the best block's state holds |
//!
//! Both read with the runtime's own types. Where the chain runs another version of the runtime than this program knows, nothing is
//! read, and `candor_metrics_readable` is 0: the node is to be updated.

mod happenings;
mod holdings;

use crate::service::{FullBackend, FullClient};
use candor_runtime::{opaque::Block, Runtime, VERSION};
use futures::{FutureExt, StreamExt};
use happenings::Happenings;
use holdings::Holdings;
use prometheus_endpoint::{register, Gauge, PrometheusError, Registry, U64};
use sc_client_api::{backend::TrieCacheContext, Backend, BlockchainEvents};
use sp_core::H256;
use sp_runtime::traits::HashingFor;
use sp_state_machine::{Ext, OverlayedChanges};
use std::{sync::Arc, time::Duration};

/// How often the state is looked through.
const PERIOD: Duration = Duration::from_secs(6);

/// All metrics of the chain.
pub struct ChainMetrics {
    readable: Gauge<U64>,
    happenings: Happenings,
    holdings: Holdings,
}

impl ChainMetrics {
    /// Registers the metrics.
    pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        let readable = Gauge::new("candor_metrics_readable", "1 while this program knows the chain's runtime, else 0")?;
        Ok(Self {
            readable: register(readable, registry)?,
            happenings: Happenings::register(registry)?,
            holdings: Holdings::register(registry)?,
        })
    }

    /// Counts until the node ends.
    pub async fn watch(mut self, client: Arc<FullClient>, backend: Arc<FullBackend>) {
        let mut finality = client.finality_notification_stream().fuse();
        let mut ticks = tokio::time::interval(PERIOD);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            futures::select! {
                note = finality.next() => {
                    let Some(note) = note else { return };
                    for block in note.tree_route.iter().chain([&note.hash]) {
                        if let Some(happened) = inside(&backend, *block, happenings::read) {
                            self.happenings.count(happened);
                        }
                    }
                },
                _ = ticks.tick().fuse() => {
                    let found = inside(&backend, client.chain_info().best_hash, holdings::read);
                    self.readable.set(found.is_some().into());
                    if let Some(found) = found {
                        self.holdings.set(&found);
                    }
                },
            }
        }
    }
}

/// Read the state after a block by the runtime's own code; nothing if the state is gone, or of another version of the runtime.
fn inside<R>(backend: &FullBackend, block: H256, read: impl FnOnce() -> R) -> Option<R> {
    let state = backend.state_at(block, TrieCacheContext::Untrusted).ok()?;
    let mut overlay = OverlayedChanges::<HashingFor<Block>>::default();
    let mut ext = Ext::new(&mut overlay, &state, None);
    sp_externalities::set_and_run_with_externalities(&mut ext, || {
        let version = frame_system::LastRuntimeUpgrade::<Runtime>::get()?;
        let known = version.spec_version.0 == VERSION.spec_version && version.spec_name == VERSION.spec_name;
        known.then(read)
    })
}
