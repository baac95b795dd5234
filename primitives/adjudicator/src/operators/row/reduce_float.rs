//! Reductions of floating-point numbers in the order of ONNX Runtime's kernels: Eigen's SSE2 code, the plain loop, and
//! MLAS's product with a row of ones.

use super::{
    groups::Pattern,
    number::{read, Number},
    reduce::{Kind, Reduction},
    sums::{eigen, fold, fours, head, sequence},
};
use crate::{
    math::{expf, logf},
    soft::F32,
    DType, Expected, Judged, Reject,
};
use alloc::vec::Vec;

/// Larger or smaller of two; the first where they are equal or one is NaN.
fn extreme<T: Number>(kind: Kind) -> impl Fn(T, T) -> T {
    move |a, b| {
        let take = if kind == Kind::Max { a.less(b) } else { b.less(a) };
        if take {
            b
        } else {
            a
        }
    }
}

/// The element as its kernel computes it with `threads` threads.
pub fn exact<T: Number>(r: &Reduction<'_>, threads: u16) -> Judged<Expected> {
    let x: Vec<T> = read(T::DTYPE, &r.groups.read(r.call, 0, r.row)?)?;
    let n = T::of_count(x.len() as u64);
    let whole = r.groups.pattern() == Pattern::All && !r.each && !r.scalar;
    let value = match r.kind {
        // Nothing reduced: copied.
        Kind::Sum | Kind::Mean | Kind::Max | Kind::Min | Kind::Prod if r.each => first(&x)?,
        Kind::Sum => sum(r, &x, threads, whole)?,
        Kind::Mean => sum(r, &x, threads, whole)? / n,
        Kind::Max | Kind::Min => return largest(r, &x, threads, whole),
        Kind::Prod if whole => eigen(&x, 0, |a, b| a * b).unwrap_or(T::ONE),
        Kind::Prod => x.iter().fold(T::ONE, |p, v| p * *v),
        Kind::L1 => total(x.iter().map(|v| v.magnitude()), whole),
        Kind::SumSquare => total(x.iter().map(|v| *v * *v), whole),
        Kind::L2 => total(x.iter().map(|v| *v * *v), whole).root(),
        Kind::LogSum => ln(if whole { eigen(&x, 0, |a, b| a + b).unwrap_or(T::ZERO) } else { sequence(x, T::ZERO) })?,
        Kind::LogSumExp => log_sum_exp(&x, whole)?,
    };
    Ok(Expected::Exact(value.to_bits()))
}

fn first<T: Number>(x: &[T]) -> Judged<T> {
    x.first().copied().ok_or(Reject::Malformed("a row without elements"))
}

/// Of an expression, which Eigen reads with unaligned packets from its start; or one by one.
fn total<T: Number>(terms: impl Iterator<Item = T>, whole: bool) -> T {
    if !whole {
        return sequence(terms, T::ZERO);
    }
    let terms: Vec<T> = terms.collect();
    eigen(&terms, 0, |a, b| a + b).unwrap_or(T::ZERO)
}

fn sum<T: Number>(r: &Reduction<'_>, x: &[T], threads: u16, whole: bool) -> Judged<T> {
    let add = |a, b| a + b;
    if whole {
        return Ok(eigen(x, 0, add).unwrap_or(T::ZERO));
    }
    if r.each || !r.fast(threads) {
        return Ok(sequence(x.iter().copied(), T::ZERO));
    }
    Ok(match r.groups.pattern() {
        Pattern::Last => eigen(x, head::<T>(r.groups.origin(r.row)), add).unwrap_or(T::ZERO),
        Pattern::First => fold(x, add).unwrap_or(T::ZERO),
        Pattern::Middle(_) if T::DTYPE == DType::Float32 => fours(x),
        Pattern::Middle(_) => blocks(x, r.groups.axes.last().map_or(1, |a| a.1)),
        Pattern::Ends(_) => {
            runs(r, x).fold(T::ZERO, |sum, (at, run)| sum + eigen(run, head::<T>(at), add).unwrap_or(T::ZERO))
        },
        Pattern::All | Pattern::Other => return Err(Reject::Unsupported("this reduction's kernel")),
    })
}

/// The runs of the last axis, each with the index of its first element.
pub fn runs<'a, T>(r: &Reduction<'_>, x: &'a [T]) -> impl Iterator<Item = (u64, &'a [T])> {
    let length = r.groups.axes.last().map_or(1, |a| a.1);
    let step = r.groups.axes.first().map_or(1, |a| a.2);
    let origin = r.groups.origin(r.row);
    let size = usize::try_from(length).unwrap_or(usize::MAX).max(1);
    (0u64..).zip(x.chunks(size)).map(move |(i, run)| (origin.saturating_add(i.saturating_mul(step)), run))
}

/// A row of ones times a matrix of binary64 with `columns` columns (MLAS's general kernel): blocks over the rows, each
/// summed from 0 by fused multiply-adds with 1, the blocks added up.
fn blocks<T: Number>(x: &[T], columns: u64) -> T {
    let (mut wide, mut deep) = (64u64, 128usize);
    if columns < x.len() as u64 {
        while wide > 16 && wide >> 1 >= columns {
            wide >>= 1;
            deep = deep.saturating_mul(2);
        }
    }
    let blocks: Vec<T> = x.chunks(deep).map(|block| sequence(block.iter().copied(), T::ZERO)).collect();
    fold(&blocks, |a, b| a + b).unwrap_or(T::ZERO)
}

fn largest<T: Number>(r: &Reduction<'_>, x: &[T], threads: u16, whole: bool) -> Judged<Expected> {
    let op = extreme::<T>(r.kind);
    let one_by_one = fold(x, &op);
    let value = if whole {
        eigen(x, 0, &op)
    } else if !r.fast(threads) {
        one_by_one
    } else {
        match r.groups.pattern() {
            Pattern::Last => eigen(x, head::<T>(r.groups.origin(r.row)), &op),
            Pattern::Middle(_) if x.iter().any(|v| v.wide().is_nan()) => {
                // Eigen goes down the columns in packets, four rows at a time, and one by one at the edges.
                let fours = in_fours(x, &op).ok_or(Reject::Malformed("a row without elements"))?;
                let plain = first(&one_by_one.into_iter().collect::<Vec<_>>())?;
                return Ok(Expected::Either(plain.to_bits(), fours.to_bits()));
            },
            Pattern::Ends(_) => {
                let start = first(x)?;
                Some(runs(r, x).fold(start, |max, (at, run)| op(max, eigen(run, head::<T>(at), &op).unwrap_or(max))))
            },
            _ => one_by_one,
        }
    };
    Ok(Expected::Exact(value.ok_or(Reject::Malformed("a row without elements"))?.to_bits()))
}

/// The first element, then groups of four as `(a b)(c d)`, then the rest one by one.
pub fn in_fours<T: Copy>(x: &[T], op: impl Fn(T, T) -> T) -> Option<T> {
    let (start, rest) = x.split_first()?;
    let groups = rest.chunks_exact(4);
    let tail = groups.remainder();
    let max = groups.fold(*start, |max, group| match group {
        [a, b, c, d] => op(max, op(op(*a, *b), op(*c, *d))),
        _ => max,
    });
    Some(tail.iter().fold(max, |max, v| op(max, *v)))
}

/// `logf`; the host's binary64 logarithm is not replayed.
fn ln<T: Number>(x: T) -> Judged<T> {
    if T::DTYPE == DType::Float32 {
        return Ok(T::of_f32(logf(F32(x.to_bits() as u32))));
    }
    Err(Reject::Unsupported("the logarithm of a float64 reduction"))
}

fn exp<T: Number>(x: T) -> T {
    T::of_f32(expf(F32(x.to_bits() as u32)))
}

/// ln(sum exp(x - max)) + max, one by one; the plain loop starts with the first element (0 if infinite) and keeps
/// infinities and NaN out of the maximum.
fn log_sum_exp<T: Number>(x: &[T], whole: bool) -> Judged<T> {
    ln(T::ONE)?;
    let start = first(x)?;
    let max = if whole {
        eigen(x, 0, extreme(Kind::Max)).unwrap_or(start)
    } else {
        let start = if start.wide().is_infinite() { T::ZERO } else { start };
        x.iter().fold(start, |max, v| if !v.wide().is_finite() || v.less(max) { max } else { *v })
    };
    if max.wide().is_infinite() {
        return Ok(max);
    }
    let terms = x.iter().filter(|v| v.wide() != crate::soft::F64::NEG_INFINITY).map(|v| exp(*v - max));
    Ok(ln(sequence(terms, T::ZERO))? + max)
}
