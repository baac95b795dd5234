//! `candor stake`: stake for hosts or validators, and take stake back.

use crate::{
    account::{self, address},
    amounts,
    args::{Globals, Stake, StakeCommand},
    chain::{Call, Chain, PoolsOf, Submitted},
    errors::{CliError, Result},
    host::{block_line, receipt},
    output::{self, Out},
};
use candor_primitives::BlockNumber;
use candor_runtime_api::views::{PoolView, PositionView};
use serde_json::{json, Value};

/// `candor stake`.
pub async fn run(args: &Stake, globals: &Globals, out: &Out) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    let of = if args.validators { PoolsOf::Validators } else { PoolsOf::Hosts };
    let pools = Pools { chain: &chain, of, globals, out };
    match &args.command {
        StakeCommand::List => pools.list().await,
        StakeCommand::Show { account } => pools.show(account.as_deref()).await,
        StakeCommand::Add { host, amount } => {
            let call = Call::new(of.pallet(), "stake").arg(&account::parse(host)?).number(*amount);
            pools.send(&call, &format!("{} staked", amounts::show(*amount))).await
        },
        StakeCommand::Remove { host, amount, .. } => {
            let host = account::parse(host)?;
            let (call, what) = match amount {
                Some(amount) => {
                    (Call::new(of.pallet(), "unstake").arg(&host).number(*amount), amounts::show(*amount) + " are")
                },
                None => (Call::new(of.pallet(), "unstake_all").arg(&host), "everything is".into()),
            };
            let flag = if args.validators { " --validators" } else { "" };
            let done = format!("{what} unbonding, and liable until it is withdrawn with `candor stake withdraw{flag}`");
            pools.send(&call, &done).await
        },
        StakeCommand::Withdraw { host } => pools.withdraw(host.as_deref()).await,
        StakeCommand::Move { from, to } => {
            let call = Call::new(of.pallet(), "restake").arg(&account::parse(from)?).arg(&account::parse(to)?);
            pools.send(&call, "what had finished unbonding is staked there").await
        },
    }
}

/// The pools of a kind.
struct Pools<'a> {
    chain: &'a Chain,
    of: PoolsOf,
    globals: &'a Globals,
    out: &'a Out,
}

impl Pools<'_> {
    async fn send(&self, call: &Call, done: &str) -> Result<()> {
        let Self { chain, of, globals, out } = *self;
        let submitted = chain.submit(&globals.signer(chain, out).await?, call).await?;
        let document = document(of, &submitted);
        out.document(&document, || {
            let free = document["free_at"].as_u64().map(|at| format!("free from  block {at}\n")).unwrap_or_default();
            let has = document["active"].as_str().map(|a| format!("active     {a} CNDR\n")).unwrap_or_default();
            format!("{done}\n{}{has}{free}", block_line(&submitted))
        });
        Ok(())
    }

    async fn list(&self) -> Result<()> {
        let Self { chain, of, out, .. } = *self;
        let pools = chain.pools(of).await?;
        let document: Vec<Value> = pools.iter().map(|pool| pool_json(of, pool)).collect();
        out.document(&document.into(), || {
            if pools.is_empty() {
                return format!("there are no {}s yet", of.operator());
            }
            let rows: Vec<Vec<String>> = pools.iter().map(pool_row).collect();
            let header = [
                of.operator(),
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

    async fn show(&self, who: Option<&str>) -> Result<()> {
        let Self { chain, of, globals, out } = *self;
        let who = match who {
            Some(text) => account::parse(text)?,
            None => globals.account(chain, out).await?,
        };
        let now = chain.head().await?.number;
        let positions = chain.positions(of, &who).await?;
        let document: Vec<Value> = positions
            .iter()
            .map(|p| {
                json!({
                    of.operator(): address(&p.pool), "active": amounts::decimal(p.active), "leaves_at": p.leaves_at,
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
                    let leaving = p.leaves_at.map(|at| format!("the {} leaves: all from block {at}", of.operator()));
                    let waits = leaving.into_iter().chain(waits).collect::<Vec<_>>().join(", ");
                    vec![address(&p.pool), amounts::decimal(p.active), amounts::decimal(due(p, now)), waits]
                })
                .collect();
            output::table(&[of.operator(), "active CNDR", "can be withdrawn", "unbonding"], &rows)
        });
        Ok(())
    }

    async fn withdraw(&self, host: Option<&str>) -> Result<()> {
        let Self { chain, of, globals, out } = *self;
        let pair = globals.signer(chain, out).await?;
        let hosts = match host {
            Some(host) => vec![account::parse(host)?],
            None => {
                let (who, now) = (globals.account(chain, out).await?, chain.head().await?.number);
                let positions = chain.positions(of, &who).await?;
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
            let submitted = chain.submit(&pair, &Call::new(of.pallet(), "withdraw").arg(&host)).await?;
            let amount = submitted.number(of.pallet(), "Withdrawn", "amount")?;
            done.push((host, amount, submitted));
        }
        let json: Vec<Value> = done
            .iter()
            .map(|(host, amount, submitted)| {
                let mut document = receipt(submitted);
                document[of.operator()] = json!(address(host));
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
}

/// A transaction of these pools, as JSON.
fn document(of: PoolsOf, submitted: &Submitted) -> Value {
    let number = |field: &str| {
        let events = submitted.events.iter().filter(|event| event.pallet == of.pallet());
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

/// A return in per cent.
fn percent(ppb: i64) -> f64 {
    ppb as f64 / 1e7
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

fn pool_json(of: PoolsOf, pool: &PoolView) -> Value {
    json!({
        of.operator(): address(&pool.pool), "own": amounts::decimal(pool.own), "delegated": amounts::decimal(pool.delegated),
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
