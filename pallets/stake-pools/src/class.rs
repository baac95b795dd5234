//! Stake that belongs to many, as shares of one value: whatever changes the value changes everybody's part at once.

use candor_economics::{shares_for, value_of, VIRTUAL_SHARES, VIRTUAL_VALUE};
use candor_primitives::Balance;
use sp_runtime::{helpers_128bit::multiply_by_rational_with_rounding, Rounding};

/// A class is written off when a planck of it has more than 2^48 shares. New stake buys at most so many for a planck,
/// so shares stay within 128 bits as long as the issuance stays below 2^80 planck.
pub const MAX_SHARE_BITS: u32 = 48;

/// A value, and the shares of it.
#[frame_support::stored]
#[derive(Copy, Default)]
pub struct Class {
    /// What all shares together are worth, in planck.
    pub value: Balance,
    /// Shares that positions have.
    pub shares: u128,
    /// Counts how often everything was slashed away. Shares of an earlier generation are worth nothing.
    pub generation: u32,
}

impl Class {
    /// What so many shares are worth, in planck.
    pub fn worth(&self, shares: u128) -> Balance {
        value_of(shares, self.value, self.shares)
    }

    /// Put in `amount`. Returns the shares that it buys; `None` if it buys none, or if numbers do not fit.
    #[must_use]
    pub fn buy(&mut self, amount: Balance) -> Option<u128> {
        let bought = shares_for(amount, self.value, self.shares)?;
        self.value = self.value.checked_add(amount)?;
        self.shares = self.shares.checked_add(bought)?;
        Some(bought)
    }

    /// Whether a share costs a planck at most: then rounding takes at most one planck from whoever buys.
    pub fn is_divisible(&self) -> bool {
        self.value.saturating_add(VIRTUAL_VALUE) <= self.shares.saturating_add(VIRTUAL_SHARES)
    }

    /// Least number of the `held` shares that are worth `amount`; `None` if all of them are worth less. They are worth no
    /// more than it where a share costs a planck at most.
    pub fn shares_of(&self, amount: Balance, held: u128) -> Option<u128> {
        if amount >= self.worth(held) {
            return (amount == self.worth(held)).then_some(held);
        }
        let all = self.shares.checked_add(VIRTUAL_SHARES)?;
        let value = self.value.checked_add(VIRTUAL_VALUE)?;
        let shares = multiply_by_rational_with_rounding(amount, all, value, Rounding::Up)?;
        Some(shares.min(held))
    }

    /// Take out `shares`. Returns what they are worth.
    pub fn sell(&mut self, shares: u128) -> Balance {
        let out = self.worth(shares);
        self.shares = self.shares.saturating_sub(shares);
        self.value = self.value.saturating_sub(out);
        self.forget_dust();
        out
    }

    /// Add `amount` to the value of all shares. Returns whether there are any.
    pub fn gain(&mut self, amount: Balance) -> bool {
        if self.shares > 0 {
            self.value = self.value.saturating_add(amount);
        }
        self.shares > 0
    }

    /// Take `amount` out of the value of all shares. Returns what is left but not worth counting any more: all shares
    /// are void then, and a new generation begins.
    #[must_use]
    pub fn lose(&mut self, amount: Balance) -> Balance {
        self.value = self.value.saturating_sub(amount);
        if self.shares == 0 || (self.value > 0 && self.shares >> MAX_SHARE_BITS <= self.value) {
            return 0;
        }
        let rest = self.value;
        *self = Self { value: 0, shares: 0, generation: self.generation.saturating_add(1) };
        rest
    }

    /// What rounding left when the last share went belongs to nobody: it is not counted any more, and stays in the pot
    /// until the pool is removed.
    fn forget_dust(&mut self) {
        if self.shares == 0 {
            self.value = 0;
        }
    }
}
