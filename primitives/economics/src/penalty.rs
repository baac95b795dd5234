//! What missing a deadline costs.

use crate::ratio::part_up;
use sp_arithmetic::Permill;

/// Penalty of a host that took a job and did not deliver, in planck: `ratio` of the fee, rounded up, at least `min`, at
/// most `max`. If `min` exceeds `max`, `max` counts.
pub fn no_show_penalty(fee: u128, ratio: Permill, min: u128, max: u128) -> u128 {
    part_up(fee, ratio).max(min).min(max)
}
