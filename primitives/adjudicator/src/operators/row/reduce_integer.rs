//! Reductions of integers: ONNX Runtime accumulates in binary64 and saturates (64-bit sums by Kahan where the plain loop
//! runs), so results beyond 2^53 are rounded. All of it is replayed.

use super::{
    exponential::log,
    groups::Pattern,
    reduce::{Kind, Reduction},
};
use crate::{soft::F64, DType, Expected, Judged, Reject};
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

/// Towards zero, saturated.
fn saturate(dtype: DType, value: F64) -> i64 {
    if F64::from_i64(greatest(dtype)).le(value) {
        return greatest(dtype);
    }
    if value.le(F64::from_i64(least(dtype))) {
        return least(dtype);
    }
    value.to_i64_trunc().unwrap_or(0)
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
            let max = x.iter().copied().max().unwrap_or(0);
            let equal = x.iter().filter(|v| **v == max).count() as u64;
            logarithm(dtype, F64::from_u64(equal), F64::from_i64(max))
        },
    }
}

/// ln(x) + added, towards zero: either of two where the logarithm is too close to an integer to tell.
fn logarithm(dtype: DType, x: F64, added: F64) -> Judged<Expected> {
    let value = log(x);
    let error = if x == F64::ONE { F64::ZERO } else { (F64::ONE + value.abs()) * F64(0x3cf0_0000_0000_0000) };
    let low = dtype.bits(saturate(dtype, (value - error) + added));
    let high = dtype.bits(saturate(dtype, (value + error) + added));
    Ok(if low == high { Expected::Bits(low) } else { Expected::Either(low, high) })
}
