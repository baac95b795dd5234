//! What the chain demands.

use crate::{Binding, Expected, Refusal};
use alloc::vec::Vec;
use candor_attestation::{Attestation, TcbStatus};
use candor_commitments::Hash;
use codec::{Decode, DecodeAll, Encode};

/// A measurement on the chain's allow-list.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Allowance {
    /// Which release of the engine it is, in UTF-8.
    pub label: Vec<u8>,
    /// Only with this program file, by its BLAKE2b-256.
    pub engine: Option<Hash>,
    /// The last second since 1970 in which it is allowed.
    pub until: Option<u64>,
}

/// What the chain accepts of firmware.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Policy {
    /// Statuses that are good enough.
    pub accepted: Vec<TcbStatus>,
    /// The least version of each part of the firmware.
    pub floor: [u8; 16],
}

/// What the chain holds that bears on one machine, as the chain's own bytes (SCALE of storage values).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Rules {
    /// `Allowances` under the machine's measurement: SCALE of an [`Allowance`].
    pub allowance: Option<Vec<u8>>,
    /// Whether there is an entry in `RevokedPlatforms` for the machine.
    pub revoked: bool,
    /// `Rules`: SCALE of a [`Policy`].
    pub policy: Vec<u8>,
}

/// A host that is believed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Accepted {
    /// Which release of the engine it runs, by the chain's allow-list.
    pub label: Vec<u8>,
    /// The last second since 1970 in which all of it holds, if the chain changes nothing.
    pub expires: u64,
}

/// Checks that the hardware vouches for what the host states, and that the chain allows what runs there. The statement must
/// have been [compared](crate::Statement::compare), the attestation must come from [`crate::verify`].
pub fn judge(
    binding: &Binding,
    attestation: &Attestation,
    rules: &Rules,
    expected: &Expected,
) -> Result<Accepted, Refusal> {
    if attestation.report_data != binding.report_data(&expected.nonce) {
        return Err(Refusal::OtherReportData);
    }
    let allowance = rules.allowance.as_deref().ok_or(Refusal::NotAllowed)?;
    let allowance: Allowance = read(allowance)?;
    let policy: Policy = read(&rules.policy)?;
    if allowance.engine.is_some_and(|engine| engine != binding.engine) {
        return Err(Refusal::OtherEngine);
    }
    if allowance.until.is_some_and(|until| expected.now > until) {
        return Err(Refusal::AllowanceEnded);
    }
    if rules.revoked {
        return Err(Refusal::PlatformRevoked);
    }
    attestation.check_status(&policy.accepted).map_err(|_| Refusal::StatusNotAccepted(attestation.tcb_status))?;
    attestation.check_floor(&policy.floor).map_err(|_| Refusal::BelowFloor)?;
    let expires = binding.expires.min(attestation.expires).min(allowance.until.unwrap_or(u64::MAX));
    Ok(Accepted { label: allowance.label, expires })
}

fn read<T: Decode>(mut bytes: &[u8]) -> Result<T, Refusal> {
    T::decode_all(&mut bytes).map_err(|_| Refusal::UnknownFormat)
}
