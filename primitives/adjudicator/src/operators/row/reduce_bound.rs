//! Bounds of reductions of floating-point numbers: any order of n additions or multiplications.

use super::{
    bound::{anything, around, count, exactly, of_sum, only_nan, overflows, sum, Sums, EXPONENTIAL},
    number::{read, Number},
    reduce::{Kind, Reduction},
};
use crate::{
    soft::{real::log, F64},
    Expected, Judged,
};
use alloc::vec::Vec;

/// Bounds of one element.
pub fn bounded<T: Number>(r: &Reduction<'_>) -> Judged<Expected> {
    let x: Vec<T> = read(T::DTYPE, &r.groups.read(r.call, 0, r.row)?)?;
    let x: Vec<F64> = x.into_iter().map(Number::wide).collect();
    let n = x.len() as u64;
    if r.kind == Kind::LogSumExp {
        r.call.spend(n.saturating_mul(EXPONENTIAL))?;
    }
    let s = Sums::of(x.iter().copied());
    if n == 1 && !matches!(r.kind, Kind::L1 | Kind::L2 | Kind::SumSquare | Kind::LogSum) {
        return Ok(x.first().map_or_else(anything, |v| if v.is_nan() { only_nan() } else { exactly(*v) }));
    }
    let dtype = T::DTYPE;
    let (u, tiny) = T::ROUNDOFF;
    Ok(match r.kind {
        Kind::Sum => sum::<T>(dtype, n, &s),
        Kind::Mean if s.special() => sum::<T>(dtype, n, &s),
        Kind::Mean if overflows::<T>(s.magnitudes) => anything(),
        Kind::Mean => {
            let mean = s.sum / count(n);
            around::<T>(dtype, mean, of_sum::<T>(n, s.magnitudes) / count(n) + count(2) * u * mean.abs() + tiny)
        },
        Kind::Max | Kind::Min if s.nan => anything(),
        Kind::Max => exactly(x.iter().fold(F64::NEG_INFINITY, |m, v| if m.lt(*v) { *v } else { m })),
        Kind::Min => exactly(x.iter().fold(F64::INFINITY, |m, v| if v.lt(m) { *v } else { m })),
        Kind::Prod => product::<T>(&x, &s),
        Kind::L1 => sum::<T>(dtype, n, &Sums::of(x.iter().map(|v| v.abs()))),
        Kind::SumSquare | Kind::L2 => squares::<T>(&x, r.kind == Kind::L2),
        Kind::LogSum => logarithm_of_sum::<T>(n, &s),
        Kind::LogSumExp => log_sum_exp::<T>(&x, &s),
    })
}

/// Relative error n u; unless parts of the product may leave the range of `T`.
pub fn product<T: Number>(x: &[F64], s: &Sums) -> Expected {
    let (mut up, mut down) = (0i64, 0i64);
    for v in x {
        let (_, exponent, mantissa) = v.split();
        let length = 64i64.saturating_sub(i64::from(mantissa.leading_zeros()));
        let power = i64::from(exponent).saturating_add(length);
        up = up.saturating_add(power.max(0));
        down = down.saturating_add(power.saturating_sub(1).min(0));
    }
    let (highest, lowest) = if T::DTYPE == crate::DType::Float32 { (126, -125) } else { (1022, -1021) };
    if s.special() || up > highest || down < lowest {
        if x.iter().any(|v| v.is_zero()) && !s.special() && up <= highest {
            return exactly(F64::ZERO);
        }
        return anything();
    }
    let value = x.iter().fold(F64::ONE, |p, v| p * *v);
    around::<T>(T::DTYPE, value, of_sum::<T>((x.len() as u64).saturating_mul(2), value.abs()))
}

fn squares<T: Number>(x: &[F64], root: bool) -> Expected {
    let n = x.len() as u64;
    let s = Sums::of(x.iter().map(|v| *v * *v));
    if s.nan {
        return only_nan();
    }
    if s.special() {
        return exactly(F64::INFINITY);
    }
    if overflows::<T>(s.sum + s.sum) {
        return anything();
    }
    // Each square rounds once, or underflows.
    let error = of_sum::<T>(n.saturating_add(2), s.sum) + count(n) * T::ROUNDOFF.1;
    if !root {
        return around::<T>(T::DTYPE, s.sum, error);
    }
    let (low, high) = (s.sum - error, (s.sum + error).sqrt());
    let low = if low.is_sign_negative() { F64::ZERO } else { low.sqrt() };
    let value = s.sum.sqrt();
    let spread = if (high - value).lt(value - low) { value - low } else { high - value };
    around::<T>(T::DTYPE, value, spread + count(2) * T::ROUNDOFF.0 * high + T::ROUNDOFF.1)
}

fn logarithm_of_sum<T: Number>(n: u64, s: &Sums) -> Expected {
    if s.nan || s.infinite.1 {
        return only_nan();
    }
    if s.infinite.0 || overflows::<T>(s.magnitudes) {
        return anything();
    }
    let error = of_sum::<T>(n, s.magnitudes);
    let (low, high) = (s.sum - error, s.sum + error);
    if !F64::ZERO.lt(low) {
        return anything();
    }
    let (value, low, high) = (log(s.sum), log(low), log(high));
    let spread = if (high - value).lt(value - low) { value - low } else { high - value };
    around::<T>(T::DTYPE, value, spread + rounding::<T>(value))
}

/// Errors of a logarithm, 4u of its value, and of its reference, less than 2^-43.
fn rounding<T: Number>(value: F64) -> F64 {
    count(4) * T::ROUNDOFF.0 * value.abs() + (F64::ONE + value.abs()) * F64(0x3d40_0000_0000_0000) + T::ROUNDOFF.1
}

fn log_sum_exp<T: Number>(x: &[F64], s: &Sums) -> Expected {
    if s.infinite.0 || s.infinite.1 {
        return anything(); // kernels differ in how they keep infinities out, also beside NaN
    }
    if s.nan {
        return only_nan();
    }
    let max = x.iter().fold(F64::NEG_INFINITY, |m, v| if m.lt(*v) { *v } else { m });
    let highest = T::narrow(max);
    // Differences round once in T.
    let ln = log(T::exponentials(x.iter().map(|v| T::narrow(*v) - highest)));
    let value = max + ln;
    let n = (x.len() as u64).saturating_add(8);
    let reference = T::EXPONENTIALS.0 + count(n) * T::EXPONENTIALS.1;
    let tolerance = of_sum::<T>(n, F64::ONE) + reference + rounding::<T>(ln) + count(2) * T::ROUNDOFF.0 * value.abs();
    around::<T>(T::DTYPE, value, tolerance)
}
