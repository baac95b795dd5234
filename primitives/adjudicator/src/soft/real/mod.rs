//! Elementary functions of binary64 numbers, for bounds: what a kernel's result must lie close to.
//!
//! Relative error below 2^-45 wherever the result is a normal number (measured: below 2^-49, pow below
//! 2^-48), so a bound takes
//! `(1 +- 2^-45)` times the value. Nothing here is a kernel that is replayed: those live with their operators.
//! NaN gives NaN; outside a function's domain the result is NaN; at infinities it is the limit.
//!
//! Methods are the plain ones (argument reduction, then a Taylor series whose coefficients are inverses of integers):
//! J.-M. Muller, Elementary Functions, 3rd edition.

mod error_function;
mod exponential;
mod logarithm;
mod trigonometric;

pub use error_function::{erf, gelu};
pub use exponential::{cosh, exp, sigmoid, sinh, softplus, tanh};
pub use logarithm::{acosh, asinh, atanh, log, log1p, pow};
pub use trigonometric::{acos, asin, atan, cos, sin, tan};

use super::F64;

/// 1/2.
const HALF: F64 = F64(0x3fe0_0000_0000_0000);
/// 2.
const TWO: F64 = F64(0x4000_0000_0000_0000);
/// The logarithm of 2, 0.6931471805599453, and what that number lacks, 2.3190468138462996e-17.
const LN_2: F64 = F64(0x3fe6_2e42_fefa_39ef);
const LN_2_LOW: F64 = F64(0x3c7a_bc9e_3b39_803f);

/// `1 / n`.
const fn inverse(n: u64) -> F64 {
    match (1u128 << 127).checked_div(n as u128) {
        Some(quotient) => F64::from_parts(false, quotient, -127),
        None => F64::INFINITY,
    }
}

/// `1 / n`, negative for odd `index`: coefficients of alternating series.
const fn alternating(index: u32, n: u64) -> F64 {
    let positive = inverse(n);
    if index & 1 == 0 {
        positive
    } else {
        F64(positive.0 | F64::NEG_ZERO.0)
    }
}

/// The polynomial with these coefficients, constant first.
#[inline]
fn horner(x: F64, coefficients: &[F64]) -> F64 {
    coefficients.iter().rev().fold(F64::ZERO, |sum, &c| sum.mul_add(x, c))
}

/// `a * b` as a rounded product and its error.
#[inline]
fn product(a: F64, b: F64) -> (F64, F64) {
    let high = a * b;
    (high, a.mul_add(b, -high))
}

/// `a + b` as a rounded sum and its error, for `|a| >= |b|`.
#[inline]
fn sum(a: F64, b: F64) -> (F64, F64) {
    let high = a + b;
    (high, b - (high - a))
}
