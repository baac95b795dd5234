//! What a host has shown of its trace so far: on chain, and over HTTP.

use candor_adjudicator::{
    evidence::{HashesOpening, TensorOpening},
    DType, Header,
};
use candor_commitments::{chunk_count, chunk_hashes, Blake2b256, Hash, CHUNK, TAG_TRACE};
use candor_primitives::worker::{Demand, MAX_DEMANDED_CHUNKS, MAX_DEMANDED_HASHES};
use candor_verifier::{
    audit::host::{self, HostTrace, Withheld},
    commit::{CommittedTensor, RootList},
};
use codec::DecodeLimit;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Deepest nesting of what is decoded.
const DEPTH: u32 = 8;

/// What is known of one tensor.
#[derive(Clone, Debug)]
struct Part {
    dtype: DType,
    dims: Vec<u64>,
    /// Root of the bytes.
    data: Hash,
    hashes: BTreeMap<u64, Hash>,
    chunks: BTreeMap<u64, Vec<u8>>,
}

impl Part {
    fn chunk_count(&self) -> u64 {
        Header::new(self.dtype, self.dims.clone())
            .and_then(|h| h.count().checked_mul(self.dtype.size() as u64))
            .map_or(0, chunk_count)
    }
}

#[derive(Default)]
struct Known {
    parts: BTreeMap<u32, Part>,
    /// What was asked for last and is not known.
    missing: Option<Demand>,
}

/// A trace as far as it was shown. Whatever else is asked for is withheld, and noted.
pub(super) struct ShownTrace {
    roots: Vec<Hash>,
    trace: Hash,
    /// Chunks of the tensor at a position in the auditor's own run: how much to demand of one whose size is not known.
    expected: BTreeMap<u32, u64>,
    known: Mutex<Known>,
}

impl ShownTrace {
    /// With these roots, and nothing else yet. `expected`: chunks at each position in the auditor's own run.
    pub(super) fn new(roots: Vec<Hash>, expected: BTreeMap<u32, u64>) -> Self {
        let trace = RootList::new(TAG_TRACE, roots.clone()).root();
        Self { roots, trace, expected, known: Mutex::default() }
    }

    /// Root of the trace.
    pub(super) const fn root(&self) -> Hash {
        self.trace
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was asked for last and was not known.
    pub(super) fn missing(&self) -> Option<Demand> {
        self.lock().missing.take()
    }

    /// Take what was opened on chain; `false` if it does not answer the demand.
    pub(super) fn opened(&self, demand: &Demand, bytes: &[u8]) -> bool {
        let (position, first, count) = super::open::range(demand);
        let mut bytes = bytes;
        match demand {
            Demand::Hashes { .. } => {
                let Ok(o) = HashesOpening::decode_all_with_depth_limit(DEPTH, &mut bytes) else { return false };
                if o.answers::<Blake2b256>(&self.trace, position, first, count).is_err() {
                    return false;
                }
                let hashes = (first..).zip(o.hashes).collect();
                self.add(
                    position,
                    Part { dtype: o.dtype, dims: o.dims, data: o.data, hashes, chunks: BTreeMap::new() },
                );
            },
            Demand::Chunks { .. } => {
                let Ok(o) = TensorOpening::decode_all_with_depth_limit(DEPTH, &mut bytes) else { return false };
                if o.answers::<Blake2b256>(&self.trace, position, first, count).is_err() {
                    return false;
                }
                let bytes = o.ranges.into_iter().next().map(|r| r.bytes);
                let chunks = bytes.map(|bytes| pieces(first, &bytes)).unwrap_or_default();
                self.add(position, part(o.dtype, o.dims, o.data, chunks));
            },
        }
        true
    }

    /// Take all chunk hashes of a tensor as the host gave them over HTTP; they must lead to its root.
    pub(super) fn told(&self, position: u32, tensor: &CommittedTensor) {
        let hashes = (0..).zip(tensor.leaves.iter().copied()).collect();
        let (dtype, dims, data) = (tensor.dtype, tensor.dims.clone(), tensor.data);
        self.add(position, Part { dtype, dims, data, hashes, chunks: BTreeMap::new() });
    }

    /// Take chunks as the host gave them over HTTP, checked by whoever asked.
    pub(super) fn sent(&self, position: u32, tensor: &CommittedTensor, first: u64, bytes: &[u8]) {
        self.add(position, part(tensor.dtype, tensor.dims.clone(), tensor.data, pieces(first, bytes)));
    }

    fn add(&self, position: u32, part: Part) {
        let mut known = self.lock();
        match known.parts.get_mut(&position) {
            None => drop(known.parts.insert(position, part)),
            Some(there) => {
                there.hashes.extend(part.hashes);
                there.chunks.extend(part.chunks);
            },
        }
    }

    /// The tensor at a position, once all its chunk hashes are known.
    pub(super) fn tensor(&self, position: u32) -> Option<std::sync::Arc<CommittedTensor>> {
        let root = self.roots.get(position as usize)?;
        host::tensor(self, position, root).ok()
    }

    fn withhold(&self, demand: Demand) -> Withheld {
        self.lock().missing = Some(demand);
        Withheld(format!("the host has not shown {demand:?} yet"))
    }
}

/// Chunks by their numbers; data without bytes has one empty chunk.
fn pieces(first: u64, bytes: &[u8]) -> BTreeMap<u64, Vec<u8>> {
    match bytes {
        [] => BTreeMap::from([(first, Vec::new())]),
        bytes => (first..).zip(bytes.chunks(CHUNK).map(<[u8]>::to_vec)).collect(),
    }
}

fn part(dtype: DType, dims: Vec<u64>, data: Hash, chunks: BTreeMap<u64, Vec<u8>>) -> Part {
    let hash = |bytes: &Vec<u8>| chunk_hashes::<Blake2b256>(bytes).first().copied().unwrap_or_default();
    let hashes = chunks.iter().map(|(n, bytes)| (*n, hash(bytes))).collect();
    Part { dtype, dims, data, hashes, chunks }
}

impl HostTrace for ShownTrace {
    fn roots(&self) -> Result<Vec<Hash>, Withheld> {
        Ok(self.roots.clone())
    }

    fn header(&self, position: u32) -> Result<(DType, Vec<u64>, Hash), Withheld> {
        let known = self.lock().parts.get(&position).map(|p| (p.dtype, p.dims.clone(), p.data));
        known.ok_or_else(|| {
            let expected = self.expected.get(&position).copied().unwrap_or(1);
            self.withhold(Demand::Hashes { position, first: 0, count: most(expected, MAX_DEMANDED_HASHES) })
        })
    }

    fn leaves(&self, position: u32) -> Result<(DType, Vec<u64>, Vec<Hash>), Withheld> {
        let (dtype, dims, _) = self.header(position)?;
        let (missing, chunks, hashes) = {
            let known = self.lock();
            let Some(part) = known.parts.get(&position) else { return Err(Withheld("it is not known".into())) };
            let chunks = part.chunk_count();
            // No further than a demand at a time: the host chose the shape, and it may be absurd.
            let missing = (0..chunks).find(|n| !part.hashes.contains_key(n));
            (missing, chunks, part.hashes.values().copied().collect())
        };
        match missing {
            None => Ok((dtype, dims, hashes)),
            Some(first) => {
                let count = most(chunks - first, MAX_DEMANDED_HASHES);
                Err(self.withhold(Demand::Hashes { position, first, count }))
            },
        }
    }

    fn chunks(&self, position: u32, first: u64, count: u64) -> Result<Vec<u8>, Withheld> {
        let (mut bytes, mut missing) = (Vec::new(), None);
        {
            let known = self.lock();
            let part = known.parts.get(&position);
            for n in first..first.saturating_add(count) {
                match part.and_then(|p| p.chunks.get(&n)) {
                    Some(chunk) => bytes.extend_from_slice(chunk),
                    None => {
                        missing = Some(n);
                        break;
                    },
                }
            }
        }
        match missing {
            None => Ok(bytes),
            Some(n) => {
                let count = most(first.saturating_add(count) - n, MAX_DEMANDED_CHUNKS);
                Err(self.withhold(Demand::Chunks { position, first: n, count }))
            },
        }
    }
}

fn most(count: u64, most: u32) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).clamp(1, most)
}
