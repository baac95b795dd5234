//! How often receipts are audited, what that pays, who pays for it.

use crate::{
    draw::draw_target,
    ratio::{mul_div_up, part_up, parts, MILLION},
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::{FixedPointNumber, FixedU128, Permill};

/// Share of a host's receipts that are drawn for audit: `clamp(audits / open, min, max)`, rounded up.
///
/// `open` is the host's number of open receipts, `audits` the number of audits that a host should meet per window
/// whatever its volume. Without receipts it is `max`. If `min` exceeds `max`, `min` counts.
pub fn audit_rate(open: u32, audits: u32, min: Permill, max: Permill) -> Permill {
    // Division by zero receipts counts as the largest number; from_parts stops at one whole.
    let parts = mul_div_up(audits.into(), MILLION.into(), open.into());
    Permill::from_parts(u32::try_from(parts).unwrap_or(MILLION)).min(max).max(min)
}

/// The audit rate of an attested host: `rate * required / (required + machine)`, rounded up.
///
/// A conviction takes `required` of its stake, and its machine, whose evidence counts no more: `machine` is what it costs to
/// come by another one whose attestations can be forged, in planck. Lies are as dear at this rate as they are at `rate` without
/// a machine to lose: the liability at this rate is at most `required + machine` (`docs/economics.md`).
pub fn attested_rate(rate: Permill, required: u128, machine: u128) -> Permill {
    let whole = required.saturating_add(machine);
    if whole == 0 {
        return rate;
    }
    let parts = mul_div_up(parts(rate), required, whole);
    Permill::from_parts(u32::try_from(parts).unwrap_or(MILLION)).min(rate)
}

/// How the audit rate of a host follows from its volume.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct AuditRule {
    /// Audits that a host should meet per window, whatever its volume.
    pub audits: u32,
    /// Lowest rate.
    pub min: Permill,
    /// Highest rate.
    pub max: Permill,
}

impl AuditRule {
    /// The same rate for everybody.
    pub const fn constant(rate: Permill) -> Self {
        Self { audits: 0, min: rate, max: rate }
    }

    /// The rate of a host with so many open receipts: [`audit_rate`].
    pub fn rate(&self, open: u32) -> Permill {
        audit_rate(open, self.audits, self.min, self.max)
    }
}

/// Whether a receipt is drawn for audit at `rate`, by 256 random bits of its own. The chance is `rate`, give or take
/// 2^-128.
pub fn is_drawn(entropy: &[u8; 32], rate: Permill) -> bool {
    draw_target(entropy, MILLION.into()).is_some_and(|target| target < parts(rate))
}

/// What an audit pays: `base + ratio * fee`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct AuditPay {
    /// For fetching and loading the model, and for the audit's transactions, in planck.
    pub base: u128,
    /// For the run, in fees: 1.18 is what an audit of MiniLM costs, beside its inference.
    pub ratio: FixedU128,
}

impl AuditPay {
    /// Pay of the auditor of a receipt of `fee`, in planck, rounded up; `u128::MAX` if it does not fit.
    pub fn of(&self, fee: u128) -> u128 {
        mul_div_up(fee, self.ratio.into_inner(), FixedU128::DIV).saturating_add(self.base)
    }
}

/// What a receipt owes to the audit pot when it is drawn with probability `rate` and an audit pays `pay`: the expected
/// pay, rounded up, in planck. At most the fee.
///
/// It follows the rate: hosts with many receipts are audited less often and pay less. What comes in is never less than
/// what goes out in the mean, whoever is drawn, as long as it is below the fee: nobody can drain the pot with receipts
/// made for it, not even who owns all auditors.
pub fn audit_levy(fee: u128, rate: Permill, pay: u128) -> u128 {
    part_up(pay, rate).min(fee)
}

/// The same for a fee that `calls` calls earned together, each of which is drawn with probability `rate`: the expected pay of
/// the audits of all of them, whatever each of them cost, rounded up, in planck. At most the fee.
pub fn audit_levy_many(fee: u128, calls: u32, rate: Permill, pay: &AuditPay) -> u128 {
    // An audit's pay is linear in the fee of its call.
    let together = pay.of(fee).saturating_sub(pay.base).saturating_add(pay.base.saturating_mul(calls.into()));
    part_up(together, rate).min(fee)
}

/// How many of `calls` calls are drawn when each is to be drawn with probability `rate`: `calls * rate` in the mean, and
/// never one more or less than that. By 256 random bits of their own.
pub fn samples(calls: u32, rate: Permill, entropy: &[u8; 32]) -> u32 {
    let million = u128::from(MILLION);
    // Below 2^52: nothing saturates, and the divisor is not zero.
    let expected = u128::from(calls).saturating_mul(parts(rate));
    let (whole, rest) = (expected.checked_div(million).unwrap_or(0), expected.checked_rem(million).unwrap_or(0));
    let one_more = draw_target(entropy, million).is_some_and(|target| target < rest);
    let whole = whole.saturating_add(one_more.into());
    u32::try_from(whole).unwrap_or(calls).min(calls)
}
