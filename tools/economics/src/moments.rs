//! When a conviction is priced: a liar stops working when it is drawn, and by the conviction few of its receipts are
//! open. What a slash takes must not be less for that.

use crate::{
    liar::{required, Liar, Timing, Value},
    parameters::{params, Rule, CNDR, RATES},
    table::{digits, Finding, Table},
};
use candor_economics::{Adversary, REWARD_SHARE};
use std::path::Path;

const OPEN: [u32; 10] = [1, 10, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 50_000];

/// The most that lying is worth without any adversary, as a part of what it gains.
fn worst(liar: &Liar) -> f64 {
    let (odds, losses) = (liar.odds(Adversary::default()), liar.losses());
    (1..=liar.open).map(|lies| liar.profit(lies, odds, &losses)).fold(f64::NEG_INFINITY, f64::max)
}

/// Write the table.
pub fn write(folder: &Path) -> std::io::Result<Finding> {
    let mut table = Table::new(folder, "moments", "open,at_the_lie,alone,now,assumed_rate")?;
    let value = Value { fee: CNDR, insured: 0 };
    // The dear one among small ones, for a requirement that assumes the highest rate.
    let dear = Value { fee: 100 * CNDR, insured: 0 };
    let (mut kept, mut fallen, mut assumed) = (f64::NEG_INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY);
    for open in OPEN {
        let at = params(Rule::PerWindow.rate(open));
        let lie = Liar::alone(open, value, &at, REWARD_SHARE, Timing::Open);
        let alone = Liar::alone(open, value, &at, REWARD_SHARE, Timing::Final);
        // One receipt is open by the conviction, at the rate of a host with one.
        let now = Liar { cost: params(RATES.1).of_one(value.sum()), ..lie };
        // Draws at the rate of the volume, a requirement that assumes the highest; one lie, on a receipt worth a hundred.
        let stake = required(open, value.sum(), &params(RATES.1)).saturating_add(params(RATES.1).of_one(dear.sum()));
        let high = Liar { open: 1, value: dear, own: stake, cost: stake, ..lie };
        let profits = [&lie, &alone, &now, &high].map(worst);
        table.row(&[&open, &digits(profits[0]), &digits(profits[1]), &digits(profits[2]), &digits(profits[3])])?;
        kept = kept.max(profits[0]).max(profits[1]);
        fallen = fallen.max(profits[2]);
        assumed = assumed.max(profits[3]);
    }
    Ok(Finding {
        claim: "a slash priced at the lie deters; one priced when receipts are gone, or at another rate, does not",
        holds: kept < 0. && fallen > 0. && assumed > 0.,
        lines: vec![
            format!("\"highest_profit_if_priced_at_the_lie\": {}", digits(kept)),
            format!("\"highest_profit_if_priced_at_the_conviction\": {}", digits(fallen)),
            format!("\"highest_profit_if_the_requirement_assumes_the_highest_rate\": {}", digits(assumed)),
        ],
    })
}
