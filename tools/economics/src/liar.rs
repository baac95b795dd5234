//! A host that lies, and what that is worth to it.

use crate::parameters::{share, COSTS, FOUND};
use candor_economics::{slash_split, Adversary, Exposure, LiabilityParams, Permill};

/// When convictions come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// While everything is open: each costs what all receipts required.
    Open,
    /// When the other receipts are final: each costs what its own requires alone.
    Final,
}

impl Timing {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Final => "final",
        }
    }
}

/// A receipt that it could lie about.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    /// Fee, in planck.
    pub fee: u128,
    /// Insured value, in planck.
    pub insured: u128,
}

impl Value {
    /// Both.
    pub fn sum(self) -> u128 {
        self.fee.saturating_add(self.insured)
    }
}

/// A host, its open receipts of one value, what it locked for them.
#[derive(Clone, Copy)]
pub struct Liar {
    /// Open receipts.
    pub open: u32,
    /// Each of them.
    pub value: Value,
    /// The rate at which they are drawn.
    pub rate: Permill,
    /// Own stake.
    pub own: u128,
    /// Delegated stake.
    pub delegated: u128,
    /// What one conviction takes, as long as there is stake.
    pub cost: u128,
    /// The part of a fee that is its own gain; the rest goes to those who stake for it.
    pub fee_share: f64,
    /// The share of a slash's rest that it gets back by challenging itself.
    pub returned: Permill,
}

/// What `open` receipts of `value` require together.
pub fn required(open: u32, value: u128, params: &LiabilityParams) -> u128 {
    let mut exposure = Exposure::default();
    for _ in 0..open {
        // The simulation's values are far from 128 bits.
        let _ = exposure.open(value);
    }
    exposure.required(params)
}

impl Liar {
    /// A host whose own stake is exactly what its receipts require.
    pub fn alone(open: u32, value: Value, params: &LiabilityParams, returned: Permill, timing: Timing) -> Self {
        let own = required(open, value.sum(), params);
        let cost = match timing {
            Timing::Open => own,
            Timing::Final => params.of_one(value.sum()),
        };
        Self { open, value, rate: params.audits.rate(open), own, delegated: 0, cost, fee_share: 1., returned }
    }

    /// The same with the part `own` of the stake its own, and a commission.
    pub fn shared(self, own: Permill, commission: Permill) -> Self {
        let own_stake = own.mul_floor(self.own);
        let fee_share = share(commission) + (1. - share(commission)) * share(own);
        Self { own: own_stake, delegated: self.own.saturating_sub(own_stake), fee_share, ..self }
    }

    /// What so many convictions cost it, in planck: the chain's own division of each slash, one after the other.
    pub fn losses(&self) -> Vec<f64> {
        let (mut own, mut delegated, mut lost, mut losses) = (self.own, self.delegated, 0f64, vec![0f64]);
        while own > 0 {
            let parts = slash_split(self.cost, own, delegated, self.value.insured, COSTS);
            own = own.saturating_sub(parts.own);
            delegated = delegated.saturating_sub(parts.delegated);
            // Its challenger's costs come back as well, and it need not have had them.
            let left = parts.own.saturating_sub(parts.compensated);
            let refunded = left.min(COSTS);
            let rest = left.saturating_sub(refunded) as f64;
            lost += parts.own as f64 - refunded as f64 - rest * share(self.returned);
            losses.push(lost);
        }
        losses
    }

    /// What `lies` lies gain when nobody looks.
    pub fn gain(&self, lies: u32) -> f64 {
        f64::from(lies) * (self.value.fee as f64 * self.fee_share + self.value.insured as f64)
    }

    /// The chance that one lie is convicted.
    pub fn odds(&self, adversary: Adversary) -> f64 {
        share(self.rate) * (1. - share(adversary.slots)) * share(FOUND) * (1. - share(adversary.collusion))
    }

    /// The mean profit of `lies` lies over their gain: negative where lying loses. `losses` is [`Self::losses`].
    pub fn profit(&self, lies: u32, odds: f64, losses: &[f64]) -> f64 {
        let gain = self.gain(lies);
        (gain - mean_loss(lies, odds, losses)) / gain
    }
}

/// The mean of `losses[caught]`, `caught` binomial; beyond the end the last one holds.
fn mean_loss(lies: u32, odds: f64, losses: &[f64]) -> f64 {
    let last = losses.last().copied().unwrap_or(0.);
    let (ratio, lies) = (odds / (1. - odds), f64::from(lies));
    // As long as `lies * odds` is below some hundreds, this does not underflow.
    let mut chance = (lies * (-odds).ln_1p()).exp();
    let (mut left, mut mean, mut caught) = (1f64, 0f64, 0f64);
    for loss in losses {
        mean += chance * loss;
        left -= chance;
        chance *= (lies - caught).max(0.) / (caught + 1.) * ratio;
        caught += 1.;
    }
    mean + left.max(0.) * last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::{params, CNDR, RATES};
    use candor_economics::REWARD_SHARE;

    #[test]
    fn mean_loss_should_be_the_binomial_mean_when_losses_are_linear() {
        let losses: Vec<f64> = (0..=40).map(f64::from).collect();
        assert!((mean_loss(40, 0.3, &losses) - 12.).abs() < 1e-9);
        assert!((mean_loss(2, 0.3, &losses) - 0.6).abs() < 1e-9);
        assert!((mean_loss(3, 0.5, &[0., 1.]) - 0.875).abs() < 1e-12);
        assert!((mean_loss(100_000, 0.01, &[0., 1.]) - 1.).abs() < 1e-12);
    }

    #[test]
    fn losses_should_end_with_the_own_stake_when_everything_is_lost() {
        let value = Value { fee: CNDR, insured: 0 };
        let liar = Liar::alone(10, value, &params(RATES.1), REWARD_SHARE, Timing::Final);
        let losses = liar.losses();
        assert!(losses.windows(2).all(|pair| pair[0] < pair[1]));
        // A tenth of it comes back, and nine tenths of the costs of each conviction.
        let back = (losses.len() - 1) as f64 * COSTS as f64 * 0.9;
        assert!((losses.last().unwrap() / (liar.own as f64 * 0.9 - back) - 1.).abs() < 1e-9);
        let open = Liar::alone(10, value, &params(RATES.1), REWARD_SHARE, Timing::Open);
        assert_eq!(open.losses().len(), 2);
        // Half of the stake delegated: half of the loss, but for the costs.
        let shared = open.shared(Permill::from_percent(50), Permill::zero());
        let costs = COSTS as f64 * 0.9;
        assert!(((shared.losses()[1] + costs) * 2. / (open.losses()[1] + costs) - 1.).abs() < 1e-9);
        assert!((shared.fee_share - 0.5).abs() < 1e-12);
    }
}
