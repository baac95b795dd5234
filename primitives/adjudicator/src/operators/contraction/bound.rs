//! Rigorous bounds for sums of products whose order of operations is not known.
//!
//! Whatever the order, with or without fused multiply-add, every term passes through at most `D = k + 6` roundings, so
//! the error is at most `D u / (1 - D u)` times the sum of the magnitudes (Higham, Accuracy and Stability of Numerical
//! Algorithms, 3.1 and 3.4), plus half a unit of the smallest subnormal for every operation that may underflow. The sum
//! itself and the sum of magnitudes are exact.

use crate::{
    soft::{Wide, F32, F64},
    Expected,
};

/// Between which bounds a result lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Least value.
    pub low: F64,
    /// Greatest value.
    pub high: F64,
    /// Whether NaN is possible.
    pub nan: bool,
}

impl From<Bound> for Expected {
    fn from(bound: Bound) -> Self {
        Self::Within { low: bound.low, high: bound.high, nan: bound.nan }
    }
}

impl Bound {
    /// NaN and nothing else.
    pub const NAN: Self = Self { low: F64::INFINITY, high: F64::NEG_INFINITY, nan: true };
    /// Anything.
    pub const ANY: Self = Self { low: F64::NEG_INFINITY, high: F64::INFINITY, nan: true };

    /// `middle` (between two bounds) give or take `error`, which is not negative.
    fn around(low: F64, high: F64, error: F64) -> Self {
        Self { low: (low - error).next_down(), high: (high + error).next_up(), nan: false }
    }
}

/// `scale * value`, added to a sum of products: a bias.
#[derive(Clone, Copy, Debug)]
pub struct Term<T> {
    /// The value.
    pub value: T,
    /// What it is multiplied by.
    pub scale: T,
}

/// Roundings on a term's path besides the additions of the sum: its product, alpha, the
/// products and sums of the terms.
const EXTRA: u64 = 6;
/// 0.5.
const HALF: F64 = F64(0x3FE0_0000_0000_0000);
/// 2^-24, half a unit in the last place of 1 in binary32.
const HALF_ULP_F32: F64 = F64(0x3E70_0000_0000_0000);
/// 2^-53, the same in binary64.
const HALF_ULP_F64: F64 = F64(0x3CA0_0000_0000_0000);
/// 2^-149, the smallest subnormal of binary32.
const TINY_F32: F64 = F64(0x36A0_0000_0000_0000);

/// Bounds for `alpha * (a . b)` plus the terms in binary32, in any order.
pub fn dot_bound(a: &[F32], b: &[F32], alpha: F32, terms: &[Term<F32>]) -> Bound {
    let (mut sum, mut magnitude) = (Wide::ZERO, Wide::ZERO);
    for (x, y) in a.iter().zip(b) {
        sum.add_product(*x, *y);
        magnitude.add_product(x.abs(), y.abs());
    }
    let wide = |t: &Term<F32>| Term { value: t.value.to_f64(), scale: t.scale.to_f64() };
    let constant = Constant::of(terms.iter().map(wide));
    if sum.overflowed() || magnitude.overflowed() || !alpha.is_finite() || !constant.magnitude.is_finite() {
        let products = a.iter().map(|x| x.to_f64()).zip(b.iter().map(|x| x.to_f64()));
        return not_finite(products, alpha.to_f64(), terms.iter().map(wide));
    }
    let sums = Sums {
        low: sum.to_f64_down(),
        high: sum.to_f64_up(),
        magnitude: magnitude.to_f64_up(),
        alpha: alpha.to_f64(),
        constant,
    };
    sums.bound(a.len() as u64, HALF_ULP_F32, TINY_F32, F32::MAX.to_f64())
}

/// Bounds for `alpha * (a . b)` plus the terms in binary64, in any order: around one such sum, whose own error is at
/// most as large as that of the other.
pub fn dot_bound_f64(a: &[F64], b: &[F64], alpha: F64, terms: &[Term<F64>]) -> Bound {
    let (mut sum, mut magnitude) = (F64::ZERO, F64::ZERO);
    for (x, y) in a.iter().zip(b) {
        sum = x.mul_add(*y, sum);
        magnitude = (magnitude + (x.abs() * y.abs()).next_up()).next_up();
    }
    let constant = Constant::of(terms.iter().copied());
    if !sum.is_finite() || !(magnitude * alpha.abs() + constant.magnitude).is_finite() {
        return not_finite(a.iter().copied().zip(b.iter().copied()), alpha, terms.iter().copied());
    }
    let error = growth(a.len() as u64, HALF_ULP_F64) * magnitude;
    let sums = Sums { low: (sum - error).next_down(), high: (sum + error).next_up(), magnitude, alpha, constant };
    sums.bound(a.len() as u64, HALF_ULP_F64, F64::MIN_SUBNORMAL, F64::MAX)
}

/// The sum of the terms, as computed in binary64, and a bound for the sum of their magnitudes.
#[derive(Clone, Copy)]
struct Constant {
    sum: F64,
    magnitude: F64,
}

impl Constant {
    fn of(terms: impl Iterator<Item = Term<F64>>) -> Self {
        terms.fold(Self { sum: F64::ZERO, magnitude: F64::ZERO }, |all, term| {
            let product = term.value * term.scale;
            Self { sum: all.sum + product, magnitude: (all.magnitude + product.abs().next_up()).next_up() }
        })
    }
}

/// `D u / (1 - D u)`, rounded up, for a sum of `k` products.
fn growth(k: u64, half_ulp: F64) -> F64 {
    let share = F64::from_u64(k.saturating_add(EXTRA)) * half_ulp;
    (share / (F64::ONE - share).next_down()).next_up()
}

/// A sum of products between bounds, the sum of their magnitudes, and what is done with it.
struct Sums {
    low: F64,
    high: F64,
    magnitude: F64,
    alpha: F64,
    constant: Constant,
}

impl Sums {
    fn bound(&self, k: u64, half_ulp: F64, tiny: F64, largest: F64) -> Bound {
        let growth = growth(k, half_ulp);
        let scaled = (self.magnitude * self.alpha.abs()).next_up();
        let total = (scaled + self.constant.magnitude).next_up();
        let operations = F64::from_u64(k.saturating_add(EXTRA).saturating_mul(2));
        let underflow = (operations * tiny * self.alpha.abs().max_x86(F64::ONE)).next_up();
        let error = ((growth * total).next_up() + underflow).next_up();
        let (x, y) = (self.low * self.alpha, self.high * self.alpha);
        let (low, high) = if y.lt(x) { (y, x) } else { (x, y) };
        // What the computation of the bounds itself may lose: some roundings in binary64.
        let slack = (total * (half_ulp + half_ulp)).next_up();
        let constant = self.constant.sum;
        let bound = Bound::around(low.next_down() + constant, high.next_up() + constant, (error + slack).next_up());
        // A partial sum may overflow in one order and not in another.
        let reach = |magnitude: F64| largest.le((magnitude + (magnitude * growth).next_up() + underflow).next_up());
        if !reach(total) && !reach(self.magnitude) {
            return bound;
        }
        if self.alpha != F64::ONE {
            return Bound::ANY;
        }
        // The positive part and the negative one.
        let half = |sum: F64| (sum * HALF).next_up();
        let above = reach(half((total + self.high.next_up() + constant).next_up()));
        let below = reach(half((total - self.low.next_down() - constant).next_up()));
        Bound {
            low: if below { F64::NEG_INFINITY } else { bound.low },
            high: if above { F64::INFINITY } else { bound.high },
            nan: above && below,
        }
    }
}

/// The same where an operand is infinite or NaN, or a sum beyond binary64.
fn not_finite(products: impl Iterator<Item = (F64, F64)>, alpha: F64, terms: impl Iterator<Item = Term<F64>>) -> Bound {
    if !alpha.is_finite() || alpha.is_zero() {
        return Bound::ANY;
    }
    let (mut above, mut below) = (false, false);
    let sign = F64::ONE.copysign(alpha);
    for (x, y) in products.map(|(x, y)| (x, y * sign)).chain(terms.map(|term| (term.value, term.scale))) {
        let product = x * y;
        if product.is_nan() {
            return Bound::NAN;
        }
        if !x.is_finite() || !y.is_finite() {
            above |= !product.is_sign_negative();
            below |= product.is_sign_negative();
        }
    }
    match (above, below) {
        (true, true) => Bound::NAN,
        // Finite terms may overflow the other way in some order.
        (true, false) => Bound { low: F64::INFINITY, high: F64::INFINITY, nan: true },
        (false, true) => Bound { low: F64::NEG_INFINITY, high: F64::NEG_INFINITY, nan: true },
        (false, false) => Bound::ANY,
    }
}
