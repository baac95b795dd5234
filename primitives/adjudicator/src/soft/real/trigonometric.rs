//! Circular functions and their inverses, in radians.

use super::{alternating, horner, F64, TWO};

/// pi / 2, 1.5707963267948966.
const HALF_PI: F64 = F64(0x3ff9_21fb_5444_2d18);
/// pi / 4, 0.7853981633974483.
const QUARTER_PI: F64 = F64(0x3fe9_21fb_5444_2d18);

/// The binary fraction of 2 / pi after 64 zeros: word `n` holds the bits of weight 2^(63 - 64 n) downwards.
const TWO_OVER_PI: [u64; 21] = [
    0,
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
    0xf0cf_bc20_9af4_361d,
];

/// `(r, k)` with `x = r + k pi/2` up to multiples of 2 pi, |r| <= pi/4, relative error of r about 2^-52. For finite x.
///
/// Payne and Hanek, Radian Reduction for Trigonometric Functions, 1983: only the bits of 2/pi that reach the fraction
/// of `x * 2/pi` are multiplied.
fn reduced(x: F64) -> (F64, u32) {
    if x.abs().le(QUARTER_PI) {
        return (x, 0);
    }
    // |x| = m 2^e with m of 53 bits and -53 <= e <= 971. Bits of 2/pi above weight 2^(1 - e) add multiples of 4:
    // 256 bits from there on (`start` counts from the top of the table) make x * 2/pi modulo 4 in units of 2^-254.
    let (negative, e, m) = x.split();
    let start = e.wrapping_add(62) as u32;
    let mut words = TWO_OVER_PI.iter().skip((start >> 6) as usize);
    let mut upper = words.next().copied().unwrap_or(0);
    let mut window = [0u64; 4];
    for word in &mut window {
        let lower = words.next().copied().unwrap_or(0);
        *word = ((((upper as u128) << 64) | lower as u128) >> (64 - (start & 63))) as u64;
        upper = lower;
    }
    let mut carry = 0u64;
    for word in window.iter_mut().rev() {
        // At most (2^53 - 1) (2^64 - 1) + 2^64: fits.
        let product = (*word as u128).wrapping_mul(m as u128).wrapping_add(carry as u128);
        *word = product as u64;
        carry = (product >> 64) as u64;
    }
    let [first, second, third, _] = window;
    let quadrant = (first >> 62) as u32;
    // The fraction as a signed number in units of 2^-128: from 1/2 on it counts from the next quadrant.
    let fraction = ((((first as u128) << 64) | second as u128) << 2 | (third >> 62) as u128) as i128;
    let quadrant = quadrant.wrapping_add((fraction < 0) as u32);
    let r = F64::from_parts(fraction < 0, fraction.unsigned_abs(), -128) * HALF_PI;
    if negative {
        (-r, quadrant.wrapping_neg() & 3)
    } else {
        (r, quadrant & 3)
    }
}

/// `(-1)^n / (2n + 1)!` for n = 0..=9: `sin(r) / r` as a polynomial in `r^2`; left out: below 2^-72.
const SINE: [F64; 10] = [
    alternating(0, 1),
    alternating(1, 6),
    alternating(2, 120),
    alternating(3, 5_040),
    alternating(4, 362_880),
    alternating(5, 39_916_800),
    alternating(6, 6_227_020_800),
    alternating(7, 1_307_674_368_000),
    alternating(8, 355_687_428_096_000),
    alternating(9, 121_645_100_408_832_000),
];

/// `(-1)^n / (2n)!` for n = 0..=9: `cos(r)` as a polynomial in `r^2`; left out: below 2^-67.
const COSINE: [F64; 10] = [
    alternating(0, 1),
    alternating(1, 2),
    alternating(2, 24),
    alternating(3, 720),
    alternating(4, 40_320),
    alternating(5, 3_628_800),
    alternating(6, 479_001_600),
    alternating(7, 87_178_291_200),
    alternating(8, 20_922_789_888_000),
    alternating(9, 6_402_373_705_728_000),
];

/// `(sin x, cos x)` for finite x.
fn sin_cos(x: F64) -> (F64, F64) {
    let (r, quadrant) = reduced(x);
    let square = r * r;
    let (sine, cosine) = (r * horner(square, &SINE), horner(square, &COSINE));
    match quadrant {
        0 => (sine, cosine),
        1 => (cosine, -sine),
        2 => (-sine, -cosine),
        _ => (-cosine, sine),
    }
}

/// Sine; NaN at infinity.
pub fn sin(x: F64) -> F64 {
    if x.is_finite() {
        sin_cos(x).0
    } else {
        F64::NAN
    }
}

/// Cosine; NaN at infinity.
pub fn cos(x: F64) -> F64 {
    if x.is_finite() {
        sin_cos(x).1
    } else {
        F64::NAN
    }
}

/// Tangent; NaN at infinity.
pub fn tan(x: F64) -> F64 {
    if !x.is_finite() {
        return F64::NAN;
    }
    let (sine, cosine) = sin_cos(x);
    sine / cosine
}

/// `(-1)^n / (2n + 1)` for n = 0..=13: `atan(t) / t` as a polynomial in `t^2`, which is at most 0.0396; left out: below
/// 2^-69.
const ARCTANGENT: [F64; 14] = [
    alternating(0, 1),
    alternating(1, 3),
    alternating(2, 5),
    alternating(3, 7),
    alternating(4, 9),
    alternating(5, 11),
    alternating(6, 13),
    alternating(7, 15),
    alternating(8, 17),
    alternating(9, 19),
    alternating(10, 21),
    alternating(11, 23),
    alternating(12, 25),
    alternating(13, 27),
];

/// Inverse tangent.
pub fn atan(x: F64) -> F64 {
    let a = x.abs();
    if a.gt(F64::ONE) {
        return (HALF_PI - atan(F64::ONE / a)).copysign(x);
    }
    // tan(angle / 2), twice: at most tan(pi/16).
    let halved = |t: F64| t / (F64::ONE + t.mul_add(t, F64::ONE).sqrt());
    let t = halved(halved(a));
    (t * horner(t * t, &ARCTANGENT)).ldexp(2).copysign(x)
}

/// Inverse sine; NaN beyond -1 and 1.
pub fn asin(x: F64) -> F64 {
    // The quotient is infinite at 1.
    atan(x / ((F64::ONE - x) * (F64::ONE + x)).sqrt())
}

/// Inverse cosine; NaN beyond -1 and 1.
pub fn acos(x: F64) -> F64 {
    TWO * atan(((F64::ONE - x) / (F64::ONE + x)).sqrt())
}
