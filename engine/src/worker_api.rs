//! `POST /worker/v1/sync`: what the node's off-chain worker says, and what it is answered.

use crate::{
    engine::{Engine, Standing},
    receipts::LogError,
    releases::FRESH,
};
use candor_commitments::Blake2b256;
use candor_primitives::{
    worker::{SyncRequest, SyncResponse, Task, TaskStatus, WorkStatus, MAX_BATCH, MAX_TASKS},
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
        ("tasks", request.tasks.len(), MAX_TASKS as usize),
        ("sessions", request.sessions.len(), batch),
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
        let attestation = self.attest(request.attest, request.from.as_ref());
        self.ledger.hear(request.from, request.sessions);
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
            if self.lacks(order.draft.release, &order.draft.variant) {
                lacking.insert(order.draft.release);
            } else {
                self.take(id, order);
            }
        }
        asked.extend(request.query);
        let tasks: Vec<Option<Task>> = request.tasks.into_iter().map(|task| self.begin(task, &mut lacking)).collect();
        self.wait(&asked, &tasks, Duration::from_millis(request.wait_ms.into()).min(MAX_WAIT)).await;
        let mut status = Vec::with_capacity(asked.len());
        for id in asked {
            status.push((id, self.status(&id)?));
        }
        let stands = |task: Option<Task>| task.map_or(TaskStatus::Pending, |task| self.task(task));
        let tasks = tasks.into_iter().map(stands).collect();
        let (sessions, settle) = (self.ledger.lookup(), self.ledger.settle());
        Ok(SyncResponse { lacking: lacking.into_iter().collect(), status, tasks, sessions, settle, attestation })
    }

    /// Begin a task; nothing if its release must be described first.
    fn begin(&self, task: Task, lacking: &mut BTreeSet<ReleaseId>) -> Option<Task> {
        if let Some(release) = self.task_lacks(&task) {
            lacking.insert(release);
            return None;
        }
        self.task(task.clone());
        Some(task)
    }

    /// Whether a call needs a description first: none is known, or one of another chain's release with this id.
    pub(crate) fn lacks(&self, release: ReleaseId, variant: &H256) -> bool {
        let Some((spec, _)) = self.releases.get(release) else { return true };
        let known = spec.variants.iter().any(|v| v.root == *variant);
        !known && self.releases.described_for(release).is_some_and(|age| age > FRESH)
    }

    /// Wait for the calls; without any, for the tasks.
    async fn wait(&self, asked: &[H256], tasks: &[Option<Task>], most: Duration) {
        let until = Instant::now() + most;
        let mut changes = self.changes();
        loop {
            changes.mark_unchanged();
            let waits = match asked {
                [] => tasks.iter().flatten().any(|task| self.task(task.clone()) == TaskStatus::Pending),
                asked => asked.iter().any(|id| self.standing(id) == Standing::Pending),
            };
            if !waits {
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
