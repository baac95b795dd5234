//! The logarithm, powers and the inverse hyperbolic functions.

use super::{exponential::exp_sum, horner, inverse, product, sum, F64, HALF, LN_2, LN_2_LOW, TWO};

/// `1 / (2n + 3)` for n = 0..=11: `(atanh(s) - s) / s^3` as a polynomial in `s^2`, which is at most 0.0295: what is
/// left out is below 2^-62 of the sum.
const SERIES: [F64; 12] = [
    inverse(3),
    inverse(5),
    inverse(7),
    inverse(9),
    inverse(11),
    inverse(13),
    inverse(15),
    inverse(17),
    inverse(19),
    inverse(21),
    inverse(23),
    inverse(25),
];

/// sqrt(2), 1.4142135623730951.
const SQRT_2: F64 = F64(0x3ff6_a09e_667f_3bcd);
/// sqrt(1/2) - 1 and sqrt(2) - 1, about: -0.29 and 0.41.
const NEAR: (F64, F64) = (F64(0xbfd2_8f5c_28f5_c28f), F64(0x3fda_3d70_a3d7_0a3d));

/// `ln(1 + f)` as a sum of two numbers, relative error about 2^-58; `2 + f` is given as `whole + part`. For f between
/// -0.3 and 0.42.
fn log_near_1(f: F64, whole: F64, part: F64) -> (F64, F64) {
    // ln(1 + f) = 2 atanh(s), s = f / (2 + f), here as s + s_low.
    let s = f / whole;
    let s_low = (s.mul_add(-whole, f) - s * part) / whole;
    let square = s * s;
    let tail = s * square * horner(square, &SERIES) + s_low;
    sum(s * TWO, tail * TWO)
}

/// `ln(x)` as a sum of two numbers, relative error about 2^-58; for positive, finite x.
fn log_parts(x: F64) -> (F64, F64) {
    let (_, exponent, mantissa) = x.split();
    let length = 63i32.wrapping_sub(mantissa.leading_zeros() as i32);
    let mut e = exponent.wrapping_add(length);
    let mut m = F64::from_parts(false, mantissa as u128, length.wrapping_neg());
    if m.gt(SQRT_2) {
        m = m * HALF;
        e = e.wrapping_add(1);
    }
    let whole = m + F64::ONE;
    let part = m - (whole - F64::ONE);
    let (near, near_low) = log_near_1(m - F64::ONE, whole, part);
    if e == 0 {
        return (near, near_low);
    }
    let e = F64::from_i64(e as i64);
    let (far, far_low) = product(e, LN_2);
    let far_low = e.mul_add(LN_2_LOW, far_low);
    let (high, low) = sum(far, near);
    sum(high, low + (far_low + near_low))
}

/// Natural logarithm; minus infinity at 0.
pub fn log(x: F64) -> F64 {
    if x.is_zero() {
        return F64::NEG_INFINITY;
    }
    if x.is_nan() || x.is_sign_negative() {
        return F64::NAN;
    }
    if x.is_infinite() {
        return x;
    }
    log_parts(x).0
}

/// `ln(1 + x)`.
pub fn log1p(x: F64) -> F64 {
    if x.is_zero() {
        return x;
    }
    if x.gt(NEAR.0) && x.lt(NEAR.1) {
        let (whole, part) = sum(TWO, x);
        return log_near_1(x, whole, part).0;
    }
    // What 1 + x loses in rounding is small beside a logarithm that is not near 0.
    log(F64::ONE + x)
}

/// 2^28, beyond which `1 + x^2` is `x^2` in binary64.
const LARGE: F64 = F64(0x41b0_0000_0000_0000);

/// Inverse hyperbolic sine.
pub fn asinh(x: F64) -> F64 {
    let a = x.abs();
    if a.gt(LARGE) {
        return (log(a) + LN_2).copysign(x);
    }
    let square = a * a;
    log1p(a + square / (F64::ONE + (F64::ONE + square).sqrt())).copysign(x)
}

/// Inverse hyperbolic cosine; NaN below 1.
pub fn acosh(x: F64) -> F64 {
    if x.gt(LARGE) {
        return log(x) + LN_2;
    }
    if x.lt(F64::ONE) {
        return F64::NAN;
    }
    let above = x - F64::ONE;
    log1p(above + (above * (above + TWO)).sqrt())
}

/// Inverse hyperbolic tangent; infinite at -1 and 1, NaN beyond.
pub fn atanh(x: F64) -> F64 {
    let a = x.abs();
    (log1p(a * TWO / (F64::ONE - a)) * HALF).copysign(x)
}

/// `x^y`, with the special cases of C `pow` (IEEE 754-2019, 9.2.1).
pub fn pow(x: F64, y: F64) -> F64 {
    if y.is_zero() || x == F64::ONE {
        return F64::ONE;
    }
    if x.is_nan() || y.is_nan() {
        return F64::NAN;
    }
    let whole = y.trunc() == y;
    // Odd integers: whole, with a half that is not. All large numbers are even.
    let odd = whole && { (y * HALF).trunc() != y * HALF };
    let negative = x.is_sign_negative() && odd;
    let signed = |magnitude: F64| if negative { -magnitude } else { magnitude };
    let a = x.abs();
    if y.is_infinite() {
        let grows = a.gt(F64::ONE) != y.is_sign_negative();
        return match a == F64::ONE {
            true => F64::ONE,
            false if grows => F64::INFINITY,
            false => F64::ZERO,
        };
    }
    if a.is_zero() || a.is_infinite() {
        return signed(if a.is_zero() == y.is_sign_negative() { F64::INFINITY } else { F64::ZERO });
    }
    if x.is_sign_negative() && !whole {
        return F64::NAN;
    }
    let (high, low) = log_parts(a);
    let (power, power_low) = product(y, high);
    if !power.abs().lt(LARGE) {
        return signed(if power.is_sign_negative() { F64::ZERO } else { F64::INFINITY });
    }
    signed(exp_sum(power, y.mul_add(low, power_low)))
}
