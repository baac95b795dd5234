//! Pointwise operators: each output element from the operand elements that meet it.

use crate::Operator;

/// The operators of this room.
pub const TABLE: &[Operator] = &[];
