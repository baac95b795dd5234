//! Hosts that sign properly, or do not.

pub use super::chain::FakeChain;
use crate::{
    infer::input::tests::{declared, spec, up_to},
    proxy::{
        backend::Front,
        budget::Budget,
        catalogue::Catalogue,
        core::{Proxy, Settings},
        network::Network,
    },
    receipts::store::Store,
};
use axum::{
    body::Bytes,
    extract::{Path as At, State},
    http::StatusCode,
    routing::{get, post},
    Json, Router,
};
use candor_commitments::Blake2b256;
use candor_gateway::{
    rest::{self, Options},
    wire::{close_message, SessionState},
    Backend, CallError, InferRequest, InferResponse, ModelInfo, NamedTensor, PaymentNeeded, PaymentProblem, TensorData,
};
use candor_primitives::{
    tensor::list_root, AccountId, Balance, DType, Outcome, Receipt, ReleaseSpec, SessionId, SessionTerms,
    SignedReceipt, SignedVoucher,
};
use codec::{DecodeAll, Encode};
use sp_core::{sr25519, Pair, H256};
use std::{
    collections::{BTreeMap, VecDeque},
    path::Path,
    sync::{
        atomic::{AtomicBool, AtomicU32, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};

pub const CNDR: Balance = 1_000_000_000_000;
/// Price of a call and of a unit at the fake hosts, in planck.
pub const PER_CALL: Balance = CNDR / 1000;
/// Fee of each fake transaction.
pub const FEE: Balance = CNDR / 500;

/// What a host does with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    Answer,
    /// Signs the root of other outputs.
    WrongRoot,
    /// Gives other outputs than it signed.
    WrongOutputs,
    /// Another key signs.
    WrongSignature,
    /// Takes more.
    WrongPrice,
    /// The receipt is of another call.
    WrongPath,
    /// The receipt of an earlier call once more.
    Stale,
    /// The receipt is of another variant, block, release, chain.
    WrongVariant,
    WrongBlock,
    WrongRelease,
    WrongGenesis,
    WrongInputs,
    /// No receipt at all.
    NoReceipt,
    /// The connection breaks before anything is done.
    DieBefore,
    /// The connection breaks when the answer is on record.
    DieAfter,
    /// Says that it cannot now.
    Unavailable,
    Busy,
    /// The run fails on this input; signed.
    Fail,
}

/// A session at a host.
struct Kept {
    terms: SessionTerms,
    answered: BTreeMap<u32, (H256, Result<InferResponse, CallError>)>,
    calls: u32,
    fee: Balance,
    voucher: Option<SignedVoucher>,
    open: bool,
}

/// A host.
pub struct FakeHost {
    pub account: AccountId,
    pub worker: sr25519::Pair,
    pub price: Balance,
    pub endpoint: String,
    spec: ReleaseSpec,
    sessions: Mutex<BTreeMap<SessionId, Kept>>,
    deeds: Mutex<VecDeque<Deed>>,
    always: Mutex<Deed>,
    pub runs: AtomicU32,
    in_flight: AtomicU32,
    pub most_in_flight: AtomicU32,
    /// Agrees to no end.
    pub stubborn: AtomicBool,
    slow: Mutex<Duration>,
}

pub fn scaler() -> ReleaseSpec {
    let x = declared("x", DType::Uint8, vec![up_to("n", 64)], None);
    let y = declared("y", DType::Uint8, vec![up_to("n", 64)], None);
    spec(vec![x], vec![y])
}

impl FakeHost {
    pub async fn start(number: u8, price: Balance) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let host = Arc::new(Self {
            account: AccountId::new([number; 32]),
            worker: sr25519::Pair::from_seed(&[number; 32]),
            price,
            endpoint,
            spec: scaler(),
            sessions: Mutex::default(),
            deeds: Mutex::default(),
            always: Mutex::new(Deed::Answer),
            runs: AtomicU32::new(0),
            in_flight: AtomicU32::new(0),
            most_in_flight: AtomicU32::new(0),
            stubborn: AtomicBool::new(false),
            slow: Mutex::default(),
        });
        let router = rest::router(host.clone(), Options::default()).merge(
            Router::new()
                .route("/candor/v1/sessions/{id}", get(state))
                .route("/candor/v1/sessions/{id}/voucher", post(voucher))
                .route("/candor/v1/sessions/{id}/close", post(close))
                .with_state(host.clone()),
        );
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        host
    }

    /// A session is opened.
    pub fn enter(&self, terms: SessionTerms) {
        let session = terms.session;
        let kept = Kept { terms, answered: BTreeMap::new(), calls: 0, fee: 0, voucher: None, open: true };
        self.sessions.lock().unwrap().insert(session, kept);
    }

    /// It grew.
    pub fn change(&self, terms: SessionTerms) {
        let (mut sessions, session) = (self.sessions.lock().unwrap(), terms.session);
        sessions.get_mut(&session).unwrap().terms = terms;
    }

    /// It is over. Gives what was paid: calls, planck.
    pub fn leave(&self, session: SessionId) -> (u32, Balance) {
        let mut sessions = self.sessions.lock().unwrap();
        let kept = sessions.get_mut(&session).unwrap();
        kept.open = false;
        (kept.calls, kept.fee)
    }

    /// What it does with the next calls.
    pub fn next(&self, deeds: impl IntoIterator<Item = Deed>) {
        self.deeds.lock().unwrap().extend(deeds);
    }

    /// What it does with all others.
    pub fn always(&self, deed: Deed) {
        *self.always.lock().unwrap() = deed;
    }

    /// Forget a deed that was to come. Says whether there was one.
    pub fn clear(&self) -> bool {
        self.deeds.lock().unwrap().pop_front().is_some()
    }

    pub fn slow(&self, by: Duration) {
        *self.slow.lock().unwrap() = by;
    }

    fn deed(&self) -> Deed {
        self.deeds.lock().unwrap().pop_front().unwrap_or(*self.always.lock().unwrap())
    }

    /// Calls answered and vouched for, what the voucher pays, over all its sessions.
    pub fn books(&self) -> (u32, u32, Balance) {
        let sessions = self.sessions.lock().unwrap();
        sessions.values().fold((0, 0, 0), |(answered, calls, fee), kept| {
            (answered + kept.answered.len() as u32, calls + kept.calls, fee + kept.fee)
        })
    }

    /// Answered calls beyond the voucher, of the session with the most.
    pub fn most_unpaid(&self) -> u32 {
        let sessions = self.sessions.lock().unwrap();
        sessions.values().map(|kept| kept.answered.len() as u32 - kept.calls).max().unwrap_or(0)
    }

    fn pay(&self, kept: &mut Kept, signed: &SignedVoucher) {
        let voucher = &signed.voucher;
        if voucher.calls <= kept.calls {
            // Calls overtake each other, and a repeated one carries an older voucher.
            assert!(voucher.fee <= kept.fee && (voucher.calls < kept.calls || voucher.fee == kept.fee));
            return;
        }
        assert!(voucher.fee >= kept.fee, "a voucher went back");
        assert!(sr25519::Pair::verify(&signed.signature, voucher.hash::<Blake2b256>().0, &kept.terms.key));
        let mut hashes = Vec::new();
        let mut fee = 0;
        for index in 0..voucher.calls {
            let (_, answer) = kept.answered.get(&index).expect("paid for a call that was not answered");
            let receipt = match answer {
                Ok(response) => response.receipt.clone().unwrap().receipt,
                Err(CallError::Run { receipt, .. }) => receipt.clone().unwrap().receipt,
                Err(other) => panic!("{other}"),
            };
            hashes.push(receipt.hash::<Blake2b256>().0);
            fee += kept.terms.earns(receipt.draft.fee, &receipt.outcome);
        }
        assert_eq!(voucher.fee, fee, "another amount is paid than was answered for");
        let root = candor_commitments::list_root::<Blake2b256>(candor_commitments::TAG_BATCH, &hashes);
        assert_eq!(voucher.receipts.0, root);
        (kept.calls, kept.fee, kept.voucher) = (voucher.calls, voucher.fee, Some(signed.clone()));
    }

    fn answer(&self, kept: &mut Kept, request: &InferRequest, deed: Deed) -> Result<InferResponse, CallError> {
        let payment = request.payment.clone().unwrap();
        if let Some(signed) = &payment.voucher {
            self.pay(kept, signed);
        }
        let root = list_root::<Blake2b256>([request.inputs[0].tensor.root()].iter());
        if let Some((known, answer)) = kept.answered.get(&payment.index) {
            return match *known == root {
                true => answer.clone(),
                false => Err(needed(PaymentProblem::Index(kept.answered.len() as u32))),
            };
        }
        if payment.index >= kept.calls + 8 {
            let calls = payment.index - 7;
            return Err(needed(PaymentProblem::Unpaid { calls, fee: kept.fee }));
        }
        self.runs.fetch_add(1, Ordering::Relaxed);
        let tensor = request.inputs[0].tensor.clone();
        let (_, units) = self.spec.fit_inputs([(tensor.dtype, &tensor.shape)].into_iter()).unwrap();
        let mut draft = kept.terms.draft(payment.index, units, root).unwrap();
        let mut data: Vec<u8> = tensor.data.iter().map(|b| b.wrapping_mul(2)).collect();
        let output = TensorData { dtype: DType::Uint8, shape: tensor.shape.clone(), data: data.clone().into() };
        let mut roots = vec![output.root()];
        let mut outcome = Outcome::Output(list_root::<Blake2b256>(roots.iter()));
        let mut signer = self.worker.clone();
        match deed {
            Deed::WrongRoot => outcome = Outcome::Output(H256([6; 32])),
            Deed::WrongOutputs => data[0] ^= 1,
            Deed::WrongSignature => signer = sr25519::Pair::from_seed(&[99; 32]),
            Deed::WrongPrice => draft.fee += 1,
            Deed::WrongPath => {
                let (session, index) = (kept.terms.session, u64::from(payment.index) + 1);
                draft.path = candor_primitives::ReceiptPath::Session { session, index };
            },
            Deed::WrongVariant => draft.variant = H256([6; 32]),
            Deed::WrongBlock => draft.block += 1,
            Deed::WrongRelease => draft.release += 1,
            Deed::WrongGenesis => draft.genesis = H256([6; 32]),
            Deed::WrongInputs => draft.input_root = H256([6; 32]),
            Deed::Fail => outcome = Outcome::Failed { node: 3, index: 1 },
            _ => {},
        }
        let receipt = Receipt { draft, outcome };
        let signature = signer.sign(&receipt.hash::<Blake2b256>().0);
        let mut signed = Some(SignedReceipt { receipt, signature });
        if deed == Deed::Stale {
            let earlier = kept.answered.values().next().and_then(|(_, answer)| answer.as_ref().ok()?.receipt.clone());
            signed = earlier.or(signed);
        }
        if deed == Deed::NoReceipt {
            (signed, roots) = (None, Vec::new());
        }
        let answer = match deed {
            Deed::Fail => Err(CallError::Run { message: "out of range".into(), receipt: signed.map(Box::new) }),
            _ => {
                let tensor = TensorData { data: data.into(), ..output };
                Ok(InferResponse {
                    model: request.model.clone(),
                    version: "1.0.0".into(),
                    outputs: vec![NamedTensor { name: "y".into(), tensor }],
                    receipt: signed,
                    output_roots: roots,
                })
            },
        };
        let honest = matches!(deed, Deed::Answer | Deed::DieAfter | Deed::Fail);
        if honest {
            kept.answered.insert(payment.index, (root, answer.clone()));
        }
        answer
    }
}

fn needed(problem: PaymentProblem) -> CallError {
    CallError::Payment(Box::new(PaymentNeeded { problem, genesis: None, host: None, release: None, units: None }))
}

impl Backend for FakeHost {
    async fn models(&self) -> Result<Vec<ModelInfo>, CallError> {
        Ok(Vec::new())
    }

    async fn model(&self, name: &str, _: Option<&str>) -> Result<ModelInfo, CallError> {
        let tensor =
            |name: &str| candor_gateway::TensorInfo { name: name.into(), dtype: DType::Uint8, shape: vec![None] };
        Ok(ModelInfo {
            name: name.into(),
            aliases: Vec::new(),
            versions: vec!["1.0.0".into()],
            release: Some(0),
            inputs: vec![tensor("x")],
            outputs: vec![tensor("y")],
            ready: true,
        })
    }

    async fn infer(&self, request: InferRequest) -> Result<InferResponse, CallError> {
        let now = self.in_flight.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_in_flight.fetch_max(now, Ordering::Relaxed);
        let slow = *self.slow.lock().unwrap();
        if !slow.is_zero() {
            tokio::time::sleep(slow).await;
        }
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        let deed = self.deed();
        match deed {
            Deed::DieBefore => panic!("the host dies before it answers"),
            Deed::Unavailable => return Err(CallError::Unavailable("not now".into())),
            Deed::Busy => return Err(CallError::Busy { retry_ms: 10 }),
            _ => {},
        }
        let answer = {
            let mut sessions = self.sessions.lock().unwrap_or_else(|e| e.into_inner());
            let Some(payment) = &request.payment else { return Err(needed(PaymentProblem::Missing)) };
            let Some(kept) = sessions.get_mut(&payment.session) else {
                return Err(needed(PaymentProblem::UnknownSession));
            };
            if !kept.open {
                return Err(needed(PaymentProblem::Closed));
            }
            self.answer(kept, &request, deed)
        };
        assert!(deed != Deed::DieAfter, "the host dies after it answered");
        answer
    }

    async fn file(&self, _: &str, _: &str) -> Result<Option<Bytes>, CallError> {
        Ok(None)
    }

    async fn ready(&self) -> bool {
        true
    }
}

async fn state(State(host): State<Arc<FakeHost>>, At(id): At<SessionId>) -> Json<SessionState> {
    let sessions = host.sessions.lock().unwrap();
    let mut state = SessionState {
        session: id,
        known: false,
        open: false,
        answered: 0,
        beyond: Vec::new(),
        vouched: 0,
        fee: 0,
        window: 8,
    };
    if let Some(kept) = sessions.get(&id) {
        let first = (0..).find(|index| !kept.answered.contains_key(index)).unwrap();
        state.known = true;
        state.open = kept.open;
        state.answered = first;
        state.beyond = kept.answered.keys().copied().filter(|index| *index > first).collect();
        (state.vouched, state.fee) = (kept.calls, kept.fee);
    }
    Json(state)
}

async fn voucher(State(host): State<Arc<FakeHost>>, At(id): At<SessionId>, body: Bytes) -> StatusCode {
    let signed = SignedVoucher::decode_all(&mut body.as_ref()).unwrap();
    let mut sessions = host.sessions.lock().unwrap();
    host.pay(sessions.get_mut(&id).unwrap(), &signed);
    StatusCode::NO_CONTENT
}

async fn close(State(host): State<Arc<FakeHost>>, At(id): At<SessionId>, body: Bytes) -> Result<Vec<u8>, StatusCode> {
    let (signed, asked) = <(SignedVoucher, sr25519::Signature)>::decode_all(&mut body.as_ref()).unwrap();
    let mut sessions = host.sessions.lock().unwrap();
    let kept = sessions.get_mut(&id).unwrap();
    assert!(sr25519::Pair::verify(&asked, close_message(&signed.voucher).0, &kept.terms.key));
    if host.stubborn.load(Ordering::Relaxed) || (signed.voucher.calls as usize) < kept.answered.len() {
        return Err(StatusCode::PAYMENT_REQUIRED);
    }
    if signed.voucher.calls > 0 {
        host.pay(kept, &signed);
    }
    kept.open = false;
    Ok(host.worker.sign(&signed.voucher.last_hash::<Blake2b256>().0).encode())
}

/// A proxy in a folder.
pub fn proxy_with(
    chain: &Arc<FakeChain>,
    folder: &Path,
    budget: Balance,
    change: impl FnOnce(&mut Settings),
) -> Started {
    let network: Arc<dyn Network> = chain.clone();
    let (store, paid) = Store::open(folder, 1 << 30).unwrap();
    let mut settings = Settings {
        deposit: CNDR,
        max_price: None,
        hosts: Vec::new(),
        attested: false,
        blocks: 1000,
        patience: Duration::from_secs(5),
        wait: Duration::from_secs(20),
        pages: Vec::new(),
    };
    change(&mut settings);
    let catalogue = Catalogue::new(network.clone(), Vec::new());
    let proxy = Proxy::new(settings, network, store, Budget::new(budget), catalogue, Arc::new(|_| {}));
    Started { proxy, paid }
}

/// Wait until nothing holds the folder of a proxy any more: the next voucher, say, is signed after the answer was given.
pub async fn gone(proxy: Arc<Proxy>) {
    let store = Arc::downgrade(&proxy.store);
    drop(proxy);
    for _ in 0..500 {
        if store.strong_count() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("something still holds the folder of the proxy");
}

pub struct Started {
    pub proxy: Arc<Proxy>,
    pub paid: Vec<crate::receipts::records::Paid>,
}

pub fn proxy(chain: &Arc<FakeChain>, folder: &Path) -> Arc<Proxy> {
    proxy_with(chain, folder, 100 * CNDR, |_| {}).proxy
}

pub fn request(bytes: &[u8]) -> InferRequest {
    let shape = vec![bytes.len() as u32].try_into().unwrap();
    let tensor = TensorData { dtype: DType::Uint8, shape, data: bytes.to_vec().into() };
    InferRequest {
        model: "scaler".into(),
        version: None,
        id: None,
        inputs: vec![NamedTensor { name: "x".into(), tensor }],
        outputs: Vec::new(),
        deadline: None,
        payment: None,
        caller: None,
    }
}

/// Ask, and check that the answer is the right one.
pub async fn ask(proxy: &Arc<Proxy>, bytes: &[u8]) -> Result<InferResponse, CallError> {
    let response = Front(proxy.clone()).infer(request(bytes)).await?;
    let doubled: Vec<u8> = bytes.iter().map(|b| b.wrapping_mul(2)).collect();
    assert_eq!(response.outputs[0].tensor.data, doubled, "a wrong answer was handed on");
    assert!(response.receipt.is_some());
    Ok(response)
}
