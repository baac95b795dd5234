//! Eigen's packets of four binary32 numbers: exponential and inverse trigonometric functions. No fused multiply-add.

use super::HALF;
use crate::soft::F32;

/// Even and odd coefficients of e^r around 0.
const EXP: [F32; 5] = [
    F32(0x3eff_fffc), // 0.499999881
    F32(0x3e2a_aa47), // 0.166665182
    F32(0x3d2a_adcc), // 0.0416696519
    F32(0x3c09_1de6), // 0.00836894475
    F32(0x3ab4_2872), // 0.00137449638
];
/// 88.7229996: from here on infinite.
const EXP_HIGHEST: F32 = F32(0x42b1_722d);
/// -104: below it 0.
const EXP_LOWEST: F32 = F32(0xc2d0_0000);
/// log2(e) = 1.44269502
const LOG2E: F32 = F32(0x3fb8_aa3b);
/// -ln(2), upper part: -0.693359375
const LN2_HIGH: F32 = F32(0xbf31_8000);
/// -ln(2), lower part: 0.000212194442
const LN2_LOW: F32 = F32(0x395e_8083);

/// e^x (`pexp<Packet4f>`).
pub fn exp_packet(x: F32) -> F32 {
    if x.is_nan() {
        return F32::NAN;
    }
    if x.lt(EXP_LOWEST) {
        return F32::ZERO;
    }
    let [p2, p3, p4, p5, p6] = EXP;
    let clamped = x.min_x86(EXP_HIGHEST);
    let m = (clamped * LOG2E + HALF).floor();
    let r = m * LN2_HIGH + clamped;
    let r = m * LN2_LOW + r;
    let r2 = r * r;
    let even = r2 * (r2 * p6 + p4) + p2;
    let odd = r2 * p5 + p3;
    let y = r * odd + even;
    let y = r2 * y + (r + F32::ONE);
    let scaled = y.ldexp(m.to_i64_trunc().unwrap_or(0) as i32);
    x.max_x86(scaled)
}

/// pi = 3.14159274
const PI: F32 = F32(0x4049_0fdb);
/// pi / 2 = 1.57079637
const HALF_PI: F32 = F32(0x3fc9_0fdb);

const ACOS: [F32; 7] = [
    F32(0x3fc9_0fdb), // 1.57079637
    F32(0xbe5b_bdcc), // -0.214591205
    F32(0x3db5_deeb), // 0.0888040885
    F32(0xbd48_944a), // -0.0489695445
    F32(0x3cde_a54f), // 0.0271784347
    F32(0xbc3a_438d), // -0.0113686444
    F32(0x3b1a_f13b), // 0.00236423197
];

/// The inverse cosine (`pacos<Packet4f>`).
pub fn acos_packet(x: F32) -> F32 {
    let [p0, p1, p2, p3, p4, p5, p6] = ACOS;
    let a = x.abs();
    let x2 = x * x;
    let even = (p6 * x2 + p4) * x2 + p2;
    let odd = (p5 * x2 + p3) * x2 + p1;
    let even = even * x2 + p0;
    let y = (F32::ONE - a).sqrt() * (odd * a + even);
    if x.is_sign_negative() {
        PI - y
    } else {
        y
    }
}

const ASIN: [F32; 5] = [
    F32(0x3d50_6b9f), // 0.0508838855
    F32(0x3d21_d96b), // 0.0395139866
    F32(0x3d9a_a0e6), // 0.0755022019
    F32(0x3e2a_a615), // 0.166649178
    F32(0x3f80_0001), // 1.00000012
];

/// Horner's scheme, product and sum rounded one by one.
fn steps(x: F32, coefficients: &[F32]) -> F32 {
    let mut rest = coefficients.iter();
    let first = rest.next().copied().unwrap_or(F32::ZERO);
    rest.fold(first, |p, c| p * x + *c)
}

/// The inverse sine (`pasin<Packet4f>`).
pub fn asin_packet(x: F32) -> F32 {
    let a = x.abs();
    if a.is_nan() || a.gt(F32::ONE) {
        return F32::NAN;
    }
    let large = a.gt(HALF);
    let t = if large { (HALF - HALF * a).sqrt() } else { a };
    let p = steps(t * t, &ASIN) * t;
    let y = if large { HALF_PI - (p + p) } else { p };
    F32(y.0 ^ (x.0 & 0x8000_0000))
}

const ATAN_P: [F32; 3] = [
    F32(0x3de5_6e67), // 0.112026982
    F32(0x3f3a_cba0), // 0.729669571
    F32(0x3f4f_9d60), // 0.810995102
];
const ATAN_Q: [F32; 4] = [
    F32(0x3c25_57b4), // 0.0100917108
    F32(0x3e90_fdb4), // 0.283185601
    F32(0x3f80_0000), // 1
    F32(0x3f4f_9d60), // 0.810995102
];

/// The inverse tangent (`patan<Packet4f>`).
pub fn atan_packet(x: F32) -> F32 {
    let a = x.abs();
    if a.is_nan() {
        return F32::NAN;
    }
    let large = a.gt(F32::ONE);
    let t = if large { F32::ONE / a } else { a };
    let t2 = t * t;
    let p = t * (steps(t2, &ATAN_P) / steps(t2, &ATAN_Q));
    let y = if large { HALF_PI - p } else { p };
    F32(y.0 ^ (x.0 & 0x8000_0000))
}
