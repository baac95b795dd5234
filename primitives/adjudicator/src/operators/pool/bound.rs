//! Rigorous bounds of pooled sums, whatever the order of the additions.

use crate::{
    soft::{Wide, F32, F64},
    Expected, Judged,
};

/// 2^-24, the unit roundoff of binary32.
pub const UNIT: F64 = F64(0x3e70_0000_0000_0000);
/// 2^-149, the least subnormal binary32.
pub const TINY: F64 = F64(0x36a0_0000_0000_0000);
/// 2^128: binary32 sums that may come near overflow.
const LARGE: F64 = F64(0x47f0_0000_0000_0000);

/// A little more than a number that is not negative: covers the roundings of a few binary64 operations.
pub fn up(value: F64) -> F64 {
    // 1 + 2^-48
    (value * F64(0x3ff0_0000_0000_0010)).next_up()
}

/// Everything: what overflows on the way may end anywhere.
pub const ANYTHING: Expected = Expected::Within { low: F64::NEG_INFINITY, high: F64::INFINITY, nan: true };

/// `center +- slack`, outwards.
pub fn around(low: F64, high: F64, slack: F64) -> Expected {
    Expected::Within { low: (low - slack).next_down(), high: (high + slack).next_up(), nan: false }
}

/// What a sum with NaN or infinities must be; `None` if all numbers are finite.
pub fn not_finite(values: &[F32]) -> Option<Expected> {
    let has = |wanted: F32| values.contains(&wanted);
    if values.iter().any(|v| v.is_nan()) || (has(F32::INFINITY) && has(F32::NEG_INFINITY)) {
        return Some(F32::NAN.into());
    }
    let infinity = [F32::INFINITY, F32::NEG_INFINITY].into_iter().find(|v| has(*v))?;
    // 2^100: finite numbers may add up to an infinity of the other sign first.
    let large = |v: &F32| v.is_finite() && v.abs().ge(F32(0x7180_0000));
    Some(if values.iter().any(large) { ANYTHING } else { infinity.into() })
}

/// The average of `values` over `count`: the exact sum, D u sum|x| / (1 - D u) for the additions in any order, and two
/// roundings for the division (some kernels multiply by the inverse).
pub fn average(values: &[F32], count: u64) -> Judged<Expected> {
    if values.is_empty() {
        // Nothing in the window: zero, or zero by zero.
        return Ok(Expected::Within { low: F64::ZERO, high: F64::ZERO, nan: true });
    }
    if let Some(value) = not_finite(values) {
        return Ok(value);
    }
    let (mut sum, mut magnitudes) = (Wide::ZERO, Wide::ZERO);
    for value in values {
        sum.add(*value);
        magnitudes.add(value.abs());
    }
    let terms = F64::from_u64(u64::try_from(values.len()).unwrap_or(u64::MAX));
    let du = up(terms * UNIT);
    let magnitude = magnitudes.to_f64_up();
    let slack = up(du * magnitude / (F64::ONE - up(du)));
    if up(magnitude + slack).ge(LARGE) {
        return Ok(ANYTHING);
    }
    let n = F64::from_u64(count);
    let (low, high) = ((sum.to_f64_down() / n).next_down(), (sum.to_f64_up() / n).next_up());
    let greatest = if low.abs().gt(high.abs()) { low.abs() } else { high.abs() };
    let slack = up(slack / n);
    let division = up((greatest + slack) * UNIT * F64::from_u64(4));
    Ok(around(low, high, up(slack + division + TINY)))
}
