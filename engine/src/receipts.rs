//! The log of signed results: durable before an answer leaves, so that nothing answered is lost and nothing is signed
//! twice, whenever the process or the machine dies.
//!
//! Results that finish at the same time share one commit.

use crate::metrics::Metrics;
use candor_commitments::Blake2b256;
use candor_primitives::{worker::WorkDone, Payload, Receipt, ReceiptDraft};
use codec::{Decode, DecodeLimit, Encode};
use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};
use sp_core::H256;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::sync::{mpsc, oneshot};

/// Results by the id of their draft.
const RESULTS: TableDefinition<'_, [u8; 32], &[u8]> = TableDefinition::new("results");
/// The ids by the second in which they were kept, to forget the oldest first. Not by block: a development chain that
/// starts again counts from 0.
const BY_TIME: TableDefinition<'_, (u64, [u8; 32]), ()> = TableDefinition::new("by_time");
/// The ids by the hashes of their receipts.
const BY_RECEIPT: TableDefinition<'_, [u8; 32], [u8; 32]> = TableDefinition::new("by_receipt");
/// Inputs of the calls, by id: for traces.
const INPUTS: TableDefinition<'_, [u8; 32], &[u8]> = TableDefinition::new("inputs");
/// Descriptions of releases.
const RELEASES: TableDefinition<'_, u32, &[u8]> = TableDefinition::new("releases");

/// Most results committed together.
const MOST_TOGETHER: usize = 256;
/// Most results forgotten in one commit.
const MOST_FORGOTTEN: usize = 512;
/// Deepest nesting of what is decoded.
const DEPTH: u32 = 32;
/// Memory for pages of the database.
const CACHE: usize = 16 << 20;

/// Why the log does not read or write.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LogError {
    /// The database does not read or write; check the disk and the folder's permissions.
    #[error("the receipt log at {path}: {reason}")]
    Database {
        /// Its file.
        path: String,
        /// Cause.
        reason: String,
    },
    /// The engine is stopping.
    #[error("the receipt log is closed")]
    Closed,
}

/// How long results are kept.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Longest time.
    pub age: Duration,
    /// Most results.
    pub count: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Self { age: Duration::from_secs(48 * 3600), count: 1_000_000 }
    }
}

/// A signed result with the draft it completes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// What was asked.
    pub draft: ReceiptDraft,
    /// What came out.
    pub done: WorkDone,
}

impl Entry {
    /// Hash of the receipt that was signed.
    pub fn receipt(&self) -> H256 {
        Receipt { draft: self.draft.clone(), outcome: self.done.outcome }.hash::<Blake2b256>()
    }
}

/// A signed result with the call's inputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The result.
    pub entry: Entry,
    /// The inputs, if they were kept.
    pub input: Option<Payload>,
}

struct Write {
    id: H256,
    entry: Entry,
    input: Option<Payload>,
    reply: oneshot::Sender<Result<WorkDone, LogError>>,
}

struct Shared {
    path: PathBuf,
    /// `None` after an error of the disk, until it can be opened again.
    database: RwLock<Option<Database>>,
    retention: Retention,
    metrics: Arc<Metrics>,
}

/// The log.
#[derive(Clone)]
pub struct Log {
    shared: Arc<Shared>,
    writes: mpsc::UnboundedSender<Write>,
}

impl Log {
    /// Open or create the log in the file `path`, and start its writer.
    pub fn open(path: &Path, retention: Retention, metrics: Arc<Metrics>) -> Result<Self, LogError> {
        let failed = |e: &dyn std::fmt::Display| database_error(path, e);
        let database = open(path).map_err(|e| failed(&e))?;
        let receipts = count(&database).map_err(|e| failed(&e))?;
        metrics.receipts.set(i64::try_from(receipts).unwrap_or(i64::MAX));
        let shared = Shared { path: path.to_owned(), database: RwLock::new(Some(database)), retention, metrics };
        let shared = Arc::new(shared);
        let (writes, inbox) = mpsc::unbounded_channel();
        let writer = shared.clone();
        std::thread::Builder::new()
            .name("receipts".into())
            .spawn(move || write_all(&writer, inbox))
            .map_err(|e| failed(&e))?;
        Ok(Self { shared, writes })
    }

    /// The result of a draft, if it is known.
    pub fn get(&self, id: &H256) -> Result<Option<Entry>, LogError> {
        self.shared.read(|database| {
            let transaction = database.begin_read()?;
            let table = transaction.open_table(RESULTS)?;
            let found = table.get(id.0)?;
            Ok(found.and_then(|bytes| Entry::decode_all_with_depth_limit(DEPTH, &mut bytes.value()).ok()))
        })
    }

    /// Keep a result; it is durable when the call returns. Answers the kept one, which is an older one if there was.
    pub async fn put(&self, id: H256, entry: Entry) -> Result<WorkDone, LogError> {
        self.put_with(id, entry, None).await
    }

    /// [`Self::put`], with the call's inputs, so that its trace can be made again.
    pub async fn put_with(&self, id: H256, entry: Entry, input: Option<Payload>) -> Result<WorkDone, LogError> {
        let (reply, answer) = oneshot::channel();
        self.writes.send(Write { id, entry, input, reply }).map_err(|_| LogError::Closed)?;
        answer.await.map_err(|_| LogError::Closed)?
    }

    /// The result whose receipt has this hash, with the call's inputs.
    pub fn by_receipt(&self, receipt: &H256) -> Result<Option<Kept>, LogError> {
        self.shared.read(|database| {
            let transaction = database.begin_read()?;
            let Some(id) = transaction.open_table(BY_RECEIPT)?.get(receipt.0)?.map(|id| id.value()) else {
                return Ok(None);
            };
            let results = transaction.open_table(RESULTS)?;
            let found = results.get(id)?;
            let entry = found.and_then(|b| Entry::decode_all_with_depth_limit(DEPTH, &mut b.value()).ok());
            let inputs = transaction.open_table(INPUTS)?;
            let input = inputs.get(id)?;
            let input = input.and_then(|b| Payload::decode_all_with_depth_limit(DEPTH, &mut b.value()).ok());
            Ok(entry.map(|entry| Kept { entry, input }))
        })
    }

    /// As after an error of the disk, when it could not be opened again.
    #[cfg(test)]
    pub(crate) fn lose(&self) {
        *self.shared.database.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Results in the log.
    pub fn len(&self) -> Result<u64, LogError> {
        self.shared.read(count)
    }

    /// Whether there are no results.
    pub fn is_empty(&self) -> Result<bool, LogError> {
        self.len().map(|n| n == 0)
    }

    /// Remember the description of a release.
    pub fn put_release(&self, id: u32, description: &[u8]) -> Result<(), LogError> {
        self.shared.read(|database| {
            let transaction = database.begin_write()?;
            transaction.open_table(RELEASES)?.insert(id, description)?;
            transaction.commit()?;
            Ok(())
        })
    }

    /// Forget a release.
    pub fn remove_release(&self, id: u32) -> Result<(), LogError> {
        self.shared.read(|database| {
            let transaction = database.begin_write()?;
            transaction.open_table(RELEASES)?.remove(id)?;
            transaction.commit()?;
            Ok(())
        })
    }

    /// The remembered descriptions.
    pub fn releases(&self) -> Result<Vec<(u32, Vec<u8>)>, LogError> {
        self.shared.read(|database| {
            let transaction = database.begin_read()?;
            let table = transaction.open_table(RELEASES)?;
            let mut all = Vec::new();
            for row in table.iter()? {
                let (id, bytes) = row?;
                all.push((id.value(), bytes.value().to_vec()));
            }
            Ok(all)
        })
    }
}

fn database_error(path: &Path, reason: &dyn std::fmt::Display) -> LogError {
    LogError::Database { path: path.display().to_string(), reason: reason.to_string() }
}

fn open(path: &Path) -> Result<Database, redb::Error> {
    let database = Database::builder().set_cache_size(CACHE).create(path)?;
    let transaction = database.begin_write()?;
    transaction.open_table(RESULTS)?;
    transaction.open_table(BY_TIME)?;
    transaction.open_table(BY_RECEIPT)?;
    transaction.open_table(INPUTS)?;
    transaction.open_table(RELEASES)?;
    transaction.commit()?;
    Ok(database)
}

fn count(database: &Database) -> Result<u64, redb::Error> {
    Ok(database.begin_read()?.open_table(RESULTS)?.len()?)
}

impl Shared {
    fn read<T>(&self, work: impl FnOnce(&Database) -> Result<T, redb::Error>) -> Result<T, LogError> {
        let open = self.database.read().unwrap_or_else(PoisonError::into_inner).is_some();
        if !open {
            // A full disk may have room again.
            self.reopen(false);
        }
        let guard = self.database.read().unwrap_or_else(PoisonError::into_inner);
        let database = guard.as_ref().ok_or(LogError::Closed)?;
        work(database).map_err(|e| database_error(&self.path, &e))
    }

    /// After an error of the disk (`broken`) the database refuses everything until it is opened again.
    fn reopen(&self, broken: bool) {
        let mut guard = self.database.write().unwrap_or_else(PoisonError::into_inner);
        if guard.is_some() && !broken {
            return;
        }
        *guard = None;
        match open(&self.path) {
            Ok(database) => *guard = Some(database),
            Err(error) => tracing::error!(%error, "the receipt log cannot be opened again"),
        }
    }

    /// Write results in one durable transaction; answers what is kept for each, in order.
    fn commit(&self, batch: &[Write]) -> Result<Vec<WorkDone>, LogError> {
        self.read(|database| {
            let transaction = database.begin_write()?;
            let mut kept = Vec::with_capacity(batch.len());
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
            let receipts = {
                let mut results = transaction.open_table(RESULTS)?;
                let mut by_time = transaction.open_table(BY_TIME)?;
                let mut by_receipt = transaction.open_table(BY_RECEIPT)?;
                let mut inputs = transaction.open_table(INPUTS)?;
                for write in batch {
                    let older = results
                        .get(write.id.0)?
                        .and_then(|bytes| Entry::decode_all_with_depth_limit(DEPTH, &mut bytes.value()).ok());
                    if let Some(older) = older {
                        kept.push(older.done);
                        continue;
                    }
                    results.insert(write.id.0, write.entry.encode().as_slice())?;
                    by_time.insert((now, write.id.0), ())?;
                    by_receipt.insert(write.entry.receipt().0, write.id.0)?;
                    if let Some(input) = &write.input {
                        inputs.insert(write.id.0, input.encode().as_slice())?;
                    }
                    kept.push(write.entry.done.clone());
                }
                let mut tables = Tables { results, by_time, by_receipt, inputs };
                forget(&mut tables, now, &self.retention)?;
                tables.results.len()?
            };
            transaction.commit()?;
            self.metrics.commits.inc();
            self.metrics.receipts.set(i64::try_from(receipts).unwrap_or(i64::MAX));
            Ok(kept)
        })
    }
}

/// What is kept of results, in one transaction.
struct Tables<'t> {
    results: redb::Table<'t, [u8; 32], &'static [u8]>,
    by_time: redb::Table<'t, (u64, [u8; 32]), ()>,
    by_receipt: redb::Table<'t, [u8; 32], [u8; 32]>,
    inputs: redb::Table<'t, [u8; 32], &'static [u8]>,
}

/// Drop results older than the retention, a bounded number at a time.
fn forget(tables: &mut Tables<'_>, now: u64, retention: &Retention) -> Result<(), redb::Error> {
    for _ in 0..MOST_FORGOTTEN {
        let Some((time, id)) = tables.by_time.first()?.map(|(key, _)| key.value()) else { return Ok(()) };
        let old = now.saturating_sub(time) > retention.age.as_secs();
        if !old && tables.results.len()? <= retention.count {
            return Ok(());
        }
        tables.by_time.remove((time, id))?;
        tables.inputs.remove(id)?;
        let gone = tables.results.remove(id)?.map(|bytes| bytes.value().to_vec());
        let gone = gone.and_then(|bytes| Entry::decode_all_with_depth_limit(DEPTH, &mut bytes.as_slice()).ok());
        if let Some(gone) = gone {
            tables.by_receipt.remove(gone.receipt().0)?;
        }
    }
    Ok(())
}

fn write_all(shared: &Shared, mut inbox: mpsc::UnboundedReceiver<Write>) {
    let mut batch = Vec::new();
    while let Some(first) = inbox.blocking_recv() {
        batch.push(first);
        while batch.len() < MOST_TOGETHER {
            let Ok(next) = inbox.try_recv() else { break };
            batch.push(next);
        }
        match shared.commit(&batch) {
            Ok(kept) => {
                for (write, done) in batch.drain(..).zip(kept) {
                    answer(write, Ok(done));
                }
            },
            Err(error) => {
                tracing::error!(%error, results = batch.len(), "results cannot be kept");
                shared.reopen(true);
                for write in batch.drain(..) {
                    answer(write, Err(error.clone()));
                }
            },
        }
    }
}

fn answer(write: Write, result: Result<WorkDone, LogError>) {
    if write.reply.send(result).is_err() {
        tracing::debug!("nobody waits for a receipt any more");
    }
}
