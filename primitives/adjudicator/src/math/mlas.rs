//! MLAS: `exp`, `erf`, `tanh`, the logistic function.

use super::{horner, HALF, MAGIC};
use crate::soft::F32;

/// log2(e) = 1.44269502
const LOG2E: F32 = F32(0x3fb8_aa3b);
/// -ln(2), upper part: -0.693145752
const LN2_HIGH: F32 = F32(0xbf31_7200);
/// -ln(2), lower part: -1.42860677e-6
const LN2_LOW: F32 = F32(0xb5bf_be8e);
/// Below this `exp` is 0: -103.972084
const EXP_LOWEST: F32 = F32(0xc2cf_f1b5);

const EXP: [F32; 7] = [
    F32(0x3ab4_a000), // 0.00137805939
    F32(0x3c09_2f6e), // 0.00837312452
    F32(0x3d2a_adad), // 0.0416695364
    F32(0x3e2a_aa28), // 0.16666472
    F32(0x3eff_fffb), // 0.499999851
    F32(0x3f80_0000), // 1
    F32(0x3f80_0000), // 1
];

/// 2^m times a polynomial in x - m ln(2).
#[inline(always)]
fn exp_by(x: F32, coefficients: &[F32; 7]) -> F32 {
    match exp_fixed(x, coefficients) {
        Some(y) => y,
        None => exp_stepwise(x, coefficients),
    }
}

/// [`exp_stepwise`] in fixed point: the same bits, several times faster; `None` for few x. For both lists of
/// coefficients compared with it for every float.
#[inline(always)]
fn exp_fixed(x: F32, coefficients: &[F32; 7]) -> Option<F32> {
    /// log2(e) in units of 2^-23, and ln(2), the sum of both parts, in units of 2^-42.
    const LOG2E_UNITS: i64 = (LOG2E.0 & 0x007f_ffff | 0x0080_0000) as i64;
    const LN2_UNITS: i64 = (0x00b1_7200 << 18) + (0x00bf_be8e >> 1);
    // 2^-16 <= |x| < 2^7. What follows is for |x|: all steps treat both signs alike.
    let (negative, exponent, mantissa) = x.split();
    if !(-39..=-17).contains(&exponent) {
        return None;
    }
    let mantissa = mantissa as i64;
    // m is the integer nearest to x log2(e): adding MAGIC rounds to that. Never a tie: log2(e) is odd in its units.
    let right = 23i32.wrapping_sub(exponent) as u32;
    let m = mantissa.wrapping_mul(LOG2E_UNITS).wrapping_add(1i64.wrapping_shl(right) >> 1).wrapping_shr(right);
    // r in units of 2^-42. Only the second fused multiply-add rounds: for m = 0 the first gives x; for others x and m
    // times the upper part of ln(2) are multiples of 2^-25, and their difference, below 2^-1, has 24 bits.
    let r = mantissa.wrapping_shl(exponent.wrapping_add(42) as u32).wrapping_sub(m.wrapping_mul(LN2_UNITS));
    let drop = excess(r.unsigned_abs(), 24);
    if drop < 3 {
        return None;
    }
    // Rounded it is a multiple of 2^-39, the unit from here on: |r| < 0.35 is below 2^38.
    let r = nearest(r, drop)?.wrapping_shl(drop.wrapping_sub(3) as u32);
    let (m, r) = if negative { (m.wrapping_neg(), r.wrapping_neg()) } else { (m, r) };
    // Sums in units of 2^-62, each positive and below 2, p in units of its own last place. The sums of the first three
    // are in the binades of their coefficients, whatever r.
    let [c0, c1, c2, c3, c4, c5, c6] = *coefficients;
    let p = c0.split().2 as i64;
    let p = nearest(sum(p, last(c0), r, c1), last(c1))?;
    let p = nearest(sum(p, last(c1), r, c2), last(c2))?;
    let p = nearest(sum(p, last(c2), r, c3), last(c3))?;
    let (mut p, mut drop) = (p, last(c3));
    for c in [c4, c5, c6] {
        let sum = sum(p, drop, r, c);
        drop = excess(sum as u64, 24);
        p = nearest(sum, drop)?;
    }
    Some(F32::round(0, p as u64, drop.wrapping_sub(62).wrapping_add(m as i32)))
}

/// Exponent of the last place of a coefficient, above 2^-62.
#[inline(always)]
fn last(c: F32) -> i32 {
    c.split().1.wrapping_add(62)
}

/// `c + p r` in units of 2^-62, rounded down: r in units of 2^-39, p of `2^(drop - 62)`.
#[inline(always)]
fn sum(p: i64, drop: i32, r: i64, c: F32) -> i64 {
    let c = (c.split().2 as i64).wrapping_shl(last(c) as u32);
    c.wrapping_add(r.wrapping_mul(p).wrapping_shr(39i32.wrapping_sub(drop) as u32))
}

/// How many bits a magnitude has beyond `bits`; below 0 if it has fewer.
#[inline(always)]
const fn excess(magnitude: u64, bits: i32) -> i32 {
    64i32.wrapping_sub(bits).wrapping_sub(magnitude.leading_zeros() as i32)
}

/// The multiple of `2^drop` nearest to a number that rounded down is `z`, divided by `2^drop`; `None` where what was cut
/// off may decide it. `1 <= drop <= 62`.
#[inline(always)]
const fn nearest(z: i64, drop: i32) -> Option<i64> {
    let half = 1i64.wrapping_shl(drop.wrapping_sub(1) as u32);
    let up = z.wrapping_add(half);
    if up & half.wrapping_add(half).wrapping_sub(1) == 0 {
        return None;
    }
    Some(up.wrapping_shr(drop as u32))
}

/// [`exp_by`] as the kernel does it.
#[cold]
#[inline(never)]
fn exp_stepwise(x: F32, coefficients: &[F32; 7]) -> F32 {
    let m = x.mul_add(LOG2E, MAGIC) - MAGIC;
    let r = m.mul_add(LN2_HIGH, x);
    let r = m.mul_add(LN2_LOW, r);
    horner(r, coefficients).ldexp(integer(m))
}

/// A small integer held as a number; 0 for NaN, limits for what is out of range.
fn integer(m: F32) -> i32 {
    match m.to_i64_trunc() {
        Some(m) => m.clamp(-1000, 1000) as i32,
        None if m.is_nan() => 0,
        None if m.is_sign_negative() => -1000,
        None => 1000,
    }
}

/// e^x without the clamp of [`exp`]: for what is known to be finite.
pub fn exp_core(x: F32) -> F32 {
    exp_by(x, &EXP)
}

/// e^x (`MlasComputeExp`, and the exponentials inside Softmax).
pub fn exp(x: F32) -> F32 {
    if x.is_nan() {
        return F32::NAN;
    }
    if x == F32::INFINITY {
        return x;
    }
    exp_core(EXP_LOWEST.max_x86(x))
}

/// |x| from which `erf` is 1 in binary32: 3.925
const ERF_BOUND: F32 = F32(0x407b_3333);
/// |x| from which `erf` goes through the exponential: 0.921875
const ERF_SPLIT: F32 = F32(0x3f6c_0000);
/// -88.3762589
const ERF_LOWEST: F32 = F32(0xc2b0_c0a5);

const ERF_SMALL: [F32; 6] = [
    F32(0xba1d_0d41), // -0.000599104969
    F32(0x3ba3_9fa4), // 0.00499339588
    F32(0xbcdb_45e9), // -0.0267667342
    F32(0x3de7_0d23), // 0.112818025
    F32(0xbec0_9370), // -0.376124859
    F32(0x3e03_75d3), // 0.128379151
];

const ERF_LARGE: [F32; 7] = [
    F32(0x3791_1480), // 1.7294893e-05
    F32(0xb9c8_e966), // -0.00038320868
    F32(0x3b7e_899b), // 0.00388393435
    F32(0xbcc6_b180), // -0.0242545605
    F32(0x3dda_ae58), // 0.106777847
    F32(0x3f22_8550), // 0.634846687
    F32(0x3e03_ce86), // 0.128717512
];

const ERF_EXP: [F32; 7] = [
    F32(0x3ab5_4c6d), // 0.00138319808
    F32(0x3c09_3965), // 0.00837550033
    F32(0x3d2a_ad10), // 0.0416689515
    F32(0x3e2a_aa17), // 0.166664466
    F32(0x3eff_fffb), // 0.499999851
    F32(0x3f80_0000), // 1
    F32(0x3f80_0000), // 1
];

/// The error function (`MlasComputeErf`).
pub fn erf(x: F32) -> F32 {
    if x.is_nan() {
        return F32::NAN;
    }
    let a = x.abs().min_x86(ERF_BOUND);
    if a.lt(ERF_SPLIT) {
        return horner(a * a, &ERF_SMALL).mul_add(a, a).copysign(x);
    }
    let exponent = -horner(a, &ERF_LARGE).mul_add(a, a);
    let y = F32::ONE - exp_by(exponent.max_x86(ERF_LOWEST), &ERF_EXP);
    y.copysign(x)
}

/// 9
const TANH_BOUND: F32 = F32(0x4110_0000);

const TANH_P: [F32; 7] = [
    F32(0xa59f_25c0), // -2.76076848e-16
    F32(0x2a61_337e), // 2.0001879e-13
    F32(0xaebd_37ff), // -8.60467152e-11
    F32(0x335c_0041), // 5.12229709e-08
    F32(0x3779_434a), // 1.48572236e-05
    F32(0x3a27_0ded), // 0.000637261929
    F32(0x3ba0_59dc), // 0.00489352456
];

const TANH_Q: [F32; 4] = [
    F32(0x35a0_d3d8), // 1.19825839e-06
    F32(0x38f8_95d6), // 0.000118534706
    F32(0x3b14_aa05), // 0.00226843463
    F32(0x3ba0_59dd), // 0.00489352519
];

/// The hyperbolic tangent (`MlasComputeTanh`).
pub fn tanh(x: F32) -> F32 {
    let v = clamp(x, TANH_BOUND);
    let s = v * v;
    horner(s, &TANH_P) * v / horner(s, &TANH_Q)
}

/// 18
const SIGMOID_BOUND: F32 = F32(0x4190_0000);

const SIGMOID_P: [F32; 5] = [
    F32(0x2e40_3551), // 4.37031013e-11
    F32(0x33f8_4ecb), // 1.15627324e-07
    F32(0x387f_413b), // 6.08574865e-05
    F32(0x3c0b_7d58), // 0.00851377133
    F32(0x3e7e_3f32), // 0.248287947
];

const SIGMOID_Q: [F32; 6] = [
    F32(0x2b2b_c4f5), // 6.1024739e-13
    F32(0x31c5_f27b), // 5.76102137e-09
    F32(0x36d3_17dd), // 6.29106785e-06
    F32(0x3adf_153f), // 0.00170198817
    F32(0x3def_3e18), // 0.116817657
    F32(0x3f7e_3f34), // 0.993151921
];

/// 1 / (1 + e^-x) (`MlasComputeLogistic`). Some x in (17.5, 18) give 1 + 2^-23: the kernel has no upper clamp.
pub fn sigmoid(x: F32) -> F32 {
    let v = clamp(x, SIGMOID_BOUND);
    let s = v * v;
    let y = horner(s, &SIGMOID_P) * v / horner(s, &SIGMOID_Q) + HALF;
    if y.is_nan() {
        return y;
    }
    F32::ZERO.max_x86(y)
}

/// `x` within +-`bound`; NaN stays.
fn clamp(x: F32, bound: F32) -> F32 {
    bound.min_x86((-bound).max_x86(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of these numbers the fixed point leaves to the steps; the others have the same bits.
    fn left(numbers: impl Iterator<Item = u32>, coefficients: &[F32; 7]) -> u64 {
        numbers.fold(0, |left, bits| match exp_fixed(F32(bits), coefficients) {
            Some(y) => {
                assert_eq!(y, exp_stepwise(F32(bits), coefficients), "{bits:#x}");
                left
            },
            None => left + 1,
        })
    }

    #[test]
    fn fixed_point_should_give_the_bits_of_the_steps() {
        for coefficients in [&EXP, &ERF_EXP] {
            left((0..=u32::MAX).step_by(1009), coefficients);
            let usual = left((0xbd00_0000..0xc280_0000).step_by(37), coefficients);
            assert!(usual < 20_000, "{usual} of 2.4 million take the long way");
        }
    }

    #[test]
    #[ignore = "every float: ten minutes"]
    fn fixed_point_should_give_the_bits_of_the_steps_for_every_float() {
        for coefficients in [&EXP, &ERF_EXP] {
            left(0..=u32::MAX, coefficients);
        }
    }
}
