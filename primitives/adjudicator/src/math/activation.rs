//! Activations built on the kernels of this module. Outside of these, products and sums are rounded one by one.
//!
//! Those that go through Eigen's exponential come with their function for whole packets and with the one for the last
//! elements, which takes the C library's: `packet` says which.

use super::{erf, exp_packet, expf, log1p_packet, log1pf, sigmoid, tanh, HALF};
use crate::soft::F32;

/// sqrt(1/2) = 0.707106769
const SQRT_HALF: F32 = F32(0x3f35_04f3);
/// sqrt(2/pi) = 0.797884583
const GELU_B: F32 = F32(0x3f4c_422a);
/// 0.044715 sqrt(2/pi) = 0.0356774069
const GELU_C: F32 = F32(0x3d12_2279);

/// x (1 + erf(x / sqrt(2))) / 2: `Gelu`, and `BiasGelu` of the sum.
pub fn gelu(x: F32) -> F32 {
    (HALF * x) * (erf(x * SQRT_HALF) + F32::ONE)
}

/// `Gelu` with `approximate = "tanh"`, `FastGelu`.
pub fn gelu_tanh(x: F32) -> F32 {
    (HALF * x) * (tanh(x * ((GELU_C * x) * x + GELU_B)) + F32::ONE)
}

/// `FastGelu` of the sum with the bias.
pub fn gelu_tanh_of_bias(x: F32) -> F32 {
    (x * HALF) * (tanh(x * ((GELU_C * x) * x + GELU_B)) + F32::ONE)
}

/// x sigmoid(x), where the sigmoid is clamped to 1: `QuickGelu` with alpha = 1.
pub fn silu(x: F32) -> F32 {
    x * clamp_to_one(sigmoid(x))
}

fn clamp_to_one(y: F32) -> F32 {
    if y.is_nan() {
        y
    } else {
        y.min_x86(F32::ONE)
    }
}

/// x sigmoid(alpha x): `QuickGelu`; with alpha = 1 another kernel, [`silu`].
pub fn quick_gelu(x: F32, alpha: F32) -> F32 {
    if alpha == F32::ONE {
        return silu(x);
    }
    x * sigmoid(alpha * x)
}

/// x, or alpha x below 0: `LeakyRelu`.
pub fn leaky_relu(x: F32, alpha: F32) -> F32 {
    if x.ge(F32::ZERO) {
        x
    } else {
        alpha * x
    }
}

/// max(0, min(1, alpha x + beta)): `HardSigmoid`.
pub fn hard_sigmoid(x: F32, alpha: F32, beta: F32) -> F32 {
    let y = alpha * x + beta;
    if y.is_nan() {
        return y;
    }
    F32::ZERO.max_x86(F32::ONE.min_x86(y))
}

/// alpha (e^x - 1).
fn scaled_exp_minus_one(x: F32, alpha: F32, packet: bool) -> F32 {
    let e = if packet { exp_packet(x) } else { expf(x) };
    alpha * (e - F32::ONE)
}

/// x, or alpha (e^x - 1) below 0: `Elu`.
pub fn elu(x: F32, alpha: F32, packet: bool) -> F32 {
    if x.ge(F32::ZERO) {
        x
    } else {
        scaled_exp_minus_one(x, alpha, packet)
    }
}

/// gamma x, or gamma alpha (e^x - 1) up to 0: `Selu`.
pub fn selu(x: F32, alpha: F32, gamma: F32, packet: bool) -> F32 {
    if x.gt(F32::ZERO) {
        gamma * x
    } else {
        scaled_exp_minus_one(x, gamma * alpha, packet)
    }
}

/// max(x, 0) + min(alpha (e^(x / alpha) - 1), 0): `Celu`.
pub fn celu(x: F32, alpha: F32, packet: bool) -> F32 {
    if x.is_nan() {
        return F32::NAN;
    }
    let below = scaled_exp_minus_one(x / alpha, alpha, packet);
    x.max_x86(F32::ZERO) + below.min_x86(F32::ZERO)
}

/// ln(1 + e^x), as max(x, 0) + ln(1 + e^-|x|): `Softplus`.
pub fn softplus(x: F32, packet: bool) -> F32 {
    if x.is_nan() {
        return F32::NAN;
    }
    let exponent = -x.abs();
    let y = if packet { log1p_packet(exp_packet(exponent)) } else { log1pf(expf(exponent)) };
    x.max_x86(F32::ZERO) + y
}

/// x / (1 + |x|), as the reciprocal times x: `Softsign`.
pub fn softsign(x: F32) -> F32 {
    (F32::ONE / (F32::ONE + x.abs())) * x
}
