//! Elementary functions: exactly as the kernels compute them, or within their bounds.

use super::{
    bounds::{double, of_argument, ulps, within, U},
    common::{either, NO_TYPE},
};
use crate::{
    math,
    soft::{real, F32, F64},
    Call, DType, Expected, Judged, Reject,
};

/// Where a kernel works on packets of four numbers, which elements are left over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// The last ones of the tensor: the kernel runs in one thread.
    OfTensor,
    /// The last ones of each thread's share.
    OfShares,
}

/// The result of a kernel with one function for packets (`true`) and one for the elements left over (`false`).
pub(super) fn packets(call: &Call<'_>, index: u64, left: Left, function: impl Fn(bool) -> F32) -> Judged<Expected> {
    let schedule = call.schedule().ok_or(Reject::Unsupported("an exact result in bounded mode"))?;
    if left == Left::OfTensor || schedule.threads <= 1 {
        let whole = call.header(0)?.count() & !3;
        return Ok(function(index < whole).into());
    }
    Ok(either(u64::from(function(true).0), u64::from(function(false).0)))
}

/// What the C library computes for elements that are left over.
type Single = fn(F32) -> F32;

/// A function of one number that has a schedule for binary32.
struct Function {
    /// The kernel's function for every element, or for packets.
    packet: fn(F32) -> F32,
    /// The function for the elements that are left over, if it is another one.
    single: Option<(Left, Single)>,
    /// The mathematical function.
    real: fn(F64) -> F64,
    /// Where a result may lie, given the mathematical value and the argument.
    bound: fn(F64, F32) -> Expected,
    /// Whether there is a binary64 kernel, and how many 2^-48 it may be off near zero.
    double: Option<u32>,
}

fn judge(call: &Call<'_>, index: u64, function: &Function) -> Judged<Expected> {
    match call.dtype(0)? {
        DType::Float32 => {},
        DType::Float64 => {
            let absolute = function.double.ok_or(NO_TYPE)?;
            if call.schedule().is_some() {
                return Err(Reject::Unsupported("an exact schedule for float64"));
            }
            return Ok(double((function.real)(call.f64(0, index)?), absolute));
        },
        _ => return Err(NO_TYPE),
    }
    let x = call.f32(0, index)?;
    match (call.schedule(), function.single) {
        (None, _) => Ok((function.bound)((function.real)(x.to_f64()), x)),
        (Some(_), None) => Ok((function.packet)(x).into()),
        (Some(_), Some((left, single))) => {
            packets(call, index, left, |packet| if packet { (function.packet)(x) } else { single(x) })
        },
    }
}

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident: $packet:expr, $single:expr, $real:expr, $bound:expr, $double:expr;)*) => {
        $(
            $(#[$doc])*
            pub(super) fn $name(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
                judge(call, index, &Function {
                    packet: $packet,
                    single: $single,
                    real: $real,
                    bound: $bound,
                    double: $double,
                })
            }
        )*
    };
}

/// Tanh: min(10 u, 12 u |y| + 2^-126), u = 2^-24.
fn tanh_bound(y: F64, _: F32) -> Expected {
    let relative = y.abs() * U * F64::from_u64(12);
    let absolute = U * F64::from_u64(10);
    within(y, if relative.lt(absolute) { relative } else { absolute })
}

functions! {
    /// `Exp`.
    exp: math::exp, None, real::exp, |y, _| ulps(y, 2), Some(0);
    /// `Log`.
    log: math::log_packet, Some((Left::OfShares, math::logf)), real::log, |y, _| ulps(y, 7), Some(1);
    /// `Erf`.
    erf: math::erf, None, real::erf, |y, _| ulps(y, 2), None;
    /// `Sin`.
    sin: math::sin_packet, Some((Left::OfTensor, math::sinf)), real::sin, |y, _| ulps(y, 5), Some(1);
    /// `Cos`.
    cos: math::cos_packet, Some((Left::OfTensor, math::cosf)), real::cos, |y, _| ulps(y, 5), Some(1);
    /// `Tan`.
    tan: math::tanf, None, real::tan, |y, _| ulps(y, 4), None;
    /// `Asin`.
    asin: math::asin_packet, Some((Left::OfTensor, math::asinf)), real::asin, |y, _| ulps(y, 7), None;
    /// `Acos`.
    acos: math::acos_packet, Some((Left::OfTensor, math::acosf)), real::acos, |y, _| ulps(y, 7), None;
    /// `Atan`.
    atan: math::atan_packet, Some((Left::OfTensor, math::atanf)), real::atan, |y, _| ulps(y, 7), None;
    /// `Sinh`.
    sinh: math::sinhf, None, real::sinh, |y, _| ulps(y, 4), None;
    /// `Cosh`.
    cosh: math::coshf, None, real::cosh, |y, _| ulps(y, 4), None;
    /// `Asinh`.
    asinh: math::asinhf, None, real::asinh, |y, _| ulps(y, 5), None;
    /// `Acosh`.
    acosh: math::acoshf, None, real::acosh, |y, _| ulps(y, 5), None;
    /// `Atanh`.
    atanh: math::atanhf, None, real::atanh, |y, _| ulps(y, 5), None;
    /// `Tanh`.
    tanh: math::tanh, None, real::tanh, tanh_bound, Some(0);
    /// `Sigmoid`.
    sigmoid: math::sigmoid, None, real::sigmoid, |y, _| within(y, U * F64::from_u64(6)), Some(1);
    /// `Gelu` of ONNX Runtime's domain.
    gelu: math::gelu, None, real::gelu, |y, x| of_argument(y, x, 4), None;
    /// `FastGelu` without bias.
    gelu_tanh: math::gelu_tanh, None, real_gelu_tanh, |y, x| of_argument(y, x, 7), None;
    /// `Softsign`.
    softsign: math::softsign, None, |x| x / (F64::ONE + x.abs()), |y, _| softsign_bound(y), None;
}

/// 3 units; NaN at infinity, as the kernel multiplies the reciprocal.
fn softsign_bound(y: F64) -> Expected {
    ulps(y, 3)
}

/// sqrt(2/pi) = 0.7978845608028654 and 0.044715.
const GELU_B: F64 = F64(0x3fe9_8845_33d4_3651);
const GELU_C: F64 = F64(0x3fa6_e4e2_6d48_01f7);

/// x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2, as x sigmoid of twice that.
pub(super) fn real_gelu_tanh(x: F64) -> F64 {
    if x.is_infinite() {
        return if x.is_sign_negative() { F64::ZERO } else { x };
    }
    let inner = GELU_B * (x + GELU_C * (x * x) * x);
    x * real::sigmoid(inner + inner)
}

/// `Gelu` of ONNX, by its attribute `approximate`.
pub(super) fn onnx_gelu(call: &Call<'_>, output: usize, index: u64) -> Judged<Expected> {
    match call.text("approximate", "none")? {
        b"none" => gelu(call, output, index),
        b"tanh" => gelu_tanh(call, output, index),
        _ => Err(Reject::Unsupported("this approximation of Gelu")),
    }
}
