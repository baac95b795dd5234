//! What the off-chain worker and the engine say to each other: SCALE bodies over loopback HTTP.
//!
//! `POST /worker/v1/sync` with a [`SyncRequest`] answers a [`SyncResponse`], both SCALE-encoded
//! (`application/octet-stream`), with the header `authorization: Bearer <token>`. Every request may be repeated: work
//! is known by its id and runs once.

use crate::{release::ReleaseSpec, tensor::Payload, Outcome, ReceiptDraft, ReleaseId, WorkerKey, WorkerSignature};
use alloc::{string::String, vec::Vec};
use codec::{Decode, Encode};
use sp_core::H256;

/// Path of the one endpoint.
pub const SYNC_PATH: &str = "/worker/v1/sync";
/// Persistent off-chain storage: URL of the engine, for example `http://127.0.0.1:9955`.
pub const ENGINE_URL_KEY: &[u8] = b"candor::engine::url";
/// Persistent off-chain storage: bearer token of the engine.
pub const ENGINE_TOKEN_KEY: &[u8] = b"candor::engine::token";
/// Most orders, and most queries, of one request.
pub const MAX_BATCH: u32 = 64;

/// A release as the engine needs it: where the files are, what they must hash to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ReleaseDescriptor {
    /// Id on chain.
    pub id: ReleaseId,
    /// What it commits to.
    pub spec: ReleaseSpec,
}

/// One call to run.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct WorkOrder {
    /// The receipt to be, but for its outcome.
    pub draft: ReceiptDraft,
    /// The inputs; their root is `draft.input_root`.
    pub input: Payload,
    /// Worker key that signs the receipt; an engine without its secret refuses the order.
    pub worker: WorkerKey,
}

/// A finished run.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct WorkDone {
    /// Outcome, which completes the receipt.
    pub outcome: Outcome,
    /// Signature of the worker key over the receipt's hash.
    pub signature: WorkerSignature,
    /// The outputs; `None` for a failed run.
    pub output: Option<Payload>,
}

/// Where a piece of work stands.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum WorkStatus {
    /// Never seen (or forgotten with a lost disk): send the order.
    Unknown,
    /// Waiting or running.
    Pending,
    /// Done.
    Done(WorkDone),
    /// This engine can't do it, with the reason; it may be sent again later.
    Refused(String),
}

/// What the off-chain worker says to the engine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct SyncRequest {
    /// Releases that the host offers: fetch and warm what is missing.
    pub serve: Vec<ReleaseId>,
    /// Releases that the engine said it lacks.
    pub describe: Vec<ReleaseDescriptor>,
    /// Work to start.
    pub orders: Vec<WorkOrder>,
    /// Work asked after.
    pub query: Vec<H256>,
    /// How long to wait for `orders` and `query` to be done, in milliseconds.
    pub wait_ms: u32,
}

/// What the engine answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct SyncResponse {
    /// Releases of `serve` or of `orders` whose description the engine does not have.
    pub lacking: Vec<ReleaseId>,
    /// Status of each of `orders`, then of each of `query`.
    pub status: Vec<(H256, WorkStatus)>,
}
