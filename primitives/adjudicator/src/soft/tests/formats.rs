use super::{
    super::{F32, F64},
    record::{binary32, binary64, Operation},
    Cases,
};

const CASES: u64 = 1_000_000;

fn agree(operations: &[Operation], mantissa: u32, exponent: u32, edges: &[u64]) {
    for (seed, operation) in operations.iter().enumerate() {
        let mut cases = Cases::new(seed as u64 + 1);
        let check = |[a, b, c]: [u64; 3]| {
            let (soft, hard) = (operation.run)(a, b, c);
            assert_eq!(soft, hard, "{} of {a:#x} {b:#x} {c:#x}: {soft:#x}, machine {hard:#x}", operation.name);
        };
        for _ in 0..CASES {
            check(cases.triple(mantissa, exponent));
        }
        for &a in edges {
            for &b in edges {
                for &c in edges {
                    check([a, b, c]);
                }
            }
        }
    }
}

/// Encodings around every boundary of a format, of both signs.
fn edges(mantissa: u32, exponent: u32) -> Vec<u64> {
    let bias = (1u64 << (exponent - 1)) - 1;
    let field = |e: u64| e << mantissa;
    let full = (1u64 << mantissa) - 1;
    let mut edges = vec![0, 1, 2, 3, full / 2, full / 2 + 1, full - 1, full, field(1), field(1) + 1, field(1) + full];
    edges.extend([field(2), field(bias / 2), field(bias / 2) + 1, field(bias - mantissa as u64)]);
    edges.extend([
        field(bias - 2),
        field(bias - 1),
        field(bias - 1) + 1,
        field(bias) - 1,
        field(bias),
        field(bias) + 1,
    ]);
    edges.extend([field(bias) + full / 2 + 1, field(bias + 1), field(bias + 1) + full / 2 + 1, field(bias + 2) + 3]);
    edges.extend([
        field(bias + mantissa as u64 - 1) + 1,
        field(bias + mantissa as u64),
        field(bias + 31),
        field(bias + 62),
    ]);
    edges.extend([field(bias + 63) - 1, field(bias + 63), field(bias + 63) + 1, field(bias + bias / 2)]);
    edges.extend([field(2 * bias) + full, field(2 * bias) + full - 1, field(2 * bias), field(2 * bias + 1)]);
    edges.extend([field(2 * bias + 1) + 1, field(2 * bias + 1) + full / 2 + 1]);
    let negative: Vec<_> = edges.iter().map(|e| e | 1 << (mantissa + exponent)).collect();
    edges.extend(negative);
    edges
}

#[test]
fn binary32_should_agree_with_the_machine_when_computing_anything() {
    agree(&binary32(), 23, 8, &edges(23, 8));
}

#[test]
fn binary64_should_agree_with_the_machine_when_computing_anything() {
    agree(&binary64(), 52, 11, &edges(52, 11));
}

#[test]
fn constants_should_be_those_of_the_machine_when_compared() {
    let ours = [F32::ZERO, F32::NEG_ZERO, F32::ONE, F32::INFINITY, F32::NEG_INFINITY, F32::MAX, F32::MIN];
    let theirs = [0.0, -0.0, 1.0, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN];
    assert_eq!(ours.map(|x| x.0), theirs.map(f32::to_bits));
    assert_eq!((F32::MIN_POSITIVE.0, F32::NAN.0), (f32::MIN_POSITIVE.to_bits(), 0x7fc0_0000));
    let ours = [F64::ZERO, F64::NEG_ZERO, F64::ONE, F64::INFINITY, F64::NEG_INFINITY, F64::MAX, F64::MIN];
    let theirs = [0.0, -0.0, 1.0, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN];
    assert_eq!(ours.map(|x| x.0), theirs.map(f64::to_bits));
    assert_eq!((F64::MIN_POSITIVE.0, F64::NAN.0), (f64::MIN_POSITIVE.to_bits(), 0x7ff8_0000_0000_0000));
}

#[test]
fn from_parts_should_round_once_when_the_mantissa_is_long() {
    // 2^100 + 2^76 is a tie of binary32; one unit more rounds up.
    assert_eq!(F32::from_parts(false, (1 << 100) + (1 << 76), 0).0, 2f32.powi(100).to_bits());
    assert_eq!(F32::from_parts(false, (1 << 100) + (1 << 76) + 1, 0).0, 2f32.powi(100).to_bits() + 1);
    assert_eq!(F64::from_parts(true, (1 << 100) + (1 << 47), 0).0, (-2f64.powi(100)).to_bits());
    assert_eq!(F64::from_parts(true, (1 << 100) + (1 << 47) + 1, 0).0, (-2f64.powi(100)).to_bits() + 1);
    assert_eq!(F32::from_parts(true, 0, 5), F32::NEG_ZERO);
    assert_eq!(F32::from_parts(true, 1, i32::MAX), F32::NEG_INFINITY);
    assert_eq!(F64::from_parts(true, u128::MAX, i32::MIN), F64::NEG_ZERO);
    let mut cases = Cases::new(7);
    for _ in 0..100_000 {
        let m = ((cases.bits() as u128) << 64 | cases.bits() as u128) >> cases.below(128);
        assert_eq!(F32::from_parts(false, m, 0).0, (m as f32).to_bits());
        assert_eq!(F64::from_parts(true, m, 0).0, (-(m as f64)).to_bits());
    }
}

#[test]
fn split_should_be_undone_by_from_parts_when_finite_or_infinite() {
    for bits in edges(23, 8).into_iter().map(|x| F32(x as u32)) {
        let (sign, exponent, mantissa) = bits.split();
        let back = F32::from_parts(sign, mantissa as u128, exponent);
        assert!(bits.is_nan() || back == bits);
    }
    for bits in edges(52, 11).into_iter().map(F64) {
        let (sign, exponent, mantissa) = bits.split();
        let back = F64::from_parts(sign, mantissa as u128, exponent);
        assert!(bits.is_nan() || back == bits);
    }
}
