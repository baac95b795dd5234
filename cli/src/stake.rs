//! `candor stake`: stake for hosts, and take stake back.

use crate::{
    account::{self, address},
    amounts,
    args::{Globals, Stake},
    chain::{Call, Chain, Submitted},
    errors::{CliError, Result},
    host::{block_line, receipt},
    output::{self, Out},
};
use candor_primitives::BlockNumber;
use candor_runtime_api::views::{PoolView, PositionView};
use serde_json::{json, Value};

/// `candor stake`.
pub async fn run(command: &Stake, globals: &Globals, out: &Out) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    match command {
        Stake::List => list(&chain, out).await,
        Stake::Show { account } => show(&chain, globals, out, account.as_deref()).await,
        Stake::Add { host, amount } => {
            let call = Call::new("StakePools", "stake").arg(&account::parse(host)?).number(*amount);
            send(&chain, globals, out, &call, &format!("{} staked", amounts::show(*amount))).await
        },
        Stake::Remove { host, amount, .. } => {
            let host = account::parse(host)?;
            let (call, what) = match amount {
                Some(amount) => {
                    (Call::new("StakePools", "unstake").arg(&host).number(*amount), amounts::show(*amount) + " are")
                },
                None => (Call::new("StakePools", "unstake_all").arg(&host), "everything is".into()),
            };
            let done = format!("{what} unbonding, and liable until it is withdrawn with `candor stake withdraw`");
            send(&chain, globals, out, &call, &done).await
        },
        Stake::Withdraw { host } => withdraw(&chain, globals, out, host.as_deref()).await,
        Stake::Move { from, to } => {
            let call = Call::new("StakePools", "restake").arg(&account::parse(from)?).arg(&account::parse(to)?);
            send(&chain, globals, out, &call, "what had finished unbonding is staked there").await
        },
    }
}

async fn send(chain: &Chain, globals: &Globals, out: &Out, call: &Call, done: &str) -> Result<()> {
    let submitted = chain.submit(&globals.signer(chain, out).await?, call).await?;
    let document = document(&submitted);
    out.document(&document, || {
        let free = document["free_at"].as_u64().map(|at| format!("free from  block {at}\n")).unwrap_or_default();
        let has = document["active"].as_str().map(|a| format!("active     {a} CNDR\n")).unwrap_or_default();
        format!("{done}\n{}{has}{free}", block_line(&submitted))
    });
    Ok(())
}

/// A transaction of this pallet, as JSON.
fn document(submitted: &Submitted) -> Value {
    let number = |field: &str| {
        let events = submitted.events.iter().filter(|event| event.pallet == "StakePools");
        events.filter_map(|event| event.number(field)).next()
    };
    let mut document = receipt(submitted);
    document["amount"] = json!(number("amount").map(amounts::decimal));
    document["active"] = json!(number("active").map(amounts::decimal));
    document["free_at"] = json!(number("at").and_then(|at| BlockNumber::try_from(at).ok()));
    document
}

/// Parts of a position that can be withdrawn now.
fn due(position: &PositionView, now: BlockNumber) -> u128 {
    position.unbonding.iter().filter(|part| part.at <= now).map(|part| part.amount).sum()
}

async fn withdraw(chain: &Chain, globals: &Globals, out: &Out, host: Option<&str>) -> Result<()> {
    let pair = globals.signer(chain, out).await?;
    let hosts = match host {
        Some(host) => vec![account::parse(host)?],
        None => {
            let (who, now) = (globals.account(chain, out).await?, chain.head().await?.number);
            let positions = chain.positions(&who).await?;
            let due = positions.into_iter().filter(|p| due(p, now) > 0 || p.leaves_at.is_some_and(|at| at <= now));
            due.map(|position| position.pool).collect()
        },
    };
    if hosts.is_empty() {
        return Err(
            CliError::new("nothing can be withdrawn now").hint("`candor stake show` tells what unbonds until when")
        );
    }
    let mut done = Vec::new();
    for host in hosts {
        let submitted = chain.submit(&pair, &Call::new("StakePools", "withdraw").arg(&host)).await?;
        let amount = submitted.number("StakePools", "Withdrawn", "amount")?;
        done.push((host, amount, submitted));
    }
    let json: Vec<Value> = done
        .iter()
        .map(|(host, amount, submitted)| {
            let mut document = receipt(submitted);
            document["host"] = json!(address(host));
            document["amount"] = json!(amounts::decimal(*amount));
            document
        })
        .collect();
    out.document(&json.into(), || {
        let line =
            |(host, amount, _): &(_, u128, _)| format!("{} back from {}\n", amounts::show(*amount), address(host));
        done.iter().map(line).collect()
    });
    Ok(())
}

/// A return in per cent.
fn percent(ppb: i64) -> f64 {
    ppb as f64 / 1e7
}

async fn list(chain: &Chain, out: &Out) -> Result<()> {
    let pools = chain.pools().await?;
    let document: Vec<Value> = pools.iter().map(pool_json).collect();
    out.document(&document.into(), || {
        if pools.is_empty() {
            return "there are no hosts yet".into();
        }
        let rows: Vec<Vec<String>> = pools.iter().map(pool_row).collect();
        let header = [
            "host",
            "own CNDR",
            "staked CNDR",
            "stakers",
            "free CNDR",
            "commission",
            "paid",
            "missed",
            "slashed",
            "return",
        ];
        output::table(&header, &rows)
    });
    Ok(())
}

fn pool_row(pool: &PoolView) -> Vec<String> {
    let leaving = if pool.leaves_at.is_some() { " (leaving)" } else { "" };
    vec![
        format!("{}{leaving}", address(&pool.pool)),
        amounts::decimal(pool.own),
        amounts::decimal(pool.delegated),
        pool.stakers.to_string(),
        amounts::decimal(pool.free),
        format!("{} %", f64::from(pool.commission.deconstruct()) / 10_000.0),
        pool.paid.to_string(),
        pool.penalties.to_string(),
        pool.slashes.to_string(),
        match (pool.periods.first(), pool.periods.last()) {
            (Some(first), Some(last)) => {
                let blocks = last.end.saturating_sub(first.start).saturating_add(1);
                format!("{:.4} % in {blocks} blocks", percent(pool.return_ppb))
            },
            _ => "none yet".into(),
        },
    ]
}

fn pool_json(pool: &PoolView) -> Value {
    json!({
        "host": address(&pool.pool), "own": amounts::decimal(pool.own), "delegated": amounts::decimal(pool.delegated),
        "delegated_unbonding": amounts::decimal(pool.delegated_unbonding), "stakers": pool.stakers,
        "free": amounts::decimal(pool.free), "required": amounts::decimal(pool.required),
        "open_receipts": pool.open_receipts, "leaves_at": pool.leaves_at,
        "commission_percent": f64::from(pool.commission.deconstruct()) / 10_000.0,
        "paid": pool.paid, "penalties": pool.penalties, "slashes": pool.slashes,
        "slashed": amounts::decimal(pool.slashed), "return_percent": percent(pool.return_ppb),
        "periods": pool.periods.iter().map(|p| json!({
            "start": p.start, "end": p.end, "rewards": amounts::decimal(p.rewards),
            "slashed": amounts::decimal(p.slashed), "return_percent": percent(p.return_ppb),
        })).collect::<Vec<_>>(),
    })
}

async fn show(chain: &Chain, globals: &Globals, out: &Out, who: Option<&str>) -> Result<()> {
    let who = match who {
        Some(text) => account::parse(text)?,
        None => globals.account(chain, out).await?,
    };
    let now = chain.head().await?.number;
    let positions = chain.positions(&who).await?;
    let document: Vec<Value> = positions
        .iter()
        .map(|p| {
            json!({
                "host": address(&p.pool), "active": amounts::decimal(p.active), "leaves_at": p.leaves_at,
                "unbonding": p.unbonding.iter().map(|u| json!({ "amount": amounts::decimal(u.amount), "at": u.at }))
                    .collect::<Vec<_>>(),
                "withdrawable": amounts::decimal(due(p, now)),
            })
        })
        .collect();
    out.document(&document.into(), || {
        if positions.is_empty() {
            return format!("{} has nothing staked; `candor stake list` shows for whom one can", address(&who));
        }
        let rows: Vec<Vec<String>> = positions
            .iter()
            .map(|p| {
                let waits = p.unbonding.iter().filter(|u| u.at > now);
                let waits: Vec<String> =
                    waits.map(|u| format!("{} from block {}", amounts::decimal(u.amount), u.at)).collect();
                let leaving = p.leaves_at.map(|at| format!("the host leaves: all from block {at}"));
                let waits = leaving.into_iter().chain(waits).collect::<Vec<_>>().join(", ");
                vec![address(&p.pool), amounts::decimal(p.active), amounts::decimal(due(p, now)), waits]
            })
            .collect();
        output::table(&["host", "active CNDR", "can be withdrawn", "unbonding"], &rows)
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use candor_primitives::AccountId;
    use candor_runtime_api::views::UnbondingView;

    #[test]
    fn due_should_count_what_has_finished_unbonding() {
        let part = |amount, at| UnbondingView { amount, at };
        let account = AccountId::new([1; 32]);
        let unbonding = vec![part(1, 10), part(2, 11), part(4, 12)];
        let position = PositionView { pool: account.clone(), staker: account, active: 0, unbonding, leaves_at: None };
        assert_eq!([due(&position, 9), due(&position, 11), due(&position, 12)], [0, 3, 7]);
    }
}
