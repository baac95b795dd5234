//! The chain behind a node, reached again when the connection broke.

use super::{
    budget::MOST_FEE,
    network::{Asked, Network, OnChain, Opening, Sent},
};
use crate::{
    chain::{Chain, Failed, OpenSession},
    errors::Result,
};
use candor_primitives::{AccountId, Balance, BlockNumber, ReleaseId, SessionId, Units, Voucher};
use candor_runtime_api::{
    sessions::{SessionPhase, SessionQuoteError, SessionView},
    views::{HostView, OfferView, PoolView, ReleaseView},
};
use sp_core::{sr25519, Pair, H256};
use std::{
    future::Future,
    sync::{Arc, PoisonError, RwLock},
};

/// A node, and the key that signs.
#[derive(Clone)]
pub struct Node(Arc<Inner>);

struct Inner {
    url: String,
    pair: sr25519::Pair,
    genesis: H256,
    chain: RwLock<Arc<Chain>>,
    /// Transactions of this account, one after the other, also across connections.
    turn: tokio::sync::Mutex<()>,
}

impl Node {
    /// Over a connection that stands.
    pub fn new(url: &str, chain: Chain, pair: sr25519::Pair) -> Self {
        let genesis = chain.genesis();
        let chain = RwLock::new(Arc::new(chain));
        Self(Arc::new(Inner { url: url.to_owned(), pair, genesis, chain, turn: tokio::sync::Mutex::new(()) }))
    }

    fn chain(&self) -> Arc<Chain> {
        self.0.chain.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Connect again if the connection broke. Says whether it did.
    async fn renew(&self) -> bool {
        if self.chain().head().await.is_ok() {
            return false;
        }
        match Chain::connect(&self.0.url).await {
            // Another chain at the same address (a development chain begun anew) has other sessions.
            Ok(chain) if chain.genesis() == self.0.genesis => {
                *self.0.chain.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(chain);
                true
            },
            _ => false,
        }
    }

    /// Ask; once more over a new connection if the old one broke.
    fn asking<T, F>(&self, ask: impl Fn(Arc<Chain>) -> F + Send + Sync + 'static) -> Asked<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let node = self.clone();
        Box::pin(async move {
            match ask(node.chain()).await {
                Ok(answer) => Ok(answer),
                Err(_) if node.renew().await => ask(node.chain()).await,
                Err(error) => Err(error),
            }
        })
    }

    /// Send; over a new connection if the old one broke before.
    fn sending<T, F>(&self, send: impl FnOnce(Arc<Chain>, sr25519::Pair) -> F + Send + 'static) -> Sent<T>
    where
        T: Send + 'static,
        F: Future<Output = std::result::Result<(T, Balance), Failed>> + Send + 'static,
    {
        let node = self.clone();
        Box::pin(async move {
            let _turn = node.0.turn.lock().await;
            node.renew().await;
            send(node.chain(), node.0.pair.clone()).await
        })
    }
}

fn on_chain(view: SessionView) -> OnChain {
    OnChain {
        terms: view.terms,
        worker: view.worker,
        bond: view.bond,
        open: view.phase == SessionPhase::Open,
        ended: matches!(view.phase, SessionPhase::Ended | SessionPhase::Overturned),
        calls: view.settled_calls,
        fee: view.settled_fee,
        attested: view.attested,
    }
}

impl Network for Node {
    fn genesis(&self) -> H256 {
        self.0.genesis
    }

    fn account(&self) -> AccountId {
        AccountId::new(self.0.pair.public().0)
    }

    fn head(&self) -> Asked<BlockNumber> {
        self.asking(|chain| async move { Ok(chain.head().await?.number) })
    }

    fn releases(&self) -> Asked<Vec<ReleaseView>> {
        self.asking(|chain| async move { chain.releases().await })
    }

    fn offers(&self, release: ReleaseId) -> Asked<Vec<OfferView>> {
        self.asking(move |chain| async move { chain.offers(release).await })
    }

    fn host(&self, account: AccountId) -> Asked<Option<HostView>> {
        self.asking(move |chain| {
            let account = account.clone();
            async move { chain.host(&account, None).await }
        })
    }

    fn pool(&self, account: AccountId) -> Asked<Option<PoolView>> {
        self.asking(move |chain| {
            let account = account.clone();
            async move { chain.pool(&account).await }
        })
    }

    fn is_attested(&self, account: AccountId) -> Asked<bool> {
        self.asking(move |chain| {
            let account = account.clone();
            async move { Ok(chain.attestation(&account).await?.is_some_and(|view| view.why_not.is_none())) }
        })
    }

    fn session(&self, id: SessionId) -> Asked<Option<OnChain>> {
        self.asking(move |chain| async move { Ok(chain.session(id).await?.map(on_chain)) })
    }

    fn sessions(&self) -> Asked<Vec<OnChain>> {
        let account = self.account();
        self.asking(move |chain| {
            let account = account.clone();
            async move { Ok(chain.sessions_of(&account).await?.into_iter().map(on_chain).collect()) }
        })
    }

    fn backs(&self, release: ReleaseId, host: AccountId, max_units: Units, deposit: Balance) -> Asked<bool> {
        self.asking(move |chain| {
            let host = host.clone();
            async move {
                let quote = chain.quote_session(release, Some(&host), max_units, deposit, false).await?;
                Ok(!matches!(quote, Err(SessionQuoteError::NotBacked)))
            }
        })
    }

    fn open(&self, opening: Opening) -> Sent<OnChain> {
        self.sending(move |chain, pair| async move {
            let Opening { release, host, key, max_units, max_fee, deposit, blocks, attested } = opening;
            let expires = chain.head().await?.number.saturating_add(blocks);
            let open = OpenSession { release, host: Some(host), max_units, max_fee, deposit, expires, key, attested };
            let (view, submitted) = chain.open_session(&pair, &open, Some(MOST_FEE)).await?;
            Ok((on_chain(view), submitted.fee))
        })
    }

    fn top_up(&self, id: SessionId, amount: Balance, blocks: Option<BlockNumber>) -> Sent<OnChain> {
        self.sending(move |chain, pair| async move {
            let head = chain.head().await?.number;
            let expires = blocks.map(|blocks| head.saturating_add(blocks));
            let (view, submitted) = chain.top_up_session(&pair, id, amount, expires, Some(MOST_FEE)).await?;
            Ok((on_chain(view), submitted.fee))
        })
    }

    fn close(&self, id: SessionId) -> Sent<()> {
        self.sending(move |chain, pair| async move {
            let submitted = chain.close_session(&pair, id, Some(MOST_FEE)).await?;
            Ok(((), submitted.fee))
        })
    }

    fn close_agreed(&self, voucher: Voucher, signature: sr25519::Signature) -> Sent<()> {
        self.sending(move |chain, pair| async move {
            let submitted = chain.close_agreed(&pair, &voucher, &signature, Some(MOST_FEE)).await?;
            Ok(((), submitted.fee))
        })
    }
}
