use super::{
    super::{Wide, F32, F64},
    Cases,
};
use core::cmp::Ordering;

/// `m * 2^e`, which is a binary32 number.
fn number(sign: bool, m: u64, e: i32) -> F32 {
    let x = F32::from_parts(sign, m as u128, e);
    assert_eq!(x.to_f64(), F64::from_parts(sign, m as u128, e), "exact");
    x
}

/// Adds `n * 2^e` with `-298 <= e <= 100`, in pieces of 16 bits.
fn add(total: &mut Wide, n: i128, e: i32) {
    for piece in 0..8 {
        let digits = (n.unsigned_abs() >> (16 * piece)) as u64 & 0xffff;
        let exponent = e + 16 * piece;
        let half = exponent.div_euclid(2);
        total.add_product(number(n < 0, digits, half), number(false, 1, exponent - half));
    }
}

fn wide(n: i128, e: i32) -> Wide {
    let mut out = Wide::ZERO;
    add(&mut out, n, e);
    out
}

/// The neighbours in binary64 of `n * 2^e`: down and up.
fn bounds(n: i128, e: i32) -> (F64, F64) {
    if n == 0 {
        return (F64::ZERO, F64::ZERO);
    }
    let near = F64::from_parts(n < 0, n.unsigned_abs(), e);
    let (_, exponent, mantissa) = near.split();
    let back = if exponent >= e { (mantissa as i128) << (exponent - e) } else { (mantissa as i128) >> (e - exponent) };
    let back = if n < 0 { -back } else { back };
    match back.cmp(&n) {
        Ordering::Equal => (near, near),
        Ordering::Less => (near, near.next_up()),
        Ordering::Greater => (near.next_down(), near),
    }
}

/// A number of up to `bits` bits, of either sign.
fn integer(cases: &mut Cases, bits: u32) -> i128 {
    let n = ((cases.bits() as u128) << 64 | cases.bits() as u128) >> (128 - bits);
    let n = (n >> cases.below(bits as u64)) as i128;
    if cases.below(2) == 0 {
        n
    } else {
        -n
    }
}

#[test]
fn wide_should_be_exact_when_products_are_summed() {
    let mut cases = Cases::new(11);
    for _ in 0..2000 {
        let base = cases.below(360) as i32 - 298;
        let (mut total, mut magnitudes, mut exact, mut sum) = (Wide::ZERO, Wide::ZERO, 0i128, 0i128);
        for _ in 0..cases.below(300) {
            let (a, b) = (cases.bits() >> (40 + cases.below(24)), cases.bits() >> (40 + cases.below(24)));
            let shift = cases.below(41) as i32;
            let (sa, sb) = (cases.below(2) == 0, cases.below(2) == 0);
            let exponent = base + shift;
            let half = (exponent.div_euclid(2) + cases.below(21) as i32 - 10).max(-149).min(exponent + 149);
            total.add_product(number(sa, a, half), number(sb, b, exponent - half));
            let term = ((a as i128) * (b as i128)) << shift;
            exact += if sa == sb { term } else { -term };
            magnitudes.add_abs(&total);
            sum += exact.abs();
            assert_eq!(total.is_negative(), exact < 0);
        }
        assert_eq!(total, wide(exact, base));
        assert_eq!(magnitudes, wide(sum, base));
        assert_eq!((total.to_f64_down(), total.to_f64_up()), bounds(exact, base));
        assert!(!total.overflowed());
    }
}

#[test]
fn wide_should_compute_like_integers_when_in_range() {
    let mut cases = Cases::new(12);
    for _ in 0..20_000 {
        let base = cases.below(390) as i32 - 298;
        let (m, n) = (integer(&mut cases, 90), integer(&mut cases, 90));
        let (a, b) = (wide(m, base), wide(n, base));
        let (mut sum, mut difference) = (a, a);
        sum.add_wide(&b);
        difference.sub_wide(&b);
        assert_eq!((sum, difference), (wide(m + n, base), wide(m - n, base)));
        assert_eq!((a.neg(), a.abs()), (wide(-m, base), wide(m.abs(), base)));
        assert_eq!((a.is_zero(), a.is_negative()), (m == 0, m < 0));
        assert_eq!((a.cmp(&b), a.cmp(&a)), (m.cmp(&n), Ordering::Equal));
        let factor = cases.bits() as u32 >> cases.below(32);
        assert_eq!(a.mul_small(factor), wide(m * factor as i128, base));
        let shift = cases.below(30) as u32;
        assert_eq!(a.shl(shift), wide(m << shift, base));
        // Up in magnitude, in units of the base; below the unit of all numbers only at its end.
        let up = (m.unsigned_abs() + (1 << shift) - 1) >> shift;
        let up = if m < 0 { -(up as i128) } else { up as i128 };
        assert_eq!(wide(m, -298).shr_up(shift), wide(up, -298));
        assert_eq!(a.shl(shift).shr_up(shift), a);
    }
}

#[test]
fn wide_should_shift_across_words_when_far() {
    let one = wide(1, -298);
    for shift in 0..767 {
        let moved = one.shl(shift);
        assert!(!moved.overflowed());
        assert_eq!(moved.shr_up(shift), one);
        assert_eq!(moved.neg().shr_up(shift), one.neg());
        let next = wide(3, -298).shl(shift);
        assert_eq!(next.overflowed(), shift >= 766);
        if shift < 766 {
            assert_eq!(next.shr_up(shift + 1), wide(2, -298));
            assert_eq!(next.neg().shr_up(shift + 1), wide(-2, -298));
            assert_eq!(next.shr_up(u32::MAX), one);
            assert_eq!(next.to_f64_up(), F64::from_parts(false, 3, shift as i32 - 298));
            assert_eq!(next.to_f64_down(), next.to_f64_up());
        }
    }
    assert_eq!(Wide::ZERO.shr_up(800), Wide::ZERO);
    assert!(!Wide::ZERO.shl(u32::MAX).overflowed());
}

#[test]
fn wide_should_say_so_when_it_overflows() {
    let large = wide(1, -298).shl(766);
    let mut twice = large;
    twice.add_wide(&large);
    let mut down = large.neg();
    down.sub_wide(&large);
    // -2^767 just fits, its magnitude does not.
    assert!(!down.overflowed());
    let mut below = down;
    below.sub_wide(&wide(1, -298));
    for over in [twice, down.abs(), below, large.shl(1), large.shl(64), large.shl(800), large.mul_small(2), twice.neg()]
    {
        assert!(over.overflowed());
        assert_eq!((over.to_f64_down(), over.to_f64_up()), (F64::NEG_INFINITY, F64::INFINITY));
    }
    // All bits below 2^767 set, then one more: the carry runs to the top.
    let mut full = large;
    full.sub_wide(&wide(1, -298));
    full.add_wide(&large);
    assert!(!full.overflowed());
    full.add_product(number(false, 1, -149), number(false, 1, -149));
    assert!(full.overflowed());
    let mut low = down;
    low.add_product(number(true, 1, -149), number(false, 1, -149));
    assert!(low.overflowed());
    for special in [F32::INFINITY, F32::NEG_INFINITY, F32::NAN] {
        let (mut sum, mut product) = (Wide::ZERO, Wide::ZERO);
        sum.add(special);
        product.add_product(F32::ZERO, special);
        assert!(sum.overflowed() && product.overflowed());
    }
}

#[test]
fn wide_should_hold_the_largest_and_the_smallest_when_added() {
    let mut sum = Wide::ZERO;
    sum.add_product(F32::MAX, F32::MAX);
    let largest = sum;
    sum.add_product(F32::MIN_SUBNORMAL, -F32::MIN_SUBNORMAL);
    assert_eq!((sum.to_f64_down(), sum.to_f64_up()), (largest.to_f64_up().next_down(), largest.to_f64_up()));
    assert_eq!(largest.to_f64_up(), F32::MAX.to_f64() * F32::MAX.to_f64());
    // 2^64 of them fit.
    let many = sum.mul_small(u32::MAX).mul_small(u32::MAX);
    assert!(!many.overflowed());
    sum.sub_wide(&largest);
    assert_eq!(sum, wide(-1, -298));
    let mut cases = Cases::new(13);
    for _ in 0..100_000 {
        let [a, b, _] = cases.triple(23, 8).map(|x| F32(x as u32));
        let mut sum = Wide::ZERO;
        sum.add(a);
        assert!(a.is_nan() || sum.to_f64_up().same_value(a.to_f64()) || a.is_infinite());
        let before = sum;
        sum.add_product(a, b);
        sum.add_product(-a, b);
        assert!(sum.overflowed() || sum == before);
    }
}
