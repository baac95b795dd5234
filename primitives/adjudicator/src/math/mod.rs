//! The polynomials and tables by which ONNX Runtime's CPU kernels compute elementary functions, step by step on soft
//! numbers.
//!
//! Every step is one rounding: `+ - * /` and `mul_add` as written. Each function gives the very bits of the kernel that
//! it names; constants are that kernel's. Specification: `research/exact_pointwise.py` and the table in
//! `design/numerics.md`. Three families:
//!
//! * MLAS (`exp`, `erf`, `tanh`, `sigmoid`): the same bits on AVX2 and AVX-512, for every element;
//! * Eigen's packets of 4 (`log_packet`, `sin_packet`, `cos_packet`), without fused multiply-add;
//! * glibc 2.28 and later (`logf`, `powf`, `sinf`, `cosf`), in binary64: what Eigen calls for the last elements that do
//!   not fill a packet.

mod activation;
mod eigen;
mod glibc;
mod mlas;
#[cfg(test)]
mod tests;

pub use activation::{gelu, gelu_tanh, gelu_tanh_of_bias, hard_sigmoid, leaky_relu, quick_gelu, silu};
pub use eigen::{cos_packet, log_packet, sin_packet};
pub use glibc::{cosf, logf, powf, sinf};
pub use mlas::{erf, exp, exp_core, sigmoid, tanh};

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
