//! The polynomials and tables by which ONNX Runtime's CPU kernels compute elementary functions, step by step on soft
//! numbers.
//!
//! Every step is one rounding: `+ - * /` and `mul_add` as written. Each function gives the very bits of the kernel that
//! it names; constants are that kernel's. Specification: `research/exact_pointwise.py` and the table in
//! `design/numerics.md`. Three families:
//!
//! * MLAS (`exp`, `erf`, `tanh`, `sigmoid`): the same bits on AVX2 and AVX-512, for every element;
//! * Eigen's packets of 4 (`*_packet`), without fused multiply-add;
//! * the C library's (`logf`, `tanf`, ...), glibc 2.28 to 2.40: what Eigen calls for the last elements that do not fill a
//!   packet, and some operators for all.

mod activation;
mod eigen;
mod glibc;
mod hyperbolic;
mod inverse;
mod mlas;
mod packets;
#[cfg(test)]
mod tests;

pub use activation::{
    celu, elu, gelu, gelu_tanh, gelu_tanh_of_bias, hard_sigmoid, leaky_relu, quick_gelu, selu, silu, softplus, softsign,
};
pub use eigen::{cos_packet, log1p_packet, log_packet, sin_packet};
pub use glibc::{cosf, logf, powf, sinf};
pub use hyperbolic::{acoshf, asinhf, atanhf, coshf, expf, expm1f, log1pf, sinhf};
pub use inverse::{acosf, asinf, atanf, tanf};
pub use mlas::{erf, exp, exp_core, sigmoid, tanh};
pub use packets::{acos_packet, asin_packet, atan_packet, exp_packet};

use crate::soft::F32;

/// One half.
pub const HALF: F32 = F32(0x3f00_0000);

/// 12582912 = 1.5 * 2^23: adding and subtracting it rounds a smaller number to an integer, ties to even.
const MAGIC: F32 = F32(0x4b40_0000);

/// `(((c0 x + c1) x + c2) ...)` with fused multiply-adds.
pub(crate) fn horner(x: F32, coefficients: &[F32]) -> F32 {
    let mut rest = coefficients.iter();
    let Some(first) = rest.next() else { return F32::ZERO };
    rest.fold(*first, |p, c| p.mul_add(x, *c))
}
