//! `candor proxy` on an imagined chain, in front of a real engine: what a paid call costs, without a node.
//!
//! `scripts/bench paid` starts it. By hand, beside a `candor-engine serve` with one worker key, and with folders of
//! `candor model prepare`:
//!
//! `cargo run --release -p candor-cli --example paid -- --engine http://127.0.0.1:9955 --token-file engine.token --release
//! minilm-prepared --files files --budget 1000 --listen 127.0.0.1:8000 --data proxy`

use candor_cli::{
    amounts,
    args::Proxy,
    chain::Failed,
    errors::{CliError, Context, Result},
    output::Out,
    proxy::{
        network::{Asked, Network, OnChain, Opening, Sent},
        run_on,
    },
};
use candor_engine::prepare::PreparedRelease;
use candor_primitives::{
    worker::{ReleaseDescriptor, ReleaseTitle, Standpoint, SyncRequest, SyncResponse, SYNC_PATH},
    AccountId, Balance, BlockNumber, ReleaseId, SessionId, SessionTerms, Units, Voucher, WorkerKey,
};
use candor_runtime_api::views::{HostView, OfferView, PoolView, ReleaseView};
use clap::Parser;
use codec::{DecodeAll, Encode};
use sp_core::{sr25519, H256};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The block that the chain stands at.
const HEAD: BlockNumber = 10;
/// How often the engine is told how things stand, as a node does with every block.
const BLOCK: Duration = Duration::from_secs(2);

#[derive(Parser)]
struct Arguments {
    /// URL of the engine.
    #[arg(long)]
    engine: String,
    /// File with the token of the engine.
    #[arg(long)]
    token_file: PathBuf,
    /// Folder of `candor model prepare`; once for each release. They are numbered from 0.
    #[arg(long, required = true)]
    release: Vec<PathBuf>,
    /// Folder from which the engine takes their files.
    #[arg(long)]
    files: PathBuf,
    /// CNDR for a call.
    #[arg(long, value_parser = amounts::parse, default_value = "0.0001")]
    price: Balance,
    #[command(flatten)]
    proxy: Proxy,
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve(&Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        },
    }
}

async fn serve(arguments: &Arguments) -> Result<()> {
    let chain = Arc::new(Imagined::of(arguments).await?);
    chain.sync(Vec::new()).await?;
    let told = chain.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(BLOCK).await;
            if let Err(error) = told.sync(told.terms()).await {
                eprintln!("the engine: {error}");
            }
        }
    });
    run_on(chain, &arguments.proxy, &Out::new(false)).await
}

/// A chain with one host, in which transactions cost nothing and happen at once.
struct Imagined {
    engine: String,
    token: String,
    worker: WorkerKey,
    price: Balance,
    releases: Vec<ReleaseView>,
    sessions: Mutex<BTreeMap<SessionId, OnChain>>,
    web: reqwest::Client,
}

impl Imagined {
    async fn of(arguments: &Arguments) -> Result<Self> {
        let token = std::fs::read_to_string(&arguments.token_file).context("the token cannot be read")?.trim().into();
        let files = std::path::absolute(&arguments.files).context("the folder of the files has no place")?;
        let open = |(id, folder): (usize, &PathBuf)| release(id as ReleaseId, folder, &files);
        let releases = arguments.release.iter().enumerate().map(open).collect::<Result<Vec<_>>>()?;
        let (engine, price) = (arguments.engine.trim_end_matches('/').to_owned(), arguments.price);
        let web = reqwest::Client::new();
        let health = web.get(format!("{engine}/health")).send().await.context("the engine does not answer")?;
        let health: serde_json::Value = health.json().await.context("the engine says nothing of itself")?;
        let key = health["worker_keys"][0].as_str().and_then(|key| hex::decode(key.trim_start_matches("0x")).ok());
        let key =
            key.and_then(|key| key.try_into().ok()).ok_or_else(|| CliError::new("the engine has no worker key"))?;
        let (worker, sessions) = (WorkerKey::from_raw(key), Mutex::default());
        Ok(Self { engine, token, worker, price, releases, sessions, web })
    }

    /// Tell the engine what a node's worker would.
    async fn sync(&self, terms: Vec<SessionTerms>) -> Result<()> {
        let from = Standpoint { genesis: self.genesis(), block: HEAD, host: host(), worker: self.worker };
        let describe = self.releases.iter().map(|view| ReleaseDescriptor {
            id: view.id,
            spec: view.spec.clone(),
            title: view.name.clone().try_into().ok().map(|name| {
                let (publisher, version) = (view.publisher.clone(), view.version.clone());
                ReleaseTitle { publisher, name, version }
            }),
        });
        let request = SyncRequest {
            serve: self.releases.iter().map(|view| view.id).collect(),
            describe: describe.collect(),
            sessions: terms.into_iter().map(|terms| (terms.session, Some(terms))).collect(),
            from: Some(from),
            ..SyncRequest::default()
        };
        let sent = self.web.post(format!("{}{SYNC_PATH}", self.engine)).bearer_auth(&self.token).body(request.encode());
        let answer = sent.send().await.and_then(reqwest::Response::error_for_status);
        let answer = answer.context("the engine takes no word of the chain")?.bytes().await.context("it broke off")?;
        SyncResponse::decode_all(&mut answer.as_ref()).map(drop).context("the engine's answer cannot be read")
    }

    fn sessions(&self) -> MutexGuard<'_, BTreeMap<SessionId, OnChain>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn terms(&self) -> Vec<SessionTerms> {
        self.sessions().values().filter(|session| session.open).map(|session| session.terms.clone()).collect()
    }

    fn end(&self, id: SessionId, calls: u32, fee: Balance) {
        if let Some(session) = self.sessions().get_mut(&id) {
            (session.open, session.ended, session.calls, session.fee) = (false, true, calls, fee);
        }
    }
}

/// A prepared release, as a chain would show it.
fn release(id: ReleaseId, folder: &Path, files: &Path) -> Result<ReleaseView> {
    let prepared = PreparedRelease::open(folder, &format!("file://{}", files.display()));
    let prepared = prepared.context(format!("{} is no prepared release", folder.display()))?;
    prepared.link_by_id(files).context("the files cannot be put where the engine finds them")?;
    Ok(ReleaseView {
        id,
        repository: 0,
        publisher: AccountId::new([77; 32]),
        name: prepared.manifest.name.clone().into_bytes(),
        version: prepared.manifest.version.clone().into_bytes(),
        deprecated: None,
        private: false,
        spec: prepared.spec,
    })
}

fn host() -> AccountId {
    AccountId::new([2; 32])
}

fn ready<T: Send + 'static>(value: T) -> Asked<T> {
    Box::pin(std::future::ready(Ok(value)))
}

fn sent<T: Send + 'static>(value: T) -> Sent<T> {
    Box::pin(std::future::ready(Ok((value, 0))))
}

fn failed<T: Send + 'static>(error: CliError) -> Sent<T> {
    Box::pin(std::future::ready(Err(Failed { error, fee: 0 })))
}

impl Network for Imagined {
    fn genesis(&self) -> H256 {
        H256::repeat_byte(7)
    }

    fn account(&self) -> AccountId {
        AccountId::new([1; 32])
    }

    fn head(&self) -> Asked<BlockNumber> {
        ready(HEAD)
    }

    fn releases(&self) -> Asked<Vec<ReleaseView>> {
        ready(self.releases.clone())
    }

    fn offers(&self, release: ReleaseId) -> Asked<Vec<OfferView>> {
        let variant = self.releases.get(release as usize).and_then(|view| view.spec.variants.first());
        let offer = variant.map(|variant| OfferView {
            host: host(),
            release,
            variant: variant.root,
            price_per_call: self.price,
            price_per_unit: 0,
            capacity: 1000,
            in_flight: 0,
            live: true,
        });
        ready(offer.into_iter().collect())
    }

    fn host(&self, account: AccountId) -> Asked<Option<HostView>> {
        ready((account == host()).then(|| HostView {
            account,
            worker: self.worker,
            endpoint: self.engine.clone().into_bytes(),
            hardware: Vec::new(),
            stake: 0,
            free_stake: 0,
            open_receipts: 0,
            live: true,
            chilled: false,
            leaves_at: None,
            last_seen: HEAD,
            offers: self.releases.iter().map(|view| view.id).collect(),
        }))
    }

    fn pool(&self, _: AccountId) -> Asked<Option<PoolView>> {
        ready(None)
    }

    fn is_attested(&self, _: AccountId) -> Asked<bool> {
        ready(false)
    }

    fn session(&self, id: SessionId) -> Asked<Option<OnChain>> {
        ready(self.sessions().get(&id).cloned())
    }

    fn sessions(&self) -> Asked<Vec<OnChain>> {
        ready(self.sessions().values().filter(|session| !session.ended).cloned().collect())
    }

    fn backs(&self, _: ReleaseId, _: AccountId, _: Units, _: Balance) -> Asked<bool> {
        ready(true)
    }

    fn open(&self, opening: Opening) -> Sent<OnChain> {
        let variant = self.releases.get(opening.release as usize).and_then(|view| view.spec.variants.first());
        let Some(variant) = variant else { return failed(CliError::new("there is no such release")) };
        let mut sessions = self.sessions();
        let session = sessions.len() as SessionId;
        let terms = SessionTerms {
            session,
            genesis: self.genesis(),
            requester: self.account(),
            host: opening.host,
            release: opening.release,
            variant: variant.root,
            key: opening.key,
            price_per_call: self.price,
            price_per_unit: 0,
            max_fee: opening.max_fee,
            deposit: opening.deposit,
            opened: HEAD,
            expires: HEAD + opening.blocks,
        };
        let (worker, attested) = (self.worker, opening.attested);
        let on_chain = OnChain { terms, worker, bond: 0, open: true, ended: false, calls: 0, fee: 0, attested };
        sessions.insert(session, on_chain.clone());
        sent(on_chain)
    }

    fn top_up(&self, id: SessionId, amount: Balance, blocks: Option<BlockNumber>) -> Sent<OnChain> {
        let mut sessions = self.sessions();
        let Some(on_chain) = sessions.get_mut(&id) else { return failed(CliError::new("there is no such session")) };
        on_chain.terms.deposit += amount;
        on_chain.terms.expires = blocks.map_or(on_chain.terms.expires, |blocks| HEAD + blocks);
        sent(on_chain.clone())
    }

    fn close(&self, id: SessionId) -> Sent<()> {
        self.end(id, 0, 0);
        sent(())
    }

    fn close_agreed(&self, voucher: Voucher, _: sr25519::Signature) -> Sent<()> {
        self.end(voucher.session, voucher.calls, voucher.fee);
        sent(())
    }
}
