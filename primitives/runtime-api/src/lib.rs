//! The read API of the chain: what wallets, command line and SDKs ask instead of decoding storage.
//!
//! The same answers are given by the pallets' view functions; this API serves the clients that cannot call those.

#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]
// The macro below generates undocumented items.
#![allow(missing_docs, clippy::too_many_arguments)]

extern crate alloc;

pub mod attestations;
pub mod audits;
pub mod sessions;
pub mod validators;
pub mod views;

use alloc::vec::Vec;
use attestations::AttestationView;
use audits::AuditView;
use candor_primitives::{
    worker::Demand, AccountId, Balance, DisputeId, JobId, ReceiptPath, ReleaseId, ScheduleId, SessionId, Units,
};
use sessions::{BatchView, SampleView, SessionQuote, SessionQuoteError, SessionView};
use sp_core::H256;
use validators::ValidatorView;
use views::{
    DisputeView, HostView, JobView, OfferView, PoolView, PositionView, Quote, QuoteError, ReleaseView, Run,
    ScheduleView,
};

sp_api::decl_runtime_apis! {
    /// Releases of the registry.
    pub trait ModelsApi {
        /// One release.
        fn release(id: ReleaseId) -> Option<ReleaseView>;
        /// Lookup by publisher, repository name and version (`1.2.3`; empty for the newest that is not deprecated).
        fn find_release(publisher: AccountId, name: Vec<u8>, version: Vec<u8>) -> Option<ReleaseId>;
        /// Releases with id >= `start`, at most `limit` (100 at most), in order of id.
        fn releases(start: ReleaseId, limit: u32) -> Vec<ReleaseView>;
    }

    /// Hosts and their offers.
    pub trait HostsApi {
        /// One host.
        fn host(account: AccountId) -> Option<HostView>;
        /// Hosts in storage order after `start` (none: from the beginning), at most `limit` (100 at most).
        fn hosts(start: Option<AccountId>, limit: u32) -> Vec<HostView>;
        /// Offers of a release from position `start`, at most `limit` (100 at most).
        fn offers(release: ReleaseId, start: u32, limit: u32) -> Vec<OfferView>;
    }

    /// Validators, and their stake pools.
    pub trait ValidatorsApi {
        /// One candidate.
        fn validator(account: AccountId) -> Option<ValidatorView>;
        /// Candidates in storage order after `start` (none: from the beginning), at most `limit` (100 at most).
        fn validators(start: Option<AccountId>, limit: u32) -> Vec<ValidatorView>;
        /// The pool of one validator.
        fn validator_pool(validator: AccountId) -> Option<PoolView>;
        /// Pools in storage order after `start` (none: from the beginning), at most `limit` (100 at most).
        fn validator_pools(start: Option<AccountId>, limit: u32) -> Vec<PoolView>;
        /// What an account has in validators' pools, in storage order after the pool `start` (none: from the beginning), at most
        /// `limit` (100 at most).
        fn validator_positions(staker: AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView>;
        /// Who has something in a validator's pool, in storage order after the staker `start` (none: from the beginning), at
        /// most `limit` (100 at most).
        fn validator_stakers(pool: AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView>;
    }

    /// Stake pools of hosts.
    pub trait StakeApi {
        /// The pool of one operator.
        fn pool(operator: AccountId) -> Option<PoolView>;
        /// Pools in storage order after `start` (none: from the beginning), at most `limit` (100 at most).
        fn pools(start: Option<AccountId>, limit: u32) -> Vec<PoolView>;
        /// What an account has in pools, in storage order after the pool `start` (none: from the beginning), at most
        /// `limit` (100 at most).
        fn positions(staker: AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView>;
        /// Who has something in a pool, in storage order after the staker `start` (none: from the beginning), at most
        /// `limit` (100 at most).
        fn stakers(pool: AccountId, start: Option<AccountId>, limit: u32) -> Vec<PositionView>;
    }

    /// Jobs and their prices.
    pub trait JobsApi {
        /// What a call with inputs of these shapes costs: units, lowest and highest live price, deposit.
        fn quote(release: ReleaseId, shapes: Vec<Vec<u32>>) -> Result<Quote, QuoteError>;
        /// One job that is not final yet.
        fn job(id: JobId) -> Option<JobView>;
        /// Open jobs of an account, oldest first, at most `limit` (100 at most), from id `start`.
        fn jobs_of(account: AccountId, start: JobId, limit: u32) -> Vec<JobView>;
        /// One schedule.
        fn schedule(id: ScheduleId) -> Option<ScheduleView>;
        /// Schedules of an account, oldest first, at most `limit` (100 at most), from id `start`.
        fn schedules_of(account: AccountId, start: ScheduleId, limit: u32) -> Vec<ScheduleView>;
        /// The history of a schedule from run `start`, at most `limit` runs (100 at most).
        fn runs(id: ScheduleId, start: u32, limit: u32) -> Vec<Run>;
    }

    /// Sessions and their prices.
    pub trait SessionsApi {
        /// What a session would cost now: `host` if one is named, else the one that would be drawn; only an attested one if `attested`.
        fn quote_session(
            release: ReleaseId,
            host: Option<AccountId>,
            max_units: Units,
            deposit: Balance,
            attested: bool,
        ) -> Result<SessionQuote, SessionQuoteError>;
        /// One session of which something is left to be done.
        fn session(id: SessionId) -> Option<SessionView>;
        /// Sessions of a requester from id `start`, oldest first, at most `limit` (100 at most).
        fn sessions_of(requester: AccountId, start: SessionId, limit: u32) -> Vec<SessionView>;
        /// Sessions at a host from id `start`, oldest first, at most `limit` (100 at most).
        fn sessions_at(host: AccountId, start: SessionId, limit: u32) -> Vec<SessionView>;
        /// A batch that is not final.
        fn batch(session: SessionId, number: u32) -> Option<BatchView>;
        /// Calls that a host has to open because they were drawn, the most urgent first, at most `limit` (100 at most).
        fn samples_at(host: AccountId, limit: u32) -> Vec<SampleView>;
    }

    /// Disputes about receipts.
    pub trait DisputesApi {
        /// One dispute.
        fn dispute(id: DisputeId) -> Option<DisputeView>;
        /// The open dispute about a receipt.
        fn dispute_of(path: ReceiptPath, host: AccountId) -> Option<DisputeView>;
        /// Open disputes about receipts of a host, oldest first, at most `limit` (100 at most).
        fn disputes_of(host: AccountId, limit: u32) -> Vec<DisputeView>;
        /// Roots of a disputed trace.
        fn disputed_trace(id: DisputeId) -> Option<Vec<H256>>;
        /// Parts of it that the host has opened: SCALE of `TensorOpening`, or of `HashesOpening`.
        fn opened_parts(id: DisputeId) -> Vec<(Demand, Vec<u8>)>;
        /// Planck held for a challenge of an open receipt, for asking for a part of its trace, for a commitment to
        /// evidence.
        fn dispute_prices(path: ReceiptPath, host: AccountId, part: Demand) -> Option<(Balance, Balance, Balance)>;
    }

    /// Audits of receipts.
    pub trait AuditsApi {
        /// One audit that has not ended.
        fn audit(id: u64) -> Option<AuditView>;
        /// Audits that have not ended from id `start`, oldest first, at most `limit` (100 at most).
        fn audits(start: u64, limit: u32) -> Vec<AuditView>;
        /// Audits of a host, as the auditor or as the audited one, oldest first, at most `limit` (100 at most).
        fn audits_of(host: AccountId, limit: u32) -> Vec<AuditView>;
        /// How many hosts with weight could audit receipts of a profile.
        fn auditors(profile: H256) -> u32;
        /// Whether a profile is suspended.
        fn is_suspended(profile: H256) -> bool;
    }

    /// Machines of hosts.
    pub trait AttestationsApi {
        /// What is known of a host's machine, by the vendor's hardware that counts, else by any.
        fn attestation(host: AccountId) -> Option<AttestationView>;
    }
}
