//! What a call costs, and who gets it.

use crate::ratio::part_down;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::Permill;

/// Price of a call of `units` units, in planck: `per_call + per_unit * units`. `None` if it does not fit.
pub const fn price(per_call: u128, per_unit: u128, units: u64) -> Option<u128> {
    match per_unit.checked_mul(units as u128) {
        Some(variable) => per_call.checked_add(variable),
        None => None,
    }
}

/// A fee, divided. The four parts sum to the fee, to the last unit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct FeeSplit {
    /// For the publisher, in planck: at most its ratio of the fee.
    pub royalty: u128,
    /// For the auditors, in planck: at most what is owed to them.
    pub levy: u128,
    /// For the treasury, in planck: at most its ratio of the fee.
    pub treasury: u128,
    /// For the host and its stakers, in planck: the rest, with the dust of rounding.
    pub host: u128,
}

impl FeeSplit {
    /// Divide `fee`. The treasury comes first, then the `levy` (an amount, since it follows the audit rate of the host),
    /// then the royalty, each at most what is left; ratios are rounded down, and what rounding leaves over is the host's.
    /// So it cannot fail, whatever the parameters are.
    pub fn of(fee: u128, levy: u128, treasury: Permill, royalty: Permill) -> Self {
        let treasury = part_down(fee, treasury);
        let rest = fee.saturating_sub(treasury);
        let levy = levy.min(rest);
        let rest = rest.saturating_sub(levy);
        let royalty = part_down(fee, royalty).min(rest);
        Self { royalty, levy, treasury, host: rest.saturating_sub(royalty) }
    }

    /// The fee that was divided.
    pub const fn total(&self) -> u128 {
        self.royalty.saturating_add(self.levy).saturating_add(self.treasury).saturating_add(self.host)
    }
}
