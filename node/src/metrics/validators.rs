//! What the state of the best block says of validators: who validates, with what stake, and how this node's own validator stands.

use candor_primitives::{
    traits::{HostPools, HostStake},
    AccountId, Balance,
};
use candor_runtime::{
    configs::MinValidatorStake, Balances, Runtime, Session, ValidatorPools, Validators, EXISTENTIAL_DEPOSIT,
};
use pallet_validators::{Authored, Candidacy, Candidates, Config, Missed, MAX_VALIDATORS};
use prometheus_endpoint::{register, Gauge, GaugeVec, Opts, PrometheusError, Registry, F64, U64};
use sp_core::{crypto::key_types::BABE, sr25519, Get};
use std::collections::{BTreeMap, BTreeSet};

/// What was found: by value of the label, where a metric has one.
pub struct Found {
    validators: u64,
    seats: u64,
    offline_after: u64,
    candidates: BTreeMap<&'static str, u64>,
    stake: BTreeMap<&'static str, Balance>,
    own: BTreeMap<&'static str, u64>,
    own_stake: Balance,
    own_missed: u64,
    fees: Balance,
}

/// Looks through validators and candidates: a thousand at most. Own are those whose BABE keys, as set on chain, are among `keys`.
pub fn read(keys: &[sr25519::Public]) -> Found {
    let set: BTreeSet<AccountId> = Session::validators().into_iter().collect();
    let mut candidates: BTreeMap<_, u64> = ["standing", "chilled"].map(|state| (state, 0)).into();
    let mut next = 0;
    for (who, candidacy) in Candidates::<Runtime>::iter() {
        *candidates.entry(word(candidacy)).or_default() += 1;
        if candidacy == Candidacy::Standing && !set.contains(&who) && is_electable(&who) {
            next = ValidatorPools::active(&who).max(next);
        }
    }
    let stakes: Vec<Balance> = set.iter().map(ValidatorPools::active).collect();
    let all = stakes.iter().fold(0, |sum: Balance, stake| sum.saturating_add(*stake));
    let least = stakes.into_iter().min().unwrap_or(0);

    let owners = keys.iter().filter_map(|key| Session::key_owner(BABE, &key.0));
    let owners: BTreeSet<AccountId> = owners.collect();
    let mut own: BTreeMap<_, u64> = ["validating", "waiting", "chilled", "absent"].map(|state| (state, 0)).into();
    for who in &owners {
        *own.entry(standing(who, &set)).or_default() += 1;
    }
    let (seats, offline_after): (u32, u32) =
        (<Runtime as Config>::ValidatorCount::get(), <Runtime as Config>::OfflineBlocks::get());
    Found {
        validators: set.len() as u64,
        seats: seats.min(MAX_VALIDATORS).into(),
        offline_after: offline_after.into(),
        candidates,
        stake: [("all", all), ("least", least), ("next", next)].into(),
        own,
        own_stake: owners.iter().map(ValidatorPools::active).min().unwrap_or(0),
        own_missed: owners.iter().map(|who| missed(who, &set)).max().unwrap_or(0).into(),
        fees: Balances::free_balance(Validators::pot()).saturating_sub(EXISTENTIAL_DEPOSIT),
    }
}

const fn word(candidacy: Candidacy) -> &'static str {
    match candidacy {
        Candidacy::Standing => "standing",
        Candidacy::Chilled => "chilled",
    }
}

/// Whether an election would look at this candidate.
fn is_electable(who: &AccountId) -> bool {
    ValidatorPools::self_stake(who) >= MinValidatorStake::get() && Session::load_keys(who).is_some()
}

/// How a validator stands whose keys are here.
fn standing(who: &AccountId, set: &BTreeSet<AccountId>) -> &'static str {
    match Candidates::<Runtime>::get(who) {
        Some(Candidacy::Standing) if set.contains(who) => "validating",
        Some(Candidacy::Standing) => "waiting",
        Some(Candidacy::Chilled) => "chilled",
        None => "absent",
    }
}

/// What would count against a validator if the session ended now: blocks that it should have authored since the last session in
/// which it authored one. Nothing counts against whoever does not validate, or does not stand any more.
fn missed(who: &AccountId, set: &BTreeSet<AccountId>) -> u32 {
    if standing(who, set) != "validating" || Authored::<Runtime>::get(who) > 0 {
        return 0;
    }
    let blocks = Authored::<Runtime>::iter_values().fold(0u32, |sum, blocks| sum.saturating_add(blocks));
    Missed::<Runtime>::get(who).saturating_add(blocks.checked_div(set.len() as u32).unwrap_or(0))
}

/// Gauges of validators.
pub struct Gauges {
    validators: Gauge<U64>,
    seats: Gauge<U64>,
    offline_after: Gauge<U64>,
    candidates: GaugeVec<U64>,
    stake: GaugeVec<F64>,
    own: GaugeVec<U64>,
    own_stake: Gauge<F64>,
    own_missed: Gauge<U64>,
    fees: Gauge<F64>,
}

impl Gauges {
    /// Registers the metrics.
    pub fn register(registry: &Registry) -> Result<Self, PrometheusError> {
        let gauge = |name: &str, help: &str| register(Gauge::<U64>::new(name, help)?, registry);
        let money = |name: &str, help: &str| register(Gauge::<F64>::new(name, help)?, registry);
        let counts =
            |name: &str, help: &str| register(GaugeVec::<U64>::new(Opts::new(name, help), &["state"])?, registry);
        let stake = Opts::new(
            "candor_validator_stake_planck",
            "Counted stake in planck: of all validators, the least of one, the most of one that waits",
        );
        Ok(Self {
            validators: gauge("candor_validators", "Validators of this session")?,
            seats: gauge("candor_validator_seats", "Validators that are elected at most")?,
            offline_after: gauge(
                "candor_validator_offline_blocks",
                "Blocks that a validator misses before it counts as offline",
            )?,
            candidates: counts("candor_validator_candidates", "Candidates by state")?,
            stake: register(GaugeVec::<F64>::new(stake, &["of"])?, registry)?,
            own: counts("candor_own_validators", "Validators whose keys are in this node's keystore, by state")?,
            own_stake: money("candor_own_validator_stake_planck", "Counted stake of the own validator, in planck")?,
            own_missed: gauge(
                "candor_own_validator_missed_blocks",
                "Blocks that the own validator should have authored since the last session in which it authored one",
            )?,
            fees: money("candor_fees_waiting_planck", "Planck of fees that no author has been paid")?,
        })
    }

    /// Shows what was found.
    pub fn set(&self, found: &Found) {
        for (gauge, counted) in [(&self.candidates, &found.candidates), (&self.own, &found.own)] {
            counted.iter().for_each(|(label, count)| gauge.with_label_values(&[label]).set(*count));
        }
        found.stake.iter().for_each(|(label, sum)| self.stake.with_label_values(&[label]).set(*sum as f64));
        for (gauge, count) in [
            (&self.validators, found.validators),
            (&self.seats, found.seats),
            (&self.offline_after, found.offline_after),
            (&self.own_missed, found.own_missed),
        ] {
            gauge.set(count);
        }
        self.own_stake.set(found.own_stake as f64);
        self.fees.set(found.fees as f64);
    }
}
