//! Ids, receipts, tensors, and the traits by which Candor's pallets see each other. No storage lives here.
//!
//! Pallets never name each other: `models`, `hosts` and `jobs` implement and consume the traits of [`traits`], and the
//! runtime ties them together. The engine and the command line use the same types, so that a receipt has one encoding
//! everywhere.

#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod attestation;
pub mod dispute;
mod hashing;
mod keys;
pub mod receipt;
pub mod release;
pub mod session;
pub mod tensor;
#[cfg(test)]
mod tests;
pub mod traits;
pub mod worker;

pub use attestation::{AttestationBinding, AttestationEvidence, TeeVendor};
pub use dispute::{dispute_message, evidence_commitment, DisputeId, DisputeStatement};
pub use hashing::HostBlake2b;
pub use receipt::{Outcome, Receipt, ReceiptDraft, ReceiptPath};
pub use release::{Dim, FileSpec, Judging, ReleaseSpec, TensorSpec, UnitRule, ValueRange, Variant};
pub use session::{calls_covered, SessionId, SessionTerms, SignedReceipt, SignedVoucher, Voucher};
pub use tensor::{DType, Payload, Tensor, TensorRef};

use sp_core::crypto::KeyTypeId;

/// Amount of the native token in planck (1 CNDR = 10^12 planck).
pub type Balance = u128;
/// Height of a block.
pub type BlockNumber = u32;
/// Account of a person, host or pallet.
pub type AccountId = sp_core::crypto::AccountId32;
/// A job: an inference requested by an extrinsic. Counted up from 0, never reused.
pub type JobId = u64;
/// A call that is repeated. Counted up from 0, never reused.
pub type ScheduleId = u64;
/// A repository: one publisher's model with all its releases. Counted up from 0, never reused.
pub type RepositoryId = u32;
/// A release: one immutable version of a model. Counted up from 0, never reused.
pub type ReleaseId = u32;
/// Units of work of one call, counted by the release's [`UnitRule`].
pub type Units = u64;
/// Public half of the sr25519 key that signs a host's receipts.
pub type WorkerKey = sp_core::sr25519::Public;
/// Signature of a worker key.
pub type WorkerSignature = sp_core::sr25519::Signature;

/// Keystore type of worker keys.
pub const WORKER_KEY_TYPE: KeyTypeId = KeyTypeId(*b"cndw");

/// Largest inline input of a job, in bytes of tensor data.
pub const MAX_INLINE_INPUT: u32 = 16 * 1024;
/// Largest inline output of a job, in bytes of tensor data.
pub const MAX_INLINE_OUTPUT: u32 = 64 * 1024;
/// Largest inline input of a call that is drawn out of a session, in bytes of tensor data.
pub const MAX_INLINE_SAMPLE: u32 = MAX_INLINE_INPUT;
