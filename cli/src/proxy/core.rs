//! What the rooms of the proxy share.

use super::{budget::Budget, catalogue::Catalogue, live::Live, metrics::Metrics, network::Network};
use crate::{amounts, receipts::store::Store};
use candor_gateway::CallError;
use candor_primitives::{AccountId, Balance, BlockNumber, ReleaseId};
use std::{
    collections::HashMap,
    sync::{
        atomic::{AtomicBool, AtomicU32},
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
    },
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// What the user set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What a session is opened and topped up with, in planck.
    pub deposit: Balance,
    /// Most that one call may cost, in planck.
    pub max_price: Option<Balance>,
    /// The only hosts that are asked; any if there are none.
    pub hosts: Vec<AccountId>,
    /// Whether only attested hosts are asked.
    pub attested: bool,
    /// For how many blocks sessions are opened.
    pub blocks: BlockNumber,
    /// How long a host may take for a call.
    pub patience: Duration,
    /// How long a call may wait in all, where its caller says nothing.
    pub wait: Duration,
    /// Origins of pages that may call.
    pub pages: Vec<String>,
}

/// Says things to the person at the terminal.
pub type Teller = Arc<dyn Fn(String) + Send + Sync>;

/// The proxy.
pub struct Proxy {
    /// What the user set.
    pub settings: Settings,
    /// The chain.
    pub network: Arc<dyn Network>,
    /// The folder.
    pub store: Arc<Store>,
    /// The money.
    pub budget: Budget,
    /// The models.
    pub catalogue: Catalogue,
    /// The numbers.
    pub metrics: Metrics,
    /// Where remarks go.
    pub tell: Teller,
    /// Hosts whose answers were wrong.
    pub banned: RwLock<HashMap<AccountId, String>>,
    /// The best block, as last seen.
    pub head: AtomicU32,
    /// No new calls.
    pub closing: AtomicBool,
    groups: Mutex<HashMap<ReleaseId, Arc<Group>>>,
    live_offers: Mutex<Option<(Instant, Vec<ReleaseId>)>>,
}

/// The sessions of one release.
#[derive(Default)]
pub struct Group {
    sessions: RwLock<Vec<Arc<Live>>>,
    /// A call got out, a session came: whoever waits looks again.
    pub room: Notify,
    /// One session is opened at a time.
    pub opening: tokio::sync::Mutex<()>,
}

impl Group {
    /// Its sessions.
    pub fn sessions(&self) -> Vec<Arc<Live>> {
        self.sessions.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first session for which something comes out of it.
    pub fn find<T>(&self, mut look: impl FnMut(&Arc<Live>) -> Option<T>) -> Option<T> {
        self.sessions.read().unwrap_or_else(PoisonError::into_inner).iter().find_map(&mut look)
    }

    /// One more. The best come first.
    pub fn add(&self, live: Arc<Live>) {
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        sessions.push(live);
        sessions.sort_by(|a, b| a.score.total_cmp(&b.score));
        drop(sessions);
        self.room.notify_waiters();
    }

    /// One less.
    pub fn remove(&self, live: &Arc<Live>) {
        self.sessions.write().unwrap_or_else(PoisonError::into_inner).retain(|other| !Arc::ptr_eq(other, live));
        self.room.notify_waiters();
    }
}

impl Proxy {
    /// A proxy without sessions yet.
    pub fn new(
        settings: Settings,
        network: Arc<dyn Network>,
        store: Store,
        budget: Budget,
        catalogue: Catalogue,
        tell: Teller,
    ) -> Arc<Self> {
        Arc::new(Self {
            settings,
            network,
            store: Arc::new(store),
            budget,
            catalogue,
            metrics: Metrics::default(),
            tell,
            banned: RwLock::default(),
            head: AtomicU32::new(0),
            closing: AtomicBool::new(false),
            groups: Mutex::default(),
            live_offers: Mutex::default(),
        })
    }

    /// The sessions of a release.
    pub fn group(&self, release: ReleaseId) -> Arc<Group> {
        self.groups_mut().entry(release).or_default().clone()
    }

    /// All groups.
    pub fn groups(&self) -> Vec<Arc<Group>> {
        self.groups_mut().values().cloned().collect()
    }

    /// All sessions, by number.
    pub fn sessions(&self) -> Vec<Arc<Live>> {
        let mut all: Vec<Arc<Live>> = self.groups().iter().flat_map(|group| group.sessions()).collect();
        all.sort_by_key(|live| live.session);
        all
    }

    fn groups_mut(&self) -> MutexGuard<'_, HashMap<ReleaseId, Arc<Group>>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Releases of which somebody answers calls, as last seen.
    pub fn live_offers(&self) -> MutexGuard<'_, Option<(Instant, Vec<ReleaseId>)>> {
        self.live_offers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a host's answers are not trusted.
    pub fn is_banned(&self, host: &AccountId) -> bool {
        self.banned.read().unwrap_or_else(PoisonError::into_inner).contains_key(host)
    }

    /// Why nothing can be bought.
    pub fn broke(&self, needed: Balance) -> CallError {
        let standing = self.budget.standing();
        CallError::Unavailable(format!(
            "the budget of {} has {} left, and {} are needed (deposit and the fees of opening and closing): start the \
             proxy with a higher --budget or a lower --deposit",
            amounts::show(standing.limit),
            amounts::show(standing.left),
            amounts::show(needed),
        ))
    }
}
