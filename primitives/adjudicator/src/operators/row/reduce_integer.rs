//! Reductions of integers: ONNX Runtime accumulates in binary64 and saturates (64-bit sums by Kahan where the plain loop
//! runs), so results beyond 2^53 are rounded. All of it is replayed.

use super::{
    groups::Pattern,
    reduce::{Kind, Reduction},
    reduce_float::{in_fours, runs},
    sums::eigen_packets,
};
use crate::{
    soft::{real::log, F64},
    DType, Expected, Judged, Reject,
};
use alloc::vec::Vec;

/// Least value of an integer type.
pub fn least(dtype: DType) -> i64 {
    match dtype {
        DType::Int8 => i64::from(i8::MIN),
        DType::Int32 => i64::from(i32::MIN),
        DType::Int64 => i64::MIN,
        _ => 0,
    }
}

/// Greatest value of an integer type.
pub fn greatest(dtype: DType) -> i64 {
    match dtype {
        DType::Int8 => i64::from(i8::MAX),
        DType::Uint8 => i64::from(u8::MAX),
        DType::Int32 => i64::from(i32::MAX),
        _ => i64::MAX,
    }
}

/// Towards zero, saturated; NaN (an overflowed product times 0) becomes the least, as x86 converts it.
fn saturate(dtype: DType, value: F64) -> i64 {
    if F64::from_i64(greatest(dtype)).le(value) {
        return greatest(dtype);
    }
    if value.le(F64::from_i64(least(dtype))) {
        return least(dtype);
    }
    value.to_i64_trunc().unwrap_or(least(dtype))
}

fn plain(x: &[F64]) -> F64 {
    x.iter().fold(F64::ZERO, |sum, v| sum + *v)
}

fn kahan(x: &[F64]) -> F64 {
    let (mut sum, mut rest) = (F64::ZERO, F64::ZERO);
    for v in x {
        let y = *v - rest;
        let t = sum + y;
        rest = (t - sum) - y;
        sum = t;
    }
    sum
}

/// The element; `threads` decides between Kahan's and plain summation of 64-bit numbers.
pub fn exact(r: &Reduction<'_>, dtype: DType, threads: Option<u16>) -> Judged<Expected> {
    let bits = r.groups.read(r.call, 0, r.row)?;
    let x: Vec<i64> = bits.iter().map(|b| dtype.integer(*b)).collect();
    let one = |value: i64| Ok(Expected::Bits(dtype.bits(value)));
    match r.kind {
        Kind::Max | Kind::Min if dtype == DType::Int64 && !r.each => return extreme(r, &x, threads),
        Kind::Max => return one(x.iter().copied().max().unwrap_or(0)),
        Kind::Min => return one(x.iter().copied().min().unwrap_or(0)),
        _ if !matches!(dtype, DType::Int32 | DType::Int64) => return Err(Reject::Unsupported("this element type")),
        Kind::Sum | Kind::Mean | Kind::Prod if r.each => return one(x.first().copied().unwrap_or(0)),
        _ => {},
    }
    let wide: Vec<F64> = x.iter().map(|v| F64::from_i64(*v)).collect();
    let n = F64::from_u64(x.len() as u64);
    let compensated = dtype == DType::Int64;
    let add = |terms: &[F64]| if compensated { kahan(terms) } else { plain(terms) };
    let squares = || wide.iter().map(|v| *v * *v).collect::<Vec<_>>();
    match r.kind {
        Kind::Sum | Kind::Mean => {
            let finish = |sum: F64| saturate(dtype, if r.kind == Kind::Mean { sum / n } else { sum });
            let (with, without) = (dtype.bits(finish(add(&wide))), dtype.bits(finish(plain(&wide))));
            let fast = |threads| r.fast(threads) && !(r.kind == Kind::Sum && r.groups.pattern() == Pattern::Last);
            Ok(match threads {
                Some(threads) => Expected::Bits(if fast(threads) { without } else { with }),
                None if with == without => Expected::Bits(with),
                None => Expected::Either(with, without),
            })
        },
        Kind::Prod => one(saturate(dtype, wide.iter().fold(F64::ONE, |p, v| p * *v))),
        Kind::L1 => one(saturate(dtype, add(&wide.iter().map(|v| v.abs()).collect::<Vec<_>>()))),
        Kind::SumSquare => one(saturate(dtype, add(&squares()))),
        Kind::L2 => one(saturate(dtype, add(&squares()).sqrt())),
        Kind::LogSum => {
            let sum = add(&wide);
            if sum.le(F64::ZERO) {
                return one(least(dtype));
            }
            logarithm(dtype, sum, F64::ZERO)
        },
        _ => {
            let whole = r.groups.pattern() == Pattern::All && !r.each && !r.scalar;
            let max = if whole && dtype == DType::Int64 { searched(&x, 0, true) } else { x.iter().copied().max() };
            let max = max.unwrap_or(0);
            let equal = x.iter().filter(|v| **v == max).count() as u64;
            logarithm(dtype, F64::from_u64(equal), F64::from_i64(max))
        },
    }
}

/// Eigen's SSE2 comparison of 64-bit lanes: the lower halves are compared as signed numbers, so numbers with equal upper
/// halves may come out the wrong way round.
fn less_in_packet(a: i64, b: i64) -> bool {
    let (upper_a, upper_b) = (a >> 32, b >> 32);
    upper_a < upper_b || (upper_a == upper_b && (a as i32) < (b as i32))
}

/// Largest or smallest by Eigen's search in packets of two.
fn searched(x: &[i64], head: usize, largest: bool) -> Option<i64> {
    eigen_packets(x, head, 2, in_packet(largest), if largest { core::cmp::max } else { core::cmp::min })
}

fn in_packet(largest: bool) -> impl Fn(i64, i64) -> i64 {
    move |a, b| {
        let take = if largest { less_in_packet(a, b) } else { less_in_packet(b, a) };
        if take {
            b
        } else {
            a
        }
    }
}

/// Largest or smallest of 64-bit numbers. Where packets are compared wrongly, what ONNX Runtime computes is right.
fn extreme(r: &Reduction<'_>, x: &[i64], threads: Option<u16>) -> Judged<Expected> {
    let largest = r.kind == Kind::Max;
    let op = if largest { core::cmp::max } else { core::cmp::min };
    let plain = x.iter().copied().reduce(op).unwrap_or(0);
    let odd = |offset: u64| usize::from(offset & 1 == 1);
    let packed = match r.groups.pattern() {
        Pattern::All if !r.scalar => searched(x, 0, largest),
        Pattern::Last => searched(x, odd(r.groups.origin(r.row)), largest),
        Pattern::Middle(_) => {
            // Columns two by two from the first 16-byte boundary of the output; the others one by one.
            let columns = r.groups.axes.last().map_or(1, |a| a.1);
            let column = r.row.checked_rem(columns).unwrap_or(0);
            let from = r.row.saturating_sub(column) & 1;
            let pairs = columns.saturating_sub(from) >> 1;
            let paired = column >= from && column.saturating_sub(from) < pairs.saturating_mul(2);
            if paired {
                in_fours(x, in_packet(largest))
            } else {
                Some(plain)
            }
        },
        Pattern::Ends(_) => runs(r, x)
            .map(|(offset, run)| searched(run, odd(offset), largest).unwrap_or(plain))
            .chain(x.first().copied())
            .reduce(op),
        _ => Some(plain),
    };
    let packed = packed.unwrap_or(plain);
    let (plain, packed) = (plain as u64, packed as u64);
    let always = matches!(r.groups.pattern(), Pattern::All | Pattern::Last);
    Ok(match threads {
        _ if always => Expected::Bits(packed),
        Some(threads) => Expected::Bits(if r.fast(threads) { packed } else { plain }),
        None if plain == packed => Expected::Bits(plain),
        None => Expected::Either(plain, packed),
    })
}

/// ln(x) + added, towards zero: either of two where the logarithm is too close to an integer to tell.
fn logarithm(dtype: DType, x: F64, added: F64) -> Judged<Expected> {
    let value = log(x);
    let error = if x == F64::ONE { F64::ZERO } else { (F64::ONE + value.abs()) * F64(0x3d30_0000_0000_0000) };
    let low = dtype.bits(saturate(dtype, (value - error) + added));
    let high = dtype.bits(saturate(dtype, (value + error) + added));
    Ok(if low == high { Expected::Bits(low) } else { Expected::Either(low, high) })
}
