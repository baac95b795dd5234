//! Tests.

mod deterrences;
mod draws;
mod fees;
mod fenwicks;
mod liabilities;
mod peaks;
mod rates;
mod shares;
mod slashes;

/// One CNDR in planck.
pub(crate) const CNDR: u128 = 1_000_000_000_000;
