//! What Prometheus sees of the chain: what happened in final blocks, and what the state of the best one holds.
//!
//! | room | does |
//! |---|---|
//! | [`happenings`] | counts events of final blocks, each once |
//! | [`holdings`] | counts what the best block's state holds |
//! | [`validators`] | the same of validators, and of this node's own |
//! | [`governance`] | the same of referenda and upgrades |
//!
//! All read with the runtime's own types. Where the chain runs another version of the runtime than this program knows, nothing but that
//! version is read, and `candor_metrics_readable` is 0: the node is to be updated.

mod governance;
mod happenings;
mod holdings;
#[cfg(test)]
mod tests;
mod validators;

use crate::service::{FullBackend, FullClient};
use candor_runtime::{opaque::Block, Runtime, VERSION};
use futures::{FutureExt, StreamExt};
use happenings::Happenings;
use holdings::Holdings;
use prometheus_endpoint::{register, Gauge, GaugeVec, Opts, PrometheusError, Registry, U64};
use sc_client_api::{backend::TrieCacheContext, Backend, BlockchainEvents};
use sp_core::{crypto::key_types::BABE, sr25519, H256};
use sp_keystore::{Keystore, KeystorePtr};
use sp_runtime::traits::HashingFor;
use sp_state_machine::{Ext, OverlayedChanges};
use std::{sync::Arc, time::Duration};

/// How often the state is looked through.
const PERIOD: Duration = Duration::from_secs(6);

/// All metrics of the chain.
pub struct ChainMetrics {
    readable: Gauge<U64>,
    versions: GaugeVec<U64>,
    happenings: Happenings,
    holdings: Holdings,
    validators: validators::Gauges,
    governance: governance::Gauges,
}

impl ChainMetrics {
    /// Registers the metrics.
    pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        let readable = Gauge::new("candor_metrics_readable", "1 while this program knows the chain's runtime, else 0")?;
        let versions = Opts::new("candor_spec_version", "Version of the runtime: the chain's, the node's own");
        let versions = register(GaugeVec::<U64>::new(versions, &["of"])?, registry)?;
        versions.with_label_values(&["node"]).set(VERSION.spec_version.into());
        Ok(Self {
            readable: register(readable, registry)?,
            versions,
            happenings: Happenings::register(registry)?,
            holdings: Holdings::register(registry)?,
            validators: validators::Gauges::register(registry)?,
            governance: governance::Gauges::register(registry)?,
        })
    }

    /// Counts until the node ends. The validators whose keys are in the keystore are the node's own.
    pub async fn watch(mut self, client: Arc<FullClient>, backend: Arc<FullBackend>, keystore: KeystorePtr) {
        let mut finality = client.finality_notification_stream().fuse();
        let mut ticks = tokio::time::interval(PERIOD);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            futures::select! {
                note = finality.next() => {
                    let Some(note) = note else { return };
                    for block in note.tree_route.iter().chain([&note.hash]) {
                        if let Some(happened) = inside(&backend, *block, happenings_of) {
                            self.happenings.count(happened);
                        }
                    }
                },
                _ = ticks.tick().fuse() => {
                    let keys = keystore.sr25519_public_keys(BABE);
                    self.show(inside(&backend, client.chain_info().best_hash, || look(&keys)));
                },
            }
        }
    }

    fn show(&self, seen: Option<Seen>) {
        let (version, state) = seen.map_or((None, None), |seen| (Some(seen.spec_version), seen.state));
        if let Some(version) = version {
            self.versions.with_label_values(&["chain"]).set(version.into());
        }
        self.readable.set(state.is_some().into());
        if let Some(state) = state {
            self.holdings.set(&state.held);
            self.validators.set(&state.validators);
            self.governance.set(&state.governance);
        }
    }
}

/// What was seen of a block's state.
struct Seen {
    spec_version: u32,
    /// Nothing if the chain runs another version of the runtime than this program knows.
    state: Option<State>,
}

struct State {
    held: holdings::Held,
    validators: validators::Found,
    governance: governance::Found,
}

/// Look at the state, the keys being those of this node.
fn look(keys: &[sr25519::Public]) -> Option<Seen> {
    let (spec_version, known) = version()?;
    let state = known.then(|| State {
        held: holdings::read(),
        validators: validators::read(keys),
        governance: governance::read(),
    });
    Some(Seen { spec_version, state })
}

/// What happened in the block of this state, if its runtime is known.
fn happenings_of() -> Option<happenings::Happened> {
    version()?.1.then(happenings::read)
}

/// Version of the runtime that made this state, and whether this program knows it.
fn version() -> Option<(u32, bool)> {
    let version = frame_system::LastRuntimeUpgrade::<Runtime>::get()?;
    let known = version.spec_version.0 == VERSION.spec_version && version.spec_name == VERSION.spec_name;
    Some((version.spec_version.0, known))
}

/// Read the state after a block by the runtime's own code; nothing if the state is gone.
fn inside<R>(backend: &FullBackend, block: H256, read: impl FnOnce() -> Option<R>) -> Option<R> {
    let state = backend.state_at(block, TrieCacheContext::Untrusted).ok()?;
    let mut overlay = OverlayedChanges::<HashingFor<Block>>::default();
    let mut ext = Ext::new(&mut overlay, &state, None);
    sp_externalities::set_and_run_with_externalities(&mut ext, read)
}
