use super::{
    super::{real, F32, F64},
    Cases,
};

/// 2^-44, the tolerance: relative error of ours (2^-45) and of the machine's library.
const TOLERANCE: f64 = 5.684341886080802e-14;

struct Function {
    name: &'static str,
    ours: fn(F64) -> F64,
    theirs: fn(f64) -> f64,
    /// Beyond this magnitude random arguments are not interesting.
    range: f64,
}

fn acosh(x: f64) -> f64 {
    // The library's own loses digits near 1 and overflows at the end of the range.
    if x < 1.0 {
        return f64::NAN;
    }
    if x > 1e150 && x.is_finite() {
        return x.ln() + core::f64::consts::LN_2;
    }
    ((x - 1.0) + ((x - 1.0) * (x + 1.0)).sqrt()).ln_1p()
}

fn asinh(x: f64) -> f64 {
    // The library's own overflows at the end of the range.
    if x.is_finite() && x.abs() > 1e150 {
        return (x.abs().ln() + core::f64::consts::LN_2).copysign(x);
    }
    x.asinh()
}

fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}

const FUNCTIONS: [Function; 17] = [
    Function { name: "exp", ours: real::exp, theirs: f64::exp, range: 750.0 },
    Function { name: "log", ours: real::log, theirs: f64::ln, range: 3.0 },
    Function { name: "log1p", ours: real::log1p, theirs: f64::ln_1p, range: 2.0 },
    Function { name: "tanh", ours: real::tanh, theirs: f64::tanh, range: 30.0 },
    Function { name: "sigmoid", ours: real::sigmoid, theirs: |x| 1.0 / (1.0 + (-x).exp()), range: 120.0 },
    Function { name: "softplus", ours: real::softplus, theirs: softplus, range: 120.0 },
    Function { name: "sin", ours: real::sin, theirs: f64::sin, range: 400.0 },
    Function { name: "cos", ours: real::cos, theirs: f64::cos, range: 400.0 },
    Function { name: "tan", ours: real::tan, theirs: f64::tan, range: 400.0 },
    Function { name: "asin", ours: real::asin, theirs: f64::asin, range: 1.0 },
    Function { name: "acos", ours: real::acos, theirs: f64::acos, range: 1.0 },
    Function { name: "atan", ours: real::atan, theirs: f64::atan, range: 10.0 },
    Function { name: "sinh", ours: real::sinh, theirs: f64::sinh, range: 720.0 },
    Function { name: "cosh", ours: real::cosh, theirs: f64::cosh, range: 720.0 },
    Function { name: "asinh", ours: real::asinh, theirs: asinh, range: 10.0 },
    Function { name: "acosh", ours: real::acosh, theirs: acosh, range: 10.0 },
    Function {
        name: "atanh",
        ours: real::atanh, // The library's own loses digits near -1.
        theirs: |x| x.abs().atanh().copysign(x),
        range: 1.0,
    },
];

/// The relative error; 0 where both are NaN, equal or below the normal numbers.
fn error(ours: F64, theirs: f64) -> f64 {
    let ours = f64::from_bits(ours.0);
    let tiny = 2f64.powi(-1000);
    if ours == theirs || (ours.is_nan() && theirs.is_nan()) || (ours.abs() < tiny && theirs.abs() < tiny) {
        return 0.0;
    }
    let error = ((ours - theirs) / theirs).abs();
    if error.is_nan() {
        f64::INFINITY
    } else {
        error
    }
}

#[test]
fn real_should_agree_with_the_library_when_sampled_densely() {
    for Function { name, ours, theirs, range } in FUNCTIONS {
        let mut worst = (0.0, 0.0);
        let mut check = |x: f64| {
            let error = error(ours(F64(x.to_bits())), theirs(x));
            assert!(error <= TOLERANCE, "{name}({x:e}): {:e}", f64::from_bits(ours(F64(x.to_bits())).0));
            worst = if error > worst.0 { (error, x) } else { worst };
        };
        // Over all of binary32, infinities and NaN too, and in binary64 where the function bends.
        (0..=u32::MAX).step_by(40_009).for_each(|bits| check(f32::from_bits(bits) as f64));
        let mut cases = Cases::new(21);
        for _ in 0..25_000 {
            let unit = (cases.bits() >> 11) as f64 / 2f64.powi(53);
            [unit * range, -unit * range, 1.0 - unit * 1e-3, 1.0 + unit * 1e-7].into_iter().for_each(&mut check);
        }
        // The binary64 number nearest a multiple of pi/2, too: 5.3e255.
        for x in [
            5.319372648326541e255,
            f64::NAN,
            f64::INFINITY,
            -f64::INFINITY,
            0.0,
            -0.0,
            1.0,
            -1.0,
            f64::MAX,
            -f64::MAX,
            1e300,
            1e22,
        ] {
            check(x);
        }
        println!("{name:10} relative error up to 2^{:.1} at {:e}", f64::log2(worst.0), worst.1);
    }
}

#[test]
fn real_should_keep_zeros_signs_when_odd() {
    let odd = [real::tanh, real::sin, real::tan, real::asin, real::atan, real::sinh, real::asinh, real::atanh];
    for function in odd.into_iter().chain([real::erf, real::log1p, real::gelu]) {
        assert_eq!((function(F64::ZERO), function(F64::NEG_ZERO)), (F64::ZERO, F64::NEG_ZERO));
        assert_eq!(function(F64::NAN), F64::NAN);
    }
}

#[test]
fn pow_should_agree_with_the_library_when_random_or_special() {
    let check = |x: f64, y: f64| {
        let error = error(real::pow(F64(x.to_bits()), F64(y.to_bits())), x.powf(y));
        assert!(error <= TOLERANCE, "{x:e}^{y:e}: error {error:e}, library {:e}", x.powf(y));
        error
    };
    let special = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 1e15 + 1.0, 1e20, 1e300, 1e-300, 5e-324, f64::INFINITY, f64::NAN];
    for x in special.into_iter().flat_map(|x| [x, -x]) {
        for y in special.into_iter().flat_map(|y| [y, -y]) {
            check(x, y);
            let ours = real::pow(F64(x.to_bits()), F64(y.to_bits()));
            assert!(x.powf(y).is_nan() || ours.is_sign_negative() == x.powf(y).is_sign_negative(), "{x:e}^{y:e}");
        }
    }
    let mut cases = Cases::new(22);
    let mut worst: f64 = 0.0;
    for _ in 0..200_000 {
        let [a, b, _] = cases.triple(23, 8);
        check(f32::from_bits(a as u32) as f64, f32::from_bits(b as u32) as f64);
        // Powers that stay in range, up to its ends.
        let x = f64::from_bits((cases.below(2046) + 1) << 52 | cases.bits() >> 12);
        let unit = (cases.bits() >> 11) as f64 / 2f64.powi(52) - 1.0;
        let y = unit * 720.0 / x.ln().abs();
        worst = worst.max(check(x, y));
        let near = 1.0 + unit * 1e-3;
        worst = worst.max(check(near, 1e5 * unit));
        check(-(cases.below(1000) as f64), cases.below(400) as f64 - 200.0);
    }
    println!("pow        relative error up to 2^{:.1}", worst.log2());
}

/// `[x, erf(x), gelu(x), gelu(-x)]`, rounded from 390 digits of the Taylor series.
#[rustfmt::skip]
const ERROR_FUNCTION: [[u64; 4]; 30] = [
    [0x01a56e1fc2f8f359, 0x01a82e6d98711d3a, 0x01956e1fc2f8f359, 0x81956e1fc2f8f359], // 1e-300: erf 1.12838e-300, 5e-301, -5e-301
    [0x37a16c262777579c, 0x37a3a8bd400c4bfc, 0x37916c262777579c, 0xb7916c262777579c], // 1e-40: erf 1.12838e-40, 5e-41, -5e-41
    [0x3e45798ee2308c3a, 0x3e483b547fb79514, 0x3e35798ee5107764, 0xbe35798edf50a110], // 1e-08: erf 1.12838e-08, 5e-09, -5e-09
    [0x3f847ae147ae147b, 0x3f871bc266657b66, 0x3f74a4b62076ecb6, 0xbf74510c6ee53c40], // 0.01: erf 0.0112834, 0.00503989, -0.00496011
    [0x3fb999999999999a, 0x3fbcca5ea24fb334, 0x3faba3a1a550a71c, 0xbfa78f918de28c18], // 0.1: erf 0.112463, 0.0539828, -0.0460172
    [0x3fd3333333333333, 0x3fd50838881dea0f, 0x3fc7ba510284da91, 0xbfbd582ac7c317ab], // 0.3: erf 0.328627, 0.185373, -0.114627
    [0x3fe0000000000000, 0x3fe0a7ef5c18edd2, 0x3fd62075e232ac77, 0xbfc3bf143b9aa712], // 0.5: erf 0.5205, 0.345731, -0.154269
    [0x3fe6666666666666, 0x3fe5b08c21171646, 0x3fe0fae235c089dc, 0xbfc5ae10c2977229], // 0.7: erf 0.677801, 0.530625, -0.169375
    [0x3feccccccccccccd, 0x3fe98045a6c8a2e6, 0x3fe77fc2f22d931a, 0xbfc534276a7ce6cc], // 0.9: erf 0.796908, 0.734346, -0.165654
    [0x3feff7ced916872b, 0x3feaf4003d2e0fca, 0x3feae36c31950040, 0xbfc4518a9e061bac], // 0.999: erf 0.842285, 0.840262, -0.158738
    [0x3ff0000000000000, 0x3feaf767a741088b, 0x3feaec4bd120d37d, 0xbfc44ed0bb7cb20b], // 1.0: erf 0.842701, 0.841345, -0.158655
    [0x3ff000001ad7f29b, 0x3feaf767bd8a3a10, 0x3feaec4c0b49ccff, 0xbfc44ed0a99860de], // 1.0000001: erf 0.842701, 0.841345, -0.158655
    [0x3ff199999999999a, 0x3fec2aa3d27302c0, 0x3fee6caf9d253f26, 0xbfc31a0e5837d039], // 1.1: erf 0.880205, 0.950767, -0.149233
    [0x3ff4cccccccccccd, 0x3fede364a1372d3a, 0x3ff2c95b55e9bb37, 0xbfc01b8bb7188cac], // 1.3: erf 0.934008, 1.17416, -0.125841
    [0x3ff6a09aaa3ad18d, 0x3fee8b41e3c314d8, 0x3ff4d903de4f31a1, 0xbfbc796cbeb9febc], // 1.41421: erf 0.954499, 1.30298, -0.111228
    [0x3ff6a0f9096bb98c, 0x3fee8b5eb592ed95, 0x3ff4d96e67b86233, 0xbfbc78aa1b357590], // 1.4143: erf 0.954513, 1.30308, -0.111216
    [0x3ff999999999999a, 0x3fef3e3ef6fef78a, 0x3ff83277a507d840, 0xbfb6721f491c15a6], // 1.6: erf 0.976348, 1.51232, -0.0876789
    [0x4000000000000000, 0x3fefd9ae142795e3, 0x3fff45a183e9b13d, 0xbfa74bcf82c9d860], // 2.0: erf 0.995322, 1.9545, -0.0455003
    [0x4004000000000000, 0x3feffcaa8f4c9bea, 0x4003e034de12223c, 0xbf8fcb21edddc41d], // 2.5: erf 0.999593, 2.48448, -0.0155242
    [0x4008000000000000, 0x3fefffd1ac4135f9, 0x4007f7b4cb426ddc, 0xbf7096697b244861], // 3.0: erf 0.999978, 2.99595, -0.00404969
    [0x400d99999999999a, 0x3fefffffa642eefc, 0x400d98c87ba63ce3, 0xbf3a23be6b96dcc0], // 3.7: erf 1, 3.6996, -0.000398859
    [0x4012000000000000, 0x3fefffffffe4fa30, 0x4011fffbfdefe40e, 0xbef008406fc71321], // 4.5: erf 1, 4.49998, -1.52895e-05
    [0x4016000000000000, 0x3fefffffffffffbe, 0x4015fffff8fdb09e, 0xbe7c093d8972fbbe], // 5.5: erf 1, 5.5, -1.04443e-07
    [0x4018000000000000, 0x3ff0000000000000, 0x4017ffffff9a4da6, 0xbe396c96680dc3ec], // 6.0: erf 1, 6, -5.91953e-09
    [0x4020000000000000, 0x3ff0000000000000, 0x401ffffffffffffa, 0xbcf669d2c90d55ce], // 8.0: erf 1, 8, -4.97677e-15
    [0x4024000000000000, 0x3ff0000000000000, 0x4024000000000000, 0xbb57079362639d51], // 10.0: erf 1, 10, -7.61985e-23
    [0x4029000000000000, 0x3ff0000000000000, 0x4029000000000000, 0xb8cf02494d8a3f13], // 12.5: erf 1, 12.5, -4.66571e-35
    [0x402c000000000000, 0x3ff0000000000000, 0x402c000000000000, 0xb703773de250e8dd], // 14.0: erf 1, 14, -1.0911e-43
    [0x402ce66666666666, 0x3ff0000000000000, 0x402ce66666666666, 0xb6708b53cbb794e5], // 14.45: erf 1, 14.45, -1.81121e-46
    [0x4032000000000000, 0x3ff0000000000000, 0x4032000000000000, 0xb13efab8b00a7a49], // 18.0: erf 1, 18, -1.75337e-71
];

#[test]
fn erf_and_gelu_should_agree_with_the_series_when_tabulated() {
    for row in ERROR_FUNCTION {
        let [x, erf, gelu, gelu_negative] = row.map(F64);
        for (ours, exact) in
            [(real::erf(x), erf), (real::erf(-x), -erf), (real::gelu(x), gelu), (real::gelu(-x), gelu_negative)]
        {
            assert!(error(ours, f64::from_bits(exact.0)) <= TOLERANCE / 8.0, "{row:x?}: {ours:x?}");
        }
    }
    for (x, erf, gelu) in [(F64::INFINITY, F64::ONE, F64::INFINITY), (F64::NEG_INFINITY, -F64::ONE, F64::NEG_ZERO)] {
        assert_eq!((real::erf(x), real::gelu(x)), (erf, gelu));
    }
}

#[test]
fn erf_should_be_continuous_and_monotonic_when_the_method_changes() {
    // On both sides of 1 (erf) and of sqrt(2) (gelu), and between terms of the continued fraction.
    let mut before = (real::erf(F64::ZERO), real::gelu(F64::ZERO));
    for step in 1..60_000 {
        let x = F32::from_u64(step).to_f64().ldexp(-13);
        let now = (real::erf(x), real::gelu(x));
        assert!(now.0.ge(before.0) && now.1.gt(before.1), "at {step} / 8192");
        before = now;
    }
}
