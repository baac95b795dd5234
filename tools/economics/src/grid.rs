//! Where lying pays: every number of lies among every number of open receipts, against every share of the adversary.

use crate::{
    liar::{Liar, Timing, Value},
    parameters::{deterrence, params, params_with, returned, Rule, CNDR, FOUND, LIMIT, RATES, SAFETY},
    table::{digits, Finding, Table},
};
use candor_economics::{Adversary, Deterrence, Permill, REWARD_SHARE};
use std::path::Path;

const OPEN: [u32; 14] = [1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];
/// At the first the floor rules, at the second it begins to matter less than the dearest receipt, at the last challengers'
/// costs hardly count.
const FEES: [u128; 3] = [CNDR / 1_000, CNDR / 30, 100 * CNDR];
/// Insured value in fees.
const INSURED: [u128; 2] = [0, 100];

/// The worst of a cell.
#[derive(Clone, Copy)]
struct Worst {
    profit: f64,
    open: u32,
    lies: u32,
}

/// A host with what its convictions cost.
struct Case {
    liar: Liar,
    losses: Vec<f64>,
}

fn cases(rule: Rule, timing: Timing, returned: Permill, open: &[u32]) -> Vec<Case> {
    let mut cases = Vec::new();
    for open in open {
        for fee in FEES {
            for insured in INSURED {
                let value = Value { fee, insured: fee.saturating_mul(insured) };
                let liar = Liar::alone(*open, value, &params(rule.rate(*open)), returned, timing);
                let losses = liar.losses();
                cases.push(Case { liar, losses });
            }
        }
    }
    cases
}

/// The most that lying is worth over all cases and numbers of lies, as a part of what it gains.
fn worst(cases: &[Case], adversary: Adversary) -> Worst {
    let mut worst = Worst { profit: f64::NEG_INFINITY, open: 0, lies: 0 };
    for case in cases {
        let odds = case.liar.odds(adversary);
        for lies in 1..=case.liar.open {
            let profit = case.liar.profit(lies, odds, &case.losses);
            if profit > worst.profit {
                worst = Worst { profit, open: case.liar.open, lies };
            }
        }
    }
    worst
}

fn percent(whole: u32) -> Permill {
    Permill::from_percent(whole)
}

/// The map: collusion against slots, for both rules and timings.
fn map(folder: &Path) -> std::io::Result<(f64, f64, u64)> {
    let mut table = Table::new(folder, "map", "rule,timing,collusion,slots,profit,open,lies,held")?;
    let (mut inside, mut outside, mut looked) = (f64::NEG_INFINITY, f64::NEG_INFINITY, 0u64);
    for rule in [Rule::Constant, Rule::PerWindow] {
        for timing in [Timing::Open, Timing::Final] {
            let cases = cases(rule, timing, REWARD_SHARE, &OPEN);
            for collusion in (0..=60).step_by(5).map(percent) {
                for slots in (0..=60).step_by(5).map(percent) {
                    let adversary = Adversary { collusion, slots };
                    let worst = worst(&cases, adversary);
                    looked += cases.iter().map(|case| u64::from(case.liar.open)).sum::<u64>();
                    let held = deterrence(RATES.1).holds(adversary, FOUND);
                    if held {
                        inside = inside.max(worst.profit);
                    } else {
                        outside = outside.max(worst.profit);
                    }
                    table.row(&[
                        &rule.name(),
                        &timing.name(),
                        &(collusion.deconstruct() / 10_000),
                        &(slots.deconstruct() / 10_000),
                        &digits(worst.profit),
                        &worst.open,
                        &worst.lies,
                        &held,
                    ])?;
                }
            }
        }
    }
    Ok((inside, outside, looked))
}

/// Every number of lies among 1 000 open receipts, for a few adversaries.
fn lies(folder: &Path) -> std::io::Result<f64> {
    let mut table = Table::new(folder, "lies", "adversary,lies,profit")?;
    let value = Value { fee: 100 * CNDR, insured: 0 };
    let nobody = Adversary::default();
    let beyond = Adversary { collusion: percent(60), slots: percent(33) };
    let half = percent(50);
    let lines = [
        ("no adversary", nobody, REWARD_SHARE, Timing::Open),
        ("at the limits", LIMIT, REWARD_SHARE, Timing::Open),
        ("limits - rest final", LIMIT, REWARD_SHARE, Timing::Final),
        ("60 % collude", beyond, REWARD_SHARE, Timing::Final),
        ("half comes back", nobody, half, Timing::Open),
    ];
    let mut half_pays = f64::NEG_INFINITY;
    for (name, adversary, returned, timing) in lines {
        let liar = Liar::alone(1_000, value, &params(RATES.1), returned, timing);
        let (odds, losses) = (liar.odds(adversary), liar.losses());
        for lies in 1..=liar.open {
            let profit = liar.profit(lies, odds, &losses);
            table.row(&[&name, &lies, &digits(profit)])?;
            if returned == half {
                half_pays = half_pays.max(profit);
            }
        }
    }
    Ok(half_pays)
}

/// The limit of the one share beside the other, for a few safety factors.
fn limits(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut table = Table::new(folder, "limits", "safety,slots,collusion")?;
    let mut lines = Vec::new();
    for safety in [115, 120, 150, 200] {
        let deterrence = Deterrence { params: params_with(safety, RATES.1), returned: returned() };
        for slots in (0..=50).step_by(5) {
            if let Some(most) = deterrence.most_collusion(percent(slots), FOUND) {
                let most = f64::from(most.deconstruct()) / 10_000.;
                table.row(&[&(f64::from(safety) / 100.), &slots, &most])?;
                if safety == SAFETY && slots % 10 == 0 {
                    lines.push(format!("\"most_collusion_beside_{slots}_percent_of_slots\": {most}"));
                }
            }
        }
    }
    Ok(lines)
}

/// Write the tables.
pub fn write(folder: &Path) -> std::io::Result<Finding> {
    let (inside, outside, looked) = map(folder)?;
    let half = lies(folder)?;
    let mut lines = vec![
        format!("\"combinations\": {looked}"),
        format!("\"highest_profit_inside\": {}", digits(inside)),
        format!("\"highest_profit_outside\": {}", digits(outside)),
        format!("\"highest_profit_if_half_comes_back\": {}", digits(half)),
    ];
    lines.extend(limits(folder)?);
    Ok(Finding {
        claim: "lying loses inside the limits, pays outside, and pays if half of a slash comes back",
        holds: inside < 0. && outside > 0. && half > 0.,
        lines,
    })
}
