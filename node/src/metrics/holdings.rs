//! What the state of the best block holds.

use candor_primitives::traits::{AttestedHosts, HostStake};
use candor_runtime::{configs::Attested, Balances, Runtime, StakePools};
use pallet_jobs::JobState;
use pallet_sessions::SessionState;
use prometheus_endpoint::{register, Gauge, GaugeVec, Opts, PrometheusError, Registry, F64, U64};
use std::collections::BTreeMap;

/// What was counted: by name of the metric and value of its label, both fixed.
#[derive(Default)]
pub struct Held {
    jobs: BTreeMap<&'static str, u64>,
    sessions: BTreeMap<&'static str, u64>,
    stake: BTreeMap<&'static str, u128>,
    batches: u64,
    audits: u64,
    disputes: u64,
    hosts: u64,
    attested: u64,
    offers: u64,
    receipts: u64,
    required: u128,
    issuance: u128,
}

/// Counts. Takes as long as there are jobs, sessions and hosts: milliseconds for thousands.
pub fn read() -> Held {
    let mut held = Held {
        jobs: ["waiting", "assigned", "sealing", "revealing", "delivered"].map(|state| (state, 0)).into(),
        sessions: ["open", "closing", "ended", "overturned"].map(|state| (state, 0)).into(),
        batches: pallet_sessions::BatchesOf::<Runtime>::iter_keys().count() as u64,
        audits: pallet_audits::Audits::<Runtime>::count().into(),
        disputes: pallet_challenges::Disputes::<Runtime>::iter_keys().count() as u64,
        offers: pallet_hosts::Offers::<Runtime>::iter_keys().count() as u64,
        issuance: Balances::total_issuance(),
        ..Held::default()
    };
    for job in pallet_jobs::Jobs::<Runtime>::iter_values() {
        *held.jobs.entry(job_state(&job.state)).or_default() += 1;
    }
    for session in pallet_sessions::Sessions::<Runtime>::iter_values() {
        *held.sessions.entry(session_state(&session.state)).or_default() += 1;
    }
    for host in pallet_hosts::Hosts::<Runtime>::iter_keys() {
        held.hosts += 1;
        held.attested += u64::from(Attested::is_attested(&host));
        held.receipts += u64::from(StakePools::open_receipts(&host));
        held.required = held.required.saturating_add(StakePools::required(&host));
    }
    for pool in pallet_stake_pools::Pools::<Runtime>::iter_values() {
        let unbonding = pool.own_unbonding.total().saturating_add(pool.unbonding.value);
        for (kind, amount) in [("own", pool.own), ("delegated", pool.active.value), ("unbonding", unbonding)] {
            let sum = held.stake.entry(kind).or_default();
            *sum = sum.saturating_add(amount);
        }
    }
    held
}

const fn job_state(state: &JobState) -> &'static str {
    match state {
        JobState::Open { .. } => "waiting",
        JobState::Assigned { .. } => "assigned",
        JobState::Sealing { .. } => "sealing",
        JobState::Revealing { .. } => "revealing",
        _ => "delivered",
    }
}

const fn session_state(state: &SessionState) -> &'static str {
    match state {
        SessionState::Open { .. } => "open",
        SessionState::Closing { .. } => "closing",
        SessionState::Ended => "ended",
        SessionState::Overturned { .. } => "overturned",
    }
}

/// Gauges of the state.
pub struct Holdings {
    jobs: GaugeVec<U64>,
    sessions: GaugeVec<U64>,
    stake: GaugeVec<F64>,
    batches: Gauge<U64>,
    audits: Gauge<U64>,
    disputes: Gauge<U64>,
    hosts: Gauge<U64>,
    attested: Gauge<U64>,
    offers: Gauge<U64>,
    receipts: Gauge<U64>,
    required: Gauge<F64>,
    issuance: Gauge<F64>,
}

impl Holdings {
    /// Registers the metrics.
    pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        let gauge = |name: &str, help: &str| register(Gauge::<U64>::new(name, help)?, registry);
        let money = |name: &str, help: &str| register(Gauge::<F64>::new(name, help)?, registry);
        let counts = |name: &str, help: &str, label: &str| {
            register(GaugeVec::<U64>::new(Opts::new(name, help), &[label])?, registry)
        };
        let sums = |name: &str, help: &str, label: &str| {
            register(GaugeVec::<F64>::new(Opts::new(name, help), &[label])?, registry)
        };
        Ok(Self {
            jobs: counts("candor_jobs", "Jobs that are not final, by state", "state")?,
            sessions: counts("candor_sessions", "Sessions of which something is left to be done, by state", "state")?,
            stake: sums("candor_stake_planck", "Stake in planck, of all pools together", "kind")?,
            batches: gauge("candor_batches", "Settled batches of calls that are not final")?,
            audits: gauge("candor_audits", "Audits under way")?,
            disputes: gauge("candor_disputes", "Disputes under way")?,
            hosts: gauge("candor_hosts", "Registered hosts")?,
            attested: gauge("candor_hosts_attested", "Hosts whose machine is attested")?,
            offers: gauge("candor_offers", "Offers")?,
            receipts: gauge("candor_receipts_unsettled", "Receipts that hosts answer for")?,
            required: money("candor_liability_planck", "Planck of stake that open receipts require")?,
            issuance: money("candor_issuance_planck", "Planck in existence")?,
        })
    }

    /// Shows what was counted.
    pub fn set(&self, held: &Held) {
        for (gauge, counted) in [(&self.jobs, &held.jobs), (&self.sessions, &held.sessions)] {
            counted.iter().for_each(|(label, count)| gauge.with_label_values(&[label]).set(*count));
        }
        held.stake.iter().for_each(|(label, sum)| self.stake.with_label_values(&[label]).set(*sum as f64));
        for (gauge, count) in [
            (&self.batches, held.batches),
            (&self.audits, held.audits),
            (&self.disputes, held.disputes),
            (&self.hosts, held.hosts),
            (&self.attested, held.attested),
            (&self.offers, held.offers),
            (&self.receipts, held.receipts),
        ] {
            gauge.set(count);
        }
        self.required.set(held.required as f64);
        self.issuance.set(held.issuance as f64);
    }
}
