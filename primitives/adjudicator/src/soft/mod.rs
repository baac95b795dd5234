//! IEEE 754 arithmetic with integers only: what the adjudicator replays kernels with.
//!
//! Round to nearest, ties to even; subnormals kept; no flags. Results that are NaN are always the canonical one. All
//! operations are those of IEEE 754-2019, checked against hardware by the tests beside them.

mod binary32;
mod binary64;
mod common;
mod functions;
pub mod half;
pub mod real;
#[cfg(test)]
mod tests;
mod wide;

pub use binary32::F32;
pub use binary64::F64;
pub use half::{BF16, F16};
pub use wide::Wide;
