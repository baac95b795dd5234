//! `POST /worker/v1/sync`: what the node's off-chain worker says, and what it is answered.

use crate::{
    engine::{Engine, Standing},
    receipts::LogError,
    releases::FRESH,
};
use candor_commitments::Blake2b256;
use candor_primitives::{
    worker::{SyncRequest, SyncResponse, WorkOrder, WorkStatus, MAX_BATCH},
    ReleaseId,
};
use codec::DecodeLimit;
use sp_core::H256;
use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

/// Longest wait of a request.
pub const MAX_WAIT: Duration = Duration::from_secs(2);
/// Most releases that a request may list.
pub const MAX_SERVED: usize = 1024;
/// Deepest nesting of what is decoded.
const DEPTH: u32 = 32;

/// Why a request is not looked at.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The body is no SCALE-encoded request.
    #[error("the body is no SCALE-encoded SyncRequest: {0}")]
    Body(codec::Error),
    /// More than [`MAX_BATCH`] orders, queries or descriptions, or more than [`MAX_SERVED`] releases.
    #[error("too many entries in {0}: send at most {1}")]
    Batch(&'static str, usize),
    /// The receipt log does not answer.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Decode a request, with its limits checked.
pub fn decode(mut body: &[u8]) -> Result<SyncRequest, SyncError> {
    let request = SyncRequest::decode_all_with_depth_limit(DEPTH, &mut body).map_err(SyncError::Body)?;
    let batch = MAX_BATCH as usize;
    let limits = [
        ("serve", request.serve.len(), MAX_SERVED),
        ("describe", request.describe.len(), batch),
        ("orders", request.orders.len(), batch),
        ("query", request.query.len(), batch),
    ];
    match limits.into_iter().find(|(_, found, most)| found > most) {
        Some((field, _, most)) => Err(SyncError::Batch(field, most)),
        None => Ok(request),
    }
}

impl Engine {
    /// Do what a request asks, wait for its work as long as it says (at most [`MAX_WAIT`]), answer where all of it
    /// stands.
    pub async fn sync(&self, request: SyncRequest) -> Result<SyncResponse, SyncError> {
        for release in request.describe {
            self.describe(release)?;
        }
        let mut lacking: BTreeSet<ReleaseId> = self.serve(&request.serve).into_iter().collect();
        let mut asked = Vec::with_capacity(request.orders.len() + request.query.len());
        for order in request.orders {
            let id = order.draft.id::<Blake2b256>();
            asked.push(id);
            if self.log.get(&id)?.is_some() {
                continue;
            }
            if self.lacks(&order) {
                lacking.insert(order.draft.release);
            } else {
                self.take(id, order);
            }
        }
        asked.extend(request.query);
        self.wait(&asked, Duration::from_millis(request.wait_ms.into()).min(MAX_WAIT)).await;
        let mut status = Vec::with_capacity(asked.len());
        for id in asked {
            status.push((id, self.status(&id)?));
        }
        Ok(SyncResponse { lacking: lacking.into_iter().collect(), status, tasks: Vec::new() })
    }

    /// Whether the order needs a description first: none is known, or one of another chain's release with this id.
    fn lacks(&self, order: &WorkOrder) -> bool {
        let Some((spec, _)) = self.releases.get(order.draft.release) else { return true };
        let known = spec.variants.iter().any(|v| v.root == order.draft.variant);
        !known && self.releases.described_for(order.draft.release).is_some_and(|age| age > FRESH)
    }

    async fn wait(&self, asked: &[H256], most: Duration) {
        let until = Instant::now() + most;
        let mut changes = self.changes();
        loop {
            changes.mark_unchanged();
            if !asked.iter().any(|id| self.standing(id) == Standing::Pending) {
                return;
            }
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() || tokio::time::timeout(rest, changes.changed()).await.is_err() {
                return;
            }
        }
    }

    /// Where a call stands.
    pub fn status(&self, id: &H256) -> Result<WorkStatus, LogError> {
        // First the work, then the log: a call leaves the one only after it is in the other.
        let standing = self.standing(id);
        if let Some(entry) = self.log.get(id)? {
            return Ok(WorkStatus::Done(entry.done));
        }
        Ok(match standing {
            Standing::Unknown => WorkStatus::Unknown,
            Standing::Pending => WorkStatus::Pending,
            Standing::Refused(reason) => WorkStatus::Refused(reason),
        })
    }
}
