//! Shares of a pool of delegated stake, and how a host's reward is divided.

use crate::ratio::{checked_mul_div_down, mul_div_down, part_down};
use sp_arithmetic::Permill;

/// Shares that a pool counts beside those of its stakers; together they own [`VIRTUAL_VALUE`].
///
/// Without them whoever holds the last share of a pool could make it dear by rewarding the pool, so that the next
/// staker's rounding loss is worth taking; with them nearly all of such a gift goes to nobody.
pub const VIRTUAL_SHARES: u128 = 1_000_000;

/// What a pool counts beside its value, in planck. An empty pool gives [`VIRTUAL_SHARES`] shares for a planck.
pub const VIRTUAL_VALUE: u128 = 1;

/// Shares that `amount` planck buys of a pool that is worth `value` and has `shares` shares, before it is added:
/// `amount * (shares + VIRTUAL_SHARES) / (value + VIRTUAL_VALUE)`, rounded down, in favour of those who are in.
///
/// `None` if it buys nothing, or if the shares would not fit: the stake is refused then.
pub fn shares_for(amount: u128, value: u128, shares: u128) -> Option<u128> {
    let all = shares.checked_add(VIRTUAL_SHARES)?;
    let bought = checked_mul_div_down(amount, all, value.checked_add(VIRTUAL_VALUE)?)?;
    all.checked_add(bought)?;
    value.checked_add(amount)?;
    (bought > 0).then_some(bought)
}

/// What `part` of a pool's shares is worth, in planck: `part * (value + VIRTUAL_VALUE) / (shares + VIRTUAL_SHARES)`,
/// rounded down, in favour of those who stay. Never more than `value`; all shares of a pool may be worth a little less
/// than it, and the rest stays in it.
pub fn value_of(part: u128, value: u128, shares: u128) -> u128 {
    let part = part.min(shares);
    let all = shares.saturating_add(VIRTUAL_SHARES);
    mul_div_down(part, value.saturating_add(VIRTUAL_VALUE), all).min(value)
}

/// A reward, divided between a host and those who stake for it. The two sum to the reward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RewardSplit {
    /// For the host, in planck: commission, the part of its own stake, dust.
    pub host: u128,
    /// For the stakers together, in planck.
    pub stakers: u128,
}

/// Divide `amount` earned by a host with `own` stake, and `delegated` stake behind it: the commission for the host,
/// the rest by stake. The stakers' part is rounded down twice; what rounding leaves over is the host's. Without
/// delegated stake all of it is the host's.
pub fn reward_split(amount: u128, commission: Permill, own: u128, delegated: u128) -> RewardSplit {
    let shared = amount.saturating_sub(part_down(amount, commission));
    let stakers = match own.checked_add(delegated) {
        Some(0) => 0,
        Some(all) => mul_div_down(shared, delegated, all),
        // Half of each has the same ratio but for a bit that nobody can own.
        None => mul_div_down(shared, delegated / 2, (own / 2).saturating_add(delegated / 2)),
    };
    let stakers = stakers.min(shared);
    RewardSplit { host: amount.saturating_sub(stakers), stakers }
}
