//! Quantised operators: scales, zero points, integer contractions.

use crate::Operator;

/// The operators of this room.
pub const TABLE: &[Operator] = &[];
