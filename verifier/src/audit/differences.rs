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

/// The elements of a value that differ.
#[derive(Debug)]
pub(super) struct Differences {
    /// How many there are.
    pub count: u64,
    /// Those that are judged, in order, by their index, row-major.
    pub chosen: Vec<u64>,
}

impl Differences {
    /// Those among all `count` elements of a value that the auditor has nothing to compare with.
    pub fn unknown(count: u64, most: usize) -> Self {
        let all = (0..count).map(|index| Difference { index, alone: 0.0, around: 0.0 }).collect();
        Self { count, chosen: indices(foremost(all, most)) }
    }
}

/// An element that differs.
#[derive(Clone, Copy, Debug)]
struct Difference {
    index: u64,
    /// How far, as a share of the larger of the two.
    alone: f64,
    /// How far, as a share of the mean magnitude of the auditor's elements around it.
    around: f64,
}

/// Elements that are compared by one worker.
const WINDOW: usize = 1 << 14;
/// Elements in a row that are taken to be of one size, and that are judged by one worker.
pub(super) const RUN: usize = 64;

/// Where the host's value differs from the auditor's own, at most `most` elements of it chosen: row-major little-endian bytes
/// of tensors of one type and shape.
pub(super) fn differences(dtype: DType, mine: &[u8], theirs: &[u8], most: usize) -> Differences {
    let other = |bits| number(dtype, bits).unwrap_or_else(|| dtype.integer(bits) as f64);
    match (dtype, dtype.size()) {
        (DType::Float32, _) => by_value(mine, theirs, most, |bytes| f64::from(f32::from_le_bytes(bytes))),
        (_, 1) => by_value(mine, theirs, most, |[byte]| other(u64::from(byte))),
        (_, 2) => by_value(mine, theirs, most, |bytes| other(u64::from(u16::from_le_bytes(bytes)))),
        (_, 4) => by_value(mine, theirs, most, |bytes| other(u64::from(u32::from_le_bytes(bytes)))),
        _ => by_value(mine, theirs, most, |bytes| other(u64::from_le_bytes(bytes))),
    }
}

fn by_value<const N: usize>(
    mine: &[u8],
    theirs: &[u8],
    most: usize,
    value: impl Fn([u8; N]) -> f64 + Copy + Sync + Send,
) -> Differences {
    let (mine, theirs) = (mine.as_chunks().0, theirs.as_chunks().0);
    let windows = mine.par_chunks(WINDOW).zip(theirs.par_chunks(WINDOW)).enumerate();
    // What is foremost of all is foremost where it lies.
    let found = windows.filter(|(_, (a, b))| a != b).map(|(window, (a, b))| {
        let runs = a.chunks(RUN).zip(b.chunks(RUN)).enumerate().filter(|(_, (a, b))| a != b);
        let first = |run| (window * WINDOW + run * RUN) as u64;
        let differing: Vec<_> = runs.flat_map(|(run, (a, b))| in_run(a, b, first(run), value)).collect();
        (differing.len() as u64, foremost(differing, most))
    });
    let (counts, foremost_of_each): (Vec<u64>, Vec<Vec<Difference>>) = found.unzip();
    Differences { count: counts.iter().sum(), chosen: indices(foremost(foremost_of_each.concat(), most)) }
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

/// At most `most` of the elements: a third of those that differ most for themselves, a third of those that do for their
/// surroundings, the others spread over the rest.
fn foremost(mut differing: Vec<Difference>, most: usize) -> Vec<Difference> {
    if differing.len() <= most {
        return differing;
    }
    let mut chosen = Vec::with_capacity(most);
    for measure in [|d: &Difference| d.alone, |d: &Difference| d.around] {
        let third = most / 3;
        differing.select_nth_unstable_by(third, |a, b| measure(b).total_cmp(&measure(a)));
        let rest = differing.split_off(third);
        chosen.append(&mut differing);
        differing = rest;
    }
    let wanted = most - chosen.len();
    let step = differing.len() as f64 / wanted as f64;
    chosen.extend((0..wanted).filter_map(|n| differing.get((n as f64 * step) as usize)));
    chosen
}

fn indices(differences: Vec<Difference>) -> Vec<u64> {
    let mut indices: Vec<u64> = differences.into_iter().map(|difference| difference.index).collect();
    indices.sort_unstable();
    indices
}

#[cfg(test)]
mod tests;
