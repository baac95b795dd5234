//! Multiplying by ratios without losing bits.

use sp_arithmetic::{helpers_128bit::multiply_by_rational_with_rounding, Permill, Rounding};

/// One whole, in parts per million.
pub(crate) const MILLION: u32 = 1_000_000;

/// Parts per million of a ratio; the type keeps them at one whole at most.
pub(crate) fn parts(ratio: Permill) -> u128 {
    ratio.deconstruct().into()
}

/// `ratio` of `amount`, rounded down; at most `amount`.
pub(crate) fn part_down(amount: u128, ratio: Permill) -> u128 {
    mul_div_down(amount, parts(ratio), MILLION.into())
}

/// `ratio` of `amount`, rounded up; at most `amount`.
pub(crate) fn part_up(amount: u128, ratio: Permill) -> u128 {
    mul_div_up(amount, parts(ratio), MILLION.into())
}

/// `a * b / c` rounded down, exact in between; `u128::MAX` if it does not fit or `c` is zero.
pub(crate) fn mul_div_down(a: u128, b: u128, c: u128) -> u128 {
    multiply_by_rational_with_rounding(a, b, c, Rounding::Down).unwrap_or(u128::MAX)
}

/// `a * b / c` rounded up, exact in between; `u128::MAX` if it does not fit or `c` is zero.
pub(crate) fn mul_div_up(a: u128, b: u128, c: u128) -> u128 {
    multiply_by_rational_with_rounding(a, b, c, Rounding::Up).unwrap_or(u128::MAX)
}

/// `a * b / c` rounded down, exact in between; `None` if it does not fit or `c` is zero.
pub(crate) fn checked_mul_div_down(a: u128, b: u128, c: u128) -> Option<u128> {
    multiply_by_rational_with_rounding(a, b, c, Rounding::Down)
}
