//! What the API answers about the machines of hosts.

use candor_attestation::{Measurement, TcbStatus, Tee};
use candor_primitives::TeeVendor;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use sp_core::H256;

/// Why a host is not attested.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum WhyNot {
    /// It showed no evidence.
    NoEvidence,
    /// Its evidence has run out.
    Expired,
    /// It signs with another key than the one that was attested.
    OtherWorker,
    /// Its machine was revoked.
    PlatformRevoked,
    /// What runs there is not allowed, or not any more.
    MeasurementNotAllowed,
    /// It is allowed with another program of the engine.
    OtherEngine,
    /// It was allowed until a time that has passed.
    AllowanceEnded,
    /// Its firmware is not good enough, or not any more.
    FirmwareNotAccepted,
    /// Its vendor has judged machines anew since, and the time to show new evidence is over.
    JudgedAnew,
}

/// What is known of a host's machine.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct AttestationView {
    /// Whose hardware.
    pub vendor: TeeVendor,
    /// The kind of machine.
    pub tee: Tee,
    /// What runs there.
    pub measurement: Measurement,
    /// BLAKE2b-256 of the engine's program.
    pub engine: H256,
    /// The machine among others of its kind.
    pub platform: [u8; 64],
    /// How its vendor judged its firmware.
    pub tcb_status: TcbStatus,
    /// Second, since 1970, in which the evidence was shown.
    pub since: u64,
    /// The last second for which it counts.
    pub expires: u64,
    /// Why it does not count now; nothing if it does.
    pub why_not: Option<WhyNot>,
}
