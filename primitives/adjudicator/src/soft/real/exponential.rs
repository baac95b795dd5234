//! The exponential function and what is made of it.

use super::{horner, inverse, log1p, F64, HALF, LN_2, LN_2_LOW, TWO};

/// 1 / ln 2, 1.4426950408889634.
const LOG2_E: F64 = F64(0x3ff7_1547_652b_82fe);

/// `1 / (n + 1)!` for n = 0..=15: `(e^r - 1) / r`. For |r| < 0.35 what is left out is below 2^-72.
const SERIES: [F64; 16] = [
    inverse(1),
    inverse(2),
    inverse(6),
    inverse(24),
    inverse(120),
    inverse(720),
    inverse(5_040),
    inverse(40_320),
    inverse(362_880),
    inverse(3_628_800),
    inverse(39_916_800),
    inverse(479_001_600),
    inverse(6_227_020_800),
    inverse(87_178_291_200),
    inverse(1_307_674_368_000),
    inverse(20_922_789_888_000),
];

/// `(e^r - 1, k)` with `x = r + k ln 2`, |r| about 0.35 at most. For |x| < 1000.
fn reduced(x: F64) -> (F64, i32) {
    let k = (x * LOG2_E).round_ties_even();
    let r = k.mul_add(-LN_2, x);
    let r = k.mul_add(-LN_2_LOW, r);
    (r * horner(r, &SERIES), k.to_i64_trunc().unwrap_or(0) as i32)
}

/// Below 800 in magnitude the results of `e^x` cover all of binary64.
const RANGE: F64 = F64(0x4089_0000_0000_0000);

/// `e^x`.
pub fn exp(x: F64) -> F64 {
    if x.is_nan() {
        return F64::NAN;
    }
    if x.abs().gt(RANGE) {
        return if x.is_sign_negative() { F64::ZERO } else { F64::INFINITY };
    }
    let (e, k) = reduced(x);
    (F64::ONE + e).ldexp(k)
}

/// `e^(x + low)` for a `low` so small that its square does not count.
pub(super) fn exp_sum(x: F64, low: F64) -> F64 {
    if !x.abs().le(RANGE) {
        return exp(x);
    }
    let (e, k) = reduced(x);
    let e = F64::ONE + e;
    low.mul_add(e, e).ldexp(k)
}

/// `e^x - 1`, for |x| below 100.
fn exp_minus_1(x: F64) -> F64 {
    let (e, k) = reduced(x);
    if k == 0 {
        return e;
    }
    (e + (F64::ONE - F64::ONE.ldexp(k.wrapping_neg()))).ldexp(k)
}

/// Beyond this, 40, `e^-2x` is lost beside 1.
const LARGE: F64 = F64(0x4044_0000_0000_0000);

/// Hyperbolic sine.
pub fn sinh(x: F64) -> F64 {
    if x.abs().gt(LARGE) {
        // Two factors, as e^x may overflow where half of it does not.
        let root = exp(x.abs() * HALF);
        return (root * HALF * root).copysign(x);
    }
    if x.is_nan() {
        return F64::NAN;
    }
    let e = exp_minus_1(x.abs());
    ((e + e / (e + F64::ONE)) * HALF).copysign(x)
}

/// Hyperbolic cosine.
pub fn cosh(x: F64) -> F64 {
    let x = x.abs();
    if x.gt(LARGE) {
        let root = exp(x * HALF);
        return root * HALF * root;
    }
    let e = exp(x);
    (e + F64::ONE / e) * HALF
}

/// Hyperbolic tangent.
pub fn tanh(x: F64) -> F64 {
    if x.is_nan() {
        return F64::NAN;
    }
    if x.abs().gt(LARGE) {
        return F64::ONE.copysign(x);
    }
    let e = exp_minus_1(x.abs() * TWO);
    (e / (e + TWO)).copysign(x)
}

/// `1 / (1 + e^-x)`.
pub fn sigmoid(x: F64) -> F64 {
    let e = exp(-x.abs());
    if x.is_sign_negative() {
        e / (F64::ONE + e)
    } else {
        F64::ONE / (F64::ONE + e)
    }
}

/// `ln(1 + e^x)`.
pub fn softplus(x: F64) -> F64 {
    let rest = log1p(exp(-x.abs()));
    if x.is_sign_negative() {
        rest
    } else {
        x + rest
    }
}
