//! Sessions at their host: what was called, what was answered, what is paid.
//!
//! Each session has a folder with one file ([`log`]). Inputs are on the disk before an answer leaves, in parallel with the run;
//! the answer is in the file before it leaves, and would come out the same if that was lost with the machine. So nothing
//! that was signed is ever without its inputs, no index is ever answered twice, and a call that is repeated gets the answer
//! that it had. Vouchers are checked against what was answered here; the newest is what the node's worker settles.
//!
//! Terms come from the chain, through the worker: a session that nobody here knows is asked for when somebody calls in it,
//! and again every now and then while it is used.

mod account;
pub mod http;
mod log;
mod sample;
mod session;

#[cfg(test)]
pub(crate) use account::{Account, Place, Proven};
pub(crate) use log::Answer;
pub(crate) use session::{internal, Begun, CallProblem, Claim, NewCall, Paid, Session, Standing, Ticket};

use crate::metrics::Metrics;
use candor_commitments::{Blake2b256, Hasher};
use candor_gateway::{wire::SessionState, PaymentProblem};
use candor_primitives::{
    session::SessionTerms,
    worker::{Standpoint, MAX_BATCH},
    Balance, ReceiptDraft, ReceiptPath, SessionId, SignedVoucher, WorkerKey,
};
use codec::Encode;
use std::{
    collections::HashMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock},
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// Sessions that may be asked for at the same time: callers can name any number.
const MOST_ASKED: usize = 1024;
/// A no of the chain stands so long.
const DENIED: Duration = Duration::from_secs(5);
/// A session that ended is looked up so long: a fork may bring it back.
const REOPENED: Duration = Duration::from_secs(60);
/// A session that nobody waits for any more is asked for so long.
const ASKED: Duration = Duration::from_secs(30);
/// How often files are brought to the disk that nobody waits for.
const FLUSH: Duration = Duration::from_millis(200);
/// How often old sessions are looked for.
const SWEEP: Duration = Duration::from_secs(600);

/// How sessions are kept and settled.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    /// Calls that may be answered beyond the newest voucher: what a requester can owe.
    pub window: u32,
    /// A session is settled when so many calls are vouched for since it was last.
    pub settle_calls: u32,
    /// It is also settled when something is vouched for so long.
    pub settle_after: Duration,
    /// And in its last blocks, whatever was vouched for.
    pub expiry_margin: u32,
    /// How long a caller waits until the chain has said what a session is.
    pub terms_wait: Duration,
    /// Terms of a session that is used are asked for so often.
    pub refresh: Duration,
    /// Calls are answered so long after the chain was last heard about their session.
    pub stale: Duration,
    /// A session that takes no calls is settled so long.
    pub closing: Duration,
    /// Its file is kept so long after that: its calls can be drawn for audit.
    pub keep: Duration,
}

impl Default for SessionLimits {
    fn default() -> Self {
        Self {
            window: 8,
            settle_calls: 1000,
            settle_after: Duration::from_secs(600),
            expiry_margin: 30,
            terms_wait: Duration::from_secs(6),
            refresh: Duration::from_secs(4),
            stale: Duration::from_secs(120),
            closing: Duration::from_secs(4 * 3600),
            keep: Duration::from_secs(48 * 3600),
        }
    }
}

/// A session that somebody called in and that is not known here.
#[derive(Clone, Copy, Debug)]
struct Asked {
    first: Instant,
    wanted: Instant,
    told: Option<Instant>,
    denied: Option<Instant>,
}

struct Shared {
    folder: PathBuf,
    limits: SessionLimits,
    boot: Vec<u8>,
    metrics: Arc<Metrics>,
    sessions: RwLock<HashMap<SessionId, Arc<Session>>>,
    asked: Mutex<HashMap<SessionId, Asked>>,
    from: RwLock<Option<Standpoint>>,
    told: watch::Sender<u64>,
    stopped: (Mutex<bool>, Condvar),
}

/// All sessions of an engine.
pub struct Ledger(Arc<Shared>);

impl Ledger {
    /// Open the sessions in a folder, and start the thread that brings them to the disk.
    pub fn open(folder: &Path, limits: SessionLimits, metrics: Arc<Metrics>) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let boot = std::fs::read("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        let mut sessions: HashMap<SessionId, (std::time::SystemTime, Arc<Session>)> = HashMap::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if !entry.file_type()?.is_dir() {
                continue;
            }
            let used = entry.path().join("calls").metadata().and_then(|m| m.modified());
            let used = used.unwrap_or(std::time::UNIX_EPOCH);
            let Some(session) = Session::restore(&entry.path(), &limits, &boot)? else { continue };
            let id = session.terms().session;
            // Of two chains, or of a chain that began again: the one that was used last.
            if sessions.get(&id).is_none_or(|(other, _)| *other < used) {
                sessions.insert(id, (used, Arc::new(session)));
            }
        }
        let sessions = sessions.into_iter().map(|(id, (_, session))| (id, session)).collect();
        let shared = Shared {
            folder: folder.to_owned(),
            limits,
            boot,
            metrics,
            sessions: RwLock::new(sessions),
            asked: Mutex::default(),
            from: RwLock::default(),
            told: watch::channel(0).0,
            stopped: Default::default(),
        };
        let shared = Arc::new(shared);
        let flushed = shared.clone();
        std::thread::Builder::new().name("ledger".into()).spawn(move || flush(&flushed))?;
        Ok(Self(shared))
    }

    fn sessions(&self) -> Vec<Arc<Session>> {
        self.0.sessions()
    }

    pub(crate) fn get(&self, id: SessionId) -> Option<Arc<Session>> {
        self.0.sessions.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }

    fn asked(&self) -> MutexGuard<'_, HashMap<SessionId, Asked>> {
        self.0.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// For whom the worker spoke last, and from which block.
    pub fn standpoint(&self) -> Option<Standpoint> {
        self.0.from.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn block(&self) -> u32 {
        self.0.from.read().unwrap_or_else(PoisonError::into_inner).as_ref().map_or(0, |from| from.block)
    }

    /// A session that takes calls now, as far as the chain was heard. Waits a while for the chain's word.
    pub(crate) async fn session(&self, id: SessionId) -> Result<Arc<Session>, PaymentProblem> {
        if let Some(found) = self.look(id) {
            return found;
        }
        let until = Instant::now() + self.0.limits.terms_wait;
        let mut told = self.0.told.subscribe();
        loop {
            told.mark_unchanged();
            if let Some(found) = self.look(id) {
                return found;
            }
            if !self.want(id) {
                return Err(PaymentProblem::UnknownSession);
            }
            let rest = until.saturating_duration_since(Instant::now());
            if rest.is_zero() || tokio::time::timeout(rest, told.changed()).await.is_err() {
                // A node may hear of a session later than whoever opened it: a no counts once time has passed.
                let denied = self.asked().get(&id).is_some_and(|asked| asked.denied.is_some());
                return Err(if denied { PaymentProblem::Closed } else { PaymentProblem::UnknownSession });
            }
        }
    }

    /// What can be said of a session at once.
    fn look(&self, id: SessionId) -> Option<Result<Arc<Session>, PaymentProblem>> {
        if let Some(session) = self.get(id) {
            let (standing, expires) = {
                let inner = session.lock();
                (inner.standing, inner.account.terms.expires)
            };
            match standing {
                Standing::Closed(_) => return Some(Err(PaymentProblem::Closed)),
                Standing::Open(_) if self.block() > expires => return Some(Err(PaymentProblem::Closed)),
                Standing::Open(heard) if heard.elapsed() <= self.0.limits.stale => return Some(Ok(session)),
                Standing::Open(_) | Standing::Remembered => return None,
            }
        }
        let asked = self.asked().get(&id).copied()?;
        let long = asked.first.elapsed() >= self.0.limits.terms_wait;
        let denied = asked.denied.is_some_and(|at| at.elapsed() <= DENIED);
        (long && denied).then_some(Err(PaymentProblem::Closed))
    }

    /// Ask for a session with the next sync; `false` if too many are asked for.
    fn want(&self, id: SessionId) -> bool {
        let now = Instant::now();
        let mut asked = self.asked();
        if asked.len() >= MOST_ASKED && !asked.contains_key(&id) {
            asked.retain(|_, a| a.wanted.elapsed() < ASKED);
            if asked.len() >= MOST_ASKED {
                return false;
            }
        }
        let entry = asked.entry(id).or_insert(Asked { first: now, wanted: now, told: None, denied: None });
        entry.wanted = now;
        true
    }

    /// Take what the worker says of sessions.
    pub(crate) fn hear(&self, from: Option<Standpoint>, sessions: Vec<(SessionId, Option<SessionTerms>)>) {
        let worker = from.as_ref().map(|from| from.worker);
        if let Some(from) = from {
            *self.0.from.write().unwrap_or_else(PoisonError::into_inner) = Some(from);
        }
        let heard = !sessions.is_empty();
        for (id, terms) in sessions {
            let taken = match terms {
                Some(terms) => self.open_session(id, terms, worker),
                None => self.close_session(id, worker),
            };
            if let Err(error) = taken {
                tracing::error!(session = id, %error, "what the chain says of a session cannot be kept");
            }
        }
        if heard {
            self.0.told.send_modify(|n| *n = n.wrapping_add(1));
        }
    }

    fn open_session(&self, id: SessionId, terms: SessionTerms, worker: Option<WorkerKey>) -> io::Result<()> {
        self.asked().remove(&id);
        if let Some(session) = self.get(id).filter(|session| session.is(&terms)) {
            return session.update(terms, worker);
        }
        // The same id on another chain is another session.
        let name = Blake2b256::hash(&SessionTerms { deposit: 0, expires: 0, ..terms.clone() }.encode());
        let folder =
            self.0.folder.join(format!("{id}-{}", hex::encode(name.first_chunk::<8>().copied().unwrap_or_default())));
        let restored = match folder.is_dir() {
            true => Session::restore(&folder, &self.0.limits, &self.0.boot)?.filter(|session| session.is(&terms)),
            false => None,
        };
        let session = match restored {
            Some(session) => session,
            None => Session::create(folder, terms.clone(), worker, &self.0.limits, &self.0.boot)?,
        };
        session.update(terms, worker)?;
        tracing::info!(session = id, "a session was opened with this host");
        self.0.sessions.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::new(session));
        Ok(())
    }

    fn close_session(&self, id: SessionId, worker: Option<WorkerKey>) -> io::Result<()> {
        if let Some(asked) = self.asked().get_mut(&id) {
            asked.denied = Some(Instant::now());
        }
        match self.get(id) {
            // Another host of this machine says that it is not its own.
            Some(session) if worker.is_some() && session.lock().worker.is_some_and(|own| Some(own) != worker) => Ok(()),
            Some(session) => session.close(),
            None => Ok(()),
        }
    }

    /// Sessions that the worker is to look up: those that somebody waits for, then those that were not heard of for long.
    pub(crate) fn lookup(&self) -> Vec<SessionId> {
        let now = Instant::now();
        let most = MAX_BATCH as usize;
        let mut wanted: Vec<(Option<Instant>, SessionId)> = {
            let mut asked = self.asked();
            asked.retain(|_, a| a.wanted.elapsed() < ASKED);
            asked.iter().map(|(id, a)| (a.told, *id)).collect()
        };
        wanted.sort();
        wanted.truncate(most);
        for (_, id) in &wanted {
            if let Some(asked) = self.asked().get_mut(id) {
                asked.told = Some(now);
            }
        }
        let mut ids: Vec<SessionId> = wanted.into_iter().map(|(_, id)| id).collect();
        let mut due: Vec<(Option<Instant>, Arc<Session>)> = Vec::new();
        for session in self.sessions() {
            let asked = {
                let inner = session.lock();
                // One in which nothing is owed is looked up less often: only to hear that it ended.
                let pace = match inner.used.elapsed() < self.0.limits.stale || Session::is_pressing(&inner) {
                    true => self.0.limits.refresh,
                    false => self.0.limits.refresh.saturating_mul(15),
                };
                // One that has just ended may go on, on another fork.
                let open = !matches!(inner.standing, Standing::Closed(since) if since.elapsed() > REOPENED);
                (open && inner.asked.is_none_or(|at| at.elapsed() >= pace)).then_some(inner.asked)
            };
            due.extend(asked.map(|asked| (asked, session)));
        }
        // Those that were not looked up for the longest time, where there are more than a sync has room for.
        due.sort_by_key(|(asked, _)| *asked);
        for (_, session) in due.into_iter().take(most.saturating_sub(ids.len())) {
            let mut inner = session.lock();
            inner.asked = Some(now);
            let id = inner.account.terms.session;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ids
    }

    /// The newest vouchers of sessions that are to be settled now.
    pub(crate) fn settle(&self) -> Vec<SignedVoucher> {
        let block = self.block();
        let due = self.sessions().into_iter().filter_map(|session| session.settle(block, &self.0.limits));
        due.take(MAX_BATCH as usize).collect()
    }

    /// Take a voucher that comes alone.
    pub(crate) async fn voucher(&self, id: SessionId, signed: &SignedVoucher) -> Result<(), PaymentProblem> {
        // One for a session that takes no calls any more still pays for those that were answered.
        let session = match self.get(id) {
            Some(session) => session,
            None => self.session(id).await?,
        };
        let newer = session.voucher(signed)?;
        if newer {
            self.0.metrics.vouchers.inc();
        }
        Ok(())
    }

    /// Where a session stands; asks the chain for one that is not known.
    pub(crate) async fn state(&self, id: SessionId) -> SessionState {
        if self.get(id).is_none() {
            // Whatever comes of it, what is known then is said below.
            let _ = self.session(id).await;
        }
        match self.get(id) {
            Some(session) => session.state(self.block()),
            None => SessionState {
                session: id,
                known: false,
                open: false,
                answered: 0,
                beyond: Vec::new(),
                vouched: 0,
                fee: 0,
                window: 0,
            },
        }
    }

    /// Whether this engine answered the call of a draft.
    pub(crate) fn answered(&self, draft: &ReceiptDraft) -> bool {
        let ReceiptPath::Session { session, index } = draft.path else { return false };
        let Some((session, index)) = self.get(session).zip(u32::try_from(index).ok()) else { return false };
        let answer = session.log.answer(index);
        answer.ok().flatten().is_some_and(|answer| answer.receipt.receipt.draft == *draft)
    }

    /// Open sessions; what is vouched for and not settled; what is answered and not vouched for.
    pub fn totals(&self) -> (usize, Balance, Balance) {
        let sessions = self.sessions();
        let open = sessions.iter().filter(|s| matches!(s.lock().standing, Standing::Open(_))).count();
        let sum = |(a, b): (Balance, Balance), (c, d): (Balance, Balance)| (a.saturating_add(c), b.saturating_add(d));
        let (vouched, unpaid) = sessions.iter().map(|session| session.owed()).fold((0, 0), sum);
        (open, vouched, unpaid)
    }

    /// Calls of sessions that are being answered.
    pub fn running(&self) -> usize {
        self.sessions().iter().map(|session| session.lock().account.running()).sum()
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        *self.0.stopped.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.0.stopped.1.notify_all();
    }
}

impl Shared {
    fn sessions(&self) -> Vec<Arc<Session>> {
        self.sessions.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Forget sessions that ended long ago.
    fn sweep(&self) {
        for session in self.sessions() {
            let id = session.terms().session;
            let gone = match session.lock().standing {
                Standing::Closed(since) => since.elapsed() > self.limits.keep,
                _ => false,
            };
            if gone {
                self.sessions.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
                if let Err(error) = std::fs::remove_dir_all(&session.folder) {
                    tracing::warn!(session = id, %error, "the file of an old session cannot be removed");
                }
            }
        }
    }
}

fn flush(shared: &Shared) {
    let mut swept = Instant::now();
    let mut stopped = shared.stopped.0.lock().unwrap_or_else(PoisonError::into_inner);
    while !*stopped {
        stopped = shared.stopped.1.wait_timeout(stopped, FLUSH).unwrap_or_else(PoisonError::into_inner).0;
        for session in shared.sessions() {
            session.log.flush();
        }
        if swept.elapsed() > SWEEP {
            shared.sweep();
            swept = Instant::now();
        }
    }
}
