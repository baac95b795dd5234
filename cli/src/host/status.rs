//! `candor host status`: what a host has, owes, and must do by when.

use crate::{
    account::{self, address},
    amounts,
    args::Globals,
    attestation,
    chain::Chain,
    errors::{CliError, Result},
    model::refs,
    output::{self, Out},
};
use candor_primitives::{worker::Demand, AccountId, BlockNumber, ReceiptPath};
use candor_runtime_api::{
    attestations::AttestationView,
    audits::{AuditPhase, AuditView},
    sessions::SampleView,
    views::{DisputePhase, DisputeView, HostView, OfferView, PoolView, ReleaseView},
};
use serde_json::{json, Value};

/// Everything that is told of a host.
struct Status {
    host: HostView,
    pool: Option<PoolView>,
    offers: Vec<(ReleaseView, OfferView)>,
    audits: Vec<AuditView>,
    disputes: Vec<DisputeView>,
    /// Calls of sessions that were drawn.
    samples: Vec<SampleView>,
    /// How many sessions are not over.
    sessions: usize,
    attestation: Option<AttestationView>,
    block: BlockNumber,
}

/// `candor host status`.
pub async fn run(globals: &Globals, out: &Out, who: Option<&str>) -> Result<()> {
    let named = who.map(account::parse).transpose()?;
    let chain = Chain::connect(&globals.url).await?;
    let who = match named {
        Some(account) => account,
        None => globals.account(&chain, out).await?,
    };
    let head = chain.head().await?;
    let host = chain.host(&who, Some(head)).await?.ok_or_else(|| {
        CliError::new(format!("{} is not a host", address(&who))).hint("become one with `candor host register`")
    })?;
    let mut offers = Vec::new();
    for id in &host.offers {
        let release = chain.release(*id).await?;
        let offer = chain.offers(*id).await?.into_iter().find(|offer| offer.host == host.account);
        if let (Some(release), Some(offer)) = (release, offer) {
            offers.push((release, offer));
        }
    }
    let status = Status {
        pool: chain.pool(&who).await?,
        audits: chain.audits_of(&who).await?,
        disputes: chain.disputes_of(&who).await?,
        samples: chain.samples_at(&who).await?,
        sessions: chain.sessions_at(&who).await?.len(),
        attestation: chain.attestation(&who).await?,
        host,
        offers,
        block: head.number,
    };
    out.document(&status.to_json(), || status.to_text());
    Ok(())
}

/// A receipt's place, in words.
fn place(path: &ReceiptPath) -> String {
    match path {
        ReceiptPath::Job(job) => format!("job {job}"),
        ReceiptPath::Session { session, index } => format!("call {index} of session {session}"),
    }
}

/// What a part in an audit comes to, and who acts.
fn audit_words(audit: &AuditView, who: &AccountId) -> String {
    let does = match audit.phase {
        AuditPhase::Sealing => "runs it again and seals what it finds",
        AuditPhase::Answering => "shows the digest of its run",
        AuditPhase::Revealing => "opens its seal",
        AuditPhase::Showing => "puts the inputs on chain",
    };
    let who = if audit.debtor == *who { "this host".into() } else { address(&audit.debtor) };
    format!("{who} {does}")
}

fn dispute_words(dispute: &DisputeView) -> String {
    match dispute.phase {
        DisputePhase::AwaitingTrace => "this host owes the roots of its trace".into(),
        DisputePhase::Open if dispute.demands.is_empty() => "the trace is on chain; evidence can be shown".into(),
        DisputePhase::Open => format!("this host must open {} parts of its trace", dispute.demands.len()),
        DisputePhase::Closing => "there is a verdict; claims are being settled".into(),
    }
}

/// The first tick of the disputes' clock that matters to a host.
fn due(dispute: &DisputeView) -> BlockNumber {
    dispute.demands.iter().map(|demand| demand.deadline).min().unwrap_or(dispute.deadline)
}

/// A deadline in ticks, and how far off it is.
fn by(deadline: BlockNumber, now: BlockNumber) -> String {
    format!("tick {deadline} ({} or more blocks left)", deadline.saturating_sub(now))
}

fn sample_json(sample: &SampleView) -> Value {
    let (session, index) = (sample.session, sample.index);
    json!({ "session": session, "index": index, "deadline_tick": sample.deadline, "tick": sample.now })
}

impl Status {
    fn to_json(&self) -> Value {
        let host = &self.host;
        let offers: Vec<Value> = self
            .offers
            .iter()
            .map(|(release, offer)| {
                json!({
                    "release": release.id, "name": refs::name(release), "variant": output::hash(&offer.variant),
                    "per_call": amounts::decimal(offer.price_per_call),
                    "per_unit": amounts::decimal(offer.price_per_unit),
                    "capacity": offer.capacity, "in_flight": offer.in_flight,
                })
            })
            .collect();
        let audits: Vec<Value> = self.audits.iter().map(|audit| self.audit_json(audit)).collect();
        let disputes: Vec<Value> = self.disputes.iter().map(dispute_json).collect();
        json!({
            "host": address(&host.account), "worker": format!("0x{}", hex::encode(host.worker.0)),
            "endpoint": output::text(&host.endpoint), "hardware": output::text(&host.hardware),
            "stake": amounts::decimal(host.stake), "free_stake": amounts::decimal(host.free_stake),
            "open_receipts": host.open_receipts, "live": host.live, "chilled": host.chilled,
            "leaves_at": host.leaves_at, "last_seen": host.last_seen, "block": self.block,
            "pool": self.pool.as_ref().map(pool_json), "offers": offers, "audits": audits, "disputes": disputes,
            "sessions": self.sessions, "drawn_calls": self.samples.iter().map(sample_json).collect::<Vec<_>>(),
            "attestation": attestation::document(self.attestation.as_ref()),
        })
    }

    fn audit_json(&self, audit: &AuditView) -> Value {
        json!({
            "audit": audit.id, "of": place(&audit.path), "host": address(&audit.host),
            "auditor": audit.auditor.as_ref().map(address), "round": audit.round,
            "phase": format!("{:?}", audit.phase).to_lowercase(), "debtor": address(&audit.debtor),
            "mine": audit.debtor == self.host.account, "deadline_tick": audit.deadline,
            "receipt": output::hash(&audit.receipt),
        })
    }

    fn to_text(&self) -> String {
        let host = &self.host;
        let state = match (host.leaves_at, host.chilled, host.live) {
            (Some(at), _, _) => format!("leaving: the stake is free from block {at}"),
            (_, true, _) => "chilled: takes no new work".into(),
            (_, _, true) => "live".into(),
            _ => "silent: gives no sign of life, so it gets no work (is the node running with its engine and worker key?)"
                .into(),
        };
        let mut text = format!(
            "host       {}\nstate      {state}\nlast seen  block {} (now {})\n",
            address(&host.account),
            host.last_seen,
            self.block,
        );
        text += &format!("attested   {}\n", attestation::summary(self.attestation.as_ref()));
        text += &match &self.pool {
            Some(pool) => pool_text(pool),
            None => {
                format!("stake      {}, {} of it free\n", amounts::show(host.stake), amounts::show(host.free_stake))
            },
        };
        text += &format!(
            "worker     0x{}\nendpoint   {}\nhardware   {}\n",
            hex::encode(host.worker.0),
            output::text(&host.endpoint),
            output::text(&host.hardware),
        );
        text += &self.offers_text();
        text += &format!("\n{} open sessions\n", self.sessions);
        text += &self.samples_text();
        text += &self.audits_text();
        text + &self.disputes_text()
    }

    fn offers_text(&self) -> String {
        if self.offers.is_empty() {
            return String::new();
        }
        let rows: Vec<Vec<String>> = self
            .offers
            .iter()
            .map(|(release, offer)| {
                vec![
                    release.id.to_string(),
                    refs::name(release),
                    amounts::decimal(offer.price_per_call),
                    amounts::decimal(offer.price_per_unit),
                    format!("{} of {}", offer.in_flight, offer.capacity),
                ]
            })
            .collect();
        let header = ["offer", "release", "CNDR per call", "CNDR per unit", "in flight"];
        format!("\n{}", output::table(&header, &rows))
    }

    fn samples_text(&self) -> String {
        if self.samples.is_empty() {
            return String::new();
        }
        let rows: Vec<Vec<String>> = self
            .samples
            .iter()
            .map(|sample| {
                let (session, index) = (sample.session, sample.index);
                let of = place(&ReceiptPath::Session { session, index: index.into() });
                vec![of, "this host must put it on chain".into(), by(sample.deadline, sample.now)]
            })
            .collect();
        format!("\n{}", output::table(&["drawn", "now", "by"], &rows))
    }

    fn audits_text(&self) -> String {
        if self.audits.is_empty() {
            return "\nno open audits\n".into();
        }
        let me = &self.host.account;
        let rows: Vec<Vec<String>> = self
            .audits
            .iter()
            .map(|audit| {
                let part = if audit.auditor.as_ref() == Some(me) { "audits" } else { "is audited" };
                let now = audit_words(audit, me);
                vec![audit.id.to_string(), place(&audit.path), part.into(), now, format!("tick {}", audit.deadline)]
            })
            .collect();
        format!("\n{}", output::table(&["audit", "of", "this host", "now", "by"], &rows))
    }

    fn disputes_text(&self) -> String {
        if self.disputes.is_empty() {
            return "\nno open disputes\n".into();
        }
        let rows: Vec<Vec<String>> = self
            .disputes
            .iter()
            .map(|dispute| {
                let by = by(due(dispute), dispute.now);
                vec![dispute.id.to_string(), place(&dispute.path), dispute_words(dispute), by]
            })
            .collect();
        format!("\n{}", output::table(&["dispute", "of", "now", "by"], &rows))
    }
}

fn pool_json(pool: &PoolView) -> Value {
    json!({
        "own": amounts::decimal(pool.own), "delegated": amounts::decimal(pool.delegated),
        "own_unbonding": pool.own_unbonding.iter().map(|u| json!({ "amount": amounts::decimal(u.amount), "at": u.at }))
            .collect::<Vec<_>>(),
        "delegated_unbonding": amounts::decimal(pool.delegated_unbonding), "stakers": pool.stakers,
        "free": amounts::decimal(pool.free), "required": amounts::decimal(pool.required),
        "insured": amounts::decimal(pool.insured), "open_receipts": pool.open_receipts,
        "commission_percent": f64::from(pool.commission.deconstruct()) / 10_000.0,
        "paid": pool.paid, "penalties": pool.penalties, "slashes": pool.slashes,
        "slashed": amounts::decimal(pool.slashed),
    })
}

fn pool_text(pool: &PoolView) -> String {
    let unbonding: u128 = pool.own_unbonding.iter().map(|u| u.amount).sum::<u128>() + pool.delegated_unbonding;
    let mut text = format!(
        "stake      {} own, {} of {} stakers, {} of all free\n",
        amounts::show(pool.own),
        amounts::show(pool.delegated),
        pool.stakers,
        amounts::show(pool.free),
    );
    if unbonding > 0 {
        text += &format!("unbonding  {}, liable until it is withdrawn\n", amounts::show(unbonding));
    }
    text += &format!(
        "liability  {} for {} open receipts: what one proven fault costs\n",
        amounts::show(pool.required),
        pool.open_receipts
    );
    if pool.insured > 0 {
        text += &format!("insured    {} in open receipts\n", amounts::show(pool.insured));
    }
    text += &format!(
        "record     paid {} times, {} missed deadlines, {} slashes ({})\ncommission {} %\n",
        pool.paid,
        pool.penalties,
        pool.slashes,
        amounts::show(pool.slashed),
        f64::from(pool.commission.deconstruct()) / 10_000.0,
    );
    text
}

fn dispute_json(dispute: &DisputeView) -> Value {
    let part = |part: &Demand| match part {
        Demand::Hashes { position, first, count } => {
            json!({ "hashes": { "position": position, "first": first, "count": count } })
        },
        Demand::Chunks { position, first, count } => {
            json!({ "chunks": { "position": position, "first": first, "count": count } })
        },
    };
    let demands: Vec<Value> = dispute
        .demands
        .iter()
        .map(
            |d| json!({ "number": d.number, "part": part(&d.part), "by": address(&d.by), "deadline_tick": d.deadline }),
        )
        .collect();
    json!({
        "dispute": dispute.id, "of": place(&dispute.path), "receipt": output::hash(&dispute.receipt_hash),
        "phase": format!("{:?}", dispute.phase).to_lowercase(), "opened_by": address(&dispute.opened_by),
        "deadline_tick": due(dispute), "tick": dispute.now, "demands": demands,
    })
}
