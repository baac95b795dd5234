//! What verification costs, per unit of fee: levy, locked capital, transactions, each apart.

use crate::{
    liar::required,
    parameters::{
        params, pay, share, Rule, AUDIT_BYTES, AUDIT_CALLS, BYTE_PRICE, CNDR, INTEREST, MODELS, RESULT, SESSION_CALLS,
        SUBMIT, TIME_PRICE, WINDOW_HOURS, YEAR_HOURS,
    },
    table::{digits, Finding, Table},
};
use candor_economics::audit_levy;
use std::path::Path;

/// Price of a transaction, in planck.
fn transaction((time, bytes): (u128, u128)) -> f64 {
    (time * TIME_PRICE + bytes * BYTE_PRICE) as f64
}

/// Parts of a fee.
struct Parts {
    /// What auditors are paid.
    levy: f64,
    /// Interest on what is locked.
    capital: f64,
    /// Block space of audits.
    audits: f64,
    /// Transactions of one job.
    job: f64,
    /// Transactions of a call in a session, of which thousands settle at once.
    session: f64,
}

impl Parts {
    /// Of a host with `open` receipts of `fee` in a window.
    fn of(rule: Rule, open: u32, fee: u128) -> Self {
        let rate = rule.rate(open);
        let value = fee as f64;
        let locked = required(open, fee, &params(rate)) as f64 / f64::from(open);
        let audit = AUDIT_CALLS as f64 * transaction((RESULT.0, AUDIT_BYTES));
        let job = transaction(SUBMIT) + transaction(RESULT);
        Self {
            levy: audit_levy(fee, rate, pay().of(fee)) as f64 / value,
            capital: locked * INTEREST * WINDOW_HOURS / YEAR_HOURS / value,
            audits: share(rate) * audit / value,
            job: job / value,
            session: job / SESSION_CALLS as f64 / value,
        }
    }

    fn row(&self) -> [String; 5] {
        [self.levy, self.capital, self.audits, self.job, self.session].map(|part| format!("{part:.9}"))
    }
}

/// Fee of a call that takes so many milliseconds, at the price that the chain takes for its own time.
fn fee(milliseconds: f64) -> u128 {
    (milliseconds * 1e9) as u128 * TIME_PRICE
}

/// Write the tables.
pub fn write(folder: &Path) -> std::io::Result<Finding> {
    let head = "levy,capital,audits,job,session";
    let mut table = Table::new(folder, "volume", &format!("rule,open,{head}"))?;
    let mut levies = Vec::new();
    for rule in [Rule::Constant, Rule::PerWindow] {
        for open in [1u32, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000, 50_000, 100_000] {
            let parts = Parts::of(rule, open, CNDR);
            let cells = parts.row();
            table.row(&[&rule.name(), &open, &cells[0], &cells[1], &cells[2], &cells[3], &cells[4]])?;
            if rule == Rule::PerWindow && (open == 1 || open == 50_000 || open == 1_000) {
                levies.push(parts);
            }
        }
    }

    // Audits cost what their run costs beside inference; what is paid for them covers that for every model measured.
    let mut table = Table::new(folder, "models", &format!("model,parameters,open,ms,fee,audit,work,{head}"))?;
    let mut covered = true;
    for (name, parameters, milliseconds, audit) in MODELS {
        for open in [10u32, 500, 50_000] {
            let fee = fee(milliseconds);
            let parts = Parts::of(Rule::PerWindow, open, fee);
            // Work repeated, over work: what verification takes of machines, whatever it is paid.
            let work = share(Rule::PerWindow.rate(open)) * audit;
            covered &= pay().of(fee) as f64 >= audit * fee as f64;
            let cells = parts.row();
            table.row(&[
                &name,
                &parameters,
                &open,
                &milliseconds,
                &(fee as f64 / CNDR as f64),
                &audit,
                &format!("{work:.9}"),
                &cells[0],
                &cells[1],
                &cells[2],
                &cells[3],
                &cells[4],
            ])?;
        }
    }
    let total = |parts: &Parts| parts.levy + parts.capital + parts.audits;
    let [small, middle, large] = [0, 1, 2].map(|at| levies.get(at).map_or(0., total));
    Ok(Finding {
        claim: "verification costs less of a fee the more a host is used, and pays for audits of every model",
        holds: covered && large < middle && middle < small,
        lines: vec![
            format!("\"verification_of_a_fee_with_1_receipt\": {}", digits(small)),
            format!("\"verification_of_a_fee_with_1000_receipts\": {}", digits(middle)),
            format!("\"verification_of_a_fee_with_50000_receipts\": {}", digits(large)),
        ],
    })
}
