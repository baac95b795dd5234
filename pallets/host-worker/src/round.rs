//! One round of the worker: what happens for each new best block.

use crate::{
    engine::{Engine, EngineError},
    pallet::{Config, RuntimeCallOf},
    LOG_TARGET,
};
use alloc::vec::Vec;
use candor_primitives::{
    traits::{Attestations, DutySource, Heartbeats, HostMarket, Releases, SessionSource, WorkSource},
    worker::{
        ReleaseDescriptor, Standpoint, SyncRequest, SyncResponse, Task, TaskStatus, WorkOrder, WorkStatus, MAX_BATCH,
        MAX_TASKS,
    },
    AccountId, BlockNumber, WorkerKey, WorkerSignature, WORKER_KEY_TYPE,
};
use codec::{Decode, Encode};
use frame_system::{offchain::SubmitTransaction, pallet_prelude::BlockNumberFor};
use sp_core::{
    offchain::{Duration, StorageKind, Timestamp},
    Get, H256,
};
use sp_runtime::{
    offchain::storage_lock::{StorageLock, Time},
    traits::Zero,
    SaturatedConversion,
};

/// One round at a time: a slow engine must not pile up rounds, each of which pins a Wasm instance.
const LOCK: &[u8] = b"candor::host-worker::lock";
/// How many pieces of work at the head of the list did not move in the last round.
const CURSOR: &[u8] = b"candor::host-worker::cursor";
/// Kept back from the budget for reading the answer and sending transactions, in milliseconds.
const MARGIN_MS: u64 = 50;
/// Bytes of tasks in one request: traces have up to a megabyte of roots, inputs that are on chain up to four megabytes of
/// bytes, and a request is encoded in every block.
const MAX_TASK_BYTES: usize = 8 * 1024 * 1024;

/// A host whose worker key is in this node's keystore.
struct Local {
    host: AccountId,
    worker: WorkerKey,
    genesis: H256,
    /// The best block.
    block: BlockNumber,
}

impl Local {
    /// A request that says for whom and when, and nothing else yet.
    fn request(&self) -> SyncRequest {
        let Self { genesis, block, worker, host } = self;
        let from = Standpoint { genesis: *genesis, block: *block, host: host.clone(), worker: *worker };
        SyncRequest { from: Some(from), ..SyncRequest::default() }
    }

    fn sign(&self, message: &[u8]) -> Option<WorkerSignature> {
        sp_io::crypto::sr25519_sign(WORKER_KEY_TYPE, &self.worker, message)
    }
}

/// Do one round. Does nothing on nodes without an engine or without a registered worker key.
pub fn run<T: Config>(block: BlockNumberFor<T>) {
    let block: BlockNumber = block.saturated_into();
    let genesis = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero());
    let hosts: Vec<Local> = sp_io::crypto::sr25519_public_keys(WORKER_KEY_TYPE)
        .into_iter()
        .filter_map(|worker| T::Hosts::host_of(&worker).map(|host| Local { host, worker, genesis, block }))
        .collect();
    if hosts.is_empty() {
        return;
    }
    let Some(engine) = Engine::configured() else {
        log::debug!(target: LOG_TARGET, "a worker key is registered, but no engine is configured");
        return;
    };
    let mut lock = StorageLock::<Time>::with_deadline(LOCK, Duration::from_millis(T::Budget::get() + MARGIN_MS));
    let Ok(_guard) = lock.try_lock() else {
        log::debug!(target: LOG_TARGET, "the round before is still at work");
        return;
    };
    let deadline = sp_io::offchain::timestamp().add(Duration::from_millis(T::Budget::get()));
    for local in &hosts {
        match serve::<T>(local, &engine, deadline) {
            Ok(sent) => {
                log::debug!(target: LOG_TARGET, "{sent} answers sent");
                beat::<T>(local, block);
            },
            Err(error) => log::warn!(target: LOG_TARGET, "no answer from the engine: {error}"),
        }
    }
}

/// Ask after what is open, start what the engine does not know, wait, send what is done: first the calls, then what is owed
/// in audits and disputes, then settlements of sessions. Returns how many answers.
fn serve<T: Config>(local: &Local, engine: &Engine, deadline: Timestamp) -> Result<u32, EngineError> {
    let open = batch(T::Work::pending(&local.host, 4 * MAX_BATCH));
    let serve = T::Hosts::offered(&local.host);
    let tasks = fitting(T::Duties::duties(&local.host, MAX_TASKS));
    let attest = T::Attestations::wanted(&local.host);
    let first = SyncRequest { serve, query: open, tasks: tasks.clone(), attest, ..local.request() };
    let answer = engine.sync(&first, deadline)?;
    let mut sent = send_done::<T>(local, &answer);
    let (answered, tasks) = send_answers::<T>(local, tasks, &answer);
    sent += answered + settle::<T>(local, &answer) + renew::<T>(local, &answer);

    let second = follow_up::<T>(local, &answer, tasks.clone(), deadline);
    let mut waiting = 0;
    let work = !(second.orders.is_empty() && second.query.is_empty() && second.tasks.is_empty());
    if work || !(second.describe.is_empty() && second.sessions.is_empty()) {
        let answer = engine.sync(&second, deadline)?;
        sent += send_done::<T>(local, &answer);
        waiting = answer.status.iter().filter(|(_, status)| !matches!(status, WorkStatus::Done(_))).count() as u32;
        sent += send_answers::<T>(local, tasks, &answer).0 + settle::<T>(local, &answer);
    }
    set_cursor(waiting);
    Ok(sent)
}

/// The first tasks that a request has room for.
fn fitting(mut tasks: Vec<Task>) -> Vec<Task> {
    let mut bytes = 0usize;
    let room = tasks.iter().take_while(|task| {
        bytes = bytes.saturating_add(task.encoded_size());
        bytes <= MAX_TASK_BYTES
    });
    // A large task alone is worth a try: the engine takes more than this.
    let room = room.count().max(1);
    tasks.truncate(room);
    tasks
}

/// Send the answers of the tasks that are done; gives the others.
fn send_answers<T: Config>(local: &Local, tasks: Vec<Task>, answer: &SyncResponse) -> (u32, Vec<Task>) {
    let mut sent = 0;
    let mut open = Vec::new();
    let mut status = answer.tasks.iter();
    for task in tasks {
        match status.next() {
            Some(TaskStatus::Done(done)) => {
                let call = T::Duties::answer(&local.host, &task, done.clone(), &|message| local.sign(message));
                if let Some(call) = call {
                    sent += u32::from(submit::<T>(call.into()));
                }
            },
            Some(TaskStatus::Refused(reason)) => {
                // Asked again in the next block: reasons pass.
                log::warn!(target: LOG_TARGET, "the engine refuses a task: {reason:?}");
            },
            Some(TaskStatus::Pending) | None => open.push(task),
        }
    }
    (sent, open)
}

/// What the engine lacks and does not know, and what it is still at.
fn follow_up<T: Config>(local: &Local, answer: &SyncResponse, tasks: Vec<Task>, deadline: Timestamp) -> SyncRequest {
    let describe = answer
        .lacking
        .iter()
        .filter_map(|id| {
            T::Releases::spec(*id).map(|spec| ReleaseDescriptor { id: *id, spec, title: T::Releases::title(*id) })
        })
        .collect();
    let sessions =
        answer.sessions.iter().take(MAX_BATCH as usize).map(|id| (*id, T::Sessions::terms(&local.host, *id)));
    let mut orders: Vec<WorkOrder> = Vec::new();
    let mut query = Vec::new();
    for (id, status) in &answer.status {
        match status {
            WorkStatus::Unknown => orders.extend(T::Work::order(&local.host, *id)),
            WorkStatus::Pending => query.push(*id),
            WorkStatus::Refused(reason) => {
                log::warn!(target: LOG_TARGET, "the engine refuses {id:?}: {reason:?}");
                // Asked again, because reasons pass: a file that was being fetched, a full queue.
                orders.extend(T::Work::order(&local.host, *id));
            },
            WorkStatus::Done(_) => {},
        }
    }
    let left = deadline.diff(&sp_io::offchain::timestamp()).millis();
    let wait_ms = left.saturating_sub(MARGIN_MS) as u32;
    SyncRequest { describe, orders, query, tasks, sessions: sessions.collect(), wait_ms, ..local.request() }
}

/// Send the answers of what is done.
fn send_done<T: Config>(local: &Local, answer: &SyncResponse) -> u32 {
    let mut sent = 0;
    for (id, status) in &answer.status {
        let WorkStatus::Done(done) = status else { continue };
        let call = T::Work::answer(&local.host, *id, done.clone(), &|message| local.sign(message));
        if let Some(call) = call {
            sent += u32::from(submit::<T>(call.into()));
        }
    }
    sent
}

/// Settle the sessions that the engine wants settled, as far as the chain would take it now.
fn settle<T: Config>(local: &Local, answer: &SyncResponse) -> u32 {
    let mut sent = 0;
    for voucher in answer.settle.iter().take(MAX_BATCH as usize) {
        if let Some(call) = T::Sessions::settle(&local.host, voucher, &|message| local.sign(message)) {
            sent += u32::from(submit::<T>(call.into()));
        }
    }
    sent
}

/// Send the evidence of the machine that was asked for. While the engine makes it there is none, and the next round asks again.
fn renew<T: Config>(local: &Local, answer: &SyncResponse) -> u32 {
    let Some(evidence) = answer.attestation.clone() else { return 0 };
    let call = T::Attestations::renewal(&local.host, evidence, &|message| local.sign(message));
    call.map_or(0, |call| submit::<T>(call.into()).into())
}

/// Send a heartbeat if one is due.
fn beat<T: Config>(local: &Local, block: u32) {
    if !T::Heartbeats::due(&local.host) {
        return;
    }
    if let Some(call) = T::Heartbeats::heartbeat(&local.host, block, &|message| local.sign(message)) {
        submit::<T>(call.into());
    }
}

/// Send a call as a general transaction: authorised by its content, so no nonce to jam and no balance needed.
fn submit<T: Config>(call: RuntimeCallOf<T>) -> bool {
    let transaction = T::create_authorized_transaction(call);
    // Refused when the same answer already waits in the pool, which is the usual case for a block that came between.
    SubmitTransaction::<T, RuntimeCallOf<T>>::submit_transaction(transaction).is_ok()
}

/// At most [`MAX_BATCH`] of the open work, beginning after what did not move in the last round, so that work which the
/// engine cannot do never hides work that it can.
fn batch(open: Vec<H256>) -> Vec<H256> {
    if open.len() <= MAX_BATCH as usize {
        return open;
    }
    let skip = cursor() as usize % open.len();
    open.iter().cycle().skip(skip).take(MAX_BATCH as usize).copied().collect()
}

fn cursor() -> u32 {
    sp_io::offchain::local_storage_get(StorageKind::PERSISTENT, CURSOR)
        .and_then(|bytes| u32::decode(&mut &bytes[..]).ok())
        .unwrap_or(0)
}

fn set_cursor(waiting: u32) {
    let next = if waiting == 0 { 0 } else { cursor().wrapping_add(waiting) };
    sp_io::offchain::local_storage_set(StorageKind::PERSISTENT, CURSOR, &next.encode());
}
