//! Hosts that answer with other people's stake: what lying is worth to the host alone, by its own share of the stake and
//! its commission, and with insured values.

use crate::{
    liar::{Liar, Timing, Value},
    parameters::{params_with, CNDR, LIMIT, RATES, SAFETY},
    table::{digits, Finding, Table},
};
use candor_economics::{Adversary, Permill, REWARD_SHARE};
use std::path::Path;

const OPEN: [u32; 7] = [1, 2, 10, 100, 500, 2_000, 10_000];
/// The own part of what a requirement counts at the least: delegated stake counts up to twice the own.
const LEAST_OWN: Permill = Permill::from_parts(333_334);
/// The other safety factor that is looked at, in hundredths.
const LOWER: u32 = 120;

/// The most that lying is worth to a host whose receipts are covered exactly, `own` of that by itself, as a part of what
/// it gains.
fn worst(safety: u32, value: Value, own: Permill, commission: Permill, adversary: Adversary) -> f64 {
    let mut worst = f64::NEG_INFINITY;
    for open in OPEN {
        for timing in [Timing::Open, Timing::Final] {
            let params = params_with(safety, RATES.1);
            let liar = Liar::alone(open, value, &params, REWARD_SHARE, timing).shared(own, commission);
            let (odds, losses) = (liar.odds(adversary), liar.losses());
            for lies in (1..=open).step_by(open.div_ceil(500) as usize).chain([open]) {
                worst = worst.max(liar.profit(lies, odds, &losses));
            }
        }
    }
    worst
}

fn percent(whole: u32) -> Permill {
    Permill::from_percent(whole)
}

/// Own share against commission. Returns, for both safety factors, the least own share at a commission of 10 %, and the
/// highest profit without commission.
fn fees(folder: &Path) -> std::io::Result<([Option<u32>; 2], f64)> {
    let fee = Value { fee: CNDR, insured: 0 };
    let mut table = Table::new(folder, "stakers", "safety,own,commission,profit,profit_at_limits")?;
    let (mut least, mut free) = ([None; 2], f64::NEG_INFINITY);
    for (at, safety) in [SAFETY, LOWER].into_iter().enumerate() {
        for own in (5..=100).step_by(5) {
            for commission in (0..=50).step_by(5) {
                let alone = worst(safety, fee, percent(own), percent(commission), Adversary::default());
                let limits = worst(safety, fee, percent(own), percent(commission), LIMIT);
                table.row(&[&(f64::from(safety) / 100.), &own, &commission, &digits(alone), &digits(limits)])?;
                if commission == 10 && alone < 0. && limits < 0. {
                    least[at].get_or_insert(own);
                }
                if commission == 0 && safety == SAFETY {
                    free = free.max(alone).max(limits);
                }
            }
        }
    }
    Ok((least, free))
}

/// Insured values of a hundred fees by own share. Returns the profit where own stake is about what is insured (a
/// hundredth of the requirement), and the highest where it covers nearly all of it.
fn insured(folder: &Path) -> std::io::Result<(f64, f64)> {
    let mut table = Table::new(folder, "insured", "own,profit,profit_at_limits")?;
    let value = Value { fee: CNDR, insured: 100 * CNDR };
    let (mut paid_out, mut covered) = (0., f64::NEG_INFINITY);
    for parts in
        [6_600, 10_000, 20_000, 50_000, 100_000, 200_000, 400_000, 600_000, 800_000, 900_000, 990_000, 1_000_000]
    {
        let own = Permill::from_parts(parts);
        let alone = worst(SAFETY, value, own, percent(10), Adversary::default());
        let limits = worst(SAFETY, value, own, percent(10), LIMIT);
        table.row(&[&(f64::from(parts) / 10_000.), &digits(alone), &digits(limits)])?;
        if parts == 6_600 {
            paid_out = alone;
        }
        if parts >= 990_000 {
            covered = covered.max(limits);
        }
    }
    Ok((paid_out, covered))
}

/// The highest commission in whole per cent with which a host with the least own part is deterred.
fn most_commission(adversary: Adversary) -> u32 {
    let fee = Value { fee: CNDR, insured: 0 };
    let deterred = |commission: &u32| worst(SAFETY, fee, LEAST_OWN, percent(*commission), adversary) < 0.;
    (0..=50).take_while(deterred).last().unwrap_or(0)
}

/// Write the tables.
pub fn write(folder: &Path) -> std::io::Result<Finding> {
    let (least, free) = fees(folder)?;
    let (paid_out, covered) = insured(folder)?;
    let least = least.map(|own| own.map_or_else(|| "null".into(), |own| own.to_string()));
    Ok(Finding {
        claim: "without commission every own share deters; insured values are deterred by own stake only",
        holds: free < 0. && paid_out > 0. && covered < 0.,
        lines: vec![
            format!("\"highest_profit_without_commission\": {}", digits(free)),
            format!("\"least_own_share_at_10_percent_commission\": {}", least[0]),
            format!("\"least_own_share_at_10_percent_commission_with_safety_1.2\": {}", least[1]),
            format!("\"most_commission_with_a_third_of_own_stake\": {}", most_commission(Adversary::default())),
            format!("\"most_commission_with_a_third_of_own_stake_at_the_limits\": {}", most_commission(LIMIT)),
            format!("\"profit_when_own_stake_only_pays_insured_values_out\": {}", digits(paid_out)),
            format!("\"highest_profit_when_own_stake_covers_insured_values\": {}", digits(covered)),
        ],
    })
}
