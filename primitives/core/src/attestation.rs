//! What a hardware quote says about a host: the same for the chain, the engine, and clients that check for themselves.

use crate::{AccountId, WorkerKey};
use alloc::vec::Vec;
use candor_commitments::{Hasher, TAG_ATTESTATION};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_core::H256;

/// Who makes the hardware that attests, and so which format its evidence has.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum TeeVendor {
    /// Intel: a quote of SGX or TDX, with its certificates.
    #[codec(index = 0)]
    Intel,
    /// AMD: a report of SEV-SNP (1184 bytes), then the processor's certificate in DER.
    #[codec(index = 1)]
    Amd,
}

/// What an attested engine states of itself. The hardware vouches that the software which it measured said so.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct AttestationBinding {
    /// Hash of the chain's genesis block.
    pub genesis: H256,
    /// The host that it works for.
    pub host: AccountId,
    /// Public half of the key that it signs receipts with; the secret half never leaves the machine.
    pub worker: WorkerKey,
    /// BLAKE2b-256 of the engine's program file, as it found itself.
    pub engine: H256,
    /// The last second, since 1970, for which it wants to be believed.
    pub expires: u64,
}

impl AttestationBinding {
    /// `H(0x12 || "binding" || genesis || host || worker || engine || expires u64)`, in SCALE.
    pub fn hash<H: Hasher>(&self) -> H256 {
        H256(statement::<H>(b"binding", self))
    }

    /// The 64 bytes that the hardware signs along: the binding's hash, then what whoever asked chose, so that it knows the
    /// quote to be newer than that. For the chain that is the hash of a recent block.
    pub fn report_data<H: Hasher>(&self, nonce: &H256) -> [u8; 64] {
        let mut data = [0; 64];
        let (bound, fresh) = data.split_at_mut(32);
        bound.copy_from_slice(&self.hash::<H>().0);
        fresh.copy_from_slice(&nonce.0);
        data
    }

    /// What the worker key signs to have evidence for this taken without a fee:
    /// `H(0x12 || "renew" || binding || H(evidence))`, in SCALE.
    pub fn renewal_message<H: Hasher>(&self, evidence: &[u8]) -> [u8; 32] {
        statement::<H>(b"renew", &(self, H::hash(evidence)))
    }
}

fn statement<H: Hasher>(purpose: &[u8], what: &impl Encode) -> [u8; 32] {
    let mut bytes = Vec::from([TAG_ATTESTATION]);
    bytes.extend_from_slice(purpose);
    what.encode_to(&mut bytes);
    H::hash(&bytes)
}

/// Evidence as an engine hands it out.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct AttestationEvidence {
    /// Whose hardware.
    pub vendor: TeeVendor,
    /// What it binds.
    pub binding: AttestationBinding,
    /// What it was asked with.
    pub nonce: H256,
    /// Quote or report, as [`TeeVendor`] says.
    pub evidence: Vec<u8>,
}
