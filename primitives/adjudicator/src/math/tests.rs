//! Against ONNX Runtime 1.31.1 (fingerprints of its answers to fixed inputs) and against this machine's C library.

use super::*;
use crate::soft::F32;

/// 65536 bit patterns over every exponent and sign, then multiples of 1/1024 in [-32, 32).
fn inputs() -> impl Iterator<Item = F32> {
    let patterns = (0..65536u64).map(|i| F32((i * 65537) as u32));
    patterns.chain((-32768..32768).map(|i| F32((i as f32 / 1024.0).to_bits())))
}

/// FNV-1a over whole words of the answers, NaN made canonical.
fn fingerprint(function: impl Fn(F32) -> F32) -> u64 {
    inputs().fold(0xcbf2_9ce4_8422_2325, |hash: u64, x| {
        let y = function(x);
        let bits = if y.is_nan() { 0x7fc0_0000 } else { y.0 };
        (hash ^ u64::from(bits)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[test]
fn mlas_functions_should_give_the_runtimes_bits() {
    assert_eq!(fingerprint(exp), 0x10c8_1327_c9db_1b63);
    assert_eq!(fingerprint(erf), 0x6040_a236_de69_5ac8);
    assert_eq!(fingerprint(tanh), 0x4b58_bfc0_995d_4567);
    assert_eq!(fingerprint(sigmoid), 0x687a_212a_e25a_68e1);
}

#[test]
fn activations_should_give_the_runtimes_bits() {
    assert_eq!(fingerprint(gelu), 0x5888_be62_8d11_1a96);
    assert_eq!(fingerprint(gelu_tanh), 0x1952_b473_cb9c_8374);
    assert_eq!(fingerprint(silu), 0x978d_b613_20a0_9f61);
    assert_eq!(fingerprint(|x| quick_gelu(x, F32(1.702f32.to_bits()))), 0xfcd5_b377_d539_a9b4);
    assert_eq!(fingerprint(|x| leaky_relu(x, F32(0.1f32.to_bits()))), 0x2032_bfa6_8513_92e7);
    let (alpha, beta) = (F32(0.2f32.to_bits()), F32(0.5f32.to_bits()));
    assert_eq!(fingerprint(|x| hard_sigmoid(x, alpha, beta)), 0x2b72_f7b9_a5ec_7be4);
}

#[test]
fn packets_should_give_the_runtimes_bits() {
    assert_eq!(fingerprint(log_packet), 0xf885_f53b_bd42_7cc2);
    assert_eq!(fingerprint(sin_packet), 0x7860_ce5e_1f17_c0ce);
    assert_eq!(fingerprint(cos_packet), 0x4b94_6b86_811b_1c3c);
    assert_eq!(fingerprint(acos_packet), 0x9d1c_9894_577a_c7d0);
    assert_eq!(fingerprint(asin_packet), 0x6906_2df9_a453_19d1);
    assert_eq!(fingerprint(atan_packet), 0x3afc_2b05_e325_d997);
}

#[test]
fn the_c_librarys_functions_should_give_the_runtimes_bits() {
    assert_eq!(fingerprint(tanf), 0x6bbd_3df9_b90d_c5d9);
    assert_eq!(fingerprint(sinhf), 0x44f8_e3de_0547_1827);
    assert_eq!(fingerprint(coshf), 0xe75b_69c5_1b1a_d6a6);
    assert_eq!(fingerprint(asinhf), 0x3463_7904_d066_aea7);
    assert_eq!(fingerprint(acoshf), 0x70ec_a5e6_2986_30b7);
    assert_eq!(fingerprint(atanhf), 0xfd83_eec1_14f1_a0fc);
}

#[test]
fn activations_through_the_exponential_should_give_the_runtimes_bits() {
    let one = F32::ONE;
    assert_eq!(fingerprint(|x| elu(x, one, true)), 0xf6c3_bd43_7c35_7f2f);
    let (alpha, gamma) = (F32(0x3fd6_2d7d), F32(0x3f86_7d5f)); // 1.67326319, 1.05070102
    assert_eq!(fingerprint(|x| selu(x, alpha, gamma, true)), 0x4471_4215_0e56_3181);
    assert_eq!(fingerprint(|x| celu(x, F32(0.7f32.to_bits()), true)), 0xc380_f295_7cc7_3571);
    assert_eq!(fingerprint(|x| softplus(x, true)), 0x6203_e272_1810_4175);
    assert_eq!(fingerprint(softsign), 0x78cb_36a8_817f_e5ff);
}

fn same(ours: F32, theirs: f32) -> bool {
    ours.0 == theirs.to_bits() || (ours.is_nan() && theirs.is_nan())
}

/// Every `step`-th float.
fn against(step: usize, ours: fn(F32) -> F32, theirs: fn(f32) -> f32) {
    for bits in (0..=u32::MAX).step_by(step) {
        let (a, b) = (ours(F32(bits)), theirs(f32::from_bits(bits)));
        assert!(same(a, b), "{bits:08x}: {:08x} instead of {:08x}", a.0, b.to_bits());
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn functions_of_one_number_should_be_the_c_librarys() {
    against(4099, logf, f32::ln);
    against(4099, sinf, f32::sin);
    against(4099, cosf, f32::cos);
    against(4099, expf, f32::exp);
    against(4099, expm1f, f32::exp_m1);
    against(4099, log1pf, f32::ln_1p);
    against(4099, sinhf, f32::sinh);
    against(4099, coshf, f32::cosh);
    against(4099, tanf, f32::tan);
    against(4099, asinf, f32::asin);
    against(4099, acosf, f32::acos);
    against(4099, atanf, f32::atan);
    // Where the build with fused multiply-add differs. (The compiler would evaluate the library's call by itself.)
    assert_eq!(expf(F32(0x4202_422f)).0, 0x56fc_9f1c);
    // Between 32 and 128, where the remainder by pi/2 cancels most without being reduced in many words.
    for bits in (0x4200_0000..0x4300_0000).step_by(101).chain([0x4255_b0a9]) {
        assert!(same(sinf(F32(bits)), f32::from_bits(bits).sin()), "{bits:08x}");
        assert!(same(cosf(F32(bits)), f32::from_bits(bits).cos()), "{bits:08x}");
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn power_should_be_the_c_librarys() {
    let edges =
        [0x0000_0000, 0x3f80_0000, 0x7f80_0000, 0x7fc0_0000, 0x3f80_0001, 0x3f7f_ffff, 1, 0x4b80_0001, 0x4000_0000];
    let edges: Vec<u32> = edges.into_iter().chain([0x4040_0000, 0x3f00_0000, 0x4b00_0001]).collect();
    let edges: Vec<u32> = edges.iter().flat_map(|e| [*e, *e | 0x8000_0000]).collect();
    let mut state = 1u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 32) as u32
    };
    let check = |x: u32, y: u32| {
        let (a, b) = (powf(F32(x), F32(y)), f32::from_bits(x).powf(f32::from_bits(y)));
        assert!(same(a, b), "{x:08x} ^ {y:08x}: {:08x} instead of {:08x}", a.0, b.to_bits());
    };
    for x in &edges {
        for y in &edges {
            check(*x, *y);
        }
        for _ in 0..1000 {
            check(*x, random());
            check(random(), *x);
        }
    }
    for _ in 0..1_000_000 {
        // Bases near 1 and exponents of moderate size: results that are neither 0 nor infinite.
        check(0x3e00_0000 + (random() >> 7), (random() & 0x8000_0000) | (0x3e80_0000 + (random() >> 6)));
    }
}

/// The record: every float. Minutes; run with `--ignored`.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod every_float {
    use super::*;

    #[test]
    #[ignore = "minutes"]
    fn logf_should_be_the_c_librarys() {
        against(1, logf, f32::ln);
    }

    #[test]
    #[ignore = "minutes"]
    fn expf_should_be_the_c_librarys() {
        against(1, expf, f32::exp);
        against(1, expm1f, f32::exp_m1);
        against(1, log1pf, f32::ln_1p);
    }

    #[test]
    #[ignore = "minutes"]
    fn inverses_should_be_the_c_librarys() {
        against(1, asinf, f32::asin);
        against(1, acosf, f32::acos);
        against(1, atanf, f32::atan);
    }

    #[test]
    #[ignore = "minutes"]
    fn sinf_should_be_the_c_librarys() {
        against(1, sinf, f32::sin);
    }

    #[test]
    #[ignore = "minutes"]
    fn cosf_should_be_the_c_librarys() {
        against(1, cosf, f32::cos);
    }
}

/// Sum of the answers to every 257th bit pattern, NaN made canonical, each times an odd number of its own.
fn dense(function: impl Fn(F32) -> F32) -> u64 {
    (0..1u64 << 24).fold(0, |sum: u64, i| {
        let y = function(F32((i * 257) as u32));
        let bits = if y.is_nan() { 0x7fc0_0000 } else { y.0 };
        sum.wrapping_add(u64::from(bits).wrapping_mul(2 * i + 1))
    })
}

#[test]
#[ignore = "a minute"]
fn functions_should_give_the_runtimes_bits_for_sixteen_million_inputs() {
    assert_eq!(dense(exp), 0xe927_ba17_de87_47c7);
    assert_eq!(dense(erf), 0xa613_0282_b148_2220);
    assert_eq!(dense(tanh), 0x1c79_9558_70f1_d11f);
    assert_eq!(dense(sigmoid), 0xc021_cd23_3d50_17f2);
    assert_eq!(dense(gelu), 0xb151_13c0_df7c_5a3d);
    assert_eq!(dense(gelu_tanh), 0x8359_cfb6_d616_c7be);
    assert_eq!(dense(silu), 0x3a3a_17b8_d028_df51);
    assert_eq!(dense(log_packet), 0xf3eb_7123_cb02_da99);
    assert_eq!(dense(sin_packet), 0x976c_1bb0_f75c_032c);
    assert_eq!(dense(cos_packet), 0xb8c2_168f_5531_7521);
    assert_eq!(dense(tanf), 0xa9d5_d8de_c4c3_67e4);
    assert_eq!(dense(acos_packet), 0x85d7_433d_2891_66d3);
    assert_eq!(dense(asin_packet), 0xe895_4023_0366_06f6);
    assert_eq!(dense(atan_packet), 0xbea4_3922_1e0e_d5ea);
    assert_eq!(dense(sinhf), 0xe693_b616_42f6_64fb);
    assert_eq!(dense(coshf), 0x33d3_8c91_f1a4_d216);
    assert_eq!(dense(asinhf), 0xfefa_ae88_b7b9_6258);
    assert_eq!(dense(acoshf), 0x9ce3_335f_7cd5_2de1);
    assert_eq!(dense(atanhf), 0x10d7_b666_520a_5b60);
    assert_eq!(dense(|x| elu(x, F32::ONE, true)), 0x9550_d55a_7b53_d52e);
    assert_eq!(dense(|x| selu(x, F32(0x3fd6_2d7d), F32(0x3f86_7d5f), true)), 0x3e93_d97f_ae87_baae);
    assert_eq!(dense(|x| celu(x, F32::ONE, true)), 0x9550_d55a_7b53_d52e);
    assert_eq!(dense(|x| softplus(x, true)), 0x200f_502a_3da3_6a28);
    assert_eq!(dense(softsign), 0x8f32_1d68_83a5_fe13);
}
