//! The worker against a scripted engine.

use crate as pallet_host_worker;
use candor_primitives::{
    release::ReleaseSpec,
    tensor::Payload,
    traits::{
        Attestations, DrawError, DrawRequest, Drawn, DutySource, EitherCall, Heartbeats, HostMarket, ReleaseDenied,
        Releases, SessionSource, WorkSource,
    },
    worker::*,
    AccountId, AttestationBinding, AttestationEvidence, Balance, Outcome, ReceiptDraft, ReceiptPath, ReleaseId,
    SessionId, SessionTerms, SignedVoucher, Units, Voucher, WorkerKey, WorkerSignature, WORKER_KEY_TYPE,
};
use codec::{Decode, Encode};
use frame_support::{derive_impl, parameter_types, traits::Hooks};
use sp_core::{
    offchain::{testing, OffchainDbExt, OffchainWorkerExt, StorageKind, TransactionPoolExt},
    H256,
};
use sp_keystore::{testing::MemoryKeystore, Keystore, KeystoreExt};
use sp_runtime::{testing::TestXt, BuildStorage, DispatchResult};
use std::{cell::RefCell, sync::Arc};

type Block = frame_system::mocking::MockBlockU32<Test>;

#[frame_support::runtime]
mod runtime {
    #[runtime::runtime]
    #[runtime::derive(RuntimeCall, RuntimeEvent, RuntimeError, RuntimeOrigin, RuntimeTask)]
    pub struct Test;
    #[runtime::pallet_index(0)]
    pub type System = frame_system::Pallet<Test>;
    #[runtime::pallet_index(1)]
    pub type HostWorker = pallet_host_worker::Pallet<Test>;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
    type AccountId = AccountId;
    type Block = Block;
    type Lookup = sp_runtime::traits::IdentityLookup<AccountId>;
}

impl frame_system::offchain::CreateTransactionBase<RuntimeCall> for Test {
    type Extrinsic = TestXt<RuntimeCall, ()>;
    type RuntimeCall = RuntimeCall;
}
impl frame_system::offchain::CreateTransaction<RuntimeCall> for Test {
    type Extension = ();
    fn create_transaction(call: RuntimeCall, _: ()) -> Self::Extrinsic {
        TestXt::new_transaction(call, ())
    }
}
impl frame_system::offchain::CreateAuthorizedTransaction<RuntimeCall> for Test {
    fn create_extension() {}
}

parameter_types! {
    pub const Budget: u64 = 500;
}

thread_local! {
    static WORKER: RefCell<Option<WorkerKey>> = const { RefCell::new(None) };
    static OPEN: RefCell<Vec<WorkOrder>> = const { RefCell::new(Vec::new()) };
    static AUDITS: RefCell<Vec<Task>> = const { RefCell::new(Vec::new()) };
    static DISPUTES: RefCell<Vec<Task>> = const { RefCell::new(Vec::new()) };
    static BEAT_DUE: RefCell<bool> = const { RefCell::new(false) };
    static WANTED: RefCell<Option<H256>> = const { RefCell::new(None) };
    static SETTLED: RefCell<u32> = const { RefCell::new(0) };
}

fn host() -> AccountId {
    AccountId::new([1; 32])
}

/// Stands for models, hosts and jobs at once.
pub struct World;

impl Releases<AccountId> for World {
    fn spec(_: ReleaseId) -> Option<ReleaseSpec> {
        None
    }
    fn publisher(_: ReleaseId) -> Option<AccountId> {
        None
    }
    fn check_access(_: ReleaseId, _: &AccountId) -> Result<(), ReleaseDenied> {
        Ok(())
    }
}

impl HostMarket<AccountId> for World {
    fn draw(_: &DrawRequest<'_, AccountId>) -> Result<Drawn<AccountId>, DrawError> {
        Err(DrawError::NoOffer)
    }
    fn draw_weight(_: ReleaseId, _: bool) -> sp_runtime::Weight {
        Default::default()
    }
    fn price_range(_: ReleaseId, _: Units) -> Result<(Balance, Balance, u32), DrawError> {
        Err(DrawError::NoOffer)
    }
    fn occupy(_: &AccountId, _: ReleaseId) -> DispatchResult {
        Ok(())
    }
    fn vacate(_: &AccountId, _: ReleaseId) {}
    fn note_work(_: &AccountId) {}
    fn worker_of(_: &AccountId) -> Option<WorkerKey> {
        WORKER.with_borrow(|w| *w)
    }
    fn host_of(worker: &WorkerKey) -> Option<AccountId> {
        WORKER.with_borrow(|w| (*w == Some(*worker)).then(host))
    }
    fn offered(_: &AccountId) -> Vec<ReleaseId> {
        vec![7]
    }
    fn is_live(_: &AccountId) -> bool {
        true
    }
    fn profile_of(_: ReleaseId, _: H256) -> Option<H256> {
        None
    }
    fn endpoint_of(_: &AccountId) -> Option<Vec<u8>> {
        None
    }
}

fn id(order: &WorkOrder) -> H256 {
    order.draft.id::<candor_primitives::HostBlake2b>()
}

impl Attestations<AccountId> for World {
    type Call = RuntimeCall;

    fn wanted(_: &AccountId) -> Option<H256> {
        WANTED.with_borrow(|wanted| *wanted)
    }

    fn renewal(
        _: &AccountId,
        evidence: AttestationEvidence,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<RuntimeCall> {
        sign(b"renewal")?;
        Some(frame_system::Call::remark { remark: evidence.evidence }.into())
    }
}

impl WorkSource<AccountId> for World {
    type Call = RuntimeCall;
    fn pending(_: &AccountId, limit: u32) -> Vec<H256> {
        OPEN.with_borrow(|open| open.iter().take(limit as usize).map(id).collect())
    }
    fn order(_: &AccountId, wanted: H256) -> Option<WorkOrder> {
        OPEN.with_borrow(|open| open.iter().find(|o| id(o) == wanted).cloned())
    }
    fn answer(
        _: &AccountId,
        id: H256,
        _: WorkDone,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<RuntimeCall> {
        sign(id.as_bytes())?;
        Some(frame_system::Call::remark { remark: id.encode() }.into())
    }
}

impl SessionSource<AccountId> for World {
    type Call = RuntimeCall;
    fn terms(host: &AccountId, session: SessionId) -> Option<SessionTerms> {
        (session == 5).then(|| terms(host))
    }
    fn settle(
        _: &AccountId,
        signed: &SignedVoucher,
        _: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<RuntimeCall> {
        let settled = SETTLED.with_borrow(|settled| *settled);
        let new = signed.voucher.calls > settled;
        new.then(|| frame_system::Call::remark { remark: signed.voucher.encode() }.into())
    }
}

impl Heartbeats<AccountId> for World {
    type Call = RuntimeCall;
    fn due(_: &AccountId) -> bool {
        BEAT_DUE.with_borrow(|due| *due)
    }
    fn heartbeat(_: &AccountId, _: u32, sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>) -> Option<RuntimeCall> {
        sign(b"beat")?;
        Some(frame_system::Call::remark { remark: b"beat".to_vec() }.into())
    }
}

/// One of two sources of duties: digests, and everything else.
pub struct Source<const DIGESTS: bool>;

impl<const DIGESTS: bool> DutySource<AccountId> for Source<DIGESTS> {
    type Call = RuntimeCall;
    fn duties(_: &AccountId, limit: u32) -> Vec<Task> {
        let owed = if DIGESTS { &AUDITS } else { &DISPUTES };
        owed.with_borrow(|owed| owed.iter().take(limit as usize).cloned().collect())
    }
    fn answer(
        _: &AccountId,
        task: &Task,
        done: TaskDone,
        sign: &dyn Fn(&[u8]) -> Option<WorkerSignature>,
    ) -> Option<RuntimeCall> {
        if DIGESTS != matches!(task, Task::Digest { .. }) {
            return None;
        }
        sign(b"task")?;
        Some(frame_system::Call::remark { remark: (DIGESTS, done).encode() }.into())
    }
}

impl From<EitherCall<RuntimeCall, RuntimeCall>> for RuntimeCall {
    fn from(call: EitherCall<RuntimeCall, RuntimeCall>) -> Self {
        match call {
            EitherCall::First(call) | EitherCall::Second(call) => call,
        }
    }
}

impl crate::Config for Test {
    type Duties = (Source<true>, Source<false>);
    type Attestations = World;
    type Budget = Budget;
    type Heartbeats = World;
    type Hosts = World;
    type Releases = World;
    type Sessions = World;
    type Work = World;
}

fn terms(host: &AccountId) -> SessionTerms {
    SessionTerms {
        session: 5,
        genesis: H256::zero(),
        requester: AccountId::new([2; 32]),
        host: host.clone(),
        release: 7,
        variant: H256::zero(),
        key: sp_core::sr25519::Public::from_raw([3; 32]),
        price_per_call: 1,
        price_per_unit: 1,
        max_fee: 10,
        deposit: 100,
        opened: 1,
        expires: 100,
    }
}

fn voucher(calls: u32) -> SignedVoucher {
    let voucher = Voucher { genesis: H256::zero(), session: 5, calls, fee: calls.into(), receipts: H256::zero() };
    SignedVoucher { voucher, signature: sp_core::sr25519::Signature::from_raw([0; 64]) }
}

fn order(n: u64) -> WorkOrder {
    WorkOrder {
        worker: WORKER.with_borrow(|w| w.expect("registered")),
        draft: ReceiptDraft {
            genesis: H256::zero(),
            release: 7,
            variant: H256::zero(),
            input_root: H256::zero(),
            requester: AccountId::new([2; 32]),
            host: host(),
            units: 1,
            fee: 1,
            insured: 0,
            block: 1,
            path: ReceiptPath::Job(n),
        },
        input: Payload::Inline(Default::default()),
    }
}

fn digest(n: u64) -> Task {
    let order = order(n);
    Task::Digest { draft: order.draft, input: order.input, seed: H256::zero() }
}

fn trace(n: u64) -> Task {
    let order = order(n);
    Task::Trace { draft: order.draft, input: order.input }
}

fn done() -> WorkStatus {
    WorkStatus::Done(WorkDone {
        outcome: Outcome::Failed { node: 0, index: 0 },
        signature: WorkerSignature::from_raw([0; 64]),
        output: None,
    })
}

/// What a test sees of the world outside: the scripted engine and the transactions that were sent.
struct Outside {
    offchain: Arc<parking_lot::RwLock<testing::OffchainState>>,
    pool: Arc<parking_lot::RwLock<testing::PoolState>>,
}

impl Outside {
    fn expect(&self, request: SyncRequest, answer: Option<SyncResponse>) {
        self.offchain.write().expect_request(testing::PendingRequest {
            method: "POST".into(),
            uri: "http://127.0.0.1:1/worker/v1/sync".into(),
            headers: vec![
                ("content-type".into(), "application/octet-stream".into()),
                ("authorization".into(), "Bearer secret".into()),
            ],
            body: request.encode(),
            sent: true,
            response: answer.map(|a| a.encode()),
            ..Default::default()
        });
    }

    fn sent(&self) -> Vec<Vec<u8>> {
        let pool = self.pool.read();
        pool.transactions
            .iter()
            .map(|bytes| {
                let xt = TestXt::<RuntimeCall, ()>::decode(&mut &bytes[..]).expect("a transaction");
                match xt.function {
                    RuntimeCall::System(frame_system::Call::remark { remark }) => remark,
                    other => panic!("unexpected call {other:?}"),
                }
            })
            .collect()
    }
}

/// Run `test` on a node with a worker key; `engine` says whether an engine is configured.
fn node(engine: bool, test: impl FnOnce(Outside)) {
    let (offchain, state) = testing::TestOffchainExt::new();
    let (pool, pool_state) = testing::TestTransactionPoolExt::new();
    let keystore = MemoryKeystore::new();
    let worker = keystore.sr25519_generate_new(WORKER_KEY_TYPE, None).expect("a key");
    WORKER.set(Some(worker));
    OPEN.set(Vec::new());
    AUDITS.set(Vec::new());
    DISPUTES.set(Vec::new());
    BEAT_DUE.set(false);
    SETTLED.set(0);
    let storage = frame_system::GenesisConfig::<Test>::default().build_storage().expect("genesis");
    let mut ext = sp_io::TestExternalities::new(storage);
    ext.register_extension(OffchainWorkerExt::new(offchain.clone()));
    ext.register_extension(OffchainDbExt::new(offchain));
    ext.register_extension(TransactionPoolExt::new(pool));
    ext.register_extension(KeystoreExt(Arc::new(keystore)));
    ext.execute_with(|| {
        if engine {
            sp_io::offchain::local_storage_set(StorageKind::PERSISTENT, ENGINE_URL_KEY, b"http://127.0.0.1:1");
            sp_io::offchain::local_storage_set(StorageKind::PERSISTENT, ENGINE_TOKEN_KEY, b"secret");
        }
        test(Outside { offchain: state, pool: pool_state })
    });
}

fn round() {
    HostWorker::offchain_worker(1);
}

/// What every request of a round says.
fn request() -> SyncRequest {
    let genesis = frame_system::Pallet::<Test>::block_hash(0);
    let from = WORKER.with_borrow(|w| w.map(|worker| Standpoint { genesis, block: 1, host: host(), worker }));
    SyncRequest { from, ..Default::default() }
}

fn first(query: Vec<H256>) -> SyncRequest {
    SyncRequest { serve: vec![7], query, ..request() }
}

#[test]
fn round_should_do_nothing_when_no_engine_is_configured() {
    node(false, |outside| {
        OPEN.set(vec![order(1)]);
        round();
        assert!(outside.sent().is_empty());
    });
}

#[test]
fn round_should_do_nothing_when_the_worker_key_is_not_registered() {
    node(true, |outside| {
        WORKER.set(None);
        round();
        assert!(outside.sent().is_empty());
    });
}

#[test]
fn round_should_answer_at_once_when_the_engine_is_done() {
    node(true, |outside| {
        let order = order(1);
        let work = id(&order);
        OPEN.set(vec![order]);
        let answer = SyncResponse { status: vec![(work, done())], ..Default::default() };
        outside.expect(first(vec![work]), Some(answer));
        round();
        assert_eq!(outside.sent(), vec![work.encode()]);
    });
}

#[test]
fn round_should_order_and_answer_when_the_engine_does_not_know_the_work() {
    node(true, |outside| {
        let order = order(1);
        let work = id(&order);
        OPEN.set(vec![order.clone()]);
        outside.expect(
            first(vec![work]),
            Some(SyncResponse { status: vec![(work, WorkStatus::Unknown)], ..Default::default() }),
        );
        let second = SyncRequest { orders: vec![order], wait_ms: 450, ..request() };
        outside.expect(second, Some(SyncResponse { status: vec![(work, done())], ..Default::default() }));
        round();
        assert_eq!(outside.sent(), vec![work.encode()]);
    });
}

#[test]
fn round_should_send_nothing_when_the_work_is_still_pending() {
    node(true, |outside| {
        let order = order(1);
        let work = id(&order);
        OPEN.set(vec![order]);
        let pending = SyncResponse { status: vec![(work, WorkStatus::Pending)], ..Default::default() };
        outside.expect(first(vec![work]), Some(pending.clone()));
        outside.expect(SyncRequest { query: vec![work], wait_ms: 450, ..request() }, Some(pending));
        round();
        assert!(outside.sent().is_empty());
    });
}

#[test]
fn round_should_survive_when_the_engine_sends_rubbish() {
    node(true, |outside| {
        outside.offchain.write().expect_request(testing::PendingRequest {
            method: "POST".into(),
            uri: "http://127.0.0.1:1/worker/v1/sync".into(),
            headers: vec![
                ("content-type".into(), "application/octet-stream".into()),
                ("authorization".into(), "Bearer secret".into()),
            ],
            body: first(vec![]).encode(),
            sent: true,
            response: Some(vec![0xff; 100]),
            ..Default::default()
        });
        BEAT_DUE.set(true);
        round();
        assert!(outside.sent().is_empty(), "no sign of life without a healthy engine");
    });
}

#[test]
fn round_should_send_a_heartbeat_when_one_is_due() {
    node(true, |outside| {
        BEAT_DUE.set(true);
        outside.expect(first(vec![]), Some(SyncResponse::default()));
        round();
        assert_eq!(outside.sent(), vec![b"beat".to_vec()]);
    });
}

#[test]
fn round_should_reach_all_work_when_the_head_of_the_list_is_stuck() {
    node(true, |outside| {
        let orders: Vec<WorkOrder> = (0..u64::from(MAX_BATCH) + 6).map(order).collect();
        let ids: Vec<H256> = orders.iter().map(id).collect();
        OPEN.set(orders);
        let head = ids[..MAX_BATCH as usize].to_vec();
        let stuck = |ids: &[H256]| SyncResponse {
            status: ids.iter().map(|id| (*id, WorkStatus::Pending)).collect(),
            ..Default::default()
        };
        outside.expect(first(head.clone()), Some(stuck(&head)));
        outside.expect(SyncRequest { query: head.clone(), wait_ms: 450, ..request() }, Some(stuck(&head)));
        round();

        let next: Vec<H256> = ids.iter().cycle().skip(MAX_BATCH as usize).take(MAX_BATCH as usize).copied().collect();
        let status = next.iter().enumerate().map(|(i, id)| (*id, if i < 6 { done() } else { WorkStatus::Pending }));
        let answer = SyncResponse { status: status.collect(), ..Default::default() };
        outside.expect(first(next.clone()), Some(answer));
        let rest = next[6..].to_vec();
        outside.expect(SyncRequest { query: rest.clone(), wait_ms: 450, ..request() }, Some(stuck(&rest)));
        round();
        assert_eq!(outside.sent().len(), 6);
    });
}

#[test]
fn round_should_answer_duties_when_the_engine_is_done() {
    node(true, |outside| {
        let (audit, dispute) = (digest(1), trace(2));
        AUDITS.set(vec![audit.clone()]);
        DISPUTES.set(vec![dispute.clone()]);
        let clean = TaskDone::Digest { outcome: Outcome::Failed { node: 0, index: 0 }, digest: H256::zero() };
        let roots = TaskDone::Trace(vec![H256::zero()]);
        let tasks = vec![audit, dispute.clone()];
        let answer = vec![TaskStatus::Done(clean.clone()), TaskStatus::Pending];
        let first = SyncRequest { tasks, ..first(vec![]) };
        outside.expect(first, Some(SyncResponse { tasks: answer, ..Default::default() }));
        let second = SyncRequest { tasks: vec![dispute], wait_ms: 450, ..request() };
        let answer = vec![TaskStatus::Done(roots.clone())];
        outside.expect(second, Some(SyncResponse { tasks: answer, ..Default::default() }));
        round();
        assert_eq!(outside.sent(), vec![(true, clean).encode(), (false, roots).encode()]);
    });
}

#[test]
fn round_should_go_on_when_the_engine_refuses_a_task() {
    node(true, |outside| {
        let order = order(1);
        let work = id(&order);
        OPEN.set(vec![order]);
        AUDITS.set(vec![digest(1)]);
        let refused = vec![TaskStatus::Refused("no such release".into())];
        let answer = SyncResponse { status: vec![(work, done())], tasks: refused, ..Default::default() };
        outside.expect(SyncRequest { tasks: vec![digest(1)], ..first(vec![work]) }, Some(answer));
        round();
        assert_eq!(outside.sent(), vec![work.encode()]);
    });
}

#[test]
fn duties_should_take_turns_and_stay_within_the_limit_when_there_are_many() {
    node(true, |_| {
        AUDITS.set((0..20).map(digest).collect());
        DISPUTES.set((0..3).map(trace).collect());
        type Both = (Source<true>, Source<false>);
        let duties = Both::duties(&host(), MAX_TASKS);
        assert_eq!(duties.len(), MAX_TASKS as usize);
        assert_eq!(duties[..7], [digest(0), trace(0), digest(1), trace(1), digest(2), trace(2), digest(3)]);
    });
}

#[test]
fn round_should_leave_tasks_for_later_when_they_are_large() {
    node(true, |outside| {
        let order = order(1);
        let large = |n: u8| Task::Accuse {
            receipt: candor_primitives::Receipt {
                draft: order.draft.clone(),
                outcome: Outcome::Failed { node: 0, index: 0 },
            },
            input: order.input.clone(),
            outputs: vec![],
            trace: vec![H256::repeat_byte(n); 100_000],
            endpoint: vec![],
            opened: vec![],
        };
        DISPUTES.set((0..5).map(large).collect());
        let tasks = vec![large(0), large(1)];
        let refused = vec![TaskStatus::Refused("busy".into()); 2];
        outside.expect(
            SyncRequest { tasks, ..first(vec![]) },
            Some(SyncResponse { tasks: refused, ..Default::default() }),
        );
        round();
        assert!(outside.sent().is_empty());
    });
}

#[test]
fn round_should_tell_the_terms_of_sessions_when_the_engine_asks() {
    node(true, |outside| {
        let asked = SyncResponse { sessions: vec![5, 6], ..Default::default() };
        outside.expect(first(vec![]), Some(asked));
        let sessions = vec![(5, Some(terms(&host()))), (6, None)];
        let second = SyncRequest { sessions, wait_ms: 450, ..request() };
        // That a session ends is a reason to settle it.
        outside.expect(second, Some(SyncResponse { settle: vec![voucher(4)], ..Default::default() }));
        round();
        assert_eq!(outside.sent(), vec![voucher(4).voucher.encode()]);
    });
}

#[test]
fn round_should_settle_when_the_engine_says_so_and_the_chain_would_take_it() {
    node(true, |outside| {
        SETTLED.set(3);
        let settle = vec![voucher(3), voucher(4)];
        outside.expect(first(vec![]), Some(SyncResponse { settle, ..Default::default() }));
        round();
        assert_eq!(outside.sent(), vec![voucher(4).voucher.encode()]);
    });
}

#[test]
fn round_should_send_evidence_of_the_machine_when_it_is_wanted_and_made() {
    node(true, |outside| {
        let nonce = H256::repeat_byte(9);
        WANTED.set(Some(nonce));
        let asked = || SyncRequest { attest: Some(nonce), ..first(vec![]) };
        outside.expect(asked(), Some(SyncResponse::default()));
        round();
        assert!(outside.sent().is_empty(), "it is being made");
        let worker = sp_core::sr25519::Public::default();
        let binding =
            AttestationBinding { genesis: H256::zero(), host: host(), worker, engine: H256::zero(), expires: 0 };
        let vendor = candor_primitives::TeeVendor::Intel;
        let evidence = AttestationEvidence { vendor, binding, nonce, evidence: b"a quote".to_vec() };
        outside.expect(asked(), Some(SyncResponse { attestation: Some(evidence), ..Default::default() }));
        round();
        assert_eq!(outside.sent(), vec![b"a quote".to_vec()]);
    });
}
