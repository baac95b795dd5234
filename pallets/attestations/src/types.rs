//! What the pallet stores.

use crate::Config;
use candor_attestation::{intel::MAX_QUOTE, Attestation, AttestationVerifier, Error, Measurement, TcbStatus};
use candor_primitives::{BlockNumber, WorkerKey};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, traits::PalletError, BoundedVec};
use scale_info::TypeInfo;
use sp_core::H256;

/// How evidence of one vendor is verified, with what the chain keeps of it.
pub trait Verifier: AttestationVerifier<Key: Send + Sync, Collateral: Send + Sync, Bundle: Eq + Send + Sync> {}

impl<V: AttestationVerifier<Key: Send + Sync, Collateral: Send + Sync, Bundle: Eq + Send + Sync>> Verifier for V {}

/// The verifier of an instance.
pub type VerifierOf<T, I> = <T as Config<I>>::Verifier;
/// What tells which collateral evidence needs.
pub type KeyOf<T, I> = <VerifierOf<T, I> as AttestationVerifier>::Key;
/// Collateral that was verified.
pub type CollateralOf<T, I> = <VerifierOf<T, I> as AttestationVerifier>::Collateral;
/// Collateral as its vendor serves it.
pub type BundleOf<T, I> = <VerifierOf<T, I> as AttestationVerifier>::Bundle;

/// A quote or a report, as a vendor's hardware makes it.
pub type EvidenceBytes = BoundedVec<u8, ConstU32<MAX_QUOTE>>;
/// A machine among others: [`Attestation::platform`].
pub type Platform = [u8; 64];
/// What a measurement is (UTF-8), for people.
pub type Label = BoundedVec<u8, ConstU32<64>>;

/// How many blocks back an anchor may lie.
pub const MAX_ANCHOR_AGE: BlockNumber = 256;
/// Anchors of renewals are multiples of this, so that evidence which takes a while is asked for with the same nonce.
pub const ANCHOR_STEP: BlockNumber = 32;

/// How collateral has changed.
#[frame_support::stored]
#[derive(Copy)]
pub struct Standing {
    /// Grows when machines are judged otherwise than before.
    pub version: u32,
    /// Second, since 1970, in which it last did.
    pub since: u64,
    /// The last second in which the collateral is valid.
    pub expires: u64,
}

/// Under which conditions a measurement may run.
#[frame_support::stored]
pub struct Allowance {
    /// What it is, for people.
    pub label: Label,
    /// Only with this program of the engine: BLAKE2b-256 of its file.
    pub engine: Option<H256>,
    /// The last second, since 1970.
    pub until: Option<u64>,
}

/// What a host showed of its machine.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Record<Key> {
    /// The key that lives there.
    pub worker: WorkerKey,
    /// BLAKE2b-256 of the engine's program.
    pub engine: H256,
    /// What runs there.
    pub measurement: Measurement,
    /// The machine.
    pub platform: Platform,
    /// How the vendor judged its firmware.
    pub tcb_status: TcbStatus,
    /// Versions of its firmware.
    pub svns: [u8; 16],
    /// Which collateral it was verified against.
    pub key: Key,
    /// In which version.
    pub version: u32,
    /// Block whose hash was the nonce.
    pub anchor: BlockNumber,
    /// Second, since 1970, in which it was shown.
    pub since: u64,
    /// The last second for which it counts.
    pub expires: u64,
}

/// Why a machine was revoked.
#[frame_support::stored]
#[derive(Copy)]
pub enum Reason {
    /// A host on it was convicted: its key signed what is false.
    #[codec(index = 0)]
    Convicted,
    /// Governance did it.
    #[codec(index = 1)]
    Governance,
}

/// When and why a machine was revoked.
#[frame_support::stored]
#[derive(Copy)]
pub struct Revocation {
    /// In which block.
    pub at: BlockNumber,
    /// Why.
    pub reason: Reason,
}

/// Which firmware is good enough.
#[frame_support::stored]
pub struct Policy {
    /// Judgements of the vendor that are accepted.
    pub accepted: BoundedVec<TcbStatus, ConstU32<10>>,
    /// Least version of each part of the firmware ([`Attestation::svns`]).
    pub floor: [u8; 16],
}

impl Default for Policy {
    /// Nothing may be known against the firmware but what the software in the machine can guard itself against. AMD judges
    /// no firmware: a floor does.
    fn default() -> Self {
        let accepted = [TcbStatus::UpToDate, TcbStatus::SWHardeningNeeded, TcbStatus::Unjudged];
        Self { accepted: BoundedVec::truncate_from(accepted.to_vec()), floor: [0; 16] }
    }
}

impl Policy {
    /// Refuses firmware that is not good enough.
    pub fn check(&self, found: &Attestation) -> Result<(), Error> {
        found.check_status(&self.accepted)?;
        found.check_floor(&self.floor)
    }

    /// Whether firmware that was judged so is good enough.
    pub fn accepts(&self, status: TcbStatus, svns: &[u8; 16]) -> bool {
        self.accepted.contains(&status) && svns.iter().zip(&self.floor).all(|(has, needs)| has >= needs)
    }
}

/// Why the verifier refuses something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, MaxEncodedLen)]
pub struct Refusal(pub Error);

impl PalletError for Refusal {
    /// The index of the error, then of the part that it is about.
    const MAX_ENCODED_SIZE: usize = 2;
}
