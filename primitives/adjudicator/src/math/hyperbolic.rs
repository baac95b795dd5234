//! glibc (2.28 to 2.40): `expf` in binary64 with fused multiply-add, and the hyperbolic functions and their inverses in
//! binary32 without.

use super::{glibc::exp2_by_thirtyseconds, logf, HALF};
use crate::soft::{F32, F64};

/// 32 / ln(2)
const STEPS: F64 = F64(0x4047_1547_652b_82fe);
/// 1.5 * 2^52: rounds to an integer.
const SHIFT: F64 = F64(0x4338_0000_0000_0000);
/// Beyond these, infinite and 0: 88.7228317, -103.972076.
const EXP_HIGHEST: F32 = F32(0x42b1_7217);
const EXP_LOWEST: F32 = F32(0xc2cf_f1b4);

/// e^x.
pub fn expf(x: F32) -> F32 {
    if x.is_nan() {
        return F32::NAN;
    }
    if x.gt(EXP_HIGHEST) {
        return F32::INFINITY;
    }
    if x.lt(EXP_LOWEST) {
        return F32::ZERO;
    }
    let x = x.to_f64();
    let shifted = STEPS.mul_add(x, SHIFT);
    let r = STEPS.mul_add(x, -(shifted - SHIFT));
    let s = exp2_by_thirtyseconds(shifted.0);
    // 1.69383593e-06, 0.000234598098; 0.0216608494
    let z = F64(0x3ebc_6af8_4b91_2394).mul_add(r, F64(0x3f2e_bfce_50fa_c4f3));
    let y = F64(0x3f96_2e42_ff0c_52d6).mul_add(r, F64::ONE);
    let y = z.mul_add(r * r, y);
    (y * s).to_f32()
}

/// 2
const TWO: F32 = F32(0x4000_0000);
/// 3
const THREE: F32 = F32(0x4040_0000);
/// 6
const SIX: F32 = F32(0x40c0_0000);
/// ln(2) in two parts: 0.693138123, 9.05800061e-06
const LN2_HIGH: F32 = F32(0x3f31_7180);
const LN2_LOW: F32 = F32(0x3717_f7d1);
/// ln(2) = 0.693147182
const LN2: F32 = F32(0x3f31_7218);
/// 1 / ln(2) = 1.44269502
const LN2_INVERSE: F32 = F32(0x3fb8_aa3b);

fn number(k: i32) -> F32 {
    F32::from_i64(i64::from(k))
}

/// `x` with `k` added to its exponent field.
fn scaled(x: F32, k: i32) -> F32 {
    F32(x.0.wrapping_add((k as u32).wrapping_shl(23)))
}

/// e^x - 1.
pub fn expm1f(x: F32) -> F32 {
    let magnitude = x.0 & 0x7fff_ffff;
    let negative = x.is_sign_negative();
    // From 27 ln(2).
    if magnitude >= 0x4195_b844 {
        if x.is_nan() {
            return F32::NAN;
        }
        if negative {
            return -F32::ONE;
        }
        // From 88.7228394.
        if magnitude >= 0x42b1_7218 {
            return F32::INFINITY;
        }
    }
    if magnitude < 0x3300_0000 {
        return x; // below 2^-25
    }
    let (x, k, c) = reduce(x, magnitude, negative);
    let half = HALF * x;
    let square = x * half;
    let q = F32(0x3686_7e54) + square * F32(0xb457_edbb); // 4.00821773e-06, -2.01099219e-07
    let q = F32(0xb8a6_70cd) + square * q; // -7.93650761e-05
    let q = F32(0x3ad0_0d01) + square * q; // 0.00158730161
    let q = F32(0xbd08_8889) + square * q; // -0.0333333351
    let r = F32::ONE + square * q;
    let t = THREE - r * half;
    let e = square * ((r - t) / (SIX - x * t));
    if k == 0 {
        return x - (x * e - square);
    }
    let e = (x * (e - c) - c) - square;
    match k {
        -1 => HALF * (x - e) - HALF,
        1 if x.lt(F32(0xbe80_0000)) => -TWO * (e - (x + HALF)), // -0.25
        1 => F32::ONE + TWO * (x - e),
        2..=22 => {
            let t = F32(0x3f80_0000u32.wrapping_sub(0x0100_0000u32.wrapping_shr(k as u32))); // 1 - 2^-k
            scaled(t - (e - x), k)
        },
        23..=56 => {
            let t = F32((0x7fi32.wrapping_sub(k) as u32).wrapping_shl(23)); // 2^-k
            scaled((x - (e + t)) + F32::ONE, k)
        },
        _ => scaled(F32::ONE - (e - x), k) - F32::ONE,
    }
}

/// x = k ln(2) + r + c for `expm1f`.
fn reduce(x: F32, magnitude: u32, negative: bool) -> (F32, i32, F32) {
    // Up to ln(2) / 2.
    if magnitude <= 0x3eb1_7218 {
        return (x, 0, F32::ZERO);
    }
    let (high, low, k) = match (magnitude < 0x3f85_1592, negative) {
        // Up to 1.5 ln(2).
        (true, false) => (x - LN2_HIGH, LN2_LOW, 1),
        (true, true) => (x + LN2_HIGH, -LN2_LOW, -1),
        (false, _) => {
            let k = LN2_INVERSE * x + HALF.copysign(x);
            let k = k.to_i64_trunc().unwrap_or(0) as i32;
            (x - number(k) * LN2_HIGH, number(k) * LN2_LOW, k)
        },
    };
    let r = high - low;
    (r, k, (high - r) - low)
}

const LOG1P: [F32; 7] = [
    F32(0x3e17_8897), // 0.147981986
    F32(0x3e1c_d04f), // 0.153138384
    F32(0x3e3a_3325), // 0.181835726
    F32(0x3e63_8e29), // 0.222221985
    F32(0x3e92_4925), // 0.285714298
    F32(0x3ecc_cccd), // 0.400000006
    F32(0x3f2a_aaab), // 0.666666687
];

/// ln(1 + x).
pub fn log1pf(x: F32) -> F32 {
    let magnitude = x.0 & 0x7fff_ffff;
    if x.is_nan() || x.lt(-F32::ONE) {
        return F32::NAN;
    }
    if x == -F32::ONE {
        return F32::NEG_INFINITY;
    }
    if x.is_infinite() {
        return x;
    }
    // Below 2^-29, and of those below 2^-54.
    if magnitude < 0x3100_0000 {
        return if magnitude < 0x2480_0000 { x } else { x - x * x * HALF };
    }
    // Within (-0.2929, 0.41422) no reduction is needed.
    let small = if x.is_sign_negative() { magnitude <= 0x3e95_f61f } else { magnitude < 0x3ed4_13d7 };
    let (f, k, c, rest) = if small { (x, 0, F32::ZERO, 1) } else { one_plus(x) };
    let half_square = HALF * f * f;
    let low = |c: F32| number(k) * LN2_LOW + c;
    if rest == 0 {
        if f.is_zero() {
            return if k == 0 { F32::ZERO } else { number(k) * LN2_HIGH + low(c) };
        }
        let r = half_square * (F32::ONE - F32(0x3f2a_aaab) * f); // 0.666666687
        return if k == 0 { f - r } else { number(k) * LN2_HIGH - ((r - low(c)) - f) };
    }
    let s = f / (TWO + f);
    let z = s * s;
    let mut coefficients = LOG1P.iter();
    let first = coefficients.next().copied().unwrap_or(F32::ZERO);
    let r = z * coefficients.fold(first, |p, q| *q + z * p);
    if k == 0 {
        return f - (half_square - s * (half_square + r));
    }
    number(k) * LN2_HIGH - ((half_square - (s * (half_square + r) + low(c))) - f)
}

/// 1 + x = 2^k (1 + f) with a correction c; the last is zero where f is below 2^-20.
fn one_plus(x: F32) -> (F32, i32, F32, u32) {
    let exponent = |u: F32| ((u.0 >> 23) as i32).wrapping_sub(127);
    // From 2^53 on, 1 + x is x.
    let (u, mut k, c) = if x.0 < 0x5a00_0000 || x.is_sign_negative() {
        let u = F32::ONE + x;
        let k = exponent(u);
        let c = if k > 0 { F32::ONE - (u - x) } else { x - (u - F32::ONE) };
        (u, k, c / u)
    } else {
        (x, exponent(x), F32::ZERO)
    };
    let mantissa = u.0 & 0x007f_ffff;
    // sqrt(2) - 1
    let (u, rest) = if mantissa < 0x0035_04f7 {
        (F32(mantissa | 0x3f80_0000), mantissa)
    } else {
        k = k.wrapping_add(1);
        (F32(mantissa | 0x3f00_0000), 0x0080_0000u32.wrapping_sub(mantissa) >> 2)
    };
    (u - F32::ONE, k, c, rest)
}

/// The hyperbolic sine.
pub fn sinhf(x: F32) -> F32 {
    let a = x.abs();
    if !x.is_finite() {
        return x.canonical();
    }
    let half = HALF.copysign(x);
    // Below 22, and of those below 2^-28 and 1.
    if a.0 < 0x41b0_0000 {
        if a.0 < 0x3180_0000 {
            return x;
        }
        let t = expm1f(a);
        if a.lt(F32::ONE) {
            return half * (TWO * t - t * t / (t + F32::ONE));
        }
        return half * (t + t / (t + F32::ONE));
    }
    large(a, half)
}

/// The hyperbolic cosine.
pub fn coshf(x: F32) -> F32 {
    let a = x.abs();
    if x.is_nan() {
        return F32::NAN;
    }
    if a.0 < 0x41b0_0000 {
        // Below ln(2) / 2, and of those below 2^-55.
        if a.0 < 0x3eb1_7218 {
            if a.0 < 0x2400_0000 {
                return F32::ONE;
            }
            let t = expm1f(a);
            let w = F32::ONE + t;
            return F32::ONE + (t * t) / (w + w);
        }
        let t = expf(a);
        return HALF * t + HALF / t;
    }
    large(a, HALF)
}

/// `half` e^a for a from 22.
fn large(a: F32, half: F32) -> F32 {
    // Up to the logarithm of the largest number e^a is finite, a little further half of it is.
    if a.0 < 0x42b1_7180 {
        return half * expf(a);
    }
    if a.0 <= 0x42b2_d4fc {
        let w = expf(HALF * a);
        return (half * w) * w;
    }
    F32::INFINITY.copysign(half)
}

/// The inverse hyperbolic sine.
pub fn asinhf(x: F32) -> F32 {
    let a = x.abs();
    // Below 2^-14; NaN and infinity stay as well.
    if a.0 < 0x3800_0000 || !x.is_finite() {
        return x.canonical();
    }
    let w = if a.0 > 0x4700_0000 {
        logf(a) + LN2
    } else if a.0 > 0x4000_0000 {
        logf(TWO * a + F32::ONE / ((a * a + F32::ONE).sqrt() + a))
    } else {
        let t = a * a;
        log1pf(a + t / (F32::ONE + (F32::ONE + t).sqrt()))
    };
    w.copysign(x)
}

/// The inverse hyperbolic cosine.
pub fn acoshf(x: F32) -> F32 {
    if x.is_nan() || x.lt(F32::ONE) {
        return F32::NAN;
    }
    if x.is_infinite() {
        return x;
    }
    // From 2^28; above 2; 1.
    if x.0 >= 0x4d80_0000 {
        return logf(x) + LN2;
    }
    if x.0 > 0x4000_0000 {
        let t = x * x;
        return logf(TWO * x - F32::ONE / (x + (t - F32::ONE).sqrt()));
    }
    if x == F32::ONE {
        return F32::ZERO;
    }
    let t = x - F32::ONE;
    log1pf(t + (TWO * t + t * t).sqrt())
}

/// The inverse hyperbolic tangent.
pub fn atanhf(x: F32) -> F32 {
    let a = x.abs();
    if a.is_nan() || a.gt(F32::ONE) {
        return F32::NAN;
    }
    if a == F32::ONE {
        return F32::INFINITY.copysign(x);
    }
    if a.lt(HALF) {
        // Below 2^-28.
        if a.0 < 0x3180_0000 {
            return x;
        }
        let t = a + a;
        return (HALF * log1pf(t + t * a / (F32::ONE - a))).copysign(x);
    }
    (HALF * log1pf((a + a) / (F32::ONE - a))).copysign(x)
}
