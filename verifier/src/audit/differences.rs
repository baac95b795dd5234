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
use std::cmp::Ordering;

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
        let mut choice = Choice::new(most);
        runs.for_each(|(run, (a, b))| in_run(a, b, first(run), value).for_each(|difference| choice.add(difference)));
        (choice.seen, choice.chosen())
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
    let around = mean_magnitude(mine, value);
    let pairs = (first..).zip(mine.iter().zip(theirs)).filter(|(_, (a, b))| a != b);
    pairs.map(move |(index, (a, b))| {
        let (a, b) = (value(*a), value(*b));
        // Two NaN are as good as equal.
        let apart = if a.is_nan() && b.is_nan() { 0.0 } else { (a - b).abs() };
        Difference { index, alone: share(apart, a.abs().max(b.abs())), around: share(apart, around) }
    })
}

/// Mean magnitude of those that are finite.
fn mean_magnitude<const N: usize>(elements: &[[u8; N]], value: impl Fn([u8; N]) -> f64) -> f64 {
    // Sums beside each other, which a processor adds at once.
    const LANES: usize = 8;
    let (mut sums, mut counts) = ([0.0; LANES], [0.0; LANES]);
    let mut add = |elements: &[[u8; N]]| {
        for ((bytes, sum), count) in elements.iter().zip(&mut sums).zip(&mut counts) {
            let magnitude = value(*bytes).abs();
            let finite = magnitude < f64::INFINITY;
            *sum += if finite { magnitude } else { 0.0 };
            *count += if finite { 1.0 } else { 0.0 };
        }
    };
    let (rows, rest) = elements.as_chunks::<LANES>();
    rows.iter().for_each(|row| add(row));
    add(rest);
    sums.iter().sum::<f64>() / counts.iter().sum::<f64>().max(1.0)
}

/// How much that is of something; without end of nothing, and if one of the numbers is infinite or NaN.
fn share(apart: f64, of: f64) -> f64 {
    match apart / of {
        _ if apart == 0.0 => 0.0,
        share if share.is_nan() => f64::INFINITY,
        share => share,
    }
}

/// What may be among the foremost of a window, kept while it is gone through: most elements are looked at and forgotten.
struct Choice {
    seen: u64,
    most: usize,
    foremost: [Top; 2],
    /// Every `step`th, at most `most` of them.
    spread: Vec<Difference>,
    step: u64,
}

impl Choice {
    fn new(most: usize) -> Self {
        let least = if most / 3 > 0 { f64::NEG_INFINITY } else { f64::INFINITY };
        let foremost = MEASURES.map(|measure| Top { measure, most: most / 3, least, kept: Vec::new() });
        Self { seen: 0, most, foremost, spread: Vec::new(), step: 1 }
    }

    fn add(&mut self, difference: Difference) {
        self.foremost.iter_mut().for_each(|top| top.add(difference));
        if self.seen.is_multiple_of(self.step) {
            if self.spread.len() == self.most {
                let mut nth = 0u64..;
                self.spread.retain(|_| nth.next().is_some_and(|n| n.is_multiple_of(2)));
                self.step *= 2;
            }
            if self.seen.is_multiple_of(self.step) {
                self.spread.push(difference);
            }
        }
        self.seen += 1;
    }

    /// All, if they are at most `most`.
    fn chosen(self) -> Vec<Difference> {
        if self.step == 1 {
            return self.spread;
        }
        let mut chosen = self.foremost.map(Top::chosen).concat();
        chosen.extend(self.spread);
        chosen.sort_unstable_by_key(|difference| difference.index);
        chosen.dedup_by_key(|difference| difference.index);
        chosen
    }
}

/// The `most` that are foremost by one measure.
struct Top {
    measure: Measure,
    most: usize,
    /// What is not more than this is not among them.
    least: f64,
    kept: Vec<Difference>,
}

impl Top {
    fn add(&mut self, difference: Difference) {
        if (self.measure)(&difference) > self.least {
            self.kept.push(difference);
            // Seldom, as every time it gets harder to be kept.
            if self.kept.len() / 4 > self.most {
                self.cut();
            }
        }
    }

    fn cut(&mut self) {
        if let Some(last) = self.most.checked_sub(1).filter(|last| *last < self.kept.len()) {
            let (.., least, _) = self.kept.select_nth_unstable_by(last, |a, b| by(self.measure, a, b));
            self.least = (self.measure)(least);
        }
        self.kept.truncate(self.most);
    }

    fn chosen(mut self) -> Vec<Difference> {
        self.cut();
        self.kept
    }
}

/// How far an element differs.
type Measure = fn(&Difference) -> f64;

const MEASURES: [Measure; 2] = [|difference| difference.alone, |difference| difference.around];

/// Those that differ more come first.
fn by(measure: Measure, a: &Difference, b: &Difference) -> Ordering {
    measure(b).total_cmp(&measure(a))
}

/// At most `most` of the elements: a third of those that differ most for themselves, a third of those that do for their
/// surroundings, the others spread over the rest.
fn foremost(mut differing: Vec<Difference>, most: usize) -> Vec<Difference> {
    if differing.len() <= most {
        return differing;
    }
    let mut chosen = Vec::with_capacity(most);
    for measure in MEASURES {
        let third = most / 3;
        differing.select_nth_unstable_by(third, |a, b| by(measure, a, b));
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
