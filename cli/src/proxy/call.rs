//! One call: find a session, send it, check what comes, try once more, go elsewhere.

use super::{
    book::NoRoom,
    catalogue::{Fitted, Release},
    check::{check, Came, Fault},
    core::{Group, Proxy},
    live::{Flight, Live},
    verdict::{judge, Verdict},
};
use crate::{account::address, amounts};
use candor_gateway::{client::ClientError, CallError, InferRequest, InferResponse, NamedTensor, Payment};
use candor_primitives::{AccountId, Balance, SignedReceipt};
use codec::Encode;
use serde_json::json;
use sp_core::H256;
use std::{
    sync::{atomic::Ordering, Arc},
    time::{Duration, Instant},
};

/// Hosts that are tried for one call.
const HOSTS: usize = 3;
/// Attempts at one host in one session, beside those that wait for it to hear of the session.
const ATTEMPTS: usize = 2;
/// Wait before the same call is sent again.
const AGAIN: Duration = Duration::from_millis(150);
/// How long a call waits for a host that went away, if there is no other.
const COMES_BACK: Duration = Duration::from_secs(15);
/// How often it looks meanwhile.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// Blocks before its end in which no calls are made in a session.
pub const MARGIN: u32 = 3;

/// A checked answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// All outputs, in the order of the manifest.
    pub outputs: Vec<NamedTensor>,
    /// The host's receipt.
    pub receipt: SignedReceipt,
    /// Roots of the outputs.
    pub roots: Vec<H256>,
}

/// What came of a call at one host.
enum Ended {
    /// An answer, checked and written down.
    Answer(Box<Answer>),
    /// The model fails on this input; paid like an answer.
    Failed(CallError),
    /// This host does not answer; another one may.
    Elsewhere(CallError),
    /// The same host may answer under another index.
    Again(CallError),
}

impl Proxy {
    /// Call a release with inputs in the order of the manifest.
    pub async fn call(
        self: &Arc<Self>,
        release: &Arc<Release>,
        call: Arc<Fitted>,
        deadline: Option<Instant>,
    ) -> Result<Answer, CallError> {
        let until = deadline.unwrap_or_else(|| Instant::now() + self.settings.wait);
        match tokio::time::timeout_at(until.into(), self.answered(release, call)).await {
            Ok(came) => came,
            Err(_) => Err(CallError::Deadline),
        }
    }

    async fn answered(self: &Arc<Self>, release: &Arc<Release>, call: Arc<Fitted>) -> Result<Answer, CallError> {
        let mut tried: Vec<AccountId> = Vec::new();
        let mut reason = None;
        let mut again = 0;
        while tried.len() < HOSTS {
            let seated = match self.seat(release, &call, &tried).await {
                Ok(seated) => seated,
                // What the last host said tells more than that there is no other.
                Err(error) => return Err(reason.unwrap_or(error)),
            };
            let (live, flight) = seated;
            // On its own: when the caller goes away, the answer still comes and is written down.
            let task = tokio::spawn(self.clone().fly(live.clone(), flight));
            match task.await.map_err(|error| CallError::Internal(error.to_string()))? {
                Ended::Answer(answer) => {
                    // The next voucher is signed while the answer travels.
                    tokio::spawn(async move { live.voucher() });
                    return Ok(*answer);
                },
                Ended::Failed(error) => return Err(error),
                Ended::Again(error) if again < 5 => {
                    again += 1;
                    reason = Some(error);
                    tokio::time::sleep(AGAIN).await;
                },
                Ended::Elsewhere(error) | Ended::Again(error) => {
                    self.metrics.moved.inc();
                    tried.push(live.host.clone());
                    reason = Some(error);
                },
            }
        }
        Err(reason.unwrap_or_else(|| CallError::Unavailable("no host answers".into())))
    }

    /// A place in a session: waits for one, opens one, tops one up. May be dropped while it waits.
    async fn seat(
        self: &Arc<Self>,
        release: &Arc<Release>,
        call: &Arc<Fitted>,
        tried: &[AccountId],
    ) -> Result<(Arc<Live>, Flight), CallError> {
        let (group, began) = (self.group(release.id()), Instant::now());
        loop {
            if self.closing.load(Ordering::Acquire) {
                return Err(CallError::Unavailable("the proxy is stopping".into()));
            }
            let mut room = std::pin::pin!(group.room.notified());
            room.as_mut().enable();
            match self.look(&group, call, tried) {
                Looked::Seat(live, flight) => {
                    // Somebody else may find room, too.
                    group.room.notify_one();
                    return Ok((live, *flight));
                },
                Looked::Disk(error) => return Err(CallError::Internal(error)),
                Looked::Full => room.await,
                Looked::Deposit(live, missing) => {
                    if let Err(error) = self.top_up(&live, missing).await {
                        // Its host's stake may not answer for more; that of another one may.
                        self.open_one(release, &group, call.units, tried).await.map_err(|_| error)?;
                    }
                },
                Looked::Nothing => {
                    let Err(error) = self.open_one(release, &group, call.units, tried).await else { continue };
                    // A host that is away for a moment comes back: its session is worth a while.
                    let away = group.find(|live| (live.is_ailing() && !tried.contains(&live.host)).then_some(()));
                    if away.is_none() || began.elapsed() > COMES_BACK {
                        return Err(error);
                    }
                    let _ = tokio::time::timeout(LOOK_AGAIN, room).await;
                },
            }
        }
    }

    /// The best session that takes the call, or what has to be done first.
    fn look(&self, group: &Group, call: &Arc<Fitted>, tried: &[AccountId]) -> Looked {
        let head = self.head.load(Ordering::Acquire);
        let (mut full, mut short) = (false, None);
        let seat = group.find(|live| {
            if !live.is_good() || tried.contains(&live.host) {
                return None;
            }
            if live.book().terms().expires < head.saturating_add(MARGIN) {
                return None;
            }
            match live.seat(call) {
                Ok(Ok(flight)) => Some(Looked::Seat(live.clone(), Box::new(flight))),
                Ok(Err(error)) => Some(Looked::Disk(format!("the receipts cannot be written: {error}"))),
                Err(NoRoom::Window) => {
                    full = true;
                    None
                },
                Err(NoRoom::Deposit(missing)) => {
                    short.get_or_insert((live.clone(), missing));
                    None
                },
                Err(NoRoom::TooDear | NoRoom::Full) => None,
            }
        });
        match (seat, short) {
            (Some(seat), _) => seat,
            (None, Some((live, missing))) => Looked::Deposit(live, missing),
            (None, None) if full => Looked::Full,
            (None, None) => Looked::Nothing,
        }
    }

    /// Send a call until it is answered, refused, or nobody knows. The books are right when this returns.
    async fn fly(self: Arc<Self>, live: Arc<Live>, flight: Flight) -> Ended {
        let group = self.group(live.release.id());
        let came = self.try_fly(&live, &flight).await;
        // An index, a voucher, or a session less: whoever waits looks again.
        group.room.notify_one();
        if !live.is_good() {
            group.room.notify_waiters();
        }
        came
    }

    async fn try_fly(&self, live: &Arc<Live>, flight: &Flight) -> Ended {
        let began = Instant::now();
        let mut request = InferRequest {
            model: live.release.id().to_string(),
            version: None,
            id: None,
            inputs: flight.call.inputs.clone(),
            outputs: Vec::new(),
            deadline: None,
            payment: Some(Payment {
                session: live.session,
                index: flight.slot.index,
                voucher: flight.slot.voucher.clone(),
            }),
            caller: None,
        };
        // Whether an attempt ended such that the host may have answered.
        let mut doubtful = false;
        let mut attempts = 0;
        loop {
            let sent = Instant::now();
            request.deadline = Some(sent + self.settings.patience);
            let error = match live.client.infer(&request).await {
                Ok(response) => return self.came(live, flight, response, sent.elapsed()),
                Err(ClientError::Call(CallError::Run { message, receipt: Some(receipt) })) => {
                    return self.came_failed(live, flight, message, *receipt, sent.elapsed())
                },
                Err(error) => error,
            };
            match judge(live, &error, began.elapsed()) {
                Verdict::Wait(pause) => {
                    tokio::time::sleep(pause).await;
                    continue;
                },
                Verdict::Doubt => doubtful = true,
                Verdict::Unsent => {},
                Verdict::Refused => return self.refusal(live, flight, error.into(), doubtful),
                Verdict::Taken => return self.taken(live, flight, error.into(), doubtful).await,
                Verdict::Bound => return self.bound(live, flight, error.into()),
                Verdict::Broken => {
                    self.give_up(live, flight, doubtful);
                    self.retire(live, &format!("its host says: {error}"));
                    return Ended::Elsewhere(error.into());
                },
            }
            attempts += 1;
            self.metrics.retried.inc();
            if attempts >= ATTEMPTS {
                self.give_up(live, flight, doubtful);
                live.ail();
                let host = address(&live.host);
                (self.tell)(format!("{host} does not answer ({error}): its session {} is put off", live.session));
                return Ended::Elsewhere(CallError::Unavailable(format!("the host {host} does not answer: {error}")));
            }
            tokio::time::sleep(AGAIN).await;
        }
    }

    fn give_up(&self, live: &Live, flight: &Flight, doubtful: bool) {
        if doubtful {
            live.lost(flight);
        } else {
            live.refused(flight, false);
        }
    }

    /// The host says that it does not answer this call.
    fn refusal(&self, live: &Arc<Live>, flight: &Flight, error: CallError, doubtful: bool) -> Ended {
        self.give_up(live, flight, doubtful);
        match &error {
            // The window may be smaller than thought: ask.
            CallError::Payment(_) => {
                live.ail();
                Ended::Again(error)
            },
            _ => Ended::Elsewhere(error),
        }
    }

    /// The host says that the index is not the next, or taken: its state tells which.
    async fn taken(&self, live: &Arc<Live>, flight: &Flight, error: CallError, doubtful: bool) -> Ended {
        let index = flight.slot.index;
        let state = match live.client.session_state(live.session).await {
            Ok(state) if state.known => state,
            _ => {
                live.lost(flight);
                return Ended::Elsewhere(error);
            },
        };
        live.book().set_window(state.window);
        let taken = index < state.answered || state.beyond.contains(&index);
        if !taken {
            self.give_up(live, flight, doubtful);
            return Ended::Again(error);
        }
        self.bound(live, flight, error)
    }

    /// The host has taken something else under this index.
    fn bound(&self, live: &Arc<Live>, flight: &Flight, error: CallError) -> Ended {
        if live.refused(flight, true) {
            self.retire(live, "its host has taken a call that was never sent from here");
            return Ended::Elsewhere(error);
        }
        // An earlier call: its answer is asked for again.
        live.ail();
        Ended::Again(error)
    }

    /// An answer came.
    fn came(&self, live: &Arc<Live>, flight: &Flight, response: InferResponse, took: Duration) -> Ended {
        let came = Came {
            receipt: response.receipt.as_ref(),
            roots: &response.output_roots,
            outputs: Some(&response.outputs),
        };
        let (hash, roots) = match self.checked(live, flight, came) {
            Ok(checked) => checked,
            Err(fault) => return self.suspect(live, flight, came, &fault),
        };
        let Some(receipt) = response.receipt else { return Ended::Elsewhere(CallError::Internal("no receipt".into())) };
        let written = live.settle(flight, &receipt, hash, roots.clone(), Some(&response.outputs), took);
        if let Err(error) = written {
            return Ended::Failed(CallError::Internal(format!("the receipt cannot be written: {error}")));
        }
        self.metrics.host(took);
        Ended::Answer(Box::new(Answer { outputs: response.outputs, receipt, roots }))
    }

    /// The run failed on this input, and the host shows its receipt.
    fn came_failed(
        &self,
        live: &Arc<Live>,
        flight: &Flight,
        message: String,
        receipt: SignedReceipt,
        took: Duration,
    ) -> Ended {
        let came = Came { receipt: Some(&receipt), roots: &[], outputs: None };
        let (hash, _) = match self.checked(live, flight, came) {
            Ok(checked) => checked,
            Err(fault) => return self.suspect(live, flight, came, &fault),
        };
        if let Err(error) = live.settle(flight, &receipt, hash, Vec::new(), None, took) {
            return Ended::Failed(CallError::Internal(format!("the receipt cannot be written: {error}")));
        }
        self.metrics.host(took);
        Ended::Failed(CallError::Run { message, receipt: Some(Box::new(receipt)) })
    }

    fn checked(&self, live: &Arc<Live>, flight: &Flight, came: Came<'_>) -> Result<(H256, Vec<H256>), Fault> {
        let bound = live.release.bind(&flight.call.inputs);
        let (bound, _) = bound.map_err(|_| Fault::Outputs("its inputs do not fit the model"))?;
        check(&flight.slot.draft, &live.worker, &live.release.view.spec, &bound, came)
    }

    /// An answer with a wrong receipt: it is not paid, it is kept, and nothing more is asked of the host.
    fn suspect(&self, live: &Arc<Live>, flight: &Flight, came: Came<'_>, fault: &Fault) -> Ended {
        let hex = |bytes: Vec<u8>| format!("0x{}", hex::encode(bytes));
        let document = json!({
            "fault": fault.to_string(), "host": address(&live.host), "session": live.session,
            "index": flight.slot.index, "release": live.release.id(), "worker": hex(live.worker.0.to_vec()),
            "asked": hex(flight.slot.draft.encode()), "signed_receipt": came.receipt.map(|r| hex(r.encode())),
            "inputs": hex(crate::receipts::payloads::encode(&flight.call.inputs)),
            "outputs": came.outputs.map(|o| hex(crate::receipts::payloads::encode(o))),
            "output_roots": came.roots.iter().map(crate::output::hash).collect::<Vec<_>>(),
        });
        let file = self.store.suspect(&live.host, live.session, flight.slot.index, &document);
        let host = address(&live.host);
        (self.tell)(format!(
            "WRONG ANSWER of {host} in session {}, call {}: {fault}. It is not paid; another host is asked. What came is \
             kept in {}. If its receipt is signed (and nothing but the outputs differ), `candor challenge --suspect FILE` \
             shows it to the chain.",
            live.session,
            flight.slot.index,
            file.display(),
        ));
        self.metrics.wrong.inc();
        live.lost(flight);
        self.ban(&live.host, &fault.to_string());
        self.retire(live, &format!("a wrong answer: {fault}"));
        Ended::Elsewhere(CallError::Unavailable(format!("the answer of the host {host} is wrong: {fault}")))
    }

    /// Answer an index that no call has, so that the calls beyond it are paid for. It costs one more call.
    pub(super) async fn close_gaps(&self, live: &Arc<Live>) {
        while let Some(flight) = live.filler() {
            match self.try_fly(live, &flight).await {
                Ended::Answer(_) | Ended::Failed(_) => self.metrics.filled.inc(),
                Ended::Elsewhere(_) | Ended::Again(_) => return,
            }
        }
    }

    /// Repeat a call whose answer was lost: the same index, the same inputs, the same answer, one payment.
    pub async fn repeat(&self, live: &Arc<Live>, index: u32) -> bool {
        let flight = match live.reseat(index) {
            Ok(Some(flight)) => flight,
            Ok(None) | Err(_) => {
                self.retire(live, "an answered call cannot be repeated: its inputs are not kept any more");
                return false;
            },
        };
        let cost = flight.slot.draft.fee;
        match self.try_fly(live, &flight).await {
            Ended::Answer(_) | Ended::Failed(_) => {
                self.metrics.recovered.inc();
                let words = format!("call {index} of session {} was answered before: fetched again", live.session);
                (self.tell)(format!("{words}, {} for it", amounts::show(cost as Balance)));
                true
            },
            _ => false,
        }
    }
}

enum Looked {
    Seat(Arc<Live>, Box<Flight>),
    Disk(String),
    /// All windows are full: wait.
    Full,
    /// The deposit of this session lacks so much.
    Deposit(Arc<Live>, Balance),
    /// No session takes the call.
    Nothing,
}
