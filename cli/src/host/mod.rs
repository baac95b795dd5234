//! `candor host`: become a host, offer models, leave.

mod status;

use crate::{
    account::address,
    amounts,
    args::{Globals, Host},
    chain::{Call, Chain, Submitted},
    engine::Engine,
    errors::{CliError, Result},
    keys,
    model::refs,
    output::{self, Out},
};
use candor_commitments::TAG_WORKER;
use candor_primitives::{AccountId, Balance};
use candor_runtime_api::views::ReleaseView;
use codec::Encode;
use serde_json::{json, Value};
use sp_core::{sr25519, Pair, H256};
use sp_crypto_hashing::blake2_256;
use std::path::Path;

/// `candor host`.
pub async fn run(command: &Host, globals: &Globals, out: &Out) -> Result<()> {
    match command {
        Host::Register { worker, keystore, endpoint, hardware, stake } => {
            let worker = worker_key(worker.as_deref(), keystore.as_deref())?;
            register(globals, out, &worker, endpoint, hardware, *stake).await
        },
        Host::Offer { release, per_call, per_unit, capacity, variant } => {
            offer(globals, out, release, (*per_call, *per_unit), *capacity, variant.as_deref()).await
        },
        Host::WithdrawOffer { release } => {
            let chain = Chain::connect(&globals.url).await?;
            let release = refs::resolve(&chain, release).await?;
            let call = Call::new("Hosts", "withdraw_offer").number(release.id);
            simple(&chain, globals, out, &call, &format!("{} is not offered any more", refs::name(&release))).await
        },
        Host::Status { account } => status::run(globals, out, account.as_deref()).await,
        Host::Chill => send(globals, out, Call::new("Hosts", "chill"), "the host takes no new work").await,
        Host::Unchill => send(globals, out, Call::new("Hosts", "unchill"), "the host takes new work").await,
        Host::Deregister => {
            let done =
                "the host is leaving; `candor host withdraw` gets the stake back once the unbonding time is over";
            send(globals, out, Call::new("Hosts", "deregister"), done).await
        },
        Host::Withdraw => withdraw(globals, out).await,
        Host::Commission { commission } => {
            let call = Call::new("StakePools", "set_commission").number(u128::from(*commission));
            send(globals, out, call, "the commission is set; a higher one holds from the block below").await
        },
        Host::StakeMore { amount } => {
            let done = format!("{} more are on hold", amounts::show(*amount));
            own_pool(globals, out, "stake", *amount, &done).await
        },
        Host::Unstake { amount } => {
            let done = format!("{} are unbonding; `candor host withdraw` gets them back later", amounts::show(*amount));
            own_pool(globals, out, "unstake", *amount, &done).await
        },
    }
}

/// The secret worker key: given as a development key, or found in a keystore.
fn worker_key(worker: Option<&str>, keystore: Option<&Path>) -> Result<sr25519::Pair> {
    match worker {
        Some(secret) if secret.starts_with("//") => keys::load(secret),
        wanted => keys::from_keystore(&keystore.map_or_else(keys::default_keystore, Path::to_path_buf), wanted),
    }
}

/// What a worker key signs to say that it works for a host.
fn bind_message(genesis: &H256, host: &AccountId) -> [u8; 32] {
    let mut bytes = vec![TAG_WORKER];
    bytes.extend_from_slice(b"bind");
    bytes.extend_from_slice(&genesis.0);
    host.encode_to(&mut bytes);
    blake2_256(&bytes)
}

async fn register(
    globals: &Globals,
    out: &Out,
    worker: &sr25519::Pair,
    endpoint: &str,
    hardware: &str,
    stake: Balance,
) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    let pair = globals.signer(&chain, out).await?;
    let host = AccountId::new(pair.public().0);
    let proof = worker.sign(&bind_message(&chain.genesis(), &host));
    let call = Call::new("Hosts", "register")
        .arg(&worker.public())
        .arg(&proof)
        .arg(&endpoint.as_bytes())
        .arg(&hardware.as_bytes())
        .number(stake);
    let submitted = chain.submit(&pair, &call).await?;
    let worker = format!("0x{}", hex::encode(worker.public().0));
    let mut document = receipt(&submitted);
    document["host"] = json!(address(&host));
    document["worker"] = json!(worker);
    document["stake"] = json!(amounts::decimal(stake));
    out.document(&document, || {
        format!(
            "host       {}\nworker     {worker}\nstake      {} on hold\n{}",
            address(&host),
            amounts::show(stake),
            block_line(&submitted)
        )
    });
    Ok(())
}

async fn offer(
    globals: &Globals,
    out: &Out,
    release: &str,
    (per_call, per_unit): (Balance, Balance),
    capacity: u32,
    variant: Option<&str>,
) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    let pair = globals.signer(&chain, out).await?;
    let release = refs::resolve(&chain, release).await?;
    let variant = match variant {
        Some(root) => root_of(&release, root)?,
        None => suitable(globals, out, &release).await?,
    };
    let call =
        Call::new("Hosts", "offer").number(release.id).arg(&variant).number(per_call).number(per_unit).number(capacity);
    let submitted = chain.submit(&pair, &call).await?;
    let mut document = receipt(&submitted);
    document["release"] = json!(release.id);
    document["variant"] = json!(output::hash(&variant));
    out.document(&document, || {
        format!(
            "offered    {} (release {})\nprice      {} per call and {} per unit\ncapacity   {capacity}\nvariant    {}\n{}",
            refs::name(&release),
            release.id,
            amounts::show(per_call),
            amounts::show(per_unit),
            output::hash(&variant),
            block_line(&submitted)
        )
    });
    Ok(())
}

fn root_of(release: &ReleaseView, root: &str) -> Result<H256> {
    let wanted = root.trim_start_matches("0x").to_lowercase();
    let found = release.spec.variants.iter().find(|variant| hex::encode(variant.root.0) == wanted);
    found.map(|variant| variant.root).ok_or_else(|| {
        let roots: Vec<String> = release.spec.variants.iter().map(|variant| output::hash(&variant.root)).collect();
        CliError::usage(format!("the release has no variant {root}")).hint(format!("it has {}", roots.join(", ")))
    })
}

/// The variant that was prepared for the engine's machine; else the first.
async fn suitable(globals: &Globals, out: &Out, release: &ReleaseView) -> Result<H256> {
    let variants = &release.spec.variants;
    let profile = Engine::new(globals)?.profile().await;
    if let Some(variant) = profile.and_then(|profile| variants.iter().find(|variant| variant.profile == profile)) {
        return Ok(variant.root);
    }
    let first = variants.first().ok_or_else(|| CliError::new("the release has no variant"))?;
    match profile {
        Some(_) => out.note("note: no variant was prepared for this engine's machine; offering the first one"),
        None => out.note(format!(
            "note: the engine at {} does not tell its profile; offering the first variant",
            globals.engine
        )),
    }
    Ok(first.root)
}

async fn send(globals: &Globals, out: &Out, call: Call, done: &str) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    simple(&chain, globals, out, &call, done).await
}

async fn simple(chain: &Chain, globals: &Globals, out: &Out, call: &Call, done: &str) -> Result<()> {
    let submitted = chain.submit(&globals.signer(chain, out).await?, call).await?;
    let mut document = receipt(&submitted);
    // Stake that is leaving: from which block on it can be withdrawn.
    let free_at = submitted.events.iter().filter(|event| ["Hosts", "StakePools"].contains(&event.pallet.as_str()));
    let free_at = free_at.filter_map(|event| event.number("leaves_at").or_else(|| event.number("at"))).next();
    document["free_at"] = json!(free_at);
    out.document(&document, || {
        let free = free_at.map(|block| format!("from       block {block}\n")).unwrap_or_default();
        format!("{done}\n{}{free}", block_line(&submitted))
    });
    Ok(())
}

/// Where a transaction is, as JSON.
pub fn receipt(submitted: &Submitted) -> Value {
    json!({
        "block": submitted.head.number, "block_hash": output::hash(&submitted.head.hash),
        "transaction": output::hash(&submitted.hash),
    })
}

/// Where a transaction is, as text.
pub fn block_line(submitted: &Submitted) -> String {
    format!("block      {}\n", submitted.head.number)
}

/// A call about the signer's own pool.
async fn own_pool(globals: &Globals, out: &Out, name: &'static str, amount: Balance, done: &str) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    let host = globals.account(&chain, out).await?;
    let call = Call::new("StakePools", name).arg(&host).number(amount);
    simple(&chain, globals, out, &call, done).await
}

/// Own stake back; and a host that has left is gone with its last.
async fn withdraw(globals: &Globals, out: &Out) -> Result<()> {
    let chain = Chain::connect(&globals.url).await?;
    let pair = globals.signer(&chain, out).await?;
    let host = AccountId::new(pair.public().0);
    let submitted = chain.submit(&pair, &Call::new("StakePools", "withdraw").arg(&host)).await?;
    let amount = submitted.event("StakePools", "Withdrawn").and_then(|event| event.number("amount"));
    let leaving = chain.host(&host, None).await?.is_some_and(|view| view.leaves_at.is_some());
    // Those who staked for it may still have something in the pool: then it is removed later, by anyone.
    let left = leaving && {
        let nothing = chain.pool(&host).await?.is_none_or(|pool| pool.own == 0 && pool.own_unbonding.is_empty());
        nothing && chain.submit(&pair, &Call::new("Hosts", "remove").arg(&host)).await.is_ok()
    };
    let mut document = receipt(&submitted);
    document["withdrawn"] = json!(amount.map(amounts::decimal));
    document["left"] = json!(left);
    out.document(&document, || {
        let amount = amount.map_or_else(|| "unbonded stake is".into(), |a| format!("{} are", amounts::show(a)));
        let gone = if left { "\nthe host is gone" } else { "" };
        format!("{amount} free again{gone}\n{}", block_line(&submitted))
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bind_message_should_cover_chain_and_host_when_signed() {
        let host = AccountId::new([2; 32]);
        let message = bind_message(&H256([1; 32]), &host);
        assert_ne!(message, bind_message(&H256([3; 32]), &host));
        assert_ne!(message, bind_message(&H256([1; 32]), &AccountId::new([4; 32])));
        let mut bytes = vec![TAG_WORKER];
        bytes.extend(b"bind");
        bytes.extend([1; 32]);
        bytes.extend([2; 32]);
        assert_eq!(message, blake2_256(&bytes));
    }

    #[test]
    fn worker_key_should_be_taken_as_it_is_when_it_is_a_development_key() {
        let key = worker_key(Some("//Alice//worker"), None).unwrap();
        assert_eq!(key.public(), keys::load("//Alice//worker").unwrap().public());
    }
}
