//! The read API of the chain, decoded into its own types.

use super::{Chain, Head};
use crate::errors::Result;
use candor_primitives::{AccountId, JobId, ReleaseId};
use candor_runtime_api::views::{HostView, JobView, OfferView, Quote, QuoteError, ReleaseView};
use codec::Encode;

/// Items per question; the runtime gives no more.
const PAGE: u32 = 100;

impl Chain {
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
        let mut all: Vec<ReleaseView> = Vec::new();
        let at = Some(self.head().await?);
        loop {
            let start: ReleaseId = all.last().map_or(0, |last| last.id.saturating_add(1));
            let args = (start, PAGE).encode();
            let page: Vec<ReleaseView> = self.ask("listing the releases", "ModelsApi_releases", &args, at).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    /// One host.
    pub async fn host(&self, account: &AccountId, at: Option<Head>) -> Result<Option<HostView>> {
        self.ask("looking a host up", "HostsApi_host", &account.encode(), at).await
    }

    /// All offers of a release.
    pub async fn offers(&self, release: ReleaseId) -> Result<Vec<OfferView>> {
        let mut all: Vec<OfferView> = Vec::new();
        let at = Some(self.head().await?);
        loop {
            let args = (release, all.len() as u32, PAGE).encode();
            let page: Vec<OfferView> = self.ask("listing the offers", "HostsApi_offers", &args, at).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
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
        let mut all: Vec<JobView> = Vec::new();
        let at = Some(self.head().await?);
        loop {
            let start: JobId = all.last().map_or(0, |last| last.id.saturating_add(1));
            let args = (account, start, PAGE).encode();
            let page: Vec<JobView> = self.ask("listing the jobs", "JobsApi_jobs_of", &args, at).await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    /// A job that is not final yet.
    pub async fn job(&self, id: JobId, at: Option<Head>) -> Result<Option<JobView>> {
        self.ask("looking a job up", "JobsApi_job", &id.encode(), at).await
    }
}
