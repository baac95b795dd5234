//! What a host states, and what was expected of it.

use crate::Refusal;
use alloc::vec::Vec;
use candor_commitments::{Blake2b256, Hash, Hasher, TAG_ATTESTATION};
use codec::{Decode, Encode};

/// Who makes the hardware. The same bytes as `TeeVendor` of `candor-primitives`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Vendor {
    /// Intel: a quote of SGX or TDX, with its certificates.
    #[codec(index = 0)]
    Intel,
    /// AMD: a report of SEV-SNP (1184 bytes), then the processor's certificate in DER.
    #[codec(index = 1)]
    Amd,
}

/// What an attested engine states of itself. The same bytes as `AttestationBinding` of `candor-primitives`, which cannot be
/// part of a Wasm module without a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Binding {
    /// Hash of the chain's genesis block.
    pub genesis: Hash,
    /// The host that it works for.
    pub host: [u8; 32],
    /// Public half of the key that it signs receipts with.
    pub worker: [u8; 32],
    /// BLAKE2b-256 of the engine's program file, as it found itself.
    pub engine: Hash,
    /// The last second, since 1970, for which it wants to be believed.
    pub expires: u64,
}

impl Binding {
    /// `H(0x12 || "binding" || genesis || host || worker || engine || expires u64)`, in SCALE.
    pub fn hash(&self) -> Hash {
        let mut bytes = Vec::from([TAG_ATTESTATION]);
        bytes.extend_from_slice(b"binding");
        self.encode_to(&mut bytes);
        Blake2b256::hash(&bytes)
    }

    /// The 64 bytes that the hardware must have signed along: the binding's hash, then the nonce.
    pub fn report_data(&self, nonce: &Hash) -> [u8; 64] {
        let mut data = [0; 64];
        let (bound, fresh) = data.split_at_mut(32);
        bound.copy_from_slice(&self.hash());
        fresh.copy_from_slice(nonce);
        data
    }
}

/// An engine's answer to `GET /attestation`. The same bytes as `AttestationEvidence` of `candor-primitives`.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Statement {
    /// Whose hardware.
    pub vendor: Vendor,
    /// What it binds.
    pub binding: Binding,
    /// What it was asked with.
    pub nonce: Hash,
    /// Quote or report.
    pub evidence: Vec<u8>,
}

/// What the client asked, and what the chain says of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Expected {
    /// The client's clock, in seconds since 1970.
    pub now: u64,
    /// What the client asked with: fresh and random, so that nobody can have had the answer ready.
    pub nonce: Hash,
    /// Hash of the chain's genesis block.
    pub genesis: Hash,
    /// The host.
    pub host: [u8; 32],
    /// The key that the chain says signs its receipts.
    pub worker: [u8; 32],
}

impl Statement {
    /// Checks that the host states what was expected. It may still be lying: see [`crate::judge`].
    pub fn compare(&self, expected: &Expected) -> Result<(), Refusal> {
        let Self { binding, nonce, .. } = self;
        let checks = [
            (*nonce == expected.nonce, Refusal::OtherNonce),
            (binding.genesis == expected.genesis, Refusal::OtherGenesis),
            (binding.host == expected.host, Refusal::OtherHost),
            (binding.worker == expected.worker, Refusal::OtherWorker),
            (expected.now <= binding.expires, Refusal::BindingExpired),
        ];
        checks.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, refusal)| Err(refusal))
    }
}
