//! Activations built on the MLAS kernels. Outside of these, products and sums are rounded one by one.

use super::{erf, sigmoid, tanh, HALF};
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
