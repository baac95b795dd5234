//! `Softmax`, `LogSoftmax`, `Hardmax`.

use super::{
    super::{Exactness, Operator},
    bound,
    lanes::{axis, last_axis_layout, same_as_input, Lane},
    number::{line, number, Number},
    sums,
};
use crate::{
    math::{exp as exp_avx512, exp_core, logf},
    soft::{
        real::{exp, log},
        F32, F64,
    },
    Call, DType, Domain, Expected, Isa, Judged, Reject,
};

/// `Softmax` since opset 13.
pub const SOFTMAX: Operator = Operator {
    domain: Domain::Onnx,
    name: "Softmax",
    opsets: (13, super::NEWEST_OPSET),
    exactness: Exactness::Scheduled(1),
    header: same_as_input,
    element: |call, _, index| element(call, index, false),
    layout: last_axis_layout,
};

/// `LogSoftmax` since opset 13.
pub const LOG_SOFTMAX: Operator =
    Operator { name: "LogSoftmax", element: |call, _, index| element(call, index, true), ..SOFTMAX };

/// `Hardmax` since opset 13.
pub const HARDMAX: Operator = Operator {
    name: "Hardmax",
    exactness: Exactness::Always,
    element: |call, _, index| hardmax(call, index),
    ..SOFTMAX
};

/// -3.4028235e38: the maximum starts there.
const LOWEST: F32 = F32(0xff7f_ffff);

/// log2(e), 12582912 (added and taken away, it rounds to an integer), -88.37626 and -127.
const LOG2E: F32 = F32(0x3fb8_aa3b);
const ROUNDER: F32 = F32(0x4b40_0000);
const LEAST_AVX2: F32 = F32(0xc2b0_c0a5);
const LEAST_POWER: F32 = F32(0xc2fe_0000);

/// The exponential of the AVX2 softmax: as MLAS's other one, but its power of two has no subnormals: 2^-127 is 0.
fn exp_avx2(x: F32) -> F32 {
    let x = LEAST_AVX2.max_x86(x);
    let power = x.mul_add(LOG2E, ROUNDER) - ROUNDER;
    if power.le(LEAST_POWER) {
        return F32::ZERO;
    }
    exp_core(x)
}

fn element(call: &Call<'_>, index: u64, logarithm: bool) -> Judged<Expected> {
    let lane = Lane::new(call.dims(0)?, axis(call, -1)?, index);
    match (call.dtype(0)?, call.schedule()) {
        (DType::Float32, Some(schedule)) => exact(call, lane, index, schedule.isa, logarithm),
        (DType::Float64, Some(_)) => Err(Reject::Unsupported("the order of this softmax in float64")),
        (DType::Float32, None) => bounded::<F32>(call, lane, index, logarithm),
        (DType::Float64, None) => bounded::<F64>(call, lane, index, logarithm),
        _ => Err(Reject::Unsupported("this element type")),
    }
}

/// The largest element of a row, at least -FLT_MAX, and what is multiplied with or taken away: 1/S or ln S.
fn exact(call: &Call<'_>, lane: Lane, index: u64, isa: Isa, logarithm: bool) -> Judged<Expected> {
    let (max, second) = call.remember(lane.start, || {
        let x = call.f32_line(0, lane.start, lane.stride, lane.count)?;
        let max = x.iter().fold(LOWEST, |max, v| if max.lt(*v) || v.is_nan() { *v } else { max });
        let sum = match isa {
            Isa::Avx512 => {
                let v: [F32; 16] = sums::lanes(x.iter().map(|v| exp_avx512(*v - max)));
                let (low, high) = v.split_at(8);
                let mut folded = [F32::ZERO; 8];
                for ((to, a), b) in folded.iter_mut().zip(low).zip(high) {
                    *to = *a + *b;
                }
                sums::pairwise(&folded)
            },
            Isa::Avx2 => sums::pairwise(&sums::lanes::<_, 8>(x.iter().map(|v| exp_avx2(*v - max)))),
        };
        Ok((max, if logarithm { logf(sum) } else { F32::ONE / sum }))
    })?;
    let difference = call.f32(0, index)? - max;
    Ok(match (logarithm, isa) {
        (true, _) => difference - second,
        (false, Isa::Avx512) => exp_avx512(difference) * second,
        (false, Isa::Avx2) => exp_avx2(difference) * second,
    }
    .into())
}

/// Relative error of the sum of `k` exponentials, or of an element, `(k/4 + 12) u`, and of the reference.
fn relative<T: Number>(k: u64) -> F64 {
    let kernel = (bound::count(k) * F64(0x3fd0_0000_0000_0000) + bound::count(12)) * T::ROUNDOFF.0;
    kernel + T::EXPONENTIALS.0 + bound::count(k) * T::EXPONENTIALS.1
}

/// With d = x - max rounded once, as every kernel has it: exp(d) / S and d - ln S, S the sum over the row.
fn bounded<T: Number>(call: &Call<'_>, lane: Lane, index: u64, logarithm: bool) -> Judged<Expected> {
    let (max, sum) = call.remember(lane.start, || {
        let x = line::<T>(call, 0, lane.start, lane.stride, lane.count)?;
        call.spend(lane.count.saturating_mul(bound::EXPONENTIAL))?;
        let nan = x.iter().any(|v| v.wide().is_nan());
        let lowest = T::narrow(-T::LARGEST);
        let max = x.iter().fold(lowest, |max, v| if max.less(*v) { *v } else { max });
        let sum = T::exponentials(x.iter().map(|v| *v - max));
        Ok((max, if nan { F64::NAN } else { sum }))
    })?;
    let dtype = T::DTYPE;
    let difference = (number::<T>(call, 0, index)? - max).wide();
    if sum.is_nan() {
        return Ok(bound::only_nan());
    }
    if sum.lt(F64::ONE) {
        return Ok(bound::anything()); // the whole row is minus infinity
    }
    if difference == F64::NEG_INFINITY && logarithm {
        return Ok(bound::exactly(difference));
    }
    let relative = relative::<T>(lane.count);
    // Kernels may flush exponentials below the normal numbers to 0 (AVX2 does): 2^-125, in binary64 2^-1021.
    let tiny = F64(if T::DTYPE == DType::Float32 { 0x3820_0000_0000_0000 } else { 0x0020_0000_0000_0000 });
    Ok(if logarithm {
        let ln = log(sum);
        let value = difference - ln;
        let rounding = (ln.abs() * bound::count(4) + value.abs() * bound::count(2)) * T::ROUNDOFF.0;
        bound::around::<T>(dtype, value, relative + rounding + tiny + reference(ln, difference))
    } else {
        let value = exp(difference) / sum;
        bound::around::<T>(dtype, value, value * relative + tiny)
    })
}

/// What the reference logarithm errs: less than 2^-43 of the magnitudes.
fn reference(ln: F64, difference: F64) -> F64 {
    (F64::ONE + ln.abs() + difference.abs()) * F64(0x3d40_0000_0000_0000)
}

/// 1 at the first element that equals the maximum, 0 elsewhere. Eigen takes the maximum: NaN stays where it comes first.
fn hardmax(call: &Call<'_>, index: u64) -> Judged<Expected> {
    call.of_type(0, DType::Float32)?;
    let lane = Lane::new(call.dims(0)?, axis(call, -1)?, index);
    let at = call.remember(lane.start, || {
        let x = call.f32_line(0, lane.start, lane.stride, lane.count)?;
        if x.iter().any(|v| v.is_nan()) {
            return Ok(None);
        }
        let max = sums::fold(&x, |a, b| if a.lt(b) { b } else { a }).unwrap_or(F32::ZERO);
        Ok(Some(x.iter().position(|v| v.same_value(max)).unwrap_or(usize::MAX) as u64))
    })?;
    let one = u64::from(F32::ONE.0);
    Ok(match at {
        Some(at) => Expected::Bits(if at == lane.at { one } else { 0 }),
        // Which maximum a row with NaN has depends on the kernel.
        None => Expected::Either(0, one),
    })
}
