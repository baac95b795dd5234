//! glibc (2.28 to 2.40): the tangent and the inverse trigonometric functions, in binary32 without fused multiply-add.

use super::{
    glibc::{reduce, reduce_large, top},
    HALF,
};
use crate::soft::F32;

/// 2
const TWO: F32 = F32(0x4000_0000);
/// pi / 4 in two parts: 0.785398126, 3.77489471e-08
const QUARTER_PI: F32 = F32(0x3f49_0fda);
const QUARTER_PI_LOW: F32 = F32(0x3322_2168);
/// pi / 2 in two parts: 1.57079625, 7.54978942e-08
const HALF_PI: F32 = F32(0x3fc9_0fda);
const HALF_PI_LOW: F32 = F32(0x33a2_2168);
/// pi, rounded down: 3.1415925
const PI: F32 = F32(0x4049_0fda);

/// Horner's scheme from the last coefficient to the first.
fn series(x: F32, coefficients: &[F32]) -> F32 {
    let mut rest = coefficients.iter().rev();
    let last = rest.next().copied().unwrap_or(F32::ZERO);
    rest.fold(last, |p, c| *c + x * p)
}

/// `x` without the last twelve bits of its mantissa.
fn head(x: F32) -> F32 {
    F32(x.0 & 0xffff_f000)
}

const TAN_ODD: [F32; 6] = [
    F32(0x3e08_8889), // 0.13333334
    F32(0x3cb3_27a4), // 0.0218694881
    F32(0x3b6b_6916), // 0.00359207904
    F32(0x3a1a_26c8), // 0.000588041264
    F32(0x38a3_f445), // 7.81794442e-05
    F32(0xb79b_ae5f), // -1.85586377e-05
];
const TAN_EVEN: [F32; 6] = [
    F32(0x3d5d_0dd1), // 0.0539682545
    F32(0x3c11_371f), // 0.00886323955
    F32(0x3abe_de48), // 0.00145620946
    F32(0x3981_37b9), // 0.000246463140
    F32(0x3895_c07a), // 7.14072521e-05
    F32(0x37d9_5384), // 2.59073058e-05
];

/// The tangent.
pub fn tanf(x: F32) -> F32 {
    if !x.is_finite() {
        return F32::NAN;
    }
    if x.0 & 0x7fff_ffff <= 0x3f49_0fda {
        return tan_of_remainder(x, F32::ZERO, false);
    }
    // Below 120 in magnitude.
    let (r, n) = if top(x) < 0x42f {
        reduce(x.to_f64(), false)
    } else {
        let (r, n) = reduce_large(x.0);
        (if x.is_sign_negative() { -r } else { r }, n)
    };
    let high = r.to_f32();
    tan_of_remainder(high, (r - high.to_f64()).to_f32(), n & 1 != 0)
}

/// The tangent of x + y within pi/4, or minus its reciprocal.
fn tan_of_remainder(x: F32, y: F32, reciprocal: bool) -> F32 {
    let magnitude = x.0 & 0x7fff_ffff;
    // Below 2^-13.
    if magnitude < 0x3900_0000 {
        return match (reciprocal, magnitude) {
            (false, _) => x,
            (true, 0) => F32::INFINITY,
            (true, _) => -F32::ONE / x,
        };
    }
    let sign = if x.is_sign_negative() { -F32::ONE } else { F32::ONE };
    let kind = if reciprocal { -F32::ONE } else { F32::ONE };
    let near = magnitude >= 0x3f2c_a140; // 0.6744
    let (mut x, mut y) = (x, y);
    if near {
        (x, y) = if x.is_sign_negative() { (-x, -y) } else { (x, y) };
        x = (QUARTER_PI - x) + (QUARTER_PI_LOW - y);
        y = F32::ZERO;
        if x.abs().0 < 0x3900_0000 {
            return sign * kind * (F32::ONE - TWO * kind * x);
        }
    }
    let z = x * x;
    let w = z * z;
    let r = series(w, &TAN_ODD);
    let v = z * series(w, &TAN_EVEN);
    let s = z * x;
    let r = y + z * (s * (r + v) + y);
    let r = r + F32(0x3eaa_aaab) * s; // 0.333333343
    let w = x + r;
    if near {
        return sign * (kind - TWO * (x - (w * w / (w + kind) - r)));
    }
    if !reciprocal {
        return w;
    }
    // -1 / (x + r), accurately.
    let z = head(w);
    let v = r - (z - x);
    let a = -F32::ONE / w;
    let t = head(a);
    let s = F32::ONE + t * z;
    t + a * (s + t * v)
}

const ASIN: [F32; 5] = [
    F32(0x3e2a_aae4), // 0.166667521
    F32(0x3d99_80f2), // 0.0749529749
    F32(0x3d3a_3f25), // 0.0454703756
    F32(0x3cc6_141e), // 0.0241795145
    F32(0x3d2c_b694), // 0.0421663076
];

/// The inverse sine.
pub fn asinf(x: F32) -> F32 {
    /// pi / 2 in two other parts: 1.57079637, -4.37113883e-08; and pi / 4: 0.785398185
    const HIGH: F32 = F32(0x3fc9_0fdb);
    const LOW: F32 = F32(0xb33b_bd2e);
    const QUARTER: F32 = F32(0x3f49_0fdb);
    let a = x.abs();
    if a.is_nan() || a.gt(F32::ONE) {
        return F32::NAN;
    }
    if a == F32::ONE {
        return x * HIGH + x * LOW;
    }
    if a.lt(HALF) {
        // Below 2^-27.
        if a.0 < 0x3200_0000 {
            return x;
        }
        let t = x * x;
        return x + x * (t * series(t, &ASIN));
    }
    let t = (F32::ONE - a) * HALF;
    let p = t * series(t, &ASIN);
    let s = t.sqrt();
    // From 0.975.
    let y = if a.0 >= 0x3f79_999a {
        HIGH - (TWO * (s + s * p) - LOW)
    } else {
        let w = head(s);
        let c = (t - w * w) / (s + w);
        let p = TWO * s * p - (LOW - TWO * c);
        let q = QUARTER - TWO * w;
        QUARTER - (p - q)
    };
    if x.is_sign_negative() {
        -y
    } else {
        y
    }
}

const ACOS_P: [F32; 6] = [
    F32(0x3e2a_aaab), // 0.166666672
    F32(0xbea6_b090), // -0.325565815
    F32(0x3e4e_0aa8), // 0.201212525
    F32(0xbd24_1146), // -0.0400555357
    F32(0x3a4f_7f04), // 0.000791535014
    F32(0x3811_ef08), // 3.47933092e-05
];
const ACOS_Q: [F32; 5] = [
    F32(0x3f80_0000), // 1
    F32(0xc019_d139), // -2.40339494
    F32(0x4001_572d), // 2.02094579
    F32(0xbf30_3361), // -0.688283980
    F32(0x3d9d_c62e), // 0.0770381540
];

/// The inverse cosine.
pub fn acosf(x: F32) -> F32 {
    let a = x.abs();
    if a.is_nan() || a.gt(F32::ONE) {
        return F32::NAN;
    }
    if a == F32::ONE {
        return if x.is_sign_negative() { PI + TWO * HALF_PI_LOW } else { F32::ZERO };
    }
    let ratio = |z: F32| z * series(z, &ACOS_P) / series(z, &ACOS_Q);
    if a.lt(HALF) {
        // Up to 2^-26.
        if a.0 <= 0x3280_0000 {
            return HALF_PI + HALF_PI_LOW;
        }
        let r = ratio(x * x);
        return HALF_PI - (x - (HALF_PI_LOW - x * r));
    }
    if x.is_sign_negative() {
        let z = (F32::ONE + x) * HALF;
        let s = z.sqrt();
        let w = ratio(z) * s - HALF_PI_LOW;
        return PI - TWO * (s + w);
    }
    let z = (F32::ONE - x) * HALF;
    let s = z.sqrt();
    let h = head(s);
    let c = (z - h * h) / (s + h);
    let w = ratio(z) * s + c;
    TWO * (h + w)
}

const ATAN_EVEN: [F32; 6] = [
    F32(0x3eaa_aaab), // 0.333333343
    F32(0x3e12_4925), // 0.142857149
    F32(0x3dba_2e6e), // 0.0909088701
    F32(0x3d88_6b35), // 0.0666107312
    F32(0x3d4b_da59), // 0.0497687794
    F32(0x3c85_69d7), // 0.0162858199
];
const ATAN_ODD: [F32; 5] = [
    F32(0xbe4c_cccd), // -0.200000003
    F32(0xbde3_8e38), // -0.111111104
    F32(0xbd9d_8795), // -0.0769187585
    F32(0xbd6e_f16b), // -0.0583357029
    F32(0xbd15_a221), // -0.0365315713
];

/// The inverse tangent.
pub fn atanf(x: F32) -> F32 {
    if x.is_nan() {
        return F32::NAN;
    }
    let a = x.abs();
    // From 2^25 on pi / 2; below 2^-29 x.
    if a.0 >= 0x4c00_0000 {
        return (HALF_PI + HALF_PI_LOW).copysign(x);
    }
    if a.0 < 0x3100_0000 {
        return x;
    }
    let tail = |t: F32| {
        let z = t * t;
        let w = z * z;
        z * series(w, &ATAN_EVEN) + w * series(w, &ATAN_ODD)
    };
    // Below 7/16, 11/16, 19/16, 39/16.
    if a.0 < 0x3ee0_0000 {
        return x - x * tail(x);
    }
    let three_halves = F32(0x3fc0_0000);
    let (t, high, low) = if a.0 < 0x3f30_0000 {
        ((TWO * a - F32::ONE) / (TWO + a), F32(0x3eed_6338), F32(0x31ac_3769)) // atan(1/2): 0.463647604, 5.01215824e-09
    } else if a.0 < 0x3f98_0000 {
        ((a - F32::ONE) / (a + F32::ONE), QUARTER_PI, QUARTER_PI_LOW)
    } else if a.0 < 0x401c_0000 {
        let t = (a - three_halves) / (F32::ONE + three_halves * a);
        (t, F32(0x3f7b_985e), F32(0x3314_0fb4)) // atan(3/2): 0.982793689, 3.44732172e-08
    } else {
        (-F32::ONE / a, HALF_PI, HALF_PI_LOW)
    };
    let y = high - ((t * tail(t) - low) - t);
    if x.is_sign_negative() {
        -y
    } else {
        y
    }
}
