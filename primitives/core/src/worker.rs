//! What the off-chain worker and the engine say to each other: SCALE bodies over loopback HTTP.
//!
//! `POST /worker/v1/sync` with a [`SyncRequest`] answers a [`SyncResponse`], both SCALE-encoded
//! (`application/octet-stream`), with the header `authorization: Bearer <token>`. Every request may be repeated: work
//! is known by its id and runs once.

use crate::{
    release::{Name, ReleaseSpec},
    session::SessionTerms,
    tensor::{InlineBytes, Payload},
    AccountId, AttestationEvidence, BlockNumber, Outcome, Receipt, ReceiptDraft, ReleaseId, SessionId, SignedReceipt,
    SignedVoucher, WorkerKey, WorkerSignature,
};
use alloc::{string::String, vec::Vec};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
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
    /// What people call it, as far as that is known.
    pub title: Option<ReleaseTitle>,
}

/// What people call a release.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct ReleaseTitle {
    /// Owner of its repository.
    pub publisher: AccountId,
    /// Name of the repository, unique among the owner's.
    pub name: Name,
    /// Version, unique in the repository (UTF-8).
    pub version: Vec<u8>,
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

/// For whom and from which state a request speaks.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Standpoint {
    /// Hash of the chain's genesis block.
    pub genesis: H256,
    /// The best block.
    pub block: BlockNumber,
    /// The host.
    pub host: AccountId,
    /// Its worker key.
    pub worker: WorkerKey,
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
    /// Tasks beside the calls: audits and disputes. A task asked for again goes on, or answers at once.
    pub tasks: Vec<Task>,
    /// Sessions that the engine asked for, as the chain has them now; `None` for one that takes no calls here.
    pub sessions: Vec<(SessionId, Option<SessionTerms>)>,
    /// For whom this is said, and when.
    pub from: Option<Standpoint>,
    /// Hash of a recent block: evidence of the machine with this nonce is wanted for the chain.
    pub attest: Option<H256>,
    /// How long to wait for `orders` and `query` to be done, in milliseconds; for `tasks` where there are neither.
    pub wait_ms: u32,
}

/// What the engine answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct SyncResponse {
    /// Releases of `serve` or of `orders` whose description the engine does not have.
    pub lacking: Vec<ReleaseId>,
    /// Status of each of `orders`, then of each of `query`.
    pub status: Vec<(H256, WorkStatus)>,
    /// Status of each of `tasks`, in their order.
    pub tasks: Vec<TaskStatus>,
    /// Sessions whose terms the engine wants to know: somebody called in them, or it is time to look again. At most
    /// [`MAX_BATCH`].
    pub sessions: Vec<SessionId>,
    /// The newest voucher of sessions that should be settled now. At most [`MAX_BATCH`]; said again until the terms of
    /// the session (or their absence) show that the chain has it.
    pub settle: Vec<SignedVoucher>,
    /// The evidence that was asked for; `None` while it is being made, and on a machine that has none.
    pub attestation: Option<AttestationEvidence>,
}

/// A piece of work in an audit or a dispute. Its outcome is a function of the task alone (and, for [`Task::Accuse`], of
/// what the host shows), so a restarted engine gives the same answer.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Task {
    /// Run a call with every value exposed. Asked of the auditor, and of the audited host.
    #[codec(index = 0)]
    Digest {
        /// Whose call, and what was asked.
        draft: ReceiptDraft,
        /// The inputs.
        input: Payload,
        /// Which chunks of the run's values the digest covers.
        seed: H256,
    },
    /// All roots of the trace of a run of this host.
    #[codec(index = 1)]
    Trace {
        /// What was asked.
        draft: ReceiptDraft,
        /// The inputs.
        input: Payload,
    },
    /// Open a part of the trace of a run of this host.
    #[codec(index = 2)]
    Open {
        /// What was asked.
        draft: ReceiptDraft,
        /// The inputs.
        input: Payload,
        /// Which part.
        part: Demand,
    },
    /// Find what shows that another host's receipt is false.
    #[codec(index = 3)]
    Accuse {
        /// The receipt.
        receipt: Receipt,
        /// The inputs.
        input: Payload,
        /// Roots of the outputs that the answer gave, as far as they are known.
        outputs: Vec<H256>,
        /// Roots of the host's trace, as it submitted them.
        trace: Vec<H256>,
        /// Where the host may serve parts of its trace (UTF-8); on chain if it does not.
        endpoint: Vec<u8>,
        /// What the host has opened on chain so far.
        opened: Vec<(Demand, Vec<u8>)>,
    },
    /// Show a call of a session of this host: it was drawn for audit.
    #[codec(index = 4)]
    Sample {
        /// The session.
        session: SessionId,
        /// Calls that the batch's commitment covers: the voucher's `calls`.
        calls: u32,
        /// Index of the call.
        index: u32,
    },
    /// Show a piece of the inputs of a call of this host: an auditor did not get them.
    #[codec(index = 5)]
    Show {
        /// The call.
        draft: ReceiptDraft,
        /// Its inputs, by content id.
        input: Payload,
        /// Which of them.
        tensor: u32,
        /// First chunk of the piece.
        first: u32,
        /// Number of chunks.
        count: u32,
    },
    /// The same as [`Task::Digest`], of inputs by content id that the chain has.
    #[codec(index = 6)]
    DigestShown {
        /// Whose call, and what was asked.
        draft: ReceiptDraft,
        /// The inputs, by content id.
        input: Payload,
        /// The bytes of each.
        shown: Vec<Vec<u8>>,
        /// Which chunks of the run's values the digest covers.
        seed: H256,
    },
}

/// A part of a trace that a host must open on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Demand {
    /// Type, shape, and hashes of `count` chunks from `first` of the tensor at a position of the trace.
    #[codec(index = 0)]
    Hashes {
        /// Position in the trace.
        position: u32,
        /// First chunk.
        first: u64,
        /// Number of chunks, at most [`MAX_DEMANDED_HASHES`].
        count: u32,
    },
    /// Type, shape, and bytes of `count` chunks from `first` of the tensor at a position of the trace.
    #[codec(index = 1)]
    Chunks {
        /// Position in the trace.
        position: u32,
        /// First chunk.
        first: u64,
        /// Number of chunks, at most [`MAX_DEMANDED_CHUNKS`].
        count: u32,
    },
}

/// Most chunk hashes of one demand: 128 KiB.
pub const MAX_DEMANDED_HASHES: u32 = 4096;
/// Most chunks of one demand: 128 KiB.
pub const MAX_DEMANDED_CHUNKS: u32 = 128;
/// Most tasks of one request.
pub const MAX_TASKS: u32 = 16;

/// What came of a task.
// A handful live at a time: boxes would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum TaskDone {
    /// Of [`Task::Digest`] and [`Task::DigestShown`].
    #[codec(index = 0)]
    Digest {
        /// How the run ended.
        outcome: Outcome,
        /// Digest over the chunks that the seed selects.
        digest: H256,
    },
    /// Of [`Task::Trace`]: the roots, in order.
    #[codec(index = 1)]
    Trace(Vec<H256>),
    /// Of [`Task::Open`]: SCALE of `candor_adjudicator::evidence` openings (`TensorOpening`, or the hashes' form).
    #[codec(index = 2)]
    Opened(Vec<u8>),
    /// Of [`Task::Accuse`]: SCALE of `Evidence` (without the file's magic) that the host's trace is false.
    #[codec(index = 3)]
    Evidence(Vec<u8>),
    /// Of [`Task::Accuse`]: the host does not serve this part; it must be opened on chain before one can go on.
    #[codec(index = 4)]
    Needs(Demand),
    /// Of [`Task::Accuse`]: nothing is wrong with the receipt, or nothing that can be shown.
    #[codec(index = 5)]
    Nothing,
    /// Of [`Task::Sample`].
    #[codec(index = 6)]
    Sample(Sample),
    /// Of [`Task::Show`].
    #[codec(index = 7)]
    Shown {
        /// The bytes of the chunks.
        bytes: InlineBytes,
        /// Hashes beside the way from them to the tensor's root (`candor_commitments::verify_tensor`).
        proof: Vec<H256>,
    },
}

/// A call of a session, opened.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct Sample {
    /// Its receipt.
    pub receipt: SignedReceipt,
    /// Hashes beside the way from the receipt's hash to the voucher's commitment (`candor_commitments::verify_list`).
    pub proof: Vec<H256>,
    /// Its inputs: inline up to [`crate::MAX_INLINE_SAMPLE`], by content id from the host's endpoint above.
    pub input: Payload,
    /// Roots of its outputs, in order; none of a failed run.
    pub outputs: Vec<H256>,
}

/// Where a task stands.
// A handful live at a time: boxes would save nothing.
#[allow(clippy::large_enum_variant)]
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum TaskStatus {
    /// Waiting or running.
    #[codec(index = 0)]
    Pending,
    /// Done.
    #[codec(index = 1)]
    Done(TaskDone),
    /// This engine can't do it now, with the reason; it is asked again.
    #[codec(index = 2)]
    Refused(String),
}
