//! Sessions are opened, with the best host there is, and topped up.

use super::{
    budget::{MOST_BOND, MOST_FEE},
    catalogue::Release,
    choose::{self, Candidate},
    core::{Group, Proxy},
    live::Live,
    network::{OnChain, Opening},
};
use crate::{
    account::address,
    amounts,
    errors::{CliError, Context, Result},
    output::text,
    receipts::{
        records::{Opened, Paid},
        store,
    },
};
use candor_gateway::{
    client::{Client, Options},
    CallError,
};
use candor_primitives::{AccountId, Balance, Units};
use candor_runtime_api::views::OfferView;
use futures::StreamExt;
use std::{
    sync::{atomic::Ordering, Arc, PoisonError},
    time::{Duration, Instant},
};

/// Longest wait for a host's answer to a small question.
const PING: Duration = Duration::from_secs(2);
/// Hosts that are asked for their latency before a session is opened.
const PINGED: usize = 12;
/// Hosts with which opening a session is tried for one call.
const OPENED: usize = 3;
/// How many calls like the first one a session's largest may be.
const LARGER: Units = 4;

impl Proxy {
    /// Open a session that takes a call of `units`, unless somebody else just did.
    pub(super) async fn open_one(
        self: &Arc<Self>,
        release: &Arc<Release>,
        group: &Group,
        units: Units,
        tried: &[AccountId],
    ) -> std::result::Result<(), CallError> {
        let before = group.sessions().len();
        let _one = group.opening.lock().await;
        if group.sessions().len() > before {
            return Ok(());
        }
        let ranked = self.candidates(release, units, tried).await?;
        let mut reason = None;
        for candidate in ranked.into_iter().take(OPENED) {
            match self.open_with(release, &candidate, units).await {
                Ok(live) => {
                    group.add(live);
                    return Ok(());
                },
                Err(error @ Refused::Broke(_)) => return Err(error.into()),
                Err(error) => {
                    let host = address(&candidate.offer.host);
                    (self.tell)(format!("no session with {host}: {}", error.words()));
                    reason = Some(error);
                },
            }
        }
        let title = release.title();
        Err(reason.map(CallError::from).unwrap_or_else(|| match tried.is_empty() {
            true if group.find(|live| live.is_ailing().then_some(())).is_some() => {
                CallError::Unavailable(format!("the host of {title} does not answer, and there is no other: try again"))
            },
            true if self.settings.attested => CallError::Unavailable(format!(
                "no live host with attested hardware offers {title} at your price: see --max-price and \
                 --hosts, or start without --attested"
            )),
            true => CallError::Unavailable(format!(
                "no live host offers {title} at your price: see `candor model show {title}`, --max-price and --hosts"
            )),
            false => CallError::Unavailable(format!("no other live host offers {title} at your price")),
        }))
    }

    /// Hosts that could be asked, the best first.
    async fn candidates(
        &self,
        release: &Release,
        units: Units,
        tried: &[AccountId],
    ) -> std::result::Result<Vec<Candidate>, CallError> {
        let unavailable = |error: CliError| CallError::Unavailable(error.message);
        let pinned = &self.settings.hosts;
        let mut offers: Vec<OfferView> = self.network.offers(release.id()).await.map_err(unavailable)?;
        offers.retain(|offer| {
            let wanted = pinned.is_empty() || pinned.contains(&offer.host);
            // Whoever asks for nothing cannot have a session: nothing would be at stake.
            let paid = choose::price(offer, units).is_some_and(|price| price > 0);
            wanted && paid && offer.live && !tried.contains(&offer.host) && !self.is_banned(&offer.host)
        });
        // One whose session ails is asked again in that session, not in another.
        let group = self.group(release.id());
        offers.retain(|offer| group.find(|live| (live.host == offer.host && live.is_ailing()).then_some(())).is_none());
        offers.sort_by_key(|offer| choose::price(offer, units));
        let wanted = futures::stream::iter(offers).map(|offer| async move {
            let attested = !self.settings.attested || self.network.is_attested(offer.host.clone()).await.ok()?;
            attested.then_some(offer)
        });
        let offers: Vec<_> = wanted.buffered(PINGED).filter_map(futures::future::ready).take(PINGED).collect().await;
        let asked = offers.into_iter().map(|offer| async move {
            let (host, pool) =
                futures::join!(self.network.host(offer.host.clone()), self.network.pool(offer.host.clone()));
            let host = host.ok().flatten()?;
            let latency = ping(&text(&host.endpoint)).await?;
            Some(Candidate { offer, host, pool: pool.ok().flatten(), latency })
        });
        let candidates = futures::future::join_all(asked).await.into_iter().flatten().collect();
        Ok(choose::rank(candidates, units, self.settings.max_price))
    }

    async fn open_with(
        self: &Arc<Self>,
        release: &Arc<Release>,
        candidate: &Candidate,
        units: Units,
    ) -> std::result::Result<Arc<Live>, Refused> {
        let host = candidate.offer.host.clone();
        let price = |units| choose::price(&candidate.offer, units).unwrap_or(Balance::MAX);
        let most = self.settings.max_price.unwrap_or(Balance::MAX);
        let mut deposit = self.settings.deposit.max(price(units));
        let larger = units.saturating_mul(LARGER).min(release.most_units());
        let fits = |larger: &Units| price(*larger) <= most.min(deposit / Balance::from(LARGER));
        let max_units = Some(larger).filter(fits).unwrap_or(units).max(units);
        // A host with little stake answers for fewer calls at a time.
        while !self.network.backs(release.id(), host.clone(), max_units, deposit).await.unwrap_or(true) {
            deposit /= 4;
            if deposit < price(max_units) {
                return Err(CliError::new("its stake does not answer for a session of such calls").into());
            }
        }
        // Bond, and the fees of opening and of closing, are put aside with it.
        let needed = deposit.saturating_add(2 * MOST_FEE + MOST_BOND);
        let reserve = self.budget.reserve(needed).ok_or_else(|| Refused::Broke(self.broke(needed)))?;
        let key = self.store.new_key()?;
        let (public, blocks) = (sp_core::Pair::public(&key), self.settings.blocks);
        let until = self.head.load(Ordering::Acquire).saturating_add(80);
        self.store.paid(&Paid::Opening { key: public.0, fee: MOST_FEE, until })?;
        let (release_id, max_fee) = (release.id(), price(max_units));
        let opening = Opening {
            release: release_id,
            host: host.clone(),
            key: public,
            max_units,
            max_fee,
            deposit,
            blocks,
            attested: self.settings.attested,
        };
        let opened = self.network.open(opening).await;
        let (on_chain, fee) = match opened {
            Ok(opened) => opened,
            // Whether it may still happen is looked up at the next start.
            Err(failed) => {
                self.pay_fee(failed.fee);
                return Err(Refused::Chain(failed.error));
            },
        };
        self.store.paid(&Paid::OpeningDone { key: public.0, fee })?;
        self.budget.fee(fee);
        self.budget.holds(on_chain.terms.session, on_chain.terms.deposit.saturating_add(on_chain.bond));
        drop(reserve);
        let endpoint = text(&candidate.host.endpoint);
        (self.tell)(format!(
            "session {} opened with {} for {}: deposit {}, {} for a call like this, until block {}",
            on_chain.terms.session,
            address(&host),
            release.title(),
            amounts::show(on_chain.terms.deposit),
            amounts::show(on_chain.terms.fee(units).unwrap_or(max_fee)),
            on_chain.terms.expires,
        ));
        let opened = opened_record(release, on_chain, &endpoint);
        let client = client(&endpoint)?;
        let live = Live::begin(&self.store, release.clone(), opened, key, client, candidate.score(units));
        Ok(Arc::new(live.context("the session's journal cannot be written")?))
    }

    /// Add to a deposit: what is missing, and as much as a session gets at first if the budget has it.
    pub(super) async fn top_up(&self, live: &Arc<Live>, missing: Balance) -> std::result::Result<(), CallError> {
        let before = live.book().terms().deposit;
        let _one = live.busy.lock().await;
        if live.book().terms().deposit > before {
            return Ok(());
        }
        let usual = self.settings.deposit.max(missing);
        let reserved = [usual, missing]
            .into_iter()
            .find_map(|amount| self.budget.reserve(amount.saturating_add(MOST_FEE)).map(|reserve| (amount, reserve)));
        let Some((amount, reserve)) = reserved else { return Err(self.broke(missing.saturating_add(MOST_FEE))) };
        let topped = self.network.top_up(live.session, amount, None).await;
        let (on_chain, fee) = topped.map_err(|failed| {
            self.pay_fee(failed.fee);
            CallError::Unavailable(failed.error.to_string())
        })?;
        self.grew(live, &on_chain, fee);
        drop(reserve);
        (self.tell)(format!("session {} topped up by {}", live.session, amounts::show(amount)));
        Ok(())
    }

    pub(super) fn grew(&self, live: &Arc<Live>, on_chain: &OnChain, fee: Balance) {
        let terms = &on_chain.terms;
        self.budget.holds(live.session, terms.deposit.saturating_add(on_chain.bond));
        self.pay_fee(fee);
        let _ = live.extended(terms.deposit, terms.expires);
        self.group(live.release.id()).room.notify_waiters();
    }

    /// A transaction cost a fee.
    pub(super) fn pay_fee(&self, fee: Balance) {
        if fee == 0 {
            return;
        }
        self.budget.fee(fee);
        if let Err(error) = self.store.paid(&Paid::Fee { fee }) {
            (self.tell)(format!("a fee of {} is not on record: {}", amounts::show(fee), error.message));
        }
    }

    /// Ask nothing more of a host.
    pub(super) fn ban(&self, host: &AccountId, reason: &str) {
        self.banned.write().unwrap_or_else(PoisonError::into_inner).insert(host.clone(), reason.to_owned());
        let _ = self.store.paid(&Paid::Banned { host: host.clone(), reason: reason.to_owned() });
    }

    /// Make no more calls in a session; it is closed soon.
    pub(super) fn retire(&self, live: &Arc<Live>, reason: &str) {
        live.retire(reason);
        self.group(live.release.id()).room.notify_waiters();
        (self.tell)(format!("session {} is given up: {reason}", live.session));
    }
}

pub(super) fn opened_record(release: &Release, on_chain: OnChain, endpoint: &str) -> Opened {
    Opened {
        terms: on_chain.terms,
        worker: on_chain.worker,
        endpoint: endpoint.to_owned(),
        model: release.title(),
        publisher: release.view.publisher.clone(),
        at: store::now(),
    }
}

/// A client of a host.
pub(super) fn client(endpoint: &str) -> Result<Client> {
    Client::new(endpoint, Options::default()).map_err(|error| CliError::new(format!("the host's address: {error}")))
}

/// How long a host takes for a small question, the connection not counted; `None` if it does not answer.
async fn ping(endpoint: &str) -> Option<Duration> {
    let client = Client::new(endpoint, Options { connect: PING, timeout: PING, ..Options::default() }).ok()?;
    let _ = client.live().await.ok()?;
    let began = Instant::now();
    client.live().await.ok()?.then(|| began.elapsed())
}

/// Why no session was opened.
enum Refused {
    Broke(CallError),
    Chain(CliError),
}

impl Refused {
    fn words(&self) -> String {
        match self {
            Self::Broke(error) => error.to_string(),
            Self::Chain(error) => error.to_string(),
        }
    }
}

impl From<CliError> for Refused {
    fn from(error: CliError) -> Self {
        Self::Chain(error)
    }
}

impl From<Refused> for CallError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Broke(error) => error,
            Refused::Chain(error) => Self::Unavailable(error.to_string()),
        }
    }
}
