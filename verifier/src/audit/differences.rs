//! Which elements of a host's value an auditor judges: those that differ from its own, foremost those that differ by most.
//!
//! Measured in two ways. By the element itself, as what is computed from one number, or row by row to a relative error, has to
//! be: honest results lie some units in the last place apart. And by the results around it, as sums have to be: where terms
//! cancel, honest ones lie any number of units apart. Honest sums differ by about the square root of the number of roundings times
//! what one of them errs; a bound that no order of operations exceeds is that number times it (Higham and Mary, A New Approach to
//! Probabilistic Rounding Error Analysis, SIAM Journal on Scientific Computing 41, 2019). So what is provably beyond it stands out,
//! in proportion to the numbers that were added; results in the neighbourhood, most of them of the same row or channel, are of
//! their size.

use crate::judge::number;
use candor_adjudicator::DType;
use rayon::prelude::*;

/// An element that differs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Difference {
    /// Its index, row-major.
    pub index: u64,
    /// How far, as a share of the larger of the two.
    alone: f64,
    /// How far, as a share of the mean magnitude of the auditor's elements around it.
    around: f64,
}

impl Difference {
    /// An element that the auditor has nothing to compare with.
    pub const fn unknown(index: u64) -> Self {
        Self { index, alone: 0.0, around: 0.0 }
    }
}

/// Elements that are compared by one worker.
const WINDOW: usize = 1 << 14;
/// Elements in a row that are taken to be of one size, and that are judged by one worker.
pub(super) const RUN: usize = 64;

/// Where the host's value differs from the auditor's own: row-major little-endian bytes of tensors of one type and shape.
pub(super) fn differences(dtype: DType, mine: &[u8], theirs: &[u8]) -> Vec<Difference> {
    let other = |bits| number(dtype, bits).unwrap_or_else(|| dtype.integer(bits) as f64);
    match (dtype, dtype.size()) {
        (DType::Float32, _) => by_value(mine, theirs, |bytes| f64::from(f32::from_le_bytes(bytes))),
        (_, 1) => by_value(mine, theirs, |[byte]| other(u64::from(byte))),
        (_, 2) => by_value(mine, theirs, |bytes| other(u64::from(u16::from_le_bytes(bytes)))),
        (_, 4) => by_value(mine, theirs, |bytes| other(u64::from(u32::from_le_bytes(bytes)))),
        _ => by_value(mine, theirs, |bytes| other(u64::from_le_bytes(bytes))),
    }
}

fn by_value<const N: usize>(
    mine: &[u8],
    theirs: &[u8],
    value: impl Fn([u8; N]) -> f64 + Copy + Sync + Send,
) -> Vec<Difference> {
    let (mine, theirs) = (mine.as_chunks().0, theirs.as_chunks().0);
    let windows = mine.par_chunks(WINDOW).zip(theirs.par_chunks(WINDOW)).enumerate();
    let differing = windows.filter(|(_, (a, b))| a != b).flat_map_iter(|(window, (a, b))| {
        let runs = a.chunks(RUN).zip(b.chunks(RUN)).enumerate().filter(|(_, (a, b))| a != b);
        runs.flat_map(move |(run, (a, b))| in_run(a, b, (window * WINDOW + run * RUN) as u64, value))
    });
    differing.collect()
}

/// The same of one run, the first element of which has the index `first`.
fn in_run<'a, const N: usize>(
    mine: &'a [[u8; N]],
    theirs: &'a [[u8; N]],
    first: u64,
    value: impl Fn([u8; N]) -> f64 + Copy + 'a,
) -> impl Iterator<Item = Difference> + 'a {
    let finite = mine.iter().map(|bytes| value(*bytes).abs()).filter(|value| value.is_finite());
    let (sum, count) = finite.fold((0.0, 0u32), |(sum, count), value| (sum + value, count + 1));
    let around = sum / f64::from(count.max(1));
    let pairs = (first..).zip(mine.iter().zip(theirs)).filter(|(_, (a, b))| a != b);
    pairs.map(move |(index, (a, b))| {
        let (a, b) = (value(*a), value(*b));
        // Two NaN are as good as equal.
        let apart = if a.is_nan() && b.is_nan() { 0.0 } else { (a - b).abs() };
        Difference { index, alone: share(apart, a.abs().max(b.abs())), around: share(apart, around) }
    })
}

/// How much that is of something; without end of nothing, and if one of the numbers is infinite or NaN.
fn share(apart: f64, of: f64) -> f64 {
    match apart / of {
        _ if apart == 0.0 => 0.0,
        share if share.is_nan() => f64::INFINITY,
        share => share,
    }
}

/// At most `most` of the elements, in order: a third of those that differ most for themselves, a third of those that do for their
/// surroundings, the others spread over the rest. And how many were left out.
pub(super) fn choose(mut differing: Vec<Difference>, most: usize) -> (Vec<u64>, u64) {
    let index = |difference: &Difference| difference.index;
    let Some(left @ 1..) = differing.len().checked_sub(most) else {
        return (differing.iter().map(index).collect(), 0);
    };
    let mut chosen = Vec::with_capacity(most);
    for measure in [|d: &Difference| d.alone, |d: &Difference| d.around] {
        let third = most / 3;
        differing.select_nth_unstable_by(third, |a, b| measure(b).total_cmp(&measure(a)));
        let rest = differing.split_off(third);
        chosen.extend(differing.iter().map(index));
        differing = rest;
    }
    let wanted = most - chosen.len();
    let step = differing.len() as f64 / wanted as f64;
    chosen.extend((0..wanted).filter_map(|n| differing.get((n as f64 * step) as usize)).map(index));
    chosen.sort_unstable();
    (chosen, left as u64)
}

#[cfg(test)]
mod tests;
