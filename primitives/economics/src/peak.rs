//! The most of something over the last while, in constant space.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// The highest value noted in the current period and in the one before: over at least one whole period, less than two.
///
/// A conviction must not cost less because the liar's other receipts became final meanwhile (`docs/economics.md`): a
/// slash takes the most that was required since the lie, which is known without knowing when the lie was.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Peak {
    /// Number of the period of the last note.
    pub period: u32,
    /// Highest value of that period.
    pub current: u128,
    /// Highest value of the period before it.
    pub before: u128,
}

impl Peak {
    /// The same, as seen from `period`. A period that is over already counts as the last one.
    fn seen_from(&self, period: u32) -> Self {
        match period.checked_sub(self.period) {
            None | Some(0) => *self,
            Some(1) => Self { period, current: 0, before: self.current },
            Some(_) => Self { period, current: 0, before: 0 },
        }
    }

    /// Note a value in `period`.
    pub fn note(&mut self, period: u32, value: u128) {
        let seen = self.seen_from(period);
        *self = Self { current: seen.current.max(value), ..seen };
    }

    /// The highest value of `period` and of the one before.
    pub fn highest(&self, period: u32) -> u128 {
        let seen = self.seen_from(period);
        seen.current.max(seen.before)
    }
}
