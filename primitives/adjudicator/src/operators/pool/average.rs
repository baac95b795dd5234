//! Average pooling in the order of the kernels of ONNX Runtime, or within a bound of the exact average.

use super::{
    bound::average,
    geometry::{Channels, Kernel, Pool, Window},
};
use crate::{operators::any_layout, soft::F32, Call, DType, Domain, Exactness, Expected, Header, Judged, Operator};
use alloc::vec::Vec;

const fn operator(
    domain: Domain,
    name: &'static str,
    header: fn(&Call<'_>, usize) -> Judged<Header>,
    element: fn(&Call<'_>, usize, u64) -> Judged<Expected>,
) -> Operator {
    let opsets = (1, if matches!(domain, Domain::Onnx) { 26 } else { 1 });
    Operator { domain, name, opsets, exactness: Exactness::Scheduled(1), header, element, layout: any_layout }
}

/// `AveragePool`; dilations from operator set 19, when its kernel changed.
pub const AVERAGE_POOL: Operator = operator(Domain::Onnx, "AveragePool", header, element);
/// `GlobalAveragePool`.
pub const GLOBAL_AVERAGE_POOL: Operator = operator(Domain::Onnx, "GlobalAveragePool", global_header, global_element);
/// `AveragePool` on blocked channels.
pub const NCHWC_AVERAGE_POOL: Operator = operator(Domain::Nchwc, "AveragePool", header, nchwc_element);
/// `GlobalAveragePool` on blocked channels.
pub const NCHWC_GLOBAL_AVERAGE_POOL: Operator =
    operator(Domain::Nchwc, "GlobalAveragePool", global_header, nchwc_global_element);

/// First operator set in which plain windows are summed row by row.
const ROWS: u32 = 19;

fn header(call: &Call<'_>, _: usize) -> Judged<Header> {
    let pool = Pool::new(call, false, Channels::First)?;
    if call.node.domain == Domain::Onnx && !by_rows(call)? {
        pool.kernel()?;
    }
    pool.header(call)
}

/// Whether the plain kernel goes row by row, and counts padding only where the padded image has it: always from
/// operator set 19, and before for windows that may stick out of the padding that counts.
fn by_rows(call: &Call<'_>) -> Judged<bool> {
    let sticks_out = call.int("ceil_mode", 0)? == 1 && call.int("count_include_pad", 0)? != 0;
    Ok(call.node.opset >= ROWS || sticks_out)
}

fn global_header(call: &Call<'_>, _: usize) -> Judged<Header> {
    Pool::new(call, true, Channels::First)?.header(call)
}

fn values(call: &Call<'_>, pool: &Pool, window: &Window) -> Judged<Vec<F32>> {
    call.of_type(0, DType::Float32)?;
    Ok(window.elements(call, &pool.input)?.into_iter().map(|(_, bits)| F32(bits as u32)).collect())
}

fn element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let pool = Pool::new(call, false, Channels::First)?;
    let window = pool.window(call, index)?;
    let values = values(call, &pool, &window)?;
    let include = call.int("count_include_pad", 0)? != 0;
    let rows = by_rows(call)?;
    let count = match (include, rows) {
        (false, _) => window.count(),
        (true, false) => pool.volume(),
        (true, true) => padded_count(&pool, &window),
    };
    if call.schedule().is_none() {
        return average(&values, count);
    }
    if rows {
        let sum = values.iter().fold(F32::ZERO, |s, v| s + *v);
        return Ok(if values.is_empty() { sum.into() } else { (sum / F32::from_u64(count)).into() });
    }
    let kernel = pool.kernel()?;
    let sum = match kernel {
        Kernel::Rows => values.iter().fold(F32::ZERO, |s, v| s + *v),
        Kernel::Global => lanes(&values),
        Kernel::Columns => columns(&pool, &window, &values),
    };
    let count = if kernel == Kernel::Columns { count.max(1) } else { count };
    Ok((sum / F32::from_u64(count)).into())
}

fn global_element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    let pool = Pool::new(call, true, Channels::First)?;
    let values = values(call, &pool, &pool.window(call, index)?)?;
    if call.schedule().is_none() {
        return average(&values, pool.volume());
    }
    Ok((lanes(&values) / F32::from_u64(pool.volume())).into())
}

fn nchwc_element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    blocked(call, index, false)
}

fn nchwc_global_element(call: &Call<'_>, _: usize, index: u64) -> Judged<Expected> {
    blocked(call, index, true)
}

/// On blocked channels every lane sums its own window row by row.
fn blocked(call: &Call<'_>, index: u64, global: bool) -> Judged<Expected> {
    let pool = Pool::new(call, global, Channels::First)?;
    let window = pool.window(call, index)?;
    let values = values(call, &pool, &window)?;
    let include = call.int("count_include_pad", 0)? != 0;
    let count = if include { pool.volume() } else { window.count() };
    if call.schedule().is_none() {
        return average(&values, count);
    }
    Ok((values.iter().fold(F32::ZERO, |s, v| s + *v) / F32::from_u64(count)).into())
}

/// Positions of the window inside the padded image.
fn padded_count(pool: &Pool, window: &Window) -> u64 {
    let mut count = 1u64;
    for (axis, start) in window.start.iter().enumerate() {
        let at = |list: &[i64]| list.get(axis).copied().unwrap_or(1);
        let behind = pool.pads.get(axis).map_or(0, |(_, behind)| *behind);
        let end = start.saturating_add(at(&pool.kernel).saturating_mul(at(&pool.dilations)));
        let end = end.min(at(&pool.input).saturating_add(behind));
        let room = end.saturating_sub(*start).saturating_sub(1);
        let steps = room.checked_div(at(&pool.dilations)).unwrap_or(0).saturating_add(1);
        count = count.saturating_mul(u64::try_from(steps).unwrap_or(0));
    }
    count
}

/// Four lanes, (0 + 2) + (1 + 3), then the rest.
fn lanes(values: &[F32]) -> F32 {
    let (mut lanes, chunks) = ([F32::ZERO; 4], values.chunks_exact(4));
    let rest = chunks.remainder();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = *lane + *value;
        }
    }
    let [a, b, c, d] = lanes;
    rest.iter().fold((a + c) + (b + d), |s, value| s + *value)
}

/// Columns downwards, then from left to right over the zeros of the padding too. Two dimensions start with the first
/// row.
fn columns(pool: &Pool, window: &Window, values: &[F32]) -> F32 {
    let (Some(taps), Some(start)) = (window.taps.last(), window.start.last()) else { return F32::ZERO };
    let column = |(n, tap): (usize, &u64)| {
        let mut down = values.iter().skip(n).step_by(taps.len().max(1)).copied();
        let head = if pool.input.len() == 2 { down.next().unwrap_or(F32::ZERO) } else { F32::ZERO };
        (*tap, down.fold(head, |s, v| s + v))
    };
    let sums: Vec<(u64, F32)> = taps.iter().enumerate().map(column).collect();
    let mut at = *start;
    let mut value = None;
    for _ in 0..pool.kernel.last().copied().unwrap_or(0) {
        let own = u64::try_from(at).ok().and_then(|at| sums.iter().find(|(tap, _)| *tap == at));
        let own = own.map_or(F32::ZERO, |(_, sum)| *sum);
        value = Some(value.map_or(own, |s: F32| s + own));
        at = at.saturating_add(1);
    }
    value.unwrap_or(F32::ZERO)
}
