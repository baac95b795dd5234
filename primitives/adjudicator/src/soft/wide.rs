//! An exact accumulator for sums of products of binary32 numbers.

use super::{F32, F64};
use core::cmp::Ordering;

/// 64-bit words of a [`Wide`].
const WORDS: usize = 12;

/// A fixed-point number in two's complement: 768 bits in units of 2^-298, the last place of a product of two
/// subnormals. A product of binary32 numbers is below 2^256, so sums of 2^200 of them are exact.
///
/// What does not fit, and infinities and NaN put in, sets [`Wide::overflowed`], which stays set in everything computed
/// from it; the value then means nothing, except that its bounds are the infinities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wide {
    /// Least significant first.
    words: [u64; WORDS],
    overflowed: bool,
}

impl Default for Wide {
    fn default() -> Self {
        Self::ZERO
    }
}

impl Wide {
    /// 0.
    pub const ZERO: Self = Self { words: [0; WORDS], overflowed: false };
    /// Exponent of the last place.
    const UNIT: i32 = -298;

    /// Whether a number was too large, infinite or NaN.
    #[inline]
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    /// Adds `a * b` exactly.
    #[inline]
    pub fn add_product(&mut self, a: F32, b: F32) {
        let (sa, ea, ma) = a.split();
        let (sb, eb, mb) = b.split();
        self.add_scaled(sa != sb, ma.wrapping_mul(mb), ea.wrapping_add(eb), a.is_finite() && b.is_finite());
    }

    /// Adds `a` exactly.
    #[inline]
    pub fn add(&mut self, a: F32) {
        let (sign, exponent, mantissa) = a.split();
        self.add_scaled(sign, mantissa, exponent, a.is_finite());
    }

    /// Adds `m * 2^e` with the sign, `-298 <= e <= 208`, if finite.
    #[inline]
    fn add_scaled(&mut self, sign: bool, m: u64, e: i32, finite: bool) {
        if !finite {
            self.overflowed = true;
            return;
        }
        let offset = e.wrapping_sub(Self::UNIT) as u32;
        let term = (m as u128) << (offset & 63);
        let (low, high) = (term as u64, (term >> 64) as u64);
        let Some([first, second, rest @ ..]) = self.words.get_mut((offset >> 6) as usize..) else {
            self.overflowed = true;
            return;
        };
        if sign {
            let (word, borrow) = first.overflowing_sub(low);
            *first = word;
            let (word, borrow) = borrowing_sub(*second, high, borrow);
            *second = word;
            if borrow {
                self.overflowed |= decrement(rest);
            }
        } else {
            let (word, carry) = first.overflowing_add(low);
            *first = word;
            let (word, carry) = carrying_add(*second, high, carry);
            *second = word;
            if carry {
                self.overflowed |= increment(rest);
            }
        }
    }

    /// Adds `other`.
    #[inline]
    pub fn add_wide(&mut self, other: &Self) {
        self.add_masked(other, false);
    }

    /// Subtracts `other`.
    #[inline]
    pub fn sub_wide(&mut self, other: &Self) {
        self.add_masked(other, true);
    }

    /// Adds the magnitude of `other`.
    #[inline]
    pub fn add_abs(&mut self, other: &Self) {
        self.add_masked(other, other.is_negative());
    }

    /// Adds `other`, or its negation: all bits inverted, plus one.
    #[inline]
    fn add_masked(&mut self, other: &Self, negate: bool) {
        let mask = (negate as u64).wrapping_neg();
        let mut carry = negate;
        // The carries into and out of the top bit differ when the sum does not fit.
        let mut overflow = false;
        for (word, &term) in self.words.iter_mut().zip(&other.words) {
            let term = term ^ mask;
            let (sum, out) = carrying_add(*word, term, carry);
            overflow = ((*word ^ sum) & (term ^ sum)) >> 63 != 0;
            *word = sum;
            carry = out;
        }
        self.overflowed |= overflow | other.overflowed;
    }

    /// The magnitude.
    #[must_use]
    #[inline]
    pub fn abs(self) -> Self {
        if self.is_negative() {
            self.neg()
        } else {
            self
        }
    }

    /// `-self`.
    #[must_use]
    #[inline]
    #[allow(clippy::should_implement_trait)]
    pub fn neg(self) -> Self {
        let mut out = Self::ZERO;
        out.sub_wide(&self);
        out
    }

    /// Whether this is below zero.
    #[inline]
    pub fn is_negative(&self) -> bool {
        let [.., top] = self.words;
        top >> 63 != 0
    }

    /// Whether this is zero.
    #[inline]
    pub fn is_zero(&self) -> bool {
        self.words.iter().all(|&word| word == 0)
    }

    /// Numeric order.
    #[allow(clippy::should_implement_trait)]
    pub fn cmp(&self, other: &Self) -> Ordering {
        let signs = other.is_negative().cmp(&self.is_negative());
        signs.then_with(|| self.words.iter().rev().cmp(other.words.iter().rev()))
    }

    /// `self * n`.
    #[must_use]
    pub fn mul_small(self, n: u32) -> Self {
        self.map_magnitude(|words| {
            let mut carry = 0u64;
            for word in words {
                // At most (2^64 - 1) * (2^32 - 1) + 2^32: fits.
                let product = (*word as u128).wrapping_mul(n as u128).wrapping_add(carry as u128);
                *word = product as u64;
                carry = (product >> 64) as u64;
            }
            carry != 0
        })
    }

    /// `self * 2^n`.
    #[must_use]
    #[allow(clippy::should_implement_trait)]
    pub fn shl(self, n: u32) -> Self {
        self.map_magnitude(|words| {
            let skip = (n >> 6) as usize;
            let source = *words;
            let lost = if skip >= WORDS { &source[..] } else { source.get(WORDS - skip..).unwrap_or_default() };
            let mut overflow = lost.iter().any(|&word| word != 0);
            let mut low = 0u64;
            let zeros = core::iter::repeat_n(0u64, skip.min(WORDS));
            for (word, next) in words.iter_mut().zip(zeros.chain(source)) {
                let pair = ((next as u128) << 64 | low as u128) << (n & 63);
                *word = (pair >> 64) as u64;
                low = next;
            }
            // The bits of the last moved word that went out at the top.
            overflow |= skip < WORDS && n & 63 != 0 && low >> (64 - (n & 63)) != 0;
            overflow
        })
    }

    /// `self / 2^n`, rounded up in magnitude.
    #[must_use]
    pub fn shr_up(self, n: u32) -> Self {
        self.map_magnitude(|words| {
            let skip = ((n >> 6) as usize).min(WORDS);
            let bits = if skip == WORDS { 0 } else { n & 63 };
            let source = *words;
            let (lost, kept) = source.split_at_checked(skip).unwrap_or_default();
            let mut inexact = lost.iter().any(|&word| word != 0);
            inexact |= kept.first().is_some_and(|first| first & (1u64 << bits).wrapping_sub(1) != 0);
            let above = kept.iter().skip(1).chain(core::iter::repeat(&0));
            words.fill(0);
            for (word, (&low, &high)) in words.iter_mut().zip(kept.iter().zip(above)) {
                *word = (((high as u128) << 64 | low as u128) >> bits) as u64;
            }
            inexact && increment(words)
        })
    }

    /// The result of a function on the magnitude (which says whether it overflowed), with the sign.
    fn map_magnitude(self, function: impl FnOnce(&mut [u64; WORDS]) -> bool) -> Self {
        let mut out = self.abs();
        let overflow = function(&mut out.words);
        out.overflowed |= overflow | out.is_negative();
        if self.is_negative() {
            out.neg()
        } else {
            out
        }
    }

    /// The largest binary64 number not above; minus infinity if overflowed.
    pub fn to_f64_down(self) -> F64 {
        if self.overflowed {
            return F64::NEG_INFINITY;
        }
        self.to_f64(self.is_negative())
    }

    /// The smallest binary64 number not below; infinity if overflowed.
    pub fn to_f64_up(self) -> F64 {
        if self.overflowed {
            return F64::INFINITY;
        }
        self.to_f64(!self.is_negative())
    }

    /// The binary64 number next in magnitude, away from zero or towards it.
    fn to_f64(self, away: bool) -> F64 {
        let magnitude = self.abs();
        let mut rest = magnitude.words.iter().enumerate().rev().skip_while(|(_, &word)| word == 0);
        let Some((index, &top)) = rest.next() else {
            return F64::ZERO;
        };
        let next = rest.next().map_or(0, |(_, &word)| word);
        let mut cut = rest.any(|(_, &word)| word != 0);
        // The two words from the top bit on; 53 bits stay. Of the bits not zero at least 65 are theirs.
        let shift = top.leading_zeros();
        let bits = ((top as u128) << 64 | next as u128) << shift;
        let kept = (bits >> 75) as u64;
        cut |= bits & ((1 << 75) - 1) != 0;
        let kept = kept.wrapping_add((cut && away) as u64);
        // `index` is below 12: the result is between 2^-298 and 2^470.
        let exponent = (index as i32).wrapping_mul(64).wrapping_sub(64 - 75).wrapping_sub(shift as i32);
        F64::from_parts(self.is_negative(), kept as u128, exponent.wrapping_add(Self::UNIT))
    }
}

#[inline(always)]
fn carrying_add(a: u64, b: u64, carry: bool) -> (u64, bool) {
    let (sum, first) = a.overflowing_add(b);
    let (sum, second) = sum.overflowing_add(carry as u64);
    (sum, first | second)
}

#[inline(always)]
fn borrowing_sub(a: u64, b: u64, borrow: bool) -> (u64, bool) {
    let (rest, first) = a.overflowing_sub(b);
    let (rest, second) = rest.overflowing_sub(borrow as u64);
    (rest, first | second)
}

/// Adds one to the upper words of a two's complement number; whether it overflowed.
#[inline]
fn increment(words: &mut [u64]) -> bool {
    let Some((top, lower)) = words.split_last_mut() else {
        return true;
    };
    for word in lower {
        *word = word.wrapping_add(1);
        if *word != 0 {
            return false;
        }
    }
    *top = top.wrapping_add(1);
    *top == 1 << 63
}

/// Subtracts one from the upper words of a two's complement number; whether it overflowed.
#[inline]
fn decrement(words: &mut [u64]) -> bool {
    let Some((top, lower)) = words.split_last_mut() else {
        return true;
    };
    for word in lower {
        *word = word.wrapping_sub(1);
        if *word != u64::MAX {
            return false;
        }
    }
    *top = top.wrapping_sub(1);
    *top == (1 << 63) - 1
}
