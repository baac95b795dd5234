//! `candor validator`: stand for election, look at the candidates, leave.

use crate::{
    account::{self, address},
    amounts,
    args::{Globals, Validator},
    chain::{Call, Chain},
    errors::{CliError, Result},
    host::{block_line, receipt},
    output::{self, Out},
};
use candor_runtime_api::{validators::ValidatorView, views::PoolView};
use serde_json::{json, Value};

/// `candor validator`.
pub async fn run(command: &Validator, globals: &Globals, out: &Out) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    match command {
        Validator::List => list(&chain, out).await,
        Validator::Status { account } => status(&chain, globals, out, account.as_deref()).await,
        Validator::Register { stake } => {
            let call = Call::new("Validators", "validate").number(*stake);
            let done = format!("stands for election with {} of its own", amounts::show(*stake));
            send(&chain, globals, out, &call, &done).await
        },
        Validator::Chill => {
            let done =
                "does not stand for election any more; it validates until the set has changed, two sessions later";
            send(&chain, globals, out, &Call::new("Validators", "chill"), done).await
        },
        Validator::Resume => {
            send(&chain, globals, out, &Call::new("Validators", "resume"), "stands for election again").await
        },
        Validator::Leave => {
            let done =
                "leaves; `candor stake withdraw --validators` gets the stake back once the unbonding time is over";
            send(&chain, globals, out, &Call::new("Validators", "leave"), done).await
        },
        Validator::Commission { commission } => {
            let call = Call::new("ValidatorPools", "set_commission").number(u128::from(*commission));
            send(&chain, globals, out, &call, "the commission is set; a higher one holds from the block below").await
        },
        Validator::Evict { account } => {
            let call = Call::new("Validators", "evict").arg(&account::parse(account)?);
            send(&chain, globals, out, &call, "the candidate is off the list").await
        },
    }
}

async fn send(chain: &Chain, globals: &Globals, out: &Out, call: &Call, done: &str) -> Result<()> {
    let submitted = chain.submit(&globals.signer(chain, out).await?, call).await?;
    let mut document = receipt(&submitted);
    // Stake that comes free, or a commission that holds.
    let from = submitted.events.iter().filter(|event| event.pallet == "ValidatorPools");
    let from = from.filter_map(|event| event.number("at")).next();
    document["from"] = json!(from);
    out.document(&document, || {
        let from = from.map(|block| format!("from       block {block}\n")).unwrap_or_default();
        format!("{done}\n{}{from}", block_line(&submitted))
    });
    Ok(())
}

/// What a candidate does, in a word or two.
fn state(view: &ValidatorView) -> &'static str {
    match (view.is_validating, view.is_standing, view.has_keys) {
        (true, true, _) => "validates",
        (true, false, _) => "validates until the set changes",
        (false, _, false) => "has no keys",
        (false, true, true) => "waits",
        (false, false, true) => "chilled",
    }
}

fn json_of(view: &ValidatorView) -> Value {
    json!({
        "validator": address(&view.validator), "state": state(view), "is_standing": view.is_standing,
        "has_keys": view.has_keys, "is_validating": view.is_validating, "own": amounts::decimal(view.own),
        "counted": amounts::decimal(view.counted), "exposure": view.exposure.map(amounts::decimal),
    })
}

async fn list(chain: &Chain, out: &Out) -> Result<()> {
    let mut views = chain.validators().await?;
    views.sort_by_key(|view| std::cmp::Reverse((view.is_validating, view.counted)));
    let document: Vec<Value> = views.iter().map(json_of).collect();
    out.document(&document.into(), || {
        if views.is_empty() {
            return "there are no candidates: the validators are those of the genesis".into();
        }
        let row = |view: &ValidatorView| {
            let at_stake = view.exposure.map_or_else(|| "-".into(), amounts::decimal);
            let (own, counted) = (amounts::decimal(view.own), amounts::decimal(view.counted));
            vec![address(&view.validator), state(view).into(), own, counted, at_stake]
        };
        let rows: Vec<Vec<String>> = views.iter().map(row).collect();
        output::table(&["validator", "state", "own CNDR", "counted CNDR", "at stake CNDR"], &rows)
    });
    Ok(())
}

async fn status(chain: &Chain, globals: &Globals, out: &Out, who: Option<&str>) -> Result<()> {
    let who = match who {
        Some(text) => account::parse(text)?,
        None => globals.account(chain, out).await?,
    };
    let pool = chain.validator_pool(&who).await?;
    let Some(view) = chain.validator(&who).await? else {
        let error = CliError::new(format!("{} is no candidate", address(&who)));
        return Err(match pool {
            Some(PoolView { leaves_at: Some(at), .. }) => {
                error.hint(format!("it has left: its stake can be withdrawn from block {at}"))
            },
            Some(_) => error.hint("it was evicted; `candor validator resume` when it has keys and enough stake"),
            None => error.hint("`candor keys rotate`, then `candor validator register --stake CNDR`"),
        });
    };
    let mut document = json_of(&view);
    document["delegated"] = json!(pool.as_ref().map(|pool| amounts::decimal(pool.delegated)));
    document["stakers"] = json!(pool.as_ref().map(|pool| pool.stakers));
    document["penalties"] = json!(pool.as_ref().map(|pool| pool.penalties));
    document["slashes"] = json!(pool.as_ref().map(|pool| pool.slashes));
    out.document(&document, || {
        let at_stake = view.exposure.map_or_else(|| "nothing now".into(), amounts::show);
        let keys = if view.has_keys { "set" } else { "none: `candor keys rotate` beside the node" };
        let pool = pool.as_ref().map(|pool| {
            format!(
                "delegated  {} by {} stakers\nrecord     {} penalties, {} slashes\n",
                amounts::show(pool.delegated),
                pool.stakers,
                pool.penalties,
                pool.slashes
            )
        });
        format!(
            "validator  {}\nstate      {}\nkeys       {keys}\nown        {}\n{}counted    {}\nat stake   {at_stake}",
            address(&view.validator),
            state(&view),
            amounts::show(view.own),
            pool.unwrap_or_default(),
            amounts::show(view.counted)
        )
    });
    Ok(())
}
