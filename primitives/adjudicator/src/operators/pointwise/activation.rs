//! Activation functions with parameters or a bias, and those fused into contractions.

use super::{
    bounds::{of_argument, times, ulps, within, ANYTHING, U},
    common::{as_first, pair, NO_TYPE},
    elementary::{packets, real_gelu_tanh, Left},
};
use crate::{
    math,
    soft::{real, F32, F64},
    Call, DType, Expected, Header, Judged, Reject,
};

/// What a kernel of binary32 steps gives, or what a bound allows.
fn judge(call: &Call<'_>, exact: impl FnOnce() -> F32, bound: impl FnOnce() -> Expected) -> Judged<Expected> {
    Ok(if call.schedule().is_some() { exact().into() } else { bound() })
}

/// `LeakyRelu`: one product.
pub(super) fn leaky_relu(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let alpha = call.float("alpha", F32(0x3c23_d70a))?; // 0.01
    Ok(math::leaky_relu(call.f32(0, index)?, alpha).into())
}

/// `PRelu`: x, or slope x below 0.
pub(super) fn prelu(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let (i, j) = pair(call, index)?;
    let (x, slope) = (call.f32(0, i)?, call.f32(1, j)?);
    Ok(if x.lt(F32::ZERO) { x * slope } else { x }.into())
}

/// `ThresholdedRelu`: x above alpha, else 0.
pub(super) fn thresholded_relu(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let alpha = call.float("alpha", F32::ONE)?;
    let x = call.f32(0, index)?;
    Ok(if x.gt(alpha) { x } else { F32::ZERO }.into())
}

/// Within what two roundings do to alpha x + beta, clamped.
fn hard_sigmoid_bound(x: F32, alpha: F32, beta: F32) -> Expected {
    let (product, beta) = (alpha.to_f64() * x.to_f64(), beta.to_f64());
    let y = product + beta;
    if y.is_nan() {
        return F32::NAN.into();
    }
    let clamped = F64::ZERO.max_x86(F64::ONE.min_x86(y));
    let width = if product.is_infinite() { F64::ZERO } else { (product.abs() + beta.abs()) * U * times(2) };
    within(clamped, width)
}

/// `HardSigmoid`.
pub(super) fn hard_sigmoid(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let alpha = call.float("alpha", F32(0x3e4c_cccd))?; // 0.2
    let beta = call.float("beta", math::HALF)?;
    let x = call.f32(0, index)?;
    judge(call, || math::hard_sigmoid(x, alpha, beta), || hard_sigmoid_bound(x, alpha, beta))
}

/// `HardSwish`: x HardSigmoid(x) with 1/6 and 1/2.
pub(super) fn hard_swish(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let x = call.f32(0, index)?;
    let sixth = F32(0x3e2a_aaab); // 0.166666672
    let exact = || x * math::hard_sigmoid(x, sixth, math::HALF);
    let bound = || {
        let wide = x.to_f64();
        let inner = F64::ZERO.max_x86(F64::ONE.min_x86(wide / times(6) + F64(0x3fe0_0000_0000_0000)));
        of_argument(wide * inner, x, 6)
    };
    judge(call, exact, bound)
}

/// `Elu`.
pub(super) fn elu(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let alpha = call.float("alpha", F32::ONE)?;
    let x = call.f32(0, index)?;
    if call.schedule().is_some() {
        return packets(call, index, Left::OfShares, |packet| math::elu(x, alpha, packet));
    }
    Ok(if x.ge(F32::ZERO) { x.into() } else { minus_one(x.to_f64(), alpha.to_f64()) })
}

/// Around `factor` (e^x - 1): an exponential within 2 units, a difference and two products.
fn minus_one(x: F64, factor: F64) -> Expected {
    let y = factor * (real::exp(x) - F64::ONE);
    within(y, (factor.abs() * times(5) + y.abs() * times(4)) * U)
}

/// `Selu`.
pub(super) fn selu(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let alpha = call.float("alpha", F32(0x3fd6_2d7d))?; // 1.67326319
    let gamma = call.float("gamma", F32(0x3f86_7d5f))?; // 1.05070102
    let x = call.f32(0, index)?;
    if call.schedule().is_some() {
        return packets(call, index, Left::OfShares, |packet| math::selu(x, alpha, gamma, packet));
    }
    if x.gt(F32::ZERO) {
        return Ok(ulps(gamma.to_f64() * x.to_f64(), 1));
    }
    Ok(minus_one(x.to_f64(), gamma.to_f64() * alpha.to_f64()))
}

/// `Celu`.
pub(super) fn celu(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let alpha = call.float("alpha", F32::ONE)?;
    let x = call.f32(0, index)?;
    if call.schedule().is_some() {
        return packets(call, index, Left::OfShares, |packet| math::celu(x, alpha, packet));
    }
    if !alpha.gt(F32::ZERO) {
        return Err(Reject::Unsupported("a bound for Celu with this alpha"));
    }
    Ok(if x.gt(F32::ZERO) { x.into() } else { minus_one(x.to_f64() / alpha.to_f64(), alpha.to_f64()) })
}

/// `Softplus`.
pub(super) fn softplus(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let x = call.f32(0, index)?;
    if call.schedule().is_some() {
        return packets(call, index, Left::OfShares, |packet| math::softplus(x, packet));
    }
    Ok(ulps(real::softplus(x.to_f64()), 9))
}

/// `Mish`: x tanh(softplus(x)).
pub(super) fn mish(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let x = call.f32(0, index)?;
    if call.schedule().is_some() {
        return packets(call, index, Left::OfShares, |packet| x * math::tanh(math::softplus(x, packet)));
    }
    Ok(of_argument(x.to_f64() * real::tanh(real::softplus(x.to_f64())), x, 28))
}

/// x sigmoid(alpha x) with a bound that also covers the rounding of alpha x.
fn gated(call: &Call<'_>, x: F32, alpha: F32, exact: fn(F32, F32) -> F32) -> Expected {
    if call.schedule().is_some() {
        return exact(x, alpha).into();
    }
    let product = alpha.to_f64() * x.to_f64();
    // The product's rounding moves the sigmoid by at most |z| e^-|z| u, below u.
    of_argument(x.to_f64() * real::sigmoid(product), x, 8)
}

/// `QuickGelu`.
pub(super) fn quick_gelu(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let alpha = call.float("alpha", F32(0x3fd9_db23))?; // 1.702
    Ok(gated(call, call.f32(0, index)?, alpha, math::quick_gelu))
}

/// `Swish`: as `QuickGelu`, without the clamp at alpha = 1.
pub(super) fn swish(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let alpha = call.float("alpha", F32::ONE)?;
    Ok(gated(call, call.f32(0, index)?, alpha, |x, alpha| x * math::sigmoid(alpha * x)))
}

/// x plus the element of the one-dimensional bias that belongs to it.
fn biased(call: &Call<'_>, index: u64) -> Judged<F32> {
    let (_, j) = pair(call, index)?;
    Ok(call.f32(0, index)? + call.f32(1, j)?)
}

/// `BiasGelu`.
pub(super) fn bias_gelu(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let x = biased(call, index)?;
    judge(call, || math::gelu(x), || of_argument(real::gelu(x.to_f64()), x, 4))
}

/// `FastGelu`, with or without a bias.
pub(super) fn fast_gelu(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    if !call.has(1) {
        return super::elementary::gelu_tanh(call, output, index);
    }
    let x = biased(call, index)?;
    judge(call, || math::gelu_tanh_of_bias(x), || of_argument(real_gelu_tanh(x.to_f64()), x, 7))
}

/// Header of `BatchNormalization`.
pub(super) fn normalized(call: &Call<'_>, output: usize) -> Judged<Header> {
    if output != 0 || call.int("training_mode", 0)? != 0 {
        return Err(Reject::Unsupported("BatchNormalization in training"));
    }
    as_first(call, output)
}

/// `BatchNormalization`: at inference x s + (beta - mean s) with s = gamma / sqrt(var + eps), every step rounded.
pub(super) fn batch_normalization(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let epsilon = call.float("epsilon", F32(0x3727_c5ac))?; // 1e-5
    let dims = call.dims(0)?;
    let inner = dims.get(2..).unwrap_or(&[]).iter().fold(1u64, |n, d| n.saturating_mul(*d));
    let channels = dims.get(1).copied().unwrap_or(1);
    let c = index.checked_div(inner).and_then(|i| i.checked_rem(channels)).unwrap_or(0);
    match call.dtype(0)? {
        DType::Float32 => {
            let at = [(0, index), (1, c), (2, c), (3, c), (4, c)].map(|(n, i)| call.f32(n, i));
            let [x, gamma, beta, mean, var] = at;
            let (x, gamma, beta, mean, var) = (x?, gamma?, beta?, mean?, var?);
            let s = (F32::ONE / (var + epsilon).sqrt()) * gamma;
            judge(call, || x * s + (beta - mean * s), || normalized_bound(x, s, beta, mean))
        },
        DType::Float64 => {
            let at = [(0, index), (1, c), (2, c), (3, c), (4, c)].map(|(n, i)| call.f64(n, i));
            let [x, gamma, beta, mean, var] = at;
            let (x, gamma, beta, mean, var) = (x?, gamma?, beta?, mean?, var?);
            let s = (F64::ONE / (var + epsilon.to_f64()).sqrt()) * gamma;
            Ok((x * s + (beta - mean * s)).into())
        },
        _ => Err(NO_TYPE),
    }
}

/// Around (x - mean) s + beta in any order of steps; `s` itself carries four roundings.
fn normalized_bound(x: F32, s: F32, beta: F32, mean: F32) -> Expected {
    let (x, s, beta, mean) = (x.to_f64(), s.to_f64(), beta.to_f64(), mean.to_f64());
    let (scaled, shift) = (x * s, mean * s);
    let largest = F32::MAX.to_f64();
    let total = scaled.abs() + shift.abs() + beta.abs();
    if !total.lt(largest) {
        return ANYTHING;
    }
    within((x - mean) * s + beta, total * U * times(10))
}

/// An activation fused into a contraction (`activation` and `activation_params` of `FusedConv`, `nchwc.Conv`,
/// `FusedGemm`), as the kernels compute it on x86-64. The name is the attribute's text, empty for none.
pub fn activation(name: &[u8], params: &[F32], x: F32) -> Judged<F32> {
    let param = |n: usize| params.get(n).copied().ok_or(Reject::Malformed("an activation without its parameters"));
    Ok(match name {
        b"" | b"Identity" => x,
        b"Relu" => F32::ZERO.max_x86(x),
        b"Tanh" => math::tanh(x),
        b"Sigmoid" => math::sigmoid(x),
        b"LeakyRelu" => math::leaky_relu(x, param(0)?),
        b"Clip" => {
            let raised = param(0)?.max_x86(x);
            param(1)?.min_x86(raised)
        },
        b"HardSigmoid" => math::hard_sigmoid(x, param(0)?, param(1)?),
        _ => return Err(Reject::Unsupported("this fused activation")),
    })
}

/// Whether every element that [`activation`] gives comes from one kernel, so that a bound on `x` carries over: how far
/// the result may move beyond the movement of its argument, in 2^-24 of `max(1, |y|)`.
pub fn activation_error(name: &[u8]) -> Judged<u32> {
    Ok(match name {
        b"" | b"Identity" | b"Relu" | b"Clip" => 0,
        b"LeakyRelu" => 1,
        b"HardSigmoid" => 2,
        b"Sigmoid" => 6,
        b"Tanh" => 10,
        _ => return Err(Reject::Unsupported("this fused activation")),
    })
}
