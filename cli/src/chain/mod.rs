//! The connection to a node: reads at the best block, transactions, events.

mod api;
mod call;
mod events;
mod sessions;
mod submit;

pub use api::PoolsOf;
pub use call::Call;
pub use events::Event;
pub use sessions::OpenSession;
pub use submit::{Failed, Moved, Submitted};

use crate::errors::{self, CliError, Context, Result};
use candor_primitives::{AccountId, BlockNumber, WorkerKey, WORKER_KEY_TYPE};
use codec::Decode;
use sp_core::H256;
use std::{sync::Arc, time::Duration};
use subxt::{
    backend::LegacyBackend,
    config::{substrate::SubstrateHeader, RpcConfigFor},
    rpcs::{
        client::{rpc_params, RpcSubscription},
        methods::legacy::Bytes,
        LegacyRpcMethods, RpcClient,
    },
    OnlineClient, PolkadotConfig,
};

/// How long a node may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// How long it may take to announce a new block before it counts as stuck.
const NEXT_BLOCK: Duration = Duration::from_secs(90);

type Config = PolkadotConfig;
type AtBlock = subxt::OnlineClientAtBlock<Config>;

/// A block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its hash.
    pub hash: H256,
    /// Its height.
    pub number: BlockNumber,
}

/// A connection to a node.
pub struct Chain {
    url: String,
    /// Methods that nobody has written down for us.
    raw: RpcClient,
    rpc: LegacyRpcMethods<RpcConfigFor<Config>>,
    client: OnlineClient<Config>,
    /// Held while a transaction is signed and sent: those of one account follow each other.
    sending: tokio::sync::Mutex<()>,
}

impl Chain {
    /// Connect to a node.
    pub async fn connect(url: &str) -> Result<Self> {
        if !(url.starts_with("ws://") || url.starts_with("wss://")) {
            return Err(CliError::usage(format!("`{url}` is not the address of a node"))
                .hint("it starts with ws:// or wss://, for example ws://127.0.0.1:9944"));
        }
        let connecting = RpcClient::from_insecure_url(url);
        let client = tokio::time::timeout(CONNECT, connecting)
            .await
            .map_err(|_| errors::unreachable_node(url, &format!("no answer within {} s", CONNECT.as_secs())))?
            .map_err(|error| errors::unreachable_node(url, &reason(&error)))?;
        let (raw, rpc) = (client.clone(), LegacyRpcMethods::new(client.clone()));
        let backend = LegacyBackend::builder().build(client);
        let config = PolkadotConfig::builder().use_historic_types(false).build();
        let client = OnlineClient::from_backend_with_config(config, Arc::new(backend))
            .await
            .map_err(|error| errors::unreachable_node(url, &error))?;
        Ok(Self { url: url.to_owned(), raw, rpc, client, sending: tokio::sync::Mutex::new(()) })
    }

    /// Hash of the genesis block.
    pub fn genesis(&self) -> H256 {
        H256(self.client.genesis_hash().0)
    }

    /// Whether the keys of its accounts are known to all: a development or a local test chain.
    pub async fn is_development(&self) -> Result<bool> {
        let kind = self.rpc.system_chain_type().await.map_err(|e| errors::rpc("asking what chain it is", &e))?;
        Ok(matches!(kind.as_str(), "Development" | "Local"))
    }

    /// The best block.
    pub async fn head(&self) -> Result<Head> {
        let hash = self.rpc.chain_get_block_hash(None).await.map_err(|e| errors::rpc("reading the best block", &e))?;
        let hash = hash.ok_or_else(|| CliError::new("the node has no best block yet").hint("try again in a moment"))?;
        self.head_of(H256(hash.0)).await
    }

    /// The newest final block.
    pub async fn finalised(&self) -> Result<Head> {
        let hash = self.rpc.chain_get_finalized_head().await.map_err(|e| errors::rpc("reading the final block", &e))?;
        self.head_of(H256(hash.0)).await
    }

    /// The block with a hash.
    pub async fn head_of(&self, hash: H256) -> Result<Head> {
        Ok(Head { hash, number: self.header(hash).await?.number as BlockNumber })
    }

    /// The block below.
    pub async fn parent(&self, head: Head) -> Result<Head> {
        let header = self.header(head.hash).await?;
        Ok(Head { hash: H256(header.parent_hash.0), number: head.number.saturating_sub(1) })
    }

    async fn header(&self, hash: H256) -> Result<SubstrateHeader<subxt::utils::H256>> {
        let header = self.rpc.chain_get_header(Some(subxt::utils::H256(hash.0))).await;
        header
            .map_err(|e| errors::rpc("reading a block", &e))?
            .ok_or_else(|| CliError::new("the node dropped a block that it had a moment ago").hint("try again"))
    }

    /// New best blocks as they come.
    pub async fn follow(&self) -> Result<Heads<'_>> {
        let stream = self.rpc.chain_subscribe_new_heads().await.map_err(|e| errors::rpc("following the chain", &e))?;
        Ok(Heads { chain: self, stream })
    }

    /// Ask the runtime, at the best block or a given one.
    pub async fn ask<T: Decode>(&self, doing: &str, function: &str, args: &[u8], at: Option<Head>) -> Result<T> {
        let at = at.map(|head| subxt::utils::H256(head.hash.0));
        let bytes = self.rpc.state_call(function, Some(args), at).await.map_err(|error| errors::rpc(doing, &error))?;
        T::decode(&mut &bytes[..]).map_err(|_| {
            CliError::new(format!("{doing}: the answer of the chain is not understood"))
                .hint("the chain and this program are probably of different versions")
        })
    }

    /// Read a storage value at the best block.
    pub async fn storage<T: Decode>(&self, key: &[u8]) -> Result<Option<T>> {
        let value = self.rpc.state_get_storage(key, None).await.map_err(|e| errors::rpc("reading storage", &e))?;
        value.map(|bytes| T::decode(&mut &bytes[..])).transpose().context("storage has an unexpected shape")
    }

    /// The bytes of a storage value at the best block.
    pub async fn raw_storage(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.rpc.state_get_storage(key, None).await.map_err(|e| errors::rpc("reading storage", &e))
    }

    /// The bytes of a storage value that nobody has set, as the chain's own description has them.
    pub async fn storage_default(&self, pallet: &str, item: &str) -> Result<Vec<u8>> {
        let metadata = self.at(self.head().await?.hash).await?.metadata();
        let default = metadata
            .pallet_by_name(pallet)
            .and_then(|pallet| pallet.storage())
            .and_then(|storage| storage.entry_by_name(item))
            .and_then(|entry| entry.default_value().map(<[u8]>::to_vec));
        default.ok_or_else(|| {
            CliError::new(format!("this chain has no {pallet}.{item}")).hint("it is probably older than this program")
        })
    }

    /// Hash of the block at a height.
    pub async fn hash_of(&self, number: BlockNumber) -> Result<H256> {
        let hash = self.rpc.chain_get_block_hash(Some(number.into())).await;
        let hash = hash.map_err(|e| errors::rpc("reading a block's hash", &e))?;
        hash.map(|hash| H256(hash.0)).ok_or_else(|| CliError::new(format!("the node has no block {number}")))
    }

    /// Hand a worker key to the node's keystore.
    pub async fn insert_worker_key(&self, secret: &str, public: &WorkerKey) -> Result<()> {
        let kind = String::from_utf8_lossy(&WORKER_KEY_TYPE.0).into_owned();
        let inserted = self.rpc.author_insert_key(kind, secret.to_owned(), public.0.to_vec()).await;
        inserted.map_err(|error| {
            errors::rpc("handing the key to the node", &error)
                .hint("the node takes keys from its own machine only; else copy the file into its keystore")
        })
    }

    /// Let the node make new session keys in its keystore. Returns them with the proof that they are there, both for `owner`.
    pub async fn rotate_keys(&self, owner: &AccountId) -> Result<(Vec<u8>, Vec<u8>)> {
        #[derive(serde::Deserialize)]
        struct Generated {
            keys: Bytes,
            proof: Option<Bytes>,
        }
        let owner: &[u8] = owner.as_ref();
        let params = rpc_params![Bytes::from(owner.to_vec())];
        let generated: Generated = self.raw.request("author_rotateKeysWithOwner", params).await.map_err(|error| {
            errors::rpc("asking the node for new keys", &error)
                .hint("the node makes keys for its own machine only: run this there, or through a tunnel to its port")
        })?;
        let proof = generated.proof.ok_or_else(|| {
            CliError::new("the node's runtime cannot prove keys").hint("the node is probably older than this program")
        })?;
        Ok((generated.keys.0, proof.0))
    }

    /// A view of the chain at a block.
    async fn at(&self, hash: H256) -> Result<AtBlock> {
        let hash = subxt::utils::H256(hash.0);
        self.client.at_block(hash).await.context(format!("reading the chain's description from {}", self.url))
    }

    /// What the chain's own description calls the errors of its pallets.
    pub async fn error_names(&self) -> Result<impl Fn(u8, u8) -> Option<String>> {
        let metadata = self.at(self.head().await?.hash).await?.metadata();
        Ok(move |pallet: u8, error: u8| {
            let pallet = metadata.pallet_by_error_index(pallet)?;
            let variant = pallet.error_variant_by_index(error)?;
            Some(format!("{} {}", pallet.name(), variant.name))
        })
    }

    /// All events of a block.
    pub async fn events(&self, head: Head) -> Result<Vec<Event>> {
        let at = self.at(head.hash).await?;
        let events = at.events().fetch().await.context("reading the block's events")?;
        events.iter().map(|event| event.context("reading an event").and_then(|event| Event::read(&event))).collect()
    }
}

/// New best blocks as they come.
pub struct Heads<'a> {
    chain: &'a Chain,
    stream: RpcSubscription<SubstrateHeader<subxt::utils::H256>>,
}

impl Heads<'_> {
    /// The best block after the next change.
    pub async fn next(&mut self) -> Result<Head> {
        let next = tokio::time::timeout(NEXT_BLOCK, self.stream.next()).await.map_err(|_| {
            CliError::new(format!("the chain made no block for {} seconds", NEXT_BLOCK.as_secs()))
                .hint("are its validators running?")
        })?;
        match next {
            Some(Ok(_)) => self.chain.head().await,
            Some(Err(error)) => Err(errors::rpc("following the chain", &error)),
            None => Err(CliError::new("the node closed the connection").hint("is it still running?")),
        }
    }
}

/// The innermost cause: what a person needs of a chain of wrapped errors.
fn reason(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
