//! Pooling: each output element from one window of the input.

use crate::Operator;

/// The operators of this room.
pub const TABLE: &[Operator] = &[];
