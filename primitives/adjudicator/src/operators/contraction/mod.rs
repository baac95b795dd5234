//! Contractions: matrix products and convolutions.

use crate::Operator;

/// The operators of this room.
pub const TABLE: &[Operator] = &[];
