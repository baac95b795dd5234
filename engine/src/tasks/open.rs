//! Parts of a trace as the chain takes them.

use super::TaskRefusal;
use crate::traces::{Run, TraceFailure};
use candor_adjudicator::{
    evidence::{HashesOpening, Range, TensorOpening},
    Place,
};
use candor_commitments::{Hash, TAG_TRACE};
use candor_primitives::worker::{Demand, MAX_DEMANDED_CHUNKS, MAX_DEMANDED_HASHES};
use candor_verifier::commit::{Arrangement, CommittedTensor, RootList};
use codec::Encode;
use sp_core::H256;

/// Position, first chunk and number of chunks of a demand.
pub(super) fn range(demand: &Demand) -> (u32, u64, u64) {
    match *demand {
        Demand::Hashes { position, first, count } => (position, first, count.min(MAX_DEMANDED_HASHES).into()),
        Demand::Chunks { position, first, count } => (position, first, count.min(MAX_DEMANDED_CHUNKS).into()),
    }
}

/// Open a part of the trace with these roots: the value is made again.
pub(super) fn open(run: &mut Run, roots: &[H256], part: &Demand) -> Result<Vec<u8>, TaskRefusal> {
    let list = RootList::new(TAG_TRACE, roots.iter().map(|r| r.0).collect());
    let (position, first, count) = range(part);
    let (value, _) = run.judged.value_at(position).ok_or(TaskRefusal::Part)?;
    let root = *list.roots().get(position as usize).ok_or(TaskRefusal::Part)?;
    if root == Hash::default() {
        return Err(TraceFailure::Unmade(value).into());
    }
    match opened(run, value, &list, position, first, count, part) {
        Err(TaskRefusal::Trace(TraceFailure::Failed(_))) if run.fails.is_none() => {
            run.find_failure()?;
            opened(run, value, &list, position, first, count, part)
        },
        other => other,
    }
}

fn opened(
    run: &Run,
    value: usize,
    list: &RootList,
    position: u32,
    first: u64,
    count: u64,
    part: &Demand,
) -> Result<Vec<u8>, TaskRefusal> {
    let mut found = None;
    run.values(&[value], &mut |at, layout, tensor| {
        if at == position {
            let committed = CommittedTensor::new(&tensor.header, tensor.data, layout);
            let count = committed.chunks().saturating_sub(first).min(count);
            let (from, to) = if count == 0 { (0, 0) } else { committed.span(first, count) };
            let arrangement = Arrangement::new(&tensor.header, layout);
            let bytes = arrangement.bytes(tensor.data, from as usize, to as usize).into_owned();
            found = Some((committed, count, bytes));
        }
        Ok(())
    })?;
    let (committed, there, bytes) = found.ok_or(TaskRefusal::Part)?;
    if list.roots().get(position as usize) != Some(&committed.root) {
        return Err(TraceFailure::Changed.into());
    }
    let proof = list.proof(position).ok_or(TaskRefusal::Part)?;
    let range = if there == 0 { None } else { committed.proof(first, there) };
    let (count, dtype, data) = (list.count(), committed.dtype, committed.data);
    Ok(match part {
        Demand::Hashes { .. } => {
            let hashes = committed.leaves.iter().skip(usize::try_from(first).unwrap_or(usize::MAX));
            let hashes = hashes.take(there as usize).copied().collect();
            let (dims, range) = (committed.dims, range.unwrap_or_default());
            HashesOpening { position, count, dtype, dims, data, first, hashes, range, proof }.encode()
        },
        Demand::Chunks { .. } => {
            let ranges = range.map(|proof| Range { first, bytes, proof }).into_iter().collect();
            let (place, dims) = (Place::Trace, committed.dims);
            TensorOpening { place, position, count, dtype, dims, data, ranges, proof }.encode()
        },
    })
}
