//! The file of a session: everything that was said in it, appended.
//!
//! A record is a head (SCALE, with a check sum) and, for inputs, their bytes. What is appended survives the death of the process;
//! [`CallLog::durable`] makes it survive that of the machine, many records at a time. Beside it lies a table with the hash
//! of each call's receipt and where its record is, by index: it is made from the file and only saves memory.

use candor_commitments::{Blake2b256, Hash, Hasher};
use candor_gateway::TensorData;
use candor_primitives::{session::SessionTerms, tensor::Shape, DType, SignedReceipt, SignedVoucher, Units, WorkerKey};
use codec::{Decode, DecodeLimit, Encode};
use sp_core::H256;
use std::{
    fs::{File, OpenOptions},
    future::Future,
    io::{self, BufReader, Read, Seek, SeekFrom},
    os::unix::fs::FileExt,
    path::Path,
    sync::{
        atomic::{AtomicBool, AtomicU64, Ordering},
        Arc, Mutex, PoisonError,
    },
};
use tokio::sync::watch;

/// Bytes before a head: its length, the length of what follows it, and the first bytes of their hash.
const PREFIX: usize = 4 + 8 + 8;
/// Longest head.
const MAX_HEAD: u32 = 1 << 20;
/// Bytes of a call in the table: hash of its receipt, place of its record.
const SLOT: u64 = 40;
/// Deepest nesting of what is decoded.
const DEPTH: u32 = 32;
/// A record of so many bytes is put together for one write; of a longer one the bytes of inputs are not copied.
const TOGETHER: usize = 64 << 10;

/// What is said in a session.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Head {
    /// The session as the chain has it, seen by this process, on a machine that was started then.
    #[codec(index = 0)]
    Terms {
        /// Its terms.
        terms: SessionTerms,
        /// Key of its host.
        worker: Option<WorkerKey>,
    },
    /// The file was opened.
    #[codec(index = 1)]
    Opened {
        /// Which start of the machine it was.
        boot: Vec<u8>,
    },
    /// A call was taken. Its inputs follow.
    #[codec(index = 2)]
    Input {
        /// Index.
        index: u32,
        /// Root of the list of inputs.
        root: H256,
        /// The inputs.
        tensors: Vec<InputHead>,
    },
    /// A call was answered.
    #[codec(index = 3)]
    Answer(Box<Answer>),
    /// A voucher came.
    #[codec(index = 4)]
    Voucher(SignedVoucher),
    /// The session takes no calls any more.
    #[codec(index = 5)]
    Closed,
    /// The host signed its last voucher: whatever the chain says, it takes no calls any more.
    #[codec(index = 6)]
    Agreed,
}

/// An input, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct InputHead {
    dtype: DType,
    shape: Shape,
    bytes: u64,
}

/// What was answered to a call.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Answer {
    /// Index.
    pub(crate) index: u32,
    /// Where its inputs are.
    pub(crate) input: u64,
    /// Units.
    pub(crate) units: Units,
    /// The signed receipt.
    pub(crate) receipt: SignedReceipt,
    /// Roots of the outputs.
    pub(crate) outputs: Vec<H256>,
}

/// How far the file is on the disk.
struct Durable {
    synced: u64,
    /// How far somebody waits for it.
    wanted: u64,
    syncing: bool,
    failed: bool,
}

/// The file of a session.
pub(crate) struct CallLog {
    file: File,
    table: File,
    end: Mutex<u64>,
    written: AtomicU64,
    durable: Mutex<Durable>,
    changes: watch::Sender<u64>,
    dirty: AtomicBool,
}

impl CallLog {
    /// Open or create the files in a folder; tells `each` what they hold, with its place.
    pub(crate) fn open(folder: &Path, mut each: impl FnMut(u64, Head)) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let options = || OpenOptions::new().read(true).write(true).create(true).truncate(false).clone();
        let file = options().open(folder.join("calls"))?;
        let table = options().open(folder.join("table"))?;
        table.set_len(0)?;
        let log = Self {
            file,
            table,
            end: Mutex::new(0),
            written: AtomicU64::new(0),
            durable: Mutex::new(Durable { synced: 0, wanted: 0, syncing: false, failed: false }),
            changes: watch::channel(0).0,
            dirty: AtomicBool::new(false),
        };
        let end = log.scan(&mut each)?;
        log.cut(folder, end)?;
        *log.end.lock().unwrap_or_else(PoisonError::into_inner) = end;
        log.written.store(end, Ordering::Release);
        log.dirty.store(true, Ordering::Release);
        if let Some(parent) = folder.parent() {
            File::open(folder)?.sync_all()?;
            File::open(parent)?.sync_all()?;
        }
        Ok(log)
    }

    /// Cut off what follows a record that is not whole: it broke off when the machine died, and was never answered. Kept aside
    /// all the same, should it be the disk that is damaged.
    fn cut(&self, folder: &Path, end: u64) -> io::Result<()> {
        let whole = self.file.metadata()?.len();
        if whole > end {
            let aside = folder.join(format!("torn-{end}"));
            tracing::warn!(file = %aside.display(), bytes = whole - end, "the file of a session broke off");
            let mut tail = BufReader::new(&self.file);
            tail.seek(SeekFrom::Start(end))?;
            io::copy(&mut tail, &mut File::create(aside)?)?;
            self.file.set_len(end)?;
        }
        Ok(())
    }

    fn scan(&self, each: &mut impl FnMut(u64, Head)) -> io::Result<u64> {
        let whole = self.file.metadata()?.len();
        let mut reader = BufReader::with_capacity(1 << 16, &self.file);
        reader.seek(SeekFrom::Start(0))?;
        let mut at = 0u64;
        while let Some((head, length)) = next(&mut reader)? {
            let after = at.saturating_add(length);
            if after > whole {
                break;
            }
            let data = data_bytes(&head);
            reader.seek_relative(i64::try_from(data).map_err(io::Error::other)?)?;
            if let Head::Answer(answer) = &head {
                self.note(answer.index, &answer.receipt.receipt.hash::<Blake2b256>().0, at)?;
            }
            each(at, head);
            at = after;
        }
        Ok(at)
    }

    /// Append a record; it is there if the process dies after this. Answers its place.
    pub(crate) fn append(&self, head: &Head, data: &[TensorData]) -> io::Result<u64> {
        let body = head.encode();
        let follows: usize = data.iter().map(|t| t.data.len()).sum();
        let whole = (PREFIX + body.len()).saturating_add(follows);
        let mut bytes = Vec::with_capacity(whole.min(TOGETHER));
        bytes.extend_from_slice(&u32::try_from(body.len()).map_err(io::Error::other)?.to_le_bytes());
        bytes.extend_from_slice(&(follows as u64).to_le_bytes());
        bytes.extend_from_slice(&check(&bytes, &body));
        bytes.extend_from_slice(&body);
        let (together, alone) = if whole <= TOGETHER { (data, &[][..]) } else { (&[][..], data) };
        together.iter().for_each(|tensor| bytes.extend_from_slice(&tensor.data));
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let at = *end;
        self.file.write_all_at(&bytes, at)?;
        let mut to = at + bytes.len() as u64;
        for tensor in alone {
            self.file.write_all_at(&tensor.data, to)?;
            to += tensor.data.len() as u64;
        }
        *end = to;
        self.written.store(to, Ordering::Release);
        self.dirty.store(true, Ordering::Release);
        Ok(at)
    }

    /// Note where the answer of a call is.
    pub(crate) fn note(&self, index: u32, hash: &Hash, at: u64) -> io::Result<()> {
        let mut slot = [0u8; SLOT as usize];
        let (hashed, place) = slot.split_at_mut(32);
        hashed.copy_from_slice(hash);
        // No place is 0: the file begins with something else.
        place.copy_from_slice(&at.to_le_bytes());
        self.table.write_all_at(&slot, u64::from(index) * SLOT)
    }

    /// Hash and place of the answer of a call.
    pub(crate) fn slot(&self, index: u32) -> io::Result<Option<(Hash, u64)>> {
        Ok(self.slots(index, 1)?.and_then(|slots| slots.first().copied()))
    }

    /// Hashes and places of the answers of `count` calls from `first`; nothing if one of them is missing.
    pub(crate) fn slots(&self, first: u32, count: u32) -> io::Result<Option<Vec<(Hash, u64)>>> {
        let mut bytes = vec![0u8; count as usize * SLOT as usize];
        match self.table.read_exact_at(&mut bytes, u64::from(first) * SLOT) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            other => other?,
        }
        let slots = bytes.as_chunks::<{ SLOT as usize }>().0.iter().map(|slot| {
            let (hash, place) = slot.split_first_chunk::<32>()?;
            let place = u64::from_le_bytes(place.try_into().ok()?);
            (place > 0).then_some((*hash, place))
        });
        Ok(slots.collect())
    }

    /// The answer of a call.
    pub(crate) fn answer(&self, index: u32) -> io::Result<Option<Answer>> {
        let Some((_, at)) = self.slot(index)? else { return Ok(None) };
        match self.read(at)?.0 {
            Head::Answer(answer) if answer.index == index => Ok(Some(*answer)),
            _ => Err(io::Error::other("the table of answers does not fit the file")),
        }
    }

    /// The inputs at a place.
    pub(crate) fn inputs(&self, at: u64) -> io::Result<Vec<TensorData>> {
        let (Head::Input { tensors, .. }, mut from) = self.read(at)? else {
            return Err(io::Error::other("there are no inputs at this place"));
        };
        let mut inputs = Vec::with_capacity(tensors.len());
        for tensor in tensors {
            let mut data = vec![0u8; usize::try_from(tensor.bytes).map_err(io::Error::other)?];
            self.file.read_exact_at(&mut data, from)?;
            from += tensor.bytes;
            inputs.push(TensorData { dtype: tensor.dtype, shape: tensor.shape, data: data.into() });
        }
        Ok(inputs)
    }

    /// The head at a place, and the place of what follows it.
    fn read(&self, at: u64) -> io::Result<(Head, u64)> {
        let mut prefix = [0u8; PREFIX];
        self.file.read_exact_at(&mut prefix, at)?;
        let (length, ..) = parts(&prefix);
        let mut body = vec![0u8; length.min(MAX_HEAD) as usize];
        self.file.read_exact_at(&mut body, at + PREFIX as u64)?;
        let head = head(&prefix, &body).ok_or_else(|| io::Error::other("the file of a session is damaged"))?;
        Ok((head, at + PREFIX as u64 + body.len() as u64))
    }

    /// Bring everything that is written now to the disk, from this moment on; the result is there once it has come. Whoever wants
    /// it at the same time shares the work.
    pub(crate) fn durable(self: &Arc<Self>) -> impl Future<Output = io::Result<()>> {
        let (log, wanted) = (self.clone(), self.written.load(Ordering::Acquire));
        let mut changes = self.changes.subscribe();
        let start = {
            let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
            durable.wanted = durable.wanted.max(wanted);
            !durable.failed && durable.synced < wanted && !std::mem::replace(&mut durable.syncing, true)
        };
        if start {
            let log = self.clone();
            tokio::task::spawn_blocking(move || log.sync());
        }
        async move {
            loop {
                {
                    let durable = log.durable.lock().unwrap_or_else(PoisonError::into_inner);
                    if durable.failed {
                        return Err(io::Error::other("the disk did not take what was written"));
                    }
                    if durable.synced >= wanted {
                        return Ok(());
                    }
                }
                changes.changed().await.map_err(io::Error::other)?;
            }
        }
    }

    /// Bring to the disk what is not there yet, if that is anything and nobody is at it.
    pub(crate) fn flush(&self) {
        if !self.dirty.load(Ordering::Acquire) {
            return;
        }
        let idle = {
            let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
            !std::mem::replace(&mut durable.syncing, true)
        };
        if idle {
            self.sync();
        }
    }

    fn sync(&self) {
        while self.sync_once() {}
    }

    /// Says whether somebody waits for more by now.
    fn sync_once(&self) -> bool {
        self.dirty.store(false, Ordering::Release);
        let written = self.written.load(Ordering::Acquire);
        let result = self.file.sync_data();
        let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Ok(()) => durable.synced = durable.synced.max(written),
            Err(error) => {
                // What was written since the last time may be lost, and the system says so only once.
                tracing::error!(%error, "a session cannot be kept; it takes no calls until the engine starts again");
                durable.failed = true;
            },
        }
        durable.syncing = !durable.failed && durable.wanted > durable.synced;
        let more = durable.syncing;
        drop(durable);
        self.changes.send_modify(|n| *n = n.wrapping_add(1));
        more
    }
}

/// What is written of inputs before their bytes.
pub(crate) fn input_heads(inputs: &[TensorData]) -> Vec<InputHead> {
    let head = |t: &TensorData| InputHead { dtype: t.dtype, shape: t.shape.clone(), bytes: t.data.len() as u64 };
    inputs.iter().map(head).collect()
}

fn data_bytes(head: &Head) -> u64 {
    match head {
        Head::Input { tensors, .. } => tensors.iter().fold(0u64, |sum, t| sum.saturating_add(t.bytes)),
        _ => 0,
    }
}

fn check(lengths: &[u8], body: &[u8]) -> [u8; 8] {
    let hash = Blake2b256::hash(&[lengths, body].concat());
    hash.first_chunk::<8>().copied().unwrap_or_default()
}

/// Length of the head, length of what follows it.
fn parts(prefix: &[u8; PREFIX]) -> (u32, u64) {
    let [a, b, c, d, rest @ ..] = prefix;
    let follows = rest.first_chunk::<8>().copied().unwrap_or_default();
    (u32::from_le_bytes([*a, *b, *c, *d]), u64::from_le_bytes(follows))
}

fn head(prefix: &[u8; PREFIX], body: &[u8]) -> Option<Head> {
    let (lengths, sum) = prefix.split_at_checked(12)?;
    if check(lengths, body) != sum {
        return None;
    }
    let head = Head::decode_all_with_depth_limit(DEPTH, &mut &*body).ok()?;
    (data_bytes(&head) == parts(prefix).1).then_some(head)
}

/// The next record's head and the length of the record; nothing at the end, or where the file broke off.
fn next(reader: &mut impl Read) -> io::Result<Option<(Head, u64)>> {
    let mut prefix = [0u8; PREFIX];
    let ended = |error: &io::Error| error.kind() == io::ErrorKind::UnexpectedEof;
    match reader.read_exact(&mut prefix) {
        Err(error) if ended(&error) => return Ok(None),
        other => other?,
    }
    let (length, follows) = parts(&prefix);
    if length > MAX_HEAD {
        return Ok(None);
    }
    let mut body = vec![0u8; length as usize];
    match reader.read_exact(&mut body) {
        Err(error) if ended(&error) => return Ok(None),
        other => other?,
    }
    let record = (PREFIX as u64 + u64::from(length)).saturating_add(follows);
    Ok(head(&prefix, &body).map(|head| (head, record)))
}
