//! What a call costs, and who gets it.

use crate::ratio::{part_down, MILLION};
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

/// Shares of a fee that do not go to the host.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct FeeRatios {
    /// The publisher's royalty.
    pub royalty: Permill,
    /// The levy that pays auditors.
    pub levy: Permill,
    /// The treasury's share.
    pub treasury: Permill,
}

/// A fee, divided. The four parts sum to the fee, to the last unit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct FeeSplit {
    /// For the publisher, in planck: at most its ratio of the fee.
    pub royalty: u128,
    /// For the auditors, in planck: at most its ratio of the fee.
    pub levy: u128,
    /// For the treasury, in planck: at most its ratio of the fee.
    pub treasury: u128,
    /// For the host and its stakers, in planck: the rest, with the dust of rounding.
    pub host: u128,
}

/// The shares of a fee sum to more than the whole; lower one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RatiosExceedWhole;

impl FeeRatios {
    /// Whether the shares leave the host zero or more. Parameters are checked with it where they are set, so that
    /// settling cannot fail later.
    pub fn is_valid(&self) -> bool {
        let sum = [self.royalty, self.levy, self.treasury]
            .iter()
            .fold(0u32, |sum, ratio| sum.saturating_add(ratio.deconstruct()));
        sum <= MILLION
    }

    /// Divide `fee`. Each share is rounded down; what rounding leaves over is the host's.
    pub fn split(&self, fee: u128) -> Result<FeeSplit, RatiosExceedWhole> {
        if !self.is_valid() {
            return Err(RatiosExceedWhole);
        }
        let royalty = part_down(fee, self.royalty);
        let levy = part_down(fee, self.levy);
        let treasury = part_down(fee, self.treasury);
        // Each is rounded down from ratios that sum to one whole at most, so none of these reaches zero too early.
        let host = fee.saturating_sub(royalty).saturating_sub(levy).saturating_sub(treasury);
        Ok(FeeSplit { royalty, levy, treasury, host })
    }
}

impl FeeSplit {
    /// The fee that was divided.
    pub const fn total(&self) -> u128 {
        self.royalty.saturating_add(self.levy).saturating_add(self.treasury).saturating_add(self.host)
    }
}
