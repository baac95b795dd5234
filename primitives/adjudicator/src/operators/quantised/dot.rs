//! Integer sums of products.
//!
//! Kernels without the VNNI instructions multiply unsigned by signed bytes in pairs and saturate each pair's sum to 16
//! bits (vpmaddubsw); zero points are subtracted afterwards. Everything else is exact, modulo 2^32.

use super::number::Whole;
use crate::Schedule;

/// What becomes of pairs of neighbouring products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pairs {
    /// Exact.
    Exact,
    /// Saturated to 16 bits.
    Saturated,
    /// Either: not known.
    Unknown,
}

/// The schedule's alternative that saturates.
const SATURATING: u16 = 1;

impl Pairs {
    /// What kernels do with operands, `mixed`: an unsigned one times a signed one.
    pub fn of(schedule: Option<Schedule>, mixed: bool) -> Self {
        match schedule {
            _ if !mixed => Self::Exact,
            None => Self::Unknown,
            Some(schedule) if schedule.variant == SATURATING => Self::Saturated,
            Some(_) => Self::Exact,
        }
    }
}

fn saturated(sum: i64) -> i64 {
    sum.clamp(i64::from(i16::MIN), i64::from(i16::MAX))
}

/// Sum of `(a - zero_a) (b - zero_b)` in 32 bits: `a` may be known between bounds only.
pub(super) fn dot(pairs: Pairs, a: &[Whole], zero_a: Whole, b: &[i64], zero_b: i64) -> Whole {
    let (mut sum, mut sum_a, mut sum_b) = (Whole::of(0), Whole::of(0), 0i64);
    for (a, b) in a.chunks(2).zip(b.chunks(2)) {
        let pair = a.iter().zip(b).fold(Whole::of(0), |pair, (a, b)| pair.plus(a.times(*b)));
        let cut = Whole { low: saturated(pair.low), high: saturated(pair.high) };
        sum = sum.plus(match pairs {
            Pairs::Exact => pair,
            Pairs::Saturated => cut,
            Pairs::Unknown => Whole { low: pair.low.min(cut.low), high: pair.high.max(cut.high) },
        });
        sum_a = a.iter().fold(sum_a, |sum, a| sum.plus(*a));
        sum_b = b.iter().fold(sum_b, |sum, b| sum.saturating_add(b.saturating_sub(zero_b)));
    }
    // a b - zero_b a - zero_a (b - zero_b)
    let sum = sum.plus(sum_a.times(zero_b.saturating_neg())).plus(zero_a.times(sum_b.saturating_neg()));
    wrapped(sum)
}

/// The same where everything is known.
pub(super) fn dot_exact(pairs: Pairs, a: &[i64], zero_a: i64, b: &[i64], zero_b: i64) -> Whole {
    if pairs == Pairs::Exact {
        let sum = a
            .iter()
            .zip(b)
            .fold(0i64, |sum, (a, b)| sum.wrapping_add(a.wrapping_sub(zero_a).wrapping_mul(b.wrapping_sub(zero_b))));
        return wrapped(Whole::of(sum));
    }
    let a: alloc::vec::Vec<Whole> = a.iter().map(|a| Whole::of(*a)).collect();
    dot(pairs, &a, Whole::of(zero_a), b, zero_b)
}

/// In 32 bits, two's complement; between bounds that do not fit, anything.
pub(super) fn wrapped(sum: Whole) -> Whole {
    if sum.low == sum.high {
        return Whole::of(i64::from(sum.low as i32));
    }
    let (least, most) = (i64::from(i32::MIN), i64::from(i32::MAX));
    if sum.low < least || sum.high > most {
        return Whole { low: least, high: most };
    }
    sum
}
