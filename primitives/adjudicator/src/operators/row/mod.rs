//! Row operators: softmax, normalisation, reduction, sorting: each output element from one line or group of the input.

use crate::Operator;

/// The operators of this room.
pub const TABLE: &[Operator] = &[];
