use super::{
    super::{BF16, F16, F32, F64},
    Cases,
};

/// What a 16-bit format with `mantissa` stored bits and this bias holds, by arithmetic in binary64, which is exact.
fn value(bits: u16, mantissa: i32, bias: i32) -> f64 {
    let fraction = (bits & ((1 << mantissa) - 1)) as f64 / 2f64.powi(mantissa);
    let field = ((bits & 0x7fff) >> mantissa) as i32;
    let sign = if bits >> 15 == 0 { 1.0 } else { -1.0 };
    if field == 2 * bias + 1 {
        return if fraction == 0.0 { sign * f64::INFINITY } else { f64::NAN };
    }
    sign * if field == 0 { fraction * 2f64.powi(1 - bias) } else { (1.0 + fraction) * 2f64.powi(field - bias) }
}

/// `x` rounded to such a format, as its value: counted in units of the last place of `x`.
fn rounded(x: f64, mantissa: i32, bias: i32) -> f64 {
    if x == 0.0 || !x.is_finite() {
        return x;
    }
    let exponent = (((x.to_bits() >> 52) & 2047) as i32 - 1023).max(1 - bias);
    let unit = exponent - mantissa;
    let y = (x * 2f64.powi(-unit)).round_ties_even() * 2f64.powi(unit);
    let largest = (2.0 - 2f64.powi(-mantissa)) * 2f64.powi(bias);
    if y.abs() > largest {
        f64::INFINITY.copysign(x)
    } else {
        y
    }
}

fn check(x: f32) {
    let soft = F32(x.to_bits());
    let (half, brain) = (F16::from_f32(soft), BF16::from_f32(soft));
    if x.is_nan() {
        assert_eq!((half, brain), (F16::NAN, BF16::NAN));
        return;
    }
    assert_eq!(value(half.0, 10, 15).to_bits(), rounded(x as f64, 10, 15).to_bits(), "{x:e} to binary16");
    assert_eq!(value(brain.0, 7, 127).to_bits(), rounded(x as f64, 7, 127).to_bits(), "{x:e} to bfloat16");
    assert_eq!(F16::from_f64(soft.to_f64()), half);
}

#[test]
fn half_should_widen_exactly_when_any_encoding() {
    for bits in 0..=u16::MAX {
        for (wide, value) in [(F16(bits).to_f32(), value(bits, 10, 15)), (BF16(bits).to_f32(), value(bits, 7, 127))] {
            let expected = if value.is_nan() { F32::NAN.0 } else { (value as f32).to_bits() };
            assert_eq!(wide.0, expected, "{bits:#x}");
        }
        let (half, brain) = (F16(bits), BF16(bits));
        assert!(half.is_nan() || F16::from_f32(half.to_f32()) == half);
        assert!(brain.is_nan() || BF16::from_f32(brain.to_f32()) == brain);
        assert_eq!(half.is_nan(), value(bits, 10, 15).is_nan());
        assert_eq!(brain.is_nan(), value(bits, 7, 127).is_nan());
    }
}

#[test]
fn half_should_round_to_even_when_between_two() {
    for bits in 0..=u16::MAX {
        // Every number of the format, the middle to its neighbour, and what is next to both.
        for (number, middle) in [(F16(bits).to_f32().0, 1 << 12), (BF16(bits).to_f32().0, 1 << 15)] {
            for around in [number, number | middle] {
                for x in around.saturating_sub(2)..=around.saturating_add(2) {
                    check(f32::from_bits(x));
                }
            }
        }
        // Middles of binary16's subnormals.
        let middle = (bits as f64 + 0.5) * 2f64.powi(-24);
        for x in [middle.next_down(), middle, middle.next_up()] {
            assert_eq!(value(F16::from_f64(F64(x.to_bits())).0, 10, 15).to_bits(), rounded(x, 10, 15).to_bits());
            check(x as f32);
        }
    }
}

#[test]
fn half_should_agree_with_exact_arithmetic_when_random() {
    let mut cases = Cases::new(3);
    for _ in 0..2_000_000 {
        let [a, b, _] = cases.triple(23, 8);
        check(f32::from_bits(a as u32));
        let b = f64::from_bits((b & 0x8000_0000) << 32 | (985 + cases.below(60)) << 52 | cases.bits() >> 12);
        assert_eq!(value(F16::from_f64(F64(b.to_bits())).0, 10, 15).to_bits(), rounded(b, 10, 15).to_bits());
    }
}

#[test]
#[ignore = "all 2^32 numbers: minutes"]
fn half_should_agree_with_exact_arithmetic_when_any_binary32() {
    std::thread::scope(|scope| {
        for half in 0..2 {
            scope.spawn(move || (0..=u32::MAX / 2).for_each(|x| check(f32::from_bits(x | half << 31))));
        }
    });
}
