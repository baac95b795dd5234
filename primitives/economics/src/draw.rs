//! The inverse-square draw: how likely a host is chosen, and how randomness becomes a target.

use crate::ratio::mul_div_down;

/// Weights are scaled by 2^64, so that dear offers of small hosts keep precision.
pub const WEIGHT_SCALE: u128 = 1 << 64;

/// Lowest price that the draw tells apart, in planck (10^-6 CNDR). Cheaper offers compete as if they cost this much:
/// a price of zero would win every draw.
pub const MIN_PRICE: u128 = 1_000_000;

/// Largest weight: 2^32 offers of it sum to less than 2^128. It is reached at [`MIN_PRICE`] with 4.29 * 10^21 planck
/// (4.29 thousand million CNDR) of stake, more at dearer prices.
pub const MAX_WEIGHT: u128 = (1 << 96) - 1;

/// Weight of an offer in the draw: `stake * 2^64 / max(price, MIN_PRICE)^2`, rounded down, at most [`MAX_WEIGHT`].
///
/// `stake` is the host's free stake and `reference_price` the price of a typical call, both in planck. Zero only for
/// no stake: any other offer has at least 1, so that a lone host can always be drawn. The weight is proportional to
/// stake, so hosts that split their stake gain nothing beyond rounding: k parts together weigh at most k more than
/// the whole (as long as the whole is below the cap).
pub fn weight(stake: u128, reference_price: u128) -> u128 {
    if stake == 0 {
        return 0;
    }
    let price = reference_price.max(MIN_PRICE);
    let weight = match price.checked_mul(price) {
        Some(square) => mul_div_down(stake, WEIGHT_SCALE, square),
        // The price is at least 2^64, so the first quotient fits; two floors in a row are one floor.
        None => mul_div_down(stake, WEIGHT_SCALE, price).checked_div(price).unwrap_or(0),
    };
    weight.clamp(1, MAX_WEIGHT)
}

/// The target of a draw: 256 random bits (little-endian) as a number below `total`; `None` if `total` is zero.
///
/// `floor(bits * total / 2^256)`: every target is met by the same number of bit patterns, give or take one, so no
/// target is likelier than another by more than `total / 2^256`, at most 2^-128.
pub fn draw_target(entropy: &[u8; 32], total: u128) -> Option<u128> {
    if total == 0 {
        return None;
    }
    let (low, high) = entropy.split_at(16);
    let low = u128::from_le_bytes(low.try_into().ok()?);
    let high = u128::from_le_bytes(high.try_into().ok()?);
    let (_, carried) = wide_mul(low, total);
    let (middle, top) = wide_mul(high, total);
    let carry = u128::from(middle.checked_add(carried).is_none());
    Some(top.saturating_add(carry))
}

/// The 256-bit product of two numbers, as (low, high).
fn wide_mul(a: u128, b: u128) -> (u128, u128) {
    const HALF: u32 = 64;
    const MASK: u128 = u64::MAX as u128;
    let (a0, a1, b0, b1) = (a & MASK, a >> HALF, b & MASK, b >> HALF);
    // Products of 64-bit halves; each sum below stays under 2^128.
    let low = a0.wrapping_mul(b0);
    let cross = a1.wrapping_mul(b0).wrapping_add(low >> HALF);
    let other = a0.wrapping_mul(b1).wrapping_add(cross & MASK);
    let high = a1.wrapping_mul(b1).wrapping_add(cross >> HALF).wrapping_add(other >> HALF);
    ((other << HALF) | (low & MASK), high)
}
