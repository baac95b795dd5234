//! Pooling: each output element from one window of the input.

mod average;
mod bound;
mod geometry;
mod lp;
mod max;
#[cfg(test)]
mod tests;
mod unpool;

use crate::Operator;

/// The operators of this room.
pub const TABLE: &[Operator] = &[
    max::MAX_POOL,
    max::GLOBAL_MAX_POOL,
    max::NCHWC_MAX_POOL,
    max::NCHWC_GLOBAL_MAX_POOL,
    max::NHWC_MAX_POOL,
    average::AVERAGE_POOL,
    average::GLOBAL_AVERAGE_POOL,
    average::NCHWC_AVERAGE_POOL,
    average::NCHWC_GLOBAL_AVERAGE_POOL,
    lp::LP_POOL,
    lp::GLOBAL_LP_POOL,
    unpool::MAX_UNPOOL,
];
