//! How often receipts are audited.

use crate::ratio::{mul_div_up, MILLION};
use sp_arithmetic::Permill;

/// Share of a host's receipts that are drawn for audit: `clamp(audits / open, min, max)`, rounded up.
///
/// `open` is the host's number of open receipts, `audits` the number of audits that a host should meet per window
/// whatever its volume. Without receipts it is `max`. If `min` exceeds `max`, `min` counts.
pub fn audit_rate(open: u32, audits: u32, min: Permill, max: Permill) -> Permill {
    // Division by zero receipts counts as the largest number; from_parts stops at one whole.
    let parts = mul_div_up(audits.into(), MILLION.into(), open.into());
    Permill::from_parts(u32::try_from(parts).unwrap_or(MILLION)).min(max).max(min)
}
