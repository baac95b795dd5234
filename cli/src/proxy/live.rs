//! A session that calls are made in: its books, its journal, its host.

use super::{
    book::{Book, NoRoom, Out, Slot},
    catalogue::{Fitted, Release},
};
use crate::receipts::{
    journal::Journal,
    records::{Answered, Opened, Record, Sent},
    store::{earned, now, Past, Store},
};
use candor_gateway::{client::Client, NamedTensor};
use candor_primitives::{
    tensor::list_root, AccountId, Balance, SessionId, SignedReceipt, SignedVoucher, Voucher, WorkerKey,
};
use sp_core::{sr25519, Pair, H256};
use std::{
    collections::BTreeMap,
    io,
    sync::{atomic::AtomicBool, Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How it stands with a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// Calls are made in it.
    Good,
    /// Its host does not answer, or has to say first which calls it has answered.
    Ailing {
        /// Since when.
        since: Instant,
        /// When it is asked again.
        next: Instant,
        /// How long after that.
        pause: Duration,
    },
    /// No calls are made in it any more, for this reason.
    Retired(String),
}

/// A session that calls are made in.
pub struct Live {
    /// Its number.
    pub session: SessionId,
    /// What is called.
    pub release: Arc<Release>,
    /// Who answers.
    pub host: AccountId,
    /// Where.
    pub client: Client,
    /// Key that signs the vouchers.
    pub key: sr25519::Pair,
    /// Orders hosts: what a call is taken to cost.
    pub score: f64,
    store: Arc<Store>,
    /// Key that signs the receipts: the host's when the session was opened.
    pub worker: WorkerKey,
    book: Mutex<Book>,
    journal: Arc<Journal<Record>>,
    /// The newest call, to be made once more where a gap has to be closed.
    newest: Mutex<Option<Arc<Fitted>>>,
    /// Calls that went out and are not settled, by index, in their order.
    sent: Mutex<BTreeMap<u32, Vec<Sent>>>,
    health: Mutex<Health>,
    used: Mutex<Instant>,
    made: Instant,
    /// Whether somebody looks after it at this moment.
    pub tended: AtomicBool,
    /// One top-up, one voucher alone, one visit at a time.
    pub busy: tokio::sync::Mutex<()>,
}

/// A call in flight.
#[derive(Debug)]
pub struct Flight {
    /// Index, voucher, and what the receipt must say.
    pub slot: Slot,
    /// The inputs.
    pub call: Arc<Fitted>,
}

impl Live {
    /// A session that was just opened; its first record is written.
    pub fn begin(
        store: &Arc<Store>,
        release: Arc<Release>,
        opened: Opened,
        key: sr25519::Pair,
        client: Client,
        score: f64,
    ) -> io::Result<Self> {
        let other = |error: crate::errors::CliError| io::Error::other(error.message);
        let (journal, records) = store.session(opened.terms.session).map_err(other)?;
        if records.is_empty() {
            journal.append(&Record::Opened(Box::new(opened.clone())))?;
            journal.sync()?;
        }
        Ok(Self::with(store, release, &opened, key, client, journal, score))
    }

    fn with(
        store: &Arc<Store>,
        release: Arc<Release>,
        opened: &Opened,
        key: sr25519::Pair,
        client: Client,
        journal: Arc<Journal<Record>>,
        score: f64,
    ) -> Self {
        let terms = opened.terms.clone();
        Self {
            session: terms.session,
            release,
            host: terms.host.clone(),
            client,
            key,
            score,
            store: store.clone(),
            worker: opened.worker,
            book: Mutex::new(Book::new(terms)),
            journal,
            newest: Mutex::default(),
            sent: Mutex::default(),
            health: Mutex::new(Health::Good),
            used: Mutex::new(Instant::now()),
            made: Instant::now(),
            tended: AtomicBool::new(false),
            busy: tokio::sync::Mutex::new(()),
        }
    }

    /// A session of an earlier run, as its journal left it: the host has to say what it answered before it is used.
    pub fn resume(
        store: &Arc<Store>,
        release: Arc<Release>,
        past: &Past,
        key: sr25519::Pair,
        client: Client,
    ) -> io::Result<Self> {
        let other = |error: crate::errors::CliError| io::Error::other(error.message);
        let (journal, _) = store.session(past.terms().session).map_err(other)?;
        let live = Self::with(store, release, &past.opened, key, client, journal, 0.0);
        let mut indices: Vec<u32> = past.sent.keys().chain(past.answered.keys()).copied().collect();
        indices.sort_unstable();
        indices.dedup();
        let mut book = live.book();
        for index in indices {
            let outs = past.sent.get(&index).into_iter().flatten();
            let fee = |sent: &Sent| past.terms().fee(sent.units).unwrap_or(past.terms().max_fee);
            let outs: Vec<Out> = outs.map(|s| Out { input_root: s.input_root(), fee: fee(s) }).collect();
            let answered = past.answered.get(&index).map(|answer| {
                (answer.receipt.receipt.hash::<candor_commitments::Blake2b256>(), earned(past.terms(), answer))
            });
            if answered.is_none() {
                let sent = past.sent.get(&index).cloned().unwrap_or_default();
                sent.iter().for_each(|sent| store.payloads.pin(&sent.place));
                live.sent().insert(index, sent);
            }
            book.replay(index, outs, answered);
        }
        book.replayed();
        drop(book);
        if let Some(sent) = past.sent.values().rev().flatten().next() {
            let (refs, units) = (sent.inputs.clone(), sent.units);
            let kept = store.payloads.read(&sent.place)?;
            *live.newest() = kept.map(|inputs| Arc::new(Fitted { inputs, refs, units }));
        }
        live.ail();
        if let Some(reason) = &past.retired {
            *live.health_mut() = Health::Retired(reason.clone());
        }
        Ok(live)
    }

    /// Take an index for a call and write down that it goes out.
    pub fn seat(&self, call: &Arc<Fitted>) -> Result<io::Result<Flight>, NoRoom> {
        let root = list_root::<candor_commitments::Blake2b256>(call.refs.iter().map(|input| &input.root));
        let slot = self.book().take(root, call.units, &self.key)?;
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let written = self.write_sent(&slot, call);
        *self.newest() = Some(call.clone());
        Ok(match written {
            Ok(()) => Ok(Flight { slot, call: call.clone() }),
            Err(error) => {
                // It never went out.
                self.book().refused(slot.index, false);
                Err(error)
            },
        })
    }

    fn write_sent(&self, slot: &Slot, call: &Fitted) -> io::Result<()> {
        let place = self.store.payloads.append(&call.inputs)?;
        self.store.payloads.pin(&place);
        let (index, units, inputs) = (slot.index, call.units, call.refs.clone());
        let sent = Sent { index, units, inputs, place, at: now() };
        self.journal.append(&Record::Sent(sent.clone()))?;
        self.sent().entry(index).or_default().push(sent);
        Ok(())
    }

    /// Take a doubtful call up again, with the inputs that were kept; `None` if they are not there any more.
    pub fn reseat(&self, index: u32) -> io::Result<Option<Flight>> {
        let Some(root) = self.book().doubtful_root(index) else { return Ok(None) };
        let sent = self.sent().get(&index).and_then(|all| all.iter().find(|sent| sent.input_root() == root).cloned());
        let Some(sent) = sent else { return Ok(None) };
        let Some(inputs) = self.store.payloads.read(&sent.place)? else { return Ok(None) };
        let slot = self.book().retake(index, sent.units, &self.key);
        Ok(slot.map(|slot| Flight {
            slot,
            call: Arc::new(Fitted { inputs, refs: sent.inputs.clone(), units: sent.units }),
        }))
    }

    /// A call that closes a gap: the newest once more, under the index that no call has.
    pub fn filler(&self) -> Option<Flight> {
        if !self.book().gap() {
            return None;
        }
        let newest = self.newest().clone()?;
        self.seat(&newest).ok()?.ok()
    }

    /// Write a checked answer down. From here on it is paid. Says whether the voucher grew.
    pub fn settle(
        &self,
        flight: &Flight,
        receipt: &SignedReceipt,
        hash: H256,
        roots: Vec<H256>,
        outputs: Option<&[NamedTensor]>,
        took: Duration,
    ) -> io::Result<bool> {
        let index = flight.slot.index;
        let place = outputs.map(|outputs| self.store.payloads.append(outputs)).transpose()?;
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let answered = Answered { index, receipt: receipt.clone(), outputs: roots, place, at: now(), micros };
        let mut book = self.book();
        let cost = earned(book.terms(), &answered);
        self.journal.append(&Record::Answered(Box::new(answered)))?;
        let grew = book.answered(index, hash, cost);
        book.delivered(flight.slot.voucher.as_ref().map_or(0, |signed| signed.voucher.calls));
        drop(book);
        for sent in self.sent().remove(&index).into_iter().flatten() {
            self.store.payloads.unpin(&sent.place);
        }
        Ok(grew)
    }

    /// The host does not answer this call; `taken`: it has answered another one under the index. Says whether that one is
    /// unknown here.
    pub fn refused(&self, flight: &Flight, taken: bool) -> bool {
        let (index, input_root) = (flight.slot.index, flight.slot.draft.input_root);
        // Not written: the call is doubtful at the next start, and asked after then.
        let _ = self.journal.append(&Record::Refused { index, input_root });
        if let Some(all) = self.sent().get_mut(&index) {
            // The last one: the same inputs may have gone out before, and that may have been answered.
            if let Some(at) = all.iter().rposition(|sent| sent.input_root() == input_root) {
                self.store.payloads.unpin(&all.remove(at).place);
            }
        }
        self.book().refused(index, taken)
    }

    /// Nobody knows whether the host answered.
    pub fn lost(&self, flight: &Flight) {
        self.book().lost(flight.slot.index);
        self.ail();
    }

    /// The host has to be asked before more calls are made.
    pub fn ail(&self) {
        let mut health = self.health_mut();
        if *health == Health::Good {
            let (since, pause) = (Instant::now(), Duration::from_millis(500));
            *health = Health::Ailing { since, next: since, pause };
        }
    }

    /// It did not answer: ask later.
    pub fn put_off(&self) {
        let mut health = self.health_mut();
        if let Health::Ailing { next, pause, .. } = &mut *health {
            *next = Instant::now() + *pause;
            *pause = (*pause * 2).min(Duration::from_secs(30));
        }
    }

    /// It is well again.
    pub fn well(&self) {
        let mut health = self.health_mut();
        if matches!(*health, Health::Ailing { .. }) {
            *health = Health::Good;
        }
    }

    /// Make no more calls in it.
    pub fn retire(&self, reason: &str) {
        let mut health = self.health_mut();
        if !matches!(*health, Health::Retired(_)) {
            *health = Health::Retired(reason.to_owned());
            let _ = self.journal.append(&Record::Retired { reason: reason.to_owned() });
        }
    }

    /// It is over on chain. Gives what it cost.
    pub fn end(&self) -> Balance {
        let paid = self.book().fee();
        self.retire("over on chain");
        let _ = self.journal.append(&Record::Ended { paid });
        let _ = self.journal.sync();
        paid
    }

    /// Deposit and expiry grew.
    pub fn extended(&self, deposit: Balance, expires: u32) -> io::Result<()> {
        self.book().extend(deposit, expires);
        self.journal.append(&Record::Extended { deposit, expires })
    }

    /// Have the disk keep what was written.
    pub fn sync(&self) -> io::Result<()> {
        self.journal.sync()
    }

    /// The newest voucher.
    pub fn voucher(&self) -> Option<SignedVoucher> {
        self.book().voucher(&self.key)
    }

    /// The last voucher, with the host's signature that the session may end with it; `None` if it does not agree.
    pub async fn agree(&self) -> Option<(Voucher, sr25519::Signature)> {
        let last = self.book().last_voucher(&self.key);
        let signature = self.client.agree(&last, &self.key).await.ok()?;
        let hash = last.voucher.last_hash::<candor_commitments::Blake2b256>();
        sr25519::Pair::verify(&signature, hash.0, &self.worker).then_some((last.voucher, signature))
    }

    /// Its books.
    pub fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How it stands.
    pub fn health(&self) -> Health {
        self.health_mut().clone()
    }

    /// Whether calls are made in it.
    pub fn is_good(&self) -> bool {
        *self.health_mut() == Health::Good
    }

    /// Whether its host has to be asked first.
    pub fn is_ailing(&self) -> bool {
        matches!(*self.health_mut(), Health::Ailing { .. })
    }

    /// How long nothing was asked.
    pub fn idle(&self) -> Duration {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// How long this program knows it.
    pub fn age(&self) -> Duration {
        self.made.elapsed()
    }

    fn health_mut(&self) -> MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn newest(&self) -> MutexGuard<'_, Option<Arc<Fitted>>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sent(&self) -> MutexGuard<'_, BTreeMap<u32, Vec<Sent>>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
