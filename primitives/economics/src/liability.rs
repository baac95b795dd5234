//! What a host's stake must answer for: one amount for all its open receipts.

use crate::{
    audit::AuditRule,
    ratio::{mul_div_up, parts},
};
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_arithmetic::{FixedPointNumber, FixedU128, Permill};

/// Most buckets of an [`Exposure`]: one for zero and one per power of two.
pub type MaxBuckets = ConstU32<129>;

/// Value of a receipt to whoever would cheat on it: the fee, or the reference price of its units if that is higher (a
/// price of zero frees nobody), plus the insured value. `None` if it does not fit.
pub fn receipt_value(fee: u128, reference_price: u128, insured: u128) -> Option<u128> {
    fee.max(reference_price).checked_add(insured)
}

/// Receipts of about the same value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Bucket {
    /// Bits of the values: they lie in `2^(bits - 1) ..= 2^bits - 1`; zero bits means the value zero.
    pub bits: u8,
    /// Open receipts in it; never zero.
    pub count: u32,
}

/// All open receipts of a host: their sum, and their number by power of two.
///
/// The dearest receipt is not kept (that would need all of them, sorted); the top of the highest bucket stands for it,
/// less than twice as much.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Exposure {
    /// Sum of the values of the open receipts, in planck.
    pub sum: u128,
    /// Number of open receipts.
    pub open: u32,
    /// Buckets in use, ascending by bits.
    pub buckets: BoundedVec<Bucket, MaxBuckets>,
}

/// Why an exposure was left as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExposureError {
    /// Sum or number of the open receipts would not fit; let some of them become final first.
    Overflow,
    /// No receipt of this value is open; close each receipt once, with the value it was opened with.
    NotOpen,
}

/// What the requirement depends on besides the receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct LiabilityParams {
    /// Factor on top of the break-even point, for example 1.2.
    pub safety: FixedU128,
    /// Share of receipts that are drawn for audit (q), by the number of open ones: the rule by which they are drawn.
    pub audits: AuditRule,
    /// Chance that an audit of a false receipt finds it (d).
    pub detection: Permill,
    /// Least requirement while anything is open, in planck: at least five times the cost of the dearest dispute.
    pub floor: u128,
    /// Delegated stake counts up to so many times the own stake: a host that answers with other people's stake alone is
    /// not deterred by losing it.
    pub leverage: u32,
}

impl LiabilityParams {
    /// What of a host's stake counts for its receipts, in planck: its own, and delegated stake up to [`Self::leverage`]
    /// times that.
    pub fn counted(&self, own: u128, delegated: u128) -> u128 {
        own.saturating_add(delegated.min(own.saturating_mul(self.leverage.into())))
    }

    /// The least own stake, in planck, with which `required` is covered beside so much delegated stake.
    pub fn least_own(&self, required: u128, delegated: u128) -> u128 {
        let share = mul_div_up(required, 1, u128::from(self.leverage).saturating_add(1));
        required.saturating_sub(delegated).max(share)
    }

    /// What a receipt of `value` requires alone, in planck: the least that its conviction should cost, however few other
    /// receipts are still open by then.
    pub fn of_one(&self, value: u128) -> u128 {
        self.required(1, value, value)
    }

    /// `safety * (max / (q d) + sum)`, rounded up, at least the floor. `u128::MAX` if it does not fit, or if nothing is
    /// ever audited or detected: no stake deters then.
    fn required(&self, open: u32, max: u128, sum: u128) -> u128 {
        let whole = parts(Permill::one()).saturating_mul(parts(Permill::one()));
        let caught = parts(self.audits.rate(open)).saturating_mul(parts(self.detection));
        let break_even = mul_div_up(max, whole, caught).saturating_add(sum);
        mul_div_up(break_even, self.safety.into_inner(), FixedU128::DIV).max(self.floor)
    }
}

/// Significant bits of a value.
const fn bits(value: u128) -> u8 {
    // At most 128.
    (u128::BITS - value.leading_zeros()) as u8
}

/// Largest value of so many bits.
fn top(bits: u8) -> u128 {
    1u128.checked_shl(bits.into()).map_or(u128::MAX, |above| above.wrapping_sub(1))
}

/// Smallest value of so many bits.
fn bottom(bits: u8) -> u128 {
    bits.checked_sub(1).and_then(|shift| 1u128.checked_shl(shift.into())).unwrap_or(0)
}

impl Exposure {
    /// Add a receipt of `value`.
    pub fn open(&mut self, value: u128) -> Result<(), ExposureError> {
        self.open_many(1, value)
    }

    /// Add `count` receipts of `value` each: the same as [`Self::open`] so many times, at the cost of one.
    pub fn open_many(&mut self, count: u32, value: u128) -> Result<(), ExposureError> {
        if count == 0 {
            return Ok(());
        }
        let (sum, open) = self.with_many(count, value)?;
        let bits = bits(value);
        match self.buckets.binary_search_by_key(&bits, |bucket| bucket.bits) {
            Ok(at) => {
                let bucket = self.buckets.get_mut(at).ok_or(ExposureError::Overflow)?;
                bucket.count = bucket.count.checked_add(count).ok_or(ExposureError::Overflow)?;
            },
            Err(at) => {
                self.buckets.try_insert(at, Bucket { bits, count }).map_err(|_| ExposureError::Overflow)?;
            },
        }
        self.sum = sum;
        self.open = open;
        Ok(())
    }

    /// Sum and number of the open receipts with `count` more of `value` each.
    fn with_many(&self, count: u32, value: u128) -> Result<(u128, u32), ExposureError> {
        let more = value.checked_mul(count.into()).ok_or(ExposureError::Overflow)?;
        let sum = self.sum.checked_add(more).ok_or(ExposureError::Overflow)?;
        let open = self.open.checked_add(count).ok_or(ExposureError::Overflow)?;
        Ok((sum, open))
    }

    /// Remove a receipt that was opened with `value`.
    pub fn close(&mut self, value: u128) -> Result<(), ExposureError> {
        self.close_many(1, value)
    }

    /// Remove `count` receipts that were opened with `value` each: all of them or none.
    pub fn close_many(&mut self, count: u32, value: u128) -> Result<(), ExposureError> {
        if count == 0 {
            return Ok(());
        }
        let less = value.checked_mul(count.into()).ok_or(ExposureError::NotOpen)?;
        let sum = self.sum.checked_sub(less).ok_or(ExposureError::NotOpen)?;
        let open = self.open.checked_sub(count).ok_or(ExposureError::NotOpen)?;
        let bits = bits(value);
        let at = self.buckets.binary_search_by_key(&bits, |bucket| bucket.bits).map_err(|_| ExposureError::NotOpen)?;
        if !self.is_possible_without(count, bits, sum) {
            return Err(ExposureError::NotOpen);
        }
        let bucket = self.buckets.get_mut(at).ok_or(ExposureError::NotOpen)?;
        bucket.count = bucket.count.checked_sub(count).ok_or(ExposureError::NotOpen)?;
        if bucket.count == 0 {
            self.buckets.remove(at);
        }
        self.sum = sum;
        self.open = open;
        Ok(())
    }

    /// Whether receipts that sum to `sum` can fill the buckets when `count` of `bits` are taken out. Closing with another
    /// value than the one opened often shows here, at the latest when the last receipt is closed.
    fn is_possible_without(&self, count: u32, bits: u8, sum: u128) -> bool {
        let (mut least, mut most) = (0u128, 0u128);
        for bucket in &self.buckets {
            let taken = if bucket.bits == bits { count } else { 0 };
            let count = u128::from(bucket.count.saturating_sub(taken));
            least = least.saturating_add(bottom(bucket.bits).saturating_mul(count));
            most = most.saturating_add(top(bucket.bits).saturating_mul(count));
        }
        (least..=most).contains(&sum)
    }

    /// Whether no receipt is open.
    pub fn is_empty(&self) -> bool {
        self.open == 0
    }

    /// A bound on the dearest open receipt: never less than it, less than twice as much.
    pub fn dearest(&self) -> u128 {
        self.buckets.last().map_or(0, |bucket| top(bucket.bits)).min(self.sum)
    }

    /// Stake that must answer for the open receipts, in planck; zero if there are none.
    pub fn required(&self, params: &LiabilityParams) -> u128 {
        if self.is_empty() {
            return 0;
        }
        params.required(self.open, self.dearest(), self.sum)
    }

    /// Stake that would have to answer if a receipt of `value` were opened too: exactly what [`Self::required`] says
    /// after [`Self::open`].
    pub fn required_with(&self, value: u128, params: &LiabilityParams) -> Result<u128, ExposureError> {
        self.required_with_many(1, value, params)
    }

    /// Stake that would have to answer if `count` receipts of `value` each were opened too: exactly what
    /// [`Self::required`] says after [`Self::open_many`].
    pub fn required_with_many(&self, count: u32, value: u128, params: &LiabilityParams) -> Result<u128, ExposureError> {
        if count == 0 {
            return Ok(self.required(params));
        }
        let (sum, open) = self.with_many(count, value)?;
        let highest = self.buckets.last().map_or(0, |bucket| bucket.bits).max(bits(value));
        Ok(params.required(open, top(highest).min(sum), sum))
    }
}
