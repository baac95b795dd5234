//! Index operators: each output element is a copy of an input element, or a number that follows from shapes.

mod blocks;
mod common;
mod gather;
mod grid_sample;
mod make;
mod pad;
mod permute;
mod reshape;
mod resize;
mod scatter;
mod slice;
#[cfg(test)]
mod tests;

use crate::Operator;

/// The operators of this room.
pub const TABLE: &[Operator] = &[
    reshape::IDENTITY,
    reshape::RESHAPE,
    reshape::FLATTEN,
    reshape::SQUEEZE,
    reshape::UNSQUEEZE,
    reshape::EXPAND_DIMS,
    reshape::DROPOUT,
    permute::TRANSPOSE,
    permute::DEPTH_TO_SPACE,
    permute::SPACE_TO_DEPTH,
    permute::REVERSE_SEQUENCE,
    blocks::SPLIT_BLOCKS,
    blocks::JOIN_BLOCKS,
    permute::REORDER_INPUT,
    permute::REORDER_OUTPUT,
    slice::SLICE,
    slice::SPLIT,
    slice::CONCAT,
    gather::GATHER,
    gather::GATHER_ELEMENTS,
    gather::GATHER_ND,
    gather::GATHER_ND_MS,
    gather::COMPRESS,
    gather::NON_ZERO,
    scatter::SCATTER_ELEMENTS,
    scatter::SCATTER_ND,
    scatter::TENSOR_SCATTER,
    pad::PAD,
    pad::PAD_MS,
    pad::EXPAND,
    pad::TILE,
    make::RANGE,
    make::CONSTANT_OF_SHAPE,
    make::EYE_LIKE,
    make::ONE_HOT,
    make::TRILU,
    make::TRILU_MS,
    make::SHAPE,
    make::SIZE,
    grid_sample::GRID_SAMPLE,
    resize::RESIZE,
    resize::NCHWC_UPSAMPLE,
];
