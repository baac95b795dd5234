//! Exponentials and logarithms inside row kernels: MLAS's binary32 exponential, glibc's `expf` and `logf` (2.28 and
//! later), and binary64 approximations with known error for bounds.

use crate::soft::{F32, F64};

/// Coefficients of MLAS's exponential, highest degree first.
const EXP: [F32; 7] = [
    F32(0x3ab4_a000),
    F32(0x3c09_2f6e),
    F32(0x3d2a_adad),
    F32(0x3e2a_aa28),
    F32(0x3eff_fffb),
    F32(0x3f80_0000),
    F32(0x3f80_0000),
];
/// log2(e).
const LOG2E: F32 = F32(0x3fb8_aa3b);
/// 12582912: added and taken away, it rounds to an integer.
const ROUNDER: F32 = F32(0x4b40_0000);
/// -ln(2) in two parts.
const MINUS_LN2: (F32, F32) = (F32(0xbf31_7200), F32(0xb5bf_be8e));
/// -103.97208: below it the exponential is 0.
const LEAST: F32 = F32(0xc2cf_f1b5);
/// -88.37626: the same in the AVX2 softmax.
const LEAST_AVX2: F32 = F32(0xc2b0_c0a5);

/// `(p, m)` with exp(x) = p 2^m.
fn core(x: F32) -> (F32, i32) {
    let m = x.mul_add(LOG2E, ROUNDER) - ROUNDER;
    let r = m.mul_add(MINUS_LN2.1, m.mul_add(MINUS_LN2.0, x));
    let p = EXP.iter().copied().reduce(|p, c| p.mul_add(r, c)).unwrap_or(F32::ONE);
    (p, m.to_i64_trunc().and_then(|m| i32::try_from(m).ok()).unwrap_or(0))
}

/// exp of a number at most 0 (a difference to a maximum), as the AVX-512 softmax has it; NaN stays NaN.
pub fn exp_avx512(x: F32) -> F32 {
    if x.is_nan() {
        return x;
    }
    let (p, m) = core(LEAST.max_x86(x));
    p.ldexp(m)
}

/// The same in the AVX2 softmax: no subnormals.
pub fn exp_avx2(x: F32) -> F32 {
    if x.is_nan() {
        return x;
    }
    let (p, m) = core(LEAST_AVX2.max_x86(x));
    let power = m.checked_add(127).and_then(|e| u32::try_from(e).ok()).unwrap_or(0);
    p * F32(power << 23)
}

/// 2^(i/32) as bits, less i 2^47.
const EXP2: [u64; 32] = [
    0x3ff0000000000000,
    0x3fefd9b0d3158574,
    0x3fefb5586cf9890f,
    0x3fef9301d0125b51,
    0x3fef72b83c7d517b,
    0x3fef54873168b9aa,
    0x3fef387a6e756238,
    0x3fef1e9df51fdee1,
    0x3fef06fe0a31b715,
    0x3feef1a7373aa9cb,
    0x3feedea64c123422,
    0x3feece086061892d,
    0x3feebfdad5362a27,
    0x3feeb42b569d4f82,
    0x3feeab07dd485429,
    0x3feea47eb03a5585,
    0x3feea09e667f3bcd,
    0x3fee9f75e8ec5f74,
    0x3feea11473eb0187,
    0x3feea589994cce13,
    0x3feeace5422aa0db,
    0x3feeb737b0cdc5e5,
    0x3feec49182a3f090,
    0x3feed503b23e255d,
    0x3feee89f995ad3ad,
    0x3feeff76f2fb5e47,
    0x3fef199bdd85529c,
    0x3fef3720dcef9069,
    0x3fef5818dcfba487,
    0x3fef7c97337b9b5f,
    0x3fefa4afa2a490da,
    0x3fefd0765b6e4540,
];

/// glibc's `expf`: computed in binary64, rounded once.
pub fn expf(x: F32) -> F32 {
    if x.is_nan() || x.is_infinite() {
        return if x == F32(0xff80_0000) { F32::ZERO } else { x };
    }
    // Overflow above 88.722839, underflow to 0 below -103.972084.
    if x.gt(F32(0x42b1_7217)) {
        return F32::INFINITY;
    }
    if x.lt(F32(0xc2cf_f1b4)) {
        return F32::ZERO;
    }
    let z = F64(0x4047_1547_652b_82fe) * x.to_f64(); // 32 / ln 2
    let shift = F64(0x4338_0000_0000_0000); // 1.5 * 2^52
    let shifted = z + shift;
    let k = shifted.0;
    let r = z - (shifted - shift);
    let entry = usize::try_from(k & 31).ok().and_then(|i| EXP2.get(i)).copied().unwrap_or(0);
    let s = F64(entry.wrapping_add(k << 47));
    let high = F64(0x3ebc_6af8_4b91_2394) * r + F64(0x3f2e_bfce_50fa_c4f3);
    let low = F64(0x3f96_2e42_ff0c_52d6) * r + F64::ONE;
    ((high * (r * r) + low) * s).to_f32()
}

/// 1/c and ln(c) for 16 centres c.
const LOG: [(u64, u64); 16] = [
    (0x3ff661ec79f8f3be, 0xbfd57bf7808caade),
    (0x3ff571ed4aaf883d, 0xbfd2bef0a7c06ddb),
    (0x3ff49539f0f010b0, 0xbfd01eae7f513a67),
    (0x3ff3c995b0b80385, 0xbfcb31d8a68224e9),
    (0x3ff30d190c8864a5, 0xbfc6574f0ac07758),
    (0x3ff25e227b0b8ea0, 0xbfc1aa2bc79c8100),
    (0x3ff1bb4a4a1a343f, 0xbfba4e76ce8c0e5e),
    (0x3ff12358f08ae5ba, 0xbfb1973c5a611ccc),
    (0x3ff0953f419900a7, 0xbfa252f438e10c1e),
    (0x3ff0000000000000, 0x0000000000000000),
    (0x3fee608cfd9a47ac, 0x3faaa5aa5df25984),
    (0x3feca4b31f026aa0, 0x3fbc5e53aa362eb4),
    (0x3feb2036576afce6, 0x3fc526e57720db08),
    (0x3fe9c2d163a1aa2d, 0x3fcbc2860d224770),
    (0x3fe886e6037841ed, 0x3fd1058bc8a07ee1),
    (0x3fe767dcf5534862, 0x3fd4043057b6ee09),
];

/// glibc's `logf`: computed in binary64, rounded once.
pub fn logf(x: F32) -> F32 {
    if x.is_nan() || x == F32::INFINITY {
        return x;
    }
    if x.is_zero() {
        return F32(0xff80_0000);
    }
    if x.is_sign_negative() {
        return F32::NAN;
    }
    if x == F32::ONE {
        return F32::ZERO;
    }
    let mut i = x.0;
    if i < 0x0080_0000 {
        i = x.ldexp(23).0.wrapping_sub(23 << 23);
    }
    let t = i.wrapping_sub(0x3f33_0000);
    let entry = usize::try_from((t >> 19) & 15).ok().and_then(|n| LOG.get(n));
    let (inverse, log) = entry.map_or((F64::ONE, F64::ZERO), |(a, b)| (F64(*a), F64(*b)));
    let k = F64::from_i64(i64::from((t as i32) >> 23));
    let z = F32(i.wrapping_sub(t & 0xff80_0000)).to_f64();
    let r = z * inverse - F64::ONE;
    let y0 = k * F64(0x3fe6_2e42_fefa_39ef) + log;
    let r2 = r * r;
    let y = F64(0x3fd5_575b_0be0_0b6a) * r + F64(0xbfdf_fffe_f20a_4123);
    let y = F64(0xbfd0_0ea3_48b8_8334) * r2 + y;
    (y * r2 + (y0 + r)).to_f32()
}

/// ln(2) in two parts, the first with 21 trailing zeros.
const LN2: (F64, F64) = (F64(0x3fe6_2e42_fee0_0000), F64(0x3dea_39ef_3579_3c76));
/// 1/n! for n = 15 down to 0.
const INVERSE_FACTORIALS: [u64; 16] = [
    0x3d6ae7f3e733b81f,
    0x3da93974a8c07c9d,
    0x3de6124613a86d09,
    0x3e21eed8eff8d898,
    0x3e5ae64567f544e4,
    0x3e927e4fb7789f5c,
    0x3ec71de3a556c734,
    0x3efa01a01a01a01a,
    0x3f2a01a01a01a01a,
    0x3f56c16c16c16c17,
    0x3f81111111111111,
    0x3fa5555555555555,
    0x3fc5555555555555,
    0x3fe0000000000000,
    0x3ff0000000000000,
    0x3ff0000000000000,
];
/// 1/(2n + 1) for n = 12 down to 0.
const INVERSE_ODD: [u64; 13] = [
    0x3fa47ae147ae147b,
    0x3fa642c8590b2164,
    0x3fa8618618618618,
    0x3faaf286bca1af28,
    0x3fae1e1e1e1e1e1e,
    0x3fb1111111111111,
    0x3fb3b13b13b13b14,
    0x3fb745d1745d1746,
    0x3fbc71c71c71c71c,
    0x3fc2492492492492,
    0x3fc999999999999a,
    0x3fd5555555555555,
    0x3ff0000000000000,
];

/// exp(x) with a relative error below 2^-48 (and what underflow adds), for bounds.
///
/// With n = rn(x / ln 2) and |r| <= 0.35 the reduction errs by less than 2^-49 (for |n| <= 1100 the first product is
/// exact), the series of degree 15 by less than 2^-60, its rounding by less than 2^-51.
pub fn exp(x: F64) -> F64 {
    if x.is_nan() {
        return x;
    }
    // 710 and -746: beyond, infinite and 0.
    if x.gt(F64(0x4086_3000_0000_0000)) {
        return F64::INFINITY;
    }
    if x.lt(F64(0xc087_5000_0000_0000)) {
        return F64::ZERO;
    }
    let n = (x * F64(0x3ff7_1547_652b_82fe)).round_ties_even();
    let r = (x - n * LN2.0) - n * LN2.1;
    let p = INVERSE_FACTORIALS.iter().fold(F64::ZERO, |p, c| p * r + F64(*c));
    p.ldexp(n.to_i64_trunc().and_then(|n| i32::try_from(n).ok()).unwrap_or(0))
}

/// ln(x) for x > 0 with an absolute error below 2^-48 (1 + |ln(x)|), for bounds; NaN below 0.
///
/// x = 2^k z with z in [2/3, 4/3], s = (z - 1)/(z + 1), |s| <= 1/5: ln(z) = 2 s (1 + s^2/3 + ...), cut after s^24 with
/// less than 2^-60.
pub fn log(x: F64) -> F64 {
    if x.is_nan() || x == F64::INFINITY {
        return x;
    }
    if x.is_zero() {
        return -F64::INFINITY;
    }
    if x.is_sign_negative() {
        return F64::NAN;
    }
    let (_, exponent, mantissa) = x.split();
    let length = 64u32.saturating_sub(mantissa.leading_zeros());
    let mut k = exponent.saturating_add(i32::try_from(length).unwrap_or(0));
    // z in [1/2, 1), then in [2/3, 4/3).
    let mut z = F64::from_u64(mantissa).ldexp(i32::try_from(length).unwrap_or(0).saturating_neg());
    if z.lt(F64(0x3fe5_5555_5555_5555)) {
        z = z.ldexp(1);
        k = k.saturating_sub(1);
    }
    let s = (z - F64::ONE) / (z + F64::ONE);
    let series = INVERSE_ODD.iter().fold(F64::ZERO, |p, c| p * (s * s) + F64(*c));
    let k = F64::from_i64(i64::from(k));
    k * LN2.0 + (k * LN2.1 + (s + s) * series)
}
