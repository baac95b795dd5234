//! A run in a file: its roots, and the bytes of its values as far as they were kept.
//!
//! Encoding, little-endian: 8 bytes `candort1`; number of roots (u32); the roots (32 bytes each); for each root a slot of
//! 82 bytes: number of the element type (0: not kept), rank, eight dimensions in the committed order (u64 each), where
//! the bytes begin and how many there are (u64 each); then the bytes. A file that holds nothing but roots, one after
//! the other, is read too.

use super::host::{HostTrace, Withheld};
use crate::{
    commit::{Arrangement, RootList},
    judged::Judged,
    roots::{commit_run_with, RootsOptions, RunRoots},
    run::{TraceError, Tracer},
    tensor::OwnedTensor,
};
use candor_adjudicator::{DType, Header, Layout, Tensor, MAX_RANK};
use candor_commitments::{chunk_hashes, Blake2b256, Hash, CHUNK, TAG_TRACE};
use std::{
    fs::File,
    io::{BufWriter, Seek, SeekFrom, Write},
    path::Path,
};

/// First bytes of a trace file.
const MAGIC: [u8; 8] = *b"candort1";
/// Bytes of a slot.
const SLOT: usize = 2 + 8 * MAX_RANK + 16;
/// Bytes that are arranged and written at once.
const WINDOW: usize = 1 << 20;

/// Why a file is no trace.
#[derive(Debug, thiserror::Error)]
pub enum TraceFileError {
    /// The file cannot be read or written.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// The file is neither a trace nor a list of roots.
    #[error("it is no trace: it neither begins with `candort1` nor is a list of roots of 32 bytes each")]
    Format,
    /// The file ends before what it lists.
    #[error("the trace is damaged: it ends early, or lists more than it holds")]
    Damaged,
    /// The run cannot be traced.
    #[error(transparent)]
    Run(#[from] TraceError),
}

/// Where a tensor lies in the file.
#[derive(Clone, Debug, Default)]
struct Slot {
    dtype: u8,
    dims: Vec<u64>,
    offset: u64,
    bytes: u64,
}

impl Slot {
    fn to_bytes(&self) -> [u8; SLOT] {
        let mut bytes = [0u8; SLOT];
        let dims = self.dims.iter().flat_map(|d| d.to_le_bytes());
        let head = [self.dtype, self.dims.len() as u8].into_iter().chain(dims);
        bytes.iter_mut().zip(head).for_each(|(to, from)| *to = from);
        let tail = self.offset.to_le_bytes().into_iter().chain(self.bytes.to_le_bytes());
        bytes.iter_mut().skip(SLOT - 16).zip(tail).for_each(|(to, from)| *to = from);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let word = |at: usize| Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        let (dtype, rank) = (*bytes.first()?, usize::from(*bytes.get(1)?));
        if rank > MAX_RANK {
            return None;
        }
        let dims: Option<Vec<u64>> = (0..rank).map(|n| word(2 + 8 * n)).collect();
        Some(Self { dtype, dims: dims?, offset: word(SLOT - 16)?, bytes: word(SLOT - 8)? })
    }
}

/// A trace read from a file.
#[derive(Debug)]
pub struct TraceFile {
    map: memmap2::Mmap,
    roots: Vec<Hash>,
    slots: Vec<Slot>,
}

impl TraceFile {
    /// Open a file. It is mapped: a trace larger than memory can be read.
    #[allow(unsafe_code)]
    pub fn open(path: &Path) -> Result<Self, TraceFileError> {
        let file = File::open(path)?;
        // SAFETY: the file is only read. If somebody shortens it meanwhile the process may end, as with the model's own
        // files.
        let map = unsafe { memmap2::Mmap::map(&file) }?;
        let (roots, slots) = read(&map)?;
        Ok(Self { map, roots, slots })
    }

    /// Root of the trace.
    pub fn root(&self) -> Hash {
        RootList::new(TAG_TRACE, self.roots.clone()).root()
    }

    fn tensor(&self, position: u32) -> Result<(DType, &Slot, &[u8]), Withheld> {
        let slot = self.slots.get(position as usize).filter(|slot| slot.dtype != 0);
        let slot = slot.ok_or_else(|| Withheld(format!("the trace file does not hold value {position}")))?;
        let damaged = || Withheld(format!("value {position} of the trace file is damaged"));
        let dtype = DType::from_code(i64::from(slot.dtype)).ok_or_else(damaged)?;
        let header = Header::new(dtype, slot.dims.clone()).ok_or_else(damaged)?;
        let fits = header.count().checked_mul(dtype.size() as u64) == Some(slot.bytes);
        let end = slot.offset.checked_add(slot.bytes).filter(|_| fits).ok_or_else(damaged)?;
        let bytes = self.map.get(slot.offset as usize..end as usize).ok_or_else(damaged)?;
        Ok((dtype, slot, bytes))
    }
}

fn read(bytes: &[u8]) -> Result<(Vec<Hash>, Vec<Slot>), TraceFileError> {
    let hashes = |bytes: &[u8]| bytes.as_chunks::<32>().0.to_vec();
    let Some(rest) = bytes.strip_prefix(&MAGIC) else {
        let whole = !bytes.is_empty() && bytes.len().is_multiple_of(32);
        return whole.then(|| (hashes(bytes), Vec::new())).ok_or(TraceFileError::Format);
    };
    let damaged = || TraceFileError::Damaged;
    let (count, rest) = rest.split_at_checked(4).ok_or_else(damaged)?;
    let count = u32::from_le_bytes(count.try_into().map_err(|_| damaged())?) as usize;
    let (roots, rest) = rest.split_at_checked(count.checked_mul(32).ok_or_else(damaged)?).ok_or_else(damaged)?;
    let slots = rest.get(..count.checked_mul(SLOT).ok_or_else(damaged)?).ok_or_else(damaged)?;
    let slots: Option<Vec<Slot>> = slots.chunks_exact(SLOT).map(Slot::from_bytes).collect();
    Ok((hashes(roots), slots.ok_or_else(damaged)?))
}

impl HostTrace for TraceFile {
    fn roots(&self) -> Result<Vec<Hash>, Withheld> {
        Ok(self.roots.clone())
    }

    fn leaves(&self, position: u32) -> Result<(DType, Vec<u64>, Vec<Hash>), Withheld> {
        let (dtype, slot, bytes) = self.tensor(position)?;
        Ok((dtype, slot.dims.clone(), chunk_hashes::<Blake2b256>(bytes)))
    }

    fn chunks(&self, position: u32, first: u64, count: u64) -> Result<Vec<u8>, Withheld> {
        let (_, _, bytes) = self.tensor(position)?;
        let end = first.saturating_add(count).saturating_mul(CHUNK as u64).min(bytes.len() as u64);
        let from = first.saturating_mul(CHUNK as u64);
        let part = bytes.get(from as usize..end as usize);
        part.map(<[u8]>::to_vec).ok_or_else(|| Withheld(format!("value {position} has no chunk {first}")))
    }
}

/// Run a model and write its trace to `path`: the roots, and all values too if `values` asks for it.
pub fn write_trace(
    judged: &Judged,
    tracer: &Tracer<'_>,
    inputs: &[OwnedTensor],
    options: &RootsOptions,
    path: &Path,
    values: bool,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<RunRoots, TraceFileError> {
    let count = judged.graph.trace_roots() as usize;
    let mut slots = vec![Slot::default(); count];
    let mut out = BufWriter::new(File::create(path)?);
    let head = (MAGIC.len() + 4 + count * (32 + SLOT)) as u64;
    out.seek(SeekFrom::Start(head))?;
    let mut offset = head;
    let run = commit_run_with(judged, tracer, inputs, options, progress, &mut |position, layout, tensor| {
        if values {
            let bytes = tensor.data.len() as u64;
            let dims = write_arranged(&mut out, tensor, layout)?;
            let slot = Slot { dtype: tensor.header.dtype.code(), dims, offset, bytes };
            slots.iter_mut().skip(position as usize).take(1).for_each(|s| *s = slot.clone());
            offset += bytes;
        }
        Ok(())
    })?;
    out.seek(SeekFrom::Start(0))?;
    out.write_all(&MAGIC)?;
    out.write_all(&(count as u32).to_le_bytes())?;
    for root in run.list.roots() {
        out.write_all(root)?;
    }
    for slot in &slots {
        out.write_all(&slot.to_bytes())?;
    }
    out.flush()?;
    Ok(run)
}

/// Write a tensor in the order of `layout`; returns its shape in that order.
pub fn write_arranged(out: &mut dyn Write, tensor: &Tensor<'_>, layout: Layout) -> std::io::Result<Vec<u64>> {
    let arrangement = Arrangement::new(&tensor.header, layout);
    let mut from = 0;
    while from < tensor.data.len() {
        let to = (from + WINDOW).min(tensor.data.len());
        out.write_all(&arrangement.bytes(tensor.data, from, to))?;
        from = to;
    }
    Ok(arrangement.dims)
}

#[cfg(test)]
mod tests;
