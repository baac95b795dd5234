//! The closed forms against the mechanism, played: every lie is drawn by `is_drawn`, its auditor by `draw_target` over
//! the stake, its block may be withheld, every conviction is divided by `slash_split`.

use crate::{
    liar::{Liar, Timing, Value},
    parameters::{params, share, Rule, CNDR, LIMIT},
    random::Random,
    table::{digits, Finding, Table},
};
use candor_economics::{draw_target, is_drawn, Adversary, Permill, REWARD_SHARE};
use std::path::Path;

const TRIALS: u32 = 100_000;
/// Stake of a profile, of which a share colludes.
const STAKE: u128 = 1_000_000 * CNDR;

/// Whether one lie is convicted.
fn is_convicted(random: &mut Random, rate: Permill, adversary: Adversary) -> bool {
    let withheld = random.chance(share(adversary.slots));
    if withheld || !is_drawn(&random.entropy(), rate) {
        return false;
    }
    let target = draw_target(&random.entropy(), STAKE).unwrap_or(0);
    target >= adversary.collusion.mul_floor(STAKE)
}

/// Mean profit over gain, and its standard error.
fn play(random: &mut Random, liar: &Liar, lies: u32, adversary: Adversary) -> (f64, f64) {
    let (losses, gain) = (liar.losses(), liar.gain(lies));
    let (mut sum, mut squares) = (0f64, 0f64);
    for _ in 0..TRIALS {
        let caught = (0..lies).filter(|_| is_convicted(random, liar.rate, adversary)).count();
        let loss = losses.get(caught).or(losses.last()).copied().unwrap_or(0.);
        let profit = (gain - loss) / gain;
        sum += profit;
        squares += profit * profit;
    }
    let trials = f64::from(TRIALS);
    let mean = sum / trials;
    (mean, ((squares / trials - mean * mean).max(0.) / trials).sqrt())
}

/// Write the table.
pub fn write(folder: &Path) -> std::io::Result<Finding> {
    let mut table =
        Table::new(folder, "sampled", "rule,timing,open,lies,collusion,slots,closed,played,error,deviation")?;
    let mut random = Random::new(11);
    let (mut largest, mut cells) = (0f64, 0u32);
    let beyond = Adversary { collusion: Permill::from_percent(60), slots: Permill::from_percent(33) };
    for rule in [Rule::Constant, Rule::PerWindow] {
        for timing in [Timing::Open, Timing::Final] {
            for (open, lies) in [(20, 20), (200, 20), (200, 200), (1_000, 100)] {
                for adversary in [Adversary::default(), LIMIT, beyond] {
                    let value = Value { fee: 100 * CNDR, insured: 0 };
                    let liar = Liar::alone(open, value, &params(rule.rate(open)), REWARD_SHARE, timing);
                    let closed = liar.profit(lies, liar.odds(adversary), &liar.losses());
                    let (played, error) = play(&mut random, &liar, lies, adversary);
                    let deviation = (played - closed) / error;
                    largest = largest.max(deviation.abs());
                    cells += 1;
                    let percent = |ratio: Permill| ratio.deconstruct() / 10_000;
                    table.row(&[
                        &rule.name(),
                        &timing.name(),
                        &open,
                        &lies,
                        &percent(adversary.collusion),
                        &percent(adversary.slots),
                        &digits(closed),
                        &digits(played),
                        &digits(error),
                        &digits(deviation),
                    ])?;
                }
            }
        }
    }
    Ok(Finding {
        claim: "what is played agrees with the closed forms within 4 standard errors",
        holds: largest < 4.,
        lines: vec![
            format!("\"played\": {cells}"),
            format!("\"trials_each\": {TRIALS}"),
            format!("\"largest_deviation_in_standard_errors\": {}", digits(largest)),
        ],
    })
}
