//! glibc (2.28 and later): `logf`, `powf`, `sinf`, `cosf`, which compute in binary64.
//!
//! The library picks a build of each at run time; these are the ones with fused multiply-add, for every profile here has
//! it. The other builds differ for a few arguments in a thousand million (`logf` for none).

use crate::soft::{F32, F64};

/// Per sixteenth of a binade around 1: 1/c, ln(c), log2(c).
const LOG_TABLE: [(F64, F64, F64); 16] = [
    (F64(0x3ff6_61ec_79f8_f3be), F64(0xbfd5_7bf7_808c_aade), F64(0xbfde_fec6_5b96_3019)),
    (F64(0x3ff5_71ed_4aaf_883d), F64(0xbfd2_bef0_a7c0_6ddb), F64(0xbfdb_0b68_32d4_fca4)),
    (F64(0x3ff4_9539_f0f0_10b0), F64(0xbfd0_1eae_7f51_3a67), F64(0xbfd7_418b_0a1f_b77b)),
    (F64(0x3ff3_c995_b0b8_0385), F64(0xbfcb_31d8_a682_24e9), F64(0xbfd3_9de9_1a6d_cf7b)),
    (F64(0x3ff3_0d19_0c88_64a5), F64(0xbfc6_574f_0ac0_7758), F64(0xbfd0_1d9b_f3f2_b631)),
    (F64(0x3ff2_5e22_7b0b_8ea0), F64(0xbfc1_aa2b_c79c_8100), F64(0xbfc9_7c1d_1b3b_7af0)),
    (F64(0x3ff1_bb4a_4a1a_343f), F64(0xbfba_4e76_ce8c_0e5e), F64(0xbfc2_f9e3_93af_3c9f)),
    (F64(0x3ff1_2358_f08a_e5ba), F64(0xbfb1_973c_5a61_1ccc), F64(0xbfb9_60cb_bf78_8d5c)),
    (F64(0x3ff0_953f_4199_00a7), F64(0xbfa2_52f4_38e1_0c1e), F64(0xbfaa_6f9d_b647_5fce)),
    (F64(0x3ff0_0000_0000_0000), F64(0x0000_0000_0000_0000), F64(0x0000_0000_0000_0000)),
    (F64(0x3fee_608c_fd9a_47ac), F64(0x3faa_a5aa_5df2_5984), F64(0x3fb3_38ca_9f24_f53d)),
    (F64(0x3fec_a4b3_1f02_6aa0), F64(0x3fbc_5e53_aa36_2eb4), F64(0x3fc4_76a9_5438_91ba)),
    (F64(0x3feb_2036_576a_fce6), F64(0x3fc5_26e5_7720_db08), F64(0x3fce_840b_4ac4_e4d2)),
    (F64(0x3fe9_c2d1_63a1_aa2d), F64(0x3fcb_c286_0d22_4770), F64(0x3fd4_0645_f0c6_651c)),
    (F64(0x3fe8_86e6_0378_41ed), F64(0x3fd1_058b_c8a0_7ee1), F64(0x3fd8_8e9c_2c1b_9ff8)),
    (F64(0x3fe7_67dc_f553_4862), F64(0x3fd4_0430_57b6_ee09), F64(0x3fdc_e0a4_4eb1_7bcc)),
];

/// 2^(i/32), the bits of i/32 taken from the exponent.
const EXP2_TABLE: [u64; 32] = [
    0x3ff0_0000_0000_0000,
    0x3fef_d9b0_d315_8574,
    0x3fef_b558_6cf9_890f,
    0x3fef_9301_d012_5b51,
    0x3fef_72b8_3c7d_517b,
    0x3fef_5487_3168_b9aa,
    0x3fef_387a_6e75_6238,
    0x3fef_1e9d_f51f_dee1,
    0x3fef_06fe_0a31_b715,
    0x3fee_f1a7_373a_a9cb,
    0x3fee_dea6_4c12_3422,
    0x3fee_ce08_6061_892d,
    0x3fee_bfda_d536_2a27,
    0x3fee_b42b_569d_4f82,
    0x3fee_ab07_dd48_5429,
    0x3fee_a47e_b03a_5585,
    0x3fee_a09e_667f_3bcd,
    0x3fee_9f75_e8ec_5f74,
    0x3fee_a114_73eb_0187,
    0x3fee_a589_994c_ce13,
    0x3fee_ace5_422a_a0db,
    0x3fee_b737_b0cd_c5e5,
    0x3fee_c491_82a3_f090,
    0x3fee_d503_b23e_255d,
    0x3fee_e89f_995a_d3ad,
    0x3fee_ff76_f2fb_5e47,
    0x3fef_199b_dd85_529c,
    0x3fef_3720_dcef_9069,
    0x3fef_5818_dcfb_a487,
    0x3fef_7c97_337b_9b5f,
    0x3fef_a4af_a2a4_90da,
    0x3fef_d076_5b6e_4540,
];

/// A finite positive `x` as 2^k z, with the table's entry for z.
fn split(x: F32) -> (F64, i32, (F64, F64, F64)) {
    const START: u32 = 0x3f33_0000;
    // Subnormals are scaled to normal numbers first.
    let bits = if x.0 < 0x0080_0000 { x.ldexp(23).0.wrapping_sub(23 << 23) } else { x.0 };
    let offset = bits.wrapping_sub(START);
    let k = (offset as i32) >> 23;
    let z = F32(bits.wrapping_sub(offset & 0xff80_0000)).to_f64();
    let entry = LOG_TABLE.get(((offset >> 19) & 15) as usize).copied().unwrap_or((F64::ONE, F64::ZERO, F64::ZERO));
    (z, k, entry)
}

fn whole(k: i32) -> F64 {
    F64::from_i64(i64::from(k))
}

/// The natural logarithm.
pub fn logf(x: F32) -> F32 {
    if x.is_nan() || x.lt(F32::ZERO) {
        return F32::NAN;
    }
    if x.is_zero() {
        return F32::NEG_INFINITY;
    }
    if x.is_infinite() || x == F32::ONE {
        return if x == F32::ONE { F32::ZERO } else { x };
    }
    let (z, k, (inverse, ln, _)) = split(x);
    let r = z * inverse - F64::ONE;
    let y0 = whole(k) * F64(0x3fe6_2e42_fefa_39ef) + ln; // ln(2)
    let r2 = r * r;
    let y = F64(0x3fd5_575b_0be0_0b6a) * r + F64(0xbfdf_fffe_f20a_4123); // 0.333456766, -0.499999749
    let y = F64(0xbfd0_0ea3_48b8_8334) * r2 + y; // -0.250893422
    (y * r2 + (y0 + r)).to_f32()
}

/// log2 of 1 + r, without the linear term's table part.
const LOG2: [F64; 5] = [
    F64(0x3fd2_7616_c949_6e0b), // 0.288457581
    F64(0xbfd7_1969_a075_c67a), // -0.360926062
    F64(0x3fde_c70a_6ca7_badd), // 0.480898481
    F64(0xbfe7_1547_48be_f6c8), // -0.721347468
    F64(0x3ff7_1547_652a_b82b), // 1.44269504
];

/// 211106232532992 = 1.5 * 2^52 / 32: rounds to a multiple of 1/32.
const SHIFT: F64 = F64(0x42e8_0000_0000_0000);
/// y log2(x) above this overflows: 127.99999995700433
const OVERFLOW: F64 = F64(0x405f_ffff_ffd1_d571);
/// y log2(x) up to this underflows to 0: -150
const UNDERFLOW: F64 = F64(0xc062_c000_0000_0000);

/// What an exponent is, as far as signs go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parity {
    Fraction,
    Odd,
    Even,
}

fn parity(y: F32) -> Parity {
    let e = (y.0 >> 23) & 0xff;
    if e < 0x7f {
        return Parity::Fraction;
    }
    if e > 0x7f + 23 {
        return Parity::Even;
    }
    let unit = 1u32.wrapping_shl((0x7fu32 + 23).wrapping_sub(e));
    if y.0 & unit.wrapping_sub(1) != 0 {
        Parity::Fraction
    } else if y.0 & unit != 0 {
        Parity::Odd
    } else {
        Parity::Even
    }
}

/// Whether `x` is a NaN whose first mantissa bit is clear.
fn is_signaling(x: F32) -> bool {
    x.is_nan() && x.0 & 0x0040_0000 == 0
}

/// x to the power y.
pub fn powf(x: F32, y: F32) -> F32 {
    if (y.is_zero() && !is_signaling(x)) || (x == F32::ONE && !is_signaling(y)) {
        return F32::ONE;
    }
    if x.is_nan() || y.is_nan() {
        return F32::NAN;
    }
    if y.is_infinite() {
        let one = x.abs() == F32::ONE;
        let large = x.abs().gt(F32::ONE);
        return match (one, large == y.is_sign_negative()) {
            (true, _) => F32::ONE,
            (_, true) => F32::ZERO,
            (_, false) => F32::INFINITY,
        };
    }
    let negative = x.is_sign_negative() && parity(y) == Parity::Odd;
    let signed = |magnitude: F32| if negative { -magnitude } else { magnitude };
    if x.is_zero() || x.is_infinite() {
        let large = x.is_infinite() != y.is_sign_negative();
        return signed(if large { F32::INFINITY } else { F32::ZERO });
    }
    if x.is_sign_negative() && parity(y) == Parity::Fraction {
        return F32::NAN;
    }
    signed(power(x.abs(), y))
}

/// For finite positive x and finite y.
fn power(x: F32, y: F32) -> F32 {
    let (z, k, (inverse, _, log2)) = split(x);
    let [c0, c1, c2, c3, c4] = LOG2;
    let r = z.mul_add(inverse, -F64::ONE);
    let y0 = log2 + whole(k);
    let r2 = r * r;
    let a = c0.mul_add(r, c1);
    let p = c2.mul_add(r, c3);
    let r4 = r2 * r2;
    let q = c4.mul_add(r, y0);
    let q = p.mul_add(r2, q);
    let exponent = y.to_f64() * a.mul_add(r4, q);
    if exponent.gt(OVERFLOW) {
        return F32::INFINITY;
    }
    if exponent.le(UNDERFLOW) {
        return F32::ZERO;
    }
    exp2(exponent)
}

/// 2^(i/32).
pub(super) fn exp2_by_thirtyseconds(i: u64) -> F64 {
    let table = EXP2_TABLE.get((i & 31) as usize).copied().unwrap_or(0);
    F64(table.wrapping_add(i << 47))
}

/// 2^x, for x within (-150, 128).
fn exp2(x: F64) -> F32 {
    let shifted = x + SHIFT;
    let i = shifted.0;
    let r = x - (shifted - SHIFT);
    let s = exp2_by_thirtyseconds(i);
    // 0.0555036156, 0.240228452; 0.693147181
    let z = F64(0x3fac_6af8_4b91_2394).mul_add(r, F64(0x3fce_bfce_50fa_c4f3));
    let y = F64(0x3fe6_2e42_ff0c_52d6).mul_add(r, F64::ONE);
    let y = z.mul_add(r * r, y);
    (y * s).to_f32()
}

/// Windows of 4/pi, 32 bits each, 8 bits apart.
const FOUR_OVER_PI: [u32; 24] = [
    0x0000_00a2,
    0x0000_a2f9,
    0x00a2_f983,
    0xa2f9_836e,
    0xf983_6e4e,
    0x836e_4e44,
    0x6e4e_4415,
    0x4e44_1529,
    0x4415_29fc,
    0x1529_fc27,
    0x29fc_2757,
    0xfc27_57d1,
    0x2757_d1f5,
    0x57d1_f534,
    0xd1f5_34dd,
    0xf534_ddc0,
    0x34dd_c0db,
    0xddc0_db62,
    0xc0db_6295,
    0xdb62_9599,
    0x6295_993c,
    0x9599_3c43,
    0x993c_4390,
    0x3c43_9041,
];

/// 2^24 * 2 / pi
const TWO_OVER_PI: F64 = F64(0x4164_5f30_6dc9_c883);
/// pi / 2
const HALF_PI: F64 = F64(0x3ff9_21fb_5444_2d18);
/// pi / 2^63
const PI_63: F64 = F64(0x3c19_21fb_5444_2d18);

/// The remainder by pi/2 and the quadrant, of |x| < 120; `fused` as the routine is compiled.
pub(super) fn reduce(x: F64, fused: bool) -> (F64, u32) {
    let n = (x * TWO_OVER_PI).to_i64_trunc().unwrap_or(0);
    let n = (n as i32).wrapping_add(0x0080_0000) >> 24;
    let r = if fused { (-whole(n)).mul_add(HALF_PI, x) } else { x - whole(n) * HALF_PI };
    (r, n as u32)
}

/// The same of the magnitude of a large finite number.
pub(super) fn reduce_large(bits: u32) -> (F64, u32) {
    let at = ((bits >> 26) & 15) as usize;
    let m = u64::from(((bits & 0x00ff_ffff) | 0x0080_0000).wrapping_shl((bits >> 23) & 7));
    let window = |i: usize| u64::from(FOUR_OVER_PI.get(at.wrapping_add(i)).copied().unwrap_or(0));
    let high = m.wrapping_mul(window(0));
    let mid = m.wrapping_mul(window(4));
    let low = m.wrapping_mul(window(8));
    let p = ((low >> 32) | (high << 32)).wrapping_add(mid);
    let n = p.wrapping_add(1 << 61) >> 62;
    let p = p.wrapping_sub(n << 62);
    (F64::from_i64(p as i64) * PI_63, n as u32)
}

/// The polynomial for the sine, or the cosine if `cosine`, of the signed remainder; `negative` turns the cosine's sign.
fn polynomial(x: F64, x2: F64, negative: bool, cosine: bool) -> F32 {
    let signed = |bits: u64| F64(if negative { bits ^ (1 << 63) } else { bits });
    if !cosine {
        let x3 = x * x2;
        let s1 = x2.mul_add(F64(0xbf29_94eb_3774_cf24), F64(0x3f81_1076_0523_0bc4)); // -0.000195172990, 0.00833217815
        let x7 = x3 * x2;
        let s = x3.mul_add(F64(0xbfc5_5554_5995_a603), x); // -0.166666549
        return x7.mul_add(s1, s).to_f32();
    }
    let x4 = x2 * x2;
    let c2 = x2.mul_add(signed(0x3ef9_9343_027b_f8c3), signed(0xbf56_c087_e89a_359d)); // 2.43904507e-05, -0.00138867638
    let c1 = x2.mul_add(signed(0xbfdf_ffff_fd0c_621c), signed(0x3ff0_0000_0000_0000)); // -0.499999997, 1
    let x6 = x4 * x2;
    let c = x4.mul_add(signed(0x3fa5_5553_e106_8f19), c1); // 0.0416666233
    x6.mul_add(c2, c).to_f32()
}

/// The exponent and the leading bits of the mantissa of |x|: how the library compares magnitudes.
pub(super) fn top(x: F32) -> u32 {
    (x.0 >> 20) & 0x7ff
}

fn sin_cos(x: F32, cosine: bool) -> F32 {
    if !x.is_finite() {
        return F32::NAN;
    }
    let wide = x.to_f64();
    // Below 0.75, and of those below 2^-12.
    if top(x) < 0x3f4 {
        if top(x) < 0x398 {
            return if cosine { F32::ONE } else { x };
        }
        return polynomial(wide, wide * wide, false, cosine);
    }
    // Below 120 in magnitude.
    let (r, n, turn) = if top(x) < 0x42f {
        let (r, n) = reduce(wide, true);
        (r, n, n)
    } else {
        let (r, n) = reduce_large(x.0);
        (r, n, n.wrapping_add(x.0 >> 31))
    };
    let flip = matches!(turn & 3, 1 | 2);
    let signed = if flip { -r } else { r };
    polynomial(signed, r * r, turn & 2 != 0, cosine != (n & 1 != 0))
}

/// The sine.
pub fn sinf(x: F32) -> F32 {
    sin_cos(x, false)
}

/// The cosine.
pub fn cosf(x: F32) -> F32 {
    sin_cos(x, true)
}
