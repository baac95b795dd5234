//! Eigen's packets of four binary32 numbers: logarithm, sine, cosine. No fused multiply-add.

use super::MAGIC;
use crate::soft::{F32, F64};

/// sqrt(1/2) = 0.707106769
const SQRT_HALF: F32 = F32(0x3f35_04f3);
/// ln(2) = 0.693147182
const LN2: F32 = F32(0x3f31_7218);

/// x = m 2^e with m in [1/2, 1), of a finite positive number.
fn frexp(x: F32) -> (F32, i32) {
    let field = ((x.0 >> 23) & 0xff) as i32;
    if field == 0 {
        // Subnormal: 2^25 times it is normal.
        let (m, e) = frexp_normal(x.ldexp(25));
        return (m, e.saturating_sub(25));
    }
    frexp_normal(x)
}

fn frexp_normal(x: F32) -> (F32, i32) {
    let field = ((x.0 >> 23) & 0xff) as i32;
    (F32((x.0 & 0x007f_ffff) | 0x3f00_0000), field.saturating_sub(126))
}

/// The natural logarithm (`plog<Packet4f>`).
pub fn log_packet(x: F32) -> F32 {
    if x.is_nan() || x.lt(F32::ZERO) {
        return F32::NAN;
    }
    if x.is_zero() {
        return F32::NEG_INFINITY;
    }
    if x.is_infinite() {
        return x;
    }
    let (mut m, mut e) = frexp(x);
    // m - 1 in [sqrt(1/2) - 1, sqrt(2) - 1)
    if m.lt(SQRT_HALF) {
        m = (m - F32::ONE) + m;
        e = e.saturating_sub(1);
    } else {
        m = m - F32::ONE;
    }
    let p = m * F32(0x3e3a_f1c9) + F32::ONE; // 0.182562962; the two after it round to 1
    let p = m * p + F32::ONE;
    let p = m * p;
    let q = m * F32(0x3d4b_3a68) + F32(0x3f19_674d); // 0.0496162474, 0.599232495
    let q = m * q + F32(0x3fc0_0000); // 1.5
    let q = m * q + F32::ONE;
    F32::from_i64(i64::from(e)) * LN2 + p / q
}

/// ln(1 + x) (`plog1p<Packet4f>`).
pub fn log1p_packet(x: F32) -> F32 {
    let u = x + F32::ONE;
    if u == F32::ONE || u == F32::INFINITY {
        return x;
    }
    x * (log_packet(u) / (u - F32::ONE))
}

/// Windows of 1 / (2 pi), 32 bits each, 8 bits apart.
const TWO_PI_INVERSE: [u32; 26] = [
    0x0000_0028,
    0x0000_28be,
    0x0028_be60,
    0x28be_60db,
    0xbe60_db93,
    0x60db_9391,
    0xdb93_9105,
    0x9391_054a,
    0x9105_4a7f,
    0x054a_7f09,
    0x4a7f_09d5,
    0x7f09_d5f4,
    0x09d5_f47d,
    0xd5f4_7d4d,
    0xf47d_4d37,
    0x7d4d_3770,
    0x4d37_7036,
    0x3770_36d8,
    0x7036_d8a5,
    0x36d8_a566,
    0xd8a5_664f,
    0xa566_4f10,
    0x664f_10e4,
    0x4f10_e410,
    0x10e4_1000,
    0xe410_0000,
];

/// pi / 2^63
const PI_63: F64 = F64(0x3c19_21fb_5444_2d18);

/// Payne and Hanek: the remainder of a large positive `v` by pi/2, and the quadrant.
fn reduce_huge(v: F32) -> (F32, u32) {
    let e = (v.0 >> 23).wrapping_sub(118);
    let i = (e >> 3) as usize;
    let m = u64::from(((v.0 & 0x007f_ffff) | 0x0080_0000).wrapping_shl(e & 7));
    let window = |at: usize| u64::from(TWO_PI_INVERSE.get(at).copied().unwrap_or(0));
    let low = m.wrapping_mul(window(i.wrapping_add(7)));
    let mid = m.wrapping_mul(window(i.wrapping_add(3)));
    let high = m.wrapping_mul(window(i.wrapping_sub(1)));
    let p = mid.wrapping_add(low >> 32).wrapping_add(high << 32);
    let q = p.wrapping_add(1 << 61) >> 62;
    let p = p.wrapping_sub(q << 62);
    ((F64::from_i64(p as i64) * PI_63).to_f32(), q as u32)
}

/// From here on sine and cosine reduce with [`reduce_huge`]: 25966, 18838.
const SIN_HUGE: F32 = F32(0x46ca_dc00);
const COS_HUGE: F32 = F32(0x4693_2c00);

/// -pi/2 in four parts.
const HALF_PI: [F32; 4] = [
    F32(0xbfc9_0000), // -1.5703125
    F32(0xb9fd_c000), // -0.000483989716
    F32(0x342e_e000), // 1.62865035e-07
    F32(0x2e74_b9ee), // 5.56443155e-11
];

const COS: [F32; 5] = [
    F32(0x37cc_730b), // 2.43722661e-05
    F32(0xbab6_036e), // -0.00138865202
    F32(0x3d2a_aa9e), // 0.0416666195
    F32(0xbf00_0000), // -0.5
    F32(0x3f80_0000), // 1
];

const SIN: [F32; 3] = [
    F32(0xb94d_70ca), // -0.000195923407
    F32(0x3c08_85d3), // 0.00833268743
    F32(0xbe2a_aaa8), // -0.166666627
];

fn sin_cos(x: F32, sine: bool) -> F32 {
    if !x.is_finite() {
        return F32::NAN;
    }
    let a = x.abs();
    let rounded = a * F32(0x3f22_f983) + MAGIC; // 2 / pi
    let (t, q) = if a.ge(if sine { SIN_HUGE } else { COS_HUGE }) {
        reduce_huge(a)
    } else {
        let y = rounded - MAGIC;
        (HALF_PI.iter().fold(a, |t, c| y * *c + t), rounded.0)
    };
    let z = t * t;
    let r = if (q & 1 == 0) == sine { (steps(z, &SIN) * z) * t + t } else { steps(z, &COS) };
    let sign = if sine { x.0 ^ (q << 30) } else { q.wrapping_add(1) << 30 };
    F32(r.0 ^ (sign & 0x8000_0000))
}

/// The sine (`psin<Packet4f>`).
pub fn sin_packet(x: F32) -> F32 {
    sin_cos(x, true)
}

/// The cosine (`pcos<Packet4f>`).
pub fn cos_packet(x: F32) -> F32 {
    sin_cos(x, false)
}

/// Horner's scheme, product and sum rounded one by one.
fn steps(x: F32, coefficients: &[F32]) -> F32 {
    let mut rest = coefficients.iter();
    let first = rest.next().copied().unwrap_or(F32::ZERO);
    rest.fold(first, |p, c| p * x + *c)
}
