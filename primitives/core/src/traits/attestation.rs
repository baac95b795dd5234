//! Hosts whose worker key lives in a machine that keeps it from its operator.

use super::{HostMarket, HostStake};
use crate::{AttestationEvidence, WorkerKey, WorkerSignature};
use sp_core::H256;
use sp_runtime::Weight;

/// Worker keys of hosts: the part of the market that evidence is about.
pub trait WorkerKeys<AccountId> {
    /// The worker key of a host, also of one that is chilled or leaving.
    fn worker_of(host: &AccountId) -> Option<WorkerKey>;
}

impl<AccountId, Hosts: HostMarket<AccountId>> WorkerKeys<AccountId> for Hosts {
    fn worker_of(host: &AccountId) -> Option<WorkerKey> {
        Hosts::worker_of(host)
    }
}

/// What a host still answers for: the part of its stake's liability that evidence is about.
pub trait Answerable<AccountId> {
    /// Receipts of `host` that are not final.
    fn open_receipts(host: &AccountId) -> u32;
}

impl<AccountId, Stake: HostStake<AccountId>> Answerable<AccountId> for Stake {
    fn open_receipts(host: &AccountId) -> u32 {
        Stake::open_receipts(host)
    }
}

/// Which hosts are attested, as the market and those who judge receipts see it.
pub trait AttestedHosts<AccountId> {
    /// Whether the worker key of `host` is bound to a machine whose evidence holds now.
    fn is_attested(host: &AccountId) -> bool;
    /// What asking that weighs.
    fn check_weight() -> Weight {
        Weight::zero()
    }
    /// Make `host` with this worker key count as attested, for benchmarks.
    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_attest(_host: &AccountId, _worker: WorkerKey) {}
}

/// Nobody is attested.
impl<AccountId> AttestedHosts<AccountId> for () {
    fn is_attested(_: &AccountId) -> bool {
        false
    }
}

/// Attested by either of two vendors.
impl<AccountId, A: AttestedHosts<AccountId>, B: AttestedHosts<AccountId>> AttestedHosts<AccountId> for (A, B) {
    fn is_attested(host: &AccountId) -> bool {
        A::is_attested(host) || B::is_attested(host)
    }

    fn check_weight() -> Weight {
        A::check_weight().saturating_add(B::check_weight())
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn benchmark_attest(host: &AccountId, worker: WorkerKey) {
        // As dear as it gets: the second one has to be asked too.
        B::benchmark_attest(host, worker);
    }
}

/// Evidence that is due anew, as the off-chain worker sees it.
pub trait Attestations<AccountId> {
    /// The call that carries it.
    type Call;
    /// The nonce with which evidence should be made now, a recent block's hash; `None` while none is due.
    fn wanted(host: &AccountId) -> Option<H256>;
    /// The call that brings the evidence, signed by the worker key through `sign`; `None` if the chain would not take it.
    fn renewal(
        host: &AccountId,
        evidence: AttestationEvidence,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call>;
}

/// No attestations.
impl<AccountId> Attestations<AccountId> for () {
    type Call = core::convert::Infallible;

    fn wanted(_: &AccountId) -> Option<H256> {
        None
    }

    fn renewal(
        _: &AccountId,
        _: AttestationEvidence,
        _: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call> {
        None
    }
}

/// Attestations of two vendors: the first one that wants evidence asks for it, and the one that knows it takes it.
impl<AccountId, A: Attestations<AccountId>, B: Attestations<AccountId>> Attestations<AccountId> for (A, B) {
    type Call = super::EitherCall<A::Call, B::Call>;

    fn wanted(host: &AccountId) -> Option<H256> {
        A::wanted(host).or_else(|| B::wanted(host))
    }

    fn renewal(
        host: &AccountId,
        evidence: AttestationEvidence,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<Self::Call> {
        let first = A::renewal(host, evidence.clone(), sign).map(super::EitherCall::First);
        first.or_else(|| B::renewal(host, evidence, sign).map(super::EitherCall::Second))
    }
}
