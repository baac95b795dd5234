//! `candor proxy`: a local endpoint for OpenAI's and KServe's clients, in front of the hosts of the network.
//!
//! | room | does |
//! |---|---|
//! | [`book`] | which index a call gets, what is answered, what the next voucher says |
//! | [`check`] | what is checked of an answer |
//! | [`live`] | a session with its journal and its host |
//! | [`call`] | one call: send, check, once more, elsewhere |
//! | [`sessions`], [`tend`], [`resume`] | sessions are opened, looked after, taken up again |
//! | [`choose`] | which host |
//! | [`budget`] | never more than the user said |
//! | [`catalogue`] | models and their names |
//! | [`network`], [`chain`] | the chain, and the one behind a node |
//! | [`backend`] | what the gateway stands in front of |
//! | [`spend`], [`metrics`] | what was spent |

pub mod backend;
pub mod book;
pub mod budget;
pub mod call;
pub mod catalogue;
pub mod chain;
pub mod check;
pub mod choose;
pub mod core;
pub mod live;
pub mod metrics;
pub mod network;
pub mod resume;
mod serve;
pub mod sessions;
pub mod spend;
pub mod tend;
mod verdict;

#[cfg(test)]
mod tests;

use crate::{
    account::{self, address},
    amounts,
    args::{Globals, Proxy as Args},
    chain::Chain,
    errors::{CliError, Result},
    model::refs::Reference,
    output::Out,
    receipts::store::{self, Store},
};
use budget::Budget;
use candor_gateway::serve::Threads;
use catalogue::Catalogue;
use core::{Proxy, Settings};
use indicatif::ProgressBar;
use network::Network;
use serde_json::json;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// How often everything that was written goes to the disk.
const SYNC: Duration = Duration::from_millis(100);
/// How often sessions are looked after.
const KEEP: Duration = Duration::from_secs(2);

/// `candor proxy`. Gives the exit code.
pub async fn run(args: &Args, globals: &Globals, out: &Out) -> Result<u8> {
    let chain = Chain::connect(&globals.url).await?;
    let pair = globals.signer(&chain, out).await?;
    run_on(Arc::new(chain::Node::new(&globals.url, chain, pair)), args, out).await.map(|()| 0)
}

/// The proxy on a chain, until it is told to stop.
pub async fn run_on(node: Arc<dyn Network>, args: &Args, out: &Out) -> Result<()> {
    let hosts = args.hosts.iter().map(|host| account::parse(host)).collect::<Result<Vec<_>>>()?;
    let allowed = args.model.iter().map(|name| Reference::parse(name)).collect::<Result<Vec<_>>>()?;
    let data = args.data.clone().unwrap_or_else(store::usual_folder);
    let folder = store::folder_of(&data, &node.genesis(), &node.account());
    let (store, paid) = Store::open(&folder, args.keep << 20)?;
    let settings = Settings {
        deposit: args.deposit,
        max_price: args.max_price,
        hosts,
        attested: args.attested,
        blocks: args.blocks,
        patience: Duration::from_secs(args.timeout),
        wait: Duration::from_secs(args.timeout.saturating_mul(3)),
        pages: args.allow_origin.iter().map(|origin| origin.trim_end_matches('/').to_owned()).collect(),
    };
    let spinner = out.spinner("");
    let shown = spinner.clone();
    let teller = *out;
    let tell = Arc::new(move |words: String| shown.suspend(|| teller.note(words)));
    let catalogue = Catalogue::new(node.clone(), allowed);
    let proxy = Proxy::new(settings, node, store, Budget::new(args.budget), catalogue, tell);
    spinner.set_message("taking up sessions of earlier runs");
    proxy.resume(&paid).await?;

    let listening = serve::Listening::bind(args).await?;
    announce(&proxy, &listening, args, out);
    let keeper = tokio::spawn(keeping(proxy.clone(), spinner.clone()));
    let syncer = tokio::spawn(syncing(proxy.clone()));
    // They go on until the last answers have come.
    let threads = Threads::whole();
    let served = listening.serve(proxy.clone(), &threads, stopped()).await;
    keeper.abort();
    spinner.set_message("stopping: waiting for answers, paying the hosts");
    let stopping = proxy.stop(!args.keep_sessions);
    tokio::select! {
        () = stopping => {},
        () = stopped() => out.note("stopped at once: sessions are taken up again at the next start"),
    }
    syncer.abort();
    spinner.finish_and_clear();
    out.document(&proxy.spend(), || proxy.line());
    served
}

/// Ctrl-C, or what a service manager sends.
async fn stopped() {
    let interrupted = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminated) = terminated {
            tokio::select! { _ = interrupted => {}, _ = terminated.recv() => {} }
            return;
        }
    }
    let _ = interrupted.await;
}

fn announce(proxy: &Proxy, listening: &serve::Listening, args: &Args, out: &Out) {
    let (rest, grpc) = (listening.rest(), listening.grpc());
    let standing = proxy.budget.standing();
    if out.is_json() {
        // One line when it is ready, for programs that start it; the whole spend comes at the end.
        out.note(json!({ "listening": rest, "grpc": grpc, "folder": proxy.store.folder() }).to_string());
        return;
    }
    out.note(format!(
        "answers at http://{rest}/v1 (OpenAI) and http://{rest}/v2 (Open Inference Protocol){}\npays from {}: budget {}, {} \
         left; sessions of {} each\nkeeps receipts in {}\nspend: http://{rest}/candor/v1/spend    stop: Ctrl-C",
        grpc.map(|grpc| format!(", gRPC at {grpc}")).unwrap_or_default(),
        address(&proxy.network.account()),
        amounts::show(standing.limit),
        amounts::show(standing.left),
        amounts::show(args.deposit),
        proxy.store.folder().display(),
    ));
}

async fn keeping(proxy: Arc<Proxy>, spinner: ProgressBar) {
    let mut tick = tokio::time::interval(KEEP);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        // What takes longer goes on by itself.
        let _ = tokio::time::timeout(KEEP, proxy.keep()).await;
        spinner.set_message(proxy.line());
    }
}

/// Grouped: whatever was written since the last time goes to the disk at once.
async fn syncing(proxy: Arc<Proxy>) {
    let failing = Arc::new(Mutex::new(false));
    loop {
        tokio::time::sleep(SYNC).await;
        let (syncing, failing) = (proxy.clone(), failing.clone());
        let synced = tokio::task::spawn_blocking(move || {
            let all = syncing.sessions();
            let result = syncing.store.payloads.sync().and_then(|()| all.iter().try_for_each(|live| live.sync()));
            let mut failing = failing.lock().unwrap_or_else(PoisonError::into_inner);
            if let (Err(error), false) = (&result, *failing) {
                (syncing.tell)(format!("the disk does not take the receipts: {error}"));
            }
            *failing = result.is_err();
        });
        let _ = synced.await;
    }
}

/// An address that is taken, in words.
fn taken(address: &std::net::SocketAddr, error: &std::io::Error) -> CliError {
    CliError::new(format!("{address} cannot be listened on: {error}"))
        .hint("give another one with --listen (and --grpc-listen)")
}
