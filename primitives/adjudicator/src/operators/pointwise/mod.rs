//! Pointwise operators: each output element from the operand elements that meet it.
//!
//! Arithmetic, comparisons, logic and casts are single operations and the same everywhere (`Exactness::Always`);
//! elementary functions and what is made of them follow the kernels' schedules or the bounds of `design/numerics.md`.
//! A 16-bit float has few kernels of its own: around the others ONNX Runtime casts.

mod activation;
mod arithmetic;
mod bounds;
mod cast;
mod common;
mod elementary;
mod extremes;
mod logic;
mod power;
#[cfg(test)]
mod tests;

pub use activation::{activation, activation_error};

use super::{no_layout, NEWEST_OPSET};
use crate::{Call, Domain, Exactness, Expected, Header, Judged, Operator};
use Domain::{Microsoft, Onnx};
use Exactness::Always;

/// With a schedule, or bounded.
const SCHEDULED: Exactness = Exactness::Scheduled(1);

type HeaderOf = fn(&Call<'_>, usize) -> Judged<Header>;
type ElementOf = fn(&Call<'_>, usize, u64) -> Judged<Expected>;

const fn op(
    name: &'static str,
    opsets: (u32, u32),
    exactness: Exactness,
    header: HeaderOf,
    element: ElementOf,
) -> Operator {
    Operator { domain: Onnx, name, opsets, exactness, header, element, layout: no_layout }
}

const fn ms(name: &'static str, exactness: Exactness, header: HeaderOf, element: ElementOf) -> Operator {
    Operator { domain: Microsoft, name, opsets: (1, 1), exactness, header, element, layout: no_layout }
}

const ALL: (u32, u32) = (13, NEWEST_OPSET);

/// The operators of this room.
pub const TABLE: &[Operator] = &[
    op("Abs", ALL, Always, common::as_first, arithmetic::abs),
    op("Neg", ALL, Always, common::as_first, arithmetic::neg),
    op("Sign", ALL, Always, common::as_first, arithmetic::sign),
    op("Add", ALL, Always, common::broadcast, arithmetic::add),
    op("Sub", ALL, Always, common::broadcast, arithmetic::sub),
    op("Mul", ALL, Always, common::broadcast, arithmetic::mul),
    op("Div", ALL, Always, common::broadcast, arithmetic::div),
    op("Mod", ALL, Always, common::broadcast, arithmetic::modulo),
    op("Pow", ALL, SCHEDULED, common::broadcast, power::pow),
    op("Sqrt", ALL, Always, common::as_first, arithmetic::sqrt),
    op("Reciprocal", ALL, Always, common::as_first, arithmetic::reciprocal),
    op("Floor", ALL, Always, common::as_first, arithmetic::floor),
    op("Ceil", ALL, Always, common::as_first, arithmetic::ceil),
    op("Round", ALL, Always, common::as_first, arithmetic::round),
    op("Sum", ALL, SCHEDULED, common::broadcast, arithmetic::sum),
    op("Mean", ALL, SCHEDULED, common::broadcast, arithmetic::mean),
    op("Min", ALL, Always, common::broadcast, extremes::min),
    op("Max", ALL, Always, common::broadcast, extremes::max),
    op("Clip", ALL, Always, common::as_first, extremes::clip),
    op("Relu", ALL, Always, common::as_first, extremes::relu),
    op("Shrink", ALL, Always, common::as_first, extremes::shrink),
    op("Equal", ALL, Always, common::bool_broadcast, logic::equal),
    op("Greater", ALL, Always, common::bool_broadcast, logic::greater),
    op("GreaterOrEqual", ALL, Always, common::bool_broadcast, logic::greater_or_equal),
    op("Less", ALL, Always, common::bool_broadcast, logic::less),
    op("LessOrEqual", ALL, Always, common::bool_broadcast, logic::less_or_equal),
    op("And", ALL, Always, common::bool_broadcast, logic::and),
    op("Or", ALL, Always, common::bool_broadcast, logic::or),
    op("Xor", ALL, Always, common::bool_broadcast, logic::xor),
    op("Not", ALL, Always, common::bool_as_first, logic::not),
    op("IsNaN", ALL, Always, common::bool_as_first, logic::is_nan),
    op("IsInf", ALL, Always, common::bool_as_first, logic::is_inf),
    op("BitShift", ALL, Always, common::broadcast, logic::bit_shift),
    op("BitwiseAnd", (18, NEWEST_OPSET), Always, common::broadcast, logic::bitwise_and),
    op("BitwiseOr", (18, NEWEST_OPSET), Always, common::broadcast, logic::bitwise_or),
    op("BitwiseXor", (18, NEWEST_OPSET), Always, common::broadcast, logic::bitwise_xor),
    op("BitwiseNot", (18, NEWEST_OPSET), Always, common::as_first, logic::bitwise_not),
    op("Where", ALL, Always, common::broadcast_of_second, logic::choose),
    op("Cast", ALL, Always, cast::header, cast::cast),
    op("CastLike", (15, NEWEST_OPSET), Always, cast::header_like, cast::cast_like),
    op("Exp", ALL, SCHEDULED, common::as_first, elementary::exp),
    op("Log", ALL, SCHEDULED, common::as_first, elementary::log),
    op("Erf", ALL, SCHEDULED, common::as_first, elementary::erf),
    op("Sin", ALL, SCHEDULED, common::as_first, elementary::sin),
    op("Cos", ALL, SCHEDULED, common::as_first, elementary::cos),
    op("Tan", ALL, SCHEDULED, common::as_first, elementary::tan),
    op("Asin", ALL, SCHEDULED, common::as_first, elementary::asin),
    op("Acos", ALL, SCHEDULED, common::as_first, elementary::acos),
    op("Atan", ALL, SCHEDULED, common::as_first, elementary::atan),
    op("Sinh", ALL, SCHEDULED, common::as_first, elementary::sinh),
    op("Cosh", ALL, SCHEDULED, common::as_first, elementary::cosh),
    op("Asinh", ALL, SCHEDULED, common::as_first, elementary::asinh),
    op("Acosh", ALL, SCHEDULED, common::as_first, elementary::acosh),
    op("Atanh", ALL, SCHEDULED, common::as_first, elementary::atanh),
    op("Tanh", ALL, SCHEDULED, common::as_first, elementary::tanh),
    op("Sigmoid", ALL, SCHEDULED, common::as_first, elementary::sigmoid),
    op("Softsign", ALL, SCHEDULED, common::as_first, elementary::softsign),
    op("Gelu", (20, NEWEST_OPSET), SCHEDULED, common::as_first, elementary::onnx_gelu),
    op("LeakyRelu", ALL, Always, common::as_first, activation::leaky_relu),
    op("PRelu", ALL, Always, common::broadcast, activation::prelu),
    op("ThresholdedRelu", ALL, Always, common::as_first, activation::thresholded_relu),
    op("HardSigmoid", ALL, SCHEDULED, common::as_first, activation::hard_sigmoid),
    op("HardSwish", (14, NEWEST_OPSET), SCHEDULED, common::as_first, activation::hard_swish),
    op("Elu", ALL, SCHEDULED, common::as_first, activation::elu),
    op("Selu", ALL, SCHEDULED, common::as_first, activation::selu),
    op("Celu", ALL, SCHEDULED, common::as_first, activation::celu),
    op("Softplus", ALL, SCHEDULED, common::as_first, activation::softplus),
    op("Mish", (18, NEWEST_OPSET), SCHEDULED, common::as_first, activation::mish),
    op("Swish", (24, NEWEST_OPSET), SCHEDULED, common::as_first, activation::swish),
    op("BatchNormalization", ALL, SCHEDULED, activation::normalized, activation::batch_normalization),
    ms("Gelu", SCHEDULED, common::as_first, elementary::gelu),
    ms("BiasGelu", SCHEDULED, common::as_first, activation::bias_gelu),
    ms("FastGelu", SCHEDULED, common::as_first, activation::fast_gelu),
    ms("QuickGelu", SCHEDULED, common::as_first, activation::quick_gelu),
];
