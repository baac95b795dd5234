//! Values of traces on disk, the longest unused deleted first.

use super::{TraceFailure, MOST_CHUNKS};
use candor_adjudicator::{DType, Layout, Tensor};
use candor_commitments::{Blake2b256, Hash, CHUNK};
use candor_verifier::commit::{Arrangement, CommittedTensor};
use sp_core::H256;
use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::{self, BufWriter, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// Bytes that are arranged, hashed and written at once: whole chunks.
const WINDOW: usize = 1 << 20;

/// A tensor of a trace, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Element type.
    pub dtype: DType,
    /// Shape in the committed order.
    pub dims: Vec<u64>,
    /// Hash of every chunk.
    pub leaves: Vec<Hash>,
}

struct Value {
    dtype: DType,
    dims: Vec<u64>,
    /// Bytes of the tensor; the hashes of its chunks follow them in the file.
    bytes: u64,
    chunks: u64,
    used: u64,
}

impl Value {
    const fn size(&self) -> u64 {
        self.bytes + self.chunks * 32
    }
}

#[derive(Default)]
struct Values {
    all: BTreeMap<(H256, u32), Value>,
    total: u64,
    clock: u64,
}

/// The values on disk.
pub(super) struct Spill {
    folder: PathBuf,
    quota: u64,
    values: Mutex<Values>,
}

impl Spill {
    /// In `folder`, which is emptied: what an earlier engine left there can be made again.
    pub(super) fn open(folder: &Path, quota: u64) -> io::Result<Self> {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => fs::create_dir_all(folder)?,
        }
        Ok(Self { folder: folder.to_owned(), quota, values: Mutex::default() })
    }

    pub(super) const fn quota(&self) -> u64 {
        self.quota
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Values> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path(&self, receipt: H256, position: u32) -> PathBuf {
        self.folder.join(format!("{}-{position}", hex::encode(receipt)))
    }

    pub(super) fn has(&self, receipt: H256, position: u32) -> bool {
        self.lock().all.contains_key(&(receipt, position))
    }

    /// Delete what was not used for longest until `bytes` more fit.
    pub(super) fn make_room(&self, bytes: u64) -> Result<(), TraceFailure> {
        if bytes > self.quota {
            let reason = format!("the value takes {bytes} bytes of disk, --trace-disk allows {}", self.quota);
            return Err(TraceFailure::Space(reason));
        }
        let mut values = self.lock();
        while values.total.saturating_add(bytes) > self.quota {
            let oldest = values.all.iter().min_by_key(|(_, v)| v.used).map(|(key, _)| *key);
            let Some((receipt, position)) = oldest else { break };
            if let Some(gone) = values.all.remove(&(receipt, position)) {
                values.total = values.total.saturating_sub(gone.size());
            }
            fs::remove_file(self.path(receipt, position)).map_err(machine)?;
        }
        Ok(())
    }

    /// Write a tensor in one of its layouts. Its root must be `expected`: what was committed to before.
    pub(super) fn keep(
        &self,
        receipt: H256,
        position: u32,
        layout: Layout,
        tensor: &Tensor<'_>,
        expected: &Hash,
    ) -> Result<(), TraceFailure> {
        if self.has(receipt, position) {
            return Ok(());
        }
        let arrangement = Arrangement::new(&tensor.header, layout);
        let path = self.path(receipt, position);
        let mut out = BufWriter::new(File::create(&path).map_err(machine)?);
        let mut leaves: Vec<Hash> = Vec::new();
        let mut from = 0;
        loop {
            let to = (from + WINDOW).min(tensor.data.len());
            let part = arrangement.bytes(tensor.data, from, to);
            leaves.extend(candor_commitments::chunk_hashes::<Blake2b256>(&part));
            out.write_all(&part).map_err(machine)?;
            from = to;
            if from >= tensor.data.len() {
                break;
            }
        }
        for leaf in &leaves {
            out.write_all(leaf).map_err(machine)?;
        }
        out.flush().map_err(machine)?;
        let committed = CommittedTensor::from_leaves(tensor.header.dtype, arrangement.dims, leaves);
        if committed.root != *expected {
            fs::remove_file(&path).map_err(machine)?;
            return Err(TraceFailure::Changed);
        }
        let mut values = self.lock();
        values.clock += 1;
        let value = Value {
            dtype: committed.dtype,
            bytes: committed.byte_len(),
            chunks: committed.chunks(),
            dims: committed.dims,
            used: values.clock,
        };
        values.total += value.size();
        values.all.insert((receipt, position), value);
        Ok(())
    }

    /// Type, shape and chunk hashes of a value that is here.
    pub(super) fn shown(&self, receipt: H256, position: u32) -> Result<Shown, TraceFailure> {
        let (dtype, dims, from, count) =
            self.look(receipt, position, |v| (v.dtype, v.dims.clone(), v.bytes, v.chunks))?;
        let bytes = self.read(receipt, position, from, count * 32)?;
        Ok(Shown { dtype, dims, leaves: bytes.as_chunks::<32>().0.to_vec() })
    }

    /// Bytes of chunks of a value that is here.
    pub(super) fn chunks(&self, receipt: H256, position: u32, first: u64, count: u64) -> Result<Vec<u8>, TraceFailure> {
        let (bytes, chunks) = self.look(receipt, position, |v| (v.bytes, v.chunks))?;
        let end = first.checked_add(count).filter(|end| *end <= chunks && (1..=MOST_CHUNKS).contains(&count));
        let end = end.ok_or(TraceFailure::Range(chunks))?;
        let from = first * CHUNK as u64;
        self.read(receipt, position, from, (end * CHUNK as u64).min(bytes).saturating_sub(from))
    }

    fn look<T>(&self, receipt: H256, position: u32, of: impl FnOnce(&Value) -> T) -> Result<T, TraceFailure> {
        let mut values = self.lock();
        values.clock += 1;
        let now = values.clock;
        let value = values.all.get_mut(&(receipt, position));
        let value = value.ok_or_else(|| TraceFailure::Machine("the value was deleted meanwhile".into()))?;
        value.used = now;
        Ok(of(value))
    }

    fn read(&self, receipt: H256, position: u32, from: u64, len: u64) -> Result<Vec<u8>, TraceFailure> {
        let mut file = File::open(self.path(receipt, position)).map_err(machine)?;
        file.seek(SeekFrom::Start(from)).map_err(machine)?;
        let mut bytes = vec![0; usize::try_from(len).map_err(|e| TraceFailure::Machine(e.to_string()))?];
        file.read_exact(&mut bytes).map_err(machine)?;
        Ok(bytes)
    }
}

fn machine(error: io::Error) -> TraceFailure {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => TraceFailure::Space(error.to_string()),
        _ => TraceFailure::Machine(error.to_string()),
    }
}
