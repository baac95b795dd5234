//! Activations fused into `FusedConv`, `nchwc.Conv` and `FusedGemm`.

use super::bound::Bound;
use crate::{
    math,
    soft::{F32, F64},
    Call, Expected, Judged, Reject,
};

/// What is applied to a sum of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Activation {
    Identity,
    Relu,
    LeakyRelu { alpha: F32 },
    Tanh,
    Sigmoid,
    Clip { low: F32, high: F32 },
    HardSigmoid { alpha: F32, beta: F32 },
    Elu { alpha: F32 },
    Selu { alpha: F32, gamma: F32 },
    Softplus,
    Softsign,
    ThresholdedRelu { alpha: F32 },
}

impl Activation {
    /// The activation of a fused convolution: attributes `activation` and `activation_params`.
    pub fn of_conv(call: &Call<'_>) -> Judged<Self> {
        let parameters = call.floats("activation_params")?.unwrap_or_default();
        let parameter = |n: usize| {
            parameters.get(n).map(|bits| F32(*bits)).ok_or(Reject::Malformed("an activation without its parameters"))
        };
        Ok(match call.text("activation", "")? {
            b"" => Self::Identity,
            b"Relu" => Self::Relu,
            b"Tanh" => Self::Tanh,
            b"Sigmoid" => Self::Sigmoid,
            b"LeakyRelu" => Self::LeakyRelu { alpha: parameter(0)? },
            b"Clip" => Self::Clip { low: parameter(0)?, high: parameter(1)? },
            b"HardSigmoid" => Self::HardSigmoid { alpha: parameter(0)?, beta: parameter(1)? },
            _ => return Err(Reject::Unsupported("this fused activation")),
        })
    }

    /// The activation of `FusedGemm`: attributes `activation`, `activation_alpha`, `_beta`, `_gamma`.
    pub fn of_gemm(call: &Call<'_>) -> Judged<Self> {
        let parameter = |name: &str, default: F32| call.float(name, default);
        Ok(match call.text("activation", "")? {
            b"" => Self::Identity,
            b"Relu" => Self::Relu,
            b"Tanh" => Self::Tanh,
            b"Sigmoid" => Self::Sigmoid,
            // 0.01
            b"LeakyRelu" => Self::LeakyRelu { alpha: parameter("activation_alpha", F32(0x3c23_d70a))? },
            // 0.2, 0.5
            b"HardSigmoid" => Self::HardSigmoid {
                alpha: parameter("activation_alpha", F32(0x3e4c_cccd))?,
                beta: parameter("activation_beta", F32(0x3f00_0000))?,
            },
            b"Elu" => Self::Elu { alpha: parameter("activation_alpha", F32::ONE)? },
            // 1.6732632, 1.050701
            b"Selu" => Self::Selu {
                alpha: parameter("activation_alpha", F32(0x3fd6_2d7d))?,
                gamma: parameter("activation_gamma", F32(0x3f86_7d5f))?,
            },
            b"Softplus" => Self::Softplus,
            b"Softsign" => Self::Softsign,
            b"ThresholdedRelu" => Self::ThresholdedRelu { alpha: parameter("activation_alpha", F32::ONE)? },
            _ => return Err(Reject::Unsupported("this fused activation")),
        })
    }

    /// What a kernel makes of `x`. `packet`: whether `x` is computed in a packet of four or, at the end of a thread's
    /// share, alone; `None` if that is not known. Some functions differ there.
    pub fn exact(self, x: F32, packet: Option<bool>) -> Expected {
        let either = |f: &dyn Fn(bool) -> F32| match packet {
            Some(packet) => f(packet).into(),
            None => Expected::Either(u64::from(f(true).0), u64::from(f(false).0)),
        };
        match self {
            Self::Elu { alpha } => either(&|packet| math::elu(x, alpha, packet)),
            Self::Selu { alpha, gamma } => either(&|packet| math::selu(x, alpha, gamma, packet)),
            Self::Softplus => either(&|packet| math::softplus(x, packet)),
            Self::Softsign => math::softsign(x).into(),
            Self::ThresholdedRelu { alpha } => if x.gt(alpha) { x } else { F32::ZERO }.into(),
            Self::Identity => x.into(),
            // The ends of rows are handled by scalar code that gives the other zero.
            Self::Relu if x.is_zero() => Expected::Value(0),
            Self::Relu => F32::ZERO.max_x86(x).into(),
            Self::LeakyRelu { alpha } => math::leaky_relu(x, alpha).into(),
            Self::Tanh => math::tanh(x).into(),
            Self::Sigmoid => math::sigmoid(x).into(),
            Self::Clip { low, high } => {
                let y = high.min_x86(low.max_x86(x));
                if y.is_zero() {
                    Expected::Value(0)
                } else {
                    y.into()
                }
            },
            Self::HardSigmoid { alpha, beta } => math::hard_sigmoid(x, alpha, beta).into(),
        }
    }

    /// Bounds of the result for an argument within bounds.
    pub fn bound(self, x: Bound) -> Bound {
        if x.high.lt(x.low) {
            return x;
        }
        // Extremes lie at the ends, and at zero where the slope changes.
        let range = |f: &dyn Fn(F64) -> F64, slack: F64| {
            let (a, b) = (f(x.low), f(x.high));
            let middle = if x.low.lt(F64::ZERO) && F64::ZERO.lt(x.high) { f(F64::ZERO) } else { a };
            let least = a.min_x86(b).min_x86(middle);
            let most = a.max_x86(b).max_x86(middle);
            let widen = |y: F64| if y.is_finite() { (y.abs() * RELATIVE + slack).next_up() } else { F64::ZERO };
            Bound { low: (least - widen(least)).next_down(), high: (most + widen(most)).next_up(), nan: x.nan }
        };
        let clamp = |low: F64, high: F64| Bound {
            low: x.low.max_x86(low).min_x86(high),
            high: x.high.max_x86(low).min_x86(high),
            nan: x.nan,
        };
        match self {
            Self::Identity => x,
            Self::Relu => clamp(F64::ZERO, F64::INFINITY),
            Self::Clip { low, high } => clamp(low.to_f64(), high.to_f64()),
            Self::LeakyRelu { alpha } => range(&|x| if x.lt(F64::ZERO) { x * alpha.to_f64() } else { x }, TINY),
            Self::Tanh => range(&|x| math::tanh(x.to_f32()).to_f64(), TANH_ERROR),
            Self::Sigmoid => range(&|x| math::sigmoid(x.to_f32()).to_f64(), SIGMOID_ERROR),
            Self::Elu { alpha } => {
                let slack = alpha.to_f64().abs() * SMOOTH_ERROR;
                range(&|x| math::elu(x.to_f32(), alpha, true).to_f64(), slack)
            },
            Self::Selu { alpha, gamma } => {
                let slack = (alpha.to_f64() * gamma.to_f64()).abs() * SMOOTH_ERROR;
                range(&|x| math::selu(x.to_f32(), alpha, gamma, true).to_f64(), slack)
            },
            Self::Softplus => range(&|x| math::softplus(x.to_f32(), true).to_f64(), SMOOTH_ERROR),
            Self::Softsign => range(&|x| math::softsign(x.to_f32()).to_f64(), SMOOTH_ERROR),
            Self::ThresholdedRelu { alpha } => {
                // It jumps at alpha.
                let alpha = alpha.to_f64();
                let (least, most) = (x.low.min_x86(F64::ZERO), x.high.max_x86(F64::ZERO));
                Bound {
                    low: if x.low.gt(alpha) { x.low } else { least },
                    high: if x.high.gt(alpha) { most } else { F64::ZERO },
                    nan: x.nan,
                }
            },
            Self::HardSigmoid { alpha, beta } => {
                let y = |x: F64| x * alpha.to_f64() + beta.to_f64();
                let slack = (y(x.low).abs().max_x86(y(x.high).abs())
                    + beta.to_f64().abs() * F64(0x4000_0000_0000_0000))
                    * RELATIVE
                    + TINY;
                range(&|x| y(x).min_x86(F64::ONE).max_x86(F64::ZERO), slack)
            },
        }
    }
}

/// 2^-22: several roundings in binary32.
const RELATIVE: F64 = F64(0x3E90_0000_0000_0000);
/// 2^-148.
const TINY: F64 = F64(0x36B0_0000_0000_0000);
/// 2^-20: several roundings of results up to 1, and what rounding the argument to binary32 changes.
const SMOOTH_ERROR: F64 = F64(0x3EB0_0000_0000_0000);
/// 2^-19: twice (this kernel's and the other's) 10 u, and what rounding the argument to binary32 changes.
const TANH_ERROR: F64 = F64(0x3EC0_0000_0000_0000);
/// 2^-20: the same for 6 u and a quarter of the slope.
const SIGMOID_ERROR: F64 = F64(0x3EB0_0000_0000_0000);
