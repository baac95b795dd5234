//! Index operators: each output element is a copy of an input element, or a number that follows from shapes.

use crate::Operator;

/// The operators of this room.
pub const TABLE: &[Operator] = &[];
