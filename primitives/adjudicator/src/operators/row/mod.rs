//! Row operators: softmax, normalisation, reduction, sorting: each output element from one line or group of the input.
//!
//! Orders of summation are those of ONNX Runtime 1.31 on x86-64, measured bit for bit. Eigen's and MLAS's row kernels
//! are the same for AVX2 and AVX-512 but for the softmax.

mod bound;
mod cumulative;
mod exponentials;
mod groups;
mod lanes;
mod layer_norm;
mod norm_bound;
mod norms;
mod number;
mod reduce;
mod reduce_bound;
mod reduce_float;
mod reduce_integer;
mod rotary;
mod select;
mod softmax;
mod sums;
#[cfg(test)]
mod tests;

use super::NEWEST_OPSET;
use crate::Operator;

/// The operators of this room.
pub const TABLE: &[Operator] = &[
    softmax::SOFTMAX,
    softmax::LOG_SOFTMAX,
    softmax::HARDMAX,
    layer_norm::LAYER,
    layer_norm::SIMPLIFIED,
    layer_norm::RMS,
    layer_norm::SKIP,
    layer_norm::SKIP_SIMPLIFIED,
    norms::INSTANCE,
    norms::MEAN_VARIANCE,
    norms::LP,
    norms::EMBED,
    reduce::SUM,
    reduce::MEAN,
    reduce::MAX,
    reduce::MIN,
    reduce::PROD,
    reduce::L1,
    reduce::L2,
    reduce::SUM_SQUARE,
    reduce::LOG_SUM,
    reduce::LOG_SUM_EXP,
    select::ARG_MAX,
    select::ARG_MIN,
    select::TOP_K,
    cumulative::CUM_SUM,
    cumulative::CUM_PROD,
    rotary::ROTARY,
    rotary::ROTARY_MS,
];
