//! A session with its file.

use super::{
    account::{Account, Place, Proven},
    log::{input_heads, Answer, CallLog, Head},
    SessionLimits,
};
use crate::suspects::MAX_STARTS;
use candor_commitments::Blake2b256;
use candor_gateway::{wire::SessionState, CallError, PaymentProblem, TensorData};
use candor_primitives::{session::SessionTerms, Balance, BlockNumber, SignedVoucher, WorkerKey};
use sp_core::{
    sr25519::{Pair, Signature},
    Pair as _, H256,
};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::watch;

/// First pause before a settlement is asked for again; it doubles.
const AGAIN: Duration = Duration::from_secs(6);
/// Longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// Whether calls are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Known from the file only: the chain has to say first that it goes on.
    Remembered,
    /// Open, as the chain said then.
    Open(Instant),
    /// It takes no calls any more.
    Closed(Instant),
}

/// What was last said about settling.
#[derive(Clone, Copy, Debug, Default)]
struct Said {
    /// Calls of the voucher.
    calls: u32,
    /// What it pays.
    fee: Balance,
    /// When, and how often.
    last: Option<(Instant, u32)>,
}

pub(super) struct Inner {
    pub(super) account: Account,
    pub(super) worker: Option<WorkerKey>,
    pub(super) standing: Standing,
    /// Whether its last voucher was signed here.
    agreed: bool,
    /// When it was last called.
    pub(super) used: Instant,
    /// When its terms were last asked for.
    pub(super) asked: Option<Instant>,
    /// Since when something is vouched for that was not said yet.
    owed: Option<Instant>,
    said: Said,
    /// Calls whose inputs were taken by an engine that died with the machine: an answer may have left.
    bound: BTreeMap<u32, H256>,
    /// How often a call was taken by engines that died before they answered.
    suspects: BTreeMap<(u32, H256), u32>,
}

/// A session.
pub(crate) struct Session {
    pub(super) folder: PathBuf,
    pub(super) log: Arc<CallLog>,
    inner: Mutex<Inner>,
    changes: watch::Sender<u64>,
}

/// A call that may be answered now. Dropped, it may be tried again.
pub(crate) struct Ticket {
    session: Arc<Session>,
    index: u32,
    number: u64,
    root: H256,
    /// Key that signs the receipt.
    pub(crate) worker: Option<WorkerKey>,
}

/// What a call came with to pay for earlier ones: it is to be checked before the answer leaves, beside the run.
pub(crate) struct Claim {
    session: Arc<Session>,
    number: u64,
    /// A newer voucher, whose signature was not checked yet.
    voucher: Option<Box<SignedVoucher>>,
}

/// Says that what a call came with was checked and taken.
#[derive(Debug)]
pub(crate) struct Paid(u64);

/// What is to be done with a call.
pub(crate) enum Begun {
    /// Answer it, if this is right.
    New(Ticket, Claim),
    /// It was answered like this.
    Again(Box<Answer>),
}

/// A call, as far as the session is concerned.
pub(crate) struct NewCall<'a> {
    pub(crate) index: u32,
    pub(crate) root: H256,
    pub(crate) fee: Balance,
    pub(crate) voucher: Option<&'a SignedVoucher>,
}

impl Session {
    /// A new session in `folder`.
    pub(super) fn create(
        folder: PathBuf,
        terms: SessionTerms,
        worker: Option<WorkerKey>,
        limits: &SessionLimits,
        boot: &[u8],
    ) -> io::Result<Self> {
        let log = CallLog::open(&folder, |_, _| ())?;
        log.append(&Head::Terms { terms: terms.clone(), worker }, &[])?;
        log.append(&Head::Opened { boot: boot.to_vec() }, &[])?;
        Ok(Self::with(folder, log, Account::new(terms, limits.window), worker, Standing::Remembered))
    }

    /// What an earlier engine left in `folder`; `None` if nothing was said in it.
    pub(super) fn restore(folder: &Path, limits: &SessionLimits, boot: &[u8]) -> io::Result<Option<Self>> {
        let mut account: Option<Account> = None;
        let (mut worker, mut closed, mut agreed) = (None, false, false);
        let mut open: BTreeMap<(u32, H256), u32> = BTreeMap::new();
        let mut bound = BTreeMap::new();
        let mut last_boot = Vec::new();
        let log = CallLog::open(folder, |_, head| match head {
            Head::Terms { terms, worker: key } => {
                worker = key.or(worker);
                closed = false;
                match &mut account {
                    Some(account) => account.terms = terms,
                    None => account = Some(Account::new(terms, limits.window)),
                }
            },
            Head::Opened { boot } => last_boot = boot,
            Head::Input { index, root, .. } => *open.entry((index, root)).or_default() += 1,
            Head::Answer(answer) => {
                let receipt = &answer.receipt.receipt;
                open.retain(|(index, _), _| *index != answer.index);
                if let Some(account) = &mut account {
                    let earned = account.terms.earns(receipt.draft.fee, &receipt.outcome);
                    account.answer(answer.index, receipt.hash::<Blake2b256>().0, earned);
                }
            },
            Head::Voucher(voucher) => {
                if let Some(account) = &mut account {
                    account.restore(voucher);
                }
            },
            Head::Closed => closed = true,
            Head::Agreed => agreed = true,
        })?;
        let Some(account) = account else { return Ok(None) };
        if last_boot != boot {
            bound.extend(open.keys().copied());
        }
        log.append(&Head::Opened { boot: boot.to_vec() }, &[])?;
        let standing = if closed || agreed { Standing::Closed(Instant::now()) } else { Standing::Remembered };
        let session = Self::with(folder.to_owned(), log, account, worker, standing);
        {
            let mut inner = session.lock();
            inner.agreed = agreed;
            inner.bound = bound;
            inner.suspects = open;
            inner.owed = inner.account.voucher.is_some().then(Instant::now);
        }
        Ok(Some(session))
    }

    fn with(folder: PathBuf, log: CallLog, account: Account, worker: Option<WorkerKey>, standing: Standing) -> Self {
        let inner = Inner {
            account,
            worker,
            standing,
            agreed: false,
            used: Instant::now(),
            asked: None,
            owed: None,
            said: Said::default(),
            bound: BTreeMap::new(),
            suspects: BTreeMap::new(),
        };
        Self { folder, log: Arc::new(log), inner: Mutex::new(inner), changes: watch::channel(0).0 }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn changed(&self) {
        self.changes.send_modify(|n| *n = n.wrapping_add(1));
    }

    /// The terms as they are known.
    pub(crate) fn terms(&self) -> SessionTerms {
        self.lock().account.terms.clone()
    }

    /// Take the terms that the chain has now.
    pub(super) fn update(&self, terms: SessionTerms, worker: Option<WorkerKey>) -> io::Result<()> {
        let mut inner = self.lock();
        let closed = matches!(inner.standing, Standing::Closed(_)) && !inner.agreed;
        if inner.account.terms != terms || inner.worker != worker || closed {
            self.log.append(&Head::Terms { terms: terms.clone(), worker }, &[])?;
        }
        inner.account.terms = terms;
        inner.worker = worker;
        if !inner.agreed {
            inner.standing = Standing::Open(Instant::now());
        }
        Ok(())
    }

    /// Agree to end the session with this voucher, which must pay for every call that was answered. From here on it takes no
    /// calls: whoever has the host's signature can end it at any time.
    pub(crate) fn agree(&self, signed: &SignedVoucher, asked: &Signature) -> Result<(), CallProblem> {
        let mut inner = self.lock();
        let message = candor_gateway::wire::close_message(&signed.voucher);
        if !Pair::verify(asked, message.as_bytes(), &inner.account.terms.key) {
            let message = "that the session is to be closed is not signed by its key";
            return Err(PaymentProblem::Voucher(message.into()).into());
        }
        if inner.account.running() > 0 {
            return Err(CallError::Busy { retry_ms: 1000 }.into());
        }
        self.voucher_in(&mut inner, signed)?;
        let (calls, fee) = inner.account.due();
        // Exactly the voucher that was checked: another root in it would be one that this host could not open.
        let known = match &inner.account.voucher {
            Some(newest) => newest.voucher == signed.voucher,
            None => signed.voucher.calls == 0 && signed.voucher.fee == 0,
        };
        let ours = (signed.voucher.genesis, signed.voucher.session)
            == (inner.account.terms.genesis, inner.account.terms.session);
        if !ours || !known || inner.account.unpaid() > 0 {
            return Err(PaymentProblem::Unpaid { calls, fee }.into());
        }
        if !inner.agreed {
            self.log.append(&Head::Agreed, &[]).map_err(internal)?;
            inner.agreed = true;
            inner.standing = Standing::Closed(Instant::now());
            inner.said.last = None;
        }
        Ok(())
    }

    /// Key of its host.
    pub(crate) fn worker(&self) -> Option<WorkerKey> {
        self.lock().worker
    }

    /// Wait until everything that was said is on the disk.
    pub(crate) async fn durable(&self) -> io::Result<()> {
        self.log.durable().await
    }

    /// The chain says that it takes no calls.
    pub(super) fn close(&self) -> io::Result<()> {
        let mut inner = self.lock();
        if !matches!(inner.standing, Standing::Closed(_)) {
            tracing::info!(session = inner.account.terms.session, "a session takes no calls any more");
            self.log.append(&Head::Closed, &[])?;
            inner.standing = Standing::Closed(Instant::now());
            inner.said.last = None;
        }
        Ok(())
    }

    /// Whether these are terms of the same session: deposit and expiry may have grown.
    pub(super) fn is(&self, terms: &SessionTerms) -> bool {
        let inner = self.lock();
        let known = &inner.account.terms;
        let grown = SessionTerms { deposit: terms.deposit, expires: terms.expires, ..known.clone() };
        grown == *terms
    }

    /// Take a voucher: whether it is newer than the one before.
    pub(crate) fn voucher(&self, signed: &SignedVoucher) -> Result<bool, PaymentProblem> {
        self.voucher_in(&mut self.lock(), signed)
    }

    fn voucher_in(&self, inner: &mut Inner, signed: &SignedVoucher) -> Result<bool, PaymentProblem> {
        if !inner.account.is_newer(&signed.voucher).map_err(PaymentProblem::Voucher)? {
            return Ok(false);
        }
        let proven = Proven::of(signed, &inner.account.terms.key).map_err(PaymentProblem::Voucher)?;
        self.take(inner, &proven)
    }

    fn take(&self, inner: &mut Inner, proven: &Proven) -> Result<bool, PaymentProblem> {
        let newer = inner.account.take(proven).map_err(PaymentProblem::Voucher)?;
        if newer {
            inner.owed.get_or_insert_with(Instant::now);
            if let Err(error) = self.log.append(&Head::Voucher(proven.signed().clone()), &[]) {
                // It still counts: it can be settled as long as this engine lives.
                tracing::error!(%error, "a voucher cannot be kept");
            }
        }
        Ok(newer)
    }

    /// Look at a call: its voucher, then its place. Waits while the same call is being answered.
    ///
    /// A call that would be answered without its voucher, because it lies in the window of the one before, gets its ticket
    /// before the signature of the new one is checked: that is done while it runs ([`Ticket::pay`]).
    pub(crate) async fn begin(self: &Arc<Self>, call: &NewCall<'_>) -> Result<Begun, CallProblem> {
        let wrong = |message: String| CallError::Invalid { field: candor_gateway::wire::INDEX.into(), message };
        let mut changes = self.changes.subscribe();
        loop {
            changes.mark_unchanged();
            {
                let mut inner = self.lock();
                inner.used = Instant::now();
                let newer = match call.voucher {
                    Some(signed) => inner.account.is_newer(&signed.voucher).map_err(PaymentProblem::Voucher)?,
                    None => false,
                };
                let mut unproven = call.voucher.filter(|_| newer);
                let mut place = inner.account.place(call.index, call.fee);
                if let (true, Some(signed)) = (place != Ok(Place::Free), unproven) {
                    self.voucher_in(&mut inner, signed)?;
                    unproven = None;
                    place = inner.account.place(call.index, call.fee);
                }
                match place? {
                    Place::Free => {
                        let starts = inner.suspects.get(&(call.index, call.root)).copied().unwrap_or(0);
                        if starts >= MAX_STARTS {
                            let reason = format!("this call was running {starts} times when the engine died");
                            return Err(CallError::Unavailable(reason).into());
                        }
                        if inner.bound.get(&call.index).is_some_and(|root| *root != call.root) {
                            let message =
                                "other inputs were taken under this index before the host's machine died; send those";
                            return Err(wrong(message.into()).into());
                        }
                        let (index, root, worker) = (call.index, call.root, inner.worker);
                        let number = inner.account.begin(index, root, call.fee);
                        let claim = Claim { session: self.clone(), number, voucher: unproven.cloned().map(Box::new) };
                        let ticket = Ticket { session: self.clone(), index, number, root, worker };
                        return Ok(Begun::New(ticket, claim));
                    },
                    Place::Answered => {
                        let next = inner.account.due().0;
                        drop(inner);
                        let answer = self.log.answer(call.index).map_err(internal)?;
                        let answer = answer.ok_or_else(|| internal(io::Error::other("an answer is missing")))?;
                        return match answer.receipt.receipt.draft.input_root == call.root {
                            true => Ok(Begun::Again(Box::new(answer))),
                            false => Err(PaymentProblem::Index(next).into()),
                        };
                    },
                    Place::Running(root) if root != call.root => {
                        return Err(wrong("a call with this index and other inputs is being answered".into()).into());
                    },
                    Place::Running(_) => {},
                }
            }
            changes.changed().await.map_err(|error| internal(io::Error::other(error)))?;
        }
    }

    /// Where it stands, as callers ask for it.
    pub(crate) fn state(&self, block: BlockNumber) -> SessionState {
        let inner = self.lock();
        let account = &inner.account;
        SessionState {
            session: account.terms.session,
            known: true,
            open: matches!(inner.standing, Standing::Open(_)) && block <= account.terms.expires,
            answered: account.due().0,
            beyond: account.beyond(),
            vouched: account.vouched(),
            fee: account.paid(),
            window: account.window(),
        }
    }

    /// The newest voucher, if it should be settled now.
    pub(super) fn settle(&self, block: BlockNumber, limits: &SessionLimits) -> Option<SignedVoucher> {
        let mut inner = self.lock();
        let voucher = inner.account.voucher.clone()?;
        let calls = voucher.voucher.calls;
        let new = calls > inner.said.calls;
        let expires = inner.account.terms.expires;
        let ending = match inner.standing {
            Standing::Closed(since) if since.elapsed() > limits.closing => return None,
            Standing::Closed(_) => true,
            _ => expires.saturating_sub(block) <= limits.expiry_margin,
        };
        let enough = calls.saturating_sub(inner.said.calls) >= limits.settle_calls;
        let long = inner.owed.is_some_and(|since| since.elapsed() >= limits.settle_after);
        let due = new && (enough || long || ending);
        let pause = |times: u32| AGAIN.saturating_mul(1 << times.min(8)).min(LONGEST_PAUSE);
        // Said again: whether the chain has it, only its worker knows, who does not send it twice.
        let again = inner.said.last.is_some_and(|(at, times)| at.elapsed() >= pause(times));
        if !(due || again && inner.said.calls > 0) {
            return None;
        }
        let times = if due { 0 } else { inner.said.last.map_or(0, |(_, times)| times.saturating_add(1)) };
        inner.said = Said { calls, fee: voucher.voucher.fee, last: Some((Instant::now(), times)) };
        inner.owed = None;
        Some(voucher)
    }

    /// Whether something is to be lost if its end is not heard of soon.
    pub(super) fn is_pressing(inner: &Inner) -> bool {
        inner.account.vouched() > inner.said.calls || inner.account.unpaid() > 0
    }

    /// What is vouched for and was never said, and what is answered and not vouched for.
    pub(super) fn owed(&self) -> (Balance, Balance) {
        let inner = self.lock();
        (inner.account.paid().saturating_sub(inner.said.fee), inner.account.unpaid())
    }
}

/// Why a call of a session is not answered.
#[derive(Debug)]
pub(crate) enum CallProblem {
    /// It is not paid.
    Payment(PaymentProblem),
    /// Something else.
    Other(CallError),
}

impl From<PaymentProblem> for CallProblem {
    fn from(problem: PaymentProblem) -> Self {
        Self::Payment(problem)
    }
}

impl From<CallError> for CallProblem {
    fn from(error: CallError) -> Self {
        Self::Other(error)
    }
}

pub(crate) fn internal(error: io::Error) -> CallError {
    CallError::Internal(format!("the session cannot be read or written: {error}"))
}

impl Ticket {
    /// Index of the call.
    pub(crate) const fn index(&self) -> u32 {
        self.index
    }

    /// The file of the session.
    pub(crate) fn log(&self) -> Arc<CallLog> {
        self.session.log.clone()
    }

    /// Write the inputs down; answers their place. They are on the disk once [`CallLog::durable`] says so.
    pub(crate) fn take(&self, inputs: &[TensorData]) -> io::Result<u64> {
        let head = Head::Input { index: self.index, root: self.root, tensors: input_heads(inputs) };
        self.session.log.append(&head, inputs)
    }

    /// Write the answer down, and count it. Only then it may leave.
    pub(crate) fn answer(self, answer: Answer, paid: Paid) -> io::Result<Box<Answer>> {
        if paid.0 != self.number {
            return Err(io::Error::other("another call was paid"));
        }
        let receipt = &answer.receipt.receipt;
        let hash = receipt.hash::<Blake2b256>().0;
        let (fee, outcome) = (receipt.draft.fee, receipt.outcome);
        let head = Head::Answer(Box::new(answer));
        let session = self.session.clone();
        {
            let mut inner = session.lock();
            let at = session.log.append(&head, &[])?;
            session.log.note(self.index, &hash, at)?;
            let earned = inner.account.terms.earns(fee, &outcome);
            inner.account.answer(self.index, hash, earned);
            inner.bound.remove(&self.index);
        }
        let Head::Answer(answer) = head else { return Err(io::Error::other("no answer")) };
        Ok(answer)
    }
}

impl Claim {
    /// Check its signature, and take it.
    pub(crate) fn check(self) -> Result<Paid, PaymentProblem> {
        if let Some(signed) = &self.voucher {
            let key = self.session.lock().account.terms.key;
            // The session answers others meanwhile.
            let proven = Proven::of(signed, &key).map_err(PaymentProblem::Voucher)?;
            self.session.take(&mut self.session.lock(), &proven)?;
        }
        Ok(Paid(self.number))
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        // After an answer there is nothing left to give up.
        self.session.lock().account.give_up(self.index, self.number);
        self.session.changed();
    }
}
