//! What happened, in final blocks.

use candor_runtime::{Runtime, RuntimeEvent, System};
use prometheus_endpoint::{
    register, Counter, CounterVec, Histogram, HistogramOpts, Opts, PrometheusError, Registry, F64, U64,
};
use std::collections::HashMap;

/// Jobs whose beginning is remembered, at most: more are counted, but not timed.
const MOST: usize = 100_000;

/// A block's events, and its number.
pub struct Happened {
    block: u32,
    events: Vec<RuntimeEvent>,
}

/// The events of the block whose state this is.
pub fn read() -> Happened {
    Happened {
        block: System::block_number(),
        events: System::read_events_no_consensus().map(|record| record.event).collect(),
    }
}

/// Counters of events.
pub struct Happenings {
    submitted: Counter<U64>,
    finished: CounterVec<U64>,
    latency: Histogram,
    settlement: Histogram,
    missed: Counter<U64>,
    sessions: Counter<U64>,
    calls: Counter<U64>,
    audits: CounterVec<U64>,
    disputes: CounterVec<U64>,
    revoked: Counter<U64>,
    fees: CounterVec<F64>,
    slashed: Counter<F64>,
    penalties: Counter<F64>,
    validators: Validating,
    /// When jobs that are not answered yet were submitted, and when the others were answered.
    begun: HashMap<u64, u32>,
}

/// Counters of what happens to validators.
struct Validating {
    paid: CounterVec<F64>,
    offline: Counter<U64>,
    offences: Counter<U64>,
    slashed: Counter<F64>,
    penalties: Counter<F64>,
}

impl Validating {
    fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        let counter = |name: &str, help: &str| register(Counter::<U64>::new(name, help)?, registry);
        let money = |name: &str, help: &str| register(Counter::<F64>::new(name, help)?, registry);
        let paid = Opts::new("candor_validator_paid_planck_total", "Planck paid to authors of blocks, by where from");
        Ok(Self {
            paid: register(CounterVec::<F64>::new(paid, &["source"])?, registry)?,
            offline: counter("candor_validator_offline_total", "Validators found offline")?,
            offences: counter("candor_validator_offences_total", "Proven offences of validators")?,
            slashed: money("candor_validator_slashed_planck_total", "Planck taken of validators for offences")?,
            penalties: money("candor_validator_penalties_planck_total", "Planck taken of offline validators")?,
        })
    }

    fn event(&self, event: pallet_validators::Event<Runtime>) {
        use pallet_validators::Event::*;
        match event {
            Paid { amount, minted, .. } => {
                for (source, part) in [("fees", amount.saturating_sub(minted)), ("minted", minted)] {
                    self.paid.with_label_values(&[source]).inc_by(planck(part));
                }
            },
            Offline { .. } => self.offline.inc(),
            Offended { .. } => self.offences.inc(),
            _ => {},
        }
    }
}

/// Buckets of a histogram of blocks.
const BLOCKS: [f64; 12] = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 20.0, 50.0, 100.0, 300.0, 1000.0];

fn planck(amount: u128) -> f64 {
    amount as f64
}

impl Happenings {
    /// Registers the metrics.
    pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        let counter = |name: &str, help: &str| register(Counter::<U64>::new(name, help)?, registry);
        let money = |name: &str, help: &str| register(Counter::<F64>::new(name, help)?, registry);
        let by = |name: &str, help: &str, label: &str| {
            register(CounterVec::<U64>::new(Opts::new(name, help), &[label])?, registry)
        };
        let blocks = |name: &str, help: &str| {
            register(Histogram::with_opts(HistogramOpts::new(name, help).buckets(BLOCKS.to_vec()))?, registry)
        };
        Ok(Self {
            submitted: counter("candor_jobs_submitted_total", "Jobs submitted")?,
            finished: by("candor_jobs_finished_total", "Jobs that ended, by how", "result")?,
            latency: blocks("candor_job_latency_blocks", "Blocks from submission to result")?,
            settlement: blocks("candor_job_settlement_blocks", "Blocks from result to payment")?,
            missed: counter("candor_jobs_missed_total", "Deadlines of jobs that hosts missed")?,
            sessions: counter("candor_sessions_opened_total", "Sessions opened")?,
            calls: counter("candor_session_calls_settled_total", "Calls of sessions that were settled")?,
            audits: by("candor_audits_total", "Audits that ended, by what they found", "verdict")?,
            disputes: by("candor_disputes_total", "Disputes that ended, by their verdict", "verdict")?,
            revoked: counter("candor_machines_revoked_total", "Attested machines revoked")?,
            fees: register(
                CounterVec::<F64>::new(
                    Opts::new("candor_fees_planck_total", "Fees paid in planck, by who has them"),
                    &["payee"],
                )?,
                registry,
            )?,
            slashed: money("candor_slashed_planck_total", "Planck taken for proven faults")?,
            penalties: money("candor_penalties_planck_total", "Planck taken for missed deadlines")?,
            validators: Validating::register(registry)?,
            begun: HashMap::new(),
        })
    }

    /// Counts the events of a block.
    pub fn count(&mut self, happened: Happened) {
        for event in happened.events {
            match event {
                RuntimeEvent::Jobs(event) => self.job(happened.block, event),
                RuntimeEvent::Sessions(event) => self.session(event),
                RuntimeEvent::Audits(pallet_audits::Event::AuditEnded { result, .. }) => {
                    self.audits.with_label_values(&[&format!("{result:?}").to_lowercase()]).inc();
                },
                RuntimeEvent::Challenges(event) => self.dispute(&event),
                RuntimeEvent::StakePools(pallet_stake_pools::Event::Slashed { self_stake, delegated, .. }) => {
                    self.slashed.inc_by(planck(self_stake.saturating_add(delegated)));
                },
                RuntimeEvent::StakePools(pallet_stake_pools::Event::Penalised { taken, .. }) => {
                    self.penalties.inc_by(planck(taken));
                },
                RuntimeEvent::Validators(event) => self.validators.event(event),
                RuntimeEvent::ValidatorPools(pallet_stake_pools::Event::Slashed { self_stake, delegated, .. }) => {
                    self.validators.slashed.inc_by(planck(self_stake.saturating_add(delegated)));
                },
                RuntimeEvent::ValidatorPools(pallet_stake_pools::Event::Penalised { taken, .. }) => {
                    self.validators.penalties.inc_by(planck(taken));
                },
                RuntimeEvent::IntelAttestations(pallet_attestations::Event::PlatformRevoked { .. })
                | RuntimeEvent::AmdAttestations(pallet_attestations::Event::PlatformRevoked { .. }) => {
                    self.revoked.inc()
                },
                _ => {},
            }
        }
    }

    fn job(&mut self, block: u32, event: pallet_jobs::Event<Runtime>) {
        use pallet_jobs::Event::*;
        match event {
            JobSubmitted { job, .. } => {
                self.submitted.inc();
                self.begin(job, block);
            },
            ScheduleRun { job, .. } => self.begin(job, block),
            // Of a redundant job the majority's agreement is the answer.
            ResultDelivered { job, .. } => {
                if let Some(submitted) = self.begun.insert(job, block) {
                    self.latency.observe(f64::from(block.saturating_sub(submitted)));
                }
            },
            HostNoShow { .. } => self.missed.inc(),
            HostPaid { amount, stakers, royalty, levy, treasury, .. } => {
                self.paid(amount, stakers, royalty, levy, treasury)
            },
            JobFinalised { job, .. } => {
                if let Some(answered) = self.end(job, "paid") {
                    self.settlement.observe(f64::from(block.saturating_sub(answered)));
                }
            },
            JobDisagreed { job, .. } => drop(self.end(job, "disagreed")),
            JobExpired { job, .. } => drop(self.end(job, "expired")),
            JobCancelled { job, .. } => drop(self.end(job, "cancelled")),
            JobOverturned { job, .. } => drop(self.end(job, "overturned")),
            _ => {},
        }
    }

    fn begin(&mut self, job: u64, block: u32) {
        if self.begun.len() < MOST {
            self.begun.insert(job, block);
        }
    }

    fn end(&mut self, job: u64, result: &str) -> Option<u32> {
        self.finished.with_label_values(&[result]).inc();
        self.begun.remove(&job)
    }

    fn paid(&self, host: u128, stakers: u128, royalty: u128, levy: u128, treasury: u128) {
        for (payee, amount) in
            [("host", host), ("stakers", stakers), ("publisher", royalty), ("auditors", levy), ("treasury", treasury)]
        {
            self.fees.with_label_values(&[payee]).inc_by(planck(amount));
        }
    }

    fn session(&self, event: pallet_sessions::Event<Runtime>) {
        use pallet_sessions::Event::*;
        match event {
            SessionOpened { .. } => self.sessions.inc(),
            SessionSettled { calls, .. } => self.calls.inc_by(calls.into()),
            BatchPaid { amount, stakers, royalty, levy, treasury, .. } => {
                self.paid(amount, stakers, royalty, levy, treasury);
            },
            _ => {},
        }
    }

    fn dispute(&self, event: &pallet_challenges::Event<Runtime>) {
        use pallet_challenges::Event::*;
        let verdict = match event {
            HostConvicted { .. } => "convicted",
            ReceiptUpheld { .. } => "upheld",
            DisputeDismissed { .. } => "dismissed",
            _ => return,
        };
        self.disputes.with_label_values(&[verdict]).inc();
    }
}
