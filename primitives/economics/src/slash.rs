//! What a proven fault costs, and who gets it.

use crate::ratio::part_down;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::Permill;

/// The challenger's reward: its share of what is left of the slashed own stake when the requester is made whole and
/// the challenger's costs are paid. A liar can always challenge itself first (it needs no evidence to be found), so
/// this much of a slash does not deter: it is kept small.
pub const REWARD_SHARE: Permill = Permill::from_percent(10);

/// A slash, divided. `own + delegated + missing` is what was to be slashed, `compensated + rewarded + burned` is what
/// was, both to the last unit.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SlashParts {
    /// From the host's own stake, in planck.
    pub own: u128,
    /// From delegated stake, in planck; all of it is burned.
    pub delegated: u128,
    /// What the stake did not cover, in planck.
    pub missing: u128,
    /// For the requester, in planck: at most what it is owed.
    pub compensated: u128,
    /// For the challenger, costs and reward, in planck.
    pub rewarded: u128,
    /// Burned, in planck: all delegated stake, and what is left of the own.
    pub burned: u128,
}

/// Divide a slash of `required` from a host that has `own` stake, and `delegated` stake behind it.
///
/// Own stake is taken first, then delegated stake. What is given away comes from the own stake only, so that a host
/// cannot take its stakers' money out through accounts of its own: first the requester's `compensation`, then the
/// challenger's `costs`, then [`REWARD_SHARE`] of the rest, rounded down, for the challenger. Everything else is
/// burned.
///
/// ```
/// use candor_economics::{slash_split, SlashParts};
///
/// let parts = slash_split(1_000, 600, 300, 50, 10);
/// assert_eq!(
///     parts,
///     SlashParts { own: 600, delegated: 300, missing: 100, compensated: 50, rewarded: 10 + 54, burned: 300 + 486 }
/// );
/// ```
pub fn slash_split(required: u128, own: u128, delegated: u128, compensation: u128, costs: u128) -> SlashParts {
    let own = required.min(own);
    let beyond = required.saturating_sub(own);
    let delegated = beyond.min(delegated);
    let missing = beyond.saturating_sub(delegated);

    let compensated = compensation.min(own);
    let left = own.saturating_sub(compensated);
    let refunded = costs.min(left);
    let left = left.saturating_sub(refunded);
    let reward = part_down(left, REWARD_SHARE);
    // Own and delegated sum to `required` at most, and the parts of the own stake to the own stake: nothing saturates.
    let burned = left.saturating_sub(reward).saturating_add(delegated);
    SlashParts { own, delegated, missing, compensated, rewarded: refunded.saturating_add(reward), burned }
}

impl SlashParts {
    /// The same slash when there is nobody to reward: the challenger's part is burned too.
    pub const fn without_challenger(self) -> Self {
        Self { rewarded: 0, burned: self.burned.saturating_add(self.rewarded), ..self }
    }

    /// What is taken, in planck.
    pub const fn taken(&self) -> u128 {
        self.own.saturating_add(self.delegated)
    }
}
