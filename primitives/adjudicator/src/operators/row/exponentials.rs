//! Sums of exponentials, for reference: in fixed point where the kernels' own error is hundreds of times as large.

use crate::soft::{real::exp, F32, F64};

/// Of the sum of n exponentials in fixed point: 2^-29, and 2^-39 for each.
pub const FIXED: (F64, F64) = (F64(0x3e20_0000_0000_0000), F64(0x3d80_0000_0000_0000));
/// Of the sum of n exponentials in binary64: 2^-43, and 2^-52 for each.
pub const BINARY64: (F64, F64) = (F64(0x3d40_0000_0000_0000), F64(0x3cb0_0000_0000_0000));

/// Units of a sum in fixed point are 2^-40.
const UNIT: i32 = 40;
/// ln 2 in units of 2^-40, log2(e) of 2^-30.
const LN_2: i64 = 0xb1_7217_f7d2;
const LOG2_E: i64 = 0x5c55_1d95;
/// 1/8!, 1/7!, ..., 1/0! in units of 2^-32.
const SERIES: [i64; 9] =
    [0x1_a01a, 0xd_00d0, 0x5b_05b0, 0x222_2222, 0xaaa_aaab, 0x2aaa_aaab, 0x8000_0000, 0x1_0000_0000, 0x1_0000_0000];

/// The sum of `e^d` over `d <= 0`, one of which is 0, in binary64; NaN if one is.
pub fn in_binary64(d: impl Iterator<Item = F64>) -> F64 {
    d.fold(F64::ZERO, |sum, d| sum + exp(d))
}

/// [`in_binary64`] of binary32 numbers, several times faster, with the relative error [`FIXED`].
pub fn in_fixed_point(d: impl Iterator<Item = F32>) -> F64 {
    let (mut sum, mut units) = (F64::ZERO, 0u64);
    for d in d {
        if d.is_nan() {
            return F64::NAN;
        }
        units = units.wrapping_add(power(d));
        if units >> 62 > 0 {
            sum = sum + F64::from_u64(units);
            units = 0;
        }
    }
    (sum + F64::from_u64(units)).ldexp(-UNIT)
}

/// `e^-|d|` in units of 2^-40, off by less than a unit and 2^-29 of itself.
#[inline(always)]
fn power(d: F32) -> u64 {
    let (_, exponent, mantissa) = d.split();
    let shift = exponent.wrapping_add(UNIT);
    // From 32 on it is below 2^-46.
    if shift > 21 {
        return 0;
    }
    let d = match shift >= 0 {
        true => mantissa.wrapping_shl(shift as u32),
        false => mantissa.wrapping_shr(shift.wrapping_neg().min(63) as u32),
    } as i64;
    // -d = r - n ln 2, |r| below 0.3467. What is cut off: 2^-40 of d, 2^-36 of n ln 2, then 2^-32.
    let n = (d >> 16).wrapping_mul(LOG2_E).wrapping_add(1 << 53) >> 54;
    let r = n.wrapping_mul(LN_2).wrapping_sub(d) >> 8;
    // The series leaves out r^9/9! < 2^-32.1; each step cuts off 2^-32, the coefficients 2^-33, of which the next one keeps
    // a third: all in all 4 units of at least 0.707 2^32.
    let [first, rest @ ..] = SERIES;
    let e = rest.into_iter().fold(first, |p, c| c.wrapping_add(p.wrapping_mul(r) >> 32));
    (e as u64).wrapping_shl(8).wrapping_shr(n as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bits: u32) {
        let d = F32(bits);
        let (ours, theirs) = (power(d) as f64, f64::from(f32::from_bits(bits)).exp() * 2f64.powi(UNIT));
        let error = (ours - theirs).abs();
        assert!(error <= 1.0 + theirs * 2f64.powi(-29), "{bits:#x}: {ours} is not {theirs}");
    }

    #[test]
    fn power_should_be_within_its_bound_when_numbers_are_negative() {
        (0x8000_0000..=0xff80_0000).step_by(997).for_each(check);
        (0xc000_0000..=0xc200_0000).step_by(31).for_each(check);
    }

    /// Two minutes: every number.
    #[test]
    #[ignore = "takes minutes"]
    fn power_should_be_within_its_bound_for_every_number() {
        (0x8000_0000..=0xff80_0000).for_each(check);
    }

    #[test]
    fn sums_should_agree_when_rows_are_long() {
        for n in [1u32, 2, 1000, 200_000] {
            let row = || (0..n).map(|i| F32((-((i % 977) as f32) / 31.0).to_bits()));
            let (fixed, binary64) = (in_fixed_point(row()), in_binary64(row().map(F32::to_f64)));
            let error = (f64::from_bits(fixed.0) / f64::from_bits(binary64.0) - 1.0).abs();
            assert!(error < 2f64.powi(-29) + f64::from(n) * 2f64.powi(-39), "{n}: {error}");
        }
        assert!(in_fixed_point([F32::ZERO, F32::NAN].into_iter()).is_nan());
        assert_eq!(in_fixed_point([F32::NEG_INFINITY, F32(0x8000_0000)].into_iter()), F64::ONE);
        // More than the 62 bits hold between two additions in binary64.
        assert_eq!(in_fixed_point((0..1 << 23).map(|_| F32::ZERO)), F64::from_u64(1 << 23));
    }
}
