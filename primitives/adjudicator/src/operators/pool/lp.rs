//! Lp pooling: powers in binary64, sums and roots in binary32.

use super::{
    bound::{around, not_finite, up, ANYTHING, TINY, UNIT},
    geometry::{Channels, Pool},
};
use crate::{
    math::powf,
    operators::any_layout,
    soft::{F32, F64},
    Call, DType, Domain, Exactness, Expected, Header, Judged, Operator, Reject,
};
use alloc::vec::Vec;

/// `LpPool`; dilations from operator set 18.
pub const LP_POOL: Operator = Operator {
    domain: Domain::Onnx,
    name: "LpPool",
    opsets: (2, 26),
    exactness: Exactness::Scheduled(1),
    header,
    element,
    layout: any_layout,
};
/// `GlobalLpPool`.
pub const GLOBAL_LP_POOL: Operator = Operator {
    domain: Domain::Onnx,
    name: "GlobalLpPool",
    opsets: (2, 26),
    exactness: Exactness::Scheduled(1),
    header: global_header,
    element: global_element,
    layout: any_layout,
};

fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    Pool::new(call, false, Channels::First)?.header(call)
}

fn global_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    Pool::new(call, true, Channels::First)?.header(call)
}

fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    norm(call, index, false)
}

fn global_element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    norm(call, index, true)
}

fn norm(call: &Call<'_>, index: u64, global: bool) -> Judged<Expected> {
    call.of_type(0, DType::Float32)?;
    let pool = Pool::new(call, global, Channels::First)?;
    let elements = pool.window(call, index)?.elements(call, &pool.input)?;
    let values: Vec<F32> = elements.into_iter().map(|(_, bits)| F32(bits as u32).abs()).collect();
    let p = call.int("p", 2)?;
    if !matches!(p, 1..=4) {
        return Err(Reject::Unsupported("this norm of a window"));
    }
    if call.schedule().is_none() {
        return bounded(&values, p);
    }
    let sum = values.iter().fold(F32::ZERO, |s, v| s + power(*v, p));
    Ok(powf(sum, F32::ONE / F32::from_i64(p)).into())
}

/// `v^p` in binary64, rounded to binary32. Squares are exact before that; cubes and fourth powers are rounded once,
/// which glibc's `pow` does too but for one case in about 2^28 of those that matter.
fn power(v: F32, p: i64) -> F32 {
    let v = v.to_f64();
    match p {
        1 => v.to_f32(),
        2 => (v * v).to_f32(),
        3 => (v * v * v).to_f32(),
        _ => ((v * v) * (v * v)).to_f32(),
    }
}

/// Powers are not negative, so their sum is right to a factor; for sums of first powers and of squares.
fn bounded(values: &[F32], p: i64) -> Judged<Expected> {
    if p > 2 {
        return Err(Reject::Unsupported("this norm of a window"));
    }
    if let Some(value) = not_finite(values) {
        return Ok(value);
    }
    let term = |v: &F32| if p == 1 { v.to_f64() } else { v.to_f64() * v.to_f64() };
    let sum = values.iter().fold(F64::ZERO, |s, v| s + term(v));
    let terms = F64::from_u64(u64::try_from(values.len()).unwrap_or(u64::MAX));
    let relative = up((terms + F64::from_u64(8)) * UNIT);
    // Each square may lose a subnormal.
    let lost = up(terms * TINY);
    let (low, high) = (sum * (F64::ONE - relative) - lost, up(sum * (F64::ONE + relative)) + lost);
    let low = if low.lt(F64::ZERO) { F64::ZERO } else { low };
    // 2^127: the sum might have overflowed.
    if high.ge(F64(0x47e0_0000_0000_0000)) {
        return Ok(ANYTHING);
    }
    let (low, high) = if p == 1 { (low, high) } else { (low.sqrt(), high.sqrt()) };
    Ok(around(low, high, up(high * UNIT * F64::from_u64(8) + TINY)))
}
