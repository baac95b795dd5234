//! What an auditor of the host's own profile seals: the outputs of its own run, and a digest that nobody has who did not run
//! the model.
//!
//! Such an auditor decides by the **outputs**: roots equal to the receipt's, or not. That alone would let it answer "right"
//! asleep, so it also shows a sample of what lay in between. A seed that the chain draws for this audit, after the receipt,
//! picks one in sixteen chunks of every value; their hashes are the **digest**. Equal digests of several auditors, or of
//! auditor and host, show that each ran the model. Where outputs or digests differ, the whole trace is committed to
//! ([`crate::roots::commit_run`]): it is made again bit for bit.
//!
//! # Definition
//!
//! `H` is BLAKE2b-256, `||` joins bytes, integers are little-endian.
//!
//! - *Values*: all of the graph ([`Graph::values`](crate::lower::Graph::values)) but those that only carry another one on, made
//!   by Reshape, Flatten, Squeeze, Unsqueeze, Identity, ReorderInput or ReorderOutput (to show them would cost a copy), and
//!   those that hold no tensor that can be judged.
//! - *Chunks of a value*: its bytes as ONNX Runtime holds them, little-endian, row-major or in the blocks of the profile's
//!   kernels ([`Value::blocked`](crate::lower::Value)), cut into 1024 bytes; the last may be shorter, a value without bytes
//!   has one empty chunk. Whatever the value's committed layouts are: only runs of one profile are compared.
//! - *Sample of value v* (its position in the graph's list): chunks are taken in groups of 16,
//!   the last of which may be smaller. Of group g, which has m chunks, the chunk is
//!   `H(0f || seed || v u32 || (g / 32) u32)[g mod 32] mod m`. So every value has at least one.
//! - *Digest*: `H(0e || seed || entries || end)`. One entry a chunk, in the order of values, then of chunks: `v u32 ||
//!   chunk u64 || H(00 || bytes of the chunk)`. End: `00`, or for a run that fails `01 || node u32 || index u64`; the
//!   values are then those before the outputs of that node.
//!
//!
//! ```rust,no_run
//! use candor_verifier::{audit::End, digest::audit_digest, judged::Judged, library::Library, roots::RootsOptions, run::Tracer};
//! # fn audit(judged: &Judged, inputs: &[candor_verifier::tensor::OwnedTensor], seed: [u8; 32]) -> Result<(), Box<dyn std::error::Error>> {
//! let tracer = Tracer::new(Library::load(None)?, &judged.model, &judged.graph, 1);
//! let own = audit_digest(&seed, judged, &tracer, inputs, &RootsOptions::default(), &mut |_, _| ())?;
//! match own.end {
//!     End::Outputs(list) => println!("output root {}, digest {}", hex::encode(list.root()), hex::encode(own.digest)),
//!     End::Failed { node, index } => println!("fails at element {index} of node {node}"),
//! }
//! # Ok(())
//! # }
//! ```

use crate::{
    audit::End,
    commit::{CommittedTensor, Lanes, RootList},
    failure,
    judged::Judged,
    lower::Source,
    roots::{carried, groups, RootsOptions},
    run::{Shown, TraceError, Tracer},
    tensor::{OwnedTensor, TensorError},
};
use candor_adjudicator::Layout;
use candor_commitments::{chunk_count, Blake2b256, Hash, Hasher, CHUNK, TAG_DIGEST, TAG_LEAF, TAG_SAMPLE, TAG_TENSORS};
use rayon::prelude::*;
use std::collections::{HashMap, HashSet};

/// Chunks of which one is hashed.
pub const SAMPLED: u64 = 16;
/// Groups whose chunks one hash draws.
const DRAWN: u64 = 32;
/// Bytes of an entry.
const ENTRY: usize = 44;
/// Groups that one thread takes at once.
const WINDOW: u64 = 256;

/// What an auditor's own run gave.
#[derive(Clone, Debug)]
pub struct AuditDigest {
    /// The seed.
    pub seed: Hash,
    /// How the run ended: the roots of its outputs, or the element at which it provably fails.
    pub end: End,
    /// The digest.
    pub digest: Hash,
    /// Bytes of all values together.
    pub bytes: u64,
    /// Chunks that were hashed for the digest.
    pub chunks: u64,
    /// How often the model ran.
    pub runs: usize,
}

impl AuditDigest {
    /// Root of the outputs; `None` for a run that fails.
    pub fn output_root(&self) -> Option<Hash> {
        match &self.end {
            End::Outputs(list) => Some(list.root()),
            End::Failed { .. } => None,
        }
    }
}

/// Run a model, commit to its outputs, and make the digest of the run for `seed`. `progress` hears of every value: how many
/// are done, and of how many.
///
/// Memory: `options.memory` for values, as for [`crate::roots::commit_run`], and 44 bytes for each chunk of the sample of what
/// is in memory.
///
/// # Errors
///
/// [`TraceError::Run`] if the run fails and no element of the graph is at fault: this machine's own trouble, or a failure that
/// nobody could prove.
pub fn audit_digest(
    seed: &Hash,
    judged: &Judged,
    tracer: &Tracer<'_>,
    inputs: &[OwnedTensor],
    options: &RootsOptions,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<AuditDigest, TraceError> {
    let carried = carried(judged);
    let outputs: HashSet<usize> = judged.graph.outputs.iter().filter_map(value).collect();
    let shown = (0..judged.graph.values.len()).filter(|v| !carried.contains_key(v) || outputs.contains(v));
    let whole = groups(judged, tracer, inputs, options.memory, shown);
    let ran = run(seed, judged, &whole, progress, |group, sink| tracer.run_shown(inputs, group, sink));
    let error = match ran {
        Err(TraceError::Run(error)) => error,
        ran => {
            let (sample, outputs, runs) = ran?;
            let end = End::Outputs(RootList::new(TAG_TENSORS, outputs_in_order(judged, &outputs)?));
            return Ok(sample.finish(end, runs));
        },
    };
    let found = failure::find(judged, tracer, inputs, failure::named(&judged.graph, &error))?;
    let Some(failure::Failure { node, index }) = found else { return Err(TraceError::Run(error)) };
    let before = failure::values_before(&judged.graph, node as usize);
    let shown = (0..before).filter(|v| !carried.contains_key(v));
    let groups = groups(judged, tracer, inputs, options.memory, shown);
    let (sample, _, runs) =
        run(seed, judged, &groups, progress, |group, sink| tracer.run_before(node as usize, inputs, group, sink))?;
    Ok(sample.finish(End::Failed { node, index }, runs))
}

/// Receives the values of a run.
type Sink<'s> = &'s mut dyn FnMut(&[Shown<'_>]) -> crate::run::SinkResult;

/// Sample, roots of the graph's outputs by position, number of runs.
type Ran = (Sample, HashMap<usize, Hash>, usize);

fn run(
    seed: &Hash,
    judged: &Judged,
    groups: &[Vec<usize>],
    progress: &mut dyn FnMut(usize, usize),
    mut model: impl FnMut(&[usize], Sink<'_>) -> Result<(), TraceError>,
) -> Result<Ran, TraceError> {
    let mut sample = Sample::new(*seed);
    let carried = carried(judged);
    let mut outputs = HashMap::new();
    let (mut done, all) = (0, groups.iter().map(Vec::len).sum());
    for group in groups {
        model(group, &mut |shown| {
            let mut shown: Vec<&Shown<'_>> = shown.iter().collect();
            shown.sort_by_key(|s| s.position);
            let own: Vec<&Shown<'_>> = shown.iter().filter(|s| !carried.contains_key(&s.position)).copied().collect();
            sample.take(&own);
            for s in shown {
                if judged.graph.outputs.contains(&Source::Value(s.position)) {
                    let (header, data) = (&s.tensor.header, s.tensor.data);
                    let committed = CommittedTensor::of(header, data, s.blocked, Layout::Natural);
                    outputs.insert(s.position, committed.ok_or(TensorError::Bytes)?.root);
                }
                done += 1;
                progress(done, all);
            }
            Ok(())
        })?;
    }
    Ok((sample, outputs, groups.len()))
}

fn outputs_in_order(judged: &Judged, roots: &HashMap<usize, Hash>) -> Result<Vec<Hash>, TraceError> {
    let root = |(number, source): (usize, &Source)| {
        let root = value(source).and_then(|value| roots.get(&value).copied());
        root.ok_or_else(|| TraceError::Call(format!("output {number} of the graph is no tensor that can be judged")))
    };
    judged.graph.outputs.iter().enumerate().map(root).collect()
}

fn value(source: &Source) -> Option<usize> {
    match source {
        Source::Value(value) => Some(*value),
        Source::Weight(_) => None,
    }
}

/// The chunks of a value that the sample has: one of every sixteen.
pub fn sampled(seed: &Hash, value: u32, chunks: u64) -> impl Iterator<Item = u64> {
    picked(*seed, value, chunks, 0, chunks.div_ceil(SAMPLED))
}

/// Those of some of its groups.
fn picked(seed: Hash, value: u32, chunks: u64, from: u64, to: u64) -> impl Iterator<Item = u64> {
    let mut drawn: Option<(u64, Hash)> = None;
    (from..to).map(move |group| {
        let first = group * SAMPLED;
        let count = (chunks - first).min(SAMPLED);
        let number = group / DRAWN;
        let bytes = match drawn {
            Some((of, bytes)) if of == number => bytes,
            _ => draw(&seed, value, number as u32),
        };
        drawn = Some((number, bytes));
        let byte = bytes.get((group % DRAWN) as usize).copied().unwrap_or_default();
        first + u64::from(byte) % count.max(1)
    })
}

fn draw(seed: &Hash, value: u32, number: u32) -> Hash {
    let mut bytes = [TAG_SAMPLE; 41];
    bytes[1..33].copy_from_slice(seed);
    bytes[33..37].copy_from_slice(&value.to_le_bytes());
    bytes[37..].copy_from_slice(&number.to_le_bytes());
    Blake2b256::hash(&bytes)
}

/// A digest as it grows.
struct Sample {
    seed: Hash,
    state: blake2b_simd::State,
    bytes: u64,
    chunks: u64,
}

impl Sample {
    fn new(seed: Hash) -> Self {
        let mut state = blake2b_simd::Params::new().hash_length(32).to_state();
        state.update(&[TAG_DIGEST]).update(&seed);
        Self { seed, state, bytes: 0, chunks: 0 }
    }

    /// Add values, in the order of their positions, on all threads of the current pool.
    fn take(&mut self, shown: &[&Shown<'_>]) {
        let mut jobs = Vec::new();
        for s in shown {
            let data = s.tensor.data;
            let chunks = chunk_count(data.len() as u64);
            let groups = chunks.div_ceil(SAMPLED);
            let windows = (0..groups).step_by(WINDOW as usize).map(|from| (from, groups.min(from + WINDOW)));
            jobs.extend(windows.map(|(from, to)| (s.position as u32, data, chunks, from, to)));
            self.bytes += data.len() as u64;
        }
        let seed = self.seed;
        let hash = |(value, data, chunks, from, to): (u32, &[u8], u64, u64, u64)| {
            let chosen: Vec<u64> = picked(seed, value, chunks, from, to).collect();
            entries(value, data, &chosen)
        };
        for entries in jobs.into_par_iter().map(hash).collect::<Vec<_>>() {
            self.chunks += (entries.len() / ENTRY) as u64;
            self.state.update(&entries);
        }
    }

    fn finish(mut self, end: End, runs: usize) -> AuditDigest {
        match &end {
            End::Outputs(_) => self.state.update(&[0]),
            End::Failed { node, index } => {
                self.state.update(&[1]).update(&node.to_le_bytes()).update(&index.to_le_bytes())
            },
        };
        let mut digest = [0; 32];
        digest.copy_from_slice(self.state.finalize().as_bytes());
        AuditDigest { seed: self.seed, end, digest, bytes: self.bytes, chunks: self.chunks, runs }
    }
}

/// Entries of some chunks of a value.
fn entries(value: u32, data: &[u8], chunks: &[u64]) -> Vec<u8> {
    let chunk = |n: &u64| {
        let from = (*n as usize * CHUNK).min(data.len());
        data.get(from..(from + CHUNK).min(data.len())).unwrap_or_default()
    };
    let views: Vec<&[u8]> = chunks.iter().map(chunk).collect();
    let mut leaves = Vec::with_capacity(views.len());
    Lanes::hash_tagged(TAG_LEAF, &views, &mut leaves);
    let mut entries = Vec::with_capacity(leaves.len() * ENTRY);
    for (chunk, leaf) in chunks.iter().zip(leaves) {
        entries.extend_from_slice(&value.to_le_bytes());
        entries.extend_from_slice(&chunk.to_le_bytes());
        entries.extend_from_slice(&leaf);
    }
    entries
}

#[cfg(test)]
mod tests;
