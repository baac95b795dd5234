//! Bounds of layer normalisation (numerics.md): with D = n additions on the longest path, c = x - m,
//! e_m = D u mean|x| + u|m|; e_c = e_m + u(|c| + e_m); e_v = (1.01 D + 4) u v + 2 sqrt(v) e_m + e_m^2;
//! r = (v + eps)^-1/2; r' = max(v + eps - e_v, eps (1 - 4u))^-1/2;
//! T = |gamma| (e_c r' + |c| (r' - r + 3u r')) + 3u|y| + 3u|c r gamma| + 2^-149.
//!
//! Two is added to D for the reference's own sums. What underflows adds 2^-149: D times to e_m (the running mean divides at
//! every step), once to e_v.

use super::{
    bound::{anything, around, count, overflows, Sums},
    number::Number,
};
use crate::{soft::F64, DType, Expected};

/// What is known of a row.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Nothing can be said: something overflows, is infinite or NaN, or the variance may be 0.
    lost: bool,
    /// The mean, and how far the kernel's may be off.
    mean: F64,
    mean_error: F64,
    /// r and r'.
    inverse: F64,
    inverse_high: F64,
}

impl Row {
    /// Of a row that a kernel computes in `T`.
    pub fn new<T: Number>(x: &[T], epsilon: F64, simplified: bool) -> Self {
        let (u, tiny) = T::ROUNDOFF;
        let n = count((x.len() as u64).max(1));
        let s = Sums::of(x.iter().map(|v| v.wide()));
        // D; twice where the reference is no more precise than the kernel.
        let d = n + count(2);
        let d = if T::DTYPE == DType::Float64 { d + d } else { d };
        let (mean, mean_error) = if simplified {
            (F64::ZERO, F64::ZERO)
        } else {
            let mean = s.sum / n;
            // A running mean divides at every step: each may underflow.
            (mean, d * u * (s.magnitudes / n) + u * mean.abs() + d * tiny)
        };
        let squares = x.iter().fold(F64::ZERO, |sum, v| {
            let c = v.wide() - mean;
            sum + c * c
        });
        let v = squares / n;
        // 1.01 (as 1 + 2^-6) D + 4.
        let relative = d * F64(0x3ff0_4000_0000_0000) + count(4);
        let two = count(2);
        let v_error = relative * u * v + two * v.sqrt() * mean_error + mean_error * mean_error + tiny;
        let low = v + epsilon - v_error;
        let floor = epsilon * (F64::ONE - count(4) * u);
        let low = if floor.gt(low) { floor } else { low };
        let inverse = F64::ONE / (v + epsilon).sqrt();
        let inverse_high = F64::ONE / low.sqrt();
        let lost = s.special()
            || overflows::<T>(s.magnitudes)
            || overflows::<T>(squares + squares)
            || !inverse_high.is_finite()
            || !(F64::ZERO.lt(low));
        Self { lost, mean, mean_error, inverse, inverse_high }
    }

    /// r' - r + 3u r'.
    fn spread<T: Number>(&self) -> F64 {
        self.inverse_high - self.inverse + count(3) * T::ROUNDOFF.0 * self.inverse_high
    }
}

/// A normalised element.
pub fn normalised<T: Number>(dtype: DType, row: &Row, x: F64, scale: F64, bias: Option<F64>) -> Expected {
    if row.lost {
        return anything();
    }
    let (u, tiny) = T::ROUNDOFF;
    let c = x - row.mean;
    let centred_error = row.mean_error + u * (c.abs() + row.mean_error);
    let product = c * row.inverse * scale;
    let value = product + bias.unwrap_or(F64::ZERO);
    let inner = centred_error * row.inverse_high + c.abs() * row.spread::<T>();
    let three = count(3) * u;
    // A product that underflows before it meets the scale errs by 2^-149 of it.
    let tolerance = scale.abs() * (inner + tiny) + three * value.abs() + three * product.abs() + tiny;
    if overflows::<T>((c.abs() + row.mean_error) * row.inverse_high * (scale.abs() + F64::ONE)) {
        return anything();
    }
    around::<T>(dtype, value, tolerance)
}

/// The mean, as binary32.
pub fn mean<T: Number>(row: &Row) -> Expected {
    if row.lost {
        return anything();
    }
    around::<T>(DType::Float32, row.mean, row.mean_error + row.mean.abs() * T::ROUNDOFF.0)
}

/// The inverse deviation, as binary32.
pub fn inverse<T: Number>(row: &Row) -> Expected {
    if row.lost {
        return anything();
    }
    around::<T>(DType::Float32, row.inverse, row.spread::<T>())
}

/// `x s + (b - m s)`, s = r gamma: how InstanceNormalization is computed; every product and sum rounds once.
pub fn affine<T: Number>(dtype: DType, row: &Row, x: F64, scale: F64, bias: F64) -> Expected {
    if row.lost {
        return anything();
    }
    let (u, tiny) = T::ROUNDOFF;
    let c = x - row.mean;
    let value = c * row.inverse * scale + bias;
    let s = row.inverse_high * scale.abs();
    let inner = scale.abs() * (row.mean_error * row.inverse_high + c.abs() * row.spread::<T>()) + u * c.abs() * s;
    let rounding = x.abs() * s + count(3) * row.mean.abs() * s + count(2) * (bias.abs() + value.abs());
    if overflows::<T>((x.abs() + row.mean.abs()) * s + bias.abs()) {
        return anything();
    }
    around::<T>(dtype, value, inner + count(2) * u * rounding + count(4) * tiny)
}
