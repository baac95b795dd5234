//! The read API of the chain, decoded into its own types.

use super::{Chain, Head};
use crate::errors::Result;
use candor_primitives::{
    traits::ReceiptKey, worker::Demand, AccountId, Balance, DisputeId, JobId, Payload, ReleaseId, ScheduleId,
};
use candor_runtime_api::{
    attestations::AttestationView,
    audits::AuditView,
    validators::ValidatorView,
    views::{
        DisputeView, HostView, JobView, OfferView, PoolView, PositionView, Quote, QuoteError, ReleaseView, Run,
        ScheduleView,
    },
};
use codec::{Decode, Encode};
use sp_core::H256;
use sp_crypto_hashing::{twox_128, twox_64};

/// Whose stake pools.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolsOf {
    /// Those of hosts.
    Hosts,
    /// Those of validators.
    Validators,
}

impl PoolsOf {
    /// Name of their pallet.
    pub const fn pallet(self) -> &'static str {
        match self {
            Self::Hosts => "StakePools",
            Self::Validators => "ValidatorPools",
        }
    }

    /// What their operators are called.
    pub const fn operator(self) -> &'static str {
        match self {
            Self::Hosts => "host",
            Self::Validators => "validator",
        }
    }

    const fn pools_function(self) -> &'static str {
        match self {
            Self::Hosts => "StakeApi_pools",
            Self::Validators => "ValidatorsApi_validator_pools",
        }
    }

    const fn positions_function(self) -> &'static str {
        match self {
            Self::Hosts => "StakeApi_positions",
            Self::Validators => "ValidatorsApi_validator_positions",
        }
    }
}

/// Items per question; the runtime gives no more.
const PAGE: u32 = 100;

impl Chain {
    /// All items of a list that is read in pages, as one block has it. `args` makes the arguments of the next question out of what is
    /// there already.
    pub(super) async fn pages<T: Decode>(
        &self,
        doing: &str,
        function: &str,
        args: impl Fn(&[T]) -> Vec<u8>,
    ) -> Result<Vec<T>> {
        let mut all = Vec::new();
        let at = Some(self.head().await?);
        loop {
            let page: Vec<T> = self.ask(doing, function, &args(&all), at).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    /// One release.
    pub async fn release(&self, id: ReleaseId) -> Result<Option<ReleaseView>> {
        self.ask("looking a release up", "ModelsApi_release", &id.encode(), None).await
    }

    /// The release of a publisher by name and version (empty: the newest that is not deprecated).
    pub async fn find_release(&self, publisher: &AccountId, name: &str, version: &str) -> Result<Option<ReleaseId>> {
        let args = (publisher, name.as_bytes(), version.as_bytes()).encode();
        self.ask("looking a release up", "ModelsApi_find_release", &args, None).await
    }

    /// All releases.
    pub async fn releases(&self) -> Result<Vec<ReleaseView>> {
        self.pages("listing the releases", "ModelsApi_releases", |all: &[ReleaseView]| {
            let start: ReleaseId = all.last().map_or(0, |last| last.id.saturating_add(1));
            (start, PAGE).encode()
        })
        .await
    }

    /// One host.
    pub async fn host(&self, account: &AccountId, at: Option<Head>) -> Result<Option<HostView>> {
        self.ask("looking a host up", "HostsApi_host", &account.encode(), at).await
    }

    /// What is known of a host's machine.
    pub async fn attestation(&self, host: &AccountId) -> Result<Option<AttestationView>> {
        self.ask("looking a host's machine up", "AttestationsApi_attestation", &host.encode(), None).await
    }

    /// All offers of a release.
    pub async fn offers(&self, release: ReleaseId) -> Result<Vec<OfferView>> {
        self.pages("listing the offers", "HostsApi_offers", |all: &[OfferView]| {
            (release, all.len() as u32, PAGE).encode()
        })
        .await
    }

    /// What a call with inputs of these shapes costs.
    pub async fn quote(
        &self,
        release: ReleaseId,
        shapes: &[Vec<u32>],
    ) -> Result<std::result::Result<Quote, QuoteError>> {
        self.ask("asking for a quote", "JobsApi_quote", &(release, shapes).encode(), None).await
    }

    /// All jobs of an account that are not final yet, oldest first.
    pub async fn jobs_of(&self, account: &AccountId) -> Result<Vec<JobView>> {
        self.pages("listing the jobs", "JobsApi_jobs_of", |all: &[JobView]| {
            let start: JobId = all.last().map_or(0, |last| last.id.saturating_add(1));
            (account, start, PAGE).encode()
        })
        .await
    }

    /// A job that is not final yet.
    pub async fn job(&self, id: JobId, at: Option<Head>) -> Result<Option<JobView>> {
        self.ask("looking a job up", "JobsApi_job", &id.encode(), at).await
    }

    /// One schedule.
    pub async fn schedule(&self, id: ScheduleId) -> Result<Option<ScheduleView>> {
        self.ask("looking a schedule up", "JobsApi_schedule", &id.encode(), None).await
    }

    /// All schedules of an account, oldest first.
    pub async fn schedules_of(&self, account: &AccountId) -> Result<Vec<ScheduleView>> {
        self.pages("listing the schedules", "JobsApi_schedules_of", |all: &[ScheduleView]| {
            let start: ScheduleId = all.last().map_or(0, |last| last.id.saturating_add(1));
            (account, start, PAGE).encode()
        })
        .await
    }

    /// What came of the runs of a schedule so far, in order.
    pub async fn runs(&self, id: ScheduleId) -> Result<Vec<Run>> {
        self.pages("reading a schedule's history", "JobsApi_runs", |all: &[Run]| (id, all.len() as u32, PAGE).encode())
            .await
    }

    /// The inputs of a job that is not removed yet.
    pub async fn job_input(&self, id: JobId) -> Result<Option<Payload>> {
        let id = id.encode();
        self.storage(&[&twox_128(b"Jobs")[..], &twox_128(b"Inputs"), &twox_64(&id), &id].concat()).await
    }

    /// The pool of a host.
    pub async fn pool(&self, host: &AccountId) -> Result<Option<PoolView>> {
        self.ask("looking a pool up", "StakeApi_pool", &host.encode(), None).await
    }

    /// The pool of a validator.
    pub async fn validator_pool(&self, validator: &AccountId) -> Result<Option<PoolView>> {
        self.ask("looking a pool up", "ValidatorsApi_validator_pool", &validator.encode(), None).await
    }

    /// All pools of a kind.
    pub async fn pools(&self, of: PoolsOf) -> Result<Vec<PoolView>> {
        self.pages("listing the pools", of.pools_function(), |all: &[PoolView]| {
            (all.last().map(|last| last.pool.clone()), PAGE).encode()
        })
        .await
    }

    /// What an account has in pools of a kind.
    pub async fn positions(&self, of: PoolsOf, staker: &AccountId) -> Result<Vec<PositionView>> {
        self.pages("listing the stakes", of.positions_function(), |all: &[PositionView]| {
            (staker, all.last().map(|last| last.pool.clone()), PAGE).encode()
        })
        .await
    }

    /// One candidate for validating.
    pub async fn validator(&self, account: &AccountId) -> Result<Option<ValidatorView>> {
        self.ask("looking a validator up", "ValidatorsApi_validator", &account.encode(), None).await
    }

    /// All candidates for validating.
    pub async fn validators(&self) -> Result<Vec<ValidatorView>> {
        self.pages("listing the validators", "ValidatorsApi_validators", |all: &[ValidatorView]| {
            (all.last().map(|last| last.validator.clone()), PAGE).encode()
        })
        .await
    }

    /// Open audits in which a host has a part.
    pub async fn audits_of(&self, host: &AccountId) -> Result<Vec<AuditView>> {
        self.ask("listing the audits", "AuditsApi_audits_of", &(host, PAGE).encode(), None).await
    }

    /// Open disputes about receipts of a host.
    pub async fn disputes_of(&self, host: &AccountId) -> Result<Vec<DisputeView>> {
        self.ask("listing the disputes", "DisputesApi_disputes_of", &(host, PAGE).encode(), None).await
    }

    /// The open dispute about a receipt.
    pub async fn dispute_of(&self, key: &ReceiptKey<AccountId>) -> Result<Option<DisputeView>> {
        self.ask("looking a dispute up", "DisputesApi_dispute_of", &key.encode(), None).await
    }

    /// A dispute.
    pub async fn dispute(&self, id: DisputeId) -> Result<Option<DisputeView>> {
        self.ask("looking a dispute up", "DisputesApi_dispute", &id.encode(), None).await
    }

    /// Roots of a disputed trace.
    pub async fn disputed_trace(&self, id: DisputeId) -> Result<Option<Vec<H256>>> {
        self.ask("reading the host's trace", "DisputesApi_disputed_trace", &id.encode(), None).await
    }

    /// Parts of a trace that its host has opened on chain.
    pub async fn opened_parts(&self, id: DisputeId) -> Result<Vec<(Demand, Vec<u8>)>> {
        self.ask("reading what the host opened", "DisputesApi_opened_parts", &id.encode(), None).await
    }

    /// What is held for a challenge, for a demand, for a commitment to evidence.
    pub async fn dispute_prices(
        &self,
        key: &ReceiptKey<AccountId>,
        part: &Demand,
    ) -> Result<Option<(Balance, Balance, Balance)>> {
        self.ask("asking what a challenge costs", "DisputesApi_dispute_prices", &(key, part).encode(), None).await
    }
}
