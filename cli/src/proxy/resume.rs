//! Sessions of earlier runs are taken up.

use super::{
    budget::MOST_FEE,
    core::Proxy,
    live::Live,
    network::OnChain,
    sessions::{client, opened_record},
};
use crate::{
    errors::{Context, Result},
    output::text,
    receipts::{
        records::{Paid, Record},
        store::{self, Past},
    },
};
use std::sync::{atomic::Ordering, Arc, PoisonError};

impl Proxy {
    /// Take up the sessions of earlier runs.
    pub async fn resume(self: &Arc<Self>, paid: &[Paid]) -> Result<()> {
        let past = store::sessions(self.store.folder())?;
        let on_chain = self.network.sessions().await?;
        self.head.store(self.network.head().await?, Ordering::Release);
        self.recall(paid, &on_chain);
        for past in &past {
            self.resume_one(past, &on_chain).await?;
        }
        // Opened, and the program died before it wrote that down.
        for on_chain in on_chain {
            let known = past.iter().any(|past| past.terms().session == on_chain.terms.session);
            if !known && on_chain.open && self.store.key(&on_chain.terms.key).is_some() {
                self.adopt(on_chain).await?;
            }
        }
        Ok(())
    }

    /// What was spent, and who is not trusted.
    fn recall(&self, paid: &[Paid], on_chain: &[OnChain]) {
        for record in paid {
            match record {
                Paid::Fee { fee } | Paid::OpeningDone { fee, .. } => self.budget.fee(*fee),
                Paid::Banned { host, reason } => {
                    self.banned.write().unwrap_or_else(PoisonError::into_inner).insert(host.clone(), reason.clone());
                },
                Paid::Opening { key, fee, .. } => {
                    let done = |p: &Paid| matches!(p, Paid::OpeningDone { key: other, .. } if other == key);
                    let happened = on_chain.iter().any(|on_chain| on_chain.terms.key.0 == *key);
                    // What it cost nobody knows any more: the most.
                    if !paid.iter().any(done) && happened {
                        self.budget.fee(*fee);
                    }
                },
            }
        }
    }

    async fn resume_one(self: &Arc<Self>, past: &Past, on_chain: &[OnChain]) -> Result<()> {
        let session = past.terms().session;
        if let Some(paid) = past.ended {
            self.budget.was_paid(paid);
            return Ok(());
        }
        let found = on_chain.iter().find(|on_chain| on_chain.terms.session == session && !on_chain.ended);
        let (Some(found), Some(key)) = (found, self.store.key(&past.terms().key)) else {
            let (journal, _) = self.store.session(session)?;
            let paid = past.paid();
            let record = Record::Ended { paid };
            journal.append(&record).context("the session's journal cannot be written")?;
            self.budget.was_paid(paid);
            return Ok(());
        };
        self.budget.holds(session, found.terms.deposit.saturating_add(found.bond));
        let Some(release) = self.catalogue.by_id(past.terms().release).await else {
            (self.tell)(format!("session {session} is left alone: its model is not among those of --model"));
            return Ok(());
        };
        let live = Live::resume(&self.store, release.clone(), past, key, client(&past.opened.endpoint)?);
        let live = Arc::new(live.context(format!("session {session} cannot be taken up again"))?);
        live.extended(found.terms.deposit, found.terms.expires).context("the session's journal cannot be written")?;
        if !found.open {
            live.retire("it is being closed");
        } else if self.settings.attested && !found.attested {
            live.retire("it is not of the attested tier");
        }
        (self.tell)(format!("session {session} is taken up again: {} calls answered", live.book().all_answered()));
        self.group(release.id()).add(live);
        Ok(())
    }

    async fn adopt(self: &Arc<Self>, on_chain: OnChain) -> Result<()> {
        let session = on_chain.terms.session;
        let host = self.network.host(on_chain.terms.host.clone()).await?;
        let release = self.catalogue.by_id(on_chain.terms.release).await;
        self.budget.holds(session, on_chain.terms.deposit.saturating_add(on_chain.bond));
        self.store.paid(&Paid::OpeningDone { key: on_chain.terms.key.0, fee: MOST_FEE })?;
        let (Some(host), Some(release), Some(key)) = (host, release, self.store.key(&on_chain.terms.key)) else {
            return Ok(());
        };
        let endpoint = text(&host.endpoint);
        let opened = opened_record(&release, on_chain, &endpoint);
        let live = Live::begin(&self.store, release.clone(), opened, key, client(&endpoint)?, 0.0);
        let live = Arc::new(live.context(format!("session {session} cannot be taken up"))?);
        live.ail();
        self.group(release.id()).add(live);
        Ok(())
    }
}
