//! When lying does not pay: the requirement against what an adversary controls.

use crate::{
    liability::LiabilityParams,
    ratio::{mul_div_down, parts, MILLION},
};
use sp_arithmetic::{FixedPointNumber, FixedU128, PerThing, Permill};

/// How much of a profile's stake and of the chain's slots an adversary has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Adversary {
    /// Share of the stake, weighted as auditors are drawn and without the audited host's own, whose owners call its lies
    /// true.
    pub collusion: Permill,
    /// Share of the blocks between a receipt and the end of its draws that it makes. It withholds those that would draw
    /// its receipts.
    pub slots: Permill,
}

impl Adversary {
    /// What is left of an audit rate: `rate * (1 - slots)`, rounded down. A receipt that is drawn once, at a block
    /// known in advance, loses all of it to whoever can choose its moment: see `docs/economics.md`.
    pub fn rate(&self, rate: Permill) -> Permill {
        without(rate, self.slots)
    }

    /// What is left of the chance that an audit finds a lie: `found * (1 - collusion)`, rounded down.
    pub fn detection(&self, found: Permill) -> Permill {
        without(found, self.collusion)
    }
}

/// `ratio * (1 - taken)`, rounded down.
fn without(ratio: Permill, taken: Permill) -> Permill {
    // At most the ratio, which fits.
    let left = mul_div_down(parts(ratio), parts(taken.left_from_one()), MILLION.into());
    Permill::from_parts(u32::try_from(left).unwrap_or(0))
}

/// What deters: the requirement, less what a liar gets back of a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deterrence {
    /// What a slash is computed with.
    pub params: LiabilityParams,
    /// The most of a slash that comes back to the liar: the challenger's reward, when it challenges itself.
    pub returned: Permill,
}

impl Deterrence {
    /// The safety factor less what comes back, rounded down. Below 1, lying about everything pays although it is found
    /// for certain.
    pub fn safety(&self) -> FixedU128 {
        let left = mul_div_down(self.params.safety.into_inner(), parts(self.returned.left_from_one()), MILLION.into());
        FixedU128::from_inner(left)
    }

    /// The true chance that a lie is convicted over the one that the requirement assumes, `q' d' / (q d)`, rounded down;
    /// `found` is the chance that an honest auditor finds it. The rate of the draws is in both and cancels out. Zero if the requirement assumes that nothing is found.
    pub fn odds(&self, adversary: Adversary, found: Permill) -> FixedU128 {
        let truly = parts(adversary.rate(self.params.audits.max)).saturating_mul(parts(adversary.detection(found)));
        let assumed = parts(self.params.audits.max).saturating_mul(parts(self.params.detection));
        if assumed == 0 {
            return FixedU128::from_inner(0);
        }
        FixedU128::from_inner(mul_div_down(truly, FixedU128::DIV, assumed))
    }

    /// Whether every number of lies among any number of open receipts loses, whatever their values, whenever the
    /// convictions come.
    ///
    /// Two cases, of which the second is the worse one (`docs/economics.md` derives both). A conviction that costs the
    /// whole requirement at the time of the lie needs `safety >= 1` and `safety * odds >= 1`. If the other receipts
    /// have become final before the conviction, each costs only what the false receipt alone requires, and all of
    /// them together at most the stake that was there; then `safety * repeated(odds) >= 1` suffices.
    pub fn holds(&self, adversary: Adversary, found: Permill) -> bool {
        let repeated = repeated(self.odds(adversary, found)).into_inner();
        // The product, rounded down, is at least one whole.
        mul_div_down(self.safety().into_inner(), repeated, FixedU128::DIV) >= FixedU128::DIV
    }

    /// The largest share of a profile's stake, in steps of a tenth of a per cent, that may collude beside a share of
    /// the slots; `None` if not even none may.
    pub fn most_collusion(&self, slots: Permill, found: Permill) -> Option<Permill> {
        (0..=1_000u32)
            .map(|step| Permill::from_parts(step.saturating_mul(1_000)))
            .take_while(|collusion| self.holds(Adversary { collusion: *collusion, slots }, found))
            .last()
    }
}

/// Points of [`repeated`] in thousandths: odds, and the value rounded down.
const REPEATED: [(u128, u128); 7] =
    [(0, 0), (500, 468), (800, 719), (900, 797), (1_000, 873), (1_100, 942), (1_200, 1_000)];

/// What convictions that each cost `v / (q d)`, all together at most `max / (q d) + sum`, cost in the mean, over what is
/// gained, at its worst over all numbers and values of lies, for a safety factor of 1.
///
/// Lies are caught independently with `odds` times the assumed chance. The number that are caught is at worst
/// distributed as Poisson's, with all values alike: `min over m of odds * E[min(N, 1 + m / odds)] / m`, N of mean m. It
/// is concave in the odds, so a line between two of its points lies below it. The tests compute it anew.
fn repeated(odds: FixedU128) -> FixedU128 {
    let thousandth = FixedU128::DIV / 1_000;
    let mut value = 1_000u128.saturating_mul(thousandth);
    for (low, high) in REPEATED.iter().zip(REPEATED.iter().skip(1)) {
        let (from, to) = (low.0.saturating_mul(thousandth), high.0.saturating_mul(thousandth));
        if odds.into_inner() < to {
            let above = odds.into_inner().saturating_sub(from);
            let rise = mul_div_down(above, high.1.saturating_sub(low.1), high.0.saturating_sub(low.0));
            value = low.1.saturating_mul(thousandth).saturating_add(rise);
            break;
        }
    }
    FixedU128::from_inner(value)
}

/// Stake that must answer for anything to pay for its dispute, in planck: five times what the dearest dispute costs.
pub fn dispute_floor(dearest_dispute: u128) -> u128 {
    dearest_dispute.saturating_mul(5)
}
